"""Observers of an agent: what it tells its watchers, and how long it takes to answer."""

import json
import threading
import time

from sandbox import wait_for


class Pulse:
    """Asks the agent something small all the time, and keeps how long the answers took. Tests share
    the machine: the time in which the agent, or we, only waited for a processor does not count."""

    def __init__(self, agent):
        self._agent = agent
        self._stop = threading.Event()
        self._longest = 0
        self._error = None
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _ask(self):
        try:
            with self._agent.connect(timeout=60) as connection:
                while not self._stop.wait(0.01):
                    begin, waited = time.monotonic(), self._waited()
                    connection.call("org.varlink.service.GetInfo")
                    took = time.monotonic() - begin - (self._waited() - waited)
                    self._longest = max(self._longest, took)
        except (OSError, EOFError) as error:
            self._error = error

    def _waited(self):
        """Seconds that the agent's thread and this one were ready to run and did not."""
        pid = self._agent.pid
        total = 0
        for thread in (f"/proc/{pid}/task/{pid}", "/proc/thread-self"):
            with open(f"{thread}/schedstat") as schedstat:
                total += int(schedstat.read().split()[1])
        return total / 1e9

    def alive(self):
        return self._thread.is_alive()

    def longest(self):
        """The longest answer in seconds. Raises when the agent hung up."""
        if self._error:
            raise AssertionError(f"the agent hung up: {self._error}")
        return self._longest


class Watcher:
    """`liqo-discovery watch -o json`: every event, with the time of its arrival in `at`."""

    def __init__(self, process):
        """`process` is the running command; its output is read as it comes."""
        self.events = []
        self._process = process
        threading.Thread(target=self._read, daemon=True).start()
        self.wait(event="sync")

    def _read(self):
        for line in self._process.stdout:
            event = json.loads(line)
            event["at"] = time.monotonic()
            self.events.append(event)

    def mark(self):
        """A place in the events: what came before it is no longer looked at."""
        return len(self.events)

    def find(self, since=0, id=None, **fields):
        return [e for e in self.events[since:]
                if (id is None or e.get("cluster", {}).get("id") == id) and
                all(e.get(key) == value for key, value in fields.items())]

    def wait(self, timeout=10, since=0, **wanted):
        """The first event since `since` with these fields (`id` is the cluster's)."""
        return wait_for(lambda: self.find(since, **wanted), timeout,
                        lambda: f"event {wanted}; had {self.told(since)}")[0]

    def wait_quiet(self, seconds=2, timeout=20):
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
