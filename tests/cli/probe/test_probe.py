# SPDX-License-Identifier: MIT
"""probe: one proxy that the test scripts, from outside."""
import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

import behaviours
import certificates
import cli
import probing
import targets
from behaviours import ECHO, GOOD, replace
from conversation import HangUp
from expect import CliCase, concurrently
from http_target import http_target
from probing import CHECKS, ProbeCase, check, findings, probe, rows, words
from running import Running
from scripted_proxy import ScriptedProxy
from terminal import Terminal, without_terminal
from tls_layer import Tls
from steps import by_command, choose_method, dial, grant, refuse, say, say_then_close, select, silence

RESERVED = "sockscat-probe.invalid"
SECRET = "open-sesame-27"


def requests(proxy):
    """(version, command, target) of each request that came."""
    return [(conv.version, conv.command, conv.target) for conv in proxy.conversations if conv.target]


class Good(CliCase):
    """What is asked, and how."""

    @classmethod
    def setUpClass(cls):
        with ScriptedProxy() as proxy:
            cls.result, cls.report = probe(proxy.url())
            cls.proxy = proxy

    def test_every_check_is_there_in_order(self):
        self.assertEqual([each["id"] for each in self.report["checks"]], CHECKS)

    def test_words(self):
        self.assertEqual(self.report["verdict"], "usable")
        expected = {"socks4": "unclear", "socks4a": "unclear", "socks5": "yes", "auth.none": "yes", "auth.password": "no",
                    "auth.chap": "no", "auth.gssapi": "no", "command.connect": "yes", "command.bind": "yes",
                    "command.udp-associate": "yes", "command.resolve": "no", "command.resolve-ptr": "no",
                    "address.ipv4": "skipped", "address.ipv6": "skipped", "address.domain": "unclear", "tls": "no",
                    "pipelining": "yes"}
        self.assertEqual(words(self.report), expected)

    def test_members(self):
        self.assertEqual(self.report["proxy"], {"url": f"socks5h://{self.proxy.hop}", "host": "127.0.0.1",
                                                "port": self.proxy.port, "address": "127.0.0.1", "transport": "tcp"})
        connect = check(self.report, "command.connect")
        self.assertEqual(connect["reply"], {"code": 4, "name": "host-unreachable"})
        self.assertGreater(connect["elapsed_ms"], 0)
        bind = check(self.report, "command.bind")
        self.assertEqual((bind["bound"]["type"], bind["bound"]["host"]), ("ipv4", "127.0.0.1"))
        latency = self.report["latency_ms"]
        self.assertIsNone(latency["auth"])
        for phase in ("connect", "method", "request", "total"):
            self.assertLessEqual(latency[phase]["min"], latency[phase]["median"])
            self.assertLessEqual(latency[phase]["median"], latency[phase]["max"])

    def test_nothing_leaves_the_proxy_but_one_lookup(self):
        asked = requests(self.proxy)
        lookups = [each for each in asked if each[2][0] == RESERVED and each[1] == 1]
        self.assertEqual(lookups, [(5, 1, (RESERVED, 80))])
        for version, command, target in asked:
            if command == 1:
                continue
            with self.subTest(version=version, command=command):
                self.assertIn(target[0], ("0.0.0.0", "192.0.2.1", RESERVED if version == 4 else ""))
                self.assertIn(command, (2, 3, 0x7E, 0xF0, 0xF1))

    def test_about_a_dozen_connections_and_the_runs(self):
        self.assertLess(len(self.proxy.conversations), 14 + 5 + 3)

    def test_connections_are_closed_one_before_the_next(self):
        for conv in self.proxy.conversations:
            self.assertTrue(conv.wait_closed())

    def test_says_nothing_on_stderr(self):
        self.assertEqual(self.result.err, "")


