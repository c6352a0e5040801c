# SPDX-License-Identifier: MIT
"""Each call of the system fails once, each read and write is short once, each allocation fails once.

usage: test_system_errors.py [--all [RUN...]]
As a test it takes a sample; --all takes every call of every run, or of those named, and prints the table of README.md.
"""
import collections
import contextlib
import functools
import json
import os
import random
import re
import socket
import sys
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "support")]
os.environ.setdefault("SOCKSCAT", os.path.join(HERE, "..", "..", "build", "release", "cli", "sockscat"))

import behaviours
import certificates
import cli
import isolation
import socks_wire as wire
import system_errors as system
from expect import CliCase, concurrently
from scripted_proxy import ScriptedProxy
from steps import HangUp
from system_errors import Fault, Outcome
from targets import TlsTarget
from tls_layer import Tls

ALL = False                 # --all
JOBS = 4
LIMIT = 12                  # a run that has not ended by then hangs; -w and -i are less
SECRET = "S3cret-pass"
LOGIN = {"user": b"alice", "password": SECRET.encode()}
DATA = random.Random(14).randbytes(200_000)
TIMES = ("-w", "6", "-i", "5")
KINDS = () if cli.is_instrumented() else ("short", "alloc")   # of the library
DOCUMENTED = {1, 2, 3, *range(10, 17), *range(20, 38), 124}


def limit_of(fault):
    """200,000 calls take their time on both sides, and in Python TLS most of it."""
    return LIMIT if fault is None or fault.number != 0 else 90


class Case:
    """A run of a command, with what the other side has to be.

    out, target, files   what must result when nothing fails
    statuses             those that an error may lead to, besides the common ones
    """
    proxy = {"behaviour": "echo"}
    args = ()
    stdin = DATA
    out = DATA
    target = DATA
    files = {}
    statuses = frozenset()

    def __init__(self, name, **changes):
        self.name = name
        self.__dict__.update(changes)

    def command(self, proxy, directory):
        return ["connect", "-x", proxy.url(**LOGIN), *TIMES, "-N", "echo.test", "80"]

    def run(self, fault=None, log=None):
        with tempfile.TemporaryDirectory(prefix="case-") as directory, ScriptedProxy(**self.proxy) as proxy:
            result, injected, left = self.start(proxy, directory, fault, log)
            target = b"".join(self.heard(conv) for conv in proxy.conversations if conv.wait_closed(10))
            files = {}
            for name in os.listdir(directory):
                with open(os.path.join(directory, name), "rb") as file:
                    files[name] = file.read()
            return Outcome(result, target, files, injected, left)

    def start(self, proxy, directory, fault, log):
        return system.run(self.command(proxy, directory), fault, self.stdin, limit_of(fault), log)

    @staticmethod
    def heard(conv):
        return bytes(conv.payload)

    @staticmethod
    def reports(outcome):
        """Is what went wrong said on stdout?"""
        return False

    def is_right(self, outcome, strictly=True):
        """Is all of it there, after exit 0? `strictly`: what is only said and not worth a failure, too."""
        return outcome.result.out == self.out and outcome.target == self.target

    def is_part(self, outcome):
        """Is what is there at least right?"""
        return self.out.startswith(outcome.result.out) and self.target.startswith(outcome.target)


class Files(Case):
    """stdin and stdout are regular files; password, report and trace too."""

    def start(self, proxy, directory, fault, log):
        def path(name):
            return os.path.join(directory, name)
        with open(path("in"), "wb") as file:
            file.write(DATA)
        with open(path("password"), "w") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(SECRET + "\n")
        args = ["connect", "-x", proxy.url(user=b"alice"), "--proxy-password-file", path("password"),
                "--report", path("report"), "--trace-file", path("trace"), *TIMES, "-N", "echo.test", "80"]
        with open(path("in"), "rb") as stdin, open(path("out"), "wb") as stdout:
            result, *rest = system.run(args, fault, stdin, limit_of(fault), log, stdout=stdout)
        with open(path("out"), "rb") as file:
            result.out = file.read()
        os.unlink(path("password"))
        return result, *rest

    def is_right(self, outcome, strictly=True):
        said = outcome.result.err
        return super().is_right(outcome) and \
            (outcome.files["report"].endswith(b'"exit_status":0,"error":null}\n') or "--report" in said) and \
            (outcome.files["trace"].count(b"\n") > 10 or "--trace-file" in said)


