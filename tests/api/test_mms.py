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
    lambda flags: [np.bool_(flag) for flag in flags],
    lambda flags: dict(zip(range(1, 9), flags, strict=False)).values(),
]
FLAG_IDS = ["list", "tuple", "generator", "numpy", "bytearray", "ints", "numpy bools", "view"]


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


@pytest.mark.parametrize("mms", ["yes", b"yes", "", 1, 0, 1.0, Ellipsis], ids=ascii)
@pytest.mark.parametrize("method", ["count_segments_bulk", "analyze_bulk"])
def test_neither_one_nor_many(segmenter: Segmenter, method: str, mms: Any) -> None:
    """A string, whose letters are all true, and a number are refused."""
    name = "object" if type(mms) is object else type(mms).__name__
    with pytest.raises(TypeError) as caught:
        getattr(segmenter, method)(TEXTS, mms=mms)
    assert str(caught.value) == f"mms: expected None, a bool or one truth value per text, got {name}"


_NO_TRUTH = ["False", "", b"x", float("nan"), 1.0, [0], Ellipsis, np.float64(0)]


@pytest.mark.parametrize("value", [*_NO_TRUTH, None], ids=ascii)
@pytest.mark.parametrize("form", [list, _generate])
def test_what_is_no_truth_value(segmenter: Segmenter, form: Callable[[list[Any]], Any], value: Any) -> None:
    """Text, floats (NaN is true) and objects are an error that names the first of them."""
    name = "object" if type(value) is object else type(value).__name__
    for method in (segmenter.count_segments_bulk, segmenter.analyze_bulk):
        with pytest.raises(TypeError) as caught:
            method(["a"] * 3, mms=form([True, value, value]))
        assert str(caught.value) == f"mms[1]: expected a bool, got {name}"


@pytest.mark.parametrize("value", _NO_TRUTH, ids=ascii)
def test_what_is_no_truth_value_for_one_message(segmenter: Segmenter, value: Any) -> None:
    """The same for one message."""
    for method in (segmenter.count_segments, segmenter.analyze):
        with pytest.raises(TypeError, match=f"^mms: expected a bool, got {type(value).__name__}"):
            method("a", mms=value)


def test_an_estimate_takes_truth_values_alone() -> None:
    """Neither does an estimate take text for one."""
    import segcore

    for wrong in ("False", [float("nan")], ["False"]):
        with pytest.raises(TypeError, match=r"^mms(\[0\])?: expected "):
            segcore.Estimate().add(["a"], mms=wrong)


@pytest.mark.parametrize("value", [True, 1, np.True_, np.int8(3)])
def test_one_message_as_mms(segmenter: Segmenter, value: Any) -> None:
    """One message counts 1 where `mms` is true."""
    assert segmenter.count_segments("a" * 161, mms=value) == 1
    found = segmenter.analyze("a" * 161, mms=value)
    assert (found.segments, found.mms, found.sendable) == (1, True, True)
    assert (found.capacity, found.remaining, found.limit) == (None, None, None)
    assert [part.text for part in found.parts] == ["a" * 161]


@pytest.mark.parametrize("value", [False, None, 0, np.False_])
def test_one_message_as_sms(segmenter: Segmenter, value: Any) -> None:
    """One message counts as SMS where `mms` is not true."""
    assert segmenter.count_segments("a" * 161, mms=value) == 2
    assert segmenter.analyze("a" * 161, mms=value).mms is False
