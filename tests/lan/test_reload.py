"""The configuration: refused with file, line, key and reason; read again without a flap."""

import case
from agent import BIN, CONFIG, RUNTIME, Agent, config
from case import MILAN, TURIN
from sandbox import PATIENCE, wait_for


class Reload(case.LanTest):
    def setUp(self):
        self.settings = config(id=TURIN, name="turin")
        self.b = self.agent("b", self.settings)
        self.a = self.agent("a")
        self.whole(self.a, TURIN, self.b.host)
        self.watcher = self.a.watch()
        self.watcher.wait_quiet()
        self.mark = self.watcher.mark()

    def name(self):
        return self.b.call("Status")["parameters"]["cluster"]["name"]

    def test_of_the_same_withdraws_nothing(self):
        for _ in range(3):
            self.b.reload(self.settings)
        self.stays(lambda: not self.watcher.told(self.mark), 3, "a reload was noticed")

    def test_of_a_wrong_file_leaves_the_old_in_force(self):
        self.b.reload(self.settings + '[names]\nsuffix = 7\n')
        wait_for(lambda: "names.suffix" in self.b.process.output(), PATIENCE,
                 "the complaint")
        line = next(x for x in self.b.process.output().splitlines() if "names.suffix" in x)
        self.assertIn(CONFIG, line)
        self.assertEqual(self.name(), "turin")
        self.stays(lambda: not self.watcher.told(self.mark), 2, "half applied")
        self.b.reload(config(id=TURIN, name="torino"))
        self.watcher.wait(self.mark, event="changed", id=TURIN)

    def test_withdraws_what_is_no_longer_told(self):
        self.b.reload(config(id=TURIN, name="turin", advertise=False))
        gone = self.watcher.wait(self.mark, event="removed", id=TURIN)
        self.assertEqual(gone["reason"], "withdrawn-or-expired")
        self.b.reload(self.settings)
        self.watcher.wait(self.mark, event="added", id=TURIN)

    def test_another_id_is_another_cluster(self):
        self.b.reload(config(id=MILAN, name="milan"))
        self.watcher.wait(self.mark, event="added", id=MILAN)
        self.watcher.wait(self.mark, event="removed", id=TURIN)

    def test_a_file_of_config_d(self):
        drop_in = f"{self.b.host.run_dir}/etc/liqo-discovery/config.d/10-name.toml"
        with open(drop_in, "w") as file:
            file.write('[cluster]\nname = "torino"\n')
        self.b.reload(self.settings)
        changed = self.watcher.wait(self.mark, event="changed", id=TURIN)
        self.assertEqual(changed["cluster"]["name"], "torino")

    def test_another_backend(self):
        """From avahi-daemon to the embedded stack and back, without losing anyone."""
        for backend in ("embedded", "avahi-daemon"):
            self.a.reload(config(backend=backend))
            self.becomes(lambda: self.a.lan_status()["backend"], backend)
        self.becomes(lambda: self.a.clusters()[TURIN]["state"], "fresh")
        self.assertEqual(self.watcher.find(self.mark, event="removed"), [])


class NotLookedAt(case.LanTest):
    """What is known from where the configuration does not look any more is not known any more,
    though it would answer."""

    def setUp(self):
        b = self.agent("b", id=TURIN)
        self.a = self.agent("a")
        self.whole(self.a, TURIN, b.host)

    def restarted(self, lan):
        self.a.stop()
        self.a.configure(config(lan=lan))
        self.a.start()
        self.assertEqual(self.a.clusters(), {})
        self.stays(lambda: not self.a.clusters(), 2, "it came back")

    def test_a_denied_interface_at_a_reload(self):
        watcher = self.a.watch()
        watcher.wait_quiet()
        self.a.reload(config(lan='deny-interfaces = ["eth0"]'))
        gone = watcher.wait(event="removed", id=TURIN)
        self.assertEqual(gone["reason"], "removed")

    def test_a_denied_interface_at_a_restart(self):
        self.restarted('deny-interfaces = ["eth0"]')

    def test_no_lan_at_a_restart(self):
        self.restarted("enabled = false")


class Refused(case.LanTest):
    WRONG = {
        "syntax": ("[lan\n", ":1"),
        "unknown key": ("[lan]\nadvertize = true\n", "lan.advertize"),
        "type": ("[lan]\nenabled = 1\n", "lan.enabled"),
        "choice": ('[lan]\nbackend = "bonjour"\n', "lan.backend"),
        "id": ('[cluster]\nid = "Not Valid"\n', "cluster.id"),
        "port": ('[cluster]\nid = "a"\n[cluster.auth]\nport = 70000\n', "cluster.auth.port"),
        "domain": ('[[dns.domain]]\nname = "local"\n', "dns.domain[1].name"),
        "key file": ('[cluster]\nid = "a"\n[[dns.register]]\nzone = "example.com"\n'
                     'key-file = "/nowhere/tsig.key"\n', "dns.register[1].key-file"),
    }

    def test_at_start(self):
        host = self.world.host("a")
        agent = Agent(host)
        for what, (text, named) in self.WRONG.items():
            with self.subTest(what):
                agent.configure(text)
                done = host.run([f"{BIN}/liqo-discoveryd", "--config", CONFIG, "--runtime-dir",
                                 RUNTIME, "--state-dir", "/run/state"])
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(CONFIG, done.stderr)
                self.assertIn(named, done.stderr)

    def test_a_named_file_must_be_there(self):
        host = self.world.host("a")
        done = host.run([f"{BIN}/liqo-discoveryd", "--config", "/run/none.toml"])
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("/run/none.toml", done.stderr)


if __name__ == "__main__":
    case.main()
