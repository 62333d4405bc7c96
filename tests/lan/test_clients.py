"""Clients that err or mean harm: each is refused or dropped alone, and the others feel nothing."""

import contextlib
import json
import os
import pwd
import signal
import time

import case
from agent import BIN, RUNTIME, SOCKET, Agent, Varlink, cli
from case import TURIN
from observe import Pulse
from sandbox import PATIENCE, wait_for

PER_USER, ALL, RESERVED = 64, 256, 16
STALL = 0.05  # seconds


@contextlib.contextmanager
def as_user(name):
    """Sockets connected in here are this user's."""
    uid = pwd.getpwnam(name).pw_uid
    os.setegid(pwd.getpwnam(name).pw_gid)
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


class Crowd(case.LanTest):
    def setUp(self):
        self.a = self.agent("a", avahi=False)
        self.open = []
        self.addCleanup(lambda: [c.socket.close() for c in self.open])

    def served(self, user, count):
        """How many of `count` new connections of a user are answered."""
        served = 0
        for _ in range(count):
            try:
                with as_user(user):
                    connection = Varlink(self.a.socket_path)
                self.open.append(connection)
                served += "error" not in connection.call("org.varlink.service.GetInfo")
            except (OSError, EOFError):
                pass
        return served

    def test_one_user_has_64(self):
        self.assertEqual(self.served("nobody", PER_USER + 20), PER_USER)
        self.assertEqual(self.served("games", 1), 1, "others are served")
        for connection in self.open:
            connection.socket.close()
        self.open.clear()
        wait_for(lambda: self.served("nobody", 1), PATIENCE, "places are given back")

    def test_root_always_gets_in(self):
        users = ("nobody", "games", "mail", "news", "www-data")
        total = sum(self.served(user, PER_USER) for user in users)
        self.assertEqual(total, ALL - RESERVED)
        self.assertEqual(self.served("root", RESERVED), RESERVED)
        cli(self.a.host, "list")


class Manners(case.LanTest):
    def setUp(self):
        self.a = self.agent("a", avahi=False)
        self.liqo(self.world.host("b"), TURIN, interval=2)
        self.a.wait_cluster(TURIN)

    def dropped(self, octets):
        """The agent hangs up on who sends this, and on nobody else."""
        with Pulse(self.a) as pulse, self.a.connect() as connection:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.socket.sendall(octets)
            with self.assertRaises((EOFError, ConnectionResetError)):
                while True:
                    connection.receive()
        self.within(pulse.longest(), STALL, "an answer")

    def test_garbage(self):
        for octets in (b"\0", b"hello\0", b"\xff\xfe\0", b"[]\0", b"{}\0", b'{"method":1}\0',
                       b'{"method":"a.b","parameters":[]}\0', b"GET / HTTP/1.1\r\n\r\n\0",
                       b"[" * 10000 + b"\0"):
            with self.subTest(octets=octets[:40]):
                self.dropped(octets)

    def test_a_request_above_64_kib(self):
        self.dropped(b'{"method":"' + b"x" * (1 << 17))

    def test_a_byte_a_second(self):
        with Pulse(self.a) as pulse, self.a.connect(timeout=1) as connection:
            begin = time.monotonic()
            with self.assertRaises((EOFError, BrokenPipeError, ConnectionResetError)):
                while time.monotonic() < begin + PATIENCE:
                    connection.socket.sendall(b" ")
                    with contextlib.suppress(TimeoutError):
                        connection.receive()
        self.within(pulse.longest(), STALL, "an answer")

    def test_never_reads(self):
        """Replies pile up for a while; the memory does not."""
        before = self.a.rss_anon()
        with Pulse(self.a) as pulse, self.a.connect(timeout=2) as connection:
            with contextlib.suppress(TimeoutError, BrokenPipeError, ConnectionResetError):
                for _ in range(20000):
                    connection.send("io.liqo.Discovery.List", more=True)
        self.within(pulse.longest(), STALL, "an answer")
        self.assertLess(self.a.rss_anon() - before, 8192, "kB")

    def test_methods_that_are_not_there(self):
        with self.a.connect() as connection:
            for method, error in (
                    ("io.liqo.Discovery.Nothing", "org.varlink.service.MethodNotFound"),
                    ("io.liqo.Other.List", "org.varlink.service.InterfaceNotFound")):
                self.assertEqual(connection.call(method)["error"], error)
            reply = connection.call("io.liqo.Discovery.Get", {"cluster": 7})
            self.assertEqual(reply["error"], "org.varlink.service.InvalidParameter")
            reply = connection.call("io.liqo.Discovery.Get", {"cluster": "nobody"})
            self.assertEqual(reply["error"], "io.liqo.Discovery.NoSuchCluster")

    def test_no_descriptor_is_left(self):
        before = self.a.descriptors()
        for _ in range(100):
            with self.a.connect() as connection:
                connection.send("io.liqo.Discovery.Watch", more=True)
                connection.receive()
        wait_for(lambda: self.a.descriptors() <= before, PATIENCE, "descriptors are given back")


