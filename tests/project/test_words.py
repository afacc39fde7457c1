"""Phrases that were said better once stay away from what people read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.kernel_independent

_ROOT = Path(__file__).resolve().parents[2]

# Clauses before the noun that they describe, and words that nobody says.
PHRASES = (
    "as many threads as pay",
    "never parted",
    "may be parted",
    "wherever it stands alone",
    "but for its listed errors",
    "those that miss their goal too",
    "a C compiler if there is one",
    "are counted apart and merged",
    "makes it a gate before sending",
    "segments are what is billed",
    "What messages take",
    "Where somebody looks",
    "whole or not at all",
    "light or dark as the browser is",
    "the least that one SMS costs",
    "to hand on",
    "what it sends texts in",
    "takes the marks off",
    "nobody moves data",
    "tells the number of segments that it bills",
    "Let the machine be quiet",
    "what makes them dear",
    "found by its name if left out",
    "what is in it makes it an MMS",
    "What parts cells",
    "tabulator",
    "Where the page goes",
    "if the cost is more or unknown",
    "Code points that force most messages",
    "against one septet in its place",
    "without text: 1 segment each",
    "Cost of what is priced",
    "All replacements of the table",
    "if there are several)",
    "As if all were smart encoded",
    "SMS by how many segments each takes",
    "is named like texts",
    "is no telephone number, because",
    "says all prices",
    "if this is a message already",
    "What the cells of columns",
    "0 without memory",
    "dearest",
    "tips the count",
    "likewise",
    "for want of",
    "leave something open",
    "if nobody looks",
    "held against Bandwidth",
)

_PAGES = [
    *_ROOT.glob("*.md"),
    *(page for page in _ROOT.joinpath("docs").rglob("*") if page.suffix in (".md", ".html")),
    *_ROOT.joinpath("benchmarks").glob("*.md"),
    *_ROOT.joinpath("examples").rglob("*.md"),
    *(
        page
        for page in _ROOT.joinpath("segcore").rglob("*")
        if page.suffix in (".py", ".pyx", ".pxi", ".html", ".c", ".h") and page.name != "binding.c"
    ),
]


def test_there_are_pages() -> None:
    """The search has something to look at."""
    assert len(_PAGES) > 100 or not _ROOT.joinpath("docs").exists()


@pytest.mark.parametrize("phrase", PHRASES)
def test_phrases(phrase: str) -> None:
    """No page, help text or error has the phrase, across line ends too."""
    pattern = re.compile(r"\s+(?:#\s*)?".join(map(re.escape, phrase.split())))
    found = [
        f"{page.relative_to(_ROOT)}: {match.group()!r}"
        for page in _PAGES
        for match in pattern.finditer(page.read_text("utf-8"))
    ]
    assert not found


def test_docstrings_name_the_thing_first() -> None:
    """No docstring begins with a relative clause, and no comment in Python with "What"."""
    found = [
        f"{page.relative_to(_ROOT)}: {match.group()}"
        for page in _PAGES
        if page.suffix in (".py", ".pyx", ".pxi")
        for match in re.finditer(
            r'(?:"""(?:What|Which|How|Where)|^ *# What) [^\n]*', page.read_text("utf-8"), re.MULTILINE
        )
    ]
    assert not found
