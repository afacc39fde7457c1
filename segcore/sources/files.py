"""Files of messages, whatever they are: told apart by their first octets, unpacked, found by patterns."""

from __future__ import annotations

import glob
import gzip
import importlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Protocol

from segcore.sources.csv_file import CsvFile, Reading
from segcore.sources.file_errors import FileError, size
from segcore.sources.headings import Columns
from segcore.sources.table_file import TableFile

if TYPE_CHECKING:
    import polars as pl

STANDARD_INPUT = "-"
_STANDARD_INPUT_NAME = "standard input"

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_MAGIC = {b"PAR1": "parquet", b"ARROW1": "ipc"}

# What else is mistaken for files of messages, and what to do about it.
_OTHERS = {
    b"PK\x03\x04": "an Excel workbook or a ZIP archive; save the messages as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the messages as CSV",
    b"\xff\xff\xff\xff": "an Arrow stream; write it as an Arrow file",
}


class MessageFile(Protocol):
    """A file of messages, open for reading."""

    name: str
    columns: Columns

    def rows_expected(self) -> int:
        """Return about how many messages there are."""
        ...

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yield the rows, a batch at a time, in columns c0, c1 and so on."""
        ...


def expand(paths: Sequence[str]) -> list[str]:
    """Return the files that paths and patterns name.

    Args:
        paths: Paths; what names no file and has ``*``, ``?`` or ``[`` is a pattern.

    Raises:
        FileError: A pattern matches nothing.
    """
    found = []
    for path in paths:
        if path == STANDARD_INPUT or os.path.exists(path) or not glob.has_magic(path):
            found.append(path)
        elif matches := sorted(each for each in glob.glob(path, recursive=True) if not os.path.isdir(each)):
            found += matches
        else:
            raise FileError(path, "no file matches the pattern; check the name")
    return found


@contextmanager
def standard_input(paths: Sequence[str]) -> Iterator[list[str]]:
    """Yield paths in which standard input is a file, because it may have to be read twice.

    Args:
        paths: Paths, ``-`` for standard input.
    """
    if STANDARD_INPUT not in paths:
        yield [*paths]
        return
    with tempfile.TemporaryDirectory(prefix="segcore-") as folder:
        copy = os.path.join(folder, _STANDARD_INPUT_NAME)
        with open(copy, "wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield [copy if path == STANDARD_INPUT else path for path in paths]


@contextmanager
def opened(path: str, reading: Reading, *, whole: bool = False) -> Iterator[MessageFile]:
    """Open a file of messages: CSV, Parquet, Arrow IPC or NDJSON, perhaps compressed with gzip or zstd.

    Args:
        path: The file.
        reading: How to read it.
        whole: Whether all columns are to be read, not only those that are used.

    Raises:
        FileError: It cannot be read as messages, and why.
    """
    is_input = os.path.basename(path) == _STANDARD_INPUT_NAME
    name = _STANDARD_INPUT_NAME if is_input else path
    with _plain(path, name) as plain:
        kind = _kind(plain, name)
        if kind == "csv":
            yield CsvFile(plain, reading, name)
        else:
            yield TableFile(plain, kind, reading.roles, name, whole=whole)


@contextmanager
def _plain(path: str, name: str) -> Iterator[str]:
    """Yield a file with the octets that are to be read: of compressed ones, a temporary copy."""
    size(path)
    start = _starts(path)
    if not start.startswith((_GZIP, _ZSTD)):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="segcore-") as folder:
        plain = os.path.join(folder, "plain")
        with open(plain, "wb") as copy:
            (_gunzip if start.startswith(_GZIP) else _unzstd)(path, copy, name)
        yield plain


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
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.match(rb'\[\s*\{\s*"', text):
        raise FileError(name, "one JSON array; write one object in each line, without brackets and commas")
    return "ndjson" if text.startswith((b'{"', b"{ ", b"{}")) else "csv"


def _gunzip(path: str, copy: BinaryIO, name: str) -> None:
    try:
        with gzip.open(path) as packed:
            shutil.copyfileobj(packed, copy)
    except (OSError, EOFError) as error:
        raise FileError(name, f"not readable as gzip: {str(error).lower()}; pack it again") from None


def _unzstd(path: str, copy: BinaryIO, name: str) -> None:
    reader = _zstd_reader(path)
    if reader is None:
        raise FileError(name, "compressed with zstd; unpack it, or pip install zstandard")
    try:
        with reader as packed:
            shutil.copyfileobj(packed, copy)
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
        problem = str(error).strip().splitlines() or [type(error).__name__]
        raise FileError(name, f"not readable as zstd: {problem[0]}; pack it again") from None


def _zstd_reader(path: str) -> BinaryIO | None:
    """Return a file that unpacks zstd, by whatever is installed."""
    for module, function in (
        ("compression.zstd", "open"),
        ("zstandard", "open"),
        ("pyarrow", "CompressedInputStream"),
    ):
        try:
            make = getattr(importlib.import_module(module), function)
        except ImportError:
            continue
        found: BinaryIO = make(path, "zstd") if module == "pyarrow" else make(path, "rb")
        return found
    return None
