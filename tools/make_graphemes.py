"""Writes ``segcore/rules/graphemes.txt``: Unicode properties that grapheme clusters depend on.

Run from the root of the repository after an update of ``regex``, whose data it takes::

    python -m tools.make_graphemes

A test fails while what it would write is not what is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from textwrap import wrap

import regex

PATH = Path(__file__).parents[1] / "segcore" / "rules" / "graphemes.txt"

# The first code points that each version of Unicode assigned; regex does not say which version it has.
_FIRST_OF = {"18.0": 0x05C8, "17.0": 0x11DB0, "16.0": 0x105C0, "15.1": 0x2FFC, "15.0": 0x11F00}

# A code point is of the first of these classes that it has the properties of.
CLASSES = {
    "CONTROL": r"[\p{GCB=CN}\p{GCB=CR}\p{GCB=LF}]",
    "LINKER": r"[\p{InCB=Linker}&&\p{GCB=EX}]",
    "LINKER_ALONE": r"\p{InCB=Linker}",
    "ZWJ": r"\p{GCB=ZWJ}",
    "EXTEND_CONJUNCT": r"[\p{GCB=EX}&&\p{InCB=Extend}]",
    "EXTEND": r"\p{GCB=EX}",
    "SPACING_MARK": r"\p{GCB=SM}",
    "PREPEND": r"\p{GCB=PP}",
    "REGIONAL_INDICATOR": r"\p{GCB=RI}",
    "HANGUL_L": r"\p{GCB=L}",
    "HANGUL_V": r"\p{GCB=V}",
    "HANGUL_T": r"\p{GCB=T}",
    "CONSONANT": r"\p{InCB=Consonant}",
    "PICTOGRAPHIC": r"\p{Extended_Pictographic}",
}


def unicode_version() -> str:
    """Return the version of Unicode whose data ``regex`` has."""
    known = (version for version, first in _FIRST_OF.items() if regex.match(r"\P{Cn}", chr(first)))
    return next(known)


def ranges(pattern: str) -> Iterator[tuple[int, int]]:
    """Yield the first and last code point of each run of code points that match."""
    # Unassigned ones are Control only where they are ignorable by default.  Surrogates are CS, and Control.
    matches = regex.compile(pattern, regex.VERSION1).match
    found = (point for point in range(0x110000) if matches(chr(point)))
    for _, run in groupby(enumerate(found), key=lambda pair: pair[1] - pair[0]):
        points = [point for _, point in run]
        yield points[0], points[-1]


def table() -> str:
    """Return the text of the table."""
    taken: set[int] = set()
    lines = [_HEADER, f"UNICODE {unicode_version()}"]
    for name, pattern in CLASSES.items():
        points = [point for first, last in ranges(pattern) for point in range(first, last + 1)]
        own = sorted(set(points) - taken)
        taken.update(own)
        runs = []
        for _, run in groupby(enumerate(own), key=lambda pair: pair[1] - pair[0]):
            some = [point for _, point in run]
            runs.append(f"{some[0]:X}" + (f"-{some[-1]:X}" if some[1:] else ""))
        head = f"{name} "
        lines += wrap(
            " ".join(runs), 110, initial_indent=head, subsequent_indent=head, break_on_hyphens=False
        )
    return "\n".join([*lines, ""])


_HEADER = """\
# Code points that grapheme clusters are made of, by class: made by tools/make_graphemes.py, not to be edited.
# Source: Unicode Character Database: GraphemeBreakProperty, emoji-data, DerivedCoreProperties (InCB).
"""

if __name__ == "__main__":
    PATH.write_text(table(), encoding="utf-8")
