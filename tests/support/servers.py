# SPDX-License-Identifier: MIT
"""Real servers, each a context manager that yields where it listens: on loopback and a free port unless it is
told where.

They are started inside the namespaces of isolation.py, where nothing beyond loopback can be reached; they are
ended by process id, and their files removed, when the context is left.
"""
import atexit
import contextlib
import functools
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest
from dataclasses import dataclass

import certificates
import isolation
from targets import closed_port as free_port

_START_LIMIT = 15  # seconds


@dataclass(frozen=True)
class Endpoint:
    host: str
    port: int

    def url(self, scheme="socks5h", login=""):
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{login and login + '@'}{host}:{self.port}"


@dataclass(frozen=True)
class SshServer(Endpoint):
    key: str  # the private key that logs root in


def need(name):
    """The path of a server's program; without it the tests that need it are skipped, or fail."""
    path = isolation.program(name)
    if path is None:
        do_without(f"{name} is not installed", name)
    return path


def _need_users(name):
    if not isolation.many_users():
        do_without(f"{name} needs more than one user id: run as root, or with subordinate ids and newuidmap")


def do_without(reason, name=None):
    if isolation.require_all(name):
        raise AssertionError(f"{reason}; and SOCKSCAT_REQUIRE_ALL is set")
    raise unittest.SkipTest(reason)


def microsocks(host="127.0.0.1", login=None, once=False, port=None):
    """login: (user, password); once: who has logged in needs no login from then on"""
    port = port or free_port()
    credentials = ["-u", login[0], "-P", login[1], *(["-1"] if once else [])] if login else []
    return _running(Endpoint(host, port), need("microsocks"), "-i", host, "-p", port, *credentials)


@contextlib.contextmanager
def dante(host="127.0.0.1", method="none", port=None, external=("lo",)):
    """method: none, or username for the system's accounts; external: the addresses that it dials from and
    listens on"""
    danted = need("danted")
    with _directory() as where:
        port = port or free_port()
        lines = [f"internal: {host} port = {port}", *(f"external: {each}" for each in external),
                 "clientmethod: none", f"socksmethod: {method}",
                 "user.privileged: root",
                 f"user.unprivileged: {'nobody' if isolation.many_users() else 'root'}", "errorlog: stderr"]
        for source, to in (("0/0", "0/0"), ("::/0", "::/0"), ("0/0", "::/0"), ("::/0", "0/0")):
            lines += [f"client pass {{ from: {source} to: {to} }}", f"socks pass {{ from: {source} to: {to}",
                      "command: bind bindreply connect udpassociate udpreply", "}"]
        conf = where / "danted.conf"
        conf.write_text("\n".join(lines) + "\n")
        with _running(Endpoint(host, port), danted, "-f", conf, "-p", where / "pid") as endpoint:
            yield endpoint


@contextlib.contextmanager
def sshd(host="127.0.0.1", port=None, **more):
    """An SSH server, on ::1 too, that lets root in with the key it yields; `more` are options of sshd_config."""
    daemon, keygen = need("sshd"), need("ssh-keygen")
    _need_users("sshd")
    with _directory() as where:
        for name in ("host", "user"):
            subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", where / name], check=True)
        port = port or free_port()
        options = {
            "Port": port, "HostKey": where / "host",
            "AuthorizedKeysFile": where / "user.pub", "PermitRootLogin": "prohibit-password",
            "PasswordAuthentication": "no", "StrictModes": "no", "UsePAM": "no", "UseDNS": "no",
            "PidFile": "none", "MaxStartups": "100", **more,
        }
        arguments = [f"-o{key}={value}" for key, value in options.items()]
        arguments += [f"-oListenAddress={host}", "-oListenAddress=::1"]
        endpoint = SshServer(host, port, str(where / "user"))
        with _running(endpoint, daemon, "-D", "-e", "-f", "/dev/null", *arguments):
            yield endpoint


def ssh_command(server, *options):
    """The start of an ssh command line that logs in to `server`; host and command follow. `options` win."""
    return [need("ssh"), *options, "-F", "/dev/null", "-i", server.key, "-p", str(server.port), "-l", "root",
            "-oIdentitiesOnly=yes", "-oBatchMode=yes", "-oStrictHostKeyChecking=no",
            "-oUserKnownHostsFile=/dev/null", "-oLogLevel=ERROR"]


def ssh_dynamic(server, host="127.0.0.1"):
    """ssh -D through `server`, which dials"""
    port = free_port()
    listen = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return _running(Endpoint(host, port), *ssh_command(server, "-N", "-D", listen, "-oExitOnForwardFailure=yes"),
                    server.host)


