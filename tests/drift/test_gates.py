# SPDX-License-Identifier: MIT
"""The gates can be run: their patches apply, their tests exist, their table is that of the README."""
import ast
import os
import pathlib
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "support"), os.path.join(HERE, "..", "gates")]

import documents as doc
import gates

LEAST = 40


def tests_of(script):
    """"Class.test" for each test of a script."""
    return {f"{kind.name}.{each.name}" for kind in ast.parse(script.read_text()).body if isinstance(kind, ast.ClassDef)
            for each in kind.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")}


class Gates(unittest.TestCase):
    def setUp(self):
        self.gates = gates.everyone()

    def each(self):
        for gate in self.gates:
            with self.subTest(gate=gate.name):
                yield gate

    def test_there_are_enough(self):
        self.assertGreaterEqual(len(self.gates), LEAST)
        self.assertEqual(len({gate.bug for gate in self.gates}), len(self.gates))

    def test_each_patch_applies(self):
        doc.need_tool("patch")
        for gate in self.each():
            self.assertEqual(gate.apply(doc.TREE, "--dry-run"), "")

    def test_each_is_about_the_program(self):
        for gate in self.each():
            self.assertTrue(gate.files())
            for name in gate.files():
                self.assertRegex(name, r"^(lib|cli)/.*\.[ch]pp$")

    def test_each_test_exists(self):
        cases = {room: gates.test_cases(room) for room in gates.ROOMS}
        for gate in self.each():
            self.assertTrue(gate.only, "it runs more than it has to")
            if gate.is_unit():
                self.assertIn(gate.only[0], cases[gate.test.split(".")[0]])
            else:
                script = gates.script_of(gate.test)
                self.assertIsNotNone(script, gate.test)
                self.assertLessEqual(set(gate.only), tests_of(script))

    def test_a_patch_of_no_use_is_seen(self):
        gate = self.gates[0]
        lines = gate.path.read_text().splitlines(keepends=True)
        broken = [line.replace(" ", " not there ", 1) if line.startswith(" ") else line for line in lines]
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, "broken.patch")
            path.write_text("".join(broken))
            self.assertNotEqual(gates.read(path).apply(doc.TREE, "--dry-run"), "")

    def test_the_page_has_the_table(self):
        self.assertEqual(gates.README.read_text(), gates.page(self.gates), "tests/gates/run.py --list --write")


if __name__ == "__main__":
    unittest.main()
