# SPDX-License-Identifier: MIT
"""The server's side of TLS where it means harm: functions of a plain socket, each to its end.

The first ones write records by hand; those of `after_handshake` are OpenSSL's own.
"""
import ctypes
import random
import subprocess

import certificates

HANDSHAKE, ALERT, CHANGE_CIPHER = 22, 21, 20
SERVER_HELLO, CERTIFICATE = 2, 11
LARGEST_RECORD = 1 << 14


def record(kind, data):
    return bytes([kind, 3, 3]) + len(data).to_bytes(2, "big") + data


def records(data):
    """Handshake data in records of the largest size."""
    return b"".join(record(HANDSHAKE, data[at:at + LARGEST_RECORD]) for at in range(0, len(data), LARGEST_RECORD))


def message(kind, body, size=None):
    return bytes([kind]) + (len(body) if size is None else size).to_bytes(3, "big") + body


def server_hello():
    """TLS 1.2, ECDHE-ECDSA-AES128-GCM-SHA256, with the extension that tells of secure renegotiation."""
    return message(SERVER_HELLO, b"\3\3" + random.randbytes(32) + b"\0" + b"\xc0\x2b" + b"\0" + b"\0\5\xff\1\0\1\0")


def certificate_message(*certs):
    listed = b"".join(len(cert).to_bytes(3, "big") + cert for cert in certs)
    return message(CERTIFICATE, len(listed).to_bytes(3, "big") + listed)


def nested(depth, limit=60_000):
    """A SEQUENCE in a SEQUENCE in a SEQUENCE."""
    data = b""
    while depth and len(data) < limit:
        size = len(data)
        head = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
        data, depth = b"\x30" + head + data, depth - 1
    return data


def der(pem):
    return subprocess.run(["openssl", "x509", "-in", pem, "-outform", "der"], check=True, capture_output=True).stdout


def say(data):
    """Reads what the client says first, and answers; then silence."""
    def serve(sock):
        sock.recv(65536)
        sock.sendall(data)
        while sock.recv(65536):
            pass
    return serve


def for_ever(data, first=b""):
    def serve(sock):
        sock.recv(65536)
        sock.sendall(first)
        while True:
            sock.sendall(data)
    return serve


def after_handshake(kind):
    """Completes the handshake, and then sends for ever: "tickets", "key-updates", or "key-updates-requested",
    each of which wants an answer; it reads none."""
    def serve(sock):
        lib = ctypes.CDLL("libssl.so.3")
        for name in ("TLS_server_method", "SSL_CTX_new", "SSL_new"):
            getattr(lib, name).restype = ctypes.c_void_p
        pair = certificates.get()
        sock.settimeout(None)
        context = ctypes.c_void_p(lib.SSL_CTX_new(ctypes.c_void_p(lib.TLS_server_method())))
        lib.SSL_CTX_use_certificate_chain_file(context, pair.cert.encode())
        lib.SSL_CTX_use_PrivateKey_file(context, pair.key.encode(), 1)
        session = ctypes.c_void_p(lib.SSL_new(context))
        lib.SSL_set_fd(session, sock.fileno())
        good = lib.SSL_accept(session)
        while good == 1:
            if kind == "tickets":
                lib.SSL_new_session_ticket(session)
            else:
                lib.SSL_key_update(session, int(kind == "key-updates-requested"))
            good = lib.SSL_do_handshake(session)
        lib.SSL_free(session)
        lib.SSL_CTX_free(context)
    return serve
