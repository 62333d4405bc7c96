"""./dev demo: clusters come, change and go on a LAN of three hosts, seen from one of them."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile

import sandbox
from agent import BIN, Agent, config, getent
from liqo import LiqoCluster, LiqoResponder
from sandbox import wait_for
from stage import stage
from world import World, build_dir

SECONDS = 49  # all pauses together
IDS = {"milan": "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f",
       "turin": "1d0c1f6e-93a5-4d5e-8a2c-5f4e3d2c1b0a",
       "rome": "c7a3e0b2-6b1d-4f7c-b0de-112233445566",
       "naples": "5e9f8d7c-3b2a-4190-8f7e-6d5c4b3a2918"}


class Demo:
    def __init__(self, world, view):
        self.world, self.view = world, view
        self.agents = {}

    def host(self, name, avahi):
        """A host with a cluster's agent, not yet started."""
        host = self.world.host(name, avahi=avahi)
        self.agents[name] = Agent(host, self.settings(name))

    @staticmethod
    def settings(name, port=30740):
        text = config(id=IDS[name], name=name, auth=port, api=6443, gateway=5871)
        return text.replace(f'name = "{name}"', f'name = "{name}"\nversion = "v0.10.3"')

    def show_watch(self):
        milan = self.agents["milan"].host
        options = self.view.popen_options()
        terminal = {"TERM": os.environ.get("TERM", "dumb")}
        self.view.attach(milan.spawn([f"{BIN}/liqo-discovery", "watch"], name="watch",
                                     env=terminal, **options))

    def look_up(self, *words):
        """A lookup on milan by an ordinary program, through the NSS module."""
        status, lines = getent(self.agents["milan"].host, *words)
        output = ["  ".join(line) for line in lines] or [f"(not found, exit status {status})"]
        self.view.command("getent " + " ".join(words), output)

    def run(self):
        view, agents = self.view, self.agents
        self.host("milan", avahi=True)
        self.host("turin", avahi=True)
        self.host("rome", avahi=False)
        agents["milan"].start()
        self.show_watch()
        view.caption("Three hosts on one LAN: milan and turin run avahi-daemon, rome has none. "
                     "Each gets an agent; this is what milan's sees: nobody yet.")
        view.pause(4)
        view.caption("turin's agent starts. Its avahi-daemon probes for a second, then tells.")
        agents["turin"].start()
        view.pause(4)
        view.caption("Every program on milan can now look it up, through NSS:")
        self.look_up("ahosts", "turin.liqo.internal")
        view.pause(5)
        view.caption("rome's agent starts, with the mDNS stack that it brings along.")
        agents["rome"].start()
        view.pause(4)
        view.caption("A node with Liqo 0.10 joins. No agent there: Liqo announces itself, "
                     "with an id and nothing more.")
        naples = self.naples()
        view.pause(3)
        self.look_up("hosts", f"auth.{IDS['naples']}.liqo.internal")
        view.pause(3)
        view.caption("turin's authentication server moves to another port: one change.")
        agents["turin"].reload(self.settings("turin", port=31000))
        view.pause(4)
        view.caption("rome's cable is pulled. Avahi would list it for minutes; someone on milan "
                     "could not reach it and reports that. It is asked, stays silent, and goes.")
        self.world.pull_cable(agents["rome"].host)
        agents["milan"].cli("report", "rome")
        view.pause(12)
        self.look_up("hosts", "rome.liqo.internal")
        view.pause(2)
        view.caption("The Liqo node and turin leave, and say goodbye.")
        naples.stop()
        agents["turin"].stop()
        view.pause(5)
        view.caption("Nothing is left behind: the hosts were namespaces.")
        view.pause(3)

    def naples(self):
        host = self.world.host("naples")
        four, six = self.world.addresses(host)
        return LiqoResponder(host, LiqoCluster(IDS["naples"], "naples", 32443, [four], [six])
                             ).start()


def on_this_host(why):
    """The agent on the network of this machine; it looks and tells nothing."""
    print(f"Network namespaces cannot be made here ({why}).\n"
          "So this is the agent on this host's own network: it looks, and tells nothing.\n",
          flush=True)
    place = tempfile.mkdtemp(prefix="liqo-demo-")
    bin_dir = os.path.join(build_dir(), "bin")
    socket = f"{place}/io.liqo.Discovery"
    open(f"{place}/config.toml", "w").close()
    with open(f"{place}/log", "w") as log:
        agent = subprocess.Popen([f"{bin_dir}/liqo-discoveryd", "--runtime-dir", place,
                                  "--state-dir", place, "--config", f"{place}/config.toml"],
                                 stderr=log)
        try:
            wait_for(lambda: os.path.exists(socket) or agent.poll() is not None, 5, "the agent")
            command = [f"{bin_dir}/liqo-discovery", "--socket", socket, "watch"]
            subprocess.run(["timeout", "--foreground", "--signal=INT", "30", *command])
            subprocess.run([f"{bin_dir}/liqo-discovery", "--socket", socket, "status"])
        finally:
            agent.terminate()
            agent.wait(5)
            shutil.rmtree(place)


def main():
    # Ctrl-C and SIGTERM end the demo in the same way, and its cleaning up is not cut short.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    why = sandbox.enter()
    try:
        if why is not None:
            on_this_host(why)
            return
        print("Making three hosts of network namespaces, and starting their daemons ...",
              flush=True)
        view = stage(SECONDS)
        try:
            with World() as world:
                try:
                    Demo(world, view).run()
                finally:
                    view.close()
        except AssertionError as failure:
            sys.exit(f"demo: {failure}")
        print("\nThat was the demo. The same on your own LAN: ./dev run; all of it tested: ./dev test")
    except KeyboardInterrupt:
        print("\nended by hand; nothing is left behind")


if __name__ == "__main__":
    main()
