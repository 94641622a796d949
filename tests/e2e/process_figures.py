"""What the kernel says of a process: memory, threads, descriptors, time of a core."""
import contextlib
import os
import pathlib
import re
import threading
import time


def figures(pid):
    """What the kernel says of a process; its memory is the most it ever had."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    found = {name: int(re.search(rf"^{key}:\s*(\d+)", status, re.M)[1])
             for name, key in (("memory", "VmHWM"), ("threads", "Threads"))}
    found["memory"] <<= 10
    found["descriptors"] = len(os.listdir(f"/proc/{pid}/fd"))
    return found


def cpu_ticks(pid):
    return sum(map(int, pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))


def cpu_seconds(pid):
    return cpu_ticks(pid) / os.sysconf("SC_CLK_TCK")


def kept_waiting(pid):
    """Seconds for which each fetching thread could have run, but other processes had the cores."""
    tasks = list(pathlib.Path(f"/proc/{pid}/task").iterdir())
    return {task.name: int((task / "schedstat").read_text().split()[1]) / 1e9 for task in tasks
            if (task / "comm").read_text().strip() == "fetch"}


class Watch:
    """Takes the figures of a process a few times a second."""

    def __init__(self, pid):
        self.pid = pid
        self.peak = {"memory": 0, "threads": 0, "descriptors": 0}
        self.now = dict(self.peak)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def sample(self):
        self.now = figures(self.pid)
        for name, value in self.now.items():
            self.peak[name] = max(self.peak[name], value)

    def run(self):
        while not self.stopped.wait(0.2):
            with contextlib.suppress(OSError, TypeError):
                self.sample()

    def stop(self):
        self.stopped.set()
        self.thread.join()


class Strangers:
    """How much of the machine the processes that are not ours use."""

    def __init__(self, pids):
        self.pids = [*pids, os.getpid()]
        self.since = (time.monotonic(), *self.ticks())

    def ticks(self):
        fields = pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:9]
        everyone = sum(map(int, fields)) - int(fields[3]) - int(fields[4])  # but idle and iowait
        return everyone, sum(map(cpu_ticks, self.pids))

    def share(self):
        began, everyone, ours = self.since
        now_everyone, now_ours = self.ticks()
        seconds = (now_everyone - everyone - now_ours + ours) / os.sysconf("SC_CLK_TCK")
        return max(seconds, 0) / ((time.monotonic() - began) * os.cpu_count())
