"""Whatever an origin writes into the fields of its answers, what is stored of each has a bound: nothing of a field of
90 KB gets into any text of any table whole."""
import http.server
import threading

import harness

LONG = 90_000  # under libcurl's own limit for a line
FIELDS = ["Location", "Server", "Retry-After", "ETag", "Last-Modified", "Content-Type", "Set-Cookie", "Content-Encoding",
          "WWW-Authenticate", "Cache-Control", "Age", "Via", "X-Cache", "CF-Ray", "CF-Mitigated", "X-Amzn-RequestId",
          "X-Amz-Cf-Id", "X-Akamai-Request-Id", "X-Iinfo", "X-Datadome", "RateLimit", "RateLimit-Policy", "Date",
          "X-RateLimit-Reset", "Expires", "Vary", "Transfer-Encoding", "Content-Language", "Link", "Refresh", "X-Reason"]
VALUES = {
    "Location": ["/" + "l" * LONG, "ftp://" + "l" * LONG, "http://u:" + "p" * LONG + "@a.localhost/"],
    "Retry-After": ["9" * LONG, "soon" * (LONG // 4)],
    "Content-Type": ["text/html; charset=" + "c" * LONG, "text/" + "t" * LONG],
    "Last-Modified": ["Tue, 01 Dec 2026 00:00:00 GMT" + " " * LONG + "x"],
    "ETag": ['"' + "e" * LONG + '"'],
}
STATUSES = [200, 301, 403, 429, 503]
# Longest text that may be stored: of a URL as scope.url_max says, of what proves a class its few pieces.
URL_COLUMNS = {"url", "key", "via"}
URL_MOST, EVIDENCE_MOST, TEXT_MOST = 8_000, 8_000, 3_000


class Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == "/robots.txt" and not self.headers["Host"].startswith("robots"):
            self.send_response_only(404)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        number = self.headers["Host"].partition(".")[0].lstrip("robots").lstrip("h")
        status, field, value = self.server.cases[int(number)]
        body = b"<title>" + b"T" * LONG + b"</title><h1>" + b"H" * LONG + b"</h1>"
        self.send_response_only(status, "R" * LONG if field == "X-Reason" else None)
        self.send_header(field, value)
        if field != "Transfer-Encoding":
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, *_):
        pass  # a client that has had enough


def longest(crawl):
    """(bytes, table, column) of every text column that is longer than it may be."""
    tables = [row[0] for row in crawl.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = []
    for table in tables:
        for column in crawl.rows(f"PRAGMA table_info({table})"):
            if column["type"] not in ("TEXT", "BLOB"):
                continue
            name = column["name"]
            size = crawl.one(f"SELECT max(length(CAST({name} AS BLOB))) FROM {table}") or 0
            most = URL_MOST if name in URL_COLUMNS else EVIDENCE_MOST if name == "evidence" else TEXT_MOST
            if size > most:
                found.append((size, table, name))
    return found


def test_no_field_is_stored_whole():
    with harness.workplace("fields") as (folder, children):
        server = Server(("127.0.0.1", 0), Origin)
        server.cases = [(status, field, value) for status in STATUSES for field in FIELDS
                        for value in VALUES.get(field, ["v" * LONG])]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        crawl = harness.Crawl(folder / "crawl", {"retry.attempts_max": 2}).start()
        children.append(crawl.daemon)
        pages = len(server.cases)
        crawl.seed([f"http://h{n}.localhost:{port}/p/{n}" for n in range(pages)]
                   + [f"http://robots{n}.localhost:{port}/p/{n}" for n in range(pages)])
        harness.wait_until(lambda: crawl.one("SELECT count(DISTINCT host_id) FROM attempt") >= 2 * pages, 90,
                           what="an attempt at each host")
        assert not longest(crawl), longest(crawl)
        for row in crawl.rows("SELECT url FROM urls ORDER BY random() LIMIT 20"):
            crawl.json("explain", row["url"])
        crawl.stop()
        server.shutdown()
        log = max(len(line) for line in crawl.daemon.text().splitlines())
        assert log < 10_000, log
        print(f"{2 * pages} hosts with fields of {LONG} bytes; longest line of the log {log} bytes")


if __name__ == "__main__":
    harness.main(globals())
