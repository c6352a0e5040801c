# SPDX-License-Identifier: MIT
"""A password is nowhere in the memory of a process that has made its last handshake with it."""
import contextlib
import fcntl
import os
import re
import tempfile
import time
import unittest
from urllib.parse import quote

import behaviours
import cli
import dns_wire as dns
import isolation
import logins
import socks_wire as wire
from expect import CliCase
from logins import LONG, SHORT, USER
from proc import memory
from running import Running
from scripted_proxy import ScriptedProxy
from steps import HangUp, refuse, select, silence
from tls_layer import Tls

RESOLVE = 0xF0
TABLE = {"www.test": (bytes([192, 0, 2, 80]), None)}


def leaks(process, secret=LONG):
    image = re.sub(rb"\0{64,}", bytes(64), memory(process.pid))   # most of it is empty
    return logins.leaks(image, secret)


def resolving(conv):
    """RESOLVE, as Tor has it."""
    if conv.command != RESOLVE:
        refuse(7)(conv)
    conv.put(wire.reply(0, "198.51.100.7", 0))
    raise HangUp


class FullPipe:
    """A pipe that takes nothing more: what would write to it waits."""

    def __enter__(self):
        self.read, self.write = os.pipe()
        fcntl.fcntl(self.write, fcntl.F_SETPIPE_SZ, 4096)
        os.set_blocking(self.write, False)
        with contextlib.suppress(BlockingIOError):
            while os.write(self.write, b"-" * 4096):
                pass
        os.set_blocking(self.write, True)
        return self

    def __exit__(self, *_):
        os.close(self.read)
        os.close(self.write)


@unittest.skipIf(cli.is_sanitized(), "a sanitizer keeps what was freed")
class SecretsCase(CliCase):
    def setUp(self):
        self.directory = self.enterContext(tempfile.TemporaryDirectory())

    @contextlib.contextmanager
    def running(self, command, source, *operands, behaviour="echo", secret=LONG, scheme="socks5h", variable=None,
                in_front=None, other=None, start=None, **proxy_options):
        """(a running command, its proxy), which knows the login. `variable`: where the URL stands, in place of -x;
        `other`: variables that are there besides."""
        users = {USER.encode(): secret.encode()}
        with logins.login(source, self.directory, secret) as login, \
                ScriptedProxy(behaviour, users=users, **proxy_options) as proxy:
            urls = [in_front] if in_front else []
            urls.append(proxy.url(scheme, **login.parts))
            if login.in_variable:
                variable = variable or "SOCKSCAT_PROXY"
            environment = login.environment | (other or {})
            if variable:
                environment = environment | {variable: " ".join(urls)}
            words = [] if variable else [word for url in urls for word in ("-x", url)]
            if command == "probe" and words:        # there they are operands, and behind -x what comes before
                words = words[:-2] + words[-1:]
            with Running(command, *words, *login.options, *operands, env=cli.environment(**environment),
                         **login.start | (start or {})) as running:
                login.answer()
                yield running, proxy

    def assert_none_left(self, source, command="connect", operands=("echo.test", "80"), secret=LONG, **kwargs):
        with self.running(command, source, *operands, secret=secret, **kwargs) as (running, proxy):
            running.write(b"ping\n")
            self.assertTrue(running.got(b"ping\n", 20), bytes(running.err))
            self.assertEqual(leaks(running.process, secret), [])
            self.assertEqual(proxy.conversations[0].password, secret.encode())

    def assert_gone_soon(self, process, secret=LONG):
        """While it waits for its reader."""
        end = time.monotonic() + 20
        while found := leaks(process, secret):
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), end, found)
            time.sleep(0.02)
        self.assertIsNone(process.poll())


