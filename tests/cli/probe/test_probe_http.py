# SPDX-License-Identifier: MIT
"""probe of HTTP proxies, and of what is called the wrong name: HTTP at a URL of SOCKS, SOCKS at one of HTTP."""
import re
import unittest

import cli
import http_proxy as http
import targets
from behaviours import GOOD, replace
from expect import CliCase
from http_target import http_target
from probing import ProbeCase, check, findings, probe, rows, words
from scripted_proxy import ScriptedProxy
from steps import dial, say_then_close, silence
from tls_layer import Tls

SECRET = "open-sesame-27"
CHECKS = ["http.connect", "auth.basic", "auth.digest", "auth.ntlm", "auth.negotiate"]
TOR = b"HTTP/1.0 501 Tor is not an HTTP Proxy\r\nContent-Type: text/html\r\n\r\n\0"
FAILS = http.header(502)


def only(version, otherwise):
    """Speaks this version; to anything else it does `otherwise`."""
    return replace(GOOD, greeted=lambda conv: None if conv.version == version else otherwise(conv))


HTTP_ONLY = only(http.VERSION, say_then_close(b""))


def answering(reply, control=FAILS.replace(b"502", b"405")):
    """Replies so to CONNECT, and otherwise to the method that no one has."""
    def greeted(conv):
        if conv.version == http.VERSION:
            return
        say_then_close(control if conv.version == ord("S") else b"")(conv)
    return replace(GOOD, greeted=greeted, request=say_then_close(reply))


def saying(reply, at_most=None, other=b""):
    """Says reply(verb, whether the login came, authority) to HTTP, and `other` to others; listens no longer
    once `at_most` connections came."""
    def greeted(conv):
        if at_most is not None and len(conv.proxy.conversations) >= at_most:
            conv.proxy.stop_listening()
        if conv.version not in b"CS":
            say_then_close(other)(conv)
        while not conv.messages[-1].endswith(b"\r\n\r\n"):
            conv.take(1)
        said = conv.messages[-1]
        verb, authority = said.split(b" ")[:2]
        say_then_close(reply(verb, b"Proxy-Authorization:" in said, authority))(conv)
    return replace(GOOD, greeted=greeted)


