# SPDX-License-Identifier: MIT
"""Uploads to real receivers that end their sending side at once, through real proxies: all of it arrives."""
import contextlib
import os
import subprocess
import tempfile
import time
import unittest

import cli
import interop
import isolation
import servers
from expect import CliCase
from http_target import blob, sha256
from running import Running
from targets import closed_port

SIZE = 100_000_000
LIMIT = 120

# {name: (as a server at {port}, as a client of {host} {port})}; all say nothing and end at once.
RECEIVERS = {
    "ncat": ("ncat -l --recv-only 127.0.0.1 {port}", "ncat --recv-only {host} {port}"),
    "nc": ("nc -l -N 127.0.0.1 {port}", "nc -N {host} {port}"),
    "socat": ("socat -t 30 TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr -", "socat -t 30 TCP:{host}:{port} -"),
}


@contextlib.contextmanager
def receiver(command):
    """Runs it with an empty stdin; yields a function that waits for its end: (size, checksum)."""
    program, *words = command.split()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([servers.need(program), *words], stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.DEVNULL)

        def received():
            process.wait(LIMIT)
            out.seek(0)
            data = out.read()
            return len(data), sha256(data)
        try:
            yield received
        finally:
            servers.end(process)


class Uploads(CliCase):
    @classmethod
    def setUpClass(cls):
        cls.data = blob(SIZE)
        cls.expected = (SIZE, sha256(cls.data))
        cls.file = cls.enterClassContext(tempfile.TemporaryFile())
        cls.file.write(cls.data)
        server = cls.enterClassContext(servers.sshd())
        cls.proxies = {"dante": cls.enterClassContext(servers.dante()),
                       "ssh -D": cls.enterClassContext(servers.ssh_dynamic(server))}

    def stdin(self, kind):
        if kind == "pipe":
            return self.data
        self.file.seek(0)
        return self.file

    def listen(self, name):
        port = closed_port()
        context = receiver(RECEIVERS[name][0].format(port=port))
        received = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        end = time.monotonic() + 10
        while not servers.listens(port):
            self.assertLess(time.monotonic(), end, f"{name} does not listen")
            time.sleep(0.01)
        return port, received

    def test_connect(self):
        cases = [(name, kind, options) for name in RECEIVERS for kind, options in
                 (("file", ()), ("pipe", ()), ("file", ("-N",)), ("pipe", ("-N",)), ("file", ("--send-only",)))]
        for proxy, endpoint in self.proxies.items():
            for name, kind, options in cases:
                with self.subTest(proxy=proxy, receiver=name, stdin=kind, options=options):
                    port, received = self.listen(name)
                    result = cli.run("connect", "-x", endpoint.url(), *options, "127.0.0.1", port,
                                     stdin=self.stdin(kind), timeout=LIMIT)
                    self.assert_status(result, 0)
                    self.assertEqual(received(), self.expected)
                    self.assertEqual(result.out, b"")

    def test_bind(self):
        for name, (_, command) in RECEIVERS.items():
            with self.subTest(receiver=name), tempfile.TemporaryDirectory() as directory:
                where = os.path.join(directory, "where")
                with Running("bind", "-x", self.proxies["dante"].url(), "--address-file", where,
                             stdin=self.stdin("file")) as running:
                    end = time.monotonic() + 10
                    while not os.path.exists(where):
                        self.assertLess(time.monotonic(), end, bytes(running.err))
                        time.sleep(0.005)
                    with open(where) as file:
                        host, port = file.read().split()
                    with receiver(command.format(host=host, port=port)) as received:
                        self.assertEqual(received(), self.expected)
                    self.assertEqual(running.process.wait(10), 0)


class Git(CliCase):
    """core.gitProxy: git closes both pipes when it has everything, and looks at the status."""

    def git(self, *words, **more):
        return subprocess.run([servers.need("git"), *map(str, words)], check=True, capture_output=True,
                              timeout=LIMIT, **more)

    def test_clone(self):
        daemon = os.path.join(self.git("--exec-path").stdout.decode().strip(), "git-daemon")
        if not os.path.exists(daemon):
            servers.do_without("git-daemon is not installed")
        with tempfile.TemporaryDirectory() as directory, servers.dante() as endpoint:
            source, home = os.path.join(directory, "source"), os.path.join(directory, "home")
            os.mkdir(home)
            env = cli.environment(HOME=home, GIT_CONFIG_NOSYSTEM="1", GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@b",
                                  GIT_COMMITTER_NAME="a", GIT_COMMITTER_EMAIL="a@b")
            self.git("init", source, env=env)
            with open(os.path.join(source, "file"), "wb") as file:
                file.write(blob(3_000_000))
            self.git("-C", source, "add", "file", env=env)
            self.git("-C", source, "commit", "-m", "first", env=env)
            port = closed_port()
            script = os.path.join(directory, "proxy")
            with open(script, "w") as file:
                file.write(f'#!/bin/sh\n"{cli.BINARY}" connect -x {endpoint.url()} "$1" "$2"\n'
                           f'echo $? >>{directory}/status\n')
            os.chmod(script, 0o755)
            process = subprocess.Popen([daemon, "--export-all", f"--base-path={directory}", "--listen=127.0.0.1",
                                        f"--port={port}", "--reuseaddr"], stderr=subprocess.DEVNULL)
            try:
                end = time.monotonic() + 10
                while not servers.listens(port):
                    self.assertLess(time.monotonic(), end, "git-daemon does not listen")
                    time.sleep(0.01)
                copy = os.path.join(directory, "copy")
                for _ in range(3):
                    self.git("-c", f"core.gitProxy={script}", "clone", f"git://127.0.0.1:{port}/source", copy, env=env)
                    with open(os.path.join(copy, "file"), "rb") as file:
                        self.assertTrue(file.read() == blob(3_000_000))
                    self.git("-c", f"core.gitProxy={script}", "-C", copy, "fetch", env=env)
                    subprocess.run(["rm", "-rf", copy], check=True)
                time.sleep(0.5)
                with open(os.path.join(directory, "status")) as file:
                    self.assertEqual(file.read().split(), ["0"] * 6)
            finally:
                servers.end(process)


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
