# SPDX-License-Identifier: MIT
"""GSSAPI (RFC 1961) with MIT Kerberos: a real KDC, and an acceptor that does not share the client's code."""
import contextlib
import hashlib
import os
import re
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

import cli
import isolation
import kerberos
import targets
from expect import CliCase, concurrently
from interop import EchoExactly
from kerberos import acceptor
from running import Running
from scripted_proxy import ScriptedProxy

LIMIT = 60
LEVELS = {"none": 0, "integrity": 1, "confidentiality": 2}
BLOB = os.urandom(1 << 20) + b"end"
BIG = 8 * 1024 * 1024 + 12345


class GssapiCase(CliCase):
    @classmethod
    def setUpClass(cls):
        cls.realm = cls.enterClassContext(kerberos.Realm())
        cls.realm.add_user("alice", "secret")
        cls.realm.add_service("socks/localhost")
        cls.realm.add_service("rcmd/localhost")
        cls.realm.login("alice", "secret")

    def connect(self, proxy, *options, host="127.0.0.1", port=80, env=None, command="connect", timeout=LIMIT, **kwargs):
        return cli.run(command, "-x", proxy.url(), "--auth", "gssapi", *options, host, port,
                       env=env or self.realm.environment(), timeout=timeout, **kwargs)

    def assert_gssapi_failure(self, result, status, proxy, stage="auth", cause="", **kwargs):
        self.assert_failure(result, status, f"{proxy.host}:{proxy.port}", stage, cause, **kwargs)