class Good(CliCase):
    def test_checks(self):
        with ScriptedProxy(HTTP_ONLY) as proxy:
            result, report = probe(proxy.url("http"))
            self.assertEqual([each["id"] for each in report["checks"]], CHECKS)
            self.assertEqual(words(report), {"http.connect": "yes", "auth.basic": "no", "auth.digest": "no",
                                             "auth.ntlm": "no", "auth.negotiate": "no"})
            self.assertEqual({each["id"]: each["group"] for each in report["checks"]}["http.connect"], "commands")
            self.assertEqual(check(report, "http.connect")["reply"], {"code": 502, "name": "bad-gateway"})
            self.assertEqual((report["verdict"], result.status, result.err), ("usable", 0, ""))
            self.assertIsNone(report["latency_ms"]["method"])
            self.assertGreater(report["latency_ms"]["request"]["median"], 0)
            self.assertEqual({conv.target for conv in proxy.conversations if conv.target},
                             {("sockscat-probe.invalid", 443)}, "nothing else leaves the proxy")
            for groups, expected in (("commands", CHECKS[:1]), ("auth", CHECKS[1:]), ("versions,tls", [])):
                _, report = probe("--only", groups, proxy.url("http"))
                self.assertEqual([each["id"] for each in report["checks"]], expected)

    def test_targets(self):
        with ScriptedProxy(HTTP_ONLY) as proxy, targets.Echo() as echo:
            reached, closed = f"127.0.0.1:{echo.port}", f"127.0.0.1:{targets.closed_port()}"
            result, report = probe("--target", closed, "--target", reached, "--only", "auth", proxy.url("http"))
            self.assertEqual([(each["target"], each["status"], each["reply"]["code"]) for each in report["targets"]],
                             [(closed, "failed", 502), (reached, "reached", 200)])
            self.assertEqual(report["verdict"], "usable")
            result, report = probe("--target", closed, proxy.url("http"))
            self.assertEqual((report["verdict"], result.status), ("unusable", 21))
            self.assertIn("502", report["error"])

    def test_text(self):
        with ScriptedProxy(HTTP_ONLY) as proxy, targets.Echo() as echo:
            text = cli.run("probe", "--target", f"127.0.0.1:{echo.port}", proxy.url("http")).out.decode()
            self.assertEqual(list(rows(text)), ["Basic", "Digest", "NTLM", "Negotiate", "CONNECT"])
            self.assertRegex(text, rf"(?m)^(TARGETS? +| +)127\.0\.0\.1:{echo.port} +reached")
            self.assertTrue(text.endswith(f"try   sockscat connect -x {proxy.url('http')} HOST PORT\n"), text)
            brief = cli.run("probe", "--brief", proxy.url("http")).out.decode().split("\t")
        self.assertEqual(brief[:4], ["usable", proxy.url("http"), "http", "-"])

    def test_over_tls(self):
        with ScriptedProxy(HTTP_ONLY, tls=Tls()) as proxy:
            result, report = probe(proxy.url("https"))
            self.assertEqual((report["verdict"], result.status), ("usable", 0), report)
            self.assertTrue(report["tls"]["verified"])
            self.assertEqual(report["proxy"]["transport"], "tls")
            result, report = probe(proxy.url("https", cacert=None))
            self.assertEqual((report["verdict"], result.status), ("unusable", 12))

    def test_an_expired_certificate_that_is_not_verified(self):
        with ScriptedProxy(HTTP_ONLY, tls=Tls("expired")) as proxy:
            text = cli.run("probe", "--only", "tls", "--proxy-insecure", proxy.url("https")).out.decode()
        self.assertRegex(text, r"^usable .*, 1 failure, \d warnings?\n(?!  +advice)")
        self.assertRegex(" ".join(text.split()), r" fail certificate-expired the certificate expired on .* advice: renew it")

    def test_through_a_hop(self):
        with ScriptedProxy() as first, ScriptedProxy(HTTP_ONLY) as last:
            _, report = probe("--only", "commands", "-x", first.url(), last.url("http"))
            self.assertEqual(words(report), {"http.connect": "yes"})

    def test_not_there(self):
        result, report = probe(f"http://127.0.0.1:{targets.closed_port()}")
        self.assertEqual((report["verdict"], result.status), ("unreachable", 11))
        self.assertEqual(set(words(report).values()), {"skipped"})


