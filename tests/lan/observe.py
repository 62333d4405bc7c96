"""Observers of an agent: what it tells its watchers, and how long it takes to answer. Tests share the
machine: what is measured is the time that a program took, without the time in which it was ready
to run and another had the processor."""

import json
import select
import socket
import subprocess
import sys
import threading
import time

from sandbox import PATIENCE, wait_for


def waited(*threads):
    """Seconds that these threads, told by their ids, were ready to run and did not, ever; and this
    machine, if it is a virtual one. A process is told by its first thread. One that ended counts
    no more."""
    with open("/proc/stat") as stat:
        total = int(stat.readline().split()[8]) * 10_000_000  # stolen, in ticks of 10 ms
    for thread in threads:
        try:
            with open(f"/proc/{thread}/schedstat") as schedstat:
                total += int(schedstat.read().split()[1])
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total / 1e9


class Stopwatch:
    """Runs from now on; `threads` are those on the way of what is measured, as for waited()."""

    def __init__(self, *threads):
        self._threads = threads
        self._waited = waited(*threads)
        self.begin = time.monotonic()

    def also(self, *threads):
        """That began since it runs."""
        self._threads += threads

    def waited(self):
        """Of the time until now, what they waited for a processor."""
        return waited(*self._threads) - self._waited

    def seconds(self, end=None):
        """Until `end`, or now, without that."""
        return (end or time.monotonic()) - self.begin - self.waited()


class Pulse:
    """Asks the agent something small all the time, and keeps how long the answers took. It does so
    in a process of its own: Python's threads wait for each other."""

    def __init__(self, agent):
        self._agent = agent
        self._process = None
        self._longest = None

    def __enter__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-B", __file__, self._agent.socket_path, str(self._agent.pid)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.longest()  # once it has begun
        return self

    def __exit__(self, *_):
        self._longest = self._process.communicate("\n", timeout=2 * PATIENCE)[0]

    def alive(self):
        return self._process.poll() is None

    def longest(self):
        """The longest answer in seconds, with the one that is waited for. Raises when the agent hung
        up."""
        answer = self._longest
        if answer is None:
            if self.alive():
                self._process.stdin.write("\n")
                self._process.stdin.flush()
            answer = self._process.stdout.readline()
        try:
            return float(answer)
        except ValueError:
            raise AssertionError(f"the agent hung up: {answer.strip()}") from None


def _pulse(path, pid):
    """Pulse's process: a line of input asks for the longest answer so far, and its end for an end."""
    longest, own = 0.0, threading.get_native_id()
    with socket.socket(socket.AF_UNIX) as agent:
        agent.settimeout(PATIENCE)
        agent.connect(path)
        while True:
            watch = Stopwatch(pid, own)
            agent.sendall(b'{"method":"org.varlink.service.GetInfo"}\0')
            answer = b""
            while not answer.endswith(b"\0"):
                octets = agent.recv(1 << 16)
                if not octets:
                    raise EOFError("no answer")
                answer += octets
            longest = max(longest, watch.seconds())
            if select.select([sys.stdin], [], [], 0.01)[0]:
                if not sys.stdin.readline():
                    return
                print(longest, flush=True)


class Watcher:
    """`liqo-discovery watch -o json`: every event, with the time of its arrival in `at`, and on the
    wall clock in `wall`."""

    def __init__(self, process):
        """`process` is the running command; its output is read as it comes."""
        self.events = []
        self._process = process
        reader = threading.Thread(target=self._read, daemon=True)
        reader.start()
        self.threads = (process.pid, reader.native_id)  # for a Stopwatch
        self.wait(event="sync")

    def _read(self):
        for line in self._process.stdout:
            event = json.loads(line)
            event["at"], event["wall"] = time.monotonic(), time.time()
            self.events.append(event)

    def mark(self):
        """A place in the events: what came before it is no longer looked at."""
        return len(self.events)

    def find(self, since=0, id=None, **fields):
        return [e for e in self.events[since:]
                if (id is None or e.get("cluster", {}).get("id") == id) and
                all(e.get(key) == value for key, value in fields.items())]

    def wait(self, since=0, timeout=PATIENCE, **wanted):
        """The first event since `since` with these fields (`id` is the cluster's)."""
        return wait_for(lambda: self.find(since, **wanted), timeout,
                        lambda: f"event {wanted}; had {self.told(since)}")[0]

    def wait_quiet(self, seconds=2, timeout=PATIENCE):
        """Until nothing was told for so long."""
        begin = time.monotonic()
        wait_for(lambda: time.monotonic() - max(self.events[-1]["at"], begin) > seconds, timeout,
                 "quiet")

    def told(self, since=0):
        """The changes since then, in short."""
        return [(e["event"], e.get("reason"), e.get("cluster", {}).get("id"))
                for e in self.events[since:] if e["event"] != "sync"]

    def stop(self):
        self._process.stop()


if __name__ == "__main__":
    try:
        _pulse(sys.argv[1], int(sys.argv[2]))
    except (OSError, EOFError) as failure:
        print(failure, flush=True)
