"""Detect the encoding of a text that is not UTF-8 by its octets: plausible words, or a refusal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from segcore.sources import WORDS
from segcore.sources.headings import ROLES

# Octets of lines that detection looks at, besides those with octets that are new.
_SAMPLE_OCTETS = 1 << 14
_MOST_LINE_OCTETS = 1 << 12

# Octets that are the same punctuation in all of Microsoft's code pages 1250 to 1258, such as 92 for ’.
_PUNCTUATION = frozenset(
    b"\x82\x84\x85\x86\x87\x89\x8b\x91\x92\x93\x94\x95\x96\x97\x99\x9b\xa0\xa9\xab\xae\xb0\xb7\xbb"
)
# Signs of currencies in code page 1252, next to digits.
_CURRENCY = frozenset(b"\x80\xa2\xa3\xa5")


class _Language(NamedTuple):
    """The letters beyond ASCII of a language.

    Args:
        encodings: The code pages that it is written in.
        letters: Its letters in lower case.
        needed: Letters of which a text has some; none for languages of Western Europe.
        share: The least share of these among all letters beyond ASCII.
    """

    encodings: tuple[str, ...]
    letters: frozenset[str]
    needed: frozenset[str]
    share: float


def _language(encodings: str, letters: str, needed: str = "", share: float = 0.0) -> _Language:
    return _Language(tuple(encodings.split()), frozenset(letters), frozenset(needed), share)


_WEST, _CENTRAL, _BALTIC = (
    "cp1252 mac_roman cp850 cp437",
    "cp1250 iso8859_2 cp852",
    "cp1257 iso8859_13",
)

_THAI = "".join(map(chr, range(0x0E01, 0x0E2F)))

# Letters by CLDR's exemplar characters (https://cldr.unicode.org), without rare ones.
_LANGUAGES = (
    _language(_WEST, "àâæçéèêëîïôœùûüÿ"),  # French
    _language(_WEST, "äöüß"),  # German
    _language(_WEST, "áéíñóúü"),  # Spanish
    _language(_WEST, "áâãàçéêíóôõúü"),  # Portuguese
    _language(_WEST, "àèéìíîòóùú"),  # Italian
    _language(_WEST, "àçéèíïóòúü"),  # Catalan
    _language(_WEST, "áâäéèêëíïîóôöúûü"),  # Dutch
    _language(_WEST, "æøåéóòôü"),  # Danish, Norwegian
    _language(_WEST, "åäöéáüšž"),  # Swedish, Finnish, Estonian
    _language(_WEST, "áðéíóúýþæö"),  # Icelandic
    _language(_CENTRAL, "ąćęłńóśźż", "ąęłżś"),  # Polish
    _language(_CENTRAL, "áčďéěíňóřšťúůýž", "ěřčšžů"),  # Czech
    _language(_CENTRAL, "áäčďéíľňóôšťúýž", "čšžľť"),  # Slovak
    _language(_CENTRAL, "áéíóöőúüű", "őű"),  # Hungarian
    _language(_CENTRAL, "čćđšž", "čćđ"),  # Croatian, Serbian, Slovenian
    _language(_CENTRAL, "ăâîşţ", "ăşţ"),  # Romanian
    _language("cp1254 iso8859_9", "çğıöşüâîû\u0307", "ğış"),  # Turkish
    _language(_BALTIC, "ąčęėįšųūž", "ėįųū"),  # Lithuanian
    _language(_BALTIC, "āčēģīķļņšūž", "āēīū"),  # Latvian
    _language(
        "cp1251 koi8_r koi8_u iso8859_5 mac_cyrillic cp866",
        "абвгґдеєжзиіїйклмнопрстуфхцчшщъыьэюяёђјљњћџ",
        "аеёиоуыэюяії",
        0.33,
    ),  # Russian, Ukrainian, Bulgarian, Serbian
    _language("cp1253 iso8859_7", "αάβγδεέζηήθιίϊκλμνξοόπρσςτυύφχψωώ", "αάεέηήιίοόυύωώ", 0.35),  # Greek
    _language("cp1255", "אבגדהוזחטיךכלםמןנסעףפץצקרשת"),  # Hebrew
    _language("cp1256", "ابتثجحخدذرزسشصضطظعغفقكلمنهويىءآأؤإئةپچژگکی"),  # Arabic, Persian
    _language("cp874", _THAI + "".join(map(chr, range(0x0E2F, 0x0E5C))), _THAI, 0.4),  # Thai
)
_WESTERN_LETTERS = frozenset().union(
    *(each.letters for each in _LANGUAGES if not each.needed and "cp1252" in each.encodings)
)

# Encodings of East Asia, with the scripts that most of a text is in, and those that some of it is in.
_KANA, _HANGUL, _HAN = ("HIRAGANA", "KATAKANA"), ("HANGUL",), ("CJK",)
_EAST_ASIAN = {
    "cp932": ((*_KANA, *_HAN), _KANA),
    "euc_jp": ((*_KANA, *_HAN), _KANA),
    "euc_kr": (_HANGUL, _HANGUL),
    "big5": (_HAN, _HAN),
    "gb18030": (_HAN, _HAN),
}

_ENCODINGS = tuple(
    dict.fromkeys([*(each for language in _LANGUAGES for each in language.encodings), *_EAST_ASIAN])
)

_LEGACY = frozenset(("mac_roman", "mac_cyrillic", "cp437", "cp850", "cp852", "cp866"))

# The first octets of ideographs in everyday use: level 1 of GB 2312 and of Big5.
_COMMON = {"gb18030": range(0xB0, 0xD8), "big5": range(0xA4, 0xC7)}

# A difference in coherence that makes one reading clearly more likely than another.
_LEAD = 0.15


class UnclearEncodingError(ValueError):
    """Several encodings are as likely, and differ in a message; or none is plausible."""


def detect_encoding(lines: Sequence[bytes]) -> str:
    """Return the encoding of lines that are not UTF-8.

    Args:
        lines: Lines with octets beyond ASCII, as `sample` returns them.

    Raises:
        UnclearEncodingError: The encoding is not clear; the error shows both readings of the first line in
            which they differ.

    Example:
        >>> detect_encoding([b"+12025550143,It\\x92s here"])
        'cp1252'
    """
    octets = b"".join(lines)
    texts = _decoded(octets)
    # Known headings in the first line are no accident.
    known = {each: text for each, text in texts.items() if _has_heading(lines[0].decode(each, "replace"))}
    if len({*known.values()}) == 1:
        return next(iter(known))
    if _is_punctuation(lines):
        return "cp1252"
    readings = _readings(octets, known) or _readings(octets, texts)
    if not readings:
        raise UnclearEncodingError("its encoding is not clear; name it with --encoding")
    best, *others = readings
    for line in lines if others else ():
        one, two = line.decode(best, "replace").strip(), line.decode(others[0], "replace").strip()
        if one != two:
            first = f"{_around(one)!r} as {encoding_title(best)}"
            second = f"{_around(two)!r} as {encoding_title(others[0])}"
            problem = f"its encoding is not clear: {first} or {second}"
            raise UnclearEncodingError(f"{problem}; name the right one with --encoding")
    return best


def _has_heading(line: str) -> bool:
    """Return whether a line has a known heading that is not ASCII."""
    cells = re.split(r'[,;\t|"]', line)
    return any(not each.isascii() and _letters_alone(each) in _headings() for each in cells)


@cache
def _headings() -> set[str]:
    """Return all known headings, accents and all."""
    return {_letters_alone(name) for role in ROLES for name in WORDS[role]}


def _letters_alone(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading).casefold()


def _decoded(octets: bytes) -> dict[str, str]:
    """Return the text that octets are in each encoding that can be theirs."""
    found = {}
    for encoding in _ENCODINGS:
        with suppress(UnicodeDecodeError):
            found[encoding] = octets.decode(encoding)
    return found


def encoding_title(encoding: str) -> str:
    """Return the usual name of an encoding.

    Example:
        >>> encoding_title("cp1252"), encoding_title("utf-16-le")
        ('Windows-1252', 'UTF-16-LE')
    """
    if encoding.startswith("cp125"):
        return f"Windows-{encoding[2:]}"
    return "Mac Roman" if encoding == "mac_roman" else encoding.replace("_", "-").upper()


def _around(text: str) -> str:
    """Return the part of a line around its first code point beyond ASCII."""
    at = next((index for index, each in enumerate(text) if not each.isascii()), 0)
    start = max(0, at - 15)
    return text[start : start + 40]


def sample(path: str) -> list[bytes]:
    """Return the lines of a file that show all its octets beyond ASCII."""
    found: list[bytes] = []
    octets, seen = 0, bytes(range(128))
    with open(path, "rb") as file:
        for line in file:
            if line.isascii() or (octets > _SAMPLE_OCTETS and not line.translate(None, seen)):
                continue
            found.append(line[:_MOST_LINE_OCTETS])
            octets += len(found[-1])
            seen = bytes({*seen, *found[-1]})
    return found


def _is_punctuation(lines: Sequence[bytes]) -> bool:
    """Return whether all octets beyond ASCII are punctuation or currencies in Microsoft's code pages."""
    for line in lines:
        for index, octet in enumerate(line):
            if octet < 0x80 or octet in _PUNCTUATION:
                continue
            around = line[max(0, index - 2) : index] + line[index + 1 : index + 3]
            if octet not in _CURRENCY or not any(each in b"0123456789" for each in around):
                return False
    return True


