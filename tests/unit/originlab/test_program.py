"""The program itself: the file's mistakes, the log, statistics, limits, the end."""

import json
import os
import subprocess
import tempfile
import time
import unittest

from lab_case import ORIGINLAB, PATIENCE, LabCase

HERE = os.path.dirname(os.path.abspath(__file__))
LABS = os.path.join(HERE, "..", "..", "..", "tools", "originlab", "labs")


def check(lab):
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(lab)
        file.flush()
        done = subprocess.run([ORIGINLAB, file.name, "--check"], capture_output=True, text=True,
                              timeout=10, check=False)
        return done.returncode, done.stderr.replace(file.name, "lab")


class LabFile(unittest.TestCase):
    def test_all_mistakes_are_told_with_place_and_nearest_name(self):
        code, text = check('''
max_conections = 5
[[listener]]
address = "127.0.0.1"
[[host]]
name = "a.localhost"
latency = "fast"
[[host.route]]
path = "/x"
fault = "silnet"
statsu = 200
[[host]]
name = "a.localhost"
[[host.limit]]
requests = 0
publish = "retryafter"
[[host.maintenance]]
from = "5s"
to = "2s"
''')
        lines = text.splitlines()
        self.assertEqual(code, 2)
        wanted = ["lab:2:1:", "lab:4:", "lab:7:", "lab:10:", "lab:11:1:", "lab:13:", "lab:15:",
                  "lab:16:", "lab:19:"]
        self.assertEqual(len(lines), len(wanted), text)
        for line, start in zip(lines, wanted):
            self.assertTrue(line.startswith(start), text)
        self.assertIn('did you mean "max_connections"?', lines[0])
        self.assertIn('did you mean "silent"?', lines[3])
        self.assertIn('did you mean "status"?', lines[4])
        self.assertIn("retry-after", lines[7])

    def test_a_file_that_is_not_toml_is_placed_too(self):
        code, text = check("[[host]\nname = 3\n")
        self.assertEqual(code, 2)
        self.assertRegex(text, r"^lab:1:\d+: ")

    def test_the_shipped_labs_are_fine(self):
        for name in sorted(os.listdir(LABS)):
            if name.endswith(".toml"):
                done = subprocess.run([ORIGINLAB, os.path.join(LABS, name), "--check"], timeout=10,
                                      check=False, stdout=subprocess.DEVNULL)
                self.assertEqual(done.returncode, 0, name)

    def test_help_names_every_option(self):
        text = subprocess.run([ORIGINLAB, "--help"], capture_output=True, text=True, timeout=10,
                              check=True).stdout
        for option in ("--log", "--ports-file", "--port", "--for", "--seed", "--check"):
            self.assertIn(option, text)


class Running(LabCase):
    def test_the_log_tells_what_the_origin_saw(self):
        self.start('''
[[host]]
name = "a.localhost"
latency = "200ms"
pages = 3
''')
        before = time.time_ns() // 1000
        clients = [self.connect() for _ in range(2)]
        for client in clients:
            client.send("/p/1?tab=\t")
        for client in clients:
            self.assertEqual(client.read_response().status, 200)
        rows = self.log(2)
        self.assertEqual([row["in_flight"] for row in rows], ["1", "2"])
        for row in rows:
            self.assertTrue(before <= int(row["accept_us"]) <= int(row["start_us"]))
            self.assertGreaterEqual(int(row["end_us"]) - int(row["start_us"]), 200_000)
            self.assertEqual((row["host"], row["method"], row["path"], row["by"], row["ending"]),
                             ("a.localhost", "GET", "/p/1?tab=\\x09", "page", "sent"))
            self.assertEqual(row["agent"], "lab-test/1")
            self.assertGreater(int(row["bytes"]), 2048)

    def test_a_control_listener_counts(self):
        self.start('''
[[listener]]
[[listener]]
control = true
[[host]]
name = "a.localhost"
pages = 3
''')
        for _ in range(3):
            self.get("/p/1")
        control = self.connect(1)
        control.send("/")
        stats = json.loads(control.read_response().body)["hosts"]["a.localhost"]
        self.assertEqual((stats["requests"], stats["in_flight_max"]), (3, 1))
        self.assertEqual(stats["by"], {"page": 3})
        self.assertGreater(stats["gap_us_min"], 0)

    def test_heads_bodies_and_idleness_are_limited(self):
        self.start('''
max_head = "2K"
max_request_body = 10
idle = "300ms"
[[host]]
name = "a.localhost"
pages = 3
''')
        self.assertEqual(self.get("/" + "x" * 3000).status, 431)
        self.assertEqual(self.get("/", headers=["Content-Length: 11"]).status, 413)
        client = self.connect()
        client.send("/p/1", headers=["Content-Length: 4"])
        client.socket.sendall(b"body")
        self.assertEqual(client.read_response().status, 200)
        self.assertEqual(client.read_for(PATIENCE).ending, "closed")

    def test_connections_beyond_the_limit_are_reset(self):
        self.start('max_connections = 3\n[[host]]\nname = "*"\npages = 3\n')
        held = [self.connect() for _ in range(3)]
        for client in held:
            client.send("/p/1")
            self.assertEqual(client.read_response().status, 200)
        self.assertTrue(self.is_reset(seconds=PATIENCE))
        held[0].send("/p/1")
        self.assertEqual(held[0].read_response().status, 200)

    def test_it_stops_cleanly_and_logs_what_it_cut_short(self):
        self.start('''
[[host]]
name = "a.localhost"
[[host.route]]
path = "/"
fault = "silent"
''')
        client = self.connect()
        client.send("/")
        time.sleep(0.2)
        self.assertEqual(self.stop(), 0)
        self.assertEqual(self.log(1)[0]["ending"], "stopped")

    def test_it_ends_by_itself_and_writes_its_ports(self):
        ports = tempfile.mktemp()
        self.start('[[host]]\nname = "*"\n', "--for", "300ms", "--ports-file", ports)
        with open(ports, encoding="utf-8") as file:
            self.assertEqual(file.read().split(), self.addresses)
        os.unlink(ports)
        self.assertEqual(self.process.wait(5), 0)

    def test_a_thousand_connections_are_served_together(self):
        self.start('''
[[host]]
name = "*"
latency = "500ms"
pages = 3
''')
        clients = [self.connect() for _ in range(1000)]
        for client in clients:
            client.send("/p/1")
        began = time.monotonic()
        for client in clients:
            self.assertEqual(client.read_response().status, 200)
        self.assertLess(time.monotonic() - began, 5)


if __name__ == "__main__":
    unittest.main()
