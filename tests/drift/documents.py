# SPDX-License-Identifier: MIT
"""What the help, the manual and the completions say: commands and options, for comparison."""
import os
import re
import shutil
import unittest
from pathlib import Path

import cli
import isolation

TREE = Path(__file__).resolve().parents[2]
BASH = TREE / "completions" / "sockscat.bash"
ZSH = TREE / "completions" / "_sockscat"
FISH = TREE / "completions" / "sockscat.fish"

_OPTION = r"--?[A-Za-z0-9][A-Za-z0-9-]*"


def need(condition, what):
    """Skips the test when a tool is missing, or fails it when everything is required."""
    if not condition:
        if isolation.require_all(what):
            raise AssertionError(f"{what} is missing")
        raise unittest.SkipTest(f"{what} is missing")


def need_tool(name):
    need(shutil.which(name), name)


def help_result(command=None):
    """The run of `sockscat [COMMAND] --help`."""
    return cli.run(*([command] if command else []), "--help")


def help_text(command=None):
    return help_result(command).out.decode()


def commands():
    """The commands that the overview lists, in its order."""
    block = re.search(r"^commands:\n((?:  .*\n)+)", help_text(), re.M).group(1)
    return re.findall(r"^  ([a-z]+)\b", block, re.M)


def summaries():
    """{command: its one line of the overview}, in its order."""
    block = re.search(r"^commands:\n((?:  .*\n)+)", help_text(), re.M).group(1)
    return dict(re.findall(r"^  ([a-z]+) .*?  +(\S.*)$", block, re.M))


def described_commands():
    """The commands that have a help text and a manual page of their own."""
    return [name for name in commands() if name != "help"]


def help_options(command=None):
    """Every option that begins a line of the help, in its order, with repetitions."""
    found = []
    for line in help_text(command).splitlines():
        entry = re.match(rf" {{2,6}}({_OPTION})(?:, ({_OPTION}))?", line)
        if entry:
            found += [option for option in entry.groups() if option]
    return found


def man_page(command=None):
    return TREE / "man" / (f"sockscat-{command}.1" if command else "sockscat.1")


def _flags(line):
    """The options named on one line of mdoc source."""
    found = []
    words = line.removeprefix(".").split()
    for i, word in enumerate(words):
        if word != "Fl" or i + 1 == len(words):
            continue
        name = words[i + 1]
        long = i > 0 and words[i - 1] == "Fl"
        if name == "Fl" or not re.fullmatch(r"[A-Za-z0-9-]+", name):
            continue
        found.append(("--" if long else "-") + name)
    return found


SHARED = "Shared options"
_REFERENCES = {SHARED: None, "Options of connect": "connect"}   # {heading: the page that describes what it names}


def man_options(command=None):
    """Every option that the page describes, or that it names as one that another page describes, with repetitions."""
    return [*man_described(command), *man_referred(command)]


def man_described(command=None):
    """Every option that heads an entry of the page's list of options, but for those that commands share."""
    return [flag for heading, text in _option_lists(command) if heading != SHARED for flag in sum(_entries(text), [])]


def man_shared():
    """[[option and its other spellings]] that sockscat(1) describes for all commands."""
    return [entry for heading, text in _option_lists() if heading == SHARED for entry in _entries(text)]


def man_named(command):
    """{heading: the options that it names as those of another page}"""
    return {heading: [flag for line in text.splitlines() if line.startswith(".Fl ") for flag in _flags(line)]
            for heading, text in _option_lists(command) if heading in _REFERENCES}


def man_referred(command=None):
    """Those options with their other spellings, as far as that page describes them."""
    found = []
    for heading, names in man_named(command).items() if command else ():
        page = _REFERENCES[heading]
        there = man_shared() if page is None else [entry for _, text in _option_lists(page) for entry in _entries(text)]
        found += [flag for entry in there if set(entry) & set(names) for flag in entry]
    return found


def _option_lists(command=None):
    """[(heading, text)] of the section OPTIONS; the heading of what comes before the first is ""."""
    section = re.search(r"^\.Sh OPTIONS\n(.*?)^\.Sh ", man_page(command).read_text(), re.M | re.S).group(1)
    pieces = re.split(r"^\.Ss (.*)\n", section, flags=re.M)
    return [("", pieces[0]), *zip(pieces[1::2], pieces[2::2])]


def _entries(text):
    return [_flags(line) for line in text.splitlines() if line.startswith(".It Fl ")]


def man_mentions(command=None):
    """Every option that the page mentions anywhere."""
    return {flag for line in man_page(command).read_text().splitlines() if line.startswith(".")
            for flag in _flags(line)}


def bash_options(command=None):
    """The options that the bash completion lists for a command, those in variables included."""
    text = BASH.read_text()
    shared = dict(re.findall(r"^ +local ([a-z]+)='(-[^']*)'$", text, re.M))
    label = command or "''"
    found = re.search(rf"""^ +{label}\)\n +options=(['"])([^'"]*)\1$""", text, re.M)
    words = found.group(2).split() if found else []
    return [option for word in words
            for option in (shared[word[1:]].split() if word.startswith("$") else [word])]


