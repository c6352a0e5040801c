# SPDX-License-Identifier: MIT
"""A password that reaches the program by each of the ways there are, and what would be left of it."""
import base64
import contextlib
import os
import time
from dataclasses import dataclass, field
from urllib.parse import quote

from terminal import Terminal

USER = "alice"
LONG = "Xq7-tR%fug@lZ_9wK:vb3/Jm"        # its percent-encoded form differs
SHORT = "kQ%9zW/r"                       # it fits where a string keeps what is short
WINDOW = 7                               # bytes of it that are recognised: parts that survive count

SOURCES = ("file", "file in the URL", "descriptor", "URL", "URL in the environment", "environment", "prompt", "askpass")


def windows(data):
    return {data[at:at + WINDOW] for at in range(len(data) - WINDOW + 1)}


def traces(secret):
    """What would be left of it: raw, in a URL, in Basic's base64 at each alignment, in hexadecimal, escaped."""
    plain = secret.encode()
    found = windows(plain)
    for coded in (quote(secret, safe=""), quote(secret), "".join(f"%{byte:02x}" for byte in plain)):
        found |= windows(coded.encode())
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found |= windows(encode(b"\0" * shift + plain).rstrip(b"=")[4 if shift else 0:-1])
    for part in windows(plain):
        for coded in (part.hex(), part.hex(" "), part.hex(":"), "".join(f"\\x{byte:02x}" for byte in part)):
            found |= {coded.encode(), coded.upper().replace("\\X", "\\x").encode()}
    return found


def leaks(data, secret):
    """What stands around each place where a part of it was found."""
    places = sorted(at for at in map(data.find, traces(secret)) if at != -1)
    return [data[max(at - 24, 0):at + 32] for at in places]


def given_to(proxy, patience=20):
    """The passwords that a proxy has got, once there is one; none when there is none in time."""
    end = time.monotonic() + patience
    while True:
        found = {conv.password for conv in list(proxy.conversations) if conv.password is not None}
        if found or time.monotonic() > end:
            return found
        time.sleep(0.01)


@dataclass
class Login:
    """Where the password is, in the words of cli.start() and ScriptedProxy.url()."""
    secret: str
    options: tuple = ()
    parts: dict = field(default_factory=dict)       # of the URL
    environment: dict = field(default_factory=dict)
    start: dict = field(default_factory=dict)
    in_variable: bool = False                       # the URL is in $SOCKSCAT_PROXY
    terminal: Terminal = None

    def answer(self):
        """Types it, where a person is asked."""
        if self.terminal:
            ready = self.terminal.wait(lambda: self.terminal.output.endswith(b": ") and not self.terminal.echoes(), 30)
            assert ready, self.terminal.output
            self.terminal.type(self.secret.encode() + b"\n")


def write(directory, name, text, mode):
    path = os.path.join(directory, name)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


@contextlib.contextmanager
def login(source, directory, secret=LONG):
    """A Login for one run. What $SSH_ASKPASS names tells in DIRECTORY/seen what it knows and sees."""
    named, known = {"user": USER}, {"user": USER, "password": secret}
    if source == "file":
        path = write(directory, "password", secret + "\n", 0o600)
        yield Login(secret, ("--proxy-user", USER, "--proxy-password-file", path))
    elif source == "file in the URL":
        yield Login(secret, parts=named | {"password-file": write(directory, "password", secret + "\n", 0o600)})
    elif source == "descriptor":
        read, end = os.pipe()
        os.write(end, secret.encode() + b"\n")
        os.close(end)
        try:
            yield Login(secret, ("--proxy-password-fd", str(read)), named, start={"pass_fds": [read]})
        finally:
            os.close(read)
    elif source == "URL":
        yield Login(secret, parts=known)
    elif source == "URL in the environment":
        yield Login(secret, parts=known, in_variable=True)
    elif source == "environment":
        yield Login(secret, parts=named, environment={"SOCKSCAT_PASSWORD": secret})
    elif source == "prompt":
        with Terminal() as terminal:
            yield Login(secret, parts=named, start={"preexec_fn": terminal.own}, terminal=terminal)
    elif source == "askpass":
        known_to_it = " ".join(f"/proc/{who}/{what}" for who in ("$$", "$PPID") for what in ("environ", "cmdline"))
        path = write(directory, "askpass", f"#!/bin/sh\ncat {known_to_it} >'{directory}/seen'\necho '{secret}'\n", 0o700)
        yield Login(secret, ("--proxy-ask-password",), named, {"SSH_ASKPASS": path, "SSH_ASKPASS_REQUIRE": "force"})
    else:
        raise ValueError(source)
