"""Clusters added by hand: kept over restarts and kills, and right when the disk is not."""

import json
import os
import random
import signal
import time

import case
from agent import USER, getent
from auth_server import AuthServer
from case import MILAN, ROME, TURIN
from observe import Pulse
from sandbox import wait_for


def problem(done):
    return json.loads(done.stdout)["problem"]


class Manual(case.LanTest):
    def setUp(self):
        self.far = self.world.host("far")
        self.four, self.six = self.world.addresses(self.far)
        self.server = AuthServer(self.far, 8443, TURIN, "turin")
        self.agent_ = self.agent("a", avahi=False)

    def serve(self):
        self.server.start()
        self.addCleanup(self.server.stop)

    def url(self):
        return f"https://{self.four}:8443"

    def test_added_is_confirmed_named_and_kept_over_a_restart(self):
        self.serve()
        a = self.agent_
        watcher = a.watch()
        self.assertIn(f"{TURIN}, confirmed", a.cli("add", self.url(), check=0).stdout)
        told = watcher.wait(event="added", id=TURIN)
        self.assertEqual(told["cluster"]["name"], "turin")
        cluster = a.wait_cluster(TURIN, lambda c: c["state"] == "fresh")
        self.assertEqual(cluster["endpoints"]["auth"]["source"], "manual")
        self.assertEqual(cluster["endpoints"]["auth"]["url"], self.url())
        self.assertEqual(list(a.clusters()), [TURIN], "the made-up id is gone")
        wait_for(lambda: getent(a.host, "hosts", "turin.liqo.internal")[0] == 0, 5, "getent")
        self.assertEqual(json.loads(a.cli("list", "--source", "manual", "-o", "json").stdout)
                         ["clusters"][0]["id"], TURIN)
        a.process.kill()
        a.process.wait(10)
        a.start()
        a.wait_cluster(TURIN, lambda c: c["identity"] == "confirmed")
        a.cli("remove", "turin", check=0)
        wait_for(lambda: not a.clusters(), 5, "its end")
        a.stop()
        a.start()
        self.assertEqual(a.clusters(), {})

    def test_its_name_is_its_own_over_a_restart_whoever_claims_it_later(self):
        self.serve()
        a = self.agent_
        a.cli("add", self.url(), check=0)
        seen = a.wait_cluster(TURIN, lambda c: c["name"] == "turin")["firstSeen"]
        self.agent("b", id=ROME, name="turin", avahi=False)
        a.wait_cluster(ROME, lambda c: c["name"] == "turin" and len(c["hostnames"]) == 1)
        a.stop()
        a.start()
        cluster = a.wait_cluster(TURIN)
        a.wait_cluster(ROME)
        self.assertIn("turin.liqo.internal", cluster["hostnames"])
        self.assertEqual(cluster["firstSeen"], seen)
        self.assertEqual(len(a.clusters()[ROME]["hostnames"]), 1)

    def test_by_name_of_the_hosts_file_and_ipv6(self):
        self.serve()
        a = self.agent_
        with open(f"{a.host.run_dir}/etc/hosts", "a") as hosts:
            hosts.write(f"{self.six} auth.turin.example\n")
        a.cli("add", "https://auth.turin.example:8443", check=0)
        cluster = a.wait_cluster(TURIN, lambda c: c["identity"] == "confirmed")
        self.assertEqual(cluster["endpoints"]["auth"]["addresses"], [self.six])
        a.cli("add", f"https://[{self.six}]:8443", check=0)
        cluster = a.wait_cluster(TURIN, lambda c: len(c["sightings"]) == 2)
        a.cli("remove", f"https://[{self.six}]:8443", check=0)
        a.wait_cluster(TURIN, lambda c: len(c["sightings"]) == 1)

    def test_one_that_does_not_answer_is_asked_until_it_does(self):
        a = self.agent_
        done = a.cli("add", self.url(), "--name", "torino", "-o", "json", check=0)
        self.assertIn("refused", problem(done).lower())
        cluster = next(iter(a.clusters().values()))
        self.assertRegex(cluster["id"], "^manual-[0-9a-f]{8}$")
        self.assertEqual((cluster["name"], cluster["state"], cluster["identity"]),
                         ("torino", "suspect", "claimed"))
        self.assertIn(self.url(), a.cli("status", check=0).stdout)
        self.serve()
        a.cli("refresh", "torino", check=0)
        a.wait_cluster(TURIN, lambda c: c["identity"] == "confirmed" and c["state"] == "fresh")
        self.assertEqual(list(a.clusters()), [TURIN])

    def test_added_again_it_is_asked_again(self):
        a = self.agent_
        done = a.cli("add", self.url(), "-o", "json", check=0)
        self.assertIn("refused", problem(done).lower())
        self.serve()
        self.assertIn(f"{TURIN}, confirmed", a.cli("add", self.url(), check=0).stdout)

    def test_a_name_of_this_host_alone_is_told_so_at_once(self):
        a = self.agent_
        with open(f"{a.host.run_dir}/etc/hosts", "a") as hosts:
            hosts.write("127.0.1.1 own.example\n")
        begin = time.monotonic()
        done = a.cli("add", "https://own.example", "-o", "json", check=0)
        self.assertIn("127.0.1.1", problem(done))
        self.assertLess(time.monotonic() - begin, 5, "it waited for nobody")

    def test_one_whose_server_becomes_another_is_a_mismatch(self):
        self.serve()
        a = self.agent_
        a.cli("add", self.url(), check=0)
        a.wait_cluster(TURIN, lambda c: c["identity"] == "confirmed")
        wait_for(lambda: a.call("Status")["parameters"]["sources"][-1]
                 ["entries"][0].get("id") == TURIN, 5, "its id, kept")
        self.server.ids["clusterId"] = ROME
        a.cli("refresh", TURIN, check=0)
        a.wait_cluster(TURIN, lambda c: c["identity"] == "mismatch")

    def test_what_is_refused(self):
        a = self.agent_
        for url in ("http://a.example", "https://127.0.0.1", "https://a.example/x",
                    "https://auth.turin.liqo.internal"):
            done = a.cli("add", url)
            self.assertEqual(done.returncode, 2, url)
            self.assertIn("expected", done.stderr)
        self.assertEqual(a.cli("remove", "nobody").returncode, 3)
        self.liqo(self.world.host("node"), MILAN)
        a.wait_cluster(MILAN)
        done = a.cli("remove", MILAN)
        self.assertEqual(done.returncode, 2)
        self.assertIn("seen by lan", done.stderr)
        self.assertEqual(a.cli("add", self.url(), user="nobody").returncode, 1)

    def test_one_cluster_by_hand_and_on_the_lan_is_one(self):
        self.serve()
        a = self.agent_
        self.liqo(self.world.host("node"), TURIN)
        a.wait_cluster(TURIN)
        a.cli("add", self.url(), check=0)
        cluster = a.wait_cluster(
            TURIN, lambda c: {s["source"] for s in c["sightings"]} == {"lan", "manual"})
        self.assertEqual(cluster["endpoints"]["auth"]["source"], "manual")
        a.cli("remove", TURIN, check=0)
        a.wait_cluster(TURIN, lambda c: c["endpoints"]["auth"]["source"] == "lan")


