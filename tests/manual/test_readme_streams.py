# SPDX-License-Identifier: MIT
"""The blocks of the README that carry streams and datagrams, run as they are written."""
import gzip
import re
import socket
import unittest

import certificates
import examples_world as world
import file_servers
import readme
import servers
import targets
from examples import Examples, Shown, session
from expect import CliCase
from http_target import blob, http_target, sha256
from readme import assert_page, keys_for, open_proxy, simple_proxy
from tls_layer import Tls

SECTIONS = ("sockscat", "Three commands to begin with", "ssh through a proxy", "scp, rsync and git",
            "A local port for other programs", "HTTP by hand", "Uploads", "Pipelines", "TLS with the target",
            "Which ports can be reached", "Receive a file from anyone who connects", "Datagrams", "Resolve internal names",
            "See the handshake")
SHOWN = Shown()


@SHOWN("sockscat")
def first_session(case, stage, code):
    stage.start(simple_proxy())
    stage.start(world.web())
    stage.start(world.listening(world.WEB, 443))
    commands, outputs = zip(*session(code))
    result = stage.run("\n".join(["exec 2>&1", *commands]))
    case.assertEqual(result.out.decode(), "".join(outputs))


@SHOWN("Three commands to begin with")
def ssh_at_once(case, stage, code):
    stage.start(simple_proxy())
    keys_for(stage, stage.start(servers.sshd(world.INSIDE, 22)))
    case.assert_success(stage.run(code, b"echo there\n"), b"there\n")


@SHOWN("Three commands to begin with 2")
def probe_at_once(case, stage, code):
    stage.start(simple_proxy())
    target = stage.start(targets.Silent(host=world.WEB, port=443))
    result = stage.run(code)
    case.assert_status(result, 0)
    case.assertRegex(result.out.decode(), r"\Ausable +proxy\.example:1080 [\s\S]*\nTARGETS +www\.example\.com:443 +reached ")
    case.assertGreater(target.accepted, 0)


@SHOWN("Three commands to begin with 3")
def https(case, stage, code):
    stage.start(simple_proxy())
    stage.start(world.web(port=443, tls=Tls("example")))
    assert_page(case, stage.run(code, SSL_CERT_FILE=certificates.ca()))
    case.assert_status(stage.run(code), 12)


@SHOWN("ssh through a proxy")
def ssh(case, stage, code):
    stage.start(simple_proxy())
    result = world.log_in(stage, code, "inside.example", "echo there; pgrep -x -r DRS sockscat >/dev/null && echo and here")
    case.assert_success(result, b"there\nand here\n")


@SHOWN("ssh through a proxy 2")
def ssh_with_descriptor(case, stage, code):
    stage.start(simple_proxy())
    result = world.log_in(stage, code, "inside.example", "echo there; pgrep -x -r DRS sockscat || echo not here")
    case.assert_success(result, b"there\nnot here\n")


@SHOWN("ssh through a proxy 3")
def ssh_with_password(case, stage, code):
    stage.start(readme.guarded_proxy())
    server = stage.start(servers.sshd(world.INSIDE, 22))
    for config in (code, code.replace("connect", "connect --fdpass") + "    ProxyUseFdpass yes\n"):
        stage.write("~/.proxy-password", world.PASSWORD + "\n")
        keys_for(stage, server, config)
        case.assert_success(stage.run("ssh inside.example echo there"), b"there\n")
        stage.write("~/.proxy-password", "another\n")
        case.assertNotEqual(stage.run("ssh inside.example echo there").status, 0)


def project(stage, folder):
    """A bare repository with one commit."""
    result = stage.run(f"git init -q --bare -b main {folder} && git clone -q {folder} seed && cd seed && "
                       "git -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m begun && "
                       f"git push -q origin HEAD:main && cd .. && rm -rf seed && git -C {folder} update-server-info")
    assert result.status == 0, result.err


def assert_cloned(case, stage, result):
    case.assert_status(result, 0)
    case.assertEqual(stage.run("git -C project log --format=%s").out, b"begun\n")


@SHOWN("scp, rsync and git")
def by_ssh(case, stage, code):
    stage.start(simple_proxy())
    inside = stage.start(servers.sshd(world.INSIDE, 22, Subsystem="sftp internal-sftp"))
    keys_for(stage, inside, readme.blocks("ssh through a proxy")[0].code)
    project(stage, stage.home / "project.git")
    stage.write("report.txt", "a report\n")
    stage.write("notes/one", "a note\n")
    assert_cloned(case, stage, stage.run(f"set -e\n{code}"))
    case.assertEqual((stage.home / "report.txt").read_text(), "a report\n")
    case.assertEqual((stage.home / "notes/one").read_text(), "a note\n")