class Sequence(CliCase):
    def test_one_connection_at_a_time_with_a_pause(self):
        lock, open_now, most, begins = threading.Lock(), [0], [0], []

        def opening(conv):
            with lock:
                open_now[0] += 1
                most[0] = max(most[0], open_now[0])
                begins.append(time.monotonic())

        class Watched(ScriptedProxy):
            def _serve(self, conv):
                try:
                    super()._serve(conv)
                finally:
                    with lock:
                        open_now[0] -= 1

        with Watched(replace(GOOD, opening=opening)) as proxy:
            probe(proxy.url())
        self.assertEqual(most[0], 1)
        gaps = [later - earlier for earlier, later in zip(begins, begins[1:])]
        self.assertGreater(min(gaps), 0.045)
        self.assertLess(sorted(gaps)[len(gaps) // 2], cli.slack(0.2))


class Text(CliCase):
    def test_layout(self):
        with ScriptedProxy() as proxy:
            result = cli.run("probe", proxy.url())
        self.assert_status(result, 0)
        self.assertEqual(result.err, "")
        text = result.out.decode()
        self.assert_clean_text(text)
        self.assertTrue(text.startswith(f"usable  {proxy.hop} (over TCP)"), text)
        found = rows(text)
        self.assertEqual(list(found), ["SOCKS5", "SOCKS4", "SOCKS4a", "TLS", "none", "password", "CHAP", "GSSAPI",
                                       "CONNECT", "BIND", "UDP ASSOCIATE", "RESOLVE", "RESOLVE_PTR", "IPv4", "IPv6",
                                       "host name", "pipelining"])
        self.assertEqual(found["BIND"][0], "yes")
        self.assertIn("00 succeeded, bound 127.0.0.1:", found["BIND"][1])
        self.assertEqual(found["IPv4"], ("skipped", "needs --target"))
        self.assertRegex(text, r"\nLATENCY +5 runs, ms +min +med +max   0 +\S+ +\S+ +\S+\n")
        self.assertRegex(text, r"\n +connect +[\d.]+ +[\d.]+ +[\d.]+   =+\n")
        self.assertTrue(text.endswith(f"try   sockscat connect -x socks5h://{proxy.hop} HOST PORT\n"), text)

    def test_colour(self):
        with ScriptedProxy() as proxy:
            plain = cli.run("probe", "--only", "versions", proxy.url()).out
            painted = cli.run("probe", "--only", "versions", "--color", "always", proxy.url()).out
            as_json = cli.run("probe", "--only", "versions", "--color=always", "--json", proxy.url()).out
        self.assertNotIn(b"\x1b", plain + as_json)
        self.assertIn(b"\x1b[32myes\x1b[0m", painted)
        self.assertEqual(re.sub(rb"\x1b\[[\d;]*m", b"", painted), plain)

    def test_hostile_text_is_escaped(self):
        for name in ("reply-name-hostile", "error-name-hostile", "foreign-hostile-text"):
            for option in ((), ("--json",)):
                with self.subTest(name=name, option=option), ScriptedProxy(name) as proxy:
                    result = cli.run("probe", "--only", "commands", *option, proxy.url())
                    self.assert_clean_text(result.out.decode())
                    self.assert_clean_text(result.err)


class Fits(CliCase):
    """The report for people is as wide as the terminal."""

    def on_terminal(self, columns, *words_given, **kwargs):
        """What it shows on a terminal that is so wide."""
        with Terminal() as terminal:
            terminal.resize(columns)
            with Running("probe", *words_given, reads=False, stdout=terminal.slave, **kwargs) as run:
                self.assertTrue(terminal.wait(lambda: run.process.poll() is not None, 20))
            return terminal.drain().decode().replace("\r\n", "\n")

    def assert_fits(self, text, columns):
        for line in text.splitlines():
            self.assertLessEqual(len(line), columns, text)
        self.assert_clean_text(text)

    PROXIES = (
        ("good", {b"alice": b"x"}, ()), ("early-success", None, ("--target", "127.0.0.1:9")),
        ("error-name-hostile", None, ()), ("foreign-hostile-text", None, ()),
        ("auth-version-07", None, ("--proxy-user", "a name of forty characters or even more")),
        (replace(GOOD, request=say_then_close(b"")), None, (
            "--target", "a-rather-long-name-of-a-host.example.com:443",
            "--target", "[2001:db8:1234:5678:9abc:def0:1234:5678]:65535")),
    )

    def show(self, case):
        (behaviour, users, options), columns = case
        env = cli.environment(SOCKSCAT_PASSWORD="x", TERM="dumb")
        with ScriptedProxy(behaviour, users=users) as proxy:
            if columns:
                return self.on_terminal(columns, "-w", "2", *options, proxy.url(), env=env)
            text = cli.run("probe", "-w", "2", *options, proxy.url(), env=env).out.decode()
            return re.sub("^try .*\n", "", text, flags=re.M)      # a command is one line there

    def test_every_width(self):
        cases = [(proxy, columns) for proxy in self.PROXIES for columns in (40, 57, 80, 200, None)]
        for (proxy, columns), text in concurrently(self.show, cases, workers=12):
            with self.subTest(behaviour=proxy[0], columns=columns):
                self.assertRegex(text, r"^[a-z-]+  \S")
                self.assert_fits(text, columns or 80)

    def test_words_are_whole_and_the_same_at_every_width(self):
        with ScriptedProxy("rep-02") as proxy:
            texts = [self.on_terminal(columns, "--only", "versions,auth,commands", proxy.url())
                     for columns in (40, 80, 200)]
        bags = [sorted(word for word in text.split() if word != "\\") for text in texts]
        self.assertEqual(bags[0], bags[1])
        self.assertEqual(bags[1], bags[2])
        self.assertIn("ruleset", bags[0])

    def test_reasons_hang_under_themselves(self):
        with ScriptedProxy("early-success") as proxy:
            text = cli.run("probe", "--target", f"127.0.0.1:{targets.closed_port()}", proxy.url()).out.decode()
        self.assertRegex(text, r"\n           RESOLVE +no +00 succeeded, but \S+ for\n {37}192\.0\.2\.1: ")

    def test_what_is_skipped_for_one_reason_is_one_line(self):
        with ScriptedProxy(users={b"alice": b"x"}) as proxy:
            text = cli.run("probe", proxy.url()).out.decode()
        self.assertRegex(text, r"\nCOMMANDS   all +skipped  requires a user name and password\nADDRESSES")
        self.assertRegex(text, r"\nADDRESSES  (IPv4, IPv6 +skipped  needs --target|all +skipped)")
        self.assertEqual(len(rows(text)), len(CHECKS))

    def test_the_advice_of_a_bad_verdict_is_under_it(self):
        dead = f"127.0.0.1:{targets.closed_port()}"
        with ScriptedProxy(users={b"alice": b"x"}) as locked, ScriptedProxy("banner-ssh") as other:
            for proxy in (locked.url(), other.url(), dead):
                text = cli.run("probe", "--only", "auth", proxy).out.decode()
                self.assertRegex(text, r"\Aun?\w+|\Anot-socks")
                self.assertRegex(text, r"\A\S+  \S.*\n(?:  +\S.*\n)*  +advice: \S.*\n", proxy)
                self.assertEqual(text.count("advice: "), 1, text)
                self.assertRegex(text.split("\n\n")[0], "advice: ")

    def test_colours_can_be_read_on_white(self):
        with ScriptedProxy("rep-02") as proxy:
            result = cli.run("probe", "--color", "always", "--target", "127.0.0.1:9", proxy.url())
            warned = cli.run("connect", "--color=always", "-z", "-x", proxy.url() , "h", "1")
        for text in (result.out.decode(), result.err, warned.err):
            used = {int(number) for code in re.findall(r"\x1b\[([\d;]*)m", text) for number in code.split(";")}
            self.assertLessEqual(used, {0, 1, 2, 31, 32, 35}, "yellow, cyan or white")
        self.assertIn("\x1b[35munclear\x1b[0m", result.out.decode())

    def test_a_command_in_several_lines_is_one(self):
        env = cli.environment(SOCKSCAT_PASSWORD=SECRET)
        with ScriptedProxy() as first, ScriptedProxy(users={b"alice": SECRET.encode()}) as last:
            text = self.on_terminal(40, "--color=never", "--only", "auth", "-4", "-x", first.url(), last.url(user="alice"), env=env)
            printed = re.search(r"^try   sockscat (connect (?:.*\\\n)+.*) HOST PORT$", text, re.M)
            self.assertTrue(printed, text)
            with targets.Echo() as echo:
                command = f"exec {shlex.quote(cli.BINARY)} {printed[1]} -z 127.0.0.1 {echo.port}"
                command = command.replace("--proxy-ask-password", "")
                done = subprocess.run(["sh", "-c", command], env=env, capture_output=True, timeout=20,
                                      preexec_fn=without_terminal)
            self.assertEqual((done.returncode, done.stderr), (0, b""), command)


class Groups(CliCase):
    MEMBERS = {"versions": CHECKS[:3], "auth": CHECKS[3:7], "commands": CHECKS[7:12], "addresses": CHECKS[12:15],
               "tls": ["tls"], "latency": ["pipelining"]}

    def test_others_are_absent(self):
        for group, members in self.MEMBERS.items():
            with self.subTest(group=group), ScriptedProxy() as proxy:
                _, report = probe("--only", group, proxy.url())
                self.assertEqual([each["id"] for each in report["checks"]], members)
                self.assertEqual(report["verdict"], "usable")
                self.assertEqual(report["latency_ms"] is not None, group == "latency")

    def test_cheap_questions_ask_for_little(self):
        with ScriptedProxy() as proxy:
            _, report = probe("--only", "versions,auth", proxy.url())
            self.assertEqual(len(report["checks"]), 7)
            self.assertEqual([each for each in requests(proxy) if each[0] == 5],
                             [(5, 1, (RESERVED, 80)), (5, 0x7E, ("0.0.0.0", 0))], "no less shows that it serves")
            self.assertLess(len(proxy.conversations), 6)

    def test_unknown_group(self):
        self.assert_usage(cli.run("probe", "--only", "versions,colour", "127.0.0.1"), "colour")


class Required(CliCase):
    def test_met(self):
        with targets.Echo() as echo, ScriptedProxy() as proxy:
            result, _ = probe("--require", "connect,bind,udp,remote-dns,none,socks5", "--target",
                              f"echo.test:{echo.port}", proxy.url())
        self.assert_status(result, 0)
        self.assertEqual(result.err, "")

    def test_not_met(self):
        with ScriptedProxy() as proxy:
            result, report = probe("--require", "connect,password,ipv6,auth.chap", proxy.url())
        self.assert_status(result, 3)
        self.assertEqual(report["verdict"], "usable")
        self.assertEqual(len(self.lines(result)), 1)
        self.assertRegex(result.err, "^sockscat: error: .*password.*ipv6.*chap")
        self.assertNotIn("connect", result.err.split("missing")[-1].split(":")[-1])

    def test_of_an_unusable_proxy_the_reason_wins(self):
        with ScriptedProxy(users={b"alice": SECRET.encode()}) as proxy:
            result, _ = probe("--require", "connect", proxy.url())
        self.assert_status(result, 14)

    def test_quiet_gate(self):
        with ScriptedProxy() as proxy:
            result = cli.run("probe", "-q", "--require", "ipv6", proxy.url())
        self.assert_status(result, 3)
        self.assertEqual(result.err, "")

    def test_usage(self):
        for words_given, pattern in (("ipv7", "ipv7"), ("", "empty"), ("command", "command")):
            self.assert_usage(cli.run("probe", "--require", words_given, "127.0.0.1"), pattern)
        self.assert_usage(cli.run("probe", "--only", "auth", "--require", "connect", "127.0.0.1"), "--only.*commands")


def prefer(*methods, otherwise=say_then_close(b"\x05\xff")):
    """Chooses the first of its methods that is offered."""
    def step(conv):
        chosen = [each for each in methods if each in conv.offered]
        (select(chosen[0]) if chosen else otherwise)(conv)
    return step


def only_lists_of(length, then, otherwise):
    return lambda conv: (then if len(conv.offered) <= length else otherwise)(conv)


def reads_the_first_only(method):
    return lambda conv: (select(method) if conv.offered[0] == method else say_then_close(b"\x05\xff"))(conv)


close = say_then_close(b"")
EVERY, COMMON = "00 02 01 03 7f", "01 03 7f"


class Methods(CliCase):
    """What is offered in which connection, and what follows from the answers: none password CHAP GSSAPI."""
    CASES = {
        # Two or three connections for those who read the list.
        "open": (prefer(0), [EVERY, "02 01 03 7f"], "ynnn"),
        "password": (prefer(2), [EVERY, "00 01 03 7f"], "nunn"),
        "both": (prefer(0, 2), [EVERY, "02 01 03 7f", COMMON], "yunn"),
        "Tor": (prefer(2, 0), [EVERY, "00 01 03 7f", COMMON], "yunn"),
        "CHAP": (prefer(3, 2), [EVERY, "00 02 01 7f", "00 01 7f"], "nuyn"),
        # A refusal that may be about the list: the common methods by themselves.
        "none of them": (prefer(), [EVERY, "00", "02"], "nnnn"),
        "OpenSSH": (prefer(0, otherwise=close), [EVERY, "02 01 03 7f", "02"], "ynnn"),
        "closes at what it does not know": (
            lambda c: (select(0) if c.offered[0] == 0 else select(2) if c.offered == b"\2" else close)(c),
            [EVERY, "02 01 03 7f", "02", COMMON], "yunn"),
        "reads one method only": (reads_the_first_only(0), [EVERY, "02 01 03 7f"], "ynnn"),
        "reads one method only, a password": (reads_the_first_only(2), [EVERY, "00", "02", COMMON], "nunn"),
        # Nothing comes of the long list: one after the other.
        "closes at a long list": (only_lists_of(2, prefer(2), close), [EVERY, "00", "02", COMMON], "nunn"),
        "is silent at a long list": (only_lists_of(2, prefer(0), silence), [EVERY, "00", "02", COMMON], "ynuu"),
        # They choose what was not offered, or what nobody has.
        "3proxy": (select(0), [EVERY, "02 01 03 7f", "02", COMMON, "01", "03", "7f"], "yuuu"),
        "the control": (prefer(0x7F, 0), [EVERY, "00", "02", COMMON, "01", "03", "7f"], "ynnn"),
    }

    def test_each(self):
        for name, (method, offers, expected) in self.CASES.items():
            with self.subTest(name=name), ScriptedProxy(replace(GOOD, method=method)) as proxy:
                _, report = probe("--only", "auth", "-w", "1", proxy.url())
                self.assertEqual([conv.offered.hex(" ") for conv in proxy.conversations if not conv.target], offers)
                found = words(report)
                letters = [found[f"auth.{each}"][0] for each in ("none", "password", "chap", "gssapi")]
                self.assertEqual("".join(letters), expected, report["checks"])
                self.assertEqual("method-list-ignored" in findings(report), name in ("3proxy", "the control"))

    def test_one_that_closes_at_once_is_asked_for_all_else_it_may_be(self):
        with ScriptedProxy(replace(GOOD, method=close)) as proxy:
            result, report = probe("--only", "auth", proxy.url())
            self.assertEqual([conv.offered.hex(" ") for conv in proxy.conversations[:2]], [EVERY, "00"])
        self.assertEqual((report["verdict"], words(report)["auth.none"]), ("unusable", "unclear"))

    def test_the_login_is_tried_in_the_first_connection_that_allows_it(self):
        with ScriptedProxy(replace(GOOD, method=prefer(2, 0)), users={b"alice": b"x"}) as proxy:
            _, report = probe("--only", "auth", proxy.url(user="alice", password="x"))
            self.assertEqual([conv.user for conv in proxy.conversations[:4]], [None, b"alice", None, None],
                             "the first is without it")
        self.assertEqual(check(report, "auth.password")["reason"], 'logged in as "alice"')
        self.assertIn("credentials-not-needed", findings(report))

    def test_one_that_always_wants_a_login_gets_one(self):
        with ScriptedProxy(replace(GOOD, method=select(2)), users={b"alice": b"x"}) as proxy:
            _, report = probe("--only", "auth", proxy.url(user="alice", password="y"))
            self.assertEqual(len([conv for conv in proxy.conversations if conv.user]), 1)
        self.assertEqual(words(report)["auth.password"], "no")
        self.assertIn("method-not-offered", findings(report))

    def test_methods_of_gost_are_offered_with_the_group_tls_only(self):
        for groups, offered in (("auth", EVERY), ("auth,tls", EVERY + " 80 82")):
            with self.subTest(groups=groups), ScriptedProxy() as proxy:
                probe("--only", groups, proxy.url())
                self.assertEqual(proxy.conversations[0].offered.hex(" "), offered)


class Login(CliCase):
    USERS = {b"alice": SECRET.encode()}

    def test_accepted(self):
        with ScriptedProxy(users=self.USERS) as proxy:
            result, report = probe(proxy.url(user="alice", password=SECRET))
        self.assertEqual((report["verdict"], words(report)["auth.password"]), ("usable", "yes"))
        self.assertIn('logged in as "alice"', check(report, "auth.password")["reason"])
        self.assertEqual(words(report)["command.bind"], "yes")
        self.assertIsNotNone(report["latency_ms"]["auth"])
        self.assertEqual(report["proxy"]["url"], f"socks5h://alice@{proxy.hop}")
        self.assertNotIn("password-in-clear", findings(report), "loopback is nobody's network")

    def test_rejected_is_tried_once(self):
        with ScriptedProxy(users=self.USERS) as proxy:
            result, report = probe(proxy.url(user="alice", password="wrong"))
            logins = [conv for conv in proxy.conversations if conv.user]
        self.assert_status(result, 15)
        self.assertEqual(report["verdict"], "unusable")
        self.assertEqual(len(logins), 1)
        self.assertEqual(words(report)["command.connect"], "skipped")

    def test_none_given(self):
        with ScriptedProxy(users=self.USERS) as proxy:
            result = cli.run("probe", proxy.url())
            self.assertEqual([conv.user for conv in proxy.conversations if conv.user], [])
        self.assert_status(result, 14)
        text = result.out.decode()
        self.assertTrue(probing.plain(text).startswith(
            f"unusable  {proxy.hop}: it requires a user name and password, and none were given advice: try --proxy-user NAME"),
            text)

    def test_password_is_nowhere(self):
        for options in ((), ("--json",), ("--trace",), ("-vv",), ("-v",)):
            with self.subTest(options=options), ScriptedProxy(users=self.USERS) as proxy:
                result = cli.run("probe", *options, proxy.url(user="alice", password=SECRET))
                self.assert_status(result, 0)
                self.assertNotIn(SECRET.encode(), result.out)
                self.assertNotIn(SECRET, result.err)
                self.assertNotIn(SECRET.encode().hex(), result.err.replace(" ", ""))

    def test_sources_of_the_password(self):
        with ScriptedProxy(users=self.USERS) as proxy:
            result = cli.run("probe", "--proxy-user", "alice", "--require", "password", proxy.hop,
                             env=cli.environment(SOCKSCAT_PASSWORD=SECRET))
            self.assert_status(result, 0)
            read, write = os.pipe()
            os.write(write, SECRET.encode() + b"\n")
            os.close(write)
            result = cli.run("probe", "--proxy-user", "alice", "--proxy-password-fd", read, "-x", proxy.hop,
                             "--require", "password", pass_fds=[read])
            os.close(read)
            self.assert_status(result, 0)

    def test_password_options_are_for_one_proxy(self):
        for option in (("--proxy-user", "alice"), ("--proxy-password-fd", "0"), ("--proxy-ask-password",)):
            self.assert_usage(cli.run("probe", *option, "127.0.0.1:1", "127.0.0.1:2"), "single proxy")

    def test_oddities(self):
        for name, finding in (("auth-version-05", "wrong-version-in-auth-reply"),):
            with self.subTest(name=name), ScriptedProxy(name) as proxy:
                _, report = probe(proxy.url(user="alice", password=SECRET))
                self.assertIn(finding, findings(report))
        with ScriptedProxy("auth-version-07") as proxy:
            result, report = probe(proxy.url(user="alice", password=SECRET))
            self.assert_status(result, 13)
            self.assertEqual(words(report)["auth.password"], "error")

    def test_isolation(self):
        with ScriptedProxy("auth-status-00") as proxy:
            _, report = probe("--isolate=token", proxy.url())
            users = {conv.user for conv in proxy.conversations if conv.user}
        self.assertEqual(users, {b"<torS0X>0"})
        self.assertEqual(words(report)["auth.password"], "yes")


class Verdicts(ProbeCase):
    CASES = {"foreign-http": ("not-socks", 13, "HTTP"), "foreign-html": ("not-socks", 13, "HTTP"),
             "banner-ssh": ("not-socks", 13, "SSH server"), "foreign-smtp": ("not-socks", 13, "mail"),
             "banner-ftp": ("not-socks", 13, "FTP"), "foreign-tls-alert": ("not-socks", 13, "TLS port"),
             "foreign-junk": ("not-socks", 13, "not a SOCKS"), "foreign-socks6": ("not-socks", 13, "version 6")}

    def test_other_servers_are_named(self):
        for name, (verdict, status, pattern) in self.CASES.items():
            with self.subTest(name=name), ScriptedProxy(name) as proxy:
                result, report = probe(proxy.url())
                self.assertEqual((report["verdict"], result.status), (verdict, status), report)
                self.assertRegex(report["error"], pattern)
                self.assertTrue(report["findings"][0]["advice"])
                text = cli.run("probe", proxy.url()).out.decode()
                self.assertTrue(text.startswith(f"{verdict}  {proxy.hop}: "), text)

    def test_a_web_server_that_waits_for_a_line(self):
        with http_target(b"") as port:
            result, report = probe("-w", "2", f"127.0.0.1:{port}")
        self.assertEqual((report["verdict"], result.status), ("not-socks", 13))
        self.assertIn("HTTP", report["error"])

    def test_silent(self):
        with ScriptedProxy(replace(GOOD, opening=silence)) as proxy:
            result, report = probe("-w", "2", proxy.url())
        self.assertEqual((report["verdict"], result.status), ("unusable", 124))
        self.assert_limits(proxy, 2, 2)
        self.assertEqual(findings(report), {"silent": "fail"})
        self.assertEqual(words(report)["socks5"], "unclear")
        self.assertIn([conv.version for conv in proxy.conversations], ([0] * 4, [0] * 5),
                      "a long list may be what it is silent about, or the version, or SOCKS, or CONNECT: once each")

    def test_silent_where_tls_is_wanted(self):
        with ScriptedProxy(replace(GOOD, opening=silence)) as proxy:
            result, report = probe("-w", "0.8", f"socks5h+tls://{proxy.hop}")
        self.assertEqual((report["verdict"], result.status), ("unusable", 124))
        self.assertEqual(findings(report), {"silent": "fail"})
        self.assertEqual(words(report)["tls"], "unclear")
        self.assertEqual(check(report, "socks5")["reason"], "TLS with the proxy failed")

    def test_tls_that_fails(self):
        with ScriptedProxy(replace(GOOD, opening=say_then_close(b"\x05\xff"))) as proxy:
            result, report = probe(f"socks5h+tls://{proxy.hop}")
            self.assertEqual((report["verdict"], result.status), ("unusable", 12))
            self.assertEqual(words(report)["tls"], "no")
        with ScriptedProxy(tls=Tls("untrusted")) as proxy:
            result, report = probe(f"socks5h+tls://{proxy.hop}")
        self.assertEqual((report["verdict"], result.status), ("unusable", 12))
        self.assertEqual(words(report)["tls"], "error")
        self.assertIn("not trusted", check(report, "tls")["reason"])
        self.assertEqual(check(report, "auth.none")["reason"], "TLS with the proxy failed")

    def test_without_a_limit_a_web_server_that_waits_is_found_out(self):
        with http_target(b"") as port:
            result, report = probe("-w", "0", "--only", "tls", f"127.0.0.1:{port}", timeout=20)
        self.assertEqual((report["verdict"], result.status), ("not-socks", 13))

    def test_dead(self):
        result, report = probe(f"127.0.0.1:{targets.closed_port()}")
        self.assertEqual((report["verdict"], result.status), ("unreachable", 11))
        self.assertEqual(set(words(report).values()), {"skipped"})
        self.assertIsNone(report["proxy"]["address"])
        self.assertEqual(probe("socks5h+unix:///nowhere/socks")[0].status, 11)

    def test_a_name_that_does_not_exist(self):
        result, report = probe("no.such.host.invalid", "-w", "5")
        self.assertIn(result.status, (10, 124))
        self.assertEqual(report["verdict"], "unreachable")

    def test_no_method(self):
        with ScriptedProxy("no-method") as proxy:
            result, report = probe(proxy.url())
        self.assertEqual((report["verdict"], result.status), ("unusable", 14))
        with ScriptedProxy(replace(GOOD, method=lambda c: say(b"\x05\x03")(c) if 3 in c.offered
                                   else say_then_close(b"\x05\xff")(c))) as proxy:
            result, report = probe(proxy.url())
        self.assertEqual((report["verdict"], result.status), ("unusable", 14))
        self.assertEqual(words(report)["auth.chap"], "yes")
        self.assertIn("CHAP", report["error"])

    def test_closes(self):
        with ScriptedProxy(replace(GOOD, opening=say_then_close(b""))) as proxy:
            result, report = probe(proxy.url())
        self.assertEqual((report["verdict"], result.status), ("unusable", 16))
        self.assertNotIn("no", words(report).values(), "nothing is known about it")

    def test_an_answer_that_is_cut_off(self):
        for opening, status, pattern in ((say_then_close(b"\x05"), 13, "after 05"),
                                         (lambda conv: (say(b"\x05")(conv), silence(conv)), 124, "stopped after 05")):
            with ScriptedProxy(replace(GOOD, opening=opening)) as proxy:
                result, report = probe("-w", "1", proxy.url())
            self.assertEqual((report["verdict"], result.status), ("unusable", status))
            self.assertIn(pattern, report["error"])
            self.assertEqual(words(report)["socks5"], "error")

    def test_a_password_that_is_wrong_or_was_not_given(self):
        with ScriptedProxy(users={b"a": b"1"}) as proxy:
            result, report = probe("--only", "auth", proxy.url(user="a", password="2"))
            self.assertEqual((report["verdict"], result.status), ("unusable", 15))
            self.assertIn("check both", report["findings"][0]["advice"])
            result = cli.run("probe", proxy.url(user="a"), preexec_fn=without_terminal)
            self.assert_usage(result, "no password for its user name")

    def test_methods_that_were_left_out(self):
        with ScriptedProxy() as proxy:
            for options in (("--auth", "chap"), ("--auth", "password")):
                result, report = probe(*options, "--only", "auth", proxy.url(user="a", password="1"))
                self.assertEqual((report["verdict"], result.status), ("unusable", 14))
                self.assertIn("drop --auth", report["findings"][0]["advice"])
        with ScriptedProxy(users={b"a": b"1"}) as proxy:
            result, report = probe("--auth", "none", "--only", "auth", proxy.url(user="a", password="1"))
            self.assertEqual((report["verdict"], result.status), ("unusable", 14))
            self.assertIn("add password to --auth", report["findings"][0]["advice"])

    def test_denies_everything(self):
        with ScriptedProxy(replace(GOOD, request=lambda c: refuse(7 if c.command == 0x7E else 2)(c))) as proxy:
            result, report = probe(proxy.url())
        self.assertEqual((report["verdict"], result.status), ("unusable", 22))

    def test_only_version_4(self):
        old = replace(GOOD, greeted=lambda c: say_then_close(b"\0\x5b\0\0\0\0\0\0")(c) if c.version == 5 else None)
        with ScriptedProxy(old) as proxy:
            result, report = probe(proxy.url())
            self.assertEqual((report["verdict"], result.status), ("unusable", 13))
            self.assertEqual((words(report)["socks4"], words(report)["socks5"]), ("yes", "no"))
            result, report = probe(proxy.url("socks4a"))
            self.assertEqual((report["verdict"], result.status), ("usable", 0))
            self.assertEqual(words(report)["command.udp-associate"], "no")
            self.assertEqual(words(report)["command.bind"], "yes")

    def test_only_version_5_where_4_is_wanted(self):
        new = replace(GOOD, greeted=lambda c: say_then_close(b"\x05\xff")(c) if c.version == 4 else None)
        with ScriptedProxy(new) as proxy:
            result, report = probe(proxy.url("socks4"))
        self.assertEqual((report["verdict"], result.status), ("unusable", 13))
        self.assertIn("SOCKS5, not SOCKS4", report["error"])

    def test_a_socks4_user_id_goes_to_a_socks4_proxy_only(self):
        with ScriptedProxy() as proxy:
            probe("--only", "versions", proxy.url("socks4a", user="alice"))
            probe("--only", "versions", proxy.url("socks5h", user="alice", password=""))
            ids = [conv.user for conv in proxy.conversations if conv.version == 4]
        self.assertEqual(ids, [b"alice", b"alice", b""])


class Oddities(CliCase):
    def test_tls_that_is_not_answered_within_the_limit(self):
        hello = replace(GOOD, greeted=lambda c: silence(c) if c.version == 0x16 else None)
        for limit in ("1", "2"):
            report = self.look(hello, "-w", limit, "--only", "tls")
            self.assertEqual(check(report, "tls")["reason"], f"no ServerHello within {limit} s")

    def look(self, behaviour, *options, **kwargs):
        with ScriptedProxy(behaviour, **kwargs) as proxy:
            return probe(*options, proxy.url())[1]

    def test_early_success(self):
        report = self.look("early-success")
        self.assertIn("early-success", findings(report))
        self.assertEqual(words(report)["address.domain"], "unclear")

    def test_cut_short(self):
        for name in ("short-error-7-2", "short-error-7-3", "short-error-7-4"):
            with self.subTest(name=name):
                report = self.look(name)
                self.assertEqual(words(report)["command.bind"], "no")
                self.assertEqual(check(report, "command.bind")["reply"]["code"], 7)
                self.assertIn("short-error-reply", findings(report))

    def test_type_0_in_a_refusal_is_no_cut(self):
        report = self.look("error-atyp-0")
        self.assertNotIn("short-error-reply", findings(report))

    def test_unknown_type_in_a_success(self):
        report = self.look("reply-atyp-09")
        self.assertEqual(words(report)["command.connect"], "error")

    def test_pipelining(self):
        self.assertEqual(words(self.look("per-recv"))["pipelining"], "no")
        self.assertIn("pipelining-loses-bytes", findings(self.look("over-reader")))

    def test_the_list_of_methods_is_ignored(self):
        report = self.look("method-00")
        self.assertIn("method-list-ignored", findings(report))
        self.assertEqual(words(report)["auth.chap"], "unclear")
        self.assertEqual(words(report)["auth.none"], "yes")

    def test_answers_byte_by_byte(self):
        self.assertEqual(words(self.look("byte-at-a-time")), words(self.look("good")))

    def test_listener_for_bind(self):
        def own(conv):
            conv.put(behaviours.wire.reply(0, "127.0.0.1", conv.proxy.port))
        report = self.look(replace(ECHO, request=by_command(grant(), own, refuse(7))))
        self.assertIn("bound-is-listener", findings(report))

    def test_fake_resolve(self):
        report = self.look(replace(ECHO, request=grant()))
        self.assertEqual(words(report)["command.resolve"], "no")
        self.assertIn("fake-resolve", findings(report))

    def test_relay(self):
        for address, finding in (("0.0.0.0", "udp-relay-unspecified"), ("192.0.2.7", "udp-relay-third-host"),
                                 ("10.0.0.1", "udp-relay-third-host")):
            def elsewhere(conv, address=address):
                conv.put(behaviours.wire.reply(0, address, 9))
            with self.subTest(address=address):
                report = self.look(replace(ECHO, request=by_command(grant(), refuse(7), elsewhere)))
                self.assertEqual(findings(report).get(finding), "warn")
                self.assertEqual(words(report)["command.udp-associate"], "yes")

    def test_port_0(self):
        nowhere = say(behaviours.wire.reply(0, "127.0.0.1", 0))
        report = self.look(replace(ECHO, request=by_command(grant(), nowhere, nowhere)))
        self.assertEqual(words(report)["command.udp-associate"], "error")
        self.assertEqual(findings(report)["udp-relay-port-0"], "fail")
        self.assertEqual(findings(report)["bind-port-0"], "fail")

    def test_silence_at_a_command(self):
        report = self.look(replace(GOOD, request=by_command(dial, silence, refuse(7))), "-w", "1")
        self.assertEqual(words(report)["command.bind"], "unclear")
        self.assertIn("within 1 s", check(report, "command.bind")["reason"])


def only_answer(*commands):
    """Refuses these commands with 07, and is silent about all others, in both versions."""
    return replace(GOOD, request=lambda conv: (refuse(7) if conv.command in commands else silence)(conv))


class Unanswered(ProbeCase):
    """A proxy that lets in and leaves requests without a reply: each silence is waited for once."""
    LIMIT = 2
    LONG = 2.5  # longer than what a proxy gets for what it answers by itself, which is 2 s

    def look(self, behaviour, *options, limit=LIMIT, **kwargs):
        with ScriptedProxy(behaviour) as self.proxy:
            result, report = probe("-w", str(limit), *options, self.proxy.url(**kwargs), timeout=60)
            return result, report, requests(self.proxy)

    def test_no_reply_to_any_connect(self):
        """Tor without a network."""
        result, report, asked = self.look(
            only_answer(2, 3, 0x7E, 0xF0, 0xF1), "--target", "127.0.0.1:9", "--target", "127.0.0.2:9",
            "--target", "[::1]:9", "--target", "real.test:9")
        self.assert_limits(self.proxy, self.LIMIT, 4)
        connects = [target for version, command, target in asked if command == 1]
        self.assertEqual(connects, [("127.0.0.1", 9), ("127.0.0.2", 9), ("::1", 9), ("real.test", 9)])
        self.assertEqual((report["verdict"], result.status), ("unusable", 124))
        self.assertEqual([each["status"] for each in report["targets"]], ["no reply"] * 4)
        found = words(report)
        self.assertEqual([found[each] for each in ("command.connect", "command.bind", "command.udp-associate")],
                         ["unclear", "no", "no"])
        self.assertEqual([found[f"address.{each}"] for each in ("ipv4", "ipv6", "domain")],
                         ["unclear", "unclear", "unclear"])
        for name, target in (("ipv6", "[::1]:9"), ("domain", "real.test:9")):
            self.assertEqual(check(report, f"address.{name}")["reason"], f"no reply within 2 s ({target})")
        self.assertEqual(check(report, "socks4a")["reason"],
                         "5b rejected or failed (to a made-up command, 0x7e): nothing granted")

    def test_the_latency_of_what_is_answered(self):
        for groups in ((), ("--only", "latency")):
            result, report, asked = self.look(only_answer(2, 3, 0x7E, 0xF0, 0xF1), "--target", "127.0.0.1:9", *groups)
            self.assert_limits(self.proxy, self.LIMIT, 2)
            latency = report["latency_ms"]
            self.assertGreater(latency["connect"]["median"], 0)
            self.assertGreater(latency["method"]["median"], 0)
            self.assertEqual((latency["request"], latency["total"]), (None, None))

    def test_no_reply_to_any_request(self):
        for options in ((), ("--target", "127.0.0.1:9", "--target", "[::1]:9"), ("--only", "latency")):
            with self.subTest(options=options):
                result, report, asked = self.look(only_answer(), *options)
                self.assert_limits(self.proxy, self.LIMIT, 2)
                expected = ("unusable", 124) if "--target" in options else ("usable", 0)
                self.assertEqual((report["verdict"], result.status), expected)
                self.assertEqual("nothing-served" in findings(report), "--target" not in options)
                self.assertNotIn("no-reply", findings(report))
                self.assertEqual({command for version, command, _ in asked if version == 5}, {1, 0x7E})
        result, report, asked = self.look(only_answer(), "--only", "commands", limit=self.LONG)
        self.assertLess(self.proxy.silent_seconds(), self.LONG + 2 + 1.5, "CONNECT and the unknown command alone")
        self.assertEqual(check(report, "command.connect")["reason"], "no reply within 2.5 s (same for a made-up command, 0x7e)")
        for name in ("bind", "udp-associate", "resolve", "resolve-ptr"):
            self.assertEqual(check(report, f"command.{name}"), {
                "id": f"command.{name}", "group": "commands", "name": check(report, f"command.{name}")["name"],
                "status": "skipped", "reply": None, "bound": None, "elapsed_ms": None,
                "reason": "not asked: no reply to CONNECT or to a made-up command, 0x7e"})

    def test_a_target_that_is_answered_all_the_same(self):
        """Its resolver hangs, and it is silent about what it does not have."""
        with targets.Echo() as echo:
            answers = replace(GOOD, request=lambda c: (
                dial if c.command == 1 and c.target[0] != RESERVED else silence)(c))
            result, report, _ = self.look(answers, "--target", f"127.0.0.1:{echo.port}")
        self.assertEqual((report["verdict"], result.status), ("usable", 0))
        self.assertEqual((words(report)["command.connect"], words(report)["address.ipv4"]), ("yes", "yes"))
        self.assertIsNotNone(report["latency_ms"]["request"])

    def test_silence_at_what_it_does_not_have(self):
        """Behind the first silence nobody waits long for what needs nothing from outside."""
        result, report, asked = self.look(only_answer(1), "--only", "commands,latency", limit=self.LONG)
        self.assertLess(self.proxy.silent_seconds(), self.LONG + 4 * 2 + 1.5, "the unknown command and four others alone")
        self.assertEqual({command for version, command, _ in asked if version == 5}, {1, 2, 3, 0x7E, 0xF0, 0xF1})
        self.assertEqual(check(report, "command.bind")["reason"], "no reply within 2 s (same for a made-up command, 0x7e)")
        self.assertEqual(words(report)["pipelining"], "skipped")

    def test_a_black_hole_behind_it_is_one_target(self):
        """The other targets are asked for all the same, none of them twice."""
        with targets.Echo() as echo:
            hole = replace(GOOD, request=lambda c: (
                silence if c.target == ("127.0.0.3", 9) else dial if c.command == 1 else refuse(7))(c))
            result, report, asked = self.look(hole, "--target", "127.0.0.3:9", "--target", f"127.0.0.1:{echo.port}")
        self.assert_limits(self.proxy, self.LIMIT, 1)
        self.assertEqual(words(report)["address.ipv4"], "yes")
        self.assertEqual([each[2] for each in asked].count(("127.0.0.3", 9)), 1)
        self.assertIsNotNone(report["latency_ms"]["request"])
        self.assertEqual(words(report)["socks4a"], "yes")

    def test_one_asked_for_as_socks4(self):
        old = replace(GOOD, greeted=lambda c: say_then_close(b"\0\x5b\0\0\0\0\0\0")(c) if c.version == 5 else None,
                      request=lambda c: (silence if c.command == 1 else refuse(7))(c))
        result, report, asked = self.look(old, "--target", "127.0.0.1:9", "--target", "127.0.0.2:9", scheme="socks4a")
        self.assert_limits(self.proxy, self.LIMIT, 2)
        self.assertEqual([target for _, command, target in asked if command == 1], [("127.0.0.1", 9), ("127.0.0.2", 9)])
        self.assertEqual(words(report)["command.connect"], "unclear")


class Waiting(CliCase):
    """What one sees on a terminal while one proxy is examined."""

    def test_what_is_waited_for(self):
        with ScriptedProxy(only_answer(2, 3, 0x7E, 0xF0, 0xF1)) as proxy, Terminal() as terminal:
            env = cli.environment(TERM="xterm")
            with Running("probe", "-w", "2.5", proxy.hop, stderr=terminal.slave, env=env) as run:
                self.assertTrue(terminal.wait(
                    lambda: re.search(rb"probing  127\.0\.0\.1:\d+: CONNECT  0:01\r", terminal.output + b"\r")))
                run.process.wait(20)
            self.assertRegex(terminal.drain(), rb"\r\x1b\[K\Z", "the line is left behind")

    def test_nothing_is_shown_for_a_moment_or_to_nobody(self):
        env = cli.environment(TERM="xterm")
        with ScriptedProxy() as proxy, Terminal() as terminal:
            with Running("probe", "--only", "versions", proxy.hop, stderr=terminal.slave, env=env) as run:
                run.process.wait(20)
            self.assertEqual(terminal.drain(), b"")
        with ScriptedProxy(replace(GOOD, opening=silence)) as proxy, Terminal() as terminal:
            with Running("probe", "-q", "-w", "1", proxy.hop, stderr=terminal.slave, env=env) as run:
                run.process.wait(20)
            self.assertEqual(terminal.drain(), b"")
            self.assertEqual(cli.run("probe", "-w", "1", proxy.hop).err, "")


class Targets(CliCase):
    def test_reached(self):
        with targets.Echo() as echo, targets.Source(b"hello", host="::1") as six, ScriptedProxy() as proxy:
            _, report = probe("--target", f"127.0.0.1:{echo.port}", "--target", f"[::1]:{six.port}",
                              "--target", f"echo.test:{echo.port}", proxy.url())
        self.assertEqual({words(report)[each] for each in ("address.ipv4", "address.ipv6", "address.domain",
                                                           "socks4a", "command.connect")}, {"yes"})
        self.assertEqual(check(report, "command.connect")["reply"]["code"], 0)

    def test_not_reached(self):
        with ScriptedProxy() as proxy:
            _, report = probe("--target", f"127.0.0.1:{targets.closed_port()}", "--target", "192.0.2.1:9",
                              "--target", "gone.test:80", proxy.url())
        self.assertEqual(check(report, "address.ipv4")["reply"]["code"], 5)
        self.assertEqual(words(report)["address.domain"], "unclear")
        self.assertEqual(words(report)["address.ipv6"], "skipped")
        self.assertEqual(report["verdict"], "usable")

    def test_one_host_is_not_its_family(self):
        with ScriptedProxy(replace(GOOD, request=lambda c: refuse(
                1 if c.target[0] == RESERVED else 7 if c.command != 1 else 4 if c.target[0] == "::1" else 8)(c))) as proxy:
            result, report = probe("--target", "[::1]:9", "--target", "127.0.0.1:9", proxy.url())
        self.assert_status(result, 28)
        self.assertEqual((words(report)["address.ipv6"], words(report)["address.ipv4"]), ("unclear", "no"))
        self.assertNotIn("ipv6-unavailable", findings(report))

    def test_a_proxy_that_grants_all(self):
        with ScriptedProxy("early-success") as proxy:
            _, report = probe("--target", "127.0.0.1:9", proxy.url())
            self.assertEqual(words(report)["address.ipv4"], "unclear")
        with ScriptedProxy("echo") as proxy:
            _, report = probe("--target", "127.0.0.1:9", proxy.url())
            self.assertEqual(words(report)["address.ipv4"], "unclear")

    def test_latency_has_every_run(self):
        with targets.Echo() as echo, ScriptedProxy() as proxy:
            result = cli.run("probe", "--only", "latency", "--target", f"127.0.0.1:{echo.port}", proxy.url())
            runs = [each for each in requests(proxy) if each[2] == ("127.0.0.1", echo.port)]
        self.assertEqual(len(runs), 1 + 5, "the target itself, and the runs")
        self.assertIn("\nLATENCY", result.out.decode())
        self.assertIn("5 runs", result.out.decode())

    def test_usage(self):
        for text in ("nowhere", "host:0", "host:99999", "2001:db8::1", ":80"):
            self.assert_usage(cli.run("probe", "--target", text, "127.0.0.1"), "target")


class Chain(CliCase):
    def test_through_a_hop(self):
        with ScriptedProxy() as first, ScriptedProxy(users={b"alice": SECRET.encode()}) as last:
            for words_given in (("-x", first.url(), last.url(user="alice", password=SECRET)),
                                ("-x", first.url(), "-x", last.url(user="alice", password=SECRET))):
                _, report = probe("--only", "auth,commands", *words_given)
                self.assertEqual(report["proxy"]["port"], last.port)
                self.assertEqual(words(report)["auth.password"], "yes")
                self.assertEqual(words(report)["command.bind"], "yes")
            self.assertEqual({conv.target for conv in first.conversations}, {("127.0.0.1", last.port)})

    def test_what_to_try_has_all_hops(self):
        with ScriptedProxy(users={b"a": b"1"}) as first, ScriptedProxy() as last:
            hop = first.url(user="a", password="1")
            for words_given in (("-x", hop, last.url()), ("-x", hop, "-x", last.url())):
                text = cli.run("probe", "--only", "auth", *words_given).out.decode()
                self.assertIn(f"connect -x {first.url(user='a')} -x {last.url()} --proxy-ask-password HOST PORT\n",
                              text)

    def test_the_hop_before_cannot_reach_it(self):
        with ScriptedProxy() as first:
            result, report = probe("-x", first.url(), f"127.0.0.1:{targets.closed_port()}")
        self.assertEqual((report["verdict"], result.status), ("unreachable", 25))
        self.assertIn(f"{first.hop} cannot reach the next proxy", report["findings"][0]["advice"])

    def test_a_hop_that_refuses(self):
        with ScriptedProxy("rep-02") as first, ScriptedProxy() as last:
            result, report = probe("-x", first.url(), last.url())
            self.assertEqual((report["verdict"], result.status), ("unreachable", 22))
            self.assertTrue(report["error"].startswith(first.hop), report["error"])
            self.assertIn(f"sockscat probe '{first.url()}'", report["findings"][0]["advice"])

    def test_several_behind_one(self):
        with ScriptedProxy() as first, ScriptedProxy() as one, ScriptedProxy() as two:
            result = cli.run("probe", "--only", "versions", "--json", "-x", first.url(), one.url(), two.url())
            self.assert_status(result, 0)
            ports = [each["proxy"]["port"] for each in probing.reports(result.out)]
            self.assertEqual(ports, [one.port, two.port])


class Suggestion(CliCase):
    """The command of the last line works as it is printed, in a shell."""

    def follow(self, *options, env=None, **kwargs):
        """The command, once it has been run with a target."""
        result = cli.run("probe", "--only", "auth,tls", *options, env=env, **kwargs)
        self.assert_status(result, 0)
        text = result.out.decode()
        self.assertNotIn(SECRET, text)
        printed = re.search("^try   sockscat (connect .*) HOST PORT$", text, re.M)
        self.assertTrue(printed, text)
        with targets.Echo() as echo:
            command = f"exec {shlex.quote(cli.BINARY)} {printed[1]} -z 127.0.0.1 {echo.port}"
            done = subprocess.run(["sh", "-c", command], env=env or cli.environment(), capture_output=True, timeout=20,
                                  preexec_fn=without_terminal)
            self.assertEqual((done.returncode, done.stderr), (0, b""), command)
        return printed[1]

    def test_keys_of_the_url(self):
        with ScriptedProxy(tls=Tls()) as proxy, tempfile.TemporaryDirectory() as where:
            self.assertEqual(self.follow(proxy.url()), f"connect -x '{proxy.url()}'")
            odd = os.path.join(where, "a b&c'd?.pem")
            shutil.copy(certificates.ca(), odd)
            self.follow(proxy.url(cacert=odd))
            _, report = probe("--only", "versions", proxy.url(cacert=odd))
            self.assertEqual(report["proxy"]["url"].lower(), proxy.url(cacert=odd).lower())
            _, again = probe("--only", "versions", report["proxy"]["url"])
            self.assertEqual(again["verdict"], "usable")

    def test_options_that_say_the_same(self):
        with ScriptedProxy(tls=Tls()) as proxy:
            self.assertEqual(self.follow("--proxy-cacert", certificates.ca(), proxy.url(cacert=None)),
                             f"connect -x '{proxy.url()}'")

    def test_a_hop_before_it(self):
        with ScriptedProxy(tls=Tls()) as first, ScriptedProxy() as last:
            for words_given in ((first.url(),), (first.url(cacert=None), "--proxy-cacert", certificates.ca())):
                self.assertEqual(self.follow("-x", *words_given, last.url()),
                                 f"connect -x '{first.url()}' -x {last.url()}")

    def test_a_password(self):
        with ScriptedProxy(users={b"alice": SECRET.encode()}) as proxy, tempfile.TemporaryDirectory() as where:
            url, file, program = proxy.url(user="alice"), os.path.join(where, "pass word"), os.path.join(where, "ask")
            for path, text in ((file, SECRET), (program, f"#!/bin/sh\necho {SECRET}\n")):
                with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o700), "w", encoding="ascii") as out:
                    out.write(text)
            asking = cli.environment(SSH_ASKPASS=program)
            self.assertEqual(self.follow(proxy.url(user="alice", password=SECRET), env=asking),
                             f"connect -x {url} --proxy-ask-password")
            self.assertEqual(self.follow("--proxy-ask-password", url, env=asking, preexec_fn=without_terminal),
                             f"connect -x {url} --proxy-ask-password")
            self.assertEqual(self.follow("--proxy-password-file", file, "--proxy-user", "alice", proxy.hop),
                             f"connect -x {url} --proxy-password-file '{file}'")
            with_key = proxy.url(user="alice", **{"password-file": file})
            self.assertEqual(self.follow(with_key), f"connect -x '{with_key}'")
            self.assertEqual(self.follow(url, env=cli.environment(SOCKSCAT_PASSWORD=SECRET)), f"connect -x {url}")

    def test_two_passwords(self):
        users = {b"a": b"1"}
        with ScriptedProxy(users=users) as first, ScriptedProxy(users=users) as last:
            text = cli.run("probe", "--only", "auth", "-x", first.url(user="a", password="1"),
                           last.url(user="a", password="1")).out.decode()
        key = "?password-file=FILE"
        self.assertIn(f"try   sockscat connect -x '{first.url(user='a')}{key}' -x '{last.url(user='a')}{key}' HOST PORT\n",
                      text)

    def test_several_proxies(self):
        with ScriptedProxy(tls=Tls()) as one, ScriptedProxy(users={b"a": b"1"}) as two, ScriptedProxy() as first:
            text = cli.run("probe", "--only", "auth", "-x", first.url(), one.url(),
                           two.url(user="a", password="1")).out.decode()
        self.assertEqual(re.findall("^try .*connect (.*) HOST PORT$", text, re.M),
                         [f"-x {first.url()} -x '{one.url()}'",
                          f"-x {first.url()} -x {two.url(user='a')} --proxy-ask-password"])

    def test_isolation_and_methods(self):
        with ScriptedProxy("auth-status-00") as proxy:
            result = cli.run("probe", "--only", "auth", "--isolate=my token", proxy.url())
            self.assertIn(f"connect -x {proxy.url()} --isolate=TOKEN HOST PORT\n", result.out.decode())
            self.assertNotIn(b"my token", result.out)
        with ScriptedProxy(host="::1") as proxy:
            self.assertEqual(self.follow("-4", "--auth", "none", proxy.url()),
                             f"connect -x '{proxy.url()}' --auth none -4")

    def test_a_socket_with_an_odd_name(self):
        with ScriptedProxy(host="unix") as proxy, tempfile.TemporaryDirectory() as where:
            odd = os.path.join(where, "a b?c%20$d")
            os.symlink(proxy.address, odd)
            self.follow("socks5h+unix://" + urllib.parse.quote(odd))


