"""Reads the messages that were sent from a log: text, recipients, media, and an identifier or a tag."""

from __future__ import annotations

import codecs
import csv
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO

from segcore.bandwidth.reconcile.message_log import SentMessage
from segcore.reports import counted
from segcore.sources import Reading, ReadingNotes, Roles
from segcore.sources.files import (
    SUFFIXES,
    OnError,
    Progress,
    is_source,
    octets_of,
    open_files,
    without_packing,
)
from segcore.sources.headings import find_headings, find_named
from segcore.sources.json_fields import InputError, kind, strings, wrong_type
from segcore.sources.json_stream import json_objects
from segcore.sources.mms_rule import is_mms

if TYPE_CHECKING:
    from segcore.sources.csv_file import CsvFile
    from segcore.sources.files import MessageFile
    from segcore.sources.headings import Columns

Sent = str | os.PathLike[str] | BinaryIO | Iterable[Mapping[str, Any]]

SENT_ROLES = ("id", "tag", "text", "to", "media")
"""The roles of columns and fields of a log."""

_HEADINGS = {"id": ("id", "message_id", "bandwidth_id", "bandwidth_message_id"), "tag": ("tag",)}

# A file with another suffix is a table unless it begins as JSON does.
_TABLES = (
    *(".csv", ".tsv", ".txt", ".parquet", ".pq", ".arrow", ".ipc", ".feather"),
    *(".xlsx", ".xlsm", ".xls", ".ods"),
)

_PROGRESS_ROWS = 4_096
_LONGEST_CELL = 1 << 20

_OPTIONS = (*(f"--{role}" for role in SENT_ROLES), "--encoding", "--sheet", "--delimiter")

# A log has a header, so that the option that the readers of files suggest does not apply.
_NO_HEADER_HINT = "; or use --no-header"

_UNDECODABLE = re.compile("[\udc80-\udcff]")


def read_sent(
    sent: Sent,
    on_error: OnError,
    *,
    columns: Mapping[str, str | None] | None = None,
    progress: Progress | None = None,
    notes: ReadingNotes | None = None,
    reading: Reading | None = None,
) -> Iterator[SentMessage]:
    """Yield the messages of a log: a table or JSON in a file, a folder of JSON files, a file of JSON open for
    reading octets, or any iterable of ``dict``.

    `columns` names the column or field in each of `SENT_ROLES`, where it is not a usual one.  `on_error`
    receives an `InputError` for each part that cannot be used; the rest is yielded.

    Example:
        >>> rows = [{"id": "1732352400000abc", "text": "See you at 8", "to": "+12025550143"}, {"text": 8}]
        >>> errors = []
        >>> [each.text for each in read_sent(rows, errors.append)]
        ['See you at 8']
        >>> print(errors[0])
        sent[1]: text: expected a string, got a whole number
    """
    named = {role: name for role, name in (columns or {}).items() if name is not None}
    if isinstance(sent, (str, os.PathLike)) and _is_table(os.fspath(sent)):
        roles = Roles(named.get("text"), named.get("to"), named.get("media"))
        reading = (reading or Reading())._replace(roles=roles, header=True)
        notes = ReadingNotes() if notes is None else notes
        rows = _table_rows(os.fspath(sent), named, reading, on_error, progress, notes)
    else:
        rows = _json_rows(sent, named, on_error, progress)
    for location, values in rows:
        try:
            yield _message(location, values)
        except InputError as error:  # noqa: PERF203 (one bad row must not stop the others)
            on_error(error.with_traceback(None))


def _is_table(path: str) -> bool:
    name = without_packing(path.lower())
    if name.endswith(SUFFIXES) or not os.path.isfile(path):
        return False
    if name.endswith(_TABLES):
        return True
    with open(path, "rb") as file:
        start = next(octets_of(file, path, lambda _: None), b"")
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    return bool(text) and not text.startswith((b"{", b"["))