class OneSocket(Case):
    """stdin and stdout are one socket, as ssh's ProxyCommand has it."""

    def start(self, proxy, directory, fault, log):
        ours, theirs = socket.socketpair()
        came = bytearray()

        def feed():
            with contextlib.suppress(OSError):
                ours.sendall(DATA)
                ours.shutdown(socket.SHUT_WR)

        def drain():
            with contextlib.suppress(OSError):
                while data := ours.recv(65536):
                    came.extend(data)
        threads = [threading.Thread(target=each, daemon=True) for each in (feed, drain)]
        for thread in threads:
            thread.start()
        try:
            with theirs:
                result, *rest = system.run(self.command(proxy, directory), fault, theirs, limit_of(fault), log, stdout=theirs)
        finally:
            with contextlib.suppress(OSError):
                ours.shutdown(socket.SHUT_WR)
            for thread in threads:
                thread.join(5)
            ours.close()
        result.out = bytes(came)
        return result, *rest


class Bind(Case):
    """The proxy plays the caller."""
    target = DATA

    def command(self, proxy, directory):
        return ["bind", "-x", proxy.url(**LOGIN), "--address-file", os.path.join(directory, "address"), *TIMES, "-N"]

    def is_right(self, outcome, strictly=True):
        """Nothing can be done for a stderr that does not work."""
        return super().is_right(outcome) and outcome.files == {"address": b"127.0.0.1 1080\n"} and \
            (outcome.result.err.count("\n") >= 2 or not strictly)

    def is_part(self, outcome):
        return super().is_part(outcome) and outcome.files.get("address", b"127.0.0.1 1080\n") == b"127.0.0.1 1080\n"


class Udp(Case):
    """Lost datagrams are no error; that none came is one, when the time is over."""
    stdin = b"one\ntwo\nthree\n"
    out = b"one\ntwo\nthree\n"
    target = b""
    statuses = frozenset({124})

    def command(self, proxy, directory):
        return ["udp", "-x", proxy.url(**LOGIN), "-w", "6", "--framing=line", "--count", "3", "--wait", "1",
                "192.0.2.9", "53"]

    @staticmethod
    def heard(conv):
        return b""

    def is_part(self, outcome):
        return set(outcome.result.out.splitlines()) <= set(self.out.splitlines())


class Scan(Case):
    stdin = b""
    out = b"80\topen\n81\topen\n82\topen\n"
    target = b""

    def command(self, proxy, directory):
        return ["connect", "-z", "-x", proxy.url(**LOGIN), "-w", "6", "echo.test", "80-82"]

    def is_right(self, outcome, strictly=True):
        """An error may cost one port."""
        return self.is_part(outcome) and outcome.result.out.count(b"\n") == 3

    def is_part(self, outcome):
        lines = outcome.result.out.splitlines()
        return all(re.fullmatch(rb"(8\d)\t(open|failed)", line) for line in lines) and \
            [line[:2] for line in lines] == [b"80", b"81", b"82"][:len(lines)]


def _names(conv):
    if conv.command not in (0xF0, 0xF1):
        behaviours.ECHO.request(conv)
        return
    conv.put(wire.reply(0, "192.0.2.1" if conv.target[0] == "192.0.2.1" else "198.51.100.7", 0))
    raise HangUp


class Resolve(Case):
    proxy = {"behaviour": behaviours.replace(behaviours.GOOD, request=_names)}
    stdin = b""
    out = b"198.51.100.7\n"
    target = b""
    via = ()

    def command(self, proxy, directory):
        return ["resolve", "-x", proxy.url(**LOGIN), "-w", "4", *self.via, "www.test"]


