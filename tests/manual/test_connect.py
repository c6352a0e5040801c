# SPDX-License-Identifier: MIT
"""The examples of sockscat-connect(1)."""
import json
import pathlib
import re
import shlex
import unittest
from unittest import mock

import certificates
import examples_world as world
import servers
import targets
from examples import Examples, Shown, of_manual, session
from expect import CliCase
from scripted_proxy import ScriptedProxy
from tls_layer import Tls

PAGE = pathlib.Path(__file__).resolve().parents[2] / "man" / "sockscat-connect.1"
SHOWN = Shown()
REQUEST = b"GET / HTTP/1.0\r\n\r\n"
TYPED = "GET / HTTP/1.0\n\n"


def open_proxy():
    """microsocks at proxy.example, for everyone."""
    return servers.microsocks(world.PROXY, port=1080)


def closed_proxy(port=1080, host=world.PROXY):
    """microsocks, for alice only."""
    return servers.microsocks(host, (world.USER, world.PASSWORD), port=port)


def assert_page(case, result):
    case.assert_status(result, 0)
    case.assertIn(world.PAGE.strip(), result.out)


@SHOWN("For ssh(1) and for a request by hand:")
def in_short(case, stage, code):
    by_ssh, by_hand = code.splitlines()
    stage.start(open_proxy())
    stage.start(world.web())
    page = stage.run(by_hand.replace("REQUEST", "GET /").replace("HOST PORT", "www.example.com 80"))
    assert_page(case, page)
    options = re.fullmatch(r"ssh (-o '.*') HOST", by_ssh)[1]
    case.assert_success(world.log_in(stage, "", "inside.example", "echo there", options=shlex.split(options)), b"there\n")


@SHOWN("Reach a host with ssh(1), in ~/.ssh/config:")
def ssh(case, stage, code):
    stage.start(open_proxy())
    result = world.log_in(stage, code, "inside.example", "echo there; pgrep -x -r DRS sockscat >/dev/null && echo and here")
    case.assert_success(result, b"there\nand here\n")


@SHOWN("The same, but pass the connected socket to ssh(1), so that no extra process stays behind:")
def ssh_with_descriptor(case, stage, code):
    stage.start(open_proxy())
    result = world.log_in(stage, code, "inside.example", "echo there; pgrep -x -r DRS sockscat || echo not here")
    case.assert_success(result, b"there\nnot here\n")


@SHOWN("Fetch a page by hand:")
def fetch(case, stage, code):
    stage.start(open_proxy())
    stage.start(world.web())
    result = stage.run(code)
    assert_page(case, result)
    case.assertEqual(result.err, "")


@SHOWN("Keep the password in a file that only you can read. The first command waits for one line and then for Control-D:")
def password_file(case, stage, code):
    stage.start(closed_proxy())
    stage.start(world.web())
    result = stage.type(code, f"{world.PASSWORD}\n\x04{TYPED}")
    assert_page(case, result)
    case.assertEqual((stage.home / ".proxy-password").stat().st_mode & 0o077, 0)
    case.assertEqual((stage.home / ".proxy-password").read_text(), world.PASSWORD + "\n")


@SHOWN("The same in a URL:")
def password_file_in_url(case, stage, code):
    stage.start(closed_proxy())
    stage.start(world.web())
    stage.write("~/.proxy-password", world.PASSWORD + "\n")
    assert_page(case, stage.run(code, REQUEST))
    stage.write("~/.proxy-password", "another\n")
    case.assert_status(stage.run(code, REQUEST), 15)


@SHOWN("Use a proxy whose certificate is signed by your own CA:")
def own_authority(case, stage, code):
    stage.start(servers.stunnel(stage.start(servers.microsocks()), world.PROXY, "example", 1443))
    stage.start(world.web())
    stage.write("~/ca.pem", pathlib.Path(certificates.ca()).read_text())
    assert_page(case, stage.run(code, REQUEST))
    stage.write("~/ca.pem", pathlib.Path(certificates.ca("other-ca")).read_text())
    case.assert_status(stage.run(code, REQUEST), 12)


