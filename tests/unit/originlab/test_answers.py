"""What a lab answers when it behaves: fixed answers, bodies, codings, pages, redirects, choices."""

import gzip
import re
import time
import unittest
from email.utils import parsedate_to_datetime

from lab_case import LabCase


class FixedAnswers(LabCase):
    def test_status_reason_headers_and_text_are_as_written(self):
        self.start('''
[[host]]
name = "a.localhost"
[[host.route]]
path = "/x"
status = 599
reason = "Odd Thing"
headers = ["X-One: 1", "X-Two: {n}", "Server: other"]
text = "seen {n} times at {path} of {host}, {unknown}"
''')
        self.get("/x")
        answer = self.get("/x?q=1")
        self.assertTrue(answer.raw.startswith(b"HTTP/1.1 599 Odd Thing\r\n"))
        self.assertEqual(answer.header("X-Two"), "2")
        self.assertEqual([v for n, v in answer.headers if n == "Server"], ["other"])
        self.assertEqual(answer.body, b"seen 2 times at /x?q=1 of a.localhost, {unknown}")
        self.assertEqual(self.get("/y").status, 404)
        self.assertEqual(self.get("/x", host="b.localhost").status, 421)

    def test_dates_come_in_three_forms_and_by_the_hosts_own_clock(self):
        self.start('''
[[host]]
name = "a.localhost"
clock_skew = "-2h"
[[host.route]]
path = "/"
headers = [
  "Retry-After: {now+90s}", "X-850: {now:rfc850}", "X-C: {now-1h:asctime}", "X-U: {unix+10s}"
]
''')
        answer = self.get()
        date = parsedate_to_datetime(answer.header("Date"))
        self.assertAlmostEqual(date.timestamp(), time.time() - 7200, delta=3)
        wait = parsedate_to_datetime(answer.header("Retry-After")) - date
        self.assertAlmostEqual(wait.total_seconds(), 90, delta=1)
        self.assertRegex(answer.header("X-850"),
                         r"^[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$")
        self.assertRegex(answer.header("X-C"),
                         r"^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$")
        self.assertAlmostEqual(int(answer.header("X-U")), time.time() - 7190, delta=3)

    def test_bodies_are_framed_by_length_chunks_or_the_end(self):
        self.start('''
[[host]]
name = "a.localhost"
[[host.route]]
path = "/length"
size = "100K"
[[host.route]]
path = "/chunked"
size = "100K"
framing = "chunked"
[[host.route]]
path = "/close"
size = "100K"
framing = "close"
[[host.route]]
path = "/raw"
raw = "not even HTTP {n}\\n"
''')
        self.assertEqual(len(self.get("/length").body), 102400)
        self.assertEqual(self.get("/length").body, self.get("/length").body)
        self.assertGreater(len(self.get("/chunked").body), 102400)
        close = self.get("/close")
        self.assertEqual((len(close.body), close.ending), (102400, "closed"))
        self.assertEqual(self.get("/raw").raw, b"not even HTTP 1\n")
        head = self.connect()
        head.send("/length", method="HEAD")
        answer = head.read_for(0.3)
        self.assertEqual((answer.header("Content-Length"), answer.body), ("102400", b""))

    def test_codings_make_bombs_even_stacked(self):
        self.start('''
[[host]]
name = "a.localhost"
[[host.route]]
path = "/bomb"
size = "64M"
fill = "zeros"
encoding = "gzip"
[[host.route]]
path = "/stacked"
size = "64M"
fill = "zeros"
encoding = ["gzip", "gzip"]
[[host.route]]
path = "/br"
size = "64M"
fill = "zeros"
encoding = "br"
[[host.route]]
path = "/zstd"
size = "64M"
fill = "zeros"
encoding = "zstd"
[[host.route]]
path = "/text"
text = "hello"
encoding = "gzip"
''')
        bomb = self.get("/bomb")
        self.assertLess(len(bomb.body), 100_000)
        self.assertEqual(len(gzip.decompress(bomb.body)), 64 << 20)
        stacked = self.get("/stacked")
        self.assertEqual(stacked.header("Content-Encoding"), "gzip, gzip")
        self.assertEqual(len(gzip.decompress(gzip.decompress(stacked.body))), 64 << 20)
        for path in ("/br", "/zstd"):
            self.assertLess(len(self.get(path).body), 20_000)
        self.assertEqual(gzip.decompress(self.get("/text").body), b"hello")

    def test_latency_lies_in_its_span(self):
        self.start('''
[[host]]
name = "a.localhost"
latency = { from = "100ms", to = "200ms" }
[[host.route]]
path = "/*"
''')
        began = time.monotonic()
        self.get()
        self.assertTrue(0.1 <= time.monotonic() - began < 1.0)

    def test_cookies_come_by_the_thousand(self):
        self.start('''
[[host]]
name = "*"
[[host.route]]
path = "/*"
cookies = 3000
''')
        cookies = [v for n, v in self.get().headers if n == "Set-Cookie"]
        self.assertEqual(len(set(cookies)), 3000)

    def test_old_clients_are_told_whether_the_connection_stays(self):
        self.start('[[host]]\nname = "*"\n')
        for sent, told in (("Connection: keep-alive\r\n", "keep-alive"), ("", "close")):
            client = self.connect()
            client.socket.sendall(f"GET / HTTP/1.0\r\n{sent}\r\n".encode())
            self.assertEqual(client.read_response().header("Connection"), told)
            self.assertEqual(client.read_for(0.2).ending, "open" if sent else "closed")


