"""What is said when a text is not a text."""

from __future__ import annotations

import array
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

if TYPE_CHECKING:
    from segcore import Segmenter


class Thing:
    """A type with a name to be named."""

    def __repr__(self) -> str:
        return "Thing()"


NOT_TEXT = {
    "bytes": (b"abc", "expected str, got bytes; decode it first"),
    "bytearray": (bytearray(b"abc"), "expected str, got bytearray; decode it first"),
    "memoryview": (memoryview(b"abc"), "expected str, got memoryview; decode it first"),
    "none": (None, "expected str, got None; leave it out or put '' in its place"),
    "int": (7, "expected str, got int"),
    "list": (["abc"], "expected str, got list"),
    "nan": (
        float("nan"),
        "expected str, got float (NaN, a missing value); leave it out or put '' in its place",
    ),
    "own": (Thing(), "expected str, got Thing"),
}
BAD = [pytest.param(value, message, id=name) for name, (value, message) in NOT_TEXT.items()]
ONE_MESSAGE = ["detect_encoding", "count_segments", "measure", "layout", "unencodable", "split", "analyze"]
BULK = ["count_segments_bulk", "analyze_bulk"]


@pytest.mark.parametrize(("value", "message"), BAD)
@pytest.mark.parametrize("method", ONE_MESSAGE)
def test_one_message(segmenter: Segmenter, method: str, value: Any, message: str) -> None:
    """Each method for one message says what it got instead, and what to do."""
    with pytest.raises(TypeError) as caught:
        getattr(segmenter, method)(value)
    assert str(caught.value) == f"text: {message}"


@pytest.mark.parametrize(("value", "message"), BAD)
@pytest.mark.parametrize("method", ["count_segments", "analyze"])
def test_one_mms(segmenter: Segmenter, method: str, value: Any, message: str) -> None:
    """An MMS has a text as well: a wrong one is an error, though it is not counted."""
    with pytest.raises(TypeError, match=f"^text: {re.escape(message)}$"):
        getattr(segmenter, method)(value, mms=True)


def _generate(values: list[Any]) -> Iterator[Any]:
    yield from values


@pytest.mark.parametrize(("value", "message"), BAD)
@pytest.mark.parametrize("form", [list, tuple, _generate, iter])
@pytest.mark.parametrize("method", BULK)
@pytest.mark.parametrize("mms", [None, True, [True] * 5])
def test_many_messages(
    segmenter: Segmenter, method: str, form: Callable[[list[Any]], Any], value: Any, message: str, mms: Any
) -> None:
    """Each method for many messages names the index, in every form, as MMS too."""
    texts = ["a", "б", "\U0001f600", value, "e"]
    with pytest.raises(TypeError) as caught:
        getattr(segmenter, method)(form(texts), mms=mms)
    assert str(caught.value) == f"texts[3]: {message}"


def test_what_only_isinstance_believes(segmenter: Segmenter) -> None:
    """A mock of a ``str`` is none, though isinstance() says so: the error is the same as for others."""
    double: Any = mock.NonCallableMock(spec=str)
    for method in ONE_MESSAGE:
        with pytest.raises(TypeError) as caught:
            getattr(segmenter, method)(double)
        assert str(caught.value) == "text: expected str, got NonCallableMock", method
    for method in BULK:
        with pytest.raises(TypeError) as caught:
            getattr(segmenter, method)(["a", double])
        assert str(caught.value) == "texts[1]: expected str, got NonCallableMock", method


@pytest.mark.parametrize("index", [0, 1, 16383, 16384, 16385, 32768, 39999])
@pytest.mark.parametrize("form", [list, tuple, _generate])
def test_the_index_is_that_of_all_texts(
    segmenter: Segmenter, form: Callable[[list[Any]], Any], index: int
) -> None:
    """The index counts from the first text, not from the last chunk taken from an iterator."""
    texts: list[Any] = ["a"] * 40_000
    texts[index] = b"a"
    with pytest.raises(TypeError) as caught:
        segmenter.count_segments_bulk(form(texts))
    assert str(caught.value) == f"texts[{index}]: expected str, got bytes; decode it first"


