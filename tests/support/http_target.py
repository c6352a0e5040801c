# SPDX-License-Identifier: MIT
"""An HTTP server with a big blob, on 127.0.0.1 and ::1, to be reached through proxies.

As a program it serves until it is stopped:
  python3 http_target.py [--port N]      prints "listening on ADDRESS PORT"
"""
import argparse
import contextlib
import hashlib
import http.server
import random
import socket
import socketserver
import threading

_CHUNK = 1 << 16


def blob(size, seed=1080):
    """`size` bytes that are the same in every run."""
    return random.Random(seed).randbytes(size)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def get(path):
    return f"GET {path} HTTP/1.0\r\n\r\n".encode()


def put(path, body):
    return f"PUT {path} HTTP/1.0\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def body_of(answer):
    """What follows the header of a whole answer."""
    return answer.partition(b"\r\n\r\n")[2]


class Handler(http.server.BaseHTTPRequestHandler):
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


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, address, handler):
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, handler)

    def handle_error(self, *_):
        pass  # a client that leaves early is no news here


@contextlib.contextmanager
def http_target(data=b"", port=0):
    """Serves on the same port of both loopback addresses; yields the port."""
    handler = type("BlobHandler", (Handler,), {"data": data})
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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="a small HTTP server on loopback")
    parser.add_argument("--port", type=int, default=0)
    with http_target(port=parser.parse_args().port) as listening, contextlib.suppress(KeyboardInterrupt):
        print("listening on 127.0.0.1", listening, flush=True)
        threading.Event().wait()
