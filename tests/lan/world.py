"""A world of hosts on LANs, for one test. See tests/README.md for the picture."""

import itertools
import os
import subprocess

from host import Host
from sandbox import PATIENCE, ip

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_count = itertools.count(1)


def build_dir():
    """The build to test: LIQO_BUILD, else the dev preset's."""
    return os.environ.get("LIQO_BUILD", os.path.join(_ROOT, "build", "dev"))


class World:
    """Bridges are LANs: `lan1` is 10.0.1.0/24 and 2001:db8:1::/64. The n-th host of a world has
    the number n in each of its LANs, and reaches the k-th LAN that it is plugged into by eth<k-1>.
    """

    def __init__(self):
        self._number = next(_count)
        self._dir = f"/run/world{self._number}"
        self._bridges = []
        self._cleanups = []
        self.hosts = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def host(self, name, lans=("lan1",), avahi=False, dbus=False):
        os.makedirs(f"{self._dir}/{name}")
        host = Host(name, f"{self._dir}/{name}", build_dir())
        host.number = len(self.hosts) + 1
        self.hosts.append(host)
        for lan in lans:
            self.plug(host, lan)
        if dbus or avahi:
            host.start_dbus()
        if avahi:
            host.start_avahi()
        return host

    def plug(self, host, lan, link=None, address=True):
        """A cable from the host to the LAN. Returns the host's interface."""
        self.bridge(lan)
        link = link or f"eth{len(host.links)}"
        port = self.port(host, link)
        ip(f"link add {port} type veth peer name {link} netns {host.pid}")
        ip(f"link set {port} master {self.bridge(lan)} up")
        lines = [f"ip link set {link} up"]
        if address:
            four, six = self.addresses(host, lan)
            lines += [f"ip addr add {four}/24 brd + dev {link}",
                      f"ip addr add {six}/64 dev {link} nodad"]
        host.sh("\n".join(lines))
        host.links.append(link)
        return link

    @staticmethod
    def addresses(host, lan="lan1"):
        """The host's IPv4 and IPv6 address on this LAN."""
        number = lan.removeprefix("lan")
        return f"10.0.{number}.{host.number}", f"2001:db8:{number}::{host.number}"

    def port(self, host, link="eth0"):
        """The bridge's end of a cable."""
        return f"w{self._number}h{host.number}{link}"[:15]

    def pull_cable(self, host, link="eth0"):
        """The host's link loses its carrier; the others on the LAN are told nothing."""
        ip(f"link set {self.port(host, link)} down")

    def plug_back(self, host, link="eth0"):
        ip(f"link set {self.port(host, link)} up")

    def mute(self, host, link="eth0"):
        """The switch drops what this host sends and is sent; nobody loses a carrier."""
        self._set_port(host, link, "disabled")

    def unmute(self, host, link="eth0"):
        self._set_port(host, link, "forwarding")

    def _set_port(self, host, link, state):
        subprocess.run(["bridge", "link", "set", "dev", self.port(host, link), "state",
                        {"disabled": "0", "forwarding": "3"}[state]], check=True,
                       timeout=PATIENCE)

    def at_end(self, function):
        """Called by close(), the last first."""
        self._cleanups.append(function)

    def close(self):
        for cleanup in reversed(self._cleanups):
            cleanup()
        for host in self.hosts:
            host.close()
        for bridge in self._bridges:
            ip(f"link del {bridge}")
        self._bridges.clear()

    def print_logs(self):
        for host in self.hosts:
            host.print_logs()
            agent = getattr(host, "agent", None)
            if agent and agent.process and agent.process.alive():
                print(f"--- {host.name}: {agent.cli('status').stdout}")

    def bridge(self, lan):
        name = f"w{self._number}{lan}"
        if name not in self._bridges:
            ip(f"link add {name} type bridge mcast_snooping 0 forward_delay 0")
            ip(f"link set {name} up")
            self._bridges.append(name)
        return name
