"""Detect the dialect of a CSV file: delimiter, quotation marks, escapes, header."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from segcore.sources import Reading
from segcore.sources.headings import FIRST_ROWS, find_headings, is_header, is_phone_number

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = ",;\t|^~\x01"
"""The delimiters that are looked for; Hive writes U+0001."""

# The delimiter of a file with one column: an ASCII separator that text does not contain.
_ONE_COLUMN = "\x1f"

# A header is looked for in as many rows.
_PREAMBLE_ROWS = 40

# Detection looks at as many rows.
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

    def below(self, lines: int) -> bytes:
        """Return what of the sample follows some lines."""
        return self.start.split(b"\n", lines)[lines] if self.start.count(b"\n") >= lines else b""

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


class Dialect(NamedTuple):
    """The dialect of a CSV file.

    Args:
        delimiter: The delimiter between cells.
        quote: The quotation mark around cells, or the empty string.
        header: Whether the first row holds the names of the columns.
        names: The names of the columns, numbered ones where the file has none.
        skip: The lines above the header.
        header_lines: The lines of the header, several if there are line ends in names.
        has_escapes: Whether a backslash inside quotation marks escapes the code point after it.
    """

    delimiter: str
    quote: str
    header: bool
    names: tuple[str, ...]
    skip: int = 0
    header_lines: int = 1
    has_escapes: bool = False

    @property
    def lines_before(self) -> int:
        """The lines above the first message."""
        return self.skip + self.header * self.header_lines


class _Sniffed(NamedTuple):
    """A dialect in which every row has the same number of cells."""

    delimiter: str
    quote: str
    has_escapes: bool
    first: list[str]
    below: list[list[str]]

    @property
    def header(self) -> bool:
        """Whether the first row may be names: no column holds numbers or dates in this row too."""
        columns = zip(self.first, *self.below, strict=True)
        return not any(all(map(_VALUE.fullmatch, column)) for column in columns)


# A number, a telephone number, a date or a time.
_VALUE = re.compile(r"[+-]?[(]?\d[\d\s().,:/TZ+-]*")


def find_preamble(sample: Sample, reading: Reading) -> Preamble:
    """Return the lines above the header: blank lines, a title, comments, ``sep=;``.

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
    """Return the lines above the header: the row with the most cells so far among rows of names."""
    found, is_full, width, most, before, shown = None, False, 0, 1, 0, ""
    for line, row in islice(_rows(start, delimiter, '"'), _PREAMBLE_ROWS):
        cells = [cell.strip() for cell in row if cell.strip()]
        if is_full and len(row) == width and not (len(cells) > most and _is_full_header(row)):
            # A message: what follows belongs to another table.
            break
        # A comment, or a name and its value.
        is_aside = bool(cells) and (
            cells[0].startswith("#") or (cells[0].endswith(":") and not cells[-1].endswith(":"))
        )
        # A line above it may have as many cells, by chance, and even a name among them.
        is_wider = len(cells) > most or (not is_full and len(cells) == most and _is_full_header(row))
        if is_wider and not is_aside and is_header(row, reading.roles.said):
            note = ""
            if shown and before:
                note = f"Skipped {before} line{'s' * (before != 1)} above the header: {shown!r}."
            found = Preamble(before, delimiter if before else None, note)
            is_full, width = _is_full_header(row), len(row)
        shown = shown or delimiter.join(cells)[:40]
        most, before = max(most, 0 if is_aside else len(cells)), line
    return found


# Databases print the number of rows below them, without a blank line.
_COUNT = re.compile(r"\(\d+ [^\d()]+\)")

# The octets at the end of a file in which lines below the rows are looked for.
_END_OCTETS = 1 << 14


class Footer(NamedTuple):
    """The lines below the rows of a file, such as those about who made a report.

    Args:
        start: The octets above them.
        lines: Their number.
        first: The first of them.
    """

    start: int
    lines: int
    first: str


