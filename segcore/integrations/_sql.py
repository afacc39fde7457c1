"""What the SQL engines call: functions over columns of pyarrow, where NULL in gives NULL out."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from segcore.segmenter import Segmenter

# An engine calls on all its threads at once: more of them would only be in each other's way.
_THREADS = 1


def segments(segmenter: Segmenter, *columns: Any) -> Any:
    """Return the segments of each message.

    Args:
        segmenter: The rules to count under.
        columns: A column of strings and, if given, one of booleans that says which are MMS.

    Returns:
        32-bit integers, null where the text or its truth value is.

    Raises:
        TypeError: A column is of another type, or there are more or fewer of them.

    Example:
        >>> import segcore
        >>> texts, mms = pa.array(["a" * 161, "б" * 71, None, "a"]), pa.array([False, True, True, None])
        >>> segments(segcore.Segmenter(), texts, mms).to_pylist()
        [2, 1, None, None]
    """
    texts, *mms = _expected("sms_segments", columns, "a text, or a text and whether it is an MMS", 2)
    if not mms:
        return pa.array(segmenter.count_segments_bulk(texts, threads=_THREADS))
    flags = mms[0]
    if flags.null_count:
        flags = flags.cast(pa.bool_()).fill_null(False)
    counts = pa.array(segmenter.count_segments_bulk(texts, mms=flags, threads=_THREADS))
    return pc.if_else(mms[0].is_valid(), counts, None) if mms[0].null_count else counts


def units(segmenter: Segmenter, *columns: Any) -> Any:
    """Return the septets or UTF-16 code units of each text as 64-bit integers."""
    (texts,) = _expected("sms_units", columns, "a text")
    return pa.array(segmenter.analyze_bulk(texts, threads=_THREADS).units)


def encoding(segmenter: Segmenter, *columns: Any) -> Any:
    """Return ``GSM-7`` or ``UCS-2`` for each text, as a dictionary."""
    (texts,) = _expected("sms_encoding", columns, "a text")
    return pa.array(segmenter.analyze_bulk(texts, threads=_THREADS).encodings)


def region(default_region: str | None, *columns: Any) -> Any:
    """Return the region of each telephone number, as a dictionary."""
    # What it takes is imported when asked for: it is as large as all the rest.
    from segcore.numbers import regions

    (numbers,) = _expected("sms_region", columns, "a number")
    return pa.array(regions(numbers, default_region))


def _expected(name: str, columns: tuple[Any, ...], what: str, most: int = 1) -> tuple[Any, ...]:
    if not 1 <= len(columns) <= most:
        raise TypeError(f"{name}: expected {what}; got {len(columns)} arguments")
    return columns
