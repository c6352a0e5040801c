# SPDX-License-Identifier: MIT
"""TLS with the proxy: who is trusted, what breaks, and that nothing of SOCKS is said before it stands."""
import os
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest

import behaviours
import certificates
import cli
import socks_wire as wire
from expect import CliCase, concurrently, through
from scripted_proxy import ScriptedProxy
from tls_layer import Tls

ALICE = {"user": b"alice", "password": b"S3cret"}
SOON = 3
HELLO, ALERT = 0x16, 0x15
GOOD = dict.fromkeys(["good", "ipv4", "client"], "")
BAD = {     # certificate of the server -> what is said about it
    "expired": "expired", "future": "not yet valid", "self-signed": "self-signed", "hostile": "self-signed",
    "untrusted": "not trusted", "name": r"for proxy\.test, .*not for 127\.0\.0\.1",
    "other-name": r"for other\.test, another\.test, not for 127\.0\.0\.1",
    "other-ip": r"for 192\.0\.2\.7, 2001:db8::7, not for 127\.0\.0\.1", "ipv6": r"for ::1, not for 127\.0\.0\.1",
}


def attempt_tls(tls, *options, behaviour="echo", url=None, **kwargs):
    """(result, conversation, hop) of one run against a fresh proxy that speaks TLS."""
    with ScriptedProxy(behaviour, tls=tls) as proxy:
        login = {key: kwargs.pop(key) for key in ("user", "password") if key in kwargs}
        scheme = kwargs.pop("scheme", "socks5h")
        address = proxy.url(scheme, **login, **(url or {}))
        kwargs.setdefault("stdin", b"payload")
        result = cli.run("connect", "-x", address, *options, "echo.test", "80", **kwargs)
        conv = proxy.conversation()
        if not conv.wait_closed():
            raise AssertionError("the connection to the proxy was left open")
        return result, conv, proxy.hop


class TlsCase(CliCase):
    def assert_nothing_said(self, conv, first=(HELLO,)):
        """Not one byte of the protocol inside TLS: a ClientHello, and alerts at most."""
        self.assertEqual((conv.messages, bytes(conv.payload), bytes(conv.answers)), ([], b"", b""))
        if conv.tls is not None:
            records = conv.tls.first_records()
            self.assertIn(records[0][0], first)
            self.assertNotIn(b"echo.test", bytes(conv.tls.raw))
            self.assertNotIn(b"alice", bytes(conv.tls.raw))

    def assert_only_client_hello(self, raw):
        """What a plain server sees of a TLS client: one record, perhaps an alert."""
        raw = bytes(raw)
        self.assertEqual(raw[:2], b"\x16\x03")
        end = 5 + int.from_bytes(raw[3:5], "big")
        self.assertLessEqual(end, len(raw))
        self.assertIn(raw[end:end + 1], (b"", bytes([ALERT])))
        self.assertLess(len(raw) - end, 20)


