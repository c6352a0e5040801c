# SPDX-License-Identifier: MIT
"""probe with imitations of servers that answer all alike, late, or to some only: what a row may say (each as
lib/proto/README.md, Servers, has it)."""
import re
import socket
import threading
import unittest

import socks_wire as wire
import targets
from behaviours import ECHO, FOREIGN, GOOD, replace
from probing import ProbeCase, check, findings, probe, words
from scripted_proxy import ScriptedProxy
from steps import dial, echo, grant, relay, refuse, say, say_then_close, select, silence

RESERVED = "sockscat-probe.invalid"
close = say_then_close(b"")
BASE = replace(GOOD, stream=lambda conv: (relay if conv.upstream else echo)(conv))


def serving(connect=dial, reserved=refuse(4), unknown=refuse(7), bind=refuse(7), udp=refuse(7), **steps):
    """A proxy by what it answers to whom."""
    def step(conv):
        lookup = conv.command == 1 and conv.target[0] == RESERVED
        ({1: reserved if lookup else connect, 2: bind, 3: udp}.get(conv.command, unknown))(conv)
    return replace(BASE, request=step, **steps)


def alike(step):
    """The same to every request."""
    return replace(BASE, request=step)


def only_socks5(conv):
    if conv.version != 5:
        say_then_close(b"\x05\xff")(conv)


def only_socks4(answer):
    """What it does at the greeting of SOCKS5."""
    return lambda conv: answer(conv) if conv.version == 5 else None


class Case(ProbeCase):
    def look(self, behaviour, *options, scheme="socks5h", user=None, password=None, everything=False, **kwargs):
        if not everything and "--only" not in options:
            options = ("--only", "versions,auth,commands,addresses", *options)
        with ScriptedProxy(behaviour, **kwargs) as proxy:
            self.proxy = proxy
            result, report = probe(*options, proxy.url(scheme, user, password), timeout=60)
        self.text = report["error"] or ""
        self.advice = " ".join(each["advice"] or "" for each in report["findings"])
        return result, report

    def assert_verdict(self, found, verdict, status, *ids):
        result, report = found
        self.assertEqual((report["verdict"], result.status), (verdict, status), report)
        self.assertLessEqual(set(ids), set(findings(report)), report["findings"])
        return report


def to(*given):
    return [word for each in given for word in ("--target", each)]


