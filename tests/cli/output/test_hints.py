# SPDX-License-Identifier: MIT
"""What is said behind an error: the whole of stderr, word for word."""
import contextlib
import subprocess
import threading
import time
import unittest

import behaviours
import cli
import targets
from expect import CliCase, attempt, concurrently, through
from scripted_proxy import ScriptedProxy
from terminal import Terminal
from tls_layer import Tls

ALICE = {"user": "alice", "password": "S3cret"}
WANTS = "the proxy probably requires a user name and password: --proxy-user NAME --proxy-ask-password"
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
        self.assert_said(result, 13, f"proxy {hop}: method: it chose method 0x{code} {name}, which was not offered", hint)

    def test_the_option_that_offers_it(self):
        self.check("01", "GSSAPI", "if the proxy requires Kerberos: --auth gssapi")
        self.check("02", "user name/password", "if the proxy requires a user name and password: "
                                          "--proxy-user NAME --proxy-ask-password")
        self.check("03", "CHAP", "if the proxy requires CHAP: --auth chap, with --proxy-user NAME --proxy-ask-password")
        self.check("03", "CHAP", "if the proxy requires CHAP: --auth chap", **ALICE)
        for code in ("80", "82"):
            result, _, _ = attempt(f"method-{code}")
            self.assertEqual(self.lines(result)[1:],
                             ["sockscat: hint: if the proxy is gost and requires TLS: --auth gost-tls"])

    def test_less_was_offered_than_could_be(self):
        self.check("00", "none", "if the proxy needs no login: add none to --auth", "--auth", "password", **ALICE)
        self.check("02", "user name/password", "if the proxy requires a user name and password: add password to --auth",
                   "--auth", "none", **ALICE)
        self.check("00", "none", "--isolate offers only user name and password", "--isolate")

    def test_a_method_that_nobody_has(self):
        result, _, _ = attempt("method-aa")
        self.assertEqual(self.lines(result)[1:],
                         ["sockscat: hint: sockscat probe shows which methods the proxy accepts"])

    def test_pipelining_is_not_blamed(self):
        self.check("03", "CHAP", "if the proxy requires CHAP: --auth chap, with --proxy-user NAME --proxy-ask-password",
                   "--pipeline")

    def test_of_a_chain_only_the_last_has_a_choice(self):
        with ScriptedProxy("method-03") as first:
            result = cli.run("connect", "-x", first.url(), "-x", "socks5h://127.0.0.1:9", "echo.test", "80")
            self.assert_said(result, 13, f"proxy {first.hop}: method: it chose method 0x03 CHAP, which was not offered",
                             "--auth applies to the last proxy of a chain only")


class UserName(HintCase):
    """A password in the environment, and nobody to whom it belongs."""

    def attempt(self, behaviour, *options, command="connect", scheme="socks5h", operands=("echo.test", "80")):
        with ScriptedProxy(behaviour) as proxy:
            result = cli.run(command, "-x", proxy.url(scheme), *options, *operands,
                             env=cli.environment(SOCKSCAT_PASSWORD="S3cret"))
            self.assertNotIn("S3cret", result.err)
            return result, proxy.hop

    def test_no_method_is_accepted(self):
        cause = "method: the proxy accepts no offered authentication method (offered: no authentication)"
        for command, operands in (("connect", ("echo.test", "80")), ("udp", ("echo.test", "80")), ("bind", ()),
                                  ("resolve", ("echo.test",))):
            with self.subTest(command=command):
                result, hop = self.attempt("no-method", command=command, operands=operands)
                self.assert_said(result, 14, f"proxy {hop}: {cause}", MISSING)

    def test_the_password_method_is_chosen_unasked(self):
        result, hop = self.attempt("method-02")
        self.assert_said(result, 13, f"proxy {hop}: method: it chose method 0x02 user name/password, which was not offered", MISSING)

    def test_an_http_proxy(self):
        result, _ = self.attempt("http-407", scheme="http")
        self.assert_status(result, 14)
        self.assertEqual(self.lines(result)[1:], [f"sockscat: hint: {MISSING}"])

    def test_without_the_variable(self):
        result, _, hop = attempt("no-method")
        self.assert_said(result, 14, f"proxy {hop}: method: the proxy accepts no offered authentication method (offered: no authentication)",
                         WANTS)

    def test_with_a_user_name_it_is_used(self):
        with ScriptedProxy("no-method") as proxy:
            result = cli.run("connect", "-x", proxy.url(user="alice"), "echo.test", "80",
                             env=cli.environment(SOCKSCAT_PASSWORD="S3cret"))
            self.assert_status(result, 14)
            self.assertNotIn("SOCKSCAT_PASSWORD", result.err)


