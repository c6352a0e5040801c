# SPDX-License-Identifier: MIT
"""Dante: SOCKS4 without 4a, SOCKS5, real bound addresses."""
import json
import tempfile
import unittest

import interop
import isolation
import servers
from http_target import get


class Dante(interop.Carries):
    schemes = ("socks4", "socks5", "socks5h")
    refusals = {"closed": 25, "closed6": 25, "unreachable": 24, "no route": 23, "no route6": 23, "no name": 24}
    rejects_old = {"closed": 21, "unreachable": 21, "no route": 21}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.endpoint = cls.enterClassContext(servers.dante())

    def test_proxy_over_ipv6(self):
        with servers.dante("::1") as self.endpoint:
            for scheme in self.schemes:
                self.fetch(scheme, "127.0.0.1")

    def test_name_in_socks4a_is_refused(self):
        result = self.connect("socks4a", isolation.PROXY_NAME, self.web)
        self.assert_failure(result, 21, self.hop(), "request")

    def test_report_tells_the_bound_address(self):
        with tempfile.NamedTemporaryFile() as file:
            self.connect("socks5h", "127.0.0.1", self.web, "--report", file.name, stdin=get("/"))
            report = json.load(file)
        self.assertRegex(report["bound"], r"^127\.0\.0\.1:[1-9]\d*$")
        self.assertEqual((report["sent"], report["exit_status"], report["error"]), (len(get("/")), 0, None))


class Password(interop.Carries):
    refusals = {"closed": 25}
    login = f"{isolation.USER}:{isolation.PASSWORD.replace(' ', '%20')}"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.endpoint = cls.enterClassContext(servers.dante(method="username"))

    def test_wrong_password(self):
        self.login = f"{isolation.USER}:wrong"
        self.assert_failure(self.connect("socks5h", "127.0.0.1", self.web), 15, self.hop(), "auth")

    def test_no_credentials(self):
        self.login = ""
        self.assert_failure(self.connect("socks5h", "127.0.0.1", self.web), 14, self.hop(), "method")


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
