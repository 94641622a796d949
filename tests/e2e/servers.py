"""What real servers from Debian answer when they limit, close, break or stand in front of something broken:
the class that is stored with its evidence, and the schedule that follows as the origin saw it."""
import http.server
import json
import pathlib
import socket
import subprocess
import threading
import time

import harness

QUICK = {
    "rest.rate_limited.base": "1s", "rest.rate_limited.asked_min": "300ms",
    "rest.overloaded.base": "1s", "rest.overloaded.asked_min": "300ms",
    "rest.maintenance.base": "1s", "rest.maintenance.asked_min": "300ms",
    "rest.upstream_failed.base": "1s", "rest.upstream_failed.asked_min": "300ms",
    "retry.incidents_max": 2, "retry.give_up_after": "0", "retry.walls_max": 1,
    "retry.attempts_max": 2, "retry.backoff_base": "100ms", "retry.backoff_floor": "50ms",
    "retry.url_troubles_max": 3, "robots.unreachable_retry": "1s",
}


def attempts(crawl, url):
    return crawl.rows("SELECT * FROM attempts WHERE url = ? AND purpose = 'page' ORDER BY id", url)


def crawl_one(folder, children, urls, settings=None, seconds=60):
    crawl = harness.Crawl(folder / "crawl", {**QUICK, "harvest.keep": ["none"], **(settings or {})}).start()
    children.append(crawl.daemon)
    crawl.seed(urls)
    crawl.wait_done(seconds)
    crawl.stop()
    return crawl


def expect(crawl, url, *classes):
    rows = attempts(crawl, url)
    assert rows, f"no attempt on record for {url}"
    first = rows[0]
    assert first["class"] in classes, (url, first["class"], classes, first["evidence"])
    evidence = json.loads(first["evidence"])
    assert evidence and all(item["rule"] and item["what"] for item in evidence), first["evidence"]
    return first


class Upstream:
    """An HTTP server of ours behind theirs; `slow` answers late."""

    def __init__(self, delay=0.0):
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
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def test_nginx_limits_closes_and_fails():
    with harness.workplace("nginx") as (folder, children):
        port, dead, slow = harness.free_port(), harness.free_port(), Upstream(5)
        (folder / "tree").mkdir()
        (folder / "tree" / "x.html").write_text("<title>x</title><p>A page of text.</p>")

        def server(name, text):
            return (f"server {{ listen 127.0.0.1:{port}; server_name {name}.localhost; root {folder}/tree; "
                    f"location = /robots.txt {{ return 404; }} {text} }}\n")
        body = ("limit_req_zone $host zone=r:1m rate=1r/m; limit_conn_zone $host zone=c:1m;\n"
                + server("limit", "location / { limit_req zone=r; try_files /x.html =404; }")
                + server("closed", "location / { return 503; }")
                + server("asked", "location / { add_header Retry-After 2 always; return 503; }")
                + server("dead", f"location / {{ proxy_pass http://127.0.0.1:{dead}; }}")
                + server("slow", f"location / {{ proxy_read_timeout 1s; proxy_pass http://127.0.0.1:{slow.port}; }}")
                + server("gone", "location / { return 444; }"))
        children.append(harness.start_nginx(folder, body, port))
        url = {name: f"http://{name}.localhost:{port}/{name}" for name in
               ("closed", "asked", "dead", "slow", "gone")}
        limit = [f"http://limit.localhost:{port}/{n}" for n in range(3)]
        crawl = crawl_one(folder, children, list(url.values()) + limit)
        slow.close()
        # One page of the limited host is served, the next is refused without a word of when.
        limited = [row for one in limit for row in attempts(crawl, one) if row["status"] == 503]
        assert limited and all(row["class"] in ("rate_limited", "overloaded") for row in limited)
        expect(crawl, url["closed"], "rate_limited", "overloaded")
        expect(crawl, url["asked"], "overloaded", "rate_limited", "maintenance")
        expect(crawl, url["dead"], "upstream_failed")
        expect(crawl, url["slow"], "upstream_failed")
        expect(crawl, url["gone"], "unreachable")
        seen = [r for r in harness.nginx_requests(folder) if r[2] == "asked.localhost"]
        refusals = [r for r in seen if r[3] == 503]
        later = [r for r in seen if r[0] > refusals[0][1]]
        assert not later or later[0][0] - refusals[0][1] >= 2 - 0.01, seen


