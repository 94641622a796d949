"""Starts real servers and the real daemon on loopback, in a folder that goes away, and asks both sides.

Nothing here decides what is right; the tests do. Everything started is stopped by its own id.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("FRONTIERD_BUILD", ROOT / "build" / "dev"))
DAEMON = BUILD / "daemon" / "frontierd"
CTL = BUILD / "tools" / "frontierctl" / "frontierctl"
ORIGINLAB = BUILD / "tools" / "originlab" / "originlab"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(check, seconds=30.0, step=0.05, what="the condition"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(step)
    raise AssertionError(f"{what} did not come true within {seconds} s")


def port_answers(port):
    with contextlib.suppress(OSError):
        with socket.create_connection(("127.0.0.1", port), timeout=0.5):
            return True
    return False


class Process:
    """A child that is stopped with its group, by its own id."""

    def __init__(self, arguments, log, env=None, cwd=None):
        self.log = pathlib.Path(log)
        self.out = open(self.log, "ab")
        self.child = subprocess.Popen([str(a) for a in arguments], stdout=self.out,
                                      stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                      env=env, cwd=cwd, start_new_session=True)

    def running(self):
        return self.child.poll() is None

    def signal(self, number):
        if self.running():
            self.child.send_signal(number)

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()
        self.out.close()

    def stop(self, seconds=20.0):
        self.signal(signal.SIGTERM)
        try:
            code = self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not stop within {seconds} s; its log:\n{self.text()[-3000:]}")
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.out.close()
        return code

    def text(self):
        return self.log.read_text(errors="replace")


def toml_value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value)


def toml_text(settings):
    """{"pace.gap": "1s"} as TOML, each key in its section."""
    sections = {}
    for name, value in settings.items():
        section, _, key = name.rpartition(".")
        sections.setdefault(section, []).append(f"{key} = {toml_value(value)}")
    lines = sections.pop("", [])
    for section, keys in sections.items():
        lines += [f"[{section}]"] + keys
    return "\n".join(lines) + "\n"


FAST = {
    "pace.gap": "20ms", "pace.group_gap": "0", "pace.group_flights": 1024, "pace.latency_factor": 0.0,
    "fetch.allow_addresses": ["127.0.0.0/8", "::1/128"], "log.fetches": False, "disk_reserve": "16MiB",
    "frontier.many_hosts": 100000,
}


class Crawl:
    """One frontierd with its folder, config and database."""

    def __init__(self, folder, settings=None, rules="", base=FAST):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.state = self.folder / "state"
        self.socket = self.folder / "ctl.sock"
        self.config = self.folder / "frontierd.toml"
        self.log = self.folder / "frontierd.log"
        self.rules = rules
        self.settings = {**base, "state": str(self.state), "socket": str(self.socket),
                         **(settings or {})}
        self.daemon = None
        self.write_config()

    def write_config(self, **changes):
        self.settings.update(changes)
        self.config.write_text(toml_text(self.settings) + self.rules)

    def start(self, wait=True, env=None, prefix=()):
        self.daemon = Process([*prefix, DAEMON, "--config", self.config], self.log, env=env)
        if wait:
            wait_until(self.answers, 30, 0.02, "the daemon's API")
        return self

    def answers(self):
        if not self.daemon.running():
            raise AssertionError("the daemon ended:\n" + self.daemon.text()[-3000:])
        return self.socket.exists() and self.ctl("status", check=False).returncode == 0

    def ctl(self, *arguments, check=True, text=None, timeout=120):
        done = subprocess.run([str(CTL), "--socket", str(self.socket), *map(str, arguments)],
                              capture_output=True, input=text, timeout=timeout)
        if check and done.returncode != 0:
            raise AssertionError(f"frontierctl {arguments}: {done.returncode}\n"
                                 f"{done.stdout.decode(errors='replace')}"
                                 f"{done.stderr.decode(errors='replace')}")
        return done

    def json(self, *arguments):
        return json.loads(self.ctl(*arguments, "--json").stdout)

    def seed(self, urls):
        return self.ctl("seed", "-", text="\n".join(urls).encode() + b"\n")

    def rows(self, query, *values):
        with contextlib.closing(sqlite3.connect(f"file:{self.state}/frontier.db?mode=ro", uri=True,
                                                timeout=30)) as db:
            db.row_factory = sqlite3.Row
            return db.execute(query, values).fetchall()

    def one(self, query, *values):
        return self.rows(query, *values)[0][0]

    def unfinished(self):
        return self.one("SELECT count(*) FROM urls WHERE state IN ('queued', 'leased')")

    def wait_done(self, seconds=120.0):
        try:
            wait_until(lambda: self.unfinished() == 0, seconds, 0.2, "the end of the crawl")
        except AssertionError as late:
            waiting = [tuple(row) for row in
                       self.rows("SELECT url, state, why FROM urls "
                                 "WHERE state IN ('queued', 'leased') LIMIT 10")]
            raise AssertionError(f"{late}; still waiting: {waiting}\n{self.daemon.text()[-2000:]}")

    def kill(self):
        self.daemon.kill()

    def stop(self):
        code = self.daemon.stop()
        if code != 0:
            raise AssertionError(f"the daemon ended with {code}:\n{self.daemon.text()[-3000:]}")

    def warcs(self):
        return sorted((self.state / "warc").glob("*.warc.gz"))


@contextlib.contextmanager
def workplace(name):
    """A folder that is kept only when the test fails."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"frontierd-{name}-"))
    children = []
    try:
        yield folder, children
    except BaseException:
        print(f"kept for a look: {folder}")
        for child in children:
            if child.running():
                child.kill()
        raise
    for child in children:
        if child.running():
            child.kill()
    shutil.rmtree(folder, ignore_errors=True)


