# SPDX-License-Identifier: MIT
"""udp: framing, limits, the relay's address, what is dropped, and how it ends."""
import base64
import contextlib
import fcntl
import json
import os
import re
import select
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest

import associating as relay
import behaviours
import bound
import cli
import socks_wire as wire
import targets
from conversation import HangUp
from expect import CliCase, concurrently
from proc import cpu_ticks, resident
from running import Running
from scripted_proxy import ScriptedProxy

HOST, PORT = "192.0.2.9", 53     # nobody's: the scripted relay answers for it
BYTES = bytes(range(256))
LARGEST = 65507                  # bytes of a datagram, header and all
NO_DROPS = {"wrong_source": 0, "fragment": 0, "malformed": 0, "overflow": 0}


def framed(*items):
    return b"".join(struct.pack("!H", len(item)) + item for item in items)


def unframed(data):
    items = []
    while data:
        size = 2 + struct.unpack("!H", data[:2])[0]
        items.append(data[2:size])
        data = data[size:]
    return items


def line(data, to=None):
    """One line of JSON, as the program takes it."""
    fields = {"to": to} if to else {}
    return json.dumps(fields | {"data": base64.b64encode(data).decode()}).encode() + b"\n"


def stream(**parts):
    """A relay that plays the target, with parts of exchange() of its own."""
    return behaviours.replace(behaviours.ECHO,
                              stream=relay.exchange(**({"send": relay.echo} | parts)))


class UdpCase(CliCase):
    def udp(self, behaviour, *options, stdin=b"", scheme="socks5h", host=HOST, port=PORT,
            proxy_options=None, wait="0.3", **kwargs):
        """One run: (result, conversation, hop)."""
        with ScriptedProxy(behaviour, **(proxy_options or {})) as proxy:
            waiting = ("--wait", wait) if wait else ()
            result = cli.run("udp", "-x", proxy.url(scheme), *waiting, *options, host, port, stdin=stdin,
                             **kwargs)
            if not proxy.conversations:
                self.fail(f"it never connected: exit {result.status}, {result.err!r}")
            conv = proxy.conversations[0]
            self.assertTrue(conv.wait_closed(), "the connection to the proxy was left open")
            return result, conv, proxy.hop

    @contextlib.contextmanager
    def running(self, behaviour, *options, scheme="socks5h", host=HOST, port=PORT, **kwargs):
        """(a running udp, its conversation); the association stands."""
        with ScriptedProxy(behaviour) as proxy, \
                Running("udp", "-x", proxy.url(scheme), *options, host, port, **kwargs) as running:
            if not proxy.conversation().wait_stage("stream"):
                self.fail(f"no association came of it: {bytes(running.err)!r}")
            yield running, proxy.conversation()

    def report(self, behaviour, *options, **kwargs):
        """(result, report, conversation)"""
        with tempfile.NamedTemporaryFile() as file:
            result, conv, _ = self.udp(behaviour, "--report", file.name, *options, **kwargs)
            return result, json.load(file), conv

    def sent(self, conv):
        """The payloads that came to the relay; every header is well formed."""
        return [wire.parse_datagram(raw)[2] for _, raw in conv.datagrams]

    def assert_drop_lines(self, err, *patterns):
        """One line for each kind of drop, whatever it is called, and no others."""
        self.assert_clean_text(err)
        lines = err.splitlines()
        self.assertEqual(len(lines), len(patterns), err)
        for pattern in patterns:
            self.assertEqual(len([each for each in lines if re.search(pattern, each)]), 1, err)


