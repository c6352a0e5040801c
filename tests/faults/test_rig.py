# SPDX-License-Identifier: MIT
"""The scripted proxy itself, spoken to with plain sockets: BIND and UDP ASSOCIATE do what they are named."""
import contextlib
import socket
import time
import unittest

import socks_wire as wire
import targets
from expect import concurrently
from scripted_proxy import ScriptedProxy

ANYONE = ("0.0.0.0", 0)
LIMIT = 5


def take(sock, count):
    data = b""
    while len(data) < count and (more := sock.recv(count - len(data))):
        data += more
    return data


def take_reply(sock):
    """(code, host, port) of one SOCKS5 reply; None at the end."""
    head = take(sock, 4)
    if len(head) < 4:
        return None
    size = {1: 4, 4: 16}.get(head[3]) or take(sock, 1)[0]
    raw = take(sock, size + 2)
    host = raw[:-2] if head[3] == 3 else \
        socket.inet_ntop(socket.AF_INET if size == 4 else socket.AF_INET6, raw[:-2])
    return head[1], host, int.from_bytes(raw[-2:], "big")


@contextlib.contextmanager
def asked(behaviour, command, host="0.0.0.0", port=0, **options):
    """(the proxy, a connection on which this was asked)"""
    with ScriptedProxy(behaviour, **options) as proxy, \
            socket.create_connection((proxy.address, proxy.port), LIMIT) as sock:
        sock.sendall(wire.greeting(0))
        assert take(sock, 2) == b"\5\0"
        sock.sendall(wire.request(host, port, command))
        yield proxy, sock


class Bind(unittest.TestCase):
    def call(self, proxy):
        conv = proxy.conversation()
        self.assertTrue(conv.wait_stage("listening"))
        return socket.create_connection(conv.bound, LIMIT)

    def test_two_replies_and_bytes_both_ways(self):
        for host in ("127.0.0.1", "::1"):
            with asked("good", 2, host=host) as (proxy, sock):
                self.assertEqual(take_reply(sock), (0, *proxy.conversation().bound))
                with self.call(proxy) as caller:
                    self.assertEqual(take_reply(sock), (0, *caller.getsockname()[:2]))
                    sock.sendall(b"down")
                    self.assertEqual(take(caller, 4), b"down")
                    caller.sendall(b"up")
                    caller.shutdown(socket.SHUT_WR)
                    self.assertEqual(take(sock, 3), b"up")

    def test_socks4(self):
        with ScriptedProxy() as proxy, \
                socket.create_connection((proxy.address, proxy.port), LIMIT) as sock:
            sock.sendall(wire.request4("0.0.0.0", 0, b"me", 2))
            with self.call(proxy) as caller:
                port = proxy.conversation().bound[1]
                self.assertEqual(take(sock, 8), wire.reply4(0x5A, "127.0.0.1", port))
                self.assertEqual(take(sock, 8), wire.reply4(0x5A, *caller.getsockname()))

    def test_what_the_first_reply_tells(self):
        for name, host in (("wildcard", "0.0.0.0"), ("private", "10.1.2.3"), ("name", b"exit.test")):
            with self.subTest(name=name), asked(f"bind-{name}", 2) as (proxy, sock):
                self.assertEqual(take_reply(sock)[1], host)
        with asked("bind-own-listener", 2) as (proxy, sock):
            self.assertEqual(take_reply(sock), (0, proxy.address, proxy.port))
        with asked("bind-port-0", 2) as (proxy, sock):
            self.assertEqual(take_reply(sock)[2], 0)

    def test_what_the_second_reply_is(self):
        for name, code, host in (("other-caller", 0, "198.51.100.7"),
                                 ("mapped-caller", 0, "::ffff:127.0.0.1")):
            with self.subTest(name=name), asked(f"bind-{name}", 2) as (proxy, sock):
                take_reply(sock)
                with self.call(proxy):
                    self.assertEqual(take_reply(sock)[:2], (code, host))
        with asked("bind-only-peer", 2, host="192.0.2.1") as (proxy, sock):
            take_reply(sock)
            with self.call(proxy):
                self.assertEqual(take_reply(sock)[0], 2)
        for name, answer in (("second-06", (6, "0.0.0.0", 0)), ("no-second-reply", None)):
            with self.subTest(name=name), asked(f"bind-{name}", 2) as (proxy, sock):
                take_reply(sock)
                self.assertEqual(take_reply(sock), answer)

    def test_replies_in_one_segment(self):
        with asked("bind-together", 2) as (proxy, sock), self.call(proxy):
            proxy.conversation().wait_stage("stream")
            time.sleep(0.05)
            self.assertEqual(len(sock.recv(100)), 20)
        with asked("bind-reply-with-payload", 2) as (proxy, sock):
            take_reply(sock)
            with self.call(proxy) as caller:
                caller.sendall(b"payload")
                self.assertEqual(len(sock.recv(100)), 17)

    def test_early_bytes(self):
        with asked("bind-no-early-bytes", 2) as (proxy, sock):
            take_reply(sock)
            sock.sendall(b"early")
            self.assertIsNone(take_reply(sock))
            self.assertTrue(proxy.conversation().early)

    def test_the_client_leaves(self):
        with ScriptedProxy() as proxy:
            with socket.create_connection((proxy.address, proxy.port), LIMIT) as sock:
                sock.sendall(wire.greeting(0) + wire.request(*ANYONE, 2))
                take(sock, 12)
            self.assertTrue(proxy.conversation().wait_closed(2))

    def test_a_grant_for_everything_plays_the_caller(self):
        with asked("echo", 2) as (_, sock):
            self.assertEqual([take_reply(sock), take_reply(sock)], [(0, "127.0.0.1", 1080)] * 2)
            sock.sendall(b"x")
            self.assertEqual(take(sock, 1), b"x")