class SecondReply(HintCase):
    """bind: listening went well, what came of it did not."""

    WAITED = "the proxy may have given up waiting, or rejected the peer"

    def check(self, behaviour, status, error, hint, scheme="socks5h", **login):
        with ScriptedProxy(behaviour) as proxy:
            result = cli.run("bind", "-x", proxy.url(scheme, **login))
            with contextlib.suppress(IndexError):
                host, port = proxy.conversations[0].bound
        self.assert_status(result, status)
        self.assertEqual(result.err, f"sockscat: listening on {host} {port}\n"
                                     f"sockscat: error: proxy {proxy.hop}: accept: {error}\nsockscat: hint: {hint}\n")

    def test_refused(self):
        for login in ({}, ALICE):
            self.check("bind-second-02", 22, "the proxy's rules do not allow 0.0.0.0:0 (REP 02)",
                       "someone other than PEER may have connected, or the proxy's rules reject the peer", **login)
        self.check("bind-second-01", 21, "the proxy reports a general failure for 0.0.0.0:0 (REP 01)", self.WAITED)
        self.check("bind-second-06", 26, "the proxy reports TTL expired for 0.0.0.0:0 (REP 06)", self.WAITED)
        self.check("bind-second-07", 27, "command not supported (REP 07)", self.WAITED)

    def test_refused_by_socks4(self):
        self.check("bind-second-cd-5b", 21, "the proxy rejected 0.0.0.0:0 or failed to reach it (CD 5b)", self.WAITED, "socks4")


