"""The daemon's life as a service: notify messages, reload, drain, a second daemon, mistakes in the config."""
import os
import pathlib
import signal
import socket
import subprocess
import time

import harness


class NotifySocket:
    """The other end of sd_notify(3)."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.setblocking(False)
        self.path = path
        self.messages = []

    def poll(self):
        while True:
            try:
                self.messages.append(self.socket.recv(65536).decode())
            except BlockingIOError:
                return self.messages

    def has(self, text):
        return any(text in message for message in self.poll())


SLOW_SITE = """
[[listener]]
address = "127.0.0.1:{port}"
[[host]]
name = "slow.localhost"
latency = "1500ms"
pages = 20
"""


def start_lab(folder, text, port):
    lab = folder / "lab.toml"
    lab.write_text(text.format(port=port))
    child = harness.Process([harness.ORIGINLAB, lab, "--log", folder / "origin.log", "--for", "5m"],
                            folder / "lab.out")
    harness.wait_until(lambda: harness.port_answers(port), 10, what="originlab")
    return child


def test_notify_tells_ready_status_watchdog_reload_and_stop():
    with harness.workplace("notify") as (folder, children):
        notify = NotifySocket(folder / "notify.sock")
        env = {**os.environ, "NOTIFY_SOCKET": str(notify.path), "WATCHDOG_USEC": "2000000"}
        crawl = harness.Crawl(folder / "crawl", {"harvest.keep": ["none"]}).start(env=env)
        children.append(crawl.daemon)
        harness.wait_until(lambda: notify.has("READY=1"), 10, what="READY")
        harness.wait_until(lambda: notify.has("WATCHDOG=1"), 10, what="WATCHDOG")
        assert notify.has("STATUS="), notify.messages
        crawl.write_config(**{"pace.gap": "30ms"})
        crawl.daemon.signal(signal.SIGHUP)
        harness.wait_until(lambda: notify.has("RELOADING=1"), 10, what="RELOADING")
        assert notify.has("MONOTONIC_USEC=")
        crawl.stop()
        assert notify.has("STOPPING=1"), notify.messages
        assert notify.has("EXTEND_TIMEOUT_USEC="), notify.messages


def test_a_bad_reload_keeps_the_old_policy_and_says_why():
    with harness.workplace("reload") as (folder, children):
        crawl = harness.Crawl(folder / "crawl").start()
        children.append(crawl.daemon)
        crawl.write_config(**{"pace.gap": "fast"})
        refused = crawl.ctl("reload", check=False)
        assert refused.returncode != 0 and b"pace.gap" in refused.stderr, refused
        crawl.write_config(**{"pace.gap": "77ms"})
        done = crawl.ctl("reload")
        assert b"pace.gap" in done.stdout + done.stderr, done
        crawl.stop()


def test_sigterm_lets_flights_land_and_gives_the_rest_back():
    with harness.workplace("drain") as (folder, children):
        port = harness.free_port()
        children.append(start_lab(folder, SLOW_SITE, port))
        crawl = harness.Crawl(folder / "crawl", {"drain_grace": "10s"}).start()
        children.append(crawl.daemon)
        crawl.seed([f"http://slow.localhost:{port}/p/{n}" for n in range(20)])
        harness.wait_until(lambda: crawl.one("SELECT count(*) FROM flight") > 0, 20, 0.02)
        time.sleep(0.3)
        started = time.monotonic()
        crawl.stop()
        assert time.monotonic() - started < 8
        assert crawl.one("SELECT count(*) FROM flight") == 0
        assert crawl.one("SELECT max(attempts) FROM urls") == 0
        assert not list((crawl.state / "warc").glob("*.open"))


def test_a_second_sigterm_stops_now_and_burns_nothing():
    with harness.workplace("drain-now") as (folder, children):
        port = harness.free_port()
        children.append(start_lab(folder, SLOW_SITE.replace("1500ms", "60s"), port))
        crawl = harness.Crawl(folder / "crawl", {"drain_grace": "10m"}).start()
        children.append(crawl.daemon)
        crawl.seed([f"http://slow.localhost:{port}/p/{n}" for n in range(3)])
        harness.wait_until(lambda: crawl.one("SELECT count(*) FROM flight") > 0, 20, 0.02)
        time.sleep(0.3)
        crawl.daemon.signal(signal.SIGTERM)
        time.sleep(0.5)
        assert crawl.daemon.running()
        crawl.stop()
        assert crawl.one("SELECT count(*) FROM flight") == 0
        assert crawl.one("SELECT max(attempts) FROM urls") == 0
        assert crawl.one("SELECT count(*) FROM urls WHERE state = 'queued'") == 3


def test_a_second_daemon_is_refused_with_the_pid_of_the_first():
    with harness.workplace("second") as (folder, children):
        crawl = harness.Crawl(folder / "crawl").start()
        children.append(crawl.daemon)
        second = subprocess.run([str(harness.DAEMON), "--config", str(crawl.config), "--socket",
                                 str(folder / "other.sock")], capture_output=True, timeout=20)
        assert second.returncode == 3, second
        assert str(crawl.daemon.child.pid).encode() in second.stderr, second.stderr
        crawl.stop()


def test_five_mistakes_are_told_at_once_with_line_and_column():
    with harness.workplace("mistakes") as (folder, _):
        config = folder / "bad.toml"
        config.write_text('[pace]\ngpa = "1s"\nflights = 0\n[retry]\nattempts_max = "five"\n'
                          '[fetsh]\nworkers = 2\n[harvest]\nrotate_bytes = "1 gig"\n')
        told = subprocess.run([str(harness.DAEMON), "--config", str(config), "--check-config"],
                              capture_output=True, text=True, timeout=20)
        assert told.returncode == 2, told
        for place, word in (("2:1", "pace.gap"), ("3:", "flights"), ("5:", "attempts_max"),
                            ("6:", "fetch"), ("9:", "rotate_bytes")):
            line = [text for text in told.stderr.splitlines() if f"bad.toml:{place}" in text]
            assert line and word in line[0], (place, word, told.stderr)


def test_the_printed_config_is_complete_and_good():
    with harness.workplace("print") as (folder, _):
        printed = subprocess.run([str(harness.DAEMON), "--print-config"], capture_output=True,
                                 text=True, timeout=20, check=True).stdout
        config = folder / "all.toml"
        config.write_text(printed)
        subprocess.run([str(harness.DAEMON), "--config", str(config), "--check-config"], check=True,
                       capture_output=True, timeout=20)
        again = subprocess.run([str(harness.DAEMON), "--config", str(config), "--print-config"],
                               capture_output=True, text=True, timeout=20, check=True).stdout
        assert again == printed


def test_the_unit_file_is_sound_and_sealed():
    unit = harness.ROOT / "systemd" / "frontierd.service"
    exposure = subprocess.run(["systemd-analyze", "security", "--offline=yes", str(unit)],
                              capture_output=True, text=True, timeout=60).stdout
    line = [text for text in exposure.splitlines() if "Overall exposure" in text]
    assert line and float(line[0].split(":")[1].split()[0]) <= 1.5, line
    with harness.workplace("unit") as (folder, _):
        # verify wants the program and the manual to be where the package puts them.
        text = unit.read_text().replace("/usr/sbin/frontierd", str(harness.DAEMON))
        text = "\n".join(line for line in text.splitlines() if not line.startswith("Documentation="))
        copy = pathlib.Path(folder) / "frontierd.service"
        copy.write_text(text)
        found = subprocess.run(["systemd-analyze", "verify", "--man=no", str(copy)],
                               capture_output=True, text=True, timeout=60)
        ours = [line for line in found.stderr.splitlines() if "frontierd" in line]
        assert not ours, ours


def test_a_daemon_that_hangs_is_given_up_on_by_every_command():
    with harness.workplace("hung") as (folder, children):
        crawl = harness.Crawl(folder / "crawl").start()
        children.append(crawl.daemon)
        seeds = folder / "seeds"
        seeds.write_text("http://one.localhost/\n")
        crawl.daemon.signal(signal.SIGSTOP)
        try:
            for command in (["status"], ["export"], ["top", "--once"], ["hosts"], ["explain", "http://one.localhost/"],
                            ["seed", str(seeds)], ["pause"], ["summary"]):
                began = time.monotonic()
                told = subprocess.run([str(harness.CTL), "--socket", str(crawl.socket), "--timeout", "1", *command],
                                      capture_output=True, text=True, timeout=20)
                assert told.returncode == 3 and "nothing came from it for 1s" in told.stderr, (command, told)
                assert time.monotonic() - began < 10, command
        finally:
            crawl.daemon.signal(signal.SIGCONT)
        crawl.stop()


if __name__ == "__main__":
    harness.main(globals())
