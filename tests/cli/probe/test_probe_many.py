# SPDX-License-Identifier: MIT
"""probe: many proxies at once, some of them dead; in a network of its own, where packets can vanish."""
import os
import re
import resource
import signal
import subprocess
import tempfile
import threading
import time
import unittest

import cli
import isolation
import probing
import targets
from behaviours import GOOD, replace
from expect import CliCase
from proc import peak_memory, wait_until_it_takes
from probing import ProbeCase, reports
from running import Running
from scripted_proxy import ScriptedProxy
from steps import silence
from terminal import Terminal, without_terminal

CHEAP = ("--only", "versions,auth", "--json")


def listed(*urls):
    """A file with these lines."""
    file = tempfile.NamedTemporaryFile("w", suffix=".txt")
    file.write("".join(url + "\n" for url in urls))
    file.flush()
    return file


class Order(CliCase):
    def test_as_given(self):
        with ScriptedProxy() as one, ScriptedProxy("foreign-http") as two, ScriptedProxy() as three:
            dead = f"127.0.0.1:{targets.closed_port()}"
            urls = [one.url(), dead, two.url(), three.url()]
            result = cli.run("probe", *CHEAP, *urls)
            found = reports(result.out)
            self.assertEqual([f"{each['proxy']['host']}:{each['proxy']['port']}" for each in found],
                             [one.hop, dead, two.hop, three.hop])
            self.assertEqual([each["exit_status"] for each in found], [0, 11, 13, 0])
            self.assert_status(result, 1)
            self.assertEqual(result.err, "")
            result = cli.run("probe", *CHEAP, one.url(), three.url())
            self.assert_status(result, 0)

    def test_blocks_for_people(self):
        with ScriptedProxy() as one, ScriptedProxy() as two:
            result = cli.run("probe", "--only", "versions", one.url(), f"127.0.0.1:{targets.closed_port()}", two.url())
        blocks = result.out.decode().split("\n\n")
        firsts = [block for block in blocks if re.match("(usable|unreachable)  ", block)]
        self.assertEqual(len(firsts), 3)

    def test_each_when_its_turn_comes(self):
        with ScriptedProxy() as one, ScriptedProxy(replace(GOOD, opening=silence)) as slow, ScriptedProxy() as three:
            with Running("probe", *CHEAP, "-w", "20", one.url(), slow.url(), three.url()) as run:
                self.assertTrue(run.wait(lambda: run.out.count(b"\n") == 1))
                three.conversation(2)
                time.sleep(0.3)
                self.assertEqual(run.out.count(b"\n"), 1)
                run.process.send_signal(signal.SIGINT)
                self.assertEqual(run.process.wait(3), 130)
                self.assertTrue(run.wait(lambda: run.out.count(b"\n") == 2), "what was finished is not printed")
            ports = [each["proxy"]["port"] for each in reports(bytes(run.out))]
            self.assertEqual(ports, [one.port, three.port])

    def test_jobs(self):
        for jobs in (1, 3):
            changed, now, most = threading.Condition(), [0], [0]

            def opening(conv):
                with changed:
                    now[0] += 1
                    most[0] = max(most[0], now[0])
                    changed.notify_all()
                    changed.wait_for(lambda: most[0] >= jobs, 5)
                time.sleep(0.02)     # for one too many
                with changed:
                    now[0] -= 1

            with ScriptedProxy(replace(GOOD, opening=opening)) as proxy:
                cli.run("probe", *CHEAP, "--jobs", jobs, *[proxy.url()] * 6)
            self.assertEqual(most[0], jobs)


