#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Puts the bugs of tests/gates under the fuzz targets, one at a time: which of them are noticed?

usage: python3 tests/fuzz/faults.py [SECONDS] [GATE...]

Of each bug, those targets are asked that are about the file which it changes (figures.py): first their corpora,
then they look for SECONDS (20; 0: not at all). What no target notices is no failure: there is a test for each
bug. The last line counts. Builds the preset "fuzz" first.
"""
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "gates"))

import children
import overlay
from figures import ABOUT
from gates import TREE, everyone

BUILD = TREE / "build/fuzz"
ALSO = {"lib/proto/socks": "client", "lib/proto/http": "client", "lib/proto/handshake": "client", "lib/base/wire": "handshake",
        "lib/dns/dns_message": "dns_tcp"}
NUMBERS = [each for each in sys.argv[1:] if each.isdigit()]
NAMES = [each for each in sys.argv[1:] if not each.isdigit()]
SECONDS = int(NUMBERS[0]) if NUMBERS else 20
LIMIT = 300     # seconds for a corpus


def targets_about(gate):
    found = [name for name, prefixes in ABOUT.items()
             if any(file.startswith(prefix) for file in gate.files() for prefix in prefixes.split())]
    return found + [name for prefix, name in ALSO.items() if any(file.startswith(prefix) for file in gate.files())]


def build(targets):
    status, output, _ = children.run(["cmake", "--build", BUILD, "--target", *(f"fuzz_{name}" for name in targets)])
    return "" if status == 0 else output[-3000:] or "it does not build"


def notices(target):
    """Its name, and how it notices; or nothing."""
    program = BUILD / "tests/fuzz" / f"fuzz_{target}"
    corpus = HERE / "corpus" / target
    if children.run([program, "-runs=0", "-timeout=20", corpus], LIMIT)[0] != 0:
        return f"{target} (its corpus)"
    if SECONDS == 0:
        return ""
    with tempfile.TemporaryDirectory() as found:
        options = [f"-max_total_time={SECONDS}", "-timeout=20", "-max_len=512", "-seed=1", "-verbosity=0", f"-artifact_prefix={found}/"]
        status, _, took = children.run([program, *options, found, corpus], SECONDS + LIMIT)
    return f"{target} (after {took:.0f} s)" if status != 0 else ""


def check(gate):
    """(what was wrong, the first target that notices it)"""
    originals = {name: (TREE / name).read_bytes() for name in gate.files()}
    try:
        wrong = gate.apply(TREE) or build(targets_about(gate))
        return wrong, "" if wrong else next(filter(None, map(notices, targets_about(gate))), "")
    finally:
        for name, content in originals.items():
            (TREE / name).write_bytes(content)


def check_all(gates):
    found = failed = 0
    for gate in gates:
        wrong, noticed = check(gate)
        found += bool(noticed)
        failed += bool(wrong)
        said = f"the patch is of no use\n{wrong}" if wrong else noticed or f"not by {', '.join(targets_about(gate))}"
        print(f"{gate.name}: {said}", flush=True)
    print(f"{found} of {len(gates)} bugs are noticed")
    return 1 if failed else 0


def main():
    gates = [gate for gate in everyone() if targets_about(gate) and (not NAMES or gate.name in NAMES)]
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
