"""Decoding user data that came from elsewhere, and user data that is wrong."""

from __future__ import annotations

import copy
import pickle
import random
import re
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import octets
import pytest
import reference
from conftest import FULL_SWEEP, SEED
from hypothesis import given

import segcore
from segcore import UserData
from segcore.pdu.user_data import header_septets, text_of, unpack
from segcore.rules.alphabets import DEFAULT_ALPHABET, DEFAULT_EXTENSION, LOCKING_SHIFT, SINGLE_SHIFT
from segcore.rules.codings import GSM7, Encoding

pytestmark = pytest.mark.kernel_independent


def gsm(octets: str, length: int, has_header: bool = True) -> UserData:
    return UserData(bytes.fromhex(octets), "GSM-7", length, has_header)


def part(sequence: int, total: int = 3, number: int = 7) -> UserData:
    """Return one of several segments that says ``h`` and its own number."""
    before = octets.header((0, 0), "8bit", number, total, sequence)
    return gsm(*octets.pack(before, [0x68, 0x30 + sequence]))


def refused(message: str, parts: Any, **how: Any) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        segcore.decode(parts, **how)


def test_segments_in_any_order() -> None:
    """The sequence number decides, not the order in which parts are given."""
    for order in ((1, 2, 3), (3, 1, 2), (2, 3, 1)):
        assert segcore.decode(part(sequence) for sequence in order) == "h1h2h3"


def test_segments_that_are_not_one_message() -> None:
    """Missing, doubled and foreign segments are named by number or by index."""
    refused("parts: empty; a message has at least one segment", [])
    refused("parts: segment 1, 3 of 3 is missing", [part(2)])
    refused("parts[2]: is segment 1, as parts[0] is", [part(1), part(2), part(1), part(3)])
    refused(
        "parts[1]: is of another message (8-bit reference 8, 3 segments) "
        "than parts[0] (8-bit reference 7, 3 segments)",
        [part(1), part(2, number=8), part(3)],
    )
    refused(
        "parts[2]: is of another message (8-bit reference 7, 4 segments) "
        "than parts[0] (8-bit reference 7, 3 segments)",
        [part(1), part(2), part(3, total=4)],
    )
    wide = gsm(*octets.pack("06080400070302", [0x68]))
    refused(
        "parts[1]: is of another message (16-bit reference 7, 3 segments) "
        "than parts[0] (8-bit reference 7, 3 segments)",
        [part(1), wide, part(3)],
    )
    alone = gsm("6834", 2, has_header=False)
    refused("parts[0]: does not say which of 2 parts it is", [alone, part(1)])
    refused("parts[1]: does not say which of 2 parts it is", [part(1), alone])


def test_broken_headers() -> None:
    """A header that ends early is an error that names the part; nothing of it is guessed."""
    empty = "no octets, so no header either, though TP-UDHI says that there is one"
    for message, digits, length in (
        (empty, "", 0),
        ("the header should have 6 octets, but there are only 3", "050003", 3),
        ("information element 24 ends after the end of the header", "0124", 2),
        ("information element 24 ends after the end of the header", "02240100", 4),
        ("information element 00 ends after the end of the header", "0400030102D0", 6),
        ("information element 00 has 2 octets instead of 3", "0400020102D0", 6),
        ("information element 08 has 3 octets instead of 4", "050803010201D0", 8),
        ("information element 25 has 0 octets instead of 1", "022500D0", 4),
        ("information element 24 has 2 octets instead of 1", "0424020101D0", 6),
        ("a length (TP-UDL) of 6 septets is less than the header's 6 octets", "050003010101", 6),
    ):
        wrong = gsm(digits, length)
        refused(f"parts[0]: {message}", [wrong])
        refused(f"parts[1]: {message}", [part(1, 2), wrong])
    # Nothing but its length: a header that says nothing.
    assert segcore.decode([gsm("0060", 2)]) == ""
    assert segcore.decode([gsm(*octets.pack("00", [0x68]))]) == "h"


