"""Puts this program into namespaces of its own, and lets it reach into those of its hosts.

`enter()` runs the program again inside a network, mount and process namespace. Everything that a
test makes (links, mounts, daemons) lives in there and ends with it, however it ends: nothing is
left behind, and nothing of the machine's own can be touched by mistake.
"""

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
import threading
import time

_MARK = "LIQO_LAN_SANDBOX"
_NEEDED = ("ip", "unshare", "nsenter", "setpriv", "dbus-daemon", "dbus-send", "avahi-daemon",
           "avahi-browse")
_CLONE_NEWNET = 0x40000000
# Seconds for what is not the subject of a test: a machine that does much else is slow.
PATIENCE = 60
_libc = ctypes.CDLL(None, use_errno=True)


def obstacle(programs=()):
    """Why namespaces cannot be made here, or which program is missing; nothing when all is well."""
    os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [tool for tool in (*_NEEDED, *programs) if not shutil.which(tool)]
    if missing:
        return "not installed: " + ", ".join(missing)
    if os.geteuid() != 0:
        return "needs root, for network namespaces"
    made = subprocess.run(
        ["unshare", "--net", "--mount", "--uts", "--pid", "--fork", "--mount-proc",
         "ip", "link", "add", "lan", "type", "bridge"], capture_output=True, text=True)
    return None if made.returncode == 0 else made.stderr.strip() or "unshare failed"


def inside():
    return os.environ.get(_MARK) == "1"


def enter(programs=()):
    """Continues inside the namespaces. Returns the obstacle if there is one; `programs` are what
    is needed besides the world's own."""
    if inside():
        _mount_run()
        return None
    why = obstacle(programs)
    if why is None:
        os.environ[_MARK] = "1"
        # The shell is process 1 in there: it waits for orphans. Its end is the end of all.
        os.execvp("unshare", [
            "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
            "sh", "-c", '"$@"; exit $?', "sh", "/usr/bin/python3", "-B", *sys.argv])
    return why


def _mount_run():
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


@contextlib.contextmanager
def network_of(pid):
    """This thread is in the network namespace of `pid`; sockets made here stay in it."""
    with open("/proc/thread-self/ns/net") as here, open(f"/proc/{pid}/ns/net") as there:
        _setns(there.fileno())
        try:
            yield
        finally:
            _setns(here.fileno())


def _setns(fd):
    if _libc.setns(fd, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def ip(command):
    """`ip` with the words of `command`, in this program's own network namespace."""
    subprocess.run(["ip", *command.split()], check=True, timeout=PATIENCE)


def wait_for(condition, timeout, what="the condition", interval=0.02):
    """What `condition` returns once that is true. Raises AssertionError at the deadline."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            shown = what() if callable(what) else what
            raise AssertionError(f"{shown}: not within {timeout} s (last: {value!r})")
        threading.Event().wait(interval)
