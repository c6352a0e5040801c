# SPDX-License-Identifier: MIT
"""resolve: Tor's commands, DNS over UDP and TCP, which way is taken, what is believed, what is printed."""
import json
import os
import re
import signal
import time
import unittest

import associating as relay
import behaviours
import bound
import certificates
import cli
import dns_wire as dns
import socks_wire as wire
from expect import CliCase, concurrently
from running import Running
from scripted_proxy import ScriptedProxy
from steps import HangUp, by_command, grant, refuse, say_then_close, silence
from targets import TlsTarget, closed_port
from tls_layer import Tls

RESOLVE, RESOLVE_PTR = 0xF0, 0xF1
LITERAL = "192.0.2.1"
FOUR, SIX = bytes([192, 0, 2, 80]), bytes.fromhex("20010db8000000000000000000000080")
TABLE = {"www.test": (FOUR, SIX), "four.test": (FOUR, None), "six.test": (None, SIX), "none.test": (None, None)}
SERVER = ("--server", "192.0.2.53")


def lookup(table, literal=(LITERAL, 0), otherwise=say_then_close(b"\x05\x04" + bytes(8))):
    """A proxy with Tor's commands: {subject: (host, port) or a step}."""
    def request(conv):
        if conv.command not in (RESOLVE, RESOLVE_PTR):
            refuse(7)(conv)
        found = table.get(conv.target[0], literal if conv.target[0] == LITERAL else otherwise)
        if callable(found):
            return found(conv)
        conv.put(wire.reply4(0x5A, *found) if conv.version == 4 else wire.reply(0, *found))
        raise HangUp
    return behaviours.replace(behaviours.GOOD, request=request)


class ResolveCase(CliCase):
    def resolve(self, behaviour, *words, scheme="socks5h", proxy_options=None, **kwargs):
        """(result, proxy)"""
        with ScriptedProxy(behaviour, **(proxy_options or {})) as proxy:
            result = cli.run("resolve", "-x", proxy.url(scheme), *words, **kwargs)
            for conv in proxy.conversations:
                self.assertTrue(conv.wait_closed(), "a connection to the proxy was left open")
            return result, proxy

    def assert_prints(self, result, *lines):
        self.assert_success(result, "".join(line + "\n" for line in lines).encode())

    def assert_negative(self, result, pattern):
        self.assert_status(result, 3)
        self.assert_one_error(result, pattern)
        self.assertEqual(result.out, b"")

    def objects(self, result):
        return [json.loads(line) for line in result.out.splitlines()]


