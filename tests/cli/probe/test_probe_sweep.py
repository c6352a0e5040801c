# SPDX-License-Identifier: MIT
"""probe against everything that the scripted proxy can do."""
import contextlib
import re
import unittest

import behaviours
import cli
import probing
from expect import CliCase
from probing import CHECKS
from scripted_proxy import ScriptedProxy

SECRET = "open-sesame-27"


class Everything(CliCase):
    """Whatever a server does, there is a report that keeps the schema, in time, with no secret in it."""

    def names(self):
        numbered = re.compile(r"(method|auth-status|auth-version|rep|reply-version|cd|vn|reply-atyp)-[0-9a-f]{2}")
        for name in sorted(behaviours.TABLE):
            if not numbered.fullmatch(name) or name[-2:] in ("00", "05", "5a", "ff"):
                yield name

    def test_sweep(self):
        names = list(self.names())
        self.assertGreater(len(names), 120)
        for first in range(0, len(names), 40):
            part = names[first:first + 40]
            with contextlib.ExitStack() as stack:
                proxies = [stack.enter_context(ScriptedProxy(name)) for name in part]
                urls = [proxy.url(user="alice", password=SECRET) for proxy in proxies]
                result = cli.run("probe", "--json", "--trace", "-w", "0.5", *urls, timeout=60)
            self.assertNotIn(SECRET, result.out.decode() + result.err)
            self.assert_clean_text(result.out.decode() + result.err)
            self.assertIn(result.status, (0, 1))
            for name, proxy, report in zip(part, proxies, probing.reports(result.out), strict=True):
                with self.subTest(name=name):
                    self.assertEqual(report["proxy"]["port"], proxy.port)
                    self.assertEqual([each["id"] for each in report["checks"]], CHECKS)
                    self.assertNotIn(report["exit_status"], (1, 2, 3))


if __name__ == "__main__":
    unittest.main()
