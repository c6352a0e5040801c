# SPDX-License-Identifier: MIT
"""The completions do what a user sees: bash, zsh and fish are really asked."""
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")]

import documents as doc
from shells import Shell

BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")

BASH_SETUP = r"""
PS1='> '
bind 'set bell-style none'
bind 'set completion-query-items 0'
bind 'set page-completions off'
bind 'set show-all-if-ambiguous on'
bind 'set enable-bracketed-paste off'
_show() { printf 'BUFFER<%s>END\n' "$READLINE_LINE"; }
bind -x '"\C-xs": _show'
bind '"\C-xk": kill-whole-line'
. @BASH_COMPLETION@
. '@FILE@'
"""

ZSH_SETUP = r"""
PS1='> '
LISTMAX=100000
setopt auto_list
unsetopt list_ambiguous auto_menu beep
fpath=('@FOLDER@' $fpath)
autoload -Uz compinit
compinit -u -D
show() { zle -I; print -r -- "BUFFER<$BUFFER>END" }
zle -N show
bindkey -e
bindkey '^Xs' show
bindkey '^Xk' kill-whole-line
"""

SCHEMES = {scheme + rest for scheme in ("socks4", "socks4a", "socks5", "socks5h")
           for rest in ("://", "+tls://", "+unix:///")} | {"http://", "https://"}
POLICIES = {"auto", "half-close", "close", "ignore"}


