# SPDX-License-Identifier: MIT
"""The warning about a password that crosses a network in clear text: when, how often, and when not."""
import unittest

import certificates
import cli
import isolation
from expect import CliCase, attempt, through
from scripted_proxy import ScriptedProxy
from tls_layer import Tls

ALICE = {"user": "alice", "password": "S3cret"}
OUTSIDE = {"host": isolation.OUTSIDE}
WARNING = "sockscat: warning: {hop}: the password crosses the network unencrypted (there is no TLS)\n"


class InClear(CliCase):
    def assert_warned(self, result, hop, status=0):
        self.assert_status(result, status)
        self.assertEqual(result.err, WARNING.format(hop=hop))

    def assert_quiet(self, result):
        self.assert_status(result, 0)
        self.assertEqual(result.err, "")

    def test_to_another_address(self):
        for behaviour, scheme in (("method-02", "socks5h"), ("echo", "http")):
            with self.subTest(scheme=scheme):
                result, _, hop = attempt(behaviour, "-z", proxy_options=OUTSIDE, scheme=scheme, **ALICE)
                self.assert_warned(result, hop)

    def test_once_a_run(self):
        with ScriptedProxy("method-02", **OUTSIDE) as proxy:
            self.assert_warned(through(proxy, "-z", port="80-83", **ALICE), proxy.hop)
            self.assertEqual(len(proxy.conversations), 4)
        with ScriptedProxy("good", users={b"alice": b"S3cret"}, **OUTSIDE) as first, \
                ScriptedProxy("method-02") as last:
            self.assert_warned(cli.run("connect", "-z", "-x", first.url(**ALICE), "-x", last.url(**ALICE),
                                       "echo.test", "80"), first.hop)
            self.assertEqual(last.conversation().password, b"S3cret")

    def test_quiet_keeps_it_back(self):
        result, _, _ = attempt("method-02", "-z", "-q", proxy_options=OUTSIDE, **ALICE)
        self.assert_quiet(result)

    def test_not_on_this_machine(self):
        for host in ("127.0.0.1", "::1", "unix"):
            with self.subTest(host=host), ScriptedProxy("method-02", host=host) as proxy:
                self.assert_quiet(cli.run("connect", "-z", "-x", proxy.url(**ALICE), "echo.test", "80"))

    def test_not_when_no_password_is_sent(self):
        for behaviour, options, login in (("method-00", (), ALICE), ("method-00", (), {}),
                                          ("chap", ("--auth", "chap"), {"user": b"alice", "password": b"secret"})):
            with self.subTest(behaviour=behaviour):
                result, _, _ = attempt(behaviour, "-z", *options, proxy_options=OUTSIDE, **login)
                self.assert_quiet(result)

    def test_not_inside_tls(self):
        with ScriptedProxy("method-02", tls=Tls(), **OUTSIDE) as proxy:
            result = cli.run("connect", "-z", "-x",
                             proxy.url(**ALICE, cacert=certificates.ca(), servername="localhost"), "echo.test", "80")
            self.assert_quiet(result)


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
