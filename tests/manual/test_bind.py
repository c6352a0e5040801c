# SPDX-License-Identifier: MIT
"""The examples of sockscat-bind(1)."""
import pathlib
import re
import unittest

import certificates
import examples_world as world
import servers
from examples import Examples, Shown, of_manual, session
from expect import CliCase
from ftp import FtpServer

PAGE = pathlib.Path(__file__).resolve().parents[2] / "man" / "sockscat-bind.1"
SHOWN = Shown()
CONTENT = "as it was sent\n" * 1000
LISTENING = r"listening on (\S+) (\d+)"


def open_proxy():
    """Dante at proxy.example, which listens at another address of its machine."""
    return servers.dante(world.PROXY, port=1080, external=(world.PROXY_OUTSIDE,))


def send(case, stage, address, port, source=world.PEER):
    """Someone connects there and sends CONTENT."""
    stage.need("nc")
    stage.write("of-peer", CONTENT)
    result = stage.run(f"nc -N -s {source} {address} {port} <of-peer")
    case.assert_status(result, 0)


def assert_received(case, stage, name="received"):
    case.assertEqual((stage.folder / name).read_text(), CONTENT)


def pattern_of(lines):
    """What a session shows, whatever the numbers of its ports."""
    return re.sub(r" \d{5}\b", r" \\d+", lines.replace(".", r"\."))


@SHOWN("The proxy replies twice; each reply is reported on standard error immediately:",
       "Receive a file from anyone who connects; the sender ends it by closing the connection:",
       "The sender, for example with nc(1):")
def receive(case, stage, replies, code, sender):
    stage.need("nc")
    stage.start(open_proxy())
    (command, shown), = session(code)
    case.assertEqual(shown, replies)
    job = stage.job(command)
    port = job.wait_for(LISTENING)[2]
    stage.write("file", CONTENT)
    case.assertIn(" 198.51.100.7 40001 ", sender)
    sent = stage.run(sender.replace("nc -N", f"nc -N -s {world.PEER}").replace("40001", port))
    case.assert_status(sent, 0)
    result = job.finish()
    case.assert_status(result, 0)
    case.assertRegex(result.err, rf"\A{pattern_of(shown)}\Z")
    assert_received(case, stage)


@SHOWN("Have the last of two proxies listen, and speak TLS with it:")
def chain(case, stage, code):
    stage.start(servers.microsocks(port=9050))
    stage.start(servers.stunnel(stage.start(servers.dante(external=(world.PROXY_OUTSIDE,))), world.PROXY, "example", 1080))
    stage.write("~/ca.pem", pathlib.Path(certificates.ca()).read_text())
    job = stage.job(code)
    place = job.wait_for(LISTENING)
    case.assertEqual(place[1], world.PROXY_OUTSIDE)
    send(case, stage, *place.groups())
    case.assert_status(job.finish(), 0)
    assert_received(case, stage)


@SHOWN("Wait for one peer, and learn the port in a script. Reading a FIFO waits until the proxy listens; if that fails "
       "there is nothing to read, and read fails too:")
def script(case, stage, code):
    failed = stage.run(code, within=10)
    case.assertNotIn(b"please", failed.out)
    case.assertEqual(failed.status, 11)
    with open_proxy():
        job = stage.job(code)
        address, port = job.wait_for(r"please send it to (\S+), port (\d+)\n").groups()
        send(case, stage, address, port)
        case.assert_status(job.finish(), 0)
        assert_received(case, stage)
        job = stage.job(code)
        address, port = job.wait_for(r"please send it to (\S+), port (\d+)\n").groups()
        send(case, stage, address, port, world.ECHO)
        case.assertIn(job.finish().status, (1, 22))   # Dante sees to it as well


@SHOWN("Active FTP: the server connects back to send the list of files. EPRT tells it where, over a separate connection "
       "through the same proxy:")
def ftp(case, stage, code):
    stage.start(open_proxy())
    server = stage.start(FtpServer({"one": b"1", "two": b"2"}, host=world.FTP, port=21))
    result = stage.run(code, within=10)
    case.assert_status(result, 0)
    case.assertEqual((stage.folder / "listing").read_bytes(), b"one\r\ntwo\r\n")
    case.assertEqual(server.commands, ["USER", "PASS", "EPRT", "LIST", "QUIT"])
    case.assertRegex(result.out, rb"(?s)220 .*331 .*230 .*200 .*150 .*226 .*221 ")


@SHOWN("Wait one minute, and report what happened:")
def report(case, stage, code):
    case.assertEqual(stage.run(code).out, b"something else\n")
    with servers.microsocks(world.PROXY, port=1080):
        case.assertEqual(stage.run(code).out, b"this proxy does not allow BIND\n")
    with open_proxy():
        soon = code.replace("--accept-timeout 60 ", "--accept-timeout 0.2 ")
        case.assertNotEqual(soon, code)
        case.assertEqual(stage.run(soon).out, b"no one connected\n")
        job = stage.job(code)
        send(case, stage, *job.wait_for(LISTENING).groups())
        case.assertEqual(job.finish().out, b"received\n")
    assert_received(case, stage)


class Page(Examples, CliCase):
    shown, examples = SHOWN, of_manual(PAGE)


if __name__ == "__main__":
    world.enter()
    unittest.main()
