#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Debian packages: makes them, asks lintian, unpacks them into a folder, and uses what is there.

usage: python3 tests/install/packages.py [--root] [--made]

With --root they are also installed with apt in a clean root that debootstrap makes of this Debian's release, in a
temporary folder and in namespaces of its own (as root). With --made, those that are there are taken.
"""
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import clean_root
import consumers
from consumers import run

TREE = Path(__file__).resolve().parents[2]
BUILD = TREE / "build/package"
NAMES = ("sockscat", "libsockscat0", "libsockscat-dev")
LOADED = {"libssl.so.3", "libldns.so.3", "libidn2.so.0", "libgssapi_krb5.so.2"}


def make():
    for old in BUILD.glob("*.deb"):
        old.unlink()
    print(run("cmake", "--workflow", "--preset", "package", cwd=TREE, timeout=2400).splitlines()[-1], flush=True)


def packages():
    found = {path.name.split("_")[0]: path for path in BUILD.glob("*.deb")}
    assert found.keys() == set(NAMES), found
    return found


def shown(library):
    """What a shared library shows: the demangled names."""
    lines = run("nm", "--dynamic", "--demangle", "--defined-only", library).splitlines()
    return [line.split(maxsplit=2)[2] for line in lines]


class Unpacked(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.top = Path(cls.folder.name) / "unpacked"
        for package in packages().values():
            run("dpkg", "-x", package, cls.top)
        cls.usr = cls.top / "usr"

    def test_lintian_finds_nothing(self):
        said = run("lintian", "--allow-root", "--fail-on", "error,warning", "--no-cfg", *packages().values())
        self.assertEqual([line for line in said.splitlines() if line[:2] in ("E:", "W:")], [])

    def test_control_lintian_finds_what_is_wrong(self):
        broken = self.top.parent / "broken"
        run("dpkg-deb", "--raw-extract", packages()["sockscat"], broken)
        for page in (broken / "usr/share/doc/sockscat").iterdir():
            page.unlink()
        run("dpkg-deb", "--root-owner-group", "--build", broken, broken.with_suffix(".deb"))
        done = subprocess.run(["lintian", "--allow-root", "--no-cfg", broken.with_suffix(".deb")],
                              stdout=subprocess.PIPE, text=True, check=False)
        self.assertIn("E: sockscat: no-copyright-file", done.stdout)

    def test_what_is_loaded_at_run_time_is_recommended_or_suggested(self):
        for name in ("sockscat", "libsockscat0"):
            said = run("dpkg-deb", "--field", packages()[name], "Recommends", "Suggests")
            named = re.findall(r"[a-z0-9+.-]+(?=,|$)", said, re.M)
            owners = {run("dpkg-query", "--search", f"*/{soname}").split(":")[0] for soname in LOADED}
            self.assertEqual(set(named), owners)

    def test_the_shared_library_shows_the_public_names_and_nothing_else(self):
        names = shown(self.usr / consumers.library_folder(self.usr).relative_to(self.usr) / "libsockscat.so.0")
        self.assertIn("sockscat::parse_proxy_url(std::basic_string_view<char, std::char_traits<char> >)", names)
        self.assertIn("vtable for sockscat::observer", names)
        headers = " ".join(path.read_text() for path in (self.usr / "include/sockscat").glob("*.hpp"))
        for name in names:
            with self.subTest(name=name):
                found = re.match(r"(?:vtable for |typeinfo for |typeinfo name for )?sockscat::((?:\w+::)*)~?(\w+)", name)
                self.assertIsNotNone(found)
                words = [word for word in found[1].split("::") if word] + [found[2]]
                self.assertEqual([word for word in words if not re.search(rf"\b{word}\b", headers)], [])
                self.assertNotIn(words[0], ("base", "proto", "net", "dns", "asio"))

    def test_control_another_library_shows_other_names(self):
        self.assertNotEqual([name for name in shown("/usr/lib/x86_64-linux-gnu/libssl.so.3")
                             if not name.startswith("sockscat::")], [])

    def test_the_program_runs_and_has_its_pages(self):
        version = run(self.usr / "bin/sockscat", "--version").split()[1]
        self.assertEqual(run("dpkg-deb", "--field", packages()["sockscat"], "Version").split("-")[0], version)
        for page in ("sockscat", "sockscat-connect", "sockscat-probe"):
            self.assertTrue((self.usr / f"share/man/man1/{page}.1.gz").is_file(), page)

    def test_a_stranger_builds_with_cmake_and_pkg_config(self):
        version = run(self.usr / "bin/sockscat", "--version").split()[1]
        built = consumers.build_with_cmake(self.usr, self.top.parent / "consumer", version, "-G", "Ninja")
        self.assertEqual(set(built), {"consumer_sockscat", "consumer_sockscat_static", "mixed_sockscat",
                                      "mixed_sockscat_static", "mixed_plugin"})
        for name, program in built.items():
            with self.subTest(program=name):
                if name.startswith("mixed"):
                    self.assertEqual(run(program), "0 failures\n")
                else:
                    self.assertEqual(run(program, *consumers.NOBODY), consumers.REFUSED)
        for static in (False, True):
            with self.subTest(static=static):
                program = consumers.build_with_pkg_config(
                    self.usr, self.top.parent / f"by_pkg_config_{static}", "c++", static=static)
                self.assertEqual(run(program, *consumers.NOBODY), consumers.REFUSED)
                self.assertEqual("libsockscat" in run("readelf", "-d", program), not static)

    def test_a_header_says_what_it_lacks(self):
        cases = {
            "sockscat needs C++20": ["-std=c++17"],
            "sockscat needs ASIO_STANDALONE": ["-std=c++20"],
            "built without handler tracking": ["-std=c++20", "-DASIO_STANDALONE", "-DASIO_DISABLE_STD_ALIGNED_ALLOC",
                                               "-DASIO_ENABLE_HANDLER_TRACKING"],
        }
        for wanted, words in cases.items():
            with self.subTest(wanted=wanted):
                done = subprocess.run(["c++", "-fsyntax-only", "-x", "c++", "-", f"-I{self.usr}/include", *words],
                                      input="#include <sockscat/client.hpp>\n", stderr=subprocess.PIPE, text=True,
                                      check=False)
                first = next(line for line in done.stderr.splitlines() if "error:" in line)
                self.assertIn(wanted, first)


class Installed(unittest.TestCase):
    """In a clean root, by apt."""

    @classmethod
    def setUpClass(cls):
        if "--root" not in ARGUMENTS:
            raise unittest.SkipTest("no --root")
        cls.root = clean_root.Root()
        cls.addClassCleanup(cls.root.close)
        cls.root.install(*packages().values(), "bash-completion", "microsocks", "openssh-server", "openssh-client",
                         "man-db", "g++", "cmake", "make", "pkg-config")

    def test_the_program_runs(self):
        self.assertRegex(self.root.run("sockscat --version"), r"^sockscat \d+\.\d+\.\d+\n$")

    def test_man_finds_the_page(self):
        self.assertIn("SOCKSCAT-CONNECT(1)", self.root.run("man sockscat-connect | cat").upper())

    def test_what_is_recommended_came_along(self):
        self.assertNotIn("cannot be loaded", self.root.run("sockscat --version -v"))

    def test_bash_completes(self):
        said = self.root.run("""bash -c '. /usr/share/bash-completion/bash_completion
            _completion_loader sockscat; complete -p sockscat; COMP_WORDS=(sockscat conn) COMP_CWORD=1
            COMP_LINE="sockscat conn" COMP_POINT=13; $(complete -p sockscat | sed "s/.*-F \\([^ ]*\\).*/\\1/")
            echo "${COMPREPLY[@]}"' """)
        self.assertIn("connect", said.splitlines()[-1])

    def test_connect_and_ssh_through_a_proxy(self):
        said = self.root.run("""
            mkdir -p /run/sshd /root/.ssh; [ -e /root/.ssh/id_ed25519 ] || ssh-keygen -q -t ed25519 -N "" -f /root/.ssh/id_ed25519
            cp /root/.ssh/id_ed25519.pub /root/.ssh/authorized_keys
            ip=127.0.0.1; microsocks -i $ip -p 1080 >/dev/null 2>&1 & proxy=$!
            /usr/sbin/sshd -D -o ListenAddress=$ip & server=$!
            timeout 60 sh -c "until sockscat connect -z -x socks5h://$ip $ip 22 2>/dev/null; do sleep 0.1; done"
            sockscat connect -x socks5h://$ip $ip 22 </dev/null -q | head -c 8; echo
            ssh -o StrictHostKeyChecking=no -o "ProxyCommand=sockscat connect -x socks5h://$ip -- %h %p" root@$ip echo through 2>/dev/null
            kill $proxy $server""")
        self.assertEqual(said.splitlines(), ["SSH-2.0-", "through"])

    def test_a_stranger_builds_with_the_installed_packages(self):
        self.root.copy(Path(__file__).parent, "/consumer")
        said = self.root.run("""cmake -S /consumer -B /built >/dev/null && cmake --build /built >/dev/null
            /built/mixed_sockscat; /built/mixed_sockscat_static; /built/mixed_plugin
            g++ -std=c++20 /consumer/consumer.cpp -o /with_pkg_config $(pkg-config --cflags --libs sockscat)
            /with_pkg_config socks5h://127.0.0.1:1 localhost 80
            g++ -std=c++20 /consumer/consumer.cpp -o /alone $(pkg-config --cflags sockscat) -l:libsockscat.a
            /alone socks5h://127.0.0.1:1 localhost 80""")
        self.assertEqual(said, "0 failures\n" * 3 + consumers.REFUSED * 2)


if __name__ == "__main__":
    ARGUMENTS = [word for word in sys.argv[1:] if word.startswith("--")]
    if "--root" in ARGUMENTS:
        clean_root.enter()
    if "--made" not in ARGUMENTS:
        make()
    unittest.main(argv=[word for word in sys.argv if word not in ("--root", "--made")])
