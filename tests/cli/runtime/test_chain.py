# SPDX-License-Identifier: MIT
"""Chains of proxies: who is asked for what, which hop an error is about, whose secret goes where."""
import contextlib
import json
import re
import unittest

import associating
import behaviours
import certificates
import cli
import socks_wire as wire
import targets
from expect import CliCase, concurrently
from scripted_proxy import ScriptedProxy
from steps import by_command, relay
from tls_layer import Tls

MIX = (("socks5h", True), ("socks4a", False), ("http", False), ("socks5", False), ("https", True), ("socks4", False),
       ("socks5h", False), ("socks4a", True))
SOON = 5
DEAD = {    # behaviour of one hop -> (exit status, stage, cause)
    "rep-05": (25, "request", "refused"), "rep-02": (22, "request", "not allow"), "no-method": (14, "method", ""),
    "method-02": (13, "method", "not offered"), "close-at-method-0": (16, "method", "closed"),
    "close-at-request-0": (16, "request", "closed"), "close-at-request-4": (13, "request", "4 of"),
    "foreign-ssh": (13, "method", "SSH"), "socks4-only": (13, "method", "SOCKS ?4"),
}


class ChainCase(CliCase):
    @contextlib.contextmanager
    def chain(self, *hops):
        """Proxies that dial, from keyword arguments for ScriptedProxy each."""
        with contextlib.ExitStack() as stack:
            yield [stack.enter_context(ScriptedProxy(**({"behaviour": "good"} | hop))) for hop in hops]

    def run_chain(self, urls, host, port, *options, **kwargs):
        kwargs.setdefault("stdin", b"payload")
        hops = [word for url in urls for word in ("-x", url)]
        return cli.run("connect", *hops, *options, host, port, **kwargs)

    @staticmethod
    def mixed(count):
        kinds = [MIX[i % len(MIX)] for i in range(count)]
        return [scheme for scheme, _ in kinds], [{"tls": Tls() if tls else None} for _, tls in kinds]


class Success(ChainCase):
    def test_mixed(self):
        data = bytes(range(256)) * 1000
        for count in (1, 2, 3, 8, 16):
            schemes, hops = self.mixed(count)
            with self.chain(*hops) as proxies, targets.Echo() as echo, self.subTest(count=count):
                urls = [proxy.url(scheme) for scheme, proxy in zip(schemes, proxies)]
                result = self.run_chain(urls, echo.host, echo.port, "-N", stdin=data)
                self.assert_success(result, data)
                self.assertEqual([proxy.conversation().target for proxy in proxies],
                                 [*((proxy.address, proxy.port) for proxy in proxies[1:]), (echo.host, echo.port)])
                self.assertEqual([len(proxy.conversations) for proxy in proxies], [1] * count)

    def test_tls_in_tls_in_tls(self):
        data = bytes(range(256)) * 4000
        with self.chain(*[{"tls": Tls()}] * 3) as proxies, targets.TlsTarget() as target:
            result = self.run_chain([proxy.url() for proxy in proxies], target.host, target.port, "--tls", "--cacert",
                                    certificates.ca(), "-N", stdin=data)
            self.assert_status(result, 0)
            self.assertTrue(result.out == data)
            for conv in (proxy.conversation() for proxy in proxies):
                conv.wait_closed()
                self.assertEqual(conv.ended, "eof")

    def test_half_close_travels_to_the_end(self):
        for tls in (None, Tls()):
            with self.chain({"tls": tls}, {"tls": tls}) as proxies, targets.AfterEof() as target:
                result = self.run_chain([proxy.url() for proxy in proxies], target.host, target.port, "-N",
                                        stdin=b"x" * 70000)
                self.assert_success(result, b"counted 70000\n")

    def test_the_end_of_the_innermost_tls_counts(self):
        """Whoever said close_notify there has said everything."""
        for ends, status in ((("notify", "notify", "cut"), 1), (("cut", "cut", "notify"), 0), (("notify", "cut", None), 1),
                             (("cut", None, None), 1), (("cut", "notify", None), 0)):
            hops = [{"tls": Tls(ends=each) if each else None} for each in ends]
            with self.chain(*hops) as proxies, targets.Source(b"z" * 100000) as target, self.subTest(ends=ends):
                result = self.run_chain([proxy.url() for proxy in proxies], target.host, target.port, stdin=b"")
                self.assert_status(result, status)
                self.assertEqual(result.out, b"z" * 100000)
                if status:
                    self.assert_one_error(result, "cut off: .*close_notify")

    def test_payload_behind_the_last_reply(self):
        with self.chain({}, {"behaviour": "reply-with-payload", "tls": Tls()}) as proxies:
            result = self.run_chain([proxy.url() for proxy in proxies], "echo.test", 80, "-N", stdin=b"client\n")
            self.assert_success(result, b"SSH-2.0-hello\r\nclient\n")

    def test_fdpass_needs_plain_hops(self):
        with self.chain({}, {"tls": Tls()}) as proxies:
            result = self.run_chain([proxy.url() for proxy in proxies], "echo.test", 80, "--fdpass")
            self.assert_usage(result, "fdpass")
            self.assertEqual(proxies[0].conversations, [])

    def test_port_lists(self):
        with self.chain({"tls": Tls()}, {"behaviour": "echo"}) as proxies:
            result = self.run_chain([proxy.url() for proxy in proxies], "echo.test", "80-83", "-z")
            self.assertEqual(result.out, b"80\topen\n81\topen\n82\topen\n83\topen\n")

    def test_bind(self):
        with self.chain({"tls": Tls()}, {"behaviour": "echo"}) as proxies:
            hops = [word for proxy in proxies for word in ("-x", proxy.url())]
            result = cli.run("bind", *hops, "-N", stdin=b"payload")
            self.assert_status(result, 0)
            self.assertEqual(result.out, b"payload")
            self.assertEqual([proxy.conversation().command for proxy in proxies], [1, 2])


