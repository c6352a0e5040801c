# SPDX-License-Identifier: MIT
"""Every way to name a proxy and a target, and what the proxy then sees."""
import socket
import unittest

import cli
import socks_wire as wire
from expect import CliCase, concurrently
from scripted_proxy import ScriptedProxy

OPEN, LOGIN = wire.greeting(0), wire.greeting(0, 2)
NAMED = wire.request("echo.test", 80)
NAMED4 = wire.request4("echo.test", 80)


def login(user, password=b""):
    return [LOGIN, wire.userpass(user, password), NAMED]


# URL with {hop}, and the exact messages for target echo.test:80
TO_NAME = [
    ("{hop}", [OPEN, NAMED]),
    ("socks5h://{hop}", [OPEN, NAMED]),
    ("socks://{hop}", [OPEN, NAMED]),
    ("SOCKS5H://{hop}", [OPEN, NAMED]),
    ("socks5h://{hop}/", [OPEN, NAMED]),
    ("socks4a://{hop}", [NAMED4]),
    ("socks4a://alice@{hop}", [wire.request4("echo.test", 80, b"alice")]),
    ("socks4a://al%20ice%ff@{hop}", [wire.request4("echo.test", 80, b"al ice\xff")]),
    ("alice:secret@{hop}", login(b"alice", b"secret")),
    ("socks5h://alice:secret@{hop}", login(b"alice", b"secret")),
    ("socks5h://alice:@{hop}", login(b"alice")),
    ("socks5h://:secret@{hop}", login(b"", b"secret")),
    ("socks5h://:@{hop}", login(b"")),
    ("socks5h://alice:a:b@{hop}", login(b"alice", b"a:b")),
    ("socks5h://al%3Aice:p%40q%2Fr%25s%3At@{hop}", login(b"al:ice", b"p@q/r%s:t")),
    ("socks5h://%ff%fe:%80%01@{hop}", login(b"\xff\xfe", b"\x80\x01")),
    ("socks5h://alice:p+q@{hop}", login(b"alice", b"p+q")),
    ("socks5h://alice:%3f%3F%23@{hop}", login(b"alice", b"??#")),
    ("socks5h://" + "u" * 255 + ":" + "%70" * 255 + "@{hop}", login(b"u" * 255, b"p" * 255)),
]

# scheme, target, messages
TARGETS = [
    ("socks5h", ["192.0.2.7", "80"], [OPEN, wire.request("192.0.2.7", 80)]),
    ("socks5", ["192.0.2.7", "80"], [OPEN, wire.request("192.0.2.7", 80)]),
    ("socks4", ["192.0.2.7", "80"], [wire.request4("192.0.2.7", 80)]),
    ("socks4a", ["192.0.2.7", "80"], [wire.request4("192.0.2.7", 80)]),
    ("socks5h", ["2001:db8::7", "80"], [OPEN, wire.request("2001:db8::7", 80)]),
    ("socks5", ["[2001:db8::7]:80"], [OPEN, wire.request("2001:db8::7", 80)]),
    ("socks5h", ["[2001:db8::7]:80"], [OPEN, wire.request("2001:db8::7", 80)]),
    ("socks5h", ["[2001:db8::7]", "80"], [OPEN, wire.request("2001:db8::7", 80)]),
    ("socks5h", ["192.0.2.7:65535"], [OPEN, wire.request("192.0.2.7", 65535)]),
    ("socks5h", ["echo.test:1"], [OPEN, wire.request("echo.test", 1)]),
    ("socks5h", ["echo.test.", "80"], [OPEN, NAMED]),
    ("socks4a", ["echo.test.", "80"], [NAMED4]),
    ("socks5h", ["::ffff:192.0.2.7", "80"], [OPEN, wire.request("192.0.2.7", 80)]),
    ("socks5h", ["Echo.TEST", "80"], [OPEN, wire.request("Echo.TEST", 80)]),
    ("socks5h", ["x", "80"], [OPEN, wire.request("x", 80)]),
    ("socks5h", ["under_score.test", "80"], [OPEN, wire.request("under_score.test", 80)]),
    ("socks5h", ["n" * 255, "80"], [OPEN, wire.request("n" * 255, 80)]),
    ("socks4a", ["n" * 255, "80"], [wire.request4("n" * 255, 80)]),
    ("socks5", ["localhost", "80", "-4"], [OPEN, wire.request("127.0.0.1", 80)]),
    ("socks4", ["localhost", "80"], [wire.request4("127.0.0.1", 80)]),
    ("socks5h", ["localhost", "80"], [OPEN, wire.request("localhost", 80)]),
]


