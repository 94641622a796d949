"""What is owed to others outlives the process, as the origin sees it, and what an operator is told stays true
over restarts, in good order and by kill -9.

    restarts.py [--starts N] [test ...]    N starts of the storm (default 10)
"""
import os
import random
import time

import harness

STARTS = int(os.environ.get("FRONTIERD_STARTS", "10"))
SEED = int(os.environ.get("FRONTIERD_SEED", "20261201"))
GROUP_GAP = 5.0
HOSTS = 4


def lab(more=""):
    text = "".join(f'[[host]]\nname = "h{n}.localhost"\npages = 500\n{more}' for n in range(HOSTS))
    return text


def urls_of(port, pages=100):
    return [f"http://h{n}.localhost:{port}/p/{page}" for n in range(HOSTS) for page in range(pages)]


def starts_of(folder):
    return [int(row["start_us"]) / 1e6 for row in harness.lab_requests(folder)]


def storm(crawl, folder, dice):
    """Ends the daemon in turn with -9 and in good order, a moment after the origin has been asked."""
    for number in range(STARTS):
        seen = len(starts_of(folder))
        harness.wait_until(lambda: len(starts_of(folder)) > seen, 60, what="a request of this life")
        time.sleep(dice.uniform(0.0, 1.5))
        if number % 2:
            crawl.stop()
        else:
            crawl.kill()
        crawl.start()


def check_storm(name, rules, settings):
    dice = random.Random(SEED)
    with harness.workplace(name) as (folder, children):
        origin, port = harness.start_originlab(folder, lab())
        children.append(origin)
        crawl = harness.Crawl(folder / "crawl", settings, rules=rules).start()
        crawl.seed(urls_of(port))
        storm(crawl, folder, dice)
        children.append(crawl.daemon)
        crawl.stop()
        starts = starts_of(folder)
        gaps = [round(b - a, 3) for a, b in zip(starts, starts[1:])]
        assert len(starts) >= STARTS and min(gaps) >= GROUP_GAP - 0.05, gaps
        print(f"{len(starts)} requests over {STARTS} starts, the closest {min(gaps)} s apart")


def test_a_group_keeps_its_gap_over_a_storm_of_restarts():
    check_storm("group-storm", f'\n[[group]]\nname = "all"\nhosts = ["*.localhost"]\ngap = "{GROUP_GAP:g}s"\n', {})


def test_an_address_keeps_its_gap_over_a_storm_of_restarts():
    check_storm("address-storm", "", {"pace.group_gap": f"{GROUP_GAP:g}s", "pace.group_flights": 1})


def test_the_gap_that_latency_asks_for_is_kept():
    with harness.workplace("latency") as (folder, children):
        origin, port = harness.start_originlab(folder, lab('latency = "1s"\n'))
        children.append(origin)
        crawl = harness.Crawl(folder / "crawl", {"pace.latency_factor": 2.0}).start()
        crawl.seed([f"http://h0.localhost:{port}/p/{page}" for page in range(200)])
        for end in (crawl.kill, crawl.stop, crawl.kill):
            seen = len(starts_of(folder))
            harness.wait_until(lambda: len(starts_of(folder)) >= seen + 4, 60, what="some pages")
            end()
            crawl.start()
        children.append(crawl.daemon)
        crawl.stop()
        starts = starts_of(folder)
        # Two seconds from the end of an answer to the next request; half of that would be a second and a half
        # from start to start.
        gaps = [round(b - a, 3) for a, b in zip(starts, starts[1:])][3:]
        assert min(gaps) >= 1.6, gaps


def test_the_summary_tells_all_that_was_ever_harvested():
    with harness.workplace("summary") as (folder, children):
        origin, port = harness.start_originlab(folder, lab())
        children.append(origin)
        crawl = harness.Crawl(folder / "crawl").start()
        told = 0
        for batch, end in enumerate((crawl.stop, crawl.kill, crawl.stop)):
            crawl.seed([f"http://h{n}.localhost:{port}/p/{batch * 9 + page}" for n in range(HOSTS) for page in range(9)])
            crawl.wait_done()
            before = crawl.json("status")["archive"]
            assert before["records"] > told, (before, told)
            told = before["records"]
            end()
            crawl.start()
            after = crawl.json("status")["archive"]
            assert after["records"] >= told and after["bytes"] >= before["bytes"], (before, after)
            words = crawl.ctl("summary").stdout.decode()
            assert "Harvest" in words and " 0 records" not in words, words
        children.append(crawl.daemon)
        crawl.stop()


def test_retry_of_a_done_page_fetches_it_again_and_retry_of_a_host_ends_its_rest():
    with harness.workplace("retry") as (folder, children):
        text = lab() + ('[[host]]\nname = "shut.localhost"\npages = 9\n[[host.route]]\npath = "/p/*"\n'
                        'answer = [{ status = 503, headers = ["Retry-After: 3600"], times = 1 }, { pass = true }]\n')
        origin, port = harness.start_originlab(folder, text)
        children.append(origin)
        crawl = harness.Crawl(folder / "crawl").start()
        children.append(crawl.daemon)
        done, host = f"http://h0.localhost:{port}/p/1", f"http://shut.localhost:{port}"
        crawl.seed([done, f"{host}/p/1"])
        harness.wait_until(lambda: crawl.one("SELECT state FROM urls WHERE url = ?", done) == "done", what="a page")
        harness.wait_until(lambda: crawl.rows("SELECT 1 FROM host WHERE breaker = 'open'"), what="a rest")
        assert b"1 URL is due again" in crawl.ctl("retry", done).stdout
        harness.wait_until(lambda: crawl.one("SELECT tries FROM urls WHERE url = ?", done) == 2, what="its refetch")
        commands = [command["run"] for command in crawl.json("explain", f"{host}/p/1")["commands"]]
        assert f"frontierctl retry --host {host}" in commands, commands
        told = crawl.ctl("retry", "--host", host).stdout.decode()
        assert f"the rest of {host} ends: one probe now" in told, told
        crawl.wait_done(30)
        crawl.stop()


if __name__ == "__main__":
    STARTS = harness.number_option("--starts", STARTS)
    harness.main(globals())