class Login(CliCase):
    USERS = {b"alice": SECRET.encode()}

    def test_accepted(self):
        with ScriptedProxy(HTTP_ONLY, users=self.USERS) as proxy, targets.Echo() as echo:
            result, report = probe("--target", f"127.0.0.1:{echo.port}", "--require", "connect,password",
                                   proxy.url("http", user="alice", password=SECRET))
            self.assertEqual((report["verdict"], result.status), ("usable", 0))
            self.assertEqual((words(report)["auth.basic"], words(report)["http.connect"]), ("yes", "yes"))
            self.assertIsNone(proxy.conversations[0].user, "the first is asked without")
            self.assertEqual(report["targets"][0]["status"], "reached")

    def test_rejected_is_tried_once(self):
        with ScriptedProxy(HTTP_ONLY, users=self.USERS) as proxy:
            result, report = probe(proxy.url("http", user="alice", password="wrong"))
            self.assertEqual((report["verdict"], result.status), ("unusable", 15))
            self.assertEqual(words(report)["auth.basic"], "no")
            self.assertEqual(len([conv for conv in proxy.conversations if conv.user]), 1)

    def test_none_given(self):
        with ScriptedProxy(HTTP_ONLY, users=self.USERS) as proxy:
            result, report = probe(proxy.url("http"))
            self.assertEqual((report["verdict"], result.status), ("unusable", 14))
            self.assertEqual((words(report)["auth.basic"], words(report)["http.connect"]), ("yes", "skipped"))
            self.assertIn("needs-credentials", findings(report))

    def assert_rejected(self, behaviour, status=15):
        with ScriptedProxy(behaviour) as proxy:
            result, report = probe("-w", "5", proxy.url("http", user="alice", password=SECRET))
            self.assertEqual((report["verdict"], result.status), ("unusable", status), report)
            return report

    def test_the_login_gets_no_reply(self):
        """What came before it still counts, in a list, too."""
        for status in (404, 400, 501, 401, 500):
            for then in (b"", b"\xde\xad\xbe\xef\r\n"):
                def reply(verb, login, _):
                    return b"" if verb != b"CONNECT" else then if login else http.header(status, "Sorry")
                with self.subTest(status=status, then=then):
                    self.assertIn(f"{status} Sorry", self.assert_rejected(saying(reply), 21)["error"])
        with ScriptedProxy(saying(reply)) as proxy, ScriptedProxy(HTTP_ONLY) as good:
            url = proxy.url("http", user="alice", password=SECRET)
            listed = cli.run("probe", "-w", "5", "--brief", good.url("http"), url).out.decode().splitlines()
            self.assertEqual([line.split("\t")[0] for line in listed], ["usable", "unusable"])

    def test_only_the_control_tells_that_it_is_rejected(self):
        demand = http.header(407, fields=[b'Proxy-Authenticate: Basic realm="x"'])
        report = self.assert_rejected(saying(lambda verb, login, _: b"" if verb == b"CONNECT" and login else demand))
        self.assertIn("407 Proxy Authentication Required", report["error"])
        self.assertEqual(words(report)["auth.basic"], "no")

    def test_rejected_where_none_is_asked_for(self):
        for fields in ([b'Proxy-Authenticate: Basic realm="x"'], []):
            with self.subTest(fields=fields):
                report = self.assert_rejected(saying(
                    lambda verb, login, _: http.header(407, fields=fields) if login else FAILS))
                self.assertIn("407 Proxy Authentication Required", report["error"])
                self.assertEqual(words(report)["auth.basic"], "no")
                self.assertNotIn("credentials-not-needed", findings(report))
        # A web server that says 401 to everything is none that rejects a login.
        self.assert_rejected(saying(lambda verb, login, _: http.header(401)), 21)

    def test_schemes(self):
        def demand(*fields):
            return answering(http.header(407, fields=[b"Proxy-Authenticate: " + each for each in fields]))
        with ScriptedProxy(demand(b'Digest realm="a, Basic b", nonce="x"', b"NTLM", b"negotiate")) as proxy:
            result, report = probe("--only", "auth", proxy.url("http", user="alice", password=SECRET))
            self.assertEqual(words(report), {"auth.basic": "no", "auth.digest": "yes", "auth.ntlm": "yes",
                                             "auth.negotiate": "yes"})
            self.assertEqual(result.status, 14)
            self.assertRegex(report["error"], "Digest, NTLM, negotiate.*not Basic")
            self.assertEqual([conv.user for conv in proxy.conversations if conv.user], [], "the password was sent")
        with ScriptedProxy(demand(b'Basic realm="x", Digest realm="y"')) as proxy:
            result, report = probe("--only", "auth", proxy.url("http"))
            self.assertEqual(words(report), {"auth.basic": "yes", "auth.digest": "yes", "auth.ntlm": "no",
                                             "auth.negotiate": "no"})
        with ScriptedProxy(demand()) as proxy:
            result, report = probe("--only", "auth", proxy.url("http"))
            self.assertEqual(set(words(report).values()), {"unclear"})

    def test_the_password_is_nowhere(self):
        for options in ((), ("--json",), ("--brief",), ("--trace",), ("-vv",)):
            with self.subTest(options=options), ScriptedProxy(HTTP_ONLY, users=self.USERS) as proxy:
                result = cli.run("probe", *options, proxy.url("http", user="alice", password=SECRET))
                self.assert_status(result, 0)
                said = result.out.decode() + result.err
                self.assertNotIn(SECRET, said)
                self.assertNotIn("YWxpY2U6b3Blbi1zZXNhbWUtMjc=", said)

    def test_requirements(self):
        with ScriptedProxy(HTTP_ONLY) as proxy:
            for wanted, status in (("connect", 0), ("http.connect", 0), ("password", 3), ("basic", 3), ("udp", 3)):
                result = cli.run("probe", "--require", wanted, proxy.url("http"))
                self.assert_status(result, status)
            self.assert_usage(cli.run("probe", "--only", "auth", "--require", "connect", proxy.url("http")), "--only")
        with ScriptedProxy() as proxy:
            self.assert_status(cli.run("probe", "--require", "http.connect", proxy.url()), 3)


