"""Messages as octets: the user data of each segment, and the text back from it."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index

from segcore._errors import unknown
from segcore.engine.chooser import SegmentCounter
from segcore.pdu.user_data import (
    NO_HEADER,
    Concatenation,
    Header,
    header_septets,
    pack,
    packed_octets,
    read_header,
    septets_of,
    text_of,
    unpack,
    write_header,
)
from segcore.rules.alphabets import DEFAULT_ALPHABET, LOCKING_SHIFT, SINGLE_SHIFT
from segcore.rules.codings import MAX_SEGMENTS, SMS_ENCODINGS, USER_DATA_OCTETS, Coding, Encoding, capacity
from segcore.rules.profiles import Profile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Self


class UserData(bytes):
    """The user data of one segment (TP-UD), with the fields that describe it.

    Args:
        octets: The user data, its header included.
        encoding: Whether it is packed septets or UTF-16 code units (of TP-DCS).
        length: Octets, or septets with those that the header occupies (TP-UDL).
        has_header: Whether it starts with a user data header (TP-UDHI).

    Raises:
        ValueError: There are more than 140 octets, or their number contradicts `length`.

    Example:
        >>> import segcore
        >>> part = segcore.UserData(bytes.fromhex("E8329BFD4697D9EC37"), "GSM-7", 10, False)
        >>> segcore.decode([part])
        'hellohello'

    Source: 3GPP TS 23.040 9.2.3.10 (TP-DCS), 9.2.3.16 (TP-UDL), 9.2.3.23 (TP-UDHI), 9.2.3.24 (TP-UD).
    """

    encoding: Encoding
    length: int
    has_header: bool

    def __new__(
        cls, octets: bytes | bytearray | memoryview, encoding: Encoding | str, length: int, has_header: bool
    ) -> Self:
        # bytes() of a number would be as many zeros.
        made = super().__new__(cls, memoryview(octets))
        made.encoding = _encoding(encoding)
        made.length = index(length)
        made.has_header = bool(has_header)
        made._check()
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[bytes, Encoding, int, bool]]:
        return type(self), (bytes(self), self.encoding, self.length, self.has_header)

    def __repr__(self) -> str:
        header = "a header" if self.has_header else "no header"
        return f"<UserData: {self.hex() or 'no octets'}, {self.encoding}, length {self.length}, {header}>"

    def _check(self) -> None:
        if len(self) > USER_DATA_OCTETS:
            raise ValueError(f"{len(self)} octets; a short message has at most {USER_DATA_OCTETS}")
        expected = packed_octets(self.length) if self.encoding is Encoding.GSM7 else self.length
        if self.length < 0 or len(self) != expected:
            said = f"a length (TP-UDL) of {self.length} means {expected} in {self.encoding}"
            raise ValueError(f"{len(self)} octets, but {said}")


def encode(counter: SegmentCounter, text: str, reference: int) -> list[UserData]:
    """Return the user data of each segment of a message, under the rules of a counter."""
    try:
        reference = index(reference)
    except TypeError:
        raise TypeError(f"reference: expected an int, got {type(reference).__name__}") from None
    # All three take the text as given and apply smart encoding themselves.
    layout = counter.layout(text)
    return encode_segments(counter.coding(text), counter.sent(text), layout, reference)


def encode_segments(
    coding: Coding, text: str, layout: list[tuple[int, int]], reference: int
) -> list[UserData]:
    """Return the user data of each segment of a text, given the text as it is sent and, for each segment, the
    index of the code point after its last one and its units.

    Example:
        >>> from segcore.rules.codings import GSM7
        >>> [part.hex() for part in encode_segments(GSM7, "hello", [(2, 2), (5, 3)], 7)]
        ['050003070201d065', '050003070202d8ec37']
    """
    total = len(layout)
    if coding.encoding in {Encoding.UTF8, Encoding.EUC_KR}:
        raise ValueError(
            f"text: this profile counts octets of {coding.encoding}, which an SMS cannot carry; "
            "there is nothing to encode"
        )
    if total > MAX_SEGMENTS:
        raise ValueError(
            f"text: {total} segments; one message has at most {MAX_SEGMENTS} (TS 23.040 9.2.3.24.1), "
            "send it as several messages"
        )
    if coding.elements:
        raise ValueError("the profile has information elements of which only the size is known")
    header = write_header(coding.languages, coding.reference, reference, total, 1)
    fits, largest = capacity(coding.encoding, len(header)), max(units for _, units in layout)
    if largest > fits:
        raise ValueError(
            f"text: a segment of {largest} units, but a short message has room for {fits} beside its header; "
            "this profile says how segments are billed, not how they are sent: encode with another"
        )
    starts = [0, *(end for end, _ in layout)]
    return [
        _segment(
            coding,
            text[start:end],
            write_header(coding.languages, coding.reference, reference, total, sequence),
        )
        for sequence, (start, (end, _)) in enumerate(zip(starts, layout, strict=False), 1)
    ]


def decode(
    profile: Profile,
    parts: Iterable[bytes | bytearray | memoryview],
    encoding: Encoding | str | None,
    has_header: bool | None,
) -> str:
    """Return the text of a message from the user data of its segments, under a profile."""
    found = [_read(position, part, encoding, has_header, profile.gsm7) for position, part in enumerate(parts)]
    order = _order([concatenation for _, concatenation in found])
    text = "".join(found[position][0] for position in order)
    # The halves of a pair that came in different segments are one code point again.
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")


def _encoding(value: Encoding | str) -> Encoding:
    found = next((encoding for encoding in SMS_ENCODINGS if encoding == value), None)
    if found is None:
        raise unknown("encoding", value, [encoding.value for encoding in SMS_ENCODINGS])
    return found


def _segment(coding: Coding, text: str, header: bytes) -> UserData:
    if coding.alphabet is None:
        octets = header + text.encode("utf-16-be", "surrogatepass")
        length = len(octets)
    else:
        octets, length = pack(header, septets_of(text, coding.alphabet, coding.extension))
    return UserData(octets, coding.encoding, length, bool(header))


def _read(
    position: int,
    part: bytes | bytearray | memoryview,
    encoding: Encoding | str | None,
    has_header: bool | None,
    gsm7: Coding,
) -> tuple[str, Concatenation | None]:
    """Return the text of one part, and which part it is."""
    if not isinstance(part, (bytes, bytearray, memoryview)):
        raise TypeError(f"parts[{position}]: expected UserData or bytes, got {type(part).__name__}")
    try:
        whole = part if isinstance(part, UserData) else _plain(bytes(part), encoding, has_header)
        header = read_header(whole) if whole.has_header else NO_HEADER
        return _text(whole, header, gsm7), header.concatenation
    except ValueError as error:
        raise ValueError(f"parts[{position}]: {error}") from None


def _plain(octets: bytes, encoding: Encoding | str | None, has_header: bool | None) -> UserData:
    if encoding is None or has_header is None:
        raise ValueError(
            "the octets do not say how to read them; give encoding and has_header, or a UserData"
        )
    if _encoding(encoding) is Encoding.UCS2:
        return UserData(octets, encoding, len(octets), has_header)
    length = len(octets) * 8 // 7
    # As many octets hold 8 septets as 7: seven zero bits at the end are an @, or nothing.
    if octets and len(octets) % 7 == 0 and octets[-1] < 2:
        raise ValueError(
            f"the octets may be {length - 1} septets or {length}, the last for {'@'!r}; "
            "give a UserData, which has their number (TP-UDL)"
        )
    return UserData(octets, encoding, length, has_header)


def _text(part: UserData, header: Header, gsm7: Coding) -> str:
    if part.encoding is Encoding.UCS2:
        octets = part[header.octets :]
        if len(octets) % 2:
            raise ValueError(f"{len(octets)} octets are not whole code units of 2 octets")
        return octets.decode("utf-16-be", "surrogatepass")
    if part.length < header_septets(header.octets):
        raise ValueError(
            f"a length (TP-UDL) of {part.length} septets is less than the header's {header.octets} octets"
        )
    locking, single = header.languages
    alphabet = LOCKING_SHIFT.get(locking) or gsm7.alphabet or DEFAULT_ALPHABET
    extension = SINGLE_SHIFT.get(single, gsm7.extension)
    return text_of(unpack(part, header.octets, part.length), alphabet, extension)


def _order(parts: list[Concatenation | None]) -> list[int]:
    """Return the indices of parts in the order of the message."""
    if parts == [None]:
        return [0]
    if not parts:
        raise ValueError("parts: empty; a message has at least one segment")
    position_of: dict[int, int] = {}
    for position, part in enumerate(parts):
        if part is None:
            raise ValueError(f"parts[{position}]: does not say which of {len(parts)} parts it is")
        message, first = _message(part), _message(parts[0] or part)
        if message != first:
            raise ValueError(f"parts[{position}]: is of another message ({message}) than parts[0] ({first})")
        if part.sequence in position_of:
            earlier = position_of[part.sequence]
            raise ValueError(f"parts[{position}]: is segment {part.sequence}, as parts[{earlier}] is")
        position_of[part.sequence] = position
        total = part.total
    missing = [str(sequence) for sequence in range(1, total + 1) if sequence not in position_of]
    if missing:
        raise ValueError(f"parts: segment {', '.join(missing)} of {total} is missing")
    return [position_of[sequence] for sequence in range(1, total + 1)]


def _message(part: Concatenation) -> str:
    return f"{part.bits}-bit reference {part.reference}, {part.total} segments"