class Framing(UdpCase):
    def test_chunk_is_the_default_and_leaves_bytes_alone(self):
        for options in ((), ("--framing=chunk",), ("--framing", "chunk")):
            result, conv, _ = self.udp("echo", *options, "--count", "1", stdin=BYTES)
            self.assert_success(result, BYTES)
            self.assertEqual(self.sent(conv), [BYTES])

    def test_a_proxy_at_an_unspecified_address_is_on_this_machine(self):
        with ScriptedProxy("echo") as proxy:
            for choice in ("auto", "proxy"):
                result = cli.run("udp", "-x", f"socks5h://0.0.0.0:{proxy.port}", "--relay", choice, "--count", "1",
                                 HOST, PORT, stdin=BYTES)
                self.assert_success(result, BYTES)

    def test_chunk_is_a_conversation(self):
        with self.running("echo") as (running, conv):
            expected = b""
            for item in (b"one\n", b"two", b"\0" * 3000):
                running.write(item)
                expected += item
                self.assertTrue(running.got(expected), "held back")
            self.assertEqual(self.sent(conv), [b"one\n", b"two", b"\0" * 3000])

    def test_chunk_of_a_large_file_loses_nothing(self):
        """How large one read is, is not promised; but nothing may be cut."""
        data = os.urandom(200_000)
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.seek(0)
            result, conv, _ = self.udp(stream(send=relay.swallow), stdin=file)
        if result.status == 0:
            self.assertEqual(b"".join(self.sent(conv)), data)
        else:
            self.assert_status(result, 1)
            self.assert_one_error(result, str(LARGEST - 10))

    def test_line(self):
        result, conv, _ = self.udp("echo", "--framing=line", "--count", "5", stdin=b"a\n\nb c\r\n\xff\0\nlast")
        self.assertEqual(self.sent(conv), [b"a", b"", b"b c\r", b"\xff\0", b"last"])
        self.assert_success(result, b"a\n\nb c\r\n\xff\0\nlast\n")

    def test_line_received_with_a_line_feed_inside(self):
        result, _, _ = self.udp(stream(send=relay.answer_all(b"two\nlines", b"")), "--framing=line", "--count", "2",
                                stdin=b"x\n")
        self.assert_success(result, b"two\nlines\n\n")

    def test_length(self):
        items = [b"", b"x", BYTES, b"", b"y" * 1472, b"z" * 9000, b"\n"]
        result, conv, _ = self.udp("echo", "--framing=length", "--count", len(items), stdin=framed(*items))
        self.assertEqual(self.sent(conv), items)
        self.assert_success(result, framed(*items))

    def test_length_in_pieces(self):
        with self.running("echo", "--framing=length") as (running, conv):
            for byte in framed(b"slow", b""):
                running.write(bytes([byte]))
                time.sleep(0.005)
            self.assertTrue(running.got(framed(b"slow", b"")), running.out)

    def test_json(self):
        items = [b"", b"x", BYTES, b"y" * 9000]
        result, conv, _ = self.udp("echo", "--framing=json", "--count", len(items),
                                   stdin=b"".join(map(line, items)))
        self.assert_status(result, 0)
        self.assertEqual(self.sent(conv), items)
        got = [json.loads(text) for text in result.out.splitlines()]
        self.assertEqual([(each["from"], base64.b64decode(each["data"], validate=True)) for each in got],
                         [(f"{HOST}:{PORT}", item) for item in items])
        self.assertTrue(all(set(each) == {"from", "data"} for each in got))

    def test_json_to(self):
        places = {None: (HOST, PORT), "192.0.2.1:7": ("192.0.2.1", 7), "[2001:db8::1]:65535": ("2001:db8::1", 65535),
                  "echo.test:80": ("echo.test", 80)}
        result, conv, _ = self.udp("echo", "--framing=json", "--count", len(places),
                                   stdin=b"".join(line(b"data", to) for to in places))
        self.assert_status(result, 0)
        self.assertEqual([wire.parse_datagram(raw)[:2] for _, raw in conv.datagrams], list(places.values()))
        self.assertEqual([json.loads(text)["from"] for text in result.out.splitlines()],
                         [f"{HOST}:{PORT}", "192.0.2.1:7", "[2001:db8::1]:65535", "127.0.0.1:80"])

    def test_json_of_other_writers(self):
        """Order, blanks, escapes, unknown fields and a missing last line feed are all the same."""
        stdin = b' { "data" : "eA==" , "to" : "192.0.2.1:7" } \r\n' \
                b'{"to":"192.0.2.\\u0031:7","data":"eQ==","id":[1,{"a":null}]}\n{"data":""}'
        result, conv, _ = self.udp("echo", "--framing=json", "--count", "3", stdin=stdin)
        self.assert_status(result, 0)
        self.assertEqual([wire.parse_datagram(raw) for _, raw in conv.datagrams],
                         [("192.0.2.1", 7, b"x"), ("192.0.2.1", 7, b"y"), (HOST, PORT, b"")])

    def test_zero_length_datagrams_are_received(self):
        for framing, out in (("chunk", b""), ("line", b"\n"), ("length", b"\0\0")):
            result, _, _ = self.udp(stream(send=relay.answer_all(b"")), f"--framing={framing}", "--count", "1",
                                    stdin=framed(b"x"))
            with self.subTest(framing=framing):
                self.assert_success(result, out)

    def test_to_real_targets_of_both_families(self):
        for host, name in (("127.0.0.1", "echo.test"), ("::1", "six.test")):
            with targets.UdpTarget(host=host) as target:
                for where in (host, name):
                    result, conv, _ = self.udp("good", "--framing=length", "--count", "2", host=where,
                                               port=target.port, stdin=framed(b"a", BYTES))
                    with self.subTest(where=where):
                        self.assert_success(result, framed(b"a", BYTES))
                        self.assertEqual(wire.parse_datagram(conv.datagrams[0][1])[:2], (where, target.port))

    def test_forms_of_the_operand(self):
        for operands, place in ((("192.0.2.1:7",), ("192.0.2.1", 7)), (("[2001:db8::1]:7",), ("2001:db8::1", 7)),
                                (("2001:db8::1", "7"), ("2001:db8::1", 7)), (("far.test", "7"), ("far.test", 7))):
            with self.subTest(operands=operands), ScriptedProxy("echo") as proxy:
                self.assert_status(cli.run("udp", "-x", proxy.url(), "--count", "1", *operands, stdin=b"x"), 0)
                self.assertEqual(wire.parse_datagram(proxy.conversation().datagrams[0][1])[:2], place)

    def test_a_name_is_resolved_where_the_scheme_says(self):
        for scheme, hosts in (("socks5", ("127.0.0.1", "::1")), ("socks5h", ("localhost",))):
            result, conv, _ = self.udp("echo", "--count", "1", scheme=scheme, host="localhost", stdin=b"x")
            self.assert_success(result, b"x")
            self.assertIn(wire.parse_datagram(conv.datagrams[0][1])[0], hosts)


class Limits(UdpCase):
    PLACES = ((HOST, 10), ("2001:db8::9", 22), ("echo.test", 16), ("n" * 255, 262))

    def inputs(self, data):
        return (("length", framed(data)), ("line", data + b"\n"), ("json", line(data)))

    def test_the_largest_passes(self):
        for host, header in self.PLACES:
            data = b"x" * (LARGEST - header)
            for framing, stdin in self.inputs(data):
                result, conv, _ = self.udp(stream(send=relay.answer_all(b"ok")), f"--framing={framing}", "--count", "1",
                                           host=host, stdin=stdin)
                with self.subTest(host=host[:20], framing=framing):
                    self.assert_status(result, 0)
                    self.assertEqual(self.sent(conv), [data])

    def test_one_more_is_refused_with_the_limit(self):
        for host, header in self.PLACES:
            data = b"x" * (LARGEST - header + 1)
            for framing, stdin in self.inputs(data):
                result, conv, _ = self.udp("echo", f"--framing={framing}", host=host, stdin=stdin)
                with self.subTest(host=host[:20], framing=framing):
                    self.assert_status(result, 1)
                    self.assert_one_error(result, f"{len(data)}.*{LARGEST - header}")
                    self.assertEqual((conv.datagrams, result.out), ([], b""))

    def test_much_more_is_refused_without_being_kept(self):
        for framing in ("line", "json"):
            with self.running("echo", f"--framing={framing}", stderr=subprocess.DEVNULL) as (running, conv):
                try:
                    for _ in range(400):
                        running.write(b"x" * 65536)
                except BrokenPipeError:
                    pass
                running.process.wait(5)
                self.assertEqual(running.process.returncode, 1)
                self.assertEqual(conv.datagrams, [])

    def test_the_largest_is_received(self):
        for behaviour, header in (("echo", 10), ("udp-from-ipv6", 22), ("udp-from-name-255", 262)):
            data = os.urandom(LARGEST - header)
            result, _, _ = self.udp(behaviour, "--framing=length", "--count", "1", stdin=framed(data))
            with self.subTest(behaviour=behaviour):
                self.assertEqual(result.status, 0, result.err)
                self.assertTrue(result.out == framed(data))


