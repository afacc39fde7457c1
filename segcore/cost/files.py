"""Messages from CSV files, a batch at a time, through DuckDB."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType

import duckdb

from segcore.cost.columns import ROLES, Columns, find_named, find_role
from segcore.cost.dialect import Dialect, Wishes, detect, rows_per_octet, sample
from segcore.cost.mistakes import FileError, explain, not_utf8, size

_BATCH_ROWS = 4_096

# DuckDB's default of 32 MB for each thread makes it no faster.
_BUFFER_OCTETS = 4_000_000

# Nothing in a file of messages is worth loading an extension or reaching for the network.
_NO_EXTENSIONS = ("autoinstall_known_extensions", "autoload_known_extensions")


@dataclass(frozen=True)
class Rows:
    """Messages that were read together.

    Args:
        texts: Their texts, exactly as in the file; an empty cell is an empty text.
        to: The cell with the recipients of each, or ``None`` if the file has no such column.
        media: The cell with the media of each, or ``None`` if the file has no such column.
    """

    texts: tuple[str, ...]
    to: tuple[str, ...] | None
    media: tuple[str, ...] | None


class MessageFile:
    """A CSV file of messages, open for reading once.

    Delimiter, quotation marks and header are detected.  Cells are not trimmed, and none is taken as a
    number, a date or a null.  Memory does not grow with the file.

    Args:
        path: The file, in UTF-8 with or without a byte order mark.
        text: Name of the column with the texts; if left out, it is found by its name.
        to: Name of the column with the recipients; likewise, or there is none.
        media: Name of the column with the media; likewise, or there is none.
        delimiter: What parts cells, one code point; if left out, it is detected.
        quotes: Whether quotation marks may enclose cells; if left out, it is detected.
        header: Whether the first row holds the names of the columns; if left out, it is detected.

    Raises:
        FileError: It cannot be read as messages, and why.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "messages.csv")
        ...     _ = path.write_text("id;Body\\n1;Hello\\n2;\\"One; two\\"\\n")
        ...     with MessageFile(path) as file:
        ...         print(file.columns.used()["text"], [rows.texts for rows in file])
        Body [('Hello', 'One; two')]
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        text: str | None = None,
        to: str | None = None,
        media: str | None = None,
        delimiter: str | None = None,
        quotes: bool | None = None,
        header: bool | None = None,
    ) -> None:
        self.path = os.fspath(path)
        self.size = size(self.path)
        self._head = sample(self.path)
        if not self._head.strip():
            raise FileError(self.path, "the file is empty: there is neither a header nor a message in it")
        if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0'):
            problem = f"delimiter: expected one code point that parts cells, got {delimiter!r}"
            raise FileError(self.path, problem)
        self._con = _connect()
        try:
            wishes = Wishes(delimiter, quotes, header, (text, to, media))
            with _interruptible():
                self.dialect = detect(self._con, self._full_path, self._head, wishes)
            wrong = not_utf8(self.path) if "\ufffd" in "".join(self.dialect.names) else None
            if wrong is not None:
                raise wrong
            self.columns = _choose(self.dialect, text, to, media)
        except BaseException as error:
            self._con.close()
            if isinstance(error, (duckdb.Error, ValueError)) and not isinstance(error, FileError):
                raise explain(self.path, error) from None
            raise

    def __enter__(self) -> MessageFile:  # noqa: PYI034 (typing has Self from 3.11 on)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._con.close()

    @property
    def _full_path(self) -> str:
        # A relative one could look like an address, which DuckDB would fetch.
        return os.path.abspath(self.path)

    def rows_expected(self) -> int:
        """Return about how many messages there are, judged by the first rows."""
        return max(1, round(self.size * rows_per_octet(self._head, self.dialect)) - self.dialect.header)

    def __iter__(self) -> Iterator[Rows]:
        places = (self.columns.text, self.columns.to, self.columns.media)
        chosen = [place for place in places if place is not None]
        cells = ", ".join(f"coalesce(c{place}, '')" for place in chosen)
        # Only numbers are put into the query; all else are parameters.
        query = f"SELECT {cells} FROM {self.dialect.table(f'buffer_size = {_BUFFER_OCTETS}')}"  # noqa: S608
        try:
            with _interruptible():
                found = self._con.execute(query, self.dialect.arguments(self._full_path))
            while rows := _fetch(found):
                columns = dict(zip(chosen, zip(*rows, strict=True), strict=True))
                text, to, media = (None if place is None else columns[place] for place in places)
                yield Rows(text or (), to, media)
        except duckdb.Error as error:
            raise explain(self.path, error, self.dialect) from None


def _fetch(found: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    with _interruptible():
        return found.fetchmany(_BATCH_ROWS)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Turn DuckDB's error for an interrupt into Python's."""
    try:
        yield
    except RuntimeError as error:
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from None
        raise


def _connect() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config=dict.fromkeys(_NO_EXTENSIONS, "false"))


def _choose(dialect: Dialect, text: str | None, to: str | None, media: str | None) -> Columns:
    """Return the columns to use.

    Raises:
        ValueError: There is no column of that name, or none with a name that texts have.
    """
    names = dialect.names
    text_at = _place("text", text, names)
    if text_at is None and len(names) == 1 and not dialect.header:
        text_at = 0
    if text_at is None:
        raise ValueError(_no_text(dialect))
    return Columns(text_at, _place("to", to, names), _place("media", media, names), names)


def _place(role: str, wanted: str | None, names: Sequence[str]) -> int | None:
    return find_role(role, names) if wanted is None else find_named(f"--{role}", wanted, names)


def _no_text(dialect: Dialect) -> str:
    listed = ", ".join(map(repr, dialect.names))
    if not dialect.header:
        return f"there is no header to tell which column has the texts; name it with --text: {listed}"
    return (
        f"no column is named like texts ({', '.join(ROLES['text'][:6])}); name it with --text: {listed}; "
        "or say --no-header if this is a message already"
    )
