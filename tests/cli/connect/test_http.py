# SPDX-License-Identifier: MIT
"""HTTP CONNECT as a proxy protocol: what is asked, which answers mean what, and what leaks."""
import unittest

import behaviours
import cli
import http_proxy as http
import targets
from expect import CliCase, attempt, concurrently, through
from scripted_proxy import ScriptedProxy
from tls_layer import Tls

PACES = (None, 0.001)
ALICE = {"user": b"alice", "password": b"S3cret"}
SOON = 3


def ask(behaviour, *options, **kwargs):
    kwargs.setdefault("stdin", b"payload")
    return attempt(behaviour, *options, scheme="http", **kwargs)


class Requests(CliCase):
    def test_what_is_asked(self):
        for host, port in (("echo.test", "80"), ("192.0.2.7", "443"), ("2001:db8::7", "8080"), ("n" * 255, "65535")):
            for login in ({}, ALICE, {"user": b"alice", "password": b""}, {"user": b"", "password": b"S3cret"},
                          {"user": b"u", "password": b"S3cret:with:colons@%"}):
                result, conv, _ = ask("echo", "-N", host=host, port=port, **login)
                with self.subTest(host=host, login=login):
                    self.assert_success(result, b"payload")
                    self.assertEqual(conv.messages, [http.request(host, port, login.get("user"), login.get("password", b""))])

    def test_one_write_and_nothing_ahead(self):
        step = behaviours.replace(behaviours.ECHO, reading="per-recv", request=lambda conv: (
            behaviours.refuse(1)(conv) if conv.has_early_bytes() else behaviours.grant()(conv)))
        result, _, _ = ask(step, "-N", **ALICE)
        self.assert_success(result, b"payload")

    def test_password_sources(self):
        with ScriptedProxy("echo", users={b"alice": b"S3cret"}) as proxy:
            for address, options, env in ((proxy.url("http"), ("--proxy-user", "alice"), {"SOCKSCAT_PASSWORD": "S3cret"}),
                                          (proxy.url("http", b"alice", b"S3cret"), (), {})):
                result = cli.run("connect", "-x", address, *options, "-N", "echo.test", "80", stdin=b"payload",
                                 env=cli.environment(**env))
                self.assert_success(result, b"payload")

    def test_a_colon_in_the_user_name(self):
        with ScriptedProxy("echo") as proxy:
            self.assert_usage(through(proxy, scheme="http", user=b"al:ice", password=b"S3cret"), "':'")
            self.assertEqual(proxy.conversations, [])

    def test_what_http_cannot_carry(self):
        with ScriptedProxy("echo") as proxy:
            for command in (("bind",), ("udp", "192.0.2.9", "53")):
                self.assert_usage(cli.run(command[0], "-x", proxy.url("http"), *command[1:]), "CONNECT|HTTP")
            self.assert_usage(through(proxy, scheme="http", host="n" * 256), "255")
            self.assertEqual(proxy.conversations, [])

    def test_through_real_targets(self):
        data = bytes(range(256)) * 4000
        for tls in (None, Tls()):
            with ScriptedProxy("good", tls=tls) as proxy, targets.Echo() as echo:
                result = through(proxy, "-N", scheme="https" if tls else "http", host=echo.host, port=echo.port, stdin=data)
                self.assert_success(result, data)
                result = through(proxy, scheme="http", host="127.0.0.1", port=targets.closed_port())
                self.assert_failure(result, 21, proxy.hop, "request", "502", within=SOON)

    def test_a_name_is_the_proxys_business(self):
        result, conv, _ = ask("echo", "-N", host="only-there.invalid")
        self.assert_success(result, b"payload")
        self.assertEqual(conv.target, ("only-there.invalid", 80))


