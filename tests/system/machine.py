"""A Debian machine, booted by systemd-nspawn on a bridge, with the packages to test."""

import glob
import itertools
import os
import platform
import shutil
import signal
import subprocess
import sys
import uuid

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests", "lan"), os.path.join(ROOT, "tests", "dns")]

from agent import SOCKET, Varlink  # noqa: E402
from host import Process  # noqa: E402
from sandbox import PATIENCE, ip, wait_for  # noqa: E402

SUITE = platform.freedesktop_os_release()["VERSION_CODENAME"]  # the one that the packages are for
IMAGE = os.path.join(ROOT, "build", "system", SUITE)
PACKAGES = os.environ.get("LIQO_PACKAGES", os.path.join(ROOT, "build", "package"))
BOOT = 120  # seconds, on a machine that does much else
SERVICE = "liqo-discovery.service"
CONFIG = "/etc/liqo-discovery/config.toml"
_BRIDGE = "lan"
_count = itertools.count(1)
# Not the caller's: a machine has its own.
_ENVIRONMENT = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
                "DEBIAN_FRONTEND=noninteractive"]


def packages():
    """The files of both packages."""
    return sorted(glob.glob(f"{PACKAGES}/*.deb"))


def obstacle():
    """Why nothing can be booted here, or nothing."""
    if not os.path.isdir(IMAGE):
        return f"no image of {SUITE}: `./dev test` makes it"
    if len(packages()) != 2:
        return f"no packages in {PACKAGES}: `./dev package` makes them"
    return None


