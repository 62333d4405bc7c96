"""One cluster is one cluster, however often and however it is seen, and nobody sees it flap."""

import time

import case
from agent import config
from case import TURIN
from liqo import LiqoBrowser
from sandbox import PATIENCE, wait_for

BOTH = ("lan1", "lan2")
HELD = 2.0  # seconds that what said goodbye is kept, besides the second that Avahi does


def interfaces(cluster):
    return {sighting["interface"] for sighting in cluster["sightings"]}


class ManyWays(case.LanTest):
    def test_one_cluster_over_links_families_and_services(self):
        a = self.agent("a", lans=BOTH)
        watcher = a.watch()
        settings = config(id=TURIN, name="turin", api=6443, gateway=5871)
        b = self.agent("b", settings, lans=BOTH)
        cluster = a.wait_cluster(TURIN, lambda c: len(c["sightings"]) >= 12)
        self.assertEqual(interfaces(cluster), {"eth0", "eth1"})
        self.assertEqual({s["family"] for s in cluster["sightings"]}, {"ipv4", "ipv6"})
        # One of the two links goes: the cluster stays.
        b.reload(settings.replace("[lan]\n", '[lan]\ndeny-interfaces = ["eth1"]\n'))
        a.wait_cluster(TURIN, lambda c: interfaces(c) == {"eth0"})
        b.stop()
        watcher.wait(event="removed", id=TURIN)
        kinds = [e["event"] for e in watcher.find(id=TURIN)]
        self.assertEqual((kinds[0], kinds[-1]), ("added", "removed"))
        self.assertEqual(set(kinds[1:-1]) - {"changed"}, set(), "it never went in between")

    def test_a_renamed_instance_is_the_same_cluster(self):
        a = self.agent("a")
        watcher = a.watch()
        for name, instance in (("b", TURIN), ("c", f"{TURIN} #2")):
            host = self.world.host(name, avahi=True)
            host.spawn(["avahi-publish", "-s", instance, "_liqo_auth._tcp", "30740",
                        "txtvers=1", f"id={TURIN}"])
        cluster = a.wait_cluster(
            TURIN, lambda c: {s["instance"] for s in c["sightings"]} == {TURIN, f"{TURIN} #2"})
        self.assertEqual(cluster["endpoints"]["auth"]["host"], "b.local", "the true label first")
        self.assertEqual(list(a.clusters()), [TURIN])
        self.assertEqual(len(watcher.find(event="added", id=TURIN)), 1)

    def test_two_hosts_claim_one_name(self):
        """Two agents with one id collide on the wire; both are sightings of one cluster."""
        a = self.agent("a")
        for name in ("b", "c"):
            self.agent(name, id=TURIN, name="turin")
        a.wait_cluster(TURIN, lambda c: {s["host"] for s in c["sightings"]} ==
                       {"b.local", "c.local"})
        self.assertEqual(list(a.clusters()), [TURIN])


class Returns(case.LanTest):
    def quiet_return(self, agent, peer, away):
        """`away()` makes TURIN go and come back: nobody is told, if it was not away for too long. The
        wire tells that: a busy machine may need several attempts to restart a program in time."""
        watcher = agent.watch()
        listener = LiqoBrowser(self.world.host("listening")).start()
        self.addCleanup(listener.stop)
        for _ in range(5):
            self.whole(agent, TURIN, peer)
            watcher.wait_quiet()
            mark, begin = watcher.mark(), time.monotonic()
            returned = away()
            back = listener.wait(TURIN, lambda e, at=returned: e.time > at).time
            if back - listener.goodbye_since(TURIN, begin, back) < HELD:
                self.stays(lambda since=mark: not watcher.find(since, event="removed") and
                           not watcher.find(since, event="added"), 5, "a flap was told")
                return
            watcher.wait_quiet(5)
        self.fail(f"in none of five attempts TURIN was back within {HELD} s")

    def restart(self, avahi):
        a = self.agent("a", avahi=avahi)
        b = self.agent("b", avahi=avahi, id=TURIN, name="turin")

        def away():
            b.stop()
            stopped = time.monotonic()
            b.start()
            return stopped
        self.quiet_return(a, b.host, away)

    def test_restart_of_a_peers_agent(self):
        self.restart(True)

    def test_restart_of_an_embedded_peer(self):
        self.restart(False)

    def test_restart_of_liqo(self):
        a = self.agent("a")
        host = self.world.host("b")
        responders = [self.liqo(host, TURIN)]

        def away():
            responders.append(self.liqo(host, TURIN, start=False))
            said = responders[-2].stop()
            responders[-1].start()
            return said
        self.quiet_return(a, host, away)


class Changes(case.LanTest):
    def one_change(self, watcher, mark, accept):
        """Exactly one event since `mark`: a changed cluster that is acceptable."""
        wait_for(lambda: watcher.told(mark), PATIENCE, "a change")
        watcher.wait_quiet()
        told = watcher.told(mark)
        self.assertEqual(told, [("changed", "updated", TURIN)])
        self.assertTrue(accept(watcher.find(mark)[0]["cluster"]), watcher.find(mark))

    def settled(self, agent, peer):
        """A watcher of what is told from now on, and where that begins."""
        self.whole(agent, TURIN, peer)
        watcher = agent.watch()
        watcher.wait_quiet()
        return watcher, watcher.mark()

    def port_and_text(self, avahi):
        a = self.agent("a")
        b = self.agent("b", avahi=avahi, id=TURIN, name="turin")
        watcher, mark = self.settled(a, b.host)
        b.reload(config(id=TURIN, name="torino"))
        self.one_change(watcher, mark, lambda c: c["name"] == "torino")
        mark = watcher.mark()
        b.reload(config(id=TURIN, name="torino", auth=30741))
        self.one_change(watcher, mark, lambda c: c["endpoints"]["auth"]["port"] == 30741)

    def test_port_and_text_through_avahi_daemon(self):
        self.port_and_text(True)

    def test_port_and_text_embedded(self):
        self.port_and_text(False)

    def test_port_of_liqos(self):
        a = self.agent("a")
        host = self.world.host("b")
        responder = self.liqo(host, TURIN)
        watcher, mark = self.settled(a, host)
        responder.stop(goodbye=False)
        self.liqo(host, TURIN, port=30999)
        self.one_change(watcher, mark, lambda c: c["endpoints"]["auth"]["port"] == 30999)

    def test_address(self):
        a = self.agent("a")
        b = self.agent("b", id=TURIN)
        watcher, mark = self.settled(a, b.host)
        b.host.sh("ip addr add 10.0.1.99/24 dev eth0")
        self.one_change(watcher, mark,
                        lambda c: "10.0.1.99" in c["endpoints"]["auth"]["addresses"])


if __name__ == "__main__":
    case.main()
