"""What people and disks get wrong: each gives a clear message or a stored reason, never a crash, a hang or
a loss."""
import contextlib
import os
import pathlib
import socket
import sqlite3
import subprocess
import time

import harness
from service_life import start_lab

SITE = """
[[listener]]
address = "127.0.0.1:{port}"
[[host]]
name = "*"
pages = 50
"""


def refused_start(crawl, *words, code=3):
    """The daemon does not start, and says each of the words."""
    child = subprocess.run([str(harness.DAEMON), "--config", str(crawl.config)], capture_output=True,
                           text=True, timeout=30)
    assert child.returncode == code, (child.returncode, child.stderr)
    for word in words:
        assert word in child.stderr, (word, child.stderr)


def test_a_seed_file_of_garbage_is_judged_line_by_line():
    with harness.workplace("garbage") as (folder, children):
        crawl = harness.Crawl(folder / "crawl").start()
        children.append(crawl.daemon)
        crawl.ctl("pause")
        seeds = folder / "seeds"
        with open(seeds, "wb") as out:
            out.write(b"http://good-1.localhost/\n")
            out.write(os.urandom(200_000).replace(b"\n", b"x") + b"\n")
            out.write(b"http://" + b"a" * 10_000_000 + b"\n")
            out.write(b"ftp://files.example/\njavascript:alert(1)\nmailto:a@b.example\n")
            out.write(b"http://user:secret@host.example/\n")
            out.write(b'{"url": "http://good-2.localhost/", "priority": 1}\n{"url": 7}\n{"ur')
        told = crawl.ctl("seed", seeds, check=False)
        assert told.returncode == 4, (told.returncode, told.stderr[-2000:])
        text = told.stdout + told.stderr
        for line in (b"2", b"3", b"4", b"5", b"6", b"7", b"9", b"10"):
            assert line in text
        assert b"secret" not in text
        urls = {row["url"] for row in crawl.rows("SELECT url FROM urls")}
        assert urls == {"http://good-1.localhost/", "http://good-2.localhost/"}, urls
        crawl.stop()


def test_a_reader_that_goes_is_no_fault_and_a_full_disk_is_one():
    with harness.workplace("output") as (folder, children):
        crawl = harness.Crawl(folder / "crawl").start()
        children.append(crawl.daemon)
        crawl.ctl("pause")
        seeds = folder / "seeds"
        seeds.write_text("".join(f"http://one.localhost/{n}\n" for n in range(20_000)))
        crawl.ctl("seed", seeds, "--quiet")
        ctl = f"{harness.CTL} --socket {crawl.socket}"
        for command in ("export", "export --format csv", "status", "hosts", "explain one.localhost", "top --once",
                        "--help", "completion bash"):
            told = subprocess.run(["bash", "-c", f"set -o pipefail; {ctl} {command} | true"], capture_output=True,
                                  text=True, timeout=30)
            assert told.returncode == 0 and told.stderr == "", (command, told)
            told = subprocess.run(["bash", "-c", f"{ctl} {command} > /dev/full"], capture_output=True, text=True,
                                  timeout=30)
            assert told.returncode == 6 and "No space left" in told.stderr, (command, told)
        told = subprocess.run(["bash", "-c", f"{harness.DAEMON} --print-config > /dev/full"], capture_output=True)
        assert told.returncode == 6, told
        crawl.stop()


@contextlib.contextmanager
def killed_at_end(child):
    try:
        yield child
    finally:
        child.kill()
        child.wait()


def test_what_a_slow_pipe_has_written_goes_in():
    with harness.workplace("slow-pipe") as (folder, children):
        crawl = harness.Crawl(folder / "crawl").start()
        children.append(crawl.daemon)
        crawl.ctl("pause")
        with killed_at_end(subprocess.Popen([str(harness.CTL), "--socket", str(crawl.socket), "seed", "-"],
                                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)) as child:
            child.stdin.write(b"http://one.localhost/1\nhttp://one.localhost/2\nhttp://one.localhost/3")
            child.stdin.flush()
            harness.wait_until(lambda: crawl.one("SELECT count(*) FROM urls") == 2, 5, what="two URLs on record")
            child.stdin.close()
            assert child.wait(10) == 0
        assert crawl.one("SELECT count(*) FROM urls") == 3
        crawl.stop()


def test_a_million_duplicates_are_one_url():
    with harness.workplace("duplicates") as (folder, children):
        crawl = harness.Crawl(folder / "crawl").start()
        children.append(crawl.daemon)
        crawl.ctl("pause")
        seeds = folder / "seeds"
        seeds.write_bytes(b"http://one.localhost/page\n" * 1_000_000)
        crawl.ctl("seed", seeds, "--quiet")
        assert crawl.one("SELECT count(*) FROM urls") == 1
        crawl.stop()


