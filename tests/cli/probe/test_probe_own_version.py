# SPDX-License-Identifier: MIT
"""probe: a URL is examined as it is written, by its own version and with its own way to resolve names."""
import unittest

import cli
import isolation
import targets
from behaviours import ECHO, GOOD, replace
from expect import CliCase
from isolation import CLIENT_NAME, CLIENT_NAME6, NOWHERE_NAME, PROXY_NAME
from probing import check, findings, probe, words
from scripted_proxy import ScriptedProxy
from steps import dial, echo, grant, relay, refuse, say, say_then_close, silence

RESERVED = "sockscat-probe.invalid"
NAMES = {PROXY_NAME: "127.0.0.1", CLIENT_NAME: "127.0.0.1"}
close = say_then_close(b"")


def only_socks4(conv):
    if conv.version == 5:
        close(conv)


def message(report, name):
    return next(each["message"] for each in report["findings"] if each["id"] == name)


def statuses(report):
    return [each["status"] for each in report["targets"]]


class NothingServed(CliCase):
    def look(self, scheme, socks4, socks5=refuse(4), **steps):
        """With these answers to every request of each version."""
        step = replace(GOOD, request=lambda conv: (socks4 if conv.version == 4 else socks5)(conv), **steps)
        with ScriptedProxy(step) as proxy:
            return probe("--only", "versions,commands", proxy.url(scheme))[1]

    def test_it_speaks_of_its_own_version(self):
        for scheme in ("socks4", "socks4a"):
            for socks5 in (refuse(4), refuse(1), close):
                with self.subTest(scheme=scheme):
                    said = message(self.look(scheme, refuse(1), socks5), "nothing-served")
                    self.assertIn("5b rejected or failed", said)
                    self.assertNotRegex(said, "0[14] |connection closed")
        said = message(self.look("socks5h", refuse(1), refuse(1)), "nothing-served")
        self.assertRegex(said, "01 general.* 01 general")
        self.assertNotIn("5b", said)

    def test_where_it_speaks_no_other(self):
        said = message(self.look("socks4a", refuse(1), greeted=only_socks4), "nothing-served")
        self.assertRegex(said, f"CONNECT to {RESERVED}.*: 5b rejected.*: 5b rejected")

    def test_a_silent_resolver_of_the_other(self):
        """The finding no-reply, too."""
        def silent_lookup(conv):
            (silence if conv.command == 1 else refuse(7))(conv)
        with ScriptedProxy(replace(GOOD, request=lambda c: (refuse(1) if c.version == 4 else silent_lookup)(c))) as proxy:
            _, report = probe("-w", "1", "--only", "versions,commands", proxy.url("socks4a"))
        self.assertNotIn("no-reply", findings(report))


class Families(CliCase):
    def test_ipv6_is_wrong_usage_where_it_is_for_connect(self):
        with ScriptedProxy() as proxy:
            for scheme in ("socks4", "socks4a"):
                for given in (["[::1]:80"], ["127.0.0.1:9", "[::1]:80"]):
                    with self.subTest(scheme=scheme, given=given):
                        options = [word for each in given for word in ("--target", each)]
                        self.assert_usage(cli.run("probe", *options, proxy.url(scheme)), "IPv6")
            self.assert_usage(cli.run("connect", "-x", proxy.url("socks4"), "[::1]:80"), "IPv6")
            self.assert_usage(cli.run("probe", "-6", "--target", f"{CLIENT_NAME}:80", proxy.url("socks4")), "IPv4 only")
            result = cli.run("probe", "--target", "[::1]:80", proxy.url(), proxy.url("socks4"))
            self.assert_usage(result, f"proxy \"{proxy.url('socks4')}\": .*IPv6")
            result = cli.run("probe", "--target", "[::1]:80", "--from", "-",
                             stdin=f"{proxy.url()}\n{proxy.url('socks4a')}\n".encode())
            self.assert_usage(result, f"line 2: proxy \"{proxy.url('socks4a')}\": .*IPv6")
            self.assertEqual(proxy.conversations, [])

    def test_others_carry_it(self):
        with ScriptedProxy() as proxy, targets.Echo("::1") as echo:
            for scheme in ("socks5", "socks5h", "http"):
                _, report = probe("--only", "addresses", "--target", f"[::1]:{echo.port}", proxy.url(scheme))
                self.assertEqual(statuses(report), ["reached"])


