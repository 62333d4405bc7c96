"""DNSSEC: what is proven, what is not, and what is wrong; in `validate` and in `ad`."""

import os
import re

import dns_case
from agent import SUFFIX, getent
from dns_case import DOMAIN, MILAN, ROME, TURIN, dns_config, domain
from sandbox import PATIENCE, wait_for
from servers import AUTHORITATIVE, Knot, Named, Nsd, Unbound
from zones import Zone

FOUR = "203.0.113.7"
AUTH = "_liqo_auth._tcp"
ALGORITHMS = ("ECDSAP256SHA256", "ED25519", "RSASHA256")


def dnssec(cluster):
    """What is said of its sightings."""
    return {sighting.get("dnssec") for sighting in cluster["sightings"]}


class DnssecTest(dns_case.DnsTest):
    def anchor(self, agent_host, *zones):
        """A file of trust anchors on an agent's host."""
        path = "/run/etc/anchors"
        with open(f"{agent_host.run_dir}/etc/anchors", "w") as file:
            file.write("".join(zone.signing.anchor for zone in zones))
        return path

    def validating(self, *sections, anchors, name="a", **options):
        """An agent that trusts these zones' keys."""
        a = self.dns_agent("", name=name, start=False, **options)
        a.configure(dns_config(*sections, trust_anchor=self.anchor(a.host, *anchors)))
        return a.start()

    @staticmethod
    def proven(agent, cluster_id=MILAN):
        """What is said of a cluster's sightings now; KeyError where it is not known."""
        return dnssec(agent.clusters()[cluster_id])


class Validated(DnssecTest):
    def test_every_algorithm_and_denial_on_every_server(self):
        zones, sections = [], []
        for kind in AUTHORITATIVE:
            own = [Zone(f"{kind.program}-{algorithm}-{denial}.example".lower()).cluster(
                       f"{kind.program}-{algorithm}-{denial}".lower(), addresses=[FOUR]).sign(
                       algorithm=algorithm, nsec3=denial == "nsec3")
                   for algorithm in ALGORITHMS for denial in ("nsec", "nsec3")]
            server = self.server(kind, *own, name=kind.program)
            sections += [domain(zone.name, servers=[self.address(server)], dnssec="validate")
                         for zone in own]
            zones += own
        a = self.validating(*sections, anchors=zones)
        for zone in zones:
            with self.subTest(zone.name):
                cluster_id = zone.name.removesuffix(".example")
                self.becomes(lambda known=cluster_id: self.proven(a, known), {"secure"})
                self.becomes(lambda known=cluster_id: self.auth(a, known)["addresses"], [FOUR])

    def test_through_a_resolver(self):
        """One that caches and does not validate."""
        zone = Zone().cluster(MILAN, "milan", addresses=[FOUR]).sign()
        server = self.server(Nsd, zone)
        cache = self.server(Unbound, [(DOMAIN, self.address(server))], name="cache")
        a = self.validating(domain(servers=[self.address(cache)], dnssec="validate"),
                            anchors=[zone])
        self.becomes(lambda: self.proven(a), {"secure"})

    def test_an_anchor_of_the_domains_own(self):
        zone = Zone().cluster(MILAN, "milan", addresses=[FOUR]).sign()
        server = self.server(Nsd, zone)
        a = self.dns_agent("", start=False)
        a.configure(dns_config(domain(servers=[self.address(server)], dnssec="validate",
                                      trust_anchor=self.anchor(a.host, zone))))
        a.start()
        self.becomes(lambda: self.proven(a), {"secure"})

    def test_what_was_believed_without_it_is_not_kept_over_a_restart(self):
        zone = Zone().cluster(MILAN, "milan", addresses=[FOUR]).sign()
        server = self.server(Nsd, zone)
        a = self.dns_agent(dns_config(domain(servers=[self.address(server)])))
        a.wait_cluster(MILAN)
        a.stop()
        server.stop()
        a.start()
        a.wait_cluster(MILAN, lambda c: c["state"] == "stale")
        a.stop()
        a.configure(dns_config(domain(servers=[self.address(server)], dnssec="validate",
                                      trust_anchor=self.anchor(a.host, zone))))
        a.start()
        self.assertEqual(a.clusters(), {})

    def test_an_unsigned_child_is_insecure(self):
        """Proven to be unsigned, by NSEC and by NSEC3 with opt-out: it is used."""
        sections, parents = [], []
        for number, options in enumerate(({}, {"nsec3": True}, {"nsec3": True, "opt_out": True})):
            child = Zone(f"child.p{number}.example").cluster(
                f"child{number}", addresses=[FOUR])
            parent = Zone(f"p{number}.example").delegate(child).sign(**options)
            server = self.server(AUTHORITATIVE[number], parent, child, name=f"p{number}")
            sections.append(domain(child.name, servers=[self.address(server)],
                                   dnssec="validate"))
            parents.append(parent)
        a = self.validating(*sections, anchors=parents)
        for number in range(len(parents)):
            child = f"child{number}"
            self.becomes(lambda child=child: self.proven(a, child), {"insecure"})
            self.becomes(lambda child=child: self.auth(a, child)["addresses"], [FOUR])

    def test_a_signed_child(self):
        child = Zone(f"child.{DOMAIN}").cluster(MILAN, "milan", addresses=[FOUR]).sign(
            algorithm="ED25519")
        parent = Zone().delegate(child).sign()
        server = self.server(Knot, parent, child)
        a = self.validating(domain(child.name, servers=[self.address(server)],
                                   dnssec="validate"), anchors=[parent])
        self.becomes(lambda: self.proven(a), {"secure"})

    def test_below_no_anchor_is_indeterminate(self):
        zone = Zone().cluster(MILAN, "milan", addresses=[FOUR]).sign()
        other = Zone("example.net").cluster(TURIN, "turin", addresses=[FOUR]).sign()
        server = self.server(Nsd, zone, other)
        a = self.validating(
            *(domain(z.name, servers=[self.address(server)], dnssec="validate")
              for z in (zone, other)), anchors=[zone])
        cluster = a.wait_cluster(TURIN, lambda c: dnssec(c) == {"indeterminate"})
        self.assertEqual(cluster["endpoints"], {}, "shown, and never used")
        self.assertEqual(cluster["hostnames"], [])
        self.becomes(lambda: self.proven(a), {"secure"})

    def test_the_addresses_count_too(self):
        """A signed zone whose host is an alias into an unsigned one is no better than that one."""
        child = Zone(f"child.{DOMAIN}").host("node", FOUR)
        zone = Zone().cluster(MILAN, "milan", host="alias")
        zone.add("alias", "CNAME", f"node.child.{DOMAIN}.").delegate(child).sign()
        server = self.server(Nsd, zone, child)
        a = self.validating(domain(servers=[self.address(server)], dnssec="validate"),
                            anchors=[zone])
        self.becomes(lambda: self.proven(a), {"insecure"})

    def test_secure_is_preferred_to_the_lan(self):
        zone = Zone().cluster(TURIN, "turin", auth=443, addresses=[FOUR]).sign()
        server = self.server(Nsd, zone)
        a = self.dns_agent("", start=False)
        a.configure(f'[lan]\nbackend = "embedded"\n[dns]\n'
                    f'trust-anchor = "{self.anchor(a.host, zone)}"\n' +
                    domain(servers=[self.address(server)], dnssec="validate"))
        a.start()
        self.agent("b", avahi=False, id=TURIN, name="turin")
        a.wait_cluster(TURIN, lambda c: {s["source"] for s in c["sightings"]} == {"lan", "dns"})
        self.becomes(lambda: self.auth(a, TURIN)["source"], "dns")


