"""Names in other people's programs: getent, through glibc and our module."""

import os
import signal
import time

import case
from agent import SUFFIX, config, getent
from case import MILAN, TURIN


class Lookups(case.LanTest):
    def setUp(self):
        self.a = self.agent("a")
        self.b = self.agent("b", id=TURIN, name="turin", api=6443, gateway=5871)
        self.whole(self.a, TURIN, self.b.host, services=3)
        self.four, self.six = self.world.addresses(self.b.host)
        for name in self.names():  # the snapshot comes a moment later
            self.becomes(lambda name=name: self.addresses_of(name), {self.four, self.six})

    def get(self, *words):
        return getent(self.a.host, *words)[1]

    def addresses_of(self, name):
        return {line[0] for line in self.get("ahosts", name)}

    def names(self):
        return [f"{prefix}{name}.{SUFFIX}" for name in ("turin", TURIN)
                for prefix in ("", "auth.", "api.", "gateway.")]

    def test_every_name_over_both_families(self):
        for name in self.names():
            self.assertEqual(self.get("hosts", name)[0], [self.six, name])
            self.assertEqual(self.addresses_of(name), {self.four, self.six}, name)
            self.assertEqual(self.get("ahostsv4", name)[0], [self.four, "STREAM", name])
            self.assertEqual(self.get("ahostsv6", name)[0], [self.six, "STREAM", name])
        self.assertTrue(self.get("hosts", f"TURIN.{SUFFIX}".upper()), "in either case")

    def test_all_of_them_in_order(self):
        ours = [line for line in self.get("hosts") if line[1].endswith(SUFFIX)]
        named = [line[1] for line in ours]
        self.assertEqual(named, sorted(named))
        self.assertEqual(set(named), set(self.names()))
        self.assertEqual({line[0] for line in ours}, {self.four, self.six})

    def test_nothing_else(self):
        for name in ("turin", SUFFIX, f"nobody.{SUFFIX}", "b.local", f"turin.{SUFFIX}.evil.com",
                     f"x.turin.{SUFFIX}", "a" * 300):
            self.assertEqual(getent(self.a.host, "ahosts", name), (2, []), name)
        self.assertEqual(getent(self.a.host, "hosts", self.four)[0], 2, "no reverse by default")

    def test_the_same_names_as_a_hosts_file(self):
        def told():
            with open(f"{self.a.host.run_dir}/liqo-discovery/hosts") as file:
                lines = [line.split("#")[0].split() for line in file]
            return {(line[0], name) for line in lines if line for name in line[1:]}
        self.becomes(told, {(address, name) for name in self.names()
                            for address in (self.four, self.six)})

    def test_a_hung_or_dead_agent_costs_nothing(self):
        self.a.process.kill(signal.SIGSTOP)
        took = []
        for _ in range(5):
            begin = time.monotonic()
            self.assertTrue(self.get("hosts", f"turin.{SUFFIX}"))
            took.append(time.monotonic() - begin)
        self.within(min(took), 0.5, "getent, with its start, beside a hung agent")
        self.a.process.stop(signal.SIGKILL)
        self.assertTrue(self.get("hosts", f"turin.{SUFFIX}"), "a restart is no gap")
        self.a.start()
        self.assertTrue(self.get("hosts", f"turin.{SUFFIX}"), "nor is the start")

    def test_a_withdrawn_cluster_has_no_name(self):
        watcher = self.a.watch()
        self.b.stop()
        gone = watcher.wait(event="removed", id=TURIN)
        self.names_follow(self.a, f"turin.{SUFFIX}", gone, there=False)
        self.assertEqual([line for line in self.get("hosts") if SUFFIX in line[-1]], [])


class Reverse(case.LanTest):
    def test_addresses_on_our_links_where_asked_for(self):
        a = self.agent("a", config(more="[names]\nreverse = true\n"))
        b = self.agent("b", id=TURIN, name="turin")
        a.wait_cluster(TURIN)
        four, _ = self.world.addresses(b.host)
        self.becomes(lambda: getent(a.host, "hosts", four), (0, [[four, f"turin.{SUFFIX}"]]))

    def test_a_suffix_of_ones_own(self):
        a = self.agent("a", config(more='[names]\nsuffix = "clusters.test"\n'))
        self.agent("b", id=TURIN, name="turin")
        a.wait_cluster(TURIN)
        self.becomes(lambda: getent(a.host, "hosts", "turin.clusters.test")[0], 0)
        self.assertEqual(getent(a.host, "hosts", f"turin.{SUFFIX}")[0], 2)


class LinkLocal(case.LanTest):
    def test_its_scope_is_told(self):
        """A peer that has nothing but a link-local IPv6 address."""
        a = self.agent("a")
        peer = self.world.host("b", lans=())
        self.world.plug(peer, "lan1", address=False)
        peer.start_avahi()
        peer.spawn(["avahi-publish", "-s", MILAN, "_liqo_auth._tcp", "443"])
        cluster = a.wait_cluster(
            MILAN, lambda c: any(end["addresses"] for end in c["endpoints"].values()))
        address = cluster["endpoints"]["auth"]["addresses"][0]
        self.assertRegex(address, r"^fe80::.*%eth0$")
        name = f"{MILAN}.{SUFFIX}"
        scoped = address.replace("%eth0", f"%{a.host.if_index('eth0')}")  # as getent writes it
        self.becomes(lambda: getent(a.host, "ahosts", name)[1][0][0], scoped)


class Files(case.LanTest):
    def test_everyone_may_read_them_and_nobody_write(self):
        a = self.agent("a")
        for name in ("hosts.cdb", "hosts"):
            path = f"{a.host.run_dir}/liqo-discovery/{name}"
            self.becomes(lambda path=path: os.path.exists(path), True)
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o644)
        done = a.host.run(["getent", "hosts"], user="nobody",
                          env={"LD_LIBRARY_PATH": "/run/build/lib"})
        self.assertEqual(done.returncode, 0)


if __name__ == "__main__":
    case.main()
