"""The daemon is killed with -9 again and again in the middle of a crawl. Nothing acknowledged is lost, at
most what was in flight is fetched twice, and no gap or rest is violated as the origin saw it."""
import collections
import os
import random
import time

import harness

GAP = 0.04
KILLS = int(os.environ.get("FRONTIERD_KILLS", "50"))
HOSTS = 6
PAGES = 500


def lab_body(port, folder):
    tree = folder / "tree"
    tree.mkdir()
    for page in range(PAGES):
        (tree / f"{page}.html").write_text(f"<title>Page {page}</title><p>{'words ' * 60}</p>")
    servers = "".join(f"server {{ listen 127.0.0.1:{port}; server_name k{n}.localhost; root {tree}; }}"
                      for n in range(HOSTS))
    # One host asks for a rest at a page of its own: it must be kept over the kills.
    refusing = (f"server {{ listen 127.0.0.1:{port}; server_name rest.localhost; root {tree}; "
                "location = /1.html { add_header Retry-After 4 always; return 429 'slow down'; } }")
    return servers + refusing


def check_rests(requests):
    last_refusal = None
    for start, end, host, status, path in requests:
        if host != "rest.localhost":
            continue
        if last_refusal is not None:
            assert start - last_refusal >= 4 - 0.05, (path, start - last_refusal)
        last_refusal = end if status == 429 else last_refusal


def run_with_kills(crawl, dice):
    kills = 0
    while kills < KILLS and crawl.unfinished() > 0:
        time.sleep(dice.uniform(0.02, 0.6))
        crawl.kill()
        kills += 1
        crawl.start()
    return kills


def test_fifty_kills_lose_nothing_and_offend_nobody():
    seed = int(os.environ.get("FRONTIERD_SEED", "20261122"))
    dice = random.Random(seed)
    with harness.workplace("kill") as (folder, children):
        port = harness.free_port()
        children.append(harness.start_nginx(folder, lab_body(port, folder), port))
        crawl = harness.Crawl(folder / "crawl", {
            "pace.gap": f"{int(GAP * 1000)}ms", "retry.incidents_max": 3, "retry.give_up_after": "0",
            "retry.crashes_max": 1000, "rest.rate_limited.base": "100ms"}).start()
        urls = [f"http://k{n}.localhost:{port}/{page}.html" for n in range(HOSTS) for page in range(PAGES)]
        urls += [f"http://rest.localhost:{port}/{page}.html" for page in range(1, 4)]
        crawl.seed(urls)
        kills = run_with_kills(crawl, dice)
        children.append(crawl.daemon)
        assert kills == KILLS, f"the crawl was over after {kills} kills"
        crawl.wait_done(120)
        crawl.stop()
        known = {row["url"]: row["state"] for row in crawl.rows("SELECT url, state FROM urls")}
        lost = [url for url in urls if known.get(url) not in ("done", "dropped")]
        assert not lost, (len(lost), lost[:5])
        assert crawl.one("PRAGMA integrity_check") == "ok"
        requests = harness.nginx_requests(folder)
        wrong = harness.gap_violations(requests, GAP)
        assert not wrong, (len(wrong), wrong[:10])
        check_rests(requests)
        asked = collections.Counter((host, path) for _, _, host, _, path in requests
                                    if path != "/robots.txt" and host != "rest.localhost")
        again = sum(n - 1 for n in asked.values())
        # One flight per host was in hand at each kill, at the most.
        assert again <= kills * (HOSTS + 1), (again, kills)
        check_warcs(crawl)
        print(f"{kills} kills, {len(urls)} URLs, {again} fetched again, seed {seed}")


def check_warcs(crawl):
    from warcio.archiveiterator import ArchiveIterator
    leftovers = list((crawl.state / "warc").glob("*.open"))
    assert not leftovers, leftovers
    kept = set()
    for warc in crawl.warcs():
        with open(warc, "rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                record.raw_stream.read()
                if record.rec_type == "response":
                    kept.add(record.rec_headers.get_header("WARC-Target-URI"))
    done = {row["url"] for row in crawl.rows(
        "SELECT url FROM urls WHERE state = 'done' AND last_class = 'fetched'")}
    assert done <= kept, sorted(done - kept)[:5]


if __name__ == "__main__":
    harness.main(globals())
