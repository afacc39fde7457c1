"""Detect the dialect of a CSV file: delimiter, quotation marks, escapes, header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from segcore.sources.headings import is_header
from segcore.sources.reading import Reading

if TYPE_CHECKING:
    import duckdb

# The delimiter of a file with one column: an ASCII separator that text does not contain.
_ONE_COLUMN = "\x1f"

# DuckDB looks at as many rows.
_DETECTION_LINES = 20_480
_DETECTION_OCTETS = 16 << 20
START_OCTETS = 1 << 16
"""Octets whose rows are examined one by one."""

_BOM = b"\xef\xbb\xbf"


class Sample:
    """The first lines of a file, without a byte order mark, read as far as needed.

    Args:
        path: The file.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        with open(path, "rb") as file:
            read = file.read(len(_BOM) + START_OCTETS + 1)
        self.has_byte_order_mark = read.startswith(_BOM)
        read = read.removeprefix(_BOM)
        self.start = read[:START_OCTETS]
        """Octets whose rows are examined one by one."""
        self.is_all = read == self.start
        """Whether there is no more in the file."""

    @cached_property
    def lines(self) -> bytes:
        """The first lines, as many as detection looks at."""
        if self.is_all:
            return self.start
        with open(self._path, "rb") as file:
            return b"".join(islice(file, _DETECTION_LINES))[:_DETECTION_OCTETS].removeprefix(_BOM)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing but space in it."""
        return not self.start.strip() and not self.lines.strip()

    @cached_property
    def has_escapes(self) -> bool:
        """Whether there are backslashes before quotation marks."""
        return self._may_have_escapes() and b'\\"' in self.lines

    def _may_have_escapes(self) -> bool:
        """Look through the first lines and some more, without keeping them."""
        # The last octet of one block comes before the next.
        block, lines = bytearray(1 + START_OCTETS), 0
        with open(self._path, "rb", buffering=0) as file:
            for _ in range(_DETECTION_OCTETS // START_OCTETS):
                octets = file.readinto(memoryview(block)[1:])
                if block.find(b'\\"', 0, 1 + octets) >= 0:
                    return True
                lines += block.count(b"\n", 1, 1 + octets)
                if not octets or lines >= _DETECTION_LINES:
                    break
                block[0] = block[octets]
        return False


@dataclass(frozen=True)
class Dialect:
    """How a file is written.

    Args:
        delimiter: The delimiter between cells.
        quote: The quotation mark around cells, or the empty string.
        escape: The escape before a quotation mark inside such a cell, or the empty string.  A backslash
            also escapes any other code point after it.
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
        return [duckdb_pattern(path), self.delimiter, self.quote, self.escape, self.header]


@dataclass(frozen=True)
class _Sniffed:
    delimiter: str
    quote: str
    escape: str
    header: bool
    columns: int


def certain_dialect(sample: Sample, reading: Reading) -> Dialect | None:
    """Return the dialect of a file if its first rows leave no doubt: a header, and RFC 4180.

    Args:
        sample: The first lines of the file.
        reading: The caller's options.

    Returns:
        The dialect, or ``None`` if only `detect_dialect` can tell.
    """
    start = sample.start
    if reading.header is False or reading.quotes is False or start[:1] in b"\r\n" or sample.has_escapes:
        return None
    delimiters = [*",;\t|"] if reading.delimiter is None else [reading.delimiter]
    headers = {each: _first_row(start, each, '"') for each in delimiters}
    fitting = [
        each for each, names in headers.items() if len(names) > 1 and is_header(names, reading.roles.said)
    ]
    if len(fitting) != 1:
        return None
    delimiter, names = fitting[0], headers[fitting[0]]
    if reading.quotes is None and delimiter not in ",;" and _has_marks(sample.lines, delimiter):
        return None
    rows = list(_rows(start, delimiter, '"'))
    # The last row may be cut off.
    complete = rows if sample.is_all else rows[:-1]
    if any(len(row) != len(names) for row in complete):
        return None
    return Dialect(delimiter, '"', '"', True, names)


def duckdb_pattern(path: str) -> str:
    """Return the pattern that only this path matches: DuckDB reads paths as patterns.

    Args:
        path: The file.

    Example:
        >>> duckdb_pattern("sent[1].csv")
        'sent[[]1].csv'
    """
    return re.sub(r"([*?\[])", r"[\1]", path)


def detect_dialect(con: duckdb.DuckDBPyConnection, path: str, sample: Sample, reading: Reading) -> Dialect:
    """Return the dialect of a file.

    Args:
        con: A connection.
        path: The file.
        sample: Its first lines.
        reading: The caller's options.
    """
    sniffed = _sniff(con, path, reading, {True: '"', False: "", None: None}[reading.quotes])
    delimiter = _delimiter(sniffed, sample.start, reading)
    quotes = _has_quotes(sniffed, sample.lines, delimiter) if reading.quotes is None else reading.quotes
    if quotes and (sniffed is None or sniffed.quote != '"'):
        sniffed = _sniff(con, path, reading, '"') or sniffed
        delimiter = _delimiter(sniffed, sample.start, reading)
    quote = '"' if quotes else ""
    # Only where there are escaped quotation marks: elsewhere a backslash is text.
    backslash = sniffed is not None and sniffed.escape == "\\" and quotes and sample.has_escapes
    escape = "\\" if backslash else quote
    first = _first_row(sample.start, delimiter, quote)
    header = reading.header
    if header is None:
        header = sniffed is None or sniffed.header or is_header(first, reading.roles.said)
    names = first if header else tuple(f"column{index}" for index in range(len(first)))
    return Dialect(delimiter, quote, escape, header, names)


def _sniff(con: duckdb.DuckDBPyConnection, path: str, reading: Reading, quote: str | None) -> _Sniffed | None:
    """Return what DuckDB detects, or ``None`` if it finds nothing that fits every row."""
    import duckdb

    given = {"delim": reading.delimiter, "header": reading.header, "quote": quote}
    given = {name: value for name, value in given.items() if value is not None}
    options = "".join(f", {name} = ?" for name in given)
    query = (
        "SELECT Delimiter, Quote, Escape, HasHeader, len(Columns) "  # noqa: S608 (values are parameters)
        f"FROM sniff_csv(?, skip = 0, comment = '', all_varchar = true{options})"
    )
    try:
        row = con.execute(query, [duckdb_pattern(path), *given.values()]).fetchone()
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


def _delimiter(sniffed: _Sniffed | None, start: bytes, reading: Reading) -> str:
    """Return DuckDB's delimiter or, where it sees no columns, one that makes a header of the first line."""
    if reading.delimiter is not None:
        return reading.delimiter
    if sniffed is not None and sniffed.columns > 1:
        return sniffed.delimiter
    for delimiter in ",;\t|":
        cells = _first_row(start, delimiter, '"')
        if len(cells) > 1 and is_header(cells, reading.roles.said):
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


def rows_per_octet(sample: Sample, dialect: Dialect) -> float:
    """Return about how many rows a file has for each of its octets.

    Args:
        sample: Its first lines.
        dialect: Its dialect.
    """
    return sum(1 for _ in _rows(sample.start, dialect.delimiter, dialect.quote)) / len(sample.start)
