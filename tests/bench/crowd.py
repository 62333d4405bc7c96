"""Clusters by the thousand, in DNS: 8 domains on a loopback NSD, and an agent that browses them."""

import os
import sys
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lan"), os.path.join(HERE, "..", "dns")]

from agent import config  # noqa: E402
from dns_case import domain  # noqa: E402
from servers import Nsd  # noqa: E402
from zones import Zone  # noqa: E402

DOMAINS = [f"d{number}.example" for number in range(8)]
SERVER = "127.0.0.1"
SERVICE = "_liqo_auth._tcp"
TTL = 3600  # nothing is asked again while something is measured


def ids(domain_name, count):
    """UUIDs, as Liqo has them: the PTR records of some 1,280 fit into one message, not more."""
    return [str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{number}.{domain_name}"))
            for number in range(count)]


def zone(domain_name, count):
    """Instances with SRV, TXT, A and AAAA records of their own."""
    made = Zone(domain_name, ttl=TTL, negative_ttl=TTL)
    for number, cluster_id in enumerate(ids(domain_name, count)):
        host = f"{cluster_id}.node"
        made.instance(cluster_id, "auth", 6443, host, ["txtvers=1", f"id={cluster_id}"])
        made.host(host, f"203.0.{113 + number // 250}.{1 + number % 250}",
                  f"2001:db8:{number:x}::1")
    return made


def serve(host, count):
    """NSD on the loopback of `host`, with so many clusters in all."""
    zones = [zone(name, count // len(DOMAINS)) for name in DOMAINS]
    return Nsd(host, *zones, listen=[SERVER]).start()


def queries(count):
    """What has to be asked to learn all of them, a line each: dnsperf reads it, and so does dig."""
    for name in DOMAINS:
        yield f"{SERVICE}.{name} PTR"
        for cluster_id in ids(name, count // len(DOMAINS)):
            for kind in ("SRV", "TXT"):
                yield f"{cluster_id}.{SERVICE}.{name} {kind}"
            for kind in ("A", "AAAA"):
                yield f"{cluster_id}.node.{name} {kind}"


def settings():
    """Of an agent that browses all of them, beside an embedded LAN stack that sees nothing."""
    return config(backend="embedded", more="".join(domain(name, servers=[SERVER])
                                                   for name in DOMAINS))