class Names(CliCase):
    """Who looks up the name of a target."""

    def look(self, scheme, name, *options, behaviour=GOOD):
        with ScriptedProxy(behaviour, names=NAMES) as proxy, targets.Echo() as echo:
            result, report = probe("--only", "versions,addresses", *options, "--target", f"{name}:{echo.port}",
                                   proxy.url(scheme))
            connect = cli.run("connect", "-z", "-x", proxy.url(scheme), name, str(echo.port))
            asked = {conv.version: set() for conv in proxy.conversations}
            for conv in proxy.conversations:
                if conv.target and conv.target[1] == echo.port:
                    asked[conv.version].add(conv.target[0])
        return result, report, connect, asked

    def test_the_row_is_what_connect_does(self):
        for scheme in ("socks4", "socks4a", "socks5", "socks5h"):
            for name, is_known in ((PROXY_NAME, scheme in ("socks4a", "socks5h")), (CLIENT_NAME, True),
                                   (NOWHERE_NAME, False)):
                with self.subTest(scheme=scheme, name=name):
                    result, report, connect, _ = self.look(scheme, name)
                    self.assertEqual(connect.status == 0, is_known, connect.err)
                    self.assertEqual((report["verdict"], statuses(report)),
                                     ("usable", ["reached"]) if is_known else ("unusable", ["failed"]), report)
                    self.assertEqual(result.status, 0 if is_known else 21 if scheme == "socks4a" else 24)

    def test_a_name_that_is_unknown_here(self):
        for scheme, other in (("socks4", "socks4a"), ("socks5", "socks5h")):
            _, report, connect, _ = self.look(scheme, PROXY_NAME)
            self.assertEqual(connect.status, 3)
            self.assertIsNone(report["targets"][0]["reply"])
            self.assertIn("no-target-reached", findings(report))
            self.assertIn(PROXY_NAME, report["error"])
            self.assertIn(f"{other}://", report["findings"][0]["advice"])
            _, again, _, _ = self.look(other, PROXY_NAME)
            self.assertEqual(again["verdict"], "usable")

    def test_it_is_that_target_alone(self):
        with ScriptedProxy(names=NAMES) as proxy, targets.Echo() as echo:
            for scheme in ("socks4", "socks5"):
                _, report = probe("--only", "versions", "--target", f"{PROXY_NAME}:{echo.port}", "--target",
                                  f"127.0.0.1:{echo.port}", proxy.url(scheme))
                self.assertEqual((report["verdict"], statuses(report)), ("usable", ["failed", "reached"]))
                result, report = probe("--only", "versions", "--target", f"127.0.0.1:{targets.closed_port()}", "--target",
                                       f"{PROXY_NAME}:{echo.port}", proxy.url(scheme))
                self.assertNotIn("reached", statuses(report))

    def test_what_is_said_of_names_is_about_names(self):
        """An address that was found here shows nothing about the proxy's resolver."""
        refuses_names = replace(GOOD, request=lambda c: (
            dial if c.target[0] == "127.0.0.1" else refuse(7) if c.command != 1 else refuse(4))(c))
        for scheme in ("socks4", "socks5"):
            with self.subTest(scheme=scheme):
                _, report, _, asked = self.look(scheme, CLIENT_NAME, behaviour=refuses_names)
                self.assertEqual((statuses(report), words(report)["address.ipv4"]), (["reached"], "yes"))
                self.assertNotEqual(words(report)["address.domain"], "yes", check(report, "address.domain"))
                _, report, _, asked = self.look(scheme, CLIENT_NAME)
                self.assertEqual(words(report)["address.domain"], "yes", check(report, "address.domain"))
                self.assertIn("127.0.0.1", asked[int(scheme[5])])

    def test_each_address_in_turn(self):
        """As connect: localhost is two."""
        with ScriptedProxy() as proxy, targets.Echo() as echo:
            _, report = probe("--only", "versions", "--target", f"localhost:{echo.port}", proxy.url("socks5"))
            self.assertEqual(statuses(report), ["reached"])
        with ScriptedProxy() as proxy, targets.Echo("::1") as echo:
            _, report = probe("--only", "versions", "--target", f"{CLIENT_NAME6}:{echo.port}", proxy.url("socks4"))
            self.assertEqual(statuses(report), ["failed"], "no IPv4 address")


