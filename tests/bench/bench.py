#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures sockscat beside other clients and beside what the kernel allows; loopback only.

    bench.py down|up|start|turns|trips|datagrams|scan|probes|tls|all --sockscat PATH --tools DIRECTORY

Every round runs each client once, one after the other, so that all of them meet the same machine;
the tables give medians, and ratios to the reference (which uses no proxy) and to nc. Clients that
are not installed are left out. Read README.md beside this file.
"""
import argparse
import json
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

# How each client is told to reach a port of the server: {proxy} is HOST:PORT, {port} says what is
# there, {pport} is the proxy's port.
CLIENTS = {
    "sockscat": "{sockscat} connect -N -x socks5h://{proxy} 127.0.0.1 {port}",
    "nc": "nc.openbsd -N -X 5 -x {proxy} 127.0.0.1 {port}",
    "ncat": "ncat --proxy-type socks5 --proxy {proxy} 127.0.0.1 {port}",
    "socat": "socat -t 10 - SOCKS4A:127.0.0.1:target.test:{port},socksport={pport}",
    "socat -b256K": "socat -b 262144 -t 10 - SOCKS4A:127.0.0.1:target.test:{port},socksport={pport}",
    "connect-proxy": "connect-proxy -5 -S {proxy} 127.0.0.1 {port}",
    "curl": "curl -sN --proxy socks5h://{proxy} telnet://127.0.0.1:{port}",
}
TRIPS = {
    "sockscat, SOCKS5": "{sockscat} connect -x socks5h://{proxy} 127.0.0.1 {port}",
    "sockscat, SOCKS4": "{sockscat} connect -x socks4://{proxy} 127.0.0.1 {port}",
    "sockscat, SOCKS5 --pipeline":
        "{sockscat} connect --pipeline --auth none -x socks5h://{proxy} 127.0.0.1 {port}",
    "nc, SOCKS5": "nc.openbsd -X 5 -x {proxy} 127.0.0.1 {port}",
    "nc, SOCKS4": "nc.openbsd -X 4 -x {proxy} 127.0.0.1 {port}",
}
SHARED = ("down", "up", "start", "turns", "trips", "datagrams", "scan", "probes", "tls")


class Server:
    """One bench_server; ended by its own process id."""

    def __init__(self, given, *options):
        self.process = subprocess.Popen([f"{given.tools}/bench_server", *map(str, options)],
                                        stdout=subprocess.PIPE, text=True)
        self.port = {name: int(port) for name, port in
                     (pair.split("=") for pair in self.process.stdout.readline().split())}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def words(template, given, server, port):
    pport = server.port["socks"]
    return [word.format(sockscat=given.sockscat, proxy=f"127.0.0.1:{pport}", pport=pport, port=port)
            for word in template.split(" ")]


def clients(given, table, skip=()):
    return {name: template for name, template in table.items()
            if name not in skip and (name.startswith("sockscat") or shutil.which(template.split()[0]))
            and (not given.only or name.startswith(tuple(given.only.split(","))))}


def one(given, *arguments):
    done = subprocess.run([f"{given.tools}/bench_runner", *map(str, arguments)], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def rounds(count, jobs):
    """{name: [result, ...]} of functions that are all called once a round, in changing order."""
    results = {name: [] for name in jobs}
    for number in range(count):
        # Nobody always follows the one that leaves most behind to be cleaned up.
        for name in random.Random(number).sample(sorted(jobs), len(jobs)):
            results[name].append(jobs[name]())
    return results


def median(results, field):
    return statistics.median(result[field] for result in results)


def table(title, heads, rows):
    cells = [[f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row]
             for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *cells)]
    print(f"\n{title}")
    for row in [heads, *cells]:
        print("  " + "  ".join(cell.ljust(width) if index == 0 else cell.rjust(width)
                               for index, (cell, width) in enumerate(zip(row, widths))))


def ratio(value, results, name, field):
    return value / median(results[name], field) if name in results else "-"


def streams(given, way):
    """down and up: bytes through pipes, files and nothing."""
    size = int(given.gib * 2**30)
    up = way == "up"
    with tempfile.NamedTemporaryFile(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as file, \
            Server(given, "--bytes", size) as server:
        file.truncate(size)
        cases = {"pipes, pages": (f"pipe:{size}" if up else "null", "null" if up else "pipe", "pages"),
                 "pipes, as ssh": (f"pipe:{size}" if up else "null", "null" if up else "pipe", "copy"),
                 "a file": (f"file:{file.name}" if up else "null", "null", "pages")}
        for case, ends in cases.items():
            direct = [f"{given.tools}/bench_reference", way, server.port["sink" if up else "source"]]
            jobs = {"reference": lambda: one(given, "run", *ends, "--", *direct)}
            for name, template in clients(given, CLIENTS, ("curl",) if up else ()).items():
                argv = words(template, given, server, 9 if up else 19)
                jobs[name] = lambda argv=argv: one(given, "run", *ends, "--", *argv)
            got = rounds(given.rounds or 5, jobs)
            rows = []
            for name, results in got.items():
                wall, cpu = median(results, "wall_s"), median(results, "cpu_s")
                short = not up and ends[1] == "pipe" and any(r["bytes"] != size for r in results)
                rows.append([name, size / wall / 1e9, 1 / ratio(wall, got, "reference", "wall_s"),
                             1 / ratio(wall, got, "nc", "wall_s") if "nc" in got else "-",
                             cpu / size * 1e9, ratio(cpu, got, "reference", "cpu_s"),
                             max(r["resident_kib"] for r in results),
                             "BYTES LOST" if short else ""])
            table(f"{way}, {given.gib:g} GiB, {case}",
                  ["client", "GB/s", "x reference", "x nc", "CPU s/GB", "CPU x reference",
                   "resident KiB", ""], rows)


def system_calls(argv):
    if not shutil.which("strace"):
        return "-"
    with tempfile.NamedTemporaryFile("r") as file:
        subprocess.run(["strace", "-f", "-c", "-o", file.name, *argv], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        total = re.search(r"^100\.00\s+\S+\s+\S+\s+(\d+)", file.read(), re.M)
    return int(total[1]) if total else "-"


def instructions(argv):
    if not shutil.which("valgrind"):
        return "-"
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *argv],
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    return int(found[1]) if found else "-"


def start(given):
    with Server(given) as server:
        programs = {"reference": [f"{given.tools}/bench_reference", "down", str(server.port["byte"])]}
        for name, template in clients(given, CLIENTS, ("curl", "socat -b256K")).items():
            programs[name] = words(template, given, server, 13)
        for other in given.other:
            programs[other] = [other, *programs["sockscat"][1:]]
        got = rounds(given.rounds or 200, {
            name: lambda argv=argv: one(given, "run", "null", "pipe", "copy", "--", *argv)
            for name, argv in programs.items()})
        rows = []
        for name, results in got.items():
            wall = median(results, "wall_s")
            failed = any(r["status"] != 0 or r["bytes"] != 1 for r in results)
            rows.append([name, wall * 1e3, ratio(wall, got, "reference", "wall_s"),
                         ratio(wall, got, "nc", "wall_s"),
                         max(r["resident_kib"] for r in results),
                         "-" if given.smoke else system_calls(programs[name]),
                         "-" if given.smoke else instructions(programs[name]),
                         "FAILED" if failed else ""])
    table("start: connect, one byte, end", ["client", "ms", "x reference", "x nc", "resident KiB",
                                            "system calls", "instructions", ""], rows)


def turns(given):
    count = 50 if given.smoke else 20_000
    cpus = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cpus)})    # one processor: no idle wake-ups, a figure that repeats
    try:
        with Server(given) as server:
            programs = {"reference": [f"{given.tools}/bench_reference", "both",
                                      str(server.port["echo"])]}
            for name, template in clients(given, CLIENTS, ("curl", "socat -b256K")).items():
                programs[name] = words(template, given, server, 7)
            got = rounds(given.rounds or 7, {
                name: lambda argv=argv: one(given, "turns", count, 64, "--", *argv)
                for name, argv in programs.items()})
    finally:
        os.sched_setaffinity(0, cpus)
    best = max(r["rate"] for r in got["reference"])
    rows = [[name, median(results, "rate"), median(results, "rate") / median(got["reference"], "rate"),
             max(r["rate"] for r in results) / best, median(results, "cpu_s") / (count + 200) * 1e6]
            for name, results in got.items()]
    table("turns: 64 bytes there and back, one processor",
          ["client", "turns/s", "x reference", "best x best", "CPU us/turn"], rows)


def trips(given):
    delay = 10 if given.smoke else 30
    rows = []
    for speaker, port, fed in (("server", 13, "hold:0"), ("client", 7, "hold:64")):
        with Server(given) as near, Server(given, "--delay-ms", delay) as far:
            for name, template in clients(given, TRIPS).items():
                took = [median([one(given, "run", fed, "first", "copy", "--",
                                    *words(template, given, server, port))
                                for _ in range(given.rounds or 3)], "first_s")
                        for server in (near, far)]
                rows.append([name, speaker, (took[1] - took[0]) * 1e3 / delay / 2])
    table(f"trips: round trips of {2 * delay} ms behind that of TCP, until the first byte",
          ["client", "speaks first", "trips"], rows)


def relay_datagrams(given, server, frames, pace=None):
    """Echoed datagrams a second and their number; `pace`: fed at so many a second."""
    frame = (64).to_bytes(2, "big") + b"d" * 64
    argv = [given.sockscat, "udp", "-x", f"127.0.0.1:{server.port['socks']}", "--framing", "length",
            "--wait", "0.5", "127.0.0.1", "7"]
    back, begun = 0, time.monotonic()
    last = begun

    def feed():
        for sent in range(0, frames, 64):
            if pace:
                time.sleep(max(0, begun + sent / pace - time.monotonic()))
            process.stdin.write(frame * 64)
        process.stdin.close()

    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
                          stderr=subprocess.DEVNULL) as process:
        feeder = threading.Thread(target=feed)
        feeder.start()
        while piece := os.read(process.stdout.fileno(), 1 << 20):
            back += len(piece)
            last = time.monotonic()
        feeder.join()
    back //= len(frame)
    return {"rate": back / (last - begun), "back": back}


def datagrams(given):
    count = 6_400 if given.smoke else 320_000
    names = ("reference", "sockscat, as fast as it goes", "sockscat, fed at half of the reference")
    got = {name: [] for name in names}
    with Server(given) as server:
        for _ in range(given.rounds or 3):
            done = subprocess.run([f"{given.tools}/bench_reference", "datagrams", "7", str(count),
                                   "64", str(server.port["socks"])], check=True,
                                  stdout=subprocess.PIPE, text=True)
            reference = float(done.stdout)
            got[names[0]].append({"rate": reference, "back": count})
            got[names[1]].append(relay_datagrams(given, server, count))
            got[names[2]].append(relay_datagrams(given, server, count // 2, reference / 2))
            got[names[2]][-1]["back"] *= 2
    rows = [[name, median(results, "rate"),
             median(results, "rate") / median(got[names[0]], "rate"),
             f"{100 - 100 * median(results, 'back') / count:.1f} %"] for name, results in got.items()]
    table("datagrams: 64 bytes through UDP ASSOCIATE and back",
          ["client", "echoed/s", "x reference", "lost"], rows)


def scan(given):
    ports = 20 if given.smoke else 1_000
    with Server(given) as server:
        proxy = f"127.0.0.1:{server.port['socks']}"
        begun = time.monotonic()
        subprocess.run([given.sockscat, "connect", "-z", "--jobs", "64", "-x", f"socks5h://{proxy}",
                        "127.0.0.1", f"20001-{20000 + ports}"], stdout=subprocess.DEVNULL)
        rows = [["sockscat -z, 64 jobs", ports / (time.monotonic() - begun), 1.0]]
        if shutil.which("nc.openbsd"):
            begun = time.monotonic()
            for port in range(20001, 20001 + ports):
                subprocess.run(["nc.openbsd", "-z", "-X", "5", "-x", proxy, "127.0.0.1", str(port)],
                               stderr=subprocess.DEVNULL)
            rate = ports / (time.monotonic() - begun)
            rows.append(["a loop of nc -z", rate, rows[0][1] / rate])
    table(f"scan: {ports} ports", ["client", "ports/s", "sockscat is x as fast"], rows)


def probes(given):
    """Many proxies: which versions, which methods; nmap asks the same with its script. The reference opens as many
    connections as sockscat, and asks nothing but a greeting in each."""
    count = 4 if given.smoke else 1_024
    hosts = [f"127.10.{number >> 8}.{number & 255}" for number in range(1, count + 1)]
    with Server(given, "--addresses", count) as server, tempfile.TemporaryDirectory() as folder:
        port = server.port["socks"]
        with open(f"{folder}/proxies", "w") as proxies, open(f"{folder}/hosts", "w") as names:
            proxies.writelines(f"socks5h://{host}:{port}\n" for host in hosts)
            names.writelines(f"{host}\n" for host in hosts)
        nmap = ["nmap", "-n", "-Pn", "-sT", "-p", str(port), "--script", "+socks-auth-info", "-iL", f"{folder}/hosts"]
        cheap = [given.sockscat, "probe", "--only", "versions,auth"]
        each = connections([*cheap, "-v", f"socks5h://{hosts[0]}:{port}"])
        programs = {
            "reference": [f"{given.tools}/bench_asker", *map(str, (port, count, each, 64))],
            "sockscat": [*cheap, "--jobs", "64", "--json", "--from", f"{folder}/proxies"],
            "nmap": nmap, "nmap -T4": [*nmap, "-T4"],
            "nmap -T5, 100 at once": [*nmap, "-T5", "--min-hostgroup", "1024", "--min-parallelism", "100"],
        }
        found = {"reference": "answered", "sockscat": '"verdict":"usable"', "nmap": "No authentication"}
        wanted = ("reference", *(given.only or "sockscat,nmap").split(","))
        got = rounds(given.rounds or 3, {
            name: lambda argv=argv, mark=found[name.split(" ")[0]]: timed(argv, mark)
            for name, argv in programs.items() if name.startswith(wanted) and shutil.which(argv[0])})
    table(f"probes: {count} proxies, versions and methods, {each} connections each",
          ["client", "proxies/s", "x reference", "sockscat is x as fast", "CPU ms a proxy", "found"],
          [[name, count / median(results, "wall_s"), median(got["reference"], "wall_s") / median(results, "wall_s"),
            ratio(median(results, "wall_s"), got, "sockscat", "wall_s"),
            median(results, "cpu_s") / count * 1e3, min(r["found"] for r in results)]
           for name, results in got.items()])


def connections(argv):
    """How many it opens: -v says each."""
    done = subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    return done.stderr.count(": connected")


def timed(argv, mark):
    """Runs a program; counts how often it says `mark`."""
    begun = time.monotonic()
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        said = process.stdout.read()
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return {"wall_s": time.monotonic() - begun, "cpu_s": usage.ru_utime + usage.ru_stime, "found": said.count(mark)}


def tls(given):
    """A hop with TLS, taken off by stunnel; beside `openssl s_client`."""
    if not shutil.which("stunnel4") or not shutil.which("openssl"):
        return
    size = int(given.gib * 2**30 / 4)
    with tempfile.TemporaryDirectory() as folder, Server(given, "--bytes", size) as server:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/key",
                        "-out", f"{folder}/cert"], check=True, stderr=subprocess.DEVNULL)
        port = 20_000 + os.getpid() % 10_000
        with open(f"{folder}/conf", "w") as conf:
            conf.write(f"foreground = yes\npid =\ncert = {folder}/cert\nkey = {folder}/key\n[s]\n"
                       f"accept = 127.0.0.1:{port}\nconnect = 127.0.0.1:{server.port['socks']}\n")
        front = subprocess.Popen(["stunnel4", f"{folder}/conf"], stderr=subprocess.DEVNULL)
        try:
            time.sleep(0.7)
            asked = f"{folder}/asked"
            with open(asked, "wb") as file:     # greeting and request at once, for s_client
                file.write(bytes([5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, 0, 19]))
            ours = [given.sockscat, "connect", "-x", f"socks5h+tls://127.0.0.1:{port}?cacert={folder}/cert"]
            # -ign_eof: the end of the input is not the end.
            theirs = ["openssl", "s_client", "-quiet", "-ign_eof", "-connect", f"127.0.0.1:{port}"]
            got = rounds(given.rounds or 3, {
                "sockscat": lambda: one(given, "run", "null", "pipe", "copy", "--", *ours,
                                        "127.0.0.1", "19"),
                "openssl s_client": lambda: one(given, "run", f"file:{asked}", "pipe", "copy", "--",
                                                *theirs)})
            begun = rounds(given.rounds or 20, {
                "start": lambda: one(given, "run", "null", "pipe", "copy", "--", *ours, "127.0.0.1",
                                     "13")})
        finally:
            front.kill()
            front.wait()
    rows = [[name, median(results, "bytes") / median(results, "wall_s") / 1e9,
             median(got["openssl s_client"], "wall_s") / median(results, "wall_s"),
             median(results, "cpu_s") / size * 1e9] for name, results in got.items()]
    table("tls: down through a hop with TLS", ["client", "GB/s", "x s_client", "CPU s/GB"], rows)
    table("tls: connect, one byte, end", ["client", "ms", "CPU ms"],
          [["sockscat", median(begun["start"], "wall_s") * 1e3, median(begun["start"], "cpu_s") * 1e3]])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=[*SHARED, "all"])
    parser.add_argument("--sockscat", required=True)
    parser.add_argument("--tools", required=True, help="where bench_server and the others are")
    parser.add_argument("--only", help="clients whose names begin so, comma separated")
    parser.add_argument("--other", action="append", default=[], help="start: another build")
    parser.add_argument("--gib", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--smoke", action="store_true", help="once, and tiny: measures nothing")
    given = parser.parse_args()
    if given.smoke:
        given.gib, given.rounds, given.only = 1 / 256, 1, given.only or "sockscat"
    print(f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()} "
          f"{platform.release()}, load {os.getloadavg()[0]:.1f}; medians")
    jobs = {"down": lambda: streams(given, "down"), "up": lambda: streams(given, "up")}
    for what in SHARED if given.what == "all" else [given.what]:
        jobs.get(what, lambda what=what: globals()[what](given))()


if __name__ == "__main__":
    sys.exit(main())
