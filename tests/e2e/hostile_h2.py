"""HTTP/2 servers that break its rules on purpose, frame by frame (RFC 9113), each on a port of its own.

The first request on a port is robots.txt and gets a 404; every later one gets the treatment.
"""
import asyncio
import gzip
import random
import ssl
import struct
import subprocess

DATA, HEADERS, RST_STREAM, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = 0, 1, 3, 4, 5, 6, 7, 8, 9
ACK, END_STREAM, END_HEADERS = 1, 1, 4
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
OK = b"\x88"  # :status 200 of HPACK's static table
NOT_FOUND = b"\x8d"
PAUSE = 0.02


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack("!I", len(payload))[1:] + struct.pack("!BBI", kind, flags, stream) + payload


def literal(name, value):
    """A field that is not put into HPACK's table; both texts under 127 bytes."""
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


async def repeat(writer, piece):
    while True:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(PAUSE)


async def goaway(writer, stream):
    writer.write(frame(GOAWAY, payload=struct.pack("!II", 0, 11)))
    await writer.drain()


async def reset_stream(writer, stream):
    writer.write(frame(RST_STREAM, 0, stream, struct.pack("!I", 2)))
    await writer.drain()
    await asyncio.sleep(5)


async def continuation(writer, stream):
    writer.write(frame(HEADERS, 0, stream, OK))
    field = b"".join(literal(b"x-%d" % n, b"v" * 100) for n in range(100))
    await repeat(writer, frame(CONTINUATION, 0, stream, field))


async def settings_flood(writer, stream):
    await repeat(writer, frame(SETTINGS, payload=struct.pack("!HI", 4, 65_535)) * 500)


async def ping_flood(writer, stream):
    await repeat(writer, frame(PING, payload=bytes(8)) * 500)


async def empty_data(writer, stream):
    writer.write(frame(HEADERS, END_HEADERS, stream, OK))
    await repeat(writer, frame(DATA, 0, stream) * 1_000)


async def stall(writer, stream):
    """A head, a little body, and then the server waits for a window that it has itself shut."""
    writer.write(frame(SETTINGS, payload=struct.pack("!HI", 4, 0)))
    writer.write(frame(HEADERS, END_HEADERS, stream, OK) + frame(DATA, 0, stream, b"a little"))
    await writer.drain()
    await asyncio.sleep(60)


async def silent(writer, stream):
    await asyncio.sleep(60)


async def field_bomb(writer, stream):
    """One field of 4,000 bytes put into the table, then named 16,000 times by one byte each."""
    stored = b"\x40" + bytes([1]) + b"x" + b"\x7f" + b"\xa1\x1e" + b"v" * 4_000
    writer.write(frame(HEADERS, 0, stream, OK + stored))
    writer.write(frame(CONTINUATION, END_HEADERS, stream, b"\xbe" * 16_000))
    await writer.drain()
    await asyncio.sleep(5)


async def push(writer, stream):
    """Pages that nobody asked for, though the client has forbidden it."""
    fields = b"\x82\x87" + literal(b":authority", b"h2-push.localhost") + b"\x84"
    for number in range(2, 200, 2):
        writer.write(frame(PUSH, END_HEADERS, stream, struct.pack("!I", number) + fields))
        writer.write(frame(HEADERS, END_HEADERS | END_STREAM, number, OK))
    await writer.drain()
    await asyncio.sleep(5)


async def window_overflow(writer, stream):
    writer.write(frame(WINDOW, payload=struct.pack("!I", 0x7fffffff)) * 3)
    await writer.drain()
    await asyncio.sleep(5)


async def garbage(writer, stream):
    writer.write(frame(DATA, 8, stream, b"\xff" * 100) + b"\xff" * 50_000)
    await writer.drain()
    await asyncio.sleep(5)


def zipped(content):
    """As frames: what is to be decoded is held back by the client, and let go on, several times."""
    body = gzip.compress(content)
    pieces = [body[at:at + 16_000] for at in range(0, len(body), 16_000)]

    async def send(writer, stream):
        writer.write(frame(HEADERS, END_HEADERS, stream, OK + literal(b"content-encoding", b"gzip")))
        for piece in pieces:
            writer.write(frame(DATA, END_STREAM if piece is pieces[-1] else 0, stream, piece))
            await writer.drain()
        await asyncio.sleep(5)
    return send


TREATMENTS = {
    "h2-goaway": goaway, "h2-reset-stream": reset_stream, "h2-continuation": continuation,
    "h2-settings-flood": settings_flood, "h2-ping-flood": ping_flood, "h2-empty-data": empty_data,
    "h2-stall": stall, "h2-silent": silent, "h2-field-bomb": field_bomb, "h2-push": push,
    "h2-window-overflow": window_overflow, "h2-garbage": garbage, "h2-bomb": zipped(bytes(128 << 20)),
    "h2-large": zipped(bytes(12 << 20) + random.Random(1).randbytes(2 << 20) + bytes(12 << 20)),
}


class Port:
    def __init__(self, treatment):
        self.treatment = treatment
        self.asked = 0

    async def __call__(self, reader, writer):
        if await reader.readexactly(len(PREFACE)) != PREFACE:
            return
        writer.write(frame(SETTINGS))
        while True:
            head = await reader.readexactly(9)
            size = int.from_bytes(head[:3], "big")
            kind, flags, stream = struct.unpack("!BBI", head[3:])
            await reader.readexactly(size)
            if kind == SETTINGS and not flags & ACK:
                writer.write(frame(SETTINGS, ACK))
            if kind == HEADERS:
                self.asked += 1
                if self.asked == 1:
                    writer.write(frame(HEADERS, END_HEADERS | END_STREAM, stream, NOT_FOUND))
                else:
                    return await self.treatment(writer, stream)
            await writer.drain()


def make_certificate(folder):
    """A key and a certificate for the hosts of this file; the crawl is told to trust it."""
    key, certificate = folder / "h2.key", folder / "h2.pem"
    names = ",".join(f"DNS:{name}.localhost" for name in [*TREATMENTS, "h2-good"])
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext",
                    f"subjectAltName={names}", "-keyout", str(key), "-out",
                    str(certificate)], check=True, capture_output=True, timeout=30)
    return key, certificate


class H2Ports:
    """Opens one port for each treatment: give `open` to Origins.extra; then `ports` has them by name."""

    def __init__(self, folder):
        self.key, self.certificate = make_certificate(folder)
        self.ports = {}
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, self.key)
        self.context.set_alpn_protocols(["h2"])

    async def open(self, origins):
        for name, treatment in TREATMENTS.items():
            self.ports[name] = await origins.serve(Port(treatment), ssl=self.context)