class Protection(GssapiCase):
    def test_big_transfers_both_ways_with_every_level(self):
        data = os.urandom(1 << 20) * (BIG >> 20) + os.urandom(BIG & 0xFFFFF)
        for word, level in (*LEVELS.items(), (None, 2)):
            for piece in (60_000, 1_000):
                with self.subTest(level=word, piece=piece), acceptor(self.realm, piece=piece) as proxy, \
                        EchoExactly(len(data)) as echo:
                    options = ["--gssapi-protection", word] if word else []
                    result = self.connect(proxy, *options, host=echo.host, port=echo.port, stdin=data)
                    self.assert_status(result, 0)
                    self.assertEqual(result.err, "")
                    self.assertEqual(len(result.out), len(data))
                    self.assertEqual(hashlib.sha256(result.out).digest(), hashlib.sha256(data).digest())
                    self.assertIn(f"asked for {level}, granted {level}\n", proxy.said())
                    self.assertNotIn("delegates", proxy.said())

    def test_what_the_proxy_chooses(self):
        """{(asked, granted): accepted}; nothing weaker than asked for, and never nothing unasked."""
        for asked in (None, *LEVELS):
            for granted in (0, 1, 2, 3, 255):
                least = 1 if asked is None else LEVELS[asked]
                with self.subTest(asked=asked, granted=granted), acceptor(self.realm, level=granted) as proxy, \
                        targets.Echo() as echo:
                    options = ["--gssapi-protection", asked] if asked else []
                    result = self.connect(proxy, "-N", *options, host=echo.host, port=echo.port, stdin=b"hello")
                    if least <= granted <= 2:
                        self.assert_success(result, b"hello")
                    else:
                        self.assert_gssapi_failure(result, 13, proxy, cause="protection")

    def test_too_weak_a_protection_gets_a_hint(self):
        for asked, granted, wanted, less in ((None, "none", "integrity", "none"),
                                             ("integrity", "none", "integrity", "none"),
                                             ("confidentiality", "integrity", "confidentiality", "integrity, or none")):
            with self.subTest(asked=asked), acceptor(self.realm, level=LEVELS[granted]) as proxy:
                result = self.connect(proxy, *(["--gssapi-protection", asked] if asked else []))
                self.assert_status(result, 13)
                self.assertEqual(result.err,
                                 f"sockscat: error: proxy {proxy.host}:{proxy.port}: auth: it chose the GSSAPI protection "
                                 f"{granted}, but {wanted} is required\n"
                                 f"sockscat: hint: if less protection will do: --gssapi-protection {less}\n")

    def test_nothing_readable_crosses_the_wire_but_without_protection(self):
        for word in LEVELS:
            with self.subTest(level=word), acceptor(self.realm) as proxy, targets.Echo() as echo, \
                    Tap(proxy) as tap:
                result = self.connect(tap, "-N", "--gssapi-protection", word, host=echo.host, port=echo.port,
                                      stdin=b"a readable question")
                self.assert_success(result, b"a readable question")
                self.assertEqual(b"readable" in bytes(tap.seen), word != "confidentiality")

    def test_names_reach_the_proxy(self):
        with acceptor(self.realm) as proxy, targets.Echo() as echo:
            result = self.connect(proxy, "-N", host="somewhere.test", port=echo.port, stdin=b"hello")
            self.assert_success(result, b"hello")

    def test_other_service_names(self):
        with acceptor(self.realm) as proxy, targets.Echo() as echo:
            result = self.connect(proxy, "-N", "--gssapi-service", "rcmd", host=echo.host, port=echo.port, stdin=b"x")
            self.assert_success(result, b"x")

    def test_half_close(self):
        with acceptor(self.realm) as proxy, targets.AfterEof() as target:
            result = self.connect(proxy, "-N", host=target.host, port=target.port, stdin=b"x" * 70000)
            self.assert_success(result, b"counted 70000\n")

    def test_an_upload_outlives_the_end_of_the_target(self):
        data = os.urandom(1 << 20) * 4
        for level in LEVELS:
            for options in ((), ("-N",), ("--send-only",)):
                with self.subTest(level=level, options=options), acceptor(self.realm) as proxy, \
                        targets.ClosedSink(0.2) as sink:
                    result = self.connect(proxy, "--gssapi-protection", level, *options, host=sink.host, port=sink.port,
                                          stdin=data)
                    self.assert_status(result, 0)
                    self.assertEqual(result.out, b"")
                    self.assertTrue(sink.finished.wait(10))
                    self.assertEqual((sink.count, sink.digest()), (len(data), hashlib.sha256(data).hexdigest()))

    def test_a_proxy_that_uses_no_more_than_a_socket_can_pass_it_on(self):
        here, there = socket.socketpair()
        with here, there, acceptor(self.realm) as proxy, targets.Echo() as echo:
            result = self.connect(proxy, "--fdpass", host=echo.host, port=echo.port, stdout=there)
            self.assert_status(result, 2)
            self.assert_one_error(result, "--fdpass")

    def test_a_refusal_comes_through(self):
        with acceptor(self.realm) as proxy:
            result = self.connect(proxy, port=targets.closed_port())
            self.assert_gssapi_failure(result, 25, proxy, "request", "refused")

    def test_messages_cut_joined_and_empty(self):
        for behaviour, piece in (("drip", 500), ("coalesced", 60_000), ("empty-messages", 3)):
            with self.subTest(behaviour=behaviour), acceptor(self.realm, behaviour, piece=piece) as proxy, \
                    targets.Source(b"world " * 50) as target:
                result = self.connect(proxy, "-d", host=target.host, port=target.port)
                greeting = b"hello\n" if behaviour == "coalesced" else b""
                self.assert_success(result, greeting + b"world " * 50)

    def test_the_trace_has_no_token(self):
        with acceptor(self.realm) as proxy, targets.Echo() as echo, Tap(proxy) as tap:
            result = self.connect(tap, "-N", "-vv", "--trace", host=echo.host, port=echo.port, stdin=b"x")
            self.assert_status(result, 0)
            self.assert_clean_text(result.err)
            self.assertRegex(result.err, r"TOKEN +\(\d+ bytes hidden\)")
            self.assertIn("confidentiality", result.err)
            shown = re.sub(r"\s", "", result.err)
            self.assertNotIn(bytes(tap.seen[12:30]).hex(), shown)     # the beginning of the ticket

    def test_it_is_offered_only_when_asked_for(self):
        with acceptor(self.realm) as proxy:
            result = cli.run("connect", "-x", proxy.url(), "127.0.0.1", 80, env=self.realm.environment())
            self.assert_failure(result, 14, f"localhost:{proxy.port}", "method")


    def test_bind(self):
        with acceptor(self.realm) as proxy, \
                Running("bind", "-x", proxy.url(), "--auth", "gssapi", env=self.realm.environment()) as running:
            self.assertTrue(running.wait(lambda: b"listening on" in running.err), bytes(running.err))
            port = int(running.err.split()[4])
            with socket.create_connection(("127.0.0.1", port)) as caller:
                caller.sendall(b"question")
                self.assertTrue(running.got(b"question"))
                running.write(b"answer")
                self.assertEqual(caller.recv(100), b"answer")
            self.assert_status(running.finish(), 0)

    def test_tls_inside_and_outside(self):
        """Streams on streams: TLS with the target inside the protected messages."""
        with certificate() as (cert, key), acceptor(self.realm, piece=7_000) as proxy, \
                TlsEcho(cert, key, len(BLOB)) as echo:
            result = self.connect(proxy, "--tls", "--cacert", cert, "--servername", "localhost", host=echo.host,
                                  port=echo.port, stdin=BLOB)
            self.assert_status(result, 0)
            self.assertEqual(hashlib.sha256(result.out).digest(), hashlib.sha256(BLOB).digest())


class TlsEcho(EchoExactly):
    def __init__(self, cert, key, count):
        super().__init__(count)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, key)

    def serve(self, sock):
        with self.context.wrap_socket(sock, server_side=True) as secured:
            data = b""
            while len(data) < self.count and (more := secured.recv(65536)):
                data += more
            secured.sendall(data)
            secured.unwrap()


