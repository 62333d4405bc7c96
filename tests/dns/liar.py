"""A DNS server that says whatever a test has it say, over UDP and TCP."""

import contextlib
import socket
import struct
import threading

import mdns
from query import NXDOMAIN, SOA

ANSWER, AUTHORITATIVE, TRUNCATED = 0x8000, 0x0400, 0x0200


class Liar:
    """Answers with `zones`, names to Lies; other names are refused by silence."""

    def __init__(self, host, zones):
        self._zones = zones
        self._udp = host.socket(socket.AF_INET)
        self._udp.bind(("0.0.0.0", 53))
        self._tcp = host.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._tcp.bind(("0.0.0.0", 53))
        self._tcp.listen(64)
        for serve in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    def close(self):
        for sock in (self._udp, self._tcp):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _serve_udp(self):
        with contextlib.suppress(OSError):
            while True:
                octets, client = self._udp.recvfrom(65536)
                if octets:
                    self._handle(Asked(octets, lambda out, c=client: self._udp.sendto(out, c)))

    def _serve_tcp(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._tcp.accept()
                threading.Thread(target=self._serve_client, args=(client,), daemon=True).start()

    def _serve_client(self, client):
        with client, contextlib.suppress(OSError, struct.error):
            client.settimeout(30)
            stream = client.makefile("rb")
            while True:
                length, = struct.unpack("!H", stream.read(2))
                self._handle(Asked(stream.read(length), client.sendall, client))

    def _handle(self, asked):
        name = b".".join(asked.name).decode(errors="replace").lower()
        for zone, lies in self._zones.items():
            if name == zone or name.endswith("." + zone):
                lies.asked += 1
                with contextlib.suppress(OSError):
                    lies.answer(asked, lies)


class Asked:
    """A question, and the way back to whoever asked it."""

    def __init__(self, octets, send, client=None):
        self.octets = octets
        self.message = mdns.decode(octets)
        self.name, self.kind, _ = self.message.questions[0]
        self.client = client  # the socket, over TCP
        self.raw = send

    @property
    def tcp(self):
        return self.client is not None

    def reply(self, answers=(), rcode=0, flags=AUTHORITATIVE, authority=(), additional=(), id=None,
              questions=None):
        """The octets of an answer to this."""
        return mdns.Message(
            self.message.id if id is None else id,
            ANSWER | flags | rcode | (self.message.flags & 0x0100),
            self.message.questions if questions is None else questions,
            list(answers), list(authority), list(additional)).encode()

    def send(self, octets):
        """A message: over TCP behind its length."""
        self.raw(struct.pack("!H", len(octets)) + octets if self.tcp else octets)


class Lies:
    """A zone of clusters, and how questions about it are answered: honestly at first."""

    def __init__(self, zone, *ids, ttl=5):
        self.zone = zone
        self.asked = 0
        self.answer = honest
        service, host = f"_liqo_auth._tcp.{zone}", f"node.{zone}"
        self.records = [mdns.Record(host, mdns.A, ttl, "203.0.113.7")]
        for cluster_id in ids:
            instance = f"{cluster_id}.{service}"
            self.records += [mdns.Record(service, mdns.PTR, ttl, mdns.labels(instance)),
                             mdns.Record(instance, mdns.SRV, ttl, (443, mdns.labels(host))),
                             mdns.Record(instance, mdns.TXT, ttl, mdns.txt(f"id={cluster_id}"))]
        soa = bytes(2) + struct.pack("!5I", 1, 3600, 600, 864000, ttl)
        self.soa = mdns.Record(zone, SOA, ttl, soa)

    def of(self, asked):
        """The records that answer a question."""
        return [r for r in self.records
                if _folded(r.name) == _folded(asked.name) and r.type == asked.kind]


def honest(asked, lies):
    """The answer as it is."""
    found = lies.of(asked)
    if found:
        asked.send(asked.reply(found))
    else:
        there = any(_folded(r.name)[-len(asked.name):] == _folded(asked.name)
                    for r in lies.records)
        asked.send(asked.reply(rcode=0 if there else NXDOMAIN, authority=[lies.soa]))


def _folded(name):
    return tuple(label.lower() for label in name)
