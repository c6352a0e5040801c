# SPDX-License-Identifier: MIT
"""What the scripted proxy can do to a client: a table of named behaviours.

A behaviour is a set of steps, one for each moment of a handshake; a step is a function of the
conversation. To add a behaviour, write the steps that differ and add a line to the table; to add a
moment (a second BIND reply, a TLS layer), add a step with a well-behaved default to Behaviour.
"""
import fcntl
import socket
import struct
import termios
import threading
import time
from dataclasses import dataclass, replace
from typing import Callable

import socks_wire as wire
from conversation import Conversation, Gone, HangUp

Step = Callable[[Conversation], None]

GRANTED = wire.reply(0, "127.0.0.1", 1080)
HOSTILE_TEXT = b"evil\x1b]0;owned\x07\r\nsockscat: error: forged\x7f\xc2\x9b31m.test"

FOREIGN = {     # first words of servers that are no SOCKS proxy
    "http": b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<html>no</html>",
    "ssh": b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
    "smtp": b"220 mail.test ESMTP ready\r\n",
    "ftp": b"220 ftp.test FTP server ready\r\n",
    "imap": b"* OK IMAP4rev1 ready\r\n",
    "pop3": b"+OK POP3 ready\r\n",
    "html": b"<html><body>hello</body></html>",
    "tls-alert": bytes.fromhex("15030300020246"),
    "tls-handshake": bytes.fromhex("160303003d0200003903035a"),
    "junk": b"\xde\xad\xbe\xef\x00\x01\x02\x03",
    "hostile-text": b"HTTP/1.1 400 \x1b[31m\x07red\r\nsockscat: error: forged\r\n",
    "socks6": bytes.fromhex("060000000000"),
}


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
    host, port = conv.upstream.getsockname()[:2]
    if conv.version == 4:
        conv.put(wire.reply4(0x5A, host if ":" not in host else "0.0.0.0", port))
    else:
        conv.put(wire.reply(0, host, port))


def relay(conv):
    """Copies both ways, passing each half-close on, until both sides have ended."""
    copy_both_ways(conv, lambda: shut(conv.upstream))


# Steps that misbehave, and steps for tests without a target.

def refuse(code):
    """A complete refusal in the version that the client speaks."""
    def step(conv):
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


def silence(conv):
    """Never answers; waits until the client has given up."""
    while conv.receive_payload():
        pass
    raise Gone


def grant(data=b"", answer=GRANTED):
    """Grants without connecting anywhere; data rides in the same segment as the reply."""
    def step(conv):
        conv.put((wire.reply4() if conv.version == 4 else answer) + data)
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


@dataclass(frozen=True)
class Behaviour:
    summary: str
    opening: Step = nothing             # accepted, nothing read yet
    greeted: Step = nothing             # the first byte came, whatever it was
    method: Step = choose_method        # the greeting came
    auth: Step = check_password         # user and password came
    request: Step = dial                # the request came
    stream: Step = relay                # granted
    reading: str = "exact"              # "per-recv", "over-read": how careless the parser is
    pace: float | None = None           # seconds between two bytes of an answer


GOOD = Behaviour("answers and relays as the standards say")
ECHO = Behaviour("grants everything and echoes", request=grant(), stream=echo)
TABLE = {"good": GOOD, "echo": ECHO}


def add(name, summary, base=ECHO, **steps):
    TABLE[name] = replace(base, summary=summary, **steps)


# Delivery.
add("byte-at-a-time", "every answer one byte at a time", GOOD, pace=0.001)
add("drip", "every answer one byte each 0.3 s", pace=0.3)
add("per-recv", "parses each recv on its own (microsocks)", GOOD, reading="per-recv")
add("over-reader", "reads too much and drops the rest (gost 2)", GOOD, reading="over-read")
add("no-pipelining", "refuses bytes behind the request (Arti)", GOOD, request=refuse_early_bytes)
add("method-with-reply", "method and reply in one segment, before the request",
    method=lambda c: (setattr(c, "method", 0), c.put(b"\x05\x00" + GRANTED)), request=nothing)
add("method-with-junk", "junk behind the method", method=say(b"\x05\x00\xaa\xbb\xcc\xdd"),
    request=nothing)
add("reply-with-payload", "payload in the segment of the reply", request=grant(b"SSH-2.0-hello\r\n"))
add("early-success", "success, then closed at once", request=grant(), stream=nothing)

# Methods.
for _code in range(256):
    add(f"method-{_code:02x}", f"chooses method {_code:02x}, offered or not", method=select(_code))
add("no-method", "05 FF", method=say_then_close(b"\x05\xff"))
add("no-method-trailer", "05 FF and a reply behind it (3proxy)",
    method=say_then_close(b"\x05\xff" + wire.reply(2)))

# User and password (RFC 1929).
for _code in range(256):
    add(f"auth-status-{_code:02x}", f"status {_code:02x}", method=select(2),
        auth=say(bytes([1, _code])) if _code == 0 else say_then_close(bytes([1, _code])))
    add(f"auth-version-{_code:02x}", f"status 00 in version {_code:02x}", method=select(2),
        auth=say(bytes([_code, 0])))
add("auth-version-05-status-01", "refused, in version 05", method=select(2),
    auth=say_then_close(b"\x05\x01"))

