"""Ways out: the real daemon with a source address, an HTTP proxy and a SOCKS5 proxy, a wall that lets one of
them pass, and no password anywhere it does not belong."""
import base64
import gzip
import json
import select
import socket
import socketserver
import threading

import harness

SECRETS = ["open-sesame-http", "open-sesame-socks"]
PAGE = (b"<html><head><title>The harbour</title></head><body><p>" + b"Boats came in with the tide. " * 40
        + b"</p></body></html>")


class Server(socketserver.ThreadingTCPServer):
    """A server of this process that notes what it saw."""
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.port = self.server_address[1]
        self.seen = []
        self.users = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def read_head(stream):
    head = b""
    while b"\r\n\r\n" not in head:
        more = stream.recv(65536)
        if not more:
            return None
        head += more
    return head.decode("latin-1")


def answer(status, body, fields=""):
    return (f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n{fields}\r\n"
            .encode() + body)


class Walled(socketserver.BaseRequestHandler):
    """An origin that shows a challenge to every address but those it trusts."""
    trusted = ()

    def handle(self):
        while (head := read_head(self.request)) is not None:
            path = head.split(" ")[1]
            self.server.seen.append((self.client_address[0], path))
            if self.client_address[0] not in self.trusted:
                self.request.sendall(answer("403 Forbidden", b"<title>Just a moment...</title>",
                                            "Server: cloudflare\r\ncf-mitigated: challenge\r\n"))
            elif path == "/robots.txt":
                self.request.sendall(answer("404 Not Found", b"none"))
            else:
                self.request.sendall(answer("200 OK", PAGE))


def origin(*trusted):
    return Server(type("Origin", (Walled,), {"trusted": trusted}))


def pump(one, other):
    """Both ways until either side is done."""
    while True:
        for ready in select.select([one, other], [], [], 30)[0]:
            data = ready.recv(65536)
            if not data:
                return
            (other if ready is one else one).sendall(data)


def dial(address, source):
    return socket.create_connection(address, timeout=10, source_address=(source, 0))


class HttpProxy(socketserver.BaseRequestHandler):
    """Forwards absolute URLs, with Basic login; leaves by 127.0.0.7."""
    password = SECRETS[0]

    def handle(self):
        while (head := read_head(self.request)) is not None:
            lines = head.split("\r\n")
            method, target, _ = lines[0].split(" ")
            fields = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
            login = base64.b64decode(fields.get("proxy-authorization", "Basic ")[6:]).decode()
            self.server.seen.append(target)
            self.server.users.append(login.partition(":")[0])
            if login.partition(":")[2] != self.password:
                self.request.sendall(answer("407 Proxy Authentication Required", b"who are you?",
                                            "Proxy-Authenticate: Basic realm=egress\r\n"))
                continue
            rest = target.removeprefix("http://")
            host, _, path = rest.partition("/")
            name, _, port = host.partition(":")
            with dial((name, int(port or 80)), "127.0.0.7") as up:
                kept = [line for line in lines[1:] if line and not line.lower().startswith("proxy-")]
                up.sendall("\r\n".join([f"{method} /{path} HTTP/1.1", *kept, "Connection: close", "", ""])
                           .encode("latin-1"))
                while data := up.recv(65536):
                    self.request.sendall(data)
            return


class SocksProxy(socketserver.BaseRequestHandler):
    """RFC 1928 with RFC 1929; leaves by 127.0.0.8."""
    password = SECRETS[1]

    def exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.request.recv(count - len(data))
            if not more:
                raise ConnectionError
            data += more
        return data

    def handle(self):
        try:
            _, methods = self.exactly(2)
            self.exactly(methods)
            self.request.sendall(b"\x05\x02")
            _, length = self.exactly(2)
            user = self.exactly(length).decode()
            secret = self.exactly(self.exactly(1)[0]).decode()
            self.server.users.append(user)
            self.request.sendall(b"\x01\x00" if secret == self.password else b"\x01\x01")
            _, _, _, kind = self.exactly(4)
            self.server.seen.append(kind)  # 1: an address, 3: a name for us to resolve
            host = socket.inet_ntoa(self.exactly(4))
            port = int.from_bytes(self.exactly(2), "big")
            with dial((host, port), "127.0.0.8") as up:
                self.request.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
                pump(self.request, up)
        except (ConnectionError, OSError):
            return


