"""Everything about one message: where its segments end, what forces UCS-2, what room is left."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from segcore._core import SegmentCounter
from segcore.codings import Encoding
from segcore.profiles import Profile


@dataclass(frozen=True)
class Part:
    """One segment of a message.

    Args:
        text: Its text.
        start: Index in the message of its first code point.
        end: Index in the message of the code point after its last one.
        units: Septets or UTF-16 code units that it takes.
    """

    text: str
    start: int
    end: int
    units: int


@dataclass(frozen=True)
class NonGsm:
    """One code point that is not in the profile's alphabet, and so forces UCS-2.

    Args:
        text: The code point, as a string.
        index: Its index in the message, counted in code points.
        codepoint: Its number.
        name: Its Unicode name, or its label if it has none (``<control-001B>``).
    """

    text: str
    index: int
    codepoint: int
    name: str


@dataclass(frozen=True)
class Analysis:
    """What segcore knows about one message.

    Args:
        text: The text that was analyzed.
        encoding: The encoding that it gets as SMS.
        units: Septets (GSM-7) or UTF-16 code units (UCS-2) of the whole text.
        segments: Segments that are billed; 1 for an MMS.
        capacity: Units that fit in one segment, given how many there are; ``None`` for an MMS.
        remaining: Units still free before another segment is needed; ``None`` for an MMS.
        parts: The segments.
        non_gsm: The code points that force UCS-2, in the order of the text.
        sendable: Whether it can be sent as one message.
        limit: The limit that forbids it, with its source; ``None`` if it can be sent.
        mms: Whether it was counted as MMS.
    """

    text: str
    encoding: Encoding
    units: int
    segments: int
    capacity: int | None
    remaining: int | None
    parts: tuple[Part, ...]
    non_gsm: tuple[NonGsm, ...]
    sendable: bool
    limit: str | None
    mms: bool


def codepoint_name(codepoint: int) -> str:
    """Return the Unicode name of a code point, or its label in angle brackets if it has none.

    Args:
        codepoint: A number from 0 to 0x10FFFF.

    Example:
        >>> codepoint_name(0x2019), codepoint_name(0x1B)
        ('RIGHT SINGLE QUOTATION MARK', '<control-001B>')

    Source: The Unicode Standard 4.8, code point labels.
    """
    name = unicodedata.name(chr(codepoint), "")
    if name:
        return name
    if 0xFDD0 <= codepoint <= 0xFDEF or codepoint & 0xFFFE == 0xFFFE:
        return f"<noncharacter-{codepoint:04X}>"
    kinds = {"Cc": "control", "Cs": "surrogate", "Co": "private-use"}
    return f"<{kinds.get(unicodedata.category(chr(codepoint)), 'reserved')}-{codepoint:04X}>"


def split(counter: SegmentCounter, text: str) -> list[str]:
    """Return the text of each segment."""
    layout = counter.layout(text)
    return [part.text for part in _parts(str.__str__(text), layout)]


def analyze(counter: SegmentCounter, profile: Profile, text: str, mms: bool) -> Analysis:
    """Return the `Analysis` of one message under a profile."""
    encoding, units, segments = counter.measure(text)
    # Without what a subclass may have overridden: the counts above are of what it holds.
    text = str.__str__(text)
    layout = [(len(text), units)] if mms else counter.layout(text)
    segments = 1 if mms else segments
    coding = profile.gsm7 if encoding is Encoding.GSM7 else profile.ucs2
    capacity = coding.single if segments == 1 else coding.part
    sendable = segments <= profile.max_segments
    return Analysis(
        text=text,
        encoding=encoding,
        units=units,
        segments=segments,
        capacity=None if mms else capacity,
        remaining=None if mms else capacity - layout[-1][1],
        parts=_parts(text, layout),
        non_gsm=tuple(_non_gsm(text, index) for index in counter.foreign(text)),
        sendable=sendable,
        limit=None if sendable else _limit(profile),
        mms=mms,
    )


def _parts(text: str, layout: list[tuple[int, int]]) -> tuple[Part, ...]:
    starts = [0, *(end for end, _ in layout)]
    return tuple(
        Part(text[start:end], start, end, units) for start, (end, units) in zip(starts, layout, strict=False)
    )


def _non_gsm(text: str, index: int) -> NonGsm:
    codepoint = ord(text[index])
    return NonGsm(text[index], index, codepoint, codepoint_name(codepoint))


def _limit(profile: Profile) -> str:
    return f"at most {profile.max_segments} segments in one message ({profile.max_segments_source})"
