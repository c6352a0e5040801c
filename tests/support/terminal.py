# SPDX-License-Identifier: MIT
"""A pseudo-terminal for programs that ask on one."""
import fcntl
import os
import select
import subprocess
import sys
import termios
import time

import cli


class Terminal:
    """master is our end, slave the program's; `own` as preexec_fn makes it the controlling one."""

    def __init__(self):
        self.master, self.slave = os.openpty()
        self.output = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.master)
        os.close(self.slave)

    def own(self):
        """Runs in the child: a session of its own with this terminal."""
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)

    def resize(self, columns, lines=25):
        termios.tcsetwinsize(self.master, (lines, columns))

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def type(self, data):
        os.write(self.master, data)

    def wait(self, ready, timeout=5.0):
        """Collects output until ready() holds; False when it did not within the time."""
        end = time.monotonic() + timeout
        while not ready():
            if time.monotonic() > end:
                return False
            if select.select([self.master], [], [], 0.01)[0]:
                try:
                    self.output += os.read(self.master, 65536)
                except OSError:
                    return ready()
        return True

    def drain(self):
        """Everything that has been written so far."""
        while select.select([self.master], [], [], 0)[0]:
            try:
                self.output += os.read(self.master, 65536)
            except OSError:
                break
        return self.output


_SHELL = """
import os, signal, sys
tty = int(sys.argv[1])
in_background = sys.argv.pop(2) == "True"
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    if not in_background:
        os.tcsetpgrp(tty, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.argv[2], sys.argv[2:])
while True:
    _, status = os.waitpid(child, os.WUNTRACED)
    os.tcsetpgrp(tty, os.getpid())
    if not os.WIFSTOPPED(status):
        print("ended", os.waitstatus_to_exitcode(status), flush=True)
        break
    print("stopped", flush=True)
    sys.stdin.readline()
    os.tcsetpgrp(tty, child)
    os.kill(child, signal.SIGCONT)
"""


class Shell:
    """What a shell with job control does for one sockscat: it has a process group of its own on the terminal."""

    def __init__(self, terminal, *args, in_background=False):
        self.terminal = terminal
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SHELL, str(terminal.slave), str(in_background), cli.BINARY, *map(str, args)], env=cli.environment(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[terminal.slave], preexec_fn=terminal.own, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()             # the session's leader: its terminal hangs up, which ends the rest
        self.process.communicate()

    def says(self):
        """"stopped" or "ended STATUS", when it happens."""
        return self.process.stdout.readline().strip()

    def takes_line(self):
        """What was typed for the shell."""
        return os.read(self.terminal.slave, 1024)

    def foreground(self):
        self.process.stdin.write("fg\n")
        self.process.stdin.flush()


def without_terminal():
    """preexec_fn: a session without a controlling terminal."""
    os.setsid()
