"""From the columns of a table to an estimate, a column at a time."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segcore.columns import NullableColumn
from segcore.engine.chooser import number_pairs
from segcore.sources.headings import Columns
from segcore.sources.rows import read_rows

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
    """
    found = messages_of(estimate, frame, columns)
    numbers = _numbers(estimate, frame, columns, found.destinations)
    estimate.add_numbered(found.texts, found.mms, numbers, threads)
    return found


def messages_of(estimate: Estimate, frame: pl.DataFrame, columns: Columns) -> Messages:
    """Return what a frame says about its messages."""
    rows = read_rows(frame, columns)
    if rows.recipients is None:
        return Messages(*rows.messages(), estimate.destinations.unsaid(frame.height))
    destinations, groups = estimate.destinations.find(rows.recipients)
    return Messages(*rows.messages(groups), destinations)


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
