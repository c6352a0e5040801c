# SPDX-License-Identifier: MIT
"""The gates: what stands in the patches, and in the table that is made of them."""
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
TREE = HERE.parents[1]
PATCHES = HERE / "patches"
README = HERE / "README.md"
ROOMS = {"proto": ("base", "proto"), "net": ("net",), "dns": ("dns",), "probe": ("probe",), "cli": ("cli",)}


@dataclass
class Gate:
    name: str
    bug: str        # one line
    test: str       # of ctest
    only: list      # which part of it: of a unit its test case, of a script its tests
    path: Path

    def files(self):
        """The files that it changes, from the root of the tree."""
        return re.findall(r"^\+\+\+ b/(\S+)", self.path.read_text(), re.M)

    def is_unit(self):
        return self.test.endswith(".unit")

    def apply(self, tree, *options):
        """Patches the tree; returns what was wrong, or nothing."""
        done = subprocess.run(["patch", "-p1", "--batch", "--forward", "--fuzz=0", "--no-backup-if-mismatch", "--quiet",
                               "--reject-file=-", *options, "-i", self.path], cwd=tree, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return "" if done.returncode == 0 else done.stdout.strip() or "it does not apply"


def read(path):
    head = path.read_text().split("\n--- ", 1)[0].splitlines()
    said = dict(line.split(": ", 1) for line in head if ": " in line)
    test, *only = shlex.split(said["Test"])
    return Gate(path.stem, said["Bug"], test, only, path)


def everyone():
    return [read(path) for path in sorted(PATCHES.glob("*.patch"))]


def test_cases(room):
    """The names of the test cases of a unit test."""
    return [name for folder in ROOMS[room] for path in sorted((TREE / "tests" / folder).rglob("*_test.cpp"))
            for name in re.findall(r'TEST_CASE\(\s*"((?:[^"\\]|\\.)*)"', path.read_text())]


def script_of(test):
    """The Python file that is this test of ctest's, or None."""
    label, name = test.split(".", 1)
    return next((TREE / "tests" / label).rglob(f"test_{name}.py"), None)


def table(gates):
    rows = [f"| {gate.name} | {gate.bug} | `{gate.test}` {' '.join(gate.only)} |" for gate in gates]
    return "\n".join(["| gate | the bug | the test that must fail |", "|---|---|---|", *rows]) + "\n"


def page(gates):
    """The README with the table as it should be."""
    above = README.read_text().split("| gate |", 1)[0]
    return above + table(gates)
