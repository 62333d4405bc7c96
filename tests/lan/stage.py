"""Where the demo is shown: on a terminal a live table above and captions below; else plain lines."""

import codecs
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import threading
import time
import unicodedata

_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_PANEL = 8  # lines: a rule, a caption of two, and what a command printed


def stage(seconds):
    """The stage for this output; all pauses together take so long."""
    return Terminal(seconds) if sys.stdout.isatty() and sys.stdin.isatty() else Lines()


class Lines:
    """Everything in the order in which it happens, a line each."""

    def __init__(self):
        self._lock = threading.Lock()

    def popen_options(self):
        return {"stdout": None}

    def attach(self, process):
        pass

    def caption(self, text):
        self._print(f"\n# {text}")

    def command(self, command, output):
        self._print(f"$ {command}\n" + "\n".join(output))

    def pause(self, seconds):
        time.sleep(seconds)

    def close(self):
        pass

    def _print(self, text):
        with self._lock:
            print(text, flush=True)


class Terminal:
    """The table is drawn by `liqo-discovery watch` itself, on a pseudo-terminal that is a few rows
    lower than the real one; what is below is ours."""

    def __init__(self, seconds):
        self._caption, self._output = "", []
        self._left = seconds
        self._lock = threading.Lock()
        self._master, self._slave = pty.openpty()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._resize()
        signal.signal(signal.SIGWINCH, lambda *_: self._resize())
        self._before = termios.tcgetattr(sys.stdin)
        quiet = termios.tcgetattr(sys.stdin)
        quiet[3] &= ~termios.ECHO
        termios.tcsetattr(sys.stdin, termios.TCSANOW, quiet)

    def popen_options(self):
        return {"stdin": self._slave, "stdout": self._slave, "start_new_session": True}

    def attach(self, process):
        self._process = process
        os.close(self._slave)
        self._slave = None

    def caption(self, text):
        self._caption, self._output = text, []
        self._draw_panel()

    def command(self, command, output):
        self._output = [f"$ {command}", *output]
        self._draw_panel()

    def pause(self, seconds):
        """Shows what the table does for a while."""
        self._left -= seconds
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._draw_panel(self._left + left)
            ready, _, _ = select.select([self._master], [], [], min(left, 1))
            if ready:
                self._take()

    def close(self):
        """The terminal as it was."""
        if self._slave is None:
            self._process.kill(signal.SIGTERM)
            while self._take():
                pass
        termios.tcsetattr(sys.stdin, termios.TCSANOW, self._before)
        self._write(_PLAIN)

    def _take(self):
        try:
            octets = os.read(self._master, 1 << 16)
        except OSError:
            return False
        self._write(self._decoder.decode(octets))
        return bool(octets)

    def _resize(self):
        self._rows, self._columns = struct.unpack(
            "HHHH", fcntl.ioctl(sys.stdout, termios.TIOCGWINSZ, bytes(8)))[:2]
        size = struct.pack("HHHH", max(self._rows - _PANEL, 4), self._columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)
        if getattr(self, "_process", None):
            self._process.kill(signal.SIGWINCH)

    def _draw_panel(self, left=None):
        left = f" {round(self._left if left is None else left)} s · Ctrl-C ends "
        rule = "─" * max(0, self._columns - len(left) - 2) + left + "──"
        lines = [_DIM + rule[:self._columns] + _PLAIN]
        lines += [_BOLD + line + _PLAIN for line in wrap(self._caption, self._columns - 1)[:2]]
        lines += [_DIM + cut(line, self._columns - 1) + _PLAIN for line in self._output]
        lines = (lines + [""] * _PANEL)[:_PANEL]
        top = self._rows - _PANEL + 1
        self._write("\x1b7" + "".join(f"\x1b[{top + i};1H\x1b[K{line}"
                                      for i, line in enumerate(lines)) + "\x1b8")

    def _write(self, text):
        with self._lock:
            sys.stdout.write(text)
            sys.stdout.flush()


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def cut(text, columns):
    while width(text) > columns:
        text = text[:-1]
    return text


def wrap(text, columns):
    lines = [""]
    for word in text.split():
        if lines[-1] and width(lines[-1]) + 1 + width(word) > columns:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + cut(word, columns)
    return lines
