# SPDX-License-Identifier: MIT
"""A sockscat that runs while the test goes on: what it says is read as it comes."""
import re
import subprocess
import threading
import time

import cli


class Running:
    """Ends with `with`, whatever happens. Arguments as for cli.start.

    stdout is collected too, unless it was given or `reads` is False.
    """

    def __init__(self, *args, reads=True, **kwargs):
        self.began = time.monotonic()
        self.process = cli.start(*args, bufsize=0, **kwargs)
        self.out, self.err = bytearray(), bytearray()
        self._changed = threading.Condition()
        self._threads = []
        self._collect(self.process.stderr, self.err)
        if reads:
            self._collect(self.process.stdout, self.out)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for thread in self._threads:
            thread.join(5)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    def _collect(self, stream, into):
        if stream is None:
            return

        def read():
            while data := stream.read(65536):
                with self._changed:
                    into.extend(data)
                    self._changed.notify_all()
        self._threads.append(threading.Thread(target=read, daemon=True))
        self._threads[-1].start()

    def wait(self, ready, timeout=5.0):
        """Waits until ready() holds; False when it did not within the time."""
        with self._changed:
            return self._changed.wait_for(ready, timeout)

    def said(self, pattern, timeout=5.0):
        """The match of a whole line of stderr, waited for."""
        found = []

        def look():
            found[:] = filter(None, (re.fullmatch(pattern, line) for line in
                                     self.err.decode("utf-8", "replace").split("\n")[:-1]))
            return found
        if not self.wait(look, timeout):
            raise AssertionError(f"no line {pattern!r} within {timeout} s, but {bytes(self.err)!r}")
        return found[0]

    def got(self, data, timeout=5.0):
        """Has stdout come to hold this, exactly?"""
        return self.wait(lambda: self.out == data, timeout)

    def write(self, data):
        view = memoryview(data)
        while view:
            view = view[self.process.stdin.write(view):]

    def close_stdin(self):
        self.process.stdin.close()

    def finish(self, timeout=10):
        """Waits for its end, with stdin as it is: the Result."""
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"hung for {timeout} s; stderr: {bytes(self.err)!r}") from None
        seconds = time.monotonic() - self.began
        for thread in self._threads:
            thread.join(5)
        return cli.Result(status, bytes(self.out), self.err.decode("utf-8", "replace"), seconds)
