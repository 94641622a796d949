"""Half an hour of crawling thousands of hosts, faults on: memory, descriptors and threads stay flat and no
queue leaves its bound. Not part of the default tests: `tools/soak [MINUTES]`, 30 by default.

originlab plays the hosts, a name server of our own spreads them over 127.0.0.1 to 127.0.0.250. Every
5 s the kernel's and the daemon's own figures are taken. The first third is for warming up; over the
rest the straight line through the samples may rise by no more than the bounds below.
"""
import os
import re
import sys
import time
import urllib.parse

import harness
import hostile_origins

HOSTS = int(os.environ.get("FRONTIERD_SOAK_HOSTS", "3000"))
GAP = 12  # seconds between two pages of a host
EVERY = 5  # seconds between two samples
MEMORY_GROWTH_MAX = 16 << 20  # over the measured time, by the straight line
DESCRIPTOR_GROWTH_MAX = 64
QUEUE_GROWTH_MAX = 0.25  # of its bound
THREADS_MAX = 8

# What a host does, by its number modulo 40; those not named here serve pages.
FAULTS = {
    0: '[[host.limit]]\nrequests = 2\nwindow = "60s"\nexcept = "/robots.txt"\npublish = ["retry-after"]\n',
    1: '[host.capacity]\nper_second = 0.05\nburst = 2\n',
    2: '[[host.maintenance]]\nfrom = "30s"\nto = "60s"\nevery = "150s"\n',
    3: '[[host.route]]\npath = "/p/*"\nfault = "reset-in-body"\nsize = "64K"\n',
    4: '[[host.route]]\npath = "/p/*"\nsize = "64M"\nfill = "zeros"\nencoding = "gzip"\n',
    5: '[[host.route]]\npath = "/p/*"\nfault = "endless-head"\n',
    6: '[[host.route]]\npath = "/p/*"\npick = "random"\nanswer = [{ status = 503 }, { pass = true, weight = 3 }]\n',
    7: '[[host.route]]\npath = "/p/*"\nfault = "silent-in-body"\nsize = "8K"\n',
    8: '[[host.route]]\npath = "/p/*"\nredirect = "/trap/{hash}"\n[[host.route]]\npath = "/trap/*"\n'
       'redirect = "/trap/{hash}"\n',
    9: '[[host.route]]\npath = "/p/*"\nstatus = 404\n',
    10: '[[host.route]]\npath = "/p/*"\nfault = "chunk-extensions"\nsize = "64M"\nflood_size = "4K"\n',
    11: '[[host.wall]]\nafter = 3\nexcept = "/robots.txt"\nlasts = "120s"\n',
    12: '[[host.route]]\npath = "/p/*"\nfault = "close-in-head"\n',
    13: '[[host.route]]\npath = "/robots.txt"\nstatus = 500\n',
    14: '[[host.route]]\npath = "/p/*"\nsize = "2M"\nfill = "random"\n',
    15: '[[host.route]]\npath = "/p/*"\nframing = "chunked"\nending = "reset"\nsize = "16K"\n',
}
SETTINGS = {
    "fetch.allow_addresses": ["127.0.0.0/24"], "pace.gap": f"{GAP}s", "pace.group_gap": "0",
    "pace.group_flights": 64, "page_cache": "16MiB", "dns.ttl_min": "30s", "dns.ttl_max": "30s",
    "fetch.first_byte_timeout": "5s", "fetch.min_speed_window": "3s", "fetch.total_timeout": "30s",
    "retry.attempts_max": 3, "retry.backoff_base": "5s", "retry.backoff_cap": "20s",
    "retry.give_up_after": "365d", "rest.overloaded.base": "5s", "rest.overloaded.cap": "20s",
    "rest.unreachable.base": "5s", "rest.unreachable.cap": "20s", "rest.rate_limited.base": "5s",
    "rest.rate_limited.cap": "20s", "rest.bot_walled.base": "20s", "rest.bot_walled.asked_min": "0",
    "harvest.rotate_bytes": "64MiB", "frontier.many_hosts": 100_000, "frontier.flights_max": 256,
}
SHOWN = ["flights", "landings", "archive_landings", "dns_lookups", "dns_waiting", "database_log_pages"]


class SpreadNames(hostile_origins.NameServer):
    def addresses(self, label):
        number = int(label[1:]) if label[1:].isdigit() else 0
        return [f"127.0.0.{number % 250 + 1}"]


def lab_text(pages):
    text = ['[[listener]]\naddress = "0.0.0.0:0"\n']
    for kind in range(40):
        names = ", ".join(f'"h{n}.soak.test"' for n in range(kind, HOSTS, 40))
        text.append(f'[[host]]\nname = [{names}]\nlatency = {{ from = "5ms", to = "80ms" }}\n')
        text.append(f'[host.pages]\ncount = {pages}\nsize_from = 1000\nsize_to = 12000\n')
        text.append(FAULTS.get(kind, ""))
    return "\n".join(text)


METRIC = re.compile(r'^(\w+)(?:\{queue="(\w+)"\})? (\S+)$', re.M)


def sample(crawl):
    """Figures by name, those of queues as (length, max)."""
    import http.client
    import socket
    connection = http.client.HTTPConnection("frontierd", timeout=30)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(crawl.socket))
    connection.request("GET", "/metrics")
    found = {(name, queue): float(value) for name, queue, value in
             METRIC.findall(connection.getresponse().read().decode())}
    connection.close()
    queues = {(unit, queue): (value, found[f"frontierd_queue_{unit}_max", queue])
              for (name, queue), value in found.items() for unit in ("length", "bytes")
              if name == f"frontierd_queue_{unit}"}
    assert queues, "this daemon does not show its queues: build it anew"
    return {"memory": found["process_resident_memory_bytes", ""], "descriptors": found["process_open_fds", ""],
            "threads": found["process_threads", ""], "queues": queues,
            "landed": found["frontierd_fetch_duration_seconds_count", ""],
            "disk": sum(path.stat().st_size for path in crawl.state.glob("frontier.db*"))}


