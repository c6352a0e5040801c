#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes cmake/start.ld: the sections whose functions a short run calls, in the order of its calls.

    order.py BUILD >cmake/start.ld

BUILD: a build directory with SOCKSCAT_STATIC=ALL and the bench tools. Needs valgrind and nm. Names that
another version of a library does not have do no harm: the linker finds nothing for them.
"""
import bisect
import os
import re
import subprocess
import sys
import tempfile

HEAD = """/* SPDX-License-Identifier: MIT */
/* The functions that a short run calls, one beside the other: fewer pages to map. Written by
   tests/bench/order.py; a name that no longer exists does no harm. */
SECTIONS
{
  .text.start :
  {
"""
TAIL = """  }
}
INSERT BEFORE .text;

/* The constants of what is always used, apart from those of what seldom is. */
SECTIONS
{
  .rodata.start :
  {
    *(EXCLUDE_FILE(*libcrypto.a:* *libssl.a:* *libldns.a:*) .rodata
      EXCLUDE_FILE(*libcrypto.a:* *libssl.a:* *libldns.a:*) .rodata.*)
  }
}
INSERT BEFORE .rodata;
"""


def sections(link_map):
    """[(address, size, section, object)] of all code, sorted."""
    with open(link_map) as file:
        text = file.read().partition("Linker script and memory map")[2]
    line = re.compile(r"^ (\.text\S*)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S+)$", re.M)
    return sorted((int(m[2], 16), int(m[3], 16), m[1], m[4]) for m in line.finditer(text)
                  if int(m[3], 16))


def addresses(binary):
    listed = subprocess.run(["nm", binary], capture_output=True, text=True, check=True).stdout
    rows = (row.split() for row in listed.splitlines())
    return {row[2]: int(row[0], 16) for row in rows if len(row) == 3 and row[1] in "tTwWiuV"}


def calls(binary, server):
    """The names of the functions of one run, the first call first."""
    with subprocess.Popen([server], stdout=subprocess.PIPE, text=True) as process, \
            tempfile.NamedTemporaryFile("r") as profile:
        port = re.search(r"socks=(\d+)", process.stdout.readline())[1]
        subprocess.run(["valgrind", "--tool=callgrind", "--demangle=no",
                        f"--callgrind-out-file={profile.name}", binary, "connect", "-N", "-x",
                        f"127.0.0.1:{port}", "127.0.0.1", "13"], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        process.kill()
        return [m[1].split("'")[0] for m in re.finditer(r"^c?fn=\(\d+\) (.*)$", profile.read(), re.M)]


def pattern(section, owner):
    """An input section as a linker script names it."""
    member = re.fullmatch(r".*?([\w+.-]+\.a)\((.*)\)", owner)
    if section.startswith(".text._Z"):
        return f"*({section})"
    return f"*{member[1]}:{member[2]}({section})" if member else f"*{os.path.basename(owner)}({section})"


def main(build):
    binary = f"{build}/cli/sockscat"
    known = addresses(binary)
    code = sections(f"{build}/cli/sockscat.map")
    begins = [each[0] for each in code]
    wanted = {}
    for name in calls(binary, f"{build}/tests/bench/bench_server"):
        at = known.get(name)
        index = -1 if at is None else bisect.bisect_right(begins, at) - 1
        if index >= 0 and at < begins[index] + code[index][1]:
            wanted[pattern(*code[index][2:])] = None
    sys.stdout.write(HEAD + "".join(f"    {each}\n" for each in wanted) + TAIL)


if __name__ == "__main__":
    main(*sys.argv[1:])
