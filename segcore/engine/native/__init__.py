"""The tables of a coding in the form that the C kernels read."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from segcore.engine import Choice
from segcore.rules.codings import Coding
from segcore.rules.replacements import WHEN_FEWER_SEGMENTS

PAGES = 0x110000 >> 8
"""Pages of 256 code points."""

# In the order of their numbers in C (rules.h), from 0.
_CLASSES = (
    *("OTHER", "CONTROL", "LINKER", "LINKER_ALONE", "ZWJ", "EXTEND_CONJUNCT", "EXTEND", "SPACING_MARK"),
    *("PREPEND", "REGIONAL_INDICATOR", "HANGUL_L", "HANGUL_V", "HANGUL_T", "HANGUL_LV", "HANGUL_LVT"),
    *("CONSONANT", "PICTOGRAPHIC"),
)


# Letters of the living alphabets are below, punctuation and symbols from here on.
_LETTERS = 0x2000

_EMOJI = 0x1F600

_SURROGATES = 0xD800, 0x7FF

# An octet describes a code point (rules.h): an amount, and whether there is more to say.
_AMOUNT, _UNSURE, _MARKED, _NO_CHANGE = 0x3F, 0x40, 0x80, 32


def septet_pages(gsm7: Coding, changes: Mapping[str, int] | None = None) -> tuple[bytes, bytes]:
    """Return the septets of every code point of the basic multilingual plane, 0 for none, as a two-stage
    table: the page of each high octet, and pages of 256 octets. Page 0 is all zeros. `changes` replace the
    septets of single code points.
    """
    page_of = bytearray(256)
    pages = [bytearray(256)]
    septets = dict.fromkeys(gsm7.extended, 2) | dict.fromkeys(gsm7.basic, 1) | dict(changes or {})
    for point, taken in septets.items():
        if not taken or point > "\uffff":
            continue
        high, low = divmod(ord(point), 256)
        if not page_of[high]:
            page_of[high] = len(pages)
            pages.append(bytearray(256))
        pages[page_of[high]][low] = taken
    return bytes(page_of), b"".join(pages)


def code_point_map(typecode: str, values: Iterable[tuple[int, int]], other: int = 0) -> tuple[bytes, bytes]:
    """Return a value for every code point as a two-stage table: the page of each 256 code points, 16 bits
    each; and the pages, 256 values of a type of ``array`` each. Page 0 is that of no value.
    """
    page_of = array("H", bytes(2 * PAGES))
    page = array(typecode, [other]) * 256
    pages = page[:]
    for point, value in values:
        high, low = point >> 8, point & 0xFF
        if not page_of[high]:
            page_of[high] = len(pages) >> 8
            pages.extend(page)
        pages[page_of[high] << 8 | low] = value
    return page_of.tobytes(), pages.tobytes()


def mask_map(choice: Choice) -> tuple[bytes, bytes]:
    """Return the alphabets (low 32 bits) and extension tables (high 32 bits) that have each code point."""
    masks = ((ord(point), low | high << 32) for point, (low, high) in choice.masks.items())
    return code_point_map("Q", masks)


def class_map() -> tuple[bytes, bytes]:
    """Return the class of each code point in grapheme clusters."""
    from segcore.rules.graphemes import classes

    return code_point_map("B", ((point, _CLASSES.index(name)) for name, point in classes()))


def replacement_map(translation: dict[int, str]) -> tuple[tuple[bytes, bytes], bytes, bytes]:
    """Return the number of each code point's replacement, where each begins, and all their code points."""
    starts, points = array("I", [0, 0]), array("I")
    for replacement in translation.values():
        points.extend(map(ord, replacement))
        starts.append(len(points))
    numbers = zip(translation, range(1, len(translation) + 1), strict=True)
    return code_point_map("H", numbers), starts.tobytes(), points.tobytes()


