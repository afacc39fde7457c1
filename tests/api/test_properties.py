"""What holds for every text."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import hypothesis.strategies as st
import reference
from hypothesis import given

if TYPE_CHECKING:
    from segcore import Segmenter

_POINTS = st.one_of(
    st.sampled_from([chr(point) for point in (*reference.STANDARD.alphabet, *reference.STANDARD.extension)]),
    st.sampled_from("бç\u2019\t\x1b"),
    st.sampled_from("\U0001f600\ud83d\ude00"),
    st.characters(),
)
_RUNS = st.lists(st.tuples(_POINTS, st.integers(1, 90)), max_size=12).map(
    lambda runs: "".join(one * times for one, times in runs)
)
_GSM = st.text(
    st.sampled_from([chr(point) for point in (*reference.STANDARD.alphabet, *reference.STANDARD.extension)]),
    max_size=40,
).flatmap(lambda text: st.integers(0, 12).map(lambda times: text * times))
TEXTS = st.one_of(_RUNS, _GSM, st.text(_POINTS, max_size=60), st.text(st.characters(), max_size=60))


@given(text=TEXTS)
def test_agrees_with_the_oracle(segmenter: Segmenter, text: str) -> None:
    """Everything about a text is what the oracle says."""
    parts = reference.parts(text)
    assert segmenter.measure(text) == (reference.encoding(text), reference.units(text), len(parts))
    assert segmenter.layout(text) == [(part.end, part.units) for part in parts]
    assert segmenter.unencodable(text) == reference.foreign(text)


@given(text=TEXTS)
def test_segments_joined_are_the_text(segmenter: Segmenter, text: str) -> None:
    """Nothing is lost or doubled by splitting, and there are as many parts as segments."""
    parts = segmenter.split(text)
    assert "".join(parts) == text
    assert len(parts) == segmenter.count_segments(text)
    assert all(parts) or text == ""


@given(text=TEXTS)
def test_no_segment_is_over_capacity(segmenter: Segmenter, text: str) -> None:
    """Each segment fits, their units add up, and the ends meet the beginnings."""
    found = segmenter.analyze(text)
    assert found.capacity is not None
    assert all(part.units <= found.capacity for part in found.parts)
    assert sum(part.units for part in found.parts) == found.units
    assert [part.end for part in found.parts[:-1]] == [part.start for part in found.parts[1:]]
    assert (found.parts[0].start, found.parts[-1].end) == (0, len(text))
    assert [part.text for part in found.parts] == segmenter.split(text)


@given(text=TEXTS)
def test_no_segment_has_room_for_what_follows(segmenter: Segmenter, text: str) -> None:
    """Packing is greedy: the first thing of each segment did not fit in the one before."""
    found = segmenter.analyze(text)
    assert found.capacity is not None
    for part in found.parts[:-1]:
        following = 2 if part.units == found.capacity - 1 else 1
        assert part.units + following > found.capacity


@given(text=TEXTS)
def test_every_boundary_respects_pairs(segmenter: Segmenter, text: str) -> None:
    """No boundary lies between a high and a low surrogate that follow each other."""
    parts = segmenter.split(text)
    if segmenter.detect_encoding(text) == "UCS-2":
        for before, after in itertools.pairwise(parts):
            assert not ("\ud800" <= before[-1] <= "\udbff" and "\udc00" <= after[0] <= "\udfff")


@given(text=TEXTS, more=_POINTS)
def test_more_text_never_costs_less(segmenter: Segmenter, text: str, more: str) -> None:
    """One more code point, at either end, never lowers the count of segments."""
    before = segmenter.count_segments(text)
    assert segmenter.count_segments(text + more) >= before
    assert segmenter.count_segments(more + text) >= before


@given(text=TEXTS, more=TEXTS)
def test_more_text_never_makes_ucs2_gsm7(segmenter: Segmenter, text: str, more: str) -> None:
    """A text that is UCS-2 stays UCS-2, whatever is added."""
    encodings = {segmenter.detect_encoding(text), segmenter.detect_encoding(more)}
    together = segmenter.detect_encoding(text + more)
    assert together == ("UCS-2" if "UCS-2" in encodings else "GSM-7")


@given(texts=st.lists(TEXTS, max_size=20))
def test_bulk_equals_one_by_one(segmenter: Segmenter, texts: list[str]) -> None:
    """Many messages at once give what each gives alone."""
    batch = segmenter.analyze_bulk(texts)
    alone = [segmenter.measure(text) for text in texts]
    assert list(zip(batch.encodings, batch.units, batch.segments, strict=True)) == alone
    assert segmenter.count_segments_bulk(iter(texts)) == batch.segments


@given(text=TEXTS)
def test_remaining_is_exact(segmenter: Segmenter, text: str) -> None:
    """`remaining` more units keep the number of segments, and one more raises it."""
    found = segmenter.analyze(text)
    assert found.remaining is not None
    assert found.remaining >= 0
    assert segmenter.count_segments(text + "a" * found.remaining) == found.segments
    assert segmenter.count_segments(text + "a" * (found.remaining + 1)) == found.segments + 1


@given(text=TEXTS)
def test_foreign_code_points_are_why(segmenter: Segmenter, text: str) -> None:
    """A text is UCS-2 exactly if there is a foreign code point, and without them it is GSM-7."""
    foreign = segmenter.unencodable(text)
    assert bool(foreign) == (segmenter.detect_encoding(text) == "UCS-2")
    rest = "".join(one for index, one in enumerate(text) if index not in set(foreign))
    assert segmenter.detect_encoding(rest) == "GSM-7"
