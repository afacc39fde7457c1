"""polars: ``.sms`` on expressions and series, and the same as functions that type checkers know.

Example:
    >>> import polars as pl
    >>> import segcore.integrations.polars
    >>> frame = pl.DataFrame({"text": ["Hello", None, "б" * 71], "media": [False, False, True]})
    >>> frame.select(pl.col("text").sms.segments(mms=pl.col("media"))).to_series().to_list()
    [1, None, 1]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from segcore.codings import Encoding
from segcore.columns import Column, NullableColumn
from segcore.integrations import not_installed
from segcore.profiles import Profile
from segcore.segmenter import Segmenter
from segcore.smart_encoding import SmartTable, resolve

try:
    import numpy as np
    import polars as pl
except ImportError as error:
    raise not_installed(error, "polars") from error

ENCODING = pl.Enum([encoding.value for encoding in Encoding])
"""The data type of encodings: one octet a row, compared with the strings that it stands for."""

ANALYSIS = pl.Struct({"encoding": ENCODING, "units": pl.Int64, "segments": pl.Int32})
"""The data type of what `analyze` returns."""

_ENCODINGS = pl.Series(ENCODING.categories, dtype=ENCODING)

Texts = TypeVar("Texts", pl.Expr, pl.Series)
Table: TypeAlias = "str | SmartTable | Mapping[str, str]"
Mms: TypeAlias = "bool | pl.Expr | pl.Series | Sequence[bool] | None"


class _Measure(Protocol):
    def __call__(
        self, segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None, /
    ) -> pl.Series: ...


def segments(texts: Texts, mms: Mms = None, profile: str | Profile = "standard") -> Texts:
    """Return the number of segments of each message.

    Args:
        texts: An expression or a series of strings, categories or an enumeration.
        mms: ``None``, one ``bool`` for all, or one truth value per message: an expression beside an
            expression, a series or a list beside a series.  Where true the count is 1.
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        32-bit integers under the name of `texts`, null where the text is.

    Raises:
        ValueError: No profile has that name; or a truth value is null.
        polars.exceptions.ComputeError: While an expression runs: its texts are no strings.

    Example:
        >>> import polars as pl
        >>> segments(pl.Series("text", ["Hello", "б" * 71])).to_list()
        [1, 2]

    Source: as `segcore.count_segments`.
    """
    return _measured(texts, mms, profile, _segments, pl.Int32())


def units(texts: Texts, profile: str | Profile = "standard") -> Texts:
    """Return the septets (GSM-7) or UTF-16 code units (UCS-2) of each text.

    Args:
        texts: An expression or a series, as for `segments`.
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        64-bit integers under the name of `texts`, null where the text is.

    Raises:
        ValueError: No profile has that name.

    Example:
        >>> import polars as pl
        >>> units(pl.Series(["5 €", "👍"])).to_list()
        [4, 2]

    Source: as `segcore.analyze`.
    """
    return _measured(texts, None, profile, _units, pl.Int64())


def encoding(texts: Texts, profile: str | Profile = "standard") -> Texts:
    """Return the encoding of each text as SMS.

    Args:
        texts: An expression or a series, as for `segments`.
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        ``GSM-7`` or ``UCS-2`` as `ENCODING`, under the name of `texts`, null where the text is.

    Raises:
        ValueError: No profile has that name.

    Example:
        >>> import polars as pl
        >>> encoding(pl.Series(["It's", "It’s"])).to_list()
        ['GSM-7', 'UCS-2']

    Source: as `segcore.detect_encoding`.
    """
    return _measured(texts, None, profile, _encoding, ENCODING)


def analyze(texts: Texts, mms: Mms = None, profile: str | Profile = "standard") -> Texts:
    """Return encoding, units and segments of each message in one pass.

    Args:
        texts: An expression or a series, as for `segments`.
        mms: Which messages are MMS, as for `segments`.
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        Structs as `ANALYSIS` under the name of `texts`, null where the text is.

    Raises:
        ValueError: No profile has that name; or a truth value is null.

    Example:
        >>> import polars as pl
        >>> analyze(pl.Series(["б" * 71])).to_list()
        [{'encoding': 'UCS-2', 'units': 71, 'segments': 2}]

    Source: as `segcore.analyze`.
    """
    return _measured(texts, mms, profile, _analysis, ANALYSIS)


def smart_encode(texts: Texts, table: Table = "twilio") -> Texts:
    """Return the texts with every replacement of a table made.

    Args:
        texts: An expression or a series of strings.
        table: A key of `segcore.smart_encoding.TABLES`, a `SmartTable`, or a mapping of code points to
            replacements.

    Returns:
        Strings under the name of `texts`, null where the text is.

    Raises:
        ValueError: No table has that name; or a key of the mapping is not one code point.
        TypeError: `table` is none of these.

    Example:
        >>> import polars as pl
        >>> smart_encode(pl.Series(["It’s “on”…"])).item()
        'It\\'s "on"...'

    Source: as `segcore.smart_encode`.
    """
    replacements: Mapping[str, str] = resolve(table).replacements
    # polars replaces all of it in one pass, and takes a twentieth of the time of one text after the other;
    # of an empty table it cannot tell that it is one of strings.
    if not replacements:
        return texts
    return texts.str.replace_many([*replacements], [*replacements.values()], leftmost=True)


# --- How an engine calls ------------------------------------------------------------------------------


def _measured(texts: Texts, mms: Mms, profile: str | Profile, measure: _Measure, kind: pl.DataType) -> Texts:
    """Measure a series now, or an expression whenever polars runs it."""
    segmenter = Segmenter(profile)
    if isinstance(texts, pl.Series):
        return measure(segmenter, texts, mms, None)
    if not isinstance(texts, pl.Expr):
        raise TypeError(f"texts: expected a polars expression or series, got {type(texts).__name__}")
    if mms is None or isinstance(mms, bool):
        inputs, work = [texts], partial(_batch, segmenter, measure, mms)
    elif isinstance(mms, pl.Expr):
        inputs, work = [texts, mms], partial(_batch, segmenter, measure, None)
    else:
        raise TypeError(f"mms: expected None, a bool or an expression, got {type(mms).__name__}")
    return pl.map_batches(inputs, work, return_dtype=kind, is_elementwise=True)


def _batch(segmenter: Segmenter, measure: _Measure, mms: Any, columns: Sequence[pl.Series]) -> pl.Series:
    """Measure what polars hands to a callback: the texts, and the truth values if they are an expression."""
    texts = columns[0]
    if len(columns) > 1:
        mms = columns[1]
        # polars leaves a literal as one row, whichever side it is on.
        if len(mms) == 1:
            mms = mms.new_from_index(0, len(texts))
        elif len(texts) == 1:
            texts = texts.new_from_index(0, len(mms))
    # polars calls on all its threads at once: more of them would only be in each other's way.
    return measure(segmenter, texts, mms, 1)


# --- Columns in, series out ---------------------------------------------------------------------------


class _Arrow:
    """Shows polars only that a column speaks Arrow, not that it is a sequence, which would be copied."""

    def __init__(self, column: Column | NullableColumn) -> None:
        self.__arrow_c_array__ = column.__arrow_c_array__


def _series(texts: pl.Series, column: Column | NullableColumn) -> pl.Series:
    return pl.Series(_Arrow(column)).alias(texts.name)


def _segments(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    return _series(texts, segmenter.count_segments_bulk(texts, mms=mms, threads=threads))


def _units(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    return _series(texts, segmenter.analyze_bulk(texts, mms=mms, threads=threads).units)


def _encoding(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    return _encodings(texts, segmenter.analyze_bulk(texts, mms=mms, threads=threads).encodings)


def _encodings(texts: pl.Series, column: Column | NullableColumn) -> pl.Series:
    # As Arrow they would arrive as categories, and to recode those takes as long as to count.
    codes = column.values if isinstance(column, NullableColumn) else column
    found = _ENCODINGS.gather(pl.Series(np.asarray(codes))).alias(texts.name)
    return _null_where(texts, found)


def _analysis(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    batch = segmenter.analyze_bulk(texts, mms=mms, threads=threads)
    columns = {
        "encoding": _encodings(texts, batch.encodings),
        "units": _series(texts, batch.units),
        "segments": _series(texts, batch.segments),
    }
    # The fields of a null are null; the row itself is not yet.
    return _null_where(texts, pl.DataFrame(columns).to_struct(texts.name))


def _null_where(texts: pl.Series, found: pl.Series) -> pl.Series:
    if not texts.null_count():
        return found
    filled: pl.Series = found.zip_with(texts.is_not_null(), pl.Series([None], dtype=found.dtype))
    return filled


# --- Namespaces ---------------------------------------------------------------------------------------


class _Namespace(Generic[Texts]):
    """What ``.sms`` has, on expressions and on series: the functions of this module.

    Example:
        >>> import polars as pl
        >>> frame = pl.DataFrame({"kind": ["a", "a", "b"], "text": ["x" * 161, "y", None]})
        >>> frame.group_by("kind").agg(pl.col("text").sms.segments().sum()).sort("kind").rows()
        [('a', 3), ('b', 0)]
        >>> frame["text"].sms.units().to_list()
        [161, 1, None]
    """

    def __init__(self, texts: Texts) -> None:
        self._texts: Texts = texts

    def segments(self, mms: Mms = None, profile: str | Profile = "standard") -> Texts:
        """Return the number of segments of each message; see `segments`."""
        return segments(self._texts, mms, profile)

    def units(self, profile: str | Profile = "standard") -> Texts:
        """Return the septets or code units of each text; see `units`."""
        return units(self._texts, profile)

    def encoding(self, profile: str | Profile = "standard") -> Texts:
        """Return the encoding of each text; see `encoding`."""
        return encoding(self._texts, profile)

    def analyze(self, mms: Mms = None, profile: str | Profile = "standard") -> Texts:
        """Return encoding, units and segments of each message as a struct; see `analyze`."""
        return analyze(self._texts, mms, profile)

    def smart_encode(self, table: Table = "twilio") -> Texts:
        """Return the texts with every replacement of a table made; see `smart_encode`."""
        return smart_encode(self._texts, table)


@pl.api.register_expr_namespace("sms")
class SmsExpr(_Namespace[pl.Expr]):
    """``.sms`` on expressions."""


@pl.api.register_series_namespace("sms")
class SmsSeries(_Namespace[pl.Series]):
    """``.sms`` on series."""
