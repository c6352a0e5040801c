# SPDX-License-Identifier: MIT
"""probe with servers that we did not write: for each, what every row must say (lib/proto/README.md, Servers)."""
import contextlib
import http.server
import pathlib
import re
import subprocess
import tempfile
import threading
import unittest

import cli
import isolation
import probing
import servers
import targets
from expect import CliCase
from name_server import NameServer
from probing import CHECKS, ProbeCase, check, findings, probe, words

LOGIN = ("alice", "wonder land")
RESERVED = "sockscat-probe.invalid"
LETTER = {"y": "yes", "n": "no", "u": "unclear", "s": "skipped", "e": "error"}


def table(text):
    """{check id: word} of a row of letters, in the order of the checks; a dot is any word."""
    letters = text.replace(" ", "")
    assert len(letters) == len(CHECKS), text
    return {name: LETTER[letter] for name, letter in zip(CHECKS, letters) if letter != "."}


@contextlib.contextmanager
def certificate(directory):
    """An authority and a certificate of 127.0.0.1 that it signed, good for five days."""
    where = pathlib.Path(directory)

    def openssl(*args):
        subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=test authority",
            "-keyout", where / "ca.key", "-out", where / "ca.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=proxy", "-keyout", where / "key.pem", "-out",
            where / "csr.pem")
    (where / "ext").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", where / "csr.pem", "-CA", where / "ca.pem", "-CAkey", where / "ca.key",
            "-CAcreateserial", "-days", "5", "-extfile", where / "ext", "-out", where / "cert.pem")
    yield where


@contextlib.contextmanager
def stunnel(behind):
    """TLS in front of a port: (endpoint, directory with ca.pem)"""
    program = servers.need("stunnel4")
    with tempfile.TemporaryDirectory(prefix="sockscat-tls-") as name, certificate(name) as where:
        port = servers.free_port()
        conf = where / "stunnel.conf"
        conf.write_text(f"foreground = yes\npid =\nsyslog = no\n[socks]\naccept = 127.0.0.1:{port}\n"
                        f"connect = 127.0.0.1:{behind.port}\ncert = {where}/cert.pem\nkey = {where}/key.pem\n")
        with servers._running(servers.Endpoint("127.0.0.1", port), program, conf) as endpoint:
            yield endpoint, where


class Row(ProbeCase):
    """What a server must look like. The checks as letters: socks4 4a 5, none password CHAP GSSAPI, CONNECT BIND UDP
    RESOLVE RESOLVE_PTR, IPv4 IPv6 name, TLS pipelining."""

    def look(self, url, expected, *options, product=None, status=0, warning=""):
        result, report = probe("-w", "3", *options, url, timeout=60)
        wanted = table(expected)
        self.assertEqual({name: word for name, word in words(report).items() if name in wanted}, wanted, report["checks"])
        self.assert_status(result, status)
        self.assertRegex(result.err, f"^{warning}$")
        if product:
            message = [each["message"] for each in report["findings"] if each["id"] == "looks-like"]
            self.assertTrue(message and message[0].startswith(f"looks like {product}"), report["findings"])
        return report


