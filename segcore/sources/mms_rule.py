"""The MMS rule: what a cell with recipients or media means, and which messages go out as MMS."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from segcore.engine.dialling import DIGITS, PLUS, SKIPPED
from segcore.sources import WORDS

if TYPE_CHECKING:
    import polars as pl

NO_MEDIA = frozenset(("", *WORDS["no_media"]))
"""The words in a media cell that say that there is no media, in lower case, without `MEDIA_EDGES`."""

CELL_EDGES = " \t\r\n\u00a0[]{}\"'"
"""Code points to strip from a cell: spaces and JSON delimiters."""

MEDIA_EDGES = CELL_EDGES + ","
"""The same for a cell with media, where an empty list may hold several empty strings."""

_EDGES = "[" + re.escape(CELL_EDGES) + "]*"
# A negation before words, such as "no image" and "0 files".
_NEGATED = rf"(?:(?:{'|'.join(WORDS['negation'])}) |pas d')[^\W\d_]+(?: [^\W\d_]+)?"
_NONE = "|".join([*map(re.escape, sorted(NO_MEDIA, key=len, reverse=True)), _NEGATED])

NO_MEDIA_LIST = rf"(?i)^(?:{_EDGES}(?:{_NONE}){_EDGES}(?:,|$))+$"
"""Matches a cell whose entries all say that there is no media (a regular expression)."""

# A formula that keeps a spreadsheet from reading a number as one: ="+12025550143".
_FORMULA = re.compile(r'=\s*"?([^"]*)"?', re.DOTALL)
_SEPARATOR = re.compile(
    r"[,;|<>&\r\n\t、，；]|[\s/](?=\s*[+＋])|(?<=\d{8})\s+(?=\d{8})|(?<=['\"])\s+(?=['\"])"
    # A word such as "and", where a number with a plus sign follows.
    r"|(?<=\d{7})[^\d+＋()]{0,8}(?=[+＋]\d)"
)
# Thousands, as a spreadsheet shows a number: no number of a telephone has so few digits between commas.
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3}){2,4}")
_DECIMALS = re.compile(r"([+＋]?\d{4,})[.,]0+")
# The extension behind a number, as libphonenumber reads it: no message goes there.
_EXTENSION = re.compile(r"(?<=\d)\s*(?:;ext=|,?\s*(?:ext|x|#)\.?)\s?\d{1,6}\s*$", re.IGNORECASE)
_LONG_SPACE = re.compile(r"([^\S\r\n]{16})[^\S\r\n]+")
_SCIENTIFIC = re.compile(r"[+＋]?(\d)[.,]?(\d*)[eE]\+?(\d{1,2})")
# A number among words, such as Ann (+1 202 555 0143).
_AMONG_WORDS = re.compile(r"[+＋]\d[\d ().-]{6,}\d")
_DIGITS = str.maketrans("".join(DIGITS[1:]), DIGITS[0] * (len(DIGITS) - 1), SKIPPED + PLUS)
_FEWEST_DIGITS = 3
# Facebook writes p: before the numbers of leads.
_SCHEMES = ("tel:", "sms:", "smsto:", "mms:", "callto:", "p:")

# The fields of an object that hold a number, in providers' requests and callbacks.
_NUMBER_FIELDS = (
    *("phoneNumber", "phone_number", "to", "number", "msisdn", "recipient", "destination", "phone", "mobile"),
    *("address", "destination_number", "DestinationPhoneNumber", "value"),
)

LOOK_CLOSER = (
    r'[,;|<>&=\[\]{}"\r\n\t、，；:]|[\s/(][+＋]|\d\s+[A-Za-z]|\d{8}\s+\d{8}'
    r"|[.,]0+\s*$|\d[eE]\+?\d|[xXtT#]\.?\s?\d{1,6}\s*$"
)
"""Matches a cell of recipients that may hold more than one plain number (a regular expression)."""

_LOOK_CLOSER = re.compile(LOOK_CLOSER)

# Cells of a column whose numbers are found all at once: plain numbers between separators, perhaps in the
# brackets and quotation marks of a list; or one number in scientific notation.
_PUNCTUATED = r"\(? *[0-9](?:[ ()\-]*[0-9]){2,}"
_NUMBER = rf"[+＋]?{_PUNCTUATED}"
_EDGE = r"[ \t\r\n\u{a0}\[\]\"']*"
_GAP = rf"{_EDGE}[,;|<>&\r\n\t、，；](?:{_EDGE}[,;|<>&、，；]?)*"
_LIST = rf"^{_EDGE}{_NUMBER}(?:{_GAP}{_NUMBER}|[ /]+[+＋]{_PUNCTUATED})*(?:{_GAP})?{_EDGE}$"
_MAYBE_NUMBERS = r"[+＋\[{]|(?:\p{Nd}\P{Nd}*){3}"
# Two numbers without a separator, and one of thousands, which are no lists: the first number that is found in
# them has fewer than 4 octets or more than 16.
_NO_LIST = r"[0-9]{8}[ \t\r\n]+[0-9]{8}|^\s*[0-9]{1,3}(?:,[0-9]{3}){2,4}\s*$"
_ONE_SCIENTIFIC = r"^[+＋]?([0-9])[.,]?([0-9]*)[eE]\+?([0-9]{1,2})$"


def recipients(cell: object) -> list[str]:
    """Return the recipients in a cell.

    A name with a comma is not several recipients: where there is any number in a cell, only numbers are.

    Args:
        cell: A number; a string with numbers separated by comma, semicolon, bar and the like, or a list in
            JSON; an object with a number in it, a sequence of such; or ``None``.

    Returns:
        The numbers as they are written; the whole cell if it has none; nothing if it is empty.

    Raises:
        TypeError: `cell` is none of these.

    Example:
        >>> recipients("+12025550143; +12025550144"), recipients("Smith, Bob")
        (['+12025550143', '+12025550144'], ['Smith, Bob'])
        >>> recipients('="+12025550143"'), recipients(12025550143.0), recipients([{"phone_number": "+1202"}])
        (['+12025550143'], ['12025550143'], ['+1202'])
    """
    if cell is None or (isinstance(cell, float) and isnan(cell)):
        return []
    if isinstance(cell, str):
        return _recipients_of_text(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return [f"{cell:.0f}" if float(cell).is_integer() else str(cell)]
    if isinstance(cell, Mapping):
        return next((recipients(cell[name]) for name in _NUMBER_FIELDS if cell.get(name)), [])
    if isinstance(cell, Iterable) and not isinstance(cell, (bytes, bytearray)):
        return [number for each in cell for number in recipients(each)]
    raise TypeError(f"to: expected a string or a list of strings for each message, got {type(cell).__name__}")


def _recipients_of_text(cell: str) -> list[str]:
    """Return the recipients in a string."""
    # Most cells hold one plain number.
    digits = cell.removeprefix("+")
    if digits.isascii() and digits.isdecimal() and len(digits) >= _FEWEST_DIGITS:
        return [cell]
    text = cell.strip()
    if text.startswith(("[", "{")):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            # A list as Python or NumPy prints it is read as what it looks like.
            pass
        else:
            return recipients(found) if isinstance(found, (list, dict)) else []
    if formula := _FORMULA.fullmatch(text):
        text = formula[1]
    # Patterns would take quadratic time in long space, which means no more than short space does.
    text = _EXTENSION.sub("", _LONG_SPACE.sub(r"\1", text))
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    # The comma in a number with an exponent is decimal.
    split = [text] if _SCIENTIFIC.fullmatch(text) else _SEPARATOR.split(text)
    pieces = [_plain(piece) for each in split if (piece := each.strip(CELL_EDGES))]
    return [piece for piece in pieces if is_number(piece)] or ([text.strip(CELL_EDGES)] if pieces else [])


def _plain(piece: str) -> str:
    """Return a number without its scheme, the words around it and the decimals that a spreadsheet adds."""
    for scheme in _SCHEMES:
        if piece[: len(scheme)].lower() == scheme:
            piece = piece[len(scheme) :]
    if decimals := _DECIMALS.fullmatch(piece):
        return decimals[1]
    scientific = _SCIENTIFIC.fullmatch(piece)
    if scientific and len(scientific[2]) == int(scientific[3]):
        # All digits are there.
        return scientific[1] + scientific[2]
    among = None if is_number(piece) else _AMONG_WORDS.search(piece)
    return among[0] if among else piece


def is_number(piece: str) -> bool:
    """Return whether a string looks like one telephone number, whatever its country.

    Example:
        >>> is_number("+1 (202) 555-0143"), is_number("Bob"), is_number("1.20256E+10")
        (True, False, False)
    """
    digits = digits_of(piece)
    return digits.isdecimal() and len(digits) >= _FEWEST_DIGITS


def digits_of(number: str) -> str:
    """Return a number without plus sign, spaces and punctuation, its digits in ASCII.

    Example:
        >>> digits_of("+1 (202) 555-0143")
        '12025550143'
    """
    return number.translate(_DIGITS)


def is_rounded(cell: object) -> bool:
    """Return whether a cell holds a number whose last digits a spreadsheet has replaced by an exponent.

    Example:
        >>> is_rounded("1.20256E+10"), is_rounded("1.2025550143E+10"), is_rounded("+12025550143")
        (True, False, False)
    """
    if not isinstance(cell, str):
        return False
    scientific = _SCIENTIFIC.fullmatch(cell.strip(CELL_EDGES + "="))
    return scientific is not None and len(scientific[2]) < int(scientific[3])


def has_media(cell: object) -> bool:
    """Return whether a cell holds media.

    Args:
        cell: A string, a truth value, a number, a sequence or mapping of such, or ``None``.

    Example:
        >>> has_media("https://example.com/a.jpg"), has_media("n/a"), has_media([""]), has_media(True)
        (True, False, False, True)
    """
    if isinstance(cell, str):
        is_none = cell.strip(MEDIA_EDGES).lower() in NO_MEDIA
        return not (is_none or re.match(NO_MEDIA_LIST, cell))
    if isinstance(cell, float):
        # pandas writes NaN for a missing value.
        return not isnan(cell) and cell != 0
    values = cell.values() if isinstance(cell, Mapping) else cell
    if isinstance(values, Iterable) and not isinstance(values, (bytes, bytearray)):
        return any(map(has_media, values))
    return bool(cell)


def is_mms(to: object = None, media: object = None) -> bool:
    """Return whether a message goes out as MMS: with media, or to several recipients as a group.

    Args:
        to: Its recipients, as `recipients` takes them; ``None`` where several are no group.
        media: Its media, as `has_media` takes them.

    Raises:
        TypeError: `to` does not hold recipients.

    Example:
        >>> is_mms("+12025550143,+12025550144"), is_mms("+12025550143", ["a.jpg"]), is_mms("+12025550143")
        (True, True, False)

    Source: https://dev.bandwidth.com/docs/messaging (group messages are MMS, and count 1).
    """
    return has_media(media) or (_needs_a_closer_look(to) and len(recipients(to)) > 1)


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


def _needs_a_closer_look(cell: object) -> bool:
    return bool(_LOOK_CLOSER.search(cell)) if isinstance(cell, str) else cell is not None


def recipients_at(cells: Any, rows: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows whose cell may be more than one plain number, each with the recipients in it.

    Args:
        cells: A sequence, or a column of polars, pyarrow or pandas.
        rows: The rows to look at.

    Raises:
        TypeError: The cells cannot be indexed, or one does not hold recipients.

    Example:
        >>> list(recipients_at(["+120", "+120;+121", ["+122"]], [0, 1, 2]))
        [(1, ['+120', '+121']), (2, ['+122'])]
    """
    for row, cell in zip(rows, cells_at(cells, rows), strict=True):
        if _needs_a_closer_look(cell):
            yield row, recipients(cell)


