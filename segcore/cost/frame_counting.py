"""From the columns of a table to an estimate, a column at a time."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segcore.columns import NullableColumn
from segcore.engine.chooser import number_pairs, read_booleans
from segcore.sources.headings import Columns
from segcore.sources.mms_rule import NO_MEDIA

if TYPE_CHECKING:
    import polars as pl

    from segcore.cost.estimate import Estimate, Group

# What stands for no value; other numbers are not negative.
_NULL = -1


@dataclass(frozen=True)
class Messages:
    """What a frame says about its messages.

    Args:
        texts: The texts, null where there is no message.
        mms: One octet per row, 1 for an MMS; ``None`` if there is none.
        destinations: The numbers of the destinations.
    """

    texts: pl.Series
    mms: bytes | None
    destinations: array[int]


def count_frame(estimate: Estimate, frame: pl.DataFrame, columns: Columns, threads: int = 0) -> Messages:
    """Add the messages of a frame to an estimate.

    Args:
        estimate: What they are added to.
        frame: Rows, in columns c0, c1 and so on.
        columns: What these are.
        threads: How many may count at once; 0 for as many as pay.

    Returns:
        What was found out about them.

    Raises:
        ValueError: A column does not hold what it should.

    Source: https://dev.bandwidth.com/docs/messaging (media, and several recipients, make an MMS).
    """
    found = messages_of(estimate, frame, columns)
    numbers = _numbers(estimate, frame, columns, found.destinations)
    estimate.add_numbered(found.texts, found.mms, numbers, threads)
    return found


def messages_of(estimate: Estimate, frame: pl.DataFrame, columns: Columns) -> Messages:
    """Return what a frame says about its messages."""
    import polars as pl

    texts = _strings(frame, columns, columns.text)
    is_mms = None if columns.media is None else _has_media(frame[f"c{columns.media}"])
    destinations = estimate.destinations.unsaid(frame.height)
    if columns.to is not None:
        destinations, groups = estimate.destinations.find(_recipients(frame, columns, columns.to))
        if groups:
            in_group = pl.Series(groups)
            flags = pl.zeros(frame.height, pl.Boolean, eager=True).scatter(in_group, True)
            is_mms = flags if is_mms is None else is_mms | flags
    if is_mms is None or not is_mms.any():
        return Messages(texts, None, destinations)
    if texts.null_count():
        # A picture without words is a message.
        texts = texts.to_frame("t").select(pl.when(is_mms).then(pl.col("t").fill_null("")).otherwise("t"))[
            "t"
        ]
    return Messages(texts, read_booleans(is_mms), destinations)


def _strings(frame: pl.DataFrame, columns: Columns, index: int) -> pl.Series:
    """Return a column as strings, if that is what it holds."""
    import polars as pl

    column: pl.Series = frame[f"c{index}"]
    if column.dtype == pl.String:
        return column
    if column.dtype in (pl.Categorical, pl.Enum, pl.Null):
        strings: pl.Series = column.cast(pl.String)
        return strings
    raise ValueError(f"column {columns.names[index]!r} holds {column.dtype}, not text; name the right one")


def _recipients(frame: pl.DataFrame, columns: Columns, index: int) -> pl.Series:
    import polars as pl

    column: pl.Series = frame[f"c{index}"]
    if column.dtype == pl.List(pl.String):
        column = column.list.join(",", ignore_nulls=True)
    elif column.dtype.is_integer():
        column = column.cast(pl.String)
    else:
        column = _strings(frame, columns, index)
    return column


def _has_media(column: pl.Series) -> pl.Series | None:
    """Return which rows have media, ``None`` if none has."""
    import polars as pl

    has: pl.Series
    if column.null_count() == len(column):
        return None
    if isinstance(column.dtype, (pl.List, pl.Array)):
        has = column.list.drop_nulls().list.len() > 0
        if column.dtype == pl.List(pl.String):
            has &= column.list.join("", ignore_nulls=True).str.strip_chars() != ""
    elif column.dtype == pl.Boolean:
        has = column
    elif column.dtype in (pl.String, pl.Categorical, pl.Enum):
        cells = column.cast(pl.String).str.strip_chars().str.to_lowercase()
        has = ~cells.is_in(sorted(NO_MEDIA))
    elif column.dtype.is_numeric():
        has = column != 0
    else:
        has = column.is_not_null()
    has = has.fill_null(False)
    return has


def as_series(column: array[int] | NullableColumn) -> pl.Series:
    """Return a column of results as one of polars.

    Args:
        column: A `Column` or `NullableColumn`.
    """
    import polars as pl

    try:
        return pl.Series(column)
    except ImportError:
        # The implementation without C hands on Arrow columns by way of pyarrow.
        return pl.Series(column.tolist())


def _numbers(
    estimate: Estimate, frame: pl.DataFrame, columns: Columns, destinations: array[int]
) -> array[int]:
    """Return the number of each row's destination and group."""
    if not columns.group:
        return destinations
    first, *rest = (_coded(frame[f"c{index}"]) for index in columns.group)
    codes, values = first
    groups: dict[int, Group] = {code: (value,) for code, value in values.items()}
    for others, values in rest:
        groups = _joined(codes, groups, others, values)
    numbers = array("i", destinations)
    number_pairs(numbers, codes, lambda destination, code: estimate.number(destination, groups[code]))
    return numbers


def _coded(column: pl.Series) -> tuple[array[int], dict[int, str | None]]:
    """Return numbers that stand for the values of a column, and these by their numbers."""
    import polars as pl

    values = column.cast(pl.String).cast(pl.Categorical)
    codes = values.to_physical().cast(pl.Int32).fill_null(_NULL)
    distinct = pl.DataFrame({"code": codes, "value": values}).unique("code")
    return array("i", codes.to_list()), dict(distinct.cast({"value": pl.String}).iter_rows())


def _joined(
    codes: array[int], groups: dict[int, Group], others: array[int], values: dict[int, str | None]
) -> dict[int, Group]:
    """Make codes stand for the values of one column more, and return what they stand for."""
    found: dict[int, Group] = {}

    def number(code: int, other: int) -> int:
        found[len(found)] = (*groups[code], values[other])
        return len(found) - 1

    number_pairs(codes, others, number)
    return found
