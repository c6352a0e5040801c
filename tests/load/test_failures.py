#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs that fail, many of each command: each has its status, and nothing is left of it: no process, no descriptor,
no socket, no file, no memory.

    test_failures.py [--runs N]     of each command, and that many attempts within one process; 60 without it
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support")]

import cli
import isolation
from expect import concurrently
from proc import resident
from scripted_proxy import ScriptedProxy
from targets import closed_port
from tls_layer import Tls

RUNS = 24 if cli.is_instrumented() else 60
GROWTH = 1 << 20    # bytes
WORKERS = 4
AT_A_TIME = 4       # attempts of one process; the machine may be too busy for that many at first
TIME_WAIT = "06"

# (how the proxy behaves or what else is wrong, the status, options)
FAULTS = [
    ("auth-status-01", 15, ()), ("no-method", 14, ()), ("rep-05", 25, ()), ("rep-01", 21, ()), ("reply-version-07", 13, ()),
    ("short-error-5-2", 25, ()), ("foreign-http", 13, ()), ("foreign-junk", 13, ()), ("close-at-method-0", 16, ()),
    ("close-at-request-3", 13, ()), ("reset-at-request-0", 16, ()), ("blackhole-at-method-0", 124, ("-w", "0.05")),
    ("blackhole-at-request-4", 124, ("-w", "0.05")), ("closed port", 11, ()), ("no such socket", 11, ()),
    ("not trusted", 12, ()), ("bad URL", 2, ()), ("bad option", 2, ("--no-such-option",)),
]
OPERANDS = {"connect": ("echo.test", "80"), "bind": (), "udp": ("192.0.2.9", "53"), "resolve": ("www.test",), "probe": ()}
# Where a command means something else by it: contract of probe, and of REP 05 in a target's place.
STATUSES = {("probe", "rep-05"): (0, 25), ("probe", "rep-01"): (0, 21), ("probe", "auth-status-01"): (15, 0),
            ("probe", "reset-at-request-0"): (0, 16), ("probe", "blackhole-at-request-4"): (0, 124),
            ("probe", "close-at-request-3"): (0, 13, 16), ("probe", "short-error-5-2"): (0, 25),
            ("probe", "reply-version-07"): (13, 0),
            ("probe", "close-at-method-0"): (13,)}  # it speaks SOCKS4


@dataclass
class Place:
    """The folders that a run may leave something in."""
    root: str

    def folder(self, name):
        path = os.path.join(self.root, name)
        os.makedirs(path, exist_ok=True)
        return path

    def environment(self):
        names = {"HOME": "home", "TMPDIR": "tmp", "XDG_RUNTIME_DIR": "runtime", "XDG_CACHE_HOME": "cache",
                 "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state"}
        return cli.environment(**{key: self.folder(name) for key, name in names.items()})

    def left(self):
        return [os.path.join(folder, name) for folder, _, names in os.walk(self.root) for name in names]


def descriptors(pid="self"):
    return len(os.listdir(f"/proc/{pid}/fd"))


def sockets():
    """What this network namespace has, but for connections that wait for their end."""
    found = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        with open(f"/proc/self/net/{table}") as lines:
            found += [line.split()[1] for line in list(lines)[1:] if line.split()[3] != TIME_WAIT]
    return found


class Servers:
    """One for each fault."""

    def __init__(self):
        self.proxies = {fault: ScriptedProxy("echo" if fault in ("not trusted", "bad URL", "bad option") else fault,
                                             tls=Tls(cert="untrusted") if fault == "not trusted" else None)
                        for fault, _, _ in FAULTS if fault not in ("closed port", "no such socket")}
        self.closed = closed_port()

    def __enter__(self):
        for proxy in self.proxies.values():
            proxy.__enter__()
        return self

    def __exit__(self, *exception):
        for proxy in self.proxies.values():
            proxy.__exit__(*exception)

    def url(self, fault):
        if fault == "closed port":
            return f"socks5h://127.0.0.1:{self.closed}"
        if fault == "no such socket":
            return "socks5h+unix:///nonexistent/socket"
        if fault == "bad URL":
            return "socks5h://alice:secret@127.0.0.1:port"
        return self.proxies[fault].url("socks5h", b"alice", b"wrong")


def words(command, fault, options, servers, place, number):
    extra = []
    if command == "bind":       # a file that must not be there after a failure
        extra = ["--address-file", os.path.join(place.folder("tmp"), f"address-{number}")]
    if command == "probe":
        options = options or ("-w", "5")
    return [command, *options, *extra, "-x", servers.url(fault), *OPERANDS[command]]


