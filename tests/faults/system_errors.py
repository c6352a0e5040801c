# SPDX-License-Identifier: MIT
"""What the system may refuse to a run of sockscat, one call at a time, and what must come of it.

strace(1) makes the N-th call of a kind fail; a preloaded library (failing_calls.cpp) makes the N-th read or write
a short one, or the N-th allocation fail. test_system_errors.py has the runs.
"""
import collections
import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass

import cli

LIBRARY = os.environ.get("FAILING_CALLS_LIBRARY") or os.path.join(
    os.path.dirname(os.path.dirname(os.path.abspath(cli.BINARY))), "tests", "libfailing_calls.so")
_FOLDER = tempfile.TemporaryDirectory(prefix="sockscat-")     # until this program ends
PRELOADED = os.path.join(_FOLDER.name, "failing_calls.so")    # $LD_PRELOAD is split at blanks
os.symlink(os.path.abspath(LIBRARY), PRELOADED)

INTERRUPTED, NOT_NOW = "EINTR", "EAGAIN"
_MAY_WAIT = "EINTR EAGAIN ENOMEM EIO"
_MAKES_A_DESCRIPTOR = "EMFILE ENFILE ENOMEM"
# What each call may fail with, by its manual page; and EIO or ENOMEM where that names nothing of the kind.
ERRORS = {name: errors.split() for names, errors in {
    "read recvfrom recvmsg recvmmsg readv pread64": _MAY_WAIT,
    "write sendto sendmsg sendmmsg writev splice sendfile": _MAY_WAIT + " ENOSPC",
    "connect": "ENOMEM EIO",    # none of ours blocks
    "poll ppoll": "EINTR ENOMEM",
    "epoll_wait epoll_pwait": "EINTR",
    "epoll_ctl": "ENOMEM ENOSPC",
    "openat": _MAKES_A_DESCRIPTOR + " EINTR EIO ENOSPC",
    "socket socketpair pipe2 epoll_create1 eventfd2 timerfd_create signalfd4 landlock_create_ruleset inotify_init1":
        _MAKES_A_DESCRIPTOR,
    "accept4": _MAKES_A_DESCRIPTOR + " EINTR",
    "dup dup2 dup3 pidfd_open": "EMFILE EINTR",
    "fcntl": "EINTR EMFILE ENOMEM",
    "clone3 clone fork vfork": "EAGAIN ENOMEM",
    "getrandom": "EINTR EAGAIN",
    "close": "EINTR EIO",
    "rename renameat renameat2 link unlink mkdir fchmod": "EIO ENOSPC ENOMEM",
    "fsync fdatasync": "EIO ENOSPC",
    "mlock": "ENOMEM EAGAIN",
    "mmap mremap mprotect munmap": "ENOMEM",
    "bind listen getsockname getpeername getsockopt setsockopt shutdown ioctl timerfd_settime newfstatat fstat stat statx"
    " lseek access readlink faccessat2 prctl seccomp landlock_restrict_self prlimit64 getdents64 uname sched_getaffinity"
    " sysinfo": "ENOMEM EIO",
    "execve": "ENOMEM E2BIG",
    "wait4 waitid": "EINTR",
    "clock_nanosleep": "EINTR",
}.items() for name in names.split()}
# brk(2) has no error in the kernel: it returns the end of the data as it is.
RETURNS = {"brk": ["0"]}
# Calls that cannot fail, or not in the way they are used; and what a tracer can only leave out.
NEVER = set("exit exit_group rt_sigaction rt_sigprocmask rt_sigreturn restart_syscall getpid gettid getuid geteuid getgid"
            " getegid set_robust_list set_tid_address rseq arch_prctl sched_yield clock_gettime madvise tgkill"
            " futex getppid umask alarm sigaltstack time gettimeofday gettimeofday".split())
# What the kernel has no error for, once the descriptor is known, an eventfd(2) among them; and the registrations of
# Asio's own two descriptors, which it does not look at.
CANNOT_FAIL = re.compile(r'EPOLL_CTL_(MOD|DEL)|EPOLL_CTL_ADD, \d+, {events=EPOLLIN\|EPOLLERR[|,}]|F_GETF[LD]|F_GETPIPE_SZ| write\(\d+, "\\1(\\0){7}", 8\)')
# What is tried again, or waited for, wherever it happens.
REPEATED = {INTERRUPTED: set(ERRORS) - {"close"}, NOT_NOW: set(
    "read recvfrom recvmsg recvmmsg readv write sendto sendmsg sendmmsg writev splice sendfile getrandom mlock".split())}
# What libraries read from files that are no business of ours: a read of a regular file is not interrupted.
OF_LIBRARIES = re.compile(r'^openat\([^"]*"([^"]*\.(so|cnf|pem)\b|/etc/)|^read\(\d+, \w+, (832|4096)\)')
# Memory that sanitizers ask for by themselves, and what they cannot do without.
OF_SANITIZERS = set("mmap munmap mremap mprotect madvise brk prctl prlimit64 futex readlink openat newfstatat fstat sysinfo"
                    " sched_getaffinity clone clone3".split())


