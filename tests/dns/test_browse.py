"""What zones say is what is found: services, hosts, aliases, Liqo's own old layouts, odd names."""

import json
import threading

import dns_case
from auth_server import AuthServer
from agent import SUFFIX, config, getent
from dns_case import DOMAIN, MILAN, ROME, TURIN, WAIT, dns_config, domain
from observe import Stopwatch
from servers import AUTHORITATIVE, Knot, Named, Nsd
from zones import Zone, strings

FOUR, SIX = "203.0.113.7", "2001:db8:99::7"


class Plain(dns_case.DnsTest):
    def test_three_services_on_three_servers(self):
        ids = dict(zip(AUTHORITATIVE, (MILAN, TURIN, ROME)))
        sections = []
        for kind, cluster_id in ids.items():
            zone = Zone(f"{kind.program}.example").cluster(
                cluster_id, kind.program, api=6443, gateway=5871, addresses=[FOUR, SIX])
            server = self.server(kind, zone, name=kind.program)
            sections.append(domain(zone.name, servers=[self.address(server)]))
        a = self.dns_agent(dns_config(*sections))
        for kind, cluster_id in ids.items():
            cluster = a.wait_cluster(cluster_id, lambda c: len(c["endpoints"]) == 3 and all(
                end["addresses"] == [FOUR, SIX] for end in c["endpoints"].values()))
            self.assert_is(cluster, f"{kind.program}.example", kind.program)
        self.assertEqual(a.clusters().keys(), set(ids.values()))

    def assert_is(self, cluster, zone, name):
        ends = cluster["endpoints"]
        self.assertEqual({kind: end["port"] for kind, end in ends.items()},
                         {"auth": 30740, "api": 6443, "gateway": 5871})
        for end in ends.values():
            self.assertEqual((end["host"], end["addresses"], end["source"]),
                             (f"{name}-node.{zone}", [FOUR, SIX], "dns"))
        self.assertEqual(ends["auth"]["url"], f"https://{FOUR}:30740")
        self.assertEqual((cluster["name"], cluster["state"], cluster["identity"]),
                         (name, "fresh", "claimed"))
        for sighting in cluster["sightings"]:
            self.assertEqual((sighting["source"], sighting["domain"], sighting["instance"],
                              sighting["state"], sighting["evidence"]["method"]),
                             ("dns", zone, cluster["id"], "fresh", "dns"))
            self.assertIsNone(sighting.get("dnssec"), "it was not asked for")
            self.assertIsNone(sighting.get("interface"))
            self.assertLessEqual(sighting["ttl"], 5)
            self.assertRegex(sighting["expires"], r"^\d{4}-\d\d-\d\dT[\d:]+Z$")

    def test_an_outcome_does_not_wait_for_who_refused(self):
        server = self.server(Nsd, Zone().cluster(MILAN, "milan", addresses=[FOUR]))
        a = self.dns_agent(dns_config(domain(servers=[self.address(server)])))
        server.host.sh(f"ip addr add {FOUR}/32 dev lo")
        a.host.sh(f"ip route add {FOUR} via {self.address(server)}")
        a.wait_cluster(MILAN)
        watched = Stopwatch(a.pid, threading.get_native_id())
        outcome = a.call("Report", cluster=MILAN, wait=True)["parameters"]
        self.within(watched.seconds(), 3, "the outcome")
        self.assertEqual(outcome, {"outcome": "fresh", "evidence": ["dns"]})

    def test_over_ipv6_and_another_port(self):
        """A server may be told with a port, in brackets."""
        zone = Zone().cluster(MILAN, "milan", addresses=[FOUR])
        server = self.server(Nsd, zone, listen=["::1", "::@5353"])
        six = self.world.addresses(server.host)[1]
        self.dns_agent(dns_config(domain(servers=[f"[{six}]:5353"]))).wait_cluster(MILAN)

    def test_what_came_along_is_not_asked_again(self):
        zone = Zone(ttl=300).cluster(MILAN, "milan", addresses=[FOUR, SIX])
        server = self.server(Named, zone)
        self.dns_agent(dns_config(domain(servers=[self.address(server)]))).wait_cluster(MILAN)
        self.assertEqual(server.asked(f"{MILAN}._liqo_auth._tcp.{DOMAIN}", "SRV"), 1)
        for kind in ("A", "AAAA"):
            self.assertEqual(server.asked(f"milan-node.{DOMAIN}", kind), 0, kind)

    def test_an_answer_that_needs_tcp(self):
        """Hosts of many addresses, texts of many octets."""
        addresses = [f"203.0.113.{n}" for n in range(1, 51)] + \
                    [f"2001:db8:99::{n:x}" for n in range(1, 15)]
        zone = Zone().cluster(MILAN, "milan", addresses=addresses)
        text = [f"id={MILAN}", "name=milan", *(f"key{n}={'x' * 200}" for n in range(20))]
        zone.replace(f"{MILAN}._liqo_auth._tcp", "TXT", strings(text))
        server = self.server(Nsd, zone)
        a = self.dns_agent(dns_config(domain(servers=[self.address(server)])))
        self.becomes(lambda: set(self.auth(a)["addresses"]), set(addresses))
        self.becomes(lambda: len(a.clusters()[MILAN]["sightings"][0]["txt"]), len(text))


