"""A connection that nobody uses is closed when its time is over, though nothing is fetched any more: the origin sees
the end of it, and the daemon's descriptors are given back."""
import os
import socket
import threading
import time

import harness

HOSTS = 30
IDLE = 3.0
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"


class Origin:
    """Answers whatever is asked, keeps each connection, and notes when the client ends it."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.socket.getsockname()[1]
        self.last_answer, self.ends = {}, {}
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        number = 0
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer, number), daemon=True).start()
            number += 1

    def serve(self, peer, number):
        with peer:
            while peer.recv(65536):
                peer.sendall(ANSWER)
                self.last_answer[number] = time.monotonic()
            self.ends[number] = time.monotonic()  # FIN


def descriptors(crawl):
    return len(os.listdir(f"/proc/{crawl.daemon.child.pid}/fd"))


def test_idle_connections_are_closed_without_any_traffic():
    with harness.workplace("idle") as (folder, children):
        origin = Origin()
        crawl = harness.Crawl(folder / "crawl", {"fetch.connection_idle_max": f"{IDLE:.0f}s", "robots.obey": False})
        crawl.start()
        children.append(crawl.daemon)
        crawl.ctl("pause")
        crawl.seed([f"http://h{n}.localhost:{origin.port}/" for n in range(HOSTS)])
        crawl.ctl("resume")
        crawl.wait_done(30)
        assert len(origin.last_answer) == HOSTS, len(origin.last_answer)
        full = descriptors(crawl)
        harness.wait_until(lambda: len(origin.ends) == HOSTS, IDLE + 10, 0.05, "the end of every connection")
        harness.wait_until(lambda: descriptors(crawl) <= full - HOSTS, 5, what="descriptors given back")
        held = [origin.ends[n] - origin.last_answer[n] for n in origin.ends]
        assert min(held) > IDLE - 0.5, held  # kept as long as it may be
        # A second is libcurl's own step, another this machine's.
        assert max(held) < IDLE + 2.0, held
        print(f"closed {min(held):.2f} to {max(held):.2f} s after the last answer; descriptors {full} -> "
              f"{descriptors(crawl)}")
        crawl.stop()


if __name__ == "__main__":
    harness.main(globals())
