# SPDX-License-Identifier: MIT
"""The stream: every byte both ways, every kind of end, every kind of descriptor."""
import fcntl
import hashlib
import json
import os
import random
import select
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

import behaviours
import cli
import targets
from conversation import HangUp
from expect import CliCase, attempt, concurrently, through
from proc import cpu_ticks, resident
from scripted_proxy import ScriptedProxy
from terminal import Terminal
from tls_layer import Tls

MEGABYTES = random.Random(1).randbytes(3 << 20) + b"odd"


def connect(proxy, target, *options, **kwargs):
    return cli.run("connect", "-x", proxy.url(), *options, target.host, target.port, **kwargs)


def begin(proxy, target, *options, **kwargs):
    return cli.start("connect", "-x", proxy.url(), *options, target.host, target.port, **kwargs)


def finish(process, timeout=10):
    out, err = process.communicate(timeout=timeout)
    return cli.Result(process.returncode, out or b"", (err or b"").decode(), 0)


class Bytes(CliCase):
    def test_megabytes_there_and_back(self):
        for scheme in ("socks5", "socks4"):
            with targets.Echo() as echo, ScriptedProxy() as proxy:
                result = through(proxy, "-N", scheme=scheme, host=echo.host, port=echo.port,
                                 stdin=MEGABYTES)
                self.assert_success(result, MEGABYTES)

    def test_every_byte_value_is_left_alone(self):
        data = bytes(range(256)) * 3
        with targets.Echo() as echo, ScriptedProxy("byte-at-a-time") as proxy:
            self.assert_success(connect(proxy, echo, "-N", stdin=data), data)

    def test_line_ends_of_the_network(self):
        """-C, as in nc and ncat: a LF alone becomes CR LF, everything else stays."""
        lines = b"a\nb\r\n\n\r\r\nc\rd\n\r\ne\r"
        wanted = b"a\r\nb\r\n\r\n\r\r\nc\rd\r\n\r\ne\r"
        with targets.Echo() as echo, ScriptedProxy() as proxy:
            for option in ("-C", "--crlf"):
                self.assert_success(connect(proxy, echo, "-N", option, stdin=lines), wanted)
            self.assert_success(connect(proxy, echo, "-N", stdin=lines), lines)
            many = b"".join(b"x" * (i % 70) + b"\n" * (1 + i % 3) for i in range(20_000))
            self.assert_success(connect(proxy, echo, "-NC", stdin=many), many.replace(b"\n", b"\r\n"))
            self.assert_success(connect(proxy, echo, "-NC", stdin=b"\n" * 300_000), b"\r\n" * 300_000)
            with tempfile.TemporaryFile() as file:
                file.write(many)
                file.seek(0)
                self.assert_success(connect(proxy, echo, "-NC", stdin=file), many.replace(b"\n", b"\r\n"))

    def test_a_line_end_that_comes_in_two_pieces(self):
        with targets.Echo() as echo, ScriptedProxy() as proxy:
            process = begin(proxy, echo, "-NC")
            process.stdin.write(b"a\r")
            process.stdin.flush()
            self.assertEqual(os.read(process.stdout.fileno(), 9), b"a\r")
            process.stdin.write(b"\n")
            process.stdin.flush()
            self.assertEqual(os.read(process.stdout.fileno(), 9), b"\n")
            self.assert_success(finish(process))

    def test_line_ends_go_with_no_passed_socket(self):
        result = cli.run("connect", "-x", "127.0.0.1:1", "-C", "-F", "echo.test", "80")
        self.assert_usage(result, "--fdpass .*--crlf")

    def test_through_a_unix_socket_and_ipv6(self):
        for host in ("unix", "::1"):
            with targets.Echo() as echo, ScriptedProxy(host=host) as proxy:
                self.assert_success(connect(proxy, echo, "-N", stdin=MEGABYTES), MEGABYTES)

    def test_download_with_stdin_open(self):
        with targets.Source(MEGABYTES) as source, ScriptedProxy() as proxy:
            process = begin(proxy, source, "--eof-delay", "0.2")
            out = process.stdout.read()
            self.assertEqual(process.wait(5), 0)
            self.assertEqual(hashlib.sha256(out).digest(), hashlib.sha256(MEGABYTES).digest())
            process.communicate()

    def test_upload(self):
        with targets.Sink() as sink, ScriptedProxy() as proxy:
            self.assert_success(connect(proxy, sink, "-N", stdin=MEGABYTES))
            self.assertTrue(sink.finished.wait(5))
            self.assertEqual((sink.count, sink.ended), (len(MEGABYTES), "eof"))
            self.assertEqual(sink.digest(), hashlib.sha256(MEGABYTES).hexdigest())

    def test_server_that_speaks_first(self):
        with targets.Banner(b"SSH-2.0-x\r\n") as banner, ScriptedProxy() as proxy:
            self.assert_success(connect(proxy, banner, "-N", stdin=b"hi"), b"SSH-2.0-x\r\nhi")

    def test_a_conversation_is_not_held_back(self):
        with targets.Echo() as echo, ScriptedProxy() as proxy:
            process = begin(proxy, echo, bufsize=0)
            for index in range(50):
                line = b"line %d\n" % index
                process.stdin.write(line)
                self.assertTrue(select.select([process.stdout], [], [], 5)[0], "held back")
                self.assertEqual(process.stdout.read(100), line)
            process.stdin.close()
            process.terminate()
            process.wait()
            process.stdout.close()
            process.stderr.close()

    def test_payload_glued_to_the_reply_is_complete(self):
        data = MEGABYTES[:1 << 18]
        step = behaviours.replace(behaviours.ECHO, request=behaviours.grant(data),
                                  stream=behaviours.nothing)
        for scheme in ("socks5h", "socks4a"):
            result, _, _ = attempt(step, scheme=scheme)
            self.assert_success(result, data)

    def test_slow_reader_gets_everything_and_memory_stays_bounded(self):
        data = MEGABYTES * 10
        with targets.Source(data) as source, ScriptedProxy() as proxy:
            process = begin(proxy, source, "-d")
            self.assertTrue(proxy.conversation().wait_stage("stream"))
            pipe = process.stdout.fileno()
            self.assertTrue(select.select([pipe], [], [], 5)[0])
            digest, count = hashlib.sha256(), 0
            begin_size = peak = resident(process.pid)
            while chunk := os.read(pipe, 65536):
                digest.update(chunk)
                count += len(chunk)
                if count < len(data) // 2 and not count % 10:
                    peak = max(peak, resident(process.pid))
            self.assertEqual(process.wait(5), 0)
            self.assertEqual((count, digest.digest()), (len(data), hashlib.sha256(data).digest()))
            self.assertLess(peak - begin_size, 16 << 20, "the stream piles up in memory")
            process.communicate()

    def test_slow_target_holds_stdin_back(self):
        """A target that reads nothing: stdin must not be swallowed without bound."""
        step = behaviours.replace(behaviours.ECHO, stream=lambda conv: stop.wait(20))
        stop = threading.Event()
        with ScriptedProxy(step) as proxy:
            process = cli.start("connect", "-x", proxy.url(), "echo.test", "80", bufsize=0)
            self.assertTrue(proxy.conversation().wait_stage("stream"))
            begin_size = resident(process.pid)
            os.set_blocking(process.stdin.fileno(), False)
            written, deadline = 0, time.monotonic() + 10
            while time.monotonic() < deadline:
                if not select.select([], [process.stdin], [], 0.5)[1]:
                    break               # no room for half a second: back-pressure has arrived
                written += os.write(process.stdin.fileno(), bytes(65536))
            self.assertLess(time.monotonic(), deadline, "stdin is swallowed without bound")
            self.assertLess(resident(process.pid) - begin_size, 16 << 20)
            process.kill()
            process.communicate()
            stop.set()


