# SPDX-License-Identifier: MIT
"""connect -z: one port by exit status, a list of ports by one line each."""
import fcntl
import os
import re
import tempfile
import threading
import time
import unittest

import behaviours
import cli
import targets
from conversation import HangUp
from expect import CliCase, attempt
from scripted_proxy import ScriptedProxy


def by_port(conv):
    """A proxy whose answer depends on the port asked for: 1000+REP refuses, 80 grants."""
    port = conv.target[1]
    if port == 999:
        behaviours.silence(conv)
    if port == 998:
        raise HangUp
    if 1000 <= port < 1256:
        behaviours.refuse(port - 1000)(conv)
    behaviours.grant()(conv)


BY_PORT = behaviours.replace(behaviours.ECHO, request=by_port)


class One(CliCase):
    def test_open(self):
        for option in ("-z", "--zero"):
            result, conv, _ = attempt("echo", option, stdin=b"must not be sent")
            self.assert_success(result)
            self.assertEqual(conv.payload + conv.late, b"")

    def test_stdin_is_not_read(self):
        read, write = os.pipe()
        os.write(write, b"for the next program")
        result, _, _ = attempt("echo", "-z", stdin=read)
        self.assert_success(result)
        self.assertEqual(os.read(read, 100), b"for the next program")
        os.close(read)
        os.close(write)

    def test_payload_of_the_target_is_not_printed(self):
        for name in ("reply-with-payload", "stream-close-at-once"):
            result, _, _ = attempt(name, "-z")
            self.assert_success(result)

    def test_refused(self):
        for name, status in (("rep-05", 25), ("no-method", 14), ("close-at-request-0", 16),
                             ("rep-f3", 33), ("foreign-http", 13)):
            result, _, _ = attempt(name, "-z")
            self.assert_status(result, status)
            self.assertEqual(result.out, b"")
            self.assert_one_error(result)

    def test_real_targets(self):
        with targets.Echo() as echo, ScriptedProxy() as proxy:
            self.assert_success(cli.run("connect", "-z", "-x", proxy.hop, echo.host, echo.port))
            self.assertTrue(echo.wait(lambda: echo.accepted == 1))
            result = cli.run("connect", "-z", "-x", proxy.hop, "127.0.0.1", targets.closed_port())
            self.assert_status(result, 25)

    def test_socks4(self):
        result, _, _ = attempt("echo", "-z", scheme="socks4a")
        self.assert_success(result)


