"""A bad cable between a host and its LAN: it loses frames and delays them.

Frames are carried by a thread of ours rather than by netem, which not every kernel has, and the
same frames are lost in every run.
"""

import heapq
import itertools
import random
import select
import socket
import struct
import threading
import time

from sandbox import ip

_ETH_P_ALL = 3
_SOL_PACKET, _PACKET_VNET_HDR, _PACKET_IGNORE_OUTGOING = 263, 15, 23


class BadCable:
    """Both ways `loss` (a fraction) of the frames are lost, and the others come `delay` s late."""

    def __init__(self, world, host, loss=0.0, delay=0.0, link="eth0", lan="lan1", seed=1):
        self.lost = self.carried = 0
        self._loss, self._delay = loss, delay
        self._random = random.Random(seed)
        self._order = itertools.count()
        self._late = []  # (due, order, socket, frame)
        port = world.port(host, link)
        inner = f"{port}x"[-15:]
        ip(f"link set {port} nomaster")
        ip(f"link add {inner} type veth peer name {inner[:-1]}y")
        ip(f"link set {inner} up")
        ip(f"link set {inner[:-1]}y master {world.bridge(lan)} up")
        self._ends = [_packet_socket(port), _packet_socket(inner)]
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()
        world.at_end(self.close)

    def close(self):
        self._wake.send(b"x")
        self._thread.join()
        for end in (*self._ends, self._wake, self._woken):
            end.close()

    def _carry(self):
        other = dict(zip(self._ends, reversed(self._ends)))
        while True:
            timeout = max(0, self._late[0][0] - time.monotonic()) if self._late else None
            ready = select.select([*self._ends, self._woken], [], [], timeout)[0]
            if self._woken in ready:
                return
            for end in ready:
                self._take(end.recv(1 << 17), other[end])
            while self._late and self._late[0][0] <= time.monotonic():
                _, _, end, frame = heapq.heappop(self._late)
                end.send(frame)

    def _take(self, frame, to):
        if self._random.random() < self._loss:
            self.lost += 1
            return
        self.carried += 1
        heapq.heappush(self._late, (time.monotonic() + self._delay, next(self._order), to, frame))


def _packet_socket(link):
    """What the link receives. Frames keep the kernel's note of what is still to be done to them:
    checksums and segmentation, which virtual links leave to the hardware."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    for option in (_PACKET_VNET_HDR, _PACKET_IGNORE_OUTGOING):
        sock.setsockopt(_SOL_PACKET, option, struct.pack("i", 1))
    sock.bind((link, _ETH_P_ALL))
    return sock
