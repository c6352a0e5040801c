# SPDX-License-Identifier: MIT
"""Servers of files by protocols of their own: each a context manager that yields where it listens."""
import contextlib
import pathlib
import sys
import tempfile

import servers


@contextlib.contextmanager
def rsync(folder, host, port=873):
    """rsync's daemon; the folder is its module "files"."""
    with tempfile.TemporaryDirectory(prefix="sockscat-server-") as where:
        conf = pathlib.Path(where, "rsyncd.conf")
        conf.write_text(f"use chroot = no\nuid = root\ngid = root\n[files]\npath = {folder}\n")
        with servers._running(servers.Endpoint(host, port), servers.need("rsync"), "--daemon", "--no-detach", f"--address={host}",
                             f"--port={port}", f"--config={conf}") as endpoint:
            yield endpoint


def git(folder, host, port=9418):
    """git's daemon: all repositories of the folder."""
    return servers._running(servers.Endpoint(host, port), servers.need("git"), "daemon", "--reuseaddr", "--export-all",
                           f"--base-path={folder}", f"--listen={host}", f"--port={port}")


def web(folder, host, port=80):
    """The files of a folder by HTTP."""
    return servers._running(servers.Endpoint(host, port), sys.executable, "-m", "http.server", "--bind", host,
                           "--directory", folder, port)
