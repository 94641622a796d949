"""The daemon, held to 512 MiB, among origins that want to harm it (the tables of hostile_cases.py): each
ends as a stored outcome, memory, threads and descriptors stay within bounds, and well-behaved hosts that
are crawled meanwhile keep their rate.

What is to be expected meanwhile is told by a twin: a second daemon, set up alike, that crawls as many good
hosts of the same origin in the same minute and no hostile ones. Whatever else this machine does, it does to
both.
"""
import contextlib
import random
import re
import resource
import time

import harness
import hostile_cases as cases
import hostile_h2
import hostile_origins
from process_figures import Strangers, Watch, cpu_seconds, figures, kept_waiting

MEMORY_MAX = 512 << 20
THREADS_MAX = 16
MEMORY_GROWTH_MAX = 48 << 20  # beyond the twin's; less than any one bomb is large
RATE_KEPT = 0.7  # of the twin's rate and of the calm one, while the hostile hosts are crawled
STRANGERS_MAX = 0.25  # of the machine; beside more, the time that a fetching thread was kept waiting for a
                      # core is taken off: its hosts had only the rest of it
CPU_MAX = 20.0  # seconds of a core for all that is hostile
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
    "retry.give_up_after": "0", "frontier.many_window": "1s", "robots.unreachable_retry": "1s", "fetch.connect_timeout": "2s",
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
    for name, location, _, _ in cases.BARRED_TARGETS:
        to = location.replace("PORT", str(barred_port)).replace("\\", "\\\\").replace("\t", "\\t")
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


class Stage:
    """All that is started, and the URL of each case."""

    def __init__(self, folder, children, stack):
        self.h2 = hostile_h2.H2Ports(folder)
        origins = hostile_origins.Origins()
        origins.extra.append(self.h2.open)
        self.origins = stack.enter_context(origins)
        lab, self.ports = start_lab(folder, "hostile", lab_text(self.origins.barred_port))
        good, self.good_ports = start_lab(folder, "good", "".join(
            f'[[host]]\nname = ["good-{n}.good.localhost", "twin-{n}.good.localhost"]\npages = {GOOD_PAGES}\n'
            for n in range(GOOD_HOSTS)))
        children += [lab, good, self.start_nghttpd(folder)]
        trusted = [self.h2.certificate] + sorted(folder.glob("*-*.pem")) + [folder / "expired.pem"]
        (folder / "trusted.pem").write_text("".join(path.read_text() for path in trusted))
        self.crawl, self.twin = (self.start_crawl(folder, name, children) for name in ("crawl", "twin"))
        self.pid, self.twin_pid = (crawl.daemon.child.pid for crawl in (self.crawl, self.twin))
        if not is_sanitized():
            # Private writable memory: the heap and all that a bomb can grow.
            resource.prlimit(self.pid, resource.RLIMIT_DATA, (MEMORY_MAX, MEMORY_MAX))

    def start_crawl(self, folder, name, children):
        crawl = harness.Crawl(folder / name, {
            **SETTINGS, "dns.servers": [f"127.0.0.1:{self.origins.dns_port}"],
            "fetch.ca_file": str(folder / "trusted.pem")}, GOOD_PACE).start()
        children.append(crawl.daemon)
        return crawl

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
        for name, _, _, _ in cases.BARRED_TARGETS:
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

    def seed_good(self):
        for crawl, name in ((self.crawl, "good"), (self.twin, "twin")):
            crawl.seed([f"http://{name}-{n}.good.localhost:{self.good_ports[0]}/p/{page}"
                        for page in range(GOOD_PAGES) for n in range(GOOD_HOSTS)])

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
    wrong = []
    for name, location, target, words in cases.BARRED_TARGETS:
        url = target.replace("PORT", str(stage.origins.barred_port))
        found = stage.crawl.rows("SELECT state, dropped_because, why, via FROM urls WHERE url = ?", url)
        row = tuple(found[0]) if found else ("not", "on record", "", "")
        if row[:2] != ("dropped", "address_barred") or words not in row[2] or f"//to-{name}." not in row[3]:
            wrong.append(f"{location} of to-{name}: {url} is {row}")
    assert not wrong, "\n".join(wrong)
    assert stage.origins.strangers == 0, f"{stage.origins.strangers} connections to a barred address"


def check_loops(stage):
    """Chains without an end are ended by us, each at one URL."""
    for hosts, words in ((("loop-web",), "redirects in a row"), (("ping", "pong"), "redirects in a row"),
                         (("to-no-slashes",), "itself")):
        keys = [f"http://{host}.localhost:{stage.ports[0]}" for host in hosts]
        rows = [row for row in stage.crawl.rows("SELECT host, state, dropped_because, why FROM urls")
                if row["host"] in keys]
        ends = [tuple(row)[1:] for row in rows if row["state"] != "done"]
        assert len(ends) == 1 and ends[0][:2] == ("dropped", "redirect_limit"), (hosts, ends)
        assert words in ends[0][2], (hosts, ends)
        assert {row["host"] for row in rows} == set(keys), [tuple(row) for row in rows]


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


