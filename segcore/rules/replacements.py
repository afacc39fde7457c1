"""Replacements of single code points: the rules for when to make them, checks, and sheets that list them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from segcore._errors import unknown

ALWAYS = "always"
ALL_OR_NOTHING = "all_or_nothing"
WHEN_FEWER_SEGMENTS = "when_fewer_segments"

PARTLY = (ALWAYS, ALL_OR_NOTHING, WHEN_FEWER_SEGMENTS)
"""When smart encoding applies its replacements: always, only if the whole text becomes GSM-7, or only if the
text then takes fewer segments."""


# C numbers them with 16 bits.
_MOST = 0xFFFE


def checked_partly(partly: str) -> str:
    """Return the name of a rule of `PARTLY`."""
    if partly not in PARTLY:
        raise unknown("partly", partly, PARTLY)
    return partly


def checked(replacements: Mapping[str, str]) -> Mapping[str, str]:
    """Return a read-only copy of valid replacements of single code points; they may be empty.

    Example:
        >>> dict(checked({"’": "'"}))
        {'’': "'"}
    """
    if not isinstance(replacements, Mapping):
        raise TypeError(f"replacements: expected a mapping, got {type(replacements).__name__}")
    if len(replacements) > _MOST:
        raise ValueError(f"replacements: more than {_MOST:,} are not supported")
    if _are_sound(replacements):
        return MappingProxyType(dict(replacements))
    found: dict[str, str] = {}
    for key, value in replacements.items():
        if not issubclass(type(key), str) or str.__len__(key) != 1:
            raise ValueError(f"replacements: {key!r} is not one code point; give a string of length 1")
        if not isinstance(value, str):
            raise TypeError(
                f"replacements[{key!r}]: expected str, got {type(value).__name__}; to remove it, give ''"
            )
        if _has_surrogate(key + value):
            raise ValueError(f"replacements[{key!r}]: a surrogate is half a code point; give the whole one")
        found[str.__str__(key)] = str.__str__(value)
    return MappingProxyType(found)


def _are_sound(replacements: Mapping[str, str]) -> bool:
    """Return whether all replacements are valid, much faster than one by one: tables have thousands."""
    keys, values = [*replacements.keys()], [*replacements.values()]
    if {*map(type, keys), *map(type, values)} != {str} or {*map(len, keys)} != {1}:
        return False
    return not _has_surrogate("".join(keys)) and not _has_surrogate("".join(values))


def _has_surrogate(text: str) -> bool:
    # Encoding is faster than looking at each code point.
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def translation(replacements: Mapping[str, str] | None) -> dict[int, str]:
    """Return replacements by the numbers of code points, for ``str.translate``; errors as of `checked`."""
    return {ord(point): replacement for point, replacement in checked(replacements or {}).items()}


_NAMED = {"--": "", "LF": "\n"}

_FULL_WIDTH = 0xFEE0
"""Distance of the full-width forms U+FF01 to U+FF5E from their ASCII counterparts."""


def code_points(ranges: str) -> Iterator[str]:
    """Return the code points of hexadecimal numbers, ``60``, and ranges, ``2018-201B``, in their order.

    Example:
        >>> "".join(code_points("61-63 7A"))
        'abcz'
    """
    for word in ranges.split():
        first, _, last = word.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


def read_sheet(sheet: str) -> dict[str, str]:
    """Return the replacement of each code point of a sheet.

    A line has a replacement, followed by the code points that it replaces, as for `code_points`.  In a
    replacement ``SP`` is a space; ``LF`` alone is a line feed, ``--`` alone removes the code point.

    Example:
        >>> read_sheet("SP1/2 BD")
        {'½': ' 1/2'}
    """
    found = {}
    for line in filter(None, map(str.strip, sheet.splitlines())):
        word, ranges = line.split(None, 1)
        replacement = _NAMED.get(word, word.replace("SP", " "))
        found.update(dict.fromkeys(code_points(ranges), replacement))
    return found


def full_width(ranges: str) -> dict[str, str]:
    """Return the ASCII of each full-width form in ranges within ``FF01-FF5E``.

    Example:
        >>> full_width("FF21-FF23")
        {'Ａ': 'A', 'Ｂ': 'B', 'Ｃ': 'C'}

    Source: The Unicode Standard, Halfwidth and Fullwidth Forms, decompositions marked ``<wide>``.
    """
    return {point: chr(ord(point) - _FULL_WIDTH) for point in code_points(ranges)}
