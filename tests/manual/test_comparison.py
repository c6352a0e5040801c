# SPDX-License-Identifier: MIT
"""The table of the README that compares sockscat with other tools, cell by cell.

A cell is settled by a run of that tool: what was asked for came, or it did not. Where a tool has no words to ask
for it, its own help shows that: it has nothing of the kind, and the help of a tool that can do it has.
"""
import contextlib
import functools
import itertools
import os
import pathlib
import re
import shlex
import socket
import subprocess
import threading
import time
import unittest

import certificates
import cli
import isolation
import servers
import targets
from expect import CliCase, concurrently
from http_target import http_target
from scripted_proxy import ScriptedProxy

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
TOOLS = ("sockscat", "nc", "ncat", "socat", "connect-proxy", "curl", "proxychains", "ssh -D")
VERSIONS = {    # what the text above the table says: {tool: (its words there, how the program says it)}
    "nc": (r"nc\.openbsd (\S+?),", "dpkg-query -W -f '${Version}' netcat-openbsd"),
    "ncat": (r"ncat (\S+?),", "ncat --version 2>&1"),
    "socat": (r"socat (\S+?),", "socat -V"),
    "connect-proxy": (r"connect-proxy (\S+?),", "connect-proxy 2>&1"),
    "curl": (r"curl (\S+?),", "curl --version"),
    "proxychains": (r"proxychains-ng (\S+?),", "dpkg-query -W -f '${Version}' proxychains4"),
    "ssh -D": (r"OpenSSH (\S+)\. ", "ssh -V 2>&1"),
}
HELP = {"sockscat": "for c in connect bind udp probe resolve; do {sockscat} $c --help; done", "nc": "nc -h 2>&1",
        "ncat": "ncat --help", "socat": "socat -hh", "connect-proxy": "connect-proxy 2>&1",
        "curl": "curl --help all", "proxychains": "proxychains4 --help; cat /etc/proxychains4.conf", "ssh -D": "ssh 2>&1"}
PROGRAMS = {"nc": "nc.openbsd", "proxychains": "proxychains4", "ssh -D": "ssh"}
PAGE = b"It works.\n"
REQUEST = b"GET / HTTP/1.0\r\n\r\n"
LIMIT = 10  # seconds until an attempt counts as failed


def text_and_table():
    """The text above the table, and {capability: {tool: cell}}."""
    section = README.read_text().split("## Compared with other tools\n")[1].split("\n## ")[0]
    text, lines = section.split("\n| |", 1)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in ("|" + lines).splitlines()
            if line.startswith("|")]
    assert tuple(rows[0]) == TOOLS, rows[0]
    return text, {row[0]: dict(zip(TOOLS, row[1:], strict=True)) for row in rows[2:]}


TEXT, TABLE = text_and_table()
SOCKSCAT = shlex.quote(cli.BINARY)
CAPABILITIES = {}   # {capability: the function that tells what each tool really does}


def capability(name):
    def keep(function):
        CAPABILITIES[name] = function
        return function
    return keep


