"""The daemons behind the NSS modules of others, in this program's own namespaces.

The modules and systemd-resolved are those that ./dev unpacked into build/peers: installed, they
would put themselves into this host's nsswitch.conf. Each peer is asked for what costs it the least:
no packet leaves, and no answer has to be waited for."""

import pathlib
import socket
import subprocess

PEERS = pathlib.Path(__file__).resolve().parents[3] / "build/peers"
HOST = "benchhost"
HOSTS = [f"host{i}.example.net" for i in range(100)]
HOSTS_FILE = "".join(f"10.1.0.{i + 1}\t{name}\n" for i, name in enumerate(HOSTS))
_CPU = "0"  # of the daemons; that of a pinned row


class Missing(Exception):
    """Why a peer cannot be measured."""


def _unpacked(name):
    found = sorted(PEERS.rglob(name))
    if not found:
        raise Missing(f"{name} is not in {PEERS}: ./dev bench unpacks it there")
    return found[0]


def library_path(module):
    """Where libnss_<module>.so.2 lies."""
    return _unpacked(f"libnss_{module}.so.2").parent


def _shell(script):
    subprocess.run(["sh", "-ec", script], check=True)


def _spawn(*command):
    try:
        return subprocess.Popen(["taskset", "-c", _CPU, *map(str, command)],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise Missing(str(error)) from error


def make_network():
    """A link with an address, as every host has, and a host name."""
    socket.sethostname(HOST)
    _shell("""
        ip link set lo up
        ip link add bench0 type veth peer name bench1
        ip address add 10.77.0.1/24 dev bench0
        ip address add 10.77.0.2/24 dev bench1
        ip link set bench0 up multicast on
        ip link set bench1 up multicast on""")


def start_avahi(place):
    """avahi-daemon, whose own host name is asked for."""
    config = place / "avahi-daemon.conf"
    config.write_text(f"[server]\nhost-name={HOST}\nenable-dbus=no\nallow-interfaces=bench0\n"
                      "use-ipv6=no\n[wide-area]\nenable-wide-area=no\n")
    # Its socket is where the module knows it.
    _shell("mkdir -p /run/avahi-daemon && mount -t tmpfs liqo-bench /run/avahi-daemon")
    return _spawn("avahi-daemon", "--no-rlimits", "--no-chroot", "--no-drop-root", "-f", config)


def start_resolved(place):
    """systemd-resolved, which is asked over varlink for names that it has from /etc/hosts: it keeps
    those in memory, as it does what it caches, and no transaction is looked for."""
    passwd = place / "passwd"  # it becomes a user that only its installation makes
    passwd.write_text("root:x:0:0::/:/bin/sh\nsystemd-resolve:x:977:977::/:/bin/false\n")
    _shell(f"""
        mount --bind {passwd} /etc/passwd
        mkdir -p /run/systemd && mount -t tmpfs liqo-bench /run/systemd
        mkdir /run/systemd/resolved.conf.d
        cat > /run/systemd/resolved.conf.d/bench.conf <<END
[Resolve]
DNSStubListener=no
LLMNR=no
MulticastDNS=no
END""")
    return _spawn(_unpacked("systemd-resolved"))
