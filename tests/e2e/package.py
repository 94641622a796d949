"""The Debian package: built by cpack, without lintian errors, with everything in its place."""
import pathlib
import subprocess

import harness

WANTED = [
    "./usr/sbin/frontierd", "./usr/bin/frontierctl", "./etc/frontierd/frontierd.toml",
    "./lib/systemd/system/frontierd.service", "./usr/lib/sysusers.d/frontierd.conf",
    "./usr/lib/tmpfiles.d/frontierd.conf", "./usr/share/man/man1/frontierctl.1.gz",
    "./usr/share/man/man5/frontierd.toml.5.gz", "./usr/share/man/man8/frontierd.8.gz",
    "./usr/share/bash-completion/completions/frontierctl", "./usr/share/doc/frontierd/copyright",
]


def build_package(folder):
    done = subprocess.run(["cpack", "-G", "DEB", "-B", str(folder), "--config",
                           str(harness.BUILD / "CPackConfig.cmake")],
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    found = list(pathlib.Path(folder).glob("*.deb"))
    assert len(found) == 1, found
    return found[0]


def test_the_package_is_whole_and_lintian_finds_no_error():
    with harness.workplace("package") as (folder, _):
        package = build_package(folder)
        listed = subprocess.run(["dpkg-deb", "-c", str(package)], capture_output=True, text=True,
                                check=True).stdout
        names = {line.split()[5] for line in listed.splitlines()}
        missing = [name for name in WANTED if name not in names]
        assert not missing, missing
        verdict = subprocess.run(["lintian", "--fail-on", "error", "--no-tag-display-limit",
                                  "--allow-root", str(package)], capture_output=True, text=True, timeout=300)
        assert verdict.returncode == 0, verdict.stdout + verdict.stderr
        print(verdict.stdout)


def test_the_manual_pages_are_well_formed():
    for page in (harness.ROOT / "daemon/man/frontierd.8", harness.BUILD / "daemon/frontierd.toml.5",
                 harness.BUILD / "tools/frontierctl/man/frontierctl.1"):
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "error", str(page)], capture_output=True,
                              text=True, timeout=60)
        assert done.returncode == 0, done.stdout
        text = subprocess.run(["mandoc", "-T", "utf8", str(page)], capture_output=True, text=True).stdout
        assert len(text) > 500, page


if __name__ == "__main__":
    harness.main(globals())