class NothingServed(Case):
    def test_one_answer_to_everything(self):
        for name, step, verdict, status, finding in (
                ("02", refuse(2), "unusable", 22, "denied"),
                ("01", refuse(1), "usable", 0, "nothing-served"),
                ("05", refuse(5), "usable", 0, "nothing-served"),
                ("42", refuse(0x42), "usable", 0, "nothing-served"),
                ("close", close, "usable", 0, "nothing-served"),
                ("granted", grant(), "usable", 0, "nothing-served"),
                ("text", say_then_close(FOREIGN["http"]), "unusable", 13, "nothing-served")):
            with self.subTest(name=name):
                report = self.assert_verdict(self.look(alike(step), "--only", "auth,commands"), verdict, status,
                                             finding)
                found = words(report)
                self.assertNotIn(found["command.connect"], ("yes", "no"))
                self.assertNotIn(found["auth.none"], ("yes", "no"))
                self.assertNotIn("open-proxy", findings(report))

    def test_different_answers_show_connect(self):
        for name, behaviour in {"04": serving(), "01": serving(reserved=refuse(1)), "08": serving(reserved=refuse(8)),
                                "Dante": serving(unknown=close, bind=close, udp=close)}.items():
            with self.subTest(name=name):
                report = self.assert_verdict(self.look(behaviour, "--only", "auth,commands"), "usable", 0)
                self.assertNotIn("nothing-served", findings(report))
                self.assertEqual((words(report)["command.connect"], words(report)["auth.none"]), ("yes", "yes"))

    def test_the_answer_is_named(self):
        _, report = self.look(alike(close), "--only", "commands")
        found = next(each for each in report["findings"] if each["id"] == "nothing-served")
        self.assertIn(RESERVED, found["message"])
        self.assertIn("--target HOST:PORT", found["advice"])

    def test_with_a_target(self):
        for name, step, status, word in (
                ("02", refuse(2), 22, "failed"), ("03", refuse(3), 23, "failed"), ("04", refuse(4), 24, "failed"),
                ("05", refuse(5), 25, "failed"), ("42", refuse(0x42), 29, "failed"), ("F0", refuse(0xF0), 30, "failed"),
                ("close", close, 16, "no reply"), ("text", say_then_close(FOREIGN["http"]), 13, "failed"),
                ("grants and hangs up", lambda c: (grant()(c), close(c)), 16, "failed"),
                ("half a reply", say_then_close(b"\x05\x00\x00\x01"), 13, "no reply")):
            with self.subTest(name=name):
                report = self.assert_verdict(
                    self.look(alike(step), "--only", "versions", *to("127.0.0.1:9", "127.0.0.2:9")), "unusable", status)
                self.assertEqual([each["status"] for each in report["targets"]], [word] * 2)

    def test_one_target_is_enough(self):
        with targets.Echo() as echo:
            met = f"127.0.0.1:{echo.port}"
            for given in ((met,), ("10.0.0.1:9", met), (met, "10.0.0.1:9")):
                self.assert_verdict(self.look(serving(), "--only", "commands", *to(*given)), "usable", 0)
        report = self.assert_verdict(self.look(serving(connect=refuse(5)), *to("10.0.0.1:9")), "usable", 0)
        self.assertEqual(report["targets"][0]["status"], "refused")

    def test_the_last_refusal(self):
        far = serving(connect=lambda c: refuse({"10.0.0.1": 3, "10.0.0.2": 4}[c.target[0]])(c), reserved=refuse(1))
        self.assert_verdict(self.look(far, *to("10.0.0.1:9", "10.0.0.2:9")), "unusable", 24)
        self.assert_verdict(self.look(far, *to("10.0.0.2:9", "10.0.0.1:9")), "unusable", 23)

    def test_only_one_limit_twice(self):
        """node-socksv5: no reply where there is no such name."""
        for behaviour in (serving(reserved=silence, unknown=silence, bind=silence, udp=silence),
                          alike(lambda c: (say(wire.reply(0)[:6])(c), silence(c)))):
            result, report = self.look(behaviour, "-w", "2", everything=True)
            self.assert_verdict((result, report), "usable", 0, "nothing-served")
            self.assert_limits(self.proxy, 2, 2)
        with targets.Echo() as echo:
            report = self.assert_verdict(self.look(serving(reserved=silence, unknown=silence), "-w", "1",
                                                   *to(f"127.0.0.1:{echo.port}")), "usable", 0)
            self.assertEqual(words(report)["auth.none"], "yes")

    def test_silence_with_targets(self):
        result, report = self.look(alike(silence), "-w", "2", *to("10.0.0.1:9", "10.0.0.2:9", "10.0.0.3:9"),
                                   everything=True)
        self.assert_verdict((result, report), "unusable", 124)
        self.assertEqual([each["status"] for each in report["targets"]], ["no reply"] * 3)
        self.assert_limits(self.proxy, 2, 2)


