# SPDX-License-Identifier: MIT
"""The libraries that only some runs need: what is said, and what still works, where one is not there."""
import contextlib
import json
import re
import ssl  # before it is hidden
import struct
import subprocess
import tempfile
import unittest

import cli
import isolation
import targets
from expect import CliCase, through
from probing import check, probe
from scripted_proxy import ScriptedProxy

assert ssl.OPENSSL_VERSION
LIBRARIES = {   # soname -> what is said where it cannot be loaded
    "libssl.so.3": "OpenSSL cannot be loaded (Debian package libssl3 or libssl3t64): ",
    "libldns.so.3": "ldns cannot be loaded (Debian package libldns3 or libldns3t64): ",
    "libgssapi_krb5.so.2": "GSSAPI cannot be loaded (Debian package libgssapi-krb5-2): ",
    "libidn2.so.0": "libidn2 cannot be loaded (Debian package libidn2-0): ",
}
SSL, LDNS, GSSAPI, IDN2 = LIBRARIES


@contextlib.contextmanager
def hidden(*names):
    """In this script's mounts, an empty file is where each library was."""
    known = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    with contextlib.ExitStack() as undone:
        for name in names:
            path = re.search(rf"{re.escape(name)} .*=> (\S+)", known).group(1)
            subprocess.run(["mount", "--bind", "/dev/null", path], check=True)
            undone.callback(subprocess.run, ["umount", path], check=True)
        yield


class Hidden(CliCase):
    def assert_needed(self, name, *args):
        """It fails as usage, before anything is dialled: at the closed port that would be another status."""
        with hidden(name):
            result = cli.run(*args)
        self.assert_usage(result, re.escape(LIBRARIES[name]))

    def test_openssl(self):
        port = targets.closed_port()
        plain = f"socks5h://127.0.0.1:{port}"
        for args in (["connect", "-x", f"socks5h+tls://127.0.0.1:{port}", "a.test", "1"],
                     ["connect", "-x", f"https://127.0.0.1:{port}", "a.test", "1"],
                     ["bind", "-x", f"socks5+tls://127.0.0.1:{port}"],
                     ["udp", "-x", plain, "-x", f"socks5h+tls://127.0.0.1:{port}", "a.test", "1"],
                     ["probe", f"socks5h+tls://127.0.0.1:{port}"],
                     ["connect", "-x", plain, "--tls", "a.test", "1"],
                     ["connect", "-x", f"socks5h://u:p@127.0.0.1:{port}", "--auth", "chap", "a.test", "1"],
                     ["connect", "-x", plain, "--auth", "gost-tls", "a.test", "1"]):
            with self.subTest(args=args):
                self.assert_needed(SSL, *args)

    def test_ldns(self):
        plain = f"socks5h://127.0.0.1:{targets.closed_port()}"
        for args in (["resolve", "-x", plain, "--server", "192.0.2.1", "a.test"],
                     ["resolve", "-x", plain, "--server", "192.0.2.1", "--via", "tcp", "a.test"],
                     ["resolve", "-x", plain, "--type", "MX", "a.test"]):
            with self.subTest(args=args):
                self.assert_needed(LDNS, *args)
        for args in (["a.test"], ["--type", "AAAA", "a.test"], ["192.0.2.1"]):
            with self.subTest(args=args), hidden(LDNS):  # Tor's commands need no DNS message
                self.assert_status(cli.run("resolve", "-x", plain, *args), 11)

    def test_gssapi(self):
        self.assert_needed(GSSAPI, "connect", "-x", f"127.0.0.1:{targets.closed_port()}", "--auth", "gssapi",
                           "a.test", "1")

    def test_idn2(self):
        nowhere = f"127.0.0.1:{targets.closed_port()}"
        for args in (["connect", "-x", nowhere, "bücher.example", "1"], ["connect", "-x", "bücher.example", "a.test", "1"],
                     ["resolve", "-x", nowhere, "bücher.example"], ["udp", "-x", nowhere, "bücher.example", "1"]):
            with self.subTest(args=args):
                self.assert_needed(IDN2, *args)
        with hidden(IDN2):  # what is ASCII already needs nothing
            self.assert_status(cli.run("connect", "-z", "-x", nowhere, "xn--bcher-kva.example", "1"), 11)

    def test_a_run_that_needs_none_works_without_all(self):
        with hidden(*LIBRARIES), ScriptedProxy("echo") as proxy:
            self.assert_success(through(proxy, stdin=b"payload"), b"payload")

    def test_probe_does_without(self):
        with hidden(*LIBRARIES), ScriptedProxy("echo") as proxy:
            result, report = probe("--only", "versions,tls", proxy.url())
        self.assert_status(result, 0)
        tls = check(report, "tls")
        self.assertEqual(tls["status"], "error")
        self.assertTrue(tls["reason"].startswith(LIBRARIES[SSL]), tls)


class Version(CliCase):
    def test_verbose_lists_them(self):
        plain = cli.run("--version").out.decode()
        for args in (["--version", "-v"], ["-v", "--version"], ["connect", "-v", "--version"],
                     ["help", "--version", "--verbose"]):
            with self.subTest(args=args):
                said = cli.run(*args)
                self.assert_status(said, 0)
                self.assertRegex(said.out.decode(), re.escape(plain) + r"OpenSSL 3\.\d+\.\d+\nldns 1\.\d+\.\d+\n"
                                 r"GSSAPI libgssapi_krb5\.so\.2\.\d+\nlibidn2 2\.\d+\.\d+\n\Z")
        self.assertEqual(plain.count("\n"), 1)

    def test_what_is_missing_is_said(self):
        for name, said in LIBRARIES.items():
            with self.subTest(library=name), hidden(name):
                lines = cli.run("--version", "-v").out.decode().splitlines()
                self.assertEqual(len(lines), 1 + len(LIBRARIES))
                self.assertTrue(any(line.startswith(said) for line in lines), lines)


class Note(unittest.TestCase):
    def test_packagers_see_what_may_be_loaded(self):
        with tempfile.NamedTemporaryFile() as file:
            subprocess.run(["objcopy", "--dump-section", f".note.dlopen={file.name}", cli.BINARY, "/dev/null"],
                           check=True)
            note = file.read()
        owner_size, size, kind = struct.unpack("III", note[:12])
        self.assertEqual((note[12:12 + owner_size], kind), (b"FDO\0", 0x407c0c0a))
        entries = json.loads(note[16:16 + size].rstrip(b"\0"))
        self.assertEqual([entry["soname"] for entry in entries], [[name] for name in LIBRARIES])
        for entry in entries:
            self.assertTrue(entry["feature"] and entry["description"])
            self.assertIn(entry["priority"], ("required", "recommended", "suggested"))


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
