# SPDX-License-Identifier: MIT
"""man/probe.svg is what probe prints, in its colours; figures apart. usage: test_picture.py [--write]

--write makes it again, from a run with microsocks.
"""
import pathlib
import re
import sys
import unittest
from xml.etree import ElementTree

import ansi_svg
import examples_world as world
import readme
from expect import CliCase

PICTURE = pathlib.Path(__file__).resolve().parents[2] / "man" / "probe.svg"
COMMAND = "sockscat probe --target www.example.com:443 socks5h://alice@proxy.example"
SVG = "{http://www.w3.org/2000/svg}"


def report():
    """The command and what it prints on a terminal."""
    with world.Stage() as stage:
        stage.start(readme.guarded_proxy())
        stage.start(world.listening(world.WEB, 443))
        result = stage.run(COMMAND.replace("probe", "probe --color=always", 1), SOCKSCAT_PASSWORD=world.PASSWORD)
        assert result.status == 0, result
        return f"$ {COMMAND}\n{result.out.decode()}"


def picture():
    return ansi_svg.picture(report(), "A report of sockscat probe")


def structure(svg):
    """[(words without figures, colour, weight)], as the lines have them; the places apart, which follow the figures."""
    found = []
    for text in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        words = re.sub(r"\d+(\.\d+)*", "N", text.text)
        if not re.fullmatch(r"[N =]+|\(\w+ the proxy: .*", words):    # times, bars, what not every run has
            found.append((words, text.get("fill"), text.get("font-weight")))
    return found


class Picture(CliCase):
    def test_is_what_comes(self):
        self.assertEqual(structure(PICTURE.read_text()), structure(picture()))

    def test_another_colour_or_word_would_be_noticed(self):
        shown = PICTURE.read_text()
        for old, new in (("#3fb950", "#ff7b72"), (">yes<", ">no<"), (' font-weight="bold"', "")):
            self.assertIn(old, shown)
            self.assertNotEqual(structure(shown), structure(shown.replace(old, new, 1)))

    def test_columns_are_those_of_the_terminal(self):
        (first, second), style = ansi_svg.runs("ab\x1b[1;31m   cd e\x1b[0m", {})
        self.assertEqual(first, (0, "ab", {}))
        self.assertEqual(second, (5, "cd e", {"font-weight": "bold", "fill": "#ff7b72"}))
        self.assertEqual(style, {})

    def test_the_readme_shows_it(self):
        self.assertRegex(readme.TEXT, r"!\[[^\]]+\]\(man/probe\.svg\)")


if __name__ == "__main__":
    readme.enter()
    if "--write" in sys.argv:
        PICTURE.write_text(picture(), encoding="utf-8")
    else:
        unittest.main()
