"""Liqo 0.2 to 0.10 on the LAN, imitated: its responder, packet for packet, and what its browser
accepts. Written after liqotech/zeroconf at 6384f3f, which every one of those versions uses; the
packets are held against ones that the library itself made (test_world.py)."""

import random
import socket
import threading
import time
from dataclasses import dataclass

import mdns
from mdns import A, AAAA, FLUSH, IN, PTR, SRV, TXT, Message, Record
from sandbox import PATIENCE, wait_for

SERVICE = mdns.labels("_liqo_auth._tcp.local")
_ALL_SERVICES = mdns.labels("_services._dns-sd._udp.local")
_HOST_TTL = 120


@dataclass
class LiqoCluster:
    id: str
    host: str  # "node1": the node's name
    port: int
    ipv4: list
    ipv6: list
    ttl: int = 90

    @property
    def instance(self):
        return (self.id.encode(), *SERVICE)

    @property
    def target(self):
        return mdns.labels(self.host + ".local")

    def _service(self, cls=IN, ttl=None):
        ttl = self.ttl if ttl is None else ttl
        return [Record(self.instance, SRV, ttl, (self.port, self.target), cls),
                Record(self.instance, TXT, ttl, b"", cls)]

    def _addresses(self, cls=IN, ttl=_HOST_TTL):
        return [*(Record(self.target, A, ttl, a, cls) for a in self.ipv4),
                *(Record(self.target, AAAA, ttl, a, cls) for a in self.ipv6)]

    def answer(self, query_id=0):
        """To a question, and without one every 12 s."""
        return Message(id=query_id, flags=mdns.AUTHORITATIVE,
                       answers=[Record(SERVICE, PTR, self.ttl, self.instance)],
                       additional=[*self._service(), *self._addresses()])

    def _all(self, ttl, host_ttl):
        return [*self._service(FLUSH, ttl),
                Record(SERVICE, PTR, ttl, self.instance),
                Record(_ALL_SERVICES, PTR, ttl, SERVICE),
                *self._addresses(FLUSH, host_ttl)]

    def announcement(self):
        return Message(flags=mdns.RESPONSE, answers=self._all(self.ttl, _HOST_TTL))

    def goodbye(self):
        """To be sent uncompressed."""
        return Message(flags=mdns.RESPONSE, answers=self._all(0, 0))

    def probe(self):
        return Message(flags=0, questions=[(self.instance, PTR, IN)], authority=self._service())


class LiqoResponder:
    """Sends with an IP TTL of 1 and answers by multicast only, with the id of the question."""

    def __init__(self, host, cluster, link="eth0", interval=12):
        self.cluster = cluster
        self._interval = interval
        self._stop = threading.Event()
        self._announced = threading.Semaphore(0)
        self._sockets = [mdns.Multicast(host, link, family, ttl=1)
                         for family in (socket.AF_INET, socket.AF_INET6)]
        self._threads = [threading.Thread(target=self._run, args=(s,), daemon=True)
                         for s in self._sockets]

    def start(self):
        for thread in self._threads:
            thread.start()
        return self

    def wait_announced(self):
        """Until all is said that it says unasked at its start."""
        for _ in self._threads:
            if not self._announced.acquire(timeout=PATIENCE):
                raise AssertionError("Liqo's responder does not get on")

    def stop(self, goodbye=True):
        """Returns when it said so."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if goodbye:
            for each in self._sockets:
                each.send(self.cluster.goodbye(), compress=False)
        said = time.monotonic()
        for each in self._sockets:
            each.close()
        return said

    def _run(self, sock):
        start = time.monotonic()
        timetable = [(0, self.cluster.probe), (0.1, self.cluster.probe),
                     (0.2, self.cluster.announcement), (1.2, self.cluster.announcement)]
        due = [(start + after, make) for after, make in timetable]
        while not self._stop.is_set():
            if time.monotonic() >= due[0][0]:
                _, make = due.pop(0)
                sock.send(make())
                if not due:
                    self._announced.release()
                    due.append((time.monotonic() + self._interval, self.cluster.answer))
            received = sock.receive(min(0.05, due[0][0] - time.monotonic()))
            if received:
                self._answer(sock, received[0])

    def _answer(self, sock, query):
        if query.flags & mdns.RESPONSE or query.authority:
            return
        known = any(r.type == PTR and r.data == self.cluster.instance and
                    r.ttl >= self.cluster.ttl / 2 for r in query.answers)
        if not known and any(name == SERVICE or name == self.cluster.instance
                             for name, _, _ in query.questions):
            sock.send(self.cluster.answer(query.id))


@dataclass
class Entry:
    """What Liqo's browser hands on to Liqo."""
    id: str
    host: str
    port: int
    ipv4: list
    ipv6: list
    ttl: int
    time: float


