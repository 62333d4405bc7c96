"""Clusters find each other: ours over both backends, and Liqo's own, both ways."""

import ipaddress
import json
import time

import case
import mdns
from agent import config, getent
from case import MILAN, ROME, TURIN
from liqo import LiqoBrowser
from sandbox import PATIENCE, wait_for


class EachOther(case.LanTest):
    def test_three_hosts_two_backends(self):
        agents = {
            MILAN: self.agent("a", id=MILAN, name="milan", api=6443, gateway=5871),
            TURIN: self.agent("b", id=TURIN, name="turin", api=6443, gateway=5871),
            ROME: self.agent("c", avahi=False, id=ROME, name="rome", api=6443, gateway=5871),
        }
        for own, agent in agents.items():
            for other in agents.keys() - {own}:
                host = agents[other].host
                self.assert_is(self.whole(agent, other, host, services=3), host)
            self.assertNotIn(own, agent.clusters(), "its own cluster is not listed")

    def assert_is(self, cluster, host):
        four, six = self.world.addresses(host)
        ends = cluster["endpoints"]
        self.assertEqual({name: end["port"] for name, end in ends.items()},
                         {"auth": 30740, "api": 6443, "gateway": 5871})
        self.assertEqual(ends["auth"]["addresses"][:2], [four, six])
        self.assertEqual(ends["auth"]["url"], f"https://{four}:30740")
        self.assertNotIn("url", {k for k, v in ends["gateway"].items() if v is not None})
        self.assertEqual((cluster["state"], cluster["identity"]), ("fresh", "claimed"))
        self.assertIn(f"{cluster['name']}.liqo.internal", cluster["hostnames"])

    def test_the_command_line_shows_them(self):
        a = self.agent("a", id=MILAN, name="milan")
        self.agent("b", id=TURIN, name="turin")
        a.wait_cluster(TURIN, lambda c: "turin.liqo.internal" in c["hostnames"])
        self.assertIn("turin", a.cli("list", case.WAIT, check=0).stdout)
        self.assertIn(TURIN, a.cli("list", "-o", "name", check=0).stdout)
        for reference in (TURIN, TURIN[:6], "turin", "TURIN"):
            shown = json.loads(a.cli("show", reference, "-o", "json", check=0).stdout)
            self.assertEqual(shown["id"], TURIN)
        wait_for(lambda: "established" in a.cli("status", check=0).stdout, PATIENCE,
                 "its own advert is told to be established")
        self.assertIn("liqo_discovery_", a.cli("metrics", check=0).stdout)
        self.becomes(lambda: getent(a.host, "hosts", "turin.liqo.internal")[0], 0)

    def test_a_change_is_seen_at_once(self):
        """In getent within 100 ms after `watch`."""
        a = self.agent("a")
        watcher = a.watch()
        b = self.agent("b", id=TURIN, name="turin")
        self.whole(a, TURIN, b.host)
        watcher.wait_quiet()
        mark = watcher.mark()
        b.reload(config(id=TURIN, name="torino"))
        changed = watcher.wait(mark, event="changed", reason="updated", id=TURIN)
        self.assertEqual(changed["cluster"]["name"], "torino")
        self.names_follow(a, "torino.liqo.internal", changed)
        self.names_follow(a, "turin.liqo.internal", changed, there=False)


class FromLiqo(case.LanTest):
    def check(self, agent):
        b = self.world.host("b")
        self.liqo(b, TURIN)
        cluster = self.whole(agent, TURIN, b)
        four, six = self.world.addresses(b)
        auth = cluster["endpoints"]["auth"]
        self.assertEqual(auth["addresses"], [four, six])
        self.assertEqual((auth["host"], auth["port"]), ("b.local", 30740))
        self.assertIsNone(cluster.get("name"), "an empty TXT tells no name")
        self.assertEqual(cluster["sightings"][0]["txt"], [])

    def test_seen_through_avahi_daemon(self):
        self.check(self.agent("a"))

    def test_seen_embedded(self):
        self.check(self.agent("a", avahi=False))

    def test_seen_by_its_gratuitous_packets_alone(self):
        """It told itself before we listened, and does not hear our questions."""
        b = self.world.host("b")
        responder = self.liqo(b, TURIN, start=False)
        sock = mdns.Multicast(b, ttl=1)
        a = self.agent("a")
        self.becomes(lambda: a.lan_status()["synced"], True)
        sock.send(responder.cluster.answer())
        a.wait_cluster(TURIN)
        sock.close()