def check_bounds(watch, calm, twin_pid):
    peak, twin, megabyte = watch.peak, figures(twin_pid), 1 << 20
    print(f"  peak: {peak['memory'] / megabyte:.0f} MiB, {peak['threads']} threads, {peak['descriptors']} "
          f"descriptors; calm: {calm['memory'] / megabyte:.0f} MiB, {calm['threads']}, {calm['descriptors']}; "
          f"the twin's peak: {twin['memory'] / megabyte:.0f} MiB")
    if not is_sanitized():
        assert peak["memory"] < MEMORY_MAX, peak
        assert peak["memory"] <= twin["memory"] + MEMORY_GROWTH_MAX, (peak, twin)
    assert peak["threads"] <= THREADS_MAX, peak
    # A flight holds a connection, a few bodies a spool file; idle connections go after a while.
    assert peak["descriptors"] <= calm["descriptors"] + 4 * FLIGHTS_MAX, peak
    harness.wait_until(lambda: watch.now["descriptors"] <= calm["descriptors"] + 24, 20,
                       what=f"the end of the idle connections ({calm}, {watch.now})")


class Rates:
    """The good hosts' pages a second, and what the daemons and the strangers took of the machine, from the calm
    before to the calm after."""

    def __init__(self, stage, children):
        self.stage = stage
        self.calm_from = time.time()
        time.sleep(CALM)
        self.calm_until = time.time()
        self.strangers = Strangers(child.child.pid for child in children)
        self.waited = kept_waiting(stage.pid)
        self.cpu = self.cpu_of_hostile(0.0)

    def cpu_of_hostile(self, before):
        """What the daemon used and its twin did not."""
        return cpu_seconds(self.stage.pid) - cpu_seconds(self.stage.twin_pid) - before

    def hostile_is_over(self):
        until, busy = time.time(), self.strangers.share()
        waited = kept_waiting(self.stage.pid)
        starved = max(waited[thread] - self.waited[thread] for thread in waited) / (until - self.calm_until)
        self.share = RATE_KEPT if busy <= STRANGERS_MAX else RATE_KEPT * (1 - starved)
        self.cpu = self.cpu_of_hostile(self.cpu)
        time.sleep(CALM)
        crawl = self.stage.crawl
        # What else this machine does changes by the minute: the calm before and the calm after.
        self.calm = min(rate(crawl, self.calm_from, self.calm_until), rate(crawl, until, time.time()))
        self.kept, self.twin = (rate(one, self.calm_until, until) for one in (crawl, self.stage.twin))
        print(f"  good pages/s: {self.calm:.0f} calm; {self.kept:.0f}, and {self.twin:.0f} of the twin, while the "
              f"hostile cases ran for {until - self.calm_until:.0f} s, which took {self.cpu:.1f} s of a core; "
              f"others used {busy:.0%} of the machine, a fetching thread was kept waiting for {starved:.0%} of "
              f"the time: at least {self.share:.0%} of both is wanted")

    def check(self):
        if is_sanitized():
            return print("  no rate is judged: it would tell of the sanitizer")
        assert self.kept >= self.share * max(self.twin, self.calm), (self.kept, self.twin, self.calm)
        assert self.cpu <= CPU_MAX, self.cpu


def rate(crawl, since, until):
    pages = crawl.one("SELECT count(*) FROM attempts WHERE purpose = 'page' AND class = 'fetched' "
                      "AND host LIKE '%.good.localhost:%' AND landed_ms BETWEEN ? AND ?",
                      int(since * 1000), int(until * 1000))
    return pages / (until - since)


def test_each_hostile_origin_ends_as_a_stored_outcome_and_the_good_ones_do_not_notice():
    with harness.workplace("hostile") as (folder, children), contextlib.ExitStack() as stack:
        stage = Stage(folder, children, stack)
        watch = Watch(stage.pid)
        stack.callback(watch.stop)
        stage.seed_good()
        time.sleep(1.5)  # robots.txt and first connections
        rates = Rates(stage, children)
        calm = dict(watch.now)
        expected = stage.expectations()
        stage.seed_in_waves(list(expected) + stage.crowd())
        stage.wait_settled({url for url, (state, _) in expected.items() if state == "queued"})
        rates.hostile_is_over()
        print(f"  {len(expected)} hostile cases and {len(stage.crowd())} more")
        wrong = wrong_outcomes(stage, expected)
        assert not wrong, "\n".join(wrong)
        check_targets(stage)
        check_loops(stage)
        check_rebinding(stage)
        check_bounds(watch, calm, stage.twin_pid)
        rates.check()
        watch.stop()
        stage.crawl.stop()
        stage.twin.stop()


if __name__ == "__main__":
    harness.main(globals())
