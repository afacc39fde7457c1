"""Compares predicted with reported segments, explains differences, and finds suspected reply loops.

Each counting method changes one rule; a method that gives the reported number explains it.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from math import isnan, nan
from operator import ne
from typing import Literal, NamedTuple

from segcore.analysis import Analysis
from segcore.bulk import Batch
from segcore.rules.alphabets import LANGUAGES, Alphabet
from segcore.rules.codings import CONCATENATION_16BIT_OCTETS, Coding, Encoding
from segcore.rules.profiles import PROFILES, Profile, with_smart_encoding
from segcore.rules.smart_encoding import TABLES
from segcore.segmenter import Segmenter


class MessageBatch(NamedTuple):
    """Messages that are counted together: texts, MMS flags and predicted counts."""

    texts: Sequence[str]
    mms: Sequence[bool]
    batch: Batch


Count = Callable[[MessageBatch], Sequence[int]]

_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")

# Any code point of the BMP outside the GSM-7 alphabet.
_ONE_CODE_UNIT = "\u4e00"


@dataclass(frozen=True)
class Method:
    """A counting method: a name, a title for people, the function, and the profiles that count this way."""

    name: str
    title: str
    count: Count
    profiles: tuple[str, ...] = ()


@lru_cache(maxsize=8)
def methods_for(profile: Profile) -> tuple[Method, ...]:
    """Return the counting methods that differ from a profile: one changed rule each, then known profiles.

    Example:
        >>> from segcore.rules.profiles import resolve
        >>> methods = {method.name: method.profiles for method in methods_for(resolve("bandwidth"))}
        >>> methods["16-bit-reference"], methods["telnyx"], methods["ceil"]
        (('us_toll_free_16bit',), ('telnyx',), ())
    """
    if profile.octets is not None:
        raise ValueError(
            f"profile: {profile.name} counts octets of {profile.octets.encoding}, but reports are of SMS; "
            "name a profile of SMS, such as bandwidth"
        )
    same = {_content(profile)}
    variants: dict[tuple[object, ...], tuple[str, str, Profile, list[str]]] = {}
    for name, title, variant in _variants(profile):
        if _content(variant) not in same:
            variants.setdefault(_content(variant), (name, title, variant, []))
    for name, title, variant in _known_profiles():
        if _content(variant) not in same:
            variants.setdefault(_content(variant), (name, title, variant, []))[3].append(name)
    return (
        Method(
            "ceil",
            "units divided by the capacity of a segment, rounded up; splits pairs",
            _divided(profile, has_header=True),
        ),
        Method(
            "no-header",
            "every segment as long as a single one, without a header",
            _divided(profile, has_header=False),
        ),
        Method("code-points", "UCS-2 counted in code points, not UTF-16 code units", _code_points(profile)),
        *(_as_profile(*variant) for variant in variants.values()),
        Method("mms", "counted as MMS: 1", _always_one),
        Method("sms", "an MMS counted by its text, as an SMS", _counted_by(profile, as_sms=True)),
    )


def _variants(base: Profile) -> Iterator[tuple[str, str, Profile]]:
    """Yield name, title and profile of rules that differ from the base in one point."""
    yield "16-bit-reference", "concatenated with a 16-bit reference number", _wide(base)
    clusters = replace(base, graphemes=True)
    yield "grapheme-clusters", "grapheme clusters never split across segments", clusters
    for table in TABLES:
        title = f"smart encoding with the table {table}"
        yield f"smart-encoding-{table}", title, replace(base, smart_encoding=table, partly="always")
    basic, extended = base.gsm7.basic, base.gsm7.extended
    one, none, nothing = (_septets(base, text) for text in (basic + extended, basic, ""))
    yield "extension-as-one", "characters of the extension table counted as one septet", one
    yield "no-extension", "characters of the extension table force UCS-2", none
    yield "ucs-2-always", "everything encoded as UCS-2", nothing
    if base.packing == "exact":
        yield "national-languages", "national language tables", replace(base, languages=tuple(LANGUAGES))


def _known_profiles() -> Iterator[tuple[str, str, Profile]]:
    for name, profile in PROFILES.items():
        # Routes that add text or divide in ways of their own explain no other provider's numbers.
        if profile.billing:
            continue
        yield name, f"as {profile.title}", profile
        if profile.smart_table is not None:
            smart = with_smart_encoding(profile, True)
            yield f"{name} with smart encoding", f"as {profile.title}, with smart encoding", smart


def _content(profile: Profile) -> tuple[object, ...]:
    """Return the parts of a profile that affect counts."""
    smart = (profile.smart_encoding_name, profile.partly) if profile.smart_encoding_name else None
    tables = profile.gsm7, profile.ucs2, profile.languages, profile.shifts
    return *tables, smart, profile.graphemes, profile.billing, profile.countries


def _as_profile(name: str, title: str, profile: Profile, profiles: list[str]) -> Method:
    count = _in_clusters(profile) if profile.graphemes else _counted_by(profile)
    return Method(name, title, count, tuple(profiles))


def _counted_by(profile: Profile, *, as_sms: bool = False) -> Count:
    count = Segmenter(profile).count_segments_bulk
    return lambda messages: count(messages.texts, mms=None if as_sms else messages.mms)


def _in_clusters(profile: Profile) -> Count:
    """Count clusters only where they can matter: finding them is slow without the extension."""
    segmenter, by_code_point = Segmenter(profile), _counted_by(replace(profile, graphemes=False))

    def count(messages: MessageBatch) -> Sequence[int]:
        counts = list(by_code_point(messages))
        # A single segment splits nothing; the only cluster in ASCII is CR LF, which may be split.
        selected = [i for i, text in enumerate(messages.texts) if counts[i] > 1 and not text.isascii()]
        found = segmenter.count_segments_bulk([messages.texts[i] for i in selected])
        for i, segments in zip(selected, found, strict=True):
            counts[i] = segments
        return counts

    return count


def _wide(base: Profile) -> Profile:
    gsm7, ucs2 = (
        Coding(
            coding.encoding,
            coding.alphabet,
            coding.extension,
            languages=coding.languages,
            elements=coding.elements,
            reference=CONCATENATION_16BIT_OCTETS,
        )
        for coding in (base.gsm7, base.ucs2)
    )
    return replace(base, gsm7=gsm7, ucs2=ucs2)


class _Septets(Alphabet):
    """An alphabet in which each code point costs one septet, even if it has more than 128 of them."""

    def __init__(self, text: str) -> None:
        super().__init__("", "", "")
        self._points = tuple(map(ord, text))

    @property
    def codepoints(self) -> tuple[int | None, ...]:
        return self._points


def _septets(base: Profile, text: str) -> Profile:
    return replace(base, gsm7=Coding(Encoding.GSM7, _Septets(text), reference=base.gsm7.reference))


def _divided(profile: Profile, *, has_header: bool) -> Count:
    """Divide units by the capacity of a segment of several, or by that of a single one, and round up."""
    capacities = {
        coding.encoding: (coding.single, coding.part if has_header else coding.single)
        for coding in (profile.gsm7, profile.ucs2)
    }

    def count(messages: MessageBatch) -> Sequence[int]:
        found = []
        sizes = zip(messages.batch.encodings, messages.batch.units, messages.mms, strict=True)
        for encoding, units, is_mms in sizes:
            single, part = capacities[encoding]
            found.append(1 if is_mms or units <= single else -(-units // part))
        return found

    return count


def _code_points(profile: Profile) -> Count:
    segmenter = Segmenter(profile)

    def count(messages: MessageBatch) -> Sequence[int]:
        plain = [text if text.isascii() else _BEYOND_BMP.sub(_ONE_CODE_UNIT, text) for text in messages.texts]
        return segmenter.count_segments_bulk(plain, mms=messages.mms)

    return count


def _always_one(messages: MessageBatch) -> Sequence[int]:
    return [1] * len(messages.texts)


_BATCH = 1 << 12

Direction = Literal["in", "out"]


@dataclass(frozen=True)
class Disagreement:
    """A message whose reported number of segments differs from the prediction.

    Args:
        key: Its identifier, or its tag if it has none.
        direction: ``out`` if you sent it, ``in`` if you received it.
        text: Its text.
        mms: Whether it was counted as an MMS.
        encoding: The encoding of its text as SMS.
        units: Septets or UTF-16 code units of its text.
        predicted: Segments that segcore counts.
        reported: Segments that the provider reported.
        explanations: The names of the counting methods that give the reported number; empty if none does.
        carrier: The carrier, if a list of messages names it.
    """

    key: str
    direction: Direction
    text: str
    mms: bool
    encoding: Encoding
    units: int
    predicted: int
    reported: int
    explanations: tuple[str, ...]
    carrier: str | None = None

    def analyze(self, profile: str | Profile = "bandwidth") -> Analysis:
        """Return the analysis of the text.

        Args:
            profile: The rules to count under.

        Returns:
            The `Analysis`.
        """
        return Segmenter(profile).analyze(self.text, mms=self.mms)


@dataclass(frozen=True)
class MethodFit:
    """The fit of a counting method to the reported numbers.

    Args:
        name: The method.
        title: The method in words.
        explained: Disagreements whose reported number it gives.
        contradicted: Correctly predicted messages for which it gives another number.
        profiles: The names of the profiles that count this way.
    """

    name: str
    title: str
    explained: int
    contradicted: int
    profiles: tuple[str, ...]


class Comparison:
    """Compares predictions under a profile with reported segments.

    Example:
        >>> from segcore.rules.profiles import resolve
        >>> comparison = Comparison(resolve("bandwidth"))
        >>> comparison.add("m1", "out", "a" * 152 + "€" + "a" * 152, False, 2)
        >>> comparison.finish()
        >>> comparison.disagreements[0].predicted, comparison.disagreements[0].explanations
        (3, ('ceil', 'no-header', 'extension-as-one'))
    """

    def __init__(self, profile: Profile) -> None:
        self._segmenter = Segmenter(profile)
        self._methods = methods_for(profile)
        self._explained = dict.fromkeys((method.name for method in self._methods), 0)
        self._contradicted = dict(self._explained)
        self._waiting: list[tuple[str, Direction, str, bool, int]] = []
        self.compared: dict[str, int] = {"out": 0, "in": 0}
        self.predicted: dict[str, int] = {"out": 0, "in": 0}
        self.reported: dict[str, int] = {"out": 0, "in": 0}
        self.disagreements: list[Disagreement] = []

    def add(self, key: str, direction: Direction, text: str, mms: bool, reported: int) -> None:
        """Compare one message, now or with the next batch."""
        self._waiting.append((key, direction, text, mms, reported))
        if len(self._waiting) >= _BATCH:
            self.finish()

    def finish(self) -> None:
        """Compare the messages that wait for a full batch."""
        if not self._waiting:
            return
        keys, directions, texts, mms, reported = zip(*self._waiting, strict=True)
        batch = self._segmenter.analyze_bulk(texts, mms=mms)
        messages, predicted = MessageBatch(texts, mms, batch), batch.segments
        for direction, ours, theirs in zip(directions, predicted, reported, strict=True):
            self.compared[direction] += 1
            self.predicted[direction] += ours
            self.reported[direction] += theirs
        differing = [
            i for i, (ours, theirs) in enumerate(zip(predicted, reported, strict=True)) if ours != theirs
        ]
        names: dict[int, list[str]] = {i: [] for i in differing}
        for method in self._methods:
            self._try(method, method.count(messages), reported, names)
        self.disagreements += [
            Disagreement(
                keys[i], directions[i], texts[i], mms[i], batch.encodings[i], batch.units[i], predicted[i],
                reported[i], tuple(names[i]),
            )
            for i in differing
        ]  # fmt: skip
        self._waiting = []

    def _try(
        self, method: Method, counts: Sequence[int], reported: Sequence[int], names: dict[int, list[str]]
    ) -> None:
        """Add a method to the disagreements it explains, and count the predictions it contradicts."""
        fitting = [i for i in names if counts[i] == reported[i]]
        for i in fitting:
            names[i].append(method.name)
        self._explained[method.name] += len(fitting)
        differing = sum(map(ne, counts, reported))
        self._contradicted[method.name] += differing - (len(names) - len(fitting))

    @property
    def fits(self) -> list[MethodFit]:
        """The methods that explain at least one disagreement, best first."""
        found = [
            MethodFit(
                method.name,
                method.title,
                self._explained[method.name],
                self._contradicted[method.name],
                method.profiles,
            )
            for method in self._methods
            if self._explained[method.name]
        ]
        return sorted(found, key=lambda fit: (-fit.explained, fit.contradicted))


# A loop replies at once.  People and schedules rarely do so this often in a row.
_SECONDS = 5.0
_MESSAGES = 10


@dataclass(frozen=True)
class SuspectedLoop:
    """Messages to one recipient that look like replies to reports about earlier ones.

    Args:
        recipient: The recipient.
        messages: Number of messages, each created within 5 seconds of a report about the one before; or all
            messages that went to their own sender.
        to_sender: Whether the recipient is the number that sent them.
    """

    recipient: str
    messages: int
    to_sender: bool


class ReplyLoops:
    """Collects the times of messages, which have numbers here, and finds suspected loops.

    Example:
        >>> loops = ReplyLoops()
        >>> for minute in range(10):
        ...     loops.add()
        ...     loops.note(minute, f"2026-11-23T09:0{minute}:00Z", f"2026-11-23T09:0{minute}:58Z")
        >>> loops.found(["+12025550143"] * 10)
        [SuspectedLoop(recipient='+12025550143', messages=10, to_sender=False)]
    """

    def __init__(self) -> None:
        self._created = array("d")
        self._reported = array("d")
        self._received: Counter[str] = Counter()
        self._to_sender: dict[str, set[int]] = {}

    def add(self) -> None:
        """Add a message."""
        self._created.append(nan)
        self._reported.append(nan)

    def note(self, message: int, created: str | None, reported: str | None) -> None:
        """Note when a message was created and first reported (RFC 3339)."""
        if isnan(self._created[message]):
            self._created[message] = _seconds(created)
        if isnan(self._reported[message]):
            self._reported[message] = _seconds(reported)

    def note_to_sender(self, message: int, sender: str) -> None:
        """Note that a message went to its own sender."""
        self._to_sender.setdefault(sender, set()).add(message)

    def note_received(self, sender: str | None) -> None:
        """Note that a message came from a number: a reply to it is no loop."""
        if sender is not None:
            self._received[sender] += 1

    def found(self, recipients: Sequence[str | None]) -> list[SuspectedLoop]:
        """Return the suspected loops, the longest first."""
        found = [SuspectedLoop(sender, len(each), True) for sender, each in self._to_sender.items()]
        frequent = {
            to for to, number in Counter(recipients).items() if to is not None and number >= _MESSAGES
        }
        messages: dict[str, list[int]] = {}
        for message, to in enumerate(recipients if frequent else ()):
            if to is not None and to in frequent and not isnan(self._created[message]):
                messages.setdefault(to, []).append(message)
        for to, each in messages.items():
            length = self._longest(sorted(each, key=self._created.__getitem__))
            if length >= _MESSAGES and 2 * self._received[to] < length and to not in self._to_sender:
                found.append(SuspectedLoop(to, length, False))
        return sorted(found, key=lambda loop: (-loop.messages, loop.recipient))

    def _longest(self, messages: Sequence[int]) -> int:
        """Return the longest run of messages, each created at once after a report about the one before."""
        longest = run = 1
        for before, message in pairwise(messages):
            is_reply = 0 <= self._created[message] - self._reported[before] <= _SECONDS
            run = run + 1 if is_reply else 1
            longest = max(longest, run)
        return longest


def _seconds(time: str | None) -> float:
    """Return a time in seconds, NaN if it is unknown."""
    try:
        # Python 3.10 does not read the letter Z.
        return datetime.fromisoformat((time or "").replace("Z", "+00:00")).timestamp()
    except ValueError:
        return nan
