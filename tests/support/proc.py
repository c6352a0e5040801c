# SPDX-License-Identifier: MIT
"""What the kernel tells about a process."""
import os
import subprocess
import time


def cpu_ticks(pid):
    """The time it has used, in hundredths of a second."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def wait_until_it_takes(pid, number):
    """Until a program of ours has begun to take this signal itself: it blocks it, and reads it later."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with open(f"/proc/{pid}/status") as status:
            blocked = next(int(line.split()[1], 16) for line in status if line.startswith("SigBlk:"))
        if blocked >> (number - 1) & 1:
            return
        time.sleep(0.01)
    raise AssertionError(f"signal {number} is not blocked")


def waited(pid="self"):
    """For how long the threads of a process were ready to run and had no processor, in seconds, all in all."""
    nanoseconds = 0
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/schedstat") as schedstat:
                nanoseconds += int(schedstat.read().split()[1])
    except (OSError, IndexError):   # one has ended, or this kernel does not count
        pass
    return nanoseconds / 1e9


def resident(pid):
    """The memory it has, in bytes; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/statm") as statm:
            return int(statm.read().split()[1]) * 4096
    except (OSError, IndexError):
        return 0


def memory(pid):
    """All that a process can write to, its stack with arguments and environment included. It needs the right to trace it."""
    parts = []
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for line in maps:
            place, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            begin, end = (int(number, 16) for number in place.split("-"))
            try:
                mem.seek(begin)
                parts.append(mem.read(end - begin))
            except OSError:     # pages that nobody may read
                continue
    return b"\0".join(parts)


def watch(process, until=float("inf")):
    """Until it ends, or a time of time.monotonic() has come: the most memory that it had, in KiB, and for how long
    it waited for a processor, in seconds."""
    peak, delay = 0, 0.0
    while process.poll() is None and time.monotonic() < until:
        try:    # ru_maxrss would begin with the size of this interpreter
            with open(f"/proc/{process.pid}/status") as status:
                peak = max([peak, *(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))])
        except OSError:
            continue
        delay = max(delay, waited(process.pid))
        time.sleep(0.005)
    return peak, delay


def peak_memory(*command):
    """The most memory that a command had, in KiB; what it writes is discarded."""
    with subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        peak, _ = watch(process)
    assert process.returncode == 0, process.returncode
    return peak
