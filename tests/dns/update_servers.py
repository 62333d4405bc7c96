"""Real servers that take DNS UPDATE (RFC 2136) signed with TSIG: BIND, Knot DNS and PowerDNS."""

import os
import sqlite3
from dataclasses import dataclass

from sandbox import PATIENCE, wait_for
from servers import Knot, Named, Server

SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
OTHER_SECRET = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="


@dataclass
class Key:
    """A TSIG key, as tsig-keygen prints it."""
    name: str = "milan-key"
    algorithm: str = "hmac-sha256"
    secret: str = SECRET

    def text(self):
        return (f'key "{self.name}" {{\n\talgorithm {self.algorithm};\n'
                f'\tsecret "{self.secret}";\n}};\n')


def place(agent, key, name="tsig.key", mode=0o640, text=None):
    """A key file that the agent's user can read; its path, as the agent sees it."""
    path = f"{agent.host.run_dir}/etc/{name}"
    with open(path, "w") as file:
        file.write(key.text() if text is None else text)
    agent.host.sh(f"chown {agent.user} /run/etc/{name}")
    os.chmod(path, mode)
    return f"/run/etc/{name}"


def contents(server, zone):
    """Every record of a zone but SOA, NS and what signing adds, as (owner below the zone, type,
    data)."""
    done = server.host.run(["dig", "+noall", "+answer", "+onesoa", "+time=5", "+tries=1",
                            f"@{server.listen[0] if server.listen else '127.0.0.1'}", zone, "AXFR"])
    records = set()
    for line in done.stdout.splitlines():
        owner, _, _, kind, data = line.split(None, 4)
        if kind not in ("SOA", "NS", "RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "CDS",
                        "CDNSKEY", "TYPE65534"):
            records.add((owner.removesuffix(f"{zone}.").rstrip("."), kind, data))
    return records


def serial(server, zone):
    done = server.host.run(["dig", "+short", "@127.0.0.1", zone, "SOA"])
    return int(done.stdout.split()[2])


class Restarted:
    """A server that is back with what it was told before it was stopped."""

    def restart(self):
        self._spawn(lambda: self._answers(self.zones[0].name))


class UpdateNamed(Restarted, Named):
    """`policy`: of update-policy; nothing: the keys may update all. Its zones are kept in files that
    it writes itself."""

    def __init__(self, host, *zones, keys=(Key(),), policy=None, signed=False, notify=(), **options):
        super().__init__(host, *zones, **options)
        self.keys, self.policy, self.signed, self.notify = keys, policy, signed, notify

    def configuration(self, zones):
        text = super().configuration(zones)
        grants = self.policy or "".join(f"grant {key.name} zonesub ANY; " for key in self.keys)
        extra = f"update-policy {{ {grants} }};"
        if self.signed:
            extra += " dnssec-policy default; inline-signing yes;"
        if self.notify:
            text = text.replace("notify no;", "notify explicit;")
            extra += f" also-notify {{ {' '.join(f'{a};' for a in self.notify)} }};"
        for zone in zones:
            text = text.replace(f'file "{zone.file}";', f'file "{zone.file}"; {extra}')
        return "".join(key.text() for key in self.keys) + text

    def _serves(self, zone):
        # Signing makes a serial of its own.
        return self._answers(zone.name) if self.signed else super()._serves(zone)


class UpdateKnot(Restarted, Knot):
    """`policy`: an acl of the name milan-names; nothing: the keys may update all. `clock`: seconds that its own is
    ahead."""

    def __init__(self, host, *zones, keys=(Key(),), policy="", signed=False, clock=0, **options):
        super().__init__(host, *zones, **options)
        self.keys, self.policy, self.signed, self.clock = keys, policy, signed, clock
        os.makedirs(self._outside("db"), exist_ok=True)

    def configuration(self, zones):
        text = super().configuration(zones)
        keys = "".join(f"  - id: {key.name}\n    algorithm: {key.algorithm}\n"
                       f"    secret: {key.secret}\n" for key in self.keys)
        names = ", ".join(key.name for key in self.keys)
        acl = self.policy or f"  - id: update\n    key: [ {names} ]\n    action: update\n"
        acl += ("  - id: transfer\n    address: [ 127.0.0.0/8, 10.0.0.0/8 ]\n    action: transfer\n")
        text = text.replace("log:\n", f"key:\n{keys}acl:\n{acl}log:\n")
        text = text.replace("journal-content: none", "journal-content: changes")
        text = text.replace("zonefile-load: whole", "zonefile-load: difference")
        more = f"    acl: [ {'milan-names' if self.policy else 'update'}, transfer ]\n"
        more += "    dnssec-signing: on\n" if self.signed else ""
        for zone in zones:
            text = text.replace(f'    file: "{zone.file}"', f'    file: "{zone.file}"\n{more}')
        return text

    def command(self):
        if not self.clock:
            return super().command()
        # Without its program, which shares memory by the number of its process: other tests, in
        # other process namespaces, have the same numbers.
        return ["env", "LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1",
                f"FAKETIME={self.clock:+d}", *super().command()]


class PowerDns(Restarted, Server):
    """With its zones in SQLite. A key may update a zone whole, or not at all."""

    program = "pdns"
    SCHEMA = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql"

    def __init__(self, host, *zones, keys=(Key(),), **options):
        super().__init__(host, *zones, **options)
        self.keys = keys

    def start(self):
        self._write("pdns.conf", self.configuration(self.zones))
        if not os.path.exists(self._outside("zones.sqlite")):
            self._fill()
        self._spawn(lambda: all(map(self._serves, self.zones)))
        return self

    def _fill(self):
        with open(self.SCHEMA) as schema, sqlite3.connect(self._outside("zones.sqlite")) as data:
            data.executescript(schema.read())
        for key in self.keys:
            self._util("import-tsig-key", key.name, key.algorithm, key.secret)
        for zone in self.zones:
            zone.serial += 1
            self._write(zone.file, zone.text())
            self._util("load-zone", zone.name, f"{self.dir}/{zone.file}")
            self._util("set-meta", zone.name, "SOA-EDIT-DNSUPDATE", "INCREASE")
            self._util("set-meta", zone.name, "TSIG-ALLOW-DNSUPDATE",
                       *(key.name for key in self.keys))

    def _util(self, *words):
        self.host.run(["pdnsutil", f"--config-dir={self.dir}", *words], check=True)

    def configuration(self, zones):
        return f"""launch=gsqlite3
gsqlite3-database={self.dir}/zones.sqlite
local-address=0.0.0.0, ::
socket-dir={self.dir}
dnsupdate=yes
allow-dnsupdate-from=0.0.0.0/0, ::/0
allow-axfr-ips=127.0.0.0/8, 10.0.0.0/8
loglevel=6
"""

    def command(self):
        return ["pdns_server", f"--config-dir={self.dir}", "--guardian=no", "--daemon=no"]


UPDATING = (UpdateNamed, UpdateKnot, PowerDns)


def wait_contents(server, zone, accept, what):
    return wait_for(lambda: accept(contents(server, zone)), PATIENCE,
                    lambda: f"{what}; there is {contents(server, zone)}", 0.05)
