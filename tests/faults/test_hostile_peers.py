# SPDX-License-Identifier: MIT
"""What a hostile peer can cost: memory under a bound, and time up to the limit of -w, once.

At each stage it sends without end, a byte now and then, more than fits, or one thing inside another. Of a run
that only its limit ends, both bounds of the time are looked at: twice the limit would be noticed.
"""
import itertools
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from dataclasses import dataclass
from typing import Any

import associating as udp
import behaviours
import binding
import certificates
import cli
import dns_wire as dns
import hostile_tls
import http_proxy as http
import socks_wire as wire
import steps
import targets
from expect import CliCase, concurrently
from proc import waited, watch
from scripted_proxy import ScriptedProxy
from tls_layer import Tls

LIMIT = 1.0
PAUSE = 0.05        # between two bytes that drip
SLACK = 0.5         # less than the limit: a second one would show
GRACE = 0.4         # for the rest of a reply whose code is known
MEMORY = 16 << 10   # KiB

AT_ONCE = (0.0, 0.9 * LIMIT)
AT_LIMIT = (0.95 * LIMIT, LIMIT + SLACK)
AT_GRACE = (0.95 * GRACE, GRACE + SLACK)
WITHIN_TWO = (0.95 * LIMIT, 2 * LIMIT + SLACK)

LONG_REPLY = wire.reply(0, b"n" * 255, 9)
LONG_REFUSAL = wire.reply(5, b"n" * 255, 9)
BLOCK = 1 << 16


@dataclass(frozen=True)
class Peer:
    """One hostile peer, a run against it, and what comes of the run."""
    name: str
    proxy: Any                      # a behaviour; or a function of a plain socket
    status: int | tuple             # several: which comes first depends on how fast it is
    error: str                      # in the error line; "" means none
    seconds: tuple = AT_LIMIT
    command: tuple = ("connect", "-z", "echo.test", "80")
    scheme: str = "socks5h"
    limit: float = LIMIT
    options: tuple = ()
    tls: Tls | None = None
    stdin: bytes = b""


# What it does.

