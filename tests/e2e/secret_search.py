"""Looks for secrets in all that a daemon wrote or answered, in every form that they may have been given:
percent-encoding, base64 at any offset (so after any user name, as in `Authorization: Basic`), hex, the
escapes of JSON and HTML; and in what is packed by gzip, whatever the file is called and even if its end has
not been written yet.
"""
import base64
import contextlib
import html
import json
import re
import socket
import sqlite3
import subprocess
import urllib.parse
import zlib

import harness

GZIP_MAGIC = b"\x1f\x8b"


def base64_forms(data):
    """What base64 makes of the text wherever in a longer one it stands, without the digits it shares."""
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + data)
        own = coded[(before * 8 + 5) // 6:(before + len(data)) * 8 // 6]
        yield own
        yield own.replace(b"+", b"-").replace(b"/", b"_")


def percent_forms(secret):
    quoted = {urllib.parse.quote(secret, safe=""), urllib.parse.quote(secret), urllib.parse.quote_plus(secret),
              "".join(f"%{byte:02X}" for byte in secret.encode())}
    for text in quoted:
        yield text.encode()
        yield re.sub("%..", lambda found: found[0].lower(), text).encode()


def forms(secret):
    data = secret.encode()
    return {data, data.hex().encode(), data.hex().upper().encode(), json.dumps(secret)[1:-1].encode(),
            html.escape(secret).encode(), *percent_forms(secret), *base64_forms(data)}


def members(data):
    """The texts of the members of a gzip file, also of one that is still being written."""
    while data.startswith(GZIP_MAGIC):
        unpacker = zlib.decompressobj(31)
        text = b""
        with contextlib.suppress(zlib.error):
            text = unpacker.decompress(data)
        yield text
        data = unpacker.unused_data


class Search:
    """Call it with each place and what is there; `received` are the secrets that an origin gave to us, which
    may stand in what is kept of its responses."""

    def __init__(self, secrets, received=()):
        self.forms = {secret: forms(secret) for secret in secrets}
        self.received = set(received)
        self.found = []
        self.bytes = 0
        self.records = []  # (type, target, block) of each WARC record

    def __call__(self, place, data, allowed=()):
        data = data.encode() if isinstance(data, str) else data
        self.bytes += len(data)
        self.found += [f"{place}: {secret}" for secret, texts in self.forms.items() if secret not in allowed
                       and any(text in data for text in texts)]

    def file(self, path, when):
        data = path.read_bytes()
        self(f"{path.name} {when}", data)
        for text in members(data):
            if text.startswith(b"WARC/"):
                self.record(f"{path.name} {when}", text)
            else:
                self(f"{path.name} {when}, unpacked", text)

    def record(self, place, text):
        """One member holds one record; all but the block of a response are our own words."""
        head, _, block = text.partition(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n") if b": " in line)
        kind = fields.get(b"WARC-Type", b"").decode()
        target = fields.get(b"WARC-Target-URI", b"").decode()
        self(f"{place}, own fields of a {kind} record of {target}", head)
        self(f"{place}, {kind} record of {target}", block, self.received if kind == "response" else ())
        self.records.append((kind, target, block))

    def crawl(self, crawl, when):
        """All files of a crawl, the texts of its database, and what it shows of itself while it runs."""
        for path in sorted(crawl.folder.rglob("*")):
            if path.is_file():
                self.file(path, when)
        with contextlib.closing(sqlite3.connect(f"file:{crawl.state}/frontier.db?mode=ro", uri=True)) as db:
            self(f"the database {when}", "\n".join(db.iterdump()))
        if crawl.daemon.running():
            for name in ("cmdline", "environ"):
                with open(f"/proc/{crawl.daemon.child.pid}/{name}", "rb") as own:
                    self(f"{name} {when}", own.read())

    def config(self, crawl, *options):
        done = subprocess.run([str(harness.DAEMON), "--config", str(crawl.config), *options],
                              capture_output=True, timeout=20, check=True)
        self(f"frontierd {options}", done.stdout + done.stderr)
        return done.stdout

    def metrics(self, crawl):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(crawl.socket))
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: frontierd\r\nConnection: close\r\n\r\n")
            text = b"".join(iter(lambda: client.recv(65536), b""))
        self("metrics", text)
        return text
