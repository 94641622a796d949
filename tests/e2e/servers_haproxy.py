"""HAProxy without a server, in maintenance, with a full queue, with a slow server, and denying."""
import socket
import time

import fronts
import harness

CONFIG = """
global
  stats socket {folder}/haproxy.sock level admin
  log stdout format raw local0
defaults
  mode http
  log global
  log-format "%[date(0,ms)] %Ta %[capture.req.hdr(0)] %ST \\"%HU\\" \\"%[capture.req.hdr(1)]\\""
  timeout connect 500ms
  timeout client 10s
  timeout server 1s
  timeout queue 200ms
  retries 0
frontend all
  bind 127.0.0.1:{port}
  http-request capture req.hdr(host) len 80
  http-request capture req.hdr(cache-control) len 80
  http-request return status 404 if {{ path /robots.txt }}
  http-request deny deny_status 429 if {{ hdr(host) -m beg limited }}
  http-request deny if {{ hdr(host) -m beg forbidden }}
  use_backend none if {{ hdr(host) -m beg none }}
  use_backend down if {{ hdr(host) -m beg down }}
  use_backend closed if {{ hdr(host) -m beg closed }}
  use_backend queue if {{ hdr(host) -m beg queue }}
  default_backend slow
backend none
backend down
  server s1 127.0.0.1:{dead} check inter 100ms fall 1 rise 1
backend closed
  server s1 127.0.0.1:{fine} disabled
backend queue
  server s1 127.0.0.1:{late} maxconn 1
backend slow
  server s1 127.0.0.1:{slow}
"""


def start(folder, children, **ports):
    port = harness.free_port()
    conf = folder / "haproxy.cfg"
    conf.write_text(CONFIG.format(folder=folder, port=port, **ports))
    children.append(harness.Process(["/usr/sbin/haproxy", "-db", "-f", conf], folder / "haproxy.out"))
    harness.wait_until(lambda: harness.port_answers(port), 10, what="haproxy")
    return port


def tell(folder, command):
    with socket.socket(socket.AF_UNIX) as control:
        control.connect(str(folder / "haproxy.sock"))
        control.sendall(command.encode() + b"\n")
        return control.recv(4096)


def read(crawled, folder):
    crawled.read(folder / "haproxy.out", unit=0.001, took_unit=0.001)


def test_no_server_and_maintenance_heal_by_one_probe_and_a_full_queue_makes_us_slower():
    with harness.workplace("haproxy-heals") as (folder, children), \
            fronts.upstreams(slow=3, late=0.4, fine=0) as up:
        dead = harness.free_port()
        port = start(folder, children, dead=dead, **{name: one.port for name, one in up.items()})
        time.sleep(0.5)
        healed = []

        def heal():
            time.sleep(4)
            healed.append(fronts.Upstream(port=dead))
            tell(folder, "set server closed/s1 state ready")
        urls = [f"http://{host}.localhost:{port}/{n}" for host in ("down", "closed") for n in range(5)]
        urls += [f"http://queue.localhost:{port}/{n}" for n in range(16)]
        rules = '\n[[host]]\npattern = "queue.localhost"\nflights = 3\n'
        crawled = fronts.Crawled(folder, children, urls, fronts.PATIENT, rules, heal)
        healed[0].close()
        read(crawled, folder)
        for host in ("down", "closed"):
            crawled.expect(host, 503, "upstream_failed", "host")
            crawled.rests(host)
            crawled.probed_then_resumed(host)
        # A full queue and no server at all are answered alike to the letter.
        crawled.expect("queue", 503, "upstream_failed", "host")
        crawled.rests("queue")
        crawled.probed_then_resumed("queue")


def test_what_never_heals_is_given_up_by_its_reason():
    with harness.workplace("haproxy-denies") as (folder, children), \
            fronts.upstreams(slow=3, late=0.4, fine=0) as up:
        port = start(folder, children, dead=harness.free_port(),
                     **{name: one.port for name, one in up.items()})
        crawled = fronts.Crawled(folder, children, [f"http://{host}.localhost:{port}/x" for host in
                                                    ("limited", "forbidden", "none", "slow")])
        read(crawled, folder)
        crawled.expect("limited", 429, "rate_limited", "egress")
        crawled.expect("none", 503, "upstream_failed", "host")
        for host in ("limited", "none"):
            assert len(crawled.rests(host)) == 3 and crawled.states(host) == {"host_exhausted"}
        # A rule made for clients like us is a wall: parked, and given up without another request.
        crawled.expect("forbidden", 403, "bot_walled", "egress", "haproxy-deny")
        assert crawled.states("forbidden") == {"walled"} and len(crawled.of("forbidden", "/x")) == 1
        crawled.expect("slow", 504, "upstream_failed", "url")
        assert crawled.states("slow") == {"attempts_spent"} and len(crawled.of("slow", "/x")) == 2


if __name__ == "__main__":
    harness.main(globals())
