"""What the DNS tests have in common: the LAN tests' world, servers in it, and our agent that asks
them. Imported first, for it says where the world is."""

import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lan"))

import case  # noqa: E402
from agent import Agent  # noqa: E402
from case import MILAN, ROME, TURIN, WAIT  # noqa: E402, F401

NEEDED = ("named", "nsd", "knotd", "unbound", "dig", "delv", "ldns-signzone", "named-checkzone",
          "nsd-checkzone")
DOMAIN = "example.com"


def dns_config(*domains, **options):
    """A configuration that browses these domains, as domain() gives them, and no LAN; `options`
    are those of [dns]."""
    return f"[lan]\nenabled = false\n[dns]\n{_settings(options)}{''.join(domains)}"


def domain(name=DOMAIN, **options):
    """A [[dns.domain]] section."""
    return f'[[dns.domain]]\nname = "{name}"\n{_settings(options)}'


def _settings(options):
    return "".join(f"{key.replace('_', '-')} = {_toml(value)}\n"
                   for key, value in options.items())


def _toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    return "[" + ", ".join(map(_toml, value)) + "]"


class DnsTest(case.LanTest):
    """Servers, each on a host of its own, and agents that ask them."""

    def server(self, kind, *zones, name="ns", start=True, **options):
        """A server on a new host."""
        server = kind(self.world.host(name), *zones, **options)
        return server.start() if start else server

    @staticmethod
    def auth(agent, cluster_id=MILAN):
        """A cluster's auth endpoint as it is now; KeyError where there is none yet."""
        return agent.clusters()[cluster_id]["endpoints"]["auth"]

    def address(self, server):
        """The server's IPv4 address, as others reach it."""
        return self.world.addresses(server.host)[0]

    def silence(self, name="silent"):
        """The address of a server that never answers, nor says that it is none."""
        host = self.world.host(name)
        sock = host.socket(socket.AF_INET)
        sock.bind(("0.0.0.0", 53))
        self.addCleanup(sock.close)
        return self.world.addresses(host)[0]

    def dns_agent(self, settings, name="a", servers=(), start=True, search=()):
        """An agent on a new host, whose resolv.conf names `servers`, these or their addresses."""
        host = self.world.host(name)
        self.write_resolv_conf(host, servers, search)
        agent = Agent(host, settings)
        return agent.start() if start else agent

    def write_resolv_conf(self, host, servers, search=()):
        with open(f"{host.run_dir}/etc/resolv.conf", "w") as file:
            for server in servers:
                address = server if isinstance(server, str) else self.address(server)
                file.write(f"nameserver {address}\n")
            if search:
                file.write(f"search {' '.join(search)}\n")


def main(*programs):
    """`programs` are what the file needs besides."""
    case.main((*NEEDED, *programs))
