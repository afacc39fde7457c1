"""Before sending: templates, text that a route adds; here texts cut to fit or split into messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from segcore._errors import not_text, unknown
from segcore.rules.codings import Encoding
from segcore.rules.profile import Profile
from segcore.rules.smart_encoding import TABLES
from segcore.segmenter import Segmenter, segmenter_of

BOUNDARIES = ("word", "grapheme", "code point")
"""The places at which a text may be cut."""

_PAIR_OR_POINT = re.compile("(?s)[\ud800-\udbff][\udc00-\udfff]|.")
# Code points of the longest cluster that is kept whole at the end of what may fit.
_MARGIN = 64

_NUMBERING = re.compile(r"(?P<before>\D*)1(?P<between>\D+)3(?P<after>\D*)")


def truncate(
    text: str,
    segments: int = 1,
    *,
    ellipsis: str = "...",
    at: str = "word",
    profile: str | Profile | Segmenter = "standard",
) -> str:
    """Return the longest beginning of a text that fits into a number of segments.

    Args:
        text: The text of one message.
        segments: The most segments that it may take.
        ellipsis: The text in place of the rest. If it would turn a GSM-7 message into UCS-2, its recommended
            replacement is used, or nothing if there is none.
        at: Where the text may end: after a ``"word"``, a ``"grapheme"`` cluster or a ``"code point"``.  A
            first word that does not fit by itself is cut after a grapheme cluster.
        profile: The rules to count under: a key of `PROFILES`, a `Profile` or a `Segmenter`.

    Returns:
        The text itself if it fits; otherwise its longest beginning that fits together with the ellipsis,
        without space before it.  It never ends within a surrogate pair.

    Raises:
        TypeError: `text` or `ellipsis` is not a ``str``.
        ValueError: `segments` is less than 1, or there is no such place to cut.

    Example:
        >>> truncate("a" * 150 + " and some more words")[148:]
        'aa and...'
        >>> len(truncate("a" * 400, 2, ellipsis="", at="code point"))
        306

    Source: 3GPP TS 23.040 9.2.3.24.1.
    """
    if not isinstance(text, str):
        raise not_text("text", text)
    if not isinstance(ellipsis, str):
        raise not_text("ellipsis", ellipsis)
    if type(segments) is not int or segments < 1:
        raise ValueError(f"segments: expected a number from 1, got {segments!r}")
    if at not in BOUNDARIES:
        raise unknown("at", at, BOUNDARIES)
    counter = segmenter_of(profile)
    if counter.count_segments(text) <= segments:
        return str.__str__(text)
    fitter = _Fitter(counter, segments)
    for boundaries in dict.fromkeys((at, "grapheme" if at == "word" else at)):
        for end in fitter.ends(text, boundaries):
            beginning = text[:end]
            if at != "code point":
                beginning = beginning.rstrip()
            shortened = beginning + fitter.ellipsis(beginning, ellipsis)
            if beginning and counter.count_segments(shortened) <= segments:
                return shortened
    alone = fitter.ellipsis("", ellipsis)
    return alone if counter.count_segments(alone) <= segments else ""


def split_messages(
    text: str, *, numbering: str | None = "(1/3)", profile: str | Profile | Segmenter = "standard"
) -> list[str]:
    """Split a text into messages of one segment each, for networks that do not join segments.

    Args:
        text: The text.
        numbering: A sample of the numbers in front of each message, with 1 for the number of the message and
            3 for how many there are; ``None`` for none.  A text that fits into one message gets none.
        profile: The rules to count under: a key of `PROFILES`, a `Profile` or a `Segmenter`.

    Returns:
        The messages, each filled with as many words as fit, in the encoding that it needs by itself.  A word
        longer than a message is cut after a grapheme cluster.  Space at the ends of messages is dropped.

    Raises:
        TypeError: `text` is not a ``str``.
        ValueError: `numbering` does not have the two numbers, or leaves no room for text.

    Example:
        >>> parts = split_messages("Your parcel is on its way. " * 8)
        >>> [len(part) for part in parts], parts[1][:15]
        ([158, 68], '(2/2) its way. ')

    Source: 3GPP TS 23.040 9.2.3.24 (a message without a header has the room of one segment).
    """
    if not isinstance(text, str):
        raise not_text("text", text)
    if not isinstance(numbering, (str, type(None))):
        raise not_text("numbering", numbering)
    sample = None if numbering is None else _NUMBERING.fullmatch(numbering)
    if numbering is not None and sample is None:
        raise ValueError(f'numbering: {numbering!r} does not show where the numbers go; write it as "(1/3)"')
    counter = segmenter_of(profile)
    if counter.count_segments(text) == 1:
        return [str.__str__(text)]
    if sample is None:
        return _messages(counter, text, "")
    # Braces mean a number in what the numbering is made into.
    before, between, after = (
        sample[part].replace("{", "{{").replace("}", "}}") for part in sample.groupdict()
    )
    after += " "
    digits = 1
    while True:
        parts = _messages(counter, text, f"{before}{{}}{between}{'8' * digits}{after}")
        # A total with more digits takes more room, so that it only grows.
        if len(str(len(parts))) <= digits:
            start = f"{before}{{}}{between}{len(parts)}{after}"
            return [start.format(number) + part for number, part in enumerate(parts, 1)]
        digits = len(str(len(parts)))


def _messages(counter: Segmenter, text: str, prefix: str) -> list[str]:
    """Return the parts of a text, each of which makes one segment with its prefix and its number in that."""
    fitter = _Fitter(counter, 1)
    found: list[str] = []
    rest = text.strip()
    while rest:
        start = prefix.format(len(found) + 1)
        end = len(rest) if counter.count_segments(start + rest) == 1 else fitter.longest(start, rest)
        if not end:
            raise ValueError(f"numbering: {start!r} leaves no room for text in a message of one segment")
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return found


class _Fitter:
    """Finds the longest beginning of a text that fits into so many segments."""

    def __init__(self, counter: Segmenter, segments: int) -> None:
        self._counter = counter
        self._segments = segments
        profile = counter.profile
        # A code point takes a unit at least, unless smart encoding removes it.
        room = max(coding.single + coding.part * (segments - 1) for coding in (profile.gsm7, profile.ucs2))
        if profile.octets is not None:
            # At least one octet a code point; a message of several classes never takes more than one segment.
            room = profile.octets.first * segments
        has_classes = profile.octets is not None and len(profile.octets.classes) > 1
        # A link or a field may count less than its code points.
        shortens = profile.link_length is not None or profile.field_length is not None
        self._most = None if profile.smart_encoding or has_classes or shortens else room

    def ends(self, text: str, at: str) -> Iterator[int]:
        """Yield where a beginning of the text may end and may fit, the last place first."""
        if self._most is not None:
            # The rest, cut off here, cannot fit; the margin keeps clusters whole that begin before it.
            text = text[: self._most + _MARGIN]
        if at == "code point":
            items = _PAIR_OR_POINT.findall(text)
        else:
            # Imported here: its table takes longer to read than the rest of the package.
            from segcore.rules.graphemes import clusters

            items = clusters(text)
        ends = [end for end in accumulate(map(len, items)) if self._most is None or end <= self._most]
        if at == "word":
            ends = [
                end for end in ends if end < len(text) and text[end].isspace() and not text[end - 1].isspace()
            ]
        return reversed(ends)

    def longest(self, start: str, text: str) -> int:
        """Return the end of the longest beginning that fits behind a start, at a word if one fits."""
        for at in ("word", "grapheme"):
            for end in self.ends(text, at):
                if self._counter.count_segments(start + text[:end].rstrip()) <= self._segments:
                    return end
        return 0

    def ellipsis(self, beginning: str, ellipsis: str) -> str:
        """Return an ellipsis that does not bring a beginning from GSM-7 to UCS-2."""
        detect = self._counter.detect_encoding
        replacements = TABLES["segcore"].replacements
        for one in (ellipsis, "".join(replacements.get(point, point) for point in ellipsis)):
            if detect(beginning) is not Encoding.GSM7 or detect(beginning + one) is Encoding.GSM7:
                return one
        return ""
