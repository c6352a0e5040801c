# SPDX-License-Identifier: MIT
"""Runs a script where nothing that it changes in the tree or its builds is seen from outside, or stays."""
import os
import subprocess
import sys
from pathlib import Path

import children

IN_PLACE = "SOCKSCAT_OVERLAY"
# What is written goes to memory, and ends with the namespace. Relative, as a folder's name could have a comma in it.
SETUP = """
set -e
mkdir -p build/gates
mount -t tmpfs tmpfs build/gates
mkdir build/gates/upper build/gates/work
mount -t overlay overlay -o lowerdir=.,upperdir=build/gates/upper,workdir=build/gates/work "$PWD"
cd "$PWD"
exec "$@"
"""


def is_in_place():
    return IN_PLACE in os.environ


def run_behind(tree, script, arguments):
    """Runs the script with Python, in a mount namespace of its own; returns its status."""
    ours = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = ["unshare", "--mount", *ours, "sh", "-c", SETUP, "sh", sys.executable, "-B", Path(script).resolve(), *arguments]
    try:
        return subprocess.call(command, cwd=tree, env={**os.environ, IN_PLACE: "1"})
    finally:
        children.end_all()
