"""polars: ``.sms`` on expressions and series, and the same as functions that type checkers know.

Example:
    >>> import polars as pl
    >>> import segcore.integrations.polars
    >>> frame = pl.DataFrame({"text": ["Hello", None, "б" * 71], "media": [False, False, True]})
    >>> frame.select(pl.col("text").sms.segments(mms=pl.col("media"))).to_series().to_list()
    [1, None, 1]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

from segcore.bulk import Batch
from segcore.columns import Column, NullableColumn
from segcore.integrations import documented_by, not_installed, segmenter
from segcore.rules.codings import SMS_ENCODINGS, Encoding
from segcore.rules.profiles import Profile
from segcore.rules.smart_encoding import SmartTable, resolve
from segcore.segmenter import Segmenter
from segcore.writing.template import Template

try:
    import numpy as np
    import polars as pl
except ImportError as error:
    raise not_installed(error, "polars") from error

ENCODING = pl.Enum([encoding.value for encoding in SMS_ENCODINGS])
"""The data type of encodings of SMS, an enumeration: one octet a row."""

_ANY_ENCODING = pl.Enum([encoding.value for encoding in Encoding])

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
    return _measured(texts, mms, partial(_segments, segmenter(profile)), pl.Int32())


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
    return _measured(texts, None, partial(_units, segmenter(profile)), pl.Int64())


def encoding(texts: Texts, profile: str | Profile = "standard") -> Texts:
    """Return the encoding of each text as SMS.

    Args:
        texts: An expression or a series, as for `segments`.
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        ``GSM-7`` or ``UCS-2`` as `ENCODING`, under the name of `texts`, null where the text is.  A profile
        that counts octets has all values of `Encoding` in its enumeration.

    Raises:
        ValueError: No profile has that name.

    Example:
        >>> import polars as pl
        >>> encoding(pl.Series(["It's", "It’s"])).to_list()
        ['GSM-7', 'UCS-2']

    Source: as `segcore.detect_encoding`.
    """
    rules = segmenter(profile)
    return _measured(texts, None, partial(_encoding, rules), _encoding_type(rules))


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
    rules = segmenter(profile)
    return _measured(texts, mms, partial(_analysis, rules), _analysis_type(rules))


def smart_encode(texts: Texts, table: Table = "segcore") -> Texts:
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


def template_segments(template: str | Template, profile: str | Profile = "standard") -> pl.Expr:
    """Return the number of segments of a template filled in with the columns of its fields.

    Args:
        template: The template, or its text.  Each field is the column of that name.
        profile: A key of `segcore.PROFILES`, or a `Profile`; a `Template` has its own.

    Returns:
        32-bit integers under the name ``segments``.

    Raises:
        ValueError: The template has no field, or no profile has that name; while the expression runs, a value
            is missing and has no default.

    Example:
        >>> import polars as pl
        >>> frame = pl.DataFrame({"name": ["Ann", "Łukasz"]})
        >>> frame.select(template_segments("Hi {{name}}" + "a" * 100)).to_series().to_list()
        [1, 2]

    Source: as `segcore.Template.count_segments_bulk`.
    """
    return _filled(_template(template, profile), _template_segments, pl.Int32()).alias("segments")


def template_analyze(template: str | Template, profile: str | Profile = "standard") -> pl.Expr:
    """Return encoding, units and segments of a template filled in with the columns of its fields.

    Args:
        template: The template, or its text.  Each field is the column of that name.
        profile: A key of `segcore.PROFILES`, or a `Profile`; a `Template` has its own.

    Returns:
        Structs as `ANALYSIS` under the name ``analysis``.

    Raises:
        ValueError: The template has no field, or no profile has that name; while the expression runs, a value
            is missing and has no default.

    Example:
        >>> import polars as pl
        >>> pl.DataFrame({"name": ["Ann"]}).select(template_analyze("Hi {{name}}")).item()
        {'encoding': 'GSM-7', 'units': 6, 'segments': 1}

    Source: as `segcore.Template.analyze_bulk`.
    """
    found = _template(template, profile)
    return _filled(found, _template_analysis, _analysis_type(found.segmenter)).alias("analysis")


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

    Source: as `segcore.numbers.region`.
    """
    # Imported when asked for, because it is as large as all the rest.
    from segcore.numbers import RegionColumn
    from segcore.numbers.numbering_plan import dial_plan

    dial_plan(default_region)
    kind = pl.Enum([label for label in RegionColumn.labels if label is not None])
    return _measured(numbers, None, partial(_regions, default_region, kind), kind)


