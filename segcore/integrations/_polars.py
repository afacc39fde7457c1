"""Series in, series out: what the adapter of polars measures with, and how polars calls it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

import numpy as np
import polars as pl

from segcore.columns import Column, NullableColumn
from segcore.rules.codings import Encoding
from segcore.segmenter import Segmenter

ENCODING = pl.Enum([encoding.value for encoding in Encoding])

GSM7, UCS2 = (pl.Series([encoding.value], dtype=ENCODING) for encoding in Encoding)


Texts = TypeVar("Texts", pl.Expr, pl.Series)


class _Measure(Protocol):
    def __call__(self, rules: Segmenter, texts: pl.Series, mms: Any, threads: int | None, /) -> pl.Series: ...


class _Arrow:
    """Shows polars only that a column speaks Arrow, not that it is a sequence, which would be copied."""

    def __init__(self, column: Column | NullableColumn) -> None:
        self.__arrow_c_array__ = column.__arrow_c_array__


# --- Measures -----------------------------------------------------------------------------------------


def segments(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    """Return the segments of each message."""
    return _integers(texts.name, segmenter.count_segments_bulk(texts, mms=mms, threads=threads))


def units(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    """Return the septets or code units of each text."""
    return _integers(texts.name, segmenter.analyze_bulk(texts, mms=mms, threads=threads).units)


def encoding(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    """Return the encoding of each text."""
    codes = segmenter.analyze_bulk(texts, mms=mms, threads=threads).encodings
    return _null_where(texts, _encodings(texts.name, codes))


def analysis(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    """Return encoding, units and segments of each message as structs."""
    batch = segmenter.analyze_bulk(texts, mms=mms, threads=threads)
    encodings = _null_where(texts, _encodings("encoding", batch.encodings))
    integers = [_integers("units", batch.units), _integers("segments", batch.segments)]
    # The fields of a null are null; the row itself is not yet.
    return _null_where(texts, encodings.to_frame().hstack(integers).to_struct(texts.name))


def _integers(name: str, column: Column | NullableColumn) -> pl.Series:
    return pl.Series(_Arrow(column)).alias(name)


def _encodings(name: str, column: Column | NullableColumn) -> pl.Series:
    # polars takes categories over from Arrow row by row, which is a fourth of the time that counting takes;
    # to choose between two of them by a truth value is work for vectors.  The octets are 0 and 1.
    is_ucs2 = np.asarray(column.values if isinstance(column, NullableColumn) else column).view(np.bool_)
    chosen: pl.Series = UCS2.zip_with(pl.Series(is_ucs2), GSM7)
    return chosen.alias(name)


def _null_where(texts: pl.Series, found: pl.Series) -> pl.Series:
    if not texts.null_count():
        return found
    filled: pl.Series = found.zip_with(texts.is_not_null(), pl.Series([None], dtype=found.dtype))
    return filled


# --- How polars calls ---------------------------------------------------------------------------------


def measured(texts: Texts, mms: Any, rules: Segmenter, measure: _Measure, kind: pl.DataType) -> Texts:
    """Measure a series now, or an expression whenever polars runs it.

    Args:
        texts: An expression or a series.
        mms: ``None``, one ``bool`` for all, or one truth value per message: an expression beside an
            expression, what `Segmenter.count_segments_bulk` takes beside a series.
        rules: What to count by.
        measure: One of the measures above.
        kind: The data type of what it returns.

    Raises:
        TypeError: `texts` is neither; or `mms` does not go with it.
    """
    if isinstance(texts, pl.Series):
        return measure(rules, texts, mms, None)
    texts = _expression(texts)
    if mms is None or isinstance(mms, bool):
        inputs, work = [texts], partial(_batch, rules, measure, mms)
    elif isinstance(mms, pl.Expr):
        inputs, work = [texts, mms], partial(_batch, rules, measure, None)
    else:
        raise TypeError(f"mms: expected None, a bool or an expression, got {type(mms).__name__}")
    return pl.map_batches(inputs, work, return_dtype=kind, is_elementwise=True)


def _expression(texts: Any) -> pl.Expr:
    if not isinstance(texts, pl.Expr):
        raise TypeError(f"texts: expected a polars expression or series, got {type(texts).__name__}")
    return texts


def _batch(rules: Segmenter, measure: _Measure, mms: Any, columns: Sequence[pl.Series]) -> pl.Series:
    """Measure what polars hands to a callback: the texts, and the truth values if they are an expression."""
    texts = columns[0]
    if len(columns) > 1:
        mms = columns[1]
        # polars leaves a literal as one row, whichever side it is on.
        if len(mms) == 1:
            mms = mms.new_from_index(0, len(texts))
        elif len(texts) == 1:
            texts = texts.new_from_index(0, len(mms))
    # polars calls on all its threads at once: more of them would only be in each other's way.
    return measure(rules, texts, mms, 1)


def located(numbers: Texts, default_region: str | None, kind: pl.Enum) -> Texts:
    """Find the region of each number, in a series now, in an expression whenever polars runs it."""
    if isinstance(numbers, pl.Series):
        return _regions(default_region, kind, [numbers])
    work = partial(_regions, default_region, kind)
    return pl.map_batches([_expression(numbers)], work, return_dtype=kind, is_elementwise=True)


def _regions(default_region: str | None, kind: pl.Enum, columns: Sequence[pl.Series]) -> pl.Series:
    from segcore.numbers.regions import RegionColumn, regions

    (numbers,) = columns
    # The index of a number without a region is -1, which finds the last label, none.
    found = np.asarray(regions(numbers, default_region))
    return pl.Series(RegionColumn.labels, dtype=kind).gather(pl.Series(found)).alias(numbers.name)