def zero(*args, **kwargs):
    return cli.run("connect", "-z", *args, **kwargs)


class Urls(CliCase):
    def test_forms_of_urls(self):
        def proxied(case):
            """A proxy that demands the password exactly when the URL has credentials."""
            method = "method-02" if case[1][0] == LOGIN else "method-00"
            with ScriptedProxy(method) as proxy:
                result = zero("-x", case[0].format(hop=proxy.hop), "echo.test", "80")
                return result, [list(conv.messages) for conv in proxy.conversations]

        for (url, messages), (result, seen) in concurrently(proxied, TO_NAME):
            with self.subTest(url=url):
                self.assert_success(result)
                self.assertEqual(seen, [messages])

    def test_forms_of_targets(self):
        def one(case):
            scheme, operands, _ = case
            with ScriptedProxy("echo") as proxy:
                result = zero("-x", proxy.url(scheme), *operands)
                return result, [list(conv.messages) for conv in proxy.conversations]

        for (scheme, operands, messages), (result, seen) in concurrently(one, TARGETS):
            with self.subTest(scheme=scheme, operands=operands):
                self.assert_success(result)
                self.assertEqual(seen, [messages])

    def test_default_port_is_1080(self):
        for scheme in ("", "socks5h://", "socks4a://"):
            with self.subTest(scheme=scheme), \
                    ScriptedProxy("echo", host="127.108.0.80", port=1080) as proxy:
                self.assert_success(zero("-x", scheme + proxy.address, "echo.test", "80"))
                self.assertEqual(proxy.conversation().target, ("echo.test", 80))

    def test_ipv6_proxy(self):
        with ScriptedProxy("echo", host="::1") as proxy:
            self.assert_success(zero("-x", f"[::1]:{proxy.port}", "echo.test", "80"))
            self.assert_success(zero("-x", f"socks4a://u@[::1]:{proxy.port}", "echo.test", "80"))
            self.assertEqual(len(proxy.conversations), 2)

    def test_proxy_by_name_tries_each_address(self):
        known = {info[4][0] for info in socket.getaddrinfo("localhost", 80)}
        for host in known & {"127.0.0.1", "::1"}:
            with self.subTest(host=host), ScriptedProxy("echo", host=host) as proxy:
                self.assert_success(zero("-x", f"localhost:{proxy.port}", "echo.test", "80"))
                self.assertEqual(proxy.conversation().messages, [OPEN, NAMED])

    def test_unix_socket(self):
        with ScriptedProxy("echo", host="unix") as proxy:
            urls = [("socks5h+unix://" + proxy.address, [OPEN, NAMED]),
                    ("socks+unix://" + proxy.address, [OPEN, NAMED]),
                    ("socks4a+unix://" + proxy.address, [NAMED4]),
                    ("socks5h://localhost" + proxy.address, [OPEN, NAMED]),
                    ("socks4a://bob@localhost" + proxy.address,
                     [wire.request4("echo.test", 80, b"bob")]),
                    ("socks5h+unix://bob:pw@" + proxy.address, [LOGIN, NAMED])]
            for index, (url, messages) in enumerate(urls):
                with self.subTest(url=url):
                    self.assert_success(zero("-x", url, "echo.test", "80"))
                    self.assertEqual(proxy.conversation(index).messages, messages)

    def test_no_such_unix_socket(self):
        result = zero("-x", "socks5h+unix:///nonexistent/socks", "echo.test", "80")
        self.assert_failure(result, 11, "/nonexistent/socks", "connect", "no such file")

    def test_a_slash_forgotten_makes_no_user_name(self):
        result = zero("-x", "socks5h:alice:secret@127.0.0.1:1", "echo.test", "80")
        self.assert_usage(result, "socks5h")
        self.assertNotIn("secret", result.err)

    def test_user_option(self):
        with ScriptedProxy("echo", users={b"al:ice@x": b""}) as proxy:
            given = cli.environment(SOCKSCAT_PASSWORD="")
            self.assert_success(zero("-x", proxy.url(), "--proxy-user", "al:ice@x", "echo.test", 80, env=given))
            self.assertEqual(proxy.conversation().user, b"al:ice@x")
            self.assert_success(zero("-x", proxy.url("socks4a"), "--proxy-user", "bob", "echo.test", 80))
            self.assertEqual(proxy.conversation(1).messages,
                             [wire.request4("echo.test", 80, b"bob")])


