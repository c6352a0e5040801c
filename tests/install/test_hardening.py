# SPDX-License-Identifier: MIT
"""The installed executable is hardened, stripped where it should be, and knows nothing of where it was built."""
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["SOCKSCAT_BUILD"])
IS_OPTIMISED = os.environ["SOCKSCAT_BUILT_AS"] in ("Release", "RelWithDebInfo", "MinSizeRel")
IS_STRIPPED = os.environ["SOCKSCAT_STRIPPED"] == "1"
IS_STATIC = os.environ["SOCKSCAT_RUNTIME"] == "static"

# For every file of the library and the program; g++ gets one more.
FLAGS = ["-fstack-protector-strong", "-fPIE", "-D_GLIBCXX_ASSERTIONS", "-Wformat", "-Werror=format-security"]
FLAGS += ["-D_FORTIFY_SOURCE=3"] if IS_OPTIMISED else []
FLAGS += ["-fstack-clash-protection", "-fcf-protection"] if os.uname().machine == "x86_64" else []


def run(*command):
    return subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, errors="replace", timeout=240).stdout


def flags():
    is_gnu = "Free Software Foundation" in run(os.environ["SOCKSCAT_CXX"], "--version")
    return FLAGS + (["-ftrivial-auto-var-init=zero"] if is_gnu else [])


def weaknesses(program):
    """What readelf tells that should not be, in words."""
    header, segments, dynamic, symbols, sections = (
        run("readelf", "--wide", option, program) for option in ("-h", "-l", "-d", "--dyn-syms", "-S"))
    flags = " ".join(re.findall(r"\((?:FLAGS|FLAGS_1)\)\s+(.*)", dynamic))
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic))
    stack = re.search(r"GNU_STACK(?:\s+0x\w+){5}\s+(\S+)", segments)
    loaded = re.findall(r"LOAD(?:\s+0x\w+){5}\s+([RWE ]+?)\s+0x", segments)
    found = {
        "it is loaded at a fixed address": "DYN" not in header or "PIE" not in flags,
        "its tables can be written": "GNU_RELRO" not in segments,
        "symbols are bound late": "NOW" not in flags,
        "the stack can be executed": stack is None or "E" in stack[1],
        "memory can be written and executed": any("W" in each and "E" in each for each in loaded),
        "code is relocated": "TEXTREL" in dynamic,
        "libraries are looked for in a folder": "RPATH" in dynamic or "RUNPATH" in dynamic,
        "the stack is not protected": "__stack_chk_fail" not in symbols,
        "calls are not fortified": not re.search(r"UND __(memcpy|read|recvfrom|snprintf|explicit_bzero)_chk", symbols),
        "it has symbols": ".symtab" in sections or ".debug_" in sections,
        "it needs more than libc": bool([name for name in needed if not name.startswith(("libc.so", "ld-linux"))]),
    }
    return {what for what, is_so in found.items() if is_so}


def paths_in(program, *folders):
    content = Path(program).read_bytes()
    return [str(folder) for folder in folders if str(folder).encode() in content]


class Executable(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        run("cmake", "--install", BUILD, "--prefix", cls.folder)
        cls.program = Path(cls.folder, "bin/sockscat")

    def test_nothing_is_weak(self):
        accepted = set()
        if not IS_OPTIMISED:
            accepted |= {"calls are not fortified"}
        if not IS_STRIPPED:
            accepted |= {"it has symbols"}
        if not IS_STATIC:
            accepted |= {"it needs more than libc"}
        self.assertEqual(weaknesses(self.program) - accepted, set())

    def test_it_runs_without_symbols(self):
        self.assertIn("usage: sockscat", run(self.program, "--help"))

    def test_its_list_of_libraries_is_kept(self):
        self.assertIn(".note.dlopen", run("readelf", "--wide", "-S", self.program))

    @unittest.skipUnless(IS_OPTIMISED, "what a debugger needs has the names of folders")
    def test_it_does_not_know_where_it_was_built(self):
        for program in (self.program, BUILD / "cli/sockscat"):
            self.assertEqual(paths_in(program, TREE, BUILD, os.path.realpath(TREE)), [])

    def test_every_file_is_compiled_with_all_flags(self):
        commands = [entry for entry in json.loads((BUILD / "compile_commands.json").read_text())
                    if Path(entry["file"]).relative_to(TREE).parts[0] in ("lib", "cli")]
        self.assertGreater(len(commands), 150)
        wanted = flags()
        for entry in commands:
            words = entry["command"].split()
            with self.subTest(file=entry["file"]):
                self.assertEqual([flag for flag in wanted if flag not in words], [])
                self.assertFalse([word for word in words if word in ("-fno-stack-protector", "-D_FORTIFY_SOURCE=0")])

    def test_controls_what_is_weak_is_seen(self):
        source = Path(self.folder, "weak.cpp")
        source.write_text('#include <cstdio>\nasm(".section .both, \\"awx\\", @progbits\\n.byte 0\\n.text");\n'
                          "int main() { std::puts(__FILE__); }\n")
        weak = Path(self.folder, "weak")
        run(os.environ["SOCKSCAT_CXX"], "-g", "-O0", "-fno-stack-protector", "-fno-pie", "-no-pie", "-U_FORTIFY_SOURCE",
            "-Wl,-z,norelro,-z,lazy,-z,execstack,-rpath,/nowhere,--no-as-needed,-lm", source, "-o", weak)
        self.assertEqual(weaknesses(weak), {
            "it is loaded at a fixed address", "its tables can be written", "symbols are bound late",
            "the stack can be executed", "memory can be written and executed",
            "libraries are looked for in a folder", "the stack is not protected",
            "calls are not fortified", "it has symbols", "it needs more than libc"})
        self.assertEqual(paths_in(weak, self.folder), [self.folder])


if __name__ == "__main__":
    unittest.main()
