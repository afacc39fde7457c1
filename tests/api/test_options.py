"""National languages, smart encoding and grapheme clusters, each against the second opinion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from options_corpus import OPTIONS, SMART, corpus, edges
from reference_options import Options

from segcore.engine import Choice
from segcore.rules.alphabets import DEFAULT_ALPHABET, SINGLE_SHIFT
from segcore.rules.codings import (
    CONCATENATION_8BIT_OCTETS,
    CONCATENATION_16BIT_OCTETS,
    GSM7,
    UCS2,
    Coding,
    Encoding,
    national_codings,
)

_WIDTHS = {"8bit": CONCATENATION_8BIT_OCTETS, "16bit": CONCATENATION_16BIT_OCTETS}

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


@pytest.mark.parametrize("name", OPTIONS)
def test_options_against_the_second_opinion(make: Make, name: str) -> None:
    from array import array

    counter = make(OPTIONS[name])
    texts = [text for text, _ in corpus(name)]
    segments, units, encodings = array("i"), array("q"), array("B")
    counter.measure_all(texts, 0, None, segments, units, encodings)
    for index, (text, sent) in enumerate(corpus(name)):
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


@pytest.mark.parametrize("name", OPTIONS)
def test_the_ends_of_segments(make: Make, name: str) -> None:
    from array import array

    segments, units, encodings = array("i"), array("q"), array("B")
    make(OPTIONS[name]).measure_all([text for text, _ in edges(name)], 0, None, segments, units, encodings)
    for index, (text, sent) in enumerate(edges(name)):
        found = encodings[index], units[index], segments[index]
        assert found == (sent.tables is None, sent.units, len(sent.parts)), text


@pytest.mark.parametrize("name", OPTIONS)
def test_utf8_gives_the_same(make: Make, name: str) -> None:
    pa = pytest.importorskip("pyarrow")
    from array import array

    counter = make(OPTIONS[name])
    texts = [
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        for text, _ in corpus(name) + edges(name)
    ]
    one, two = array("i"), array("i")
    units, more = array("q"), array("q")
    counter.measure_all(texts, 0, None, one, units)
    assert counter.measure_arrow(pa.array(texts), None, 2, two, more) is None
    assert (one, units) == (two, more)


def test_a_hundred_s_cedilla(make: Make) -> None:
    assert make(Options(languages=(1,))).count_segments("ş" * 100) == 1
    assert make(Options()).count_segments("ş" * 100) == 2


def test_what_forces_ucs2_is_what_no_table_has(make: Make) -> None:
    counter = make(Options(languages=(1, 2)))
    assert counter.unencodable("aşñ б") == [4]
    # Each is in some table, but the two are in no pair of them: those that the default ones lack are named.
    both = "ğ" + "á" * 3 + "\u0130"
    assert counter.unencodable(both) == (
        [] if counter.coding(both).encoding is Encoding.GSM7 else [0, 1, 2, 3, 4]
    )
    assert counter.unencodable("plain") == []


def test_indices_are_those_of_the_text_as_it_goes_out(make: Make) -> None:
    counter = make(SMART)
    assert counter.sent("…\u200bб") == "...б"
    assert counter.unencodable("…\u200bб") == [3]


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
    from segcore.rules.alphabets import Alphabet

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
