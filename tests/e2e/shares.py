"""Whatever some hosts do, the others keep their pace: the good hosts of a crawl that is set upon by dripping,
hanging and flooding ones, against those of a twin that is left alone, on the same machine in the same seconds.

Each host has its name from a name server of ours and, where the story wants it, a loopback address of its own.
`--long` measures longer and adds the stories that the default run leaves out.
"""
import asyncio
import contextlib
import os
import re
import sys
import time

import harness
import hostile_origins

LONG = "--long" in sys.argv
MEASURED = 30.0 if LONG else 6.0  # seconds
KEPT = 0.8  # of the twin's rate
GOOD = 40  # hosts of each crawl
PAGES = 120 if LONG else 40  # of each: more than can be fetched in the time
FLIGHTS_MAX = 256
BAD = 256
DRIP = 1.0  # seconds between two pieces of 150 bytes
HUGE = os.urandom(1 << 20)
HUGE_PIECES = 30

SETTINGS = {
    "fetch.allow_addresses": ["127.0.0.0/8"], "pace.gap": "400ms", "pace.group_flights": 8,
    "pace.group_gap": "50ms", "frontier.flights_max": FLIGHTS_MAX, "dns.timeout": "2s",
}


class Names(hostile_origins.NameServer):
    """By the first label: "at7-3-9" leads to 127.7.3.9, "mute..." is never answered."""

    def reply(self, query, room):
        label = query[13:13 + query[12]].decode(errors="replace")
        return b"" if label.startswith("mute") else super().reply(query, room)

    def addresses(self, label):
        found = re.fullmatch(r"at(\d+)-(\d+)-(\d+)x\d+", label)
        return [f"127.{found[1]}.{found[2]}.{found[3]}"] if found else ["127.0.0.1"]


class Silence(hostile_origins.Datagrams):
    def datagram_received(self, data, peer):
        reply = self.names.reply(data, 1_200)
        if reply:
            self.transport.sendto(reply, peer)


class Origins(hostile_origins.Origins):
    """What a host does is the second label of its name: NAME.KIND[N].test."""

    def __init__(self, addresses):
        super().__init__()
        self.names = Names()
        self.addresses = addresses
        self.victim = ""

    async def open(self):
        self.port = await self.serve(self.on_request, self.addresses[0], limit=1 << 16)
        for address in self.addresses[1:]:
            await self.serve(self.on_request, address, self.port, limit=1 << 16)
        self.dns_port = await self.serve(self.names.on_tcp)
        await self.loop.create_datagram_endpoint(lambda: Silence(self.names), ("127.0.0.1", self.dns_port))

    async def on_request(self, reader, writer):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            at = head.lower().index(b"\r\nhost: ") + 8
            host = head[at:head.index(b"\r", at)].decode(errors="replace").split(":")[0]
            kind = host.split(".")[1].rstrip("0123456789")
            if path == b"/robots.txt" and kind == "away":
                writer.write(hostile_origins.redirect(self.victim.encode() + b"/robots.txt"))
            elif path == b"/robots.txt":
                writer.write(hostile_origins.ROBOTS_NONE)
            elif kind == "drip":
                await drip(writer)
            elif kind == "hang":
                await asyncio.sleep(hostile_origins.LONGEST)
            elif kind == "huge":
                await huge(writer)
            else:
                writer.write(hostile_origins.answer())
            await writer.drain()


async def drip(writer):
    writer.write(hostile_origins.OK + b"Content-Length: 1000000\r\n\r\n")
    while True:
        writer.write(b"d" * 150)
        await writer.drain()
        await asyncio.sleep(DRIP)


async def huge(writer):
    writer.write(hostile_origins.OK + b"Content-Length: %d\r\n\r\n" % (len(HUGE) * HUGE_PIECES))
    for _ in range(HUGE_PIECES):
        writer.write(HUGE)
        await writer.drain()


def rate(crawl, since, until):
    pages = crawl.one("SELECT count(*) FROM attempts WHERE purpose = 'page' AND class = 'fetched' "
                      "AND host LIKE '%.good%' AND landed_ms BETWEEN ? AND ?", int(since * 1000), int(until * 1000))
    return pages / (until - since)


