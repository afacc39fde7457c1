"""Columns, batches and totals."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from array import array
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from segcore import Batch, Column, Encoding, EncodingColumn, Totals

if TYPE_CHECKING:
    from segcore import Segmenter

TEXTS = ["a" * 161, "б", "", "\U0001f600" * 36, "ç" * 71]
SEGMENTS = [2, 1, 1, 2, 2]
UNITS = [161, 1, 0, 72, 71]
ENCODINGS = [Encoding.GSM7, Encoding.UCS2, Encoding.GSM7, Encoding.UCS2, Encoding.UCS2]


@pytest.fixture
def batch(segmenter: Segmenter) -> Batch:
    """Five messages of several kinds."""
    return segmenter.analyze_bulk(TEXTS)


def columns(batch: Batch) -> list[tuple[Column, list[Any], str]]:
    """Return each column, none of which has nulls, with its values and the format of its buffer."""
    found: list[Any] = [batch.segments, batch.units, batch.encodings]
    return list(zip(found, (SEGMENTS, UNITS, ENCODINGS), "iqB", strict=True))


def test_sequence(batch: Batch) -> None:
    """`len`, iteration, `tolist`, indexing from either end and slicing are those of a list."""
    for column, values, _ in columns(batch):
        assert len(column) == len(values)
        assert list(column) == column.tolist() == values
        assert [column[index] for index in range(-5, 5)] == [values[index] for index in range(-5, 5)]
        for index in (5, -6, 10**30):
            with pytest.raises(IndexError):
                column[index]
        for part in (slice(None), slice(1, 4), slice(None, None, -2), slice(9, 99), slice(-2, None)):
            assert column[part] == values[part]
            assert type(column[part]) is type(column)
            assert list(column[part]) == values[part]
        assert list(reversed(column)) == values[::-1]


def test_membership(batch: Batch) -> None:
    """`in`, `count` and `index` speak of the same values as iteration."""
    for column, values, _ in columns(batch):
        for value in values:
            assert value in column
            assert column.count(value) == values.count(value)
            assert column.index(value) == values.index(value)
        assert -1 not in column


def test_values_are_plain(batch: Batch) -> None:
    """Counts are exactly ``int``, encodings exactly `Encoding`."""
    for column, _, _ in columns(batch):
        wanted = Encoding if isinstance(column, EncodingColumn) else int
        assert {type(value) for value in column} == {wanted}
        assert {type(value) for value in column.tolist()} == {wanted}
        assert type(column[0]) is wanted
        assert type(column.tolist()) is list


def test_buffer(batch: Batch) -> None:
    """NumPy and memoryview see the same memory, not a copy of it."""
    for column, _, form in columns(batch):
        view = memoryview(column)
        assert (view.format, view.shape, view.contiguous) == (form, (5,), True)
        raw = np.frombuffer(column, dtype=form)
        assert np.shares_memory(raw, np.asarray(view))
        assert view.tolist() == raw.tolist()
    for column, _, _ in columns(batch)[:2]:
        found = np.asarray(column)
        assert np.shares_memory(found, np.frombuffer(column, dtype=column.typecode))
        assert found.tolist() == column.tolist()
        assert found.dtype.itemsize == column.itemsize
    assert np.asarray(batch.segments).dtype == np.int32
    assert np.asarray(batch.units).dtype == np.int64
    assert memoryview(columns(batch)[2][0]).tolist() == [0, 1, 0, 1, 1]


def test_equality(batch: Batch, segmenter: Segmenter) -> None:
    """A column equals a column, a list or a tuple of the same values, and nothing else."""
    for column, values, _ in columns(batch):
        assert column == values
        assert column == tuple(values)
        assert values == column
        assert (column != values) is False
        assert column != values[:-1]
        assert column != [*values, 1]
        assert column != [9] * 5
        for other in ("abcde", None, 5):
            assert column != other
        assert column == column[:]
        with pytest.raises(TypeError, match="unhashable"):
            hash(column)
    again = segmenter.analyze_bulk(TEXTS)
    assert again.segments == batch.segments
    assert again.encodings == batch.encodings
    assert batch.encodings == ["GSM-7", "UCS-2", "GSM-7", "UCS-2", "UCS-2"]
    assert segmenter.count_segments_bulk(TEXTS) == batch.segments


def test_repr(batch: Batch, segmenter: Segmenter) -> None:
    """Short columns are shown whole, long ones with their length."""
    assert repr(batch.segments) == "Column([2, 1, 1, 2, 2])"
    assert repr(batch.units) == "Column([161, 1, 0, 72, 71])"
    assert repr(batch.encodings) == "EncodingColumn([GSM-7, UCS-2, GSM-7, UCS-2, UCS-2])"
    assert repr(segmenter.count_segments_bulk([])) == "Column([])"
    long = segmenter.count_segments_bulk(["a"] * 1000)
    assert repr(long) == f"Column([{', '.join(['1'] * 10)}, ... 1000 in all])"
    assert str(batch.segments) == repr(batch.segments)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(batch: Batch, protocol: int) -> None:
    """A column comes back from pickling as the same kind of column with the same values."""
    for column, values, form in columns(batch):
        again = pickle.loads(pickle.dumps(column, protocol))
        assert type(again) is type(column)
        assert again == values
        assert again.typecode == form


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy])
def test_copy(batch: Batch, how: Any) -> None:
    """A copy is the same kind of column, with memory of its own."""
    for column, values, form in columns(batch):
        again = how(column)
        assert type(again) is type(column)
        assert again == values
        assert again.typecode == form
        assert not np.shares_memory(np.frombuffer(again, dtype=form), np.frombuffer(column, dtype=form))


def test_sums(batch: Batch) -> None:
    """The standard functions over numbers work on a column."""
    assert (sum(batch.segments), max(batch.units), min(batch.units)) == (8, 161, 0)


def test_items_are_assigned_as_in_numpy(segmenter: Segmenter) -> None:
    """An item takes what it shows, and a view sees the change; arithmetic and other values are errors."""
    batch: Any = segmenter.analyze_bulk(TEXTS)
    view = np.asarray(batch.segments)
    batch.segments[1] = 7
    batch.encodings[0] = Encoding.UCS2
    assert (batch.segments[1], view[1], batch.encodings[0]) == (7, 7, Encoding.UCS2)
    with pytest.raises(ValueError, match=r"^EncodingColumn value: unknown value 3; known: GSM-7, UCS-2"):
        batch.encodings[0] = 3
    with pytest.raises(TypeError, match=r"^a Column does not compute; numpy\.asarray\(column\) does"):
        batch.segments * 2
    with pytest.raises(TypeError):
        batch.segments[0] = "2"


def test_column_is_an_array(batch: Batch) -> None:
    """A column can be given to whatever takes an ``array.array``."""
    for column, _, form in columns(batch):
        assert isinstance(column, array)
        assert column.typecode == form


def test_batch(batch: Batch, segmenter: Segmenter) -> None:
    """A batch has as many rows as messages, and columns of the same length."""
    assert len(batch) == 5
    assert len(batch.encodings) == len(batch.units) == len(batch.segments) == 5
    assert repr(batch) == "<Batch: Totals(messages=5, gsm7=2, ucs2=3, mms=0, segments=8, octets=0)>"
    assert not segmenter.analyze_bulk([])
    assert batch
    with pytest.raises(AttributeError):
        batch.other = 1  # type: ignore[attr-defined]


def test_totals(batch: Batch, segmenter: Segmenter) -> None:
    """GSM-7, UCS-2 and MMS make up the messages, and segments are what is billed."""
    assert batch.totals == Totals(messages=5, gsm7=2, ucs2=3, mms=0, segments=8)
    mixed = segmenter.analyze_bulk(TEXTS, mms=[True, True, False, False, True]).totals
    assert mixed == Totals(messages=5, gsm7=1, ucs2=1, mms=3, segments=6)
    everything = segmenter.analyze_bulk(iter(TEXTS), mms=True).totals
    assert everything == Totals(messages=5, gsm7=0, ucs2=0, mms=5, segments=5)
    assert segmenter.analyze_bulk(TEXTS, mms=[0, 2, 255, 0, 0]).totals.mms == 2
    assert segmenter.analyze_bulk([]).totals == Totals(0, 0, 0, 0, 0)


def test_totals_of_many(segmenter: Segmenter) -> None:
    """Totals over 100,000 messages are the sums over their rows."""
    texts = [("a", "a" * 161, "б" * 71)[index % 3] for index in range(100_000)]
    flags = [index % 7 == 0 for index in range(100_000)]
    batch = segmenter.analyze_bulk(texts, mms=flags)
    rows = list(zip(batch.encodings, flags, strict=True))
    assert batch.totals == Totals(
        messages=100_000,
        gsm7=rows.count((Encoding.GSM7, False)),
        ucs2=rows.count((Encoding.UCS2, False)),
        mms=sum(flags),
        segments=sum(batch.segments),
    )


def test_totals_are_frozen(batch: Batch) -> None:
    """Totals cannot be changed by accident."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        batch.totals.segments = 0  # type: ignore[misc]


@pytest.mark.parametrize("typecode", ["h", "I", "f", "d", "b", "l", "", "ii"])
def test_a_type_that_arrow_would_misread_is_refused(typecode: str) -> None:
    """A column of other integers, or of floats, is an error when it is made."""
    for kind, known in ((Column, "i, q"), (EncodingColumn, "B")):
        with pytest.raises(
            ValueError, match=f"^{kind.__name__} typecode: unknown value '{typecode}'; known: {known}"
        ):
            kind(typecode)
    with pytest.raises(ValueError, match="typecode"):
        EncodingColumn("i")
