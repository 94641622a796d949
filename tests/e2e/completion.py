#!/usr/bin/env python3
"""What the three shells offer after a word: the scripts are run by the shells themselves."""
import os
import subprocess
import tempfile

import harness

# The words before the cursor, and what must and must not be offered.
CASES = [
    ('frontierctl ho', {'host', 'hosts'}, {'seed'}),
    ('frontierctl url ', {'canon'}, {'hosts'}),
    ('frontierctl hosts --wa', {'--walled'}, {'--agent'}),
    ('frontierctl robots check --a', {'--agent'}, {'--walled'}),
    ('frontierctl signatures --', {'--stats', '--why'}, {'--jsonl'}),
    ('frontierctl completion ', {'bash', 'zsh', 'fish'}, {'seed'}),
]

# zsh: the completion system needs a terminal; its functions are replaced by ones that print.
ZSH = '''
_describe() { print -l -- "${(@P)4%%:*}" }
_files() { print -- files }
words=(%s); CURRENT=${#words}
source %s
'''

BASH = '''
source %s
COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_frontierctl
printf '%%s\\n' "${COMPREPLY[@]}"
'''


def script(shell: str, folder: str) -> str:
    path = f'{folder}/completion.{shell}'
    text = subprocess.run([harness.CTL, 'completion', shell], check=True, capture_output=True, text=True)
    with open(path, 'w', encoding='utf-8') as out:
        out.write(text.stdout)
    return path


def words_for(line: str) -> str:
    words = line.split(' ')
    return ' '.join(f"'{word}'" for word in words)


def offered(shell: str, line: str, path: str) -> set[str]:
    if shell == 'fish':
        program = f"source {path}; complete -C '{line}'"
        command = ['fish', '--no-config', '-c', program]
    elif shell == 'zsh':
        command = ['zsh', '-f', '-c', ZSH % (words_for(line), path)]
    else:
        command = ['bash', '--norc', '-c', BASH % (path, words_for(line))]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=20,
                         env={**os.environ, 'HOME': os.path.dirname(path)})
    assert ran.returncode == 0 and not ran.stderr, f'{shell}: {ran.stderr[:300]}'
    start = line.split(' ')[-1]
    found = {row.split('\t')[0] for row in ran.stdout.splitlines()}
    return {word for word in found if word.startswith(start)}


def offers_what_fits(shell: str):
    """The script of a shell offers the commands and options that can follow, and no others."""
    with tempfile.TemporaryDirectory(prefix='frontierd-completion-') as folder:
        path = script(shell, folder)
        for line, wanted, unwanted in CASES:
            words = offered(shell, line, path)
            assert wanted <= words, f'{shell}: {line!r} offers {words}, not all of {wanted}'
            assert not unwanted & words, f'{shell}: {line!r} offers {unwanted & words}'


def test_bash_offers_what_fits():
    offers_what_fits('bash')


def test_zsh_offers_what_fits():
    offers_what_fits('zsh')


def test_fish_offers_what_fits():
    offers_what_fits('fish')


if __name__ == '__main__':
    harness.main(globals())
