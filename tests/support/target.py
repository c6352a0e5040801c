# SPDX-License-Identifier: MIT
"""What a test reaches through a proxy: an HTTP server with a big blob, and a server of small manners.

Both run in threads of the test, on 127.0.0.1 and ::1. As a program it serves HTTP until it is stopped:
  python3 target.py [--port N]      prints "listening on ADDRESS PORT"
"""
import argparse
import contextlib
import hashlib
import http.server
import random
import socket
import socketserver
import threading
import time

BLOB_SIZE = 64 * 1024 * 1024 + 12345
_CHUNK = 1 << 16


def blob(size, seed=1080):
    """`size` bytes that are the same in every run."""
    return random.Random(seed).randbytes(size)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class HttpHandler(http.server.BaseHTTPRequestHandler):
    """GET /blob answers with the blob, GET of anything else with a line; PUT with the sha256 of what came."""
    data = b""

    def do_GET(self):
        self._answer(self.data if self.path == "/blob" else b"It works.\n")

    def do_PUT(self):
        left, digest = int(self.headers["Content-Length"]), hashlib.sha256()
        while left:
            piece = self.rfile.read(min(left, _CHUNK))
            if not piece:
                return
            digest.update(piece)
            left -= len(piece)
        self._answer(digest.hexdigest().encode())

    def _answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class MannersHandler(socketserver.StreamRequestHandler):
    """The first line says what to do.

    ECHO N   send the next N bytes back, then close
    LATE     answer after a pause, then close
    END      read to the end of the stream, then answer with the sha256 of what came after the line
    """

    def handle(self):
        command, *argument = self.rfile.readline().split() or [b""]
        with contextlib.suppress(ConnectionError):
            if command == b"ECHO":
                self._echo(int(argument[0]))
            elif command == b"LATE":
                time.sleep(0.4)
                self.wfile.write(b"better late\n")
            elif command == b"END":
                self.wfile.write(sha256(self.rfile.read()).encode())

    def _echo(self, left):
        while left:
            piece = self.rfile.read1(min(left, _CHUNK))
            if not piece:
                return
            self.wfile.write(piece)
            left -= len(piece)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address, handler):
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, handler)

    def handle_error(self, *_):
        pass  # a client that leaves early is no news here


@contextlib.contextmanager
def _serving(handler, port=0):
    """Serves on the same port of both loopback addresses; yields the port."""
    servers = [_Server(("127.0.0.1", port), handler)]
    port = servers[0].server_address[1]
    servers.append(_Server(("::1", port), handler))
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield port
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def http_server(data=b"", port=0):
    return _serving(type("Handler", (HttpHandler,), {"data": data}), port)


def manners_server():
    return _serving(MannersHandler)


@contextlib.contextmanager
def silent_server():
    """Accepts (the kernel does) and never says a word; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def closed_port():
    """A port of the loopback addresses where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="a small HTTP server on loopback")
    parser.add_argument("--port", type=int, default=0)
    with http_server(port=parser.parse_args().port) as listening, contextlib.suppress(KeyboardInterrupt):
        print("listening on 127.0.0.1", listening, flush=True)
        threading.Event().wait()