def looks(
    choice: Choice, translation: Mapping[int, str], partly: str
) -> tuple[dict[str, int], dict[str, int] | None, bool]:
    """Return the septets to enter for single code points when a kernel looks first, and when it looks once
    more (rules.h), ``None`` if it does not; and whether it sees the replacements: GSM-7 is then what is sent.
    """
    first = choice.codings[0]
    doubtful = {point: 2 for point in choice.masks if point not in first.basic}
    keys = [chr(number) for number in translation]
    is_alone = len(choice.codings) == 1
    if not keys:
        return doubtful, None if is_alone else {}, False
    only_if_fewer = partly == WHEN_FEWER_SEGMENTS
    if not is_alone or (only_if_fewer and not choice.masks.keys().isdisjoint(keys)):
        return doubtful | dict.fromkeys(keys, 2), None, False
    septets_of = _septets(choice, translation)
    taken = {key: septets_of[translation[ord(key)]] or 0 for key in keys}
    exact = {key: septets if septets <= 2 else 0 for key, septets in taken.items()}
    return ({}, exact, True) if only_if_fewer else (exact, None, True)


def _septets(choice: Choice, translation: Mapping[int, str]) -> dict[str, int | None]:
    """Return the units of each replacement in the first coding, ``None`` if a code point is in no table."""
    basic, masks = choice.codings[0].basic, choice.masks.keys()
    return {
        text: sum(1 if point in basic else 2 for point in text) if masks >= set(text) else None
        for text in {*translation.values()}
    }


def septet_map(choice: Choice, translation: Mapping[int, str], is_exact: bool) -> tuple[bytes, bytes]:
    """Return the septets that are sent for each code point, in the first coding.

    An octet is septets; unsure, as all that may be sent in septets is unless `is_exact`; or marked if neither
    the code point nor what replaces it can be sent as GSM-7.
    """

    def entries() -> Iterator[tuple[int, int]]:
        for point in choice.masks:
            yield ord(point), 1 + (point not in choice.codings[0].basic) if is_exact else _UNSURE
        septets_of = _septets(choice, translation)
        for number, replacement in translation.items():
            septets = septets_of[replacement]
            if is_exact and septets is not None and septets <= _AMOUNT:
                yield number, septets
            elif septets is not None or chr(number) in choice.masks:
                yield number, _UNSURE

    return code_point_map("B", entries(), _MARKED)


def changes(translation: Mapping[int, str], clusters: bool) -> dict[int, int]:
    """Return by how many code units more code points are sent.

    There is an octet for each that changes the number of code units, or if `clusters` for each replaced one:
    marked, and `_NO_CHANGE` more than the change.
    """
    found = {}
    for number, replacement in translation.items():
        units = [1 + (ord(point) > 0xFFFF) for point in replacement]
        before = 1 + (number > 0xFFFF)
        amount = sum(units) - before + _NO_CHANGE
        if clusters or units != [before]:
            found[number] = _MARKED | (amount if amount <= _AMOUNT else _UNSURE)
    return found


def change_sets(changed: Iterable[int]) -> tuple[bytes, bytes]:
    """Return where to look closer: not 0 for each of the basic multilingual plane, and at 0x10000 if there
    are others; and for each octet that one begins with in UTF-8.
    """
    points, begins = bytearray(0x10001), bytearray(256)
    for number in changed:
        points[min(number, 0x10000)] = 1
        begins[chr(number).encode()[0]] = 1
    return bytes(points), bytes(begins)


def quiet_runs(changed: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first code point, and how many follow, of three runs of unchanged code points that cover
    most of a text: the letters of ASCII, the longest other run below U+2000, and beyond the basic
    multilingual plane that of U+1F600.
    """
    numbers = sorted(changed)
    runs = _gaps([number for number in numbers if number < _LETTERS], 0, _LETTERS)
    runs.sort(key=lambda run: (_holds(run, ord("e")), run[1]), reverse=True)
    emoji = _gaps([number for number in numbers if number > 0xFFFF], 0x10000, 0x110000)
    emoji.sort(key=lambda run: _holds(run, _EMOJI), reverse=True)
    # If there are none, surrogates: they are never replaced.
    return [*[*runs, _SURROGATES, _SURROGATES][:2], [*emoji, _SURROGATES][0]]


def _gaps(numbers: list[int], start: int, stop: int) -> list[tuple[int, int]]:
    ends = pairwise([start - 1, *numbers, stop])
    return [(first + 1, last - first - 2) for first, last in ends if last - first > 1]


def _holds(run: tuple[int, int], number: int) -> bool:
    return run[0] <= number <= sum(run)
