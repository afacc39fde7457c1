"""The MMS rule: what a cell with recipients or media means, and which messages go out as MMS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isnan
from typing import Any

NO_MEDIA = frozenset(("", "false", "0", "0.0", "0.00", "0,0", "no", "none", "null"))
"""The words in a media cell that say that there is no media, in lower case, without `CELL_EDGES`."""

CELL_EDGES = " \t\r\n[]{}\"'"
"""Code points to strip from a cell: space, and what encloses values in JSON."""

SEPARATORS = "[,;|]"
"""What separates recipients in a cell, as a regular expression."""

_SEPARATOR = re.compile(SEPARATORS)

# A column of polars that is at least this long is faster to search as a whole.
_FEW = 1_000


def recipients(cell: object) -> list[str]:
    """Return the recipients in a cell.

    Args:
        cell: A string with numbers separated by comma, semicolon or bar, or a list in JSON; a sequence of
            strings; or ``None``.

    Raises:
        TypeError: `cell` is none of these.

    Example:
        >>> recipients("+12025550143; +12025550144"), recipients(["+12025550143", ""]), recipients(None)
        (['+12025550143', '+12025550144'], ['+12025550143'], [])
    """
    if cell is None:
        return []
    if isinstance(cell, str):
        # A list in JSON is read as what it looks like: numbers in brackets and quotation marks.
        return [piece for each in _SEPARATOR.split(cell) if (piece := each.strip(CELL_EDGES))]
    if isinstance(cell, Sequence) and all(isinstance(each, str) for each in cell):
        return [piece for each in cell if (piece := each.strip())]
    raise TypeError(f"to: expected a string or a list of strings for each message, got {type(cell).__name__}")


def has_media(cell: object) -> bool:
    """Return whether a cell holds media.

    Args:
        cell: A string, a truth value, a number, a sequence or mapping of such, or ``None``.

    Example:
        >>> has_media("https://example.com/a.jpg"), has_media("none"), has_media([""]), has_media(True)
        (True, False, False, True)
    """
    if isinstance(cell, str):
        return bool(cell) and cell.strip(CELL_EDGES).lower() not in NO_MEDIA
    if isinstance(cell, float):
        # pandas writes NaN for a missing value.
        return not isnan(cell) and cell != 0
    values = cell.values() if isinstance(cell, Mapping) else cell
    if isinstance(values, Iterable) and not isinstance(values, (bytes, bytearray)):
        return any(map(has_media, values))
    return bool(cell)


def is_mms(to: object = None, media: object = None) -> bool:
    """Return whether a message goes out as MMS: with media, or to several recipients.

    Args:
        to: Its recipients, as `recipients` takes them.
        media: Its media, as `has_media` takes them.

    Raises:
        TypeError: `to` does not hold recipients.

    Example:
        >>> is_mms("+12025550143,+12025550144"), is_mms("+12025550143", ["a.jpg"]), is_mms("+12025550143")
        (True, True, False)

    Source: https://dev.bandwidth.com/docs/messaging (group messages are MMS, and count 1).
    """
    return has_media(media) or (_may_be_several(to) and len(recipients(to)) > 1)


def mms_flags(to: Sequence[object] | None, media: Sequence[object] | None) -> list[bool] | None:
    """Return which of many messages go out as MMS, by the rule of `is_mms`.

    Args:
        to: The recipients of each message, or ``None`` if they are not known.
        media: The media of each message, or ``None`` if they are not known.

    Returns:
        One truth value per message, or ``None`` if none is an MMS.

    Raises:
        TypeError: A cell of `to` does not hold recipients.

    Example:
        >>> mms_flags(["+12025550143", "+12025550143;+12025550144"], ["", "none"])
        [False, True]
    """
    if not to:
        flags = [*map(has_media, media or ())]
    elif not media:
        flags = [*map(is_mms, to)]
    else:
        flags = [is_mms(cell, medium) for cell, medium in zip(to, media, strict=True)]
    return flags if any(flags) else None


def _may_be_several(cell: object) -> bool:
    return bool(_SEPARATOR.search(cell)) if isinstance(cell, str) else cell is not None


def several_recipients_at(cells: Any, rows: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows whose cell is a list or holds a separator, each with the recipients in it.

    Args:
        cells: A sequence, or a column of polars, pyarrow or pandas.
        rows: The rows to look at.

    Raises:
        TypeError: The cells cannot be indexed, or one does not hold recipients.

    Example:
        >>> list(several_recipients_at(["+1", "+1;+2", ["+3"]], [0, 1, 2]))
        [(1, ['+1', '+2']), (2, ['+3'])]
    """
    if hasattr(cells, "gather") and len(rows) > _FEW:
        has_separator = cells.gather(rows).str.contains(SEPARATORS).fill_null(False)
        rows = [rows[index] for index in has_separator.arg_true()]
    for row, cell in zip(rows, _cells_at(cells, rows), strict=True):
        if _may_be_several(cell):
            yield row, recipients(cell)


def _cells_at(cells: Any, rows: Sequence[int]) -> Iterable[object]:
    """Return some cells of a column of any library."""
    if hasattr(cells, "gather"):
        return cells.gather(rows).to_list()  # type: ignore[no-any-return]
    if hasattr(cells, "iloc"):
        return list(cells.iloc[rows])
    if hasattr(cells, "take") and hasattr(cells, "to_pylist"):
        return cells.take(rows).to_pylist()  # type: ignore[no-any-return]
    if isinstance(cells, Sequence):
        return [cells[row] for row in rows]
    raise TypeError(
        f"to: {type(cells).__name__} cannot be indexed; pass a list, or a column of polars or pyarrow"
    )