def for_ever(data):
    """As fast as it can."""
    block = data * max(1, BLOCK // len(data))

    def step(conv):
        while True:
            conv.sock.sendall(block)
    return step


def drip(data, pause=PAUSE):
    """Byte by byte. data: bytes, or a function that gives what may have no end."""
    def step(conv):
        for byte in data() if callable(data) else data:
            conv.sock.sendall(bytes([byte]))
            time.sleep(pause)
        steps.silence(conv)
    return step


def endless_header():
    return itertools.chain(b"HTTP/1.1 200 OK\r\n", itertools.cycle(b"X: y\r\n"))


def drip_header(sock):
    """The same of a server that is no scripted proxy: whatever it was asked."""
    sock.recv(BLOCK)
    for byte in endless_header():
        sock.sendall(bytes([byte]))
        time.sleep(PAUSE)


def then(*several):
    """One step after the other."""
    def step(conv):
        for each in several:
            each(conv)
    return step


def does(**changes):
    return behaviours.replace(behaviours.ECHO, **changes)


def socks4_request(step):
    return does(request=step)


def dns_over_tcp(step):
    """CONNECT is granted; the server behind it does this once it was asked."""
    return does(request=steps.by_command(steps.grant(), steps.refuse(7), steps.refuse(7)),
                stream=then(lambda conv: conv.receive_payload(), step))


def answers(*data):
    """A DNS server over TCP that answers each query so: functions of the query."""
    return dns.over_tcp(lambda query: [each(query) for each in data])[0]


def relay_floods(make, stray=False):
    """A relay that sends make(host, port, data) without end, once the client has sent something."""
    def send(relay, host, port, data):
        def flood():
            sock = relay.stray if stray else relay.front
            while not relay.conv.closed and not done.is_set():
                for each in make(host, port, data):
                    relay.give(each, sock)
        done = threading.Event()
        relay.conv.proxy.ending.append(done)
        threading.Thread(target=flood, daemon=True).start()
    return does(request=steps.by_command(steps.refuse(5), steps.refuse(7), udp.associate()),
                stream=udp.exchange(send=send))


def control_floods(conv):
    """An association whose control connection brings bytes without end, and no datagram ever."""
    udp.associate()(conv)
    for_ever(b"x")(conv)


# What goes into DNS answers.

def chain_of_pointers(count):
    """An answer whose name is a pointer to a pointer to a pointer."""
    def make(query):
        first = 12 + len(query.question)
        text = dns.record("TXT", b"\1x")
        start = first + len(text) - 2 + 2       # the data of the second record
        pointers = b"".join((0xC000 | (start + 12 + 2 * (at - 1) if at else 12)).to_bytes(2, "big") for at in range(count))
        holder = dns.record(999, pointers)
        last = min(start + 10 + 2 * (count - 1), 0x3FFF)
        return dns.answer(query, text, holder, dns.record("A", b"\1\2\3\4", owner=(0xC000 | last).to_bytes(2, "big")))
    return make


def pointer_to_itself(query):
    at = 12 + len(query.question)
    return dns.answer(query, dns.record("A", b"\1\2\3\4", owner=(0xC000 | at).to_bytes(2, "big")))


def long_aliases(query):
    """As many aliases as an answer can hold, the last first."""
    names = [dns.name(f"{number:x}.test") for number in range(2000)]
    links = list(itertools.pairwise([query.question[:-4], *names]))
    records = [dns.record("CNAME", to, owner=owner) for owner, to in links]
    return dns.answer(query, *reversed(records), dns.record("A", b"\1\2\3\4", owner=names[-1]))


def largest(query):
    return dns.answer(query, *[dns.record("TXT", b"\xff" + b"x" * 255)] * 240)


# The peers.

TOR = ("resolve", "www.test")
OVER_TCP = ("resolve", "--via", "tcp", "--server", "192.0.2.53", "--type", "A", "www.test")
OVER_UDP = ("resolve", "--via", "udp", "--server", "192.0.2.53", "--type", "A", "www.test")
OVER_TLS = ("resolve", "--via", "tls", "--server", "192.0.2.53", "--insecure", "--type", "A", "www.test")
TXT_OVER_TCP = ("resolve", "--via", "tcp", "--server", "192.0.2.53", "--type", "TXT", "www.test")
DATAGRAM = ("udp", "--wait", "1", "192.0.2.9", "7")
ONE_BACK = ("udp", "--wait", "1", "--count", "1", "192.0.2.9", "7")
TO_TARGET = ("connect", "--tls", "--insecure", "echo.test", "443")
TO_TARGET_VERIFIED = ("connect", "--tls", "--cacert", certificates.ca(), "echo.test", "443")
PROBE = ("probe",)
LONG_TEXT = b"HTTP/1.1 400 " + b"A" * 200

SOCKS = [
    Peer("text without end instead of SOCKS", does(greeted=for_ever(b"HTTP/1.1 400 AAA")), 13, "method: ", AT_ONCE),
    Peer("text that drips", does(greeted=drip(LONG_TEXT)), 13, "method: ", AT_GRACE, limit=10),
    Peer("05 without end", does(greeted=for_ever(b"\5")), 13, "method: .*0x05", AT_ONCE),
    Peer("05 00 without end", does(method=for_ever(b"\5\0")), 13, "request: .*address type", AT_ONCE),
    Peer("zeros without end", does(greeted=for_ever(b"\0")), 13, "method: ", AT_ONCE),
    Peer("a grant without end", does(method=for_ever(b"\5\0" + LONG_REPLY)), 0, "", AT_ONCE),
    Peer("method, login and reply drip", does(method=then(steps.select(2)), auth=drip(b"\1\0" + LONG_REPLY)), 124,
         "request: "),
    Peer("half a method", does(method=drip(b"\5")), 124, "method: "),
    Peer("half a login's reply", does(method=steps.select(2), auth=drip(b"\1")), 124, "auth: "),
    Peer("01 without end", does(method=steps.select(2), auth=for_ever(b"\1")), 15, "auth: ", AT_ONCE),
    Peer("a login that is granted without end", does(method=steps.select(2), auth=for_ever(b"\1\0")), 13, "request: ",
         AT_ONCE),
    Peer("a reply drips", does(request=drip(LONG_REPLY)), 124, "request: "),
    Peer("a refusal drips", does(request=drip(LONG_REFUSAL)), 25, "request: ", AT_GRACE, limit=10),
    Peer("a refusal without end", does(request=for_ever(LONG_REFUSAL)), 25, "request: ", AT_ONCE),
    Peer("a SOCKS4 reply drips", does(request=drip(wire.reply4(), 0.2)), 124, "request: ", scheme="socks4a"),
    Peer("text instead of a SOCKS4 reply", does(request=for_ever(b"HTTP/1.1 400 AAA")), 13, "request: ", AT_ONCE,
         scheme="socks4a"),
    Peer("CHAP: a frame drips", does(method=steps.select(3), chap=drip(b"\1\xff" + b"\x7f\xff" + b"x" * 255)), 124, "auth: ",
         options=("--auth", "chap")),
    *(Peer(f"CHAP: {name}", name, 13, "auth: ", AT_ONCE, options=("--auth", "chap"))
      for name in ("chap-chatter", "chap-flood", "chap-endless")),
]
BIND = [
    Peer("BIND: the first reply drips", does(request=drip(LONG_REPLY)), 124, "request: ", command=("bind",)),
    Peer("BIND: the second reply drips", does(request=binding.bind(then=drip(LONG_REPLY))), 124, "accept: ", limit=10,
         command=("bind", "--accept-timeout", LIMIT)),
    Peer("BIND: the second reply is a refusal that drips", does(request=binding.bind(then=drip(LONG_REFUSAL))), 25,
         "accept: ", AT_GRACE, limit=10, command=("bind", "--accept-timeout", 10)),
    Peer("BIND: second replies without end", does(request=binding.bind(then=for_ever(b"\5\0"))), 13, "accept: ", AT_ONCE,
         command=("bind",)),
]
HTTP = [
    Peer("a status line without end", does(request=for_ever(b"HTTP/1.1 200 AAAA")), 13, "request: ", AT_ONCE),
    Peer("a status line that drips", does(request=drip(lambda: itertools.chain(b"HTTP/1.1 200 ", itertools.repeat(65)))), 124,
         "request: "),
    Peer("fields without end", does(request=then(steps.say(b"HTTP/1.1 200 OK\r\n"), for_ever(b"X: y\r\n"))), 13, "request: ",
         AT_ONCE),
    Peer("one field without end", does(request=then(steps.say(b"HTTP/1.1 200 OK\r\nX: "), for_ever(b"y"))), 13, "request: ",
         AT_ONCE),
    Peer("a field on lines without end", does(request=then(steps.say(b"HTTP/1.1 200 OK\r\nX: y"), for_ever(b"\r\n y"))), 13,
         "request: ", AT_ONCE),
    Peer("fields that drip", does(request=drip(endless_header, 0.02)),
         124, "request: "),
    Peer("a refusal with fields that drip",
         does(request=then(steps.say(b"HTTP/1.1 403 No\r\n"), drip(lambda: itertools.cycle(b"X: y\r\n")))), 22, "request: ", AT_GRACE,
         limit=10),
    Peer("a refusal with fields without end", does(request=then(steps.say(b"HTTP/1.1 403 No\r\n"), for_ever(b"X: y\r\n"))), 22,
         "request: ", AT_ONCE),
    Peer("interim replies without end", does(request=for_ever(http.header(100))), 13, "request: ", AT_ONCE),
    Peer("interim replies that drip", does(request=drip(lambda: itertools.cycle(http.header(100)), 0.02)), 124, "request: "),
]


def in_http(peer):
    return behaviours.replace(peer, scheme="http", name="HTTP: " + peer.name)


def handshakes():
    """(name, what the server does on the plain connection, status, seconds, what is said)"""
    good = hostile_tls.der(certificates.get().cert)
    hello = hostile_tls.server_hello
    say, for_ever_ = hostile_tls.say, hostile_tls.for_ever
    record, records, message = hostile_tls.record, hostile_tls.records, hostile_tls.message
    return [
        ("text without end", for_ever_(b"HTTP/1.1 400 AAA" * 1000), 12, AT_ONCE, ""),
        ("questions to begin anew, without end", for_ever_(record(22, bytes(4)) * 1000), 12, AT_ONCE, ""),
        ("many of them in each record", for_ever_(record(22, bytes(4) * 4000)), 12, AT_ONCE, ""),
        ("warnings without end", for_ever_(record(21, b"\1\x5a") * 1000), 12, AT_ONCE, ""),
        ("empty records without end", for_ever_(record(22, b"") * 1000), 12, AT_ONCE, ""),
        ("changes of cipher without end", for_ever_(record(20, b"\1") * 1000), 12, AT_ONCE, ""),
        ("a hello of 16 MiB", for_ever_(b"".join(record(22, bytes(1 << 14)) for _ in range(4)),
                                       first=record(22, message(2, b"\3\3", 0xFFFFFF))), 12, AT_ONCE, ""),
        ("a certificate of 16 MiB", for_ever_(record(22, bytes(1 << 14)),
                                             first=records(hello() + message(11, b"", 0xFFFFFF))), 12, AT_ONCE, ""),
        ("a certificate that drips", lambda sock: (sock.recv(65536), sock.sendall(records(hello())),
                                                   drip_plain(sock, records(hostile_tls.certificate_message(good)))), 124,
         AT_LIMIT, ""),
        ("as many certificates as it may send",
         say(records(hello() + hostile_tls.certificate_message(*[good] * (100_000 // (len(good) + 3))))), 124, AT_LIMIT, ""),
        ("a certificate of sequences in sequences",
         say(records(hello() + hostile_tls.certificate_message(hostile_tls.nested(30_000)))), 12, AT_ONCE, ""),
        # As long as we are the faster one, nothing is left to read now and then, and the limit decides;
        # a faster peer is given up. Which of the two it is depends on the machine.
        *((f"{name} without end", hostile_tls.after_handshake(kind), (12, 124), (0.0, AT_LIMIT[1]), "later")
          for name, kind in (("tickets", "tickets"), ("new keys", "key-updates"),
                             ("new keys, each to be answered,", "key-updates-requested"))),
    ]


def drip_plain(sock, data):
    for byte in data:
        sock.sendall(bytes([byte]))
        time.sleep(PAUSE)


def tls_peers():
    for name, serve, status, seconds, when in handshakes():
        yield Peer(f"TLS with the proxy: {name}", serve, status, "(method|tls): " if when else "tls: ", seconds, scheme="socks5h+tls",
                   options=("--proxy-insecure",))
        if when:
            continue    # then the tunnel stands, and no limit of set-up is running
        behind = does(stream=lambda conv, serve=serve: serve(conv.sock))
        yield Peer(f"TLS with the target: {name}", behind, status, "tls: ", seconds, command=TO_TARGET)
    slow = Tls(pace=PAUSE)
    yield Peer("TLS with the proxy: all of it drips", "echo", 124, "tls: ", tls=slow)
    yield Peer("TLS with the target: all of it drips", does(stream=lambda conv: conv.start_tls(slow)), 124, "tls: ",
               command=TO_TARGET)
    yield Peer("TLS with the DNS server: all of it drips", does(stream=lambda conv: conv.start_tls(slow)), 124, "tls: ",
               command=OVER_TLS)
    yield Peer("TLS with the proxy: a certificate with 3000 names", "echo", 12, "tls: .*not for", AT_ONCE,
               tls=Tls(cert="many-names"))


NAMES = [
    Peer("RESOLVE: the reply drips", does(request=drip(LONG_REPLY)), 124, "request: ", command=TOR),
    Peer("TCP: the answer drips", dns_over_tcp(drip(b"\xff\xff" + bytes(200))), 124, "relay: ", command=OVER_TCP),
    Peer("TCP: answers to nobody without end", dns_over_tcp(for_ever(b"\0\x40" + bytes(64))), 1, "does not match the question",
         AT_ONCE, command=OVER_TCP),
    Peer("TCP: empty answers without end", dns_over_tcp(for_ever(b"\0\0")), 1, "does not match the question", AT_ONCE, command=OVER_TCP),
    Peer("TCP: answers to nobody that drip", dns_over_tcp(drip(lambda: itertools.cycle(b"\0\2xx"))), 124, "relay: ", command=OVER_TCP),
    Peer("TCP: a pointer to itself", answers(pointer_to_itself), 1, "malformed", AT_ONCE, command=OVER_TCP),
    Peer("TCP: 2000 aliases, the last first", answers(long_aliases), 3, "alias", AT_ONCE, command=OVER_TCP),
    Peer("TCP: the largest answer", answers(largest), 0, "", AT_ONCE, command=TXT_OVER_TCP),
    Peer("UDP: answers with another number without end",
         relay_floods(lambda host, port, data: [wire.datagram(host, port, b"\0\0" + data[2:])]), 124, "relay: .*dropped",
         command=OVER_UDP),
    Peer("UDP: no datagrams of SOCKS without end", relay_floods(lambda *_: [b"x"]), 124, "relay: .*dropped", command=OVER_UDP),
    Peer("UDP: the reply drips", does(request=drip(LONG_REPLY)), 124, "request: ", command=OVER_UDP),
]
DATAGRAMS = [
    Peer("UDP: the reply drips", does(request=drip(LONG_REPLY)), 124, "request: ", command=ONE_BACK, stdin=b"x"),
    Peer("UDP: the control connection without end", does(request=control_floods), 124, "relay: |no datagram", command=ONE_BACK,
         stdin=b"x"),
    Peer("UDP: fragments without end", relay_floods(lambda h, p, d: [wire.datagram(h, p, d, frag=1)]), 124, "no datagram",
         command=ONE_BACK, stdin=b"x"),
    Peer("UDP: headers cut off without end", relay_floods(lambda h, p, d: [b"\0\0\0\3\xff" + bytes(256)]), 124, "no datagram",
         command=ONE_BACK, stdin=b"x"),
    Peer("UDP: strangers without end", relay_floods(lambda h, p, d: [wire.datagram(h, p, d)], stray=True), 124, "no datagram",
         command=ONE_BACK, stdin=b"x"),
    Peer("UDP: the largest datagrams without end", relay_floods(lambda h, p, d: [wire.datagram(h, p, bytes(60000))]), 0, "",
         (0.0, 10.0), command=("udp", "--wait", "1", "--count", "2000", "192.0.2.9", "7"), stdin=b"x"),
    *(Peer(f"UDP: JSON in JSON, {size} deep", behaviours.ECHO, 1, error, AT_ONCE,
           command=("udp", "--framing", "json", "192.0.2.9", "7"), stdin=b'{"data":' + b"[" * size + b"\n")
      for size, error in ((120_000, "JSON"), (10_000_000, "131072 bytes or more"))),
]
PROBED = [
    Peer("probe: text without end", does(opening=for_ever(b"HTTP/1.1 400 AAA")), 13, "", AT_ONCE, command=PROBE),
    Peer("probe: 05 without end", does(greeted=for_ever(b"\5")), (13, 14), "", (0.0, 2 * LIMIT), command=PROBE),
    Peer("probe: half a method", does(method=drip(b"\5")), 124, "", WITHIN_TWO, command=PROBE),
    Peer("probe: a success that drips", does(request=drip(LONG_REPLY)), 124, "", WITHIN_TWO,
         command=("probe", "--target", "echo.test:80")),
    Peer("probe: an HTTP header that drips", drip_header, 124, "", WITHIN_TWO, scheme="http", command=PROBE),
    Peer("probe: TLS that drips", "echo", 124, "", WITHIN_TWO, tls=Tls(pace=PAUSE), command=PROBE),
    Peer("probe: questions to begin TLS anew", hostile_tls.for_ever(hostile_tls.record(22, bytes(4)) * 1000), 12, "", AT_ONCE,
         scheme="socks5h+tls", command=PROBE),
]


class Plain(targets.Target):
    """A server that is a function of a socket; named like a proxy."""

    def __init__(self, serve):
        super().__init__()
        self.function = serve

    def serve(self, sock):
        self.function(sock)

    def url(self, scheme, *_):
        return f"{scheme}://{self.host}:{self.port}"


def server(peer):
    if callable(peer.proxy):
        return Plain(peer.proxy)
    proxy = ScriptedProxy(peer.proxy, tls=peer.tls, names={"echo.test": "127.0.0.1"})
    proxy.ending = []
    return proxy


@dataclass
class Outcome(cli.Result):
    peak: int = 0       # KiB
    delay: float = 0    # seconds in which the machine had no processor for it or for us

    def was_held_up(self):
        return self.delay > SLACK / 4


def run(peer):
    """One run: what came of it, how long it took and how much memory it had at most."""
    with server(peer) as proxy, tempfile.TemporaryFile() as stdin:
        stdin.write(peer.stdin)
        stdin.seek(0)
        login = () if peer.command[0] == "probe" or not peer.scheme.startswith("socks5") else (b"alice", b"secret")
        command, *rest = peer.command
        words = [command, "-w", peer.limit, *peer.options, "-x", proxy.url(peer.scheme, *login), *rest]
        began, own = time.monotonic(), waited()
        process = cli.start(*words, stdin=stdin)
        kept = {"stdout": 0, "stderr": b""}
        readers = [threading.Thread(target=count, args=(process.stdout, kept)),
                   threading.Thread(target=lambda: kept.update(stderr=process.stderr.read()))]
        for reader in readers:
            reader.start()
        peak, delay = watch(process, began + peer.seconds[1] + 10)
        seconds, delay = time.monotonic() - began, delay + waited() - own
        if process.poll() is None:
            process.kill()
        for reader in readers:
            reader.join()
        for event in getattr(proxy, "ending", ()):
            event.set()
        status = process.wait()
        process.stdout.close()
        process.stderr.close()
        said = re.sub(r"\Asockscat: listening on .*\n", "", kept["stderr"].decode("utf-8", "replace"))
        return Outcome(status, b"", said, seconds, peak, delay)


def count(stream, kept):
    while data := stream.read(BLOCK):
        kept["stdout"] += len(data)


def is_timely(peer, outcome):
    return peer.seconds[0] <= outcome.seconds <= peer.seconds[1]


class Cost(CliCase):
    def judge(self, peer, outcome):
        self.assertIn(outcome.status, peer.status if isinstance(peer.status, tuple) else (peer.status,), outcome.err)
        if peer.error:
            self.assert_one_error(outcome, peer.error)
        if not cli.is_instrumented():
            self.assertLess(outcome.peak, MEMORY, "KiB")

    def check(self, peers):
        late, peers = [], list(peers)
        certificates.get("many-names")
        before, interval = sys.getswitchinterval(), 0.0005   # a flood must not keep our watch from working
        sys.setswitchinterval(interval)
        self.addCleanup(sys.setswitchinterval, before)
        for peer, outcome in concurrently(run, peers, workers=3):
            with self.subTest(peer=peer.name):
                self.judge(peer, outcome)
                if not is_timely(peer, outcome):
                    late.append((peer, outcome))
        for peer, outcome in late:
            tries = [outcome]
            while len(tries) < 4 and not is_timely(peer, tries[-1]):
                tries.append(run(peer))
            with self.subTest(peer=peer.name):
                self.judge(peer, tries[-1])
                if not is_timely(peer, tries[-1]) and all(each.was_held_up() for each in tries):
                    print(f"not judged, this machine is too busy: {peer.name}", file=sys.stderr)
                else:
                    self.assertTrue(is_timely(peer, tries[-1]), [(each.seconds, each.delay, each.err) for each in tries])

    def test_socks(self):
        self.check(SOCKS)

    def test_bind(self):
        self.check(BIND)

    def test_http(self):
        self.check(map(in_http, HTTP))

    def test_tls(self):
        self.check(tls_peers())

    def test_resolve(self):
        self.check(NAMES)

    def test_udp(self):
        self.check(DATAGRAMS)

    def test_probe(self):
        self.check(PROBED)


class Controls(unittest.TestCase):
    """The bounds notice what they are for."""

    def test_a_doubled_limit(self):
        peer = behaviours.replace(SOCKS[7], limit=2 * LIMIT)
        self.assertFalse(is_timely(peer, run(peer)))

    def test_half_a_limit(self):
        peer = behaviours.replace(SOCKS[7], limit=LIMIT / 2)
        self.assertFalse(is_timely(peer, run(peer)))

    def test_memory(self):
        grows = [sys.executable, "-S", "-c", "import time; x = bytearray(24 << 20); time.sleep(0.2)"]
        with subprocess.Popen(grows) as process:
            self.assertGreater(watch(process)[0], MEMORY)


if __name__ == "__main__":
    unittest.main()
