# SPDX-License-Identifier: MIT
"""man/translations.md: the two command lines of each row do the same thing, and neither does it without the proxy."""
import contextlib
import pathlib
import re
import time
import unittest

import behaviours
import certificates
import examples_world as world
import readme
import servers
import socks_wire
import targets
from conversation import HangUp
from expect import CliCase
from readme import REQUEST
from scripted_proxy import ScriptedProxy
from tls_layer import Tls

PAGE = pathlib.Path(__file__).resolve().parents[2] / "man/translations.md"
LOGIN = ("alice", "secret")
ROWS = re.findall(r"^\| `(.*)` \| `(.*)` \|$", PAGE.read_text(), re.M)
NAMES = {"silent.example": world.GATE}


# Proxies, each at the place that the rows name.

def socks():
    """Dante: SOCKS4 and SOCKS5."""
    return readme.open_proxy()


def socks4a():
    """ssh -D knows SOCKS4a."""
    return _dynamic()


@contextlib.contextmanager
def _dynamic():
    with servers.sshd() as server, servers.ssh_dynamic(server) as proxy, world.forwarded(world.PROXY, 1080, proxy):
        yield


def login():
    return servers.microsocks(world.PROXY, LOGIN, port=1080)


def http():
    return servers.tinyproxy(world.PROXY, port=3128, Allow=world.PROXY)


def http_login():
    return servers.tinyproxy(world.PROXY, LOGIN, port=3128, Allow=world.PROXY)


@contextlib.contextmanager
def https():
    with servers.tinyproxy() as inner, servers.stunnel(inner, world.PROXY, "example", 443):
        yield


@contextlib.contextmanager
def on_unix_socket():
    pathlib.Path("/run/tor/socks").unlink(missing_ok=True)
    with servers.microsocks() as inner, world.unix_socket("/run/tor/socks", inner):
        yield
    pathlib.Path("/run/tor/socks").unlink()


@contextlib.contextmanager
def two():
    with servers.microsocks(port=9050), readme.simple_proxy():
        yield


def tor(port=9050):
    return servers.tor("NoPreferIPv6Automap", port, MapAddress="www.example.com 192.0.2.80")


def tor_with_network():
    """What Tor answers to RESOLVE_PTR (its socks-extensions.txt) when it has a network to ask."""
    def answer(conv):
        conv.put(socks_wire.reply(0, "www.example.com" if conv.target[0] == world.WEB else conv.target[0], 0))
        raise HangUp
    return ScriptedProxy(behaviours.replace(behaviours.GOOD, request=answer), port=9050)


def silent():
    """A proxy that accepts and says nothing."""
    return targets.Silent(host=world.PROXY, port=1080)


# What a command line does, as a value to compare; None when it did not do it.

def page(stage, code):
    """Whether the page comes. Most see no end of stdin before, since not every proxy can half-close; curl keeps what
    it has until it ends."""
    with world.web(), world.web(port=443, tls=Tls("example")), stage.job(code) as job:
        with contextlib.suppress(BrokenPipeError):
            job.process.stdin.write(REQUEST)
            job.process.stdin.flush()
            if code.startswith("curl"):
                job.process.stdin.close()
        with contextlib.suppress(AssertionError):
            job.wait_for("It works", 10)
            return "page"
    return None


def page_after_password(stage, code):
    """The same on a terminal, where the password is asked for."""
    with world.web():
        try:
            result = stage.type(code, [(r"(?i)password", "secret\n"), (r"\n", "GET / HTTP/1.0\n\n"), ("It works", "\x04")])
        except AssertionError:  # it was not asked for
            return None
        return "page" if b"It works" in result.out else None


def reachable(stage, code):
    """Whether it tells an open port from a closed one."""
    closed = stage.run(code).status
    with world.listening(world.WEB, 80):
        return "told" if closed != 0 and stage.run(code).status == 0 else None


def feed(stage, code):
    """What a server sends, though stdin has no end."""
    with targets.Source(b"news\n", host=world.ECHO, port=9001):
        result = stage.run(code, stdin=None)
    return result.out or None


def echoed(stage, code):
    """What a server got for one line."""
    with targets.Echo(host=world.ECHO, port=7), stage.job(code) as job:
        with contextlib.suppress(BrokenPipeError):
            job.process.stdin.write(b"line\n")
            job.process.stdin.flush()
        with contextlib.suppress(AssertionError):
            job.wait_for("line\r?\n", 5)
        return bytes(job.out) or None


