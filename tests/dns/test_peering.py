"""Exports for peering, of what real zones say: ForeignClusters against the rules of each version of
Liqo, liqoctl's command lines in real shells, host names, and the recipes of docs/peering.md."""

import os
import re
import subprocess
import threading

import dns_case
from agent import BIN, SUFFIX, getent
from dns_case import DOMAIN, MILAN, ROME, TURIN, dns_config, domain
from liqo_crds import GROUP, NAMED, SPECS, complaints
from sandbox import wait_for
from servers import Nsd
from zones import Zone, strings

FOUR, SIX = "203.0.113.7", "2001:db8:99::7"
LONG = "example.technology"  # no label behind the first that Liqo 0.3 to 0.10 takes
# Names as the network may have them: what is printable comes as it is, the rest in DNS escapes.
HOSTILE = "- \"a' #: $(touch pwned)`touch pwned`;touch pwned & é😀\ufffe '"
RAW = HOSTILE + "\n---\n\033[31m\u202e\U000e0041\x85"
DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "peering.md")


def documents(text):
    """Of a stream of YAML 1.1, as Kubernetes reads it (there `Yes` is a boolean), without empty
    ones."""
    import yaml  # here, so that who only lists the tests needs none
    return [each for each in yaml.safe_load_all(text) if each is not None]


def octets(text):
    """A TXT string as a zone file has it, octet by octet."""
    return '"' + "".join(f"\\{octet:03d}" for octet in text.encode()) + '"'


class PeeringTest(dns_case.DnsTest):
    def look(self, *zones, **own):
        """An agent that knows these zones, and has itself a cluster of these settings."""
        self.ns = self.server(Nsd, *zones)
        cluster = "".join(f'{key} = "{value}"\n' for key, value in own.items())
        settings = (f"[cluster]\n{cluster}[cluster.gateway]\nport = 51840\n" if own else "") + \
            dns_config(*(domain(zone.name, servers=[self.address(self.ns)]) for zone in zones))
        self.a = self.dns_agent(settings)
        return self.a

    def versioned(self, zone, cluster_id, name, version, **options):
        """A cluster whose TXT tells its version."""
        zone.cluster(cluster_id, name, **options)
        zone.replace(f"{cluster_id}._liqo_auth._tcp", "TXT",
                     strings([f"id={cluster_id}", f"name={name}", f"version={version}"]))
        return zone

    def odd_zones(self):
        """One cluster of each kind that there is to stumble over."""
        zone = Zone().cluster(MILAN, "milan", addresses=[SIX, FOUR])
        zone.cluster(TURIN, "no", addresses=[SIX])
        zone.cluster(ROME, addresses=[FOUR])
        zone.cluster("1e3", "hostile", addresses=[FOUR])
        zone.replace("1e3._liqo_auth._tcp", "TXT", octets(f"name={HOSTILE}"))
        zone.cluster("0x1f", "raw", addresses=[FOUR])
        zone.replace("0x1f._liqo_auth._tcp", "TXT", octets(f"name={RAW}"))
        return zone, Zone(LONG).cluster("six", "six", addresses=[SIX])

    def know(self, *ids):
        for each in ids:
            self.a.wait_cluster(each)


