# SPDX-License-Identifier: MIT
"""The help, the manual pages and the completions name the same things."""
import os
import re
import subprocess
import sys
import unittest
from unittest import mock

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")]

import documents as doc

# The statuses that this version can end with.
STATUSES = ({"0", "1", "2", "3", "10", "11", "12", "13", "14", "15", "16", "29", "124", "128+N"}
            | {str(20 + reply) for reply in range(1, 9)} | {str(n) for n in range(30, 38)})


def pages():
    """None stands for the overview and sockscat(1)."""
    return [None, *doc.described_commands()]


def changed(man_page, which, text):
    """A function like `man_page` that has this text for one of the pages."""
    page = mock.Mock(read_text=lambda: text)
    return lambda command=None: page if command == which else man_page(command)


class Help(unittest.TestCase):
    def test_goes_to_stdout_with_status_0(self):
        for command in pages():
            with self.subTest(command=command):
                result = doc.help_result(command)
                self.assertEqual((result.status, result.err), (0, ""))
                self.assertIn("usage: sockscat", result.out.decode())

    def test_is_the_same_by_every_way(self):
        for command in pages():
            name = [command] if command else []
            for words in ([*name, "-h"], ["help", *name]):
                with self.subTest(words=words):
                    result = doc.cli.run(*words)
                    self.assertEqual((result.status, result.err), (0, ""))
                    self.assertEqual(result.out.decode(), doc.help_text(command))

    def test_is_at_most_80_columns_wide(self):
        for command in pages():
            for line in doc.help_text(command).splitlines():
                with self.subTest(command=command, line=line):
                    self.assertLessEqual(len(line), 80)

    def test_ends_in_an_example(self):
        for command in pages():
            with self.subTest(command=command):
                self.assertRegex(doc.help_text(command), r"\nexample: .*\n(?:  .*\n)*  .*sockscat .*\n\Z")

    def test_names_no_option_twice(self):
        for command in pages():
            with self.subTest(command=command):
                options = doc.help_options(command)
                self.assertEqual(sorted(options), sorted(set(options)))

    def test_the_reading_of_the_help_finds_options(self):
        for command in pages():
            with self.subTest(command=command):
                self.assertIn("--help", doc.help_options(command))


class Manual(unittest.TestCase):
    def test_every_command_has_a_page(self):
        for command in pages():
            with self.subTest(command=command):
                self.assertTrue(doc.man_page(command).is_file())

    def test_every_page_is_of_a_command(self):
        expected = {doc.man_page(command).name for command in pages()}
        self.assertEqual({path.name for path in doc.TREE.glob("man/*.1")}, expected)

    def test_the_first_page_lists_every_command(self):
        text = doc.man_page().read_text()
        self.assertEqual(re.findall(r"^\.It Cm ([a-z]+)(?: Ar| Op)", text, re.M), doc.commands())

    def test_has_each_option_of_the_help_once(self):
        for command in pages():
            with self.subTest(command=command):
                self.assertEqual(sorted(doc.man_options(command)), sorted(doc.help_options(command)))

    def test_describes_its_own_options_in_the_order_of_the_help(self):
        for command in pages():
            own = doc.man_described(command)
            with self.subTest(command=command):
                self.assertEqual(own, [option for option in doc.help_options(command) if option in own])

    def test_names_no_option_that_the_other_page_lacks(self):
        for command in doc.described_commands():
            for heading, names in doc.man_named(command).items():
                with self.subTest(command=command, heading=heading):
                    self.assertLessEqual(set(names), set(doc.man_referred(command)))

    def test_an_option_that_is_on_neither_page_is_missed(self):
        shared = {flag for entry in doc.man_shared() for flag in entry}
        for option, page in (("--color", None), ("--isolate", None), ("--crlf", "connect"), ("--wait", "udp")):
            text = doc.man_page(page).read_text().replace(f"Fl Fl {option[2:]}", "Fl Fl gone")
            with self.subTest(option=option), mock.patch.object(doc, "man_page", changed(doc.man_page, page, text)):
                self.assertIn(option, shared if page is None else doc.help_options(page))
                self.assertNotIn(option, doc.man_options(page or "udp"))

    def test_what_commands_share_is_described_once(self):
        shared = {flag for entry in doc.man_shared() for flag in entry} - {"-h", "--help"}
        self.assertIn("--proxy-user", shared)
        for command in pages():
            with self.subTest(command=command):
                # A limit has another meaning where questions are many, and probe has its own hops.
                differs = {"probe": {"-x", "--proxy", "-w", "--timeout"}, "resolve": {"-w", "--timeout"}}
                self.assertEqual(set(doc.man_described(command)) & shared, differs.get(command, set()))

    def test_mentions_no_other_option(self):
        known = {option for command in pages() for option in doc.help_options(command)}
        for command in pages():
            with self.subTest(command=command):
                self.assertLessEqual(doc.man_mentions(command), known)

    def test_has_all_sections_in_order(self):
        sections = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "ENVIRONMENT", "FILES", "EXIT STATUS",
                    "EXAMPLES", "SEE ALSO", "STANDARDS", "CAVEATS"]
        for command in pages():
            with self.subTest(command=command):
                text = doc.man_page(command).read_text()
                expected = [name for name in sections if name != "FILES" or command is None]
                self.assertEqual(re.findall(r"^\.Sh (.*)", text, re.M), expected)

    def test_lists_every_exit_status_once(self):
        section = doc.man_page().read_text().split(".Sh EXIT STATUS")[1].split(".El")[0]
        listed = re.findall(r"^\.It (\S+)", section, re.M)
        self.assertEqual(len(listed), len(set(listed)))
        self.assertEqual(set(listed), STATUSES)

    def test_names_socks5_replies_by_20_plus_the_code(self):
        for status, text in doc.exit_statuses().items():
            reply = re.search(r"reply ([0-9A-F]+)\b", text)
            if reply and status != "29":
                with self.subTest(status=status):
                    code = int(reply.group(1), 16)
                    self.assertEqual(int(status), 30 + code - 0xF0 if code >= 0xF0 else 20 + code)

    def test_is_clean_under_mandoc_lint(self):
        doc.need_tool("mandoc")
        for command in pages():
            with self.subTest(command=command):
                lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning",
                                       doc.man_page(command)],
                                      capture_output=True, text=True, timeout=30)
                self.assertEqual((lint.returncode, lint.stdout), (0, ""))

    def test_fits_into_80_columns(self):
        doc.need_tool("mandoc")
        for command in pages():
            page = subprocess.run(["mandoc", "-T", "ascii", "-O", "width=80",
                                   doc.man_page(command)],
                                  capture_output=True, text=True, timeout=30).stdout
            for line in re.sub(".\b", "", page).splitlines():
                with self.subTest(command=command, line=line):
                    self.assertLessEqual(len(line), 80)


