"""Our agent on a host, its command line and socket, and lookups through its NSS module."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time

from observe import Watcher
from sandbox import PATIENCE, wait_for

RUNTIME = "/run/liqo-discovery"
SOCKET = f"{RUNTIME}/io.liqo.Discovery"
BIN, LIB = "/run/build/bin", "/run/build/lib"
CONFIG = "/run/etc/liqo-discovery/config.toml"
USER = "daemon"  # any user who is not root will do
SUFFIX = "liqo.internal"


def config(id=None, name=None, auth=30740, api=None, gateway=None, advertise=True,
           backend="auto", lan="", more=""):
    """A configuration; without an id, one that only looks. `lan` adds lines to [lan]."""
    text = ""
    if id:
        text += f'[cluster]\nid = "{id}"\n'
        text += f'name = "{name}"\n' if name else ""
        for endpoint, port in (("auth", auth), ("api", api), ("gateway", gateway)):
            text += f"[cluster.{endpoint}]\nport = {port}\n" if port else ""
    advertise = "true" if id and advertise else "false"
    return text + f'[lan]\nadvertise = {advertise}\nbackend = "{backend}"\n{lan}\n{more}\n'


class Agent:
    """liqo-discoveryd on a host, as an unprivileged user, in the places of an installed one."""

    def __init__(self, host, settings="", user=USER, log_level="debug"):
        self.host = host
        self.log_level = log_level
        self.user = user
        host.agent = self
        self.process = None
        self.started_in = None  # seconds from exec to an answer on the socket
        for directory in ("liqo-discovery", "state", "etc/liqo-discovery/config.d"):
            os.makedirs(f"{host.run_dir}/{directory}", exist_ok=True)
        host.sh(f"chown {user} {RUNTIME} /run/state")
        self.socket_path = f"{host.run_dir}/liqo-discovery/io.liqo.Discovery"
        self.configure(settings)

    def configure(self, settings):
        with open(f"{self.host.run_dir}/etc/liqo-discovery/config.toml", "w") as file:
            file.write(settings)

    def start(self, wait=True):
        begin = time.monotonic()
        self.process = self.host.spawn(
            [f"{BIN}/liqo-discoveryd", "--config", CONFIG, "--runtime-dir", RUNTIME,
             "--state-dir", "/run/state", "--log-level", self.log_level],
            name="agent", user=self.user)
        if wait:
            wait_for(self._answers, PATIENCE, "the agent's socket", 0.002)
            self.started_in = time.monotonic() - begin
        return self

    def stop(self, timeout=PATIENCE):
        """Ends it as systemd would; returns the seconds that it took."""
        begin = time.monotonic()
        self.process.stop(signal.SIGTERM, timeout)
        return time.monotonic() - begin

    def forget(self):
        """Ends it, and what it remembered."""
        self.stop()
        for root, _, files in os.walk(f"{self.host.run_dir}/state"):
            for name in files:
                os.unlink(os.path.join(root, name))

    def reload(self, settings):
        self.configure(settings)
        self.process.kill(signal.SIGHUP)

    def _answers(self):
        if not self.process.alive():
            raise AssertionError("the agent ended:\n" + self.process.output()[-2000:])
        try:
            with Varlink(self.socket_path, timeout=1) as connection:
                return connection.call("org.varlink.service.GetInfo")
        except (OSError, EOFError):
            return None

    # Its processes.

    @property
    def pid(self):
        return self.process.pid

    def helper_pid(self):
        """The LAN helper, once there is one."""
        def find():
            with open(f"/proc/{self.pid}/task/{self.pid}/children") as children:
                return [int(pid) for pid in children.read().split() if runs(int(pid))]
        return wait_for(find, PATIENCE, "the LAN helper")[0]

    def processes(self):
        """All that a packet passes before its news is told: for a Stopwatch."""
        daemons = [daemon.pid for daemon in (self.host.avahi, self.host.dbus) if daemon]
        return [self.pid, self.helper_pid(), *daemons]

    def rss_anon(self, pid=None):
        """In kB."""
        with open(f"/proc/{pid or self.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("RssAnon"))

    def memory(self):
        """RssAnon of the agent and its helper, in kB."""
        return self.rss_anon() + self.rss_anon(self.helper_pid())

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    # Its socket.

    def connect(self, timeout=PATIENCE):
        return Varlink(self.socket_path, timeout)

    def call(self, method, **parameters):
        with self.connect() as connection:
            return connection.call(f"io.liqo.Discovery.{method}", parameters)

    def clusters(self):
        """By id."""
        with self.connect() as connection:
            connection.send("io.liqo.Discovery.List", more=True)
            found, reply = {}, {"continues": True}
            while reply.get("continues"):
                reply = connection.receive()
                found |= {c["id"]: c for c in reply["parameters"]["clusters"]}
            return found

    def lan_status(self):
        """The LAN's part of Status."""
        return self._source_status("lan")

    def domain_status(self, domain):
        """What Status says of a browsing domain."""
        domains = self._source_status("dns")["domains"]
        return next(status for status in domains if status["name"] == domain)

    def _source_status(self, name):
        sources = self.call("Status")["parameters"]["sources"]
        return next(source for source in sources if source["source"] == name)

    def wait_cluster(self, cluster_id, accept=lambda cluster: True, timeout=PATIENCE):
        """The cluster, once it is known and acceptable; what lacks what `accept` looks at is not."""
        found = {}

        def look():
            found.clear()
            found.update(self.clusters())
            with contextlib.suppress(KeyError, IndexError):
                return found[cluster_id] if accept(found[cluster_id]) else None
            return None
        return wait_for(look, timeout, lambda: f"{cluster_id} on {self.host.name}; known: "
                                               f"{json.dumps(found)}", 0.05)

    # Its command line.

    def cli(self, *words, user=None, check=None):
        """`check` is the exit status that is expected."""
        done = cli(self.host, *words, user=user)
        if check is not None and done.returncode != check:
            raise AssertionError(f"{words}: exit {done.returncode}, not {check}: {done.stderr}")
        return done

    def watch(self):
        return Watcher(self.host.spawn([f"{BIN}/liqo-discovery", "watch", "-o", "json"],
                                       name="watch", stdout=subprocess.PIPE))


def cli(host, *words, user=None):
    return host.run([f"{BIN}/liqo-discovery", *words], user=user)


def getent(host, *words):
    """(exit status, lines of fields) of a lookup by our module, inside an ordinary program."""
    done = host.run(["getent", *words], env={"LD_LIBRARY_PATH": LIB})
    return done.returncode, [line.split() for line in done.stdout.splitlines()]


def runs(pid):
    """It has not ended, nor is it dead and only not yet waited for."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Varlink:
    """A connection to the socket. Messages are JSON ended by a NUL."""

    def __init__(self, path, timeout=5):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self._buffer = b""
        try:
            self.socket.connect(path)
        except OSError:
            self.socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, method, parameters=None, **flags):
        message = {"method": method, "parameters": parameters or {}, **flags}
        self.socket.sendall(json.dumps(message).encode() + b"\0")

    def receive(self):
        """The next reply. Raises EOFError when the agent hung up."""
        while b"\0" not in self._buffer:
            octets = self.socket.recv(1 << 16)
            if not octets:
                raise EOFError("the agent hung up")
            self._buffer += octets
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def call(self, method, parameters=None):
        """The reply as it is: {"parameters": ...} or {"error": ...}."""
        self.send(method, parameters)
        return self.receive()