HAPROXY = """
global
  stats socket {folder}/haproxy.sock level admin
defaults
  mode http
  timeout connect 500ms
  timeout client 10s
  timeout server 1s
  timeout queue 300ms
  log stdout format raw daemon
frontend all
  bind 127.0.0.1:{port}
  acl robots path /robots.txt
  http-request return status 404 if robots
  http-request deny deny_status 429 if {{ hdr(host) -m beg limited }}
  http-request deny if {{ hdr(host) -m beg forbidden }}
  use_backend none if {{ hdr(host) -m beg none }}
  use_backend down if {{ hdr(host) -m beg down }}
  use_backend queue if {{ hdr(host) -m beg queue }}
  default_backend slow
backend none
backend down
  server s1 127.0.0.1:{dead} check inter 100ms fall 1
backend queue
  server s1 127.0.0.1:{slow} maxconn 1
backend slow
  server s1 127.0.0.1:{slow}
"""


def test_haproxy_without_servers_with_a_full_queue_and_denying():
    with harness.workplace("haproxy") as (folder, children):
        port, dead, slow = harness.free_port(), harness.free_port(), Upstream(3)
        conf = folder / "haproxy.cfg"
        conf.write_text(HAPROXY.format(folder=folder, port=port, dead=dead, slow=slow.port))
        children.append(harness.Process(["/usr/sbin/haproxy", "-db", "-f", conf], folder / "haproxy.out"))
        harness.wait_until(lambda: harness.port_answers(port), 10, what="haproxy")
        time.sleep(0.5)
        url = {name: f"http://{name}.localhost:{port}/x" for name in
               ("limited", "forbidden", "none", "down", "slow")}
        crawl = crawl_one(folder, children, list(url.values()))
        slow.close()
        expect(crawl, url["limited"], "rate_limited")
        expect(crawl, url["forbidden"], "refused", "bot_walled")
        expect(crawl, url["none"], "upstream_failed", "overloaded")
        expect(crawl, url["down"], "upstream_failed", "overloaded")
        expect(crawl, url["slow"], "upstream_failed")


VCL = """
vcl 4.1;
backend dead {{ .host = "127.0.0.1"; .port = "{dead}"; .connect_timeout = 0.3s; }}
sub vcl_recv {{
  if (req.url == "/robots.txt") {{ return (synth(404)); }}
  if (req.http.host ~ "^busy") {{ return (synth(503, "Busy")); }}
  if (req.http.host ~ "^limited") {{ return (synth(429, "Too Many")); }}
  return (hash);
}}
sub vcl_backend_error {{
  if (bereq.http.host ~ "^cached") {{
    set beresp.ttl = 60s; set beresp.uncacheable = false;
    set beresp.http.Content-Type = "text/html"; synthetic("<title>503 Backend fetch failed</title>");
    return (deliver);
  }}
}}
"""


def test_varnish_with_a_dead_backend_a_synthetic_and_a_cached_error():
    with harness.workplace("varnish") as (folder, children):
        port, dead = harness.free_port(), harness.free_port()
        vcl = folder / "default.vcl"
        vcl.write_text(VCL.format(dead=dead))
        children.append(harness.Process(
            ["/usr/sbin/varnishd", "-F", "-a", f"127.0.0.1:{port}", "-f", vcl, "-n", folder / "varnish",
             "-j", "none", "-s", "default,8m", "-p", "vsl_space=1m"], folder / "varnish.out"))
        harness.wait_until(lambda: harness.port_answers(port), 30, what="varnish")
        url = {name: f"http://{name}.localhost:{port}/x" for name in ("plain", "busy", "limited", "cached")}
        # Somebody else has filled the cache with the error before we come.
        with socket.create_connection(("127.0.0.1", port)) as other:
            other.sendall(f"GET /x HTTP/1.1\r\nHost: cached.localhost:{port}\r\nConnection: close\r\n\r\n".encode())
            while other.recv(4096):
                pass
        time.sleep(1.2)
        crawl = crawl_one(folder, children, list(url.values()))
        expect(crawl, url["plain"], "upstream_failed")
        expect(crawl, url["busy"], "overloaded", "upstream_failed")
        expect(crawl, url["limited"], "rate_limited")
        expect(crawl, url["cached"], "stale_copy")
        # A stale copy is asked for once more, past the cache.
        assert len(attempts(crawl, url["cached"])) >= 2