class Secrets(SecretsCase):
    """Nothing of it is left once the only handshake is made."""

    def test_control_it_is_found_while_it_may_be_needed(self):
        silent = behaviours.replace(behaviours.ECHO, method=select(2), auth=silence)
        for secret in (LONG, SHORT):
            with self.running("connect", "file", "echo.test", "80", behaviour=silent, secret=secret) as (running, proxy):
                self.assertTrue(proxy.conversation().wait(lambda conv: conv.password, 20))
                self.assertNotEqual(leaks(running.process, secret), [])

    def test_from_each_source(self):
        for secret in (LONG, SHORT):
            for source in logins.SOURCES:
                with self.subTest(source=source, secret=secret):
                    self.assert_none_left(source, secret=secret)

    def test_of_a_login_in_the_environment(self):
        for variable in ("SOCKSCAT_PROXY", "ALL_PROXY", "all_proxy"):
            with self.subTest(variable=variable):
                self.assert_none_left("URL", variable=variable)

    def test_of_other_proxies(self):
        for source in ("file", "URL"):
            for scheme, options in (("http", {}), ("https", {"tls": Tls()}), ("socks5h", {"tls": Tls()})):
                with self.subTest(scheme=scheme, source=source, options=options):
                    scheme = "http" if scheme == "https" else scheme    # url() says TLS by itself
                    self.assert_none_left(source, scheme=scheme, **options)

    def test_of_a_chain(self):
        with ScriptedProxy(users={USER.encode(): SHORT.encode()}) as first:
            in_front = first.url(user=USER, password=SHORT)
            for variable in (None, "SOCKSCAT_PROXY"):
                with self.running("connect", "URL", "echo.test", "80", in_front=in_front,
                                  variable=variable) as (running, _), self.subTest(variable=variable):
                    running.write(b"ping\n")
                    self.assertTrue(running.got(b"ping\n", 20), bytes(running.err))
                    self.assertEqual(leaks(running.process, SHORT) + leaks(running.process), [])
                    self.assertEqual(first.conversations[-1].password, SHORT.encode())

    def test_of_udp(self):
        for source in logins.SOURCES:
            with self.subTest(source=source):
                self.assert_none_left(source, "udp", ("192.0.2.9", "53"))

    def test_of_bind(self):
        for source in logins.SOURCES:
            with self.running("bind", source, behaviour="good") as (running, proxy), self.subTest(source=source):
                running.said(r"sockscat: listening on .*", 20)
                self.assertEqual(proxy.conversations[0].password, LONG.encode())
                self.assertEqual(leaks(running.process), [])


