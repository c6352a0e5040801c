# SPDX-License-Identifier: MIT
"""--tls: TLS with the destination inside the tunnel, with a trust of its own."""
import contextlib
import json
import os
import select
import socket
import ssl
import tempfile
import threading
import time
import unittest

import certificates
import cli
import targets
from expect import CliCase, concurrently
from scripted_proxy import ScriptedProxy
from tls_layer import BrokenOff, Tls
from targets import TlsTarget

SOON = 3
CA, OTHER_CA = certificates.ca(), certificates.ca("other-ca")
BAD = {"expired": "expired", "future": "not yet valid", "self-signed": "self-signed", "untrusted": "not trusted",
       "other-name": "for other.test.*, not for 127.0.0.1", "other-ip": "for 192.0.2.7.*, not for 127.0.0.1"}


class TargetCase(CliCase):
    def run_through(self, target, *options, proxy_tls=None, scheme="socks5h", host=None, url=None, **kwargs):
        """(result, the proxy) through a proxy that dials."""
        kwargs.setdefault("stdin", b"payload")
        with ScriptedProxy("good", tls=proxy_tls) as proxy:
            result = cli.run("connect", "-x", proxy.url(scheme, **(url or {})), *options, host or target.host,
                             target.port, **kwargs)
            for conv in proxy.conversations:
                conv.wait_closed()
            return result, proxy


class Trust(TargetCase):
    def test_success(self):
        for scheme in ("socks5h", "socks5", "socks4", "socks4a", "http"):
            for proxy_tls in (None, Tls()):
                for newest in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                    with TlsTarget(Tls(newest=newest)) as target:
                        result, proxy = self.run_through(target, "--tls", "--cacert", CA, "-N", scheme=scheme,
                                                         proxy_tls=proxy_tls)
                        with self.subTest(scheme=scheme, proxy_tls=proxy_tls, newest=newest):
                            self.assert_success(result, b"payload")
                            self.assertNotIn(b"payload", bytes(proxy.conversation().payload))
                            self.assertEqual(target.problems, [])

    def test_the_name_of_the_target(self):
        for scheme in ("socks5h", "socks5", "socks4", "socks4a"):     # whoever looks it up
            with TlsTarget() as target:
                result, _ = self.run_through(target, "--tls", "--cacert", CA, "-N", scheme=scheme, host="localhost")
                with self.subTest(scheme=scheme):
                    self.assert_success(result, b"payload")
                    self.assertEqual(target.sessions[0].sni, "localhost")
        with TlsTarget(Tls(cert="ipv4")) as target:
            result, _ = self.run_through(target, "--tls", "--cacert", CA, host="localhost")
            self.assert_failure(result, 12, f"localhost:{target.port}", "tls", r"for .*127\.0\.0\.1.*, not for localhost")

    def test_each_reason_has_its_words(self):
        def one(kind):
            with TlsTarget(Tls(cert=kind)) as target:
                result, _ = self.run_through(target, "--tls", "--cacert", CA, proxy_tls=Tls())
                return result, target
        for kind, (result, target) in concurrently(one, BAD):
            with self.subTest(kind=kind):
                self.assert_failure(result, 12, f"127.0.0.1:{target.port}", "tls", BAD[kind], within=SOON)
                self.assertNotIn("--proxy-", result.err)
                self.assertNotIn("+tls", result.err)
                self.assertEqual(len(target.problems), 1)

    def test_versions(self):
        with TlsTarget(Tls(newest=ssl.TLSVersion.TLSv1_1)) as target:
            result, _ = self.run_through(target, "--tls", "--cacert", CA)
            self.assert_failure(result, 12, f"127.0.0.1:{target.port}", "tls", "version", within=SOON)

    def test_servername_and_client_certificate_and_alpn(self):
        mine = certificates.get("client")
        with TlsTarget(Tls(cert="name", client_ca="ca", alpn=("http/1.1",))) as target:
            result, _ = self.run_through(target, "--tls", "--cacert", CA, "--servername", "proxy.test", "--cert",
                                         mine.cert, "--key", mine.key, "--alpn", "h2,http/1.1", "-N")
            self.assert_success(result, b"payload")
            session = target.sessions[0]
            self.assertEqual((session.sni, session.peer_subject(), session.alpn()),
                             ("proxy.test", "client certificate", "http/1.1"))

    def test_insecure_warns_every_run(self):
        for kind in ("good", *BAD):
            with TlsTarget(Tls(cert=kind)) as target:
                result, _ = self.run_through(target, "--tls", "--insecure", "-N")
                with self.subTest(kind=kind):
                    self.assert_status(result, 0)
                    self.assertEqual(result.out, b"payload")
                    self.assertRegex(result.err, rf"\Asockscat: warning: [^\n]*127.0.0.1:{target.port}[^\n]*not verified"
                                                 r"[^\n]*\n\Z")

    def test_options_need_tls(self):
        with targets.Echo() as target:
            for options in (("--cacert", CA), ("--insecure",), ("--servername", "x.test"), ("--alpn", "h2"),
                            ("--cert", certificates.get("client").cert)):
                result, proxy = self.run_through(target, *options)
                self.assert_usage(result, "--tls")
                self.assertEqual(proxy.conversations, [])

    def test_files_are_read_before_anything_is_sent(self):
        with targets.Echo() as target:
            for options in (("--cacert", "/nonexistent"), ("--cert", "/nonexistent"), ("--alpn", "h2,,x"),
                            ("--key", certificates.get("client").key)):
                result, proxy = self.run_through(target, "--tls", *options)
                with self.subTest(options=options):
                    self.assert_usage(result)
                    self.assertEqual(proxy.conversations, [])