@contextlib.contextmanager
def tor(flags="", port=None, **settings):
    """Tor without a network. flags: of the SocksPort; settings: further lines of torrc"""
    program = need("tor")
    with _directory() as where:
        port = port or free_port()
        lines = [f"SocksPort 127.0.0.1:{port} {flags}", f"DataDirectory {where}/data", "DisableNetwork 0",
                 "Log notice stdout", *(f"{key} {value}" for key, value in settings.items())]
        conf = where / "torrc"
        conf.write_text("\n".join(lines) + "\n")
        with _running(Endpoint("127.0.0.1", port), program, "--defaults-torrc", "/dev/null", "-f", conf) as endpoint:
            yield endpoint


@contextlib.contextmanager
def shadowsocks(host="127.0.0.1"):
    """ss-local, which speaks SOCKS5, in front of ss-server, which dials"""
    local, server = need("ss-local"), need("ss-server")
    far, near = Endpoint("127.0.0.1", free_port()), Endpoint(host, free_port())
    common = ["-s", far.host, "-p", far.port, "-k", "throw-away", "-m", "chacha20-ietf-poly1305", "-u"]
    with _running(far, server, *common), _running(near, local, *common, "-b", host, "-l", near.port):
        yield near


@contextlib.contextmanager
def stunnel(behind, host="127.0.0.1", cert="good", port=None, **settings):
    """TLS in front of the server `behind`, an Endpoint or None. settings: further lines of its service"""
    program = need("stunnel4")
    with _directory() as where:
        pair = certificates.get(cert)
        endpoint = Endpoint(host, port or free_port())
        lines = ["foreground = yes", "pid =", "debug = warning", "socket = l:TCP_NODELAY=1", "socket = r:TCP_NODELAY=1",
                 "[it]", f"accept = {host}:{endpoint.port}",
                 *([f"connect = {behind.host}:{behind.port}"] if behind else []), f"cert = {pair.cert}",
                 f"key = {pair.key}", *(f"{key} = {value}" for key, value in settings.items())]
        conf = where / "stunnel.conf"
        conf.write_text("\n".join(lines) + "\n")
        with _running(endpoint, program, conf) as running:
            yield running


@contextlib.contextmanager
def v2ray(host="127.0.0.1", login=None, port=None, says="127.0.0.1"):
    """SOCKS4, 4a and 5 with UDP, which says that its relay is on `says`, wherever it is.
    login: (user, password)"""
    program = need("v2ray")
    account = {"auth": "password", "accounts": [{"user": login[0], "pass": login[1]}]} if login else {"auth": "noauth"}
    with _directory() as where:
        endpoint = Endpoint(host, port or free_port())
        inbound = {"listen": host, "port": endpoint.port, "protocol": "socks",
                   "settings": account | {"udp": True, "ip": says}}
        conf = where / "v2ray.json"
        conf.write_text(json.dumps({"log": {"loglevel": "warning"}, "inbounds": [inbound],
                                    "outbounds": [{"protocol": "freedom"}]}))
        with _running(endpoint, program, "-config", conf) as running:
            yield running


@contextlib.contextmanager
def twisted():
    """SOCKS4 and 4a, nothing else"""
    program = need("twistd3")
    with _directory() as where:
        endpoint = Endpoint("127.0.0.1", free_port())
        with _running(endpoint, program, "--nodaemon", "--pidfile=", "--rundir", where, "socks", "-i", endpoint.host,
                      "-p", endpoint.port) as running:
            yield running


@contextlib.contextmanager
def plink(server):
    """plink -D of PuTTY through an SSH server."""
    program, convert, keygen = need("plink"), need("puttygen"), need("ssh-keygen")
    with _directory() as where:
        subprocess.run([convert, server.key, "-O", "private", "-o", where / "key.ppk"], check=True)
        public = pathlib.Path(server.key).parent / "host.pub"
        print_of_key = subprocess.run([keygen, "-lf", public], check=True, capture_output=True, text=True).stdout.split()[1]
        endpoint = Endpoint("127.0.0.1", free_port())
        with _running(endpoint, program, "-ssh", "-N", "-batch", "-D", f"{endpoint.host}:{endpoint.port}", "-P", server.port,
                      "-l", "root", "-i", where / "key.ppk", "-hostkey", print_of_key, server.host) as running:
            yield running


_ASYNCSSH = """
import asyncio, asyncssh, sys
async def main(host, port, key, here):
    connection = await asyncssh.connect(host, int(port), username="root", client_keys=[key], known_hosts=None)
    listener = await connection.forward_socks("127.0.0.1", int(here))
    await listener.wait_closed()
asyncio.run(main(*sys.argv[1:]))
"""