class BrokenInput(UdpCase):
    def assert_broken(self, framing, stdin, pattern=""):
        result, conv, _ = self.udp("echo", f"--framing={framing}", "--wait", "9", stdin=stdin, wait=None)
        with self.subTest(stdin=stdin[:40]):
            self.assert_status(result, 1)
            self.assert_one_error(result, pattern)
            self.assertLess(result.seconds, cli.slack(3))
        return conv

    def test_a_frame_cut_off(self):
        for stdin in (b"\0", b"\0\5abcd", b"\xff\xff", b"\0\1"):
            self.assertEqual(self.sent(self.assert_broken("length", stdin)), [])

    def test_what_came_before_is_sent(self):
        self.assertEqual(self.sent(self.assert_broken("length", framed(b"good") + b"\0\5abcd")), [b"good"])
        self.assertEqual(self.sent(self.assert_broken("json", line(b"good") + b"nonsense\n")), [b"good"])

    def test_json(self):
        for text in (b"", b"nonsense", b"[]", b'"x"', b"1", b"null", b"{}", b'{"data":1}', b'{"data":null}',
                     b'{"data":"eA=="', b'{"data":"eA=="}{"data":"eA=="}', b'{"to":"192.0.2.1:7"}',
                     b'{"data":"eA==","data":', b'{"data":"\xff\xfe"}', b"\0", b"{" * 10000):
            self.assertEqual(self.sent(self.assert_broken("json", text + b"\n")), [])

    def test_base64(self):
        for text in ("e", "eA", "eA=", "eA==x", "=", "====", "e A==", "eA==\\n", "-_==", "\\u0000", "eA===="):
            self.assertEqual(self.sent(self.assert_broken("json", b'{"data":"%s"}\n' % text.encode())), [])

    def test_addresses(self):
        for to in ("", "far.test", "far.test:", "far.test:x", "far.test:65536", ":53", "a b:53", "2001:db8::1",
                   "[2001:db8::1]", "[::1:53", "n" * 256 + ":53", "a/b:53", "a@b:53", "a\\u0000b:53", "a\\nb:53"):
            self.assertEqual(
                self.sent(self.assert_broken("json", b'{"to":"%s","data":"eA=="}\n' % to.encode())), [])
        self.assert_broken("json", b'{"to":7,"data":"eA=="}\n')

    def test_hostile_text_in_the_error(self):
        for text in (behaviours.HOSTILE_TEXT, b'{"to":"\\u001b[31m:x","data":""}'):
            self.assert_broken("json", text.replace(b"\r\n", b" ") + b"\n")

    def test_stdin_that_cannot_be_read(self):
        stdin = os.open("/", os.O_RDONLY)
        result, _, _ = self.udp("echo", stdin=stdin)
        os.close(stdin)
        self.assert_status(result, 1)
        self.assert_one_error(result, "input|stdin")


class WaitAndCount(UdpCase):
    def test_no_answer_is_no_error(self):
        for wait, least, most in (("0.3", 0.28, 1.5), ("0", 0, 1), (None, 1.9, 3.5)):
            result, conv, _ = self.udp("udp-silent", stdin=b"x", wait=wait)
            with self.subTest(wait=wait):
                self.assert_success(result)
                self.assertEqual(self.sent(conv), [b"x"])
                self.assertGreaterEqual(result.seconds, least)
                self.assertLess(result.seconds, cli.slack(most))

    def test_nothing_to_send(self):
        result, conv, _ = self.udp("echo", stdin=subprocess.DEVNULL)
        self.assert_success(result)
        self.assertEqual(conv.datagrams, [])

    def test_wait_counts_from_the_last_datagram(self):
        def trickle(rel, host, port, data):
            for _ in range(4):
                relay.echo(rel, host, port, data)
                time.sleep(0.3)
        result, _, _ = self.udp(stream(send=trickle), stdin=b"x", wait="0.7")
        self.assert_success(result, b"xxxx")
        self.assertGreater(result.seconds, 1.5)
        self.assertLess(result.seconds, cli.slack(3))

    def test_wait_is_for_after_the_end_of_stdin(self):
        with self.running("echo", "--wait", "0.1") as (running, _):
            time.sleep(0.4)
            running.write(b"still there")
            self.assertTrue(running.got(b"still there"))
            running.close_stdin()
            self.assert_status(running.finish(2), 0)

    def test_count_leaves_at_once(self):
        with self.running("echo", "--count", "2", "--framing=line") as (running, conv):
            running.write(b"a\n")
            self.assertTrue(running.got(b"a\n"))
            self.assertIsNone(running.process.poll())
            running.write(b"b\n")
            result = running.finish(1)
            self.assertEqual((result.status, result.out, result.err), (0, b"a\nb\n", ""))

    def test_count_writes_no_more(self):
        result, _, _ = self.udp(stream(send=relay.answer_all(b"1", b"2", b"3")), "--count", "2", stdin=b"x")
        self.assert_success(result, b"12")

    def test_count_that_is_not_reached(self):
        for behaviour, stdin, out, words in (("udp-silent", b"x", b"", "no datagram"), ("echo", b"x", b"x", "1 of 3"),
                                             ("udp-loses-2", b"x\n" * 2, b"x\n", "1 of 3")):
            result, _, _ = self.udp(behaviour, "--count", "3", "--framing=line", stdin=stdin)
            with self.subTest(behaviour=behaviour):
                self.assert_status(result, 124)
                self.assertEqual(result.out.replace(b"\n", b""), out.replace(b"\n", b""))
                self.assert_one_error(result, words)

    def test_set_up_has_its_own_limit(self):
        result, _, hop = self.udp("blackhole-at-request-4", "-w", "0.3", stdin=b"x")
        self.assert_failure(result, 124, hop, "request", within=2)
        result, _, _ = self.udp("udp-silent", "-w", "0.2", stdin=b"x", wait="0.5")
        self.assert_success(result)
        self.assertGreater(result.seconds, 0.45)

    def test_bad_options(self):
        for options in (("--framing=lines",), ("--framing=",), ("--count", "x"), ("--count", "-1"), ("--wait", "x"),
                        ("--wait", "-1"), ("--relay=", ), ("--relay=there",), ("--relay=192.0.2.1:0",),
                        ("--relay=192.0.2.1:65536",), ("--relay=192.0.2.1",), ("--on-eof=close",), ("-z",)):
            with self.subTest(options=options), ScriptedProxy("echo") as proxy:
                self.assert_usage(cli.run("udp", "-x", proxy.url(), *options, HOST, PORT))
                self.assertEqual(proxy.conversations, [])


