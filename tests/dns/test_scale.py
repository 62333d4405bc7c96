"""Large domains and many of them: all is found, memory stays bounded, nobody waits."""

import uuid

import dns_case
from dns_case import DOMAIN, dns_config, domain
from observe import Pulse
from sandbox import PATIENCE, wait_for
from servers import Nsd
from zones import Zone

FOUR = "203.0.113.7"
KEPT = 4096  # instances of one domain
STALL = 0.05  # seconds in which the socket answers, whatever happens
A_CLUSTER = 16  # kB that the agent may need for each


def uuids(domain_name, count):
    return [str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{n}.{domain_name}")) for n in range(count)]


def crowd(name, ids, service="auth", zone=None, ttl=600):
    """A zone with so many instances on one host."""
    zone = zone or Zone(name, ttl=ttl).host("node", FOUR)
    for cluster_id in ids:
        zone.instance(cluster_id, service, 443, "node", [f"id={cluster_id}"])
    return zone


class Crowd(dns_case.DnsTest):
    @staticmethod
    def known(agent):
        """How many clusters the agent knows."""
        return agent.call("Status")["parameters"]["counts"]["clusters"]


class Crowds(Crowd):
    def found(self, *zones, names, ids, timeout):
        """An agent that has come to know all of these, without a stall."""
        server = self.server(Nsd, *zones)
        a = self.dns_agent(dns_config())
        empty = a.rss_anon()
        with Pulse(a) as pulse:
            a.reload(dns_config(*(domain(name, servers=[self.address(server)], legacy=False)
                                  for name in names)))
            wait_for(lambda: self.known(a) >= len(ids), timeout,
                     lambda: f"{len(ids)} clusters; {self.known(a)} are known", 0.5)
        self.assertEqual(a.clusters().keys(), set(ids))
        self.within(pulse.longest(), STALL, "an answer")
        self.assertLess(a.rss_anon() - empty, 4096 + len(ids) * A_CLUSTER, "kB")
        return a

    def test_1200_instances_in_one_answer(self):
        """61 KiB of PTR records: TCP carries them, and hardly more."""
        ids = uuids(DOMAIN, 1200)
        a = self.found(crowd(DOMAIN, ids), names=[DOMAIN], ids=ids, timeout=2 * PATIENCE)
        a.stop()
        a.start()
        self.assertEqual(len(a.clusters()), 1200, "of a restart's first answer")

    def test_50_domains_of_200(self):
        names = [f"d{n}.example" for n in range(50)]
        ids = {name: uuids(name, 200) for name in names}
        self.found(*(crowd(name, ids[name]) for name in names), names=names,
                   ids=[i for name in names for i in ids[name]], timeout=4 * PATIENCE)


class TooMany(Crowd):
    def test_4096_are_kept_and_the_others_counted(self):
        """Two lists of the domain have 3,000 names each: 17 octets a record fit into 64 KiB."""
        total = 6000
        zone = crowd(DOMAIN, [f"a{n:x}" for n in range(total // 2)])
        crowd(DOMAIN, [f"b{n:x}" for n in range(total // 2)], "api", zone)
        server = self.server(Nsd, zone)
        a = self.dns_agent(dns_config())
        with Pulse(a) as pulse:
            a.reload(dns_config(domain(servers=[self.address(server)], legacy=False)))
            wait_for(lambda: self.known(a) >= KEPT, 4 * PATIENCE,
                     lambda: f"{self.known(a)} known", 0.5)
            self.stays(lambda: self.known(a) == KEPT, 2, "more than the limit")
        self.becomes(lambda: [a.domain_status(DOMAIN)[key] for key in ("instances", "overLimit")],
                     [KEPT, total - KEPT])
        self.within(pulse.longest(), STALL, "an answer")


if __name__ == "__main__":
    dns_case.main()
