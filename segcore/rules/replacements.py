"""What smart encoding does to a text before it is sent, as both implementations take it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from segcore._errors import unknown

ALWAYS = "always"
ALL_OR_NOTHING = "all_or_nothing"
WHEN_FEWER_SEGMENTS = "when_fewer_segments"

PARTLY = (ALWAYS, ALL_OR_NOTHING, WHEN_FEWER_SEGMENTS)
"""When replacements are made in a text that they may not bring to GSM-7: always, only if all of it becomes
GSM-7, or only if it then takes fewer segments."""


# Their numbers are 16 bits in C.
_MOST = 0xFFFE


def checked_partly(partly: str) -> str:
    """Return the name of a rule of `PARTLY`.

    Raises:
        ValueError: There is no such rule.
    """
    if partly not in PARTLY:
        raise unknown("partly", partly, PARTLY)
    return partly


def checked(replacements: Mapping[str, str]) -> Mapping[str, str]:
    """Return a read-only copy of replacements that make sense.

    Args:
        replacements: Code point to the text in its place, empty if it is removed.

    Raises:
        TypeError: It is not a mapping, or a replacement is not a ``str``.
        ValueError: A key is not one code point, or a surrogate is in it, which is half a code point, or
            there are too many.

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
    """Return whether all are as `checked` wants them, at a fraction of its time: tables have thousands."""
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