class Telling(CliCase):
    def test_trace(self):
        with ScriptedProxy() as proxy, tempfile.NamedTemporaryFile() as file:
            result = cli.run("probe", "--trace", "--trace-file", file.name, proxy.url())
            written = file.read().decode()
        for text in (result.err, written):
            self.assertRegex(text, r"--> +SOCKS5 greeting")
            self.assertRegex(text, r"<-- +SOCKS5 reply")
            self.assertRegex(text, r"--> +SOCKS4 request")

    def test_verbose(self):
        with ScriptedProxy() as proxy:
            self.assertRegex(cli.run("probe", "-v", proxy.url()).err, f"sockscat: {proxy.hop}: connected")
            self.assertRegex(cli.run("probe", "-vv", proxy.url()).err, "sent SOCKS5 greeting, 9 bytes")

    def test_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number=number), ScriptedProxy(replace(GOOD, opening=silence)) as proxy:
                with Running("probe", "-w", "30", proxy.url()) as run:
                    proxy.conversation()
                    run.process.send_signal(number)
                    self.assertEqual(run.process.wait(3), 128 + number)

    def test_nobody_reads(self):
        read, write = os.pipe()
        os.close(read)
        with ScriptedProxy() as proxy:
            result = cli.run("probe", "--only", "versions", proxy.url(), stdout=write)
        os.close(write)
        self.assertEqual((result.status, result.err), (1, ""))

    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full, ScriptedProxy() as proxy:
            result = cli.run("probe", "--only", "versions", proxy.url(), stdout=full)
        self.assert_status(result, 1)
        self.assertRegex(result.err, r"\Asockscat: error: [^\n]*standard output[^\n]*\n\Z")