class Names(ChainCase):
    def test_the_name_of_a_hop_is_asked_of_the_hop_before(self):
        names = {"far-proxy.invalid": "127.0.0.1"}
        for scheme in ("socks5h", "socks4a", "http"):
            with self.chain({"names": names}, {"behaviour": "echo"}) as proxies, self.subTest(scheme=scheme):
                urls = [proxies[0].url(scheme), proxies[1].url(host="far-proxy.invalid")]
                self.assert_success(self.run_chain(urls, "target.invalid", 80, "-N"), b"payload")
                self.assertEqual(proxies[0].conversation().target, ("far-proxy.invalid", proxies[1].port))
                self.assertEqual(proxies[1].conversation().target, ("target.invalid", 80))

    def test_or_ours_when_the_scheme_says_so(self):
        for scheme in ("socks5", "socks4"):
            with self.chain({}, {"behaviour": "echo"}) as proxies, self.subTest(scheme=scheme):
                urls = [proxies[0].url(scheme), proxies[1].url(host="localhost")]
                self.assert_success(self.run_chain(urls, "target.invalid", 80, "-4", "-N"), b"payload")
                self.assertEqual(proxies[0].conversation().target, ("127.0.0.1", proxies[1].port))

    def test_datagrams_too_go_where_the_hop_was_found(self):
        """Who looks the name of a hop up for its connection does so for its relay."""
        for scheme, told in (("socks5", "127.0.0.1"), ("socks5h", "localhost")):
            with self.chain({}, {"behaviour": "echo"}) as proxies, self.subTest(scheme=scheme):
                result = cli.run("udp", "-4", "-x", proxies[0].url(scheme), "-x", proxies[1].url(host="localhost"),
                                 "--count", "1", "--wait", "5", "192.0.2.9", "53", stdin=b"payload")
                self.assert_success(result, b"payload")
                outer = next(conv for conv in proxies[0].conversations if conv.command == 3)
                inner = next(conv for conv in proxies[1].conversations if conv.command == 3)
                host, port, data = wire.parse_datagram(outer.datagrams[0][1])
                self.assertEqual((host, port), (told, inner.bound[1]))
                self.assertEqual(wire.parse_datagram(data), ("192.0.2.9", 53, b"payload"))

    def test_hops_need_not_say_from_whom_a_datagram_is(self):
        silent = behaviours.replace(behaviours.GOOD, stream=by_command(
            relay, relay, associating.exchange(deliver=associating.from_nobody())))
        nobody = behaviours.replace(behaviours.ECHO, stream=associating.exchange(
            associating.echo, deliver=associating.from_nobody("::")))
        far = behaviours.replace(behaviours.ECHO, request=associating.associate(host="127.0.0.2"),
                                 stream=associating.exchange(associating.echo))
        for hop in (nobody, far):
            with self.chain({"behaviour": silent}, {"behaviour": hop}) as proxies, self.subTest(elsewhere=hop is far):
                result = cli.run("udp", "-x", proxies[0].url(), "-x", proxies[1].url(), "--count", "1", "--wait", "5",
                                 "192.0.2.9", "53", stdin=b"payload")
                self.assert_success(result, b"payload")

    def test_a_stranger_behind_the_first_hop_is_dropped(self):
        """The first hop says from whom each datagram is: the next one's relay, and nobody else, speaks for that."""
        def forge(host, port, _):
            return wire.datagram("127.0.0.9", port, wire.datagram("192.0.2.9", 53, b"forged"))
        first = behaviours.replace(behaviours.GOOD, stream=by_command(
            relay, relay, associating.exchange(deliver=associating.behind(forge))))
        with self.chain({"behaviour": first}, {"behaviour": "echo"}) as proxies:
            result = cli.run("udp", "-x", proxies[0].url(), "-x", proxies[1].url(), "--report", "-", "--count", "1",
                             "--wait", "5", "192.0.2.9", "53", stdin=b"payload")
            self.assert_status(result, 0)
            self.assertEqual(result.out, b"payload")
            self.assertEqual(json.loads(self.lines(result)[-1])["dropped"]["wrong_source"], 1)

    def test_the_certificate_of_a_later_hop_is_for_its_own_name(self):
        names = {"proxy.test": "127.0.0.1"}
        with self.chain({"names": names, "tls": Tls(cert="ipv4")}, {"behaviour": "echo", "tls": Tls(cert="name")}) as both:
            urls = [both[0].url(), both[1].url(host="proxy.test")]
            self.assert_success(self.run_chain(urls, "echo.test", 80, "-N"), b"payload")
            self.assertEqual(both[1].conversation().tls.sni, "proxy.test")
            self.assertIsNone(both[0].conversation().tls.sni)


