"""What is wrong with a file, in which line, and what to do about it."""

from __future__ import annotations

import os
import re

import duckdb

from segcore.sources.csv_dialect import Dialect
from segcore.sources.file_errors import FileError, not_utf8

UNQUOTED = "UNQUOTED VALUE"
"""DuckDB's name for what is wrong with a cell whose quotation marks do not fit."""


def explain(path: str, name: str, error: Exception, dialect: Dialect | None) -> FileError:
    """Return the error that says what is wrong with a file.

    Args:
        path: The file.
        name: What to call it.
        error: What DuckDB said.
        dialect: How the file was being read, if it came to that.
    """
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
    """Return what is wrong with a row that DuckDB rejects.

    Args:
        kind: DuckDB's name for it.
        message: What it says.
        delimiter: What parts the cells of the file.
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
