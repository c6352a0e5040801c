# SPDX-License-Identifier: MIT
"""What every proxy that dials for us must manage, whoever wrote it.

A test of one server derives from Carries, starts the server in setUpClass and says what differs.
"""
import functools
import queue
import re
import time
from concurrent.futures import ThreadPoolExecutor

import cli
import isolation
import targets
from expect import CliCase
from http_target import blob, body_of, get, http_target, put, sha256

BLOB_SIZE = 64 * 1024 * 1024 + 12345
ECHO_SIZE = 20 * 1024 * 1024 + 7
LIMIT = 60  # seconds for one transfer; a sanitized binary on a busy machine needs a few


@functools.cache
def big_blob():
    return blob(BLOB_SIZE)


class EchoExactly(targets.Target):
    """Sends the first `count` bytes back, then closes. It goes on reading while it cannot send: some proxies
    move bytes in one direction at a time, and two ends that wait for each other would wait for ever."""

    def __init__(self, count):
        super().__init__()
        self.count = count

    def serve(self, sock):
        pieces = queue.SimpleQueue()
        self._start(self._read, sock, pieces)
        while piece := pieces.get():
            sock.sendall(piece)

    def _read(self, sock, pieces):
        left = self.count
        while left and (data := sock.recv(min(left, 65536))):
            pieces.put(data)
            left -= len(data)
        pieces.put(b"")


class Late(targets.Target):
    """Answers some time after the question, then closes."""

    def serve(self, sock):
        sock.recv(65536)
        time.sleep(0.4)
        sock.sendall(b"better late\n")


