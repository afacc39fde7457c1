"""Decode the octets of files."""

from __future__ import annotations

from segcore.sources.opening import FileError

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


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
