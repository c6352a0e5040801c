# SPDX-License-Identifier: MIT
"""Tor without a network: what its SOCKS port answers by itself."""
import unittest

import cli
import isolation
import servers
from expect import CliCase


class Tor(CliCase):
    @classmethod
    def setUpClass(cls):
        cls.tor = cls.enterClassContext(servers.tor("ExtendedErrors"))

    def connect(self, endpoint, host, *options, scheme="socks5h", login=""):
        return cli.run("connect", "-x", endpoint.url(scheme, login), *options, host, 80)

    def refused(self, status, host, *options, stage="request", **kwargs):
        result = self.connect(self.tor, host, *options, **kwargs)
        self.assert_failure(result, status, f"{self.tor.host}:{self.tor.port}", stage, within=5)
        return result

    def test_internal_addresses_are_refused(self):
        for scheme in ("socks4", "socks4a", "socks5", "socks5h"):
            with self.subTest(scheme=scheme):
                self.refused(21, "127.0.0.1", scheme=scheme)

    def test_any_credentials_do(self):
        self.refused(21, "127.0.0.1", login="any:thing")
        self.refused(21, "127.0.0.1", login=":")

    def test_isolation_is_accepted(self):
        for option in ("--isolate", "--isolate=token"):
            for scheme in ("socks4a", "socks5h"):
                with self.subTest(option=option, scheme=scheme):
                    self.refused(21, "127.0.0.1", option, scheme=scheme)

    def test_isolation_beside_credentials_is_a_usage_error(self):
        self.assert_usage(self.connect(self.tor, "127.0.0.1", "--isolate", login="any:thing"), "isolate")

    def test_pipelined_handshake(self):
        self.refused(21, "127.0.0.1", "--pipeline")

    def test_pipelined_password_loses_a_reply(self):
        """Tor overwrites its method reply; the rest is out of step, and the hint says what to do."""
        result = self.connect(self.tor, "127.0.0.1", "--pipeline", "--auth", "password", login="any:thing")
        self.assert_status(result, 13)
        self.assert_one_error(result, "method")
        self.assertRegex(result.err, "hint: .*--pipeline")

    def test_extended_error(self):
        result = self.refused(36, "nonsense.onion")
        self.assertRegex(result.err, "(?i)onion.*F6|F6.*onion")

    def test_onion_name_is_never_resolved_here(self):
        result = self.connect(self.tor, "nonsense.onion", scheme="socks5")
        self.assert_status(result, 3)
        self.assertRegex(result.err, "hint: .*socks5h")

    def test_no_circuit_means_no_answer(self):
        for scheme, host in (("socks5h", isolation.PROXY_NAME), ("socks4a", isolation.PROXY_NAME),
                             ("socks5h", "192.0.2.1")):
            with self.subTest(scheme=scheme, host=host):
                self.refused(124, host, "-w", "1", scheme=scheme)

    def test_address_where_names_are_wanted(self):
        with servers.tor("ExtendedErrors", SafeSocks="1") as safe:
            result = self.connect(safe, "192.0.2.1", scheme="socks5h")
            self.assert_failure(result, 22, f"{safe.host}:{safe.port}", "request", within=5)
            result = self.connect(safe, isolation.CLIENT_NAME, scheme="socks5")
            self.assert_failure(result, 22, f"{safe.host}:{safe.port}", "request", within=5)


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