class Stops(Case):
    """It serves so many connections, and no more."""

    def after(self, count, then, base=None):
        def opening(conv):
            if len(conv.proxy.conversations) > count:
                conv.begin_message()
                conv.take(1)
                then(conv)
        return replace(base or serving(), opening=opening)

    def test_in_the_midst(self):
        for name, then in (("05 ff", say_then_close(b"\x05\xff")), ("close", close),
                           ("text", say_then_close(FOREIGN["http"])), ("silence", silence)):
            with self.subTest(name=name):
                report = self.assert_verdict(self.look(self.after(5, then), "-w", "1", everything=True), "usable", 0, "stops-serving")
                message = next(each for each in report["findings"] if each["id"] == "stops-serving")["message"]
                self.assertIn("5 connections", message)
                for id in ("command.bind", "command.udp-associate", "command.resolve", "pipelining"):
                    self.assertEqual(words(report)[id], "error", id)
                self.assertFalse({"pipelining-loses-bytes", "looks-like", "no-reply"} & set(findings(report)))
                self.assertEqual(words(report)["command.connect"], "yes")

    def test_towards_the_end(self):
        """Neither SOCKS4 nor pipelining is what it refuses."""
        with targets.Echo() as echo:
            for count in range(9, 15):
                with self.subTest(count=count):
                    found = self.look(self.after(count, say_then_close(b"\x05\xff")), *to(f"127.0.0.1:{echo.port}"),
                                      everything=True)
                    report = self.assert_verdict(found, "usable", 0, "stops-serving")
                    message = next(each for each in report["findings"] if each["id"] == "stops-serving")["message"]
                    served = int(re.search(r"after (\d+) connections", message)[1])
                    self.assertIn(served, (count, count - 1), "closing at TLS is no service")
                    self.assertNotIn("pipelining-loses-bytes", findings(report))
                    self.assertNotEqual(words(report)["pipelining"], "no")
                    for id in ("socks4", "socks4a"):
                        self.assertNotEqual(words(report)[id], "no", check(report, id))

    def test_before_anything_was_served(self):
        for then, status in ((say_then_close(b"\x05\xff"), 14), (close, 16)):
            with self.subTest(status=status):
                self.assert_verdict(self.look(self.after(2, then)), "unusable", status, "stops-serving")
            self.assertIn("after 2 connections", self.text)
        with targets.Echo() as echo:
            self.assert_verdict(self.look(self.after(2, close), *to(f"127.0.0.1:{echo.port}")), "unusable", 16)

    def test_after_the_first_answer(self):
        """In each protocol, with several targets and without: what was left open is not waited for in vain."""
        for then, status in ((silence, 124), (close, 16)):
            for scheme in ("socks4", "socks4a", "http", "socks5h"):
                for given in ((), to("10.0.0.1:9", "10.0.0.2:9", "10.0.0.3:9")):
                    with self.subTest(scheme=scheme, status=status, given=given):
                        found = self.look(self.after(1, then), "-w", "2", *given, scheme=scheme, everything=True)
                        report = self.assert_verdict(found, "unusable", status, "stops-serving")
                        self.assertIn("after 1 connection", self.text)
                        self.assertEqual({each["status"] for each in report["targets"]} | {"no reply"}, {"no reply"})
                        self.assert_limits(self.proxy, 2, 2)

    def test_after_some_targets(self):
        """Those before the end keep what they came to."""
        for scheme in ("socks4a", "http"):
            with self.subTest(scheme=scheme):
                far = self.after(4 if scheme == "http" else 2, silence, serving(connect=refuse(5)))
                found = self.look(far, "-w", "1", *to("10.0.0.1:9", "10.0.0.2:9", "10.0.0.3:9"), scheme=scheme)
                report = self.assert_verdict(found, "unusable", 124, "stops-serving")
                self.assertEqual([each["status"] for each in report["targets"]], ["failed", "no reply", "no reply"])

    def test_a_black_hole_is_no_stop(self):
        for scheme in ("socks4a", "http"):
            hole = serving(connect=lambda c: (silence if c.target[0] == "10.0.0.1" else dial)(c))
            with self.subTest(scheme=scheme), targets.Echo() as echo:
                found = self.look(hole, "-w", "1", *to("10.0.0.1:9", f"127.0.0.1:{echo.port}"), scheme=scheme)
                report = self.assert_verdict(found, "usable", 0)
                self.assertNotIn("stops-serving", findings(report))
                self.assertEqual([each["status"] for each in report["targets"]], ["no reply", "reached"])

    def test_nobody_listens_any_more(self):
        def opening(conv):
            if len(conv.proxy.conversations) == 2:
                conv.proxy._listener.close()
        self.assert_verdict(self.look(replace(serving(), opening=opening)), "unusable", 11, "stops-serving")

    def test_it_closes_the_first_connection_and_listens_no_more(self):
        """It was reached, so it is not unreachable; with a login and without, whatever was to be asked."""
        for url in ("socks5h://", "socks5h://alice:right@", "socks4a://", "socks4a://alice@", "http://",
                    "http://alice:right@"):
            for options in ((), ("--only", "versions,commands")):
                with self.subTest(url=url, options=options), socket.create_server(("127.0.0.1", 0)) as listener:
                    def serve_once(listener=listener):
                        first, _ = listener.accept()
                        listener.close()
                        with first:
                            first.recv(1 << 12)
                    thread = threading.Thread(target=serve_once)
                    thread.start()
                    result, report = probe(*options, f"{url}127.0.0.1:{listener.getsockname()[1]}", timeout=60)
                    thread.join()
                    self.assert_verdict((result, report), "unusable", 16)

    def test_one_that_fails_once_goes_on(self):
        def opening(conv):
            if len(conv.proxy.conversations) == 4:
                close(conv)
        report = self.assert_verdict(self.look(replace(serving(), opening=opening)), "usable", 0)
        self.assertNotIn("stops-serving", findings(report))
        self.assertEqual(words(report)["command.bind"], "no")


