"""The exact number of segments of a text, without a walk through it where possible.

A segment ends one unit early at most, before an escape with its septet or before a surrogate pair.  Units of
the parts of a text add up; where a segment ends early, only the whole text shows.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import repeat

from segcore.rules.alphabets import ESCAPE
from segcore.rules.codings import Coding

_ESCAPE = chr(ESCAPE)


def sure_segments(units: int, single: int, part: int) -> int:
    """Return the segments of a text of so many units, or 0 where only packing can tell.

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


_Part = tuple["array[int]", "array[int] | None", "array[int]"]


def sum_parts(  # noqa: PLR0913 (as the binding has it)
    gsm7: Coding,
    ucs2: Coding,
    parts: Sequence[_Part],
    count: int,
    segments: array[int],
    units: array[int],
    encodings: array[int],
    *,
    clusters: bool = False,
    national: bool = False,
) -> int:
    """Append units, encodings and segments of texts, given the measures of their parts; segments are 0, and
    counted in the result, where only the whole text can tell.

    A part has its septets and UTF-16 code units (arrays of type ``q``), and 1 where it needs UCS-2 (type
    ``B``): one value per text, or a single value for all. A part in UCS-2 may have any number of septets. If
    the code units of a part are ``None``, no text in UCS-2 is decided. `clusters` are kept in one segment;
    `national` codings may send a text in fewer septets.
    """
    for part in parts:
        given = [column for column in part if column is not None]
        kinds, lengths = "".join(column.typecode for column in given), {*map(len, given)}
        if kinds not in ("qqB", "qB") or len(lengths) > 1 or not lengths <= {1, count}:
            raise ValueError(f"parts: expected arrays of 1 or {count} values, of types q, q and B")
    undecided = 0
    is_rough = any(part[1] is None for part in parts)
    septets, code_units, flags = (
        zip(*(repeat(column[0], count) if len(column) == 1 else column for column in columns), strict=True)
        for columns in (
            [part[0] for part in parts],
            [part[0] if is_rough or part[1] is None else part[1] for part in parts],
            [part[2] for part in parts],
        )
    )
    for sent, wide, is_ucs2 in zip(map(sum, septets), map(sum, code_units), map(any, flags), strict=True):
        units.append((0 if is_rough else wide) if is_ucs2 else sent)
        encodings.append(is_ucs2)
        if is_ucs2:
            unsure = is_rough or national or (clusters and wide > ucs2.single)
            found = 0 if unsure else sure_segments(wide, ucs2.single, ucs2.part)
        else:
            escapes = sent if is_rough else sent - wide
            found = _gsm7_segments(sent, escapes, gsm7, clusters, national)
        segments.append(found)
        undecided += not found
    return undecided


def _gsm7_segments(units: int, escapes: int, coding: Coding, clusters: bool, national: bool) -> int:
    """Return the segments of a text with so many escapes, or 0."""
    fewest = -(-units // coding.part)
    if units <= coding.single:
        return 1
    if clusters:
        return 0
    if escapes == 0:
        return fewest
    if national:
        return 0
    # Each escape leaves one septet free at most, and only before the last segment.
    return fewest if units + min(escapes, fewest - 1) <= fewest * coding.part else 0