class Tor(ResolveCase):
    def test_a_name(self):
        for scheme in ("socks5h", "socks5"):
            with self.subTest(scheme=scheme):
                result, proxy = self.resolve(lookup({"www.test": ("198.51.100.7", 0)}), "www.test", scheme=scheme)
                self.assert_prints(result, "198.51.100.7")
                self.assertEqual(proxy.conversations[0].messages[-1], wire.request("www.test", 0, RESOLVE))
                self.assertEqual(len(proxy.conversations), 1)

    def test_over_socks4(self):
        for scheme in ("socks4", "socks4a"):
            with self.subTest(scheme=scheme):
                result, proxy = self.resolve(lookup({"www.test": ("198.51.100.7", 0)}), "www.test", scheme=scheme)
                self.assert_prints(result, "198.51.100.7")
                self.assertEqual(proxy.conversations[0].messages[-1][1:], wire.request4("www.test", 0, b"", RESOLVE)[1:])

    def test_ipv6(self):
        result, _ = self.resolve(lookup({"www.test": ("2001:db8::7", 0)}), "www.test")
        self.assert_prints(result, "2001:db8::7")

    def test_an_address(self):
        for address in ("198.51.100.7", "2001:db8::7"):
            result, proxy = self.resolve(lookup({address: (b"www.test", 0)}), address)
            self.assert_prints(result, "www.test")
            self.assertEqual(proxy.conversations[0].messages[-1], wire.request(address, 0, RESOLVE_PTR))

    def test_the_type_is_kept(self):
        behaviour = lookup({"www.test": ("2001:db8::7", 0)})
        self.assert_prints(self.resolve(behaviour, "--type", "AAAA", "www.test")[0], "2001:db8::7")
        result, _ = self.resolve(behaviour, "--type", "A", "www.test")
        self.assert_negative(result, r"no A record for www\.test.* 2001:db8::7")

    def test_no_such_name(self):
        for otherwise in (say_then_close(b"\x05\x04" + bytes(8)), say_then_close(wire.reply(4, b"gone.test", 0)),
                          say_then_close(b"\x05\x04")):
            result, proxy = self.resolve(lookup({}, otherwise=otherwise), "gone.test")
            self.assert_negative(result, re.escape(f"{proxy.hop}: request: no such name: gone.test (REP 04)"))
            self.assertNotIn("hint", result.err)
        result, _ = self.resolve(lookup({}), "198.51.100.7")
        self.assert_negative(result, "no name for 198.51.100.7")

    def test_other_refusals_keep_their_status(self):
        cases = {1: 21, 2: 22, 3: 23, 5: 25, 6: 26, 7: 27, 8: 28, 9: 29, 0xF0: 30, 0xF7: 37}
        for (code, status), (result, proxy) in concurrently(
                lambda case: self.resolve(lookup({}, otherwise=refuse(case[0])), "www.test"), cases.items()):
            with self.subTest(code=code):
                self.assert_failure(result, status, proxy.hop, "request")
        result, proxy = self.resolve(lookup({}, otherwise=refuse(0x5B)), "www.test", scheme="socks4a")
        self.assert_failure(result, 21, proxy.hop, "request")

    def test_a_proxy_without_the_command_gets_a_hint(self):
        for step, status in ((refuse(7), 27), (say_then_close(b"\x05\x07\x00\x01"), 27), (say_then_close(b""), 16)):
            result, proxy = self.resolve(behaviours.replace(behaviours.GOOD, request=step), "www.test")
            self.assert_failure(result, status, proxy.hop, "request")
            self.assertRegex(result.err, "hint: .*--server")

    def test_resolve_taken_for_connect(self):
        """v2ray and Xray answer with their own listener, others with what they say to any CONNECT."""
        for told in (("127.0.0.1", None), ("127.0.0.1", 0), ("0.0.0.0", 0), ("::", 0), ("203.0.113.9", 40001),
                     (b"exit.test", 9), (b"", 0)):
            def step(conv, told=told):
                host, port = told
                conv.put(wire.reply(0, host, conv.proxy.port if port is None else port))
                silence(conv)
            result, proxy = self.resolve(behaviours.replace(behaviours.GOOD, request=step), "www.test", "four.test")
            with self.subTest(told=told):
                self.assert_failure(result, 13, proxy.hop, "request", "does not support this command")
                self.assertEqual(len(proxy.conversations), 2, "one question and one to verify it")
                self.assertEqual(proxy.conversations[1].messages[-1], wire.request(LITERAL.encode(), 0, RESOLVE))

    def test_an_echo_is_no_answer(self):
        """Some proxies grant RESOLVE and repeat what they were asked, in the form that it had."""
        def echo(conv):
            if conv.version == 4:
                conv.put(bytes([0, 0x5A]) + conv.messages[-1][2:8])
            else:
                conv.put(b"\5\0\0" + conv.messages[-1][3:])
            silence(conv)
        behaviour = behaviours.replace(behaviours.GOOD, request=echo)
        for scheme, words in (("socks5h", ("no-such.test",)), ("socks5", ("no-such.test", "other.test")),
                              ("socks4a", ("no-such.test",)), ("socks4", ("no-such.test",)),
                              ("socks5h", ("--type", "A", "198.51.100.7")), ("socks5h", ("--type", "AAAA", "2001:db8::7")),
                              ("socks5h", ("192.0.2.1",)), ("socks5h", ("2001:db8::7",)), ("socks5h", (LITERAL, "a.test"))):
            with self.subTest(scheme=scheme, words=words):
                result, proxy = self.resolve(behaviour, *words, scheme=scheme)
                self.assert_failure(result, 13, proxy.hop, "request", "does not support this command")
                self.assertEqual(result.out, b"")

    def test_an_address_that_is_repeated_as_text_is_no_name(self):
        result, proxy = self.resolve(lookup({"198.51.100.7": (b"198.51.100.7", 0)}), "198.51.100.7")
        self.assert_failure(result, 13, proxy.hop, "request", "is not a name")

    def test_a_name_that_is_the_question_is_believed_of_nobody(self):
        result, proxy = self.resolve(lookup({"own.test": (b"own.test", 0)}), "own.test")
        self.assert_failure(result, 13, proxy.hop, "request", "it repeats the question")

    def test_with_a_server_an_echo_does_no_harm(self):
        behaviour, queries = dns.over_udp(dns.addresses(TABLE))
        request = behaviour.request

        def echo(conv):
            if conv.command != RESOLVE:
                return request(conv)
            conv.put(b"\5\0\0" + conv.messages[-1][3:])
            silence(conv)
        result, proxy = self.resolve(behaviours.replace(behaviour, request=echo), *SERVER, "four.test")
        self.assert_prints(result, "192.0.2.80")
        self.assertEqual([conv.command for conv in proxy.conversations], [3])

    def test_resolve_ptr_taken_for_connect(self):
        result, proxy = self.resolve(behaviours.replace(behaviours.GOOD, request=grant()), "198.51.100.7")
        self.assert_failure(result, 13, proxy.hop, "request", "does not support this command")

    def test_a_doubtful_answer_of_a_real_one(self):
        for host, text in (("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0")):
            result, proxy = self.resolve(lookup({"own.test": (host, 0)}), "own.test")
            self.assert_prints(result, text)
            self.assertEqual(len(proxy.conversations), 2)

    def test_hostile_names_cannot_move_a_cursor(self):
        behaviour = lookup({"198.51.100.7": (behaviours.HOSTILE_TEXT, 0)})
        for options in ((), ("--json",), ("-vv", "--trace")):
            result, _ = self.resolve(behaviour, *options, "198.51.100.7")
            self.assert_status(result, 0)
            self.assert_clean_text(result.out.decode())
            self.assert_clean_text(result.err)
            self.assertEqual(result.out.count(b"\n"), 1)

    def test_several_names_stand_in_order(self):
        slow = lambda conv: (time.sleep(0.3), conv.put(wire.reply(0, "198.51.100.2", 0)))
        behaviour = lookup({"a.test": ("198.51.100.1", 0), "b.test": slow, "c.test": ("198.51.100.3", 0)})
        result, _ = self.resolve(behaviour, "a.test", "b.test", "c.test", "a.test")
        self.assert_prints(result, "a.test\t198.51.100.1", "b.test\t198.51.100.2", "c.test\t198.51.100.3",
                           "a.test\t198.51.100.1")

    def test_some_of_several_fail(self):
        behaviour = lookup({"a.test": ("198.51.100.1", 0), "r.test": refuse(5)})
        result, _ = self.resolve(behaviour, "a.test", "gone.test", "a.test")
        self.assert_status(result, 3)
        self.assertEqual(result.out, b"a.test\t198.51.100.1\n" * 2)
        self.assert_one_error(result, "gone.test")
        result, _ = self.resolve(behaviour, "gone.test", "r.test", "a.test")
        self.assert_status(result, 25)
        self.assertEqual(result.out, b"a.test\t198.51.100.1\n")

    def test_what_fails_for_all_is_said_once(self):
        names = [f"n{i}.test" for i in range(20)]
        result, proxy = self.resolve("no-method", *names)
        self.assert_failure(result, 14, proxy.hop, "method")
        self.assertEqual(len(proxy.conversations), 1)
        port = closed_port()
        result = cli.run("resolve", "-x", f"127.0.0.1:{port}", *names)
        self.assert_failure(result, 11, f"127.0.0.1:{port}", "connect")

    def test_a_refusal_of_one_name_is_not_of_the_others(self):
        for scheme, step, status in (("socks5h", refuse(1), 21), ("socks5h", refuse(2), 22), ("socks5h", refuse(8), 28),
                                     ("socks4a", refuse(0x5B), 21)):
            behaviour = lookup({"a.test": step, "b.test": ("198.51.100.2", 0)})
            result, proxy = self.resolve(behaviour, "a.test", "b.test", scheme=scheme)
            with self.subTest(scheme=scheme, status=status):
                self.assert_failure(result, status, proxy.hop, "request", r"a\.test|91", out=b"b.test\t198.51.100.2\n")
        behaviour = lookup({"a.test": ("198.51.100.1", 0), "b.test": say_then_close(b""), "c.test": ("198.51.100.3", 0)})
        result, proxy = self.resolve(behaviour, "a.test", "b.test", "c.test")
        self.assert_failure(result, 16, proxy.hop, "request", r"b\.test",
                            out=b"a.test\t198.51.100.1\nc.test\t198.51.100.3\n")

    def test_a_proxy_without_the_command_is_asked_once(self):
        for step, status in ((refuse(7), 27), (grant(), 13)):
            result, proxy = self.resolve(behaviours.replace(behaviours.GOOD, request=step), "a.test", "b.test", "c.test")
            self.assert_failure(result, status, proxy.hop, "request")
            self.assertLessEqual(len(proxy.conversations), 2)

    def test_names_as_they_are_printed(self):
        behaviour = lookup({"198.51.100.7": (b"a\xc3\xa9 b;c\\d.test", 0), "x_y.test": ("198.51.100.8", 0)})
        result, _ = self.resolve(behaviour, "198.51.100.7")
        self.assert_prints(result, r"a\195\169\032b\;c\\d.test")
        for name in (r"x\095y.test", r"\120_\y.t\101st."):
            self.assert_prints(self.resolve(behaviour, name)[0], "198.51.100.8")

    def test_login_and_isolation(self):
        behaviour = lookup({"www.test": ("198.51.100.7", 0)})
        result, proxy = self.resolve(behaviour, "--isolate=token", "www.test",
                                     proxy_options={"users": {b"<torS0X>0": b"token"}})
        self.assert_prints(result, "198.51.100.7")
        self.assertEqual(proxy.conversations[0].user, b"<torS0X>0")

    def test_byte_by_byte(self):
        behaviour = lookup({"www.test": ("198.51.100.7", 0)})
        result, _ = self.resolve(behaviour, "www.test", proxy_options={"pace": 0.001})
        self.assert_prints(result, "198.51.100.7")

    def test_json(self):
        behaviour = lookup({"www.test": ("198.51.100.7", 0), "198.51.100.7": (b"www.test", 0)})
        result, _ = self.resolve(behaviour, "--json", "www.test", "198.51.100.7", "gone.test")
        self.assert_status(result, 3)
        got = self.objects(result)
        for each in got:
            self.assertEqual(list(each), ["schema", "name", "type", "via", "rcode", "answers", "elapsed_ms", "error"])
            self.assertEqual((each["schema"], each["via"], each["rcode"]), ("sockscat.resolve/1", "tor", None))
        self.assertEqual([(each["name"], each["type"], each["answers"]) for each in got], [
            ("www.test", "A", [{"type": "A", "ttl_s": None, "data": "198.51.100.7"}]),
            ("198.51.100.7", "PTR", [{"type": "PTR", "ttl_s": None, "data": "www.test"}]), ("gone.test", None, [])])
        self.assertIn("gone.test", got[2]["error"])

    def test_time_runs_out(self):
        result, proxy = self.resolve(lookup({}, otherwise=silence), "-w", "0.5", "www.test")
        self.assert_failure(result, 124, proxy.hop, "request", within=0.5)