class Granted(CliCase):
    def test_replies(self):
        names = ["http-201", "http-204", "http-299", "http-ok-no-reason", "http-ok-no-blank", "http-ok-version-0",
                 "http-ok-lf-only", "http-ok-interim"]
        cases = [(name, pace) for name in names for pace in PACES] + [("http-ok-many-fields", None)]
        for (name, pace), (result, _, _) in concurrently(lambda case: ask(case[0], "-N", pace=case[1]), cases):
            with self.subTest(name=name, pace=pace):
                self.assert_success(result, b"payload")

    def test_a_length_means_nothing_in_a_success(self):
        """RFC 9110 section 9.3.6: what follows the header is the tunnel."""
        step = behaviours.replace(behaviours.ECHO, request=behaviours.say(
            http.header(200, fields=[b"Content-Length: 5", b"Transfer-Encoding: chunked"])))
        result, _, _ = ask(step, "-N")
        self.assert_success(result, b"payload")

    def test_payload_behind_the_header(self):
        for pace in PACES:
            result, _, _ = ask("http-ok-with-payload", "-N", pace=pace, stdin=b"client\n")
            self.assert_success(result, b"SSH-2.0-hello\r\nclient\n")
        for payload in (b"\n", b"\r\n", b"\r\n\r\n", b"\n\n\n"):
            step = behaviours.replace(behaviours.ECHO, request=behaviours.say(http.header(200) + payload))
            result, _, _ = ask(step, "-N", stdin=b"")
            self.assert_success(result, payload)

    def test_success_then_closed(self):
        result, _, _ = ask("early-success", stdin=b"")
        self.assert_status(result, 0)
        self.assertEqual(result.out, b"")
        self.assertRegex(result.err, r"\Asockscat: hint: [^\n]*target may be unreachable\n\Z")

    def test_fdpass(self):
        """The tunnel is a plain socket. More in test_fdpass.py."""
        with ScriptedProxy("echo") as proxy:
            result = through(proxy, "--fdpass", scheme="http")
            self.assert_usage(result, "socket")