def find_footer(path: str, delimiter: str, columns: int) -> Footer | None:
    """Return the lines below the rows: after a blank one, with other numbers of cells, and no phone number.

    Args:
        path: The file.
        delimiter: The delimiter between cells.
        columns: How many cells the rows have.
    """
    with open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END_OCTETS))
        # The first line may be cut off.
        lines = file.read().splitlines(keepends=True)[size > _END_OCTETS :]
    start, row, shown, found = size, b"", [""], None
    for line in reversed(lines):
        start, row = start - len(line), line + row
        if row.count(b'"') % 2:
            # The row begins above, if its file is well-formed.
            continue
        text = row.decode("utf-8", "replace").replace("\0", "\ufffd")
        cells = next(csv_reader(io.StringIO(text, newline=""), delimiter, '"', strict=False), [])
        said = [cell.strip() for cell in cells if cell.strip()]
        if said and (len(cells) == columns or any(map(is_phone_number, said))):
            break
        if said:
            shown.append(" ".join(text.split())[:40])
        # Without a blank line, the text of the last row may go on.  Readers skip a line without a space.
        is_space = len(cells) == 1 and not said and text.strip("\r\n")
        if is_space if len(shown) == 1 else not said or _COUNT.fullmatch(text.strip()):
            found = Footer(start, len(shown) - 1, shown[-1].strip('"'))
        row = b""
    return found


def _is_full_header(row: Sequence[str]) -> bool:
    """Return whether a row names both texts and recipients."""
    return len(row) > 1 and bool(find_headings("text", row) and find_headings("to", row))


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
    return Dialect(fitting[0], '"', True, headers[fitting[0]]) if len(fitting) == 1 else None


@lru_cache(1)
def _widths(sample: Sample, delimiter: str, quote: str) -> frozenset[int]:
    """Return the numbers of cells of the rows below the header."""
    rows = [len(row) for _, row in _rows(sample.start, delimiter, quote)]
    # The last row may be cut off, and an empty line is no row.
    return frozenset(rows[1:] if sample.is_all else rows[1:-1]) - {0}


def _with_header(sample: Sample, dialect: Dialect) -> Dialect:
    """Return a dialect whose header has as many names as the rows have cells.

    A header may end in delimiters that the rows lack, or the rows in delimiters that the header lacks.
    """
    rows = ((line, row) for line, row in _rows(sample.start, dialect.delimiter, dialect.quote) if row)
    lines, names = next(rows, (1, []))
    found = [*names]
    widths = _widths(sample, dialect.delimiter, dialect.quote)
    if len(widths) == 1 and (width := min(widths)) != len(names):
        rest = [row[len(names) :] for _, row in rows][: None if sample.is_all else -1]
        if width < len(names) and not any(map(str.strip, names[width:])):
            found = names[:width]
        elif width > len(names) and not any(map(str.strip, (cell for row in rest for cell in row))):
            found = names + [""] * (width - len(names))
    return dialect._replace(names=tuple(found), header_lines=lines)


def detect_dialect(sample: Sample, reading: Reading) -> Dialect:
    """Return the dialect of a file."""
    sniffed = _sniff(sample, reading)
    delimiter = sniffed.delimiter if sniffed else _delimiter(sample.start, reading)
    quotes = (sniffed is None or bool(sniffed.quote)) if reading.quotes is None else reading.quotes
    quote = '"' if quotes else ""
    has_escapes = sniffed.has_escapes if sniffed else bool(quote) and _needs_escapes(sample, delimiter)
    first = tuple(sniffed.first) if sniffed else _first_row(sample.start, delimiter, quote)
    header = reading.header
    if header is None:
        header = sniffed is None or sniffed.header or is_header(first, reading.roles.said)
    if header:
        return _with_header(sample, Dialect(delimiter, quote, True, first, has_escapes=has_escapes))
    names = tuple(f"column{index}" for index in range(len(first)))
    return Dialect(delimiter, quote, False, names, has_escapes=has_escapes)


def _needs_escapes(sample: Sample, delimiter: str) -> bool:
    """Return whether the quotation marks are well-formed only if backslashes escape some of them."""
    if not sample.has_escapes:
        return False
    text = sample.lines.decode("utf-8", "replace").replace("\0", "\ufffd")
    for has_escapes in (False, True):
        try:
            for _ in csv_reader(io.StringIO(text, newline=""), delimiter, '"', has_escapes=has_escapes):
                pass
        except csv.Error:
            continue
        return has_escapes
    return False


