# SPDX-License-Identifier: MIT
"""UDP ASSOCIATE at the scripted proxy: a relay to loopback targets, or one that misbehaves.

    associate(told=bound.wildcard)          the reply says less than it knows
    exchange(send=echo, deliver=...)        what the relay does with a datagram of the client's, and
                                            how it hands one to the client

The association ends with its control connection. A relay has: front (the socket that the client knows),
stray (another one, that it does not know), backs (towards targets), client (where datagrams go to).
"""
import select
import socket

import bound
import socks_wire as wire
from conversation import HangUp
from steps import refuse, silence

LARGEST = 65535
BUFFER = 4 << 20    # bytes, so that a burst of a test is not lost here


def associate(told=bound.truth, host=None, port=0):
    """host, port: where the relay really is; by default the proxy's own loopback address and any port."""
    def step(conv):
        if conv.version == 4:
            refuse(7)(conv)
        conv.relay = Relay(conv, host or bound.loopback(conv), port)
        conv.bound = conv.relay.front.getsockname()[:2]
        conv.put(wire.reply(0, *told(conv)))
    return step


class Relay:
    def __init__(self, conv, host, port):
        self.conv = conv
        self.client = None
        self.front, self.stray = _socket(host, port), _socket(host)
        self.backs = [_socket("127.0.0.1"), _socket("::1")]
        conv.owned += [self.front, self.stray, *self.backs]

    def give(self, raw, sock=None):
        """Hands bytes to the client as they are."""
        try:
            (sock or self.front).sendto(raw, self.client)
        except OSError:
            pass            # too large, or nobody there: datagrams get lost


def exchange(send=None, deliver=None, admit=None, control=None):
    """The stream step: everything until the control connection ends.

    send(relay, host, port, data)       a datagram of the client's is to go to host:port
    deliver(relay, host, port, data)    a datagram from host:port is to go to the client
    admit(relay, source, raw)           False: this datagram is not looked at
    control(relay, data)                the client has written on the control connection
    """
    send, deliver = send or forward, deliver or plainly

    def step(conv):
        relay = conv.relay
        if relay is None:       # granted by somebody who has none
            silence(conv)
        conv.deliver = deliver
        ended = False
        while True:
            watched = [relay.front] if ended else [conv.sock, relay.front, *relay.backs]
            ready = select.select(watched, [], [], 0 if ended else None)[0]
            if relay.front in ready:
                raw, source = relay.front.recvfrom(LARGEST)
                if source is None:      # shut down: the test is over
                    return
                admitted = not admit or admit(relay, source, raw)
                relay.client = relay.client if relay.client and not admitted else source
                conv.heard_datagram(source[:2], raw)
                if admitted:
                    _take(relay, raw, send)
            elif ended:
                return          # what was sent before the end has been looked at
            if conv.sock in ready:
                data = conv.receive_payload()
                ended = not data
                if data and control:
                    control(relay, data)
            for back in relay.backs:
                if back in ready:
                    data, origin = back.recvfrom(LARGEST)
                    deliver(relay, *origin[:2], data)
    return step


def _take(relay, raw, send):
    try:
        parts = wire.parse_datagram(raw)
    except ValueError:
        return              # it stands in conv.datagrams; servers drop such silently
    send(relay, *parts)


# Where the client's datagrams go.

def forward(relay, host, port, data):
    """To the target (loopback only); what cannot be reached is dropped silently."""
    code, place = relay.conv.proxy.locate(host, port)
    if code == 0:
        try:
            relay.backs[":" in place[0]].sendto(data, place)
        except OSError:
            pass


def echo(relay, host, port, data):
    """Plays the target: everything comes back."""
    _, place = relay.conv.proxy.locate(host, port)
    relay.conv.deliver(relay, *(place or (host, port)), data)


def swallow(relay, host, port, data):
    pass


def answer_all(*items):
    """Plays a target that answers each datagram with these."""
    def send(relay, host, port, data):
        for item in items:
            echo(relay, host, port, item)
    return send


def hang_up(relay, host, port, data):
    raise HangUp


def then_hang_up(relay, host, port, data):
    echo(relay, host, port, data)
    raise HangUp


# What the client's datagrams must be.

def first_port_only(relay, source, raw):
    """Locked to the first source (3proxy, Dante, hev, Xray)."""
    return relay.client in (None, source)


def all_but_each(count):
    """Loses every count-th datagram of the client's."""
    return lambda relay, source, raw: (len(relay.conv.datagrams) + 1) % count != 0


# How the client gets its datagrams.

def plainly(relay, host, port, data):
    relay.give(wire.datagram(host, port, data))


def said_to_be(host):
    """From this host, whoever it was. bytes: a name"""
    return lambda relay, _, port, data: relay.give(wire.datagram(host, port, data))


def from_nobody(host="0.0.0.0", port=0):
    """From this host and port, whoever it was: the relay does not say."""
    return lambda relay, _, __, data: relay.give(wire.datagram(host, port, data))


def behind(bad):
    """First bad(host, port, data) as raw bytes, then the datagram itself."""
    def deliver(relay, host, port, data):
        relay.give(bad(host, port, data))
        plainly(relay, host, port, data)
    return deliver


def behind_a_stranger(relay, host, port, data):
    """First a good datagram with other data from a port that is not the relay's, then the real one."""
    relay.give(wire.datagram(host, port, b"forged"), relay.stray)
    plainly(relay, host, port, data)


def by_strangers_only(relay, host, port, data):
    """From a port that is not the relay's."""
    relay.give(wire.datagram(host, port, data), relay.stray)


# What a byte on the control connection does.

def end_association(relay, data):
    raise HangUp


def _socket(host, port=0):
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        sock.setsockopt(socket.SOL_SOCKET, option, BUFFER)
    sock.bind((host, port))
    return sock