class Lists(CliCase):
    def test_file(self):
        with ScriptedProxy() as one, ScriptedProxy() as two:
            with listed("# comment", "", f"  {one.url()}\t\r", two.hop) as file:
                found = reports(cli.run("probe", *CHEAP, "--from", file.name).out)
            self.assertEqual([each["proxy"]["port"] for each in found], [one.port, two.port])

    def test_stdin_and_operands(self):
        with ScriptedProxy() as one, ScriptedProxy() as two:
            result = cli.run("probe", *CHEAP, "--from", "-", one.url(), stdin=two.url().encode())
            self.assertEqual([each["proxy"]["port"] for each in reports(result.out)], [one.port, two.port])

    def test_exit_status_of_one_is_its_own(self):
        with listed(f"127.0.0.1:{targets.closed_port()}") as file:
            self.assert_status(cli.run("probe", *CHEAP, "--from", file.name), 11)

    def test_empty_and_broken_lists(self):
        self.assert_usage(cli.run("probe", "--from", "-", stdin=b"# nothing\n"), "no proxy")
        with ScriptedProxy() as proxy:
            self.assert_usage(cli.run("probe", "--from", "-", stdin=f"{proxy.url()}\nsocks9://x\n".encode()), "socks9")
            self.assertEqual(proxy.conversations, [])

    def test_passwords_of_each(self):
        with ScriptedProxy(users={b"a": b"1"}) as one, ScriptedProxy(users={b"b": b"2"}) as two, \
                tempfile.NamedTemporaryFile("w") as secret:
            secret.write("2\n")
            secret.flush()
            result = cli.run("probe", *CHEAP, "--require", "password", one.url(user="a", password="1"),
                             two.url(user="b") + f"?password-file={secret.name}",
                             env=cli.environment(SOCKSCAT_PASSWORD="wrong"))
        self.assert_status(result, 0)

    def test_a_broken_line_is_named(self):
        result = cli.run("probe", "--from", "-", stdin=b"# hosts\n\n127.0.0.1\n127.0.0.1:x\n")
        self.assert_usage(result, "line 4: ")
        self.assertNotIn("line", cli.run("probe", "127.0.0.1", "127.0.0.1:x").err)

    def test_a_password_from_a_pipe_is_read_once(self):
        reader, writer = os.pipe()
        os.write(writer, b"1\n")
        os.close(writer)
        with ScriptedProxy(users={b"a": b"1"}) as one, ScriptedProxy() as two:
            result = cli.run("probe", *CHEAP, one.url(user="a") + f"?password-file=/dev/fd/{reader}", two.url(),
                             pass_fds=(reader,))
        os.close(reader)
        self.assert_status(result, 0)

    def test_warnings_come_once(self):
        with ScriptedProxy() as proxy, tempfile.NamedTemporaryFile("w") as secret:
            os.chmod(secret.name, 0o644)
            url = proxy.url(user="a") + f"?password-file={secret.name}"
            result = cli.run("probe", "--only", "versions", url, f"socks5h+tls://{proxy.hop}?insecure=1")
        self.assertEqual(result.err.count("others can read"), 1, result.err)
        self.assertEqual(result.err.count("not verified"), 1, result.err)

    def test_the_password_of_the_environment_is_for_one(self):
        with ScriptedProxy(users={b"a": b"1"}) as one, ScriptedProxy() as two:
            result = cli.run("probe", *CHEAP, one.url(user="a"), two.url(), env=cli.environment(SOCKSCAT_PASSWORD="1"),
                             preexec_fn=without_terminal)
            self.assertEqual(result.err.count("$SOCKSCAT_PASSWORD applies to a single proxy"), 1, result.err)
            self.assert_usage(result, "no password for its user name")
            quiet = cli.run("probe", *CHEAP, two.url(), two.url(), env=cli.environment(SOCKSCAT_PASSWORD="1"))
            self.assertEqual(quiet.err, "")

    def test_a_line_that_does_not_end(self):
        for path in ("/dev/zero", "/dev/stdin"):
            with open("/dev/zero", "rb") as zeros:
                result = cli.run("probe", "--from", path, stdin=zeros, timeout=10, preexec_fn=limit_memory)
            self.assert_usage(result, "line 1: .*longer than 4096 bytes")
            self.assertLess(len(result.err), 300)

    def test_the_longest_line(self):
        with ScriptedProxy() as proxy:
            fits = proxy.url().encode() + b" " * (4096 - len(proxy.url()))
            self.assert_status(cli.run("probe", *CHEAP, "--from", "-", stdin=fits), 0)
            served = len(proxy.conversations)
            for text in (fits + b" ", b"x" * 10_000_000, b"#" + b" comment" * 600, fits + b"\n" + fits + b"\t\n"):
                result = cli.run("probe", *CHEAP, "--from", "-", stdin=text)
                self.assert_usage(result, f"line {text.count(10) or 1}: .*longer than 4096 bytes")
                self.assertLess(len(result.err), 300)
            self.assertEqual(len(proxy.conversations), served, "something was sent")

    def test_what_is_quoted_of_a_line(self):
        secret = "open-sesame-27"
        for scheme in ("", "socks5h://", "socks9://", "http://"):
            for rest in (f"alice:{secret}@{'h' * 5000}", f"alice:{secret}{'x' * 5000}", f"alice:{secret}@{'h' * 400}:x",
                         f"alice:{secret}://{'x' * 5000}",
                         f"{secret}@h:x", f"h:x?password={secret}", f"h:x#{secret}",
                         f"h:1080:alice:{secret}", f"h h:x:{secret}"):
                result = cli.run("probe", "--from", "-", stdin=f"\n{scheme}{rest}\n".encode())
                self.assert_usage(result, f'--from: line 2: "{scheme}')
                self.assertNotIn(secret, result.err)
                self.assertLess(len(result.err), 300)

    def test_a_line_is_refused_before_the_rest_is_read(self):
        with ScriptedProxy() as proxy, Running("probe", "--from", "-", proxy.url()) as run:
            run.write(proxy.url().encode() + b"\nsocks9://x\n")
            self.assert_usage(run.finish(), "line 2: .*socks9")
            self.assertEqual(proxy.conversations, [])

    def test_a_list_without_an_end(self):
        with subprocess.Popen(["yes", "h:1"], stdout=subprocess.PIPE) as yes:
            result = cli.run("probe", "--from", "-", stdin=yes.stdout, timeout=60, preexec_fn=limit_memory)
            yes.stdout.close()
        self.assert_usage(result, "more than 1000000 proxies")

    def test_interrupted_while_the_list_is_read(self):
        with Running("probe", "--from", "-") as run:
            wait_until_it_takes(run.process.pid, signal.SIGTERM)
            run.process.send_signal(signal.SIGTERM)
            self.assertEqual(run.process.wait(5), 143)


