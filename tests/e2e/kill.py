"""The daemon is killed with -9 again and again, in the middle of a crawl and in the middle of being seeded.
Nothing acknowledged is lost, no wait is forgotten, at most what was in flight is fetched twice, and no gap or
rest is violated as the origin saw it.

    kill.py [--rounds N] [test ...]    N kills of the crawl (default 50), and half as many of the seeding
"""
import collections
import os
import random
import re
import subprocess
import sys
import time

import harness

GAP = 0.04
ROUNDS = int(os.environ.get("FRONTIERD_KILLS", "50"))
SEED = int(os.environ.get("FRONTIERD_SEED", "20261122"))
HOSTS = 6
PAGES_A_ROUND = 12
REST = 4
SEED_LINES = 60_000
STATES = {"queued", "leased", "done", "dropped"}


def lab_body(port, folder, pages):
    tree = folder / "tree"
    tree.mkdir()
    for page in range(pages):
        (tree / f"{page}.html").write_text(f"<title>Page {page}</title><p>{'words ' * 60}</p>")
    servers = "".join(f"server {{ listen 127.0.0.1:{port}; server_name k{n}.localhost; root {tree}; }}"
                      for n in range(HOSTS))
    # One host asks for a rest at a page of its own: it must be kept over the kills.
    refusing = (f"server {{ listen 127.0.0.1:{port}; server_name rest.localhost; root {tree}; location = "
                f"/1.html {{ add_header Retry-After {REST} always; return 429 'slow down'; }} }}")
    return servers + refusing


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


def check_rests(requests):
    last_refusal = None
    for start, end, host, status, path in requests:
        if host != "rest.localhost":
            continue
        if last_refusal is not None:
            assert start - last_refusal >= REST - 0.05, (path, start - last_refusal)
        last_refusal = end if status == 429 else last_refusal


def run_with_kills(crawl, dice, urls, in_hand):
    """Kills, looks and starts again; `in_hand` counts in how many kills a URL was in flight."""
    kills = 0
    while kills < ROUNDS and crawl.unfinished() > 0:
        time.sleep(dice.uniform(0.02, 0.6))
        before = Look(crawl)
        time.sleep(dice.uniform(0, 0.02))
        crawl.kill()
        kills += 1
        after = Look(crawl)
        check_file(crawl)
        check_survival(before, after, urls)
        in_hand.update(after.in_flight())
        crawl.start()
    return kills


def check_repeats(crawl, requests, in_hand):
    """Each request is a settled flight, or one that was in hand at a kill."""
    asked = collections.Counter((host, path) for _, _, host, _, path in requests if path != "/robots.txt")
    again = 0
    for row in crawl.rows("SELECT url, tries FROM urls"):
        host, path = re.match(r"http://([^:/]+)[^/]*(.*)", row["url"]).groups()
        times = asked[host, path]
        allowed = row["tries"] + in_hand[row["url"]]
        assert times <= allowed, (row["url"], times, row["tries"], in_hand[row["url"]])
        again += max(times - row["tries"], 0)
    return again


def test_kills_in_mid_crawl_lose_nothing_and_offend_nobody():
    dice = random.Random(SEED)
    pages = ROUNDS * PAGES_A_ROUND
    with harness.workplace("kill") as (folder, children):
        port = harness.free_port()
        children.append(harness.start_nginx(folder, lab_body(port, folder, pages), port))
        crawl = harness.Crawl(folder / "crawl", {
            "pace.gap": f"{int(GAP * 1000)}ms", "retry.incidents_max": 3, "retry.give_up_after": "0",
            "retry.crashes_max": 1000, "rest.rate_limited.base": "100ms"}).start()
        urls = [f"http://k{n}.localhost:{port}/{page}.html" for n in range(HOSTS) for page in range(pages)]
        urls += [f"http://rest.localhost:{port}/{page}.html" for page in range(1, 4)]
        crawl.seed(urls)
        in_hand = collections.Counter()
        kills = run_with_kills(crawl, dice, urls, in_hand)
        children.append(crawl.daemon)
        assert kills == ROUNDS, f"the crawl was over after {kills} kills"
        crawl.wait_done(120 + ROUNDS)
        crawl.stop()
        known = {row["url"]: row["state"] for row in crawl.rows("SELECT url, state FROM urls")}
        lost = [url for url in urls if known.get(url) not in ("done", "dropped")]
        assert not lost, (len(lost), lost[:5])
        check_file(crawl)
        requests = harness.nginx_requests(folder)
        wrong = harness.gap_violations(requests, GAP)
        assert not wrong, (len(wrong), wrong[:10])
        check_rests(requests)
        again = check_repeats(crawl, requests, in_hand)
        records = check_warcs(crawl)
        print(f"{kills} kills, {len(urls)} URLs, {len(requests)} requests, {sum(in_hand.values())} flights in "
              f"hand at a kill, {again} fetched again, {records} WARC responses whole, seed {SEED}")


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
    if "--rounds" in sys.argv:
        at = sys.argv.index("--rounds")
        ROUNDS = int(sys.argv[at + 1])
        del sys.argv[at:at + 2]
    harness.main(globals())
