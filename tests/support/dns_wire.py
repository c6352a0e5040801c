# SPDX-License-Identifier: MIT
"""DNS messages as bytes, and scripted DNS servers behind the scripted proxy.

A server is a function of a Query that returns the messages to answer with, in their order.
"""
import struct
from dataclasses import dataclass

import behaviours
from associating import associate, exchange
from steps import by_command, grant, refuse

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33}


@dataclass(frozen=True)
class Query:
    raw: bytes
    number: int
    name: str       # in the cases that were sent
    kind: int
    question: bytes
    edns: bool

    @property
    def lower(self):
        return self.name.lower()


def parse(raw):
    labels, at = [], 12
    while raw[at]:
        labels.append(raw[at + 1:at + 1 + raw[at]].decode("latin-1"))
        at += 1 + raw[at]
    number, flags, questions, answers, authorities, additional = struct.unpack("!6H", raw[:12])
    if (flags, questions, answers, authorities) != (0x0100, 1, 0, 0) or additional > 1:
        raise ValueError(f"no plain query: {raw.hex()}")
    return Query(raw, number, ".".join(labels), *struct.unpack("!H", raw[at + 1:at + 3]), raw[12:at + 5],
                 additional == 1)


def name(text):
    return b"".join(bytes([len(label)]) + label.encode("latin-1") for label in text.split(".") if label) + b"\0"


def record(kind, data, owner=b"\xc0\x0c", ttl=60):
    return owner + struct.pack("!HHIH", TYPES.get(kind, kind), 1, ttl, len(data)) + data


def answer(query, *records, rcode=0, flags=0x8180, number=None, question=None, count=None):
    return struct.pack("!6H", query.number if number is None else number, flags | rcode, 1,
                       len(records) if count is None else count, 0, 0) + \
        (query.question if question is None else question) + b"".join(records)


def addresses(table):
    """A server that knows {name: (IPv4 bytes or None, IPv6 bytes or None)}."""
    def serve(query):
        if query.lower not in table:
            return [answer(query, rcode=3)]
        data = table[query.lower][query.kind == TYPES["AAAA"]]
        return [answer(query, record(query.kind, data))] if data else [answer(query)]
    return serve


# The scripted proxy with a server behind it, whatever its address.

def over_udp(serve, **parts):
    """UDP ASSOCIATE works, RESOLVE is refused; serve's queries are kept in serve.queries."""
    serve = keeping(serve)

    def send(relay, host, port, data):
        for message in serve(parse(data)):
            relay.conv.deliver(relay, host, port, message)
    behaviour = behaviours.replace(behaviours.GOOD, request=by_command(refuse(5), refuse(7), associate()),
                                   stream=exchange(**({"send": send} | parts)))
    return behaviour, serve.queries


def over_tcp(serve, udp=None):
    """CONNECT works; UDP does when there is a server `udp` for it. A server may return None to close."""
    serve, udp = keeping(serve), udp and keeping(udp)

    def stream(conv):
        data = b""
        while True:
            while len(data) < 2 or len(data) < 2 + struct.unpack("!H", data[:2])[0]:
                more = conv.receive_payload()
                if not more:
                    return
                data += more
            size = 2 + struct.unpack("!H", data[:2])[0]
            messages = serve(parse(data[2:size]))
            data = data[size:]
            if messages is None:
                return
            conv.sock.sendall(b"".join(struct.pack("!H", len(each)) + each for each in messages))

    def send(relay, host, port, data):
        for message in udp(parse(data)):
            relay.conv.deliver(relay, host, port, message)
    behaviour = behaviours.replace(
        behaviours.GOOD, request=by_command(grant(), refuse(7), associate() if udp else refuse(7)),
        stream=by_command(stream, stream, exchange(send=send)))
    return behaviour, serve.queries


def keeping(serve):
    def kept(query):
        kept.queries.append(query)
        return serve(query)
    kept.queries = []
    return kept
