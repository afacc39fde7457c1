"""The number of segments that is known without packing is the one that packing finds."""

from __future__ import annotations

from array import array
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from segcore.engine.python.packing import code_unit_ends, septet_ends, septet_layout, sure_segments
from segcore.rules.alphabets import ESCAPE
from segcore.rules.codings import GSM7, UCS2

if TYPE_CHECKING:
    from types import ModuleType

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


class _Counted(str):
    """Septets that add up how many of them were looked through for escapes."""

    __slots__ = ()
    seen: ClassVar[list[int]] = []

    def count(self, point: Any, start: Any = 0, end: Any = None) -> int:
        self.seen.append(len(self[start:end]))
        return super().count(point, start, end)


@pytest.mark.parametrize("segments", [1, 10, 1000])
def test_a_layout_looks_at_each_septet_once(segments: int) -> None:
    """What a text of many segments takes grows with its length, and not with the square of it."""
    _Counted.seen.clear()
    text = _Counted("\x1be" * (76 * segments))
    assert septet_layout(text, 153) == [(76 * (index + 1), 152) for index in range(segments)]
    assert sum(_Counted.seen) == len(text)


def test_a_layout_in_segments() -> None:
    """Indices are those of code points, units those of septets."""
    assert septet_layout("a" * 152 + "\x1be" + "b" * 10, 153) == [(152, 152), (163, 12)]


def test_sums_of_parts_decide_what_no_place_of_an_escape_changes(core: ModuleType) -> None:
    """306 septets with one escape are two segments, or three where it meets the end of the first."""
    counter = core.SegmentCounter(GSM7, UCS2)
    assert [counter.count_segments(text) for text in ("a" * 304 + "€", "a" * 152 + "€" + "a" * 152)] == [2, 3]
    septets, code_units = array("q", [306, 305, 160, 161]), array("q", [305, 304, 80, 160])
    segments, units, encodings = array("i"), array("q"), array("B")
    parts = [(septets, code_units, array("B", bytes(4)))]
    assert core.sum_parts(GSM7, UCS2, parts, 4, segments, units, encodings) == 1
    assert (segments.tolist(), units, encodings.tolist()) == ([0, 2, 1, 2], septets, [0] * 4)


_GSM7_SUMS = [
    # Septets and escapes among them: segments plainly, with clusters and with national languages.
    ((160, 5), (1, 1, 1)),
    ((161, 0), (2, 0, 2)),
    ((161, 10), (2, 0, 0)),
    ((306, 0), (2, 0, 2)),
    ((306, 1), (0, 0, 0)),
    ((305, 1), (2, 0, 0)),
    ((457, 2), (3, 0, 0)),
    ((458, 2), (0, 0, 0)),
]
_UCS2_SUMS = [
    # One code unit each, or a pair somewhere.
    (70, (1, 1, 0)),
    (71, (2, 0, 0)),
    (133, (2, 0, 0)),
    (134, (0, 0, 0)),
]


@pytest.mark.parametrize("rule", [0, 1, 2], ids=["plain", "clusters", "national"])
def test_sums_of_parts_by_each_rule(core: ModuleType, rule: int) -> None:
    """0 where only the whole text can tell."""
    sums = [(septets, septets - escapes, 0) for (septets, escapes), _ in _GSM7_SUMS]
    sums += [(0, code_units, 1) for code_units, _ in _UCS2_SUMS]
    expected = [found[rule] for _, found in (*_GSM7_SUMS, *_UCS2_SUMS)]
    # The same part for all, and one for each.
    one = (array("q", [0]), array("q", [0]), array("B", [0]))
    each = tuple(map(array, "qqB", zip(*sums, strict=True)))
    segments, units, encodings = array("i"), array("q"), array("B")
    found = core.sum_parts(
        *(GSM7, UCS2, [one, each], len(sums), segments, units, encodings),
        clusters=rule == 1,
        national=rule == 2,
    )
    assert (found, segments.tolist()) == (expected.count(0), expected)
    assert units.tolist() == [code_units if is_ucs2 else septets for septets, code_units, is_ucs2 in sums]
    assert encodings.tolist() == [is_ucs2 for _, _, is_ucs2 in sums]
