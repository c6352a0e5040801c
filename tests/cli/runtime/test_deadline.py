# SPDX-License-Identifier: MIT
"""One absolute limit over the whole set-up: exit 124, and the stage that was running is named."""
import subprocess
import unittest

import cli
from expect import CliCase, attempt, concurrently
from scripted_proxy import ScriptedProxy
from targets import FullListener

LIMIT = 0.5
ALICE = {"user": b"alice", "password": b"secret"}


class Deadline(CliCase):
    def assert_timely(self, result, limit=LIMIT):
        self.assertGreaterEqual(result.seconds, limit * 0.9)
        self.assertLess(result.seconds, cli.slack(limit + 1.0))

    def check(self, cases):
        """cases: (behaviour, stage, keyword arguments of attempt)"""
        for (name, stage, kwargs), (result, _, hop) in concurrently(
                lambda case: attempt(case[0], "--timeout", LIMIT, stdin=b"payload", **case[2]),
                cases, workers=12):
            with self.subTest(name=name):
                self.assert_failure(result, 124, hop, stage, r"no answer|0\.5 ?s")
                self.assert_timely(result)

    def test_silence_at_each_stage_and_byte(self):
        self.check([(f"blackhole-at-method-{count}", "method", {}) for count in (0, 1)]
                   + [(f"blackhole-at-auth-{count}", "auth", ALICE) for count in (0, 1)]
                   + [(f"blackhole-at-request-{count}", "request", {}) for count in range(10)]
                   + [(f"blackhole-at-request4-{count}", "request", {"scheme": "socks4a"})
                      for count in range(8)])

    def test_the_limit_runs_once(self):
        """A machine that is busy three times in a row for so long would be of no use for any test."""
        limit, tries = 1.0, []
        while len(tries) < 3 and (not tries or min(tries) >= limit + 0.5):
            result, _, hop = attempt("blackhole-at-method-0", "-w", limit)
            self.assert_failure(result, 124, hop, "method", r"1 ?s")
            tries.append(result.seconds)
        self.assertLess(min(tries), limit + 0.5, tries)

    def test_silence_on_a_unix_socket(self):
        self.check([("blackhole-at-method-0", "method", {"proxy_options": {"host": "unix"}})])

    def test_bytes_that_drip_do_not_extend_it(self):
        self.check([("drip", "method|request", {}), ("drip", "request", {"scheme": "socks4a"}),
                    ("drip", "method|auth|request", ALICE)])

    def test_a_proxy_that_never_accepts(self):
        with FullListener() as full:
            hop = f"{full.host}:{full.port}"
            result = cli.run("connect", "-x", hop, "-w", LIMIT, "echo.test", "80")
            self.assert_failure(result, 124, hop, "connect")
            self.assert_timely(result)

    def test_the_set_up_only(self):
        """Once the tunnel stands, the limit is over."""
        with ScriptedProxy("stream-silent") as proxy:
            process = cli.start("connect", "-x", proxy.url(), "--timeout", "0.3", "echo.test", "80")
            self.assertTrue(proxy.conversation().wait_stage("stream"))
            with self.assertRaises(subprocess.TimeoutExpired):
                process.wait(0.8)
            process.terminate()
            process.communicate()

    def test_fractions_and_the_short_option(self):
        for args in (["-w", "0.25"], ["-w0.25"], ["--timeout=.25"], ["--timeout", "0.250"]):
            result, _, hop = attempt("blackhole-at-method-0", *args)
            with self.subTest(args=args):
                self.assert_failure(result, 124, hop, "method", r"0\.25 ?s")
                self.assert_timely(result, 0.25)

    def test_zero_is_no_limit(self):
        with ScriptedProxy("blackhole-at-method-0") as proxy:
            process = cli.start("connect", "-x", proxy.url(), "--timeout", "0", "echo.test", "80")
            self.assertTrue(proxy.conversation().wait_stage("method"))
            with self.assertRaises(subprocess.TimeoutExpired):
                process.wait(0.5)
            process.terminate()
            process.communicate()

    def test_a_listed_port_each_has_the_limit(self):
        with ScriptedProxy("blackhole-at-request-0") as proxy:
            result = cli.run("connect", "-z", "-x", proxy.url(), "-w", LIMIT, "echo.test", "80-83")
            self.assert_status(result, 124)
            self.assertEqual(result.out, b"".join(b"%d\ttimeout\n" % port for port in range(80, 84)))
            self.assert_timely(result)

    def test_full_stdin_does_not_hide_the_deadline(self):
        with open("/dev/zero", "rb") as zero:
            result, conv, hop = attempt("blackhole-at-request-0", "-w", LIMIT, stdin=zero)
            self.assert_failure(result, 124, hop, "request")
            self.assert_timely(result)
            self.assertEqual(conv.payload, b"")


if __name__ == "__main__":
    unittest.main()
