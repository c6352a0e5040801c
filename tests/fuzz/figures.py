#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Figures of the targets, as a table. usage: python3 tests/fuzz/figures.py BUILD-DIRECTORY [TARGET...]

Of each target: its corpus, its executions in a second of the processor's time, and how many of the
edges (branches taken) of the code that it is about the corpus reaches.
"""

import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 20

# What each target is about, by beginnings of paths.
ABOUT = {
    "handshake": "lib/proto/socks lib/proto/http lib/proto/exchange lib/proto/handshake lib/proto/peer",
    "server": "lib/proto/server",
    "chap": "lib/proto/auth/chap",
    "gssapi": "lib/proto/auth/gssapi",
    "gssapi_stream": "lib/net/gssapi/gssapi_stream",
    "udp_header": "lib/proto/udp_header",
    "annotate": "lib/proto/trace",
    "escape": "lib/base/text",
    "proxy_url": "lib/base/url lib/base/proxy",
    "dns_message": "lib/dns/dns_message",
    "certificate": "lib/net/tls/x509_text lib/net/tls/tls_errors",
    "operands": "cli/options/parse cli/options/habits",
    "list": "cli/probe/probe_list cli/options/password_line",
    "json": "cli/output/json_text",
    "udp_framing": "cli/udp/framing",
    "client": "lib/net/session lib/net/datagram/udp_hops",
    "relay": "lib/net/relay",
    "dns_tcp": "lib/dns/dns_client lib/dns/stream_path lib/dns/open_questions",
    "probe": "lib/probe",
}


def run(program, *arguments):
    symbolizer = shutil.which("llvm-symbolizer") or sys.exit("llvm-symbolizer is missing")
    done = subprocess.run([program, *arguments], stderr=subprocess.PIPE, text=True, check=False,
                          stdout=subprocess.DEVNULL,
                          env={**os.environ, "ASAN_SYMBOLIZER_PATH": symbolizer})
    if done.returncode != 0:
        sys.exit(f"{program} failed:\n{done.stderr[-3000:]}")
    return done.stderr


def edges(output, prefixes):
    """Those reached, and all of them, of functions in these files."""
    reached = total = 0
    for hit, of, place in re.findall(r"COVERED_FUNC: hits: \d+ edges: (\d+)/(\d+) .* (\S+?):\d+", output):
        if any(f"/{prefix}" in place for prefix in prefixes) and place.endswith(".cpp"):
            reached += int(hit)
            total += int(of)
    return reached, total


def used_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def speed_of(program, corpus):
    with tempfile.TemporaryDirectory() as found:
        before = used_seconds()
        output = run(program, f"-max_total_time={SECONDS}", "-max_len=2048", "-print_final_stats=1",
                     "-seed=1", "-verbosity=0", found, str(corpus))
    executions = int(re.search(r"number_of_executed_units: *(\d+)", output)[1])
    return executions / (used_seconds() - before)


def row(build, name):
    program = build / "tests" / "fuzz" / f"fuzz_{name}"
    corpus = HERE / "corpus" / name
    output = run(program, "-runs=0", "-print_coverage=1", str(corpus))
    reached, total = edges(output, ABOUT[name].split())
    if total == 0:
        sys.exit(f"{name}: no edge of {ABOUT[name]}")
    files = sum(1 for _ in corpus.iterdir())
    return f"| {name} | {files} | {speed_of(program, corpus):,.0f} | {reached} of {total} |"


def main():
    build = pathlib.Path(sys.argv[1])
    print("| target | files | executions a second | edges reached |\n|---|---|---|---|")
    for name in sys.argv[2:] or ABOUT:
        print(row(build, name), flush=True)


if __name__ == "__main__":
    main()
