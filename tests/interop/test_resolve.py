# SPDX-License-Identifier: MIT
"""resolve with servers that we did not write: Tor's commands, and unbound behind Dante, microsocks, ss-local."""
import json
import re
import unittest

import certificates
import cli
import isolation
import servers
from expect import CliCase

LONG = [f'"{letter * 250}"' for letter in "abcdefghij"]  # more than any answer over UDP holds
ZONES = {
    "test.": ["ns A 127.0.0.1",
              "www A 192.0.2.80", "www AAAA 2001:db8::80",
              "four A 192.0.2.4", "four A 192.0.2.44", "six AAAA 2001:db8::6",
              "alias CNAME hop", "hop CNAME www", "nowhere CNAME gone",
              "@ MX 10 mail", '@ TXT "one" "two \\"quoted\\" \\007bell"',
              "_sip._tcp SRV 1 2 5060 sip", '@ CAA 0 issue "ca.test"', "web HTTPS 1 . alpn=h2",
              "old DNAME new", "intranet.new A 192.0.2.7", "a\\032b\\.c A 192.0.2.8",
              "odd TYPE65280 \\# 3 010203", "long TXT " + " ".join(LONG),
              *(f"many{i} A 192.0.2.{i}" for i in range(1, 41))],
    "2.0.192.in-addr.arpa.": ["80 PTR www.test."],
    "8.b.d.0.1.0.0.2.ip6.arpa.": [f"{'.'.join(reversed('0' * 22 + '80'))} PTR six.test."],
}


class ResolveCase(CliCase):
    proxy = server = None
    options = ()

    def resolve(self, *names, proxy=None, **kwargs):
        return cli.run("resolve", "-x", (proxy or self.proxy).url(), *self.options, *names, **kwargs)

    def assert_lines(self, result, *lines):
        self.assert_status(result, 0)
        self.assertEqual(sorted(result.out.decode().splitlines()), sorted(lines))
        self.assertEqual(result.err, "")

    def assert_negative(self, result, pattern):
        self.assert_status(result, 3)
        self.assert_one_error(result, pattern)
        self.assertEqual(result.out, b"")


class Tor(ResolveCase):
    """Without a network Tor answers by itself what needs none."""
    @classmethod
    def setUpClass(cls):
        cls.proxy = cls.enterClassContext(servers.tor())

    def test_a_literal_comes_back(self):
        for via in ((), ("--via", "tor")):
            self.assert_lines(self.resolve("--type", "A", *via, "192.0.2.1"), "192.0.2.1")
            self.assert_lines(self.resolve("--type", "AAAA", *via, "2001:db8::1"), "2001:db8::1")

    def test_over_socks4(self):
        for scheme in ("socks4", "socks4a"):
            result = cli.run("resolve", "-x", self.proxy.url(scheme), "--type", "A", "192.0.2.1")
            self.assert_lines(result, "192.0.2.1")

    def test_an_answer_that_is_the_proxys_own_address_is_verified(self):
        result = self.resolve("-v", "--type", "A", "127.0.0.1")
        self.assert_status(result, 0)
        self.assertEqual(result.out, b"127.0.0.1\n")
        self.assertRegex(result.err, "doubtful")

    def test_isolation(self):
        result = self.resolve("-v", "--isolate=token", "--type", "A", "192.0.2.1")
        self.assert_status(result, 0)
        self.assertRegex(result.err, "user name/password")

    def test_no_name_for_an_address(self):
        for address in ("127.0.0.1", "10.1.2.3", "::1"):
            with self.subTest(address=address):
                self.assert_negative(self.resolve(address), f"no name for {address} .*REP 04")

    def test_a_name_needs_the_network(self):
        result = self.resolve("-w", "1", "www.test")
        self.assert_status(result, 124)

    def test_an_onion_name_that_is_mapped(self):
        name = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"
        with servers.tor(AutomapHostsOnResolve="1", VirtualAddrNetworkIPv4="127.192.0.0/10") as tor:
            result = self.resolve(name, proxy=tor)
        self.assert_status(result, 0)
        self.assertRegex(result.out.decode(), r"\A(127\.\d+\.\d+\.\d+|fe[0-9a-f:]+)\n\Z")

    def test_a_dns_server_is_not_asked_for_onion_names(self):
        result = self.resolve("--via", "tcp", "--server", "127.0.0.1:1", "x.onion")
        self.assert_negative(result, "onion")


