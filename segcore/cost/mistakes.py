"""What is wrong with a file, in which line, and what to do about it."""

from __future__ import annotations

import os
import re
import stat

import duckdb

from segcore.cost.dialect import Dialect

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class FileError(ValueError):
    """A file that cannot be read as messages.

    Args:
        path: The file.
        problem: What is wrong with it.
        line: The line, counted from 1 as an editor does, or ``None`` if it is not one line's fault.

    Example:
        >>> print(FileError("sent.csv", "not UTF-8", 7))
        sent.csv: line 7: not UTF-8
    """

    def __init__(self, path: str, problem: str, line: int | None = None) -> None:
        place = "" if line is None else f"line {line}: "
        super().__init__(f"{path}: {place}{problem}")
        self.path = path
        self.line = line


def size(path: str) -> int:
    """Return the octets of a file.

    Args:
        path: The file.

    Raises:
        FileError: It cannot be read as a file.
    """
    try:
        path.encode()
        with open(path, "rb", opener=_open_at_once) as file:
            status = os.fstat(file.fileno())
    except UnicodeEncodeError:
        raise FileError(ascii(path), "its name is not UTF-8; rename it") from None
    except OSError as error:
        raise FileError(path, (error.strerror or str(error)).lower()) from None
    if not stat.S_ISREG(status.st_mode):
        raise FileError(path, "not a regular file, which is needed to read it twice; save it as one first")
    return status.st_size


def _open_at_once(path: str, flags: int) -> int:
    # Opening a pipe would wait for somebody to write to it.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def explain(path: str, error: Exception, dialect: Dialect | None = None) -> FileError:
    """Return the error that says what is wrong with a file.

    Args:
        path: The file.
        error: What DuckDB or the choice of columns said.
        dialect: How the file was being read, if it came to that.
    """
    rejected = None
    if dialect is not None and "unicode" not in str(error):
        rejected = _rejected(path, dialect)
    # Octets that are not UTF-8 mislead detection and DuckDB's own words about it.
    found = rejected or not_utf8(path)
    if found is not None:
        return found
    if "invalid state" in str(error):
        return FileError(
            path,
            "its lines end in different ways (LF, CR LF or CR outside quotation marks); "
            "convert them to one, or enclose the cells with line breaks in quotation marks",
        )
    return FileError(path, str(error).strip().splitlines()[0])


def not_utf8(path: str) -> FileError | None:
    """Return the error for the first octets in a file that are not UTF-8, if there are any.

    Args:
        path: The file.
    """
    with open(path, "rb") as file:
        found = ((number, line, _undecodable(line)) for number, line in enumerate(file, 1))
        number, line, error = next((each for each in found if each[2]), (0, b"", None))
    if error is None:
        return None
    octets = line[error.start : error.end].hex(" ").upper()
    seems = ", and it seems to be UTF-16" if number == 1 and line.startswith(_UTF16_MARKS) else ""
    problem = f"not UTF-8 (octets {octets} at octet {error.start + 1} of the line){seems}; save it as UTF-8"
    return FileError(path, problem, number)


def _undecodable(line: bytes) -> UnicodeDecodeError | None:
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return error
    return None


def _rejected(path: str, dialect: Dialect) -> FileError | None:
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
    if kind == "UNQUOTED VALUE":
        return FileError(
            path,
            "a quotation mark opens a cell, but none closes it where the cell ends; "
            "write those inside as two, or say --no-quotes if they are text",
            _line(path, cell_at),
        )
    columns = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    problem = message.strip().splitlines()[0]
    if columns:
        expected, found = int(columns[1]), int(columns[2])
        problem = f"{found} cell{'s' * (found != 1)} in a file of {expected} columns"
        if found > expected:
            delimiter = dialect.delimiter
            problem += f"; enclose texts that contain the delimiter {delimiter!r} in quotation marks"
    return FileError(path, problem, _line(path, row_at))


def _line(path: str, position: int) -> int:
    """Return the line of an octet, whose position is counted from 1."""
    lines, left = 1, position
    with open(path, "rb") as file:
        while left > 0 and (chunk := file.read(min(left, 1 << 20))):
            lines += chunk.count(b"\n")
            left -= len(chunk)
    return lines
