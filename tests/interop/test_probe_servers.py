# SPDX-License-Identifier: MIT
"""probe with further servers that we did not write: what every row must say (lib/proto/README.md, Servers)."""
import re
import unittest

import cli
import isolation
import servers
import targets
from name_server import NameServer
from probing import check, findings, probe
from test_probe import LOGIN, Row

UNVERIFIED = "sockscat: warning: .*: its certificate is not verified.*\n"


class Servers(Row):
    def test_v2ray(self):
        with servers.v2ray() as proxy:
            report = self.look(proxy.url(), "uuy ynnn ynynn ssu ny", product="v2ray")
        self.assertEqual((findings(report)["early-success"], findings(report)["fake-resolve"]), ("warn", "warn"))

    def test_v2ray_with_a_password(self):
        with servers.v2ray(login=LOGIN) as proxy:
            self.look(proxy.url(login="alice:wonder%20land"), "uuy nynn ynynn ssu ny", product="v2ray")
            self.look(proxy.url(login="alice:wonder%20lamp"), "uuy nnnn sssss sss ns", status=15)
            self.look(proxy.url(), "uuy nunn sssss sss ns", status=14)

    def test_v2ray_on_ipv6(self):
        """Its relay is on 127.0.0.1, which is the same host."""
        with servers.v2ray("::1") as proxy:
            report = self.look(proxy.url(), "uuy ynnn ynynn ssu ny")
        self.assertEqual(check(report, "command.udp-associate")["bound"]["host"], "127.0.0.1")
        self.assertNotIn("udp-relay-third-host", findings(report))

    def test_twisted(self):
        """SOCKS4 alone: it is silent at the greeting of SOCKS5."""
        with servers.twisted() as proxy:
            self.look(proxy.url("socks4"), "uuu ssss uunun sss ns")
            result, report = probe("-w", "5", proxy.url(), timeout=60)
            self.assertEqual((result.status, report["verdict"]), (13, "unusable"), report["findings"])
            url = re.search(r"socks4a?://\S+", report["findings"][0]["advice"])[0]
            with targets.Source(b"hello") as target:
                result = cli.run("connect", "-x", url, "--recv-only", target.host, target.port)
            self.assert_success(result, b"hello")

    def test_plink(self):
        with servers.sshd() as server, servers.plink(server) as proxy:
            report = self.look(proxy.url(), "uuy ynnn ynnnn ssu ny")
        self.assertEqual(findings(report)["early-success"], "warn")

    def test_asyncssh(self):
        with servers.sshd() as server, servers.asyncssh(server) as proxy:
            report = self.look(proxy.url(), "uuy ynnn yuuuu ssu nu")
        self.assertEqual(findings(report)["early-success"], "warn")

    def test_go_socks5(self):
        with servers.go_socks5() as proxy, targets.Echo() as echo:
            self.look(proxy.url(), "uuy ynnn ynnnn ssu ny")
            report = self.look(proxy.url(), "nny ynnn ynnnn ysu ny", "--target", f"127.0.0.1:{echo.port}")
        self.assertEqual([each["status"] for each in report["targets"]], ["reached"])

    def test_go_socks5_with_a_password(self):
        with servers.go_socks5(login=LOGIN) as proxy:
            self.look(proxy.url(login="alice:wonder%20land"), "uuy nynn ynnnn ssu ny")
            self.look(proxy.url(login="alice:wonder%20lamp"), "uuy nnnn sssss sss ns", status=15)
            self.look(proxy.url(), "uuy nunn sssss sss ns", status=14)

    def assert_serves_nobody(self, url):
        """It waits in the BIND of a probe that has ended."""
        result, report = probe("-w", "4", url, timeout=60)
        self.assertEqual((result.status, report["verdict"]), (124, "unusable"), report["findings"])
        self.assert_limits(result.seconds, 4, 2)

    def test_perl(self):
        """It closes where a name is not found, as it does with commands that it lacks; 01 is a failure like any other."""
        with servers.perl(5) as proxy:
            report = self.look(proxy.url(), "uuy ynnn uyuuu ssu nu")
            self.assertEqual(check(report, "command.bind")["bound"]["host"], "0.0.0.0")
            self.assertEqual(check(report, "command.udp-associate")["reply"]["code"], 1)
            self.assertFalse({"looks-like", "stops-serving", "early-success"} & set(findings(report)))
            self.assert_serves_nobody(proxy.url())

    def test_perl_with_a_target(self):
        with servers.perl(5) as proxy, targets.Echo() as echo:
            report = self.look(proxy.url(), "nny ynnn yyuuu ysu ny", "--target", f"127.0.0.1:{echo.port}")
        self.assertEqual([each["status"] for each in report["targets"]], ["reached"])

    def test_perl_socks4(self):
        """Silent at the greeting of SOCKS5, and a close says nothing: a target shows what it can do."""
        with servers.perl(4) as proxy, targets.Echo() as echo:
            report = self.look(proxy.url("socks4a"), "yyu ssss yynun ssy ns", "--target",
                               f"{isolation.PROXY_NAME}:{echo.port}")
            self.assertEqual([each["status"] for each in report["targets"]], ["reached"])
            self.assertEqual(check(report, "command.bind")["bound"]["host"], "0.0.0.0")
            self.assert_serves_nobody(proxy.url("socks4a"))

    def test_i2pd(self):
        """08 for what is not in I2P, 01 for a command that it lacks; versions differ in UDP and password."""
        with servers.i2pd() as proxy:
            report = self.look(proxy.url(), "uuy y.nn yn.uu ssu ny")
        self.assertEqual(check(report, "command.connect")["reply"]["code"], 8)

    def test_obfs4proxy(self):
        with servers.obfs4proxy() as proxy:
            report = self.look(proxy.url(), "uuy yunn ynnnn ssu nn")
        self.assertEqual(findings(report)["pipelining-loses-bytes"], "info")

    def test_stunnel(self):
        """A SOCKS server by itself, inside TLS; it resolves names, and answers before it connects."""
        with NameServer(), servers.stunnel(None, protocol="socks") as proxy:
            report = self.look(proxy.url("socks5h+tls") + "?insecure=1", "yyy ynnn ynnyn ssu yy", warning=UNVERIFIED)
        self.assertEqual(check(report, "command.resolve")["bound"], {"type": "ipv4", "host": "192.0.2.1", "port": 0})


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
