# SPDX-License-Identifier: MIT
"""Steps of a CHAP sub-negotiation (method 3), from the server's side, and broken ways to do it."""
import hmac

from conversation import HangUp

CHALLENGE = bytes(range(16))
USERS = {b"alice": b"secret"}
STATUS, TEXT, USER, QUESTION, RESPONSE, ALGORITHMS = 0x00, 0x01, 0x02, 0x03, 0x04, 0x11
HMAC_MD5 = 0x85


def frame(*attributes):
    """attributes: (type, value)"""
    return bytes([1, len(attributes)]) + b"".join(bytes([kind, len(value)]) + value for kind, value in attributes)


def read_frame(conv):
    """{type: value} of the client's next frame."""
    conv.begin_message()
    version, count = conv.take(2)
    if version != 1 or count == 0:
        raise HangUp
    attributes = {}
    for _ in range(count):
        kind, size = conv.take(2)
        attributes[kind] = conv.take(size)
    return attributes


# Ways to ask: (conversation, challenge) -> None

def together(conv, challenge):
    conv.put(frame((ALGORITHMS, bytes([HMAC_MD5])), (QUESTION, challenge)))


def algorithm(value):
    def ask(conv, challenge):
        conv.put(frame((ALGORITHMS, bytes([value])), (QUESTION, challenge)))
    return ask


def scattered(conv, challenge):
    conv.put(frame((ALGORITHMS, bytes([HMAC_MD5])), (0x7F, b"?"), (0x10, b"\x07")))
    conv.put(frame((0x05, b"utf-8")))
    conv.put(frame((0x33, b""), (QUESTION, challenge)))


# Verdicts: status -> frame

def plain(status):
    return frame((STATUS, bytes([status])))


def with_text(status):
    return frame((TEXT, b"go \x1b[31maway\r\n"), (STATUS, bytes([status])))


def check(challenge=CHALLENGE, ask=together, last=plain):
    """The whole exchange; an unknown user is asked like any other."""
    def step(conv):
        opening = read_frame(conv)
        conv.user = opening[USER]
        if HMAC_MD5 not in opening[ALGORITHMS]:
            raise HangUp
        ask(conv, challenge)
        answer = read_frame(conv).get(RESPONSE, b"")
        good = hmac.compare_digest(answer, hmac.digest(USERS.get(conv.user, b"?"), challenge, "md5"))
        conv.put(last(0 if good else 0xFF))
        if not good:
            raise HangUp
    return step


# Broken ways.

def say(data):
    def step(conv):
        read_frame(conv)
        conv.put(data)
        raise HangUp
    return step


def verdict_at_once(status):
    return say(plain(status))


def endless(conv):
    read_frame(conv)
    while True:
        together(conv, CHALLENGE)
        read_frame(conv)


def chatter(conv):
    read_frame(conv)
    while True:
        conv.put(frame((0x10, b"\0")))


def flood(conv):
    read_frame(conv)
    while True:
        conv.put(frame(*[(0x7F, b"x" * 255)] * 255))
