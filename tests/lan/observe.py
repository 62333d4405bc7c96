"""Observers of an agent: what it tells its watchers, and how long it takes to answer."""

import json
import threading
import time

from sandbox import wait_for


class Pulse:
    """Asks the agent something small all the time, and keeps how long the answers took. A stall
    counts only while this program itself was not held up: tests share the machine."""

    def __init__(self, agent):
        self._agent = agent
        self._stop = threading.Event()
        self._answers = []  # (begin, end)
        self._held_up = []
        self._error = None
        self._threads = [threading.Thread(target=run, daemon=True)
                         for run in (self._ask, self._observe_ourselves)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self):
        try:
            with self._agent.connect(timeout=60) as connection:
                while not self._stop.wait(0.01):
                    begin = time.monotonic()
                    connection.call("org.varlink.service.GetInfo")
                    self._answers.append((begin, time.monotonic()))
        except (OSError, EOFError) as error:
            self._error = error

    def _observe_ourselves(self):
        while not self._stop.is_set():
            begin = time.monotonic()
            time.sleep(0.005)
            if time.monotonic() - begin > 0.02:
                self._held_up.append((begin, time.monotonic()))

    def longest(self):
        """The longest answer in seconds. Raises when the agent hung up."""
        if self._error:
            raise AssertionError(f"the agent hung up: {self._error}")
        return max((end - begin for begin, end in self._answers
                    if not any(b < end and begin < e for b, e in self._held_up)), default=0)


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