# Replies.
for _code in range(256):
    add(f"rep-{_code:02x}", f"SOCKS5 reply {_code:02x}",
        request=grant() if _code == 0 else refuse(_code))
    add(f"reply-version-{_code:02x}", f"a granting reply in version {_code:02x}",
        request=grant(answer=bytes([_code]) + GRANTED[1:]))
    add(f"cd-{_code:02x}", f"SOCKS4 reply {_code:02x}",
        request=grant() if _code == 0x5A else say_then_close(wire.reply4(_code)))
    add(f"vn-{_code:02x}", f"a granting SOCKS4 reply with VN {_code:02x}",
        request=(say if _code in (0, 4) else say_then_close)(wire.reply4(version=_code)))
    if _code not in (1, 3, 4):
        add(f"reply-atyp-{_code:02x}", f"success with address type {_code:02x}",
            request=grant(answer=bytes([5, 0, 0, _code]) + b"\x7f\0\0\1\x04\x38"))
for _count in (2, 3, 4):
    for _code in (1, 5, 7, 8):
        add(f"short-error-{_code}-{_count}", f"REP {_code:02x} cut to {_count} bytes",
            request=say_then_close(wire.reply(_code)[:_count]))
add("error-atyp-0", "REP 04 with address type 0 (Tor)",
    request=say_then_close(b"\x05\x04\0\0\0\0\0\0\0\0"))
add("error-atyp-3", "REP 04 that echoes the name (Dante)",
    request=say_then_close(wire.reply(4, b"gone.test", 80)))
add("error-then-silence", "REP 05 in two bytes, then neither more nor a close",
    request=say_then_silence(b"\x05\x05"))
add("error-with-trailer", "REP 05 with junk behind it",
    request=say_then_close(wire.reply(5) + b"\x1b[31mjunk"))
add("vn-4-error", "SOCKS4 refusal with VN 4 (srelay)",
    request=say_then_close(wire.reply4(0x5B, version=4)))
add("reply-name", "success bound to a name", request=grant(answer=wire.reply(0, b"exit.test", 9)))
add("reply-name-empty", "success bound to an empty name", request=grant(answer=wire.reply(0, b"", 9)))
add("reply-name-255", "success bound to 255 bytes", request=grant(answer=wire.reply(0, b"n" * 255, 9)))
add("reply-name-hostile", "success bound to ESC, CR, LF",
    request=grant(answer=wire.reply(0, HOSTILE_TEXT, 9)))
add("error-name-hostile", "REP 04 with ESC, CR, LF",
    request=say_then_close(wire.reply(4, HOSTILE_TEXT, 9)))
add("reply-ipv6", "success bound to IPv6", request=grant(answer=wire.reply(0, "::1", 9)))
add("reply-rsv", "success with RSV 7F", request=grant(answer=wire.reply(0, "127.0.0.1", 9, rsv=0x7F)))

# Other servers on the port: some speak first, all answer a greeting so.
for _name, _text in FOREIGN.items():
    add(f"foreign-{_name}", f"another server: {_name}", greeted=say_then_close(_text))
    add(f"banner-{_name}", f"another server, speaks first: {_name}",
        opening=say_then_silence(_text))
add("socks4-only", "answers a SOCKS5 greeting in version 4",
    method=say_then_close(wire.reply4(0x5B)))
add("socks4-only-vn-4", "answers a SOCKS5 greeting with 04 5B",
    method=say_then_close(wire.reply4(0x5B, version=4)))
add("socks5-only", "answers anything with 05 FF", greeted=say_then_close(b"\x05\xff"))

# Ends and silences at each stage, after so many bytes of the answer that was due.
_ANSWERS = {"method": b"\x05\x00", "auth": b"\x01\x00", "request": GRANTED,
            "request4": wire.reply4()}
for _stage, _answer in _ANSWERS.items():
    _step = "request" if _stage == "request4" else _stage
    _base = {"method": select(2)} if _stage == "auth" else {}
    for _count in range(len(_answer)):
        _head = _answer[:_count]
        add(f"close-at-{_stage}-{_count}", f"closes after {_count} bytes of the answer ({_stage})",
            **(_base | {_step: say_then_close(_head)}))
        add(f"reset-at-{_stage}-{_count}", f"resets after {_count} bytes of the answer ({_stage})",
            **(_base | {_step: say_then_reset(_head)}))
        add(f"blackhole-at-{_stage}-{_count}", f"silent after {_count} bytes ({_stage})",
            **(_base | {_step: say_then_silence(_head)}))
add("close-at-accept", "closes before it has read a byte", opening=say_then_close(b""))
add("reset-at-accept", "resets before it has read a byte", opening=say_then_reset(b""))

# The stream.
add("closes-on-half-close", "a half-close ends both ways (microsocks, Tor)", GOOD,
    stream=relay_closing_both)
add("answers-after-half-close", "answers only at the client's end of stream",
    stream=count_then_answer)
add("stream-reset", "some payload, then RST", stream=say_then_reset(b"delivered" * 100))
add("stream-silent", "granted, then nothing", stream=silence)
add("stream-close-at-once", "granted, a line, then closed", stream=send_stream(b"bye\n"))
