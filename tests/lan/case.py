"""What the LAN tests have in common: a world each, and its logs when one fails."""

import os
import sys
import time
import unittest

import sandbox
from agent import Agent, config
from liqo import LiqoCluster, LiqoResponder
from world import World

# Clusters of the tests.
MILAN = "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f"
TURIN = "1d0c1f6e-93a5-4d5e-8a2c-5f4e3d2c1b0a"
ROME = "c7a3e0b2-6b1d-4f7c-b0de-112233445566"

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

    def agent(self, host_name, settings=None, lans=("lan1",), avahi=True, start=True, **options):
        """An agent on a new host; `options` are those of config(). The host has an avahi-daemon
        unless told otherwise; without one and without a system bus, the embedded stack it is."""
        host = self.world.host(host_name, lans=lans, avahi=avahi)
        agent = Agent(host, config(**options) if settings is None else settings)
        return agent.start() if start else agent

    def liqo(self, host, cluster_id, port=30740, start=True, lan="lan1", **options):
        """Liqo's own responder for a cluster on a host."""
        four, six = self.world.addresses(host, lan)
        cluster = LiqoCluster(cluster_id, host.name, port, [four], [six])
        responder = LiqoResponder(host, cluster, **options)
        return responder.start() if start else responder

    def stays(self, condition, seconds, what):
        """Something must not happen for a while: there is no condition to wait for."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.assertTrue(condition(), what)
            time.sleep(0.05)


def main(programs=()):
    """Runs the tests of the file inside a sandbox; `programs` are what they need besides."""
    why = sandbox.enter(programs)
    if why is not None:
        print(f"SKIPPED, nothing was tested: {why}", file=sys.stderr)
        sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)
    unittest.main(module="__main__", verbosity=2)
