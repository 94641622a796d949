"""What the tests against real servers share: a crawl with short rests, upstreams that are dead, slow or
heal, one reading of every server's access log, and the schedule that must follow any refusal."""
import contextlib
import datetime
import http.server
import json
import re
import threading
import time

import harness

GAP = 0.02          # seconds between two requests to a host, when nothing was learned
REST_FLOOR = 0.3    # no rest of ours is shorter
SLACK = 0.01        # seconds between the server's stamp and ours for one event

CLASSES = ("rate_limited", "overloaded", "maintenance", "upstream_failed", "bot_walled", "unreachable")
QUICK = {
    **{f"rest.{name}.{key}": value for name in CLASSES
       for key, value in (("base", "700ms"), ("asked_min", "300ms"))},
    "retry.incidents_max": 3, "retry.give_up_after": "0", "frontier.many_window": "1s", "retry.walls_max": 1,
    "retry.attempts_max": 2, "retry.backoff_base": "100ms", "retry.backoff_floor": "50ms",
    "retry.url_troubles_max": 3, "robots.unreachable_retry": "1s", "pace.recover_in": "8s",
    "harvest.keep": ["none"],
}
# For hosts that are to be waited for until they heal.
PATIENT = {"retry.incidents_max": 1000, "retry.attempts_max": 50}


class Request:
    """One line of a front server's access log."""

    def __init__(self, start, end, host, status, path, cache_control):
        self.start, self.end, self.host = start, end, host.partition(".")[0]
        self.status, self.path, self.cache_control = status, path, cache_control

    def __repr__(self):
        return f"{self.start % 1000:.3f}+{self.end - self.start:.3f} {self.host} {self.status} {self.path}"


# Every server is told to write: TIME TOOK HOST STATUS "URI" "Cache-Control", in its own notation.
LINE = re.compile(r'(?:^|\s)([\d.]+) (-?[\d.]+) ([\w.:-]+) (\d+) "([^"]*)" "([^"]*)"')


def read_log(path, stamp="end", unit=1.0, took_unit=1.0):
    """Requests in the order of their starts. `stamp` says which moment TIME names, the units are in seconds."""
    found = []
    for line in path.read_text(errors="replace").splitlines():
        match = LINE.search(line)
        if not match:
            continue
        at, took = float(match[1]) * unit, max(float(match[2]), 0.0) * took_unit
        start, end = (at - took, at) if stamp == "end" else (at, at + took)
        found.append(Request(start, end, match[3], int(match[4]), match[5], match[6]))
    return sorted(found, key=lambda request: request.start)


def moment(text):
    """Seconds since 1970 of a moment as the views write it."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Upstream:
    """An HTTP server of ours behind theirs; answers after `delay`."""

    def __init__(self, delay=0.0, port=0):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                time.sleep(delay)
                body = b"<title>fine</title><p>All is well here.</p>"
                outer.served += 1
                try:
                    self.send_response(200)
                    self.send_header("Content-Type", "text/html")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True  # the server in front gave up on us, as planned

            def log_message(self, *_):
                pass

        self.served = 0
        http.server.ThreadingHTTPServer.allow_reuse_address = True
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@contextlib.contextmanager
def upstreams(**delays):
    made = {name: Upstream(delay) for name, delay in delays.items()}
    try:
        yield made
    finally:
        for one in made.values():
            one.close()


class Crawled:
    """One crawl through a front server, to its end."""

    def __init__(self, folder, children, urls, settings=None, rules="", meanwhile=None, seconds=60):
        self.crawl = harness.Crawl(folder / "crawl", {**QUICK, **(settings or {})}, rules).start()
        children.append(self.crawl.daemon)
        self.crawl.seed(urls)
        if meanwhile:
            meanwhile()
        self.crawl.wait_done(seconds)
        self.crawl.stop()
        self.seen = []

    def read(self, path, **how):
        self.seen = read_log(path, **how)
        assert self.seen, f"nothing in {path}"

    def of(self, host, path=""):
        return [r for r in self.seen if r.host == host and r.path.startswith(path)]

    def attempts(self, host, purpose="page"):
        return self.crawl.rows("SELECT * FROM attempts WHERE host LIKE ? AND purpose = ? ORDER BY id",
                               f"http://{host}.localhost:%", purpose)

    def states(self, host):
        return {row["state"] if not row["dropped_because"] else row["dropped_because"]
                for row in self.crawl.rows("SELECT state, dropped_because FROM urls WHERE host LIKE ?",
                                           f"http://{host}.localhost:%")}

    def incidents(self, host):
        return self.crawl.rows("SELECT * FROM incidents WHERE host LIKE ? ORDER BY id",
                               f"http://{host}.localhost:%")

    def expect(self, host, status, cls, scope, *rules):
        """The first trouble of this host: what it was taken for, and the evidence on record."""
        rows = [row for row in self.attempts(host) if row["status"] == status]
        assert rows, (host, status, [(row["status"], row["class"]) for row in self.attempts(host)])
        first = rows[0]
        evidence = json.loads(first["evidence"])
        assert evidence and all(item["rule"] and item["what"] for item in evidence), first["evidence"]
        named = [item["rule"] for item in evidence]
        print(f"   {host}: {status} {first['class']}/{first['scope']} {named}", flush=True)
        assert first["class"] == cls and first["scope"] == scope, \
            (host, status, first["class"], first["scope"], first["evidence"], first["runner_up"])
        assert not rules or any(rule in named for rule in rules), (host, named, rules)
        return first

    def rests(self, host, at_least=1):
        """Every incident rests the host: at least the floor, no request in it, then one on its own."""
        incidents, seen = self.incidents(host), self.of(host)
        assert len(incidents) >= at_least, (host, len(incidents), seen)
        for incident in incidents:
            begin, end = incident["at_ms"] / 1000, moment(incident["rest_until"])
            assert end - begin >= REST_FLOOR - 0.001, (host, end - begin)
            within = [r for r in seen if begin + SLACK < r.start < end - SLACK]
            assert not within, (host, incident["why"], begin, end, within)
            after = [r for r in seen if r.start >= end - SLACK][:2]
            if len(after) == 2:
                assert after[1].start >= after[0].end + GAP - SLACK, (host, after)
        return incidents

    def waits(self, host, seconds):
        """The origin named a wait: nobody came before it was over."""
        seen = self.of(host)
        for refusal in (r for r in seen if r.status >= 400 and r.path != "/robots.txt"):
            early = [r for r in seen if refusal.end < r.start < refusal.end + seconds - SLACK]
            assert not early, (host, refusal, early)

    def probed_then_resumed(self, host):
        """After each rest one robots.txt as the probe; pages only after it went well."""
        seen = self.of(host)
        for incident in self.incidents(host):
            after = [r for r in seen if r.start >= moment(incident["rest_until"]) - SLACK]
            if after:
                assert after[0].path == "/robots.txt", (host, after[:3])
        self.resumes(host)

    def resumes(self, host):
        """Back to work: everything is fetched at last."""
        assert self.states(host) == {"done"}, (host, self.states(host), self.of(host)[-5:])

    def slows_down(self, host, refused=(429, 503)):
        """Refusals make it slower, and get rare: a handful in all, and fewer late than early."""
        pages = [r for r in self.of(host) if r.path != "/robots.txt"]
        half = len(pages) // 2
        early, late = [sum(r.status in refused for r in part) for part in (pages[:half], pages[half:])]
        assert early >= 1 and late <= max(1, early // 2), (host, early, late, pages)
        self.resumes(host)
        return early, late
