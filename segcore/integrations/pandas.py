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

from collections.abc import Mapping
from functools import partial
from typing import Any, TypeAlias

from segcore.columns import Column, NullableColumn
from segcore.integrations import not_installed
from segcore.integrations._rules import segmenter
from segcore.rules.codings import Encoding
from segcore.rules.profiles import Profile
from segcore.rules.smart_encoding import SmartTable, resolve
from segcore.rules.smart_encoding import smart_encode as encode_one

try:
    import numpy as np
    import pandas as pd

    from segcore.integrations._pandas import Mms, measured
except ImportError as error:
    raise not_installed(error, "pandas") from error

ENCODING = pd.CategoricalDtype([encoding.value for encoding in Encoding])
"""The data type of encodings: one octet a row, compared with the strings that it stands for."""

Table: TypeAlias = "str | SmartTable | Mapping[str, str]"


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
    (counts,), nulls = measured(texts, mms, lambda some, flags: (count(some, mms=flags),))
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
    bulk = segmenter(profile).analyze_bulk

    def measure(some: Any, flags: Any) -> tuple[Column | NullableColumn, ...]:
        batch = bulk(some, mms=flags)
        return batch.encodings, batch.units, batch.segments

    (codes, unit_counts, counts), nulls = measured(texts, mms, measure)
    signed = np.where(nulls, np.int8(-1), codes.view(np.int8))
    columns = {
        "encoding": pd.Categorical.from_codes(signed, dtype=ENCODING),
        "units": _integers(unit_counts, nulls),
        "segments": _integers(counts, nulls),
    }
    return pd.DataFrame(columns, index=texts.index, copy=False)


def smart_encode(texts: pd.Series, table: Table = "twilio") -> pd.Series:
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

    Source: as `segcore.numbers.regions.region`.
    """
    # What it takes is imported when asked for: it is as large as all the rest.
    from segcore.numbers.regions import RegionColumn, regions

    (found,), nulls = measured(numbers, None, lambda some, _: (regions(some, default_region),))
    labels = pd.CategoricalDtype([label for label in RegionColumn.labels if label is not None])
    return _column(numbers, pd.Categorical.from_codes(np.where(nulls, -1, found), dtype=labels))


def _integers(values: Any, nulls: Any) -> Any:
    return pd.arrays.IntegerArray(values, nulls)


def _column(texts: pd.Series, values: Any) -> pd.Series:
    return pd.Series(values, index=texts.index, name=texts.name, copy=False)


# --- Accessor -----------------------------------------------------------------------------------------


@pd.api.extensions.register_series_accessor("sms")
class SmsAccessor:
    """What ``.sms`` has on series: the functions of this module.

    Example:
        >>> import pandas as pd
        >>> texts = pd.Series(["x" * 161, None])
        >>> texts.sms.encoding().tolist()
        ['GSM-7', nan]
    """

    def __init__(self, texts: pd.Series) -> None:
        self._texts = texts

    def segments(self, mms: Mms = None, profile: str | Profile = "standard") -> pd.Series:
        """Return the number of segments of each message; see `segments`."""
        return segments(self._texts, mms, profile)

    def units(self, profile: str | Profile = "standard") -> pd.Series:
        """Return the septets or code units of each text; see `units`."""
        return units(self._texts, profile)

    def encoding(self, profile: str | Profile = "standard") -> pd.Series:
        """Return the encoding of each text; see `encoding`."""
        return encoding(self._texts, profile)

    def analyze(self, mms: Mms = None, profile: str | Profile = "standard") -> pd.DataFrame:
        """Return encoding, units and segments of each message; see `analyze`."""
        return analyze(self._texts, mms, profile)

    def smart_encode(self, table: Table = "twilio") -> pd.Series:
        """Return the texts with every replacement of a table made; see `smart_encode`."""
        return smart_encode(self._texts, table)

    def region(self, default_region: str | None = None) -> pd.Series:
        """Return the region that each telephone number belongs to; see `region`."""
        return region(self._texts, default_region)
