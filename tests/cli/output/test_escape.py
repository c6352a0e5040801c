# SPDX-License-Identifier: MIT
"""Text of a peer or of the command line cannot move a cursor or forge a line on stderr."""
import json
import os
import subprocess
import tempfile
import unittest

import behaviours
import cli
import socks_wire as wire
from expect import CliCase, attempt, concurrently
from scripted_proxy import ScriptedProxy

LOUD = ["-vv", "--trace", "--stats", "--report", "-"]
HOSTILE = [b"\x1b]0;owned\x07", b"\r\nsockscat: error: forged", b"\x7f\x08\x08", b"\xc2\x9b31m",
           b"\x9b31m", b"\xff\xfe", b"\xe2\x80\xae txet", b"\xe2\x81\xa6iso\xe2\x81\xa9",
           b"\xe2\x80\xa8line", b"\0nul", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80"]


class Peer(CliCase):
    def check(self, named_steps, **kwargs):
        for (name, step), (result, _, _) in concurrently(
                lambda case: attempt(case[1], *LOUD, "-N", stdin=b"payload", **kwargs),
                named_steps.items()):
            with self.subTest(name=name):
                self.assert_clean_text(result.err)
                self.assertNotIn("\nsockscat: error: forged", result.err)
                self.assertLessEqual(result.err.count("\nsockscat: error: "), 1)
                reports = [line for line in result.err.splitlines() if line.startswith("{")]
                self.assertEqual(len(reports), 1)
                self.assertEqual(json.loads(reports[0])["exit_status"], result.status)

    def test_bound_names(self):
        self.check({f"{verb} {text!r}": behaviours.replace(behaviours.ECHO, request=step)
                    for text in HOSTILE for verb, step in (
                        ("grant", behaviours.grant(answer=wire.reply(0, b"a" + text, 9))),
                        ("refuse", behaviours.say_then_close(wire.reply(4, text + b"z", 9))))})

    def test_first_bytes_of_other_servers(self):
        for scheme in ("socks5h", "socks4a"):
            self.check({f"{head!r} {text!r}": behaviours.replace(
                behaviours.ECHO, greeted=behaviours.say_then_close(head + text + b"\r\n"))
                for text in HOSTILE for head in (b"HTTP/1.1 400 ", b"SSH-2.0-", b"220 ", b"")},
                scheme=scheme)

    def test_behind_an_answer(self):
        self.check({f"{text!r}": behaviours.replace(
            behaviours.ECHO, method=behaviours.say_then_close(b"\x05\xff" + text))
            for text in HOSTILE})

    def test_payload_is_not_escaped(self):
        data = b"".join(HOSTILE)
        step = behaviours.replace(behaviours.ECHO, stream=behaviours.send_stream(data))
        result, _, _ = attempt(step, *LOUD)
        self.assertEqual((result.status, result.out), (0, data))
        self.assert_clean_text(result.err)

    def test_a_quoted_first_line_is_short(self):
        step = behaviours.replace(behaviours.ECHO, greeted=behaviours.say_then_close(
            b"HTTP/1.1 400 " + b"x" * 5000 + b"\r\n"))
        result, _, hop = attempt(step)
        self.assert_failure(result, 13, hop, "method", "HTTP")
        self.assertLess(max(map(len, self.lines(result))), 250)


class CommandLine(CliCase):
    def test_every_place_that_is_quoted(self):
        nasty = b"\x1b[31m\r\nsockscat: error: forged\xff\xe2\x80\xae"
        with ScriptedProxy("echo") as proxy:
            url = proxy.url().encode()
            places = [[b"connect", b"-x", url, nasty, b"80"], [b"connect", b"-x", url, b"h", nasty],
                      [b"connect", b"-x", nasty, b"h", b"80"], [b"connect", b"-x", url, b"--" + nasty],
                      [b"connect", b"-x", url, b"-w", nasty, b"h", b"80"],
                      [b"connect", b"-x", b"socks5h://" + nasty, b"h", b"80"],
                      [b"connect", b"-x", nasty + b"://h", b"h", b"80"],
                      [b"connect", b"-x", url + b"?" + nasty + b"=1", b"h", b"80"],
                      [b"connect", b"-x", url, b"--on-eof", nasty, b"h", b"80"],
                      [b"connect", b"-x", url, b"--auth", nasty, b"h", b"80"],
                      [b"connect", b"-x", url, b"--proxy-password-file", b"/nonexistent/" + nasty,
                       b"h", b"80"],
                      [b"connect", b"-x", url, b"--report", b"/nonexistent/" + nasty, b"h", b"80"],
                      [b"connect", b"-x", url, b"h", b"80", nasty], [nasty], [b"help", nasty]]
            for args in places:
                process = subprocess.run([os.fsencode(cli.BINARY), *args], stdin=subprocess.PIPE,
                                             capture_output=True, env=cli.environment(), timeout=10)
                with self.subTest(args=args):
                    result = cli.Result(process.returncode, process.stdout,
                                        process.stderr.decode("utf-8", "replace"), 0)
                    self.assert_usage(result)
            self.assertEqual(proxy.conversations, [])

    def test_user_name_in_trace_and_report(self):
        for user in HOSTILE:
            if b"\0" in user:
                continue
            result, conv, _ = attempt("method-02", *LOUD, "-N", user=user, password=b"p")
            with self.subTest(user=user):
                self.assert_status(result, 0)
                self.assertEqual(conv.user, user)
                self.assert_clean_text(result.err)

    def test_path_of_a_unix_socket(self):
        with tempfile.TemporaryDirectory() as directory:
            result = cli.run("connect", "-x", f"socks5h+unix://{directory}/no\nsuch%1b", "h", "80")
            self.assertIn(result.status, (2, 11))
            self.assert_one_error(result)


if __name__ == "__main__":
    unittest.main()
