# SPDX-License-Identifier: MIT
"""The protocol stays pure, and every source file says its licence."""
import os
import re
import sys
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")]

import documents as doc
from sources import code

PURE = ("lib/proto", "lib/base")
FORBIDDEN = ("asio::", "SSL_", "getenv", "clock::now")  # headers: test_includes.py
SOURCE = {".cpp", ".hpp", ".h", ".c", ".py", ".sh", ".cmake", ".1", ".bash", ".fish"}


def files(*folders):
    """Every file below the folders that is no cache of Python's."""
    return sorted(path for folder in folders for path in (doc.TREE / folder).rglob("*")
                  if path.is_file() and "__pycache__" not in path.parts)


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


class Licence(unittest.TestCase):
    def test_every_source_file_has_an_spdx_line(self):
        for path in files("cli", "lib", "tests", "man", "completions"):
            if is_source(path) or path.name == "_sockscat":
                with self.subTest(file=str(path.relative_to(doc.TREE))):
                    first = path.read_text(errors="replace").splitlines()[:3]
                    self.assertTrue(any("SPDX-License-Identifier: MIT" in line for line in first))


class Citations(unittest.TestCase):
    def test_what_is_cited_is_there_to_read(self):
        for path in files("cli", "lib", "tests", "man"):
            if not is_source(path):
                continue
            near = (path.parent, doc.TREE, doc.TREE / "lib", doc.TREE / "tests")
            for name in re.findall(r"[\w./-]+\.md\b", path.read_text(errors="replace")):
                with self.subTest(file=str(path.relative_to(doc.TREE)), document=name):
                    self.assertTrue(any((folder / name.lstrip("/")).is_file() for folder in near))


class Repetition(unittest.TestCase):
    def test_no_page_and_no_help_names_an_option_twice(self):
        for command in [None, *doc.described_commands()]:
            for reader in (doc.help_options, doc.man_options):
                with self.subTest(reader=reader.__name__, command=command):
                    options = reader(command)
                    self.assertEqual(sorted(options), sorted(set(options)))


if __name__ == "__main__":
    unittest.main()
