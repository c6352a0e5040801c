# SPDX-License-Identifier: MIT
"""What a run gives up of the system's services, when, and that it says so; it works where there is nothing to
give them up with. That what was given up is refused: tests/net/linux/confinement_test.cpp."""
import contextlib
import ctypes
import errno
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import unittest

import associating as relay
import behaviours
import cli
import isolation
from expect import CliCase, through
from proc import wait_until_it_takes
from running import Running
from scripted_proxy import ScriptedProxy

LIBC = ctypes.CDLL(None, use_errno=True)
SECCOMP, CREATE_RULESET, RESTRICT_SELF = {"x86_64": (317, 444, 446), "aarch64": (277, 444, 446)}.get(
    os.uname().machine, (None, 444, 446))
NOBODY = 65534
PATIENCE = 30  # seconds, of a busy machine

DATA, SETUP, WITH_FILES = "moving data", "connections and reading files", "connections and files"
LINE = r"sockscat: confined to ([a-z ]+): no new privileges, (Landlock ABI \d+|no Landlock), (seccomp|no seccomp)"


def landlock_version():
    """That of this kernel; 0 where it has none."""
    return max(LIBC.syscall(CREATE_RULESET, None, 0, 1), 0)


def refuse_calls(numbers, code):
    """preexec_fn: these system calls fail as in a container that does not know them, or does not want them."""
    def filtered():
        # load the number; for each: if it is that one, the answer behind the last
        program = [(0x20, 0, 0, 0)]
        program += [(0x15, len(numbers) - index, 0, number) for index, number in enumerate(numbers)]
        program += [(0x06, 0, 0, 0x7FFF0000), (0x06, 0, 0, 0x00050000 | code)]
        code_ = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in program))

        class Program(ctypes.Structure):
            _fields_ = [("length", ctypes.c_ushort), ("first", ctypes.c_void_p)]
        whole = Program(len(program), ctypes.addressof(code_))
        LIBC.prctl(38, 1, 0, 0, 0)
        if LIBC.prctl(22, 2, ctypes.byref(whole), 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "PR_SET_SECCOMP")
    return filtered


def status(pid):
    """The fields of /proc/PID/status."""
    with open(f"/proc/{pid}/status") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file)


def owner(pid):
    """Of its memory, as /proc tells: root, if others of its user may not look into it."""
    return os.stat(f"/proc/{pid}/environ").st_uid


@unittest.skipIf(cli.is_instrumented(), "what looks into a program from inside would be confined along with it")
class ConfinementCase(CliCase):
    @contextlib.contextmanager
    def tunnel(self, *options, behaviour="echo", **kwargs):
        """A connect whose tunnel stands and is in use."""
        with ScriptedProxy(behaviour) as proxy, \
                Running("connect", "-x", proxy.url(), *options, "echo.test", "80", **kwargs) as running:
            running.write(b"ping")
            self.assertTrue(running.got(b"ping", PATIENCE), bytes(running.err))
            yield running

    def confined_to(self, err):
        """What is said of it, in order."""
        return [match[1] for match in map(re.compile(LINE).fullmatch, err.splitlines()) if match]

    def assert_confined(self, pid, filters):
        fields = status(pid)
        self.assertEqual(fields["NoNewPrivs"], "1")
        self.assertEqual(fields["Seccomp"], "2")
        self.assertEqual(fields["Seccomp_filters"], str(filters))


