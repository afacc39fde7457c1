"""Rows of CSV files that do not fit the others, and the lines in which rows are."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from segcore.sources.csv_dialect import Dialect
from segcore.sources.csv_file import UNQUOTED, CsvFile, rejection

if TYPE_CHECKING:
    import duckdb

# As an estimate reads; more octets make it no faster.
_BUFFER_OCTETS = 4_000_000

_REJECTED = (
    "SELECT line_byte_position, error_type, error_message FROM reject_errors ORDER BY line_byte_position"
)


class Reject(NamedTuple):
    """A row that does not fit.

    Args:
        line: The line in which it begins, counted from 1.
        problem: What is wrong with it.
    """

    line: int
    problem: str


def tolerant(file: CsvFile) -> str:
    """Return the SQL for the rows of a file, which keeps those that do not fit apart.

    Args:
        file: The file.
    """
    return file.dialect.table(f"buffer_size = {_BUFFER_OCTETS}", "store_rejects = true", "rejects_limit = 0")


def arguments(file: CsvFile) -> list[object]:
    """Return the values for the question marks in `tolerant`.

    Args:
        file: The file.
    """
    return file.dialect.arguments(os.path.abspath(file.path))


def rejects_of(con: duckdb.DuckDBPyConnection, file: CsvFile, places: Sequence[int]) -> list[Reject]:
    """Return the rows that do not fit, in their order.

    Args:
        con: A connection.
        file: The file.
        places: The columns that are read: what is in others does not matter.
    """
    counts = ", ".join(f"count(c{place})" for place in places)
    con.execute(f"SELECT {counts} FROM {tolerant(file)}", arguments(file)).fetchall()  # noqa: S608
    first: dict[int, tuple[str, str]] = {}
    for position, kind, message in con.execute(_REJECTED).fetchall():
        first.setdefault(position, (kind, message))
    if not first:
        return []
    lines = _lines_at(file.path, first)
    # A quotation mark that is not closed takes up lines until there is another one.
    ends = _ends(file, {lines[position] for position, (kind, _) in first.items() if kind == UNQUOTED})
    found = []
    for position, (kind, message) in first.items():
        line = lines[position]
        last = ends.get(line, line)
        until = f", with the lines up to {last}" if last > line else ""
        found.append(Reject(line, f"{_problem(kind, message, file.dialect)}; the row is left out{until}"))
    return found


def _problem(kind: str, message: str, dialect: Dialect) -> str:
    if kind == "INVALID ENCODING":
        return "not UTF-8; save it as UTF-8"
    # There is no such option here.
    return rejection(kind, message, dialect.delimiter).partition(", or say --no-quotes")[0]


def _lines_at(path: str, positions: Iterable[int]) -> dict[int, int]:
    """Return the line of each octet, both counted from 1."""
    left = sorted(positions, reverse=True)
    found: dict[int, int] = {}
    before = number = 0
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            before += len(line)
            # Of a row behind CR LF, DuckDB names the LF.
            while left and left[-1] < before:
                found[left.pop()] = number
    return found | dict.fromkeys(left, number)


def _ends(file: CsvFile, lines: Collection[int]) -> dict[int, int]:
    """Return the last line of the rows that begin in some lines."""
    return {first: last for first, last in _rows(file) if first in lines} if lines else {}


def lines_of_rows(file: CsvFile, rejects: Sequence[Reject]) -> Iterator[int]:
    """Yield the lines in which the rows begin that fit.

    Args:
        file: The file.
        rejects: The rows that do not.
    """
    left_out = {each.line for each in rejects}
    return (first for first, _ in _rows(file) if first not in left_out)


def _rows(file: CsvFile) -> Iterator[tuple[int, int]]:
    """Yield the first and the last line of each row behind the header, as Python reads them."""
    dialect = file.dialect
    with open(file.path, encoding="utf-8-sig", errors="surrogateescape", newline="") as text, _any_length():
        rows = csv.reader(
            text,
            delimiter=dialect.delimiter,
            quotechar=dialect.quote or None,
            quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
            doublequote=dialect.escape == dialect.quote,
            escapechar="\\" if dialect.escape == "\\" else None,
        )
        is_header, last = True, 0
        for row in rows:
            first, last = last + 1, rows.line_num
            # An empty line is no row.
            if row:
                if not is_header:
                    yield first, last
                is_header = False


@contextmanager
def _any_length() -> Iterator[None]:
    """Let cells be of any length: one that is not closed goes on to the end of the file."""
    before = csv.field_size_limit(min(sys.maxsize, 1 << 30))
    try:
        yield
    finally:
        csv.field_size_limit(before)
