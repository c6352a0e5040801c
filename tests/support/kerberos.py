# SPDX-License-Identifier: MIT
"""A Kerberos realm of its own: MIT's KDC on a free loopback port, everything in one directory.

    with Realm() as realm:
        realm.add_user("alice", "secret"); realm.add_service("socks/localhost")
        realm.login("alice", "secret")
        cli.run(..., env=realm.environment())
"""
import contextlib
import os
import pathlib
import subprocess
import tempfile

import cli
import servers
from targets import closed_port as free_port

NAME = "SOCKS.TEST"
_MASTER = "throw-away"

_KRB5_CONF = """
[libdefaults]
    default_realm = {name}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
    ignore_acceptor_hostname = true
[realms]
    {name} = {{
        kdc = 127.0.0.1:{port}
    }}
[domain_realm]
    {domain} = {name}
"""

_KDC_CONF = """
[kdcdefaults]
    kdc_listen = 127.0.0.1:{port}
    kdc_tcp_listen = 127.0.0.1:{port}
[realms]
    {name} = {{
        database_name = {where}/principal
        key_stash_file = {where}/stash
        acl_file = {where}/acl
        max_life = 1h
    }}
[logging]
    kdc = FILE:{where}/kdc.log
    default = FILE:{where}/default.log
"""


class Realm:
    """name: of the realm; domain: the host, or .domain, that belongs to it"""

    def __init__(self, name=NAME, domain="localhost"):
        self.name, self.domain = name, domain
        self._stack = contextlib.ExitStack()
        self.where = None
        self.port = 0

    def __enter__(self):
        programs = {name: servers.need(name) for name in ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")}
        self._programs = programs
        self.where = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="sockscat-realm-"))
        self.port = free_port()
        self._write("krb5.conf", _KRB5_CONF)
        self._write("kdc.conf", _KDC_CONF)
        self._run("kdb5_util", "create", "-r", self.name, "-s", "-P", _MASTER)
        self._stack.enter_context(self._running("krb5kdc", "-n"))
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _write(self, name, text):
        pathlib.Path(self.where, name).write_text(self._filled_in(text, self.port))

    def _filled_in(self, text, port):
        return text.format(name=self.name, domain=self.domain, port=port, where=self.where)

    def path(self, name):
        return os.path.join(self.where, name)

    def environment(self, cache="cache", **extra):
        """For clients and servers; `cache` names one of several sets of tickets."""
        return cli.environment(**{
            "KRB5_CONFIG": self.path("krb5.conf"), "KRB5_KDC_PROFILE": self.path("kdc.conf"),
            "KRB5CCNAME": "FILE:" + self.path(cache), "KRB5_KTNAME": "FILE:" + self.path("keytab"),
            "KRB5RCACHETYPE": "none", **extra})

    def _run(self, name, *arguments, stdin="", env=None):
        done = subprocess.run([self._programs[name], *arguments], input=stdin, text=True, capture_output=True,
                              env=env or self.environment(), timeout=30)
        if done.returncode != 0:
            raise AssertionError(f"{name} {arguments}: {done.stdout}{done.stderr}")

    @contextlib.contextmanager
    def _running(self, name, *arguments):
        with open(self.path("kdc.out"), "wb+") as log:
            process = subprocess.Popen([self._programs[name], *arguments], stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=log, env=self.environment())
            try:
                servers.wait_for(servers.Endpoint("127.0.0.1", self.port), process, log)
                yield
            finally:
                servers.end(process)

    def add_user(self, name, password):
        self._run("kadmin.local", "-q", f"addprinc -pw {password} {name}@{self.name}")

    def add_service(self, name, keytab="keytab"):
        self._run("kadmin.local", "-q", f"addprinc -randkey {name}@{self.name}")
        self._run("kadmin.local", "-q", f"ktadd -k {self.path(keytab)} {name}@{self.name}")

    def change_key(self, name):
        """The service's keytab knows nothing of its new key."""
        self._run("kadmin.local", "-q", f"cpw -randkey {name}@{self.name}")

    def login(self, user, password, *options, cache="cache"):
        self._run("kinit", *options, f"{user}@{self.name}", stdin=password + "\n", env=self.environment(cache))

    def config_for(self, port, name="other.conf"):
        """A configuration whose KDC is somewhere else."""
        text = self._filled_in(_KRB5_CONF, port)
        pathlib.Path(self.where, name).write_text(text)
        return self.path(name)


@contextlib.contextmanager
def acceptor(realm, behaviour="good", level="-", piece=60_000, env=None):
    """The other end of GSSAPI (tests/interop/gssapi_acceptor.cpp): yields where it listens, and what it says."""
    program = os.environ.get("GSSAPI_ACCEPTOR")
    if not program or not os.path.exists(program):
        servers.do_without("gssapi_acceptor was not built (no libkrb5-dev)")
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([program, behaviour, str(level), str(piece)], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=log, env=env or realm.environment())
        try:
            port = int(process.stdout.readline().split()[-1])
            yield Acceptor("localhost", port, log)
        finally:
            process.stdout.close()
            servers.end(process)


class Acceptor(servers.Endpoint):
    def __init__(self, host, port, log):
        super().__init__(host, port)
        object.__setattr__(self, "_log", log)

    def said(self):
        self._log.seek(0)
        return self._log.read().decode()
