"""One DNS question, and its answer as a mdns.Message."""

import random
import socket
import struct

import mdns
import sandbox

SOA = 6
NOERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5
RECURSION_DESIRED = 0x0100


def ask(host, server, name, kind, timeout=1):
    """The answer over UDP as `host` gets it; nothing where there is none."""
    question = mdns.Message(random.getrandbits(16), RECURSION_DESIRED,
                            [(name, kind, mdns.IN)]).encode()
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    with sandbox.network_of(host.pid), socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        try:
            sock.connect((server, 53))
            sock.send(question)
            answer = mdns.decode(sock.recv(65536))
        except (OSError, ValueError, IndexError, struct.error):
            return None
    return answer if answer.id == struct.unpack_from("!H", question)[0] else None
