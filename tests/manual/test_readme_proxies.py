# SPDX-License-Identifier: MIT
"""The blocks of the README about proxies themselves, run as they are written: logins, TLS, chains, diagnosis."""
import ipaddress
import pathlib
import re
import unittest
from unittest import mock

import certificates
import examples_world as world
import kerberos
import readme
import servers
import targets
from examples import Examples, Shown, session
from expect import CliCase
from readme import REQUEST, assert_page, guarded_proxy, keys_for, simple_proxy
from scripted_proxy import ScriptedProxy

SECTIONS = ("A password that `ps` does not show", "TLS with the proxy", "A chain of proxies", "Kerberos",
            "A proxy on a Unix socket", "Tor", "Diagnose a proxy", "A gate for CI", "Watch a proxy with cron",
            "Read reports with jq", "A hundred thousand proxies")
SHOWN = Shown()
TYPED = "GET / HTTP/1.0\n\n"
ONION = "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion"    # whose checksum is right


@SHOWN("A password that `ps` does not show")
def password_file(case, stage, code):
    stage.start(guarded_proxy())
    stage.start(world.web())
    assert_page(case, stage.type(code, f"{world.PASSWORD}\n\x04{TYPED}"))
    kept = stage.home / ".proxy-password"
    case.assertEqual((kept.read_text(), kept.stat().st_mode & 0o077), (world.PASSWORD + "\n", 0))


@SHOWN("A password that `ps` does not show 2")
def password_program(case, stage, code):
    stage.start(guarded_proxy())
    stage.start(world.web())
    stage.program("pass", f'#!/bin/sh\n[ "$*" = "show proxy" ] && echo "{world.PASSWORD}"\n')
    assert_page(case, stage.run(code, REQUEST, shell="bash"))


@SHOWN("A password that `ps` does not show 3")
def password_typed(case, stage, code):
    stage.start(guarded_proxy())
    stage.start(world.web())
    result = stage.type(code, [("(?i)password.*: *$", f"{world.PASSWORD}\n"), (r"\n", TYPED)])
    assert_page(case, result)
    case.assertNotIn(world.PASSWORD.encode(), result.out)
    stage.program("ask", f"#!/bin/sh\necho '{world.PASSWORD}'\n")
    assert_page(case, stage.run(f"setsid -w {code}", REQUEST, SSH_ASKPASS=str(stage.bin / "ask")))


def tls_proxy(stage, port, **settings):
    """proxy.example behind TLS."""
    return stage.start(servers.stunnel(stage.start(servers.microsocks()), world.PROXY, "example", port, **settings))


@SHOWN("TLS with the proxy")
def tls(case, stage, code):
    tls_proxy(stage, 1443)
    stage.start(world.web())
    assert_page(case, stage.run(code, REQUEST, SSL_CERT_FILE=certificates.ca()))
    case.assert_status(stage.run(code, REQUEST), 12)


@SHOWN("TLS with the proxy 2")
def own_authority(case, stage, code):
    tls_proxy(stage, 1443)
    stage.start(world.web())
    for file, status in ((certificates.ca(), 0), (certificates.get("example").cert, 0), (certificates.ca("other-ca"), 12)):
        stage.write("~/ca.pem", pathlib.Path(file).read_text())
        case.assert_status(stage.run(code, REQUEST), status)


@SHOWN("TLS with the proxy 3")
def client_certificate(case, stage, code):
    tls_proxy(stage, 1443, CAfile=certificates.ca(), verifyChain="yes")
    stage.start(world.web())
    stage.write("~/.proxy/ca.pem", pathlib.Path(certificates.ca()).read_text())
    for kind, is_known in (("client", True), ("untrusted", False)):
        pair = certificates.get(kind)
        stage.write("~/.proxy/me.pem", pathlib.Path(pair.cert).read_text())
        stage.write("~/.proxy/me.key", pathlib.Path(pair.key).read_text())
        result = stage.run(code, REQUEST)
        case.assertIn(result.status, (0,) if is_known else (12, 16))


@SHOWN("A chain of proxies")
def chain_for_ssh(case, stage, code):
    stage.start(servers.microsocks(port=9050))
    tls_proxy(stage, 1080)
    with servers.tinyproxy(world.GATE, port=3128, Allow=world.GATE):
        result = world.log_in(stage, code, "inside.example", "echo there", SSL_CERT_FILE=certificates.ca())
        case.assert_success(result, b"there\n")
    case.assertEqual(stage.run("ssh inside.example echo there", SSL_CERT_FILE=certificates.ca()).out, b"")


