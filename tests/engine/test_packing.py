"""The number of segments that is known without packing is the one that packing finds."""

from __future__ import annotations

from itertools import product

import pytest

from segcore.engine.python.packing import code_unit_ends, septet_ends, sure_segments
from segcore.rules.alphabets import ESCAPE

ITEMS = ("a", chr(ESCAPE) + "e")


def _texts(most: int) -> set[str]:
    """Return all texts of up to `most` septets, each of one or an escape with another."""
    found = {"".join(items) for number in range(most + 1) for items in product(ITEMS, repeat=number)}
    return {text for text in found if len(text) <= most}


@pytest.mark.kernel_independent
@pytest.mark.parametrize("part", range(2, 7))
@pytest.mark.parametrize("more", [0, 3])
def test_sure_segments(part: int, more: int) -> None:
    """What is sure is right for every text; what just fills its segments is not sure."""
    single = part + more
    counts: dict[int, set[int]] = {}
    for septets in _texts(13):
        segments = 1 if len(septets) <= single else len(septet_ends(septets, part))
        counts.setdefault(len(septets), set()).add(segments)
    sure = {units: sure_segments(units, single, part) for units in counts}
    assert all(counts[units] == {segments} for units, segments in sure.items() if segments)
    # Full segments without an escape, or some that end early: the length does not tell.
    full = [units for units in counts if units > single and units % part == 0]
    assert full
    assert not any(sure[units] for units in full)


@pytest.mark.kernel_independent
def test_pairs_and_escapes_end_alike() -> None:
    """Surrogate pairs are kept whole where escapes with their septets are."""
    for septets in _texts(9):
        text = septets.replace(ITEMS[1], "\U0001f600")
        halves = septets.replace(ITEMS[1], "\ud83d\ude00")
        for part in (2, 3, 4):
            ends = septet_ends(septets, part)
            assert code_unit_ends(text, part) == code_unit_ends(halves, part) == ends
