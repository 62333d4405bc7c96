"""Links come, go and are renumbered while the agent runs; those it must not use, it does not."""

import time

import case
import mdns
from agent import Agent, config, getent
from case import MILAN, ROME, TURIN
from liqo import LiqoBrowser
from observe import Pulse, Stopwatch
from sandbox import wait_for

SETTLED = 15  # seconds: a doubt is settled by then


class Coming(case.LanTest):
    def a_link_comes_and_goes(self, avahi):
        a = self.agent("a", avahi=avahi, id=MILAN)
        self.agent("c", lans=("lan2",), id=ROME)
        browser = LiqoBrowser(self.world.host("watching", lans=("lan2",))).start()
        watcher = a.watch()
        link = self.world.plug(a.host, "lan2")
        watcher.wait(event="added", id=ROME)
        browser.wait(MILAN)
        gone = Stopwatch(*a.processes(), *watcher.threads)
        a.host.sh(f"ip link del {link}")
        told = watcher.wait(event="removed", id=ROME)
        self.within(gone.seconds(told["at"]), SETTLED, "gone with its link")
        self.assertIn(told["reason"], ("link-down", "withdrawn-or-expired"))
        browser.stop()

    def test_through_avahi_daemon(self):
        self.a_link_comes_and_goes(True)

    def test_embedded(self):
        self.a_link_comes_and_goes(False)

    def renumbered(self, avahi):
        """The peer's address changes; what it is reached by changes with it."""
        a = self.agent("a", avahi=avahi)
        b = self.agent("b", id=TURIN, name="turin")
        four, _ = self.world.addresses(b.host)

        def has(address, not_this=None):
            return lambda c: {address, not_this} & set(c["endpoints"]["auth"]["addresses"]) == {
                address}
        a.wait_cluster(TURIN, has(four))
        b.host.sh(f"ip addr del {four}/24 dev eth0; ip addr add 10.0.1.77/24 dev eth0")
        a.wait_cluster(TURIN, has("10.0.1.77", four))
        self.becomes(
            lambda: "10.0.1.77" in str(getent(a.host, "ahosts", "turin.liqo.internal")), True)

    def test_renumbered_through_avahi_daemon(self):
        self.renumbered(True)

    def test_renumbered_embedded(self):
        self.renumbered(False)


class Globs(case.LanTest):
    def sees(self, avahi, links, lan, wanted):
        """A host on lan1 and lan2 by these links; a cluster on each LAN."""
        host = self.world.host(f"a{len(self.world.hosts)}", lans=(), avahi=False)
        for number, link in enumerate(links, 1):
            self.world.plug(host, f"lan{number}", link)
        if avahi:
            host.start_avahi()
        agent = Agent(host, config(lan=lan)).start()
        agent.wait_cluster(wanted[0])
        self.stays(lambda: set(agent.clusters()) <= set(wanted), 2, "seen on a denied link")
        for each in wanted:
            agent.wait_cluster(each)
        agent.stop()

    def check(self, avahi):
        for lan, cluster in (("lan1", TURIN), ("lan2", ROME)):
            self.liqo(self.world.host(f"on-{lan}", lans=(lan,)), cluster, lan=lan, interval=1)
        self.sees(avahi, ("eth0", "docker0"), "", [TURIN])
        self.sees(avahi, ("eth0", "docker0"), 'allow-interfaces = ["eth0", "docker*"]',
                  [ROME, TURIN])
        self.sees(avahi, ("eth0", "eth1"), 'deny-interfaces = ["eth1"]', [TURIN])
        self.sees(avahi, ("eth0", "eth1"), 'allow-interfaces = ["eth[1-9]"]', [ROME])

    def test_through_avahi_daemon(self):
        self.check(True)

    def test_embedded(self):
        self.check(False)


class Churn(case.LanTest):
    """A hundred veth links a second come and go, as on a busy Kubernetes node."""

    SECONDS = 5

    def churn(self, avahi):
        a = self.agent("a", avahi=avahi, id=MILAN)
        b = self.agent("b", id=TURIN)
        self.whole(a, TURIN, b.host)
        watcher = a.watch()
        watcher.wait_quiet()
        mark, before = watcher.mark(), a.rss_anon()
        batch = "".join(f"link add veth{i} type veth peer name vethp{i}\nlink set veth{i} up\n"
                        f"link del veth{i}\n" for i in range(50))
        end = time.monotonic() + self.SECONDS
        with Pulse(a) as pulse:
            while time.monotonic() < end:
                begin = time.monotonic()
                a.host.run(["ip", "-batch", "-"], input=batch, check=True)
                time.sleep(max(0, begin + 0.5 - time.monotonic()))
            self.within(pulse.longest(), 0.05, "an answer")
        self.assertEqual(watcher.told(mark), [], "nothing visible")
        self.assertLess(a.rss_anon() - before, 4096, "kB")
        self.assertEqual(a.clusters()[TURIN]["state"], "fresh")
        self.assertTrue(b.process.alive())

    def test_through_avahi_daemon(self):
        self.churn(True)

    def test_embedded(self):
        self.churn(False)


class ManyRecords(case.LanTest):
    def test_more_than_4096_records_embedded(self):
        """2,000 instances are 6,000 records and more than avahi-daemon's cache holds."""
        a = self.agent("a", avahi=False)
        peer = self.world.host("b")
        sock = mdns.Multicast(peer)
        four, _ = self.world.addresses(peer)
        packets = {first: self.packet(first, four).encode() for first in range(0, 2000, 20)}

        def tell_what_is_missing():
            """Again, for packets are lost where a socket's buffer is full."""
            known = a.clusters()
            for first, packet in packets.items():
                if any(f"c{i:05}" not in known for i in range(first, first + 20)):
                    sock.send(packet)
                    time.sleep(0.01)
            return len(known) == 2000
        wait_for(tell_what_is_missing, 200, lambda: f"2,000 clusters, {len(a.clusters())} so far",
                 1)
        self.assertGreaterEqual(a.lan_status()["instances"], 2000)
        sock.close()

    @staticmethod
    def packet(first, address):
        service = mdns.labels("_liqo_auth._tcp.local")
        answers = []
        for i in range(first, first + 20):
            instance = (b"c%05d" % i, *service)
            target = mdns.labels(f"h{i}.local")
            answers += [mdns.Record(service, mdns.PTR, 4500, instance),
                        mdns.Record(instance, mdns.SRV, 4500, (443, target)),
                        mdns.Record(instance, mdns.TXT, 4500, b""),
                        mdns.Record(target, mdns.A, 4500, address)]
        return mdns.Message(answers=answers)


if __name__ == "__main__":
    case.main()
