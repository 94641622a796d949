"""No secret leaves the place where it belongs. One crawl uses all of them: proxies' passwords, right and
wrong, cookies that origins set, userinfo in seeds and in redirects, the API's token, right and wrong. Then
everything that the daemon wrote or answered is searched for their texts.

One place holds some of them by right: a WARC response record is what the origin sent, so a Set-Cookie
and a Location stand in it as received. Request records must not have them: nothing is ever sent back.
"""
import base64
import contextlib
import gzip
import http.client
import json
import subprocess
import urllib.parse

import harness
import hostile_origins
from hostile_origins import OK, plain, redirect
from proxies import HttpProxy, Server, SocksProxy, ways
from secret_search import Search

COOKIE = "c00kie-6f1d2a9e77"
WALL_COOKIE = "wa11cookie-58a1c3d2"
SEED_PASSWORD = "seedpw-93ab77e1c0"
HOP_PASSWORD = "hoppw-41c9d0aa52"
ROBOTS_PASSWORD = "robotspw-7be2f0139c"
TOKEN = "t0ken-0123456789abcdef0123456789abcdef"
WRONG_TOKEN = "wr0ng-fedcba9876543210fedcba9876543210"
QUERY_TOKEN = "qu3ry-00112233445566778899aabbccddeeff"
WEB_PASSWORD = 'webpw/7c+21d:9"b0%e5'
DEEP_PASSWORD = "deeppw&a8<04=f1?6c"
WRONG_WEB_PASSWORD = "wr0ngweb-d29e41b7"
WRONG_DEEP_PASSWORD = "wr0ngdeep-5be2087c"
SECRETS = [COOKIE, WALL_COOKIE, SEED_PASSWORD, HOP_PASSWORD, ROBOTS_PASSWORD, TOKEN, WRONG_TOKEN,
           QUERY_TOKEN, WEB_PASSWORD, DEEP_PASSWORD, WRONG_WEB_PASSWORD, WRONG_DEEP_PASSWORD]
RECEIVED = {COOKIE, WALL_COOKIE, HOP_PASSWORD, ROBOTS_PASSWORD}  # may stand in response records

PAGES = {
    "cookie": plain(OK + f"Set-Cookie: session={COOKIE}; Path=/; HttpOnly\r\n"
                    f"Set-Cookie: again={COOKIE}; Path=/\r\nContent-Length: 5\r\n\r\nhello".encode()),
    "wall": plain(b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 2\r\n"
                  + f"Set-Cookie: yunsuo_session_verify={WALL_COOKIE}\r\n\r\nno".encode()),
    "hop": plain(redirect(f"http://user:{HOP_PASSWORD}@cookie.localhost/".encode())),
    "limited": plain(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7200\r\nContent-Length: 0\r\n"
                     + f"Set-Cookie: limited={COOKIE}\r\n\r\n".encode()),
    "reset": plain(f"HTTP/1.1 200 OK\r\nSet-Cookie: broken={COOKIE}\r\n"
                   "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello".encode()),
}
ROBOTS = {"robots-hop": plain(redirect(f"http://user:{ROBOTS_PASSWORD}@cookie.localhost/robots.txt".encode()))}


# Through the proxies go the same pages, of hosts named NAME.web.localhost and NAME.deep.localhost.
PROXIED = ["cookie", "hop", "limited"]
TUNNELLED = "https://tunnel.web.localhost"  # through the HTTP proxy by CONNECT
LAB = f"""
[[listener]]
tls = "self-signed"
save_certificate = "{{folder}}/lab.pem"
[[host]]
name = "tunnel.web.localhost"
[[host.route]]
path = "*"
headers = ["Set-Cookie: tunnel={COOKIE}"]
"""