class Failures(ChainCase):
    def fail_at(self, count, bad, behaviour):
        hops = [{} for _ in range(count)]
        hops[bad] = {"behaviour": behaviour}
        with self.chain(*hops) as proxies:
            result = self.run_chain([proxy.url() for proxy in proxies], "127.0.0.1", 9, "-w", "10")
            return result, proxies[bad].hop, [len(proxy.conversations) for proxy in proxies]

    def test_each_hop_in_turn(self):
        cases = [(3, bad, behaviour) for behaviour in DEAD for bad in range(3)]
        for (count, bad, behaviour), (result, hop, reached) in concurrently(lambda case: self.fail_at(*case), cases):
            with self.subTest(bad=bad, behaviour=behaviour):
                self.assert_failure(result, DEAD[behaviour][0], hop, *DEAD[behaviour][1:], within=SOON)
                self.assertEqual(reached, [1] * (bad + 1) + [0] * (count - bad - 1))

    def test_each_of_sixteen(self):
        for (count, bad, _), (result, hop, reached) in concurrently(
                lambda case: self.fail_at(*case), [(16, bad, "rep-04") for bad in range(16)], workers=4):
            with self.subTest(bad=bad):
                self.assert_failure(result, 24, hop, "request", "host unreachable", within=SOON)
                self.assertEqual(sum(reached), bad + 1)

    def test_a_hop_that_is_not_there(self):
        closed = targets.closed_port()
        with self.chain({}, {}) as proxies:
            urls = [proxies[0].url(), proxies[1].url(), f"socks5h://127.0.0.1:{closed}"]
            result = self.run_chain(urls, "echo.test", 80)
            self.assert_failure(result, 25, proxies[1].hop, "request", f"refused.*127.0.0.1:{closed}", within=SOON)
            result = self.run_chain(urls[::-1], "echo.test", 80)
            self.assert_failure(result, 11, f"127.0.0.1:{closed}", "connect", "refused", within=SOON)

    def test_tls_of_each_hop(self):
        for bad in range(3):
            for kind, words in (("expired", "expired"), ("other-name", "not for 127")):
                hops = [{"tls": Tls(cert=kind if i == bad else "good")} for i in range(3)]
                with self.chain(*hops) as proxies, self.subTest(bad=bad, kind=kind):
                    result = self.run_chain([proxy.url() for proxy in proxies], "127.0.0.1", 9)
                    self.assert_failure(result, 12, proxies[bad].hop, "tls", words, within=SOON)
                    self.assertEqual(proxies[bad].conversation().messages, [])
                    self.assertEqual([len(proxy.conversations) for proxy in proxies], [1] * (bad + 1) + [0] * (2 - bad))

    def test_trust_of_one_hop_is_not_that_of_another(self):
        for bad in range(2):
            with self.chain({"tls": Tls()}, {"tls": Tls()}) as proxies:
                urls = [proxy.url(cacert=None) if i == bad else proxy.url() for i, proxy in enumerate(proxies)]
                result = self.run_chain(urls, "127.0.0.1", 9)
                self.assert_failure(result, 12, proxies[bad].hop, "tls", "not trusted")
                urls = [proxy.url(cacert=None, insecure=None if i == bad else 1) for i, proxy in enumerate(proxies)]
                result = self.run_chain(urls, "127.0.0.1", 9)
                self.assert_failure(result, 12, proxies[bad].hop, "tls", "not trusted")
                self.assertRegex(result.err, f"warning: {proxies[1 - bad].hop}: .*not verified")
                self.assertNotRegex(result.err, f"warning: {proxies[bad].hop}: .*not verified")

    def test_one_limit_for_all(self):
        def one(bad):
            hops = [{"tls": Tls()}, {}, {"tls": Tls()}]
            hops[bad]["behaviour"] = "blackhole-at-request-0"
            with self.chain(*hops) as proxies:
                return self.run_chain([proxy.url() for proxy in proxies], "127.0.0.1", 9, "-w", "0.8"), proxies[bad].hop
        for _, (result, hop) in concurrently(one, range(3)):
            self.assert_failure(result, 124, hop, "request", r"0\.8 s", within=3)
        # Each hop alone would be quick enough.
        slow = behaviours.replace(behaviours.GOOD, pace=0.04)     # 12 bytes: half a second
        with self.chain(*[{"behaviour": slow}] * 4) as proxies, targets.Echo() as echo:
            result = self.run_chain([proxy.url() for proxy in proxies], echo.host, echo.port, "-w", "1.2")
            self.assert_status(result, 124)
            self.assertLess(result.seconds, cli.slack(1.3))

    def test_the_target_is_refused_by_the_last_hop(self):
        with self.chain({"tls": Tls()}, {}) as proxies:
            closed = targets.closed_port()
            result = self.run_chain([proxy.url() for proxy in proxies], "127.0.0.1", closed)
            self.assert_failure(result, 25, proxies[1].hop, "request", f"refused.*127.0.0.1:{closed}")