class Environment(CliCase):
    def used(self, expected, *options, **variables):
        """Runs with these variables; {good} and {other} stand for two listening proxies."""
        with ScriptedProxy("echo") as good, ScriptedProxy("echo") as other:
            env = {name: value.format(good=good.hop, other=other.hop)
                   for name, value in variables.items()}
            options = [option.format(good=good.hop, other=other.hop) for option in options]
            result = zero(*options, "echo.test", "80", env=cli.environment(**env))
            self.assert_success(result)
            self.assertEqual((len(good.conversations), len(other.conversations)), (1, 0))
            self.assertEqual(good.conversation().messages, expected)

    def test_each_variable(self):
        for name in ("SOCKSCAT_PROXY", "ALL_PROXY", "all_proxy"):
            with self.subTest(name=name):
                self.used([OPEN, NAMED], **{name: "socks5h://{good}"})
                self.used([NAMED4], **{name: "socks4a://{good}"})

    def test_order(self):
        self.used([OPEN, NAMED], SOCKSCAT_PROXY="{good}", ALL_PROXY="{other}", all_proxy="{other}")
        self.used([OPEN, NAMED], ALL_PROXY="socks5h://{good}", all_proxy="socks5h://{other}")
        self.used([OPEN, NAMED], "-x", "{good}", SOCKSCAT_PROXY="{other}", ALL_PROXY="{other}")

    def test_a_scheme_that_is_not_socks_is_passed_over(self):
        self.used([OPEN, NAMED], ALL_PROXY="http://{other}", all_proxy="socks5h://{good}")

    def test_an_empty_variable_is_no_variable(self):
        self.used([OPEN, NAMED], SOCKSCAT_PROXY="", ALL_PROXY="socks5h://{good}")

    def test_no_proxy_is_not_consulted(self):
        self.used([OPEN, NAMED], SOCKSCAT_PROXY="{good}", NO_PROXY="*", no_proxy="echo.test,*")

    def test_several_with_blanks_between_them_are_a_chain(self):
        with ScriptedProxy("good") as first, ScriptedProxy("echo") as last:
            for blank in (" ", "\t \n"):
                env = cli.environment(SOCKSCAT_PROXY=f"{blank}socks4a://{first.hop}{blank}{last.url()}{blank}")
                self.assert_success(zero("echo.test", "80", env=env))
            self.assertEqual(first.conversation().target, (last.address, last.port))
            self.assertEqual(last.conversation().target, ("echo.test", 80))
            self.assertEqual(len(last.conversations), 2)
            result = zero("echo.test", "80", env=cli.environment(SOCKSCAT_PROXY=f"{first.hop} ftp://{last.hop}"))
            self.assert_usage(result, "SOCKSCAT_PROXY .*ftp")
            self.assert_usage(zero("echo.test", "80", env=cli.environment(SOCKSCAT_PROXY="  ")), "no proxy")

    def test_a_wrong_option_is_not_replaced_by_the_environment(self):
        with ScriptedProxy("echo") as proxy:
            result = zero("-x", "ftp://127.0.0.1", "echo.test", "80",
                          env=cli.environment(SOCKSCAT_PROXY=proxy.hop))
            self.assert_usage(result, "ftp")
            self.assertEqual(proxy.conversations, [])


if __name__ == "__main__":
    unittest.main()
