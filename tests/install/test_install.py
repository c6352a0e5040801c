# SPDX-License-Identifier: MIT
"""The installed tree: everything is where it belongs, and a stranger can build with it."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = os.environ["SOCKSCAT_BUILD"]
# What the library was built with: a machine may have no other generator and no other compiler.
TOOLS = ["-G", os.environ["SOCKSCAT_GENERATOR"], f"-DCMAKE_CXX_COMPILER={os.environ['SOCKSCAT_CXX']}",
         f"-DCMAKE_CXX_FLAGS={os.environ.get('SOCKSCAT_FLAGS', '')}"]


def run(*command, **kwargs):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=240, **kwargs)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


# With SOCKSCAT_STATIC the C++ runtime is inside; a sanitizer brings its own library.
RUNTIME = set() if os.environ["SOCKSCAT_RUNTIME"] == "static" else {
    "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libasan.so.8", "libubsan.so.1", "libtsan.so.2"}
LINKED = {"libc.so.6"} | RUNTIME


def needed(program):
    """The libraries that an ELF file is linked with, without the loader."""
    names = re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", program))
    return {name for name in names if not name.startswith("ld-linux")}


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.prefix = Path(cls.folder.name) / "prefix"
        run("cmake", "--install", BUILD, "--prefix", cls.prefix)

    def test_files_are_where_they_are_looked_for(self):
        for name in ("bin/sockscat", "share/man/man1/sockscat.1", "share/man/man1/sockscat-connect.1",
                     "share/man/man1/sockscat-bind.1", "share/man/man1/sockscat-udp.1",
                     "share/man/man1/sockscat-probe.1", "share/sockscat/sockscat.probe-1.schema.json",
                     "share/bash-completion/completions/sockscat", "share/zsh/vendor-completions/_sockscat",
                     "share/fish/vendor_completions.d/sockscat.fish", "include/sockscat/client.hpp"):
            self.assertTrue((self.prefix / name).is_file(), name)
        self.assertIn("usage: sockscat", run(self.prefix / "bin/sockscat", "--help"))

    def test_the_executable_links_nothing_that_only_some_runs_need(self):
        self.assertEqual(needed(self.prefix / "bin/sockscat") - LINKED, set())
        self.assertIn("libc.so.6", needed(self.prefix / "bin/sockscat"))

    @unittest.skipIf(RUNTIME, "it is in libstdc++ anyway")
    def test_no_stream_makes_every_start_pay_for_locales(self):
        symbols = run("nm", "-C", Path(BUILD, "cli/sockscat")) # what is installed may have none
        self.assertIn("std::filesystem::", symbols)
        self.assertNotIn("std::locale::", symbols)

    def test_a_library_that_is_linked_is_seen(self):
        self.assertIn("libcrypto.so.3", needed(shutil.which("openssl")) - LINKED)

    def test_a_stranger_builds_with_find_package(self):
        build = Path(self.folder.name) / "consumer"
        version = run(self.prefix / "bin/sockscat", "--version").split()[1]
        run("cmake", "-S", HERE, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
            f"-DSOCKSCAT_WANTED={version}", *TOOLS)
        run("cmake", "--build", build)
        said = run(build / "consumer", "socks5h://127.0.0.1:1", "localhost", "80")
        self.assertEqual(said, "127.0.0.1:1: connect: connection refused\n")
        said = run(build / "consumer", "socks5h://127.0.0.1:1", "www.test")
        self.assertEqual(said, "127.0.0.1:1: connect: connection refused\n")


if __name__ == "__main__":
    unittest.main()
