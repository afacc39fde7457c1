"""Series in, series out: what the adapter of polars measures with."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from segcore.codings import Encoding
from segcore.columns import Column, NullableColumn
from segcore.segmenter import Segmenter

ENCODING = pl.Enum([encoding.value for encoding in Encoding])

GSM7, UCS2 = (pl.Series([encoding.value], dtype=ENCODING) for encoding in Encoding)


class _Arrow:
    """Shows polars only that a column speaks Arrow, not that it is a sequence, which would be copied."""

    def __init__(self, column: Column | NullableColumn) -> None:
        self.__arrow_c_array__ = column.__arrow_c_array__


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