def test_elements_that_are_ignored() -> None:
    """Impossible part numbers and undefined languages are ignored, as TS 23.040 says."""
    for ignored in (
        "0003070000",
        "0003070001",
        "0003070100",
        "0003070102",
        "080400070203",
        "24010E",
        "250102",
    ):
        before = f"{len(ignored) // 2:02X}" + ignored
        assert segcore.decode([gsm(*octets.pack(before, [0x1B, 0x65]))]) == "€", ignored
        # It does not undo one in front of it that is right.
        both = f"{len(ignored) // 2 + 5:02X}" + "0003070101" + ignored
        assert segcore.decode([gsm(*octets.pack(both, [0x1B, 0x65]))]) == "€", ignored
    # Nor does it undo which part of a message a segment is.
    one, two = (octets.pack(f"0A00030702{n:02X}0003070000", [0x68]) for n in (1, 2))
    assert segcore.decode([gsm(*two), gsm(*one)]) == "hh"
    assert segcore.decode([gsm(*octets.pack("06240101240162", [0x1B, 0x63]))]) == "ç"
    assert segcore.decode([gsm(*octets.pack("06250101250102", [0x1D]))]) == "ş"


def test_languages_mean_nothing_to_code_units() -> None:
    """A header of a UCS-2 segment may name languages; its text is code units all the same."""
    before = bytes.fromhex("03240101")
    assert segcore.decode([UserData(before + "ш".encode("utf-16-be"), "UCS-2", 6, True)]) == "ш"


def test_segments_have_each_their_own_tables_and_encoding() -> None:
    """What a header or TP-DCS says goes for its own segment."""
    first = gsm(*octets.pack("080003070301240101", [0x1B, 0x63]))
    second = gsm(*octets.pack("050003070302", [0x1B, 0x63]))
    third = UserData(bytes.fromhex("050003070303") + "ш".encode("utf-16-be"), "UCS-2", 8, True)
    assert segcore.decode([first, second, third]) == "çcш"


def test_septets_that_stand_for_nothing() -> None:
    """An unknown septet and an escape at the end are errors that say where."""
    bengali = "03250104"
    unknown = "septet 1 is 0E, which stands for nothing in the Bengali locking shift table"
    refused(f"parts[0]: {unknown}", [gsm(*octets.pack(bengali, [0x00, 0x0E]))])
    # After an escape too, where neither table has it.
    refused(f"parts[0]: {unknown}", [gsm(*octets.pack(bengali, [0x1B, 0x0E]))])
    dangling = "the last septet is an escape; what it announces is not part of this segment"
    refused(f"parts[0]: {dangling}", [gsm("1B", 1, has_header=False)])
    first = gsm(*octets.pack("050003070201", [0x68, 0x1B]))
    second = gsm(*octets.pack("050003070202", [0x65]))
    refused(f"parts[1]: {dangling}", [second, first])


@pytest.mark.parametrize(
    ("locking", "single"),
    [
        (locking, single)
        for locking in (0, *LOCKING_SHIFT)
        for single in (0, *SINGLE_SHIFT)
        if FULL_SWEEP or 0 in (locking, single) or locking == single
    ],
)
def test_every_septet(locking: int, single: int) -> None:
    """Each septet, alone and after an escape, is what the published tables and the fallback say."""
    tables = reference.load("alphabets")["tables"]
    plain = tables["locking"][str(locking)]["cells"] if locking else tables["default"]["cells"]
    escaped = tables["single"][str(single)]["cells"] if single else tables["extension"]["cells"]
    before = octets.header((locking, single), "8bit", 0, 1, 1)
    for septet in set(range(128)) - {0x1B}:
        name = f"{septet:02X}"
        for codes, point in (
            ([septet], plain.get(name)),
            ([0x1B, septet], escaped.get(name) or plain.get(name)),
        ):
            whole = gsm(*octets.pack(before, codes), bool(before))
            if point is None:
                with pytest.raises(ValueError, match=f"is {name}, which stands for nothing"):
                    segcore.decode([whole])
            else:
                assert segcore.decode([whole]) == chr(int(point, 16))