class Disk(case.LanTest):
    """The state directory is a small disk of its own."""

    def start(self, options="size=64k"):
        a = self.agent("a", avahi=False, start=False)
        a.host.sh(f"mount -t tmpfs -o {options},mode=755 tmpfs /run/state; "
                  f"chown {USER} /run/state")
        return a.start()

    def urls(self, a):
        entries = a.call("Status")["parameters"]["sources"][-1]["entries"]
        return {entry["url"] for entry in entries}

    def test_a_full_disk_is_an_error_and_nothing_is_lost(self):
        a = self.start()
        a.cli("add", "https://203.0.113.7", check=0)
        a.host.sh("dd if=/dev/zero of=/run/state/full bs=1k count=64 2> /dev/null || true")
        done = a.cli("add", "https://203.0.113.8")
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left", done.stderr)
        self.assertEqual(self.urls(a), {"https://203.0.113.7:443"})
        a.host.sh("rm /run/state/full")
        a.cli("add", "https://203.0.113.8", check=0)
        self.assertEqual(len(self.urls(a)), 2)

    def test_a_read_only_disk_is_an_error_and_the_agent_goes_on(self):
        a = self.start()
        a.host.sh("mount -o remount,ro /run/state")
        done = a.cli("add", "https://203.0.113.7")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Read-only", done.stderr)
        self.assertEqual(self.urls(a), set())
        a.host.sh("mount -o remount,rw /run/state")
        a.cli("add", "https://203.0.113.7", check=0)


    def test_a_file_that_cannot_be_read_is_not_replaced(self):
        a = self.start()
        a.cli("add", "https://203.0.113.7", check=0)
        a.stop()
        a.host.sh("chown root /run/state/manual.json; chmod 600 /run/state/manual.json")
        a.start()
        done = a.cli("add", "https://203.0.113.8")
        self.assertEqual(done.returncode, 1)
        self.assertIn("manual.json: Permission denied", done.stderr)
        a.host.sh(f"chown {USER} /run/state/manual.json")
        a.process.kill(signal.SIGHUP)
        wait_for(lambda: self.urls(a) == {"https://203.0.113.7:443"}, 10, "the former entry")
        a.cli("add", "https://203.0.113.8", check=0)
        self.assertEqual(len(self.urls(a)), 2)


