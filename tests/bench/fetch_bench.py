#!/usr/bin/env python3
"""CPU a page: the daemon with its durable frontier against a bare curl-multi loop that stores nothing.

One nginx, the same list of URLs, both clients in turn, several rounds; medians and the ratio."""
import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--hosts", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def cpu_of(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bare_loop(build, folder, urls):
    listed = folder / "urls.txt"
    listed.write_text("\n".join(urls) + "\n")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    subprocess.run([build / "tests/bench/bare_curl_loop", listed], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - started


def daemon(harness, folder, urls, number):
    crawl = harness.Crawl(folder / f"crawl-{number}", {
        "pace.gap": "0", "pace.group_by_address": False, "harvest.keep": ["none"],
        "robots.obey": False, "frontier.flights_max": 256, "log.level": "warn"}).start()
    try:
        crawl.ctl("pause")
        crawl.seed(urls)
        seeded = cpu_of(crawl.daemon.child.pid)
        started = time.monotonic()
        crawl.ctl("resume")
        harness.wait_until(lambda: crawl.json("status")["urls"]["done"] >= len(urls), 300, 0.1)
        took = time.monotonic() - started
        cpu = cpu_of(crawl.daemon.child.pid)
    finally:
        crawl.stop()
    return cpu - seeded, cpu, took


def nginx_body(port, folder, hosts):
    (folder / "tree").mkdir()
    (folder / "tree" / "page").write_bytes(b"<title>x</title>" + b"word " * 406 + b"\n")
    return (f"access_log off; open_file_cache max=10; server {{ listen 127.0.0.1:{port} backlog=4096 "
            f"default_server; root {folder}/tree; location / {{ try_files /page =404; }} }}")


def main():
    options = arguments()
    os.environ["FRONTIERD_BUILD"] = str(options.build.resolve())
    import harness
    with harness.workplace("bench") as (folder, children):
        port = harness.free_port()
        children.append(harness.start_nginx(folder, nginx_body(port, folder, options.hosts), port))
        urls = [f"http://h{n % options.hosts}.localhost:{port}/{n}" for n in range(options.pages)]
        loops, daemons = [], []
        for number in range(options.rounds):
            loops.append(bare_loop(options.build.resolve(), folder, urls))
            daemons.append(daemon(harness, folder, urls, number))
            print(f"round {number + 1}: bare loop {loops[-1][0] / len(urls) * 1e6:.1f} us CPU a page, "
                  f"{len(urls) / loops[-1][1]:.0f} pages/s; daemon {daemons[-1][0] / len(urls) * 1e6:.1f} us, "
                  f"with seeding {daemons[-1][1] / len(urls) * 1e6:.1f} us, "
                  f"{len(urls) / daemons[-1][2]:.0f} pages/s", flush=True)
        loop = statistics.median(cpu for cpu, _ in loops)
        fetched = statistics.median(cpu for cpu, _, _ in daemons)
        whole = statistics.median(cpu for _, cpu, _ in daemons)
        print(f"medians: bare loop {loop / len(urls) * 1e6:.1f} us a page, daemon "
              f"{fetched / len(urls) * 1e6:.1f} us: ratio {fetched / loop:.2f} (floor: at most 3), "
              f"start and seeding included {whole / loop:.2f}")


if __name__ == "__main__":
    main()
