"""The user data of a segment: its header, and septets packed into octets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from segcore.rules.alphabets import ESCAPE, LOCKING_SHIFT, SINGLE_SHIFT, Alphabet
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


_NO_CODEPOINTS: tuple[None, ...] = (None,) * 128


def septets_of(text: str, alphabet: Alphabet, extension: Alphabet | None = None) -> list[int]:
    """Return the septets of a text.

    Args:
        text: Code points that are all in one of the tables.
        alphabet: Code points of one septet.
        extension: Code points of two septets, the escape and one more; those of `alphabet` excepted.

    Returns:
        Numbers from 0 to 127, the escapes among them.  A code point that stands twice in a table is sent
        as its lowest septet.

    Raises:
        ValueError: A code point is in neither table, or a table has one at the escape.

    Example:
        >>> from segcore.rules.alphabets import DEFAULT_ALPHABET, DEFAULT_EXTENSION
        >>> bytes(septets_of("5 €", DEFAULT_ALPHABET, DEFAULT_EXTENSION)).hex(" ")
        '35 20 1b 65'

    Source: 3GPP TS 23.038 6.2.1, 6.2.1.1 and 6.2.1.2.
    """
    sent: dict[int, tuple[int, ...]] = {}
    sent.update((point, (ESCAPE, septet)) for point, septet in _septet_by_codepoint(extension).items())
    sent.update((point, (septet,)) for point, septet in _septet_by_codepoint(alphabet).items())
    try:
        return [septet for point in map(ord, text) for septet in sent[point]]
    except KeyError as missing:
        tables = f"the {alphabet.name}" + (f" nor in the {extension.name}" if extension else "")
        raise ValueError(f"text: U+{missing.args[0]:04X} is not in {tables}") from None


def text_of(septets: Iterable[int], alphabet: Alphabet, extension: Alphabet | None = None) -> str:
    """Return the text that septets stand for, as a receiver that knows the tables shows it.

    Args:
        septets: Numbers from 0 to 127.
        alphabet: What they stand for.
        extension: What they stand for after an escape.  Where it has nothing, `alphabet` has it; a second
            escape is shown as a space.

    Raises:
        ValueError: A septet stands for nothing, or the last one is an escape.

    Example:
        >>> from segcore.rules.alphabets import DEFAULT_ALPHABET, DEFAULT_EXTENSION
        >>> text_of(b"5 \\x1be", DEFAULT_ALPHABET, DEFAULT_EXTENSION)
        '5 €'
        >>> text_of(b"\\x1bc", DEFAULT_ALPHABET, DEFAULT_EXTENSION)
        'c'

    Source: 3GPP TS 23.038 6.2.1.1 (also for a national table in its place) and its note 1.
    """
    plain = alphabet.codepoints
    escaped = extension.codepoints if extension else _NO_CODEPOINTS
    found: list[str] = []
    after_escape = False
    for position, septet in enumerate(septets):
        if septet == ESCAPE:
            if after_escape:
                found.append(" ")
            after_escape = not after_escape
            continue
        point = escaped[septet] if after_escape else None
        point = plain[septet] if point is None else point
        if point is None:
            raise ValueError(
                f"septet {position} is {septet:02X}, which stands for nothing in the {alphabet.name}"
            )
        found.append(chr(point))
        after_escape = False
    if after_escape:
        raise ValueError("the last septet is an escape; what it announces is not part of this segment")
    return "".join(found)


def pack(header: bytes, septets: Sequence[int]) -> tuple[bytes, int]:
    """Return a header and septets as octets, and how many septets all of it takes (TP-UDL).

    Args:
        header: Octets in front, after which the septets start at the next septet boundary.
        septets: Numbers from 0 to 127.

    Example:
        >>> packed, length = pack(b"", b"hellohello")
        >>> packed.hex().upper(), length
        ('E8329BFD4697D9EC37', 10)

    Source: 3GPP TS 23.038 6.1.2.1.1; TS 23.040 9.2.3.16 and 9.2.3.24 (fill bits).
    """
    first = header_septets(len(header))
    # The first septet is in the lowest bits of the first octet: both count up from the same end.
    bits = int.from_bytes(header, "little")
    bits |= sum(septet << 7 * position for position, septet in enumerate(septets, first))
    length = first + len(septets)
    return bits.to_bytes(packed_octets(length), "little"), length


def unpack(octets: bytes, header: int, length: int) -> bytes:
    """Return the septets after a header, one per octet.

    Args:
        octets: A header and packed septets.
        header: Octets of the header.
        length: Septets of all of it, the header's included.

    Example:
        >>> unpack(bytes.fromhex("E8329BFD4697D9EC37"), 0, 10)
        b'hellohello'

    Source: as `pack`.
    """
    bits = int.from_bytes(octets, "little")
    return bytes(bits >> 7 * position & 0x7F for position in range(header_septets(header), length))


def header_septets(octets: int) -> int:
    """Return the septets that a header takes up, fill bits included (TS 23.040 9.2.3.16).

    Args:
        octets: Octets of the header.

    Example:
        >>> header_septets(0), header_septets(6), header_septets(7)
        (0, 7, 8)
    """
    return -(-octets * 8 // 7)


def packed_octets(septets: int) -> int:
    """Return the octets that packed septets take up (TS 23.038 6.1.2.1.1).

    Args:
        septets: How many there are.

    Example:
        >>> packed_octets(160), packed_octets(159), packed_octets(1)
        (140, 140, 1)
    """
    return -(-septets * 7 // 8)


def _septet_by_codepoint(table: Alphabet | None) -> dict[int, int]:
    if table is None:
        return {}
    if table.codepoints[ESCAPE] is not None:
        raise ValueError(f"{table.name}: septet {ESCAPE:02X} is the escape and cannot stand for a code point")
    cells = [(point, septet) for septet, point in enumerate(table.codepoints) if point is not None]
    # Backwards, so that the lowest septet of a code point stays.
    return dict(reversed(cells))
