"""Messages from CSV files, read by polars, and by DuckDB where polars might misread them.

polars scans several times as fast, but does not report a row with too few cells, and knows no escape but a
second quotation mark.  A row that polars refuses is read by DuckDB, with the rest of the file: it reads each
row as it is written, or reports the first that is wrong.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar

from segcore.sources.csv_dialect import (
    Dialect,
    Sample,
    certain_dialect,
    detect_dialect,
    find_header,
    find_preamble,
    first_rows,
    rows_per_octet,
)
from segcore.sources.csv_lines import has_comments, has_odd_ends, write_plain_ends, write_without_comments
from segcore.sources.decoding import encoding_of, is_utf8, not_utf8, note_encoding, transcode
from segcore.sources.headings import Columns, Roles, choose
from segcore.sources.opening import FileError, size
from segcore.sources.reading import Reading, ReadingNotes

if TYPE_CHECKING:
    import duckdb
    import polars as pl

_Written = TypeVar("_Written")

# Rows of a batch: so many that threads which count batches hardly wait for Python's lock.
_BATCH_ROWS = 1 << 16

# The octets whose delimiters are counted at a time.
_CHECKED_OCTETS = 1 << 18

# DuckDB's default of 32 MB for each thread makes it no faster.
_BUFFER_OCTETS = 4_000_000

# Earlier ones took quotation marks in the middle of a cell for the edge of one, and said nothing.
_STRICT_POLARS = 2

# Nothing in a file of messages is worth loading an extension or reaching for the network.
_NO_EXTENSIONS = ("autoinstall_known_extensions", "autoload_known_extensions")

UNQUOTED = "UNQUOTED VALUE"
"""DuckDB's name for a cell whose quotation marks do not match."""


class _NeedsExactReader(Exception):  # noqa: N818 (not an error: the reader changes)
    """DuckDB has to read the rows that follow."""


