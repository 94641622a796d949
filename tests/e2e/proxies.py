"""Servers of this process: proxies that ask for a login and note who came, and what they need."""
import base64
import contextlib
import json
import select
import socket
import socketserver
import threading


class Server(socketserver.ThreadingTCPServer):
    """A server of this process that notes what it saw."""
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, handler, password=""):
        super().__init__(("127.0.0.1", 0), handler)
        self.password = password
        self.port = self.server_address[1]
        self.seen = []
        self.users = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def read_head(stream):
    head = b""
    while b"\r\n\r\n" not in head:
        more = stream.recv(65536)
        if not more:
            return None
        head += more
    return head.decode("latin-1")


def answer(status, body, fields=""):
    return (f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n{fields}\r\n"
            .encode() + body)


def pump(one, other):
    """Both ways until either side is done."""
    with contextlib.suppress(ConnectionError):
        while True:
            for ready in select.select([one, other], [], [], 30)[0]:
                data = ready.recv(65536)
                if not data:
                    return
                (other if ready is one else one).sendall(data)


def dial(name, port, source):
    host = "127.0.0.1" if name.endswith(".localhost") else name
    return socket.create_connection((host, port), timeout=10, source_address=(source, 0))


class HttpProxy(socketserver.BaseRequestHandler):
    """Forwards absolute URLs and opens tunnels, with Basic login; leaves by 127.0.0.7. Whom it does not know
    it sends away with all that they said, as a proxy that is badly set up might."""

    def handle(self):
        while (head := read_head(self.request)) is not None:
            lines = head.split("\r\n")
            method, target, _ = lines[0].split(" ")
            fields = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
            login = base64.b64decode(fields.get("proxy-authorization", "Basic ")[6:]).decode(errors="replace")
            self.server.seen.append(target)
            self.server.users.append(login.partition(":")[0])
            if login.partition(":")[2] != self.server.password:
                self.request.sendall(answer("407 Proxy Authentication Required", (login + head).encode(),
                                            f"Proxy-Authenticate: Basic realm=egress\r\nX-Login: {login}\r\n"))
                continue
            return self.tunnel(target) if method == "CONNECT" else self.forward(method, target, lines[1:])

    def tunnel(self, target):
        name, _, port = target.rpartition(":")
        with dial(name, int(port), "127.0.0.7") as up:
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            pump(self.request, up)

    def forward(self, method, target, fields):
        host, _, path = target.removeprefix("http://").partition("/")
        name, _, port = host.partition(":")
        with dial(name, int(port or 80), "127.0.0.7") as up:
            kept = [line for line in fields if line and not line.lower().startswith("proxy-")]
            up.sendall("\r\n".join([f"{method} /{path} HTTP/1.1", *kept, "Connection: close", "", ""])
                       .encode("latin-1"))
            while data := up.recv(65536):
                self.request.sendall(data)


class SocksProxy(socketserver.BaseRequestHandler):
    """RFC 1928 with RFC 1929; leaves by 127.0.0.8."""

    def exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.request.recv(count - len(data))
            if not more:
                raise ConnectionError
            data += more
        return data

    def handle(self):
        try:
            _, methods = self.exactly(2)
            self.exactly(methods)
            self.request.sendall(b"\x05\x02")
            _, length = self.exactly(2)
            user = self.exactly(length).decode()
            secret = self.exactly(self.exactly(1)[0]).decode()
            self.server.users.append(user)
            self.request.sendall(b"\x01\x00" if secret == self.server.password else b"\x01\x01")
            _, _, _, kind = self.exactly(4)
            self.server.seen.append(kind)  # 1: an address, 3: a name for us to resolve
            host = socket.inet_ntoa(self.exactly(4))
            port = int.from_bytes(self.exactly(2), "big")
            with dial(host, port, "127.0.0.8") as up:
                self.request.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
                pump(self.request, up)
        except (ConnectionError, OSError):
            return


def ways(folder, **ports):
    """The list of egresses, each as (kind, address, password, uses, patterns of hosts, by default all); each
    password in a file of its own."""
    text = ""
    for name, (kind, address, secret, uses, *hosts) in ports.items():
        text += (f'\n[[egress.way]]\nname = "{name}"\nkind = "{kind}"\naddress = "{address}"\n'
                 f'for = {json.dumps(uses)}\nhosts = {json.dumps(hosts or ["*"])}\n')
        if secret:
            file = folder / f"{name}.password"
            file.write_text(secret + "\n")
            text += f'username = "crawler-{{session}}"\npassword_file = "{file}"\n'
    return text
