# SPDX-License-Identifier: MIT
"""Where user names and passwords come from, that they arrive unaltered, and that nobody else sees them."""
import base64
import json
import os
import signal
import stat
import tempfile
import termios
import threading
import time
import tty as tty_module
import unittest
from urllib.parse import quote

import cli
import socks_wire as wire
from expect import CliCase, attempt, concurrently
from proc import wait_until_it_takes
from scripted_proxy import ScriptedProxy
from terminal import Shell, Terminal, without_terminal

TARGET = ("echo.test", "80")
SECRET = "S3cret-%/@:pass"


class Sources(CliCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def file(self, content, name="password", mode=0o600):
        path = os.path.join(self.directory, name)
        with open(path, "wb") as out:
            out.write(content)
        os.chmod(path, mode)
        return path

    def login(self, *options, url=None, **kwargs):
        """One run against a proxy that demands a password: (result, user and password it got)."""
        with ScriptedProxy("method-02") as proxy:
            options = [option.format(hop=proxy.hop) for option in options]
            result = cli.run("connect", "-z", "-x", (url or "{hop}").format(hop=proxy.hop),
                             *options, *TARGET, **kwargs)
            conv = proxy.conversations[0] if proxy.conversations else None
            return result, conv and (conv.user, conv.password)

    def test_first_line_of_a_file(self):
        for content, password in ((b"secret\n", b"secret"), (b"secret", b"secret"),
                                  (b"secret\r\n", b"secret"), (b"secret\nmore\n", b"secret"),
                                  (b" se cret \n", b" se cret "), (b"a:b@c%41\n", b"a:b@c%41"),
                                  (b"\xff\xfe\n", b"\xff\xfe"), (b"\n", b""), (b"", b""),
                                  (b"secret\r\r\n", b"secret\r"), (b"secret\r", b"secret\r"),
                                  (b"p" * 255 + b"\n", b"p" * 255)):
            with self.subTest(content=content):
                path = self.file(content)
                result, got = self.login("--proxy-user", "alice", "--proxy-password-file", path)
                self.assert_success(result)
                self.assertEqual(got, (b"alice", password))
                result, got = self.login(url=f"alice@{{hop}}?password-file={path}")
                self.assert_success(result)
                self.assertEqual(got, (b"alice", password))

    def test_a_nul_is_refused(self):
        """Other programs would take what stands before it for the password."""
        for content in (b"se\0cret\n", b"secret\0", b"\0\n"):
            with self.subTest(content=content):
                result, got = self.login("--proxy-user", "alice", "--proxy-password-file", self.file(content))
                self.assert_status(result, 2)
                self.assert_one_error(result, "NUL")
                self.assertIsNone(got)

    def test_a_file_that_others_can_read_is_used_with_a_warning(self):
        for mode in (0o644, 0o640, 0o604):
            with self.subTest(mode=oct(mode)):
                path = self.file(b"secret\n", mode=mode)
                result, got = self.login("--proxy-user", "alice", "--proxy-password-file", path)
                self.assert_status(result, 0)
                self.assertEqual(got, (b"alice", b"secret"))
                self.assertRegex(result.err, r"\Asockscat: warning: .*" + path + r".*\n\Z")

    def test_descriptor(self):
        for content, password in ((b"secret\n", b"secret"), (b"secret", b"secret"), (b"", b""),
                                  (b"secret\r\nx", b"secret"), (b"secret\r", b"secret\r")):
            with self.subTest(content=content):
                read, write = os.pipe()
                os.write(write, content)
                os.close(write)
                result, got = self.login("--proxy-user", "alice", "--proxy-password-fd", str(read),
                                         pass_fds=[read])
                os.close(read)
                self.assert_success(result)
                self.assertEqual(got, (b"alice", password))

    def test_descriptor_0_leaves_the_rest_of_stdin_as_payload(self):
        with ScriptedProxy("echo") as proxy:
            read, write = os.pipe()
            os.write(write, b"secret\npayload")
            os.close(write)
            result = cli.run("connect", "-N", "-x", proxy.url(user="alice"), "--auth", "password",
                             "--proxy-password-fd", "0", *TARGET, stdin=read)
            os.close(read)
            proxy.conversation().wait_closed()
            self.assertEqual(proxy.conversation().messages[:1], [wire.greeting(2)])
            self.assert_status(result, 14)      # the echo proxy wants no password: refused, cleanly

        with ScriptedProxy("method-02") as proxy:
            read, write = os.pipe()
            os.write(write, b"secret\npayload")
            os.close(write)
            result = cli.run("connect", "-N", "-x", proxy.url(user="alice"),
                             "--proxy-password-fd", "0", *TARGET, stdin=read)
            os.close(read)
            self.assert_success(result, b"payload")
            self.assertEqual(proxy.conversation().password, b"secret")

    def test_environment(self):
        result, got = self.login("--proxy-user", "alice",
                                 env=cli.environment(SOCKSCAT_PASSWORD="from env"))
        self.assert_success(result)
        self.assertEqual(got, (b"alice", b"from env"))
        result, got = self.login(url="alice@{hop}", env=cli.environment(SOCKSCAT_PASSWORD="p"))
        self.assert_success(result)
        self.assertEqual(got, (b"alice", b"p"))

    def test_an_explicit_source_beats_the_environment(self):
        env = cli.environment(SOCKSCAT_PASSWORD="wrong")
        path = self.file(b"right\n")
        for options, url in ((("--proxy-user", "a", "--proxy-password-file", path), "{hop}"),
                             ((), "a:right@{hop}"), ((), "a@{hop}?password-file=" + path)):
            with self.subTest(url=url):
                result, got = self.login(*options, url=url, env=env)
                self.assert_success(result)
                self.assertEqual(got, (b"a", b"right"))

    def test_an_empty_password_in_the_url_is_a_source(self):
        result, got = self.login(url="a:@{hop}", env=cli.environment(SOCKSCAT_PASSWORD="wrong"))
        self.assert_success(result)
        self.assertEqual(got, (b"a", b""))

    def test_an_empty_user_name_may_be_given(self):
        result, got = self.login("--proxy-user", "", env=cli.environment(SOCKSCAT_PASSWORD="p"))
        self.assert_success(result)
        self.assertEqual(got, (b"", b"p"))

    def test_without_any_password_nothing_is_sent(self):
        """There is nobody to ask: the error names what there is instead."""
        sources = ("--proxy-password-file", "--proxy-password-fd", r"\$SOCKSCAT_PASSWORD", "--proxy-ask-password")
        with ScriptedProxy("method-02") as proxy:
            for args in (["-x", proxy.hop, "--proxy-user", "alice"], ["-x", f"alice@{proxy.hop}"],
                         ["-x", f"http://alice@{proxy.hop}"], ["-x", proxy.hop, "-x", f"alice@{proxy.hop}"],
                         ["-x", f"alice@{proxy.hop}", "-x", proxy.hop], ["--auth", "chap", "-x", f"alice@{proxy.hop}"]):
                for command, operands in (("connect", TARGET), ("udp", TARGET), ("bind", ()), ("resolve", ("echo.test",))):
                    if "http" in args[1] and command != "connect":
                        continue
                    with self.subTest(args=args, command=command):
                        result = cli.run(command, *args, *operands, preexec_fn=without_terminal)
                        self.assert_usage(result, "proxy .*" + ".*".join(sources))
            self.assert_usage(cli.run("probe", f"alice@{proxy.hop}", preexec_fn=without_terminal), ".*".join(sources))
            self.assertEqual(proxy.conversations, [])

    def test_a_password_that_would_never_be_sent_is_not_wanted(self):
        for behaviour, options, url in (("method-00", ("--auth", "none"), "alice@{hop}"), ("echo", (), "socks4a://alice@{hop}")):
            with self.subTest(url=url), ScriptedProxy(behaviour) as proxy:
                self.assert_success(cli.run("connect", "-z", *options, "-x", url.format(hop=proxy.hop), *TARGET,
                                            preexec_fn=without_terminal))

    def test_a_source_that_gives_nothing_is_waited_for_within_the_limit(self):
        fifo = os.path.join(self.directory, "fifo")
        os.mkfifo(fifo)
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        self.addCleanup(os.close, write)
        with ScriptedProxy("method-02") as proxy:
            cases = [(["connect", "-z", "-x", f"alice@{proxy.hop}", "--proxy-password-file", fifo, *TARGET], fifo),
                     (["connect", "-x", f"alice@{proxy.hop}?password-file={fifo}", *TARGET], fifo),
                     (["udp", "-x", f"alice@{proxy.hop}", "--proxy-password-fd", str(read), *TARGET], f"descriptor {read}"),
                     (["connect", "-q", "-x", f"alice@{proxy.hop}", "--proxy-password-fd", str(read), *TARGET], None),
                     (["probe", f"alice@{proxy.hop}?password-file={fifo}"], fifo)]
            for (args, source), result in concurrently(
                    lambda case: cli.run(*case[0], "-w", "0.3", pass_fds=[read]), cases):
                with self.subTest(args=args):
                    self.assert_status(result, 124)
                    self.assertLess(result.seconds, cli.slack(0.3))
                    if source:
                        self.assert_one_error(result, f"got no password from .*{source}.* within the time limit")
                    else:
                        self.assertEqual(result.err, "")
            self.assertEqual(proxy.conversations, [])

    def test_what_came_in_time_leaves_the_rest_of_the_limit(self):
        """Three seconds are gone when the password has come, and then the proxy is silent."""
        read, write = os.pipe()
        with ScriptedProxy("blackhole-at-method-0") as proxy:
            process = cli.start("connect", "-w", "4", "-x", f"alice@{proxy.hop}", "--proxy-password-fd", str(read),
                                *TARGET, pass_fds=[read])
            wait_until_it_takes(process.pid, signal.SIGTERM)
            began = time.monotonic()
            time.sleep(3)
            os.write(write, b"S3cret\n")
            out, err = process.communicate(timeout=20)
            took = time.monotonic() - began
        os.close(read)
        os.close(write)
        self.assertEqual((process.returncode, out), (124, b""))
        self.assertRegex(err.decode(), f"{proxy.hop}: method: .* within 4 s")
        self.assertGreater(took, 3.5)
        self.assertLess(took, 6.5)      # a limit that began anew ends at 7 s

    def test_first_line_of_a_fifo(self):
        fifo = os.path.join(self.directory, "fifo")
        os.mkfifo(fifo)
        def write():
            with open(fifo, "wb") as end:
                end.write(b"secret\n")

        writer = threading.Thread(target=write)
        writer.start()
        result, got = self.login("--proxy-user", "alice", "--proxy-password-file", fifo)
        writer.join()
        self.assert_success(result)
        self.assertEqual(got, (b"alice", b"secret"))

    def test_two_sources_are_a_usage_error(self):
        path = self.file(b"S3cret\n")
        with ScriptedProxy("echo") as proxy:
            both = [["-x", f"alice:S3cret@{proxy.hop}", "--proxy-password-file", path],
                    ["-x", f"alice:@{proxy.hop}", "--proxy-password-file", path],
                    ["-x", f"alice:S3cret@{proxy.hop}", "--proxy-password-fd", "0"],
                    ["-x", f"alice:S3cret@{proxy.hop}", "--proxy-ask-password"],
                    ["-x", f"alice:S3cret@{proxy.hop}?password-file={path}"],
                    ["-x", f"alice@{proxy.hop}?password-file={path}", "--proxy-password-fd", "0"],
                    ["-x", proxy.hop, "--proxy-user", "alice", "--proxy-password-file", path,
                     "--proxy-password-fd", "0"],
                    ["-x", proxy.hop, "--proxy-user", "alice", "--proxy-password-file", path,
                     "--proxy-ask-password"],
                    ["-x", f"alice@{proxy.hop}", "--proxy-user", "bob"],
                    ["-x", f"alice:S3cret@{proxy.hop}", "--isolate"],
                    ["-x", f"alice:S3cret@{proxy.hop}", "--isolate=token"]]
            for args in both:
                with self.subTest(args=args):
                    result = cli.run("connect", *args, *TARGET, stdin=b"S3cret\n")
                    self.assert_usage(result)
                    self.assertNotIn("S3cret", result.err)
            self.assertEqual(proxy.conversations, [])

    def test_a_descriptor_that_was_not_given_is_no_password(self):
        """Also when the program has opened one of that number for itself."""
        with ScriptedProxy("echo") as proxy:
            for fd in (3, 4, 5, 6, 99):
                with self.subTest(fd=fd):
                    result = cli.run("connect", "-x", proxy.hop, "--proxy-user", "alice", "--proxy-password-fd",
                                     str(fd), *TARGET, timeout=20)
                    self.assert_usage(result, f"descriptor {fd} is not open")
            self.assertEqual(proxy.conversations, [])

    def test_256_bytes_are_refused_unseen(self):
        long = "S3cret" + "x" * 250
        path = self.file(long.encode() + b"\n")
        with ScriptedProxy("echo") as proxy:
            for args, env in ((["--proxy-password-file", path], {}),
                              ([], {"SOCKSCAT_PASSWORD": long}),
                              (["--proxy-password-fd", "0"], {})):
                with self.subTest(args=args):
                    result = cli.run("connect", "-x", proxy.hop, "--proxy-user", "alice", *args,
                                     *TARGET, stdin=long.encode() + b"\n",
                                     env=cli.environment(**env))
                    self.assert_usage(result, "255")
                    self.assertNotIn("S3cret", result.err)
            self.assertEqual(proxy.conversations, [])

    def test_socks4_sends_the_user_as_userid(self):
        result, conv, _ = attempt("echo", "-z", "--proxy-user", "alice", scheme="socks4a")
        self.assert_success(result)
        self.assertEqual(conv.messages, [wire.request4("echo.test", 80, b"alice")])

    def test_a_long_line_in_a_file_is_not_read_for_ever(self):
        with open("/dev/zero", "rb") as zero:
            with ScriptedProxy("echo") as proxy:
                result = cli.run("connect", "-x", proxy.hop, "--proxy-user", "a",
                                 "--proxy-password-fd", "0", *TARGET, stdin=zero)
                self.assert_usage(result)


class Asking(CliCase):
    def askpass(self, directory, body):
        path = os.path.join(directory, "askpass")
        with open(path, "w") as out:
            out.write("#!/bin/sh\n" + body)
        os.chmod(path, stat.S_IRWXU)
        return path

    def ask(self, proxy, *options, **kwargs):
        return cli.start("connect", "-N", "-x", proxy.url(user="alice"), "--proxy-ask-password",
                         *options, *TARGET, **kwargs)

    def test_on_the_terminal_without_echo_and_never_on_stdin(self):
        with ScriptedProxy("method-02") as proxy, Terminal() as tty:
            process = self.ask(proxy, preexec_fn=tty.own)
            self.assertTrue(tty.wait(lambda: b":" in tty.output and not tty.echoes()), tty.output)
            self.assertIn(b"alice", tty.output)
            self.assertEqual(proxy.conversations, [])       # asked before connecting
            tty.type(SECRET.encode() + b"\n")
            out, err = process.communicate(b"payload", timeout=10)
            self.assertEqual((process.returncode, out), (0, b"payload"))
            self.assert_silent(err.decode())
            self.assertEqual(proxy.conversation().password, SECRET.encode())
            self.assertNotIn(b"S3cret", tty.drain())
            self.assertTrue(tty.echoes(), "echo was not restored")

    def test_an_interrupt_at_the_question_restores_the_echo(self):
        with ScriptedProxy("method-02") as proxy, Terminal() as tty:
            process = self.ask(proxy, preexec_fn=tty.own)
            self.assertTrue(tty.wait(lambda: not tty.echoes()))
            tty.type(b"\x03")
            _, err = process.communicate(timeout=5)
            self.assertEqual((process.returncode, err), (128 + signal.SIGINT, b""))
            self.assertTrue(tty.echoes(), "echo was not restored")
            self.assertEqual(proxy.conversations, [])

    def test_end_of_file_at_the_question_ends_it(self):
        with ScriptedProxy("method-02") as proxy, Terminal() as tty:
            process = self.ask(proxy, preexec_fn=tty.own)
            self.assertTrue(tty.wait(lambda: not tty.echoes()))
            tty.type(b"\x04")
            out, err = process.communicate(timeout=5)
            self.assert_usage(cli.Result(process.returncode, out, err.decode(), 0))
            self.assertTrue(tty.echoes(), "echo was not restored")
            self.assertEqual(proxy.conversations, [])

    def test_a_user_name_without_a_password_asks(self):
        with ScriptedProxy("method-02") as proxy, ScriptedProxy("good", users={b"bob": b"1"}) as first, Terminal() as tty:
            process = cli.start("connect", "-z", "-x", first.url(user="bob"), "-x", proxy.url(user="alice"), *TARGET,
                                preexec_fn=tty.own)
            for user, password in ((b"bob", b"1"), (b"alice", SECRET.encode())):
                self.assertTrue(tty.wait(lambda: b"Password for " + user in tty.output and not tty.echoes()), tty.output)
                tty.type(password + b"\n")
            _, err = process.communicate(timeout=10)
            self.assertEqual((process.returncode, err), (0, b""))
            self.assertEqual(proxy.conversation().password, SECRET.encode())

    def test_the_question_shows_of_a_name_with_a_colon_what_is_before_it(self):
        with ScriptedProxy("method-02") as proxy, Terminal() as tty:
            process = cli.start("connect", "-z", "-x", proxy.url(user="alice:S3cret"), "--proxy-ask-password", *TARGET,
                                preexec_fn=tty.own)
            self.assertTrue(tty.wait(lambda: tty.output.endswith(b": ") and not tty.echoes()), tty.output)
            self.assertIn(b"Password for alice:*** at proxy ", tty.output)
            tty.type(b"pw\n")
            self.assertEqual((process.communicate(timeout=10)[1], process.returncode), (b"", 0))
            conv = proxy.conversation()
            self.assertEqual((conv.user, conv.password), (b"alice:S3cret", b"pw"))
            self.assertNotIn(b"S3cret", tty.drain())

    def test_an_empty_password_in_the_url_does_not_ask(self):
        with ScriptedProxy("method-02") as proxy, Terminal() as tty:
            process = cli.start("connect", "-z", "-x", proxy.url(user="alice", password=""), *TARGET, preexec_fn=tty.own)
            process.communicate(timeout=10)
            self.assertEqual((process.returncode, tty.drain()), (0, b""))
            self.assertEqual(proxy.conversation().password, b"")

    def test_control_z_stops_at_once_and_asks_again_after_fg(self):
        with ScriptedProxy("method-02") as proxy, Terminal() as tty, \
                Shell(tty, "connect", "-z", "-x", proxy.url(user="alice"), *TARGET) as shell:
            for _ in range(2):
                self.assertTrue(tty.wait(lambda: tty.output.endswith(b": ") and not tty.echoes()), tty.output)
                tty.type(b"half of it\x1a")
                self.assertEqual(shell.says(), "stopped")
                self.assertTrue(tty.echoes(), "echo was not restored")
                tty.type(b"ls\n")                              # for the shell
                self.assertTrue(tty.wait(lambda: b"ls\r\n" in tty.output))
                self.assertEqual(shell.takes_line(), b"ls\n")
                tty.output = b""
                shell.foreground()
            self.assertTrue(tty.wait(lambda: tty.output.endswith(b": ") and not tty.echoes()), tty.output)
            tty.type(SECRET.encode() + b"\n")
            self.assertEqual(shell.says(), "ended 0")
            self.assertEqual(proxy.conversation().password, SECRET.encode())
            self.assertTrue(tty.echoes())
            self.assertNotIn(b"S3cret", tty.drain())

    def test_in_the_background_it_waits_and_finds_the_terminal_as_it_is_then(self):
        """A shell that edits lines has its own settings while it waits for one."""
        with ScriptedProxy("method-02") as proxy, Terminal() as tty:
            usual = termios.tcgetattr(tty.slave)
            tty_module.setraw(tty.slave)
            with Shell(tty, "connect", "-z", "-x", proxy.url(user="alice"), *TARGET, in_background=True) as shell:
                self.assertEqual(shell.says(), "stopped")
                self.assertEqual(tty.drain(), b"")
                termios.tcsetattr(tty.slave, termios.TCSANOW, usual)
                shell.foreground()
                self.assertTrue(tty.wait(lambda: tty.output.endswith(b": ") and not tty.echoes()), tty.output)
                tty.type(SECRET.encode() + b"\r")
                self.assertEqual(shell.says(), "ended 0")
                self.assertEqual(proxy.conversation().password, SECRET.encode())
                self.assertEqual(termios.tcgetattr(tty.slave), usual)

    def test_a_terminal_without_lines_has_them_at_the_question(self):
        with ScriptedProxy("method-02") as proxy, Terminal() as tty:
            tty_module.setraw(tty.slave)
            raw = termios.tcgetattr(tty.slave)
            process = cli.start("connect", "-z", "-x", proxy.url(user="alice"), *TARGET, preexec_fn=tty.own)
            self.assertTrue(tty.wait(lambda: tty.output.endswith(b": ")), tty.output)
            tty.type(b"pW\x7fw\r")
            self.assertEqual((process.communicate(timeout=10)[1], process.returncode), (b"", 0))
            self.assertEqual(proxy.conversation().password, b"pw")
            self.assertEqual(termios.tcgetattr(tty.slave), raw)

    def test_no_signal_leaves_the_terminal_without_echo(self):
        with ScriptedProxy("method-02") as proxy, Terminal() as tty:
            process = cli.start("connect", "-z", "-x", proxy.url(user="alice"), *TARGET, preexec_fn=tty.own)
            self.assertTrue(tty.wait(lambda: tty.output.endswith(b": ") and not tty.echoes()), tty.output)
            for number in (signal.SIGQUIT, signal.SIGALRM, signal.SIGUSR1, signal.SIGUSR2):
                process.send_signal(number)
            tty.type(b"pw\n")
            process.communicate(timeout=10)
            self.assertLess(process.returncode, 0)      # once the question is over, one of them ends it
            self.assertTrue(tty.echoes(), "echo was not restored")

    def test_askpass_without_a_terminal(self):
        with tempfile.TemporaryDirectory() as directory, ScriptedProxy("method-02") as proxy:
            seen = os.path.join(directory, "seen")
            program = self.askpass(directory, f'printf "%s" "$*" > {seen}\nenv > {seen}.env\n'
                                   f"printf '%s\\n' '{SECRET}'\n")
            process = self.ask(proxy, preexec_fn=without_terminal, env=cli.environment(
                SSH_ASKPASS=program, SOCKSCAT_PASSWORD="0ther-S3cret"))
            out, err = process.communicate(b"payload", timeout=10)
            self.assertEqual((process.returncode, out), (0, b"payload"))
            self.assert_silent(err.decode())
            self.assertEqual(proxy.conversation().password, SECRET.encode())
            with open(seen) as prompt:
                self.assertIn("alice", prompt.read())
            with open(seen + ".env") as env:
                self.assertNotIn("S3cret", env.read())

    def test_askpass_inherits_neither_sockets_nor_blocked_signals(self):
        with tempfile.TemporaryDirectory() as directory, ScriptedProxy("method-02") as proxy:
            program = self.askpass(directory, "ls -l /proc/self/fd >&2\n"
                                   "grep SigBlk /proc/self/status >&2\nprintf 'pw\\n'\n")
            process = self.ask(proxy, preexec_fn=without_terminal,
                               env=cli.environment(SSH_ASKPASS=program))
            out, err = process.communicate(b"payload", timeout=10)
            self.assertEqual((process.returncode, out), (0, b"payload"))
            self.assertNotIn(b"socket:", err, "the helper inherited a socket")
            self.assertRegex(err, rb"SigBlk:\s0+\n", "the helper cannot be interrupted")

    def test_askpass_can_be_required_in_spite_of_a_terminal(self):
        with tempfile.TemporaryDirectory() as directory, ScriptedProxy("method-02") as proxy, \
                Terminal() as tty:
            program = self.askpass(directory, "printf 'forced\\n'\n")
            process = self.ask(proxy, preexec_fn=tty.own, env=cli.environment(
                SSH_ASKPASS=program, SSH_ASKPASS_REQUIRE="force"))
            process.communicate(b"", timeout=10)
            self.assertEqual(process.returncode, 0)
            self.assertEqual(proxy.conversation().password, b"forced")

    def test_nobody_to_ask(self):
        with tempfile.TemporaryDirectory() as directory, ScriptedProxy("method-02") as proxy:
            failing = self.askpass(directory, "exit 1\n")
            for env in ({}, {"SSH_ASKPASS": failing}, {"SSH_ASKPASS": "/nonexistent/askpass"}):
                with self.subTest(env=env):
                    process = self.ask(proxy, preexec_fn=without_terminal,
                                       env=cli.environment(**env))
                    out, err = process.communicate(b"", timeout=10)
                    self.assert_usage(cli.Result(process.returncode, out, err.decode(), 0))
            self.assertEqual(proxy.conversations, [])


class Isolation(CliCase):
    def test_token_is_the_password_of_tors_user_name(self):
        for behaviour in ("method-02",):
            result, conv, _ = attempt(behaviour, "-z", "--isolate=my token")
            self.assert_success(result)
            self.assertEqual(conv.messages, [wire.greeting(2),
                                             wire.userpass(b"<torS0X>0", b"my token"),
                                             wire.request("echo.test", 80)])

    def test_without_a_token_each_run_has_its_own(self):
        tokens = set()
        for _ in range(3):
            result, conv, _ = attempt("method-02", "-z", "--isolate")
            self.assert_success(result)
            self.assertEqual(conv.user, b"<torS0X>0")
            tokens.add(conv.password)
        self.assertEqual(len(tokens), 3)
        self.assertTrue(all(len(token) >= 16 for token in tokens), tokens)

    def test_socks4_sends_the_token_as_userid(self):
        result, conv, _ = attempt("echo", "-z", "--isolate=token", scheme="socks4a")
        self.assert_success(result)
        self.assertEqual(conv.messages, [wire.request4("echo.test", 80, b"token")])
        users = {attempt("echo", "-z", "--isolate", scheme="socks4a")[1].user for _ in range(2)}
        self.assertEqual(len(users), 2)
        self.assertNotIn(b"", users)


class Methods(CliCase):
    def test_what_is_offered(self):
        cases = [((), {}, wire.greeting(0)), (("--auth", "none"), {}, wire.greeting(0)),
                 ((), {"user": b"a", "password": b"b"}, wire.greeting(0, 2)),
                 (("--auth", "none"), {"user": b"a", "password": b"b"}, wire.greeting(0)),
                 (("--auth", "password"), {"user": b"a", "password": b"b"}, wire.greeting(2)),
                 (("--auth", "none,password"), {"user": b"a", "password": b"b"},
                  wire.greeting(0, 2))]
        for options, login, greeting in cases:
            with self.subTest(options=options, login=login):
                method = "method-02" if greeting[2] == 2 else "method-00"
                result, conv, _ = attempt(method, "-z", *options, **login)
                self.assert_success(result)
                self.assertEqual(conv.messages[0], greeting)

    def test_a_proxy_that_wants_no_password_gets_none(self):
        result, conv, _ = attempt("method-00", "-z", user=b"alice", password=b"secret")
        self.assert_success(result)
        self.assertEqual(conv.messages, [wire.greeting(0, 2), wire.request("echo.test", 80)])


class Leaks(CliCase):
    def forms(self, secret):
        raw = secret.encode()
        return {secret, quote(secret, safe=""), quote(secret), raw.hex(), raw.hex(" "),
                base64.b64encode(raw).decode(), secret[:6]}

    def test_no_secret_in_any_text(self):
        cases = ["method-02", "auth-status-01", "no-method", "close-at-auth-0", "close-at-auth-1",
                 "auth-version-07", "rep-05", "method-01", "foreign-http", "stream-reset",
                 "blackhole-at-auth-0"]
        options = ["-vv", "--trace", "--stats", "--report", "-", "--timeout", "0.5"]

        def one(behaviour):
            with tempfile.NamedTemporaryFile() as trace:
                result, conv, _ = attempt(behaviour, *options, "--trace-file", trace.name, "-N",
                                          user="us3r%", password=SECRET, stdin=b"payload")
                return result, conv, trace.read().decode()

        for behaviour, (result, conv, trace) in concurrently(one, cases):
            with self.subTest(behaviour=behaviour):
                self.assertTrue(result.err and trace, "nothing was written: nothing is proven")
                if conv.password is not None:
                    self.assertEqual(conv.password, SECRET.encode())
                for form in self.forms(SECRET):
                    for text in (result.err, trace, result.out.decode("latin-1")):
                        self.assertNotIn(form.lower(), text.lower())

    def test_no_secret_from_a_file_or_the_environment_in_any_text(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(SECRET.encode())
            file.flush()
            for options, env in ((["--proxy-password-file", file.name], {}),
                                 ([], {"SOCKSCAT_PASSWORD": SECRET}),
                                 (["--proxy-password-fd", "0"], {})):
                result, conv, _ = attempt("auth-status-01", "-vv", "--trace", "--report", "-",
                                          "--proxy-user", "alice", *options,
                                          stdin=SECRET.encode() + b"\n", env=cli.environment(**env))
                with self.subTest(options=options):
                    self.assert_status(result, 15)
                    self.assertEqual(conv.password, SECRET.encode())
                    for form in self.forms(SECRET):
                        self.assertNotIn(form.lower(), result.err.lower())

    def test_isolation_token_is_a_secret_too(self):
        result, _, _ = attempt("auth-status-01", "-vv", "--trace", "--report", "-",
                               "--isolate=S3cret-token")
        self.assert_status(result, 15)
        self.assertNotIn("S3cret", result.err)

    def test_report_has_the_url_without_the_password(self):
        with tempfile.NamedTemporaryFile() as file:
            result, _, hop = attempt("method-02", "-z", "--report", file.name, user="alice",
                                     password=SECRET)
            self.assert_success(result)
            self.assertEqual(json.load(file)["proxies"], [f"socks5h://alice@{hop}"])

    def running(self, *args, env=None):
        """A run that waits for its proxy, once it has connected: (cmdline, environ) of the process."""
        with ScriptedProxy("blackhole-at-method-0") as proxy:
            process = cli.start("connect", *(arg.format(hop=proxy.hop) for arg in args),
                                *TARGET, env=env)
            try:
                proxy.conversation()
                with open(f"/proc/{process.pid}/cmdline", "rb") as cmdline, \
                        open(f"/proc/{process.pid}/environ", "rb") as environ:
                    return cmdline.read(), environ.read()
            finally:
                process.terminate()
                process.communicate()

    def test_argument_list_is_blanked_before_the_first_connection(self):
        coded = quote(SECRET, safe="")
        for args in (["-x", "alice:" + coded + "@{hop}"], ["--proxy", f"alice:{coded}@{{hop}}"],
                     [f"--proxy=socks5h://alice:{coded}@{{hop}}"], [f"-xalice:{coded}@{{hop}}"]):
            with self.subTest(args=args):
                cmdline, _ = self.running(*args)
                self.assertNotIn(b"S3cret", cmdline)
                self.assertIn(b"connect", cmdline)
                self.assertIn(b"echo.test", cmdline)

    def test_environment_is_blanked_after_reading(self):
        env = cli.environment(SOCKSCAT_PASSWORD=SECRET)
        _, environ = self.running("-x", "alice@{hop}", env=env)
        self.assertNotIn(b"S3cret", environ)
        self.assertIn(b"PATH=", environ)


class Rejected(CliCase):
    def test_every_status_but_zero_is_a_rejection(self):
        cases = [f"auth-status-{code:02x}" for code in range(1, 256)]
        for behaviour, (result, conv, hop) in concurrently(
                lambda name: attempt(name, user=b"alice", password=b"secret"), cases):
            with self.subTest(behaviour=behaviour):
                self.assert_failure(result, 15, hop, "auth", "0x" + behaviour[-2:], within=2)
                self.assertEqual(len(conv.messages), 2)
                self.assertEqual(conv.late, b"")


if __name__ == "__main__":
    unittest.main()