class Replies(ProbeCase):
    CASES = (   # the reply to CONNECT, the one to nonsense; word for http.connect, status, finding
        (http.header(503), http.header(400), "yes", 0, None),
        (http.header(404, "No such domain"), http.header(400), "yes", 0, None),
        (http.header(503), http.header(503), "unclear", 0, "nothing-served"),
        (http.header(200), http.header(405), "yes", 0, "early-success"),
        (http.header(200), http.header(200), "unclear", 0, "nothing-served"),
        (http.header(403), http.header(405), "unclear", 22, "denied"),
        (http.header(405), http.header(405), "no", 21, "no-connect"),
        (http.header(501), http.header(405), "no", 21, "no-connect"),
        (http.header(400), http.header(400), "unclear", 21, "no-connect"),
        (b"HTTP/1.1 502 no end", http.header(400), "unclear", 0, "nothing-served"),
        (b"HTTP/1.1 502 no end", b"", "unclear", 16, "closed"),
        (b"HTTP/1.1 502 Bad Gateway\r\nX: no end", http.header(400), "yes", 0, None),
        (b"HTTP/1.1 OK\r\n\r\n", b"", "no", 13, "not-http"),
        (b"HTTP/1.1 200 OK\r\nX: " + 17_000 * b"x", http.header(400), "no", 13, "not-http"),
        (200 * http.header(100, "C" * 80), http.header(400), "no", 13, "not-http"),
        (b"HTTP/1.1 502 Bad\r\nX: " + 17_000 * b"x", http.header(400), "yes", 0, None),
    )

    def test_each(self):
        for reply, control, word, status, finding in self.CASES:
            with self.subTest(reply=reply, control=control), ScriptedProxy(answering(reply, control)) as proxy:
                result, report = probe("-w", "5", "--only", "commands", proxy.url("http"))
                self.assertEqual((words(report)["http.connect"], result.status), (word, status), report)
                if finding:
                    self.assertIn(finding, findings(report))
                else:
                    self.assertLessEqual(set(findings(report).values()), {"info"}, report["findings"])

    def test_a_header_that_does_not_end(self):
        """connect says the same."""
        endless = b"HTTP/1.1 200 OK\r\nX: " + 17_000 * b"x"
        with ScriptedProxy(answering(endless)) as proxy:
            self.assertIn("the header of its reply is too long", probe(proxy.url("http"))[1]["error"])
            result = cli.run("connect", "-x", proxy.url("http"), "127.0.0.1", "9")
            self.assert_status(result, 13)
            self.assertIn("the header of its reply is too long", result.err)
        with ScriptedProxy(saying(lambda verb, _, authority: FAILS if b"invalid" in authority else endless)) as proxy:
            result, report = probe("--target", "127.0.0.1:9", proxy.url("http"))
            self.assertEqual((result.status, report["targets"][0]["status"]), (13, "failed"))
            self.assertIn("127.0.0.1:9: the header of its reply is too long", report["error"])

    def test_a_login_for_the_target_only(self):
        demand = http.header(407, fields=[b'Proxy-Authenticate: Basic realm="x"'])

        def step(with_login, lookup=FAILS):
            def reply(verb, login, authority):
                if verb != b"CONNECT":
                    return http.header(405)
                return lookup if b"invalid" in authority else with_login if login else demand
            return saying(reply)
        with ScriptedProxy(step(demand)) as proxy:
            result, report = probe("--target", "127.0.0.1:9", proxy.url("http"))
            self.assertEqual((report["verdict"], result.status), ("unusable", 14), report)
            self.assertIn("needs-credentials", findings(report))
        for lookup in (FAILS, b""):
            for with_login, status in ((demand, 15), (http.header(200), 0), (http.header(504), 21)):
                with self.subTest(lookup=lookup, status=status), ScriptedProxy(step(with_login, lookup)) as proxy:
                    result, report = probe("--target", "127.0.0.1:9", proxy.url("http", user="alice", password="x"))
                    self.assertEqual(result.status, status, report)
                    if status == 15:
                        self.assertIn("407", report["error"])

    def test_stops_listening(self):
        def plain(at_most):
            return saying(lambda verb, *_: FAILS if verb == b"CONNECT" else http.header(405), at_most)
        demand = saying(lambda *_: http.header(407, fields=[b'Proxy-Authenticate: Basic realm="x"']), 1)
        to, login = ("--target", "127.0.0.1:9"), {"user": "alice", "password": "x"}
        for step, served, options, user in ((plain(1), 1, (), {}), (plain(1), 1, to, {}), (plain(2), 2, to, {}),
                                            (demand, 1, (), login)):
            with self.subTest(served=served, options=options, user=user), ScriptedProxy(step) as proxy:
                result, report = probe("-w", "5", *options, proxy.url("http", **user))
                self.assertEqual((report["verdict"], result.status), ("unusable", 11), report)
                self.assertIn("stops-serving", findings(report))
                self.assertIn(f"after {served} connection", report["error"])
                self.assertEqual(words(report)["http.connect"] == "yes", served == 2, report)
        # What it served until then is served.
        with ScriptedProxy(plain(2)) as proxy:
            result, report = probe(proxy.url("http"))
            self.assertEqual((result.status, findings(report)), (0, {"stops-serving": "warn"}))

    def test_no_reply_to_the_control(self):
        """502 is evidence only beside what another request gets."""
        with ScriptedProxy(saying(lambda verb, *_: FAILS if verb == b"CONNECT" else b"")) as proxy:
            self.assertEqual(words(probe(proxy.url("http"))[1])["http.connect"], "yes")

        def greeted(conv):
            if conv.version != http.VERSION:
                silence(conv)
        with ScriptedProxy(replace(GOOD, greeted=greeted, request=say_then_close(FAILS))) as proxy:
            result, report = probe("-w", "1", proxy.url("http"))
            self.assertEqual((words(report)["http.connect"], result.status), ("unclear", 0))
            self.assertIn("nothing-served", findings(report))

    def test_closes_where_it_cannot_connect(self):
        def request(conv):
            (dial if conv.target[0] == "127.0.0.1" else say_then_close(b""))(conv)
        step = replace(HTTP_ONLY, request=request)
        with ScriptedProxy(step) as proxy, targets.Echo() as echo:
            result, report = probe("--target", f"127.0.0.1:{echo.port}", proxy.url("http"))
            self.assertEqual((report["verdict"], result.status), ("usable", 0))
            result, report = probe("--target", f"127.0.0.2:{echo.port}", proxy.url("http"))
            self.assertEqual((result.status, report["targets"][0]["status"]), (16, "no reply"))

    def test_a_proxy_that_grants_all(self):
        with ScriptedProxy(answering(http.header(200))) as proxy:
            result, report = probe("--target", "127.0.0.1:9", proxy.url("http"))
            self.assertEqual(report["targets"][0]["status"], "failed")
            self.assertEqual(report["verdict"], "unusable")

    def test_silent_at_connect_only(self):
        """One that cannot look the name up answers what has no sense."""
        def request(conv):
            (dial if conv.target[0] == "127.0.0.1" else silence)(conv)
        for users in (None, {b"alice": b"x"}):
            step = replace(answering(b""), request=request)
            with ScriptedProxy(step, users=users) as proxy, targets.Echo() as echo:
                url = proxy.url("http", **({"user": "alice", "password": "x"} if users else {}))
                result, report = probe("-w", "2", url)
                self.assertEqual((report["verdict"], result.status), ("usable", 0), report)
                self.assertIn("nothing-served", findings(report))
                self.assertEqual(words(report)["http.connect"], "unclear")
                result, report = probe("-w", "2", "--target", f"127.0.0.1:{echo.port}", url)
                self.assertEqual((words(report)["http.connect"], words(report)["auth.basic"], result.status),
                                 ("yes", "yes" if users else "no", 0))

    def test_silence_costs_two_limits(self):
        with ScriptedProxy(replace(GOOD, opening=silence)) as proxy:
            result, report = probe("-w", "2", "--target", "127.0.0.1:9", proxy.url("http"))
        self.assertEqual((report["verdict"], result.status), ("unusable", 124))
        self.assertEqual(words(report)["http.connect"], "unclear")
        self.assert_limits(proxy, 2, 2)


