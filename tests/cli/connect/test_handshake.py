# SPDX-License-Identifier: MIT
"""The handshake: exact bytes out, and every answer a proxy can give."""
import time
import unittest

import behaviours
import cli
import socks_wire as wire
import targets
from conversation import HangUp
from expect import CliCase, attempt, concurrently

SOON = 2.5      # seconds in which a decided failure must be reported, on a loaded machine
OPEN, LOGIN = wire.greeting(0), wire.greeting(0, 2)
NAMED = wire.request("echo.test", 80)
ALICE = {"user": b"alice", "password": b"secret"}
ALICES = wire.userpass(b"alice", b"secret")
PACES = (None, 0.001)


class Bytes(CliCase):
    def test_every_version_address_and_login(self):
        targets = {"echo.test": ("socks5h", "socks4a"), "192.0.2.7": ("socks5", "socks5h", "socks4",
                                                                       "socks4a"),
                   "2001:db8::7": ("socks5", "socks5h"), "n" * 255: ("socks5h", "socks4a")}
        logins = (None, (b"alice", b"secret"), (b"u" * 255, b"p" * 255), (b"a", b""), (b"", b""))
        cases = [(scheme, host, login, pace) for host, schemes in targets.items()
                 for scheme in schemes for login in logins for pace in PACES
                 if not (scheme.startswith("socks4") and login and login[1])]

        def one(case):
            scheme, host, login, pace = case
            user, password = login or (None, None)
            if scheme.startswith("socks4"):
                password = None
            return attempt("method-02" if login else "method-00", "-N", pace=pace, scheme=scheme,
                           host=host, user=user, password=password, stdin=b"payload")

        for (scheme, host, login, pace), (result, conv, _) in concurrently(one, cases):
            with self.subTest(scheme=scheme, host=host, login=login, pace=pace):
                self.assert_success(result, b"payload")
                if scheme.startswith("socks4"):
                    expected = [wire.request4(host, 80, login[0] if login else b"")]
                elif login:
                    expected = [LOGIN, wire.userpass(*login), wire.request(host, 80)]
                else:
                    expected = [OPEN, wire.request(host, 80)]
                self.assertEqual(conv.messages, expected)
                self.assertEqual(bytes(conv.payload), b"payload")

    def test_each_message_is_one_write(self):
        for scheme, login in (("socks5h", {}), ("socks5h", ALICE), ("socks4a", {})):
            for host in ("echo.test", "n" * 255, "192.0.2.7"):
                with self.subTest(scheme=scheme, host=host):
                    steps = behaviours.replace(behaviours.TABLE["method-02" if login else "echo"],
                                               reading="per-recv")
                    result, _, _ = attempt(steps, "-N", scheme=scheme, host=host, stdin=b"hello",
                                           **login)
                    self.assert_success(result, b"hello")

    def test_nothing_is_sent_ahead_without_pipeline(self):
        steps = behaviours.replace(behaviours.ECHO, request=lambda conv: (
            behaviours.refuse(1)(conv) if conv.has_early_bytes() else behaviours.grant()(conv)))
        for scheme in ("socks5h", "socks4a"):
            result, _, _ = attempt(steps, "-N", scheme=scheme, stdin=b"hello")
            self.assert_success(result, b"hello")

    def test_pipeline_sends_all_at_once(self):
        def waits(conv):        # answers the greeting only when the request is there as well
            conv.method = conv.offered[0]
            if conv.method == 2:
                conv.read_userpass()
            conv.read_request()
            conv.put(bytes([5, conv.method]) + (b"\1\0" if conv.method == 2 else b"")
                     + behaviours.GRANTED)
            behaviours.echo(conv)
            raise HangUp
        steps = behaviours.replace(behaviours.ECHO, method=waits)
        for options, messages in (((), [OPEN, NAMED]),
                                  (("--isolate=tok",),
                                   [wire.greeting(2), wire.userpass(b"<torS0X>0", b"tok"), NAMED])):
            with self.subTest(options=options):
                result, conv, _ = attempt(steps, "-N", "--pipeline", *options, stdin=b"hello")
                self.assert_success(result, b"hello")
                self.assertEqual(conv.messages, messages)
        result, conv, _ = attempt(steps, "-N", "--pipeline", "--auth", "password", stdin=b"hello",
                                  **ALICE)
        self.assert_success(result, b"hello")
        self.assertEqual(conv.messages, [wire.greeting(2), ALICES, NAMED])

    def test_pipeline_through_a_proxy_that_drops_the_rest(self):
        result, _, hop = attempt("over-reader", "--pipeline", "--timeout", "0.5")
        self.assert_failure(result, 124, hop, "request", "no answer")
        self.assertRegex(result.err, "hint: .*--pipeline")


