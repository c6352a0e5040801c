# SPDX-License-Identifier: MIT
"""bind at a proxy with a public address, in a private network."""
import socket
import subprocess
import unittest

import behaviours
import isolation
from expect import CliCase
from running import Running
from scripted_proxy import ScriptedProxy

PUBLIC = "192.0.2.1"    # nobody's address, but none of the private ones


class BehindNat(CliCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run(["ip", "address", "replace", f"{PUBLIC}/32", "dev", "lo"], check=True)

    def test_a_private_address_of_a_public_proxy_gets_a_hint(self):
        with ScriptedProxy("bind-private", host=PUBLIC) as proxy, \
                Running("bind", "-x", proxy.url()) as running:
            running.said(rf"sockscat: listening on {behaviours.PRIVATE} \d+")
            running.said("sockscat: hint: .*(private|NAT).*")
            socket.create_connection(proxy.conversation().bound, 5).close()
            self.assert_status(running.finish(), 0)

    def test_a_wildcard_of_a_public_proxy_gets_none(self):
        with ScriptedProxy("bind-wildcard", host=PUBLIC) as proxy, \
                Running("bind", "-x", proxy.url()) as running:
            self.assertEqual(running.said(r"sockscat: listening on (\S+) \d+")[1], PUBLIC)
            socket.create_connection(proxy.conversation().bound, 5).close()
            self.assertNotIn("hint", running.finish().err)

    def test_a_private_proxy_gets_none(self):
        with ScriptedProxy("bind-private", host=isolation.OUTSIDE) as proxy, \
                Running("bind", "-x", proxy.url()) as running:
            running.said(rf"sockscat: listening on {behaviours.PRIVATE} \d+")
            socket.create_connection(proxy.conversation().bound, 5).close()
            self.assertNotIn("hint", running.finish().err)


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