class Separation(TargetCase):
    """What is said about the one is never used for the other."""

    def check(self, hop_kind, target_kind, options, url, failing, words=""):
        """failing: None, "hop" or "target"."""
        with TlsTarget(Tls(cert=target_kind)) as target:
            result, proxy = self.run_through(target, "--tls", "-N", *options, proxy_tls=Tls(cert=hop_kind), url=url)
            if failing is None:
                self.assert_status(result, 0)
                self.assertEqual(result.out, b"payload")
                return
            where = proxy.hop if failing == "hop" else f"127.0.0.1:{target.port}"
            self.assert_failure(result, 12, where, "tls", words)
            if failing == "hop":
                self.assertEqual((proxy.conversation().messages, target.accepted), ([], 0))

    def test_authorities(self):
        self.check("good", "untrusted", ("--cacert", OTHER_CA), {"cacert": CA}, None)
        self.check("untrusted", "good", ("--cacert", CA), {"cacert": OTHER_CA}, None)
        self.check("untrusted", "good", ("--cacert", OTHER_CA), {"cacert": CA}, "hop", "not trusted")
        self.check("good", "untrusted", ("--cacert", CA), {"cacert": CA}, "target", "not trusted")
        self.check("good", "good", ("--cacert", CA), {"cacert": None}, "hop", "not trusted")
        self.check("good", "good", (), {"cacert": CA}, "target", "not trusted")
        self.check("good", "good", ("--proxy-cacert", CA), {"cacert": None}, "target", "not trusted")

    def test_insecure(self):
        self.check("expired", "good", ("--cacert", CA, "--insecure"), {}, "hop", "expired")
        self.check("good", "expired", ("--cacert", CA), {"insecure": 1}, "target", "expired")
        self.check("good", "expired", ("--cacert", CA, "--proxy-insecure"), {}, "target", "expired")
        self.check("expired", "expired", ("--insecure", "--proxy-insecure"), {}, None)

    def test_names(self):
        self.check("name", "name", ("--cacert", CA, "--servername", "proxy.test"), {}, "hop", "not for 127")
        self.check("name", "name", ("--cacert", CA), {"servername": "proxy.test"}, "target", "not for 127")
        self.check("name", "wildcard", ("--cacert", CA, "--servername", "a.hop.test"), {"servername": "proxy.test"}, None)

    def test_client_certificates(self):
        mine, other = certificates.get("client"), certificates.get("target")
        for options, url, seen in (
                (("--cert", mine.cert, "--key", mine.key), {}, (None, "client certificate")),
                ((), {"cert": mine.cert, "key": mine.key}, ("client certificate", None)),
                (("--cert", other.cert, "--key", other.key), {"cert": mine.cert, "key": mine.key},
                 ("client certificate", "target certificate"))):
            demands = [Tls(client_ca="ca" if each else None) for each in seen]
            with TlsTarget(demands[1]) as target:
                result, proxy = self.run_through(target, "--tls", "--cacert", CA, "-N", *options, proxy_tls=demands[0],
                                                 url=url)
                self.assert_status(result, 0)
                self.assertEqual((proxy.conversation().tls.peer_subject(), target.sessions[0].peer_subject()), seen)
        # What is for the target is not shown to a proxy that asks.
        with TlsTarget() as target:
            result, proxy = self.run_through(target, "--tls", "--cacert", CA, "--cert", mine.cert, "--key", mine.key,
                                             proxy_tls=Tls(client_ca="ca"))
            self.assert_failure(result, 12, proxy.hop, "tls", "client certificate")

    def test_a_target_that_demands_a_client_certificate(self):
        strange = certificates.get("untrusted")
        for newest, cause in ((ssl.TLSVersion.TLSv1_3, "client certificate"),
                              (ssl.TLSVersion.TLSv1_2, "client certificate")):
            for stdin in (b"", b"payload", b"x" * 1000000):
                with TlsTarget(Tls(client_ca="ca", newest=newest)) as target:
                    result, _ = self.run_through(target, "--tls", "--cacert", CA, stdin=stdin)
                    with self.subTest(newest=newest, stdin=len(stdin)):
                        self.assert_failure(result, 12, f"127.0.0.1:{target.port}", "tls", cause, within=SOON)
                        self.assertRegex(result.err, "hint: .*--cert FILE")
        with TlsTarget(Tls(client_ca="ca")) as target, tempfile.NamedTemporaryFile() as report:
            result, _ = self.run_through(target, "--tls", "--cacert", CA, "--cert", strange.cert, "--key", strange.key,
                                         "--report", report.name)
            self.assert_failure(result, 12, f"127.0.0.1:{target.port}", "tls", "unknown ca", within=SOON)
            told = json.load(report)
            self.assertEqual((told["exit_status"], told["received"]), (12, 0))
            self.assertIn("unknown ca", told["error"])

    def test_alpn_is_for_the_target(self):
        with TlsTarget(Tls(alpn=("h2",))) as target:
            result, proxy = self.run_through(target, "--tls", "--cacert", CA, "--alpn", "h2", "-N",
                                             proxy_tls=Tls(alpn=("h2",)))
            self.assert_success(result, b"payload")
            self.assertEqual((proxy.conversation().tls.alpn(), target.sessions[0].alpn()), (None, "h2"))

    def test_what_alpn_came_to_is_told(self):
        for chosen, told in ((("http/1.1",), "ALPN http/1.1"), ((), "no ALPN protocol chosen")):
            with TlsTarget(Tls(alpn=chosen)) as target, tempfile.NamedTemporaryFile() as report:
                result, _ = self.run_through(target, "--tls", "--cacert", CA, "--alpn", "h2,http/1.1", "-N", "-v", "--trace",
                                             "--report", report.name)
                self.assert_status(result, 0)
                lines = [line for line in self.lines(result) if told in line]
                self.assertEqual(len(lines), 2, result.err)     # of -v, and of the trace
                made = json.load(report)["tls"]
                self.assertEqual((made["version"], made["alpn"], made["verified"]),
                                 ("TLSv1.3", chosen[0] if chosen else None, True))
                self.assertRegex(made["cipher"], "^TLS_")
                self.assertEqual(set(made), {"version", "cipher", "alpn", "verified"})
        with TlsTarget(Tls(cert="expired")) as target:
            result, _ = self.run_through(target, "--tls", "--cacert", CA, "--insecure", "-N", "--report", "-")
            self.assertIs(json.loads(self.lines(result)[-1])["tls"]["verified"], False)


