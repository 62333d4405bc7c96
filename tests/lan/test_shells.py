"""Completions in the shells themselves: bash and zsh on a terminal, fish by its own `complete -C`."""

import contextlib
import os
import pty
import threading

import case
from agent import BIN, SOCKET
from case import MILAN, ROME, TURIN
from sandbox import PATIENCE, wait_for

DOMAIN = "example.com"
HOME = "/run/home"  # on the host
ATTEMPTS = 5  # the program gives the agent half a second: a machine may be slower, now and then
HOSTILE = f"$(touch {HOME}/ran):`touch {HOME}/ran`"  # a name, as somebody on the LAN may tell it
# What a key does: Ctrl-X a puts every candidate into the line, Ctrl-X d tells the line.
BASH = f"""
source <(liqo-discovery completion bash)
tell() {{ printf '%s\\n' "$READLINE_LINE" > {HOME}/line.new; mv {HOME}/line.new {HOME}/line; }}
bind '"\\C-xa": insert-completions'
bind -x '"\\C-xd": tell'
PROMPT_COMMAND=': > {HOME}/ready'
"""
SOURCED = "source <(liqo-discovery completion zsh)\n"
ZSH = f"""
autoload -U compinit && compinit -u -D
{SOURCED}tell() {{ print -r -- "$BUFFER" > {HOME}/line.new; mv {HOME}/line.new {HOME}/line }}
zle -N tell
bindkey -e
bindkey '^Xd' tell
zle -C all-candidates complete-word _generic
zstyle ':completion:all-candidates:*' completer _all_matches _complete
zstyle ':completion:all-candidates:*' insert yes
bindkey '^Xa' all-candidates
precmd() {{ : > {HOME}/ready }}
"""


class Terminal:
    """A shell on a terminal of a host."""

    def __init__(self, host, argv):
        self._home = f"{host.run_dir}/home"
        self._master, slave = pty.openpty()
        self._process = host.spawn(argv, stdin=slave, stdout=slave, stderr=slave,
                                   start_new_session=True, env=environment())
        os.close(slave)
        threading.Thread(target=self._drain, daemon=True).start()
        wait_for(lambda: os.path.exists(f"{self._home}/ready"), PATIENCE, f"{argv[0]}'s prompt")

    def _drain(self):
        with contextlib.suppress(OSError):
            while os.read(self._master, 4096):
                pass

    def line(self, typed):
        """What is in the line after these keys; it is empty before them."""
        told = f"{self._home}/line"
        with contextlib.suppress(FileNotFoundError):
            os.unlink(told)
        os.write(self._master, f"\x15{typed}\x18d".encode())
        wait_for(lambda: os.path.exists(told), PATIENCE, f"the line after {typed!r}")
        with open(told) as file:
            return file.read().rstrip("\n")

    def candidates(self, line):
        """All that may stand where `line` ends."""
        before = line.rpartition(" ")[0]
        after = self.line(f"{line}\x18a").removeprefix(before).split()
        return set(after) - {line.rpartition(" ")[2]} if after else set()


class Fish:
    def __init__(self, host, installed):
        self._host = host
        self._load = "" if installed else "liqo-discovery completion fish | source; "

    def candidates(self, line):
        script = f"{self._load}complete -C '{line}'"
        done = self._host.run(["fish", "--private", "-c", script], env=environment(), check=True)
        return {candidate.partition("\t")[0] for candidate in done.stdout.splitlines()}


def environment():
    return {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": HOME, "ZDOTDIR": HOME, "TERM": "xterm",
            "LC_ALL": "C.UTF-8"}


