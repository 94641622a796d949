"""Ways out: the real daemon with a source address, an HTTP proxy and a SOCKS5 proxy, a wall that lets one of
them pass, and no password anywhere it does not belong."""
import socketserver

import harness
import secret_search
from proxies import HttpProxy, Server, SocksProxy, answer, read_head, ways

SECRETS = ["open/sesame%2Bhttp", "open:sesame%2Bsocks"]  # sent as they stand, not decoded
PAGE = (b"<html><head><title>The harbour</title></head><body><p>" + b"Boats came in with the tide. " * 40
        + b"</p></body></html>")


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


BASE = {"harvest.keep": ["all"], "log.fetches": True, "pace.resume_steps": 0,
        "egress.refusals": 1, "egress.switch_pause": "100ms", "egress.rest_base": "1s"}


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


def test_proxies_are_used_with_their_logins_and_no_password_is_seen_anywhere():
    with (harness.workplace("egress-proxies") as (folder, children), origin("127.0.0.7") as by_http,
          origin("127.0.0.8") as by_socks, Server(HttpProxy, SECRETS[0]) as http,
          Server(SocksProxy, SECRETS[1]) as socks):
        rules = ways(folder, web=("http", f"127.0.0.1:{http.port}", SECRETS[0], ["bot_walled"]),
                     deep=("socks5", f"127.0.0.1:{socks.port}", SECRETS[1], ["bot_walled"]))
        crawl = crawl_with(folder, rules, {"listen": ""}).start()
        children.append(crawl.daemon)
        crawl.seed(site(by_http) + site(by_socks))
        crawl.wait_done(60)
        assert egress_of(crawl) == {"web", "deep"}
        assert all(kind == 1 for kind in socks.seen), socks.seen  # names are resolved by us
        assert len(set(http.users)) >= 1 and all(user.startswith("crawler-") for user in http.users + socks.users)
        sessions = {}
        for target, user in zip(http.seen, http.users):
            sessions.setdefault(target.split("/")[2], set()).add(user)
        assert all(len(users) == 1 for users in sessions.values()), sessions
        search = secret_search.Search(SECRETS)
        for words in (["egress"], ["status"], ["hosts"], ["export"], ["egress", "--json"]):
            search(" ".join(words), crawl.ctl(*words).stdout)
        assert b'frontierd_egress_flights_total{egress="web"}' in search.metrics(crawl)
        assert b"password_file" in search.config(crawl, "--print-config")
        crawl.stop()
        search.crawl(crawl, "after its end")
        kept = [target for kind, target, block in search.records if kind == "request" and block]
        assert set(kept) >= {*site(by_http), *site(by_socks)}, kept
        assert not search.found, "\n".join(search.found)


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
          Server(HttpProxy, SECRETS[0]) as http):
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
