"""Origins that send what no server would: raw bytes by host name, a name server with answers made to
harm, and a witness that counts who connects to an address that nobody may connect to.

All of it runs in one thread of its own: `with Origins() as origins`.
"""
import asyncio
import contextlib
import gzip
import ipaddress
import struct
import threading

ROBOTS_NONE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
PAGE = b"<title>A page</title><p>Well behaved.</p>"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
PAUSE = 0.01  # between two pieces of what does not end, so that one origin leaves the others air
LONGEST = 60.0  # seconds that any one answer may take


def answer(body=PAGE, *fields):
    head = OK + b"".join(field + b"\r\n" for field in fields)
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def redirect(to):
    return b"HTTP/1.1 302 Found\r\nLocation: " + to + b"\r\nContent-Length: 0\r\n\r\n"


async def forever(writer, head, piece):
    writer.write(head)
    while True:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(PAUSE)


async def unasked_answer(writer):
    """A second answer that nobody asked for follows on the same connection."""
    writer.write(answer())
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.write(answer(b"INJECTED"))


def plain(data, close=True):
    async def send(writer):
        writer.write(data)
        if not close:
            await writer.drain()
            await asyncio.sleep(LONGEST)
    return send


def endless(head, piece):
    return lambda writer: forever(writer, head, piece)


