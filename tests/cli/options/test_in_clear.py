# SPDX-License-Identifier: MIT
"""The warning about a password that crosses a network in clear text: when, how often, and when not."""
import re
import unittest

import certificates
import cli
import isolation
from expect import CliCase, attempt, through
from scripted_proxy import ScriptedProxy
from terminal import Terminal
from tls_layer import Tls

ALICE = {"user": "alice", "password": "S3cret"}
OUTSIDE = {"host": isolation.OUTSIDE}
WARNING = "sockscat: warning: {hop}: the password is sent unencrypted (no TLS)\n"


class InClear(CliCase):
    def warnings(self, result):
        self.assert_status(result, 0)
        return [line + "\n" for line in result.err.splitlines() if line.startswith("sockscat: warning: ")]

    def assert_warned(self, result, hop):
        self.assertEqual(self.warnings(result), [WARNING.format(hop=hop)])

    def assert_quiet(self, result):
        self.assertEqual(self.warnings(result), [])

    def test_to_another_address(self):
        for behaviour, scheme in (("method-02", "socks5h"), ("echo", "http")):
            with self.subTest(scheme=scheme):
                result, _, hop = attempt(behaviour, "-z", "-v", proxy_options=OUTSIDE, scheme=scheme, **ALICE)
                self.assert_warned(result, hop)

    def test_only_a_terminal_or_a_curious_user_is_told(self):
        with ScriptedProxy("method-02", **OUTSIDE) as proxy:
            result = through(proxy, "-z", **ALICE)
            self.assertEqual((result.status, result.err), (0, ""))
            with Terminal() as tty:
                self.assertEqual(through(proxy, "-z", stderr=tty.slave, **ALICE).status, 0)
                warning = WARNING.format(hop=proxy.hop).rstrip()
                self.assertTrue(tty.wait(lambda: warning.encode() in re.sub(rb"\x1b\[[0-9;]*m", b"", tty.output)),
                                tty.output)

    def test_once_a_run(self):
        with ScriptedProxy("method-02", **OUTSIDE) as proxy:
            self.assert_warned(through(proxy, "-z", "-v", port="80-83", **ALICE), proxy.hop)
            self.assertEqual(len(proxy.conversations), 4)
        with ScriptedProxy("good", users={b"alice": b"S3cret"}, **OUTSIDE) as first, \
                ScriptedProxy("method-02") as last:
            self.assert_warned(cli.run("connect", "-z", "-v", "-x", first.url(**ALICE), "-x", last.url(**ALICE),
                                       "echo.test", "80"), first.hop)
            self.assertEqual(last.conversation().password, b"S3cret")

    def test_not_for_a_hop_that_says_so(self):
        with ScriptedProxy("good", users={b"alice": b"S3cret"}, **OUTSIDE) as first, \
                ScriptedProxy("method-02", **OUTSIDE) as alone, ScriptedProxy("method-02") as last:
            def run(*urls):
                return cli.run("connect", "-z", "-v", *(word for url in urls for word in ("-x", url)), "echo.test", "80")
            self.assert_warned(run(alone.url(**ALICE)), alone.hop)
            self.assert_quiet(run(alone.url(**ALICE, clear=1)))
            known, unknown = last.url(**ALICE, clear=1), last.url(**ALICE)
            self.assert_warned(run(first.url(**ALICE), known), first.hop)
            self.assert_warned(run(first.url(**ALICE, clear=1), unknown), last.hop)
            self.assert_quiet(run(first.url(**ALICE, clear=1), known))

    def test_quiet_keeps_it_back(self):
        with ScriptedProxy("method-02", **OUTSIDE) as proxy, Terminal() as tty:
            self.assertEqual(through(proxy, "-z", "-q", stderr=tty.slave, **ALICE).status, 0)
            self.assertEqual(tty.drain(), b"")

    def test_not_on_this_machine(self):
        """The address counts: a name of this machine's own is no other machine."""
        for host in ("127.0.0.1", "::1", "unix"):
            with self.subTest(host=host), ScriptedProxy("method-02", host=host) as proxy:
                self.assert_quiet(cli.run("connect", "-z", "-v", "-x", proxy.url(**ALICE), "echo.test", "80"))
        with ScriptedProxy("good", users={b"alice": b"S3cret"}) as first, ScriptedProxy("method-02") as last:
            named = first.url(**ALICE, host=isolation.CLIENT_NAME)
            alone = last.url(**ALICE, host=isolation.CLIENT_NAME)
            self.assert_quiet(cli.run("connect", "-z", "-v", "-x", alone, "echo.test", "80"))
            self.assert_quiet(cli.run("connect", "-z", "-v", "-x", named, "-x", last.url(**ALICE), "echo.test", "80"))

    def test_not_when_no_password_is_sent(self):
        for behaviour, options, login in (("method-00", (), ALICE), ("method-00", (), {}),
                                          ("chap", ("--auth", "chap"), {"user": b"alice", "password": b"secret"})):
            with self.subTest(behaviour=behaviour):
                result, _, _ = attempt(behaviour, "-z", "-v", *options, proxy_options=OUTSIDE, **login)
                self.assert_quiet(result)

    def test_behind_a_hop_that_is_reached_by_tls(self):
        """TLS ends at the first hop, and its loopback is not ours."""
        with ScriptedProxy("good", tls=Tls(), **OUTSIDE) as first, ScriptedProxy("method-02") as last:
            url = first.url(cacert=certificates.ca(), servername="localhost")
            self.assert_warned(cli.run("connect", "-z", "-v", "-x", url, "-x", last.url(**ALICE), "echo.test", "80"),
                               last.hop)

    def test_not_inside_tls(self):
        with ScriptedProxy("method-02", tls=Tls(), **OUTSIDE) as proxy:
            result = cli.run("connect", "-z", "-v", "-x",
                             proxy.url(**ALICE, cacert=certificates.ca(), servername="localhost"), "echo.test", "80")
            self.assert_quiet(result)


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