class OneZone(dns_case.DnsTest):
    """Tests of one zone on NSD, which answers with no more than it was asked for."""

    def look(self, zone, *others, **options):
        self.zone = zone
        self.ns = self.server(Nsd, zone, *others)
        self.a = self.dns_agent(dns_config(domain(servers=[self.address(self.ns)], **options)))
        return self.a


class Hosts(OneZone):
    def test_several_srvs_by_priority(self):
        zone = Zone().cluster(MILAN, "milan", host="first", addresses=["203.0.113.1"])
        owner = f"{MILAN}._liqo_auth._tcp"
        zone.drop(owner, "SRV")
        for priority, host, address in ((20, "third", "203.0.113.3"), (0, "first", None),
                                        (10, "second", "203.0.113.2")):
            zone.add(owner, "SRV", f"{priority} 5 443 {host}")
            zone.host(host, *[address] if address else [])
        a = self.look(zone)
        hosts = {f"{name}.{DOMAIN}" for name in ("first", "second", "third")}
        self.becomes(lambda: {s["host"] for s in a.clusters()[MILAN]["sightings"]}, hosts)
        self.becomes(lambda: self.auth(a)["host"], f"first.{DOMAIN}")
        self.ns.publish(zone.drop(owner, "SRV", "first"))
        a.wait_cluster(MILAN, lambda c: c["endpoints"]["auth"]["host"] == f"second.{DOMAIN}")

    def test_one_of_several_that_resolves_to_nothing(self):
        zone = Zone().cluster(MILAN, "milan", host="first")
        zone.add(f"{MILAN}._liqo_auth._tcp", "SRV", "10 0 443 second").host("second", FOUR)
        a = self.look(zone)
        self.becomes(lambda: (self.auth(a)["host"], self.auth(a)["addresses"]),
                     (f"second.{DOMAIN}", [FOUR]))

    def test_aliases(self):
        """Of the host, also into another zone; of the instance; of the list."""
        other = Zone("example.net").host("node", FOUR)
        other.instance("rome", "_liqo_auth._tcp", 3, f"node.{DOMAIN}.", [f"id={ROME}"])
        zone = Zone().cluster(MILAN, "milan", auth=1, host="alias").host("node", SIX)
        zone.add("alias", "CNAME", "alias2").add("alias2", "CNAME", "node.example.net.")
        zone.add("_liqo_auth._tcp", "PTR", f"{TURIN}._liqo_auth._tcp")
        zone.add(f"{TURIN}._liqo_auth._tcp", "CNAME", "turin")
        zone.add("turin", "SRV", "0 0 2 node").add("turin", "TXT", strings(["name=turin"]))
        zone.add("_liqo_api._tcp", "CNAME", "_liqo_auth._tcp.example.net.")
        a = self.look(zone, other)

        def end(cluster_id, kind="auth"):
            cluster = a.clusters()[cluster_id]
            found = cluster["endpoints"][kind]
            return cluster["name"], found["port"], found["addresses"]
        self.becomes(lambda: end(MILAN), ("milan", 1, [FOUR]))
        self.becomes(lambda: end(TURIN), ("turin", 2, [SIX]))
        self.becomes(lambda: end(ROME, "api")[1:], (3, [SIX]))

    def test_not_offered(self):
        """A target of `.` (RFC 2782) and a port of 0 are no endpoints, and harm nobody."""
        zone = Zone().cluster(MILAN, "milan", addresses=[FOUR])
        zone.instance(MILAN, "api", 443, ".").instance(MILAN, "gateway", 0, "milan-node")
        zone.instance(TURIN, "auth", 443, ".")
        a = self.look(zone)
        cluster = a.wait_cluster(MILAN)
        self.stays(lambda: TURIN not in a.clusters(), 1, "what is not offered was listed")
        self.assertEqual(list(cluster["endpoints"]), ["auth"])

    def test_which_addresses_are_used(self):
        on_link = "10.0.1.200"
        zone = Zone().cluster(MILAN, "milan", addresses=[
            "127.0.0.1", "169.254.1.1", "224.0.0.9", "0.0.0.0", "10.9.9.9", FOUR, on_link,
            "::1", "::", "fe80::1", "ff02::1", "fd00::7", SIX])
        zone.cluster(TURIN, "turin", addresses=["127.0.0.1", "fe80::1"])
        own = "10.0.1.2"
        zone.cluster(ROME, "rome", addresses=[own])
        a = self.look(zone)
        self.assertEqual(self.world.addresses(a.host)[0], own)
        self.becomes(lambda: self.auth(a)["addresses"],
                     [on_link, FOUR, SIX, "10.9.9.9", "fd00::7"])
        self.becomes(lambda: self.auth(a, ROME)["addresses"], [own])
        self.ns.publish(zone.host("rome-node", FOUR))
        self.becomes(lambda: self.auth(a, ROME)["addresses"], [FOUR])
        self.assertNotIn(TURIN, a.clusters())


