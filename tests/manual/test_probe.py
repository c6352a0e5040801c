# SPDX-License-Identifier: MIT
"""The examples of sockscat-probe(1)."""
import pathlib
import unittest

import examples_world as world
import servers
from examples import Examples, Shown, of_manual
from expect import CliCase

PAGE = pathlib.Path(__file__).resolve().parents[2] / "man" / "sockscat-probe.1"
SHOWN = Shown()


def dante(method="none"):
    """At proxy.example; Dante has UDP."""
    return servers.dante(world.PROXY, method, 1080, (world.PROXY_OUTSIDE, world.PROXY_OUTSIDE6))


def microsocks():
    """At proxy.example; microsocks has no UDP."""
    return servers.microsocks(world.PROXY, port=1080)


@SHOWN("What is this proxy?")
def what(case, stage, code):
    case.assert_status(stage.run(code), 11)
    stage.start(microsocks())
    result = stage.run(code)
    case.assert_status(result, 0)
    case.assertRegex(result.out.decode(), r"\Ausable  proxy\.example:1080 (.|\n)*looks like microsocks")


@SHOWN("Does it reach this server, also over IPv6, and a name server over UDP?")
def targets(case, stage, code):
    stage.start(dante("username"))
    stage.start(world.listening(world.WEB, 443))
    stage.start(servers.unbound({"example.com.": []}, host=world.NAME_SERVER, ports=(53, None)))
    with world.listening(world.WEB6, 443):
        result = stage.type(code, [(r"[Pp]assword", world.PASSWORD + "\n")])
    case.assert_status(result, 0)
    shown = result.out.decode()
    for target in (r"www\.example\.com:443", r"\[2001:db8::1\]:443", r"192\.0\.2\.53:53"):
        case.assertRegex(shown, rf"{target} +reached")
    case.assertRegex(shown, r"UDP ASSOCIATE +yes +.*\s+192\.0\.2\.53:53 answered")
    result = stage.type(code, [(r"[Pp]assword", world.PASSWORD + "\n")])
    case.assertRegex(result.out.decode(), r"\[2001:db8::1\]:443 +refused")


@SHOWN("A check in a script:")
def check(case, stage, code):
    stage.start(world.listening(world.WEB, 443))
    with microsocks():
        case.assert_success(stage.run(code), b"not this one\n")
    with dante():
        case.assert_success(stage.run(code), b"")


@SHOWN("Which proxies of a list need no password?")
def open_ones(case, stage, code):
    stage.need("jq")
    stage.start(microsocks())
    stage.start(servers.microsocks(world.GATE, (world.USER, world.PASSWORD), port=1080))
    stage.write("proxies.txt", f"proxy.example\n{world.GATE}\n{world.ECHO}\n")
    result = stage.run(code)
    case.assert_success(result, b"socks5h://proxy.example:1080\n")


class Page(Examples, CliCase):
    shown, examples = SHOWN, of_manual(PAGE)


if __name__ == "__main__":
    world.enter()
    unittest.main()
