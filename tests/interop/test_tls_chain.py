# SPDX-License-Identifier: MIT
"""TLS by stunnel, HTTP CONNECT by tinyproxy, and chains of them, microsocks, Dante and ssh -D."""
import contextlib
import re
import socket
import ssl
import unittest

import certificates
import cli
import interop
import isolation
import servers
import targets
from expect import CliCase
from http_target import blob, body_of, get, http_target, put, sha256
from running import Running
from ssh_session import Sessions
from tls_layer import Tls

LOGIN = ("alice", "S3cret-of-socks")
HTTP_LOGIN = ("bob", "S3cret-of-http")


def tls_url(endpoint, scheme="socks5h", login="", host=None, **query):
    """The URL of an endpoint that speaks TLS."""
    place = servers.Endpoint(host or endpoint.host, endpoint.port)
    keys = {"cacert": certificates.ca()} | query
    return place.url(scheme if scheme == "https" else scheme + "+tls", login) + "?" + "&".join(
        f"{key}={value}" for key, value in keys.items() if value is not None)


class OverTls(interop.Carries):
    """Everything that a server carries it carries behind stunnel as well."""

    def url(self, scheme="socks5h"):
        return tls_url(self.endpoint, scheme, self.login)


class DanteBehindStunnel(OverTls):
    schemes = ("socks4", "socks5", "socks5h")
    refusals = {"closed": 25, "closed6": 25, "no name": 24}
    rejects_old = {"closed": 21}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.endpoint = cls.enterClassContext(servers.stunnel(cls.enterClassContext(servers.dante())))


class MicrosocksBehindStunnel(OverTls):
    refusals = {"closed": 25, "no route": 23}
    login = ":".join(LOGIN)
    half_close = False
    pipelines = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.endpoint = cls.enterClassContext(servers.stunnel(cls.enterClassContext(servers.microsocks(login=LOGIN))))


class Stunnel(CliCase):
    """What stunnel itself makes of us."""

    @classmethod
    def setUpClass(cls):
        cls.web = cls.enterClassContext(http_target(b""))
        cls.proxy = cls.enterClassContext(servers.microsocks())

    def fetch(self, endpoint, *options, **query):
        return cli.run("connect", "-x", tls_url(endpoint, **query), *options, "127.0.0.1", self.web, stdin=get("/"))

    def test_versions(self):
        for version, status in (("TLSv1.2", 0), ("TLSv1.3", 0), ("TLSv1.1", 12)):
            with servers.stunnel(self.proxy, sslVersion=version, ciphers="ALL:@SECLEVEL=0") as endpoint:
                result = self.fetch(endpoint, "-v")
                with self.subTest(version=version):
                    self.assert_status(result, status)
                    if status == 0:
                        self.assertIn(version + " with ", result.err)
                    else:
                        self.assertRegex(result.err, "error: .*: tls: .*version")

    def test_client_certificates(self):
        mine, other = certificates.get("client"), certificates.get("untrusted")
        with servers.stunnel(self.proxy, CAfile=certificates.ca(), verifyChain="yes") as endpoint:
            result = self.fetch(endpoint, cert=mine.cert, key=mine.key)
            self.assert_status(result, 0)
            self.assertEqual(body_of(result.out), b"It works.\n")
            for query in ({}, {"cert": other.cert, "key": other.key}):
                result = self.fetch(endpoint, **query)
                # Its alert may be lost in the reset that comes with it.
                self.assertIn(result.status, (12, 16))
                self.assert_one_error(result, f"{endpoint.host}:{endpoint.port}: (tls|method): ")
                self.assertEqual(result.out, b"")

    def test_certificates(self):
        for kind, words in (("expired", "expired"), ("self-signed", "self-signed"), ("untrusted", "not trusted"),
                            ("other-name", "for other.test.*, not for 127.0.0.1"), ("name", "not for 127")):
            with servers.stunnel(self.proxy, cert=kind) as endpoint:
                result = self.fetch(endpoint)
                self.assert_failure(result, 12, f"{endpoint.host}:{endpoint.port}", "tls", words)
                result = self.fetch(endpoint, "--proxy-insecure")
                self.assert_status(result, 0)
                self.assertRegex(result.err, "^sockscat: warning: .*not verified")

    def test_server_names(self):
        with servers.stunnel(self.proxy, cert="name") as endpoint:
            self.assert_status(self.fetch(endpoint, servername="proxy.test"), 0)

    def test_nobody_behind_it(self):
        with servers.stunnel(servers.Endpoint("127.0.0.1", targets.closed_port())) as endpoint:
            result = self.fetch(endpoint)
            self.assertIn(result.status, (16, 12))
            self.assert_one_error(result, re.escape(f"{endpoint.host}:{endpoint.port}: "))

    def test_its_own_socks_server(self):
        """stunnel speaks SOCKS itself: 4, 4a, and 5 without credentials. It never dials loopback."""
        with servers.stunnel(None, protocol="socks") as endpoint, \
                targets.Source(b"hello\n", host=isolation.OUTSIDE) as target:
            for scheme, status in (("socks4", 21), ("socks4a", 21), ("socks5", 22), ("socks5h", 22)):
                with self.subTest(scheme=scheme):
                    url = tls_url(endpoint, scheme)
                    self.assert_success(cli.run("connect", "-x", url, target.host, target.port), b"hello\n")
                    result = cli.run("connect", "-x", url, "127.0.0.1", self.web)
                    self.assert_failure(result, status, f"{endpoint.host}:{endpoint.port}", "request")

    def test_tls_with_the_destination_through_it(self):
        with servers.stunnel(self.proxy) as endpoint, targets.TlsTarget(Tls(newest=ssl.TLSVersion.TLSv1_2)) as target:
            result = cli.run("connect", "-x", tls_url(endpoint), "--tls", "--cacert", certificates.ca(), "--on-eof=ignore",
                             "--linger", "2", target.host, target.port, stdin=b"hello")
            self.assert_status(result, 0)
            self.assertEqual(result.out, b"hello")

    def test_plain_words_at_its_port(self):
        with servers.stunnel(self.proxy) as endpoint:
            for scheme in ("socks5h", "socks4a", "http"):
                result = cli.run("connect", "-x", endpoint.url(scheme), "-w", "2", "127.0.0.1", self.web)
                with self.subTest(scheme=scheme):
                    self.assertIn(result.status, (13, 16, 124))
                    self.assert_one_error(result)


