# SPDX-License-Identifier: MIT
"""Runs the built binary ($SOCKSCAT) the way a script would, and says what came of it."""
import os
import subprocess
import time
from dataclasses import dataclass

BINARY = os.environ.get("SOCKSCAT", "sockscat")

# Nothing of the caller's own proxy settings may leak into a test.
_PRIVATE = ("SOCKSCAT_PROXY", "SOCKSCAT_PASSWORD", "ALL_PROXY", "all_proxy", "SSH_ASKPASS",
            "SSH_ASKPASS_REQUIRE", "DISPLAY", "NO_COLOR")


def _has(*symbols):
    if not os.path.isfile(BINARY):
        return False
    with open(BINARY, "rb") as file:
        content = file.read()
    return any(symbol in content for symbol in symbols)


def is_sanitized():
    """True for a binary whose memory is the sanitizer's: what was freed is kept for a while."""
    return _has(b"__asan_init")


def is_instrumented():
    """True for a binary that a sanitizer or the measurement of coverage lives in."""
    return _has(b"__asan_init", b"__tsan_init", b"__gcov_init")


def slack(seconds):
    """A bound on wall-clock time for a loaded machine or a sanitized binary.

    What a bound tells apart (a limit that works from one that does not) differs by far more.
    """
    return seconds + 2


@dataclass
class Result:
    status: int      # exit status; -N when signal N killed it
    out: bytes       # stdout, exact
    err: str         # stderr
    seconds: float   # wall clock


def environment(**extra):
    """A copy of the environment without proxy settings, with `extra` added (None removes)."""
    env = {k: v for k, v in os.environ.items() if k not in _PRIVATE and k not in extra}
    env.update({k: v for k, v in extra.items() if v is not None})
    return env


def start(*args, env=None, **kwargs):
    """Starts sockscat with all three standard streams piped unless told otherwise."""
    for stream in ("stdin", "stdout", "stderr"):
        kwargs.setdefault(stream, subprocess.PIPE)
    return subprocess.Popen([BINARY, *map(str, args)], env=env or environment(), **kwargs)


def run(*args, stdin=b"", env=None, timeout=20, **kwargs):
    """Runs sockscat to its end. stdin: bytes to send and close after, or a file object/descriptor."""
    began = time.monotonic()
    feed = stdin if isinstance(stdin, (bytes, bytearray)) else None
    process = start(*args, env=env, stdin=subprocess.PIPE if feed is not None else stdin, **kwargs)
    try:
        out, err = process.communicate(feed, timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"sockscat {args} hung for {timeout} s; stderr: {err!r}") from None
    return Result(process.returncode, out or b"", (err or b"").decode("utf-8", "replace"),
                  time.monotonic() - began)
