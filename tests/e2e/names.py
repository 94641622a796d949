"""One name is one name, one address is one address: as the origins see it.

Schemes and ports of a name share a pace whatever it is written like; an address that answers in turn with another one
sees no more requests at once than are allowed; a denied name is denied in every spelling; a group that a reload brings
holds for hosts in memory; a host that is not on record is refused.
"""
import contextlib
import http.server
import socket
import struct
import threading
import time

import harness

TAKES = 0.05  # seconds of one answer


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        start = time.monotonic()
        time.sleep(TAKES)
        status, fields, body = self.server.answer(self.path)
        self.server.seen.append((start, time.monotonic(), self.server.server_address[0],
                                 self.headers["Host"].partition(":")[0], self.path))
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if self.server.closes:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def plain(path):
    if path == "/robots.txt":
        return 404, {}, b""
    return 200, {"Content-Type": "text/html"}, b"<title>A page</title><p>" + b"Some text. " * 60


@contextlib.contextmanager
def origin(address="127.0.0.1", port=0, answer=plain, seen=None, closes=False):
    server = http.server.ThreadingHTTPServer((address, port), Handler)
    server.daemon_threads = True
    server.answer, server.closes = answer, closes
    server.seen = seen if seen is not None else []
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def name_server(addresses):
    """Every name leads to `addresses(turn)`, for one second."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    ended = threading.Event()

    def serve():
        turn = 0
        sock.settimeout(0.1)
        while not ended.is_set():
            try:
                query, peer = sock.recvfrom(2048)
            except socket.timeout:
                continue
            end = query.index(b"\0", 12)
            kind = struct.unpack("!H", query[end + 1:end + 3])[0]
            found = []
            if kind == 1:
                turn += 1
                found = addresses(turn)
            body = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 1, 4) + socket.inet_aton(a) for a in found)
            head = query[:2] + struct.pack("!HHHHH", 0x8580, 1, len(found), 0, 0)
            sock.sendto(head + query[12:end + 5] + body, peer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield sock.getsockname()[1]
    finally:
        ended.set()
        thread.join()
        sock.close()


def most_at_once(seen):
    edges = sorted([(start, 1) for start, *_ in seen] + [(end, -1) for _, end, *_ in seen])
    now = most = 0
    for _, change in edges:
        now += change
        most = max(most, now)
    return most


def least_gap(seen, from_end=True):
    rows = sorted(seen)
    return min(after[0] - before[1 if from_end else 0] for before, after in zip(rows, rows[1:]))


def test_schemes_and_ports_of_a_name_share_a_pace():
    seen = []
    with (harness.workplace("names-pace") as (folder, children), origin(seen=seen) as one, origin(seen=seen) as two):
        crawl = harness.Crawl(folder / "crawl", {"pace.gap": "200ms"}).start()
        children.append(crawl.daemon)
        urls = [f"http://shop.localhost:{one.server_port}/{n}" for n in range(5)]
        urls += [f"http://SHOP.localhost.:{two.server_port}/{n}" for n in range(5)]
        urls += [f"http://shop%2Elocalhost:{one.server_port}/{n}" for n in range(5, 8)]
        crawl.seed(urls)
        crawl.wait_done(60)
        assert len(seen) == 13 + 2, seen
        assert {row[3] for row in seen} == {"shop.localhost"}, seen
        assert most_at_once(seen) == 1
        assert least_gap(seen) >= 0.197, least_gap(seen)
        crawl.stop()


def rotating(folder_name, addresses, closes):
    """12 hosts, each led in turn to one or the other of two addresses, or to both in turning order."""
    seen = []
    with (harness.workplace(folder_name) as (folder, children), origin("127.0.9.1", seen=seen, closes=closes) as first,
          origin("127.0.9.2", first.server_port, seen=seen, closes=closes), name_server(addresses) as port):
        crawl = harness.Crawl(folder / "crawl", {
            "dns.servers": [f"127.0.0.1:{port}"], "dns.ttl_min": "0", "pace.group_flights": 2,
            "pace.group_gap": "120ms", "pace.gap": "100ms"}).start()
        children.append(crawl.daemon)
        crawl.seed([f"http://h{n}.rotating.test:{first.server_port}/{page}" for n in range(12) for page in range(8)])
        crawl.wait_done(90)
        for address in ("127.0.9.1", "127.0.9.2"):
            there = [row for row in seen if row[2] == address]
            if not there:
                continue
            assert most_at_once(there) <= 2, (address, most_at_once(there))
            # By the origin's clock, which a busy machine may make late by a third of the gap.
            assert least_gap(there, from_end=False) >= 0.08, (address, least_gap(there, from_end=False))
        assert len(seen) == 12 * 9
        crawl.stop()


def test_a_rotating_answer_gives_an_address_no_more():
    both = ["127.0.9.1", "127.0.9.2"]
    rotating("names-rotating", lambda turn: both if turn % 2 else both[::-1], closes=False)


def test_one_answer_at_a_time_gives_an_address_no_more():
    rotating("names-alternating", lambda turn: [f"127.0.9.{1 + turn % 2}"], closes=False)
    rotating("names-alternating-closed", lambda turn: [f"127.0.9.{1 + turn % 2}"], closes=True)


def test_an_address_that_refuses_is_left_for_the_next():
    seen = []
    with (harness.workplace("names-refusing") as (folder, children), origin("127.0.9.2", seen=seen) as server,
          name_server(lambda turn: ["127.0.9.1", "127.0.9.2"]) as port):
        crawl = harness.Crawl(folder / "crawl", {"dns.servers": [f"127.0.0.1:{port}"]}).start()
        children.append(crawl.daemon)
        crawl.seed([f"http://h.refusing.test:{server.server_port}/{n}" for n in range(5)])
        crawl.wait_done(30)
        assert crawl.one("SELECT count(*) FROM urls WHERE state = 'done' AND attempts = 0") == 5
        assert crawl.one("SELECT count(*) FROM incident") == 0
        crawl.stop()


def test_no_spelling_of_a_denied_name_is_asked():
    intern = "http://intern.localhost"

    def answer(path):
        if path.startswith("/to"):
            place = [f"{intern}.:{inner.server_port}/1", f"http://INTERN.localhost:{inner.server_port}/2",
                     f"http://intern%2Elocalhost%2e:{inner.server_port}/3"][int(path[3:])]
            return 302, {"Location": place}, b""
        return plain(path)

    with (harness.workplace("names-denied") as (folder, children), origin() as inner, origin(answer=answer) as outer):
        crawl = harness.Crawl(folder / "crawl", {"scope.deny": ["Intern.Localhost."]}).start()
        children.append(crawl.daemon)
        done = crawl.ctl("seed", "-", text=f"{intern}.:{inner.server_port}/x\n".encode(), check=False)
        assert done.returncode == 4, done
        crawl.seed([f"http://outer.localhost:{outer.server_port}/to{n}" for n in range(3)])
        crawl.wait_done(30)
        assert inner.seen == [], inner.seen
        crawl.stop()


def test_a_group_that_a_reload_brings_holds_at_once():
    with harness.workplace("names-group") as (folder, children), origin() as server:
        crawl = harness.Crawl(folder / "crawl", {"pace.gap": "100ms"}).start()
        children.append(crawl.daemon)
        crawl.seed([f"http://h{n}.localhost:{server.server_port}/{page}" for n in range(5) for page in range(100)])
        harness.wait_until(lambda: len(server.seen) >= 30, 30)
        crawl.rules = '\n[[group]]\nname = "lab"\nhosts = ["*.LOCALHOST."]\ngap = "1s"\n'
        crawl.write_config()
        crawl.ctl("reload")
        told = time.monotonic()
        time.sleep(5)
        since = [row for row in server.seen if row[0] > told]
        assert 3 <= len(since) <= 6, len(since)
        assert least_gap(since) >= 0.95, least_gap(since)
        crawl.kill()


def test_a_host_that_is_not_on_record_is_refused_and_a_bare_name_means_all_of_it():
    with harness.workplace("names-refused") as (folder, children):
        crawl = harness.Crawl(folder / "crawl", {}).start()
        children.append(crawl.daemon)
        crawl.ctl("pause")
        crawl.seed(["http://shop.localhost:8443/1", "http://shop.localhost:8080/1", "http://other.localhost/"])
        for command in (["pause", "https://shop.localhost"], ["set", "nosuch", "gap=1s"], ["pause", "shop.locahost"],
                        ["retry", "--host", "shop.localhost:2"], ["drop", "--host", "sop.localhost"],
                        ["retry", "http://new.localhost/1"]):
            done = crawl.ctl(*command, check=False)
            assert done.returncode != 0, command
            if command[1] != "nosuch" and "new." not in command[1]:
                assert b"shop.localhost:80" in done.stderr or b"shop.localhost:84" in done.stderr, done
        assert crawl.one("SELECT count(*) FROM host") == 3
        said = crawl.ctl("pause", "Shop.localhost.").stdout
        assert b"http://shop.localhost:8080, http://shop.localhost:8443" in said, said
        assert crawl.one("SELECT count(*) FROM host WHERE paused = 1") == 2
        crawl.ctl("resume", "shop.localhost:8080")
        assert crawl.one("SELECT count(*) FROM host WHERE paused = 1") == 1
        crawl.ctl("set", "--new", "later.localhost", "gap=5s")
        assert crawl.one("SELECT wish_gap_ms FROM host WHERE key = 'https://later.localhost'") == 5000
        crawl.stop()


if __name__ == "__main__":
    harness.main(globals())
