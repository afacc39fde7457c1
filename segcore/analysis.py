"""The analysis of one message: encoding, segments, the code points that force UCS-2, the room left."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from segcore.engine import views
from segcore.engine.chooser import SegmentCounter
from segcore.rules.alphabets import LANGUAGES
from segcore.rules.billing import Billing, Octets
from segcore.rules.codings import MAX_SEGMENTS, Coding, Encoding
from segcore.rules.profiles import Profile
from segcore.rules.scripts import codepoint_name


@dataclass(frozen=True)
class Segment:
    """One segment of a message.

    Args:
        text: Its text.
        start: Index in the text as it is sent of its first code point.
        end: Index in the text as it is sent of the code point after its last one.
        units: Septets or UTF-16 code units that it takes.
    """

    text: str
    start: int
    end: int
    units: int


@dataclass(frozen=True)
class NonGsmCodePoint:
    """A code point that forces UCS-2, because no 7-bit coding of the profile can send it.

    Args:
        text: The code point, as a string.
        index: Its index in the text as it is sent, counted in code points.
        codepoint: Its number.
        name: Its Unicode name, or its label if it has none (``<control-001B>``).
        replacement: The recommended replacement: ``""`` to remove it, ``None`` if there is none.
    """

    text: str
    index: int
    codepoint: int
    name: str
    replacement: str | None = None


@dataclass(frozen=True)
class Analysis:
    """The encoding, segments and problems of one message.

    Args:
        text: The text that was analyzed.
        profile: Name of the profile that it was counted under.
        smart_encoding: Name of the smart encoding table that is applied, ``None`` for none.
        sent: The text as it goes out, with the text that the route adds, after smart encoding.
        encoding: The encoding that it gets as SMS; the route's own encoding if the route counts octets.
        message_class: The class of the message where octets are counted, such as ``"Single"`` of RCS;
            ``None`` elsewhere, and for an MMS.
        over_by: Units to cut from the end of the text to need one segment less: 0 if there is only one
            segment; ``None`` for an MMS, and if the text that the route adds takes these segments by itself.
        languages: National language identifiers of its locking and its single shift table; 0 for the default
            tables.
        units: Septets (GSM-7), UTF-16 code units (UCS-2) or octets of the whole text.
        segments: Segments that are billed; 1 for an MMS.
        capacity: Units that fit in one segment, given how many there are, or in a message of its class;
            ``None`` for an MMS, and if the class has no limit.
        remaining: Units still free before another segment or class is needed; ``None`` for an MMS, and if
            there is no limit.
        single: Units that fit in a message of one segment; ``None`` for an MMS.
        concatenated: Units that fit in each segment of several; ``None`` for an MMS.
        parts: The segments of `sent`.
        non_gsm: The code points that force UCS-2, in the order of the text as it is sent.
        suggested: The text with all suggested replacements; `sent` if there are none.
        savings: Segments that `suggested` saves; negative if longer replacements cost more.
        limits: Each limit that it exceeds, with its source; empty if it can be sent as one message.
        mms: Whether it was counted as MMS.
    """

    text: str
    profile: str
    smart_encoding: str | None
    sent: str
    encoding: Encoding
    languages: tuple[int, int]
    units: int
    segments: int
    capacity: int | None
    remaining: int | None
    single: int | None
    concatenated: int | None
    parts: tuple[Segment, ...]
    non_gsm: tuple[NonGsmCodePoint, ...]
    suggested: str
    savings: int
    limits: tuple[str, ...]
    mms: bool
    message_class: str | None = None
    over_by: int | None = 0

    @property
    def sendable(self) -> bool:
        """Whether it can be sent as one message."""
        return not self.limits

    @property
    def limit(self) -> str | None:
        """The limits that forbid it, with their sources; ``None`` if it can be sent."""
        return "; ".join(self.limits) or None

    def _repr_html_(self) -> str:
        return views.notebook(self)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the national language tables that it is sent with."""
        kinds = zip(self.languages, ("locking", "single"), strict=True)
        return tuple(f"{LANGUAGES[language]} {kind} shift table" for language, kind in kinds if language)


def split(counter: SegmentCounter, text: str) -> list[str]:
    """Return the text of each segment."""
    layout = counter.layout(text)
    return [part.text for part in _parts(counter.sent(text), layout)]


def analyze(counter: SegmentCounter, profile: Profile, text: str, mms: bool) -> Analysis:
    """Return the `Analysis` of one message under a profile."""
    encoding, units, segments = counter.measure(text)
    # Without what a subclass may have overridden: the counts above are of what it holds.
    text = str.__str__(text)
    sent = counter.sent(text)
    coding = counter.coding(text)
    layout = [(len(sent), units)] if mms else counter.layout(text)
    capacity: int | None = coding.single if segments == 1 else coding.part
    filled = layout[-1][1]
    octets = profile.octets
    if octets is not None:
        capacity, filled = _room_of_octets(octets, units, segments)
    non_gsm = _all_non_gsm(sent, counter.unencodable(text))
    suggested = _suggested(sent, non_gsm)
    unsendable = non_gsm if octets is not None or profile.encoding == "gsm7" else ()
    saved = 0
    if not mms and suggested != sent:
        # The route adds to the suggested text, too.
        instead = _replaced(text, non_gsm) if profile.billing else suggested
        saved = segments - counter.measure(instead)[2]
    return Analysis(
        text=text,
        profile=profile.name,
        smart_encoding=profile.smart_encoding_name,
        sent=sent,
        encoding=encoding,
        languages=coding.languages,
        units=units,
        segments=1 if mms else segments,
        capacity=None if mms else capacity,
        remaining=None if mms or capacity is None else max(0, capacity - filled),
        single=None if mms else coding.single,
        concatenated=None if mms else coding.part,
        parts=_parts(sent, layout),
        non_gsm=non_gsm,
        suggested=suggested,
        savings=saved,
        limits=(
            *_limits(profile, encoding, len(text), None if mms else segments, unsendable),
            *(() if mms else _limits_of_octets(profile, units)),
        ),
        mms=mms,
        message_class=None if mms or octets is None else octets.kind(units),
        over_by=None if mms else _over_by(counter, profile, text, segments),
    )