class Pages(CliCase):
    """Floods and conversations on the ends that splice(2) and sendfile(2) know, and the others."""

    def test_a_file_there_and_back(self):
        with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as sink:
            source.write(MEGABYTES)
            source.flush()
            source.seek(5)
            with targets.Echo() as echo, ScriptedProxy() as proxy:
                result = connect(proxy, echo, "-N", "--stats", stdin=source, stdout=sink)
            self.assert_status(result, 0)
            sink.seek(0)
            self.assertTrue(sink.read() == MEGABYTES[5:], "bytes changed")
            self.assertEqual(source.seek(0, os.SEEK_CUR), len(MEGABYTES), "where the file stands")

    def test_appending(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"before")
            file.flush()
            with targets.Source(MEGABYTES) as source, ScriptedProxy() as proxy, \
                    open(file.name, "ab") as append:
                self.assert_status(connect(proxy, source, "-d", stdout=append), 0)
            with open(file.name, "rb") as written:
                self.assertTrue(written.read() == b"before" + MEGABYTES, "bytes changed")

    def test_the_report_counts_what_moved(self):
        with targets.Source(MEGABYTES) as source, ScriptedProxy() as proxy, \
                tempfile.NamedTemporaryFile("r") as report:
            result = connect(proxy, source, "-d", "--report", report.name)
            self.assert_status(result, 0)
            self.assertIn('"received": %d' % len(MEGABYTES), report.read().replace('":', '": ')
                          .replace(":  ", ": "))

    def test_turns_of_64_bytes_behind_a_flood_both_ways(self):
        flood = MEGABYTES
        with targets.Echo() as echo, ScriptedProxy() as proxy, \
                begin(proxy, echo, bufsize=0) as process:
            timer = threading.Timer(20, process.kill)
            timer.start()
            feeder = threading.Thread(target=process.stdin.write, args=(flood,))
            feeder.start()
            got = bytearray()
            while len(got) < len(flood) and (piece := os.read(process.stdout.fileno(), 65536)):
                got += piece
            feeder.join()
            self.assertTrue(bytes(got) == flood, "bytes changed")
            for turn in range(300):
                question = b"%063d\n" % turn
                process.stdin.write(question)
                answer = b""
                while len(answer) < 64 and (piece := os.read(process.stdout.fileno(), 64)):
                    answer += piece
                self.assertEqual(answer, question)
            process.terminate()
            timer.cancel()

    def test_no_reader_can_hang_in_the_kernel(self):
        """Socket to pipe by splice(2) must not sleep with the lock of the pipe."""
        def stream(conv):
            conv.sock.sendall(MEGABYTES)
            done.wait(10)               # and then says nothing
        done = threading.Event()
        with ScriptedProxy(behaviours.replace(behaviours.ECHO, stream=stream)) as proxy, \
                cli.start("connect", "-x", proxy.url(), "echo.test", "80") as process:
            got = 0
            while got < len(MEGABYTES):
                self.assertTrue(select.select([process.stdout], [], [], 5)[0], "held back")
                got += len(os.read(process.stdout.fileno(), 65536))
            os.set_blocking(process.stdout.fileno(), False)
            for _ in range(20):
                with self.assertRaises(BlockingIOError):    # at once: the lock is free
                    os.read(process.stdout.fileno(), 1)
                time.sleep(0.01)
            process.kill()
            done.set()


