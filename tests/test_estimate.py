"""An estimate adds up: the same counts whatever the batches, and exact money."""

from __future__ import annotations

import copy
import pickle
from collections import Counter
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segcore import Profile, Segmenter
from segcore.cost.estimate import Estimate
from segcore.cost.money import cost_of, multiply, parse_price, share

TEXTS = [
    "",
    "Hello",
    "a" * 161,
    "€" * 81,
    "It’s here",
    "’" + "a" * 70,
    "’" * 71 + "€",
    "“Quoted” – and dashed",
    "😀" * 36,
    "😀" + "a" * 69,
    "б" * 200,
    "Cafe\u0301",
    "\ud800",
    "\x1b[",
    "ó" + "€" * 79,
    "line\r\nline",
]

messages = st.lists(
    st.tuples(st.sampled_from(TEXTS) | st.text("aé€{’😀б\n", max_size=200), st.booleans()), max_size=30
)


def counted(segmenter: Segmenter, rows: list[tuple[str, bool]]) -> Estimate:
    estimate = Estimate(segmenter)
    estimate.add([text for text, _ in rows], mms=[is_mms for _, is_mms in rows])
    return estimate


def brute_force(segmenter: Segmenter, rows: list[tuple[str, bool]]) -> dict[str, Any]:
    """Count one message at a time, by the definitions."""
    found: Counter[str] = Counter()
    offenders: dict[int, list[int]] = {}
    for text, is_mms in rows:
        found["messages"] += 1
        if is_mms:
            found["mms"] += 1
            continue
        analysis = segmenter.analyze(text)
        kind = "gsm7" if analysis.encoding.value == "GSM-7" else "ucs2"
        found[kind] += 1
        found[f"{kind}_segments"] += analysis.segments
        found["empty"] += text == ""
        found["over_limit"] += not analysis.sendable
        distinct = {each.codepoint for each in analysis.non_gsm}
        for codepoint in distinct:
            tally = offenders.setdefault(codepoint, [0, 0, 0])
            tally[0] += 1
            if len(distinct) == 1:
                tally[1] += 1
                septets = "".join("a" if ord(each) == codepoint else each for each in text)
                tally[2] += analysis.segments - segmenter.count_segments(septets)
    return {"counts": found, "offenders": offenders}


@given(rows=messages)
def test_counts_are_those_of_the_messages_one_by_one(
    segmenter: Segmenter, rows: list[tuple[str, bool]]
) -> None:
    estimate = counted(segmenter, rows)
    expected = brute_force(segmenter, rows)
    names = ("messages", "gsm7", "ucs2", "mms", "gsm7_segments", "ucs2_segments", "empty", "over_limit")
    assert {name: getattr(estimate, name) for name in names} == {
        name: expected["counts"][name] for name in names
    }
    assert {
        each.codepoint: [each.messages, each.alone, each.segments] for each in estimate.offenders
    } == expected["offenders"]
    assert estimate.segments == estimate.sms_segments + estimate.mms


@given(rows=messages, data=st.data())
def test_batches_and_order_do_not_matter(
    segmenter: Segmenter, rows: list[tuple[str, bool]], data: st.DataObject
) -> None:
    whole = counted(segmenter, rows)
    shuffled = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=5)))
    pieces = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    batched = Estimate(segmenter)
    for piece in pieces:
        batched.add([text for text, _ in piece], mms=[is_mms for _, is_mms in piece])
    parts = data.draw(st.permutations([counted(segmenter, piece) for piece in pieces]))
    assert batched == whole
    assert reduce(add, parts) == whole
    assert reduce(add, parts[1:], parts[0] + Estimate(segmenter)) == whole
    assert whole.offenders == batched.offenders == reduce(add, parts).offenders


def test_merging_leaves_both_as_they_were(segmenter: Segmenter) -> None:
    one, other = counted(segmenter, [("’", False)]), counted(segmenter, [("’", False), ("б", True)])
    before = copy.deepcopy(one), copy.deepcopy(other)
    merged = one + other
    merged.add(["’"])
    assert (one, other) == before
    assert merged.messages == 4


def test_estimates_that_count_differently_are_not_equal(segmenter: Segmenter) -> None:
    assert counted(segmenter, [("’", False)]) != counted(segmenter, [("“", False)])
    assert counted(segmenter, [("a", False)]) != counted(segmenter, [("a", True)])
    assert Estimate(segmenter) != 0
    with pytest.raises(TypeError):
        hash(Estimate(segmenter))


def test_it_can_be_pickled() -> None:
    """Partial estimates come back from other processes."""
    estimate = Estimate()
    estimate.add(TEXTS)
    assert pickle.loads(pickle.dumps(estimate)) == estimate


def test_other_rules_are_not_merged() -> None:
    other = Estimate(Segmenter(Profile("other", "Other")))
    with pytest.raises(ValueError, match="different profiles"):
        Estimate() + other
    with pytest.raises(TypeError):
        Estimate() + 1


def test_over_the_limit_of_the_profile() -> None:
    estimate = Estimate(Segmenter(Profile("short", "Short", max_segments=2)))
    estimate.add(["a" * 306, "a" * 307, "a" * 307], mms=[False, False, True])
    assert (estimate.over_limit, estimate.segments) == (1, 6)


