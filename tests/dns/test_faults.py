"""Bad links and bad servers: the agent lives, answers its socket, and loses nothing it knows."""

import time

import dns_case
import lies
from cable import BadCable
from dns_case import dns_config, domain
from liar import Liar, Lies, honest
from observe import Pulse, Stopwatch
from sandbox import PATIENCE, wait_for
from servers import Nsd
from zones import Zone

FOUR = "203.0.113.7"
STALL = 0.05  # seconds in which the socket answers, whatever happens
TTL = 5


class BadLink(dns_case.DnsTest):
    """One frame in ten is lost, each way, and each takes 50 ms."""

    def test_all_is_found_and_kept(self):
        ttl = 2 * TTL  # each question may take several attempts of 2.5 s
        zone = Zone(ttl=ttl).host("node", FOUR)
        ids = [f"cluster-with-a-long-name-{n}" for n in range(50)]  # their list needs TCP
        for cluster_id in ids:
            zone.instance(cluster_id, "auth", 443, "node")
        server = self.server(Nsd, zone)
        cable = BadCable(self.world, server.host, loss=0.1, delay=0.05)
        a = self.dns_agent(dns_config(domain(servers=[self.address(server)])))
        watcher = a.watch()
        with Pulse(a) as pulse:
            wait_for(lambda: len(a.clusters()) == len(ids), 2 * PATIENCE,
                     lambda: f"all; {len(a.clusters())} are known")
            mark = watcher.mark()
            self.stays(lambda: not watcher.find(mark, event="removed"), ttl, "one was lost")
            zone.drop_cluster(ids[7]).instance("new", "auth", 443, "node")
            server.publish()
            watcher.wait(mark, event="added", id="new")
            gone = watcher.wait(mark, event="removed")
            self.assertEqual(gone["cluster"]["id"], ids[7])
        self.assertGreater(cable.lost, 20)
        self.within(pulse.longest(), STALL, "an answer")


class GoodNeighbour:
    """A domain of a real server, in which a cluster's port changes all the time: it shows that the
    bad ones beside it make no difference."""

    def __init__(self, test):
        self._test = test
        self._port = 1000
        self.zone = Zone("good.example", ttl=TTL).cluster("good", "good", auth=self._port,
                                                          addresses=[FOUR])
        self.server = test.server(Nsd, self.zone, name="good")
        self.section = domain("good.example", servers=[test.address(self.server)])

    def changes_in_time(self, agent, watcher):
        self._port += 1
        self.zone.replace("good._liqo_auth._tcp", "SRV", f"0 0 {self._port} good-node")
        self.server.publish()
        published = Stopwatch(agent.pid, *watcher.threads)

        def shown():
            return [e for e in watcher.find(id="good")
                    if e["cluster"]["endpoints"]["auth"]["port"] == self._port]
        told = wait_for(shown, PATIENCE, "the good domain's change")[0]
        self._test.within(published.seconds(told["at"]), TTL + 1, "a change in the good domain")
        self._test.assertEqual(told["cluster"]["endpoints"]["auth"]["addresses"], [FOUR])


