"""The programs as they were built: hardened as Debian does, and without a trace of where they were built."""
import json
import re
import subprocess

import harness

PROGRAMS = [harness.DAEMON, harness.CTL]


def read(*arguments):
    return subprocess.run(["readelf", "-W", *map(str, arguments)], capture_output=True, text=True,
                          check=True).stdout


def cache(name):
    text = (harness.BUILD / "CMakeCache.txt").read_text()
    found = re.search(rf"^{name}:\w+=(.*)$", text, re.M)
    return found[1] if found else ""


def test_programs_are_position_independent_and_sealed_after_the_start():
    for program in PROGRAMS:
        assert "DYN" in read("-h", program)
        segments, dynamic = read("-l", program), read("-d", program)
        assert "GNU_RELRO" in segments and "BIND_NOW" in dynamic, program
        assert not re.search(r"RPATH|RUNPATH", dynamic), program
        stack = [line for line in segments.splitlines() if "GNU_STACK" in line]
        assert stack and "RWE" not in stack[0], stack
        assert not re.search(r"LOAD .* RWE ", segments), segments


def test_calls_and_returns_are_guarded_where_the_machine_can():
    # By the landing pads: the note about them is missing wherever the system's own start files have none.
    for program in PROGRAMS:
        if "X86-64" in read("-h", program):
            assert program.read_bytes().count(bytes.fromhex("f30f1efa")) > 1_000, program


def test_every_file_is_compiled_with_the_guards_of_the_stack():
    commands = json.loads((harness.BUILD / "compile_commands.json").read_text())
    ours = [c for c in commands if "/lib/" in c["file"] or "/daemon/" in c["file"] or "/tools/" in c["file"]]
    assert len(ours) > 100
    for command in ours:
        for flag in ("-fstack-protector-strong", "-fstack-clash-protection", "-ffile-prefix-map="):
            assert flag in command["command"], (flag, command["file"])
    for program in PROGRAMS:
        assert "__stack_chk_fail" in read("--dyn-syms", program)


def test_a_release_checks_the_bounds_that_the_compiler_knows():
    if cache("CMAKE_BUILD_TYPE") != "Release":
        return  # without optimisation there is nothing to check
    assert re.search(r"__\w+_chk\b", read("--dyn-syms", harness.DAEMON).replace("__stack_chk_fail", ""))


def test_no_program_says_where_it_was_built():
    places = {str(harness.ROOT), cache("CMAKE_HOME_DIRECTORY"), cache("CMAKE_CACHEFILE_DIR")} - {""}
    for program in PROGRAMS:
        content = program.read_bytes()
        for place in places:
            assert place.encode() + b"/" not in content, (program, place)


if __name__ == "__main__":
    harness.main(globals())
