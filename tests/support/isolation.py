# SPDX-License-Identifier: MIT
"""Runs a test script in namespaces of its own: nothing that is dialled or looked up there leaves it.

Its network has the loopback interface, and on it an address that is not loopback: OUTSIDE. Beyond:
  UNREACHABLE, UNREACHABLE6   a route says so (EHOSTUNREACH)
  NO_ROUTE, NO_ROUTE6         there is no route at all (ENETUNREACH)
  BLACK_HOLE                  packets vanish without an answer
The mounts are private too: /etc holds throw-away accounts and host names, and /run/sshd exists. Names are
known to one side only, so that a test can tell who resolved them: CLIENT_NAME and CLIENT_NAME6 to the test,
PROXY_NAME and PROXY_NAME6 to the servers it starts. Other names are asked of 127.0.0.1, where a test may run
name_server.py. Nothing of all this is left when the script has ended.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

UNREACHABLE, UNREACHABLE6 = "10.99.1.1", "2001:db8:1::1"
NO_ROUTE, NO_ROUTE6 = "10.99.2.1", "2001:db8:2::1"
BLACK_HOLE = "10.99.3.1"
OUTSIDE = "10.99.0.1"
CLIENT_NAME, CLIENT_NAME6 = "client-only.test", "client-only6.test"
PROXY_NAME, PROXY_NAME6 = "proxy-only.test", "proxy-only6.test"
NOWHERE_NAME = "nowhere.invalid"

USER, PASSWORD = "scattest", "open sesame"  # an account for servers that ask the system
PASSWORD_HASH = "$6$scatsalt$yjPfgRs6dUHLDPI.ab3V69ZOmYBsxBWysYHaJdAOMjW4BKuymH4h5LnVQFXhSf9Y3t5FN7YQQDWRqc4HhNMBz0"

_MARK = "SOCKSCAT_TEST_NAMESPACE"  # in the environment: the directory of the private files
_PATH = os.environ.get("PATH", os.defpath) + ":/usr/local/sbin:/usr/sbin:/sbin"


def program(name):
    """The path of a program, or None; looks where daemons are, too."""
    return shutil.which(name, path=_PATH)


def require_all(name=None):
    """True where a missing program is a failure and not a reason to skip. One that this system has no
    package of never is: the caller names those in SOCKSCAT_LEFT_OUT."""
    return bool(os.environ.get("SOCKSCAT_REQUIRE_ALL")) and name not in os.environ.get("SOCKSCAT_LEFT_OUT", "").split()


def enter():
    """Re-executes the running script inside; returns there. To be called before any test runs."""
    if _MARK in os.environ:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        return
    unshare = _unshare_command()
    if unshare is None:
        print(f"{sys.argv[0]}: no network namespace can be made here", file=sys.stderr)
        sys.exit(1 if require_all() else 77)
    with tempfile.TemporaryDirectory(prefix="sockscat-ns-") as files:
        _write_files(pathlib.Path(files))
        child = subprocess.Popen([*unshare, sys.executable, "-B", __file__, files, *sys.argv],
                                 env={**os.environ, "PATH": _PATH, "TMPDIR": files, _MARK: files})
        # Ctrl-C reaches the script by itself. unshare keeps SIGTERM back, but takes all with it when it dies.
        signal.signal(signal.SIGINT, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: child.kill() if "--fork" in unshare else child.terminate())
        status = child.wait()
    sys.exit(status if status >= 0 else 128 - status)


def as_server(*command):
    """The command line that runs `command` where the servers' host names are known."""
    script = 'mount --bind "$0" /etc/hosts && exec "$@"'
    return ["unshare", "--mount", "sh", "-c", script, private("hosts.server"), *map(str, command)]


def private(name):
    """The path, inside, of one of the private files: hosts and hosts.server, passwd, shadow, resolv.conf."""
    return os.path.join(os.environ[_MARK], name)