class EndOfStdin(CliCase):
    def test_auto_keeps_receiving_and_shuts_down_after_the_delay(self):
        result, conv, _ = attempt("answers-after-half-close", "--eof-delay", "0.3", stdin=b"12345")
        self.assert_success(result, b"counted 5\n")
        self.assertGreater(result.seconds, 0.25)
        self.assertLess(result.seconds, cli.slack(2))

    def test_auto_is_the_default_and_can_be_named(self):
        result, _, _ = attempt("answers-after-half-close", "--on-eof=auto", "--eof-delay=0.2",
                               stdin=b"12345")
        self.assert_success(result, b"counted 5\n")

    def test_auto_counts_the_delay_from_the_last_byte_received(self):
        def trickle(conv):
            for _ in range(4):
                conv.sock.sendall(b"x")
                if select.select([conv.sock], [], [], 0.3)[0] and not conv.receive_payload():
                    conv.sock.sendall(b"too early")
                    return
            while conv.receive_payload():
                pass
            conv.sock.sendall(b"end")
        result, _, _ = attempt(behaviours.replace(behaviours.ECHO, stream=trickle),
                               "--eof-delay", "0.6")
        self.assert_success(result, b"xxxxend")

    def test_auto_gets_the_answer_of_a_proxy_that_drops_it_on_half_close(self):
        with targets.Http(b"page") as http, ScriptedProxy("closes-on-half-close") as proxy:
            result = connect(proxy, http, stdin=b"GET / HTTP/1.0\r\n\r\n")
            self.assert_status(result, 0)
            self.assertTrue(result.out.endswith(b"\r\n\r\npage"), result.out)
            self.assertLess(result.seconds, cli.slack(2))

    def test_half_close_at_once(self):
        for option in ("-N", "--on-eof=half-close"):
            with targets.AfterEof() as target, ScriptedProxy() as proxy:
                result = connect(proxy, target, option, stdin=b"123")
                self.assert_success(result, b"counted 3\n")
                self.assertLess(result.seconds, cli.slack(1.5))

    def test_half_close_with_nothing_to_send(self):
        for stdin in (b"", subprocess.DEVNULL):
            result, _, _ = attempt("answers-after-half-close", "-N", stdin=stdin)
            self.assert_success(result, b"counted 0\n")

    def test_close_leaves_when_everything_was_sent(self):
        with targets.Sink() as sink, ScriptedProxy() as proxy:
            result = connect(proxy, sink, "--on-eof=close", stdin=MEGABYTES)
            self.assert_success(result)
            self.assertTrue(sink.finished.wait(5))
            self.assertEqual((sink.count, sink.ended), (len(MEGABYTES), "eof"))

    def test_close_does_not_wait_for_the_far_side(self):
        result, _, _ = attempt("stream-silent", "--on-eof=close", stdin=b"x")
        self.assert_success(result)
        self.assertLess(result.seconds, cli.slack(1.5))

    def test_ignore_never_shuts_down(self):
        result, conv, _ = attempt("stream-silent", "--on-eof=ignore", "--eof-delay", "0.1",
                                  "-i", "0.6", stdin=b"x")
        self.assert_status(result, 124)
        self.assertEqual(bytes(conv.payload), b"x")

    def test_ignore_gets_the_answer(self):
        with targets.Http(b"page") as http, ScriptedProxy() as proxy:
            result = connect(proxy, http, "--on-eof=ignore", stdin=b"GET / HTTP/1.0\r\n\r\n")
            self.assert_status(result, 0)
            self.assertTrue(result.out.endswith(b"page"))

    def test_linger_leaves_with_success(self):
        for options in ((), ("-N",), ("--on-eof=ignore",)):
            result, _, _ = attempt("stream-silent", "--linger", "0.4", *options, stdin=b"x")
            with self.subTest(options=options):
                if options != ("-N",):      # the silent proxy answers a half-close with a close
                    self.assertGreater(result.seconds, 0.35)
                self.assert_success(result)
                self.assertLess(result.seconds, cli.slack(2))

    def test_linger_counts_from_end_of_stdin_even_while_data_flows(self):
        def endless(conv):
            while True:
                conv.sock.sendall(b"tick\n")
                select.select([], [], [], 0.05)
        result, _, _ = attempt(behaviours.replace(behaviours.ECHO, stream=endless),
                               "--linger", "0.4")
        self.assert_status(result, 0)
        self.assertIn(b"tick", result.out)
        self.assertLess(result.seconds, cli.slack(2))


    def test_auto_does_not_count_silence_while_nobody_reads(self):
        """Our side would be shut down with most of the answer under way; such a proxy drops it."""
        data = MEGABYTES * 2 + MEGABYTES[:2 << 20]
        with targets.Source(data) as source, ScriptedProxy("closes-on-half-close") as proxy, \
                begin(proxy, source, "--eof-delay", "0.3", stdin=subprocess.DEVNULL) as process:
            timer = threading.Timer(10, process.kill)
            timer.start()
            try:
                conv = proxy.conversation()
                self.assertTrue(conv.wait_stage("stream"))
                self.assertTrue(select.select([process.stdout], [], [], 5)[0])
                time.sleep(1.2)
                self.assertEqual(conv.ended, "", "shut down while data waited")
                out = process.stdout.read()
                self.assertEqual(process.wait(), 0)
                self.assert_silent(process.stderr.read().decode())
            finally:
                timer.cancel()
        self.assertEqual(len(out), len(data))
        self.assertTrue(out == data, "bytes changed")


class FarEnd(CliCase):
    def test_far_end_finishing_ends_it_while_stdin_is_open_and_silent(self):
        for name, out in (("stream-close-at-once", b"bye\n"), ("early-success", b"")):
            with ScriptedProxy(name) as proxy:
                process = cli.start("connect", "-x", proxy.url(), "--eof-delay", "0.2", "echo.test", "80")
                began = time.monotonic()
                self.assertEqual(process.wait(5), 0)
                self.assertLess(time.monotonic() - began, cli.slack(1.5))
                self.assertEqual(finish(process).out, out)

    def test_reset_after_data_delivers_it_then_fails(self):
        for options in ((), ("-d",), ("--on-eof=ignore",)):
            with self.subTest(options=options):
                result, _, _ = attempt("stream-reset", *options)
                self.assert_status(result, 1)
                self.assertEqual(result.out, b"delivered" * 100)
                self.assert_one_error(result, "reset")

    def test_reset_by_the_target(self):
        with targets.Reset(b"answer\n") as target, ScriptedProxy() as proxy:
            result = connect(proxy, target, stdin=b"question\n")
            self.assert_status(result, 1)
            self.assertEqual(result.out, b"answer\n")
            self.assert_one_error(result, "reset")

    def test_idle_timeout(self):
        with ScriptedProxy("stream-silent") as proxy:
            process = cli.start("connect", "-x", proxy.url(), "-i", "0.4", "echo.test", "80")
            began = time.monotonic()
            self.assertEqual(process.wait(5), 124)
            self.assertGreater(time.monotonic() - began, 0.3)
            result = finish(process)
            self.assert_one_error(result, "(?i)idle|nothing|0\\.4")

    def test_idle_timeout_starts_again_with_each_byte(self):
        def trickle(conv):
            for _ in range(5):
                conv.sock.sendall(b"x")
                select.select([], [], [], 0.2)
        with ScriptedProxy(behaviours.replace(behaviours.ECHO, stream=trickle)) as proxy:
            process = cli.start("connect", "-x", proxy.url(), "--idle-timeout", "0.5", "echo.test",
                                "80")
            self.assertEqual(process.wait(5), 0)
            self.assert_success(finish(process), b"xxxxx")


