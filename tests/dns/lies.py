"""What a DNS server may do to those who ask it: each a function of liar.Lies.answer's form.

FALSE gives no answer that could be believed: what is known stays, and turns stale. HARMLESS has one
hidden in it: nobody notices anything.
"""

import contextlib
import os
import random
import socket
import struct
import time

import mdns
from liar import AUTHORITATIVE, TRUNCATED, honest
from query import NXDOMAIN, REFUSED, SERVFAIL

FORMERR, NOTIMP = 1, 4
NS = 2


def _with_answer(asked, owner, kind, data, count=1, ttl=5):
    """An answer of one record whose owner and data are any octets."""
    head = bytearray(asked.reply())
    struct.pack_into("!H", head, 6, count)
    return bytes(head) + owner + struct.pack("!HHIH", kind, mdns.IN, ttl, len(data)) + data


def _here(asked):
    """Where the first answer starts."""
    return len(asked.reply())


def _pointer(at):
    return struct.pack("!H", 0xC000 | at)


# Names and lengths that cannot be.

def pointer_to_itself(asked, lies):
    asked.send(_with_answer(asked, _pointer(_here(asked)), asked.kind, b"\0"))


def pointers_in_a_ring(asked, lies):
    at = _here(asked)
    asked.send(_with_answer(asked, b"\1a" + _pointer(at + 4) + b"\1b" + _pointer(at), asked.kind,
                            b"\0"))


def pointer_forward(asked, lies):
    asked.send(_with_answer(asked, _pointer(_here(asked) + 12), asked.kind, b"\1a\0"))


def data_that_points_to_itself(asked, lies):
    at = _here(asked) + 12
    asked.send(_with_answer(asked, _pointer(12), asked.kind, b"\1a" + _pointer(at)))


def a_label_of_64(asked, lies):
    asked.send(_with_answer(asked, b"\x40" + b"a" * 64 + b"\0", asked.kind, b"\0"))


def a_name_of_many_labels(asked, lies):
    asked.send(_with_answer(asked, b"\1a" * 200 + b"\0", asked.kind, b"\0"))


def data_longer_than_the_message(asked, lies):
    octets = bytearray(_with_answer(asked, _pointer(12), asked.kind, b"\1a\0"))
    struct.pack_into("!H", octets, len(octets) - 5, 60000)
    asked.send(bytes(octets))


def more_announced_than_there_is(asked, lies):
    octets = bytearray(asked.reply(lies.of(asked)))
    struct.pack_into("!H", octets, 6, 65535)
    asked.send(bytes(octets))


def nothing_but_a_header(asked, lies):
    asked.send(asked.reply()[:12])


def half_a_header(asked, lies):
    asked.send(asked.reply()[:7])


def any_octets(asked, lies):
    asked.send(asked.octets[:2] + os.urandom(300))


def any_octets_behind_the_question(asked, lies):
    head = bytearray(asked.reply())
    struct.pack_into("!3H", head, 6, *(random.randrange(4) for _ in range(3)))
    asked.send(bytes(head) + os.urandom(400))


# Answers to something else.

def another_id(asked, lies):
    asked.send(asked.reply(lies.of(asked), id=asked.message.id ^ 1))


def another_question(asked, lies):
    asked.send(asked.reply(lies.of(asked), questions=[("other.example", mdns.A, mdns.IN)]))


def no_question(asked, lies):
    asked.send(asked.reply(lies.of(asked), questions=[]))


def the_question_itself(asked, lies):
    asked.send(asked.octets)


# Refusals, and answers that say nothing.

def servfail(asked, lies):
    asked.send(asked.reply(rcode=SERVFAIL))


def refused(asked, lies):
    asked.send(asked.reply(rcode=REFUSED))


def formerr(asked, lies):
    asked.send(asked.reply(rcode=FORMERR))


def notimp(asked, lies):
    asked.send(asked.reply(rcode=NOTIMP))


def silence(asked, lies):
    pass


def nodata_without_soa(asked, lies):
    asked.send(asked.reply())


def nxdomain_without_soa(asked, lies):
    asked.send(asked.reply(rcode=NXDOMAIN))


def a_referral(asked, lies):
    elsewhere = mdns.Record(lies.zone, NS, 5, b"\2ns\4else\0")
    asked.send(asked.reply(flags=0, authority=[elsewhere]))


def aliases_in_a_ring(asked, lies):
    ring = [(b"r%d" % n, *mdns.labels(lies.zone)) for n in range(3)]
    asked.send(asked.reply(
        [mdns.Record(asked.name, mdns.CNAME, 5, ring[0])] +
        [mdns.Record(ring[n], mdns.CNAME, 5, ring[(n + 1) % 3]) for n in range(3)]))


def an_alias_of_itself(asked, lies):
    asked.send(asked.reply([mdns.Record(asked.name, mdns.CNAME, 5, asked.name)]))


def an_alias_each_time(asked, lies):
    """A chain without end: every name that is asked is an alias of a new one."""
    name = (b"n%d" % lies.asked, *mdns.labels(lies.zone))
    asked.send(asked.reply([mdns.Record(asked.name, mdns.CNAME, 5, name)]))