@SHOWN("scp, rsync and git 2")
def rsync(case, stage, code):
    stage.start(simple_proxy())
    stage.write("~/mirror/one", "a file\n")
    stage.start(file_servers.rsync(stage.home / "mirror", readme.MIRROR))
    case.assert_success(stage.run(code), b"")
    case.assertEqual((stage.folder / "files/one").read_text(), "a file\n")


@SHOWN("scp, rsync and git 3")
def git(case, stage, code):
    stage.start(simple_proxy())
    (stage.home / "served").mkdir()
    project(stage, stage.home / "served/project.git")
    stage.start(file_servers.git(stage.home / "served", readme.GIT))
    assert_cloned(case, stage, stage.run(f"set -e\n{code}"))


@SHOWN("A local port for other programs")
def local_port(case, stage, code):
    stage.start(simple_proxy())
    stage.start(targets.Banner(b"* OK ready\r\n", host=world.MAIL, port=143))
    job = stage.job(code)
    world.wait_until(lambda: servers.listens(1143) or not job.runs(), 10, "nobody listens")
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", 1143), 10) as sock, sock.makefile("rwb") as stream:
            case.assertEqual(stream.readline(), b"* OK ready\r\n")
            stream.write(b"hello\n")
            stream.flush()
            case.assertEqual(stream.readline(), b"hello\n")


@SHOWN("HTTP by hand")
def http(case, stage, code):
    stage.start(simple_proxy())
    stage.start(world.web())
    assert_page(case, stage.run(code))


def receiver(stage, code):
    """What waits at the other end, in a folder of its own."""
    (stage.folder / "there").mkdir(exist_ok=True)
    job = stage.job(f"cd there && {code}")
    world.wait_until(lambda: servers.listens(9000), 10, "nobody listens")
    return job


@SHOWN("Uploads")
def upload(case, stage, code):
    stage.start(open_proxy())
    data = blob(10_000_000)
    (stage.folder / "backup.tar").write_bytes(data)
    there = receiver(stage, "nc -d -l 9000 >backup.tar")
    result = stage.run(code)
    case.assert_status(result, 0)
    case.assertRegex(result.err, r"sent 9\.54 MiB")
    there.finish(within=10)
    case.assertEqual((stage.folder / "there/backup.tar").read_bytes(), data)


@SHOWN("Uploads 2")
def upload_by_http(case, stage, code):
    stage.start(simple_proxy())
    data = blob(10_000_000)
    (stage.folder / "backup.tar").write_bytes(data)
    port = stage.start(http_target())
    stage.start(world.forwarded(readme.STORAGE, 80, servers.Endpoint("127.0.0.1", port)))
    result = stage.run(code)
    case.assert_status(result, 0)
    case.assertTrue(result.out.startswith(b"HTTP/1.0 200"), result.out)
    case.assertTrue(result.out.endswith(sha256(data).encode()), result.out)


@SHOWN("Pipelines")
def folder(case, stage, code):
    stage.start(open_proxy())
    stage.write("photos/one", "a photo\n")
    there = receiver(stage, "nc -d -l 9000 | tar -xz")
    case.assert_status(stage.run(code), 0)
    case.assertEqual(there.finish(within=10).status, 0)
    case.assertEqual((stage.folder / "there/photos/one").read_text(), "a photo\n")


@SHOWN("Pipelines 2")
def both_halves(case, stage, code):
    stage.start(simple_proxy())
    with targets.Source(gzip.compress(b"news\n"), host=readme.STORAGE, port=9001):
        case.assert_success(stage.run(code, stdin=None, shell="bash"))
        case.assertEqual((stage.folder / "feed.txt").read_text(), "news\n")
    with targets.Source(b"no gzip\n", host=readme.STORAGE, port=9001):
        case.assertEqual(stage.run(code, shell="bash").status, 1)   # gzip's
    case.assertNotEqual(stage.run(code, shell="bash").status, 0)
    stage.program("gzip", "#!/bin/sh\nexec cat\n")                  # content with anything
    case.assert_status(stage.run(code, shell="bash"), 25)


@SHOWN("TLS with the target")
def tls(case, stage, code):
    stage.start(simple_proxy())
    stage.start(targets.TlsTarget(Tls("example"), targets.send(b"* OK ready\r\n"), host=world.MAIL, port=993))
    case.assert_success(stage.run(code, SSL_CERT_FILE=certificates.ca()), b"* OK ready\r\n")
    case.assert_status(stage.run(code), 12)