class Usage(CliCase):
    def test_refused_before_anything_is_sent(self):
        with ScriptedProxy() as proxy:
            for words_given in (("ftp://x",), (proxy.url(), "socks9://x"), (proxy.url() + "?colour=1",),
                                ("--jobs", "0", proxy.url()), ("--from", "/nonexistent"), ("--from", "/"),
                                (proxy.url("socks5h", "a", "b") + "?password-file=/x",)):
                with self.subTest(words=words_given):
                    self.assert_usage(cli.run("probe", *words_given))
            self.assertEqual(proxy.conversations, [])

    def test_a_password_is_not_echoed(self):
        result = cli.run("probe", f"socks9://alice:{SECRET}@x")
        self.assert_usage(result)
        self.assertNotIn(SECRET, result.err)

    def test_environment(self):
        with ScriptedProxy() as proxy:
            result = cli.run("probe", "--json", "--only", "versions", env=cli.environment(SOCKSCAT_PROXY=proxy.url()))
            self.assertEqual(probing.reports(result.out)[0]["proxy"]["port"], proxy.port)
        self.assert_usage(cli.run("probe"), "no proxy")

    def test_an_http_url_is_examined_as_such(self):
        with ScriptedProxy("foreign-http") as proxy:
            result, report = probe(proxy.url("http"))
        self.assertEqual((report["verdict"], result.status), ("unusable", 21))