class Tolerated(CliCase):
    """Oddities of real proxies that are no failure."""

    def check(self, cases, **kwargs):
        cases = [(name, pace) for name in cases for pace in PACES]
        for (name, pace), (result, _, _) in concurrently(
                lambda case: attempt(case[0], "-N", pace=case[1], stdin=b"payload", **kwargs),
                cases):
            with self.subTest(name=name, pace=pace):
                self.assert_success(result, b"payload")

    def test_replies(self):
        self.check(["reply-name", "reply-name-empty", "reply-name-255", "reply-name-hostile",
                    "reply-ipv6", "reply-rsv", "method-with-reply", "rep-00"])

    def test_socks4_reply(self):
        self.check(["vn-00", "vn-04", "cd-5a"], scheme="socks4a")

    def test_login_status_in_version_1(self):
        self.check(["auth-version-01", "method-02", "method-00"], **ALICE)

    def test_login_status_in_version_5_with_a_warning(self):
        for pace in PACES:
            result, _, hop = attempt("auth-version-05", "-N", pace=pace, stdin=b"payload", **ALICE)
            self.assert_status(result, 0)
            self.assertEqual(result.out, b"payload")
            self.assert_clean_text(result.err)
            self.assertIn(result.err.count("\n"), (0, 1))
            if result.err:
                self.assertRegex(result.err, "^sockscat: warning: ")

    def test_payload_glued_to_the_reply(self):
        for scheme in ("socks5h", "socks4a"):
            for pace in PACES:
                result, _, _ = attempt("reply-with-payload", "-N", pace=pace, scheme=scheme,
                                       stdin=b"client\n")
                self.assert_success(result, b"SSH-2.0-hello\r\nclient\n")

    def test_success_then_closed(self):
        for scheme in ("socks5h", "socks4a"):
            for stdin in (b"", b"payload"):
                result, _, _ = attempt("early-success", scheme=scheme, stdin=stdin)
                self.assert_status(result, 0)
                self.assertEqual(result.out, b"")
                self.assertRegex(result.err, r"\Asockscat: hint: [^\n]*target may be unreachable\n\Z")