def fail_once(arguments, place, program=None):
    """(status, what it said, what is wrong) of one run, which has a session of its own."""
    process = cli.start(*arguments, env=place.environment(), cwd=place.folder("here"), start_new_session=True,
                        executable=program or cli.BINARY)
    try:
        _, err = process.communicate(b"payload", timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None, "", "it hangs"
    try:
        os.killpg(process.pid, 0)
        return process.returncode, err, "a process of it is left"
    except ProcessLookupError:
        return process.returncode, err, ""


def is_expected(command, fault, status, got):
    return got in STATUSES.get((command, fault), (status,))


class Separate(unittest.TestCase):
    """Each run is a process."""
    runs = RUNS

    def check(self, command):
        before = descriptors()
        with tempfile.TemporaryDirectory() as root, Servers() as servers:
            place = Place(root)
            cases = [(number, *FAULTS[number % len(FAULTS)]) for number in range(self.runs)]

            def one(case):
                number, fault, _, options = case
                return fail_once(words(command, fault, options, servers, place, number), place)
            for (_, fault, status, _), (got, err, wrong) in concurrently(one, cases, WORKERS):
                with self.subTest(fault=fault):
                    self.assertEqual(wrong, "")
                    self.assertTrue(is_expected(command, fault, status, got), (got, status, err))
            self.assertEqual(place.left(), [])
        self.assertEqual(descriptors(), before)
        self.assertEqual(sockets(), [])

    def test_connect(self):
        self.check("connect")

    def test_bind(self):
        self.check("bind")

    def test_udp(self):
        self.check("udp")

    def test_resolve(self):
        self.check("resolve")

    def test_probe(self):
        self.check("probe")


FEWEST = 12     # samples


def watch(process):
    """[(descriptors, memory)] of a process as time goes by."""
    samples = []
    while process.poll() is None:
        try:
            samples.append((descriptors(process.pid), resident(process.pid)))
        except (PermissionError, FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.002)
    return [each for each in samples if each[1]]


def leaks(samples):
    """What grows from the second third of the time to the last, or nothing."""
    if len(samples) < FEWEST:
        return "it was too quick to be watched"
    third = len(samples) // 3
    begin, end = samples[third:2 * third], samples[2 * third:]
    before, after = (max(count for count, _ in each) for each in (begin, end))
    if after > before + AT_A_TIME:
        return f"{before} descriptors, and then {after}"
    growth = max(size for _, size in end) - max(size for _, size in begin)
    return f"{growth} bytes of memory" if growth > GROWTH else ""


@unittest.skipIf(cli.is_instrumented(), "memory is the sanitizer's")
class Together(unittest.TestCase):
    """All attempts are in one process."""
    attempts = max(RUNS, 600)

    def check(self, status, arguments, stdin=lambda attempts: b""):
        """Both are functions of the number of attempts. Where the machine is quick, or others have its processors, it
        takes more of them to see much."""
        attempts = self.attempts
        for _ in range(6):
            samples = self.run_once(arguments(attempts), status, attempts, stdin(attempts))
            if len(samples) >= FEWEST:
                break
            attempts *= 2
        self.assertEqual(leaks(samples), "")

    def run_once(self, arguments, status, lines, stdin):
        with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            file.write(stdin)
            file.seek(0)
            process = cli.start(*arguments, stdin=file, stdout=out, stderr=err)
            samples = watch(process)
            out.seek(0)
            err.seek(0)
            said, told = out.read(), err.read()
        self.assertEqual(process.returncode, status, (said[-300:], told[-300:]))
        self.assertEqual(max(said.count(b"\n"), told.count(b"\n")), lines, told[-300:])
        return samples

    def test_connect(self):
        with ScriptedProxy("rep-05") as proxy:
            self.check(25, lambda attempts: ["connect", "-z", "--jobs", AT_A_TIME, "-x", proxy.url(), "echo.test",
                                             f"1-{attempts}"])

    def test_resolve(self):
        with ScriptedProxy("rep-04") as proxy:
            self.check(3, lambda attempts: ["resolve", "-x", proxy.url(), *(f"n{number}.test" for number in range(attempts))])

    def probe(self, url):
        self.check(1, lambda _: ["probe", "--brief", "--jobs", AT_A_TIME, "--from", "-"],
                   lambda attempts: f"{url}\n".encode() * attempts)

    def test_probe(self):
        with ScriptedProxy("foreign-junk") as proxy:
            self.probe(proxy.url())

    def test_probe_of_closed_ports(self):
        self.probe(f"127.0.0.1:{closed_port()}")


class Controls(unittest.TestCase):
    """What leaves something is noticed."""

    def left_by(self, script):
        with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as elsewhere:
            program = os.path.join(elsewhere, "program")
            with open(program, "w") as file:
                file.write("#!/bin/sh\n" + script)
            os.chmod(program, 0o755)
            place = Place(root)
            status, _, wrong = fail_once(["connect"], place, program)
            return status, wrong, len(place.left())

    def test_nothing(self):
        self.assertEqual(self.left_by("exit 11\n"), (11, "", 0))

    def test_files(self):
        for where in ('"$TMPDIR"', '"$HOME"', '"$XDG_CACHE_HOME"', "."):
            self.assertEqual(self.left_by(f"echo x >{where}/file; exit 11\n"), (11, "", 1))

    def test_a_process(self):
        status, wrong, _ = self.left_by("sleep 1 </dev/null >/dev/null 2>&1 & exit 11\n")
        self.assertEqual((status, wrong), (11, "a process of it is left"))

    def leaks_of(self, script):
        with subprocess.Popen([sys.executable, "-S", "-c", script]) as process:
            return leaks(watch(process))

    def test_descriptors(self):
        script = "import os, time\nfor _ in range(100):\n os.dup(0)\n time.sleep(0.003)"
        self.assertRegex(self.leaks_of(script), "descriptors")

    def test_memory(self):
        script = "import time\nx = []\nfor _ in range(100):\n x.append(bytes([1]) * 200_000)\n time.sleep(0.003)"
        self.assertRegex(self.leaks_of(script), "memory")

    def test_a_socket(self):
        with ScriptedProxy():
            self.assertEqual(len(sockets()), 1)


if __name__ == "__main__":
    isolation.enter()
    if "--runs" in sys.argv:
        at = sys.argv.index("--runs")
        Separate.runs = Together.attempts = int(sys.argv[at + 1])
        del sys.argv[at:at + 2]
    unittest.main()
