# SPDX-License-Identifier: MIT
"""CHAP (method 3), against a proxy that knows alice and her secret."""
import unittest
import unittest.mock

import chap
import cli
import socks_wire as wire
from expect import CliCase, attempt, concurrently

ALICE = {"user": b"alice", "password": b"secret"}
PACES = (None, 0.001)
AUTH = ("--auth", "chap")
# lib/proto/README.md, CHAP
OPENING = bytes.fromhex("01 02 11 01 85 02 05 61 6c 69 63 65")
RESPONSE = bytes.fromhex("01 01 04 10 e7 40 94 24 47 4a 33 01 bd c9 bb 88 46 c8 63 62")


class Chap(CliCase):
    def test_messages_are_those_of_putty(self):
        for pace in PACES:
            result, conv, _ = attempt("chap", "-N", *AUTH, pace=pace, stdin=b"payload", **ALICE)
            self.assert_success(result, b"payload")
            self.assertEqual(conv.messages, [wire.greeting(3), OPENING, RESPONSE, wire.request("echo.test", 80)])

    def test_servers_differ(self):
        cases = [(name, pace) for name in ("chap-pico", "chap-scattered", "chap-text") for pace in PACES]
        for (name, pace), (result, _, _) in concurrently(
                lambda case: attempt(case[0], "-N", *AUTH, pace=case[1], stdin=b"payload", **ALICE), cases):
            with self.subTest(name=name, pace=pace):
                self.assert_success(result, b"payload")

    def test_names_and_passwords_of_any_size(self):
        for user, password in ((b"", b""), (b"u" * 255, b"p" * 255), (b"alice", b"\xff\xfe:@%")):
            with self.subTest(user=user[:8]):
                with unittest.mock.patch.dict(chap.USERS, {user: password}):
                    result, conv, _ = attempt("chap", "-N", *AUTH, stdin=b"payload", user=user, password=password)
                self.assert_success(result, b"payload")
                self.assertEqual(conv.user, user)

    def test_rejected(self):
        for name, login in (("chap", {"user": b"alice", "password": b"wrong"}),
                            ("chap", {"user": b"bob", "password": b"secret"}), ("chap-status-ff", ALICE),
                            ("chap-text", {"user": b"bob", "password": b"secret"})):
            for pace in PACES:
                with self.subTest(name=name, login=login, pace=pace):
                    result, _, hop = attempt(name, *AUTH, pace=pace, **login)
                    self.assert_failure(result, 15, hop, "auth", "rejected.*0xff")

    def test_broken_rules(self):
        cases = {"chap-early-success": "challenge", "chap-unoffered": "0x05", "chap-no-attributes": "attributes",
                 "chap-version-5": "0x05", "chap-endless": "challenge", "chap-chatter": "challenge",
                 "chap-flood": "256 KiB", "chap-cut": "ended after 8"}
        for name, (result, _, hop) in concurrently(lambda name: attempt(name, *AUTH, **ALICE), cases):
            with self.subTest(name=name):
                self.assert_failure(result, 13, hop, "auth", cases[name], within=5)

    def test_it_is_offered_only_when_asked_for(self):
        result, conv, hop = attempt("chap", **ALICE)
        self.assert_failure(result, 13, hop, "method", "not offered")
        self.assertEqual(b"".join(conv.messages), wire.greeting(0, 2))

    def test_no_password_in_clear_instead(self):
        result, conv, hop = attempt("method-02", *AUTH, **ALICE)
        self.assert_failure(result, 13, hop, "method", "not offered")
        self.assertEqual(b"".join(conv.messages), wire.greeting(3))
        self.assertEqual(conv.late, b"")

    def test_other_methods_beside_it(self):
        for behaviour, messages in (("chap", [OPENING, RESPONSE]), ("method-00", []),
                                    ("method-02", [wire.userpass(b"alice", b"secret")])):
            with self.subTest(behaviour=behaviour):
                result, conv, _ = attempt(behaviour, "-N", "--auth", "none,chap,password", stdin=b"hello", **ALICE)
                self.assert_success(result, b"hello")
                self.assertEqual(conv.messages,
                                 [wire.greeting(0, 3, 2), *messages, wire.request("echo.test", 80)])

    def test_nothing_secret_is_shown(self):
        for name in ("chap", "chap-text"):
            result, _, _ = attempt(name, "-N", "-vv", "--trace", *AUTH, stdin=b"x", **ALICE)
            self.assert_status(result, 0)
            self.assert_clean_text(result.err)
            self.assertIn("CHAP", result.err)
            self.assertIn("16 bytes hidden", result.err)
            squeezed = result.err.replace(" ", "").lower()
            for secret in ("secret", b"secret".hex(), RESPONSE[4:].hex()):
                self.assertNotIn(secret, squeezed)
        self.assertIn("\\x1b[31maway", result.err)

    def test_no_warning_of_a_password_in_clear(self):
        result, _, _ = attempt("chap", "-z", *AUTH, **ALICE)
        self.assertEqual(result.err, "")

    def test_a_silent_proxy(self):
        result, _, hop = attempt("chap-silent", *AUTH, "-w", "0.4", **ALICE)
        self.assert_failure(result, 124, hop, "auth", "no answer", within=2)

    def test_the_empty_password_is_hinted_at(self):
        result, _, _ = attempt("chap", *AUTH, user=b"alice", password=b"")
        self.assert_status(result, 15)
        self.assertRegex(result.err, "hint: .*password")


if __name__ == "__main__":
    unittest.main()