def _over_by(counter: SegmentCounter, profile: Profile, text: str, segments: int) -> int | None:
    """Return the units to cut from the end of a text to need fewer segments; ``None`` if no cut helps."""
    if segments == 1:
        return 0
    # A link counts as a whole here, too.
    billing = profile.billing
    text = Billing(link_length=billing.link_length, field_length=billing.field_length).applied(text)

    def is_less(end: int) -> bool:
        return counter.measure(text[:end])[2] < segments

    if not is_less(0):
        return None
    if billing.suffix:
        # Before other text a longer beginning may take less, where pairs of units fall differently.
        end = next(end for end in range(len(text) - 1, -1, -1) if _is_cut(text, end) and is_less(end))
    else:
        end = bisect_left(range(1, len(text)), True, key=lambda each: not is_less(each))
        end -= not _is_cut(text, end)
    coding = counter.coding(text)
    units, fewer = (_units_in(coding, profile.octets, counter.sent(each)) for each in (text, text[:end]))
    return units - fewer


def _is_cut(text: str, end: int) -> bool:
    """Return whether a text may end at an index: not within a surrogate pair."""
    return not "\ud800" <= text[end - 1 : end] < "\udc00" <= text[end] < "\ue000"


def _units_in(coding: Coding, octets: Octets | None, sent: str) -> int:
    """Return the units of a text in a coding that may not be the one that it would be sent in."""
    if octets is not None:
        return octets.count(sent)
    if coding.encoding is Encoding.UCS2:
        return len(sent.encode("utf-16-le", "surrogatepass")) // 2
    return len(sent) + sum(map(sent.count, coding.extended))


def _room_of_octets(octets: Octets, units: int, segments: int) -> tuple[int | None, int]:
    """Return the octets that fit in the last segment or in a message of its class, and how many are there."""
    if len(octets.classes) == 1:
        return octets.first, units - (segments - 1) * octets.first
    return (octets.first if units <= octets.first else octets.most), units


def _limits_of_octets(profile: Profile, units: int) -> Iterator[str]:
    octets = profile.octets
    if octets is not None and octets.most is not None and units > octets.most:
        source = profile.facts["octets"].source or "the profile"
        yield f"at most {octets.most:,} octets of {octets.encoding} in one message ({source})"


def _parts(text: str, layout: list[tuple[int, int]]) -> tuple[Segment, ...]:
    starts = [0, *(end for end, _ in layout)]
    return tuple(
        Segment(text[start:end], start, end, units)
        for start, (end, units) in zip(starts, layout, strict=False)
    )


def _all_non_gsm(text: str, indices: list[int]) -> tuple[NonGsmCodePoint, ...]:
    if not indices:
        return ()
    # Most messages need neither this table nor the time to load it.
    from segcore.rules.smart_encoding import TABLES

    replacements = TABLES["segcore"].replacements
    names = {point: codepoint_name(ord(point)) for point in {text[index] for index in indices}}
    return tuple(
        NonGsmCodePoint(point, index, ord(point), names[point], replacements.get(point))
        for index, point in ((index, text[index]) for index in indices)
    )


def _suggested(text: str, non_gsm: tuple[NonGsmCodePoint, ...]) -> str:
    points = list(text)
    for each in non_gsm:
        if each.replacement is not None:
            points[each.index] = each.replacement
    return "".join(points)


def _replaced(text: str, non_gsm: tuple[NonGsmCodePoint, ...]) -> str:
    """Return the original text with every suggested replacement."""
    replacements = {each.text: each.replacement for each in non_gsm if each.replacement is not None}
    return "".join(replacements.get(point, point) for point in text)


def _limits(
    profile: Profile,
    encoding: Encoding,
    length: int,
    segments: int | None,
    unsendable: Sequence[NonGsmCodePoint],
) -> Iterator[str]:
    """Yield each limit that a text of `length` code points exceeds; `segments` is ``None`` for an MMS."""
    longest = profile.max_mms_length if segments is None else profile.max_length
    if unsendable and segments is not None:
        points = ", ".join(dict.fromkeys(f"{each.text!r} (U+{each.codepoint:04X})" for each in unsendable))
        route = "in EUC-KR" if profile.octets is not None else "by a route for GSM-7 alone"
        yield f"{points} cannot be sent {route}"
    if segments is not None and segments > MAX_SEGMENTS and profile.octets is None:
        yield _at_most(MAX_SEGMENTS, "segment", "in one message", "TS 23.040 9.2.3.24.1")
    if segments is not None and segments > profile.max_segments != MAX_SEGMENTS:
        yield _at_most(profile.max_segments, "segment", "in one message", profile.max_segments_source)
    if longest is not None and length > longest.of(encoding):
        kind = "of an MMS" if segments is None else f"of {encoding} text"
        kind = "in one message" if segments is not None and profile.octets is not None else kind
        yield _at_most(longest.of(encoding), "code point", kind, longest.source)


def _at_most(number: int, what: str, where: str, source: str) -> str:
    return f"at most {number} {what}{'' if number == 1 else 's'} {where} ({source})"