class Trust(TlsCase):
    def test_success(self):
        for scheme in ("socks5h", "socks4a", "http"):
            for tls in (Tls(), Tls(newest=ssl.TLSVersion.TLSv1_2)):
                with self.subTest(scheme=scheme, newest=tls.newest):
                    result, conv, _ = attempt_tls(tls, "-N", scheme=scheme)
                    self.assert_success(result, b"payload")
                    self.assertEqual(conv.ended, "eof")
                    self.assertIsNone(conv.tls.sni)     # an address is no name

    def test_messages_are_the_same_inside(self):
        result, conv, _ = attempt_tls(Tls(), "-N", behaviour="method-02", **ALICE)
        self.assert_success(result, b"payload")
        self.assertEqual(conv.messages, [wire.greeting(0, 2), wire.userpass(b"alice", b"S3cret"),
                                         wire.request("echo.test", 80)])
        self.assertNotIn(b"S3cret", bytes(conv.tls.raw))

    def test_each_reason_has_its_words(self):
        cases = [(kind, scheme) for kind in BAD for scheme in ("socks5h", "socks4a", "http")]
        for (kind, scheme), (result, conv, hop) in concurrently(
                lambda case: attempt_tls(Tls(cert=case[0]), scheme=case[1],
                                         **({"user": b"alice"} if case[1] == "socks4a" else ALICE)), cases):
            with self.subTest(kind=kind, scheme=scheme):
                self.assert_failure(result, 12, hop, "tls", BAD[kind], within=SOON)
                self.assert_nothing_said(conv)
                self.assertIn("alert", conv.tls_error)

    def test_the_system_does_not_know_our_authority(self):
        result, conv, hop = attempt_tls(Tls(), url={"cacert": None})
        self.assert_failure(result, 12, hop, "tls", "not trusted", within=SOON)
        self.assertRegex(result.err, "hint: .*cacert")
        self.assert_nothing_said(conv)

    def test_the_system_store_can_be_named_as_openssl_does(self):
        with ScriptedProxy("echo", tls=Tls()) as proxy:
            result = cli.run("connect", "-x", proxy.url(cacert=None), "-N", "echo.test", "80", stdin=b"payload",
                             env=cli.environment(SSL_CERT_FILE=certificates.ca()))
            self.assert_success(result, b"payload")

    def test_both_halves_of_the_systems_trust(self):
        """The hashed directory and the bundle: either will do, and each variable replaces its half."""
        with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as others, \
                tempfile.TemporaryDirectory() as empty:
            for folder, name in ((ours, "ca"), (others, "other-ca")):
                hashed = subprocess.run(["openssl", "x509", "-hash", "-noout", "-in", certificates.ca(name)], check=True,
                                        capture_output=True, text=True).stdout.strip()
                os.symlink(certificates.ca(name), os.path.join(folder, hashed + ".0"))
            bundle = os.path.join(empty, "bundle")      # many, and ours behind others
            with open(bundle, "w") as file:
                for name in ("other-ca", "ca"):
                    with open(certificates.ca(name)) as one:
                        file.write(one.read())
            ca, other, missing = certificates.ca(), certificates.ca("other-ca"), os.path.join(empty, "missing")
            cases = [(ours, missing, True), (ours, other, True), (others, ca, True), (others, bundle, True),
                     (empty, ca, True), (missing, bundle, True), (ours, None, True), (None, ca, True),
                     (others, other, False), (empty, missing, False), (others, None, False), (None, other, False)]
            for folder, file, is_trusted in cases:
                with self.subTest(folder=folder, file=file), ScriptedProxy("echo", tls=Tls()) as proxy:
                    result = cli.run("connect", "-x", proxy.url(cacert=None), "-N", "echo.test", "80", stdin=b"payload",
                                     env=cli.environment(SSL_CERT_DIR=folder, SSL_CERT_FILE=file))
                    if is_trusted:
                        self.assert_success(result, b"payload")
                    else:
                        self.assert_failure(result, 12, proxy.hop, "tls", "not trusted")

    def test_the_systems_bundle_is_trusted_beside_its_directory(self):
        with ScriptedProxy("echo", tls=Tls()) as proxy:
            bundle = os.path.realpath(ssl.get_default_verify_paths().openssl_cafile)
            command = ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else []), "sh", "-c",
                       'mount --bind "$0" "$1" && shift && exec "$@"', certificates.ca(), bundle]
            if not os.path.exists(bundle) or subprocess.run([*command, "true"], capture_output=True).returncode:
                self.skipTest("no bundle, or no mounts of our own")
            done = subprocess.run([*command, cli.BINARY, "connect", "-x", proxy.url(cacert=None), "-N", "echo.test", "80"],
                                  input=b"payload", capture_output=True, timeout=20,
                                  env=cli.environment(SSL_CERT_DIR=None, SSL_CERT_FILE=None))
            self.assertEqual((done.returncode, done.stdout), (0, b"payload"), done.stderr)

    def test_the_bundle_is_left_alone_while_the_directory_has_the_answer(self):
        """It has all authorities, and takes long to read."""
        with tempfile.TemporaryDirectory() as folder, ScriptedProxy("echo", tls=Tls()) as proxy:
            hashed = subprocess.run(["openssl", "x509", "-hash", "-noout", "-in", certificates.ca()], check=True,
                                    capture_output=True, text=True).stdout.strip()
            os.symlink(certificates.ca(), os.path.join(folder, hashed + ".0"))
            fifo = os.path.join(folder, "bundle")
            os.mkfifo(fifo)             # who opens it waits
            result = cli.run("connect", "-x", proxy.url(cacert=None), "-N", "echo.test", "80", stdin=b"payload",
                             env=cli.environment(SSL_CERT_DIR=folder, SSL_CERT_FILE=fifo))
            self.assert_success(result, b"payload")

    def test_an_authority_is_trusted_as_it_is_named(self):
        """A root, an intermediate, or the proxy's own certificate."""
        chained = certificates.get("chained")
        for cacert in (certificates.get("intermediate").cert, chained.cert):
            result, _, _ = attempt_tls(Tls(cert="chained"), "-N", url={"cacert": cacert})
            self.assert_success(result, b"payload")
        result, _, _ = attempt_tls(Tls(cert="good"), "-N", url={"cacert": certificates.get("good").cert})
        self.assert_success(result, b"payload")
        for cert, cacert in (("chained", certificates.ca("other-ca")), ("good", chained.cert)):
            result, conv, hop = attempt_tls(Tls(cert=cert), url={"cacert": cacert})
            self.assert_failure(result, 12, hop, "tls", "not trusted")
            self.assert_nothing_said(conv)

    def test_a_certificate_without_alternative_names(self):
        result, conv, hop = attempt_tls(Tls(cert="nameless"))
        self.assert_failure(result, 12, hop, "tls", r"not for 127\.0\.0\.1: it has no subject alternative names")
        self.assertNotRegex(result.err, "hint: .*servername")
        self.assert_nothing_said(conv)

    def test_the_name_of_the_url_is_the_name_of_the_certificate(self):
        with ScriptedProxy("echo", tls=Tls()) as proxy:
            result = cli.run("connect", "-x", proxy.url(host="localhost"), "-N", "echo.test", "80", stdin=b"payload")
            self.assert_success(result, b"payload")
            self.assertEqual(proxy.conversation().tls.sni, "localhost")
        with ScriptedProxy("echo", tls=Tls(cert="ipv4")) as proxy:
            result = cli.run("connect", "-x", proxy.url(host="localhost"), "echo.test", "80")
            self.assert_failure(result, 12, f"localhost:{proxy.port}", "tls", r"for .*127\.0\.0\.1.*, not for localhost")

    def test_ipv6(self):
        with ScriptedProxy("echo", tls=Tls(cert="ipv6"), host="::1") as proxy:
            result = through(proxy, "-N", stdin=b"payload")
            self.assert_success(result, b"payload")
            self.assertIsNone(proxy.conversation().tls.sni)

    def test_brackets_around_an_address(self):
        for options, url in ((("--proxy-servername", "[::1]"), {}), ((), {"servername": "[::1]"})):
            result, _, _ = attempt_tls(Tls(cert="ipv6"), "-N", *options, url=url)
            self.assert_success(result, b"payload")

    def test_servername(self):
        ways = ([("servername", name)] for name in ("proxy.test", "PROXY.test"))
        for way in ways:
            result, conv, _ = attempt_tls(Tls(cert="name"), "-N", url=dict(way))
            self.assert_success(result, b"payload")
            self.assertEqual(conv.tls.sni.lower(), "proxy.test")
        result, conv, _ = attempt_tls(Tls(cert="name"), "-N", "--proxy-servername", "proxy.test")
        self.assert_success(result, b"payload")
        result, conv, _ = attempt_tls(Tls(cert="wildcard"), "-N", "--proxy-servername", "one.hop.test")
        self.assert_success(result, b"payload")
        for name in ("two.one.hop.test", "hop.test", "wrong.test"):
            result, conv, hop = attempt_tls(Tls(cert="wildcard"), "--proxy-servername", name)
            self.assert_failure(result, 12, hop, "tls", f"is for .*, not for {name}")
            self.assert_nothing_said(conv)

    def test_options_do_what_the_url_does(self):
        mine = certificates.get("client")
        result, conv, _ = attempt_tls(
            Tls(client_ca="ca"), "-N", "--proxy-cacert", certificates.ca(), "--proxy-cert", mine.cert,
            "--proxy-key", mine.key, url={"cacert": None})
        self.assert_success(result, b"payload")
        self.assertEqual(conv.tls.peer_subject(), "client certificate")

    def test_client_certificate(self):
        mine = certificates.get("client")
        for newest in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            for url in ({"cert": mine.cert, "key": mine.key}, {"cert": mine.both()}):
                result, conv, _ = attempt_tls(Tls(client_ca="ca", newest=newest), "-N", url=url)
                self.assert_success(result, b"payload")
                self.assertEqual(conv.tls.peer_subject(), "client certificate")

    def test_without_a_client_certificate(self):
        for newest in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            result, conv, hop = attempt_tls(Tls(client_ca="ca", newest=newest))
            with self.subTest(newest=newest):
                self.assert_failure(result, 12, hop, "tls", "client certificate", within=SOON)
                self.assertRegex(result.err, "hint: .*--proxy-cert FILE")
                with ScriptedProxy("echo", tls=Tls(client_ca="ca", newest=newest)) as proxy:
                    probed = cli.run("probe", proxy.url())
                    self.assert_status(probed, 12)
                    self.assertIn(b"client certificate", probed.out)
                    self.assertIn(b"--proxy-cert FILE", probed.out)
                self.assertEqual((conv.messages, conv.target), ([], None))

    def test_a_client_certificate_of_another_authority(self):
        mine = certificates.get("untrusted")
        for newest in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            result, conv, hop = attempt_tls(Tls(client_ca="ca", newest=newest), url={"cert": mine.cert, "key": mine.key})
            with self.subTest(newest=newest):
                self.assert_failure(result, 12, hop, "tls",
                                    'it does not accept our client certificate: it sent the alert "unknown ca"', within=SOON)
                self.assertRegex(result.err, "hint: .*--proxy-cert")
                self.assertEqual(conv.messages, [])
                with ScriptedProxy("echo", tls=Tls(client_ca="ca", newest=newest)) as proxy:
                    probed = cli.run("probe", proxy.url(cert=mine.cert, key=mine.key))
                    self.assert_status(probed, 12)
                    self.assertIn(b"it does not accept our client certificate", probed.out)

    def test_texts_of_a_certificate_are_harmless(self):
        for options in ((), ("-vv",), ("--trace",)):
            result, _, hop = attempt_tls(Tls(cert="hostile"), *options)
            self.assert_status(result, 12)
            self.assert_clean_text(result.err)
            result, _, hop = attempt_tls(Tls(cert="hostile"), "-N", *options, url={"insecure": 1})
            self.assert_status(result, 0)
            self.assert_clean_text(result.err)
            self.assertNotIn("\nsockscat: error: forged", result.err)