class Permissions(case.LanTest):
    def setUp(self):
        self.a = self.agent("a", avahi=False)
        self.liqo(self.world.host("b"), TURIN, interval=2)
        self.a.wait_cluster(TURIN)

    def test_strangers_read_only(self):
        for user in ("nobody", "games"):
            for command in (("list",), ("show", TURIN), ("status",), ("metrics",)):
                self.assertEqual(self.a.cli(*command, user=user).returncode, 0, command)
            for command in (("refresh",), ("refresh", TURIN), ("report", TURIN)):
                done = self.a.cli(*command, user=user)
                self.assertEqual(done.returncode, 1, command)
                self.assertEqual(len(done.stderr.splitlines()), 1, "the reason in one line")
        self.assertEqual(self.a.clusters()[TURIN]["state"], "fresh")

    def test_root_and_the_agents_own_user_change(self):
        for user in (None, self.a.user):
            self.a.cli("refresh", TURIN, user=user, check=0)

    def test_its_group_counts_supplementary_ones_too(self):
        done = self.a.host.run(
            ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--groups",
             str(pwd.getpwnam(self.a.user).pw_gid), "--", f"{BIN}/liqo-discovery", "refresh"])
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class Places(case.LanTest):
    def test_a_second_agent_leaves(self):
        a = self.agent("a", avahi=False)
        second = a.host.run(["setpriv", "--reuid", a.user, "--clear-groups", "--",
                             f"{BIN}/liqo-discoveryd", "--runtime-dir", RUNTIME,
                             "--state-dir", "/run/state"])
        self.assertEqual(second.returncode, 1)
        self.assertIn(RUNTIME, second.stderr)
        a.cli("list", check=0)

    def test_a_stale_socket_is_replaced(self):
        a = self.agent("a", avahi=False)
        a.process.stop(signal.SIGKILL)
        self.assertTrue(os.path.exists(a.socket_path))
        a.start()
        a.cli("list", check=0)

    def test_the_command_line_without_an_agent(self):
        host = self.world.host("a")
        done = cli(host, "list")
        self.assertEqual(done.returncode, 4)
        self.assertIn(SOCKET, done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1)

    def test_usage(self):
        a = self.agent("a", avahi=False)
        self.assertEqual(a.cli("nonsense").returncode, 2)
        self.assertEqual(a.cli("list", "-o", "nonsense").returncode, 2)
        a.cli("--help", check=0)
        with self.subTest("a watch prints the snapshot and a sync first"):
            watcher = a.watch()
            self.assertEqual([e["event"] for e in watcher.events], ["sync"])
            self.assertEqual(watcher.events[0]["seq"], 1)
        self.assertEqual(json.loads(a.cli("list", "-o", "json").stdout).get("clusters", []), [])


class Names(case.LanTest):
    def test_list_waits_for_the_first_pass(self):
        """`--wait` runs out where no daemon comes: what is known is printed, and 5 returned."""
        host = self.world.host("a", dbus=True)
        a = Agent(host, '[lan]\nbackend = "avahi-daemon"\n').start()
        self.assertEqual(a.cli("list", "--wait=1").returncode, 5)


if __name__ == "__main__":
    case.main()
