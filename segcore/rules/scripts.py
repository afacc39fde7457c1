"""The names of code points, and the scripts that GSM-7 cannot send, by blocks of 16 code points: a text in
one of them is UCS-2 for good.  scripts.txt has them.
"""

from __future__ import annotations

from segcore.rules import lines_of

_SCRIPTS = [line.split() for line in lines_of(__package__, "scripts.txt")]

NAMES = ("", *(name for name, *_ in _SCRIPTS))
"""Names by number; 0 is no such script."""

BLOCK = 16
"""Code points that share an octet of the table."""


def codepoint_name(codepoint: int) -> str:
    """Return the Unicode name of a code point, or its label in angle brackets if it has none.

    Example:
        >>> codepoint_name(0x2019), codepoint_name(0x1B)
        ('RIGHT SINGLE QUOTATION MARK', '<control-001B>')

    Source: The Unicode Standard 4.8, code point labels.
    """
    # Counting names no code points, and need not load their names.
    import unicodedata

    name = unicodedata.name(chr(codepoint), "")
    if name:
        return name
    if 0xFDD0 <= codepoint <= 0xFDEF or codepoint & 0xFFFE == 0xFFFE:
        return f"<noncharacter-{codepoint:04X}>"
    kinds = {"Cc": "control", "Cs": "surrogate", "Co": "private-use"}
    return f"<{kinds.get(unicodedata.category(chr(codepoint)), 'reserved')}-{codepoint:04X}>"


def script_table() -> bytes:
    """Return the number of the script of each block of code points.

    Example:
        >>> NAMES[script_table()[ord("б") // BLOCK]]
        'Cyrillic'
    """
    table = bytearray(0x110000 // BLOCK)
    for number, (_, *ranges) in enumerate(_SCRIPTS, 1):
        for first, last in ((int(end, 16) for end in each.split("-")) for each in ranges):
            blocks = range(first // BLOCK, last // BLOCK + 1)
            table[blocks.start : blocks.stop] = bytes([number]) * len(blocks)
    return bytes(table)


def scripts_of(mask: int) -> list[str]:
    """Return the names of the scripts of a text, given the bits of their numbers; ideographs beside kana are
    Japanese, and beside Hangul Korean.

    Example:
        >>> table = script_table()
        >>> scripts_of(sum({1 << table[ord(each) // BLOCK] for each in "漢かな"}))
        ['Japanese']
    """
    found = [name for number, name in enumerate(NAMES) if number and mask >> number & 1]
    if "Japanese" in found or "Korean" in found:
        found = [name for name in found if name != "Chinese"]
    return found