class Carries(CliCase):
    """One proxy and everything that can be carried through it.

    endpoint        where it listens
    login           what its URL needs before the host
    schemes         what it speaks; a target's name goes to it with socks4a and socks5h
    refusals        {target: exit status} for socks5h: see refused_targets
    rejects_old     {target: exit status} for socks4, or socks4a where it speaks that
    half_close      whether an answer outlives the end of what we send
    pipelines       whether it takes the handshake in one segment
    """
    endpoint = None
    login = ""
    schemes = ("socks5", "socks5h")
    refusals = {}
    rejects_old = {}
    half_close = True
    pipelines = True

    @classmethod
    def setUpClass(cls):
        cls.web = cls.enterClassContext(http_target(big_blob()))

    def url(self, scheme="socks5h"):
        return self.endpoint.url(scheme, self.login)

    def hop(self):
        return self.endpoint.url("").removeprefix("://")

    def connect(self, scheme, host, port, *options, stdin=b"", timeout=LIMIT):
        return cli.run("connect", "-x", self.url(scheme), *options, host, port, stdin=stdin, timeout=timeout)

    def fetch(self, scheme, host, *options):
        """A small page; asserts that it came."""
        result = self.connect(scheme, host, self.web, *options, stdin=get("/"))
        self.assert_status(result, 0)
        self.assertEqual(body_of(result.out), b"It works.\n", f"stderr: {result.err!r}")
        return result

    def test_downloads_byte_for_byte(self):
        for scheme in self.schemes:
            with self.subTest(scheme=scheme):
                result = self.connect(scheme, "127.0.0.1", self.web, stdin=get("/blob"))
                self.assert_status(result, 0)
                self.assertEqual(result.err, "")
                body = body_of(result.out)
                self.assertEqual((len(body), sha256(body)), (BLOB_SIZE, sha256(big_blob())))

    def test_uploads_byte_for_byte(self):
        for scheme in self.schemes:
            with self.subTest(scheme=scheme):
                result = self.connect(scheme, "127.0.0.1", self.web, stdin=put("/", big_blob()))
                self.assert_status(result, 0)
                self.assertEqual(result.err, "")
                self.assertEqual(body_of(result.out).decode(), sha256(big_blob()))

    def test_carries_both_ways_at_once(self):
        data = big_blob()[:ECHO_SIZE]
        with EchoExactly(len(data)) as echo:
            result = self.connect(self.schemes[-1], echo.host, echo.port, stdin=data)
        self.assert_status(result, 0)
        self.assertEqual((len(result.out), sha256(result.out)), (len(data), sha256(data)))

    def test_reaches_addresses_of_both_families(self):
        for scheme in self.schemes:
            with self.subTest(scheme=scheme):
                self.fetch(scheme, "127.0.0.1")
                if scheme.startswith("socks5"):
                    self.fetch(scheme, "::1")

    def test_names_are_resolved_on_the_side_the_scheme_says(self):
        for scheme in self.schemes:
            with self.subTest(scheme=scheme):
                here = scheme in ("socks4", "socks5")
                names = {"socks4": (isolation.CLIENT_NAME,), "socks5": (isolation.CLIENT_NAME, isolation.CLIENT_NAME6)}
                for name in names.get(scheme, (isolation.PROXY_NAME, isolation.PROXY_NAME6)):
                    self.fetch(scheme, name)
                foreign = isolation.PROXY_NAME if here else isolation.CLIENT_NAME
                result = self.connect(scheme, foreign, self.web, "-w", "10", stdin=get("/"))
                if here:
                    self.assert_status(result, 3)
                    self.assert_one_error(result, foreign)
                self.assertEqual(result.out, b"")

    def refused_targets(self):
        return {
            "closed": ("127.0.0.1", targets.closed_port()), "closed6": ("::1", targets.closed_port()),
            "unreachable": (isolation.UNREACHABLE, 80), "unreachable6": (isolation.UNREACHABLE6, 80),
            "no route": (isolation.NO_ROUTE, 80), "no route6": (isolation.NO_ROUTE6, 80),
            "no name": (isolation.NOWHERE_NAME, 80),
        }

    def test_refusals_have_their_status(self):
        old = "socks4a" if "socks4a" in self.schemes else "socks4"
        cases = [(scheme, name, status) for scheme, table in (("socks5h", self.refusals), (old, self.rejects_old))
                 for name, status in table.items()]
        places = self.refused_targets()
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(lambda case: self.connect(case[0], *places[case[1]]), cases))
        for (scheme, name, status), result in zip(cases, results):
            with self.subTest(scheme=scheme, target=name):
                self.assert_failure(result, status, self.hop(), "request", within=10)

    def test_port_list_tells_open_from_refused(self):
        closed = targets.closed_port()
        result = self.connect("socks5h", "127.0.0.1", f"{closed},{self.web}", "-z")
        word = {25: "refused", 16: "failed"}[self.refusals["closed"]]
        self.assertEqual(result.out.decode(), f"{closed}\t{word}\n{self.web}\topen\n")
        self.assert_status(result, 0)

    def test_late_answer_arrives_after_the_end_of_stdin(self):
        with Late() as late:
            result = self.connect(self.schemes[-1], late.host, late.port, stdin=b"question\n")
        self.assert_success(result, b"better late\n")

    def test_half_close_at_once(self):
        """-N ends our side at the end of stdin; many proxies then drop what was still to come."""
        with Late() as late:
            result = self.connect(self.schemes[-1], late.host, late.port, "-N", stdin=b"question\n")
        self.assert_status(result, 0)
        self.assertEqual(result.out, b"better late\n" if self.half_close else b"")
        self.assertRegex(result.err, "^$" if self.half_close else "^sockscat: hint: .*half-close.*\n$")

    def test_target_that_waits_for_the_end(self):
        if not self.half_close:
            self.skipTest("this proxy cannot half-close")
        for options in (["-N"], ["--eof-delay", "0.2"]):
            with self.subTest(options=options), targets.AfterEof() as target:
                result = self.connect(self.schemes[-1], target.host, target.port, *options, stdin=b"x" * 70000)
                self.assert_success(result, b"counted 70000\n")

    def test_pipelined_handshake(self):
        method = "password" if self.login else "none"
        options = ("--pipeline", "--auth", method, "-w", "2")
        if self.pipelines:
            self.fetch("socks5h", "127.0.0.1", *options)
            return
        result = self.connect("socks5h", "127.0.0.1", self.web, *options, stdin=get("/"))
        self.assertIn(result.status, (13, 16, 124))
        self.assertEqual(result.out, b"")
        self.assert_one_error(result, re.escape(self.hop()))
        self.assertRegex(result.err, "hint: .*--pipeline")

    def test_target_that_speaks_first(self):
        with targets.Source(b"SSH-2.0-first\r\n") as target:
            for scheme in self.schemes:
                with self.subTest(scheme=scheme):
                    result = self.connect(scheme, target.host, target.port, "--no-stdin")
                    self.assert_success(result, b"SSH-2.0-first\r\n")
