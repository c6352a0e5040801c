# SPDX-License-Identifier: MIT
"""SECURITY.md says of the tests what is true: the files are there, and the figures are those of the tree."""
import os
import re
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", folder) for folder in ("support", "gates", "faults")]

import counts
import documents as doc
import gates
import matrix
from test_faults import variants

PAGE = doc.TREE / "SECURITY.md"
LAG = 1.25  # a figure that says "at least" is this far behind, and no more


def figures(page):
    """{what is counted: the figure}"""
    patterns = {"faults": r"At least (\d+) kinds of fault", "runs": r"in at least (\d+) runs",
                "gates": r"At least (\d+) known bugs", "fuzz targets": r"At least (\d+) fuzz targets"}
    return {name: int(re.search(pattern, page)[1]) for name, pattern in patterns.items()}


def counted():
    total = re.search(r"\| all \| (\d+) \| (\d+) \|", counts.table(variants(matrix.ROWS)))
    targets = [path for path in (doc.TREE / "tests/fuzz").glob("*_fuzz.cpp")]
    return {"faults": int(total[1]), "runs": int(total[2]), "gates": len(gates.everyone()), "fuzz targets": len(targets)}


def unreached(page):
    """Lines and branches, in the table of coverage."""
    rows = re.findall(r"^\| `lib/(?:base|proto)\S*` \| (\d+) of (\d+) \| (\d+) of (\d+) \|", page, re.M)
    assert rows
    return tuple(sum(int(row[at + 1]) - int(row[at]) for row in rows) for at in (0, 2))


def wrong(said, true):
    return {name for name in said if not said[name] <= true[name] <= said[name] * LAG}


class Security(unittest.TestCase):
    def setUp(self):
        self.page = PAGE.read_text()

    def test_the_figures_are_those_of_the_tree(self):
        said, true = figures(self.page), counted()
        self.assertEqual(wrong(said, true), set(), (said, true))

    def test_what_is_not_reached_is_what_the_table_of_coverage_has(self):
        said = re.search(r"(\d+) lines and (\d+) branches that unit tests do not reach", self.page)
        self.assertEqual((int(said[1]), int(said[2])), unreached((doc.TREE / "tests/README.md").read_text()))

    def test_every_file_that_it_names_is_there(self):
        names = re.findall(r"`(?:python3 |sh )?(tests/[\w./]+)", self.page)
        self.assertGreater(len(names), 10)
        for name in names:
            self.assertTrue((doc.TREE / name).exists(), name)

    def test_every_test_that_it_runs_is_there(self):
        scripts = {path.stem.removeprefix("test_") for path in (doc.TREE / "tests").rglob("test_*.py")}
        for words in re.findall(r"-R '?(?:cli|install)\.(\(?[\w\\|]+\)?)", self.page):
            for name in re.findall(r"\w+", words):
                self.assertIn(name, scripts)

    def test_controls_figures_that_are_wrong_are_seen(self):
        true = counted()
        self.assertEqual(wrong({name: number + 1 for name, number in true.items()}, true), set(true))
        self.assertEqual(wrong({name: number // 2 for name, number in true.items()}, true), set(true))
        self.assertEqual(unreached("| `lib/base` | 8 of 9 | 5 of 7 |\n"), (1, 2))


if __name__ == "__main__":
    unittest.main()
