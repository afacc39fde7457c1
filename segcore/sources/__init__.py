"""Messages from files, tables and streams; here how they are read, and by which words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from segcore.rules import lines_of

if TYPE_CHECKING:
    from datetime import date

MOST_OCTETS = 1 << 20
"""The most octets of a line, a cell or a JSON value, unless the caller says more."""


class Roles(NamedTuple):
    """The names of the columns to use, as the caller says them; ``None`` is to be found by its name.

    Args:
        text: The column with the texts.
        to: The column with the recipients.
        media: The column with the media.
        group_by: The columns that messages are grouped by.
        fields: The columns that fill in a template, which takes the place of a column of texts.
    """

    text: str | None = None
    to: str | None = None
    media: str | None = None
    group_by: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def said(self) -> tuple[str, ...]:
        """The names that the caller said."""
        names = (self.text, self.to, self.media, *self.group_by, *self.fields)
        return tuple(name for name in names if name is not None)


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

    roles: Roles = Roles()
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


WORDS: dict[str, list[str]] = {}
"""The lists of words.txt by name, their words in the order of the file."""

for _name, _, _words in (line.partition(": ") for line in lines_of(__package__, "words.txt")):
    WORDS.setdefault(_name, []).extend(_words.split(", "))


def kind_word(cell: str) -> str:
    """Return a word in a column of kinds without case, spaces and punctuation.

    Example:
        >>> kind_word(" WHATS_APP "), kind_word("e-mail")
        ('whatsapp', 'email')
    """
    return _PUNCTUATION.sub("", cell.lower())


# Spaces, dots, hyphens; the subtype of a medium; a prefix of providers.
_PUNCTUATION = re.compile(r"^type_|/[a-z0-9.+-]{2,}$|[\s._-]+")


def kind_words(*lists: str) -> frozenset[str]:
    """Return the words of lists, as `kind_word` compares them."""
    return frozenset(kind_word(word) for name in lists for word in WORDS[name])


@cache
def pattern_of(state: str) -> re.Pattern[str]:
    """Return a pattern that finds a part of words for a state or direction."""
    return re.compile("|".join(WORDS[f"part_of.{state}"]))
