# SPDX-License-Identifier: MIT
"""The fault matrix: what a hostile or broken world does, and what must come of it.

A row for every rule (R1-R25) and threat (T1-T17) of README.md. test_faults.py
generates the runs; a rule without a row is an error there. To add a fault, add a row.
"""
import ssl
import struct
from dataclasses import dataclass, field
from typing import Any

import associating as relay
import behaviours
import certificates
import socks_wire as wire
from behaviours import ECHO, FOREIGN, GRANTED, replace
from tls_layer import Tls

LONG_NAME = ".".join(["n" * 63] * 4) + ".x"      # 257 bytes
FORMAT = b"%s%s%s%n%x%p"
ENDLESS = b"HTTP/1.1 400 " + b"A" * (1 << 18)


OF_TIME = ("--timeout", "--accept-timeout", "-i", "--wait")     # the first of them ends it


@dataclass(frozen=True)
class Row:
    rule: str
    fault: str                          # what goes wrong, in words
    how: Any                            # the proxy's behaviour, or the name of a local producer
    status: int
    error: str = ""                     # pattern of the one error line; "" means stderr is empty
    out: bytes = b""                    # what stdout must hold, exactly
    command: str = "connect"
    scheme: str = "socks5h"
    host: str = "echo.test"
    port: str = "80"
    operands: tuple | None = None       # instead of host and port
    login: tuple | None = (b"alice", b"S3cret-pass")
    options: tuple = ("-N",)
    stdin: bytes = b"payload"
    seconds: float = 3                  # the run must have ended by then (whole answers)
    limit: float | None = None          # it must take so long and not twice as long; of 124, what the options say
    messages: tuple | None = None       # the client's exact messages, where they are the point
    connects: bool = True               # False: nothing at all may reach the proxy
    slowly: bool = True                 # run again with the proxy's bytes one at a time
    warnings: bool = False              # warnings on stderr are fine
    tls: Tls | None = None              # the proxy speaks TLS
    query: dict = field(default_factory=dict)   # of the proxy's URL
    unix: bool = False                  # the proxy listens on a Unix socket
    behind: bool = False                # it is the second hop; the first is good, and has its own secrets
    extra: dict = field(default_factory=dict)   # for the producer

    def limit_in_force(self):
        if self.limit is not None or self.status != 124:
            return self.limit
        given = dict(zip(self.options, self.options[1:]))
        return next((float(given[option]) for option in OF_TIME if option in given), None)

    def is_of_the_handshake(self):
        """True when it fails at the proxy before anything is relayed."""
        stages = ("method: ", "auth: ", "request: ", "(method|request): ")
        return self.error.startswith(stages) and self.connects


def carried(row):
    """What a proxy does in the open it can do inside TLS, or behind another proxy, and with the same end."""
    if not row.connects or row.tls or row.behind or "tls" in row.scheme or row.how in LOCAL:
        return
    yield replace(row, tls=Tls())
    # A Unix socket knows no reset, and where its datagrams would go nobody can tell.
    if row.how != "stream-reset" and (row.command != "udp" or row.is_of_the_handshake()):
        yield replace(row, unix=True)
    # Whether a reset comes out of the hop before as a reset is that hop's business.
    if row.command == "connect" and row.how != "stream-reset":
        yield replace(row, behind=True)


def steps(**changes):
    return replace(ECHO, **changes)


def refused_locally(rule, fault, error, **changes):
    return Row(rule, fault, "proxy", 2, error, connects=False, slowly=False, **changes)


def answer4(**changes):
    return {"scheme": "socks4a", "login": (b"alice", None)} | changes


def bind(rule, fault, how, status, error="", peer=(), **changes):
    """Somebody calls where the behaviour needs it; the scripted proxy may play the caller itself."""
    return Row(rule, fault, how, status, error, command="bind", operands=peer, **changes)


def udp(rule, fault, how, status, error="", out=b"", **changes):
    """One datagram; an answer ends it."""
    defaults = {"options": UDP, "host": "192.0.2.9", "port": "53"}
    return Row(rule, fault, how, status, error, out, command="udp", **(defaults | changes))


