"""Rewrite the lines of CSV files that no reader takes as they are: odd line ends, comments between rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

_PIECE_OCTETS = 1 << 20

_LINE_END = re.compile(rb"\r+\n|\r")
_ESCAPED = re.compile(rb'\\.|"', re.DOTALL)
_ODD_END = re.compile(rb"\r(?!\n)")


def has_odd_ends(start: bytes, *, is_all: bool) -> bool:
    """Return whether lines end in CR alone or in CR CR LF.

    A CR in a file whose lines end in LF is part of a text.

    Args:
        start: The beginning of a file.
        is_all: Whether that is the whole file.

    Example:
        >>> has_odd_ends(b"to,text\\r1,a\\r", is_all=True), has_odd_ends(b"text\\r\\na\\r\\n", is_all=True)
        (True, False)
    """
    if not is_all:
        start = start.removesuffix(b"\r")
    if not _ODD_END.search(start):
        return False
    outside = b'""'.join(start.split(b'"')[::2])
    if b"\r\r\n" in outside:
        return True
    if b"\n" not in outside:
        return b"\r" in outside.rstrip()
    # Both kinds, as in files that were put together: then each piece between them is a row like the others.
    rows = [each for each in re.split(rb"\r\n|\r|\n", outside) if each.strip()]
    rows = rows if is_all else rows[:-1]
    counts = {delimiter: {row.count(delimiter) for row in rows} for delimiter in (b",", b";", b"\t", b"|")}
    return bool(_ODD_END.search(outside)) and any(
        len(each) == 1 and 0 not in each for each in counts.values()
    )


def write_plain_ends(source: str, target: str, *, quotes: bool = True) -> None:
    """Copy a file so that its lines end in LF; line ends inside quotation marks stay as they are.

    Args:
        source: The file.
        target: The copy.
        quotes: Whether quotation marks may enclose cells.
    """
    inside = False
    with open(source, "rb") as file, open(target, "wb") as copy:
        for piece in _pieces(file):
            parts = piece.split(b'"') if quotes else [piece]
            parts[inside::2] = [_LINE_END.sub(b"\n", part) for part in parts[inside::2]]
            inside ^= len(parts) % 2 == 0
            copy.write(b'"'.join(parts))
    if inside:
        # The quotation marks do not match, so they enclose nothing.
        write_plain_ends(source, target, quotes=False)


def write_doubled_quotes(source: str, target: str) -> None:
    """Copy a file with quotation marks doubled inside cells, where a backslash escaped them; RFC 4180.

    Args:
        source: The file.
        target: The copy.
    """
    inside = False

    def plain(found: re.Match[bytes]) -> bytes:
        nonlocal inside
        if found[0] == b'"':
            inside = not inside
            return found[0]
        escaped = found[0][1:]
        return found[0] if not inside else b'""' if escaped == b'"' else escaped

    with open(source, "rb") as file, open(target, "wb") as copy:
        copy.writelines(_ESCAPED.sub(plain, piece) for piece in _pieces(file, b"\\"))


def _pieces(file: BinaryIO, last: bytes = b"\r") -> Iterator[bytes]:
    """Yield the octets of a file, one octet, a CR by default, always with the octet that follows it."""
    while piece := file.read(_PIECE_OCTETS):
        while piece.endswith(last) and (more := file.read(1)):
            piece += more
        yield piece


def has_comments(start: bytes, delimiter: str, columns: int) -> bool:
    """Return whether lines between rows are comments: they begin with # and have fewer cells than the rows.

    Args:
        start: The beginning of a file, from the header on.
        delimiter: The delimiter.
        columns: The number of columns.
    """
    found = [line.count(delimiter.encode()) for line in start.split(b"\n")[:-1] if line.startswith(b"#")]
    return bool(found) and max(found) < columns - 1


def write_without_comments(source: str, target: str, delimiter: str, columns: int) -> int:
    """Copy a file with an empty line for each comment, so that other lines keep their numbers.

    Args:
        source: The file.
        target: The copy.
        delimiter: The delimiter.
        columns: The number of columns.

    Returns:
        The number of comments.
    """
    inside, comments, mark = False, 0, delimiter.encode()
    with open(source, "rb") as file, open(target, "wb") as copy:
        for line in file:
            if not inside and line.startswith(b"#") and line.count(mark) < columns - 1:
                copy.write(b"\n")
                comments += 1
                continue
            inside ^= line.count(b'"') % 2 == 1
            copy.write(line)
    return comments