def growth(times, values):
    """Of the straight line through the points (least squares), from the first to the last."""
    count = len(times)
    mean_t, mean_v = sum(times) / count, sum(values) / count
    spread = sum((t - mean_t) ** 2 for t in times)
    slope = sum((t - mean_t) * (v - mean_v) for t, v in zip(times, values)) / spread
    return slope * (times[-1] - times[0])


def over_bound(taken, flights_max):
    wrong = []
    for one in taken:
        for (unit, queue), (length, bound) in one["queues"].items():
            # What is in the air when the archive fills up still comes in.
            slack = flights_max if (unit, queue) == ("length", "archive_landings") else 0
            slack = flights_max << 20 if (unit, queue) == ("bytes", "archive_landings") else slack
            if length > bound + slack:
                wrong.append(f"{queue} ({unit}): {length:.0f} of {bound:.0f} after {one['at']:.0f} s")
    return wrong


def growing_queues(warm):
    """Queues that are within their bounds and on their way out of them."""
    times, wrong = [one["at"] for one in warm], []
    for unit, queue in warm[-1]["queues"]:
        lengths, bounds = zip(*(one["queues"][unit, queue] for one in warm))
        rise = growth(times, lengths)
        if rise > QUEUE_GROWTH_MAX * bounds[-1]:
            wrong.append(f"{queue} ({unit}) rises by {rise:.0f} of {bounds[-1]:.0f}")
    return wrong


def judge(taken):
    warm = [one for one in taken if one["at"] >= taken[-1]["at"] / 3]
    times = [one["at"] for one in warm]
    rise = {name: growth(times, [one[name] for one in warm]) for name in ("memory", "descriptors", "threads")}
    print(f"after warming up, over {times[-1] - times[0]:.0f} s: memory {rise['memory'] / (1 << 20):+.1f} MiB, "
          f"descriptors {rise['descriptors']:+.1f}, threads {rise['threads']:+.1f}")
    wrong = over_bound(taken, SETTINGS["frontier.flights_max"]) + growing_queues(warm)
    if rise["memory"] > MEMORY_GROWTH_MAX:
        wrong.append(f"memory rises by {rise['memory'] / (1 << 20):.1f} MiB, at most {MEMORY_GROWTH_MAX >> 20}")
    if rise["descriptors"] > DESCRIPTOR_GROWTH_MAX:
        wrong.append(f"descriptors rise by {rise['descriptors']:.0f}, at most {DESCRIPTOR_GROWTH_MAX}")
    if max(one["threads"] for one in taken) > THREADS_MAX:
        wrong.append(f"more than {THREADS_MAX} threads")
    assert not wrong, "\n".join(wrong)


def row(one, before):
    rate = (one["landed"] - before["landed"]) / max(one["at"] - before["at"], 0.1)
    cells = [f"{one['at']:6.0f}", f"{one['memory'] / (1 << 20):8.1f}", f"{one['descriptors']:6.0f}",
             f"{one['threads']:4.0f}", f"{one['disk'] / (1 << 20):8.1f}", f"{rate:7.0f}"]
    cells += [f"{one['queues']['length', name][0]:{len(name)}.0f}" for name in SHOWN]
    return "  ".join(cells)


def watch(crawl, seconds):
    print("  ".join([" after", "  memory", " files", "thrd", "database", "pages/s", *SHOWN]), flush=True)
    started, taken, shown = time.monotonic(), [], None
    while time.monotonic() - started < seconds:
        time.sleep(EVERY)
        assert crawl.daemon.running(), crawl.daemon.text()[-3000:]
        one = {**sample(crawl), "at": time.monotonic() - started}
        taken.append(one)
        if shown is None or one["at"] - shown["at"] >= seconds / 40:
            print(row(one, shown or {**one, "at": 0, "landed": 0}), flush=True)
            shown = one
    return taken


def soak(minutes):
    pages = int(minutes * 60 / GAP * 1.3) + 10
    with harness.workplace("soak") as (folder, children):
        lab, ports = folder / "lab.toml", folder / "ports"
        lab.write_text(lab_text(pages))
        children.append(harness.Process([harness.ORIGINLAB, lab, "--ports-file", ports], folder / "lab.out"))
        harness.wait_until(ports.exists, 60, what="originlab")
        port = urllib.parse.urlsplit("//" + ports.read_text().split()[0]).port
        origins = hostile_origins.Origins()
        origins.names = SpreadNames()
        with origins:
            crawl = harness.Crawl(folder / "crawl", {
                **SETTINGS, "dns.servers": [f"127.0.0.1:{origins.dns_port}"]}).start()
            children.append(crawl.daemon)
            for first in range(0, pages, 10):  # host by host would be served host by host
                crawl.seed([f"http://h{n}.soak.test:{port}/p/{page}" for page in
                            range(first, min(first + 10, pages)) for n in range(HOSTS)])
            print(f"{HOSTS} hosts, {HOSTS * pages:,} URLs, {minutes:g} minutes", flush=True)
            taken = watch(crawl, minutes * 60)
            classes = crawl.rows("SELECT class, count(*) AS n FROM attempt GROUP BY class ORDER BY n DESC")
            print("landed: " + ", ".join(f"{one['n']:,} {one['class']}" for one in classes))
            assert crawl.unfinished() > 0, "the URLs did not last: the end of the run was idle"
            crawl.stop()
        judge(taken)


if __name__ == "__main__":
    soak(float(sys.argv[1]) if len(sys.argv) > 1 else 30)
    print("soak: flat")