class EndsOfTheStream(CliCase):
    """No byte that stdin gave is lost behind exit 0, whichever side ends first."""

    def check_upload(self, options, feed, pause=0.0, scheme="socks5h", data=MEGABYTES, tls=None):
        with targets.ClosedSink(pause) as sink, ScriptedProxy(tls=tls) as proxy:
            with tempfile.TemporaryFile() as file:
                file.write(data)
                file.seek(0)
                result = through(proxy, *options, scheme=scheme, host=sink.host, port=sink.port,
                                 stdin=data if feed == "pipe" else file)
            self.assert_status(result, 0)
            self.assertEqual(result.out, b"")
            self.assertTrue(sink.finished.wait(5))
            self.assertEqual((sink.count, sink.ended), (len(data), "eof"))
            self.assertEqual(sink.digest(), hashlib.sha256(data).hexdigest())
            return result

    def test_an_upload_outlives_the_end_of_the_far_side(self):
        policies = ((), ("-N",), ("--send-only",), ("--on-eof=close",), ("--on-eof=ignore",),
                    ("-i", "5"))
        for options in policies:
            for feed in ("pipe", "file"):
                with self.subTest(options=options, feed=feed):
                    self.check_upload(options, feed)
        self.check_upload(("--eof-delay", "0"), "file")

    def test_an_upload_outlives_the_end_of_the_far_side_behind_tls(self):
        for newest in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            for ends in ("notify", "notify-only"):
                for options in ((), ("-N",), ("--send-only",), ("--on-eof=ignore",)):
                    with self.subTest(newest=newest, ends=ends, options=options):
                        self.check_upload(options, "pipe", tls=Tls(newest=newest, ends=ends))
        self.check_upload((), "pipe", pause=0.7, tls=Tls())

    def test_a_slow_far_side_gets_all_of_it_as_well(self):
        for options, feed in (((), "pipe"), (("-N",), "file"), (("--send-only",), "pipe"),
                              (("--eof-delay", "0.1"), "file")):
            with self.subTest(options=options, feed=feed):
                self.check_upload(options, feed, pause=0.7)

    def test_a_slow_writer_goes_on_after_the_end_of_the_far_side(self):
        for options in ((), ("--send-only",)):
            with targets.ClosedSink() as sink, ScriptedProxy() as proxy:
                process = begin(proxy, sink, *options, bufsize=0)
                for _ in range(5):
                    process.stdin.write(b"piece\n")
                    time.sleep(0.15)
                process.stdin.close()
                self.assertEqual(process.wait(5), 0)
                self.assertTrue(sink.finished.wait(5))
                self.assertEqual(sink.count, 30)
                process.stdout.close()
                process.stderr.close()

    def test_stdout_ends_with_the_far_side(self):
        """Its reader sees the end while stdin still goes on."""
        def end_first(conv):
            conv.sock.sendall(b"answer")
            conv.sock.shutdown(socket.SHUT_WR)
            while conv.receive_payload():
                pass
        for kind in ("pipe", "socket", "one socket"):
            ours, theirs = socket.socketpair()
            with self.subTest(kind=kind), ours, theirs, \
                    ScriptedProxy(behaviours.replace(behaviours.ECHO, stream=end_first)) as proxy:
                process = cli.start("connect", "-x", proxy.url(), "--stats", "echo.test", "80", bufsize=0,
                                    stdout=subprocess.PIPE if kind == "pipe" else theirs,
                                    stdin=theirs if kind == "one socket" else subprocess.PIPE)
                theirs.close()
                ours.settimeout(4)
                out = b""
                while piece := process.stdout.read(100) if kind == "pipe" else ours.recv(100):
                    out += piece
                self.assertEqual(out, b"answer")
                self.assertIsNone(process.poll(), "it has left")
                if kind == "one socket":
                    ours.sendall(b"more")
                    ours.shutdown(socket.SHUT_WR)
                else:
                    process.stdin.write(b"more")
                    process.stdin.close()
                self.assertEqual(process.wait(5), 0)
                proxy.conversations[0].wait_closed()
                self.assertEqual(bytes(proxy.conversations[0].payload), b"more")
                self.assertRegex(process.stderr.read(), b"sent 4 B, received 6 B")
                process.stderr.close()
                if kind == "pipe":
                    process.stdout.close()

    def test_a_silent_stdin_is_waited_for_so_long(self):
        for options, least in ((("--eof-delay", "0.5"), 0.5), (("-i", "0.4"), 0.4),
                               (("--eof-delay", "0"), 0)):
            with self.subTest(options=options), ScriptedProxy("stream-close-at-once") as proxy:
                process = cli.start("connect", "-x", proxy.url(), *options, "echo.test", "80")
                began = time.monotonic()
                self.assertEqual(process.wait(5), 0)
                took = time.monotonic() - began
                self.assertGreater(took, least - 0.05)
                self.assertLess(took, cli.slack(least + 0.5))
                self.assert_success(finish(process), b"bye\n")

    def test_an_interactive_or_missing_stdin_is_not_waited_for(self):
        with Terminal() as tty:
            for options, stdin in (((), tty.slave), (("-d",), None), (("--recv-only",), None)):
                read, write = os.pipe()
                with self.subTest(options=options), ScriptedProxy("stream-close-at-once") as proxy:
                    began = time.monotonic()
                    result = through(proxy, *options, stdin=stdin or read)
                    self.assert_success(result, b"bye\n")
                    self.assertLess(time.monotonic() - began, cli.slack(1))
                os.close(read)
                os.close(write)

    def test_what_is_refused_is_told(self):
        """The far side ends, and then takes no more."""
        def answer_and_leave(conv):
            conv.receive_payload()
            conv.sock.sendall(b"enough")
            conv.sock.shutdown(socket.SHUT_WR)
            time.sleep(0.2)
            raise HangUp(reset=True)
        for source in ("/dev/zero", "file"):
            with self.subTest(source=source), tempfile.TemporaryFile() as file:
                file.write(MEGABYTES * 4)
                file.seek(0)
                with open("/dev/zero", "rb") as zero:
                    result, conv, _ = attempt(
                        behaviours.replace(behaviours.ECHO, stream=answer_and_leave),
                        stdin=zero if source == "/dev/zero" else file)
                self.assert_status(result, 1)
                self.assertEqual(result.out, b"enough")
                self.assert_one_error(result, r"[0-9]+ bytes of standard input were sent$")

    def test_a_few_last_bytes_that_are_refused_are_no_success(self):
        def leave(conv):
            conv.sock.shutdown(socket.SHUT_WR)
            gone.wait(5)
            conv.sock.close()
        gone = threading.Event()
        with ScriptedProxy(behaviours.replace(behaviours.ECHO, stream=leave)) as proxy:
            process = cli.start("connect", "-x", proxy.url(), "echo.test", "80", bufsize=0)
            self.assertEqual(process.stdout.read(), b"")
            gone.set()
            proxy.conversations[0].wait_closed()
            process.stdin.write(b"lost")
            process.stdin.close()
            self.assertEqual(process.wait(5), 1)
            self.assertRegex(process.stderr.read(), b"error: .* 4 bytes of standard input were sent\n")
            process.stdout.close()
            process.stderr.close()

    def test_a_fifo_whose_writer_left_before(self):
        for data in (b"hello\n", b"", bytes(60_000)):
            with self.subTest(size=len(data)), tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "fifo")
                os.mkfifo(path)

                def write(path=path, data=data):
                    with open(path, "wb") as pipe:
                        pipe.write(data)
                writer = threading.Thread(target=write)
                writer.start()
                fifo = os.open(path, os.O_RDONLY)
                writer.join()
                with targets.AfterEof() as target, ScriptedProxy() as proxy:
                    result = connect(proxy, target, "-N", stdin=fifo, timeout=5)
                    self.assert_success(result, b"counted %d\n" % len(data))
                os.close(fifo)

    def test_a_fifo_whose_writer_leaves_later(self):
        with tempfile.TemporaryDirectory() as folder, targets.AfterEof() as target, \
                ScriptedProxy() as proxy:
            path = os.path.join(folder, "fifo")
            os.mkfifo(path)

            def write():
                with open(path, "wb", 0) as pipe:
                    for _ in range(3):
                        time.sleep(0.2)
                        pipe.write(b"piece")
            writer = threading.Thread(target=write)
            writer.start()
            fifo = os.open(path, os.O_RDONLY)
            self.assert_success(connect(proxy, target, "-N", stdin=fifo), b"counted 15\n")
            os.close(fifo)
            writer.join()

    def test_a_target_may_take_longer_than_stdin_may_be_silent(self):
        """What waits for the target is no silence of stdin."""
        def stall(conv):
            conv.sock.shutdown(socket.SHUT_WR)
            time.sleep(1)
            while data := conv.receive_payload():
                got.append(len(data))
        got = []
        with tempfile.TemporaryFile() as file, \
                ScriptedProxy(behaviours.replace(behaviours.ECHO, stream=stall)) as proxy:
            file.truncate(20 << 20)
            result = cli.run("connect", "-x", proxy.url(), "--eof-delay", "0.2", "echo.test", "80", stdin=file)
            proxy.conversations[0].wait_closed()
            self.assert_success(result, b"")
            self.assertEqual(sum(got), 20 << 20)

    def test_reader_gone_when_all_was_done(self):
        """git closes both pipes when it has everything, and looks at the status."""
        for first in ("stdout", "stdin"):
            with self.subTest(first=first), targets.Echo() as echo, ScriptedProxy() as proxy:
                process = begin(proxy, echo, bufsize=0)
                process.stdin.write(b"question")
                self.assertEqual(process.stdout.read(8), b"question")
                getattr(process, first).close()
                process.stdout.close()
                process.stdin.close()
                self.assertEqual(process.wait(5), 0)
                self.assertEqual(process.stderr.read(), b"")
                process.stderr.close()

    def test_reader_gone_while_stdin_holds_more(self):
        with targets.Sink() as sink, ScriptedProxy() as proxy, tempfile.TemporaryFile() as file:
            file.write(MEGABYTES)
            file.seek(0)
            read, write = os.pipe()
            os.close(read)
            process = begin(proxy, sink, "--on-eof=close", stdin=file, stdout=write)
            os.close(write)
            # Without a reader it may not even begin; once it has begun, everything arrives.
            if process.wait(10) == 0:
                self.assertTrue(sink.finished.wait(5))
                self.assertEqual(sink.count, len(MEGABYTES))
            process.stderr.close()

    def test_reader_that_goes_leaves_nothing_of_stdin_behind(self):
        def slow(conv):
            conv.sock.sendall(b"x")
            ready.wait(5)
            while data := conv.receive_payload():
                got.append(len(data))
        for size in (50_000, 20 << 20):
            ready, got = threading.Event(), []
            with self.subTest(size=size), tempfile.TemporaryFile() as file, \
                    ScriptedProxy(behaviours.replace(behaviours.ECHO, stream=slow)) as proxy:
                file.truncate(size)
                process = cli.start("connect", "-x", proxy.url(), "echo.test", "80", stdin=file)
                self.assertEqual(process.stdout.read(1), b"x")
                process.stdout.close()
                time.sleep(0.3)
                ready.set()
                self.assertEqual(process.wait(10), 0)
                proxy.conversations[0].wait_closed()
                self.assertEqual(sum(got), size)
                self.assertEqual(process.stderr.read(), b"")
                process.stderr.close()

    def test_linger_tells_what_was_not_sent(self):
        stop = threading.Event()
        with tempfile.TemporaryFile() as file, \
                ScriptedProxy(behaviours.replace(behaviours.ECHO, stream=lambda conv: stop.wait(10))) as proxy:
            file.truncate(64 << 10)
            read, write = os.pipe()
            fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 1 << 20)

            def feed():
                left = 30 << 20
                try:
                    while left > 0:
                        left -= os.write(write, bytes(min(left, 1 << 16)))
                except OSError:
                    pass
            process = cli.start("connect", "-x", proxy.url(), "--linger", "0.3", "echo.test", "80", stdin=read)
            os.close(read)
            os.set_blocking(write, False)
            self.assertTrue(proxy.conversation().wait_stage("stream"))
            end = time.monotonic() + 3
            while time.monotonic() < end and select.select([], [write], [], 0.5)[1]:
                feed()
            os.close(write)
            self.assertEqual(process.wait(5), 1)
            self.assertRegex(process.stderr.read(),
                             rb"error: .*--linger.* [0-9]+ bytes of standard input were sent\n\Z")
            process.stdout.close()
            process.stderr.close()
            stop.set()

    def test_hint_when_nothing_came_after_our_half_close(self):
        for options, hinted in ((("-N",), True), (("--eof-delay", "0.3"), True),
                                (("--on-eof=close",), True), (("--send-only",), False)):
            with self.subTest(options=options), ScriptedProxy("closes-on-half-close") as proxy, \
                    targets.AfterEof() as target:
                result = connect(proxy, target, *options, stdin=b"question")
                self.assert_status(result, 0)
                self.assertEqual(result.out, b"")
                hints = [line for line in self.lines(result) if line.startswith("sockscat: hint: ")]
                self.assertEqual(len(hints), int(hinted), result.err)
                self.assertEqual(len(self.lines(result)), int(hinted))
                for line in hints:
                    self.assertRegex(line, "half-close")
                    self.assertNotRegex(line, "--on-eof=(auto|close|half-close)|-N")

    def test_no_hint_when_something_came(self):
        result, _, _ = attempt("stream-close-at-once", "-N", stdin=b"")
        self.assertEqual((result.status, result.err), (0, ""))

    def test_hint_when_nothing_came_after_success(self):
        for options, hinted in ((("-d",), True), (("--eof-delay", "0.2"), True), (("--send-only", "-i", "0.3"), False)):
            read, write = os.pipe()
            with self.subTest(options=options), ScriptedProxy("early-success") as proxy:
                result = through(proxy, *options, stdin=read)
                self.assert_status(result, 0)
                pattern = r"\Asockscat: hint: [^\n]*target may be unreachable[^\n]*\n\Z" if hinted else r"\A\Z"
                self.assertRegex(result.err, pattern)
            os.close(read)
            os.close(write)


