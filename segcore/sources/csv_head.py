"""The beginning of a file, as much of it as has to be looked at."""

from __future__ import annotations

from functools import cached_property
from itertools import islice

# DuckDB looks at as many rows.
_SAMPLE_LINES = 20_480
_SAMPLE_OCTETS = 16 << 20
LOOKED_AT_OCTETS = 1 << 16
"""Octets whose rows are looked at one by one."""

_BOM = b"\xef\xbb\xbf"


class Head:
    """The beginning of a file, without a byte order mark; no more of it is read than is asked for.

    Args:
        path: The file.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        with open(path, "rb") as file:
            read = file.read(len(_BOM) + LOOKED_AT_OCTETS + 1).removeprefix(_BOM)
        self.start = read[:LOOKED_AT_OCTETS]
        """Octets whose rows are looked at one by one."""
        self.is_all = read == self.start
        """Whether there is no more in the file."""

    @cached_property
    def lines(self) -> bytes:
        """The first lines, as many as detection looks at."""
        if self.is_all:
            return self.start
        with open(self._path, "rb") as file:
            return b"".join(islice(file, _SAMPLE_LINES))[:_SAMPLE_OCTETS].removeprefix(_BOM)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing but space in it."""
        return not self.start.strip() and not self.lines.strip()

    @cached_property
    def has_escapes(self) -> bool:
        """Whether there are backslashes before quotation marks."""
        return self._may_have_escapes() and b'\\"' in self.lines

    def _may_have_escapes(self) -> bool:
        """Look through the first lines and some more, without keeping them."""
        # The last octet of one block comes before the next.
        block, lines = bytearray(1 + LOOKED_AT_OCTETS), 0
        with open(self._path, "rb", buffering=0) as file:
            for _ in range(_SAMPLE_OCTETS // LOOKED_AT_OCTETS):
                octets = file.readinto(memoryview(block)[1:])
                if block.find(b'\\"', 0, 1 + octets) >= 0:
                    return True
                lines += block.count(b"\n", 1, 1 + octets)
                if not octets or lines >= _SAMPLE_LINES:
                    break
                block[0] = block[octets]
        return False