def for_commands(row):
    """The row, and what becomes of it with the other commands: the handshake is the same for all."""
    yield row
    if row.command != "connect" or not row.is_of_the_handshake():
        return
    yield replace(row, command="bind", operands=())
    if row.status != 24:        # REP 04 is an answer there
        yield replace(row, command="resolve", operands=(row.host,),
                      options=tuple(option for option in row.options if option != "-N"))
    if row.scheme.startswith("socks5"):
        options = tuple(option for option in row.options if option != "-N")
        yield replace(row, command="udp", options=(*options, "--wait", "0.2"))


LOCAL = ("proxy", "full listener", "list of ports", "hostile directory", "command line", "dashed host",
         "shared descriptors", "open stdin", "reader gone", "full disk", "closed descriptors", "signal", "called bind")
LIMIT = ("--timeout", "0.5")
OVER_TLS = {"scheme": "socks5h+tls"}
UDP = ("--count", "1", "--wait", "0.3")
FORGED = behaviours.STRANGER
LONGEST = b"x" * (65507 - 262)      # payload beside a header of the longest name

ROWS = [
    # Memory safety in parsing or building messages.
    refused_locally("R1", "target name of 257 bytes", "255|long", host=LONG_NAME),
    refused_locally("R1", "target name of 257 bytes, SOCKS4a", "255|long", host=LONG_NAME, **answer4()),
    Row("R1", "target name of 255 bytes through a slow proxy", "echo", 0, out=b"payload",
        host="n" * 255, messages=(wire.greeting(0, 2), wire.request("n" * 255, 80))),
    Row("R2", "bound name of 255 bytes (length 0xFF)", "reply-name-255", 0, out=b"payload"),
    Row("R2", "bound name of 128 bytes (length 0x80)",
        steps(request=behaviours.grant(answer=wire.reply(0, b"n" * 128, 9))), 0, out=b"payload"),
    Row("R2", "bound name of 255 bytes announced, closed after 20",
        steps(request=behaviours.say_then_close(wire.reply(0, b"n" * 255, 9)[:20])), 13,
        "request: "),
    Row("R3", "user and password of 255 bytes, name of 255", "method-02", 0, out=b"payload",
        login=(b"u" * 255, b"S3cret" + b"p" * 249), host="n" * 255,
        messages=(wire.greeting(0, 2), wire.userpass(b"u" * 255, b"S3cret" + b"p" * 249),
                  wire.request("n" * 255, 80))),
    refused_locally("R3", "user of 256 bytes", "255|long", login=(b"u" * 256, b"S3cret")),
    refused_locally("R3", "password of 256 bytes", "255|long", login=(b"u", b"S3cret" + b"p" * 250)),
    Row("R4", "largest SOCKS4a request", "echo", 0, out=b"payload", host="n" * 255,
        messages=(wire.request4("n" * 255, 80, b"u" * 255),),
        **answer4(login=(b"u" * 255, None))),
    Row("R5", "256 KiB instead of a method", steps(greeted=behaviours.say_then_close(ENDLESS)), 13,
        "method: .*HTTP", slowly=False),
    Row("R5", "256 KiB instead of a SOCKS4 reply", steps(greeted=behaviours.say_then_close(ENDLESS)),
        13, "request: .*HTTP", slowly=False, **answer4()),
    Row("R6", "printf directives from another server",
        steps(greeted=behaviours.say_then_close(b"HTTP/1.1 " + FORMAT + b"\r\n")), 13,
        "method: .*%s%s%s%n%x%p"),
    Row("R6", "printf directives in a bound name",
        steps(request=behaviours.say_then_close(wire.reply(4, FORMAT, 9))), 24, "request: "),
    *(Row("R7", f"closed after {count} of 2 bytes of the method", f"close-at-method-{count}", status,
          "method: ") for count, status in ((0, 16), (1, 13))),
    *(Row("R7", f"closed after {count} of 2 bytes of the status", f"close-at-auth-{count}", status,
          "auth: ") for count, status in ((0, 16), (1, 13))),
    *(Row("R7", f"closed after {count} of 10 bytes of the reply", f"close-at-request-{count}",
          13 if count else 16, "request: ") for count in range(10)),
    *(Row("R7", f"closed after {count} of 8 bytes of the SOCKS4 reply",
          f"close-at-request4-{count}", 13 if count else 16, "request: ", **answer4())
      for count in range(8)),
    Row("R8", "password demanded that was not offered", "method-02", 13, "method: .*not offered",
        login=None, messages=(wire.greeting(0),)),
    Row("R8", "GSSAPI demanded", "method-01", 13, "method: .*0x01.*not offered"),
    Row("R8", "method 0xAA", "method-aa", 13, "method: .*0xaa.*not offered"),
    Row("R8", "none chosen though only password was offered", "method-00", 13, "method: .*not offered",
        options=("--auth", "password"), messages=(wire.greeting(2),)),
    Row("R8", "no acceptable method", "no-method", 14, "method: "),
    Row("R8", "no acceptable method, and a reply behind it", "no-method-trailer", 14, "method: "),

    # Framing that loses data or hangs.
    Row("R9", "payload in the segment of the reply", "reply-with-payload", 0,
        out=b"SSH-2.0-hello\r\npayload"),
    Row("R9", "payload in the segment of the SOCKS4 reply", "reply-with-payload", 0,
        out=b"SSH-2.0-hello\r\npayload", **answer4()),
    Row("R9", "method and reply in one segment", "method-with-reply", 0, out=b"payload"),
    Row("R10", "IPv6 bound address for a name", "reply-ipv6", 0, out=b"payload"),
    Row("R10", "bound name for an IPv4 request", "reply-name", 0, out=b"payload", host="192.0.2.1"),
    Row("R10", "bound name for an IPv6 request", "reply-name", 0, out=b"payload", host="2001:db8::1"),
    Row("R11", "empty bound name", "reply-name-empty", 0, out=b"payload"),
    Row("R11", "bound name of one byte", steps(request=behaviours.grant(
        answer=wire.reply(0, b"x", 9))), 0, out=b"payload"),
    Row("R11", "unknown address type in a success", "reply-atyp-05", 13, "request: .*address type"),
    *(Row("R12", f"REP {code:02x} in {count} bytes", f"short-error-{code}-{count}", 20 + code,
          "request: ") for code in (1, 5, 7, 8) for count in (2, 3, 4)),
    Row("R12", "REP 04 with address type 0", "error-atyp-0", 24, "request: "),
    Row("R12", "REP 04 that echoes the name", "error-atyp-3", 24, "request: "),
    Row("R12", "REP 05 in two bytes and then silence", "error-then-silence", 25, "request: ",
        seconds=4, limit=0.4),
    Row("R13", "password with : @ and %", "method-02", 0, out=b"payload",
        login=(b"al:ice@x", b"S3cret:@%41/"),
        messages=(wire.greeting(0, 2), wire.userpass(b"al:ice@x", b"S3cret:@%41/"),
                  wire.request("echo.test", 80))),
    Row("R13", "empty password", "method-02", 0, out=b"payload", login=(b"alice", b""),
        messages=(wire.greeting(0, 2), wire.userpass(b"alice", b""), wire.request("echo.test", 80))),
    Row("R13", "empty user and password", "method-02", 0, out=b"payload", login=(b"", b""),
        messages=(wire.greeting(0, 2), wire.userpass(b"", b""), wire.request("echo.test", 80))),
    Row("R14", "SOCKS4 request", "echo", 0, out=b"payload", host="192.0.2.1",
        messages=(bytes.fromhex("04010050c0000201") + b"alice\0",),
        **answer4(scheme="socks4")),
    Row("R14", "SOCKS4a request", "echo", 0, out=b"payload",
        messages=(bytes.fromhex("0401005000000001") + b"alice\0echo.test\0",), **answer4()),
    Row("R14", "SOCKS5 request", "echo", 0, out=b"payload", login=None, port="443",
        messages=(bytes.fromhex("050100"), bytes.fromhex("05010003096563686f2e7465737401bb"))),
    *(Row("R15", f"bound address {host}", steps(request=behaviours.grant(
        answer=wire.reply(0, host, port))), 0, out=b"payload")
      for host, port in (("0.0.0.0", 0), ("127.0.0.1", 1), ("224.0.0.1", 9), ("::", 0),
                         ("255.255.255.255", 65535))),
    *(Row("R16", f"silence: {name}", f"blackhole-at-{name}", 124, f"{stage}: ", options=LIMIT,
          slowly=False) for name, stage in (("method-0", "method"), ("method-1", "method"),
                                            ("auth-0", "auth"), ("auth-1", "auth"),
                                            ("request-0", "request"), ("request-4", "request"))),
    Row("R16", "one byte each 0.3 s", "drip", 124, "(method|request): ", options=LIMIT, slowly=False),
    Row("R16", "a listener that never accepts", "full listener", 124, "connect: ", options=LIMIT,
        connects=False, slowly=False),

    # Datagrams.
    udp("R17", "the largest datagram behind the longest header", "udp-from-name-255", 0,
        out=struct.pack("!H", len(LONGEST)) + LONGEST, stdin=struct.pack("!H", len(LONGEST)) + LONGEST,
        options=(*UDP, "--framing=length")),
    udp("R17", "a datagram larger than fits", "echo", 1, "65497", stdin=b"x" * 65498,
        options=(*UDP, "--framing=line")),
    udp("R17", "an empty datagram", steps(stream=relay.exchange(relay.answer_all(b""))), 0, out=b"\n",
        options=(*UDP, "--framing=line")),
    *(udp("R18", f"the association ends: {name}", f"udp-{name}", 1, "relay|association",
          options=("--wait", "9")) for name in ("closes", "closes-at-once")),
    udp("R18", "the association ends behind an answer", "udp-echoes-and-closes", 1, "relay|association",
        out=b"payload", options=("--wait", "9")),
    udp("R18", "one byte on the control connection would end it", "udp-strict-control", 0, out=b"payload"),

    # Secrets and identity.
    refused_locally("R19", "two hops and one password", "could apply to several",
                    options=("-x", "socks5h://alice@127.0.0.1:9", "-x", "socks5h://bob@127.0.0.1:9",
                             "--proxy-password-fd", "0")),
    refused_locally("R19", "two passwords for one hop", "password",
                    options=("--proxy-password-fd", "0")),
    *(refused_locally("R20", f"host {host!r}", "", host=host)
      for host in ("a@b.test", "a/b.test", "a b.test", "a\tb.test", "a\nb.test", "")),
    Row("R21", "TLS asked of a proxy that speaks none", "echo", 12, "tls: .*closed", slowly=False, **OVER_TLS),
    Row("R21", "TLS asked of a proxy that answers otherwise", "socks5-only", 12, "tls: .*speak TLS", slowly=False,
        **OVER_TLS),
    Row("R21", "TLS asked of a destination that speaks none", "stream-close-at-once", 12, "tls: .*speak TLS.*bye",
        options=("--tls",), stdin=b"", slowly=False),
    Row("R21", "TLS asked of a destination that sends everything back", "echo", 12, "tls: ", options=("--tls",)),
    Row("R21", "the trust in the destination is none in the proxy", "echo", 12, "tls: .*not trusted", tls=Tls(),
        query={"cacert": None}, options=("--tls", "--cacert", certificates.ca())),
    Row("R21", "nor is distrust", "echo", 12, "tls: .*expired", tls=Tls(cert="expired"), warnings=True,
        options=("--tls", "--insecure")),
    Row("R22", "three ports: three connections, each logs in", "list of ports", 0,
        out=b"80\topen\n81\topen\n82\topen\n", slowly=False),
    *(Row("R23", f"a proxy that speaks {version.name} at most", "echo", 12, "tls: .*version", tls=Tls(newest=version))
      for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)),
    Row("R23", "a proxy that speaks TLSv1_2 at most", "echo", 0, out=b"payload",
        tls=Tls(newest=ssl.TLSVersion.TLSv1_2)),
    Row("R24", "files in the working directory", "hostile directory", 0, out=b"payload",
        slowly=False),
    refused_locally("R24", "a report that cannot be written", "/nonexistent/report",
                    options=("--report", "/nonexistent/report")),

    # Threats.
    *(Row("T1", f"another server: {name}", f"foreign-{name}", 13, "method: ")
      for name in FOREIGN),
    *(Row("T1", f"another server that speaks first: {name}", f"banner-{name}", 13, "method: ")
      for name in FOREIGN),
    *(Row("T1", f"another server, asked in SOCKS4: {name}", f"foreign-{name}", 13, "request: ",
          **answer4()) for name in FOREIGN),
    Row("T1", "SOCKS4 answer to a SOCKS5 greeting", "socks4-only", 13, "method: "),
    Row("T1", "SOCKS5 answer to a SOCKS4 request", "socks5-only", 13, "request: ", **answer4()),
    Row("T1", "junk behind the method", "method-with-junk", 13, "request: "),
    Row("T1", "login rejected with FF", "auth-status-ff", 15, "auth: "),
    Row("T1", "login status in version 7", "auth-version-07", 13, "auth: "),
    Row("T1", "login status in version 5, zero", "auth-version-05", 0, out=b"payload", warnings=True),
    Row("T1", "login status in version 5, not zero", "auth-version-05-status-01", 15, "auth: "),
    Row("T1", "SOCKS4 refusal with VN 4", "vn-4-error", 21, "request: ", **answer4()),
    Row("T1", "SOCKS4 reply with VN 5", "vn-05", 13, "request: ", **answer4()),
    Row("T1", "SOCKS4 success code 0", "cd-00", 29, "request: ", **answer4()),
    Row("T1", "ident refusals", "cd-5d", 15, "request: ", **answer4()),
    Row("T1", "unassigned reply", "rep-7f", 29, "request: .*7[fF]"),
    Row("T1", "Tor: rendezvous failed", "rep-f3", 33, "request: "),
    Row("T1", "success, then closed", "early-success", 0, stdin=b"", warnings=True),
    Row("T1", "none chosen beside an offered password", "method-00", 0, out=b"payload",
        messages=(wire.greeting(0, 2), wire.request("echo.test", 80))),
    Row("T2", "every byte as payload, terminal controls included", "echo", 0,
        out=bytes(range(256)), stdin=bytes(range(256)), slowly=False),
    *(Row("T4", f"certificate: {kind}", "echo", 12, f"tls: .*{words}", tls=Tls(cert=kind)) for kind, words in (
        ("expired", "expired"), ("future", "not yet valid"), ("self-signed", "self-signed"), ("untrusted", "not trusted"),
        ("hostile", "not trusted"), ("other-name", "not for 127"), ("other-ip", "not for 127"), ("ipv6", "not for 127"))),
    Row("T4", "certificate for another name than the one wanted", "echo", 12, "tls: .*not for b.test", tls=Tls(),
        query={"servername": "b.test"}),
    *(Row("T4", f"certificate: {kind}, and nobody minds", "echo", 0, out=b"payload", tls=Tls(cert=kind),
          query={"insecure": 1}, warnings=True) for kind in ("expired", "untrusted", "other-name", "hostile")),
    *(Row("T4", f"{then} after {budget} bytes of the handshake", "echo", 12, "tls: ", tls=Tls(budget=budget, then=then))
      for budget in (1, 5, 100, 600) for then in ("close", "reset")),
    *(Row("T4", f"silence after {budget} bytes of the handshake", "echo", 124, "tls: ", options=LIMIT,
          tls=Tls(budget=budget, then="silence"), slowly=False) for budget in (1, 5, 100, 600)),
    Row("T4", "the handshake one byte each 50 ms", "echo", 124, "tls: ", options=LIMIT, tls=Tls(pace=0.05), slowly=False),
    Row("T4", "a client certificate demanded", "echo", 12, "tls: .*client certificate", tls=Tls(client_ca="ca")),
    *(Row("T4", f"no TLS but: {name}", f"banner-{name}", 12, "tls: ", slowly=False, **OVER_TLS) for name in FOREIGN
      if name != "tls-handshake"),
    Row("T4", "the first bytes of a handshake message, and no more", "banner-tls-handshake", 124, "tls: ", options=LIMIT,
        slowly=False, **OVER_TLS),
    Row("T4", "an end without close_notify", "stream-close-at-once", 1, "relay: .*close_notify", out=b"bye\n",
        tls=Tls(ends="cut"), slowly=False),
    Row("T4", "an end with close_notify and no FIN", "stream-close-at-once", 0, out=b"bye\n",
        tls=Tls(ends="notify-only"), slowly=False),
    Row("T5", "password on the command line", "command line", 128 + 15, slowly=False,
        extra={"secret": b"S3cret"}),
    Row("T6", "ESC, CR, LF in a bound name", "reply-name-hostile", 0, out=b"payload"),
    Row("T6", "ESC, CR, LF in a refusal", "error-name-hostile", 24, "request: "),
    Row("T6", "ESC, CR, LF from another server", "foreign-hostile-text", 13, "method: "),
    refused_locally("T7", "host that looks like an option", "", host="-oProxyCommand-x"),
    Row("T7", "host that looks like an option, behind --", "dashed host", 0, out=b"payload",
        slowly=False),
    Row("T9", "the second hop has other credentials", "method-02", 0, out=b"payload", behind=True,
        messages=(wire.greeting(0, 2), wire.userpass(b"alice", b"S3cret-pass"), wire.request("echo.test", 80))),
    Row("T9", "the second hop asks for credentials that only the first has", "no-method", 14, "method: ", behind=True,
        login=None, messages=(wire.greeting(0),)),
    Row("T9", "a second hop whose certificate is for another name", "echo", 12, "tls: .*not for 127", behind=True,
        tls=Tls(cert="other-name")),
    Row("T9", "a second hop that is never heard of", "blackhole-at-method-0", 124, "method: ", behind=True,
        options=LIMIT, slowly=False),
    Row("T9", "two hops, one of them cut short", "stream-close-at-once", 1, "relay: .*close_notify", out=b"bye\n",
        behind=True, tls=Tls(ends="cut"), slowly=False),
    *(udp("T10", f"the relay is: {name}", f"udp-{name}", 13, "request: .*relay")
      for name in ("private", "third-host", "port-0")),
    *(udp("T10", f"the relay is: {name}, the proxy's address is taken", f"udp-{name}", 0, out=b"payload")
      for name in ("wildcard", "name", "name-empty", "name-hostile", "mapped", "other-loopback")),
    udp("T10", "the relay is behind NAT, the proxy's address wanted", "udp-private", 0, out=b"payload",
        options=(*UDP, "--relay=proxy")),
    *(udp("T11", f"before the answer comes: {name}", f"udp-{name}", 0, out=b"payload", warnings=True)
      for name in ("frag-1", "frag-129", "rsv", "empty", "short-3", "short-header", "atyp-0", "atyp-5",
                   "name-cut", "stranger")),
    udp("T11", "every answer from another port", "udp-other-port", 124, "1", warnings=True),
    udp("T11", "ICMP says nobody is there", "udp-nobody", 124, "1"),
    bind("T12", "called by another one than PEER", "echo", 1, "127\\.0\\.0\\.1", peer=("192.0.2.1",)),
    bind("T12", "called by another one than PEER, SOCKS4", "echo", 1, "127\\.0\\.0\\.1",
         peer=("192.0.2.1",), **answer4()),
    bind("T12", "called by another one, and --any-peer", "echo", 0, out=b"payload", peer=("192.0.2.1",),
         options=("-N", "--any-peer")),
    bind("T12", "called by anyone, both replies in one segment", "echo", 0, out=b"payload"),
    bind("T12", "called by anyone, SOCKS4", "echo", 0, out=b"payload", **answer4()),
    bind("T12", "payload behind the second reply", "reply-with-payload", 0, out=b"SSH-2.0-hello\r\npayload"),
    bind("T12", "a byte before the second reply would end it", "called bind", 0, out=b"payload",
         slowly=False, extra={"behaviour": "bind-no-early-bytes"}),
    bind("T12", "called by another one, who speaks at once", "called bind", 1, FORGED.replace(".", "\\."),
         peer=("127.0.0.1",), slowly=False, extra={"behaviour": "bind-other-caller"}),
    *(bind("T12", f"the second reply is {code:02x}", f"bind-second-{code:02x}", 20 + code)
      for code in range(1, 9)),
    *(bind("T12", f"the second SOCKS4 reply is {code:02x}", f"bind-second-cd-{code:02x}", status,
           **answer4()) for code, status in ((0x5B, 21), (0x5C, 15), (0x5D, 15), (0x5E, 29))),
    bind("T12", "no second reply but the end", "bind-no-second-reply", 16),
    bind("T12", "the second reply cut short", "bind-half-second-reply", 13),
    bind("T12", "neither a second reply nor an end", "bind-never", 124, slowly=False,
         options=("--accept-timeout", "0.4")),
    bind("T12", "port 0, where nobody can call", "bind-port-0", 13, "port 0"),
    bind("T12", "ESC, CR, LF for an address", "bind-name-hostile", 13, "accept: .*not valid"),
    Row("T13", "nothing moves", "stream-silent", 124, "idle|nothing|0\\.4",
        options=("-i", "0.4", "--on-eof=ignore"), slowly=False),
    Row("T14", "blocking descriptors stay blocking", "shared descriptors", 0, out=b"payload",
        slowly=False, extra={"nonblocking": False}),
    Row("T14", "inherited non-blocking descriptors work", "shared descriptors", 0, out=b"payload",
        slowly=False, extra={"nonblocking": True}),
    Row("T16", "reset after data", "stream-reset", 1, "reset", out=b"delivered" * 100, options=(),
        slowly=False),
    Row("T16", "the answer comes after our half-close", "answers-after-half-close", 0,
        out=b"counted 7\n", slowly=False),
    Row("T16", "the far side ends while stdin is open", "open stdin", 0, out=b"bye\n", slowly=False,
        options=("-N", "--eof-delay", "0.2")),
    Row("T17", "nobody reads stdout any more", "reader gone", 1, slowly=False),
    Row("T17", "a full disk", "full disk", 1, "space|stdout|output", slowly=False),
    Row("T17", "descriptors 0, 1 and 2 closed at the start", "closed descriptors", (0, 1),
        slowly=False),
    *(Row("T17", f"signal {number} in the stream", "signal", 128 + number, slowly=False,
          extra={"signal": number, "behaviour": "stream-silent", "stage": "stream"})
      for number in (1, 2, 15)),
    *(Row("T17", f"SIGTERM while {stage} is waited for", "signal", 128 + 15, slowly=False,
          extra={"signal": 15, "behaviour": f"blackhole-at-{stage}-0", "stage": stage})
      for stage in ("method", "auth", "request")),
    *(command(rule, fault, how, status, slowly=False, **changes)
      for command, name in ((bind, "bind"), (udp, "udp"))
      for rule, fault, how, status, changes in (
          ("T14", f"{name}: blocking descriptors stay blocking", "shared descriptors", 0,
           {"out": b"payload", "extra": {"nonblocking": False}}),
          ("T14", f"{name}: inherited non-blocking descriptors work", "shared descriptors", 0,
           {"out": b"payload", "extra": {"nonblocking": True}}),
          ("T17", f"{name}: descriptors 0, 1 and 2 closed at the start", "closed descriptors", (0, 1, 124), {}))),
    bind("T17", "SIGTERM while nobody calls", "signal", 128 + 15, slowly=False,
         extra={"signal": 15, "behaviour": "good", "stage": "listening"}),
    udp("T17", "SIGTERM while no datagram comes", "signal", 128 + 15, slowly=False,
        extra={"signal": 15, "behaviour": "udp-silent", "stage": "stream"}),
]

ELSEWHERE = {   # needs a private network or a terminal: file and class that hold the runs
    "R25": ("cli/runtime/test_lookup.py", "Lookup"),
    "T3": ("cli/runtime/test_lookup.py", "ClearText"),
    "T8": ("cli/runtime/test_lookup.py", "Lookup"),
    "T15": ("cli/runtime/test_lookup.py", "Lookup"),
}

LATER = {}      # not in this version: rule -> why

RULES = [f"R{number}" for number in range(1, 26)] + [f"T{number}" for number in range(1, 18)]
