"""The daemon, held to 512 MiB, among origins that want to harm it (the tables of hostile_cases.py): each
ends as a stored outcome, memory, threads and descriptors stay within bounds, and well-behaved hosts that
are crawled meanwhile keep their rate.
"""
import contextlib
import os
import pathlib
import random
import re
import resource
import threading
import time

import harness
import hostile_cases as cases
import hostile_h2
import hostile_origins

MEMORY_MAX = 512 << 20
THREADS_MAX = 16
RATE_KEPT = 0.7  # of the good hosts' calm rate, while the hostile ones are crawled
STRANGERS_MAX = 0.25  # of the machine; beside more than that no rate is judged
GOOD_HOSTS = 16
GOOD_PAGES = 1_000  # of each: more than can be fetched in the time
CALM = 7.0  # seconds
HOSTILE_MAX = 60.0  # after the last wave
WAVES = 11
FLIGHTS_MAX = 128

SETTINGS = {
    "fetch.allow_addresses": ["127.0.0.0/24"], "pace.gap": "500ms", "frontier.flights_max": FLIGHTS_MAX,
    "page_cache": "64MiB", "retry.attempts_max": 2, "retry.backoff_base": "200ms",
    "retry.backoff_cap": "200ms", "retry.backoff_floor": "0", "retry.incidents_max": 2,
    "retry.give_up_after": "0", "robots.unreachable_retry": "1s", "fetch.connect_timeout": "2s",
    "fetch.first_byte_timeout": "2s", "fetch.total_timeout": "15s", "fetch.min_speed_window": "2s",
    "fetch.connection_idle_max": "5s", "dns.ttl_min": "0", "dns.timeout": "5s", "dns.tries": 1,
    **{f"rest.{cls}.{key}": value for cls in ("rate_limited", "overloaded", "unreachable",
                                             "upstream_failed", "maintenance")
       for key, value in (("base", "200ms"), ("cap", "200ms"), ("asked_min", "0"))},
    "rest.rate_limited.asked_max": "1h", "rest.overloaded.asked_max": "1h",
    "rest.maintenance.asked_max": "1h", "rest.announced_max": "1h",
}
GOOD_PACE = '[[host]]\npattern = "*.good.localhost"\ngap = "100ms"\n'
ASKED_MAX_MS = 3_600_000


def route_text(name, keys, path="*", hosts=None):
    lines = "\n".join(keys.split(" ; "))
    names = "[" + ", ".join(f'"{host}.localhost"' for host in hosts or [name]) + "]"
    return (f'[[host]]\nname = {names}\n[[host.route]]\npath = "/robots.txt"\nstatus = 404\n'
            f'[[host.route]]\npath = "{path}"\n{lines}\n')


def lab_text(barred_port):
    """The hostile lab: plain listener first, then those of LISTENERS in their order."""
    text = ["[[listener]]\naddress = \"127.0.0.1:0\"\n"]
    for _, keys, _, _, _ in cases.LISTENERS:
        text.append("[[listener]]\naddress = \"127.0.0.1:0\"\n" + "\n".join(keys.split(" ; ")) + "\n")
    keys_of = {name: keys for name, keys, _, _ in cases.LAB}
    for name, keys, _, _ in cases.LAB:
        crowd = [f"crowd-{name}-{n}" for n in range(cases.CROWD_HOSTS)] if name in cases.CROWD else []
        text.append(route_text(name, keys, hosts=[name] + crowd))
    text.append(route_text("pong", keys_of["ping"].replace("pong", "ping")))
    for name, target in cases.BARRED_TARGETS.items():
        to = target.replace("PORT", str(barred_port)).replace("\\", "\\\\").replace("\t", "\\t")
        text.append(route_text(f"to-{name}", f'redirect = "{to}"'))
    names = [name for name, _, _, _, _ in cases.LISTENERS] + ["ok"]
    text.append(route_text("", "status = 200", hosts=names))
    text.append('[[host]]\nname = "robots-huge.localhost"\npages = 3\n'
                'robots = { size = "1G", fill = "robots" }\n')
    return "\n".join(text)


