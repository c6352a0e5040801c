# SPDX-License-Identifier: MIT
"""A real ssh session whose connection is made by sockscat: through pipes, and as a passed descriptor."""
import contextlib
import os
import pathlib
import shlex
import signal
import subprocess
import tempfile
import time
import unittest

import cli
import isolation
import servers
import targets
from http_target import blob, sha256

DATA = blob(20 * 1000 * 1000)
LIMIT = 30  # seconds for one ssh


class Result:
    def __init__(self, status, out, err, seconds):
        self.status, self.out, self.err, self.seconds = status, out, err.decode(), seconds


class Ssh:
    """ssh with sockscat as its ProxyCommand; knows the helper's process id."""

    def __init__(self, server, proxy, options, fdpass, directory):
        self.server = server
        self.pid_file = pathlib.Path(directory, "pid")
        wrapper = pathlib.Path(directory, "helper")
        command = [cli.BINARY, "connect", "-x", proxy, *options, *(["--fdpass"] if fdpass else []), "--"]
        wrapper.write_text(f'#!/bin/sh\necho $$ >{shlex.quote(str(self.pid_file))}\nexec {shlex.join(command)} "$@"\n')
        wrapper.chmod(0o755)
        self.options = [f"-oProxyCommand={shlex.quote(str(wrapper))} %h %p",
                        f"-oProxyUseFdpass={'yes' if fdpass else 'no'}"]

    def start(self, *command, host="127.0.0.1", options=()):
        arguments = [*servers.ssh_command(self.server, *self.options, *options), host, *command]
        return subprocess.Popen(arguments, env=cli.environment(SHELL="/bin/sh"), stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *command, stdin=b"", **kwargs):
        began = time.monotonic()
        process = self.start(*command, **kwargs)
        try:
            out, err = process.communicate(stdin, timeout=LIMIT)
        finally:
            servers.end(process)
        return Result(process.returncode, out, err, time.monotonic() - began)

    def helper(self):
        return int(self.pid_file.read_text())

    def helper_ends(self, within=3.0):
        deadline = time.monotonic() + within
        while servers.alive(self.helper()):
            if time.monotonic() > deadline:
                os.kill(self.helper(), signal.SIGKILL)
                return False
            time.sleep(0.01)
        return True


