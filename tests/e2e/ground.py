"""The ground that the daemon stands on gives way: its database goes, is held or is read without a pause, a disk
is full, the clock is wrong, a signal comes at the first instruction. It says so, and survives what can be survived."""
import contextlib
import http.client
import os
import random
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import threading
import time

import harness
from service_life import NotifySocket, start_lab

SITE = """
[[listener]]
address = "127.0.0.1:{port}"
[[host]]
name = "*"
pages = 400
"""
CLOCK = harness.BUILD / "tests" / "e2e" / "libwrong_clock.so"


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        self.sock.connect(self.path)


def readyz(crawl):
    """(status, lines) of /readyz?verbose."""
    with contextlib.closing(Unix(crawl.socket)) as connection:
        connection.request("GET", "/readyz?verbose")
        answer = connection.getresponse()
        return answer.status, answer.read().decode().splitlines()


def not_ready_for(crawl, part):
    """The line of that part while it says no, else None."""
    status, lines = readyz(crawl)
    found = [line for line in lines if line.startswith(f"[-]{part}")]
    return found[0] if status == 503 and found else None


def ground(crawl):
    return {part["part"]: part["words"] for part in crawl.json("status")["ground"]}


def seed_file(crawl, lines, check=True):
    path = crawl.folder / "seeds"
    path.write_bytes(lines)
    return crawl.ctl("seed", path, check=check)


def urls_of(port, hosts=4, pages=10):
    return [f"http://h{n}.localhost:{port}/p/{page}" for n in range(hosts) for page in range(pages)]


@contextlib.contextmanager
def small_disk(folder, size):
    place = folder / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_database_that_is_moved_away_or_replaced_is_noticed_and_nothing_more_is_acknowledged():
    for replaced in (False, True):
        with harness.workplace("gone") as (folder, children):
            crawl = harness.Crawl(folder / "crawl").start()
            children.append(crawl.daemon)
            crawl.seed(["http://a.localhost:2/first"])
            database, away = crawl.state / "frontier.db", crawl.state / "away.db"
            database.rename(away)
            if replaced:
                shutil.copy(away, database)
            refused = crawl.ctl("seed", "-", text=b"http://a.localhost:2/second\n", check=False)
            assert refused.returncode != 0, refused
            word = "replaced" if replaced else "deleted"
            line = harness.wait_until(lambda: not_ready_for(crawl, "database_file"), 10, what="readyz")
            assert word in line and str(database) in line, line
            assert word in ground(crawl)["database_file"]
            assert word in crawl.daemon.text() and "/proc/" in crawl.daemon.text()
            assert "database" == crawl.json("status")["held"]["reason"]
            time.sleep(1.5)
            assert crawl.daemon.running(), "it holds out, so that what is open can be copied"
            assert crawl.daemon.stop() != 0
            database.unlink(missing_ok=True)
            away.rename(database)
            crawl.start()
            assert [row["url"] for row in crawl.rows("SELECT url FROM urls")] == ["http://a.localhost:2/first"]
            crawl.stop()


def test_a_write_lock_of_another_program_is_waited_for_and_named():
    with harness.workplace("locked") as (folder, children):
        port = harness.free_port()
        children.append(start_lab(folder, SITE, port))
        notify = NotifySocket(folder / "notify.sock")
        env = {**os.environ, "NOTIFY_SOCKET": str(notify.path), "WATCHDOG_USEC": "5000000"}
        crawl = harness.Crawl(folder / "crawl", {"pace.gap": "200ms"}).start(env=env)
        children.append(crawl.daemon)
        crawl.seed(urls_of(port))
        with contextlib.closing(sqlite3.connect(crawl.state / "frontier.db", isolation_level=None)) as other:
            other.execute("PRAGMA busy_timeout = 20000")
            other.execute("BEGIN IMMEDIATE")
            line = harness.wait_until(lambda: not_ready_for(crawl, "database_lock"), 10, what="readyz")
            assert f"pid {os.getpid()}" in line, line
            alive = len([m for m in notify.poll() if "WATCHDOG=1" in m])
            refused = crawl.ctl("seed", "-", text=b"http://a.localhost:2/second\n", check=False)
            assert refused.returncode != 0 and b"write lock" in refused.stderr, refused
            time.sleep(7)
            assert crawl.daemon.running(), crawl.daemon.text()[-2000:]
            assert len([m for m in notify.poll() if "WATCHDOG=1" in m]) >= alive + 4
            other.execute("ROLLBACK")
        crawl.wait_done(60)
        assert "database_lock" not in ground(crawl)
        crawl.stop()


