# SPDX-License-Identifier: MIT
"""What tests of `probe` share: runs, the JSON validated against the published schema, the rows of the text."""
import functools
import json
import os
import re
import unittest
from pathlib import Path

import cli
from expect import CliCase

SCHEMA = Path(__file__).resolve().parents[2] / "man" / "sockscat.probe-1.schema.json"
CHECKS = ["socks4", "socks4a", "socks5", "auth.none", "auth.password", "auth.chap", "auth.gssapi",
          "command.connect", "command.bind", "command.udp-associate", "command.resolve",
          "command.resolve-ptr", "address.ipv4", "address.ipv6", "address.domain", "tls", "pipelining"]
WORDS = ("yes", "no", "unclear", "skipped", "error")


@functools.cache
def _validator():
    try:
        import jsonschema
    except ImportError:
        if os.environ.get("SOCKSCAT_REQUIRE_ALL"):
            raise
        raise unittest.SkipTest("python3-jsonschema is missing") from None
    schema = json.loads(SCHEMA.read_text())
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def reports(out):
    """The objects of --json, one a line, each validated."""
    assert not out or out.endswith(b"\n"), out
    found = []
    for line in out.decode().splitlines():
        report = json.loads(line)
        errors = [f"{list(e.absolute_path)}: {e.message}" for e in _validator().iter_errors(report)]
        assert not errors, f"not of the schema: {errors} in {line}"
        found.append(report)
    return found


def probe(*args, **kwargs):
    """(the result, its only report)"""
    result = cli.run("probe", "--json", *args, **kwargs)
    found = reports(result.out)
    assert len(found) == 1, f"{len(found)} reports; stderr: {result.err!r}"
    assert result.status == found[0]["exit_status"], (result.status, found[0]["exit_status"], result.err)
    return result, found[0]


class ProbeCase(CliCase):
    def assert_limits(self, waited, limit, most):
        """It waited for `most` limits of `limit` seconds (-w) at most; one more would be noticed.

        waited  a scripted proxy, which knows for how long it was silent and nothing else; or seconds, with room
                for what else takes its time. A limit of 2 s is what hurried questions get as well.
        """
        seconds = waited if isinstance(waited, float) else waited.silent_seconds()
        self.assertLess(seconds, (most + 0.75) * limit, f"longer than {most} limits")


def words(report):
    """{check id: word}"""
    return {check["id"]: check["status"] for check in report["checks"]}


def check(report, name):
    return next(check for check in report["checks"] if check["id"] == name)


def findings(report):
    """{finding id: severity}"""
    return {finding["id"]: finding["severity"] for finding in report["findings"]}


GROUPS = {"VERSIONS": ["SOCKS5", "SOCKS4", "SOCKS4a", "TLS"], "AUTH": ["none", "password", "CHAP", "GSSAPI"],
          "COMMANDS": ["CONNECT", "BIND", "UDP ASSOCIATE", "RESOLVE", "RESOLVE_PTR"],
          "ADDRESSES": ["IPv4", "IPv6", "host name"]}


def rows(text):
    """{name in the table: (word, reason)} of a report for people: rows that are one line are all there."""
    found, heading, names = {}, "", []
    for line in text.splitlines():
        begin, name, word, reason = (part.strip() for part in (line[:11], line[11:28], line[28:37], line[37:]))
        if word in WORDS and name:
            heading = begin or heading
            left = [each for each in GROUPS.get(heading, ()) if each not in found]
            names = left if name == "all" else left[:int(name[0])] if name.endswith(" others") else name.split(", ")
            found.update({each: (word, reason) for each in names})
        elif names and reason and not line[:37].strip():
            found.update({each: (found[each][0], f"{found[each][1]} {reason}") for each in names})
        else:
            heading, names = begin or heading, []
    return found


def plain(text):
    """Without line breaks: each block of the text in one line."""
    return re.sub(r"\n +", " ", text)