def recipients_in_column(cells: pl.Series, rows: pl.Series) -> pl.DataFrame:
    """Return the recipients in cells that may hold more than one plain number.

    `recipients_at` does the same for cells of any kind, one by one.

    Args:
        cells: A column of strings.
        rows: The rows to look at, in ascending order.

    Returns:
        The ``row``, the ``recipient``, and whether it ``is_rounded``: one for each recipient, in the order of
        the cells.
    """
    import polars as pl

    cell = pl.col("cell")
    found = pl.DataFrame({"row": rows, "cell": cells.gather(rows).cast(pl.String)})
    found = found.filter(cell.str.contains(LOOK_CLOSER))
    is_list = found["cell"].str.contains(_LIST)
    lists = found.filter(is_list).select("row", cell.str.extract_all(_NUMBER).alias("recipient"))
    lists = lists.explode("recipient").with_columns(is_rounded=pl.lit(False))
    # Numbers of other lengths are rare, and the pattern takes as long as that of lists.
    if not lists["recipient"].str.len_bytes().is_between(4, 16).all():
        is_list &= ~found["cell"].str.contains(_NO_LIST)
        lists = lists.filter(pl.col("row").is_in(found["row"].filter(is_list).implode()))
    found = found.filter(~is_list)
    found = found.filter(cell.str.contains(_MAYBE_NUMBERS))
    if found.is_empty():
        return lists
    # Rounded numbers are few.
    distinct = found.select(cell.unique()).with_columns(parts=cell.str.extract_groups(_ONE_SCIENTIFIC))
    first, digits, exponent = (pl.col("parts").struct.field(name) for name in "123")
    missing = exponent.cast(pl.Int64) - digits.str.len_bytes().cast(pl.Int64)
    scientific = distinct.filter(exponent.is_not_null()).select(
        "cell",
        pl.when(missing == 0).then(first + digits).otherwise(cell).alias("recipient"),
        is_rounded=missing > 0,
    )
    rest = distinct.filter(exponent.is_null())["cell"]
    read = [*map(recipients, rest)]
    others = pl.DataFrame(
        {
            "cell": rest,
            "recipient": pl.Series(read, dtype=pl.List(pl.String)),
            "is_rounded": pl.Series(
                [len(each) == 1 and is_rounded(each[0]) for each in read], dtype=pl.Boolean
            ),
        }
    )
    others = pl.concat([others.explode("recipient").drop_nulls("recipient"), scientific])
    others = found.join(others, on="cell", maintain_order="left_right").drop("cell")
    return pl.concat([lists, others]).sort("row", maintain_order=True)


def cells_at(cells: Any, rows: Sequence[int]) -> Iterable[object]:
    """Return some cells of a column of any library.

    Args:
        cells: A sequence, or a column of polars, pyarrow or pandas.
        rows: The rows of the cells.

    Raises:
        TypeError: The cells cannot be indexed.
    """
    if hasattr(cells, "gather"):
        return cells.gather(rows).to_list()  # type: ignore[no-any-return]
    if hasattr(cells, "iloc"):
        return list(cells.iloc[rows])
    if hasattr(cells, "take") and hasattr(cells, "to_pylist"):
        return cells.take(rows).to_pylist()  # type: ignore[no-any-return]
    if isinstance(cells, Sequence):
        return [cells[row] for row in rows]
    raise TypeError(
        f"{type(cells).__name__} cannot be indexed; pass a list, or a column of polars or pyarrow"
    )
