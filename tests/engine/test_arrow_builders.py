"""Columns of texts built octet by octet, for other tests, and that Arrow reads them as they are meant."""

from __future__ import annotations

import functools
import itertools
import struct
from collections.abc import Callable, Sequence

import pytest
from arrow_abi import Array, OnlyArray, Source

Texts = Sequence["str | bytes | None"]

# What a null row holds: nothing that may be looked at.
_NULL = b"\xff\xc0"


def _octets(texts: Texts) -> list[bytes]:
    return [text.encode() if isinstance(text, str) else _NULL if text is None else text for text in texts]


def bitmap(texts: Sequence[object], start: int = 0) -> bytes:
    """Return a validity bitmap, whose bits before `start` are 1 and after the last are 1 too."""
    bits = [True] * start + [text is not None for text in texts]
    bits += [True] * (-len(bits) % 8)
    eights = zip(*[iter(bits)] * 8, strict=True)
    return bytes(sum(bit << place for place, bit in enumerate(eight)) for eight in eights)


def utf8(texts: Texts, start: int = 0, wide: bool = False, nulls: int | None = None) -> Array:
    """Return an array of utf8 or large_utf8 after `start` rows that are none of its own.

    Args:
        texts: The texts; octets stand for themselves, ``None`` for a null.
        start: The offset of the array.
        wide: Whether it is large_utf8.
        nulls: The number of nulls that it tells; ``None`` for the true one.
    """
    rows = [_NULL] * start + _octets(texts)
    ends = list(itertools.accumulate(map(len, rows), initial=0))
    offsets = struct.pack(f"={len(ends)}{'q' if wide else 'i'}", *ends)
    return Array(len(texts), [*_validity(texts, start), offsets, b"".join(rows)], _nulls(texts, nulls), start)


def views(texts: Texts, start: int = 0, buffers: int = 2, nulls: int | None = None, room: int = 12) -> Array:
    """Return an array of utf8_view; see `utf8`.

    Args:
        texts: The texts.
        start: The offset of the array.
        buffers: How many buffers the long texts are dealt to.
        nulls: The number of nulls that it tells.
        room: The longest text that lies in its view.
    """
    data = [bytearray() for _ in range(buffers)]
    found = [struct.pack("=iiii", 1 << 30, -1, 99, -7)] * start
    for index, (text, octets) in enumerate(zip(texts, _octets(texts), strict=True)):
        if text is None:
            found.append(struct.pack("=iiii", -5, -1, -1, -1))
        elif len(octets) <= room:
            found.append(struct.pack("=i12s", len(octets), octets))
        else:
            place = index % buffers
            found.append(struct.pack("=i4sii", len(octets), octets, place, len(data[place])))
            data[place] += octets
    sizes = struct.pack(f"={buffers}q", *map(len, data))
    return Array(
        len(texts),
        [*_validity(texts, start), b"".join(found), *map(bytes, data), sizes],
        _nulls(texts, nulls),
        start,
    )


INDICES = {b"c": "b", b"C": "B", b"s": "h", b"S": "H", b"i": "i", b"I": "I", b"l": "q", b"L": "Q"}


def indices(form: bytes, rows: Sequence[int | None], values: Array, start: int = 0) -> Array:
    """Return an array that refers to the values of a dictionary; see `utf8`."""
    # A null refers to what is not there.
    numbers = [99] * start + [99 if row is None else row for row in rows]
    packed = struct.pack(f"={len(numbers)}{INDICES[form]}", *numbers)
    return Array(len(rows), [*_validity(rows, start), packed], _nulls(rows, None), start, values)


def _validity(rows: Sequence[object], start: int) -> list[bytes | None]:
    return [bitmap(rows, start) if None in rows else None]


def _nulls(rows: Sequence[object], told: int | None) -> int:
    return list(rows).count(None) if told is None else told


# The format of each layout and what makes an array of it.
LAYOUTS: dict[str, tuple[bytes, Callable[..., Array]]] = {
    "utf8": (b"u", utf8),
    "large_utf8": (b"U", functools.partial(utf8, wide=True)),
    "utf8_view": (b"vu", views),
}


TEXTS: list[str | None] = ["", None, "twelve ascii", "thirteen byte", None, "б" * 71, "\U0001f600"]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("start", [0, 1, 9])
def test_texts(layout: tuple[bytes, Callable[..., Array]], start: int) -> None:
    """pyarrow reads what was put in, and every structure is released."""
    pa = pytest.importorskip("pyarrow")
    form, make = layout
    for texts in (TEXTS, TEXTS[::-1], ["a"], [None], []):
        source = Source(form, make(texts, start))
        assert pa.array(OnlyArray(source)).to_pylist() == texts
        source.assert_released()


@pytest.mark.parametrize("width", INDICES, ids=bytes.decode)
def test_indices(width: bytes) -> None:
    """The same with a dictionary."""
    pa = pytest.importorskip("pyarrow")
    rows = [2, None, 0, 1, 5]
    source = Source(width, indices(width, rows, utf8(TEXTS, 3), 4), values=b"u")
    assert pa.array(OnlyArray(source)).to_pylist() == [None if row is None else TEXTS[row] for row in rows]
    source.assert_released()
