"""Everything that gives texts one after the other."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from segcore import Segmenter

TEXTS = ["a" * 161, "б", "", "\U0001f600" * 36, "ç" * 71]
COUNTS = [2, 1, 1, 2, 2]


class Own:
    """An iterable that is nothing else."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)


class OwnList(list[str]):
    """A list by another name."""


def _named(texts: list[str]) -> Any:
    return collections.namedtuple("Texts", "a b c d e")(*texts)  # noqa: PYI024  its fields do not matter


FORMS: dict[str, Callable[[list[str]], Any]] = {
    "list": list,
    "tuple": tuple,
    "iterator": iter,
    "generator": lambda texts: (text for text in texts),
    "dict": dict.fromkeys,
    "values": lambda texts: dict(enumerate(texts)).values(),
    "deque": collections.deque,
    "map": lambda texts: map(str, texts),
    "own": Own,
    "own-list": OwnList,
    "named-tuple": _named,
    "numpy-object": lambda texts: np.array(texts, dtype=object),
    "numpy-fixed": np.array,
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_kind(segmenter: Segmenter, form: Callable[[list[str]], Any]) -> None:
    """Lists, tuples, iterators and all other iterables of ``str`` are counted in their order."""
    assert segmenter.count_segments_bulk(form(TEXTS)) == COUNTS
    batch = segmenter.analyze_bulk(form(TEXTS))
    assert batch.segments == COUNTS
    assert batch.units == [161, 1, 0, 72, 71]


def test_sets(segmenter: Segmenter) -> None:
    """A set has no order, but a sum."""
    assert sorted(segmenter.count_segments_bulk(set(TEXTS))) == sorted(COUNTS)
    assert sum(segmenter.count_segments_bulk(frozenset(TEXTS))) == sum(COUNTS)


@pytest.mark.parametrize("form", [*list(FORMS.values())[:10], set, frozenset])
def test_nothing(segmenter: Segmenter, form: Callable[[list[str]], Any]) -> None:
    """No messages give empty columns."""
    assert segmenter.count_segments_bulk(form([])) == []
    batch = segmenter.analyze_bulk(form([]))
    assert len(batch) == 0
    for column in (batch.units, batch.segments, batch.encodings):
        assert column == []


@pytest.mark.parametrize("length", [1, 16383, 16384, 16385, 32767, 32768, 32769, 50_000])
def test_chunks_leave_no_seam(segmenter: Segmenter, length: int) -> None:
    """An iterator of any length gives what a list gives."""
    texts = [("a", "a" * 161, "б" * 71, "\U0001f600")[index % 4] for index in range(length)]
    batch, streamed = segmenter.analyze_bulk(texts), segmenter.analyze_bulk(iter(texts))
    assert streamed.segments == batch.segments
    assert streamed.units == batch.units
    assert streamed.encodings == batch.encodings
    assert streamed.totals == batch.totals


@pytest.mark.parametrize("before", [0, 1, 16384, 20_000])
def test_an_error_of_the_iterator_comes_through(segmenter: Segmenter, before: int) -> None:
    """What an iterator raises midway is what the caller gets."""

    def failing() -> Iterator[str]:
        for _ in range(before):
            yield "a"
        raise LookupError("gone")

    with pytest.raises(LookupError, match=r"^gone$"):
        segmenter.count_segments_bulk(failing())


def test_an_iterator_is_read_to_its_end_and_no_further(segmenter: Segmenter) -> None:
    """One pass over an iterator, and it is used up."""
    texts = iter(TEXTS)
    assert segmenter.count_segments_bulk(texts) == COUNTS
    assert next(texts, "end") == "end"


def test_the_list_is_not_changed(segmenter: Segmenter) -> None:
    """Counting keeps no reference to texts and leaves the list as it was."""
    import sys

    text = "ab" * 100
    texts = [text] * 100
    before = sys.getrefcount(text)
    for _ in range(10):
        segmenter.analyze_bulk(texts)
        segmenter.analyze_bulk(iter(texts))
        segmenter.count_segments(text)
        segmenter.layout(text)
        segmenter.detect_encoding(text)
    assert sys.getrefcount(text) == before
    assert texts == [text] * 100


def test_a_table_is_refused(segmenter: Segmenter) -> None:
    """A mapping of columns is no mapping of texts: one column has to be named."""
    with pytest.raises(TypeError, match="got a mapping; pass one of its columns"):
        segmenter.count_segments_bulk({"text": ["a", "b"]})