@pytest.mark.parametrize("index", [0, 63, 64, 65])
def test_the_first_wrong_text_is_named(segmenter: Segmenter, index: int) -> None:
    """Of several wrong texts the first one is named."""
    texts: list[Any] = ["a"] * index + [None, b"", 3]
    with pytest.raises(TypeError, match=rf"^texts\[{index}\]: expected str, got None"):
        segmenter.analyze_bulk(texts)


@pytest.mark.parametrize("texts", ["abc", b"abc", None, 7, 1.5, Thing()], ids=ascii)
@pytest.mark.parametrize("method", BULK)
def test_not_many_messages(segmenter: Segmenter, method: str, texts: Any) -> None:
    """One text, or nothing that can be iterated, is refused with a hint at the methods for one."""
    with pytest.raises(TypeError) as caught:
        getattr(segmenter, method)(texts)
    assert str(caught.value) == (
        f"texts: expected an iterable of str, got {type(texts).__name__}; "
        "a single message is counted by count_segments and analyze"
    )


@pytest.mark.parametrize("method", ONE_MESSAGE)
def test_arguments(segmenter: Segmenter, method: str) -> None:
    """A method called without text, or with two, is a TypeError, not a crash."""
    for arguments in ((), ("a", "b")):
        with pytest.raises(TypeError):
            getattr(segmenter, method)(*arguments)


def test_mms_is_a_keyword(segmenter: Segmenter) -> None:
    """`mms` can only be given by name: a bare True in a call says nothing."""
    for name in ("count_segments", "analyze", *BULK):
        with pytest.raises(TypeError):
            getattr(segmenter, name)(["a"] if name in BULK else "a", True)


def test_nothing_of_an_error_stays(segmenter: Segmenter) -> None:
    """After an error the same object counts as before."""
    wrong: list[Any] = [[b""], ["a", None]]
    for bad in wrong:
        with pytest.raises(TypeError):
            segmenter.count_segments_bulk(bad)
    assert segmenter.count_segments_bulk(["a" * 161, "a"]) == [2, 1]


def test_arrays_of_another_type(counter: Any) -> None:
    """Results go into arrays of one type each; another one is never written to."""
    wrong = array.array("h")
    try:
        counter.measure_all(["a" * 161], 0, None, wrong)
    except TypeError:
        assert len(wrong) == 0
    else:
        assert wrong.tolist() == [2]


@pytest.mark.parametrize("arguments", [(), (None,), (None, None), (1, 2, 3)])
def test_counter_of_nothing(core: Any, arguments: tuple[Any, ...]) -> None:
    """A ``SegmentCounter`` needs two codings."""
    with pytest.raises((TypeError, AttributeError, ValueError)):
        core.SegmentCounter(*arguments)


def test_counter_takes_its_codings_by_name(core: Any) -> None:
    """The names of the arguments are the same in each implementation."""
    from segcore.rules.codings import GSM7, UCS2

    assert core.SegmentCounter(ucs2=UCS2, gsm7=GSM7).count_segments("a" * 161) == 2


@pytest.mark.parametrize("name", ["Standard", "standart", "twillio", ""])
def test_unknown_profile(segmenter_class: type[Segmenter], name: str) -> None:
    """A profile that does not exist is an error that lists the nearest of those that do."""
    known = "twilio" if name == "twillio" else "standard"
    with pytest.raises(ValueError, match=rf"^profile: unknown value '{name}'; known: {known}"):
        segmenter_class(name)


def test_profile_of_another_type(segmenter_class: type[Segmenter]) -> None:
    """A profile is a name or a `Profile`."""
    with pytest.raises(TypeError, match=r"^profile: expected a name or a Profile, got int$"):
        segmenter_class(3)  # type: ignore[arg-type]


def test_close_names_are_suggested(segmenter_class: type[Segmenter]) -> None:
    """A slip of the pen is answered with the name that was meant."""
    with pytest.raises(ValueError, match="did you mean 'standard'"):
        segmenter_class("standrad")