class Refused(CliCase):
    def check(self, table, **kwargs):
        """table: behaviour -> (exit status, cause)"""
        cases = [(name, pace) for name in table for pace in PACES]
        for (name, pace), (result, conv, hop) in concurrently(lambda case: ask(case[0], pace=case[1], **kwargs), cases):
            with self.subTest(name=name, pace=pace):
                self.assert_failure(result, table[name][0], hop, "request", table[name][1], within=SOON + (10 if pace else 0))
                self.assertNotIn(b"payload", conv.payload + conv.late, "sent after a failure")

    def test_statuses(self):
        refusals = (101, 300, 301, 400, 401, 404, 405, 429, 500, 502, 503, 504, 599, 999)
        self.check({f"http-{status}": (21, f"echo.test:80.*{status}") for status in refusals if
                    f"http-{status}" in behaviours.TABLE})
        self.check({"http-403": (22, "not allow .*403")})
        self.check({"http-407": (14, "user name and password.*407")})
        self.check({"http-407": (15, "rejected.*407")}, **ALICE)

    def test_credentials(self):
        with ScriptedProxy("echo", users={b"alice": b"S3cret"}) as proxy:
            result = through(proxy, scheme="http")
            self.assert_failure(result, 14, proxy.hop, "request", "407")
            self.assertRegex(result.err, "hint: .*--proxy-user")
            result = through(proxy, scheme="http", user=b"alice", password=b"S3cret-not")
            self.assert_failure(result, 15, proxy.hop, "request", "407")
            self.assertNotIn("S3cret", result.err)

    def test_401_with_a_password(self):
        with ScriptedProxy("http-401") as proxy:
            result = through(proxy, scheme="http", user=b"alice", password=b"S3cret-not")
            self.assertRegex(result.err, "hint: .*wrong user name or password")

    def test_no_http(self):
        self.check({"http-bad-no-status": (13, "status line"), "http-bad-bad-status": (13, "status line"),
                    "http-bad-http2": (13, ""), "http-bad-html": (13, "<html>"), "http-bad-socks5": (13, "SOCKS5"),
                    "foreign-ssh": (13, "SSH"), "foreign-smtp": (13, "220|mail"), "foreign-junk": (13, "de ad"),
                    "foreign-tls-alert": (13, "TLS"), "banner-ssh": (13, "SSH")})

    def test_socks_asked_of_an_http_proxy(self):
        result, _, hop = attempt("foreign-http")
        self.assertRegex(result.err, "hint: .*http://")

    def test_headers_without_end(self):
        for name in ("http-bad-endless", "http-bad-endless-line", "http-bad-only-interim"):
            result, _, hop = ask(name)
            self.assert_failure(result, 13, hop, "request", "header .*too long", within=SOON)

    def test_hostile_text(self):
        for options in ((), ("-vv",), ("--trace",), ("--report", "-")):
            result, _, hop = ask("http-bad-hostile", *options)
            self.assert_status(result, 21)
            self.assert_clean_text(result.err)
            self.assertEqual(result.err.count("sockscat: error: "), 1 + result.err.count("sockscat: error: forged"))

    def test_ends(self):
        cut = {f"http-close-{count}": (13 if count else 16, "ended after|closed") for count in (0, 1, 7, 12, 30, 38)}
        self.check(cut)

    def test_a_refusal_counts_however_its_header_goes_on(self):
        """Closed, silent or without end behind the status line."""
        texts = {b"HTTP/1.0 403 Forbidden\r\n": (22, "not allow .*403"),
                 b"HTTP/1.1 502 Bad Gateway\r\nServer: x": (21, "502"),
                 b"HTTP/1.1 407 No\r\nProxy-Authenticate: Ba": (14, "407"),
                 b"HTTP/1.1 403 Forbidden\r\n" + b"X: y\r\n" * 5000: (22, "not allow .*403")}
        for text, (status, cause) in texts.items():
            for end in (behaviours.say_then_close, behaviours.say_then_silence, behaviours.say_then_reset):
                result, _, hop = ask(behaviours.replace(behaviours.ECHO, request=end(text)), "-w", "20")
                self.assert_failure(result, status, hop, "request", cause, within=1)

    def test_a_list_of_ports_goes_on(self):
        silent = behaviours.replace(behaviours.ECHO, request=lambda conv: (
            behaviours.grant()(conv) if conv.target[1] == 443 else
            behaviours.say_then_silence(b"HTTP/1.1 403 Forbidden\r\n")(conv)))
        with ScriptedProxy(silent) as proxy:
            result = cli.run("connect", "-z", "-w", "20", "-x", proxy.url("http"), "echo.test", "25,443,8000")
            self.assertEqual((result.status, result.out), (0, b"25\tdenied\n443\topen\n8000\tdenied\n"))

    def test_schemes_that_are_not_basic(self):
        for fields, named in (([b'Proxy-Authenticate: Digest realm="Basic, x", nonce="y"'], "Digest"),
                              ([b"proxy-authenticate: Negotiate", b"PROXY-AUTHENTICATE: NTLM"], "Negotiate, NTLM"),
                              ([b'Proxy-Authenticate: Negotiate, digest realm="x"'], "Negotiate, digest")):
            step = behaviours.replace(behaviours.ECHO, request=behaviours.say_then_close(http.header(407, fields=fields)))
            for login in ({}, ALICE):
                result, _, hop = ask(step, **login)
                self.assert_failure(result, 14, hop, "request", f"it offers {named}, not Basic .*407")
                self.assertNotRegex(result.err, "hint: .*(password|--proxy-user)")
        step = behaviours.replace(behaviours.ECHO, request=behaviours.say_then_close(
            http.header(407, fields=[b'Proxy-Authenticate: NTLM, BASIC realm="x"'])))
        self.assert_status(ask(step)[0], 14)
        self.assert_status(ask(step, **ALICE)[0], 15)

    def test_silence_within_the_header(self):
        step = behaviours.replace(behaviours.ECHO, request=behaviours.say_then_silence(b"HTTP/1.1 200 OK\r\n\r"))
        result, _, hop = ask(step, "-w", "0.5", "--trace")
        self.assert_status(result, 124)
        self.assertIn("its reply stopped after 18 of at least 19 bytes; the rest did not arrive within 0.5 s", result.err)
        self.assertRegex(result.err, r"HTTP/1\.1 200 OK\n")

    def test_silence(self):
        for (count), (result, _, hop) in concurrently(lambda count: ask(f"http-blackhole-{count}", "-w", "0.5"),
                                                      (0, 1, 7, 12, 30, 38)):
            self.assert_failure(result, 124, hop, "request", "0.5 s", within=SOON)

    def test_a_drip_cannot_outlast_the_limit(self):
        result, _, hop = ask("echo", "-w", "0.6", pace=0.2)
        self.assert_failure(result, 124, hop, "request", "0.6 s", within=SOON)


class Secrets(CliCase):
    def test_nowhere(self):
        for name in ("echo", "http-407", "http-502", "http-bad-no-status", "http-close-12"):
            result, conv, _ = ask(name, "-N", "-vv", "--trace", "--stats", "--report", "-", **ALICE)
            with self.subTest(name=name):
                self.assertIn(b"YWxpY2U6UzNjcmV0", conv.messages[0])
                for secret in ("S3cret", b"S3cret".hex(), b"S3cret".hex(" "), "YWxpY2U6UzNjcmV0",
                               b"YWxpY2U6UzNjcmV0".hex(), b"YWxpY2U6UzNjcmV0".hex(" ")):
                    self.assertNotIn(secret, result.err)
                self.assertIn("Proxy-Authorization: Basic (hidden)", result.err)
                self.assertIn("CONNECT echo.test:80 HTTP/1.1", result.err)


if __name__ == "__main__":
    unittest.main()
