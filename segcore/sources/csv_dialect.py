"""Detect the dialect of a CSV file: delimiter, quotation marks, escapes, header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from segcore.sources.headings import FIRST_ROWS, is_header
from segcore.sources.reading import Reading

if TYPE_CHECKING:
    import duckdb

DELIMITERS = ",;\t|"
"""The delimiters that are looked for."""

# The delimiter of a file with one column: an ASCII separator that text does not contain.
_ONE_COLUMN = "\x1f"

# A header is looked for in as many rows.
_PREAMBLE_ROWS = 40

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
        skip: Lines above the header, which are not part of the sample.
    """

    def __init__(self, path: str, skip: int = 0) -> None:
        self._path = path
        with open(path, "rb") as file:
            self.has_byte_order_mark = file.read(len(_BOM)) == _BOM
            self._offset = len(_BOM) * self.has_byte_order_mark
            file.seek(self._offset)
            self._offset += sum(len(file.readline()) for _ in range(skip))
            file.seek(self._offset)
            start = file.read(START_OCTETS)
            # The header and a row, however many columns there are.
            while start.count(b"\n") < 2 and len(start) < _DETECTION_OCTETS:
                if not (more := file.readline(_DETECTION_OCTETS)):
                    break
                start += more
            is_all = not file.read(1)
        self.start = start
        """Octets whose rows are examined one by one."""
        self.is_all = is_all
        """Whether there is no more in the file."""

    @cached_property
    def lines(self) -> bytes:
        """The first lines, as many as detection looks at."""
        if self.is_all:
            return self.start
        with open(self._path, "rb") as file:
            file.seek(self._offset)
            return b"".join(islice(file, _DETECTION_LINES))[:_DETECTION_OCTETS]

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
            file.seek(self._offset)
            for _ in range(_DETECTION_OCTETS // START_OCTETS):
                octets = file.readinto(memoryview(block)[1:])
                if block.find(b'\\"', 0, 1 + octets) >= 0:
                    return True
                lines += block.count(b"\n", 1, 1 + octets)
                if not octets or lines >= _DETECTION_LINES:
                    break
                block[0] = block[octets]
        return False


class Preamble(NamedTuple):
    """The lines above the header or, without one, above the first message.

    Args:
        lines: Their number.
        delimiter: The delimiter that they name or imply, or ``None``.
        note: A sentence about them, or the empty string.
    """

    lines: int = 0
    delimiter: str | None = None
    note: str = ""


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
        skip: The lines above the header.
        header_lines: The lines of the header, several if there are line ends in names.
        is_even: Whether the header has as many cells as the rows.
    """

    delimiter: str
    quote: str
    escape: str
    header: bool
    names: tuple[str, ...]
    skip: int = 0
    header_lines: int = 1
    is_even: bool = True

    @property
    def lines_before(self) -> int:
        """The lines above the first message."""
        return self.skip + self.header * self.header_lines

    def table(self, *options: str) -> str:
        """Return the SQL that reads a file of this dialect, with columns c0, c1 and so on.

        Args:
            options: More options of ``read_csv``.
        """
        columns = ", ".join(f"c{index}: 'VARCHAR'" for index in range(len(self.names)))
        fixed = (
            f"?, delim = ?, quote = ?, escape = ?, header = ?, skip = ?, columns = {{{columns}}}, "
            "auto_detect = false, comment = '', nullstr = '', strict_mode = true, null_padding = false, "
            "compression = 'none', hive_partitioning = false"
        )
        return f"read_csv({', '.join((fixed, *options))})"

    def arguments(self, path: str) -> list[object]:
        """Return the values for the question marks in `table`.

        Args:
            path: The file.
        """
        # DuckDB refuses a header of more or fewer cells than there are columns.
        header = self.header and self.is_even
        skip = self.skip + (self.header and not self.is_even)
        return [duckdb_pattern(path), self.delimiter, self.quote, self.escape, header, skip]


@dataclass(frozen=True)
class _Sniffed:
    delimiter: str
    quote: str
    escape: str
    header: bool
    columns: int


def find_preamble(sample: Sample, reading: Reading) -> Preamble:
    """Return the lines above the header: blank lines, a title, comments, ``sep=;``.

    Args:
        sample: The first lines of the file.
        reading: The caller's options.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "messages.csv")
        ...     _ = path.write_text("Spring campaign\\n\\nto,text\\n+12025550143,Hello\\n")
        ...     print(find_preamble(Sample(str(path)), Reading()).lines)
        2
    """
    first = sample.start.split(b"\n", 1)[0]
    said = re.fullmatch(rb'"?sep=(.|\\t)"?', first.strip(), re.IGNORECASE)
    if said and reading.delimiter is None:
        delimiter = said[1].decode("utf-8", "replace").replace("\\t", "\t")
        above = _above_header(sample.start[len(first) + 1 :], [delimiter], reading)
        note = f"The first line sets the delimiter to {delimiter!r}. {above.note}".strip()
        return Preamble(1 + above.lines, delimiter, note)
    delimiters = [*DELIMITERS] if reading.delimiter is None else [reading.delimiter]
    return _above_header(sample.start, delimiters, reading)


def _above_header(start: bytes, delimiters: Sequence[str], reading: Reading) -> Preamble:
    if reading.header is not False:
        found = [each for delimiter in delimiters if (each := _header_below(start, delimiter, reading))]
        if found:
            return min(found)
    blank = re.match(rb"(?:[ \t,;|]*\r?\n)+", start)
    return Preamble(blank[0].count(b"\n") if blank else 0)


def _header_below(start: bytes, delimiter: str, reading: Reading) -> Preamble | None:
    """Return what is above the header: the row with the most cells so far, of those that hold names."""
    found, most, before, shown = None, 1, 0, ""
    for line, row in islice(_rows(start, delimiter, '"'), _PREAMBLE_ROWS):
        cells = [cell.strip() for cell in row if cell.strip()]
        if len(cells) > most and is_header(row, reading.roles.said):
            note = f"Skipped {before} line{'s' * (before != 1)} above the header: {shown!r}." if shown else ""
            found = Preamble(before, delimiter if before else None, note)
        shown = shown or delimiter.join(cells)[:40]
        is_comment = bool(cells) and cells[0].startswith("#")
        most, before = max(most, 0 if is_comment else len(cells)), line
    return found


def certain_dialect(sample: Sample, reading: Reading) -> Dialect | None:
    """Return the dialect of a file if its first rows leave no doubt: a header, and RFC 4180.

    Args:
        sample: The first lines of the file, from the header on.
        reading: The caller's options.

    Returns:
        The dialect, or ``None`` if only `detect_dialect` can tell.
    """
    if reading.header is False or reading.quotes is False:
        return None
    if sample.start[:1] in b"\r\n" or sample.has_escapes:
        return None
    header = find_header(sample, reading)
    if header is None:
        return None
    delimiter = header.delimiter
    if reading.quotes is None and delimiter not in ",;" and _has_marks(sample.lines, delimiter):
        return None
    found = _with_header(sample, header)
    return found if _widths(sample, delimiter, '"') <= {len(found.names)} else None


def find_header(sample: Sample, reading: Reading) -> Dialect | None:
    """Return a dialect of RFC 4180 whose delimiter alone makes a header of the first row.

    Args:
        sample: The first lines of the file, from the header on.
        reading: The caller's options.
    """
    delimiters = [*DELIMITERS] if reading.delimiter is None else [reading.delimiter]
    headers = {each: _first_row(sample.start, each, '"') for each in delimiters}
    said = reading.roles.said
    fitting = [each for each, names in headers.items() if len(names) > 1 and is_header(names, said)]
    return Dialect(fitting[0], '"', '"', True, headers[fitting[0]]) if len(fitting) == 1 else None


def _widths(sample: Sample, delimiter: str, quote: str) -> set[int]:
    """Return the numbers of cells of the rows below the header."""
    rows = [len(row) for _, row in _rows(sample.start, delimiter, quote)]
    # The last row may be cut off, and an empty line is no row.
    return {*(rows[1:] if sample.is_all else rows[1:-1])} - {0}


def _with_header(sample: Sample, dialect: Dialect) -> Dialect:
    """Return a dialect whose header has as many names as the rows have cells.

    A header may end in delimiters that the rows lack, or the rows in delimiters that the header lacks.
    """
    rows = _rows(sample.start, dialect.delimiter, dialect.quote)
    lines, names = next(rows, (1, []))
    found = [*names]
    widths = _widths(sample, dialect.delimiter, dialect.quote)
    if len(widths) == 1 and (width := widths.pop()) != len(names):
        rest = [row[len(names) :] for _, row in rows if row][: None if sample.is_all else -1]
        if width < len(names) and not any(map(str.strip, names[width:])):
            found = names[:width]
        elif width > len(names) and not any(map(str.strip, (cell for row in rest for cell in row))):
            found = names + [""] * (width - len(names))
    return replace(dialect, names=tuple(found), header_lines=lines, is_even=len(found) == len(names))


def duckdb_pattern(path: str) -> str:
    """Return the pattern that only this path matches: DuckDB reads paths as patterns.

    Args:
        path: The file.

    Example:
        >>> duckdb_pattern("sent[1].csv")
        'sent[[]1].csv'
    """
    return re.sub(r"([*?\[])", r"[\1]", path)


def detect_dialect(
    con: duckdb.DuckDBPyConnection, path: str, sample: Sample, reading: Reading, skip: int = 0
) -> Dialect:
    """Return the dialect of a file.

    Args:
        con: A connection.
        path: The file.
        sample: Its first lines, from the header on.
        reading: The caller's options.
        skip: The lines above the header.
    """
    sniffed = _sniff(con, path, reading, {True: '"', False: "", None: None}[reading.quotes], skip)
    delimiter = _delimiter(sniffed, sample.start, reading)
    quotes = _has_quotes(sniffed, sample.lines, delimiter) if reading.quotes is None else reading.quotes
    if quotes and (sniffed is None or sniffed.quote != '"'):
        sniffed = _sniff(con, path, reading, '"', skip) or sniffed
        delimiter = _delimiter(sniffed, sample.start, reading)
    quote = '"' if quotes else ""
    # Only where there are escaped quotation marks: elsewhere a backslash is text.
    backslash = sniffed is not None and sniffed.escape == "\\" and quotes and sample.has_escapes
    escape = "\\" if backslash else quote
    first = _first_row(sample.start, delimiter, quote)
    header = reading.header
    if header is None:
        header = sniffed is None or sniffed.header or is_header(first, reading.roles.said)
    if header:
        return _with_header(sample, Dialect(delimiter, quote, escape, True, first))
    return Dialect(delimiter, quote, escape, False, tuple(f"column{index}" for index in range(len(first))))


def _sniff(
    con: duckdb.DuckDBPyConnection, path: str, reading: Reading, quote: str | None, skip: int
) -> _Sniffed | None:
    """Return what DuckDB detects, or ``None`` if it finds nothing that fits every row."""
    import duckdb

    said = {"delim": reading.delimiter, "header": reading.header, "quote": quote, "skip": skip}
    said = {name: value for name, value in said.items() if value is not None}
    options = "".join(f", {name} = ?" for name in said)
    query = (
        "SELECT Delimiter, Quote, Escape, HasHeader, len(Columns) "  # noqa: S608 (values are parameters)
        f"FROM sniff_csv(?, comment = '', all_varchar = true{options})"
    )
    try:
        row = con.execute(query, [duckdb_pattern(path), *said.values()]).fetchone()
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
    for delimiter in DELIMITERS:
        cells = _first_row(start, delimiter, '"')
        if len(cells) > 1 and is_header(cells, reading.roles.said):
            return delimiter
    return _ONE_COLUMN


def _first_row(start: bytes, delimiter: str, quote: str) -> tuple[str, ...]:
    """Return the cells of the first row."""
    return tuple(next((row for _, row in _rows(start, delimiter, quote) if row), ()))


def _rows(start: bytes, delimiter: str, quote: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows, each with the number of lines up to its end."""
    text = start.decode("utf-8", "replace").replace("\0", "\ufffd")
    lines = io.StringIO(text, newline="")
    if quote:
        rows = csv.reader(lines, delimiter=delimiter)
    else:
        rows = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    # With a wrong delimiter, a cell may be longer than the parser allows.
    with suppress(csv.Error):
        for row in rows:
            yield rows.line_num, row


def first_rows(sample: Sample, dialect: Dialect) -> list[list[str]]:
    """Return the cells of the first rows after the header.

    Args:
        sample: The first lines of the file.
        dialect: Its dialect.
    """
    rows = (row for _, row in _rows(sample.start, dialect.delimiter, dialect.quote) if row)
    return [*islice(rows, dialect.header, dialect.header + FIRST_ROWS)]


def rows_per_octet(sample: Sample, dialect: Dialect) -> float:
    """Return about how many rows a file has for each of its octets.

    Args:
        sample: Its first lines.
        dialect: Its dialect.
    """
    return sum(1 for _ in _rows(sample.start, dialect.delimiter, dialect.quote)) / len(sample.start)
