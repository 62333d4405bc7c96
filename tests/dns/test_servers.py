"""The world of the DNS tests itself: servers serve zones, changes are published, and the signed
ones are what a validator of another house takes them for."""

import dns_case
import mdns
from dns_case import DOMAIN, MILAN, TURIN
from query import NOERROR, REFUSED, SERVFAIL, ask
from sandbox import PATIENCE, wait_for
from servers import AUTHORITATIVE, Named, Nsd, Unbound
from zones import Zone

ALGORITHMS = ("ECDSAP256SHA256", "ED25519", "RSASHA256")
AUTH = f"_liqo_auth._tcp.{DOMAIN}"


def dig(server, *words, at="127.0.0.1"):
    """The lines of the short answer."""
    return server.host.sh(f"dig +short @{at} {' '.join(words)}").splitlines()


def delv(server, name, kind, anchor):
    """What BIND's validator says of an answer."""
    with open(f"{server.host.run_dir}/anchor", "w") as file:
        origin, _, ds = anchor.strip().partition("\tIN\tDS\t")
        tag, algorithm, digest_type, digest = ds.split(None, 3)
        file.write(f'trust-anchors {{ "{origin.split()[0]}" static-ds {tag} {algorithm} '
                   f'{digest_type} "{digest}"; }};')
    return server.host.run(["delv", "@127.0.0.1", "-a", "/run/anchor", f"+root={DOMAIN}", name,
                            kind]).stdout


class Plain(dns_case.DnsTest):
    def test_zones_are_served_and_changed(self):
        for kind in AUTHORITATIVE:
            with self.subTest(kind.program):
                zone = Zone().cluster(MILAN, "milan", api=6443, addresses=["203.0.113.7"])
                server = self.server(kind, zone, name=kind.program)
                self.assertEqual(dig(server, AUTH, "PTR"), [f"{MILAN}.{AUTH}."])
                self.assertEqual(dig(server, f"{MILAN}.{AUTH}", "SRV"),
                                 [f"0 0 30740 milan-node.{DOMAIN}."])
                server.publish(zone.cluster(TURIN, "turin", addresses=["2001:db8::7"]))
                self.assertEqual(len(dig(server, AUTH, "PTR")), 2)
                self.assertEqual(dig(server, f"turin-node.{DOMAIN}", "AAAA"), ["2001:db8::7"])
                server.publish(zone.drop_cluster(MILAN))
                self.assertEqual(dig(server, "+tcp", AUTH, "PTR"), [f"{TURIN}.{AUTH}."])

    def test_a_resolver_caches(self):
        zone = Zone(ttl=300).cluster(MILAN, "milan", addresses=["203.0.113.7"])
        server = self.server(Named, zone)
        resolver = self.server(Unbound, [(DOMAIN, self.address(server))], name="resolver")
        self.assertEqual(dig(resolver, AUTH, "PTR"), [f"{MILAN}.{AUTH}."])
        asked = server.asked(AUTH, "PTR")  # more than once where the server was slow
        self.assertGreaterEqual(asked, 1)
        self.assertEqual(dig(resolver, AUTH, "PTR"), [f"{MILAN}.{AUTH}."])
        self.assertEqual(server.asked(AUTH, "PTR"), asked)

    def test_servers_that_fail(self):
        for kind in AUTHORITATIVE:
            with self.subTest(kind.program):
                zone = Zone().cluster(MILAN, "milan", addresses=["203.0.113.7"])
                server = self.server(kind, zone, name=kind.program)
                for begin, rcode in ((server.start_broken, SERVFAIL), (server.start_empty, REFUSED),
                                     (server.start, NOERROR)):
                    server.stop()
                    begin()
                    answer = wait_for(
                        lambda host=server.host: ask(host, "127.0.0.1", AUTH, mdns.PTR), PATIENCE,
                        "an answer")
                    self.assertEqual(answer.flags & 0xF, rcode)


class Signed(dns_case.DnsTest):
    def signed(self, **options):
        zone = Zone().cluster(MILAN, "milan", addresses=["203.0.113.7"])
        return zone.sign(**options)

    def test_every_algorithm_and_denial(self):
        for algorithm in ALGORITHMS:
            for nsec3 in (False, True):
                zone = self.signed(algorithm=algorithm, nsec3=nsec3)
                for kind in AUTHORITATIVE:
                    with self.subTest(f"{algorithm} nsec3={nsec3} {kind.program}"):
                        server = self.server(kind, zone, name=f"{kind.program}{algorithm}{nsec3}")
                        anchor = zone.signing.anchor
                        self.assertIn("; fully validated", delv(server, AUTH, "PTR", anchor))
                        self.assertIn("; negative response, fully validated",
                                      delv(server, f"none.{DOMAIN}", "A", anchor))
                        server.stop()

    def test_expired_and_tampered_ones_are_bogus(self):
        zone = self.signed()
        server = self.server(Nsd, zone)
        zone.signing.expired = True
        server.publish(zone)
        self.assertNotIn("fully validated", delv(server, AUTH, "PTR", zone.signing.anchor))
        zone.signing.expired = False
        zone.signing.tamper = lambda text: text.replace(" 30740 ", " 30741 ")
        server.publish(zone)
        srv = delv(server, f"{MILAN}.{AUTH}", "SRV", zone.signing.anchor)
        self.assertNotIn("fully validated", srv)
        self.assertIn("fully validated", delv(server, AUTH, "PTR", zone.signing.anchor))

    def test_an_unsigned_child(self):
        child = Zone(f"child.{DOMAIN}").cluster(TURIN, "turin", addresses=["203.0.113.8"])
        zone = self.signed().delegate(child)
        for kind in AUTHORITATIVE:
            server = self.server(kind, zone, child, name=kind.program)
            answer = delv(server, f"_liqo_auth._tcp.{child.name}", "PTR", zone.signing.anchor)
            self.assertIn("; unsigned answer", answer)

    def test_the_ad_bit_of_a_validating_resolver(self):
        zone = self.signed()
        server = self.server(Nsd, zone)
        resolver = self.server(Unbound, [(DOMAIN, self.address(server))], name="resolver",
                               anchors=[zone.signing.anchor])
        flags = resolver.host.sh(f"dig +adflag @127.0.0.1 {AUTH} PTR | grep flags:")
        self.assertIn(" ad;", flags.replace(" ad ", " ad; "))


if __name__ == "__main__":
    dns_case.main()
