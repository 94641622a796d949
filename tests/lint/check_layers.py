#!/usr/bin/env python3
"""Holds the rule of arrows: who may include whom, and what the pure modules may not name."""
import pathlib
import re
import sys

MAY_INCLUDE = {
    "base": set(),
    "rules": {"base"},
    "frontier": {"base", "rules"},
    "store": {"base", "rules", "frontier"},
    "fetch": {"base", "rules", "frontier"},
    "archive": {"base", "rules", "frontier"},
    "api": {"base", "rules", "frontier"},
    "sim": {"base", "rules", "frontier"},
    "cli": {"base"},
}
PURE = ("base", "rules", "frontier", "sim")
# store/memory is the simulator's own store: it links against nothing but the pure modules.
ALSO = {"sim": {"store/memory"}}
BANNED = re.compile(
    r"::now\(|std::(jthread|thread|mutex|condition_variable|atomic|random_device)\b|boost|curl|\bcli/"
    r"|sqlite|spdlog|getenv|sys/socket|clock_gettime|\btime\((?:nullptr|NULL|0|&)", re.IGNORECASE)
STRING = re.compile(r'"(\\.|[^"\\])*"')
INCLUDE_ANY = re.compile(r"^\s*#\s*include")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


# Text that leaves us is made in one place, which makes strangers' bytes valid and harmless.
JSON_OUT = re.compile(r"json::serialize\(")
JSON_OUT_IN = "lib/api/json_text.cpp"


def check_json_out(root):
    return [f"{path.relative_to(root)}:{number}: use json_text() of {JSON_OUT_IN}"
            for folder in ("lib", "daemon", "tools") for path in sorted((root / folder).rglob("*.cpp"))
            if str(path.relative_to(root)) != JSON_OUT_IN
            for number, line in enumerate(code_of(path.read_text(errors="replace")), 1) if JSON_OUT.search(line)]


def code_of(text):
    """Without comments, and without what stands in strings, but with the lines where they were."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.S)
    lines = [line if INCLUDE_ANY.match(line) else STRING.sub('""', line) for line in text.splitlines()]
    return lines


def check(root):
    faults = []
    for module, allowed in MAY_INCLUDE.items():
        for path in sorted((root / "lib" / module).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            name = path.relative_to(root)
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
                found = INCLUDE.match(line)
                if found is None:
                    continue
                target = found.group(1)
                head = target.split("/")[0]
                also = any(target.startswith(prefix) for prefix in ALSO.get(module, ()))
                if head in MAY_INCLUDE and head != module and head not in allowed and not also:
                    faults.append(f"{name}:{number}: {module} may not include {target}")
                if head in ("daemon", "tools"):
                    faults.append(f"{name}:{number}: lib may not include {target}")
            if module in PURE or "store/memory" in str(name):
                for number, line in enumerate(code_of(path.read_text(errors="replace")), 1):
                    word = BANNED.search(line)
                    if word:
                        faults.append(f"{name}:{number}: {module} is pure, yet says {word.group(0)}")
    return faults


if __name__ == "__main__":
    top = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    problems = check(top) + check_json_out(top)
    print("\n".join(problems) if problems else "layers: ok")
    sys.exit(1 if problems else 0)
