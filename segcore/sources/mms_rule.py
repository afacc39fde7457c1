"""What the cells of columns with recipients and media mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

NO_MEDIA = frozenset(("", "false", "0", "no", "none", "null", "[]", "{}"))
"""What a media cell holds when there is no media, in lower case."""

SEPARATORS = "[,;|]"
"""What parts recipients in a cell, as a regular expression."""

SEPARATOR = re.compile(SEPARATORS)

# A list in JSON is read as what it looks like: numbers in brackets and quotation marks.
_AROUND = " \t\r\n[]\"'"


def recipients(cell: object) -> list[str]:
    """Return the recipients in a cell.

    Args:
        cell: A string with numbers parted by comma, semicolon or bar, perhaps a list in JSON; a sequence of
            strings; or ``None``.

    Raises:
        TypeError: It is none of these.

    Example:
        >>> recipients("+12025550143; +12025550144"), recipients(["+12025550143"]), recipients(None)
        (['+12025550143', '+12025550144'], ['+12025550143'], [])
    """
    if cell is None:
        return []
    if isinstance(cell, str):
        return [piece for each in SEPARATOR.split(cell) if (piece := each.strip(_AROUND))]
    if isinstance(cell, Sequence) and all(isinstance(each, str) for each in cell):
        return [piece for each in cell if (piece := each.strip())]
    raise TypeError(f"to: expected a string or a list of strings for each message, got {type(cell).__name__}")


def has_media(cell: object) -> bool:
    """Return whether a cell holds media.

    Args:
        cell: A string, a truth value, a sequence of such, or ``None``.

    Example:
        >>> has_media("https://example.com/a.jpg"), has_media("none"), has_media([]), has_media(True)
        (True, False, False, True)
    """
    if isinstance(cell, str):
        return bool(cell) and cell.strip().lower() not in NO_MEDIA
    if isinstance(cell, Sequence):
        return any(map(has_media, cell))
    return bool(cell)


def mms_flags(to: Sequence[object] | None, media: Sequence[object] | None) -> list[bool] | None:
    """Return which messages go out as MMS: those with media, and those to several recipients.

    Args:
        to: The recipients of each message as `recipients` takes them, or ``None`` if they are not known.
        media: The media of each message as `has_media` takes them, or ``None`` if they are not known.

    Returns:
        One truth value per message, or ``None`` if none is an MMS.

    Example:
        >>> mms_flags(["+12025550143", "+12025550143;+12025550144"], ["", "none"])
        [False, True]

    Source: https://dev.bandwidth.com/docs/messaging (group messages are MMS, and count 1).
    """
    with_media = [has_media(cell) for cell in media] if media else []
    groups = [not isinstance(cell, str) or bool(SEPARATOR.search(cell)) for cell in to] if to else []
    if to and any(groups):
        groups = [maybe and len(recipients(cell)) > 1 for maybe, cell in zip(groups, to, strict=True)]
    if not any(with_media) and not any(groups):
        return None
    if with_media and groups:
        return [one or other for one, other in zip(with_media, groups, strict=True)]
    return with_media or groups
