# SPDX-License-Identifier: MIT
"""shadowsocks-libev: says yes before anybody has dialled."""
import unittest

import interop
import isolation
import servers
from http_target import get
from targets import closed_port


class Shadowsocks(interop.Carries):
    half_close = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.endpoint = cls.enterClassContext(servers.shadowsocks())

    def test_port_list_tells_open_from_refused(self):
        """It cannot: every port is granted."""
        closed = closed_port()
        result = self.connect("socks5h", "127.0.0.1", f"{closed},{self.web}", "-z")
        self.assert_success(result, f"{closed}\topen\n{self.web}\topen\n".encode())

    def test_dead_target_is_a_stream_that_ends(self):
        for name in ("closed", "unreachable", "no route", "no name"):
            with self.subTest(target=name):
                result = self.connect("socks5h", *self.refused_targets()[name], "-v", stdin=get("/"))
                self.assertIn(result.status, (0, 1))  # an end of stream or a reset, as it happens
                self.assertEqual(result.out, b"")
                self.assertNotIn("request", result.err.partition("error: ")[2])

    def test_socks4_is_closed(self):
        result = self.connect("socks4", "127.0.0.1", self.web)
        self.assert_failure(result, 16, self.hop(), "request")


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
