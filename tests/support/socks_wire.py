# SPDX-License-Identifier: MIT
"""SOCKS messages as bytes, written down independently of the program under test."""
import ipaddress
import struct


def address(host):
    """ATYP and address: an IP literal as ATYP 1 or 4, anything else as a name. Bytes are a name."""
    if isinstance(host, bytes):
        return bytes([3, len(host)]) + host
    try:
        packed = ipaddress.ip_address(host).packed
    except ValueError:
        name = host.encode()
        return bytes([3, len(name)]) + name
    return bytes([1 if len(packed) == 4 else 4]) + packed


def greeting(*methods):
    return bytes([5, len(methods), *methods])


def userpass(user, password):
    """RFC 1929 request."""
    return bytes([1, len(user)]) + user + bytes([len(password)]) + password


def request(host, port, command=1):
    return bytes([5, command, 0]) + address(host) + struct.pack("!H", port)


def reply(rep=0, host="0.0.0.0", port=0, rsv=0):
    return bytes([5, rep, rsv]) + address(host) + struct.pack("!H", port)


def request4(host, port, userid=b"", command=1):
    """SOCKS4 for an IPv4 literal, SOCKS4a for a name."""
    head = bytes([4, command]) + struct.pack("!H", port)
    try:
        return head + ipaddress.IPv4Address(host).packed + userid + b"\0"
    except ValueError:
        return head + b"\0\0\0\1" + userid + b"\0" + host.encode() + b"\0"


def datagram(host, port, data, frag=0, rsv=0):
    """Header and payload, as they travel between client and relay."""
    return struct.pack("!HB", rsv, frag) + address(host) + struct.pack("!H", port) + data


def parse_datagram(raw):
    """(host, port, data) of a datagram that obeys the standard; ValueError for another."""
    if len(raw) < 7 or raw[:3] != b"\0\0\0" or raw[3] not in (1, 3, 4):
        raise ValueError(f"not a SOCKS datagram: {raw[:16].hex()}")
    start, size = (5, raw[4]) if raw[3] == 3 else (4, 4 if raw[3] == 1 else 16)
    end = start + size
    if len(raw) < end + 2:
        raise ValueError(f"a header cut off: {raw.hex()}")
    host = raw[start:end].decode("latin-1") if raw[3] == 3 else \
        str(ipaddress.ip_address(raw[start:end]))
    return host, struct.unpack("!H", raw[end:end + 2])[0], raw[end + 2:]


def reply4(code=0x5A, host="0.0.0.0", port=0, version=0):
    return bytes([version, code]) + struct.pack("!H", port) + ipaddress.IPv4Address(host).packed
