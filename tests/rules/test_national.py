"""Codings with national language tables, a 16-bit reference, or an alphabet of one's own."""

from __future__ import annotations

import random

import pytest
import reference
from conftest import SEED, MakeCounter

from segcore import Profile, Segmenter
from segcore.rules import codings
from segcore.rules.alphabets import (
    DEFAULT_ALPHABET,
    DEFAULT_EXTENSION,
    LOCKING_SHIFT,
    SINGLE_SHIFT,
    Alphabet,
)
from segcore.rules.codings import UCS2, Coding, Encoding

TABLES = [(locking, single) for locking in (None, *LOCKING_SHIFT) for single in (None, *SINGLE_SHIFT)]
# All languages with their own tables, each table on its own, and Turkish with all others.
CHOSEN = [pair for pair in TABLES if pair[0] == pair[1] or None in pair or 1 in pair]


def _coding(locking: int | None, single: int | None, reference_octets: int) -> Coding:
    return Coding(
        Encoding.GSM7,
        DEFAULT_ALPHABET if locking is None else LOCKING_SHIFT[locking],
        DEFAULT_EXTENSION if single is None else SINGLE_SHIFT[single],
        elements=(codings.NATIONAL_LANGUAGE_OCTETS,) * ((locking is not None) + (single is not None)),
        reference=reference_octets,
    )


@pytest.mark.parametrize(("locking", "single"), CHOSEN)
@pytest.mark.parametrize("width", ["8bit", "16bit"])
def test_tables_of_a_language(
    make_counter: MakeCounter, locking: int | None, single: int | None, width: str
) -> None:
    """Each code point of the tables costs what the oracle says, and texts are packed as it packs them."""
    under = reference.rules(locking, single, width)
    octets = {"8bit": codings.CONCATENATION_8BIT_OCTETS, "16bit": codings.CONCATENATION_16BIT_OCTETS}
    ucs2 = Coding(Encoding.UCS2, reference=octets[width])
    counter = make_counter(_coding(locking, single, octets[width]), ucs2)
    points = [*under.alphabet, *under.extension]
    for point in (*points, *reference.STANDARD.alphabet, 0x1B, 0x0C, 0x20AC, 0x0CA1, 0x0CAA):
        encoding, units, segments = counter.measure(chr(point))
        assert (encoding, units, segments) == (
            reference.encoding(chr(point), under),
            reference.units(chr(point), under),
            1,
        ), hex(point)
    source = random.Random(f"{SEED} {locking} {single} {width}")
    known = list(map(chr, points))
    for pool in (known, [*known, "\U0001f600", "\ufffd"]):
        for length in (*(source.randrange(500) for _ in range(4)), *under.septets, under.septets[0] + 1):
            text = "".join(source.choices(known, k=length)) + "".join(source.choices(pool, k=2))
            parts = reference.parts(text, under)
            assert counter.layout(text) == [(part.end, part.units) for part in parts], ascii(text)
            assert counter.count_segments(text) == len(parts), ascii(text)
            assert counter.unencodable(text) == reference.foreign(text, under), ascii(text)


def test_16_bit_reference_alone(make_counter: MakeCounter) -> None:
    """A 16-bit reference leaves 152 septets and 66 code units, and 160 and 70 where there is one segment."""
    octets = codings.CONCATENATION_16BIT_OCTETS
    counter = make_counter(_coding(None, None, octets), Coding(Encoding.UCS2, reference=octets))
    for text, expected in (
        ("a" * 160, [(160, 160)]),
        ("a" * 161, [(152, 152), (161, 9)]),
        ("a" * 304, [(152, 152), (304, 152)]),
        ("б" * 71, [(66, 66), (71, 5)]),
        ("\U0001f600" * 66, [(33, 66), (66, 66)]),
    ):
        assert counter.layout(text) == expected
        assert counter.count_segments(text) == len(expected)


@pytest.mark.parametrize(
    ("basic", "extension"),
    [("a", ""), ("", "a"), ("a-]^\\b", ""), ("ab", "]^-\\["), ("\x00\xff\uffff", "\u0100"), ("a", "a")],
)
def test_any_alphabet(make_counter: MakeCounter, basic: str, extension: str) -> None:
    """An alphabet of a provider's own counts by its code points, whatever they mean elsewhere."""

    def table(text: str) -> Alphabet:
        cells = (f"{septet:02X}:{ord(one):04X}" for septet, one in enumerate(text))
        return Alphabet("of its own", "none", " ".join(cells))

    coding = Coding(Encoding.GSM7, table(basic), table(extension))
    counter = make_counter(coding, UCS2)
    under = reference.Rules(
        {ord(one): septet for septet, one in enumerate(basic)},
        {ord(one): septet for septet, one in enumerate(extension) if one not in basic},
        (160, 153),
        (70, 67),
    )
    everything = basic + extension
    long = everything * 40
    for text in ("", "a", *everything, long, long + "!", "\x80", "\uffff", "\U0001ffff"):
        parts = reference.parts(text, under)
        assert counter.measure(text) == (
            reference.encoding(text, under),
            reference.units(text, under),
            len(parts),
        ), ascii(text)
        assert counter.layout(text) == [(part.end, part.units) for part in parts], ascii(text)
        assert counter.unencodable(text) == reference.foreign(text, under), ascii(text)


def test_columns_in_utf8(segmenter_class: type[Segmenter]) -> None:
    """ASCII between other letters, in UTF-8 as in Python's strings: eight octets at a time and one by one."""
    pa = pytest.importorskip("pyarrow")
    texts = [
        f"{start}{'a' * letters}ş{end}"
        for start in ("", "ğ", "ş")
        for letters in range(40)
        for end in ("", "Ж")
    ]
    texts += [text * 8 for text in texts]
    for encoding in (False, True):
        segmenter = segmenter_class(Profile("ours", "Ours", languages=(1, 2)), encoding)
        one_by_one = [segmenter.analyze(text) for text in texts]
        for kind in (pa.string(), pa.string_view()):
            batch = segmenter.analyze_bulk(pa.array(texts, kind))
            assert list(batch.segments) == [each.segments for each in one_by_one]
            assert list(batch.units) == [each.units for each in one_by_one]


def test_an_empty_alphabet_sends_nothing(make_counter: MakeCounter) -> None:
    """With no code point in the alphabet every text but the empty one is UCS-2."""
    counter = make_counter(Coding(Encoding.GSM7), UCS2)
    assert counter.measure("") == ("GSM-7", 0, 1)
    assert counter.measure("a\n" * 36) == ("UCS-2", 72, 2)
    assert counter.unencodable("a\n") == [0, 1]
