# SPDX-License-Identifier: MIT
"""What is said behind an error: the whole of stderr, word for word."""
import contextlib
import unittest

import cli
from expect import CliCase, attempt
from scripted_proxy import ScriptedProxy

ALICE = {"user": "alice", "password": "S3cret"}
WANTS = "the proxy probably wants a user name and password: --proxy-user NAME --proxy-ask-password"
MISSING = "$SOCKSCAT_PASSWORD is set, but no user name is given: --proxy-user NAME"


class HintCase(CliCase):
    def assert_said(self, result, status, error, hint):
        self.assert_status(result, status)
        self.assertEqual(result.err, f"sockscat: error: {error}\nsockscat: hint: {hint}\n")
        self.assertEqual(result.out, b"")


class Methods(HintCase):
    """The proxy chooses what it was not offered."""

    def check(self, code, name, hint, *options, **login):
        result, _, hop = attempt(f"method-{code}", *options, **login)
        self.assert_said(result, 13, f"{hop}: method: chose method 0x{code} {name}, which was not offered", hint)

    def test_the_option_that_offers_it(self):
        self.check("01", "GSSAPI", "if the proxy wants Kerberos: --auth gssapi")
        self.check("02", "user name/password", "if the proxy wants a user name and password: "
                                          "--proxy-user NAME --proxy-ask-password")
        self.check("03", "CHAP", "if the proxy wants CHAP: --auth chap, with --proxy-user NAME --proxy-ask-password")
        self.check("03", "CHAP", "if the proxy wants CHAP: --auth chap", **ALICE)
        for code in ("80", "82"):
            result, _, _ = attempt(f"method-{code}")
            self.assertEqual(self.lines(result)[1:],
                             ["sockscat: hint: if the proxy is gost and wants TLS: --auth gost-tls"])

    def test_less_was_offered_than_could_be(self):
        self.check("00", "none", "if the proxy wants no login: add none to --auth", "--auth", "password", **ALICE)
        self.check("02", "user name/password", "if the proxy wants a user name and password: add password to --auth",
                   "--auth", "none", **ALICE)
        self.check("00", "none", "--isolate offers a user name and password alone", "--isolate")

    def test_a_method_that_nobody_has(self):
        result, _, _ = attempt("method-aa")
        self.assertEqual(self.lines(result)[1:],
                         ["sockscat: hint: sockscat probe shows which methods the proxy accepts"])

    def test_pipelining_is_not_blamed(self):
        self.check("03", "CHAP", "if the proxy wants CHAP: --auth chap, with --proxy-user NAME --proxy-ask-password",
                   "--pipeline")

    def test_of_a_chain_only_the_last_has_a_choice(self):
        with ScriptedProxy("method-03") as first:
            result = cli.run("connect", "-x", first.url(), "-x", "socks5h://127.0.0.1:9", "echo.test", "80")
            self.assert_said(result, 13, f"{first.hop}: method: chose method 0x03 CHAP, which was not offered",
                             "only the last proxy of a chain is offered what --auth names")


class UserName(HintCase):
    """A password in the environment, and nobody to whom it belongs."""

    def attempt(self, behaviour, *options, command="connect", scheme="socks5h", operands=("echo.test", "80")):
        with ScriptedProxy(behaviour) as proxy:
            result = cli.run(command, "-x", proxy.url(scheme), *options, *operands,
                             env=cli.environment(SOCKSCAT_PASSWORD="S3cret"))
            self.assertNotIn("S3cret", result.err)
            return result, proxy.hop

    def test_no_method_is_accepted(self):
        cause = "method: none of the offered authentication methods (none) is accepted"
        for command, operands in (("connect", ("echo.test", "80")), ("udp", ("echo.test", "80")), ("bind", ()),
                                  ("resolve", ("echo.test",))):
            with self.subTest(command=command):
                result, hop = self.attempt("no-method", command=command, operands=operands)
                self.assert_said(result, 14, f"{hop}: {cause}", MISSING)

    def test_the_password_method_is_chosen_unasked(self):
        result, hop = self.attempt("method-02")
        self.assert_said(result, 13, f"{hop}: method: chose method 0x02 user name/password, which was not offered", MISSING)

    def test_an_http_proxy(self):
        result, _ = self.attempt("http-407", scheme="http")
        self.assert_status(result, 14)
        self.assertEqual(self.lines(result)[1:], [f"sockscat: hint: {MISSING}"])

    def test_without_the_variable(self):
        result, _, hop = attempt("no-method")
        self.assert_said(result, 14, f"{hop}: method: none of the offered authentication methods (none) is accepted",
                         WANTS)

    def test_with_a_user_name_it_is_used(self):
        with ScriptedProxy("no-method") as proxy:
            result = cli.run("connect", "-x", proxy.url(user="alice"), "echo.test", "80",
                             env=cli.environment(SOCKSCAT_PASSWORD="S3cret"))
            self.assert_status(result, 14)
            self.assertNotIn("SOCKSCAT_PASSWORD", result.err)


class SecondReply(HintCase):
    """bind: listening went well, what came of it did not."""

    WAITED = "the proxy may have waited long enough, or not have liked who called"

    def check(self, behaviour, status, error, hint, scheme="socks5h", **login):
        with ScriptedProxy(behaviour) as proxy:
            result = cli.run("bind", "-x", proxy.url(scheme, **login))
            with contextlib.suppress(IndexError):
                host, port = proxy.conversations[0].bound
        self.assert_status(result, status)
        self.assertEqual(result.err, f"sockscat: listening on {host} {port}\n"
                                     f"sockscat: error: {proxy.hop}: accept: {error}\nsockscat: hint: {hint}\n")

    def test_refused(self):
        for login in ({}, ALICE):
            self.check("bind-second-02", 22, "not allowed by the ruleset: 0.0.0.0:0 (REP 02)",
                       "somebody other than PEER may have called, or one whom the proxy's rules keep out", **login)
        self.check("bind-second-01", 21, "general failure: 0.0.0.0:0 (REP 01)", self.WAITED)
        self.check("bind-second-06", 26, "TTL expired: 0.0.0.0:0 (REP 06)", self.WAITED)
        self.check("bind-second-07", 27, "command not supported (REP 07)", self.WAITED)

    def test_refused_by_socks4(self):
        self.check("bind-second-cd-5b", 21, "rejected or failed: 0.0.0.0:0 (CD 5b)", self.WAITED, "socks4")


if __name__ == "__main__":
    unittest.main()
