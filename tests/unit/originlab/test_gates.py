"""Refusals with a memory: maintenance, stale copies, walls, limits, capacity and its collapse."""

import threading
import time
import unittest
from email.utils import parsedate_to_datetime

from lab_case import Client, LabCase


class Windows(LabCase):
    def test_maintenance_names_its_end_and_ends(self):
        self.start('''
[[host]]
name = "a.localhost"
pages = 3
[[host.maintenance]]
to = "1500ms"
except = "/robots.txt"
[[host]]
name = "b.localhost"
since = "first-request"
pages = 3
[[host.maintenance]]
to = "1s"
retry_after = "seconds"
answer = { status = 200, text = "sorry" }
''')
        down = self.get("/p/1")
        self.assertEqual((down.status, self.get("/robots.txt").status), (503, 404))
        end = parsedate_to_datetime(down.header("Retry-After"))
        wait = end - parsedate_to_datetime(down.header("Date"))
        self.assertTrue(0 <= wait.total_seconds() <= 2)
        time.sleep(1.6)
        self.assertEqual(self.get("/p/1").status, 200)
        late = self.get("/p/1", host="b.localhost")
        self.assertEqual((late.status, late.body, late.header("Retry-After")), (200, b"sorry", "1"))
        time.sleep(1.1)
        self.assertIn(b"Page 1", self.get("/p/1", host="b.localhost").body)

    def test_windows_repeat(self):
        self.start('''
[[host]]
name = "a.localhost"
since = "first-request"
pages = 3
maintenance = { to = "300ms", every = "600ms" }
''')
        began = time.monotonic()
        seen = {}
        while (at := time.monotonic() - began) < 1.2:
            seen.setdefault(int(at / 0.3 + 0.0), set()).add(self.get("/p/1").status)
            time.sleep(0.02)
        for quarter, status in enumerate((503, 200, 503, 200)):
            self.assertIn(status, seen[quarter])

    def test_a_stale_error_grows_older_until_asked_past_the_cache(self):
        self.start('''
[[host]]
name = "a.localhost"
pages = 3
stale = { to = "1h" }
''')
        first = self.get("/p/1")
        self.assertEqual((first.status, first.header("X-Cache")), (503, "HIT"))
        time.sleep(1.1)
        second = self.get("/p/1")
        self.assertGreater(int(second.header("Age")), int(first.header("Age")))
        self.assertEqual(self.get("/p/1", headers=["Cache-Control: no-cache"]).status, 200)


class Walls(LabCase):
    def test_a_wall_stands_after_some_requests_and_forgets(self):
        self.start('''
[[host]]
name = "a.localhost"
pages = 3
[[host.wall]]
after = 2
per = "agent"
lasts = "500ms"
cookie = "pass"
spare_agents = ["GoodBot*"]
answer = { status = 403, headers = ["cf-mitigated: challenge"] }
''')
        got = [self.get("/p/1").status for _ in range(4)]
        self.assertEqual(got, [200, 200, 403, 403])
        self.assertEqual(self.get("/p/1").header("cf-mitigated"), "challenge")
        self.assertEqual(self.get("/p/1", agent="GoodBot/2").status, 200)
        self.assertEqual(self.get("/p/1", agent="Other/1").status, 200)  # its own count
        self.assertEqual(self.get("/p/1", headers=["Cookie: a=b; pass=1"]).status, 200)
        time.sleep(0.6)
        self.assertEqual(self.get("/p/1").status, 200)