class Labels(OneZone):
    def test_odd_ones(self):
        zone = Zone().host("node", FOUR)
        instances = {  # as in a zone file: as it is shown
            "milan\\032cluster": "milan cluster",
            "with\\.dot": "with.dot",
            "back\\\\slash": "back\\092slash",
            "not\\255utf8": "not\\255utf8",
            "bell\\007": "bell\\007",
            "caf\\195\\169": "café",
            "x" * 63: "x" * 63,
        }
        ids = {}
        for number, (label, shown) in enumerate(instances.items()):
            ids[f"c{number}"] = shown
            zone.instance(label, "auth", 1000 + number, "node", [f"id=c{number}"])
        a = self.look(zone)
        for cluster_id, shown in ids.items():
            with self.subTest(shown):
                sighting = a.wait_cluster(cluster_id)["sightings"][0]
                self.assertEqual(sighting["instance"], shown)
                self.assertIn(cluster_id, self.list_names())

    def list_names(self):
        return self.a.cli("list", "-o", "name", check=0).stdout

    def test_case_does_not_matter(self):
        zone = Zone().cluster(MILAN.upper(), "milan", addresses=[FOUR])
        zone.drop(f"{MILAN.upper()}._liqo_auth._tcp", "TXT")
        cluster = self.look(zone, name="EXAMPLE.com").wait_cluster(MILAN)
        self.assertEqual(cluster["sightings"][0]["domain"].lower(), DOMAIN)

    def test_what_is_no_cluster_harms_nobody(self):
        zone = Zone().cluster(MILAN, "milan", addresses=[FOUR])
        zone.instance("No\\032Cluster", "auth", 1, "milan-node")  # no id anywhere
        zone.add("_liqo_auth._tcp", "PTR", "nothing-there._liqo_auth._tcp")
        zone.add("_liqo_auth._tcp", "PTR", "elsewhere.example.org.")
        zone.add("_liqo_auth._tcp", "PTR", ".")
        zone.add("_liqo_auth._tcp", "PTR", "_liqo_auth._tcp")
        zone.add("_liqo_auth._tcp", "TXT", strings(["not a list"]))
        a = self.look(zone)
        a.cli("list", WAIT, check=0)
        self.assertEqual(list(a.clusters()), [MILAN])

    def test_texts(self):
        zone = Zone().cluster(MILAN, "milan", addresses=[FOUR])
        owner = f"{MILAN}._liqo_auth._tcp"
        zone.replace(owner, "TXT", f'"txtvers=1" "id={MILAN}" "ID=other" "flag" "empty=" "=x" "" '
                                   r'"bytes=\255\000" "esc=\027[31m" "name=milan"')
        cluster = self.look(zone).wait_cluster(MILAN, lambda c: c["sightings"][0]["txt"])
        txt = cluster["sightings"][0]["txt"]
        self.assertIn({"key": "flag"}, txt)
        self.assertIn({"key": "empty", "value": ""}, txt)
        self.assertIn({"key": "bytes", "base64": "/wA="}, txt)
        self.assertEqual((cluster["id"], cluster["name"]), (MILAN, "milan"))
        self.assertNotIn("\033[31m", self.a.cli("show", MILAN, check=0).stdout)


