"""Grapheme clusters in septets, which the default alphabet has none of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from segcore.rules.alphabets import Alphabet
from segcore.rules.codings import UCS2, Coding, Encoding

# "e" and an acute accent are one cluster.
_ACCENTED = Coding(Encoding.GSM7, Alphabet("accented", "with a combining accent", "00:a 01:e 02:' 03:0301"))
_TEXT = "a" * 152 + "e\u0301" + "a" * 152


@pytest.mark.parametrize("replacements", [None, {"’": "'"}, {"’": "'", "—": "''"}])
@pytest.mark.parametrize("partly", ["always", "all_or_nothing", "when_fewer_segments"])
def test_a_cluster_moves_to_the_next_segment(
    make_counter: Callable[..., Any], replacements: Mapping[str, str] | None, partly: str
) -> None:
    """With and without something to replace, a segment ends before the cluster, and that takes one more."""
    kept = make_counter(_ACCENTED, UCS2, replacements=replacements, partly=partly, clusters=True)
    cut = make_counter(_ACCENTED, UCS2, replacements=replacements, partly=partly)
    assert (cut.count_segments(_TEXT), kept.count_segments(_TEXT)) == (2, 3)
    assert [end for end, _ in kept.layout(_TEXT)] == [152, 305, 306]
    if replacements and partly == "always":
        assert kept.count_segments("’" + _TEXT[1:]) == 3


@pytest.mark.parametrize(("syllable", "first"), [("가", 66), ("각", 67), ("힌", 67), ("히", 66)])
def test_syllables_of_hangul_stay_whole(make_counter: Callable[..., Any], syllable: str, first: int) -> None:
    """A syllable without a final consonant keeps the vowel behind it (GB7), one with it does not (GB8)."""
    counter = make_counter(_ACCENTED, UCS2, clusters=True)
    text = "나" * 66 + syllable + "\u1161" + "나" * 66
    assert next(end for end, _ in counter.layout(text)) == first
    assert counter.count_segments(text) == (3 if first == 66 else 2)


@pytest.mark.parametrize(
    "cluster",
    [
        "क\u094d\u200dष",
        "क\u094d\u0301ष",
        "\ud83d\udc68\u200d\ud83d\udc69",
        "👨\u200d👩",
        "\U00011013\u094d\u200dष",
    ],
)
@pytest.mark.parametrize("inside", [1, 2, 3])
def test_a_segment_that_is_full_inside_a_cluster(
    make_counter: Callable[..., Any], cluster: str, inside: int
) -> None:
    """A consonant goes on behind a joiner (GB9c), and so does an emoji, in halves too (GB11)."""
    counter = make_counter(_ACCENTED, UCS2, clusters=True)
    units = len(cluster.encode("utf-16-le", "surrogatepass")) // 2
    text = "a" * (67 - inside) + cluster + "a" * (67 + inside - units)
    assert counter.count_segments(text) == 3
    assert next(end for end, _ in counter.layout(text)) == 67 - inside


@pytest.mark.parametrize("mark", ["\u094d", "\u0301"])
def test_a_cluster_of_many_marks_takes_linear_time(make_counter: Callable[..., Any], mark: str) -> None:
    """It was quadratic where a virama might join a consonant, so that this took a minute."""
    counter = make_counter(_ACCENTED, UCS2, clusters=True)
    text = "क" + mark * 39_999
    assert counter.count_segments(text) == 598
    assert [end for end, _ in counter.layout(text)] == [*range(67, 40_000, 67), 40_000]
