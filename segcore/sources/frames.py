"""Tables of whatever library, a batch of rows at a time, as polars has them; plain rows without polars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from math import isnan
from typing import TYPE_CHECKING, Any, TypeAlias

from segcore.bulk import speaks_arrow

if TYPE_CHECKING:
    import polars as pl

    Frame: TypeAlias = "pl.DataFrame | PlainFrame"
    """Rows in columns c0, c1 and so on."""


class PlainFrame:
    """Rows of strings without polars.

    Args:
        columns: The cells of each column.
    """

    def __init__(self, columns: Sequence[Sequence[str]]) -> None:
        self.columns = columns
        self.height = len(columns[0])

    def vstack(self, other: PlainFrame) -> PlainFrame:
        """Return these rows with those of another frame below."""
        return PlainFrame(
            [[*above, *below] for above, below in zip(self.columns, other.columns, strict=True)]
        )

    def slice(self, offset: int, length: int | None = None) -> PlainFrame:
        """Return so many rows from one on; all that follow if no length is given."""
        end = None if length is None else offset + length
        return PlainFrame([column[offset:end] for column in self.columns])


def column_of(frame: Frame, index: int) -> Any:
    """Return a column of a frame: a column of polars, or a sequence."""
    return frame.columns[index] if isinstance(frame, PlainFrame) else frame[f"c{index}"]


def frame_of_rows(rows: Sequence[Sequence[str]], *, plain: bool) -> Frame:
    """Return a frame of rows.

    Args:
        rows: The cells of each row, at least one row.
        plain: Whether it is one without polars.
    """
    columns = [*zip(*rows, strict=True)]
    if plain:
        return PlainFrame(columns)
    import polars as pl

    return pl.DataFrame({f"c{at}": pl.Series(column, dtype=pl.String) for at, column in enumerate(columns)})


def is_column(data: Any) -> bool:
    """Return whether data is texts: a sequence or a column, not a table.

    Example:
        >>> is_column(["Hello"]), is_column({"text": ["Hello"]}), is_column([{"text": "Hello"}])
        (True, False, False)
    """
    if isinstance(data, Mapping) or not isinstance(data, Iterable) or _is_records(data):
        return False
    # Attributes of tables of polars, pandas, pyarrow or DuckDB that no column has.
    return not any(hasattr(data, name) for name in ("collect_schema", "columns", "column_names", "schema"))


def _is_records(data: Any) -> bool:
    return isinstance(data, (list, tuple)) and bool(data) and isinstance(data[0], Mapping)


def tables(data: Any) -> Iterator[pl.DataFrame]:
    """Yield the rows of a table.

    Args:
        data: A table or stream that speaks the Arrow PyCapsule protocol, a polars LazyFrame, a pandas
            DataFrame of any version, a mapping of columns, or a list of mappings, one a row.

    Raises:
        TypeError: It is none of these.
        ImportError: polars is not installed.
    """
    try:
        import polars as pl
    except ImportError as error:
        raise ImportError("tables and files need polars: pip install polars") from error
    if isinstance(data, pl.LazyFrame):
        yield from data.collect_batches()
    elif isinstance(data, pl.DataFrame):
        yield data
    elif isinstance(data, Mapping):
        yield _of_columns(data, data.values())
    elif _is_records(data):
        for row, record in enumerate(data):
            if not isinstance(record, Mapping):
                raise TypeError(f"data[{row}]: expected a mapping like data[0], got {type(record).__name__}")
        names = dict.fromkeys(chain.from_iterable(data))
        yield _of_columns(names, ([record.get(name) for record in data] for name in names))
    elif hasattr(data, "iloc"):
        # pandas speaks Arrow only where pyarrow is installed, and not at all before 2.2.
        yield _of_columns(data.columns, (data.iloc[:, index] for index in range(data.shape[1])))
    elif speaks_arrow(data):
        yield from _streamed(data)
    else:
        raise TypeError(
            f"data: expected a path, a table, a mapping of columns or texts, got {type(data).__name__}"
        )


def _of_columns(names: Iterable[object], columns: Iterable[Any]) -> pl.DataFrame:
    import polars as pl

    made = list(map(_series, _distinct(names), columns))
    if len({*map(len, made)}) > 1:
        listed = ", ".join(f"{column.name!r} has {len(column):,}" for column in made)
        raise ValueError(f"data: columns of unequal length: {listed} rows; give each row a value or None")
    return pl.DataFrame(made)


def _distinct(names: Iterable[object]) -> list[str]:
    """Return names as text, or raise an error if there is one twice."""
    listed = [*map(str, names)]
    twice = next((name for name, many in Counter(listed).items() if many > 1), None)
    if twice is not None:
        raise ValueError(f"data: {twice!r} names two columns; give each a name of its own")
    return listed


def _series(name: str, values: Any) -> pl.Series:
    """Return a column, missing values null, whatever a library writes for these."""
    import polars as pl

    if hasattr(values, "iloc"):
        # By way of pyarrow, if it is there and has a type for the values.
        with suppress(*_NOT_ARROW, pl.exceptions.PolarsError):
            return pl.Series(name, pl.from_pandas(values))
        missing = values.isna()
        listed = [None if gone else value for value, gone in zip(values.tolist(), missing, strict=True)]
        return _of_objects(name, listed)
    if speaks_arrow(values):
        return pl.Series(values).alias(name)
    return _of_objects(name, list(values))


_NOT_ARROW = (ImportError, TypeError, ValueError, OverflowError, NotImplementedError)


def _of_objects(name: str, values: list[Any]) -> pl.Series:
    """Return a column of objects; of values of several types each role makes what it can."""
    import polars as pl

    errors = (TypeError, pl.exceptions.PolarsError)
    try:
        return pl.Series(name, values, strict=True)
    except errors:
        # NaN among other values is what libraries write for a missing one.
        values = [None if isinstance(value, float) and isnan(value) else value for value in values]
    try:
        return pl.Series(name, values, strict=True)
    except errors:
        return pl.Series(name, values, dtype=pl.Object)


def _streamed(data: Any) -> Iterator[pl.DataFrame]:
    """Yield the batches of a stream, one at a time if pyarrow is there to take them."""
    import polars as pl

    try:
        import pyarrow as pa
    except ImportError:
        yield pl.DataFrame(data)
        return
    reader = pa.RecordBatchReader.from_stream(data) if hasattr(data, "__arrow_c_stream__") else None
    _distinct((pa.record_batch(data) if reader is None else reader).schema.names)
    if reader is None:
        yield pl.DataFrame(pa.record_batch(data))
        return
    for batch in reader:
        yield pl.DataFrame(batch)