class Udp(ResolveCase):
    def ask(self, serve, *words, **parts):
        """(result, queries, proxy)"""
        behaviour, queries = dns.over_udp(serve, **parts)
        words = words or ("www.test",)
        result, proxy = self.resolve(behaviour, "--via", "udp", *SERVER, *words)
        return result, queries, proxy

    def test_addresses(self):
        result, queries, proxy = self.ask(dns.addresses(TABLE), "www.test")
        self.assert_prints(result, "192.0.2.80", "2001:db8::80")
        self.assertEqual([(query.lower, query.kind, query.edns) for query in queries],
                         [("www.test", 1, True), ("www.test", 28, True)])
        self.assertEqual(len(proxy.conversations), 1)
        self.assertEqual({wire.parse_datagram(raw)[:2] for _, raw in proxy.conversations[0].datagrams},
                         {("192.0.2.53", 53)})

    def test_one_family_is_enough(self):
        self.assert_prints(self.ask(dns.addresses(TABLE), "four.test")[0], "192.0.2.80")
        self.assert_prints(self.ask(dns.addresses(TABLE), "six.test")[0], "2001:db8::80")
        self.assert_negative(self.ask(dns.addresses(TABLE), "none.test")[0],
                             r"none\.test has neither A nor AAAA records \(NODATA\)")
        self.assert_negative(self.ask(dns.addresses(TABLE), "gone.test")[0], r"no such name: gone\.test \(NXDOMAIN\)")

    def test_numbers_and_cases_are_random(self):
        names, numbers = set(), set()
        for _ in range(4):
            _, queries, _ = self.ask(dns.addresses({"a.long.name.test": (FOUR, SIX)}), "a.long.name.test")
            names |= {query.name for query in queries}
            numbers |= {query.number for query in queries}
        self.assertGreater(len(names), 4)
        self.assertGreater(len(numbers), 6)

    def test_the_cases_do_not_show(self):
        mail = dns.record("MX", b"\0\x0a\x04mail\xc0\x10")
        result, _, _ = self.ask(lambda query: [dns.answer(query, mail)], "--type", "MX", "www.test")
        self.assert_prints(result, "10 mail.test.")

    def test_a_lost_question_is_asked_again(self):
        result, queries, _ = self.ask(dns.addresses(TABLE), "-w", "3", "--type", "A", "www.test",
                                      admit=lambda relay, source, raw: len(relay.conv.datagrams) == 2)
        self.assert_prints(result, "192.0.2.80")
        self.assertEqual(len(queries), 1)
        self.assertGreater(result.seconds, 1.5)

    def test_no_answer(self):
        result, queries, proxy = self.ask(lambda query: [], "-w", "0.9", "--type", "A", "www.test")
        self.assert_failure(result, 124, proxy.hop, "relay", "no answer", within=0.9)
        self.assertEqual(len(queries), 3)
        self.assertEqual(len({query.raw for query in queries[:2]}), 1)
        self.assertEqual((queries[2].number, queries[2].name), (queries[0].number, "www.test"))

    def test_what_does_not_belong_to_the_question_is_dropped(self):
        address = dns.record("A", b"\xcb\0\x71\x66")
        strangers = {
            "number": lambda q: dns.answer(q, address, number=q.number ^ 1),
            "name": lambda q: dns.answer(q, address, question=dns.name("wwx.test") + q.question[-4:]),
            "type": lambda q: dns.answer(q, address, question=q.question[:-4] + b"\0\x10\0\1"),
            "class": lambda q: dns.answer(q, address, question=q.question[:-2] + b"\0\3"),
            "query": lambda q: dns.answer(q, address, flags=0x0100),
            "opcode": lambda q: dns.answer(q, address, flags=0x8980),
            "echo": lambda q: q.raw,
            "short": lambda q: dns.answer(q)[:11],
            "empty": lambda q: b"",
        }
        for (kind, forged), (result, _, _) in concurrently(
                lambda case: self.ask(lambda q: [case[1](q), dns.answer(q, dns.record("A", FOUR))],
                                      "--type", "A", "www.test"), strangers.items()):
            with self.subTest(kind=kind):
                self.assert_prints(result, "192.0.2.80")
        for (kind, forged), (result, _, proxy) in concurrently(
                lambda case: self.ask(lambda q: [case[1](q)], "-w", "0.6", "--type", "A", "www.test"),
                strangers.items()):
            with self.subTest(kind=kind):
                self.assert_failure(result, 124, proxy.hop, "relay", r"dropped: \d that do(es)? not answer the question")

    def test_answers_that_do_not_come_from_the_relay_are_dropped(self):
        result, _, proxy = self.ask(None, "-w", "0.6", "--type", "A", "www.test", send=self.deliver_answer,
                                    deliver=relay.by_strangers_only)
        self.assert_failure(result, 124, proxy.hop, "relay", r"dropped: \d not from the relay")

    def test_what_was_dropped_is_said(self):
        bad = {r"\d fragments?": lambda r, host, port, data: r.give(wire.datagram(host, port, data, frag=1)),
               r"\d with (a )?malformed SOCKS headers?": lambda r, host, port, data: r.give(wire.datagram(host, port, data, rsv=1)),
               r"\d that do(es)? not answer the question": lambda r, host, port, data: r.give(wire.datagram(host, port, b"pong"))}
        every = lambda r, *parts: [each(r, *parts) for each in (*bad.values(), relay.by_strangers_only)]
        for said, deliver in (*bad.items(), (r"\d not from the relay, " + ", ".join(bad), every)):
            result, _, proxy = self.ask(None, "-w", "0.6", "--type", "A", "www.test", send=self.deliver_answer,
                                        deliver=deliver)
            with self.subTest(said=said):
                self.assert_failure(result, 124, proxy.hop, "relay", f"no answer over UDP; dropped: {said}$")

    def test_what_was_dropped_for_one_name_is_not_said_of_the_next(self):
        def serve(query):
            return [b"pong"] if query.lower == "one.test" else []
        result, _, proxy = self.ask(serve, "-w", "0.6", "--type", "A", "one.test", "two.test")
        self.assert_status(result, 124)
        one, two = result.err.splitlines()
        self.assertRegex(one, r"one\.test: .*dropped: \d that")
        self.assertRegex(two, "two.test: .*no answer over UDP$")

    def test_wherever_the_relay_says_it_is_from(self):
        """The id and the question decide."""
        for deliver in (relay.from_nobody(), relay.from_nobody("::"), relay.said_to_be("192.0.2.54"),
                        relay.said_to_be(b"dns.test"), relay.from_nobody("192.0.2.53", 54)):
            result, _, _ = self.ask(dns.addresses(TABLE), "four.test", deliver=deliver)
            self.assert_prints(result, "192.0.2.80")

    def test_a_server_that_changes_the_case(self):
        """It is asked at once without random letters, or at the last try; upper case that was asked for is no fault."""
        for change in (str.lower, str.upper, str.swapcase):
            def serve(query, change=change):
                return [dns.answer(query, dns.record("A", FOUR), question=dns.name(change(query.name)) + query.question[-4:])]
            for name in ("www.lower-case.test", "WWW.Lower-Case.test"):
                result, queries, _ = self.ask(serve, "-w", "9", "--type", "A", name)
                with self.subTest(change=change.__name__, name=name):
                    self.assert_prints(result, "192.0.2.80")
                    self.assertLess(result.seconds, 2.5)
                    self.assertEqual(queries[-1].name, name)

    def test_a_server_that_does_not_answer_random_letters(self):
        serve = lambda q: [dns.answer(q, dns.record("A", FOUR))] if q.name == "www.random-letters.test" else []
        result, queries, _ = self.ask(serve, "-w", "0.9", "--type", "A", "www.random-letters.test")
        self.assert_prints(result, "192.0.2.80")
        self.assertEqual(len(queries), 3)

    def test_a_late_answer_to_the_first_form_counts(self):
        def serve(query):
            asked.append(query)
            return [dns.answer(asked[0], dns.record("A", FOUR))] if len(asked) == 3 else []
        asked = []
        result, _, _ = self.ask(serve, "-w", "0.9", "--type", "A", "www.random-letters.test")
        self.assert_prints(result, "192.0.2.80")

    @staticmethod
    def deliver_answer(r, host, port, data):
        r.conv.deliver(r, host, port, dns.answer(dns.parse(data), dns.record("A", FOUR)))

    def test_malformed_answers(self):
        for bad in (dns.record("A", b"\1\2\3"), dns.record("A", FOUR)[:-1], b"\xc0\x1a" + dns.record("A", FOUR)[2:],
                    dns.record("CNAME", b"\xff"), b"\xff" * 60):
            result, _, proxy = self.ask(lambda q, bad=bad: [dns.answer(q, bad)], "--type", "A", "www.test")
            with self.subTest(bad=bad):
                self.assert_failure(result, 1, proxy.hop, "relay", "malformed")

    def test_the_largest_and_the_emptiest_answer(self):
        many = [dns.record("A", FOUR)] * 4000       # 64000 bytes
        result, _, _ = self.ask(lambda q: [dns.answer(q, *many)], "--type", "A", "www.test")
        self.assert_prints(result, *["192.0.2.80"] * 4000)
        result, _, _ = self.ask(lambda q: [dns.answer(q)], "--type", "A", "www.test")
        self.assert_negative(result, "NODATA")

    def test_aliases(self):
        one, two = dns.name("one.test"), dns.name("two.test")
        chain = [dns.record("CNAME", one), dns.record("CNAME", two, owner=one), dns.record("A", FOUR, owner=two),
                 dns.record("A", b"\xcb\0\x71\x66", owner=dns.name("evil.test"))]
        result, _, _ = self.ask(lambda q: [dns.answer(q, *chain)], "--type", "A", "www.test")
        self.assert_prints(result, "192.0.2.80")
        loop = [dns.record("CNAME", one), dns.record("CNAME", b"\xc0\x0c", owner=one)]
        result, _, _ = self.ask(lambda q: [dns.answer(q, *loop)], "--type", "A", "www.test")
        self.assert_negative(result, "an alias of")

    def test_codes(self):
        for rcode, word in ((1, "FORMERR"), (2, "SERVFAIL"), (4, "NOTIMPL"), (5, "REFUSED"), (11, "RCODE11")):
            result, queries, proxy = self.ask(lambda q, rcode=rcode: [dns.answer(q, rcode=rcode)], "--type", "A",
                                              "www.test")
            with self.subTest(rcode=rcode):
                self.assert_failure(result, 1, proxy.hop, "relay", rf"www\.test: {word}")
                self.assertEqual(len(queries), 2 if rcode == 1 else 1)

    def test_errors_without_a_question(self):
        opt = b"\0\0\x29\4\xd0\0\0\0\0\0\0"
        forms = {"header": lambda q, rcode: dns.answer(q, rcode=rcode)[:4] + bytes(8),
                 "opt": lambda q, rcode: dns.answer(q, rcode=rcode)[:4] + bytes(7) + b"\1" + opt,
                 "junk": lambda q, rcode: dns.answer(q, rcode=rcode)[:4] + bytes(8) + b"junk"}
        for form, make in forms.items():
            for over in ("udp", "tcp"):
                for rcode, word in ((1, "FORMERR"), (2, "SERVFAIL"), (4, "NOTIMPL"), (5, "REFUSED")):
                    serve = lambda q, make=make, rcode=rcode: [make(q, rcode)]
                    behaviour, queries = dns.over_udp(serve) if over == "udp" else dns.over_tcp(serve)
                    result, proxy = self.resolve(behaviour, "--via", over, *SERVER, "www.test")
                    with self.subTest(form=form, over=over, rcode=rcode):
                        self.assert_failure(result, 1, proxy.hop, "relay", rf"www\.test: {word}", within=2)
        for form, make in forms.items():
            old = lambda q, make=make: [make(q, 1)] if q.edns else dns.addresses(TABLE)(q)
            result, queries, _ = self.ask(old, "www.test")
            self.assert_prints(result, "192.0.2.80", "2001:db8::80")

    def test_a_denial_without_a_question_is_none(self):
        result, _, proxy = self.ask(lambda q: [dns.answer(q, rcode=3)[:4] + bytes(8)], "-w", "0.6", "www.test")
        self.assert_failure(result, 124, proxy.hop, "relay", "dropped")

    def test_what_fails_for_one_name_ends_that_name(self):
        def serve(query):
            cut = query.lower.startswith("cut")
            return [dns.answer(query, dns.record("A", FOUR), flags=0x8380 if cut else 0x8180)]
        for step, status, cause in ((refuse(5), 25, "connection refused"), (refuse(2), 22, "not allow"), (refuse(7), 27, "command")):
            behaviour, _ = dns.over_udp(serve)
            behaviour = behaviours.replace(behaviour, request=by_command(step, refuse(7), relay.associate()))
            for names in (("a.test", "cut.test", "c.test"), ("cut.test", "a.test", "c.test")):
                result, proxy = self.resolve(behaviour, "--via", "udp", *SERVER, "--type", "A", *names)
                with self.subTest(status=status, names=names):
                    self.assert_failure(result, status, proxy.hop, "request",
                                        rf"cut\.test: the answer over UDP is truncated, and over TCP: .*{cause}",
                                        out=b"a.test\t192.0.2.80\nc.test\t192.0.2.80\n")

    def test_a_name_that_gets_no_answer_ends_that_name(self):
        """Nor does a way that has answered count as none for it."""
        serve = lambda q: [] if q.lower == "b.test" else [dns.answer(q, dns.record("A", FOUR))]
        behaviour, _ = dns.over_udp(serve)
        for via in ("udp", "auto"):
            for names in (("a.test", "b.test", "c.test", "d.test"), ("b.test", "a.test", "c.test", "d.test")):
                result, proxy = self.resolve(behaviour, "--via", via, *SERVER, "-w", "1.5", "--type", "A", *names)
                with self.subTest(via=via, names=names):
                    self.assert_status(result, 124 if via == "udp" else 25)
                    self.assertEqual(result.out, b"a.test\t192.0.2.80\nc.test\t192.0.2.80\nd.test\t192.0.2.80\n")
                    self.assert_one_error(result, r"b\.test")

    def test_a_server_without_edns(self):
        def old(query):
            if query.edns:
                return [dns.answer(query, rcode=1)[:4] + bytes(8)]       # the header alone
            return [dns.answer(query, dns.record("A", FOUR))]
        result, queries, _ = self.ask(old, "--type", "A", "www.test")
        self.assert_prints(result, "192.0.2.80")
        self.assertEqual([query.edns for query in queries], [True, False])

    def test_one_family_that_fails_is_a_warning(self):
        serve = lambda q: [dns.answer(q, dns.record("A", FOUR))] if q.kind == 1 else [dns.answer(q, rcode=2)]
        result, _, _ = self.ask(serve, "www.test")
        self.assert_status(result, 0)
        self.assertEqual(result.out, b"192.0.2.80\n")
        self.assertRegex(result.err, r"\Asockscat: warning: no AAAA record: [^\n]*SERVFAIL[^\n]*\n\Z")

    def test_the_association_ends(self):
        result, _, proxy = self.ask(None, send=relay.hang_up)
        self.assert_failure(result, 1, proxy.hop, "relay", "association ended")

    def test_a_relay_that_cannot_be_used(self):
        behaviour = behaviours.replace(behaviours.GOOD, request=relay.associate(bound.elsewhere("10.1.2.3")))
        result, proxy = self.resolve(behaviour, "--via", "udp", *SERVER, "www.test")
        self.assert_failure(result, 13, proxy.hop, "request", "not the proxy's address")
        self.assertRegex(result.err, "hint: --via tcp")

    def test_hostile_text(self):
        text = bytes([len(behaviours.HOSTILE_TEXT)]) + behaviours.HOSTILE_TEXT
        for kind, data in (("TXT", text), ("CNAME", text + b"\0"), ("PTR", text + b"\0")):
            for options in ((), ("--json",)):
                result, _, _ = self.ask(lambda q, kind=kind, data=data: [dns.answer(q, dns.record(kind, data))], *options,
                                        "--type", kind, "www.test")
                self.assert_status(result, 0)
                self.assert_clean_text(result.out.decode("ascii"))
                self.assertEqual(result.out.count(b"\n"), 1)

    def test_the_cases_do_not_show_in_names_made_of_the_question(self):
        """DNAME (RFC 6672): the server puts what it was sent before the new suffix, uncompressed."""
        def dname(query):
            head, rest = query.name.split(".", 1)
            made = dns.name(f"{head}.new.example")
            return [dns.answer(query, dns.record(39, dns.name("new.example"), owner=dns.name(rest)),
                               dns.record("CNAME", made), *([dns.record("A", FOUR, owner=made)] if query.kind == 1 else []))]
        for name in ("intranet-of-old.example.test", "InTranet-Of-Old.example.test"):
            result, _, _ = self.ask(dname, "--type", "CNAME", name)
            self.assert_prints(result, f"{name.split('.')[0]}.new.example.")
            result, _, _ = self.ask(dname, "--type", "AAAA", name)
            self.assert_negative(result, re.escape(f"an alias of {name.split('.')[0]}.new.example,"))
        for kind, data, line in (("MX", b"\0\x0a%s", "10 %s"), ("SRV", b"\0\1\0\2\0\3%s", "1 2 3 %s"), ("NS", b"%s", "%s"),
                                 ("PTR", b"%s", "%s")):
            def echoing(query, kind=kind, data=data):
                return [dns.answer(query, dns.record(kind, data % dns.name("mail." + query.name)))]
            result, _, _ = self.ask(echoing, "--type", kind, "mixed.letters.test")
            self.assert_prints(result, line % "mail.mixed.letters.test.")
        text = lambda q: [dns.answer(q, dns.record("TXT", b"\x05MIXED"))]
        self.assert_prints(self.ask(text, "--type", "TXT", "mixed.letters.test")[0], '"MIXED"')

    def test_names_as_they_are_printed(self):
        """Escapes: \\DDD, or a character that would mean something else."""
        for name, labels in ((r"foo\032bar.test", b"\7foo bar\4test\0"), (r"a\.b.test", b"\3a.b\4test\0"),
                             (r"\\\;\000\255.test", b"\4\\;\0\xff\4test\0"), (r"end\.", b"\4end.\0"), (r"end\..", b"\4end.\0")):
            def ptr(query):
                return [dns.answer(query, dns.record("PTR", labels))] if query.kind == 12 else \
                    [dns.answer(query, dns.record("A", FOUR))]
            printed = name.removesuffix(".") if name.endswith("..") else name
            with self.subTest(name=name):
                result, queries, _ = self.ask(ptr, "--type", "A", name)
                self.assert_prints(result, "192.0.2.80")
                self.assertEqual(queries[0].question[:-4].lower(), labels.lower())
                result, _, _ = self.ask(ptr, "192.0.2.80")
                self.assert_prints(result, printed + ".")
                result, queries, _ = self.ask(ptr, "--type", "A", printed + ".", "www.test")
                self.assert_prints(result, f"{printed}.\t192.0.2.80", "www.test\t192.0.2.80")
        result, _, _ = self.ask(lambda q: [dns.answer(q, rcode=3)], "--json", r"foo\032bar.test")
        self.assertEqual({each["name"] for each in self.objects(result)}, {r"foo\032bar.test"})
        self.assert_one_error(result, re.escape(r"no such name: foo\032bar.test (NXDOMAIN)"))