class Story:
    """A crawl and its twin, each with good hosts at work; then the crawl meets the bad ones."""

    def __init__(self, name, bad_addresses=(), settings=None, good_at=None):
        self.name, self.settings = name, {**SETTINGS, **(settings or {})}
        self.good_at = good_at
        self.addresses = [*bad_addresses]
        for n in range(GOOD):
            for crawl in (8, 9):
                address = self.good_address(crawl, n).replace("-", ".")
                if "127." + address not in self.addresses:
                    self.addresses.append("127." + address)

    def good_address(self, crawl, n):
        return self.good_at or f"{crawl}-0-{n + 1}" if crawl == 8 else f"9-0-{1 if self.good_at else n + 1}"

    def good(self, crawl, page, n):
        return f"http://at{self.good_address(crawl, n)}x{crawl}.good{n}.test:{self.origins.port}/p/{page}"

    def run(self, bad, after=None):
        with harness.workplace(self.name.replace(" ", "-")) as (folder, children), contextlib.ExitStack() as stack:
            self.origins = stack.enter_context(Origins(self.addresses))
            crawls = []
            for name in ("crawl", "twin"):
                crawls.append(harness.Crawl(folder / name, {
                    **self.settings, "dns.servers": [f"127.0.0.1:{self.origins.dns_port}"]}).start())
                children.append(crawls[-1].daemon)
            for crawl, number in zip(crawls, (8, 9)):
                crawl.seed([self.good(number, page, n) for page in range(PAGES) for n in range(GOOD)])
            time.sleep(3.0)
            crawls[0].seed(bad(self.origins))
            time.sleep(1.5)
            since = time.time()
            time.sleep(MEASURED)
            until = time.time()
            kept, twin = (rate(crawl, since, until) for crawl in crawls)
            print(f"  {self.name}: good pages/s {kept:.1f}, of the twin {twin:.1f}: {kept / max(twin, 0.01):.0%}",
                  flush=True)
            if after:
                after(crawls[0])
            for crawl in crawls:
                crawl.daemon.kill()
            assert kept >= KEPT * twin > 0, (kept, twin)


def spread(network, count):
    return [f"127.{network}.{n // 250}.{n % 250 + 1}" for n in range(count)]


def label(address):
    return "at" + address.removeprefix("127.").replace(".", "-") + "x"


def urls(origins, hosts, pages=3):
    return [f"http://{host}:{origins.port}/b/{page}" for page in range(pages) for host in hosts]


def told_who_holds(domain):
    """Of the hosts that wait for the domain's share, explain says so."""
    def check(crawl):
        waiting = [row["host"] for row in crawl.rows(
            "SELECT DISTINCT host FROM urls WHERE state = 'queued' AND host LIKE ?", f"%{domain}%")]
        told = [host for host in waiting[::16]
                if f"its domain holds all it may hold of us: {domain}: " in crawl.ctl("explain", host).stdout.decode()]
        assert len(told) >= len(waiting[::16]) // 2, (len(told), len(waiting))
    return check


def test_a_domain_that_drips_from_many_addresses_takes_nobodys_flights():
    addresses = spread(6, BAD)
    Story("dripping domain", addresses).run(
        lambda origins: urls(origins, [f"{label(address)}{n}.drip.test" for n, address in enumerate(addresses)]),
        told_who_holds("drip.test"))


def test_domains_that_drip_from_one_address_leave_its_neighbours_their_flights():
    Story("dripping address", good_at="7-0-1").run(
        lambda origins: urls(origins, [f"at7-0-1x{n}.drip{n}.test" for n in range(BAD)]))


def test_huge_bodies_fill_neither_the_archive_nor_the_room_of_others():
    addresses = spread(5, 12)
    Story("huge bodies", addresses).run(
        lambda origins: urls(origins, [f"{label(address)}{n}.huge{n}.test" for n, address in enumerate(addresses)], 40))


def test_a_host_that_many_name_as_their_robots_goes_on_with_its_own_pages():
    addresses = spread(4, 150)
    story = Story("robots victim", addresses)

    def bad(origins):
        origins.victim = story.good(8, 0, 0).rsplit("/", 2)[0]
        return urls(origins, [f"{label(address)}{n}.away{n}.test" for n, address in enumerate(addresses)], 1)

    def victim_goes_on(crawl):
        counts = [crawl.one("SELECT count(*) FROM attempts WHERE purpose = 'page' AND host LIKE ?",
                            f"%.good{n}.test%") for n in (0, 1)]
        assert counts[0] >= KEPT * counts[1], counts
    story.run(bad, victim_goes_on)


def long_farm_that_drips_from_many_domains_and_addresses():
    addresses = spread(6, BAD)
    Story("dripping farm", addresses).run(lambda origins: urls(
        origins, [f"{label(address)}{n}.drip{n}.test" for n, address in enumerate(addresses)]))


def long_hosts_that_never_answer():
    addresses = spread(6, BAD)
    Story("hanging hosts", addresses).run(lambda origins: urls(
        origins, [f"{label(address)}{n}.hang{n}.test" for n, address in enumerate(addresses)]))


def long_names_that_are_never_answered():
    Story("mute names", settings={"dns.ttl_min": "0"}).run(
        lambda origins: urls(origins, [f"mute{n}.hang.test" for n in range(600)]))


if LONG:
    sys.argv.remove("--long")
    globals().update({f"test_{name}": test for name, test in list(globals().items()) if name.startswith("long_")})

if __name__ == "__main__":
    harness.main(globals())
