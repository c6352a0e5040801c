# SPDX-License-Identifier: MIT
"""What a proxy tells of the address where it listens for us: the truth, less, or something else.

Each is a function of the conversation that gives the host and port of a reply; conv.bound is the truth.
"""
import ipaddress
import socket


def truth(conv):
    return conv.bound


def wildcard(conv):
    return "::" if ":" in conv.bound[0] else "0.0.0.0", conv.bound[1]


def no_port(conv):
    return conv.bound[0], 0


def nobodys_port(conv):
    """A UDP port of the same host that nobody has."""
    family = socket.AF_INET6 if ":" in conv.bound[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.bind((conv.bound[0], 0))
        return sock.getsockname()[:2]


def proxys_own(conv):
    return conv.proxy.address, conv.proxy.port


def mapped(conv):
    """The IPv4 address as IPv6 writes it."""
    return "::ffff:" + conv.bound[0], conv.bound[1]


def named(name):
    """bytes: a host name, or what passes for one"""
    return lambda conv: (name, conv.bound[1])


def elsewhere(host):
    """Another host, with our port."""
    str(ipaddress.ip_address(host))
    return lambda conv: (host, conv.bound[1])


def loopback(conv):
    """The loopback address that suits the client's connection and version."""
    return "::1" if ":" in conv.proxy.address and conv.version != 4 else "127.0.0.1"
