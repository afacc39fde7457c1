"""Alphabets made from others: some code points more, some fewer, some that count twice."""

from __future__ import annotations

from collections.abc import Mapping

from segcore.rules.alphabets import DEFAULT_ALPHABET, DEFAULT_EXTENSION, Alphabet
from segcore.rules.provider_alphabets import (
    ASCII_ALPHABET,
    CLICKSEND_ALPHABET,
    CLICKSEND_EXTENSION,
    TELNYX_ALPHABET,
    TELNYX_EXTENSION,
)

Tables = tuple[Alphabet, Alphabet]
"""An alphabet, and its extension table."""

NO_EXTENSION = Alphabet("no extension table", "", "")

ALPHABETS: Mapping[str, Tables] = {
    "gsm7": (DEFAULT_ALPHABET, DEFAULT_EXTENSION),
    "ascii": (ASCII_ALPHABET, NO_EXTENSION),
    "telnyx": (TELNYX_ALPHABET, TELNYX_EXTENSION),
    "clicksend": (CLICKSEND_ALPHABET, CLICKSEND_EXTENSION),
}
"""What an alphabet can be made from, by name."""

CHANGES = ("remove", "add", "double")
"""What can be done to an alphabet, in the order in which it is done."""


def changed(
    tables: tuple[Alphabet | None, Alphabet | None], base: str | None, changes: Mapping[str, str], source: str
) -> Tables:
    """Return an alphabet and its extension table, changed.

    Args:
        tables: What is changed if `base` is ``None``.
        base: One of `ALPHABETS`, or ``None``.
        changes: Code points by what is done with them, a key of `CHANGES`: ``remove`` leaves them out,
            ``add`` puts them where the standard tables have them, ``double`` moves them behind the escape.
        source: Where this is from, for `Alphabet.clause`.

    Raises:
        ValueError: A code point cannot be removed, added or doubled; the message says why.

    Example:
        >>> alphabet, extension = changed((None, None), "telnyx", {"add": "§€"}, "our contract")
        >>> "§" in alphabet.text, "€" in extension.text
        (True, True)
    """
    old = ALPHABETS[base] if base is not None else tables
    alphabet, extension = (list((table or NO_EXTENSION).codepoints) for table in old)
    for one in changes.get("remove", ""):
        _remove(alphabet, extension, one)
    for one in changes.get("add", ""):
        _add(alphabet, extension, one)
    for one in changes.get("double", ""):
        _double(alphabet, extension, one)
    names = [(table or NO_EXTENSION).name for table in old]
    ending = ", changed" if changes else ""
    return _table(names[0] + ending, source, alphabet), _table(names[1] + ending, source, extension)


def _table(name: str, source: str, cells: list[int | None]) -> Alphabet:
    pairs = (f"{septet:02X}:{cell:04X}" for septet, cell in enumerate(cells) if cell is not None)
    return Alphabet(name, source, " ".join(pairs))


def _label(one: str) -> str:
    return f"U+{ord(one):04X}"


def _remove(alphabet: list[int | None], extension: list[int | None], one: str) -> None:
    for cells in (alphabet, extension):
        if ord(one) in cells:
            cells[cells.index(ord(one))] = None
            return
    raise ValueError(f"alphabet.remove: {_label(one)} is not in the alphabet or its extension table")


def _add(alphabet: list[int | None], extension: list[int | None], one: str) -> None:
    if ord(one) in alphabet or ord(one) in extension:
        raise ValueError(f"alphabet.add: {_label(one)} is in the alphabet or its extension table already")
    for cells, standard in ((alphabet, DEFAULT_ALPHABET), (extension, DEFAULT_EXTENSION)):
        if ord(one) in standard.codepoints:
            _put(cells, standard.codepoints.index(ord(one)), one, "add")
            return
    raise ValueError(
        f"alphabet.add: {_label(one)} is not in the GSM 7-bit default alphabet or its extension table, so "
        "that no septet means it; a national language may have it (languages)"
    )


def _double(alphabet: list[int | None], extension: list[int | None], one: str) -> None:
    if ord(one) not in alphabet:
        raise ValueError(f"alphabet.double: {_label(one)} does not count one septet")
    septet = alphabet.index(ord(one))
    _put(extension, septet, one, "double")
    alphabet[septet] = None


def _put(cells: list[int | None], septet: int, one: str, change: str) -> None:
    there = cells[septet]
    if there is not None:
        raise ValueError(
            f"alphabet.{change}: {_label(one)} would be septet {septet:02X}, which is U+{there:04X}; "
            "remove that first"
        )
    cells[septet] = ord(one)