class Broken(TargetCase):
    def test_stalls(self):
        for tls in (Tls(budget=1, then="silence"), Tls(budget=300, then="silence")):
            with TlsTarget(tls) as target:
                result, _ = self.run_through(target, "--tls", "--cacert", CA, "-w", "0.6")
                self.assert_failure(result, 124, f"127.0.0.1:{target.port}", "tls", r"0\.6 s", within=SOON)

    def test_a_target_without_tls(self):
        for target, status, words in ((targets.Banner(), 12, "does not speak TLS.*SSH-2.0"),
                                      (targets.Source(b""), 12, "closed"),
                                      (targets.Http(), 12, "does not speak TLS|closed"),
                                      (targets.Silent(), 124, "0.6 s")):
            with target:
                result, _ = self.run_through(target, "--tls", "--cacert", CA, "-w", "0.6")
                with self.subTest(target=type(target).__name__):
                    if isinstance(target, targets.Http):
                        self.assertIn(result.status, (12, 124))
                        continue
                    self.assert_failure(result, status, f"127.0.0.1:{target.port}", "tls", words, within=SOON)

    def test_a_plain_client_of_a_tls_target(self):
        with TlsTarget() as target:
            result, _ = self.run_through(target, "-N", stdin=b"GET / HTTP/1.0\r\n\r\n")
            self.assertEqual(len(target.problems), 1)
            self.assertEqual(result.out, b"")

    def test_refused_target(self):
        port = targets.closed_port()
        with ScriptedProxy("good", tls=Tls()) as proxy:
            result = cli.run("connect", "-x", proxy.url(), "--tls", "127.0.0.1", port)
            self.assert_failure(result, 25, proxy.hop, "request", "refused")


