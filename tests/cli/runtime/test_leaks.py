# SPDX-License-Identifier: MIT
"""A password is in nothing that a run shows, writes or leaves, wherever it came from and however the run ends."""
import base64
import contextlib
import os
import resource
import signal
import subprocess
import tempfile
import unittest
from urllib.parse import quote

import behaviours
import cli
import isolation
import logins
import socks_wire as wire
from expect import CliCase, concurrently
from logins import LONG, USER
from running import Running
from scripted_proxy import ScriptedProxy
from steps import HangUp, silence

COMMANDS = {
    "connect": ("-N", "echo.test", "80"),
    "udp": ("--wait", "0", "192.0.2.9", "7"),
    "bind": ("-N", "--accept-timeout", "0.1"),
    "resolve": ("--json", "www.test"),
    "probe": ("--json", "--only", "auth,commands", "-w", "5"),
}
WITH_REPORT = ("connect", "udp", "bind")


def resolving(conv):
    if conv.command != 0xF0:
        return behaviours.ECHO.request(conv)
    conv.put(wire.reply(0, "198.51.100.7", 0))
    raise HangUp


# What the proxy does once it has the password.
ENDINGS = {
    "waits": behaviours.replace(behaviours.ECHO, request=silence),
    "rejected": behaviours.TABLE["auth-status-01"],
    "done": behaviours.replace(behaviours.ECHO, request=resolving),
}


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Texts(CliCase):
    def look(self, source, command, ending):
        """{what was looked at: its bytes}, exit status, passwords that the proxy got"""
        with tempfile.TemporaryDirectory() as directory, logins.login(source, directory) as login, \
                ScriptedProxy(ENDINGS[ending], users={USER.encode(): LONG.encode()}) as proxy:
            url = proxy.url(**login.parts)
            environment = login.environment | ({"SOCKSCAT_PROXY": url} if login.in_variable else {})
            words = [] if login.in_variable else [url] if command == "probe" else ["-x", url]
            trace, report = os.path.join(directory, "trace"), os.path.join(directory, "report")
            words += ["-vv", "--trace", "--trace-file", trace, *login.options]
            if command in WITH_REPORT:
                words += ["--report", report, "--stats"]
            found = {}
            with Running(command, *words, *COMMANDS[command], env=cli.environment(**environment),
                         **login.start) as running:
                login.answer()
                if ending == "waits":
                    self.assertTrue(logins.given_to(proxy), bytes(running.err))
                    for name in ("cmdline", "environ"):
                        found[name] = read(f"/proc/{running.process.pid}/{name}")
                    running.process.send_signal(signal.SIGTERM)
                running.close_stdin()
                result = running.finish(30)
            found |= {"stderr": result.err.encode(), "trace": read(trace)}
            if ending != "waits":
                found["stdout"] = result.out
            if command in WITH_REPORT:
                found["report"] = read(report)
            if source == "askpass":
                found["what askpass saw"] = read(os.path.join(directory, "seen"))
            if login.terminal:
                found["terminal"] = login.terminal.drain()
            return found, result.status, logins.given_to(proxy, 0)

    def test_nothing_shows_it(self):
        cases = [(source, command, ending) for source in logins.SOURCES for command in COMMANDS for ending in ENDINGS]
        for (source, command, ending), (found, status, passwords) in concurrently(
                lambda case: self.look(*case), cases):
            with self.subTest(source=source, command=command, ending=ending):
                self.assertEqual(passwords, {LONG.encode()})
                if ending == "waits":
                    self.assertEqual(status, 128 + signal.SIGTERM)
                elif ending == "rejected":
                    self.assertEqual(status, 15, found["stderr"])
                for place, data in found.items():
                    self.assertTrue(data or place == "stdout", f"{place} is empty: nothing is proven")
                    self.assertEqual(logins.leaks(data, LONG), [], place)

    def test_control_each_form_of_it_is_recognised(self):
        plain = LONG.encode()
        forms = [LONG, quote(LONG, safe=""), "".join(f"%{byte:02x}" for byte in plain), plain.hex(), plain.hex().upper(),
                 plain.hex(" "), plain.hex(":").upper(), "".join(f"\\x{byte:02x}" for byte in plain),
                 "".join(f"\\x{byte:02X}" for byte in plain), LONG[3:12]]
        forms += [base64.b64encode(b"u" * length + b":" + plain).decode() for length in (3, 4, 5)]
        for form in forms:
            with self.subTest(form=form):
                self.assertNotEqual(logins.leaks(b"x" * 50 + form.encode() + b"\n", LONG), [])
        self.assertEqual(logins.leaks(b"a password, alice:xxxxxx, *** and nothing of it", LONG), [])


@unittest.skipIf(cli.is_instrumented(), "a sanitizer makes an error of a crash")
class Cores(CliCase):
    """A run that crashes leaves no core, whatever the limit was."""

    @contextlib.contextmanager
    def crashing_place(self):
        """(directory, preexec_fn) where cores of others appear."""
        def unlimited():
            hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                return
            resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

        with tempfile.TemporaryDirectory() as directory:
            other = subprocess.Popen(["sleep", "60"], cwd=directory, preexec_fn=unlimited)
            other.send_signal(signal.SIGSEGV)
            other.wait(30)
            if not os.listdir(directory):
                self.skipTest("crashes leave no core in their directory here")
            for name in os.listdir(directory):
                os.unlink(os.path.join(directory, name))
            yield directory, unlimited

    def test_no_core_is_left(self):
        with self.crashing_place() as (directory, unlimited):
            for options in ([], ["--no-sandbox"]):
                with self.subTest(options=options), ScriptedProxy("blackhole-at-request-0") as proxy, \
                        Running("connect", *options, "-x", proxy.url(), "echo.test", "80", cwd=directory,
                                executable=os.path.abspath(cli.BINARY), preexec_fn=unlimited) as running:
                    self.assertTrue(proxy.conversation().wait_stage("request", 20))
                    running.process.send_signal(signal.SIGSEGV)
                    self.assertEqual(running.finish(20).status, -signal.SIGSEGV)
                    self.assertEqual(os.listdir(directory), [])


if __name__ == "__main__":
    isolation.enter()   # with the right to read another process's environment, whoever runs the test
    unittest.main()