class Tcp(ResolveCase):
    def ask(self, serve, *words, via="tcp", udp=None):
        behaviour, queries = dns.over_tcp(serve, udp)
        result, proxy = self.resolve(behaviour, "--via", via, *SERVER, *(words or ("www.test",)))
        return result, queries, proxy

    def test_addresses(self):
        result, queries, proxy = self.ask(dns.addresses(TABLE), "www.test", "four.test")
        self.assert_prints(result, "www.test\t192.0.2.80", "www.test\t2001:db8::80", "four.test\t192.0.2.80")
        self.assertEqual(proxy.conversations[0].messages[-1], wire.request("192.0.2.53", 53))
        self.assertEqual(queries[0].name, "www.test")

    def test_both_questions_go_at_once_and_answers_may_turn_round(self):
        waiting = []

        def serve(query):
            waiting.append(query)
            if len(waiting) < 2:
                return []
            return [dns.answer(q, dns.record(q.kind, FOUR if q.kind == 1 else SIX)) for q in reversed(waiting)]
        self.assert_prints(self.ask(serve)[0], "192.0.2.80", "2001:db8::80")

    def test_many_names_on_few_connections(self):
        names = [f"n{i}.test" for i in range(50)]
        result, _, proxy = self.ask(dns.addresses({name: (FOUR, None) for name in names}), *names)
        self.assert_prints(result, *[f"{name}\t192.0.2.80" for name in names])
        self.assertLessEqual(len(proxy.conversations), 5)

    def test_a_connection_that_was_closed_meanwhile_is_opened_anew(self):
        asked = []

        def serve(query):
            asked.append(query)
            return None if len(asked) == 2 else [dns.answer(query, dns.record("A", FOUR))]
        result, queries, proxy = self.ask(serve, "--type", "A", "one.test", "two.test")
        self.assert_prints(result, "one.test\t192.0.2.80", "two.test\t192.0.2.80")
        self.assertEqual(len(proxy.conversations), 2)
        self.assertEqual([query.name for query in queries], ["one.test", "two.test", "two.test"])

    def test_a_server_without_edns_complains_about_each_question(self):
        table = dns.addresses({"six.test": (None, SIX)})
        complaint = lambda query: query.raw[:2] + b"\x80\x01" + bytes(8)
        result, queries, _ = self.ask(lambda q: [complaint(q)] if q.edns else table(q), "six.test")
        self.assert_prints(result, "2001:db8::80")
        self.assertEqual(sorted((query.kind, query.edns) for query in queries),
                         [(1, False), (1, True), (28, False), (28, True)])

    def test_a_server_that_closes_after_each_answer(self):
        def stream(conv):
            data = conv.receive_payload()
            query = dns.parse(data[2:2 + int.from_bytes(data[:2], "big")])
            reply, = dns.addresses(TABLE)(query)
            conv.sock.sendall(len(reply).to_bytes(2, "big") + reply)
        behaviour = behaviours.replace(dns.over_tcp(None)[0], stream=stream)
        result, proxy = self.resolve(behaviour, "--via", "tcp", *SERVER, "six.test")
        self.assert_prints(result, "2001:db8::80")
        self.assertEqual(len(proxy.conversations), 2)
        result, proxy = self.resolve(behaviour, "--via", "tcp", *SERVER, "www.test", "none.test", "six.test")
        self.assert_status(result, 3)
        self.assertEqual(result.out, b"www.test\t192.0.2.80\nwww.test\t2001:db8::80\nsix.test\t2001:db8::80\n")
        self.assertEqual(len(proxy.conversations), 6)

    def test_a_server_that_changes_the_case(self):
        for name in ("www.test", "WWW.Test"):
            lowered = lambda q: [dns.answer(q, dns.record(q.kind, FOUR if q.kind == 1 else SIX),
                                            question=dns.name(q.lower) + q.question[-4:])]
            self.assert_prints(self.ask(lowered, name)[0], "192.0.2.80", "2001:db8::80")

    def test_what_was_dropped_is_said(self):
        result, _, proxy = self.ask(lambda q: [b"", b"junk"], "-w", "0.5", "--type", "A", "www.test")
        self.assert_failure(result, 124, proxy.hop, "relay", "no answer; dropped: 2 that do not answer the question")
        def stream(conv):
            conv.receive_payload()
            conv.sock.sendall(b"\0\4junk")
        behaviour = behaviours.replace(dns.over_tcp(None)[0], stream=stream)
        result, proxy = self.resolve(behaviour, "--via", "tcp", *SERVER, "--type", "A", "www.test")
        self.assert_failure(result, 1, proxy.hop, "relay", "it closed the connection before answering; dropped: 1 that does not")

    def test_closed_before_it_answered(self):
        result, _, proxy = self.ask(lambda q: None)
        self.assert_failure(result, 1, proxy.hop, "relay", "it closed the connection before answering")

    def test_silence(self):
        result, _, proxy = self.ask(lambda q: [], "-w", "0.5", "www.test")
        self.assert_failure(result, 124, proxy.hop, "relay", "no answer", within=0.5)

    def test_strangers_on_the_connection_are_passed_over(self):
        def serve(query):
            return [b"", b"x", b"\0" * 12, dns.answer(query, number=query.number ^ 1),
                    dns.answer(query, dns.record(query.kind, FOUR if query.kind == 1 else SIX))]
        self.assert_prints(self.ask(serve)[0], "192.0.2.80", "2001:db8::80")

    def test_a_flood_of_strangers_is_left(self):
        for message in (b"", b"\0" * 1280):
            with self.subTest(size=len(message)):
                result, _, proxy = self.ask(lambda q: [message] * 20_000, "-w", "5", "www.test")
                self.assert_failure(result, 1, proxy.hop, "relay", "does not match the question")

    def test_a_truncated_answer_over_udp_is_asked_again(self):
        cut = lambda q: [dns.answer(q, dns.record("A", FOUR), flags=0x8380)]
        result, queries, proxy = self.ask(dns.addresses(TABLE), "--json", "--type", "A", "www.test", via="udp", udp=cut)
        self.assert_status(result, 0)
        self.assertEqual([(each["via"], len(each["answers"])) for each in self.objects(result)], [("tcp", 1)])
        self.assertEqual(len(queries), 1)
        result, _, proxy = self.ask(cut, "--type", "A", "www.test", via="udp", udp=cut)
        self.assert_failure(result, 1, proxy.hop, "relay", "truncated")

    def test_the_server_is_refused(self):
        result, proxy = self.resolve("rep-05", "--via", "tcp", *SERVER, "a.test", "b.test", "c.test")
        self.assert_failure(result, 25, proxy.hop, "request", "192.0.2.53:53")
        self.assertEqual(len(proxy.conversations), 1)

    def test_a_close_after_success_is_none_of_the_proxys(self):
        result, proxy = self.resolve("early-success", "--via", "tcp", *SERVER, "a.test")
        self.assert_failure(result, 1, proxy.hop, "relay")