def entries_of(message, own_ipv4=()):
    """The instances of one message that Liqo would accept: SRV and address together, names equal
    octet for octet, one IPv4 address at least that is not the receiver's own."""
    found = []
    for srv in message.records:
        if srv.type != SRV or srv.name[1:] != SERVICE:
            continue
        port, target = srv.data
        ipv4 = [r.data for r in message.records if r.type == A and r.name == target]
        ipv6 = [r.data for r in message.records if r.type == AAAA and r.name == target]
        # The last of these records tells the time to live.
        ttl = [r.ttl for r in message.records
               if r.name == srv.name and r.type in (SRV, TXT) or
               r.type == PTR and r.data == srv.name][-1]
        if ttl > 0 and any(a not in own_ipv4 for a in ipv4):
            found.append(Entry(srv.name[0].decode(), ".".join(x.decode() for x in target), port,
                               ipv4, ipv6, ttl, time.monotonic()))
    return found


class LiqoBrowser:
    """Asks as Liqo does, over IPv4 alone, and keeps every entry that it accepts."""

    def __init__(self, host, own_ipv4=(), link="eth0"):
        self.entries = []
        self.goodbyes = []  # (cluster id, time)
        self._own = own_ipv4
        self._socket = mdns.Multicast(host, link, ttl=1)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()
        return self

    @property
    def threads(self):
        """For a Stopwatch."""
        return (self._thread.native_id,)

    def stop(self):
        self._stop.set()
        self._thread.join()
        self._socket.close()

    def wait(self, cluster_id, accept=lambda entry: True):
        """The first entry of this cluster that is acceptable."""
        def first():
            return next((e for e in self.entries if e.id == cluster_id and accept(e)), None)
        return wait_for(first, PATIENCE, lambda: f"Liqo accepts {cluster_id}; so far "
                                                 f"{self.entries[-3:]}")

    def wait_goodbye(self, cluster_id):
        """When the first packet came that withdraws this cluster."""
        return wait_for(lambda: [at for gone, at in self.goodbyes if gone == cluster_id],
                        PATIENCE, f"the goodbye of {cluster_id}")[0]

    def goodbye_since(self, cluster_id, begin, end):
        """When it was withdrawn between these times; `end`, if it was not."""
        return next((at for gone, at in self.goodbyes
                     if gone == cluster_id and begin <= at <= end), end)

    def _run(self):
        pause, next_query = 1.0, 0.0
        while not self._stop.is_set():
            if time.monotonic() >= next_query:
                query = Message(id=random.randint(1, 65535), flags=0,
                                questions=[(SERVICE, PTR, IN)])
                self._socket.send(query)
                next_query = time.monotonic() + pause
                pause = min(pause * 2, 60)
            received = self._socket.receive(0.05)
            if received:
                self.entries += entries_of(received[0], self._own)
                self.goodbyes += [(r.name[0].decode(errors="replace"), time.monotonic())
                                  for r in received[0].answers
                                  if r.type == SRV and r.name[1:] == SERVICE and r.ttl == 0]
