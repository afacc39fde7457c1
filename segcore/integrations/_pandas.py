"""Series of any storage in, arrays of NumPy out: what the adapter of pandas measures with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from segcore.columns import Column, NullableColumn
from segcore.engine.mms_flags import mms_flags

Mms: TypeAlias = "bool | Iterable[object] | None"
Measure = Callable[[Any, Any], "tuple[Column | NullableColumn, ...]"]
Measured = tuple[list[Any], Any]
"""The measures as arrays, and the array that says which rows are null."""

# Objects that are looked at together: what was looked at for nulls is still in the cache when it is counted.
_CHUNK = 1 << 13


def measured(texts: pd.Series, mms: Mms, measure: Measure) -> Measured:
    """Return what is measured about a series.

    Args:
        texts: Objects, strings of any storage, or categories.
        mms: ``None``, one ``bool`` for all, or one truth value per text.
        measure: Measures texts, an Arrow column or an array of objects, with the truth values of each.

    Raises:
        TypeError: It is no series, or a text is not a ``str``.
        ValueError: `mms` has nulls, another length or another index.
    """
    if not isinstance(texts, pd.Series):
        raise TypeError(f"texts: expected a pandas Series, got {type(texts).__name__}")
    flags = _flags(texts, mms)
    if isinstance(texts.dtype, pd.CategoricalDtype):
        return _of_categories(texts.array, flags, measure)
    return _of_values(texts.array, flags, measure)


def _of_values(values: Any, flags: Any, measure: Measure) -> Measured:
    kind = values.dtype
    # Other strings would be copied to become Arrow, and without pyarrow they cannot.
    in_arrow = isinstance(kind, pd.ArrowDtype) or "pyarrow" in getattr(kind, "storage", "")
    if in_arrow:
        return _arrays(measure(values.__arrow_array__(), flags))
    return _of_objects(np.asarray(values, dtype=object), flags, measure)


def _of_categories(texts: Any, flags: Any, measure: Measure) -> Measured:
    """Measure each category once, and once as MMS where there are some."""

    def rows_of(some_flags: bool | None) -> list[Any]:
        columns, _ = _of_values(texts.categories.array, some_flags, measure)
        # The code of a null is -1, which finds what is put behind.
        return [np.pad(column, (0, 1))[texts.codes] for column in columns]

    found = rows_of(None)
    if flags is not None:
        found = [np.where(flags, *both) for both in zip(rows_of(True), found, strict=True)]
    return found, texts.codes < 0


def _of_objects(values: Any, flags: Any, measure: Measure) -> Measured:
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
                # What is before these rows is fine: in the column as a whole the error names the row.
                measure(_filled(values, nulls), None)
                raise
        parts.append(_arrays(columns)[0])
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)], nulls


def _filled(values: Any, nulls: Any) -> Any:
    """Return the objects with an empty text in place of each null."""
    texts = values.copy()
    texts[nulls] = ""
    return texts


def _arrays(columns: tuple[Column | NullableColumn, ...]) -> Measured:
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