def counted(stage, code):
    """The answer of a server that waits for the end of what it gets."""
    with targets.AfterEof(host=world.MAIL, port=9000):
        return stage.run(code, b"x" * 70000).out or None


def leaves(stage, code):
    """Whether it leaves about a second after the end of stdin, though the server does not."""
    with targets.Sink(host=world.ECHO, port=9000) as sink:
        result = stage.run(code, b"hello\n")
        return "in time" if sink.count == 6 and 0.8 < result.seconds < 4 else None


def sent(stage, code):
    """What a server got, and what it said in return."""
    with targets.Sink(host=world.ECHO, port=9000) as sink:
        result = stage.run(code, b"hello\n")
        sink.finished.wait(5 if sink.accepted else 0)
        return (sink.count, sink.ended, result.out) if sink.count else None


def idle(stage, code):
    """Whether it gives up after about a second of silence."""
    with targets.Silent(host=world.ECHO, port=9000) as server:
        result = stage.run(code, stdin=None)
        return "gave up" if server.accepted and 0.8 < result.seconds < 4 and result.status else None


def gives_up(stage, code):
    """Whether it gives up after about two seconds."""
    began = time.monotonic()
    result = stage.run(code, REQUEST)
    return "gave up" if result.status and 1.5 < time.monotonic() - began < 5 else None


def printed(stage, code):
    return stage.run(code).out or None


def ssh_by_descriptor(stage, code):
    config = f"Host inside.example\n    ProxyCommand {code}\n    ProxyUseFdpass yes\n"
    with servers.sshd(world.INSIDE, 22) as server:
        readme.keys_for(stage, server, config)
        return stage.run("ssh inside.example echo there").out or None


def port_8080(stage, code):
    with world.web(), stage.job(code) as job:
        world.wait_until(lambda: servers.listens(8080) or not job.runs(), 10, "nobody listens")
        result = stage.run("nc -N 127.0.0.1 8080", REQUEST)
        return "page" if b"It works" in result.out else None


# Which proxy and which check a row needs, by a pattern of its left side; the first that matches.
KINDS = (
    (r"^tor-resolve -x", tor_with_network, printed),
    (r"^tor-resolve .*9150", lambda: tor(9150), printed), (r"^tor-resolve", tor, printed),
    (r"^nc -F", socks, ssh_by_descriptor), (r"^nc .*-P ", http_login, page_after_password), (r"^nc -z", socks, reachable),
    (r"^nc -d|--recv-only", socks, feed), (r"^nc -C", socks, echoed), (r"^nc -N", socks, counted), (r"^nc -q", socks, leaves),
    (r"--send-only", socks, sent), (r"^ncat -i", socks, idle), (r"silent\.example", silent, gives_up),
    (r"TCP-LISTEN", socks4a, port_8080), (r"proxyauth", http_login, page), (r"-x https:", https, page),
    (r"-X connect|proxy-type http|PROXY:|-H |-x http:", http, page), (r"SOCKS4A|-4 -R remote|socks4a", socks4a, page),
    (r"preproxy", two, page), (r"alice:secret|PASSWORD", login, page), (r"/run/tor/socks", on_unix_socket, page),
    (r"", socks, page),
)


def kind(row):
    return next((proxy, check) for pattern, proxy, check in KINDS if re.search(pattern, row[0]))


class Translations(CliCase):
    def stage(self):
        stage = self.enterContext(world.Stage())
        stage.write("ca.pem", pathlib.Path(certificates.ca()).read_text())
        return stage

    def test_the_page_has_rows_of_each_tool(self):
        tools = {re.sub(r"^(\w+=\S+ )*", "", left).split()[0] for left, _ in ROWS}
        self.assertEqual(tools, {"nc", "ncat", "socat", "connect-proxy", "tor-resolve", "curl"})
        self.assertEqual(len(ROWS), PAGE.read_text().count("\n| `"))

    def test_each_pair_does_the_same_thing(self):
        for row in ROWS:
            proxy, check = kind(row)
            stage = self.stage()
            with self.subTest(row=row), proxy():
                did = [check(stage, code) for code in row]
                self.assertIsNotNone(did[0])
                self.assertEqual(did[0], did[1])

    def test_neither_does_it_without_the_proxy(self):
        stage = self.stage()
        for row in ROWS:
            _, check = kind(row)
            with self.subTest(row=row):
                self.assertEqual([check(stage, code) for code in row], [None, None])


if __name__ == "__main__":
    world.SERVER_NAMES.update(NAMES)
    readme.enter()
    unittest.main()
