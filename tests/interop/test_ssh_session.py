# SPDX-License-Identifier: MIT
"""A real ssh session whose connection is made by sockscat: through pipes, and as a passed descriptor."""
import unittest

import cli
import isolation
import servers
import targets
from ssh_session import Sessions


class ThroughMicrosocks(Sessions, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proxy = cls.enterClassContext(servers.microsocks(login=("alice", "secret"))).url(login="alice:secret")


class ThroughDante(Sessions, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proxy = cls.enterClassContext(servers.dante()).url()


class ThroughSshDynamic(Sessions, unittest.TestCase):
    refusal = r"127\.0\.0\.1:\d+: request: it closed the connection without a reply"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proxy = cls.enterClassContext(servers.ssh_dynamic(cls.server)).url("socks4a")

    def test_target_by_name_and_over_ipv6(self):
        self.proxy = self.proxy.replace("socks4a", "socks5h")
        super().test_target_by_name_and_over_ipv6()


class SilentProxy(unittest.TestCase):
    ssh = Sessions.ssh
    further = ()

    @classmethod
    def setUpClass(cls):
        cls.server = servers.SshServer("127.0.0.1", 22, "/nonexistent")
        proxy = cls.enterClassContext(targets.Silent())
        cls.proxy = f"socks5h://{proxy.host}:{proxy.port}"

    def test_connect_timeout_of_ssh_ends_the_helper(self):
        """It runs only on the pipe path: with a passed descriptor ssh waits for the helper."""
        with self.ssh(False) as ssh:
            result = ssh.run("true", options=["-oConnectTimeout=1"])
            self.assertEqual(result.status, 255)
            self.assertIn("timed out", result.err)
            self.assertNotIn("sockscat: ", result.err)
            self.assertLess(result.seconds, cli.slack(5))
            self.assertTrue(ssh.helper_ends(), "the helper outlives ssh")

    def test_our_own_limit(self):
        for fdpass in (False, True):
            with self.ssh(fdpass, "-w", "0.5") as ssh:
                result = ssh.run("true")
                self.assertEqual(result.status, 255)
                self.assertEqual(result.err.count("sockscat: error: "), 1, result.err)
                self.assertRegex(result.err, r"(?m)^sockscat: error: .*0\.5 ?s")
                self.assertLess(result.seconds, cli.slack(5))
                self.assertTrue(ssh.helper_ends(), "the helper outlives ssh")


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
