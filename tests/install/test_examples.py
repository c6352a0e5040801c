# SPDX-License-Identifier: MIT
"""The examples of lib/examples, built with what is installed, by CMake and by pkg-config, and run with real proxies."""
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")]

import isolation
import servers
import targets
from http_target import http_target
from name_server import NameServer

TREE = Path(__file__).resolve().parents[2]
EXAMPLES = TREE / "lib/examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.cpp"))
CXX = os.environ["SOCKSCAT_CXX"]
FLAGS = os.environ.get("SOCKSCAT_FLAGS", "")
LIMIT = 30


def run(*command, **options):
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=500, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


class Example(unittest.TestCase):
    """Installs into one folder, moves that to another, and builds there."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        for component in ("library", "development"): # all that a program needs which is built with it
            run("cmake", "--install", os.environ["SOCKSCAT_BUILD"], "--prefix", Path(folder, "first"),
                "--component", component)
        cls.prefix = Path(folder, "then/here")
        cls.prefix.parent.mkdir()
        Path(folder, "first").rename(cls.prefix)
        cls.source = Path(folder, "examples")
        shutil.copytree(EXAMPLES, cls.source)
        cls.build = cls.source / "build"

    def start(self, name, *arguments):
        return subprocess.Popen([self.build / name, *map(str, arguments)], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def end(self, process):
        """(status, stdout, stderr)"""
        out, err = process.communicate(timeout=LIMIT)
        return process.returncode, out, err.decode()

    def run_example(self, name, *arguments):
        return self.end(self.start(name, *arguments))

    def assert_prints(self, expected, name, *arguments):
        status, out, err = self.run_example(name, *arguments)
        self.assertEqual((status, out), (0, expected), err)

    def assert_fails(self, pattern, name, *arguments):
        status, out, err = self.run_example(name, *arguments)
        self.assertEqual(status, 1, err)
        self.assertEqual(out, b"")
        self.assertRegex(err, rf"\A{name}: (?s:.*){pattern}")


class ByCMake(Example):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run("cmake", "-S", cls.source, "-B", cls.build, "-G", os.environ["SOCKSCAT_GENERATOR"],
            f"-DCMAKE_CXX_COMPILER={CXX}", f"-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror {FLAGS}",
            f"-DCMAKE_PREFIX_PATH={cls.prefix}")
        run("cmake", "--build", cls.build)
        cls.microsocks = cls.enterClassContext(servers.microsocks())
        cls.banner = cls.enterClassContext(targets.Source(b"welcome\n"))
        cls.dead = f"socks5h://127.0.0.1:{targets.closed_port()}"

    def test_all_are_built(self):
        for name in NAMES:
            self.assertTrue((self.build / name).is_file(), name)

    def test_wrong_usage_is_told(self):
        for name in NAMES:
            with self.subTest(example=name):
                status, _, err = self.run_example(name)
                self.assertEqual((status, err[:7]), (2, "usage: "))
                words = re.search(r"^// usage: (.*)$", (EXAMPLES / f"{name}.cpp").read_text(), re.M).group(1)
                self.assertEqual(err, f"usage: {words}\n")

    def test_a_get(self):
        with http_target() as port:
            status, out, err = self.run_example("http_get", self.microsocks.url(), "localhost", port, "/")
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(out, rb"\AHTTP/1\.[01] 200 (?s:.*)\r\n\r\nIt works\.\n\Z")

    def test_a_dns_query_in_datagrams(self):
        with servers.dante() as proxy, NameServer({"www.test": ["192.0.2.7"]}) as names:
            self.assert_prints(b"192.0.2.7\n", "dns_query", proxy.url(), "127.0.0.1", "www.test")
            self.assertIn("www.test", names.names())
            self.assert_fails("NXDOMAIN", "dns_query", proxy.url(), "127.0.0.1", "nowhere.test")
        self.assert_fails("REP 07", "dns_query", self.microsocks.url(), "127.0.0.1", "www.test")

    def test_an_accepted_connection(self):
        with servers.dante() as proxy:
            for scheme in ("socks5h", "socks4a"):
                with self.subTest(scheme=scheme):
                    running = self.start("accept_one", proxy.url(scheme), LIMIT)
                    host, port = running.stdout.readline().decode().split(":")
                    with socket.create_connection((host, int(port)), LIMIT) as peer:
                        where = "%s:%d" % peer.getsockname()
                        peer.sendall(b"hello\n")
                    status, out, err = self.end(running)
                    self.assertEqual((status, out), (0, b"hello\n"), err)
                    self.assertIn(where, err)
            status, out, err = self.run_example("accept_one", proxy.url(), 1) # and no one connects
            self.assertEqual(status, 1)
            self.assertRegex(err, r"accept: .*1 s")

    def test_a_report(self):
        status, out, err = self.run_example("probe_proxy", self.microsocks.url())
        self.assertEqual((status, err), (0, ""))
        for line in (b"socks5: yes", b"auth.none: yes", b"command.connect: yes", b"socks4: no"):
            self.assertRegex(out, rb"(?m)^" + line)
        status, out, err = self.run_example("probe_proxy", self.dead)
        self.assertEqual(status, 1)
        self.assertIn("refused", err)

    def test_a_handshake_over_a_socket_of_ones_own(self):
        self.assert_prints(b"welcome\n", "own_stream", self.microsocks.url(), self.banner.host, self.banner.port)
        self.assert_fails("request: ", "own_stream", self.microsocks.url(), "127.0.0.1", targets.closed_port())

    def test_a_handshake_without_asio(self):
        to = (self.banner.host, self.banner.port)
        self.assert_prints(b"welcome\n", "without_asio", self.microsocks.url(), *to)
        self.assert_fails("request: ", "without_asio", self.microsocks.url(), "127.0.0.1", targets.closed_port())
        with servers.dante() as proxy:
            self.assert_prints(b"welcome\n", "without_asio", proxy.url("socks4"), *to)
        with servers.microsocks(login=("alice", "secret")) as proxy:
            self.assert_prints(b"welcome\n", "without_asio", proxy.url(login="alice:secret"), *to)
            self.assert_fails("auth: ", "without_asio", proxy.url(login="alice:wrong"), *to)
        with targets.Banner(b"SSH-2.0-x\r\n") as stranger:
            url = f"socks5h://{stranger.host}:{stranger.port}"
            self.assert_fails("SSH", "without_asio", url, *to) # which does not close, either

    def test_a_dial_hook(self):
        servers.need("socat")
        to = (self.banner.host, self.banner.port)
        command = f"socat - TCP:{self.microsocks.host}:{self.microsocks.port}"
        self.assert_prints(b"welcome\n", "dial_hook", command, "socks5h://proxy.invalid", *to)
        self.assert_fails(r"proxy\.invalid:1080: ", "dial_hook", "exit 0", "socks5h://proxy.invalid", *to)

    def test_a_dead_proxy_is_told(self):
        to = (self.banner.host, self.banner.port)
        for name, arguments in (("http_get", (*to, "/")), ("dns_query", ("127.0.0.1", "www.test")),
                                ("accept_one", (1,)), ("own_stream", to), ("without_asio", to)):
            with self.subTest(example=name):
                self.assert_fails("(refused|cannot connect)", name, self.dead, *arguments)

    def test_a_bad_url_is_told(self):
        self.assert_fails("scheme", "http_get", "gopher://127.0.0.1", "localhost", 80, "/")


class ByPkgConfig(Example):
    def line_of_readme(self, name):
        """The command line of the README, for one example, as words."""
        line = re.search(r"^    (g\+\+ .*)$", (EXAMPLES / "README.md").read_text(), re.M).group(1)
        line = line.replace("http_get", name).replace("g++", f"{shlex.quote(CXX)} {FLAGS}", 1)
        return ["sh", "-c", line]

    def environment(self):
        found = [str(path.parent) for path in self.prefix.rglob("sockscat.pc")]
        self.assertEqual(len(found), 1)
        libraries = {str(path.parent) for path in self.prefix.rglob("libsockscat*.so*")}
        return os.environ | {"PKG_CONFIG_PATH": found[0], "LD_LIBRARY_PATH": ":".join(libraries)}

    def test_all_are_built_and_run(self):
        for name in NAMES:
            with self.subTest(example=name):
                run(*self.line_of_readme(name), cwd=self.source, env=self.environment())
                done = subprocess.run([self.source / name], env=self.environment(), capture_output=True, check=False,
                                      timeout=LIMIT)
                self.assertEqual((done.returncode, done.stderr[:7]), (2, b"usage: "))

    def test_the_programs_in_the_documents(self):
        main = ("#include <asio/co_spawn.hpp>\n#include <asio/detached.hpp>\n#include <asio/io_context.hpp>\n"
                "int main() {\n    asio::io_context context;\n"
                "    asio::co_spawn(context, greet(), asio::detached);\n    context.run();\n}\n")
        readme = re.search(r"^(    #include .*?^    }\n)", (TREE / "lib/README.md").read_text(), re.M | re.S).group(1)
        manual = re.search(r"^\.Bd -literal\n(#include .*?)^\.Ed\n", (TREE / "man/libsockscat.3").read_text(),
                           re.M | re.S).group(1)
        for name, program in (("readme", textwrap.dedent(readme) + main), ("manual", manual)):
            with self.subTest(document=name):
                Path(self.source, f"{name}.cpp").write_text(program)
                run(*self.line_of_readme(name), cwd=self.source, env=self.environment())
                said = run(self.source / name, env=self.environment())
                self.assertRegex(said, r"\A127\.0\.0\.1:1080: .*refused\n\Z")

    def test_without_the_package_none_is_built(self):
        with self.assertRaises(AssertionError):
            run(*self.line_of_readme(NAMES[0]), cwd=self.source, env=os.environ | {"PKG_CONFIG_LIBDIR": "/nowhere"})


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
