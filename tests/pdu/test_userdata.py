"""User data of segments: the proof that the counts are right."""

from __future__ import annotations

import functools
import random
from types import ModuleType
from typing import Any

import hypothesis.strategies as st
import octets
import pytest
import reference
from conftest import FULL_SWEEP, SEED, MakeCounter, in_turn
from hypothesis import given

import segcore
from segcore import UserData
from segcore.pdu import decode, encode_segments
from segcore.rules import codings
from segcore.rules.alphabets import (
    DEFAULT_ALPHABET,
    DEFAULT_EXTENSION,
    LOCKING_SHIFT,
    SINGLE_SHIFT,
    Alphabet,
)
from segcore.rules.codings import GSM7, UCS2, Coding, Encoding
from segcore.rules.profiles import Profile

REFERENCE = {"8bit": codings.CONCATENATION_8BIT_OCTETS, "16bit": codings.CONCATENATION_16BIT_OCTETS}
ROWS = reference.load("userdata")["rows"]
SENT = [row for row in ROWS if "text" in row["input"]]
RECEIVED = [row for row in ROWS if "parts" in row["input"]]
STANDARD = segcore.PROFILES["standard"]


def coding(locking: int = 0, single: int = 0, width: str = "8bit") -> Coding:
    """Return a 7-bit coding with national language tables, 0 for the default ones."""
    return Coding(
        Encoding.GSM7,
        LOCKING_SHIFT[locking] if locking else DEFAULT_ALPHABET,
        SINGLE_SHIFT[single] if single else DEFAULT_EXTENSION,
        languages=(locking, single),
        reference=REFERENCE[width],
    )


@functools.cache
def under(locking: int = 0, single: int = 0, width: str = "8bit") -> reference.Rules:
    """Return what the oracle calls the same."""
    return reference.rules(locking or None, single or None, width)


def paired(text: str) -> str:
    """Return a text whose halves of surrogate pairs are one code point: on the air they are no different."""
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")


def as_octets(parts: list[UserData]) -> list[octets.Octets]:
    """Return user data in the form of the oracle."""
    return [octets.Octets(part.hex().upper(), part.length, part.has_header) for part in parts]


def first_item_units(text: str, seven_bit: bool, rules: reference.Rules) -> int:
    """Return the septets or code units of what cannot be parted at the start of a text."""
    codes = reference.items(text, rules)[0][1] if seven_bit else reference.items(text)[0][1]
    return len(codes)


def prove(
    make_counter: MakeCounter, text: str, gsm7: Coding, rules: reference.Rules, width: str, number: int
) -> None:
    """Hold the segments of a text against the oracle, and the counts against the segments."""
    ucs2 = Coding(Encoding.UCS2, reference=REFERENCE[width])
    counter = make_counter(gsm7, ucs2)
    encoding, units, segments = counter.measure(text)
    layout = counter.layout(text)
    chosen = gsm7 if encoding is Encoding.GSM7 else ucs2
    parts = encode_segments(chosen, text, layout, number)
    assert as_octets(parts) == octets.message(text, rules, gsm7.languages, width, number), ascii(text)
    # Encoded, the text takes what was counted, in segments that a short message has room for.
    assert len(parts) == segments == len(layout)
    assert all(len(part) <= 140 for part in parts)
    assert all(part.encoding is encoding for part in parts)
    seven_bit = encoding is Encoding.GSM7
    sizes = [text_units(part) for part in parts]
    assert sizes == [size for _, size in layout]
    assert sum(sizes) == units
    # What starts a segment would not have fitted in the one before.
    for part, (end, _) in zip(parts, layout[:-1], strict=False):
        more = first_item_units(text[end : end + 2], seven_bit, rules)
        assert part.length + more > 160 if seven_bit else part.length + 2 * more > 140
    profile = Profile("of its own", "", gsm7, ucs2)
    assert decode(profile, parts, None, None) == paired(text), ascii(text)
    assert decode(profile, list(reversed(parts)), None, None) == paired(text), ascii(text)


