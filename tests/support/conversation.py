# SPDX-License-Identifier: MIT
"""One client's connection at the scripted proxy: reads SOCKS messages, keeps every byte of them."""
import ipaddress
import select
import socket
import struct
import threading
import time

from tls_layer import TlsSocket, Truncated


class Gone(Exception):
    """The client has closed or reset the connection."""


class HangUp(Exception):
    """Ends the conversation from our side; with reset=True by RST instead of FIN."""

    def __init__(self, reset=False):
        super().__init__("reset" if reset else "close")
        self.reset = reset


class ShortMessage(Exception):
    """A server that parses each recv() on its own got half a message."""


class Conversation:
    """What one client said and what it was told.

    messages  the client's handshake messages, each exactly as it came
    answers   every byte that we sent as part of the handshake
    payload   the first MiB that the client sent into the stream; payload_bytes counts all of it
    late      what the client still sent after we had hung up
    datagrams what came to the relay of a UDP association: [(source address, bytes)]
    silent    for how long we have kept the client waiting in silence, in seconds
    ended     how the client left: "eof", "reset", "cut" (TLS without close_notify), or "" when we ended it
              first
    tls       the TlsSocket, once there is one; tls_error what went wrong with its handshake
    """

    def __init__(self, proxy, sock):
        self.proxy = proxy
        self.behaviour = proxy.behaviour
        self.sock = sock
        self.tls = None
        self.tls_error = ""
        self.messages = []
        self.answers = bytearray()
        self.payload = bytearray()
        self.payload_bytes = 0
        self.late = bytearray()
        self.silent = 0.0
        self.ended = ""
        self.version = 0
        self.offered = b""
        self.method = None
        self.user = self.password = None
        self.command = 0
        self.target = None              # (host as str, port)
        self.upstream = None            # socket to the target or the caller, once there is one
        self.bound = None               # where we really listen for it: a caller, or datagrams
        self.caller = None              # who called there, as the socket has it
        self.early = False              # has the client sent something before anybody called?
        self.relay = None               # of a UDP association
        self.owned = []                 # further sockets, closed at the end
        self.datagrams = []
        self.changed = threading.Condition()
        self.stage = "accepted"
        self.closed = False
        self._unread = b""

    # Progress, for tests that wait for an event.

    def reach(self, stage):
        with self.changed:
            self.stage = stage
            self.changed.notify_all()

    def wait(self, ready, timeout=5.0):
        """Waits until ready(self) holds; False when it did not within the time."""
        with self.changed:
            return self.changed.wait_for(lambda: ready(self), timeout)

    def wait_stage(self, stage, timeout=5.0):
        return self.wait(lambda c: c.stage == stage, timeout)

    def wait_closed(self, timeout=5.0):
        return self.wait(lambda c: c.closed, timeout)

    def start_tls(self, tls):
        """From here on everything goes through TLS; it ends here if there is none."""
        self.sock = self.tls = TlsSocket(self.sock, tls)
        try:
            self.tls.handshake()
        except OSError as error:
            self.tls_error = str(error)
            self.sock = self.tls.under
            raise Gone from None
        self.reach("tls")

    def break_off(self):
        """The budget of our TLS is used up: what the connection does then."""
        self.sock = self.tls.under
        if self.tls.tls.then == "silence":
            while self.sock.recv(65536):
                pass
        raise HangUp(reset=self.tls.tls.then == "reset") from None

    # Reading.

    def begin_message(self):
        """Marks the start of a client message; where careless servers recv() once and hope."""
        self.messages.append(b"")
        if self.behaviour.reading != "exact":
            self._unread = self._receive(1024)

    def _receive(self, size):
        try:
            data = self.sock.recv(size)
        except ConnectionError as error:
            self.ended = "cut" if isinstance(error, Truncated) else "reset"
            raise Gone from None
        except OSError:
            raise Gone from None
        if not data:
            self.ended = "eof"
            raise Gone
        return data

    def take(self, count):
        """Exactly count bytes of the message begun last."""
        while len(self._unread) < count:
            if self.behaviour.reading == "per-recv":
                self.messages[-1] += self._unread
                raise ShortMessage
            self._unread += self._receive(count - len(self._unread))
        taken, self._unread = self._unread[:count], self._unread[count:]
        self.messages[-1] += taken
        return taken

    def take_text(self):
        """Up to and without a NUL (SOCKS4)."""
        text = b""
        while (byte := self.take(1)) != b"\0":
            text += byte
        return text

    def read_greeting(self):
        self.offered = self.take(self.take(1)[0])

    def read_userpass(self):
        self.begin_message()
        self.take(1)
        self.user = self.take(self.take(1)[0])
        self.password = self.take(self.take(1)[0])

    def read_request(self):
        self.begin_message()
        _, self.command, _, kind = self.take(4)
        if kind == 3:
            host = self.take(self.take(1)[0]).decode("latin-1")
        else:
            host = str(ipaddress.ip_address(self.take(4 if kind == 1 else 16)))
        self.target = (host, struct.unpack("!H", self.take(2))[0])

    def read_request4(self):
        self.command = self.take(1)[0]
        port = struct.unpack("!H", self.take(2))[0]
        raw = self.take(4)
        self.user = self.take_text()
        if raw[:3] == b"\0\0\0" and raw[3]:
            host = self.take_text().decode("latin-1")
        else:
            host = str(ipaddress.IPv4Address(raw))
        self.target = (host, port)

    def has_early_bytes(self):
        """Has the client sent on without waiting for our answer?"""
        return bool(self._unread or select.select([self.sock], [], [], 0)[0])

    # Speaking.

    def put(self, data):
        """Sends handshake bytes, in one piece or, with a pace, byte by byte.

        The middle of a long name goes in one piece even so: nothing is decided there.
        """
        self.answers += data
        try:
            if self.proxy.pace is None:
                self.sock.sendall(data)
                return
            edge = 16
            singles = [data[i:i + 1] for i in range(len(data))]
            pieces = singles if len(data) <= 2 * edge else \
                [*singles[:edge], data[edge:-edge], *singles[-edge:]]
            for piece in pieces:
                self.sock.sendall(piece)
                time.sleep(self.proxy.pace)      # the fault itself: bytes that come slowly
        except OSError:
            self.ended = self.ended or "reset"
            raise Gone from None

    def heard(self, data):
        """Notes payload of the client."""
        with self.changed:
            self.payload_bytes += len(data)
            self.payload += data[:max(0, (1 << 20) - len(self.payload))]
            self.changed.notify_all()

    def heard_datagram(self, source, data):
        """Notes a datagram that came to the relay."""
        with self.changed:
            self.datagrams.append((source, data))
            self.changed.notify_all()

    def receive_payload(self, size=65536):
        """Some payload; b"" at the client's end of stream."""
        if self._unread:
            data, self._unread = self._unread, b""
        else:
            try:
                data = self._receive(size)
            except Gone:
                if self.ended != "eof":
                    raise
                with self.changed:
                    self.changed.notify_all()
                return b""
        self.heard(data)
        return data

    # Ending.

    def finish(self, reset=False):
        """Closes: by RST, or by FIN after what the client still sends was read (no RST by accident)."""
        try:
            if reset:
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                self.sock.shutdown(socket.SHUT_WR)
                while self.ended == "" and (more := self.sock.recv(65536)):
                    self.late += more
                self.ended = self.ended or "eof"
        except ConnectionError as error:
            self.ended = "cut" if isinstance(error, Truncated) else "reset"
        except OSError:
            pass
        for each in (self.sock, self.upstream, *self.owned):
            if each is not None:
                each.close()
        with self.changed:
            self.stage = "closed"
            self.closed = True
            self.changed.notify_all()
