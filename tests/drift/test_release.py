# SPDX-License-Identifier: MIT
"""The version, the changelog and the list of other people's software agree with the tree."""
import datetime
import os
import re
import sys
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")]

import documents as doc

LIBRARIES = (doc.TREE / "lib/libraries/libraries.cpp").read_text()
THIRD_PARTY = (doc.TREE / "THIRD-PARTY.md").read_text()


def version():
    header = (doc.TREE / "lib/include/sockscat/version.hpp").read_text()
    return re.search(r'library_version\{"([\d.]+)"\}', header)[1]


def releases(changelog):
    """[(version, its date or None)], newest first."""
    return [(found[1], found[2]) for found in re.finditer(r"^## ([\w.]+)(?: \((.*)\))?$", changelog, re.M)]


def section(page, begins):
    return page.split(begins, 1)[1].split("\n\n", 2)[1]


def packages(text):
    """Words that are names of Debian packages of a library at run time."""
    return set(re.findall(r"\blib[a-z0-9+-]+\b", text))


def names_in_code():
    rows = re.findall(r'description\{"\w+", "[^"]+", "([^"]+)"\}', LIBRARIES)
    return packages(" ".join(rows))


class Release(unittest.TestCase):
    def test_the_changelog_begins_with_this_version(self):
        newest, date = releases((doc.TREE / "CHANGELOG.md").read_text())[0]
        self.assertEqual(newest, version())
        self.assertTrue(datetime.date.fromisoformat(date))

    def test_another_heading_is_not_taken_for_it(self):
        self.assertEqual(releases("## Unreleased\n\n## 0.2.0 (2026-12-01)\n"),
                         [("Unreleased", None), ("0.2.0", "2026-12-01")])

    def test_the_program_says_it(self):
        self.assertIn(version(), doc.cli.run("--version").out.decode())

    def test_what_is_loaded_is_listed(self):
        rows = section(THIRD_PARTY, "Loaded by the runs").splitlines()[2:]
        listed = packages(" ".join(row.split("|")[3] for row in rows))
        self.assertEqual(listed, names_in_code())
        self.assertGreater(len(listed), 4)


if __name__ == "__main__":
    unittest.main()
