# SPDX-License-Identifier: MIT
"""The network that the examples of the manual and of the README speak of, so that they run as they are written.

    examples_world.enter()      # before any test: the script goes on in namespaces of its own (isolation.py)
    with Stage() as stage:
        stage.start(servers.dante(world.PROXY, port=1080))
        result = stage.run('echo | sockscat connect -x proxy.example www.example.com 80')

Every address below is one of this machine's, inside only. Names are known to one side, as in earnest: those of
CLIENT_NAMES to the shell that runs an example, those of SERVER_NAMES to the servers behind the proxy (which
`isolation.as_server` starts), so that an example works only if the proxy looks the target up.
"""
import contextlib
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import cli
import isolation
import servers
import targets
from terminal import Terminal

PROXY, PROXY_OUTSIDE, PROXY_OUTSIDE6 = "192.0.2.10", "198.51.100.7", "2001:db8::7"
KERBEROS_PROXY = "192.0.2.11"
GATE = "192.0.2.31"
WEB, WEB6, MAIL, INSIDE = "192.0.2.80", "2001:db8::1", "192.0.2.25", "192.0.2.22"
NAME_SERVER, FTP, ECHO, ECHO2 = "192.0.2.53", "192.0.2.21", "192.0.2.7", "192.0.2.8"
PEER = "203.0.113.9"

CLIENT_NAMES = {"proxy.example": PROXY, "proxy.example.com": KERBEROS_PROXY}
SERVER_NAMES = {
    "proxy.example": PROXY, "gate.example": GATE, "www.example.com": WEB, "example.com": WEB,
    "mail.example.com": MAIL, "inside.example": INSIDE, "echo.example": ECHO, "chat.example": ECHO,
    "feed.example": ECHO,
}

USER, PASSWORD = "alice", isolation.PASSWORD    # an account of the system too
PAGE = b"It works.\n"                           # what every web server here answers


def enter():
    """Re-executes the running script inside; returns there, and everything above is there."""
    isolation.enter()
    _add("hosts", *(f"{address} {name}" for name, address in CLIENT_NAMES.items()))
    _add("hosts.server", *(f"{address} {name}" for name, address in SERVER_NAMES.items()))
    _add("passwd", f"{USER}:x:61235:65534::/nonexistent:/bin/sh")
    _add("shadow", f"{USER}:{isolation.PASSWORD_HASH}:19000:0:99999:7:::")
    addresses = {*CLIENT_NAMES.values(), *SERVER_NAMES.values(), PROXY_OUTSIDE, NAME_SERVER, FTP, ECHO2, PEER}
    for address in sorted(addresses):
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
    for address in (WEB6, PROXY_OUTSIDE6):
        subprocess.run(["ip", "-6", "address", "add", f"{address}/128", "dev", "lo", "nodad"], check=True)
    _own_run()


def _add(name, *lines):
    with open(isolation.private(name), "a", encoding="utf-8") as file: # mounted already: it must stay the same file
        file.writelines(f"{line}\n" for line in lines)


def _own_run():
    """A /run for sockets at fixed places, with nothing of this machine's in it."""
    resolv = os.path.realpath("/etc/resolv.conf")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"], check=True)
    os.mkdir("/run/sshd", 0o755)
    if resolv.startswith("/run/"):
        os.makedirs(os.path.dirname(resolv), exist_ok=True)
        shutil.copy(isolation.private("resolv.conf"), resolv)


# What listens in the examples.

def web(host=WEB, port=80, tls=None):
    """An HTTP server that answers every request with PAGE; over TLS with a tls_layer.Tls."""
    if tls:
        return targets.TlsTarget(tls, _answer_with_page, host=host, port=port)
    return _Web(host=host, port=port)


class _Web(targets.Target):
    def serve(self, sock):
        _answer_with_page(sock)
        sock.shutdown(socket.SHUT_WR)
        for _ in targets.read_all(sock):
            pass


def _answer_with_page(session):
    """To the first line: who types it may end lines as a terminal does."""
    session.recv(65536)
    session.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE)


