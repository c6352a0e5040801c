# SPDX-License-Identifier: MIT
"""A shell in a pseudo terminal that is asked to complete a line with the TAB key."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

SHOW = b"\x18s"   # Control-X s: print the edited line between marks
CLEAR = b"\x18k"  # Control-X k: empty it


class Shell:
    """Starts `argv` in a wide pseudo terminal and sends it `setup`.

    `setup` must bind SHOW to something that prints BUFFER<line>END and CLEAR to something that
    empties the line, and then print READY.
    """

    def __init__(self, argv, env, cwd, setup, limit=30):
        self.limit = limit
        self.seen = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(cwd)
                os.execvpe(argv[0], argv, env)
            finally:
                os._exit(127)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 200, 180, 0, 0))
        try:
            # The mark is split in the command, so that its echo is not taken for its output.
            self._send(f". {setup}; echo REA''DY\n".encode())
            self._wait(rb"READY")
        except BaseException:
            self.close()
            raise

    def _send(self, data):
        while data:
            data = data[os.write(self.terminal, data):]

    def _wait(self, pattern):
        """Reads until the pattern has come; returns what came before it, and the match."""
        end = time.monotonic() + self.limit
        while True:
            found = re.search(pattern, self.seen, re.S)
            if found:
                before, self.seen = self.seen[:found.start()], self.seen[found.end():]
                return before, found
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.terminal], [], [], left)[0]:
                raise AssertionError(f"the shell did not answer; it said {self.seen!r}")
            try:
                data = os.read(self.terminal, 65536)
            except OSError:
                data = b""
            if not data:
                raise AssertionError(f"the shell ended; it said {self.seen!r}")
            self.seen += data

    def line(self):
        """What came since the last call, and the line as it is now."""
        self._send(SHOW)
        before, found = self._wait(rb"BUFFER<([^\r\n]*)>END")
        return before.decode(errors="replace"), found.group(1).decode(errors="replace")

    def complete(self, text):
        """Types `text` and TAB: (the line after it, the words of the list that was shown)."""
        self._send(CLEAR)
        self._send(text.encode())
        typed = self.line()
        assert typed[1] == text, typed
        self._send(b"\t")
        shown, line = self.line()
        shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x07", "", shown)
        # The list stands on lines of its own, below the edited one.
        below = "\n".join(shown.replace("\r", "\n").split("\n")[1:])
        return line, below

    def close(self):
        """Ends the shell that was started here."""
        try:
            os.kill(self.pid, signal.SIGHUP)
            end = time.monotonic() + 5
            while os.waitpid(self.pid, os.WNOHANG)[0] == 0:
                if time.monotonic() > end:
                    os.kill(self.pid, signal.SIGKILL)
                    os.waitpid(self.pid, 0)
                    break
                time.sleep(0.01)
        finally:
            os.close(self.terminal)