class Zone:
    """What a way to unbound must manage; derived classes say which."""

    @classmethod
    def setUpClass(cls):
        cls.unbound, cls.unbound_tls = cls.enterClassContext(servers.unbound(ZONES, certificates.get("target")))
        cls.proxy = cls.enterClassContext(cls.start_proxy())
        cls.server = f"{cls.unbound.host}:{cls.unbound.port}"
        cls.options = ("--via", cls.via, *cls.server_options())

    @classmethod
    def server_options(cls):
        return "--server", cls.server

    def test_addresses(self):
        self.assert_lines(self.resolve("www.test"), "192.0.2.80", "2001:db8::80")
        self.assert_lines(self.resolve("WWW.Test."), "192.0.2.80", "2001:db8::80")
        self.assert_lines(self.resolve("four.test"), "192.0.2.4", "192.0.2.44")
        self.assert_lines(self.resolve("six.test"), "2001:db8::6")
        self.assert_lines(self.resolve("--type", "A", "www.test"), "192.0.2.80")
        self.assert_lines(self.resolve("--type", "aaaa", "www.test"), "2001:db8::80")

    def test_other_types(self):
        for kind, name, *lines in (
                ("MX", "test", "10 mail.test."), ("TXT", "test", r'"one" "two \"quoted\" \007bell"'),
                ("SRV", "_sip._tcp.test", "1 2 5060 sip.test."), ("NS", "test", "ns.test."),
                ("CAA", "test", '0 issue "ca.test"'), ("HTTPS", "web.test", "1 . alpn=h2"),
                ("TYPE65280", "odd.test", r"\# 3 010203"), ("CNAME", "alias.test", "hop.test."),
                ("SOA", "test", "ns.test. admin.test. 1 60 60 60 60"),
                ("PTR", "80.2.0.192.in-addr.arpa", "www.test.")):
            with self.subTest(type=kind):
                self.assert_lines(self.resolve("--type", kind, name), *lines)

    def test_addresses_back_to_names(self):
        self.assert_lines(self.resolve("192.0.2.80"), "www.test.")
        self.assert_lines(self.resolve("2001:db8::80"), "six.test.")
        self.assert_lines(self.resolve("192.0.2.80", "2001:db8::80"),
                          "192.0.2.80\twww.test.", "2001:db8::80\tsix.test.")

    def test_names_made_of_the_question_have_its_letters(self):
        for _ in range(2):      # random letters are equal once in 2^8 or so
            self.assert_lines(self.resolve("--type", "CNAME", "intranet.old.test"), "intranet.new.test.")
        self.assert_lines(self.resolve("intranet.old.test"), "192.0.2.7")

    def test_names_with_escapes(self):
        self.assert_lines(self.resolve(r"a\032b\.c.test."), "192.0.2.8")
        self.assert_negative(self.resolve("--type", "MX", r"a\032b\.c.test"), r"a\\032b\\\.c\.test has no MX record")

    def test_aliases_are_followed(self):
        self.assert_lines(self.resolve("alias.test"), "192.0.2.80", "2001:db8::80")

    def test_negative_answers_are_told_apart(self):
        self.assert_negative(self.resolve("gone.test"), r"no such name: gone\.test .*NXDOMAIN")
        self.assert_negative(self.resolve("--type", "MX", "www.test"), r"www\.test has no MX record .*NODATA")
        self.assert_negative(self.resolve("test"), r"test has neither A nor AAAA records .*NODATA")
        self.assert_negative(self.resolve("nowhere.test"), r"nowhere\.test, an alias of gone\.test\b.*(NODATA|NXDOMAIN)")

    def test_a_server_that_cannot_say_is_a_failure(self):
        for name, rcode in (("www.refused", "REFUSED"), ("www.broken", "SERVFAIL")):
            with self.subTest(name=name):
                result = self.resolve(name)
                self.assert_status(result, 1)
                self.assert_one_error(result, f"{name} .*{rcode}")

    def test_an_answer_too_large_for_udp(self):
        result = self.resolve("-v", "--type", "TXT", "long.test")
        self.assert_status(result, 0)
        self.assertEqual(result.out.decode(), " ".join(LONG) + "\n")
        self.assertEqual("truncated" in result.err, self.via == "udp")

    def test_many_names_stand_in_order_and_share_connections(self):
        names = [f"many{i}.test" for i in range(1, 41)]
        result = self.resolve("-v", *names)
        self.assert_status(result, 0)
        self.assertEqual(result.out.decode(), "".join(f"{name}\t192.0.2.{i + 1}\n" for i, name in enumerate(names)))
        self.assertLessEqual(len(re.findall(": connected to ", result.err)), 5)

    def test_some_of_several_do_not_exist(self):
        result = self.resolve("www.test", "gone.test", "six.test")
        self.assert_status(result, 3)
        self.assertEqual(sorted(result.out.decode().splitlines()),
                         ["six.test\t2001:db8::6", "www.test\t192.0.2.80", "www.test\t2001:db8::80"])
        self.assert_one_error(result, "gone.test")

    def test_json(self):
        result = self.resolve("--json", "www.test", "gone.test")
        self.assert_status(result, 3)
        objects = [json.loads(line) for line in result.out.splitlines()]
        self.assertEqual([(each["name"], each["type"], each["via"], each["rcode"]) for each in objects],
                         [("www.test", "A", self.via, "NOERROR"), ("www.test", "AAAA", self.via, "NOERROR"),
                          ("gone.test", "A", self.via, "NXDOMAIN"), ("gone.test", "AAAA", self.via, "NXDOMAIN")])
        self.assertEqual([each["answers"] for each in objects],
                         [[{"type": "A", "ttl_s": 300, "data": "192.0.2.80"}],
                          [{"type": "AAAA", "ttl_s": 300, "data": "2001:db8::80"}], [], []])
        self.assertEqual([each["error"] is None for each in objects], [True, True, False, False])
        self.assertTrue(all(0 < each["elapsed_ms"] < 20_000 for each in objects))