class Legacy(OneZone):
    """Liqo 0.1 to 0.4: the list is at the domain itself."""

    def zone(self):
        return (Zone(ttl=60)
                .add("@", "PTR", "liqo-cluster._liqo._tcp")  # 0.1
                .add("liqo-cluster._liqo._tcp", "SRV", "0 0 6443 api.server")
                .add("liqo-cluster._liqo._tcp", "TXT", strings([f"id={MILAN}", "namespace=liqo"]))
                .host("api.server", "203.0.113.1")
                .add("@", "PTR", "liqo-cluster-2")  # 0.2 to 0.4
                .add("liqo-cluster-2", "SRV", "0 0 443 auth.server-2")
                .host("auth.server-2", "203.0.113.2")
                .add("@", "PTR", "liqo-cluster-3")
                .add("liqo-cluster-3", "SRV", "0 0 8443 auth.server-3")
                .add("auth.server-3", "CNAME", "auth.server-2")
                .add("@", "PTR", "no-srv"))

    def test_both_layouts(self):
        a = self.look(self.zone())
        self.becomes(lambda: [(end["host"], end["port"])
                              for end in a.clusters()[MILAN]["endpoints"].values()],
                     [(f"api.server.{DOMAIN}", 6443)])
        for name, port in (("liqo-cluster-2", 443), ("liqo-cluster-3", 8443)):
            self.becomes(lambda name=name: (self.auth(a, name)["port"],
                                            self.auth(a, name)["addresses"]),
                         (port, ["203.0.113.2"]))
        self.assertEqual(a.clusters().keys(), {MILAN, "liqo-cluster-2", "liqo-cluster-3"})

    def test_beside_the_layout_of_today(self):
        zone = self.zone().cluster(TURIN, "turin", addresses=[FOUR])
        zone.instance("liqo-cluster-2", "gateway", 5871, "auth.server-2")
        a = self.look(zone)
        a.wait_cluster(TURIN)
        a.wait_cluster("liqo-cluster-2", lambda c: c["endpoints"].keys() == {"auth", "gateway"})

    def test_whose_they_are_is_asked(self):
        """Its id is in no record: only its authentication server tells."""
        node = self.world.host("node")
        server = AuthServer(node, 443, TURIN, "turin", release="0.2").start()
        self.addCleanup(server.stop)
        zone = (Zone(ttl=60).add("@", "PTR", "liqo-cluster")
                .add("liqo-cluster", "SRV", "0 0 443 auth.server")
                .host("auth.server", self.world.addresses(node)[0]))
        a = self.look(zone)
        cluster = a.wait_cluster(TURIN, lambda c: c["identity"] == "confirmed")
        self.assertEqual(cluster["name"], "turin")
        self.assertEqual(list(a.clusters()), [TURIN])
        a.stop()
        a.start()
        self.assertEqual(list(a.clusters()), [TURIN], "after a restart it is known still")

    def test_only_where_it_is_wanted(self):
        a = self.look(self.zone().cluster(TURIN, "turin", addresses=[FOUR]), legacy=False)
        a.wait_cluster(TURIN)
        a.cli("list", WAIT, check=0)
        self.assertEqual(list(a.clusters()), [TURIN])