def zsh_options(command=None):
    """The options in the specifications of the zsh completion, arrays and exclusion lists included."""
    text = ZSH.read_text()
    array = re.compile(r"^    local -a ([a-z]+)=\(\n((?: +'.*\n)*)    \)\n", re.M)
    shared = dict(array.findall(text))
    name = f"_sockscat_{command}" if command else "_sockscat"
    body = re.search(rf"^{name}\(\) {{\n(.*?)^}}", array.sub("", text), re.M | re.S)
    lines = body.group(1) if body else ""
    lines += "".join(shared[used] for used in re.findall(r"\$\{([a-z]+)\[@\]\}", lines))
    found = set()
    for line in lines.splitlines():
        specification = re.match(r" +('.*)", line)
        if specification:
            bare = re.sub(r"\[.*", "", specification.group(1))
            found.update(re.findall(rf"(?<![\w-])({_OPTION}(?<!-))", bare))
    return found


def fish_options(command=None):
    """The options that the fish completion declares for a command."""
    found = []
    for line in FISH.read_text().splitlines():
        entry = re.match(r"complete -c sockscat -n (?:(__sockscat_no_command)|'__sockscat_using ([a-z ]+)') ", line)
        if not entry or not (command in entry.group(2).split() if entry.group(2) else command is None):
            continue
        declared = line.split(" -d ")[0]
        found += ["-" + name for name in re.findall(r" -s (\S)(?= |$)", declared)]
        found += ["--" + name for name in re.findall(r" -l (\S+)", declared)]
    return found


def zsh_summaries():
    """[(command, description)] of the zsh completion: of the commands, and of what help can show."""
    lists = re.findall(r"^    local -a (?:commands|topics)=\(\n(.*?)^    \)$", ZSH.read_text(), re.M | re.S)
    return [re.findall(r"^ +'([a-z]+):(.*)'$", each, re.M) for each in lists]


def fish_summaries():
    """The same of the fish completion."""
    return [re.findall(rf"^complete -c sockscat -n {where} -a ([a-z]+) -d '(.*)'$", FISH.read_text(), re.M)
            for where in ("__sockscat_no_command", "__sockscat_help_operand")]


def auth_words():
    """What --auth knows, in its order: its error lists its table."""
    said = cli.run("connect", "-x", "proxy.example", "--auth=?", "target.example", "80").err
    return re.search(r'unknown method "\?" \(([^)]*)\)', said).group(1).split(", ")


def reply_sentences(protocol):
    """{code: sentence} from the table of replies; the protocol is "socks4" or "socks5"."""
    enum = re.search(rf"enum class {protocol}_reply .*?}};",
                     (TREE / "lib/include/sockscat/reply.hpp").read_text(), re.S).group()
    numbers = {name: int(value, 16) for name, value in re.findall(r"(\w+) = (0x\w+)", enum)}
    rows = re.findall(rf'entry\(\s*{protocol}_reply::(\w+),\s*"[^"]+",\s*"([^"]+)"',
                      (TREE / "lib/base/reply.cpp").read_text())
    return {numbers[name]: sentence for name, sentence in rows}


def status_meanings():
    """{status: meaning} from the table of exit statuses, without those of replies and signals."""
    numbers = dict(re.findall(r"^    (exit_\w+) = (\d+),",
                              (TREE / "cli/output/exit_status.hpp").read_text(), re.M))
    rows = re.findall(r'\{(exit_\w+), (?:std::nullopt|failure::\w+),\s*((?:"[^"]+"\s*)+)\}',
                      (TREE / "cli/output/exit_status.cpp").read_text())
    return {int(numbers[name]): "".join(re.findall(r'"([^"]+)"', meaning)) for name, meaning in rows}


def finding_rows():
    """{id: ({severity}, whether it comes with advice)} from the tables of probe's findings and verdicts."""
    found = {}
    folder = TREE / "lib/probe/judge"
    for file in ("findings.cpp", "http_findings.cpp", "verdict.cpp"):
        for row in re.findall(r"(?:finding_row\{|^    \{reason::).*?\},?\n", (folder / file).read_text(), re.M | re.S):
            texts = re.findall(r'(?:"(?:[^"\\]|\\.)*"\s*)+', row)
            severity = re.search(r"\bs::(\w+)", row)
            advice = len(texts) < 3 or texts[2].strip() != '""'    # less than three: it has a name
            known = found.setdefault(texts[0].strip('" \n'), (set(), set()))
            known[0].add(severity.group(1) if severity else "fail")
            known[1].add(advice)
    return {name: (severities, any(advice)) for name, (severities, advice) in found.items()}


def manual_findings():
    """The same from the list in sockscat-probe(1)."""
    section = re.search(r"^\.Ss Findings\n(.*?)^\.El", man_page("probe").read_text(), re.M | re.S).group(1)
    items = re.findall(r"^\.It Cm (\S+)\n\.Pq (.*)\n((?:(?!\.It ).*\n)+)", section, re.M)
    return {name: (set(severities.split(" or ")), bool(re.search(r"^Advice:\n", text, re.M)))
            for name, severities, text in items}


def exit_statuses():
    """{status: text} from the list in sockscat(1)."""
    section = re.search(r"^\.Sh EXIT STATUS\n(.*?)^\.El", man_page().read_text(), re.M | re.S)
    return {status: " ".join(text.split())
            for status, text in re.findall(r"^\.It (\S+)\n((?:(?!\.It ).*\n)+)",
                                           section.group(1), re.M)}
