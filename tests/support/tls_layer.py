# SPDX-License-Identifier: MIT
"""TLS for the servers of the tests, over a socket or over TLS again; it can break off anywhere.

Python's own SSLSocket can neither end one direction nor be used by a reader and a writer at a time.
"""
import socket
import ssl
import threading
import time
import warnings
from dataclasses import dataclass

import certificates

WRITE_SIZE = 16384


class Truncated(ConnectionError):
    """The other side ended without close_notify."""


@dataclass(frozen=True)
class Tls:
    """What a server does.

    cert       a kind of certificates.get()
    client_ca  the authority whose client certificates are demanded
    newest     the newest version it speaks; old versions come with weak ciphers
    alpn       what it chooses from
    ends       of our direction: "notify" (close_notify, then FIN), "cut" (FIN alone),
               "notify-only" (the connection stays)
    budget     break off after so many bytes of our TLS, `then` "close", "reset" or "silence"
    pace       seconds between two bytes of our TLS
    """
    cert: str = "good"
    client_ca: str | None = None
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    alpn: tuple = ()
    ends: str = "notify"
    budget: int | None = None
    then: str = "close"
    pace: float | None = None

    def context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        pair = certificates.get(self.cert)
        context.load_cert_chain(pair.cert, pair.key)
        # Where Python sets it (3.10 to 3.11.3), an end without close_notify looks like one with it.
        context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
        if self.client_ca:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(certificates.ca(self.client_ca))
        if self.alpn:
            context.set_alpn_protocols(list(self.alpn))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            if self.newest < ssl.TLSVersion.TLSv1_2:
                context.set_ciphers("ALL:@SECLEVEL=0")
                context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = self.newest
        return context


class BrokenOff(Exception):
    """The budget is used up."""


class TlsSocket:
    """The server's side. Looks like a socket as far as the tests need one.

    raw    the first bytes that the client sent, as they came
    sni    the name that it asked for, or None
    """

    def __init__(self, under, tls):
        self.under, self.tls = under, tls
        self.raw, self.sni = bytearray(), None
        self._left = tls.budget
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = tls.context()
        context.sni_callback = lambda _, name, __: setattr(self, "sni", name)
        self._ssl = context.wrap_bio(self._in, self._out, server_side=True)
        self._lock, self._send_lock = threading.Lock(), threading.Lock()
        self._open = False
        self._peeked = b""

    # What a socket has.

    def fileno(self):
        return self.under.fileno()

    def close(self):
        self.under.close()

    def __getattr__(self, name):
        if name in ("getsockname", "getpeername", "settimeout", "setsockopt"):
            return getattr(self.under, name)
        raise AttributeError(name)

    def handshake(self):
        """Raises OSError (ssl.SSLError with what OpenSSL says) when there is none."""
        self._run(self._ssl.do_handshake)
        self._open = True

    def recv(self, size, flags=0):
        """b"" at close_notify. MSG_PEEK is the only flag."""
        data = self._peeked[:size] or self._read(size)
        self._peeked = data + self._peeked[size:] if flags & socket.MSG_PEEK else self._peeked[size:]
        return data

    def _read(self, size):
        try:
            return self._run(self._ssl.read, size)
        except ssl.SSLZeroReturnError:
            return b""
        except ssl.SSLError as error:
            if isinstance(error, ssl.SSLEOFError) or error.reason == "UNEXPECTED_EOF_WHILE_READING":
                raise Truncated("no close_notify") from None
            raise

    def sendall(self, data):
        view = memoryview(data)
        while view:
            part, view = view[:WRITE_SIZE], view[WRITE_SIZE:]
            self._run(self._ssl.write, part)

    def shutdown(self, how):
        if how != socket.SHUT_RD and self._open and self.tls.ends != "cut":
            self._open = False
            with self._lock:
                held = self._in.read()  # unwrap() would throw away what has come
                try:
                    self._ssl.unwrap()
                except ssl.SSLError:    # it would wait for theirs
                    pass
                self._in.write(held)
            self._flush()
            if self.tls.ends == "notify-only" and how == socket.SHUT_WR:
                return
        self.under.shutdown(how)

    # About the session.

    def version(self):
        return self._ssl.version()

    def alpn(self):
        return self._ssl.selected_alpn_protocol()

    def peer_subject(self):
        """The common name of the client's certificate, or None."""
        cert = self._ssl.getpeercert()
        return dict(pair for part in cert["subject"] for pair in part)["commonName"] if cert else None

    def first_records(self):
        """[(type, length)] of what the client sent first, as far as it is TLS."""
        records, rest = [], bytes(self.raw)
        while len(rest) >= 5:
            size = int.from_bytes(rest[3:5], "big")
            records.append((rest[0], size))
            rest = rest[5 + size:]
        return records

    # Between OpenSSL and the socket.

    def _run(self, call, *args):
        while True:
            wants_more = False
            result = None
            try:
                with self._lock:
                    result = call(*args)
            except ssl.SSLWantReadError:
                wants_more = True
            finally:
                self._flush()
            if not wants_more:
                return result
            data = self.under.recv(65536)
            self.raw += data[:max(0, 65536 - len(self.raw))]
            with self._lock:
                if data:
                    self._in.write(data)
                else:
                    self._in.write_eof()

    def _flush(self):
        with self._send_lock:
            with self._lock:
                data = self._out.read()
            if data:
                self._send(data)

    def _send(self, data):
        end = len(data) if self._left is None else min(len(data), self._left)
        if self.tls.pace is None:
            self.under.sendall(data[:end])
        else:
            for i in range(end):
                self.under.sendall(data[i:i + 1])
                time.sleep(self.tls.pace)       # the fault itself
        if self._left is not None:
            self._left -= end
            if self._left == 0:
                raise BrokenOff(self.tls.then)