class Shown(OneZone):
    def test_by_every_command_and_by_name(self):
        zone = Zone().cluster(MILAN, "milan", api=6443, gateway=5871, addresses=[FOUR, SIX])
        a = self.look(zone)
        self.assertIn("milan", a.cli("list", WAIT, check=0).stdout)
        for sources, there in (("dns", True), ("lan,dns", True), ("lan", False)):
            listed = a.cli("list", "--source", sources, "-o", "name", check=0).stdout
            self.assertEqual(MILAN in listed, there, sources)
        shown = json.loads(a.cli("show", "milan", "-o", "json", check=0).stdout)
        self.assertEqual({s["source"] for s in shown["sightings"]}, {"dns"})
        self.assertIn(DOMAIN, a.cli("show", "milan", check=0).stdout)
        watcher = a.watch()
        self.assertEqual(watcher.events[0]["cluster"]["id"], MILAN)
        self.assertEqual(watcher.events[0]["reason"], "snapshot")
        for name in (f"milan.{SUFFIX}", f"gateway.{MILAN}.{SUFFIX}"):
            self.becomes(lambda name=name: {line[0] for line in getent(a.host, "ahosts", name)[1]},
                         {FOUR, SIX})
        self.assertIn(DOMAIN, a.cli("status", check=0).stdout)

    def test_a_removed_domain_takes_its_clusters_along(self):
        zone = Zone().cluster(MILAN, "milan", addresses=[FOUR])
        other = Zone("example.net").cluster(TURIN, "turin", addresses=[FOUR])
        a = self.look(zone, other)
        watcher = a.watch()
        a.wait_cluster(MILAN)
        mark = watcher.mark()
        servers = [self.address(self.ns)]
        a.reload(dns_config(domain(servers=servers), domain("example.net", servers=servers)))
        watcher.wait(event="added", id=TURIN)
        a.reload(dns_config(domain("example.net", servers=servers)))
        gone = watcher.wait(event="removed", id=MILAN)
        self.assertEqual(gone["reason"], "removed")
        self.assertEqual(watcher.find(mark, event="removed", id=TURIN), [])


class BothSources(dns_case.DnsTest):
    def test_one_cluster_on_the_lan_and_in_dns(self):
        zone = Zone().cluster(TURIN, "turin", auth=443, addresses=[FOUR])
        server = self.server(Nsd, zone)
        settings = '[lan]\nbackend = "embedded"\n' + domain(servers=[self.address(server)])
        a = self.dns_agent(settings)
        watcher = a.watch()
        watcher.wait(event="added", id=TURIN)
        b = self.agent("b", avahi=False, id=TURIN, name="turin")
        a.wait_cluster(TURIN, lambda c: {s["source"] for s in c["sightings"]} == {"lan", "dns"})
        self.becomes(lambda: [self.auth(a, TURIN)[key] for key in ("source", "port", "host")],
                     ["lan", 30740, "b.local"])
        auth = self.auth(a, TURIN)
        self.assertNotIn(FOUR, auth["addresses"])
        for preferred in ("dns", "lan"):
            a.reload(f'prefer = "{preferred}"\n' + settings)
            self.becomes(lambda: self.auth(a, TURIN)["source"], preferred)
        b.stop()
        a.wait_cluster(TURIN, lambda c: c["endpoints"]["auth"]["source"] == "dns")
        self.assertEqual(watcher.find(event="removed", id=TURIN), [])
        self.assertEqual(len(watcher.find(event="added", id=TURIN)), 1)


class Waiting(dns_case.DnsTest):
    def test_list_waits_for_the_first_pass(self):
        zone = Zone().cluster(MILAN, "milan", addresses=[FOUR])
        server = self.server(Knot, zone)
        a = self.dns_agent(dns_config(domain(servers=[self.address(server)])))
        self.assertIn(MILAN, a.cli("list", WAIT, "-o", "name", check=0).stdout)
        b = self.dns_agent(dns_config(domain(servers=[self.address(server)]),
                                      domain("example.net", servers=[self.silence()])), name="b")
        b.wait_cluster(MILAN)
        done = b.cli("list", "--wait=1", "-o", "name", check=5)
        self.assertIn(MILAN, done.stdout)


