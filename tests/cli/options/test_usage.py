# SPDX-License-Identifier: MIT
"""What cannot be meant is refused with exit 2 and one line, before anything is sent."""
import os
import re
import socket
import tempfile
import unittest

import cli
from expect import CliCase, concurrently
from scripted_proxy import ScriptedProxy

LONG = "n" * 64 + "." + "n" * 63 + "." + "n" * 63 + "." + "n" * 60 + ".test"    # 257 bytes
HOST = ("echo.test", "80")

# arguments after `connect -x PROXY`, and what the error line must quote
OPTIONS = [
    (["--bogus", *HOST], "bogus"),
    (["-Z", *HOST], "Z"),
    (["--zer0", *HOST], "zer0"),
    (["--timeout", "soon", *HOST], "soon"),
    (["--timeout", "-1", *HOST], "-1"),
    (["--timeout", "", *HOST], "timeout"),
    (["--timeout", "nan", *HOST], "nan"),
    (["--timeout", "inf", *HOST], "inf"),
    (["--timeout", "1e999", *HOST], "1e999"),
    (["--timeout", "5x", *HOST], "5x"),
    (["-w", "5 ", *HOST], "5 "),
    (["--eof-delay", "later", *HOST], "later"),
    (["--linger", "-2", *HOST], "-2"),
    (["-i", "x", *HOST], "x"),
    (["--idle-timeout", "-0.5", *HOST], "-0.5"),
    (["--on-eof", "maybe", *HOST], "maybe"),
    (["--on-eof=", *HOST], "on-eof"),
    (["--color", "sometimes", *HOST], "sometimes"),
    (["--auth", "magic", *HOST], "magic"),
    (["--auth", "", *HOST], "auth"),
    (["--auth", "none,magic", *HOST], "magic"),
    (["--auth", "chap", *HOST], "chap.*user"),
    (["--auth", "chap,none,chap", *HOST], "chap"),
    (["--auth", "chap", "--pipeline", "--proxy-user", "alice", *HOST], "pipelin"),
    (["--auth", "gssapi", "--pipeline", *HOST], "pipelin"),
    (["--auth", "gost-tls", "--pipeline", *HOST], "pipelin"),
    (["--gssapi-service", "socks", *HOST], "gssapi-service"),
    (["--gssapi-protection", "integrity", "--auth", "none", *HOST], "gssapi-protection"),
    (["--auth", "gssapi", "--gssapi-protection", "clear", *HOST], "clear"),
    (["--auth", "gssapi", "--gssapi-service", "socks/x", *HOST], "socks/x"),
    (["--auth", "gssapi", "--gssapi-service", "a@b", *HOST], "a@b"),
    (["--jobs", "0", "-z", *HOST], "0"),
    (["--jobs", "many", "-z", *HOST], "many"),
    (["--jobs", "-1", "-z", *HOST], "-1"),
    (["--pipeline", "--proxy-user", "alice", *HOST], "pipelin"),
    (["--isolate", "--proxy-user", "alice", *HOST], "isolate"),
    (["--isolate=" + "t" * 256, *HOST], "isolate|255|token"),
    (["--recv-only", "--send-only", *HOST], "only"),
    (["--no-stdin", "--send-only", *HOST], "only"),
    (["--proxy-user", "a", "--proxy-password-fd", "99", *HOST], "99"),
    (["--proxy-user", "a", "--proxy-password-fd", "x", *HOST], "--proxy-password-fd takes the number of a descriptor"),
    (["--proxy-user", "a", "--proxy-password-fd", "-1", *HOST], "--proxy-password-fd takes the number of a descriptor"),
    (["--proxy-user", "a", "--proxy-password-file", "/nonexistent/file", *HOST],
     "/nonexistent/file"),
    (["--proxy-password-file", "/dev/null", *HOST], "user"),
    (["--proxy-user", "a", "--proxy-password-file", "/tmp", *HOST], "/tmp"),
    (["--report", "/nonexistent/report", *HOST], "/nonexistent/report"),
    (["--report", "/tmp", *HOST], "/tmp"),
    (["--trace-file", "/nonexistent/trace", *HOST], "/nonexistent/trace"),
    (["--proxy-user", "u" * 256, *HOST], "user|255"),
    ([*HOST, "--timeout"], "timeout"),
    ([*HOST, "-w"], "-w|timeout"),
]