class List(CliCase):
    def scan(self, ports, *options, **kwargs):
        with ScriptedProxy(BY_PORT) as server:
            result = cli.run("connect", "-z", "-x", server.url(), "-w", "0.5", *options,
                             "echo.test", ports, **kwargs)
            asked = [conv.target[1] for conv in server.conversations if conv.target]
            self.assertTrue(asked, "no port was asked for")
            return result, asked

    def test_words_in_order(self):
        ports = "80,1005,1004,1003,1002,1001,1006,1007,999,998,1241,81"
        words = ["open", "refused", "unreachable", "unreachable", "denied", "failed", None, "failed",
                 "timeout", "failed", "failed", "open"]
        result, asked = self.scan(ports)
        self.assert_status(result, 0)
        lines = result.out.decode().splitlines()
        self.assertEqual([line.split("\t")[0] for line in lines], ports.split(","))
        for line, word in zip(lines, words):
            if word:
                self.assertEqual(line.split("\t")[1], word, line)
            self.assertIn(line.split("\t")[1],
                          ("open", "refused", "unreachable", "denied", "failed", "timeout"))
        self.assertEqual(sorted(asked), sorted(map(int, ports.split(","))))

    def test_ranges(self):
        result, asked = self.scan("80-83,90,1005-1006")
        self.assert_status(result, 0)
        self.assertEqual([line.split(b"\t")[0] for line in result.out.splitlines()],
                         [b"80", b"81", b"82", b"83", b"90", b"1005", b"1006"])
        self.assertEqual(sorted(asked), [80, 81, 82, 83, 90, 1005, 1006])

    def test_a_range_of_one_port_is_a_list(self):
        for ports in ("80-80",):
            result, _ = self.scan(ports)
            self.assert_status(result, 0)
            self.assertIn(result.out, (b"80\topen\n", b""))

    def test_a_single_port_prints_no_line(self):
        result, _ = self.scan("80")
        self.assert_success(result)

    def test_a_port_named_twice(self):
        result, _ = self.scan("80,80")
        self.assertIn(result.out, (b"80\topen\n", b"80\topen\n80\topen\n"))

    def test_status_is_that_of_the_last_when_none_is_open(self):
        for ports, status in (("1005,1002", 22), ("1002,1005", 25), ("1005,999", 124),
                              ("1005,998", 16), ("1005,1241", 31)):
            result, _ = self.scan(ports)
            with self.subTest(ports=ports):
                self.assert_status(result, status)

    def test_one_open_is_success_wherever_it_stands(self):
        for ports in ("80,1005", "1005,80", "1005,80,1002"):
            result, _ = self.scan(ports)
            self.assert_status(result, 0)

    def test_operand_in_one_word(self):
        with ScriptedProxy(BY_PORT) as proxy:
            result = cli.run("connect", "-z", "-x", proxy.url(), "echo.test:80,1005")
            self.assert_status(result, 0)
            self.assertEqual(result.out, b"80\topen\n1005\trefused\n")

    def test_jobs_bounds_how_many_run_at_a_time(self):
        lock, now, peak = threading.Lock(), [0], [0]

        def counted(conv):
            with lock:
                now[0] += 1
                peak[0] = max(peak[0], now[0])
            conv.proxy.barrier.wait()
            with lock:
                now[0] -= 1
            behaviours.grant()(conv)

        class Together:
            """Lets nobody on until `count` are there, or for a while no other comes."""
            def __init__(self, count):
                self.barrier = threading.Barrier(count)

            def wait(self):
                try:
                    self.barrier.wait(3)
                except threading.BrokenBarrierError:
                    pass

        for jobs, expected in ((1, 1), (3, 3)):
            peak[0] = 0
            with ScriptedProxy(behaviours.replace(behaviours.ECHO, request=counted)) as proxy:
                proxy.barrier = Together(expected)
                result = cli.run("connect", "-z", "--jobs", jobs, "-x", proxy.url(), "echo.test",
                                 "80-85")
                self.assert_status(result, 0)
                self.assertEqual(result.out.count(b"open"), 6)
                self.assertEqual(peak[0], expected)

    def test_lines_come_when_their_turn_has_come(self):
        """The second port hangs: the first line is there, the third waits for its turn."""
        with ScriptedProxy(BY_PORT) as proxy:
            process = cli.start("connect", "-z", "-x", proxy.url(), "echo.test", "80,999,81")
            self.assertEqual(process.stdout.readline(), b"80\topen\n")
            self.assertTrue(proxy.conversation(2).wait(lambda c: c.stage in ("stream", "closed")))
            process.terminate()
            out, _ = process.communicate()
            self.assertEqual(out, b"")

    def test_what_is_told_says_of_which_port(self):
        """Several at a time, and every line of the trace and of -v can be told apart."""
        ports = ("80", "81", "1005", "999")
        hop = r"127\.0\.0\.1:\d+"
        with tempfile.NamedTemporaryFile() as file:
            result, _ = self.scan(",".join(ports), "-vv", "--trace", "--trace-file", file.name)
            trace = file.read().decode()
        self.assert_status(result, 0)
        for port in ports:
            mine = f"{hop} for port {port}"
            with self.subTest(port=port):
                self.assertRegex(trace, f"(?m)^ +[0-9.]+  tcp   connecting to {mine}$")
                self.assertRegex(trace, f"(?m)^ +[0-9.]+  tcp   connected to {mine}, local {hop}$")
                self.assertRegex(trace, f"(?m)^ +[0-9.]+  -->   SOCKS5 greeting +3 bytes  {mine}$")
                self.assertRegex(result.err, f"(?m)^sockscat: {hop}: connected to {mine}, local {hop}$")
                self.assertRegex(result.err, f"(?m)^sockscat: {mine}: chose method 0x00 none$")
        self.assertRegex(result.err, f"(?m)^sockscat: {hop} for port 1005: request: connection refused")
        self.assertRegex(result.err, f"(?m)^sockscat: {hop} for port 999: request: no answer")
        # The name of its port stands at a message wherever the one before was another's.
        owner, last = None, {}
        for line in trace.splitlines():
            if match := re.search(r"  (?:-->|<--)   (SOCKS5 \S+) .*bytes?(?:  .* for port (\d+))?$", line):
                owner = match[2] or owner
                last.setdefault(owner, []).append(match[1])
        for port in ports:
            answered = [] if port == "999" else ["SOCKS5 reply"]
            self.assertEqual(last[port], ["SOCKS5 greeting", "SOCKS5 method", "SOCKS5 request", *answered])

    def test_of_a_single_port_nothing_is_said(self):
        result, _ = self.scan("80", "-vv", "--trace")
        self.assertNotIn("for port", result.err)

    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            result, _ = self.scan("80-85", "--jobs", "1", stdout=full)
            self.assert_status(result, 1)
            self.assertRegex(result.err, r"\Asockscat: error: [^\n]*(output|space)[^\n]*\n\Z")

    def test_nobody_reads_any_more(self):
        """As a pipe into head: it stops, and says nothing."""
        read, write = os.pipe()
        os.close(read)
        try:
            result, asked = self.scan("1000-1200", "--jobs", "1", stdout=write)
        finally:
            os.close(write)
        self.assertEqual((result.status, result.err), (1, ""))
        self.assertLess(len(asked), 50, "it goes on asking for nobody")

    def test_a_pipe_that_somebody_made_non_blocking(self):
        read, write = os.pipe()
        os.set_blocking(write, False)
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
        with ScriptedProxy(BY_PORT) as proxy, os.fdopen(read, "rb") as pipe:
            process = cli.start("connect", "-z", "--jobs", "20", "-x", proxy.url(), "echo.test",
                                "1001-1255,2000-2400", stdout=write)
            os.close(write)
            timer = threading.Timer(10, process.kill)
            timer.start()
            try:
                # More than the pipe holds is ready before the first line is read.
                proxy.conversation(300)
                time.sleep(0.3)
                out = pipe.read()
                _, err = process.communicate()
            finally:
                timer.cancel()
        self.assertEqual((process.returncode, err), (0, b""))
        self.assertEqual([int(line.split(b"\t")[0]) for line in out.splitlines()],
                         [*range(1001, 1256), *range(2000, 2401)])

    def test_a_dead_proxy(self):
        result = cli.run("connect", "-z", "-x", f"127.0.0.1:{targets.closed_port()}", "echo.test",
                         "80-82")
        self.assert_status(result, 11)
        self.assertEqual([line.split(b"\t")[1] for line in result.out.splitlines()],
                         [b"failed"] * 3)

    def test_all_ports_are_accepted(self):
        result, _ = self.scan("65535,1")
        self.assertEqual(result.out.splitlines()[1], b"1\topen")

    def test_every_connection_logs_in(self):
        with ScriptedProxy(BY_PORT, users={b"alice": b"secret"}) as proxy:
            result = cli.run("connect", "-z", "-x", proxy.url(user="alice", password="secret"),
                             "echo.test", "80-82")
            self.assert_status(result, 0)
            self.assertEqual([conv.user for conv in proxy.conversations], [b"alice"] * 3)


if __name__ == "__main__":
    unittest.main()
