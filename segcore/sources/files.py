"""Open a file of messages, whatever its kind: its first octets tell."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from segcore.sources.csv_file import CsvFile
from segcore.sources.decoding import not_utf8
from segcore.sources.headings import Columns
from segcore.sources.json_records import is_ndjson, records
from segcore.sources.opening import FileError, name_of, unpacked
from segcore.sources.reading import Reading, ReadingNotes
from segcore.sources.table_file import TableFile

if TYPE_CHECKING:
    import polars as pl

_MAGIC = {b"PAR1": "parquet", b"ARROW1": "ipc"}

# An object, or an array of objects, arrays or strings; "[id]" may be a heading of a CSV file.
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*["}]|\[\s*(?:[{\[]\s*["{\[]|"(?:[^"\\]|\\.)*"\s*[,\]]|\]))')

# What else is mistaken for files of messages, and what to do about it.
_OTHERS = {
    b"PK\x03\x04": "an Excel or OpenDocument workbook; save the messages as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the messages as CSV",
    b"\xff\xff\xff\xff": "an Arrow stream; write it as an Arrow file",
}


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

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yield the rows, a batch at a time, in columns c0, c1 and so on."""
        ...


@contextmanager
def opened(path: str, reading: Reading, *, whole: bool = False) -> Iterator[MessageFile]:
    """Open a file of messages: CSV, Parquet, Arrow IPC or NDJSON, perhaps packed.

    Args:
        path: The file.
        reading: How to read it.
        whole: Whether all columns are to be read, not only those that are used.

    Raises:
        FileError: It cannot be read as messages, and why.
    """
    name = name_of(path)
    with unpacked(path, name) as plain:
        kind = _kind(plain, name)
        if kind == "csv":
            yield CsvFile(plain, reading, name)
        elif kind == "json":
            with _json_lines(plain, name, reading) as lines:
                yield TableFile(lines, "ndjson", reading.roles, name, whole=whole)
        else:
            yield TableFile(plain, kind, reading.roles, name, whole=whole)


def _starts(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(1 << 12)


def _kind(path: str, name: str) -> str:
    start = _starts(path)
    for magic, problem in _OTHERS.items():
        if start.startswith(magic):
            raise FileError(name, problem)
    for magic, kind in _MAGIC.items():
        if start.startswith(magic):
            return kind
    return "json" if _JSON.match(start) else "csv"


@contextmanager
def _json_lines(path: str, name: str, reading: Reading) -> Iterator[str]:
    """Yield a file with one JSON record in each line."""
    if is_ndjson(path, reading.roles):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="segcore-") as folder:
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
