# SPDX-License-Identifier: MIT
"""What the scripted proxy can do to a client: a table of named behaviours.

A behaviour is a set of steps (steps.py), one for each moment of a handshake. To add a behaviour,
write the steps that differ and add a line to the table; to add a moment (a TLS layer), add a step
with a well-behaved default to Behaviour.
"""
from dataclasses import dataclass, replace

import associating as udp
import binding
import bound
import chap
import http_proxy as http
import socks_wire as wire
from associating import associate, exchange
from binding import bind
from steps import (GRANTED, Step, by_command, check_password, choose_method, count_then_answer, dial,
                   echo, grant, nothing, refuse, refuse_early_bytes, relay, relay_closing_both, say,
                   say_then_close, say_then_reset, say_then_silence, select, select_tls, send_stream, silence)

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


@dataclass(frozen=True)
class Behaviour:
    summary: str
    opening: Step = nothing             # accepted (TLS stands, if there is to be TLS), nothing read yet
    greeted: Step = nothing             # the first byte came, whatever it was
    method: Step = choose_method        # the greeting came
    auth: Step = check_password         # user and password came
    chap: Step = chap.check()           # CHAP was chosen
    request: Step = by_command(dial, bind(), associate())   # the request came
    stream: Step = by_command(relay, relay, exchange())     # granted
    reading: str = "exact"              # "per-recv", "over-read": how careless the parser is
    pace: float | None = None           # seconds between two bytes of an answer


GOOD = Behaviour("answers and relays as the standards say")
ECHO = Behaviour("grants everything and echoes", request=by_command(grant(), grant(), associate()),
                 stream=by_command(echo, echo, exchange(udp.echo)))
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
add("early-success", "success, then closed immediately", request=grant(), stream=nothing)

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

# CHAP. Its proxies have one user: alice, secret.
add("chap", "CHAP as PuTTY knows it", method=select(3))
for _name, _chap, _summary in (
        ("pico", chap.check(challenge=bytes(range(128))), "a challenge of 128 bytes"),
        ("scattered", chap.check(ask=chap.scattered), "attributes in several frames, with unknown ones"),
        ("text", chap.check(last=chap.with_text), "a text beside the verdict"),
        ("status-ff", chap.verdict_at_once(0xFF), "FF at once: an unknown user"),
        ("early-success", chap.verdict_at_once(0), "success without a challenge"),
        ("unoffered", chap.check(ask=chap.algorithm(5)), "chooses plain CHAP-MD5"),
        ("no-attributes", chap.say(b"\x01\x00"), "a frame without attributes"),
        ("version-5", chap.say(b"\x05\x01\x00\x01\x00"), "a frame of version 5"),
        ("endless", chap.endless, "one challenge after the other"),
        ("chatter", chap.chatter, "frames without a challenge, for ever"),
        ("flood", chap.flood, "the largest frames, for ever"),
        ("silent", silence, "never answers"),
        ("cut", chap.say(b"\x01\x02\x11\x01\x85\x03\x10\x00"), "a frame cut short")):
    add(f"chap-{_name}", f"CHAP: {_summary}", method=select(3), chap=_chap)

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

# BIND: what the first reply says, and what the second is. The caller is real where there is one.
PRIVATE = "10.1.2.3"
STRANGER = "198.51.100.7"
for _name, _told in {
        "wildcard": bound.wildcard, "private": bound.elsewhere(PRIVATE), "port-0": bound.no_port,
        "own-listener": bound.proxys_own, "name": bound.named(b"exit.test"),
        "name-hostile": bound.named(HOSTILE_TEXT)}.items():
    add(f"bind-{_name}", f"BIND: the first reply tells: {_name}", GOOD, request=bind(_told))
for _name, _then, _summary in (
        ("only-peer", binding.accept_only_peer, "02 when the caller is not the one asked for"),
        ("reply-with-payload", binding.accept_with_payload, "payload in the second reply's segment"),
        ("no-early-bytes", binding.accept(strict=True), "closes when the client sends before it"),
        ("other-caller", binding.accept(bound.elsewhere(STRANGER)), f"it says {STRANGER} has called"),
        ("mapped-caller", binding.accept(lambda c: ("::ffff:" + c.caller[0], c.caller[1])),
         "it writes the caller's IPv4 address as IPv6"),
        ("no-second-reply", binding.close, "closed instead of it"),
        ("half-second-reply", binding.say_second(lambda c: binding.answer(c, 0)[:3]), "cut short"),
        ("never", binding.never, "neither it nor an end")):
    add(f"bind-{_name}", f"BIND: the second reply: {_summary}", GOOD, request=bind(then=_then))
for _code in range(1, 256):
    add(f"bind-second-{_code:02x}", f"BIND: the second reply is {_code:02x}",
        request=bind(then=binding.refuse_caller(_code)))
    add(f"bind-second-cd-{_code:02x}", f"BIND: the second SOCKS4 reply is {_code:02x}",
        request=bind(then=binding.say_second(lambda _, code=_code: wire.reply4(code))))
add("bind-together", "BIND: both replies in one segment", GOOD, request=binding.bind_together)

# UDP ASSOCIATE: what the reply says. A relay that plays the target echoes every datagram.
for _name, _told, _host in (
        ("wildcard", bound.wildcard, None), ("name", bound.named(b"localhost"), None),
        ("name-empty", bound.named(b""), None), ("name-hostile", bound.named(HOSTILE_TEXT), None),
        ("private", bound.elsewhere(PRIVATE), None), ("port-0", bound.no_port, None),
        ("mapped", bound.mapped, None), ("nobody", bound.nobodys_port, None),
        ("third-host", bound.elsewhere(STRANGER), None), ("other-loopback", bound.truth, "127.0.0.2")):
    add(f"udp-{_name}", f"UDP: the reply tells: {_name}", request=associate(_told, _host))

