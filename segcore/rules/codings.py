"""Codings: encodings, their units, and how many of them fit in a segment.

A coding says which code points it can send, what each costs, and how many units fit in a segment.
Every capacity is computed here, from the 140 octets of a short message and the octets of its header.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from segcore._errors import unknown
from segcore.rules.alphabets import (
    DEFAULT_ALPHABET,
    DEFAULT_EXTENSION,
    LANGUAGES,
    LOCKING_SHIFT,
    SINGLE_SHIFT,
    Alphabet,
)

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
    """The encoding of a message: ``"GSM-7"`` or ``"UCS-2"``; ``"UTF-8"`` or ``"EUC-KR"`` where octets count.

    Example:
        >>> Encoding.GSM7 == "GSM-7"
        True

    Source: 3GPP TS 23.038 clause 4 (data coding scheme).
    """

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"
    UTF8 = "UTF-8"
    EUC_KR = "EUC-KR"

    __str__ = str.__str__


SMS_ENCODINGS = (Encoding.GSM7, Encoding.UCS2)
"""The encodings of SMS; the others are those of routes that count octets."""

UNIT_BITS = {Encoding.GSM7: 7, Encoding.UCS2: 16, Encoding.UTF8: 8, Encoding.EUC_KR: 8}
"""Bits of a septet, of a UTF-16 code unit and of an octet."""

UNIT_NAMES = {
    Encoding.GSM7: "septets",
    Encoding.UCS2: "code units",
    Encoding.UTF8: "octets",
    Encoding.EUC_KR: "octets",
}
"""Units of each encoding, as they are called."""


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
        languages: National language identifiers of the locking shift table that `alphabet` is and of the
            single shift table that `extension` is, 0 for the default ones.  Each that is not 0 is said in
            the header of every segment.
        elements: Octets of each further information element that every segment carries.
        reference: Octets of the concatenation element that is added when there are several segments.
        room: Units that fit in the only segment of a message and in each of several, where a provider has
            numbers of its own; ``None`` computes them.

    Codings of the same content are equal.

    Example:
        >>> GSM7.single, GSM7.part, len(GSM7.basic), len(GSM7.extended)
        (160, 153, 127, 10)

    Source: 3GPP TS 23.038 6.2.1 and 6.2.3, TS 23.040 9.2.3.24.1, 9.2.3.24.15 and 9.2.3.24.16.
    """

    __slots__ = (
        *("alphabet", "basic", "elements", "encoding", "extended", "extension", "languages", "part"),
        *("reference", "room", "single"),
    )

    def __init__(
        self,
        encoding: Encoding,
        alphabet: Alphabet | None = None,
        extension: Alphabet | None = None,
        *,
        languages: tuple[int, int] = (0, 0),
        elements: tuple[int, ...] = (),
        reference: int = CONCATENATION_8BIT_OCTETS,
        room: tuple[int, int] | None = None,
    ) -> None:
        self.encoding = encoding
        self.alphabet = alphabet
        self.extension = extension
        self.languages = languages
        self.elements = elements
        self.reference = reference
        self.basic = alphabet.text if alphabet else ""
        # A code point in both tables is sent as the one septet.
        self.extended = "".join(c for c in (extension.text if extension else "") if c not in self.basic)
        carried = (*elements, *(NATIONAL_LANGUAGE_OCTETS for language in languages if language))
        if room and (room[0] < 2 or room[1] < 2):
            raise ValueError(f"room: {room}; a pair of units needs at least 2 in each segment")
        self.room = room
        self.single, self.part = room or (
            capacity(encoding, header_octets(*carried)),
            capacity(encoding, header_octets(*carried, reference)),
        )

    def __repr__(self) -> str:
        return f"<Coding: {self.encoding}, {self.single} units, {self.part} when concatenated>"

    def _content(self) -> tuple[object, ...]:
        tables = self.alphabet, self.extension, self.languages
        return self.encoding, tables, self.elements, self.reference, self.room

    def __eq__(self, other: object) -> bool:
        return self._content() == other._content() if isinstance(other, Coding) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._content())


SHIFTS = ("both", "single", "locking")
"""The national language tables that may be used: single shift tables, locking shift tables, or both."""


def national_codings(
    languages: Iterable[int], gsm7: Coding | None = None, shifts: str = "both"
) -> tuple[Coding, ...]:
    """Return every way to send septets that some national languages add to the default one.

    Args:
        languages: National language identifiers, 1 to 13.
        gsm7: The coding without national languages, whose tables stand where none is national and whose
            reference the others have; `GSM7` by default.

        shifts: Which tables may be used, one of `SHIFTS`.

    Returns:
        A coding for each pair of a locking and a single shift table, one of them national: those with one
        table before those with two, then by their identifiers.

    Raises:
        ValueError: There is no such language or choice of tables.

    Example:
        >>> [(coding.languages, coding.single, coding.part) for coding in national_codings([1])]
        [((0, 1), 155, 149), ((1, 0), 155, 149), ((1, 1), 152, 146)]

    Source: 3GPP TS 23.038 6.2.1.2 and Annex A.
    """
    plain = gsm7 or GSM7
    if shifts not in SHIFTS:
        raise unknown("shifts", shifts, SHIFTS)
    wanted = sorted(set(languages))
    missing = next((language for language in wanted if language not in LANGUAGES), None)
    if missing is not None:
        raise unknown("national language identifier", missing, map(str, LANGUAGES))
    pairs = [
        (locking, single)
        for locking in (0, *(language for language in wanted if language in LOCKING_SHIFT))
        for single in (0, *wanted)
        if (locking or single)
        and not (locking and shifts == "single")
        and not (single and shifts == "locking")
    ]
    return tuple(
        Coding(
            plain.encoding,
            LOCKING_SHIFT[locking] if locking else plain.alphabet,
            SINGLE_SHIFT[single] if single else plain.extension,
            languages=(locking, single),
            elements=plain.elements,
            reference=plain.reference,
        )
        for locking, single in sorted(pairs, key=lambda pair: (sum(map(bool, pair)), pair))
    )


GSM7 = Coding(Encoding.GSM7, DEFAULT_ALPHABET, DEFAULT_EXTENSION)
"""GSM 7-bit default alphabet and default extension table, 8-bit reference (TS 23.038 6.2.1)."""

UCS2 = Coding(Encoding.UCS2)
"""UTF-16 code units, 8-bit reference (TS 23.038 6.2.3; pairs as phones and providers send them)."""
