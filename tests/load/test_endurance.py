#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many bytes both ways at once through one tunnel of each kind: none lost, and memory that stays flat.

    test_endurance.py                               a little, as a test
    test_endurance.py --bytes 100G [KIND...]        that many through each kind, half of them each way
"""
import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support")]

import certificates
import cli
import isolation
import servers
import stream
from proc import resident

SHORT = stream.size("8M" if cli.is_instrumented() else os.environ.get("SOCKSCAT_ENDURANCE", "128M"))
GROWTH = 1 << 20
PORTABLE = os.environ.get("SOCKSCAT_PORTABLE", "")
KINDS = ("pages", "copies", "tls-proxy", "tls-target")


def far_end(stack, count, *options):
    """(process, port) of a far end, ended when the stack is left."""
    process = subprocess.Popen([sys.executable, "-B", HERE / "far_end.py", str(count), *map(str, options)],
                               stdout=subprocess.PIPE, text=True)
    stack.callback(process.stdout.close)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process, int(process.stdout.readline())


def set_up(stack, kind, count, lose):
    """(the far end, the arguments that lead to it, the program)"""
    losing = () if lose is None else ("--lose", lose)
    trust = certificates.ca()
    if kind == "tls-target":
        inner, port = far_end(stack, count, "--inner", *losing)
        outside = stack.enter_context(servers.stunnel(servers.Endpoint("127.0.0.1", port)))
        _, proxy = far_end(stack, 0, "--onward", outside.port)
        return inner, ["-x", f"127.0.0.1:{proxy}", "--tls", "--cacert", trust, "--servername", "echo.test"], cli.BINARY
    far, port = far_end(stack, count, *losing)
    if kind == "tls-proxy":
        outside = stack.enter_context(servers.stunnel(servers.Endpoint("127.0.0.1", port)))
        return far, ["-x", f"socks5h+tls://127.0.0.1:{outside.port}?cacert={trust}"], cli.BINARY
    return far, ["-x", f"127.0.0.1:{port}"], PORTABLE if kind == "copies" else cli.BINARY


def written_by_calls(pid):
    """How much a process has written to pipes by write(2), not by splice(2); None where that is not told."""
    try:
        with open(f"/proc/{pid}/io") as io:
            return int(next(line.split()[1] for line in io if line.startswith("wchar:")))
    except (OSError, StopIteration):
        return None


class Outcome:
    """Of one run through one tunnel."""

    def __init__(self, kind, count):
        self.kind, self.count = kind, count
        self.status, self.err, self.far = None, "", {}
        self.samples = []       # (bytes of stdout, bytes of memory)
        self.came = 0           # bytes of stdout
        self.by_calls = None    # bytes
        self.seconds = 0.0

    def growth(self):
        """From a tenth of the way on, in bytes."""
        late = [size for at, size in self.samples if at >= self.count / 10 and size]
        return max(late) - late[0] if late else 0

    def judge(self):
        if self.status != 0 or self.err:
            raise AssertionError(f"{self.kind}: status {self.status}, {self.came} bytes came, of {self.count}: {self.err}")
        if self.came != self.count:
            raise stream.Wrong(f"{self.kind}: {self.came} bytes came, of {self.count}")
        if self.far != {"received": self.count, "ended": "eof", "error": ""}:
            raise stream.Wrong(f"{self.kind}: the far end tells {self.far}, of {self.count}")
        if self.growth() > GROWTH and not cli.is_instrumented():
            raise AssertionError(f"{self.kind}: {self.growth()} bytes of memory more than after a tenth of the way")

    def __str__(self):
        total = 2 * self.count
        return (f"{self.kind:10} {total / 1e9:8.2f} GB in {self.seconds:7.1f} s, {total / 1e6 / self.seconds:6.0f} MB/s, "
                f"{self.samples[-1][1] >> 10} KiB resident, grown by {self.growth() >> 10} KiB")


def run(kind, total, lose=None, lose_down=None):
    """One tunnel, half of the bytes each way. lose, lose_down: a byte that goes missing, for controls."""
    outcome = Outcome(kind, total // 2)
    with contextlib.ExitStack() as stack:
        far, way, program = set_up(stack, kind, outcome.count, lose_down)
        began = time.monotonic()
        feed_end, write_end = stream.wide_pipe()
        read_end, out_end = stream.wide_pipe()
        feeder = subprocess.Popen([sys.executable, "-B", HERE / "stream.py", "up", str(outcome.count),
                                   *([] if lose is None else [str(lose)])], stdout=write_end)
        # stunnel, once it has passed on the end of our stream, loses what it has not read of the other (5.68): with
        # TLS ours ends last.
        end = [] if kind.startswith("tls") else ["-N"]
        client = cli.start("connect", *end, *way, "echo.test", "80", executable=program, stdin=feed_end, stdout=out_end)
        for end in (feed_end, write_end, out_end):
            os.close(end)
        try:
            check, buffer, next_sample = stream.Check("down"), bytearray(1 << 20), 0
            while size := os.readv(read_end, [buffer]):
                check.take(buffer[:size])
                if check.count >= next_sample and check.count < outcome.count:
                    outcome.samples.append((check.count, resident(client.pid)))
                    outcome.by_calls = written_by_calls(client.pid)
                    next_sample = check.count + outcome.count // 100
            outcome.status = client.wait(600)
            outcome.err = client.stderr.read().decode()
            outcome.seconds = time.monotonic() - began
            outcome.came = check.count
            outcome.far = json.loads(far.stdout.readline())
        finally:
            os.close(read_end)
            for process in (client, feeder):
                process.kill()
                process.wait()
            client.stderr.close()
    outcome.judge()
    return outcome


class Endurance(unittest.TestCase):
    def go(self, kind):
        outcome = run(kind, SHORT)
        print(outcome, flush=True)
        return outcome

    def test_pages(self):
        outcome = self.go("pages")
        if outcome.by_calls is not None and not cli.is_instrumented():
            self.assertLess(outcome.by_calls, outcome.count / 2, "it does not move pages")

    @unittest.skipUnless(PORTABLE, "the build without pages is not there")
    def test_copies(self):
        outcome = self.go("copies")
        if outcome.by_calls is not None:
            self.assertGreater(outcome.by_calls, outcome.count / 2, "it does not copy")

    def test_tls_with_the_proxy(self):
        self.go("tls-proxy")

    def test_tls_with_the_target(self):
        self.go("tls-target")


class Controls(unittest.TestCase):
    """One byte that is lost is noticed, wherever that is; so is memory that grows."""
    TOTAL = 16 << 20

    def test_on_the_way_down(self):
        for lose in (0, 5_000_000, self.TOTAL // 2 - 1):
            with self.subTest(lose=lose), self.assertRaises(stream.Wrong):
                run("pages", self.TOTAL, lose_down=lose)

    def test_on_the_way_up(self):
        for lose in (0, 5_000_000, self.TOTAL // 2 - 1):
            with self.subTest(lose=lose), self.assertRaises(stream.Wrong):
                run("pages", self.TOTAL, lose=lose)

    def test_growth(self):
        outcome = Outcome("pages", 1000)
        outcome.status, outcome.came, outcome.far = 0, 1000, {"received": 1000, "ended": "eof", "error": ""}
        outcome.samples = [(0, 1 << 20), (100, 3 << 20), (500, 4 << 20), (999, 4 << 20)]
        outcome.judge()
        outcome.samples.append((1000, (4 << 20) + 4096))
        if not cli.is_instrumented():
            self.assertRaisesRegex(AssertionError, "memory", outcome.judge)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bytes", type=stream.size, required=True)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="of " + ", ".join(KINDS))
    given = parser.parse_args()
    for kind in given.kinds or KINDS:
        if kind == "copies" and not PORTABLE:
            print(f"{kind:10} left out: $SOCKSCAT_PORTABLE names no program")
            continue
        print(run(kind, given.bytes), flush=True)


if __name__ == "__main__":
    isolation.enter()
    main() if sys.argv[1:] and sys.argv[1].startswith("--bytes") else unittest.main()