class OneWay(CliCase):
    def test_no_stdin(self):
        for option in ("-d", "--no-stdin", "--recv-only"):
            with targets.Source(b"data") as source, ScriptedProxy() as proxy:
                result = connect(proxy, source, option, stdin=b"must not be sent")
                self.assert_success(result, b"data")
                conv = proxy.conversation()
                conv.wait_closed()
                self.assertEqual(conv.payload + conv.late, b"")

    def test_no_stdin_does_not_take_from_stdin(self):
        read, write = os.pipe()
        os.write(write, b"for the next program")
        with targets.Source(b"data") as source, ScriptedProxy() as proxy:
            self.assert_success(connect(proxy, source, "-d", stdin=read), b"data")
        self.assertEqual(os.read(read, 100), b"for the next program")
        os.close(read)
        os.close(write)

    def test_recv_only_ends_with_the_far_side_not_before(self):
        with targets.Source(MEGABYTES) as source, ScriptedProxy() as proxy:
            self.assert_success(connect(proxy, source, "--recv-only", stdin=subprocess.DEVNULL),
                                MEGABYTES)

    def test_send_only(self):
        with targets.Sink() as sink, ScriptedProxy() as proxy:
            result = connect(proxy, sink, "--send-only", stdin=MEGABYTES)
            self.assert_success(result)
            self.assertTrue(sink.finished.wait(5))
            self.assertEqual((sink.count, sink.ended), (len(MEGABYTES), "eof"))

    def test_send_only_throws_away_what_comes(self):
        with targets.Banner(b"banner" * 1000) as banner, ScriptedProxy() as proxy:
            result = connect(proxy, banner, "--send-only", stdin=b"x" * 100000)
            self.assert_success(result)
            proxy.conversation().wait_closed()
            self.assertEqual(proxy.conversation().payload_bytes, 100000)


    def test_a_slow_target_that_answers_gets_every_byte(self):
        """Answers that nobody reads must not reset the connection under what is still on its way."""
        for option in ("--send-only", "--on-eof=close"):
            got = bytearray()

            def slow(conv, got=got):
                for _ in range(6):
                    conv.sock.sendall(b"going on\n")
                    time.sleep(0.1)
                    got += conv.receive_payload()
                while data := conv.receive_payload():
                    got += data
                    conv.sock.sendall(b"going on\n")
            with self.subTest(option=option):
                result, conv, _ = attempt(behaviours.replace(behaviours.ECHO, stream=slow), option,
                                          stdin=MEGABYTES)
                self.assert_status(result, 0)
                self.assertEqual((len(got), conv.ended), (len(MEGABYTES), "eof"))
                self.assertTrue(got == MEGABYTES, "bytes changed")


