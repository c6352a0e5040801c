# SPDX-License-Identifier: MIT
"""What the kernel tells about a running process."""


def cpu_ticks(pid):
    """The time it has used, in hundredths of a second."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def resident(pid):
    """The memory it has, in bytes; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/statm") as statm:
            return int(statm.read().split()[1]) * 4096
    except (OSError, IndexError):
        return 0