class InForce(ConfinementCase):
    """As the kernel has it."""

    def test_with_a_tunnel(self):
        with self.tunnel() as running:
            self.assert_confined(running.process.pid, 1)

    def test_not_with_no_sandbox(self):
        """The control of the others."""
        with self.tunnel("--no-sandbox", "-vv") as running:
            fields = status(running.process.pid)
            self.assertEqual((fields["NoNewPrivs"], fields["Seccomp"]), ("0", "0"))
            running.said("sockscat: not confined: --no-sandbox", PATIENCE)

    def test_no_descriptor_is_left_of_it(self):
        def kinds(pid):
            return sorted(re.sub(r"\d+", "N", os.readlink(f"/proc/{pid}/fd/{fd}")) for fd in os.listdir(f"/proc/{pid}/fd"))

        with self.tunnel() as confined, self.tunnel("--no-sandbox") as free:
            self.assertEqual(kinds(confined.process.pid), kinds(free.process.pid))

    def test_before_a_name_is_looked_up_and_after(self):
        with ScriptedProxy("echo") as proxy, \
                Running("connect", "-vv", "-x", f"localhost:{proxy.port}", "echo.test", "80") as running:
            running.write(b"ping")
            self.assertTrue(running.got(b"ping", PATIENCE), bytes(running.err))
            self.assert_confined(running.process.pid, 2)
            running.said(LINE.replace("[a-z ]+", DATA), PATIENCE)
            self.assertEqual(self.confined_to(running.err.decode()), [SETUP, DATA])

    def test_while_bind_waits_for_its_peer(self):
        with ScriptedProxy("good") as proxy, Running("bind", "-vv", "-x", proxy.url()) as running:
            running.said(LINE, PATIENCE)
            self.assert_confined(running.process.pid, 1)
            self.assertTrue(proxy.conversation().wait_stage("listening", PATIENCE))

    def test_while_a_proxy_is_examined(self):
        with ScriptedProxy("blackhole-at-method-0") as proxy, Running("probe", proxy.url()) as running:
            self.assertTrue(proxy.conversation().wait_stage("method", PATIENCE))
            self.assert_confined(running.process.pid, 1)

    def test_while_names_are_resolved(self):
        with ScriptedProxy("blackhole-at-request-0") as proxy, \
                Running("resolve", "-x", proxy.url(), "www.test") as running:
            self.assertTrue(proxy.conversation().wait_stage("request", PATIENCE))
            self.assert_confined(running.process.pid, 1)

    def test_while_ports_are_scanned(self):
        with ScriptedProxy("blackhole-at-request-0") as proxy, \
                Running("connect", "-z", "-x", proxy.url(), "echo.test", "80-82") as running:
            self.assertTrue(proxy.conversation().wait_stage("request", PATIENCE))
            self.assert_confined(running.process.pid, 1)


class Memory(ConfinementCase):
    """Other processes of the user do not look into it, from before its first secret on."""

    def setUp(self):
        if os.getuid() != 0:
            self.binary, self.user = cli.BINARY, {}
            return
        directory = self.enterContext(tempfile.TemporaryDirectory())
        os.chmod(directory, 0o755)
        self.binary = shutil.copy(cli.BINARY, directory)
        self.user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    def start(self, *options, **kwargs):
        return Running(*options, executable=self.binary, cwd="/", **self.user, **kwargs)

    def me(self):
        return NOBODY if self.user else os.getuid()

    def test_while_the_password_is_waited_for(self):
        for options, expected in (([], 0), (["--no-sandbox"], self.me())):
            read, write = os.pipe()
            with ScriptedProxy("method-02") as proxy, \
                    self.start("connect", *options, "-vv", "--proxy-password-fd", read, "-x", proxy.url(user="alice"),
                               "echo.test", "80", pass_fds=[read]) as running:
                os.close(read)
                wait_until_it_takes(running.process.pid, signal.SIGTERM)
                with self.subTest(options=options):
                    self.assertEqual(owner(running.process.pid), expected)
                os.close(write)

    def test_with_a_tunnel(self):
        for options, expected in (([], 0), (["--no-sandbox"], self.me())):
            with self.tunnel(*options, executable=self.binary, cwd="/", **self.user) as running, \
                    self.subTest(options=options):
                self.assertEqual(owner(running.process.pid), expected)

    def test_no_core_is_left_even_without(self):
        """1 is the limit that forbids one that is passed on to a program, too."""
        with self.tunnel("--no-sandbox") as running:
            with open(f"/proc/{running.process.pid}/limits") as limits:
                self.assertRegex(limits.read(), r"Max core file size +1 +1 ")

    def test_standard_input_is_opened_anew_all_the_same(self):
        """Through /proc/self/fd, so that it can be non-blocking for itself alone."""
        with tempfile.TemporaryDirectory() as directory, ScriptedProxy("echo") as proxy:
            fifo = os.path.join(directory, "fifo")
            os.mkfifo(fifo)
            os.chown(fifo, self.me(), -1)
            end = os.open(fifo, os.O_RDWR)
            with self.start("connect", "-x", proxy.url(), "echo.test", "80", stdin=end) as running:
                os.write(end, b"ping")
                self.assertTrue(running.got(b"ping", PATIENCE), bytes(running.err))
                folder = f"/proc/{running.process.pid}/fd"
                self.assertEqual([os.readlink(f"{folder}/{fd}") for fd in os.listdir(folder)].count(fifo), 2)
            os.close(end)