class Codes(CliCase):
    """Every value of every byte that carries a verdict."""

    def check(self, cases, stage, status, cause, within=SOON, **kwargs):
        """cases: behaviour -> (exit status, cause)."""
        for name, (result, conv, hop) in concurrently(
                lambda name: attempt(name, stdin=b"payload", **kwargs), cases):
            with self.subTest(name=name):
                self.assert_failure(result, status(name), hop, stage, cause(name), within=within)
                self.assertEqual(conv.payload + conv.late, b"", "something was sent after a failure")

    def test_socks5_replies(self):
        def status(name):
            code = int(name[4:], 16)
            return 20 + code if code <= 8 else code - 0xF0 + 30 if 0xF0 <= code <= 0xF7 else 29
        words = {1: "general", 2: "not allow", 3: "network unreachable", 4: "host unreachable",
                 5: "refused", 6: "ttl", 7: "command", 8: "address type"}
        self.check([f"rep-{code:02x}" for code in range(1, 256)], "request", status,
                   lambda name: words.get(int(name[4:], 16), f"0x{name[4:]}|REP {name[4:]}"))

    def test_the_message_quotes_the_reply_code_and_the_target(self):
        result, _, hop = attempt("rep-05")
        self.assert_failure(result, 25, hop, "request", r"echo\.test:80.*REP 05")

    def test_socks4_replies(self):
        self.check([f"cd-{code:02x}" for code in range(256) if code != 0x5A], "request",
                   lambda name: {"5b": 21, "5c": 15, "5d": 15}.get(name[3:], 29),
                   lambda name: "ident" if name[3:] in ("5c", "5d") else
                   "reject|fail|refus" if name[3:] == "5b" else f"{int(name[3:], 16)}|{name[3:]}",
                   scheme="socks4a")

    def test_socks4_reply_versions(self):
        self.check([f"vn-{code:02x}" for code in range(256) if code not in (0, 4)], "request",
                   lambda _: 13, lambda _: "", scheme="socks4a")

    def test_methods_that_were_not_offered(self):
        self.check([f"method-{code:02x}" for code in range(1, 255)], "method", lambda _: 13,
                   lambda name: f"0x{name[7:]}.*not offered")
        self.check([f"method-{code:02x}" for code in range(1, 255) if code != 2], "method",
                   lambda _: 13, lambda name: f"0x{name[7:]}.*not offered", **ALICE)

    def test_no_login_where_one_was_demanded(self):
        for name in ("method-00", "method-01"):
            result, conv, hop = attempt(name, "--auth", "password", stdin=b"payload", **ALICE)
            self.assert_failure(result, 13, hop, "method", "not offered", within=SOON)
            self.assertEqual(conv.messages, [wire.greeting(2)] + conv.messages[1:])
            self.assertNotIn(b"echo.test", b"".join(conv.messages))

    def test_no_acceptable_method(self):
        for name in ("no-method", "no-method-trailer", "method-ff"):
            for login, offered in (({}, "no authentication"), (ALICE, "no authentication, user name/password")):
                result, conv, hop = attempt(name, **login)
                self.assert_failure(result, 14, hop, "method", offered, within=SOON)
                self.assertEqual(len([m for m in conv.messages if m]), 1)
        self.assertRegex(attempt("no-method")[0].err, "hint: .*(user|credential)")

    def test_method_reply_versions(self):
        for code in (0, 1, 3, 4, 6, 0x16, 0xFF):
            step = behaviours.replace(behaviours.ECHO, method=behaviours.say_then_close(
                bytes([code, 0])))
            result, _, hop = attempt(step)
            with self.subTest(code=code):
                self.assert_failure(result, 13, hop, "method", within=SOON)

    def test_login_status_versions(self):
        self.check([f"auth-version-{code:02x}" for code in range(256) if code not in (1, 5)],
                   "auth", lambda _: 13, lambda _: "", **ALICE)

    def test_reply_versions(self):
        self.check([f"reply-version-{code:02x}" for code in range(256) if code != 5], "request",
                   lambda _: 13, lambda _: "")

    def test_reply_address_types(self):
        self.check([f"reply-atyp-{code:02x}" for code in range(256) if code not in (1, 3, 4)],
                   "request", lambda _: 13, lambda _: "address type")