BASE = {"harvest.keep": ["all"], "log.fetches": True, "pace.resume_steps": 0,
        "egress.refusals": 1, "egress.switch_pause": "100ms", "egress.rest_base": "1s"}


def ways(folder, **ports):
    """The list of egresses; each password in a file of its own."""
    text = ""
    for name, (kind, address, secret, uses) in ports.items():
        text += (f'\n[[egress.way]]\nname = "{name}"\nkind = "{kind}"\naddress = "{address}"\n'
                 f'for = {json.dumps(uses)}\n')
        if secret:
            file = folder / f"{name}.password"
            file.write_text(secret + "\n")
            text += f'username = "crawler-{{session}}"\npassword_file = "{file}"\n'
    return text


def crawl_with(folder, rules, settings=None):
    return harness.Crawl(folder / "crawl", {**BASE, **(settings or {})}, rules=rules)


def site(server, pages=3):
    return [f"http://127.0.0.1:{server.port}/{n}" for n in range(pages)]


def egress_of(crawl):
    return {row[0] for row in crawl.rows("SELECT egress FROM attempts "
                                         "WHERE class = 'fetched' AND purpose = 'page'")}


def test_a_wall_on_the_plain_connection_leads_to_the_source_address_named_for_it():
    with harness.workplace("egress-source") as (folder, children), origin("127.0.0.2") as server:
        crawl = crawl_with(folder, ways(folder, second=("source", "127.0.0.2", "", ["bot_walled"]))).start()
        children.append(crawl.daemon)
        crawl.seed(site(server))
        crawl.wait_done(60)
        assert egress_of(crawl) == {"second"}
        walled = [seen for seen in server.seen if seen[0] == "127.0.0.1"]
        assert len(walled) == 1, walled
        block = crawl.rows("SELECT * FROM egress_blocks")[0]
        assert (block["egress"], block["vendor"]) == ("direct", "cloudflare"), tuple(block)
        assert block["host"] == f"http://127.0.0.1:{server.port}"
        told = crawl.json("egress")
        assert {way["egress"]: way["blocked_hosts"] for way in told["egresses"]} == {"second": 0, "direct": 1}, told
        assert told["blocks"][0]["blocked"] is True
        assert "second" in crawl.ctl("explain", site(server)[0]).stdout.decode()
        # The next process knows.
        crawl.stop()
        crawl.start()
        children.append(crawl.daemon)
        crawl.seed([f"http://127.0.0.1:{server.port}/later"])
        crawl.wait_done(60)
        assert len([seen for seen in server.seen if seen[0] == "127.0.0.1"]) == 1
        crawl.stop()


def test_without_another_egress_the_host_is_parked():
    with harness.workplace("egress-none") as (folder, children), origin("127.0.0.2") as server:
        crawl = crawl_with(folder, "").start()
        children.append(crawl.daemon)
        crawl.seed(site(server))
        harness.wait_until(lambda: crawl.rows("SELECT 1 FROM hosts WHERE class = 'bot_walled'"), 30,
                           what="the wall on record")
        assert [seen[0] for seen in server.seen] == ["127.0.0.1"]
        assert "no egress is configured" in crawl.ctl("egress").stdout.decode()
        crawl.stop()


def find_secrets(crawl):
    """Every place that could show a password, as bytes."""
    places = {"log": crawl.log.read_bytes()}
    for path in sorted(crawl.state.rglob("*")):
        if path.is_file():
            places[str(path)] = path.read_bytes()
            if path.suffix == ".gz":
                with gzip.open(path) as stream:
                    places[str(path) + " unpacked"] = stream.read()
    for words in (["egress"], ["status"], ["hosts"], ["export"], ["egress", "--json"]):
        places[" ".join(words)] = crawl.ctl(*words).stdout
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(crawl.socket))
        client.sendall(b"GET /metrics HTTP/1.1\r\nHost: frontierd\r\nConnection: close\r\n\r\n")
        text = b""
        while data := client.recv(65536):
            text += data
        places["metrics"] = text
    printed = harness.subprocess.run([str(harness.DAEMON), "--config", str(crawl.config), "--print-config"],
                                     capture_output=True, timeout=30)
    places["print-config"] = printed.stdout + printed.stderr
    encoded = [base64.b64encode(f"{user}:{secret}".encode()) for secret in SECRETS for user in USERS_SEEN]
    needles = [secret.encode() for secret in SECRETS] + encoded
    return [(place, needle) for place, text in places.items() for needle in needles if needle in text], places


