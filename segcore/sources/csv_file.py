"""Messages from CSV files, read by polars, and by an exact reader where polars might misread them.

polars scans several times as fast, but does not report a row with too few cells.  The exact reader reads each
row as it is written, or reports the first that is wrong.  It reads what polars refuses, with the rest of the
file, and everything where polars is not installed.
"""

from __future__ import annotations

import codecs
import csv
import os
import re
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from segcore.engine import cores
from segcore.engine.chooser import cell_quotes
from segcore.sources import Reading, ReadingNotes, Roles
from segcore.sources.csv_dialect import (
    Dialect,
    Sample,
    certain_dialect,
    csv_reader,
    detect_dialect,
    find_footer,
    find_header,
    find_preamble,
    first_rows,
    rows_per_octet,
)
from segcore.sources.decoding import (
    encoding_of,
    has_comments,
    has_odd_ends,
    is_utf8,
    not_utf8,
    note_encoding,
    transcode,
    write_doubled_quotes,
    write_plain_ends,
    write_until,
    write_without_comments,
)
from segcore.sources.frames import frame_of_rows
from segcore.sources.headings import Columns, choose, is_header
from segcore.sources.opening import FileError, size, temporary_folder

if TYPE_CHECKING:
    import polars as pl

    from segcore.sources.frames import Frame

_Written = TypeVar("_Written")

# Rows of a batch: so many that threads which count batches hardly wait for Python's lock.
_BATCH_ROWS = 1 << 16

# A file without more octets is read before polars would be imported.
_FEW_OCTETS = 1 << 19

# The octets whose delimiters are counted at a time.
_CHECKED_OCTETS = 1 << 18

# The octets whose quotation marks a thread checks at a time.
_PIECE_OCTETS = 1 << 22

# The code points of a cell in which a quotation mark that closes it is looked for.
_LONGEST_CELL = 1 << 21


# Words, with nothing that begins a line of a log or separates cells.
_SENTENCE = r"(?!\w{3} +\d|.*\s\s)[^\d\W]+[^=;|\t\[]* [^=;|\t\[]* [^=;|\t\[]*\Z"


# A name between apostrophes or typographic quotation marks, which are no marks of CSV.
_OTHER_MARKS = "\\s*(?:'.+'|‘.+’|[“”„«»].+[“”«»])\\s*"


class _NeedsExactReader(Exception):  # noqa: N818 (not an error: the reader changes)
    """The exact reader has to read the rows that follow."""


class _OddLineEndsError(Exception):
    """Lines end in CR alone, outside quotation marks, in a file whose other lines end in LF."""


