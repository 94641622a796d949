#!/usr/bin/env python3
"""Holds the sizes: a source file at most 400 lines, a header 250, a function 60. No exceptions list."""
import pathlib
import re
import sys

SOURCE_MAX, HEADER_MAX, FUNCTION_MAX = 400, 250, 60
FOLDERS = ("lib", "daemon", "tools")


def functions(lines):
    """(first line, length) of each block that opens at column 0 or in a class, by brace counting."""
    depth_at_start, start = None, 0
    depth = 0
    in_raw = False
    for number, line in enumerate(lines, 1):
        code = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])\'', '""', line)
        code = re.sub(r"//.*", "", code)
        if 'R"' in line and ')"' not in line.split('R"', 1)[1]:
            in_raw = True
        if in_raw:
            if ')' in line and '"' in line.split(')')[-1]:
                in_raw = False
            continue
        opens_function = re.search(r"\)\s*(const|noexcept|override|final|\s|->\s*[\w:<>,&* ]+)*\{\s*$", code)
        if depth_at_start is None and opens_function:
            depth_at_start, start = depth, number
        depth += code.count("{") - code.count("}")
        if depth_at_start is not None and depth <= depth_at_start:
            yield start, number - start + 1
            depth_at_start = None


def check(root):
    faults = []
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            lines = path.read_text(errors="replace").splitlines()
            limit = HEADER_MAX if path.suffix == ".h" else SOURCE_MAX
            name = path.relative_to(root)
            if len(lines) > limit:
                faults.append(f"{name}: {len(lines)} lines, at most {limit}: split it by duty")
            for start, length in functions(lines):
                if length > FUNCTION_MAX:
                    faults.append(f"{name}:{start}: a function of {length} lines, at most {FUNCTION_MAX}")
    return faults


if __name__ == "__main__":
    problems = check(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    print("\n".join(problems) if problems else "sizes: ok")
    sys.exit(1 if problems else 0)
