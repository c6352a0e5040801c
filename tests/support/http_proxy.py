# SPDX-License-Identifier: MIT
"""HTTP CONNECT as the scripted proxy speaks it."""
import base64

from conversation import HangUp

VERSION = ord("C")      # of CONNECT: takes the place of a SOCKS version
STATUS = {1: 500, 2: 403, 3: 502, 4: 502, 5: 502, 6: 504, 7: 405, 8: 400}     # for SOCKS5 reply codes
REASONS = {200: "Connection established", 403: "Forbidden", 407: "Proxy Authentication Required",
           502: "Bad Gateway"}


def header(status, reason=None, fields=(), line_end=b"\r\n"):
    """A whole header. reason: "" leaves the blank before it in place, False takes that away as well."""
    text = REASONS.get(status, "Whatever") if reason is None else reason
    first = f"HTTP/1.1 {status}" + ("" if text is False else f" {text}")
    return line_end.join([first.encode(), *fields, b"", b""])


def request(host, port, user=None, password=b""):
    """What a client sends, written down independently of the program under test."""
    literal = f"[{host}]" if ":" in host else host
    lines = [f"CONNECT {literal}:{port} HTTP/1.1", f"Host: {literal}:{port}"]
    if user is not None:
        lines.append("Proxy-Authorization: Basic " + base64.b64encode(user + b":" + password).decode())
    return "\r\n".join([*lines, "", ""]).encode()


def read_request(conv):
    """Sets target and credentials of the conversation."""
    while not conv.messages[-1].endswith(b"\r\n\r\n"):
        conv.take(1)
    first, *fields = conv.messages[-1].decode("latin-1").split("\r\n")[:-2]
    verb, authority, version = first.split(" ")
    if (verb, version) != ("CONNECT", "HTTP/1.1") or f"Host: {authority}" not in fields:
        conv.put(header(400))
        raise HangUp
    conv.command = 1
    host, _, port = authority.rpartition(":")
    conv.target = (host.strip("[]"), int(port))
    for field in fields:
        name, _, value = field.partition(": ")
        if name == "Proxy-Authorization":
            conv.user, _, conv.password = base64.b64decode(value.removeprefix("Basic ")).partition(b":")


def check_login(conv):
    users = conv.proxy.users
    if users is not None and (conv.user not in users or users[conv.user] != conv.password):
        conv.put(header(407, fields=[b'Proxy-Authenticate: Basic realm="test"', b"Content-Length: 0"]))
        raise HangUp
