"""Pairs of units that may not be parted, at every position."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import reference
from conftest import thinned

if TYPE_CHECKING:
    from segcore import Segmenter

KINDS = {
    "escape": ("a", "€", 153),
    "escape-ascii": ("a", "]", 153),
    "escape-two-byte": ("Δ", "\f", 153),
    "surrogate": ("б", "\U0001f600", 67),
    "surrogate-in-latin1": ("ç", "\U0010ffff", 67),
    "halves": ("б", "\ud83d" + "\ude00", 67),
    "high-high-low": ("б", "\ud83d\ud83d" + "\ude00", 67),
    "halves-reversed": ("б", "\ude00" + "\ud83d", 67),
}


def _check(segmenter: Segmenter, texts: list[str]) -> None:
    counts = segmenter.count_segments_bulk(texts)
    for text, count in zip(texts, counts, strict=True):
        parts = [(part.end, part.units) for part in reference.parts(text)]
        assert (count, segmenter.layout(text)) == (len(parts), parts), ascii(text)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("segments", [2, 3])
def test_one_pair_at_every_position(segmenter: Segmenter, kind: str, segments: int) -> None:
    """A pair anywhere in a text that fills 2 or 3 segments, less one, exactly and one more."""
    filler, pair, part = KINDS[kind]
    size = reference.units("б" + pair) - 1 if part == 67 else 2
    step = 1 if segments == 2 or part == 67 else 2
    for units in (part * segments - 1, part * segments, part * segments + 1):
        rest = units - size
        near = {at for end in range(0, rest, part) for at in range(max(end - 4, 0), end + 4)}
        places = near | {*range(rest - 5, rest + 1), *thinned(range(0, rest + 1, step), 5)}
        texts = [filler * at + pair + filler * (rest - at) for at in sorted(places) if at <= rest]
        _check(segmenter, texts)


@pytest.mark.parametrize("kind", KINDS)
def test_two_pairs_near_boundaries(segmenter: Segmenter, kind: str) -> None:
    """Two pairs, each around a boundary: the second one's hole depends on the first one's."""
    filler, pair, part = KINDS[kind]
    _check(
        segmenter,
        [
            filler * first + pair + filler * between + pair + filler * tail
            for first in range(part - 4, part + 3)
            for between in range(part - 5, part + 3)
            for tail in (0, 1, part - 3, part - 2, part - 1, part)
        ],
    )


@pytest.mark.parametrize("kind", KINDS)
def test_pairs_only(segmenter: Segmenter, kind: str) -> None:
    """Many pairs in a row, after 0 to 3 other code points."""
    filler, pair, _ = KINDS[kind]
    _check(segmenter, [filler * lead + pair * many for lead in range(4) for many in range(0, 240, 3)])


def test_a_long_text_of_pairs_is_exact(segmenter: Segmenter) -> None:
    """Holes add up: 100,000 pairs take what 76 or 33 a segment take, not what their units would."""
    assert segmenter.count_segments("€" * 100_000) == -(-100_000 // 76)
    assert segmenter.count_segments("\U0001f600" * 100_000) == -(-100_000 // 33)