class Auto(ResolveCase):
    """tor; with --server udp, then tcp: who names a server wants its answer."""

    def ask(self, behaviour, *words, **kwargs):
        return self.resolve(behaviour, "-v", *SERVER, *(words or ("www.test",)), **kwargs)

    def assert_via(self, result, way, lines=b"192.0.2.80\n2001:db8::80\n"):
        self.assert_status(result, 0)
        self.assertEqual(result.out, lines)
        self.assertRegex(result.err, rf"(?m)^sockscat: www\.test: via {way}\b")

    def test_without_a_server_it_is_tor(self):
        result, proxy = self.resolve(lookup({"www.test": ("198.51.100.7", 0)}), "-v", "www.test")
        self.assert_via(result, "tor", b"198.51.100.7\n")
        self.assertEqual(len(proxy.conversations), 1)

    def test_the_server_is_asked_and_not_the_proxy(self):
        behaviour, _ = dns.over_udp(dns.addresses(TABLE))
        for name, status in (("www.test", 0), ("gone.test", 3)):
            result, proxy = self.ask(behaviour, name)
            self.assert_status(result, status)
            self.assertEqual([conv.command for conv in proxy.conversations], [3])

    def test_without_udp_it_is_tcp(self):
        behaviour, _ = dns.over_tcp(dns.addresses(TABLE))
        result, proxy = self.ask(behaviour)
        self.assert_via(result, "tcp")
        self.assertEqual([conv.command for conv in proxy.conversations], [3, 1])

    def test_udp_that_loses_everything_gives_way_to_tcp(self):
        behaviour, _ = dns.over_tcp(dns.addresses(TABLE), udp=lambda q: [])
        result, _ = self.ask(behaviour, "-w", "3", "www.test")
        self.assert_via(result, "tcp")

    def test_a_way_is_found_out_once(self):
        behaviour, _ = dns.over_tcp(dns.addresses(TABLE))
        result, proxy = self.ask(behaviour, *["www.test"] * 20)
        self.assert_status(result, 0)
        commands = [conv.command for conv in proxy.conversations]
        self.assertEqual((commands.count(RESOLVE), commands.count(3)), (0, 1))

    def test_socks4_has_no_udp(self):
        behaviour, _ = dns.over_tcp(dns.addresses(TABLE))
        for scheme in ("socks4", "socks4a"):
            result, proxy = self.ask(behaviour, scheme=scheme)
            self.assert_via(result, "tcp")
            self.assertEqual([conv.command for conv in proxy.conversations], [1])

    def test_types_that_tor_does_not_have_go_to_the_server(self):
        behaviour, _ = dns.over_udp(lambda q: [dns.answer(q, dns.record("MX", b"\0\x0a" + dns.name("mail.test")))])
        result, proxy = self.ask(behaviour, "--type", "MX", "www.test")
        self.assert_via(result, "udp", b"10 mail.test.\n")
        self.assertEqual([conv.command for conv in proxy.conversations], [3])

    def test_an_address_goes_to_arpa(self):
        behaviour, queries = dns.over_udp(lambda q: [dns.answer(q, dns.record("PTR", dns.name("www.test")))])
        result, _ = self.resolve(behaviour, *SERVER, "192.0.2.80", "2001:db8::80")
        self.assert_prints(result, "192.0.2.80\twww.test.", "2001:db8::80\twww.test.")
        self.assertEqual({query.lower for query in queries},
                         {"80.2.0.192.in-addr.arpa",
                          "0.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"})

    def test_no_answer_anywhere_is_in_time(self):
        behaviour, _ = dns.over_tcp(lambda q: [], udp=lambda q: [])
        result, proxy = self.ask(behaviour, "-w", "1", "www.test")
        self.assert_status(result, 124)
        self.assertLess(result.seconds, cli.slack(1))


