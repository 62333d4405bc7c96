"""The test world itself: its hosts see each other, and its Liqo is like the real one."""

import signal
import time

import case
import liqo
import mdns
from liqo import LiqoBrowser, LiqoCluster, LiqoResponder
from observe import Pulse
from sandbox import PATIENCE, wait_for

ID = "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f"

# Made by the packing code of Liqo's own library (liqotech/zeroconf 6384f3f with miekg/dns 1.1.50).
GOLDEN_ANSWER = (
    "0000840000000001000000050a5f6c69716f5f61757468045f746370056c6f63616c00000c00010000005a00272438"
    "623462366335652d316630612d346333642d396135372d306131623263336434653566c00cc02d002100010000005a"
    "0013000000007814056e6f646531056c6f63616c00c02d001000010000005a0000c06600010001000000780004c000"
    "020ac066000100010000007800040af40001c066001c000100000078001020010db8000000000000000000000010")
GOLDEN_ANNOUNCEMENT = (
    "0000800000000007000000002438623462366335652d316630612d346333642d396135372d30613162326333643465"
    "35660a5f6c69716f5f61757468045f746370056c6f63616c00002180010000005a0013000000007814056e6f646531"
    "056c6f63616c00c00c001080010000005a0000c031000c00010000005a0002c00c095f7365727669636573075f646e"
    "732d7364045f756470c041000c00010000005a0002c031c05800018001000000780004c000020ac058000180010000"
    "007800040af40001c058001c800100000078001020010db8000000000000000000000010")


def golden_cluster():
    return LiqoCluster(ID, "node1", 30740, ["192.0.2.10", "10.244.0.1"], ["2001:db8::10"])


class Imitation(case.LanTest):
    def test_packets_are_those_of_liqo(self):
        cluster = golden_cluster()
        self.assertEqual(cluster.answer().encode().hex(), GOLDEN_ANSWER)
        self.assertEqual(cluster.announcement().encode().hex(), GOLDEN_ANNOUNCEMENT)
        self.assertEqual(len(cluster.goodbye().encode(compress=False)), 420)

    def test_messages_are_read_as_they_were_written(self):
        message = mdns.decode(bytes.fromhex(GOLDEN_ANNOUNCEMENT))
        self.assertEqual(message, golden_cluster().announcement())

    def test_browser_rejects_what_liqo_rejects(self):
        cluster = golden_cluster()
        accepted = liqo.entries_of(cluster.answer())
        self.assertEqual([(e.id, e.port, e.ttl) for e in accepted], [(ID, 30740, 90)])
        self.assertEqual(liqo.entries_of(cluster.goodbye()), [])
        self.assertEqual(liqo.entries_of(cluster.answer(), own_ipv4=cluster.ipv4), [])
        cluster.ipv4 = []
        self.assertEqual(liqo.entries_of(cluster.answer()), [], "IPv6 alone is not enough")


class Daemons(case.LanTest):
    def browse(self, host):
        """The resolved lines of avahi-browse."""
        out = host.run(["avahi-browse", "-rpt", "_liqo_auth._tcp"]).stdout
        return [line.split(";") for line in out.splitlines() if line.startswith("=")]

    def test_two_daemons_see_each_other(self):
        a, b = self.world.host("a", avahi=True), self.world.host("b", avahi=True)
        b.spawn(["avahi-publish", "-s", ID, "_liqo_auth._tcp", "30740"])
        seen = wait_for(lambda: self.browse(a), PATIENCE, "avahi-browse")
        self.assertIn(("b.local", "30740"), {(f[6], f[8]) for f in seen})

    def test_daemon_resolves_liqo(self):
        a, b = self.world.host("a", avahi=True), self.world.host("b")
        four, six = self.world.addresses(b)
        cluster = LiqoCluster(ID, "b", 30740, [four], [six])
        LiqoResponder(b, cluster).start()
        seen = wait_for(lambda: self.browse(a), PATIENCE, "avahi-browse")
        self.assertTrue({f[7] for f in seen} <= {four, six})

    def test_liqo_accepts_avahi(self):
        a, b = self.world.host("a"), self.world.host("b", avahi=True)
        browser = LiqoBrowser(a, own_ipv4=[self.world.addresses(a)[0]]).start()
        b.spawn(["avahi-publish", "-s", ID, "_liqo_auth._tcp", "30740"])
        entry = browser.wait(ID)
        browser.stop()
        self.assertEqual((entry.host, entry.port), ("b.local", 30740))
        self.assertIn(self.world.addresses(b)[0], entry.ipv4)

    def test_a_pulled_cable_is_not_noticed_by_others(self):
        a, b = self.world.host("a", avahi=True), self.world.host("b", avahi=True)
        b.spawn(["avahi-publish", "-s", ID, "_liqo_auth._tcp", "30740"])
        wait_for(lambda: self.browse(a), PATIENCE, "avahi-browse")
        self.world.pull_cable(b)
        self.assertIn("state UP", a.sh("ip link show eth0"))
        wait_for(lambda: "NO-CARRIER" in b.sh("ip link show eth0"), PATIENCE,
                 "no carrier")
        self.assertTrue(self.browse(a), "Avahi lists it from its cache")


class Observers(case.LanTest):
    def test_a_stall_is_seen(self):
        a = self.agent("a", avahi=False)
        with Pulse(a) as pulse:
            a.process.kill(signal.SIGSTOP)
            time.sleep(1)
            a.process.kill(signal.SIGCONT)
        self.assertGreater(pulse.longest(), 0.5)

    def test_an_agent_that_is_gone_is_seen(self):
        a = self.agent("a", avahi=False)
        with Pulse(a) as pulse:
            a.process.stop(signal.SIGKILL)
            wait_for(lambda: not pulse.alive(), PATIENCE, "the observer notices")
        self.assertRaises(AssertionError, pulse.longest)


if __name__ == "__main__":
    case.main()
