# SPDX-License-Identifier: MIT
"""What runs the examples finds all of them, and misses one that has no check or whose check proves nothing."""
import pathlib
import re
import tempfile
import unittest

import examples_world as world
from examples import Examples, Shown, of_manual, of_markdown, session
from expect import CliCase

PAGES = sorted((pathlib.Path(__file__).resolve().parents[2] / "man").glob("*.1"))
PAGE = """.Sh EXAMPLES
Greet, with
.Xr echo 1 :
.Bd -literal -offset indent
echo 'one\\etwo'
.Ed
.Pp
In
.Pa ~/file ,
keep
.Ql it :
.Bd -literal -offset indent
$ cat \\e
    file
it
$ echo more
.Ed
.Sh SEE ALSO
"""


def outcome(checks, examples):
    """The unittest.TestResult of these examples with these checks."""
    class Document(Examples, CliCase):
        pass
    Document.shown, Document.examples = checks, examples
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Document).run(result)
    return result


class Found(unittest.TestCase):
    def test_titles_and_code(self):
        with tempfile.NamedTemporaryFile("w+", suffix=".1") as file:
            file.write(PAGE)
            file.flush()
            first, second = of_manual(pathlib.Path(file.name))
        self.assertEqual((first.title, first.code), ("Greet, with echo(1):", "echo 'one\\two'\n"))
        self.assertEqual(second.title, "In ~/file, keep it:")
        self.assertEqual(session(second.code), [("cat \\\n    file", "it\n"), ("echo more", "")])

    def test_every_block_of_every_page(self):
        self.assertGreater(len(PAGES), 5)
        for page in PAGES:
            found = of_manual(page)
            with self.subTest(page=page.name):
                self.assertEqual(len(found), len(re.findall(r"^\.Bd |(?<!\n)\n(?:\.Dl .*\n)+", page.read_text(), re.M)))
                self.assertEqual(len({each.title for each in found}), len(found))

    def test_of_markdown(self):
        found = of_markdown("# A\n\nDo\nthis:\n\n    one\n\n    two\n\nThen:\n\n    three\n")
        self.assertEqual([(each.title, each.code) for each in found],
                         [("Do this:", "one\n\ntwo\n"), ("Then:", "three\n")])


class Missed(unittest.TestCase):
    def setUp(self):
        with tempfile.NamedTemporaryFile("w+", suffix=".1") as file:
            file.write(PAGE)
            file.flush()
            self.examples = of_manual(pathlib.Path(file.name))
        self.checks = Shown()

    def check(self, *titles, fails=False):
        def function(case, stage, *_):
            self.assertEqual(len(_), len(titles))
            if fails or stage.sockscat == world.Stage.STUB:
                case.fail("it was noticed")
        self.checks(*titles)(function)

    def test_none_is_missed(self):
        self.check("Greet, with echo(1):")
        self.check("In ~/file, keep it:")
        self.assertTrue(outcome(self.checks, self.examples).wasSuccessful())

    def test_an_example_without_a_check(self):
        self.check("Greet, with echo(1):")
        self.assertFalse(outcome(self.checks, self.examples).wasSuccessful())

    def test_an_example_that_fails(self):
        self.check("Greet, with echo(1):", "In ~/file, keep it:", fails=True)
        self.assertFalse(outcome(self.checks, self.examples).wasSuccessful())

    def test_a_check_that_proves_nothing(self):
        self.checks("Greet, with echo(1):", "In ~/file, keep it:")(lambda *_: None)
        self.assertFalse(outcome(self.checks, self.examples).wasSuccessful())


if __name__ == "__main__":
    world.enter()
    unittest.main()
