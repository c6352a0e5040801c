# SPDX-License-Identifier: MIT
"""bind: two replies, what is told of them, who may call, and the stream that follows."""
import contextlib
import json
import os
import random
import re
import signal
import socket
import tempfile
import threading
import time
import unittest

import behaviours
import cli
import socks_wire as wire
from expect import CliCase, concurrently
from proc import cpu_ticks
from running import Running
from scripted_proxy import ScriptedProxy

MEGABYTES = random.Random(2).randbytes(3 << 20) + b"odd"
LISTENING = r"sockscat: listening on (\S+) (\d+)"
ACCEPTED = r"sockscat: accepted from (\S+) (\d+)"
SCHEMES = ("socks5h", "socks4")
LIMIT = 5


class BindCase(CliCase):
    @contextlib.contextmanager
    def bind(self, behaviour="good", *options, scheme="socks5h", proxy_options=None, **kwargs):
        """(a running bind, its proxy); the first reply has come."""
        with ScriptedProxy(behaviour, **(proxy_options or {})) as proxy, \
                Running("bind", "-x", proxy.url(scheme), *options, **kwargs) as running:
            if not proxy.conversation().wait_stage("listening"):
                self.fail(f"no BIND came of it: {bytes(running.err)!r}")
            yield running, proxy

    def call(self, proxy):
        """A connection to where the proxy really listens."""
        return socket.create_connection(proxy.conversation().bound, LIMIT)

    def told(self, running):
        """The address of the listening line."""
        match = running.said(LISTENING)
        return match[1], int(match[2])

    def attempt(self, behaviour, *options, scheme="socks5h", pace=None, proxy_options=None, **kwargs):
        """A run that nobody calls: (result, conversation, hop)."""
        with ScriptedProxy(behaviour, pace=pace, **(proxy_options or {})) as proxy:
            result = cli.run("bind", "-x", proxy.url(scheme), *options, **kwargs)
            conv = proxy.conversation()
            self.assertTrue(conv.wait_closed(), "the connection to the proxy was left open")
            return result, conv, proxy.hop

    def assert_said(self, err, *patterns):
        """These lines and no others, in this order; but see assert_silent."""
        lines = err.splitlines()
        if lines and "half-close" in lines[-1] and lines[-1].startswith("sockscat: hint: "):
            lines.pop()
        self.assertEqual(len(lines), len(patterns), err)
        for line, pattern in zip(lines, patterns):
            self.assertRegex(line, rf"\A{pattern}\Z")

    def assert_ended(self, result, status, error, *before):
        """These lines, then one error line, and perhaps a hint."""
        self.assert_status(result, status)
        lines = result.err.splitlines()
        self.assert_said("\n".join(lines[:len(before)]), *before)
        rest = cli.Result(status, result.out, "\n".join(lines[len(before):]) + "\n", result.seconds)
        self.assert_one_error(rest, "(?i)" + error)