class Lookup(Case):
    """The proxy and the target have names that are looked up here, in a thread."""

    def command(self, proxy, directory):
        url = proxy.url("socks5", host="localhost", **LOGIN)
        return ["connect", "-4", "-x", url, *TIMES, "-N", "localhost", "80"]


class Chain(Case):
    """Two hops, the second with TLS, and TLS with the target behind them."""
    def run(self, fault=None, log=None):
        came = bytearray()

        def echo(session):
            while data := session.recv(65536):
                came.extend(data)
                session.sendall(data)
        with ScriptedProxy() as first, ScriptedProxy(tls=Tls()) as second, TlsTarget(then=echo) as target:
            args = ["connect", "-x", first.url(), "-x", second.url(), "--tls", "--cacert", certificates.ca(),
                    *TIMES, "-N", target.host, target.port]
            result, injected, left = system.run(args, fault, self.stdin, limit_of(fault), log)
        return Outcome(result, bytes(came), {}, injected, left)


class Probe(Case):
    """A connection that breaks is taken for one that the proxy broke; where it could not be made, a row says so."""
    stdin = b""

    def command(self, proxy, directory):
        return ["probe", "--json", "-w", "6", proxy.url(**LOGIN)]

    @staticmethod
    def reports(outcome):
        return bool(outcome.result.out)

    @staticmethod
    def rows(outcome):
        found = json.loads(outcome.result.out)
        return {row["id"]: row["status"] for row in found["checks"]}, found["verdict"]

    def is_right(self, outcome, strictly=True):
        rows, verdict = self.rows(outcome)
        if not hasattr(Probe, "known"):
            Probe.known = rows
        return verdict == "usable" and rows.keys() == self.known.keys() and (rows == self.known or not strictly)

    def is_part(self, outcome):
        return not outcome.result.out or self.rows(outcome)[1] != "usable"


CASES = {case.name: case for case in (
    Case("connect"),
    Case("connect, TLS", proxy={"behaviour": "echo", "tls": Tls()}),
    Case("connect, Unix socket", proxy={"behaviour": "echo", "host": "unix"}),
    Files("connect, files"),
    OneSocket("connect, one socket"),
    Scan("connect, ports"),
    Bind("bind"),
    Udp("udp"),
    Resolve("resolve"),
    Chain("connect, chain and TLS"),
    Lookup("connect, names"),
    Probe("probe"),
)}


@functools.cache
def faults_of(name):
    """Every call of a case that can fail, with each error it can have."""
    case = CASES[name]
    with tempfile.TemporaryDirectory() as directory:
        log = os.path.join(directory, "log")
        outcome = case.run(log=log)
        if outcome.result.status != 0 or not case.is_right(outcome):
            raise AssertionError(f"{name}: wrong without a fault: {outcome.result.err} {outcome.files}")
        calls = system.calls_of(log)
    unknown = set(calls) - set(system.ERRORS) - set(system.RETURNS) - system.NEVER
    if unknown:
        raise AssertionError(f"{name}: calls that no error is known for: {sorted(unknown)}")
    if cli.is_instrumented():
        calls = {call: numbers for call, numbers in calls.items() if call not in system.OF_SANITIZERS}
    return [Fault(call, error, number)
            for call, numbers in sorted(calls.items())
            for error in [*system.ERRORS.get(call, ()), *(f"={value}" for value in system.RETURNS.get(call, ()))]
            for number in numbers]


