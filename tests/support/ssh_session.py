# SPDX-License-Identifier: MIT
"""A real ssh session whose connection is made by sockscat, and what it must manage through any proxy."""
import contextlib
import os
import pathlib
import shlex
import signal
import subprocess
import tempfile
import time

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

    def __init__(self, server, proxies, options, fdpass, directory):
        self.server = server
        self.pid_file = pathlib.Path(directory, "pid")
        wrapper = pathlib.Path(directory, "helper")
        hops = [word for proxy in proxies for word in ("-x", proxy)]
        command = [cli.BINARY, "connect", *hops, *options, *(["--fdpass"] if fdpass else []), "--"]
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
    further   those of the hops behind it
    ways      with pipes, and with a passed descriptor
    refusal   what our error line says when the target is closed
    """
    proxy = None
    further = ()
    ways = (False, True)
    refusal = r"127\.0\.0\.1:\d+: request: connection refused by 127\.0\.0\.1:{port}"

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(servers.sshd())

    @contextlib.contextmanager
    def ssh(self, fdpass, *options):
        with self.subTest(fdpass=fdpass), tempfile.TemporaryDirectory(prefix="sockscat-ssh-") as directory:
            yield Ssh(self.server, [self.proxy, *self.further], options, fdpass, directory)

    def test_remote_command(self):
        for fdpass in self.ways:
            with self.ssh(fdpass) as ssh:
                result = ssh.run("echo out; echo err >&2; exit 7")
                self.assertEqual((result.status, result.out, result.err), (7, b"out\n", "err\n"))
                self.assertTrue(ssh.helper_ends(), "the helper outlives ssh")

    def test_target_by_name_and_over_ipv6(self):
        for fdpass in self.ways:
            with self.ssh(fdpass) as ssh:
                for host in (isolation.PROXY_NAME, "::1"):
                    result = ssh.run("echo here", host=host)
                    self.assertEqual((result.status, result.out, result.err), (0, b"here\n", ""), host)

    def test_sends_megabytes(self):
        for fdpass in self.ways:
            with self.ssh(fdpass) as ssh:
                result = ssh.run("sha256sum", stdin=DATA)
                self.assertEqual((result.status, result.out.split()[:1], result.err), (0, [sha256(DATA).encode()], ""))

    def test_receives_megabytes(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(DATA)
            file.flush()
            for fdpass in self.ways:
                with self.ssh(fdpass) as ssh:
                    result = ssh.run(f"cat {shlex.quote(file.name)}")
                    self.assertEqual((result.status, sha256(result.out), result.err), (0, sha256(DATA), ""))

    def test_helper_lives_as_long_as_it_must(self):
        """Through pipes until ssh ends, however it ends; with a passed descriptor only until then."""
        for name, stop in (("end of stdin", lambda process: process.stdin.close()),
                           ("SIGTERM", lambda process: process.terminate()),
                           ("SIGKILL", lambda process: process.kill())):
            for fdpass in self.ways:
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
        for fdpass in self.ways:
            with self.ssh(fdpass) as ssh:
                result = ssh.run("true", options=[f"-oPort={port}"])
                self.assertEqual((result.status, result.out), (255, b""))
                self.assertRegex(result.err, "(?m)^sockscat: error: proxy " + self.refusal.format(port=port))
                self.assertEqual(result.err.count("sockscat: error: "), 1, result.err)
                self.assertLess(result.seconds, cli.slack(5))
                self.assertTrue(ssh.helper_ends(), "the helper outlives ssh")
