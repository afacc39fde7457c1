"""Octets under national languages, smart encoding and whole grapheme clusters, and under every profile."""

from __future__ import annotations

import random
from functools import cache
from types import ModuleType
from typing import Any

import octets
import pytest
import reference
from conftest import FULL_SWEEP, SEED
from options_corpus import OPTIONS, drawn
from reference_options import Options, Sent, candidates, send
from test_userdata import REFERENCE, as_octets, paired, text_units

import segcore
from segcore.pdu import decode, encode
from segcore.rules.codings import GSM7, Coding, Encoding, national_codings

pytestmark = pytest.mark.kernel_independent


def counter_of(core: ModuleType, options: Options) -> Any:
    """Return a counter under some options."""
    width = REFERENCE[options.width]
    gsm7 = Coding(Encoding.GSM7, GSM7.alphabet, GSM7.extension, reference=width)
    return core.SegmentCounter(
        gsm7,
        Coding(Encoding.UCS2, reference=width),
        national=national_codings(options.languages, gsm7),
        replacements=options.replacements,
        partly=options.partly,
        clusters=options.clusters,
    )


@cache
def _sent(name: str) -> list[tuple[str, Sent]]:
    """Return texts for the options of a name, and how each goes out."""
    return [(text, send(text, OPTIONS[name])) for text in drawn(OPTIONS[name], 150 if FULL_SWEEP else 60)]


@pytest.mark.parametrize("name", OPTIONS)
def test_options(core: ModuleType, name: str) -> None:
    """What goes out is the text that was counted, in the tables, segments and units that were counted."""
    options = OPTIONS[name]
    counter = counter_of(core, options)
    rules = dict(candidates(options.languages, options.width))
    standard = segcore.PROFILES["standard"]
    seen = set()
    for number, (text, sent) in enumerate(_sent(name)):
        parts = encode(counter, text, number)
        # As UCS-2 any rules do: it has no tables.
        under = reference.STANDARD if sent.tables is None else rules[sent.tables]
        expected = octets.segments(sent.text, sent.parts, under, sent.tables, options.width, number)
        assert as_octets(parts) == expected, ascii(text)
        assert len(parts) == counter.count_segments(text)
        assert sum(map(text_units, parts)) == counter.measure(text)[1]
        assert all(len(part) <= 140 for part in parts)
        random.Random(f"{SEED} {number}").shuffle(parts)
        # The headers say which tables, so the standard profile reads all of them.
        assert decode(standard, parts, None, None) == paired(counter.sent(text))
        seen.add(sent.tables)
    assert len(seen) > (len(options.languages) > 0) + 1


# Hubtel bills segments that no short message holds, and octets are no user data.
_SENT = [name for name, profile in segcore.PROFILES.items() if name != "hubtel" and profile.octets is None]


@pytest.mark.parametrize(
    ("name", "smart"),
    [(name, bool(at % 2)) for at, name in enumerate(_SENT)]
    + [(name, not at % 2) for at, name in enumerate(_SENT) if FULL_SWEEP],
)
def test_every_profile(segmenter_class: type[segcore.Segmenter], name: str, smart: bool) -> None:
    """Under every profile a text takes the segments, units and octets that it is counted to take."""
    segmenter = segmenter_class(name, smart_encoding=smart)
    profile = segmenter.profile
    source = random.Random(f"{SEED} {name}")
    known = list(profile.gsm7.basic + profile.gsm7.extended)
    wide = profile.gsm7.reference == REFERENCE["16bit"]
    for pool in (known, known[-12:], [*known, *"ş’…"], [*known, *"б’\U0001f600"]):
        for length in (0, 7, 8, 70, 71, 160, 161, 400):
            text = "".join(source.choices(pool, k=length))
            number = 0x1B1B if wide else 0x1B
            parts = segmenter.encode(text, reference=number)
            assert len(parts) == segmenter.count_segments(text)
            assert sum(map(text_units, parts)) == segmenter.measure(text)[1]
            assert all(len(part) <= 140 for part in parts)
            assert segmenter.decode(parts) == segmenter.sent(text)
            start = f"0804{number:04X}" if wide else f"0003{number:02X}"
            assert len(parts) == 1 or all(part.hex().upper()[2:].startswith(start) for part in parts)


def test_a_profile_that_only_bills(segmenter_class: type[segcore.Segmenter]) -> None:
    """Segments that no short message can hold are refused; those that fit are encoded."""
    roomy = Coding(Encoding.GSM7, GSM7.alphabet, GSM7.extension, room=(160, 160))
    for profile in ("hubtel", segcore.Profile("own", "of its own", roomy)):
        segmenter = segmenter_class(profile)
        assert segmenter.decode(segmenter.encode("a" * 160)) == "a" * 160
        with pytest.raises(ValueError, match="160 units, but a short message has room for 153 beside its"):
            segmenter.encode("a" * 320)


def test_a_profile_of_ones_own(segmenter_class: type[segcore.Segmenter]) -> None:
    """Languages, width of the reference, smart encoding and clusters, all as a user asks for them."""
    gsm7 = Coding(Encoding.GSM7, GSM7.alphabet, GSM7.extension, reference=REFERENCE["16bit"])
    ucs2 = Coding(Encoding.UCS2, reference=REFERENCE["16bit"])
    own = segcore.Profile(
        "own", "of its own", gsm7, ucs2, languages=(1,), smart_encoding="segcore", graphemes=True
    )
    segmenter = segmenter_class(own)
    # One quotation mark is replaced, and the Turkish locking table has the rest for one septet each.
    parts = segmenter.encode("’" + "ş" * 160, reference=0x1234)
    # 10 octets of header are 80 bits, 4 fill bits lead to septet 12: 27 << 4 and 1D << 4.
    starts = ["09080412340201250101" + "70", "09080412340202250101" + "D0"]
    assert [part.hex().upper()[:22] for part in parts] == starts
    assert [part.length for part in parts] == [12 + 148, 12 + 13]
    assert segmenter.decode(parts) == "'" + "ş" * 160 == segcore.decode(parts)
    # A family of five code points, 8 code units, is not parted, though the first would have fitted.
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    first, second = segmenter.encode("б" * 63 + family)
    assert (first.length, second.length) == (7 + 2 * 63, 7 + 2 * 8)
    assert segmenter.decode([second, first]) == "б" * 63 + family
