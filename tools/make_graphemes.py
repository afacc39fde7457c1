"""Writes the table in ``segcore/rules/graphemes.py``: Unicode properties that grapheme clusters depend on.

Run from the root of the repository after an update of ``regex``, whose data it takes::

    python -m tools.make_graphemes

A test fails while what it would write is not what is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import regex

PATH = Path(__file__).parents[1] / "segcore" / "rules" / "graphemes.py"

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


def module() -> str:
    """Return the text of the module: its code as it is, and the table."""
    taken: set[int] = set()
    lines = []
    for name, pattern in CLASSES.items():
        points = [point for first, last in ranges(pattern) for point in range(first, last + 1)]
        own = sorted(set(points) - taken)
        taken.update(own)
        runs = []
        for _, run in groupby(enumerate(own), key=lambda pair: pair[1] - pair[0]):
            some = [point for _, point in run]
            runs.append(f"{some[0]:X}" + (f"-{some[-1]:X}" if some[1:] else ""))
        lines += [f'    "{name}": """', *_wrapped(runs), '""",']
    text = PATH.read_text(encoding="utf-8")
    before, after = text.partition("UNICODE_VERSION = ")[0], text.partition(_END)[2]
    return before + _TEMPLATE.format(version=unicode_version(), classes="\n".join(lines)) + _END + after


def _wrapped(words: list[str]) -> Iterator[str]:
    line = ""
    for word in words:
        if len(line) + len(word) + 1 > 108:
            yield line
            line = ""
        line += f"{' ' if line else ''}{word}"
    yield line


_END = "# The end of the generated table.\n"

_TEMPLATE = """UNICODE_VERSION = "{version}"

RANGES = {{
{classes}
}}
"""

if __name__ == "__main__":
    PATH.write_text(module(), encoding="utf-8")
