# SPDX-License-Identifier: MIT
"""udp in a private network: relays that cannot be reached, and that are not on this machine's loopback."""
import json
import socket
import subprocess
import tempfile
import unittest

import associating as relay
import behaviours
import bound
import cli
import dns_wire
import isolation
import socks_wire as wire
from expect import CliCase
from name_server import NameServer
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
            with self.subTest(host=host, relay="--relay localhost"), socket.socket(
                    socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as free:
                free.bind((host, 0))
                port = free.getsockname()[1]
                free.close()
                behaviour = behaviours.replace(behaviours.ECHO, request=relay.associate(bound.elsewhere("192.0.2.77"), host, port))
                with ScriptedProxy(behaviour, host=host) as proxy:
                    result = cli.run("udp", "-x", proxy.url(), "--relay", f"localhost:{port}", "--count", "1", "192.0.2.9",
                                     "53", stdin=b"x")
                    self.assert_success(result, b"x")


class LinkLocal(CliCase):
    """fe80::1 is we, fe80::2 the proxy, on two links alike: only a zone tells which one is meant."""
    LINKS = ("near", "far")

    @classmethod
    def setUpClass(cls):
        def ip(*words):
            subprocess.run(("ip", *words), check=True)
        for link in cls.LINKS:
            ip("link", "add", link, "type", "veth", "peer", "name", f"{link}-proxy")
            for name, address in ((link, "fe80::1/64"), (f"{link}-proxy", "fe80::2/64")):
                ip("link", "set", name, "addrgenmode", "none")
                ip("address", "add", address, "dev", name, "nodad")
                ip("link", "set", name, "up")

    def zones(self):
        """A place for the interfaces by which datagrams came to the relay, and the admit() that notes them."""
        seen = []
        return seen, lambda rel, source, raw: seen.append(socket.if_indextoname(source[3])) or True

    def proxy(self, told=bound.elsewhere("fe80::2"), deliver=None):
        seen, admit = self.zones()
        behaviour = behaviours.replace(
            behaviours.GOOD, request=relay.associate(told, host="::"),
            stream=relay.exchange(relay.echo, admit=admit, **({"deliver": deliver} if deliver else {})))
        return seen, ScriptedProxy(behaviour, host="::")

    def udp(self, proxy, zone, *options):
        return cli.run("udp", "-x", proxy.url(host=f"[fe80::2%{zone}]"), "--wait", "1", "--count", "1", *options,
                       "192.0.2.9", "53", stdin=b"x")

    def test_the_zone_of_the_proxy_holds_for_its_relay(self):
        for zone in self.LINKS:
            for told, options in ((bound.elsewhere("fe80::2"), ()), (bound.wildcard, ()), (bound.named(b"relay.test"), ()),
                                  (bound.elsewhere("fe80::2"), ("--relay=reply",)), (bound.truth, ("--relay=proxy",))):
                seen, proxy = self.proxy(told)
                with self.subTest(zone=zone, options=options), proxy:
                    self.assert_success(self.udp(proxy, zone, *options), b"x")
                    self.assertEqual(seen, [f"{zone}-proxy"])

    def test_a_relay_may_have_a_zone_of_its_own(self):
        for other in ("far", str(socket.if_nametoindex("far")), None):
            seen, proxy = self.proxy()
            with self.subTest(zone=other), proxy, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as front:
                front.bind(("::", 0))
                front.settimeout(10)
                at = f"fe80::2%{other}" if other else "fe80::2"
                result = self.udp(proxy, "near", "--relay", f"[{at}]:{front.getsockname()[1]}", "--wait", "0")
                self.assert_status(result, 124)
                _, source = front.recvfrom(100)
                self.assertEqual(socket.if_indextoname(source[3]), "far-proxy" if other else "near-proxy")

    def test_the_same_address_on_another_link_is_a_stranger(self):
        def on_both(rel, host, port, data):
            far = rel.client[:3] + (socket.if_nametoindex("far-proxy"),)
            rel.front.sendto(wire.datagram(host, port, b"forged"), far)
            relay.plainly(rel, host, port, data)
        _, proxy = self.proxy(deliver=on_both)
        with proxy:
            result = self.udp(proxy, "near")
            self.assert_status(result, 0)
            self.assertEqual(result.out, b"x")
            self.assertRegex(result.err, "warning: dropped a datagram: not from the relay")

    def test_dns_over_it(self):
        for server in ("192.0.2.53", "fe80::53%eth0", "[fe80::53%eth0]:5353"):
            behaviour, queries = dns_wire.over_udp(dns_wire.addresses({"www.test": (bytes(4), None)}))
            behaviour = behaviours.replace(behaviour, request=relay.associate(bound.elsewhere("fe80::2"), host="::"))
            with self.subTest(server=server), ScriptedProxy(behaviour, host="::") as proxy:
                result = cli.run("resolve", "-x", proxy.url(host="[fe80::2%far]"), "--via", "udp", "--server", server,
                                 "--type", "A", "www.test")
                self.assert_success(result, b"0.0.0.0\n")
                place = wire.parse_datagram(proxy.conversations[0].datagrams[0][1])[:2]
                self.assertEqual(place, ("192.0.2.53", 53) if server[0] == "1" else
                                 ("fe80::53", 5353 if server[0] == "[" else 53))

    def test_a_zone_that_is_missing_or_wrong(self):
        for relay_at, pattern in (("[fe80::2%nowhere]:9", "no interface \"nowhere\""), ("[fe80::2%4294967295]:9", "interface"),
                                  ("[fe80::2%]:9", "--relay"), ("[192.0.2.1%far]:9", "--relay")):
            with self.subTest(relay=relay_at), ScriptedProxy("echo") as proxy:
                result = cli.run("udp", "-x", proxy.url(), "--relay", relay_at, "192.0.2.9", "53", stdin=b"x")
                self.assert_usage(result, pattern)
                self.assertEqual(proxy.conversations, [])
        with ScriptedProxy("echo") as proxy:
            result = cli.run("udp", "-x", proxy.url(), "--relay", "[fe80::2]:9", "192.0.2.9", "53", stdin=b"x")
            self.assert_status(result, 2)
            self.assert_one_error(result, "needs a zone")


class ThirdHost(CliCase):
    def test_reply_allows_another_host(self):
        behaviour = behaviours.replace(behaviours.ECHO, request=relay.associate(host=isolation.OUTSIDE))
        with ScriptedProxy(behaviour) as proxy:
            for options, status, out in (((), 13, b""), (("--relay=reply",), 0, b"x")):
                result = cli.run("udp", "-x", proxy.url(), *options, "--count", "1", "192.0.2.9", "53", stdin=b"x")
                with self.subTest(options=options):
                    self.assert_status(result, status)
                    self.assertEqual(result.out, out)

    def test_a_named_relay_is_looked_up_only_under_reply(self):
        behaviour = behaviours.replace(behaviours.ECHO, request=relay.associate(bound.named(b"relay.test")))
        with NameServer({"relay.test": ["127.0.0.1"]}) as names, ScriptedProxy(behaviour) as proxy:
            for options, asked in (((), set()), (("--relay=reply",), {"relay.test"})):
                result = cli.run("udp", "-x", proxy.url(), *options, "--count", "1", "192.0.2.9", "53", stdin=b"x")
                with self.subTest(options=options):
                    self.assert_success(result, b"x")
                    self.assertEqual(names.names(), asked)


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
