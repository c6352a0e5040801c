# SPDX-License-Identifier: MIT
"""probe --target: a line for each, in the order given, whatever is asked besides."""
import unittest

import cli
import targets
from behaviours import GOOD, replace
from expect import CliCase
from probing import check, probe
from scripted_proxy import ScriptedProxy
from steps import dial, refuse, say_then_close, silence

RESERVED = "sockscat-probe.invalid"


def statuses(report):
    return [each["status"] for each in report["targets"]]


def to_each(steps, otherwise=refuse(7)):
    """By the target's host; the reserved name gets 04, other commands 07."""
    def step(conv):
        if conv.command != 1:
            return otherwise(conv)
        return steps.get(conv.target[0], refuse(4) if conv.target[0] == RESERVED else dial)(conv)
    return replace(GOOD, request=step)


class Targets(CliCase):
    def test_one_line_each_in_order(self):
        far = to_each({"10.0.0.1": refuse(3), "10.0.0.2": refuse(5), "gone.test": refuse(4),
                       "10.0.0.3": say_then_close(b"")})
        with targets.Echo() as echo, ScriptedProxy(far) as proxy:
            given = ["10.0.0.1:80", f"127.0.0.1:{echo.port}", "10.0.0.2:80", "gone.test:80", "10.0.0.3:80",
                     f"echo.test:{echo.port}"]
            result, report = probe(*[word for each in given for word in ("--target", each)], proxy.url())
            text = cli.run("probe", *[word for each in given for word in ("--target", each)], proxy.url()).out.decode()
        self.assert_status(result, 0)
        self.assertEqual([each["target"] for each in report["targets"]], given)
        self.assertEqual(statuses(report), ["failed", "reached", "refused", "failed", "no reply", "reached"])
        self.assertEqual([(each["reply"] or {}).get("code") for each in report["targets"]], [3, 0, 5, 4, None, 0])
        self.assertEqual([each["bound"] is not None for each in report["targets"]],
                         [False, True, False, False, False, True])
        for each in report["targets"]:
            self.assertGreater(each["elapsed_ms"], 0)
        section = text[text.index("\nTARGETS "):].splitlines()[1:]
        for line, target, status in zip(section, given, statuses(report)):
            self.assertRegex(line.removeprefix("TARGETS"), rf"^ +{target.replace('.', '[.]')} +{status} +[\d.]+ ms")

    def test_whatever_only_says(self):
        with targets.Echo() as echo, ScriptedProxy() as proxy:
            for group in ("versions", "auth", "commands", "addresses", "tls", "latency"):
                with self.subTest(group=group):
                    _, report = probe("--only", group, "--target", f"127.0.0.1:{echo.port}", proxy.url())
                    self.assertEqual(statuses(report), ["reached"])

    def test_none_given(self):
        with ScriptedProxy() as proxy:
            self.assertEqual(probe("--only", "versions", proxy.url())[1]["targets"], [])
            self.assertNotIn("TARGETS", cli.run("probe", "--only", "versions", proxy.url()).out.decode())

    def test_a_proxy_that_is_not_there(self):
        _, report = probe("--target", "127.0.0.1:80", f"127.0.0.1:{targets.closed_port()}")
        self.assertEqual([(each["status"], each["elapsed_ms"]) for each in report["targets"]], [("no reply", None)])

    def test_silence(self):
        with ScriptedProxy(to_each({"10.0.0.1": silence})) as proxy:
            _, report = probe("-w", "2", "--target", "10.0.0.1:80", proxy.url())
        self.assertEqual(statuses(report), ["no reply"])
        self.assertGreater(report["targets"][0]["elapsed_ms"], 1000)

    def test_a_good_one_behind_silent_ones(self):
        """The proxy answers what is not about them."""
        given = ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.1:80", "10.0.0.3:80"]
        silent = {each.split(":")[0]: silence for each in given}
        for otherwise in (refuse(7), say_then_close(b"")):
            with targets.Echo() as echo, ScriptedProxy(to_each(silent, otherwise)) as proxy:
                words = [word for each in [*given, f"127.0.0.1:{echo.port}"] for word in ("--target", each)]
                result, report = probe("-w", "1", "--only", "addresses", *words, proxy.url(), timeout=60)
                asked = [conv.target[0] for conv in proxy.conversations if conv.target]
            self.assertEqual((report["verdict"], result.status), ("usable", 0))
            self.assertEqual(statuses(report), ["no reply"] * 4 + ["reached"])
            self.assertEqual(asked.count("10.0.0.1"), 1)
            self.assertEqual(check(report, "address.ipv4")["status"], "yes")


if __name__ == "__main__":
    unittest.main()