def _readings(octets: bytes, texts: Mapping[str, str]) -> list[str]:
    """Return the encodings in which octets are plausible words, the likeliest first; others read the same.

    Args:
        octets: The octets.
        texts: The text that they are in each encoding.
    """
    coherence = _coherence(octets) if texts else {}
    found: dict[str, tuple[float, str]] = {}
    for encoding, text in texts.items():
        if text not in found and _is_plausible(text, encoding):
            # Kana and hangul are seen by chance in no other encoding; ideographs are.
            is_sure = encoding in _EAST_ASIAN and _EAST_ASIAN[encoding][1] != _HAN
            found[text] = (coherence.get(encoding, 0.0) + is_sure, encoding)
    if not found:
        # Words of several languages, such as names.
        text = texts.get("cp1252", "")
        return ["cp1252"] if text and _is_words(text) and _letters(text) <= _WESTERN_LETTERS else []
    # Encodings of MS-DOS and Mac OS 9 are taken only if no other is possible.
    candidates = [each for each in found.values() if each[1] not in _LEGACY] or [*found.values()]
    best = max(each for each, _ in candidates)
    # A clear lead in coherence decides.
    ranked = sorted(candidates, key=lambda each: -each[0])
    return [encoding for each, encoding in ranked if each > best - _LEAD]


