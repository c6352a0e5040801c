# SPDX-License-Identifier: MIT
"""Loopback servers that play the target of a tunnel. Each listens on a free port of 127.0.0.1, unless it is told where.

    with Echo() as target:
        run("connect", "-x", proxy.url(), target.host, target.port)
"""
import hashlib
import socket
import struct
import threading
import time

from tls_layer import BrokenOff, Tls, TlsSocket


class Target:
    """Accepts, and calls serve(connection) in a thread for each client."""

    def __init__(self, host="127.0.0.1", port=0):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family)
        self.host, self.port = self._listener.getsockname()[:2]
        self.accepted = 0
        self._open = []
        self._threads = []
        self._changed = threading.Condition()

    def __enter__(self):
        self._start(self._accept)
        return self

    def __exit__(self, *_):
        for sock in [self._listener, *self._open]:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self._listener.close()
        for thread in list(self._threads):
            thread.join(5)

    def _start(self, function, *args):
        thread = threading.Thread(target=function, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.settimeout(60)
            self.accepted += 1
            self._open.append(sock)
            self.note()
            self._start(self._run, sock)

    def _run(self, sock):
        try:
            self.serve(sock)
        except OSError:
            pass
        sock.close()

    def serve(self, sock):
        raise NotImplementedError

    def note(self):
        with self._changed:
            self._changed.notify_all()

    def wait(self, ready, timeout=10.0):
        """Waits until ready() holds; False when it did not within the time."""
        with self._changed:
            return self._changed.wait_for(ready, timeout)


def read_all(sock):
    while data := sock.recv(65536):
        yield data


class Echo(Target):
    """Sends everything back."""

    def serve(self, sock):
        for data in read_all(sock):
            sock.sendall(data)


class Sink(Target):
    """Counts and hashes what comes; `finished` is set at the end of the stream."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.count = 0
        self.ended = ""
        self.finished = threading.Event()
        self._hash = hashlib.sha256()

    def serve(self, sock):
        try:
            for data in read_all(sock):
                self.count += len(data)
                self._hash.update(data)
                self.note()
            self.ended = "eof"
        except ConnectionError:
            self.ended = "reset"
        self.finished.set()
        self.note()

    def digest(self):
        return self._hash.hexdigest()


class ClosedSink(Sink):
    """A sink that shuts down its sending side at once, as `ncat -l --recv-only` does, and begins to
    read after a `pause`."""

    def __init__(self, pause=0.0, **kwargs):
        super().__init__(**kwargs)
        self.pause = pause

    def serve(self, sock):
        sock.shutdown(socket.SHUT_WR)
        time.sleep(self.pause)
        super().serve(sock)


class Source(Target):
    """Sends `data` and closes."""

    def __init__(self, data, **kwargs):
        super().__init__(**kwargs)
        self.data = data

    def serve(self, sock):
        sock.sendall(self.data)
        sock.shutdown(socket.SHUT_WR)
        for _ in read_all(sock):
            pass


class Banner(Target):
    """Speaks first, then echoes."""

    def __init__(self, banner=b"SSH-2.0-banner\r\n", **kwargs):
        super().__init__(**kwargs)
        self.banner = banner

    def serve(self, sock):
        sock.sendall(self.banner)
        for data in read_all(sock):
            sock.sendall(data)


class AfterEof(Target):
    """Answers `counted N` only when the client's stream has ended."""

    def serve(self, sock):
        count = sum(len(data) for data in read_all(sock))
        sock.sendall(b"counted %d\n" % count)


class Reset(Target):
    """Waits for one read, answers, waits until the answer has arrived, resets."""

    def __init__(self, answer=b"answer\n", **kwargs):
        super().__init__(**kwargs)
        self.answer = answer

    def serve(self, sock):
        from steps import wait_sent
        sock.recv(65536)
        sock.sendall(self.answer)
        wait_sent(sock)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Silent(Target):
    """Accepts and says nothing; closes when the client's stream ends."""

    def serve(self, sock):
        for _ in read_all(sock):
            pass


class Http(Target):
    """HTTP/1.0: one blob for every GET."""

    def __init__(self, blob=b"hello\n", **kwargs):
        super().__init__(**kwargs)
        self.blob = blob

    def serve(self, sock):
        head = b""
        while b"\r\n\r\n" not in head and (data := sock.recv(4096)):
            head += data
        sock.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                     % len(self.blob) + self.blob)
        sock.shutdown(socket.SHUT_WR)
        for _ in read_all(sock):
            pass


class UdpTarget:
    """A UDP server: answer(data) gives the datagrams that go back. It keeps what came and from where.

    As it is, it echoes.
    """

    def __init__(self, answer=lambda data: [data], host="127.0.0.1", port=0):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._sock = socket.socket(family, socket.SOCK_DGRAM)
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        self._sock.bind((host, port))
        self.host, self.port = self._sock.getsockname()[:2]
        self.answer = answer
        self.received = []
        self.sources = set()
        self._changed = threading.Condition()
        self._ending = False

    def __enter__(self):
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ending = True
        with socket.socket(self._sock.family, socket.SOCK_DGRAM) as last:
            last.sendto(b"", (self.host, self.port))
        self._thread.join(5)
        self._sock.close()

    def _serve(self):
        while True:
            data, source = self._sock.recvfrom(65535)
            if self._ending:
                return
            with self._changed:
                self.received.append(data)
                self.sources.add(source[:2])
                self._changed.notify_all()
            for answer in self.answer(data):
                try:
                    self._sock.sendto(answer, source)
                except OSError:
                    pass

    def wait(self, ready, timeout=5.0):
        """Waits until ready(self) holds; False when it did not within the time."""
        with self._changed:
            return self._changed.wait_for(lambda: ready(self), timeout)


class FullListener:
    """A listening socket whose queue is full: connecting to it neither succeeds nor fails."""

    def __init__(self):
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(0)
        self.host, self.port = self._listener.getsockname()
        self._fillers = []

    def __enter__(self):
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex((self.host, self.port))
            self._fillers.append(filler)
        return self

    def __exit__(self, *_):
        for sock in [self._listener, *self._fillers]:
            sock.close()


def closed_port():
    """A loopback port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class TlsTarget(Target):
    """Takes TLS off and does what `then` does with the TlsSocket; `sessions` keeps them, `problems` what went
    wrong in handshakes."""

    def __init__(self, tls=None, then=None, **kwargs):
        super().__init__(**kwargs)
        self.tls = tls or Tls()
        self.then = then or echo_until_end
        self.sessions = []
        self.problems = []

    def serve(self, sock):
        session = TlsSocket(sock, self.tls)
        self.sessions.append(session)
        try:
            session.handshake()
        except OSError as error:
            self.problems.append(str(error))
            self.note()
            return
        except BrokenOff:
            if self.tls.then == "silence":
                while sock.recv(65536):
                    pass
            return
        self.note()
        try:
            self.then(session)
            session.shutdown(socket.SHUT_WR)
            while session.recv(65536):
                pass
        except BrokenOff:
            return
        except OSError as error:
            self.problems.append(str(error))


def echo_until_end(sock):
    for data in read_all(sock):
        sock.sendall(data)


def send(data):
    return lambda sock: sock.sendall(data)


def count_until_end(sock):
    sock.sendall(b"counted %d\n" % sum(map(len, read_all(sock))))
