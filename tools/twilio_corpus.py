"""The texts on which segcore and Twilio's calculator are compared: what counts differ over, at boundaries."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from segcore.rules.codings import GSM7, UCS2
from segcore.rules.smart_encoding import TABLES

Piece = Callable[[random.Random], str]


def _one_of(pieces: Sequence[str]) -> Piece:
    return lambda rng: rng.choice(pieces)


def _points(*ranges: tuple[int, int]) -> list[str]:
    return [chr(point) for first, last in ranges for point in range(first, last + 1)]


def _joined(joiner: str, parts: Sequence[str], most: int) -> Piece:
    return lambda rng: joiner.join(rng.choice(parts) for _ in range(rng.randint(1, most)))


def _followed(bases: Sequence[str], marks: Sequence[str], least: int, most: int) -> Piece:
    """Return a piece of a base and some marks."""
    return lambda rng: rng.choice(bases) + "".join(rng.choices(marks, k=rng.randint(least, most)))


_MARKS = _points((0x300, 0x36F))
# Marks that smart encoding leaves alone, so that a cluster stays as large as it was made.
_KEPT_MARKS = [mark for mark in _MARKS if mark not in TABLES["twilio"].replacements]
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SKIN = _points((0x1F3FB, 0x1F3FF))
_PEOPLE = [*"☝✊🏃", *_points((0x1F466, 0x1F469), (0x1F44A, 0x1F450), (0x1F645, 0x1F647), (0x1F64B, 0x1F64F))]
_PICTURES = [*"☀☂✈❤⌚⏰⚽✂", *_points((0x1F600, 0x1F64F), (0x1F680, 0x1F6C5), (0x1F340, 0x1F37F))]
_NEW_PICTURES = _points(
    (0x1F900, 0x1F90B), (0x1F970, 0x1F97F), (0x1FA70, 0x1FA7C), (0x1FAE0, 0x1FAE8), (0x1F7E0, 0x1F7EB)
)  # fmt: skip
_REGIONS = _points((0x1F1E6, 0x1F1FF))
_FLAGS = [first + second for first in _REGIONS[:8] for second in _REGIONS[:8]]
_TAGS = _points((0xE0061, 0xE007A))
_SEQUENCES = [
    "👨‍👩‍👧‍👦", "👩‍❤️‍💋‍👨", "👩🏽‍🚀", "🧑🏿‍🤝‍🧑🏻", "🏳️‍🌈", "🏴‍☠️", "👁️‍🗨️", "❤️‍🔥", "😮‍💨", "🧔🏻‍♂️", "👩‍🦰",
    "🐻‍❄️", "🐦‍⬛", "🤷🏽‍♀️", "👨🏿‍⚕️", "🧑‍🎄", "⛓️‍💥", "🙂‍↔️", "👩🏾‍❤️‍💋‍👨🏼",
]  # fmt: skip
_SPACES = [*"\u200b\xa0\u202f\u3000\t\u2028\u2029\ufeff", *_points((0x2000, 0x200A))]
_SELECTED = ["\ufe0e", "\ufe0f", "\u200d", "\u200c", "☺\ufe0e", "☺\ufe0f", "\u200d☺", "a\u200d"]
_NEW_MARKS = [*"\u0b55\u0c3c\u1df6\u180f", *_points((0x1AC1, 0x1ACE))]

_DEVANAGARI = _points((0x915, 0x939)), ["\u094d", "\u094d\u200d", "\u094d\u200c"], _points((0x93E, 0x94C))
_BENGALI = _points((0x995, 0x9A8)), ["\u09cd"], _points((0x9BE, 0x9C4))
_MALAYALAM = _points((0xD15, 0xD39)), ["\u0d4d"], _points((0xD3E, 0xD44))
_SCRIPTS = (_DEVANAGARI, _BENGALI, _MALAYALAM)


def _conjunct(rng: random.Random) -> str:
    consonants, linkers, vowels = rng.choice(_SCRIPTS)
    text: str = rng.choice(consonants)
    for _ in range(rng.randint(0, 3)):
        text += rng.choice(linkers) + rng.choice(consonants)
    return text + rng.choice(["", rng.choice(vowels)])


# Myanmar, Khmer and Balinese, whose signs of stacking Unicode 17 or 18 made linkers.
_STACKED = (
    (_points((0x1000, 0x1020)), "\u1039"),
    (_points((0x1780, 0x17A2)), "\u17d2"),
    (_points((0x1B13, 0x1B33)), "\u1b44"),
    (_points((0x915, 0x939)), "\u094d"),
)


def _other_conjunct(rng: random.Random) -> str:
    """Return stacked consonants, or a linker with nothing or another script in front."""
    consonants, linker = rng.choice(_STACKED)
    return rng.choice(["", rng.choice(consonants), "б", "\u1100"]) + linker + rng.choice(consonants)


def _jamo(rng: random.Random) -> str:
    kinds = (_points((0x1100, 0x1112)), _points((0x1161, 0x1175)), _points((0x11A8, 0x11C2)))
    return "".join(rng.choice(kind) for kind in kinds for _ in range(rng.choice([0, 1, 1, 1, 2])))


def _picture(rng: random.Random) -> str:
    return "".join((rng.choice(_PEOPLE), rng.choice(["", rng.choice(_SKIN)]), rng.choice(["", "", "\ufe0f"])))


def _home_made_sequence(rng: random.Random) -> str:
    """Return pictures joined as nobody has joined them yet."""
    return "\u200d".join(
        _picture(rng) + rng.choice(["", rng.choice(_PICTURES)]) for _ in range(rng.randint(2, 5))
    )


PIECES: dict[str, Piece] = {
    "GSM-7": _one_of(GSM7.basic),
    "extension table": _one_of(GSM7.extended),
    "line breaks": _one_of(["\r\n", "\r\n", "\n", "\r", "\n\r", "\r\r\n"]),
    "curly quotes": _one_of("‘’‚‛“”„‟«»‹›′″–—…•"),
    "spaces": _one_of(_SPACES),
    "controls": _one_of([*"\xad\u2060\u200e", *_points((0x00, 0x1F), (0x7F, 0x9F))]),
    "full-width forms": _one_of([*"、。｡､﹐﹖〝〞", *_points((0xFF01, 0xFF5E))]),
    "accented letters": _one_of(_points((0xC0, 0x17F))),
    "decomposed letters": _followed(_LETTERS, _MARKS[:16], 1, 2),
    "combining marks": _followed(_LETTERS, _MARKS, 1, 12),
    "many marks": _followed(_LETTERS, _KEPT_MARKS, 20, 66),
    "more marks than fit": _followed(_LETTERS, _KEPT_MARKS, 66, 150),
    "Cyrillic": _one_of(_points((0x410, 0x44F))),
    "ideographs": _one_of([*"\U00020000\U0002a6d6", *_points((0x4E00, 0x4E7F))]),
    "emoji": _one_of(_PICTURES),
    "skin tones": _picture,
    "emoji sequences": _one_of(_SEQUENCES),
    "home-made sequences": _home_made_sequence,
    "newer emoji": _one_of(_NEW_PICTURES),
    "flags": _joined("", _FLAGS, 3),
    "regional indicators": _joined("", _REGIONS, 5),
    "flags of tags": lambda rng: "🏴" + "".join(rng.choices(_TAGS, k=rng.randint(4, 6))) + "\U000e007f",
    "keycaps": _followed("0123456789#*", ["\ufe0f\u20e3", "\u20e3"], 1, 1),
    "selectors and joiners": _one_of(_SELECTED),
    "Hangul jamo": _jamo,
    "Hangul syllables": _followed(_points((0xAC00, 0xAC40)), _points((0x11A8, 0x11AB)), 0, 1),
    "conjuncts": _conjunct,
    "other conjuncts": _other_conjunct,
    "Tamil and Thai": _one_of(["க்ஷ", "நி", "கா", "ก็", "ำ", "ที่", "น้ำ", "ரௌ"]),
    "prepended signs": _followed("\u0600\u06dd\u070f\u0d4e\u08e2", [*"12ab", "\u0d15"], 0, 2),
    "newer marks": _followed(_LETTERS, _NEW_MARKS, 1, 2),
    "surrogates": _one_of(["\ud83d", "\ude00", "\ud83d\ude00", "\udc00", "\ud800"]),
}  # fmt: skip
"""A kind of text: what makes a piece of it."""

KINDS = tuple(PIECES)

# Kinds of pieces that are GSM-7 as they are, and those that are with smart encoding.
_PLAIN = ("GSM-7", "GSM-7", "extension table", "line breaks")
_PLAIN_WHEN_ENCODED = (*_PLAIN, "curly quotes", "spaces", "full-width forms")


def _units(text: str) -> int:
    """Return septets, or code units if there is anything but GSM-7."""
    if all(point in _SEPTETS for point in text):
        return sum(_SEPTETS[point] for point in text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_SEPTETS = {**dict.fromkeys(GSM7.basic, 1), **dict.fromkeys(GSM7.extended, 2)}


def _target(rng: random.Random, whole: int, part: int) -> int:
    """Return units that just fill some segments, just do not, or are anywhere."""
    if rng.random() < 0.2:
        return rng.randint(0, 3 * part)
    segments = rng.choice([1, 1, 1, 2, 2, 3])
    return (whole if segments == 1 else segments * part) + rng.randint(-4, 4)


def _kinds(rng: random.Random, kind: str) -> list[str]:
    """Return a kind with some others; often with none that would turn the text into UCS-2 by itself."""
    if rng.random() < 0.4:
        plain = rng.choice([_PLAIN, _PLAIN_WHEN_ENCODED])
        return rng.choices(plain, k=rng.randint(1, 3))
    return [kind, *(rng.choice(KINDS) for _ in range(rng.choice([0, 0, 1, 2])))]


def build(rng: random.Random, kind: str) -> str:
    """Return a text with pieces of a kind or of plain ones, filled up to about a boundary."""
    kinds = _kinds(rng, kind)
    plain = set(kinds) <= set(_PLAIN_WHEN_ENCODED)
    filler = rng.choice([_LETTERS, GSM7.basic] if plain else [_LETTERS, GSM7.basic, "бвгдежзик"])
    pieces = [PIECES[name](rng) for name in kinds for _ in range(rng.choice([1, 1, 2, 5, 20]))]
    rng.shuffle(pieces)
    coding = GSM7 if plain else UCS2
    missing = _target(rng, coding.single, coding.part) - _units("".join(pieces))
    # In a few runs rather than one by one, so that pieces meet each other too.
    while missing > 0:
        run = min(missing, rng.choice([1, 5, 30, 150]))
        pieces.insert(rng.randint(0, len(pieces)), "".join(rng.choices(filler, k=run)))
        missing -= run
    return "".join(pieces)
