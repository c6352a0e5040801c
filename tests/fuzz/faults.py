#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Puts the bugs of tests/gates under the fuzz targets, one at a time: which of them does a corpus notice?

usage: python3 tests/fuzz/faults.py [GATE...]

Of each bug, those targets are asked that are about the file which it changes (figures.py). What no corpus
notices is no failure: there is a test for each. The last line counts. Builds the preset "fuzz" first.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "gates"))

import children
import overlay
from figures import ABOUT
from gates import TREE, everyone

BUILD = TREE / "build/fuzz"
LIMIT = 300     # seconds for a corpus


def targets_about(gate):
    return [name for name, prefixes in ABOUT.items()
            if any(file.startswith(prefix) for file in gate.files() for prefix in prefixes.split())]


def build(targets):
    status, output, _ = children.run(["cmake", "--build", BUILD, "--target", *(f"fuzz_{name}" for name in targets)])
    return "" if status == 0 else output[-3000:] or "it does not build"


def notices(target):
    program = BUILD / "tests/fuzz" / f"fuzz_{target}"
    return children.run([program, "-runs=0", "-timeout=20", HERE / "corpus" / target], LIMIT)[0] != 0


def check(gate):
    """The targets that notice it; or what was wrong, as text."""
    originals = {name: (TREE / name).read_bytes() for name in gate.files()}
    try:
        return gate.apply(TREE) or build(targets_about(gate)) or [each for each in targets_about(gate) if notices(each)]
    finally:
        for name, content in originals.items():
            (TREE / name).write_bytes(content)


def check_all(gates):
    found = wrong = 0
    for gate in gates:
        outcome = check(gate)
        if isinstance(outcome, str):
            wrong += 1
            print(f"FAILED {gate.name}: the patch is of no use\n{outcome}", flush=True)
            continue
        found += bool(outcome)
        said = f"noticed by {', '.join(outcome)}" if outcome else f"not by {', '.join(targets_about(gate))}"
        print(f"{gate.name}: {said}", flush=True)
    print(f"{found} of {len(gates)} bugs are noticed by a corpus")
    return 1 if wrong else 0


def main():
    gates = [gate for gate in everyone() if targets_about(gate) and (not sys.argv[1:] or gate.name in sys.argv[1:])]
    children.adopt()
    if overlay.is_in_place():
        return check_all(sorted(gates, key=lambda each: (each.files(), each.name)))
    status, output, _ = children.run(["cmake", "--preset", "fuzz"], cwd=TREE)
    wrong = output if status != 0 else build(ABOUT)
    if wrong:
        sys.exit(f"the tree does not build:\n{wrong}")
    return overlay.run_behind(TREE, __file__, sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