def start_lab(folder, name, text):
    lab, ports = folder / f"{name}.toml", folder / f"{name}.ports"
    lab.write_text(text)
    child = harness.Process([harness.ORIGINLAB, lab, "--ports-file", ports, "--for", "10m"],
                            folder / f"{name}.out", cwd=folder)
    harness.wait_until(lambda: ports.exists() or not child.running(), 60, what=f"the lab {name}")
    assert child.running(), child.text()
    return child, [int(line.rsplit(":", 1)[1]) for line in ports.read_text().split()]


def is_sanitized():
    program = harness.DAEMON.read_bytes()
    return b"__asan_init" in program or b"__tsan_init" in program


class Watch:
    """Samples what the kernel says of the process, a few times a second."""

    def __init__(self, pid):
        self.folder = pathlib.Path(f"/proc/{pid}")
        self.peak = {"memory": 0, "threads": 0, "descriptors": 0}
        self.now = dict(self.peak)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def sample(self):
        status = (self.folder / "status").read_text()
        found = {name: int(re.search(rf"^{key}:\s*(\d+)", status, re.M)[1])
                 for name, key in (("memory", "VmHWM"), ("threads", "Threads"))}
        found["memory"] <<= 10
        found["descriptors"] = len(os.listdir(self.folder / "fd"))
        self.now = found
        for name, value in found.items():
            self.peak[name] = max(self.peak[name], value)

    def run(self):
        while not self.stopped.wait(0.2):
            with contextlib.suppress(OSError, TypeError):
                self.sample()

    def stop(self):
        self.stopped.set()
        self.thread.join()