@pytest.mark.parametrize("kind", [list, tuple, iter, lambda texts: (text for text in texts)])
def test_any_iterable_of_texts(segmenter: Segmenter, kind: Any) -> None:
    estimate = Estimate(segmenter)
    estimate.add(kind(TEXTS), mms=iter([False] * len(TEXTS)))
    assert estimate == counted(segmenter, [(text, False) for text in TEXTS])


@pytest.mark.parametrize("mms", [True, [1] * len(TEXTS)])
def test_all_mms(segmenter: Segmenter, mms: Any) -> None:
    """The text of an MMS is not billed by segments: nothing in it is an offender, or empty."""
    estimate = Estimate(segmenter)
    estimate.add(TEXTS, mms=mms)
    assert (estimate.mms, estimate.segments, estimate.empty) == (len(TEXTS), len(TEXTS), 0)
    assert estimate.offenders == []


@pytest.mark.parametrize(
    ("texts", "mms", "error"),
    [
        (["’", None], None, "texts\\[1\\]: expected str, got None"),
        ("text", None, "expected an iterable of str"),
        (5, None, "expected an iterable of str"),
        (["’", "a"], [True], "1 truth values for 2 texts"),
        (["’"], [True, False], "2 truth values for 1 texts"),
        (["’"], "yes", "expected None, a bool or one truth value per text"),
    ],
)
def test_nothing_is_added_when_refused(segmenter: Segmenter, texts: Any, mms: Any, error: str) -> None:
    estimate = Estimate(segmenter)
    with pytest.raises((TypeError, ValueError), match=error):
        estimate.add(texts, mms=mms)
    assert estimate == Estimate(segmenter)


def test_offenders_come_in_the_order_of_what_they_do(segmenter: Segmenter) -> None:
    estimate = counted(segmenter, [(text, False) for text in ("’б", "’", "“б", "б", "”", "–")])
    assert [each.text for each in estimate.offenders] == ["б", "’", "–", "”", "“"]
    assert estimate.offenders[0].name == "CYRILLIC SMALL LETTER BE"


def test_prices_are_exact() -> None:
    """Floats would make 0.30000000000000004 of it."""
    assert multiply(parse_price("0.1"), 3) == Decimal("0.3")
    assert f"{multiply(parse_price('0.0000001'), 3):f}" == "0.0000003"
    assert multiply(parse_price("0.00791"), 10**30 + 1) == Decimal("7910000000000000000000000000.00791")


@given(
    count=st.integers(0, 10**40),
    cents=st.integers(0, 10**12),
    mms=st.integers(0, 10**9),
    scale=st.integers(0, 20),
)
def test_costs_are_those_of_integers(count: int, cents: int, mms: int, scale: int) -> None:
    digits = str(cents).rjust(scale + 1, "0")
    price = parse_price(f"{digits[: len(digits) - scale]}.{digits[len(digits) - scale :]}")
    cost = cost_of(count, mms, price, Decimal(1))
    assert cost.total is not None
    whole, _, fraction = f"{cost.total:f}".partition(".")
    assert int(whole + fraction.ljust(scale, "0")) == count * cents + mms * 10**scale


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ((None, None), (None, None, None, 5, 2)),
        (("0.1", None), ("0.5", None, None, 0, 2)),
        ((None, "0.1"), (None, "0.2", None, 5, 0)),
        (("0.1", "0.1"), ("0.5", "0.2", "0.7", 0, 0)),
        (("0", "0"), ("0", "0", "0", 0, 0)),
    ],
)
def test_what_has_no_price_is_unpriced(prices: tuple[Any, Any], expected: tuple[Any, ...]) -> None:
    """Never nothing: an unknown price is not 0."""
    cost = cost_of(5, 2, *(None if each is None else parse_price(each) for each in prices))
    money = (None if each is None else Decimal(each) for each in expected[:3])
    assert (cost.sms, cost.mms, cost.total) == tuple(money)
    assert (cost.unpriced_segments, cost.unpriced_mms) == expected[3:]


def test_what_there_is_none_of_needs_no_price() -> None:
    assert cost_of(5, 0, Decimal("0.1"), None).total == Decimal("0.5")
    assert cost_of(0, 5, None, Decimal("0.1")).total == Decimal("0.5")
    assert cost_of(0, 0, None, None).total is None


@pytest.mark.parametrize("text", ["0.0079", "1", "1.", ".5", "0", "00.10"])
def test_prices(text: str) -> None:
    assert parse_price(text) == Decimal(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "nan", "inf", "-1", "+1", "1e3", "0,5", "$1", "1_0", "\u0663", "1.2.3", " 1", "1\n", "1" * 41],
)
def test_what_is_no_price(text: str) -> None:
    with pytest.raises(ValueError, match="expected a price such as"):
        parse_price(text)


def test_shares() -> None:
    assert [str(share(part, whole)) for part, whole in ((0, 0), (1, 3), (2, 3), (5, 5))] == [
        "0.0",
        "33.3",
        "66.7",
        "100.0",
    ]
