# SPDX-License-Identifier: MIT
"""A SOCKS5 proxy for one connection that is its own target: it sends one known stream and checks another, both at
a time. A process of its own, so that it has a processor of its own.

    python3 far_end.py COUNT [--inner] [--onward PORT] [--lose BYTE]

--inner   there is no proxy in front: the streams begin at once
--onward  it grants, and hands everything on to this port
--lose    leaves out a byte of what it sends, for controls
Prints the port where it listens, and at the end a line of JSON: received, ended, error.
"""
import argparse
import json
import socket
import threading

import stream

BUFFER = 1 << 20


def take(sock, count):
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise ConnectionError("closed in the handshake")
        data += more
    return data


def grant(sock):
    take(sock, take(sock, 2)[1])
    sock.sendall(b"\5\0")
    kind = take(sock, 4)[3]
    take(sock, {1: 4, 4: 16}.get(kind) or take(sock, 1)[0])
    take(sock, 2)
    sock.sendall(b"\5\0\0\1\x7f\0\0\1\0\x50")


def receive(sock, outcome):
    check, buffer = stream.Check("up"), bytearray(BUFFER)
    try:
        while size := sock.recv_into(buffer):
            if not outcome["error"]:    # the rest is taken all the same: a reset would be another story
                try:
                    check.take(buffer[:size])
                except stream.Wrong as wrong:
                    outcome["error"] = str(wrong)
        outcome["ended"] = "eof"
    except OSError as error:
        outcome["error"] = str(error)
    outcome["received"] = check.count


def both_ways(sock, count, lose):
    outcome = {"received": 0, "ended": "", "error": ""}
    thread = threading.Thread(target=receive, args=(sock, outcome))
    thread.start()
    try:
        stream.send(sock.send, "down", count, lose)
        sock.shutdown(socket.SHUT_WR)
    except OSError as error:
        outcome["error"] = str(error)
    thread.join()
    return outcome


def hand_on(one, other):
    buffer = bytearray(BUFFER)
    try:
        while size := one.recv_into(buffer):
            other.sendall(memoryview(buffer)[:size])
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--inner", action="store_true")
    parser.add_argument("--onward", type=int)
    parser.add_argument("--lose", type=int)
    given = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:     # somebody may only have looked whether we listen
            sock, _ = listener.accept()
            try:
                if not given.inner:
                    grant(sock)
                break
            except ConnectionError:
                sock.close()
    if given.onward:
        with socket.create_connection(("127.0.0.1", given.onward)) as onward:
            thread = threading.Thread(target=hand_on, args=(sock, onward))
            thread.start()
            hand_on(onward, sock)
            thread.join()
        outcome = {}
    else:
        outcome = both_ways(sock, given.count, given.lose)
    sock.close()
    print(json.dumps(outcome), flush=True)


if __name__ == "__main__":
    main()
