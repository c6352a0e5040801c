# SPDX-License-Identifier: MIT
"""clang-tidy 14 finds nothing in the files that it can read: clang 14 cannot read Asio's coroutines,
and headers of other libraries take it too long. With clang-tidy 16 every file can be checked by hand:

    clang-tidy-16 -p build/dev FILE --extra-arg=-DASIO_HAS_CO_AWAIT=1 --extra-arg=-DASIO_HAS_STD_COROUTINE=1
"""
import os
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")]

import documents as doc
from sources import LIBRARIES, seen_libraries, sources

TOOL = "clang-tidy-14"
FLAGS = ["-std=c++20", "-Ilib", "-Ilib/include", "-Icli"]


def complaints(path):
    """What it says about one file, and the files below that it includes."""
    done = subprocess.run([TOOL, "--quiet", "--config-file=.clang-tidy", path, "--", *FLAGS], cwd=doc.TREE, capture_output=True, text=True,
                          timeout=240)
    return done.stdout + (done.stderr if done.returncode else "")


class Tidy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        doc.need_tool(TOOL)

    def test_it_finds_nothing(self):
        files = [path for top in ("lib", "cli") for path in sources(top)
                 if path.suffix == ".cpp" and not seen_libraries(path) & LIBRARIES]
        self.assertGreater(len(files), 30)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for path, said in zip(files, pool.map(complaints, files)):
                with self.subTest(file=str(path.relative_to(doc.TREE))):
                    self.assertEqual(said, "")

    def test_it_would_find_something(self):
        with tempfile.NamedTemporaryFile("w", suffix=".cpp") as file:
            file.write("#include <cstdlib>\nconst char* home() {\n    return std::getenv(\"HOME\");\n}\n")
            file.flush()
            self.assertIn("concurrency-mt-unsafe", complaints(file.name))


if __name__ == "__main__":
    unittest.main()