class WithoutDns(ResolveCase):
    """Names under onion and i2p: no server is asked for them, whatever the way to it."""
    NAMES = ("foo.i2p", "Foo.I2P", "foo.onion", "FOO.onion.", "i2p", r"foo.\111nion", r"foo\.x.i\050p")

    def test_no_server_is_asked(self):
        for via, over in (("udp", dns.over_udp), ("tcp", dns.over_tcp), ("auto", dns.over_udp)):
            for name in self.NAMES:
                with self.subTest(via=via, name=name):
                    behaviour, queries = over(dns.addresses({}))
                    result, proxy = self.resolve(behaviour, "--via", via, *SERVER, name)
                    self.assert_negative(result, "not in DNS")
                    self.assertEqual((queries, proxy.conversations), ([], []))

    def test_the_proxy_is_asked_by_resolve(self):
        for name in ("foo.i2p", "foo.onion"):
            result, proxy = self.resolve(lookup({name: ("198.51.100.7", 0)}), name)
            self.assert_prints(result, "198.51.100.7")
            self.assertEqual(proxy.conversations[0].target[0], name)


class Usage(ResolveCase):
    def refused(self, *words, scheme="socks5h", pattern=""):
        with ScriptedProxy() as proxy:
            result = cli.run("resolve", "-x", proxy.url(scheme), *words)
            self.assert_usage(result, pattern)
            self.assertEqual(proxy.conversations, [])

    def test_nothing_is_sent(self):
        label = "a" * 64
        for words, pattern in (
                ((), "NAME is missing"), (("",), ""), (("a b",), ""), (("n" * 256,), "255"), (("--type", "FOO", "a"), "FOO"),
                (("--type", "AXFR", "a"), "AXFR"), (("--type", "A,MX", "a"), "A,MX"), (("--via", "dns", "a"), "dns"),
                (("--via", "udp", "a"), "--server"), (("--via", "tcp", "a"), "--server"), (("--via", "tls", "a"), "--server"),
                (("--via", "tor", *SERVER, "a"), "--server"), (("--server", "x y", "a"), "--server"),
                (("--server", "192.0.2.1:0x35", "a"), "--server"), (("--server", "192.0.2.1:65536", "a"), "--server"),
                (("--type", "MX", "a"), "MX"), (("--type", "PTR", "a.test"), "PTR"), ((".",), "root"),
                (("--cacert", "/dev/null", "a"), "--cacert"), (("--insecure", *SERVER, "a"), "--insecure"),
                (("--via", "tcp", *SERVER, f"{label}.test"), "63"), (("--via", "tcp", *SERVER, "a..test"), "label"),
                (("--via", "tls", *SERVER, "--cacert", "/nonexistent", "a"), "nonexistent"),
                (("--isolate", "--proxy-user", "u", "a"), "isolate"), (("--no-such-option", "a"), "no-such-option")):
            with self.subTest(words=words):
                self.refused(*words, pattern=pattern)

    def test_what_the_proxy_cannot_carry(self):
        self.refused("--via", "udp", *SERVER, "a", scheme="socks4a", pattern="UDP")
        self.refused("--via", "udp", *SERVER, "a", scheme="http", pattern="HTTP")
        self.refused("--via", "tor", "a", scheme="http", pattern="HTTP")
        self.refused("a", scheme="http", pattern="HTTP")
        self.refused("192.0.2.1", scheme="socks4a", pattern="RESOLVE_PTR")
        self.refused("--via", "tcp", "--server", "2001:db8::1", "a", scheme="socks4a", pattern="IPv6")

    def test_a_server_is_an_address(self):
        for via in ("auto", "udp", "tcp", "tls"):
            for scheme in ("socks5", "socks5h"):
                for server in ("dns.test", "dns.test:53", "localhost", "53", "192.0.2", "fe80::1%", "%eth0", ":53", "[dns.test]"):
                    with self.subTest(via=via, scheme=scheme, server=server):
                        self.refused("--via", via, "--server", server, "a", scheme=scheme, pattern="--server")

    def test_escapes(self):
        for name in ("a\\", r"a\25.test", r"a\256.test", r"a\999.test", r"\..test\2", r".\065", r"a..\065", "\\a" * 64):
            with self.subTest(name=name):
                self.refused("--via", "tcp", *SERVER, name)
        for name in (r"a\032b.test", r"a\.b.test", r"a\000.test", r"\049.2.3.4", r"\195\169.test", r"a\064b.test"):
            with self.subTest(name=name):
                self.refused(name, pattern="--server ADDRESS")