def test_a_dead_name_server_and_silence_are_stored_reasons():
    with harness.workplace("dead-dns") as (folder, children):
        deaf = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        deaf.bind(("127.0.0.1", 0))
        silent = socket.socket()
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        crawl = harness.Crawl(folder / "crawl", {
            "dns.servers": [f"127.0.0.1:{deaf.getsockname()[1]}"], "dns.timeout": "100ms", "dns.tries": 1,
            "fetch.first_byte_timeout": "500ms", "fetch.total_timeout": "1s",
            "rest.unreachable.base": "100ms", "rest.unreachable.asked_min": "10ms",
            "retry.incidents_max": 2, "retry.give_up_after": "0", "frontier.many_window": "1s", "dns.failure_ttl": "0",
            "retry.attempts_max": 2, "retry.backoff_base": "50ms", "retry.backoff_floor": "10ms",
            "retry.url_troubles_max": 2}).start()
        children.append(crawl.daemon)
        unnamed, mute = "http://nowhere.example/", f"http://mute.localhost:{silent.getsockname()[1]}/"
        crawl.seed([unnamed, mute])
        crawl.wait_done(60)
        for url, word in ((unnamed, "unreachable"), (mute, "unreachable")):
            row = crawl.rows("SELECT * FROM urls WHERE url = ?", url)[0]
            assert row["state"] == "dropped" and word in row["why"], tuple(row)
        told = crawl.ctl("explain", unnamed).stdout
        assert b"unreachable" in told, told
        crawl.stop()


def test_a_read_only_directory_a_damaged_and_a_newer_database_are_refused_with_advice():
    with harness.workplace("databases") as (folder, children):
        blocked = harness.Crawl(folder / "blocked", {"state": "/proc/frontierd"})
        refused_start(blocked, "/proc/frontierd")
        crawl = harness.Crawl(folder / "crawl").start()
        crawl.seed(["http://a.localhost:2/"])
        crawl.stop()
        database = crawl.state / "frontier.db"
        good = database.read_bytes()
        with contextlib.closing(sqlite3.connect(database)) as db:
            db.execute("PRAGMA user_version = 9999")
            db.commit()
        refused_start(crawl, "newer")
        database.write_bytes(b"this is no database, but somebody put it here" * 500)
        refused_start(crawl, "frontier.db", "restore")
        for leftover in crawl.state.glob("frontier.db-*"):
            leftover.unlink()
        database.write_bytes(good)
        crawl.start()
        assert crawl.one("SELECT count(*) FROM urls") == 1
        crawl.stop()


def test_a_port_and_a_socket_in_use_are_named():
    with harness.workplace("in-use") as (folder, children):
        taken = socket.socket()
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        crawl = harness.Crawl(folder / "crawl", {"listen": f"127.0.0.1:{port}"})
        refused_start(crawl, str(port))
        first = harness.Crawl(folder / "first").start()
        children.append(first.daemon)
        second = harness.Crawl(folder / "second", {"socket": str(first.socket)})
        refused_start(second, str(first.socket))
        first.stop()


def test_a_full_disk_stops_nothing_that_was_acknowledged():
    with harness.workplace("full-disk") as (folder, children):
        port = harness.free_port()
        children.append(start_lab(folder, SITE, port))
        small = folder / "small"
        small.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(small)],
                                 capture_output=True)
        assert mounted.returncode == 0, mounted.stderr
        try:
            crawl = harness.Crawl(folder / "crawl", {
                "state": str(small / "state"), "disk_reserve": "0B", "harvest.keep": ["none"]})
            crawl.state = small / "state"
            crawl.start()
            crawl.ctl("pause")
            told = crawl.ctl("seed", "-", text=b"".join(
                b"http://h%d.localhost:%d/%d%s\n" % (n % 100, port, n, b"x" * 1000) for n in range(20_000)),
                check=False)
            assert told.returncode != 0, told
            harness.wait_until(lambda: not crawl.daemon.running(), 20, what="the daemon's end")
            assert "full" in crawl.daemon.text() or "space" in crawl.daemon.text(), crawl.daemon.text()
            subprocess.run(["mount", "-o", "remount,size=200m", str(small)], check=True)
            crawl.start()
            assert crawl.one("PRAGMA integrity_check") == "ok"
            kept = crawl.one("SELECT count(*) FROM urls")
            assert kept > 0, "what was acknowledged before the disk was full is there"
            crawl.stop()
        finally:
            subprocess.run(["umount", str(small)], check=False)


def test_low_disk_pauses_leasing_and_says_so():
    with harness.workplace("low-disk") as (folder, children):
        crawl = harness.Crawl(folder / "crawl", {"disk_reserve": "1TiB"}).start()
        children.append(crawl.daemon)
        crawl.seed(["http://a.localhost:2/"])
        time.sleep(1.5)
        assert crawl.one("SELECT sum(tries) FROM urls") == 0
        assert "disk_reserve" in crawl.daemon.text()
        crawl.stop()


if __name__ == "__main__":
    harness.main(globals())
