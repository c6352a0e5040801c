# SPDX-License-Identifier: MIT
"""A pseudo-terminal for programs that ask on one."""
import fcntl
import os
import select
import termios
import time


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


def without_terminal():
    """preexec_fn: a session without a controlling terminal."""
    os.setsid()
