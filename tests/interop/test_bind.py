# SPDX-License-Identifier: MIT
"""bind through Dante: calls from outside, and FTP in active mode as a script would do it."""
import contextlib
import os
import re
import socket
import tempfile
import threading
import time
import unittest

import interop
import isolation
import servers
from expect import CliCase
from ftp import FtpServer, port_command
from http_target import sha256
from running import Running

SCHEMES = ("socks5h", "socks4")
SIZE = 20 * 1024 * 1024 + 3
LIMIT = 30


class BindCase(CliCase):
    @classmethod
    def setUpClass(cls):
        cls.endpoint = cls.enterClassContext(servers.dante())
        cls.directory = cls.enterClassContext(tempfile.TemporaryDirectory())

    @contextlib.contextmanager
    def bind(self, scheme, *arguments, endpoint=None, **kwargs):
        """(a running bind, (host, port) where it can be called, from its address file)"""
        path = os.path.join(self.directory, "where")
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)
        with Running("bind", "-x", (endpoint or self.endpoint).url(scheme), "--address-file", path, *arguments,
                     **kwargs) as running:
            end = time.monotonic() + LIMIT
            while not os.path.exists(path):
                self.assertLess(time.monotonic(), end, bytes(running.err))
                self.assertIsNone(running.process.poll(), bytes(running.err))
                time.sleep(0.005)
            with open(path) as file:
                host, port = file.read().split()
            yield running, (host, int(port))


class Calls(BindCase):
    def test_bytes_both_ways(self):
        there, back = interop.big_blob()[:SIZE], interop.big_blob()[SIZE:2 * SIZE]
        for scheme in SCHEMES:
            with self.subTest(scheme=scheme), self.bind(scheme, "-N") as (running, place), \
                    socket.create_connection(place, LIMIT) as caller:
                got = bytearray()

                def take():
                    while data := caller.recv(65536):
                        got.extend(data)

                def give():
                    running.write(there)
                    running.close_stdin()
                threads = [threading.Thread(target=each) for each in (take, give)]
                for thread in threads:
                    thread.start()
                caller.sendall(back)
                for thread in threads:
                    thread.join(LIMIT)
                caller.shutdown(socket.SHUT_WR)     # not before: it ends the run, whatever stdin holds
                result = running.finish(LIMIT)
                self.assert_status(result, 0)
                self.assertEqual((len(got), sha256(got)), (len(there), sha256(there)))
                self.assertEqual((len(result.out), sha256(result.out)), (len(back), sha256(back)))
                self.assertRegex(result.err, r"\Asockscat: listening on 127\.0\.0\.1 \d+\n"
                                             r"sockscat: accepted from 127\.0\.0\.1 \d+\n\Z")

    def test_who_called_is_told(self):
        for scheme in SCHEMES:
            with self.subTest(scheme=scheme), self.bind(scheme, "127.0.0.1", "-d") as (running, place), \
                    socket.create_connection(place, LIMIT) as caller:
                match = running.said(r"sockscat: accepted from (\S+) (\d+)")
                self.assertEqual((match[1], int(match[2])), caller.getsockname())
                caller.sendall(b"hello\n")
                caller.close()
                self.assertEqual(running.finish().out, b"hello\n")

    def test_another_one_than_the_peer_is_refused(self):
        for scheme, status in (("socks5h", 22), ("socks4", 21)):
            with self.subTest(scheme=scheme), self.bind(scheme, "127.0.0.9") as (running, place):
                running.write(b"not for everybody")
                with socket.create_connection(place, LIMIT) as caller:
                    caller.sendall(b"let me in")
                    result = running.finish()
                    self.assertEqual((result.status, result.out), (status, b""), result.err)
                    with contextlib.suppress(ConnectionError):
                        self.assertEqual(caller.recv(100), b"")

    def test_nobody_calls(self):
        for scheme in SCHEMES:
            with self.subTest(scheme=scheme), self.bind(scheme, "--accept-timeout", "0.5") as (running, _):
                result = running.finish()
                self.assert_status(result, 124)
                self.assertRegex(result.err.splitlines()[1], f"^sockscat: error: proxy {re.escape(self.endpoint.host)}")

    def test_over_ipv6(self):
        """Dante wants to know the family: to :: it says 03 where its interface is only a loopback."""
        with servers.dante("::1") as endpoint:
            for peer in ("::1", "127.0.0.1", "0.0.0.0"):
                with self.subTest(peer=peer), self.bind("socks5h", "-d", peer, endpoint=endpoint) as (running, place):
                    self.assertEqual(":" in place[0], ":" in peer)
                    with socket.create_connection(place, LIMIT) as caller:
                        caller.sendall(b"hello\n")
                    self.assertEqual(running.finish().out, b"hello\n")

    def test_a_server_without_it(self):
        with servers.microsocks() as endpoint, Running("bind", "-x", endpoint.url()) as running:
            result = running.finish()
            self.assert_failure(result, 27, f"{endpoint.host}:{endpoint.port}", "request")


class ActiveFtp(BindCase):
    """The control connection with connect, each data connection with bind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.blob = interop.big_blob()[:SIZE]

    @contextlib.contextmanager
    def session(self, scheme, server):
        with Running("connect", "-x", self.endpoint.url(scheme), server.host, server.port) as control:
            self.expect(control, 220)
            for command, code in ((b"USER anonymous", 331), (b"PASS guest@", 230), (b"TYPE I", 200)):
                self.say(control, command, code)
            yield control
            self.say(control, b"QUIT", 221)
            self.assert_status(control.finish(), 0)

    def say(self, control, command, code):
        control.write(command.rstrip() + b"\r\n")
        self.expect(control, code)

    def expect(self, control, code):
        """The last line that came has this code."""
        def answered():
            return control.out.endswith(b"\r\n") and control.out.splitlines()[-1].startswith(b"%d " % code)
        self.assertTrue(control.wait(answered, LIMIT), f"{code}: {bytes(control.out[-200:])!r}")

    def receive(self, scheme, control, command):
        with self.bind(scheme, "127.0.0.1", "-d") as (data, place):
            self.say(control, port_command(*place), 200)
            self.say(control, command, 226)
            result = data.finish(LIMIT)
            self.assert_status(result, 0)
            return result.out

    def test_list_get_put(self):
        for scheme in SCHEMES:
            with self.subTest(scheme=scheme), FtpServer({"blob": self.blob}) as server, \
                    self.session(scheme, server) as control:
                self.assertEqual(self.receive(scheme, control, b"NLST"), b"blob\r\n")
                got = self.receive(scheme, control, b"RETR blob")
                self.assertEqual((len(got), sha256(got)), (SIZE, sha256(self.blob)))
                with tempfile.TemporaryFile() as file:
                    file.write(self.blob)
                    file.seek(0)
                    with self.bind(scheme, "127.0.0.1", "-N", stdin=file) as (data, place):
                        self.say(control, port_command(*place), 200)
                        self.say(control, b"STOR copy", 226)
                        self.assert_status(data.finish(LIMIT), 0)
                self.assertEqual(sha256(server.files["copy"]), sha256(self.blob))


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
