# SPDX-License-Identifier: MIT
"""The examples of a document, and a test that none of them goes unchecked.

    SHOWN = Shown()

    @SHOWN("Fetch a page by hand:")
    def fetch(case, stage, code): ...

    class Page(Examples, CliCase):
        shown, examples = SHOWN, of_manual(path)

`case` asserts, `stage` (examples_world.Stage) runs the code. Each check is also run where sockscat does nothing
and exits with success: there it must fail, or it proves nothing.
"""
import re
from dataclasses import dataclass

import examples_world


@dataclass(frozen=True)
class Example:
    title: str      # the paragraph before it
    code: str


def of_manual(path):
    """The examples of an mdoc page: its literal blocks and lines, in EXAMPLES and elsewhere."""
    found, paragraph, title = [], [], ""    # of what precedes, also with an empty line between
    lines = iter(path.read_text(encoding="utf-8").splitlines(keepends=True))
    for line in lines:
        if line.startswith(".Bd -literal"):
            code = "".join(iter(lambda: next(lines), ".Ed\n"))
        elif line.startswith(".Dl "):
            code = line.removeprefix(".Dl ")
        else:
            title = _plain("".join(paragraph)) or title
            starts = re.match(r"\.(Pp|Sh|Ss|It|Bl|El|\\\")", line)
            paragraph = [] if starts else [*paragraph, line]
            continue
        title = _plain("".join(paragraph)) or title
        if line.startswith(".Dl ") and found and found[-1].title == title:
            code = found.pop().code + code
        found.append(Example(title, _unescaped(code)))
        paragraph = []
    return found


def of_markdown(text):
    """The examples of a Markdown document: its indented blocks."""
    found, is_code = [], False
    title = ""
    for piece in re.split(r"\n(?:[ \t]*\n)+", text.strip("\n")):
        was_code, is_code = is_code, all(line.startswith("    ") for line in piece.splitlines())
        if not is_code:
            title = " ".join(piece.lstrip("# ").split())
            continue
        code = re.sub(r"^    ", "", piece, flags=re.M) + "\n"
        before = found.pop().code + "\n" if was_code else ""
        found.append(Example(title, before + code))
    return found


def _plain(text):
    """A paragraph of mdoc as it is read."""
    words = []
    for line in text.splitlines():
        if line.startswith(".Xr "):
            line = re.sub(r"^\.Xr (\S+) (\S+) ?", r"\1(\2)", line)
        elif line.startswith("."):
            line = re.sub(r"^\.\w+ (.*?)( ([.,:;]))?$", r"\1\3", line)
        words.append(_unescaped(line))
    return re.sub(r" : Ns Ar | : ?Ar ", ":", " ".join(words)).strip()


def _unescaped(text):
    return re.sub(r"\\(e|&|-)", lambda match: {"e": "\\", "&": "", "-": "-"}[match[1]], text)


def session(code):
    """[(command, output)] of a block that shows both: commands begin with "$ ", and go on after \\ and |."""
    return re.findall(r"^\$ ((?:.*[\\|]\n)*.*)\n((?:(?!\$ ).*\n)*)", code, re.M)


class Shown:
    """Which function checks which examples; several titles are for one that needs them all, in this order."""

    def __init__(self):
        self.checks = []

    def __call__(self, *titles):
        def keep(function):
            self.checks.append((titles, function))
            return function
        return keep

    def titles(self):
        return [title for titles, _ in self.checks for title in titles]


class Examples:
    """The tests of one document: `examples`, and `shown`, what checks them."""
    examples = ()
    shown = Shown()

    def codes(self, titles):
        found = {each.title: each.code for each in self.examples}
        return [found[title] for title in titles]

    def test_each_is_checked_once(self):
        self.assertNotEqual(self.examples, ())
        self.assertEqual(sorted(self.shown.titles()), sorted(each.title for each in self.examples))

    def test_does_what_the_text_says(self):
        for titles, check in self.shown.checks:
            with self.subTest(example=titles[0]), examples_world.Stage() as stage:
                check(self, stage, *self.codes(titles))

    def test_a_sockscat_that_does_nothing_is_noticed(self):
        for titles, check in self.shown.checks:
            with self.subTest(example=titles[0]), examples_world.Stage(examples_world.Stage.STUB) as stage, \
                    self.assertRaises(AssertionError):
                check(self, stage, *self.codes(titles))
