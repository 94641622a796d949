"""No secret leaves the place where it belongs. A crawl uses all of them: cookies that origins set, userinfo
in seeds and in redirects, the API's token, right and wrong. Then everything that the daemon wrote or
answered is searched for their texts.

One place holds some of them by right: a WARC response record is what the origin sent, so a Set-Cookie
and a Location stand in it as received. Request records must not have them: nothing is ever sent back.
(Proxy credentials have a test of their own beside the egress tests.)
"""
import base64
import gzip
import http.client
import json
import subprocess
import urllib.parse

import harness
import hostile_origins
from hostile_origins import OK, plain, redirect

COOKIE = "c00kie-6f1d2a9e77"
WALL_COOKIE = "wa11cookie-58a1c3d2"
SEED_PASSWORD = "seedpw-93ab77e1c0"
HOP_PASSWORD = "hoppw-41c9d0aa52"
ROBOTS_PASSWORD = "robotspw-7be2f0139c"
TOKEN = "t0ken-0123456789abcdef0123456789abcdef"
WRONG_TOKEN = "wr0ng-fedcba9876543210fedcba9876543210"
QUERY_TOKEN = "qu3ry-00112233445566778899aabbccddeeff"
SECRETS = [COOKIE, WALL_COOKIE, SEED_PASSWORD, HOP_PASSWORD, ROBOTS_PASSWORD, TOKEN, WRONG_TOKEN,
           QUERY_TOKEN]
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


def forms(secret):
    """As text, in percent-encoding, and in base64 as Authorization: Basic would have it."""
    found = [secret.encode(), urllib.parse.quote(secret, safe="").encode()]
    for user in ("user", "root"):
        found.append(base64.b64encode(f"{user}:{secret}".encode()).rstrip(b"=")[6:-2])
    return set(found)


class Search:
    def __init__(self):
        self.found = []
        self.bytes = 0

    def __call__(self, place, data, allowed=()):
        data = data.encode() if isinstance(data, str) else data
        self.bytes += len(data)
        self.found += [f"{place}: {secret}" for secret in SECRETS if secret not in allowed
                       for form in forms(secret) if form in data]


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
             "/v1/hosts", "/v1/export?format=ndjson", "/v1/export?format=csv"]
    paths += [f"/v1/hosts/{urllib.parse.quote(host, safe='')}" for host in hosts]
    paths += [f"/v1/explain?url={urllib.parse.quote(url, safe='')}" for url in urls]
    for path in paths:
        status, answer = ask(port, path, TOKEN)
        assert status == 200, (path, status, answer)
        search(path, answer)
    for arguments in (["status"], ["hosts"], ["top", "--once"], ["export"], ["config"], ["--help"]):
        done = crawl.ctl(*arguments, check=False)
        search(f"frontierctl {arguments}", done.stdout + done.stderr)
    for thing in urls + hosts:
        done = crawl.ctl("explain", thing)
        search(f"frontierctl explain {thing}", done.stdout + done.stderr)


def search_warcs(search, crawl):
    from warcio.archiveiterator import ArchiveIterator
    requests, received = 0, b""
    for warc in crawl.warcs():
        with open(warc, "rb") as stream:
            for record in ArchiveIterator(stream, no_record_parse=True):
                own = str(record.rec_headers.to_str()).encode()
                body = record.raw_stream.read()
                search(f"{record.rec_type} record's own fields", own)
                if record.rec_type == "response":
                    received += body
                    search("response record", body, allowed=RECEIVED)
                else:
                    search(f"{record.rec_type} record", body)
                requests += record.rec_type == "request"
                if record.rec_type == "request":
                    assert b"\nCookie:" not in body and b"\nAuthorization:" not in body, body
        search(f"{warc.name} outside its records", gzip.decompress(warc.read_bytes()), allowed=RECEIVED)
    assert requests >= 5, requests
    assert COOKIE.encode() in received, "the origin's own words are kept as received"


