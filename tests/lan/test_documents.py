"""What docs/operations.md and docs/protocol.md have ready for use, taken from there and run."""

import ast
import os
import re
import signal

import case
from agent import BIN, SOCKET
from case import TURIN
from sandbox import PATIENCE, wait_for

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs")


def block(document, title, kind):
    """The first block of this kind below a heading, or below a line that contains the title."""
    with open(f"{DOCS}/{document}") as file:
        _, found, after = file.read().partition(title)
    assert found, f"{document} has no {title}"
    return re.search(rf"```{kind}\n(.*?)```", after, re.S)[1]


def families(text):
    from prometheus_client.parser import text_string_to_metric_families  # only where it is run
    return {family.name: family for family in text_string_to_metric_families(text)}


class Documents(case.LanTest):
    def setUp(self):
        self.a = self.agent("a", avahi=False, more='[[dns.domain]]\nname = "example.com"\n')
        self.turin = self.agent("turin", avahi=False, id=TURIN, name="turin")
        self.a.wait_cluster(TURIN)
        self.url = f"https://{self.world.addresses(self.turin.host)[0]}:30740"
        # The order of addresses is known once all are.
        self.becomes(lambda: self.a.clusters()[TURIN]["endpoints"]["auth"]["url"], self.url)


class Metrics(Documents):
    def unit(self):
        """What the service does, with its file elsewhere."""
        command = re.search(r"^ExecStart=/bin/sh -c '(.*)'$",
                            block("operations.md", "## Metrics", "ini"), re.M)[1]
        script = command.replace("$$", "$").replace("/var/lib/prometheus/node-exporter", "/run/prom")
        return self.a.host.run(["sh", "-c", script], env={"PATH": f"{BIN}:{os.environ['PATH']}"})

    def test_the_text_is_what_prometheus_reads(self):
        text = self.a.cli("metrics", check=0).stdout
        read = families(text)
        self.assertEqual(read["liqo_discovery_clusters"].samples[0].value, 1)
        self.assertEqual({s.labels["domain"] for s in read["liqo_discovery_domain_synced"].samples},
                         {"example.com"})
        # Stricter than the parser: each metric once, with its type first, its samples together.
        names = re.findall(r"^# TYPE (\S+) (?:counter|gauge|untyped)$", text, re.M)
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(len(names), len(re.findall(r"^# HELP ", text, re.M)))
        current = None
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                current = line.split()[2]
            elif not line.startswith("#"):
                self.assertRegex(line, rf'^{current}(?:{{(?:\w+="(?:[^"\\\n]|\\.)*",?)+}})? \d+$')
        self.assertTrue(text.endswith("\n"))

    def test_the_unit_writes_it_whole_and_takes_it_away(self):
        os.makedirs(f"{self.a.host.run_dir}/prom")
        file = f"{self.a.host.run_dir}/prom/liqo-discovery.prom"
        self.assertEqual((self.unit().returncode, os.listdir(os.path.dirname(file))),
                         (0, [os.path.basename(file)]))
        with open(file) as written:
            self.assertIn("liqo_discovery_info", families(written.read()))
        self.a.stop()
        self.assertNotEqual(self.unit().returncode, 0)
        self.assertEqual(os.listdir(os.path.dirname(file)), [])

    def test_every_metric_that_a_rule_asks_for_is_there(self):
        rules = block("operations.md", "Rules for a start", "yaml")
        asked = set(re.findall(r"liqo_discovery_\w+", rules))
        self.assertTrue(asked)
        text = self.a.cli("metrics", check=0).stdout
        for name in asked:
            self.assertIn(f"# TYPE {name} ", text)
        for message in re.findall(r'message=~"(.*?)"', rules):
            self.assertRegex(text, rf'(?m)^liqo_discovery_warnings_total{{message="{message}"}} 0$',
                             "there before the first, which increase() would not see")


class Examples(Documents):
    def test_socat(self):
        done = self.a.host.run(["sh", "-c", block("protocol.md", "### socat", "sh")])
        self.assertEqual((done.stdout, done.stderr), (f"{self.url}\n", ""))

    def test_python(self):
        """Every URL that it prints, over a restart of the agent."""
        program = self.a.host.spawn(
            ["/usr/bin/python3", "-c", block("protocol.md", "### Python", "python")], name="python")

        def last():
            lines = program.output().splitlines()
            return ast.literal_eval(lines[-1]) if lines else None
        wait_for(lambda: last() == {TURIN: self.url}, PATIENCE, program.output)
        self.turin.stop()
        wait_for(lambda: last() == {}, PATIENCE, program.output)
        self.a.stop()
        self.turin.start()
        self.a.start()
        wait_for(lambda: (last() or {}).get(TURIN) == self.url, PATIENCE, program.output)
        self.assertTrue(program.alive())

    def test_dnsmasq(self):
        """It answers what the hosts file has, and after a SIGHUP what that has become."""
        conf = f"{self.a.host.run_dir}/dnsmasq.conf"
        with open(conf, "w") as file:
            file.write(block("protocol.md", "**dnsmasq**", ""))
        server = self.a.host.spawn(["dnsmasq", "--keep-in-foreground", "--conf-file=/run/dnsmasq.conf",
                                    "--no-resolv", "--no-hosts", "--user=root", "--pid-file="])

        def answer(name):
            done = self.a.host.run(["dig", "+short", "+tries=1", "+time=1", "@127.0.0.1", name, "A"])
            return done.stdout.split() if done.returncode == 0 else None
        wait_for(lambda: answer("localhost") is not None, PATIENCE, server.output)
        address = self.url.rpartition(":")[0].removeprefix("https://")
        for name in ("turin.liqo.internal", f"auth.{TURIN}.liqo.internal"):
            self.assertEqual(answer(name), [address])
        self.turin.stop()
        wait_for(lambda: self.hosts_file().count("turin") == 0, PATIENCE, "its end in the file")
        server.kill(signal.SIGHUP)
        wait_for(lambda: answer("turin.liqo.internal") == [], PATIENCE, server.output)

    def hosts_file(self):
        with open(f"{self.a.host.run_dir}/liqo-discovery/hosts") as file:
            return file.read()

    def test_the_socket_is_where_they_say(self):
        for title, kind in (("### socat", "sh"), ("### Python", "python")):
            self.assertIn(SOCKET, block("protocol.md", title, kind))


if __name__ == "__main__":
    case.main(("socat", "jq", "dnsmasq", "dig"))
