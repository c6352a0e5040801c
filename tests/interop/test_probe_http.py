# SPDX-License-Identifier: MIT
"""probe with HTTP proxies that we did not write, and with SOCKS servers that are called http://."""
import unittest

import cli
import isolation
import servers
import targets
from expect import CliCase, concurrently
from probing import check, findings, probe, words

LOGIN = ("alice", "S3cret-27")


class HttpProxies(CliCase):
    # Without a target: the word for CONNECT, and the status of the reply to a name that does not exist. Squid's own
    # resolver finds no one here, and takes its time.
    SERVERS = ((servers.tinyproxy, "unclear", 500), (servers.squid, None, None), (servers.privoxy, "yes", 404))

    def test_each(self):
        for start, word, status in self.SERVERS:
            with self.subTest(server=start.__name__), start() as proxy, targets.Echo() as echo:
                result, report = probe("-w", "2", "--only", "auth,commands", proxy.url("http"), timeout=60)
                self.assertEqual((report["verdict"], result.status), ("usable", 0), report)
                self.assertEqual({words(report)[f"auth.{each}"] for each in ("basic", "digest", "ntlm", "negotiate")},
                                 {"no"})
                if word:
                    self.assertEqual(words(report)["http.connect"], word)
                    self.assertEqual(check(report, "http.connect")["reply"]["code"], status)
                    self.assertEqual("nothing-served" in findings(report), word == "unclear")
                reached, closed = f"127.0.0.1:{echo.port}", f"127.0.0.1:{targets.closed_port()}"
                _, report = probe("-w", "2", "--only", "commands", "--target", closed, "--target", reached,
                                  proxy.url("http"), timeout=60)
                self.assertEqual([each["status"] for each in report["targets"]], ["failed", "reached"])

    def test_logins(self):
        for start in (servers.tinyproxy, servers.squid):
            with self.subTest(server=start.__name__), start(login=LOGIN) as proxy, targets.Echo() as echo:
                def run(case):
                    return probe("-w", "2", "--only", "auth", "--target", f"127.0.0.1:{echo.port}",
                                 proxy.url("http", case[0]), timeout=60)
                cases = [("", 14), (":".join(LOGIN), 0), ("alice:wrong", 15), ("bob:", 15)]
                for (_, status), (result, report) in concurrently(run, cases):
                    self.assertEqual(result.status, status, report)
                    self.assertNotIn(LOGIN[1], result.out.decode() + result.err)
                    self.assertEqual(words(report)["auth.basic"], "no" if status == 15 else "yes")

    def test_at_a_socks_url(self):
        for start in (servers.tinyproxy, servers.squid, servers.privoxy):
            for scheme in ("socks5h", "socks4a"):
                with self.subTest(server=start.__name__, scheme=scheme), start() as proxy:
                    result, report = probe("-w", "3", "--only", "auth", "--target", "192.0.2.9:80", proxy.url(scheme),
                                           timeout=60)
                    self.assertEqual((report["verdict"], result.status), ("not-socks", 13))
                    self.assertIn(f"use this URL: {proxy.url('http')}", report["findings"][0]["advice"])


class SocksServers(CliCase):
    def test_at_an_http_url(self):
        for start in (servers.microsocks, servers.dante, servers.tor, servers.shadowsocks):
            with self.subTest(server=start.__name__), start() as proxy:
                self.look(proxy)
        with servers.sshd() as server, servers.ssh_dynamic(server) as proxy:
            self.look(proxy)

    def look(self, proxy):
        result, report = probe("-w", "2", "--only", "commands", proxy.url("http"), timeout=60)
        self.assertEqual((report["verdict"], result.status), ("unusable", 13), report)
        self.assertIn(f"this is a SOCKS proxy: {proxy.url()}", report["error"])
        self.assertEqual(cli.run("probe", "--only", "versions", proxy.url()).status, 0)


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