def _message(location: str, values: Sequence[Any]) -> SentMessage:
    """Return a row as a message; raise `InputError` if it cannot be used."""
    for role, value in zip(SENT_ROLES[:3], values, strict=False):
        if value is not None and not isinstance(value, str):
            raise InputError(location, role, f"expected a string, got {kind(value)}")
    identifier, tag, text, to, *media = values
    if not identifier and not tag:
        reason = "neither an identifier nor a tag; no event can be matched with it"
        raise InputError(location, "id", reason)
    if to and not isinstance(to, str):
        strings(location, "to", to)
    mms = any(is_mms(to or None, each) for each in media)
    return SentMessage(location, identifier or None, tag or None, text or "", mms)


def _json_rows(
    sent: Any, named: Mapping[str, str], on_error: OnError, progress: Progress | None
) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield the values of JSON records in each role, each with its location."""
    said = tuple(sorted(named.items()))
    for location, fields in _records(sent, on_error, progress):
        try:
            values = _field_values(location, fields, said)
        except InputError as error:  # noqa: PERF203 (one bad record must not stop the others)
            on_error(error.with_traceback(None))
        else:
            yield location, values


def _records(sent: Any, on_error: OnError, progress: Progress | None) -> Iterator[tuple[str, Any]]:
    if is_source(sent):
        for file, name in open_files(sent, "sent", on_error):
            yield from json_objects(file, name, on_error, wanted=(("text",),), progress=progress)
    elif isinstance(sent, (bytes, Mapping)) or not isinstance(sent, Iterable):
        raise TypeError(f"sent: expected a path, a file or an iterable of dict, got {type(sent).__name__}")
    else:
        for index, each in enumerate(sent):
            yield f"sent[{index}]", each


def _field_values(location: str, fields: object, named: tuple[tuple[str, str], ...]) -> list[Any]:
    """Return the value of a record in each role: of the first usual field with one, and of all for media."""
    if not isinstance(fields, Mapping):
        raise wrong_type(location, "", "an object", fields)
    names = _fields_of(tuple(map(str, fields)), named)
    values = [next((fields[name] for name in each if fields[name] is not None), None) for each in names[:4]]
    media = [fields[name] for name in names[4]] or [None]
    if not names[2] and not any(media):
        text = dict(named).get("text", "text")
        raise InputError(location, text, "missing; without the text there is nothing to predict")
    return values + media


@lru_cache(maxsize=256)
def _fields_of(names: tuple[str, ...], named: tuple[tuple[str, str], ...]) -> list[list[str]]:
    """Return the fields of a record in each role, the preferred one first."""
    said = dict(named)
    found = []
    for role in SENT_ROLES:
        if role in said:
            found.append([said[role]] if said[role] in names else [])
        else:
            found.append([names[index] for index in _with_heading(role, names)])
    return found


def _with_heading(role: str, names: Sequence[str]) -> list[int]:
    """Return the indices of the columns with a usual heading of a role, the preferred one first."""
    return find_headings(_HEADINGS.get(role, role), names)


def _table_rows(
    path: str,
    named: Mapping[str, str],
    reading: Reading,
    on_error: OnError,
    progress: Progress | None,
    notes: ReadingNotes,
) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield the rows of a table that fit its columns, each with its location."""
    with _opened(path, reading) as file:
        from segcore.sources.csv_file import CsvFile

        indices = _columns(path, file.columns, named)
        rows = _csv_rows(file, indices, on_error) if isinstance(file, CsvFile) else _frame_rows(file, indices)
        size, expected, reported = os.path.getsize(path), file.rows_expected(), 0
        for number, row in enumerate(rows, 1):
            yield row
            if progress is not None and number % _PROGRESS_ROWS == 0:
                octets = min(size * number // expected, size) - reported
                reported += octets
                progress(octets)
        if progress is not None:
            progress(size - reported)
        for note in file.notes:
            # The options of an estimate are not those of this command.
            option = note.option if note.option in _OPTIONS else None
            notes.add(note.code, note.sentence, option)


@contextmanager
def _opened(path: str, reading: Reading) -> Iterator[MessageFile]:
    """Open a table; a missing file is an `OSError`."""
    with open(path, "rb"):
        pass
    from segcore.sources.files import opened
    from segcore.sources.opening import FileError

    try:
        with opened(path, reading, whole=True) as file:
            yield file
    except FileError as error:
        raise FileError(error.path, error.problem.partition(_NO_HEADER_HINT)[0], error.line) from None


def _columns(path: str, columns: Columns, named: Mapping[str, str]) -> list[int | None]:
    """Return the index of the column in each role, and of further columns with media."""
    found: list[int | None] = []
    for role in ("id", "tag"):
        if role in named:
            found.append(find_named(f"--{role}", named[role], columns.names))
        else:
            found.append(next(iter(_with_heading(role, columns.names)), None))
    if found == [None, None]:
        listed = ", ".join(map(repr, columns.names))
        raise ValueError(
            f"{path}: no column looks like an identifier or a tag; name one with --id or --tag: {listed}"
        )
    return [*found, columns.text, columns.to, columns.media, *columns.more_media]


def _frame_rows(file: MessageFile, indices: Sequence[int | None]) -> Iterator[tuple[str, Sequence[Any]]]:
    import polars as pl

    cells = [pl.lit(None) if index is None else pl.col(f"c{index}") for index in indices]
    number = 0
    for frame in file.frames():
        for row in frame.select(cell.alias(str(at)) for at, cell in enumerate(cells)).rows():
            number += 1
            yield f"{file.name}: row {number}", row


def _csv_rows(
    file: CsvFile, indices: Sequence[int | None], on_error: OnError
) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield the rows of a CSV file that fit its header; report the others.

    The reader of estimates refuses a file with a row that does not fit.  Here one such row must not keep all
    others from being reconciled.
    """
    used = [index for index in indices if index is not None]
    names, headers = [*file.dialect.names], 0
    for first, last, row in _parsed(file):
        location = f"{file.name}: line {first}"
        if isinstance(row, csv.Error):
            skipped = "the row is skipped" + (f", with the lines up to {last}" if last > first else "")
            on_error(InputError(location, "", f"{_syntax_error(row)}; {skipped}"))
        elif row == names or [row[0].removeprefix("\ufeff"), *row[1:]] == names:
            headers += 1
        elif len(row) != len(names):
            on_error(InputError(location, "", f"{_wrong_width(row, file)}; the row is skipped"))
        elif any(_UNDECODABLE.search(row[index]) for index in used):
            on_error(InputError(location, "", "not UTF-8; save it as UTF-8; the row is skipped"))
        elif any(row):
            yield location, [None if index is None else row[index] for index in indices]
    if headers:
        many = counted(headers, "row that repeats the header was", "rows that repeat the header were")
        file.notes.add("repeated_header", f"{file.name}: {many} skipped.")


def _syntax_error(error: csv.Error) -> str:
    if "field limit" in str(error):
        return "a cell of more than 1 MiB; perhaps a quotation mark is not closed"
    return "a quotation mark opens a cell, but none closes it where the cell ends; write those inside as two"


def _wrong_width(row: Sequence[str], file: CsvFile) -> str:
    found, expected = len(row), len(file.dialect.names)
    reason = f"{counted(found, 'cell')} in a file of {expected} columns"
    if found > expected:
        reason += f"; enclose texts that contain the delimiter {file.dialect.delimiter!r} in quotation marks"
    return reason


def _parsed(file: CsvFile) -> Iterator[tuple[int, int, list[str] | csv.Error]]:
    """Yield the first and last line of each row after the header, and its cells or what is wrong with it."""
    dialect, before = file.dialect, file.dialect.lines_before
    with open(file.path, encoding="utf-8-sig", errors="surrogateescape", newline="") as text, _cell_limit():
        for _ in range(before):
            text.readline()
        rows = csv.reader(
            text,
            delimiter=dialect.delimiter,
            quotechar=dialect.quote or None,
            quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
            strict=True,
        )
        while True:
            first = before + rows.line_num + 1
            row: list[str] | csv.Error
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                row = error.with_traceback(None)
            # An empty line is not a row.
            if row:
                yield first, before + rows.line_num, row


@contextmanager
def _cell_limit() -> Iterator[None]:
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