def coded_transfer(body):
    """A Transfer-Encoding that the client did not ask for (RFC 9112 section 7)."""
    return plain(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n")


PAGES = {
    "lengths-differ": plain(OK + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello"),
    "lengths-listed": plain(OK + b"Content-Length: 5, 50\r\n\r\nhello"),
    "length-negative": plain(OK + b"Content-Length: -5\r\n\r\nhello"),
    "length-and-chunks": plain(OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
                               b"5\r\nhello\r\n0\r\n\r\n"),
    "chunk-overflow": plain(OK + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nhello"),
    "trailers-endless": endless(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
                                b"".join(b"X-%d: %s\r\n" % (n, b"t" * 80) for n in range(100))),
    "folds-endless": endless(OK + b"X-Long: a\r\n", (b" " + b"f" * 98 + b"\r\n") * 100),
    "coded-transfer": coded_transfer(gzip.compress(bytes(64 << 20))),
    "coded-transfer-damaged": coded_transfer(gzip.compress(b"one") + gzip.compress(b"two")),
    "ssh-banner": plain(b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n"),
    "status-words": plain(b"HTTP/1.1 fine OK\r\nContent-Length: 0\r\n\r\n"),
    "switching": plain(b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                       b"Upgrade: h2c\r\n\r\n" + bytes(range(256)) * 16),
    "interim-only": plain(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"),
    "nul-bytes": plain(OK + b"X-Nul: a\0b\r\nContent-Length: 5\r\n\r\n\0\0\0\0\0"),
    "wait-digits": plain(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: " + b"9" * 60_000 +
                         b"\r\nContent-Length: 0\r\n\r\n"),
    "unasked-answer": unasked_answer,
}
ROBOTS = {
    "robots-endless": endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\n",
                              b"Disallow: /private/%2F*$\n" * 2_000),
    "robots-ring": plain(redirect(b"/robots.txt")),
}


class NameServer:
    """Answers by the first label of the name, over UDP and TCP; over 1,200 bytes UDP says "use TCP"."""

    def __init__(self):
        self.rebound = False
        self.made = {}
        self.asked = []
        for label in ("thousands", "thousands-barred"):
            self.records(label, 1)

    def addresses(self, label):
        if label == "thousands":
            far = ipaddress.ip_address("127.0.1.0")
            return [str(far + n) for n in range(2_990)] + [f"127.0.0.{n}" for n in range(1, 11)]
        if label == "thousands-barred":
            return [str(ipaddress.ip_address("127.0.1.0") + n) for n in range(3_000)]
        if label in ("mixed",):
            return ["127.0.1.1", "127.0.0.1"]
        if label == "rebind":
            return ["127.0.1.1"] if self.rebound else ["127.0.0.1"]
        return ["127.0.0.1"]

    def records(self, label, kind):
        """(type, data) of the answer section."""
        if label.startswith("thousands"):  # made once: it takes a while
            if (label, kind) not in self.made:
                self.made[label, kind] = self.make_records(label, kind)
            return self.made[label, kind]
        return self.make_records(label, kind)

    def make_records(self, label, kind):
        if label == "alias-loop":
            return [(5, self.name("alias-loop.hostile.test"))]
        if label == "alias-to-barred":
            rest = [(1, bytes([127, 0, 1, 1]))] if kind == 1 else []
            return [(5, self.name("elsewhere.hostile.test"))] + rest
        if label == "mapped-answer":
            return [(28, ipaddress.ip_address("::ffff:127.0.1.1").packed)] if kind == 28 else []
        return [(1, ipaddress.ip_address(a).packed) for a in self.addresses(label)] if kind == 1 else []

    @staticmethod
    def name(text):
        return b"".join(bytes([len(part)]) + part.encode() for part in text.split(".")) + b"\0"

    def reply(self, query, room):
        end, labels = 12, []
        while query[end]:
            labels.append(query[end + 1:end + 1 + query[end]].decode(errors="replace"))
            end += 1 + query[end]
        kind = struct.unpack("!H", query[end + 1:end + 3])[0]
        question = query[12:end + 5]
        self.asked.append((labels[0], kind))
        if labels[0] == "nonsense":
            return query[:2] + b"\x81\x80" + b"\xff" * 60
        records = self.records(labels[0], kind)
        alias = self.name("elsewhere.hostile.test")
        body = b""
        for type_, data in records:
            owner = alias if labels[0] == "alias-to-barred" and type_ == 1 else b"\xc0\x0c"
            body += owner + struct.pack("!HHIH", type_, 1, 0, len(data)) + data
        head = query[:2] + struct.pack("!HHHHH", 0x8580, 1, len(records), 0, 0)
        if len(head + question + body) > room:
            return query[:2] + struct.pack("!HHHHH", 0x8780, 1, 0, 0, 0) + question
        return head + question + body

    async def on_tcp(self, reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                size = struct.unpack("!H", await reader.readexactly(2))[0]
                reply = self.reply(await reader.readexactly(size), 65_535)
                writer.write(struct.pack("!H", len(reply)) + reply)
                await writer.drain()
        writer.close()


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, names):
        self.names = names

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, peer):
        self.transport.sendto(self.names.reply(data, 1_200), peer)


class Origins:
    def __init__(self):
        self.names = NameServer()
        self.requests = []  # (host, path, whole head)
        self.strangers = 0  # connections to where nobody may connect
        self.extra = []  # coroutines of others to run in the same thread
        self.loop = asyncio.new_event_loop()
        self.servers = []
        self.tasks = set()

    async def serve(self, handler, address="127.0.0.1", port=0, **options):
        async def guarded(reader, writer):
            task = asyncio.current_task()
            self.tasks.add(task)
            with contextlib.suppress(OSError, EOFError, asyncio.TimeoutError, asyncio.CancelledError,
                                     asyncio.LimitOverrunError):
                await asyncio.wait_for(handler(reader, writer), LONGEST)
            self.tasks.discard(task)
            writer.transport.abort() if writer.is_closing() else writer.close()
        server = await asyncio.start_server(guarded, address, port, backlog=1_024, **options)
        self.servers.append(server)
        return server.sockets[0].getsockname()[1]

    async def on_request(self, reader, writer):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode(errors="replace")
            fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
            host = fields.get(b"Host", b"").decode(errors="replace").split(":")[0]
            label = host.split(".")[0]
            self.requests.append((host, path, head))
            if path == "/robots.txt":
                if label in ROBOTS:
                    return await ROBOTS[label](writer)
                writer.write(ROBOTS_NONE)
            elif label in PAGES and path == "/":
                return await PAGES[label](writer)
            else:
                writer.write(answer())
            await writer.drain()
            if fields.get(b"Connection") == b"close":
                return None

    async def on_stranger(self, reader, writer):
        self.strangers += 1

    async def open(self):
        self.port = await self.serve(self.on_request)
        # Where a redirect or a rebound name would lead, on every port that the crawl uses.
        self.barred_port = await self.serve(self.on_stranger, "127.0.1.1")
        await self.serve(self.on_stranger, "127.0.1.1", self.port)
        self.dns_port = await self.serve(self.names.on_tcp)
        await self.loop.create_datagram_endpoint(lambda: Datagrams(self.names),
                                                 ("127.0.0.1", self.dns_port))
        for opening in self.extra:
            await opening(self)

    def __enter__(self):
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self.open(), self.loop).result(30)
        return self

    def __exit__(self, *_):
        async def close():
            for server in self.servers:
                server.close()
            for task in list(self.tasks):
                task.cancel()
            await asyncio.sleep(0.05)
        asyncio.run_coroutine_threadsafe(close(), self.loop).result(30)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(30)
