"""What is gone goes, soon, and does not come back from a cache; what lives stays."""

import socket
import time

import case
from agent import cli, getent
from case import TURIN
from sandbox import wait_for

GOODBYE = 3.5  # seconds: Avahi holds it 1 s, we 2 s
SILENCE = 15


class Goodbye(case.LanTest):
    def goes(self, agent):
        watcher = agent.watch()
        responder = self.liqo(self.world.host("peer"), TURIN)
        watcher.wait(event="added", id=TURIN)
        watcher.wait_quiet()  # both announcements are out
        said = time.monotonic()
        responder.stop()
        gone = watcher.wait(event="removed", id=TURIN)
        self.assertEqual(gone["reason"], "withdrawn-or-expired")
        self.assertLess(gone["at"] - said, GOODBYE)
        wait_for(lambda: getent(agent.host, "hosts", f"{TURIN}.liqo.internal")[0] == 2, 0.5,
                 "getent has forgotten it")

    def test_through_avahi_daemon(self):
        self.goes(self.agent("a"))

    def test_embedded(self):
        self.goes(self.agent("a", avahi=False))

    def test_of_an_agent_that_stops(self):
        watcher = self.agent("a").watch()
        b = self.agent("b", id=TURIN)
        watcher.wait(event="added", id=TURIN)
        said = time.monotonic()
        b.stop()
        self.assertLess(watcher.wait(event="removed", id=TURIN)["at"] - said, GOODBYE)


class PulledCable(case.LanTest):
    def ghost(self, agent, peer):
        """The peer's cable is pulled, somebody reports it: gone, and not back before it is."""
        watcher = agent.watch()
        watcher.wait(event="added", id=TURIN)
        self.world.pull_cable(peer)
        mark, reported = watcher.mark(), time.monotonic()
        agent.cli("report", TURIN, check=0)
        self.assertLess(time.monotonic() - reported, 1, "report returns at once")
        suspect = watcher.wait(since=mark, event="changed", reason="suspect", id=TURIN)
        self.assertLess(suspect["at"] - reported, 1)
        gone = watcher.wait(SILENCE + 5, mark, event="removed", id=TURIN)
        self.assertEqual(gone["reason"], "no-answer")
        self.assertLess(gone["at"] - reported, SILENCE)
        mark = watcher.mark()
        self.stays(lambda: not watcher.told(mark), 5, "it came back from a cache")
        self.world.plug_back(peer)
        watcher.wait(40, mark, event="added", id=TURIN)

    def test_through_avahi_daemon(self):
        b = self.agent("b", id=TURIN, name="turin")
        a = self.agent("a")
        self.ghost(a, b.host)

    def test_avahi_still_lists_it(self):
        b = self.agent("b", id=TURIN, name="turin")
        a = self.agent("a")
        a.wait_cluster(TURIN)
        self.world.pull_cable(b.host)
        self.assertEqual(a.cli("report", TURIN, "--wait", check=0).returncode, 0)
        self.assertNotIn(TURIN, a.clusters())
        listed = a.host.run(["avahi-browse", "-tp", "_liqo_auth._tcp"]).stdout
        self.assertIn(TURIN, listed)

    def test_embedded(self):
        b = self.agent("b", avahi=False, id=TURIN, name="turin")
        a = self.agent("a", avahi=False)
        self.ghost(a, b.host)

    def test_liqos_own(self):
        peer = self.world.host("b")
        self.liqo(peer, TURIN)
        listener = peer.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.bind(("0.0.0.0", 30740))
        listener.listen()
        self.ghost(self.agent("a"), peer)
        listener.close()


class Alive(case.LanTest):
    """A report about a cluster that answers: suspect, asked, fresh."""

    def proves(self, agent, method):
        watcher = agent.watch()
        watcher.wait(event="added", id=TURIN)
        mark = watcher.mark()
        agent.cli("report", TURIN, "--wait", check=0)
        watcher.wait(since=mark, reason="fresh", id=TURIN)
        self.assertEqual([reason for _, reason, _ in watcher.told(mark)], ["suspect", "fresh"])
        cluster = agent.wait_cluster(TURIN, lambda c: c["state"] == "fresh")
        self.assertIn(method, {s["evidence"]["method"] for s in cluster["sightings"]})

    def test_by_a_question_of_our_own(self):
        self.agent("b", id=TURIN)
        self.proves(self.agent("a"), "query")

    def test_by_tcp_where_the_responder_only_multicasts(self):
        peer = self.world.host("b")
        self.liqo(peer, TURIN)
        listener = peer.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.bind(("0.0.0.0", 30740))
        listener.listen()
        self.proves(self.agent("a"), "tcp")
        listener.close()

    def test_after_a_change_of_our_own_link(self):
        self.agent("b", id=TURIN)
        a = self.agent("a")
        watcher = a.watch()
        watcher.wait(event="added", id=TURIN)
        mark = watcher.mark()
        self.world.pull_cable(a.host)
        watcher.wait(5, mark, id=TURIN)  # in doubt, or gone with its link
        self.world.plug_back(a.host)
        a.wait_cluster(TURIN, lambda c: c["state"] == "fresh", timeout=15)


class Unknown(case.LanTest):
    def test_report_of_a_cluster_that_nobody_knows(self):
        a = self.agent("a")
        self.assertEqual(a.cli("report", "nobody").returncode, 3)
        self.assertEqual(cli(a.host, "show", TURIN).returncode, 3)


if __name__ == "__main__":
    case.main()