class Said(ConfinementCase):
    """-vv tells what is in force, in one line."""

    def test_of_each_command(self):
        cases = {
            "connect": (["connect", "echo.test", "80"], [DATA]),
            "a scan": (["connect", "-z", "echo.test", "80,81"], [SETUP]),
            "zero": (["connect", "-z", "echo.test", "80"], []),
            "resolve": (["resolve", "www.test"], [SETUP]),
            "probe": (["probe", "-w", "1"], [SETUP]),
            "udp": (["udp", "--wait", "0", "192.0.2.9", "7"], [DATA]),
        }
        for name, (words, expected) in cases.items():
            with self.subTest(name=name), ScriptedProxy("echo") as proxy:
                result = cli.run(*words, "-vv", "-x", proxy.url())
                self.assertEqual(self.confined_to(result.err), expected, result.err)

    def test_the_version_of_landlock_is_the_kernels(self):
        with ScriptedProxy("echo") as proxy:
            result = through(proxy, "-vv", stdin=b"x")
        version = landlock_version()
        self.assertIn(f"Landlock ABI {version}" if version else "no Landlock", result.err)

    def test_not_without_vv(self):
        for options in ([], ["-v"], ["-q"], ["--no-sandbox"], ["-v", "--no-sandbox"]):
            with self.subTest(options=options), ScriptedProxy("echo") as proxy:
                result = through(proxy, "-N", *options, stdin=b"x")
                self.assertEqual((result.status, result.out), (0, b"x"))
                self.assertNotIn("confined", result.err)

    def test_a_service_in_json_is_still_found(self):
        echoing = behaviours.replace(behaviours.ECHO, stream=relay.exchange(send=relay.echo))
        with ScriptedProxy(echoing) as proxy:
            result = cli.run("udp", "-vv", "-x", proxy.url(), "--framing", "json", "--count", "1", "192.0.2.9", "7",
                             stdin=b'{"to":"192.0.2.9:domain","data":"eA=="}\n')
        self.assert_status(result, 0)
        self.assertEqual(json.loads(result.out), {"from": "192.0.2.9:53", "data": "eA=="})
        self.assertEqual(self.confined_to(result.err), ["moving data and reading files"])

    def test_an_address_file_can_still_be_named_and_removed(self):
        for behaviour, status in (("good", 0), ("rep-01", 21)):
            with self.subTest(behaviour=behaviour), ScriptedProxy(behaviour) as proxy, \
                    tempfile.TemporaryDirectory() as directory, \
                    Running("bind", "-vv", "-x", f"localhost:{proxy.port}", "--address-file", f"{directory}/where",
                            "--accept-timeout", "0.1") as running:
                result = running.finish(PATIENCE)
                self.assertEqual(self.confined_to(result.err), [WITH_FILES, DATA] if status == 0 else [WITH_FILES])
                self.assertEqual(os.listdir(directory), ["where"] if status == 0 else [])

    def test_kerberos_may_store_its_tickets(self):
        with ScriptedProxy("echo") as proxy:
            result = through(proxy, "-vv", "--auth", "none,gssapi", stdin=b"x")
        self.assertEqual(self.confined_to(result.err), [WITH_FILES, DATA], result.err)


