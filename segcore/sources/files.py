"""Open a file of messages, whatever its kind: its first octets tell."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any, Protocol

from segcore.sources.csv_file import CsvFile
from segcore.sources.decoding import decoded, not_utf8
from segcore.sources.headings import Columns
from segcore.sources.json_records import is_ndjson, records
from segcore.sources.opening import FileError, name_of, size, temporary_folder, unpacked
from segcore.sources.reading import Reading, ReadingNotes
from segcore.sources.table_file import TableFile
from segcore.sources.workbook import WORKBOOK_MAGIC, sheet_as_csv

_MAGIC = {
    b"PAR1": "parquet",
    b"ARROW1": "ipc",
    **dict.fromkeys(WORKBOOK_MAGIC, "workbook"),
}

# An object, or an array of objects, arrays or strings; "[id]" may be a heading of a CSV file.
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*["}]|\[\s*(?:[{\[]\s*["{\[]|"(?:[^"\\]|\\.)*"\s*[,\]]|\]))')

# What files other than CSV are called, and the library that reads them.
_NEEDED = {
    "parquet": ("Parquet", "polars"),
    "ipc": ("Arrow", "polars"),
    "workbook": ("a workbook", "python_calamine"),
}

_ARROW_STREAM = b"\xff\xff\xff\xff"

_LINE_END = re.compile(rb"[\r\n]")
_FEW_OCTETS = 1 << 12


class MessageFile(Protocol):
    """A file of messages, open for reading.

    Args:
        name: Its name in errors.
        columns: The columns that are used.
        delimiter: The delimiter of a CSV file, ``None`` for other files.
        has_byte_order_mark: Whether a CSV file begins with U+FEFF.
    """

    name: str
    columns: Columns
    delimiter: str | None
    has_byte_order_mark: bool
    notes: ReadingNotes

    def rows_expected(self) -> int:
        """Return about how many messages there are."""
        ...

    def frames(self) -> Iterator[Any]:
        """Yield the rows, a batch at a time, in columns c0, c1 and so on: of polars, or a `PlainFrame`."""
        ...


@contextmanager
def opened(path: str, reading: Reading, *, whole: bool = False) -> Iterator[MessageFile]:
    """Open a file of messages: CSV, JSON, Parquet, Arrow IPC or a workbook, perhaps packed.

    Args:
        path: The file.
        reading: How to read it.
        whole: Whether all columns are to be read, not only those that are used.

    Raises:
        FileError: It cannot be read as messages, and why.
    """
    name, notes = name_of(path), ReadingNotes()
    with ExitStack() as stack:
        state = _state(path)
        plain = stack.enter_context(unpacked(path, name, force=reading.force))
        kind = _kind(plain, name)
        file: MessageFile
        if kind in _NEEDED:
            _check_installed(*_NEEDED[kind], name)
        if kind == "workbook":
            sheet = stack.enter_context(sheet_as_csv(plain, name, reading, notes))
            file = CsvFile(sheet, replace(reading, delimiter=",", quotes=True), name)
        elif kind != "text":
            file = TableFile(plain, kind, reading.roles, name, whole=whole)
        else:
            text = stack.enter_context(decoded(plain, name, reading.encoding, notes))
            if _JSON.match(_starts(text)):
                _check_installed("JSON", "polars", name)
                text = stack.enter_context(decoded(text, name, None, notes, whole=True))
                lines = stack.enter_context(_json_lines(text, name, reading))
                file = TableFile(lines, "ndjson", reading.roles, name, whole=whole)
            else:
                _check_lines(text, name, reading.most_octets)
                file = CsvFile(text, reading, name)
        notes.extend(file.notes)
        file.notes = notes
        yield file
        _check_unchanged(path, name, state)


def _check_installed(form: str, library: str, name: str) -> None:
    """Raise an error if the library that a form of files needs is not installed."""
    try:
        import_module(library)
    except ImportError:
        problem = f"{form} needs {library}, which is not installed"
        raise FileError(
            name, f"{problem}; install segcore with its extra 'cli', or save the messages as CSV"
        ) from None


def _state(path: str) -> tuple[int, int, int]:
    """Return what changes if a file is written to or replaced."""
    size(path)
    found = os.stat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns


def _check_unchanged(path: str, name: str, state: tuple[int, int, int]) -> None:
    try:
        is_same = _state(path) == state
    except FileError:
        is_same = False
    if not is_same:
        raise FileError(name, "it changed while it was read; try again when nothing writes to it")


def _check_lines(path: str, name: str, most: int) -> None:
    """Raise an error if a line is too long, and read only as much of the file as that needs."""
    step = max(2, most // 2)
    with open(path, "rb") as file:
        octets = os.fstat(file.fileno()).st_size
        # A longer line holds a whole step without a line end.
        for start in range(0, max(0, octets - step), step):
            file.seek(start)
            if _LINE_END.search(file.read(_FEW_OCTETS)) or _LINE_END.search(file.read(step - _FEW_OCTETS)):
                continue
            file.seek(max(0, start - step))
            before = file.read(start - file.tell())
            begin = start - len(before) + max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
            file.seek(begin)
            if not _LINE_END.search(file.read(most + 1)) and octets - begin > most:
                file.seek(0)
                line = 1 + sum(file.read(min(step, begin - at)).count(b"\n") for at in range(0, begin, step))
                problem = f"a line of more than {most:,} octets; raise the limit with --max-value-size"
                raise FileError(name, problem, line)


def _starts(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(1 << 12)


def _kind(path: str, name: str) -> str:
    start = _starts(path)
    if start.startswith(_ARROW_STREAM):
        raise FileError(name, "an Arrow stream; write it as an Arrow file")
    return next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), "text")


@contextmanager
def _json_lines(path: str, name: str, reading: Reading) -> Iterator[str]:
    """Yield a file with one JSON record in each line."""
    if is_ndjson(path, reading.roles):
        _check_lines(path, name, reading.most_octets)
        yield path
        return
    with temporary_folder() as folder:
        copy = os.path.join(folder, "records")
        try:
            with open(copy, "w", encoding="utf-8", newline="\n") as lines:
                lines.writelines(
                    f"{each}\n" for each in records(path, name, reading.roles, reading.most_octets)
                )
                is_empty = lines.tell() == 0
        except UnicodeDecodeError:
            raise not_utf8(path, name) or FileError(name, "not UTF-8") from None
        if is_empty:
            raise FileError(name, "there is no message in it; check what was exported")
        yield copy