class Relay(UdpCase):
    """Where the datagrams go."""

    def test_answers_that_can_be_used(self):
        for behaviour in ("echo", "udp-wildcard", "udp-name", "udp-name-empty", "udp-mapped", "udp-name-hostile"):
            for options in ((), ("--relay=auto",), ("--relay", "proxy")):
                result, _, _ = self.udp(behaviour, *options, "--count", "1", stdin=b"x")
                with self.subTest(behaviour=behaviour, options=options):
                    self.assert_success(result, b"x")

    def test_over_ipv6(self):
        for behaviour in ("echo", "udp-wildcard", "udp-name-empty"):
            result, conv, _ = self.udp(behaviour, "--count", "1", stdin=b"x", proxy_options={"host": "::1"})
            with self.subTest(behaviour=behaviour):
                self.assert_success(result, b"x")
                self.assertEqual(conv.datagrams[0][0][0], "::1")

    def test_every_loopback_address_is_this_machine(self):
        """v2ray on ::1 has its relay on 127.0.0.1."""
        for proxy, host in (("127.0.0.1", "127.0.0.2"), ("127.0.0.1", "::1"), ("::1", "127.0.0.1"), ("127.0.0.3", "127.0.0.9")):
            behaviour = behaviours.replace(behaviours.ECHO, request=relay.associate(host=host))
            result, conv, _ = self.udp(behaviour, "--count", "1", stdin=b"x", proxy_options={"host": proxy})
            with self.subTest(proxy=proxy, relay=host):
                self.assert_success(result, b"x")

    def test_a_relay_that_names_the_wrong_loopback_address(self):
        """v2ray on ::1 says 127.0.0.1 and listens on ::1."""
        for proxy, told in (("::1", "127.0.0.1"), ("127.0.0.1", "::1"), ("127.0.0.3", "127.0.0.1")):
            behaviour = behaviours.replace(behaviours.ECHO, request=relay.associate(bound.elsewhere(told), proxy))
            result, conv, _ = self.udp(behaviour, "--count", "1", stdin=b"x", proxy_options={"host": proxy})
            with self.subTest(proxy=proxy, told=told):
                self.assert_success(result, b"x")

    def test_a_wildcard_is_noted(self):
        result, _, _ = self.udp("udp-wildcard", "-v", "--count", "1", stdin=b"x")
        self.assertRegex(result.err, r"0\.0\.0\.0")

    def test_a_third_host_is_refused(self):
        for behaviour, host in (("udp-private", behaviours.PRIVATE), ("udp-third-host", behaviours.STRANGER)):
            result, conv, hop = self.udp(behaviour, stdin=b"x")
            with self.subTest(behaviour=behaviour):
                self.assert_failure(result, 13, hop, "request|relay|associate", re.escape(host))
                self.assertRegex(result.err, "hint: .*--relay")
                self.assertEqual(conv.datagrams, [])

    def test_port_0_is_refused(self):
        for options in ((), ("--relay=auto",), ("--relay=proxy",)):
            result, conv, hop = self.udp("udp-port-0", *options, stdin=b"x")
            with self.subTest(options=options):
                self.assert_failure(result, 13, hop, "request|relay|associate", "port 0|:0")
        result, _, _ = self.udp("udp-port-0", "--relay=reply", stdin=b"x")
        self.assertIn(result.status, (1, 13))       # to the letter it is allowed, but nothing can be sent there
        self.assert_one_error(result)

    def test_reply(self):
        for behaviour in ("echo", "udp-other-loopback", "udp-name"):
            result, _, _ = self.udp(behaviour, "--relay=reply", "--count", "1", stdin=b"x")
            with self.subTest(behaviour=behaviour):
                self.assert_success(result, b"x")

    def test_proxy(self):
        result, _, _ = self.udp("udp-private", "--relay=proxy", "--count", "1", stdin=b"x")
        self.assert_success(result, b"x")

    def test_an_address(self):
        for host, written in (("127.0.0.1", "127.0.0.1"), ("127.0.0.2", "127.0.0.2"), ("::1", "[::1]"),
                              ("127.0.0.1", "localhost")):
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            with socket.socket(family, socket.SOCK_DGRAM) as free:
                free.bind((host, 0))
                port = free.getsockname()[1]
            behaviour = behaviours.replace(behaviours.ECHO,
                                           request=relay.associate(bound.elsewhere("192.0.2.77"), host, port))
            result, _, _ = self.udp(behaviour, f"--relay={written}:{port}", "-4" if host[0] != ":" else "-6",
                                    "--count", "1", stdin=b"x")
            with self.subTest(written=written):
                self.assert_success(result, b"x")

    def test_the_report_has_the_address_in_use(self):
        for behaviour, options in (("echo", ()), ("udp-wildcard", ()), ("udp-name", ()),
                                   ("udp-private", ("--relay=proxy",)), ("udp-other-loopback", ("--relay=reply",))):
            result, report, conv = self.report(behaviour, *options, "--count", "1", stdin=b"x")
            with self.subTest(behaviour=behaviour):
                self.assertEqual(report["bound"], "%s:%d" % conv.bound)

    def test_refusals_of_the_command(self):
        for behaviour, status in (("rep-02", 22), ("rep-07", 27), ("close-at-request-0", 16), ("no-method", 14)):
            result, _, hop = self.udp(behaviour, stdin=b"x")
            with self.subTest(behaviour=behaviour):
                self.assert_failure(result, status, hop, "request|method")

    def test_socks4_has_no_udp(self):
        for scheme in ("socks4", "socks4a"):
            with ScriptedProxy("echo") as proxy:
                self.assert_usage(cli.run("udp", "-x", proxy.url(scheme), HOST, PORT, stdin=b"x"), "(?i)socks4|udp")
                self.assertEqual(proxy.conversations, [])