class Announcement(BindCase):
    def test_each_line_at_once(self):
        for scheme, host in (("socks5h", "127.0.0.1"), ("socks4", "127.0.0.1"), ("socks5h", "::1")):
            with self.subTest(scheme=scheme, host=host), \
                    self.bind(scheme=scheme, proxy_options={"host": host}) as (running, proxy):
                self.assertEqual(self.told(running), proxy.conversation().bound)
                self.assertIsNone(running.process.poll())
                with self.call(proxy) as caller:
                    match = running.said(ACCEPTED)
                    self.assertEqual((match[1], int(match[2])), caller.getsockname()[:2])
                running.close_stdin()
                result = running.finish()
                self.assert_status(result, 0)
                self.assertEqual(result.out, b"")
                self.assert_said(result.err, LISTENING, ACCEPTED)

    def test_where_it_says_one_can_call(self):
        with self.bind() as (running, _):
            with socket.create_connection(self.told(running), LIMIT) as caller:
                caller.sendall(b"hello")
                self.assertTrue(running.got(b"hello"))

    def test_both_replies_at_once(self):
        for scheme in SCHEMES:
            with self.subTest(scheme=scheme), self.bind("bind-together", scheme=scheme) as (running, proxy):
                with self.call(proxy) as caller:
                    running.said(ACCEPTED)
                    caller.sendall(b"data")
                    self.assertTrue(running.got(b"data"))
                result = running.finish()
                self.assert_said(result.err, LISTENING, ACCEPTED)

    def test_payload_behind_the_second_reply(self):
        for scheme in SCHEMES:
            with self.subTest(scheme=scheme), \
                    self.bind("bind-reply-with-payload", scheme=scheme) as (running, proxy):
                with self.call(proxy) as caller:
                    caller.sendall(b"SSH-2.0-first\r\n")
                    self.assertTrue(running.got(b"SSH-2.0-first\r\n"), running.out)

    def test_byte_by_byte(self):
        for scheme in SCHEMES:
            with self.subTest(scheme=scheme), self.bind("byte-at-a-time", scheme=scheme) as (running, proxy):
                with self.call(proxy) as caller:
                    caller.sendall(b"data")
                    self.assertTrue(running.got(b"data"))
                self.assert_said(running.finish().err, LISTENING, ACCEPTED)

    def test_a_wildcard_is_the_proxys_address(self):
        for scheme, host in (("socks5h", "127.0.0.1"), ("socks4", "127.0.0.1"), ("socks5h", "::1")):
            with self.subTest(scheme=scheme, host=host), \
                    self.bind("bind-wildcard", scheme=scheme, proxy_options={"host": host}) as (running, proxy):
                self.assertEqual(self.told(running), proxy.conversation().bound)
        with self.bind("bind-wildcard", "-v") as (running, _):
            running.said(r"sockscat: .*\b0\.0\.0\.0\b.*")

    def test_an_address_that_is_not_the_proxys_is_told_as_it_is(self):
        with self.bind("bind-private") as (running, _):
            self.assertEqual(self.told(running)[0], behaviours.PRIVATE)
        with self.bind("bind-name") as (running, _):
            self.assertEqual(self.told(running)[0], "exit.test")

    def test_a_name_that_no_host_has_is_refused_and_escaped(self):
        for scheme in ("socks5h", "socks5"):
            result, _, hop = self.attempt("bind-name-hostile", scheme=scheme)
            self.assert_status(result, 13)
            self.assert_clean_text(result.err)
            self.assertRegex(result.err, rf"\Asockscat: error: proxy {re.escape(hop)}: accept: [^\n]* not valid\n\Z")

    def test_the_proxys_own_listener_gets_a_hint(self):
        with self.bind("bind-own-listener") as (running, proxy):
            self.assertEqual(self.told(running), (proxy.address, proxy.port))
            running.said("sockscat: hint: .*(own|itself).*")
            with self.call(proxy):
                running.said(ACCEPTED)

    def test_port_0_is_of_no_use(self):
        for scheme in SCHEMES:
            result, _, hop = self.attempt("bind-port-0", scheme=scheme)
            self.assert_status(result, 13)
            self.assert_one_error(result, f"(?i){re.escape(hop)}: .*port 0")

    def test_quiet_says_neither(self):
        with self.bind("good", "-q") as (running, proxy):
            with self.call(proxy) as caller:
                caller.sendall(b"data")
                self.assertTrue(running.got(b"data"))
            result = running.finish()
            self.assertEqual((result.status, result.err), (0, ""))