class Insecure(TlsCase):
    def test_every_run_warns(self):
        for kind in ("good", *BAD):
            for options, url in (((), {"insecure": 1}), (("--proxy-insecure",), {})):
                result, conv, hop = attempt_tls(Tls(cert=kind), "-N", *options, url=url)
                with self.subTest(kind=kind, options=options):
                    self.assert_status(result, 0)
                    self.assertEqual(result.out, b"payload")
                    self.assertRegex(result.err, rf"\Asockscat: warning: {hop}: [^\n]*not verified[^\n]*\n\Z")

    def test_it_is_still_tls(self):
        """Nothing is ever tried again without."""
        for behaviour in ("banner-ssh", "close-at-accept"):
            with ScriptedProxy(behaviour) as proxy:
                result = cli.run("connect", "-x", f"socks5h+tls://{proxy.hop}?insecure=1", "echo.test", "80")
                self.assert_failure(result, 12, proxy.hop, "tls")
                self.assertEqual(len(proxy.conversations), 1)

    def test_old_versions_stay_refused(self):
        result, conv, hop = attempt_tls(Tls(newest=ssl.TLSVersion.TLSv1_1), "--proxy-insecure")
        self.assert_failure(result, 12, hop, "tls", "version")
        self.assert_nothing_said(conv)


