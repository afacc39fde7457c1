"""Encodings, and everything about one message."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from typing import TYPE_CHECKING

import pytest

from segcore import Analysis, Encoding, NonGsm, Part
from segcore.messages import codepoint_name

if TYPE_CHECKING:
    from segcore import Segmenter


def test_encoding_is_a_string(segmenter: Segmenter) -> None:
    """An encoding is, prints, formats, compares and serialises as its name."""
    for text, name in (("a", "GSM-7"), ("б", "UCS-2")):
        found = segmenter.detect_encoding(text)
        assert found == name
        assert found is Encoding(name)
        assert isinstance(found, str)
        assert (str(found), f"{found}", f"{found:>7}") == (name, name, f"{name:>7}")
        assert "%s" % found == name  # noqa: UP031  each way of formatting has its own rules
        assert json.dumps(found) == f'"{name}"'
        assert {name: 1}[found] == 1
        assert pickle.loads(pickle.dumps(found)) is found
        assert copy.deepcopy(found) is found
    assert list(Encoding) == ["GSM-7", "UCS-2"]


def test_everything_about_one_message(segmenter: Segmenter) -> None:
    """All fields of an analysis of one text, by hand."""
    text = "б" * 66 + "\U0001f600" + "б"
    names = [NonGsm("б", index, 0x431, "CYRILLIC SMALL LETTER BE") for index in range(66)]
    names.append(NonGsm("\U0001f600", 66, 0x1F600, "GRINNING FACE"))
    names.append(NonGsm("б", 67, 0x431, "CYRILLIC SMALL LETTER BE"))
    assert segmenter.analyze("ab" + "€") == Analysis(
        text="ab€",
        encoding=Encoding.GSM7,
        units=4,
        segments=1,
        capacity=160,
        remaining=156,
        parts=(Part("ab€", 0, 3, 4),),
        non_gsm=(),
        sendable=True,
        limit=None,
        mms=False,
    )
    assert segmenter.analyze(text) == Analysis(
        text=text,
        encoding=Encoding.UCS2,
        units=69,
        segments=1,
        capacity=70,
        remaining=1,
        parts=(Part(text, 0, 68, 69),),
        non_gsm=tuple(names),
        sendable=True,
        limit=None,
        mms=False,
    )
    longer = segmenter.analyze(text + "aa")
    assert (longer.segments, longer.capacity, longer.remaining) == (2, 67, 62)
    assert longer.parts == (Part("б" * 66, 0, 66, 66), Part("\U0001f600бaa", 66, 70, 5))


def test_the_empty_text(segmenter: Segmenter) -> None:
    """The empty text is one segment, empty, with all room left."""
    found = segmenter.analyze("")
    assert (found.encoding, found.units, found.segments, found.remaining) == ("GSM-7", 0, 1, 160)
    assert found.parts == (Part("", 0, 0, 0),)
    assert segmenter.split("") == [""]
    assert segmenter.count_segments("") == 1


@pytest.mark.parametrize(("filler", "room"), [("a", 153), ("б", 67)])
def test_past_255_segments(segmenter: Segmenter, filler: str, room: int) -> None:
    """255 segments can be sent as one message; 256 cannot, are counted all the same, and it says why."""
    most = segmenter.analyze(filler * room * 255)
    assert (most.segments, most.sendable, most.limit, most.remaining) == (255, True, None, 0)
    over = segmenter.analyze(filler * room * 255 + "a")
    assert (over.segments, over.sendable) == (256, False)
    assert over.limit == "at most 255 segments in one message (TS 23.040 9.2.3.24.1)"
    assert len(over.parts) == 256
    as_mms = segmenter.analyze(filler * room * 255 + "a", mms=True)
    assert (as_mms.segments, as_mms.sendable, as_mms.limit) == (1, True, None)


def test_frozen(segmenter: Segmenter) -> None:
    """An analysis and what is in it cannot be changed."""
    found = segmenter.analyze("It’s")
    for value, field in ((found, "segments"), (found.parts[0], "end"), (found.non_gsm[0], "index")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field, 3)
    assert hash(found) == hash(segmenter.analyze("It’s"))


def test_plain_types(segmenter: Segmenter) -> None:
    """Every number is exactly an ``int``, every flag exactly a ``bool``, every string a ``str``."""
    for mms in (False, True):
        found = segmenter.analyze("It’s " * 40, mms=mms)
        assert {type(found.units), type(found.segments)} == {int}
        assert {type(found.sendable), type(found.mms)} == {bool}
        for part in found.parts:
            assert [type(value) for value in dataclasses.astuple(part)] == [str, int, int, int]
        for one in found.non_gsm:
            assert [type(value) for value in dataclasses.astuple(one)] == [str, int, int, str]
    assert type(segmenter.count_segments("a" * 161)) is int
    assert type(segmenter.count_segments("a" * 161, mms=True)) is int
    encoding, *numbers = segmenter.measure("б" * 71)
    assert type(encoding) is Encoding
    assert [type(number) for number in numbers] == [int, int]
    assert [type(value) for pair in segmenter.layout("a" * 161) for value in pair] == [int] * 4
    assert [type(index) for index in segmenter.foreign("бб")] == [int] * 2
    assert type(segmenter.measure("a")) is tuple
    assert type(segmenter.layout("a")) is list
    assert type(segmenter.layout("a")[0]) is tuple


def test_pickled(segmenter: Segmenter) -> None:
    """An analysis survives pickling."""
    found = segmenter.analyze("б" * 66 + "\U0001f600\ud83d")
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(
    ("codepoint", "name"),
    [
        (0x2019, "RIGHT SINGLE QUOTATION MARK"),
        (0x00, "<control-0000>"),
        (0x1B, "<control-001B>"),
        (0x9F, "<control-009F>"),
        (0xD83D, "<surrogate-D83D>"),
        (0xE000, "<private-use-E000>"),
        (0xFDD0, "<noncharacter-FDD0>"),
        (0xFFFE, "<noncharacter-FFFE>"),
        (0x10FFFF, "<noncharacter-10FFFF>"),
        (0x10FFFD, "<private-use-10FFFD>"),
        (0x0378, "<reserved-0378>"),
        (0x4E2D, "CJK UNIFIED IDEOGRAPH-4E2D"),
    ],
)
def test_names(codepoint: int, name: str) -> None:
    """Every code point has a name or the label of The Unicode Standard 4.8."""
    assert codepoint_name(codepoint) == name
