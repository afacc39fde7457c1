"""Columns of texts with truth values of every kind, and columns that are not of texts."""

from __future__ import annotations

import itertools
from typing import Any

import arrow_abi
import numpy as np
import pytest
from arrow_abi import Array, OnlyArray, OnlyStream, Source
from test_arrow_builders import indices, utf8, views

bulk_segmenter = arrow_abi.bulk_segmenter

TEXTS = ["a" * 161, None, "б" * 71, "\U0001f600" * 70, "", None, "a" * 400]
AS_SMS = [2, None, 2, 3, 1, None, 3]
FLAGS = [True, True, False, True, False, False, False]
MIXED = [1, None, 2, 1, 1, None, 3]
FLAGS_BITS = 0b0001011

COLUMNS: dict[str, Any] = {
    "utf8": OnlyArray(Source(b"u", utf8(TEXTS, 3))),
    "chunks": OnlyStream(Source(b"vu", views(TEXTS[:2]), views([]), views(TEXTS[2:], 5))),
}
COLUMNS["dictionary"] = OnlyArray(
    Source(b"i", indices(b"i", [0, 1, 2, 3, 4, None, 5], utf8([*TEXTS[:5], TEXTS[6]])), values=b"u")
)


def booleans(start: int, length: int, bits: int = FLAGS_BITS) -> Array:
    """Return an array of booleans after `start` that are none of its own and true."""
    whole = (bits & (1 << length) - 1) << start | (1 << start) - 1
    return Array(length, [None, whole.to_bytes((start + length + 7) // 8 or 1, "little")], 0, start)


TRUTH: dict[str, Any] = {
    "list": FLAGS,
    "tuple": tuple(FLAGS),
    "numpy": np.array(FLAGS),
    "numpy strided": np.array(FLAGS).repeat(2)[::2],
    "octets": bytearray(map(int, FLAGS)),
    "iterator": None,
    **{f"arrow {start}": OnlyArray(Source(b"b", booleans(start, 7))) for start in range(10)},
    "arrow chunks": OnlyStream(
        Source(b"b", booleans(0, 0), booleans(9, 2), booleans(1, 5, FLAGS_BITS >> 2), booleans(0, 0))
    ),
}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("truth", TRUTH)
def test_one_truth_value_each(bulk_segmenter: Any, column: str, truth: str) -> None:
    """Where the truth value is true the count is 1; a null stays null."""
    for method in ("count_segments_bulk", "analyze_bulk"):
        mms = iter(FLAGS) if truth == "iterator" else TRUTH[truth]
        found = getattr(bulk_segmenter, method)(COLUMNS[column], mms=mms)
        assert getattr(found, "segments", found).tolist() == MIXED


@pytest.mark.parametrize("column", COLUMNS)
def test_one_for_all(bulk_segmenter: Any, column: str) -> None:
    """`None` and `False` count SMS, `True` counts 1 for each text that is not null."""
    for mms in (None, False, np.False_):
        assert bulk_segmenter.count_segments_bulk(COLUMNS[column], mms=mms).tolist() == AS_SMS
    for yes in (True, np.True_):
        found = bulk_segmenter.count_segments_bulk(COLUMNS[column], mms=yes).tolist()
        assert found == [None if count is None else 1 for count in AS_SMS]


def test_a_column_of_truth_values_with_a_list(bulk_segmenter: Any) -> None:
    """Texts in a list may have their truth values in a column."""
    texts = [text or "" for text in TEXTS]
    found = bulk_segmenter.count_segments_bulk(texts, mms=TRUTH["arrow 3"])
    assert found == [1, 1, 2, 1, 1, 1, 3]
    assert bulk_segmenter.count_segments_bulk(iter(texts), mms=TRUTH["arrow chunks"]) == found


@pytest.mark.parametrize("column", COLUMNS)
def test_totals(bulk_segmenter: Any, column: str) -> None:
    """A null is no message, though its truth value may be true."""
    totals = bulk_segmenter.analyze_bulk(COLUMNS[column], mms=FLAGS).totals
    assert (totals.messages, totals.gsm7, totals.ucs2, totals.mms, totals.segments) == (5, 2, 1, 2, 8)
    totals = bulk_segmenter.analyze_bulk(COLUMNS[column], mms=True).totals
    assert (totals.messages, totals.gsm7, totals.ucs2, totals.mms, totals.segments) == (5, 0, 0, 5, 5)


@pytest.mark.parametrize("length", [0, 1, 6, 8, 100])
@pytest.mark.parametrize("column", COLUMNS)
def test_wrong_lengths(bulk_segmenter: Any, column: str, length: int) -> None:
    """Too few and too many truth values are an error that names both numbers, whatever holds them."""
    flags = [True] * length
    arrow = OnlyArray(Source(b"b", booleans(0, length, -1)))
    for mms in (flags, np.array(flags, bool), arrow):
        with pytest.raises(ValueError, match=rf"^mms: {length} truth values for \d+ texts"):
            bulk_segmenter.count_segments_bulk(COLUMNS[column], mms=mms)


@pytest.mark.parametrize("start", [0, 1, 7, 8, 9])
@pytest.mark.parametrize("told", [-1, 1])
def test_null_truth_values(bulk_segmenter: Any, start: int, told: int) -> None:
    """A null among truth values is named by its place in the column."""
    for place, chunk in itertools.product(range(7), (0, 5)):
        bits = ((1 << start + 7) - 1) & ~(1 << start + place)
        array = booleans(start, 7)
        array.buffers = [bits.to_bytes((start + 7 + 7) // 8, "little"), array.buffers[1]]
        array.null_count = told
        mms = OnlyStream(Source(b"b", booleans(0, chunk), array))
        with pytest.raises(ValueError, match=rf"^mms\[{chunk + place}\]: null; say true or false"):
            bulk_segmenter.count_segments_bulk(["a"] * 12, mms=mms)


@pytest.mark.parametrize(
    ("form", "name"), [(b"u", "string"), (b"c", "int8"), (b"l", "int64"), (b"f", "float"), (b"z", "binary")]
)
def test_truth_values_of_another_type(bulk_segmenter: Any, form: bytes, name: str) -> None:
    """A column that is not of booleans is refused by the name of its type."""
    buffers: list[bytes | None] = [None, bytes(32), b""]
    mms = OnlyArray(Source(form, Array(1, buffers if form in b"uz" else buffers[:2])))
    with pytest.raises(TypeError) as caught:
        bulk_segmenter.count_segments_bulk(["a"], mms=mms)
    assert str(caught.value) == f"mms: expected booleans, got {name}"


@pytest.mark.parametrize(
    ("array", "only"), [(Array(2, [None, None]), OnlyArray), (Array(-1, [None, b"\1"]), OnlyStream)]
)
def test_malformed_truth_values(run_python: Any, core: Any, array: Array, only: Any) -> None:
    """Truth values that are not there are an error that says it is about `mms`."""
    if core.IMPLEMENTATION == "python":
        pytest.importorskip("pyarrow")
    code = f"""
import sys
sys.path.insert(0, {str(arrow_abi.__file__).rsplit("arrow_abi", 1)[0]!r})
import segcore
from arrow_abi import *
try:
    segcore.count_segments_bulk(["a"] * 2, mms={only.__name__}(Source(b"b", {array!r})))
except ValueError as error:
    print(error)
"""
    result = run_python(code, env={"SEGCORE_IMPLEMENTATION": core.IMPLEMENTATION})
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("mms: "), result.stdout


_INT32 = Array(3, [None, bytes(12)])


@pytest.mark.parametrize(
    ("form", "name", "buffers"),
    [
        (b"b", "bool", 2), (b"c", "int8", 2), (b"C", "uint8", 2), (b"s", "int16", 2), (b"S", "uint16", 2),
        (b"i", "int32", 2), (b"I", "uint32", 2), (b"l", "int64", 2), (b"L", "uint64", 2),
        (b"e", "halffloat", 2), (b"f", "float", 2), (b"g", "double", 2), (b"z", "binary", 3),
        (b"Z", "large_binary", 3), (b"tdD", "date32[day]", 2),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rows", [3, 0, None])
def test_other_types(bulk_segmenter: Any, form: bytes, name: str, buffers: int, rows: int | None) -> None:
    """A column that is not of texts is refused by the name of its type, with rows or without or no array."""
    arrays = [] if rows is None else [Array(rows, [None, bytes(64), b""][:buffers], rows * (form == b"n"))]
    with pytest.raises(TypeError) as caught:
        bulk_segmenter.count_segments_bulk(OnlyStream(Source(form, *arrays)))
    hint = "pass one column of utf8, large_utf8, utf8_view or a dictionary of these"
    if name.lstrip("u").startswith(("int", "float", "double", "halffloat")):
        hint = "read the texts as text (in pandas, with dtype=str)"
    assert str(caught.value) == f"texts: expected a column of strings, got {name}; {hint}"


def test_a_dictionary_of_numbers(bulk_segmenter: Any) -> None:
    """A dictionary is refused by the name of the type of its values."""
    source = Source(b"c", indices(b"c", [0], _INT32), values=b"i")
    with pytest.raises(TypeError, match=r"^texts: expected a column of strings, got int32;"):
        bulk_segmenter.count_segments_bulk(OnlyArray(source))


def test_nested_types(bulk_segmenter: Any) -> None:
    """A table, a record batch, a struct and lists are refused by name; a column of the table is taken."""
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"text": ["a" * 161], "to": [1]})
    assert bulk_segmenter.count_segments_bulk(table["text"]).tolist() == [2]
    struct = pa.array([{"text": "a"}])
    many = [(table, "struct"), (table.to_batches()[0], "struct"), (struct, "struct")]
    for kind, name in ((pa.list_(pa.string()), "list"), (pa.large_list(pa.string()), "large_list")):
        many.append((pa.array([["a"]], kind), name))
    many.append((pa.array([b"a"], pa.binary_view()), "binary_view"))
    for column, name in many:
        with pytest.raises(TypeError, match=rf"^texts: expected a column of strings, got {name};"):
            bulk_segmenter.count_segments_bulk(column)


@pytest.mark.parametrize("rows", [0, 1, 9])
def test_null_type(bulk_segmenter: Any, rows: int) -> None:
    """A column of the null type, as engines make it of nothing but nulls, is as many nulls."""
    pa = pytest.importorskip("pyarrow")
    batch = bulk_segmenter.analyze_bulk(pa.chunked_array([pa.nulls(rows), pa.nulls(rows).slice(rows // 2)]))
    count = rows + rows - rows // 2
    assert batch.segments.tolist() == batch.units.tolist() == batch.encodings.tolist() == [None] * count
    assert batch.totals.messages == batch.totals.segments == 0
    assert bulk_segmenter.count_segments_bulk(pa.nulls(rows), mms=True).tolist() == [None] * rows
