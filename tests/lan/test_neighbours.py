"""Neighbours who say anything at all: known clusters stay, memory is bounded, nothing of theirs
reaches a terminal raw or a name that is not theirs."""

import random
import socket
import time

import case
import mdns
from agent import config, getent
from case import MILAN, ROME, TURIN
from mdns import AAAA, A, PTR, SRV, TXT, Message, Record
from observe import Pulse
from sandbox import PATIENCE, wait_for

STALL = 0.05  # seconds
SERVICE = mdns.labels("_liqo_auth._tcp.local")


def advert(instance, text=b"", port=443, target="evil.local", addresses=("10.0.1.200",),
           ttl=120):
    """A whole instance, in one packet."""
    name = (instance if isinstance(instance, bytes) else instance.encode(), *SERVICE)
    host = mdns.labels(target)
    return Message(answers=[
        Record(SERVICE, PTR, ttl, name), Record(name, SRV, ttl, (port, host)),
        Record(name, TXT, ttl, text),
        *(Record(host, AAAA if ":" in a else A, ttl, a) for a in addresses)])


class Neighbour(case.LanTest):
    AVAHI = True

    def setUp(self):
        self.a = self.agent("a", avahi=self.AVAHI)
        peer = self.world.host("b")
        self.liqo(peer, TURIN, interval=2)
        self.whole(self.a, TURIN, peer)
        self.evil = self.world.host("evil")
        self.sock = mdns.Multicast(self.evil)
        self.addCleanup(self.sock.close)
        self.watcher = self.a.watch()

    def still_well(self):
        """The known cluster was never gone, and a new one is found."""
        self.liqo(self.world.host("late"), ROME, interval=2)
        self.watcher.wait(timeout=2 * PATIENCE, event="added", id=ROME)
        self.assertEqual(self.watcher.find(event="removed", id=TURIN), [])
        self.assertIn(TURIN, self.a.clusters())


class AnyBytes(Neighbour):
    def test_in_labels_and_texts(self):
        labels = [b"\x1b[31mred", b"a\nb", b"\0\1\2", b"\xff\xfe", b'"\\.', "é☃".encode(),
                  b"x" * 63, b" ", b"\xe2\x80\xae"]
        for number, label in enumerate(labels):
            own_id = f"evil{number}"
            text = mdns.txt(f"id={own_id}", b"name=\x1b]0;owned\x07" + label, b"=no", b"",
                            b"bin=\xff\x00", b"flag", b"version=\r\nINJECTED")
            self.sock.send(advert(label, text, target=f"evil{number}.local"))
        self.a.wait_cluster("evil0")
        wait_for(lambda: sum(i.startswith("evil") for i in self.a.clusters()) >= 3, PATIENCE,
                 "some")
        for command in (("list",), ("list", "-o", "wide"), ("show", TURIN), ("list", "-o", "yaml"),
                        ("list", "-o", "json"), ("status",), ("show", "evil0"), ("metrics",)):
            out = self.a.cli(*command, check=0).stdout
            raw = {c for c in out if ord(c) < 32 and c != "\n" or 0x7F <= ord(c) < 0xA0}
            self.assertEqual(raw, set(), f"{command} prints control characters")
            self.assertFalse(any(line.startswith("INJECTED") for line in out.splitlines()))
        self.still_well()

    def test_in_whole_packets(self):
        chance = random.Random(6762)
        good = advert(MILAN, mdns.txt("a=b")).encode()
        for _ in range(3000):
            packet = bytearray(good)
            for _ in range(chance.randrange(1, 8)):
                packet[chance.randrange(2, len(packet))] = chance.randrange(256)
            self.sock.send(bytes(packet[:chance.randrange(12, len(packet) + 1)]))
            self.sock.send(chance.randbytes(chance.randrange(1, 400)))
        with Pulse(self.a) as pulse:
            self.still_well()
        self.within(pulse.longest(), STALL, "an answer")

    def test_64_kib_of_text(self):
        text = mdns.txt(*(b"k%d=" % i + b"v" * 240 for i in range(250)))
        self.sock.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.sock.send(advert("big", text))
        self.sock.send(advert("medium", text[:8800], target="medium.local"))
        self.still_well()
        self.assertLess(self.a.rss_anon(), 16384)


class AnyBytesEmbedded(AnyBytes):
    AVAHI = False