# UDP: what comes back. A broken datagram is followed by the good one.
for _name, _bad in {
        "frag-1": lambda h, p, d: wire.datagram(h, p, b"forged", frag=1),
        "frag-129": lambda h, p, d: wire.datagram(h, p, b"forged", frag=129),
        "rsv": lambda h, p, d: wire.datagram(h, p, b"forged", rsv=0x0100),
        "empty": lambda h, p, d: b"", "short-3": lambda h, p, d: b"\0\0\0",
        "short-header": lambda h, p, d: wire.datagram(h, p, b"")[:-1],
        "atyp-0": lambda h, p, d: b"\0\0\0\0" + bytes(16),
        "atyp-5": lambda h, p, d: b"\0\0\0\5" + bytes(16),
        "name-cut": lambda h, p, d: b"\0\0\0\3\xff" + b"n" * 100}.items():
    add(f"udp-{_name}", f"UDP: before each datagram a broken one: {_name}",
        stream=exchange(udp.echo, udp.behind(_bad)))
add("udp-stranger", "UDP: before each datagram one from another port",
    stream=exchange(udp.echo, udp.behind_a_stranger))
add("udp-other-port", "UDP: every datagram from a port that is not the relay's",
    stream=exchange(udp.echo, udp.by_strangers_only))
for _name, _host in {"ipv6": "2001:db8::7", "mapped": "::ffff:192.0.2.7", "name": b"far.test",
                     "name-255": b"n" * 255, "name-empty": b"", "name-hostile": HOSTILE_TEXT,
                     "anyone": "0.0.0.0", "anyone6": "::"}.items():
    add(f"udp-from-{_name}", f"UDP: every datagram is from: {_name}",
        stream=exchange(udp.echo, udp.said_to_be(_host)))
for _count in (2, 3, 10):
    add(f"udp-loses-{_count}", f"UDP: loses every datagram number {_count} of the client's",
        stream=exchange(udp.echo, admit=udp.all_but_each(_count)))
add("udp-silent", "UDP: nothing ever comes back", stream=exchange(udp.swallow))
add("udp-first-port", "UDP: only the first source port counts",
    stream=exchange(udp.echo, admit=udp.first_port_only))
add("udp-strict-control", "UDP: a byte on the control connection ends the association (3proxy)",
    stream=exchange(udp.echo, control=udp.end_association))
add("udp-closes", "UDP: the first datagram ends the association", stream=exchange(udp.hang_up))
add("udp-echoes-and-closes", "UDP: one echo, then the association ends",
    stream=exchange(udp.then_hang_up))
add("udp-closes-at-once", "UDP: granted, and the control connection closed", stream=nothing)

# gost's methods 80 and 82, and HTTP CONNECT.
add("gost-tls", "TLS begins after the method reply", GOOD, method=select_tls())
add("gost-tls-plain", "chooses method 80 and goes on without TLS", method=select(0x80))
add("gost-tls-banner", "chooses method 80, then speaks SSH", method=say_then_silence(b"\x05\x80" + FOREIGN["ssh"]))
for _status in (100, 101, 199, 201, 204, 299, 300, 301, 400, 401, 403, 404, 405, 407, 429, 500, 501, 502, 503, 504, 599, 999):
    _fields = [] if 100 <= _status < 300 else [b"Content-Length: 3"]
    _body = b"" if 100 <= _status < 300 else b"no\n"
    add(f"http-{_status}", f"HTTP status {_status}",
        request=(say if 100 <= _status < 300 else say_then_close)(http.header(_status, fields=_fields) + _body))
for _name, _text in {
        "no-reason": http.header(200, ""), "no-blank": http.header(200, False), "version-0": b"HTTP/1.0 200 OK\r\n\r\n",
        "lf-only": http.header(200, fields=[b"Via: test"], line_end=b"\n"),
        "many-fields": http.header(200, fields=[b"X-%d: %s" % (i, b"v" * 60) for i in range(200)]),
        "interim": http.header(100) + http.header(103, fields=[b"Link: x"]) + http.header(200),
        "with-payload": http.header(200) + b"SSH-2.0-hello\r\n"}.items():
    add(f"http-ok-{_name}", f"HTTP success: {_name}", request=say(_text))
for _name, _text in {
        "endless": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000, "endless-line": b"HTTP/1.1 200 " + b"A" * 30000,
        "no-status": b"HTTP/1.1\r\n\r\n", "bad-status": b"HTTP/1.1 2OO OK\r\n\r\n", "http2": b"HTTP/2 200\r\n\r\n",
        "html": b"<html>no</html>", "socks5": b"\x05\xff", "hostile": b"HTTP/1.1 502 " + HOSTILE_TEXT + b"\r\n\r\n",
        "only-interim": http.header(100) * 3000}.items():
    add(f"http-bad-{_name}", f"HTTP: {_name}", request=say_then_close(_text))
for _count in (0, 1, 7, 12, 30, 38):
    add(f"http-close-{_count}", f"closes after {_count} bytes of the HTTP reply",
        request=say_then_close(http.header(200)[:_count]))
    add(f"http-blackhole-{_count}", f"silent after {_count} bytes of the HTTP reply",
        request=say_then_silence(http.header(200)[:_count]))
