# SPDX-License-Identifier: MIT
"""A UDP echo server on loopback, for trying things out. Prints "listening on ADDRESS PORT"."""
import threading

from targets import UdpTarget

if __name__ == "__main__":
    with UdpTarget() as target:
        print("listening on", target.host, target.port, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            pass