class AddressFile(BindCase):
    def line(self, proxy):
        return "%s %d\n" % proxy.conversation().bound

    def test_a_file_appears_whole(self):
        """Nothing but a complete file ever has the name, and never that of an earlier run."""
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "where")
            with open(path, "w") as file:
                file.write("x" * 1000)
            old = os.open(path, os.O_RDONLY)
            seen, done = set(), threading.Event()

            def watch():
                while not done.is_set():
                    try:
                        with open(path) as now:
                            seen.add(now.read())
                    except FileNotFoundError:
                        pass
            watcher = threading.Thread(target=watch)
            watcher.start()
            try:
                with self.bind("good", "--address-file", path) as (running, proxy):
                    self.assertEqual(wait_for_file(path, "x" * 1000), self.line(proxy))
                    self.assertEqual(os.listdir(directory), ["where"])
            finally:
                done.set()
                watcher.join()
            self.assertLessEqual(seen, {"x" * 1000, self.line(proxy)})
            self.assertEqual(os.read(old, 2000), b"x" * 1000, "it wrote into the old file")
            os.close(old)

    def test_the_file_of_an_earlier_run_is_gone_while_there_is_no_address(self):
        with tempfile.TemporaryDirectory() as directory, ScriptedProxy("blackhole-at-request-0") as proxy:
            path = os.path.join(directory, "where")
            with open(path, "w") as file:
                file.write("192.0.2.1 1\n")
            with Running("bind", "-x", proxy.url(), "--address-file", path):
                self.assertTrue(proxy.conversation().wait_stage("request"))
                self.assertFalse(os.path.exists(path))

    def test_a_new_file_is_there_before_anybody_calls(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "where")
            with self.bind("good", "--address-file", path) as (running, proxy):
                self.assertEqual(wait_for_file(path), self.line(proxy))

    def test_descriptors_and_pipes_are_written_plainly(self):
        for name in ("/dev/fd/%d", "/proc/self/fd/%d"):
            read, write = os.pipe()
            with self.subTest(name=name), \
                    self.bind("good", "--address-file", name % write, pass_fds=[write]) as (_, proxy):
                self.assertEqual(os.read(read, 1000).decode(), self.line(proxy))
            os.close(read)
            os.close(write)
        with tempfile.TemporaryDirectory() as directory:
            fifo = os.path.join(directory, "fifo")
            os.mkfifo(fifo)
            got = []

            def read_fifo():
                with open(fifo) as file:
                    got.append(file.read())
            reader = threading.Thread(target=read_fifo)
            reader.start()
            with self.bind("good", "--address-file", fifo) as (running, proxy):
                running.said(LISTENING)
                reader.join(LIMIT)      # the end of the file comes, too: a shell's `read` goes on
                self.assertEqual(got, [self.line(proxy)])
            self.assertTrue(os.path.exists(fifo))

    def test_a_wildcard_is_replaced_there_too(self):
        read, write = os.pipe()
        with self.bind("bind-wildcard", "--address-file", f"/dev/fd/{write}", pass_fds=[write]) as (_, proxy):
            self.assertEqual(os.read(read, 1000).decode(), self.line(proxy))
        os.close(read)
        os.close(write)

    def test_nothing_is_there_when_it_is_refused(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "where")
            result, _, _ = self.attempt("rep-02", "--address-file", path)
            self.assert_status(result, 22)
            self.assertEqual(os.listdir(directory), [])

    def test_nothing_is_left_behind_by_a_signal(self):
        for behaviour, stage in (("blackhole-at-request-0", "request"), ("blackhole-at-method-0", "method")):
            with self.subTest(stage=stage), tempfile.TemporaryDirectory() as directory, \
                    ScriptedProxy(behaviour) as proxy, \
                    Running("bind", "-x", proxy.url(), "--address-file", os.path.join(directory, "where")) as running:
                self.assertTrue(proxy.conversation().wait_stage(stage))
                running.process.terminate()
                self.assert_status(running.finish(), 128 + signal.SIGTERM)
                self.assertEqual(os.listdir(directory), [])

    def test_through_a_link_it_appears_whole_too(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "where")
            os.symlink(os.path.join(directory, "real"), path)
            with ScriptedProxy("blackhole-at-request-0") as proxy, \
                    Running("bind", "-x", proxy.url(), "--address-file", path):
                self.assertTrue(proxy.conversation().wait_stage("request"))
                self.assertFalse(os.path.exists(path), "it is there before there is an address")
            with self.bind("good", "--address-file", path) as (_, proxy):
                self.assertEqual(wait_for_file(path), self.line(proxy))

    def test_a_place_that_cannot_be_written(self):
        with ScriptedProxy() as proxy:
            result = cli.run("bind", "-x", proxy.url(), "--address-file", "/nonexistent/where")
            self.assert_usage(result, "/nonexistent/where")
            self.assertEqual(proxy.conversations, [])