class Brief(CliCase):
    def brief(self, *words_given, **kwargs):
        """(the result, the fields of each line)"""
        result = cli.run("probe", "--brief", *words_given, **kwargs)
        self.assertRegex(result.out, rb"\A([^\n\t]+(\t[^\n\t]+){5}\n)*\Z")
        return result, [line.split("\t") for line in result.out.decode().splitlines()]

    def test_fields(self):
        dead = f"127.0.0.1:{targets.closed_port()}"
        with ScriptedProxy(users={b"al ice": b"x"}) as one, ScriptedProxy("banner-ssh") as two, ScriptedProxy() as three:
            result, lines = self.brief(one.url(user="al ice", password="x"), one.url(), two.url("socks5"), dead,
                                       three.url("socks4a"))
        self.assert_status(result, 1)
        self.assertEqual(result.err, "")
        self.assertEqual([line[:4] for line in lines], [
            ["usable", f"socks5h://al%20ice@{one.hop}", "socks4,socks5", "password"],
            ["unusable", f"socks5h://{one.hop}", "socks4,socks5", "-"],
            ["not-socks", f"socks5://{two.hop}", "-", "-"],
            ["unreachable", f"socks5h://{dead}", "-", "-"],
            ["usable", f"socks4a://{three.hop}", "socks4,socks5", "none"]])
        self.assertEqual([line[5] for line in lines[1:4]], ["needs-credentials", "not-socks", "unreachable"])
        for line, is_measured in zip(lines, (True, False, False, False, True)):
            self.assertRegex(line[4], r"^\d+\.\d+$" if is_measured else "^-$")
        self.assertGreater(float(lines[0][4]), 0)

    def test_what_was_not_asked_for(self):
        with ScriptedProxy() as proxy:
            _, lines = self.brief("--only", "auth", proxy.url())
            self.assertEqual(lines[0][:5], ["usable", proxy.url(), "-", "none", "-"])
            result, lines = self.brief("--only", "auth", "--require", "password", proxy.url())
        self.assert_status(result, 3)
        self.assertEqual(lines[0][0], "usable")
        self.assertIn("password", result.err)

    def test_in_order(self):
        with ScriptedProxy(replace(GOOD, opening=lambda conv: time.sleep(0.1))) as slow, ScriptedProxy() as fast:
            _, lines = self.brief("--only", "versions,auth", "--jobs", "3", slow.url(), fast.url(), fast.url())
        self.assertEqual([line[1] for line in lines], [slow.url(), fast.url(), fast.url()])

    def test_not_with_json(self):
        self.assert_usage(cli.run("probe", "--brief", "--json", "127.0.0.1"), "--json.*--brief")


