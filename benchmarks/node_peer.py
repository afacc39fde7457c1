"""Twilio's calculator, a package of npm: installed outside the repository and timed inside Node."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

NAME = "sms-segments-calculator"
_SOURCE = Path(__file__).parent / "node"
_FILES = ("package.json", "package-lock.json", "count.js", "segments.js")


@dataclass(frozen=True)
class Counted:
    """What Node reports.

    Args:
        seconds: Seconds per message in the fastest round.
        counts: The segments of each message, ``None`` where it raises.
    """

    seconds: float
    counts: list[int | None]


@dataclass(frozen=True)
class NodePeer:
    """The calculator, installed.

    ``new SegmentedMessage(text).segmentsCount``: splits the text into grapheme clusters, makes an object of
    each and puts them into segments.  A cluster is never split, as Twilio has it, so a message of emoji
    with joiners or modifiers may take a segment more than 3GPP asks for.

    Args:
        version: Its version.
        runtime: The version of Node.
        folder: Where it is installed.
    """

    version: str
    runtime: str
    folder: Path

    def count_all(self, texts: Sequence[str], seconds: float) -> Counted:
        """Count message by message, all of them again and again for about `seconds`."""
        child = subprocess.run(
            ["node", "count.js", str(seconds)],
            cwd=self.folder,
            input="\n".join(map(json.dumps, texts)),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60 + 10 * seconds,
            check=True,
        )
        found = json.loads(child.stdout)
        return Counted(found["ns"] / 1e9, found["counts"])

    def ask(self, question: str, texts: Sequence[str] = (), *, smart: bool = False) -> list[Any]:
        """Return what ``segments.js`` answers to a question about each text; there is one about none."""
        child = subprocess.run(
            ["node", "segments.js", question, "true" if smart else "false"],
            cwd=self.folder,
            input="".join(json.dumps(text) + "\n" for text in texts),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60 + len(texts) / 50,
            check=True,
        )
        return [json.loads(line) for line in child.stdout.splitlines()]


def _installed() -> Path:
    """Return the folder with the calculator, which is installed if it is not there yet."""
    contents = [(_SOURCE / name).read_bytes() for name in _FILES]
    key = hashlib.sha256(b"\0".join(contents)).hexdigest()[:12]
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "segcore-benchmarks"
    folder = home / f"node-{key}"
    if not folder.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        # Made aside and renamed, so that an installation that breaks off leaves nothing half done.
        with tempfile.TemporaryDirectory(dir=home) as work:
            ready = Path(work) / "ready"
            ready.mkdir()
            for name in _FILES:
                shutil.copy(_SOURCE / name, ready)
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"]
            subprocess.run(command, cwd=ready, capture_output=True, timeout=60, check=True)
            ready.rename(folder)
    return folder


@cache
def load() -> NodePeer:
    """Return the calculator.

    Raises:
        ImportError: Node or npm is missing, or the package cannot be installed.
    """
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        raise ImportError(f"{' and '.join(missing)} not installed")
    try:
        folder = _installed()
        runtime = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise ImportError(f"npm cannot install {NAME}: {error}") from error
    package = json.loads((folder / "node_modules" / NAME / "package.json").read_text(encoding="utf-8"))
    return NodePeer(package["version"], runtime.strip(), folder)