class Lying(dns_case.DnsTest):
    """Servers that are honest until the agent knows their clusters, then each lies in its own way,
    all at once; then they are honest again."""

    def begin(self, ways):
        self.good = GoodNeighbour(self)
        self.ways = {way.__name__.replace("_", "-"): way for way in ways}
        zones = {f"{name}.example": Lies(f"{name}.example", name, ttl=TTL) for name in self.ways}
        host = self.world.host("liar")
        liar = Liar(host, zones)
        self.addCleanup(liar.close)
        address = self.world.addresses(host)[0]
        self.lies = {name: zones[f"{name}.example"] for name in self.ways}
        self.a = self.dns_agent(dns_config(self.good.section, *(
            domain(zone, servers=[address]) for zone in zones)))
        for name in (*self.ways, "good"):
            self.a.wait_cluster(name)
        self.watcher = self.a.watch()
        self.watcher.wait_quiet(1)
        self.mark = self.watcher.mark()
        self.rss = self.a.rss_anon()

    def lie(self):
        for name, way in self.ways.items():
            self.lies[name].answer = way

    def repent(self):
        for each in self.lies.values():
            each.answer = honest

    def nothing_was_lost(self):
        told = self.watcher.told(self.mark)
        self.assertEqual([t for t in told if t[0] != "changed"], [])
        self.assertTrue(self.a.process.alive())
        self.assertLess(self.a.rss_anon() - self.rss, 8192, "kB")

    def test_lies_that_say_nothing(self):
        self.begin(lies.FALSE)
        with Pulse(self.a) as pulse:
            self.lie()
            for _ in range(3):
                self.good.changes_in_time(self.a, self.watcher)
            for name in self.ways:
                with self.subTest(name):
                    self.watcher.wait(self.mark, event="changed", reason="stale", id=name)
                    wait_for(lambda n=name: self.a.domain_status(f"{n}.example").get("error"),
                             PATIENCE, "the reason in status")
            self.nothing_was_lost()
            self.repent()
            mended = self.watcher.mark()
            self.a.cli("refresh", check=0)
            for name in self.ways:
                with self.subTest(name):
                    self.watcher.wait(mended, event="changed", reason="fresh", id=name)
            self.nothing_was_lost()
        self.within(pulse.longest(), STALL, "an answer")

    def test_lies_that_harm_nobody(self):
        self.begin(lies.HARMLESS)
        with Pulse(self.a) as pulse:
            self.lie()
            asked = self.lies["ttl-0"].asked
            begin = time.monotonic()
            for _ in range(3):
                self.good.changes_in_time(self.a, self.watcher)
            rounds = (time.monotonic() - begin) / TTL + 2
            questions = self.lies["ttl-0"].asked - asked
        for name in self.ways:
            self.assertEqual(self.watcher.find(self.mark, id=name), [], f"{name} was noticed")
        self.assertLess(questions, 12 * rounds, "a TTL of 0 is no reason to ask all the time")
        self.nothing_was_lost()
        self.assertNotIn("evil", self.a.clusters())
        self.within(pulse.longest(), STALL, "an answer")


class Outage(dns_case.DnsTest):
    """Thirty domains whose servers all fall silent: every question about them takes its 10 s."""

    def test_the_good_domain_feels_nothing(self):
        good = GoodNeighbour(self)
        host = self.world.host("liar")
        names = [f"d{n}.example" for n in range(30)]
        zones = {name: Lies(name, *(f"{name.partition('.')[0]}-{n}" for n in range(12)), ttl=TTL)
                 for name in names}
        liar = Liar(host, zones)
        self.addCleanup(liar.close)
        address = self.world.addresses(host)[0]
        a = self.dns_agent(dns_config(good.section, *(
            domain(name, servers=[address], legacy=False) for name in names)))
        total = 1 + 12 * len(names)
        wait_for(lambda: len(a.clusters()) == total, PATIENCE,
                 lambda: f"{len(a.clusters())} known")
        watcher = a.watch()
        mark = watcher.mark()
        with Pulse(a) as pulse:
            for each in zones.values():
                each.answer = lies.silence
            for _ in range(4):
                good.changes_in_time(a, watcher)
        self.assertEqual([t for t in watcher.told(mark) if t[0] != "changed"], [])
        self.assertEqual(len(a.clusters()), total)
        self.within(pulse.longest(), STALL, "an answer")


class Crowding(dns_case.DnsTest):
    """A server that names thousands of instances, others each time, and answers for none."""

    def test_the_good_domain_feels_nothing(self):
        good = GoodNeighbour(self)
        host = self.world.host("liar")
        bad = Lies("bad.example", "bad", ttl=0)
        bad.answer = self.crowd
        liar = Liar(host, {"bad.example": bad})
        self.addCleanup(liar.close)
        a = self.dns_agent(dns_config(good.section, domain(
            "bad.example", servers=[self.world.addresses(host)[0]])))
        a.wait_cluster("good")
        watcher = a.watch()
        with Pulse(a) as pulse:
            for _ in range(3):
                good.changes_in_time(a, watcher)
        self.within(pulse.longest(), STALL, "an answer")
        self.assertLess(a.rss_anon(), 64 * 1024, "kB")

    @staticmethod
    def crowd(asked, bad):
        if asked.kind != lies.mdns.PTR:
            return
        if not asked.tcp:
            asked.send(asked.reply(flags=lies.AUTHORITATIVE | lies.TRUNCATED))
            return
        names = [(b"i%d-%d" % (bad.asked, n), *asked.name) for n in range(2500)]
        asked.send(asked.reply([lies.mdns.Record(asked.name, lies.mdns.PTR, 0, name)
                                for name in names]))


if __name__ == "__main__":
    dns_case.main()