class WrongName(ProbeCase):
    """The advice is a URL that works."""

    def follow(self, report):
        url = re.search(r"(\w+://\S+)", report["findings"][0]["advice"])[1]
        _, again = probe("--only", "commands", url)
        self.assertEqual(again["verdict"], "usable", again)
        return url

    def test_socks_at_an_http_url(self):
        for name, otherwise in (("microsocks", say_then_close(b"\x05\xff")), ("Tor", say_then_close(TOR)),
                                ("closes", say_then_close(b"")), ("400", say_then_close(http.header(400)))):
            with self.subTest(name=name), ScriptedProxy(only(5, otherwise)) as proxy:
                for url in (proxy.url("http"), proxy.url("http", user="alice", password="x")):
                    result, report = probe("-w", "2", "--only", "commands,auth", url)
                    self.assertEqual((report["verdict"], result.status), ("unusable", 13), report)
                    self.assertIn(f"this is a SOCKS proxy: socks5h://{'alice@' if 'alice' in url else ''}{proxy.hop}",
                                  report["error"])
                    self.assertNotEqual(words(report)["http.connect"], "yes")
                self.assertEqual(self.follow(probe("--only", "auth", proxy.url("http"))[1]), proxy.url())

    def test_socks_that_is_silent_at_http(self):
        with ScriptedProxy(only(5, silence)) as proxy:
            result, report = probe("-w", "1", proxy.url("http"))
            self.assertEqual(result.status, 13)
            self.assertIn(f"this is a SOCKS proxy: {proxy.url()}", report["error"])

    def test_socks4_only(self):
        with ScriptedProxy(only(4, say_then_close(b""))) as proxy:
            result, report = probe("-w", "2", proxy.url("http"))
            self.assertEqual((report["verdict"], result.status), ("unusable", 13))
            self.assertEqual(self.follow(report), proxy.url("socks4a"))

    def test_http_at_a_socks_url(self):
        # What answers HTTP to anything, as a proxy for HTTP does.
        for scheme, otherwise in (("socks5h", say_then_close(http.header(400))), ("socks5h", say_then_close(b"")),
                                  ("socks4a", say_then_close(http.header(400)))):
            with self.subTest(scheme=scheme), ScriptedProxy(only(http.VERSION, otherwise)) as proxy:
                result, report = probe("-w", "2", proxy.url(scheme))
                self.assertEqual((report["verdict"], result.status), ("not-socks", 13))
                self.assertIn("HTTP", report["error"])
                self.assertEqual(self.follow(report), proxy.url("http"))
        with http_target() as port:
            _, report = probe("-w", "2", f"127.0.0.1:{port}")
            self.assertEqual(report["verdict"], "not-socks")
            self.assertNotIn("http://", report["findings"][0]["advice"], "a web server is not a proxy")
        # 404 to CONNECT and to a method that no one has: a web server; to CONNECT only: a proxy.
        # tinyproxy says 500 to any method for a name that does not exist.
        for status in (404, 200, 500):
            for control, is_proxy in ((status, status == 500), (400, True)):
                with self.subTest(status=status, is_proxy=is_proxy):
                    step = saying(lambda verb, *_: http.header(status if verb == b"CONNECT" else control),
                                  other=http.header(400))
                    with ScriptedProxy(step) as proxy:
                        result, report = probe("-w", "2", proxy.url())
                        self.assertEqual((report["verdict"], result.status), ("not-socks", 13))
                        self.assertEqual("http://" in report["findings"][0]["advice"], is_proxy, report)

    def test_one_that_is_silent_at_all_but_http(self):
        """Privoxy. HTTP has its share of the two limits, whatever else is asked for."""
        def greeted(conv):
            if conv.version not in b"CSG":
                silence(conv)
            while not conv.messages[-1].endswith(b"\r\n\r\n"):
                conv.take(1)
            say_then_close(http.header(404 if conv.version == http.VERSION else 400))(conv)
        login = {"user": "alice", "password": "x"}
        for scheme, user in (("socks5h", {}), ("socks5h", login), ("socks4a", {}), ("socks4", {})):
            for count in (0, 4):
                given = [word for i in range(count) for word in ("--target", f"10.0.0.{i}:9")]
                with self.subTest(scheme=scheme, user=user, count=count), \
                        ScriptedProxy(replace(GOOD, greeted=greeted)) as proxy:
                    result, report = probe("-w", "4", *given, proxy.url(scheme, **user), timeout=60)
                    self.assertEqual((report["verdict"], result.status), ("not-socks", 13), report["error"])
                    self.assertIn(f"use this URL: http://{'alice@' if user else ''}{proxy.hop}",
                                  report["findings"][0]["advice"])
                    self.assert_limits(proxy, 4, 2)

    def test_a_web_server_that_says_the_same_to_all(self):
        """Also to what is no HTTP, or only to what is."""
        for status in (403, 500, 502, 503):
            for otherwise in (http.header(status), http.header(400), b""):
                def greeted(conv):
                    is_http = conv.take(2) in (b"ON", b"OC", b"ET")
                    say_then_close(http.header(status) if is_http else otherwise)(conv)
                for scheme in ("socks5h", "socks4a"):
                    with self.subTest(status=status, otherwise=otherwise, scheme=scheme), \
                            ScriptedProxy(replace(GOOD, greeted=greeted)) as proxy:
                        result, report = probe("-w", "2", proxy.url(scheme))
                        self.assertEqual((report["verdict"], result.status), ("not-socks", 13), report)
                        self.assertNotIn("http://", report["findings"][0]["advice"])
                        self.assertIn("HTTP", report["error"])

    def test_one_that_denies_connect(self):
        """It has read it, then: nonsense, or a page of its own, got something else."""
        for control, page in ((http.header(400), http.header(400)), (http.header(403), http.header(400))):
            step = saying(lambda verb, *_: http.header(403) if verb == b"CONNECT" else control, other=page)
            with self.subTest(control=control), ScriptedProxy(step) as proxy:
                result, report = probe("-w", "2", proxy.url())
                self.assertIn(f"use this URL: {proxy.url('http')}", report["findings"][0]["advice"])

    def test_both_on_one_port(self):
        with ScriptedProxy() as proxy:
            result, report = probe(proxy.url("http"))
            self.assertEqual((report["verdict"], result.status), ("usable", 0))
            message = next(each["message"] for each in report["findings"] if each["id"] == "also-socks")
            self.assertIn(proxy.url(), message)

    def test_others(self):
        for name, pattern in (("banner-ssh", "SSH server"), ("foreign-smtp", "mail"), ("foreign-tls-alert", "TLS port"),
                              ("foreign-junk", "its answer begins")):
            with self.subTest(name=name), ScriptedProxy(name) as proxy:
                result, report = probe("-w", "2", proxy.url("http"))
                self.assertEqual((report["verdict"], result.status), ("unusable", 13), report)
                self.assertRegex(report["error"], pattern)
                self.assert_clean_text(cli.run("probe", "-w", "2", proxy.url("http")).out.decode())

    def test_a_tls_port(self):
        with ScriptedProxy(HTTP_ONLY, tls=Tls()) as proxy:
            result, report = probe("-w", "5", f"http://{proxy.hop}")
            self.assertEqual(result.status, 13, report)
            self.assertIn("https://", report["findings"][0]["advice"])


if __name__ == "__main__":
    unittest.main()