class Strangers:
    """How much of the machine the processes that are not ours use: a rate can be judged only beside few."""

    def __init__(self, pids):
        self.pids = [*pids, os.getpid()]
        self.since = (time.monotonic(), *self.ticks())

    def ticks(self):
        fields = pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:9]
        everyone = sum(map(int, fields)) - int(fields[3]) - int(fields[4])  # but idle and iowait
        ours = sum(sum(map(int, pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
                   for pid in self.pids)
        return everyone, ours

    def share(self):
        began, everyone, ours = self.since
        now_everyone, now_ours = self.ticks()
        seconds = (now_everyone - everyone - now_ours + ours) / os.sysconf("SC_CLK_TCK")
        return max(seconds, 0) / ((time.monotonic() - began) * os.cpu_count())


class Stage:
    """All that is started, and the URL of each case."""

    def __init__(self, folder, children, stack):
        self.h2 = hostile_h2.H2Ports(folder)
        origins = hostile_origins.Origins()
        origins.extra.append(self.h2.open)
        self.origins = stack.enter_context(origins)
        lab, self.ports = start_lab(folder, "hostile", lab_text(self.origins.barred_port))
        good, self.good_ports = start_lab(folder, "good", "".join(
            f'[[host]]\nname = "good-{n}.good.localhost"\npages = {GOOD_PAGES}\n' for n in range(GOOD_HOSTS)))
        children += [lab, good, self.start_nghttpd(folder)]
        trusted = [self.h2.certificate] + sorted(folder.glob("*-*.pem")) + [folder / "expired.pem"]
        (folder / "trusted.pem").write_text("".join(path.read_text() for path in trusted))
        self.crawl = harness.Crawl(folder / "crawl", {
            **SETTINGS, "dns.servers": [f"127.0.0.1:{self.origins.dns_port}"],
            "fetch.ca_file": str(folder / "trusted.pem")}, GOOD_PACE).start()
        children.append(self.crawl.daemon)
        self.pid = self.crawl.daemon.child.pid
        if not is_sanitized():
            # Private writable memory: the heap and all that a bomb can grow.
            resource.prlimit(self.pid, resource.RLIMIT_DATA, (MEMORY_MAX, MEMORY_MAX))

    def start_nghttpd(self, folder):
        site = folder / "h2-site"
        site.mkdir()
        (site / "page.html").write_bytes(hostile_origins.PAGE)
        self.h2_good_port = harness.free_port()
        child = harness.Process(["nghttpd", "-d", site, self.h2_good_port, self.h2.key, self.h2.certificate,
                                 "-a", "127.0.0.1"], folder / "nghttpd.out")
        harness.wait_until(lambda: harness.port_answers(self.h2_good_port), 10, what="nghttpd")
        return child

    def expectations(self):
        """url: (state, words), of every case."""
        port = self.ports[0]
        found = {f"http://{name}.localhost:{port}/": (state, words) for name, _, state, words in cases.LAB}
        for name in cases.BARRED_TARGETS:
            found[f"http://to-{name}.localhost:{port}/"] = ("done", "moved")
        for (name, _, scheme, state, words), at in zip(cases.LISTENERS, self.ports[1:]):
            found[f"{scheme}://{name}.localhost:{at}/"] = (state, words)
        for name, state, words in cases.RAW:
            found[f"http://{name}.localhost:{self.origins.port}/"] = (state, words)
        for name, state, words in cases.NAMES:
            found[f"http://{name}.hostile.test:{self.origins.port}/"] = (state, words)
        for name, state, words in cases.H2:
            found[f"https://{name}.localhost:{self.h2.ports[name]}/"] = (state, words)
        found[f"https://h2-good.localhost:{self.h2_good_port}/page.html"] = ("done", "fetched")
        found[f"http://robots-huge.localhost:{port}/p/1"] = ("done", "fetched")
        return found

    def crowd(self):
        return [f"http://crowd-{name}-{n}.localhost:{self.ports[0]}/{page}" for page in range(8)
                for name in cases.CROWD for n in range(cases.CROWD_HOSTS)]

    def seed_in_waves(self, urls):
        """Over half a minute, not all in one moment: the origins share this machine with the daemon."""
        random.Random(1).shuffle(urls)
        for wave in range(WAVES):
            self.crawl.seed(urls[wave::WAVES])
            time.sleep(2)

    def good_pages(self, since_ms, until_ms):
        return self.crawl.one("SELECT count(*) FROM attempts WHERE purpose = 'page' AND class = 'fetched' "
                              "AND host LIKE 'http://good-%' AND landed_ms BETWEEN ? AND ?",
                              since_ms, until_ms)

    def rate(self, since, until):
        return self.good_pages(int(since * 1000), int(until * 1000)) / (until - since)

    def unsettled(self, waiting):
        rows = self.crawl.rows("SELECT url FROM urls WHERE state IN ('queued', 'leased') "
                               "AND host NOT LIKE 'http://good-%'")
        return [row["url"] for row in rows if row["url"] not in waiting]

    def wait_settled(self, waiting):
        try:
            harness.wait_until(lambda: not self.unsettled(waiting), HOSTILE_MAX, 0.3)
        except AssertionError as late:
            left = self.unsettled(waiting)
            raise AssertionError(f"{len(left)} hostile URLs without an outcome after {HOSTILE_MAX} s:\n" +
                                 "\n".join(f"{url}: {stored(self.crawl, url)}" for url in left[:40])) from late


def stored(crawl, url):
    """state, reason and class of one URL, with what is on record about its host and robots.txt."""
    row = crawl.rows(
        "SELECT u.state, u.dropped_because, u.last_class, u.why, h.why AS host_why, h.rest_until_ms, "
        "r.why AS robots_why FROM urls u JOIN hosts h ON h.id = u.host_id "
        "LEFT JOIN robots r ON r.host_id = u.host_id WHERE u.url = ?", url)
    assert row, f"{url} is not on record"
    row = row[0]
    state = " ".join(filter(None, (row["state"], row["dropped_because"])))
    words = " | ".join(str(row[key]) for key in ("last_class", "dropped_because", "why", "host_why", "robots_why")
                       if row[key])
    return state, words, row["rest_until_ms"]


def wrong_outcomes(stage, expected):
    wrong, now_ms = [], time.time() * 1000
    for url, (state, words) in expected.items():
        found, why, rest_until = stored(stage.crawl, url)
        if not found.startswith(state) or not re.search(words, why):
            wrong.append(f"{url}\n    wanted {state}: {words}\n    found  {found}: {why}")
        if any(f"//{name}." in url for name in cases.WAITS):
            wait = rest_until - now_ms
            if not 0 < wait <= ASKED_MAX_MS * 1.1:
                wrong.append(f"{url}: rests {wait / 1000:.0f} s, at most an hour and its jitter was allowed")
    return wrong


def check_targets(stage):
    """Where the redirects led: nowhere that the guard bars."""
    barred = stage.crawl.rows("SELECT url, dropped_because, why FROM urls WHERE via IS NOT NULL AND "
                              "dropped_because = 'address_barred'")
    hosts = {row["url"].split("/")[2].rsplit(":", 1)[0] for row in barred}
    print(f"  barred targets: {sorted(hosts)}")
    assert len(barred) >= 6, [tuple(row) for row in barred]
    for host in ("169.254.169.254", "127.0.1.1", "[::ffff:7f00:101]", "[64:ff9b::7f00:101]",
                 "[2002:7f00:101::]", "0.0.0.0"):
        assert any(row["url"].startswith(f"http://{host}") for row in barred), (host, hosts)
    webs = stage.crawl.one("SELECT count(*) FROM urls WHERE host LIKE 'http://loop-web.%' AND "
                           "dropped_because = 'redirect_limit' AND why LIKE '%redirects in a row%'")
    assert webs == 1, webs
    assert stage.origins.strangers == 0, f"{stage.origins.strangers} connections to a barred address"


def check_rebinding(stage):
    """A name that was good leads to a barred address at the next look."""
    first, second = (f"http://rebind.hostile.test:{stage.origins.port}/{page}" for page in "12")
    stage.crawl.seed([first])
    harness.wait_until(lambda: stored(stage.crawl, first)[0] == "done", 15, what="the first page")
    stage.origins.names.rebound = True
    stage.crawl.seed([second])
    harness.wait_until(lambda: stored(stage.crawl, second)[0] != "queued", 15, what="the second page")
    found = stored(stage.crawl, second)
    assert found[0] == "dropped address_barred" and "127.0.1.1" in found[1], found
    assert stage.origins.strangers == 0


def check_bounds(watch, calm):
    peak, megabytes = watch.peak, watch.peak["memory"] / (1 << 20)
    print(f"  peak: {megabytes:.0f} MiB, {peak['threads']} threads, {peak['descriptors']} descriptors; "
          f"calm: {calm['memory'] / (1 << 20):.0f} MiB, {calm['threads']}, {calm['descriptors']}")
    if not is_sanitized():
        assert peak["memory"] < MEMORY_MAX, f"{megabytes:.0f} MiB"
    assert peak["threads"] <= THREADS_MAX, peak
    # A flight holds a connection, a few bodies a spool file; idle connections go after a while.
    assert peak["descriptors"] <= calm["descriptors"] + 4 * FLIGHTS_MAX, peak
    harness.wait_until(lambda: watch.now["descriptors"] <= calm["descriptors"] + 24, 20,
                       what=f"the end of the idle connections ({calm}, {watch.now})")


def test_each_hostile_origin_ends_as_a_stored_outcome_and_the_good_ones_do_not_notice():
    with harness.workplace("hostile") as (folder, children), contextlib.ExitStack() as stack:
        stage = Stage(folder, children, stack)
        watch = Watch(stage.pid)
        stack.callback(watch.stop)
        stage.crawl.seed([f"http://good-{n}.good.localhost:{stage.good_ports[0]}/p/{page}"
                          for page in range(GOOD_PAGES) for n in range(GOOD_HOSTS)])
        time.sleep(1.5)  # robots.txt and first connections
        calm_from = time.time()
        time.sleep(CALM)
        calm_until, calm = time.time(), dict(watch.now)
        expected = stage.expectations()
        strangers = Strangers(child.child.pid for child in children)
        stage.seed_in_waves(list(expected) + stage.crowd())
        waiting = {url for url, (state, _) in expected.items() if state == "queued"}
        stage.wait_settled(waiting)
        hostile_until, busy = time.time(), strangers.share()
        time.sleep(CALM)
        # What else this machine does changes by the minute: the calm before and the calm after.
        calm_rate = min(stage.rate(calm_from, calm_until), stage.rate(hostile_until, time.time()))
        hostile_rate = stage.rate(calm_until, hostile_until)
        print(f"  good pages/s: {calm_rate:.0f} calm, {hostile_rate:.0f} while {len(expected)} hostile cases "
              f"and {len(stage.crowd())} more ran for {hostile_until - calm_until:.0f} s; "
              f"others used {busy:.0%} of the machine")
        wrong = wrong_outcomes(stage, expected)
        assert not wrong, "\n".join(wrong)
        check_targets(stage)
        check_rebinding(stage)
        check_bounds(watch, calm)
        if busy > STRANGERS_MAX or is_sanitized():
            print("  the rate is not judged: it would tell of the machine, not of the daemon")
        else:
            assert hostile_rate >= RATE_KEPT * calm_rate, (hostile_rate, calm_rate)
        watch.stop()
        stage.crawl.stop()


if __name__ == "__main__":
    harness.main(globals())