def shell(command, stdin=b"", until=None, within=LIMIT):
    """(status, stdout) of a command whose stdin stays open until it has printed `until`, or its end; the status is
    None if it was not over in time. Without `until`, stdin ends at once."""
    process = subprocess.Popen(["sh", "-c", f"exec {command}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, env=cli.environment(HOME=isolation.home()))
    watchdog = threading.Timer(within, process.kill)
    watchdog.start()
    out = b""
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(stdin)
        process.stdin.flush()
    if until is None:
        process.stdin.close()
    while (until is None or until not in out) and (data := process.stdout.read1(65536)):
        out += data
    if until is not None:
        process.stdin.close()
    if until is not None and until in out:
        process.kill()
    process.stdout.close()
    status = process.wait()
    late = not watchdog.is_alive()
    watchdog.cancel()
    return None if late else status, out


def fetches(command):
    """Whether the page comes."""
    return PAGE in shell(command, REQUEST, until=PAGE)[1]


@functools.cache
def help_of(tool):
    return subprocess.run(["sh", "-c", HELP[tool].format(sockscat=shlex.quote(cli.BINARY))], capture_output=True,
                          text=True, check=False).stdout


def offers(pattern, *tools):
    """{tool: whether its help has such a thing}; the help of some tool does."""
    found = {tool: bool(re.search(pattern, help_of(tool), re.I)) for tool in TOOLS}
    assert any(found.values()), pattern
    return {tool: found[tool] for tool in tools}


class World:
    """The servers, and a configuration of proxychains."""

    def __init__(self, case):
        start = case.enterClassContext
        self.web = start(http_target())
        self.ssh = start(servers.sshd())
        self.dynamic = start(servers.ssh_dynamic(self.ssh))
        self.plain = start(servers.microsocks())
        self.login = start(servers.microsocks(login=("alice", "secret")))
        self.http = start(servers.tinyproxy())
        self.tls = start(servers.stunnel(self.plain))
        self.tls_http = start(servers.stunnel(self.http))
        self.tls_web = start(servers.stunnel(servers.Endpoint("127.0.0.1", self.web)))
        self.ca = certificates.ca()
        self._numbers = itertools.count()

    def chains(self, *proxies):
        """The beginning of a command line with proxychains."""
        path = os.path.join(isolation.home(), f"proxychains-{next(self._numbers)}.conf")
        lines = ["strict_chain", "proxy_dns", "tcp_read_time_out 2000", "tcp_connect_time_out 2000", "[ProxyList]", *proxies]
        pathlib.Path(path).write_text("\n".join(lines) + "\n")
        return f"proxychains4 -q -f {path}"

    def by(self, kind, proxy, host="127.0.0.1", port=None, login=("", "")):
        """{tool: its command line to the web server} through one proxy of this kind, for tools that know the kind."""
        at, port = f"{proxy.host}:{proxy.port}", port or self.web
        user, password = login
        url = f"{user}:{password}@{at}" if user else at
        chained = {"socks4a": "socks4", "socks5h": "socks5"}.get(kind, kind)
        lines = {
            "sockscat": f"{SOCKSCAT} connect -x {kind}://{url} {host} {port}",
            "nc": {"socks4": f"nc -X 4 -x {at} {host} {port}", "socks5h": f"nc -X 5 -x {at} {host} {port}",
                   "http": f"nc -X connect -x {at} {host} {port}"}.get(kind if not user else ""),
            "ncat": f"ncat --proxy {at} --proxy-type {chained} --proxy-dns remote "
                    + (f"--proxy-auth {user}:{password} " if user else "") + f"{host} {port}",
            "socat": {"socks4": f"socat - SOCKS4:{proxy.host}:{host}:{port},socksport={proxy.port}",
                      "socks4a": f"socat - SOCKS4A:{proxy.host}:{host}:{port},socksport={proxy.port}",
                      "http": f"socat - PROXY:{proxy.host}:{host}:{port},proxyport={proxy.port}"}.get(kind),
            "connect-proxy": f"env SOCKS5_PASSWORD={password} connect-proxy "
                             + {"socks4": f"-4 -S {at}", "socks4a": f"-4 -R remote -S {at}",
                                "socks5h": f"-5 -S {user}{user and '@'}{at}", "http": f"-H {at}"}[kind] + f" {host} {port}",
            "curl": f"curl -sS -p -x {kind}://{url} http://{host}:{port}/",
            "proxychains": f"{self.chains(f'{chained} {proxy.host} {proxy.port} {user} {password}')} "
                           f"curl -sS http://{host}:{port}/",
        }
        return {tool: line for tool, line in lines.items() if line}


def fetched(lines):
    return {tool: fetches(line) for tool, line in lines.items()}


@capability("SOCKS4")
def socks4(world):
    return fetched(world.by("socks4", world.dynamic)) | {"ssh -D": "serves"}


@capability("SOCKS4a")
def socks4a(world):
    """The name is one that only the proxy knows."""
    return (fetched(world.by("socks4a", world.dynamic, isolation.PROXY_NAME))
            | {"nc": fetches(world.by("socks4", world.dynamic, isolation.PROXY_NAME)["nc"]), "ssh -D": "serves"})


@capability("SOCKS5, names looked up by the proxy")
def socks5(world):
    return (fetched(world.by("socks5h", world.dynamic, isolation.PROXY_NAME))
            | offers("socks5", "socat") | {"ssh -D": "serves"})


@capability("SOCKS5 with user name and password")
def password(world):
    served = shell(f"{SOCKSCAT} probe --json --only auth {world.dynamic.url('socks5h', 'alice:secret')}")[1]
    return (fetched(world.by("socks5h", world.login, login=("alice", "secret")))
            | {"nc": fetches(f"nc -X 5 -P alice -x {world.login.host}:{world.login.port} 127.0.0.1 {world.web}")}
            | offers("socks5", "socat") | {"ssh -D": b'"id":"auth.password","group":"auth","name":"password","status":"yes"' in served})


@capability("SOCKS5 with Kerberos")
def kerberos(world):
    return offers("gss.?api|kerberos", *TOOLS)


@capability("HTTP `CONNECT`")
def http(world):
    return fetched(world.by("http", world.http)) | {"ssh -D": fetches(world.by("http", world.dynamic)["curl"])}


@capability("TLS with a SOCKS proxy")
def tls_socks(world):
    tls = world.tls
    return (fetched({"sockscat": f"{SOCKSCAT} connect -x socks5h+tls://{tls.host}:{tls.port} --proxy-cacert {world.ca} 127.0.0.1 {world.web}",
                     "ncat": f"ncat --ssl --proxy {tls.host}:{tls.port} --proxy-type socks5 127.0.0.1 {world.web}",
                     "curl": f"curl -sS --proxy-cacert {world.ca} -x socks5s://{tls.host}:{tls.port} http://127.0.0.1:{world.web}/",
                     "socat": f"socat - SOCKS4A:{tls.host}:127.0.0.1:{world.web},socksport={tls.port},cafile={world.ca}",
                     "proxychains": world.by("socks5h", tls)["proxychains"], "ssh -D": world.by("socks5h", tls)["curl"]})
            | offers(r"\btls\b|\bssl\b", "nc", "connect-proxy"))


@capability("TLS with an HTTP proxy")
def tls_http(world):
    tls = world.tls_http
    return (fetched({"sockscat": f"{SOCKSCAT} connect -x https://{tls.host}:{tls.port} --proxy-cacert {world.ca} 127.0.0.1 {world.web}",
                     "ncat": f"ncat --ssl --proxy {tls.host}:{tls.port} --proxy-type http 127.0.0.1 {world.web}",
                     "curl": f"curl -sS -p --proxy-cacert {world.ca} -x https://{tls.host}:{tls.port} http://127.0.0.1:{world.web}/",
                     "socat": f"socat - PROXY:{tls.host}:127.0.0.1:{world.web},proxyport={tls.port},cafile={world.ca}",
                     "proxychains": world.by("http", tls)["proxychains"], "ssh -D": world.by("http", tls)["curl"]})
            | offers(r"\btls\b|\bssl\b", "nc", "connect-proxy"))


@capability("TLS with the target")
def tls_target(world):
    at, port = f"{world.dynamic.host}:{world.dynamic.port}", world.tls_web.port
    return (fetched({"sockscat": f"{SOCKSCAT} connect --tls --cacert {world.ca} -x {at} 127.0.0.1 {port}",
                     "ncat": f"ncat --ssl --proxy {at} --proxy-type socks5 127.0.0.1 {port}",
                     "curl": f"curl -sS --cacert {world.ca} -x socks5h://{at} https://127.0.0.1:{port}/",
                     "socat": f"socat - SOCKS4A:{world.dynamic.host}:127.0.0.1:{port},socksport={world.dynamic.port},cafile={world.ca}"})
            | offers(r"\btls\b|\bssl\b", "nc", "connect-proxy"))


@capability("proxies in a chain")
def chain(world):
    """Through both, and not if nobody listens where the first should be: then the last one alone was asked."""
    to, page = f"127.0.0.1 {world.web}", f"http://127.0.0.1:{world.web}/"
    last = f"{world.dynamic.host}:{world.dynamic.port}"

    def lines(first):
        return {"sockscat": f"{SOCKSCAT} connect -x {first} -x {last} {to}",
                "nc": f"nc -x {first} -x {last} {to}",
                "ncat": f"ncat --proxy-type socks5 --proxy {first} --proxy {last} {to}",
                "connect-proxy": f"connect-proxy -S {first} -S {last} {to}",
                "curl": f"curl -sS --preproxy socks5h://{first} -x socks5h://{last} {page}",
                "proxychains": f"{world.chains('socks5 ' + first.replace(':', ' '), 'socks5 ' + last.replace(':', ' '))} curl -sS {page}"}
    plain = f"{world.plain.host}:{world.plain.port}"
    through, past = fetched(lines(plain)), fetched(lines(f"127.0.0.1:{targets.closed_port()}"))
    assert {tool for tool, came in through.items() if came} >= {"sockscat", "curl", "proxychains"}, through
    three = fetches(f"{SOCKSCAT} connect -x {plain} -x {last} -x {plain} {to}")
    one_more = fetches(f"curl -sS --preproxy socks5h://{plain} --preproxy socks5h://127.0.0.1:1 -x socks5h://{last} {page}")
    return ({tool: through[tool] and not past[tool] for tool in past} | {"sockscat": three and not past["sockscat"]}
            | {"curl": "two" if not past["curl"] and not one_more else False}
            | offers("preproxy|strict_chain|repeat", "socat"))


@capability("a proxy on a Unix socket")
def unix_socket(world):
    with ScriptedProxy("good", host="unix") as proxy:
        path = proxy.address
        to = f"127.0.0.1 {world.web}"
        return fetched({"sockscat": f"{SOCKSCAT} connect -x socks5h+unix://{path} {to}",
                        "nc": f"nc -U -x {path} {to}", "ncat": f"ncat -U --proxy {path} --proxy-type socks5 {to}",
                        "socat": f"socat - SOCKS4A:{path}:127.0.0.1:{world.web}", "connect-proxy": f"connect-proxy -S {path} {to}",
                        "curl": f"curl -sS -x socks5h://localhost{path} http://127.0.0.1:{world.web}/",
                        "proxychains": f"{world.chains(f'socks5 {path} 0')} curl -sS http://127.0.0.1:{world.web}/"}) | {
                            "ssh -D": serves_on_unix_socket(world)}


def serves_on_unix_socket(world):
    path = pathlib.Path(isolation.home(), "dynamic")
    process = subprocess.Popen([*servers.ssh_command(world.ssh, "-N", "-D", path), "127.0.0.1"], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 5
        while not path.is_socket() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        return "serves" if fetches(f"curl -sS -x socks5h://localhost{path} http://127.0.0.1:{world.web}/") else False
    finally:
        servers.end(process)


@capability("UDP through SOCKS5")
def udp(world):
    """An answer counts if the proxy was asked: in this network the target can be reached without."""
    def works(command):
        with ScriptedProxy("good") as proxy, targets.UdpTarget() as echo:
            line = command.format(at=proxy.hop, host=proxy.address, port=proxy.port, to=f"127.0.0.1 {echo.port}", echo=echo.port,
                                  chains=world.chains(f"socks5 {proxy.address} {proxy.port}"))
            came = b"ping" in shell(line, b"ping\n", until=b"ping", within=3)[1]
            return came and bool(proxy.conversations)
    return {"sockscat": works(f"{SOCKSCAT} udp -x {{at}} {{to}}"), "nc": works("nc -u -x {at} {to}"),
            "ncat": works("ncat -u --proxy {at} --proxy-type socks5 {to}"),
            "proxychains": works("{chains} socat - UDP:127.0.0.1:{echo}"),
            "ssh -D": works_by_dynamic(world)} | offers("socks5", "socat") | offers(r"\budp", "connect-proxy", "curl")


def works_by_dynamic(world):
    with targets.UdpTarget() as echo:
        return shell(f"{SOCKSCAT} udp --count 1 -x {world.dynamic.url()} 127.0.0.1 {echo.port}", b"ping\n")[0] == 0


@capability("`BIND`: accept a connection at the proxy")
def bind(world):
    with ScriptedProxy("good") as proxy:
        process = cli.start("bind", "-d", "-x", proxy.url())
        where = re.search(rb"listening on (\S+) (\d+)", process.stderr.readline())
        with socket.create_connection((where[1].decode(), int(where[2]))) as sock:
            sock.sendall(b"hello\n")
        done = process.communicate(timeout=10)[0] == b"hello\n"
        # ncat and nc listen, but not at a proxy.
        port = targets.closed_port()
        at = f"{proxy.address}:{proxy.port}"
        before = len(proxy.conversations)
        for command in (f"nc -l -x {at} 127.0.0.1 {port}", f"ncat -l --proxy {at} --proxy-type socks5 127.0.0.1 {port}"):
            shell(command, within=1)
        asked = len(proxy.conversations) > before
    dynamic = shell(f"{SOCKSCAT} bind -d --accept-timeout 1 -x {world.dynamic.url()}")[0] == 124
    return ({"sockscat": done, "nc": asked, "ncat": asked, "ssh -D": dynamic}
            | offers("have the proxy accept", "socat", "connect-proxy", "curl", "proxychains"))


@capability("Tor's `RESOLVE`")
def resolve(world):
    dynamic = shell(f"{SOCKSCAT} resolve -x {world.dynamic.url()} {isolation.PROXY_NAME}")[0] == 0
    return offers(r"(?-i:\bRESOLVE\b)", *TOOLS) | {"ssh -D": dynamic}


@capability("`ProxyUseFdpass` of ssh")
def fdpass(world):
    def works(command):
        ssh = servers.ssh_command(world.ssh, f"-oProxyCommand={command} 127.0.0.1 {world.ssh.port}", "-oProxyUseFdpass=yes")
        done = subprocess.run([*ssh, "127.0.0.1", "echo", "inside"], capture_output=True, timeout=30, check=False,
                              stdin=subprocess.DEVNULL)
        return done.stdout == b"inside\n"
    at = f"{world.plain.host}:{world.plain.port}"
    return ({"sockscat": works(f"{SOCKSCAT} connect --fdpass -x {at}"), "nc": works(f"nc -F -x {at}")}
            | offers("pass the connected socket|pass socket fd|fdpass", "ncat", "socat", "connect-proxy", "curl", "proxychains", "ssh -D"))


@capability("a time limit that a silent proxy cannot outlast")
def time_limit(world):
    """The proxy accepts and says nothing. The limit is given, or in the configuration, as 2 seconds."""
    to = f"127.0.0.1 {world.web}"
    with targets.Silent() as silent:
        at = f"127.0.0.1:{silent.port}"
        lines = {"sockscat": f"{SOCKSCAT} connect -w 2 -x {at} {to}", "nc": f"nc -w 2 -x {at} {to}",
                 "ncat": f"ncat -w 2 --proxy {at} --proxy-type socks5 {to}",
                 "socat": f"socat -T 2 - SOCKS4A:127.0.0.1:127.0.0.1:{world.web},socksport={silent.port},connect-timeout=2",
                 "connect-proxy": f"connect-proxy -w 2 -S {at} {to}",
                 "curl": f"curl -sS --connect-timeout 2 -x socks5h://{at} http://127.0.0.1:{world.web}/",
                 "proxychains": f"{world.chains(f'socks5 127.0.0.1 {silent.port}')} nc {to}"}
        ends = concurrently(lambda tool: shell(lines[tool], REQUEST, until=PAGE)[0] is not None, lines, workers=8)
    return dict(ends)


class Late(targets.Target):
    """Answers a second after the question, in HTTP."""

    def serve(self, sock):
        sock.recv(65536)
        time.sleep(1)
        sock.sendall(b"HTTP/1.0 200 OK\r\n\r\nbetter late\n")


@capability("an answer that comes a second after the end of stdin")
def late_answer(world):
    """socat does not speak SOCKS5: it asks ssh -D."""
    with Late() as late:
        lines = world.by("socks5h", world.plain, port=late.port)
        lines["socat"] = world.by("socks4a", world.dynamic, port=late.port)["socat"]
        del lines["proxychains"]
        return dict(concurrently(lambda tool: b"better late" in shell(lines[tool], REQUEST)[1], lines, workers=8))


@capability("an exit status that tells refused from unreachable")
def exit_status(world):
    closed = world.by("socks5h", world.plain, port=targets.closed_port())
    unreachable = world.by("socks5h", world.plain, host=isolation.UNREACHABLE, port=80)
    closed["socat"] = world.by("socks4a", world.dynamic, port=targets.closed_port())["socat"]
    unreachable["socat"] = world.by("socks4a", world.dynamic, isolation.UNREACHABLE, 80)["socat"]

    def statuses(tool):
        return shell(closed[tool], REQUEST)[0], shell(unreachable[tool], REQUEST)[0]
    told = {}
    for tool, (refused, not_there) in concurrently(statuses, closed, workers=4):
        assert refused and not_there, (tool, refused, not_there)
        told[tool] = refused != not_there
    ssh = {shell(f"{SOCKSCAT} connect -x {world.dynamic.url()} {host} {port}")[0]
           for host, port in (("127.0.0.1", targets.closed_port()), (isolation.UNREACHABLE, 80))}
    return told | {"ssh -D": len(ssh) > 1}


@capability("a report of what the proxy supports")
def report(world):
    said = shell(f"{SOCKSCAT} probe {world.plain.url()}")[1]
    return offers(r"find out what a proxy", *TOOLS) | {"sockscat": b"CONNECT" in said and b"UDP ASSOCIATE" in said}


def has_command(name):
    assert shell(f"{SOCKSCAT} connect --help")[0] == 0
    return shell(f"{SOCKSCAT} {name} --help")[0] == 0


@capability("listens on a local port")
def local_port(world):
    at = f"{world.dynamic.host}:{world.dynamic.port}"
    to = f"127.0.0.1 {world.web}"

    def works(command):
        port = targets.closed_port()
        process = subprocess.Popen(["sh", "-c", "exec " + command.format(port=port)], stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 5
            while not servers.listens(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    return False
                time.sleep(0.02)
            return fetches(f"nc 127.0.0.1 {port}")
        finally:
            process.stdin.close()
            servers.end(process)
    ssh = shlex.join(servers.ssh_command(world.ssh, "-N"))
    return ({"nc": works(f"nc -l -x {at} 127.0.0.1 {{port}}"),
             "ncat": works(f"ncat -l 127.0.0.1 {{port}} --sh-exec 'ncat --proxy {at} --proxy-type socks5 {to}'"),
             "socat": works(f"socat TCP-LISTEN:{{port}},bind=127.0.0.1 SOCKS4A:{world.dynamic.host}:127.0.0.1:{world.web},socksport={world.dynamic.port}"),
             "connect-proxy": works(f"connect-proxy -p {{port}} -S {at} {to}"),
             "ssh -D": works(f"{ssh} -L 127.0.0.1:{{port}}:127.0.0.1:{world.web} 127.0.0.1")}
            | offers(r"\blisten", "curl", "proxychains") | {"sockscat": has_command("forward")})


@capability("runs programs that know no proxies")
def runs_programs(world):
    chains = world.chains(f"socks5 {world.plain.host} {world.plain.port}")
    return (offers(r"program_name \[arguments\]", *TOOLS)
            | {"sockscat": has_command("run"), "proxychains": fetches(f"{chains} nc 127.0.0.1 {world.web}")})


@capability("speaks HTTP, FTP and more by itself")
def speaks(world):
    return offers("ftp-port", *TOOLS) | {"curl": fetches(world.by("socks5h", world.plain)["curl"])}


# What the program does that proxychains runs, or a client; ssh -D is the other side.
NOT_ITS_OWN = {"proxychains": ("TLS with the target", "an answer that comes a second after the end of stdin"),
               "ssh -D": ("TLS with the target", "proxies in a chain", "a time limit that a silent proxy cannot outlast",
                          "an answer that comes a second after the end of stdin")}


class Comparison(CliCase):
    @classmethod
    def setUpClass(cls):
        for tool in TOOLS[1:]:
            servers.need(PROGRAMS.get(tool, tool))
        cls.world = World(cls)

    def test_has_a_test_of_each_line(self):
        self.assertEqual(list(TABLE), list(CAPABILITIES))

    def test_each_cell_is_what_the_tool_does(self):
        described = [tool for tool in TOOLS if tool not in VERSIONS or is_described(tool)]
        for name, looked in concurrently(lambda name: CAPABILITIES[name](self.world), CAPABILITIES, workers=8):
            found = {tool: {True: "yes", False: "no"}.get(done, done) for tool, done in looked.items()}
            found |= {tool: "-" for tool, names in NOT_ITS_OWN.items() if name in names}
            with self.subTest(capability=name):
                self.assertEqual(set(found), set(TOOLS))
                self.assertEqual({tool: TABLE[name][tool] for tool in described}, {tool: found[tool] for tool in described})

    def test_most_tools_are_the_ones_described(self):
        """On another system they are not; then what the table says of them is not compared."""
        other = [tool for tool in VERSIONS if not is_described(tool)]
        if 'VERSION_ID="12"' not in pathlib.Path("/etc/os-release").read_text():
            self.skipTest(f"this is not Debian 12; other versions of {other}")
        self.assertEqual(other, [])


def is_described(tool):
    """Whether this is the version that the text above the table names."""
    words, command = VERSIONS[tool]
    said = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False).stdout
    return bool(re.search(rf"(?<![\d.]){re.escape(re.search(words, TEXT)[1])}(?![\d.]\d)", said))


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