class Crowd(case.LanTest):
    def test_many_names_and_a_long_hosts_file_hold_up_nobody(self):
        a = self.agent("a", avahi=False)
        with open(f"{a.host.run_dir}/etc/hosts", "a") as hosts:
            hosts.writelines(f"0.0.0.0 ads-{i}.tracker.example\n" for i in range(30000))
        connections = [a.connect() for _ in range(50)]
        for i, connection in enumerate(connections):
            self.addCleanup(connection.socket.close)
            connection.send("io.liqo.Discovery.Add", {"url": f"https://h{i}.example"})
        wait_for(lambda: a.call("Status")["parameters"]["sources"][-1]["instances"] == 50, 30,
                 "the entries")
        with Pulse(a) as pulse:
            a.cli("refresh", check=0)
            self.stays(a.process.alive, 1, "the agent ended")
        # One look at the file, however many names: 15 ms, of a build for debugging 100.
        self.assertLess(pulse.longest(), 1)


class Killed(case.LanTest):
    """At any moment of an add: the entry is there or not, and one that was answered is."""

    def test_kill_at_any_moment(self):
        a = self.agent("a", avahi=False)
        random.seed(7)
        answered = set()
        begun = set()
        for turn in range(25):
            urls = [f"https://203.0.113.{turn}:{port}" for port in range(1001, 1005)]
            connections = []
            for url in urls:
                connection = a.connect()
                connection.send("io.liqo.Discovery.Add", {"url": url})
                connections.append((url, connection))
                begun.add(url)
            if turn % 2:
                answered.add(connections[0][1].receive()["parameters"]["url"])
            else:
                time.sleep(random.uniform(0, 0.02))  # the moment is what is tested
            a.process.kill()
            a.process.wait(10)
            for url, connection in connections:
                try:
                    answered.add(connection.receive()["parameters"]["url"])
                except (OSError, EOFError):
                    pass
                connection.socket.close()
            a.start()
            path = f"{a.host.run_dir}/state/manual.json"
            self.assertFalse(os.path.exists(path + ".bad"), "half a file")
            entries = a.call("Status")["parameters"]["sources"][-1]["entries"]
            kept = {entry["url"] for entry in entries}
            self.assertLessEqual(answered, kept)
            self.assertLessEqual(kept, begun)


if __name__ == "__main__":
    case.main()
