"""The tables of a coding in the form that the C kernels read."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from segcore._choice import Choice
from segcore.codings import Coding

PAGES = 0x110000 >> 8
"""Pages of 256 code points."""

# In the order of their numbers in C (rules.h), from 0.
_CLASSES = (
    *("OTHER", "CONTROL", "LINKER", "LINKER_ALONE", "ZWJ", "EXTEND_CONJUNCT", "EXTEND", "SPACING_MARK"),
    *("PREPEND", "REGIONAL_INDICATOR", "HANGUL_L", "HANGUL_V", "HANGUL_T", "HANGUL_LV", "HANGUL_LVT"),
    *("CONSONANT", "PICTOGRAPHIC"),
)


def septet_pages(gsm7: Coding, doubtful: str = "") -> tuple[bytes, bytes]:
    """Return the septets of every code point of the basic multilingual plane as a two-stage table.

    Args:
        gsm7: A coding whose code points are all below U+10000.
        doubtful: Further code points that are entered as two septets, whatever they take.

    Returns:
        `page_of`, 256 octets: the page of each high octet of a code point; and `pages`, 256 octets each:
        septets by low octet, 0 where the code point is not in the alphabet.  Page 0 is all zeros.

    Example:
        >>> from segcore.codings import GSM7
        >>> page_of, pages = septet_pages(GSM7)
        >>> pages[page_of[0x20] << 8 | 0xAC], len(pages)
        (2, 1024)
    """
    page_of = bytearray(256)
    pages = [bytearray(256)]
    for septets, text in ((1, gsm7.basic), (2, gsm7.extended + doubtful)):
        for high, low in (divmod(ord(point), 256) for point in text if point <= "\uffff"):
            if not page_of[high]:
                page_of[high] = len(pages)
                pages.append(bytearray(256))
            pages[page_of[high]][low] = septets
    return bytes(page_of), b"".join(pages)


def code_point_map(typecode: str, values: Iterable[tuple[int, int]]) -> tuple[bytes, bytes]:
    """Return a value for every code point as a two-stage table.

    Args:
        typecode: The type of a value, as ``array`` names it.
        values: Code points and their values; that of all others is 0.

    Returns:
        The page of each 256 code points, 16 bits each; and the pages, 256 values each.  Page 0 is all zeros.

    Example:
        >>> page_of, pages = code_point_map("B", [(0x20AC, 7)])
        >>> pages[array("H", page_of)[0x20] << 8 | 0xAC], len(pages)
        (7, 512)
    """
    page_of = array("H", bytes(2 * PAGES))
    pages = array(typecode, [0]) * 256
    for point, value in values:
        high, low = point >> 8, point & 0xFF
        if not page_of[high]:
            page_of[high] = len(pages) >> 8
            pages.extend(array(typecode, [0]) * 256)
        pages[page_of[high] << 8 | low] = value
    return page_of.tobytes(), pages.tobytes()


def mask_map(choice: Choice) -> tuple[bytes, bytes]:
    """Return the alphabets (low 32 bits) and extension tables (high 32 bits) that have each code point."""
    masks = ((ord(point), low | high << 32) for point, (low, high) in choice.masks.items())
    return code_point_map("Q", masks)


def class_map() -> tuple[bytes, bytes]:
    """Return the class of each code point in grapheme clusters."""
    from segcore._clusters import classes

    return code_point_map("B", ((point, _CLASSES.index(name)) for name, point in classes()))


def replacement_map(translation: dict[int, str]) -> tuple[tuple[bytes, bytes], bytes, bytes]:
    """Return the number of what replaces each code point, where each begins, and the code points of all.

    Args:
        translation: What replaces code points, by their numbers; fewer than 65,535.
    """
    starts, points = array("I", [0, 0]), array("I")
    for replacement in translation.values():
        points.extend(map(ord, replacement))
        starts.append(len(points))
    numbers = zip(translation, range(1, len(translation) + 1), strict=True)
    return code_point_map("H", numbers), starts.tobytes(), points.tobytes()