class Streams(TargetCase):
    def test_an_end_without_close_notify_cuts_the_stream_short(self):
        data = bytes(range(256)) * 8000
        for proxy_tls in (None, Tls()):
            for ends, status in (("notify", 0), ("notify-only", 0), ("cut", 1)):
                with TlsTarget(Tls(ends=ends), targets.send(data)) as target, self.subTest(ends=ends, proxy=proxy_tls):
                    result, _ = self.run_through(target, "--tls", "--cacert", CA, proxy_tls=proxy_tls)
                    self.assert_status(result, status)
                    self.assertEqual((len(result.out), result.out == data), (len(data), True))
                    if status:
                        self.assert_one_error(result, f"127.0.0.1:{target.port}.*cut off: .*close_notify")

    def test_a_cut_in_the_middle_of_a_record(self):
        data = b"z" * 50000
        with TlsTarget(Tls(budget=20000), targets.send(data)) as target:
            result, _ = self.run_through(target, "--tls", "--cacert", CA)
            self.assert_status(result, 1)
            self.assertTrue(data.startswith(result.out))
            self.assertGreaterEqual(len(result.out), 16384)

    def test_half_close_reaches_the_target(self):
        for options in (("-N",), ("--eof-delay", "0.2")):
            with TlsTarget(then=targets.count_until_end) as target:
                result, _ = self.run_through(target, "--tls", "--cacert", CA, *options, proxy_tls=Tls(),
                                             stdin=b"x" * 70000)
                self.assert_success(result, b"counted 70000\n")
                self.assertEqual(target.problems, [])

    def test_megabytes(self):
        data = bytes(range(256)) * 20000
        with TlsTarget() as target:
            result, _ = self.run_through(target, "--tls", "--cacert", CA, "-N", proxy_tls=Tls(), stdin=data)
            self.assert_status(result, 0)
            self.assertTrue(result.out == data)

    def test_fdpass_is_refused(self):
        with TlsTarget() as target:
            result, proxy = self.run_through(target, "--tls", "--cacert", CA, "--fdpass")
            self.assert_usage(result, "fdpass")
            self.assertEqual(proxy.conversations, [])

    def test_report(self):
        with TlsTarget(Tls(ends="cut"), targets.send(b"1234567890")) as target:
            result, _ = self.run_through(target, "--tls", "--cacert", CA, "--report", "-", stdin=b"")
            report = json.loads(next(line for line in result.err.splitlines() if line.startswith("{")))
            self.assertEqual((report["received"], report["exit_status"]), (10, 1))
            self.assertIsInstance(report["phases"]["tls_ms"], (int, float))
        with TlsTarget(Tls(cert="expired")) as target:
            result, _ = self.run_through(target, "--tls", "--cacert", CA, "--report", "-")
            report = json.loads(next(line for line in result.err.splitlines() if line.startswith("{")))
            self.assertEqual((report["received"], report["exit_status"]), (0, 12))
            self.assertIn("expired", str(report["error"]))
            self.assertIsNone(report["tls"])


