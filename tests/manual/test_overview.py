# SPDX-License-Identifier: MIT
"""The examples of sockscat(1)."""
import pathlib
import unittest

import certificates
import examples_world as world
import kerberos
import servers
from examples import Examples, Shown, of_manual
from expect import CliCase

PAGE = pathlib.Path(__file__).resolve().parents[2] / "man" / "sockscat.1"
SHOWN = Shown()


def open_proxy():
    """microsocks at proxy.example, for everyone."""
    return servers.microsocks(world.PROXY, port=1080)


@SHOWN("For example, as a ProxyCommand of ssh(1), and to find out whether a port can be reached:")
def in_short(case, stage, code):
    by_ssh, check = code.splitlines()
    stage.start(open_proxy())
    result = world.log_in(stage, f"Host *\n    ProxyCommand {by_ssh}\n", "inside.example", "echo there")
    case.assert_success(result, b"there\n")
    case.assert_status(stage.run(check), 25)
    stage.start(world.listening(world.WEB, 443))
    case.assert_success(stage.run(check))


@SHOWN("A proxy that listens on a Unix socket is reached with +unix and an absolute path, or, as in curl(1), with the "
       "host localhost and a path:")
def unix_socket(case, stage, code):
    stage.start(world.unix_socket("/run/proxy/socks", stage.start(servers.microsocks())))
    stage.start(world.listening(world.WEB, 80))
    for url in code.split():
        case.assert_success(stage.run(f"sockscat connect -z -x {url} www.example.com 80 && echo open"), b"open\n")
        case.assert_status(stage.run(f"sockscat connect -z -x {url}s www.example.com 80"), 11)


@SHOWN("Use a proxy for ssh(1), in ~/.ssh/config. The proxy resolves the name:")
def ssh(case, stage, code):
    stage.start(open_proxy())
    result = world.log_in(stage, code, "www.example.com", "echo there", world.WEB)
    case.assert_success(result, b"there\n")


@SHOWN("Name the proxy once, and reach two hosts:")
def two_hosts(case, stage, code):
    stage.start(open_proxy())
    stage.start(world.listening(world.WEB, 443))
    stage.start(world.listening(world.MAIL, 25, 587))
    case.assert_success(stage.run(code), b"open\n25\topen\n465\trefused\n587\topen\n")


@SHOWN("Tell the failures apart in a script:")
def failures(case, stage, code):
    case.assertEqual(stage.run(code).out, b"the proxy cannot be reached\n")
    with open_proxy():
        case.assertEqual(stage.run(code).out, b"the proxy refused the request\n")
        with world.listening(world.WEB, 443):
            case.assertEqual(stage.run(code).out, b"works\n")
    with servers.microsocks(world.PROXY, (world.USER, world.PASSWORD), port=1080):
        case.assertEqual(stage.run(code).out, b"the proxy requires other credentials\n")
    with world.web(world.PROXY, 1080):
        case.assertEqual(stage.run(code).out, b"something else\n")


@SHOWN("Log in with Kerberos; everything after the login is encrypted between this machine and the proxy:")
def with_kerberos(case, stage, code):
    realm = stage.start(kerberos.Realm("EXAMPLE.COM", "proxy.example.com"))
    realm.add_user(world.USER, "of-realm")
    realm.add_service("socks/proxy.example.com")
    proxy = stage.start(kerberos.acceptor(realm))
    stage.start(world.forwarded(world.KERBEROS_PROXY, 1080, proxy))
    stage.start(world.web("127.0.0.1"))     # which is where this proxy finds every name
    settings = {name: value for name, value in realm.environment().items() if name.startswith("KRB5")}
    result = stage.type(code, [("Password for alice@EXAMPLE.COM", "of-realm\n"), (r"\n", "GET / HTTP/1.0\n\n")],
                        **settings)
    case.assert_status(result, 0)
    case.assertIn(world.PAGE.strip(), result.out)
    case.assertIn("asked for 2, granted 2\n", proxy.said())     # RFC 1961: integrity and confidentiality


@SHOWN("Use a proxy whose certificate is signed by your own CA:")
def own_authority(case, stage, code):
    stage.start(servers.stunnel(stage.start(servers.microsocks()), world.PROXY, "example", 1443))
    stage.start(world.listening(world.WEB, 443))
    stage.write("~/ca.pem", pathlib.Path(certificates.ca()).read_text())
    case.assert_success(stage.run(code), b"open\n")
    stage.write("~/ca.pem", pathlib.Path(certificates.ca("other-ca")).read_text())
    case.assert_failure(stage.run(code), 12, "proxy.example:1443", "tls")


@SHOWN("Go through three proxies to reach a host with ssh(1). The first is on this machine, the second requires TLS and "
       "a password, the third is an HTTP proxy. In ~/.ssh/config:",
       "In ~/bin/through-three-proxies:")
def three_proxies(case, stage, config, script):
    stage.start(servers.microsocks(port=9050))
    inside = stage.start(servers.microsocks(login=(world.USER, world.PASSWORD)))
    stage.start(servers.stunnel(inside, world.PROXY, "example", 1080))
    stage.start(servers.tinyproxy(world.GATE, port=3128, Allow=world.GATE))
    stage.write("~/bin/through-three-proxies", script, 0o755)
    stage.write("~/.pw", world.PASSWORD + "\n")
    result = world.log_in(stage, config, "inside.example", "echo there", SSL_CERT_FILE=certificates.ca())
    case.assert_success(result, b"there\n")


class Page(Examples, CliCase):
    shown, examples = SHOWN, of_manual(PAGE)


if __name__ == "__main__":
    world.enter()
    unittest.main()
