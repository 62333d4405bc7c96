"""An agent keeps its cluster's endpoints in zones, by DNS UPDATE: BIND, Knot DNS and PowerDNS."""

import os
import re
import signal
import time

import register_case
from dns_case import DOMAIN, MILAN, TURIN, dns_config, domain
from register_case import FOUR, SIX, cluster, instance, until
from sandbox import PATIENCE, wait_for
from servers import Nsd
from update_servers import (Key, PowerDns, UpdateKnot, UpdateNamed, contents, serial,
                            wait_contents)
from zones import Zone

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs",
                    "registering.md")
AUTH = f"{MILAN}._liqo_auth._tcp"


class Registering:
    """What each server must do alike."""

    kind = None
    algorithm = "hmac-sha256"

    def setUp(self):
        self.key = Key(algorithm=self.algorithm)
        self.ns = self.updating(self.kind, keys=(self.key,))

    def own(self, port=30740):
        return cluster(auth=(port, FOUR), api=(6443, "api.example.org"), gateway=(5871, SIX))

    def records(self, port=30740):
        return (instance("auth", port, None, addresses=[FOUR]) |
                instance("api", 6443, "api.example.org") |
                instance("gateway", 5871, None, addresses=[SIX]))

    def test_comes_changes_and_goes(self):
        a = self.register(self.ns, self.own(), key=self.key)
        self.wait_state(a)
        self.holds(self.ns, self.records())
        self.assertAlmostEqual(until(self.ns, AUTH), time.time() + 60, delta=PATIENCE)
        b = self.dns_agent(dns_config(domain(servers=[self.address(self.ns)])), name="b")
        seen = b.wait_cluster(MILAN, lambda c: len(c["endpoints"]) == 2)["endpoints"]["auth"]
        self.assertEqual((seen["port"], seen["addresses"]), (30740, [FOUR]))

        a.reload(self.settings(a, self.own(31000), server=self.address(self.ns)))
        self.holds(self.ns, self.records(31000))
        before = serial(self.ns, DOMAIN)
        a.reload(self.settings(a, self.own(31000), server=self.address(self.ns)))
        wait_for(lambda: a.process.output().count("configuration read again") == 2, PATIENCE,
                 "the second reload")
        self.assertEqual({r["state"] for r in self.registrations(a)}, {"done"})
        self.assertEqual(serial(self.ns, DOMAIN), before)

        a.reload(self.settings(a, self.own(31000), server=self.address(self.ns),
                               advertise=False))
        self.gone_soon(self.ns, "advertise turned off")
        a.reload(self.settings(a, self.own(31000), server=self.address(self.ns)))
        self.holds(self.ns, self.records(31000))
        self.within(a.stop(), 2, "stop")
        self.holds(self.ns, set())

    def test_several_agents_of_one_cluster(self):
        """Each adds its own, and takes only that away, also when all come and go at once."""
        places = [(30740, FOUR), (30741, SIX), (30740, "lb.example.org"), (30740, FOUR)]
        agents = [self.register(self.ns, cluster(auth=place), key=self.key, name=f"a{number}")
                  for number, place in enumerate(places)]
        for agent in agents:
            self.wait_state(agent)
        whole = instance("auth", 30740, None, addresses=[FOUR, SIX]) | instance(
            "auth", 30741, None) | instance("auth", 30740, "lb.example.org")
        self.holds(self.ns, whole)
        agents[0].stop()  # the fourth has the same place
        self.holds(self.ns, whole)
        agents[2].stop()
        self.holds(self.ns, whole - {(AUTH, "SRV", "0 0 30740 lb.example.org.")})
        agents[3].stop()
        self.holds(self.ns, instance("auth", 30741, None, addresses=[SIX]))
        agents[1].stop()
        self.holds(self.ns, set())


class OnBind(Registering, register_case.RegisterTest):
    kind = UpdateNamed
    algorithm = "hmac-sha384"


class OnKnot(Registering, register_case.RegisterTest):
    kind = UpdateKnot
    algorithm = "hmac-sha512"


class OnPowerDns(Registering, register_case.RegisterTest):
    kind = PowerDns


class Lease(register_case.RegisterTest):
    def setUp(self):
        self.ns = self.updating(UpdateNamed)

    def kill(self, agent):
        agent.process.kill(signal.SIGKILL)
        agent.process.wait(PATIENCE)

    def test_a_start_within_it_touches_nothing(self):
        a = self.register(self.ns, lease=600)
        self.wait_state(a)
        before = serial(self.ns, DOMAIN), contents(self.ns, DOMAIN)
        self.kill(a)
        a.start()
        self.wait_state(a)
        self.assertEqual((serial(self.ns, DOMAIN), contents(self.ns, DOMAIN)), before)
        a.stop()
        self.holds(self.ns, set())

    def test_it_is_renewed_at_half(self):
        a = self.register(self.ns)
        self.wait_state(a)
        first = until(self.ns, AUTH)
        wait_for(lambda: until(self.ns, AUTH) > first, 60 + PATIENCE, "a renewal", 0.5)
        self.assertAlmostEqual(until(self.ns, AUTH), first + 30, delta=PATIENCE / 2)

    def test_who_died_is_cleaned_up_after(self):
        """By the next agent of its cluster; who only looks takes its records for gone."""
        looking = self.dns_agent(dns_config(domain(servers=[self.address(self.ns)])), name="c")
        a = self.register(self.ns, cluster(auth=(30740, FOUR)))
        b = self.register(self.ns, cluster(auth=(30741, SIX)), name="b")
        for agent in (a, b):
            self.wait_state(agent)
        looking.wait_cluster(MILAN)
        self.kill(a)
        wait_contents(self.ns, DOMAIN, lambda records: not any(
            data == FOUR or data.startswith("0 0 30740") for _, _, data in records),
            "what a had is taken out")
        self.assertTrue(any(data.startswith("0 0 30741") for _, _, data in
                            contents(self.ns, DOMAIN)))
        self.kill(b)
        wait_for(lambda: MILAN not in looking.clusters(), 60 + PATIENCE, "gone past its lease", 0.5)
        self.assertIn(AUTH, {owner for owner, _, _ in contents(self.ns, DOMAIN)})


