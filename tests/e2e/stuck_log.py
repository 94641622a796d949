"""Whoever reads the daemon's log may be stuck: the crawl goes on, the lines that nobody takes are counted, and told of
when somebody reads again."""
import os
import re
import subprocess
import threading

import harness

PAGES = 3000
SITE = f'[[host]]\nname = "*"\npages = {PAGES}\n'


def metric(crawl, name):
    text = subprocess.run(["curl", "-s", "--unix-socket", str(crawl.socket), "http://x/metrics"], capture_output=True,
                          text=True, timeout=20, check=True).stdout
    return float(re.search(rf"^{name} (\S+)$", text, re.M)[1])


def test_a_pipe_that_nobody_reads_stops_nothing():
    with harness.workplace("stuck-log") as (folder, children):
        lab, port = harness.start_originlab(folder, SITE)
        children.append(lab)
        crawl = harness.Crawl(folder / "crawl", {"log.fetches": True, "pace.gap": "0s", "pace.flights": 8})
        taker, giver = os.pipe()
        child = subprocess.Popen([str(harness.DAEMON), "--config", str(crawl.config)], stderr=giver,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.close(giver)
        try:
            harness.wait_until(lambda: crawl.socket.exists() and crawl.ctl("status", check=False).returncode == 0, 20)
            crawl.seed([f"http://h{n % 4}.localhost:{port}/p/{n}" for n in range(PAGES)])
            harness.wait_until(lambda: crawl.one("SELECT count(*) FROM urls WHERE state = 'done'") == PAGES, 90,
                               what="every page, though the log is stuck")
            dropped = metric(crawl, "frontierd_log_lines_dropped_total")
            assert dropped > 100, dropped
            lines = []
            reader = threading.Thread(target=lambda: lines.extend(os.fdopen(taker, errors="replace")), daemon=True)
            reader.start()
            crawl.seed([f"http://h9.localhost:{port}/p/1"])
            crawl.wait_done(20)
            child.terminate()
            assert child.wait(20) == 0
            reader.join(10)
            told = [line for line in lines if "lines of the log were dropped" in line]
            assert len(told) == 1 and re.search(rf"\b{int(dropped)} lines", told[0]), (dropped, told)
            assert all(line.endswith("\n") and re.match(r"\d{4}-\d\d-\d\dT", line) for line in lines), "a torn line"
            print(f"{PAGES} pages fetched with nobody at the log; {int(dropped)} lines dropped")
        finally:
            child.kill()
            child.wait()


if __name__ == "__main__":
    harness.main(globals())
