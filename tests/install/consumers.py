# SPDX-License-Identifier: MIT
"""Builds the stranger's project against an installed tree, by CMake and by pkg-config, and runs it."""
import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOBODY = ["socks5h://127.0.0.1:1", "localhost", "80"]
REFUSED = "127.0.0.1:1: connect: connection refused\n"


def run(*command, **kwargs):
    kwargs.setdefault("timeout", 600)
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, **kwargs)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def moved(prefix, to):
    """An installed tree in another place than where it was put."""
    Path(to).parent.mkdir(parents=True, exist_ok=True)
    os.rename(prefix, to)
    return Path(to)


def pkg_config_folder(prefix):
    return next(Path(prefix).rglob("sockscat.pc")).parent


def library_folder(prefix):
    return pkg_config_folder(prefix).parent


def build_with_cmake(prefix, build, version, *options):
    """Builds every program of the project; their paths by name."""
    run("cmake", "-S", HERE, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}", f"-DSOCKSCAT_WANTED={version}", *options)
    run("cmake", "--build", build)
    return {path.name: path for path in Path(build).iterdir() if path.name.startswith(("consumer_", "mixed_"))}


def build_with_pkg_config(prefix, program, compiler, *words, static=False):
    """Builds consumer.cpp as pkg-config says, and no other way."""
    environment = os.environ | {"PKG_CONFIG_PATH": str(pkg_config_folder(prefix))}
    said = run("pkg-config", "--cflags", "--libs", *(["--static"] if static else []), "sockscat", env=environment)
    flags = said.split()
    if static:  # this one library alone
        flags = ["-l:libsockscat.a" if flag == "-lsockscat" else flag for flag in flags]
    run(compiler, "-std=c++20", *words, HERE / "consumer.cpp", "-o", program, *flags,
        f"-Wl,-rpath,{library_folder(prefix)}")
    return program