class Tls13(ResolveCase):
    def test_a_dns_server_that_demands_a_client_certificate(self):
        with TlsTarget(Tls(client_ca="ca")) as server:
            result, proxy = self.resolve("good", "--via", "tls", "--server", f"127.0.0.1:{server.port}", "--cacert",
                                         certificates.ca(), "www.test")
            self.assert_failure(result, 12, proxy.hop, "tls", "127.0.0.1.*requires a client certificate")
            self.assertNotIn("--cert", result.err)

    def test_a_server_that_closes_after_each_answer(self):
        def answer_one(session):
            data = b""
            while len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2], "big"):
                more = session.recv(65536)
                if not more:
                    return
                data += more
            reply, = dns.addresses(TABLE)(dns.parse(data[2:2 + int.from_bytes(data[:2], "big")]))
            session.sendall(len(reply).to_bytes(2, "big") + reply)
        for names, lines, status in ((("six.test",), b"2001:db8::80\n", 0),
                                     (("www.test", "none.test", "six.test"),
                                      b"www.test\t192.0.2.80\nwww.test\t2001:db8::80\nsix.test\t2001:db8::80\n", 3)):
            with self.subTest(names=names), TlsTarget(then=answer_one) as server:
                result, proxy = self.resolve("good", "--via", "tls", "--server", f"127.0.0.1:{server.port}", "--cacert",
                                             certificates.ca(), *names)
                self.assert_status(result, status)
                self.assertEqual(result.out, lines)
                self.assertEqual(len(server.sessions), 2 * len(names))