def test_receivers_without_the_tables() -> None:
    """The word that Annex C.2 gives as its example is readable where the header is not understood."""
    (sent,) = [row for row in reference.load("userdata")["rows"] if row["id"] == "turkish-single"]
    expected = sent["expected"]["parts"][0]
    whole = bytes.fromhex(octets.read_runs(expected["octets"]))
    septets = unpack(whole, 4, expected["length"])
    assert text_of(septets, DEFAULT_ALPHABET, SINGLE_SHIFT[1]) == "Türkçe"
    assert text_of(septets, DEFAULT_ALPHABET, DEFAULT_EXTENSION) == "Türkce"
    assert text_of(septets, DEFAULT_ALPHABET) == "Türkce"
    assert header_septets(4) == 5


def test_plain_bytes() -> None:
    """Octets without what stands in front of them are decoded where nothing is left open."""
    for text in ("hello", "a" * 160, "a" * 162, "ш" * 70, "ш" * 71, "\U0001f600!"):
        parts = segcore.encode(text, reference=9)
        how: dict[str, Any] = {"encoding": parts[0].encoding, "has_header": len(parts) > 1}
        for kind in (bytes, bytearray, memoryview):
            assert segcore.decode([kind(part) for part in parts], **how) == text
    assert segcore.decode([b""], encoding="GSM-7", has_header=False) == ""
    assert segcore.decode([b"\0"], encoding="GSM-7", has_header=False) == "@"
    mixed: list[bytes] = [part(1), bytes(part(2)), part(3)]
    assert segcore.decode(mixed, encoding="GSM-7", has_header=True) == "h1h2h3"


def test_plain_bytes_leave_something_open() -> None:
    """Seven zero bits may be an @ or nothing; how octets are encoded, they do not say at all."""
    for length, text in ((7, "1234567"), (8, "1234567@")):
        assert segcore.decode([gsm("31D98C56B3DD00", length, has_header=False)]) == text
    # The lowest bit of the last octet belongs to the septet before.
    for digits in ("31D98C56B3DD00", "E170381C0E8701"):
        refused(
            "parts[0]: the octets may be 7 septets or 8, the last for '@'; "
            "give a UserData, which has their number (TP-UDL)",
            [bytes.fromhex(digits)],
            encoding="GSM-7",
            has_header=False,
        )
    open_ = "the octets do not say how to read them; give encoding and has_header, or a UserData"
    for how in ({}, {"encoding": "GSM-7"}, {"has_header": False}):
        refused(f"parts[1]: {open_}", [gsm("61", 1, has_header=False), b"a"], **how)
    # Encodings of routes that count octets: no short message is written in them.
    for encoding in ("UTF-8", "EUC-KR"):
        refused(
            f"parts[0]: encoding: unknown value '{encoding}'; known: GSM-7, UCS-2",
            [b"abcd"],
            encoding=encoding,
            has_header=False,
        )
    refused(
        "parts[0]: encoding: unknown value 'UCS2'; known: GSM-7, UCS-2; did you mean 'UCS-2'?",
        [b"a"],
        encoding="UCS2",
        has_header=False,
    )
    odd = "parts[0]: 3 octets are not whole code units of 2 octets"
    refused(odd, [b"abc"], encoding="UCS-2", has_header=False)
    refused(odd, [b"\x05\0\3\1\1\1abc"], encoding=Encoding.UCS2, has_header=True)