class SystemErrors(CliCase):
    def judge(self, case, fault, outcome):
        result = outcome.result
        self.assertFalse(outcome.left, "a process was left behind")
        self.assert_clean_text(result.err)
        self.assertNotIn(SECRET, result.err)
        self.assertNotIn(SECRET.encode(), result.out)
        said = f"status {result.status}, {len(result.out)} bytes, {len(outcome.target)} bytes at the target, " \
               f"{result.err!r}, {outcome.files.keys()}, after {outcome.injected}"
        is_repeated = fault.is_repeated and not any(map(system.OF_LIBRARIES.match, outcome.injected))
        self.assertTrue(result.status == 0 or result.status in DOCUMENTED | case.statuses, said)
        if result.status == 124 and not is_repeated:
            self.assertIn(124, case.statuses, "an error became a wait: " + said)
        if result.status == 0:
            self.assertTrue(case.is_right(outcome, is_repeated), "0, and not all of it: " + said)
            if is_repeated:
                self.assertNotRegex(result.err, "(?m)^sockscat: (warning|error)", said)
            return
        self.assertFalse(is_repeated, said)
        self.assertTrue(case.is_part(outcome), said)
        kinds = re.findall(r"^sockscat: (error|hint|warning): ", result.err, re.M)
        self.assertEqual(kinds.count("error"), 0 if case.reports(outcome) else 1, said)

    def try_all(self, case, faults):
        """Counts by (call or kind)."""
        def one(fault):
            try:
                try:
                    outcome = case.run(fault)
                except system.Hung:     # or the machine did
                    outcome = case.run(fault)
                if ALL:
                    self.judge(case, fault, outcome)
                return outcome
            except Exception as error:      # reported with its fault
                if ALL:
                    print(f"{case.name}: {fault}: {error}"[:700], file=sys.stderr, flush=True)
                return error
        counts = collections.Counter()
        for fault, outcome in concurrently(one, faults, workers=JOBS):
            with self.subTest(case=case.name, fault=str(fault)):
                if isinstance(outcome, Exception):
                    raise outcome
                counts["runs"] += 1
                if not outcome.injected:
                    counts["missed"] += 1
                self.judge(case, fault, outcome)
                counts["injected"] += bool(outcome.injected)
                counts["same" if outcome.result.status == 0 else "failed"] += bool(outcome.injected)
        return counts


    def try_each(self, case, kind):
        """Every number there is of what the library does, which is known when it does nothing any more. OpenSSL's
        allocations are thousands: a sixteenth of what comes after the first 512."""
        counts = self.try_all(case, [Fault(kind, "", 0)]) if kind == "short" else collections.Counter()
        first = 1
        while True:
            stride = 1 if first <= 512 else 16
            more = self.try_all(case, [Fault(kind, "", first + i * stride) for i in range(64)])
            counts += more
            if not more["injected"]:
                return counts
            first += 64 * stride


