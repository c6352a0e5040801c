# SPDX-License-Identifier: MIT
"""A SOCKS4/4a/5 and HTTP CONNECT proxy, with or without TLS, for tests and demonstrations: loopback only, well-behaved or broken by name.

    with ScriptedProxy("rep-05") as proxy:
        run("connect", "-x", proxy.url(), "echo.test", "80")
        proxy.conversations[0].messages     # what the client sent, message by message

As a program: python3 scripted_proxy.py --port 1080 [--user U --password P] [--behaviour NAME]
prints "listening on ADDRESS PORT" and serves until it is told to stop. It never asks a resolver:
names come from a small table, and nothing but this machine's loopback is ever connected to.
"""
import argparse
import errno
import ipaddress
import os
import socket
import tempfile
import threading
from urllib.parse import quote

import behaviours
import certificates
import http_proxy
from conversation import Conversation, Gone, HangUp, ShortMessage
from steps import shut
from tls_layer import BrokenOff

NAMES = {"localhost": "127.0.0.1", "echo.test": "127.0.0.1", "www.test": "127.0.0.1",
         "six.test": "::1"}
_REFUSALS = {errno.ECONNREFUSED: 5, errno.EHOSTUNREACH: 4, errno.ENETUNREACH: 3}


class ScriptedProxy:
    """Listens at once; serves between `with` and its end.

    behaviour  a name of behaviours.TABLE, or a Behaviour
    pace       None: answers in one piece; seconds: byte by byte with that pause
    host       "127.0.0.1", "::1", or "unix" for a socket in a private directory
    users      {user: password} in bytes, or None
    routes     {(host, port): (address, port)}: where a request for host and port really goes
    tls        a Tls: every connection begins with its handshake
    in_band    a Tls for the behaviours that begin TLS after the method reply
    """

    def __init__(self, behaviour="good", pace=None, host="127.0.0.1", port=0, users=None,
                 names=None, routes=None, tls=None, in_band=None):
        self.behaviour = behaviours.TABLE[behaviour] if isinstance(behaviour, str) else behaviour
        self.pace = self.behaviour.pace if pace is None else pace
        self.users = users
        self.names = dict(NAMES, **(names or {}))
        self.routes = routes or {}
        self.tls, self.in_band = tls, in_band
        self.conversations = []
        self._threads = []
        self._changed = threading.Condition()
        self._directory = None
        self._listener = self._listen(host, port)

    def _listen(self, host, port):
        if host == "unix":
            self._directory = tempfile.TemporaryDirectory(prefix="proxy-")
            self.address, self.port = os.path.join(self._directory.name, "socks"), 0
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(self.address)
        else:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            listener = socket.create_server((host, port), family=family)
            self.address, self.port = listener.getsockname()[:2]
        listener.listen(128)
        return listener

    @property
    def hop(self):
        """How messages name this proxy."""
        if self._directory:
            return self.address
        return f"[{self.address}]:{self.port}" if ":" in self.address else \
            f"{self.address}:{self.port}"

    def url(self, scheme="socks5h", user=None, password=None, host=None, **query):
        """The proxy URL a user would write; user and password are percent-encoded. With TLS it says so, and
        trusts the authority of the tests unless `query` has another `cacert` (None: none)."""
        login = "" if user is None else quote(user, safe="")
        if password is not None:
            login += ":" + quote(password, safe="")
        login += "@" if user is not None or password is not None else ""
        if self._directory:
            return f"{scheme}+unix://{login}{self.address}"
        if self.tls:
            scheme += "" if scheme == "https" else "+tls"
            query = {"cacert": certificates.ca()} | query
        keys = "&".join(f"{key}={quote(str(value), safe='/')}" for key, value in query.items() if value is not None)
        place = self.hop if host is None else f"{host}:{self.port}"
        return f"{scheme}://{login}{place}" + (keys and "?" + keys)

    # Serving.

    def __enter__(self):
        self._start(self._accept)
        return self

    def stop_listening(self):
        shut(self._listener, socket.SHUT_RDWR)

    def __exit__(self, *_):
        self.stop_listening()
        self._listener.close()
        for conv in list(self.conversations):
            for sock in (conv.sock, conv.upstream, *conv.owned):
                if sock is not None:
                    shut(sock, socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(5)
        if self._directory:
            self._directory.cleanup()

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
            if not self._directory:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(60)
            conv = Conversation(self, sock)
            with self._changed:
                self.conversations.append(conv)
                self._changed.notify_all()
            self._start(self._serve, conv)

    def _serve(self, conv):
        reset = False
        try:
            try:
                self._talk(conv)
            except BrokenOff:
                conv.break_off()
        except HangUp as end:
            reset = end.reset
        except (Gone, OSError):
            pass
        except ShortMessage:
            try:
                conv.sock.sendall(b"\x05\xff" if conv.method is None else b"\x05\x01\0\1\0\0\0\0\0\0")
            except OSError:
                pass
        conv.finish(reset)

    @staticmethod
    def _talk(conv):
        steps = conv.behaviour
        if conv.proxy.tls:
            conv.start_tls(conv.proxy.tls)
        steps.opening(conv)
        conv.begin_message()
        conv.version = conv.take(1)[0]
        steps.greeted(conv)
        if conv.version == 4:
            conv.read_request4()
        elif conv.version == 5:
            conv.read_greeting()
            conv.reach("method")
            steps.method(conv)
            if conv.method == 2 or (conv.method == 0x82 and conv.tls):
                conv.read_userpass()
                conv.reach("auth")
                steps.auth(conv)
            elif conv.method == 3:
                conv.reach("auth")
                steps.chap(conv)
            conv.read_request()
        elif conv.version == http_proxy.VERSION:
            http_proxy.read_request(conv)
            http_proxy.check_login(conv)
        else:
            raise HangUp
        conv.reach("request")
        steps.request(conv)
        conv.reach("stream")
        steps.stream(conv)

    # Targets.

    def locate(self, host, port):
        """(0, (address, port)) or (SOCKS5 reply code, None). Loopback targets only; no resolver."""
        address, port = self.routes.get((host, port), (host, port))
        address = self.names.get(address.lower(), address)
        try:
            return (0, (address, port)) if ipaddress.ip_address(address).is_loopback else (2, None)
        except ValueError:
            return 4, None

    def dial(self, host, port):
        """(0, socket) or (SOCKS5 reply code, None)."""
        code, place = self.locate(host, port)
        if code != 0:
            return code, None
        try:
            return 0, socket.create_connection(place, timeout=10)
        except OSError as error:
            return _REFUSALS.get(error.errno, 1), None

    def silent_seconds(self):
        """For how long its silence (steps.silence) has kept clients waiting, all in all; those have left now."""
        for conv in self.conversations:
            conv.wait_closed()
        return sum(conv.silent for conv in self.conversations)

    # Waiting.

    def conversation(self, index=0, timeout=5.0):
        """The client connection number `index`, waited for."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.conversations) > index, timeout):
                raise AssertionError(f"no connection {index} at the proxy within {timeout} s")
            return self.conversations[index]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user")
    parser.add_argument("--password", default="")
    parser.add_argument("--behaviour", default="good", metavar="NAME")
    parser.add_argument("--route", action="append", default=[], metavar="HOST:PORT=ADDRESS:PORT",
                        help="where a request really goes")
    parser.add_argument("--list", action="store_true", help="show the behaviours and leave")
    args = parser.parse_args()
    if args.list:
        for name, behaviour in sorted(behaviours.TABLE.items()):
            print(f"{name:28}{behaviour.summary}")
        return
    if args.behaviour not in behaviours.TABLE:
        parser.error(f"no behaviour {args.behaviour!r}; see --list")

    def endpoint(text):
        host, _, port = text.rpartition(":")
        return host.strip("[]"), int(port)

    routes = dict(tuple(map(endpoint, route.split("=", 1))) for route in args.route)
    users = {args.user.encode(): args.password.encode()} if args.user else None
    with ScriptedProxy(args.behaviour, host=args.host, port=args.port, users=users,
                       routes=routes) as proxy:
        print("listening on", proxy.address, proxy.port, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
