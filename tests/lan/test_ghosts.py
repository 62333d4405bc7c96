"""What is gone goes, soon, and does not come back from a cache; what lives stays."""

import socket
import threading

import case
import mdns
from agent import cli
from case import TURIN
from liqo import LiqoBrowser
from observe import Stopwatch

GOODBYE = 3.5  # seconds: Avahi holds it 1 s, we 2 s
SILENCE = 15


class Goodbye(case.LanTest):
    def goes(self, agent):
        watcher = agent.watch()
        peer = self.world.host("peer")
        responder = self.liqo(peer, TURIN)
        responder.wait_announced()
        self.whole(agent, TURIN, peer)
        watcher.wait_quiet()
        said = Stopwatch(*agent.processes(), *watcher.threads)
        sent = responder.stop()
        gone = watcher.wait(event="removed", id=TURIN)
        self.assertEqual(gone["reason"], "withdrawn-or-expired")
        self.within(gone["at"] - sent - said.waited(), GOODBYE, "gone after its goodbye")
        self.names_follow(agent, f"{TURIN}.liqo.internal", gone, there=False)

    def test_through_avahi_daemon(self):
        self.goes(self.agent("a"))

    def test_embedded(self):
        self.goes(self.agent("a", avahi=False))

    def test_of_an_agent_that_stops(self):
        a = self.agent("a")
        watcher = a.watch()
        b = self.agent("b", id=TURIN)
        listener = LiqoBrowser(self.world.host("listening")).start()
        self.whole(a, TURIN, b.host)
        said = Stopwatch(*a.processes(), *watcher.threads)
        b.stop()
        gone = watcher.wait(event="removed", id=TURIN)
        sent = listener.wait_goodbye(TURIN)
        self.within(gone["at"] - sent - said.waited(), GOODBYE, "gone after its goodbye")
        listener.stop()


class PulledCable(case.LanTest):
    def ghost(self, agent, peer):
        """The peer's cable is pulled, somebody reports it: gone, and not back before it is."""
        self.whole(agent, TURIN, peer)
        watcher = agent.watch()
        watcher.wait_quiet()
        self.world.pull_cable(peer)
        mark = watcher.mark()
        reported = Stopwatch(*agent.processes(), *watcher.threads, threading.get_native_id())
        agent.call("Report", cluster=TURIN)
        self.within(reported.seconds(), 1, "the answer to a report")
        suspect = watcher.wait(mark, event="changed", reason="suspect", id=TURIN)
        self.within(reported.seconds(suspect["at"]), 1, "in doubt")
        gone = watcher.wait(mark, event="removed", id=TURIN)
        self.assertEqual(gone["reason"], "no-answer")
        self.within(reported.seconds(gone["at"]), SILENCE, "gone after a report")
        mark = watcher.mark()
        self.stays(lambda: not watcher.told(mark), 5, "it came back from a cache")
        self.world.plug_back(peer)
        watcher.wait(mark, event="added", id=TURIN)

    def test_through_avahi_daemon(self):
        b = self.agent("b", id=TURIN, name="turin")
        a = self.agent("a")
        self.ghost(a, b.host)

    def test_avahi_still_lists_it(self):
        b = self.agent("b", id=TURIN, name="turin")
        a = self.agent("a")
        self.whole(a, TURIN, b.host)
        self.world.pull_cable(b.host)
        self.assertEqual(a.cli("report", TURIN, "--wait", check=0).returncode, 0)
        self.assertNotIn(TURIN, a.clusters())
        listed = a.host.run(["avahi-browse", "-tp", "_liqo_auth._tcp"]).stdout
        self.assertIn(TURIN, listed)
        # Nor does an agent that starts take Avahi's memory for a proof.
        a.stop()
        a.start()
        watcher = a.watch()
        self.assertEqual(watcher.wait(event="added", id=TURIN)["cluster"]["state"], "suspect")
        self.assertEqual(watcher.wait(event="removed", id=TURIN)["reason"], "no-answer")
        self.assertEqual(watcher.find(reason="fresh", id=TURIN), [])

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

    def proves(self, agent, peer, method):
        self.whole(agent, TURIN, peer)
        watcher = agent.watch()
        watcher.wait_quiet()
        mark = watcher.mark()
        agent.cli("report", TURIN, "--wait", check=0)
        watcher.wait(mark, reason="fresh", id=TURIN)
        self.assertEqual([reason for _, reason, _ in watcher.told(mark)], ["suspect", "fresh"])
        cluster = agent.wait_cluster(TURIN, lambda c: c["state"] == "fresh")
        self.assertIn(method, {s["evidence"]["method"] for s in cluster["sightings"]})

    def test_by_a_question_of_our_own(self):
        b = self.agent("b", id=TURIN)
        self.proves(self.agent("a"), b.host, "query")

    def test_by_tcp_where_the_responder_only_multicasts(self):
        peer = self.world.host("b")
        self.liqo(peer, TURIN)
        listener = peer.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.bind(("0.0.0.0", 30740))
        listener.listen()
        self.proves(self.agent("a"), peer, "tcp")
        listener.close()

    def test_after_a_change_of_our_own_link(self):
        b = self.agent("b", id=TURIN)
        a = self.agent("a")
        self.whole(a, TURIN, b.host)
        watcher = a.watch()
        watcher.wait_quiet()
        mark = watcher.mark()
        self.world.pull_cable(a.host)
        watcher.wait(mark, id=TURIN)  # in doubt, or gone with its link
        self.world.plug_back(a.host)
        a.wait_cluster(TURIN, lambda c: c["state"] == "fresh")


class ForgedGoodbye(case.LanTest):
    """A neighbour says that somebody leaves, who does not: its responder contradicts (RFC 6762
    section 10.1 leaves it a second), and nobody hears of it."""

    def stays_where_it_is(self, avahi):
        a = self.agent("a", avahi=avahi)
        b = self.agent("b", id=TURIN, avahi=avahi)
        self.whole(a, TURIN, b.host)
        watcher = a.watch()
        watcher.wait_quiet()
        mark = watcher.mark()
        service = mdns.labels("_liqo_auth._tcp.local")
        evil = mdns.Multicast(self.world.host("evil"))
        self.addCleanup(evil.close)
        goodbye = mdns.Record(service, mdns.PTR, 0, (TURIN.encode(), *service))
        for _ in range(3):
            evil.send(mdns.Message(answers=[goodbye]))
        self.stays(lambda: TURIN in a.clusters(), 2 * GOODBYE, "it was taken for gone")
        self.assertEqual(watcher.find(mark, event="removed"), [])

    def test_through_avahi_daemon(self):
        self.stays_where_it_is(avahi=True)

    def test_embedded(self):
        self.stays_where_it_is(avahi=False)


class Unknown(case.LanTest):
    def test_report_of_a_cluster_that_nobody_knows(self):
        a = self.agent("a")
        self.assertEqual(a.cli("report", "nobody").returncode, 3)
        self.assertEqual(cli(a.host, "show", TURIN).returncode, 3)


if __name__ == "__main__":
    case.main()
