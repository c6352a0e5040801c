# SPDX-License-Identifier: MIT
"""A network interface whose packets get lost, late, doubled and out of order: TUN, in a private network namespace.

    with LossyLink(loss=0.02) as link:
        link.far            # what is sent to this address comes back to link.near, from link.far

There is one stack at both ends: the program swaps the two addresses of each packet, which keeps its checksums.
A reset is never lost, since nobody would repeat it.
"""
import argparse
import fcntl
import heapq
import os
import random
import select
import signal
import struct
import subprocess
import sys
import time

NEAR, FAR = "10.77.0.1", "10.77.0.2"
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_RESET = 0x04


def is_possible():
    return os.access("/dev/net/tun", os.R_OK | os.W_OK)


class LossyLink:
    """loss, doubled: shares of the packets; delay: the longest, in seconds; pause: seconds without any packet, every
    now and then."""

    def __init__(self, loss=0.02, doubled=0.005, delay=0.01, pause=0.0, seed=1):
        self.words = [f"--{key}={value}" for key, value in vars().items() if key != "self"]
        self.near, self.far = NEAR, FAR

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, "-B", __file__, *self.words], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.told = self.process.stdout.read().strip()
        self.process.wait()
        self.process.stdout.close()


def open_tun(name):
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
    for command in (["address", "add", f"{NEAR}/24", "dev", name], ["link", "set", name, "mtu", "1500", "up"]):
        subprocess.run(["ip", *command], check=True)
    return tun


def is_reset(packet):
    return packet[9] == 6 and packet[4 * (packet[0] & 0xF) + 13] & _RESET != 0


def main():
    parser = argparse.ArgumentParser()
    for key in ("loss", "doubled", "delay", "pause"):
        parser.add_argument(f"--{key}", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    tun = open_tun("lossy0")
    print("ready", flush=True)
    told = {"packets": 0, "lost": 0}
    signal.signal(signal.SIGTERM, lambda *_: (print(told, flush=True), os._exit(0)))
    waiting, number, next_pause = [], 0, time.monotonic() + chance.uniform(1, 3)
    while True:
        timeout = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        if select.select([tun], [], [], timeout)[0]:
            packet = os.read(tun, 65536)
            if packet[0] >> 4 == 4:
                told["packets"] += 1
                packet = packet[:12] + packet[16:20] + packet[12:16] + packet[20:]
                now = time.monotonic()
                is_pause = given.pause and next_pause <= now
                if is_pause and now >= next_pause + given.pause:
                    next_pause, is_pause = now + chance.uniform(1, 3), False
                if not is_reset(packet) and (is_pause or chance.random() < given.loss):
                    told["lost"] += 1
                    continue
                for _ in range(1 + (chance.random() < given.doubled)):
                    number += 1
                    heapq.heappush(waiting, (now + chance.uniform(0, given.delay), number, packet))
        while waiting and waiting[0][0] <= time.monotonic():
            try:
                os.write(tun, heapq.heappop(waiting)[2])
            except BlockingIOError:
                pass    # lost as well


if __name__ == "__main__":
    main()
