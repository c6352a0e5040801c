# SPDX-License-Identifier: MIT
"""Every C++ file is as clang-format 14 leaves it. Other versions format otherwise."""
import os
import subprocess
import sys
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")]

import documents as doc

TOOL = "clang-format-14"


def complaints(*arguments, **kwargs):
    """What it would change, as it says it; empty for clean text."""
    return subprocess.run([TOOL, "--dry-run", "-Werror", *arguments], cwd=doc.TREE, capture_output=True,
                          text=True, timeout=120, **kwargs).stderr


class Format(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        doc.need_tool(TOOL)

    def test_every_file(self):
        files = sorted(path for top in ("lib", "cli", "tests") for path in (doc.TREE / top).rglob("*")
                       if path.suffix in {".cpp", ".hpp"})
        self.assertGreater(len(files), 100)
        self.assertEqual(complaints(*files), "")

    def test_it_would_find_something(self):
        self.assertNotEqual(complaints("--assume-filename=lib/a.cpp", input="int  a ;\n"), "")


if __name__ == "__main__":
    unittest.main()