OPERANDS = [
    ([], ""),
    (["echo.test"], "echo.test|port"),
    (["echo.test:80", "80"], "echo.test:80|80"),
    (["echo.test", "80", "81"], "81"),
    (["echo.test", "0"], "0"),
    (["echo.test", "65536"], "65536"),
    (["echo.test", "99999999999999999999"], "99999999999999999999"),
    (["echo.test", "80x"], "80x"),
    (["echo.test", "+80"], r"\+80"),
    (["echo.test", " 80"], " 80"),
    (["echo.test", ""], "port"),
    (["echo.test", "80,81"], "80,81"),
    (["echo.test", "80-81"], "80-81"),
    (["echo.test:"], "port"),
    (["echo.test:0"], "0"),
    (["echo.test:x"], "x"),
    ([":80"], ":80|host"),
    (["", "80"], "host"),
    (["::1:80"], "::1:80"),
    (["::1"], "::1"),
    (["[::1", "80"], r"\[::1"),
    (["[::1]80"], r"\[::1\]80"),
    (["[echo.test]:80"], r"echo\.test"),
    (["[]:80"], r"\[\]"),
    ([LONG, "80"], "255|long"),
    ([LONG + ":80"], "255|long"),
    (["echo test", "80"], "echo test"),
    (["echo\ttest", "80"], r"echo\\.*test"),
    (["echo\ntest", "80"], r"echo\\.*test"),
    (["user@echo.test", "80"], "user@echo.test"),
    (["echo.test/path", "80"], "echo.test/path"),
    (["-echo.test", "80"], "echo|-e"),
    (["-z", "echo.test", "80-"], "80-"),
    (["-z", "echo.test", "90-80"], "90-80"),
    (["-z", "echo.test", "80,,81"], "80,,81|empty"),
    (["-z", "echo.test", "80,"], "80,"),
    (["-z", "echo.test", "0-5"], "0"),
    (["-z", "echo.test", "65530-65536"], "65536"),
    (["-z", "echo.test", "a-b"], "a"),
    (["-z", "echo.test", ","], ","),
]

# {hop} is the listening proxy; S3cret must never be shown
URLS = [
    ("", "proxy|empty|URL"),
    ("ftp://{hop}", "ftp"),
    ("socks6://{hop}", "socks6"),
    ("socks5h+ssh://{hop}", r"socks5h\+ssh|ssh"),
    ("+tls://{hop}", r"\+tls|scheme"),
    ("://{hop}", "://|scheme"),
    ("https+tls://{hop}", "scheme"),
    ("socks5s+tls://{hop}", "scheme"),
    ("socks5h+tls://{hop}?cacert=/nonexistent", "CA file.*/nonexistent"),
    ("socks5h+tls://{hop}?cert=/dev/null", "certificate file"),
    ("socks5h+tls://{hop}?key=/dev/null", "certificate"),
    ("socks5h://", "host"),
    ("socks5h://:1080", "host|:1080"),
    ("socks5h://127.0.0.1:0", "0"),
    ("socks5h://127.0.0.1:65536", "65536"),
    ("socks5h://127.0.0.1:port", "port"),
    ("socks5h://127.0.0.1:", ""),
    ("socks5h://[::1", r"\[::1"),
    ("socks5h://[nope]:1080", "IPv6 address in brackets"),
    ("socks5h://::1:1080", "::1"),
    ("socks5h://127 .0.0.1:1080", "character"),
    ("socks5h://{hop}/some/path", "path"),
    ("socks5h://{hop}?colour=red", "colour"),
    ("socks5h://{hop}?insecure=1", r"\+tls"),
    ("socks5h://{hop}?servername=a", r"\+tls"),
    ("socks5h://{hop}?password-file", "password-file"),
    ("socks5h://{hop}?password-file=/nonexistent/file", "password-file.* needs a user name"),
    ("socks5h+unix://", "path|unix|socket"),
    ("socks5h+unix://relative/path", "relative|path"),
    ("socks5h://alice:S3cret@", "host"),
    ("socks5h://alice:S3cret%zz@{hop}", "escape|%zz|percent"),
    ("socks5h://alice:S3cret%4@{hop}", "escape|percent|%"),
    ("socks5h://alice:S3cret%@{hop}", "escape|percent|%"),
    ("socks5h://al%0gice:S3cret@{hop}", "escape|percent|%"),
    ("socks5h://alice:S3cret%00@{hop}", "NUL|nul|zero"),
    ("socks5h://al%00ice:S3cret@{hop}", "NUL|nul|zero"),
    ("socks5h://alice:S3cret@127.0.0.1:99999", "99999"),
    ("socks5h://alice:S3cret@{hop}?nokey=1", "nokey"),
    ("ftp://alice:S3cret@{hop}", "ftp"),
    ("socks5h://alice:S3cret@ho st:1080", "character"),
    ("socks5h://alice:" + "S3cret" * 43 + "@{hop}", "255|long"),
    ("socks5h://" + "u" * 256 + ":S3cret@{hop}", "255|long"),
    ("socks4a://" + "u" * 256 + "@{hop}", "255|long"),
    ("socks5h://ho%73t", "not allowed in host names"),
    ("socks5h://ho,st", "not allowed in host names"),
    ("socks5h://[fe80::1]:1080", "link-local address needs its interface"),
    ("socks5h://[fe80::1%25nosuch0]:1080", "no interface .*nosuch0"),
    ("socks5h://{hop}?clear=yes", "can only be 1"),
]