def test_what_is_not_user_data() -> None:
    """A part that is not octets is named with its index; so is what comes of one part instead of a list."""
    message = r"^parts\[1\]: expected UserData or bytes, got str$"
    with pytest.raises(TypeError, match=message):
        segcore.decode([part(1), "a"])  # type: ignore[list-item]
    with pytest.raises(TypeError, match=r"^parts\[0\]: expected UserData or bytes, got int$"):
        segcore.decode(part(1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: gsm("61", 2), "1 octets, but a length (TP-UDL) of 2 means 2 in GSM-7"),
        (lambda: gsm("6161", 1), "2 octets, but a length (TP-UDL) of 1 means 1 in GSM-7"),
        (lambda: gsm("", -1), "0 octets, but a length (TP-UDL) of -1 means 0 in GSM-7"),
        (lambda: UserData(b"ab", "UCS-2", 1, False), "2 octets, but a length (TP-UDL) of 1 means 1 in UCS-2"),
        (lambda: gsm("00" * 141, 161), "141 octets; a short message has at most 140"),
        (lambda: UserData(b"", "8-bit", 0, False), "encoding: unknown value '8-bit'; known: GSM-7, UCS-2"),
    ],
)
def test_user_data_that_cannot_be(make: Callable[[], UserData], message: str) -> None:
    """TP-UDL and the octets must agree, and fit in a short message."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        make()


def test_user_data_is_octets() -> None:
    """It compares, hashes, travels and prints as the octets that it is, and keeps what it knows."""
    first, second = segcore.encode("a" * 161, reference=7)
    assert isinstance(first, bytes)
    assert (first, hash(first)) == (bytes(first), hash(bytes(first)))
    assert (first.encoding, first.length, first.has_header) == (Encoding.GSM7, 160, True)
    for again in (pickle.loads(pickle.dumps(second)), copy.copy(second), copy.deepcopy(second)):
        assert type(again) is UserData
        assert (again, vars(again)) == (second, vars(second))
    assert repr(second) == "<UserData: 050003070202c2e170381c0e8701, GSM-7, length 15, a header>"
    assert repr(segcore.encode("")[0]) == "<UserData: no octets, GSM-7, length 0, no header>"
    with pytest.raises(TypeError, match="bytes-like"):
        UserData(5, "UCS-2", 5, False)  # type: ignore[arg-type]


@given(data=st.binary(max_size=140), seven_bit=st.booleans(), has_header=st.booleans(), spare=st.booleans())
def test_any_octets(data: bytes, seven_bit: bool, has_header: bool, spare: bool) -> None:
    """Whatever comes in, there is a text or a ValueError that names the part."""
    length = len(data) * 8 // 7 - (spare and len(data) % 7 == 0 and bool(data)) if seven_bit else len(data)
    whole = UserData(data, "GSM-7" if seven_bit else "UCS-2", length, has_header)
    found = attempt(whole)
    assert isinstance(found, str) or str(found).startswith("parts")


def attempt(whole: UserData) -> str | ValueError:
    """Return a text, or why there is none."""
    try:
        return segcore.decode([whole])
    except ValueError as error:
        return error


def test_any_header() -> None:
    """Cut anywhere, or with any octet changed, a segment is decoded or refused, and never crashes."""
    source = random.Random(f"{SEED} headers")
    whole = bytes.fromhex(octets.pack("0B0003070101240101250101", [0x1B, 0x63, 0x1D])[0])
    kinds = set()
    for _ in range(2000):
        changed = bytearray(whole[: source.randrange(len(whole) + 1)])
        for _ in range(source.randrange(3)):
            if changed:
                changed[source.randrange(len(changed))] = source.randrange(256)
        found = attempt(UserData(changed, "GSM-7", len(changed) * 8 // 7, True))
        assert isinstance(found, str) or str(found).startswith("parts")
        kinds.add(type(found))
    assert kinds == {str, ValueError}


def test_sent_and_received_tables_are_the_profiles() -> None:
    """Decoding uses the profile's own alphabet where the header names no national one."""
    from segcore.rules.alphabets import Alphabet
    from segcore.rules.codings import Coding
    from segcore.rules.profiles import Profile

    own = Coding(Encoding.GSM7, Alphabet("swapped", "none", "41:B 42:A"))
    segmenter = segcore.Segmenter(Profile("own", "", own))
    (sent,) = segmenter.encode("ABBA")
    assert segcore.decode([sent]) == "BAAB"
    assert segmenter.decode([sent]) == "ABBA"
    turkish = gsm(*octets.pack("03250101", [0x41]))
    assert segmenter.decode([turkish]) == "A"
    assert segmenter.decode([gsm(*octets.pack("03240101", [0x41, 0x1B, 0x42]))]) == "BA"
    assert GSM7.alphabet is DEFAULT_ALPHABET