@dataclass(frozen=True)
class Fault:
    """One call that fails, or all short ones."""
    call: str               # of the system; or "short", "alloc" of the library
    error: str              # its errno, "=0" for what it returns; "" of the library
    number: int             # which one, from 1; 0: each

    def __str__(self):
        return f"{self.call} {self.error} #{self.number}".replace("  ", " ")

    @property
    def is_repeated(self):
        """Nothing may come of it that can be seen."""
        return self.call == "short" or self.call in REPEATED.get(self.error, ())

    def prefix(self, log):
        """What comes before the command line."""
        if self.call in ("short", "alloc"):
            return []
        what = f"retval={self.error[1:]}" if self.error.startswith("=") else f"error={self.error}"
        return ["strace", "-f", "-qq", "-o", log, "-e", f"trace={self.call}", "-e", "signal=none",
                "-e", f"inject={self.call}:{what}:when={self.number}"]

    def environment(self, descriptor):
        if self.call not in ("short", "alloc"):
            return {}
        return {"FAILING_CALLS": f"{self.call}:{self.number}:{descriptor}", "LD_PRELOAD": PRELOADED}


@dataclass
class Outcome:
    result: cli.Result
    target: bytes           # what came to the other side
    files: dict             # what was written, by name
    injected: list          # the calls that did fail, as strace writes them
    left: bool              # is a process left?


class Hung(AssertionError):
    """It had not ended when it should have."""


_CALL = re.compile(r"^(\d+) +(?:<\.\.\. )?(\w+)(\(| resumed)")
_BEGIN = re.compile(r"(rt_sigaction\(SIGPIPE)")     # prepare_process()


def calls_of(log):
    """{call: its numbers}: of those that main() leads to and that can fail, as each thread counts its own."""
    counts = collections.defaultdict(collections.Counter)
    numbers = collections.defaultdict(set)
    before = collections.Counter()      # main(): in every thread the same number would hit the loader
    begun = False
    with open(log, errors="replace") as lines:
        for line in lines:
            match = _CALL.match(line)
            if not match or match[3] != "(":
                continue
            counts[match[1]][match[2]] += 1
            begun = begun or bool(_BEGIN.search(line))
            if not begun:
                before[match[2]] += 1
            elif counts[match[1]][match[2]] > before[match[2]] and not CANNOT_FAIL.search(line):
                numbers[match[2]].add(counts[match[1]][match[2]])
    return {name: sorted(found) for name, found in numbers.items()}


def end_group(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def run(args, fault=None, stdin=b"", limit=30, log=None, program=(cli.BINARY,), **kwargs):
    """(Result, the calls that were made to fail, was a process left?). `stdin`: bytes, or a descriptor; `log`: where
    strace writes all calls."""
    happened, happens = os.pipe()
    with tempfile.TemporaryDirectory(prefix="system-errors-") as directory:
        own_log = log or os.path.join(directory, "log")
        prefix = fault.prefix(own_log) if fault else \
            ["strace", "-f", "-qq", "-o", own_log, "-e", "signal=none"] if log else []
        extra = fault.environment(happens) if fault else {}
        if cli.is_instrumented():       # that of leaks is a tracer itself
            extra["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "exitcode=99") + ":detect_leaks=0"
        env = cli.environment(**extra)
        feed = stdin if isinstance(stdin, bytes) else None
        kwargs.setdefault("stdout", subprocess.PIPE)
        began = time.monotonic()
        process = subprocess.Popen([*prefix, *program, *map(str, args)], env=env, start_new_session=True,
                                   stdin=subprocess.PIPE if feed is not None else stdin, stderr=subprocess.PIPE,
                                   pass_fds=[happens, *kwargs.pop("pass_fds", ())], **kwargs)
        os.close(happens)
        try:
            out, err = process.communicate(feed, timeout=limit)
        except subprocess.TimeoutExpired:
            end_group(process)
            out, err = process.communicate()
            if process.stdin:
                process.stdin.close()
            os.close(happened)
            raise Hung(f"hung; stderr: {err!r}") from None
        seconds = time.monotonic() - began
        try:
            os.killpg(process.pid, 0)
            left = True
            end_group(process)
        except ProcessLookupError:
            left = False
        if prefix:
            with open(own_log, errors="replace") as lines:
                injected = [line.split(None, 1)[1].strip() for line in lines if "(INJECTED)" in line]
        else:
            injected = ["by the library"] if os.read(happened, 1) else []
        os.close(happened)
        return cli.Result(process.returncode, out or b"", err.decode("utf-8", "replace"), seconds), injected, left


def has_strace():
    """Can a program be traced here?"""
    if shutil.which("strace") is None:
        return False
    with tempfile.NamedTemporaryFile() as log:
        traced = subprocess.run(["strace", "-f", "-o", log.name, "true"], stderr=subprocess.DEVNULL)
        return traced.returncode == 0 and os.path.getsize(log.name) > 0
