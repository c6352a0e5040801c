# SPDX-License-Identifier: MIT
"""Two executables: which runs the small one keeps, how it leaves the others to the full one."""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
from dataclasses import replace

import behaviours
import cli
import isolation
from expect import CliCase
from name_server import NameServer
from scripted_proxy import ScriptedProxy
from steps import silence

HERE = pathlib.Path(cli.BINARY).resolve().parent
SMALL, FULL = "sockscat", "sockscat-full"
SILENT = replace(behaviours.ECHO, opening=silence)


def settled(process, wanted):
    """The name of the program that a process runs; waits a while for the wanted one."""
    for _ in range(200):
        name = pathlib.Path(f"/proc/{process.pid}/comm").read_text().strip()
        if name == wanted:
            break
        time.sleep(0.01)
    return name


class Front(CliCase):
    def assert_runs(self, wanted, *words, **kwargs):
        with self.subTest(words=words), ScriptedProxy(SILENT) as proxy:
            process = cli.start(*(word.replace("PROXY", f"127.0.0.1:{proxy.port}") for word in words), **kwargs)
            try:
                while not proxy.conversations and process.poll() is None:
                    time.sleep(0.01)
                self.assertEqual(settled(process, wanted), wanted)
            finally:
                process.kill()
                process.communicate()

    def test_the_small_one_keeps_plain_runs(self):
        for words in (("-x", "PROXY"), ("-x", "socks4a://PROXY"), ("-x", "http://PROXY"), ("-x", "user:word@PROXY"),
                      ("-x", "PROXY", "-vv", "--trace", "--report", "-"), ("-F", "-x", "PROXY")):
            kwargs = {"stdout": self.a_socket()} if "-F" in words else {}
            self.assert_runs(SMALL, "connect", *words, "target.test", "80", **kwargs)

    def a_socket(self):
        ours, theirs = socket.socketpair()
        self.addCleanup(ours.close)
        self.addCleanup(theirs.close)
        return theirs

    def test_the_full_one_gets_all_others(self):
        for words in (("-x", "socks5h+tls://PROXY"), ("-x", "user:word@PROXY", "--auth", "chap"),
                      ("-x", "PROXY", "--tls"), ("-x", "PROXY", "-x", "192.0.2.1")):
            self.assert_runs(FULL, "connect", *words, "target.test", "80")
        for words in (("probe", "PROXY"), ("resolve", "-x", "PROXY", "target.test"), ("bind", "-x", "PROXY"),
                      ("udp", "-x", "PROXY", "192.0.2.1", "53")):
            self.assert_runs(FULL, *words)

    def test_a_name_is_looked_up_by_the_one_that_can(self):
        services = pathlib.Path(os.path.realpath("/etc/nsswitch.conf"))
        before = services.read_text()
        self.addCleanup(services.write_text, before)
        for line, wanted in (("files dns", SMALL), ("files nosuchmodule [NOTFOUND=return] dns", FULL)):
            services.write_text(f"hosts: {line}\n")
            with NameServer({"proxy.test": ["127.0.0.1"]}), ScriptedProxy(SILENT) as proxy:
                process = cli.start("connect", "-x", f"proxy.test:{proxy.port}", "target.test", "80")
                while not proxy.conversations and process.poll() is None:
                    time.sleep(0.01)
                self.assertEqual(settled(process, wanted), wanted)
                process.kill()
                process.communicate()
                result = cli.run("connect", "-x", "no-such-name.test", "target.test", "80")
                self.assert_failure(result, 10, "no-such-name.test:1080", "lookup")

    def test_secrets_of_a_run_that_is_left_to_the_full_one_arrive(self):
        with ScriptedProxy("echo", users={b"user": b"fd word"}) as proxy:
            reading, writing = os.pipe()
            os.write(writing, b"fd word\n")
            os.close(writing)
            result = cli.run("connect", "-z", "-x", f"user@127.0.0.1:{proxy.port}", "--proxy-password-fd", reading,
                             "--auth", "chap,password", "target.test", "80", pass_fds=(reading,))
            os.close(reading)
            self.assert_status(result, 0)

    def test_without_the_full_one_a_line_says_what_is_missing(self):
        with tempfile.TemporaryDirectory() as folder:
            alone = pathlib.Path(folder) / "bin"
            alone.mkdir()
            shutil.copy(HERE / SMALL, alone)
            done = subprocess.run([alone / SMALL, "--version"], capture_output=True, text=True, timeout=20)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertRegex(done.stderr, r"^sockscat: error: there is no /\S+/sockscat-full, which this run needs\n$")
            installed = pathlib.Path(folder) / "libexec/sockscat"
            installed.mkdir(parents=True)
            (installed / FULL).write_text("#!/bin/sh\necho full \"$@\"\n")
            done = subprocess.run([alone / SMALL, "--version"], capture_output=True, text=True, timeout=20)
            self.assertEqual((done.returncode, done.stderr), (1, f"sockscat: error: cannot run {alone}/../libexec/"
                                                              "sockscat/sockscat-full: Permission denied\n"))
            (installed / FULL).chmod(0o755)
            done = subprocess.run([alone / SMALL, "probe", "a b"], capture_output=True, text=True, timeout=20)
            self.assertEqual((done.returncode, done.stdout), (0, "full probe a b\n"))


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