def test_a_start_waits_for_a_lock_and_tells_systemd_so():
    with harness.workplace("lock-start") as (folder, children):
        crawl = harness.Crawl(folder / "crawl").start()
        crawl.stop()
        notify = NotifySocket(folder / "notify.sock")
        env = {**os.environ, "NOTIFY_SOCKET": str(notify.path)}
        with contextlib.closing(sqlite3.connect(crawl.state / "frontier.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            crawl.start(wait=False, env=env)
            children.append(crawl.daemon)
            harness.wait_until(lambda: notify.has("STATUS=waits"), 20, what="the words")
            time.sleep(2)
            assert notify.has("EXTEND_TIMEOUT_USEC=") and not notify.has("READY=1"), notify.messages
            other.execute("ROLLBACK")
        harness.wait_until(lambda: notify.has("READY=1"), 20, what="READY")
        crawl.stop()


def test_two_names_of_one_database_never_have_two_daemons():
    with harness.workplace("names") as (folder, children):
        first = harness.Crawl(folder / "first").start()
        children.append(first.daemon)
        for link in (os.symlink, os.link):
            second = harness.Crawl(folder / link.__name__)
            second.state.mkdir()
            link(first.state / "frontier.db", second.state / "frontier.db")
            refused = subprocess.run([str(harness.DAEMON), "--config", str(second.config)],
                                     capture_output=True, text=True, timeout=30)
            assert refused.returncode == 3 and "another frontierd" in refused.stderr, refused
            assert str(first.daemon.child.pid) in refused.stderr, refused.stderr
        first.stop()
        alone = subprocess.run([str(harness.DAEMON), "--config", str(second.config)],
                               capture_output=True, text=True, timeout=30)
        assert alone.returncode == 3 and "hard links" in alone.stderr, alone


def test_a_reader_that_stays_bounds_nothing_but_the_seeds_that_it_holds_up():
    with harness.workplace("reader") as (folder, children):
        bound = 16 << 20
        crawl = harness.Crawl(folder / "crawl", {"database_log_max": "16MiB"}).start()
        children.append(crawl.daemon)
        crawl.ctl("pause")
        crawl.seed(["http://a.localhost:2/first"])
        with contextlib.closing(sqlite3.connect(f"file:{crawl.state}/frontier.db?mode=ro", uri=True,
                                                isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM url").fetchall()
            lines = b"".join(b"http://h%d.localhost:2/%d%s\n" % (n % 97, n, b"x" * 900) for n in range(30_000))
            refused = seed_file(crawl, lines, check=False)
            assert refused.returncode != 0 and b"database_log_max" in refused.stderr, refused
            log = (crawl.state / "frontier.db-wal").stat().st_size
            assert log < bound + (2 << 20), log
            line = harness.wait_until(lambda: not_ready_for(crawl, "database_log"), 20, what="readyz")
            assert f"pid {os.getpid()}" in line, line
            reader.execute("COMMIT")
        harness.wait_until(lambda: "database_log" not in ground(crawl), 40, what="a log that starts anew")
        seed_file(crawl, lines)
        assert crawl.one("SELECT count(*) FROM urls") == 30_001
        assert (crawl.state / "frontier.db-wal").stat().st_size < bound + (2 << 20)
        crawl.stop()


def test_readers_that_overlap_do_not_make_the_log_grow():
    with harness.workplace("readers") as (folder, children):
        crawl = harness.Crawl(folder / "crawl").start()
        children.append(crawl.daemon)
        crawl.ctl("pause")
        ended = threading.Event()
        looks = []

        def look(delay):
            time.sleep(delay)
            with contextlib.closing(sqlite3.connect(f"file:{crawl.state}/frontier.db?mode=ro", uri=True,
                                                    isolation_level=None, timeout=30)) as db:
                while not ended.is_set():
                    db.execute("BEGIN")
                    db.execute("SELECT count(*) FROM host").fetchall()
                    time.sleep(0.03)
                    db.execute("COMMIT")
                    looks.append(1)
        readers = [threading.Thread(target=look, args=(0.01 * n,)) for n in range(3)]
        for reader in readers:
            reader.start()
        try:
            most = 0
            for turn in range(12):
                crawl.seed([f"http://h{n % 97}.localhost:2/{turn}/{n}{'x' * 900}" for n in range(6_000)])
                most = max(most, (crawl.state / "frontier.db-wal").stat().st_size)
            written = (crawl.state / "frontier.db").stat().st_size
        finally:
            ended.set()
            for reader in readers:
                reader.join()
        assert len(looks) > 20
        assert most < 160 << 20, f"{most} bytes of log beside {written}"
        crawl.stop()


def test_a_full_disk_of_the_harvest_pauses_the_crawl_and_ends_nothing():
    with harness.workplace("harvest-disk") as (folder, children), small_disk(folder, "3m") as place:
        port = harness.free_port()
        children.append(start_lab(folder, SITE, port))
        crawl = harness.Crawl(folder / "crawl", {"harvest.directory": str(place / "warc"),
                                                 "disk_reserve": "0B"})
        (place / "warc").mkdir()
        filler = place / "filler"
        filler.write_bytes(b"x" * ((3 << 20) - (64 << 10)))
        crawl.start()
        children.append(crawl.daemon)
        urls = urls_of(port, 8, 40)
        crawl.seed(urls)
        line = harness.wait_until(lambda: not_ready_for(crawl, "disk"), 60, what="readyz")
        assert "warc" in line, line
        assert crawl.daemon.running()
        held = crawl.json("status")["held"]
        assert held["reason"] == "disk_reserve" and "warc" in held["who"], held
        assert "disk_reserve" in crawl.daemon.text() or "harvest" in crawl.daemon.text()
        explained = crawl.ctl("explain", urls[-1]).stdout.decode()
        filler.unlink()
        crawl.wait_done(120)
        assert crawl.one("SELECT max(attempts) FROM urls") == 0, "the disk's fault burnt an attempt"
        assert crawl.one("SELECT count(*) FROM urls WHERE state = 'done'") == len(urls), explained
        crawl.stop()


def test_the_reserve_holds_for_the_disk_of_the_harvest_too():
    with harness.workplace("harvest-reserve") as (folder, children), small_disk(folder, "8m") as place:
        crawl = harness.Crawl(folder / "crawl", {"harvest.directory": str(place / "warc"),
                                                 "disk_reserve": "16MiB"}).start()
        children.append(crawl.daemon)
        line = harness.wait_until(lambda: not_ready_for(crawl, "disk"), 10, what="readyz")
        assert "disk_reserve" in line and "small/warc" in line and str(crawl.state) not in line, line
        subprocess.run(["mount", "-o", "remount,size=64m", str(place)], check=True)
        harness.wait_until(lambda: "disk" not in ground(crawl), 10, what="room")
        crawl.stop()


def held_back(pid):
    """Is SIGHUP blocked or caught in that process?"""
    masks = dict(line.split(":\t") for line in open(f"/proc/{pid}/status").read().splitlines() if ":\t" in line)
    return any(int(masks[name], 16) & 1 << (signal.SIGHUP - 1) for name in ("SigBlk", "SigCgt", "SigIgn"))


def test_signals_are_safe_from_the_first_instruction_on():
    with harness.workplace("signals") as (folder, children):
        crawl = harness.Crawl(folder / "crawl", {"harvest.keep": ["none"]})
        dice = random.Random(7)
        for _ in range(15):
            shutil.rmtree(crawl.state, ignore_errors=True)
            crawl.start(wait=False)
            children.append(crawl.daemon)
            # Until then the system's loader has the process.
            harness.wait_until(lambda: held_back(crawl.daemon.child.pid), 20, 0.0005, "a mask")
            assert not crawl.state.exists(), "it worked before it was safe"
            for _ in range(8):
                crawl.daemon.signal(signal.SIGHUP)
                time.sleep(dice.random() * 0.02)
            crawl.daemon.signal(signal.SIGTERM)
            assert crawl.daemon.child.wait(30) == 0, (crawl.daemon.child.returncode, crawl.daemon.text()[-1000:])
        crawl.start(wait=False)
        children.append(crawl.daemon)
        harness.wait_until(lambda: held_back(crawl.daemon.child.pid), 20, 0.0005, "a mask")
        for _ in range(50):
            crawl.daemon.signal(signal.SIGHUP)
            time.sleep(0.005)
        harness.wait_until(crawl.answers, 30, what="the API")
        assert "reload" in crawl.daemon.text(), "what came meanwhile is answered then"
        crawl.stop()


def test_a_start_tells_systemd_what_it_is_at():
    with harness.workplace("progress") as (folder, children):
        notify = NotifySocket(folder / "notify.sock")
        env = {**os.environ, "NOTIFY_SOCKET": str(notify.path)}
        crawl = harness.Crawl(folder / "crawl").start(env=env)
        children.append(crawl.daemon)
        harness.wait_until(lambda: notify.has("READY=1"), 10, what="READY")
        before = []
        for message in notify.messages:
            if "READY=1" in message:
                break
            before.append(message)
        for word in ("EXTEND_TIMEOUT_USEC=", "STATUS=the database is opened", "STATUS=the harvest is repaired",
                     "STATUS=what was in flight is taken back", "WATCHDOG=1"):
            assert any(word in message for message in before), (word, before)
        crawl.stop()
        assert notify.has("STATUS=closing"), notify.messages[-5:]


def test_files_are_for_us_and_our_group_whatever_the_umask():
    for mask in (0, 0o077):
        with harness.workplace("umask") as (folder, children):
            crawl = harness.Crawl(folder / "crawl")
            old = os.umask(mask)
            try:
                crawl.start()
            finally:
                os.umask(old)
            children.append(crawl.daemon)
            crawl.seed(["http://a.localhost:2/"])
            for name in ("frontier.db", "frontier.db-wal", "frontier.db-shm", "frontierd.lock"):
                mode = stat.S_IMODE((crawl.state / name).stat().st_mode)
                assert mode == 0o640, (name, oct(mode))
            for path in crawl.state.rglob("*"):
                assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0, path
            crawl.stop()


def test_what_is_no_configuration_file_is_refused_at_the_start_at_the_check_and_at_a_reload():
    with harness.workplace("no-config") as (folder, children):
        pipe = folder / "pipe"
        os.mkfifo(pipe)
        for path in (str(folder), str(pipe), "", str(folder / "none"), "/dev/null"):
            for flag in ([], ["--check-config"], ["--print-config"]):
                told = subprocess.run([str(harness.DAEMON), "--config", path, *flag], capture_output=True,
                                      text=True, timeout=20)
                assert told.returncode == 2 and told.stderr, (path, flag, told)
        crawl = harness.Crawl(folder / "crawl", {"pace.gap": "3s", "fetch.contact_url": "https://a.example/bot"})
        crawl.start()
        children.append(crawl.daemon)
        done = crawl.ctl("reload").stdout
        assert b"nothing changed" in done and b"restart" not in done, done
        crawl.write_config(**{"harvest.prefix": "other", "pace.gap": "4s"})
        done = crawl.ctl("reload").stdout.decode()
        assert "changed pace.gap" in done and "takes a restart: harvest.prefix" in done, done
        assert "," not in done.replace(";", ""), done
        crawl.config.unlink()
        crawl.config.mkdir()
        refused = crawl.ctl("reload", check=False)
        assert refused.returncode != 0 and b"directory" in refused.stderr, refused
        status = crawl.json("status")
        assert not status["config"]["ok"], status["config"]
        crawl.stop()


def clock_env(folder, seconds):
    path = folder / "clock"
    path.write_text(str(int(seconds)))
    return {**os.environ, "LD_PRELOAD": str(CLOCK), "WRONG_CLOCK_FILE": str(path)}, path


def test_a_clock_of_1970_at_the_first_start_is_said_and_mended_forward():
    with harness.workplace("clock-1970") as (folder, children):
        port = harness.free_port()
        children.append(start_lab(folder, SITE, port))
        env, file = clock_env(folder, 1_000 - time.time())
        crawl = harness.Crawl(folder / "crawl").start(env=env)
        children.append(crawl.daemon)
        crawl.seed(urls_of(port, 2, 4))
        line = harness.wait_until(lambda: not_ready_for(crawl, "clock"), 10, what="readyz")
        assert "1970" in line, line
        assert "1970" in crawl.daemon.text()
        assert crawl.json("status")["held"]["reason"] == "clock_unsure"
        assert crawl.one("SELECT sum(tries) FROM urls") == 0
        file.write_text("0")
        crawl.wait_done(60)
        assert "clock" not in ground(crawl)
        assert crawl.one("SELECT min(admitted_at) FROM urls") > "2026", "what was on record moved with it"
        crawl.stop()


def test_a_clock_of_2099_at_the_first_start_is_said_and_mended_at_a_start():
    with harness.workplace("clock-2099") as (folder, children):
        port = harness.free_port()
        children.append(start_lab(folder, SITE, port))
        env, file = clock_env(folder, 73 * 365 * 86_400)
        crawl = harness.Crawl(folder / "crawl").start(env=env)
        children.append(crawl.daemon)
        crawl.seed(urls_of(port, 2, 4))
        line = harness.wait_until(lambda: not_ready_for(crawl, "clock"), 10, what="readyz")
        assert "2099" in line, line
        file.write_text("0")
        time.sleep(2)
        assert "--set-clock" in not_ready_for(crawl, "clock")
        crawl.stop()
        crawl.start(env=env)
        children.append(crawl.daemon)
        crawl.wait_done(60)
        assert crawl.one("SELECT max(admitted_at) FROM urls") < "2098"
        crawl.stop()


def test_a_clock_that_was_days_off_is_said_and_an_operator_mends_it():
    with harness.workplace("clock-days") as (folder, children):
        env, file = clock_env(folder, 3 * 86_400)
        crawl = harness.Crawl(folder / "crawl").start(env=env)
        children.append(crawl.daemon)
        crawl.ctl("pause")
        crawl.seed(["http://a.localhost:2/"])
        assert ground(crawl) == {}
        file.write_text("0")
        words = harness.wait_until(lambda: ground(crawl).get("clock"), 10, what="the words")
        assert "3d ahead of" in words and "--set-clock" in words, words
        set_clock = [str(harness.DAEMON), "--config", str(crawl.config), "--set-clock"]
        busy = subprocess.run(set_clock, capture_output=True, text=True, timeout=30)
        assert busy.returncode == 3 and "another frontierd" in busy.stderr, busy
        crawl.stop()
        subprocess.run(set_clock, check=True, capture_output=True, timeout=30)
        crawl.start()
        children.append(crawl.daemon)
        time.sleep(1.5)
        assert ground(crawl) == {}, ground(crawl)
        admitted = crawl.one("SELECT admitted_at FROM url")
        assert abs(admitted / 1000 - time.time()) < 600, admitted
        crawl.stop()


if __name__ == "__main__":
    harness.main(globals())
