# SPDX-License-Identifier: MIT
"""What the program has in one table, the documents have in the same words."""
import os
import re
import sys
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")]

import documents as doc


def pages():
    """None stands for the overview and sockscat(1)."""
    return [None, *doc.described_commands()]


class Methods(unittest.TestCase):
    """Every list of authentication methods has exactly the words of the table, in its order."""

    def setUp(self):
        self.words = doc.auth_words()

    def test_there_are_some(self):
        self.assertIn("password", self.words)

    def test_help(self):
        lists = []
        for command in pages():
            text = " ".join(doc.help_text(command).split())
            lists += re.findall(r"--auth LIST methods to offer: ([^(]*) \(", text)
        self.assertEqual({tuple(each.split(", ")) for each in lists}, {tuple(self.words)})

    def test_manual(self):
        lists = []
        for command in pages():
            lists += re.findall(r"^\.It Fl Fl auth Ar LIST\n(.*?)^The default is\n",
                                doc.man_page(command).read_text(), re.M | re.S)
        self.assertEqual({tuple(re.findall(r"^\.Cm ([a-z-]+)", each, re.M)) for each in lists},
                         {tuple(self.words)})

    def test_bash(self):
        listed = re.search(r"--auth\)\n +_sockscat_list (.*)\n", doc.BASH.read_text()).group(1)
        self.assertEqual(listed.split(), self.words)

    def test_zsh(self):
        body = re.search(r"^_sockscat_auth\(\) \{\n(.*?)^\}", doc.ZSH.read_text(), re.M | re.S).group(1)
        self.assertEqual(re.findall(r"'([a-z-]+)\[", body), self.words)

    def test_fish(self):
        body = re.search(r"^function __sockscat_auth\n(.*?)^end", doc.FISH.read_text(), re.M | re.S).group(1)
        self.assertEqual(re.findall(r"([a-z-]+)\\t", body), self.words)


class Findings(unittest.TestCase):
    """The manual has each finding with its severity, and advice if it comes with some."""

    def test_manual(self):
        self.assertEqual(doc.manual_findings(), doc.finding_rows())

    def test_the_tables_are_read(self):
        rows = doc.finding_rows()
        self.assertEqual((rows["rtt"], rows["looks-like"], rows["denied"]),
                         (({"info", "warn"}, True), ({"info"}, False), ({"fail"}, True)))
        self.assertIn("also-socks", rows)


class Statuses(unittest.TestCase):
    """The lists of exit statuses begin with the words of the table."""

    def setUp(self):
        self.manual = doc.exit_statuses()
        self.meanings = {str(status): meaning for status, meaning in doc.status_meanings().items()}
        replies = doc.reply_sentences("socks5")
        self.refused = {str(20 + code): text for code, text in replies.items() if 0 < code < 0xF0}
        self.of_tor = {str(30 + code - 0xF0): text for code, text in replies.items() if code >= 0xF0}

    def test_the_tables_are_read(self):
        self.assertEqual(set(self.meanings), {str(n) for n in (0, 1, 2, 3, *range(10, 17), 29, 124)})
        self.assertEqual(set(self.refused), {str(n) for n in range(21, 29)})
        self.assertEqual(set(self.of_tor), {str(n) for n in range(30, 38)})

    def test_the_manual_has_every_status(self):
        self.assertEqual(set(self.manual), {*self.meanings, *self.refused, *self.of_tor, "128+N"})

    def assert_begins(self, status, text, meaning):
        with self.subTest(status=status):
            self.assertEqual(text[:len(meaning)].lower(), meaning.lower())

    def test_the_manual_has_the_words(self):
        for status, meaning in self.meanings.items():
            self.assert_begins(status, self.manual[status], meaning)
        for status, sentence in self.refused.items():
            self.assert_begins(status, self.manual[status], f"Refused by the proxy: {sentence} (")
        for status, sentence in self.of_tor.items():
            self.assert_begins(status, self.manual[status], f"Tor: {sentence} (")

    def test_the_readme_has_the_words(self):
        text = (doc.TREE / "README.md").read_text().split("## Exit statuses")[1].split("\n## ")[0]
        rows = dict(re.findall(r"^\| (\d+) \| (.*) \|$", text, re.M))
        self.assertEqual(set(rows), set(self.meanings))
        for status, meaning in self.meanings.items():
            self.assert_begins(status, rows[status], meaning)


if __name__ == "__main__":
    unittest.main()
