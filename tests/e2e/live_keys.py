"""The live keys that no simulated daemon has, each changed under a daemon at work: they take effect at the reload.
The others: tests/sim/live_keys_test.cpp."""
import time

import harness
from ground import ground, readyz
from service_life import SLOW_SITE, start_lab

SITE = """
[[listener]]
address = "127.0.0.1:{port}"
[[host]]
name = "*"
pages = 400
"""


def changed(crawl, **values):
    crawl.write_config(**values)
    told = crawl.ctl("reload").stdout.decode()
    for name in values:
        assert name in told.partition(";")[0], told
    assert "restart" not in told, told


def test_disk_reserve_and_database_log_max():
    with harness.workplace("live-disk") as (folder, children):
        crawl = harness.Crawl(folder / "crawl").start()
        children.append(crawl.daemon)
        assert readyz(crawl)[0] == 200, readyz(crawl)
        changed(crawl, disk_reserve="1TiB")
        harness.wait_until(lambda: "disk" in ground(crawl), 10, what="the reserve")
        changed(crawl, disk_reserve="1MiB")
        harness.wait_until(lambda: "disk" not in ground(crawl), 10, what="room")
        before = crawl.json("status")["queues"]["database_log_pages"]["max"]
        changed(crawl, database_log_max="16MiB")
        assert crawl.json("status")["queues"]["database_log_pages"]["max"] < before
        crawl.stop()


def test_log_level_and_log_fetches():
    with harness.workplace("live-log") as (folder, children):
        port = harness.free_port()
        children.append(start_lab(folder, SITE, port))
        crawl = harness.Crawl(folder / "crawl").start()
        children.append(crawl.daemon)
        crawl.seed([f"http://a.localhost:{port}/p/1"])
        crawl.wait_done(30)
        assert "/p/1" not in crawl.daemon.text()
        changed(crawl, **{"log.fetches": True})
        crawl.seed([f"http://a.localhost:{port}/p/2"])
        crawl.wait_done(30)
        harness.wait_until(lambda: "/p/2" in crawl.daemon.text(), 10, what="the line of a fetch")
        changed(crawl, **{"log.level": "error"})
        length = len(crawl.daemon.text())
        crawl.seed([f"http://a.localhost:{port}/p/3"])
        crawl.wait_done(30)
        time.sleep(0.5)
        assert "/p/3" not in crawl.daemon.text()[length:]
        crawl.stop()


def test_signatures():
    with harness.workplace("live-signatures") as (folder, children):
        port = harness.free_port()
        children.append(start_lab(folder, SITE, port))
        own = folder / "signatures.toml"
        own.write_text("")
        crawl = harness.Crawl(folder / "crawl").start()
        children.append(crawl.daemon)
        crawl.seed([f"http://a.localhost:{port}/p/{n}" for n in range(3)])
        crawl.wait_done(30)
        own.write_text("nonsense = [")
        crawl.write_config(signatures=str(own))
        refused = crawl.ctl("reload", check=False)
        assert refused.returncode != 0 and str(own).encode() in refused.stderr, refused
        own.write_text("")
        changed(crawl, signatures=str(own))
        crawl.stop()


def test_drain_grace():
    with harness.workplace("live-grace") as (folder, children):
        port = harness.free_port()
        children.append(start_lab(folder, SLOW_SITE.replace("1500ms", "60s"), port))
        crawl = harness.Crawl(folder / "crawl", {"drain_grace": "10m"}).start()
        children.append(crawl.daemon)
        crawl.seed([f"http://slow.localhost:{port}/p/{n}" for n in range(3)])
        harness.wait_until(lambda: crawl.one("SELECT count(*) FROM flight") > 0, 20, 0.02)
        changed(crawl, drain_grace="1s")
        crawl.stop()  # within 20 s
        assert crawl.one("SELECT count(*) FROM flight") == 0


def test_lease_term():
    with harness.workplace("live-term") as (folder, children):
        port = harness.free_port()
        children.append(start_lab(folder, SLOW_SITE.replace("slow.localhost", "*").replace("1500ms", "20s"), port))
        crawl = harness.Crawl(folder / "crawl", {"frontier.lease_term": "1h", "robots.obey": False}).start()
        children.append(crawl.daemon)
        terms = lambda: {row["term"] for row in crawl.rows(
            "SELECT expires_at - leased_at AS term FROM flight WHERE purpose = 'page'")}
        crawl.seed([f"http://a.localhost:{port}/p/1"])
        harness.wait_until(lambda: terms() == {3_600_000}, 10, 0.05, "a lease of an hour")
        changed(crawl, **{"frontier.lease_term": "2h"})
        crawl.seed([f"http://b.localhost:{port}/p/1"])
        harness.wait_until(lambda: terms() == {3_600_000, 7_200_000}, 10, 0.05, "a lease of two hours")
        crawl.kill()


def test_flights_max_upwards():
    with harness.workplace("live-flights") as (folder, children):
        port = harness.free_port()
        children.append(start_lab(folder, SLOW_SITE.replace("slow.localhost", "*").replace("1500ms", "20s"), port))
        crawl = harness.Crawl(folder / "crawl", {"frontier.flights_max": 2, "robots.obey": False}).start()
        children.append(crawl.daemon)
        crawl.seed([f"http://h{n}.localhost:{port}/p/1" for n in range(12)])
        harness.wait_until(lambda: crawl.json("status")["flights"] == 2, 20, what="two flights")
        changed(crawl, **{"frontier.flights_max": 9})
        # One domain at one address: its share of nine is what it may hold while nobody else is seen.
        harness.wait_until(lambda: crawl.json("status")["flights"] > 2, 10, what="more than two flights")
        assert crawl.json("status")["flights_max"] == 9
        crawl.kill()


if __name__ == "__main__":
    harness.main(globals())
