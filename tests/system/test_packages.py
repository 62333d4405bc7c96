"""The packages on a machine: installed, upgraded, reinstalled, removed and purged."""

import os
import subprocess
import tempfile

from machine import CONFIG, SERVICE  # the first: it makes tests/lan be found

from sandbox import PATIENCE
from system_case import SystemTest, main

SOCKET_UNIT = "liqo-discovery.socket"
NSSWITCH = "/etc/nsswitch.conf"


def next_version(package, directory):
    """The package again, under a later version."""
    tree = f"{directory}/tree"
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    with open(f"{tree}/DEBIAN/control") as file:
        control = file.read()
    with open(f"{tree}/DEBIAN/control", "w") as file:
        file.write("".join(f"{line}+next\n" if line.startswith("Version: ") else f"{line}\n"
                           for line in control.splitlines()))
    name = os.path.basename(package).replace(".deb", "+next.deb")
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, f"{directory}/{name}"],
                   check=True, capture_output=True)
    return f"{directory}/{name}"


class Service(SystemTest):
    """liqo-discovery, from its installation to its purge."""

    def setUp(self):
        self.m = self.boot("m").install()

    def upgrade(self):
        with tempfile.TemporaryDirectory() as directory:
            source = next(f for f in os.listdir(f"{self.m.root}/packages")
                          if f.startswith("liqo-discovery_"))
            later = next_version(f"{self.m.root}/packages/{source}", directory)
            with open(later, "rb") as file, open(f"{self.m.root}/later.deb", "wb") as copy:
                copy.write(file.read())
        return self.m.sh("dpkg --install /later.deb", timeout=2 * PATIENCE)

    def is_enabled(self, unit=SERVICE):
        return self.m.run("systemctl", "is-enabled", unit).stdout.strip()

    def test_installed_it_runs_and_is_enabled(self):
        self.assertEqual(self.m.show("ActiveState"), "active")
        for unit in (SERVICE, SOCKET_UNIT):
            self.assertEqual(self.is_enabled(unit), "enabled", unit)
        self.assertIn("avahi-daemon", self.m.sh("liqo-discovery status"))
        self.assertEqual(self.m.sh("stat -c '%U %a' /run/liqo-discovery /var/lib/liqo-discovery"),
                         "liqo-discovery 755\nliqo-discovery 750\n")
        told = self.m.sh(f"systemd-analyze verify --man=no {SERVICE} {SOCKET_UNIT} 2>&1")
        self.assertEqual(told, "", "this systemd knows every line of the units")

    def test_an_upgrade_is_a_restart_that_keeps_what_was_decided(self):
        before = self.m.agent_pid()
        self.m.write(CONFIG, "[lan]\nadvertise = false\n")
        told = self.upgrade()
        after = self.m.another_agent(before, "the agent of the later version")
        self.assertNotIn("conffile", told, "the file is as it was shipped: no question")
        self.assertEqual(self.m.read(CONFIG), "[lan]\nadvertise = false\n")
        self.m.sh(f"systemctl disable --now {SERVICE} {SOCKET_UNIT}")
        self.m.sh("dpkg --install /packages/liqo-discovery_*.deb /later.deb", timeout=2 * PATIENCE)
        self.assertEqual(self.is_enabled(), "disabled")
        self.assertEqual(self.is_enabled(SOCKET_UNIT), "disabled")
        self.assertNotEqual(after, self.m.agent_pid())

    def test_reinstalled_it_is_the_same(self):
        before = self.m.agent_pid()
        self.m.install()
        self.m.another_agent(before, "the agent that was installed again")
        self.m.call("Status")

    def test_removed_it_leaves_the_configuration_and_purged_nothing(self):
        self.m.sh("dpkg --remove liqo-discovery")
        self.assertEqual(self.m.sh("pgrep -u liqo-discovery || echo none"), "none\n")
        self.m.sh("test ! -e /run/liqo-discovery; test -e /var/lib/liqo-discovery")
        self.assertIn("[lan]", self.m.read(CONFIG))
        self.m.install()
        self.assertEqual(self.m.show("ActiveState"), "active", "installed again")
        self.m.sh("dpkg --purge liqo-discovery libnss-liqo")
        left = self.m.sh("find /etc /var /run -xdev -name '*liqo*' "
                         "-not -path '*/dpkg/*' -not -path '/var/log/*'")
        self.assertEqual(left, "")


class Module(SystemTest):
    """libnss-liqo and nsswitch.conf, whatever an administrator has made of it."""

    LINES = {
        "hosts: files dns": "hosts: files liqo dns",
        "hosts:\t\tfiles mdns4_minimal [NOTFOUND=return] dns":
            "hosts:\t\tfiles liqo mdns4_minimal [NOTFOUND=return] dns",
        "hosts: files resolve [!UNAVAIL=return] dns":
            "hosts: files liqo resolve [!UNAVAIL=return] dns",
        "hosts: files": "hosts: files liqo",
        "hosts: files dns # liqo is not here": "hosts: files liqo dns # liqo is not here",
        "hosts: liqo [NOTFOUND=return] dns": "hosts: liqo [NOTFOUND=return] dns",
        "#hosts: files dns": "#hosts: files dns",
    }
    REMOVED = {"hosts: liqo [NOTFOUND=return] dns": "hosts: dns"}

    def setUp(self):
        self.m = self.boot("m")

    def hosts(self):
        return next(line for line in self.m.read(NSSWITCH).splitlines() if "hosts:" in line)

    def test_it_puts_itself_in_and_takes_itself_out(self):
        for line, wanted in self.LINES.items():
            with self.subTest(line):
                self.m.write(NSSWITCH, f"passwd: files\n{line}\nservices: files liqo\n")
                for _ in range(2):
                    self.m.sh("dpkg --install /packages/libnss-liqo_*.deb")
                    self.assertEqual(self.hosts(), wanted)
                self.m.sh("dpkg --purge libnss-liqo")
                self.assertEqual(self.hosts(), self.REMOVED.get(line, line))
                self.assertIn("services: files liqo\n", self.m.read(NSSWITCH), "not ours")

    def test_what_was_taken_out_by_hand_stays_out(self):
        self.m.sh("dpkg --install /packages/libnss-liqo_*.deb")
        self.m.write(NSSWITCH, "hosts: files dns\n")
        self.m.sh("dpkg --install /packages/libnss-liqo_*.deb")
        self.assertEqual(self.hosts(), "hosts: files dns")

    def test_a_missing_file_is_no_obstacle(self):
        os.unlink(f"{self.m.root}{NSSWITCH}")
        self.m.sh("dpkg --install /packages/libnss-liqo_*.deb; dpkg --purge libnss-liqo")
        self.assertFalse(os.path.exists(f"{self.m.root}{NSSWITCH}"))


if __name__ == "__main__":
    main()