class Servers(Row):
    def test_microsocks(self):
        with servers.microsocks() as proxy:
            report = self.look(proxy.url(), "nny ynnn ynnnn ssu nn", product="microsocks")
        self.assertEqual(check(report, "command.bind")["reply"], {"code": 7, "name": "command-not-supported"})
        self.assertEqual(findings(report)["pipelining-loses-bytes"], "info")
        self.assertEqual(findings(report)["open-proxy"], "info")

    def test_microsocks_with_a_password(self):
        with servers.microsocks(login=LOGIN) as proxy:
            report = self.look(proxy.url(), "nny nunn sssss sss ns", status=14)
            self.assertEqual(report["verdict"], "unusable")
            self.look(proxy.url(login="alice:wonder%20lamp"), "nny nnnn sssss sss ns", status=15)
            report = self.look(proxy.url(login="alice:wonder%20land"), "nny nynn ynnnn ssu nn", product="microsocks")
        self.assertEqual(check(report, "auth.password")["reason"], 'logged in as "alice"')

    def test_microsocks_that_remembers_who_has_logged_in(self):
        with servers.microsocks(login=LOGIN, once=True) as proxy:
            report = self.look(proxy.url(login="alice:wonder%20land"), "nny nynn ynnnn ssu nn", product="microsocks")
        self.assertFalse({"credentials-not-needed", "open-proxy"} & set(findings(report)))

    def test_dante(self):
        with servers.dante() as proxy:
            report = self.look(proxy.url(), "yuy ynnn yyyuu ssu ny", product="Dante")
            self.assertEqual(check(report, "command.udp-associate")["bound"]["host"], "127.0.0.1")
            self.assertEqual(check(report, "command.connect")["reply"]["code"], 4)
            self.look(proxy.url("socks4"), "yuy ynnn yyyuu ssu ny")

    def test_dante_with_a_password(self):
        login = f"{isolation.USER}:{isolation.PASSWORD.replace(' ', '%20')}"
        with servers.dante(method="username") as proxy:
            report = self.look(proxy.url(login=login), "uuy nynn yyyuu ssu ny")
            self.assertEqual(check(report, "socks4")["reply"]["code"], 0x5B)
            result, report = probe(proxy.url(login=f"{isolation.USER}:wrong"))
            self.assertEqual((result.status, report["verdict"]), (15, "unusable"))

    def test_openssh(self):
        with servers.sshd() as server, servers.ssh_dynamic(server) as proxy:
            self.look(proxy.url(), "uuy unnn uuuuu ssu nu", product="ssh -D")
            with targets.Echo() as echo:
                report = self.look(proxy.url(), "yyy ynnn yuuuu ysu ny",
                                   "--target", f"127.0.0.1:{echo.port}")
            self.assertEqual(check(report, "command.connect")["reply"]["code"], 0)

    def test_openssh_is_open_to_whoever_reaches_it(self):
        subprocess.run(["ip", "address", "add", "203.0.113.7/32", "dev", "lo"], check=True)
        for host, severity in (("127.0.0.1", "info"), ("203.0.113.7", "warn")):
            with self.subTest(host=host), servers.sshd() as server, servers.ssh_dynamic(server, host) as proxy:
                with targets.Echo() as echo:
                    _, report = probe("--only", "auth,commands", "--target", f"127.0.0.1:{echo.port}", proxy.url())
                found = next(each for each in report["findings"] if each["id"] == "open-proxy")
                self.assertEqual(found["severity"], severity)
                self.assertIn("without credentials", found["message"])
                _, report = probe("--only", "auth,commands", proxy.url())
                self.assertIn("nothing-served", findings(report))
                self.assertNotIn("open-proxy", findings(report), "that is not known without a target")
                self.assertEqual(found["advice"] is None, severity == "info")

    def test_openssh_that_may_not_forward(self):
        with servers.sshd(AllowTcpForwarding="no") as server, servers.ssh_dynamic(server) as proxy, \
                targets.Echo() as echo:
            result, report = probe("--only", "commands", "--target", f"127.0.0.1:{echo.port}", proxy.url())
            self.assertEqual((report["verdict"], result.status), ("unusable", 16))
            self.assertEqual(report["targets"][0]["status"], "no reply")

    def test_openssh_by_socks4(self):
        with servers.sshd() as server, servers.ssh_dynamic(server) as proxy, targets.Echo() as echo:
            report = self.look(proxy.url("socks4a"), "yyy unnn yuuuu ysu nu", "--target", f"127.0.0.1:{echo.port}")
            self.assertNotIn("pipelining-loses-bytes", findings(report))

    def test_a_name_that_is_looked_up_here(self):
        """Dante knows no SOCKS4a."""
        with servers.dante() as proxy, targets.Echo() as echo:
            for scheme, expected in (("socks4", ("usable", "reached")), ("socks4a", ("unusable", "failed"))):
                _, report = probe("--only", "versions", "--target", f"localhost:{echo.port}",
                                  proxy.url(scheme))
                self.assertEqual((report["verdict"], report["targets"][0]["status"]), expected)

    def test_tor(self):
        with servers.tor() as proxy:
            report = self.look(proxy.url(), "yyy yunn unnyy ssu ny", product="Tor")
        self.assertEqual(check(report, "command.resolve")["bound"], {"type": "ipv4", "host": "192.0.2.1", "port": 0})
        self.assertIn("accepts-any-credentials", findings(report))

    def test_tor_without_a_network(self):
        with servers.tor() as proxy:
            result, report = probe("-w", "4", "--target", "192.0.2.9:80", "--target", "[2001:db8::9]:80",
                                   "--target", "www.example.com:80", proxy.url(), timeout=60)
        self.assert_limits(result.seconds, 4, 3)
        self.assertEqual({each: words(report)[f"address.{each}"] for each in ("ipv4", "ipv6", "domain")},
                         {"ipv4": "unclear", "ipv6": "unclear", "domain": "unclear"})
        self.assertEqual((report["verdict"], result.status), ("unusable", 124))
        self.assertEqual([each["status"] for each in report["targets"]], ["no reply"] * 3)
        self.assertIsNone(report["latency_ms"]["request"])
        self.assertGreater(report["latency_ms"]["method"]["median"], 0)

    def test_shadowsocks(self):
        with servers.shadowsocks() as proxy:
            report = self.look(proxy.url(), "uuy ynnn ynynn ssu ny", product="shadowsocks-libev")
        self.assertEqual(findings(report)["early-success"], "warn")
        self.assertIn("short-error-reply", findings(report))

    def test_stunnel_in_front_of_microsocks(self):
        with servers.microsocks(login=LOGIN) as behind, stunnel(behind) as (proxy, where):
            url = f"socks5h+tls://alice:wonder%20land@127.0.0.1:{proxy.port}"
            report = self.look(f"{url}?cacert={where}/ca.pem", "nny nynn ynnnn ssu yn")
            self.assertEqual((report["proxy"]["transport"], report["tls"]["verified"]), ("tls", True))
            self.assertIn("CN=proxy", report["tls"]["subject"])
            self.assertEqual(findings(report).get("certificate-expires-soon"), "warn")
            self.assertNotIn("password-in-clear", findings(report))
            report = self.look(f"{url}?insecure=1", "nny nynn ynnnn ssu yn",
                               warning="sockscat: warning: .*: its certificate is not verified.*\n")
            self.assertEqual(findings(report)["tls-unverified"], "warn")
            self.assertFalse(report["tls"]["verified"])
            result, report = probe(url)
            self.assertEqual((result.status, report["verdict"]), (12, "unusable"))
            result, report = probe("-w", "2", f"127.0.0.1:{proxy.port}")
            self.assertEqual((result.status, report["verdict"]), (13, "not-socks"), report)
            self.assertIn("TLS port", report["error"])

    def test_tls_where_there_is_none(self):
        with servers.microsocks() as proxy:
            result, report = probe(proxy.url("socks5h+tls"))
        self.assertEqual((result.status, report["verdict"]), (12, "unusable"))
        self.assertEqual(report["findings"][0]["advice"], "drop +tls from the URL")

    def test_a_socks_proxy_where_https_is_meant(self):
        """The URL that is advised works as it is printed, and connect names the same."""
        with servers.microsocks() as proxy:
            url = f"https://{proxy.host}:{proxy.port}"
            result, report = probe(url)
            self.assertEqual((result.status, report["verdict"]), (12, "unusable"))
            advised = re.search(r"use this URL: (\S+)$", report["findings"][0]["advice"])[1]
            self.assertEqual(probe(advised)[0].status, 0)
            connected = cli.run("connect", "-z", "-x", url, "127.0.0.1", "80")
            self.assertEqual(connected.status, 12)
            self.assertIn(f"-x {advised}", connected.err)

    def test_what_is_no_socks_proxy(self):
        web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
        threading.Thread(target=web.serve_forever, daemon=True).start()
        try:
            with servers.sshd() as ssh:
                for port, name in ((web.server_address[1], "HTTP server"), (ssh.port, "SSH server")):
                    with self.subTest(name=name):
                        result, report = probe("-w", "2", f"127.0.0.1:{port}")
                        self.assertEqual((result.status, report["verdict"]), (13, "not-socks"))
                        self.assertIn(name, report["error"])
        finally:
            web.shutdown()
            web.server_close()


