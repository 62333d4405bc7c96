"""The service on its machine: rights, restarts, the watchdog, and what neighbours see of them."""

import subprocess
import threading
import time

from machine import CONFIG, SERVICE  # the first: it makes tests/lan be found

from agent import config
from auth_server import AuthServer
from observe import Watcher
from sandbox import PATIENCE, wait_for
from system_case import MILAN, TURIN, SystemTest, main

EXPOSURE = 1.3  # systemd-analyze security, at most
AUTH = 30740


def is_whole(cluster):
    return cluster["state"] == "fresh" and cluster["endpoints"].get("auth", {}).get("addresses")


def watch(one):
    """`liqo-discovery watch` on a machine, read from here."""
    process = subprocess.Popen(one.command("liqo-discovery", "watch", "-o", "json"),
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    return Watcher(process), process


class Rights(SystemTest):
    """No root and no capability, and everything works."""

    def processes(self):
        """Of the agent and its helper: what /proc says, by field."""
        found = []
        for pid in self.m.sh("pgrep -u liqo-discovery").split():
            lines = self.m.sh(f"cat /proc/{pid}/status").splitlines()
            found.append(dict(line.split(":\t", 1) for line in lines if ":\t" in line))
        return found

    def test_exposure_and_capabilities(self):
        self.m = self.node("m", MILAN, "milan")
        wait_for(lambda: len(self.processes()) == 2, PATIENCE, "agent and helper")
        user = self.m.sh("id -u liqo-discovery").strip()
        for process in self.processes():
            self.assertEqual(set(process["Uid"].split()), {user})
            for capabilities in ("CapEff", "CapPrm", "CapBnd", "CapAmb"):
                self.assertEqual(int(process[capabilities], 16), 0, capabilities)
            self.assertEqual((process["NoNewPrivs"], process["Seccomp"]), ("1", "2"))
        told = self.m.sh(f"systemd-analyze security --no-pager {SERVICE}").splitlines()[-1]
        exposure = float(told.split("exposure level for")[1].split(":")[1].split()[0])
        print(f"measured: exposure {exposure}, at most {EXPOSURE}")
        self.assertLessEqual(exposure, EXPOSURE)
        self.assertNotIn("EPERM", self.m.journal())
        # The service manager of a container has words of its own about the unit.
        self.assertEqual(self.m.journal("--priority", "warning", "--identifier", "liqo-discoveryd"),
                         "")

    def test_who_may_change_something(self):
        self.m = self.node("m", MILAN, "milan")
        self.m.sh("useradd --no-create-home reader; useradd --no-create-home -G liqo-discovery op")
        self.m.sh("setpriv --reuid reader --regid reader --init-groups liqo-discovery list")
        add = "liqo-discovery add https://192.0.2.1:30740"
        refused = self.m.run("sh", "-c",
                             f"setpriv --reuid reader --regid reader --init-groups {add}")
        self.assertNotEqual(refused.returncode, 0, refused.stdout)
        self.m.sh(f"setpriv --reuid op --regid op --init-groups {add}")


class Neighbours(SystemTest):
    """Two machines on a bridge find each other; one of them has things done to its agent."""

    def pair(self, avahi):
        self.a = self.node("a", MILAN, "milan", avahi)
        self.b = self.node("b", TURIN, "turin", avahi)
        self.server = AuthServer(self.b, AUTH, TURIN, "turin").start()
        self.addCleanup(self.server.stop)
        backend = "avahi-daemon" if avahi else "embedded"
        for one, other in ((self.a, TURIN), (self.b, MILAN)):
            one.wait_cluster(other, is_whole)
            self.assertEqual(one.lan()["backend"], backend)
        # libcurl is loaded, and /ids asked, inside the sandbox of the unit.
        self.a.sh(f"liqo-discovery refresh {TURIN}")
        self.a.wait_cluster(TURIN, lambda c: c["identity"] == "confirmed")

    def found_by_name(self):
        return self.a.run("getent", "ahosts", "turin.liqo.internal")

    def lives_on(self):
        wait_for(lambda: self.found_by_name().returncode == 0, PATIENCE, "getent")
        self.assertIn(self.b.address, self.found_by_name().stdout)
        self.reloads()
        self.restarts()
        self.is_killed()

    def reloads(self):
        before = self.b.agent_pid()
        self.b.write(CONFIG, config(id=TURIN, name="torino"))
        self.b.sh("systemctl reload liqo-discovery")
        self.a.wait_cluster(TURIN, lambda c: "torino" in str(c["sightings"]))
        self.b.write(CONFIG, "[lan]\nadvertise = 5\n")
        self.b.sh("systemctl reload liqo-discovery")
        wait_for(lambda: "config.toml" in self.b.journal("--priority", "err"), PATIENCE,
                 "an error in the journal", 0.2)
        self.assertEqual(self.b.agent_pid(), before)
        self.assertEqual(self.b.show("ActiveState"), "active")
        self.b.write(CONFIG, config(id=TURIN, name="turin"))
        self.b.sh("systemctl reload liqo-discovery")
        self.a.wait_cluster(TURIN, lambda c: "torino" not in str(c["sightings"]))

    def restarts(self):
        """Nobody on the LAN sees it, and who asks meanwhile is served."""
        watcher, process = watch(self.a)
        self.addCleanup(process.kill)
        watcher.wait_quiet()
        mark = watcher.mark()
        failures, stop = [], threading.Event()

        def ask():
            while not stop.is_set():
                try:
                    self.b.call("Status")
                except (EOFError, BrokenPipeError, ConnectionResetError):
                    pass  # the agent that stopped had accepted it, and not yet been asked
                except OSError as failure:
                    failures.append(failure)
        asking = threading.Thread(target=ask)
        asking.start()
        try:
            self.b.sh("liqo-discovery add https://192.0.2.7:30740")
            self.b.sh("systemctl restart liqo-discovery")
            self.assertIn("192.0.2.7", self.b.sh("liqo-discovery list -o json"))
            known = self.b.clusters()
            self.assertIn(MILAN, known, "from the first answer")
        finally:
            stop.set()
            asking.join()
        self.assertEqual(failures, [])
        self.b.wait_cluster(MILAN, is_whole)
        self.stays(lambda: not watcher.find(mark, event="removed"), 5, "a removal was told")
        process.kill()

    def is_killed(self):
        before = self.b.agent_pid()
        self.b.sh(f"kill -KILL {before}")
        # Who comes before it is there again waits at the socket.
        self.b.call("Status")
        self.b.another_agent(before, "the agent after kill -9")
        self.a.wait_cluster(TURIN, is_whole)

    def test_through_avahi_daemon(self):
        self.pair(avahi=True)
        self.lives_on()
        self.b.sh("systemctl stop avahi-daemon.socket avahi-daemon.service")
        self.b.call("Status")
        self.assertEqual(self.b.show("ActiveState"), "active")
        self.b.sh("systemctl start avahi-daemon.service")
        self.b.wait_cluster(MILAN, is_whole)
        self.a.wait_cluster(TURIN, is_whole)

    def test_through_the_embedded_stack(self):
        self.pair(avahi=False)
        self.lives_on()
        self.assertNotIn("[info]", self.b.journal(), "the helper's lines have priorities too")


class Watchdog(SystemTest):
    """A loop that hangs falls silent, and the service manager begins again."""

    SECONDS = 3  # in the place of the unit's own, which would take long to watch

    def test_a_hung_agent_is_replaced_and_a_busy_one_is_not(self):
        m = self.boot("m").install()
        m.sh(f"mkdir -p /run/systemd/system/{SERVICE}.d; "
             f"printf '[Service]\\nWatchdogSec={self.SECONDS}\\n' "
             f"> /run/systemd/system/{SERVICE}.d/watchdog.conf; "
             "systemctl daemon-reload; systemctl restart liqo-discovery")
        before = m.agent_pid()
        self.stays(lambda: m.agent_pid() == before, 3 * self.SECONDS, "it is alive")
        begin = time.monotonic()
        m.sh(f"kill -STOP {before}")
        m.another_agent(before, "the agent after the one that hung")
        print(f"measured: hung and replaced in {time.monotonic() - begin:.1f} s")
        self.assertIn("atchdog", m.run("journalctl", "--no-pager", "--lines", "40").stdout)
        m.call("Status")


if __name__ == "__main__":
    main()
