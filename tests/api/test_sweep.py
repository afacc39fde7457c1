"""Every code point there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import reference
from conftest import FULL_SWEEP

if TYPE_CHECKING:
    from types import ModuleType

    from segcore import Segmenter

CODE_POINTS = 0x110000


def _differences(found: list[int], expected: list[int]) -> list[str]:
    if found == expected:
        return []
    return [f"number {i}: {a} != {b}" for i, (a, b) in enumerate(zip(found, expected, strict=True)) if a != b]


@pytest.fixture(scope="module")
def expected() -> tuple[list[int], list[int]]:
    """Whether each code point forces UCS-2, and its units."""
    known = {*reference.STANDARD.alphabet, *reference.STANDARD.extension}
    ucs2 = [int(codepoint not in known) for codepoint in range(CODE_POINTS)]
    units = [
        2 if codepoint >= 0x10000 or codepoint in reference.STANDARD.extension else 1
        for codepoint in range(CODE_POINTS)
    ]
    return ucs2, units


def test_every_code_point_alone(
    segmenter: Segmenter, path: tuple[ModuleType, str], expected: tuple[list[int], list[int]]
) -> None:
    """Each of the 1,114,112 code points has the encoding and the units of the oracle."""
    # In the short sweep, the implementation in Python counts all of the scripts and symbols, and some others.
    every = 7 if path[0].IMPLEMENTATION == "python" and not FULL_SWEEP else 1
    points = [*range(0x3000), *range(0x3000, CODE_POINTS, every)]
    batch = segmenter.analyze_bulk([*map(chr, points)])
    ucs2, units = ([each[point] for point in points] for each in expected)
    assert not _differences([each == "UCS-2" for each in batch.encodings.tolist()], ucs2)
    assert not _differences(batch.units.tolist(), units)
    assert set(batch.segments) == {1}


def test_every_code_point_in_company(segmenter: Segmenter, expected: tuple[list[int], list[int]]) -> None:
    """Each code point counts the same among others of one, two and four bytes, wherever it stands."""
    ucs2, units = expected
    shift = 3
    for before, after, forces in (("a" * 17, "é" * 6, 0), ("Δ" * 5, "a" * 20, 0), ("", "\U0001f600", 1)):
        points = range(shift, CODE_POINTS, 7 if FULL_SWEEP else 23)
        batch = segmenter.analyze_bulk([f"{before}{chr(point)}{after}" for point in points])
        # Behind a high surrogate nothing here is a low one, so no new pair comes about.
        more = len(before) + len(after) + forces
        found = [each == "UCS-2" for each in batch.encodings.tolist()]
        assert found == [ucs2[point] | forces for point in points]
        assert batch.units.tolist() == [
            more + (1 if (ucs2[point] | forces) and point < 0x10000 else units[point]) for point in points
        ]
        shift += 1


def test_every_foreign_code_point_is_found(counter: object, expected: tuple[list[int], list[int]]) -> None:
    """In one text of all code points, exactly those that force UCS-2 are named."""
    text = "".join(map(chr, range(CODE_POINTS)))
    found = counter.unencodable(text)  # type: ignore[attr-defined]
    assert found == [codepoint for codepoint, forces in enumerate(expected[0]) if forces]
