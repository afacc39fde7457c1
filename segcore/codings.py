"""How text becomes the user data of short messages: encodings, their units and their room.

A coding says which code points it can send, what each costs, and how many units fit in a segment.
Every capacity is computed here, from the 140 octets of a short message and the octets of its header.
"""

from __future__ import annotations

from enum import Enum

from segcore.alphabets import DEFAULT_ALPHABET, DEFAULT_EXTENSION, Alphabet

USER_DATA_OCTETS = 140
"""User data of one short message, its header included (TS 23.040 9.2.3.24)."""

HEADER_LENGTH_OCTETS = 1
"""The UDHL octet, in front of any information elements (TS 23.040 9.2.3.24)."""

CONCATENATION_8BIT_OCTETS = 5
"""Information element 00 with an 8-bit reference number (TS 23.040 9.2.3.24.1)."""

CONCATENATION_16BIT_OCTETS = 6
"""Information element 08 with a 16-bit reference number (TS 23.040 9.2.3.24.8)."""

NATIONAL_LANGUAGE_OCTETS = 3
"""Information element 24 or 25, one national language table (TS 23.040 9.2.3.24.15 and .16)."""

MAX_SEGMENTS = 255
"""Segments of one concatenated short message: their number is one octet (TS 23.040 9.2.3.24.1)."""


class Encoding(str, Enum):
    """The encoding of a message: ``"GSM-7"`` or ``"UCS-2"``.

    Example:
        >>> Encoding.GSM7 == "GSM-7"
        True

    Source: 3GPP TS 23.038 clause 4 (data coding scheme).
    """

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"

    __str__ = str.__str__


UNIT_BITS = {Encoding.GSM7: 7, Encoding.UCS2: 16}
"""Bits of a septet and of a UTF-16 code unit."""


def header_octets(*elements: int) -> int:
    """Return the octets of a user data header.

    Args:
        elements: Octets of each information element.

    Returns:
        Octets of the header, 0 if there is no element.

    Example:
        >>> header_octets(), header_octets(CONCATENATION_8BIT_OCTETS)
        (0, 6)

    Source: 3GPP TS 23.040 9.2.3.24.
    """
    return HEADER_LENGTH_OCTETS + sum(elements) if elements else 0


def capacity(encoding: Encoding, header: int) -> int:
    """Return how many units of text fit in one short message.

    Args:
        encoding: The encoding, which gives the size of a unit.
        header: Octets of the user data header.

    Returns:
        Septets or UTF-16 code units.  Septets start at a septet boundary after the header (fill bits),
        code units are not split: both mean rounding down.

    Example:
        >>> capacity(Encoding.GSM7, 0), capacity(Encoding.GSM7, 6)
        (160, 153)
        >>> capacity(Encoding.UCS2, 0), capacity(Encoding.UCS2, 6)
        (70, 67)

    Source: 3GPP TS 23.040 9.2.3.16, 9.2.3.24 and 9.2.3.24.1.
    """
    return (USER_DATA_OCTETS - header) * 8 // UNIT_BITS[encoding]


class Coding:
    """One way to send text: its code points, what they cost, and the room in a segment.

    Args:
        encoding: The encoding of the units.
        alphabet: Code points that cost one septet; ``None`` where every code point can be sent (UCS-2).
        extension: Code points that cost two septets, the escape and one more.
        elements: Octets of each information element that every segment carries, national languages say.
        reference: Octets of the concatenation element that is added when there are several segments.

    Example:
        >>> GSM7.single, GSM7.part, len(GSM7.basic), len(GSM7.extended)
        (160, 153, 127, 10)

    Source: 3GPP TS 23.038 6.2.1 and 6.2.3, TS 23.040 9.2.3.24.1.
    """

    __slots__ = ("basic", "encoding", "extended", "part", "single")

    def __init__(
        self,
        encoding: Encoding,
        alphabet: Alphabet | None = None,
        extension: Alphabet | None = None,
        *,
        elements: tuple[int, ...] = (),
        reference: int = CONCATENATION_8BIT_OCTETS,
    ) -> None:
        self.encoding = encoding
        self.basic = alphabet.text if alphabet else ""
        # A code point in both tables is sent as the one septet.
        self.extended = "".join(c for c in (extension.text if extension else "") if c not in self.basic)
        self.single = capacity(encoding, header_octets(*elements))
        self.part = capacity(encoding, header_octets(*elements, reference))

    def __repr__(self) -> str:
        return f"<Coding: {self.encoding}, {self.single} units, {self.part} when concatenated>"


GSM7 = Coding(Encoding.GSM7, DEFAULT_ALPHABET, DEFAULT_EXTENSION)
"""GSM 7-bit default alphabet and default extension table, 8-bit reference (TS 23.038 6.2.1)."""

UCS2 = Coding(Encoding.UCS2)
"""UTF-16 code units, 8-bit reference (TS 23.038 6.2.3; pairs as phones and providers send them)."""
