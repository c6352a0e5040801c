# SPDX-License-Identifier: MIT
"""probe: what it says about the relay of UDP ASSOCIATE, and about datagrams that came back and were dropped."""
import unittest

import associating as relay
import socks_wire as wire
from behaviours import ECHO, replace
from expect import CliCase, concurrently
from probing import check, findings, probe, words
from scripted_proxy import ScriptedProxy
from steps import by_command, echo, grant, refuse

DROPS = {
    "not from the relay": relay.by_strangers_only,
    "fragment": lambda rel, host, port, data: rel.give(wire.datagram(host, port, data, frag=1)),
    "malformed SOCKS header": lambda rel, host, port, data: rel.give(wire.datagram(host, port, data, rsv=1)),
    "answer the question": relay.plainly,       # the question itself comes back
}


class Datagrams(CliCase):
    def look(self, deliver, host=None, options=()):
        behaviour = replace(ECHO, request=by_command(grant(), refuse(7), relay.associate(host=host)),
                            stream=by_command(echo, echo, relay.exchange(relay.echo, deliver)))
        with ScriptedProxy(behaviour) as proxy:
            return probe("--only", "commands", *options, proxy.url(), timeout=60)[1]

    def test_what_was_dropped_is_said(self):
        target = ("--target", "192.0.2.9:53")
        for (said, _), report in concurrently(lambda case: self.look(case[1], options=target), DROPS.items()):
            with self.subTest(said=said):
                found = check(report, "command.udp-associate")
                self.assertEqual(found["status"], "unclear")
                self.assertRegex(found["reason"], rf"no answer came back within 3 s; dropped: \d .*{said}")

    def test_another_loopback_address_is_no_other_host(self):
        for host in ("127.0.0.9", "::1"):
            with self.subTest(host=host):
                report = self.look(relay.plainly, host)
                self.assertEqual(words(report)["command.udp-associate"], "yes")
                self.assertNotIn("udp-relay-third-host", findings(report))


if __name__ == "__main__":
    unittest.main()
