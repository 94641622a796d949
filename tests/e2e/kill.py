"""The daemon is killed with -9 again and again, in the middle of a crawl and in the middle of being seeded.
Nothing acknowledged is lost, no wait is forgotten, at most what was in flight is fetched twice, and no gap or
rest is violated as the origin saw it.

Some hosts are quick, some take long for a page, so that flights are in hand whenever a kill comes, and some
ask for a rest at every page, so that rests are open. After the last kill the origin is well again and every
page must come home.

    kill.py [--rounds N] [test ...]    N kills of the crawl (default 50), and half as many of the seeding
"""
import collections
import os
import random
import re
import subprocess
import time

import harness

GAP = 0.04
ROUNDS = int(os.environ.get("FRONTIERD_KILLS", "50"))
SEED = int(os.environ.get("FRONTIERD_SEED", "20261122"))
QUICK = {f"quick{n}.localhost": 9 for n in range(6)}  # pages a round
SLOW = {f"slow{n}.localhost": 2 for n in range(4)}
ASKED = {f"rest{seconds}.localhost": seconds for seconds in (3, 6, 9, 12, 15)}  # Retry-After
LONGEST_ROUND = 4  # seconds for which there are pages that ask for a rest; a sanitizer takes its time
MET_MIN = 0.8  # of the kills must find a rest open, and as many a flight in hand
SETTINGS = {
    "pace.gap": f"{int(GAP * 1000)}ms", "pace.gap_max": "500ms", "pace.recover_in": "1s",
    "retry.incidents_max": 100_000, "rest.rate_limited.base": "100ms",
    "rest.rate_limited.cap": "100ms",
}
SEED_LINES = 60_000
STATES = {"queued", "leased", "done", "dropped"}


def pages_of(host):
    if host in ASKED:
        return ROUNDS * LONGEST_ROUND // ASKED[host] + 2
    return ROUNDS * (QUICK | SLOW)[host]


def lab_text(troubled):
    """All hosts; without their troubles they serve every page at once."""
    text = []
    for host in [*QUICK, *SLOW, *ASKED]:
        text.append(f'[[host]]\nname = "{host}"\n')
        drips = troubled and host in list(SLOW)[:2]
        if troubled and host in SLOW and not drips:
            text.append('latency = { from = "150ms", to = "400ms" }\n')
        if troubled and host in ASKED:
            text.append(f'[[host.route]]\npath = "/p/*"\nper = "path"\nanswer = [{{ status = 429, headers = '
                        f'["Retry-After: {ASKED[host]}"] }}, {{ pass = true }}]\n')
        text.append(f"[host.pages]\ncount = {pages_of(host)}\nsize_from = 4000\n")
        text.append("body_rate = 16000\n" if drips else "")
    return "".join(text)


class Look:
    """What the database says at one moment."""

    def __init__(self, crawl):
        self.at = time.time() * 1000
        self.urls = {row["url"]: row for row in crawl.rows(
            "SELECT url, state, due_ms, attempts, tries FROM urls")}
        self.rests = dict(map(tuple, crawl.rows("SELECT key, rest_until FROM host WHERE breaker = 'open'")))
        self.incidents = crawl.one("SELECT count(*) FROM incident")

    def in_flight(self):
        return [url for url, row in self.urls.items() if row["state"] == "leased"]


def check_file(crawl):
    assert crawl.one("PRAGMA integrity_check") == "ok"
    assert not crawl.rows("PRAGMA foreign_key_check")
    assert crawl.one("SELECT count(*) FROM flight WHERE id > 0 AND id NOT IN (SELECT id FROM url)") == 0
    wrong = crawl.rows("SELECT name, count FROM tally WHERE name IN ('queued', 'done', 'dropped') AND "
                       "count <> (SELECT count(*) FROM url WHERE state = name)")
    assert not wrong, [tuple(row) for row in wrong]


