"""What is known over restarts, what ends them, and who else can ask: the service under systemd."""

import time
import unittest

from machine import CONFIG, SERVICE, Outside  # the first: it makes tests/lan be found

from agent import SOCKET
from dns_case import domain
from sandbox import PATIENCE, wait_for
from servers import Nsd
from system_case import MILAN, TURIN, SystemTest, main
from zones import Zone

ZONE = "liqo.example.com"


class Dns(SystemTest):
    """What DNS told is known from the first answer after a restart, whatever the servers do."""

    def test_a_restart_while_the_server_is_away(self):
        zone = Zone(ZONE).instance(TURIN, "auth", 443, "node", txt=(f"id={TURIN}", "name=turin"))
        zone.add("node", "A", "192.0.2.7")
        server = Nsd(Outside(), zone, listen=[Outside.address]).start()
        self.addCleanup(server.stop)
        m = self.node("m", MILAN, "milan", more=domain(ZONE, servers=[Outside.address]))
        first = m.wait_cluster(TURIN, lambda c: c["state"] == "fresh")
        server.process.stop()
        for how in ("systemctl restart liqo-discovery",
                    "systemctl kill --signal=KILL --kill-whom=main liqo-discovery"):
            before = m.agent_pid()
            m.sh(how)
            self.assertIn(TURIN, m.clusters(), "in the first answer")
            m.another_agent(before, "another agent")
            cluster = m.clusters()[TURIN]
            self.assertEqual(cluster["firstSeen"], first["firstSeen"])
            self.assertEqual(cluster["endpoints"]["auth"]["addresses"], ["192.0.2.7"])
            self.assertIn("192.0.2.7", m.sh("getent ahosts turin.liqo.internal"))
        server.start()
        m.wait_cluster(TURIN, lambda c: c["state"] == "fresh")


class Configuration(SystemTest):
    """A wrong file ends the agent for good, and says so; anything else is tried again."""

    def test_a_wrong_file_is_not_tried_again_and_a_mended_one_is_at_once(self):
        m = self.node("m", MILAN, "milan")
        m.write(CONFIG, "[lan]\nadvertise = 5\n")
        m.run("systemctl", "restart", SERVICE)
        wait_for(lambda: m.show("ActiveState") == "failed", PATIENCE, "that it failed", 0.1)
        self.assertEqual(m.show("ExecMainStatus"), "78")
        self.stays(lambda: m.agent_pid() == 0, 5, "it was started again on the same file")
        errors = m.journal("--priority", "err")
        self.assertIn(f"{CONFIG}:2", errors)
        m.write(CONFIG, "[lan]\nadvertise = false\n")
        self.assertIn("Discovery", m.sh("systemctl status liqo-discovery.socket"))
        m.sh("liqo-discovery status")  # who asks starts it
        self.assertEqual(m.show("ActiveState"), "active")

    def test_one_that_fails_again_and_again_is_started_for_as_long_as_it_takes(self):
        m = self.node("m", MILAN, "milan")
        waits = []
        for _ in range(3):
            before = m.agent_pid()
            begin = time.monotonic()
            m.sh(f"kill -KILL {before}")
            # Without a client: one at the socket would have it started at once.
            m.another_agent(before, "another agent")
            waits.append(time.monotonic() - begin)
        print("measured: started again after", ", ".join(f"{wait:.1f} s" for wait in waits))
        self.assertGreater(min(waits), 0.5, "a pause")
        if int(m.show("RestartSteps") or 0) > 0:
            self.assertGreater(waits[2], waits[0] + 0.5, "a longer one, where systemd can")
        m.call("Status")


class VarlinkCtl(SystemTest):
    """systemd's own client, where it has one."""

    def call(self, method, parameters, *options):
        return self.m.sh(f"varlinkctl {' '.join(options)} call {SOCKET} {method} '{parameters}'")

    def test_introspects_lists_and_watches(self):
        self.m = self.node("m", MILAN, "milan")
        if self.m.run("sh", "-c", "command -v varlinkctl").returncode != 0:
            raise unittest.SkipTest("this systemd has no varlinkctl")
        told = self.m.sh(f"varlinkctl introspect {SOCKET} io.liqo.Discovery")
        for method in ("List", "Get", "Watch", "Refresh", "Report", "Status"):
            self.assertIn(f"method {method}(", told)
        self.assertIn("io.liqo.Discovery", self.m.sh(f"varlinkctl info {SOCKET}"))
        other = self.node("other", TURIN, "turin")
        self.m.wait_cluster(TURIN)
        self.assertIn(TURIN, self.call("io.liqo.Discovery.List", "{}", "--json=short"))
        watching = self.m.sh("timeout 2 varlinkctl --json=short --more call "
                             f"{SOCKET} io.liqo.Discovery.Watch '{{}}' || true")
        self.assertIn(TURIN, watching)
        self.assertIn('"event":"sync"', watching)
        other.sh("systemctl stop liqo-discovery.socket liqo-discovery")


if __name__ == "__main__":
    main()
