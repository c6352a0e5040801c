# SPDX-License-Identifier: MIT
"""The examples of sockscat-resolve(1)."""
import pathlib
import unittest

import certificates
import examples_world as world
import servers
from examples import Examples, Shown, of_manual
from expect import CliCase

PAGE = pathlib.Path(__file__).resolve().parents[2] / "man" / "sockscat-resolve.1"
SHOWN = Shown()
ZONES = {
    "inside.example.": ["wiki A 192.0.2.80", "git A 192.0.2.81", "new A 192.0.2.82"],
    "example.com.": ["@ A 192.0.2.80", "@ AAAA 2001:db8::80", "@ MX 10 mail.example.com."],
}


def open_proxy():
    """Dante at proxy.example."""
    return servers.dante(world.PROXY, port=1080, external=(world.PROXY_OUTSIDE,))


def name_server(zones=None, certificate=None):
    """unbound at the address of the examples."""
    return servers.unbound(zones or ZONES, certificate, world.NAME_SERVER, (53, 853))


def tor(of, to):
    """Tor without a network, which knows one thing as if it had asked for it before."""
    return servers.tor("CacheDNS CacheIPv4DNS UseDNSCache UseIPv4Cache", 9050, MapAddress=f"{of} {to}")


@SHOWN("Ask Tor:")
def ask_tor(case, stage, code):
    stage.start(tor("www.example.com", "192.0.2.80"))
    case.assert_success(stage.run(code), b"192.0.2.80\n")


@SHOWN("The name of an address, over a fresh circuit:")
def address(case, stage, code):
    stage.start(tor("REVERSE[192.0.2.80]", "www.example.com"))
    case.assert_success(stage.run(code), b"www.example.com\n")


@SHOWN("Ask the name server of a network that only the proxy can reach:")
def inside(case, stage, code):
    stage.start(open_proxy())
    stage.start(name_server())
    case.assert_success(stage.run(code), b"wiki.inside.example\t192.0.2.80\ngit.inside.example\t192.0.2.81\n")


@SHOWN("The mail servers of a domain, over TLS from a public resolver:")
def mail(case, stage, code):
    stage.start(open_proxy())
    stage.start(name_server(certificate=certificates.get("example")))
    case.assert_success(stage.run(code, SSL_CERT_FILE=certificates.ca()), b"10 mail.example.com.\n")
    case.assert_status(stage.run(code), 12)


@SHOWN("Wait until a name exists:")
def wait(case, stage, code):
    stage.start(open_proxy())
    with name_server({"inside.example.": []}):
        job = stage.job(code.replace("sleep 5", "echo not yet; sleep 0.1"))
        job.wait_for("not yet\n")
        case.assertTrue(job.runs())
    with name_server():
        result = job.finish()
    case.assert_status(result, 0)
    case.assertEqual(result.out.splitlines()[-1], b"192.0.2.82")
    case.assertEqual(result.err, "")


@SHOWN("Show the TTLs, with jq(1):")
def ttls(case, stage, code):
    stage.need("jq")
    stage.start(open_proxy())
    stage.start(name_server())
    case.assert_success(stage.run(code), b"300\n300\n")     # of the zone: one A, one AAAA


class Page(Examples, CliCase):
    shown, examples = SHOWN, of_manual(PAGE)


if __name__ == "__main__":
    world.enter()
    unittest.main()