class Thousand(ProbeCase):
    def test_a_thousand_of_which_most_are_dead(self):
        with ScriptedProxy() as proxy:
            urls = [f"{isolation.BLACK_HOLE}:{1000 + i}" if i % 100 else proxy.hop for i in range(1000)]
            with listed(*urls) as file:
                result = cli.run("probe", *CHEAP, "-w", "5", "--from", file.name, timeout=60)
        self.assert_limits(result.seconds, 5, 1)
        found = reports(result.out)
        self.assertEqual(len(found), 1000)
        self.assertEqual([each["verdict"] == "usable" for each in found], [i % 100 == 0 for i in range(1000)])
        self.assertEqual({each["exit_status"] for each in found}, {0, 124})

    @unittest.skipIf(cli.is_sanitized(), "a sanitizer keeps what was freed")
    def test_memory_is_flat(self):
        peaks = []
        with ScriptedProxy() as proxy:
            for count in (100, 1500):
                with listed(*[proxy.hop] * count) as file:
                    peaks.append(peak_memory(cli.BINARY, "probe", *CHEAP, "--jobs", "16", "--from", file.name))
        self.assertLess(peaks[1] - peaks[0], 1500, f"KiB: {peaks}")

    def test_few_descriptors(self):
        with ScriptedProxy() as proxy:
            result = cli.run("probe", *CHEAP, *[proxy.hop] * 60, preexec_fn=lambda: limit_descriptors(40))
        self.assert_status(result, 0)
        self.assertEqual(len(reports(result.out)), 60)


def limit_descriptors(count):
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


def limit_memory():
    """What it may have of its own; a sanitizer needs more."""
    if not cli.is_sanitized():
        resource.setrlimit(resource.RLIMIT_DATA, (64 << 20, 64 << 20))


class Progress(CliCase):
    def test_on_a_terminal_only(self):
        with ScriptedProxy(replace(GOOD, opening=silence)) as proxy, Terminal() as terminal:
            env = cli.environment(TERM="xterm")
            with Running("probe", *CHEAP, "-w", "1", proxy.hop, proxy.hop, stderr=terminal.slave, env=env) as run:
                self.assertTrue(terminal.wait(lambda: b"0/2, 0 usable" in terminal.output))
                run.process.wait(10)
            self.assertRegex(terminal.drain(), rb"\r\x1b\[K\Z", "the bar is left behind")
            quiet = cli.run("probe", *CHEAP, "-w", "0.3", proxy.hop, proxy.hop)
            self.assertEqual(quiet.err, "")


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