class Readme(unittest.TestCase):
    def test_lists_only_statuses_of_the_manual(self):
        text = (doc.TREE / "README.md").read_text().split("## Exit statuses")[1].split("\n## ")[0]
        listed = set()
        for first, last in re.findall(r"^\| (\d+)(?:-(\d+))? \|", text, re.M):
            listed |= {str(n) for n in range(int(first), int(last or first) + 1)}
        self.assertEqual(listed | {"128+N"}, STATUSES)
        self.assertIn("| 128+N |", text)

    def test_names_only_options_that_exist(self):
        """Of sockscat, up to where its command ends."""
        known = {option for command in pages() for option in doc.help_options(command)}
        text = re.sub(r"\\\n *", "", (doc.TREE / "README.md").read_text())
        used = re.findall(r"sockscat ((?:[^|;&>'\n]|'\S+')*)", text) + re.findall(r"`(--[a-z][^`]*)`", text)
        self.assertGreater(len(used), 60)
        for words in used:
            for option in re.findall(r"(?<!\S)(--?[A-Za-z0-9][\w-]*)", words):
                with self.subTest(words=words):
                    self.assertIn(option, known)


class Completions(unittest.TestCase):
    def test_list_the_options_of_the_help(self):
        for reader in (doc.bash_options, doc.zsh_options, doc.fish_options):
            for command in pages():
                with self.subTest(reader=reader.__name__, command=command):
                    self.assertEqual(set(reader(command)), set(doc.help_options(command)))

    def test_know_which_options_take_a_value(self):
        """In bash and fish one list for all commands skips their values when operands are counted."""
        takers = set()
        for command in doc.described_commands():
            for line in doc.help_text(command).splitlines():
                entry = re.match(r" {2,6}(-[-\w]+)(?:, (--[-\w]+))? [A-Z]+\b", line)
                takers |= {option for option in entry.groups() if option} if entry else set()
        for path, pattern in ((doc.BASH, r"^ +--\) ended=yes ;;\n(.*?)\)\n"),
                              (doc.FISH, r"^ +continue\n +case (-x.*?)\n +set ")):
            with self.subTest(file=path.name):
                listed = re.search(pattern, path.read_text(), re.M | re.S).group(1)
                self.assertEqual(set(re.findall(r"--?[A-Za-z0-9][\w-]*", listed)), takers)

    def test_say_what_commands_share_once(self):
        common = set.intersection(*(set(doc.help_options(command)) for command in doc.described_commands()))
        for path in (doc.BASH, doc.ZSH, doc.FISH):
            text = path.read_text()
            for option in sorted(common - {"-x", "--proxy", "-w", "--timeout", "-h", "--help", "-4", "-6"}):
                name = option.lstrip("-")
                declared = {doc.BASH: rf"(?m)^    local common='[^']*(?<!\S){option}(?![\w-])",
                            doc.ZSH: rf"(?m)^ +'[^\[\n]*(?<![\w-]){option}(?![\w-])[^\[\n]*\[",
                            doc.FISH: rf"(?m)^complete .* -[sl] {name}(?= )"}[path]
                with self.subTest(file=path.name, option=option):
                    self.assertEqual(len(re.findall(declared, text)), 1)

    def test_describe_the_commands_as_the_overview_does(self):
        said = doc.summaries()
        self.assertEqual(list(said), doc.commands())
        for reader in (doc.zsh_summaries, doc.fish_summaries):
            with self.subTest(reader=reader.__name__):
                everything, topics = reader()
                self.assertEqual([name for name, _ in everything], doc.commands())
                self.assertEqual([name for name, _ in topics], doc.described_commands())
                for name, text in everything + topics:      # cut where the list is narrow
                    self.assertTrue(re.match(rf"{re.escape(text)}(,| and |$)", said[name]), (name, text))

    def test_name_every_command(self):
        for path in (doc.BASH, doc.ZSH, doc.FISH):
            for command in doc.commands():
                with self.subTest(file=path.name, command=command):
                    self.assertRegex(path.read_text(), rf"(commands='|'|-a |\s){command}\b")


if __name__ == "__main__":
    unittest.main()