@SHOWN("Present a client certificate to a proxy that identifies users by it, with everything in the URL:")
def client_certificate(case, stage, code):
    stage.start(servers.stunnel(stage.start(servers.microsocks()), world.PROXY, "example", 1080,
                                CAfile=certificates.ca(), verifyChain="yes"))
    stage.start(world.web())
    mine, other = certificates.get("client"), certificates.get("untrusted")
    for pair, is_known in ((mine, True), (other, False)):
        stage.write("~/.proxy/me.pem", pathlib.Path(pair.cert).read_text())
        stage.write("~/.proxy/me.key", pathlib.Path(pair.key).read_text())
        result = stage.run(code, REQUEST, SSL_CERT_FILE=certificates.ca())
        if is_known:
            assert_page(case, result)
        else:
            case.assertIn(result.status, (12, 16))


@SHOWN("Speak TLS with a mail server inside the tunnel:")
def mail(case, stage, code):
    stage.start(open_proxy())
    stage.start(targets.TlsTarget(Tls("example"), targets.send(b"* OK ready\r\n"), host=world.MAIL, port=993))
    result = stage.run(code, SSL_CERT_FILE=certificates.ca())
    case.assert_success(result, b"* OK ready\r\n")
    case.assert_status(stage.run(code), 12)


@SHOWN("Fetch a page by HTTPS through an HTTP proxy:")
def https(case, stage, code):
    stage.start(servers.tinyproxy(world.PROXY, port=3128, Allow=world.PROXY))
    stage.start(world.web(port=443, tls=Tls("example")))
    assert_page(case, stage.run(code, SSL_CERT_FILE=certificates.ca()))
    case.assert_status(stage.run(code), 12)


@SHOWN("Go through a proxy on this machine and then through a second one, over TLS:")
def chain(case, stage, code):
    stage.start(servers.microsocks(port=9050))
    stage.start(servers.stunnel(stage.start(servers.microsocks()), world.PROXY, "example", 1443))
    stage.start(world.web())
    assert_page(case, stage.run(code, REQUEST, SSL_CERT_FILE=certificates.ca()))


@SHOWN("Let a program print the password, in bash(1):")
def password_program(case, stage, code):
    stage.start(closed_proxy())
    stage.start(world.web())
    stage.program("pass", f'#!/bin/sh\n[ "$*" = "show proxy" ] && echo "{world.PASSWORD}"\n')
    assert_page(case, stage.run(code, REQUEST, shell="bash"))


@SHOWN("See which ports can be reached:")
def ports(case, stage, code):
    stage.start(open_proxy())
    stage.start(world.listening(world.WEB, 80, 443))
    (command, output), = session(code)
    case.assert_success(stage.run(command), output.encode())


@SHOWN("Use a proxy that listens on a Unix socket, such as Tor on Debian:")
def unix_socket(case, stage, code):
    stage.start(world.unix_socket("/run/tor/socks", stage.start(servers.microsocks())))
    stage.start(world.web())
    assert_page(case, stage.run(code, REQUEST))


@SHOWN("Show the handshake without reading standard input:")
def trace(case, stage, code):
    stage.start(open_proxy())
    stage.start(world.listening(world.WEB, 80))
    result = stage.run(code, stdin=None)
    case.assert_status(result, 0)
    case.assertRegex(result.err, r"(?s)--> +SOCKS5 greeting.*\n +05 +VER.*\n +01 +CMD +0x01 CONNECT.*\"example.com\".*"
                                 r"<-- +SOCKS5 reply.*\n +00 +REP ")


@SHOWN("Keep a record of a run, and read it with jq(1):")
def report(case, stage, code):
    stage.need("jq")
    stage.start(open_proxy())
    stage.start(world.listening(world.WEB, 80))
    result = stage.run(code)
    case.assert_status(result, 0)
    status, phases = re.fullmatch(rb"(\d+)\n(\{.*\})\n", result.out, re.S).groups()
    case.assertEqual(status, b"0")
    case.assertGreaterEqual(json.loads(phases)["request_ms"], 0)


@SHOWN("Give each connection through Tor its own circuit:")
def isolation_of_tor(case, stage, code):
    """Tor proposal 351: the user name, and a password that differs from one run to the next."""
    web = stage.start(world.web("127.0.0.1"))
    tor = stage.start(ScriptedProxy(port=9050, users={b"<torS0X>0": mock.ANY},
                                    routes={("example.com", 80): (web.host, web.port)}))
    for _ in range(2):
        assert_page(case, stage.run(code, REQUEST))
    case.assertEqual([each.user for each in tor.conversations], [b"<torS0X>0"] * 2)
    case.assertEqual(len({each.password for each in tor.conversations}), 2)


class Page(Examples, CliCase):
    shown, examples = SHOWN, of_manual(PAGE)


if __name__ == "__main__":
    world.enter()
    unittest.main()
