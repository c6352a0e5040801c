# SPDX-License-Identifier: MIT
"""--fdpass: the connected socket goes to whoever holds the other end of stdout, as ssh wants it."""
import array
import fcntl
import json
import os
import socket
import subprocess
import tempfile
import unittest

import cli
import targets
from expect import CliCase, attempt
from scripted_proxy import ScriptedProxy
from terminal import Terminal


def receive(sock):
    """What ssh's mm_receive_fd does: one byte, one descriptor."""
    room = socket.CMSG_SPACE(array.array("i").itemsize * 4)
    data, ancillary, _, _ = sock.recvmsg(16, room)
    fds = array.array("i")
    for level, kind, content in ancillary:
        assert (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
        fds.frombytes(content[:len(content) - len(content) % fds.itemsize])
    return data, list(fds)


class FdPass(CliCase):
    def passed(self, proxy, target, *options, option="--fdpass"):
        """Runs as ssh does, one socket for 0 and 1: (data, descriptors, Result)."""
        ours, theirs = socket.socketpair()
        with ours:
            process = cli.start("connect", option, "-x", proxy.url(), *options, "--", target.host,
                                target.port, stdin=theirs, stdout=theirs)
            theirs.close()
            ours.settimeout(10)
            data, fds = receive(ours)
            _, err = process.communicate(timeout=5)
            rest = ours.recv(100)
            self.assertEqual(rest, b"", "more than one byte on stdout")
            return data, fds, cli.Result(process.returncode, data, err.decode(), 0)

    def test_the_socket_works_and_blocks(self):
        for host, option in (("127.0.0.1", "--fdpass"), ("127.0.0.1", "-F"), ("unix", "-F"),
                             ("::1", "-F")):
            with self.subTest(host=host), targets.Echo() as echo, ScriptedProxy(host=host) as proxy:
                data, fds, result = self.passed(proxy, echo, option=option)
                self.assert_status(result, 0)
                self.assertEqual(result.err, "")
                self.assertEqual((len(data), len(fds)), (1, 1))
                self.assertFalse(fcntl.fcntl(fds[0], fcntl.F_GETFL) & os.O_NONBLOCK,
                                 "the socket does not block")
                with socket.socket(fileno=fds[0]) as tunnel:
                    tunnel.settimeout(5)
                    tunnel.sendall(b"through the tunnel")
                    self.assertEqual(tunnel.recv(100), b"through the tunnel")

    def test_the_first_bytes_of_the_server_are_still_in_the_socket(self):
        for behaviour in ("reply-with-payload",):
            ours, theirs = socket.socketpair()
            with ours, ScriptedProxy(behaviour) as proxy:
                process = cli.start("connect", "-F", "-x", proxy.url(), "echo.test", "22",
                                    stdin=theirs, stdout=theirs)
                theirs.close()
                ours.settimeout(10)
                _, fds = receive(ours)
                self.assertEqual(process.wait(5), 0)
                process.communicate()
                with socket.socket(fileno=fds[0]) as tunnel:
                    tunnel.settimeout(5)
                    self.assertEqual(tunnel.recv(100), b"SSH-2.0-hello\r\n")

    def test_only_the_one_descriptor_is_passed_and_the_connection_stays_open(self):
        with targets.Echo() as echo, ScriptedProxy() as proxy:
            _, fds, _ = self.passed(proxy, echo)
            self.assertTrue(proxy.conversation().wait_stage("stream"))
            self.assertFalse(proxy.conversation().closed)
            os.close(fds[0])
            self.assertTrue(proxy.conversation().wait_closed())

    def test_nothing_is_passed_on_failure(self):
        for name, status in (("rep-05", 25), ("no-method", 14), ("close-at-request-0", 16)):
            ours, theirs = socket.socketpair()
            with ours, ScriptedProxy(name) as proxy:
                process = cli.start("connect", "-F", "-x", proxy.url(), "echo.test", "22",
                                    stdin=theirs, stdout=theirs)
                theirs.close()
                ours.settimeout(10)
                self.assertEqual(receive(ours), (b"", []))
                _, err = process.communicate(timeout=5)
                self.assertEqual(process.returncode, status)
                self.assert_one_error(cli.Result(status, b"", err.decode(), 0))

    def refuse(self, **kwargs):
        with ScriptedProxy("echo") as proxy:
            result = cli.run("connect", "-F", "-x", proxy.url(), "echo.test", "22", **kwargs)
            self.assertEqual(proxy.conversations, [], "it connected")
            return result

    def test_refused_onto_what_is_no_socket(self):
        with Terminal() as tty, tempfile.TemporaryFile() as file, open("/dev/null", "wb") as null:
            for stdout in (subprocess.PIPE, tty.slave, file, null):
                result = self.refuse(stdout=stdout)
                with self.subTest(stdout=stdout):
                    self.assert_usage(result, "socket|fdpass")
        self.assertIn("ProxyUseFdpass", self.refuse().err)

    def test_refused_onto_a_socket_that_cannot_carry_it(self):
        with socket.create_server(("127.0.0.1", 0)) as listener, \
                socket.create_connection(listener.getsockname()) as tcp:
            self.assert_usage(self.refuse(stdout=tcp))

    def test_refused_onto_a_closed_stdout(self):
        self.assert_usage(self.refuse(preexec_fn=lambda: os.close(1)))

    def test_refused_together_with_zero(self):
        ours, theirs = socket.socketpair()
        with ours, theirs, ScriptedProxy("echo") as proxy:
            result = cli.run("connect", "-F", "-z", "-x", proxy.url(), "echo.test", "22",
                             stdout=theirs)
            self.assert_status(result, 2)
            self.assertEqual(proxy.conversations, [])

    def test_no_descriptor_without_the_option(self):
        ours, theirs = socket.socketpair()
        with ours, ScriptedProxy("stream-close-at-once") as proxy:
            process = cli.start("connect", "-x", proxy.url(), "--eof-delay", "0.2", "echo.test", "22",
                                stdin=theirs, stdout=theirs)
            theirs.close()
            ours.settimeout(10)
            self.assertEqual(receive(ours), (b"bye\n", []))
            self.assertEqual(process.wait(5), 0)
            process.communicate()

    def test_receiver_gone(self):
        ours, theirs = socket.socketpair()
        ours.close()
        with ScriptedProxy("echo") as proxy:
            process = cli.start("connect", "-F", "-x", proxy.url(), "echo.test", "22",
                                stdin=theirs, stdout=theirs)
            theirs.close()
            _, err = process.communicate(timeout=5)
            self.assertEqual(process.returncode, 1, err)
            self.assertEqual(proxy.conversation().target, ("echo.test", 22))

    def test_a_full_non_blocking_socket_is_waited_for(self):
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        try:
            while True:
                theirs.send(bytes(4096))
        except BlockingIOError:
            pass
        with ours, ScriptedProxy("echo") as proxy:
            process = cli.start("connect", "-F", "-x", proxy.url(), "echo.test", "22",
                                stdin=subprocess.DEVNULL, stdout=theirs)
            self.assertTrue(proxy.conversation().wait_stage("stream"))
            theirs.close()
            ours.settimeout(5)
            fds = []
            while not fds:
                data, ancillary, _, _ = ours.recvmsg(65536, socket.CMSG_SPACE(4))
                self.assertTrue(data, "ended without a descriptor")
                fds = [array.array("i", content)[0] for _, _, content in ancillary]
            os.close(fds[0])
            self.assertEqual(process.wait(5), 0)
            process.communicate()

    def test_report_is_written(self):
        with tempfile.NamedTemporaryFile() as file, targets.Echo() as echo, ScriptedProxy() as proxy:
            _, fds, result = self.passed(proxy, echo, "--report", file.name)
            os.close(fds[0])
            self.assert_status(result, 0)
            self.assertEqual(json.load(file)["exit_status"], 0)

    def test_deadline_counts_as_ever(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            result, _, hop = attempt("blackhole-at-request-0", "-F", "-w", "0.3", stdout=theirs)
            self.assert_failure(result, 124, hop, "request")


if __name__ == "__main__":
    unittest.main()
