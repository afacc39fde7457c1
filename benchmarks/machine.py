"""Where numbers come from: a time without its machine cannot be compared with anything."""

from __future__ import annotations

import os
import platform
import re
import shlex
import sys
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import segcore
from benchmarks import node_peer, peers
from benchmarks.implementations import load

_PACKAGES = (*peers.NAMES, "pyarrow", "polars", "duckdb", "numpy")


def cpu_model() -> str:
    """Return what the processor calls itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def extension_compiler() -> str:
    """Return the compiler that the extension names in its own file (ELF ``.comment``)."""
    try:
        file = Path(load("native").file)
    except ImportError:
        return "no extension"
    found = re.search(rb"GCC: \([^)\0]*\) [0-9.]+|clang version [0-9.]+", file.read_bytes())
    return found[0].decode("ascii", "replace") if found else "not recorded in the extension"


def versions() -> dict[str, str]:
    """Return the versions of the peers and engines, those that are installed."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    try:
        npm = node_peer.load()
        found[node_peer.NAME] = f"{npm.version} on Node {npm.runtime}"
    except ImportError:
        found[node_peer.NAME] = "not installed"
    return found


def load_average() -> str:
    """Return how busy the machine is with other things, where it says so."""
    if not hasattr(os, "getloadavg"):
        return "unknown"
    return f"{os.getloadavg()[0]:.2f} on {os.cpu_count()} processors"


def _command(arguments: list[str]) -> str:
    """Return the command without the file that figures are kept in, which changes none of them."""
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--json":
            next(rest, None)
        elif not argument.startswith("--json="):
            kept.append(argument)
    return shlex.join(["python", "-m", "benchmarks", *kept])


def describe(arguments: list[str]) -> dict[str, str]:
    """Return everything that belongs above a table."""
    return {
        "segcore": f"{segcore.__version__}, {segcore.implementation}",
        "CPU": cpu_model(),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": f"{sys.implementation.name} {platform.python_version()}, {platform.python_compiler()}",
        "compiler": extension_compiler(),
        "versions": ", ".join(f"{name} {number}" for name, number in versions().items()),
        "load at start": load_average(),
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "command": _command(arguments),
    }