class Sessions:
    """Mixed into one test case for each proxy.

    proxy     its URL
    refusal   what our error line says when the target is closed
    """
    proxy = None
    refusal = r"127\.0\.0\.1:\d+: request: connection refused by 127\.0\.0\.1:{port}"

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(servers.sshd())

    @contextlib.contextmanager
    def ssh(self, fdpass, *options):
        with self.subTest(fdpass=fdpass), tempfile.TemporaryDirectory(prefix="sockscat-ssh-") as directory:
            yield Ssh(self.server, self.proxy, options, fdpass, directory)

    def test_remote_command(self):
        for fdpass in (False, True):
            with self.ssh(fdpass) as ssh:
                result = ssh.run("echo out; echo err >&2; exit 7")
                self.assertEqual((result.status, result.out, result.err), (7, b"out\n", "err\n"))
                self.assertTrue(ssh.helper_ends(), "the helper outlives ssh")

    def test_target_by_name_and_over_ipv6(self):
        for fdpass in (False, True):
            with self.ssh(fdpass) as ssh:
                for host in (isolation.PROXY_NAME, "::1"):
                    result = ssh.run("echo here", host=host)
                    self.assertEqual((result.status, result.out, result.err), (0, b"here\n", ""), host)

    def test_sends_megabytes(self):
        for fdpass in (False, True):
            with self.ssh(fdpass) as ssh:
                result = ssh.run("sha256sum", stdin=DATA)
                self.assertEqual((result.status, result.out.split()[:1], result.err), (0, [sha256(DATA).encode()], ""))

    def test_receives_megabytes(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(DATA)
            file.flush()
            for fdpass in (False, True):
                with self.ssh(fdpass) as ssh:
                    result = ssh.run(f"cat {shlex.quote(file.name)}")
                    self.assertEqual((result.status, sha256(result.out), result.err), (0, sha256(DATA), ""))

    def test_helper_lives_as_long_as_it_must(self):
        """Through pipes until ssh ends, however it ends; with a passed descriptor only until then."""
        for name, stop in (("end of stdin", lambda process: process.stdin.close()),
                           ("SIGTERM", lambda process: process.terminate()),
                           ("SIGKILL", lambda process: process.kill())):
            for fdpass in (False, True):
                with self.ssh(fdpass) as ssh:
                    with ssh.start("cat") as process:
                        try:
                            process.stdin.write(b"hello\n")
                            process.stdin.flush()
                            self.assertEqual(process.stdout.readline(), b"hello\n")
                            self.assertEqual(servers.alive(ssh.helper()), not fdpass)
                            stop(process)
                            process.wait(LIMIT)
                            self.assertTrue(ssh.helper_ends(), f"the helper outlives ssh after {name}")
                        finally:
                            process.kill()

    def test_refused_target_is_one_clear_line(self):
        port = targets.closed_port()
        for fdpass in (False, True):
            with self.ssh(fdpass) as ssh:
                result = ssh.run("true", options=[f"-oPort={port}"])
                self.assertEqual((result.status, result.out), (255, b""))
                self.assertRegex(result.err, "(?m)^sockscat: error: " + self.refusal.format(port=port))
                self.assertEqual(result.err.count("sockscat: error: "), 1, result.err)
                self.assertLess(result.seconds, cli.slack(5))
                self.assertTrue(ssh.helper_ends(), "the helper outlives ssh")


class ThroughMicrosocks(Sessions, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proxy = cls.enterClassContext(servers.microsocks(login=("alice", "secret"))).url(login="alice:secret")


class ThroughDante(Sessions, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proxy = cls.enterClassContext(servers.dante()).url()


class ThroughSshDynamic(Sessions, unittest.TestCase):
    refusal = r"127\.0\.0\.1:\d+: request: closed without a reply"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proxy = cls.enterClassContext(servers.ssh_dynamic(cls.server)).url("socks4a")

    def test_target_by_name_and_over_ipv6(self):
        self.proxy = self.proxy.replace("socks4a", "socks5h")
        super().test_target_by_name_and_over_ipv6()


class SilentProxy(unittest.TestCase):
    ssh = Sessions.ssh

    @classmethod
    def setUpClass(cls):
        cls.server = servers.SshServer("127.0.0.1", 22, "/nonexistent")
        proxy = cls.enterClassContext(targets.Silent())
        cls.proxy = f"socks5h://{proxy.host}:{proxy.port}"

    def test_connect_timeout_of_ssh_ends_the_helper(self):
        """It runs only on the pipe path: with a passed descriptor ssh waits for the helper."""
        with self.ssh(False) as ssh:
            result = ssh.run("true", options=["-oConnectTimeout=1"])
            self.assertEqual(result.status, 255)
            self.assertIn("timed out", result.err)
            self.assertNotIn("sockscat: ", result.err)
            self.assertLess(result.seconds, cli.slack(5))
            self.assertTrue(ssh.helper_ends(), "the helper outlives ssh")

    def test_our_own_limit(self):
        for fdpass in (False, True):
            with self.ssh(fdpass, "-w", "0.5") as ssh:
                result = ssh.run("true")
                self.assertEqual(result.status, 255)
                self.assertEqual(result.err.count("sockscat: error: "), 1, result.err)
                self.assertRegex(result.err, r"(?m)^sockscat: error: .*0\.5 ?s")
                self.assertLess(result.seconds, cli.slack(5))
                self.assertTrue(ssh.helper_ends(), "the helper outlives ssh")


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
