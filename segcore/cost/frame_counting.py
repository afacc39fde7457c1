"""Count the messages of a frame, a column at a time."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segcore.cost.destinations import as_series
from segcore.engine.chooser import number_pairs, read_booleans, read_integers
from segcore.sources.headings import Columns
from segcore.sources.rows import read_rows

if TYPE_CHECKING:
    import polars as pl

    from segcore.cost.estimate import Estimate, Group
    from segcore.segmenter import Segmenter


@dataclass(frozen=True)
class Messages:
    """The messages of a frame.

    Args:
        texts: The texts, null where there is no message.
        is_mms: Whether each row is an MMS; ``None`` if none is.
        destinations: The numbers of the destinations.
    """

    texts: pl.Series
    is_mms: pl.Series | None
    destinations: array[int]

    def measured(self, segmenter: Segmenter) -> pl.DataFrame:
        """Return columns that say whether each row is an ``sms`` or an ``mms``, its ``encoding`` as SMS, its
        ``units`` and ``segments``.
        """
        import polars as pl

        batch = segmenter.analyze_bulk(self.texts, mms=self.is_mms, threads=1)
        is_text = self.texts.is_not_null()
        is_mms = pl.zeros(len(is_text), pl.Boolean, eager=True) if self.is_mms is None else self.is_mms
        return pl.DataFrame(
            {
                "sms": is_text & ~is_mms,
                "mms": is_text & is_mms,
                "encoding": as_series(batch.encodings),
                "units": as_series(batch.units),
                "segments": as_series(batch.segments),
            }
        )


def count_frame(estimate: Estimate, frame: pl.DataFrame, columns: Columns, threads: int = 0) -> Messages:
    """Add the messages of a frame to an estimate.

    Args:
        estimate: What they are added to.
        frame: Rows, in columns c0, c1 and so on.
        columns: The columns that are used.
        threads: How many threads count; 0 lets segcore choose.

    Returns:
        The messages.

    Raises:
        ValueError: A column does not hold what it should.
    """
    found = messages_of(estimate, frame, columns)
    numbers = _numbers(estimate, frame, columns, found.destinations)
    flags = None if found.is_mms is None else read_booleans(found.is_mms)
    estimate.add_numbered(found.texts, flags, numbers, threads)
    return found


def messages_of(estimate: Estimate, frame: pl.DataFrame, columns: Columns) -> Messages:
    """Return the messages of a frame."""
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
