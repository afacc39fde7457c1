"""Checks the files of a release: ``python -m tools.check_release DIST TAG``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from fnmatch import filter as filter_names
from itertools import product
from pathlib import Path

from segcore._version import __version__

VERSIONS = ("cp310", "cp311", "cp312", "cp313", "cp314", "cp315", "cp314t", "cp315t")
PLATFORMS = (
    "manylinux*_x86_64",
    "manylinux*_aarch64",
    "musllinux*_x86_64",
    "musllinux*_aarch64",
    "macosx*_x86_64",
    "macosx*_arm64",
    "win_amd64",
    # CPython for Windows on ARM is built and tested from 3.11 on.
    "win_arm64",
)
_NOT_BUILT = {("cp310", "win_arm64")}


def missing(names: Iterable[str]) -> list[str]:
    """Return the files that a release needs and that are not among some names.

    Args:
        names: File names.

    Example:
        >>> missing(["segcore-0.1.0.tar.gz"])[:2]
        ['segcore-0.1.0-py3-none-any.whl', 'segcore-0.1.0-cp*_wasm32.whl']
    """
    start = f"segcore-{__version__}"
    wanted = [f"{start}.tar.gz", f"{start}-py3-none-any.whl", f"{start}-cp*_wasm32.whl"]
    wanted += [
        f"{start}-{version.rstrip('t')}-{version}-{platform}.whl"
        for version, platform in product(VERSIONS, PLATFORMS)
        if (version, platform) not in _NOT_BUILT
    ]
    there = list(names)
    return [pattern for pattern in wanted if not filter_names(there, pattern)]


def main(folder: str, reference: str) -> int:
    """Print what is wrong with a release and return the exit code.

    Args:
        folder: Where its files are.
        reference: The tag, or the branch of a trial.
    """
    problems = [f"missing: {pattern}" for pattern in missing(path.name for path in Path(folder).iterdir())]
    if reference.startswith("v") and reference != f"v{__version__}":
        problems.append(f"the tag is {reference}, the version {__version__}")
    if f"\n## {__version__} (" not in Path("CHANGELOG.md").read_text("utf-8"):
        problems.append(f"CHANGELOG.md has no dated section for {__version__}")
    print("\n".join(problems) or "every file is there")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
