"""Right in time: a change shows within its TTL, and nothing goes because nobody answered."""

import os
import time

import dns_case
from dns_case import DOMAIN, MILAN, TURIN, dns_config, domain
from observe import Stopwatch
from sandbox import PATIENCE, wait_for
from servers import AUTHORITATIVE, Knot, Named, Nsd, Unbound
from zones import Zone, strings

FOUR = "203.0.113.7"
AUTH = "_liqo_auth._tcp"
# How much later than the end of a TTL a change may show, in seconds; and staleness.
AT_THE_SOURCE, BEHIND_A_CACHE, STALE = 1, 6, 4


class Changing:
    """A zone in which five clusters change, each in another way."""

    def __init__(self, name, ttl):
        self.zone = Zone(name, ttl=ttl, negative_ttl=ttl)
        for kind in ("stays", "leaves", "port", "address", "text"):
            self.zone.cluster(self.id(kind), kind, addresses=[FOUR])

    def id(self, kind):
        return f"{kind}-{self.zone.name.replace('.', '-')}"

    def change(self):
        zone = self.zone
        zone.drop_cluster(self.id("leaves"))
        zone.cluster(self.id("comes"), "comes", addresses=[FOUR])
        zone.replace(f"{self.id('port')}.{AUTH}", "SRV", "0 0 31000 port-node")
        zone.replace("address-node", "A", "203.0.113.8")
        zone.replace(f"{self.id('text')}.{AUTH}", "TXT", strings(["txtvers=1", "name=changed"]))

    def settled(self, clusters):
        return all(clusters.get(self.id(kind), {}).get("endpoints", {}).get("auth")
                   for kind in ("stays", "leaves", "port", "address", "text"))

    def seen(self, watcher, mark):
        """When each change was told."""
        def auth(event):
            return event["cluster"]["endpoints"]["auth"]
        shows = {
            "leaves": lambda e: e["event"] == "removed",
            "comes": lambda e: e["event"] == "added",
            "port": lambda e: auth(e)["port"] == 31000,
            "address": lambda e: auth(e)["addresses"] == ["203.0.113.8"],
            "text": lambda e: e["cluster"].get("name") == "changed",
        }
        times = {}
        for kind, shown in shows.items():
            told = [e["at"] for e in watcher.find(mark, id=self.id(kind)) if shown(e)]
            if told:
                times[kind] = told[0]
        return times if len(times) == len(shows) else None


class Changes(dns_case.DnsTest):
    def shows_within(self, agent, servers, more):
        """Publishes the changes of all zones of `servers`, which has Changing by server; each shows
        within its TTL and `more`."""
        zones = [changing for of in servers.values() for changing in of]
        wait_for(lambda: all(z.settled(agent.clusters()) for z in zones), PATIENCE,
                 "what is there")
        watcher = agent.watch()
        watcher.wait_quiet()
        mark = watcher.mark()
        published = {}
        for server, of in servers.items():
            for changing in of:
                changing.change()
            server.publish()
            for changing in of:
                published[changing] = Stopwatch(agent.pid, *watcher.threads)
        wait_for(lambda: all(z.seen(watcher, mark) for z in zones), PATIENCE,
                 lambda: f"all changes; had {watcher.told(mark)}")
        for changing in zones:
            for kind, at in changing.seen(watcher, mark).items():
                self.within(published[changing].seconds(at), changing.zone.ttl + more,
                            f"{changing.zone.name}: {kind}")
            unmoved = watcher.find(mark, id=changing.id("stays"))
            self.assertEqual(unmoved, [], "one that did not change was told of")

    def test_at_each_authoritative_server(self):
        servers = {}
        for kind in AUTHORITATIVE:
            zones = [Changing(f"{kind.program}{ttl}.example", ttl) for ttl in (5, 8)]
            servers[self.server(kind, *(z.zone for z in zones), name=kind.program)] = zones
        a = self.dns_agent(dns_config(*(
            domain(z.zone.name, servers=[self.address(server)])
            for server, zones in servers.items() for z in zones)))
        self.shows_within(a, servers, AT_THE_SOURCE)

    def test_behind_a_cache(self):
        zones = [Changing("five.example", 5), Changing("eight.example", 8)]
        server = self.server(Nsd, *(z.zone for z in zones))
        cache = self.server(Unbound, [(z.zone.name, self.address(server)) for z in zones],
                            name="cache")
        a = self.dns_agent(dns_config(*(domain(z.zone.name) for z in zones)), servers=[cache])
        self.shows_within(a, {server: zones}, BEHIND_A_CACHE)

    def test_a_refresh_shows_them_at_once(self):
        changing = Changing("long.example", 300)
        server = self.server(Nsd, changing.zone)
        a = self.dns_agent(dns_config(domain("long.example", servers=[self.address(server)])))
        wait_for(lambda: changing.settled(a.clusters()), PATIENCE, "what is there")
        watcher = a.watch()
        mark = watcher.mark()
        changing.change()
        server.publish()
        a.cli("refresh", "--wait", check=0)
        wait_for(lambda: changing.seen(watcher, mark), PATIENCE, lambda: str(watcher.told(mark)))


