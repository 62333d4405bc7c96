"""What the LAN tests have in common: a world each, and its logs when one fails."""

import os
import sys
import time
import unittest

import sandbox
from agent import Agent, config
from world import World

SKIPPED = 77  # tests/lan/CMakeLists.txt tells ctest


class LanTest(unittest.TestCase):
    """`self.world` is made anew for each test."""

    maxDiff = None

    def run(self, result=None):
        before = len(result.failures) + len(result.errors) if result else 0
        self.world = World()
        try:
            super().run(result)
            if result and len(result.failures) + len(result.errors) > before:
                print(f"--- logs of {self.id()}", flush=True)
                self.world.print_logs()
        finally:
            self.world.close()
        return result

    def agent(self, name, settings=None, lans=("lan1",), avahi=True, start=True, **options):
        """An agent on a new host; `options` are those of config(). The host has an avahi-daemon
        unless told otherwise; without one and without a system bus, the embedded stack it is."""
        host = self.world.host(name, lans=lans, avahi=avahi)
        agent = Agent(host, config(**options) if settings is None else settings)
        return agent.start() if start else agent

    def stays(self, condition, seconds, what):
        """Something must not happen for a while: there is no condition to wait for."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.assertTrue(condition(), what)
            time.sleep(0.05)


def main():
    """Runs the tests of the file inside a sandbox."""
    why = sandbox.enter()
    if why is not None:
        print(f"SKIPPED, nothing was tested: {why}", file=sys.stderr)
        sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)
    unittest.main(module="__main__", verbosity=2)
