"""The daemons of others beside which ours are measured, in this program's own namespaces.

NSS modules and systemd-resolved are those that ./dev unpacked into build/peers: installed, they
would put themselves into this host's nsswitch.conf. Each peer is asked for what costs it the least:
what it knows already. No packet leaves."""

import os
import pathlib
import socket
import struct
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/lan"))

import mdns  # noqa: E402

PEERS = ROOT / "build/peers"
HOST = "benchhost"
ADDRESS = "10.77.0.1"
HOSTS = [f"host{i}.example.net" for i in range(100)]
HOSTS_FILE = "".join(f"10.1.0.{i + 1}\t{name}\n" for i, name in enumerate(HOSTS))
TTL = 3600
SOA = 6
CPU = 0  # where client and daemon of a pinned row are
REDIS = "/run/redis.socket"
RESOLVED = "/run/systemd/resolve/io.systemd.Resolve"


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


def _spawn(*command, **options):
    try:
        return subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, **options)
    except FileNotFoundError as error:
        raise Missing(str(error)) from error


def pin(daemon):
    """To the CPU of a pinned row."""
    os.sched_setaffinity(daemon.pid, {CPU})


def make_network():
    """A link with an address, as every host has, and a host name."""
    socket.sethostname(HOST)
    _shell(f"""
        ip link set lo up
        ip link add bench0 type veth peer name bench1
        ip address add {ADDRESS}/24 dev bench0
        ip address add 10.77.0.2/24 dev bench1
        ip link set bench0 up multicast on
        ip link set bench1 up multicast on""")


def start_avahi():
    """avahi-daemon, whose own host name is asked for."""
    directory = pathlib.Path("/run/avahi-daemon")  # the module knows its socket there
    directory.mkdir()
    config = directory / "conf"
    config.write_text(f"[server]\nhost-name={HOST}\nenable-dbus=no\nallow-interfaces=bench0\n"
                      "use-ipv6=no\n[wide-area]\nenable-wide-area=no\n")
    return _spawn("avahi-daemon", "--no-rlimits", "--no-chroot", "--no-drop-root", "-f", config)


def start_resolved():
    """systemd-resolved, which is asked over varlink for what it has in its cache."""
    _serve_dns()
    passwd = pathlib.Path("/run/passwd")  # it becomes a user that only its installation makes
    passwd.write_text("systemd-resolve:x:977:977::/:/bin/false\n" +
                      pathlib.Path("/etc/passwd").read_text())
    _shell(f"mount --bind {passwd} /etc/passwd")
    drop_in = pathlib.Path("/run/systemd/resolved.conf.d/bench.conf")
    drop_in.parent.mkdir(parents=True)
    drop_in.write_text(f"[Resolve]\nDNS={ADDRESS}\nDNSSEC=no\nDNSStubListener=no\nLLMNR=no\n"
                       "MulticastDNS=no\nReadEtcHosts=no\n")
    return _spawn(_unpacked("systemd-resolved"))


def start_redis():
    """redis-server, by the name under which redis-tools has it: its own package would have it
    started with this host."""
    return _spawn("redis-server", "--port", "0", "--unixsocket", REDIS, "--save", "",
                  executable="/usr/bin/redis-check-rdb")


def _serve_dns():
    """What fills the cache: every name has one address, and no IPv6."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((ADDRESS, 53))

    def serve():
        while True:
            octets, client = server.recvfrom(4096)
            query = mdns.decode(octets)
            name, kind, _ = query.questions[0]
            reply = mdns.Message(query.id, mdns.AUTHORITATIVE, query.questions)
            if kind == mdns.A:
                reply.answers = [mdns.Record(name, mdns.A, TTL, "10.1.0.1")]
            else:
                reply.authority = [mdns.Record(name, SOA, TTL, b"\0\0" + struct.pack(
                    "!5I", 1, TTL, TTL, TTL, TTL))]
            server.sendto(reply.encode(), client)

    threading.Thread(target=serve, daemon=True).start()