@SHOWN("A chain of proxies 2")
def chain_with_login(case, stage, code):
    stage.start(servers.microsocks(port=9050))
    inside = stage.start(servers.microsocks(login=(world.USER, world.PASSWORD)))
    stage.start(servers.stunnel(inside, world.PROXY, "example", 1080))
    stage.start(world.web())
    for password, status in ((world.PASSWORD, 0), ("another", 15)):
        stage.write("~/.proxy-password", password + "\n")
        case.assert_status(stage.run(code, REQUEST, SSL_CERT_FILE=certificates.ca()), status)


@SHOWN("Kerberos")
def with_kerberos(case, stage, code):
    realm = stage.start(kerberos.Realm("EXAMPLE.COM", "proxy.example.com"))
    realm.add_user(world.USER, "wonderland")
    realm.add_service("socks/proxy.example.com")
    proxy = stage.start(kerberos.acceptor(realm))
    stage.start(world.forwarded(world.KERBEROS_PROXY, 1080, proxy))
    stage.start(world.web("127.0.0.1"))     # which is where this proxy finds every name
    settings = {name: value for name, value in realm.environment().items() if name.startswith("KRB5")}
    steps = [("Password for alice@EXAMPLE.COM", "wonderland\n"), (r"\n", TYPED)]
    assert_page(case, stage.type(code, steps, **settings))
    case.assertIn("asked for 2, granted 2\n", proxy.said())     # RFC 1961: integrity and confidentiality


@SHOWN("A proxy on a Unix socket")
def unix_socket(case, stage, code):
    pathlib.Path("/run/tor/socks").unlink(missing_ok=True)
    stage.start(world.unix_socket("/run/tor/socks", stage.start(servers.microsocks())))
    stage.start(world.web())
    assert_page(case, stage.run(code, REQUEST))
    other, = re.findall("curl's form, `([^`]*)`", readme.TEXT)
    assert_page(case, stage.run(re.sub(r"socks5h\S+", other, code), REQUEST))


@SHOWN("Tor")
def circuits(case, stage, code):
    """Tor's proposal 351: the user name, and a password that differs from one run to the next."""
    web = stage.start(world.web("127.0.0.1"))
    tor = stage.start(ScriptedProxy(port=9050, users={b"<torS0X>0": mock.ANY},
                                    routes={("www.example.com", 80): (web.host, web.port)}))
    for _ in range(2):
        assert_page(case, stage.run(code, REQUEST))
    case.assertEqual(len({each.password for each in tor.conversations}), 2)


@SHOWN("Tor 2")
def tor_resolves(case, stage, code):
    stage.start(servers.tor(port=9050, MapAddress="www.example.com 192.0.2.80", AutomapHostsOnResolve=1))
    (command, output), = session(code)
    case.assert_success(stage.run(command), output.encode())
    onion = stage.run("sockscat resolve -x socks5h://localhost:9050 " + ONION)
    case.assertTrue(ipaddress.ip_address(onion.out.decode().strip()).is_private, onion.out)     # of its virtual network


@SHOWN("Diagnose a proxy")
def diagnose(case, stage, code):
    """Here it is another proxy: same questions. tests/cli/probe/test_probe_readme.py has the one that is shown."""
    stage.start(guarded_proxy())
    stage.start(world.listening(world.WEB, 443))
    (command, shown), = session(code)
    result = stage.run(command, SOCKSCAT_PASSWORD=world.PASSWORD)
    case.assert_status(result, 0)
    questions = re.findall(r"^(?:[A-Z]+| {9}) {2}([A-Za-z][\w ]*?) {2,}", shown, re.M)
    case.assertGreater(len(questions), 15)
    for question in questions:
        case.assertRegex(result.out.decode(), rf"(?m)^(?:[A-Z]+ +| +){re.escape(question)}  ")


@SHOWN("Diagnose a proxy 2")
def wrong_port(case, stage, code):
    stage.start(servers.sshd(world.PROXY, 22))
    (command, shown), = session(code)
    result = stage.run(command)
    case.assert_status(result, 13)

    def without_version(text):
        return re.sub(r'"SSH-2\.0-OpenSSH_[^"]*"', "BANNER", " ".join(text.split()))
    case.assertEqual(without_version(result.out.decode()), without_version(shown))