def text_units(part: UserData) -> int:
    """Return the septets or code units of a segment's text."""
    header = part[0] + 1 if part.has_header else 0
    if part.encoding is Encoding.GSM7:
        return part.length - (header * 8 + 6) // 7
    return (part.length - header) // 2


@pytest.mark.kernel_independent
@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in SENT])
def test_sent_vectors(row: dict[str, Any]) -> None:
    """Octets are those that were derived by hand; decoded again, they are the text."""
    text = reference.read_text(row["input"]["text"])
    chosen = row["input"]["coding"]
    tables = chosen["locking"], chosen["single"]
    rules = under(*tables, chosen["reference"])
    number = row["input"]["reference_number"]
    expected = [
        octets.Octets(octets.read_runs(part["octets"]), part["length"], part["header"])
        for part in row["expected"]["parts"]
    ]
    assert octets.message(text, rules, tables, chosen["reference"], number) == expected
    assert reference.encoding(text, rules) == row["expected"]["encoding"]
    gsm7 = coding(*tables, chosen["reference"])
    ucs2 = Coding(Encoding.UCS2, reference=REFERENCE[chosen["reference"]])
    layout = [(part.end, part.units) for part in reference.parts(text, rules)]
    used = gsm7 if row["expected"]["encoding"] == "GSM-7" else ucs2
    parts = encode_segments(used, text, layout, number)
    assert as_octets(parts) == expected
    assert {part.encoding.value for part in parts} == {row["expected"]["encoding"]}
    assert segcore.decode(parts) == text


@pytest.mark.kernel_independent
@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in RECEIVED])
def test_received_vectors(row: dict[str, Any]) -> None:
    """What receivers are to make of user data that segcore would not send."""
    parts = [
        UserData(
            bytes.fromhex(octets.read_runs(part["octets"])), part["encoding"], part["length"], part["header"]
        )
        for part in row["input"]["parts"]
    ]
    assert segcore.decode(parts) == reference.read_text(row["expected"]["text"])


@pytest.mark.kernel_independent
def test_the_oracle_packs_as_the_figure() -> None:
    """Eight septets in seven octets, bit by bit as TS 23.038 6.1.2.1.1 draws them (a is the highest)."""
    figure = """
        2g 1a 1b 1c 1d 1e 1f 1g
        3f 3g 2a 2b 2c 2d 2e 2f
        4e 4f 4g 3a 3b 3c 3d 3e
        5d 5e 5f 5g 4a 4b 4c 4d
        6c 6d 6e 6f 6g 5a 5b 5c
        7b 7c 7d 7e 7f 7g 6a 6b
        8a 8b 8c 8d 8e 8f 8g 7a
    """
    lines = [line.split() for line in figure.split("\n") if line.strip()]
    source = random.Random(f"{SEED} figure")
    for _ in range(20):
        septets = [source.randrange(128) for _ in range(8)]
        bits = {
            f"{i}{bit}": f"{septet:07b}"[j]
            for i, septet in enumerate(septets, 1)
            for j, bit in enumerate("abcdefg")
        }
        drawn = "".join(f"{int(''.join(bits[name] for name in line), 2):02X}" for line in lines)
        assert octets.pack("", septets) == (drawn, 8)


_STANDARD_POINTS = [chr(point) for point in (*reference.STANDARD.alphabet, *reference.STANDARD.extension)]
_RUNS = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(_STANDARD_POINTS), st.sampled_from("\u0431\U0001f600\ud83d\ude00")),
        st.integers(1, 90),
    ),
    max_size=12,
).map(lambda runs: "".join(one * times for one, times in runs))
_GSM = st.text(st.sampled_from(_STANDARD_POINTS), max_size=400)
TEXTS = st.one_of(_RUNS, _GSM, st.text(st.characters(), max_size=200))


@given(text=TEXTS, number=st.integers(0, 255))
def test_any_text(make_counter: MakeCounter, text: str, number: int) -> None:
    """Under the standard profile every text takes the octets that were counted."""
    prove(make_counter, text, GSM7, reference.STANDARD, "8bit", number)