class Usage(CliCase):
    def refused(self, proxy, commands):
        """Runs the command lines; then proves that none of them reached the listening proxy."""
        for (args, quoted), result in concurrently(
                lambda case: cli.run(*case[0], stdin=b"payload"), commands):
            with self.subTest(args=args):
                self.assert_usage(result, quoted)
                self.assertNotIn("S3cret", result.err)
                self.assertLess(result.seconds, cli.slack(5))
        with socket.create_connection((proxy.address, proxy.port)) as own:
            own.sendall(b"mine")                # connections are accepted in order
            own.shutdown(socket.SHUT_WR)
            self.assertTrue(proxy.conversation(0).wait_closed())
            self.assertEqual(proxy.conversation(0).messages, [b"m"], "something was sent")

    def test_options(self):
        with ScriptedProxy("echo") as proxy:
            self.refused(proxy, [(["connect", "-x", proxy.url(), *args], quoted)
                                 for args, quoted in OPTIONS])

    def test_operands(self):
        with ScriptedProxy("echo") as proxy:
            self.refused(proxy, [(["connect", "-x", proxy.url(), *args], quoted)
                                 for args, quoted in OPERANDS])

    def test_urls(self):
        with ScriptedProxy("echo") as proxy:
            self.refused(proxy, [(["connect", "-x", url.format(hop=proxy.hop), *HOST], quoted)
                                 for url, quoted in URLS])

    def test_urls_in_the_environment(self):
        with ScriptedProxy("echo") as proxy:
            def bad(variable, url):
                return cli.run("connect", *HOST, env=cli.environment(**{variable: url}))
            for variable in ("SOCKSCAT_PROXY", "ALL_PROXY", "all_proxy"):
                for url in (f"socks5h://alice:S3cret%zz@{proxy.hop}",
                            f"socks5h://alice:S3cret@{proxy.hop}?nokey=1",
                            "socks5h://alice:S3cret@127.0.0.1:99999"):
                    with self.subTest(variable=variable, url=url):
                        result = bad(variable, url)
                        self.assert_usage(result)
                        self.assertNotIn("S3cret", result.err)
            self.refused(proxy, [])

    def test_an_option_for_one_proxy_that_fits_several_is_refused(self):
        with ScriptedProxy("echo") as proxy:
            plain, user = proxy.url(), f"socks5h://alice@{proxy.hop}"
            secure = f"socks5h+tls://{proxy.hop}"
            self.refused(proxy, [
                (["connect", *options, *HOST], quoted) for options, quoted in (
                    (["-x", plain, "-x", plain, "--proxy-user", "bob"], "--proxy-user could apply to several"),
                    (["-x", user, "-x", user, "--proxy-user", "bob"], "--proxy-user applies to no"),
                    (["-x", user, "-x", user, "--proxy-password-file", "/dev/null"],
                     "--proxy-password-file could apply to several"),
                    (["-x", plain, "-x", plain, "--proxy-password-fd", "0"],
                     "--proxy-password-fd applies to no"),
                    (["-x", secure, "-x", secure, "--proxy-insecure"], "--proxy-insecure could apply to several"),
                    (["-x", plain, "-x", plain, "--proxy-cacert", "/dev/null"],
                     "--proxy-cacert applies to no"),
                    (["-x", plain, "-x", "socks5h+unix:///run/proxy"], "Unix socket"),
                    (["-x", plain, "--proxy-cacert", "/dev/null"], r"\+tls"),
                    (["-x", plain, "--cacert", "/dev/null"], "--tls"),
                    (["-x", plain, "--alpn", "h2"], "--tls"),
                    (["-x", secure, "--fdpass"], "--fdpass"),
                    (["-x", plain, "--tls", "--fdpass"], "--fdpass"),
                    (["-x", secure + "?cacert=/dev/null", "--proxy-cacert", "/dev/null"], "cacert"),
                )])
            both = cli.run("connect", "-x", user, "-x", user, *HOST,
                           env=cli.environment(SOCKSCAT_PASSWORD="S3cret"))
            self.assert_usage(both, r"\$SOCKSCAT_PASSWORD could apply to several")

    def test_what_the_protocol_cannot_carry(self):
        with ScriptedProxy("echo") as proxy:
            self.refused(proxy, [
                (["connect", "-x", proxy.url("socks4"), "::1", "80"], "IPv6|::1"),
                (["connect", "-x", proxy.url("socks4a"), "::1", "80"], "IPv6|::1"),
                (["connect", "-x", proxy.url("socks4a"), "[2001:db8::1]:80"], "IPv6|2001:db8::1"),
                (["connect", "-x", proxy.url("socks4"), "0.0.0.5", "80"], r"0\.0\.0\.5"),
                (["connect", "-x", proxy.url("socks4a"), LONG, "80"], "255|long"),
            ])

    def test_no_proxy_at_all(self):
        for extra in ({}, {"ALL_PROXY": "http://127.0.0.1:1"}, {"SOCKSCAT_PROXY": ""},
                      {"HTTPS_PROXY": "socks5h://127.0.0.1:1", "http_proxy": "socks5://127.0.0.1:1"}):
            with self.subTest(extra=extra):
                self.assert_usage(cli.run("connect", *HOST, env=cli.environment(**extra)), "proxy")

    def test_commands(self):
        for args, quoted in (([], ""), (["frobnicate"], "frobnicate"), (["--frobnicate"], "frobnicate"),
                             (["help", "frobnicate"], "frobnicate"), (["Connect", *HOST], "Connect"),
                             (["connect"], "")):
            with self.subTest(args=args):
                self.assert_usage(cli.run(*args), quoted)

    def test_help_and_version_are_on_stdout(self):
        for args in (["--help"], ["-h"], ["help"], ["help", "connect"], ["connect", "--help"],
                     ["connect", "-h"], ["--version"]):
            with self.subTest(args=args):
                result = cli.run(*args)
                self.assert_status(result, 0)
                self.assertIn(b"sockscat", result.out)
                self.assertEqual(result.err, "")
        self.assertEqual(cli.run("help", "connect").out, cli.run("connect", "--help").out)
        self.assertEqual(cli.run("help").out, cli.run("--help").out)
        version = cli.run("--version").out
        self.assertRegex(version, rb"^sockscat \d+\.\d+\.\d+\n$")
        for args in (["connect", "--version"], ["probe", "--json", "--version"], ["help", "--version"]):
            with self.subTest(args=args):
                result = cli.run(*args)
                self.assertEqual((result.status, result.out, result.err), (0, version, ""))

    def test_an_option_that_is_given_twice_counts_as_given_last(self):
        with ScriptedProxy("echo") as proxy:
            result = cli.run("connect", "-x", proxy.url(), "-w", "never", "--timeout", "5", "--color=never",
                             "--color", "always", "-z", *HOST)
            self.assert_success(result)
            self.assert_usage(cli.run("connect", "-x", proxy.url(), "-w", "5", "-w", "never", *HOST), "never")

    def test_every_option_may_be_given_twice(self):
        """The first value would be refused, or is another's: -N is --on-eof=half-close."""
        with ScriptedProxy("echo") as proxy, tempfile.TemporaryDirectory() as directory:
            file = os.path.join(directory, "x")
            twice = [("--proxy-user", "u" * 256, "bob"), ("--auth", "magic", "none"), ("--gssapi-service", "a/b", "socks"),
                     ("--timeout", "x", "5"), ("-w", "x", "5"), ("--trace-file", "/nonexistent/x", file),
                     ("--color", "blue", "never"), ("--on-eof", "maybe", "close"), ("--eof-delay", "x", "1"),
                     ("--linger", "x", "1"), ("-i", "x", "1"), ("--report", "/nonexistent/x", file),
                     ("--jobs", "x", "2")]
            for name, first, last in twice:
                with self.subTest(option=name):
                    options = ["--auth", "gssapi"] if name.startswith("--gssapi") else []
                    result = cli.run("connect", "-z", "-x", proxy.url("socks4a") if name == "--proxy-user" else proxy.url(),
                                     *options, name, first, name, last, *HOST)
                    self.assertNotEqual(result.status, 2, result.err)
            for flag in ("-N", "-d", "--recv-only", "-4", "-6", "-z", "-q", "--stats", "--progress", "--pipeline", "-C"):
                with self.subTest(option=flag):
                    self.assert_status(cli.run("connect", "-x", proxy.url(), "-z", flag, flag, *HOST), 0)
            for options, status in ((("-N", "--on-eof=maybe"), 2), (("--on-eof=maybe", "-N"), 0),
                                    (("--on-eof=close", "-N"), 0), (("-N", "--on-eof=ignore"), 0)):
                with self.subTest(options=options):
                    self.assert_status(cli.run("connect", "-x", proxy.url(), "-z", *options, *HOST), status)

    def test_one_clear_sentence_for_what_is_typed_wrongly(self):
        with ScriptedProxy("echo") as proxy:
            for args, said in ((["-w", "4294967296", *HOST], 'at most 1000000 seconds .11 days., not "4294967296"'),
                               (["--linger", "9" * 400, *HOST], "--linger takes at most 1000000 seconds"),
                               (["-w=5", *HOST], "-w takes its value without '=': write -w VALUE or --timeout=VALUE"),
                               (["-host", *HOST], 'unknown option "-o"$'),
                               (["-timeout", "5", *HOST], "did you mean --timeout"),
                               (["-w", "x" * 100_000, *HOST], 'not "x{100}"[.]{3}$'),
                               (["n" * 100_000, "80"], "n{100}"),
                               (["echo.test", "8" * 100_000], "8{100}"),
                               (["--" + "o" * 100_000, *HOST], "o{98}"),
                               (["-z", "echo.test", "1," * 50_000], "(1,){50}"),
                               (["--trace-file", "/" + "f" * 100_000, *HOST], "f{99}")):
                with self.subTest(args=[arg[:20] for arg in args]):
                    result = cli.run("connect", "-x", proxy.url(), *args)
                    self.assert_usage(result, said)
                    self.assertLess(len(result.err), 500)
            result = cli.run("connect", "-x=" + proxy.url(), *HOST)
            self.assert_usage(result, "-x takes its value without '=': write -x VALUE or --proxy=VALUE")
            result = cli.run("bind", "-x", proxy.url(), "5000")
            self.assert_usage(result, 'PEER "5000" is a number')
            self.assertIn("hint: ", result.err)
            self.assertEqual(proxy.conversations, [])

    def test_habits_from_other_programs(self):
        login = "--proxy-user NAME, with --proxy-ask-password or --proxy-password-file FILE"
        for args, hint in ((["connect", "-l", "80"], "sockscat bind"), (["connect", "-u", *HOST], "sockscat udp HOST PORT"),
                           (["connect", "-X", "5", *HOST], "-x socks5h://"), (["connect", "-p", "99", *HOST], "HOST PORT"),
                           (["connect", "-q", "1", *HOST], "nc's -q SECONDS is --linger SECONDS"),
                           (["connect", "-q", "1", "-x", "127.0.0.1:1", "example.com:80"], "nc's -q SECONDS is --linger SECONDS"),
                           (["udp", "-q", "1", "-x", "127.0.0.1:1", "127.0.0.1:53"], "nc's -q SECONDS is --linger SECONDS"),
                           (["connect", "-k", *HOST], "--proxy-insecure .* --insecure"),
                           (["connect", "-U", "alice:S3cret", *HOST], login),
                           (["connect", "-Ualice:S3cret", *HOST], login),
                           (["connect", "-x", "127.0.0.1:1", "--proxy-user", "alice:S3cret", *HOST],
                            "--proxy-ask-password, --proxy-password-file FILE"),
                           (["connect", "--socks5-hostname", "127.0.0.1:1", *HOST], "-x socks5h://HOST:PORT"),
                           (["connect", "http://example.com/"], "write HOST PORT: example.com 80$"),
                           (["connect", "https://example.com/x?y", "80"], "write HOST PORT: example.com 443, and --tls"),
                           (["connect", "http://example.com:8080/"], "write HOST PORT: example.com 8080"),
                           (["udp", "http://[2001:db8::1]:53/"], "write HOST PORT: 2001:db8::1 53"),
                           (["connect", "socks5h://127.0.0.1:1", "80"], "a proxy is given with -x URL"),
                           (["example.com", "80"], "sockscat connect example.com 80$"),
                           (["example.com:443"], "sockscat connect example.com 443$")):
            with self.subTest(args=args):
                result = cli.run(*args)
                self.assert_usage(result)
                self.assertNotIn("S3cret", result.err)
                self.assertRegex(result.err.splitlines()[-1], "^sockscat: hint: .*" + hint)
        self.assertNotIn("hint", cli.run("connect", "-x", "127.0.0.1:1", "1", *HOST).err)     # no -q, no nc

    def test_a_port_may_be_the_name_of_a_service(self):
        try:
            socket.getservbyname("https", "tcp"), socket.getservbyname("domain", "udp")
        except OSError:
            self.skipTest("this machine has no /etc/services")
        with ScriptedProxy("echo") as proxy:
            for operands, port in ((["echo.test", "https"], 443), (["echo.test:ssh"], 22), (["[::1]:https"], 443),
                                   (["-z", "echo.test", "http-alt"], 8080)):
                with self.subTest(operands=operands):
                    self.assert_status(cli.run("connect", "-z", "-x", proxy.url(), *operands), 0)
                    self.assertEqual(proxy.conversations[-1].target[1], port)
            result = cli.run("connect", "-z", "-x", proxy.url(), "echo.test", "ssh,80,https")
            self.assertEqual(result.out, b"22\topen\n80\topen\n443\topen\n")
            self.assert_usage(cli.run("connect", "-x", proxy.url(), "echo.test", "no-such-service"), "no-such-service")

    def test_help_into_a_full_device_fails(self):
        with open("/dev/full", "wb") as full:
            result = cli.run("--help", stdout=full)
        self.assert_status(result, 1)
        self.assert_one_error(result)

    def test_wrong_usage_is_said_to_the_quiet_as_well(self):
        with ScriptedProxy("echo") as proxy:
            self.refused(proxy, [(["connect", "-x", proxy.url(), *args], quoted) for args, quoted in (
                (["-q", "echo.test", "0"], "0"), (["--quiet", "--timeout", "x", *HOST], "x"),
                (["-q", "--bogus", *HOST], "bogus"), (["-q", "-v", *HOST], "-q and -v"),
                (["-q", "--color", "blue", *HOST], "blue"))])
            self.assert_usage(cli.run("probe", "-q", "--only", "all", proxy.url()), "all")

    def test_files_are_not_created_by_a_wrong_command_line(self):
        with ScriptedProxy("echo") as proxy, tempfile.TemporaryDirectory() as directory:
            report = os.path.join(directory, "report")
            self.assert_usage(cli.run("connect", "-x", proxy.url(), "--trace-file",
                                      "/nonexistent/trace", "--timeout", "x",
                                      "--trace-file", report, *HOST))
            self.assertEqual(os.listdir(directory), [])

    def test_operands_after_two_dashes_may_look_like_options(self):
        with ScriptedProxy("echo") as proxy:
            result = cli.run("connect", "-x", proxy.url(), "-z", "--", "-echo.test", "80")
            self.assert_success(result)
            self.assertEqual(proxy.conversation().target, ("-echo.test", 80))


if __name__ == "__main__":
    unittest.main()
