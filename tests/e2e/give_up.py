"""A host with a long queue is given up: its queue goes a part at a time, the other hosts are asked meanwhile as
ever, kill -9 in the middle costs nothing, and the log tells it once.

    give_up.py [--urls N] [test ...]    N URLs queued at that host (default 50,000)
"""
import os
import re
import time

import harness

URLS = int(os.environ.get("FRONTIERD_URLS", "50000"))
OTHERS = 5
GAP = 0.1
PAUSE_MAX = 2.0  # of the other hosts together, in seconds, on a busy machine
SETTINGS = {"pace.gap": "100ms", "retry.incidents_max": 1, "retry.give_up_after": "0s",
            "frontier.many_window": "1s", "harvest.keep": ["none"]}


def lab():
    text = '[[host]]\nname = "dead.localhost"\npages = 9\n[[host.route]]\npath = "/p/*"\nanswer = { status = 503 }\n'
    return text + "".join(f'[[host]]\nname = "h{n}.localhost"\npages = 100000\n' for n in range(OTHERS))


def seed(crawl, port):
    seeds = crawl.folder / "seeds"
    with open(seeds, "w") as out:
        for page in range(20_000):
            for n in range(OTHERS):
                out.write(f"http://h{n}.localhost:{port}/p/{page}\n")
        for page in range(URLS):
            out.write(f"http://dead.localhost:{port}/p/{page}\n")
    crawl.ctl("seed", seeds, timeout=1800)


def dropped(crawl):
    rows = crawl.rows("SELECT dropped FROM hosts WHERE host LIKE '%dead.localhost%'")
    return rows[0][0] if rows else 0


def longest_pause(folder, since, until):
    starts = [int(row["start_us"]) / 1e6 for row in harness.lab_requests(folder) if row["host"] != "dead.localhost"]
    starts = [since] + [start for start in starts if since < start < until] + [until]
    return max(b - a for a, b in zip(starts, starts[1:]))


def test_a_long_queue_is_dropped_in_parts_and_nobody_waits_for_it():
    with harness.workplace("give-up") as (folder, children):
        origin, port = harness.start_originlab(folder, lab())
        children.append(origin)
        crawl = harness.Crawl(folder / "crawl", SETTINGS).start()
        children.append(crawl.daemon)
        crawl.ctl("pause")
        seed(crawl, port)
        crawl.ctl("resume")
        harness.wait_until(lambda: dropped(crawl) > 0, 60, 0.01, "the first part")
        began = time.time()
        last = f"http://dead.localhost:{port}/p/{URLS - 1}"
        told = crawl.json("explain", last)
        if told["state"] == "queued":  # else it was too quick for us
            assert "given up" in told["summary"], told
        middle = dropped(crawl)
        crawl.kill()
        crawl.start()
        children.append(crawl.daemon)
        back = time.time()
        assert dropped(crawl) >= middle
        harness.wait_until(lambda: dropped(crawl) == URLS, 60 + URLS / 2_000, 0.1, "the last part")
        ended = time.time()
        time.sleep(1)
        pause = longest_pause(folder, back + GAP, ended)
        lines = [line for line in crawl.daemon.text().splitlines() if "is given up" in line]
        crawl.stop()
        assert len(lines) == 1, lines
        assert 0 < int(re.search(r"(\d+) URLs dropped", lines[0])[1]) <= URLS, lines
        assert crawl.one("SELECT count(*) FROM urls WHERE dropped_because = 'host_exhausted'") == URLS
        assert pause < PAUSE_MAX, pause
        print(f"{URLS} URLs dropped in {ended - began:.1f} s, {middle} of them before the kill; the other hosts "
              f"waited at most {pause:.2f} s")


if __name__ == "__main__":
    URLS = harness.number_option("--urls", URLS)
    harness.main(globals())