def _coherence(octets: bytes) -> dict[str, float]:
    """Return how much octets look like a language in each encoding; nothing without `charset_normalizer`."""
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        return {}
    return {
        encoding: match.coherence
        for match in from_bytes(octets, threshold=0.3)
        for encoding in (*match.could_be_from_charset, match.encoding)
    }


def _is_plausible(text: str, encoding: str) -> bool:
    if encoding in _EAST_ASIAN:
        return _is_east_asian(text, *_EAST_ASIAN[encoding]) and _is_common(text, encoding)
    return _is_words(text) and any(
        encoding in language.encodings and _is_written_in(text, language) for language in _LANGUAGES
    )


def _letters(text: str) -> set[str]:
    return {each for each in text.lower() if not each.isascii() and unicodedata.category(each)[0] in "LM"}


def _is_written_in(text: str, language: _Language) -> bool:
    if not _letters(text) <= language.letters:
        return False
    if not language.needed:
        return True
    letters = [each for each in text.lower() if each in language.letters]
    needed = sum(each in language.needed for each in letters)
    return needed > language.share * len(letters)


# Symbols that stand next to letters.
_NEXT_TO_LETTERS = "™®©°ªº²³№"


def _is_in_words(before: str, each: str) -> bool:
    # The middle dot is part of Catalan's double l.
    return each in "’‘ʼ\u00ad" or (each == "·" and before in "lL")


def _is_words(text: str) -> bool:
    """Return whether no symbol, no single capital and no letter of another script stands inside a word."""
    for before, each, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if each.isascii():
            continue
        category = unicodedata.category(each)
        if category in ("Cc", "Cn", "Co") or "\u2500" <= each <= "\u259f":
            return False
        is_latin = unicodedata.name(each, "").startswith("LATIN")
        if category[0] in "LM":
            if before.islower() and each.isupper():
                return False
            if not is_latin and any(other.isascii() and other.isalpha() for other in (before, after)):
                return False
        elif (
            (before.isalpha() and after.isalpha() and not _is_in_words(before, each))
            or (category == "Sk" and before.isalpha())
            or (category in ("Sm", "So", "Sk", "No") and after.isalpha() and each not in _NEXT_TO_LETTERS)
        ):
            return False
    return True


def _is_common(text: str, encoding: str) -> bool:
    """Return whether most ideographs are in everyday use, where an encoding puts these first."""
    if encoding not in _COMMON:
        return True
    octets = [each.encode(encoding) for each in text if unicodedata.category(each) == "Lo"]
    return sum(each[0] in _COMMON[encoding] for each in octets) > 0.85 * len(octets)


def _is_east_asian(text: str, most: tuple[str, ...], some: tuple[str, ...]) -> bool:
    """Return whether code points beyond ASCII are mostly of some scripts."""
    names = [unicodedata.name(each, "") for each in text if unicodedata.category(each) == "Lo"]
    others = [
        each for each in text if not each.isascii() and unicodedata.category(each) in ("Cn", "Co", "Cc")
    ]
    fitting = sum(name.startswith(most) for name in names)
    needed = sum(name.startswith(some) for name in names)
    # One ideograph between letters is two octets that mean something else.
    return fitting > 0.95 * len(names) and needed > 0.1 * len(names) and len(names) > 1 and not others
