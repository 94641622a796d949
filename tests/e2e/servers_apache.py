"""Apache in front of a dead, a slow and a healing server, closed by Redirect 503, denying, and mod_evasive."""
import time

import fronts
import harness

MODULES = "/usr/lib/apache2/modules"
CONFIG = """
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
StartServers 1
ServerLimit 1
ThreadsPerChild 25
MaxRequestWorkers 25
KeepAliveTimeout 30
MaxKeepAliveRequests 0
DocumentRoot {folder}/tree
ErrorLog {folder}/apache-error.log
LogFormat "%{{begin:usec}}t %D %{{Host}}i %>s \\"%U\\" \\"%{{Cache-Control}}i\\"" seen
CustomLog {folder}/apache-access.log seen
<Directory />
  Require all granted
</Directory>
{body}
"""


def start(folder, children, body):
    port = harness.free_port()
    (folder / "tree").mkdir()
    (folder / "tree" / "robots.txt").write_text("User-agent: *\nAllow: /\n")
    conf = folder / "apache.conf"
    conf.write_text(CONFIG.format(folder=folder, port=port, modules=MODULES, body=body))
    children.append(harness.Process(["/usr/sbin/apache2", "-f", conf, "-DFOREGROUND"],
                                    folder / "apache.out"))
    harness.wait_until(lambda: harness.port_answers(port), 10, what="apache")
    return port


def site(name, text):
    return f"<VirtualHost *>\n  ServerName {name}.localhost\n{text}\n</VirtualHost>\n"


def proxied(name, port, extra=""):
    return site(name, f"  ProxyPass /robots.txt !\n  ProxyPass / http://127.0.0.1:{port}/ retry=0 {extra}")


def read(crawled, folder):
    crawled.read(folder / "apache-access.log", stamp="start", unit=1e-6, took_unit=1e-6)


def test_a_dead_server_behind_it_heals_by_one_probe_and_a_slow_one_burns_its_page():
    with harness.workplace("apache-proxy") as (folder, children), fronts.upstreams(slow=3) as up:
        dead = harness.free_port()
        port = start(folder, children, proxied("down", dead)
                     + proxied("late", up["slow"].port, "timeout=1"))
        healed = []

        def heal():
            time.sleep(4)
            healed.append(fronts.Upstream(port=dead))
        urls = [f"http://down.localhost:{port}/{n}" for n in range(6)] + [f"http://late.localhost:{port}/x"]
        crawled = fronts.Crawled(folder, children, urls,
                                 fronts.PATIENT | {"retry.attempts_max": 2}, meanwhile=heal)
        healed[0].close()
        read(crawled, folder)
        # Apache answers a dead server, a full one and a closed site with one and the same page.
        crawled.expect("down", 503, "upstream_failed", "host")
        crawled.rests("down")
        crawled.probed_then_resumed("down")
        crawled.expect("late", 502, "upstream_failed", "url")
        assert crawled.states("late") == {"attempts_spent"} and len(crawled.of("late", "/x")) == 2


def test_closed_by_redirect_503_and_denied():
    with harness.workplace("apache-closed") as (folder, children):
        port = start(folder, children, site("shut", "  Redirect 503 /x")
                     + site("private", "  <Location /x>\n    Require all denied\n  </Location>"))
        crawled = fronts.Crawled(folder, children, [f"http://{host}.localhost:{port}/x"
                                                    for host in ("shut", "private")])
        read(crawled, folder)
        crawled.expect("shut", 503, "upstream_failed", "host")
        assert len(crawled.rests("shut")) == 3 and crawled.states("shut") == {"host_exhausted"}
        crawled.expect("private", 403, "refused", "url")
        assert crawled.states("private") == {"refused"} and len(crawled.of("private", "/x")) == 1


def test_mod_evasive_blocks_an_address_that_asks_too_fast_and_we_let_it():
    with harness.workplace("apache-evasive") as (folder, children):
        (folder / "pages").mkdir()
        for n in range(60):
            (folder / "pages" / f"{n}.html").write_text(f"<title>{n}</title><p>Page {n} of text.</p>")
        port = start(folder, children, f"""
LoadModule evasive20_module {MODULES}/mod_evasive20.so
DOSHashTableSize 1024
DOSPageCount 5
DOSPageInterval 1
DOSSiteCount 12
DOSSiteInterval 1
DOSBlockingPeriod 2
DOSLogDir {folder}
Alias /pages {folder}/pages
""")
        crawled = fronts.Crawled(folder, children, [f"http://busy.localhost:{port}/pages/{n}.html"
                                                    for n in range(60)], fronts.PATIENT | {
                                                        "pace.recover_in": "60s",
                                                        "retry.backoff_floor": "3s"})
        read(crawled, folder)
        # By its bytes this is a plain 403; that everything is refused after a good run tells what it is.
        crawled.expect("busy", 403, "refused", "url", "history-sudden-refusal")
        blocked = [row for row in crawled.attempts("busy") if row["class"] == "rate_limited"]
        assert blocked and blocked[0]["scope"] == "egress", blocked
        assert "history-shut-out" in blocked[0]["evidence"], blocked[0]["evidence"]
        crawled.rests("busy")
        crawled.resumes("busy")
        pages = [r for r in crawled.of("busy") if r.path != "/robots.txt"]
        refused = sum(r.status == 403 for r in pages)
        print(f"   busy: {refused} of {len(pages)} refused, {len(crawled.incidents('busy'))} rests", flush=True)
        assert refused <= len(pages) // 3, pages


if __name__ == "__main__":
    harness.main(globals())
