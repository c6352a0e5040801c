# SPDX-License-Identifier: MIT
"""The report that the README shows is what probe prints; numbers apart."""
import re
import time
import unittest
from pathlib import Path

import cli
import isolation
import targets
from behaviours import GOOD, replace
from expect import CliCase
from name_server import NameServer
from scripted_proxy import ScriptedProxy
from steps import by_command, check_password, choose_method, dial, refuse, say, say_then_close
from socks_wire import reply

README = Path(__file__).resolve().parents[3] / "README.md"
COMMAND = "sockscat probe --target www.example.com:443 --target '[2001:db8::1]:443' socks5h://alice@proxy.example"


def far(step, seconds=0.012):
    """As if there were a network between."""
    def later(conv):
        time.sleep(seconds)
        step(conv)
    return later


def connect(conv):
    (refuse(3) if ":" in conv.target[0] else dial)(conv)


PROXY = replace(
    GOOD, greeted=lambda c: say_then_close(b"\x05\xff")(c) if c.version != 5 else None,
    method=far(choose_method), auth=far(check_password),
    request=far(by_command(far(connect), refuse(7), say(reply(0, "0.0.0.0", 48113)))))


def normalised(text):
    """Without what differs from run to run: numbers, bars, the width of columns, the address."""
    text = re.sub(r" +\(beyond the proxy: .*\)$", "", text, flags=re.M)  # where there is something to tell
    text = re.sub(r" =+$", " BAR", text, flags=re.M)
    text = re.sub(r"(?<=max) [\d. ]+$", " SCALE", text, flags=re.M)
    text = re.sub(r"\d+(\.\d+)+|(?<=about )\d+|(?<=:)\d+", "N", re.sub(r"[\d.]+ ms\b", "N ms", text))
    return [" ".join(line.split()) for line in text.splitlines()]


def run():
    """The report, of a proxy that is called as in the README."""
    with NameServer({"proxy.example": [isolation.OUTSIDE]}), targets.Echo() as echo, \
            ScriptedProxy(PROXY, host=isolation.OUTSIDE, port=1080, users={b"alice": b"secret"},
                          routes={("www.example.com", 443): ("127.0.0.1", echo.port)}) as proxy:
        words = [word.strip("'") for word in COMMAND.split()[1:]]
        return cli.run(*words, env=cli.environment(SOCKSCAT_PASSWORD="secret"), timeout=30)


class Example(CliCase):
    def test_is_what_comes(self):
        shown = re.search(rf"^    \$ {re.escape(COMMAND)}\n((?:(?:    .*)?\n)+?)(?=\S)", README.read_text(), re.M)
        self.assertIsNotNone(shown, "the README does not show it")
        text = re.sub("^    ", "", shown.group(1), flags=re.M).rstrip() + "\n"
        result = run()
        self.assert_status(result, 0)
        self.assertEqual(normalised(result.out.decode()), normalised(text))


if __name__ == "__main__":
    isolation.enter()
    unittest.main()