def asyncssh(server):
    """AsyncSSH's forward_socks() through an SSH server."""
    python = "/usr/bin/python3"     # the one that Debian's modules are for
    if not pathlib.Path("/usr/lib/python3/dist-packages/asyncssh").is_dir():
        do_without("python3-asyncssh is not installed", "python3-asyncssh")
    endpoint = Endpoint("127.0.0.1", free_port())
    return _running(endpoint, python, "-c", _ASYNCSSH, server.host, server.port, server.key, endpoint.port)


def perl(version):
    """What Perl's IO::Socket::Socks accepts, one client at a time. version: 4 (and 4a) or 5"""
    if not pathlib.Path("/usr/share/perl5/IO/Socket/Socks.pm").is_file():
        do_without("libio-socket-socks-perl is not installed", "libio-socket-socks-perl")
    endpoint = Endpoint("127.0.0.1", free_port())
    script = pathlib.Path(__file__).with_name("socks_server.pl")
    return _running(endpoint, need("perl"), script, version, endpoint.port)


@functools.cache
def _go_program():
    """The path of our program around armon/go-socks5, built once; it goes with the interpreter."""
    compiler = need("go")
    if not pathlib.Path("/usr/share/gocode/src/github.com/armon/go-socks5").is_dir():
        do_without("golang-github-armon-go-socks5-dev is not installed", "golang-github-armon-go-socks5-dev")
    where = tempfile.mkdtemp(prefix="sockscat-go-")
    atexit.register(shutil.rmtree, where)
    program = pathlib.Path(where, "socks_server")
    settings = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": f"{where}/cache", "GOFLAGS": ""}
    subprocess.run([compiler, "build", "-o", program, pathlib.Path(__file__).with_name("socks_server.go")],
                   env=os.environ | settings, cwd=where, check=True)
    return program


def go_socks5(login=None):
    """SOCKS5 of the Go library that most others began as. login: (user, password)"""
    endpoint = Endpoint("127.0.0.1", free_port())
    return _running(endpoint, _go_program(), f"{endpoint.host}:{endpoint.port}", *(login or ()))


@contextlib.contextmanager
def i2pd():
    """A router of I2P that finds no other"""
    program = need("i2pd")
    off = [f"--{service}.enabled=false" for service in ("http", "httpproxy", "sam", "ssu2")]
    with _directory() as where:
        endpoint = Endpoint("127.0.0.1", free_port())
        with _running(endpoint, program, "--datadir", where, "--conf", "/dev/null", *off, "--ntcp2.published=false",
                      "--socksproxy.enabled=true", f"--socksproxy.address={endpoint.host}",
                      f"--socksproxy.port={endpoint.port}") as running:
            yield running


@contextlib.contextmanager
def obfs4proxy():
    """The client's side of a Tor transport, which has a SOCKS5 port of its own choice; bridges it has none."""
    program = need("obfs4proxy")
    with _directory() as where:
        settings = {"TOR_PT_MANAGED_TRANSPORT_VER": "1", "TOR_PT_CLIENT_TRANSPORTS": "obfs4",
                    "TOR_PT_STATE_LOCATION": str(where)}
        process = subprocess.Popen([program], env=os.environ | settings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   text=True)
        try:
            method = next(line for line in process.stdout if line.startswith("CMETHOD "))
            host, port = method.split()[3].rsplit(":", 1)
            yield Endpoint(host, int(port))
        finally:
            end(process)
            process.stdout.close()


@contextlib.contextmanager
def tinyproxy(host="127.0.0.1", login=None, ports=(), port=None, **settings):
    """An HTTP proxy. login: (user, password) without blanks; ports: the ones that CONNECT may reach, () is all"""
    program = need("tinyproxy")
    with _directory() as where:
        endpoint = Endpoint(host, port or free_port())
        lines = [f"Port {endpoint.port}", f"Listen {host}", "Timeout 60", "MaxClients 50", "Allow 127.0.0.1", "Allow ::1",
                 "LogLevel Warning", *(f"ConnectPort {port}" for port in ports),
                 *(f"{key} {value}" for key, value in settings.items())]
        if login:
            lines.append(f"BasicAuth {login[0]} {login[1]}")
        conf = where / "tinyproxy.conf"
        conf.write_text("\n".join(lines) + "\n")
        with _running(endpoint, program, "-d", "-c", conf) as running:
            yield running


