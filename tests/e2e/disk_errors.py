"""A disk that refuses a sync, under the real daemon: it stops with a message that names the file and what to
do, never tries the sync again, and the next start finds everything that was acknowledged."""
import os

import harness
import kill
from service_life import start_lab

SHIM = harness.BUILD / "tests" / "e2e" / "libfailing_fsync.so"
SITE = """
[[listener]]
address = "127.0.0.1:{port}"
[[host]]
name = "*"
pages = 400
"""
HOSTS = 8
PAGES = 40


def urls_of(port, pages=range(PAGES)):
    return [f"http://h{n}.localhost:{port}/p/{page}" for n in range(HOSTS) for page in pages]


def failing(folder, suffix, at):
    log = folder / "syncs.log"
    return {**os.environ, "LD_PRELOAD": str(SHIM), "FAIL_SYNC_SUFFIX": suffix, "FAIL_SYNC_AT": str(at),
            "FAIL_SYNC_LOG": str(log)}, log


def check_refused_once(log, name):
    lines = log.read_text().splitlines()
    refused = [line for line in lines if line.startswith("EIO")]
    assert len(refused) == 1 and name in refused[0], lines[-5:]
    assert lines[-1] == refused[0], "something was synced after the refusal"


def ends_with_message(crawl, *words):
    """The daemon ends by itself with exit code 1 and says each of the words."""
    harness.wait_until(lambda: not crawl.daemon.running(), 60, what="the daemon's end")
    assert crawl.daemon.child.returncode == 1, crawl.daemon.child.returncode
    last = [line for line in crawl.daemon.text().splitlines() if line.startswith("frontierd: ")]
    assert last, crawl.daemon.text()[-2000:]
    for word in words:
        assert word in last[-1], (word, last[-1])


def finish(crawl, urls):
    """A start on a disk that is well again: nothing is missing, and the crawl comes to its end."""
    crawl.start()
    crawl.wait_done(120)
    crawl.stop()
    states = {row["url"]: row["state"] for row in crawl.rows("SELECT url, state FROM urls")}
    lost = [url for url in urls if states.get(url) != "done"]
    assert not lost, (len(lost), lost[:5])
    kill.check_file(crawl)
    return kill.check_warcs(crawl)


def settled(crawl):
    rows = crawl.rows("SELECT url, tries FROM urls WHERE state = 'done'")
    return {row["url"]: row["tries"] for row in rows}


def crawl_into_failure(folder, children, suffix, at):
    port = harness.free_port()
    children.append(start_lab(folder, SITE, port))
    crawl = harness.Crawl(folder / "crawl").start()
    urls = urls_of(port)
    crawl.seed(urls)
    harness.wait_until(lambda: len(settled(crawl)) >= 5, 30, what="the first pages")
    crawl.stop()
    env, log = failing(folder, suffix, at)
    crawl.start(wait=False, env=env)
    return crawl, urls, log


def test_a_refused_sync_of_the_archive_stops_the_daemon_and_is_not_tried_again():
    with harness.workplace("warc-sync") as (folder, children):
        crawl, urls, log = crawl_into_failure(folder, children, ".warc.gz.open", 5)
        children.append(crawl.daemon)
        ends_with_message(crawl, "cannot sync", ".warc.gz.open", "check the disk and the kernel log")
        check_refused_once(log, ".warc.gz.open")
        before = settled(crawl)
        assert 5 <= len(before) < len(urls), len(before)
        # What the archive could not keep is as if it had never flown.
        assert crawl.one("SELECT max(attempts) FROM urls") == 0
        finish(crawl, urls)
        again = [url for url, tries in settled(crawl).items() if tries != 1]
        assert not again, (len(again), again[:5])


def test_an_end_by_error_is_no_crash_however_often_it_comes():
    for suffix, at in ((".warc.gz.open", 3), ("frontier.db-wal", 12)):
        with harness.workplace("ends") as (folder, children):
            crawl, urls, _ = crawl_into_failure(folder, children, suffix, at)
            for _ in range(6):  # one more than crashes_max
                children.append(crawl.daemon)
                ends_with_message(crawl, "cannot sync")
                assert crawl.one("SELECT max(crashes) FROM urls") == 0
                crawl.start(wait=False, env=failing(folder, suffix, at)[0])
            ends_with_message(crawl, "cannot sync")
            if suffix == ".warc.gz.open":  # the store still listened
                assert crawl.one("SELECT count(*) FROM flight") == 0
                assert "cannot sync" in crawl.one("SELECT value FROM note WHERE name = 'ended'")
            finish(crawl, urls)
            assert crawl.one("SELECT max(crashes) FROM urls") == 0


def test_a_refused_sync_of_the_log_of_the_database_stops_the_daemon_and_is_not_tried_again():
    with harness.workplace("db-sync") as (folder, children):
        crawl, urls, log = crawl_into_failure(folder, children, "frontier.db-wal", 20)
        children.append(crawl.daemon)
        ends_with_message(crawl, "cannot sync", "frontier.db", "check the disk and the kernel log")
        check_refused_once(log, "frontier.db-wal")
        before = settled(crawl)
        assert len(before) >= 5, len(before)
        finish(crawl, urls)
        after = settled(crawl)
        assert all(after[url] == tries for url, tries in before.items())


def test_seeds_acknowledged_before_a_refused_sync_are_there_and_the_others_are_told():
    with harness.workplace("seed-sync") as (folder, children):
        crawl = harness.Crawl(folder / "crawl")
        env, log = failing(folder, "frontier.db-wal", 40)
        crawl.start(env=env)
        children.append(crawl.daemon)
        crawl.ctl("pause")
        lines = [f"http://s{n % 97}.localhost/{n}" for n in range(60_000)]
        safe = kill.seed_until_end(crawl, lines)
        ends_with_message(crawl, "cannot sync", "frontier.db", "check the disk and the kernel log")
        check_refused_once(log, "frontier.db-wal")
        assert safe < len(lines)
        crawl.start()
        rows = [row["url"] for row in crawl.rows("SELECT url FROM urls ORDER BY id")]
        assert len(rows) >= safe and rows == lines[:len(rows)], (safe, len(rows))
        crawl.stop()
        kill.check_file(crawl)


def test_a_refused_sync_of_the_database_itself_at_a_checkpoint_stops_the_daemon():
    with harness.workplace("checkpoint-sync") as (folder, children):
        crawl = harness.Crawl(folder / "crawl").start()
        crawl.ctl("pause")
        crawl.stop()
        env, log = failing(folder, "frontier.db", 1)
        crawl.start(env=env)
        children.append(crawl.daemon)
        lines = [f"http://s{n % 97}.localhost/{n}/{'x' * 900}" for n in range(60_000)]
        crawl.seed(lines[:300])
        safe = max(kill.seed_until_end(crawl, lines), 300)
        ends_with_message(crawl, "cannot sync", "frontier.db", "check the disk and the kernel log")
        check_refused_once(log, "frontier.db")
        crawl.start()
        rows = [row["url"] for row in crawl.rows("SELECT url FROM urls ORDER BY id")]
        assert len(rows) >= safe and rows == lines[:len(rows)], (safe, len(rows))
        crawl.stop()
        kill.check_file(crawl)


if __name__ == "__main__":
    harness.main(globals())