def check_survival(before, after, acknowledged):
    """What was committed before the kill is there after it, and what waits goes on waiting."""
    lost = [url for url in acknowledged if url not in after.urls]
    assert not lost, (len(lost), lost[:5])
    for url, now in after.urls.items():
        assert now["state"] in STATES, tuple(now)
        was = before.urls.get(url)
        if was is None:
            continue
        assert now["tries"] >= was["tries"], (tuple(was), tuple(now))
        if was["state"] in ("done", "dropped"):
            assert now["state"] == was["state"], (tuple(was), tuple(now))
        elif now["tries"] == was["tries"]:
            assert now["state"] in ("queued", "leased"), (tuple(was), tuple(now))
            assert now["due_ms"] == was["due_ms"], (tuple(was), tuple(now))
            assert now["attempts"] == was["attempts"], (tuple(was), tuple(now))
    for host, until in before.rests.items():
        kept = until <= after.at or after.rests.get(host, 0) >= until
        assert kept, (host, until, after.rests.get(host))
    assert after.incidents >= before.incidents


def path_of(url):
    """(host, path) of a URL of this crawl."""
    return re.match(r"http://([^:/]+)[^/]*(.*)", url).groups()


class Kills:
    """What the kills met."""

    def __init__(self):
        self.count = 0
        self.in_hand = collections.Counter()  # url: in how many kills it was in flight
        self.with_flights = 0
        self.with_rests = 0
        self.rests = 0

    def met(self, before, after, back):
        """`back`: when the daemon was there again, so that it had to keep what was open until later."""
        flights = after.in_flight()
        rests = [host for host, until in before.rests.items() if until > back * 1000]
        self.count += 1
        self.in_hand.update(flights)
        self.with_flights += bool(flights)
        self.with_rests += bool(rests)
        self.rests += len(rests)

    def check(self):
        assert self.with_flights >= MET_MIN * self.count, f"{self.with_flights} kills met a flight in hand"
        assert self.with_rests >= MET_MIN * self.count, f"{self.with_rests} kills met an open rest"


def run_with_kills(crawl, dice, urls, heal):
    """Kills, looks and starts again; after the last kill the origin gets well first."""
    kills = Kills()
    harness.wait_until(lambda: Look(crawl).rests, 10, what="the first rest")
    while kills.count < ROUNDS and crawl.unfinished() > 0:
        time.sleep(dice.uniform(0.02, 0.6))
        before = Look(crawl)
        time.sleep(dice.uniform(0, 0.02))
        crawl.kill()
        after = Look(crawl)
        check_file(crawl)
        check_survival(before, after, urls)
        if kills.count + 1 == ROUNDS:
            heal()
        crawl.start()
        kills.met(before, after, time.time())
    assert kills.count == ROUNDS, f"the crawl was over after {kills.count} kills"
    return kills


def seen_by_origin(folder):
    """(start, end, host, status, path, ending) of each request, in seconds."""
    return [(int(row["start_us"]) / 1e6, int(row["end_us"]) / 1e6, row["host"], int(row["status"]), row["path"],
             row["ending"]) for row in harness.lab_requests(folder)]


def check_rests(crawl, requests, in_hand):
    """Each refusal that is on record was followed by the rest that it asked for. What is not on record was in
    hand when a kill came: that page is refused once only, so nothing is known of it."""
    known = {path_of(row["url"]) for row in crawl.rows("SELECT url FROM attempts WHERE status = 429")}
    until, kept = {}, 0
    for start, end, host, status, path, _ in requests:
        assert start >= until.get(host, 0) - 0.05, (host, path, until[host] - start)
        if status == 429 and (host, path) in known:
            until[host] = end + ASKED[host]
            kept += 1
        elif status == 429:
            assert any(path_of(url) == (host, path) for url in in_hand), (host, path)
    assert kept == len(known) > 0, (kept, len(known))
    return kept


def check_repeats(crawl, requests, in_hand):
    """Each request is a settled flight, or one that was in hand at a kill."""
    asked = collections.Counter((host, path) for _, _, host, _, path, _ in requests if path != "/robots.txt")
    again = 0
    for row in crawl.rows("SELECT url, tries FROM urls"):
        times = asked[path_of(row["url"])]
        allowed = row["tries"] + in_hand[row["url"]]
        assert times <= allowed, (row["url"], times, row["tries"], in_hand[row["url"]])
        again += max(times - row["tries"], 0)
    return again


def check_origins_view(crawl, requests, kills):
    wrong = harness.gap_violations([row[:5] for row in requests], GAP)
    assert not wrong, (len(wrong), wrong[:10])
    rests = check_rests(crawl, requests, kills.in_hand)
    again = check_repeats(crawl, requests, kills.in_hand)
    cut = sum(row[5] == "client-left" for row in requests)
    assert cut >= kills.count, f"the origin saw {cut} requests cut off by {kills.count} kills"
    print(f"{len(requests)} requests, {cut} of them cut off, {again} fetched again, {rests} rests kept")


