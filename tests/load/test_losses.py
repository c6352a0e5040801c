#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tunnels over a link that loses packets, to far ends that stall, send in bursts and reset: no byte is lost behind
exit status 0, and a reset is status 1.

    test_losses.py [--seconds N]    for how long tunnels are begun; 12 without it
"""
import os
import pathlib
import random
import re
import socket
import struct
import sys
import tempfile
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support")]

import cli
import far_end
import isolation
import servers
import stream
from lossy_link import LossyLink, is_possible
from targets import Target

SECONDS = 12
AT_A_TIME = 8
PATIENCE = 180


@dataclass(frozen=True)
class Plan:
    """What one far end does."""
    up: int                 # bytes that the client has for it
    down: int               # bytes that it has for the client
    cut: str = ""           # "": none; "up": resets after so many bytes received, "down": after so many sent
    after: int = 0
    stalls: tuple = ()      # (way, byte, seconds)
    burst: int = 65536      # the most that it sends at a time
    early_end: bool = False # it sends nothing at all, and says so before it reads
    lose: int | None = None # a control: the byte of `down` that it leaves out
    short: int = 0          # a control: it reads so many bytes less, and ends as if that were all
    options: tuple = ()


def plan(chance):
    up, down = (chance.choice((1, 1000, 100_000, 400_000, 1_500_000)) for _ in range(2))
    options = chance.choice(((), ("-N",)))
    made = Plan(up, down, burst=chance.choice((100, 1460, 5000, 65536)), options=options)
    made = replace(made, stalls=tuple((chance.choice(("up", "down")), chance.randrange(max(up, down)), chance.uniform(0.1, 1.2))
                                      for _ in range(chance.randrange(3))))
    kind = chance.random()
    if kind < 0.2:
        return replace(made, cut="up", after=chance.randrange(up), up=up + 200_000)
    if kind < 0.4:
        return replace(made, cut="down", after=chance.randrange(down))
    return replace(made, early_end=True, down=0) if kind < 0.5 else made


class FarEnd(Target):
    """A proxy that is its own target; serves one plan for each user name that is the plan's number."""

    def __init__(self, host):
        super().__init__(host=host)
        self.plans, self.heard = {}, {}

    def serve(self, sock):
        sock.settimeout(PATIENCE)
        far_end.take(sock, far_end.take(sock, 2)[1])
        sock.sendall(b"\5\0")
        far_end.take(sock, 4)
        name = far_end.take(sock, far_end.take(sock, 1)[0])
        far_end.take(sock, 2)
        sock.sendall(b"\5\0\0\1\x7f\0\0\1\0\x50")
        number = int(name.split(b".")[0][1:])
        does, check = self.plans[number], stream.Check("up")
        cut = threading.Event()
        thread = threading.Thread(target=self.receive, args=(sock, does, check, cut))
        self.heard[number] = check, thread
        thread.start()
        try:
            self.send(sock, does, cut)
        except OSError:
            pass
        thread.join()
        if does.cut:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    @staticmethod
    def send(sock, does, cut):
        if does.early_end:
            sock.shutdown(socket.SHUT_WR)
            return
        sent, stalls = 0, sorted(at for way, at, _ in does.stalls if way == "down")
        pauses = {at: seconds for way, at, seconds in does.stalls if way == "down"}
        end = does.after if does.cut == "down" else does.down
        while sent < end and not cut.is_set():
            size = min(does.burst, end - sent, stream.PIECE)
            piece = bytes(stream.piece("down", sent, size))
            if does.lose is not None and sent <= does.lose < sent + size:
                piece = piece[:does.lose - sent] + piece[does.lose - sent + 1:]
            sock.sendall(piece)
            sent += size
            while stalls and stalls[0] <= sent:
                time.sleep(pauses[stalls.pop(0)])
        if does.cut == "down":
            cut.set()
            sock.shutdown(socket.SHUT_RD)
        elif not does.cut:
            sock.shutdown(socket.SHUT_WR)

    @staticmethod
    def receive(sock, does, check, cut):
        stalls = sorted((at, seconds) for way, at, seconds in does.stalls if way == "up")
        end = does.after if does.cut == "up" else does.up - does.short
        try:
            while check.count < end and not cut.is_set():
                data = sock.recv(min(65536, end - check.count))
                if not data:
                    break
                check.take(data)
                while stalls and stalls[0][0] <= check.count:
                    time.sleep(stalls.pop(0)[1])
        except (OSError, stream.Wrong) as error:
            check.seed = f"up: {error}"
        if does.cut == "up":
            cut.set()


