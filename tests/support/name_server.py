# SPDX-License-Identifier: MIT
"""The name server of a private network (isolation.py): answers from a table and keeps what it was asked."""
import socket
import struct
import threading


class NameServer:
    """Answers A and AAAA on port 53 of 127.0.0.1 or `host` from a table; `queries` is what it was asked.

    records   {name: [addresses]}; a name that is missing does not exist
    silent    never answers
    """

    def __init__(self, records=None, silent=False, host="127.0.0.1"):
        self.records = records or {}
        self.silent = silent
        self.queries = []
        self._changed = threading.Condition()
        self._sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.bind((host, 53))

    def __enter__(self):
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        with socket.socket(self._sock.family, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._sock.getsockname()[:2])
        self._thread.join(5)
        self._sock.close()

    def names(self):
        return {name for name, _ in self.queries}

    def wait_asked(self, timeout=5):
        with self._changed:
            return self._changed.wait_for(lambda: self.queries, timeout)

    def _serve(self):
        while True:
            query, client = self._sock.recvfrom(4096)
            if not query:
                return
            labels, at = [], 12
            while query[at]:
                labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
                at += 1 + query[at]
            kind = {1: "A", 28: "AAAA"}.get(struct.unpack("!H", query[at + 1:at + 3])[0], "other")
            name = ".".join(labels).lower()
            with self._changed:
                self.queries.append((name, kind))
                self._changed.notify_all()
            if not self.silent:
                self._sock.sendto(self._answer(query, query[12:at + 5], name, kind), client)

    def _answer(self, query, question, name, kind):
        family = {"A": socket.AF_INET, "AAAA": socket.AF_INET6}.get(kind)
        addresses = [a for a in self.records.get(name, ())
                     if family == (socket.AF_INET6 if ":" in a else socket.AF_INET)]
        head = query[:2] + struct.pack("!HHHHH", 0x8180 | (0 if name in self.records else 3), 1,
                                       len(addresses), 0, 0)
        answers = b""
        for address in addresses:
            data = socket.inet_pton(family, address)
            answers += b"\xc0\x0c" + struct.pack("!HHIH", 1 if kind == "A" else 28, 1, 60,
                                                 len(data)) + data
        return head + question + answers
