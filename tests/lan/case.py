"""What the LAN tests have in common: a world each, and its logs when one fails."""

import os
import sys
import time
import unittest

import sandbox
from agent import Agent, config, getent
from liqo import LiqoCluster, LiqoResponder
from observe import Stopwatch
from sandbox import PATIENCE, wait_for
from world import World

# Clusters of the tests.
MILAN = "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f"
TURIN = "1d0c1f6e-93a5-4d5e-8a2c-5f4e3d2c1b0a"
ROME = "c7a3e0b2-6b1d-4f7c-b0de-112233445566"

WAIT = "--wait=30"  # longer than the command line's own 5 s: a machine may be slow
NAMES = 0.15  # seconds: names are written ten times a second; and what it takes to write them
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

    def whole(self, agent, cluster_id, host, lan="lan1", services=1):
        """The cluster once all its services are seen over both families, with both addresses of its
        host: all that one LAN can tell of it."""
        wanted = set(self.world.addresses(host, lan))

        def is_whole(cluster):
            sightings = cluster["sightings"]
            return (len(sightings) >= 2 * services and
                    {s["family"] for s in sightings} == {"ipv4", "ipv6"} and
                    all(wanted <= set(s["addresses"]) for s in sightings))
        return agent.wait_cluster(cluster_id, is_whole)

    def names_follow(self, agent, name, event, there=True):
        """What `watch` told in `event` is in the files soon, and so in getent."""
        waiting = Stopwatch(agent.pid)

        def written():
            with open(f"{agent.host.run_dir}/liqo-discovery/hosts") as hosts:
                names = {word for line in hosts for word in line.split("#")[0].split()[1:]}
                return os.fstat(hosts.fileno()).st_mtime if (name in names) == there else None
        at = wait_for(written, PATIENCE, f"{name} in the files: {there}", 0.005)
        self.within(at - event["wall"] - waiting.waited(), NAMES, f"{name} in the files: {there}")
        self.becomes(lambda: getent(agent.host, "hosts", name)[0], 0 if there else 2)

    def becomes(self, read, wanted):
        """What `read` returns is `wanted`, at once or soon: it may be on its way."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                found = read()
            except (KeyError, IndexError) as missing:
                found = missing
            if found == wanted:
                return
            if time.monotonic() >= deadline:
                self.assertEqual(found, wanted, f"not within {PATIENCE} s")
            time.sleep(0.05)

    def within(self, took, limit, what):
        """A time that is promised, in seconds. It is printed too: how near it is tells of trouble
        before the test does."""
        print(f"measured: {what}: {took:.3f} s, less than {limit} s are promised", flush=True)
        self.assertLess(took, limit, what)

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
