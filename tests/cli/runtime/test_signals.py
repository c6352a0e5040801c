# SPDX-License-Identifier: MIT
"""INT, TERM and HUP end it at once and quietly with 128+N, whatever it was doing."""
import json
import os
import signal
import subprocess
import tempfile
import time
import unittest

import cli
import targets
from expect import CliCase, concurrently
from scripted_proxy import ScriptedProxy

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ALICE = {"user": b"alice", "password": b"secret"}
STAGES = [("blackhole-at-method-0", "method", {}), ("blackhole-at-auth-0", "auth", ALICE),
          ("blackhole-at-request-0", "request", {}), ("stream-silent", "stream", {})]


class Signals(CliCase):
    def end(self, process, number, patience=5):
        """Sends the signal; the Result with the seconds from then to the end."""
        began = time.monotonic()
        process.send_signal(number)
        try:
            out, err = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.fail(f"signal {number} did not end it")
        return cli.Result(process.returncode, out, err.decode(), time.monotonic() - began)

    def assert_quiet(self, result, number):
        self.assert_status(result, 128 + number)
        self.assertEqual((result.out, result.err), (b"", ""))
        self.assertLess(result.seconds, cli.slack(0.5))

    def test_in_each_stage(self):
        def one(case):
            (behaviour, stage, login), number = case
            with ScriptedProxy(behaviour) as proxy:
                process = cli.start("connect", "-x", proxy.url(**login), "echo.test", "80")
                reached = proxy.conversation().wait_stage(stage)
                return reached, self.end(process, number)

        cases = [(stage, number) for stage in STAGES for number in SIGNALS]
        for (stage, number), (reached, result) in concurrently(one, cases):
            with self.subTest(stage=stage, number=number):
                self.assertTrue(reached)
                self.assert_quiet(result, number)

    def test_while_connecting(self):
        with targets.FullListener() as full:
            for number in SIGNALS:
                process = cli.start("connect", "-x", f"{full.host}:{full.port}", "echo.test", "80")
                self.assertTrue(wait_for_socket(process.pid))
                self.assert_quiet(self.end(process, number), number)

    def test_while_a_password_is_waited_for(self):
        """A pipe that nobody has written to yet: an interrupt must get through."""
        read, write = os.pipe()
        with tempfile.TemporaryDirectory() as directory, ScriptedProxy("method-02") as proxy:
            fifo = os.path.join(directory, "fifo")
            os.mkfifo(fifo)
            for source in (["--proxy-password-fd", str(read)], ["--proxy-password-file", fifo],
                           ["--proxy-password-file", f"/dev/fd/{read}"]):
                for number in SIGNALS:
                    process = cli.start("connect", "-x", proxy.url(user="alice"), *source,
                                        "echo.test", "80", pass_fds=[read])
                    wait_until_asleep(process.pid)
                    with self.subTest(source=source[0], number=number):
                        self.assert_quiet(self.end(process, number, patience=1), number)
            self.assertEqual(proxy.conversations, [])
        os.close(read)
        os.close(write)

    def test_while_data_flows_both_ways(self):
        with open("/dev/zero", "rb") as zero, targets.Echo() as echo, ScriptedProxy() as proxy:
            for number in SIGNALS:
                process = cli.start("connect", "-x", proxy.url(), echo.host, echo.port, stdin=zero)
                process.stdout.read(1 << 20)
                began = time.monotonic()
                process.send_signal(number)
                _, err = process.communicate(timeout=5)
                self.assertEqual((process.returncode, err), (128 + number, b""))
                self.assertLess(time.monotonic() - began, cli.slack(1))

    def test_while_stdout_is_blocked(self):
        # A pipe of 256 slots takes fragments of up to 32 KiB.
        with targets.Source(bytes(40 << 20)) as source, ScriptedProxy() as proxy:
            for index, number in enumerate(SIGNALS):
                process = cli.start("connect", "-x", proxy.url(), source.host, source.port)
                self.assertTrue(proxy.conversation(index).wait_stage("stream"))
                wait_until_asleep(process.pid)
                began = time.monotonic()
                process.send_signal(number)
                self.assertEqual(process.wait(5), 128 + number)
                self.assertLess(time.monotonic() - began, cli.slack(0.5))
                _, err = process.communicate()
                self.assertEqual(err, b"")

    def test_report_is_still_written(self):
        for behaviour, stage, login in STAGES:
            with tempfile.NamedTemporaryFile() as file, ScriptedProxy(behaviour) as proxy:
                process = cli.start("connect", "-x", proxy.url(**login), "--report", file.name,
                                    "echo.test", "80")
                self.assertTrue(proxy.conversation().wait_stage(stage))
                self.assert_quiet(self.end(process, signal.SIGTERM), signal.SIGTERM)
                report = json.load(file)
                with self.subTest(behaviour=behaviour):
                    self.assertEqual(report["exit_status"], 128 + signal.SIGTERM)
                    self.assertIsInstance(report["error"], str)
                    self.assertEqual(report["target"], "echo.test:80")

    def test_the_far_side_sees_an_end(self):
        with ScriptedProxy("stream-silent") as proxy:
            process = cli.start("connect", "-x", proxy.url(), "echo.test", "80")
            self.assertTrue(proxy.conversation().wait_stage("stream"))
            self.assert_quiet(self.end(process, signal.SIGHUP), signal.SIGHUP)
            self.assertTrue(proxy.conversation().wait_closed(2))

    def test_other_signals_do_no_harm(self):
        """Job control, SIGPIPE: the stream goes on."""
        with ScriptedProxy("echo") as proxy:
            process = cli.start("connect", "-N", "-x", proxy.url(), "echo.test", "80")
            self.assertTrue(proxy.conversation().wait_stage("stream"))
            for number in (signal.SIGPIPE, signal.SIGSTOP, signal.SIGCONT, signal.SIGWINCH):
                process.send_signal(number)
            out, err = process.communicate(b"payload", timeout=5)
            self.assertEqual((process.returncode, out), (0, b"payload"))
            self.assert_silent(err.decode())

    def test_an_ignored_hangup_stays_ignored(self):
        """nohup."""
        with ScriptedProxy("echo") as proxy:
            process = cli.start("connect", "-N", "-x", proxy.url(), "echo.test", "80",
                                preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
            self.assertTrue(proxy.conversation().wait_stage("stream"))
            process.send_signal(signal.SIGHUP)
            out, err = process.communicate(b"payload", timeout=5)
            self.assertEqual((process.returncode, out), (0, b"payload"))
            self.assert_silent(err.decode())

    def test_in_a_list_of_ports(self):
        with ScriptedProxy("blackhole-at-request-0") as proxy:
            process = cli.start("connect", "-z", "-x", proxy.url(), "echo.test", "80-90")
            self.assertTrue(proxy.conversation(3).wait_stage("request"))
            self.assert_quiet(self.end(process, signal.SIGINT), signal.SIGINT)


def wait_for_socket(pid, limit=5):
    """Until the process has a connection under way (SYN_SENT is in /proc/PID/net/tcp as 02)."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        try:
            links = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
            with open(f"/proc/{pid}/net/tcp") as table:
                rows = [row.split() for row in table.readlines()[1:]]
        except OSError:
            continue
        if any(row[3] == "02" and f"socket:[{row[9]}]" in links for row in rows):
            return True
        time.sleep(0.002)
    return False


def wait_until_asleep(pid, limit=5):
    """Until the process has been sleeping for a while: its pipe is full."""
    end, calm = time.monotonic() + limit, 0
    while time.monotonic() < end and calm < 10:
        with open(f"/proc/{pid}/stat") as stat:
            calm = calm + 1 if stat.read().rsplit(")", 1)[1].split()[0] == "S" else 0
        time.sleep(0.005)


if __name__ == "__main__":
    unittest.main()