@contextlib.contextmanager
def certificate():
    with tempfile.TemporaryDirectory() as where:
        cert, key = os.path.join(where, "cert"), os.path.join(where, "key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "1",
                        "-keyout", key, "-out", cert], check=True, capture_output=True)
        yield cert, key


class Tap(targets.Target):
    """Passes everything on to a proxy, and keeps what went both ways."""

    def __init__(self, proxy):
        super().__init__()
        self.host = "localhost"
        self.proxy = proxy
        self.seen = bytearray()

    def url(self):
        return f"socks5h://localhost:{self.port}"

    def serve(self, sock):
        with socket.create_connection(("127.0.0.1", self.proxy.port)) as far:
            self._start(self._copy, far, sock)
            self._copy(sock, far)
            time.sleep(0.2)

    def _copy(self, source, to):
        try:
            for data in targets.read_all(source):
                self.seen += data
                to.sendall(data)
            to.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Tickets(GssapiCase):
    def test_there_is_none(self):
        with acceptor(self.realm) as proxy:
            result = self.connect(proxy, env=self.realm.environment("no-such-cache"))
            self.assert_gssapi_failure(result, 15, proxy, cause="no ticket for socks@localhost")
            self.assertRegex(result.err, "hint: .*kinit")

    def test_that_of_the_proxy_is_kept(self):
        """The library writes it into the file, though the run is confined by then."""
        self.realm.login("alice", "secret", cache="kept")
        tickets = []
        with acceptor(self.realm) as proxy, targets.Echo() as echo:
            for _ in range(2):
                result = self.connect(proxy, "-N", host=echo.host, port=echo.port, stdin=b"x",
                                      env=self.realm.environment("kept"))
                self.assert_success(result, b"x")
                with open(self.realm.path("kept"), "rb") as cache:
                    tickets.append(cache.read().count(b"socks"))
        self.assertGreater(tickets[0], 0)
        self.assertEqual(tickets[0], tickets[1])

    def test_it_has_expired(self):
        self.realm.login("alice", "secret", "-l", "1s", cache="short")
        time.sleep(2.5)
        with acceptor(self.realm) as proxy:
            result = self.connect(proxy, env=self.realm.environment("short"))
            self.assert_gssapi_failure(result, 15, proxy, cause="expired")

    def test_nobody_knows_the_service(self):
        with acceptor(self.realm) as proxy:
            result = self.connect(proxy, "--gssapi-service", "nonsense")
            self.assert_gssapi_failure(result, 15, proxy, cause="nonsense@localhost.*not found")

    def test_the_proxy_has_another_key(self):
        self.realm.add_service("stale/localhost")
        self.realm.change_key("stale/localhost")
        with acceptor(self.realm) as proxy:
            result = self.connect(proxy, "--gssapi-service", "stale")
            self.assert_gssapi_failure(result, 15, proxy, cause="abort")

    def test_no_kdc_answers(self):
        self.realm.login("alice", "secret", cache="fresh")
        env = self.realm.environment("fresh", KRB5_CONFIG=self.realm.config_for(targets.closed_port()))
        with acceptor(self.realm) as proxy:
            result = self.connect(proxy, env=env)
            self.assert_gssapi_failure(result, 15, proxy, cause="cannot contact any KDC")

    def test_a_silent_kdc_does_not_hold_up_the_time_limit(self):
        for _ in range(5):
            with targets.Silent() as kdc, acceptor(self.realm) as proxy:
                self.realm.login("alice", "secret", cache="fresh")
                env = self.realm.environment("fresh", KRB5_CONFIG=self.realm.config_for(kdc.port))
                result = self.connect(proxy, "-w", "0.5", env=env)
                self.assert_gssapi_failure(result, 124, proxy, cause="no answer", within=2)


    def test_a_kdc_that_hangs_up_when_the_time_is_up(self):
        """Whoever is first: the library is not called any more while the process ends."""
        self.realm.login("alice", "secret", cache="fresh")
        with acceptor(self.realm) as proxy:
            def one(turn):
                with HangsUp(0.09 + 0.001 * turn) as kdc:
                    config = self.realm.config_for(kdc.port, f"late{turn}.conf")
                    return self.connect(proxy, "-w", "0.1", env=self.realm.environment("fresh", KRB5_CONFIG=config))
            for turn, result in concurrently(one, range(40), 4):
                with self.subTest(turn=turn):
                    self.assertIn(result.status, (15, 124), result.err)
                    self.assert_one_error(result, "auth")


class HangsUp(targets.Target):
    def __init__(self, after):
        super().__init__()
        self.after = after

    def serve(self, sock):
        sock.recv(65536)
        time.sleep(self.after)


