#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lines and branches that the tests reach, room by room; README.md says what does not count.
usage: python3 tests/coverage.py [--all] [BUILD]

After proto_tests of the preset `coverage` has run, it fails when a room that is to be covered whole is
not. With --all, after all tests have run, also when too few lines of the library or of the program were
reached. Only where gcov is that of GCC 12: versions differ in the lines and branches that they see.
Debian's gcovr counts the branches of clean-up
that only an exception takes, and cannot be told not to.
"""
import collections
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WHOLE = ("lib/base", "lib/proto", "lib/proto/auth", "lib/proto/server", "lib/proto/trace")  # to the last branch
LEAST = {"lib": 97, "cli": 95}  # per cent of lines
REFERENCE = "12"
# Code that these tests cannot reach: README.md says who does.
NAMED = {"lib/base/idna.cpp": ("need(library::idn2)", "there.error().cause")}

LINE = re.compile(r"\s*(-|=====|#####|\d+)\*?:\s*(\d+):(.*)")  # =====: only an exception leads there
BRANCH = re.compile(r"branch\s+\d+ (never executed|taken (\d+))(.*)")


class File:
    """What was counted in a source file, in all programs that have it."""

    def __init__(self):
        self.lines = collections.Counter()  # number: times
        self.branches = collections.Counter()  # (line, which, of how many): times

    def add(self, counted):
        for number, times, branches in counted:
            self.lines[number] += times
            for which, taken in enumerate(branches):
                self.branches[number, which, len(branches)] += taken

    def missed(self):
        """The lines that were not reached, or not left in every way."""
        return sorted({number for number, times in self.lines.items() if not times} |
                      {key[0] for key, times in self.branches.items() if not times})

    def counts(self):
        return [sum(map(bool, self.lines.values())), len(self.lines),
                sum(map(bool, self.branches.values())), len(self.branches)]


def is_closed_switch(source, number):
    """Whether a switch is over an enumeration and has a case for all of it, which -Wswitch sees to."""
    head = source[number - 1]
    if not head.lstrip().startswith("switch (") or "static_cast" in head:
        return False
    indent = head[:len(head) - len(head.lstrip())]
    return indent + "default:" not in source[number:source.index(indent + "}", number)]


def cannot_be(source, number, branches):
    """Whether the last branch is for a value that no enumerator has, or of a static that another
    thread makes at this moment."""
    is_static = source[number - 1].lstrip().startswith("static const ")
    return len(branches) > 2 and branches[-1] == 0 and (is_static or is_closed_switch(source, number))


def counted_in(report, source):
    """[(line, times, branches)] of what gcov says of one source file. A line of a template stands
    there as a sum, and then once for each of its instances."""
    times, branches = {}, collections.defaultdict(list)
    number = 0
    for text in report:
        if match := LINE.fullmatch(text):
            number = int(match[2])
            if match[1] not in ("-", "====="):
                count = int(match[1]) if match[1].isdigit() else 0
                times[number] = max(times.get(number, 0), count)
        elif match := BRANCH.fullmatch(text):
            add_branch(branches[number], match)
    for number, taken in branches.items():
        if cannot_be(source, number, taken):
            taken.pop()
    return [(number, count, branches[number]) for number, count in times.items()]


def add_branch(branches, match):
    """A call is two branches: one goes on, one throws. What was never executed although its line was
    is clean-up behind an exception: elsewhere the branch that leads there counts, as not taken."""
    if "(throw)" in match[3] and branches:
        branches.pop()
    elif match[2] is not None:
        branches.append(int(match[2]))


def reports(build):
    """(path below the root, gcov's lines) for all that the programs in `build` were made of."""
    data = sorted(build.glob("**/*.gcda"))
    if not data:
        sys.exit(f"coverage.py: no program of {build} has run")
    for path in data:
        said = subprocess.run(["gcov", "-b", "-c", "-t", path], cwd=build, check=True,
                              capture_output=True, text=True, errors="replace").stdout
        for part in re.split(r"^ *-: *0:Source:", said, flags=re.M)[1:]:
            name, *lines = part.splitlines()
            source = (build / name).resolve()
            if any(source.is_relative_to(ROOT / top) for top in LEAST):
                yield str(source.relative_to(ROOT)), lines


def measure(build):
    files = collections.defaultdict(File)
    for name, report in reports(build):
        files[name].add(counted_in(report, (ROOT / name).read_text().splitlines()))
    return files


def room_of(name):
    return str(pathlib.PurePath(name).parent)


def uncovered(name, file):
    """The lines that should have been covered and were not."""
    source = (ROOT / name).read_text().splitlines()
    return [number for number in file.missed()
            if not any(part in source[number - 1] for part in NAMED.get(name, ()))]


def sums(files, key):
    """{key: [lines reached, lines, branches taken, branches]}"""
    found = collections.defaultdict(lambda: [0] * 4)
    for name, file in files.items():
        found[key(name)] = [a + b for a, b in zip(found[key(name)], file.counts())]
    return found


def top_of(name):
    return pathlib.PurePath(name).parts[0]


def print_table(files, is_whole):
    rows = sorted(sums(files, room_of).items())
    rows += sorted(sums(files, top_of).items()) if is_whole else []
    print(f"{'room':22}{'lines':>16}{'':7}{'branches':>16}")
    for room, (lines, all_lines, taken, branches) in rows:
        print(f"{room:22}{lines:7} of {all_lines:5}{lines / all_lines:7.1%}"
              f"{taken:7} of {branches:5}{taken / max(branches, 1):7.1%}")


def too_little(files):
    for top, (lines, all_lines, *_) in sums(files, top_of).items():
        if lines * 100 < LEAST[top] * all_lines:
            yield f"{top}: fewer than {LEAST[top]} % of its lines"


def is_reference():
    said = subprocess.run(["gcov", "--version"], check=True, capture_output=True, text=True).stdout
    return said.splitlines()[0].split()[-1].split(".")[0] == REFERENCE


def main():
    given = sys.argv[1:]
    is_whole = "--all" in given
    build = next((each for each in given if each != "--all"), ROOT / "build/coverage")
    files = measure(pathlib.Path(build).resolve())
    print_table(files, is_whole)
    wrong = [f"{room}: not measured" for room in WHOLE if room not in map(room_of, files)]
    wrong += too_little(files) if is_whole else []
    for name, file in sorted(files.items()):
        if room_of(name) in WHOLE and (lines := uncovered(name, file)):
            wrong.append(f"{name}: not covered: {' '.join(map(str, lines))}")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    if wrong and not is_reference():
        print(f"This is not gcov {REFERENCE}, which counts otherwise: no failure")
        return 0
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
