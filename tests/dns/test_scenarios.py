"""`check`: the four scenarios of Liqo's guide, with real TLS servers, real NAT, and a zone that tells
of them. The Internet is one LAN on which every host has an address of its own, without neighbours."""

import json
import socket

import dns_case
from agent import Agent
from auth_server import AuthServer
from dns_case import DOMAIN, MILAN, TURIN, dns_config, domain
from sandbox import wait_for
from servers import Nsd
from zones import Zone, strings

INTERNET = "lan8"
OURS, THEIRS, NS, NAT = (f"198.51.100.{number}" for number in (1, 2, 3, 4))


def own(site, address=None):
    """The settings of our own cluster."""
    text = f'[cluster]\nid = "{MILAN}"\nname = "milan"\nversion = "v0.10.3"\n'
    text += f'site = "{site}"\n' if site else ""
    where = f'address = "{address}"\n' if address else ""
    for endpoint, port in (("auth", 443), ("api", 6443), ("gateway", 5871)):
        text += f"[cluster.{endpoint}]\nport = {port}\n{where}"
    return text


class Scenario(dns_case.DnsTest):
    def on_internet(self, name, address, lans=()):
        """A host with a public address, whose neighbours are all behind its router."""
        host = self.world.host(name, lans=(*lans, INTERNET))
        link = host.links[-1]
        host.sh(f"ip addr flush dev {link}; ip addr add {address}/32 dev {link}; "
                f"ip route add 198.51.100.0/24 dev {link} scope link src {address}")
        return host

    def serve_zone(self, site, address, version="v0.10.1", gateway=5871):
        zone = Zone().cluster(TURIN, "turin", auth=443, api=6443, gateway=gateway,
                              addresses=[address])
        for service in ("_liqo_auth._tcp", "_liqo_api._tcp", "_liqo_gateway._udp"):
            told = [f"id={TURIN}", "name=turin", f"version={version}"]
            zone.replace(f"{TURIN}.{service}", "TXT",
                         strings(told + ([f"site={site}"] if site else [])))
        Nsd(self.on_internet("ns", NS), zone).start()

    def serve_cluster(self, host, auth=True, api=True, gateway=True):
        """What a cluster has to offer, of this."""
        if auth:
            self.auth = AuthServer(host, 443, TURIN, "turin").start()
            self.addCleanup(self.auth.stop)
        if api:
            server = AuthServer(host, 6443, "kubernetes")
            server.pages["/livez"] = (200, "ok")
            server.start()
            self.addCleanup(server.stop)
        if gateway:
            sock = host.socket(socket.AF_INET)
            sock.bind(("0.0.0.0", 5871))
            self.addCleanup(sock.close)

    def agent_on(self, host, settings):
        self.a = Agent(host, settings + dns_config(domain(DOMAIN, servers=[NS]))).start()
        self.a.wait_cluster(TURIN, lambda c: len(c["endpoints"]) == 3)
        return self.a

    def check(self, status):
        """(scenario, {(requirement, direction): row}, verdict)"""
        done = self.a.cli("check", "turin", "-o", "json")
        replies = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        rows = [reply["row"] for reply in replies if "row" in reply]
        self.assertEqual(len(rows), 8, done.stdout)
        return (replies[0]["scenario"]["name"],
                {(row["requirement"], row["direction"]): row for row in rows},
                replies[-1]["verdict"])

    def outcomes(self, rows, direction="to-them"):
        return [rows[each, direction]["outcome"] for each in ("auth", "api", "gateway")]