class Association(UdpCase):
    """The control connection, and the one socket."""

    def test_zeros_in_the_request_and_nothing_after_it(self):
        for host, zeros in (("127.0.0.1", "0.0.0.0"), ("::1", "::")):
            for target in (HOST, "2001:db8::9", "far.test"):
                result, conv, _ = self.udp("udp-strict-control", "--framing=line", "--count", "20", host=target,
                                           proxy_options={"host": host}, stdin=b"x\n" * 20)
                with self.subTest(host=host, target=target):
                    self.assert_success(result, b"x\n" * 20)
                    self.assertEqual(conv.messages, [wire.greeting(0), wire.request(zeros, 0, 3)])
                    self.assertEqual(bytes(conv.payload + conv.late), b"")

    def test_login(self):
        with ScriptedProxy(behaviours.replace(behaviours.ECHO), users={b"alice": b"secret"}) as proxy:
            result = cli.run("udp", "-x", proxy.url(user="alice", password="secret"), "--count", "1", HOST, PORT,
                             stdin=b"x")
            self.assert_success(result, b"x")

    def test_one_source_port(self):
        stdin = b"".join(line(b"x", f"192.0.2.{number}:{number + 1}") for number in range(100)) + \
            b"".join(line(b"x", f"[2001:db8::{number}]:7") for number in range(1, 100))
        result, conv, _ = self.udp("udp-first-port", "--framing=json", "--count", "199", stdin=stdin)
        self.assert_status(result, 0)
        self.assertEqual(len({source for source, _ in conv.datagrams}), 1)

    def test_its_end_is_ours(self):
        for behaviour in ("udp-closes", "udp-closes-at-once"):
            with self.subTest(behaviour=behaviour), ScriptedProxy(behaviour) as proxy, \
                    Running("udp", "-x", proxy.url(), HOST, PORT) as running:
                if behaviour == "udp-closes":
                    running.write(b"x")
                result = running.finish(2)      # stdin is still open
                self.assert_status(result, 1)
                self.assert_one_error(result, re.escape(proxy.hop))
                self.assertEqual(len(proxy.conversations), 1, "it came back")

    def test_its_end_while_answers_are_waited_for(self):
        result, _, hop = self.udp("udp-closes", stdin=b"x", wait="9")
        self.assert_status(result, 1)
        self.assert_one_error(result, re.escape(hop))
        self.assertLess(result.seconds, cli.slack(2))

    def test_what_came_before_its_end_is_delivered(self):
        result, _, _ = self.udp("udp-echoes-and-closes", stdin=b"x", wait="9")
        self.assert_status(result, 1)
        self.assertEqual(result.out, b"x")

    def test_a_reset_is_an_end(self):
        def reset(*_):
            raise HangUp(reset=True)
        result, _, hop = self.udp(stream(send=reset), stdin=b"x", wait="9")
        self.assert_status(result, 1)
        self.assert_one_error(result, re.escape(hop))

    def test_what_the_proxy_writes_there_is_no_end(self):
        def chatter(rel, host, port, data):
            rel.conv.sock.sendall(b"\x1b[31mhello")
            relay.echo(rel, host, port, data)
        result, _, _ = self.udp(stream(send=chatter), "--framing=line", "--count", "3", stdin=b"x\n" * 3)
        self.assert_success(result, b"x\n" * 3)

    def test_an_endless_flow_there_holds_nothing_up(self):
        def chatter(rel, host, port, data):
            def flow():
                try:
                    while True:
                        rel.conv.sock.sendall(bytes(1 << 20))
                except OSError:
                    pass
            threading.Thread(target=flow, daemon=True).start()
            relay.echo(rel, host, port, data)

        def again(rel, host, port, data):
            (relay.echo if len(rel.conv.datagrams) > 1 else chatter)(rel, host, port, data)
        with self.running(stream(send=again), "--framing=line") as (running, _):
            running.write(b"1\n")
            self.assertTrue(running.got(b"1\n"), "it only listens to the control connection")
            running.write(b"2\n")
            self.assertTrue(running.got(b"1\n2\n"), "it only listens to the control connection")
            running.process.terminate()
            self.assertEqual(running.process.wait(1), 128 + signal.SIGTERM)

    def test_a_relay_that_nobody_holds_is_no_end(self):
        """ICMP says "port unreachable" to each; the association stands."""
        result, report, _ = self.report("udp-nobody", "--framing=line", stdin=b"x\n" * 5)
        self.assertEqual((result.status, result.out), (0, b""), result.err)
        self.assertEqual(report["datagrams"], {"sent": 5, "received": 0})

    def test_an_idle_association_uses_no_time(self):
        for ended in (False, True):
            with self.running("udp-silent", "--wait", "5") as (running, conv):
                running.write(b"x")
                if ended:
                    running.close_stdin()
                self.assertTrue(conv.wait(lambda c: c.datagrams))
                before = cpu_ticks(running.process.pid)
                self.assertFalse(running.wait(lambda: running.process.poll() is not None, 0.4))
                self.assertLessEqual(cpu_ticks(running.process.pid) - before, 5, "it spins")

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number=number), tempfile.NamedTemporaryFile() as file, \
                    self.running("echo", "--report", file.name) as (running, conv):
                running.write(b"x")
                self.assertTrue(running.got(b"x"))
                began = time.monotonic()
                running.process.send_signal(number)
                result = running.finish()
                self.assertLess(time.monotonic() - began, cli.slack(0.5))
                self.assertEqual((result.status, result.err), (128 + number, ""))
                self.assertTrue(conv.wait_closed(2))
                report = json.load(file)
                self.assertEqual((report["exit_status"], report["datagrams"]),
                                 (128 + number, {"sent": 1, "received": 1}))