def ask(port, path, token=None, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, str(response.getheaders()).encode() + body


def search_api(search, crawl, port, urls, hosts):
    assert ask(port, "/v1/status")[0] in (401, 403)
    status, wrong = ask(port, "/v1/status", WRONG_TOKEN)
    assert status in (401, 403), status
    search("the answer to a wrong token", wrong)
    status, odd = ask(port, f"/v1/hosts?token={QUERY_TOKEN}", TOKEN)
    assert status == 400, status
    paths = ["/metrics", "/livez", "/readyz?verbose", "/v1", "/v1/status", "/v1/top", "/v1/drops",
             "/v1/hosts", "/v1/egress", "/v1/export?format=ndjson", "/v1/export?format=csv"]
    paths += [f"/v1/hosts/{urllib.parse.quote(host, safe='')}" for host in hosts]
    paths += [f"/v1/explain?url={urllib.parse.quote(url, safe='')}" for url in urls]
    for path in paths:
        status, answer = ask(port, path, TOKEN)
        assert status == 200, (path, status, answer)
        search(path, answer)
    for arguments in (["status"], ["hosts"], ["top", "--once"], ["export"], ["config"], ["egress"], ["--help"]):
        done = crawl.ctl(*arguments, check=False)
        search(f"frontierctl {arguments}", done.stdout + done.stderr)
    for thing in urls + hosts:
        done = crawl.ctl("explain", thing)
        search(f"frontierctl explain {thing}", done.stdout + done.stderr)


def check_records(search, targets):
    """The request records of these were read, none of which gives anything away."""
    requests = {target: block for kind, target, block in search.records if kind == "request"}
    unread = [target for target in targets if not requests.get(target, b"").startswith(b"GET ")]
    assert not unread, (unread, sorted(requests))
    for block in requests.values():
        for name in (b"Cookie", b"Authorization", b"Proxy-Authorization"):
            assert b"\n" + name + b":" not in block, block
    received = b"".join(block for kind, _, block in search.records if kind == "response")
    assert COOKIE.encode() in received, "the origin's own words are kept as received"
    search.records.clear()


def search_errors(search, crawl, folder):
    """Starts that fail, with a secret near the fault."""
    token_file = folder / "short"
    token_file.write_text("t0ken-012")
    bad = folder / "bad.toml"
    way = f'state = "{folder}/s3"\nsocket = "{folder}/c3.sock"\n[[egress.way]]\nname = "w"\nkind = "http"\n'
    quoted = json.dumps(WEB_PASSWORD)[1:-1]
    for text in (f'{way}address = "user:{quoted}@127.0.0.1:1"\n',
                 f'{way}address = "127.0.0.1:1"\nusername = "user:{quoted}"\n',
                 f'{way}address = "127.0.0.1:1"\nusername = "user"\npassword = "{quoted}"\n',
                 f'token_file = "{token_file}"\nlisten = "127.0.0.1:1"\nstate = "{folder}/s2"\n'
                 f'socket = "{folder}/c2.sock"\n',
                 f'[fetch]\ntoken = "{TOKEN}"\n', f'token_fil = "{folder}/token"\n'):
        bad.write_text(text)
        for option in ([], ["--check-config"]):
            done = subprocess.run([str(harness.DAEMON), "--config", str(bad), *option], timeout=20,
                                  capture_output=True)
            assert option or done.returncode != 0, (text, done.stderr)
            search(f"a failed start {option}", done.stdout + done.stderr)
            assert b"t0ken-012" not in done.stderr, done.stderr
    assert b"password_file" in search.config(crawl, "--print-config")
    search.config(crawl, "--check-config")


class Proxies:
    """Two that know us and two that do not, with the hosts that are reached through each."""

    def __init__(self, stack):
        self.web, self.deep, self.closed_web, self.closed_deep = (
            stack.enter_context(Server(kind, password)) for kind, password in
            ((HttpProxy, WEB_PASSWORD), (SocksProxy, DEEP_PASSWORD), (HttpProxy, "another"), (SocksProxy, "another")))

    def rules(self, folder):
        def way(kind, proxy, password, hosts):
            return kind, f"127.0.0.1:{proxy.port}", password, ["first"], hosts
        return ways(folder, web=way("http", self.web, WEB_PASSWORD, "*.web.localhost"),
                    deep=way("socks5", self.deep, DEEP_PASSWORD, "*.deep.localhost"),
                    closed_web=way("http", self.closed_web, WRONG_WEB_PASSWORD, "*.closed-web.localhost"),
                    closed_deep=way("socks5", self.closed_deep, WRONG_DEEP_PASSWORD, "*.closed-deep.localhost"))

    def check_used(self):
        for proxy in (self.web, self.deep, self.closed_web, self.closed_deep):
            assert proxy.users and all(user.startswith("crawler-") for user in proxy.users), proxy.users
        assert any(seen.endswith("/") for seen in self.web.seen) and self.deep.seen
        assert any(seen.startswith("127.0.0.1:") for seen in self.web.seen), self.web.seen  # CONNECT


def seed_all(search, crawl, urls, port):
    seeded = crawl.seed(urls)
    told = crawl.ctl("seed", "-", check=False, text="\n".join(
        [f"http://user:{SEED_PASSWORD}@cookie.localhost:{port}/", f"http://root:{SEED_PASSWORD}@cookie.localhost/",
         f"https://{SEED_PASSWORD}@wall.localhost/", f"http://user:{SEED_PASSWORD}@cookie.web.localhost:{port}/",
         json.dumps({"url": f"http://user:{SEED_PASSWORD}@hop.localhost/"})]).encode())
    search("the answers to seeds", seeded.stdout + seeded.stderr + told.stdout + told.stderr)


def wait_for_crawl(crawl, waiting):
    """Until nothing waits but these hosts, and both proxies that do not know us have said so."""
    harness.wait_until(lambda: {row["host"] for row in crawl.rows(
        "SELECT host FROM urls WHERE state IN ('queued', 'leased')")} <= waiting, 30, what="the crawl")
    harness.wait_until(lambda: all(way["failures"] >= 1 for way in crawl.json("egress")["egresses"]
                                   if way["egress"].startswith("closed")), 30, what="the refused logins")
    assert crawl.one("SELECT count(*) FROM urls WHERE url LIKE '%@%'") == 0


def test_no_secret_is_found_anywhere_after_a_crawl_that_uses_them_all():
    hostile_origins.PAGES.update(PAGES)
    hostile_origins.ROBOTS.update(ROBOTS)
    search = Search(SECRETS, RECEIVED)
    with harness.workplace("secrets") as (folder, children), contextlib.ExitStack() as stack:
        origins = stack.enter_context(hostile_origins.Origins())
        proxies = Proxies(stack)
        lab, tls_port = harness.start_originlab(folder, LAB.format(folder=folder))
        children.append(lab)
        token_file = folder / "token"
        token_file.write_text(TOKEN + "\n")
        token_file.chmod(0o600)
        port = harness.free_port()
        crawl = harness.Crawl(folder / "crawl", {
            "listen": f"127.0.0.1:{port}", "token_file": str(token_file), "log.level": "trace",
            "log.fetches": True, "harvest.keep": ["all"], "retry.attempts_max": 2,
            "retry.backoff_base": "50ms", "retry.backoff_cap": "50ms", "retry.backoff_floor": "0",
            "egress.rest_base": "1s", "fetch.ca_file": str(folder / "lab.pem")}, proxies.rules(folder)).start()
        children.append(crawl.daemon)
        proxied = [f"http://{name}.{way}.localhost:{origins.port}" for way in ("web", "deep") for name in PROXIED]
        proxied.append(f"{TUNNELLED}:{tls_port}")
        closed = [f"http://cookie.closed-{way}.localhost:{origins.port}" for way in ("web", "deep")]
        plain_hosts = [f"http://{name}.localhost:{origins.port}" for name in [*PAGES, *ROBOTS]]
        hosts = plain_hosts + proxied + closed
        urls = [f"{host}/" for host in hosts] + [f"{plain_hosts[0]}/{n}" for n in range(3)]
        seed_all(search, crawl, urls, origins.port)
        waiting = {host for host in hosts
                   if any(f"//{name}." in host for name in ("wall", "limited", "robots-hop"))}
        wait_for_crawl(crawl, waiting | set(closed))
        proxies.check_used()
        search_api(search, crawl, port, urls, hosts)
        assert b'egress="web"' in search.metrics(crawl)
        search.crawl(crawl, "while it runs")
        check_records(search, [f"{host}/" for host in plain_hosts + proxied
                                if "//reset." not in host and "//robots-hop." not in host])
        crawl.stop()
        assert crawl.warcs()
        search.crawl(crawl, "after its end")
        check_records(search, [f"{host}/" for host in plain_hosts + proxied
                                if "//reset." not in host and "//robots-hop." not in host])
        search_errors(search, crawl, folder)
        sent = b"".join(head for _, _, head in origins.requests)
        search("what the origins were sent", sent)
        for name in (b"Cookie", b"Authorization", b"Proxy-Authorization"):
            assert b"\r\n" + name + b":" not in sent
        assert not search.found, "\n".join(sorted(set(search.found)))
        print(f"  searched {search.bytes:,} bytes for {len(SECRETS)} secrets in all their forms")


def warc_member(kind, block):
    return gzip.compress(f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://a.localhost/\r\n\r\n".encode()
                         + block + b"\r\n\r\n")


def planted(secret):
    """name: a file that gives the secret away."""
    plain_text = f"log line {secret} goes on".encode()
    login = base64.b64encode(f"crawler-1a2b3c4d:{secret}".encode())
    asked = warc_member("request", b"GET / HTTP/1.1\r\nProxy-Authorization: Basic " + login + b"\r\n\r\n")
    return {
        "plain": plain_text, "member.gz": gzip.compress(plain_text),
        "second.warc.gz.open": warc_member("warcinfo", b"") + asked,
        "cut.warc.gz.open": warc_member("warcinfo", b"") + asked[:-8],
        "field.warc.gz": warc_member("request", b"GET / HTTP/1.1\r\nAuthorization: Basic " + login + b"\r\n\r\n"),
        "own-field.warc.gz": warc_member(f"response\r\nX: {secret}", b"HTTP/1.1 200 OK\r\n\r\n"),
        "cookie.warc.gz": warc_member("request", f"GET / HTTP/1.1\r\nCookie: a={secret}\r\n\r\n".encode()),
        "login": b"Authorization: Basic " + login,
        "url-login": base64.urlsafe_b64encode(f"u:{secret}".encode()),
        "percent": urllib.parse.quote(f"http://u:{secret}@a/", safe="").encode(),
        "percent-all": "".join(f"%{byte:02x}" for byte in secret.encode()),
        "form": urllib.parse.urlencode({"token": secret}).encode(),
        "json": json.dumps({"password": secret}).encode(), "hex": secret.encode().hex().encode(),
    }


def test_the_search_finds_what_is_planted():
    with harness.workplace("planted") as (folder, _):
        for secret in SECRETS:
            for name, data in planted(secret).items():
                search = Search(SECRETS, RECEIVED)
                (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
                search.file(folder / name, "planted")
                assert {found.rpartition(": ")[2] for found in search.found} == {secret}, (name, secret, search.found)
        for secret in SECRETS:
            search = Search(SECRETS, RECEIVED)
            kept = folder / "response.warc.gz"
            kept.write_bytes(warc_member("response", f"HTTP/1.1 200 OK\r\nSet-Cookie: {secret}\r\n\r\n".encode()))
            search.file(kept, "as received")
            assert bool(search.found) == (secret not in RECEIVED), (secret, search.found)


if __name__ == "__main__":
    harness.main(globals())