class Descriptors(CliCase):
    def test_stdin_file(self):
        with tempfile.TemporaryFile() as file, targets.Echo() as echo, ScriptedProxy() as proxy:
            file.write(MEGABYTES)
            file.seek(3)
            self.assert_success(connect(proxy, echo, "-N", stdin=file), MEGABYTES[3:])

    def test_stdin_that_cannot_be_read(self):
        for path, flags in (("/", os.O_RDONLY), ("/dev/null", os.O_WRONLY)):
            stdin = os.open(path, flags)
            result, _, _ = attempt("stream-silent", stdin=stdin)
            os.close(stdin)
            with self.subTest(path=path):
                self.assert_status(result, 1)
                self.assert_one_error(result, "input|stdin")

    def test_stdout_that_cannot_be_written(self):
        with open("/dev/null", "rb") as read_only:
            result, _, _ = attempt("stream-close-at-once", stdout=read_only)
            self.assert_status(result, 1)
            self.assert_one_error(result, "output|stdout")

    def test_stdin_null(self):
        result, _, _ = attempt("stream-close-at-once", stdin=subprocess.DEVNULL)
        self.assert_success(result, b"bye\n")

    def test_stdin_socket(self):
        ours, theirs = socket.socketpair()
        with ours, theirs, targets.Echo() as echo, ScriptedProxy() as proxy:
            process = begin(proxy, echo, "-N", stdin=theirs)
            ours.sendall(b"from a socket")
            ours.shutdown(socket.SHUT_WR)
            self.assert_success(finish(process), b"from a socket")

    def test_one_socket_for_stdin_and_stdout(self):
        ours, theirs = socket.socketpair()
        with ours, targets.Echo() as echo, ScriptedProxy() as proxy:
            process = begin(proxy, echo, "-N", stdin=theirs, stdout=theirs)
            theirs.close()
            sender = threading.Thread(target=lambda: (ours.sendall(MEGABYTES),
                                                      ours.shutdown(socket.SHUT_WR)))
            sender.start()
            got = b"".join(iter(lambda: ours.recv(65536), b""))
            sender.join()
            self.assertEqual(got, MEGABYTES)
            self.assertEqual(process.wait(5), 0)
            process.communicate()

    def test_stdin_terminal(self):
        with Terminal() as tty, targets.Echo() as echo, ScriptedProxy() as proxy:
            process = begin(proxy, echo, "-N", stdin=tty.slave)
            tty.type(b"typed\n\x04")
            self.assert_success(finish(process), b"typed\n")

    def test_stdout_terminal(self):
        with Terminal() as tty:
            result, _, _ = attempt("stream-close-at-once", stdout=tty.slave)
            self.assert_status(result, 0)
            self.assertTrue(tty.wait(lambda: b"bye\r\n" in tty.output))

    def test_stdout_file_and_append(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"before\n")
            file.flush()
            with open(file.name, "ab") as append:
                result, _, _ = attempt("stream-close-at-once", stdout=append)
                self.assert_status(result, 0)
            self.assertEqual(open(file.name, "rb").read(), b"before\nbye\n")
            with open(file.name, "r+b") as middle:      # the offset is kept, nothing is truncated
                middle.seek(2)
                result, _, _ = attempt("stream-close-at-once", stdout=middle)
                self.assert_status(result, 0)
            self.assertEqual(open(file.name, "rb").read(), b"bebye\n\nbye\n")

    def test_stdout_socket(self):
        ours, theirs = socket.socketpair()
        with ours, theirs, targets.Source(MEGABYTES) as source, ScriptedProxy() as proxy:
            process = begin(proxy, source, "-d", stdout=theirs)
            theirs.close()
            got = b"".join(iter(lambda: ours.recv(65536), b""))
            self.assertEqual(got, MEGABYTES)
            self.assertEqual(finish(process).status, 0)

    def test_stdout_full(self):
        with open("/dev/full", "wb") as full:
            result, _, _ = attempt("stream-close-at-once", stdout=full)
            self.assert_status(result, 1)
            self.assert_one_error(result, "(?i)stdout|output|space")

    def test_stdin_closed(self):
        result, _, _ = attempt("stream-close-at-once", preexec_fn=lambda: os.close(0))
        self.assert_success(result, b"bye\n")

    def test_stdout_closed(self):
        """A closed descriptor 1 must not become the proxy's socket."""
        result, conv, _ = attempt("echo", "-N", stdin=b"payload", preexec_fn=lambda: os.close(1))
        self.assertIn(result.status, (0, 1))
        self.assertEqual(result.out, b"")
        self.assertEqual(bytes(conv.payload), b"payload")

    def test_stderr_closed(self):
        for behaviour, status in (("rep-05", 25), ("stream-close-at-once", 0)):
            result, conv, _ = attempt(behaviour, "-vv", "--trace",
                                      preexec_fn=lambda: os.close(2))
            self.assert_status(result, status)
            self.assertEqual(bytes(conv.payload), b"")
            self.assertNotIn(b"sockscat", b"".join(conv.messages))

    def test_all_closed(self):
        result, conv, _ = attempt("stream-close-at-once",
                                  preexec_fn=lambda: os.closerange(0, 3))
        self.assertIn(result.status, (0, 1))
        self.assertEqual(conv.payload + conv.late, b"")

    def test_no_descriptor_of_its_own_takes_the_place_of_a_closed_one(self):
        for closed in ((0,), (1,), (2,), (0, 1, 2)):
            with ScriptedProxy("blackhole-at-method-0") as proxy, self.subTest(closed=closed):
                process = cli.start("connect", "-x", proxy.url(), "--no-sandbox", "echo.test", "80",
                                    preexec_fn=lambda: [os.close(fd) for fd in closed])
                try:
                    self.assertTrue(proxy.conversation().wait_stage("method"))
                    self.assertEqual({os.readlink(f"/proc/{process.pid}/fd/{fd}") for fd in closed}, {"/dev/null"})
                finally:
                    process.kill()
                    process.communicate()

    def test_stderr_full_does_not_kill_the_stream(self):
        with open("/dev/full", "wb") as full:
            result, _, _ = attempt("echo", "-N", "-vv", "--trace", stdin=b"payload", stderr=full)
            self.assert_status(result, 0)
            self.assertEqual(result.out, b"payload")

    def test_stderr_gone_does_not_kill_the_stream(self):
        read, write = os.pipe()
        os.close(read)
        result, _, _ = attempt("echo", "-N", "-vv", "--trace", stdin=b"payload", stderr=write)
        os.close(write)
        self.assert_status(result, 0)
        self.assertEqual(result.out, b"payload")

    def test_reader_gone_ends_it_at_once_and_quietly(self):
        for options in (("-d",), ()):
            with targets.Source(MEGABYTES * 20) as source, ScriptedProxy() as proxy:
                process = begin(proxy, source, *options)
                self.assertEqual(process.stdout.read(1), MEGABYTES[:1])
                process.stdout.close()
                began = time.monotonic()
                self.assertEqual(process.wait(5), 1)
                self.assertLess(time.monotonic() - began, cli.slack(1))
                self.assertEqual(process.stderr.read(), b"")
                process.stdin.close()
                process.stderr.close()

    def test_reader_gone_is_noticed_without_data(self):
        """The contract: when nobody reads stdout any more, it leaves at once."""
        with ScriptedProxy("stream-silent") as proxy:
            process = cli.start("connect", "-x", proxy.url(), "echo.test", "80")
            self.assertTrue(proxy.conversation().wait_stage("stream"))
            process.stdout.close()
            self.assertEqual(process.wait(3), 1)
            self.assertEqual(process.stderr.read(), b"")
            process.stdin.close()
            process.stderr.close()

    def test_reader_gone_ends_a_set_up(self):
        """It may have gone long before, or go while an answer is waited for."""
        def one(case):
            (behaviour, stage), before, options = case
            with ScriptedProxy(behaviour) as proxy, tempfile.NamedTemporaryFile() as report:
                command = ("bind", "-x", proxy.url()) if stage == "listening" else \
                    ("connect", "-x", proxy.url(), "echo.test", "80")
                process = cli.start(*command, *options, "--report", report.name)
                if before:
                    process.stdout.close()
                reached = proxy.conversation().wait_stage(stage)
                began = time.monotonic()
                process.stdout.close()
                status = process.wait(5)
                seconds = time.monotonic() - began
                said = process.stderr.read()
                process.stdin.close()
                process.stderr.close()
                return reached, status, seconds, said, json.load(report)

        stages = (("blackhole-at-method-0", "method"), ("blackhole-at-request-0", "request"), ("bind-never", "listening"))
        cases = [(stage, before, options) for stage in stages for before in (False, True) for options in ((), ("-w", "0"))]
        for case, (reached, status, seconds, said, report) in concurrently(one, cases):
            with self.subTest(case=case):
                self.assertTrue(reached or case[1])
                self.assertEqual(status, 1)
                self.assertLess(seconds, cli.slack(0.5))
                self.assertRegex(said, b"\\A(sockscat: listening on [^\n]*\n)?\\Z")
                self.assertEqual((report["exit_status"], report["error"]),
                                 (1, "the reader of standard output is gone"))

    def test_who_writes_nothing_needs_no_reader(self):
        read, write = os.pipe()
        os.close(read)
        for options in (("-z",), ("--send-only",)):
            with self.subTest(options=options):
                result, conv, _ = attempt("drip", *options, stdin=b"payload", stdout=write)
                self.assert_status(result, 0)
                self.assertEqual(bytes(conv.payload), b"" if options == ("-z",) else b"payload")
        os.close(write)

    def test_ignored_sigpipe_is_the_same(self):
        with targets.Source(MEGABYTES * 5) as source, ScriptedProxy() as proxy:
            process = begin(proxy, source, "-d", restore_signals=False,
                            preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN))
            self.assertEqual(process.stdout.read(1), MEGABYTES[:1])
            process.stdout.close()
            self.assertEqual(process.wait(5), 1)
            self.assertEqual(process.stderr.read(), b"")
            process.stdin.close()
            process.stderr.close()