_ENCODINGS = pl.Series([encoding.value for encoding in Encoding], dtype=_ANY_ENCODING)
_GSM7, _UCS2 = (pl.Series([encoding.value], dtype=ENCODING) for encoding in SMS_ENCODINGS)


def _encoding_type(rules: Segmenter) -> pl.Enum:
    return ENCODING if rules.profile.octets is None else _ANY_ENCODING


def _analysis_type(rules: Segmenter) -> pl.Struct:
    return pl.Struct([pl.Field("encoding", _encoding_type(rules)), *ANALYSIS.fields[1:]])


_Measure = Callable[[pl.Series, Any, "int | None"], pl.Series]
"""Measures texts, given which are MMS and the number of threads."""


class _Arrow:
    """Shows polars only that a column speaks Arrow, not that it is a sequence, which would be copied."""

    def __init__(self, column: Column | NullableColumn) -> None:
        self.__arrow_c_array__ = column.__arrow_c_array__


# --- Measures -----------------------------------------------------------------------------------------


def _segments(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    """Return the segments of each message."""
    return _integers(texts.name, segmenter.count_segments_bulk(texts, mms=mms, threads=threads))


def _units(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    """Return the septets or code units of each text."""
    return _integers(texts.name, segmenter.analyze_bulk(texts, mms=mms, threads=threads).units)


def _encoding(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    """Return the encoding of each text."""
    codes = segmenter.analyze_bulk(texts, mms=mms, threads=threads).encodings
    return _null_where(texts, _encodings(texts.name, codes, segmenter))


def _analysis(segmenter: Segmenter, texts: pl.Series, mms: Any, threads: int | None) -> pl.Series:
    """Return encoding, units and segments of each message as structs."""
    batch = segmenter.analyze_bulk(texts, mms=mms, threads=threads)
    encodings = _null_where(texts, _encodings("encoding", batch.encodings, segmenter))
    # The fields of a null are null; the row itself is not yet.
    return _null_where(texts, _structs(texts.name, encodings, batch))


def _integers(name: str, column: Column | NullableColumn) -> pl.Series:
    return pl.Series(_Arrow(column)).alias(name)


def _structs(name: str, encodings: pl.Series, batch: Batch) -> pl.Series:
    integers = [_integers("units", batch.units), _integers("segments", batch.segments)]
    return encodings.to_frame().hstack(integers).to_struct(name)


def _encodings(name: str, column: Column | NullableColumn, rules: Segmenter) -> pl.Series:
    # polars takes categories over from Arrow row by row, which is a fourth of the time that counting takes;
    # to choose between two of them by a truth value is work for vectors.
    codes = np.asarray(column.values if isinstance(column, NullableColumn) else column)
    if rules.profile.octets is not None:
        return _ENCODINGS.gather(codes).alias(name)
    chosen: pl.Series = _UCS2.zip_with(pl.Series(codes.view(np.bool_)), _GSM7)
    return chosen.alias(name)


def _null_where(texts: pl.Series, found: pl.Series) -> pl.Series:
    if not texts.null_count():
        return found
    filled: pl.Series = found.zip_with(texts.is_not_null(), pl.Series([None], dtype=found.dtype))
    return filled


# --- How polars calls ---------------------------------------------------------------------------------


def _measured(texts: Texts, mms: Any, measure: _Measure, kind: pl.DataType) -> Texts:
    """Measure a series now, or an expression whenever polars runs it."""
    if isinstance(texts, pl.Series):
        return measure(texts, mms, None)
    if not isinstance(texts, pl.Expr):
        raise TypeError(f"texts: expected a polars expression or series, got {type(texts).__name__}")
    if mms is None or isinstance(mms, bool):
        inputs, work = [texts], partial(_batch, measure, mms)
    elif isinstance(mms, pl.Expr):
        inputs, work = [texts, mms], partial(_batch, measure, None)
    else:
        raise TypeError(f"mms: expected None, a bool or an expression, got {type(mms).__name__}")
    return pl.map_batches(inputs, work, return_dtype=kind, is_elementwise=True)


def _batch(measure: _Measure, mms: Any, columns: Sequence[pl.Series]) -> pl.Series:
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
    return measure(texts, mms, 1)


def _template(template: str | Template, profile: str | Profile) -> Template:
    """Return a template with fields."""
    found = template if isinstance(template, Template) else Template(template, profile=segmenter(profile))
    if not found.fields:
        raise ValueError(f"template: no field found in {found.text!r}; write one as {{{{name}}}}")
    return found


def _filled(
    template: Template, measure: Callable[[Template, Mapping[str, pl.Series]], pl.Series], kind: pl.DataType
) -> pl.Expr:
    """Measure a template whenever polars runs the expression."""

    def measured(columns: Sequence[pl.Series]) -> pl.Series:
        return measure(template, dict(zip(template.fields, columns, strict=True)))

    return pl.map_batches([*map(pl.col, template.fields)], measured, return_dtype=kind, is_elementwise=True)


def _template_segments(template: Template, columns: Mapping[str, pl.Series]) -> pl.Series:
    return _integers("segments", template.count_segments_bulk(columns))


def _template_analysis(template: Template, columns: Mapping[str, pl.Series]) -> pl.Series:
    batch = template.analyze_bulk(columns)
    return _structs("analysis", _encodings("encoding", batch.encodings, template.segmenter), batch)


def _regions(
    default_region: str | None, kind: pl.Enum, numbers: pl.Series, _mms: None, _threads: int | None
) -> pl.Series:
    from segcore.numbers import RegionColumn, regions

    # The index of a number without a region is -1, which finds the last label, none.
    found = np.asarray(regions(numbers, default_region))
    return pl.Series(RegionColumn.labels, dtype=kind).gather(pl.Series(found)).alias(numbers.name)


# --- Namespaces ---------------------------------------------------------------------------------------


class _Namespace(Generic[Texts]):
    """The ``.sms`` namespace of expressions and series: the functions of this module.

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

    @documented_by(segments)
    def segments(self, mms: Mms = None, profile: str | Profile = "standard") -> Texts:
        return segments(self._texts, mms, profile)

    @documented_by(units)
    def units(self, profile: str | Profile = "standard") -> Texts:
        return units(self._texts, profile)

    @documented_by(encoding)
    def encoding(self, profile: str | Profile = "standard") -> Texts:
        return encoding(self._texts, profile)

    @documented_by(analyze)
    def analyze(self, mms: Mms = None, profile: str | Profile = "standard") -> Texts:
        return analyze(self._texts, mms, profile)

    @documented_by(smart_encode)
    def smart_encode(self, table: Table = "segcore") -> Texts:
        return smart_encode(self._texts, table)

    @documented_by(region)
    def region(self, default_region: str | None = None) -> Texts:
        return region(self._texts, default_region)


@pl.api.register_expr_namespace("sms")
class SmsExpr(_Namespace[pl.Expr]):
    """``.sms`` on expressions."""


@pl.api.register_series_namespace("sms")
class SmsSeries(_Namespace[pl.Series]):
    """``.sms`` on series."""
