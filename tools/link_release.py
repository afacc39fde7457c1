"""Links a checkout to its repository: ``python -m tools.link_release URL REVISION``.

A release runs it before it builds, so that the package's page on an index leads back to the repository.  It
changes README.md and pyproject.toml.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# The address of a link or an image that begins with neither a scheme nor #.
_RELATIVE = re.compile(r"(!?)(\[[^\]]*\])\((?![a-z]+:|#)([^)]+)\)")


def absolute(text: str, url: str, revision: str) -> str:
    """Return Markdown whose links to files of a repository are addresses.

    Args:
        text: The Markdown, of a file at the top of the repository.
        url: The address of the repository.
        revision: The tag or commit that the links lead to.

    Example:
        >>> absolute("[d](d.md) ![](p.png) [b](#b)", "https://example.com/s", "v1")
        '[d](https://example.com/s/blob/v1/d.md) ![](https://example.com/s/raw/v1/p.png) [b](#b)'
    """
    return _RELATIVE.sub(
        lambda found: f"{found[1]}{found[2]}({url}/{'raw' if found[1] else 'blob'}/{revision}/{found[3]})",
        text,
    )


def urls(url: str, revision: str) -> str:
    """Return the table of addresses for pyproject.toml.

    Args:
        url: The address of the repository.
        revision: The tag or commit of the release.
    """
    return (
        f'\n[project.urls]\nHomepage = "{url}"\nDocumentation = "{url}/tree/{revision}/docs"\n'
        f'Changelog = "{url}/blob/{revision}/CHANGELOG.md"\nIssues = "{url}/issues"\n'
    )


def main() -> None:
    """Change README.md and pyproject.toml of this checkout."""
    url, revision = sys.argv[1:]
    readme, project = ROOT / "README.md", ROOT / "pyproject.toml"
    readme.write_text(absolute(readme.read_text("utf-8"), url, revision), "utf-8")
    project.write_text(project.read_text("utf-8") + urls(url, revision), "utf-8")


if __name__ == "__main__":
    main()