class Secrets(ChainCase):
    def test_credentials_stay_with_their_hop(self):
        users = [(b"alice", b"S3cret-one"), None, (b"bob", b"S3cret-two"), (b"carol", b"S3cret-three")]
        hops = [{"users": dict([user]) if user else None, "tls": Tls() if i > 1 else None} for i, user in enumerate(users)]
        for schemes in (["socks5h"] * 4, ["http", "socks5h", "http", "socks5h"]):
            with self.chain(*hops) as proxies, targets.Echo() as echo, self.subTest(schemes=schemes):
                urls = [proxy.url(scheme, *(user or (None, None))) for scheme, proxy, user in zip(schemes, proxies, users)]
                result = self.run_chain(urls, echo.host, echo.port, "-N", "-vv", "--trace", "--report", "-")
                self.assert_status(result, 0)
                self.assertNotIn("S3cret", result.err)
                self.assertNotIn(b"S3cret".hex(), re.sub(r"\s", "", result.err))
                for i, proxy in enumerate(proxies):
                    conv = proxy.conversation()
                    self.assertEqual((conv.user, conv.password), users[i] or (None, None))
                    others = [user[1] for k, user in enumerate(users) if user and k != i]
                    for other in others:
                        self.assertNotIn(other, bytes(conv.payload) + b"".join(conv.messages))

    def test_no_credentials_for_a_hop_that_wants_some(self):
        with self.chain({"users": {b"alice": b"S3cret"}}, {"users": {b"alice": b"S3cret"}}) as proxies:
            urls = [proxies[0].url(user=b"alice", password=b"S3cret"), proxies[1].url()]
            result = self.run_chain(urls, "echo.test", 80)
            self.assert_failure(result, 14, proxies[1].hop, "method", "no authentication")
            self.assertEqual([m for m in proxies[1].conversation().messages if m], [wire.greeting(0)])

    def test_options_that_several_hops_could_take(self):
        with self.chain({}, {}) as proxies:
            urls = [proxy.url() for proxy in proxies]
            for options in (("--proxy-user", "alice"), ("--proxy-cacert", certificates.ca()), ("--proxy-insecure",),
                            ("--proxy-servername", "x.test")):
                self.assert_usage(self.run_chain(urls, "echo.test", 80, *options))
            self.assertEqual(proxies[0].conversations, [])

    def test_passwords_leave_the_command_line(self):
        with self.chain({}, {"behaviour": "blackhole-at-method-0"}) as proxies:
            urls = [proxy.url(user=b"alice", password=b"S3cret") for proxy in proxies]
            process = cli.start("connect", "-x", urls[0], "-x", urls[1], "echo.test", "80")
            try:
                self.assertTrue(proxies[1].conversation().wait_stage("method"))
                with open(f"/proc/{process.pid}/cmdline", "rb") as file:
                    cmdline = file.read()
            finally:
                process.terminate()
                process.communicate(timeout=5)
            self.assertIn(b"alice", cmdline)
            self.assertNotIn(b"S3cret", cmdline)


