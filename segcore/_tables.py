"""The tables of a coding in the form that the C kernels read."""

from __future__ import annotations

from segcore.codings import Coding


def septet_pages(gsm7: Coding) -> tuple[bytes, bytes]:
    """Return the septets of every code point of the basic multilingual plane as a two-stage table.

    Args:
        gsm7: A coding whose code points are all below U+10000.

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
    for septets, text in ((1, gsm7.basic), (2, gsm7.extended)):
        for high, low in (divmod(ord(point), 256) for point in text):
            if not page_of[high]:
                page_of[high] = len(pages)
                pages.append(bytearray(256))
            pages[page_of[high]][low] = septets
    return bytes(page_of), b"".join(pages)
