"""Octets from files, folders and streams, decompressed.  Errors are reported, and the rest is read."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from segcore.sources.json_fields import InputError

READ_OCTETS = 1 << 18

SUFFIXES = (".json", ".ndjson", ".jsonl")
"""How the names of JSON files in a folder end, with or without ``.gz``."""

_GZIP = b"\x1f\x8b"

# A gzip header and trailer around the deflated data (RFC 1952).
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS

OnError = Callable[[InputError], None]
"""Receives each part of the input that cannot be used."""

Progress = Callable[[int], None]
"""Receives the number of octets just read."""


def files_of(path: str, on_error: OnError) -> Iterator[str]:
    """Yield a file, or the JSON files in a folder and its subfolders, sorted by name.

    Args:
        path: A file or a folder.
        on_error: Receives an `InputError` for each file in a folder that is skipped because of its name.
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
                on_error(
                    InputError(file, "", f"skipped: its name does not end in {known} or one of these and .gz")
                )


def is_source(value: object) -> bool:
    """Return whether a value is a path, or a file open for reading.

    Args:
        value: Any value.
    """
    return isinstance(value, (str, os.PathLike)) or hasattr(value, "read")


def open_files(source: Any, name: str, on_error: OnError) -> Iterator[tuple[Any, str]]:
    """Yield the open files of a source, each with its name.

    Args:
        source: A file, a folder, or a file that is already open.
        name: The name of an open file that has none.
        on_error: As in `files_of`.

    Raises:
        OSError: A file cannot be opened.
    """
    if not isinstance(source, (str, os.PathLike)):
        yield source, getattr(source, "name", name)
        return
    for path in files_of(os.fspath(source), on_error):
        with open(path, "rb") as file:
            yield file, path


def size_of(path: str) -> int:
    """Return the size of a file, or of all JSON files in a folder, in octets.

    Args:
        path: A file or a folder.
    """
    return sum(os.path.getsize(file) for file in files_of(path, lambda _: None))


def octets_of(
    file: BinaryIO, name: str, on_error: OnError, progress: Progress | None = None
) -> Iterator[bytes]:
    """Yield the content of a file piece by piece, decompressed if it is gzip.

    Args:
        file: The file.
        name: How errors name it.
        on_error: Receives an `InputError` if compressed data ends early or is damaged; everything before
            that is yielded.
        progress: Receives the number of octets read from the file.

    Example:
        >>> import gzip, io
        >>> errors = []
        >>> truncated = io.BytesIO(gzip.compress(b"Hello")[:-4])
        >>> b"".join(octets_of(truncated, "x.gz", errors.append)), str(errors[0])
        (b'Hello', 'x.gz: the compressed data ends early, after octet 21 of the file: it was cut off')
    """
    pieces = _pieces(file, progress)
    first = next(pieces, b"")
    # A pipe may give one octet at a time.
    while len(first) < len(_GZIP) and (more := next(pieces, b"")):
        first += more
    is_packed = first.startswith(_GZIP)
    yield from _Gunzip(name, on_error).run(first, pieces) if is_packed else _chained(first, pieces)


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
    """Decompresses gzip with any number of members, and loses nothing that precedes an error."""

    def __init__(self, name: str, on_error: OnError) -> None:
        self._name = name
        self._on_error = on_error
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
            reason = f"the compressed data ends early, after octet {self._taken} of the file: it was cut off"
            self._on_error(InputError(self._name, "", reason))

    def _until_damage(self, inflate: zlib._Decompress, left: bytes, error: zlib.error) -> Iterator[bytes]:
        """Yield what the interrupted call could still decompress, fed octet by octet."""
        index = 0
        with suppress(zlib.error):
            while index < len(left):
                yield inflate.decompress(left[index : index + 1])
                index += 1
        octet, why = self._taken + index + 1, str(error).rpartition(": ")[2]
        reason = f"damaged at octet {octet} of the compressed data ({why}); everything after it is lost"
        self._on_error(InputError(self._name, "", reason))
