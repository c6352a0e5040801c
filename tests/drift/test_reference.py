# SPDX-License-Identifier: MIT
"""The documentation of the library: doxygen warns of nothing, and libsockscat(3) names headers that are there."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")]

import documents as doc

PAGE = doc.TREE / "man/libsockscat.3"
HEADERS = {path.name for path in (doc.TREE / "lib/include/sockscat").glob("*.hpp")}


def complaints(change=lambda include: None):
    """What doxygen says about the public headers, once `change` has changed the copy that it reads."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "lib")
        shutil.copytree(doc.TREE / "lib/include", source / "include")
        shutil.copy(doc.TREE / "lib/README.md", source)
        change(source / "include/sockscat")
        text = (doc.TREE / "lib/Doxyfile.in").read_text()
        for name, value in (("PROJECT_VERSION", "0"), ("SOCKSCAT_DOCS_OUTPUT", folder),
                            ("SOCKSCAT_DOCS_SOURCE", str(source))):
            text = text.replace(f"@{name}@", value)
        done = subprocess.run(["doxygen", "-"], input=text, cwd=folder, capture_output=True, text=True, timeout=240,
                              check=False)
        said = done.stdout + done.stderr
        if not said and (done.returncode or not Path(folder, "html/index.html").is_file()):
            said = f"it ends with {done.returncode} and makes nothing"
        return said


def append(text, name="address.hpp"):
    """A change: more text at the end of a header."""
    def change(include):
        with (include / name).open("a") as header:
            header.write(text)
    return change


class Doxygen(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        doc.need_tool("doxygen")

    def test_everything_public_is_documented(self):
        self.assertEqual(complaints(), "")

    def test_what_is_not_documented_is_found(self):
        for text in ("namespace sockscat {\nint undocumented();\n}\n",
                     "namespace sockscat {\n/// Documented.\nstruct known {\n    int unknown;\n};\n}\n",
                     "namespace sockscat {\n/// Documented, \\param other with a wrong name.\nint known(int one);\n}\n"):
            with self.subTest(text=text):
                self.assertRegex(complaints(append(text)), r"address\.hpp:\d+: (error|warning)")


class Manual(unittest.TestCase):
    def test_the_page_is_clean(self):
        doc.need_tool("mandoc")
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", PAGE], capture_output=True, text=True,
                              check=False)
        self.assertEqual((lint.returncode, lint.stdout), (0, ""))
        page = subprocess.run(["mandoc", "-T", "ascii", "-O", "width=80", PAGE], capture_output=True, text=True,
                              check=True).stdout
        self.assertLessEqual(max(len(re.sub(".\b", "", line)) for line in page.splitlines()), 80)

    def test_headers_that_are_named_are_there(self):
        named = set(re.findall(r"(?<!asio/)\b(\w+\.hpp)\b", PAGE.read_text())) - {"asio_version.hpp"}
        self.assertGreater(len(named), 10)
        self.assertEqual(named - HEADERS, set())

    def test_functions_that_are_named_are_there(self):
        text = "".join((doc.TREE / "lib/include/sockscat" / name).read_text() for name in sorted(HEADERS))
        for name in re.findall(r"^\.Fn (\S+)", PAGE.read_text(), re.M):
            with self.subTest(function=name):
                self.assertRegex(text, rf"\b{name.split('::')[-1]}\(")


if __name__ == "__main__":
    unittest.main()