class Machine:
    """The n-th machine has the address 10.0.1.n on eth0. What it writes is in memory, above the
    image, which stays as it is. `pid` is its init's, in whose namespaces all else is."""

    def __init__(self, name, number):
        self.name = name
        self.number = number
        self.port = f"port{number}"  # the bridge's end of its cable
        self.address = f"10.0.1.{number}"
        self.run_dir = f"/run/machines/{next(_count)}-{name}"
        self.root = f"{self.run_dir}/root"
        for directory in ("upper", "work", "root"):
            os.makedirs(f"{self.run_dir}/{directory}")
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                        f"lowerdir={IMAGE},upperdir={self.run_dir}/upper,"
                        f"workdir={self.run_dir}/work", self.root], check=True)
        self.write("/etc/hostname", name + "\n")
        self.write("/etc/hosts", f"127.0.0.1 localhost {name}\n")
        os.makedirs(f"{self.root}/packages")
        for package in packages():
            shutil.copy(package, f"{self.root}/packages")
        self.nspawn = None
        self.pid = None

    # Its life.

    def boot(self):
        with open(f"{self.run_dir}/console", "ab") as console:
            self.nspawn = subprocess.Popen(
                ["systemd-nspawn", "--directory", self.root, "--boot", "--register=no",
                 "--keep-unit", "--private-network", "--quiet", "--console=pipe",
                 "--machine", os.path.basename(self.run_dir), "--hostname", self.name, "--uuid", str(uuid.uuid4())],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        self.pid = wait_for(self._init, BOOT, f"the init of {self.name}")
        wait_for(self._is_up, BOOT, lambda: f"{self.name} is up; {self.console()}", 0.2)
        self._plug()
        return self

    def _init(self):
        path = f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children"
        with open(path) as children:
            for pid in children.read().split():
                with open(f"/proc/{pid}/comm") as comm:
                    if comm.read().strip() == "systemd":
                        return int(pid)
        return None

    def _is_up(self):
        state = self.run("systemctl", "is-system-running").stdout.strip()
        return state in ("running", "degraded")

    def _plug(self):
        ip(f"link add {self.port} type veth peer name eth0 netns {self.pid}")
        ip(f"link set {self.port} master {_BRIDGE} up")
        self.sh(f"""
            ip link set eth0 up
            ip addr add {self.address}/24 brd + dev eth0
            ip addr add 2001:db8:1::{self.number}/64 dev eth0 nodad""")

    def close(self):
        if self.nspawn and self.nspawn.poll() is None:
            # Its init first: that of systemd 257 would outlive its nspawn.
            if self.pid:
                os.kill(self.pid, signal.SIGKILL)
            self.nspawn.kill()
            self.nspawn.wait(PATIENCE)
            # It would end with the machine's namespace, a moment later than another takes its name.
            subprocess.run(["ip", "link", "del", self.port], check=False, capture_output=True)
        subprocess.run(["umount", "--lazy", self.root], check=False)

    def console(self):
        with open(f"{self.run_dir}/console", errors="replace") as console:
            return console.read()[-3000:]

    # Programs and files.

    def command(self, *argv):
        return ["nsenter", "--target", str(self.pid), "--all", "--", *_ENVIRONMENT, *argv]

    def run(self, *argv, timeout=PATIENCE):
        return subprocess.run(self.command(*argv), timeout=timeout, text=True, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)

    def sh(self, script, timeout=PATIENCE):
        """The output of a shell script; it must not fail."""
        done = self.run("sh", "-ec", script, timeout=timeout)
        if done.returncode != 0:
            raise AssertionError(f"on {self.name}: {script.strip()}: exit {done.returncode}: "
                                 f"{done.stdout.strip()}")
        return done.stdout

    def write(self, path, text):
        """Before the boot and after it: what it has in /run is not reached so."""
        os.makedirs(os.path.dirname(self.root + path), exist_ok=True)
        with open(self.root + path, "w") as file:
            file.write(text)

    def read(self, path):
        with open(self.root + path) as file:
            return file.read()

    # The agent on it.

    def install(self):
        self.sh("dpkg --install /packages/*.deb", timeout=2 * PATIENCE)
        return self

    def show(self, value, unit=SERVICE):
        """A property of a unit."""
        return self.sh(f"systemctl show --value --property {value} {unit}").strip()

    def agent_pid(self):
        """As the machine counts, or 0."""
        return int(self.show("MainPID"))

    def another_agent(self, before, what):
        """The pid of the agent that came after `before`, once it is ready."""
        def came():
            pid = self.agent_pid()
            return pid if pid not in (0, before) and self.show("ActiveState") == "active" else None
        return wait_for(came, PATIENCE, what, 0.1)

    def connect(self, timeout=PATIENCE):
        return Varlink(f"/proc/{self.pid}/root{SOCKET}", timeout)

    def call(self, method, **parameters):
        with self.connect() as connection:
            return connection.call(f"io.liqo.Discovery.{method}", parameters)

    def clusters(self):
        """By id."""
        return {c["id"]: c for c in self.call("List")["parameters"]["clusters"]}

    def wait_cluster(self, cluster_id, accept=lambda cluster: True):
        def look():
            cluster = self.clusters().get(cluster_id)
            return cluster if cluster and accept(cluster) else None
        return wait_for(look, PATIENCE, f"{cluster_id} on {self.name}", 0.1)

    def lan(self):
        """What Status says of the LAN."""
        sources = self.call("Status")["parameters"]["sources"]
        return next(source for source in sources if source["source"] == "lan")

    def journal(self, *options):
        return self.run("journalctl", "--no-pager", "--output", "cat", "--unit", SERVICE,
                        *options).stdout


class Outside:
    """The test's own end of the bridge: a host for what is no machine's, such as DNS servers."""

    address = "10.0.1.100"
    run_dir = "/run"
    pid = os.getpid()

    def spawn(self, argv, name):
        log = f"{self.run_dir}/{name}.log"
        with open(log, "ab") as out:
            popen = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        return Process(popen, log)


def make_bridge():
    ip(f"link add {_BRIDGE} type bridge mcast_snooping 0 forward_delay 0")
    ip(f"addr add {Outside.address}/24 dev {_BRIDGE}")
    ip(f"link set {_BRIDGE} up")


def remove_bridge():
    ip(f"link del {_BRIDGE}")