class CloudToCloud(Scenario):
    def start(self, **offered):
        self.serve_zone("cloud", THEIRS)
        self.serve_cluster(self.on_internet("theirs", THEIRS), **offered)
        self.agent_on(self.on_internet("ours", OURS), own("cloud", OURS))

    def test_ready(self):
        self.start()
        scenario, rows, verdict = self.check(status=0)
        self.assertEqual(scenario, "cloud-to-cloud")
        self.assertEqual(self.outcomes(rows), ["ok", "ok", "unknown"])
        self.assertIn("WireGuard", rows["gateway", "to-them"]["detail"])
        self.assertEqual(rows["version", "both"]["outcome"], "ok")
        self.assertTrue(verdict["holds"])
        page = self.a.cli("check", "turin", check=0).stdout
        self.assertIn("their authentication server", page)
        self.assertNotIn("\033", page)

    def test_an_api_server_that_is_closed(self):
        self.start(api=False, gateway=False)
        _, rows, verdict = self.check(status=1)
        self.assertEqual(self.outcomes(rows), ["ok", "failed", "failed"])
        self.assertIn("cloud provider", rows["api", "to-them"]["advice"])
        self.assertIn("LoadBalancer or a NodePort", rows["gateway", "to-them"]["advice"])
        self.assertEqual(rows["one-gateway", "both"]["outcome"], "unknown", "ours may do")
        self.assertEqual(verdict["summary"], "not ready to peer: api to-them")

    def test_another_cluster_answers(self):
        self.start()
        self.auth.ids["clusterId"] = MILAN + "0"
        _, rows, _ = self.check(status=1)
        self.assertIn("another cluster", rows["auth", "to-them"]["detail"])

    def test_tls_that_never_finishes(self):
        theirs = self.on_internet("theirs", THEIRS)
        self.serve_zone("cloud", THEIRS)
        self.serve_cluster(theirs, auth=False)
        mute = theirs.socket(socket.AF_INET, socket.SOCK_STREAM)
        mute.bind(("0.0.0.0", 443))
        mute.listen(16)
        self.addCleanup(mute.close)
        self.agent_on(self.on_internet("ours", OURS), own("cloud", OURS))
        _, rows, _ = self.check(status=1)
        self.assertIn("TLS does not", rows["auth", "to-them"]["detail"])

    def test_another_minor_version(self):
        self.serve_zone("cloud", THEIRS, version="v0.9.4")
        self.serve_cluster(self.on_internet("theirs", THEIRS))
        self.agent_on(self.on_internet("ours", OURS), own("cloud", OURS))
        _, rows, _ = self.check(status=1)
        self.assertEqual(rows["version", "both"]["outcome"], "failed")


class OnPremise(Scenario):
    def test_exposed_to_cloud(self):
        self.serve_zone("cloud", THEIRS)
        self.serve_cluster(self.on_internet("theirs", THEIRS))
        self.agent_on(self.on_internet("ours", OURS), own("on-premise", OURS))
        scenario, rows, _ = self.check(status=0)
        self.assertEqual(scenario, "on-premise-to-cloud")
        self.assertEqual(self.outcomes(rows, "to-us"), ["unknown"] * 3)

    def test_exposed_to_a_cloud_that_is_not(self):
        self.serve_zone("cloud", THEIRS)
        self.serve_cluster(self.on_internet("theirs", THEIRS), auth=False, gateway=False)
        self.agent_on(self.on_internet("ours", OURS), own("on-premise", OURS))
        scenario, rows, _ = self.check(status=1)
        self.assertEqual(scenario, "on-premise-to-cloud")
        self.assertEqual(self.outcomes(rows), ["failed", "ok", "failed"])
        self.assertIn("LoadBalancer or an Ingress", rows["auth", "to-them"]["advice"])

    def nat(self):
        """A router with a public address, and lan1 behind it."""
        nat = self.on_internet("nat", NAT, lans=("lan1",))
        inner, outer = nat.links
        nat.sh(f"""echo 1 > /proc/sys/net/ipv4/ip_forward
            nft add table ip nat
            nft add chain ip nat out '{{ type nat hook postrouting priority 100; }}'
            nft add chain ip nat in '{{ type nat hook prerouting priority -100; }}'
            nft add rule ip nat out oifname {outer} masquerade""")
        return nat

    def behind(self, nat, name):
        host = self.world.host(name)
        host.sh(f"ip -6 addr flush dev eth0 scope global; "  # a NAT is IPv4's
                f"ip route add default via {self.world.addresses(nat)[0]}")
        return host

    def forward(self, nat, host):
        four = self.world.addresses(host)[0]
        nat.sh(f"nft add rule ip nat in ip daddr {NAT} tcp dport '{{ 443, 6443 }}' dnat to {four}; "
               f"nft add rule ip nat in ip daddr {NAT} udp dport 5871 dnat to {four}")

    def test_we_are_behind_a_nat(self):
        self.serve_zone("cloud", THEIRS)
        self.serve_cluster(self.on_internet("theirs", THEIRS))
        self.agent_on(self.behind(self.nat(), "ours"), own("on-premise"))
        scenario, rows, verdict = self.check(status=1)
        self.assertEqual(scenario, "on-premise-behind-nat-to-cloud")
        self.assertEqual(self.outcomes(rows), ["ok", "ok", "unknown"])
        self.assertEqual(self.outcomes(rows, "to-us"), ["failed"] * 3)
        self.assertIn("NodePort with port-forwarding", rows["auth", "to-us"]["advice"])
        self.assertEqual(rows["one-gateway", "both"]["outcome"], "unknown")
        self.assertEqual(verdict["summary"], "not ready to peer: auth to-us, api to-us")

    def test_they_are_and_forward_their_ports(self):
        nat = self.nat()
        theirs = self.behind(nat, "theirs")
        self.forward(nat, theirs)
        self.serve_zone("on-premise", NAT)
        self.serve_cluster(theirs)
        self.agent_on(self.on_internet("ours", OURS), own("cloud", OURS))
        scenario, rows, _ = self.check(status=0)
        self.assertEqual(scenario, "on-premise-to-cloud")
        self.assertEqual(self.outcomes(rows), ["ok", "ok", "unknown"])

    def test_they_are_and_tell_a_private_address(self):
        nat = self.nat()
        theirs = self.behind(nat, "theirs")
        self.serve_zone("on-premise", self.world.addresses(theirs)[0])
        self.serve_cluster(theirs)
        self.agent_on(self.on_internet("ours", OURS), own("cloud", OURS))
        scenario, rows, _ = self.check(status=1)
        self.assertEqual(scenario, "on-premise-behind-nat-to-cloud")
        self.assertEqual(self.outcomes(rows), ["failed"] * 3)
        self.assertIn("private address", rows["auth", "to-them"]["exposure"])
        self.assertIn("port-forwarding", rows["api", "to-them"]["advice"])