@contextlib.contextmanager
def squid(login=None):
    """An HTTP proxy. login: (user, password)"""
    program = need("squid")
    _need_users("squid")    # it becomes the user proxy
    with _directory() as where:
        where.chmod(0o755)
        endpoint = Endpoint("127.0.0.1", free_port())
        lines = [f"http_port 127.0.0.1:{endpoint.port}", "pid_filename none", "cache deny all", "access_log none",
                 "cache_log /dev/null", "cache_store_log none", f"coredump_dir {where}", "visible_hostname squid.test",
                 "shutdown_lifetime 0 seconds", "pinger_enable off", "dns_timeout 1 second", "netdb_filename none"]
        if login:
            hashed = subprocess.run(["openssl", "passwd", "-apr1", login[1]], check=True, capture_output=True, text=True)
            (where / "users").write_text(f"{login[0]}:{hashed.stdout}")
            lines += [f"auth_param basic program /usr/lib/squid/basic_ncsa_auth {where}/users",
                      "auth_param basic realm test", "acl known proxy_auth REQUIRED", "http_access allow known"]
        lines.append("http_access deny all" if login else "http_access allow all")
        conf = where / "squid.conf"
        conf.write_text("\n".join(lines) + "\n")
        with _running(endpoint, program, "-N", "-f", conf) as running:
            yield running


@contextlib.contextmanager
def privoxy():
    """An HTTP proxy without a login."""
    program = need("privoxy")
    with _directory() as where:
        endpoint = Endpoint("127.0.0.1", free_port())
        conf = where / "config"
        conf.write_text(f"listen-address 127.0.0.1:{endpoint.port}\nlogdir {where}\nconfdir /etc/privoxy\ntoggle 0\n")
        with _running(endpoint, program, "--no-daemon", conf) as running:
            yield running


@contextlib.contextmanager
def unbound(zones, certificate=None, host="127.0.0.1", ports=(None, None)):
    """A DNS server on `host` and ::1: yields (plain endpoint, endpoint with TLS or None).

    zones        {zone: lines of its zone file, without SOA and NS}
    certificate  a certificates.Certificate
    The zone refused. is refused, and of broken. the server lacks the data (SERVFAIL).
    """
    program = need("unbound")
    plain, secret = (Endpoint(host, port or free_port()) for port in ports)
    with _directory() as where:
        lines = ["server:", "do-daemonize: no", "use-syslog: no", 'logfile: ""', 'pidfile: ""', 'chroot: ""',
                 'username: ""', f'directory: "{where}"', "num-threads: 1", "module-config: iterator",
                 "do-not-query-localhost: no", "access-control: 0.0.0.0/0 allow", "access-control: ::/0 allow",
                 'local-zone: "refused." always_refuse',
                 f"interface: {host}@{plain.port}", f"interface: ::1@{plain.port}"]
        if certificate:
            lines += [f"interface: {host}@{secret.port}", f"tls-port: {secret.port}",
                      f'tls-service-pem: "{certificate.cert}"', f'tls-service-key: "{certificate.key}"']
        for zone in zones:
            lines.append(f'local-zone: "{zone}" nodefault')
        for zone, records in zones.items():
            file = where / f"{zone}zone"
            file.write_text("\n".join([f"$ORIGIN {zone}", "$TTL 300", "@ SOA ns.test. admin.test. 1 60 60 60 60",
                                       "@ NS ns.test.", *records]) + "\n")
            lines += ["auth-zone:", f'name: "{zone}"', f'zonefile: "{file}"', "for-downstream: yes"]
        lines += ["auth-zone:", 'name: "broken."', f"primary: 127.0.0.1@{free_port()}", "for-downstream: yes",
                  "fallback-enabled: no", "remote-control:", "control-enable: no"]
        conf = where / "unbound.conf"
        conf.write_text("\n".join(lines) + "\n")
        with _running(secret if certificate else plain, program, "-d", "-c", conf):
            yield plain, secret if certificate else None


@contextlib.contextmanager
def _directory():
    with tempfile.TemporaryDirectory(prefix="sockscat-server-") as name:
        yield pathlib.Path(name)


@contextlib.contextmanager
def _running(endpoint, *command):
    """Runs a server until the context is left; yields `endpoint` once it listens there."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(isolation.as_server(*command), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_for(endpoint, process, log)
            yield endpoint
        finally:
            end(process)


def wait_for(endpoint, process, log):
    deadline = time.monotonic() + _START_LIMIT
    while not listens(endpoint.port):
        if process.poll() is not None or time.monotonic() > deadline:
            log.seek(0)
            said = log.read().decode("utf-8", "replace")
            raise AssertionError(f"{process.args} does not listen (status {process.returncode}); it said:\n{said}")
        time.sleep(0.01)


def listens(port):
    """True when somebody listens on a TCP port here; found out without connecting."""
    wanted = f":{port:04X}"
    for table in ("tcp", "tcp6"):
        for line in pathlib.Path("/proc/self/net", table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[1].endswith(wanted) and fields[3] == "0A":
                return True
    return False


def end(process):
    """Ends a process that we started, gently first."""
    process.terminate()
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def alive(pid):
    """True while a process runs; one that waits to be collected does not."""
    try:
        state = pathlib.Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
