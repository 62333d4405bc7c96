"""What can go wrong with a registration: servers, keys, clocks, answers that are lost."""

import os
import subprocess
import time

import register_case
from agent import BIN, CONFIG, RUNTIME
from dns_case import DOMAIN, MILAN
from register_case import FOUR, cluster, instance
from sandbox import PATIENCE, wait_for
from update_servers import (OTHER_SECRET, Key, PowerDns, UpdateKnot, UpdateNamed, contents, place,
                            serial)

RECORDS = instance("auth", 30740, None, addresses=[FOUR])


class Refused(register_case.RegisterTest):
    """Status has the server's words, and what to change; the log has them once."""

    def refused(self, kind, word, key=None, advice="", **options):
        if not hasattr(self, "ns"):
            self.ns = self.updating(kind, **options)
        a = self.register(self.ns, key=key, name=f"a{len(self.world.hosts)}")
        found = self.wait_state(a, "refused")[0]
        self.assertIn(word, found["error"])
        self.assertIn(self.address(self.ns), found["error"])
        self.assertIn(advice, found["advice"])
        shown = a.cli("status", check=0).stdout
        self.assertIn(word, shown)
        self.assertIn(found["advice"], shown)
        a.stop()
        self.assertEqual(a.process.output().count(word), 1)

    @staticmethod
    def knot_version():
        done = subprocess.run(["knotd", "--version"], capture_output=True, text=True, check=True)
        return tuple(map(int, done.stdout.split()[-1].split(".")[:2]))

    def test_a_key_that_the_server_does_not_have(self):
        self.refused(UpdateNamed, "BADKEY", Key("rome-key"), "/run/etc/tsig.key")

    def test_a_secret_that_is_another(self):
        self.refused(UpdateNamed, "BADSIG", Key(secret=OTHER_SECRET), "/run/etc/tsig.key")

    def test_the_same_by_knot(self):
        # Knot DNS 3.4 leaves out why it is not authorised.
        old = self.knot_version() < (3, 4)
        self.refused(UpdateKnot, "BADKEY" if old else "NOTAUTH", Key("rome-key"), "tsig.key")
        self.refused(UpdateKnot, "BADSIG", Key(secret=OTHER_SECRET))

    def test_powerdns_says_less(self):
        self.refused(PowerDns, "REFUSED", Key("rome-key"), "rome-key")

    def test_a_key_that_may_not_update_these_names(self):
        self.refused(UpdateNamed, "REFUSED", advice=f"{MILAN}._liqo_auth._tcp.{DOMAIN}",
                     policy="grant milan-key name other.example.com ANY;")

    def test_a_clock_that_is_off_by_an_hour(self):
        self.refused(UpdateKnot, "BADTIME", advice="clock", clock=3600)

    def test_a_server_that_is_not_the_zones(self):
        self.ns = self.updating(UpdateNamed)
        a = self.register(self.ns, zone="example.org")
        found = self.wait_state(a, "pending", lambda r: r["error"])[0]
        self.assertIn("REFUSED", found["error"])


class Silent(register_case.RegisterTest):
    def test_a_server_that_is_not_there_yet(self):
        self.ns = self.updating(UpdateNamed)
        self.ns.stop()
        a = self.register(self.ns)
        self.wait_state(a, "pending", lambda r: r["error"])
        self.within(a.stop(), 2, "stop while the server is down")
        a.start()
        self.wait_state(a, "pending", lambda r: r["error"])
        self.ns.restart()
        self.wait_state(a)
        self.holds(self.ns, RECORDS)

    def test_a_minute_of_silence(self):
        """Two renewals fall into it; then all is as it was."""
        self.ns = self.updating(UpdateNamed)
        a = self.register(self.ns)
        self.wait_state(a)
        self.world.mute(self.ns.host)
        self.wait_state(a, "pending", lambda r: r["error"], timeout=60 + PATIENCE)
        self.world.unmute(self.ns.host)
        self.wait_state(a)
        self.holds(self.ns, RECORDS)

    def test_a_lost_answer_is_read_back(self):
        """The update arrives, its answer does not: it is not sent again."""
        self.ns = self.updating(UpdateNamed)
        host = self.ns.host
        # Answers to updates: QR and opcode 5 in the third octet behind the UDP header.
        host.sh("nft add table ip lossy && "
                "nft 'add chain ip lossy out { type filter hook output priority 0; }' && "
                "nft 'add rule ip lossy out udp sport 53 @th,80,5 21 counter drop'")
        a = self.register(self.ns)
        self.wait_state(a)
        self.holds(self.ns, RECORDS)
        log = self.ns.log()
        self.assertEqual(log.count(f"adding an RR at '{MILAN}._liqo_auth._tcp.{DOMAIN}' SRV"), 1)
        self.assertIn("packets 1 ", host.sh("nft list table ip lossy"))
        a.stop()
        self.holds(self.ns, set())


class KeyFiles(register_case.RegisterTest):
    """A wrong one is told at the start and at a reload, in one line that names it."""

    def cases(self, agent):
        good = Key().text()
        yield "is readable by others", place(agent, Key(), "open.key", 0o644), "0644"
        yield "is not there", "/run/etc/nowhere.key", "No such file"
        yield "is a directory", "/run/etc", "not a file"
        for what, text, said in (
                ("of hmac-md5", good.replace("hmac-sha256", "hmac-md5"), "hmac-sha256"),
                ("of no algorithm", good.replace("algorithm hmac-sha256;", ""), "algorithm"),
                ("with a secret that is none", good.replace(Key().secret, "AA=A"), "base64"),
                ("of something else", "zone example.com {};\n", "key"),
                ("that is empty", "", "key")):
            yield what, place(agent, Key(), f"{what.replace(' ', '-')}.key", text=text), said

    def test_at_start_and_reload(self):
        self.ns = self.updating(UpdateNamed)
        a = self.register(self.ns, start=False)
        good = self.settings(a, server=self.address(self.ns))
        wrong = list(self.cases(a))
        for what, path, said in wrong:
            with self.subTest(what):
                a.configure(good.replace(a.key_file, path))
                done = a.host.run([f"{BIN}/liqo-discoveryd", "--config", CONFIG, "--runtime-dir",
                                   RUNTIME, "--state-dir", "/run/state"], user=a.user)
                self.assertNotEqual(done.returncode, 0)
                line = done.stderr.strip()
                self.assertEqual(line.count("\n"), 0, line)
                for part in (CONFIG, "key-file", path, said):
                    self.assertIn(part, line)
                self.assertNotIn(Key().secret, line)
        a.configure(good)
        a.start()
        self.wait_state(a)
        before = serial(self.ns, DOMAIN)
        for what, path, said in wrong:
            a.reload(good.replace(a.key_file, path))
            wait_for(lambda: f"{path}: " in a.process.output(), PATIENCE, what)
        self.assertEqual(a.process.output().count("the configuration in force stays"), len(wrong))
        self.assertEqual(serial(self.ns, DOMAIN), before)
        self.holds(self.ns, RECORDS)

    def test_it_needs_a_cluster(self):
        self.ns = self.updating(UpdateNamed)
        a = self.register(self.ns, start=False)
        a.configure(self.settings(a, "", server=self.address(self.ns)).replace(cluster(), ""))
        done = a.host.run([f"{BIN}/liqo-discoveryd", "--config", CONFIG, "--runtime-dir", RUNTIME,
                           "--state-dir", "/run/state"], user=a.user)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("[cluster]", done.stderr)


if __name__ == "__main__":
    register_case.main()