class Tinyproxy(CliCase):
    @classmethod
    def setUpClass(cls):
        cls.data = blob(20 * 1000 * 1000)
        cls.web = cls.enterClassContext(http_target(cls.data))

    def connect(self, url, host, port, *options, **kwargs):
        return cli.run("connect", "-x", url, *options, host, port, timeout=60, **kwargs)

    def test_carries(self):
        with servers.tinyproxy() as plain, servers.stunnel(plain) as secure:
            for url in (plain.url("http"), tls_url(secure, "https"), tls_url(secure, "http")):
                with self.subTest(url=url.split("?")[0]):
                    result = self.connect(url, "127.0.0.1", self.web, stdin=get("/blob"))
                    self.assert_status(result, 0)
                    self.assertEqual(sha256(body_of(result.out)), sha256(self.data))
                    for host in ("::1", isolation.PROXY_NAME):
                        result = self.connect(url, host, self.web, stdin=get("/"))
                        self.assert_status(result, 0)
                        self.assertEqual(body_of(result.out), b"It works.\n")
            self.assert_success(self.connect(plain.url("http"), "127.0.0.1", self.web, "-z"))

    def test_a_target_that_speaks_first(self):
        with servers.tinyproxy() as proxy, targets.Source(b"SSH-2.0-first\r\n") as target:
            for _ in range(5):
                result = self.connect(proxy.url("http"), target.host, target.port, "--no-stdin")
                self.assert_success(result, b"SSH-2.0-first\r\n")

    def test_basic_authentication(self):
        with servers.tinyproxy(login=HTTP_LOGIN) as proxy:
            hop = f"{proxy.host}:{proxy.port}"
            result = self.connect(proxy.url("http", ":".join(HTTP_LOGIN)), "127.0.0.1", self.web, "-vv", "--trace",
                                  stdin=get("/"))
            self.assert_status(result, 0)
            self.assertEqual(body_of(result.out), b"It works.\n")
            self.assertNotIn(HTTP_LOGIN[1], result.err)
            self.assertIn("(hidden)", result.err)
            result = self.connect(proxy.url("http"), "127.0.0.1", self.web)
            self.assert_failure(result, 14, hop, "request", "407")
            for login in ("bob:S3cret-other", "alice:" + HTTP_LOGIN[1], "bob:"):    # tinyproxy says 401 to a wrong one
                result = self.connect(proxy.url("http", login), "127.0.0.1", self.web)
                self.assertIn(result.status, (15, 21))
                self.assert_one_error(result, f"{hop}: request: .*(407|401)")
                self.assertNotIn("S3cret", result.err)

    def test_refusals(self):
        with servers.tinyproxy() as proxy, servers.tinyproxy(ports=(self.web,)) as strict:
            hop = f"{proxy.host}:{proxy.port}"
            closed = targets.closed_port()
            for host, port in (("127.0.0.1", closed), ("::1", closed), (isolation.UNREACHABLE, 80),
                               (isolation.NO_ROUTE, 80), (isolation.NOWHERE_NAME, 80)):
                result = self.connect(proxy.url("http"), host, port)
                with self.subTest(host=host):
                    self.assert_failure(result, 21, hop, "request", "50[0-9]")
            result = self.connect(strict.url("http"), "127.0.0.1", closed)
            self.assert_failure(result, 22, f"{strict.host}:{strict.port}", "request", "403")
            result = self.connect(strict.url("http"), "127.0.0.1", self.web, stdin=get("/"))
            self.assert_status(result, 0)

    def test_socks_asked_of_it(self):
        with servers.tinyproxy() as proxy:
            for scheme in ("socks5h", "socks4a"):
                result = self.connect(proxy.url(scheme), "127.0.0.1", self.web, "-w", "3")
                with self.subTest(scheme=scheme):
                    self.assertIn(result.status, (13, 16, 124))
                    self.assert_one_error(result)


