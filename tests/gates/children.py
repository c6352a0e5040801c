# SPDX-License-Identifier: MIT
"""What a test has started ends with it, also what no longer has a parent."""
import contextlib
import ctypes
import os
import signal
import subprocess
import tempfile
import time

PR_SET_CHILD_SUBREAPER = 36


def adopt():
    """Orphans among our descendants become our children, and not those of process 1."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children():
    ours = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, IndexError):
            with open(f"/proc/{name}/stat") as stat:
                if int(stat.read().rsplit(")", 1)[1].split()[1]) == os.getpid():
                    ours.append(int(name))
    return ours


def end_all():
    """Kills every child; those that it leaves become ours, and are next."""
    while children := _children():
        for each in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        for each in children:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(each, 0)


def run(command, limit=None, **options):
    """(status, output, seconds); the status is None when the limit was over. Nothing of it is left."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, start_new_session=True, **options)
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            end_all()
        output.seek(0)
        return status, output.read(), time.monotonic() - began