class Manifests(PeeringTest):
    def test_by_the_rules_of_every_version(self):
        self.look(*self.odd_zones())
        self.know(MILAN, TURIN, ROME, "1e3", "0x1f", "six")
        for version in SPECS:
            with self.subTest(version):
                # Names are needed from 0.3.2 on, and an IPv6 literal is taken by 0.2 alone.
                wanted = {MILAN, TURIN} if version in NAMED else {MILAN, TURIN, ROME, "1e3", "0x1f"}
                wanted |= {"six"} if version.startswith("0.2") else set()
                done = self.a.cli("export", "--format", "foreigncluster", "--liqo", version)
                found = documents(done.stdout)
                self.assertEqual([d for d in found for _ in complaints(version, d)], [],
                                 [c for d in found for c in complaints(version, d)])
                self.assert_are(found, wanted)
                self.assertEqual(done.returncode, 0 if len(wanted) == 6 else 1)
                self.assertEqual(len(done.stderr.splitlines()), 6 - len(wanted), done.stderr)
                self.assertNotIn("\033", done.stdout + done.stderr)

    def assert_are(self, found, wanted):
        """Each of these clusters once, its token before it."""
        ids = [d["metadata"]["labels"]["discovery.liqo.io/cluster-id"] for d in found]
        self.assertEqual([d["kind"] for d in found], ["Secret", "ForeignCluster"] * len(wanted))
        self.assertEqual(ids[::2], ids[1::2])
        self.assertEqual(set(ids), wanted)

    def test_names_are_what_they_are(self):
        self.look(*self.odd_zones())
        self.know("1e3", "0x1f", TURIN)
        text = self.a.cli("export", "1e3", "--format=foreigncluster", "--liqo=0.2", check=0).stdout
        secret, manifest = documents(text)
        self.assertEqual(manifest["spec"]["clusterIdentity"],
                         {"clusterID": "1e3", "clusterName": HOSTILE})
        self.assertEqual((manifest["metadata"]["name"], secret["metadata"]["name"]),
                         ("1e3", "remote-token-1e3"))
        text = self.a.cli("export", "0x1f", "--format=foreigncluster", "--liqo=0.3.0",
                          check=0).stdout
        self.assertEqual(documents(text)[1]["metadata"]["name"], "0x1f")
        text = self.a.cli("export", "no", "--format=foreigncluster", check=0).stdout
        spec = documents(text)[1]["spec"]
        self.assertEqual(spec["clusterIdentity"]["clusterName"], "no")
        self.assertEqual(spec["foreignAuthUrl"], f"https://no-node.{DOMAIN}:30740")
        self.assertEqual((spec["outgoingPeeringEnabled"], spec["incomingPeeringEnabled"]),
                         ("Yes", "Auto"))

    def test_the_version_is_the_clusters_own(self):
        zone = self.versioned(Zone(), MILAN, "milan", "v0.5.4", addresses=[FOUR])
        self.versioned(zone, ROME, "rome", "v1.0.1", addresses=[FOUR])
        self.versioned(zone, "bari", "bari", "v1.0.0-rc.1", addresses=[FOUR])
        zone.cluster(TURIN, "turin", addresses=[FOUR])
        self.look(zone, id="home", version="v0.4.0")
        self.know(MILAN, ROME, TURIN, "bari")
        done = self.a.cli("export", "--format", "foreigncluster", check=1)
        specs = {d["metadata"]["name"]: d["spec"] for d in documents(done.stdout)
                 if d["kind"] == "ForeignCluster"}
        self.assertEqual(specs.keys(), {"milan", "turin"})
        self.assertEqual(specs["milan"]["networkingEnabled"], "Yes")
        self.assertEqual(specs["milan"].keys() - specs["turin"].keys(), {"networkingEnabled"})
        self.assertIn("different minor versions do not peer", done.stdout)
        self.assertIn("use --format liqoctl", done.stderr)
        self.assertIn("v1.0.0-rc.1", done.stderr)

    def test_a_name_is_whose_it_was_first(self):
        zone = Zone().cluster(MILAN, "milan", addresses=[FOUR])
        self.look(zone)
        self.know(MILAN)
        self.ns.publish(zone.cluster(TURIN, "milan", addresses=[FOUR], host="turin-node"))
        self.know(TURIN)
        done = self.a.cli("export", "--format", "foreigncluster", check=1)
        self.assert_are(documents(done.stdout), {MILAN})
        self.assertIn(f"milan ({TURIN}) is not exported: another cluster had its name", done.stderr)

    def test_the_rules_can_fail(self):
        """What is checked against here would be found."""
        right = {"apiVersion": GROUP, "kind": "ForeignCluster",
                 "metadata": {"name": "m", "labels": {"discovery.liqo.io/cluster-id": "1"}},
                 "spec": {"clusterIdentity": {"clusterID": "1", "clusterName": "m"},
                          "foreignAuthUrl": "https://10.0.0.1:1", "outgoingPeeringEnabled": "Yes"}}
        self.assertEqual(list(complaints("0.10", right)), [])
        for change in ({"outgoingPeeringEnabled": True}, {"insecureSkipTLSVerify": "true"},
                       {"foreignAuthUrl": "https://liqo-auth:1"}, {"foreignAuthUrl": "https://[::1]"},
                       {"networkingEnabled": "Yes"}, {"incomingPeeringEnabled": "yes"},
                       {"clusterIdentity": {"clusterID": "1"}}, {"clusterIdentity": "1"},
                       {"clusterIdentity": {"clusterID": 1, "clusterName": "m"}}, {"ttl": True}):
            wrong = {**right, "spec": {**right["spec"], **change}}
            self.assertTrue(list(complaints("0.10", wrong)), change)
        self.assertTrue(list(complaints("0.2", right)), "another version's fields")


