#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs of each command under valgrind's memcheck: no invalid access, nothing that is used before it is set, no leak.

    memcheck.py [--all]     a few runs; or each fault of test_failures.py with each command as well

$SOCKSCAT is best a build without optimisation, and none with a sanitizer.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support")]

import cli
import dns_wire as dns
import isolation
import targets
import test_failures as failures
from expect import concurrently
from scripted_proxy import ScriptedProxy
from tls_layer import Tls

FOUND = 99
VALGRIND = ["valgrind", "-q", f"--error-exitcode={FOUND}", "--leak-check=full", "--show-leak-kinds=definite,indirect",
            "--errors-for-leak-kinds=definite,indirect", "--track-origins=yes"]
DATA = bytes(range(256)) * 4000


def under_valgrind(*words, stdin=b"", program=cli.BINARY, **kwargs):
    """(status, stdout, stderr). It is not confined: valgrind lives in the same process."""
    command, *rest = map(str, words)
    done = subprocess.run([*VALGRIND, program, command, "--no-sandbox", *rest], input=stdin, capture_output=True,
                          env=cli.environment(), timeout=300, **kwargs)
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


class Memcheck(unittest.TestCase):
    is_whole = False

    def good(self, got, status=0):
        self.assertEqual(got[0], status, got[2])
        return got[1]

    def test_connect(self):
        with targets.Echo() as echo, ScriptedProxy(users={b"alice": b"secret"}) as proxy:
            for scheme in ("socks5h", "http"):
                url = proxy.url(scheme, b"alice", b"secret")
                out = self.good(under_valgrind("connect", "-N", "-x", url, echo.host, echo.port, stdin=DATA))
                self.assertEqual(out, DATA)

    def test_connect_with_tls(self):
        with targets.TlsTarget() as target, ScriptedProxy(tls=Tls()) as proxy:
            out = self.good(under_valgrind("connect", "-N", "--tls", "--insecure", "-x", proxy.url(), "127.0.0.1", target.port,
                                           stdin=DATA))
            self.assertEqual(out, DATA)

    def test_bind(self):
        with ScriptedProxy("echo") as proxy:
            self.assertEqual(self.good(under_valgrind("bind", "-N", "-x", proxy.url(), stdin=b"x")), b"x")

    def test_udp(self):
        with ScriptedProxy("echo") as proxy:
            out = self.good(under_valgrind("udp", "--count", "1", "--wait", "20", "-x", proxy.url(), "192.0.2.9", "7", stdin=b"x"))
            self.assertEqual(out, b"x")

    def test_resolve(self):
        table = {"www.test": (bytes([192, 0, 2, 1]), bytes(15) + b"\1")}
        for via, over in (("udp", dns.over_udp), ("tcp", dns.over_tcp)):
            with ScriptedProxy(over(dns.addresses(table))[0]) as proxy:
                self.good(under_valgrind("resolve", "--via", via, "--server", "192.0.2.53", "-x", proxy.url(), "www.test"))

    def test_probe(self):
        for behaviour in ("good", "rep-02", "foreign-junk"):
            with ScriptedProxy(behaviour, users={b"alice": b"secret"}) as proxy:
                got = under_valgrind("probe", "--json", "-w", "20", "-x", proxy.url("socks5h", b"alice", b"secret"))
                self.assertNotEqual(got[0], FOUND, got[2])
                self.assertIn(b'"schema"', got[1])

    def test_failures(self):
        commands = failures.OPERANDS if self.is_whole else ("connect",)
        faults = failures.FAULTS if self.is_whole else failures.FAULTS[:6:2]
        with failures.Servers() as servers, tempfile.TemporaryDirectory() as root:
            place = failures.Place(root)
            cases = [(command, *fault) for command in commands for fault in faults]

            def one(case):
                command, fault, _, options = case
                return under_valgrind(*failures.words(command, fault, options or ("-w", "20"), servers, place, 0))
            for (command, fault, _, options), got in concurrently(one, cases, 2):
                with self.subTest(command=command, fault=fault):
                    self.assertNotEqual(got[0], FOUND, got[2])
                    self.assertGreaterEqual(got[0], 0, got[2])


class Controls(unittest.TestCase):
    """What valgrind finds is noticed."""

    def status_of(self, code):
        compiler = shutil.which("c++") or self.skipTest("no compiler")
        with tempfile.TemporaryDirectory() as where:
            program = f"{where}/program"
            subprocess.run([compiler, "-x", "c++", "-O0", "-o", program, "-"], input=code.encode(), check=True,
                           stderr=subprocess.DEVNULL)
            return under_valgrind("connect", program=program)[0]

    def test_nothing(self):
        self.assertEqual(self.status_of("int main() { return 5; }"), 5)

    def test_a_leak(self):
        self.assertEqual(self.status_of("int* p; int main() { p = new int[9]; p = nullptr; return 5; }"), FOUND)

    def test_a_byte_behind_the_end(self):
        self.assertEqual(self.status_of("int main() { char* p = new char[9]; p[9] = 1; delete[] p; return 5; }"), FOUND)


if __name__ == "__main__":
    isolation.enter()
    if "--all" in sys.argv:
        sys.argv.remove("--all")
        Memcheck.is_whole = True
    if not shutil.which("valgrind"):
        sys.exit("memcheck.py: valgrind is not installed")
    unittest.main()
