# SPDX-License-Identifier: MIT
"""A proxy URL that is mistyped, or written as another program has it: nothing that may be a password is shown,
looked up or left in the argument list, wherever the URL came from."""
import os
import tempfile
import time
import unittest
from urllib.parse import quote

import certificates
import cli
from expect import CliCase, concurrently

TARGET = ("echo.test", "80")
ORDER = "HOST:PORT:USER:PASSWORD is written USER:PASSWORD@HOST:PORT"
ENCODED = "the @ before the host is not percent-encoded"
WHOLE = "only user name and password are percent-encoded, not the whole URL"

# URL, what the hint says
MISTYPED = [
    ("127.0.0.1:1080:alice:s3cretpw", ORDER),
    ("proxy.example:1080:alice:s3cretpw", ORDER),
    ("socks5h://[::1]:1080:alice:s3cretpw", ORDER),
    ("127.0.0.1:1080:alice:p@s3cretpw", ORDER),
    ("127.0.0.1:1080@alice:s3cretpw", ORDER),
    ("socks5h://alice:s3cretpw%40127.0.0.1:1080", ENCODED),
    (quote("socks5h://alice:s3cretpw@127.0.0.1:1080", safe=""), WHOLE),
    ("socks5h://alice:s3cretpw", ""),
    ("alice:s3cretpw!", ""),
    ("socks5h://alice@corp.example:s3cretpw?key=x@127.0.0.1:1", ""),
    ("socks5h://alice@corp.example:1?s3cretpw@127.0.0.1:1", ""),
    ("socks5h://alice:x@corp.example?s3cretpw", ""),
    ("socks5h://alice:x/s3cretpw@127.0.0.1:1", ""),
    ("socks5h//alice:s3cretpw@127.0.0.1:1", ""),
    ("127.0.0.1,1080,alice,s3cretpw", ""),
    ("127.0.0.1 1080 alice s3cretpw", ""),
    ("127.0.0.1|1080|alice|s3cretpw", ""),
    ("socks5h://127.0.0.1:1080/alice/s3cretpw", ""),
    ("[fe80::1%]:1080:alice:s3cretpw", None),
    ("[fe80::1%eth 0]:1080:alice:s3cretpw", None),
    ("[fe80::1%eth0:1080:alice:s3cretpw", None),
    ("socks5h://[::1%25]:s3cretpw", None),
    ("127.0.0.1:1?alice:s3cretpw", ""),
    ("127.0.0.1:1?s3cretpw", ""),
]
# A command line; URL and list of proxies are loopback addresses.
P = ("-x", "127.0.0.1:1")
ELSEWHERE = [
    ["connect", "socks5h://alice:s3cretpw", "h", "80"],
    ["connect", "socks5h://alice:s3cretpw%40127.0.0.1:1080", "h", "80"],
    ["connect", "alice:s3cretpw%40127.0.0.1", "80"],
    ["connect", "socks5h%3A%2F%2Falice%3As3cretpw%40127.0.0.1%3A1080", "80"],
    ["127.0.0.1:1080:alice:s3cretpw", "h", "80"],
    ["help", "socks5h://alice:s3cretpw"],
    ["help", "connect", "127.0.0.1:1080:alice:s3cretpw"],
    ["connect", "127.0.0.1:1080:alice:s3cretpw", "80"],
    ["connect", "[::1]:1080:alice:s3cretpw", "80"],
    ["connect", "127.0.0.1:1080@alice:s3cretpw", "80"],
    ["connect", "h", "127.0.0.1:1080:alice:s3cretpw"],
    ["connect", "h", "80", "127.0.0.1:1080:alice:s3cretpw"],
    ["connect", "proxy.example:alice:s3cretpw"],
    ["resolve", *P, "127.0.0.1:1080:alice:s3cretpw"],
    ["resolve", *P, "socks5h://alice:s3cretpw"],
    ["udp", "--relay", "127.0.0.1:1080:alice:s3cretpw", "h", "80"],
    ["bind", "127.0.0.1:1080:alice:s3cretpw", "80"],
    ["connect", *P, "--proxy-user", "a", "--proxy-ask-password=s3cretpw", *TARGET],
    ["connect", *P, "--proxy-user", "a", "--proxy-password-fd", "s3cretpw", *TARGET],
    *[[*command, "alice:s3cretpw"] for command in (
        ["connect"], ["udp"], ["bind"], ["resolve", *P], [], ["help"], ["help", "connect"], ["connect", "h"], ["connect", "h", "80"],
        ["probe", *P, "--target"], ["udp", "h", "80", "--relay"], ["resolve", *P, "h", "--server"], ["connect", *TARGET, "-w"])],
    ["connect", "alice:80,s3cretpw"],
    ["connect", "alice:s3cretpw-1"],
    ["connect", *P, "--proxy-user", "a", "--proxy-password-file", "s3cretpw", *TARGET],
    ["connect", *P, "--proxy-user", "a", "--proxy-password-file", "s3cretpw/x", *TARGET],
    ["connect", "-x", "a@127.0.0.1:1?password-file=s3cretpw", *TARGET],
    ["probe", "a@127.0.0.1:1?password-file=s3cretpw"],
    ["connect", "-x", "a@127.0.0.1:1?password-file=s3cretpw", "-x", "127.0.0.1:1", *TARGET],
    ["connect", "-x", "socks5h+tls://127.0.0.1:1", "--proxy-cert", certificates.get("good").cert,
     "--proxy-key", "s3cretpw", *TARGET],
    ["connect", *P, "--tls", "--cert", certificates.get("good").cert, "--key", "s3cretpw", *TARGET],
    ["connect", "-Ps3cretpw", *TARGET],
    ["connect", "-Psecretpw", *TARGET],
    ["-Psecretpw", *TARGET],
]


