"""Messages from CSV files: read by polars, and by DuckDB wherever polars might not read what is written.

polars scans several times as fast, but does not tell a row with too few cells, and knows no escape but a
second quotation mark.  What it refuses or may have misread is `Doubt`: the file is then read again by DuckDB,
which takes every row of the file for what it is or says which one is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segcore.sources.csv_dialect import Dialect, Wishes, evident, rows_per_octet
from segcore.sources.csv_head import Head
from segcore.sources.duckdb_session import connected, interruptible
from segcore.sources.file_errors import FileError, not_utf8, size
from segcore.sources.headings import NO_ROLES, Columns, Roles, choose

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# Enough to make a batch worth its calls, few enough to stay in the cache and to begin soon.  What is summed
# for each group is summed anew in each batch, so that larger ones pay.
_BATCH_ROWS = 1 << 14
_LARGE_BATCH_ROWS = 1 << 16

# DuckDB's default of 32 MB for each thread makes it no faster.
_BUFFER_OCTETS = 4_000_000

# Earlier ones took quotation marks in the middle of a cell for the edge of one, and said nothing.
_STRICT_POLARS = 2


class Doubt(Exception):  # noqa: N818 (not an error: a reason to read again)
    """The file has to be read by DuckDB to be sure."""


@dataclass(frozen=True)
class Reading:
    """How to read a file, as far as the caller says.

    Args:
        roles: The names of columns.
        delimiter: What parts cells, one code point; if left out, it is detected.
        quotes: Whether quotation marks may enclose cells; if left out, it is detected.
        header: Whether the first row holds the names of the columns; if left out, it is detected.
        exact: Whether a CSV file is to be read by DuckDB.
    """

    roles: Roles = NO_ROLES
    delimiter: str | None = None
    quotes: bool | None = None
    header: bool | None = None
    exact: bool = False


class CsvFile:
    """A CSV file of messages.

    Delimiter, quotation marks and header are detected.  Cells are not trimmed, and none is taken as a
    number, a date or a null.  Memory does not grow with the file.

    Args:
        path: The file, in UTF-8 with or without a byte order mark.
        reading: How to read it.
        name: What to call it in errors, if that is not its path.

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

    def __init__(self, path: str, reading: Reading | None = None, name: str = "") -> None:
        reading = reading or Reading()
        self._path = path
        self.name = name or path
        self._size = size(path)
        self._head = Head(path)
        if self._head.is_blank:
            raise FileError(self.name, "the file is empty: there is neither a header nor a message in it")
        delimiter = reading.delimiter
        if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0'):
            problem = f"delimiter: expected one code point that parts cells, got {delimiter!r}"
            raise FileError(self.name, problem)
        self.dialect = self._detected(reading)
        self.columns = self._chosen(reading.roles)
        self._exact = reading.exact or not _suits_polars(self.dialect, self._head.start)

    @property
    def path(self) -> str:
        """The file that is read, which is unpacked if what was named is not."""
        return self._path

    @property
    def _full_path(self) -> str:
        # A relative one could look like an address, which would be fetched.
        return os.path.abspath(self._path)

    def _detected(self, reading: Reading) -> Dialect:
        wishes = Wishes(delimiter=reading.delimiter, quotes=reading.quotes, header=reading.header)
        wishes = Wishes(wishes.delimiter, wishes.quotes, wishes.header, reading.roles.said)
        found = evident(self._head, wishes)
        # Then all rows of a small file have been seen, and have as many cells as there are columns.
        self._is_even = found is not None and self._head.is_all
        if found is None:
            from segcore.sources.csv_dialect import detect

            with self._explained(None) as con:
                found = detect(con, self._full_path, self._head, wishes)
        wrong = not_utf8(self._path, self.name) if "\ufffd" in "".join(found.names) else None
        if wrong is not None:
            raise wrong
        return found

    def _chosen(self, roles: Roles) -> Columns:
        try:
            return choose(self.dialect.names, roles, header=self.dialect.header)
        except ValueError as error:
            # Octets that are not UTF-8 mislead detection.
            raise not_utf8(self._path, self.name) or FileError(self.name, str(error)) from None

    def rows_expected(self) -> int:
        """Return about how many messages there are, judged by the first rows."""
        return max(1, round(self._size * rows_per_octet(self._head, self.dialect)) - self.dialect.header)

    def frames(self) -> Iterator[pl.DataFrame]:
        """Begin to read and yield the rows, a batch at a time, in columns c0, c1 and so on; no text is null.

        polars reads on while the caller does something else.

        Raises:
            Doubt: It has to be read again with ``exact``.
            FileError: A row cannot be read, and why.
        """
        return self._by_duckdb() if self._exact else self._checked(self._by_polars())

    def _by_polars(self) -> Iterator[pl.DataFrame]:
        import polars as pl

        try:
            scan = pl.scan_csv(
                self._full_path,
                glob=False,
                has_header=self.dialect.header,
                separator=self.dialect.delimiter,
                quote_char=self.dialect.quote or None,
                infer_schema=False,
            )
            # All columns: what is not asked for is not checked.
            return scan.collect_batches(chunk_size=_LARGE_BATCH_ROWS if self.columns.group else _BATCH_ROWS)
        except (pl.exceptions.PolarsError, OSError):
            raise self._doubt() from None

    def _checked(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Yield what polars reads, if it is what is written."""
        import polars as pl

        names = [f"c{index}" for index in range(len(self.dialect.names))]
        texts = [names[index] for index in (self.columns.text, *self.columns.group)]
        rows, maybe_short = 0, False
        try:
            for frame in frames:
                if frame.width != len(names):
                    raise Doubt
                frame.columns = names
                rows += frame.height
                # A row with too few cells ends with nulls, like one whose last cells are empty.
                maybe_short |= frame.width > 1 and frame[:, -1].null_count() > 0
                missing = [text for text in texts if frame[text].null_count()]
                yield frame.with_columns(pl.col(missing).fill_null("")) if missing else frame
        except (pl.exceptions.PolarsError, OSError):
            raise self._doubt() from None
        if maybe_short and not self._is_even:
            self._check_rows(rows)

    def _doubt(self) -> Doubt | FileError:
        try:
            size(self._path)
        except FileError as error:
            return FileError(self.name, f"it cannot be read to its end: {error.problem}")
        return Doubt()

    def _check_rows(self, rows: int) -> None:
        """Make sure that no row has too few cells."""
        with self._explained(self.dialect) as con:
            query = f"SELECT count(*) FROM {self._table()}"  # noqa: S608 (numbers only)
            found = con.execute(query, self.dialect.arguments(self._full_path)).fetchone()
        if found != (rows,):
            raise Doubt

    def _by_duckdb(self) -> Iterator[pl.DataFrame]:
        import polars as pl

        names = [f"c{index}" for index in range(len(self.dialect.names))]
        # Only numbers are put into the query; all else are parameters.
        cells = ", ".join(f"coalesce({name}, '')" for name in names)
        query = f"SELECT {cells} FROM {self._table()}"  # noqa: S608
        schema = dict.fromkeys(names, pl.String)
        with self._explained(self.dialect) as con:
            with interruptible():
                found = con.execute(query, self.dialect.arguments(self._full_path))
            while rows := _fetch(found):
                yield pl.DataFrame(rows, schema=schema, orient="row")

    def _table(self) -> str:
        return self.dialect.table(f"buffer_size = {_BUFFER_OCTETS}")

    @contextmanager
    def _explained(self, dialect: Dialect | None) -> Iterator[duckdb.DuckDBPyConnection]:
        """Turn DuckDB's errors into what is wrong with the file."""
        import duckdb

        from segcore.sources.csv_errors import explain

        try:
            with connected() as con:
                yield con
        except duckdb.Error as error:
            raise explain(self._path, self.name, error, dialect) from None


def _suits_polars(dialect: Dialect, head: bytes) -> bool:
    import polars as pl

    plain = dialect.escape == dialect.quote and dialect.delimiter.isascii()
    starts_at_once = head[:1] not in (b"\r", b"\n")
    return plain and starts_at_once and int(pl.__version__.split(".")[0]) >= _STRICT_POLARS


def _fetch(found: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    with interruptible():
        return found.fetchmany(_LARGE_BATCH_ROWS)
