"""Origins that collapse when pushed: what frontierd gets out of them, and what a naive retrier does.

Every origin can serve CAPACITY requests a second for as long as nobody asks for more. Three of them
refuse what is beyond, and each request they refuse makes them slower, up to twenty times, for a while:
silently, with a Retry-After, and with four names for one origin. The fourth refuses nothing: it queues,
and works on for clients that have long left. Both clients meet the same origins, fresh; what each of
them got is read from the origins' own log.

`overload.py --record` also writes the figures to overload.tsv, from which overload_plot.py draws.
"""
import collections
import http.client
import pathlib
import sys
import threading
import time

import harness

CAPACITY = 40.0   # requests a second, of each origin
NAIVE_WORKERS = {"silent": 12, "told": 12, "shared": 12, "queueing": 80}
NAIVE_PATIENCE = 1.0  # seconds until it hangs up and asks again
NAIVE_SECONDS = 12
LEARN_SECONDS = 45
MEASURE_SECONDS = 45
GOODPUT_MIN = 0.90
REFUSED_MAX = 0.01
NAIVE_GOODPUT_MAX = 0.50
RECORD = "--record" in sys.argv

COLLAPSE = 'collapse = { per_excess = 0.05, slowest = 20, recover = "5s" }'
RATE = f'latency = "5ms"\n[host.capacity]\nper_second = {CAPACITY}\nburst = 20\n{COLLAPSE}'
# Four are served together, a tenth of a second each; the rest waits in a long queue.
QUEUE = 'latency = "100ms"\n[host.capacity]\nat_once = 4\nqueue = 400'
ORIGINS = {
    "silent": (["silent.localhost"], RATE),
    "told": (["told.localhost"], RATE + '\nanswer = { status = 429, headers = ["Retry-After: 1"] }'),
    "shared": ([f"shared{n}.localhost" for n in range(4)], RATE),
    "queueing": ([f"queueing{n}.localhost" for n in range(12)], QUEUE),
}

# The product's rules with its hours shrunk to seconds: rests, and the time to earn a pace back.
SETTINGS = {
    "pace.gap": "5ms", "pace.latency_factor": 1.0, "pace.recover_in": "10s",
    "rest.rate_limited.base": "300ms", "rest.rate_limited.asked_min": "200ms",
    "rest.overloaded.base": "300ms", "rest.overloaded.asked_min": "200ms",
    "harvest.keep": ["none"],
}


def start_origins(folder, children):
    folder.mkdir(parents=True)
    lab = "".join(f"[[host]]\nname = {harness.toml_value(names)}\npages = 1000000\n{rest}\n"
                  for names, rest in ORIGINS.values())
    child, port = harness.start_originlab(folder, lab)
    children.append(child)
    return port


def by_origin(folder):
    """{origin: [(second since the first request of all, good, refused)]}, by the log."""
    origin_of = {name: origin for origin, (names, _) in ORIGINS.items() for name in names}
    rows = [(int(row["end_us"]), origin_of[row["host"]], row["by"] == "page" and row["ending"] == "sent",
             row["status"] in ("429", "503"))
            for row in harness.lab_requests(folder) if row["host"] in origin_of]
    begin = min(row[0] for row in rows)
    found = collections.defaultdict(list)
    for end, origin, good, refused in sorted(rows):
        found[origin].append(((end - begin) / 1e6, good, refused))
    return found


def summary(requests, start, end):
    """(goodput a second, share refused) between two moments."""
    within = [row for row in requests if start <= row[0] < end]
    good = sum(row[1] for row in within)
    refused = sum(row[2] for row in within)
    return good / (end - start), refused / max(len(within), 1)


def retry_naively(host, port, first, step, stop_at):
    """One worker: the next page, and on any refusal at once again, as often as it takes."""
    page, connection = first, None
    while time.monotonic() < stop_at:
        try:
            if connection is None:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=NAIVE_PATIENCE)
            connection.request("GET", f"/p/{page}", headers={"Host": f"{host}:{port}"})
            response = connection.getresponse()
            response.read()
            if response.status == 200:
                page += step
        except (OSError, http.client.HTTPException):
            connection.close()
            connection = None


def run_naive(folder, children):
    port = start_origins(folder, children)
    stop_at = time.monotonic() + NAIVE_SECONDS
    workers = []
    for origin, (names, _) in ORIGINS.items():
        for n in range(NAIVE_WORKERS[origin]):
            workers.append(threading.Thread(
                target=retry_naively,
                args=(names[n % len(names)], port, n, NAIVE_WORKERS[origin], stop_at)))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    children[-1].stop()
    return by_origin(folder)


def run_frontierd(folder, children):
    port = start_origins(folder, children)
    origins = children[-1]
    crawl = harness.Crawl(folder / "crawl", SETTINGS).start()
    children.append(crawl.daemon)
    pages = int(CAPACITY * (LEARN_SECONDS + MEASURE_SECONDS) * 1.5)
    crawl.seed([f"http://{names[page % len(names)]}:{port}/p/{page}"
                for names, _ in ORIGINS.values() for page in range(pages)])
    time.sleep(LEARN_SECONDS + MEASURE_SECONDS)
    crawl.stop()
    origins.stop()
    return by_origin(folder)


def record(naive, ours):
    """Per second: what was served and what was refused."""
    lines = ["client\torigin\tsecond\tserved\trefused"]
    for client, found, seconds in (("naive", naive, NAIVE_SECONDS),
                                   ("frontierd", ours, LEARN_SECONDS + MEASURE_SECONDS)):
        for origin in ORIGINS:
            for second in range(seconds):
                within = [row for row in found[origin] if second <= row[0] < second + 1]
                lines.append(f"{client}\t{origin}\t{second}\t{sum(row[1] for row in within)}"
                             f"\t{sum(row[2] for row in within)}")
    pathlib.Path(__file__).with_name("overload.tsv").write_text("\n".join(lines) + "\n")


def test_goodput_stays_near_capacity_where_a_naive_retrier_collapses_it():
    with harness.workplace("overload") as (folder, children):
        naive = run_naive(folder / "naive", children)
        ours = run_frontierd(folder / "ours", children)
        if RECORD:
            record(naive, ours)
        wrong = []
        for origin in ORIGINS:
            good, refused = summary(ours[origin], LEARN_SECONDS, LEARN_SECONDS + MEASURE_SECONDS)
            # The naive client's first third is spent on bringing the origin down.
            naive_good, naive_refused = summary(naive[origin], NAIVE_SECONDS / 3, NAIVE_SECONDS)
            print(f"{origin}: frontierd {good:.1f}/s of {CAPACITY:.0f}, {refused:.2%} refused; "
                  f"naive {naive_good:.1f}/s, {naive_refused:.2%} refused", flush=True)
            if good < GOODPUT_MIN * CAPACITY or refused >= REFUSED_MAX:
                wrong.append(f"{origin}: frontierd got {good:.1f}/s with {refused:.2%} refused")
            if naive_good > NAIVE_GOODPUT_MAX * CAPACITY:
                wrong.append(f"{origin}: the naive retrier got {naive_good:.1f}/s, no collapse to show")
        assert not wrong, wrong


if __name__ == "__main__":
    if RECORD:
        sys.argv.remove("--record")
    harness.main(globals())
