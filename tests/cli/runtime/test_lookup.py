# SPDX-License-Identifier: MIT
"""Who resolves which name: watched at the name server of a private network."""
import re
import signal
import subprocess
import time
import unittest

import behaviours
import cli
import isolation
import socks_wire as wire
from expect import CliCase
from isolation import CLIENT_NAME, OUTSIDE
from name_server import NameServer
from scripted_proxy import ScriptedProxy

TWO = ["127.0.0.1", "::1"]


class Lookup(CliCase):
    def connect(self, *args, **kwargs):
        return cli.run("connect", "-z", *args, **kwargs)

    def request(self, proxy, index=0):
        return proxy.conversation(index).messages[-1]

    def test_no_query_leaves_when_the_proxy_resolves(self):
        with NameServer({"secret.test": TWO}) as dns, ScriptedProxy("echo") as proxy:
            for index, scheme in enumerate(("socks5h", "socks", "socks4a")):
                self.assert_success(self.connect("-x", proxy.url(scheme), "-vv", "secret.test", "80",
                                                 stderr=subprocess.DEVNULL))
                self.assertIn(b"secret.test", self.request(proxy, index))
            self.assert_success(self.connect("-x", proxy.hop, "secret.test", "80"))
            self.assertEqual(dns.queries, [])

    def test_no_query_on_failure_either(self):
        for name in ("rep-04", "close-at-request-0", "no-method", "foreign-http"):
            with NameServer({"secret.test": TWO}) as dns, ScriptedProxy(name) as proxy:
                self.assertNotEqual(self.connect("-x", proxy.hop, "-vv", "secret.test", "80").status, 0)
                self.assertEqual(proxy.conversation().messages[0][:1], b"\x05")
                self.assertEqual(dns.queries, [])

    def test_only_the_proxys_own_name_is_asked(self):
        with NameServer({"proxy.test": ["127.0.0.1"], "secret.test": TWO}) as dns, \
                ScriptedProxy("echo") as proxy:
            self.assert_success(self.connect("-x", f"proxy.test:{proxy.port}", "secret.test", "80"))
            self.assertEqual(dns.names(), {"proxy.test"})

    def test_resolve_never_asks_the_local_resolver(self):
        """Not by any scheme or way, and not when the proxy fails."""
        for name in ("rep-04", "rep-07", "close-at-request-0", "echo"):
            for scheme in ("socks4", "socks4a", "socks5", "socks5h"):
                for options in ((), ("--server", "127.0.0.1"), ("--via", "tcp", "--server", "127.0.0.1")):
                    with NameServer({"secret.test": TWO}) as dns, ScriptedProxy(name) as proxy:
                        result = cli.run("resolve", "-w", "0.5", "-x", proxy.url(scheme), *options, "secret.test",
                                         "192.0.2.80" if scheme.startswith("socks5") else "other.test")
                        self.assertNotEqual(result.status, 0)
                        self.assertTrue(proxy.conversations)
                        self.assertEqual(dns.queries, [])

    def test_no_reverse_lookups(self):
        with NameServer() as dns, ScriptedProxy("echo") as proxy:
            result = self.connect("-vv", "--trace", "-x", proxy.hop, "192.0.2.1", "80")
            self.assert_status(result, 0)
            self.assertEqual(self.request(proxy), wire.request("192.0.2.1", 80))
            self.assertEqual(dns.queries, [])

    def test_we_resolve_when_the_scheme_says_so(self):
        with NameServer({"target.test": ["192.0.2.9"]}) as dns, ScriptedProxy("echo") as proxy:
            self.assert_success(self.connect("-x", proxy.url("socks5"), "target.test", "80"))
            self.assert_success(self.connect("-x", proxy.url("socks4"), "target.test", "80"))
            self.assertEqual(self.request(proxy), wire.request("192.0.2.9", 80))
            self.assertEqual(self.request(proxy, 1), wire.request4("192.0.2.9", 80))
            self.assertEqual(dns.names(), {"target.test"})

    def test_the_name_of_an_onion_service_is_never_asked_for(self):
        for scheme in ("socks5", "socks4"):
            for name in ("foo.ONION", "foo.onion", "Foo.I2P"):
                with self.subTest(scheme=scheme, name=name), \
                        NameServer({name.lower(): TWO}) as dns, ScriptedProxy("echo") as proxy:
                    result = self.connect("-x", proxy.url(scheme), name, "80")
                    self.assert_status(result, 3)
                    self.assert_one_error(result, re.escape(name))
                    self.assertEqual(dns.queries, [])
                    self.assertEqual([conv.target for conv in proxy.conversations if conv.target], [])

    def test_nor_is_that_of_a_proxy(self):
        for name in ("proxy.onion", "proxy.i2p"):
            with NameServer({name: TWO}) as dns:
                result = self.connect("-x", f"{name}:1080", "x.test", "80")
                self.assert_failure(result, 10, f"{name}:1080", "lookup", "not in DNS")
                self.assertEqual(dns.queries, [])

    def test_the_hosts_file_counts(self):
        with NameServer() as dns, ScriptedProxy("echo") as proxy:
            self.assert_success(self.connect("-x", proxy.url("socks5"), CLIENT_NAME, "80"))
            self.assertEqual(self.request(proxy), wire.request("127.0.0.1", 80))
            self.assertEqual(dns.queries, [])

    def test_families(self):
        records = {"both.test": ["192.0.2.9", "2001:db8::9"]}
        for option, host, kinds in (("-4", "192.0.2.9", {"A"}), ("-6", "2001:db8::9", {"AAAA"})):
            with NameServer(records) as dns, ScriptedProxy("echo") as proxy:
                self.assert_success(self.connect("-x", proxy.url("socks5"), option, "both.test", "80"))
                self.assertEqual(self.request(proxy), wire.request(host, 80))
                self.assertEqual({kind for _, kind in dns.queries}, kinds)

    def test_families_of_the_proxys_name(self):
        with NameServer({"proxy.test": TWO}), ScriptedProxy("echo", host="::1") as proxy:
            self.assert_success(self.connect("-6", "-x", f"proxy.test:{proxy.port}", "x.test", "80"))
            result = self.connect("-4", "-x", f"proxy.test:{proxy.port}", "x.test", "80")
            self.assert_failure(result, 11, f"proxy.test:{proxy.port}", "connect", "refused")

    def test_socks4_takes_the_ipv4_address(self):
        with NameServer({"both.test": ["2001:db8::9", "192.0.2.9"], "six.test": ["2001:db8::9"]}), \
                ScriptedProxy("echo") as proxy:
            self.assert_success(self.connect("-x", proxy.url("socks4"), "both.test", "80"))
            self.assertEqual(self.request(proxy), wire.request4("192.0.2.9", 80))
            result = self.connect("-x", proxy.url("socks4"), "six.test", "80")
            self.assertIn(result.status, (2, 3))
            self.assert_one_error(result, r"six\.test")

    def test_every_address_of_the_proxy_is_tried(self):
        with NameServer({"proxy.test": [OUTSIDE, "127.0.0.1", "::1"]}):
            for host in (OUTSIDE, "127.0.0.1", "::1"):
                with self.subTest(host=host), ScriptedProxy("echo", host=host) as proxy:
                    self.assert_success(self.connect("-x", f"proxy.test:{proxy.port}", "x.test", "80"))
                    self.assertEqual(proxy.conversation().target, ("x.test", 80))

    def test_every_address_of_the_target_is_tried(self):
        def second(conv):
            (behaviours.grant() if conv.target[0] == "192.0.2.2" else behaviours.refuse(5))(conv)
        records = {"multi.test": ["192.0.2.1", "192.0.2.2", "192.0.2.3"]}
        with NameServer(records), \
                ScriptedProxy(behaviours.replace(behaviours.ECHO, request=second)) as proxy:
            self.assert_success(self.connect("-x", proxy.url("socks5"), "multi.test", "80"))
            self.assertEqual([conv.target[0] for conv in proxy.conversations],
                             ["192.0.2.1", "192.0.2.2"])

    def test_a_number_is_no_proxy(self):
        """To the system it is an address, 27100 is 0.0.105.220; who writes it means a port."""
        for url in ("27100", "socks5h://27100", "27100:1080", "socks4a://2130706433:1"):
            with self.subTest(url=url), NameServer() as dns:
                self.assert_usage(self.connect("-x", url, "-w", "2", "x.test", "80"), "proxy")
                self.assertEqual(dns.queries, [])

    def test_no_such_proxy_name(self):
        with NameServer():
            result = self.connect("-x", "missing.test:1080", "x.test", "80")
            self.assert_failure(result, 10, "missing.test:1080", "lookup", "no such name|not known")

    def test_no_such_target_name(self):
        for scheme in ("socks5", "socks4"):
            with NameServer(), ScriptedProxy("echo") as proxy:
                result = self.connect("-x", proxy.url(scheme), "missing.test", "80")
                self.assert_status(result, 3)
                self.assert_one_error(result, r"lookup: .*(no such name|not known)|missing\.test")
                self.assertIn("missing.test", result.err)

    def test_a_silent_name_server_does_not_outlast_the_deadline(self):
        for args, names in ((["-x", "proxy.test:1080", "x.test"], "proxy"),
                            (["-x", "socks5://127.0.0.1:{port}", "target.test"], "target")):
            with NameServer(silent=True) as dns, ScriptedProxy("echo") as proxy:
                result = self.connect("-w", "0.5", *(a.format(port=proxy.port) for a in args), "80")
                with self.subTest(names=names):
                    self.assertTrue(dns.queries)
                    self.assert_status(result, 124)
                    self.assert_one_error(result, r": lookup: ")
                    self.assertLess(result.seconds, cli.slack(1.2))

    def test_a_signal_during_the_lookup(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with NameServer(silent=True) as dns:
                process = cli.start("connect", "-x", "proxy.test:1080", "x.test", "80")
                self.assertTrue(dns.wait_asked())
                began = time.monotonic()
                process.send_signal(number)
                out, err = process.communicate(timeout=5)
                self.assertEqual((process.returncode, out, err), (128 + number, b"", b""))
                self.assertLess(time.monotonic() - began, cli.slack(0.5))

    def test_a_slow_name_server_does_not_hold_the_end_back(self):
        """The proxy answers at once by hosts file; no lookup is left running at the end."""
        with NameServer(silent=True), ScriptedProxy("echo") as proxy:
            result = self.connect("-x", f"{CLIENT_NAME}:{proxy.port}", "x.test", "80")
            self.assert_success(result)
            self.assertEqual(proxy.conversation().target, ("x.test", 80))
            self.assertLess(result.seconds, cli.slack(1))


class ClearText(CliCase):
    def test_a_password_to_a_hop_beyond_loopback_is_warned_about_once(self):
        with ScriptedProxy("method-02", host=OUTSIDE) as proxy:
            result = cli.run("connect", "-v", "-z", "-x", proxy.url(user="alice", password="S3cret"),
                             "x.test", "80-82")
            self.assert_status(result, 0)
            self.assertEqual(result.err.count("sockscat: warning: "), 1, result.err)
            self.assertNotIn("S3cret", result.err)

    def test_no_warning_where_none_is_due(self):
        for host, login, behaviour in ((OUTSIDE, {}, "echo"), ("127.0.0.1", {"user": "a",
                                       "password": "p"}, "method-02"),
                                       ("::1", {"user": "a", "password": "p"}, "method-02"),
                                       ("unix", {"user": "a", "password": "p"}, "method-02")):
            with self.subTest(host=host), ScriptedProxy(behaviour, host=host) as proxy:
                self.assert_success(cli.run("connect", "-z", "-x", proxy.url(**login), "x.test", "80"))
                self.assertEqual(proxy.conversation().target, ("x.test", 80))


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
