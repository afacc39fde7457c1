"""Many create-message requests: ``dict``, NDJSON and Arrow tables in, one column of counts out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO

from segcore.bandwidth.api.requests import Request, read_request
from segcore.columns import Column, NullableColumn
from segcore.rules.profiles import Profile
from segcore.segmenter import Segmenter
from segcore.sources.json_fields import FieldError
from segcore.sources.json_stream import Documents
from segcore.sources.streams import InputProblem, octets_of

_CHUNK = 1 << 12

# Cells with several numbers, or with none, as `segcore estimate` reads them.
_SEVERAL = r"[^,;|\s][^,;|]*[,;|][,;|\s]*[^,;|\s]"


def count_segments_bulk(
    requests: Iterable[Mapping[str, Any]] | str | os.PathLike[str] | BinaryIO,
    *,
    profile: str | Profile = "bandwidth",
) -> Column:
    """Return the ``segmentCount`` that Bandwidth will report for each of many create-message requests.

    Args:
        requests: Any iterable of ``dict``; or a file of JSON, given by its path or open for reading octets,
            one request a line or all in an array, gzip too; or an Arrow table (pyarrow, polars, pandas,
            DuckDB) with a column ``text`` and, where there are any, ``to`` and ``media``.  In a table these
            are strings, several numbers in one being parted by a comma, semicolon or bar; or lists.
        profile: The rules to count under: a key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        A `Column` of 32-bit integers, one per request; 1 for an MMS.  A null text is no text: 1.

    Raises:
        ValueError: A request is malformed; the message names it and the field.  Or there is no column
            ``text``, or no profile has that name.
        TypeError: A field is of another type; the message names it.
        ModuleNotFoundError: It is an Arrow table, and pyarrow is not installed.
        OSError: The file cannot be read.

    Example:
        >>> to = ["+12025550143"]
        >>> count_segments_bulk([{"to": to, "text": "a" * 161}, {"to": to, "media": ["https://a.example/1"]}])
        Column([2, 1])

    Source: https://dev.bandwidth.com/docs/messaging (segment counts).
    """
    segmenter = Segmenter(profile)
    if hasattr(requests, "__arrow_c_stream__") or hasattr(requests, "__arrow_c_array__"):
        return _count_table(segmenter, requests)
    if isinstance(requests, (str, os.PathLike)):
        with open(requests, "rb") as file:
            return _count(segmenter, _read(file, os.fspath(requests)))
    if hasattr(requests, "read"):
        return _count(segmenter, _read(requests, getattr(requests, "name", "requests")))
    if isinstance(requests, (bytes, Mapping)) or not isinstance(requests, Iterable):
        kind = type(requests).__name__
        raise TypeError(f"requests: expected an iterable of dict, a path, a file or a table, got {kind}")
    return _count(segmenter, (read_request(each, f"requests[{i}]") for i, each in enumerate(requests)))


def _read(file: Any, name: str) -> Iterator[Request]:
    """Yield the requests in a file, of which every one must be well."""
    problems: list[InputProblem] = []
    documents = Documents(octets_of(file, name, problems.append), name, problems.append, (("to",),))
    for fields in documents:
        _refuse(problems)
        yield read_request(fields, documents.place)
    _refuse(problems)


def _refuse(problems: list[InputProblem]) -> None:
    if problems:
        raise FieldError(problems[0].place, "", problems[0].problem)


def _count(segmenter: Segmenter, requests: Iterator[Request]) -> Column:
    counts = Column("i")
    while chunk := list(islice(requests, _CHUNK)):
        mms = [each.mms for each in chunk]
        counts.extend(segmenter.count_segments_bulk([each.text for each in chunk], mms=mms))
    return counts


def _count_table(segmenter: Segmenter, source: Any) -> Column:
    try:
        import pyarrow as pa
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "requests: an Arrow table needs pyarrow: pip install pyarrow", name="pyarrow"
        ) from error
    table = pa.table(source)
    if "text" not in table.column_names:
        known = ", ".join(map(repr, table.column_names))
        raise ValueError(f"requests: the table has no column 'text'; its columns: {known}")
    counts: Column | NullableColumn = segmenter.count_segments_bulk(table["text"], mms=_mms_of(table))
    if not isinstance(counts, NullableColumn):
        return counts
    for index, valid in enumerate(counts.valid):
        if not valid:
            # No text at all, as an MMS may have: one message, and so one segment.
            counts.values[index] = 1
    return counts.values


def _mms_of(table: Any) -> Any:
    """Return which rows of a table are MMS, or ``None`` if it tells of none."""
    import pyarrow.compute as pc

    flags = None
    for name, mms_of_strings, least in (("to", _several, 2), ("media", _some, 1)):
        if name not in table.column_names:
            continue
        column = table[name]
        found = mms_of_strings(column) if _is_text(column.type) else _at_least(name, column, least)
        found = pc.fill_null(found, False)
        flags = found if flags is None else pc.or_(flags, found)
    return flags


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    value = kind.value_type if types.is_dictionary(kind) else kind
    return any(
        is_kind(value)
        for is_kind in (types.is_string, types.is_large_string, types.is_string_view, types.is_null)
    )


def _several(column: Any) -> Any:
    import pyarrow.compute as pc

    return pc.match_substring_regex(_plain(column), _SEVERAL)


def _some(column: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    from segcore.sources.mms_rule import NO_MEDIA

    spelled = pc.utf8_lower(pc.utf8_trim_whitespace(_plain(column)))
    known = pa.array(sorted(NO_MEDIA), pa.large_string())
    return pc.and_not(pc.is_valid(spelled), pc.is_in(spelled, value_set=known))


def _plain(column: Any) -> Any:
    """Return a column of strings as pyarrow's functions take it."""
    import pyarrow as pa

    return column.cast(pa.large_string())


def _at_least(name: str, column: Any, least: int) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import types

    kind = column.type
    if types.is_list_view(kind) or types.is_large_list_view(kind):
        column = column.cast(pa.large_list(kind.value_type))
    elif not (types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)):
        raise TypeError(f"requests: column {name!r}: expected strings or lists of strings, got {kind}")
    return pc.greater_equal(pc.list_value_length(column), least)
