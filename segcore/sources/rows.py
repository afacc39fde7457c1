"""Interpret the rows of a table: texts, recipients and media, a column at a time.

The rule for a single cell is in `segcore.sources.mms_rule`; the same constants serve here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from segcore.sources.headings import Columns
from segcore.sources.mms_rule import CELL_EDGES, NO_MEDIA

if TYPE_CHECKING:
    import polars as pl
    from polars._typing import PolarsDataType


class Rows(NamedTuple):
    """The rows of a frame, interpreted.

    Args:
        texts: The texts, null where a row has none.
        has_media: Which rows have media; ``None`` if none has.
        recipients: The recipients of each row as one string; ``None`` if they are not known.
    """

    texts: pl.Series
    has_media: pl.Series | None
    recipients: pl.Series | None

    def messages(self, groups: Sequence[int] = ()) -> tuple[pl.Series, pl.Series | None]:
        """Return the texts, and whether each row is an MMS; ``None`` in its place if none is.

        Args:
            groups: The rows that go to several recipients, which makes them MMS.

        Source: https://dev.bandwidth.com/docs/messaging (group messages are MMS, and count 1).
        """
        import polars as pl

        is_mms = self.has_media
        if groups:
            to_group = pl.zeros(len(self.texts), pl.Boolean, eager=True).scatter(pl.Series(groups), True)
            is_mms = to_group if is_mms is None else is_mms | to_group
        if is_mms is None or not is_mms.any():
            return self.texts, None
        texts = self.texts
        if texts.null_count():
            # A picture without words is a message.
            texts = texts.zip_with(~is_mms, texts.fill_null(""))
        return texts, is_mms


def read_rows(frame: pl.DataFrame, columns: Columns) -> Rows:
    """Return the rows of a frame, interpreted.

    Args:
        frame: Rows, in columns c0, c1 and so on.
        columns: The columns to use.

    Raises:
        ValueError: A column does not hold what it should.
    """
    return Rows(
        _strings(frame, columns, columns.text),
        None if columns.media is None else media_flags(frame[f"c{columns.media}"]),
        None if columns.to is None else _recipients(frame, columns, columns.to),
    )


def _strings(frame: pl.DataFrame, columns: Columns, index: int) -> pl.Series:
    """Return a column as strings, if that is what it holds."""
    import polars as pl

    column: pl.Series = frame[f"c{index}"]
    if column.dtype in (pl.String, pl.Categorical, pl.Enum, pl.Null):
        strings: pl.Series = column.cast(pl.String)
        return strings
    raise ValueError(f"column {columns.names[index]!r} holds {column.dtype}, not text; name the right one")


def _recipients(frame: pl.DataFrame, columns: Columns, index: int) -> pl.Series:
    """Return the column with the recipients as strings, lists joined by commas."""
    import polars as pl

    column: pl.Series = frame[f"c{index}"]
    if column.dtype == pl.List(pl.String):
        return column.list.join(",", ignore_nulls=True)
    return column.cast(pl.String) if column.dtype.is_integer() else _strings(frame, columns, index)


def media_flags(column: pl.Series) -> pl.Series | None:
    """Return which cells of a column hold media, by the rule of `segcore.sources.mms_rule.has_media`.

    Args:
        column: A column of any type.

    Returns:
        A column of truth values without nulls; ``None`` if all cells are null.
    """
    import polars as pl

    if column.null_count() == len(column):
        return None
    found = column.to_frame("media").select(_has_media(pl.col("media"), column.dtype).fill_null(False))
    return found.to_series()


def _has_media(cell: pl.Expr, dtype: PolarsDataType) -> pl.Expr:
    """Return the expression for whether a cell of a type holds media; null means no."""
    import polars as pl

    found = cell if dtype == pl.Boolean else cell.is_not_null()
    if isinstance(dtype, pl.Array):
        found = _has_media(cell.arr.to_list(), pl.List(dtype.inner))
    elif isinstance(dtype, pl.List):
        found = cell.list.eval(_has_media(pl.element(), dtype.inner).fill_null(False)).list.any()
    elif isinstance(dtype, pl.Struct):
        fields = (_has_media(cell.struct.field(each.name), each.dtype) for each in dtype.fields)
        found = pl.any_horizontal(pl.lit(False), *(each.fill_null(False) for each in fields))
    elif dtype in (pl.String, pl.Categorical, pl.Enum):
        found = ~cell.cast(pl.String).str.strip_chars(CELL_EDGES).str.to_lowercase().is_in(sorted(NO_MEDIA))
    elif dtype.is_float():
        found = cell.is_not_nan() & (cell != 0)
    elif dtype.is_numeric():
        found = cell != 0
    return found