class InBandTls(CliCase):
    """gost's methods 80 and 82: TLS behind the method reply."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.pem = os.path.join(folder, "both.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "5", "-subj", "/CN=gost",
                        "-keyout", cls.pem, "-out", cls.pem + ".crt"], check=True, capture_output=True)
        with open(cls.pem, "ab") as out, open(cls.pem + ".crt", "rb") as crt:
            out.write(crt.read())

    def gost(self, conv):
        if 0x80 not in conv.offered:
            return choose_method(conv)
        select(0x80)(conv)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem)
        context.wrap_socket(conv.sock.dup(), server_side=True).close()
        raise HangUp

    def test_is_found_and_described(self):
        with ScriptedProxy(replace(GOOD, method=self.gost)) as proxy:
            _, report = probe("--only", "auth,tls", proxy.url())
        self.assertEqual(words(report)["tls"], "yes")
        self.assertIn("method 80", check(report, "tls")["reason"])
        self.assertEqual((report["tls"]["subject"], report["tls"]["verified"]), ("CN=gost", False))
        self.assertIn("certificate-expires-soon", findings(report))
        self.assertEqual(words(report)["auth.chap"], "no")

    def test_a_handshake_that_fails(self):
        with ScriptedProxy(replace(GOOD, method=lambda c: (select(0x80) if 0x80 in c.offered else choose_method)(c)
                                   or c.method != 0x80 or say_then_close(b"no TLS\r\n")(c))) as proxy:
            _, report = probe("--only", "tls", proxy.url())
        self.assertEqual(words(report)["tls"], "error")


class UnixSocket(CliCase):
    def test_transport(self):
        with ScriptedProxy(host="unix") as proxy:
            _, report = probe(proxy.url())
            text = cli.run("probe", proxy.url()).out.decode()
        self.assertEqual(report["proxy"]["transport"], "unix")
        self.assertEqual((report["proxy"]["host"], report["proxy"]["port"]), (proxy.address, None))
        self.assertTrue(text.startswith(f"usable  {proxy.address} (over a Unix socket)"), text)

    def test_ipv6(self):
        with ScriptedProxy(host="::1") as proxy:
            _, report = probe(proxy.url())
            udp = [conv.target for conv in proxy.conversations if conv.command == 3]
        self.assertEqual(udp[0], ("::", 0))
        self.assertEqual(report["proxy"]["address"], "::1")


if __name__ == "__main__":
    unittest.main()
