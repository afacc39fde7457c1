"""Arrow columns for the Python implementation, read with pyarrow."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator

from segcore._errors import not_strings
from segcore.rules.codings import Encoding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NO_PYARROW = (
    "Arrow columns need pyarrow where the compiled extension is not installed: pip install pyarrow, "
    "or pass a list of str"
)


def _pyarrow() -> Any:
    try:
        import pyarrow as pa
    except ImportError as error:
        raise ImportError(_NO_PYARROW) from error
    return pa


def _listed(source: Any, dtype: str) -> list[Any] | None:
    """Return a column of polars as a list where pyarrow is not there to read it, ``None`` for all else."""
    try:
        import pyarrow  # noqa: F401, ICN001
    except ImportError:
        polars = sys.modules.get("polars")
        if (
            polars is not None
            and isinstance(source, polars.Series)
            and source.dtype == getattr(polars, dtype)
        ):
            return list(source.to_list())
    return None


def _chunks(source: Any, what: str) -> Any:
    """Return a column as pyarrow has it; `what` says in errors which argument it is."""
    pa = _pyarrow()
    try:
        if hasattr(source, "__arrow_c_stream__"):
            return pa.chunked_array(source)
        return pa.chunked_array([pa.array(source)])
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"{what}: reading the Arrow stream failed: {error}") from error


def _rows(chunk: Any, what: str) -> int:
    # pyarrow takes numbers from other libraries as they are, and len() of a negative one is a SystemError.
    try:
        rows = len(chunk)
    except SystemError:
        rows = -1
    if rows < 0 or chunk.offset < 0:
        raise ValueError(f"{what}: malformed Arrow column: a negative length or offset")
    return rows


def text_chunks(source: object, what: str = "texts") -> Iterator[list[str | None]]:
    """Yield the texts of each array of a column, ``None`` for a null; `what` names the argument in errors."""
    listed = _listed(source, "String")
    if listed is not None:
        yield listed
        return
    types = _pyarrow().types
    column = _chunks(source, what)
    kind = column.type.value_type if types.is_dictionary(column.type) else column.type
    if not any(
        check(kind) for check in (types.is_string, types.is_large_string, types.is_string_view, types.is_null)
    ):
        raise not_strings(str(kind).split("<", maxsplit=1)[0], what)
    first = 0
    for chunk in column.chunks:
        # pyarrow finds fault with some slices that have no rows.
        if _rows(chunk, what):
            if _validation_error(chunk):
                raise _malformed_row(chunk, first, what)
            yield chunk.to_pylist()
            first += len(chunk)


def _malformed_row(chunk: Any, first: int, what: str) -> ValueError:
    """Return the error for the first row of a chunk that does not hold what it should."""
    if not _pyarrow().types.is_dictionary(chunk.type):
        row, why = _first_malformed(chunk)
        return ValueError(f"{what}[{first + row}]: {why}")
    if _validation_error(chunk.dictionary):
        row, why = _first_malformed(chunk.dictionary)
        return ValueError(f"{what}: dictionary value {row}: {why}")
    known = range(len(chunk.dictionary))
    indices = chunk.indices.to_pylist()
    row = next((row for row, index in enumerate(indices) if index is not None and index not in known), 0)
    return ValueError(f"{what}[{first + row}]: not in the column's dictionary; the column is malformed")


def _first_malformed(values: Any) -> tuple[int, str]:
    for row in range(len(values)):
        why = _validation_error(values.slice(row, 1))
        if why:
            is_utf8 = "UTF8" not in why
            return row, _MALFORMED if is_utf8 else "not UTF-8; repair the text or leave it out"
    return 0, _MALFORMED


_MALFORMED = "outside the column's data; the column is malformed"


def _validation_error(values: Any) -> str:
    try:
        values.validate(full=True)
    except _pyarrow().ArrowException as error:
        return str(error)
    return ""


def read_booleans(source: object) -> bytes:
    """Return the values of an Arrow column of booleans, one octet each; a null is an error."""
    return bytes(_values(source, "mms", "Boolean", "bool", "; say true or false for each text"))


def read_integers(source: object) -> array[int]:
    """Return the values of an Arrow column of 32-bit integers as an array; a null is an error."""
    return array("i", _values(source, "integers", "Int32", "int32"))


def _values(source: object, what: str, polars_type: str, arrow_type: str, hint: str = "") -> list[Any]:
    """Return the values of a column of one type without nulls; errors name `what` and end with `hint`."""
    values = _listed(source, polars_type)
    if values is None:
        column = _chunks(source, what)
        if column.type != arrow_type:
            expected = "booleans" if arrow_type == "bool" else arrow_type
            raise TypeError(f"{what}: expected {expected}, got {str(column.type).split('<', maxsplit=1)[0]}")
        values = [value for chunk in column.chunks if _rows(chunk, what) for value in chunk.to_pylist()]
    if None in values:
        raise ValueError(f"{what}[{values.index(None)}]: null{hint}")
    return values


def arrow_array(
    values: memoryview, valid: bytes | None, labels: tuple[str, ...] | None = None
) -> tuple[object, object]:
    """Return a column of results as the pair of capsules that ``__arrow_c_array__`` returns.

    `values` of format ``B`` become a dictionary of encodings, and those of format ``i`` one of `labels`,
    where a negative one is a null. `valid` has one octet per row, 0 for a null.
    """
    pa = _pyarrow()
    kind = {"i": pa.int32(), "q": pa.int64(), "B": pa.uint8()}[values.format]
    if labels is not None:
        valid = bytes(map((-1).__lt__, values))
    bits = None if valid is None else pa.array(map(bool, valid), pa.bool_()).buffers()[1]
    column = pa.Array.from_buffers(kind, len(values), [bits, pa.py_buffer(values)])
    if values.format == "B":
        labels = tuple(encoding.value for encoding in Encoding)
    if labels is not None:
        column = pa.DictionaryArray.from_arrays(column, pa.array(labels, pa.string()))
    schema, array = column.__arrow_c_array__()
    return schema, array


def arrow_stream(encodings: object, units: object, segments: object) -> object:
    """Return the columns of a batch as the capsule of ``__arrow_c_stream__``: one array of structs."""
    pa = _pyarrow()
    columns = {"encoding": encodings, "units": units, "segments": segments}
    capsule: object = pa.table({name: pa.array(each) for name, each in columns.items()}).__arrow_c_stream__()
    return capsule
