"""Series in, series out: what the adapter of polars measures with."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from segcore.codings import Encoding
from segcore.columns import Column, NullableColumn
from segcore.segmenter import Segmenter

ENCODING = pl.Enum([encoding.value for encoding in Encoding])
"""The data type of encodings: one octet a row, compared with the strings that it stands for."""

ENCODINGS = pl.Series(ENCODING.categories, dtype=ENCODING)


class _Arrow:
    """Shows polars only that a column speaks Arrow, not that it is a sequence, which would be copied."""

    def __init__(self, column: Column | NullableColumn) -> None:
        self.__arrow_c_array__ = column.__arrow_c_array__


def _series(texts: pl.Series, column: Column | NullableColumn) -> pl.Series:
    return pl.Series(_Arrow(column)).alias(texts.name)


def segments(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    """Return the segments of each message."""
    return _series(texts, segmenter.count_segments_bulk(texts, mms=mms, threads=threads))


def units(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    """Return the septets or code units of each text."""
    return _series(texts, segmenter.analyze_bulk(texts, mms=mms, threads=threads).units)


def encoding(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    """Return the encoding of each text."""
    return _encodings(texts, segmenter.analyze_bulk(texts, mms=mms, threads=threads).encodings)


def _encodings(texts: pl.Series, column: Column | NullableColumn) -> pl.Series:
    # As Arrow they would arrive as categories, and to recode those takes as long as to count.
    codes = np.asarray(column.values if isinstance(column, NullableColumn) else column)
    # NumPy is faster than polars at making indices of octets.
    found = ENCODINGS.gather(pl.Series(codes.astype(np.uint32))).alias(texts.name)
    return _null_where(texts, found)


def analysis(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    """Return encoding, units and segments of each message as structs."""
    batch = segmenter.analyze_bulk(texts, mms=mms, threads=threads)
    columns = {
        "encoding": _encodings(texts, batch.encodings),
        "units": _series(texts, batch.units),
        "segments": _series(texts, batch.segments),
    }
    # The fields of a null are null; the row itself is not yet.
    return _null_where(texts, pl.DataFrame(columns).to_struct(texts.name))


def _null_where(texts: pl.Series, found: pl.Series) -> pl.Series:
    if not texts.null_count():
        return found
    filled: pl.Series = found.zip_with(texts.is_not_null(), pl.Series([None], dtype=found.dtype))
    return filled
