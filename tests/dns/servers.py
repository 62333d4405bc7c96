"""Real DNS servers on the hosts of a test: BIND, NSD, Knot DNS and unbound.

Each has its files in a directory of its own below its host's /run, listens on port 53, and is told
of changed zones by SIGHUP, which needs no keys. It is ready, and a change is published, when it
answers so.
"""

import os
import signal

from query import SOA, ask
from sandbox import PATIENCE, wait_for


class Server:
    """Authoritative for `zones`. `listen` names addresses; none: all of the host's."""

    program = ""

    def __init__(self, host, *zones, listen=()):
        self.host = host
        self.zones = list(zones)
        self.listen = listen
        self.process = None
        self.dir = f"/run/{self.program}"
        os.makedirs(self._outside(), exist_ok=True)

    def start(self):
        for zone in self.zones:
            zone.serial += 1
            self._write(zone.file, zone.text())
        self._write("conf", self.configuration(self.zones))
        self._spawn(lambda: all(map(self._serves, self.zones)))
        return self

    def start_broken(self):
        """The files of its zones are none: it answers SERVFAIL."""
        for zone in self.zones:
            self._write(zone.file, "@ IN NONSENSE")
        self._write("conf", self.configuration(self.zones))
        self._spawn(lambda: self._answers(self.zones[0].name))

    def start_empty(self):
        """It has no zones: it answers REFUSED."""
        self._write("conf", self.configuration([]))
        self._spawn(lambda: self._answers("."))

    def stop(self):
        self.process.stop()

    def publish(self, *zones):
        """Returns once it serves what these zones are now; all of its zones, where none is named.
        Zones that it did not have cannot be added so."""
        zones = zones or self.zones
        for zone in zones:
            zone.serial += 1
            self._write(zone.file, zone.text())
        self.process.kill(signal.SIGHUP)
        self._wait(lambda: all(map(self._serves, zones)))

    def log(self):
        return self.process.output()

    # For the servers below.

    def configuration(self, zones):
        raise NotImplementedError

    def command(self):
        raise NotImplementedError

    def _spawn(self, ready):
        self.process = self.host.spawn(self.command(), name=self.program)
        self._wait(ready)

    def _wait(self, condition):
        def check():
            if not self.process.alive():
                raise AssertionError(f"{self.program} ended: {self.log()[-2000:]}")
            return condition()
        wait_for(check, PATIENCE, lambda: f"{self.program}: {self.log()[-2000:]}", 0.01)

    def _serves(self, zone):
        """It answers with the zone's serial."""
        message = self._ask(zone.name, SOA)
        return message is not None and any(
            record.type == SOA and record.data[-20:-16] == zone.serial.to_bytes(4, "big")
            for record in message.answers)

    def _answers(self, name):
        return self._ask(name, SOA) is not None

    def _ask(self, name, kind):
        return ask(self.host, self.listen[0] if self.listen else "127.0.0.1", name, kind)

    def _outside(self, name=""):
        """The same file as the test sees it."""
        return os.path.join(self.host.run_dir, self.program, name)

    def _write(self, name, text):
        path = self._outside(name)
        with open(path + ".new", "w") as file:
            file.write(text)
        os.rename(path + ".new", path)


class Named(Server):
    """BIND. Its log has every query."""

    program = "named"

    def configuration(self, zones):
        four = [address for address in self.listen if ":" not in address]
        six = [address for address in self.listen if ":" in address]
        zones = "\n".join(f'zone "{zone.name}" {{ type primary; file "{zone.file}"; }};'
                          for zone in zones)
        return f"""options {{
            directory "{self.dir}"; pid-file none; session-keyfile none;
            listen-on {{ {_list(four or () if self.listen else ["any"])} }};
            listen-on-v6 {{ {_list(six or () if self.listen else ["any"])} }};
            allow-transfer {{ any; }}; recursion no; dnssec-validation no; empty-zones-enable no; notify no; querylog yes;
            check-names primary ignore;
        }};
        controls {{ }};
        {zones}"""

    def command(self):
        return ["named", "-g", "-n", "1", "-c", f"{self.dir}/conf"]

    def asked(self, name, kind):
        """How often it was asked this, ever."""
        return self.log().count(f"query: {name} IN {kind} ")


def _list(items):
    return " ".join(f"{item};" for item in items) or "none;"


class Nsd(Server):
    program = "nsd"

    def configuration(self, zones):
        listen = "\n".join(f"  ip-address: {address}" for address in self.listen)
        zones = "\n".join(f'zone:\n  name: "{zone.name}"\n  zonefile: "{zone.file}"'
                          for zone in zones)
        return f"""server:
{listen}
  server-count: 1
  username: ""
  chroot: ""
  zonesdir: "{self.dir}"
  database: ""
  pidfile: "{self.dir}/pid"
  zonelistfile: "{self.dir}/zone.list"
  xfrdfile: "{self.dir}/xfrd.state"
  xfrdir: "{self.dir}"
  rrl-ratelimit: 0
remote-control:
  control-enable: no
{zones}
"""

    def command(self):
        return ["nsd", "-d", "-c", f"{self.dir}/conf"]


class Knot(Server):
    program = "knot"

    def configuration(self, zones):
        listen = ", ".join(f"{a}@53" for a in self.listen or ("0.0.0.0", "::"))
        zones = "\n".join(f'  - domain: "{zone.name}"\n    file: "{zone.file}"'
                          for zone in zones)
        return f"""server:
  rundir: "{self.dir}"
  listen: [ {listen} ]
  user: root
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: "{self.dir}/db"
log:
  - target: stderr
    any: info
template:
  - id: default
    storage: "{self.dir}"
    journal-content: none
    zonefile-load: whole
    semantic-checks: soft
zone:
{zones}
"""

    def command(self):
        return ["knotd", "-c", f"{self.dir}/conf", "-s", f"{self.dir}/socket"]


class Unbound(Server):
    """A resolver that caches. `stubs` are (domain, address of a server that has it); `anchors`
    trust anchors, with which it validates; `more` goes into its [server] section."""

    program = "unbound"

    def __init__(self, host, stubs, anchors=(), listen=(), more=""):
        super().__init__(host, listen=listen)
        self.stubs = stubs
        self.anchors = anchors
        self.more = more

    def start(self):
        self._write("anchors", "".join(self.anchors))
        self._write("conf", self.configuration([]))
        self._spawn(lambda: self._answers("localhost"))
        return self

    def configuration(self, zones):
        listen = "\n".join(f"  interface: {a}" for a in self.listen or ("0.0.0.0", "::0"))
        stubs = "\n".join(f'stub-zone:\n  name: "{domain}"\n  stub-addr: {address}'
                          for domain, address in self.stubs)
        return f"""server:
{listen}
  num-threads: 1
  username: ""
  chroot: ""
  directory: "{self.dir}"
  pidfile: "{self.dir}/pid"
  use-syslog: no
  logfile: ""
  access-control: 0.0.0.0/0 allow
  access-control: ::/0 allow
  do-not-query-localhost: no
  infra-keep-probing: yes
  trust-anchor-signaling: no
  module-config: "{'validator ' if self.anchors else ''}iterator"
  {f'trust-anchor-file: "{self.dir}/anchors"' if self.anchors else ''}
  {self.more}
{stubs}
"""

    def command(self):
        return ["unbound", "-d", "-p", "-c", f"{self.dir}/conf"]


AUTHORITATIVE = (Named, Nsd, Knot)