class Enumerated(dns_case.DnsTest):
    def test_what_the_search_domains_name_is_browsed(self):
        zone = Zone("corp.example").add("b._dns-sd._udp", "PTR", "@")
        zone.add("lb._dns-sd._udp", "PTR", "example.net.").add("b._dns-sd._udp", "PTR", "dead")
        zone.cluster(MILAN, "milan", addresses=[FOUR])
        other = Zone("example.net").cluster(TURIN, "turin", addresses=[FOUR])
        third = Zone("example.org").cluster(ROME, "rome", addresses=[FOUR])
        server = self.server(Named, zone, other, third)
        a = self.dns_agent(dns_config(enumerate=True), servers=[server],
                           search=["corp.example", "example.org"])
        watcher = a.watch()
        a.wait_cluster(MILAN)
        a.wait_cluster(TURIN)
        self.assertNotIn(ROME, a.clusters(), "it does not ask to be browsed")
        server.publish(zone.drop("lb._dns-sd._udp"))
        watcher.wait(event="removed", id=TURIN)
        a.reload(dns_config())
        watcher.wait(event="removed", id=MILAN)

    def test_not_unless_it_is_wanted(self):
        zone = Zone("corp.example").add("b._dns-sd._udp", "PTR", "@")
        server = self.server(Named, zone.cluster(MILAN, "milan", addresses=[FOUR]))
        a = self.dns_agent(dns_config(), servers=[server], search=["corp.example"])
        a.cli("list", WAIT, check=0)
        self.assertEqual(a.clusters(), {})
        self.assertEqual(server.asked("b._dns-sd._udp.corp.example", "PTR"), 0)


class Browse(dns_case.DnsTest):
    def test_one_look_keeps_nothing(self):
        zone = Zone().cluster(MILAN, "milan", api=6443, addresses=[FOUR])
        zone.add("@", "PTR", "c2").add("c2", "SRV", "0 0 443 milan-node")
        server = self.server(Named, zone, Zone("example.net"))
        a = self.dns_agent(dns_config(), servers=[server])
        watcher = a.watch()
        found = json.loads(a.cli("browse", DOMAIN, "-o", "json", check=0).stdout)
        clusters = {c["id"]: c for c in found["clusters"]}
        self.assertEqual(clusters.keys(), {MILAN, "c2"})
        self.assertEqual(clusters[MILAN]["endpoints"].keys(), {"auth", "api"})
        self.assertEqual(clusters[MILAN]["endpoints"]["auth"]["addresses"], [FOUR])
        self.assertIn("milan", a.cli("browse", DOMAIN, check=0).stdout)
        with self.subTest("a domain without clusters"):
            found = json.loads(a.cli("browse", "example.net", "-o", "json", check=0).stdout)
            self.assertEqual(found["clusters"], [])
        with self.subTest("a domain that the server refuses"):
            done = a.cli("browse", "example.org", check=1)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        with self.subTest("no domain at all"):
            self.assertIn(a.cli("browse", "a..b").returncode, (1, 2))
        self.assertEqual((a.clusters(), watcher.told()), ({}, []))

    def test_strangers_may_not(self):
        a = self.dns_agent(dns_config())
        self.assertEqual(a.cli("browse", DOMAIN, user="nobody").returncode, 1)

    def test_of_a_server_that_is_silent_ends(self):
        a = self.dns_agent(dns_config(), servers=[self.silence()])
        done = a.cli("browse", DOMAIN, check=1)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)