class Request(BindCase):
    def sent(self, scheme, *operands, host="127.0.0.1"):
        with ScriptedProxy("bind-no-second-reply", host=host) as proxy:
            result = cli.run("bind", "-x", proxy.url(scheme), *operands)
            self.assert_status(result, 16)
            return proxy.conversation().messages[-1]

    def test_without_a_peer_anybody_may_call(self):
        self.assertEqual(self.sent("socks5h"), wire.request("0.0.0.0", 0, 2))
        self.assertEqual(self.sent("socks5h", host="::1"), wire.request("::", 0, 2))
        for scheme in ("socks4", "socks4a"):
            self.assertEqual(self.sent(scheme), wire.request4("0.0.0.0", 0, b"", 2))

    def test_forms_of_the_peer(self):
        cases = {("192.0.2.1",): ("192.0.2.1", 0), ("192.0.2.1:21",): ("192.0.2.1", 21),
                 ("[2001:db8::1]:21",): ("2001:db8::1", 21), ("2001:db8::1",): ("2001:db8::1", 0),
                 ("[2001:db8::1]",): ("2001:db8::1", 0), ("ftp.test",): ("ftp.test", 0),
                 ("ftp.test:20",): ("ftp.test", 20), ("192.0.2.1:0",): ("192.0.2.1", 0),
                 ("0.0.0.0",): ("0.0.0.0", 0), ("::",): ("::", 0), ("--", "192.0.2.1"): ("192.0.2.1", 0)}
        for operands, (host, port) in cases.items():
            with self.subTest(operands=operands):
                self.assertEqual(self.sent("socks5h", *operands), wire.request(host, port, 2))
        self.assertEqual(self.sent("socks4", "192.0.2.1:21"), wire.request4("192.0.2.1", 21, b"", 2))
        self.assertEqual(self.sent("socks4a", "ftp.test"), wire.request4("ftp.test", 0, b"", 2))

    def test_what_cannot_be_asked(self):
        for scheme, operand in (("socks4", "2001:db8::1"), ("socks4a", "[2001:db8::1]:21"),
                                ("socks5h", "192.0.2.1:65536"), ("socks5h", "192.0.2.1:x"),
                                ("socks5h", "a b"), ("socks5h", "-oPeer"), ("socks5h", ""),
                                ("socks5h", "n" * 256)):
            with self.subTest(operand=operand), ScriptedProxy() as proxy:
                self.assert_usage(cli.run("bind", "-x", proxy.url(scheme), operand))
                self.assertEqual(proxy.conversations, [])

    def test_bad_options(self):
        for options in (("--accept-timeout", "x"), ("--accept-timeout", "-1"), ("--address-file",),
                        ("a", "1", "b"), ("-z",), ("--framing", "line")):
            with self.subTest(options=options), ScriptedProxy() as proxy:
                self.assert_usage(cli.run("bind", "-x", proxy.url(), *options))
                self.assertEqual(proxy.conversations, [])

    def test_login(self):
        with ScriptedProxy(users={b"alice": b"secret"}) as proxy, \
                Running("bind", "-x", proxy.url(user="alice", password="secret")) as running:
            self.assertTrue(proxy.conversation().wait_stage("listening"))
            with self.call(proxy) as caller:
                caller.sendall(b"data")
                self.assertTrue(running.got(b"data"))