class Choices(LabCase):
    def statuses(self, count, path="/"):
        client = self.connect()
        out = []
        for _ in range(count):
            client.send(path)
            out.append(client.read_response().status)
        return out

    def test_a_sequence_counts_by_host_or_by_path(self):
        self.start('''
[[host]]
name = "a.localhost"
[[host.route]]
path = "/host/*"
answer = [{ status = 503, times = 3 }, { status = 200 }]
[[host.route]]
path = "/path/*"
per = "path"
cycle = true
answer = [{ status = 500 }, { status = 200 }]
''')
        self.assertEqual(self.statuses(3, "/host/1"), [503] * 3)
        self.assertEqual(self.statuses(2, "/host/2"), [200, 200])
        self.assertEqual(self.statuses(4, "/path/1"), [500, 200, 500, 200])
        self.assertEqual(self.statuses(1, "/path/2"), [500])

    def test_a_turn_can_pass_to_the_page_below(self):
        self.start('''
[[host]]
name = "a.localhost"
pages = 3
[[host.route]]
path = "/p/*"
answer = [{ status = 503, headers = ["Retry-After: 12"] }, { pass = true }]
''')
        self.assertEqual(self.statuses(3, "/p/1"), [503, 200, 200])
        self.assertEqual(self.statuses(1, "/p/3"), [404])

    def test_a_lottery_follows_its_weights_and_its_seed(self):
        lab = '''
[[host]]
name = "a.localhost"
[[host.route]]
path = "/"
pick = "random"
answer = [{ status = 200, weight = 4 }, { status = 500, weight = 1 }]
'''
        self.start(lab, "--seed", "7")
        first = self.statuses(200)
        self.assertTrue(20 <= first.count(500) <= 65, first.count(500))
        self.stop()
        self.start(lab, "--seed", "7")
        self.assertEqual(self.statuses(200), first)

    def test_a_timetable_changes_with_the_clock(self):
        self.start('''
[[host]]
name = "a.localhost"
since = "first-request"
[[host.route]]
path = "/robots.txt"
pick = "time"
answer = [{ text = "old", lasts = "400ms" }, { text = "new" }]
''')
        self.assertEqual(self.get("/robots.txt").body, b"old")
        time.sleep(0.5)
        self.assertEqual(self.get("/robots.txt").body, b"new")


class Pages(LabCase):
    def test_pages_form_a_linked_tree_of_a_given_size(self):
        self.start('''
[[host]]
name = "a.localhost"
robots = "User-agent: *\\nDisallow: /private/"
[host.pages]
count = 50
size_from = "1K"
size_to = "4K"
''')
        seen, open_ = set(), ["/"]
        while open_:
            path = open_.pop()
            if path in seen:
                continue
            seen.add(path)
            page = self.get(path)
            self.assertEqual(page.status, 200)
            if path != "/":
                self.assertTrue(1024 <= len(page.body) <= 4200, len(page.body))
                self.assertEqual(page.body, self.get(path).body)
            open_ += re.findall(r'href="(/p/\d+)"', page.body.decode())
        self.assertEqual(len(seen), 51)
        self.assertEqual(self.get("/p/50").status, 404)
        self.assertIn(b"Disallow: /private/", self.get("/robots.txt").body)

    def test_pages_change_and_answer_conditional_requests(self):
        self.start('''
[[host]]
name = "a.localhost"
since = "first-request"
pages = { count = 5, change_every = "1s" }
''')
        page = self.get("/p/1")
        tag, date = page.header("ETag"), page.header("Last-Modified")
        self.assertEqual(self.get("/p/1", headers=[f"If-None-Match: {tag}"]).status, 304)
        self.assertEqual(self.get("/p/1", headers=[f"If-Modified-Since: {date}"]).status, 304)
        time.sleep(1.1)
        changed = self.get("/p/1", headers=[f"If-None-Match: {tag}"])
        self.assertEqual(changed.status, 200)
        self.assertNotEqual(changed.body, page.body)


class Redirects(LabCase):
    def test_targets_chains_and_webs(self):
        self.start('''
[[host]]
name = "a.localhost"
[[host.route]]
path = "/file"
redirect = "file:///etc/passwd"
[[host.route]]
path = "/ping"
redirect = "http://b.localhost:{port}{path}"
status = 308
[[host.route]]
path = "/chain/*"
chain = true
text = "end"
[[host.route]]
path = "/web/*"
redirect = ["http://b.localhost/web/{hash}", "http://c.localhost/web/{hash}"]
''')
        self.assertEqual(self.get("/file").header("Location"), "file:///etc/passwd")
        port = self.address.rsplit(":", 1)[1]
        ping = self.get("/ping")
        self.assertEqual((ping.status, ping.header("Location")),
                         (308, f"http://b.localhost:{port}/ping"))
        self.assertEqual(self.get("/chain/2").header("Location"), "/chain/1")
        self.assertEqual((self.get("/chain/0").status, self.get("/chain/0").body), (200, b"end"))
        hosts = {self.get(f"/web/{i}").header("Location").split("/")[2] for i in range(20)}
        self.assertEqual(hosts, {"b.localhost", "c.localhost"})
        again = [self.get("/web/1").header("Location") for _ in range(2)]
        self.assertEqual(again[0], again[1])


if __name__ == "__main__":
    unittest.main()
