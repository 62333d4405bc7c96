"""A bridge: the clusters of a LAN that said who they are, registered in a zone by an agent that
consents."""

import register_case
from auth_server import AuthServer
from dns_case import DOMAIN, MILAN, ROME, TURIN, dns_config, domain
from register_case import FOUR, cluster, instance
from sandbox import PATIENCE, wait_for
from update_servers import UpdateNamed, contents

LAN = 'enabled = true\nbackend = "embedded"'


class Share(register_case.RegisterTest):
    def setUp(self):
        self.ns = self.updating(UpdateNamed)

    def bridge(self, **options):
        """Its own cluster is milan, which it does not register unless told to."""
        options = {"share": ["lan"], "advertise": False, **options}
        return self.register(self.ns, lan=LAN, **options)

    def neighbour(self, name, cluster_id, answers=True):
        """A cluster on the LAN, by Liqo's own responder; its authentication server answers, or is
        not there."""
        host = self.world.host(name)
        if answers:
            server = AuthServer(host, 30740, cluster_id, name).start()
            self.world.at_end(server.stop)
        return self.liqo(host, cluster_id)

    def shared(self, liqo, cluster_id, name):
        host = liqo.cluster
        return instance("auth", 30740, None, cluster_id, name, [*host.ipv4, *host.ipv6], via=MILAN,
                        txt=[f"id={cluster_id}", f"name={name}", "txtvers=1", f"via={MILAN}"])

    def test_who_is_confirmed_is_registered_and_leaves_with_its_last_sighting(self):
        a = self.bridge()
        turin = self.neighbour("turin", TURIN)
        self.neighbour("rome", ROME, answers=False)
        a.wait_cluster(TURIN, lambda c: c["identity"] == "confirmed")
        a.wait_cluster(ROME)
        self.holds(self.ns, self.shared(turin, TURIN, "turin"))
        registration = next(r for r in self.registrations(a) if r["cluster"] == TURIN)
        self.assertTrue(registration["shared"])
        far = self.dns_agent(dns_config(domain(servers=[self.address(self.ns)])), name="far")
        seen = far.wait_cluster(TURIN)
        self.assertIn({"key": "via", "value": MILAN}, seen["sightings"][0]["txt"])
        turin.stop()
        wait_for(lambda: TURIN not in a.clusters(), PATIENCE, "turin has left the LAN")
        self.gone_soon(self.ns, "its last sighting went")

    def test_all_leave_with_the_bridge(self):
        a = self.bridge(advertise=True)
        turin = self.neighbour("turin", TURIN)
        own = instance("auth", 30740, None, addresses=[FOUR])
        self.holds(self.ns, own | self.shared(turin, TURIN, "turin"))
        a.reload(self.settings(a, lan=LAN, server=self.address(self.ns)))
        self.holds(self.ns, own)
        a.reload(self.settings(a, lan=LAN, server=self.address(self.ns), share=["lan"]))
        self.holds(self.ns, own | self.shared(turin, TURIN, "turin"))
        self.within(a.stop(), 2, "stop")
        self.holds(self.ns, set())

    def test_two_bridges_of_one_cluster(self):
        first = self.bridge()
        second = self.bridge(name="b")
        turin = self.neighbour("turin", TURIN)
        for agent in (first, second):
            wait_for(lambda: [r["state"] for r in self.registrations(agent)] == ["done"], PATIENCE,
                     lambda: f"registered by both: {self.registrations(agent)}")
        first.stop()
        self.holds(self.ns, self.shared(turin, TURIN, "turin"))
        second.stop()
        self.holds(self.ns, set())

    def test_what_a_cluster_registers_itself_comes_first(self):
        a = self.bridge()
        turin = self.neighbour("turin", TURIN)
        self.holds(self.ns, self.shared(turin, TURIN, "turin"))
        own = cluster(TURIN, "turin", auth=(31000, "203.0.113.8"))
        itself = self.register(self.ns, own, name="t")
        registered = instance("auth", 31000, None, TURIN, "turin", ["203.0.113.8"])
        self.holds(self.ns, registered)
        a.call("Refresh")
        wait_for(lambda: [r["state"] for r in self.registrations(a)] == ["held"], PATIENCE,
                 "left alone by the bridge")
        self.holds(self.ns, registered)
        a.stop()
        self.holds(self.ns, registered)
        itself.stop()
        self.holds(self.ns, set())
        self.assertNotIn(TURIN, str(contents(self.ns, DOMAIN)))


if __name__ == "__main__":
    register_case.main()