def listening(host, *ports):
    """Something that accepts at each of these ports."""
    stack = contextlib.ExitStack()
    for port in ports:
        stack.enter_context(targets.Silent(host=host, port=port))
    return stack


def log_in(stage, config, host, command, address=INSIDE, options=(), **environment):
    """Runs a command by ssh on `host`, which is at `address`, with this ~/.ssh/config: a cli.Result."""
    server = stage.start(servers.sshd(address, 22))
    stage.write("~/.ssh/config", config)
    options = [*options, "-i", server.key, "-l", "root", "-oIdentitiesOnly=yes", "-oBatchMode=yes",
               "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null", "-oLogLevel=ERROR"]
    return stage.run(shlex.join([servers.need("ssh"), *options, host, command]), **environment)


def unix_socket(path, behind):
    """A Unix socket in front of a server, an Endpoint."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)     # of a server that has ended
    return _socat(lambda: _accepts(path), f"UNIX-LISTEN:{path},fork", behind)


def forwarded(host, port, behind):
    """A port in front of a server, an Endpoint."""
    return _socat(lambda: servers.listens(port), f"TCP-LISTEN:{port},bind={host},reuseaddr,fork", behind)


def _accepts(path):
    """True when someone listens on this Unix socket; found out without connecting."""
    lines = pathlib.Path("/proc/net/unix").read_text().splitlines()[1:]
    return any(line.split()[3] == "00010000" and line.endswith(f" {path}") for line in lines)


@contextlib.contextmanager
def _socat(is_ready, front, behind):
    command = [servers.need("socat"), front, f"TCP:{behind.host}:{behind.port}"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_until(is_ready, 10, f"{command} does not listen")
        yield
    finally:
        end_group(process)


def wait_until(ready, within, otherwise):
    """Waits for ready(), or fails."""
    deadline = time.monotonic() + within
    while not ready():
        if time.monotonic() > deadline:
            raise AssertionError(f"{otherwise} (after {within} s)")
        time.sleep(0.01)


# Where an example is run.

class Stage(contextlib.ExitStack):
    """An empty home and an empty working directory, servers, and the shell that runs examples there.

    sockscat  what stands in $PATH under that name; STUB is one that does nothing, with success
    folder    the working directory
    home      the home directory, of the account too
    """
    STUB = "stub"

    def __init__(self, sockscat=None):
        super().__init__()
        self.sockscat = sockscat or cli.BINARY

    def __enter__(self):
        top = pathlib.Path(self.enter_context(tempfile.TemporaryDirectory(prefix="sockscat-stage-")))
        self.folder, self.bin = top / "work", top / "bin"
        self.folder.mkdir()
        self.bin.mkdir()
        self.home = pathlib.Path(isolation.home())
        _empty(self.home)
        if self.sockscat == self.STUB:
            self.program("sockscat", "#!/bin/sh\nexit 0\n")
        else:
            (self.bin / "sockscat").symlink_to(os.path.abspath(self.sockscat))
        return self

    def need(self, *names):
        """What an example calls; without it the check is skipped, or fails."""
        for name in names:
            servers.need(name)

    def start(self, server):
        """Enters a context manager until the stage is left; what it yields is the result."""
        return self.enter_context(server)

    def program(self, name, text):
        """A program in $PATH."""
        return self.write(self.bin / name, text, 0o755)

    def write(self, path, text, mode=0o600):
        """A file: in the working directory unless the path is absolute or begins with ~."""
        path = pathlib.Path(str(path).replace("~", str(self.home), 1) if str(path).startswith("~") else self.folder / path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def environment(self, **extra):
        path = f"{self.bin}:{os.environ.get('PATH', os.defpath)}"
        return cli.environment(PATH=path, HOME=str(self.home), SHELL="/bin/sh", TERM="dumb", **extra)

    def run(self, code, stdin=b"", shell="sh", within=60, **environment):
        """Runs an example to its end: a cli.Result. stdin: bytes, or None for one that never ends."""
        job = self.job(code, shell=shell, **environment)
        return job.finish(stdin, within)

    def job(self, code, shell="sh", **environment):
        """Begins to run an example: a Job."""
        return self.enter_context(Job(self, code, shell, environment))

    def type(self, code, typed, within=60, shell="sh", **environment):
        """Runs an example on a terminal, where `typed` is typed: a cli.Result whose out is all that was shown.
        It is typed ahead, or, if it is a list of pairs (pattern, text), each text when its pattern has appeared; behind
        a line end, when the terminal also echoes again, because what is typed before that may be discarded."""
        steps = typed if isinstance(typed, list) else [("", typed)]
        began = time.monotonic()
        with Terminal() as terminal:
            process = subprocess.Popen([shell, "-c", code], cwd=self.folder, env=self.environment(**environment),
                                       stdin=terminal.slave, stdout=terminal.slave, stderr=terminal.slave,
                                       preexec_fn=terminal.own)
            try:
                for pattern, text in steps:
                    seen = terminal.wait(lambda p=pattern: (re.search(p, terminal.output.decode("utf-8", "replace"))
                                                            and (p != r"\n" or terminal.echoes()))
                                         or process.poll() is not None, within)
                    if not seen or (pattern and not re.search(pattern, terminal.output.decode("utf-8", "replace"))):
                        raise AssertionError(f"{pattern!r} did not appear in {terminal.output!r}")
                    terminal.type(text.encode())
                if not terminal.wait(lambda: process.poll() is not None, within):
                    raise AssertionError(f"it did not end within {within} s: {terminal.output!r}")
                terminal.drain()
            finally:
                end_group(process)
        return cli.Result(process.returncode, terminal.output, "", time.monotonic() - began)


class Job:
    """An example that runs; what it says is read as it comes."""

    def __init__(self, stage, code, shell, environment):
        self._began = time.monotonic()
        self.process = subprocess.Popen([shell, "-c", code], cwd=stage.folder, env=stage.environment(**environment),
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        start_new_session=True)
        self.out, self.err = bytearray(), bytearray()
        self._threads = [threading.Thread(target=self._read, args=each, daemon=True)
                         for each in ((self.process.stdout, self.out), (self.process.stderr, self.err))]
        for thread in self._threads:
            thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end_group(self.process)
        for thread in self._threads:
            thread.join(5)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError):
                stream.close()

    @staticmethod
    def _read(stream, into):
        while data := stream.read1(65536):
            into.extend(data)

    def said(self):
        return (self.out + self.err).decode("utf-8", "replace")

    def wait_for(self, pattern, within=20):
        """Waits until it has said this: the match. Fails when it ends without."""
        def found():
            return re.search(pattern, self.said())
        wait_until(lambda: found() or not self.runs(), within, f"{pattern!r} is not in {self.said()!r}")
        for thread in self._threads if not self.runs() else ():
            thread.join(5)
        match = found()
        if not match:
            raise AssertionError(f"it ended with {self.process.returncode} and without {pattern!r}: {self.said()!r}")
        return match

    def runs(self):
        return self.process.poll() is None

    def finish(self, stdin=b"", within=60):
        """Gives it the rest of its standard input and waits for its end: a cli.Result."""
        feeder = threading.Thread(target=self._feed, args=(stdin,), daemon=True)
        feeder.start()
        wait_until(lambda: not self.runs(), within, f"it does not end; it said {self.said()!r}")
        for thread in self._threads:
            thread.join(within)
        return cli.Result(self.process.returncode, bytes(self.out), self.err.decode("utf-8", "replace"),
                          time.monotonic() - self._began)

    def _feed(self, data):
        if data is None:
            return
        with contextlib.suppress(OSError):
            self.process.stdin.write(data)
            self.process.stdin.close()


def end_group(process):
    """Ends a process that leads a session, and what it has left running."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _empty(folder):
    for each in folder.iterdir():
        shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
