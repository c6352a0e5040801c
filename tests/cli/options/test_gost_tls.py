# SPDX-License-Identifier: MIT
"""--auth gost-tls: gost's methods 80 and 82, TLS that begins behind the method reply."""
import unittest

import behaviours
import certificates
import cli
import socks_wire as wire
from expect import CliCase, attempt, concurrently
from scripted_proxy import ScriptedProxy
from steps import select_tls
from tls_layer import Tls

GOST = behaviours.replace(behaviours.ECHO, method=select_tls())     # it plays the target, too
AUTH = ("--auth", "gost-tls")
CA = ("--proxy-cacert", certificates.ca())
ALICE = {"user": b"alice", "password": b"S3cret"}
USERS = {b"alice": b"S3cret"}
REQUEST = wire.request("echo.test", 80)
SOON = 3


def attempt_gost(*options, behaviour=GOST, tls=None, users=None, **kwargs):
    kwargs.setdefault("stdin", b"payload")
    proxy_options = {"in_band": tls or Tls(), "users": users}
    return attempt(behaviour, *AUTH, *options, proxy_options=proxy_options, **kwargs)


class GostTls(CliCase):
    def test_without_a_password(self):
        for pace in (None, 0.001):
            result, conv, _ = attempt_gost("-N", *CA, pace=pace)
            with self.subTest(pace=pace):
                self.assert_success(result, b"payload")
                self.assertEqual(conv.messages, [wire.greeting(0x80), REQUEST])
                self.assertNotIn(b"echo.test", bytes(conv.tls.raw))
                self.assertNotIn(b"payload", bytes(conv.tls.raw))
                self.assertIsNone(conv.tls.sni)

    def test_with_a_password(self):
        result, conv, _ = attempt_gost("-N", *CA, users=USERS, **ALICE)
        self.assert_success(result, b"payload")     # and no warning of a password in clear text
        self.assertEqual(conv.messages, [wire.greeting(0x80, 0x82), wire.userpass(b"alice", b"S3cret"), REQUEST])
        for secret in (b"alice", b"S3cret", b"payload"):
            self.assertNotIn(secret, bytes(conv.tls.raw))

    def test_a_proxy_without_users_is_told_no_password(self):
        result, conv, _ = attempt_gost("-N", *CA, **ALICE)
        self.assert_success(result, b"payload")
        self.assertEqual(conv.messages, [wire.greeting(0x80, 0x82), REQUEST])

    def test_a_wrong_password(self):
        result, _, hop = attempt_gost(*CA, users={b"alice": b"other"}, **ALICE)
        self.assert_failure(result, 15, hop, "auth", "rejected")
        self.assertNotIn("S3cret", result.err)

    def test_a_proxy_with_users_wants_one(self):
        result, _, hop = attempt_gost(*CA, users=USERS)
        self.assert_failure(result, 14, hop, "method", "gost")

    def test_beside_other_methods(self):
        result, conv, _ = attempt(GOST, "-N", "--auth", "none,password,gost-tls", *CA, stdin=b"payload",
                                  proxy_options={"in_band": Tls(), "users": USERS}, **ALICE)
        self.assert_success(result, b"payload")
        self.assertEqual(conv.messages[0], wire.greeting(0, 2, 0x80, 0x82))

    def test_it_is_never_offered_unasked(self):
        result, conv, hop = attempt(GOST, proxy_options={"in_band": Tls()})
        self.assert_failure(result, 14, hop, "method")
        self.assertEqual(conv.messages, [wire.greeting(0)])

    def test_the_trace_has_no_password(self):
        result, _, _ = attempt_gost("-N", "--trace", *CA, users=USERS, **ALICE)
        self.assert_status(result, 0)
        self.assertIn("TLS and user name/password (gost)", result.err)
        self.assertNotIn("S3cret", result.err)
        self.assertNotIn(b"S3cret".hex(), result.err)


class Trust(CliCase):
    """As with +tls: nothing is said before the certificate is good."""

    def test_each_reason(self):
        cases = {"untrusted": "not trusted", "self-signed": "self-signed", "expired": "expired",
                 "other-name": "not for 127"}
        for kind, (result, conv, hop) in concurrently(
                lambda kind: attempt_gost(*CA, tls=Tls(cert=kind), users=USERS, **ALICE), cases):
            with self.subTest(kind=kind):
                self.assert_failure(result, 12, hop, "tls", cases[kind], within=SOON)
                self.assertEqual(conv.messages, [wire.greeting(0x80, 0x82)])
                self.assertEqual(bytes(conv.payload), b"")
                self.assertIn("alert", conv.tls_error)

    def test_the_system_does_not_know_our_authority(self):
        result, _, hop = attempt_gost()
        self.assert_failure(result, 12, hop, "tls", "not trusted", within=SOON)
        self.assertRegex(result.err, "hint: .*--proxy-cacert")

    def test_the_settings_may_stand_in_the_url(self):
        with ScriptedProxy(GOST, in_band=Tls(cert="name")) as proxy:
            url = f"socks5h://{proxy.hop}?cacert={certificates.ca()}&servername=proxy.test"
            result = cli.run("connect", "-x", url, *AUTH, "-N", "echo.test", "80", stdin=b"payload")
            self.assert_success(result, b"payload")
            self.assertEqual(proxy.conversation().tls.sni, "proxy.test")

    def test_insecure_warns(self):
        result, _, _ = attempt_gost("-N", "--proxy-insecure", tls=Tls(cert="expired"))
        self.assert_status(result, 0)
        self.assertEqual(result.out, b"payload")
        self.assertRegex(result.err, r"warning: [^\n]*not verified")

    def test_a_client_certificate(self):
        mine = certificates.get("client")
        result, conv, _ = attempt_gost("-N", *CA, "--proxy-cert", mine.cert, "--proxy-key", mine.key,
                                       tls=Tls(client_ca="ca"))
        self.assert_success(result, b"payload")
        self.assertEqual(conv.tls.peer_subject(), "client certificate")
        result, _, hop = attempt_gost(*CA, tls=Tls(client_ca="ca"))
        self.assert_failure(result, 12, hop, "tls", "client certificate", within=SOON)

    def test_a_proxy_that_goes_on_without_tls(self):
        for behaviour, words in (("gost-tls-banner", "does not speak TLS.*SSH"), ("gost-tls-plain", "")):
            result, conv, hop = attempt_gost(*CA, "-w", "1", behaviour=behaviour, **ALICE)
            with self.subTest(behaviour=behaviour):
                self.assertIn(result.status, (12, 124))
                self.assert_failure(result, result.status, hop, "tls", words, within=SOON)
                self.assertNotIn(b"S3cret", bytes(conv.payload) + b"".join(conv.messages))
                self.assertNotIn(b"echo.test", bytes(conv.payload) + b"".join(conv.messages))

    def test_the_time_limit(self):
        for budget in (1, 300):
            result, _, hop = attempt_gost(*CA, "-w", "0.6", tls=Tls(budget=budget, then="silence"))
            self.assert_failure(result, 124, hop, "tls", r"0\.6 s", within=SOON)


if __name__ == "__main__":
    unittest.main()
