"""Each breach of the protocol, seen from a raw socket."""

import socket
import ssl
import tempfile
import time
import unittest

from lab_case import LabCase

LAB = '''
[[host]]
name = "a.localhost"
''' + "".join(f'''
[[host.route]]
path = "/{name}"
fault = "{name}"
text = "0123456789"
''' for name in ("reset reset-in-head reset-in-body close-in-head close-in-body empty silent "
                 "silent-in-body endless-body endless-head header-flood huge-header endless-1xx "
                 "chunk-extensions bad-chunk long-length short-length garbage http-0.9").split())


class Faults(LabCase):
    def setUp(self):
        self.start(LAB)

    def fault(self, name, seconds=0.5, at_most=4 << 20):
        client = self.connect()
        client.send("/" + name)
        return client.read_for(seconds, at_most)

    def test_resets_come_at_each_stage(self):
        self.assertEqual((self.fault("reset").raw, self.fault("reset").ending), (b"", "reset"))
        head = self.fault("reset-in-head")
        self.assertEqual(head.ending, "reset")
        self.assertNotIn(b"\r\n\r\n", head.raw)
        body = self.fault("reset-in-body")
        self.assertEqual(body.ending, "reset")
        self.assertIn(body.body, (b"", b"01234"))  # a reset may overtake the bytes before it

    def test_orderly_closes_come_too_early(self):
        self.assertEqual((self.fault("empty").raw, self.fault("empty").ending), (b"", "closed"))
        head = self.fault("close-in-head")
        self.assertTrue(head.raw.startswith(b"HTTP/1.1 200 OK"))
        self.assertNotIn(b"\r\n\r\n", head.raw)
        body = self.fault("close-in-body")
        self.assertEqual((body.body, body.ending), (b"01234", "closed"))
        self.assertEqual(body.header("Content-Length"), "10")

    def test_silence_lasts(self):
        silent = self.fault("silent")
        self.assertEqual((silent.raw, silent.ending), (b"", "open"))
        half = self.fault("silent-in-body")
        self.assertEqual((half.body, half.ending), (b"01234", "open"))

    def test_endless_things_do_not_end(self):
        for name in ("endless-body", "endless-head", "endless-1xx"):
            answer = self.fault(name, seconds=5)
            self.assertGreaterEqual(len(answer.raw), 4 << 20, name)
            self.assertEqual(answer.ending, "open", name)
        self.assertNotIn(b"\r\n\r\n", self.fault("endless-head").raw)
        interim = self.fault("endless-1xx").raw
        self.assertTrue(interim.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 "))

    def test_heads_are_too_large(self):
        flood = self.fault("header-flood", seconds=2)
        self.assertGreaterEqual(len(flood.headers), 10_000)
        self.assertEqual(flood.body, b"0123456789")
        huge = self.fault("huge-header", seconds=3, at_most=6 << 20)
        self.assertEqual(len(huge.header("X-Huge")), 5 << 20)

    def test_framing_lies(self):
        flood = self.fault("chunk-extensions")
        self.assertGreater(len(flood.body), 10 * 1024)
        self.assertTrue(flood.body.endswith(b"\r\n9\r\n0\r\n\r\n"))
        self.assertTrue(self.fault("bad-chunk").body.startswith(b"not-a-size\r\n"))
        long_ = self.fault("long-length")
        self.assertEqual((long_.header("Content-Length"), long_.body), ("1010", b"0123456789"))
        short = self.fault("short-length")
        self.assertEqual((short.header("Content-Length"), short.body), ("5", b"0123456789"))

    def test_it_need_not_be_http_at_all(self):
        garbage = self.fault("garbage")
        self.assertEqual(len(garbage.raw), 512)
        self.assertFalse(garbage.raw.startswith(b"HTTP"))
        self.assertEqual(self.fault("http-0.9").raw, b"0123456789")


class Slowness(LabCase):
    def test_heads_and_bodies_drip(self):
        self.start('''
[[host]]
name = "a.localhost"
[[host.route]]
path = "/head"
head_rate = 20
[[host.route]]
path = "/body"
text = "0123456789"
body_rate = 10
''')
        client = self.connect()
        client.send("/head")
        dripped = client.read_for(1.0).raw
        self.assertTrue(10 <= len(dripped) <= 25, dripped)
        began = time.monotonic()
        self.assertEqual(self.get("/body").body, b"0123456789")
        self.assertTrue(0.9 <= time.monotonic() - began < 2.5)

    def test_who_leaves_during_a_drip_is_noticed(self):
        self.start('''
[[host]]
name = "a.localhost"
[[host.route]]
path = "/*"
head_rate = 0.01
''')
        client = self.connect()
        client.send("/")
        time.sleep(0.2)
        client.close()
        self.assertEqual(self.log(1)[0]["ending"], "client-left")


class Listeners(LabCase):
    def test_a_listener_can_reset_or_never_read(self):
        self.start('''
[[listener]]
[[listener]]
reset_on_accept = true
[[listener]]
silent = true
[[host]]
name = "*"
''')
        self.assertTrue(self.is_reset(1))
        silent = self.connect(2)
        silent.send("/")
        self.assertEqual(silent.read_for(0.3).ending, "open")

    def test_certificates_are_good_or_wrong(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        lab = "".join(f'''
[[listener]]
tls = "{kind}"
save_certificate = "{folder.name}/{kind}.pem"
''' for kind in ("self-signed", "expired", "not-yet", "wrong-host"))
        self.start(lab + '''
[[host]]
name = "a.localhost"
[[host.route]]
path = "/*"
text = "over TLS"
framing = "close"
''')
        for address in self.addresses:
            self.assertTrue(tls_get(address).endswith(b"over TLS"))
        good = folder.name + "/self-signed.pem"
        self.assertTrue(tls_get(self.addresses[0], good).endswith(b"over TLS"))
        for i, (kind, why) in enumerate((("expired", "expired"), ("not-yet", "not yet valid"),
                                         ("wrong-host", "Hostname mismatch")), start=1):
            with self.assertRaisesRegex(ssl.SSLCertVerificationError, why):
                tls_get(self.addresses[i], f"{folder.name}/{kind}.pem")


def tls_get(address, trust=None):
    context = ssl.create_default_context(cafile=trust)
    if trust is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname="a.localhost") as link:
            link.sendall(b"GET / HTTP/1.1\r\nHost: a.localhost\r\n\r\n")
            data = b""
            while more := link.recv(65536):
                data += more
            return data


if __name__ == "__main__":
    unittest.main()
