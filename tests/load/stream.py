# SPDX-License-Identifier: MIT
"""Bytes without end that are known in advance, so that one that is lost, doubled or changed is noticed at once.

As a program: `python3 stream.py SEED COUNT` writes COUNT of them to standard output.
"""
import fcntl
import functools
import os
import random
import sys

PERIOD = (1 << 20) + 3      # what gets lost in pieces of a buffer's size does not go unseen
PIECE = 1 << 18


class Wrong(AssertionError):
    """What came is not what was sent."""


@functools.cache
def _twice(seed):
    return random.Random(seed).randbytes(PERIOD) * 2


def piece(seed, at, size=PIECE):
    """`size` bytes of the stream from its byte `at` on; at most a period."""
    start = at % PERIOD
    return memoryview(_twice(seed))[start:start + size]


class Check:
    """Takes the stream in pieces; `count` is how much of it has come."""

    def __init__(self, seed):
        self.seed, self.count = seed, 0

    def take(self, data):
        for at in range(0, len(data), PERIOD):
            part = data[at:at + PERIOD]
            wanted = bytes(piece(self.seed, self.count, len(part)))
            if part != wanted:
                first = next(at for at, (one, other) in enumerate(zip(part, wanted)) if one != other)
                raise Wrong(f"the stream of {self.seed} is another from byte {self.count + first} on")
            self.count += len(part)

    def finish(self, count):
        if self.count != count:
            raise Wrong(f"{self.count} bytes of the stream of {self.seed} came, of {count}")


def send(write, seed, count, lose=None):
    """write(view) is called until all is sent; it returns what it took, or None for all of it. lose: the byte
    that is left out, for controls."""
    at = 0
    while at < count:
        part = piece(seed, at, min(PIECE, count - at))
        if lose is not None and at <= lose < at + len(part):
            part = bytes(part[:lose - at]) + bytes(part[lose - at + 1:])
            at += 1
        at += len(part)
        view = memoryview(part)
        while view:
            taken = write(view)
            view = view[len(view) if taken is None else taken:]


def wide_pipe():
    """A pipe that holds as much as an ordinary user may ask for."""
    read, write = os.pipe()
    try:
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 1 << 20)
    except PermissionError:
        pass
    return read, write


def size(text):
    """2G, 512M, 1000"""
    factors = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
    return int(text) if text.isdigit() else int(float(text[:-1]) * factors[text[-1].upper()])


if __name__ == "__main__":
    lose_at = int(sys.argv[3]) if len(sys.argv) > 3 else None
    send(lambda view: os.write(1, view), sys.argv[1], int(sys.argv[2]), lose_at)