class ToLiqo(case.LanTest):
    def check(self, agent):
        """What Liqo's browser accepts of ours, in one packet, with one time to live."""
        a = self.world.host("watching")
        browser = LiqoBrowser(a, own_ipv4=[self.world.addresses(a)[0]]).start()
        entry = browser.wait(TURIN)
        browser.stop()
        self.assertEqual((entry.port, entry.ttl), (30740, 300))
        self.assertIn(self.world.addresses(agent.host)[0], entry.ipv4)
        self.assertEqual(entry.id, entry.id.lower())
        self.assertEqual(entry.host, entry.host.lower())

    def test_accepted_through_avahi_daemon(self):
        self.check(self.agent("b", id=TURIN, name="turin"))

    def test_accepted_embedded(self):
        self.check(self.agent("b", avahi=False, id=TURIN, name="turin"))

    def test_times_to_live(self):
        for avahi in (True, False):
            with self.subTest(avahi=avahi):
                self.agent(f"b{int(avahi)}", avahi=avahi, id=TURIN if avahi else ROME, name="x",
                           api=6443, gateway=5871)
                instance = (TURIN if avahi else ROME).encode()
                sock = mdns.Multicast(self.world.host(f"l{int(avahi)}"))
                services = ("_liqo_auth._tcp", "_liqo_api._tcp", "_liqo_gateway._udp")
                found = {}

                def told(sock=sock, instance=instance, found=found):
                    for service in services:
                        sock.send(mdns.Message(flags=0, questions=[
                            (service + ".local", mdns.PTR, mdns.IN)]))
                    found.update(self.ttls(sock, instance))
                    return len(found) == 9
                wait_for(told, PATIENCE, lambda found=found: f"all records, not only {found}")
                self.assertEqual(set(found.values()), {300})
                sock.close()

    @staticmethod
    def ttls(sock, instance):
        """Of the PTR, SRV and TXT records about an instance, by (service, type)."""
        found, deadline = {}, time.monotonic() + 1
        while time.monotonic() < deadline:
            got = sock.receive(0.1)
            for record in got[0].records if got else []:
                about = record.data if record.type == mdns.PTR else record.name
                if about[0] == instance and record.type in (mdns.PTR, mdns.SRV, mdns.TXT):
                    found[about[1], record.type] = record.ttl
        return found

    def test_nothing_is_told_without_consent(self):
        for avahi in (True, False):
            b = self.agent(f"b{int(avahi)}", avahi=avahi, id=TURIN if avahi else ROME,
                           advertise=False)
            self.becomes(lambda b=b: b.lan_status()["synced"], True)
        browser = LiqoBrowser(self.world.host("watching")).start()
        self.stays(lambda: not browser.entries, 4, "an advert without consent")
        browser.stop()


class Targets(case.LanTest):
    """What an endpoint's SRV record names."""

    def test_an_address_of_its_own(self):
        for number, avahi in enumerate((True, False)):
            with self.subTest(avahi=avahi):
                own_id = (TURIN, ROME)[number]
                settings = config(id=own_id, auth=443).replace(
                    "port = 443", f'port = 443\naddress = "10.0.1.10{number}"')
                self.agent(f"b{number}", settings, avahi=avahi)
        a = self.agent("a")
        for number, own_id in enumerate((TURIN, ROME)):
            self.becomes(lambda own_id=own_id: self.auth_of(a, own_id),
                         (f"auth.{own_id}.local", [f"10.0.1.10{number}"]))

    @staticmethod
    def auth_of(agent, cluster_id):
        auth = agent.clusters()[cluster_id]["endpoints"]["auth"]
        return auth["host"], auth["addresses"]

    def test_all_addresses_of_a_host_with_two_links(self):
        lans = ("lan1", "lan2")
        for name, avahi in (("a", True), ("b", False)):
            self.agent(name, lans=lans, avahi=avahi)
        c = self.agent("c", lans=lans, id=TURIN, name="turin")
        wanted = [address for lan in lans for address in self.world.addresses(c.host, lan)]
        for host in self.world.hosts[:2]:
            with self.subTest(host=host.name):
                agent = host.agent
                cluster = agent.wait_cluster(
                    TURIN, lambda x: set(wanted) <= set(x["endpoints"]["auth"]["addresses"]) and
                    {s["interface"] for s in x["sightings"]} == {"eth0", "eth1"})
                addresses = cluster["endpoints"]["auth"]["addresses"]
                self.assertEqual(addresses[:4], wanted, "on-link first, families in turn")
                for other in addresses[4:]:
                    address, _, zone = other.partition("%")
                    self.assertTrue(ipaddress.ip_address(address).is_link_local and zone, other)


if __name__ == "__main__":
    case.main()
