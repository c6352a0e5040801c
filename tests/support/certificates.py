# SPDX-License-Identifier: MIT
"""Throw-away authorities and certificates, made by openssl(1) once for each run.

    certificates.ca()                   # PEM file of the authority that the tests trust
    certificates.get("localhost")       # Certificate: PEM files of certificate (with chain) and key

The private keys are worth nothing: they live in a temporary directory that goes with the process.
"""
import atexit
import functools
import pathlib
import shutil
import subprocess
import tempfile
import threading
from dataclasses import dataclass

_lock = threading.RLock()
EVERYTHING = "DNS:localhost,DNS:proxy.test,DNS:echo.test,DNS:www.test,IP:127.0.0.1,IP:::1"
NAMES = {           # subject alternative names
    "good": EVERYTHING,
    "name": "DNS:proxy.test",
    "other-name": "DNS:other.test,DNS:another.test",
    "ipv4": "IP:127.0.0.1",
    "ipv6": "IP:::1",
    "other-ip": "IP:192.0.2.7,IP:2001:db8::7",
    "wildcard": "DNS:*.hop.test",
    "target": "DNS:target.test,IP:127.0.0.1",
    "example": "DNS:proxy.example,DNS:*.example.com,DNS:example.com,DNS:dns.example",
    "client": "DNS:client.test",
    "nameless": "",
    "many-names": ",".join(f"DNS:n{number}.other.test" for number in range(3000)),
}
DATES = {"expired": ("20200101000000Z", "20200201000000Z"), "future": ("20490101000000Z", "20491201000000Z")}


@dataclass(frozen=True)
class Certificate:
    cert: str
    key: str

    def both(self):
        """One PEM file with certificate and key."""
        path = pathlib.Path(self.cert).with_suffix(".both.pem")
        if not path.exists():
            path.write_text(pathlib.Path(self.cert).read_text() + pathlib.Path(self.key).read_text())
        return str(path)


@functools.cache
def directory():
    path = pathlib.Path(tempfile.mkdtemp(prefix="sockscat-ca-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def _openssl(*args, **kwargs):
    done = subprocess.run(["openssl", *map(str, args)], capture_output=True, text=True, check=False, **kwargs)
    if done.returncode != 0:
        raise AssertionError(f"openssl {args[0]} failed: {done.stderr}")


def _request(name, subject, *options):
    key, out = directory() / f"{name}.key", directory() / f"{name}.pem"
    _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
             "-subj", subject, "-out", out, *options)
    return Certificate(str(out), str(key))


def authority(name="ca"):
    """A Certificate that may sign others. "ca" is the one that is trusted, "other-ca" another one."""
    with _lock:
        return _authority(name)


@functools.cache
def _authority(name):
    return _request(name, f"/CN={name} of the tests", "-x509", "-days", "30")


def ca(name="ca"):
    return authority(name).cert


def get(kind="good"):
    """A certificate by what is wrong with it: see NAMES and DATES; also "self-signed", "untrusted", and "chained",
    which "intermediate" has signed, and that one "other-ca"."""
    with _lock:
        return _get(kind)


@functools.cache
def _get(kind):
    names = NAMES.get(kind, EVERYTHING)
    extra = ["-addext", f"subjectAltName={names}"] if names else []
    if kind == "hostile":
        return _request(kind, "/CN=evil\x1b]0;owned\x07\nsockscat: error: forged", "-x509", "-days", "30", *extra,
                        "-addext", "basicConstraints=critical,CA:FALSE")
    if kind in DATES:
        return _dated(kind, names)
    if kind == "self-signed":
        return _request(kind, "/CN=self-signed", "-x509", "-days", "30", *extra)
    if kind == "intermediate":
        signer = _authority("other-ca")
        return _request(kind, "/CN=intermediate of the tests", "-x509", "-days", "30", "-CA", signer.cert, "-CAkey",
                        signer.key)
    signer = _get("intermediate") if kind == "chained" else _authority("other-ca" if kind == "untrusted" else "ca")
    return _request(kind, f"/CN={kind} certificate", "-x509", "-days", "30", "-CA", signer.cert, "-CAkey", signer.key,
                    *extra, "-addext", "basicConstraints=critical,CA:FALSE")


def _dated(kind, names):
    """Only `openssl ca` sets dates."""
    made, signer = _request(kind + ".request", f"/CN={kind} certificate"), _authority("ca")
    config = directory() / "dates.conf"
    config.write_text(f"[ca]\ndefault_ca=it\n[it]\ndatabase={directory()}/index\nrand_serial=yes\npolicy=any\n"
                      f"default_md=sha256\nx509_extensions=ext\nunique_subject=no\n"
                      f"[any]\ncommonName=supplied\n[ext]\nsubjectAltName={names}\nbasicConstraints=CA:FALSE\n")
    (directory() / "index").touch()
    out, (begin, end) = directory() / f"{kind}.pem", DATES[kind]
    _openssl("ca", "-batch", "-notext", "-config", config, "-cert", signer.cert, "-keyfile", signer.key,
             "-in", made.cert, "-out", out, "-outdir", directory(), "-startdate", begin, "-enddate", end)
    return Certificate(str(out), made.key)
