"""Columns that are not what they say: an error that names the row, and no octet read outside."""

from __future__ import annotations

import dataclasses
import random
import struct
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import arrow_abi
import pytest
from arrow_abi import Array, OnlyArray, OnlyStream, Source
from conftest import thinned
from test_arrow_builders import INDICES, LAYOUTS, indices, utf8, views

if TYPE_CHECKING:
    from conftest import RunPython

bulk_segmenter = arrow_abi.bulk_segmenter

BAD_UTF8 = [
    b"\xff", b"\xc3", b"\xa9", b"\xc0\x80", b"\xc1\xbf", b"\xe2\x82", b"\xe0\x80\x80", b"\xe0\x9f\xbf",
    b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf0\x80\x80\x80", b"\xf0\x8f\xbf\xbf", b"\xf4\x90\x80\x80",
    b"\xf5\x80\x80\x80", b"\xf0\x9f\x98", b"\xc3\xc3\xa9", b"\xe2\x82\xac\xac", b"\xf8\x88\x80\x80\x80",
]  # fmt: skip
OUTSIDE = "outside the column's data; the column is malformed"
NOT_UTF8 = "not UTF-8; repair the text or leave it out"


def fault(segmenter: Any, source: Source, threads: int | None = None) -> str:
    """Return what the ValueError says that a column gives, read as an array or as a stream."""
    said = set()
    for only in (OnlyArray, OnlyStream) if len(source.arrays) == 1 else (OnlyStream,):
        for method in (segmenter.count_segments_bulk, segmenter.analyze_bulk):
            with pytest.raises(ValueError, match=r"^texts") as caught:
                method(only(source), threads=threads)
            said.add(str(caught.value))
            del caught
    source.assert_released()
    assert len(said) == 1
    return said.pop()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("octets", BAD_UTF8, ids=repr)
def test_octets_that_are_not_utf8(bulk_segmenter: Any, layout: str, octets: bytes) -> None:
    """Wherever they stand in a text, the row is named; under a null they are not looked at."""
    form, make = LAYOUTS[layout]
    for before in (0, 11, 12, 31, 63, 200):
        for after in (b"", "é".encode() * 40):
            text = b"a" * before + octets + after
            source = Source(form, make(["é" * 20, text, "a"]))
            assert fault(bulk_segmenter, source) == f"texts[1]: {NOT_UTF8}"
    column = bulk_segmenter.count_segments_bulk(OnlyArray(Source(form, make([None, "a", None]))))
    assert column.tolist() == [None, 1, None]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("row", [0, 1, 126, 127, 128, 129, 255, 256, 299])
def test_the_row_is_named(bulk_segmenter: Any, layout: str, row: int) -> None:
    """The first row at fault is named, in whichever block and chunk it lies."""
    form, make = LAYOUTS[layout]
    texts: list[str | bytes | None] = ["Grüße aus Köln"] * 300
    texts[row:] = [b"Gr\xfc\xdfe aus K\xf6ln"] * (300 - row)
    assert fault(bulk_segmenter, Source(form, make(texts, 5))) == f"texts[{row}]: {NOT_UTF8}"
    arrays = [make(["a", None]), make([]), make(texts, 1), make(texts)]
    assert fault(bulk_segmenter, Source(form, *arrays)) == f"texts[{row + 2}]: {NOT_UTF8}"


@pytest.mark.parametrize("threads", thinned([1, 2, 3, None, 8], 2))
def test_the_row_is_the_same_with_threads(bulk_segmenter: Any, threads: int | None) -> None:
    """Whichever thread finds a fault first, the first row at fault is named."""
    texts: list[str | bytes] = ["б" * 9] * 20_000
    for row in (19_999, 12_001, 8192, 8191):
        texts[row] = b"\xff" * 13
        assert fault(bulk_segmenter, Source(b"vu", views(texts)), threads) == f"texts[{row}]: {NOT_UTF8}"


def test_octets_split_between_rows(bulk_segmenter: Any) -> None:
    """Half a code point at the end of a row is not completed by the next row."""
    euro = "€".encode()
    source = Source(b"u", utf8(["a", euro[:2], euro[2:], "a"]))
    assert fault(bulk_segmenter, source) == f"texts[1]: {NOT_UTF8}"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_dictionary_values_that_are_not_utf8(bulk_segmenter: Any, layout: str) -> None:
    """A value of a dictionary is named by its place there, whether a row refers to it or not."""
    form, make = LAYOUTS[layout]
    for rows in ([0, 2], [0, 1], []):
        source = Source(b"i", indices(b"i", rows or [0], make(["a", None, b"\xff", b"\xff"])), values=form)
        assert fault(bulk_segmenter, source) == f"texts: dictionary value 2: {NOT_UTF8}"


