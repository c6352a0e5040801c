# SPDX-License-Identifier: MIT
"""A clean Debian in a temporary folder, made by debootstrap in namespaces that end with the script."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from consumers import run

_MARK = "SOCKSCAT_CLEAN_ROOT"  # in the environment: the folder
DEFAULT_MIRROR = "http://deb.debian.org/debian"


def enter():
    """Re-executes the script with mounts and processes of its own; returns there. The folder is removed from
    outside, where nothing is mounted in it."""
    if _MARK in os.environ:
        return
    with tempfile.TemporaryDirectory(prefix="sockscat-root-") as folder:
        os.chmod(folder, 0o755)
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private", "--",
                   sys.executable, "-B", *sys.argv]
        child = subprocess.Popen(command, env=os.environ | {_MARK: folder})
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: child.kill())
        status = child.wait()
    sys.exit(status if status >= 0 else 128 - status)


def codename():
    return re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.M)[1]


def mirror():
    """Where this machine has its packages from."""
    said = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)", "Created-By: Packages"],
                          stdout=subprocess.PIPE, text=True, check=False).stdout
    found = [line.split()[0] for line in said.splitlines() if line.endswith(f" {codename()}")]
    return found[0] if found else DEFAULT_MIRROR


class Root:
    def __init__(self):
        self.path = Path(os.environ[_MARK]) / "root"
        run("debootstrap", "--variant=minbase", codename(), self.path, mirror(), timeout=None)
        run("mount", "-t", "proc", "proc", self.path / "proc")
        (self.path / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
        (self.path / "usr/sbin/policy-rc.d").chmod(0o755)
        for name in ("/etc/resolv.conf", "/etc/hosts"):
            shutil.copy(name, self.path / name[1:])
        for proxy in Path("/etc/apt/apt.conf.d").glob("*proxy*"):
            shutil.copy(proxy, self.path / "etc/apt/apt.conf.d")
        # What a small image of this Debian leaves out would be missed here.
        for rules in (self.path / "etc/dpkg/dpkg.cfg.d").glob("*"):
            rules.unlink()

    def install(self, *wanted):
        """Packages of Debian by name, others by their files."""
        names = []
        for each in wanted:
            if isinstance(each, Path):
                shutil.copy(each, self.path / "tmp")
                each = f"/tmp/{each.name}"
            names.append(each)
        self._call(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qqy", "install", *names])

    def copy(self, folder, to):
        shutil.copytree(folder, self.path / to[1:], ignore=shutil.ignore_patterns("__pycache__"))

    def run(self, script):
        """What a shell script prints there, in a network with loopback alone."""
        return self._call(["sh", "-ec", script], "unshare", "--net", "sh", "-ec", 'ip link set lo up; exec "$@"', "sh")

    def _call(self, command, *before):
        return run(*before, "chroot", self.path, "env", "-i", "HOME=/root", "TERM=dumb", "LC_ALL=C.UTF-8",
                   "PATH=/usr/sbin:/usr/bin:/sbin:/bin", *command)

    def close(self):
        """The namespaces end what is left."""