class Liqoctl(PeeringTest):
    """What is printed is run by shells, with a liqoctl that notes its words."""

    def run_lines(self, text, *shell):
        host = self.a.host
        os.makedirs(f"{host.run_dir}/stub", exist_ok=True)
        for name in ("liqoctl", "kubectl", "base64"):
            with open(f"{host.run_dir}/stub/{name}", "w") as stub:
                stub.write(f"#!/bin/sh\nprintf '%s\\n' {name} \"$@\" . >> /run/stub/words\n")
            os.chmod(stub.name, 0o755)
        words = f"{host.run_dir}/stub/words"
        if os.path.exists(words):
            os.unlink(words)
        done = host.run(["env", "--chdir=/run/stub", "PATH=/run/stub:/usr/bin:/bin", *shell],
                        input=text)
        self.assertEqual(sorted(os.listdir(os.path.dirname(words))),
                         ["base64", "kubectl", "liqoctl", "words"], done.stderr)
        with open(words) as file:
            calls = [call.splitlines() for call in file.read().removesuffix(".\n").split("\n.\n")]
        return [call[1:] for call in calls if call[0] == "liqoctl"]

    def lines(self, *words, check=0):
        return self.a.cli("export", *words, "--format", "liqoctl", check=check).stdout

    def test_the_command_of_each_version(self):
        zone = Zone().cluster(MILAN, "milan", api=6443, gateway=40582, addresses=[SIX, FOUR])
        self.look(zone, id="home", version="v0.10.3")
        self.know(MILAN)
        url = f"https://{FOUR}:30740"
        old = ["add", "cluster", "milan", "--auth-url", url, "--id", MILAN, "--token",
               "REPLACE-WITH-ITS-TOKEN"]
        out_of_band = ["peer", "out-of-band", "milan", "--auth-url", url, "--cluster-id", MILAN,
                       "--auth-token", "REPLACE-WITH-ITS-TOKEN"]
        new = ["peer", "--remote-kubeconfig", "REPLACE-WITH-ITS-KUBECONFIG",
               "--gw-server-service-location", "Provider", "--gw-client-address", FOUR,
               "--gw-client-port", "40582"]
        for version, wanted in (("0.3.0", old), ("0.4", old), ("0.5", out_of_band),
                                ("v0.10.3", out_of_band), ("1.0", new), ("v1.2.0", new)):
            with self.subTest(version):
                text = self.lines("milan", "--liqo", version)
                self.assertEqual(self.run_lines(text, "sh", "-e"), [wanted])
        self.assertEqual(self.lines("milan", "--liqo=0.2", check=1), "")

    def test_the_gateway_of_this_side_where_the_other_has_none(self):
        self.look(self.versioned(Zone(), MILAN, "milan", "v1.0.1", addresses=[FOUR]), id="home")
        self.know(MILAN)
        text = self.lines()
        self.assertEqual(self.run_lines(text, "sh", "-e"),
                         [["peer", "--remote-kubeconfig", "REPLACE-WITH-ITS-KUBECONFIG",
                           "--gw-server-service-location", "Consumer"]])
        self.assertIn("--consumer-cluster-id home\n", text)

    def test_whatever_the_network_said_nothing_else_runs(self):
        self.look(*self.odd_zones())
        self.know("1e3", "0x1f")
        # An interactive shell that knows no comments reads all of it, as zsh does what is pasted.
        paste = ("bash", "--norc", "--noprofile", "-i", "+O", "interactive_comments")
        for version in ("0.3.0", "1.0"):
            for shell in (("sh",), ("bash",), paste):
                with self.subTest(version, shell=shell):
                    text = self.lines("1e3", "0x1f", "--liqo", version)
                    calls = self.run_lines(text, *shell)
                    self.assertEqual([call[0] for call in calls],
                                     ["peer" if version == "1.0" else "add"] * 2)


class Hosts(PeeringTest):
    def test_names_for_another_host(self):
        zone = Zone().cluster(MILAN, "milan", gateway=5871, addresses=[SIX, FOUR])
        zone.instance(MILAN, "api", 6443, "api").host("api", "203.0.113.9")
        zone.cluster(ROME, addresses=[FOUR])
        self.look(zone)
        self.a.wait_cluster(MILAN, lambda c: len(c["endpoints"]) == 3)
        self.know(ROME)
        text = self.a.cli("export", "--format", "hosts", check=0).stdout
        other = self.world.host("other")
        with open(f"{other.run_dir}/etc/hosts", "a") as hosts:
            hosts.write(text)
        for label, ends in (("milan", ("", "auth.", "api.", "gateway.")), (MILAN, ("", "api.")),
                            (ROME, ("", "auth."))):
            for end in ends:
                name = f"{end}{label}.{SUFFIX}"
                wait_for(lambda name=name: self.addresses(self.a.host, name), 5, name)
                self.assertEqual(self.addresses(other, name), self.addresses(self.a.host, name))
                self.assertTrue(self.addresses(other, name))
        self.assertFalse(self.addresses(other, f"gateway.{ROME}.{SUFFIX}"))

    def addresses(self, host, name):
        return {line[0] for line in getent(host, "ahosts", name)[1]}