class DanteUdp(Zone, ResolveCase):
    via = "udp"
    start_proxy = staticmethod(servers.dante)

    def test_auto_asks_the_server(self):
        result = cli.run("resolve", "-x", self.proxy.url(), "--server", self.server, "-v", "www.test")
        self.assert_status(result, 0)
        self.assertRegex(result.err, r"www\.test: via udp")

    def test_a_server_on_ipv6(self):
        result = cli.run("resolve", "-x", self.proxy.url(), "--via", "udp", "--server",
                         f"[::1]:{self.unbound.port}", "six.test")
        self.assert_lines(result, "2001:db8::6")

    def test_without_a_server_it_lacks_the_command(self):
        result = cli.run("resolve", "-x", self.proxy.url(), "www.test")
        self.assert_failure(result, 16, f"{self.proxy.host}:{self.proxy.port}", "request")
        self.assertRegex(result.err, "hint: .*--server")


class DanteTcp(Zone, ResolveCase):
    via = "tcp"
    start_proxy = staticmethod(servers.dante)


class MicrosocksTcp(Zone, ResolveCase):
    via = "tcp"
    start_proxy = staticmethod(servers.microsocks)

    def test_auto_falls_back_to_tcp(self):
        result = cli.run("resolve", "-x", self.proxy.url(), "--server", self.server, "-v", "www.test", "six.test")
        self.assert_status(result, 0)
        self.assertRegex(result.err, r"www\.test: via tcp")
        self.assertEqual(result.err.count("command not supported"), 1, "asked again and again")

    def test_without_a_server_it_lacks_the_command(self):
        result = cli.run("resolve", "-x", self.proxy.url(), "www.test")
        self.assert_failure(result, 27, f"{self.proxy.host}:{self.proxy.port}", "request")


