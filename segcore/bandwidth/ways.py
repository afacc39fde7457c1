"""Other ways of counting that explain a number which is not the predicted one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from segcore.alphabets import DEFAULT_ALPHABET, DEFAULT_EXTENSION, Alphabet
from segcore.bulk import Batch
from segcore.codings import CONCATENATION_16BIT_OCTETS, Coding, Encoding
from segcore.profiles import Profile
from segcore.segmenter import Segmenter


class Messages(NamedTuple):
    """Messages that are counted together.

    Args:
        texts: Their texts.
        mms: Which of them are MMS.
        batch: What the predictions say of them.
    """

    texts: Sequence[str]
    mms: Sequence[bool]
    batch: Batch


Count = Callable[[Messages], Sequence[int]]

_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")

# Any code point of the BMP that is not in the alphabet.
_ONE_CODE_UNIT = "\u4e00"


@dataclass(frozen=True)
class Way:
    """One way of counting.

    Args:
        name: What to call it.
        title: What it does, for people.
        count: Returns the segments of each of several messages.
    """

    name: str
    title: str
    count: Count


def ways_of(profile: Profile) -> tuple[Way, ...]:
    """Return the ways of counting that a disagreement is tried with, simpler ones first.

    Args:
        profile: The rules of the predictions.

    Example:
        >>> from segcore.profiles import resolve
        >>> [way.name for way in ways_of(resolve("standard"))][:2]
        ['ceil', '16-bit-reference']
    """
    return (
        Way(
            "ceil", "units divided by the capacity of a segment, rounded up: pairs are parted", _ceil(profile)
        ),
        _rule("16-bit-reference", "concatenated with a 16-bit reference number", _wide(DEFAULT_ALPHABET)),
        Way("no-header", "160 septets or 70 code units in every segment, no header", _no_header(profile)),
        Way("code-points", "UCS-2 counted in code points, not UTF-16 code units", _code_points(profile)),
        _rule(
            "extension-as-one",
            "code points of the extension table counted as one septet",
            _gsm7_of(DEFAULT_ALPHABET.text + DEFAULT_EXTENSION.text),
        ),
        _rule(
            "no-extension", "code points of the extension table force UCS-2", _gsm7_of(DEFAULT_ALPHABET.text)
        ),
        _rule("ascii-only", "only ASCII is sent as GSM-7", _ascii(DEFAULT_ALPHABET, DEFAULT_EXTENSION)),
        _rule(
            "ucs-2-always",
            "everything is sent as UCS-2",
            Profile("ucs-2-always", "", gsm7=_Table("").coding()),
        ),
        Way("mms", "sent as MMS, which counts 1", _always_one),
        Way("sms", "an MMS counted by its text", _as_sms(profile)),
    )


class _Table(Alphabet):
    """Code points that cost one septet, whatever their septets are."""

    def __init__(self, text: str) -> None:
        super().__init__("", "", "")
        self._text = text

    @property
    def text(self) -> str:
        return self._text

    def coding(self, extension: Alphabet | None = None) -> Coding:
        return Coding(Encoding.GSM7, self, extension)


def _rule(name: str, title: str, profile: Profile) -> Way:
    segmenter = Segmenter(profile)
    return Way(name, title, lambda each: segmenter.count_segments_bulk(each.texts, mms=each.mms))


def _wide(alphabet: Alphabet) -> Profile:
    wide = CONCATENATION_16BIT_OCTETS
    return Profile(
        "16-bit-reference",
        "",
        gsm7=Coding(Encoding.GSM7, alphabet, DEFAULT_EXTENSION, reference=wide),
        ucs2=Coding(Encoding.UCS2, reference=wide),
    )


def _gsm7_of(text: str) -> Profile:
    return Profile("other", "", gsm7=_Table(text).coding())


def _ascii(alphabet: Alphabet, extension: Alphabet) -> Profile:
    kept = ["".join(filter(str.isascii, each.text)) for each in (alphabet, extension)]
    return Profile("ascii-only", "", gsm7=_Table(kept[0]).coding(_Table(kept[1])))


def _sizes(messages: Messages) -> Iterator[tuple[Encoding, int, bool]]:
    return zip(messages.batch.encodings, messages.batch.units, messages.mms, strict=True)


def _ceil(profile: Profile) -> Count:
    rooms = {coding.encoding: (coding.single, coding.part) for coding in (profile.gsm7, profile.ucs2)}

    def count(messages: Messages) -> Sequence[int]:
        found = []
        for encoding, units, is_mms in _sizes(messages):
            single, part = rooms[encoding]
            found.append(1 if is_mms or units <= single else -(-units // part))
        return found

    return count


def _no_header(profile: Profile) -> Count:
    room = {coding.encoding: coding.single for coding in (profile.gsm7, profile.ucs2)}

    def count(messages: Messages) -> Sequence[int]:
        return [
            1 if is_mms else max(1, -(-units // room[encoding]))
            for encoding, units, is_mms in _sizes(messages)
        ]

    return count


def _code_points(profile: Profile) -> Count:
    segmenter = Segmenter(profile)

    def count(messages: Messages) -> Sequence[int]:
        plain = [text if text.isascii() else _BEYOND_BMP.sub(_ONE_CODE_UNIT, text) for text in messages.texts]
        return segmenter.count_segments_bulk(plain, mms=messages.mms)

    return count


def _always_one(messages: Messages) -> Sequence[int]:
    return [1] * len(messages.texts)


def _as_sms(profile: Profile) -> Count:
    segmenter = Segmenter(profile)
    return lambda each: segmenter.count_segments_bulk(each.texts)
