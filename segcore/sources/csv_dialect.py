"""How a CSV file is written: what its header tells, what DuckDB detects, and what must not be a guess."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segcore.sources.csv_head import Head
from segcore.sources.headings import is_header

if TYPE_CHECKING:
    import duckdb

# Where nothing in the file parts cells: a separator of ASCII that text does not contain.
_ONE_COLUMN = "\x1f"


@dataclass(frozen=True)
class Wishes:
    """What the caller knows better than detection; ``None`` leaves it to detection.

    Args:
        delimiter: What parts cells.
        quotes: Whether cells may be enclosed in quotation marks.
        header: Whether the first row holds the names of the columns.
        columns: Names of columns that the caller asked for.
    """

    delimiter: str | None = None
    quotes: bool | None = None
    header: bool | None = None
    columns: Sequence[str | None] = ()


@dataclass(frozen=True)
class Dialect:
    """How a file is written.

    Args:
        delimiter: What parts cells.
        quote: What encloses cells, or the empty string.
        escape: What comes before a quotation mark inside such a cell, or the empty string.  A backslash
            also escapes whatever else comes after it.
        header: Whether the first row holds the names of the columns.
        names: The names of the columns, numbered ones where the file has none.
    """

    delimiter: str
    quote: str
    escape: str
    header: bool
    names: tuple[str, ...]

    def table(self, *options: str) -> str:
        """Return the SQL that reads a file of this dialect, with columns c0, c1 and so on.

        Args:
            options: More options of ``read_csv``.
        """
        columns = ", ".join(f"c{index}: 'VARCHAR'" for index in range(len(self.names)))
        fixed = (
            f"?, delim = ?, quote = ?, escape = ?, header = ?, columns = {{{columns}}}, auto_detect = false, "
            "skip = 0, comment = '', nullstr = '', strict_mode = true, null_padding = false, "
            "compression = 'none', hive_partitioning = false"
        )
        return f"read_csv({', '.join((fixed, *options))})"

    def arguments(self, path: str) -> list[object]:
        """Return the values for the question marks in `table`.

        Args:
            path: The file.
        """
        return [pattern(path), self.delimiter, self.quote, self.escape, self.header]


@dataclass(frozen=True)
class _Sniffed:
    delimiter: str
    quote: str
    escape: str
    header: bool
    columns: int


def evident(head: Head, wishes: Wishes) -> Dialect | None:
    """Return how a file is written if its first rows leave no doubt: a header, and RFC 4180.

    Args:
        head: The beginning of the file.
        wishes: What need not be detected.

    Returns:
        The dialect; ``None`` if only `detect` can tell.
    """
    looked_at = head.start
    if wishes.header is False or wishes.quotes is False or looked_at[:1] in b"\r\n" or head.has_escapes:
        return None
    delimiters = [*",;\t|"] if wishes.delimiter is None else [wishes.delimiter]
    headers = {each: _first_row(looked_at, each, '"') for each in delimiters}
    fitting = [each for each, names in headers.items() if len(names) > 1 and is_header(names, wishes.columns)]
    if len(fitting) != 1:
        return None
    delimiter, names = fitting[0], headers[fitting[0]]
    if wishes.quotes is None and delimiter not in ",;" and _has_marks(head.lines, delimiter):
        return None
    rows = list(_rows(looked_at, delimiter, '"'))
    # The last row may be cut off.
    complete = rows if head.is_all else rows[:-1]
    if any(len(row) != len(names) for row in complete):
        return None
    return Dialect(delimiter, '"', '"', True, names)


def pattern(path: str) -> str:
    """Return the pattern that only this path matches: DuckDB reads paths as patterns.

    Args:
        path: The file.

    Example:
        >>> pattern("sent[1].csv")
        'sent[[]1].csv'
    """
    return re.sub(r"([*?\[])", r"[\1]", path)


def detect(con: duckdb.DuckDBPyConnection, path: str, head: Head, wishes: Wishes) -> Dialect:
    """Return how a file is written.

    Args:
        con: A connection.
        path: The file.
        head: Its beginning.
        wishes: What need not be detected.

    Returns:
        The dialect.  Skipping rows and comments are never part of it: no row may be lost.
    """
    sniffed = _sniff(con, path, wishes, {True: '"', False: "", None: None}[wishes.quotes])
    delimiter = _delimiter(sniffed, head.start, wishes)
    quotes = _has_quotes(sniffed, head.lines, delimiter) if wishes.quotes is None else wishes.quotes
    if quotes and (sniffed is None or sniffed.quote != '"'):
        sniffed = _sniff(con, path, wishes, '"') or sniffed
        delimiter = _delimiter(sniffed, head.start, wishes)
    quote = '"' if quotes else ""
    # Only where there are escaped quotation marks: elsewhere a backslash is text.
    backslash = sniffed is not None and sniffed.escape == "\\" and quotes and head.has_escapes
    escape = "\\" if backslash else quote
    first = _first_row(head.start, delimiter, quote)
    header = wishes.header
    if header is None:
        header = sniffed is None or sniffed.header or is_header(first, wishes.columns)
    names = first if header else tuple(f"column{index}" for index in range(len(first)))
    return Dialect(delimiter, quote, escape, header, names)


def _sniff(con: duckdb.DuckDBPyConnection, path: str, wishes: Wishes, quote: str | None) -> _Sniffed | None:
    """Return what DuckDB detects, or ``None`` if it finds nothing that fits every row."""
    import duckdb

    given = {"delim": wishes.delimiter, "header": wishes.header, "quote": quote}
    given = {name: value for name, value in given.items() if value is not None}
    options = "".join(f", {name} = ?" for name in given)
    query = (
        "SELECT Delimiter, Quote, Escape, HasHeader, len(Columns) "  # noqa: S608 (values are parameters)
        f"FROM sniff_csv(?, skip = 0, comment = '', all_varchar = true{options})"
    )
    try:
        row = con.execute(query, [pattern(path), *given.values()]).fetchone()
    except duckdb.InvalidInputException:
        return None
    return None if row is None else _Sniffed(*row)


def _has_quotes(sniffed: _Sniffed | None, lines: bytes, delimiter: str) -> bool:
    """Return whether quotation marks may enclose cells.

    Files with commas and semicolons follow RFC 4180 or are refused.  In others, DuckDB may take stray
    quotation marks as text; where its sample has none at the edge of a cell, RFC 4180 holds too.
    """
    if sniffed is None or sniffed.quote == '"' or delimiter in ",;":
        return True
    return not _has_marks(lines, delimiter)


def _has_marks(lines: bytes, delimiter: str) -> bool:
    """Return whether there are quotation marks at the edge of a cell."""
    edge = re.escape(delimiter.encode())
    return bool(re.search(rb'(?:^|%s) *"|" *(?:\r?$|%s)' % (edge, edge), lines, re.MULTILINE))


def _delimiter(sniffed: _Sniffed | None, start: bytes, wishes: Wishes) -> str:
    """Return DuckDB's delimiter or, where it sees no columns, one that makes a header of the first line."""
    if wishes.delimiter is not None:
        return wishes.delimiter
    if sniffed is not None and sniffed.columns > 1:
        return sniffed.delimiter
    for delimiter in ",;\t|":
        cells = _first_row(start, delimiter, '"')
        if len(cells) > 1 and is_header(cells, wishes.columns):
            return delimiter
    return _ONE_COLUMN


def _first_row(start: bytes, delimiter: str, quote: str) -> tuple[str, ...]:
    """Return the cells of the first row."""
    rows = _rows(start, delimiter, quote)
    return tuple(next(filter(None, rows), ()))


def _rows(start: bytes, delimiter: str, quote: str) -> Iterator[list[str]]:
    text = start.decode("utf-8", "replace").replace("\0", "\ufffd")
    lines = io.StringIO(text, newline="")
    if quote:
        return csv.reader(lines, delimiter=delimiter)
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def rows_per_octet(head: Head, dialect: Dialect) -> float:
    """Return about how many rows a file has for each of its octets.

    Args:
        head: Its beginning.
        dialect: How it is written.
    """
    return sum(1 for _ in _rows(head.start, dialect.delimiter, dialect.quote)) / len(head.start)
