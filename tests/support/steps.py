# SPDX-License-Identifier: MIT
"""Steps of a conversation: what the scripted proxy does at one moment of a handshake or a stream.

A step is a function of the conversation; most functions here make one. behaviours.py puts them
together. CONNECT is here; binding.py and associating.py have the steps of the other commands.
"""
import fcntl
import socket
import struct
import termios
import threading
import time
from typing import Callable

import http_proxy as http
import socks_wire as wire
from conversation import Conversation, Gone, HangUp

Step = Callable[[Conversation], None]

GRANTED = wire.reply(0, "127.0.0.1", 1080)


# Well-behaved steps.

def nothing(_):
    pass


def choose_method(conv):
    """User/password when the proxy has users, else none; FF when that was not offered."""
    wanted = 2 if conv.proxy.users else 0
    if wanted not in conv.offered:
        conv.put(b"\x05\xff")
        raise HangUp
    select(wanted)(conv)


def check_password(conv):
    good = conv.proxy.users is None or conv.proxy.users.get(conv.user) == conv.password
    conv.put(bytes([1, 0 if good else 1]))
    if not good:
        raise HangUp


def dial(conv):
    """Connects to the target (loopback only) and says how it went, truthfully."""
    code, conv.upstream = conv.proxy.dial(*conv.target)
    if code != 0:
        refuse(code)(conv)
    conv.put(granted(conv.version, *conv.upstream.getsockname()[:2]))


def by_command(connect, bind, associate):
    """A step for each command; another command is refused with 07."""
    def step(conv):
        {1: connect, 2: bind, 3: associate}.get(conv.command, refuse(7))(conv)
    return step


def relay(conv):
    """Copies both ways, passing each half-close on, until both sides have ended."""
    copy_both_ways(conv, lambda: shut(conv.upstream))


# Steps that misbehave, and steps for tests without a target.

def refuse(code):
    """A complete refusal in the version that the client speaks."""
    def step(conv):
        if conv.version == http.VERSION:
            conv.put(http.header(http.STATUS.get(code, 500), fields=[b"Content-Length: 0"]))
        else:
            conv.put(wire.reply4(0x5B) if conv.version == 4 else wire.reply(code))
        raise HangUp
    return step


def say(data):
    return lambda conv: conv.put(data)


def say_then_close(data):
    def step(conv):
        conv.put(data)
        raise HangUp
    return step


def say_then_reset(data):
    """Resets only when the client's kernel has the data, so that it counts as received."""
    def step(conv):
        conv.put(data)
        wait_sent(conv.sock)
        raise HangUp(reset=True)
    return step


def say_then_silence(data):
    def step(conv):
        conv.put(data)
        silence(conv)
    return step


def select(method):
    """Chooses a method, offered or not."""
    def step(conv):
        conv.method = method
        conv.put(bytes([5, method]))
    return step


def select_tls(tls=None):
    """gost's methods: 82 when the proxy has users, else 80; then TLS on the same connection."""
    def step(conv):
        wanted = 0x82 if conv.proxy.users else 0x80
        if wanted not in conv.offered:
            conv.put(b"\x05\xff")
            raise HangUp
        select(wanted)(conv)
        conv.start_tls(tls or conv.proxy.in_band)
    return step


def silence(conv):
    """Never answers; waits until the client has given up."""
    begun = time.monotonic()
    try:
        while conv.receive_payload():
            pass
    finally:
        conv.silent += time.monotonic() - begun
    raise Gone


def grant(data=b"", answer=GRANTED):
    """Grants without connecting anywhere; data rides in the same segment as the reply.

    For BIND both replies come at once, as if somebody had called already.
    """
    def step(conv):
        reply = answer if conv.version == 5 else granted(conv.version, "127.0.0.1", 1080)
        conv.put(reply * (2 if conv.command == 2 else 1) + data)
    return step


def echo(conv):
    """Plays the target: sends everything back, until the client has finished."""
    while data := conv.receive_payload():
        conv.sock.sendall(data)


def count_then_answer(conv):
    """Plays a target that answers at the client's end of stream."""
    while conv.receive_payload():
        pass
    conv.sock.sendall(b"counted %d\n" % conv.payload_bytes)


def send_stream(data):
    """Plays a target that sends data and closes."""
    def step(conv):
        conv.sock.sendall(data)
    return step


def refuse_early_bytes(conv):
    """Arti: any byte behind the request is an error."""
    if conv.has_early_bytes():
        refuse(1)(conv)
    dial(conv)


def relay_closing_both(conv):
    """microsocks, Tor, v2ray: a half-close of the client ends both directions at once."""
    def both():
        for sock in (conv.upstream, conv.sock):
            shut(sock, socket.SHUT_RDWR)
    copy_both_ways(conv, both)


# Tools of the steps.

def granted(version, host, port):
    """The reply of a success in each protocol."""
    if version == http.VERSION:
        return http.header(200)
    if version == 4:
        return wire.reply4(0x5A, host if ":" not in host else "0.0.0.0", port)
    return wire.reply(0, host, port)


def shut(sock, how=socket.SHUT_WR):
    try:
        sock.shutdown(how)
    except OSError:
        pass


def wait_sent(sock, limit=5.0):
    """Until the peer's kernel has acknowledged all that was sent (SIOCOUTQ is 0)."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, b"\0" * 4))[0] == 0:
            return
        time.sleep(0.001)


def copy_both_ways(conv, client_finished):
    def down():
        try:
            while data := conv.upstream.recv(65536):
                conv.sock.sendall(data)
            shut(conv.sock)
        except ConnectionResetError:
            conv.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            wait_sent(conv.sock)
            conv.broken = True
            shut(conv.sock, socket.SHUT_RD)
        except OSError:
            shut(conv.upstream, socket.SHUT_RDWR)

    conv.broken = False
    thread = threading.Thread(target=down, daemon=True)
    thread.start()
    try:
        while data := conv.receive_payload():
            conv.upstream.sendall(data)
        client_finished()
    except (Gone, OSError):
        shut(conv.upstream, socket.SHUT_RDWR)
    thread.join(30)
    if conv.broken:
        raise HangUp(reset=True)