# TCP.

def _truncated(asked):
    """Over UDP an answer that wants TCP; then it is false."""
    if not asked.tcp:
        asked.send(asked.reply(flags=AUTHORITATIVE | TRUNCATED))
    return not asked.tcp


def truncated_over_tcp(asked, lies):
    """What NSD says of a list that does not even fit there."""
    asked.send(asked.reply(flags=AUTHORITATIVE | TRUNCATED))


def slow_tcp(asked, lies):
    if not _truncated(asked):
        octets = asked.reply(lies.of(asked))
        for octet in struct.pack("!H", len(octets)) + octets:
            asked.raw(bytes([octet]))
            time.sleep(0.3)


def half_an_answer_and_half_closed(asked, lies):
    if not _truncated(asked):
        octets = asked.reply(lies.of(asked))
        asked.raw((struct.pack("!H", len(octets)) + octets)[:len(octets) // 2])
        with contextlib.suppress(OSError):
            asked.client.shutdown(socket.SHUT_WR)
        time.sleep(20)


def tcp_closed_at_once(asked, lies):
    if not _truncated(asked):
        asked.client.shutdown(socket.SHUT_RDWR)


def tcp_silent(asked, lies):
    if not _truncated(asked):
        time.sleep(20)


def a_length_of_zero(asked, lies):
    if not _truncated(asked):
        asked.raw(b"\0\0")


def garbage_of_64_kib(asked, lies):
    if not _truncated(asked):
        asked.send(asked.octets[:2] + os.urandom(65533))


# An answer that is good, with something about it.

def forgeries_before_the_answer(asked, lies):
    for n in range(1, 50):
        asked.send(asked.reply(rcode=NXDOMAIN, authority=[lies.soa], id=asked.message.id ^ n))
    honest(asked, lies)


def an_answer_of_64_kib(asked, lies):
    """Its rest is what nobody asked for."""
    if not _truncated(asked):
        junk = mdns.Record("junk.invalid", mdns.TXT, 5, mdns.txt(*["x" * 250] * 4))
        answer = lies.of(asked)
        octets = asked.reply(answer, authority=() if answer else [lies.soa],
                             additional=[junk] * 62)
        asked.send(octets)


def others_records(asked, lies):
    """What this server has no business to tell: the good domain's host, and a cluster of it."""
    poison = [mdns.Record("good-node.good.example", mdns.A, 5, "203.0.113.66"),
              mdns.Record("_liqo_auth._tcp.good.example", mdns.PTR, 5,
                          mdns.labels("evil._liqo_auth._tcp.good.example"))]
    found = lies.of(asked)
    asked.send(asked.reply([*found, *poison], rcode=0, additional=poison,
                           authority=() if found else [lies.soa]))


def more_than_announced(asked, lies):
    """A cluster behind the last record that is counted."""
    found = lies.of(asked)
    if not found:
        honest(asked, lies)
        return
    evil = mdns.Record(asked.name, mdns.PTR, 5, (b"evil", *asked.name))
    octets = bytearray(asked.reply([*found, evil]))
    struct.pack_into("!H", octets, 6, len(found))
    asked.send(bytes(octets))


def twice(asked, lies):
    honest(asked, lies)
    honest(asked, lies)


def _with_ttl(asked, lies, ttl):
    found = [mdns.Record(r.name, r.type, ttl, r.data) for r in lies.of(asked)]
    if found:
        asked.send(asked.reply(found))
    else:
        honest(asked, lies)


def ttl_0(asked, lies):
    _with_ttl(asked, lies, 0)


def ttl_above_2_31(asked, lies):
    _with_ttl(asked, lies, 0x80000000)


def ttl_2_32_less_1(asked, lies):
    _with_ttl(asked, lies, 0xFFFFFFFF)


class OneDenial:
    """Every record set is gone once, and there when it is asked again."""

    __name__ = "one_denial"

    def __init__(self):
        self._told = set()

    def __call__(self, asked, lies):
        if (asked.name, asked.kind) in self._told:
            honest(asked, lies)
        else:
            self._told.add((asked.name, asked.kind))
            asked.send(asked.reply(rcode=NXDOMAIN, authority=[lies.soa]))


FALSE = (
    pointer_to_itself, pointers_in_a_ring, pointer_forward, data_that_points_to_itself,
    a_label_of_64, a_name_of_many_labels, data_longer_than_the_message,
    more_announced_than_there_is, nothing_but_a_header, half_a_header, any_octets,
    any_octets_behind_the_question, another_id, another_question, no_question,
    the_question_itself, servfail, refused, formerr, notimp, silence, nodata_without_soa,
    nxdomain_without_soa, a_referral, aliases_in_a_ring, an_alias_of_itself, an_alias_each_time,
    truncated_over_tcp, slow_tcp, half_an_answer_and_half_closed, tcp_closed_at_once, tcp_silent,
    a_length_of_zero, garbage_of_64_kib)
HARMLESS = (forgeries_before_the_answer, an_answer_of_64_kib, others_records, more_than_announced,
            twice, ttl_0, ttl_above_2_31, ttl_2_32_less_1, OneDenial())
