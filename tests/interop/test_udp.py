# SPDX-License-Identifier: MIT
"""udp through Dante and shadowsocks-libev: DNS, and ten thousand datagrams that are all accounted for."""
import base64
import contextlib
import json
import os
import random
import struct
import sys
import tempfile
import threading
import time
import unittest
import zlib

import cli
import isolation
import servers
import targets
from expect import CliCase
from name_server import NameServer
from running import Running

COUNT = 10_000
WINDOW = 32        # datagrams under way
PATIENCE = 0.2      # seconds without progress after which they count as lost
LIMIT = 60


def question(name, number, kind=1):
    """A DNS query."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", kind, 1)


def framed(data):
    return struct.pack("!H", len(data)) + data


def numbered(number, size):
    """A datagram that can tell whether it is intact."""
    body = random.Random(number).randbytes(max(0, size - 8))
    return struct.pack("!II", number, zlib.crc32(body)) + body


def full_buffers():
    """How many datagrams the kernel has dropped in this network because a receive buffer was full."""
    with open("/proc/net/snmp") as four, open("/proc/net/snmp6") as six:
        names, values = (line.split() for line in four if line.startswith("Udp:"))
        return int(values[names.index("RcvbufErrors")]) + \
            sum(int(line.split()[1]) for line in six if line.startswith("Udp6RcvbufErrors"))


class Frames:
    """Takes frames from a pipe, in a thread of its own."""

    def __init__(self, stream):
        self.items = []
        self._stream = stream
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        buffer = bytearray()
        while data := os.read(self._stream.fileno(), 1 << 20):
            buffer += data
            while len(buffer) >= 2 and len(buffer) >= (size := 2 + struct.unpack("!H", buffer[:2])[0]):
                self.items.append(bytes(buffer[2:size]))
                del buffer[:size]
        self.rest = bytes(buffer)


class Datagrams(CliCase):
    """What every relay must manage. Derived classes start the server."""
    endpoint = None
    sizes = ()          # of datagrams; a choice is made for each
    largest = None

    def test_dns(self):
        records = {"www.test": ["192.0.2.80"]}
        for host in ("127.0.0.1", "::1", isolation.PROXY_NAME):
            with self.subTest(host=host), NameServer(records, host="::1" if host == "::1" else "127.0.0.1") as dns:
                result = cli.run("udp", "-x", self.endpoint.url(), "--framing=length", "--count", "1", "--wait", "5",
                                 host, "53", stdin=framed(question("www.test", 0x1234)))
                self.assert_success(result, result.out)
                size, number, flags, _, answers = struct.unpack("!HHHHH", result.out[:10])
                self.assertEqual((size, number, answers), (len(result.out) - 2, 0x1234, 1))
                self.assertTrue(flags & 0x8000)
                self.assertTrue(result.out.endswith(bytes([192, 0, 2, 80])))
                # ss-server asks the same server for a name that it is to reach
                self.assertEqual(dns.queries.count(("www.test", "A")), 1)

    def test_dns_in_json(self):
        with NameServer({"www.test": ["192.0.2.80"]}):
            text = {"to": f"{isolation.PROXY_NAME}:53", "data": base64.b64encode(question("www.test", 7)).decode()}
            result = cli.run("udp", "-x", self.endpoint.url(), "--framing=json", "--count", "1", "--wait", "5",
                             "192.0.2.1", "9", stdin=json.dumps(text).encode() + b"\n")
        self.assert_status(result, 0)
        got = json.loads(result.out)
        self.assertEqual(got["from"], "127.0.0.1:53")
        self.assertEqual(base64.b64decode(got["data"])[:2], b"\0\7")

    def test_empty_and_largest(self):
        with targets.UdpTarget() as target:
            for data in (b"", os.urandom(self.largest)):
                result = cli.run("udp", "-x", self.endpoint.url(), "--framing=length", "--count", "1", "--wait", "5",
                                 target.host, target.port, stdin=framed(data))
                with self.subTest(size=len(data)):
                    self.assertEqual(result.status, 0, result.err)
                    self.assertTrue(result.out == framed(data))

    def test_ten_thousand_and_where_they_went(self):
        for host in ("127.0.0.1", "::1"):
            with self.subTest(host=host), targets.UdpTarget(host=host) as target:
                self.account_for(target)

    def account_for(self, target):
        choose = random.Random(3)
        sent = [numbered(number, choose.choice(self.sizes)) for number in range(COUNT)]
        began, full = time.monotonic(), full_buffers()
        with tempfile.NamedTemporaryFile() as file, \
                Running("udp", "-x", self.endpoint.url(), "--framing=length", "--wait", "0.5", "--report", file.name,
                        target.host, target.port, reads=False) as running:
            frames = Frames(running.process.stdout)
            given_up = 0
            for number, data in enumerate(sent):
                running.write(framed(data))
                deadline = time.monotonic() + PATIENCE
                while number + 1 - given_up - len(frames.items) >= WINDOW:
                    time.sleep(0.0005)
                    if time.monotonic() > deadline:
                        given_up = number + 1 - len(frames.items)
            running.close_stdin()
            result = running.finish(LIMIT)
            frames.thread.join(LIMIT)
            report = json.load(file)
        seconds, full = time.monotonic() - began, full_buffers() - full
        dropped = report["dropped"]
        arrived, back = len(target.received), len(frames.items)
        print(f"{type(self).__name__} {target.host}: {COUNT} out, {arrived} arrived, {back} back, dropped here {dropped};"
              f" lost on the way out {COUNT - arrived}, on the way back {arrived - back - dropped['overflow']},"
              f" {full} of all in full buffers;"
              f" {sum(map(len, sent)) * 2 / seconds / 1e6:.0f} MB/s", file=sys.stderr)
        self.assert_status(result, 0)
        self.assertEqual(frames.rest, b"")
        self.assertEqual(report["datagrams"], {"sent": COUNT, "received": back})
        self.assertEqual((report["sent"], report["received"]), (sum(map(len, sent)), sum(map(len, frames.items))))
        self.assertEqual(dropped | {"overflow": 0}, {"wrong_source": 0, "fragment": 0, "malformed": 0, "overflow": 0})
        self.assertEqual(len(target.sources), 1, "the relay changed its port: so did ours")
        for name, items in (("there", target.received), ("back", frames.items)):
            numbers = [struct.unpack("!I", item[:4])[0] for item in items]
            self.assertEqual(len(numbers), len(set(numbers)), f"twice {name}")
            self.assertTrue(all(item == sent[number] for number, item in zip(numbers, items)), f"changed {name}")
        self.assertLessEqual(back + dropped["overflow"], arrived)
        self.assertLessEqual(dropped["overflow"], full)
        self.assertGreater(back, COUNT * 0.95, "a loopback loses no more than a few")


class Dante(Datagrams):
    sizes = (8, 9, 64, 512, 1200, 1472, 4000, 9000)
    largest = 60000

    @classmethod
    def setUpClass(cls):
        cls.endpoint = cls.enterClassContext(servers.dante())

    def test_over_ipv6(self):
        with servers.dante("::1") as endpoint, targets.UdpTarget() as target:
            result = cli.run("udp", "-x", endpoint.url(), "--count", "1", "--wait", "5", target.host, target.port,
                             stdin=b"ping")
            self.assert_success(result, b"ping")


class Shadowsocks(Datagrams):
    """It is told by its TCP address where the relay is."""
    sizes = (8, 9, 64, 512, 1000, 1300)
    largest = 1300

    @classmethod
    def setUpClass(cls):
        cls.endpoint = cls.enterClassContext(servers.shadowsocks())

    def test_the_server_ends(self):
        with targets.UdpTarget() as target, contextlib.ExitStack() as server:
            endpoint = server.enter_context(servers.shadowsocks())
            with Running("udp", "-x", endpoint.url(), target.host, target.port) as running:
                running.write(b"ping")
                self.assertTrue(running.got(b"ping"))
                server.close()
                result = running.finish(5)      # stdin is still open
                self.assert_status(result, 1)
                self.assert_one_error(result, "association")


class Chains(CliCase):
    """A header for each hop, the nearest outside."""

    @classmethod
    def setUpClass(cls):
        dante = cls.enterClassContext(servers.dante())
        another = cls.enterClassContext(servers.dante("127.0.0.2"))
        shadowsocks = cls.enterClassContext(servers.shadowsocks("127.0.0.3"))
        cls.chains = [(dante, another), (shadowsocks, dante), (dante, another, shadowsocks),
                      (dante, another, dante, another)]
        cls.ssh = cls.enterClassContext(servers.ssh_dynamic(cls.enterClassContext(servers.sshd())))

    @staticmethod
    def through(chain):
        return [word for hop in chain for word in ("-x", hop.url())]

    def test_datagrams_pass_both_ways(self):
        for chain in self.chains:
            with self.subTest(hops=[hop.url() for hop in chain]), targets.UdpTarget() as target:
                frames = [numbered(number, size) for number, size in enumerate((8, 64, 512, 1000))]
                result = cli.run("udp", *self.through(chain), "--framing=length", "--count", "4", "--wait", "5",
                                 target.host, target.port, stdin=b"".join(map(framed, frames)))
                self.assert_status(result, 0)
                self.assertEqual(sorted(frames), sorted(target.received))
                self.assertEqual(len(result.out), sum(2 + len(frame) for frame in frames))

    def test_the_largest_datagram_shrinks_by_a_header_for_each_hop(self):
        chain = self.chains[0]
        result = cli.run("udp", *self.through(chain), "--framing=length", "127.0.0.1", "9",
                         stdin=framed(bytes(65507 - 20 + 1)))
        self.assert_status(result, 1)
        self.assert_one_error(result, "65487")

    def test_any_hop_that_ends_ends_the_association(self):
        for index in (0, 1):
            with self.subTest(index=index), targets.UdpTarget() as target, contextlib.ExitStack() as server:
                chain = [self.chains[0][0]]
                chain.insert(index, server.enter_context(servers.shadowsocks("127.0.0.4")))
                with Running("udp", *self.through(chain), target.host, target.port) as running:
                    running.write(b"ping")
                    self.assertTrue(running.got(b"ping"))
                    server.close()
                    result = running.finish(5)
                    self.assert_status(result, 1)
                    self.assert_one_error(result, "association")

    def test_a_hop_without_udp_is_named(self):
        for chain, status in (((self.chains[0][0], self.ssh), 16), ((self.ssh, self.chains[0][0]), 16)):
            with self.subTest(hops=[hop.url() for hop in chain]):
                result = cli.run("udp", *self.through(chain), "127.0.0.1", "9", stdin=b"x")
                self.assert_failure(result, status, f"{self.ssh.host}:{self.ssh.port}", "request")
        result = cli.run("udp", "-x", self.ssh.url("socks4a"), "-x", self.chains[0][0].url(), "127.0.0.1", "9",
                         stdin=b"x")
        self.assert_usage(result, f"{self.ssh.host}:{self.ssh.port}: .*SOCKS5")


class Others(CliCase):
    def test_a_server_without_it(self):
        with servers.microsocks() as endpoint:
            result = cli.run("udp", "-x", endpoint.url(), "192.0.2.1", "9", stdin=b"x")
            self.assert_failure(result, 27, f"{endpoint.host}:{endpoint.port}", "request")


del Datagrams       # only its descendants are tests

if __name__ == "__main__":
    isolation.enter()
    unittest.main()
