"""7-bit alphabets of providers and routes that differ from the standard one, and how to make others."""

from __future__ import annotations

from collections.abc import Mapping

from segcore.rules.alphabets import DEFAULT_ALPHABET, DEFAULT_EXTENSION, ESCAPE, Alphabet

Tables = tuple[Alphabet, Alphabet]
"""An alphabet, and its extension table."""

NO_EXTENSION = Alphabet("no extension table", "", "")

CHANGES = ("remove", "add", "double")
"""The changes that can be made to an alphabet, in the order in which they are made."""


def changed(
    tables: tuple[Alphabet | None, Alphabet | None], base: str | None, changes: Mapping[str, str], source: str
) -> Tables:
    """Return an alphabet of `ALPHABETS`, or else the given tables, with some code points changed.

    `changes` has code points by a key of `CHANGES`: ``remove`` drops them, ``add`` puts them where the
    standard tables have them, ``double`` moves them to the extension table. `source` is the address or
    clause for `Alphabet.clause`.

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


def _provided(alphabet: str, extension: str, source: str, **changes: str) -> Tables:
    """Return the standard tables, changed, under the names that a provider gives them."""
    tables = changed((DEFAULT_ALPHABET, DEFAULT_EXTENSION), None, changes, source)
    return Alphabet(alphabet, source, tables[0].table), Alphabet(extension, source, tables[1].table)


_TELNYX = "https://developers.telnyx.com/docs/messaging/messages/message-encoding"
_CLICKSEND = "https://help.clicksend.com/article/h474eseq3a-how-many-characters-can-i-send-in-an-sms"

# Every septet is its own ASCII code, except for the escape.
_ASCII = " ".join(f"{septet:02X}:{septet:04X}" for septet in range(128) if septet != ESCAPE)

ALPHABETS: Mapping[str, Tables] = {
    "gsm7": (DEFAULT_ALPHABET, DEFAULT_EXTENSION),
    "ascii": (Alphabet("ASCII", _TELNYX, _ASCII), NO_EXTENSION),
    "telnyx": _provided(
        "Telnyx GSM 7-bit set", "Telnyx extended characters", _TELNYX, remove="ÇΔΦΓΛΩΠΨΣΘΞ¤§\f€"
    ),
    # A line feed and a carriage return count two each.
    "clicksend": _provided(
        "default alphabet without line breaks",
        "default extension table with line breaks",
        _CLICKSEND,
        remove="\f",
        double="\n\r",
    ),
}
"""The alphabets that a custom one can start from, by name."""
