"""Counting inside polars, pandas, DuckDB and Spark, without copying the messages.

Each module adapts one engine to `segcore.bulk` or `segcore.cost` and counts nothing itself.
Importing this package imports no engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from segcore.segmenter import Segmenter

if TYPE_CHECKING:
    from segcore.rules.profile import Profile

Method = TypeVar("Method", bound=Callable[..., Any])


def not_installed(error: ImportError, extra: str) -> ImportError:
    """Return the error for an engine that is missing, which says which extra of segcore to install.

    Example:
        >>> print(not_installed(ImportError("No module named 'polars'", name="polars"), "polars"))
        segcore.integrations.polars needs polars: pip install polars
    """
    missing = (error.name or extra).partition(".")[0]
    return ImportError(
        f"segcore.integrations.{extra} needs {missing}: pip install {missing}", name=error.name
    )


def segmenter(profile: str | Profile) -> Segmenter:
    """Return the `Segmenter` of a profile or its name, the same one if it was asked for lately.

    Example:
        >>> segmenter("twilio") is segmenter("twilio")
        True
    """
    try:
        return _kept(profile)
    except TypeError:
        # It has no hash: it is refused in words of its own, or is a profile with something like a list in it.
        return Segmenter(profile)


@lru_cache(32)
def _kept(profile: str | Profile) -> Segmenter:
    return Segmenter(profile)


def documented_by(function: Callable[..., Any]) -> Callable[[Method], Method]:
    """Give a method the docstring of the function that it calls, without that function's first argument,
    which ``self`` holds.

    Example:
        >>> def length(texts): "Return the length of each text."
        >>> documented_by(length)(lambda self: None).__doc__
        'Return the length of each text.'
    """

    def documented(method: Method) -> Method:
        text = function.__doc__ or ""
        text = re.sub(r"^ {8}(texts|numbers): .*\n(?: {12}.*\n)*", "", text, count=1, flags=re.MULTILINE)
        method.__doc__ = re.sub(r"^ {4}Args:\n\n", "", text, count=1, flags=re.MULTILINE)
        return method

    return documented


# An engine calls on all its threads at once: more of them would only be in each other's way.
_THREADS = 1


def sql_segments(segmenter: Segmenter, *columns: Any) -> Any:
    """Return the segments of each message to an SQL engine, 32-bit integers: NULL in gives NULL out.

    Example:
        >>> import pyarrow as pa
        >>> import segcore
        >>> texts, mms = pa.array(["a" * 161, "б" * 71, None, "a"]), pa.array([False, True, True, None])
        >>> sql_segments(segcore.Segmenter(), texts, mms).to_pylist()
        [2, 1, None, None]
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    texts, *mms = _expected("sms_segments", columns, "a text, or a text and whether it is an MMS", 2)
    if not mms:
        return pa.array(segmenter.count_segments_bulk(texts, threads=_THREADS))
    flags = mms[0]
    if flags.null_count:
        flags = flags.cast(pa.bool_()).fill_null(False)
    counts = pa.array(segmenter.count_segments_bulk(texts, mms=flags, threads=_THREADS))
    return pc.if_else(mms[0].is_valid(), counts, None) if mms[0].null_count else counts


def sql_units(segmenter: Segmenter, *columns: Any) -> Any:
    """Return the septets or UTF-16 code units of each text as 64-bit integers."""
    import pyarrow as pa

    (texts,) = _expected("sms_units", columns, "a text")
    return pa.array(segmenter.analyze_bulk(texts, threads=_THREADS).units)


def sql_encoding(segmenter: Segmenter, *columns: Any) -> Any:
    """Return ``GSM-7`` or ``UCS-2`` for each text, as a dictionary."""
    import pyarrow as pa

    (texts,) = _expected("sms_encoding", columns, "a text")
    return pa.array(segmenter.analyze_bulk(texts, threads=_THREADS).encodings)


def sql_region(default_region: str | None, *columns: Any) -> Any:
    """Return the region of each telephone number, as a dictionary."""
    import pyarrow as pa

    # Imported when asked for, because it is as large as all the rest.
    from segcore.numbers import regions

    (numbers,) = _expected("sms_region", columns, "a number")
    return pa.array(regions(numbers, default_region))


def _expected(name: str, columns: tuple[Any, ...], what: str, most: int = 1) -> tuple[Any, ...]:
    if not 1 <= len(columns) <= most:
        raise TypeError(f"{name}: expected {what}; got {len(columns)} arguments")
    return columns