class Broken(TlsCase):
    def test_tls_1_1(self):
        result, conv, hop = attempt_tls(Tls(newest=ssl.TLSVersion.TLSv1_1))
        self.assert_failure(result, 12, hop, "tls", "version", within=SOON)
        self.assert_nothing_said(conv)

    def test_ends_within_the_handshake(self):
        cases = [(budget, then) for budget in (1, 4, 5, 20, 100, 127, 200, 600) for then in ("close", "reset")]
        for (budget, then), (result, conv, hop) in concurrently(
                lambda case: attempt_tls(Tls(budget=case[0], then=case[1])), cases):
            with self.subTest(budget=budget, then=then):
                words = "closed during the handshake" if then == "close" else "reset"
                self.assert_failure(result, 12, hop, "tls", words, within=SOON)
                self.assert_nothing_said(conv)

    def test_ends_behind_the_handshake(self):
        """TLS stands: the end is one of the protocol inside."""
        for ends, word in (("notify", "without a reply"), ("cut", "without close_notify")):
            result, _, hop = attempt_tls(Tls(ends=ends), behaviour="close-at-method-0")
            self.assert_failure(result, 16, hop, "method", word, within=SOON)
            result, _, hop = attempt_tls(Tls(ends=ends), behaviour="close-at-request-4")
            self.assert_failure(result, 13, hop, "request", "4 of", within=SOON)
        result, _, hop = attempt_tls(Tls(), behaviour="reset-at-request-0")
        self.assert_failure(result, 16, hop, "request", "reset", within=SOON)

    def test_stalls(self):
        cases = [(budget, None) for budget in (1, 5, 100, 600)] + [(None, 0.05)]
        for (budget, pace), (result, conv, hop) in concurrently(
                lambda case: attempt_tls(Tls(budget=case[0], then="silence", pace=case[1]), "-w", "0.6"), cases):
            with self.subTest(budget=budget, pace=pace):
                self.assert_failure(result, 124, hop, "tls", r"0\.6 s", within=SOON)
                self.assert_nothing_said(conv)

    def test_a_proxy_that_accepts_and_waits(self):
        with ScriptedProxy(behaviours.replace(behaviours.ECHO, opening=behaviours.silence)) as proxy:
            result = cli.run("connect", "-x", f"socks5h+tls://{proxy.hop}", "-w", "0.5", "echo.test", "80")
            self.assert_failure(result, 124, proxy.hop, "tls", r"0\.5 s", within=SOON)
            proxy.conversation().wait_closed()
            self.assert_only_client_hello(proxy.conversation().payload)

    def test_records_byte_by_byte(self):
        result, _, _ = attempt_tls(Tls(pace=0.001), "-N")
        self.assert_success(result, b"payload")

    def test_plain_bytes_on_a_tls_port(self):
        words = {"http": "HTTP/1.1 400", "ssh": "SSH-2.0", "smtp": "220 mail", "socks6": "06 00", "junk": "de ad",
                 "hostile-text": "HTTP/1.1 400"}
        cases = [(first, name) for first in ("foreign", "banner") for name in words]

        def one(case):
            with ScriptedProxy("-".join(case)) as proxy:
                result = cli.run("connect", "-x", f"socks5h+tls://alice:S3cret@{proxy.hop}", "echo.test", "80")
                proxy.conversation().wait_closed()
                return result, proxy.conversation(), proxy.hop
        for (first, name), (result, conv, hop) in concurrently(one, cases):
            with self.subTest(first=first, name=name):
                self.assert_failure(result, 12, hop, "tls", "does not speak TLS.*" + words[name], within=SOON)
                self.assertRegex(result.err, r"hint: drop \+tls")
                said = b"".join(conv.messages) + bytes(conv.payload) + bytes(conv.late)
                self.assert_only_client_hello(said)

    def test_a_socks_proxy_without_tls(self):
        with ScriptedProxy("echo") as proxy:      # closes at what is no version
            result = cli.run("connect", "-x", f"socks5h+tls://{proxy.hop}", "echo.test", "80")
            self.assert_failure(result, 12, proxy.hop, "tls", "closed", within=SOON)
            self.assertRegex(result.err, r"hint: .*TLS")
        with ScriptedProxy("socks5-only") as proxy:
            result = cli.run("connect", "-x", f"socks5h+tls://{proxy.hop}", "echo.test", "80")
            self.assert_failure(result, 12, proxy.hop, "tls", "does not speak TLS.*05 ff", within=SOON)

    def test_plain_socks_on_a_tls_port(self):
        """OpenSSL waits for five bytes, and then closes; others answer with an alert (tls-alert in Broken of
        test_handshake.py)."""
        with ScriptedProxy("echo", tls=Tls()) as proxy:
            result = cli.run("connect", "-x", f"socks5h://{proxy.hop}", "-w", "0.5", "echo.test", "80")
            self.assert_failure(result, 124, proxy.hop, "method", "no answer")
            self.assertRegex(result.err, "hint: .*TLS")
            for scheme in ("socks4a", "http"):
                result = cli.run("connect", "-x", f"{scheme}://{proxy.hop}", "-w", "5", "echo.test", "80")
                self.assert_failure(result, 16, proxy.hop, "request", "closed", within=SOON)
            for conv in proxy.conversations:
                conv.wait_closed()
                self.assertEqual((conv.messages, conv.tls_error != ""), ([], True))


