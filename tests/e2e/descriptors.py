"""A process that may open few descriptors crawls many hosts to their end, and nobody is charged for it."""
import subprocess

import harness

HOSTS = 3000
LIMIT = 1024
SITE = """
[[listener]]
address = "127.0.0.1:0"
[[host]]
name = "*"
pages = 1
"""


def test_three_thousand_hosts_are_crawled_to_the_end_under_a_low_limit():
    with harness.workplace("descriptors") as (folder, children):
        lab, port = harness.start_originlab(folder, SITE)
        children.append(lab)
        crawl = harness.Crawl(folder / "crawl", {"frontier.flights_max": 512})
        crawl.start(prefix=["prlimit", f"--nofile={LIMIT}:{LIMIT}"])
        children.append(crawl.daemon)
        crawl.seed([f"http://h{n}.localhost:{port}/" for n in range(HOSTS)])
        harness.wait_until(lambda: crawl.one("SELECT count(*) FROM urls WHERE state = 'done'") == HOSTS, 90,
                           what="every page")
        assert crawl.one("SELECT count(*) FROM incidents") == 0
        assert crawl.one("SELECT count(*) FROM robots WHERE state = 'disallow_all'") == 0
        assert "LimitNOFILE" not in crawl.daemon.text()
        assert crawl.ctl("status").returncode == 0
        crawl.stop()


def test_a_limit_that_holds_nothing_is_told_in_words():
    with harness.workplace("no-descriptors") as (folder, children):
        crawl = harness.Crawl(folder / "crawl")
        told = subprocess.run(["bash", "-c", f"ulimit -n 100; exec {harness.DAEMON} --config {crawl.config}"],
                              capture_output=True, text=True, timeout=30)
        assert told.returncode == 3 and "LimitNOFILE" in told.stderr, told


if __name__ == "__main__":
    harness.main(globals())
