"""Varnish with a backend that is down and heals, with answers of its own, and with an error in its cache."""
import socket
import time

import fronts
import harness

VCL = """
vcl 4.1;
backend dead {{ .host = "127.0.0.1"; .port = "{dead}"; .connect_timeout = 0.3s; }}
backend never {{ .host = "127.0.0.1"; .port = "{never}"; .connect_timeout = 0.3s; }}
sub vcl_recv {{
  if (req.url == "/robots.txt") {{ return (synth(404)); }}
  if (req.http.host ~ "^busy") {{ return (synth(503, "Busy")); }}
  if (req.http.host ~ "^limited") {{ return (synth(429, "Too Many")); }}
  if (req.http.host ~ "^lost") {{ set req.backend_hint = never; }}
  if (req.http.Cache-Control ~ "no-cache") {{ set req.hash_always_miss = true; }}
  return (hash);
}}
sub vcl_synth {{
  if (resp.status == 404) {{ synthetic("no rules"); return (deliver); }}  # Varnish's own asks for 5 s
}}
sub vcl_backend_error {{
  if (bereq.http.host ~ "^(cached|lost)") {{
    set beresp.ttl = 60s; set beresp.uncacheable = false;
    set beresp.http.Content-Type = "text/html"; synthetic("<title>503 Backend fetch failed</title>");
    return (deliver);
  }}
}}
"""
SEEN = '%{VSL:Timestamp:Start[1]}x %D %{Host}i %s "%U" "%{Cache-Control}i"'


def start(folder, children, **ports):
    port, vcl = harness.free_port(), folder / "default.vcl"
    vcl.write_text(VCL.format(**ports))
    children.append(harness.Process(
        ["/usr/sbin/varnishd", "-F", "-a", f"127.0.0.1:{port}", "-f", vcl, "-n", folder / "varnish",
         "-j", "none", "-s", "default,8m", "-p", "vsl_space=1m"], folder / "varnish.out"))
    harness.wait_until(lambda: harness.port_answers(port), 30, what="varnish")
    children.append(harness.Process(["/usr/bin/varnishncsa", "-n", folder / "varnish", "-F", SEEN],
                                    folder / "varnish-access.log"))
    return port


def visit(port, host):
    """Somebody else comes first."""
    with socket.create_connection(("127.0.0.1", port)) as other:
        other.sendall(f"GET /x HTTP/1.1\r\nHost: {host}.localhost:{port}\r\nConnection: close\r\n\r\n".encode())
        while other.recv(4096):
            pass


def read(crawled, folder):
    time.sleep(1.5)  # varnishncsa follows the log from a distance
    crawled.read(folder / "varnish-access.log", stamp="start", took_unit=1e-6)


def test_a_dead_backend_heals_by_one_probe_and_a_cached_error_is_asked_past_the_cache_once():
    with harness.workplace("varnish") as (folder, children):
        dead = harness.free_port()
        port = start(folder, children, dead=dead, never=harness.free_port())
        for host in ("cached", "lost"):
            visit(port, host)
        time.sleep(1.2)
        healed = []

        def heal():
            time.sleep(4)
            healed.append(fronts.Upstream(port=dead))
        urls = [f"http://plain.localhost:{port}/{n}" for n in range(5)]
        urls += [f"http://lost.localhost:{port}/x"]
        settings = fronts.PATIENT | {"retry.incidents_max": 4}
        crawled = fronts.Crawled(folder, children, urls, settings, meanwhile=heal)
        read(crawled, folder)
        crawled.expect("plain", 503, "upstream_failed", "host")
        crawled.rests("plain")
        crawled.probed_then_resumed("plain")
        # Still broken behind the cache: then it is what it is.
        stale, fresh = crawled.attempts("lost")[:2]
        assert (stale["class"], fresh["class"]) == ("stale_copy", "upstream_failed"), (dict(stale), dict(fresh))
        first, second = crawled.of("lost", "/x")[:2]
        assert first.cache_control == "-" and "no-cache" in second.cache_control, (first, second)

        # The error in the cache outlived its cause: one request past the cache, and no harm done.
        again = fronts.Crawled(folder / "again", children, [f"http://cached.localhost:{port}/x"])
        read(again, folder)
        again.expect("cached", 503, "stale_copy", "url")
        pages = again.of("cached", "/x")[-2:]
        assert [r.status for r in pages] == [503, 200], pages
        assert pages[0].cache_control == "-" and "no-cache" in pages[1].cache_control, pages
        assert not again.incidents("cached") and again.states("cached") == {"done"}
        healed[0].close()


def test_errors_of_its_own_are_given_up_by_their_reason():
    with harness.workplace("varnish-synth") as (folder, children):
        port = start(folder, children, dead=harness.free_port(), never=harness.free_port())
        crawled = fronts.Crawled(folder, children, [f"http://{host}.localhost:{port}/x"
                                                    for host in ("busy", "limited")])
        read(crawled, folder)
        crawled.expect("busy", 503, "overloaded", "host")
        crawled.expect("limited", 429, "rate_limited", "egress")
        for host in ("busy", "limited"):
            crawled.waits(host, 5.0)  # Varnish's own synthetic answers say so
            assert len(crawled.rests(host)) == 3 and crawled.states(host) == {"host_exhausted"}


if __name__ == "__main__":
    harness.main(globals())