class Streams(TlsCase):
    def test_an_end_without_close_notify_cuts_the_stream_short(self):
        data = bytes(range(256)) * 4000
        for ends, status in (("notify", 0), ("notify-only", 0), ("cut", 1)):
            step = behaviours.replace(behaviours.ECHO, stream=behaviours.send_stream(data))
            with self.subTest(ends=ends):
                result, _, hop = attempt_tls(Tls(ends=ends), behaviour=step)
                self.assert_status(result, status)
                self.assertEqual(len(result.out), len(data))
                self.assertEqual(result.out, data)
                if status:
                    self.assert_one_error(result, "cut off|cut short")
                    self.assertIn("close_notify", result.err)

    def test_payload_behind_the_reply(self):
        for scheme in ("socks5h", "socks4a"):
            result, _, _ = attempt_tls(Tls(), "-N", behaviour="reply-with-payload", scheme=scheme, stdin=b"client\n")
            self.assert_success(result, b"SSH-2.0-hello\r\nclient\n")

    def test_half_close_is_close_notify(self):
        for newest in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            result, conv, _ = attempt_tls(Tls(newest=newest), "-N", behaviour="answers-after-half-close",
                                          stdin=b"x" * 70000)
            self.assert_success(result, b"counted 70000\n")
            self.assertEqual(conv.ended, "eof")         # and no cut

    def test_no_close_notify_while_stdin_is_not_all_sent(self):
        """To the proxy it would say that all was sent."""
        directory = os.open("/", os.O_RDONLY)
        self.addCleanup(os.close, directory)
        result, conv, _ = attempt_tls(Tls(), stdin=directory)
        self.assert_status(result, 1)
        self.assertIn(conv.ended, ("cut", "reset"))
        for options, number in (((), signal.SIGTERM), (("-N",), signal.SIGINT), (("-i", "0.3"), None)):
            with self.subTest(options=options, number=number), ScriptedProxy("echo", tls=Tls()) as proxy:
                process = cli.start("connect", "-x", proxy.url(), *options, "echo.test", "80", bufsize=0)
                process.stdin.write(b"half of it")
                conv = proxy.conversation()
                self.assertTrue(conv.wait(lambda c: bytes(c.payload) == b"half of it"))
                if number:
                    process.send_signal(number)
                self.assertEqual(process.wait(10), 128 + number if number else 124)
                process.communicate()
                self.assertTrue(conv.wait_closed())
                self.assertIn(conv.ended, ("cut", "reset"))     # a reset where the echo was not read
        result, conv, _ = attempt_tls(Tls(), "-N")
        self.assertEqual((result.status, conv.ended), (0, "eof"))

    def test_reset(self):
        result, _, _ = attempt_tls(Tls(), behaviour="stream-reset", stdin=b"")
        self.assert_status(result, 1)
        self.assertEqual(result.out, b"delivered" * 100)
        self.assert_one_error(result, "reset")

    def test_megabytes(self):
        data = bytes(range(256)) * 20000
        result, conv, _ = attempt_tls(Tls(), "-N", stdin=data)
        self.assert_success(result, data)

    def test_fdpass_is_refused(self):
        with ScriptedProxy("echo", tls=Tls()) as proxy:
            result = through(proxy, "--fdpass")
            self.assert_usage(result, "fdpass")
            self.assertEqual(proxy.conversations, [])

    def test_bind_and_udp(self):
        with ScriptedProxy("echo", tls=Tls()) as proxy:
            result = cli.run("bind", "-x", proxy.url(), "-N", stdin=b"payload")
            self.assert_status(result, 0)
            self.assertEqual(result.out, b"payload")
            result = cli.run("udp", "-x", proxy.url(), "--count", "1", "192.0.2.9", "53", stdin=b"datagram")
            self.assert_status(result, 0)
            self.assertEqual(result.out, b"datagram")
        for command in (("bind",), ("udp", "192.0.2.9", "53")):
            with ScriptedProxy("echo", tls=Tls(cert="expired")) as proxy:
                result = cli.run(command[0], "-x", proxy.url(), *command[1:])
                self.assert_failure(result, 12, proxy.hop, "tls", "expired")
                self.assert_nothing_said(proxy.conversation())

    def test_port_lists(self):
        with ScriptedProxy("echo", tls=Tls()) as proxy:
            result = through(proxy, "-z", port="80-82")
            self.assertEqual(result.out, b"80\topen\n81\topen\n82\topen\n")
            self.assert_status(result, 0)
        with ScriptedProxy("echo", tls=Tls(cert="expired")) as proxy:
            result = through(proxy, "-z", port="80")
            self.assert_failure(result, 12, proxy.hop, "tls", "expired")


