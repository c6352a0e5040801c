# SPDX-License-Identifier: MIT
"""Runs the fault matrix: each row whole, byte by byte where that fits, inside TLS, over a Unix socket, behind another
hop, and again with every kind of text switched on, looking for secrets and control bytes."""
import base64
import collections
import contextlib
import fcntl
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import cli
import counts
import matrix
from expect import CliCase, concurrently
from scripted_proxy import ScriptedProxy
from targets import FullListener
from tls_layer import Tls

LOUD = ("-vv", "--trace", "--stats", "--report", "-")
ANNOUNCEMENT = re.compile(r"^sockscat: (listening on|accepted from) [^\n]* \d+\n", re.M)
SECRET = b"S3cret"
FIRST_HOP = (b"first", b"S3cret-of-the-first")
SECRETS = [SECRET.decode(), SECRET.hex(), SECRET.hex(" "), base64.b64encode(SECRET).decode()]

FRAMING = ("R9", "R10", "R11", "R12")   # one byte at a time over a Unix socket too: nothing else is different there
Run = collections.namedtuple("Run", "result conv left")


def arguments(row, proxy, loud, target=None, first=None):
    scheme_login = dict(zip(("user", "password"), row.login)) if row.login else {}
    operands = (row.host, row.port) if row.operands is None else row.operands
    hops = ["-x", first.url(user=FIRST_HOP[0], password=FIRST_HOP[1])] if first else []
    return [row.command, *hops, "-x", proxy.url(row.scheme, **scheme_login, **row.query), *(LOUD if loud else ()),
            *row.options, *(target or operands)]


def begin(args, **kwargs):
    """In a process group of its own, and with a descriptor that it knows nothing of: a child left behind can be seen
    by either."""
    witness, inherited = os.pipe()
    try:
        process = cli.start(*args, start_new_session=True, pass_fds=[inherited], **kwargs)
    finally:
        os.close(inherited)
    process.witness = witness
    return process


def is_left(process):
    """Is a process of its group left, or any that has its descriptors?"""
    try:
        os.killpg(process.pid, 0)
        left = True
    except ProcessLookupError:
        left = False
    # What other threads start has it, too, until it is executed.
    readable = select.select([process.witness], [], [], 10)[0]
    os.close(process.witness)
    return left or not readable