def test_random_octets(bulk_segmenter: Any) -> None:
    """What Python decodes is counted, and what it does not is an error: 500 texts with random damage."""
    source = random.Random(11)
    pool = ["a", "bc", "é", "ñ", "€", "б", "Ж", "😀", "ࠀ", "�", "\ud7ff", "\ue000", "\U0010ffff", "{"]
    for _ in range(500):
        octets = bytearray("".join(source.choices(pool, k=source.randrange(90))).encode())
        for _ in range(source.choice([0, 1, 1, 2]) if octets else 0):
            octets[source.randrange(len(octets))] = source.choice(
                [0x80, 0xBF, 0xC2, 0xE0, 0xED, 0xF4, 0xFF, 65]
            )
        cut = bytes(octets[: source.randrange(len(octets) + 1)] if source.random() < 0.2 else octets)
        column = OnlyArray(Source(b"U", utf8([cut], wide=True)))
        try:
            text = cut.decode()
        except UnicodeDecodeError:
            with pytest.raises(ValueError, match=r"^texts\[0\]: not UTF-8"):
                bulk_segmenter.count_segments_bulk(column)
        else:
            batch = bulk_segmenter.analyze_bulk(column)
            assert (batch.encodings[0], batch.units[0], batch.segments[0]) == bulk_segmenter.measure(text)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize(
    ("place", "value", "row"),
    [(0, -1, 0), (0, 3, 0), (1, -1, 0), (2, -1, 1), (2, 7, 2), (2, 1 << 30, 1), (3, 3, 2), (2, 9, 1)],
)
def test_offsets(bulk_segmenter: Any, wide: bool, place: int, value: int, row: int) -> None:
    """Offsets that are negative, run backwards or past the end: the first text that they spoil is named."""
    offsets = [0, 2, 4, 6, 8]
    offsets[place] = value
    packed = struct.pack(f"=5{'q' if wide else 'i'}", *offsets)
    source = Source(b"U" if wide else b"u", Array(4, [None, packed, b"aabbccdd"]))
    assert fault(bulk_segmenter, source) == f"texts[{row}]: {OUTSIDE}"


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("last", [-1, 0, 1, -(1 << 31)])
def test_last_offset(bulk_segmenter: Any, wide: bool, last: int) -> None:
    """The last offset is the size of the data: nothing after it is read."""
    packed = struct.pack(f"=5{'q' if wide else 'i'}", 0, 2, 4, 6, last)
    source = Source(b"U" if wide else b"u", Array(4, [None, packed, b"aabbcc"]))
    assert fault(bulk_segmenter, source).endswith(OUTSIDE)


def test_offsets_of_nulls(bulk_segmenter: Any, path: tuple[ModuleType, str]) -> None:
    """Offsets between two nulls may be anything."""
    if path[0].IMPLEMENTATION == "python":
        pytest.skip("pyarrow has each offset follow the one before")
    packed = struct.pack("=5i", 0, 2, -77, 6, 8)
    array = Array(4, [b"\x09", packed, b"aabbccdd"], -1)
    column = bulk_segmenter.count_segments_bulk(OnlyArray(Source(b"u", array)))
    assert column.tolist() == [1, None, None, 1]


@pytest.mark.parametrize(
    "view",
    [
        (-1, 0, 0), (-(1 << 31), 0, 0), (13, 2, 0), (13, -1, 0), (13, 0, -1), (13, 0, 28), (41, 0, 0),
        (13, 1, 1 << 30), ((1 << 31) - 1, 0, (1 << 31) - 1), ((1 << 31) - 1, 0, 0), (13, (1 << 31) - 1, 0),
        (13, -(1 << 31), 0), (13, 0, -(1 << 31)), (40, 0, 1),
    ],
)  # fmt: skip
def test_views(bulk_segmenter: Any, view: tuple[int, int, int]) -> None:
    """A view that points outside its buffers is named, and not followed."""
    array = views(["a" * 40, "b" * 30, "a" * 40])
    length, buffer, offset = view
    bad = struct.pack("=i4sii", length, b"aaaa", buffer, offset)
    rows = array.buffers[1]
    assert rows is not None
    array.buffers = [None, rows[:16] + bad + rows[32:], b"a" * 40, b"b" * 30, struct.pack("=2q", 40, 30)]
    assert fault(bulk_segmenter, Source(b"vu", array)) == f"texts[1]: {OUTSIDE}"


