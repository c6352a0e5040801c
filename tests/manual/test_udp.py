# SPDX-License-Identifier: MIT
"""The examples of sockscat-udp(1)."""
import pathlib
import unittest

import examples_world as world
import servers
import targets
from examples import Examples, Shown, of_manual
from expect import CliCase

PAGE = pathlib.Path(__file__).resolve().parents[2] / "man" / "sockscat-udp.1"
SHOWN = Shown()
ZONES = {"example.com.": ["@ A 192.0.2.80"]}


def open_proxy():
    """Dante at proxy.example."""
    return servers.dante(world.PROXY, port=1080, external=(world.PROXY_OUTSIDE,))


def echo(host=world.ECHO, port=7, answer=lambda data: [data]):
    return targets.UdpTarget(answer, host, port)


@SHOWN("Send one datagram, and wait for one answer:")
def one(case, stage, code):
    stage.start(open_proxy())
    target = stage.start(echo())
    case.assert_success(stage.run(code), b"ping\n")
    case.assertEqual(target.received, [b"ping\n"])


@SHOWN("Ask a name server for the IPv4 address of example.com. The question has 29 bytes, which is 035 in octal:")
def dns(case, stage, code):
    """RFC 1035: the number of the question, and an answer that ends in the four bytes of the address."""
    stage.start(open_proxy())
    stage.start(servers.unbound(ZONES, host=world.NAME_SERVER, ports=(53, None)))
    result = stage.run(code)
    case.assert_status(result, 0)
    octets = bytes.fromhex(result.out.decode())
    case.assertEqual(int.from_bytes(octets[:2], "big"), len(octets) - 2)
    case.assertEqual(octets[2:4], b"\x12\x34")
    case.assertIn(bytes([0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 192, 0, 2, 80]), octets)    # A, IN, 300 s, 4 bytes


@SHOWN("One object per line. Input is",
       "where to is optional; the default is HOST:PORT of the command line. Output is")
def objects(case, stage, question, answer):
    """RFC 4648: cGluZw== is ping."""
    stage.start(open_proxy())
    stage.start(echo())
    stage.start(echo(world.ECHO2))
    for asked, to in ((question.replace("HOST:PORT", "192.0.2.8:7"), world.ECHO2),
                      (question.replace('"to":"HOST:PORT",', ""), world.ECHO)):
        result = stage.run("sockscat udp --framing=json --count 1 -x proxy.example 192.0.2.7 7",
                           asked.replace("BASE64", "cGluZw==").encode())
        case.assert_success(result, answer.replace("HOST:PORT", f"{to}:7").replace("BASE64", "cGluZw==").encode())


@SHOWN("Talk line by line, until Control-D:")
def talk(case, stage, code):
    stage.start(open_proxy())
    target = stage.start(echo(port=5000, answer=lambda data: [b"you said " + data]))
    result = stage.type(code, [("", "hello\n"), ("you said hello\r\n", "again\n"), ("you said again\r\n", "\x04")])
    case.assert_status(result, 0)
    case.assertEqual(target.received, [b"hello", b"again"])


@SHOWN("Send to two targets through one association, and see who answered, with jq(1):")
def two(case, stage, code):
    stage.need("jq")
    stage.start(open_proxy())
    found = [stage.start(echo(host, answer=lambda data, host=host: [f"{host}!".encode()]))
             for host in (world.ECHO, world.ECHO2)]
    result = stage.run(code)
    case.assert_status(result, 0)
    case.assertEqual(sorted(result.out.decode().splitlines()), ["192.0.2.7:7 192.0.2.7!", "192.0.2.8:7 192.0.2.8!"])
    case.assertEqual([each.received for each in found], [[b"ping"]] * 2)
    case.assertEqual(len({source for each in found for source in each.sources}), 1)     # one association


@SHOWN("Save what arrives, and count it:")
def save(case, stage, code):
    stage.need("jq")
    stage.start(open_proxy())
    stage.start(echo(port=9000, answer=lambda data: [b"one", b"two", b"three"]))
    result = stage.run(code)
    case.assert_status(result, 0)
    case.assertEqual((stage.folder / "feed").read_text(), "one\ntwo\nthree\n")
    case.assertRegex(result.out.decode(), r'\A\{\n  "sent": 1,\n  "received": 3\n\}\n\{\n')


@SHOWN("Use a proxy that reports the private address it has behind NAT:")
def behind_nat(case, stage, code):
    stage.start(servers.v2ray(world.PROXY, port=1080, says="10.0.0.5"))
    stage.start(echo())
    case.assert_success(stage.run(code), b"ping\n")
    case.assertEqual(code.count("--relay=proxy"), 1)
    case.assert_status(stage.run(code.replace("--relay=proxy ", "")), 13)


class Page(Examples, CliCase):
    shown, examples = SHOWN, of_manual(PAGE)


if __name__ == "__main__":
    world.enter()
    unittest.main()