def _sniff(sample: Sample, reading: Reading) -> _Sniffed | None:
    """Return the first dialect in which all rows have the same number of cells, more than one."""
    delimiters = [*DELIMITERS] if reading.delimiter is None else [reading.delimiter]
    found = []
    for delimiter in delimiters:
        # Files with commas and semicolons follow RFC 4180; in others, quotation marks may be text.
        may_be_text = reading.quotes is None and delimiter not in ",;"
        quotes = ['"', ""] if may_be_text else ["" if reading.quotes is False else '"']
        for quote, has_escapes in ((quote, each) for quote in quotes for each in (False, True)):
            if has_escapes and not (quote and sample.has_escapes):
                continue
            if rows := _even_rows(sample, delimiter, quote, has_escapes=has_escapes):
                found.append(_Sniffed(delimiter, quote, has_escapes, rows[0], rows[1:]))
                break
    return max(found, key=lambda each: len(each.first), default=None)


def _even_rows(sample: Sample, delimiter: str, quote: str, *, has_escapes: bool) -> list[list[str]]:
    """Return the first rows if all are well-formed and have the same number of cells, more than one."""
    text = sample.lines.decode("utf-8", "replace").replace("\0", "\ufffd")
    rows = csv_reader(io.StringIO(text, newline=""), delimiter, quote, has_escapes=has_escapes)
    found: list[list[str]] = []
    try:
        for row in rows:
            if row and len(row) != len((found or [row])[0]):
                return []
            if row and len(found) <= FIRST_ROWS:
                found.append(row)
    except csv.Error as error:
        # The sample may end inside quotation marks.
        if sample.is_all or "unexpected end" not in str(error):
            return []
    return found if found and len(found[0]) > 1 else []


def _has_marks(lines: bytes, delimiter: str) -> bool:
    """Return whether there are quotation marks at the edge of a cell."""
    edge = re.escape(delimiter.encode())
    return bool(re.search(rb'(?:^|%s) *"|" *(?:\r?$|%s)' % (edge, edge), lines, re.MULTILINE))


def _delimiter(start: bytes, reading: Reading) -> str:
    """Return the delimiter that makes a header of the first line, where rows differ in width."""
    if reading.delimiter is not None:
        return reading.delimiter
    for delimiter in DELIMITERS:
        cells = _first_row(start, delimiter, '"')
        if len(cells) > 1 and is_header(cells, reading.roles.said):
            return delimiter
    return _ONE_COLUMN


def _first_row(start: bytes, delimiter: str, quote: str) -> tuple[str, ...]:
    """Return the cells of the first row."""
    return tuple(next((row for _, row in _rows(start, delimiter, quote) if row), ()))


def _rows(start: bytes, delimiter: str, quote: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows, each with the number of lines up to its end, where CR alone ends a row and no line."""
    line = 0

    def lines() -> Iterator[str]:
        nonlocal line
        for each in _lines(start):
            line += not each.endswith("\r")
            yield each

    # With a wrong delimiter, a cell may be longer than the parser allows.
    with suppress(csv.Error):
        for row in csv_reader(lines(), delimiter, quote, strict=False):
            yield line, row


@lru_cache(1)
def _lines(start: bytes) -> list[str]:
    """Return the lines of a sample, which is read with one delimiter after the other."""
    text = start.decode("utf-8", "replace").replace("\0", "\ufffd")
    return [*io.StringIO(text, newline="")]


def csv_reader(
    lines: Iterable[str], delimiter: str, quote: str, *, strict: bool = True, has_escapes: bool = False
) -> Reader:
    """Return Python's reader of CSV for a dialect.

    Args:
        lines: The lines.
        delimiter: The delimiter between cells.
        quote: The quotation mark around cells, or the empty string.
        strict: Whether malformed quotation marks are errors.
        has_escapes: Whether backslashes escape quotation marks.
    """
    return csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        doublequote=not has_escapes,
        escapechar="\\" if has_escapes else None,
        strict=strict,
    )


def first_rows(sample: Sample, dialect: Dialect) -> list[list[str]]:
    """Return the cells of the first rows after the header."""
    rows = (row for _, row in _rows(sample.start, dialect.delimiter, dialect.quote) if row)
    return [*islice(rows, dialect.header, dialect.header + FIRST_ROWS)]


def rows_per_octet(sample: Sample, dialect: Dialect) -> float:
    """Return about how many rows a file has for each of its octets."""
    return sum(1 for _ in _rows(sample.start, dialect.delimiter, dialect.quote)) / len(sample.start)
