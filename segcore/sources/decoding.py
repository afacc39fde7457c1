"""Text files as readers take them: copied to UTF-8, never by a silent guess, and with plain line ends."""

from __future__ import annotations

import codecs
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO

from segcore.sources import ReadingNotes
from segcore.sources.encoding_detection import UnclearEncodingError, detect_encoding, encoding_title, sample
from segcore.sources.opening import FileError, temporary_folder

_START_OCTETS = 1 << 16
_PIECE_OCTETS = 1 << 20

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks; that of UTF-32-LE begins like that of UTF-16-LE."""

_UTF8 = frozenset(("utf-8", "utf-8-sig"))


@contextmanager
def decoded(
    path: str,
    name: str,
    encoding: str | None,
    notes: ReadingNotes,
    *,
    whole: bool = False,
    fallback: str | None = None,
) -> Iterator[str]:
    """Yield the path of a text in UTF-8: the file itself, or a temporary copy.

    Args:
        path: The file.
        name: Its name in errors.
        encoding: Its encoding, if the caller knows it.
        notes: Gets a note about any encoding but UTF-8.
        whole: Whether to look for octets that are not UTF-8 in all of the file, not only at its beginning.
        fallback: The encoding to use where several are as likely; ``None`` refuses the file.

    Raises:
        FileError: The encoding is unknown, not clear, or not that of the file.
    """
    if encoding is None:
        with open(path, "rb") as file:
            found = unicode_encoding(file.read(_START_OCTETS))
    else:
        found = _known(encoding, name)
    if found is None and not is_utf8(path, whole=whole):
        found = encoding_of(path, name, fallback)
    if found is None or found in _UTF8:
        yield path
        return
    if encoding is None:
        note_encoding(found, name, notes)
    with temporary_folder() as folder:
        copy = os.path.join(folder, "decoded")
        transcode(path, copy, found, name)
        yield copy


def note_encoding(encoding: str, name: str, notes: ReadingNotes) -> None:
    """Say which encoding was found."""
    notes.add("encoding", f"{name}: its encoding is {encoding_title(encoding)}.", "--encoding")


def encoding_of(path: str, name: str, fallback: str | None = None) -> str:
    """Return the encoding of a text that is not UTF-8.

    Args:
        path: The file.
        name: Its name in errors.
        fallback: The encoding to use where several are as likely; ``None`` refuses the file.

    Raises:
        FileError: Several encodings are as likely, and differ in a message; or a part of it is UTF-8.
    """
    lines = sample(path)
    wrong = not_utf8(path, name)
    if wrong is not None and any(_undecodable(line) is None for line in lines):
        problem = wrong.problem.partition(";")[0]
        raise FileError(name, f"{problem}, but other lines are; save all of it in one encoding", wrong.line)
    try:
        return detect_encoding(lines)
    except UnclearEncodingError as error:
        if fallback is not None:
            return fallback
        raise FileError(name, str(error)) from None


def _known(encoding: str, name: str) -> str:
    try:
        b" ".decode(encoding, "replace")
    except LookupError:
        hint = "use one such as utf-8, utf-16, cp1252, latin-1 or shift_jis"
        raise FileError(name, f"--encoding: unknown encoding {encoding!r}; {hint}") from None
    return codecs.lookup(encoding).name


def unicode_encoding(start: bytes) -> str | None:
    """Return the encoding that a byte order mark or the zeros of UTF-16 and UTF-32 tell.

    Args:
        start: The first octets of a text.

    Example:
        >>> unicode_encoding("to,text".encode("utf-16-be")), unicode_encoding(b"to,text")
        ('utf-16-be', None)
    """
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    candidates = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be") if 0 in start else ()
    return next((each for each in candidates if _is_text(start, each)), None)


def _is_text(octets: bytes, encoding: str) -> bool:
    """Return whether octets with zeros are text in an encoding, and not UTF-8 with U+0000 in it."""
    try:
        text = codecs.getincrementaldecoder(encoding)("surrogatepass").decode(octets)
    except UnicodeDecodeError:
        return False
    # Read in the wrong order of octets, a letter of ASCII is one of some rare script.
    swapped = sum(ord(each) % 256 == 0 for each in text)
    if "\0" in text or sum(map(str.isascii, text)) <= swapped:
        return False
    # Two octets of UTF-8 are an ideograph.
    letters = sum(each < "\u2000" for each in text)
    return 2 * letters > len(text) or not (text.isascii() or _begins_as_utf8(octets))


def is_utf8(path: str, *, whole: bool) -> bool:
    """Return whether a file is UTF-8, or begins so.

    Args:
        path: The file.
        whole: Whether to read all of it.
    """
    with open(path, "rb") as file:
        if not whole:
            return _begins_as_utf8(file.read(_START_OCTETS))
        pieces = iter(partial(file.read, _PIECE_OCTETS), b"")
        try:
            for _ in codecs.iterdecode(pieces, "utf-8"):
                pass
        except UnicodeDecodeError:
            return False
    return True


def _begins_as_utf8(octets: bytes) -> bool:
    """Return whether octets are UTF-8, the last code point perhaps cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(octets)
    except UnicodeDecodeError:
        return False
    return True


def transcode(path: str, copy: str, encoding: str, name: str) -> None:
    """Write a copy of a text in UTF-8, in constant memory.

    Raises:
        FileError: It is not written in this encoding; the error names the line.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with open(path, "rb") as file, open(copy, "w", encoding="utf-8", errors="replace", newline="") as target:
        while True:
            piece = file.read(_PIECE_OCTETS)
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                line += error.object.count(b"\n", 0, error.start)
                octets = error.object[error.start : error.end].hex(" ").upper()
                problem = (
                    f"not {encoding_title(encoding)} (octets {octets}); name another encoding with --encoding"
                )
                raise FileError(name, problem, line) from None
            if line == 1 and target.tell() == 0:
                text = text.removeprefix("\ufeff")
            # UTF-16 may hold half a pair, which is not text and is replaced.
            target.write(text)
            line += text.count("\n")
            if not piece:
                return


def not_utf8(path: str, name: str) -> FileError | None:
    """Return the error for the first octets in a file that are not UTF-8, if there are any."""
    with open(path, "rb") as file:
        found = ((number, line, _undecodable(line)) for number, line in enumerate(file, 1))
        number, line, error = next((each for each in found if each[2]), (0, b"", None))
    if error is None:
        return None
    octets = line[error.start : error.end].hex(" ").upper()
    problem = f"not UTF-8 (octets {octets} at octet {error.start + 1} of the line)"
    return FileError(name, f"{problem}; name its encoding with --encoding", number)


def _undecodable(line: bytes) -> UnicodeDecodeError | None:
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return error
    return None


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
    """Copy a file with quotation marks inside cells doubled (RFC 4180), where a backslash escaped them."""
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
    """Return whether lines between rows are comments: they begin with # and have fewer cells than rows."""
    found = [line.count(delimiter.encode()) for line in start.split(b"\n")[:-1] if line.startswith(b"#")]
    return bool(found) and max(found) < columns - 1


def write_without_comments(source: str, target: str, delimiter: str, columns: int) -> int:
    """Copy a file with an empty line for each comment, so that other lines keep their numbers.

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


def write_until(source: str, target: str, end: int) -> None:
    """Copy the first octets of a file, up to a position."""
    shutil.copyfile(source, target)
    os.truncate(target, end)