class Dropped(UdpCase):
    """What is no datagram from the relay is dropped, counted, and said once."""

    CASES = {"udp-frag-1": ("fragment", "(?i)fragment"), "udp-frag-129": ("fragment", "(?i)fragment"),
             "udp-rsv": ("malformed", "(?i)malformed|header"), "udp-empty": ("malformed", "(?i)malformed|header"),
             "udp-short-3": ("malformed", "(?i)malformed|header"),
             "udp-short-header": ("malformed", "(?i)malformed|header"),
             "udp-atyp-0": ("malformed", "(?i)malformed|header"), "udp-atyp-5": ("malformed", "(?i)malformed|header"),
             "udp-name-cut": ("malformed", "(?i)malformed|header"),
             "udp-stranger": ("wrong_source", "(?i)relay|source|else")}

    def test_each_kind(self):
        def one(behaviour):
            return self.report(behaviour, "--framing=length", "--count", "3", stdin=framed(b"a", b"b", b"c"))
        for behaviour, (result, report, _) in concurrently(one, self.CASES):
            kind, pattern = self.CASES[behaviour]
            with self.subTest(behaviour=behaviour):
                self.assertEqual((result.status, result.out), (0, framed(b"a", b"b", b"c")), result.err)
                self.assertEqual(report["dropped"], NO_DROPS | {kind: 3})
                self.assertEqual(report["datagrams"], {"sent": 3, "received": 3})
                self.assert_drop_lines(result.err, pattern)

    def test_two_kinds_have_two_lines(self):
        def both(rel, host, port, data):
            rel.give(wire.datagram(host, port, data, frag=1))
            relay.behind_a_stranger(rel, host, port, data)
        result, report, _ = self.report(stream(deliver=both), "--framing=length", "--count", "2", stdin=framed(b"a", b"b"))
        self.assertEqual(report["dropped"], NO_DROPS | {"fragment": 2, "wrong_source": 2})
        self.assert_drop_lines(result.err, "(?i)fragment", "(?i)relay|source|else")

    def test_dropped_datagrams_do_not_count(self):
        result, report, _ = self.report("udp-other-port", "--count", "1", stdin=b"x")
        self.assert_status(result, 124)
        self.assertEqual((result.out, report["dropped"]["wrong_source"]), (b"", 1))

    def test_another_host(self):
        def other_host(rel, host, port, data):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.bind(("127.0.0.2", 0))
                rel.give(wire.datagram(host, port, b"forged"), sock)
            relay.plainly(rel, host, port, data)
        result, report, _ = self.report(stream(deliver=other_host), "--count", "1", stdin=b"x")
        self.assertEqual((result.out, report["dropped"]), (b"x", NO_DROPS | {"wrong_source": 1}))

    def test_another_host_at_the_same_port(self):
        def other_host(rel, host, port, data):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.bind(("127.0.0.2", rel.front.getsockname()[1]))
                rel.give(wire.datagram(host, port, b"forged"), sock)
            relay.plainly(rel, host, port, data)
        result, report, _ = self.report(stream(deliver=other_host), "--count", "1", stdin=b"x")
        self.assertEqual((result.out, report["dropped"]), (b"x", NO_DROPS | {"wrong_source": 1}))

    def test_quiet(self):
        result, _, _ = self.udp("udp-frag-1", "-q", "--count", "1", stdin=b"x")
        self.assertEqual((result.status, result.out, result.err), (0, b"x", ""))

    def test_stats_tell(self):
        result, _, _ = self.udp("udp-frag-1", "--stats", "--framing=length", "--count", "3",
                                stdin=framed(b"a", b"b", b"c"))
        self.assertRegex(result.err.splitlines()[-1], r"sent .*\b3 datagrams.*received .*\b3 datagrams.*dropped 3\b")


class Received(UdpCase):
    def origin(self, behaviour, **kwargs):
        result, _, _ = self.udp(behaviour, "--framing=json", "--count", "1", stdin=line(b"x"), **kwargs)
        self.assertEqual(result.status, 0, result.err)
        self.assertEqual(result.out.count(b"\n"), 1)
        self.assert_clean_text(result.out.decode("utf-8"))
        self.assert_clean_text(result.err)
        got = json.loads(result.out)
        self.assertEqual(got["data"], "eA==")
        return got["from"]

    def test_origins(self):
        for behaviour, origin in (("echo", f"{HOST}:{PORT}"), ("udp-from-ipv6", "[2001:db8::7]:53"),
                                  ("udp-from-mapped", "192.0.2.7:53"), ("udp-from-name", "far.test:53"),
                                  ("udp-from-name-255", "n" * 255 + ":53")):
            with self.subTest(behaviour=behaviour):
                self.assertEqual(self.origin(behaviour), origin)

    def test_a_relay_that_does_not_say_from_where(self):
        """A header that is well formed is delivered, whatever address and port it names."""
        for host, port, origin in (("0.0.0.0", 0, "0.0.0.0:0"), ("::", 0, "[::]:0"), ("192.0.2.7", 0, "192.0.2.7:0"),
                                   ("0.0.0.0", 9, "0.0.0.0:9"), (b"far.test", 0, "far.test:0"), (b"", 0, ":0"),
                                   ("255.255.255.255", 65535, "255.255.255.255:65535")):
            with self.subTest(host=host, port=port):
                self.assertEqual(self.origin(stream(deliver=relay.from_nobody(host, port))), origin)

    def test_odd_names(self):
        self.assertIn("53", self.origin("udp-from-name-empty"))
        self.assertIn("forged", self.origin("udp-from-name-hostile"))
        for name in (b"\xff\xfe\x80", b'"},{"', b"\\u0000", b"\0", "\u202e".encode(), b"\xed\xa0\x80"):
            with self.subTest(name=name):
                self.origin(stream(deliver=relay.said_to_be(name)))


