"""JSON values one after another from a stream of octets, whatever stands between them or is broken.

Values may be one a line, one after another, or entries of arrays; arrays are read entry by entry, so that
memory does not grow with the file.  After something that is not JSON, reading goes on at the next object
that is complete and looks like what is wanted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from segcore.sources.json_fields import DECODER, kind, reason
from segcore.sources.json_window import UNDECODABLE, Window
from segcore.sources.streams import InputProblem, Report

# Where an object may begin again: after a bracket or comma, or on a line of its own, as an array may.
_RESTART = re.compile(r"[\[,][ \t\r\n]*(?=\{)|\n[ \t\r\n]*(?=[\[{])")

# The longest escape or literal that the end of a buffer may cut: what fails further from it is wrong.
_TAIL = 16

# What may be left where a file ends inside a value: nothing, or the begin of a string, literal or number.
_CUT = re.compile(r'[ \t\r\n]*|"[^\n]*|[a-z+\-]{1,4}\s*|\\[^\n]{0,4}|u?[0-9A-Fa-f]{0,4}', re.DOTALL)

# A value is not looked for further than this: no message is so long.
_LONGEST = 1 << 26


class Documents:
    """The objects in a stream of JSON, with the place of each.

    Args:
        pieces: The octets, in pieces of any size.
        name: What to call the stream in a problem.
        report: Gets an `InputProblem` for each part that cannot be read.
        wanted: For each kind of object that is looked for after something broken, the names of its fields.

    Example:
        >>> problems = []
        >>> found = Documents([b'{"id": 1}\\n{"id": 2 \\n{"id": 3}'], "x.ndjson", problems.append, (("id",),))
        >>> [(found.place, value["id"]) for value in found]
        [('x.ndjson: line 1', 1), ('x.ndjson: line 3', 3)]
        >>> print(problems[0])
        x.ndjson: line 2: not JSON: expecting ',' delimiter (octet 21); 10 octets left out
    """

    def __init__(
        self, pieces: Iterable[bytes], name: str, report: Report, wanted: tuple[tuple[str, ...], ...]
    ) -> None:
        self._window = Window(pieces)
        self._name = name
        self._report = report
        self._wanted = wanted
        self._inside = False
        # Whether an entry may come: after the bracket or a comma.
        self._separated = False
        self._entry = 0
        self._broken = False
        # Whether entries may come of an array whose begin is lost.
        self._astray = False

    @property
    def place(self) -> str:
        """The file, the line, and the entry of an array where the last value began."""
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
            self._tell("the array is not closed: the file was cut off")

    def _open(self) -> None:
        self._window.at += 1
        self._inside, self._separated, self._entry, self._astray = True, True, 0, False

    def _close(self) -> None:
        if not self._inside and not self._broken:
            self._tell("a bracket is closed that was not opened")
        elif self._inside and self._separated and self._entry:
            self._tell("a comma and no entry behind it")
        self._window.at += 1
        self._inside = False

    def _comma(self) -> None:
        if self._separated:
            # It stands where the next entry should.
            self._entry += 1
            self._tell("a comma and no entry in front of it")
            self._entry -= 1
        self._window.at += 1
        self._separated = True

    def _objects(self) -> Iterator[Mapping[str, Any]]:
        """Yield the value that begins here, or the entries of an array of values."""
        if self._inside:
            self._entry += 1
            if not self._separated:
                self._tell("no comma in front of the entry")
            self._separated = False
        elif self._astray:
            self._astray, self._separated = self._separated, False
        value, end = self._value()
        if end is None:
            return
        # Not before: what was read of the file meanwhile moved it.
        start = self._window.at
        found = self._window.text[start:end] if self._window.undecodable else ""
        self._window.at = end
        self._broken = False
        if wrong := UNDECODABLE.search(found):
            octet = ord(wrong[0]) - 0xDC00
            at = self._window.octet(start + wrong.start())
            self._tell(f"not UTF-8 (octet {octet:02X} at octet {at} of the file); the value is left out")
            return
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield each
            else:
                self._tell(f"expected an object, got {kind(each)}")

    def _value(self) -> tuple[Any, int | None]:
        """Return the value that begins here and where it ends, or go to where reading can go on."""
        value, end, why = self._decoded()
        if end is None:
            self._resume(why)
        return value, end

    def _decoded(self) -> tuple[Any, int | None, str]:
        """Return the value that begins here, its end, and why there is none."""
        while True:
            start = self._window.at
            try:
                value, end = DECODER.raw_decode(self._window.text, start)
            except json.JSONDecodeError as error:
                cut = (
                    error.msg.startswith("Unterminated string") or error.pos >= len(self._window.text) - _TAIL
                )
                if not (cut and len(self._window.text) - start < _LONGEST and self._window.grow()):
                    return None, None, self._why(error, cut)
            except RecursionError:
                return None, None, f"not read: nested too deeply (octet {self._window.octet(start)})"
            except ValueError as error:
                return None, None, f"not JSON: {error} (octet {self._window.octet(start)})"
            else:
                # A number may go on in the next piece.
                if (
                    end < len(self._window.text)
                    or isinstance(value, (dict, list, str))
                    or not self._window.more()
                ):
                    return value, end, ""

    def _why(self, error: json.JSONDecodeError, cut: bool) -> str:
        octet = self._window.octet(error.pos)
        if cut and self._window.ended and _CUT.fullmatch(self._window.text, error.pos):
            return f"cut off: the file ends inside a value ({reason(error)}, octet {octet})"
        return f"not JSON: {reason(error)} (octet {octet})"

    def _resume(self, why: str) -> None:
        """Tell what is wrong, and go on at the next object that is complete, or at the end."""
        place, first = self.place, self._window.octet(self._window.at)
        self._go_on()
        left_out = self._window.octet(self._window.at) - first
        self._report(InputProblem(place, f"{why}; {left_out} octets left out"))
        self._broken = True

    def _go_on(self) -> None:
        """Go to the next place where an object begins, or to the end."""
        self._window.at += 1
        while True:
            found = _RESTART.search(self._window.text, max(self._window.at - 1, 0))
            if found is None:
                # The last bracket, comma or line end may have its object in the next piece.
                self._window.at = max(self._window.at, len(self._window.text.rstrip(" \t\r\n")))
                if not self._window.more():
                    self._window.at = len(self._window.text)
                    return
                continue
            self._window.at, first = found.end(), found[0]
            if self._plausible():
                # Entries go on behind a comma; on a line of its own begins what stands by itself.
                is_entry = first[0] != "\n"
                self._astray = is_entry and not self._inside
                self._inside = is_entry and self._inside
                self._separated = is_entry
                return
            self._window.at += 1

    def _plausible(self) -> bool:
        if self._window.text[self._window.at] == "[":
            return True
        value, end, _ = self._decoded()
        if end is None or not isinstance(value, dict):
            return False
        return any(all(name in value for name in names) for names in self._wanted)

    def _tell(self, problem: str) -> None:
        self._report(InputProblem(self.place, problem))
