"""nginx that limits, closes, and stands in front of a dead, a slow and a healing upstream."""
import time

import fronts
import harness


def server(name, port, text, keep=""):
    return (f"server {{ listen 127.0.0.1:{port}; server_name {name}.localhost; root tree; {keep} "
            f"location = /robots.txt {{ return 404; }} {text} }}\n")


def start(folder, children, port, body):
    (folder / "tree").mkdir()
    (folder / "tree" / "x.html").write_text("<title>x</title><p>A page of text.</p>")
    children.append(harness.start_nginx(folder, body, port))


def read(crawled, folder):
    crawled.read(folder / "nginx-access.log")


def test_limits_of_rate_and_of_connections_make_us_slower():
    with harness.workplace("nginx-limit") as (folder, children), fronts.upstreams(slow=0.3) as up:
        port = harness.free_port()
        proxy = f"proxy_pass http://127.0.0.1:{up['slow'].port};"
        start(folder, children, port,
              "limit_req_zone $host zone=r:1m rate=6r/s; limit_conn_zone $host zone=c:1m;\n"
              + server("limit", port, "location / { limit_req zone=r; try_files /x.html =404; }")
              + server("limit429", port, "location / { limit_req zone=r; limit_req_status 429; "
                                         "try_files /x.html =404; }")
              + server("conn", port, f"location / {{ limit_conn c 1; {proxy} }}"))
        urls = [f"http://{name}.localhost:{port}/{n}" for name in ("limit", "limit429") for n in range(40)]
        urls += [f"http://conn.localhost:{port}/{n}" for n in range(12)]
        rules = '\n[[host]]\npattern = "conn.localhost"\nflights = 3\n'
        crawled = fronts.Crawled(folder, children, urls,
                                 fronts.PATIENT | {"pace.recover_in": "60s"}, rules)
        read(crawled, folder)
        crawled.expect("limit", 503, "rate_limited", "egress", "nginx-limit-status")
        crawled.expect("limit429", 429, "rate_limited", "egress")
        crawled.expect("conn", 503, "rate_limited", "egress", "nginx-limit-status")
        # A limit on connections is met again when all flights are back; seldom, and nothing is lost.
        crawled.rests("conn")
        crawled.resumes("conn")
        assert sum(r.status == 503 for r in crawled.of("conn")) <= 4, crawled.of("conn")
        for host in ("limit", "limit429"):
            crawled.rests(host)
            early, late = crawled.slows_down(host)
            print(f"   {host}: {early} refused in the first half, {late} in the second", flush=True)


def test_a_503_is_waited_out_as_asked_or_by_our_own_rest():
    with harness.workplace("nginx-503") as (folder, children):
        port = harness.free_port()
        start(folder, children, port,
              server("closed", port, "location / { return 503; }")
              + server("asked", port, "location / { add_header Retry-After 2 always; return 503; }")
              + server("gone", port, "location / { return 444; }"))
        hosts = ("closed", "asked", "gone")
        crawled = fronts.Crawled(folder, children, [f"http://{h}.localhost:{port}/{n}"
                                                    for h in hosts for n in range(3)])
        read(crawled, folder)
        crawled.expect("closed", 503, "rate_limited", "egress", "nginx-limit-status")
        crawled.expect("asked", 503, "rate_limited", "egress")
        crawled.expect("gone", 0, "unreachable", "host")
        crawled.waits("asked", 2.0)
        for host in hosts:
            assert len(crawled.rests(host)) == 3 and crawled.states(host) == {"host_exhausted"}
            # Every rest ends in one request; its refusal is the next incident.
            if host != "gone":
                pages = [r for r in crawled.of(host) if r.path != "/robots.txt"]
                assert len(pages) == 3, pages


def test_a_dead_upstream_is_the_hosts_and_heals_by_one_probe_a_slow_one_is_the_pages():
    with harness.workplace("nginx-upstream") as (folder, children), \
            fronts.upstreams(slow=3, fine=0) as up:
        port, dead = harness.free_port(), harness.free_port()

        def proxy(where):
            return f"location / {{ proxy_read_timeout 500ms; proxy_pass http://127.0.0.1:{where}; }}"
        start(folder, children, port,
              server("dead", port, proxy(dead))
              + server("slow", port, f"location = /slow {{ proxy_read_timeout 500ms; "
                                     f"proxy_pass http://127.0.0.1:{up['slow'].port}; }} "
                                     + proxy(up["fine"].port)))
        healed = []

        def heal():
            time.sleep(4)
            healed.append(fronts.Upstream(port=dead))
        urls = [f"http://dead.localhost:{port}/{n}" for n in range(6)]
        urls += [f"http://slow.localhost:{port}/{path}" for path in ("slow", "a", "b", "c")]
        crawled = fronts.Crawled(folder, children, urls, fronts.PATIENT | {"retry.attempts_max": 2},
                                 meanwhile=heal)
        healed[0].close()
        read(crawled, folder)
        crawled.expect("dead", 502, "upstream_failed", "host")
        crawled.rests("dead")
        crawled.probed_then_resumed("dead")
        crawled.expect("slow", 504, "upstream_failed", "url")
        # The page's trouble rests nobody and burns its own attempts; the others are fetched.
        assert not crawled.incidents("slow")
        assert crawled.states("slow") == {"done", "attempts_spent"}
        assert len(crawled.of("slow", "/slow")) == 2


if __name__ == "__main__":
    harness.main(globals())