class Early(CliCase):
    """Findings and rows agree about what was granted."""

    def look(self, behaviour, scheme, target="127.0.0.1:9", *options):
        with ScriptedProxy(behaviour) as proxy:
            return probe("-w", "5", *options, "--target", target, proxy.url(scheme))

    def assert_consistent(self, report):
        found = [each for each in report["findings"] if each["id"] == "early-success"]
        for each in found:
            self.assertEqual("counts as reached" in each["advice"], "reached" in statuses(report), report)
        return bool(found)

    def test_granted_and_hung_up(self):
        for scheme in ("socks4", "socks4a", "socks5h", "socks5"):
            with self.subTest(scheme=scheme):
                result, report = self.look("early-success", scheme)
                self.assertEqual((statuses(report), result.status), (["failed"], 16), report)
                self.assertTrue(self.assert_consistent(report))

    def test_only_the_name_is_granted(self):
        """As v2ray: it knows its commands, but grants what does not exist, and hangs up then."""
        for scheme in ("socks4a", "socks5h"):
            early = replace(GOOD, request=lambda c: (grant() if c.command == 1 else refuse(7))(c), stream=close)
            with self.subTest(scheme=scheme):
                result, report = self.look(early, scheme)
                self.assertEqual((statuses(report), result.status), (["failed"], 16), report)
                self.assertTrue(self.assert_consistent(report))

    def test_granted_and_open(self):
        with targets.Source(b"hello") as source:
            for scheme in ("socks4a", "socks5h", "http"):
                for behaviour, target in ((ECHO, "127.0.0.1:9"), (replace(GOOD, request=lambda c: (
                        dial if c.target[0] != RESERVED else grant())(c), stream=lambda c: (
                            relay if c.upstream else echo)(c)), f"127.0.0.1:{source.port}")):
                    with self.subTest(scheme=scheme, target=target):
                        result, report = self.look(behaviour, scheme, target)
                        self.assertEqual((statuses(report), result.status), (["reached"], 0), report)
                        self.assertTrue(self.assert_consistent(report))

    def test_the_other_version_is_no_evidence(self):
        with targets.Echo() as echo:
            for scheme, early in (("socks4a", 5), ("socks5h", 4)):
                step = replace(GOOD, request=lambda c, early=early: (
                    grant() if c.version == early else dial if c.target[0] != RESERVED and c.command == 1
                    else refuse(7))(c), stream=lambda c: (relay if c.upstream else close)(c))
                with self.subTest(scheme=scheme):
                    result, report = self.look(step, scheme, f"127.0.0.1:{echo.port}")
                    self.assertEqual((statuses(report), result.status), (["reached"], 0), report)
                    self.assertFalse(self.assert_consistent(report))

    def test_bind_of_the_version_in_its_row(self):
        """SOCKS5 wants a login, SOCKS4 listens on port 0."""
        port_0 = say(b"\0\x5a\0\0\0\0\0\0")
        step = replace(ECHO, request=lambda c: (port_0 if c.command == 2 else refuse(1))(c))
        with ScriptedProxy(step, users={b"alice": b"x"}) as proxy:
            _, report = probe(proxy.url())
        self.assertEqual(words(report)["command.bind"], "skipped")
        self.assertNotIn("bind-port-0", findings(report))


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