def end(process, stdin=b"", began=None, limit=20):
    """Waits for it: (Result, was anything of it left?)."""
    began = began or time.monotonic()
    try:
        out, err = process.communicate(stdin, timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise AssertionError(f"hung: {process.args}") from None
    seconds = time.monotonic() - began
    return cli.Result(process.returncode, out or b"", (err or b"").decode("utf-8", "replace"),
                      seconds), is_left(process)


def conversation(proxy):
    """The client's connection, which must have ended with the client."""
    if not proxy.conversations:
        return None
    conv = proxy.conversations[0]
    if not conv.wait_closed():
        raise AssertionError("the connection to the proxy was left open")
    return conv


# Producers: everything that is wrong on our side of the proxy.

def by_proxy(row, pace, loud):
    behaviour = "echo" if row.how == "proxy" else row.how
    with contextlib.ExitStack() as stack:
        proxy = stack.enter_context(ScriptedProxy(behaviour, pace=pace, tls=row.tls,
                                                  **({"host": "unix"} if row.unix else {})))
        first = stack.enter_context(ScriptedProxy(tls=Tls(), users=dict([FIRST_HOP]))) if row.behind else None
        began = time.monotonic()
        result, left = end(begin(arguments(row, proxy, loud, first=first)), row.stdin, began)
        assert len(proxy.conversations) <= 1, "it came back for more"
        conv = conversation(proxy)
        if conv is not None:
            wire_bytes = bytes(conv.tls.raw) if conv.tls else b""
            said = b"".join(conv.messages) + bytes(conv.payload + conv.late) + wire_bytes
            assert FIRST_HOP[1] not in said, "the first hop's password went to the second"
            assert SECRET not in wire_bytes, "a password in front of TLS"
            assert "tls: " not in row.error or not conv.tls or not conv.messages or "--tls" in row.options, \
                "something was said before TLS stood"
        return Run(result, conv, left)


def called_bind(row, pace, loud):
    """Somebody calls and says the same as stdin, which is there before."""
    with ScriptedProxy(row.extra["behaviour"]) as proxy:
        began = time.monotonic()
        process = begin(arguments(row, proxy, loud))
        process.stdin.write(row.stdin)
        process.stdin.flush()
        assert proxy.conversation().wait_stage("listening")
        assert not proxy.conversation().wait(lambda conv: conv.early or conv.closed, 0.2)
        with socket.create_connection(proxy.conversation().bound, 5) as caller:
            caller.sendall(row.stdin)
            caller.shutdown(socket.SHUT_WR)
            result, left = end(process, b"", began)
            heard = b"".join(iter(lambda: caller.recv(65536), b""))
        assert heard == (row.stdin if result.status == 0 else b""), heard
        return Run(result, conversation(proxy), left)


def full_listener(row, pace, loud):
    with FullListener() as full:
        began = time.monotonic()
        process = begin(["connect", "-x", f"{full.host}:{full.port}", *(LOUD if loud else ()),
                         *row.options, row.host, row.port])
        result, left = end(process, row.stdin, began)
        return Run(result, None, left)


def list_of_ports(row, pace, loud):
    with ScriptedProxy("method-02") as proxy:
        args = arguments(row, proxy, loud, ("-z", row.host, "80-82"))
        result, left = end(begin([arg for arg in args if arg != "-N"]))
        assert [conv.user for conv in proxy.conversations] == [b"alice"] * 3
        return Run(result, conversation(proxy), left)


def hostile_directory(row, pace, loud):
    """A working directory with tempting names must not matter; nor must anything appear in it."""
    with tempfile.TemporaryDirectory() as directory, ScriptedProxy("echo") as proxy:
        names = ["sockscat.conf", ".sockscatrc", "libsockscat.so", "libc.so.6", "openssl.cnf"]
        for name in names:
            with open(os.path.join(directory, name), "w") as file:
                file.write("proxy = socks5h://127.0.0.1:9\n")
        binary = os.path.abspath(cli.BINARY) if os.sep in cli.BINARY else cli.BINARY
        process = begin(arguments(row, proxy, loud), cwd=directory, executable=binary)
        result, left = end(process, row.stdin)
        assert sorted(os.listdir(directory)) == sorted(names), "it wrote into the working directory"
        return Run(result, conversation(proxy), left)


def command_line(row, pace, loud):
    with ScriptedProxy("blackhole-at-method-0") as proxy:
        process = begin(arguments(row, proxy, loud))
        proxy.conversation().wait_stage("method")
        with open(f"/proc/{process.pid}/cmdline", "rb") as file:
            cmdline = file.read()
        process.terminate()
        result, left = end(process)
        assert b"connect" in cmdline and row.extra["secret"] not in cmdline, cmdline
        return Run(result, conversation(proxy), left)


def dashed_host(row, pace, loud):
    with ScriptedProxy("echo") as proxy:
        args = arguments(row, proxy, loud, ("--", "-oProxyCommand-x", "80"))
        result, left = end(begin(args), row.stdin)
        conv = conversation(proxy)
        assert conv.target == ("-oProxyCommand-x", 80)
        return Run(result, conv, left)


def shared_descriptors(row, pace, loud):
    with ScriptedProxy("echo") as proxy:
        (in_read, in_write), (out_read, out_write) = os.pipe(), os.pipe()
        for fd in (in_read, out_write):
            os.set_blocking(fd, not row.extra["nonblocking"])
        before = [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in (in_read, out_write)]
        process = begin(arguments(row, proxy, loud), stdin=in_read, stdout=out_write)
        proxy.conversation().wait_stage("stream")
        during = [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in (in_read, out_write)]
        os.write(in_write, row.stdin)
        os.close(in_write)
        result, left = end(process)
        after = [fcntl.fcntl(fd, fcntl.F_GETFL) for fd in (in_read, out_write)]
        os.close(out_write)
        out = os.read(out_read, 65536)
        os.close(in_read)
        os.close(out_read)
        assert before == during == after, "flags of shared descriptors were changed"
        return Run(cli.Result(result.status, out, result.err, result.seconds), conversation(proxy),
                   left)


def open_stdin(row, pace, loud):
    with ScriptedProxy("stream-close-at-once") as proxy:
        began = time.monotonic()
        process = begin(arguments(row, proxy, loud))
        process.wait(10)                # stdin is still open and empty
        result, left = end(process, b"", began)
        return Run(result, conversation(proxy), left)


def reader_gone(row, pace, loud):
    with ScriptedProxy("stream-silent") as proxy:
        process = begin(arguments(row, proxy, loud))
        proxy.conversation().wait_stage("stream")
        process.stdout.close()
        began = time.monotonic()
        process.wait(10)
        err = process.stderr.read().decode()
        process.stdin.close()
        process.stderr.close()
        return Run(cli.Result(process.returncode, b"", err, time.monotonic() - began),
                   conversation(proxy), is_left(process))


def full_disk(row, pace, loud):
    with ScriptedProxy("stream-close-at-once") as proxy, open("/dev/full", "wb") as full:
        result, left = end(begin(arguments(row, proxy, loud), stdout=full))
        return Run(result, conversation(proxy), left)


def closed_descriptors(row, pace, loud):
    with ScriptedProxy("echo") as proxy:
        process = begin(arguments(row, proxy, loud), preexec_fn=lambda: os.closerange(0, 3))
        result, left = end(process)
        conv = conversation(proxy)
        assert conv.payload + conv.late == b"" and not conv.datagrams, "its own words went to the proxy"
        return Run(result, conv, left)


def by_signal(row, pace, loud):
    behaviour = row.extra["behaviour"]
    with ScriptedProxy(behaviour) as proxy:
        process = begin(arguments(row, proxy, loud))
        reached = proxy.conversation().wait_stage(row.extra["stage"])
        began = time.monotonic()
        process.send_signal(signal.Signals(row.extra["signal"]))
        result, left = end(process, b"", began)
        assert reached
        return Run(result, conversation(proxy), left)


PRODUCERS = {"full listener": full_listener, "list of ports": list_of_ports,
             "hostile directory": hostile_directory, "command line": command_line,
             "dashed host": dashed_host, "shared descriptors": shared_descriptors,
             "open stdin": open_stdin, "reader gone": reader_gone, "full disk": full_disk,
             "closed descriptors": closed_descriptors, "signal": by_signal,
             "called bind": called_bind}


def variants(rows):
    for row in rows:
        for each in matrix.for_commands(row):
            thoroughly = each is row            # the others have only their first bytes in common
            for pace in (None, 0.001) if row.slowly and thoroughly else (None,):
                for loud in (False, True) if thoroughly else (False,):
                    yield each, pace, loud
            for hidden in matrix.carried(each):
                yield hidden, None, thoroughly and hidden.tls is not None
                is_framing = hidden.unix and row.rule in FRAMING
                if row.slowly and thoroughly and (hidden.tls is not None or is_framing):
                    yield hidden, 0.001, False


class Faults(CliCase):
    def test_every_rule_has_its_place(self):
        rows = {row.rule for row in matrix.ROWS}
        for rule in matrix.RULES:
            places = [rule in rows, rule in matrix.ELSEWHERE, rule in matrix.LATER]
            self.assertEqual(places.count(True), 1, f"{rule} has {places.count(True)} places")
        self.assertLessEqual(rows, set(matrix.RULES))
        tests = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        for path, name in matrix.ELSEWHERE.values():
            with open(os.path.join(tests, path)) as file:
                self.assertIn(f"class {name}(", file.read())

    def test_the_page_has_the_numbers(self):
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "README.md")) as page:
            self.assertIn(counts.table(variants(matrix.ROWS)), page.read(), "counts.py prints the table")

    def test_matrix(self):
        def one(variant):
            row, pace, loud = variant
            try:
                produce = PRODUCERS.get(row.how, by_proxy) if isinstance(row.how, str) else by_proxy
                return produce(row, pace, loud)
            except Exception as error:      # reported with the row it belongs to
                return error

        done = collections.Counter()
        for (row, pace, loud), run in concurrently(one, variants(matrix.ROWS), workers=8):
            with self.subTest(rule=row.rule, fault=row.fault, command=row.command, slowly=pace is not None, loud=loud,
                              tls=row.tls is not None, unix=row.unix, behind=row.behind):
                if isinstance(run, Exception):
                    raise run
                self.verdict(row, run, pace, loud)
                self.hygiene(row, run, loud)
                if pace is None and row.limit_in_force() and not cli.is_instrumented():
                    self.in_time(row, run, lambda: one((row, pace, loud)))
                done[row.rule] += 1
        print(f"{sum(done.values())} runs of {len(matrix.ROWS)} rows passed,",
              f"{len(matrix.LATER)} rules for later versions", file=sys.stderr)

    def verdict(self, row, run, pace, loud):
        result = run.result
        if isinstance(row.status, tuple):
            self.assertIn(result.status, row.status, result.err)
        else:
            self.assert_status(result, row.status)
        self.assertEqual(result.out, row.out)
        # Hundreds of single bytes take their time on a loaded machine; a hang takes 30 s.
        self.assertLess(result.seconds, cli.slack(row.seconds + (10 if pace else 0)), "the deadline")
        if row.connects:
            self.assertIsNotNone(run.conv, "it never connected")
        else:
            self.assertIsNone(run.conv, "something was sent")
        if row.messages is not None and row.command == "connect":
            self.assertEqual([m for m in run.conv.messages if m], list(row.messages))
        if loud:
            return
        self.words(row, result)

    def in_time(self, row, run, again):
        """At its limit, and not at twice that: on a busy machine one of some runs shows it."""
        limit = row.limit_in_force()
        self.assertGreater(run.result.seconds, limit - 0.02, "before its limit")
        for _ in range(20):
            if run.result.seconds < 1.9 * limit:
                return
            run = again()
            if isinstance(run, Exception):
                raise run
        self.fail(f"{run.result.seconds:.2f} s where the limit is {limit} s")

    def words(self, row, result):
        """What is said on stderr; who listens and who calls is no concern of the matrix."""
        err = ANNOUNCEMENT.sub("", result.err) if row.command == "bind" else result.err
        if row.error or row.status in range(2, 125):
            said = cli.Result(result.status, result.out, err, result.seconds)
            self.assert_one_error(said, f"^sockscat: error: .*(?i:{row.error})")
        elif row.warnings or row.query.get("insecure"):
            self.assertRegex(err, r"\A(sockscat: (warning|hint): [^\n]*\n)*\Z")
        else:
            self.assert_silent(err)

    def hygiene(self, row, run, loud):
        self.assert_clean_text(run.result.err)
        self.assertFalse(run.left, "a process was left behind")
        squeezed = re.sub(r"[\s.]", "", run.result.err).lower()
        for secret in SECRETS:
            self.assertNotIn(secret.lower(), run.result.err.lower())
            self.assertNotIn(secret.lower().replace(" ", ""), squeezed)
        self.assertNotIn(SECRET, run.result.out)
        if loud and row.connects and row.how != "closed descriptors":
            self.assertIn('"schema"', run.result.err, "nothing was said: nothing is proven")


if __name__ == "__main__":
    unittest.main()