def test_kills_in_mid_crawl_lose_nothing_and_offend_nobody():
    dice = random.Random(SEED)
    with harness.workplace("kill") as (folder, children):
        lab, port = harness.start_originlab(folder, lab_text(troubled=True))
        children.append(lab)
        crawl = harness.Crawl(folder / "crawl", SETTINGS).start()
        urls = [f"http://{host}:{port}/p/{page}" for host in [*QUICK, *SLOW, *ASKED]
                for page in range(pages_of(host))]
        crawl.seed(urls)

        def heal():
            lab.stop()
            children.append(harness.start_originlab(folder, lab_text(troubled=False), port)[0])

        kills = run_with_kills(crawl, dice, urls, heal)
        children.append(crawl.daemon)
        crawl.wait_done(120 + ROUNDS)
        crawl.stop()
        known = {row["url"]: row["state"] for row in crawl.rows("SELECT url, state FROM urls")}
        lost = [url for url in urls if known.get(url) != "done"]
        assert not lost, (len(lost), lost[:5])
        check_file(crawl)
        print(f"{kills.count} kills, {len(urls)} URLs, {sum(kills.in_hand.values())} flights in hand at "
              f"{kills.with_flights} kills, {kills.rests} rests open at {kills.with_rests}, seed {SEED}")
        check_origins_view(crawl, seen_by_origin(folder), kills)
        kills.check()
        print(f"{check_warcs(crawl)} WARC responses whole")


def check_warcs(crawl):
    from warcio.archiveiterator import ArchiveIterator
    leftovers = list((crawl.state / "warc").glob("*.open"))
    assert not leftovers, leftovers
    kept, records = set(), 0
    for warc in crawl.warcs():
        with open(warc, "rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                record.raw_stream.read()
                if record.rec_type == "response":
                    records += 1
                    kept.add(record.rec_headers.get_header("WARC-Target-URI"))
    done = {row["url"] for row in crawl.rows(
        "SELECT url FROM urls WHERE state = 'done' AND last_class = 'fetched'")}
    assert done <= kept, sorted(done - kept)[:5]
    return records


def seed_until_end(crawl, lines, delay=None):
    """How many lines of the list frontierctl calls safe; after `delay` seconds the daemon is killed."""
    seeds = crawl.folder / "seeds"
    seeds.write_text("\n".join(lines) + "\n")
    sender = subprocess.Popen([str(harness.CTL), "--socket", str(crawl.socket), "seed", str(seeds)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if delay is not None:
        time.sleep(delay)
        crawl.kill()
    _, told = sender.communicate(timeout=120)
    if sender.returncode == 0:
        return len(lines)
    safe = re.search(r"lines before (\d+) of \S+ are safe", told)
    assert safe, (sender.returncode, told)
    return int(safe[1]) - 1


def test_every_seed_line_that_was_acknowledged_outlives_a_kill():
    dice = random.Random(SEED)
    rounds = max(ROUNDS // 2, 1)
    with harness.workplace("kill-seed") as (folder, children):
        acknowledged = cut = whole = 0
        for number in range(rounds):
            crawl = harness.Crawl(folder / f"crawl-{number}").start()
            children.append(crawl.daemon)
            crawl.ctl("pause")
            lines = [f"http://s{n % 97}.localhost/{number}/{n}" for n in range(SEED_LINES)]
            safe = seed_until_end(crawl, lines, dice.uniform(0.0, 2.0))
            rows = [row["url"] for row in crawl.rows("SELECT url FROM urls ORDER BY id")]
            check_file(crawl)
            # Batches are taken in order, whole or not at all: what is there is a beginning of the list.
            assert rows == lines[:len(rows)], number
            assert len(rows) >= safe, (number, safe, len(rows))
            acknowledged += safe
            cut += 0 < len(rows) < len(lines)
            whole += len(rows) == len(lines)
        assert cut > 0 or rounds < 5, "no kill came in the middle of the seeding"
        print(f"{rounds} kills, {acknowledged} acknowledged lines, all there; {cut} lists were cut in the "
              f"middle, {whole} were whole, seed {SEED}")


if __name__ == "__main__":
    ROUNDS = harness.number_option("--rounds", ROUNDS)
    harness.main(globals())
