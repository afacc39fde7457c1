"""Encodings, and everything about one message."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from typing import TYPE_CHECKING

import pytest

from segcore import Analysis, Encoding, NonGsmCodePoint, Segment
from segcore.rules.scripts import codepoint_name

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
    assert list(Encoding) == ["GSM-7", "UCS-2", "UTF-8", "EUC-KR"]


def test_everything_about_one_message(segmenter: Segmenter) -> None:
    """All fields of an analysis of one text, by hand."""
    text = "б" * 66 + "\U0001f600" + "б"
    names = [NonGsmCodePoint("б", index, 0x431, "CYRILLIC SMALL LETTER BE") for index in range(66)]
    names.append(NonGsmCodePoint("\U0001f600", 66, 0x1F600, "GRINNING FACE"))
    names.append(NonGsmCodePoint("б", 67, 0x431, "CYRILLIC SMALL LETTER BE"))
    assert segmenter.analyze("ab" + "€") == Analysis(
        text="ab€",
        profile="standard",
        smart_encoding=None,
        sent="ab€",
        encoding=Encoding.GSM7,
        languages=(0, 0),
        units=4,
        segments=1,
        capacity=160,
        remaining=156,
        single=160,
        concatenated=153,
        parts=(Segment("ab€", 0, 3, 4),),
        non_gsm=(),
        suggested="ab€",
        savings=0,
        limits=(),
        mms=False,
    )
    assert segmenter.analyze(text) == Analysis(
        text=text,
        profile="standard",
        smart_encoding=None,
        sent=text,
        encoding=Encoding.UCS2,
        languages=(0, 0),
        units=69,
        segments=1,
        capacity=70,
        remaining=1,
        single=70,
        concatenated=67,
        parts=(Segment(text, 0, 68, 69),),
        non_gsm=tuple(names),
        suggested=text,
        savings=0,
        limits=(),
        mms=False,
    )
    longer = segmenter.analyze(text + "aa")
    assert (longer.segments, longer.capacity, longer.remaining) == (2, 67, 62)
    assert longer.parts == (Segment("б" * 66, 0, 66, 66), Segment("\U0001f600бaa", 66, 70, 5))


def test_names_of_national_tables(segmenter: Segmenter) -> None:
    """The tables are named by language and kind; the default ones are not."""
    found = segmenter.analyze("a")
    assert found.tables == ()
    both = dataclasses.replace(found, languages=(1, 2))
    assert both.tables == ("Turkish locking shift table", "Spanish single shift table")
    assert dataclasses.replace(found, languages=(0, 13)).tables == ("Urdu single shift table",)
    assert dataclasses.replace(found, languages=(3, 0)).tables == ("Portuguese locking shift table",)


def test_an_mms(segmenter: Segmenter) -> None:
    """An MMS is one part, with no room to run out of, and nothing to save."""
    text = "“" + "a" * 200
    found = segmenter.analyze(text, mms=True)
    assert (found.segments, found.encoding, found.units, found.mms) == (1, "UCS-2", 201, True)
    assert (found.capacity, found.remaining, found.single, found.concatenated) == (None, None, None, None)
    assert found.parts == (Segment(text, 0, 201, 201),)
    assert (found.suggested, found.savings) == ('"' + "a" * 200, 0)


@pytest.mark.parametrize(
    ("text", "suggested", "savings"),
    [
        # 70 code units are one segment, 71 two; as septets both are one.
        ("“Hi” " + "a" * 65, '"Hi" ' + "a" * 65, 0),
        ("“Hi” " + "a" * 66, '"Hi" ' + "a" * 66, 1),
        ("a" * 160 + "’", "a" * 160 + "'", 1),
        ("’" * 154, "'" * 154, 2),
        ("’" * 160, "'" * 160, 2),
        ("’" * 161, "'" * 161, 1),
        # Something is left that no table replaces: nothing is saved.
        ("“Hi” 中" + "a" * 70, '"Hi" 中' + "a" * 70, 0),
        # Three code points for one, and still UCS-2.
        ("…" * 67 + "中…", "..." * 67 + "中...", -3),
        ("no suggestion: 中", "no suggestion: 中", 0),
        ("nothing to suggest", "nothing to suggest", 0),
    ],
)
def test_suggestions(segmenter: Segmenter, text: str, suggested: str, savings: int) -> None:
    """What could be written instead, and what that would save; counted by hand."""
    found = segmenter.analyze(text)
    assert (found.suggested, found.savings) == (suggested, savings)
    assert found.segments - found.savings == segmenter.count_segments(found.suggested)
    assert found.sent == text


def test_each_suggestion(segmenter: Segmenter) -> None:
    """Each code point has its own suggestion: another text, nothing in its place, or none."""
    found = segmenter.analyze("’…\u200b\t中")
    # The recommended table has one space for a tab; those of Twilio and Telnyx have seven.
    assert [each.replacement for each in found.non_gsm] == ["'", "...", "", " ", None]
    assert found.suggested == "'... 中"


def test_suggestions_are_counted_under_the_same_profile(segmenter_class: type[Segmenter]) -> None:
    """What is saved depends on the room of the profile."""
    text = "’" + "a" * 305
    assert segmenter_class().analyze(text).savings == 3
    assert segmenter_class("us_toll_free_16bit").analyze(text).savings == 2


def test_the_empty_text(segmenter: Segmenter) -> None:
    """The empty text is one segment, empty, with all room left."""
    found = segmenter.analyze("")
    assert (found.encoding, found.units, found.segments, found.remaining) == ("GSM-7", 0, 1, 160)
    assert found.parts == (Segment("", 0, 0, 0),)
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
    with pytest.raises(AttributeError):
        found.limit = "none"  # type: ignore[misc]


def test_plain_types(segmenter: Segmenter) -> None:
    """Every number is exactly an ``int``, every flag exactly a ``bool``, every string a ``str``."""
    for mms in (False, True):
        found = segmenter.analyze("It’s " * 40, mms=mms)
        assert {type(found.units), type(found.segments)} == {int}
        assert {type(found.sendable), type(found.mms)} == {bool}
        for part in found.parts:
            assert [type(value) for value in dataclasses.astuple(part)] == [str, int, int, int]
        for one in found.non_gsm:
            assert [type(value) for value in dataclasses.astuple(one)] == [str, int, int, str, str]
        assert [type(value) for value in found.languages] == [int, int]
        assert {type(found.savings)} == {int}
        assert {type(found.profile), type(found.sent), type(found.suggested)} == {str}
    assert type(segmenter.count_segments("a" * 161)) is int
    assert type(segmenter.count_segments("a" * 161, mms=True)) is int
    encoding, *numbers = segmenter.measure("б" * 71)
    assert type(encoding) is Encoding
    assert [type(number) for number in numbers] == [int, int]
    assert [type(value) for pair in segmenter.layout("a" * 161) for value in pair] == [int] * 4
    assert [type(index) for index in segmenter.unencodable("бб")] == [int] * 2
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
