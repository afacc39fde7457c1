"""Every length around the capacities, in strings of one, two and four bytes per code point."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
import reference
from conftest import thinned

if TYPE_CHECKING:
    from segcore import Segmenter

LENGTHS = sorted(
    {*thinned(range(331), 6), *range(66, 74), *range(132, 138), *range(151, 163), *range(304, 309)}
)

# What selects how Python stores a string (PEP 393): its largest code point.
SELECTORS = {
    "ascii": "a",
    "latin1-gsm": "é",
    "latin1-foreign": "ç",
    "bmp-gsm": "Δ",
    "bmp-extension": "€",
    "extension": "[",
    "form-feed": "\f",
    "bmp-foreign": "б",
    "lone-high": "\ud83d",
    "lone-low": "\ude00",
    "astral": "\U0001f600",
}


@cache
def expected(text: str) -> tuple[str, int, list[reference.Part]]:
    """What the oracle says, which is asked once for all implementations and kernels: it is slow."""
    return reference.encoding(text), reference.units(text), reference.parts(text)


def expect(segmenter: Segmenter, texts: list[str]) -> None:
    """Compare everything that is counted about texts with the oracle, in bulk and one by one."""
    batch = segmenter.analyze_bulk(texts)
    encodings, units, layouts = zip(*map(expected, texts), strict=True)
    assert batch.encodings.tolist() == [*encodings]
    assert batch.units.tolist() == [*units]
    for text, parts, segments in zip(texts, layouts, batch.segments, strict=True):
        assert segments == len(parts), ascii(text)
        layout = segmenter.layout(text)
        assert layout == [(part.end, part.units) for part in parts], ascii(text)
        assert segmenter.split(text) == [text[part.start : part.end] for part in parts], ascii(text)


@pytest.mark.parametrize("selector", SELECTORS.values(), ids=SELECTORS)
def test_one_code_point_of_a_kind(segmenter: Segmenter, selector: str) -> None:
    """One code point at the start, or at the end, of 0 to 330 others."""
    expect(segmenter, [selector + "a" * length for length in LENGTHS])
    expect(segmenter, ["a" * length + selector for length in LENGTHS])


@pytest.mark.parametrize("selector", SELECTORS.values(), ids=SELECTORS)
def test_nothing_else(segmenter: Segmenter, selector: str) -> None:
    """0 to 330 times the same code point."""
    expect(segmenter, [selector * length for length in LENGTHS])


@pytest.mark.parametrize("selector", SELECTORS.values(), ids=SELECTORS)
def test_slices(segmenter: Segmenter, selector: str) -> None:
    """Slices of a string that change how it is stored count as what they are."""
    whole = "a" * 170 + selector + "é" * 80 + selector + "Δ" * 80
    expect(segmenter, [whole[start : start + 165] for start in range(0, 170, 3)])


@pytest.mark.parametrize("filler", ["a", "é", "Δ", "б", "\U0001f600"])
def test_each_capacity_less_one_exact_and_one_more(segmenter: Segmenter, filler: str) -> None:
    """1 to 5 segments and 254 to 256, one unit less, exactly full, and one unit more."""
    alone, together = (160, 153) if reference.encoding(filler) == "GSM-7" else (70, 67)
    size = reference.units(filler)
    expect(
        segmenter,
        [
            filler * (units // size) + "a" * (units % size)
            for units in (alone, *(together * segments for segments in thinned((1, 3, 2, 5, 255, 4, 254), 2)))
            for units in (units - 1, units, units + 1)
        ],
    )


@pytest.mark.parametrize("segments", [1, 2, 3])
def test_every_code_point_of_the_alphabet(segmenter: Segmenter, segments: int) -> None:
    """Each of the 127 and of the 10 code points fills segments to one less, exactly and one more."""
    room = 160 if segments == 1 else 153 * segments
    for codepoint in (*reference.STANDARD.alphabet, *reference.STANDARD.extension):
        one = chr(codepoint)
        size = reference.units(one)
        texts = [one * (units // size) + "a" * (units % size) for units in (room - 1, room, room + 1)] + [
            "a" * (units - size) + one for units in (room - 1, room, room + 1)
        ]
        _, units, layouts = zip(*map(expected, texts), strict=True)
        assert segmenter.count_segments_bulk(texts) == list(map(len, layouts)), hex(codepoint)
        assert segmenter.analyze_bulk(texts).units == [*units], hex(codepoint)


@pytest.mark.parametrize("filler", ["a", "[", "é", "Δ", "€", "б", "\U0001f600"])
def test_long_texts(segmenter: Segmenter, filler: str) -> None:
    """In texts of thousands of code points, one that differs is seen wherever it stands."""
    edges = thinned((8191, 64, 4095, 4096), 2)
    for odd in thinned(("", "€", "\U0001f600", "\ud83d", "ç"), 2):
        texts = [filler * at + odd + filler * (8199 - at) for at in edges[: len(edges) if odd else 1]]
        expect(segmenter, texts)


@pytest.mark.parametrize("filler", ["a", "é", "Δ", "б", "\U0001f600"])
@pytest.mark.parametrize("odd", ["[", "ç", "\t", "€", "\u2019", "\uffff", "\ud83d", "\U0001f600"], ids=ascii)
def test_one_at_every_position(segmenter: Segmenter, filler: str, odd: str) -> None:
    """One code point that differs is seen at every place of a vector, in whole ones and in the rest."""
    texts = [
        filler * at + odd + filler * (length - at) for length in (30, 64, 131) for at in range(length + 1)
    ]
    batch = segmenter.analyze_bulk(texts)
    encodings, units, layouts = zip(*map(expected, texts), strict=True)
    assert batch.encodings.tolist() == [*encodings]
    assert batch.units.tolist() == [*units]
    assert batch.segments.tolist() == [*map(len, layouts)]
    for text in texts[-132:]:
        assert segmenter.unencodable(text) == reference.foreign(text)