@unittest.skipIf(SECCOMP is None, "the numbers of the calls are not known here")
class WithoutMeans(ConfinementCase):
    """Old kernels, and containers that forbid it: the run goes on."""

    def run_without(self, calls, code, *options):
        with ScriptedProxy("echo") as proxy:
            result = through(proxy, "-N", "-vv", *options, stdin=b"x", preexec_fn=refuse_calls(calls, code))
        self.assertEqual((result.status, result.out), (0, b"x"), result.err)
        return [match.groups() for match in map(re.compile(LINE).fullmatch, result.err.splitlines()) if match]

    def test_nothing(self):
        for code in (errno.EPERM, errno.ENOSYS):
            with self.subTest(code=code):
                self.assertEqual(self.run_without([SECCOMP, CREATE_RULESET, RESTRICT_SELF], code),
                                 [(DATA, "no Landlock", "no seccomp")])

    def test_landlock_alone(self):
        self.assertEqual(self.run_without([SECCOMP], errno.EPERM),
                         [(DATA, f"Landlock ABI {landlock_version()}" if landlock_version() else "no Landlock",
                           "no seccomp")])

    def test_the_filter_alone(self):
        for calls in ([CREATE_RULESET], [RESTRICT_SELF]):
            with self.subTest(calls=calls):
                self.assertEqual(self.run_without(calls, errno.ENOSYS), [(DATA, "no Landlock", "seccomp")])


# By version of Landlock's interface, the rights of files that it knows (landlock(7)), all of which are given up.
FILE_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF, 6: 0xFFFF}


@unittest.skipUnless(landlock_version(), "this kernel has no Landlock")
class OlderKernels(ConfinementCase):
    """What a kernel does not know is not asked of it: it would refuse all of it."""

    def need_strace(self):
        if not shutil.which("strace"):
            self.assertFalse(isolation.require_all("strace"), "strace is missing")
            self.skipTest("strace is missing")

    def test_each_version_gets_what_it_knows(self):
        self.need_strace()
        for version, rights in FILE_RIGHTS.items():
            if version > landlock_version():
                continue
            with self.subTest(version=version), ScriptedProxy("echo") as proxy, \
                    tempfile.NamedTemporaryFile("r") as log:
                strace = ["strace", "-qq", "-X", "raw", "-o", log.name, "-e", "trace=/landlock", "-e",
                          f"inject=landlock_create_ruleset:retval={version}:when=1"]
                done = subprocess.run([*strace, cli.BINARY, "connect", "-N", "-vv", "-x", proxy.url(), "echo.test", "80"],
                                      input=b"x", capture_output=True, timeout=PATIENCE, env=cli.environment())
                self.assertEqual((done.returncode, done.stdout), (0, b"x"), done.stderr)
                self.assertIn(f"no new privileges, Landlock ABI {version}, ".encode(), done.stderr)
                asked, *rest = re.findall(r"handled_access_fs=(0x[0-9a-f]+)", log.read())
                self.assertEqual((int(asked, 16), rest), (rights, []))

    def test_a_version_that_is_wrong_is_not_taken_for_what_is_in_force(self):
        """More than the kernel knows: it refuses, and the run goes on."""
        self.need_strace()
        with ScriptedProxy("echo") as proxy:
            strace = ["strace", "-qq", "-o", os.devnull, "-e", "trace=/landlock", "-e",
                      "inject=landlock_create_ruleset:error=E2BIG:when=2"]
            done = subprocess.run([*strace, cli.BINARY, "connect", "-N", "-vv", "-x", proxy.url(), "echo.test", "80"],
                                  input=b"x", capture_output=True, timeout=PATIENCE, env=cli.environment())
        self.assertEqual((done.returncode, done.stdout), (0, b"x"), done.stderr)
        self.assertIn(b"no new privileges, no Landlock, ", done.stderr)


if __name__ == "__main__":
    unittest.main()
