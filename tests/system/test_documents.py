"""The units that docs/protocol.md has ready for use, taken from there, under systemd."""

import re

from machine import ROOT  # the first: it makes tests/lan be found

from sandbox import PATIENCE, wait_for
from system_case import SystemTest, main

HOSTS = "/run/liqo-discovery/hosts"
# In dnsmasq's place: what it has read is in /run/read.
SERVER = f"""
[Service]
ExecStart=/bin/sh -c 'trap "cp {HOSTS} /run/read" HUP; while :; do sleep 0.05; done'
"""


def units(document):
    """Of the document, by path."""
    with open(f"{ROOT}/docs/{document}") as file:
        return dict(re.findall(r"^```ini\n# (/etc/systemd/system/\S+)\n(.*?)^```", file.read(),
                               re.M | re.S))


class Dnsmasq(SystemTest):
    def setUp(self):
        self.m = self.boot("m", avahi=False)
        self.m.write("/etc/systemd/system/dnsmasq.service", SERVER)
        for path, text in units("protocol.md").items():
            self.m.write(path, text)
        self.m.sh("mkdir -p /run/liqo-discovery")
        self.replace(0)
        self.m.sh("systemctl daemon-reload; systemctl start dnsmasq liqo-discovery-dnsmasq.path")

    def replace(self, number):
        """As the agent does it."""
        self.m.sh(f"echo {number} > {HOSTS}.new; mv {HOSTS}.new {HOSTS}")

    def is_watched(self):
        return self.m.run("systemctl", "show", "-P", "SubState",
                          "liqo-discovery-dnsmasq.path").stdout == "waiting\n"

    def test_it_reads_the_file_again_at_each_of_many_changes(self):
        for number in range(1, 16):
            self.replace(number)
            wait_for(lambda: self.m.run("cat", "/run/read").stdout == f"{number}\n", PATIENCE,
                     f"change {number}, {self.m.run('systemctl', 'list-units', '*dnsmasq*').stdout}")
            wait_for(self.is_watched, PATIENCE, "while the service runs, the path is not watched")


if __name__ == "__main__":
    main()
