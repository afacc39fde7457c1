"""What is wrong with a file before it is read: which file, which line, what to do about it."""

from __future__ import annotations

import os
import stat

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class FileError(ValueError):
    """A file that cannot be read as messages, or as prices.

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
        self.problem = problem
        self.line = line

    def __reduce__(self) -> tuple[type[FileError], tuple[str, str, int | None]]:
        return type(self), (self.path, self.problem, self.line)


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
        raise FileError(path, _advice(error)) from None
    if not stat.S_ISREG(status.st_mode):
        raise FileError(
            path, "not a regular file, which is needed to read it twice; save it as one, or pass it to -"
        )
    return status.st_size


def _advice(error: OSError) -> str:
    problem = (error.strerror or str(error)).lower()
    if isinstance(error, IsADirectoryError):
        return f"{problem}; name a file, or put the files in it in quotation marks, such as 'folder/*.csv'"
    if isinstance(error, FileNotFoundError):
        return f"{problem}; check the name"
    return problem


def _open_at_once(path: str, flags: int) -> int:
    # Opening a pipe would wait for somebody to write to it.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def not_utf8(path: str, name: str) -> FileError | None:
    """Return the error for the first octets in a file that are not UTF-8, if there are any.

    Args:
        path: The file.
        name: What to call it.
    """
    with open(path, "rb") as file:
        found = ((number, line, _undecodable(line)) for number, line in enumerate(file, 1))
        number, line, error = next((each for each in found if each[2]), (0, b"", None))
    if error is None:
        return None
    octets = line[error.start : error.end].hex(" ").upper()
    seems = ", and it seems to be UTF-16" if number == 1 and line.startswith(_UTF16_MARKS) else ""
    problem = f"not UTF-8 (octets {octets} at octet {error.start + 1} of the line){seems}; save it as UTF-8"
    return FileError(name, problem, number)


def _undecodable(line: bytes) -> UnicodeDecodeError | None:
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return error
    return None
