# SPDX-License-Identifier: MIT
"""What each folder of lib/ and cli/ may include: one table, the same as the folders' README.md."""
import os
import re
import sys
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")]

import documents as doc
from sources import LIBRARIES, includes, library, made_from, seen_libraries, sources

# folder: other folders that it may include, and libraries. The standard library and, but for the
# public headers themselves, the public headers (<sockscat/...>) are open to all.
MAY_INCLUDE = {
    "lib/include": "asio",
    "lib/examples": "asio posix",
    "lib/libraries": "openssl ldns gssapi idn2 posix",
    "lib/base": "lib/libraries arpa/inet.h sys/mman.h",
    "lib/proto": "lib/base lib/proto/auth",
    "lib/proto/auth": "lib/base",
    "lib/proto/trace": "lib/base lib/proto lib/proto/auth",
    "lib/proto/server": "lib/base lib/proto",
    "lib/dns": "lib/libraries lib/net asio",
    "lib/net": "lib/base asio posix",
    "lib/net/linux": "lib/net posix",
    "lib/net/stream": "lib/base lib/net asio posix",
    "lib/net/dial": "lib/base lib/net lib/net/stream asio posix",
    "lib/net/tls": "lib/base lib/net lib/libraries lib/proto lib/proto/auth asio posix",
    "lib/net/gssapi": "lib/base lib/net lib/libraries lib/proto/auth posix",
    "lib/net/session": "lib/base lib/net lib/net/stream lib/net/dial lib/net/tls lib/net/gssapi lib/proto"
                       " lib/proto/auth lib/proto/trace asio posix",
    "lib/net/relay": "lib/net lib/net/linux posix",
    "lib/net/datagram": "lib/base lib/net lib/net/dial lib/net/session lib/proto lib/proto/auth lib/proto/trace"
                        " asio posix",
    "lib/probe/answers": "lib/base lib/proto",
    "lib/probe/read": "lib/base lib/proto lib/probe/answers",
    "lib/probe/ask": "lib/base lib/proto lib/proto/trace lib/net lib/net/dial lib/net/session lib/net/tls"
                     " lib/probe/answers asio posix",
    "lib/probe/judge": "lib/base lib/proto lib/probe/answers",
    "lib/probe": "lib/net lib/net/session lib/probe/answers lib/probe/ask lib/probe/read lib/probe/judge asio",
    "cli/output": "asio nlohmann posix",
    "cli/options": "cli/output posix",
    "cli/help": "cli cli/options cli/output",
    "cli/runtime": "cli/options cli/output asio posix",
    "cli/connect": "cli cli/help cli/options cli/output cli/runtime asio posix",
    "cli/bind": "cli cli/help cli/options cli/output cli/runtime asio posix",
    "cli/udp": "cli cli/help cli/options cli/output cli/runtime asio nlohmann posix",
    "cli/probe": "cli cli/help cli/options cli/output cli/runtime asio posix",
    "cli/resolve": "cli cli/help cli/options cli/output cli/runtime asio posix",
    "cli": "cli/help cli/options cli/output cli/runtime posix",
}
PURE = ("lib/base", "lib/proto")  # not even through a public header do they see these
IMPURE = LIBRARIES - {"idn2"}
SHARED = {"cli/help", "cli/options", "cli/output", "cli/runtime"}  # the other folders of cli/ are commands


def room(path):
    """The folder that a file belongs to, as the table has it."""
    name = str(path.parent.relative_to(doc.TREE))
    return "lib/include" if name == "lib/include/sockscat" else name


def header_room(folder, name):
    """The folder of a header in quotes as a file of `folder` sees it; None where there is none."""
    if ".." not in name.split("/"):
        for base in (folder, folder.split("/", maxsplit=1)[0]):
            path = doc.TREE / base / name
            if path.is_file():
                return room(path)
    return None


def wrong(folder, kind, name):
    """Why a file in `folder` may not include this, or None."""
    if folder not in MAY_INCLUDE:
        return f"{folder} is not in the table"
    allowed = MAY_INCLUDE[folder].split()
    if kind == '"':
        if folder == "lib/include":
            return "a public header includes in <> only"
        other = header_room(folder, name)
        return None if other in (folder, *allowed) else f"{folder} may not include {other}"
    whose = library(name)
    if whose == "sockscat":
        header = doc.TREE / "lib/include" / name
        return None if header.is_file() or made_from(header).is_file() else f"there is no {name}"
    return None if whose in ("", *allowed) or name in allowed else f"{folder} may not include <{name}>"


