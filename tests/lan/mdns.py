"""mDNS messages, as bytes and as values: just enough DNS (RFC 1035) to say anything, right or
wrong, and to read what others say."""

import socket
import struct
from dataclasses import dataclass, field

GROUP4, GROUP6, PORT = "224.0.0.251", "ff02::fb", 5353
A, PTR, TXT, AAAA, SRV, CNAME = 1, 12, 16, 28, 33, 5
IN, FLUSH = 1, 0x8001
RESPONSE, AUTHORITATIVE = 0x8000, 0x8400


def labels(name):
    """A name as a tuple of labels, from dotted text or from labels (bytes) already."""
    if isinstance(name, str):
        return tuple(label.encode() for label in name.rstrip(".").split(".") if label)
    return tuple(name)


@dataclass(frozen=True)
class Record:
    name: tuple
    type: int
    ttl: int
    data: object  # PTR, CNAME: a name; SRV: (port, name); A, AAAA: text; else octets
    cls: int = IN

    def __post_init__(self):
        object.__setattr__(self, "name", labels(self.name))


@dataclass
class Message:
    id: int = 0
    flags: int = AUTHORITATIVE
    questions: list = field(default_factory=list)  # (name, type, class)
    answers: list = field(default_factory=list)
    authority: list = field(default_factory=list)
    additional: list = field(default_factory=list)

    @property
    def records(self):
        return [*self.answers, *self.authority, *self.additional]

    def encode(self, compress=True):
        writer = _Writer(compress)
        writer.put(struct.pack("!6H", self.id, self.flags, len(self.questions),
                               len(self.answers), len(self.authority), len(self.additional)))
        for name, kind, cls in self.questions:
            writer.name(labels(name))
            writer.put(struct.pack("!HH", kind, cls))
        for record in self.records:
            writer.record(record)
        return bytes(writer.out)


def txt(*strings):
    """The octets of a TXT record; none gives none at all, as Liqo sends it."""
    return b"".join(bytes([len(s)]) + s
                    for s in (x.encode() if isinstance(x, str) else x for x in strings))


class _Writer:
    """The order of names decides the pointers, as in miekg/dns: an SRV target is written in full,
    but later names may point into it."""

    def __init__(self, compress):
        self.out = bytearray()
        self._compress = compress
        self._seen = {}

    def put(self, octets):
        self.out += octets

    def name(self, name, compress=True):
        for i in range(len(name)):
            suffix = name[i:]
            if compress and self._compress and suffix in self._seen:
                self.put(struct.pack("!H", 0xC000 | self._seen[suffix]))
                return
            if len(self.out) < 0x4000:
                self._seen.setdefault(suffix, len(self.out))
            self.put(bytes([len(name[i])]) + name[i])
        self.put(b"\0")

    def record(self, record):
        self.name(record.name)
        self.put(struct.pack("!HHIH", record.type, record.cls, record.ttl, 0))
        start = len(self.out)
        self._data(record)
        struct.pack_into("!H", self.out, start - 2, len(self.out) - start)

    def _data(self, record):
        if isinstance(record.data, bytes):
            self.put(record.data)
        elif record.type == SRV:
            port, target = record.data
            self.put(struct.pack("!HHH", 0, 0, port))
            self.name(labels(target), compress=False)
        elif record.type in (PTR, CNAME):
            self.name(labels(record.data))
        else:
            family = socket.AF_INET if record.type == A else socket.AF_INET6
            self.put(socket.inet_pton(family, record.data))


def decode(octets):
    """A Message. Raises ValueError, IndexError or struct.error on what is none."""
    header = struct.unpack_from("!6H", octets)
    message, at = Message(header[0], header[1]), 12
    for _ in range(header[2]):
        name, at = _read_name(octets, at)
        message.questions.append((name, *struct.unpack_from("!HH", octets, at)))
        at += 4
    for section, count in zip((message.answers, message.authority, message.additional),
                              header[3:]):
        for _ in range(count):
            record, at = _read_record(octets, at)
            section.append(record)
    return message


def _read_name(octets, at):
    found, end, jumps = [], None, 0
    while octets[at]:
        length = octets[at]
        if length >= 0xC0:
            end = end or at + 2
            at = struct.unpack_from("!H", octets, at)[0] & 0x3FFF
            jumps += 1
            if jumps > 64:
                raise ValueError("a name without end")
        else:
            found.append(bytes(octets[at + 1:at + 1 + length]))
            at += 1 + length
    return tuple(found), end or at + 1


def _read_record(octets, at):
    name, at = _read_name(octets, at)
    kind, cls, ttl, length = struct.unpack_from("!HHIH", octets, at)
    at += 10
    data = bytes(octets[at:at + length])
    if kind in (PTR, CNAME):
        data = _read_name(octets, at)[0]
    elif kind == SRV:
        data = (struct.unpack_from("!H", octets, at + 4)[0], _read_name(octets, at + 6)[0])
    elif kind in (A, AAAA):
        data = socket.inet_ntop(socket.AF_INET if kind == A else socket.AF_INET6, data)
    return Record(name, kind, ttl, data, cls), at + length


class Multicast:
    """An mDNS socket of a host, on one of its links."""

    def __init__(self, host, link="eth0", family=socket.AF_INET, ttl=255, port=PORT):
        self.socket = host.socket(family)
        self._group = (GROUP4 if family == socket.AF_INET else GROUP6, PORT)
        index = host.if_index(link)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET:
            request = struct.pack("4s4sI", socket.inet_aton(GROUP4), bytes(4), index)
            self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
            self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, request)
            self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
            self.socket.bind(("0.0.0.0", port))
        else:
            request = socket.inet_pton(socket.AF_INET6, GROUP6) + struct.pack("I", index)
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, request)
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, ttl)
            self._group = (GROUP6, PORT, 0, index)
            self.socket.bind(("::", port))

    def send(self, message, to=None, compress=True):
        octets = message if isinstance(message, bytes) else message.encode(compress)
        self.socket.sendto(octets, to or self._group)

    def receive(self, timeout):
        """(message, sender) or None: nothing came, or nothing that can be read."""
        self.socket.settimeout(max(timeout, 0.001))
        try:
            octets, sender = self.socket.recvfrom(65536)
            return decode(octets), sender
        except (OSError, ValueError, IndexError, struct.error):
            return None

    def close(self):
        self.socket.close()