class OfManyHandshakes(SecretsCase):
    """Commands that may need it again and again keep it until their last answer; then only writing is left."""

    def assert_wiped_at_last(self, command, source, *operands, secret=LONG, **kwargs):
        with FullPipe() as full, \
                self.running(command, source, *operands, secret=secret, start={"stdout": full.write},
                             **kwargs) as (running, proxy):
            self.assertEqual(logins.given_to(proxy), {secret.encode()}, bytes(running.err))
            self.assert_gone_soon(running.process, secret)

    def test_of_resolve(self):
        tor = behaviours.replace(behaviours.GOOD, request=resolving)
        for secret in (LONG, SHORT):
            for source in logins.SOURCES:
                with self.subTest(source=source, secret=secret):
                    self.assert_wiped_at_last("resolve", source, "www.test", secret=secret, behaviour=tor)

    def test_of_resolve_by_a_server(self):
        server = ("--server", "192.0.2.53", "--type", "A")
        for way, behaviour in (("udp", dns.over_udp(dns.addresses(TABLE))[0]), ("tcp", dns.over_tcp(dns.addresses(TABLE))[0])):
            for source in ("file", "URL"):
                with self.subTest(way=way, source=source):
                    self.assert_wiped_at_last("resolve", source, *server, "--via", way, "www.test",
                                              behaviour=behaviour)

    def test_of_resolve_it_is_kept_while_a_question_is_open(self):
        """A server may close after an answer: what is open is asked again, over another handshake."""
        answered = dns.addresses(TABLE)
        for way in ("udp", "tcp"):
            asked = []
            serve = dns.keeping(lambda query: asked.append(query) or [])
            behaviour = (dns.over_udp if way == "udp" else dns.over_tcp)(serve)[0]
            with self.subTest(way=way), \
                    self.running("resolve", "file", "--server", "192.0.2.53", "--via", way, "www.test",
                                 behaviour=behaviour) as (running, proxy):
                self.assertTrue(proxy.conversation().wait(lambda conv: asked, 20), bytes(running.err))
                self.assertNotEqual(leaks(running.process), [])
        one_each = dns.over_tcp(lambda query: answered(query) if query.kind == 1 else None)[0]
        with self.running("resolve", "file", "--server", "192.0.2.53", "--via", "tcp", "-w", "5", "www.test",
                          behaviour=one_each) as (running, proxy):
            running.finish(20)
            self.assertGreater(len(proxy.conversations), 1)
            self.assertEqual({conv.password for conv in proxy.conversations}, {LONG.encode()})

    def test_of_probe(self):
        for secret in (LONG, SHORT):
            for source in logins.SOURCES:
                with self.subTest(source=source, secret=secret):
                    self.assert_wiped_at_last("probe", source, "--only", "auth", secret=secret)

    def test_of_probe_with_each_group(self):
        self.assert_wiped_at_last("probe", "URL", "-w", "2", "--target", "192.0.2.1:80", behaviour="good")

    def test_of_probe_of_an_http_proxy(self):
        self.assert_wiped_at_last("probe", "URL", "-w", "2", scheme="http")

    def test_of_several_probes(self):
        for place in ("operand", "list"):
            other = ["http://127.0.0.1:1"]
            if place == "list":
                other = ["--from", logins.write(self.directory, "list", "# one\nsocks5h://127.0.0.1:1\n", 0o600)]
            with self.subTest(place=place):
                self.assert_wiped_at_last("probe", "URL", *other, "--only", "auth")
        users = {USER.encode(): LONG.encode()}
        with ScriptedProxy("echo", users=users) as proxy, FullPipe() as full:
            urls = logins.write(self.directory, "list", proxy.url(user=USER, password=LONG) + "\n" * 2, 0o600)
            with Running("probe", "--from", urls, "--only", "auth", stdout=full.write) as running:
                self.assertEqual(logins.given_to(proxy), {LONG.encode()}, bytes(running.err))
                self.assert_gone_soon(running.process)

    def test_of_probe_it_is_kept_while_it_asks(self):
        silent = behaviours.replace(behaviours.ECHO, request=silence)
        with self.running("probe", "file", "--only", "commands", behaviour=silent) as (running, proxy):
            self.assertEqual(logins.given_to(proxy), {LONG.encode()}, bytes(running.err))
            self.assertNotEqual(leaks(running.process), [])

    def test_of_a_scan(self):
        for source in ("file", "URL"):
            with self.subTest(source=source):
                self.assert_wiped_at_last("connect", source, "-z", "echo.test", "80,81,82")


class OfOthers(SecretsCase):
    """What is in the environment for another run."""

    def test_askpass_is_not_told_another_login(self):
        url = f"socks5h://{USER}:{quote(SHORT, safe='')}@127.0.0.1:1"
        for command in ("connect", "probe"):
            for variable in ("SOCKSCAT_PROXY", "ALL_PROXY", "all_proxy"):
                other = {variable: f"{url} {url}"}
                with self.subTest(command=command, variable=variable), \
                        self.running(command, "askpass", *(["echo.test", "80"] if command == "connect" else []),
                                     other=other) as (_, proxy):
                    self.assertEqual(logins.given_to(proxy), {LONG.encode()})
                    with open(os.path.join(self.directory, "seen"), "rb") as file:
                        told = file.read()
                    self.assertIn(variable.encode() + b"=socks5h://alice:xxxx", told)
                    self.assertEqual(logins.leaks(told, SHORT), [])


if __name__ == "__main__":
    isolation.enter()   # with the right to read another process's memory, whoever runs the test
    unittest.main()