class CsvFile:
    """A CSV file of messages.

    Delimiter, quotation marks and header are detected.  Cells are not trimmed, and none is taken as a
    number, a date or a null.  Memory does not grow with the file.

    Args:
        path: The file, in UTF-8 with or without a byte order mark.
        reading: How to read it.
        name: Its name in errors, if that is not its path.
        exact: Whether DuckDB reads all of it.

    Raises:
        FileError: It cannot be read as messages, and why.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "messages.csv")
        ...     _ = path.write_text("id;Body\\n1;Hello\\n2;\\"One; two\\"\\n")
        ...     file = CsvFile(str(path))
        ...     print(file.columns.used()["text"], [frame["c1"].to_list() for frame in file.frames()])
        Body [['Hello', 'One; two']]
    """

    def __init__(
        self, path: str, reading: Reading | None = None, name: str = "", *, exact: bool = False
    ) -> None:
        reading = reading or Reading()
        self._path = path
        self.name = name or path
        self.notes = ReadingNotes()
        self._encoding = reading.encoding
        self._size = size(path)
        self._sample = Sample(path)
        if self._sample.is_blank:
            raise FileError(self.name, "the file is empty: there is neither a header nor a message in it")
        delimiter = reading.delimiter
        if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0'):
            raise FileError(self.name, f"delimiter: expected one code point, got {delimiter!r}")
        if has_odd_ends(self._sample.start, is_all=self._sample.is_all):
            self._write_copy(partial(write_plain_ends, quotes=reading.quotes is not False))
        self.dialect = self._detected(reading)
        self.columns = self._chosen(reading.roles)
        self.delimiter: str | None = self.dialect.delimiter
        self.has_byte_order_mark = self._sample.has_byte_order_mark
        self._names = [f"c{index}" for index in range(len(self.dialect.names))]
        self._exact = exact or not _suits_polars(self.dialect)
        self._empty_rows = self._headers = 0
        self._has_plain_ends = False

    def _write_copy(self, write: Callable[[str, str], _Written]) -> _Written:
        """Read a rewritten copy from now on, which lives as long as this object."""
        folder = tempfile.mkdtemp(prefix="segcore-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        copy = os.path.join(folder, "lines")
        found = write(self._path, copy)
        self._path = copy
        self._sample = Sample(copy)
        return found

    @property
    def path(self) -> str:
        """The file that is read, which is unpacked if what was named is not."""
        return self._path

    @property
    def _full_path(self) -> str:
        # A relative one could look like an address, which would be fetched.
        return os.path.abspath(self._path)

    def _detected(self, reading: Reading) -> Dialect:
        preamble = find_preamble(self._sample, reading)
        if preamble.note:
            self.notes.add("preamble", f"{self.name}: {preamble.note}", "--no-header")
        if preamble.lines:
            self._sample = Sample(self._path, preamble.lines)
        if preamble.delimiter is not None:
            reading = replace(reading, delimiter=preamble.delimiter)
        self._drop_comments(reading, preamble.lines)
        found = certain_dialect(self._sample, reading)
        # Then all rows of a small file have been seen, and have as many cells as there are columns.
        self._is_even = found is not None and self._sample.is_all
        if found is None:
            self._decode()
            self._sample = Sample(self._path, preamble.lines)
            with self._explained(None) as con:
                found = detect_dialect(con, self._full_path, self._sample, reading, preamble.lines)
        wrong = not_utf8(self._path, self.name) if "\ufffd" in "".join(found.names) else None
        if wrong is not None:
            raise wrong
        return replace(found, skip=preamble.lines)

    def _drop_comments(self, reading: Reading, skip: int) -> None:
        """Leave out lines between rows that begin with # and have fewer cells than the header."""
        if b"\n#" not in self._sample.start or reading.header is False:
            return
        header = find_header(self._sample, reading)
        if header is None or not has_comments(self._sample.start, header.delimiter, len(header.names)):
            return
        comments = self._write_copy(
            partial(write_without_comments, delimiter=header.delimiter, columns=len(header.names))
        )
        if comments:
            many = (
                "1 comment, a line that begins with #, was"
                if comments == 1
                else f"{comments:,} comments were"
            )
            self.notes.add("comments", f"{self.name}: {many} skipped.", "--no-header")
        self._sample = Sample(self._path, skip)

    def _chosen(self, roles: Roles) -> Columns:
        try:
            return choose(self.dialect.names, roles, header=self.dialect.header, cells=self._first_cells())
        except ValueError as error:
            # Octets that are not UTF-8 mislead detection.
            raise not_utf8(self._path, self.name) or FileError(self.name, str(error)) from None

    def _first_cells(self) -> Callable[[int], list[str]]:
        """Return a function for the first cells of a column; it reads the rows once, when first called."""
        rows = cache(partial(first_rows, self._sample, self.dialect))
        return lambda index: [row[index] for row in rows() if len(row) > index]

    def rows_expected(self) -> int:
        """Return about how many messages there are, judged by the first rows."""
        return max(1, round(self._size * rows_per_octet(self._sample, self.dialect)) - self.dialect.header)

    def frames(self) -> Iterator[pl.DataFrame]:
        """Begin to read and yield the rows, a batch at a time, in columns c0, c1 and so on; no text is null.

        polars reads on while the caller does something else.

        Raises:
            FileError: A row cannot be read, and why.  Rows before it may have been yielded.
        """
        self._empty_rows = self._headers = 0
        if self._exact:
            return self._by_duckdb(0)
        try:
            return self._resumed(self._by_polars())
        except _NeedsExactReader:
            return self._by_duckdb(0)

    def _resumed(self, batches: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Yield what polars reads, and from the first row that it refuses what DuckDB reads."""
        rows = 0
        try:
            for frame in self._checked(batches):
                yield frame
                rows += frame.height
        except _NeedsExactReader:
            yield from self._by_duckdb(rows)

    def _by_polars(self) -> Iterator[pl.DataFrame]:
        import polars as pl

        try:
            scan = pl.scan_csv(
                self._full_path,
                glob=False,
                has_header=False,
                skip_lines=self.dialect.lines_before,
                schema=dict.fromkeys(self._names, pl.String),
                separator=self.dialect.delimiter,
                quote_char=self.dialect.quote or None,
            )
            # All columns: what is not asked for is not checked.
            return scan.collect_batches(chunk_size=_BATCH_ROWS)
        except (pl.exceptions.PolarsError, OSError):
            raise self._refused() from None

    def _checked(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Yield what polars reads, if it is what is written."""
        import polars as pl

        rows, kept, maybe_short = 0, 0, False
        try:
            for frame in frames:
                # A row with too few cells ends with nulls, like one whose last cells are empty.
                maybe_short |= frame.width > 1 and frame[:, -1].null_count() > 0
                found = self._messages(frame)
                rows, kept = rows + frame.height, kept + found.height
                yield found
        except (pl.exceptions.PolarsError, OSError):
            raise self._refused() from None
        if maybe_short and not self._is_even and not _rows_are_complete(self._path, self.dialect, rows):
            self._check_rows(kept + self._headers)
        self._note_skipped()

    def _messages(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that are messages: neither empty nor the header again.  No text is null."""
        import polars as pl

        texts = [self._names[index] for index in (self.columns.text, *self.columns.group)]
        missing = [text for text in texts if frame[text].null_count()]
        if missing:
            frame = frame.with_columns(pl.col(missing).fill_null(""))
        rows = frame.height
        if (frame[texts[0]] == "").any():
            is_empty = pl.all_horizontal(pl.col(each).fill_null("") == "" for each in self._names)
            frame = frame.filter(~is_empty)
            self._empty_rows += rows - frame.height
        names = self.dialect.names
        if self.dialect.header and (frame[texts[0]] == names[self.columns.text]).any():
            cells = (pl.col(each).fill_null("") for each in self._names)
            # Files that were put together have a byte order mark in the middle.
            is_header = [
                cell.str.strip_prefix("\ufeff") == name for cell, name in zip(cells, names, strict=True)
            ]
            rows = frame.height
            frame = frame.filter(~pl.all_horizontal(is_header))
            self._headers += rows - frame.height
        return frame

    def _note_skipped(self) -> None:
        if self._empty_rows:
            many = "1 empty row was" if self._empty_rows == 1 else f"{self._empty_rows:,} empty rows were"
            self.notes.add("empty_rows", f"{self.name}: {many} skipped.")
        if self._headers:
            many = "1 row that repeats" if self._headers == 1 else f"{self._headers:,} rows that repeat"
            was = "was" if self._headers == 1 else "were"
            self.notes.add("repeated_header", f"{self.name}: {many} the header {was} skipped.")

    def _refused(self) -> _NeedsExactReader | FileError:
        try:
            size(self._path)
        except FileError as error:
            return FileError(self.name, f"it cannot be read to its end: {error.problem}")
        return _NeedsExactReader()

    def _check_rows(self, rows: int) -> None:
        """Raise an error if a row has too few cells."""
        with self._explained(self.dialect) as con:
            # Only numbers are put into the query; all else are parameters.
            query = f"SELECT count(coalesce({', '.join(self._names)}, NULL)) FROM {self._table()}"  # noqa: S608
            found = con.execute(query, self.dialect.arguments(self._full_path)).fetchone()
        if found != (rows,):
            raise FileError(self.name, "it can be read in two ways; enclose its cells in quotation marks")

    def _by_duckdb(self, skip: int) -> Iterator[pl.DataFrame]:
        """Yield the messages behind those that polars has read."""
        import duckdb

        self._decode()
        self._empty_rows = self._headers = rows = 0
        try:
            for frame in self._read_by_duckdb():
                if rows + frame.height > skip:
                    yield frame[max(0, skip - rows) :]
                rows += frame.height
        except duckdb.Error as error:
            if "invalid state" not in str(error) or self._has_plain_ends:
                raise _explanation(self._path, self.name, error, self.dialect) from None
            # The lines end in different ways.
            self._write_copy(write_plain_ends)
            self._has_plain_ends = True
            yield from self._by_duckdb(max(skip, rows))
            return
        self._note_skipped()

    def _decode(self) -> None:
        """Read a copy in UTF-8 from now on if there are other octets behind the first ones."""
        if self._encoding is not None or is_utf8(self._path, whole=True):
            return
        encoding = encoding_of(self._path, self.name)
        note_encoding(encoding, self.name, self.notes)
        self._write_copy(partial(transcode, encoding=encoding, name=self.name))

    def _read_by_duckdb(self) -> Iterator[pl.DataFrame]:
        import polars as pl

        cells = ", ".join(f"coalesce({name}, '')" for name in self._names)
        query = f"SELECT {cells} FROM {self._table()}"  # noqa: S608
        schema = dict.fromkeys(self._names, pl.String)
        with connected() as con:
            with interruptible():
                found = con.execute(query, self.dialect.arguments(self._full_path))
            while rows := _fetch(found):
                yield self._messages(pl.DataFrame(rows, schema=schema, orient="row"))

    def _table(self) -> str:
        return self.dialect.table(f"buffer_size = {_BUFFER_OCTETS}")

    @contextmanager
    def _explained(self, dialect: Dialect | None) -> Iterator[duckdb.DuckDBPyConnection]:
        """Turn DuckDB's errors into errors about the file."""
        with explained(self._path, self.name, dialect) as con:
            yield con


def _rows_are_complete(path: str, dialect: Dialect, rows: int) -> bool:
    """Return whether all rows certainly have as many cells as there are columns.

    Args:
        path: The file.
        dialect: Its dialect, without escapes.
        rows: The number of rows that polars has read.
    """
    delimiter, quote = dialect.delimiter.encode(), dialect.quote.encode()
    marks = delimiter + quote + b"\n"
    others = bytes(octet for octet in range(256) if octet not in marks)
    row = delimiter * (len(dialect.names) - 1) + b"\n"
    count, inside, left, last = 0, False, b"", b""
    with open(path, "rb") as file:
        for _ in range(dialect.lines_before):
            file.readline()
        while piece := file.read(_CHECKED_OCTETS):
            kept = piece.translate(None, others)
            last = piece[-1:]
            if quote and quote in kept:
                # The even parts are outside of quotation marks, unless the piece begins inside.
                parts = kept.split(quote)
                kept = b"".join(parts[inside::2])
                inside ^= len(parts) % 2 == 0
            elif inside:
                kept = b""
            kept = left + kept
            whole = kept.count(b"\n")
            left = kept[len(row) * whole :]
            if kept[: len(row) * whole] != row * whole or b"\n" in left:
                return False
            count += whole
    if last != b"\n":
        count += left == row[:-1]
        left = left.removeprefix(row[:-1])
    return not left and not inside and count == rows


def _suits_polars(dialect: Dialect) -> bool:
    import polars as pl

    plain = dialect.escape == dialect.quote and dialect.delimiter.isascii()
    return plain and int(pl.__version__.split(".")[0]) >= _STRICT_POLARS


def _fetch(found: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    with interruptible():
        return found.fetchmany(_BATCH_ROWS)


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn DuckDB's error for an interrupt into Python's."""
    try:
        yield
    except RuntimeError as error:
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from None
        raise


@contextmanager
def connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that reads files and nothing else."""
    import duckdb

    con = duckdb.connect(config=dict.fromkeys(_NO_EXTENSIONS, "false"))
    try:
        # In an interactive session it would show progress of its own, on standard output.
        con.execute("SET enable_progress_bar = false")
        with interruptible():
            yield con
    finally:
        con.close()


@contextmanager
def explained(path: str, name: str, dialect: Dialect | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection, and turn DuckDB's errors into errors about the file that it reads.

    Args:
        path: The file.
        name: Its name in errors.
        dialect: Its dialect, if that is known.

    Raises:
        FileError: DuckDB cannot read it, and why.
    """
    import duckdb

    try:
        with connected() as con:
            yield con
    except duckdb.Error as error:
        raise _explanation(path, name, error, dialect) from None


def _explanation(path: str, name: str, error: Exception, dialect: Dialect | None) -> FileError:
    """Return the error about a file that an error of DuckDB stands for."""
    # Octets that are not UTF-8 mislead DuckDB's own words about it.
    rejected = None if dialect is None or "unicode" in str(error) else _rejected(path, name, dialect)
    found = rejected or not_utf8(path, name)
    if found is not None:
        return found
    if "invalid state" in str(error):
        return FileError(
            name,
            "its lines end in different ways (LF, CR LF or CR outside quotation marks); "
            "convert them to one, or enclose the cells with line breaks in quotation marks",
        )
    return FileError(name, str(error).strip().splitlines()[0])


def _rejected(path: str, name: str, dialect: Dialect) -> FileError | None:
    """Return the error for the first row that DuckDB rejects, by reading the file again."""
    table = dialect.table("store_rejects = true", "rejects_limit = 1")
    import duckdb

    # With one thread, the first row to be rejected is the first in the file.
    with duckdb.connect(config={"threads": 1}) as con:
        try:
            query = f"SELECT count(c0) FROM {table}"  # noqa: S608 (numbers only)
            con.execute(query, dialect.arguments(os.path.abspath(path))).fetchall()
            row = con.execute(
                "SELECT error_type, error_message, line_byte_position, byte_position FROM reject_errors "
                "ORDER BY line_byte_position LIMIT 1"
            ).fetchone()
        except duckdb.Error:
            return None
    if row is None:
        return None
    kind, message, row_at, cell_at = row
    at = cell_at if kind == UNQUOTED else row_at
    return FileError(name, rejection(kind, message, dialect.delimiter), _line(path, at))


def rejection(kind: str, message: str, delimiter: str) -> str:
    """Return the words for a row that DuckDB rejects.

    Args:
        kind: DuckDB's name for the error.
        message: DuckDB's message.
        delimiter: The delimiter of the file.
    """
    if kind == UNQUOTED:
        return (
            "a quotation mark opens a cell, but none closes it where the cell ends; "
            "write those inside as two, or say --no-quotes if they are text"
        )
    columns = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    problem = message.strip().splitlines()[0]
    if columns:
        expected, found = int(columns[1]), int(columns[2])
        problem = f"{found} cell{'s' * (found != 1)} in a file of {expected} columns"
        if found > expected:
            problem += f"; enclose texts that contain the delimiter {delimiter!r} in quotation marks"
    return problem


def _line(path: str, position: int) -> int:
    """Return the line of an octet, whose position is counted from 1."""
    lines, left = 1, position
    with open(path, "rb") as file:
        while left > 0 and (chunk := file.read(min(left, 1 << 20))):
            lines += chunk.count(b"\n")
            left -= len(chunk)
    return lines