class Peer(BindCase):
    """Who may call."""

    def run_with_caller(self, behaviour, *args, **kwargs):
        """(result, conversation) of a bind that somebody calls, says payload to and stays with."""
        with self.bind(behaviour, *args, **kwargs) as (running, proxy), self.call(proxy) as caller:
            try:
                caller.sendall(b"payload")
            except OSError:
                pass
            running.close_stdin()
            if running.wait(lambda: running.out):
                caller.close()
            return running.finish(), proxy.conversation()

    def test_the_expected_one(self):
        for scheme in SCHEMES:
            for operand in ("127.0.0.1", "127.0.0.1:21"):
                with self.subTest(scheme=scheme, operand=operand):
                    result, _ = self.run_with_caller("good", operand, scheme=scheme)
                    self.assertEqual((result.status, result.out), (0, b"payload"), result.err)
        result, _ = self.run_with_caller("good", "::1", proxy_options={"host": "::1"})
        self.assertEqual((result.status, result.out), (0, b"payload"), result.err)

    def test_another_one_is_refused(self):
        for scheme in SCHEMES:
            with self.subTest(scheme=scheme):
                with ScriptedProxy("bind-other-caller") as proxy, \
                        Running("bind", "-x", proxy.url(scheme), "127.0.0.1") as running:
                    self.assertTrue(proxy.conversation().wait_stage("listening"))
                    running.write(b"secret")
                    with self.call(proxy) as caller:
                        try:
                            caller.sendall(b"payload")
                            heard = caller.recv(100)
                        except ConnectionError:
                            heard = b""
                        self.assertEqual(heard, b"", "something was sent to a stranger")
                        result = running.finish(3)
                self.assertEqual(result.out, b"")
                self.assert_ended(result, 1, re.escape(behaviours.STRANGER), LISTENING)

    def test_any_peer(self):
        for scheme in SCHEMES:
            result, _ = self.run_with_caller("bind-other-caller", "--any-peer", "127.0.0.1", scheme=scheme)
            self.assertEqual((result.status, result.out), (0, b"payload"), result.err)
            self.assertRegex(result.err, f"accepted from {re.escape(behaviours.STRANGER)} ")

    def test_nobody_in_particular(self):
        for operand in ((), ("0.0.0.0",), ("0.0.0.0:0",), ("::",), ("ftp.test",)):
            with self.subTest(operand=operand):
                result, _ = self.run_with_caller("bind-other-caller", *operand)
                self.assertEqual((result.status, result.out), (0, b"payload"), result.err)

    def test_one_address_in_two_notations(self):
        result, _ = self.run_with_caller("bind-mapped-caller", "127.0.0.1")
        self.assertEqual((result.status, result.out), (0, b"payload"), result.err)
        result, conv = self.run_with_caller("good", "::ffff:127.0.0.1")
        self.assertEqual(conv.messages[-1], wire.request("127.0.0.1", 0, 2))
        self.assertEqual((result.status, result.out), (0, b"payload"), result.err)

    def test_a_proxy_that_looks_itself(self):
        with self.bind("bind-only-peer", "192.0.2.1") as (running, proxy), self.call(proxy):
            result = running.finish()
        self.assert_ended(result, 22, re.escape(proxy.hop), LISTENING)