class Broken(CliCase):
    """Answers that end early, belong to another protocol, or never come whole."""

    def check(self, table, **kwargs):
        """table: behaviour -> (exit status, stage, cause)"""
        cases = [(name, pace) for name in table for pace in PACES]
        for (name, pace), (result, conv, hop) in concurrently(
                lambda case: attempt(case[0], pace=case[1], stdin=b"payload", **kwargs), cases):
            with self.subTest(name=name, pace=pace):
                status, stage, cause = table[name]
                self.assert_failure(result, status, hop, stage, cause, within=SOON)
                self.assertNotIn(b"payload", conv.payload + conv.late, "sent after a failure")

    def test_short_errors(self):
        words = {1: "general", 5: "refused", 7: "command", 8: "address type"}
        self.check({f"short-error-{code}-{count}": (20 + code, "request", words[code])
                    for code in words for count in (2, 3, 4)}
                   | {"error-atyp-0": (24, "request", "host unreachable"),
                      "error-atyp-3": (24, "request", "host unreachable"),
                      "error-name-hostile": (24, "request", "host unreachable"),
                      "error-with-trailer": (25, "request", "refused")})
        self.check({"vn-4-error": (21, "request", "reject|refus|fail")}, scheme="socks4a")

    def test_a_failure_is_reported_though_the_rest_never_comes(self):
        result, _, hop = attempt("error-then-silence")
        self.assert_failure(result, 25, hop, "request", "refused", within=4)

    def test_a_failure_is_reported_though_the_rest_only_drips(self):
        """The verdict is in the second byte; eight more would outlast the limit."""
        def drip(conv):
            for byte in wire.reply(5):
                conv.put(bytes([byte]))
                time.sleep(0.3)
            raise HangUp
        result, _, hop = attempt(behaviours.replace(behaviours.ECHO, request=drip), "-w", "1")
        self.assert_failure(result, 25, hop, "request", "refused")
        self.assertLess(result.seconds, 2.5, "it waited for all of the reply")

    def test_the_rest_of_a_refusal_is_waited_for_once(self):
        """Its end is half a minute away; each byte comes soon after the one before."""
        def drip(conv):
            for byte in wire.reply(5, "n" * 250):
                conv.put(bytes([byte]))
                time.sleep(0.12)
            raise HangUp
        result, _, hop = attempt(behaviours.replace(behaviours.ECHO, request=drip), "-w", "60", timeout=80)
        self.assert_failure(result, 25, hop, "request", "refused", within=10)

    def test_closed_instead_of_an_answer(self):
        self.check({f"close-at-{stage}-0": (16, stage, "closed")
                    for stage in ("method", "request")} | {"close-at-accept": (16, "method", "closed")})
        self.check({"close-at-auth-0": (16, "auth", "closed")}, **ALICE)
        self.check({"close-at-request4-0": (16, "request", "closed"),
                    "close-at-accept": (16, "request", "closed")}, scheme="socks4a")

    def test_reset_instead_of_an_answer(self):
        self.check({"reset-at-method-0": (16, "method", "reset|closed"),
                    "reset-at-request-0": (16, "request", "reset|closed")})
        self.check({"reset-at-auth-0": (16, "auth", "reset|closed")}, **ALICE)
        self.check({"reset-at-request4-0": (16, "request", "reset|closed")}, scheme="socks4a")

    def test_closed_within_an_answer(self):
        for verb in ("close", "reset"):
            self.check({f"{verb}-at-method-1": (13, "method", "1 of .*2 bytes")}
                       | {f"{verb}-at-request-{count}": (13, "request", f"{count} of ")
                          for count in range(1, 10)})
            self.check({f"{verb}-at-auth-1": (13, "auth", "1 of .*2 bytes")}, **ALICE)
            self.check({f"{verb}-at-request4-{count}": (13, "request", f"{count} of .*8 bytes")
                        for count in range(1, 8)}, scheme="socks4a")

    def test_a_close_is_explained(self):
        result, _, _ = attempt("close-at-method-0")
        self.assertRegex(result.err, "\nsockscat: hint: ")

    def test_other_servers_are_named(self):
        words = {"http": 'HTTP.*"HTTP/1.1 400 Bad Request"', "ssh": "SSH", "smtp": "220|SMTP|mail",
                 "ftp": "220|FTP", "imap": "IMAP|OK", "pop3": "POP3|OK", "html": "HTTP|<html>",
                 "tls-alert": "TLS", "tls-handshake": "TLS", "junk": "", "socks6": "",
                 "hostile-text": "HTTP"}
        for first in ("foreign", "banner"):
            self.check({f"{first}-{name}": (13, "method", word) for name, word in words.items()})
            self.check({f"{first}-{name}": (13, "request", word) for name, word in words.items()
                        if name not in ("socks6",)}, scheme="socks4a")

    def test_hints_name_the_way_out(self):
        for name, scheme, hint in (("foreign-ssh", "socks5h", "ssh -D"),
                                   ("foreign-tls-alert", "socks5h", "TLS"),
                                   ("foreign-http", "socks5h", "HTTP"),
                                   ("socks4-only", "socks5h", "socks4a?://"),
                                   ("socks5-only", "socks4a", "socks5h?://")):
            result, _, _ = attempt(name, scheme=scheme)
            with self.subTest(name=name):
                self.assertRegex(result.err, "\nsockscat: hint: .*" + hint)

    def test_the_other_version(self):
        self.check({"socks4-only": (13, "method", "SOCKS ?4"),
                    "socks4-only-vn-4": (13, "method", "SOCKS ?4")})
        self.check({"socks5-only": (13, "request", "SOCKS ?5")}, scheme="socks4a")

    def test_junk_behind_the_method(self):
        self.check({"method-with-junk": (13, "request", "")})

    def test_text_in_place_of_a_reply_is_quoted(self):
        text = b"HTTP/1.1 503 Gone\x1b[31m\r\nServer: x\r\n\r\n"
        for end in (behaviours.say_then_close, behaviours.say_then_silence):
            for stage, login in (("request", {}), ("auth", ALICE)):
                base = {"method": behaviours.select(2)} if stage == "auth" else {}
                step = behaviours.replace(behaviours.ECHO, **(base | {stage: end(text)}))
                result, _, hop = attempt(step, **login)
                self.assert_failure(result, 13, hop, stage, r'"HTTP/1\.1 503 Gone\\x1b\[31m"', within=SOON)
                self.assertNotIn("http://", result.err, "the greeting was answered in SOCKS5")
        result, _, hop = attempt(behaviours.replace(behaviours.ECHO, method=behaviours.select(3),
                                                    chap=behaviours.say_then_close(text)),
                                 "--auth", "chap", **ALICE)
        self.assert_failure(result, 13, hop, "auth", '"HTTP/1.1 503 Gone', within=SOON)

    def test_silence_within_an_answer(self):
        """How much of it came is said, and shown by the trace."""
        cases = [("method", 1, "1 of 2", "05 ", {}), ("request", 6, "6 of 10", "05 00 00 01", {}),
                 ("request", 3, "3 of at least 7", "05", {}), ("auth", 1, "1 of 2", "01", ALICE),
                 ("request4", 5, "5 of 8", "00", {"scheme": "socks4a"})]
        for (stage, count, part, _, options), (result, _, hop) in concurrently(
                lambda case: attempt(f"blackhole-at-{case[0]}-{case[1]}", "-w", "0.5", "--trace", **case[4]), cases):
            with self.subTest(stage=stage, count=count):
                self.assert_status(result, 124)
                self.assertIn(f"error: proxy {hop}: {stage.strip('4')}: its reply stopped after {part} bytes; the rest did not arrive within 0.5 s\n", result.err)
                self.assertNotIn("hint", result.err)
                shown = result.err.split("<-")[-1] if "<-" in result.err else result.err
                self.assertRegex(shown, r"VE?R?N? ", "the trace shows what came")
        result, _, _ = attempt("blackhole-at-request-0", "-w", "0.5", "--trace")
        self.assertIn("no answer within 0.5 s", result.err)


class Unreachable(CliCase):
    def test_nobody_listens(self):
        for host in ("127.0.0.1", "[::1]", "localhost"):
            port = targets.closed_port()
            result = cli.run("connect", "-x", f"{host}:{port}", "echo.test", "80")
            self.assert_failure(result, 11, f"{host}:{port}", "connect", "refused", within=SOON)


if __name__ == "__main__":
    unittest.main()