class Removed(dns_case.DnsTest):
    def setUp(self):
        self.zone = Zone(ttl=5).cluster(MILAN, "milan", addresses=[FOUR])
        self.ns = self.server(Named, self.zone)
        self.a = self.dns_agent(dns_config(domain(servers=[self.address(self.ns)], legacy=False)))
        self.watcher = self.a.watch()
        self.watcher.wait(event="added", id=MILAN)

    def asked(self):
        """How often it was asked for the list, and for the instance."""
        return (self.ns.asked(f"{AUTH}.{DOMAIN}", "PTR"),
                self.ns.asked(f"{MILAN}.{AUTH}.{DOMAIN}", "SRV"))

    def test_by_nxdomain_once_it_is_confirmed(self):
        self.zone.drop_cluster(MILAN)
        before = self.asked()
        self.ns.publish()
        gone = self.watcher.wait(event="removed", id=MILAN)
        self.assertEqual(gone["reason"], "nxdomain")
        again = max(now - then for now, then in zip(self.asked(), before))
        self.assertGreaterEqual(again, 2, "it was asked again first")

    def test_by_an_answer_that_there_is_none(self):
        self.zone.drop_cluster(MILAN).add(AUTH, "TXT", strings(["no PTR here"]))
        self.ns.publish()
        self.watcher.wait(event="removed", id=MILAN)

    def test_its_host_has_no_address_left(self):
        self.zone.drop("milan-node").add("milan-node", "TXT", strings(["no address"]))
        self.ns.publish()
        wait_for(lambda: "auth" not in self.a.clusters().get(MILAN, {"endpoints": {}})["endpoints"],
                 PATIENCE, "no endpoint without an address")


class Outages(dns_case.DnsTest):
    """Four servers fail, each in its own way; then they are back."""

    WAYS = ("stopped", "silent", "servfail", "refused")
    TTL = 5

    def spoil(self, way, server):
        if way == "silent":
            self.world.mute(server.host)
            return
        server.stop()
        if way == "servfail":
            server.start_broken()
        elif way == "refused":
            server.start_empty()

    def mend(self, way, server):
        if way == "silent":
            self.world.unmute(server.host)
            return
        if way != "stopped":
            server.stop()
        server.start()

    def test_stale_and_never_gone(self):
        kinds = dict(zip(self.WAYS, (Nsd, Knot, Named, Nsd)))
        servers = {way: self.server(kinds[way], Zone(f"{way}.example", ttl=self.TTL).cluster(
            way, way, addresses=[FOUR]), name=way) for way in self.WAYS}
        good = self.server(Nsd, Zone("good.example", ttl=self.TTL).cluster(
            "good", "good", addresses=[FOUR]), name="good")
        a = self.dns_agent(dns_config(*(domain(f"{way}.example", servers=[self.address(server)])
                                        for way, server in {**servers, "good": good}.items())))
        for way in (*self.WAYS, "good"):
            a.wait_cluster(way)
        watcher = a.watch()
        watcher.wait_quiet()
        mark, begin = watcher.mark(), time.monotonic()
        for way, server in servers.items():
            self.spoil(way, server)
        failed = Stopwatch(a.pid, *watcher.threads)
        for way in self.WAYS:
            with self.subTest(f"{way}: stale"):
                told = watcher.wait(mark, event="changed", reason="stale", id=way)
                self.within(failed.seconds(told["at"]), self.TTL + STALE, f"{way}: stale")
                self.assertEqual(told["cluster"]["state"], "stale")
                self.assertIn("auth", told["cluster"]["endpoints"], "it is still used")
        for way in self.WAYS:
            with self.subTest(f"{way}: status"):
                wait_for(lambda way=way: a.domain_status(f"{way}.example").get("error"), PATIENCE,
                         "why")
        self.assertFalse(a.domain_status("good.example").get("error"))
        self.stays(lambda: a.clusters().keys() >= set(self.WAYS),
                   max(0, begin + 4 * self.TTL - time.monotonic()), "one was lost")
        mended = watcher.mark()
        for way, server in servers.items():
            self.mend(way, server)
        for way in self.WAYS:
            with self.subTest(f"{way}: fresh"):
                watcher.wait(mended, event="changed", reason="fresh", id=way)
                wait_for(lambda way=way: not a.domain_status(f"{way}.example").get("error"),
                         PATIENCE, "no error is left")
        self.assertEqual([told for told in watcher.told(mark) if told[0] != "changed"], [])
        self.assertEqual(watcher.find(mark, id="good"), [], "others feel nothing")