class Udp(unittest.TestCase):
    @contextlib.contextmanager
    def associated(self, behaviour, **options):
        """(proxy, control connection, UDP socket)"""
        with asked(behaviour, 3, **options) as (proxy, control):
            self.assertEqual(take_reply(control)[0], 0)
            bound = proxy.conversation().bound
            family = socket.AF_INET6 if ":" in bound[0] else socket.AF_INET
            with socket.socket(family, socket.SOCK_DGRAM) as udp:
                udp.settimeout(LIMIT)
                udp.connect(bound)
                yield proxy, control, udp

    def test_to_targets_and_back(self):
        for host in ("127.0.0.1", "::1"):
            with targets.UdpTarget(host=host) as target, self.associated("good", host=host) as (_, _, udp):
                for name in (host, "echo.test" if host == "127.0.0.1" else "six.test"):
                    for data in (b"hello", b"", bytes(60000)):
                        udp.send(wire.datagram(name, target.port, data))
                        self.assertEqual(udp.recv(65535), wire.datagram(host, target.port, data))
                self.assertEqual(len(target.sources), 1)

    def test_what_comes_back(self):
        question = wire.datagram("192.0.2.9", 53, b"data")
        for name, first in (("frag-1", wire.datagram("192.0.2.9", 53, b"forged", frag=1)),
                            ("short-3", b"\0\0\0"), ("empty", b"")):
            with self.subTest(name=name), self.associated(f"udp-{name}") as (_, _, udp):
                udp.send(question)
                self.assertEqual([udp.recv(999), udp.recv(999)], [first, question])
        for name, host in (("name", b"far.test"), ("ipv6", "2001:db8::7")):
            with self.subTest(name=name), self.associated(f"udp-from-{name}") as (_, _, udp):
                udp.send(question)
                self.assertEqual(udp.recv(999), wire.datagram(host, 53, b"data"))

    def test_strangers(self):
        with asked("udp-stranger", 3) as (proxy, control), \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            relay = take_reply(control)[1:]
            udp.settimeout(LIMIT)
            udp.sendto(wire.datagram("192.0.2.9", 53, b"data"), relay)
            got = [udp.recvfrom(999) for _ in range(2)]
            self.assertNotEqual(got[0][1], relay)
            self.assertEqual(got[1][1], relay)

    def test_losses(self):
        with self.associated("udp-loses-3") as (proxy, _, udp):
            for number in range(9):
                udp.send(wire.datagram("192.0.2.9", 53, b"%d" % number))
            got = [wire.parse_datagram(udp.recv(999))[2] for _ in range(6)]
            self.assertEqual(got, [b"0", b"1", b"3", b"4", b"6", b"7"])
            self.assertTrue(proxy.conversation().wait(lambda conv: len(conv.datagrams) == 9))

    def test_ends(self):
        with self.associated("udp-closes") as (_, control, udp):
            udp.send(wire.datagram("192.0.2.9", 53, b""))
            self.assertEqual(control.recv(1), b"")
        with self.associated("udp-strict-control") as (_, control, _):
            control.sendall(b"x")
            self.assertEqual(control.recv(1), b"")
        with self.associated("good") as (proxy, control, _):
            control.shutdown(socket.SHUT_WR)
            self.assertEqual(control.recv(1), b"")
            self.assertTrue(proxy.conversation().wait_closed())

    def test_what_the_reply_tells(self):
        for name, host in (("wildcard", "0.0.0.0"), ("name-empty", b""), ("name", b"localhost"),
                           ("third-host", "198.51.100.7"), ("other-loopback", "127.0.0.2"), ("mapped", "::ffff:127.0.0.1")):
            with self.subTest(name=name), asked(f"udp-{name}", 3) as (proxy, control):
                self.assertEqual(take_reply(control), (0, host, proxy.conversation().bound[1]))

    def test_only_one_port(self):
        with self.associated("udp-first-port") as (proxy, _, udp), \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.connect(proxy.conversation().bound)
            for number, sock in enumerate((udp, other, udp)):
                sock.send(wire.datagram("192.0.2.9", 53, b"%d" % number))
            self.assertEqual([udp.recv(99)[-1:], udp.recv(99)[-1:]], [b"0", b"2"])

    def test_version_4_has_none(self):
        with ScriptedProxy() as proxy, \
                socket.create_connection((proxy.address, proxy.port), LIMIT) as sock:
            sock.sendall(wire.request4("192.0.2.1", 53, b"", 3))
            self.assertEqual(take(sock, 8)[:2], b"\0\x5b")


class Commands(unittest.TestCase):
    def test_unknown_commands_are_refused(self):
        with asked("good", 0x7E) as (_, sock):
            self.assertEqual(take_reply(sock)[0], 7)

    def test_handshake_faults_are_the_same_for_each(self):
        def one(command):
            with asked("rep-05", command) as (_, sock):
                return take_reply(sock)[0]
        for _, code in concurrently(one, (1, 2, 3)):
            self.assertEqual(code, 5)


if __name__ == "__main__":
    unittest.main()
