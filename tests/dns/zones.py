"""Zones: records as Python has them, zone files as servers read them, signed ones too."""

import contextlib
import glob
import os
import shutil
import subprocess
import tempfile
import time

SERVICES = {"auth": "_liqo_auth._tcp", "api": "_liqo_api._tcp", "gateway": "_liqo_gateway._udp"}


class Zone:
    """A zone by its name, without a dot at its end; "." is the root. Owners are relative to the zone, and as a zone file has them: `@`, `*`, `a\\.b`; names in
    data too. The TTL is that of every record that is given none."""

    def __init__(self, name="example.com", ttl=5, negative_ttl=5):
        self.name = name
        self.ttl = ttl
        self.negative_ttl = negative_ttl
        self.serial = 0
        self.records = []  # (owner, ttl, type, data)
        self.pasted = ""  # lines of a zone file, from elsewhere
        self.signing = None
        self.add("@", "NS", "ns").add("ns", "A", "192.0.2.53")

    @property
    def file(self):
        return f"{self.name.rstrip('.') or 'root'}.zone"

    def add(self, owner, kind, data, ttl=None):
        self.records.append((owner, self.ttl if ttl is None else ttl, kind, data))
        return self

    def drop(self, owner=None, kind=None, containing=""):
        """Without the records of this owner and type whose data has that in it."""
        before = len(self.records)
        self.records = [r for r in self.records
                        if owner not in (None, r[0]) or kind not in (None, r[2]) or
                        containing not in r[3]]
        assert len(self.records) < before, f"{self.name}: nothing to drop"
        return self

    def replace(self, owner, kind, data, ttl=None):
        return self.drop(owner, kind).add(owner, kind, data, ttl)

    # What a cluster is.

    def instance(self, label, service, port, host, txt=("txtvers=1",), ttl=None, priority=0,
                 weight=0):
        """PTR, SRV and TXT of one instance. `label` is as a zone file has it."""
        kind = SERVICES.get(service, service)
        owner = f"{label}.{kind}"
        self.add(kind, "PTR", owner, ttl)
        self.add(owner, "SRV", f"{priority} {weight} {port} {host}", ttl)
        if txt is not None:
            self.add(owner, "TXT", strings(txt), ttl)
        return self

    def cluster(self, cluster_id, name=None, auth=30740, api=None, gateway=None, host=None,
                addresses=(), ttl=None):
        """A cluster as the contract has it: its endpoints, their TXT, the addresses of its host."""
        host = host or f"{name or cluster_id}-node"
        txt = ["txtvers=1", f"id={cluster_id}", *([f"name={name}"] if name else [])]
        for service, port in (("auth", auth), ("api", api), ("gateway", gateway)):
            if port:
                self.instance(cluster_id, service, port, host, txt, ttl)
        return self.host(host, *addresses, ttl=ttl)

    def drop_cluster(self, cluster_id):
        for service in SERVICES.values():
            with contextlib.suppress(AssertionError):
                self.drop(service, "PTR", cluster_id)
                self.drop(f"{cluster_id}.{service}")
        return self

    def host(self, owner, *addresses, ttl=None):
        for address in addresses:
            self.add(owner, "AAAA" if ":" in address else "A", address, ttl)
        return self

    # As a file.

    def text(self):
        """The zone file; signed, if the zone is to be."""
        lines = [f"$ORIGIN {self.name.rstrip('.')}.",
                 f"@ {self.ttl} IN SOA ns hostmaster {self.serial} 3600 600 864000 "
                 f"{self.negative_ttl}"]
        lines += [f"{owner} {ttl} IN {kind} {data}" for owner, ttl, kind, data in self.records]
        text = "\n".join(lines) + "\n" + self.pasted
        return self.signing.sign(self, text) if self.signing else text

    def sign(self, **options):
        """From now on it is signed; `options` are Signing's."""
        self.signing = Signing(self.name, **options)
        return self

    def delegate(self, child):
        """A referral to a zone below this one, with its DS if it is signed."""
        owner = child.name.removesuffix(self.name).rstrip(".")
        self.add(owner, "NS", f"ns.{child.name}.").add(f"ns.{owner}", "A", "192.0.2.53")
        if child.signing:
            self.add(owner, "DS", child.signing.ds)
        return self


def strings(items):
    """The data of a TXT record."""
    return " ".join('"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'
                    for item in items) or '""'


class Signing:
    """The keys of a zone, and how it is signed with them. `algorithm` is as ldns-keygen calls it:
    ECDSAP256SHA256, ED25519, RSASHA256. The keys stay; `expired` and `tamper` may change."""

    def __init__(self, zone, algorithm="ECDSAP256SHA256", nsec3=False, opt_out=False):
        self.nsec3 = nsec3
        self.opt_out = opt_out
        self.expired = False
        self.tamper = lambda text: text  # what happens to the file once it is signed
        self._dir = tempfile.mkdtemp(dir="/run", prefix="keys")
        bits = ["-b", "2048"] if algorithm.startswith("RSA") else []
        self._keys = [self._run("ldns-keygen", "-a", algorithm, *bits, *flag, zone).strip()
                      for flag in (["-k"], [])]
        with open(f"{self._dir}/{self._keys[0]}.ds") as ds:
            self._ds = ds.read().strip()

    @property
    def ds(self):
        """The data of the DS record."""
        return self._ds.partition("\tDS\t")[2]

    @property
    def anchor(self):
        """A file of trust anchors, for whoever is to validate the zone."""
        return self._ds + "\n"

    def sign(self, zone, text):
        now = time.time()
        begin, end = (-30, -10) if self.expired else (-1, 30)  # days
        for name in glob.glob(f"{self._dir}/zone*"):
            os.unlink(name)
        with open(f"{self._dir}/zone", "w") as file:
            file.write(text)
        denial = ["-n", "-t", "1", "-s", "00"] if self.nsec3 else []
        self._run("ldns-signzone", "-o", zone.name, "-i", _day(now, begin), "-e", _day(now, end),
                  *denial, *(["-p"] if self.opt_out else []), "-f", "zone.signed", "zone",
                  *self._keys)
        with open(f"{self._dir}/zone.signed") as file:
            return self.tamper(file.read())

    def _run(self, *argv):
        done = subprocess.run(argv, cwd=self._dir, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise OSError(f"{' '.join(argv)}: {done.stderr.strip()}")
        return done.stdout

    def __del__(self):
        shutil.rmtree(self._dir, ignore_errors=True)


def _day(now, days):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(now + days * 86400))
