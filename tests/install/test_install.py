# SPDX-License-Identifier: MIT
"""The installed tree: everything is where it belongs, and a stranger can build with it."""
import os
import re
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import consumers
from consumers import run

BUILD = os.environ["SOCKSCAT_BUILD"]
# What the library was built with: a machine may have no other generator and no other compiler.
TOOLS = ["-G", os.environ["SOCKSCAT_GENERATOR"], f"-DCMAKE_CXX_COMPILER={os.environ['SOCKSCAT_CXX']}",
         f"-DCMAKE_CXX_FLAGS={os.environ.get('SOCKSCAT_FLAGS', '')}"]


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
        # In another place than where it was installed, which is another than it was configured for.
        staged = Path(cls.folder.name) / "prefix"
        run("cmake", "--install", BUILD, "--prefix", staged)
        cls.prefix = consumers.moved(staged, Path(cls.folder.name) / "somewhere/else")

    def test_files_are_where_they_are_looked_for(self):
        for name in ("bin/sockscat", "share/man/man1/sockscat.1", "share/man/man1/sockscat-connect.1",
                     "share/man/man1/sockscat-bind.1", "share/man/man1/sockscat-udp.1",
                     "share/man/man1/sockscat-probe.1", "share/sockscat/sockscat.probe-1.schema.json",
                     "share/bash-completion/completions/sockscat", "share/zsh/site-functions/_sockscat",
                     "share/fish/vendor_completions.d/sockscat.fish", "include/sockscat/client.hpp"):
            self.assertTrue((self.prefix / name).is_file(), name)
        self.assertIn("usage: sockscat", run(self.prefix / "bin/sockscat", "--help"))

    def test_shells_find_the_completions_below_usr_local(self):
        # fish looks there where XDG_DATA_DIRS says so, as desktops do.
        fish = ["env", f"HOME={self.folder.name}", "XDG_DATA_DIRS=/usr/local/share:/usr/share",
                "fish", "-c", "complete -C 'sockscat conn'"]
        shells = {
            "bash": ["bash", "--norc", "-c", ". /usr/share/bash-completion/bash_completion;"
                                             "_completion_loader sockscat; complete -p sockscat || true"],
            "zsh": ["zsh", "-fc", "autoload -U compinit; compinit -u -D; print -- $_comps[sockscat]"],
            "fish": fish,
        }
        for shell, command in shells.items():
            if shutil.which(shell) is None:
                continue
            with self.subTest(shell=shell):
                wanted = "connect\t" if shell == "fish" else "_sockscat"
                mounted = 'mount --bind "$1" /usr/local; shift; exec "$@"'
                said = run("unshare", "--map-root-user", "--mount", "sh", "-ec", mounted, "sh", self.prefix, *command)
                self.assertIn(wanted, said)
                self.assertNotIn(wanted, run(*command))  # the control: they are nowhere else

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
        version = run(self.prefix / "bin/sockscat", "--version").split()[1]
        built = consumers.build_with_cmake(self.prefix, Path(self.folder.name) / "consumer", version, *TOOLS)
        for name, program in built.items():
            with self.subTest(program=name):
                if name.startswith("mixed"):
                    self.assertEqual(run(program), "0 failures\n")
                    continue
                self.assertEqual(run(program, *consumers.NOBODY), consumers.REFUSED)
                self.assertEqual(run(program, "socks5h://127.0.0.1:1", "www.test"), consumers.REFUSED)
        self.assertGreaterEqual(len(built), 4)

    def test_a_stranger_builds_with_pkg_config(self):
        program = consumers.build_with_pkg_config(
            self.prefix, Path(self.folder.name) / "with_pkg_config", os.environ["SOCKSCAT_CXX"],
            *os.environ.get("SOCKSCAT_FLAGS", "").split())
        self.assertEqual(run(program, *consumers.NOBODY), consumers.REFUSED)


if __name__ == "__main__":
    unittest.main()
