"""What smart encoding does to a text before it is sent, as both implementations take it."""

from __future__ import annotations

from collections.abc import Mapping

from segcore._errors import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

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


def translation(replacements: Mapping[str, str] | None) -> dict[int, str]:
    """Return a mapping of code points to what replaces them, for ``str.translate``.

    Raises:
        TypeError: A key or a value is not a ``str``.
        ValueError: A key is not one code point, or there are too many.
    """
    found = {}
    if len(replacements or ()) > _MOST:
        raise ValueError(f"replacements: more than {_MOST:,} are not supported")
    pairs: Mapping[Any, Any] = replacements or {}
    for point, replacement in pairs.items():
        if not (isinstance(point, str) and isinstance(replacement, str)):
            raise TypeError(
                f"replacements: expected str for str, got {type(replacement).__name__} "
                f"for {type(point).__name__} ({point!r})"
            )
        if len(point) != 1:
            raise ValueError(f"replacements: expected one code point to replace, got {point!r}")
        found[ord(point)] = replacement
    return found
