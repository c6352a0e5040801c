# SPDX-License-Identifier: MIT
"""The blocks of the README, by section, and what their checks share.

    class Ssh(Examples, CliCase):
        shown, examples = SHOWN, readme.examples("ssh through a proxy")

A block is named after its section; the second of a section is "SECTION 2".
"""
import pathlib
import re

import examples_world as world
import servers
from examples import Example, of_markdown

TEXT = (pathlib.Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
STORAGE, MIRROR, GIT = "192.0.2.90", "192.0.2.91", "192.0.2.92"
MACHINES = {"one.example": "192.0.2.101", "two.example": "192.0.2.102"}
REQUEST = b"GET / HTTP/1.0\r\n\r\n"


def sections(text=TEXT):
    """{heading: its text, without that of headings below}"""
    parts = re.split(r"^#+ (.*)\n", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def blocks(heading):
    found = [each.code for each in of_markdown(sections()[heading])]
    return [Example(heading if number == 1 else f"{heading} {number}", code) for number, code in enumerate(found, 1)]


def examples(*headings):
    return [each for heading in headings for each in blocks(heading)]


def enter():
    """The world of the examples, with the names that only the README has."""
    world.SERVER_NAMES.update({"storage.example.com": STORAGE, "feed.example.com": STORAGE, "mirror.example.com": MIRROR,
                               "git.example.com": GIT})
    world.CLIENT_NAMES.update(MACHINES)
    world.enter()


def open_proxy():
    """Dante at proxy.example, for everyone."""
    return servers.dante(world.PROXY, port=1080, external=(world.PROXY_OUTSIDE,))


def simple_proxy(port=1080, host=world.PROXY):
    """microsocks at proxy.example, for everyone."""
    return servers.microsocks(host, port=port)


def guarded_proxy(port=1080, host=world.PROXY):
    """microsocks at proxy.example, for alice only."""
    return servers.microsocks(host, (world.USER, world.PASSWORD), port=port)


def keys_for(stage, server, config=""):
    """~/.ssh/config, so that a plain ssh logs in to this server; `config` comes first."""
    stage.write("~/.ssh/config", config + f"\nHost *\n    User root\n    IdentityFile {server.key}\n    IdentitiesOnly yes\n"
                "    BatchMode yes\n    StrictHostKeyChecking no\n    UserKnownHostsFile /dev/null\n    LogLevel ERROR\n")


def assert_page(case, result):
    case.assert_status(result, 0)
    case.assertIn(world.PAGE.strip(), result.out)


def assert_shows(case, shown, came):
    """What came is what is shown, but for the number of blanks."""
    case.assertEqual(" ".join(came.split()), " ".join(shown.split()))
