"""Who asks for a refresh does not wait until Avahi's schedule has it ask the LAN again."""

import socket
import time

import case
import mdns
from case import TURIN
from sandbox import PATIENCE, wait_for

TYPES = {mdns.labels(f"_liqo_{service}.local") for service in ("auth._tcp", "api._tcp", "gateway._udp")}
SELDOM = 3.5  # seconds: RFC 6762 section 5.2 has the next question follow after 8 at least
SOON = 2


class Refresh(case.LanTest):
    def setUp(self):
        peer = self.world.host("peer")
        # It says nothing unasked, as if all that it announced had been lost.
        self.cluster = self.liqo(peer, TURIN, start=False).cluster
        self.ears = [mdns.Multicast(peer, family=family)
                     for family in (socket.AF_INET, socket.AF_INET6)]
        for ear in self.ears:
            self.addCleanup(ear.close)

    def questions(self, ear, timeout):
        """Those of the next packet with Liqo's types: (types, sender's port)."""
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            message, sender = ear.receive(left) or (None, None)
            asked = message and TYPES & {name for name, kind, _ in message.questions
                                         if kind == mdns.PTR}
            if asked:
                return asked, sender[1]
        return set(), None

    def wait_seldom(self):
        """Until the stack's own questions have become rare."""
        end, last = time.monotonic() + PATIENCE, float("inf")
        while time.monotonic() < end:
            if self.questions(self.ears[0], PATIENCE)[0]:
                now = time.monotonic()
                if now - last > SELDOM:
                    return
                last = now
        self.fail("its stack goes on asking")

    def drain(self):
        for ear in self.ears:
            while ear.receive(0):
                pass

    def all_asked(self, ear):
        asked = set()
        while asked != TYPES:
            more, port = self.questions(ear, SOON)
            self.assertTrue(more, f"not asked for: {TYPES - asked}")
            self.assertEqual(port, mdns.PORT, "a question that is answered to its asker alone")
            asked |= more

    def finds(self, agent):
        self.wait_seldom()
        self.drain()
        agent.cli("refresh", check=0)
        for ear in self.ears:
            self.all_asked(ear)
        answered = time.monotonic()
        self.ears[0].send(self.cluster.answer())
        agent.wait_cluster(TURIN)
        self.within(time.monotonic() - answered, SOON, "known once it is heard")

    def is_no_storm(self, agent):
        """A script that refreshes in a loop: all would answer each time."""
        def asked():
            agent.cli("refresh", check=0)
            return self.questions(self.ears[0], 0.5)[0]
        wait_for(asked, PATIENCE, "asked again")
        self.drain()
        for _ in range(5):
            agent.cli("refresh", check=0)
        self.assertEqual(self.questions(self.ears[0], 0.5)[0], set())

    def test_through_avahi_daemon(self):
        agent = self.agent("a")
        self.finds(agent)
        self.is_no_storm(agent)

    def test_embedded(self):
        self.finds(self.agent("a", avahi=False))


if __name__ == "__main__":
    case.main()