class Waiting(BindCase):
    """Between the replies."""

    def test_nothing_is_sent_before_the_second_reply(self):
        for scheme in SCHEMES:
            with self.subTest(scheme=scheme), \
                    self.bind("bind-no-early-bytes", "-N", scheme=scheme) as (running, proxy):
                running.write(b"eager")
                running.close_stdin()
                running.said(LISTENING)
                self.assertFalse(running.wait(lambda: running.process.poll() is not None, 0.3))
                with self.call(proxy) as caller:
                    caller.settimeout(LIMIT)
                    self.assertEqual(caller.recv(100), b"eager")
                self.assertFalse(proxy.conversation().early)
                self.assert_status(running.finish(), 0)

    def test_accept_timeout(self):
        for scheme in SCHEMES:
            result, conv, hop = self.attempt("bind-never", "--accept-timeout", "0.4", scheme=scheme)
            with self.subTest(scheme=scheme):
                self.assert_ended(result, 124, re.escape(hop), LISTENING)
                self.assertGreater(result.seconds, 0.35)
                self.assertLess(result.seconds, cli.slack(2))
                self.assertEqual(bytes(conv.payload), b"")

    def test_timeout_is_for_the_first_reply_only(self):
        with self.bind("good", "-w", "0.3", "--accept-timeout", "0") as (running, proxy):
            running.said(LISTENING)
            time.sleep(0.5)
            with self.call(proxy) as caller:
                caller.sendall(b"late")
                self.assertTrue(running.got(b"late"))
        result, _, hop = self.attempt("blackhole-at-request-4", "-w", "0.3", "--accept-timeout", "9")
        self.assert_failure(result, 124, hop, "request", within=2)

    def test_idle_timeout_counts_from_the_second_reply(self):
        with self.bind("good", "-i", "0.4") as (running, proxy):
            running.said(LISTENING)
            time.sleep(0.7)
            with self.call(proxy):
                self.assert_ended(running.finish(), 124, "", LISTENING, ACCEPTED)

    def test_closed_instead_of_the_second_reply(self):
        for scheme in SCHEMES:
            with self.subTest(scheme=scheme):
                result, _, hop = self.attempt("bind-no-second-reply", scheme=scheme)
                self.assert_ended(result, 16, re.escape(hop), LISTENING)
                result, _, hop = self.attempt("bind-half-second-reply", scheme=scheme)
                self.assert_ended(result, 13, re.escape(hop), LISTENING)

    def test_codes_of_the_second_reply(self):
        expected = {code: 20 + code if code <= 8 else 29 for code in (*range(1, 10), 0x7F, 0xFF)}
        expected |= {0xF0 + code: 30 + code for code in range(8)}
        for code, (result, _, hop) in concurrently(lambda c: self.attempt(f"bind-second-{c:02x}"), expected):
            with self.subTest(code=code):
                self.assert_ended(result, expected[code], re.escape(hop), LISTENING)
        old = {0x5B: 21, 0x5C: 15, 0x5D: 15, 0x5E: 29}
        for code, (result, _, hop) in concurrently(
                lambda c: self.attempt(f"bind-second-cd-{c:02x}", scheme="socks4"), old):
            with self.subTest(code=code):
                self.assert_ended(result, old[code], re.escape(hop), LISTENING)

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for behaviour in ("good", "bind-never"):
                with self.subTest(number=number), self.bind(behaviour) as (running, proxy):
                    running.said(LISTENING)
                    began = time.monotonic()
                    running.process.send_signal(number)
                    result = running.finish()
                    self.assertLess(time.monotonic() - began, cli.slack(0.5))
                    self.assert_status(result, 128 + number)
                    self.assert_said(result.err, LISTENING)
                    self.assertTrue(proxy.conversation().wait_closed(2))

    def test_refusals_of_the_first_reply(self):
        for behaviour, scheme, status in (("rep-02", "socks5h", 22), ("rep-07", "socks5h", 27),
                                          ("cd-5b", "socks4", 21), ("close-at-request-0", "socks5h", 16),
                                          ("no-method", "socks5h", 14)):
            result, _, hop = self.attempt(behaviour, scheme=scheme)
            with self.subTest(behaviour=behaviour):
                self.assert_failure(result, status, hop, "request|method")

    def test_waiting_uses_no_time(self):
        with self.bind() as (running, _):
            running.said(LISTENING)
            running.write(b"some")
            running.close_stdin()
            before = cpu_ticks(running.process.pid)
            self.assertFalse(running.wait(lambda: running.process.poll() is not None, 0.4))
            self.assertLessEqual(cpu_ticks(running.process.pid) - before, 5, "it spins")