class Logins(Case):
    USERS = {b"alice": b"right"}

    def test_a_login_that_is_not_checked(self):
        """3proxy, auth strong: 01 00 to every login, then 02."""
        for unknown in (refuse(2), refuse(7)):
            three_proxy = serving(*[refuse(2)] * 2, unknown=unknown, bind=refuse(2), udp=refuse(2), method=select(2),
                                  auth=say(b"\x01\x00"))
            found = self.look(three_proxy, "--require", "connect,password", user="alice", password="wrong")
            report = self.assert_verdict(found, "unusable", 22)
            self.assertEqual(words(report)["auth.password"], "unclear")
            self.assertIn("login may be wrong", check(report, "auth.password")["reason"])
            self.assertFalse({"credentials-not-needed", "open-proxy"} & set(findings(report)))

    def test_a_login_that_opens_the_door(self):
        """microsocks -1, pproxy: an address that has logged in is remembered."""
        known = []

        def method(conv):
            if known and 0 in conv.offered:
                return select(0)(conv)
            return select(2)(conv) if 2 in conv.offered else say_then_close(b"\x05\xff")(conv)

        def auth(conv):
            known.append(conv.user)
            say(b"\x01\x00")(conv)
        report = self.assert_verdict(self.look(serving(method=method, auth=auth), user="alice", password="right"),
                                     "usable", 0)
        self.assertEqual((words(report)["auth.none"], words(report)["auth.password"]), ("no", "yes"))
        self.assertFalse({"credentials-not-needed", "open-proxy"} & set(findings(report)))

    def test_one_that_needs_none(self):
        either = serving(method=lambda c: select(2 if 2 in c.offered else 0)(c), auth=say(b"\x01\x00"))
        report = self.assert_verdict(self.look(either, user="alice", password="x"), "usable", 0,
                                     "credentials-not-needed", "open-proxy")
        self.assertEqual((words(report)["auth.none"], words(report)["auth.password"]), ("yes", "yes"))

    def test_one_that_denies_without(self):
        denies = serving(method=lambda c: select(2 if 2 in c.offered else 0)(c), auth=say(b"\x01\x00"),
                         reserved=lambda c: refuse(2 if c.method == 0 else 4)(c))
        report = self.assert_verdict(self.look(denies, user="alice", password="x"), "usable", 0)
        self.assertEqual((words(report)["auth.none"], words(report)["auth.password"]), ("no", "yes"))
        self.assertFalse({"credentials-not-needed", "open-proxy"} & set(findings(report)))

    def test_a_user_id_is_no_login(self):
        for options, user in (((), "alice"), (("--isolate=x",), None)):
            either = serving(method=lambda c: select(2 if 2 in c.offered else 0)(c))
            self.look(either, *options, scheme="socks4a", user=user)
            self.assertEqual([conv.user for conv in self.proxy.conversations if conv.version == 5 and conv.user], [])

    def test_socks4_without_the_login(self):
        open4 = serving(method=lambda c: select(2)(c) if 2 in c.offered else say_then_close(b"\x05\xff")(c),
                        bind=lambda c: (grant() if c.version == 4 else refuse(7))(c))
        with targets.Echo() as echo:
            target = to(f"127.0.0.1:{echo.port}")
            self.assert_verdict(self.look(open4, users=self.USERS), "unusable", 14, "socks4-open")
            self.assert_verdict(self.look(open4, *target, users=self.USERS, user="alice", password="right"),
                                "usable", 0, "socks4-open")
            report = self.look(serving(greeted=only_socks5), *target, users=self.USERS, user="alice",
                               password="right")[1]
            self.assertNotIn("socks4-open", findings(report))