class ShadowsocksUdp(Zone, ResolveCase):
    via = "udp"
    start_proxy = staticmethod(servers.shadowsocks)

    def test_without_a_server_it_lacks_the_command(self):
        """Its refusal has four bytes."""
        result = cli.run("resolve", "-x", self.proxy.url(), "www.test")
        self.assert_failure(result, 27, f"{self.proxy.host}:{self.proxy.port}", "request")


class V2rayUdp(Zone, ResolveCase):
    """On ::1 it relays there, and says 127.0.0.1."""
    via = "udp"

    @staticmethod
    def start_proxy():
        return servers.v2ray("::1")

    def test_without_a_server_it_takes_the_command_for_another(self):
        for name in ("www.test", "192.0.2.80"):
            result = cli.run("resolve", "-x", self.proxy.url(), name)
            self.assert_failure(result, 13, f"[::1]:{self.proxy.port}", "request", "does not support this command")

    def test_udp(self):
        result = cli.run("udp", "-x", self.proxy.url(), "--count", "1", "127.0.0.1", self.unbound.port,
                         stdin=b"\x12\x34\1\0\0\1\0\0\0\0\0\0\4four\4test\0\0\1\0\1")
        self.assert_status(result, 0)
        self.assertEqual((result.out[:2], result.err), (b"\x12\x34", ""))


class MicrosocksTls(Zone, ResolveCase):
    via = "tls"
    start_proxy = staticmethod(servers.microsocks)

    @classmethod
    def server_options(cls):
        return "--server", f"127.0.0.1:{cls.unbound_tls.port}", "--cacert", certificates.ca()

    def tls(self, *options, server=None):
        port = (server or self.unbound_tls).port
        return cli.run("resolve", "-x", self.proxy.url(), "--via", "tls", "--server", f"127.0.0.1:{port}", *options,
                       "www.test")

    def test_the_certificate_is_for_another_name(self):
        result = self.tls("--cacert", certificates.ca(), "--servername", "target.test")
        self.assert_lines(result, "192.0.2.80", "2001:db8::80")
        result = self.tls("--cacert", certificates.ca(), "--servername", "other.test")
        self.assert_status(result, 12)
        self.assert_one_error(result, "other.test")

    def test_nobody_trusts_the_certificate(self):
        for options in ((), ("--cacert", certificates.ca("other-ca"))):
            result = self.tls(*options)
            self.assert_status(result, 12)
            self.assert_one_error(result, "(?i)certificate")
            self.assertRegex(result.err, "hint: .*--cacert")

    def test_insecure_warns_every_time(self):
        result = self.tls("--insecure")
        self.assert_status(result, 0)
        self.assertRegex(result.err, r"\Asockscat: warning: 127\.0\.0\.1:\d+: [^\n]*certificate[^\n]*\n\Z")

    def test_a_server_without_tls(self):
        result = self.tls("--cacert", certificates.ca(), "-w", "3", server=self.unbound)
        self.assertIn(result.status, (12, 124))
        self.assertEqual(result.out, b"")


class Ssh(ResolveCase):
    def test_a_close_means_that_the_command_is_missing(self):
        with servers.sshd() as sshd, servers.ssh_dynamic(sshd) as proxy, \
                servers.unbound(ZONES) as (unbound, _):
            server = f"127.0.0.1:{unbound.port}"
            result = cli.run("resolve", "-x", proxy.url(), "--server", server, "-v", "six.test")
            self.assert_status(result, 0)
            self.assertEqual(result.out, b"2001:db8::6\n")
            self.assertRegex(result.err, "via tcp")
            result = cli.run("resolve", "-x", proxy.url("socks4a"), "--server", server, "-v", "six.test")
            self.assert_status(result, 0)
            self.assertRegex(result.err, "via tcp")


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
