# SPDX-License-Identifier: MIT
"""--report, --stats, --progress, -v, --trace, --color: what is said about a run, and where."""
import json
import os
import re
import select
import socket
import tempfile
import threading
import unittest

import behaviours
import cli
import targets
from expect import CliCase, attempt
from scripted_proxy import ScriptedProxy
from terminal import Terminal

FIELDS = {"schema", "command", "proxies", "target", "bound", "sent", "received", "setup_ms",
          "duration_ms", "phases", "tls", "exit_status", "error"}
PHASES = {"lookup_ms", "connect_ms", "tls_ms", "method_ms", "auth_ms", "request_ms"}
ALICE = {"user": "alice", "password": "S3cret"}


class Report(CliCase):
    def report(self, behaviour, *options, **kwargs):
        """One run with --report FILE: (result, object, hop)."""
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "report")
            result, _, hop = attempt(behaviour, "--report", path, *options, **kwargs)
            with open(path, encoding="utf-8") as file:
                text = file.read()
        self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f-\x9f]")
        report = json.loads(text, parse_constant=self.fail)
        self.assertLessEqual(FIELDS, set(report))
        self.assertLessEqual(PHASES, set(report["phases"]))
        self.assertEqual((report["schema"], report["command"]), ("sockscat.report/1", "connect"))
        self.assertEqual(report["exit_status"], result.status)
        self.assertIsInstance(report["duration_ms"], (int, float))
        self.assertGreaterEqual(report["duration_ms"], 0)
        self.assertNotIn("S3cret", text)
        return result, report, hop

    def test_success(self):
        result, report, hop = self.report("echo", "-N", stdin=b"payload")
        self.assert_success(result, b"payload")
        self.assertEqual(report["proxies"], [f"socks5h://{hop}"])
        self.assertEqual((report["target"], report["bound"]), ("echo.test:80", "127.0.0.1:1080"))
        self.assertEqual((report["sent"], report["received"], report["error"]), (7, 7, None))
        self.assertGreater(report["setup_ms"], 0)
        self.assertGreaterEqual(report["duration_ms"], report["setup_ms"])
        for name in ("connect_ms", "method_ms", "request_ms"):
            self.assertIsInstance(report["phases"][name], (int, float), name)
        for name in ("tls_ms", "auth_ms"):
            self.assertIsNone(report["phases"][name], name)

    def test_an_http_proxy_reports_no_bound_address(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            def grant():
                connection, _ = server.accept()
                with connection:
                    while b"\r\n\r\n" not in connection.recv(4096):
                        pass
                    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                    connection.recv(1)
            granting = threading.Thread(target=grant)
            granting.start()
            try:
                result = cli.run("connect", "-zv", "--report", "-", "-x",
                                 f"http://127.0.0.1:{server.getsockname()[1]}", "echo.test", "80")
            finally:
                granting.join()
        self.assertEqual(result.status, 0)
        self.assertIsNone(json.loads(result.err.splitlines()[-1])["bound"])
        self.assertNotIn("bound to", result.err)

    def test_bound_addresses(self):
        for behaviour, scheme, bound in (("reply-ipv6", "socks5h", "[::1]:9"),
                                         ("reply-name", "socks5h", "exit.test:9")):
            _, report, _ = self.report(behaviour, "-N", scheme=scheme)
            self.assertEqual(report["bound"], bound)

    def test_login(self):
        _, report, hop = self.report("method-02", "-z", **ALICE)
        self.assertEqual(report["proxies"], [f"socks5h://alice@{hop}"])
        self.assertIsInstance(report["phases"]["auth_ms"], (int, float))

    def test_targets_and_schemes(self):
        for host, scheme, target in (("2001:db8::1", "socks5h", "[2001:db8::1]:80"),
                                     ("192.0.2.1", "socks4", "192.0.2.1:80"),
                                     ("echo.test", "socks4a", "echo.test:80")):
            _, report, hop = self.report("echo", "-z", host=host, scheme=scheme)
            self.assertEqual((report["target"], report["proxies"]), (target, [f"{scheme}://{hop}"]))

    def test_unix_socket(self):
        _, report, hop = self.report("echo", "-z", proxy_options={"host": "unix"})
        self.assertEqual(report["proxies"], [f"socks5h+unix://{hop}"])

    def test_failures(self):
        for behaviour, options, phases in (
                ("rep-05", {}, ("connect_ms", "method_ms")),
                ("no-method", {}, ("connect_ms",)),
                ("auth-status-01", ALICE, ("connect_ms", "method_ms")),
                ("close-at-method-0", {}, ("connect_ms",)),
                ("foreign-hostile-text", {}, ("connect_ms",))):
            result, report, _ = self.report(behaviour, **options)
            with self.subTest(behaviour=behaviour):
                self.assertNotEqual(result.status, 0)
                self.assertIsInstance(report["error"], str)
                self.assertTrue(report["error"])
                self.assertEqual((report["sent"], report["received"]), (0, 0))
                self.assertIsNone(report["bound"])
                for name in phases:
                    self.assertIsInstance(report["phases"][name], (int, float), name)
        _, report, _ = self.report("no-method")
        self.assertIsNone(report["phases"]["request_ms"])
        self.assertIsNone(report["phases"]["auth_ms"])

    def test_time_limit(self):
        result, report, _ = self.report("blackhole-at-method-0", "-w", "0.3")
        self.assert_status(result, 124)
        self.assertGreaterEqual(report["duration_ms"], 290)
        self.assertLess(report["duration_ms"], 1000 * cli.slack(1.5))

    def test_nobody_listens(self):
        with tempfile.NamedTemporaryFile() as file:
            result = cli.run("connect", "-x", f"127.0.0.1:{targets.closed_port()}", "--report",
                             file.name, "echo.test", "80")
            self.assert_status(result, 11)
            report = json.load(file)
            self.assertEqual(report["exit_status"], 11)
            self.assertIsNone(report["phases"]["method_ms"])

    def test_stream_reset(self):
        result, report, _ = self.report("stream-reset")
        self.assert_status(result, 1)
        self.assertEqual(report["received"], 900)
        self.assertIsInstance(report["error"], str)

    def test_dash_is_stderr(self):
        result, _, _ = attempt("stream-close-at-once", "--report", "-")
        self.assertEqual((result.status, result.out), (0, b"bye\n"))
        self.assertEqual(json.loads(result.err)["received"], 4)
        self.assertEqual(result.err.count("\n"), 1)
        result, _, _ = attempt("rep-05", "--report", "-")
        self.assertEqual(len([line for line in result.err.splitlines()
                              if line.startswith("{") and json.loads(line)["exit_status"] == 25]), 1)

    def test_an_older_longer_report_is_replaced(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"x" * 10000)
            file.flush()
            attempt("echo", "-z", "--report", file.name)
            with open(file.name, encoding="utf-8") as again:
                self.assertEqual(json.load(again)["exit_status"], 0)

    def test_megabytes_are_counted(self):
        data = bytes(2 << 20)
        _, report, _ = self.report("echo", "-N", stdin=data)
        self.assertEqual((report["sent"], report["received"]), (len(data), len(data)))

    def test_a_list_of_ports(self):
        with tempfile.NamedTemporaryFile() as file, ScriptedProxy("echo") as proxy:
            result = cli.run("connect", "-z", "-x", proxy.url(), "--report", file.name,
                             "echo.test", "80-82")
            self.assert_status(result, 0)
            self.assertEqual(json.load(file)["exit_status"], 0)


class Stats(CliCase):
    def test_one_closing_line_on_stderr(self):
        result, _, _ = attempt("echo", "-N", "--stats", stdin=bytes(3000))
        self.assertEqual((result.status, len(result.out)), (0, 3000))
        self.assert_clean_text(result.err)
        self.assertEqual(result.err.count("\n"), 1)
        self.assertRegex(result.err, r"sent .*received .* s\b.*set up in .* ms")

    def test_progress_only_on_a_terminal(self):
        result, _, _ = attempt("echo", "-N", "--progress", stdin=bytes(3000))
        self.assert_success(result, bytes(3000))

    def test_progress_on_a_terminal(self):
        def steady(conv):
            for _ in range(10):
                conv.sock.sendall(bytes(1000))
                select.select([], [], [], 0.1)
        step = behaviours.replace(behaviours.ECHO, stream=steady)
        with Terminal() as tty:
            result, _, _ = attempt(step, "--progress", "-d", stderr=tty.slave)
            self.assertEqual((result.status, len(result.out)), (0, 10000))
            text = tty.drain()
            self.assertIn(b"\r", text)
            self.assertRegex(text, rb"\d.*B/s")
            self.assertNotRegex(text.split(b"\r")[-1], rb"\d", "the line was not erased at the end")

    def test_silent_by_default(self):
        result, _, _ = attempt("echo", "-N", stdin=b"x")
        self.assert_success(result, b"x")

    def test_quiet(self):
        for behaviour, status in (("echo", 0), ("rep-05", 25), ("foreign-ssh", 13),
                                  ("stream-reset", 1)):
            result, _, _ = attempt(behaviour, "-N", "-q")
            self.assert_status(result, status)
            self.assertEqual(result.err, "")


class Verbose(CliCase):
    def test_levels(self):
        silent = attempt("method-02", "-N", stdin=b"x", **ALICE)[0].err
        once = attempt("method-02", "-N", "-v", stdin=b"x", **ALICE)[0].err
        twice = attempt("method-02", "-N", "-vv", stdin=b"x", **ALICE)[0].err
        split = attempt("method-02", "-N", "-v", "--verbose", stdin=b"x", **ALICE)[0].err
        self.assert_silent(silent)
        self.assertGreater(once.count("\n"), 0)
        self.assertGreater(twice.count("\n"), once.count("\n"))
        self.assertEqual(split.count(" method"), twice.count(" method"))
        for text in (once, twice):
            self.assert_clean_text(text)
            self.assertRegex(text, "(?m)password|0x02")     # the method chosen
            for line in text.splitlines():
                self.assertTrue(line.startswith("sockscat: "), line)

    def test_oddities_are_noted(self):
        for behaviour, kwargs, word in (("reply-rsv", {}, "(?i)rsv|reserved"),
                                        ("auth-version-05", ALICE, "(?i)ver(sion)? 5"),
                                        ("early-success", {}, "(?i)clos|unreachable"),
                                        ("method-00", ALICE, "(?i)none")):
            result, _, _ = attempt(behaviour, "-v", "-N", **kwargs)
            with self.subTest(behaviour=behaviour):
                self.assert_status(result, 0)
                self.assertRegex(result.err, word)


class Trace(CliCase):
    def trace(self, behaviour, *options, **kwargs):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "trace")
            result, conv, hop = attempt(behaviour, "--trace-file", path, "--trace", *options, **kwargs)
            with open(path, encoding="utf-8") as file:
                return result, file.read(), conv

    def hex_of(self, text):
        return re.sub(r"\s|\.\.", "", text).lower()

    def test_shape(self):
        result, text, conv = self.trace("method-02", "-N", stdin=b"pay1oad", **ALICE)
        self.assertEqual(result.out, b"pay1oad")
        self.assert_clean_text(text)
        for pattern in (r"(?m)^ +\d+\.\d+ +--> ", r"(?m)^ +\d+\.\d+ +<-- ", r"greeting", r"4 bytes",
                        r"(?i)method", "VER", "METHODS", "UNAME", "alice", "PASSWD", r"\*\*", "hidden",
                        "CMD", "ATYP", r"echo\.test", "REP", "BND"):
            self.assertRegex(text, pattern)
        self.assertNotIn("S3cret", text)
        self.assertNotIn(b"S3cret".hex(), self.hex_of(text))
        self.assertNotIn("pay1oad", text)
        self.assertNotIn(b"pay1oad".hex(), self.hex_of(text))
        for line in text.splitlines():      # the same goes to stderr
            if re.search("VER|CMD|REP", line):
                self.assertIn(line.split(None, 1)[-1].strip(), result.err)

    def test_order_of_the_messages(self):
        _, text, _ = self.trace("method-02", "-z", **ALICE)
        arrows = re.findall(r"(?m)^ +\d+\.\d+ +(-->|<--)", text)
        self.assertEqual(arrows, ["-->", "<--"] * 3)

    def test_pipelined_answers_are_all_shown(self):
        """The first and the last are traced as well where both come in one segment."""
        for behaviour, options, sizes in (("echo", (), (2, 10)), ("method-with-reply", (), (2, 10)),
                                          ("method-02", ("--isolate=tok",), (2, 2, 10))):
            _, text, _ = self.trace(behaviour, "-z", "--pipeline", *options)
            with self.subTest(behaviour=behaviour):
                answers = re.findall(r"(?m)^ +\d+\.\d+ +<-- +([^\n]*?) +(\d+) bytes", text)
                self.assertEqual([int(size) for _, size in answers], list(sizes), text)
                self.assertRegex(answers[0][0], "(?i)method")
                self.assertEqual(len(re.findall("(?m)^ .*-->", text)), len(sizes))

    def test_socks4(self):
        _, text, _ = self.trace("echo", "-z", scheme="socks4a", user="alice")
        self.assertRegex(text, "SOCKS4")
        self.assertRegex(text, r"echo\.test")
        self.assertEqual(re.findall(r"(?m)^ +\d+\.\d+ +(-->|<--)", text), ["-->", "<--"])

    def test_a_malformed_answer_is_in_the_trace(self):
        for behaviour in ("foreign-hostile-text", "foreign-junk", "close-at-request-4",
                          "reply-atyp-07", "reply-name-hostile"):
            result, text, _ = self.trace(behaviour, "-N")
            with self.subTest(behaviour=behaviour):
                self.assertIn("<--", text)
                self.assert_clean_text(text)
                self.assert_clean_text(result.err)

    def test_never_coloured(self):
        result, text, _ = self.trace("rep-05", "--color=always")
        self.assertNotIn("\x1b", text)


class Colour(CliCase):
    def coloured(self, *options, **env):
        with Terminal() as tty:
            result, _, _ = attempt("rep-05", *options, stderr=tty.slave,
                                   env=cli.environment(**({"TERM": "xterm"} | env)))
            self.assert_status(result, 25)
            return b"\x1b[" in tty.drain()

    def test_auto_on_a_terminal_only(self):
        self.assertTrue(self.coloured())
        self.assertNotIn("\x1b", attempt("rep-05", env=cli.environment(TERM="xterm"))[0].err)

    def test_no_color_and_dumb(self):
        self.assertFalse(self.coloured(NO_COLOR="1"))
        self.assertTrue(self.coloured(NO_COLOR=""))
        self.assertFalse(self.coloured(TERM="dumb"))
        self.assertFalse(self.coloured("--color=never"))
        self.assertFalse(self.coloured("--color", "never"))

    def test_an_explicit_option_beats_no_color(self):
        self.assertTrue(self.coloured("--color=always", NO_COLOR="1"))
        self.assertIn("\x1b[", attempt("rep-05", "--color=always")[0].err)


if __name__ == "__main__":
    unittest.main()