class Controls(Case):
    def test_one_code_for_each_failure(self):
        """hev, gost 2: 04; 3proxy: 05; gost 3, simple-socks: 03."""
        for code in (3, 4, 5, 8):
            for target, id in (("echo.test:9", "domain"), ("127.0.0.1:9", "ipv4"), ("[::1]:9", "ipv6"),
                               ("no-such-name:80", "domain")):
                with self.subTest(code=code, target=target):
                    _, report = self.look(serving(connect=refuse(code), reserved=refuse(code)),
                                          "--only", "addresses", *to(target))
                    self.assertEqual(words(report)[f"address.{id}"], "unclear")
                    self.assertNotIn("ipv6-unavailable", findings(report))

    def test_a_host_that_is_not_there(self):
        _, report = self.look(serving(connect=refuse(4), reserved=refuse(8)), "--only", "addresses",
                              *to("echo.test:9", "127.0.0.1:9"))
        self.assertEqual((words(report)["address.domain"], words(report)["address.ipv4"]), ("unclear", "unclear"))

    def test_one_family(self):
        """As a control: the code is another than for what does not exist."""
        six = serving(connect=lambda c: (refuse(3) if ":" in c.target[0] else dial)(c))
        with targets.Echo() as echo:
            _, report = self.look(six, *to(f"127.0.0.1:{echo.port}", "[::1]:9"))
        self.assertEqual((words(report)["address.ipv6"], words(report)["address.ipv4"]), ("no", "yes"))

    def test_the_reserved_name_tells_nothing_about_names(self):
        for behaviour in (serving(), serving(reserved=refuse(8)), alike(refuse(4))):
            _, report = self.look(behaviour, "--only", "addresses")
            self.assertEqual(words(report)["address.domain"], "unclear")

    def test_a_listener_of_its_own(self):
        def bound(host, own=True):
            return lambda c: c.put(wire.reply(0, host, c.proxy.port if own else 40000))
        for host, own, word in (("127.0.0.1", True, "error"), ("0.0.0.0", True, "error"), ("127.0.0.1", False, "yes"),
                                ("0.0.0.0", False, "yes")):
            with self.subTest(host=host, own=own):
                result, report = self.look(serving(bind=bound(host, own)), "--only", "commands", "--require", "bind")
                self.assertEqual((words(report)["command.bind"], result.status), (word, 3 if word == "error" else 0))
                self.assertEqual("bound-is-listener" in findings(report), own)

    def test_association_of_the_family_that_was_granted(self):
        """Dante refuses an IPv4 association on an IPv6 connection: nothing that pipelining does."""
        def udp(conv):
            (grant(answer=wire.reply(0, "::1", 9)) if ":" in conv.target[0] else refuse(8))(conv)
        with ScriptedProxy(serving(udp=udp), host="::1") as proxy:
            _, report = probe(proxy.url())
        self.assertEqual(words(report)["pipelining"], "yes")