class Reader:
    """The lines of a program as they come."""

    def __init__(self, process):
        self.lines = []
        self._process = process
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            self.lines.append(line.decode().rstrip("\n"))

    def wait(self, accept, what, since=0):
        """The number of lines up to the first one that is acceptable."""
        def find():
            return next((n + 1 for n, line in enumerate(self.lines) if n >= since and accept(line)),
                        None)
        return wait_for(find, 20, lambda: f"{what}; had {self.lines}")


class Watching(PeeringTest):
    def test_documents_come_as_clusters_do(self):
        zone = Zone().cluster(MILAN, "milan", addresses=[FOUR])
        zone.cluster(ROME, addresses=[FOUR])  # without a name: no ForeignCluster
        self.look(zone)
        self.know(MILAN, ROME)
        process = self.a.host.spawn([f"{BIN}/liqo-discovery", "watch", "--format",
                                     "foreigncluster"], name="watch", stdout=subprocess.PIPE)
        reader = Reader(process)
        end = reader.wait(lambda line: line == "# sync", "the snapshot")
        first = reader.lines[:end]
        self.assertEqual(self.urls(first), {"milan": f"https://{FOUR}:30740"})
        self.assertEqual(len([line for line in first if line.startswith("# skipped: ")]), 1)
        self.ns.publish(zone.replace(f"{MILAN}._liqo_auth._tcp", "SRV", "0 0 31000 milan-node"))
        changed = reader.wait(lambda line: line == "---", "a changed document", end)
        self.assertEqual(self.urls(reader.lines[end:changed]), {"milan": f"https://{FOUR}:31000"})
        self.ns.publish(zone.cluster(TURIN, "turin", addresses=[FOUR]))
        came = reader.wait(lambda line: line == "---", "a new document", changed)
        self.assertEqual(self.urls(reader.lines[changed:came]), {"turin": f"https://{FOUR}:30740"})
        self.ns.publish(zone.drop_cluster(TURIN))
        # Its records go one by one: it may lose its name first.
        gone = rf"# removed [a-z-]+: (turin \({TURIN}\)|{TURIN})"
        reader.wait(lambda line: re.fullmatch(gone, line), "a removal", came)
        for each in documents("\n".join(reader.lines)):
            self.assertEqual(list(complaints("0.10", each)), [])
        self.assertFalse([line for line in reader.lines[end:]
                          if line.startswith("# skipped: ") and TURIN not in line])

    def urls(self, lines):
        self.assertEqual(lines.count("---"), len(documents("\n".join(lines))))
        return {d["metadata"]["name"]: d["spec"]["foreignAuthUrl"]
                for d in documents("\n".join(lines))}