class Limits(LabCase):
    def test_a_window_is_published_and_refuses(self):
        self.start('''
[[host]]
name = "a.localhost"
pages = 3
[[host.limit]]
requests = 2
window = "1s"
publish = ["retry-after", "ratelimit", "x-ratelimit-epoch"]
headers = ["X-Left: {remaining}"]
''')
        first = self.get("/p/1")
        self.assertEqual(first.header("RateLimit-Policy"), '"default";q=2;w=1')
        self.assertEqual(first.header("RateLimit"), '"default";r=1;t=1')
        self.assertEqual(first.header("X-Left"), "1")
        self.assertIsNone(first.header("Retry-After"))
        self.get("/p/1")
        refused = self.get("/p/1")
        self.assertEqual((refused.status, refused.header("Retry-After")), (429, "1"))
        self.assertAlmostEqual(int(refused.header("X-RateLimit-Reset")), time.time() + 1, delta=2)
        time.sleep(1.1)
        self.assertEqual(self.get("/p/1").status, 200)

    def test_a_bucket_refills_and_a_penalty_is_renewed(self):
        self.start('''
[[host]]
name = "a.localhost"
pages = 3
limit = { requests = 4, window = "2s", bucket = true }
[[host]]
name = "b.localhost"
pages = 3
limit = { requests = 1, window = "100ms", penalty = "600ms" }
''')
        self.assertEqual([self.get("/p/1").status for _ in range(5)], [200] * 4 + [429])
        time.sleep(0.6)
        self.assertEqual(self.get("/p/1").status, 200)
        ask = lambda: self.get("/p/1", host="b.localhost").status
        self.assertEqual([ask(), ask()], [200, 429])
        time.sleep(0.4)
        self.assertEqual(ask(), 429)
        time.sleep(0.4)
        self.assertEqual(ask(), 429)
        time.sleep(0.7)
        self.assertEqual(ask(), 200)


class Capacity(LabCase):
    def hammer(self, clients, seconds, host="a.localhost", pause=0.0):
        """Statuses that `clients` connections got by asking again and again."""
        out, stop_at = [], time.monotonic() + seconds

        def run():
            client = Client(self.address)
            while time.monotonic() < stop_at:
                client.send("/p/1", host)
                status = client.read_response().status
                if time.monotonic() < stop_at:
                    out.append(status)
                time.sleep(pause)
            client.close()

        threads = [threading.Thread(target=run) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return out

    def test_more_than_k_at_once_or_r_a_second_are_refused(self):
        self.start('''
[[host]]
name = "a.localhost"
latency = "400ms"
pages = 3
capacity = { at_once = 2, queue = 1, answer = { status = 503, text = "full" } }
[[host]]
name = "b.localhost"
pages = 3
capacity = { per_second = 5, burst = 5 }
''')
        clients = [self.connect() for _ in range(4)]
        for client in clients:
            client.send("/p/1")
            time.sleep(0.02)
        self.assertEqual([c.read_response().status for c in clients], [200, 200, 200, 503])
        self.assertEqual([self.get("/p/1", "b.localhost").status for _ in range(7)],
                         [200] * 5 + [503] * 2)

    def test_pushed_past_its_capacity_it_collapses_and_recovers_slowly(self):
        self.start('''
[[host]]
name = "a.localhost"
latency = "20ms"
pages = 3
[host.capacity]
at_once = 4
queue = 4
collapse = { per_excess = 0.2, slowest = 20, recover = "700ms" }
''')
        polite = self.hammer(4, 1.0)  # 4 / 20 ms = 200 a second
        self.assertEqual(polite.count(503), 0)
        self.assertGreater(polite.count(200), 100)
        pushed = self.hammer(24, 1.5, pause=0.01)
        self.assertLess(pushed.count(200) / 1.5, polite.count(200) / 3)
        self.assertGreater(pushed.count(503), pushed.count(200))
        time.sleep(0.3)
        self.assertLess(self.hammer(4, 0.4).count(200) / 0.4, polite.count(200) * 0.6)
        time.sleep(4)
        self.assertGreater(self.hammer(4, 1.0).count(200), polite.count(200) * 0.7)

    def test_a_rate_collapses_under_pressure_and_serves_a_polite_client_in_full(self):
        self.start('''
[[host]]
name = "a.localhost"
pages = 3
[host.capacity]
per_second = 100
burst = 5
collapse = { per_excess = 0.2, slowest = 20, recover = "500ms" }
''')
        polite = self.hammer(1, 1.0, pause=0.013)
        self.assertEqual(polite.count(503), 0)
        self.assertGreater(polite.count(200), 40)
        pushed = self.hammer(8, 1.0, pause=0.005)
        self.assertLess(pushed.count(200), 35)  # 100 without a collapse
        self.assertGreater(pushed.count(503), 200)
        time.sleep(3)
        again = self.hammer(1, 1.0, pause=0.015)
        self.assertLess(again.count(503), 5)


if __name__ == "__main__":
    unittest.main()