class Socks4(Case):
    def test_refused_everywhere(self):
        """Dante with a password, 3proxy: 5b to every request of SOCKS4."""
        five = serving(reserved=refuse(4), connect=lambda c: (dial if c.version == 5 else refuse(1))(c))
        _, report = self.look(five, "--only", "versions,commands", "--require", "socks5")
        self.assertEqual(words(report)["socks4"], "unclear")
        with targets.Echo() as echo:
            _, report = self.look(five, "--only", "versions,commands", *to(f"127.0.0.1:{echo.port}"))
        self.assertEqual(words(report)["socks4"], "no")

    def test_one_that_waits_for_more_of_a_greeting(self):
        """Twisted, Perl: silent at SOCKS5."""
        old = serving(greeted=only_socks4(silence))
        result, report = self.look(old, "-w", "3")
        self.assert_verdict((result, report), "unusable", 13, "other-version")
        self.assertIn(f"socks4a://127.0.0.1:{self.proxy.port}", self.advice)
        with targets.Echo() as echo:
            report = self.assert_verdict(self.look(old, "-w", "1", *to(f"127.0.0.1:{echo.port}"), scheme="socks4a"),
                                         "usable", 0)
        self.assertEqual((words(report)["socks4"], report["targets"][0]["status"]), ("yes", "reached"))

    def test_one_that_waits_for_more_of_what_it_does_not_know(self):
        old = serving(greeted=only_socks4(silence), unknown=silence)
        with targets.Echo() as echo:
            for given, verdict in (((), "usable"), (to(f"127.0.0.1:{echo.port}"), "usable"),
                                   (to("10.0.0.1:9"), "unusable")):
                _, report = self.look(old, "-w", "1", *given, scheme="socks4a")
                self.assertEqual(report["verdict"], verdict, report)

    def test_one_without_names(self):
        old = serving(connect=lambda c: (refuse(4) if c.target[0] == "echo.test" else dial)(c),
                      greeted=only_socks4(close))
        with targets.Echo() as echo:
            given = to(f"127.0.0.1:{echo.port}", f"echo.test:{echo.port}")
            self.assert_verdict(self.look(old, *given), "unusable", 13, "other-version")
            self.assertIn(f"socks4://127.0.0.1:{self.proxy.port}", self.advice)
            _, report = self.look(replace(BASE, request=lambda c: (
                refuse(4) if (c.version, c.target[0]) == (4, "echo.test") else
                dial if c.command == 1 and c.target[0] != RESERVED else refuse(7))(c)), *given)
            self.assertEqual((words(report)["socks4"], words(report)["socks4a"]), ("yes", "no"))

    def test_one_that_closes_at_what_fails(self):
        """socks4 of npm."""
        old = serving(reserved=close, unknown=close, bind=close, udp=close, greeted=only_socks4(close))
        with targets.Echo() as echo:
            report = self.assert_verdict(self.look(old, *to(f"127.0.0.1:{echo.port}"), scheme="socks4a"), "usable", 0)
            self.assertEqual(words(report)["socks4"], "yes")
            self.assert_verdict(self.look(old, *to(f"127.0.0.1:{echo.port}")), "unusable", 13, "other-version")
            self.assertIn(f"socks4a://127.0.0.1:{self.proxy.port}", self.advice)
        self.assert_verdict(self.look(old, scheme="socks4a"), "unusable", 16)

    def test_a_target_that_fails(self):
        self.assert_verdict(self.look(serving(), *to("10.0.0.1:9"), scheme="socks4"), "unusable", 21)

    def test_socks5_where_4_is_wanted(self):
        self.assert_verdict(self.look(serving(greeted=only_socks5), scheme="socks4"), "unusable", 13)
        self.assertIn(f"socks5h://127.0.0.1:{self.proxy.port}", self.advice)

    def test_one_that_grants_everything(self):
        all4 = replace(ECHO, greeted=only_socks4(say_then_close(b"\0\x5b\0\0\0\0\0\0")),
                       request=say(wire.reply4(0x5A, "0.0.0.0", 0)))
        _, report = self.look(all4, scheme="socks4a")
        self.assertIn("early-success", findings(report))
        self.assertEqual(words(report)["command.bind"], "error")
        self.assertNotEqual(words(report)["command.connect"], "yes")


class Products(Case):
    def named(self, behaviour, **kwargs):
        _, report = self.look(behaviour, **kwargs)
        return [each["message"] for each in report["findings"] if each["id"] == "looks-like"]

    def test_no_name_without_evidence(self):
        for name, behaviour in {
                "ignores the list": serving(method=select(0)),
                "closes at unknown commands": serving(unknown=close, bind=grant(answer=wire.reply(0, "127.0.0.1", 9))),
                "has CONNECT only": serving(greeted=only_socks5),
                "grants early": serving(reserved=grant())}.items():
            with self.subTest(name=name):
                self.assertEqual(self.named(behaviour), [])

    def test_evidence(self):
        def own(conv):
            conv.put(wire.reply(0, "127.0.0.1", conv.proxy.port))
        repeats = say_then_close(wire.reply(4, RESERVED.encode(), 80))
        for name, behaviour in {
                "3proxy": serving(method=select(0), bind=own),
                "Dante": serving(reserved=repeats, unknown=close),
                "microsocks": serving(reserved=refuse(1), greeted=only_socks5)}.items():
            with self.subTest(name=name):
                self.assertRegex(self.named(behaviour)[0], f"^looks like {name}:")


class Dripping(Case):
    def test_a_success_that_drips(self):
        def drip(conv):
            for byte in wire.reply(0):
                conv.put(bytes([byte]))
                if conv.wait_closed(1):     # ten bytes
                    return
        result, report = self.look(alike(drip), "-w", "4", everything=True)
        self.assert_limits(result.seconds, 4, 2)
        self.assert_verdict((result, report), "usable", 0, "nothing-served")
        result, report = self.look(alike(drip), "-w", "1", *to("10.0.0.1:9"))
        self.assert_verdict((result, report), "unusable", 124)

    def test_it_stops_inside_its_first_answer(self):
        result, report = self.look(replace(GOOD, opening=lambda c: (say(b"\x05")(c), silence(c))), "-w", "2")
        self.assert_verdict((result, report), "unusable", 124)
        self.assert_limits(self.proxy, 2, 2)


if __name__ == "__main__":
    unittest.main()
