"""Squid in front of a dead, a slow and a healing server, and denying."""
import pathlib
import time

import fronts
import harness

CONFIG = """
http_port 127.0.0.1:{port} accel vhost allow-direct
cache_peer 127.0.0.1 parent {dead} 0 no-query originserver name=dead connect-fail-limit=1
cache_peer 127.0.0.1 parent {slow} 0 no-query originserver name=slow
acl all_hosts dstdomain .localhost
acl forbidden dstdomain forbidden.localhost
acl late dstdomain late.localhost
http_access deny forbidden
http_access allow all_hosts
cache_peer_access slow allow late
cache_peer_access slow deny all
cache_peer_access dead deny late
cache_peer_access dead allow all
never_direct allow all_hosts
cache deny all
logformat seen %ts.%03tu %tr %>rd %>Hs "%>rp" "%{{Cache-Control}}>h"
pid_filename {folder}/squid.pid
cache_log {folder}/squid-cache.log
access_log stdio:{folder}/squid-access.log logformat=seen
logfile_rotate 0
buffered_logs off
coredump_dir {folder}
connect_timeout 1 seconds
forward_timeout 1 seconds
read_timeout 1 seconds
connect_retries 0
dead_peer_timeout 1 seconds
shutdown_lifetime 1 seconds
cache_mem 1 MB
visible_hostname front.localhost
pinger_enable off
cache_effective_user proxy
"""


def test_a_dead_server_heals_by_one_probe_a_slow_one_burns_its_page_a_denial_is_final():
    with harness.workplace("squid") as (folder, children), fronts.upstreams(slow=4) as up:
        port, dead = harness.free_port(), harness.free_port()
        conf = folder / "squid.conf"
        conf.write_text(CONFIG.format(folder=folder, port=port, dead=dead, slow=up["slow"].port))
        pathlib.Path(folder).chmod(0o777)
        children.append(harness.Process(["/usr/sbin/squid", "-N", "-f", conf], folder / "squid.out"))
        harness.wait_until(lambda: harness.port_answers(port), 30, what="squid")
        healed = []

        def heal():
            time.sleep(4)
            healed.append(fronts.Upstream(port=dead))
        urls = [f"http://dead.localhost:{port}/{n}" for n in range(5)]
        urls += [f"http://{host}.localhost:{port}/x" for host in ("forbidden", "late")]
        crawled = fronts.Crawled(folder, children, urls, fronts.PATIENT | {
            "retry.attempts_max": 2, "robots.obey": False}, meanwhile=heal)
        healed[0].close()
        crawled.read(folder / "squid-access.log", took_unit=0.001)
        crawled.expect("dead", 502, "upstream_failed", "host")
        crawled.rests("dead")
        crawled.resumes("dead")
        crawled.expect("forbidden", 403, "refused", "host")
        assert crawled.states("forbidden") == {"refused"} and len(crawled.of("forbidden", "/x")) == 1
        crawled.expect("late", 504, "upstream_failed", "url")
        assert crawled.states("late") == {"attempts_spent"}


if __name__ == "__main__":
    harness.main(globals())
