"""Whatever Avahi, D-Bus and the helper do: the socket answers, what is known stays, and all is back
soon after, without a duplicate, a false removal or a rename."""

import os
import signal
import threading

import case
import mdns
from agent import Agent, config, runs
from case import MILAN, ROME, TURIN
from liqo import LiqoBrowser
from observe import Pulse, Stopwatch
from sandbox import PATIENCE, wait_for

STALL = 0.05  # seconds
BACK = 2.0  # after the daemon is; its own probing (1 s, RFC 6762 section 8.1) comes on top
PROBING = 1.5


class Faults(case.LanTest):
    """`a` is put to the test; `b` is what it knows; a Liqo browser sees what `a` tells."""

    def setUp(self):
        self.b = self.agent("b", id=TURIN, name="turin")
        self.a = self.agent("a", id=MILAN, name="milan")
        self.whole(self.a, TURIN, self.b.host)
        self.watcher = self.a.watch()
        self.browser = LiqoBrowser(self.world.host("watching")).start()
        self.addCleanup(self.browser.stop)
        self.browser.wait(MILAN)
        self.watcher.wait_quiet()
        self.mark = self.watcher.mark()

    def afterwards(self, pulse):
        """Browsing and advertising work again from now on; nothing false was told."""
        back = Stopwatch(*self.a.processes(), *self.browser.threads)
        told = self.browser.wait(MILAN, lambda e: e.time > back.begin)
        self.within(back.seconds(told.time), BACK + PROBING, "advertised again")
        host = self.world.host("late")
        self.liqo(host, ROME)
        self.watcher.wait(self.mark, event="added", id=ROME)
        self.assertEqual(self.watcher.find(self.mark, event="removed"), [])
        self.assertEqual(self.watcher.find(self.mark, event="added", id=TURIN), [])
        self.assertEqual({e.id for e in self.browser.entries if e.id.startswith(MILAN)}, {MILAN})
        self.within(pulse.longest(), STALL, "an answer")
        self.becomes(lambda: self.a.clusters()[TURIN]["state"], "fresh")

    def test_daemon_restarted(self):
        with Pulse(self.a) as pulse:
            self.a.host.stop_avahi()
            self.a.host.start_avahi()
            self.afterwards(pulse)

    def test_daemon_killed(self):
        with Pulse(self.a) as pulse:
            self.a.host.stop_avahi(signal.SIGKILL)
            self.stays(lambda: TURIN in self.a.clusters(), 3, "it is kept while Avahi is away")
            self.a.host.start_avahi()
            self.afterwards(pulse)

    def test_daemon_stopped_for_30_s(self):
        with Pulse(self.a) as pulse:
            self.a.host.avahi.kill(signal.SIGSTOP)
            self.stays(lambda: TURIN in self.a.clusters(), 30, "it is kept while Avahi hangs")
            status = self.a.lan_status()
            self.assertEqual((status["backend"], status["state"], status["detail"]),
                             ("avahi-daemon", "connecting", "avahi-daemon does not answer"))
            self.a.host.avahi.kill(signal.SIGCONT)
            self.afterwards(pulse)

    def test_bus_restarted(self):
        with Pulse(self.a) as pulse:
            self.a.host.dbus.stop()
            self.a.host.avahi.wait(PATIENCE)  # it leaves with the bus
            self.a.host.start_dbus()
            self.a.host.start_avahi()
            self.afterwards(pulse)

    def test_helper_killed(self):
        with Pulse(self.a) as pulse:
            helper = self.a.helper_pid()
            os.kill(helper, signal.SIGKILL)
            wait_for(lambda: self.a.helper_pid() != helper, PATIENCE, "another helper")
            self.afterwards(pulse)

    def test_helper_hung(self):
        with Pulse(self.a) as pulse:
            helper = self.a.helper_pid()
            os.kill(helper, signal.SIGSTOP)
            wait_for(lambda: self.a.helper_pid() != helper, PATIENCE,
                     "a hung helper is replaced")
            self.afterwards(pulse)
            self.assertGreaterEqual(self.a.lan_status()["helperRestarts"], 1)


