# SPDX-License-Identifier: MIT
"""udp in a private network: relays that cannot be reached, and that are not on this machine's loopback."""
import json
import tempfile
import unittest

import cli
import isolation
from expect import CliCase
from scripted_proxy import ScriptedProxy


class Unreachable(CliCase):
    def test_what_the_kernel_refuses_to_send_is_not_called_sent(self):
        """No route, no permission: nothing leaves, and that is said."""
        for host in (isolation.NO_ROUTE, isolation.NO_ROUTE6, isolation.UNREACHABLE, "255.255.255.255"):
            where = f"[{host}]:9" if ":" in host else f"{host}:9"
            with self.subTest(relay=where), ScriptedProxy("echo") as proxy, tempfile.NamedTemporaryFile() as file:
                result = cli.run("udp", "-x", proxy.url(), f"--relay={where}", "--framing=line", "--wait", "0.2",
                                 "--report", file.name, "192.0.2.9", "53", stdin=b"x\ny\n")
                self.assert_clean_text(result.err)
                self.assertRegex(result.err, r"\Asockscat: (error|warning): [^\n]*\n(sockscat: hint: [^\n]*\n)?\Z")
                self.assertIn(result.status, (0, 1))
                self.assertEqual(json.load(file)["datagrams"]["sent"], 0)

    def test_what_gets_lost_on_the_way_is_no_error(self):
        with ScriptedProxy("echo") as proxy:
            result = cli.run("udp", "-x", proxy.url(), f"--relay={isolation.BLACK_HOLE}:9", "--wait", "0.2",
                             "192.0.2.9", "53", stdin=b"x")
            self.assert_success(result)


class Elsewhere(CliCase):
    """The proxy is reached by an address that is not loopback; its relay is really on loopback."""

    def test_a_loopback_address_of_another_machine_is_a_third_host(self):
        with ScriptedProxy("echo", host=isolation.OUTSIDE) as proxy:
            result = cli.run("udp", "-x", proxy.url(), "192.0.2.9", "53", stdin=b"x")
            self.assert_failure(result, 13, proxy.hop, "request", "127.0.0.1")

    def test_a_wildcard_is_the_proxy_as_we_reached_it(self):
        for behaviour in ("udp-wildcard", "udp-name-empty", "udp-name"):
            with self.subTest(behaviour=behaviour), ScriptedProxy(behaviour, host=isolation.OUTSIDE) as proxy, \
                    tempfile.NamedTemporaryFile() as file:
                result = cli.run("udp", "-x", proxy.url(), "--wait", "0.1", "--report", file.name, "192.0.2.9", "53",
                                 stdin=b"x")
                self.assert_success(result)
                self.assertRegex(json.load(file)["bound"], f"^{isolation.OUTSIDE}:")

    def test_a_name_is_looked_up_in_the_family_of_the_proxy(self):
        """localhost is ::1 first here; the relay is where the proxy is."""
        for host in ("127.0.0.1", "::1"):
            with self.subTest(host=host), ScriptedProxy("udp-name", host=host) as proxy:
                result = cli.run("udp", "-x", proxy.url(), "--relay=reply", "--count", "1", "192.0.2.9", "53", stdin=b"x")
                self.assert_success(result, b"x")


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