@SHOWN("A gate for CI")
def gate(case, stage, code):
    """The statuses that the text gives, each with a proxy that is like that."""
    password = {"SOCKSCAT_PASSWORD": world.PASSWORD}
    case.assert_status(stage.run(code, **password), 11)
    with targets.Silent(host=world.PROXY, port=1080):
        case.assert_status(stage.run(code.replace("probe", "probe -w 1"), **password), 124)
    stage.start(world.listening(world.WEB, 443))
    with servers.dante(world.PROXY, "username", port=1080, external=(world.PROXY_OUTSIDE,)):
        case.assert_status(stage.run(code, **password), 0)
        case.assert_status(stage.run(code, SOCKSCAT_PASSWORD="another"), 15)
        case.assert_status(stage.run(code.replace("alice@", "")), 14)
    with guarded_proxy():   # microsocks has no UDP
        result = stage.run(code, **password)
        case.assert_status(result, 3)
        case.assertRegex(result.err, r"\budp\b")
        case.assertNotRegex(result.err, r"remote-dns|connect,")


@SHOWN("Watch a proxy with cron")
def cron(case, stage, code):
    command = re.fullmatch(r"\*/5 \* \* \* \* (.*)\n", code)[1]
    case.assertNotIn("%", command)  # which ends it, in a crontab
    stage.start(world.listening(world.WEB, 443))
    with simple_proxy():
        case.assert_success(stage.run(command), b"")
    result = stage.run(command)
    case.assertRegex(result.out, rb"^unreachable +proxy\.example:1080")


@SHOWN("Read reports with jq")
def usable_ones(case, stage, code):
    stage.start(simple_proxy())
    stage.start(simple_proxy(1081))
    stage.write("proxies.txt", f"proxy.example\n127.0.0.1:{targets.closed_port()}\nsocks5://192.0.2.10:1081\n")
    case.assertEqual(stage.run(code).out, b"socks5h://proxy.example:1080\nsocks5://192.0.2.10:1081\n")


@SHOWN("A hundred thousand proxies", "A hundred thousand proxies 2", "A hundred thousand proxies 3")
def many(case, stage, split, probe, read):
    """Broken off after the first job, and run again."""
    machines = [stage.start(servers.sshd(address, 22, SetEnv=f"PATH={stage.environment()['PATH']}"))
                for address in readme.MACHINES.values()]
    keys_for(stage, machines[0])
    own = stage.home / ".ssh/config"
    own.write_text(f"Host two.example\n    IdentityFile {machines[1].key}\n" + own.read_text())
    stage.start(simple_proxy())
    closed = targets.closed_port()
    dead = [f"127.0.{number // 250}.{number % 250 + 1}:{closed}" for number in range(2300)]
    stage.write("proxies.txt", "\n".join(["proxy.example", *dead, "192.0.2.10"]) + "\n")
    case.assert_success(stage.run(split))
    parts = {path.name: path for path in stage.folder.glob("part.*")}
    case.assertEqual(sorted(parts), [f"part.{number:04}" for number in range(3)])

    def done():
        log = stage.folder / "joblog"
        return log.read_text().splitlines()[1:] if log.exists() else []
    with stage.job(probe) as job:
        world.wait_until(lambda: done() or not job.runs(), 60, "no job has ended")
    first = done()
    case.assertIn(len(first), range(1, 3))
    result = stage.run(probe, within=120)
    case.assertEqual(done()[:len(first)], first)
    case.assertEqual(sorted(re.search(r"--from (\S+)", line)[1] for line in done()), sorted(parts), result.err)
    case.assertEqual({line.split("\t")[1] for line in done()}, {"one.example", "two.example"})
    case.assertEqual({line.split("\t")[6] for line in done()}, {"1"})
    case.assertEqual(list(stage.home.glob("part.*")), [])   # cleaned up at the other end
    counts = stage.run(read)
    case.assertEqual(re.findall(rb"(\d+) (\w+)", counts.out), [(b"2300", b"unreachable"), (b"2", b"usable")])
    usable = [line.split("\t") for line in (stage.folder / "usable.tsv").read_text().splitlines()]
    case.assertEqual({url for _, url in usable}, {"socks5h://proxy.example:1080", "socks5h://192.0.2.10:1080"})
    case.assertEqual([float(time) for time, _ in usable], sorted(float(time) for time, _ in usable))


class Proxies(Examples, CliCase):
    shown, examples = SHOWN, readme.examples(*SECTIONS)


if __name__ == "__main__":
    readme.enter()
    unittest.main()
