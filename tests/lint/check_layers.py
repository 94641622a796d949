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
}
PURE = ("base", "rules", "frontier", "sim")
# store/memory is the simulator's own store: it links against nothing but the pure modules.
ALSO = {"sim": {"store/memory"}}
BANNED = re.compile(
    r"::now\(|std::(jthread|thread|mutex|condition_variable|atomic|random_device)\b|boost|curl"
    r"|sqlite|spdlog|getenv|sys/socket|clock_gettime|\btime\(", re.IGNORECASE)
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def strip_comments(text):
    text = re.sub(r'"(\\.|[^"\\])*"', lambda m: m.group(0) if "/" in m.group(0) else '""', text)
    return re.sub(r"//[^\n]*|/\*.*?\*/", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.S)


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
                code = strip_comments(path.read_text(errors="replace"))
                for number, line in enumerate(code.splitlines(), 1):
                    word = BANNED.search(re.sub(r'"[^"]*"', '""', line)) or (
                        BANNED.search(line) if "#include" in line else None)
                    if word:
                        faults.append(f"{name}:{number}: {module} is pure, yet says {word.group(0)}")
    return faults


if __name__ == "__main__":
    problems = check(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    print("\n".join(problems) if problems else "layers: ok")
    sys.exit(1 if problems else 0)
