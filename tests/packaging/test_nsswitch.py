"""The scripts of libnss-liqo and nsswitch.conf, whatever an administrator has made of it."""

import os
import subprocess
import tempfile
import unittest

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../packaging/deb/nss")
MARK = "nsswitch.conf.nss.libnss-liqo-will-install"


class Nsswitch(unittest.TestCase):
    """A root of its own, told to the scripts as dpkg tells it."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = directory.name
        os.mkdir(f"{self.root}/etc")
        self.conf = f"{self.root}/etc/nsswitch.conf"

    def script(self, name, *arguments, before=()):
        """What it says; it must not fail."""
        done = subprocess.run([*before, "sh", f"{SCRIPTS}/{name}", *arguments], text=True,
                              env={"PATH": os.environ["PATH"], "DPKG_ROOT": self.root},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def install(self, **how):
        self.script("preinst", "install", **how)
        return self.script("postinst", "configure", "", **how)

    def remove(self, **how):
        return self.script("postrm", "remove", **how)

    def write(self, hosts):
        with open(self.conf, "w") as file:
            file.write(f"passwd: files\n{hosts}\nservices: files liqo dns\n")

    def hosts(self):
        """The line between the others, which are nobody's."""
        with open(self.conf) as file:
            first, hosts, last = file.read().splitlines()
        self.assertEqual((first, last), ("passwd: files", "services: files liqo dns"))
        return hosts


class Lines(Nsswitch):
    # What is there; what it is with the package, and when that is gone again.
    PUT_IN = {
        "hosts: files dns": "hosts: files liqo dns",
        "hosts:files dns": "hosts:files liqo dns",
        "hosts:dns": "hosts:liqo dns",
        "hosts:\t\tfiles mdns4_minimal [NOTFOUND=return] dns":
            "hosts:\t\tfiles liqo mdns4_minimal [NOTFOUND=return] dns",
        "hosts: files mdns dns": "hosts: files liqo mdns dns",
        "hosts: files mdns6_minimal[NOTFOUND=return]dns":
            "hosts: files liqo mdns6_minimal[NOTFOUND=return]dns",
        "hosts: mymachines resolve [!UNAVAIL=return] files myhostname dns":
            "hosts: mymachines liqo resolve [!UNAVAIL=return] files myhostname dns",
        "hosts: files resolve[!UNAVAIL=return] myhostname":
            "hosts: files liqo resolve[!UNAVAIL=return] myhostname",
        "hosts: files[SUCCESS=return]dns": "hosts: files[SUCCESS=return]liqo dns",
        "hosts: files": "hosts: files liqo",
        "hosts: files # dns": "hosts: files liqo # dns",
        "hosts: files dns # liqo is not here": "hosts: files liqo dns # liqo is not here",
        "hosts: files liqorice dns": "hosts: files liqorice liqo dns",
        "hosts: files mdnsx": "hosts: files mdnsx liqo",
        "  hosts: files dns": "  hosts: files liqo dns",
        "\thosts : files dns": "\thosts : files liqo dns",
        "hosts files dns": "hosts files liqo dns",
    }
    # What is left as it is.
    LEFT = ("hosts:", "hosts: # nothing", "#hosts: files dns", "# hosts: files dns",
            "networks: files dns", "hostsx: files dns", "")
    # What the administrator put in is no other's to move; with the package it goes.
    BY_HAND = {
        "hosts: liqo [NOTFOUND=return] dns": "hosts: dns",
        "hosts: files liqo[NOTFOUND=return] dns": "hosts: files dns",
        "hosts: files liqo[NOTFOUND=return]dns": "hosts: files dns",
        "hosts: files dns liqo [ !UNAVAIL=return ]": "hosts: files dns",
        "hosts:liqo dns": "hosts:dns",
        "hosts: files[SUCCESS=return]liqo dns": "hosts: files[SUCCESS=return]dns",
        "hosts: liqo files liqo dns liqo": "hosts: files dns",
        "hosts: files liqo# and liqo": "hosts: files # and liqo",
        " hosts :\tliqo\tfiles dns": " hosts :\tfiles dns",
        "hosts liqo dns": "hosts dns",
        "hosts: liqo": "hosts:",
    }

    def test_it_is_put_in_once_and_taken_out(self):
        for line, wanted in self.PUT_IN.items():
            with self.subTest(line):
                self.write(line)
                for _ in range(2):
                    self.assertEqual((self.install(), self.hosts()), ("", wanted))
                self.assertEqual((self.remove(), self.hosts()), ("", line))

    def test_what_has_no_place_for_it_is_left(self):
        for line in self.LEFT:
            with self.subTest(line):
                self.write(line)
                self.assertEqual((self.install(), self.hosts()), ("", line))
                self.assertEqual((self.remove(), self.hosts()), ("", line))

    def test_what_was_put_in_by_hand_stays_until_the_package_goes(self):
        for line, wanted in self.BY_HAND.items():
            with self.subTest(line):
                self.write(line)
                self.assertEqual((self.install(), self.hosts()), ("", line))
                self.assertEqual((self.remove(), self.hosts()), ("", wanted))


