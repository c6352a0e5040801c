# SPDX-License-Identifier: MIT
"""An FTP server (RFC 959, 2428) that only knows active mode: it calls the client back for the data."""
import re
import socket

import targets


class FtpServer(targets.Target):
    """files: {name: bytes}, read and written. commands: the verbs that came."""

    def __init__(self, files=None, **kwargs):
        super().__init__(**kwargs)
        self.files = files if files is not None else {}
        self.commands = []

    def serve(self, sock):
        place = None
        with sock.makefile("rb") as lines:
            say(sock, 220, "ready")
            for line in lines:
                verb, _, argument = line.decode().strip().partition(" ")
                self.commands.append(verb.upper())
                verb = verb.upper()
                if verb in ("PORT", "EPRT"):
                    place = place_of(verb, argument)
                    say(sock, *((200, "so be it") if place else (501, "no address")))
                elif verb in ("RETR", "STOR", "NLST", "LIST"):
                    self._transfer(sock, verb, argument, place)
                elif verb == "QUIT":
                    say(sock, 221, "bye")
                    return
                else:
                    say(sock, *ANSWERS.get(verb, (502, "not here")))

    def _transfer(self, sock, verb, name, place):
        if verb == "RETR" and name not in self.files:
            say(sock, 550, "no such file")
            return
        say(sock, 150, "calling back")
        try:
            with socket.create_connection(place, 10, (sock.getsockname()[0], 0)) as data:
                if verb == "STOR":
                    self.files[name] = b"".join(targets.read_all(data))
                else:
                    data.sendall(self.files[name] if verb == "RETR" else
                                 "".join(f"{each}\r\n" for each in sorted(self.files)).encode())
        except (OSError, TypeError):
            say(sock, 425, "nobody there")
            return
        say(sock, 226, "done")


ANSWERS = {"USER": (331, "password?"), "PASS": (230, "welcome"), "TYPE": (200, "as ever"), "NOOP": (200, "yes")}


def say(sock, code, text):
    sock.sendall(f"{code} {text}\r\n".encode())


def place_of(verb, argument):
    """(host, port), or None"""
    if verb == "PORT" and re.fullmatch(r"\d+(,\d+){5}", argument):
        numbers = argument.split(",")
        return ".".join(numbers[:4]), int(numbers[4]) * 256 + int(numbers[5])
    if verb == "EPRT" and (match := re.fullmatch(r"(.)[12]\1(.+)\1(\d+)\1", argument)):
        return match[2], int(match[3])
    return None


def port_command(host, port):
    """What an active client says of the address where it waits."""
    if ":" in host:
        return f"EPRT |2|{host}|{port}|\r\n".encode()
    return f"PORT {host.replace('.', ',')},{port >> 8},{port & 255}\r\n".encode()
