# SPDX-License-Identifier: MIT
"""BIND at the scripted proxy: it listens, tells where, and gives the second reply in many ways.

    bind()                                  as the standards say
    bind(told=bound.wildcard)               says less than it knows
    bind(then=refuse_caller(2))             the second reply is a refusal

`then` is the step that follows the first reply. The conversation is at the stage "listening" then, and
conv.bound is where a test may call.
"""
import select
import socket

import bound
import socks_wire as wire
from conversation import Gone, HangUp
from steps import silence


def bind(told=bound.truth, then=None):
    def step(conv):
        _listen(conv)
        conv.put(answer(conv, 0, *told(conv)))
        conv.reach("listening")
        (then or accept())(conv)
    return step


def bind_together(conv):
    """Both replies in one segment, when somebody has called."""
    _listen(conv)
    conv.reach("listening")
    await_caller(conv)
    conv.put(answer(conv, 0, *conv.bound) + answer(conv, 0, *conv.caller))


def answer(conv, code, host="0.0.0.0", port=0):
    """A reply in the version that the client speaks; code is SOCKS5's."""
    if conv.version == 4:
        return wire.reply4(0x5B if code else 0x5A, host, port)
    return wire.reply(code, host, port)


# Second replies.

def accept(told=lambda conv: conv.caller, strict=False):
    """told: what is said of the caller. strict: a byte from the client before that ends it all."""
    def step(conv):
        await_caller(conv, strict)
        conv.put(answer(conv, 0, *told(conv)))
    return step


def accept_with_payload(conv):
    """The caller's first bytes ride in the segment of the second reply."""
    await_caller(conv)
    conv.put(answer(conv, 0, *conv.caller) + conv.upstream.recv(65536))


def accept_only_peer(conv):
    """A caller who is not the one of the request gets the client a refusal (Dante, the SOCKS4 memo)."""
    await_caller(conv)
    if conv.target[0] not in ("0.0.0.0", "::", conv.caller[0]):
        refuse_caller(2)(conv)
    conv.put(answer(conv, 0, *conv.caller))


def refuse_caller(code):
    """The wait has failed: SOCKS5 code, or 5B."""
    return say_second(lambda conv: answer(conv, code))


def say_second(data):
    """These bytes as the second reply, with nobody there, and the end."""
    def step(conv):
        conv.put(data(conv))
        raise HangUp
    return step


def close(conv):
    raise HangUp


never = silence     # neither a second reply nor an end


# Tools.

def _listen(conv):
    host = bound.loopback(conv)
    listener = socket.create_server((host, 0),
                                    family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    conv.owned.append(listener)
    conv.bound = listener.getsockname()[:2]


def await_caller(conv, strict=False):
    """Until somebody calls; notices when the client leaves. What it says too early is kept as payload."""
    listener = conv.owned[-1]
    watched = [listener, conv.sock]
    while True:
        ready = select.select(watched, [], [])[0]
        if listener in ready:
            conv.upstream, caller = listener.accept()
            conv.caller = caller[:2]
            conv.upstream.settimeout(60)
            return
        if not conv.sock.recv(1, socket.MSG_PEEK):
            conv.ended = "eof"
            raise Gone
        conv.early = True
        if strict:
            raise HangUp
        watched.remove(conv.sock)
