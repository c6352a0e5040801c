#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds sockscat twice, as it is released, in two folders whose names have nothing in common, and compares
every byte of what is installed. Takes as long as two builds: a few minutes each.

usage: python3 tests/install/reproducible.py [--jobs N]

Prints the hash of each installed file; ends with 1 if one differs.
"""
import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", "build", "__pycache__")


def run(*command, **options):
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **options)
    if done.returncode != 0:
        sys.exit(f"{command} ended with {done.returncode}:\n{done.stdout[-5000:]}")


def build(tree, prefix, jobs):
    # No compiler's cache, which would hand the first build's files to the second.
    environment = os.environ | {"CCACHE_DISABLE": "1"}
    run("cmake", "--preset", "release", cwd=tree, env=environment)
    run("cmake", "--build", "--preset", "release", "--target", "sockscat", "-j", jobs, cwd=tree, env=environment)
    run("cmake", "--install", tree / "build/release", "--prefix", prefix)


def hashes(prefix):
    return {str(path.relative_to(prefix)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(prefix.rglob("*")) if path.is_file()}


def differences(one, other):
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    jobs = parser.parse_args().jobs
    found = []
    with tempfile.TemporaryDirectory(prefix="one-") as first, \
            tempfile.TemporaryDirectory(prefix="a-longer-name-for-the-other-") as second:
        for number, folder in enumerate((Path(first, "x"), Path(second, "deeper/down/tree")), 1):
            began = time.monotonic()
            shutil.copytree(TREE, folder, ignore=LEFT_OUT)
            build(folder, folder.parent / "installed", jobs)
            found.append(hashes(folder.parent / "installed"))
            print(f"build {number}: {time.monotonic() - began:.0f} s, in {folder}", flush=True)
    for name, digest in found[0].items():
        print(digest, name)
    differing = differences(*found)
    for name in differing:
        print("DIFFERS:", name)
    print("the two builds are the same" if not differing else "the two builds are not the same")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
