"""A fleet in DNS: 100 zones of 1,000 clusters on a loopback NSD that counts what it is asked."""

import os
import sys
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "..", "lan"), os.path.join(HERE, "..", "..", "dns")]

from agent import config  # noqa: E402
from dns_case import domain  # noqa: E402
from servers import Nsd  # noqa: E402
from zones import SERVICES, Zone  # noqa: E402

ZONES = [f"d{number:02}.example" for number in range(100)]
PER_ZONE = 1000
SERVER = "127.0.0.1"
# Short, so that every record set is asked for again several times while somebody looks. It is that
# of all records, and of denials.
TTL = 60
ENDPOINTS = {"auth": 30740, "api": 6443, "gateway": 51840}
# Of a cluster: SRV and TXT of three endpoints, A and AAAA of their host.
SETS_PER_CLUSTER = 2 * len(ENDPOINTS) + 2
# Of a zone: PTR of three services, and of the bare domain, where Liqo 0.1 to 0.4 looked.
SETS_PER_ZONE = len(ENDPOINTS) + 1


class FleetZone(Zone):
    """Its records are text from the beginning: there are a million of them."""

    def __init__(self, number):
        super().__init__(ZONES[number], ttl=TTL, negative_ttl=TTL)
        lines = [f"$TTL {TTL}"]
        for index in range(PER_ZONE):
            lines += _cluster(number, index)
        self.pasted = "\n".join(lines) + "\n"


def _cluster(zone, index):
    label = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{index}.{ZONES[zone]}"))
    host = f"{label}-node"
    for endpoint, port in ENDPOINTS.items():
        kind = SERVICES[endpoint]
        yield f"{kind} PTR {label}.{kind}"
        yield f"{label}.{kind} SRV 0 0 {port} {host}"
        yield f'{label}.{kind} TXT "txtvers=1" "id={label}" "name=c{zone}-{index}" "version=v0.10.3"'
    yield f"{host} A 198.{18 + index // 500}.{zone}.{1 + index % 250}"
    yield f"{host} AAAA 2001:db8:{zone:x}:{index:x}::1"


class CountingNsd(Nsd):
    """Says how many questions it was asked, over UDP and TCP."""

    def configuration(self, zones):
        control = f'control-enable: yes\n  control-interface: "{self.dir}/control"'
        return super().configuration(zones).replace("control-enable: no", control)

    def questions(self):
        done = self.host.run(["nsd-control", "-c", f"{self.dir}/conf", "stats_noreset"], check=True)
        return next(int(line.partition("=")[2]) for line in done.stdout.splitlines()
                    if line.startswith("num.queries="))


def serve(host):
    """All zones, on the loopback of `host`."""
    return CountingNsd(host, *map(FleetZone, range(len(ZONES))), listen=[SERVER]).start()


def settings(zones):
    """Of an agent that browses so many of them, beside an embedded LAN stack that sees nothing. It
    asks nobody who they are: nobody is there."""
    return config(backend="embedded", more="[verify]\nids = false\n" + "".join(
        domain(name, servers=[SERVER]) for name in ZONES[:zones]))
