"""Columns of results as other libraries read them: the same memory, for as long as they need it."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from array import array
from typing import Any

import arrow_abi
import numpy as np
import pytest
from arrow_abi import OnlyArray, Source
from test_arrow_builders import utf8

from segcore import Batch, Column, Encoding, EncodingColumn
from segcore.columns import NullableColumn

bulk_segmenter = arrow_abi.bulk_segmenter

TEXTS = ["a" * 161, "б", "", "\U0001f600" * 36, "ç" * 71]
SEGMENTS = [2, 1, 1, 2, 2]
UNITS = [161, 1, 0, 72, 71]
ENCODINGS = ["GSM-7", "UCS-2", "GSM-7", "UCS-2", "UCS-2"]


@pytest.fixture
def batch(bulk_segmenter: Any) -> Batch:
    """Five messages of several kinds."""
    found: Batch = bulk_segmenter.analyze_bulk(TEXTS)
    return found


@pytest.fixture
def nullable(bulk_segmenter: Any) -> Batch:
    """The same five with a null before each."""
    texts = [text for one in TEXTS for text in (None, one)]
    found: Batch = bulk_segmenter.analyze_bulk(OnlyArray(Source(b"u", utf8(texts))))
    return found


def columns(batch: Batch) -> list[tuple[Any, list[Any], str]]:
    """Return each column with its values and its Arrow type."""
    return [
        (batch.segments, SEGMENTS, "int32"),
        (batch.units, UNITS, "int64"),
        (batch.encodings, ENCODINGS, "dictionary<values=string, indices=uint8, ordered=0>"),
    ]


def spaced(values: list[Any]) -> list[Any]:
    """Return the values with `None` before each."""
    return [value for one in values for value in (None, one)]


def test_pyarrow(batch: Batch, nullable: Batch) -> None:
    """pyarrow reads each column with its type and its nulls, and finds no fault with it."""
    pa = pytest.importorskip("pyarrow")
    both = zip(columns(batch), columns(nullable), strict=True)
    for (plain, values, kind), (with_nulls, _, _) in both:
        for column, expected in ((plain, values), (with_nulls, spaced(values))):
            array = pa.array(column)
            array.validate(full=True)
            assert str(array.type) == kind
            assert array.to_pylist() == expected
            assert array.null_count == expected.count(None)


def test_slices_and_empty_columns(batch: Batch, nullable: Batch) -> None:
    """So it does with slices and columns of no rows."""
    pa = pytest.importorskip("pyarrow")
    for found in (batch, nullable):
        for column, _, _ in columns(found):
            for part in (column[:0], column[1:4], column[::-2], column[-3:]):
                array = pa.array(part)
                array.validate(full=True)
                assert array.to_pylist() == part.tolist()


def test_nothing_is_copied(batch: Batch) -> None:
    """pyarrow and NumPy read the very memory of the column."""
    pa = pytest.importorskip("pyarrow")
    for column, _, _ in columns(batch):
        address = np.frombuffer(column, np.uint8).ctypes.data
        array = pa.array(column)
        assert getattr(array, "indices", array).buffers()[1].address == address
    for column, values, _ in columns(batch)[:2]:
        numbers = pa.array(column).to_numpy(zero_copy_only=True)
        assert np.shares_memory(numbers, np.asarray(column))
        assert numbers.tolist() == values


def test_values_of_nullable_columns_are_not_copied(nullable: Batch) -> None:
    """Neither are those of a column with nulls."""
    pa = pytest.importorskip("pyarrow")
    for column, _, _ in columns(nullable):
        array = pa.array(column)
        address = np.frombuffer(column.values, np.uint8).ctypes.data
        assert getattr(array, "indices", array).buffers()[1].address == address


def test_polars(batch: Batch, nullable: Batch) -> None:
    """polars reads each column."""
    pl = pytest.importorskip("polars")
    for column, values, _ in columns(batch):
        assert pl.Series(column).to_list() == values
    for column, values, _ in columns(nullable):
        assert pl.Series(column).to_list() == spaced(values)
    # Given the column itself, polars reads it as a sequence, one integer after the other.
    assert pl.Series(np.asarray(batch.segments)).dtype == pl.Int32
    assert pl.Series(np.asarray(batch.units)).to_list() == UNITS


def test_pandas(batch: Batch, nullable: Batch) -> None:
    """pandas reads each column, through NumPy or through Arrow."""
    pd = pytest.importorskip("pandas")
    pa = pytest.importorskip("pyarrow")
    for column, values, _ in columns(batch):
        assert pd.Series(pd.arrays.ArrowExtensionArray(pa.array(column))).tolist() == values
    for column, values, _ in columns(batch)[:2]:
        assert pd.Series(np.asarray(column)).tolist() == values
    for column, values, _ in columns(nullable):
        found = pd.Series(pd.arrays.ArrowExtensionArray(pa.array(column)))
        assert found.isna().tolist() == [True, False] * 5
        assert found.dropna().tolist() == values


def test_duckdb(nullable: Batch) -> None:
    """DuckDB reads a table of the columns."""
    duckdb = pytest.importorskip("duckdb")
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"encoding": pa.array(nullable.encodings), "segments": pa.array(nullable.segments)})
    with duckdb.connect() as connection:
        connection.register("batch", table)
        query = "SELECT encoding::VARCHAR AS e, sum(segments) FROM batch GROUP BY e ORDER BY e NULLS LAST"
        assert connection.execute(query).fetchall() == [("GSM-7", 3), ("UCS-2", 5), (None, None)]


def test_batch_is_a_table(bulk_segmenter: Any, batch: Batch, nullable: Batch) -> None:
    """pyarrow, polars and DuckDB read a whole batch as a table of three columns, as often as they like."""
    pa = pytest.importorskip("pyarrow")
    pl = pytest.importorskip("polars")
    expected: dict[str, list[Any]] = {"encoding": ENCODINGS, "units": UNITS, "segments": SEGMENTS}
    for _ in range(2):
        table = pa.table(batch)
        table.validate(full=True)
        assert table.to_pydict() == expected
        kinds = [kind for *_, kind in columns(batch)]
        assert [str(each.type) for each in table.schema] == kinds[::-1]
        with_nulls = pa.table(nullable)
        with_nulls.validate(full=True)
        assert with_nulls.to_pydict() == {name: spaced(values) for name, values in expected.items()}
        assert pl.DataFrame(batch).to_dict(as_series=False) == expected
    address = pa.table(batch)["units"].chunk(0).buffers()[1].address
    assert address == np.asarray(batch.units).ctypes.data
    assert pa.table(bulk_segmenter.analyze_bulk([])).num_rows == 0


def test_streams_of_batches_let_go(batch: Batch, nullable: Batch) -> None:
    """Streams that are read, half read or never read leave nothing behind."""
    pa = pytest.importorskip("pyarrow")
    for each in (batch, nullable):
        values: Any = getattr(each.units, "values", each.units)
        before = sys.getrefcount(each.units), sys.getrefcount(values)
        streams = [each.__arrow_c_stream__() for _ in range(50)]
        readers = [pa.RecordBatchReader.from_stream(each) for _ in range(50)]
        schemas = [reader.schema for reader in readers]
        tables = [pa.table(each) for _ in range(50)]
        del streams, readers, schemas, tables
        gc.collect()
        assert (sys.getrefcount(each.units), sys.getrefcount(values)) == before
        values.append(0)
        values.pop()


def test_results_outlive_their_column(bulk_segmenter: Any) -> None:
    """What pyarrow and NumPy read stays after the column itself is gone."""
    pa = pytest.importorskip("pyarrow")
    texts = ["a" * (index % 1000) for index in range(5000)]
    batch = bulk_segmenter.analyze_bulk(texts)
    wanted = [column.tolist() for column, _, _ in columns(batch)]
    arrays = [pa.array(column) for column, _, _ in columns(batch)]
    numbers = np.asarray(batch.units)
    del batch
    gc.collect()
    rubbish = [bytearray(b"\xaa" * 20_000) for _ in range(50)]
    assert [array.to_pylist() for array in arrays] == wanted
    assert numbers.tolist() == wanted[1]
    del rubbish


def test_exports_let_go(batch: Batch, nullable: Batch) -> None:
    """However often a column is handed on, nothing holds on to it afterwards."""
    pa = pytest.importorskip("pyarrow")
    for column, _, _ in columns(batch) + columns(nullable):
        values = getattr(column, "values", column)
        before = sys.getrefcount(column), sys.getrefcount(values)
        arrays = [pa.array(column) for _ in range(100)]
        assert sys.getrefcount(values) > before[1]
        capsules = [column.__arrow_c_array__() for _ in range(100)]
        del arrays, capsules
        gc.collect()
        assert (sys.getrefcount(column), sys.getrefcount(values)) == before
        # While someone reads its memory an array cannot change its length; now it can.
        values.append(values[0] if isinstance(values[0], int) else 0)
        values.pop()


def test_exports_leak_nothing(batch: Batch, nullable: Batch) -> None:
    """A thousand exports, read or not, leave no more memory in use than a hundred."""
    pytest.importorskip("pyarrow")

    def rounds(many: int) -> int:
        for _ in range(many):
            for column, _, _ in columns(batch) + columns(nullable):
                column.__arrow_c_array__()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    rounds(10)
    tracemalloc.start()
    try:
        before = rounds(20)
        after = rounds(100)
    finally:
        tracemalloc.stop()
    assert after - before < 10_000


def test_columns_are_columns_of_texts_too(bulk_segmenter: Any, batch: Batch, nullable: Batch) -> None:
    """The encodings are strings, so they can be counted; numbers cannot."""
    assert bulk_segmenter.count_segments_bulk(batch.encodings).tolist() == [1] * 5
    assert bulk_segmenter.count_segments_bulk(nullable.encodings).tolist() == spaced([1] * 5)
    with pytest.raises(TypeError, match=r"^texts: expected a column of strings, got int32;"):
        bulk_segmenter.count_segments_bulk(batch.segments)


def test_requested_schema(batch: Batch) -> None:
    """A wish for another type is allowed to be ignored, and is."""
    pa = pytest.importorskip("pyarrow")
    wish = pa.int64().__arrow_c_schema__()
    for column, _, _ in columns(batch):
        assert len(column.__arrow_c_array__(wish)) == 2
        assert len(column.__arrow_c_array__(requested_schema=None)) == 2


def test_one_bitmap_for_any_length(bulk_segmenter: Any) -> None:
    """Nulls are the same bits in Arrow at every length."""
    pa = pytest.importorskip("pyarrow")
    for length in range(1, 40):
        valid = bytes(index % 3 != 1 for index in range(length))
        column = NullableColumn(Column("i", range(length)), valid)
        expected = [index if valid[index] else None for index in range(length)]
        assert pa.array(column).to_pylist() == expected
        codes = NullableColumn(EncodingColumn("B", bytes(length)), valid)
        assert pa.array(codes).to_pylist() == [Encoding.GSM7.value if one else None for one in valid]


@pytest.mark.parametrize("form", ["list", "plain", "dictionary"])
def test_code_units_of_texts_in_either_encoding(counter: Any, form: str) -> None:
    texts = ["", "plain", "5 €", "[" * 90 + "é" * 90, "ł", "😀" * 40, "😀€", "€" * 200, "…", None] * 30
    units = array("q")
    if form == "list":
        texts = [text or "" for text in texts]
        counter.measure_all(texts, 0, None, array("i"), None, None, units)
    else:
        pa = pytest.importorskip("pyarrow")
        column = pa.array(texts) if form == "plain" else pa.array(texts).dictionary_encode()
        counter.measure_arrow(column, None, 1, array("i"), None, None, units)
    assert units.tolist() == [len((text or "").encode("utf-16-le")) // 2 for text in texts]


@pytest.mark.parametrize("accented", [0, 7, 8, 9, 127, 128, 300])
@pytest.mark.parametrize("rest", ["", "plain", "Grüße €", "пример", "😀" * 40, "a" * 161])
def test_texts_after_many_that_are_not_ascii(counter: Any, accented: int, rest: str) -> None:
    """What the first texts of a block are has no influence on the answers for the others."""
    pa = pytest.importorskip("pyarrow")
    texts = ["Ærlig talt é"] * accented + [rest, "b", rest]
    expected, segments = array("i"), array("i")
    counter.measure_all(texts, 0, None, expected)
    assert counter.measure_arrow(pa.array(texts), None, 1, segments) is None
    assert segments == expected
    broken = b"".join(text.encode() for text in texts)
    offsets = array("i", [0])
    for text in texts:
        offsets.append(offsets[-1] + len(text.encode()))
    offsets.append(offsets[-1] + 1)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(broken + b"\xc3")]
    column = pa.Array.from_buffers(pa.string(), len(texts) + 1, buffers)
    with pytest.raises(ValueError, match=rf"^texts\[{len(texts)}\]: not UTF-8"):
        counter.measure_arrow(column, None, 1, array("i"))