class Recipes(PeeringTest):
    """The scripts of docs/peering.md, as they stand there."""

    def start(self, title, replace=(), **stubs):
        """Runs the script below a heading; `stubs` are programs for it, as shell scripts."""
        with open(DOCS) as file:
            section = re.split(r"^### ", file.read(), flags=re.M)
        section = next(part for part in section if part.startswith(title))
        script = re.search(r"^```sh\n(.*?)^```$", section, re.M | re.S).group(1)
        for old, new in replace:
            self.assertIn(old, script)
            script = script.replace(old, new)
        host = self.a.host
        os.makedirs(f"{host.run_dir}/stub", exist_ok=True)
        for name, text in {**stubs, "recipe": script}.items():
            with open(f"{host.run_dir}/stub/{name.replace('_', '-')}", "w") as file:
                file.write(text if text.startswith("#!") else f"#!/bin/sh\n{text}\n")
            os.chmod(file.name, 0o755)
        self.out = f"{host.run_dir}/stub/out"
        open(self.out, "w").close()
        return host.spawn(["/run/stub/recipe"], name="recipe", env={
            "PATH": f"/run/stub:{BIN}:/usr/bin:/bin", "TMPDIR": "/run/stub"})

    def wait_out(self, accept, what):
        def look():
            with open(self.out) as file:
                text = file.read()
            return text if accept(text) else None
        return wait_for(look, 20, lambda: f"{what}; had {open(self.out).read()!r}")

    def zone(self):
        zone = Zone().cluster(MILAN, "milan", addresses=[FOUR])
        zone.cluster("1e3", "hostile", addresses=[FOUR])
        zone.replace("1e3._liqo_auth._tcp", "TXT", octets(f"name={HOSTILE}"))
        zone.cluster("0x1f", "raw", addresses=[FOUR])
        zone.replace("0x1f._liqo_auth._tcp", "TXT", octets(f"name={RAW}"))
        return zone

    def test_kubectl(self):
        zone = self.zone()
        self.look(zone)
        self.know(MILAN, "1e3", "0x1f")
        # Objects are files by name; every call and what it was given is noted.
        self.start("kubectl", kubectl="""
            file=$3
            object=/run/stub/object-$(sed -n 's/^  name: //p' "$file")
            echo "$1 ${object##*object-}" >> /run/stub/calls
            case $1 in
              get) sed -n 's/^    clusterID: "*\\([^"]*\\)"*$/\\1/p' "$object" ;;
              create) cp "$file" "$object"; (cat "$file"; echo ---) >> /run/stub/out ;;
              patch) (cat "$7"; echo ---) >> /run/stub/out ;;
            esac""")
        text = self.wait_out(lambda text: text.endswith("---\n"), "a new object")
        self.assertEqual([d["metadata"]["name"] for d in documents(text)], ["milan"])
        self.ns.publish(zone.replace(f"{MILAN}._liqo_auth._tcp", "SRV", "0 0 31000 milan-node"))
        text = self.wait_out(lambda text: text.count("---\n") == 2, "a patch")
        self.assertEqual(documents(text)[1]["spec"]["foreignAuthUrl"], f"https://{FOUR}:31000")
        # Another one takes the name when it is free, and not its place.
        zone.drop_cluster(MILAN).cluster(TURIN, "milan", addresses=[FOUR], host="turin-node")
        self.ns.publish(zone)
        log = f"{self.a.host.run_dir}/log/recipe.log"

        def said():
            with open(log) as file:
                return file.read()
        wait_for(lambda: f"{TURIN} has the name of {MILAN}" in said(), 20, "the other's name")
        self.assertNotIn("\033", said())
        with open(f"{self.a.host.run_dir}/stub/calls") as calls:
            self.assertEqual(calls.read().splitlines(), ["get milan", "create milan", "get milan",
                                                         "patch milan", "get milan"])

    def test_notification(self):
        zone = self.zone()
        self.look(zone)
        self.know(MILAN, "1e3", "0x1f")
        self.start("A notification", notify_send="printf '%s\\n' \"$@\" >> /run/stub/out")
        wait_for(lambda: self.a.call("Status")["parameters"]["counts"].get("watchers"), 10,
                 "the watch")
        self.ns.publish(zone.cluster(TURIN, "turin", addresses=[FOUR]).drop_cluster("1e3"))
        text = self.wait_out(lambda text: "turin was found" in text and "is gone" in text, "both")
        said = [line for line in text.splitlines() if line.startswith("Liqo cluster ")]
        self.assertIn("Liqo cluster turin was found", said)
        self.assertEqual(len([line for line in said if " is gone: " in line]), 1)
        self.assertEqual(len(said), 2, text)
        self.assertNotIn("\033", text)

    def test_prometheus(self):
        zone = self.zone()
        self.look(zone)
        self.know(MILAN, "1e3", "0x1f")
        self.start("A Prometheus textfile",
                   [("/var/lib/prometheus/node-exporter/liqo.prom", "/run/stub/out")])
        text = self.wait_out(lambda text: text.count("liqo_cluster{") == 3, "all clusters")
        self.assertEqual(text.splitlines()[0], "# TYPE liqo_cluster gauge")
        self.assertIn(f'liqo_cluster{{id="{MILAN}",name="milan",version="",state="fresh",'
                      'identity="claimed"} 1\n', text)
        label = r'(\\\\|\\"|[^"\\\n])*'
        for line in text.splitlines()[1:]:
            self.assertRegex(line, rf'^liqo_cluster{{(\w+="{label}",?)+}} 1$')
        self.assertNotIn("\033", text)
        self.ns.publish(zone.drop_cluster("1e3"))
        self.wait_out(lambda text: text.count("liqo_cluster{") == 2, "two clusters")


if __name__ == "__main__":
    dns_case.main("jq")
