"""National languages, smart encoding and grapheme clusters, each against the second opinion."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from conftest import SEED
from reference import load
from reference_options import Options, send

from segcore._choice import Choice
from segcore.alphabets import DEFAULT_ALPHABET, LANGUAGES, SINGLE_SHIFT
from segcore.codings import (
    CONCATENATION_8BIT_OCTETS,
    CONCATENATION_16BIT_OCTETS,
    GSM7,
    UCS2,
    Coding,
    Encoding,
    national_codings,
)

_WIDTHS = {"8bit": CONCATENATION_8BIT_OCTETS, "16bit": CONCATENATION_16BIT_OCTETS}

# Longer, shorter, gone, kept as it is, two units for one, one for two, and one that another would replace.
_REPLACED = {
    "’": "'", "…": "...", "\u200b": "", "\u00a0": " ", "½": "1/2", "ş": "s", "\U0001d400": "A", "–": "-",
    "ж": "zh", "[": "(", "“": "\"", "Ї": "Ж", "\u0301": "", "€": "EUR",
}  # fmt: skip

_SMART = Options(replacements=_REPLACED)

OPTIONS = {
    "turkish": Options(languages=(1,)),
    "spanish": Options(languages=(2,)),
    "turkish+spanish": Options(languages=(1, 2)),
    "portuguese 16bit": Options(languages=(3,), width="16bit"),
    "hindi": Options(languages=(6,)),
    "all languages": Options(languages=tuple(LANGUAGES)),
    "always": _SMART,
    "all or nothing": Options(replacements=_REPLACED, partly="all_or_nothing"),
    "when fewer": Options(replacements=_REPLACED, partly="when_fewer_segments"),
    "clusters": Options(clusters=True),
    "clusters 16bit": Options(clusters=True, width="16bit"),
    "clusters hindi": Options(clusters=True, languages=(6, 1)),
    "everything": Options(tuple(LANGUAGES), "8bit", _REPLACED, "when_fewer_segments", True),
    "everything always": Options((1, 2, 3, 6), "16bit", _REPLACED, "always", True),
}

_EMOJI = ("😀", "👨‍👩‍👧", "👍🏽", "🇩🇪", "🇩🇪🇺🇸🇫🇷", "1️⃣", "❤️", "e\u0301", "\U0001f468\u200d\u2695\ufe0f")
_HANGUL = ("\u1100\u1161\u11a8", "가\u11a8", "각", "\u1100\u1100")
_INDIC = ("क्षि", "की", "क्‍ष", "\u0915\u093c\u094d\u0937", "नमस्ते")


def _words(languages: tuple[int, ...]) -> list[str]:
    tables = load("alphabets")["tables"]
    national = [
        chr(int(cell, 16))
        for kind in ("locking", "single")
        for language in languages
        for cell in tables[kind].get(str(language), {"cells": {}})["cells"].values()
    ]
    return national + list("abcdefgh ABC{}[]€^~|\\\x0c\r\n@£") + ["\r\n", "\ud83d", "\ude00", "\ud83d\ude00"]


def corpus(options: Options, count: int) -> list[str]:
    """Return texts made for some options, most of them near a boundary."""
    rng = random.Random(f"{SEED} {options}")
    national = _words(options.languages)
    rare = [
        *_EMOJI,
        *_HANGUL,
        *_INDIC,
        *"ЖїЇж世’…–“½ş\u200b\u00a0\u0301\u200d",
        "\U0001d400",
        "a" + "\u0301" * 80,
    ]
    texts = []
    for _ in range(count):
        size = rng.choice(
            [rng.randrange(12), 66, 70, 133, 145, 149, 152, 155, 160, 300, 460]
        ) + rng.randrange(-3, 4)
        common = rng.choice([["a"], national, rare, rng.sample(national, 3), rng.sample(rare, 2)])
        text = ""
        while len(text) < size:
            text += rng.choice(rare if rng.random() < 0.02 else common)
        texts.append(text[: max(0, size)] if rng.random() < 0.8 else text)
    return texts


Make = Callable[[Options], Any]


@pytest.fixture(scope="module")
def make(make_counter: Callable[..., Any]) -> Make:
    def made(options: Options) -> Any:
        reference = _WIDTHS[options.width]
        gsm7 = Coding(Encoding.GSM7, GSM7.alphabet, GSM7.extension, reference=reference)
        return make_counter(
            gsm7,
            Coding(Encoding.UCS2, reference=reference),
            national=national_codings(options.languages, gsm7),
            replacements=options.replacements,
            partly=options.partly,
            clusters=options.clusters,
        )

    return made


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_options_against_the_second_opinion(make: Make, options: Options) -> None:
    from array import array

    counter = make(options)
    texts = corpus(options, 400)
    segments, units, encodings = array("i"), array("q"), array("B")
    counter.measure_all(texts, 0, None, segments, units, encodings)
    for index, text in enumerate(texts):
        sent = send(text, options)
        expected = ("UCS-2" if sent.tables is None else "GSM-7", sent.units, len(sent.parts))
        encoding, taken, count = counter.measure(text)
        assert (encoding.value, taken, count) == expected, text
        assert (encodings[index], units[index], segments[index]) == (sent.tables is None, *expected[1:]), text
        assert counter.count_segments(text) == count
        assert counter.detect_encoding(text) is encoding
        assert counter.sent(text) == sent.text
        assert counter.layout(text) == [(part.end, part.units) for part in sent.parts]
        coding = counter.coding(text)
        assert (None if coding.encoding is Encoding.UCS2 else coding.languages) == sent.tables


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_utf8_gives_the_same(make: Make, options: Options) -> None:
    pa = pytest.importorskip("pyarrow")
    from array import array

    counter = make(options)
    texts = [
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in corpus(options, 200)
    ]
    one, two = array("i"), array("i")
    counter.measure_all(texts, 0, None, one)
    assert counter.measure_arrow(pa.array(texts), None, 2, two) is None
    assert one == two


def test_a_hundred_s_cedilla(make: Make) -> None:
    assert make(Options(languages=(1,))).count_segments("ş" * 100) == 1
    assert make(Options()).count_segments("ş" * 100) == 2


def test_what_forces_ucs2_is_what_no_table_has(make: Make) -> None:
    counter = make(Options(languages=(1, 2)))
    assert counter.foreign("aşñ б") == [4]
    # Each is in some table, but the two are in no pair of them: those that the default ones lack are named.
    both = "ğ" + "á" * 3 + "\u0130"
    assert counter.foreign(both) == (
        [] if counter.coding(both).encoding is Encoding.GSM7 else [0, 1, 2, 3, 4]
    )
    assert counter.foreign("plain") == []


def test_indices_are_those_of_the_text_as_it_goes_out(make: Make) -> None:
    counter = make(_SMART)
    assert counter.sent("…\u200bб") == "...б"
    assert counter.foreign("…\u200bб") == [3]


def test_carriage_return_and_line_feed_may_be_parted(make: Make) -> None:
    counter = make(Options(clusters=True))
    assert counter.layout("б" * 66 + "\r\n" + "б" * 10) == [(67, 67), (78, 11)]


def test_a_cluster_larger_than_a_segment_is_cut_where_segments_are_full(make: Make) -> None:
    counter = make(Options(clusters=True))
    assert counter.layout("бб" + "e" + "\u0301" * 100) == [(67, 67), (103, 36)]
    # It does not fit into the rest of the first, but fits into a whole one.
    assert counter.layout("б" * 60 + "e" + "\u0301" * 10) == [(60, 60), (71, 11)]


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"partly": "sometimes"}, ValueError, "partly: unknown value 'sometimes'; known: always"),
        ({"replacements": {"ab": "c"}}, ValueError, "replacements: 'ab' is not one code point"),
        ({"replacements": {"": "c"}}, ValueError, "replacements: '' is not one code point"),
        ({"replacements": {"a": 1}}, TypeError, "replacements['a']: expected str, got int"),
        ({"replacements": {1: "a"}}, ValueError, "replacements: 1 is not one code point"),
        ({"replacements": ["a"]}, TypeError, "replacements: expected a mapping, got list"),
        ({"national": (UCS2,)}, ValueError, "national: expected codings of GSM-7"),
        ({"replacements": {chr(i): "" for i in range(0x10000, 0x20000)}}, ValueError, "more than 65,534"),
    ],
)
def test_options_that_cannot_be(
    make_counter: Callable[..., Any], changes: Mapping[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        make_counter(GSM7, UCS2, **changes)
    assert message in str(caught.value)


def test_a_further_coding_may_not_have_more_room(make_counter: Callable[..., Any]) -> None:
    small = Coding(Encoding.GSM7, DEFAULT_ALPHABET, elements=(20,))
    with pytest.raises(ValueError, match="has more room than the first coding"):
        make_counter(small, UCS2, national=(GSM7,))


def test_too_many_tables_are_refused() -> None:
    from segcore.alphabets import Alphabet

    tables = [Alphabet(str(i), "", f"00:{chr(0x4E00 + i)}") for i in range(33)]
    with pytest.raises(ValueError, match="more than 32 alphabets"):
        Choice([Coding(Encoding.GSM7, table) for table in tables])


@pytest.mark.kernel_independent
def test_codings_of_the_same_content_are_equal() -> None:
    import pickle

    turkish = national_codings([1])[0]
    assert pickle.loads(pickle.dumps(turkish)) == turkish
    assert hash(pickle.loads(pickle.dumps(turkish))) == hash(turkish)
    assert turkish == Coding(Encoding.GSM7, DEFAULT_ALPHABET, SINGLE_SHIFT[1], languages=(0, 1))
    assert turkish not in (GSM7, national_codings([1])[1])
    assert GSM7 != "GSM-7"


@pytest.mark.kernel_independent
def test_unknown_languages_are_refused() -> None:
    with pytest.raises(ValueError, match="national language identifier: unknown value 14; known: 1, 2"):
        national_codings([1, 14])
