#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Brings known bugs back, one at a time, and shows that a test fails for each.

    run.py [NAME...]          all gates, or these
    run.py --part 2/4         every fourth, from the second on
    run.py --part auto/4      another quarter with each commit
    run.py --list [--write]   prints the table of the README; or puts it there

Builds the preset "release", and then works behind an overlay that only its own mount namespace has: the tree
and the build stay as they are, and a bug costs no more than to build the files that it changes.
"""
import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time

import children
import overlay
from children import run
from gates import README, TREE, everyone, page, table

BUILD = TREE / "build/release"
LEAST_LIMIT = 60    # seconds for a test; five times what it takes without a bug, if that is more


def targets(gates):
    units = {gate.test.split(".")[0] + "_tests" for gate in gates if gate.is_unit()}
    programs = {"sockscat" for gate in gates if not gate.is_unit()}
    others = {"gssapi_acceptor" for gate in gates if gate.test == "interop.gssapi"}
    return sorted(units | programs | others)


def build(gates):
    """Returns what was wrong, or nothing."""
    status, output, _ = run(["cmake", "--build", BUILD, "--target", *targets(gates)])
    return "" if status == 0 else output[-4000:] or "it does not build"


def commands():
    """{test: (command, environment)}, as ctest has them."""
    _, output, _ = run(["ctest", "--test-dir", BUILD, "--show-only=json-v1"])
    found = {}
    for test in json.loads(output[output.index("{"):])["tests"]:
        properties = {each["name"]: each["value"] for each in test["properties"]}
        extra = dict(pair.split("=", 1) for pair in properties.get("ENVIRONMENT", []))
        found[test["name"]] = (test.get("command"), {**os.environ, "SOCKSCAT_REQUIRE_ALL": "1", **extra})
    return found


def filters(gate):
    return [re.sub(r'([\\,\[\]*"~])', r"\\\1", each) for each in gate.only] if gate.is_unit() else gate.only


class Runner:
    def __init__(self, gates):
        self.gates = gates
        self.commands = {}
        self.limits = {}    # {(test, *only): seconds}
        self.passed = self.failed = 0

    def say(self, is_good, what, seconds, text=""):
        self.passed += is_good
        self.failed += not is_good
        print(f"{'ok    ' if is_good else 'FAILED'} {what} ({seconds:.1f} s)", flush=True)
        if not is_good and text:
            print(re.sub("^", "       ", text.strip()[-3000:], flags=re.M), flush=True)

    def test(self, gate, limit):
        command, environment = self.commands[gate.test]
        return run([*command, *filters(gate)], limit, env=environment, cwd=BUILD)

    def control(self, gate):
        """Whether the test of this gate passes as long as there is no bug."""
        key = (gate.test, *gate.only)
        if key not in self.limits:
            status, output, seconds = self.test(gate, 600)
            is_run = not re.search(r"OK \(skipped|Ran 0 tests|No test cases matched|No tests ran", output)
            is_good = status == 0 and is_run
            self.limits[key] = max(LEAST_LIMIT, 5 * seconds) if is_good else None
            self.say(is_good, f"without a bug: {' '.join(key)}", seconds, output)
        return self.limits[key]

    def gate(self, gate):
        began = time.monotonic()
        originals = {name: (TREE / name).read_bytes() for name in gate.files() if (TREE / name).is_file()}
        try:
            wrong = gate.apply(TREE) or build([gate])
            if wrong:
                return self.say(False, f"{gate.name}: the patch is of no use", time.monotonic() - began, wrong)
            status, output, _ = self.test(gate, self.limits[(gate.test, *gate.only)])
            what = "was not noticed" if status == 0 else "is noticed" if status else "is noticed, by a test that hangs"
            self.say(status != 0, f"{gate.name}: the bug {what}", time.monotonic() - began, output)
        finally:
            for name, content in originals.items():
                (TREE / name).write_bytes(content)

    def run(self):
        self.commands = commands()
        sound = [gate for gate in self.gates if self.control(gate)]
        for gate in sorted(sound, key=lambda each: (each.files(), each.name)):  # a file is built once more, not twice
            self.gate(gate)
        print(f"{self.passed} passed, {self.failed} failed")
        return self.failed == 0


def turn(parts):
    """Which part has its turn: another with each commit, or each day where there is no repository."""
    done = subprocess.run(["git", "-C", TREE, "rev-list", "--count", "HEAD"], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    number = int(done.stdout) if done.returncode == 0 else time.gmtime().tm_yday
    return number % parts + 1


def chosen(given):
    gates = everyone()
    known = {gate.name for gate in gates}
    for name in given.names:
        if name not in known:
            sys.exit(f'there is no gate "{name}"')
    if given.names:
        gates = [gate for gate in gates if gate.name in given.names]
    if given.part:
        which, parts = given.part.split("/")
        parts = int(parts)
        which = turn(parts) if which == "auto" else int(which)
        if not 1 <= which <= parts:
            sys.exit(f"there is no part {given.part}")
        gates = gates[which - 1::parts]
    return gates


def prepare(gates):
    status, output, _ = run(["cmake", "--preset", "release"], cwd=TREE)
    wrong = output if status != 0 else build(gates)
    if wrong:
        sys.exit(f"the tree does not build:\n{wrong}")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--part")
    given = parser.parse_args()
    gates = chosen(given)
    if given.list:
        if given.write:
            README.write_text(page(everyone()))
        else:
            print(table(gates), end="")
        return 0
    children.adopt()
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    if overlay.is_in_place():
        return 0 if Runner(gates).run() else 1
    prepare(gates)
    return overlay.run_behind(TREE, __file__, sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