def run(far, host, number, does):
    """What is wrong with one tunnel, or nothing."""
    far.plans[number] = does
    with tempfile.TemporaryFile() as stdin:
        stream.send(stdin.write, "up", does.up)
        stdin.seek(0)
        feed = stdin if number % 2 else stdin.read()
        result = cli.run("connect", "-w", PATIENCE, "-x", f"{host}:{far.port}", "--eof-delay", "30", *does.options,
                         f"n{number}.test", 80, stdin=feed, timeout=PATIENCE)
    check, thread = far.heard[number]
    thread.join(PATIENCE)
    said = f"{number}: {does}: status {result.status}, {len(result.out)} bytes came, {check.count} arrived: {result.err!r}"
    if result.out != expected(does.down)[:len(result.out)]:
        return "another stream: " + said
    if does.cut:
        # A reset takes along what has not been read yet, and that may be the reply.
        status = 1 if result.out or "reset" not in result.err else result.status
        good = result.status == status and status in (1, 16) and re.search("^sockscat: error: ", result.err)
        return "" if good else "a reset was no error: " + said
    whole = (result.status, len(result.out), check.count) == (0, does.down, does.up)
    return "" if whole else "not whole: " + said


def expected(count):
    return (bytes(stream.piece("down", 0, stream.PERIOD)) * (count // stream.PERIOD + 1))[:count]


class Losses(unittest.TestCase):
    seconds = 3 if cli.is_instrumented() else SECONDS

    def go(self, seconds, **link):
        seed = int(os.environ.get("SOCKSCAT_SEED", time.time()))
        chance, wrong, number = random.Random(seed), [], 0
        with LossyLink(seed=seed, **link) as wires, FarEnd(wires.near) as far, ThreadPoolExecutor(AT_A_TIME) as pool:
            end, running = time.monotonic() + seconds, set()
            while time.monotonic() < end or running:
                while time.monotonic() < end and len(running) < AT_A_TIME:
                    running.add(pool.submit(run, far, wires.far, number, plan(chance)))
                    number += 1
                for each in [each for each in running if each.done()]:
                    running.discard(each)
                    wrong += [each.result()] if each.result() else []
                time.sleep(0.01)
        cuts = sum(bool(does.cut) for does in far.plans.values())
        print(f"{number} tunnels, {cuts} of them reset, {sum(does.up + does.down for does in far.plans.values()) / 1e6:.0f} MB; "
              f"the link: {wires.told}; seed {seed}", flush=True)
        self.assertEqual(wrong, [], f"SOCKSCAT_SEED={seed}")
        self.assertGreater(number, 5)

    def setUp(self):
        if not is_possible():
            servers.do_without("/dev/net/tun cannot be used here", "tun")

    def test_losses(self):
        self.go(self.seconds / 2, loss=0.02)

    def test_pauses(self):
        self.go(self.seconds / 2, loss=0.005, delay=0.03, pause=0.3)


class Controls(unittest.TestCase):
    """What is asserted of the tunnels can fail."""

    def wrong(self, does):
        with FarEnd("127.0.0.1") as far:
            return run(far, far.host, 1, does)

    def test_a_good_one(self):
        self.assertEqual(self.wrong(Plan(100_000, 100_000)), "")

    def test_a_byte_is_lost(self):
        self.assertIn("another stream", self.wrong(Plan(1000, 100_000, lose=70_000)))
        self.assertIn("not whole", self.wrong(Plan(1000, 100_000, lose=99_999)))

    def test_a_byte_does_not_arrive(self):
        self.assertIn("not whole", self.wrong(Plan(100_000, 1000, short=1)))

    def test_an_end_in_place_of_a_reset(self):
        with FarEnd("127.0.0.1") as far:
            far.plans[1] = Plan(1000, 1000)
            does = Plan(1000, 1000)
            self.assertEqual(run(far, far.host, 1, does), "")
            real, far.serve = far.serve, lambda sock: FarEnd.serve(far, Lingering(sock))
            self.assertIn("a reset was no error", run(far, far.host, 1, Plan(1000, 1000, cut="down", after=1000)))
            far.serve = real


class Lingering:
    """A socket that makes no reset."""

    def __init__(self, sock):
        self.sock = sock

    def __getattr__(self, name):
        return getattr(self.sock, name)

    def setsockopt(self, *_):
        self.sock.shutdown(socket.SHUT_WR)
        while self.sock.recv(65536):
            pass

    def shutdown(self, how):
        if how != socket.SHUT_RD:
            self.sock.shutdown(how)


if __name__ == "__main__":
    isolation.enter()
    if "--seconds" in sys.argv:
        at = sys.argv.index("--seconds")
        Losses.seconds = float(sys.argv[at + 1])
        del sys.argv[at:at + 2]
    unittest.main()
