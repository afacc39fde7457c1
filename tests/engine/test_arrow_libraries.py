"""Columns of the libraries that people have their messages in."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import arrow_abi
import pytest
import reference

bulk_segmenter = arrow_abi.bulk_segmenter

TEXTS = ["a" * 161, None, "б", "", "\U0001f600" * 36, "thirteen byte", None, "ç" * 71, "[" * 81, "a" * 161]
SEGMENTS = [None if text is None else reference.segments(text) for text in TEXTS]
UNITS = [None if text is None else reference.units(text) for text in TEXTS]
ENCODINGS = [None if text is None else reference.encoding(text) for text in TEXTS]
PRESENT = [text for text in TEXTS if text is not None]
COUNTS = [count for count in SEGMENTS if count is not None]


def check(segmenter: Any, column: Any, rows: slice = slice(None)) -> None:
    """Hold what is measured about a column of `TEXTS` against the reference."""
    assert segmenter.count_segments_bulk(column).tolist() == SEGMENTS[rows]
    batch = segmenter.analyze_bulk(column)
    assert batch.segments.tolist() == SEGMENTS[rows]
    assert batch.units.tolist() == UNITS[rows]
    assert batch.encodings.tolist() == ENCODINGS[rows]
    assert batch.totals.segments == sum(count or 0 for count in SEGMENTS[rows])
    assert batch.totals.messages == sum(count is not None for count in SEGMENTS[rows])


SLICES = [slice(start, start + length) for start, length in itertools.product((0, 1, 3, 9), (0, 1, 5, 99))]


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view"])
def test_pyarrow(bulk_segmenter: Any, kind: str) -> None:
    """Arrays, chunked arrays and slices of both, plain and with a dictionary."""
    pa = pytest.importorskip("pyarrow")
    array = pa.array(TEXTS, getattr(pa, kind)())
    for column in (array, pa.chunked_array([array]), pa.table({"text": array})["text"]):
        check(bulk_segmenter, column)
        for rows in SLICES:
            check(bulk_segmenter, column[rows], rows)
    chunks = pa.chunked_array([array[:2], array[2:2], array[2:7], array[7:]])
    for rows in (slice(None), *SLICES):
        check(bulk_segmenter, chunks[rows], rows)
    assert bulk_segmenter.count_segments_bulk(pa.chunked_array([], array.type)) == []


@pytest.mark.parametrize("index", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"])
@pytest.mark.parametrize("kind", ["string", "large_string", "string_view"])
def test_pyarrow_dictionaries(bulk_segmenter: Any, index: str, kind: str) -> None:
    """Dictionaries with indices of each width, sliced and chunked."""
    pa = pytest.importorskip("pyarrow")
    values = pa.array([*reversed(PRESENT), "unused", None], getattr(pa, kind)())
    places = {text: place for place, text in enumerate(values.to_pylist())}
    rows = [None if row == 1 else places[text] for row, text in enumerate(TEXTS)]
    array = pa.DictionaryArray.from_arrays(pa.array(rows, getattr(pa, index)()), values)
    check(bulk_segmenter, array)
    check(bulk_segmenter, pa.chunked_array([array[:3], array[3:]]))
    for part in SLICES:
        check(bulk_segmenter, array[part], part)


def test_random_slices(bulk_segmenter: Any) -> None:
    """Slices of slices of long columns with nulls."""
    pa = pytest.importorskip("pyarrow")
    source = random.Random(8)
    texts = [source.choice(TEXTS) for _ in range(1000)]
    counts = dict(zip(TEXTS, SEGMENTS, strict=True))
    for kind in (pa.string(), pa.large_string(), pa.string_view()):
        array = pa.array(texts, kind)
        for _ in range(20):
            first = source.randrange(1000)
            second = source.randrange(first, 1000)
            part = array[first:][: second - first]
            found = bulk_segmenter.count_segments_bulk(part)
            assert found.tolist() == [counts[text] for text in texts[first:second]]


def test_polars(bulk_segmenter: Any, tmp_path: Path) -> None:
    """Series of strings and categories: sliced, in chunks, rechunked, filtered, scanned."""
    pl = pytest.importorskip("polars")
    series = pl.Series("text", TEXTS, pl.String)
    check(bulk_segmenter, series)
    for rows in SLICES:
        check(bulk_segmenter, series[rows], rows)
    chunks = pl.concat([series[:4], series[4:]], rechunk=False)
    assert chunks.n_chunks() == 2
    check(bulk_segmenter, chunks)
    check(bulk_segmenter, chunks.rechunk())
    check(bulk_segmenter, series.cast(pl.Categorical))
    check(bulk_segmenter, series.cast(pl.Enum(sorted(set(PRESENT)))))
    check(bulk_segmenter, series.cast(pl.Categorical)[2:7], slice(2, 7))
    assert bulk_segmenter.count_segments_bulk(series.drop_nulls()).tolist() == COUNTS
    assert bulk_segmenter.count_segments_bulk(pl.Series([], dtype=pl.String)) == []
    path = tmp_path / "messages.csv"
    pl.DataFrame({"text": PRESENT}).write_csv(path)
    scanned = pl.scan_csv(path, schema={"text": pl.String}).collect()["text"]
    assert bulk_segmenter.count_segments_bulk(scanned.fill_null("")).tolist() == COUNTS


def test_polars_truth_values(bulk_segmenter: Any) -> None:
    """A series of booleans says which messages are MMS."""
    pl = pytest.importorskip("polars")
    flags = [row % 3 == 0 for row in range(10)]
    expected = [
        None if count is None else 1 if flag else count for count, flag in zip(SEGMENTS, flags, strict=True)
    ]
    mms = pl.Series(flags)
    assert bulk_segmenter.count_segments_bulk(pl.Series(TEXTS), mms=mms).tolist() == expected
    with pytest.raises(ValueError, match=r"^mms\[2\]: null"):
        bulk_segmenter.count_segments_bulk(pl.Series(TEXTS), mms=pl.Series([True, False, None] * 3 + [True]))


@pytest.mark.parametrize("library", ["polars", "pandas", "pyarrow"])
def test_tables(bulk_segmenter: Any, library: str) -> None:
    """A table is not a column: the error says so, also where it has but one column."""
    module = pytest.importorskip(library)
    # pandas hands out tables by way of it.
    pytest.importorskip("pyarrow")
    for content in ({"text": PRESENT}, {"text": PRESENT, "more": PRESENT}):
        table = module.table(content) if library == "pyarrow" else module.DataFrame(content)
        with pytest.raises(
            TypeError, match=r"^texts: expected a column of strings, got struct; pass one column"
        ):
            bulk_segmenter.count_segments_bulk(table)


@pytest.mark.parametrize(
    "dtype", ["str", "string", "string[python]", "string[pyarrow]", "object", "category"]
)
def test_pandas(bulk_segmenter: Any, dtype: str) -> None:
    """Series of each kind of strings, with any index, sliced and filtered."""
    pd = pytest.importorskip("pandas", minversion="3", reason="a Series speaks the protocol from pandas 3 on")
    pytest.importorskip("pyarrow")
    series = pd.Series(TEXTS, dtype=dtype, index=range(100, 110))
    if dtype == "str" and series.dtype == object:
        pytest.skip("before pandas 3 `str` makes strings of nulls")
    check(bulk_segmenter, series)
    for rows in (slice(0, 5), slice(3, 9)):
        check(bulk_segmenter, series.iloc[rows], rows)
    assert bulk_segmenter.count_segments_bulk(series.dropna()).tolist() == COUNTS
    mms = pd.Series([True] * 5 + [False] * 5)
    found = bulk_segmenter.count_segments_bulk(series, mms=mms).tolist()
    assert found == [1, None, 1, 1, 1, *SEGMENTS[5:]]


def test_pandas_of_something_else(bulk_segmenter: Any) -> None:
    """Numbers are refused; a series of objects of several types says so in pandas' own words or ours."""
    pd = pytest.importorskip("pandas", minversion="3", reason="a Series speaks the protocol from pandas 3 on")
    pytest.importorskip("pyarrow")
    with pytest.raises(TypeError, match=r"^texts: expected a column of strings, got int64"):
        bulk_segmenter.count_segments_bulk(pd.Series([1, 2]))
    with pytest.raises((TypeError, ValueError)):
        bulk_segmenter.count_segments_bulk(pd.Series(["a", 1, b"x"], dtype=object))


def test_duckdb(bulk_segmenter: Any) -> None:
    """A column of a result, whole or batch by batch."""
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE messages (number INTEGER, body VARCHAR)")
        connection.executemany("INSERT INTO messages VALUES (?, ?)", [*enumerate(TEXTS)])
        query = "SELECT body FROM messages ORDER BY number"
        check(bulk_segmenter, connection.sql(query).to_arrow_table()["body"])
        many = "SELECT body FROM messages, range(1000) AS repeated ORDER BY range, number"
        found = []
        for batch in connection.sql(many).to_arrow_table().to_batches(999):
            found += bulk_segmenter.count_segments_bulk(batch["body"]).tolist()
        assert found == SEGMENTS * 1000
        with pytest.raises(TypeError, match=r"^texts: expected a column of strings, got struct"):
            bulk_segmenter.count_segments_bulk(connection.sql(query))