class Shells(case.LanTest):
    """One agent that knows three clusters, and browses a domain in vain."""

    def setUp(self):
        self.a = self.agent("a", avahi=False, more=f'[[dns.domain]]\nname = "{DOMAIN}"\n')
        for host, cluster_id, name in (("b", MILAN, "milan"), ("c", TURIN, "turin"),
                                       ("d", ROME, HOSTILE)):
            self.agent(host, avahi=False, id=cluster_id, name=name)
            self.a.wait_cluster(cluster_id)
        os.makedirs(f"{self.a.host.run_dir}/home")

    def check_all(self, shell):
        everyone = {"milan", "turin", MILAN, TURIN, ROME}
        for line, wanted in (
                ("liqo-discovery li", {"list"}),
                ("liqo-discovery re", {"refresh", "report", "remove"}),
                ("liqo-discovery --s", {"--socket"}),
                ("liqo-discovery list --", {"--output", "--source", "--wait", "--socket", "--help"}),
                ("liqo-discovery list -o ", {"table", "wide", "json", "yaml", "name"}),
                ("liqo-discovery list --output=y", {"--output=yaml"}),
                ("liqo-discovery list --source ", {"lan", "dns", "manual"}),
                ("liqo-discovery list --source lan,m", {"lan,manual"}),
                ("liqo-discovery show ", everyone),
                ("liqo-discovery report --wait mi", {"milan"}),
                (f"liqo-discovery show {TURIN[:4]}", {TURIN}),
                ("liqo-discovery export --format zone milan t", {"turin"}),
                ("liqo-discovery export --format=z", {"--format=zone"}),
                ("liqo-discovery browse ", {DOMAIN}),
                ("liqo-discovery completion z", {"zsh"}),
                (f"liqo-discovery --socket {SOCKET} show t", {"turin"}),
                (f"liqo-discovery --socket={SOCKET} show t", {"turin"})):
            with self.subTest(line=line):
                # bash puts in only what stands behind the last "=".
                either = (wanted, {word.rpartition("=")[2] for word in wanted})
                self.assertIn(self.attempt(lambda: shell.candidates(line), either), either)
        self.assertFalse(os.path.exists(f"{self.a.host.run_dir}/home/ran"), "a name was run")

    @staticmethod
    def attempt(read, wanted):
        """What `read` returns, once that is wanted, or at last."""
        for _ in range(ATTEMPTS):
            found = read()
            if found in wanted:
                break
        return found

    def write(self, name, text):
        with open(f"{self.a.host.run_dir}/home/{name}", "w") as file:
            file.write(text)

    def check_tab(self, shell):
        """What the Tab key itself leaves in the line."""
        for typed, wanted in (("liqo-discovery stat\t", "liqo-discovery status "),
                              ("liqo-discovery show tur\t", "liqo-discovery show turin "),
                              ("liqo-discovery list --output=js\t",
                               "liqo-discovery list --output=json "),
                              ("liqo-discovery --socket /run/liqo-d\t",
                               "liqo-discovery --socket /run/liqo-discovery/"),
                              ("liqo-discovery --socket=/run/liqo-d\t",
                               "liqo-discovery --socket=/run/liqo-discovery/")):
            line = self.attempt(lambda: shell.line(typed).rstrip(), (wanted.rstrip(),))
            self.assertEqual(line, wanted.rstrip(), typed)

    def test_bash(self):
        self.write("bashrc", BASH)
        shell = Terminal(self.a.host, ["bash", "--rcfile", f"{HOME}/bashrc", "-i"])
        self.check_all(shell)
        self.check_tab(shell)

    def test_zsh(self):
        self.write(".zshrc", ZSH)
        shell = Terminal(self.a.host, ["zsh", "-d", "-i"])
        self.check_all(shell)
        self.check_tab(shell)

    def test_zsh_where_it_is_installed(self):
        self.write("_liqo-discovery", self.a.cli("completion", "zsh", check=0).stdout)
        self.write(".zshrc", f"fpath=({HOME} $fpath)\n" + ZSH.replace(SOURCED, ""))
        shell = Terminal(self.a.host, ["zsh", "-d", "-i"])
        self.check_tab(shell)
        self.check_all(shell)

    def test_fish(self):
        self.check_all(Fish(self.a.host, installed=False))

    def test_fish_where_it_is_installed(self):
        place = ".config/fish/completions"
        os.makedirs(f"{self.a.host.run_dir}/home/{place}")
        self.write(f"{place}/liqo-discovery.fish", self.a.cli("completion", "fish", check=0).stdout)
        self.check_all(Fish(self.a.host, installed=True))


if __name__ == "__main__":
    case.main(("bash", "zsh", "fish"))
