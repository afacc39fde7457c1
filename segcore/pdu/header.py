"""The user data header: the message that a segment belongs to, and its national language tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from segcore.rules.alphabets import LOCKING_SHIFT, SINGLE_SHIFT
from segcore.rules.codings import CONCATENATION_8BIT_OCTETS, CONCATENATION_16BIT_OCTETS

CONCATENATION_8BIT = 0x00
"""Information element identifier of a part of a message, 8-bit reference (TS 23.040 9.2.3.24.1)."""

CONCATENATION_16BIT = 0x08
"""The same with a 16-bit reference (TS 23.040 9.2.3.24.8)."""

SINGLE_SHIFT_LANGUAGE = 0x24
"""Information element identifier of a national single shift table (TS 23.040 9.2.3.24.15)."""

LOCKING_SHIFT_LANGUAGE = 0x25
"""Information element identifier of a national locking shift table (TS 23.040 9.2.3.24.16)."""

# By the octets of the whole element, as codings have it: its identifier, and the octets of the reference.
_CONCATENATIONS = {
    CONCATENATION_8BIT_OCTETS: (CONCATENATION_8BIT, 1),
    CONCATENATION_16BIT_OCTETS: (CONCATENATION_16BIT, 2),
}
_REFERENCE_OCTETS = dict(_CONCATENATIONS.values())


@dataclass(frozen=True)
class Concatenation:
    """The concatenation element of a segment: its message, and its position in it.

    Args:
        bits: Width of the reference number, 8 or 16.
        reference: The reference number that the parts of one message share.
        total: How many parts there are.
        sequence: The position of this segment, counted from 1.

    Source: 3GPP TS 23.040 9.2.3.24.1 and 9.2.3.24.8.
    """

    bits: int
    reference: int
    total: int
    sequence: int


@dataclass(frozen=True)
class Header:
    """The fields of a user data header that segcore reads.

    Args:
        octets: Length of the header, its length octet included.
        concatenation: The concatenation element; ``None`` if there is none.
        languages: National language identifiers of the locking and the single shift table, 0 for none.
    """

    octets: int
    concatenation: Concatenation | None
    languages: tuple[int, int]


NO_HEADER = Header(0, None, (0, 0))
"""The header of a segment that has none."""


def write_header(
    languages: tuple[int, int], element_octets: int, reference: int, total: int, sequence: int
) -> bytes:
    """Return the header of one segment; no octets if it needs none.

    Args:
        languages: National language identifiers of the locking and the single shift table, 0 for none.
        element_octets: Octets of the concatenation element, as a `Coding` has them.
        reference: The reference number.
        total: Segments of the message; where there is one, it has no concatenation element.
        sequence: The position of this segment, counted from 1.

    Returns:
        The length octet, the concatenation element, and the national languages by rising identifier.

    Raises:
        ValueError: The reference number does not fit in the element, or there is no such element.

    Example:
        >>> write_header((1, 1), 5, 7, 2, 1).hex(" ")
        '0b 00 03 07 02 01 24 01 01 25 01 01'

    Source: 3GPP TS 23.040 9.2.3.24, 9.2.3.24.1, 9.2.3.24.8, 9.2.3.24.15 and 9.2.3.24.16.
    """
    if element_octets not in _CONCATENATIONS:
        known = " or ".join(map(str, _CONCATENATIONS))
        raise ValueError(f"a concatenation element has {known} octets; this coding says {element_octets}")
    identifier, width = _CONCATENATIONS[element_octets]
    largest = (1 << 8 * width) - 1
    if not 0 <= reference <= largest:
        raise ValueError(
            f"reference: {reference} does not fit in the {8 * width} bits that this profile has for it; "
            f"give one from 0 to {largest}"
        )
    locking, single = languages
    elements = b""
    # The order is free.  This one is Android's; what reads a header at fixed places finds the reference.
    if total > 1:
        elements += _element(identifier, reference.to_bytes(width, "big") + bytes((total, sequence)))
    if single:
        elements += _element(SINGLE_SHIFT_LANGUAGE, bytes((single,)))
    if locking:
        elements += _element(LOCKING_SHIFT_LANGUAGE, bytes((locking,)))
    return bytes((len(elements),)) + elements if elements else b""


def read_header(user_data: bytes) -> Header:
    """Return the fields of the header in front of user data.

    Args:
        user_data: User data that starts with a header (TP-UDHI is 1).

    Returns:
        A `Header`.  As a receiver does, it skips elements that it does not know and values that are
        reserved, and takes the last of those that are repeated.

    Raises:
        ValueError: The octets end before the header, or before an element of it.

    Example:
        >>> read_header(bytes.fromhex("05 00 03 07 02 01")).concatenation
        Concatenation(bits=8, reference=7, total=2, sequence=1)

    Source: 3GPP TS 23.040 9.2.3.24 and below.
    """
    concatenation = None
    tables = {LOCKING_SHIFT_LANGUAGE: 0, SINGLE_SHIFT_LANGUAGE: 0}
    octets, elements = _split(user_data)
    for identifier, data in elements:
        if identifier in _REFERENCE_OCTETS:
            concatenation = _concatenation(_REFERENCE_OCTETS[identifier], identifier, data) or concatenation
        elif identifier in tables:
            tables[identifier] = _language(identifier, data) or tables[identifier]
    return Header(octets, concatenation, (tables[LOCKING_SHIFT_LANGUAGE], tables[SINGLE_SHIFT_LANGUAGE]))


def _element(identifier: int, data: bytes) -> bytes:
    return bytes((identifier, len(data))) + data


def _split(user_data: bytes) -> tuple[int, Iterator[tuple[int, bytes]]]:
    """Return the octets of a header, and its elements."""
    if not user_data:
        raise ValueError("no octets, so no header either, though TP-UDHI says that there is one")
    octets = 1 + user_data[0]
    if octets > len(user_data):
        raise ValueError(f"the header should have {octets} octets, but there are only {len(user_data)}")
    return octets, _elements(user_data[1:octets])


def _elements(octets: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position < len(octets):
        start = position + 2
        # A receiver ignores such a header whole (TS 23.040 9.2.3.24); here nothing is guessed.
        if start > len(octets) or start + octets[position + 1] > len(octets):
            raise ValueError(f"information element {octets[position]:02X} ends after the end of the header")
        end = start + octets[position + 1]
        yield octets[position], octets[start:end]
        position = end


def _concatenation(width: int, identifier: int, data: bytes) -> Concatenation | None:
    _check_length(identifier, data, width + 2)
    total, sequence = data[width:]
    if not 0 < sequence <= total:
        return None  # to be ignored (TS 23.040 9.2.3.24.1)
    return Concatenation(8 * width, int.from_bytes(data[:width], "big"), total, sequence)


def _language(identifier: int, data: bytes) -> int:
    _check_length(identifier, data, 1)
    known = LOCKING_SHIFT if identifier == LOCKING_SHIFT_LANGUAGE else SINGLE_SHIFT
    return data[0] if data[0] in known else 0


def _check_length(identifier: int, data: bytes, expected: int) -> None:
    if len(data) != expected:
        raise ValueError(f"information element {identifier:02X} has {len(data)} octets instead of {expected}")
