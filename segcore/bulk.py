"""Many messages: lists, any iterable of ``str`` and Arrow columns in, columns of integers out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from segcore.columns import Column, EncodingColumn, NullableColumn
from segcore.engine import flags_of_rows, mms_flags, views
from segcore.engine.chooser import SegmentCounter, arrow_stream, read_booleans

# Texts taken from an iterator at a time: enough to make calls cheap, few enough to stay in the cache.
_CHUNK = 1 << 14


@dataclass(frozen=True)
class Totals:
    """Sums over many messages.

    Args:
        messages: How many messages.
        gsm7: How many of them are SMS in GSM-7.
        ucs2: How many are SMS in UCS-2.
        mms: How many are MMS.
        segments: Segments that are billed, an MMS counting 1.
        octets: How many are messages of a route that counts octets, such as RCS.  The four kinds make up
            `messages`.
    """

    messages: int
    gsm7: int
    ucs2: int
    mms: int
    segments: int
    octets: int = 0


class Batch:
    """Encoding, units and segments of many messages, as columns of the same length.

    Other libraries read it as a table: ``polars.DataFrame(batch)``, ``pyarrow.table(batch)``.

    Args:
        encodings: The encoding of each text as SMS.
        units: The septets (GSM-7), UTF-16 code units (UCS-2) or octets of each text.
        segments: The segments billed for each message; 1 for an MMS.
        mms: One octet per message, 1 for an MMS; or one ``bool`` for all.
        valid: One octet per row, 0 for a null, in which case the columns have nulls; or ``None``.

    Example:
        >>> import segcore
        >>> batch = segcore.analyze_bulk(["plain", "caf\u00e9 \u2615"], mms=[True, False])
        >>> len(batch), batch.totals
        (2, Totals(messages=2, gsm7=0, ucs2=1, mms=1, segments=2, octets=0))
    """

    __slots__ = ("_mms", "_values", "encodings", "segments", "units")

    def __init__(
        self,
        encodings: EncodingColumn,
        units: Column,
        segments: Column,
        mms: bytes | bool | None,
        valid: bytes | None = None,
    ) -> None:
        self.encodings = _nullable(encodings, valid)
        self.units = _nullable(units, valid)
        self.segments = _nullable(segments, valid)
        self._mms = mms
        self._values = (encodings, segments, valid)

    def __len__(self) -> int:
        return len(self.segments)

    def __repr__(self) -> str:
        return f"<Batch: {self.totals}>"

    def _repr_html_(self) -> str:
        return views.notebook(self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return arrow_stream(self.encodings, self.units, self.segments)

    @property
    def totals(self) -> Totals:
        """Messages by encoding and kind, and their segments.  Nulls are not counted."""
        present, mms, ucs2, octets = self._bits()
        messages, mms_count = present.bit_count(), mms.bit_count()
        ucs2_count, octets_count = (ucs2 & ~mms).bit_count(), (octets & present & ~mms).bit_count()
        gsm7_count = messages - ucs2_count - mms_count - octets_count
        return Totals(messages, gsm7_count, ucs2_count, mms_count, sum(self._values[1]), octets_count)

    def _bits(self) -> tuple[int, int, int, int]:
        """Return which rows are messages, MMS, in UCS-2 and counted by octets: the lowest bit of each octet.

        One long integer for a whole column: counting its bits beats looping over rows.
        """
        encodings, _, valid = self._values
        present = int.from_bytes(b"\x01" * len(self) if valid is None else valid, "little")
        mms = int.from_bytes(self._mms, "little") if isinstance(self._mms, bytes) else -bool(self._mms)
        codes = int.from_bytes(encodings.tobytes(), "little")
        # Codes of 2 and more are of routes that count octets.
        octets = codes >> 1 & int.from_bytes(b"\x01" * len(self), "little")
        return present, mms & present, codes & ~octets & ~(octets << 1), octets


def count_segments(
    counter: SegmentCounter, texts: Iterable[str], mms: object, threads: int | None = None
) -> Column | NullableColumn:
    """Return the segments of each message."""
    segments = Column("i")
    _, valid = _measure(counter, texts, mms, threads, segments)
    return _nullable(segments, valid)


def analyze(counter: SegmentCounter, texts: Iterable[str], mms: object, threads: int | None = None) -> Batch:
    """Return encoding, units and segments of each message."""
    segments, units, encodings = Column("i"), Column("q"), EncodingColumn("B")
    flags, valid = _measure(counter, texts, mms, threads, segments, units, encodings)
    return Batch(encodings, units, segments, flags, valid)


def _nullable(column: Column, valid: bytes | None) -> Column | NullableColumn:
    return column if valid is None else NullableColumn(column, valid)


def _measure(
    counter: SegmentCounter,
    texts: Iterable[str],
    mms: object,
    threads: int | None,
    segments: Column,
    *more: Column,
) -> tuple[bytes | bool | None, bytes | None]:
    """Append the measures of all texts to the columns and return which are MMS and which are not null."""
    checked_threads(threads)
    flags = read_booleans(mms) if speaks_arrow(mms) else mms_flags(mms)
    valid = None
    if speaks_arrow(texts):
        valid = counter.measure_arrow(texts, flags, threads or 0, segments, *more)
    else:
        for first, chunk in chunks(texts):
            counter.measure_all(chunk, first, flags_of_rows(flags, first, len(chunk)), segments, *more)
    if isinstance(flags, bytes) and len(flags) != len(segments):
        raise ValueError(f"mms: {len(flags)} truth values for {len(segments)} texts; give one for each")
    return flags, valid


def checked_threads(threads: int | None) -> int | None:
    """Return a number of threads, ``None`` for as many as help, or raise an error if it is neither."""
    if threads is not None and type(threads) is not int:
        raise TypeError(f"threads: expected an int or None, got {type(threads).__name__}")
    if threads is not None and threads < 1:
        raise ValueError(f"threads: expected 1 or more, or None, got {threads}")
    return threads


def speaks_arrow(column: object) -> bool:
    """Return whether an object speaks the Arrow PyCapsule protocol."""
    return hasattr(column, "__arrow_c_stream__") or hasattr(column, "__arrow_c_array__")


def chunks(
    texts: Iterable[str],
    what: str = "texts",
    hint: str = "a single message is counted by count_segments and analyze",
) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield sequences of texts, each with the index of its first; `what` and `hint` are for errors."""
    if isinstance(texts, (list, tuple)):
        yield 0, texts
        return
    # The keys of a mapping are texts like any others, unless it is a table of columns.
    if isinstance(texts, Mapping) and any(
        isinstance(column, Iterable) and not isinstance(column, (str, bytes)) for column in texts.values()
    ):
        raise TypeError(f"{what}: expected an iterable of str, got a mapping; pass one of its columns")
    if isinstance(texts, (str, bytes)) or not isinstance(texts, Iterable):
        raise TypeError(f"{what}: expected an iterable of str, got {type(texts).__name__}; {hint}")
    numpy = sys.modules.get("numpy")
    is_numpy = numpy is not None and isinstance(texts, numpy.ndarray)
    rest = _numpy_chunks(texts, what) if is_numpy else _iterator_chunks(iter(texts))
    first = 0
    for chunk in rest:
        yield first, chunk
        first += len(chunk)


def _iterator_chunks(texts: Iterator[str]) -> Iterator[Sequence[str]]:
    while chunk := list(islice(texts, _CHUNK)):
        yield chunk


def _numpy_chunks(texts: Any, what: str) -> Iterator[Sequence[str]]:
    """Yield Python strings from an array of objects, of ``U`` or of StringDType.

    Iterating over the array itself would make a NumPy scalar of each first.
    """
    if texts.ndim != 1:
        raise TypeError(f"{what}: expected one dimension, got a NumPy array of {texts.ndim}")
    for start in range(0, len(texts), _CHUNK):
        yield texts[start : start + _CHUNK].tolist()