class CsvFile:
    """A CSV file of messages.

    Delimiter, quotation marks and header are detected.  Cells are not trimmed, and none is taken as a
    number, a date or a null.  Memory does not grow with the file.

    Args:
        path: The file, in UTF-8 with or without a byte order mark.
        reading: How to read it.
        name: Its name in errors, if that is not its path.
        exact: Whether the exact reader reads all of it.
        plain: Whether the rows of a small file may be a `PlainFrame`: polars is then not imported for it.

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
        self,
        path: str,
        reading: Reading | None = None,
        name: str = "",
        *,
        exact: bool = False,
        plain: bool = False,
    ) -> None:
        reading = reading or Reading()
        self._path = path
        self.name = name or path
        self.notes = ReadingNotes()
        self._encoding = reading.encoding
        self._comments = 0
        self._size = size(path)
        self._sample = Sample(path)
        if self._sample.is_blank:
            raise FileError(self.name, "the file is empty: it has neither a header nor a message")
        delimiter = reading.delimiter
        if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0'):
            raise FileError(self.name, f"delimiter: expected one code point, got {delimiter!r}")
        if has_odd_ends(self._sample.start, is_all=self._sample.is_all):
            self._write_copy(partial(write_plain_ends, quotes=reading.quotes is not False))
        self._has_plain_ends = False
        self.dialect = self._detected(reading)
        self.columns = self._chosen(reading.roles)
        self.delimiter: str | None = self.dialect.delimiter
        self.has_byte_order_mark = self._sample.has_byte_order_mark
        self._names = [f"c{index}" for index in range(len(self.dialect.names))]
        # polars drops a byte order mark where it begins to read, and takes delimiters of one octet.
        below = self._sample.below(self.dialect.header * self.dialect.header_lines)
        is_marked = self.dialect.lines_before > 0 and below.startswith(codecs.BOM_UTF8)
        self._exact = exact or is_marked or not self.dialect.delimiter.isascii()
        self._may_be_plain = plain and self._size <= _FEW_OCTETS
        self._empty_rows = self._headers = 0

    def _write_copy(self, write: Callable[[str, str], _Written]) -> _Written:
        """Read a rewritten copy from now on, which lives as long as this object."""
        stack = ExitStack()
        weakref.finalize(self, stack.close)
        copy = os.path.join(stack.enter_context(temporary_folder()), "lines")
        found = write(self._path, copy)
        self._path = copy
        self._sample = Sample(copy)
        return found

    @property
    def path(self) -> str:
        """The file that is read, which is unpacked if what was named is not."""
        return self._path

    def _detected(self, reading: Reading) -> Dialect:
        preamble = find_preamble(self._sample, reading)
        if preamble.note:
            self.notes.add("preamble", f"{self.name}: {preamble.note}", "--no-header")
        if preamble.lines:
            self._sample = Sample(self._path, preamble.lines)
        if preamble.delimiter is not None:
            reading = reading._replace(delimiter=preamble.delimiter)
        self._drop_comments(reading, preamble.lines)
        self._drop_footer(reading, preamble.lines)
        found = certain_dialect(self._sample, reading)
        # Then all rows of a small file have been seen, and have as many cells as there are columns.
        self._is_even = found is not None and self._sample.is_all
        if found is None:
            self._decode()
            self._sample = Sample(self._path, preamble.lines)
            found = detect_dialect(self._sample, reading)
            if found.has_escapes:
                self._write_copy(write_doubled_quotes)
                self._sample = Sample(self._path, preamble.lines)
                found = detect_dialect(self._sample, reading._replace(delimiter=found.delimiter))
        if found.header and not found.header_lines:
            # CR alone ends the header, of a file whose other rows end in LF.
            if self._has_plain_ends:
                raise FileError(self.name, _ODD_LINE_ENDS)
            self._has_plain_ends = True
            self._write_copy(partial(write_plain_ends, quotes=bool(found.quote)))
            return self._detected(reading)
        self._check_header(found)
        first = found.names[0]
        if found.header and reading.header is None and len(found.names) == 1 and self._is_sentence(first):
            self.notes.add("header", f"{self.name}: The first line is read as a message.", "--header")
            found = found._replace(header=False, names=("column0",))
        return found._replace(skip=preamble.lines)

    def _check_header(self, found: Dialect) -> None:
        """Refuse a file without a row, with a header in two encodings, or in other quotation marks."""
        if not found.names:
            raise FileError(self.name, "nothing is below the lines above its header; check what was exported")
        wrong = not_utf8(self._path, self.name) if "\ufffd" in "".join(found.names) else None
        if wrong is not None:
            raise wrong
        if found.header and all(re.fullmatch(_OTHER_MARKS, name) for name in found.names):
            raise FileError(
                self.name, f'its cells stand between {found.names[0][0]!r}; write quotation marks (") there'
            )

    def _is_sentence(self, line: str) -> bool:
        """Return whether the only cell of the first line of a text file is a message, and not a heading."""
        is_text = self.name.lower().endswith(".txt") and not is_header([line])
        return is_text and re.match(_SENTENCE, line) is not None

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
        self._comments = comments
        if comments:
            many = (
                "1 comment, a line that begins with #, was"
                if comments == 1
                else f"{comments:,} comments were"
            )
            self.notes.add("comments", f"{self.name}: {many} skipped.", "--no-header")
        self._sample = Sample(self._path, skip)

    def _drop_footer(self, reading: Reading, skip: int) -> None:
        """Leave out lines below the rows."""
        header = None if reading.header is False else find_header(self._sample, reading)
        footer = header and find_footer(self._path, header.delimiter, len(header.names))
        if not footer:
            return
        self._write_copy(partial(write_until, end=footer.start))
        if footer.lines:
            many = f"{footer.lines} line{'s' * (footer.lines != 1)}"
            self.notes.add("footers", f"{self.name}: Skipped {many} below the rows: {footer.first!r}.")
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

    def frames(self) -> Iterator[Any]:
        """Begin to read and yield the rows, a batch at a time, in columns c0, c1 and so on; no text is null.

        polars reads on while the caller does something else.

        Raises:
            FileError: A row cannot be read, and why.  Rows before it may have been yielded.
        """
        self._empty_rows = self._headers = 0
        if not self._is_well_formed() or self._exact or self._is_plain():
            return self._exactly(0)
        try:
            return self._resumed(self._by_polars())
        except _NeedsExactReader:
            return self._exactly(0)

    def _is_well_formed(self) -> bool:
        """Return whether quotation marks certainly enclose cells; read a copy without escapes if need be."""
        path = self._path
        try:
            if _is_well_formed(path, self.dialect):
                return True
            # Backslashes may escape marks behind the rows by which the dialect was detected.
            if _holds(path, b'\\"'):
                self._write_copy(write_doubled_quotes)
                if _is_well_formed(self._path, self.dialect):
                    return True
                self._path = path
        except OSError:
            self._check_readable()
        return False

    def _is_plain(self) -> bool:
        """Return whether rows are read without polars: it is not there, or not imported for a small file."""
        if self._may_be_plain and "polars" not in sys.modules:
            return True
        try:
            import polars  # noqa: F401, ICN001
        except ImportError:
            return True
        return False

    def _resumed(self, batches: Iterator[pl.DataFrame]) -> Iterator[Frame]:
        """Yield what polars reads, and the rest exactly from the first row that it refuses."""
        rows = 0
        try:
            for frame in self._checked(batches):
                yield frame
                rows += frame.height
        except _NeedsExactReader:
            yield from self._exactly(rows)

    def _by_polars(self) -> Iterator[pl.DataFrame]:
        import polars as pl

        try:
            scan = pl.scan_csv(
                # A relative path could look like an address, which would be fetched.
                os.path.abspath(self._path),
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

        rows, kept, is_doubtful = 0, 0, False
        try:
            with open(self._path, "rb") as file:
                file.seek(-1, os.SEEK_END)
                # polars drops a delimiter at the end of the file if there is one too many.
                is_doubtful = file.read() == self.dialect.delimiter.encode()
            for frame in frames:
                # A row with too few cells ends with nulls, like one whose last cells are empty.
                last = frame[:, -1]
                is_doubtful |= frame.width > 1 and last.null_count() > 0
                # polars keeps all but one CR at the end of a row: CR CR LF behind the sample.
                has_cr = last.str.ends_with("\r").any()
                if last.null_count() and not has_cr:
                    short = frame.filter(last.is_null())
                    has_cr = short.select(pl.any_horizontal(pl.all().str.ends_with("\r").any())).item()
                if has_cr:
                    raise _NeedsExactReader
                found = self._messages(frame)
                rows, kept = rows + frame.height, kept + found.height
                yield found
        except (pl.exceptions.PolarsError, OSError):
            raise self._refused() from None
        if is_doubtful and not self._is_even and not _rows_are_complete(self._path, self.dialect, rows):
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
        # An empty line is left of each comment.
        if empty := self._empty_rows - self._comments:
            many = "1 empty row was" if empty == 1 else f"{empty:,} empty rows were"
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

    def _check_readable(self) -> None:
        """Raise an error if the file is gone, or may not be read."""
        refused = self._refused()
        if isinstance(refused, FileError):
            raise refused from None

    def _check_rows(self, rows: int) -> None:
        """Raise an error if a row has too few cells."""
        try:
            found = sum(any(row) for batch in self._batches() for row in batch)
        except _OddLineEndsError:
            raise FileError(self.name, _ODD_LINE_ENDS) from None
        if found != rows:
            raise FileError(self.name, "it can be read in two ways; enclose its cells in quotation marks")

    def _exactly(self, skip: int) -> Iterator[Frame]:
        """Yield the messages behind those that polars has read."""
        self._decode()
        self._empty_rows = self._headers = rows = 0
        is_plain = self._is_plain()
        try:
            for batch in self._batches():
                kept = self._kept(batch)
                if rows + len(kept) > skip:
                    yield frame_of_rows(kept[max(0, skip - rows) :], plain=is_plain)
                rows += len(kept)
        except _OddLineEndsError:
            if self._has_plain_ends:
                raise FileError(self.name, _ODD_LINE_ENDS) from None
            self._write_copy(partial(write_plain_ends, quotes=bool(self.dialect.quote)))
            self._has_plain_ends = True
            yield from self._exactly(max(skip, rows))
            return
        self._note_skipped()

    def _kept(self, rows: list[list[str]]) -> list[list[str]]:
        """Return the rows that are messages, as `_messages` does."""
        found = [row for row in rows if any(row)]
        self._empty_rows += len(rows) - len(found)
        names = [*self.dialect.names]
        headers = [names, [f"\ufeff{names[0]}", *names[1:]]] if self.dialect.header else []
        kept = [row for row in found if row not in headers]
        self._headers += len(found) - len(kept)
        return kept

    def _batches(self) -> Iterator[list[list[str]]]:
        """Yield the rows as they are written; those of empty lines are empty."""
        try:
            with open(self._path, encoding="utf-8-sig", newline="\n") as file:
                for _ in range(self.dialect.lines_before):
                    file.readline()
                yield from _ExactRows(file, self.name, self.dialect).batches()
        except UnicodeDecodeError as error:
            raise not_utf8(self._path, self.name) or FileError(self.name, str(error)) from None
        except OSError as error:
            self._check_readable()
            reason = (error.strerror or str(error)).lower()
            raise FileError(self.name, f"it cannot be read to its end: {reason}") from None

    def _decode(self) -> None:
        """Read a copy in UTF-8 from now on if there are other octets behind the first ones."""
        if self._encoding is not None or is_utf8(self._path, whole=True):
            return
        encoding = encoding_of(self._path, self.name)
        note_encoding(encoding, self.name, self.notes)
        self._write_copy(partial(transcode, encoding=encoding, name=self.name))


class _ExactRows:
    """Reads the rows of a CSV file with Python's reader, and by itself those that Python's reader refuses.

    Args:
        file: The text, behind the header; lines end in LF.
        name: The name of the file in errors.
        dialect: Its dialect.
    """

    def __init__(self, file: Iterator[str], name: str, dialect: Dialect) -> None:
        self._file = file
        self._name = name
        self._dialect = dialect
        self._width = len(dialect.names)
        # The lines of the batch, so that it can be read once more, and how many lines come before them.
        self._lines: list[str] = []
        self._before = dialect.lines_before
        delimiter = re.escape(dialect.delimiter)
        # CR at the end of a cell is no part of it: polars reads it so.
        edge = rf"\r?(?={delimiter}|\n|\Z)"
        plain = rf"([^{delimiter}\n]*?){edge}"
        quoted = r'"([^"]*(?:""[^"]*)*)"'
        # Like Python's reader; and with spaces around quotation marks.
        self._cells = [
            re.compile(rf'{space}{quoted}{space}{edge}|(?!{space}"){plain}')
            if dialect.quote
            else re.compile(f"((?!))?{plain}")
            for space in ("", " *")
        ]

    def batches(self) -> Iterator[list[list[str]]]:
        """Yield the rows, a batch at a time; those of empty lines are empty.

        Raises:
            FileError: A row is not well-formed, or has more or fewer cells than the header.
        """
        rows = csv_reader(self._kept_lines(), self._dialect.delimiter, self._dialect.quote)
        while True:
            try:
                batch = [*islice(rows, _BATCH_ROWS)]
                is_well_formed = {*map(len, batch)} <= {0, self._width}
            except csv.Error:
                is_well_formed = False
            if not is_well_formed:
                batch = [*self._careful_rows()]
            if not batch:
                return
            yield batch
            self._before += sum(line.count("\n") for line in self._lines)
            self._lines.clear()

    def _kept_lines(self) -> Iterator[str]:
        for line in self._file:
            self._lines.append(line)
            yield line

    def _careful_rows(self) -> Iterator[list[str]]:
        """Yield the rows of the batch cell by cell, and read on where the last one goes on."""
        text, start = "".join(self._lines), 0
        while start < len(text):
            rows = [self._row(cell, text, start) for cell in self._cells]
            fitting = next((row for row in rows if row.problem is None), None)
            if fitting is not None:
                yield fitting.cells
                start = fitting.end
                continue
            is_open = any(row.is_open and row.end - start < _LONGEST_CELL for row in rows)
            # Twice as much each time, else a cell of many lines would take quadratic time.
            more = "".join(islice(self._kept_lines(), 1 + text.count("\n", start))) if is_open else ""
            if not more:
                if any(row.has_odd_end for row in rows):
                    raise _OddLineEndsError
                line = self._before + text.count("\n", 0, rows[0].at) + 1
                raise FileError(self._name, str(rows[0].problem), line)
            text += more

    def _row(self, cell: re.Pattern[str], text: str, start: int) -> _Row:
        """Return the row that begins at a position of a text."""
        cells: list[str] = []
        at, has_odd_end = start, False
        while found := cell.match(text, at):
            quoted, plain = found.groups()
            cells.append(plain if quoted is None else quoted.replace('""', '"'))
            has_odd_end |= quoted is None and "\r" in plain
            at = found.end()
            if not text.startswith(self._dialect.delimiter, at):
                break
            at += len(self._dialect.delimiter)
        else:
            opened = _OPEN_CELL.match(text, at)
            is_open = opened is not None and opened.end() == len(text)
            has_odd_end |= opened is not None and text.startswith('"\r', opened.end())
            end = len(text) if is_open else at
            return _Row(cells, end, at, _OPEN_CELL_PROBLEM, is_open=is_open, has_odd_end=has_odd_end)
        end = text.find("\n", at) + 1 or len(text)
        if cells == [""]:
            cells = []
        problem = None if len(cells) in (0, self._width) else self._wrong_width(len(cells))
        return _Row(cells, end, start, problem, has_odd_end=has_odd_end)

    def _wrong_width(self, cells: int) -> str:
        problem = f"{cells} cell{'s' * (cells != 1)} in a file of {self._width} columns"
        if cells > self._width:
            delimiter = self._dialect.delimiter
            problem += f"; enclose texts that contain the delimiter {delimiter!r} in quotation marks"
        return problem


class _Row(NamedTuple):
    """A row, or what is wrong with it at which position of the text."""

    cells: list[str]
    end: int
    at: int
    problem: str | None = None
    is_open: bool = False
    has_odd_end: bool = False


_ODD_LINE_ENDS = (
    "its lines end in different ways (LF, CR LF or CR outside quotation marks); "
    "convert them to one, or enclose the cells with line breaks in quotation marks"
)
_OPEN_CELL = re.compile(r' *"[^"]*(?:""[^"]*)*')
_OPEN_CELL_PROBLEM = (
    "a quotation mark opens a cell, but none closes it where the cell ends; "
    "write those inside as two, or say --no-quotes if they are text"
)


def _is_well_formed(path: str, dialect: Dialect) -> bool:
    """Return whether all quotation marks certainly enclose whole cells.

    polars drops other marks, and joins the rows between two of them.
    """
    if not dialect.quote:
        return True
    delimiter = dialect.delimiter.encode()
    with open(path, "rb") as file:
        for _ in range(dialect.lines_before):
            file.readline()
        start = file.tell()

    def open_cells(at: int) -> tuple[bool | None, bool | None]:
        """Return what is open behind the lines of a piece, if no cell is open before them and if one is."""
        # Not mapped into memory: a file that shrinks would end the process.
        with open(path, "rb") as file:
            file.seek(at)
            octets = file.read(_PIECE_OCTETS + _CHECKED_OCTETS)
            stop = octets.find(b"\n", _PIECE_OCTETS) + 1
            if not stop:
                octets += file.readline(_LONGEST_CELL)
                stop = len(octets)
                if not octets.endswith(b"\n") and file.read(1):
                    return None, None
        begin = 0 if at == start else octets.find(b"\n") + 1 or stop
        closed, opened = (cell_quotes(octets, begin, stop, delimiter, inside) for inside in (False, True))
        return closed, opened

    places = range(start, max(os.path.getsize(path), start + 1), _PIECE_OCTETS)
    with ExitStack() as stack:
        pieces: Iterator[tuple[bool | None, bool | None]] = map(open_cells, places)
        if len(places) > 1:
            from concurrent.futures import ThreadPoolExecutor

            pieces = stack.enter_context(ThreadPoolExecutor(cores())).map(open_cells, places)
        inside = False
        for found in pieces:
            is_open = found[inside]
            if is_open is None:
                return False
            inside = is_open
    return not inside


def _holds(path: str, octets: bytes) -> bool:
    last = b""
    with open(path, "rb") as file:
        while piece := file.read(_CHECKED_OCTETS):
            if octets in last + piece:
                return True
            last = piece[1 - len(octets) :]
    return False


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
