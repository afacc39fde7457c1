"""Octets from files, folders and streams, unpacked.  Errors are reported, and the rest is read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from segcore.sources.json_fields import InputError
from segcore.sources.opening import FileError, unpacked_pieces

SUFFIXES = (".json", ".ndjson", ".jsonl")
"""How the names of JSON files in a folder end, with or without the suffix of a compression."""

_PACKED = (".gz", ".zst", ".xz", ".bz2", ".zip")

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
            if without_packing(name.lower()).endswith(SUFFIXES):
                yield file
            else:
                known = ", ".join(SUFFIXES)
                on_error(
                    InputError(
                        file,
                        "",
                        f"skipped: its name does not end in {known} with or without that of a compression",
                    )
                )


def without_packing(name: str) -> str:
    """Return the name of a file without the suffix of a compression.

    Example:
        >>> without_packing("sent.csv.gz"), without_packing("sent.csv")
        ('sent.csv', 'sent.csv')
    """
    root, suffix = os.path.splitext(name)
    return root if suffix in _PACKED else name


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
    """Yield the content of a file piece by piece, unpacked if it is packed.

    Args:
        file: The file.
        name: How errors name it.
        on_error: Receives an `InputError` if packed data ends early or is damaged; everything before that is
            yielded.
        progress: Receives the number of octets read from the file.

    Example:
        >>> import gzip, io
        >>> errors = []
        >>> truncated = io.BytesIO(gzip.compress(b"Hello")[:-4])
        >>> b"".join(octets_of(truncated, "x.gz", errors.append)), str(errors[0])
        (b'Hello', 'x.gz: the compressed data ends early, after octet 21 of the file: it was cut off')
    """
    source: Any = file if progress is None else _Watched(file, progress)
    try:
        yield from unpacked_pieces(source, name)
    except FileError as error:
        on_error(InputError(name, "", error.problem))


class _Watched:
    """A file that reports how many octets are read from it."""

    def __init__(self, file: BinaryIO, progress: Progress) -> None:
        self._file = file
        self._progress = progress

    def read(self, size: int = -1) -> bytes:
        return self._counted(self._file.read(size))

    def read1(self, size: int = -1) -> bytes:
        return self._counted(getattr(self._file, "read1", self._file.read)(size))

    def _counted(self, octets: bytes) -> bytes:
        self._progress(len(octets))
        return octets

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
