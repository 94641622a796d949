"""Mirrors: while a host is in maintenance its pages come from the mirror that the operator named, over a
kill of the daemon too; a host that limits us is never gone around."""
import gzip

import harness

GAP = 0.1
PAGES = 40
MISSING = 7        # the mirror has not got this page
MAINTENANCE = 15   # seconds; the mirror needs less for all pages
LIMITED = 12

LAB = f"""
[[host]]
name = "closed.localhost"
pages = {PAGES}
maintenance = {{ to = "{MAINTENANCE}s", retry_after = "seconds", except = "/robots.txt" }}

[[host]]
name = "open.localhost"
robots = "User-agent: *\\nAllow: /\\n"
pages = {PAGES}
[[host.route]]
path = "/p/{MISSING}"
status = 404

[[host]]
name = "limited.localhost"
pages = {LIMITED}
limit = {{ requests = 6, window = "3s", publish = ["retry-after"], except = "/robots.txt" }}

[[host]]
name = "tempting.localhost"
pages = {LIMITED}
"""

RULES = """
[[mirror]]
from = "http://closed.localhost:{port}"
to = "http://open.localhost:{port}"
[[mirror]]
from = "http://limited.localhost:{port}"
to = "http://tempting.localhost:{port}"
"""


def check_origins(requests, port, crawl, in_hand):
    """As the two machines saw it: the closed host is left alone, the mirror is asked politely and once."""
    at = {}
    for row in requests:
        at.setdefault(row["host"], []).append(row)
    assert "tempting.localhost" not in at, "a rate limit was gone around"
    closed, mirror = at["closed.localhost"], at["open.localhost"]
    refused = [row for row in closed if row["by"] == "maintenance"]
    assert len(refused) == 1, [row["path"] for row in refused]
    back = [row for row in closed if int(row["start_us"]) > int(refused[0]["start_us"])]
    rest = (int(back[0]["start_us"]) - int(refused[0]["start_us"])) / 1e6
    assert rest >= MAINTENANCE - 2, rest  # it began some time before the first request
    assert {row["path"] for row in back} <= {"/robots.txt", f"/p/{MISSING}"}, [row["path"] for row in back]
    assert mirror[0]["path"] == "/robots.txt", mirror[0]
    starts = [int(row["start_us"]) / 1e6 for row in mirror]
    near = [b - a for a, b in zip(starts, starts[1:]) if b - a < GAP - 0.003]
    assert not near, near
    paths = [row["path"] for row in mirror if row["path"] != "/robots.txt"]
    twice = {path for path in paths if paths.count(path) > 1}
    assert twice <= {url.partition(f":{port}")[2] for url in in_hand}, (twice, in_hand)


def check_books(crawl, port):
    """The pages are the host's own, done; the attempts say whom we asked."""
    for row in crawl.rows("SELECT url, host, state, attempts FROM urls WHERE host LIKE '%closed%'"):
        assert (row["state"], row["attempts"]) == ("done", 0), tuple(row)
    hosts = crawl.rows("SELECT host, status, count(*) AS n FROM attempts WHERE purpose = 'page' AND url LIKE "
                       "'%open.localhost%' GROUP BY 1, 2 ORDER BY status")
    assert [tuple(row) for row in hosts] == [(f"http://open.localhost:{port}", 200, PAGES - 1),
                                             (f"http://open.localhost:{port}", 404, 1)], [tuple(r) for r in hosts]
    url = f"http://closed.localhost:{port}/p/1"
    told = crawl.json("explain", url)
    chain = [(attempt["url"], attempt["status"]) for attempt in told["attempts"]]
    assert (f"http://open.localhost:{port}/p/1", 200) in chain, chain
    words = crawl.ctl("explain", url).stdout.decode()
    assert "open.localhost" in words, words


def check_harvest(crawl, port):
    """The archive names what was fetched, not what it stands for."""
    kept = b"".join(gzip.decompress(path.read_bytes()) for path in crawl.warcs())
    assert kept.count(f"WARC-Target-URI: http://open.localhost:{port}/p/1\r\n".encode()) == 2  # and the request
    own = [n for n in range(PAGES)
           if f"WARC-Target-URI: http://closed.localhost:{port}/p/{n}\r\n".encode() in kept]
    assert len(own) <= 2, own  # the one refused, and the one that the mirror has not got


def test_a_mirror_stands_in_during_maintenance_and_over_a_kill():
    with harness.workplace("mirrors") as (folder, children):
        lab, port = harness.start_originlab(folder, LAB)
        children.append(lab)
        crawl = harness.Crawl(folder / "crawl", {"pace.gap": f"{int(GAP * 1000)}ms", "pace.resume_steps": 0,
                                                 "rest.maintenance.asked_min": "1s",
                                                 "rest.rate_limited.asked_min": "1s"},
                              RULES.format(port=port)).start()
        children.append(crawl.daemon)
        crawl.seed([f"http://closed.localhost:{port}/p/{n}" for n in range(PAGES)]
                   + [f"http://limited.localhost:{port}/p/{n}" for n in range(LIMITED)])
        done = "SELECT count(*) FROM urls WHERE state = 'done' AND host LIKE '%closed%'"
        harness.wait_until(lambda: crawl.one(done) >= 12, 20, what="a dozen pages of the mirror")
        crawl.kill()
        in_hand = [row["url"] for row in crawl.rows("SELECT url FROM urls WHERE state = 'leased'")]
        assert crawl.one(done) < PAGES - 1
        crawl.start()
        children.append(crawl.daemon)
        crawl.wait_done(60)
        check_books(crawl, port)
        crawl.stop()
        check_harvest(crawl, port)
        check_origins(harness.lab_requests(folder), port, crawl, in_hand)


if __name__ == "__main__":
    harness.main(globals())
