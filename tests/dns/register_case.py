"""What the tests of registration have in common."""

import re
import time

import dns_case
from dns_case import MILAN
from sandbox import PATIENCE, wait_for
from update_servers import Key, contents, place
from zones import Zone

LEASE = 60  # seconds: the shortest that may be configured
FOUR, SIX = "203.0.113.7", "2001:db8:99::7"


def cluster(cluster_id=MILAN, name="milan", **endpoints):
    """A [cluster] section. An endpoint is a port, or a port and where it is: an address or a name."""
    text = f'[cluster]\nid = "{cluster_id}"\nname = "{name}"\nversion = "v0.10.3"\n'
    for endpoint, place_ in (endpoints or {"auth": (30740, FOUR)}).items():
        port, target = place_ if isinstance(place_, tuple) else (place_, None)
        text += f"[cluster.{endpoint}]\nport = {port}\n"
        if target:
            is_address = re.fullmatch(r"[0-9.]+|[0-9a-f:]+", target)
            text += f'{"address" if is_address else "host"} = "{target}"\n'
    return text


class RegisterTest(dns_case.DnsTest):
    def updating(self, kind, *zones, name="ns", **options):
        """A server on a new host, which the zones name as their primary one."""
        zones = zones or (Zone(),)
        host = self.world.host(name)
        address = self.world.addresses(host)[0]
        for zone in zones:
            zone.replace("ns", "A", address)
        return kind(host, *zones, **options).start()

    def register(self, at, own=None, key=None, name="a", zone=None, lan="enabled = false",
                 start=True, more="", **options):
        """An agent on a new host that registers at a server; `options` are those of
        [[dns.register]]."""
        agent = self.dns_agent("", name=name, servers=[at], start=False)
        agent.key_file = place(agent, key or Key())
        options.setdefault("server", self.address(at))
        agent.configure(self.settings(agent, own, zone, lan, more, **options))
        return agent.start() if start else agent

    @staticmethod
    def settings(agent, own=None, zone=None, lan="enabled = false", more="", **options):
        options = {"zone": zone or dns_case.DOMAIN, "key_file": agent.key_file, "lease": LEASE,
                   **options}
        lines = "".join(f"{key.replace('_', '-')} = {_toml(value)}\n"
                        for key, value in options.items() if value is not None)
        return (own or cluster()) + f"[lan]\n{lan}\n[[dns.register]]\n{lines}{more}"

    @staticmethod
    def registrations(agent):
        return agent.call("Status")["parameters"]["registrations"]

    def wait_state(self, agent, state="done", accept=lambda registration: True, timeout=PATIENCE):
        """Until every registration is in this state, and there are some."""
        def look():
            found = self.registrations(agent)
            return found if found and all(each["state"] == state and accept(each)
                                          for each in found) else None
        return wait_for(look, timeout, lambda: f"registrations {state}: "
                                               f"{self.registrations(agent)}", 0.02)

    def holds(self, server, wanted, zone=dns_case.DOMAIN):
        """The zone has these records of ours, soon."""
        self.becomes(lambda: plain(contents(server, zone)), wanted)

    def gone_soon(self, server, what, seconds=2, zone=dns_case.DOMAIN):
        """Nothing but the server's own address is left in the zone, in the time that is promised."""
        begin = time.monotonic()
        wait_for(lambda: not plain(contents(server, zone)), PATIENCE,
                 lambda: f"{what}: {contents(server, zone)}", 0.02)
        self.within(time.monotonic() - begin, seconds, what)


def plain(records):
    """Without the server's own, and with TXT as the set of its items but those that a lease adds."""
    told = set()
    for owner, kind, data in records:
        if owner in ("ns", ""):
            continue
        if kind == "TXT":
            data = " ".join(sorted(item for item in re.findall(r'"([^"]*)"', data)
                                   if not item.startswith(("until=", "lease."))))
        told.add((owner, kind, data))
    return told


def instance(endpoint, port, target, cluster_id=MILAN, name="milan", addresses=(), via=None,
             version="v0.10.3", domain=dns_case.DOMAIN, txt=None):
    """The records of one endpoint, as plain() has them."""
    kind = {"auth": "_liqo_auth._tcp", "api": "_liqo_api._tcp",
            "gateway": "_liqo_gateway._udp"}[endpoint]
    owner, host = f"{cluster_id}.{kind}", f"{endpoint}.{cluster_id}"
    items = txt or [f"id={cluster_id}", f"name={name}", "txtvers=1", f"version={version}",
                    *([f"via={via}"] if via else [])]
    return {(kind, "PTR", f"{owner}.{domain}."),
            (owner, "SRV", f"0 0 {port} {target or f'{host}.{domain}'}."),
            (owner, "TXT", " ".join(sorted(items))),
            *((host, "AAAA" if ":" in a else "A", a) for a in addresses)}


def until(server, owner, zone=dns_case.DOMAIN):
    """The end of a lease, as TXT tells it."""
    for name, kind, data in contents(server, zone):
        if kind == "TXT" and name == owner:
            return int(re.search(r'"until=(\d+)"', data)[1])
    return None


def _toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return f'"{value}"'
    return "[" + ", ".join(f'"{each}"' for each in value) + "]"


main = dns_case.main