@pytest.mark.parametrize("form", INDICES, ids=bytes.decode)
def test_indices(bulk_segmenter: Any, form: bytes) -> None:
    """An index that is not in the dictionary is named by its row, after a null too."""
    code = INDICES[form]
    bits = 8 * struct.calcsize("=" + code)
    largest = (1 << bits - code.islower()) - 1
    for bad in (3, largest, *([-1, -largest - 1] if code.islower() else [largest // 2 + 1])):
        array = indices(form, [0, None, 2, 1], utf8(["a", "b", "c"]))
        packed = struct.pack(f"=4{code}", 0, 99, 2, bad)
        array.buffers = [array.buffers[0], packed]
        said = fault(bulk_segmenter, Source(form, array, values=b"u"))
        assert said == "texts[3]: not in the column's dictionary; the column is malformed"


_SOUND = utf8(["a", "bc", "d"])


@pytest.mark.parametrize(
    "array",
    [
        dataclasses.replace(_SOUND, length=-1),
        dataclasses.replace(_SOUND, offset=-1),
        dataclasses.replace(_SOUND, n_buffers=0),
        dataclasses.replace(_SOUND, n_buffers=2),
        dataclasses.replace(_SOUND, n_buffers=-3),
        dataclasses.replace(_SOUND, buffers=[*_SOUND.buffers, b""]),
    ],
    ids=["length", "offset", "no buffer", "two buffers", "negative", "four buffers"],
)
def test_numbers_that_cannot_be(bulk_segmenter: Any, array: Array) -> None:
    """A length, an offset or a number of buffers that no array of texts has."""
    fault(bulk_segmenter, Source(b"u", array))


# What would end the interpreter if it were read.
_NASTY = """
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/engine"]
import segcore
from dataclasses import replace
from arrow_abi import *
from test_arrow_builders import *
texts, long = utf8(["a", "bc"]), views(["a" * 20, "b" * 20])
nasty = {
    "no list of buffers": Source(b"u", replace(texts, buffers_are_null=True)),
    "no list of view buffers": Source(b"vu", replace(long, buffers_are_null=True)),
    "no offsets": Source(b"u", replace(texts, buffers=[None, None, b"abc"])),
    "no data": Source(b"u", replace(texts, buffers=[*texts.buffers[:2], None])),
    "no views": Source(b"vu", replace(long, buffers=[None, None, *long.buffers[2:]])),
    "no data of views": Source(b"vu", replace(long, buffers=[*long.buffers[:2], None, *long.buffers[3:]])),
    "no sizes of views": Source(b"vu", replace(long, buffers=[*long.buffers[:-1], None])),
    "no indices": Source(b"i", replace(indices(b"i", [0], texts), buffers=[None, None]), values=b"u"),
    "no dictionary": Source(b"i", replace(indices(b"i", [0], texts), dictionary=None), values=b"u"),
    "no format": Source(None, texts),
    "no format of values": Source(b"i", indices(b"i", [0], texts), values=None),
    "a format that is not text": Source(b"\\xff", texts),
}
for name in sys.argv[2:]:
    print(name, flush=True)
    try:
        print(segcore.count_segments_bulk(OnlyArray(nasty[name])))
    except (ValueError, TypeError) as error:
        print("refused:", error)
"""
_TOO_NASTY_FOR_PYARROW = ("no list of buffers", "no list of view buffers", "no sizes of views", "no format")
_NAMES = [line.split('"')[1] for line in _NASTY.splitlines() if ": Source(" in line]


def test_what_is_not_there_is_not_read(run_python: RunPython, core: ModuleType) -> None:
    """A buffer, dictionary or format that is NULL where there must be one is an error, not a crash."""
    names = _NAMES
    if core.IMPLEMENTATION == "python":
        pytest.importorskip("pyarrow")
        # pyarrow itself would end the interpreter.
        names = [name for name in _NAMES if name not in _TOO_NASTY_FOR_PYARROW]
    arguments = [str(Path(__file__).parents[1]), *names]
    code = f"import sys; sys.argv[1:] = {arguments!r}{_NASTY}"
    result = run_python(code, env={"SEGCORE_IMPLEMENTATION": core.IMPLEMENTATION})
    lines = result.stdout.splitlines()
    assert result.returncode == 0, (lines[-1:], result.stderr)
    assert lines[::2] == names
    assert all(line.startswith("refused: ") for line in lines[1::2]), lines
