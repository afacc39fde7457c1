"""Columns with nulls in Python."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Sequence
from typing import Any

import arrow_abi
import pytest
from arrow_abi import OnlyArray, OnlyStream, Source
from test_arrow_builders import utf8

from segcore import Batch, Column, Encoding
from segcore.columns import NullableColumn

bulk_segmenter = arrow_abi.bulk_segmenter

TEXTS = [None, "a" * 161, "б", None, "", None]
SEGMENTS = [None, 2, 1, None, 1, None]
UNITS = [None, 161, 1, None, 0, None]
ENCODINGS = [None, Encoding.GSM7, Encoding.UCS2, None, Encoding.GSM7, None]


@pytest.fixture
def batch(bulk_segmenter: Any) -> Batch:
    """Three messages and three nulls."""
    found: Batch = bulk_segmenter.analyze_bulk(OnlyArray(Source(b"u", utf8(TEXTS))))
    return found


def columns(batch: Batch) -> list[tuple[Any, list[Any]]]:
    """Return each column and its values."""
    return [(batch.segments, SEGMENTS), (batch.units, UNITS), (batch.encodings, ENCODINGS)]


def test_sequence(batch: Batch) -> None:
    """`len`, iteration, `tolist`, indexing from either end and slicing are those of a list with `None`."""
    for column, values in columns(batch):
        assert isinstance(column, NullableColumn)
        assert isinstance(column, Sequence)
        assert (len(column), column.null_count) == (6, 3)
        assert list(column) == column.tolist() == values
        assert list(reversed(column)) == values[::-1]
        assert [column[index] for index in range(-6, 6)] == [values[index] for index in range(-6, 6)]
        for index in (6, -7, 10**30):
            with pytest.raises(IndexError):
                column[index]
        for part in (
            slice(None),
            slice(1, 4),
            slice(None, None, -2),
            slice(9, 99),
            slice(-2, None),
            slice(1, 3),
        ):
            assert isinstance(column[part], NullableColumn)
            assert column[part].tolist() == values[part]
            assert column[part].null_count == values[part].count(None)


def test_wrong_indices(batch: Batch) -> None:
    """What is no index is refused as it is by a list."""
    for column, _ in columns(batch):
        for index in ("1", None, 1.0):
            with pytest.raises(TypeError):
                column[index]


def test_membership(batch: Batch) -> None:
    """`in`, `count` and `index` know `None`."""
    for column, values in columns(batch):
        for value in values:
            assert value in column
            assert column.count(value) == values.count(value)
            assert column.index(value) == values.index(value)
        assert 999 not in column
        with pytest.raises(ValueError):  # noqa: PT011  the wording is Python's
            column.index(999)


def test_a_null_is_not_a_zero(batch: Batch) -> None:
    """The zero that stands for a null in the buffer is not seen."""
    assert batch.units.count(0) == 1
    assert 0 not in batch.segments


def test_equality(batch: Batch) -> None:
    """It equals a list, a tuple or a column with nulls in the same places, and nothing else."""
    for column, values in columns(batch):
        assert column == values
        assert values == column
        assert column == tuple(values)
        assert column == column[:]
        assert (column != values) is False
        assert column != values[1:]
        assert column != [0 if value is None else value for value in values]
        for other in ("abcdef", None, 5, object()):
            assert column != other
        with pytest.raises(TypeError, match="unhashable"):
            hash(column)


def test_equality_with_a_column() -> None:
    """Without a null it equals the column of its values, from either side."""
    column = Column("i", [1, 2])
    without, with_null = NullableColumn(column, b"\1\1"), NullableColumn(column, b"\1\0")
    assert without == column
    assert column == without
    assert with_null != column
    assert column != with_null


def test_repr(batch: Batch) -> None:
    """Short columns are shown whole, long ones with their length."""
    assert repr(batch.segments) == "NullableColumn([None, 2, 1, None, 1, None])"
    assert repr(batch.encodings) == "NullableColumn([None, GSM-7, UCS-2, None, GSM-7, None])"
    long = NullableColumn(Column("i", [7] * 1000), bytes([1, 0] * 500))
    assert repr(long) == f"NullableColumn([{', '.join(['7', 'None'] * 5)}, ... 1000 in all])"
    assert repr(batch) == "<Batch: Totals(messages=3, gsm7=2, ucs2=1, mms=0, segments=4, octets=0)>"


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(batch: Batch, protocol: int) -> None:
    """It comes back from pickling, and so does the batch that it belongs to."""
    for column, values in columns(batch):
        again = pickle.loads(pickle.dumps(column, protocol))
        assert type(again) is NullableColumn
        assert type(again.values) is type(column.values)
        assert again == values
    whole = pickle.loads(pickle.dumps(batch, protocol))
    assert (whole.totals, len(whole)) == (batch.totals, 6)


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy])
def test_copy(batch: Batch, how: Any) -> None:
    """A copy is the same kind of column with the same values."""
    for column, values in columns(batch):
        assert type(how(column)) is NullableColumn
        assert how(column) == values


def test_no_buffer(batch: Batch) -> None:
    """A buffer has no place for a null, so there is none to mistake a null for a zero."""
    for column, _ in columns(batch):
        with pytest.raises(TypeError, match="bytes-like object is required"):
            memoryview(column)


def test_values_are_plain(batch: Batch) -> None:
    """Counts are exactly ``int``, encodings exactly `Encoding`."""
    for column, values in columns(batch):
        assert [type(value) for value in column] == [type(value) for value in values]
        assert type(column.tolist()) is list


def test_only_where_there_are_nulls(bulk_segmenter: Any) -> None:
    """A column without nulls has the buffer protocol, wherever it came from."""
    assert type(bulk_segmenter.count_segments_bulk(OnlyArray(Source(b"u", utf8(["a"]))))) is Column
    told = OnlyArray(Source(b"u", utf8(["a", None][:1], nulls=-1)))
    assert type(bulk_segmenter.count_segments_bulk(told)) is Column


def test_all_null(bulk_segmenter: Any) -> None:
    """A column of nothing but nulls has no messages."""
    batch = bulk_segmenter.analyze_bulk(OnlyStream(Source(b"u", utf8([None] * 300), utf8([None]))), mms=True)
    assert batch.segments == [None] * 301
    assert batch.encodings == [None] * 301
    totals = batch.totals
    assert (totals.messages, totals.gsm7, totals.ucs2, totals.mms, totals.segments) == (0, 0, 0, 0, 0)
    assert len(batch) == 301
