# SPDX-License-Identifier: MIT
"""What tests assert about a run, in the words of the contract."""
import re
import unittest
from concurrent.futures import ThreadPoolExecutor

import cli
from scripted_proxy import ScriptedProxy

NAME, PORT = "echo.test", 80


def concurrently(function, cases, workers=6):
    """[(case, function(case))] in the order of the cases, several running at the same time.

    The first exception (a run that hung) ends it: the cases that have not begun are dropped.
    """
    cases = list(cases)
    pool = ThreadPoolExecutor(workers)
    try:
        return list(zip(cases, pool.map(function, cases)))
    finally:
        pool.shutdown(cancel_futures=True)


def through(proxy, *options, scheme="socks5h", host=NAME, port=PORT, user=None, password=None,
            **kwargs):
    """connect through this scripted proxy."""
    kwargs.setdefault("timeout", 15)
    return cli.run("connect", "-x", proxy.url(scheme, user, password), *options,
                   host, port, **kwargs)


def attempt(behaviour, *options, pace=None, proxy_options=None, **kwargs):
    """One run against a fresh proxy: (result, the client's conversation, the hop's name)."""
    with ScriptedProxy(behaviour, pace=pace, **(proxy_options or {})) as proxy:
        result = through(proxy, *options, **kwargs)
        if not proxy.conversations:
            raise AssertionError(f"it never connected: exit {result.status}, {result.err!r}")
        conv = proxy.conversations[0]
        if not conv.wait_closed():
            raise AssertionError("the connection to the proxy was left open")
        return result, conv, proxy.hop


class CliCase(unittest.TestCase):
    maxDiff = None

    def lines(self, result):
        return result.err.splitlines()

    def assert_status(self, result, status):
        self.assertEqual(result.status, status, f"stderr: {result.err!r} stdout: {result.out[:80]!r}")

    def assert_clean_text(self, text):
        """Newline is the only control character; nothing can move a cursor or forge a line."""
        bad = re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufffd]",
                        text)
        self.assertIsNone(bad, f"control or broken character in {text!r}")

    def assert_one_error(self, result, pattern=""):
        """One error line, matching; at most one hint, behind it; only warnings before it."""
        self.assert_clean_text(result.err)
        lines = self.lines(result)
        kinds = [match[1] if (match := re.match(r"sockscat: (error|hint|warning): ", line)) else line
                 for line in lines]
        errors = [line for line in lines if line.startswith("sockscat: error: ")]
        self.assertEqual(len(errors), 1, f"error lines in {result.err!r}")
        while kinds and kinds[0] == "warning":
            kinds.pop(0)
        self.assertIn(kinds, (["error"], ["error", "hint"]), f"stderr: {result.err!r}")
        if pattern:
            self.assertRegex(errors[0], pattern)

    def assert_failure(self, result, status, hop, stage, cause="", out=b"", within=None):
        """The documented failure: exit status, one line that names hop, stage and cause."""
        self.assert_status(result, status)
        self.assert_one_error(
            result, f"^(?i:sockscat: error: (?:proxy )?{re.escape(hop)}: (?:{stage}): .*(?:{cause}))")
        self.assertEqual(result.out, out)
        if within is not None:
            self.assertLess(result.seconds, cli.slack(within), f"took too long; stderr: {result.err!r}")

    def assert_success(self, result, out=b""):
        self.assert_status(result, 0)
        self.assertEqual(result.out, out)
        self.assert_silent(result.err)

    def assert_silent(self, err):
        """Nothing on stderr; but when the far side ends right behind our half-close, which depends
        on the round trip, a hint may say what that can mean."""
        self.assertRegex(err, r"\A(sockscat: hint: [^\n]* half-close[^\n]*\n)?\Z")

    def assert_usage(self, result, pattern=""):
        self.assert_status(result, 2)
        self.assertEqual(result.out, b"")
        self.assert_one_error(result, pattern)
