"""Every way in which Arrow lays out a column of texts, built octet by octet."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import random
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import arrow_abi
import pytest
import reference
from arrow_abi import Array, OnlyArray, OnlyStream, Source
from test_arrow_builders import INDICES, LAYOUTS, indices, utf8, views

from segcore import Column, NullableColumn

bulk_segmenter = arrow_abi.bulk_segmenter

Layout = tuple[bytes, Callable[..., Array]]

TEXTS = [
    "", "a", "twelve ascii", "thirteen byte", "a" * 160, "a" * 161, "a" * 152 + "€" + "a" * 152, "é" * 6,
    "é" * 6 + "a", "ç" * 70, "ç" * 71, "\U0001f600" * 3, "\U0001f600" * 3 + "a", "б" * 66 + "\U0001f600" * 9,
    "[", "\r\n", "\x1b", "\0", "Δ" * 160, "{" * 77,
]  # fmt: skip

segments = functools.cache(reference.segments)
units = functools.cache(reference.units)
encoding = functools.cache(reference.encoding)


def check(segmenter: Any, column: Any, texts: Sequence[str | None]) -> None:
    """Hold all that is measured about a column against the reference."""
    batch = segmenter.analyze_bulk(column)
    found: Any
    for found, measure in ((batch.segments, segments), (batch.units, units), (batch.encodings, encoding)):
        assert found.tolist() == [None if text is None else measure(text) for text in texts]
        assert isinstance(found, NullableColumn if None in texts else Column)
    assert segmenter.count_segments_bulk(column).tolist() == batch.segments.tolist()


@pytest.fixture(params=list(LAYOUTS.values()), ids=list(LAYOUTS))
def layout(request: pytest.FixtureRequest) -> Layout:
    """The format of each layout of texts, and what makes an array of it."""
    found: Layout = request.param
    return found


@pytest.mark.parametrize("start", range(10))
def test_offsets_and_bits(bulk_segmenter: Any, layout: Layout, start: int) -> None:
    """An array may begin at any row of its buffers, and its validity at any bit of an octet."""
    form, make = layout
    column: list[str | None] = [*TEXTS]
    column[1::3] = [None] * len(column[1::3])
    for texts in ([*TEXTS], column, column[::-1], [None] * 3):
        check(bulk_segmenter, OnlyArray(Source(form, make(texts, start))), texts)


@pytest.mark.parametrize("told", [-1, 2])
@pytest.mark.parametrize("start", [0, 3])
def test_null_counts(bulk_segmenter: Any, layout: Layout, told: int, start: int) -> None:
    """Nulls are found whether the array tells how many there are or leaves that to the reader."""
    form, make = layout
    texts = [None, *TEXTS, None]
    check(bulk_segmenter, OnlyArray(Source(form, make(texts, start, nulls=told))), texts)


@pytest.mark.parametrize("told", [0, -1])
@pytest.mark.parametrize("bits", [None, b"\xff" * 3])
def test_no_nulls(bulk_segmenter: Any, layout: Layout, told: int, bits: bytes | None) -> None:
    """Without a null the columns have the buffer protocol, whether there is a bitmap or not."""
    form, make = layout
    array = dataclasses.replace(make(TEXTS), null_count=told)
    array.buffers = [bits, *array.buffers[1:]]
    check(bulk_segmenter, OnlyStream(Source(form, array)), [*TEXTS])


def test_chunks(bulk_segmenter: Any, layout: Layout) -> None:
    """Chunks, empty ones and such with and without nulls, make one column."""
    form, make = layout
    chunks: list[list[str | None]] = [[], [*TEXTS], [], ["a", None], [None], [*TEXTS[:3]], []]
    orders: list[list[list[str | None]]] = [chunks, chunks[::-1], chunks * 20, chunks[:3], [[], []]]
    for order in orders:
        arrays = [make(texts, start % 4) for start, texts in enumerate(order)]
        check(bulk_segmenter, OnlyStream(Source(form, *arrays)), list(itertools.chain(*order)))


def test_nothing(bulk_segmenter: Any, layout: Layout) -> None:
    """No chunks, and arrays of no rows, are empty columns."""
    form, make = layout
    check(bulk_segmenter, OnlyStream(Source(form)), [])
    check(bulk_segmenter, OnlyArray(Source(form, make([]))), [])


def test_no_rows_and_no_buffers(bulk_segmenter: Any, layout: Layout, path: tuple[ModuleType, str]) -> None:
    """An array of no rows need not even have an offset."""
    form, make = layout
    if path[0].IMPLEMENTATION == "python" and form != b"vu":
        pytest.skip("pyarrow refuses it")
    bare = Array(0, [None] * 3)
    check(bulk_segmenter, OnlyArray(Source(form, bare)), [])
    check(bulk_segmenter, OnlyStream(Source(form, bare, make(["a"]), bare)), ["a"])


def test_empty_texts_without_data(bulk_segmenter: Any, layout: Layout) -> None:
    """A column of empty texts needs no data buffer."""
    form, make = layout
    array = make([""] * 300)
    if form != b"vu":
        array.buffers = [*array.buffers[:2], None]
    check(bulk_segmenter, OnlyArray(Source(form, array)), [""] * 300)


@pytest.mark.parametrize("width", INDICES, ids=bytes.decode)
@pytest.mark.parametrize("start", [0, 5])
def test_dictionaries(bulk_segmenter: Any, layout: Layout, width: bytes, start: int) -> None:
    """Indices of each width, with null rows, null values and values that nobody refers to."""
    form, make = layout
    values: list[str | None] = [*TEXTS, None, "unused"]
    rows = [5, None, 0, 20, *range(20), 13, 13, None, 20]
    texts = [None if row is None else values[row] for row in rows]
    array = indices(width, rows, make(values, start), start)
    check(bulk_segmenter, OnlyArray(Source(width, array, values=form)), texts)


def test_dictionaries_differ_by_chunk(bulk_segmenter: Any, layout: Layout) -> None:
    """Each chunk has a dictionary of its own, and may have nulls or none, or nothing at all."""
    form, make = layout
    arrays = [
        indices(b"i", [1, 0, 1], make(["a" * 161, "б"])),
        indices(b"i", [], make([])),
        indices(b"i", [0, 1], make([None, "б" * 71])),
        indices(b"i", [None, None], make([])),
        dataclasses.replace(indices(b"i", [], make(["a"])), buffers=[None, None]),
    ]
    texts = ["б", "a" * 161, "б", None, "б" * 71, None, None]
    check(bulk_segmenter, OnlyStream(Source(b"i", *arrays, values=form)), texts)


def test_a_dictionary_whose_nulls_are_not_used(bulk_segmenter: Any) -> None:
    """A null value that no row refers to makes no null."""
    array = indices(b"C", [1, 1], utf8([None, "a" * 161]))
    check(bulk_segmenter, OnlyArray(Source(b"C", array, values=b"u")), ["a" * 161] * 2)


@pytest.mark.parametrize("length", [0, 1, 11, 12, 13, 14])
@pytest.mark.parametrize("filler", ["a", "é", "б"])
def test_short_and_long_views(bulk_segmenter: Any, length: int, filler: str) -> None:
    """Up to 12 octets lie in the view, more in a buffer."""
    text = (filler * 9).encode()[:length].decode("utf-8", "ignore").ljust(0)
    text += "a" * (length - len(text.encode()))
    assert len(text.encode()) == length
    check(bulk_segmenter, OnlyArray(Source(b"vu", views([text, "a", text]))), [text, "a", text])


@pytest.mark.parametrize("buffers", [1, 2, 7])
def test_buffers_of_views(bulk_segmenter: Any, buffers: int) -> None:
    """Views may refer to any number of buffers."""
    check(bulk_segmenter, OnlyArray(Source(b"vu", views(TEXTS, buffers=buffers))), [*TEXTS])


@pytest.mark.parametrize("sizes", [b"", None])
def test_no_buffer_of_views(bulk_segmenter: Any, sizes: bytes | None) -> None:
    """Without long texts there need be no buffer but the views."""
    texts: list[str | None] = ["short", "", "é" * 6, None]
    array = views(texts, buffers=0)
    array.buffers = [*array.buffers[:-1], sizes]
    check(bulk_segmenter, OnlyArray(Source(b"vu", array)), texts)


def test_overlapping_views(bulk_segmenter: Any) -> None:
    """Views may share what they refer to, in any order."""
    array = views(["a" * 400])
    view = [(350, 0, 50), (13, 0, 387), (400, 0, 0), (161, 0, 3)]
    packed = b"".join(
        length.to_bytes(4, "little") + b"aaaa" + buffer.to_bytes(4, "little") + offset.to_bytes(4, "little")
        for length, buffer, offset in view
    )
    array.buffers = [None, packed, *array.buffers[2:]]
    array.length = 4
    check(bulk_segmenter, OnlyArray(Source(b"vu", array)), ["a" * length for length, _, _ in view])


def test_an_empty_text_where_memory_ends(bulk_segmenter: Any, layout: Layout) -> None:
    """Behind so many texts beyond ASCII that no text is looked at first."""
    form, make = layout
    texts = ["ж"] * 20 + [""] * 3
    check(bulk_segmenter, OnlyArray(Source(form, make(texts))), texts)


def test_random_columns(bulk_segmenter: Any, layout: Layout) -> None:
    """Hundreds of rows cross the blocks that rows are counted in."""
    form, make = layout
    source = random.Random(3)
    for length in (1, 127, 128, 129, 255, 256, 257, 700):
        texts = [None if source.random() < 0.1 else source.choice(TEXTS) for _ in range(length)]
        check(bulk_segmenter, OnlyStream(Source(form, make(texts, 2), make(texts))), texts * 2)
