"""The names of code points, and the scripts that GSM-7 cannot send, by blocks of 16 code points: a text in
one of them is UCS-2 for good.

Source: The Unicode Standard, Blocks.txt; each script's letters, without punctuation that other scripts share.
"""

from __future__ import annotations

_RANGES = {
    "Greek": ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    "Cyrillic": ((0x400, 0x52F), (0x1C80, 0x1C8F), (0x2DE0, 0x2DFF), (0xA640, 0xA69F)),
    "Armenian": ((0x530, 0x58F),),
    "Hebrew": ((0x590, 0x5FF), (0xFB20, 0xFB4F)),
    "Arabic": ((0x600, 0x6FF), (0x750, 0x77F), (0x870, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEEF)),
    "Syriac": ((0x700, 0x74F), (0x860, 0x86F)),
    "Thaana": ((0x780, 0x7BF),),
    "NKo": ((0x7C0, 0x7FF),),
    "Devanagari": ((0x900, 0x97F), (0xA8E0, 0xA8FF)),
    "Bengali": ((0x980, 0x9FF),),
    "Gurmukhi": ((0xA00, 0xA7F),),
    "Gujarati": ((0xA80, 0xAFF),),
    "Oriya": ((0xB00, 0xB7F),),
    "Tamil": ((0xB80, 0xBFF),),
    "Telugu": ((0xC00, 0xC7F),),
    "Kannada": ((0xC80, 0xCFF),),
    "Malayalam": ((0xD00, 0xD7F),),
    "Sinhala": ((0xD80, 0xDFF),),
    "Thai": ((0xE00, 0xE7F),),
    "Lao": ((0xE80, 0xEFF),),
    "Tibetan": ((0xF00, 0xFFF),),
    "Myanmar": ((0x1000, 0x109F), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F)),
    "Georgian": ((0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2F)),
    "Korean": ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF)),
    "Ethiopic": ((0x1200, 0x139F), (0x2D80, 0x2DDF), (0xAB00, 0xAB2F)),
    "Cherokee": ((0x13A0, 0x13FF), (0xAB70, 0xABBF)),
    "Khmer": ((0x1780, 0x17FF), (0x19E0, 0x19FF)),
    "Mongolian": ((0x1800, 0x18AF),),
    "Japanese": ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF70, 0xFF9F), (0x1B000, 0x1B16F)),
    "Chinese": (
        *((0x2E80, 0x2FDF), (0x3100, 0x312F), (0x31A0, 0x31BF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF)),
        *((0xF900, 0xFAFF), (0x20000, 0x3FFFF)),
    ),
}

NAMES = ("", *_RANGES)
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
    for number, ranges in enumerate(_RANGES.values(), 1):
        for first, last in ranges:
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