class Mistyped(CliCase):
    def assert_hidden(self, result, advice=None):
        self.assert_usage(result)
        text = result.err.lower()
        for shown in ("s3cretpw", "secretpw", "alice", "corp.example"):
            self.assertNotIn(shown, text)
        if advice is not None:
            self.assertEqual(result.err.splitlines()[1:], [f"sockscat: hint: {advice}"] if advice else [])

    def test_nothing_that_may_be_a_password_is_said(self):
        def at(source, url, list_file):
            runs = {"option": lambda: cli.run("connect", "-vv", "-x", url, *TARGET),
                    "operand": lambda: cli.run("probe", "-vv", url),
                    "environment": lambda: cli.run("connect", "-vv", *TARGET, env=cli.environment(SOCKSCAT_PROXY=url)),
                    "list": lambda: cli.run("probe", "-vv", "--from", "-", stdin=b"127.0.0.1:1\n" + url.encode() + b"\n"),
                    "hop": lambda: cli.run("connect", "--trace", "--report", "-", "-x", "127.0.0.1:1", "-x", url, *TARGET)}
            return runs[source]()

        cases = [(source, url, advice) for url, advice in MISTYPED
                 for source in ("option", "operand", "environment", "list", "hop")]
        for (source, url, advice), result in concurrently(lambda case: at(*case), cases):
            with self.subTest(source=source, url=url):
                self.assert_hidden(result, advice)
                if source == "list":
                    self.assertIn("line 2", result.err)

    def test_what_is_no_socks_scheme_is_not_said_either(self):
        for url, _ in MISTYPED:
            with self.subTest(url=url):
                self.assert_hidden(cli.run("connect", *TARGET, env=cli.environment(ALL_PROXY=url)))

    def test_what_is_a_host_and_a_port_for_certain_is_shown(self):
        for url, shown in (("127.0.0.1:1080:alice:s3cretpw", '"127.0.0.1:1080***"'),
                           ("socks5h://alice:s3cretpw@[::1]:99999", '"socks5h://***@[::1]:99999"'),
                           ("socks5h://alice:s3cretpw@127.0.0.1:1?s3cretpw=alice", '"socks5h://***"'),
                           ("alice:s3cretpw", '"***"')):
            with self.subTest(url=url):
                result = cli.run("connect", "-x", url, *TARGET)
                self.assert_usage(result)
                self.assertIn(f"proxy {shown}: ", result.err)

    def test_a_url_in_another_place_shows_no_password(self):
        for args in (["connect", "socks5h://alice:s3cretpw@127.0.0.1:1", "80"], ["socks5h://alice:s3cretpw@127.0.0.1:1"],
                     ["connect", "127.0.0.1:1080:alice:s3cretpw"],
                     ["connect", "[::1]:1080:alice:s3cretpw"], ["udp", "proxy.example:1080:alice:s3cretpw"], ["udp", "socks5h://alice:s3cretpw@127.0.0.1:1"],
                     ["resolve", "alice:s3cretpw@127.0.0.1"], ["bind", "alice:s3cretpw@127.0.0.1"],
                     ["connect", "alice:s3cretpw@127.0.0.1"],
                     ["connect", *TARGET, "alice:s3cretpw@127.0.0.1"], ["help", "alice:s3cretpw@127.0.0.1"],
                     ["connect", "-w", "alice:s3cretpw@127.0.0.1", *TARGET]):
            with self.subTest(args=args):
                result = cli.run(*args, env=cli.environment(SOCKSCAT_PROXY="127.0.0.1:1"))
                self.assert_usage(result)
                self.assertNotIn("s3cretpw", result.err)

    def test_a_proxy_among_the_operands_shows_no_password(self):
        for args, result in concurrently(lambda args: cli.run(*args, env=cli.environment(SOCKSCAT_PROXY="127.0.0.1:1")),
                                         ELSEWHERE):
            with self.subTest(args=args):
                self.assert_usage(result)
                self.assertNotRegex(result.err, "s(3|e)cretpw")
        for word in ("bea:cafe1", "12:34"):
            result = cli.run("connect", f"127.0.0.1:1080:{word}")
            self.assert_usage(result, r'"127\.0\.0\.1:\*\*\*"')
            self.assertNotIn(word.split(":")[1], result.err.replace("1080", ""))
        for args, shown in ((["connect", "::1:80"], '"::1:80"'), (["connect", "[::1]:x"], '"x"'),
                            (["connect", "[::1]80"], '"[::1]80"'), (["connect", "echo.test:0"], '"0"'),
                            (["connect", "127.0.0.1:x"], '"x"'), (["connect", "localhost:x"], '"x"'),
                            (["connect", "echo.test", "x"], '"x"'), (["connect", "echo.test:x"], '"x"'),
                            (["connect", "echo.test:htp"], '"echo.test:***"'),
                            (["connect", "--trace-file", "/nonexistent/2026-01-31T10:20:30", *P, *TARGET], "T10:20:30"),
                            (["connect", "--zero=x", *TARGET], 'takes no value, but got "x"'),
                            (["connect", "-timeout", *TARGET], 'in "-timeout", did you mean')):
            with self.subTest(args=args):
                self.assertIn(shown, cli.run(*args).err)

    def test_what_is_no_file_may_be_the_password(self):
        """A file that exists is named, and so are an option and a reason."""
        none = r": No such file or directory$"
        with tempfile.TemporaryDirectory() as directory:
            dangling = os.path.join(directory, "link")
            os.symlink("nowhere", dangling)
            for args, pattern in ((["-x", "a@127.0.0.1:1", "--proxy-password-file", "s3cretpw"],
                                   "--proxy-password-file: cannot open the file" + none),
                                  (["-x", "a@127.0.0.1:1?password-file=s3cretpw"],
                                   r"proxy 127\.0\.0\.1:1: password-file: cannot open the file" + none),
                                  (["-x", "a@127.0.0.1:1", "--proxy-password-file", "s3cretpw" * 600], "name too long$"),
                                  (["-x", "a@127.0.0.1:1", "--proxy-password-file", dangling], f'"{dangling}"' + none),
                                  (["-x", "a@127.0.0.1:1", "--proxy-password-file", directory],
                                   f'"{directory}": Is a directory$'),
                                  (["-x", "a@127.0.0.1:1", "--proxy-password-file", "/nonexistent"], '"/nonexistent"' + none)):
                with self.subTest(args=args):
                    result = cli.run("connect", *args, *TARGET)
                    self.assert_usage(result)
                    self.assertRegex(result.err, "(?m)" + pattern)
                    self.assertNotIn("s3cretpw", result.err)

    def test_what_is_no_program_may_be_the_password(self):
        result = cli.run("connect", "-x", "a@127.0.0.1:1", *TARGET, preexec_fn=os.setsid,
                         env=cli.environment(SSH_ASKPASS="s3cretpw", SSH_ASKPASS_REQUIRE="force"))
        self.assert_usage(result)
        self.assertRegex(result.err, r"cannot run \$SSH_ASKPASS: No such file")
        self.assertNotIn("s3cretpw", result.err)

    def test_a_blank_in_a_password_makes_no_chain(self):
        """Where the words are two proxies for certain, they are tried."""
        for url in ("socks5h://alice:1234 s3cretpw@127.0.0.1:1", "alice:1234 s3cretpw@127.0.0.1:1",
                    "alice:12 34 s3cretpw@127.0.0.1:1", "socks5h://alice:x s3cretpw@127.0.0.1:1"):
            with self.subTest(url=url):
                result = cli.run("connect", "-vv", *TARGET, env=cli.environment(SOCKSCAT_PROXY=url))
                self.assert_hidden(result)
                self.assertIn("as %20;", result.err)
                self.assertNotIn("12", result.err)
        for url in ("127.0.0.1:1 alice:pw@127.0.0.1:2", "[::1]:1 alice:pw@127.0.0.1:2", "localhost:1 alice:pw@127.0.0.1:2",
                    "socks5h://127.0.0.1:1 socks5h://alice:pw@jump.example:2"):
            with self.subTest(url=url):
                result = cli.run("connect", *TARGET, env=cli.environment(SOCKSCAT_PROXY=url))
                self.assertNotEqual(result.status, 2, result.err)

    def test_a_colon_that_was_encoded_as_well(self):
        """USER%3APASSWORD is a user name, and nothing says what its password is."""
        def run(scheme, source, command="connect", operands=TARGET):
            url = f"{scheme}alice%3{source[0]}s3cretpw@127.0.0.1:1"
            return cli.run(command, "-vv", *([url] if command == "probe" else ["-x", url]), *operands)

        for scheme in ("", "socks5h://", "http://"):
            for letter in "aA":
                with self.subTest(scheme=scheme, letter=letter):
                    result = run(scheme, letter)
                    self.assert_hidden(result, "the ':' between user name and password is not percent-encoded")
                    self.assertIn("proxy 127.0.0.1:1: ", result.err)
        self.assert_hidden(run("", "A", "probe", ()))
        self.assert_hidden(cli.run("connect", "-x", "127.0.0.1:1", "-x", "alice%3As3cretpw@127.0.0.1:1", *TARGET))

    def test_it_is_overwritten_in_the_argument_list(self):
        """The list of proxies is a FIFO without a writer: nothing has been parsed as long as that is waited for."""
        with tempfile.TemporaryDirectory() as directory:
            fifo = os.path.join(directory, "list")
            os.mkfifo(fifo)
            urls = [url for url, _ in MISTYPED] + ["socks5h://alice:s3cretpw@127.0.0.1:1", "alice%3As3cretpw@127.0.0.1:1"]
            args = ["probe", "--from", fifo, *urls, "-x", urls[0], f"-vx{urls[0]}", "--proxy", urls[5],
                    f"--proxy={urls[7]}", "--proxy-user", "alice:s3cretpw", "--proxy-user=alice:s3cretpw"]
            with cli.start(*args) as process:
                try:
                    self.assertTrue(self.is_hidden_soon(process))
                finally:
                    process.terminate()

    def is_hidden_soon(self, process):
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with open(f"/proc/{process.pid}/cmdline", "rb") as file:
                words = file.read()
            if b"127.0.0.1" in words and b"s3cretpw" not in words:
                return True
            time.sleep(0.01)
        return False


if __name__ == "__main__":
    unittest.main()
