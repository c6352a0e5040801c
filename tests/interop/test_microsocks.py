# SPDX-License-Identifier: MIT
"""microsocks: SOCKS5, one recv for each message, and no half-close."""
import unittest

import cli
import interop
import isolation
import servers
from http_target import get

LOGIN = ("alice", "wonder land")


class Microsocks(interop.Carries):
    half_close = False
    pipelines = False
    refusals = {"closed": 25, "closed6": 25, "unreachable": 24, "unreachable6": 24,
                "no route": 23, "no route6": 23, "no name": 21}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.endpoint = cls.enterClassContext(servers.microsocks())

    def test_proxy_over_ipv6(self):
        with servers.microsocks("::1") as self.endpoint:
            self.fetch("socks5h", "127.0.0.1")
            self.fetch("socks5h", "::1")

    def test_another_protocol_is_told_from_a_refusal(self):
        for scheme in ("socks4", "socks4a"):
            with self.subTest(scheme=scheme):
                result = self.connect(scheme, "127.0.0.1", self.web)
                self.assert_failure(result, 13, self.hop(), "request")
                self.assertRegex(result.err, "hint: .*socks5h")

    def test_target_that_never_answers(self):
        result = self.connect("socks5h", isolation.BLACK_HOLE, 80, "-w", "0.5")
        self.assert_failure(result, 124, self.hop(), "request", within=3)

    def test_proxy_that_is_not_there(self):
        with servers.microsocks() as self.endpoint:
            pass
        self.assert_failure(self.connect("socks5h", "127.0.0.1", self.web), 11, self.hop(), "connect", "refused")


class Password(interop.Carries):
    half_close = False
    pipelines = False
    refusals = {"closed": 25}
    login = "alice:wonder%20land"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.endpoint = cls.enterClassContext(servers.microsocks(login=LOGIN))

    def test_password_from_the_environment(self):
        result = cli.run("connect", "-x", self.endpoint.url(), "--proxy-user", "alice", "127.0.0.1", self.web,
                         env=cli.environment(SOCKSCAT_PASSWORD=LOGIN[1]), stdin=get("/"))
        self.assert_status(result, 0)
        self.assertTrue(result.out.endswith(b"It works.\n"))

    def test_wrong_password(self):
        self.login = "alice:wonder%20lamp"
        result = self.connect("socks5h", "127.0.0.1", self.web)
        self.assert_failure(result, 15, self.hop(), "auth")
        self.assertNotIn("lamp", result.err)

    def test_no_credentials(self):
        self.login = ""
        result = self.connect("socks5h", "127.0.0.1", self.web)
        self.assert_failure(result, 14, self.hop(), "method")
        self.assertRegex(result.err, "hint: ")


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