@pytest.mark.kernel_independent
@given(text=TEXTS, number=st.integers(0, 255))
def test_public_functions(text: str, number: int) -> None:
    """``encode`` and ``decode`` are what was proved, and agree with the other functions."""
    parts = segcore.encode(text, reference=number)
    assert as_octets(parts) == octets.message(text, reference.STANDARD, number=number)
    assert len(parts) == segcore.count_segments(text)
    assert {part.encoding for part in parts} == {segcore.detect_encoding(text)}
    assert [text_units(part) for part in parts] == [part.units for part in segcore.analyze(text).parts]
    assert segcore.decode(parts) == paired(text)
    assert segcore.Segmenter().encode(text, reference=number) == parts
    assert segcore.Segmenter().decode(iter(parts)) == paired(text)


PAIRS = [(locking, single) for locking in (0, *LOCKING_SHIFT) for single in (0, *SINGLE_SHIFT)]
# All languages with their own tables, each table on its own, and Turkish with all others.
CHOSEN = [pair for pair in PAIRS if pair[0] == pair[1] or 0 in pair or 1 in pair]
# In the short sweep each pair has one of the widths.
WIDE = [
    (*pair, width)
    for number, pair in enumerate(CHOSEN)
    for width in REFERENCE
    if FULL_SWEEP or (width == "8bit") == (number % 2 == 0)
]


@pytest.mark.kernel_independent
@pytest.mark.parametrize(
    ("locking", "single", "width", "implementation"), in_turn(WIDE), indirect=["implementation"]
)
def test_tables_of_a_language(core: ModuleType, locking: int, single: int, width: str) -> None:
    """With national language tables, and either width of the reference, texts take what was counted."""
    gsm7, rules = coding(locking, single, width), under(locking, single, width)
    known = [chr(point) for point in (*rules.alphabet, *rules.extension)]
    source = random.Random(f"{SEED} octets {locking} {single} {width}")
    # Each code point there and back, in a segment that has no room left.
    texts = ["".join(known), *(one * (rules.septets[0] + 1) for one in known[::50])]
    lengths = [*rules.septets, rules.septets[0] + 1, source.randrange(700)]
    texts += ["".join(source.choices(known, k=length)) for length in lengths]
    texts.append("".join(source.choices(known, k=source.randrange(300))) + "\U0001f600\ufffd")
    for text in texts:
        number = source.choice((0, 27, 255, 256, 0x1B1B, 65535) if width == "16bit" else (0, 27, 255))
        prove(core.SegmentCounter, text, gsm7, rules, width, number)


@pytest.mark.kernel_independent
def test_every_count_of_septets() -> None:
    """From none to three full segments, whatever is left over of the last octet."""
    for length in (*range(170), *range(300, 312), *range(455, 462)):
        text = "a" * (length - 1) + "@" if length else ""
        parts = segcore.encode(text)
        assert as_octets(parts) == octets.message(text, reference.STANDARD)
        assert segcore.decode(parts) == text


@pytest.mark.parametrize("subject", ["boundaries", "straddles", "surrogates", "disagreements"])
def test_counting_vectors(make_counter: MakeCounter, subject: str) -> None:
    """Every text of the published vectors takes the octets that were counted."""
    for row in reference.load(subject)["rows"]:
        text = reference.read_text(row["input"]["text"])
        if row["expected"]["segments"] <= 255:
            prove(make_counter, text, GSM7, reference.STANDARD, "8bit", 1)


@pytest.mark.kernel_independent
@pytest.mark.parametrize(
    ("basic", "extension"), [("ab", ""), ("a~", "^|"), ("a\u4e00\uffff", "\U0001f600"[:0])]
)
def test_an_alphabet_of_a_providers_own(make_counter: MakeCounter, basic: str, extension: str) -> None:
    """The septets of a provider's own alphabet are the ones that its table says."""
    own = Alphabet(
        "alphabet of its own", "none", " ".join(f"{i + 5:02X}:{ord(c):04X}" for i, c in enumerate(basic))
    )
    escaped = Alphabet(
        "extension", "none", " ".join(f"{i + 9:02X}:{ord(c):04X}" for i, c in enumerate(extension))
    )
    gsm7 = Coding(Encoding.GSM7, own, escaped if extension else None)
    rules = reference.Rules(
        {ord(one): i + 5 for i, one in enumerate(basic)},
        {ord(one): i + 9 for i, one in enumerate(extension)},
        (160, 153),
        (70, 67),
    )
    source = random.Random(f"{SEED} own {basic}")
    for length in (0, 1, 7, 8, 160, 161, 400):
        prove(make_counter, "".join(source.choices(basic + extension, k=length)), gsm7, rules, "8bit", 3)


