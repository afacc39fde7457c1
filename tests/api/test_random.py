"""Random texts against the oracle; the seed is in the header of the run and settable."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING

import pytest
import reference
from conftest import FULL_SWEEP, SEED

if TYPE_CHECKING:
    from segcore import Segmenter

BASIC = "".join(map(chr, reference.STANDARD.alphabet))
EXTENSION = "".join(map(chr, reference.STANDARD.extension))
FOREIGN = "ç`\t\x1b\xa0бЖ’“…—中\uffff"
ASTRAL = "\U00010000\U0001f600\U0001f468\U0010ffff"
HALVES = "\ud800\ud83d\udbff\udc00\ude00\udfff"

_COUNT = 600 if FULL_SWEEP else 200

# How often each pool is drawn from.
MIXES = {
    "gsm": {BASIC: 1.0},
    "gsm-few-pairs": {BASIC: 0.97, EXTENSION: 0.03},
    "gsm-many-pairs": {BASIC: 0.4, EXTENSION: 0.6},
    "latin1": {BASIC: 0.9, "ç`\t": 0.1},
    "ucs2": {"бвгд": 0.8, BASIC: 0.2},
    "ucs2-few-pairs": {"бвгд ": 0.95, ASTRAL: 0.05},
    "ucs2-many-pairs": {"бвгд ": 0.3, ASTRAL: 0.7},
    "halves": {"б": 0.3, HALVES: 0.5, ASTRAL: 0.2},
    "all": {BASIC: 0.5, EXTENSION: 0.1, FOREIGN: 0.2, ASTRAL: 0.1, HALVES: 0.1},
    "one-foreign": {BASIC: 0.99, EXTENSION: 0.007, FOREIGN: 0.003},
}


def _text(source: random.Random, mix: dict[str, float], length: int) -> str:
    pools = source.choices(list(mix), list(mix.values()), k=length)
    return "".join(map(source.choice, pools))


@cache
def _texts(mix: str) -> list[str]:
    """Return random texts of up to 700 code points."""
    source = random.Random(f"{SEED} {mix}")
    lengths = [source.randrange(source.choice([20, 340, 700])) for _ in range(_COUNT)]
    return [_text(source, MIXES[mix], length) for length in lengths]


@cache
def _texts_of_all_unicode() -> list[str]:
    """Return random texts in which every code point is as likely as any other."""
    source = random.Random(f"{SEED} unicode")
    return [
        "".join(chr(source.randrange(0x110000)) for _ in range(source.randrange(150))) for _ in range(_COUNT)
    ]


@pytest.mark.parametrize("mix", MIXES)
def test_against_the_oracle(segmenter: Segmenter, mix: str) -> None:
    """Encoding, units, segments, parts and foreign code points of random texts of up to 700 code points."""
    texts = _texts(mix)
    batch = segmenter.analyze_bulk(texts)
    for text, encoding, units, segments in zip(
        texts, batch.encodings, batch.units, batch.segments, strict=True
    ):
        note = f"SEGCORE_TEST_SEED={SEED}: {text!a}"
        parts = reference.parts(text)
        assert (str(encoding), units, segments) == (
            reference.encoding(text),
            reference.units(text),
            len(parts),
        ), note
        found = segmenter.analyze(text)
        assert [(part.start, part.end, part.units) for part in found.parts] == [
            (part.start, part.end, part.units) for part in parts
        ], note
        assert [one.index for one in found.non_gsm] == reference.foreign(text), note


def test_every_code_point_is_as_likely(segmenter: Segmenter) -> None:
    """Texts of code points drawn from all of Unicode, surrogates included."""
    texts = _texts_of_all_unicode()
    assert segmenter.count_segments_bulk(texts) == list(map(reference.segments, texts)), SEED
    assert segmenter.analyze_bulk(texts).units == list(map(reference.units, texts)), SEED
