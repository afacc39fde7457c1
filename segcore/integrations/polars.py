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
from typing import Generic, TypeAlias, TypeVar

from segcore.integrations import not_installed
from segcore.integrations._rules import segmenter
from segcore.rules.profiles import Profile
from segcore.rules.smart_encoding import SmartTable, resolve

try:
    import polars as pl

    from segcore.integrations import _polars
except ImportError as error:
    raise not_installed(error, "polars") from error

ENCODING = _polars.ENCODING
"""The data type of encodings, an enumeration of ``GSM-7`` and ``UCS-2``: one octet a row."""

ANALYSIS = pl.Struct({"encoding": ENCODING, "units": pl.Int64, "segments": pl.Int32})
"""The data type of what `analyze` returns."""

Texts = TypeVar("Texts", pl.Expr, pl.Series)
Table: TypeAlias = "str | SmartTable | Mapping[str, str]"
Mms: TypeAlias = "bool | pl.Expr | pl.Series | Sequence[bool] | None"


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
    return _polars.measured(texts, mms, segmenter(profile), _polars.segments, pl.Int32())


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
    return _polars.measured(texts, None, segmenter(profile), _polars.units, pl.Int64())


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
    return _polars.measured(texts, None, segmenter(profile), _polars.encoding, ENCODING)


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
    return _polars.measured(texts, mms, segmenter(profile), _polars.analysis, ANALYSIS)


def smart_encode(texts: Texts, table: Table = "twilio") -> Texts:
    """Return the texts with every replacement of a table made.

    Args:
        texts: An expression or a series of strings.
        table: A key of `segcore.rules.smart_encoding.TABLES`, a `SmartTable`, or a mapping of code points to
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


def region(numbers: Texts, default_region: str | None = None) -> Texts:
    """Return the region that each telephone number belongs to.

    Args:
        numbers: An expression or a series of strings, each one number in international form.
        default_region: ISO 3166 alpha-2 of the region that numbers without a plus sign are written for.

    Returns:
        ISO 3166 alpha-2 as an enumeration of all regions, under the name of `numbers`; null for a null, for
        what is no number and for a number without a region.

    Raises:
        ValueError: There is no such default region.

    Example:
        >>> import polars as pl
        >>> region(pl.Series(["+12025550143", "+447911123456", "12345"])).to_list()
        ['US', 'GG', None]

    Source: as `segcore.numbers.regions.region`.
    """
    # What it takes is imported when asked for: it is as large as all the rest.
    from segcore.numbers.regions import RegionColumn, dial_plan

    dial_plan(default_region)
    kind = pl.Enum([label for label in RegionColumn.labels if label is not None])
    return _polars.located(numbers, default_region, kind)


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

    def region(self, default_region: str | None = None) -> Texts:
        """Return the region that each telephone number belongs to; see `region`."""
        return region(self._texts, default_region)


@pl.api.register_expr_namespace("sms")
class SmsExpr(_Namespace[pl.Expr]):
    """``.sms`` on expressions."""


@pl.api.register_series_namespace("sms")
class SmsSeries(_Namespace[pl.Series]):
    """``.sms`` on series."""
