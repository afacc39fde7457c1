"""Many messages: any iterable of ``str`` in, columns of integers out."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from segcore._core import SegmentCounter
from segcore.codings import Encoding

# Texts taken from an iterator at a time: enough to make calls cheap, few enough to stay in the cache.
_CHUNK = 1 << 14

_ENCODINGS = (Encoding.GSM7, Encoding.UCS2)


class Column(array):  # type: ignore[type-arg]
    """One integer per message.

    It has the buffer protocol, so ``numpy.asarray(column)`` and ``memoryview(column)`` copy nothing;
    ``len``, indexing, slicing, iteration and ``tolist()`` give Python ints.

    Example:
        >>> import segcore
        >>> column = segcore.count_segments_bulk(["a" * 160, "a" * 161])
        >>> column
        Column([1, 2])
        >>> sum(column), memoryview(column).format
        (3, 'i')
    """

    __slots__ = ()
    __hash__ = None

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return type(self)(self.typecode, found) if isinstance(found, array) else found

    def __copy__(self) -> Column:
        return type(self)(self.typecode, self.tobytes())

    def __deepcopy__(self, memo: object) -> Column:
        return self.__copy__()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (list, tuple)):
            return len(self) == len(other) and all(map(_equal, self, other))
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __repr__(self) -> str:
        shown = ", ".join(str(value) for value in islice(self, 10))
        more = f", ... {len(self)} in all" if len(self) > 10 else ""
        return f"{type(self).__name__}([{shown}{more}])"


class EncodingColumn(Column):
    """One `Encoding` per message; its buffer holds octets, 0 for GSM-7 and 1 for UCS-2.

    Example:
        >>> import segcore
        >>> segcore.analyze_bulk(["a", "б"]).encodings
        EncodingColumn([GSM-7, UCS-2])
    """

    __slots__ = ()

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return _ENCODINGS[found] if isinstance(found, int) else found

    def __iter__(self) -> Iterator[Encoding]:
        return map(_ENCODINGS.__getitem__, super().__iter__())

    def __contains__(self, value: object) -> bool:
        return super().__contains__(_code(value))

    def count(self, value: object) -> int:
        return super().count(_code(value))

    def index(self, value: object, *bounds: int) -> int:
        return super().index(_code(value), *bounds)

    def tolist(self) -> list[Encoding]:
        return list(self)


def _code(value: object) -> int:
    """Return the octet that stands for an encoding, or one that stands for none."""
    return _ENCODINGS.index(value) if value in _ENCODINGS else len(_ENCODINGS)


def _equal(left: object, right: object) -> bool:
    return left == right


@dataclass(frozen=True)
class Totals:
    """Sums over many messages.

    Args:
        messages: How many messages.
        gsm7: How many of them are SMS in GSM-7.
        ucs2: How many are SMS in UCS-2.
        mms: How many are MMS.  The three make up `messages`.
        segments: Segments that are billed, an MMS counting 1.
    """

    messages: int
    gsm7: int
    ucs2: int
    mms: int
    segments: int


class Batch:
    """What was measured about many messages, as columns of the same length.

    Args:
        encodings: The encoding of each text as SMS.
        units: The septets (GSM-7) or UTF-16 code units (UCS-2) of each text.
        segments: The segments billed for each message; 1 for an MMS.
        mms: One octet per message, 1 for an MMS; ``None`` if there is none.

    Example:
        >>> import segcore
        >>> batch = segcore.analyze_bulk(["plain", "caf\\u00e9 \\u2615"], mms=[True, False])
        >>> len(batch), batch.totals
        (2, Totals(messages=2, gsm7=0, ucs2=1, mms=1, segments=2))
    """

    __slots__ = ("_mms", "encodings", "segments", "units")

    def __init__(self, encodings: EncodingColumn, units: Column, segments: Column, mms: bytes | None) -> None:
        self.encodings = encodings
        self.units = units
        self.segments = segments
        self._mms = mms

    def __len__(self) -> int:
        return len(self.segments)

    def __repr__(self) -> str:
        return f"<Batch: {self.totals}>"

    @property
    def totals(self) -> Totals:
        """Messages by encoding and kind, and their segments."""
        # One long integer per column of octets 0 and 1: counting bits beats looping over rows.
        ucs2 = int.from_bytes(self.encodings.tobytes(), "little")
        mms = int.from_bytes(self._mms or b"", "little")
        ucs2_count, mms_count = (ucs2 & ~mms).bit_count(), mms.bit_count()
        return Totals(
            messages=len(self),
            gsm7=len(self) - ucs2_count - mms_count,
            ucs2=ucs2_count,
            mms=mms_count,
            segments=sum(self.segments),
        )


def count_segments(counter: SegmentCounter, texts: Iterable[str], mms: object) -> Column:
    """Return the segments of each message."""
    segments = Column("i")
    _measure(counter, texts, mms, segments)
    return segments


def analyze(counter: SegmentCounter, texts: Iterable[str], mms: object) -> Batch:
    """Return encoding, units and segments of each message."""
    segments, units, encodings = Column("i"), Column("q"), EncodingColumn("B")
    flags = _measure(counter, texts, mms, segments, units, encodings)
    return Batch(encodings, units, segments, flags)


def _measure(
    counter: SegmentCounter, texts: Iterable[str], mms: object, segments: Column, *more: Column
) -> bytes | None:
    """Append the measures of all texts to the columns and return the MMS flags."""
    flags = None if mms is None or isinstance(mms, bool) else _flags(mms)
    for first, chunk in _chunks(texts):
        chunk_flags = _chunk_flags(mms, flags, first, len(chunk))
        counter.measure_all(chunk, first, chunk_flags, segments, *more)
    if flags is not None and len(flags) != len(segments):
        raise ValueError(f"mms: {len(flags)} truth values for {len(segments)} texts; give one for each")
    return b"\x01" * len(segments) if mms is True else flags


def _chunk_flags(mms: object, flags: bytes | None, first: int, length: int) -> bytes | None:
    if flags is None:
        return b"\x01" * length if mms is True else None
    if len(flags) < first + length:
        raise ValueError(
            f"mms: {len(flags)} truth values for {first + length} texts or more; give one for each"
        )
    return flags[first : first + length]


def _flags(mms: object) -> bytes:
    """Return one octet, 0 or 1, per truth value."""
    if isinstance(mms, (str, bytes)) or not isinstance(mms, Iterable):
        raise TypeError(f"mms: expected None, a bool or one truth value per text, got {type(mms).__name__}")
    return bytes(map(bool, mms))


def _chunks(texts: Iterable[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield sequences of texts, each with the index of its first."""
    if isinstance(texts, (list, tuple)):
        yield 0, texts
        return
    if isinstance(texts, (str, bytes)) or not isinstance(texts, Iterable):
        raise TypeError(
            f"texts: expected an iterable of str, got {type(texts).__name__}; "
            "a single message is counted by count_segments and analyze"
        )
    rest = iter(texts)
    first = 0
    while chunk := list(islice(rest, _CHUNK)):
        yield first, chunk
        first += len(chunk)
