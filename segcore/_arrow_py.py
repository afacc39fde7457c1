"""Arrow columns for the implementation without C, by way of pyarrow."""

from __future__ import annotations

from collections.abc import Iterator

from segcore._errors import not_strings

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


def _chunked(source: Any) -> Any:
    pa = _pyarrow()
    if hasattr(source, "__arrow_c_stream__"):
        return pa.chunked_array(source)
    return pa.chunked_array([pa.array(source)])


def text_chunks(source: object) -> Iterator[list[str | None]]:
    """Yield the texts of each array of a column, ``None`` for a null.

    Raises:
        TypeError: It is not a column of strings.
        ValueError: A row is not UTF-8 or the column is malformed.
        ImportError: pyarrow is not installed.
    """
    pa = _pyarrow()
    try:
        column = _chunked(source)
    except pa.ArrowInvalid as error:
        raise ValueError(f"texts: reading the Arrow stream failed: {error}") from error
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        raise not_strings(str(kind).split("<", maxsplit=1)[0])
    first = 0
    # pyarrow finds fault with some slices that have no rows.
    for chunk in filter(len, column.chunks):
        try:
            chunk.validate(full=True)
        except pa.ArrowInvalid as error:
            raise _fault(pa, chunk, first) from error
        yield chunk.to_pylist()
        first += len(chunk)


def _fault(pa: Any, chunk: Any, first: int) -> ValueError:
    """Return the error for the first row of a chunk that does not hold what it should."""
    if pa.types.is_dictionary(chunk.type):
        row, why = _first_fault(pa, chunk.dictionary)
        if row is not None:
            return ValueError(f"texts: dictionary value {row}: {why}")
        return ValueError(f"texts[{first}]: not in the column's dictionary; the column is malformed")
    row, why = _first_fault(pa, chunk)
    return ValueError(f"texts[{first + (row or 0)}]: {why}")


def _first_fault(pa: Any, values: Any) -> tuple[int | None, str]:
    malformed = "outside the column's data; the column is malformed"
    for row in range(len(values)):
        why = _complaint(pa, values.slice(row, 1))
        if why:
            return row, ("not UTF-8; repair the text or leave it out" if "UTF8" in why else malformed)
    return None, malformed


def _complaint(pa: Any, values: Any) -> str:
    try:
        values.validate(full=True)
    except pa.ArrowInvalid as error:
        return str(error)
    return ""


def read_booleans(source: object) -> bytes:
    """Return the values of an Arrow column of booleans, one octet each.

    Args:
        source: An object that speaks the Arrow PyCapsule protocol.

    Raises:
        TypeError: It is not a column of booleans.
        ValueError: A value is null.
    """
    pa = _pyarrow()
    column = _chunked(source)
    if not pa.types.is_boolean(column.type):
        raise TypeError(f"mms: expected booleans, got {str(column.type).split('<', maxsplit=1)[0]}")
    values = column.to_pylist()
    if None in values:
        raise ValueError(f"mms[{values.index(None)}]: null; say true or false for each text")
    return bytes(values)


def arrow_array(values: memoryview, valid: bytes | None) -> tuple[object, object]:
    """Return a column of results as the pair of capsules that ``__arrow_c_array__`` returns.

    Args:
        values: Integers of format ``i`` or ``q``; or ``B``, which become a dictionary of encodings.
        valid: One octet per row, 0 for a null; ``None`` if there is no null.
    """
    pa = _pyarrow()
    kind = {"i": pa.int32(), "q": pa.int64(), "B": pa.uint8()}[values.format]
    bits = None if valid is None else pa.array(map(bool, valid), pa.bool_()).buffers()[1]
    column = pa.Array.from_buffers(kind, len(values), [bits, pa.py_buffer(values)])
    if values.format == "B":
        column = pa.DictionaryArray.from_arrays(column, ["GSM-7", "UCS-2"])
    schema, array = column.__arrow_c_array__()
    return schema, array
