# SPDX-License-Identifier: MIT
"""ssh -D: SOCKS4, 4a and 5 without credentials; it closes instead of refusing."""
import unittest

import interop
import isolation
import servers


class SshDynamic(interop.Carries):
    schemes = ("socks4", "socks4a", "socks5", "socks5h")
    refusals = dict.fromkeys(("closed", "closed6", "unreachable", "no route", "no name"), 16)
    rejects_old = dict.fromkeys(("closed", "unreachable", "no route", "no name"), 16)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = cls.enterClassContext(servers.sshd())
        cls.endpoint = cls.enterClassContext(servers.ssh_dynamic(server))

    def test_refusal_without_a_reply_gets_a_hint(self):
        for scheme in ("socks4a", "socks5h"):
            with self.subTest(scheme=scheme):
                result = self.connect(scheme, *self.refused_targets()["closed"])
                self.assert_failure(result, 16, self.hop(), "request", "closed")
                self.assertRegex(result.err, "hint: .*ssh -D")

    def test_only_a_password_offered(self):
        self.login = "alice:secret"
        result = self.connect("socks5h", "127.0.0.1", self.web, "--auth", "password")
        self.assert_failure(result, 16, self.hop(), "method")


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
