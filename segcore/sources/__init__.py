"""Messages from files, tables and streams; here how they are to be read, and how they were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from segcore.sources.headings import NO_ROLES, Roles

if TYPE_CHECKING:
    from datetime import date

MOST_OCTETS = 1 << 20
"""The most octets of a line, a cell or a JSON value, unless the caller says more."""


class Reading(NamedTuple):
    """Options for reading a file; ``None`` leaves one to detection.

    Args:
        roles: The names of columns.
        delimiter: The delimiter between cells, one code point.
        quotes: Whether quotation marks may enclose cells.
        header: Whether the first row holds the names of the columns.
        encoding: The encoding of the text.
        sheet: The name of the sheet of a workbook.
        most_octets: The most octets of a line, a cell or a JSON value.
        as_of: The day that decides between sheets of several years; today if ``None``.
        force: Whether to unpack files that are suspiciously small for their content.
    """

    roles: Roles = NO_ROLES
    delimiter: str | None = None
    quotes: bool | None = None
    header: bool | None = None
    encoding: str | None = None
    sheet: str | None = None
    most_octets: int = MOST_OCTETS
    as_of: date | None = None
    force: bool = False


@dataclass(frozen=True)
class ReadingNote:
    """A decision about the input that could have gone the other way.

    Args:
        code: A stable name for programs, such as ``"encoding"``.
        sentence: The decision as a plain sentence.
        option: The option that selects another reading, such as ``"--encoding"``, or ``None``.

    Example:
        >>> print(ReadingNote("encoding", "sent.csv is read as cp1252.", "--encoding"))
        sent.csv is read as cp1252. (Another reading: --encoding)
    """

    code: str
    sentence: str
    option: str | None = None

    def __str__(self) -> str:
        return self.sentence if self.option is None else f"{self.sentence} (Another reading: {self.option})"


class ReadingNotes:
    """The notes about an input, in the order in which they were made, each once.

    Args:
        notes: The first notes.

    Example:
        >>> notes = ReadingNotes()
        >>> notes.add("title", "One line above the header was skipped.")
        >>> notes.add("title", "One line above the header was skipped.")
        >>> [note.code for note in notes], len(notes)
        (['title'], 1)
    """

    def __init__(self, notes: Iterable[ReadingNote] = ()) -> None:
        self._notes: dict[ReadingNote, None] = dict.fromkeys(notes)

    def add(self, code: str, sentence: str, option: str | None = None) -> None:
        """Add a note, unless it was made before.

        Args:
            code: As `ReadingNote` takes it.
            sentence: Likewise.
            option: Likewise.
        """
        self._notes.setdefault(ReadingNote(code, sentence, option))

    def extend(self, notes: Iterable[ReadingNote]) -> None:
        """Add notes.

        Args:
            notes: The notes, such as those of another file.
        """
        self._notes.update(dict.fromkeys(notes))

    def __iter__(self) -> Iterator[ReadingNote]:
        return iter(self._notes)

    def __len__(self) -> int:
        return len(self._notes)
