"""A host on the LAN: its own network, mounts and host name, and the daemons that run on it."""

import contextlib
import os
import pwd
import shlex
import signal
import socket
import subprocess

import sandbox
from sandbox import PATIENCE, wait_for

_NSSWITCH = "passwd: files\ngroup: files\nhosts: files liqo\n"
_AVAHI_CONF = """[server]
host-name={name}
use-ipv4=yes
use-ipv6=yes
ratelimit-interval-usec=1000000
ratelimit-burst=1000
{server}
[wide-area]
enable-wide-area=no
[publish]
publish-hinfo=no
publish-workstation=no
[rlimits]
"""


class Process:
    """A program on a host, with its output in a file."""

    def __init__(self, popen, log):
        self._popen = popen
        self.log = log
        self.pid = popen.pid
        self.stdout = popen.stdout

    def alive(self):
        return self._popen.poll() is None

    def kill(self, sig=signal.SIGKILL):
        if self.alive():
            os.kill(self.pid, sig)

    def wait(self, timeout):
        return self._popen.wait(timeout)

    def stop(self, sig=signal.SIGTERM, timeout=PATIENCE):
        """Asks it to end; returns its status. Raises when it does not end."""
        self.kill(sig)
        return self.wait(timeout)

    def output(self):
        with open(self.log, errors="replace") as log:
            return log.read()


class Host:
    """Directories: `run` is what the host has as /run. `build` is to be seen at /run/build."""

    def __init__(self, name, run, build):
        self.name = name
        self.run_dir = run
        self.links = []  # names of its interfaces
        self.processes = []
        self.dbus = None
        self.avahi = None
        for directory in ("build", "dbus", "etc", "log"):
            os.makedirs(f"{run}/{directory}")
        with open(f"{run}/etc/nsswitch.conf", "w") as conf:
            conf.write(_NSSWITCH)
        with open(f"{run}/etc/hosts", "w") as hosts:
            hosts.write("127.0.0.1 localhost\n")
        with open(f"{run}/etc/resolv.conf", "w") as resolv:
            resolv.write("nameserver 127.0.0.1\n")
        self._holder = subprocess.Popen(
            ["unshare", "--net", "--mount", "--uts", "sleep", "infinity"])
        self._enter = ["nsenter", "-t", str(self._holder.pid), "-n", "-m", "-u", "--"]
        wait_for(self._is_apart, PATIENCE, f"the namespaces of {name}", 0.002)
        self.sh(f"""
            mount --bind {run} /run
            [ ! -d {shlex.quote(build)} ] || mount --bind {shlex.quote(build)} /run/build
            for file in nsswitch.conf hosts resolv.conf; do
              [ ! -e /etc/$file ] || mount --bind /run/etc/$file /etc/$file
            done
            hostname {name}
            ip link set lo up
            for scope in all default; do  # an address is usable at once
              echo 0 > /proc/sys/net/ipv6/conf/$scope/accept_dad
            done""")

    def _is_apart(self):
        with open(f"/proc/{self._holder.pid}/comm") as comm:
            return comm.read().strip() == "sleep"

    @property
    def pid(self):
        return self._holder.pid

    # Programs.

    def sh(self, script, timeout=PATIENCE):
        """The output of a shell script. Raises with its complaint when it fails."""
        done = self.run(["sh", "-ec", script], timeout=timeout)
        if done.returncode != 0:
            raise OSError(f"on {self.name}: {script.strip()}: {done.stderr.strip()}")
        return done.stdout

    def command(self, argv, user=None, env=None):
        """`argv` as it is to be started from outside."""
        become = ["setpriv", "--reuid", user, "--regid", _group_of(user), "--clear-groups",
                  "--"] if user else []
        setting = ["env", *(f"{key}={value}" for key, value in env.items())] if env else []
        return [*self._enter, *become, *setting, *argv]

    def run(self, argv, user=None, env=None, timeout=PATIENCE, check=False, **options):
        options.setdefault("text", True)
        return subprocess.run(self.command(argv, user, env), timeout=timeout, check=check,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def spawn(self, argv, name=None, user=None, env=None, **options):
        """Starts a program that ends with the host; its output is kept for a failure."""
        log = f"{self.run_dir}/log/{name or os.path.basename(argv[0])}.log"
        with open(log, "ab") as out:
            streams = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": out, **options}
            popen = subprocess.Popen(self.command(argv, user, env), **streams)
        process = Process(popen, log)
        self.processes.append(process)
        return process

    def socket(self, family, kind=socket.SOCK_DGRAM):
        with sandbox.network_of(self.pid):
            return socket.socket(family, kind)

    def if_index(self, link):
        return int(self.sh(f"ip -o link show {link}").split(":")[0])

    # Daemons.

    def start_dbus(self):
        socket_path = f"{self.run_dir}/dbus/system_bus_socket"
        if os.path.exists(socket_path):
            os.unlink(socket_path)
        self.dbus = self.spawn(["dbus-daemon", "--system", "--nofork", "--nopidfile"])
        wait_for(lambda: _listens(socket_path), PATIENCE, "the system bus")

    def start_avahi(self, server=""):
        """`server` adds lines to the [server] section."""
        if self.dbus is None:
            self.start_dbus()
        with open(f"{self.run_dir}/etc/avahi-daemon.conf", "w") as conf:
            conf.write(_AVAHI_CONF.format(name=self.name, server=server))
        self.avahi = self.spawn(["avahi-daemon", "-f", "/run/etc/avahi-daemon.conf",
                                 "--no-drop-root", "--no-chroot", "--no-rlimits",
                                 "--no-proc-title"])
        wait_for(self._has_avahi_on_the_bus, PATIENCE, "avahi-daemon")

    def _has_avahi_on_the_bus(self):
        if not self.avahi.alive():
            raise AssertionError("avahi-daemon ended:\n" + self.avahi.output()[-2000:])
        return self.run(["dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.DBus",
                         "/", "org.freedesktop.DBus.GetNameOwner",
                         "string:org.freedesktop.Avahi"]).returncode == 0

    def stop_avahi(self, sig=signal.SIGTERM):
        self.avahi.stop(sig)
        for left in ("pid", "socket"):  # what a killed one leaves would stop the next
            path = f"{self.run_dir}/avahi-daemon/{left}"
            if os.path.exists(path):
                os.unlink(path)

    def close(self):
        for process in self.processes:
            process.kill(signal.SIGCONT)
            process.kill()
        for process in self.processes:
            process.wait(PATIENCE)  # it was killed: only a busy host makes it linger
        self._holder.kill()
        self._holder.wait(PATIENCE)

    def print_logs(self):
        lines = int(os.environ.get("LIQO_LAN_LINES", "60"))
        for process in self.processes:
            if not process.alive():
                print(f"--- {self.name}: {os.path.basename(process.log)} is of a program that "
                      f"ended with status {process.wait(0)}")
        for name in sorted(os.listdir(f"{self.run_dir}/log")):
            with open(f"{self.run_dir}/log/{name}", errors="replace") as log:
                text = log.readlines()
            print(f"--- {self.name}: {name} (last {min(lines, len(text))} of {len(text)} lines)")
            print("".join(text[-lines:]), end="")


def _listens(path):
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        return True
    return False


def _group_of(user):
    return str(pwd.getpwnam(user).pw_gid)