@contextlib.contextmanager
def three_hops(ssh_server):
    """HTTPS CONNECT; SOCKS5 with a password inside TLS; SOCKS4a by ssh -D: their URLs."""
    with contextlib.ExitStack() as stack:
        enter = stack.enter_context
        first = enter(servers.stunnel(enter(servers.tinyproxy(login=HTTP_LOGIN))))
        second = enter(servers.stunnel(enter(servers.microsocks(login=LOGIN)), cert="name"))
        third = enter(servers.ssh_dynamic(ssh_server))
        yield [tls_url(first, "https", ":".join(HTTP_LOGIN)),
               tls_url(second, "socks5h", ":".join(LOGIN), servername="proxy.test"), third.url("socks4a")]


class SshSession(Sessions, unittest.TestCase):
    """Through three proxies of three kinds; TLS cannot be passed as a descriptor."""
    ways = (False,)
    refusal = r"127\.0\.0\.1:\d+: request: it closed the connection without a reply"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proxy, *cls.further = cls.enterClassContext(three_hops(cls.server))

    def test_target_by_name_and_over_ipv6(self):
        """ssh -D takes IPv6 addresses in SOCKS5."""
        self.further = [self.further[0], self.further[1].replace("socks4a", "socks5h")]
        super().test_target_by_name_and_over_ipv6()


class ThreeHops(CliCase):
    @classmethod
    def setUpClass(cls):
        cls.data = blob(20 * 1000 * 1000)
        cls.web = cls.enterClassContext(http_target(cls.data))
        cls.hops = cls.enterClassContext(three_hops(cls.enterClassContext(servers.sshd())))

    def connect(self, hops, host, port, *options, **kwargs):
        return cli.run("connect", *(word for hop in hops for word in ("-x", hop)), *options, host, port, timeout=60,
                       **kwargs)

    @staticmethod
    def label(url):
        return re.search(r"127\.0\.0\.1:\d+", url)[0]

    def test_downloads_byte_for_byte(self):
        result = self.connect(self.hops, isolation.PROXY_NAME, self.web, stdin=get("/blob"))
        self.assert_status(result, 0)
        self.assertEqual(sha256(body_of(result.out)), sha256(self.data))
        self.assertEqual(result.err, "")

    def test_uploads_byte_for_byte(self):
        result = self.connect(self.hops, "127.0.0.1", self.web, stdin=put("/", self.data))
        self.assert_status(result, 0)
        self.assertEqual(body_of(result.out).decode(), sha256(self.data))

    def test_no_secret_is_told(self):
        result = self.connect(self.hops, "127.0.0.1", self.web, "-vv", "--trace", "--report", "-", stdin=get("/"))
        self.assert_status(result, 0)
        self.assertNotIn("S3cret", result.err)
        for hop in self.hops:
            self.assertIn(self.label(hop), result.err)

    def test_errors_name_the_hop(self):
        one, two, three = self.hops
        for hops, status, bad, stage in (
                ((one.replace(HTTP_LOGIN[1], "wrong"), two, three), (15, 21), one, "request"),
                ((one, two.replace(LOGIN[1], "wrong"), three), (15,), two, "auth"),
                ((one, two.replace("proxy.test", "other.test"), three), (12,), two, "tls"),
                ((one, two.split("?")[0], three), (12,), two, "tls"),
                ((one, two, three.replace("socks4a", "socks5h+tls")), (12,), three, "tls")):
            result = self.connect(hops, "127.0.0.1", self.web, "-w", "5")
            with self.subTest(bad=bad.split("@")[-1], stage=stage):
                self.assertIn(result.status, status, result.err)
                self.assert_one_error(result, f"error: proxy {self.label(bad)}: {stage}: ")

    def test_a_target_that_refuses(self):
        result = self.connect(self.hops, "127.0.0.1", targets.closed_port())
        self.assert_failure(result, 16, self.label(self.hops[2]), "request", "closed")


class Bind(CliCase):
    def test_behind_another_hop(self):
        """Dante behind stunnel and microsocks lets somebody call."""
        with servers.dante() as dante, servers.microsocks(login=LOGIN) as first, servers.stunnel(first) as secure, \
                Running("bind", "-x", tls_url(secure, login=":".join(LOGIN)), "-x", dante.url(), "-N") as running:
            port = int(running.said(r"sockscat: listening on 127\.0\.0\.1 (\d+)")[1])
            with socket.create_connection(("127.0.0.1", port), 5) as caller:
                running.said(r"sockscat: accepted from 127\.0\.0\.1 \d+")
                caller.sendall(b"from outside")
                self.assertTrue(running.got(b"from outside"))
                running.write(b"from inside")
                self.assertEqual(caller.recv(100), b"from inside")
                caller.shutdown(socket.SHUT_WR)
                self.assertEqual(running.finish().status, 0)


del OverTls         # only its descendants are tests

if __name__ == "__main__":
    isolation.enter()
    unittest.main()
