"""The part of a stream of UTF-8 that is being looked at, whose lines and octets are counted."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

_SPACES = " \t\r\n"
_SPACE = re.compile(f"[{_SPACES}]*")

# What an octet that is not UTF-8 becomes (PEP 383).
UNDECODABLE = re.compile("[\udc80-\udcff]")
"""What stands in the text for an octet that is not UTF-8."""


class Window:
    """Text that is read on when it is needed, and forgotten when it has been looked at.

    Args:
        pieces: The octets, in pieces of any size.

    Example:
        >>> window = Window([b"  \\xc3", b"\\xa9\\n1"])
        >>> window.next(), window.octet(window.at)
        ('é', 3)
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._first_piece = True
        # Octets in front of the text, and what of it is counted in `line`.
        self._octets_before = 0
        self._lines_until = 0
        self.text = ""
        self.at = 0
        self.line = 1
        self.ended = False
        self.undecodable = False

    def next(self) -> str:
        """Go to the next code point that is no space and return it, or nothing at the end."""
        while True:
            # Nothing, at the end of the text, is in any string.
            if self.text[self.at : self.at + 1] in _SPACES:
                self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
            if self.at < len(self.text):
                self.line += self.text.count("\n", self._lines_until, self.at)
                self._lines_until = self.at
                return self.text[self.at]
            if not self.more():
                return ""

    def more(self) -> bool:
        """Put the next piece behind what is not looked at yet, and return whether there was one."""
        if self.ended:
            return False
        piece = next(self._pieces, None)
        self.ended = piece is None
        text = self._decoder.decode(piece or b"", final=self.ended)
        if self.ended and not text:
            return False
        if self._first_piece and text:
            self._first_piece = False
            if text.startswith("\ufeff"):
                text, self._octets_before = text[1:], len(codecs.BOM_UTF8)
        self.undecodable = self.undecodable or (not text.isascii() and bool(UNDECODABLE.search(text)))
        self.line += self.text.count("\n", self._lines_until, self.at)
        # One code point stays, because a line end or bracket in front of an object says how to go on.
        kept = max(self.at - 1, 0)
        self._octets_before += _octets(self.text[:kept])
        self.text = self.text[kept:] + text
        self.at -= kept
        self._lines_until = self.at
        return True

    def grow(self) -> bool:
        """Put as much behind what is not looked at yet as that is long, and return whether there was more.

        What is long is then not looked at again for each piece of it.
        """
        wanted = 2 * (len(self.text) - self.at)
        found = more = self.more()
        while more and len(self.text) - self.at < wanted:
            more = self.more()
        return found

    def octet(self, index: int) -> int:
        """Return which octet of the stream a code point of the text begins with, counted from 1.

        Args:
            index: Where it is in the text.
        """
        return self._octets_before + _octets(self.text[:index]) + 1


def _octets(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))