APACHE = """
ServerRoot {folder}
PidFile {folder}/apache.pid
Listen 127.0.0.1:{port}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_host_module {modules}/mod_authz_host.so
LoadModule alias_module {modules}/mod_alias.so
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule proxy_http_module {modules}/mod_proxy_http.so
ServerName front.localhost
DocumentRoot {folder}/tree
ErrorLog {folder}/apache-error.log
<Directory />
  Require all granted
</Directory>
<VirtualHost 127.0.0.1:{port}>
  ServerName down.localhost
  Alias /robots.txt {folder}/tree/robots.txt
  ProxyPass /robots.txt !
  ProxyPass / http://127.0.0.1:{dead}/
</VirtualHost>
<VirtualHost 127.0.0.1:{port}>
  ServerName shut.localhost
  Redirect 503 /x
</VirtualHost>
<VirtualHost 127.0.0.1:{port}>
  ServerName private.localhost
  <Location /x>
    Require all denied
  </Location>
</VirtualHost>
<VirtualHost 127.0.0.1:{port}>
  ServerName late.localhost
  Alias /robots.txt {folder}/tree/robots.txt
  ProxyPass /robots.txt !
  ProxyPass / http://127.0.0.1:{slow}/ timeout=1
</VirtualHost>
"""


def test_apache_with_a_dead_proxy_a_redirect_503_and_a_denial():
    with harness.workplace("apache") as (folder, children):
        port, dead, slow = harness.free_port(), harness.free_port(), Upstream(5)
        (folder / "tree").mkdir()
        (folder / "tree" / "robots.txt").write_text("User-agent: *\nAllow: /\n")
        conf = folder / "apache.conf"
        conf.write_text(APACHE.format(folder=folder, port=port, dead=dead, slow=slow.port,
                                      modules="/usr/lib/apache2/modules"))
        children.append(harness.Process(["/usr/sbin/apache2", "-f", conf, "-DFOREGROUND"],
                                        folder / "apache.out"))
        harness.wait_until(lambda: harness.port_answers(port), 10, what="apache")
        url = {name: f"http://{name}.localhost:{port}/x" for name in ("down", "shut", "private", "late")}
        crawl = crawl_one(folder, children, list(url.values()))
        slow.close()
        # The four ways to this page are alike to the letter, so either class is a careful reading.
        expect(crawl, url["down"], "upstream_failed", "overloaded")
        expect(crawl, url["shut"], "upstream_failed", "overloaded", "maintenance")
        expect(crawl, url["private"], "refused")
        expect(crawl, url["late"], "upstream_failed")


SQUID = """
http_port 127.0.0.1:{port} accel vhost allow-direct
cache_peer 127.0.0.1 parent {dead} 0 no-query originserver name=dead connect-fail-limit=1
acl all_hosts dstdomain .localhost
acl forbidden dstdomain forbidden.localhost
http_access deny forbidden
http_access allow all_hosts
never_direct allow all_hosts
cache deny all
pid_filename {folder}/squid.pid
cache_log {folder}/squid-cache.log
access_log none
coredump_dir {folder}
connect_timeout 1 seconds
forward_timeout 1 seconds
shutdown_lifetime 1 seconds
cache_mem 1 MB
visible_hostname front.localhost
pinger_enable off
cache_effective_user proxy
"""


def test_squid_in_front_of_nothing():
    with harness.workplace("squid") as (folder, children):
        port, dead = harness.free_port(), harness.free_port()
        conf = folder / "squid.conf"
        conf.write_text(SQUID.format(folder=folder, port=port, dead=dead))
        pathlib.Path(folder).chmod(0o777)
        children.append(harness.Process(["/usr/sbin/squid", "-N", "-f", conf], folder / "squid.out"))
        harness.wait_until(lambda: harness.port_answers(port), 30, what="squid")
        url = {name: f"http://{name}.localhost:{port}/x" for name in ("dead", "forbidden")}
        crawl = crawl_one(folder, children, list(url.values()),
                          {"robots.obey": False})
        expect(crawl, url["dead"], "upstream_failed")
        expect(crawl, url["forbidden"], "refused", "bot_walled")


if __name__ == "__main__":
    harness.main(globals())