def search_errors(search, crawl, folder):
    """Starts that fail, with a secret near the fault."""
    token_file = folder / "short"
    token_file.write_text("t0ken-012")
    bad = folder / "bad.toml"
    for text in (f'token_file = "{token_file}"\nlisten = "127.0.0.1:1"\nstate = "{folder}/s2"\n'
                 f'socket = "{folder}/c2.sock"\n',
                 f'[fetch]\ntoken = "{TOKEN}"\n', f'token_fil = "{folder}/token"\n'):
        bad.write_text(text)
        for option in ([], ["--check-config"]):
            done = subprocess.run([str(harness.DAEMON), "--config", str(bad), *option], timeout=20,
                                  capture_output=True)
            if option or b"token_file" in text.encode():
                search(f"a failed start {option}", done.stdout + done.stderr)
            assert b"t0ken-012" not in done.stderr, done.stderr
    for option in (["--print-config"], ["--check-config"]):
        done = subprocess.run([str(harness.DAEMON), "--config", str(crawl.config), *option], timeout=20,
                              capture_output=True, check=True)
        search(f"frontierd {option}", done.stdout + done.stderr)


def test_no_secret_is_found_anywhere_after_a_crawl_that_uses_them_all():
    hostile_origins.PAGES.update(PAGES)
    hostile_origins.ROBOTS.update(ROBOTS)
    search = Search()
    with harness.workplace("secrets") as (folder, children), hostile_origins.Origins() as origins:
        token_file = folder / "token"
        token_file.write_text(TOKEN + "\n")
        token_file.chmod(0o600)
        port = harness.free_port()
        crawl = harness.Crawl(folder / "crawl", {
            "listen": f"127.0.0.1:{port}", "token_file": str(token_file), "log.level": "trace",
            "log.fetches": True, "harvest.keep": ["all"], "retry.attempts_max": 2,
            "retry.backoff_base": "50ms", "retry.backoff_cap": "50ms", "retry.backoff_floor": "0"}).start()
        children.append(crawl.daemon)
        hosts = [f"http://{name}.localhost:{origins.port}" for name in [*PAGES, *ROBOTS]]
        urls = [f"{host}/" for host in hosts] + [f"{hosts[0]}/{n}" for n in range(3)]
        seeded = crawl.seed(urls)
        told = crawl.ctl("seed", "-", check=False, text="\n".join(
            [f"http://user:{SEED_PASSWORD}@cookie.localhost:{origins.port}/",
             f"http://root:{SEED_PASSWORD}@cookie.localhost/", f"https://{SEED_PASSWORD}@wall.localhost/",
             json.dumps({"url": f"http://user:{SEED_PASSWORD}@hop.localhost/"})]).encode())
        search("the answers to seeds", seeded.stdout + seeded.stderr + told.stdout + told.stderr)
        waiting = {f"{hosts[list(PAGES).index(name)]}/" for name in ("wall", "limited")}
        harness.wait_until(lambda: {row["url"] for row in crawl.rows(
            "SELECT url FROM urls WHERE state IN ('queued', 'leased')")} <= waiting, 30, what="the crawl")
        assert crawl.one("SELECT count(*) FROM urls WHERE url LIKE '%@%'") == 0
        search_api(search, crawl, port, urls, hosts)
        search_files(search, crawl, "while it runs")
        crawl.stop()
        search_files(search, crawl, "after its end")
        search_warcs(search, crawl)
        search_errors(search, crawl, folder)
        sent = b"".join(head for _, _, head in origins.requests)
        search("what the origins were sent", sent)
        assert b"\r\nCookie:" not in sent and b"\r\nAuthorization:" not in sent
        assert not search.found, "\n".join(sorted(set(search.found)))
        print(f"  searched {search.bytes:,} bytes for {len(SECRETS)} secrets in all their forms")


def search_files(search, crawl, when):
    for path in sorted(crawl.state.rglob("*")) + [crawl.log]:
        if path.is_file() and not path.name.endswith((".warc.gz", ".open")):
            search(f"{path.name} {when}", path.read_bytes())
    assert (crawl.state / "frontier.db").exists() and crawl.log.stat().st_size > 0


if __name__ == "__main__":
    harness.main(globals())