@pytest.mark.kernel_independent
def test_parts_of_another_layout() -> None:
    """Segments end where the layout says, as for grapheme clusters that are kept whole."""
    text = "\u0431" * 66 + "e\u0301" + "\u0431" * 3
    parts = encode_segments(UCS2, text, [(66, 66), (71, 5)], 1)
    assert [part.length for part in parts] == [6 + 132, 6 + 10]
    assert parts[1][6:] == text[66:].encode("utf-16-be")
    assert segcore.decode(parts) == text


@pytest.mark.kernel_independent
def test_more_than_255_segments() -> None:
    """255 segments are encoded; 256 are refused, with the limit and its clause."""
    longest = "a" * (255 * 153)
    parts = segcore.encode(longest)
    assert (len(parts), parts[-1][:6].hex()) == (255, "05000300ffff")
    assert segcore.decode(parts) == longest
    with pytest.raises(
        ValueError, match=r"^text: 256 segments; .* at most 255 \(TS 23\.040 9\.2\.3\.24\.1\)"
    ):
        segcore.encode(longest + "a")


@pytest.mark.kernel_independent
@pytest.mark.parametrize("text", ["a", "a" * 161, "\u0431" * 71])
def test_reference(text: str) -> None:
    """The reference number must fit, whether this text needs one or not."""
    for wrong in (-1, 256):
        with pytest.raises(ValueError, match=rf"^reference: {wrong} does not fit in the 8 bits .* 0 to 255$"):
            segcore.encode(text, reference=wrong)
    with pytest.raises(TypeError):
        segcore.encode(text, reference="1")  # type: ignore[arg-type]
    wide = coding(width="16bit")
    layout = [(1, 1), (2, 1)]
    assert encode_segments(wide, "ab", layout, 65535)[0][:7].hex() == "060804ffff0201"
    for wrong in (-1, 65536):
        with pytest.raises(ValueError, match=rf"^reference: {wrong} does not fit in the 16 bits"):
            encode_segments(wide, "ab", layout, wrong)


@pytest.mark.kernel_independent
def test_codings_that_say_too_little() -> None:
    """What only has a size cannot be written, and a table with a code point at the escape cannot be used."""
    with pytest.raises(ValueError, match="information elements of which only the size is known"):
        encode_segments(Coding(Encoding.GSM7, DEFAULT_ALPHABET, elements=(4,)), "a", [(1, 1)], 0)
    with pytest.raises(ValueError, match=r"^a concatenation element has 5 or 6 octets; this coding says 7$"):
        encode_segments(Coding(Encoding.GSM7, DEFAULT_ALPHABET, reference=7), "a", [(1, 1)], 0)
    wrong = Alphabet("wrong one", "none", "1B:a")
    with pytest.raises(ValueError, match=r"^wrong one: septet 1B is the escape"):
        encode_segments(Coding(Encoding.GSM7, wrong), "a", [(1, 1)], 0)
    with pytest.raises(
        ValueError, match=r"^text: U\+0431 is not in the GSM 7-bit default alphabet nor in the def"
    ):
        encode_segments(GSM7, "\u0431", [(1, 1)], 0)


@pytest.mark.kernel_independent
def test_text_only() -> None:
    """What is not text is refused as by every other function; of a subclass of ``str`` its text counts."""
    for wrong in (b"a", None, 1):
        with pytest.raises(TypeError, match=r"^text: expected str"):
            segcore.encode(wrong)  # type: ignore[arg-type]

    class Loud(str):
        def __getitem__(self, key: Any) -> str:
            return "!"

    assert segcore.encode(Loud("a" * 161)) == segcore.encode("a" * 161)
