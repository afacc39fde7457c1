"""Several 7-bit codings to choose from: all that can send a text are found in one pass over it.

Every alphabet and every extension table has a bit.  A code point has two sets of them: the alphabets that
send it in one septet, and the extension tables that send it in two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from segcore.rules.codings import Coding

MOST_TABLES = 32
"""Alphabets, and extension tables, that may be chosen from: the bits of a set in C."""


class Choice:
    """Several 7-bit codings, in order of preference.

    Args:
        codings: The codings.  None may hold more than the first does: a text that the first can send in
            one septet a code point is sent by the first.

    Raises:
        ValueError: There are too many tables, a coding holds more than the first, or is not one of septets.
    """

    def __init__(self, codings: Sequence[Coding]) -> None:
        first = codings[0]
        for coding in codings:
            if coding.encoding is not first.encoding:
                raise ValueError(f"national: expected codings of {first.encoding}, got {coding!r}")
            if coding.single > first.single or coding.part > first.part:
                raise ValueError(f"national: {coding!r} has more room than the first coding, {first!r}")
        self.codings = tuple(codings)
        self.alphabets = list(dict.fromkeys(coding.basic for coding in codings))
        self.extensions = list(dict.fromkeys(_extension(coding) for coding in codings))
        if max(len(self.alphabets), len(self.extensions)) > MOST_TABLES:
            raise ValueError(f"national: more than {MOST_TABLES} alphabets or extension tables")
        self.tables = [
            (self.alphabets.index(coding.basic), self.extensions.index(_extension(coding)))
            for coding in codings
        ]
        """The alphabet and the extension table of each coding, by their bits."""
        points = set("".join((*self.alphabets, *self.extensions)))
        self.masks = {
            point: (_bits(point, self.alphabets), _bits(point, self.extensions)) for point in points
        }
        """The alphabets and the extension tables that have each code point, as sets of bits."""

    def able(self, text: str) -> Iterator[tuple[Coding, int]]:
        """Yield each coding that can send a text, and the septets that it takes."""
        points = set(text)
        if not self.masks.keys() >= points:
            return
        every = (1 << len(self.extensions)) - 1
        escaped = [every] * len(self.alphabets)
        septets = [len(text)] * len(self.alphabets)
        for point in points:
            alphabets, extensions = self.masks[point]
            times = text.count(point)
            for bit in range(len(self.alphabets)):
                if not alphabets >> bit & 1:
                    escaped[bit] &= extensions
                    septets[bit] += times
        for coding, (alphabet, extension) in zip(self.codings, self.tables, strict=True):
            if septets[alphabet] == len(text) or escaped[alphabet] >> extension & 1:
                yield coding, septets[alphabet]


def _extension(coding: Coding) -> str:
    return coding.extension.text if coding.extension else ""


def _bits(point: str, tables: Sequence[str]) -> int:
    return sum((point in table) << bit for bit, table in enumerate(tables))
