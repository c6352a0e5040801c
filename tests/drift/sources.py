# SPDX-License-Identifier: MIT
"""The C++ files, and what they include."""
import re

import documents as doc

LIBRARIES = {"asio", "openssl", "ldns", "gssapi", "idn2", "nlohmann"}
CODE = {".cpp", ".hpp"}


def code(path):
    """C++ source without its comments."""
    return re.sub(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/',
                  lambda found: found.group(1) or " ", path.read_text(), flags=re.S)


def includes(path):
    """[(kind, name)]: kind is < or a quote."""
    return re.findall(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', code(path), re.M)


def made_from(header):
    """What CMake makes a header from, if it does."""
    return header.with_name(header.name + ".in")


def sources(folder):
    return sorted(path for path in (doc.TREE / folder).rglob("*") if path.suffix in CODE)


def library(name):
    """Whose a header in <> is; "" for the standard library."""
    first = re.split(r"[/.]", name)[0]
    if first in LIBRARIES | {"sockscat"}:
        return first
    return "posix" if name.endswith(".h") else "" if "." not in name else name


def seen_libraries(path, seen=None):
    """The libraries that a file includes itself or through our own headers."""
    seen = set() if seen is None else seen
    found = set()
    for kind, name in includes(path):
        if kind == "<" and not name.startswith("sockscat/"):
            found.add(library(name))
            continue
        candidates = [path.parent / name, doc.TREE / "lib" / name, doc.TREE / "cli" / name,
                      doc.TREE / "lib/include" / name, made_from(doc.TREE / "lib/include" / name)]
        header = next((candidate for candidate in candidates if candidate.is_file()), None)
        if header and header not in seen:
            seen.add(header)
            found |= seen_libraries(header, seen)
    return found