def home():
    """The home directory of root inside."""
    return private("home")


def many_users():
    """True inside when other user ids than root's exist there; some servers must change to them."""
    return sum(int(line.split()[2]) for line in pathlib.Path("/proc/self/uid_map").read_text().splitlines()) > 1


def _unshare_command():
    """unshare with as much privacy as can be had here, or None."""
    users = [[]] if os.geteuid() == 0 else [["--map-root-user", "--map-auto"], ["--map-root-user"]]
    own_pids = ["--pid", "--fork", "--kill-child", "--mount-proc"]
    for extra in [*(map_users + own_pids for map_users in users), *users]:
        command = ["unshare", "--net", "--mount", *extra]
        if subprocess.run([*command, "true"], stderr=subprocess.DEVNULL).returncode == 0:
            return command
    return None


def _write_files(where):
    accounts = [line for line in pathlib.Path("/etc/passwd").read_text().splitlines()
                if line.split(":")[0] not in ("root", USER)]
    accounts += [f"root:x:0:0:root:{where}/home:/bin/sh", f"{USER}:x:61234:65534::/nonexistent:/bin/sh"]
    hashes = {USER: PASSWORD_HASH}
    names = [line.split(":")[0] for line in accounts]
    files = {
        "passwd": accounts,
        "shadow": [f"{name}:{hashes.get(name, '*')}:19000:0:99999:7:::" for name in names],
        "hosts": ["127.0.0.1 localhost", "::1 localhost", f"127.0.0.1 {CLIENT_NAME}", f"::1 {CLIENT_NAME6}"],
        "hosts.server": ["127.0.0.1 localhost", "::1 localhost", f"127.0.0.1 {PROXY_NAME}", f"::1 {PROXY_NAME6}"],
        "resolv.conf": ["nameserver 127.0.0.1"],
        "nsswitch.conf": ["passwd: files", "group: files", "shadow: files", "hosts: files dns"],
    }
    for name, lines in files.items():
        (where / name).write_text("\n".join(lines) + "\n")
    (where / "shadow").chmod(0o600)
    (where / "home").mkdir(mode=0o700)
    where.chmod(0o755)


def _set_up(files):
    """Run inside, once: mounts and routes."""
    def do(*command, check=True):
        subprocess.run(command, check=check, stderr=None if check else subprocess.DEVNULL)

    if not os.path.isdir("/run/sshd"):
        do("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
        os.mkdir("/run/sshd", 0o755)
    for name in ("passwd", "shadow", "hosts", "resolv.conf", "nsswitch.conf"):
        place = os.path.realpath(f"/etc/{name}")
        if not os.path.exists(place) and place.startswith("/run/"):  # a link to what we have just hidden
            os.makedirs(os.path.dirname(place), exist_ok=True)
            pathlib.Path(place).touch()
        if os.path.exists(place):
            do("mount", "--bind", os.path.join(files, name), place)
    do("ip", "link", "set", "lo", "up")
    do("ip", "address", "add", f"{OUTSIDE}/32", "dev", "lo")
    do("ip", "route", "add", "unreachable", "10.99.1.0/24")
    do("ip", "-6", "route", "add", "unreachable", "2001:db8:1::/48", check=False)
    # What goes into this pair of interfaces is for a neighbour who does not exist.
    do("ip", "link", "add", "hole0", "type", "veth", "peer", "name", "hole1")
    do("ip", "address", "add", "10.99.3.2/24", "dev", "hole0")
    do("ip", "link", "set", "hole0", "up")
    do("ip", "link", "set", "hole1", "up")
    do("ip", "neigh", "add", BLACK_HOLE, "lladdr", "02:00:00:00:00:01", "nud", "permanent", "dev", "hole0")


if __name__ == "__main__":
    _set_up(sys.argv[1])
    os.execv(sys.executable, [sys.executable, "-B", *sys.argv[2:]])