class Files(Nsswitch):
    def inode(self):
        return os.stat(self.conf).st_ino

    def test_an_upgrade_puts_nothing_in(self):
        self.write("hosts: files dns")
        self.script("preinst", "upgrade", "0.1.0", "0.2.0")
        self.script("postinst", "configure", "0.1.0")
        self.assertEqual(self.hosts(), "hosts: files dns")

    def test_an_installation_that_is_given_up_leaves_no_mark(self):
        self.script("preinst", "install")
        self.assertEqual(os.listdir(f"{self.root}/etc"), [MARK])
        self.script("postrm", "abort-install")
        self.assertEqual(os.listdir(f"{self.root}/etc"), [])

    def test_a_missing_file_is_no_obstacle_and_none_is_made(self):
        self.assertEqual(self.install() + self.remove() + self.script("postrm", "purge"), "")
        self.assertEqual(os.listdir(f"{self.root}/etc"), [])

    def test_what_has_nothing_to_change_is_not_written(self):
        self.write("hosts: liqo dns ")
        before = self.inode()
        self.install()
        self.write("hosts: files dns ")
        self.remove()
        self.assertEqual(self.inode(), before)

    def test_a_symlink_stays_one(self):
        os.mkdir(f"{self.root}/shared")
        os.symlink("../shared/nsswitch.conf", self.conf)
        self.write("hosts: files dns")
        self.install()
        self.assertEqual(self.hosts(), "hosts: files liqo dns")
        self.remove()
        self.assertEqual(self.hosts(), "hosts: files dns")
        self.assertTrue(os.path.islink(self.conf))
        self.assertEqual(os.listdir(f"{self.root}/shared"), ["nsswitch.conf"])

    def test_a_file_that_cannot_be_changed_is_told_and_no_obstacle(self):
        """Bound to its place, so that none can be renamed there."""
        bound = ["unshare", "--mount", "--map-root-user", "sh", "-ec",
                 f'mount --bind "{self.conf}" "{self.conf}"; exec "$@"', "sh"]
        self.write("hosts: files dns")
        if subprocess.run([*bound, "true"], capture_output=True, check=False).returncode != 0:
            self.assertNotEqual(os.environ.get("CI"), "true", "no mount namespaces here")
            self.skipTest("no mount namespaces here")
        self.assertIn('put "liqo" into its line "hosts" by hand', self.install(before=bound))
        self.assertEqual(self.remove(before=bound), "", "it is not there")
        self.assertEqual(self.hosts(), "hosts: files dns")
        self.write("hosts: files liqo dns")
        for what in ("remove", "purge"):
            self.assertIn('take "liqo" out of its line "hosts" by hand',
                          self.script("postrm", what, before=bound))
        self.assertEqual(self.hosts(), "hosts: files liqo dns")
        self.assertEqual(os.listdir(f"{self.root}/etc"), ["nsswitch.conf"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