@SHOWN("Which ports can be reached")
def ports(case, stage, code):
    stage.start(simple_proxy())
    stage.start(world.listening(world.WEB, 80, 443))
    (command, output), = session(code)
    case.assert_success(stage.run(command), output.encode())


@SHOWN("Which ports can be reached 2")
def port(case, stage, code):
    stage.start(simple_proxy())
    case.assertEqual(stage.run(code).out, b"")
    stage.start(world.listening(world.WEB, 443))
    case.assert_success(stage.run(code), b"open\n")


def send_there(stage, port, text, source=world.PEER):
    """What the text above the second block has the other side do, from this address."""
    stage.write("file", text)
    result = stage.run(f"nc -N -s {source} {world.PROXY_OUTSIDE} {port} <file")
    assert result.status == 0, result.err


@SHOWN("Receive a file from anyone who connects")
def receive(case, stage, code):
    stage.start(open_proxy())
    (command, output), = session(code)
    job = stage.job(command)
    send_there(stage, job.wait_for(r"listening on \S+ (\d+)\n")[1], "for you\n")
    result = job.finish(None)
    case.assert_status(result, 0)
    shown = re.sub(r" \d+\n", " PORT\n", output)
    case.assertEqual(re.sub(r" \d+\n", " PORT\n", result.err), shown)
    case.assertEqual((stage.folder / "received").read_text(), "for you\n")


@SHOWN("Receive a file from anyone who connects 2")
def learn_the_port(case, stage, code):
    stage.start(open_proxy())
    """Dante itself rejects another peer, with reply 02."""
    for source, status in ((world.PEER, 0), (world.GATE, 22)):
        job = stage.job(code)
        place = job.wait_for(r"please send it to (\S+), port (\d+)\n", 10)
        case.assertEqual(place[1], world.PROXY_OUTSIDE)
        send_there(stage, place[2], "for you\n", source)
        result = job.finish(None)
        case.assert_status(result, status)
        case.assertEqual((stage.folder / "received").read_text(), "for you\n" if status == 0 else "")
        case.assertFalse((stage.folder / "where").exists())

@SHOWN("Datagrams")
def datagram(case, stage, code):
    stage.start(open_proxy())
    echo = stage.start(targets.UdpTarget(host=world.ECHO, port=7))
    case.assert_success(stage.run(code), b"ping\n")
    case.assertEqual(echo.received, [b"ping\n"])


@SHOWN("Datagrams 2")
def framed(case, stage, code):
    stage.start(open_proxy())
    stage.start(targets.UdpTarget(host=world.ECHO, port=7))
    for command, output in session(code):
        case.assert_success(stage.run(command), output.encode())


@SHOWN("Resolve internal names")
def names(case, stage, code):
    stage.start(open_proxy())
    stage.start(servers.unbound({"inside.example.": ["wiki A 192.0.2.80", "git A 192.0.2.81", "wiki MX 10 mail"]},
                                host=world.NAME_SERVER, ports=(53, None)))
    (command, output), = session(code)
    case.assert_success(stage.run(command), output.encode())
    mail = stage.run("sockscat resolve --type MX --server 192.0.2.53 -x proxy.example wiki.inside.example")
    case.assert_success(mail, b"10 mail.inside.example.\n")
    missing = stage.run("sockscat resolve --server 192.0.2.53 -x proxy.example nothing.inside.example")
    case.assert_status(missing, 3)


@SHOWN("See the handshake")
def trace(case, stage, code):
    stage.start(simple_proxy())
    stage.start(world.listening(world.WEB, 80))
    result = stage.run(code, stdin=None)
    case.assert_status(result, 0)
    case.assertRegex(result.err, r"(?s)--> +SOCKS5 greeting.*\n +05 +VER.*\n +01 +CMD +0x01 CONNECT.*\"example.com\".*"
                                 r"<-- +SOCKS5 reply.*\n +00 +REP ")


class Streams(Examples, CliCase):
    shown, examples = SHOWN, readme.examples(*SECTIONS)

    def test_git_knows_proxies_for_https(self):
        """What the text says of http.proxy; plain HTTP is the same code of git."""
        command, = re.findall(r"`git (config --global http\.proxy [^`]*)`", readme.TEXT)
        with world.Stage() as stage:
            (stage.home / "served").mkdir()
            project(stage, stage.home / "served/project.git")
            stage.start(simple_proxy())
            stage.start(file_servers.web(stage.home / "served", world.WEB))
            result = stage.run(f"git {command} && git ls-remote http://www.example.com/project.git main")
            self.assert_status(result, 0)
            self.assertRegex(result.out, rb"^[0-9a-f]{40}\trefs/heads/main\n$")


if __name__ == "__main__":
    readme.enter()
    unittest.main()