class Broken(GssapiCase):
    def check(self, cases, *options, **kwargs):
        for behaviour, (status, stage, cause) in cases.items():
            with self.subTest(behaviour=behaviour), acceptor(self.realm, behaviour) as proxy, \
                    targets.Banner(b"first\n") as target:
                result = self.connect(proxy, "-d", "-w", "5", *options, host=target.host, port=target.port, **kwargs)
                self.assert_gssapi_failure(result, status, proxy, stage, cause, within=4)

    def test_while_it_is_established(self):
        self.check({"abort-token": (15, "auth", "abort"), "close-token": (16, "auth", "closed"),
                    "zero-token": (13, "auth", "too early"), "bad-version": (13, "auth", "0x05"),
                    "wrong-type": (13, "auth", "type 0x03"), "junk-token": (13, "auth", "token is bad"),
                    "cut-token": (13, "auth", "ended after 6 of 65539")})

    def test_while_protection_is_agreed_on(self):
        self.check({"abort-protection": (15, "auth", "abort"), "bare-protection": (13, "auth", "unwrapped"),
                    "long-protection": (13, "auth", "2 bytes")})

    def test_messages_before_the_tunnel_stands(self):
        self.check({"broken-reply": (13, "request", "unwrapped"), "bare-reply": (13, "request", "is not GSSAPI"),
                    "not-hidden": (13, "request", "unwrapped")})

    def test_messages_of_the_stream(self):
        """The second message is spoilt: what came before it is delivered, nothing behind it."""
        for behaviour in ("broken-later", "repeated", "bare-later", "abort-later", "cut-later", "lost"):
            for word in ("integrity", "confidentiality"):
                with self.subTest(behaviour=behaviour, level=word), \
                        acceptor(self.realm, behaviour, piece=4) as proxy, targets.Source(b"one two three ") as target:
                    result = self.connect(proxy, "-d", "--gssapi-protection", word, host=target.host,
                                          port=target.port)
                    self.assert_status(result, 1)
                    self.assert_one_error(result, "GSSAPI")
                    self.assertEqual(result.out, b"one two " if behaviour == "repeated" else b"one ")

    def test_silence(self):
        for behaviour in ("silent-token", "silent-protection"):
            with self.subTest(behaviour=behaviour), acceptor(self.realm, behaviour) as proxy:
                result = self.connect(proxy, "-w", "0.5")
                self.assert_gssapi_failure(result, 124, proxy, cause="no answer", within=2)


class Datagrams(GssapiCase):
    def udp(self, proxy, target, *options, **kwargs):
        return self.connect(proxy, *options, host=target.host, port=target.port, command="udp", **kwargs)

    def test_there_and_back_with_every_level(self):
        for word, level in LEVELS.items():
            with self.subTest(level=word), acceptor(self.realm) as proxy, targets.UdpTarget() as target:
                sent = [b"one", b"two", b"x" * 1400, b"y" * 60_000]
                framed = b"".join(len(data).to_bytes(2, "big") + data for data in sent)
                result = self.udp(proxy, target, "--gssapi-protection", word, "--framing=length", "--count", "4",
                                  "--wait", "10", stdin=framed)
                self.assert_success(result, framed)
                self.assertEqual(target.received, sent)
                self.assertIn(f"granted {level}\n", proxy.said())

    def test_the_largest_datagram_has_room_for_its_protection(self):
        with acceptor(self.realm) as proxy, targets.UdpTarget() as target:
            for word in ("integrity", "confidentiality"):
                for size, status in ((65_507 - 10, 1), (65_507 - 10 - 4 - 100, 0)):
                    with self.subTest(level=word, size=size):
                        result = self.udp(proxy, target, "--gssapi-protection", word, "--count", "1", "--wait", "10",
                                          "--framing=length", stdin=size.to_bytes(2, "big") + b"z" * size)
                        self.assert_status(result, status)
                        self.assertEqual(len(result.out), 0 if status else size + 2)

    def test_what_was_tampered_with_is_dropped(self):
        with acceptor(self.realm, "broken-later") as proxy, targets.UdpTarget() as target:
            result = self.udp(proxy, target, "--stats", "--wait", "0.5", stdin=b"ping")
            self.assert_status(result, 0)
            self.assertEqual(result.out, b"")
            self.assertEqual(target.received, [b"ping"])
            self.assertRegex(result.err, "1 malformed|malformed 1|dropped.*1")


class Chains(GssapiCase):
    def test_behind_another_proxy(self):
        with ScriptedProxy("good") as first, acceptor(self.realm) as proxy, targets.Echo() as echo:
            result = cli.run("connect", "-N", "-x", first.url(), "-x", proxy.url(), "--auth", "gssapi",
                             echo.host, echo.port, env=self.realm.environment(), stdin=b"hello")
            self.assert_success(result, b"hello")


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
