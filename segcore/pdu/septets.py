"""Septets: the code points they stand for, and how they are packed into octets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from segcore.rules.alphabets import ESCAPE, Alphabet

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
    """Return the septets behind a header, one per octet.

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