NGINX = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log;
events {{ worker_connections 4096; }}
http {{
  include /etc/nginx/mime.types; default_type application/octet-stream;
  log_format seen '$msec $request_time $host $status "$request_uri" "$http_user_agent"';
  access_log {folder}/nginx-access.log seen;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  keepalive_timeout 30; keepalive_requests 100000; server_names_hash_bucket_size 128;
  {body}
}}
"""


def start_nginx(folder, body, port):
    conf = folder / "nginx.conf"
    conf.write_text(NGINX.format(folder=folder, body=body))
    child = Process(["/usr/sbin/nginx", "-c", conf, "-p", folder], folder / "nginx.out")
    wait_until(lambda: port_answers(port), 10, what="nginx")
    return child


SEEN = re.compile(r'^([\d.]+) ([\d.]+) (\S+) (\d+) "([^"]*)"')


def nginx_requests(folder):
    """(start, end, host, status, path) of each request, by host in the order of their starts."""
    found = []
    for line in (folder / "nginx-access.log").read_text().splitlines():
        match = SEEN.match(line)
        if match:
            end, took = float(match[1]), float(match[2])
            found.append((end - took, end, match[3], int(match[4]), match[5]))
    return sorted(found)


def start_originlab(folder, text, port=0):
    """originlab with this lab, on a free port unless one is named; (child, port). Its log: lab_requests."""
    lab, ports = folder / "lab.toml", folder / "ports"
    lab.write_text(text)
    ports.unlink(missing_ok=True)
    child = Process([ORIGINLAB, lab, "--log", folder / "requests.tsv", "--ports-file", ports, "--port", port,
                     "--for", "20m"], folder / "originlab.log")
    wait_until(ports.exists, 60, what="originlab")
    return child, int(ports.read_text().split()[0].rpartition(":")[2])


def lab_requests(folder):
    """originlab's log, in the order of the starts: {column: text}, the host without its port."""
    lines = (folder / "requests.tsv").read_text(errors="replace").splitlines()
    columns = lines[0].lstrip("# ").split("\t")
    rows = [dict(zip(columns, line.split("\t"))) for line in lines[1:]]
    for row in rows:
        row["host"] = row["host"].partition(":")[0]
    return sorted(rows, key=lambda row: int(row["start_us"]))


def gap_violations(requests, gap, slack=0.003):
    """Pairs of requests to one host that lie closer than `gap` seconds, end to start."""
    last_end, wrong = {}, []
    for start, end, host, status, path in sorted(requests):
        before = last_end.get(host)
        if before is not None and start - before < gap - slack:
            wrong.append((host, path, round(start - before, 4)))
        last_end[host] = max(end, before or 0)
    return wrong


def number_option(name, otherwise):
    """`--NAME N` of the command line, taken off it, before the names of tests."""
    import sys
    if name not in sys.argv:
        return otherwise
    at = sys.argv.index(name)
    value = int(sys.argv[at + 1])
    del sys.argv[at:at + 2]
    return value


def main(tests):
    """Runs the functions named test_*; a plain closing line for whoever counts."""
    import sys
    import traceback
    wanted = sys.argv[1:]
    passed = failed = 0
    for name, test in list(tests.items()):
        if not name.startswith("test_") or (wanted and name not in wanted):
            continue
        started = time.monotonic()
        try:
            test()
            passed += 1
            print(f"ok {name} ({time.monotonic() - started:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"FAILED {name}")
            traceback.print_exc()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)