class Flood(Neighbour):
    """100,000 instances that do not exist."""

    COUNT, LIMIT_KB = 100_000, 96 * 1024

    def flood(self):
        for first in range(0, self.COUNT, 40):
            self.sock.send(Message(answers=[
                Record(SERVICE, PTR, 4500, (b"f%06d" % i, *SERVICE))
                for i in range(first, first + 40)]))
            time.sleep(0.001)

    def check(self, real):
        """`real`: started before the flood or after it, and there at the end."""
        with Pulse(self.a) as pulse:
            self.flood()
            if ROME in real:
                self.still_well()
            self.assertEqual(self.watcher.find(event="removed", id=TURIN), [])
        self.within(pulse.longest(), STALL, "an answer")
        self.assertLess(self.a.rss_anon() + self.a.rss_anon(self.a.helper_pid()), self.LIMIT_KB)
        self.assertEqual(set(self.a.clusters()), real)


class FloodThroughAvahi(Flood):
    """avahi-daemon's own cache takes no newcomers once the flood has filled it."""

    def test_the_known_one_stays(self):
        self.check({TURIN})


class FloodEmbedded(Flood):
    AVAHI = False

    def test_the_real_ones_stay(self):
        self.check({TURIN, ROME})
        warnings = wait_for(lambda: self.a.call("Status")["parameters"]["warnings"], PATIENCE,
                            "the flood is told of")
        self.assertEqual(len({w["message"] for w in warnings}), len(warnings), "each is told once")


class Lies(Neighbour):
    def test_targets_that_nobody_could_reach(self):
        bad = ("127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "::1", "ff02::1",
               "::ffff:127.0.0.1")
        for number, address in enumerate(bad):
            self.sock.send(advert(f"lie{number}", target=f"lie{number}.local",
                                  addresses=(address,)))
        self.sock.send(advert("lie-port", port=0))
        self.sock.send(advert("lie-target", target=""))
        self.sock.send(advert("truth", target="truth.local", addresses=("127.0.0.1", "10.0.1.9")))
        self.a.wait_cluster("truth")
        self.becomes(lambda: self.a.clusters()["truth"]["endpoints"]["auth"]["addresses"],
                     ["10.0.1.9"])
        self.still_well()
        self.assertEqual({i for i in self.a.clusters() if i.startswith("lie")}, set())

    def test_names_of_others(self):
        """The first to hold a name keeps it; nothing outside the suffix is ever answered."""
        self.sock.send(advert("first", mdns.txt("name=shared"), target="first.local"))
        self.a.wait_cluster("first", lambda c: "shared.liqo.internal" in c["hostnames"])
        for own_id, name in (("second", "shared"), ("third", "first"), ("fourth", "www.evil.com"),
                             ("fifth", "localhost"), ("sixth", TURIN)):
            self.sock.send(advert(own_id, mdns.txt(f"name={name}"), target=f"{own_id}.local",
                                  addresses=("10.0.1.66",)))
        for own_id in ("second", "third", "fourth", "fifth", "sixth"):
            self.becomes(lambda own_id=own_id: getent(self.a.host, "ahostsv4",
                                                      f"{own_id}.liqo.internal")[0], 0)
        self.sock.send(advert("shared", target="seventh.local", addresses=("10.0.1.66",)))
        self.a.wait_cluster("shared", lambda c: not c["hostnames"])
        self.assertEqual(self.a.cli("show", "shared").returncode, 3)
        for name in ("shared", "first", TURIN):
            status, lines = getent(self.a.host, "ahostsv4", f"{name}.liqo.internal")
            self.assertEqual(status, 0)
            self.assertNotIn("10.0.1.66", {line[0] for line in lines}, name)
        for name in ("www.evil.com", "second", "shared", "evil.local", "first.local"):
            self.assertEqual(getent(self.a.host, "ahosts", name)[0], 2, name)
        self.assertNotIn("10.0.1.66", str(getent(self.a.host, "ahosts", "localhost")))

    def test_our_own_id_claimed_by_another(self):
        self.a.reload(config(id=MILAN, name="milan"))
        self.becomes(lambda: (self.a.call("Status")["parameters"].get("cluster") or {}).get("id"),
                     MILAN)
        self.sock.send(advert(MILAN, target="evil.local"))
        self.still_well()
        self.assertNotIn(MILAN, self.a.clusters())


if __name__ == "__main__":
    case.main()
