"""The blocks of code that a page of the documentation shows, and what is said about running them.

A block of Python that is a session (``>>>``) is a doctest of ``test_doctests.py``.
Any other block of Python, and any console, has to run in some test, or to say why it does not, in a
comment right above it: ``<!-- run by: NAME -->`` or ``<!-- not run: REASON -->``.
A console without a comment is run by ``test_docs.py``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parents[1]
PAGES = sorted((CHECKOUT / "docs").glob("**/*.md"))

_BLOCK = re.compile(
    r"(?:^<!-- (?P<how>run by|not run): (?P<what>.+?) -->\n)?"
    r"^(?P<fence>```+)(?P<language>\w*)[^\n]*\n(?P<code>.*?)^(?P=fence)$",
    re.DOTALL | re.MULTILINE,
)


class Block(NamedTuple):
    """A fenced block: where it is, its language, its text, and what its comment says."""

    page: Path
    line: int
    language: str
    code: str
    how: str
    what: str

    @property
    def place(self) -> str:
        """The page and the line, as a test's name and an error say it."""
        return f"{self.page.relative_to(CHECKOUT).as_posix()}:{self.line}"

    @property
    def is_session(self) -> bool:
        """Whether doctest runs it."""
        return self.language == "python" and self.code.lstrip().startswith(">>>")


def blocks(page: Path) -> list[Block]:
    """Return every fenced block of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, found.start("fence")) + 1,
            found["language"],
            found["code"],
            found["how"] or "",
            found["what"] or "",
        )
        for found in _BLOCK.finditer(text)
    ]


def prose(page: Path) -> str:
    """Return a page without its blocks of code."""
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))
