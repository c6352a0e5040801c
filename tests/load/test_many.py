#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many connects at once through one proxy: every byte of each arrives, both ways, and nobody gets another's.

    test_many.py [--runs N]     N at once, and through Dante as well; 500 without it
"""
import hashlib
import os
import pathlib
import random
import resource
import socket
import sys
import tempfile
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support")]

import behaviours
import certificates
import cli
import isolation
import servers
from scripted_proxy import ScriptedProxy
from steps import relay
from targets import Target

RUNS = 40 if cli.is_instrumented() else 500
SIZE = 60_000       # fits into a pipe, so that nobody must be at its other end
NUMBER = 8          # bytes: who is speaking
PATIENCE = 300


def data(number, way):
    return random.Random(f"{way} {number}").randbytes(SIZE)


class Meeting(Target):
    """Takes what each client sends, and answers none before all are there."""

    def __init__(self, runs):
        super().__init__()
        self._listener.listen(runs)
        self.wrong = []
        self.everybody = threading.Barrier(runs)

    def serve(self, sock):
        sock.settimeout(PATIENCE)
        number = int.from_bytes(self.take(sock, NUMBER), "big")
        if self.take(sock, SIZE) != data(number, "up"):
            self.wrong.append(number)
        try:
            self.everybody.wait(PATIENCE)
        except threading.BrokenBarrierError:
            self.wrong.append(number)
        sock.sendall(data(number, "down"))
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(65536):
            pass

    @staticmethod
    def take(sock, count):
        taken = bytearray()
        while len(taken) < count:
            more = sock.recv(count - len(taken))
            if not more:
                raise ConnectionError
            taken += more
        return bytes(taken)


class Client:
    """One run: those of even numbers have files for standard streams, the others pipes."""

    def __init__(self, number, url, target, where):
        self.number = number
        sent = number.to_bytes(NUMBER, "big") + data(number, "up")
        words = ["connect", "-x", url, "--eof-delay", PATIENCE, "-w", PATIENCE, target.host, target.port]
        self.file = None
        if number % 2:
            self.process = cli.start(*words, bufsize=0)
            self.process.stdin.write(sent)
            self.process.stdin.close()
            return
        name = os.path.join(where, str(number))
        with open(name, "wb") as file:
            file.write(sent)
        with open(name, "rb") as stdin:
            self.file = open(name + ".out", "w+b")
            self.process = cli.start(*words, stdin=stdin, stdout=self.file)

    def wrong(self):
        """What is wrong with it, or nothing."""
        if self.file:
            _, err = self.process.communicate(timeout=PATIENCE)
            self.file.seek(0)
            out = self.file.read()
            self.file.close()
        else:
            out, err = self.process.stdout.read(), self.process.stderr.read()
            self.process.wait(PATIENCE)
            self.process.stdout.close()
            self.process.stderr.close()
        if self.process.returncode != 0 or err:
            return f"{self.number}: status {self.process.returncode}, {err!r}"
        if hashlib.sha256(out).digest() != hashlib.sha256(data(self.number, "down")).digest():
            return f"{self.number}: {len(out)} bytes of {SIZE}, not its own"
        return ""


def all_at_once(url, runs):
    """What went wrong, as a list."""
    with Meeting(runs) as target, tempfile.TemporaryDirectory() as where:
        clients = [Client(number, url, target, where) for number in range(runs)]
        try:
            wrong = [text for text in (client.wrong() for client in clients) if text]
        finally:
            for client in clients:
                client.process.kill()
                client.process.wait()
        return wrong + [f"{number}: the target has got something else" for number in target.wrong]


def more_descriptors():
    """For three of each run."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard if hard != resource.RLIM_INFINITY else 1 << 20


class Many(unittest.TestCase):
    runs, is_long = RUNS, False

    def setUp(self):
        if more_descriptors() < 8 * self.runs:
            self.skipTest("there are not enough descriptors")

    def test_through_microsocks(self):
        with servers.microsocks() as proxy:
            self.assertEqual(all_at_once(proxy.url(), self.runs), [])

    def test_through_dante(self):
        if not self.is_long:
            self.skipTest("only with --runs: it takes a process for each")
        with servers.dante() as proxy:
            self.assertEqual(all_at_once(proxy.url(), self.runs), [])

    def test_through_a_proxy_with_tls(self):
        with servers.microsocks() as behind, servers.stunnel(behind) as proxy:
            url = f"socks5h+tls://127.0.0.1:{proxy.port}?cacert={certificates.ca()}"
            self.assertEqual(all_at_once(url, min(self.runs, 50)), [])


def spoiling(spoil):
    """A proxy that relays what comes from the target, spoiled."""
    def stream(conv):
        real = conv.upstream

        class Spoiled:
            def __getattr__(self, name):
                return getattr(real, name)

            def recv(self, size):
                return spoil(real.recv(size))
        conv.upstream = Spoiled()
        relay(conv)
        conv.upstream = real
    return behaviours.replace(behaviours.GOOD, stream=stream)


class Controls(unittest.TestCase):
    def test_a_byte_is_lost(self):
        with ScriptedProxy(spoiling(lambda data: data[:100] + data[101:])) as proxy:
            self.assertEqual(len(all_at_once(proxy.url(), 3)), 3)

    def test_a_byte_is_changed(self):
        with ScriptedProxy(spoiling(lambda data: data[:-1] + bytes([data[-1] ^ 1]) if data else data)) as proxy:
            self.assertEqual(len(all_at_once(proxy.url(), 3)), 3)

    def test_nothing_is_spoiled(self):
        with ScriptedProxy(spoiling(lambda data: data)) as proxy:
            self.assertEqual(all_at_once(proxy.url(), 3), [])

    def test_two_are_mixed_up(self):
        """Each gets what is another's."""
        with Meeting(2) as target, tempfile.TemporaryDirectory() as where, ScriptedProxy() as proxy:
            clients = [Client(number, proxy.url(), target, where) for number in range(2)]
            for client in clients:
                client.number = 1 - client.number
            self.assertEqual([bool(client.wrong()) for client in clients], [True, True])


if __name__ == "__main__":
    isolation.enter()
    if "--runs" in sys.argv:
        at = sys.argv.index("--runs")
        Many.runs, Many.is_long = int(sys.argv[at + 1]), True
        del sys.argv[at:at + 2]
    unittest.main()