class Anchors(DnssecTest):
    """A reload takes the keys that are in the files then."""

    def setUp(self):
        self.zone = Zone().cluster(MILAN, "milan", addresses=[FOUR]).sign()
        self.other = Zone("example.net").sign()
        self.ns = self.server(Nsd, self.zone)
        self.section = domain(servers=[self.address(self.ns)], dnssec="validate")

    def agent_with(self, *anchors):
        a = self.validating(self.section, anchors=anchors)
        self.becomes(lambda: self.proven(a), {"indeterminate"})
        return a

    def test_of_the_same_file(self):
        a = self.agent_with(self.other)
        a.reload(dns_config(self.section, trust_anchor=self.anchor(a.host, self.zone)))
        self.becomes(lambda: self.proven(a), {"secure"})
        self.becomes(lambda: self.auth(a, MILAN)["addresses"], [FOUR])

    def test_of_another_file(self):
        a = self.agent_with(self.other)
        path = self.anchor(a.host, self.zone) + ".new"
        os.rename(f"{a.host.run_dir}/etc/anchors", f"{a.host.run_dir}/etc/anchors.new")
        a.reload(dns_config(self.section, trust_anchor=path))
        self.becomes(lambda: self.proven(a), {"secure"})

    def test_of_a_file_that_was_not_there(self):
        a = self.dns_agent("", start=False)
        settings = dns_config(self.section, trust_anchor="/run/etc/anchors")
        a.configure(settings)
        a.start()
        self.becomes(lambda: "trust anchor" in a.domain_status(DOMAIN).get("error", ""), True)
        self.anchor(a.host, self.zone)
        a.reload(settings)
        self.becomes(lambda: self.proven(a), {"secure"})
        self.becomes(lambda: self.auth(a, MILAN)["addresses"], [FOUR])
        self.becomes(lambda: a.domain_status(DOMAIN)["inFlight"], 0)
        asked = a.domain_status(DOMAIN)["lastAnswer"]
        a.reload(settings)
        self.stays(lambda: a.domain_status(DOMAIN)["lastAnswer"] == asked, 2, "it was asked again")