class Absent(case.LanTest):
    def test_no_daemon_at_start(self):
        """The bus can start avahi-daemon, so it is waited for; the socket does not wait."""
        b = self.world.host("b")
        self.liqo(b, TURIN)
        host = self.world.host("a", dbus=True)
        waiting = Stopwatch(threading.get_native_id())
        a = self.agent_on(host, backend="avahi-daemon")
        waiting.also(a.pid)
        self.within(a.started_in - waiting.waited(), 0.5, "its start, with that of nsenter and setpriv")
        self.assertEqual(a.lan_status()["state"], "connecting")
        watcher = a.watch()
        host.start_avahi()
        back = Stopwatch(*a.processes(), *watcher.threads)
        told = watcher.wait(event="added", id=TURIN)
        self.within(back.seconds(told["at"]), BACK, "browsed, once the daemon is there")

    def test_no_bus_at_start(self):
        host = self.world.host("a")
        a = self.agent_on(host, backend="avahi-daemon")
        self.liqo(self.world.host("b"), TURIN)
        self.assertEqual(a.clusters(), {})
        wait_for(lambda: "warning: LAN helper: avahi-daemon: no system bus" in a.process.output(),
                 PATIENCE, "a word to the administrator")
        host.start_avahi()
        a.wait_cluster(TURIN)

    def test_auto_is_embedded_where_nothing_is(self):
        host = self.world.host("a")
        a = self.agent_on(host)
        self.liqo(self.world.host("b"), TURIN)
        a.wait_cluster(TURIN)
        self.assertEqual(a.lan_status()["backend"], "embedded")

    def test_avahis_own_words_are_lines_of_the_agents_log(self):
        a = self.agent_on(self.world.host("a"), backend="embedded")
        wait_for(lambda: "avahi: " in a.process.output(), PATIENCE, "a word of Avahi's")
        for line in a.process.output().splitlines():
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\S+ (debug|info|warning|error): ")
        a.stop()
        before = a.process.output()
        a.log_level = "error"
        a.start()
        wait_for(lambda: a.lan_status()["state"] == "running", PATIENCE, "its LAN")
        self.assertEqual(a.process.output(), before)

    def agent_on(self, host, **options):
        return Agent(host, config(**options)).start()


class Stops(case.LanTest):
    LIMIT = 2.0
    LEFT = 5  # seconds: the agent does it, not the helper's own watchdog, which takes 10 s

    def stops(self, agent):
        watch = Stopwatch(agent.pid)
        agent.process.kill(signal.SIGTERM)
        wait_for(lambda: not runs(agent.pid), PATIENCE, "its end", 0.005)
        self.within(watch.seconds(), self.LIMIT, "a stop")
        agent.process.wait(PATIENCE)

    def test_in_peace(self):
        for avahi in (True, False):
            a = self.agent(f"a{int(avahi)}", avahi=avahi, id=MILAN if avahi else ROME)
            self.becomes(lambda a=a: a.lan_status()["synced"], True)
            self.stops(a)
            self.assertEqual(a.process.wait(0), 0)

    def test_while_the_daemon_hangs(self):
        a = self.agent("a", id=MILAN)
        self.becomes(lambda: a.lan_status()["synced"], True)
        a.host.avahi.kill(signal.SIGSTOP)
        self.stops(a)

    def test_while_the_helper_hangs(self):
        a = self.agent("a", id=MILAN)
        helper = a.helper_pid()
        os.kill(helper, signal.SIGSTOP)
        self.stops(a)
        wait_for(lambda: not runs(helper), self.LEFT, "no helper is left behind")


class SpoofedPackets(case.LanTest):
    """avahi-core 0.8 aborts on some sequences; the agent must not care."""

    def test_cname_ptr_and_goodbye(self):
        a = self.agent("a", avahi=False)
        self.liqo(self.world.host("b"), TURIN, interval=2)
        a.wait_cluster(TURIN)
        watcher = a.watch()
        sock = mdns.Multicast(self.world.host("evil"))
        service = mdns.labels("_liqo_auth._tcp.local")
        other = mdns.labels("_other._tcp.local")
        with Pulse(a) as pulse:
            for ttl in (120, 0, 120, 0):
                for name, kind, data in ((service, mdns.CNAME, other),
                                         (other, mdns.CNAME, service),
                                         (other, mdns.PTR, (b"x", *other)),
                                         (service, mdns.PTR, (b"y", *service))):
                    sock.send(mdns.Message(answers=[mdns.Record(name, kind, ttl, data)]))
            late = self.world.host("late")
            self.liqo(late, ROME, interval=2)
            watcher.wait(event="added", id=ROME)
            self.within(pulse.longest(), STALL, "an answer")
        self.assertEqual(watcher.find(event="removed"), [])
        sock.close()


if __name__ == "__main__":
    case.main()
