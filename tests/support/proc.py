# SPDX-License-Identifier: MIT
"""What the kernel tells about a process."""
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


def resident(pid):
    """The memory it has, in bytes; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/statm") as statm:
            return int(statm.read().split()[1]) * 4096
    except (OSError, IndexError):
        return 0


def peak_memory(*command):
    """The most memory that a command had, in KiB; what it writes is discarded."""
    peak = 0
    with subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:   # ru_maxrss would begin with the size of this interpreter
            with open(f"/proc/{process.pid}/status") as status:
                peak = max([peak, *(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))])
            time.sleep(0.005)
    assert process.returncode == 0, process.returncode
    return peak
