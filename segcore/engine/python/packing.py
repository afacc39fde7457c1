"""The exact number of segments of a text, without a walk through it where possible.

A segment ends one unit early at most, before an escape with its septet or before a surrogate pair.
"""

from __future__ import annotations

from segcore.rules.alphabets import ESCAPE

_ESCAPE = chr(ESCAPE)


def sure_segments(units: int, single: int, part: int) -> int:
    """Return the segments of a text, or 0 where only packing can tell.

    Args:
        units: Septets or UTF-16 code units of the text.
        single: Units in the only segment of a message.
        part: Units in each of several.

    Example:
        >>> sure_segments(12, 12, 10), sure_segments(19, 12, 10), sure_segments(20, 12, 10)
        (1, 2, 0)
    """
    if units <= single:
        return 1
    fewest = -(-units // part)
    # If each but the last ended one unit early, it would still fit.
    return fewest if units + fewest - 1 <= fewest * part else 0


def septet_ends(septets: str, part: int) -> list[int]:
    """Return where segments end; one that would end with an escape ends before it (TS 23.040 9.2.3.24.1)."""
    ends = []
    end = part
    while end < len(septets):
        end -= septets[end - 1] == _ESCAPE
        ends.append(end)
        end += part
    return [*ends, len(septets)]


def septet_layout(septets: str, part: int) -> list[tuple[int, int]]:
    """Return, for each segment, the index of the code point after its last one and its septets."""
    layout = []
    index = start = 0
    for end in septet_ends(septets, part):
        # The escapes of this segment alone: a text of many segments is looked at once.
        index += end - start - septets.count(_ESCAPE, start, end)
        layout.append((index, end - start))
        start = end
    return layout


def code_unit_ends(text: str, part: int) -> list[int]:
    """Return where segments end; one that would end within a surrogate pair ends before it."""
    ends = []
    end = part
    utf16 = text.encode("utf-16-le", "surrogatepass")
    units = len(utf16) >> 1
    while end < units:
        # The high octet of a code unit tells whether it is a half, and which.
        end -= 0xD8 <= utf16[2 * end - 1] < 0xDC <= utf16[2 * end + 1] < 0xE0
        ends.append(end)
        end += part
    return [*ends, units]


def code_units(text: str) -> int:
    """Return the UTF-16 code units of a text.

    Example:
        >>> code_units("a"), code_units("\\U0001f600")
        (1, 2)
    """
    # "utf-16" is the one that is not looked up by name; it puts a byte order mark first.
    return (len(text.encode("utf-16", "surrogatepass")) >> 1) - 1


def code_unit_segments(text: str, units: int, single: int, part: int) -> int:
    """Return the segments of a text of so many code units."""
    return sure_segments(units, single, part) or len(code_unit_ends(text, part))