class FromTheRoot(DnssecTest):
    """Without servers of its own a domain is looked up from the root, signed all the way."""

    def test_it_iterates(self):
        zone = Zone().cluster(MILAN, "milan", addresses=[FOUR]).sign()
        com = Zone("com").delegate(zone).sign(algorithm="RSASHA256", nsec3=True)
        root = Zone(".").delegate(com).sign()
        internet = self.server(Named, root, com, zone, name="internet", start=False)
        with open("/usr/share/dns/root.hints") as hints:
            roots = re.findall(r"(?m)\sA\s+(\S+)$", hints.read())
        internet.host.sh("\n".join(f"ip addr add {address}/32 dev lo"
                                   for address in (*roots, "192.0.2.53")))
        internet.start()
        a = self.dns_agent("", start=False)
        a.host.sh(f"ip route add default via {self.address(internet)}")
        a.configure(dns_config(domain(dnssec="validate"),
                               trust_anchor=self.anchor(a.host, root)))
        a.start()
        self.becomes(lambda: self.proven(a), {"secure"})


class Wrong(DnssecTest):
    """Records that fail validation."""

    def setUp(self):
        self.zone = Zone(ttl=5).cluster(MILAN, "milan", addresses=[FOUR])
        self.zone.cluster(TURIN, "turin", auth=443, addresses=["203.0.113.8"]).sign()
        self.good = Zone("good.example", ttl=5).cluster(ROME, "rome", addresses=[FOUR]).sign()

    def tamper(self):
        """Milan's port is no longer what was signed."""
        self.zone.signing.tamper = lambda text: text.replace(" 30740 ", " 666 ")

    def expire(self):
        self.zone.signing.expired = True

    def begin(self):
        self.ns = self.server(Nsd, self.zone, self.good)
        self.a = self.validating(
            *(domain(zone.name, servers=[self.address(self.ns)], dnssec="validate")
              for zone in (self.zone, self.good)), anchors=[self.zone, self.good])
        self.watcher = self.a.watch()
        self.watcher.wait(event="added", id=ROME)

    def assert_shown_and_not_used(self, cluster):
        self.assertEqual(dnssec(cluster), {"bogus"})
        self.assertEqual((cluster["endpoints"], cluster["hostnames"]), ({}, []))
        names = " ".join(" ".join(line) for line in getent(self.a.host, "hosts")[1])
        self.assertNotIn(cluster["id"], names)

    def test_a_bogus_one_is_shown_and_gives_nothing(self):
        self.tamper()
        self.begin()
        self.assert_shown_and_not_used(
            self.a.wait_cluster(MILAN, lambda c: dnssec(c) == {"bogus"}))
        self.becomes(lambda: self.proven(self.a, TURIN), {"secure"})  # by records of its own
        self.becomes(lambda: getent(self.a.host, "hosts", f"turin.{SUFFIX}")[0], 0)
        why = wait_for(lambda: self.a.domain_status(DOMAIN).get("error"), PATIENCE, "the reason")
        self.assertRegex(why, "(?i)bogus|signature|validat")
        self.assertIn("bogus", self.a.cli("show", MILAN, check=0).stdout)

    def test_a_domain_that_is_bogus_from_the_start(self):
        self.expire()
        self.begin()
        wait_for(lambda: self.a.domain_status(DOMAIN).get("error"), PATIENCE, "the reason")
        self.assertRegex(self.a.domain_status(DOMAIN)["error"], "(?i)expired|bogus")
        for cluster in self.a.clusters().values():
            if cluster["id"] != ROME:
                self.assert_shown_and_not_used(cluster)

    def known_ones_turn_stale(self, spoil, ids):
        self.begin()
        for cluster_id in (MILAN, TURIN):
            self.becomes(lambda known=cluster_id: self.proven(self.a, known), {"secure"})
        self.watcher.wait_quiet()
        self.mark = self.watcher.mark()
        spoil()
        self.ns.publish(self.zone)
        for cluster_id in ids:
            told = self.watcher.wait(self.mark, event="changed", reason="stale", id=cluster_id)
            auth = told["cluster"]["endpoints"]["auth"]
            self.assertNotEqual(auth["port"], 666, "what was proven is kept")
        self.stays(lambda: self.a.clusters().keys() >= {MILAN, TURIN}, 6, "one was removed")
        self.assertEqual(self.watcher.find(self.mark, id=ROME), [], "others feel nothing")

    def test_tampered_with_later(self):
        self.known_ones_turn_stale(self.tamper, [MILAN])
        mended = self.watcher.mark()
        self.zone.signing.tamper = lambda text: text
        self.ns.publish(self.zone)
        self.a.cli("refresh", check=0)
        self.watcher.wait(mended, event="changed", reason="fresh", id=MILAN)
        self.assertEqual([e for e in self.watcher.told(self.mark) if e[0] != "changed"], [])

    def test_expired_later(self):
        self.known_ones_turn_stale(self.expire, [MILAN, TURIN])

    def test_a_removal_that_is_not_proven(self):
        """The list without its signature, and a denial that was signed for nothing."""
        def strip():
            self.zone.drop(AUTH, "PTR", TURIN)
            self.zone.signing.tamper = lambda text: re.sub(
                rf"(?m)^{AUTH}\.{DOMAIN}\.\t\d+\tIN\tRRSIG\t(PTR|NSEC).*\n", "", text)
        self.begin()
        for cluster_id in (MILAN, TURIN):
            self.a.wait_cluster(cluster_id)
        mark = self.watcher.mark()
        strip()
        self.ns.publish(self.zone)
        self.stays(lambda: self.a.clusters().keys() >= {MILAN, TURIN}, 8, "one was removed")
        self.assertEqual(self.watcher.find(mark, event="removed"), [])


