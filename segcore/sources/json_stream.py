"""JSON objects from a stream of octets: one a line, one after another, or in arrays.

Arrays are read entry by entry, so that memory does not grow with the file.  After a syntax error, reading
resumes at the next complete object that looks like a wanted one.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, BinaryIO

from segcore.sources.decoding import unicode_encoding
from segcore.sources.files import OnError, Progress, octets_of
from segcore.sources.json_fields import DECODER, InputError, kind, syntax_error

# Where reading can resume: an object after a bracket or comma, an object or array on a line of its own.
_RESTART = re.compile(r"[\[,][ \t\r\n]*(?=\{)|\n[ \t\r\n\x1e]*(?=[\[{])")

# The longest escape or literal that the end of a buffer can cut.  An error further from the end is real.
_TAIL = 16

# The rest of a file that ends inside a value: nothing, or the start of a string, literal or number.
_CUT = re.compile(r'[ \t\r\n]*|"[^\n]*|[a-z+\-]{1,4}\s*|\\[^\n]{0,4}|u?[0-9A-Fa-f]{0,4}', re.DOTALL)

LONGEST_RECORD = 1 << 20
"""Code points of the longest record that is read."""

# A list of messages is one value with many records.
_LONGEST_VALUE = 1 << 26

# Strings, and brackets outside strings.
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)

# Levels of nesting that every interpreter can parse.
_PARSABLE_LEVELS = 200

# White space, and the separator before each text of a sequence (RFC 7464).
_SPACES = " \t\r\n\x1e"
_SPACE = re.compile(f"[{_SPACES}]*")

_NO_JSON_HINT = "; nothing in the file is JSON: export it as JSON, one object a line or in an array"

# The surrogates that stand for octets that are not UTF-8 (PEP 383).
_UNDECODABLE = re.compile("[\udc80-\udcff]")


def json_objects(
    file: BinaryIO,
    name: str,
    on_error: OnError,
    *,
    wanted: tuple[tuple[str, ...], ...],
    progress: Progress | None = None,
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the objects in a file of JSON, each with its location.

    Args:
        file: The file, open for reading octets, compressed or not.
        name: How errors name it.
        on_error: Receives an `InputError` for each part that cannot be read.
        wanted: The fields of each kind of object at which reading resumes after a syntax error.
        progress: Receives the number of octets read from the file.

    Example:
        >>> import io
        >>> errors = []
        >>> file = io.BytesIO(b'[{"id": 1}, {"id": 2]\\n{"id": 3}')
        >>> list(json_objects(file, "x.json", errors.append, wanted=(("id",),)))
        [('x.json: line 1, entry 1', {'id': 1}), ('x.json: line 2', {'id': 3})]
    """
    pieces = _in_utf8(octets_of(file, name, on_error, progress))
    documents = Documents(pieces, name, on_error, wanted)
    for value in documents:
        yield documents.location, value


