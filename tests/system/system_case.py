"""What the system tests have in common: machines on a bridge, and their journals on a failure."""

import os
import sys
import time
import unittest

import machine
from machine import Machine

import sandbox  # found by machine.py's path
from agent import config

MILAN = "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f"
TURIN = "1d0c1f6e-93a5-4d5e-8a2c-5f4e3d2c1b0a"
_SKIPPED = 77


class SystemTest(unittest.TestCase):
    """`boot()` makes machines; they go at the end of the test."""

    maxDiff = None

    def run(self, result=None):
        before = len(result.failures) + len(result.errors) if result else 0
        self.machines = []
        machine.make_bridge()
        try:
            super().run(result)
            if result and len(result.failures) + len(result.errors) > before:
                self._print_logs()
        finally:
            for one in self.machines:
                one.close()
            machine.remove_bridge()
        return result

    def boot(self, name, avahi=True):
        """A machine that runs, without our packages; and without Avahi's, if so told."""
        one = Machine(name, len(self.machines) + 1)
        self.machines.append(one)
        one.boot()
        if not avahi:
            one.sh("dpkg --purge avahi-daemon")
        return one

    def node(self, name, cluster_id, short, avahi=True, **options):
        """A machine with the packages, that announces a cluster."""
        settings = config(id=cluster_id, name=short, **options)
        one = self.boot(name, avahi).install()
        one.write(machine.CONFIG, settings)
        one.sh("systemctl restart liqo-discovery")
        return one

    def stays(self, condition, seconds, what):
        """Something must not happen for a while: there is no condition to wait for."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.assertTrue(condition(), what)
            time.sleep(0.2)

    def _print_logs(self):
        for one in self.machines:
            print(f"--- {one.name}: console\n{one.console()}")
            if one.pid and one.nspawn.poll() is None:
                print(f"--- {one.name}: journal\n"
                      f"{one.run('journalctl', '--no-pager', '--lines', '80').stdout}")


def main():
    why = machine.obstacle() or sandbox.enter(["systemd-nspawn"])
    if why is not None:
        print(f"SKIPPED, nothing was tested: {why}", file=sys.stderr)
        sys.exit(1 if os.environ.get("CI") == "true" else _SKIPPED)
    unittest.main(module="__main__", verbosity=2)
