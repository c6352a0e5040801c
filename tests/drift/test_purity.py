# SPDX-License-Identifier: MIT
"""The layers stay apart, and every source file says its licence."""
import os
import re
import sys
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")]

import documents as doc

PURE = ("lib/proto", "lib/base")
FORBIDDEN = ("asio", "openssl", "sys/socket.h", "getenv", "clock::now")
SOURCE = {".cpp", ".hpp", ".h", ".c", ".py", ".sh", ".cmake", ".1", ".bash", ".fish"}


def files(*folders):
    """Every file below the folders that is no cache of Python's."""
    return sorted(path for folder in folders for path in (doc.TREE / folder).rglob("*")
                  if path.is_file() and "__pycache__" not in path.parts)


def code(path):
    """C++ source without its comments."""
    text = path.read_text()
    return re.sub(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/',
                  lambda found: found.group(1) or " ", text, flags=re.S)


def includes(path):
    """[(kind, name)]: kind is < or a quote."""
    return re.findall(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', code(path), re.M)


def is_source(path):
    if path.suffix in SOURCE or path.name == "CMakeLists.txt":
        return True
    with path.open("rb") as stream:
        return stream.read(2) == b"#!"


class Purity(unittest.TestCase):
    def test_the_protocol_knows_no_sockets_clocks_or_environment(self):
        for path in files(*PURE):
            text = code(path)
            for word in FORBIDDEN:
                with self.subTest(file=str(path.relative_to(doc.TREE)), word=word):
                    self.assertNotIn(word, text)

    def test_the_commands_use_only_the_public_library(self):
        internal = tuple(folder.name + "/" for folder in (doc.TREE / "lib").glob("*")
                         if folder.is_dir() and folder.name != "include")
        for path in files("cli"):
            if path.suffix not in {".cpp", ".hpp"}:
                continue
            for kind, name in includes(path):
                with self.subTest(file=str(path.relative_to(doc.TREE)), include=name):
                    self.assertNotIn("..", name.split("/"))
                    self.assertFalse(name.startswith(("lib/", *internal)))
                    if kind == '"':
                        self.assertTrue((path.parent / name).is_file() or
                                        (doc.TREE / "cli" / name).is_file())
                    elif name.startswith("sockscat/") and not name.endswith("version.hpp"):
                        self.assertTrue((doc.TREE / "lib" / "include" / name).is_file())

    def test_the_public_headers_include_no_private_ones(self):
        for path in files("lib/include"):
            for kind, name in includes(path):
                with self.subTest(file=str(path.relative_to(doc.TREE)), include=name):
                    self.assertEqual(kind, "<")
                    self.assertNotIn("..", name.split("/"))


class Libraries(unittest.TestCase):
    def test_one_file_knows_ldns(self):
        knowing = [path.name for path in files("cli", "lib") if path.suffix in {".cpp", ".hpp"}
                   and any(name.startswith("ldns/") for _, name in includes(path))]
        self.assertEqual(knowing, ["dns_message.cpp"])


class Licence(unittest.TestCase):
    def test_every_source_file_has_an_spdx_line(self):
        for path in files("cli", "lib", "tests", "man", "completions"):
            if is_source(path) or path.name == "_sockscat":
                with self.subTest(file=str(path.relative_to(doc.TREE))):
                    first = path.read_text(errors="replace").splitlines()[:3]
                    self.assertTrue(any("SPDX-License-Identifier: MIT" in line for line in first))


class Repetition(unittest.TestCase):
    def test_no_page_and_no_help_names_an_option_twice(self):
        for command in [None, *doc.described_commands()]:
            for reader in (doc.help_options, doc.man_options):
                with self.subTest(reader=reader.__name__, command=command):
                    options = reader(command)
                    self.assertEqual(sorted(options), sorted(set(options)))


if __name__ == "__main__":
    unittest.main()