class Stream(BindCase):
    """Then as connect."""

    def test_megabytes_both_ways(self):
        for scheme in SCHEMES:
            with self.subTest(scheme=scheme), self.bind("good", "-N", scheme=scheme) as (running, proxy), \
                    self.call(proxy) as caller:
                feeder = threading.Thread(target=lambda: (running.write(MEGABYTES), running.close_stdin()))
                feeder.start()
                got = bytearray()

                def take():
                    while data := caller.recv(65536):
                        got.extend(data)
                taker = threading.Thread(target=take)
                taker.start()
                caller.sendall(MEGABYTES)
                feeder.join(LIMIT)
                taker.join(LIMIT)
                caller.shutdown(socket.SHUT_WR)
                result = running.finish()
                self.assert_status(result, 0)
                self.assertTrue(result.out == MEGABYTES and got == MEGABYTES, "bytes were lost or changed")
                self.assert_said(result.err, LISTENING, ACCEPTED)

    def test_half_close(self):
        for option in ("-N", "--on-eof=half-close"):
            with self.bind("good", option) as (running, proxy), self.call(proxy) as caller:
                running.write(b"question")
                running.close_stdin()
                self.assertEqual(read_to_end(caller), b"question")
                caller.sendall(b"answer")
                caller.close()
                result = running.finish()
                self.assertEqual((result.status, result.out), (0, b"answer"))

    def test_line_ends_of_the_network(self):
        with self.bind("good", "-N", "-C") as (running, proxy), self.call(proxy) as caller:
            running.write(b"a\nb\r\n")
            running.close_stdin()
            self.assertEqual(read_to_end(caller), b"a\r\nb\r\n")
            caller.close()
            self.assert_status(running.finish(), 0)

    def test_auto(self):
        with self.bind("good", "--eof-delay", "0.4") as (running, proxy), self.call(proxy) as caller:
            running.said(ACCEPTED)
            running.close_stdin()
            began = time.monotonic()
            self.assertEqual(read_to_end(caller), b"")
            self.assertGreater(time.monotonic() - began, 0.3)
            caller.sendall(b"answer")
            caller.close()
            self.assertEqual(running.finish().out, b"answer")

    def test_close(self):
        with self.bind("good", "--on-eof=close") as (running, proxy), self.call(proxy) as caller:
            running.write(b"all")
            running.close_stdin()
            self.assertEqual(read_to_end(caller), b"all")
            caller.close()
            self.assert_status(running.finish(2), 0)

    def test_ignore(self):
        with self.bind("good", "--on-eof=ignore", "--eof-delay", "0.1") as (running, proxy), \
                self.call(proxy) as caller:
            running.said(ACCEPTED)
            running.close_stdin()
            caller.settimeout(0.5)
            with self.assertRaises(TimeoutError):
                caller.recv(1)
            caller.close()
            self.assert_status(running.finish(), 0)

    def test_linger(self):
        with self.bind("good", "--linger", "0.3") as (running, proxy), self.call(proxy):
            running.said(ACCEPTED)
            running.close_stdin()
            self.assert_status(running.finish(2), 0)

    def test_one_way(self):
        with self.bind("good", "-d") as (running, proxy):
            with self.call(proxy) as caller:
                running.write(b"not for you")
                caller.sendall(b"data")
                self.assertTrue(running.got(b"data"))
            self.assert_status(running.finish(), 0)
            proxy.conversation().wait_closed()
            self.assertEqual(proxy.conversation().payload, b"")

    def test_nobody_reads_any_more(self):
        with self.bind("good", reads=False) as (running, proxy), self.call(proxy) as caller:
            running.said(ACCEPTED)
            running.process.stdout.close()
            caller.sendall(b"data")
            self.assert_status(running.finish(2), 1)

    def test_options_of_connect_alone_are_refused(self):
        for options in (("--zero",), ("--fdpass",), ("--jobs", "2")):
            with ScriptedProxy() as proxy:
                self.assert_usage(cli.run("bind", "-x", proxy.url(), *options))


