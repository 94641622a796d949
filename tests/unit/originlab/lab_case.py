"""Starts originlab on free ports and talks to it over raw sockets."""

import csv
import os
import signal
import socket
import subprocess
import tempfile
import time
import unittest

ORIGINLAB = os.environ.get("ORIGINLAB", "originlab")
PATIENCE = 10  # seconds, for anything that has to come


class Response:
    def __init__(self, data, ending):
        self.raw = data
        self.ending = ending  # "complete", "closed", "reset", "open"
        head, _, self.body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split(" ", 2)
        self.status = int(words[1]) if len(words) > 1 and words[1].isdigit() else None
        self.headers = [tuple(line.split(": ", 1)) for line in lines[1:] if ": " in line]

    def header(self, name):
        values = [v for n, v in self.headers if n.lower() == name.lower()]
        return values[0] if values else None


class Client:
    """One connection."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=PATIENCE)
        self.buffer = b""

    def close(self):
        self.socket.close()

    def send(self, path="/", host="a.localhost", method="GET", headers=(), agent="lab-test/1"):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"User-Agent: {agent}"]
        self.socket.sendall("\r\n".join([*lines, *headers, "", ""]).encode("latin-1"))

    def read_response(self):
        """By Content-Length or chunks where there are any, else to the end."""
        while not self._complete():
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return Response(self.buffer, "reset")
            if not data:
                return Response(self.buffer, "closed")
            self.buffer += data
        size = self._complete()
        response = Response(self.buffer[:size], "complete")
        self.buffer = self.buffer[size:]
        return response

    def _complete(self):
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return 0
        head = Response(self.buffer[: end + 4], "")
        length = head.header("Content-Length")
        if head.status in (204, 304):
            return end + 4
        if length is not None:
            size = end + 4 + int(length)
            return size if len(self.buffer) >= size else 0
        if head.header("Transfer-Encoding") == "chunked":
            last = self.buffer.find(b"\r\n0\r\n\r\n", end)
            return last + 7 if last >= 0 else 0
        return 0

    def read_for(self, seconds, at_most=1 << 30):
        """What arrives within that time, and how the connection stands then."""
        deadline = time.monotonic() + seconds
        data, self.buffer = self.buffer, b""
        while (left := deadline - time.monotonic()) > 0 and len(data) < at_most:
            self.socket.settimeout(left)
            try:
                more = self.socket.recv(65536)
            except TimeoutError:
                break
            except ConnectionResetError:
                return Response(data, "reset")
            if not more:
                return Response(data, "closed")
            data += more
        return Response(data, "open")


class LabCase(unittest.TestCase):
    def start(self, lab, *arguments):
        """Runs the lab file until the end of the test; the addresses of its listeners."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        path = os.path.join(folder.name, "lab.toml")
        self.log_path = os.path.join(folder.name, "log.tsv")
        with open(path, "w", encoding="utf-8") as file:
            file.write(lab)
        self.process = subprocess.Popen(
            [ORIGINLAB, path, "--log", self.log_path, *arguments],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        self.addresses = []
        for _ in range(max(1, lab.count("[[listener]]"))):
            words = self.process.stdout.readline().split()
            self.assertEqual(words[:2], ["listening", "on"])
            self.addresses.append(words[2])
        self.address = self.addresses[0]
        return self.addresses

    def stop(self):
        """The exit code after SIGTERM."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return code

    def connect(self, listener=0):
        client = Client(self.addresses[listener])
        self.addCleanup(client.close)
        return client

    def is_reset(self, listener=0, seconds=1):
        """Whether a new connection is reset, during connect or within that time."""
        try:
            return self.connect(listener).read_for(seconds).ending == "reset"
        except ConnectionResetError:
            return True

    def get(self, path="/", host="a.localhost", headers=(), method="GET",
            agent="lab-test/1"):
        client = self.connect()
        client.send(path, host, method, headers, agent)
        return client.read_response()

    def log(self, count):
        """The log, once it has that many lines."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with open(self.log_path, newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
            if len(rows) >= count or time.monotonic() > deadline:
                self.assertGreaterEqual(len(rows), count)
                return rows
            time.sleep(0.02)