class AdBit(DnssecTest):
    """A resolver that validates tells so by a bit, which is believed where nobody can forge it."""

    def setUp(self):
        self.zone = Zone(ttl=5).cluster(MILAN, "milan", addresses=[FOUR]).sign()
        self.unsigned = Zone("example.net", ttl=5).cluster(TURIN, "turin", addresses=[FOUR])
        self.ns = self.server(Nsd, self.zone, self.unsigned)

    def resolver(self, host, **options):
        stubs = [(zone.name, self.address(self.ns)) for zone in (self.zone, self.unsigned)]
        return Unbound(host, stubs, anchors=[self.zone.signing.anchor], **options).start()

    def both_become(self, a, milan, turin):
        self.becomes(lambda: (self.proven(a), self.proven(a, TURIN)), ({milan}, {turin}))

    def test_on_loopback(self):
        a = self.dns_agent(dns_config(domain(dnssec="ad"), domain("example.net", dnssec="ad")),
                           servers=["127.0.0.1"], start=False)
        self.resolver(a.host, listen=["127.0.0.1"])
        self.both_become(a.start(), "secure", "insecure")

    def test_off_loopback_where_it_is_trusted(self):
        resolver = self.resolver(self.world.host("resolver"))
        a = self.dns_agent(dns_config(*(
            domain(zone.name, servers=[self.address(resolver)], dnssec="ad", trusted=True)
            for zone in (self.zone, self.unsigned))))
        self.both_become(a, "secure", "insecure")

    def test_off_loopback_it_is_not_believed_else(self):
        """Of servers that are named it is refused, of the host's it is not heeded."""
        resolver = self.resolver(self.world.host("resolver"))
        a = self.dns_agent(dns_config(domain(dnssec="ad")), servers=[resolver])
        self.becomes(lambda: self.proven(a), {"insecure"})
        a.reload(dns_config(domain(dnssec="ad", servers=[self.address(resolver)])))
        wait_for(lambda: "trusted = true" in a.process.output(), PATIENCE,
                 "the complaint")

    def test_not_asked_for(self):
        a = self.dns_agent(dns_config(domain()), servers=["127.0.0.1"], start=False)
        self.resolver(a.host, listen=["127.0.0.1"])
        a.start()
        self.becomes(lambda: self.proven(a), {None})

    def test_what_the_resolver_finds_bogus_is_an_outage(self):
        """It answers SERVFAIL: what is known turns stale."""
        a = self.dns_agent(dns_config(domain(dnssec="ad")), servers=["127.0.0.1"], start=False)
        self.resolver(a.host, listen=["127.0.0.1"])
        watcher = a.start().watch()
        watcher.wait(event="added", id=MILAN)
        mark = watcher.mark()
        self.zone.signing.expired = True
        self.ns.publish(self.zone)
        watcher.wait(mark, event="changed", reason="stale", id=MILAN)
        self.assertEqual(watcher.find(mark, event="removed"), [])


if __name__ == "__main__":
    dns_case.main()