USERS_SEEN = []


def test_proxies_are_used_with_their_logins_and_no_password_is_seen_anywhere():
    with (harness.workplace("egress-proxies") as (folder, children), origin("127.0.0.7") as by_http,
          origin("127.0.0.8") as by_socks, Server(HttpProxy) as http, Server(SocksProxy) as socks):
        rules = ways(folder, web=("http", f"127.0.0.1:{http.port}", SECRETS[0], ["bot_walled"]),
                     deep=("socks5", f"127.0.0.1:{socks.port}", SECRETS[1], ["bot_walled"]))
        crawl = crawl_with(folder, rules, {"listen": ""}).start()
        children.append(crawl.daemon)
        crawl.seed(site(by_http) + site(by_socks))
        crawl.wait_done(60)
        assert egress_of(crawl) == {"web", "deep"}
        assert all(kind == 1 for kind in socks.seen), socks.seen  # names are resolved by us
        assert len(set(http.users)) >= 1 and all(user.startswith("crawler-") for user in http.users + socks.users)
        USERS_SEEN[:] = sorted(set(http.users + socks.users))
        sessions = {}
        for target, user in zip(http.seen, http.users):
            sessions.setdefault(target.split("/")[2], set()).add(user)
        assert all(len(users) == 1 for users in sessions.values()), sessions
        found, places = find_secrets(crawl)
        assert not found, found
        assert b'frontierd_egress_flights_total{egress="web"}' in places["metrics"]
        assert b"password_file" in places["print-config"]
        crawl.stop()


def test_a_dead_proxy_is_our_trouble_and_charges_no_host():
    with harness.workplace("egress-dead") as (folder, children), origin("127.0.0.1") as server:
        port = harness.free_port()
        rules = ways(folder, web=("http", f"127.0.0.1:{port}", "", ["first"]))
        crawl = crawl_with(folder, rules).start()
        children.append(crawl.daemon)
        crawl.seed(site(server))
        harness.wait_until(lambda: crawl.json("egress")["egresses"][0]["failures"] >= 2, 30, what="failures")
        way = crawl.json("egress")["egresses"][0]
        assert way["condition"] == "resting" or way["why"], way
        assert server.seen == []
        host = crawl.rows("SELECT incidents, condition FROM hosts")[0]
        assert host["incidents"] == 0, tuple(host)
        assert crawl.one("SELECT sum(attempts) FROM urls") == 0
        assert "egress web failed" in crawl.daemon.text()
        crawl.stop()


def test_a_refused_login_is_our_trouble():
    with (harness.workplace("egress-login") as (folder, children), origin("127.0.0.7") as server,
          Server(HttpProxy) as http):
        rules = ways(folder, web=("http", f"127.0.0.1:{http.port}", "a-wrong-password", ["first"]))
        crawl = crawl_with(folder, rules).start()
        children.append(crawl.daemon)
        crawl.seed(site(server))
        harness.wait_until(lambda: crawl.json("egress")["egresses"][0]["failures"] >= 1, 30, what="failures")
        assert "407" in crawl.json("egress")["egresses"][0]["why"]
        assert crawl.rows("SELECT incidents FROM hosts")[0][0] == 0
        assert "a-wrong-password" not in crawl.daemon.text()
        crawl.stop()


def test_a_password_that_cannot_be_read_stops_the_start_and_names_the_file():
    with harness.workplace("egress-unread") as (folder, children):
        rules = ways(folder, web=("http", "127.0.0.1:9", "x", ["first"]))
        (folder / "web.password").unlink()
        crawl = crawl_with(folder, rules).start(wait=False)
        assert crawl.daemon.child.wait(20) != 0
        assert "web.password" in crawl.daemon.text(), crawl.daemon.text()


if __name__ == "__main__":
    harness.main(globals())