class Mistakes(HintCase):
    """The commonest ones."""

    SILENT = behaviours.replace(behaviours.ECHO, greeted=behaviours.silence)

    def test_an_http_proxy_without_its_scheme(self):
        with ScriptedProxy(self.SILENT) as proxy:
            result = through(proxy, "-w", "0.3")
            self.assert_said(result, 124, f"proxy {proxy.hop}: method: no answer within 0.3 s",
                             f"if it is an HTTP proxy: -x http://{proxy.hop}; it may also be a TLS port, overloaded, or "
                             "not a proxy at all (sockscat probe finds out more)")

    def test_who_waits_at_a_terminal_is_told_early(self):
        with ScriptedProxy(self.SILENT) as proxy, Terminal() as terminal:
            process = cli.start("connect", "-x", proxy.url(), "-w", "6", "echo.test", "80", stderr=terminal.slave,
                                stdout=subprocess.DEVNULL, env=cli.environment(TERM="dumb"))
            began = time.monotonic()
            hint = f"sockscat: hint: no answer yet; if it is an HTTP proxy: -x http://{proxy.hop}\r\n".encode()
            self.assertTrue(terminal.wait(lambda: hint in terminal.output, 30))
            self.assertGreater(time.monotonic() - began, 4.5)
            self.assertTrue(terminal.wait(lambda: b"within 6 s\r\n" in terminal.output, 30))
            self.assertLess(terminal.output.index(hint), terminal.output.index(b"error"))
            self.assertEqual(process.wait(10), 124)
            self.assertEqual(terminal.drain().count(b"hint"), 1)
            process.stdin.close()

    def at_terminal(self, proxy, told, *options):
        """What a run says on a terminal; `told` is set at the early hint."""
        with Terminal() as terminal:
            process = cli.start("connect", "-x", proxy.url(), *options, stderr=terminal.slave,
                                stdout=subprocess.DEVNULL, env=cli.environment(TERM="dumb"))
            try:
                self.assertTrue(terminal.wait(lambda: b"no answer yet" in terminal.output, 30))
                told.set()
                self.assertTrue(terminal.wait(lambda: process.poll() is not None, 30))
                return terminal.drain().decode()
            finally:
                process.kill()
                process.wait()
                process.stdin.close()

    def test_who_was_told_early_is_told_what_helps_in_the_end(self):
        """Once, if that is the same; also of a scan."""
        one = ("-w", "60", "echo.test", "80")
        cases = [({"request": behaviours.refuse(2)}, one,
                  "error: .*not allow.*\r\nsockscat: hint: some proxies that require a user name"),
                 ({"method": behaviours.say_then_close(b"\x05\xff")}, one, f"error: .* no authentication[)]\r\nsockscat: hint: {WANTS}"),
                 ({"greeted": behaviours.silence}, ("-w", "6", "-z", "echo.test", "80,81"), r"error: [^\n]* within 6 s\r\n\Z")]

        def run(case):
            steps, options, _ = case
            told = threading.Event()
            slow = behaviours.replace(behaviours.ECHO, **({"greeted": lambda _: told.wait(30)} | steps))
            with ScriptedProxy(slow) as proxy:
                return self.at_terminal(proxy, told, *options), proxy.hop
        for (_, _, end), (said, hop) in concurrently(run, cases):
            self.assertTrue(said.startswith(
                f"sockscat: hint: no answer yet; if it is an HTTP proxy: -x http://{hop}\r\nsockscat: error: "), said)
            self.assertRegex(said, end)

    def test_an_alert_about_no_certificate_of_ours(self):
        """Of a port that asked for none, to a client that has none."""
        for code, name in (("2a", "bad certificate"), ("2e", "certificate unknown"), ("30", "unknown ca"), ("31", "access denied")):
            answer = behaviours.say_then_close(bytes.fromhex("150303000202" + code))
            with ScriptedProxy(behaviours.replace(behaviours.ECHO, greeted=answer)) as proxy:
                result = through(proxy, scheme="https")
                self.assert_status(result, 12)
                self.assertEqual(result.err, f"sockscat: error: proxy {proxy.hop}: tls: the handshake failed: "
                                             f'it sent the alert "{name}"\n')

    def test_the_proxy_is_not_running(self):
        port = targets.closed_port()
        for scheme in ("socks5h", "socks4a", "http"):
            result = cli.run("connect", "-x", f"{scheme}://127.0.0.1:{port}", "echo.test", "80")
            self.assert_said(result, 11, f"proxy 127.0.0.1:{port}: connect: connection refused",
                             f"is the proxy running, and is its port {port}?")

    def test_a_name_that_may_not_exist(self):
        for behaviour in ("rep-01", "rep-04"):
            result, _, _ = attempt(behaviour)
            self.assertRegex(result.err, "\nsockscat: hint: the name may not exist, or the proxy cannot resolve it\n")
            result, _, _ = attempt(behaviour, host="192.0.2.7")
            self.assertNotIn("hint", result.err)
        self.assertNotIn("hint", attempt("rep-05")[0].err)

    def test_no_datagram_came(self):
        for count, hinted in (("1", True), ("2", False)):
            with ScriptedProxy("udp-silent" if hinted else "echo") as proxy:
                result = cli.run("udp", "-x", proxy.url(), "--count", count, "--wait", "0.3", "192.0.2.9", "53", stdin=b"x")
                self.assert_status(result, 124)
                self.assertRegex(result.err, f"error: proxy {proxy.hop}: relay: " + ("no datagram" if hinted else f"only 1 of {count} datagrams"))
                self.assertEqual("hint: UDP may be blocked" in result.err, hinted)

    def test_what_an_http_status_may_mean(self):
        for status, hint in (("400", "TLS port.*-x https://"), ("401", "--proxy-user NAME"), ("404", "web server"),
                             ("405", "web server"), ("501", "web server"), ("502", None)):
            with ScriptedProxy(f"http-{status}") as proxy:
                result = through(proxy, scheme="http")
                self.assertRegex(result.err, f"hint: .*{hint}" if hint else r"\A[^\n]*\n\Z")
        with ScriptedProxy("http-400", tls=Tls()) as proxy:
            self.assertNotIn("https://", through(proxy, scheme="https").err)

    def test_an_http_proxy_that_closes_or_answers_html(self):
        with ScriptedProxy("http-close-0", tls=Tls()) as proxy:
            result = through(proxy, scheme="https")
            self.assertRegex(result.err, rf"hint: .*-x socks5h\+tls://{proxy.hop}")
            self.assertNotIn("https://", result.err)
        with ScriptedProxy("http-close-0") as proxy:
            self.assertIn(f"-x https://{proxy.hop}", through(proxy, scheme="http").err)
        with ScriptedProxy("http-bad-html") as proxy:
            result = through(proxy, scheme="http")
            self.assertRegex(result.err, "hint: a web server answers like this")
            self.assertNotIn("-x http", result.err)

    def test_not_allowed_without_a_login(self):
        self.assertRegex(attempt("rep-02")[0].err, "hint: .*--proxy-user NAME")
        self.assertRegex(attempt("rep-02", **ALICE)[0].err, "hint: .*wrong user name or password")


if __name__ == "__main__":
    unittest.main()
