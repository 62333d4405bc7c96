"""Who answers at an authentication endpoint: /ids over real TLS, as Liqo's servers tell it."""

import json

import case
from agent import config, getent
from auth_server import AuthServer
from case import ROME, TURIN
from sandbox import wait_for


def is_confirmed(cluster):
    return cluster["identity"] == "confirmed"


class Identity(case.LanTest):
    """One host with Liqo and no agent of ours, its auth server, and our agent on another."""

    def setUp(self):
        self.node = self.world.host("node")
        self.server = AuthServer(self.node, 30740, TURIN, "turin")
        self.addCleanup(lambda: self.server.stop())

    def see(self, **options):
        self.liqo(self.node, TURIN)
        return self.agent("a", avahi=False, **options)

    def test_confirmed_by_name_and_id(self):
        self.server.start()
        agent = self.see()
        cluster = agent.wait_cluster(TURIN, is_confirmed)
        self.assertEqual(cluster["name"], "turin", "Liqo tells its name nowhere else")
        self.assertEqual(cluster["fingerprint"], self.server.fingerprint)
        auth = next(s for s in cluster["sightings"] if s["service"] == "_liqo_auth._tcp")
        self.assertEqual({k: auth["ids"][k] for k in ("identity", "id", "name", "fingerprint")},
                         {"identity": "confirmed", "id": TURIN, "name": "turin",
                          "fingerprint": self.server.fingerprint})
        self.assertIn("confirmed", agent.cli("show", "turin", check=0).stdout)
        wait_for(lambda: getent(agent.host, "hosts", "turin.liqo.internal")[0] == 0, 5, "getent")
        self.assertEqual(set(self.server.requests), {"/ids"})

    def test_another_id_is_a_mismatch_and_not_used(self):
        self.server.ids["clusterId"] = ROME
        self.server.start()
        agent = self.see()
        cluster = agent.wait_cluster(TURIN, lambda c: c["identity"] == "mismatch")
        self.assertEqual(cluster["endpoints"], {})
        self.assertNotIn(ROME, agent.clusters())
        self.assertEqual(agent.cli("trust", TURIN).returncode, 2)
        self.assertNotEqual(getent(agent.host, "hosts", f"{TURIN}.liqo.internal")[0], 0)

    def test_another_certificate_is_shown_logged_and_can_be_trusted(self):
        self.server.start()
        agent = self.see()
        agent.wait_cluster(TURIN, is_confirmed)
        first = self.server.fingerprint
        watcher = agent.watch()
        watcher.wait(event="sync")
        second = self.server.renew("another")
        agent.cli("refresh", TURIN, check=0)
        told = watcher.wait(event="changed", reason="identity")
        self.assertEqual(told["cluster"]["identity"], "changed")
        self.assertEqual(told["cluster"]["fingerprint"], first)
        self.assertEqual(told["cluster"]["endpoints"], {})
        self.assertIn(second, agent.process.output())
        trusted = json.loads(agent.cli("trust", TURIN, "-o", "json", check=0).stdout)
        self.assertEqual((trusted["identity"], trusted["fingerprint"]), ("confirmed", second))
        self.assertIn("auth", trusted["endpoints"])

        agent.process.kill()  # what was trusted is on the disk
        agent.process.wait(10)
        agent.start()
        cluster = agent.wait_cluster(TURIN, is_confirmed)
        self.assertEqual(cluster["fingerprint"], second)

    def test_a_known_certificate_outlives_the_cluster_and_the_agent(self):
        self.server.start()
        agent = self.see()
        agent.wait_cluster(TURIN, is_confirmed)
        agent.stop()
        self.server.renew("another")
        agent.start()
        agent.wait_cluster(TURIN, lambda c: c["identity"] == "changed")

    def test_a_server_that_is_not_there_is_asked_again(self):
        agent = self.see()
        cluster = agent.wait_cluster(TURIN)
        self.assertEqual(cluster["identity"], "claimed")
        self.server.start()
        agent.wait_cluster(TURIN, is_confirmed, timeout=30)

    def test_nobody_is_asked_where_that_is_switched_off(self):
        self.server.start()
        agent = self.see(more="[verify]\nids = false")
        agent.wait_cluster(TURIN)
        self.stays(lambda: not self.server.clients, 1, "somebody was asked")
        agent.reload(config())
        agent.wait_cluster(TURIN, is_confirmed)


class BadServers(case.LanTest):
    """What answers wrongly is claimed, and costs nobody else anything."""

    def setUp(self):
        self.bad = self.world.host("bad")
        self.server = AuthServer(self.bad, 30740, TURIN, "turin")
        self.liqo(self.bad, TURIN)
        self.good = self.world.host("good")
        server = AuthServer(self.good, 30740, ROME, "rome").start()
        self.addCleanup(server.stop)

    def check(self):
        self.server.start()
        self.addCleanup(lambda: self.server.stop())
        agent = self.agent("a", avahi=False)
        agent.wait_cluster(TURIN)
        wait_for(lambda: self.server.clients, 10, "a question")
        self.liqo(self.good, ROME)
        agent.wait_cluster(ROME, is_confirmed)
        self.assertEqual(agent.clusters()[TURIN]["identity"], "claimed")

    def test_wrong_json(self):
        self.server.ids = "<html>"
        self.check()

    def test_an_id_that_is_none(self):
        self.server.ids = {"clusterId": "../../etc"}
        self.check()

    def test_an_error(self):
        self.server.status = 500
        self.check()

    def test_a_body_without_end(self):
        self.server.ids = b"{" * (1 << 20)
        self.check()


class Places(case.LanTest):
    def test_a_neighbour_cannot_make_the_agent_call_elsewhere(self):
        """It names an address of another network, and one of the agent's own host."""
        agent = self.agent("a", avahi=False, lans=("lan1", "lan2"))
        own = AuthServer(agent.host, 30740, TURIN).start()
        elsewhere = self.world.host("elsewhere", lans=("lan2",))
        other = AuthServer(elsewhere, 30740, TURIN).start()
        self.addCleanup(own.stop)
        self.addCleanup(other.stop)
        node = self.world.host("node")
        responder = self.liqo(node, TURIN, start=False)
        responder.cluster.ipv4 = [self.world.addresses(elsewhere, "lan2")[0],
                                  self.world.addresses(agent.host)[0]]
        responder.cluster.ipv6 = []
        responder.start()
        cluster = agent.wait_cluster(TURIN)
        self.assertEqual(cluster["identity"], "claimed")
        agent.cli("refresh", TURIN, check=0)
        self.stays(lambda: not own.requests and not other.requests, 1.5, "somebody was asked")


if __name__ == "__main__":
    case.main()