class Includes(unittest.TestCase):
    def test_every_include_is_in_the_table(self):
        for path in sources("lib") + sources("cli"):
            for kind, name in includes(path):
                with self.subTest(file=str(path.relative_to(doc.TREE)), include=name):
                    self.assertIsNone(wrong(room(path), kind, name))

    def test_every_folder_is_in_the_table(self):
        self.assertEqual({room(path) for path in sources("lib") + sources("cli")}, set(MAY_INCLUDE))

    def test_the_protocol_sees_no_library_not_even_through_a_header(self):
        for path in (path for folder in PURE for path in sources(folder)):
            with self.subTest(file=str(path.relative_to(doc.TREE))):
                self.assertEqual(seen_libraries(path) & IMPURE, set())

    def test_no_command_includes_another(self):
        commands = {folder for folder in MAY_INCLUDE if folder.startswith("cli/")} - SHARED
        self.assertIn("cli/connect", commands)
        for folder in MAY_INCLUDE:
            with self.subTest(folder=folder):
                self.assertEqual(set(MAY_INCLUDE[folder].split()) & commands, set())

    def test_arrows_go_down_only(self):
        # `cli` is left out: its one header, the table of the commands, includes nothing of ours.
        left = {folder: {other for other in allowed.split()
                         if other in MAY_INCLUDE and other != "cli"}
                for folder, allowed in MAY_INCLUDE.items()}
        while lowest := [folder for folder, others in left.items() if not others & set(left)]:
            for folder in lowest:
                del left[folder]
        self.assertEqual(left, {})

    def test_a_wrong_include_is_found(self):
        for folder, kind, name in (("lib/base", '"', "proto/socks5.hpp"), ("lib/proto", "<", "asio/awaitable.hpp"),
                                   ("lib/proto", "<", "sys/socket.h"), ("lib/net", '"', "net/relay/transit.hpp"),
                                   ("lib/include", '"', "base/wire.hpp"), ("lib/include", "<", "openssl/ssl.h"),
                                   ("cli/bind", '"', "connect/fdpass.hpp"), ("cli/bind", '"', "net/setup.hpp"),
                                   ("cli/bind", '"', "../output/console.hpp"), ("cli/bind", "<", "sockscat/wire.hpp"),
                                   ("lib/nowhere", "<", "string")):
            with self.subTest(folder=folder, include=name):
                self.assertIsNotNone(wrong(folder, kind, name))
        self.assertIsNone(wrong("lib/proto", '"', "base/wire.hpp"))


class Readmes(unittest.TestCase):
    def test_every_folder_has_one(self):
        for top in ("lib", "cli", "tests"):
            for folder in [doc.TREE / top, *(doc.TREE / top).rglob("*")]:
                files = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
                if not files or folder.name in ("__pycache__", "sockscat", "patches") or "corpus" in folder.parts:
                    continue
                with self.subTest(folder=str(folder.relative_to(doc.TREE))):
                    self.assertTrue((folder / "README.md").is_file())

    def test_what_they_name_is_there(self):
        readmes = [path for top in ("lib", "cli", "tests") for path in (doc.TREE / top).rglob("README.md")]
        for readme in [*readmes, doc.TREE / "CONTRIBUTING.md"]:
            near = [readme.parent, readme.parent.parent,
                    *(doc.TREE / top for top in ("", "lib", "lib/include", "cli", "tests"))]
            for name in re.findall(r"`([a-z0-9_./-]+(?:/|\.(?:cpp|hpp|py|sh|txt|md)))`", readme.read_text()):
                with self.subTest(file=str(readme.relative_to(doc.TREE)), name=name):
                    self.assertTrue(any((folder / name).exists() for folder in near))

    def test_they_say_what_the_table_says(self):
        for folder, allowed in MAY_INCLUDE.items():
            with self.subTest(folder=folder):
                text = (doc.TREE / folder / "README.md").read_text()
                said = re.search(r"^May include:(.*?)(?:\n\n|\Z)", text, re.M | re.S)
                self.assertIsNotNone(said)
                self.assertEqual(sorted(re.findall(r"`([^`]+)`", said.group(1))), sorted(allowed.split()))


if __name__ == "__main__":
    unittest.main()