class Secrets(TlsCase):
    def test_trace_and_report(self):
        mine = certificates.get("client")
        with open(mine.key) as file:
            key_lines = [line for line in file.read().split("\n") if line and not line.startswith("-")]
        for scheme in ("socks5h", "http"):
            result, conv, hop = attempt_tls(
                Tls(client_ca="ca"), "-N", "-vv", "--trace", "--report", "-", behaviour="echo" if scheme == "http" else
                "method-02", scheme=scheme, url={"cert": mine.cert, "key": mine.key}, **ALICE)
            self.assert_status(result, 0)
            for secret in ("S3cret", b"S3cret".hex(), b"S3cret".hex(" "), "YWxpY2U6UzNjcmV0", *key_lines):
                self.assertNotIn(secret, result.err)
            self.assertRegex(result.err, r'"tls_ms": ?[0-9]')
            self.assertRegex(result.err, "TLSv1.3")
            self.assert_clean_text(result.err)

    def test_no_password_is_in_clear_inside_tls(self):
        result, _, _ = attempt_tls(Tls(), "-N", behaviour="method-02", **ALICE)
        self.assertEqual(result.err, "")


class Settings(TlsCase):
    def test_files_that_do_not_serve(self):
        mine, other = certificates.get("client"), certificates.get("good")
        with ScriptedProxy("echo", tls=Tls()) as proxy:
            for query, words in (({"cacert": "/nonexistent/ca.pem"}, "No such file"), ({"cacert": "/"}, "directory"),
                                 ({"cacert": "/etc/hostname"}, "no usable certificate: no certificate or crl found"),
                                 ({"cert": "/nonexistent"}, "No such"),
                                 ({"cert": mine.cert}, "key"), ({"cert": mine.cert, "key": other.key}, "belong"),
                                 ({"key": mine.key}, "certificate")):
                with self.subTest(query=query):
                    self.assert_usage(cli.run("connect", "-x", proxy.url(**query), "echo.test", "80"), words)
            self.assertEqual(proxy.conversations, [])

    def test_an_end_instead_of_a_handshake(self):
        step = behaviours.replace(behaviours.ECHO, greeted=behaviours.say_then_close(bytes.fromhex("15030300020100")))
        with ScriptedProxy(step) as proxy:
            result = cli.run("connect", "-x", f"socks5h+tls://{proxy.hop}", "echo.test", "80")
            self.assert_failure(result, 12, proxy.hop, "tls", r"it ended TLS instead of answering \(close_notify\)")

    def test_an_alert_is_told_in_words(self):
        with ScriptedProxy("foreign-tls-alert") as proxy:
            result = cli.run("connect", "-x", f"socks5h+tls://{proxy.hop}", "echo.test", "80")
            self.assert_failure(result, 12, proxy.hop, "tls", 'alert "protocol version"', within=SOON)

    def test_the_configuration_of_openssl_is_in_force(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, value, tls, words in (
                    ("MinProtocol", "TLSv1.3", Tls(newest=ssl.TLSVersion.TLSv1_2), "alert|protocol"),
                    ("MinProtocol", "TLSv1", Tls(newest=ssl.TLSVersion.TLSv1_1), "alert|protocol"),
                    ("CipherString", "DEFAULT@SECLEVEL=5", Tls(), "alert|weak|key too small|no suitable key share")):
                with self.subTest(name=name, value=value):
                    path = os.path.join(folder, "openssl.cnf")
                    with open(path, "w") as file:
                        file.write("openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = default\n"
                                   f"[default]\n{name} = {value}\n")
                    result, conv, hop = attempt_tls(tls, env=cli.environment(OPENSSL_CONF=path))
                    self.assert_failure(result, 12, hop, "tls", words, within=SOON)
                    # OpenSSL 3.5 finds before the ClientHello that it has no key share to offer.
                    self.assert_nothing_said(conv, first=(HELLO, ALERT))

    def test_files_are_read_before_the_proxy_is_dialled(self):
        unused = socket.create_server(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        unused.close()
        url = f"socks5h+tls://127.0.0.1:{port}"
        for query in ("", f"?cacert={certificates.ca()}"):
            result = cli.run("connect", "-x", url + query, "echo.test", "80")
            self.assert_failure(result, 11, f"127.0.0.1:{port}", "connect", "refused", within=SOON)
        for query in ("?cacert=/nonexistent", "?cert=/nonexistent"):
            self.assert_usage(cli.run("connect", "-x", url + query, "echo.test", "80"), "nonexistent")

    def test_trust_without_tls_is_a_mistake(self):
        with ScriptedProxy("echo") as proxy:
            for query in ("cacert=" + certificates.ca(), "insecure=1", "servername=x.test"):
                self.assert_usage(cli.run("connect", "-x", f"{proxy.url()}?{query}", "echo.test", "80"), "TLS")
            for options in (("--proxy-cacert", certificates.ca()), ("--proxy-insecure",)):
                self.assert_usage(through(proxy, *options), "TLS")
            self.assertEqual(proxy.conversations, [])

    def test_two_sources_are_a_mistake(self):
        with ScriptedProxy("echo", tls=Tls()) as proxy:
            self.assert_usage(through(proxy, "--proxy-cacert", certificates.ca()), "cacert")
            self.assert_usage(cli.run("connect", "-x", proxy.url(servername="a.test"), "--proxy-servername", "b.test",
                                      "echo.test", "80"), "servername")
            self.assertEqual(proxy.conversations, [])


if __name__ == "__main__":
    unittest.main()
