"""From the columns of a table to an estimate, a column at a time."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segcore.engine.chooser import number_pairs, read_integers
from segcore.sources.headings import Columns
from segcore.sources.rows import read_rows

if TYPE_CHECKING:
    import polars as pl

    from segcore.cost.estimate import Estimate, Group


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


def _numbers(
    estimate: Estimate, frame: pl.DataFrame, columns: Columns, destinations: array[int]
) -> array[int]:
    """Return the number of each row's destination and group."""
    import polars as pl

    if not columns.group:
        return destinations
    cells = (pl.col(f"c{index}").cast(pl.String).alias(f"{at}") for at, index in enumerate(columns.group))
    values = frame.select(cells)
    names = values.columns
    distinct = values.unique().with_row_index("code")
    coded = values.join(distinct, on=names, how="left", nulls_equal=True, maintain_order="left")
    groups: list[Group] = distinct.drop("code").rows()
    numbers = array("i", destinations)
    codes = read_integers(coded["code"].cast(pl.Int32))
    number_pairs(numbers, codes, lambda destination, code: estimate.number(destination, groups[code]))
    return numbers