def _in_utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a text in UTF-8 that may be in UTF-16 or UTF-32."""
    first = next(pieces, b"")
    encoding = unicode_encoding(first)
    pieces = chain([first], pieces)
    if encoding in (None, "utf-8-sig"):
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    for piece in pieces:
        # A lone surrogate becomes octets that are not UTF-8, and is reported as these are.
        yield decoder.decode(piece).encode("utf-8", "surrogatepass")


class Documents:
    """Iterates over the objects in a stream of JSON, and knows the location of each.

    Args:
        pieces: The octets, in pieces of any size.
        name: How errors name the stream.
        on_error: Receives an `InputError` for each part that cannot be read.
        wanted: The fields of each kind of object at which reading resumes after a syntax error.

    Example:
        >>> errors = []
        >>> found = Documents([b'{"id": 1}\\n{"id": 2 \\n{"id": 3}'], "x.ndjson", errors.append, (("id",),))
        >>> [(found.location, value["id"]) for value in found]
        [('x.ndjson: line 1', 1), ('x.ndjson: line 3', 3)]
        >>> print(errors[0])
        x.ndjson: line 2: not JSON: expecting ',' delimiter (octet 21); 10 octets skipped
    """

    def __init__(
        self, pieces: Iterable[bytes], name: str, on_error: OnError, wanted: tuple[tuple[str, ...], ...]
    ) -> None:
        self._window = _Window(pieces)
        self._name = name
        self._on_error = on_error
        self._wanted = wanted
        self._inside = False
        # Whether an entry may follow: after a bracket or a comma.
        self._separated = False
        self._entry = 0
        self._broken = False
        # Whether reading resumed inside an array whose start was lost.
        self._astray = False
        # Whether parsing stopped at brackets that enclose too many others.
        self._too_deep = False

    @property
    def location(self) -> str:
        """The file, line and array entry where the last value began."""
        entry = f", entry {self._entry}" if self._inside else ""
        return f"{self._name}: line {self._window.line}{entry}"

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        while character := self._window.next():
            if self._astray and character in ",]}":
                self._window.at += 1
                self._separated = character == ","
            elif character == "[" and not self._inside:
                self._open()
            elif character == "]":
                self._close()
            elif character == "," and self._inside:
                self._comma()
            else:
                yield from self._objects()
        if self._inside and not self._broken:
            self._report("the array is not closed: the file was cut off")

    def _open(self) -> None:
        self._window.at += 1
        self._inside, self._separated, self._entry, self._astray = True, True, 0, False

    def _close(self) -> None:
        if not self._inside and not self._broken:
            self._report("']' without a matching '['")
        elif self._inside and self._separated and self._entry:
            self._report("a comma without an entry after it")
        self._window.at += 1
        self._inside = False

    def _comma(self) -> None:
        if self._separated:
            # The comma stands where the next entry should.
            self._entry += 1
            self._report("a comma without an entry before it")
            self._entry -= 1
        self._window.at += 1
        self._separated = True

    def _objects(self) -> Iterator[Mapping[str, Any]]:
        """Yield the object that begins here, or the objects in the array that begins here."""
        if self._inside:
            self._entry += 1
            if not self._separated:
                self._report("no comma before the entry")
            self._separated = False
        elif self._astray:
            self._astray, self._separated = self._separated, False
        value, end = self._value()
        if end is None:
            return
        # Only now: reading more of the file moved the text.
        start = self._window.at
        found = self._window.text[start:end] if self._window.undecodable else ""
        self._window.at = end
        self._broken = False
        if match := _UNDECODABLE.search(found):
            octet = ord(match[0]) - 0xDC00
            at = self._window.octet(start + match.start())
            self._report(f"not UTF-8 (octet {octet:02X} at octet {at} of the file); the value is skipped")
            return
        if end - start > LONGEST_RECORD and end - start > LONGEST_RECORD * _records(value):
            self._report(f"a record of more than 1 MiB ({end - start:,} code points); it is skipped")
            return
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield each
            else:
                self._report(f"expected an object, got {kind(each)}")

    def _value(self) -> tuple[Any, int | None]:
        """Return the value that begins here and its end, or report an error and move to the next object."""
        value, end, why = self._decoded()
        if end is None:
            self._resume(why)
        return value, end

    def _decoded(self) -> tuple[Any, int | None, str]:
        """Return the value that begins here, its end or ``None``, and why there is none."""
        while True:
            start = self._window.at
            try:
                value, end = DECODER.raw_decode(self._window.text, start)
            except json.JSONDecodeError as error:
                cut = (
                    error.msg.startswith("Unterminated string") or error.pos >= len(self._window.text) - _TAIL
                )
                if (
                    cut
                    and error.msg.startswith("Unterminated")
                    and len(self._window.text) - error.pos > LONGEST_RECORD
                ):
                    return None, None, f"a string of more than 1 MiB (octet {self._window.octet(error.pos)})"
                if not (cut and len(self._window.text) - start < _LONGEST_VALUE and self._window.grow()):
                    return None, None, self._why(error, cut)
            except RecursionError:
                self._too_deep = True
                return None, None, f"not read: nested too deeply (octet {self._window.octet(start)})"
            except ValueError as error:
                return None, None, f"not JSON: {error} (octet {self._window.octet(start)})"
            else:
                # A number may continue in the next piece.
                if (
                    end < len(self._window.text)
                    or isinstance(value, (dict, list, str))
                    or not self._window.more()
                ):
                    return value, end, ""

    def _why(self, error: json.JSONDecodeError, cut: bool) -> str:
        octet = self._window.octet(error.pos)
        if cut and self._window.ended and _CUT.fullmatch(self._window.text, error.pos):
            return f"cut off: the file ends inside a value ({syntax_error(error)}, octet {octet})"
        return f"not JSON: {syntax_error(error)} (octet {octet})"

    def _resume(self, why: str) -> None:
        """Move to the next complete object, or to the end, and report what was skipped."""
        location, first = self.location, self._window.octet(self._window.at)
        is_json = first > 1 or self._window.text[self._window.at] in "[{"
        self._find_next()
        skipped = self._window.octet(self._window.at) - first
        hint = "" if is_json or self._window.at < len(self._window.text) else _NO_JSON_HINT
        self._on_error(InputError(location, "", f"{why}; {skipped} octets skipped{hint}"))
        self._broken = True

    def _find_next(self) -> None:
        """Move to the next plausible object, or to the end."""
        self._window.at += 1
        while True:
            if self._too_deep:
                self._enter_nesting()
            found = _RESTART.search(self._window.text, max(self._window.at - 1, 0))
            if found is None:
                # The object of the last bracket, comma or line end may be in the next piece.
                self._window.at = max(self._window.at, len(self._window.text.rstrip(" \t\r\n")))
                if not self._window.more():
                    self._window.at = len(self._window.text)
                    return
                continue
            self._window.at, first = found.end(), found[0]
            if self._plausible():
                # After a bracket or comma the entries of an array go on; a line of its own starts afresh.
                is_entry = first[0] != "\n"
                self._astray = is_entry and not self._inside
                self._inside = is_entry and self._inside
                self._separated = is_entry
                return
            self._window.at += 1

    def _enter_nesting(self) -> None:
        """Move past the brackets that enclose too many others: reading cannot resume at any of them."""
        self._too_deep = False
        open_brackets: list[int] = []
        most = _PARSABLE_LEVELS
        for token in _BRACKET.finditer(self._window.text, self._window.at):
            if token[0] in "[{":
                open_brackets.append(token.start())
                if len(open_brackets) > most:
                    most = len(open_brackets)
                    self._window.at = open_brackets[most - _PARSABLE_LEVELS - 1]
            elif token[0] in "]}" and open_brackets:
                open_brackets.pop()

    def _plausible(self) -> bool:
        if self._window.text[self._window.at] == "[":
            return True
        value, end, _ = self._decoded()
        if end is None or not isinstance(value, dict):
            return False
        return any(all(name in value for name in names) for names in self._wanted)

    def _report(self, reason: str) -> None:
        self._on_error(InputError(self.location, "", reason))


class _Window:
    """The part of a stream of UTF-8 that is being parsed; counts its lines and octets.

    Args:
        pieces: The octets, in pieces of any size.

    Example:
        >>> window = _Window([b"  \\xc3", b"\\xa9\\n1"])
        >>> window.next(), window.octet(window.at)
        ('é', 3)
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._first_piece = True
        # The octets before the text, and the part of the text whose lines are counted.
        self._octets_before = 0
        self._lines_until = 0
        self.text = ""
        self.at = 0
        self.line = 1
        self.ended = False
        self.undecodable = False

    def next(self) -> str:
        """Move to the next code point that is not white space and return it; empty at the end."""
        while True:
            # The empty string at the end of the text is in every string.
            if self.text[self.at : self.at + 1] in _SPACES:
                self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
            if self.at < len(self.text):
                self.line += self.text.count("\n", self._lines_until, self.at)
                self._lines_until = self.at
                return self.text[self.at]
            if not self.more():
                return ""

    def more(self) -> bool:
        """Append the next piece, drop the text already parsed, and return whether there was a piece."""
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
        self.undecodable = self.undecodable or (not text.isascii() and bool(_UNDECODABLE.search(text)))
        self.line += self.text.count("\n", self._lines_until, self.at)
        # Keep one code point: the line end or bracket before an object says how to resume.
        kept = max(self.at - 1, 0)
        self._octets_before += _octets(self.text[:kept])
        self.text = self.text[kept:] + text
        self.at -= kept
        self._lines_until = self.at
        return True

    def grow(self) -> bool:
        """Double the text that is not parsed yet, and return whether there was more.

        A long value is then not parsed again for each of its pieces.
        """
        wanted = 2 * (len(self.text) - self.at)
        found = more = self.more()
        while more and len(self.text) - self.at < wanted:
            more = self.more()
        return found

    def octet(self, index: int) -> int:
        """Return the octet of the stream, counted from 1, at which a code point of the text begins."""
        return self._octets_before + _octets(self.text[:index]) + 1


def _records(value: object) -> int:
    """Return the number of records in a value: in an array, or in an array that is a member of an object."""
    members = value.values() if isinstance(value, dict) else [value]
    arrays = (each for each in members if isinstance(each, list) and each and isinstance(each[0], dict))
    return max(map(len, arrays), default=1)


def _octets(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))