class Output(UdpCase):
    def test_report_and_stats(self):
        result, report, conv = self.report("echo", "--framing=length", "--count", "2", "--stats",
                                           stdin=framed(b"abc", b"de"))
        self.assertEqual((report["schema"], report["command"]), ("sockscat.report/1", "udp"))
        self.assertEqual(report["target"], f"{HOST}:{PORT}")
        self.assertEqual((report["sent"], report["received"]), (5, 5))
        self.assertEqual(report["datagrams"], {"sent": 2, "received": 2})
        self.assertEqual(report["dropped"], NO_DROPS)
        self.assertEqual((report["exit_status"], report["error"]), (0, None))
        self.assertIsInstance(report["phases"]["request_ms"], (int, float))
        self.assert_clean_text(result.err)
        self.assertEqual(result.err.count("\n"), 1)
        self.assertRegex(result.err, r"sent .*2 datagrams.*received .*2 datagrams.*set up in .* ms")

    def test_report_of_a_failure(self):
        for behaviour, options, status in (("rep-07", (), 27), ("udp-private", (), 13), ("udp-closes", (), 1),
                                           ("udp-silent", ("--count", "1"), 124)):
            result, report, _ = self.report(behaviour, *options, stdin=b"x")
            with self.subTest(behaviour=behaviour):
                self.assert_status(result, status)
                self.assertEqual(report["exit_status"], status)
                self.assertIsInstance(report["error"], str)

    def test_trace_shows_headers_and_no_payload(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "trace")
            result, _, _ = self.udp("echo", "--trace-file", path, "--trace", "--count", "1", host="far.test",
                                    stdin=b"pay1oad")
            with open(path) as file:
                text = file.read()
        self.assertEqual(result.out, b"pay1oad")
        self.assert_clean_text(text)
        arrows = re.findall(r"(?m)^ +\d+\.\d+ +(-->|<--)", text)
        self.assertEqual(arrows, ["-->", "<--"] * 3)
        self.assertRegex(text, "(?i)udp associate")
        self.assertRegex(text, r"(?s)FRAG.*far\.test")
        self.assertEqual(len(re.findall("FRAG", text)), 2)
        for form in ("pay1oad", b"pay1oad".hex()):
            self.assertNotIn(form, re.sub(r"\s", "", text))
            self.assertNotIn(form, re.sub(r"\s", "", result.err))

    def test_a_slow_reader_costs_no_memory_and_no_silent_loss(self):
        count, size = 20000, 1000
        late = threading.Event()

        def flood(rel, host, port, data):
            for number in range(count):
                rel.give(wire.datagram(host, port, struct.pack("!I", number) + bytes(size)))
            rel.conv.reach("flooded")
            late.wait(20)
            for number in range(count, count + 5):
                rel.give(wire.datagram(host, port, struct.pack("!I", number) + bytes(size)))

        with tempfile.NamedTemporaryFile() as file, \
                self.running(stream(send=flood), "--framing=length", "--report", file.name, "--wait", "0.5",
                             reads=False) as (running, conv):
            before = resident(running.process.pid)
            running.write(framed(b"go"))
            self.assertTrue(conv.wait_stage("flooded", 20))
            time.sleep(0.2)                         # the time to swallow what it would swallow
            self.assertLess(resident(running.process.pid) - before, 16 << 20, "datagrams pile up in memory")
            spent = cpu_ticks(running.process.pid)
            time.sleep(0.3)
            self.assertLessEqual(cpu_ticks(running.process.pid) - spent, 5, "it spins while nobody reads")
            out = bytearray()

            def read():
                while data := running.process.stdout.read(1 << 20):
                    out.extend(data)
            reader = threading.Thread(target=read)
            reader.start()
            size_before = -1
            while size_before != len(out):          # until it has given all it had
                size_before = len(out)
                time.sleep(0.2)
            late.set()
            running.close_stdin()
            result = running.finish()
            reader.join(5)
            report = json.load(file)
        numbers = [struct.unpack("!I", item[:4])[0] for item in unframed(bytes(out))]
        self.assert_status(result, 0)
        self.assertEqual(numbers, sorted(set(numbers)), "datagrams twice, or in another order")
        self.assertEqual(numbers[-5:], list(range(count, count + 5)))
        self.assertEqual(report["datagrams"]["received"], len(numbers))
        self.assertEqual(report["dropped"], NO_DROPS | {"overflow": count + 5 - len(numbers)})
        self.assertGreater(report["dropped"]["overflow"], 0)
        self.assertEqual(result.err.count("\n"), 1, result.err)

    def test_a_signal_while_nobody_reads(self):
        def flood(rel, host, port, data):
            for _ in range(1000):
                rel.give(wire.datagram(host, port, bytes(1000)))
            rel.conv.reach("flooded")
        with self.running(stream(send=flood), reads=False) as (running, conv):
            running.write(b"go")
            self.assertTrue(conv.wait_stage("flooded"))
            time.sleep(0.1)
            running.process.terminate()
            self.assertEqual(running.process.wait(1), 128 + signal.SIGTERM)

    def test_input_waits_for_a_full_socket(self):
        """Nothing that stdin holds is thrown away because it came fast."""
        count = 3000
        items = [struct.pack("!I", number) + bytes(1200) for number in range(count)]
        result, report, conv = self.report("udp-silent", "--framing=length", stdin=framed(*items))
        self.assert_status(result, 0)
        self.assertEqual(report["datagrams"]["sent"], count)
        got = [struct.unpack("!I", item[:4])[0] for item in self.sent(conv)]
        self.assertEqual(got, sorted(set(got)))

    def test_nobody_reads_any_more(self):
        with self.running("echo", reads=False) as (running, _):
            running.process.stdout.close()
            try:
                running.write(b"x")
            except BrokenPipeError:
                pass
            result = running.finish(2)
            self.assertEqual((result.status, result.err), (1, ""))

    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            result, _, _ = self.udp("echo", stdin=b"x", stdout=full)
            self.assert_status(result, 1)
            self.assert_one_error(result, "(?i)stdout|output|space")

    def test_flags_of_shared_descriptors_stay(self):
        for nonblocking in (False, True):
            (read0, write0), (read1, write1) = os.pipe(), os.pipe()
            for fd in (read0, write1):
                os.set_blocking(fd, not nonblocking)
            before = [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in (read0, write1)]
            with self.running("echo", "--count", "1", stdin=read0, stdout=write1) as (running, _):
                os.write(write0, b"x")
                self.assert_status(running.finish(), 0)
            self.assertEqual([fcntl.fcntl(fd, fcntl.F_GETFL) for fd in (read0, write1)], before)
            self.assertEqual(os.read(read1, 9), b"x")
            for fd in (read0, write0, read1, write1):
                os.close(fd)