class Effects(Row):
    def test_one_lookup_of_the_reserved_name(self):
        for start in (servers.microsocks, servers.dante):
            with self.subTest(server=start.__name__), NameServer() as names, start() as proxy:
                probe(proxy.url())
                self.assertEqual(names.names(), {RESERVED})
                self.assertLessEqual(len([each for each in names.queries if each[1] == "A"]), 1)

    def test_targets_through_dante(self):
        with servers.dante() as proxy, targets.Echo() as four, targets.Source(b"hi", host="::1") as six:
            report = self.look(proxy.url(), "yny ynnn yyyuu yyy ny", "--target", f"127.0.0.1:{four.port}",
                               "--target", f"[::1]:{six.port}", "--target", f"{isolation.PROXY_NAME}:{four.port}")
        self.assertEqual(check(report, "socks4a")["reply"]["code"], 0x5B)

    def test_a_name_server_is_asked_over_udp(self):
        for start in (servers.dante, servers.shadowsocks):
            with self.subTest(server=start.__name__), start() as proxy:
                with NameServer() as names:
                    _, report = probe("--only", "commands", "--target", "127.0.0.1:53", proxy.url())
                    self.assertIn("answered a DNS question", check(report, "command.udp-associate")["reason"])
                    self.assertIn("", names.names())
                _, report = probe("--only", "commands", "--target", "127.0.0.1:53", proxy.url(), timeout=30)
                self.assertEqual(words(report)["command.udp-associate"], "unclear")

    def test_the_other_family_is_not_there(self):
        with servers.microsocks() as proxy:
            _, report = probe("--target", f"[{isolation.NO_ROUTE6}]:80", "--target", f"{isolation.BLACK_HOLE}:80",
                              "-w", "2", proxy.url(), timeout=60)
        self.assertEqual((words(report)["address.ipv6"], words(report)["address.ipv4"]), ("no", "unclear"))
        self.assertIn("ipv6-unavailable", findings(report))

    def test_one_host_that_is_not_there(self):
        for start in (servers.microsocks, servers.dante):
            with self.subTest(server=start.__name__), start() as proxy, targets.Echo() as echo:
                gone = ("--require", "ipv4", "--target", f"{isolation.UNREACHABLE}:80")
                result, report = probe(*gone, proxy.url(), timeout=60)
                found = check(report, "address.ipv4")
                self.assertEqual((found["reply"]["code"], found["status"], result.status), (4, "unclear", 24))
                result, report = probe(*gone, "--target", f"127.0.0.1:{echo.port}", proxy.url(), timeout=60)
                self.assertEqual((words(report)["address.ipv4"], result.status), ("yes", 0))

    def test_ports_are_open_for_a_moment_only(self):
        with servers.dante() as proxy:
            _, report = probe(proxy.url())
            port = check(report, "command.bind")["bound"]["port"]
            self.assertFalse(servers.listens(port))

    def test_text_of_each(self):
        with servers.microsocks() as proxy:
            text = cli.run("probe", proxy.url()).out.decode()
        self.assertTrue(text.startswith(f"usable  127.0.0.1:{proxy.port} (over TCP)\n\nVERSIONS "), text)
        self.assertEqual(len(probing.rows(text)), len(CHECKS))


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