class SameLan(Scenario):
    def test_liqo_itself(self):
        node = self.world.host("node")
        self.liqo(node, TURIN)
        self.addCleanup(AuthServer(node, 30740, TURIN, "turin").start().stop)
        self.a = self.agent("a", avahi=False, id=MILAN, name="milan")
        self.a.wait_cluster(TURIN, lambda c: c["identity"] == "confirmed")
        scenario, rows, verdict = self.check(status=0)
        self.assertEqual(scenario, "same-lan")
        self.assertEqual(self.outcomes(rows), ["ok", "unknown", "unknown"])
        self.assertEqual(rows["auth", "to-them"]["exposure"], "NodePort")
        self.assertTrue(verdict["holds"])

    def test_a_node_port_that_is_closed(self):
        self.liqo(self.world.host("node"), TURIN)
        self.a = self.agent("a", avahi=False, id=MILAN, name="milan")
        self.a.wait_cluster(TURIN)
        done = self.a.cli("check", TURIN, "-o", "json", check=1)
        row = next(json.loads(line)["row"] for line in done.stdout.splitlines()
                   if '"to-them"' in line and '"auth"' in line)
        self.assertEqual(row["outcome"], "failed")
        self.assertIn("a NodePort", row["advice"])

    def test_status_tells_what_our_own_side_lacks(self):
        self.a = self.agent("a", avahi=False, id=MILAN)
        notes = self.a.call("Status")["parameters"]["cluster"]["notes"]
        self.assertIn("no network gateway is configured ([cluster.gateway])", notes)
        self.assertIn("no network gateway", self.a.cli("status", check=0).stdout)

    def test_who_may(self):
        self.liqo(self.world.host("node"), TURIN)
        self.a = self.agent("a", avahi=False)
        self.a.wait_cluster(TURIN)
        self.assertEqual(self.a.cli("check", "nobody").returncode, 3)
        self.assertEqual(self.a.cli("check", TURIN, user="nobody").returncode, 1)
        wait_for(lambda: self.a.cli("check", TURIN).returncode == 1, 10, "nobody answers there")


if __name__ == "__main__":
    dns_case.main("nft", "openssl")