class Servers(dns_case.DnsTest):
    def test_a_dead_one_is_stepped_over(self):
        """Silent or without a server, first or last: changes show in time all the same."""
        zone = Zone(ttl=5).cluster(MILAN, "milan", addresses=[FOUR])
        server = self.server(Nsd, zone)
        nobody = self.world.addresses(self.world.host("nobody"))[0]
        a = self.dns_agent(dns_config(domain(
            servers=[self.silence(), nobody, self.address(server)])))
        watcher = a.watch()
        watcher.wait(event="added", id=MILAN)
        watcher.wait_quiet()
        server.publish(zone.cluster(TURIN, "turin", addresses=[FOUR]))
        published = Stopwatch(a.pid, *watcher.threads)
        told = watcher.wait(event="added", id=TURIN)
        self.within(published.seconds(told["at"]), zone.ttl + AT_THE_SOURCE, "a new cluster")

    def test_one_that_dies_is_no_outage(self):
        first, second = (self.server(Knot, Zone(ttl=8).cluster(MILAN, "milan", addresses=[FOUR]),
                                     name=name) for name in ("first", "second"))
        a = self.dns_agent(dns_config(), servers=[first, second])
        a.reload(dns_config(domain()))
        watcher = a.watch()
        watcher.wait(event="added", id=MILAN)
        watcher.wait_quiet()
        mark = watcher.mark()
        first.stop()
        self.stays(lambda: not watcher.told(mark), 20, "the cluster was told of")
        status = a.domain_status(DOMAIN)
        self.assertIn(self.address(second), status["server"])


class ResolvConf(dns_case.DnsTest):
    """The host's servers, as they change."""

    def setUp(self):
        self.first = self.server(Nsd, Zone(ttl=5).cluster(MILAN, "milan", addresses=[FOUR]),
                                 name="first")
        self.second = self.server(Nsd, Zone(ttl=5).cluster(TURIN, "turin", addresses=[FOUR]),
                                  name="second")
        self.a = self.dns_agent(dns_config(domain()), servers=[self.first], start=False)
        self.etc = self.own_etc(self.a.host)
        self.watcher = self.a.start().watch()
        self.watcher.wait(event="added", id=MILAN)
        self.watcher.wait_quiet()

    def own_etc(self, host):
        """An /etc in which the host can do as it likes; the way to it."""
        host.sh("mkdir /run/own && cp -a /etc/. /run/own && mount --bind /run/own /etc")
        return f"{host.run_dir}/own"

    def follows(self):
        """The second server's word counts."""
        self.watcher.wait(event="added", id=TURIN)
        self.watcher.wait(event="removed", id=MILAN)

    def test_is_written(self):
        with open(f"{self.etc}/resolv.conf", "w") as file:
            file.write(f"# changed\nnameserver {self.address(self.second)}\n")
        self.follows()

    def rename(self, directory):
        with open(f"{directory}/new", "w") as file:
            file.write(f"nameserver {self.address(self.second)}\n")
        os.rename(f"{directory}/new", f"{directory}/resolv.conf")

    def test_is_renamed_over(self):
        self.rename(self.etc)
        self.follows()

    def test_is_a_link_to_one_that_is_renamed_over(self):
        """As systemd-resolved and NetworkManager do it."""
        run = self.a.host.run_dir
        os.makedirs(f"{run}/resolve")
        os.rename(f"{self.etc}/resolv.conf", f"{run}/resolve/resolv.conf")
        os.symlink("/run/resolve/resolv.conf", f"{self.etc}/resolv.conf")
        self.stays(lambda: self.a.clusters().keys() == {MILAN}, 1, "nothing changed")
        self.rename(f"{run}/resolve")
        self.follows()

    def test_is_gone_for_a_while(self):
        os.unlink(f"{self.etc}/resolv.conf")
        mark = self.watcher.mark()
        self.stays(lambda: not self.watcher.told(mark), 1, "its clusters were told of")
        self.rename(self.etc)
        self.follows()


if __name__ == "__main__":
    dns_case.main()
