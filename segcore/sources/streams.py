"""Octets from files, folders, gzip and streams; what cannot be read is told, and the rest is read."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

from segcore.sources.json_fields import FieldError

READ_OCTETS = 1 << 18

SUFFIXES = (".json", ".ndjson", ".jsonl")
"""How the names of files in a folder end, followed by ``.gz`` or not."""

_GZIP = b"\x1f\x8b"

# A gzip header and trailer in front of and behind the deflated data (RFC 1952).
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS

Report = Callable[["InputProblem"], None]
Progress = Callable[[int], None]


@dataclass(frozen=True)
class InputProblem:
    """A part of the input that could not be used.

    Args:
        place: The file and the line, or the position in what was given.
        problem: What is wrong with it.

    Example:
        >>> print(InputProblem("sent.csv: row 3", "no text"))
        sent.csv: row 3: no text
    """

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


def problem_of(error: FieldError) -> InputProblem:
    """Return a malformed field as a part of the input that could not be used.

    Args:
        error: The error, which knows its place.
    """
    return InputProblem(error.place, ": ".join(filter(None, (error.field, error.problem))))


def files_of(path: str, report: Report) -> Iterator[str]:
    """Yield a file, or the files in a folder and its folders, in the order of their names.

    Args:
        path: A file or a folder.
        report: Gets an `InputProblem` for each file in a folder that is left out because of its name.
    """
    if not os.path.isdir(path):
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = os.path.join(folder, name)
            if name.startswith("."):
                continue
            if name.lower().removesuffix(".gz").endswith(SUFFIXES):
                yield file
            else:
                known = ", ".join(SUFFIXES)
                report(InputProblem(file, f"left out: its name does not end in {known} or these and .gz"))


def is_source(thing: object) -> bool:
    """Return whether something is a path, or a file open for reading.

    Args:
        thing: What was given.
    """
    return isinstance(thing, (str, os.PathLike)) or hasattr(thing, "read")


def files_at(source: Any, name: str, report: Report) -> Iterator[tuple[Any, str]]:
    """Yield the open files of a source, each with its name.

    Args:
        source: A file or a folder, or a file that is open.
        name: What to call an open file that does not tell its name.
        report: As `files_of` takes it.

    Raises:
        OSError: A file cannot be opened.
    """
    if not isinstance(source, (str, os.PathLike)):
        yield source, getattr(source, "name", name)
        return
    for path in files_of(os.fspath(source), report):
        with open(path, "rb") as file:
            yield file, path


def size_of(path: str) -> int:
    """Return the octets of a file, or of all files in a folder.

    Args:
        path: A file or a folder.
    """
    return sum(os.path.getsize(file) for file in files_of(path, unheard))


def octets_of(file: BinaryIO, name: str, report: Report, progress: Progress | None = None) -> Iterator[bytes]:
    """Yield the content of a file piece by piece, decompressed if it is gzip.

    Args:
        file: The file.
        name: What to call it in a problem.
        report: Gets an `InputProblem` if compressed data ends early or is damaged; what came before is
            yielded all the same.
        progress: Is told how many octets of the file were read.

    Example:
        >>> import gzip, io
        >>> problems = []
        >>> cut = io.BytesIO(gzip.compress(b"Hello")[:-4])
        >>> b"".join(octets_of(cut, "x.gz", problems.append)), str(problems[0])
        (b'Hello', 'x.gz: the compressed data ends early, after octet 21 of the file: it was cut off')
    """
    pieces = _pieces(file, progress)
    first = next(pieces, b"")
    # A pipe may give one octet at a time.
    while len(first) < len(_GZIP) and (more := next(pieces, b"")):
        first += more
    is_packed = first.startswith(_GZIP)
    yield from _Gunzip(name, report).run(first, pieces) if is_packed else _chained(first, pieces)


def _pieces(file: BinaryIO, progress: Progress | None) -> Iterator[bytes]:
    read = getattr(file, "read1", file.read)
    while piece := read(READ_OCTETS):
        if progress is not None:
            progress(len(piece))
        yield piece


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


class _Gunzip:
    """Decompresses gzip, of several members too, and loses nothing that came before an error."""

    def __init__(self, name: str, report: Report) -> None:
        self._name = name
        self._report = report
        self._taken = 0

    def run(self, first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
        inflate = zlib.decompressobj(_WITH_GZIP_HEADER)
        begun = True
        for piece in _chained(first, rest):
            left = piece
            while left:
                before, size = inflate.copy(), len(left)
                try:
                    found = inflate.decompress(left)
                except zlib.error as error:
                    yield from self._until_damage(before, left, error)
                    return
                yield found
                begun, left = not inflate.eof, inflate.unused_data
                self._taken += size - len(left)
                if inflate.eof:
                    # Members follow each other; zero octets may fill up the last block of a tape.
                    inflate, left = zlib.decompressobj(_WITH_GZIP_HEADER), left.lstrip(b"\0")
                    begun = False
        if begun:
            problem = f"the compressed data ends early, after octet {self._taken} of the file: it was cut off"
            self._report(InputProblem(self._name, problem))

    def _until_damage(self, inflate: zlib._Decompress, left: bytes, error: zlib.error) -> Iterator[bytes]:
        """Yield what an interrupted call would have given, octet by octet of its input."""
        index = 0
        with suppress(zlib.error):
            while index < len(left):
                yield inflate.decompress(left[index : index + 1])
                index += 1
        octet, why = self._taken + index + 1, str(error).rpartition(": ")[2]
        problem = f"damaged at octet {octet} of the compressed data ({why}); what follows is lost"
        self._report(InputProblem(self._name, problem))


def unheard(problem: InputProblem) -> None:
    """Stand in where nobody wants to know.

    Args:
        problem: What nobody wants to know.
    """