class Flags(CliCase):
    """O_NONBLOCK belongs to the description that the caller shares: it is never changed."""

    def check(self, make, nonblocking):
        """make() -> (descriptor for 0, for 1, for 2, function that feeds and reads, descriptors)"""
        ends = make()
        given = ends["given"]
        for fd in given:
            os.set_blocking(fd, not nonblocking)
        before = [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in given]
        with targets.Echo() as echo, ScriptedProxy() as proxy:
            talk = [] if given[1] == given[2] else ["-v"]
            process = begin(proxy, echo, "-N", *talk, stdin=given[0], stdout=given[1],
                            stderr=given[2])
            self.assertTrue(proxy.conversation().wait_stage("stream"))
            during = [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in given]
            os.write(ends["feed"], ends["data"])
            if ends.get("eof"):
                ends["eof"]()
            got = b""
            end = time.monotonic() + 5
            while ends["expect"] not in got and time.monotonic() < end:
                if select.select([ends["read"]], [], [], 0.1)[0]:
                    got += os.read(ends["read"], 65536)
            self.assertEqual(process.wait(5), 0)
        after = [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in given]
        self.assertIn(ends["expect"], got)
        self.assertEqual(before, during, "flags changed while running")
        self.assertEqual(before, after, "flags changed")
        for fd in ends["close"]:
            try:
                os.close(fd)
            except OSError:
                pass

    def pipes(self):
        (r0, w0), (r1, w1), (r2, w2) = os.pipe(), os.pipe(), os.pipe()
        return {"given": (r0, w1, w2), "feed": w0, "read": r1, "data": b"hello\n",
                "expect": b"hello\n", "eof": lambda: os.close(w0), "close": (r0, r1, w1, r2, w2)}

    def terminal(self):
        master, slave = os.openpty()
        return {"given": (slave, slave, slave), "feed": master, "read": master,
                "data": b"hello\n\x04", "expect": b"hello\r\nhello\r\n",
                "close": (master, slave)}

    def sockets(self):
        ours, theirs = socket.socketpair()
        error_read, error_write = os.pipe()
        a, b = ours.detach(), theirs.detach()

        def eof():
            with socket.socket(fileno=os.dup(a)) as again:
                again.shutdown(socket.SHUT_WR)
        return {"given": (b, b, error_write), "feed": a, "read": a, "data": b"hello\n",
                "expect": b"hello\n", "eof": eof, "close": (a, b, error_read, error_write)}

    def test_blocking(self):
        for make in (self.pipes, self.terminal, self.sockets):
            with self.subTest(make=make.__name__):
                self.check(make, nonblocking=False)

    def test_inherited_non_blocking(self):
        for make in (self.pipes, self.terminal, self.sockets):
            with self.subTest(make=make.__name__):
                self.check(make, nonblocking=True)

    def test_after_a_signal_and_after_a_failure(self):
        for name, ending in (("stream-silent", signal.SIGTERM), ("rep-05", None)):
            ends = self.pipes()
            before = [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in ends["given"]]
            with ScriptedProxy(name) as proxy:
                process = cli.start("connect", "-x", proxy.url(), "echo.test", "80",
                                    stdin=ends["given"][0], stdout=ends["given"][1],
                                    stderr=ends["given"][2])
                if ending:
                    self.assertTrue(proxy.conversation().wait_stage("stream"))
                    process.send_signal(ending)
                process.wait(5)
            self.assertEqual(before, [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in ends["given"]])
            ends["eof"]()
            for fd in ends["close"]:
                os.close(fd)

    def test_non_blocking_pipes_carry_megabytes_without_a_spin(self):
        (r0, w0), (r1, w1) = os.pipe(), os.pipe()
        for fd in (r0, w1):
            os.set_blocking(fd, False)
        with targets.Echo() as echo, ScriptedProxy() as proxy:
            process = begin(proxy, echo, "-N", stdin=r0, stdout=w1)
            os.close(r0)
            os.close(w1)

            def feed():
                with os.fdopen(w0, "wb") as pipe:
                    pipe.write(MEGABYTES)
            thread = threading.Thread(target=feed)
            thread.start()
            with os.fdopen(r1, "rb") as pipe:
                self.assertEqual(hashlib.sha256(pipe.read()).digest(),
                                 hashlib.sha256(MEGABYTES).digest())
            thread.join()
            self.assertEqual(process.wait(5), 0)
            process.communicate()

    def test_a_blocked_stream_uses_no_time(self):
        """Nobody reads stdout, the target does not read, the far side has ended: it waits asleep."""
        def stream(name, done):
            def step(conv):
                if name == "full stdout":
                    conv.sock.sendall(bytes(20 << 20))
                elif name == "far end over":
                    conv.sock.sendall(bytes(600000))
                    conv.sock.shutdown(socket.SHUT_WR)
                done.wait(10)
            return behaviours.replace(behaviours.ECHO, stream=step)

        def one(case):
            name, source = case
            done = threading.Event()
            # A socket that holds less than is sent; an enlarged pipe would hold it all.
            ours, theirs = socket.socketpair()
            stdout = theirs if name == "far end over" else subprocess.PIPE
            with ours, theirs, ScriptedProxy(stream(name, done)) as proxy, \
                    open(source, "rb") as stdin:
                process = cli.start("connect", "-x", proxy.url(), "echo.test", "80", stdin=stdin,
                                    stdout=stdout)
                self.assertTrue(proxy.conversation().wait_stage("stream"))
                try:
                    process.wait(0.5)               # the time to fill what can be filled
                    return None
                except subprocess.TimeoutExpired:
                    before = cpu_ticks(process.pid)
                    try:
                        process.wait(0.4)
                    except subprocess.TimeoutExpired:
                        return cpu_ticks(process.pid) - before
                finally:
                    process.kill()
                    process.communicate()
                    done.set()

        cases = [(name, source) for name in ("full stdout", "full target", "far end over")
                 for source in ("/dev/zero", "/dev/null")]
        for case, spent in concurrently(one, cases, workers=len(cases)):
            with self.subTest(case=case):
                self.assertIsNotNone(spent, "it ended too early")
                self.assertLessEqual(spent, 5, "it spins")

    def test_an_idle_stream_uses_no_time(self):
        """Neither an open idle stdin nor one that has ended, non-blocking or not, makes it spin."""
        for nonblocking in (False, True):
            for ended in (False, True):
                read, write = os.pipe()
                os.set_blocking(read, not nonblocking)
                with ScriptedProxy("stream-silent") as proxy:
                    process = cli.start("connect", "-x", proxy.url(), "echo.test", "80", stdin=read)
                    self.assertTrue(proxy.conversation().wait_stage("stream"))
                    if ended:
                        os.close(write)
                    before = cpu_ticks(process.pid)
                    with self.assertRaises(subprocess.TimeoutExpired):
                        process.wait(0.4)
                    spent = cpu_ticks(process.pid) - before
                    process.terminate()
                    process.communicate()
                if not ended:
                    os.close(write)
                os.close(read)
                with self.subTest(nonblocking=nonblocking, ended=ended):
                    self.assertLessEqual(spent, 5, "it spins")


if __name__ == "__main__":
    unittest.main()