class Limits(ChainCase):
    def test_how_long_a_chain_can_be(self):
        urls = [f"socks5h://127.0.0.1:{targets.closed_port()}"] * 65
        self.assert_usage(self.run_chain(urls, "echo.test", 80), "64")
        self.assert_status(self.run_chain(urls[:64], "echo.test", 80), 11)

    def test_what_only_the_first_hop_can_be(self):
        with self.chain({}) as proxies:
            self.assert_usage(self.run_chain([proxies[0].url(), "socks5h+unix:///run/none"], "echo.test", 80), "Unix|socket")
            self.assertEqual(proxies[0].conversations, [])
        with ScriptedProxy(host="unix") as first, ScriptedProxy("echo") as second:
            self.assert_success(self.run_chain([first.url(), second.url()], "echo.test", 80, "-N"), b"payload")

    def test_what_only_the_last_hop_cannot_be(self):
        with self.chain({}, {}) as proxies:
            for command in (["bind"], ["udp", "192.0.2.9", "53"]):
                hops = ["-x", proxies[0].url(), "-x", proxies[1].url("http")]
                self.assert_usage(cli.run(command[0], *hops, *command[1:]))
            self.assertEqual(proxies[0].conversations, [])

    def test_what_a_hop_cannot_reach(self):
        with self.chain({}) as proxies:
            for first in ("socks4", "socks4a"):
                self.assert_usage(self.run_chain([proxies[0].url(first), "socks5h://[2001:db8::1]:1080"], "echo.test", 80),
                                  "SOCKS4")
            self.assertEqual(proxies[0].conversations, [])


class Report(ChainCase):
    def test_all_hops_are_reported(self):
        with self.chain({"tls": Tls()}, {"behaviour": "echo"}) as proxies:
            urls = [proxies[0].url(user=b"alice", password=b"S3cret"), proxies[1].url("http", b"bob", b"S3cret")]
            result = self.run_chain(urls, "echo.test", 80, "-N", "--report", "-")
            report = json.loads(next(line for line in result.err.splitlines() if line.startswith("{")))
            self.assertEqual(len(report["proxies"]), 2)
            for url, proxy in zip(report["proxies"], proxies):
                self.assertIn(proxy.hop, url)
            self.assertNotIn("S3cret", result.err)
            for name in ("connect_ms", "tls_ms", "method_ms", "request_ms"):
                self.assertIsInstance(report["phases"][name], (int, float))


if __name__ == "__main__":
    unittest.main()
