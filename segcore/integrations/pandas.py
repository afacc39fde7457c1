"""pandas: ``.sms`` on series, and the same as functions that type checkers know.

Works with pandas 2 and 3, with and without pyarrow.

Example:
    >>> import pandas as pd
    >>> import segcore.integrations.pandas
    >>> texts = pd.Series(["Hello", None, "б" * 71], index=[7, 8, 9], name="text")
    >>> texts.sms.segments()
    7       1
    8    <NA>
    9       2
    Name: text, dtype: Int32
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeAlias

from segcore.columns import Column, NullableColumn
from segcore.engine import mms_flags
from segcore.integrations import documented_by, not_installed, segmenter
from segcore.rules.codings import SMS_ENCODINGS, Encoding
from segcore.rules.profiles import Profile
from segcore.rules.smart_encoding import SmartTable, resolve
from segcore.segmenter import smart_encode as encode_one

try:
    import numpy as np
    import pandas as pd
except ImportError as error:
    raise not_installed(error, "pandas") from error

ENCODING = pd.CategoricalDtype([encoding.value for encoding in SMS_ENCODINGS])
"""The data type of encodings of SMS: one octet a row, compared with the strings that it stands for."""

_ANY_ENCODING = pd.CategoricalDtype([encoding.value for encoding in Encoding])

Table: TypeAlias = "str | SmartTable | Mapping[str, str]"
Mms: TypeAlias = "bool | Iterable[object] | None"
_Measure = Callable[[Any, Any], "tuple[Column | NullableColumn, ...]"]
_Measured = tuple[list[Any], Any]
"""The measures as arrays, and the array that says which rows are null."""

# Objects that are looked at together: what was looked at for nulls is still in the cache when it is counted.
_CHUNK = 1 << 13


def segments(texts: pd.Series, mms: Mms = None, profile: str | Profile = "standard") -> pd.Series:
    """Return the number of segments of each message.

    Args:
        texts: Objects, strings of any storage, or categories; what pandas takes for missing is null.
        mms: ``None``, one ``bool`` for all, or one truth value per message; a series has to have the index
            of `texts`.  Where true the count is 1.
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        ``Int32`` with the index and the name of `texts`, ``<NA>`` where the text is null.

    Raises:
        TypeError: A text is not a ``str``.
        ValueError: No profile has that name; or `mms` has nulls, another length or another index.

    Example:
        >>> import pandas as pd
        >>> segments(pd.Series(["Hello", "б" * 71]), mms=[True, False]).tolist()
        [1, 2]

    Source: as `segcore.count_segments`.
    """
    count = segmenter(profile).count_segments_bulk
    (counts,), nulls = _measured(texts, mms, lambda some, flags: (count(some, mms=flags),))
    return _column(texts, _integers(counts, nulls))


def units(texts: pd.Series, profile: str | Profile = "standard") -> pd.Series:
    """Return the septets (GSM-7) or UTF-16 code units (UCS-2) of each text.

    Args:
        texts: A series, as for `segments`.
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        ``Int64`` with the index and the name of `texts`, ``<NA>`` where the text is null.

    Raises:
        TypeError: A text is not a ``str``.
        ValueError: No profile has that name.

    Example:
        >>> import pandas as pd
        >>> units(pd.Series(["5 €", "👍"])).tolist()
        [4, 2]

    Source: as `segcore.analyze`.
    """
    return analyze(texts, None, profile)["units"].rename(texts.name)


def encoding(texts: pd.Series, profile: str | Profile = "standard") -> pd.Series:
    """Return the encoding of each text as SMS.

    Args:
        texts: A series, as for `segments`.
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        ``GSM-7`` or ``UCS-2`` as `ENCODING`, with the index and the name of `texts`, null where the text is.

    Raises:
        TypeError: A text is not a ``str``.
        ValueError: No profile has that name.

    Example:
        >>> import pandas as pd
        >>> encoding(pd.Series(["It's", "It’s"])).tolist()
        ['GSM-7', 'UCS-2']

    Source: as `segcore.detect_encoding`.
    """
    return analyze(texts, None, profile)["encoding"].rename(texts.name)


def analyze(texts: pd.Series, mms: Mms = None, profile: str | Profile = "standard") -> pd.DataFrame:
    """Return encoding, units and segments of each message in one pass.

    Args:
        texts: A series, as for `segments`.
        mms: Which messages are MMS, as for `segments`.
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        The columns ``encoding``, ``units`` and ``segments`` with the index of `texts`.

    Raises:
        TypeError: A text is not a ``str``.
        ValueError: No profile has that name; or `mms` has nulls, another length or another index.

    Example:
        >>> import pandas as pd
        >>> print(analyze(pd.Series(["б" * 71])).to_string(index=False))
        encoding  units  segments
           UCS-2     71         2

    Source: as `segcore.analyze`.
    """
    rules = segmenter(profile)
    bulk = rules.analyze_bulk

    def measure(some: Any, flags: Any) -> tuple[Column | NullableColumn, ...]:
        batch = bulk(some, mms=flags)
        return batch.encodings, batch.units, batch.segments

    (codes, unit_counts, counts), nulls = _measured(texts, mms, measure)
    signed = np.where(nulls, np.int8(-1), codes.view(np.int8))
    columns = {
        "encoding": pd.Categorical.from_codes(
            signed, dtype=ENCODING if rules.profile.octets is None else _ANY_ENCODING
        ),
        "units": _integers(unit_counts, nulls),
        "segments": _integers(counts, nulls),
    }
    return pd.DataFrame(columns, index=texts.index, copy=False)


def smart_encode(texts: pd.Series, table: Table = "segcore") -> pd.Series:
    """Return the texts with every replacement of a table made.

    Args:
        texts: A series, as for `segments`.
        table: A key of `segcore.rules.smart_encoding.TABLES`, a `SmartTable`, or a mapping of code points to
            replacements.

    Returns:
        Texts of the same data type, of categories that of the categories; index, name and nulls are kept.

    Raises:
        TypeError: A text is not a ``str``, or `table` is none of these.
        ValueError: No table has that name; or a key of the mapping is not one code point.

    Example:
        >>> import pandas as pd
        >>> smart_encode(pd.Series(["It’s “on”…"])).tolist()
        ['It\\'s "on"...']

    Source: as `segcore.smart_encode`.
    """
    encode = partial(encode_one, table=resolve(table))
    kind = texts.dtype
    try:
        encoded = texts.map(encode, na_action="ignore")
    except TypeError:
        # Raises one that names the row.
        segments(texts)
        raise
    return encoded.astype(kind.categories.dtype if isinstance(kind, pd.CategoricalDtype) else kind)


def region(numbers: pd.Series, default_region: str | None = None) -> pd.Series:
    """Return the region that each telephone number belongs to.

    Args:
        numbers: A series of texts, as for `segments`, each one number in international form.
        default_region: ISO 3166 alpha-2 of the region that numbers without a plus sign are written for.

    Returns:
        ISO 3166 alpha-2 as categories, with the index and the name of `numbers`; null for a null, for what is
        no number and for a number without a region.

    Raises:
        TypeError: A number is not a ``str``.
        ValueError: There is no such default region.

    Example:
        >>> import pandas as pd
        >>> region(pd.Series(["+12025550143", "+447911123456", "12345"])).tolist()
        ['US', 'GG', nan]

    Source: as `segcore.numbers.region`.
    """
    # Imported when asked for, because it is as large as all the rest.
    from segcore.numbers import RegionColumn, regions

    (found,), nulls = _measured(numbers, None, lambda some, _: (regions(some, default_region),))
    labels = pd.CategoricalDtype([label for label in RegionColumn.labels if label is not None])
    return _column(numbers, pd.Categorical.from_codes(np.where(nulls, -1, found), dtype=labels))


def _integers(values: Any, nulls: Any) -> Any:
    return pd.arrays.IntegerArray(values, nulls)


def _column(texts: pd.Series, values: Any) -> pd.Series:
    return pd.Series(values, index=texts.index, name=texts.name, copy=False)


# --- Series of any storage in, arrays of NumPy out -----------------------------------------------------


def _measured(texts: pd.Series, mms: Mms, measure: _Measure) -> _Measured:
    """Measure a series, after making an Arrow column or an array of objects of it."""
    if not isinstance(texts, pd.Series):
        raise TypeError(f"texts: expected a pandas Series, got {type(texts).__name__}")
    flags = _flags(texts, mms)
    if isinstance(texts.dtype, pd.CategoricalDtype):
        return _of_categories(texts.array, flags, measure)
    return _of_values(texts.array, flags, measure)


def _of_values(values: Any, flags: Any, measure: _Measure) -> _Measured:
    kind = values.dtype
    # Other strings would be copied to become Arrow, and without pyarrow they cannot.
    in_arrow = isinstance(kind, pd.ArrowDtype) or "pyarrow" in getattr(kind, "storage", "")
    if in_arrow:
        return _arrays(measure(values.__arrow_array__(), flags))
    return _of_objects(np.asarray(values, dtype=object), flags, measure)


def _of_categories(texts: Any, flags: Any, measure: _Measure) -> _Measured:
    """Measure each category once, and once as MMS where there are some."""

    def rows_of(some_flags: bool | None) -> list[Any]:
        columns, _ = _of_values(texts.categories.array, some_flags, measure)
        # The code of a null is -1, which finds the padding at the end.
        return [np.pad(column, (0, 1))[texts.codes] for column in columns]

    found = rows_of(None)
    if flags is not None:
        found = [np.where(flags, *both) for both in zip(rows_of(True), found, strict=True)]
    return found, texts.codes < 0


def _of_objects(values: Any, flags: Any, measure: _Measure) -> _Measured:
    """Measure objects, and look for nulls only where some were found lately: that takes longer."""
    parts, nulls = [], np.zeros(len(values), bool)
    expects_nulls = False
    # One part even if there are no rows, for the types.
    for start in range(0, max(len(values), 1), _CHUNK):
        rows = slice(start, start + _CHUNK)
        some, some_flags = values[rows], flags[rows] if isinstance(flags, np.ndarray) else flags
        columns = None
        if not expects_nulls:
            # A null is no text, and what is no null is complained about below.
            with suppress(TypeError):
                columns = measure(some, some_flags)
        if columns is None:
            nulls[rows] = pd.isna(some)
            expects_nulls = bool(nulls[rows].any())
            try:
                columns = measure(_filled(some, nulls[rows]), some_flags)
            except TypeError:
                # The rows before these are fine: in the column as a whole the error names the row.
                measure(_filled(values, nulls), None)
                raise
        parts.append(_arrays(columns)[0])
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)], nulls


def _filled(values: Any, nulls: Any) -> Any:
    """Return the objects with nulls replaced by empty texts."""
    texts = values.copy()
    texts[nulls] = ""
    return texts


def _arrays(columns: tuple[Column | NullableColumn, ...]) -> _Measured:
    first = columns[0]
    if isinstance(first, NullableColumn):
        nulls = np.frombuffer(first.valid, np.uint8) == 0
    else:
        nulls = np.zeros(len(first), bool)
    return [np.asarray(getattr(column, "values", column)) for column in columns], nulls


def _flags(texts: pd.Series, mms: Mms) -> Any:
    """Return ``None``, a ``bool`` or an array of them."""
    if isinstance(mms, pd.Series):
        if not mms.index.equals(texts.index):
            raise ValueError(
                "mms: its index is not that of the texts; align it with .reindex(texts.index), "
                "or pass .to_numpy() if the rows belong together"
            )
        if mms.hasnans:
            row = int(mms.isna().to_numpy().argmax())
            raise ValueError(f"mms[{row}]: null; say true or false for each text")
        mms = mms.to_numpy(bool) if pd.api.types.is_bool_dtype(mms.dtype) else mms.tolist()
    flags = mms_flags(mms)
    if not isinstance(flags, bytes):
        return flags
    if len(flags) != len(texts):
        raise ValueError(f"mms: {len(flags)} truth values for {len(texts)} texts; give one for each")
    return np.frombuffer(flags, bool)


# --- Accessor -----------------------------------------------------------------------------------------


@pd.api.extensions.register_series_accessor("sms")
class SmsAccessor:
    """The ``.sms`` accessor of series: the functions of this module.

    Example:
        >>> import pandas as pd
        >>> texts = pd.Series(["x" * 161, None])
        >>> texts.sms.encoding().tolist()
        ['GSM-7', nan]
    """

    def __init__(self, texts: pd.Series) -> None:
        self._texts = texts

    @documented_by(segments)
    def segments(self, mms: Mms = None, profile: str | Profile = "standard") -> pd.Series:
        return segments(self._texts, mms, profile)

    @documented_by(units)
    def units(self, profile: str | Profile = "standard") -> pd.Series:
        return units(self._texts, profile)

    @documented_by(encoding)
    def encoding(self, profile: str | Profile = "standard") -> pd.Series:
        return encoding(self._texts, profile)

    @documented_by(analyze)
    def analyze(self, mms: Mms = None, profile: str | Profile = "standard") -> pd.DataFrame:
        return analyze(self._texts, mms, profile)

    @documented_by(smart_encode)
    def smart_encode(self, table: Table = "segcore") -> pd.Series:
        return smart_encode(self._texts, table)

    @documented_by(region)
    def region(self, default_region: str | None = None) -> pd.Series:
        return region(self._texts, default_region)