class Everything(SystemErrors):
    """--all"""

    def test_each_call(self):
        table = ["| run | calls that can fail | failed | the same came of it | a documented failure | short | allocations |",
                 "|---|---|---|---|---|---|---|"]
        for name in SELECTED or CASES:
            began = time.monotonic()
            faults = faults_of(name)
            counts = self.try_all(CASES[name], faults)
            more = {kind: self.try_each(CASES[name], kind) for kind in KINDS}
            total = sum(more.values(), counts)
            table.append(f"| {name} | {len({(fault.call, fault.number) for fault in faults})} | {counts['injected']} |"
                         f" {total['same']} | {total['failed']} |"
                         + "".join(f" {more[kind]['injected'] if kind in more else '-'} |" for kind in ("short", "alloc")))
            print(f"{name}: {dict(total)}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        print("\n".join(table), file=sys.stderr)


@unittest.skipIf(cli.is_instrumented(), "what lives in it makes calls of its own")
class Sample(SystemErrors):
    """What an ordinary test has time for: each call and each error somewhere."""

    def sample(self, name, each_error):
        """One call for each kind of call and error, or for each kind of call."""
        choice = random.Random(name)
        kinds = collections.defaultdict(list)
        for fault in faults_of(name):
            kinds[fault.call, fault.error if each_error else None].append(fault)
        return [choice.choice(faults) for _, faults in sorted(kinds.items(), key=str)]

    def test_each_error(self):
        for name in ("connect", "connect, TLS"):
            counts = self.try_all(CASES[name], self.sample(name, True))
            self.assertGreater(counts["injected"], counts["runs"] / 2, counts)

    def test_each_kind_of_call(self):
        for name in ("connect, files", "connect, Unix socket", "connect, names", "bind", "udp", "resolve"):
            counts = self.try_all(CASES[name], self.sample(name, False))
            self.assertGreater(counts["injected"], counts["runs"] / 2, counts)

    @unittest.skipUnless(KINDS, "a sanitizer has its own")
    def test_short_calls(self):
        for name in ("connect", "connect, TLS", "bind"):
            self.try_all(CASES[name], [Fault("short", "", number) for number in range(1, 24, 3)])
        self.try_all(CASES["connect"], [Fault("short", "", 0)])

    @unittest.skipUnless(KINDS, "a sanitizer has its own")
    def test_allocations(self):
        counts = self.try_all(CASES["connect"], [Fault("alloc", "", number) for number in range(1, 160, 4)])
        self.assertGreater(counts["injected"], 20, counts)


NAIVE = """
import ctypes, os, socket, sys
ctypes.CDLL(None).signal(13, 1)     # there main() begins
host, port, does = sys.argv[1:]
sock = socket.create_connection((host, int(port)))
sock.sendall(b"\\5\\1\\0")
sock.recv(2)
sock.sendall(b"\\5\\1\\0\\1\\x7f\\0\\0\\1\\0\\x50")
sock.recv(10)
try:
    sock.send(b"one "), sock.send(b"two ")
except OSError:
    if does == "crash":
        os.abort()
    if does == "is silent":
        sys.exit(1)
    if does == "hang":
        sock.recv(99)
sock.shutdown(socket.SHUT_WR)
while data := sock.recv(99):
    os.write(1, data)
"""


class Naive(Case):
    """A program that does something wrong when a call fails."""
    stdin = b""
    out = target = b"one two "

    def start(self, proxy, directory, fault, log):
        return system.run([proxy.address, proxy.port, self.name], fault, self.stdin, 3 if self.name == "hang" else 20, log,
                          program=(sys.executable, "-c", NAIVE))


class Controls(SystemErrors):
    def assert_noticed(self, does, fault, pattern):
        outcome = Naive(does).run()
        self.assertEqual((outcome.result.status, outcome.result.out), (0, b"one two "), outcome.result.err)
        with self.assertRaisesRegex(AssertionError, pattern):
            self.judge(Naive(does), fault, Naive(does).run(fault))

    def test_what_fails_is_noticed(self):
        lost = Fault("sendto", "EIO", 3)
        for does, pattern in (("ignore it", "not all of it"), ("crash", "status -6"), ("is silent", "status 1"),
                              ("hang", "hung")):
            with self.subTest(does=does):
                self.assert_noticed(does, lost, pattern)

    @unittest.skipUnless(KINDS, "a sanitizer has its own")
    def test_a_short_write_is_noticed(self):
        # Which of the calls are Python's own, its version decides.
        for number in range(1, 30):
            with contextlib.suppress(AssertionError):
                return self.assert_noticed("ignore it", Fault("short", "", number), "not all of it")
        self.fail("no short write was noticed")


SELECTED = []


def main():
    global ALL
    if not system.has_strace():
        print("no strace, or it may not trace here", file=sys.stderr)
        sys.exit(1 if isolation.require_all() else 77)
    words = sys.argv[1:]
    ALL = "--all" in words
    SELECTED.extend(word for word in words if word in CASES)
    if unknown := [word for word in words if word != "--all" and word not in CASES]:
        sys.exit(f"no such run: {unknown}; there are {list(CASES)}")
    names = ["Everything"] if ALL else ["Sample", "Controls"]
    unittest.main(argv=sys.argv[:1], defaultTest=names)


if __name__ == "__main__":
    main()
