# SPDX-License-Identifier: MIT
"""The README: every block has a check, links lead somewhere, and what it says of building is true."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import readme
import test_readme_proxies
import test_readme_streams

TREE = pathlib.Path(__file__).resolve().parents[2]
TRANSLATIONS = TREE / "man/translations.md"
# Sections whose blocks are checked below.
BUILDING = ("Install", "Build, try, test", "Library", "Other systems")


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=240, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def lines(heading):
    """The lines of all its blocks."""
    return [line for each in readme.blocks(heading) for line in each.code.splitlines() if line]


def anchor(heading):
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def bad_links(text, folder):
    """The links that lead nowhere; those to other hosts are not followed."""
    anchors = {anchor(heading) for heading in readme.sections(text)}
    found = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("#"):
            found += [target] * (target[1:] not in anchors)
        elif "://" not in target:
            found += [target] * (not (folder / target).exists())
    return found


class Page(unittest.TestCase):
    def test_each_block_has_a_check(self):
        checked = [*BUILDING, *test_readme_proxies.SECTIONS, *test_readme_streams.SECTIONS]
        with_blocks = [heading for heading in readme.sections() if readme.blocks(heading)]
        self.assertEqual(sorted(checked), sorted(with_blocks))

    def test_blocks_are_indented(self):
        self.assertNotIn("```", readme.TEXT)

    def test_headings_differ(self):
        headings = re.findall(r"^#+ (.*)$", readme.TEXT, re.M)
        self.assertEqual(len({anchor(heading) for heading in headings}), len(headings))

    def test_links_lead_somewhere(self):
        self.assertEqual(bad_links(readme.TEXT, TREE), [])
        self.assertEqual(bad_links(TRANSLATIONS.read_text(), TRANSLATIONS.parent), [])
        self.assertGreater(readme.TEXT.count("](#"), 15)

    def test_a_link_to_nowhere_would_be_noticed(self):
        self.assertEqual(bad_links("# A\n[x](#a) [y](#b) [z](LICENSE) [w](gone.txt)\n", TREE), ["#b", "gone.txt"])

    def test_the_list_of_recipes_names_each(self):
        recipes = readme.TEXT.split("## Recipes\n")[1].split("\n## ")[0]
        linked = re.findall(r"\]\(#([^)]*)\)", recipes.split("\n### ")[0])
        headings = [anchor(heading) for heading in re.findall(r"^### (.*)$", recipes, re.M)]
        self.assertEqual(sorted(linked), sorted(headings))


class Building(unittest.TestCase):
    def test_scripts_are_there(self):
        for line in lines("Install") + lines("Build, try, test"):
            script = re.fullmatch(r"sh (\S+)(?: .*)?", line)
            if script:
                run("sh", "-n", TREE / script[1])
        self.assertEqual(lines("Build, try, test")[:2], ["sh tests/demo", "sh tests/all"])  # a build machine runs these

    def test_groups_of_packages_are_there(self):
        script = (TREE / "tests/support/packages.sh").read_text()
        for group in re.fullmatch(r"sh tests/support/packages\.sh (.*)", lines("Install")[0])[1].split():
            self.assertRegex(script, rf"(?m)^{group}='")

    def test_presets_are_there(self):
        presets = json.loads((TREE / "CMakePresets.json").read_text())
        name = re.fullmatch(r"cmake --workflow --preset (\S+)", lines("Install")[1])[1]
        steps = [workflow["steps"] for workflow in presets["workflowPresets"] if workflow["name"] == name]
        self.assertEqual([step["type"] for step in steps[0]], ["configure", "build", "package"])
        self.assertIn(f"./build/{name}/", lines("Install")[2])
        self.assertIn("cmake --install build/release --prefix /usr/local", lines("Build, try, test"))
        self.assertIn("release", [preset["name"] for preset in presets["configurePresets"]])

    def test_packages_are_those_made(self):
        listed = re.findall(r"^\| `([\w-]+)` \|", readme.sections()["Install"], re.M)
        made = re.findall(r"PACKAGE_NAME (\S+)\)", (TREE / "lib/cmake/packages/packages.cmake").read_text())
        self.assertEqual(sorted(listed), sorted(made))

    def test_it_is_configured_as_written(self):
        """And the target is there; what is built is what other tests run."""
        for heading in ("Build, try, test", "Other systems"):
            configure, build = (next(line for line in lines(heading) if line.startswith(f"cmake {word}"))
                                for word in ("-S", "--build"))
            with self.subTest(command=configure), tempfile.TemporaryDirectory() as folder:
                words = configure.split()
                words[words.index("-S") + 1], words[words.index("-B") + 1] = TREE, folder
                run(*words)
                run("ninja", "-C", folder, "-t", "query", re.fullmatch(r"cmake --build build --target (\S+)", build)[1])

    def test_options_are_there(self):
        listed = re.findall(r"^\| `(SOCKSCAT_\w+)` \|", readme.sections()["Build, try, test"], re.M)
        text = "".join((TREE / each).read_text() for each in ("CMakeLists.txt", "lib/CMakeLists.txt"))
        self.assertGreater(len(listed), 1)
        for option in listed:
            self.assertRegex(text, rf"(?m)^ *option\({option} .* OFF\)")

    def test_other_systems_need_what_this_one_needs(self):
        text = readme.sections()["Other systems"]
        script = (TREE / "tests/support/packages.sh").read_text()
        needed = set(re.search(r"^build='([^']*)'", script, re.M)[1].split())
        ubuntu = re.search(r"^\| Ubuntu.*: (.*); tests: (.*) \|$", text, re.M)
        self.assertEqual(set(ubuntu[1].split()) | set(ubuntu[2].split()), needed)
        for system in ("Fedora", "Arch"):
            row = re.search(rf"^\| {system} \| (.*); tests: (.*) \|$", text, re.M)
            self.assertEqual(len(row[1].split() + row[2].split()), len(needed), system)
        version = re.search(r"cmake_minimum_required\(VERSION (\S+)\)", (TREE / "CMakeLists.txt").read_text())[1]
        self.assertIn(f"CMake {version},", text)


class Library(unittest.TestCase):
    def test_the_example_compiles(self):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "example.cpp")
            source.write_text(readme.blocks("Library")[2].code)
            run("cmake", "-S", TREE, "-B", folder, "-G", "Ninja", "-DBUILD_TESTING=OFF")     # which makes a header
            made = next(pathlib.Path(folder).rglob("asio_version.hpp")).parents[1]
            flags = re.findall(r"-D\S+", next(pathlib.Path(folder).rglob("sockscat.pc")).read_text())
            run(os.environ.get("CXX", "c++"), "-std=c++20", "-fsyntax-only", *flags, "-I", TREE / "lib/include", "-I", made,
                source)

    def test_names_are_those_that_are_installed(self):
        cmake, package, _ = (each.code for each in readme.blocks("Library"))
        version = re.search(r'library_version\D*"?(\d+\.\d+)', (TREE / "lib/include/sockscat/version.hpp").read_text())[1]
        self.assertIn(f"find_package(sockscat {version} ", cmake)
        self.assertIn(" sockscat::sockscat)", cmake)
        self.assertRegex(package, r"pkg-config --cflags --libs sockscat\)")
        self.assertTrue(list((TREE / "lib/cmake").glob("sockscat.pc*")), "no file for pkg-config")

    def test_headers_are_there(self):
        for name in set(re.findall(r"<(sockscat/\w+\.hpp)>", readme.TEXT)):
            self.assertTrue((TREE / "lib/include" / name).is_file(), name)


if __name__ == "__main__":
    unittest.main()