class Others(register_case.RegisterTest):
    """What somebody else has is left alone."""

    def held(self, *records):
        zone = Zone()
        for record in records:
            zone.add(*record)
        self.ns = self.updating(UpdateNamed, zone)
        a = self.register(self.ns)
        self.wait_state(a, "held")
        before = serial(self.ns, DOMAIN)
        a.call("Refresh")
        self.wait_state(a, "held")
        a.stop()
        self.assertEqual(serial(self.ns, DOMAIN), before)
        return a.process.output()

    def test_another_cluster_under_our_name(self):
        log = self.held((AUTH, "SRV", "0 0 443 other"),
                        (AUTH, "TXT", f'"id={TURIN}" "until=4000000000"'))
        self.assertEqual(log.count("of another cluster"), 1)

    def test_records_made_by_hand(self):
        self.held((AUTH, "SRV", "0 0 443 other"))

    def test_records_with_our_id_made_by_hand(self):
        self.held((AUTH, "SRV", "0 0 443 other"), (AUTH, "TXT", f'"id={MILAN}"'))

    def test_addresses_made_by_hand(self):
        self.held((f"auth.{MILAN}", "A", "203.0.113.99"))


class Ways(register_case.RegisterTest):
    def test_the_server_that_the_zone_names(self):
        self.ns = self.updating(UpdateNamed)
        a = self.register(self.ns, server=None)
        found = self.wait_state(a)
        self.assertEqual({r["server"] for r in found}, {self.address(self.ns)})

    def test_several_zones_on_several_servers(self):
        first = self.updating(UpdateNamed, Zone("example.com"))
        second = self.updating(UpdateKnot, Zone("example.org"), Zone("example.net"), name="ns2")
        a = self.register(first, start=False)
        a.configure(self.settings(a, server=self.address(first)) + "".join(
            f'[[dns.register]]\nzone = "{zone}"\nserver = "{self.address(second)}"\n'
            f'key-file = "{a.key_file}"\n' for zone in ("example.org", "example.net")))
        a.start()
        self.assertEqual({r["zone"] for r in self.wait_state(a)},
                         {"example.com", "example.org", "example.net"})
        for server, zone in ((first, "example.com"), (second, "example.org"),
                             (second, "example.net")):
            self.holds(server, instance("auth", 30740, None, addresses=[FOUR], domain=zone), zone)
        a.stop()
        self.holds(second, set(), "example.net")

    def test_a_signed_zone_and_its_secondary(self):
        """The server signs what it is told; who transfers the zone serves it too."""
        secondary_host = self.world.host("ns2")
        secondary_address = self.world.addresses(secondary_host)[0]
        primary = self.updating(UpdateNamed, signed=True, notify=[secondary_address])
        secondary = SecondaryNsd(secondary_host, Zone(), primary=self.address(primary)).start()
        a = self.register(primary)
        self.wait_state(a)
        for server in (primary, secondary):
            self.holds(server, instance("auth", 30740, None, addresses=[FOUR]))
            answer = server.host.run(["dig", "+dnssec", "@127.0.0.1", f"{AUTH}.{DOMAIN}",
                                      "SRV"]).stdout
            self.assertRegex(answer, r"RRSIG\s+SRV")
        a.stop()
        self.holds(secondary, set())


class Policies(register_case.RegisterTest):
    """What docs/registering.md tells the zone's owner to allow is enough, and no more."""

    def block(self, name):
        with open(DOCS) as page:
            return re.search(rf"<!-- policy: {name} -->\n```\n(.*?)```", page.read(), re.S)[1]

    def allows(self, kind, policy):
        self.ns = self.updating(kind, policy=policy)
        own = cluster("milan-1", auth=(30740, FOUR), api=6443, gateway=5871)
        a = self.register(self.ns, own)
        self.wait_state(a)
        a.stop()
        self.holds(self.ns, set())
        other = self.register(self.ns, cluster("rome-1"), name="b")
        # Knot DNS answers with BADKEY, or to begin with 3.4 with NOTAUTH alone.
        self.assertRegex(self.wait_state(other, "refused")[0]["error"], "REFUSED|BADKEY|NOTAUTH")

    def test_bind(self):
        grants = self.block("bind").replace("update-policy {", "").replace("};", "")
        self.allows(UpdateNamed, grants)

    def test_knot(self):
        self.allows(UpdateKnot, self.block("knot"))


class SecondaryNsd(Nsd):
    """Has its zone by transfer."""

    def __init__(self, host, *zones, primary, **options):
        super().__init__(host, *zones, **options)
        self._primary = primary

    def start(self):
        self._write("conf", self.configuration(self.zones))
        self._spawn(lambda: self._answers(self.zones[0].name))
        return self

    def configuration(self, zones):
        return super().configuration(zones).rstrip() + "".join(
            f"\n  allow-notify: {self._primary} NOKEY\n  request-xfr: {self._primary} NOKEY\n"
            f"  provide-xfr: 127.0.0.1 NOKEY\n" for _ in zones)


if __name__ == "__main__":
    register_case.main()
