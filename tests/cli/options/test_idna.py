# SPDX-License-Identifier: MIT
"""Host names that are not ASCII: what goes on the wire, in every command, and what cannot."""
import unittest

import cli
import isolation
import socks_wire as wire
import targets
from expect import CliCase
from name_server import NameServer
from scripted_proxy import ScriptedProxy

NAMES = {"bücher.example": "xn--bcher-kva.example", "straße.de": "xn--strae-oqa.de",
         "BÜCHER.Example": "xn--bcher-kva.example"}
RESOLVE = 0xF0


class Wire(CliCase):
    def test_the_target_of_every_command(self):
        for name, ascii_name in NAMES.items():
            for words, command, port in ((["connect", "-z", name, "80"], 1, 80), (["connect", "-z", f"{name}:80"], 1, 80),
                                         (["bind", "-d", f"{name}:80"], 2, 80), (["resolve", name], RESOLVE, 0)):
                with self.subTest(name=name, words=words), ScriptedProxy("rep-02") as proxy:
                    self.assertNotEqual(cli.run(words[0], "-x", proxy.url(), *words[1:]).status, 2)
                    self.assertEqual(proxy.conversation().messages[-1], wire.request(ascii_name, port, command))

    def test_a_target_that_we_look_up(self):
        with NameServer({"xn--bcher-kva.example": ["192.0.2.9"]}) as dns, ScriptedProxy("echo") as proxy:
            self.assert_success(cli.run("connect", "-z", "-x", proxy.url("socks5"), "bücher.example", "80"))
            self.assertEqual(dns.names(), {"xn--bcher-kva.example"})
            self.assertEqual(proxy.conversation().messages[-1], wire.request("192.0.2.9", 80))

    def test_a_proxy(self):
        with NameServer({"xn--bcher-kva.test": ["127.0.0.1"]}) as dns, ScriptedProxy("echo") as proxy:
            self.assert_success(cli.run("connect", "-z", "-x", f"bücher.test:{proxy.port}", "echo.test", "80"))
            self.assertEqual(dns.names(), {"xn--bcher-kva.test"})

    def test_a_later_proxy(self):
        with ScriptedProxy("rep-02") as proxy:
            cli.run("connect", "-z", "-x", proxy.url(), "-x", "socks5h://bücher.test:1080", "echo.test", "80")
            self.assertEqual(proxy.conversation().messages[-1], wire.request("xn--bcher-kva.test", 1080))


class Refused(CliCase):
    def test_what_cannot_be_converted(self):
        for name, why in (("b\udcfccher.example", "is not UTF-8"), ("a\u200db.example", "cannot be written for DNS: "),
                          ("ü" * 60 + ".example", "cannot be written for DNS: "),
                          ("bü cher", "contains a character that is not allowed in host names")):
            nowhere = f"127.0.0.1:{targets.closed_port()}"
            for words in (["connect", "-z", "-x", nowhere, name, "80"], ["resolve", "-x", nowhere, name],
                          ["connect", "-z", "-x", name, "a.test", "80"], ["probe", name]):
                with self.subTest(words=words):
                    self.assert_usage(cli.run(*words), why)


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