class Told(BindCase):
    """--report, --stats, --trace."""

    def test_report(self):
        with tempfile.NamedTemporaryFile() as file, \
                self.bind("good", "-N", "--report", file.name, "127.0.0.1:21") as (running, proxy):
            running.write(b"12345")
            running.close_stdin()
            with self.call(proxy) as caller:
                caller.sendall(b"123")
                read_to_end(caller)
            self.assert_status(running.finish(), 0)
            report = json.load(file)
            self.assertEqual((report["schema"], report["command"]), ("sockscat.report/1", "bind"))
            self.assertEqual(report["proxies"], [proxy.url()])
            self.assertEqual((report["target"], report["bound"]),
                             ("127.0.0.1:21", "%s:%d" % proxy.conversation().bound))
            self.assertEqual((report["sent"], report["received"]), (5, 3))
            self.assertEqual((report["exit_status"], report["error"]), (0, None))
            self.assertIsInstance(report["phases"]["request_ms"], (int, float))
            self.assertLess(report["setup_ms"], report["duration_ms"])

    def test_the_wait_is_no_part_of_the_set_up(self):
        with tempfile.NamedTemporaryFile() as file, self.bind("good", "--report", file.name) as (running, proxy):
            running.said(LISTENING)
            time.sleep(0.4)
            self.call(proxy).close()
            self.assert_status(running.finish(), 0)
            report = json.load(file)
            self.assertLess(report["setup_ms"], report["duration_ms"] - 350)
            self.assertGreater(report["duration_ms"], 390)

    def test_report_of_a_wildcard_and_of_failures(self):
        for behaviour, options, status in (("bind-wildcard", ("--accept-timeout", "0.2"), 124),
                                           ("bind-second-05", (), 25), ("bind-no-second-reply", (), 16)):
            with self.subTest(behaviour=behaviour), tempfile.NamedTemporaryFile() as file:
                result, conv, _ = self.attempt(behaviour, "--report", file.name, *options)
                self.assert_status(result, status)
                report = json.load(file)
                self.assertEqual(report["exit_status"], status)
                self.assertEqual(report["bound"], "%s:%d" % conv.bound)
                self.assertIsInstance(report["error"], str)

    def test_stats(self):
        with self.bind("good", "-N", "--stats") as (running, proxy):
            running.close_stdin()
            with self.call(proxy) as caller:
                caller.sendall(bytes(3000))
                read_to_end(caller)
            result = running.finish()
            self.assertRegex(result.err.splitlines()[-1], r"sent .*received .* s\b.*set up in .* ms")

    def test_trace_has_both_replies(self):
        for scheme, arrows in (("socks5h", ["-->", "<--", "-->", "<--", "<--"]), ("socks4", ["-->", "<--", "<--"])):
            with self.subTest(scheme=scheme), tempfile.TemporaryDirectory() as directory:
                path = os.path.join(directory, "trace")
                with self.bind("good", "--trace-file", path, scheme=scheme) as (running, proxy):
                    with self.call(proxy) as caller:
                        caller.sendall(b"pay1oad")
                        self.assertTrue(running.got(b"pay1oad"))
                    running.finish()
                with open(path) as file:
                    text = file.read()
                self.assert_clean_text(text)
                self.assertEqual(re.findall(r"(?m)^ +\d+\.\d+ +(-->|<--)", text), arrows)
                self.assertRegex(text, "BIND")
                self.assertNotIn("pay1oad", text)
                self.assertNotIn(b"pay1oad".hex(), re.sub(r"\s", "", text))


def wait_for_file(path, old=None):
    """What stands in a file as soon as it is there and not the old one: it appears whole, so there is no
    second look."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        with contextlib.suppress(FileNotFoundError), open(path) as file:
            text = file.read()
            if text != old:
                return text
        time.sleep(0.002)
    raise AssertionError(f"{path} did not appear")


def read_to_end(sock):
    data = b""
    while more := sock.recv(65536):
        data += more
    return data


if __name__ == "__main__":
    unittest.main()