class Export(dns_case.DnsTest):
    def publish(self, exported, *others):
        """A zone with what was exported, accepted by the tools of BIND and NSD, and served beside
        the others."""
        zone = Zone()
        zone.pasted = exported
        server = self.server(Nsd, zone, *others, start=False)
        path = f"{server.host.run_dir}/checked.zone"
        zone.serial = 1
        with open(path, "w") as file:
            file.write(zone.text())
        server.host.sh(f"named-checkzone -k fail {DOMAIN} /run/checked.zone")
        server.host.sh(f"nsd-checkzone {DOMAIN} /run/checked.zone")
        return server.start()

    def test_this_hosts_own_cluster(self):
        a = self.dns_agent(config(id=MILAN, name="milan", auth=443, api=6443, gateway=5871,
                                  advertise=False, lan="enabled = false").replace(
            "[cluster.auth]\n", f'[cluster.auth]\naddress = "{FOUR}"\n').replace(
            "[cluster.api]\n", '[cluster.api]\nhost = "api.example.net"\n'))
        server = self.publish(a.cli("export", "--format", "zone", check=0).stdout)
        b = self.dns_agent(dns_config(domain(servers=[self.address(server)])), name="b")
        own = self.world.addresses(a.host)[0]
        cluster = b.wait_cluster(MILAN, lambda c: own in c["endpoints"]["gateway"]["addresses"] and
                                 c["endpoints"]["auth"]["addresses"] == [FOUR])
        ends = cluster["endpoints"]
        self.assertEqual((cluster["name"], ends["auth"]["port"], ends["gateway"]["port"]),
                         ("milan", 443, 5871))

    def test_a_cluster_of_another_zone(self):
        """Its hosts stay in the zone that they are in."""
        zone = Zone("example.net").cluster(TURIN, "turin", api=6443, addresses=[FOUR, SIX])
        zone.replace(f"{TURIN}._liqo_auth._tcp", "TXT",
                     strings([f"id={TURIN}", "name=turin", 'odd="\\;x', "site=cloud"]))
        source = self.server(Knot, zone, name="source")
        a = self.dns_agent(dns_config(domain(zone.name, servers=[self.address(source)])))
        known = a.wait_cluster(TURIN, lambda c: len(c["endpoints"]) == 2 and all(
            end["addresses"] == [FOUR, SIX] for end in c["endpoints"].values()))
        server = self.publish(a.cli("export", "turin", "--format", "zone", check=0).stdout, zone)
        b = self.dns_agent(dns_config(domain(servers=[self.address(server)])), name="b")
        self.becomes(lambda: self.told(b, "host"), self.told(a, "host", cluster=known))
        self.becomes(lambda: [b.clusters()[TURIN][key] for key in ("name", "site")],
                     ["turin", "cloud"])

    def test_a_cluster_of_the_lan(self):
        """Its host's name means nothing elsewhere: its addresses go along."""
        a = self.agent("a", avahi=False)
        b = self.agent("b", avahi=False, id=TURIN, name="turin", api=6443)
        known = self.whole(a, TURIN, b.host, services=2)
        server = self.publish(a.cli("export", TURIN, "--format", "zone", check=0).stdout)
        c = self.dns_agent(dns_config(domain(servers=[self.address(server)])), name="c")
        self.becomes(lambda: self.told(c), self.told(a, cluster=known))

    @staticmethod
    def told(agent, *fields, cluster=None):
        """What an agent tells of Turin's endpoints that a zone can tell too."""
        ends = (cluster or agent.clusters()[TURIN])["endpoints"]
        return {kind: [end["port"], [a for a in end["addresses"] if not a.startswith("fe80")],
                       *(end[field] for field in fields)] for kind, end in ends.items()}

    def test_nobody_to_export(self):
        a = self.dns_agent(dns_config())
        self.assertEqual(a.cli("export", "--format", "zone").returncode, 1)
        self.assertEqual(a.cli("export", "nobody", "--format", "zone").returncode, 3)


class ByHand(dns_case.DnsTest):
    """A cluster added by hand under a host name: looked up, and followed where it goes."""

    def serve(self, name):
        host = self.world.host(name)
        server = AuthServer(host, 8443, TURIN, "turin")
        self.addCleanup(server.stop)
        return server, self.world.addresses(host)[0]

    def test_a_name_is_looked_up_before_it_is_answered(self):
        (one, first), (other, second) = self.serve("first"), self.serve("second")
        one.start()
        other.show_that_of(one).start()
        zone = Zone(ttl=1, negative_ttl=1).add("auth", "A", first)
        server = self.server(Nsd, zone)
        a = self.dns_agent(dns_config(), servers=[server])
        told = a.cli("add", "https://auth.example.com:8443", check=0).stdout
        self.assertIn(f"{TURIN}, confirmed", told)
        auth = a.clusters()[TURIN]["endpoints"]["auth"]
        self.assertEqual((auth["host"], auth["addresses"]), ("auth.example.com", [first]))
        server.publish(zone.replace("auth", "A", second))
        a.wait_cluster(TURIN, lambda c: c["endpoints"].get("auth", {}).get("addresses") == [second],
                       timeout=30)

    def test_a_name_that_is_not_there_is_told_so(self):
        a = self.dns_agent(dns_config(), servers=[self.server(Nsd, Zone())])
        told = a.cli("add", "https://nobody.example.com", check=0).stdout
        self.assertIn("nobody.example.com: DNS has no such name", told)


if __name__ == "__main__":
    dns_case.main()