class Home:
    """A home directory with known hosts and a few files, and an environment for it."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory()
        self.path = Path(self._folder.name).resolve()
        (self.path / ".ssh").mkdir()
        (self.path / ".ssh" / "known_hosts").write_text(
            "".join(f"{name}.sockscat.example ssh-ed25519 AAAA\n" for name in ("qqone", "qqtwo", "zz")))
        (self.path / "run").mkdir()
        (self.path / "run" / "secret.txt").touch()
        (self.path / "run" / "socket").touch()
        self.env = {"HOME": str(self.path), "ZDOTDIR": str(self.path), "TERM": "dumb",
                    "XDG_CONFIG_HOME": str(self.path / ".config"),
                    "XDG_DATA_HOME": str(self.path / ".local"),
                    "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}

    def close(self):
        self._folder.cleanup()


class Behaviour:
    """What every shell must offer. `ask(line)` gives the set of words offered for its last word.

    A word that a shell offers without the part before its last colon is given back whole.
    """

    def test_commands(self):
        self.assertEqual(self.ask("sockscat "), set(doc.commands()))
        self.assertEqual(self.ask("sockscat con"), {"connect"})

    def test_options_of_the_program(self):
        self.assertEqual(self.ask("sockscat -"), set(doc.help_options()))

    def test_options_of_each_command(self):
        for command in doc.described_commands():
            with self.subTest(command=command):
                self.assertEqual(self.ask(f"sockscat {command} -"), set(doc.help_options(command)))

    def test_help_is_followed_by_one_command(self):
        self.assertEqual(self.ask("sockscat help "), set(doc.described_commands()))
        self.assertEqual(self.ask("sockscat help connect "), set())

    def test_policies(self):
        self.assertEqual(self.ask("sockscat connect --on-eof "), POLICIES)
        self.assertEqual(self.ask("sockscat connect --on-eof=h"), {"--on-eof=half-close"})

    def test_framings(self):
        self.assertEqual(self.ask("sockscat udp --framing "), {"chunk", "line", "length", "json"})
        self.assertEqual(self.ask("sockscat udp --framing=j"), {"--framing=json"})

    def test_relays(self):
        self.assertEqual(self.ask("sockscat udp --relay "), {"auto", "reply", "proxy"})
        self.assertEqual(self.ask("sockscat udp --relay=p"), {"--relay=proxy"})

    def test_what_probe_asks(self):
        groups = {"versions", "auth", "commands", "addresses", "tls", "latency"}
        self.assertEqual(self.ask("sockscat probe --only "), groups)
        self.assertEqual(self.ask("sockscat probe --only tls,la"), {"tls,latency"})
        self.assertEqual(self.ask("sockscat probe --require remote"), {"remote-dns"})
        self.assertEqual(self.ask("sockscat probe --from run/se"), {"run/secret.txt"})

    def test_proxies_are_the_operands_of_probe(self):
        for before in ("", "--json ", "socks5h://one.example ", "--target x:80 "):
            with self.subTest(before=before):
                self.assertEqual(self.ask(f"sockscat probe {before}socks4a"), {"socks4a://", "socks4a+tls://", "socks4a+unix:///"})
        self.assertEqual(self.ask("sockscat probe socks5h://zz"), {"socks5h://zz.sockscat.example"})

    def test_colour(self):
        self.assertEqual(self.ask("sockscat connect --color "), {"auto", "always", "never"})
        self.assertEqual(self.ask("sockscat connect --color=n"), {"--color=never"})

    def test_methods(self):
        methods = set(doc.auth_words())
        self.assertEqual(self.ask("sockscat connect --auth "), methods)
        self.assertEqual({word.removeprefix("none,") for word in self.ask("sockscat connect --auth none,")},
                         methods - {"none"})

    def test_gssapi_protection(self):
        self.assertEqual(self.ask("sockscat connect --gssapi-protection "),
                         {"none", "integrity", "confidentiality"})

    def test_schemes(self):
        self.assertEqual(self.ask("sockscat connect -x "), SCHEMES)
        self.assertEqual(self.ask("sockscat connect --proxy "), SCHEMES)
        self.assertEqual(self.ask("sockscat connect -x socks4a"),
                         {"socks4a://", "socks4a+tls://", "socks4a+unix:///"})
        self.assertEqual(self.ask("sockscat connect -x http"), {"http://", "https://"})
        self.assertEqual(self.ask("sockscat connect -x socks5h:"), {"socks5h://"})
        self.assertEqual(self.ask("sockscat connect --proxy=socks5h+u"),
                         {"--proxy=socks5h+unix:///"})
        self.assertEqual(self.ask("sockscat connect --proxy=socks5h+t"),
                         {"--proxy=socks5h+tls://"})

    def test_proxy_hosts(self):
        self.assertEqual(self.ask("sockscat connect -x socks5h://zz"),
                         {"socks5h://zz.sockscat.example"})
        self.assertEqual(self.ask("sockscat connect -x proxy.example -x socks5h+tls://zz"),
                         {"socks5h+tls://zz.sockscat.example"})
        self.assertEqual(self.ask("sockscat connect -x https://zz"),
                         {"https://zz.sockscat.example"})
        self.assertEqual(self.ask("sockscat connect -x socks5h://alice@zz"),
                         {"socks5h://alice@zz.sockscat.example"})
        self.assertEqual(self.ask("sockscat connect --proxy=socks4://zz"),
                         {"--proxy=socks4://zz.sockscat.example"})

    def test_proxy_sockets(self):
        url = f"socks5h+unix://{self.home.path}/run/so"
        self.assertEqual(self.ask(f"sockscat connect -x {url}"), {url + "cket"})
        url = f"socks5h://localhost{self.home.path}/run/so"
        self.assertEqual(self.ask(f"sockscat connect -x {url}"), {url + "cket"})

    def test_files(self):
        for option in ("--proxy-password-file", "--proxy-cacert", "--proxy-cert", "--proxy-key",
                       "--cacert", "--cert", "--key", "--report", "--trace-file"):
            with self.subTest(option=option):
                self.assertEqual(self.ask(f"sockscat connect {option} run/se"), {"run/secret.txt"})
                self.assertEqual(self.ask(f"sockscat connect {option}=run/se"),
                                 {f"{option}=run/secret.txt"})

    def test_names_of_certificates(self):
        for option in ("--proxy-servername", "--servername"):
            with self.subTest(option=option):
                self.assertEqual(self.ask(f"sockscat connect {option} zz"), {"zz.sockscat.example"})

    def test_address_file(self):
        self.assertEqual(self.ask("sockscat bind --address-file run/se"), {"run/secret.txt"})

    def test_free_values_get_nothing(self):
        for option in ("--proxy-user", "--proxy-password-fd", "--alpn", "-w", "--timeout", "--jobs",
                       "--eof-delay", "--linger", "-i", "--idle-timeout"):
            with self.subTest(option=option):
                self.assertEqual(self.ask(f"sockscat connect {option} "), set())
        for words in ("bind --accept-timeout", "udp --wait", "udp --count"):
            with self.subTest(words=words):
                self.assertEqual(self.ask(f"sockscat {words} "), set())

    def test_host_is_the_first_operand(self):
        host = {"zz.sockscat.example"}
        for before in ("", "-z ", "-- ", "-x socks5h://proxy.example:1080 ", "--timeout 3 -v ",
                       "--proxy=socks5://[::1]:1080 ", "--isolate "):
            with self.subTest(before=before):
                self.assertEqual(self.ask(f"sockscat connect {before}zz"), host)
        for before in ("one.example ", "-- one.example ", "-x proxy.example one.example "):
            with self.subTest(before=before):
                self.assertEqual(self.ask(f"sockscat connect {before}zz"), set())

    def test_first_operands_of_the_other_commands(self):
        for words in ("bind", "bind --address-file where --any-peer", "udp", "udp --framing line"):
            with self.subTest(words=words):
                self.assertEqual(self.ask(f"sockscat {words} zz"), {"zz.sockscat.example"})
                self.assertEqual(self.ask(f"sockscat {words} one.example zz"), set())

    def test_no_options_after_two_hyphens(self):
        self.assertEqual(self.ask("sockscat connect -- --on"), set())


class InTerminal(Behaviour):
    """A shell that is typed to."""

    @classmethod
    def setUpClass(cls):
        cls.require()
        cls.home = Home()
        try:
            setup = cls.home.path / "setup"
            setup.write_text(cls.setup_text())
            cls.shell = Shell(cls.argv, cls.home.env, cls.home.path, setup)
        except BaseException:
            cls.home.close()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.shell.close()
        cls.home.close()

    def ask(self, text):
        line, shown = self.shell.complete(text)
        word = text.split(" ")[-1]
        # A list ends where the prompt is drawn again; without one the line was completed.
        rows = [row.strip() for row in shown.split("\n")]
        rows = [row for row in rows if row and not row.startswith(">") and "> sockscat" not in row]
        if rows:
            return {self.whole(word, offer) for row in rows for offer in self.offers(row)}
        if line == text:
            return set()
        # zsh adds a comma or an equals sign that it takes away again.
        return {line[len(text) - len(word):].rstrip(" ,")}


class Bash(InTerminal, unittest.TestCase):
    argv = ["bash", "--norc", "--noprofile", "-i"]

    @staticmethod
    def require():
        doc.need_tool("bash")
        doc.need(BASH_COMPLETION.is_file(), "bash-completion")

    @staticmethod
    def setup_text():
        return (BASH_SETUP.replace("@BASH_COMPLETION@", str(BASH_COMPLETION))
                .replace("@FILE@", str(doc.BASH)))

    @staticmethod
    def offers(row):
        return row.split()

    @staticmethod
    def whole(word, offer):
        return offer if offer.startswith(word) else word[:word.rfind(":") + 1] + offer


class Zsh(InTerminal, unittest.TestCase):
    argv = ["zsh", "-f", "-i"]

    @staticmethod
    def require():
        doc.need_tool("zsh")

    @staticmethod
    def setup_text():
        return ZSH_SETUP.replace("@FOLDER@", str(doc.ZSH.parent))

    @staticmethod
    def offers(row):
        return re.split(r"(?:^| +)-- ", row)[0].split()

    @staticmethod
    def whole(word, offer):
        return offer

    def test_options_have_descriptions(self):
        self.assertRegex(self.shell.complete("sockscat connect --")[1],
                         r"--timeout +-- time limit for the whole setup")


class Fish(Behaviour, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        doc.need_tool("fish")
        cls.home = Home()

    @classmethod
    def tearDownClass(cls):
        cls.home.close()

    def fish(self, *arguments):
        return subprocess.run(["fish", "-N", *arguments], env=self.home.env, cwd=self.home.path,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)

    def lines(self, text):
        result = self.fish("-c", "source $argv[1]; complete -C $argv[2]", str(doc.FISH), text)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout.splitlines()

    def ask(self, text):
        return {line.split("\t")[0] for line in self.lines(text)}

    def test_the_file_is_well_formed(self):
        result = self.fish("-n", str(doc.FISH))
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_options_have_descriptions(self):
        self.assertIn("--timeout\ttime limit for the whole setup", self.lines("sockscat connect --time"))


if __name__ == "__main__":
    unittest.main()