class Ends(ResolveCase):
    def test_nobody_reads(self):
        reader, writer = os.pipe()
        os.close(reader)
        try:
            result, _ = self.resolve(lookup({"www.test": ("198.51.100.7", 0)}), "www.test", stdout=writer)
        finally:
            os.close(writer)
        self.assert_status(result, 1)

    def test_a_full_device(self):
        with open("/dev/full", "wb") as full:
            result, _ = self.resolve(lookup({"www.test": ("198.51.100.7", 0)}), "www.test", stdout=full)
        self.assert_status(result, 1)
        self.assert_one_error(result, "standard output")

    def test_signals(self):
        behaviour, _ = dns.over_udp(lambda q: [])
        for words in (("www.test",), ("--via", "udp", *SERVER, "www.test", "four.test")):
            with ScriptedProxy(lookup({}, otherwise=silence) if len(words) == 1 else behaviour) as proxy, \
                    Running("resolve", "-x", proxy.url(), *words) as running:
                self.assertTrue(proxy.conversation().wait(lambda conv: conv.stage in ("request", "stream")))
                running.process.send_signal(signal.SIGTERM)
                self.assertEqual(running.finish().status, 128 + signal.SIGTERM)
                self.assertEqual(bytes(running.err), b"")

    def test_quiet(self):
        result, _ = self.resolve(lookup({}), "-q", "gone.test")
        self.assertEqual((result.status, result.out, result.err), (3, b"", ""))

    def test_no_secret_is_told(self):
        with ScriptedProxy(lookup({}), users={b"alice": b"open-sesame"}) as proxy:
            result = cli.run("resolve", "-vv", "--trace", "-x", proxy.url("socks5h", "alice", "open-sesame"), "gone.test")
        self.assert_status(result, 3)
        self.assertNotIn("open-sesame", result.err)


if __name__ == "__main__":
    unittest.main()