class PausedReader(UdpCase):
    """What the relay sent before an end is delivered, however late it is read."""
    ITEMS = [struct.pack("!I", number) + bytes(996) for number in range(300)]    # more than a pipe holds

    def read_all(self, running, within=10):
        """stdout to its end."""
        out, pipe, end = bytearray(), running.process.stdout, time.monotonic() + within
        while select.select([pipe], [], [], max(0, end - time.monotonic()))[0]:
            data = pipe.read(1 << 16)
            if not data:
                return bytes(out)
            out += data
        self.fail(f"stdout is not over after {within} s, {len(out)} bytes: {bytes(running.err)!r}")

    def paused(self, send, pause, *options):
        """All that comes for one datagram, read after a pause: (result, datagrams, report)."""
        with tempfile.NamedTemporaryFile() as file, \
                self.running(stream(send=send), "--framing=length", "--wait", "0.5", "--report", file.name,
                             *options, reads=False) as (running, _):
            running.write(framed(b"go"))
            running.close_stdin()
            time.sleep(pause)
            out = self.read_all(running)
            result = running.finish()
            return result, unframed(out), json.load(file)

    def test_a_pause_longer_than_wait(self):
        result, got, report = self.paused(relay.answer_all(*self.ITEMS), 1.5)
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertTrue(got == self.ITEMS, f"{len(got)} of {len(self.ITEMS)}")
        self.assertEqual((report["datagrams"]["received"], report["dropped"]), (len(got), NO_DROPS))

    def test_a_pause_while_the_association_ends(self):
        def flood(rel, host, port, data):
            relay.answer_all(*self.ITEMS)(rel, host, port, data)
            raise HangUp
        result, got, report = self.paused(flood, 1.5)
        self.assert_status(result, 1)
        self.assert_one_error(result)
        self.assertTrue(got == self.ITEMS, f"{len(got)} of {len(self.ITEMS)}")
        self.assertEqual((report["datagrams"]["received"], report["dropped"]), (len(got), NO_DROPS))

    def test_a_flood_that_nothing_follows_is_counted(self):
        """The kernel tells what it threw away with the next datagram; here none comes."""
        sent = 20000

        def flood(rel, host, port, data):
            relay.answer_all(*[bytes(1000)] * sent)(rel, host, port, data)
        result, got, report = self.paused(flood, 1)
        self.assert_status(result, 0)
        self.assertEqual(report["datagrams"]["received"], len(got))
        self.assertEqual(report["dropped"], NO_DROPS | {"overflow": sent - len(got)})
        self.assertGreater(report["dropped"]["overflow"], 0)

    def test_good_ones_behind_many_that_are_dropped(self):
        good = [b"good %d" % number for number in range(5)]

        def fragments_first(rel, host, port, data):
            for _ in range(128):
                rel.give(wire.datagram(host, port, b"forged", frag=1))
            relay.answer_all(*good)(rel, host, port, data)
            raise HangUp
        result, report, _ = self.report(stream(send=fragments_first), "--framing=length", stdin=framed(b"go"))
        self.assert_status(result, 1)
        self.assertEqual(unframed(result.out), good)
        self.assertEqual(report["dropped"], NO_DROPS | {"fragment": 128})


class Both(UdpCase):
    def test_sending_does_not_starve_receiving(self):
        items = [b"%029d" % number for number in range(5000)]
        result, report, conv = self.report("echo", "--framing=line", wait="0.7",
                                           stdin=b"".join(item + b"\n" for item in items))
        self.assertEqual((result.status, result.err), (0, ""))
        echoed = self.sent(conv)
        self.assertGreater(len(echoed), 0)
        got = result.out.splitlines()
        self.assertTrue(got == echoed, f"{len(got)} of {len(echoed)} echoed")
        self.assertEqual(report["datagrams"], {"sent": len(items), "received": len(echoed)})
        self.assertEqual(report["dropped"], NO_DROPS)

    def test_an_answer_is_noticed_between_datagrams(self):
        """Far fewer are sent until the first answer ends it than one read of stdin holds (128 KiB)."""
        def once(rel, host, port, data):
            if len(rel.conv.datagrams) == 1:
                relay.echo(rel, host, port, b"stop")
        sent = []
        with tempfile.TemporaryFile() as file:
            file.write(b"\n" * (1 << 18))
            file.flush()
            for _ in range(3):      # a relay that is kept from running answers late
                file.seek(0)
                result, report, _ = self.report(stream(send=once), "--framing=line", "--count", "1", stdin=file)
                self.assertEqual((result.status, result.out), (0, b"stop\n"), result.err)
                sent.append(report["datagrams"]["sent"])
                if sent[-1] < 100_000:
                    break
        self.assertLess(min(sent), 100_000, "sending starves receiving")

    def test_chunks_onto_a_socket_keep_their_borders(self):
        items = [b"%d" % number * (1 + number % 7) for number in range(200)]
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs, self.running(stream(send=relay.answer_all(*items)), "--count", len(items),
                                        stdout=theirs, reads=False) as (running, _):
            theirs.close()
            ours.settimeout(5)
            running.write(b"go")
            got = []
            while data := ours.recv(1 << 16):
                got.append(data)
            self.assertEqual(got, items)
            self.assert_success(running.finish())


if __name__ == "__main__":
    unittest.main()