class OurEnd(TargetCase):
    """close_notify says that all of stdin was sent, and nothing else says it."""

    def test_an_upload_outlives_the_end_of_the_target(self):
        data = bytes(range(256)) * 20000

        def close_first(session):
            session.shutdown(socket.SHUT_WR)
            while piece := session.recv(65536):
                got.append(piece)
            raise BrokenOff     # it has ended already
        for ends in ("notify", "notify-only"):
            for options in ((), ("-N",), ("--send-only",), ("--on-eof=ignore",)):
                got = []
                with self.subTest(ends=ends, options=options), TlsTarget(Tls(ends=ends), close_first) as target:
                    result, _ = self.run_through(target, "--tls", "--cacert", CA, *options, proxy_tls=Tls(), stdin=data)
                    self.assert_status(result, 0)
                    self.assertTrue(target.wait(lambda: b"".join(got) == data, 20))
                    self.assertEqual(target.problems, [])

    def test_a_target_may_take_longer_than_stdin_may_be_silent(self):
        """What waits for the target is no silence of stdin."""
        def stall(session):
            session.shutdown(socket.SHUT_WR)
            time.sleep(1)
            while piece := session.recv(65536):
                got.append(piece)
            raise BrokenOff
        data = bytes(range(256)) * 80000
        got = []
        with TlsTarget(Tls(ends="notify-only"), stall) as target:
            result, _ = self.run_through(target, "--tls", "--cacert", CA, "--eof-delay", "0.2", stdin=data)
            self.assert_status(result, 0)
            self.assertTrue(target.wait(lambda: b"".join(got) == data, 20))

    def run_cut(self, *options, cut=None, reads=None, **kwargs):
        """A run that ends before stdin does: (status, how its stream ended for the target)"""
        ends = []

        def read_to_end(session):
            if reads:
                reads.wait(10)
            try:
                while session.recv(65536):
                    pass
                ends.append("close_notify")
            except OSError as error:
                ends.append(str(error))
            raise BrokenOff
        with TlsTarget(then=read_to_end) as target, ScriptedProxy("good", tls=Tls()) as proxy:
            process = cli.start("connect", "-x", proxy.url(), "--tls", "--cacert", CA, *options, target.host,
                                target.port, **kwargs)
            if cut:
                self.assertTrue(target.wait(lambda: target.sessions and target.sessions[0].version()))
                cut(process)
            status = process.wait(8)    # while the target still reads nothing
            if reads:
                reads.set()
            process.communicate()
            target.wait(lambda: ends, 5)
            return status, ends

    def test_no_close_notify_when_a_signal_ends_the_run(self):
        def cut(process):
            process.stdin.write(b"half of it")
            process.stdin.flush()
            process.terminate()
        self.assertEqual(self.run_cut(cut=cut), (143, ["no close_notify"]))

    def test_no_close_notify_when_stdin_cannot_be_read(self):
        directory = os.open("/", os.O_RDONLY)
        self.addCleanup(os.close, directory)
        status, ends = self.run_cut(stdin=directory)
        self.assertEqual(status, 1)
        self.assertNotIn("close_notify", ends)

    def test_no_close_notify_when_linger_or_silence_cuts_stdin(self):
        def fill(process):
            os.set_blocking(process.stdin.fileno(), False)
            with contextlib.suppress(BrokenPipeError):  # -i may have ended it meanwhile
                while select.select([], [process.stdin], [], 0.5)[1]:
                    os.write(process.stdin.fileno(), bytes(65536))
            process.stdin.close()
            process.stdin = None
        for options, expected in ((("--linger", "0.1"), 1), (("-i", "0.5"), 124)):
            with self.subTest(options=options):
                status, ends = self.run_cut(*options, cut=fill, reads=threading.Event(), bufsize=0)
                self.assertEqual((status, ends), (expected, ["no close_notify"]))

    def test_close_notify_when_all_of_stdin_was_sent(self):
        with TlsTarget(then=targets.count_until_end) as target:
            result, _ = self.run_through(target, "--tls", "--cacert", CA, "--linger", "0.2", proxy_tls=Tls())
            self.assert_status(result, 0)
            self.assertEqual(target.problems, [])


class Zero(TargetCase):
    def test_port_lists(self):
        with TlsTarget() as good, TlsTarget(Tls(cert="expired")) as bad:
            for target, status in ((good, 0), (bad, 12)):
                result, _ = self.run_through(target, "--tls", "--cacert", CA, "-z", stdin=b"")
                self.assert_status(result, status)


if __name__ == "__main__":
    unittest.main()
