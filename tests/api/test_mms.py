"""Messages that go out as MMS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from segcore import Segmenter

TEXTS = ["a" * 161, "б" * 71, "a", "\U0001f600" * 100, ""]
AS_SMS = [2, 2, 1, 4, 1]
FLAGS = [True, False, True, True, False]
MIXED = [1, 2, 1, 1, 1]


def _generate(values: list[Any]) -> Iterator[Any]:
    yield from values


TEXT_FORMS = [list, tuple, _generate]
FLAG_FORMS: list[Callable[[list[bool]], Any]] = [
    list,
    tuple,
    _generate,
    np.array,
    lambda flags: bytearray(map(int, flags)),
    lambda flags: [int(flag) * 7 for flag in flags],
    lambda flags: ["yes" if flag else "" for flag in flags],
    lambda flags: dict(zip(range(1, 9), flags, strict=False)).values(),
]
FLAG_IDS = ["list", "tuple", "generator", "numpy", "bytearray", "ints", "truth", "view"]


@pytest.mark.parametrize("texts", TEXT_FORMS)
def test_none_and_one_for_all(segmenter: Segmenter, texts: Callable[[list[str]], Any]) -> None:
    """`None` and `False` count SMS, `True` counts 1 for each."""
    assert segmenter.count_segments_bulk(texts(TEXTS)) == AS_SMS
    assert segmenter.count_segments_bulk(texts(TEXTS), mms=None) == AS_SMS
    assert segmenter.count_segments_bulk(texts(TEXTS), mms=False) == AS_SMS
    assert segmenter.count_segments_bulk(texts(TEXTS), mms=True) == [1] * 5


@pytest.mark.parametrize("texts", TEXT_FORMS)
@pytest.mark.parametrize("flags", FLAG_FORMS, ids=FLAG_IDS)
def test_one_truth_value_each(
    segmenter: Segmenter, texts: Callable[[list[str]], Any], flags: Callable[[list[bool]], Any]
) -> None:
    """Where the truth value is true the count is 1, elsewhere it is that of the text."""
    assert segmenter.count_segments_bulk(texts(TEXTS), mms=flags(FLAGS)) == MIXED
    batch = segmenter.analyze_bulk(texts(TEXTS), mms=flags(FLAGS))
    assert batch.segments == MIXED


def test_encoding_and_units_are_those_of_the_text(segmenter: Segmenter) -> None:
    """MMS changes what is billed, not what the text is."""
    as_sms, as_mms = segmenter.analyze_bulk(TEXTS), segmenter.analyze_bulk(TEXTS, mms=True)
    assert as_mms.encodings == as_sms.encodings
    assert as_mms.units == as_sms.units


@pytest.mark.parametrize("length", [0, 1, 4, 6, 100])
@pytest.mark.parametrize("texts", TEXT_FORMS)
@pytest.mark.parametrize("flags", FLAG_FORMS[:4], ids=FLAG_IDS[:4])
@pytest.mark.parametrize("method", ["count_segments_bulk", "analyze_bulk"])
def test_wrong_lengths(
    segmenter: Segmenter,
    method: str,
    texts: Callable[[list[str]], Any],
    flags: Callable[[list[bool]], Any],
    length: int,
) -> None:
    """Too few and too many truth values are an error that names both numbers."""
    with pytest.raises(ValueError, match=rf"^mms: {length} truth values for 5 texts"):
        getattr(segmenter, method)(texts(TEXTS), mms=flags([True] * length))


@pytest.mark.parametrize("length", [0, 1, 16383, 16384, 16385, 39999, 40001])
def test_wrong_lengths_across_chunks(segmenter: Segmenter, length: int) -> None:
    """The same with an iterator that is taken in several chunks."""
    with pytest.raises(ValueError, match=rf"^mms: {length} truth values for \d+ texts"):
        segmenter.count_segments_bulk(("a" for _ in range(40_000)), mms=[False] * length)


def test_right_length_across_chunks(segmenter: Segmenter) -> None:
    """Each chunk of an iterator gets its own truth values."""
    flags = [index % 3 == 0 for index in range(40_000)]
    counts = segmenter.count_segments_bulk(("a" * 161 for _ in flags), mms=flags)
    assert counts == [1 if flag else 2 for flag in flags]


@pytest.mark.parametrize("mms", ["yes", b"yes", "", 1, 0, 1.0, object()], ids=ascii)
@pytest.mark.parametrize("method", ["count_segments_bulk", "analyze_bulk"])
def test_neither_one_nor_many(segmenter: Segmenter, method: str, mms: Any) -> None:
    """A string, whose letters are all true, and a number are refused."""
    name = "object" if type(mms) is object else type(mms).__name__
    with pytest.raises(TypeError) as caught:
        getattr(segmenter, method)(TEXTS, mms=mms)
    assert str(caught.value) == f"mms: expected None, a bool or one truth value per text, got {name}"


def test_a_truth_value_that_has_none(segmenter: Segmenter) -> None:
    """An error of a truth value itself comes through."""

    class Neither:
        def __bool__(self) -> bool:
            raise OverflowError("neither")

    with pytest.raises(OverflowError, match="neither"):
        segmenter.count_segments_bulk(["a"], mms=[Neither()])


@pytest.mark.parametrize("value", [True, 1, "x", [0]])
def test_one_message_as_mms(segmenter: Segmenter, value: Any) -> None:
    """One message counts 1 where `mms` is true."""
    assert segmenter.count_segments("a" * 161, mms=value) == 1
    found = segmenter.analyze("a" * 161, mms=value)
    assert (found.segments, found.mms, found.sendable) == (1, True, True)
    assert (found.capacity, found.remaining, found.limit) == (None, None, None)
    assert [part.text for part in found.parts] == ["a" * 161]


@pytest.mark.parametrize("value", [False, None, 0, ""])
def test_one_message_as_sms(segmenter: Segmenter, value: Any) -> None:
    """One message counts as SMS where `mms` is not true."""
    assert segmenter.count_segments("a" * 161, mms=value) == 2
    assert segmenter.analyze("a" * 161, mms=value).mms is False
