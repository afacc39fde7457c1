"""An estimate adds up: the same counts whatever the batches, and money exact to the last digit."""

from __future__ import annotations

import copy
import pickle
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial, reduce
from operator import add
from typing import Any

import pytest
import reference
from conftest import FULL_SWEEP, examples, tally_of, thinned
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore import Profile, Segmenter, implementation
from segcore.cost import estimate as estimate_module
from segcore.cost.estimate import Estimate
from segcore.rates import add as plus
from segcore.rates import exact_price, multiply, parse_price, share, subtract
from segcore.rates.card import RateCard
from segcore.rules.profiles import PROFILES
from segcore.rules.smart_encoding import TABLES


@pytest.fixture(scope="session")
def segmenter(segmenter_class: Any, path: tuple[Any, str]) -> Iterator[Segmenter]:
    """Each implementation and kernel in turn, and its own tally."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(estimate_module, "Tally", partial(tally_of, path[0]))
        yield segmenter_class()


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

NUMBERS = {
    "+12025550143": "US",
    "+1 (202) 555-0144": "US",
    "+14165550143": "CA",
    "+17875550143": "PR",
    "+447400123456": "GB",
    "+4915112345678": "DE",
    "+33612345678": "FR",
    "+80012345678": "001",
    "12345": "unknown",
    "+447700900123": "fictional",
    "+4477009001234": "unknown",
    "+447700901123": "unknown",
    "nobody": "unknown",
    "": "unknown",
}
"""Recipients, and the country that each is in."""

CARD = [
    {"country": "US", "sms": "0.0079", "mms": "0.02", "carrier_fee": "0.003", "mms_carrier_fee": "0.005"},
    {"country": "US", "sms": "0.0061", "from_segments": "4"},
    {"country": "US", "sms": "0.0053", "from_segments": "9"},
    {"prefix": "+1787", "sms": "0.0450"},
    {"prefix": "+17875", "sms": "0.0451", "mms": "0.1"},
    {"country": "GB", "sms": "0.04", "minimum": "0.05"},
    {"country": "DE", "mms": "0.3"},
    {"prefix": "+8001", "sms": "1"},
]

text_of = st.sampled_from(TEXTS) | st.text("aé€{’😀б\n", max_size=200)
row_of = st.tuples(text_of, st.sampled_from([*NUMBERS]), st.booleans(), st.sampled_from(["a", "b", ""]))
tables = st.lists(row_of, max_size=24)
Row = tuple[str, str, bool, str]


def counted(segmenter: Segmenter, rows: list[Row], **options: Any) -> Estimate:
    estimate = Estimate(segmenter, RateCard(CARD), group_by=["campaign"], **options)
    estimate.add(
        [row[0] for row in rows],
        to=[row[1] for row in rows],
        mms=[row[2] for row in rows],
        group=[row[3] for row in rows],
    )
    return estimate


def of_texts(segmenter: Segmenter, *texts: str, mms: Any = None, **options: Any) -> Estimate:
    estimate = Estimate(segmenter, **options)
    estimate.add(texts, mms=mms)
    return estimate


def brute_force(segmenter: Segmenter, rows: list[Row]) -> dict[str, Any]:
    """Count one message at a time, by the definitions."""
    found: Counter[str] = Counter()
    offenders: dict[int, list[int]] = {}
    for text, _, is_mms, _ in rows:
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


@settings(max_examples=examples(40))
@given(rows=tables)
def test_counts_are_those_of_the_messages_one_by_one(segmenter: Segmenter, rows: list[Row]) -> None:
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


@settings(max_examples=examples(40))
@given(rows=tables)
def test_costs_are_those_of_a_slow_computation_row_by_row(segmenter: Segmenter, rows: list[Row]) -> None:
    estimate = counted(segmenter, rows)
    messages = [
        (
            reference.segments(text, mms=is_mms),
            "+" + "".join(filter(str.isdigit, number)) if number.startswith("+") else "",
            NUMBERS[number],
            is_mms,
        )
        for text, number, is_mms, _ in rows
    ]
    total, segments, mms = reference.cost(messages, CARD)
    cost = estimate.cost
    assert plus(cost.sms or Decimal(0), cost.mms or Decimal(0)) == total
    assert (cost.unpriced_segments, cost.unpriced_mms) == (segments, mms)
    assert (cost.total is None) == bool(segments or mms or not rows)
    for parts in (
        estimate.groups,
        estimate.by("country"),
        estimate.by("kind", "segments"),
        estimate.by("rate_key"),
    ):
        assert sum(part.messages for part in parts) == len(rows)
        assert plus(*(part.cost or Decimal(0) for part in parts)) == total
        assert sum(part.unpriced_segments for part in parts) == segments
    assert {str(part.key["country"]): part.messages for part in estimate.by("country")} == Counter(
        NUMBERS[row[1]] for row in rows
    )
    assert {part.key["campaign"]: part.messages for part in estimate.groups} == Counter(
        row[3] for row in rows
    )


@settings(max_examples=examples(40))
@given(rows=tables, data=st.data())
def test_batches_and_order_do_not_matter(segmenter: Segmenter, rows: list[Row], data: st.DataObject) -> None:
    whole = counted(segmenter, rows)
    shuffled = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=5)))
    pieces = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    batched = counted(segmenter, [])
    for piece in pieces:
        batched.add(
            iter([row[0] for row in piece]),
            to=tuple(row[1] for row in piece),
            media=[row[2] for row in piece],
            group=[(row[3],) for row in piece],
        )
        if data.draw(st.booleans()):
            assert batched.totals.messages <= len(rows)
    parts = data.draw(st.permutations([counted(segmenter, piece) for piece in pieces]))
    merged = reduce(add, parts)
    assert batched == whole
    assert merged == whole
    assert reduce(add, parts[1:], parts[0] + counted(segmenter, [])) == whole
    for one in (batched, merged, copy.deepcopy(batched)):
        assert (one.totals, one.rows, one.cost) == (whole.totals, whole.rows, whole.cost)
        assert (one.offenders, one.savings) == (whole.offenders, whole.savings)
        assert (one.unpriced, one.groups) == (whole.unpriced, whole.groups)


@settings(max_examples=examples(50))
@given(texts=st.lists(text_of, max_size=12))
def test_savings_are_those_of_the_texts_replaced(segmenter: Segmenter, texts: list[str]) -> None:
    table = TABLES["segcore"].replacements
    replaced = ["".join(table.get(point, point) for point in text) for text in texts]
    estimate = of_texts(segmenter, *texts, rates=RateCard.flat("0.01"))
    savings = estimate.savings
    assert savings is not None
    expected = [reference.segments(text) for text in replaced]
    assert savings.sms_segments == sum(expected)
    assert savings.saved_segments == sum(map(reference.segments, texts)) - sum(expected)
    assert savings.gsm7 == sum(reference.encoding(text) == "GSM-7" for text in replaced)
    assert savings.gsm7 + savings.ucs2 == len(texts)
    assert savings.saved_cost == multiply(Decimal("0.01"), savings.saved_segments)
    if texts:
        assert savings.cost == multiply(Decimal("0.01"), sum(expected))
    for each in savings.replacements:
        only = [text for text in texts if {text[i] for i in reference.foreign(text)} == {each.text}]
        fewer = [
            reference.segments(t) - reference.segments(t.replace(each.text, each.replacement)) for t in only
        ]
        assert (each.messages, each.segments) == (len(only), sum(fewer))
        assert each.cost == multiply(Decimal("0.01"), sum(fewer))
    money = [each.cost or 0 for each in savings.replacements]
    assert money == sorted(money, reverse=True)


def test_what_an_offender_costs_is_what_the_estimate_would_cost_less(segmenter: Segmenter) -> None:
    """With volume prices and a minimum too: the estimate with one septet in place of the code point."""
    for card in (
        CARD,
        [{"country": "*", "sms": "0.01", "minimum": "0.03"}],
        [{"country": "US", "sms": "0.1"}],
    ):
        rows = [("’" + "a" * 100, "+12025550143"), ("a" * 400, "+12025550143"), ("’" * 71, "+447400123456")]
        one, other = Estimate(segmenter, RateCard(card)), Estimate(segmenter, RateCard(card))
        for text, number in rows:
            one.add([text], to=number)
            other.add([text.replace("’", "a")], to=number)
        costs = one.cost, other.cost
        expected = subtract(costs[0].priced or Decimal(0), costs[1].priced or Decimal(0))
        assert one.offenders[0].cost == expected


def test_merging_leaves_both_as_they_were(segmenter: Segmenter) -> None:
    one, other = of_texts(segmenter, "’"), of_texts(segmenter, "’", "б", mms=[False, True])
    before = copy.deepcopy(one), copy.deepcopy(other)
    merged = one + other
    merged.add(["’"])
    assert (one, other) == before
    assert merged.messages == 4


def test_estimates_that_count_differently_are_not_equal(segmenter: Segmenter) -> None:
    assert of_texts(segmenter, "’") != of_texts(segmenter, "“")
    assert of_texts(segmenter, "a") != of_texts(segmenter, "a", mms=True)
    assert of_texts(segmenter, "a") != of_texts(segmenter, "a", rates=RateCard.flat("1"))
    assert of_texts(segmenter, "a") != of_texts(segmenter, "a", default_region="US")
    assert Estimate(segmenter) != 0
    with pytest.raises(TypeError):
        hash(Estimate(segmenter))


def test_it_can_be_pickled() -> None:
    """Partial estimates come back from other processes."""
    estimate = Estimate(None, RateCard(CARD), default_region="US", group_by=["x", "y"])
    estimate.add(TEXTS, to="202 555 0143", group=("1", None))
    other = pickle.loads(pickle.dumps(estimate))
    assert other == estimate
    other.add(TEXTS, to="202 555 0143", group=("1", None))
    assert other == estimate + estimate


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (Estimate(Segmenter("twilio")), "profiles"),
        (Estimate(Segmenter("twilio", smart_encoding=True)), "profiles"),
        (Estimate(rates=RateCard.flat("0.1")), "rates"),
        (Estimate(rates=RateCard.flat("0.1", currency="EUR")), "rates"),
        (Estimate(default_region="US"), "default regions"),
        (Estimate(group_by=["campaign"]), "groups"),
        (Estimate(savings=None), "tables of savings"),
    ],
)
def test_other_rules_are_not_merged(other: Estimate, what: str) -> None:
    with pytest.raises(ValueError, match=f"cannot merge estimates with different {what}"):
        Estimate() + other
    with pytest.raises(TypeError):
        Estimate() + 1


def test_currencies_are_not_merged() -> None:
    one, other = (Estimate(rates=RateCard.flat("0.1", currency=code)) for code in ("USD", "EUR"))
    with pytest.raises(ValueError, match=r"RateCard: 1 rate in USD.*RateCard: 1 rate in EUR"):
        one + other


def test_over_the_limit_of_the_profile() -> None:
    estimate = Estimate(Segmenter(Profile("short", "Short", max_segments=2)))
    estimate.add(["a" * 306, "a" * 307, "a" * 307], mms=[False, False, True])
    assert (estimate.over_limit, estimate.segments) == (1, 6)


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_over_the_length_of_the_profile(name: str) -> None:
    """As one message at a time is told."""
    segmenter = Segmenter(name)
    texts = [
        point * number
        for point in "a’"
        for number in thinned((600, 738, 631, 1225, 671, 1601, 1531, 3201, 2001, 9000), 2)
    ]
    expected = sum(not segmenter.analyze(text).sendable for text in texts)
    assert of_texts(segmenter, *texts).over_limit == expected


def test_text_that_a_route_adds_everywhere_needs_no_country() -> None:
    """Only where it adds text in some countries, a message of no known country is worth a note."""
    for countries, said in (((), []), (("TR",), ["added_text"])):
        estimate = Estimate(Segmenter(Profile("own", "Own", prefix="Shop: ", countries=countries)))
        estimate.add(["a" * 155], to="2025550143")
        assert (estimate.segments, [note.code for note in estimate.reading]) == (2, said)


@pytest.mark.parametrize("kind", ["list", "polars"])
def test_text_that_a_route_adds_in_some_countries(kind: str) -> None:
    """Messages elsewhere are counted without it, and a MMS is one wherever it goes."""
    column = list if kind == "list" else pytest.importorskip("polars").Series
    estimate = Estimate(Segmenter(Profile("own", "Own", prefix="Shop: ", countries=("TR",))), group_by="row")
    estimate.add(
        column(["a" * 155] * 4),
        to=column(["+905321234567", "+4915112345678"] * 2),
        mms=column([False, False, True, True]),
        group=column(["0", "1", "2", "3"]),
    )
    found = {each.key["row"]: (each.segments, each.mms) for each in estimate.groups}
    assert found == {"0": (2, 0), "1": (1, 0), "2": (1, 1), "3": (1, 1)}


def test_smart_encoded_messages_have_nothing_to_save() -> None:
    estimate = of_texts(Segmenter("twilio", smart_encoding=True), "’" + "a" * 100, "б")
    assert (estimate.savings, estimate.gsm7, estimate.segments) == (None, 1, 2)
    assert [each.text for each in estimate.offenders] == ["б"]
    assert of_texts(Segmenter(), "’", savings=None).savings is None
    with pytest.raises(ValueError, match="savings: unknown value 'nothing'; known: "):
        Estimate(savings="nothing")


@pytest.mark.parametrize("kind", [list, tuple, iter, lambda texts: (text for text in texts)])
def test_any_iterable_of_texts(segmenter: Segmenter, kind: Any) -> None:
    estimate = Estimate(segmenter)
    estimate.add(kind(TEXTS), mms=iter([False] * len(TEXTS)))
    assert estimate == of_texts(segmenter, *TEXTS)


@pytest.mark.parametrize("mms", [True, [1] * len(TEXTS)])
def test_all_mms(segmenter: Segmenter, mms: Any) -> None:
    """The text of an MMS is not billed by segments: nothing in it is an offender, or empty."""
    estimate = Estimate(segmenter)
    estimate.add(TEXTS, mms=mms)
    assert (estimate.mms, estimate.segments, estimate.empty) == (len(TEXTS), len(TEXTS), 0)
    assert estimate.offenders == []
    savings = estimate.savings
    assert savings is not None
    assert (savings.sms_segments, savings.saved_segments) == (0, 0)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"texts": ["’", None]}, "texts\\[1\\]: expected str, got None"),
        ({"texts": "text"}, "expected an iterable of str"),
        ({"texts": 5}, "expected an iterable of str"),
        ({"texts": ["’", "a"], "mms": [True]}, "1 truth values for 2 texts"),
        ({"texts": ["’"], "mms": [True, False]}, "2 truth values for 1 texts"),
        ({"texts": ["’"], "mms": "yes"}, "expected None, a bool or one truth value per text"),
        ({"texts": ["’"], "to": ["1", "2"]}, "to: 2 recipients for 1 texts; give one for each"),
        (
            {"texts": ["’"], "to": [b"5"]},
            "to: expected a string or a list of strings for each message, got bytes",
        ),
        ({"texts": ["’"], "to": 5}, "to: expected an iterable of str, got int"),
        ({"texts": ["’"], "media": ["a", "b"]}, "2 truth values for 1 texts"),
        ({"texts": ["’"], "mms": [True], "media": ["a", "b"]}, "media: 2 for 1 messages; give one for each"),
        ({"texts": ["’"], "group": "a"}, "group: the estimate has no groups"),
    ],
)
def test_nothing_is_added_when_refused(segmenter: Segmenter, options: dict[str, Any], error: str) -> None:
    estimate = Estimate(segmenter)
    with pytest.raises((TypeError, ValueError), match=error):
        estimate.add(**options)
    assert estimate == Estimate(segmenter)


@pytest.mark.parametrize(
    ("group", "error"),
    [
        (["a"], "group: 1 groups for 2 texts; give one for each"),
        ("a", "group: expected a string for each of x, y, got 'a'"),
        (("a", 1), "group: expected a string for each of x, y"),
        ([("a", "b"), ("a",)], "group: expected a string for each of x, y"),
        (None, "group: expected a string for each of x, y, got None"),
    ],
)
def test_groups_are_checked(segmenter: Segmenter, group: Any, error: str) -> None:
    estimate = Estimate(segmenter, group_by=["x", "y"])
    with pytest.raises(ValueError, match=error):
        estimate.add(["a", "b"], group=group)
    assert estimate == Estimate(segmenter, group_by=["x", "y"])


def test_recipients_make_groups_and_destinations(segmenter: Segmenter) -> None:
    us, gb = "+12025550143", "+447400123456"
    cells: dict[Any, tuple[str, str]] = {
        us: ("US", "SMS"),
        f"{us}; +1 202 555 0144": ("US", "MMS"),
        f"{us},{gb}": ("several", "MMS"),
        f"{us},": ("US", "SMS"),
        f'["{us}", "+12025550144"]': ("US", "MMS"),
        f"{us}|nobody": ("US", "SMS"),
        (us,): ("US", "SMS"),
        (us, gb): ("several", "MMS"),
        (): ("unknown", "SMS"),
        None: ("unknown", "SMS"),
        " ; ": ("unknown", "SMS"),
        "call me": ("unknown", "SMS"),
    }
    for cell, (country, kind) in cells.items():
        estimate = Estimate(segmenter)
        estimate.add(["x"], to=[cell])
        assert [(row.country, row.kind) for row in estimate.rows] == [(country, kind)], cell


def test_numbers_without_plus_need_a_default_region(segmenter: Segmenter) -> None:
    for region, country in ((None, "unknown"), ("US", "US"), ("us", "US"), ("IS", "unknown")):
        estimate = Estimate(segmenter, default_region=region)
        estimate.add(["x"], to="(202) 555-0143")
        assert estimate.rows[0].country == country
    with pytest.raises(ValueError, match="default_region"):
        Estimate(default_region="ZZ")


def test_recipients_that_are_not_given(segmenter: Segmenter) -> None:
    """Only a price for everywhere holds for these."""
    for card, cost in ((RateCard.flat("0.1"), Decimal("0.1")), (RateCard(CARD), None)):
        estimate = Estimate(segmenter, card)
        estimate.add(["x"])
        assert (estimate.rows[0].country, estimate.cost.total) == ("", cost)


@pytest.mark.parametrize(
    ("mms", "expected"),
    [
        (None, {"a": (3, 6, 0, 42), "b": (2, 2, 0, 2), "c": (1, 1, 0, 1)}),
        (True, {"a": (3, 0, 3, 105), "b": (2, 0, 2, 10), "c": (1, 0, 1, 5)}),
        ([False, True, False], {"a": (3, 6, 0, 42), "b": (2, 0, 2, 10), "c": (1, 1, 0, 1)}),
    ],
)
def test_each_of_several_recipients_is_a_message_of_the_group(
    segmenter: Segmenter, mms: Any, expected: dict[str, Any]
) -> None:
    card = RateCard(
        [{"country": "US", "sms": "1", "mms": "5"}, {"country": "GB", "sms": "10", "mms": "50"}],
    )
    estimate = Estimate(type(segmenter)("twilio"), rates=card, group_by="list")
    estimate.add(
        ["x" * 161, "Hi", "Ho"],
        to=["+12025550143, +447400123456, +447400123457", "+12025550143;+12025550144", "+12025550143"],
        group=["a", "b", "c"],
        mms=mms,
    )
    for part in estimate.groups:
        found = (part.messages, part.sms_segments, part.mms, part.cost)
        assert found == expected[str(part.key["list"])]
    assert len(estimate.groups) == len(expected)


def test_what_is_unpriced_is_listed(segmenter: Segmenter) -> None:
    estimate = Estimate(segmenter, RateCard(CARD))
    estimate.add(["x", "a" * 161, "y", "z"], to=["+33612345678", "+4915112345678", "nobody", "+12025550143"])
    listed = {part.key["country"]: (part.messages, part.unpriced_segments) for part in estimate.unpriced}
    assert listed == {"DE": (1, 2), "FR": (1, 1), "unknown": (1, 1)}
    assert (estimate.cost.total, estimate.cost.sms) == (None, Decimal("0.0109"))
    assert estimate.cost.unpriced_segments == 4


def test_by_what_is_not_there(segmenter: Segmenter) -> None:
    with pytest.raises(
        ValueError, match=r"by: unknown value 'contry'; known: country, .*did you mean 'country'"
    ):
        Estimate(segmenter).by("contry")


def test_a_group_may_be_called_like_anything(segmenter: Segmenter) -> None:
    estimate = Estimate(segmenter, group_by=["country"])
    estimate.add(["x"], to="+12025550143", group="mine")
    assert estimate.by("country")[0].key == {"country": "US"}
    assert estimate.groups[0].key == {"country": "mine"}


def test_offenders_come_in_the_order_of_what_they_do(segmenter: Segmenter) -> None:
    estimate = of_texts(segmenter, "’б", "’", "“б", "б", "”", "–")
    assert [each.text for each in estimate.offenders] == ["б", "’", "–", "”", "“"]
    assert estimate.offenders[0].name == "CYRILLIC SMALL LETTER BE"


def test_prices_are_exact() -> None:
    """Floats would make 0.30000000000000004 of it."""
    assert multiply(parse_price("0.1"), 3) == Decimal("0.3")
    assert f"{multiply(parse_price('0.0000001'), 3):f}" == "0.0000003"
    assert multiply(parse_price("0.00791"), 10**30 + 1) == Decimal("7910000000000000000000000000.00791")
    assert plus(Decimal(10) ** 60, Decimal("0.1")) == Decimal("1" + "0" * 60 + ".1")
    assert str(subtract(Decimal(10) ** 60, Decimal("0.1"))) == "9" * 60 + ".9"


@pytest.mark.parametrize("text", ["0.0079", "1", "1.", ".5", "0", "00.10"])
def test_prices(text: str) -> None:
    assert parse_price(text) == Decimal(text)
    assert exact_price(Decimal(text)) == Decimal(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "nan", "inf", "-1", "+1", "1e3", "0,5", "$1", "1_0", "\u0663", "1.2.3", " 1", "1\n", "1" * 41],
)
def test_what_is_no_price(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected a price (such as|of at most)"):
        parse_price(text)


def test_shares() -> None:
    assert [str(share(part, whole)) for part, whole in ((0, 0), (1, 3), (2, 3), (5, 5))] == [
        "0.0",
        "33.3",
        "66.7",
        "100.0",
    ]


def test_what_was_asked_for_does_not_stay(segmenter: Segmenter) -> None:
    """Rows are computed once, but not beyond what is added."""
    estimate = of_texts(segmenter, "Hello")
    estimate.rows.clear()
    assert [row.messages for row in estimate.rows] == [1]
    estimate.add(["Hello", "б"])
    assert [row.messages for row in estimate.rows] == [2, 1]
    assert [row.messages for row in (estimate + estimate).rows] == [4, 2]
    assert estimate.messages == 3


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_threads_may_share_an_estimate() -> None:
    """Eight add to it, and read it meanwhile: no message is lost or counted twice."""
    texts = (TEXTS * 63)[:1_000]
    rounds = (100 if FULL_SWEEP else 30) if implementation.startswith("native") else 4
    estimate = Estimate(None, RateCard(CARD), group_by=["campaign"])
    barrier = threading.Barrier(8)

    def batch(thread: int, each: int) -> dict[str, Any]:
        return {"to": f"+1787555{thread:02}{each % 20:02}", "group": f"campaign {each % 7}"}

    def work(thread: int) -> None:
        barrier.wait()
        for each in range(rounds):
            estimate.add(texts, **batch(thread, each))
            assert estimate.messages % len(texts) == 0
            if each % 20 == 0:
                assert sum(row.messages for row in estimate.rows) % len(texts) == 0
                assert (estimate + estimate.fresh()).messages % len(texts) == 0
                assert pickle.loads(pickle.dumps(estimate)).messages % len(texts) == 0

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert estimate.messages == 8 * rounds * len(texts)
    alone = estimate.fresh()
    for each in range(rounds):
        for thread in range(8):
            alone.add(texts, **batch(thread, each))
    assert (estimate, estimate.rows, estimate.offenders) == (alone, alone.rows, alone.offenders)


@pytest.mark.usefixtures("hasty_threads")
def test_threads_may_update_estimates_by_each_other() -> None:
    """None waits for the other for ever."""
    one, other = Estimate(), Estimate()
    one.add(["a"])
    other.add(["б"])
    with ThreadPoolExecutor(2) as pool:
        for _ in range(20):
            done = [pool.submit(one.update, other), pool.submit(other.update, one)]
            for each in done:
                each.result(timeout=30)
    assert one.messages + other.messages > 2**20


def test_sums(segmenter: Segmenter) -> None:
    parts = [of_texts(segmenter, *texts) for texts in (["a"], ["б", "a"], [], ["’"])]
    whole = of_texts(segmenter, "a", "б", "a", "’")
    assert sum(parts) == whole
    assert sum(parts, parts[0].fresh()) == whole
    assert sum(parts[:1]) == parts[0]
    assert sum(parts[:1]) is not parts[0]
    total = parts[0].fresh()
    for part in parts:
        total.update(part)
    assert total == whole
    assert [part.messages for part in parts] == [1, 2, 0, 1]
    with pytest.raises(TypeError):
        1 + parts[0]
    with pytest.raises(ValueError, match="cannot merge estimates with different groups"):
        total.update(Estimate(segmenter, group_by=["x"]))


def test_fresh_estimates_and_copies_go_their_own_ways(segmenter: Segmenter) -> None:
    """They share tables, and nothing that changes."""
    one = Estimate(segmenter, RateCard(CARD), group_by=["campaign"])
    one.add(["a"], to="+17875550143", group="x")
    fresh, copied = one.fresh(), copy.copy(one)
    assert (fresh.messages, copied == one) == (0, True)
    for each in (fresh, copied):
        # Another rate, country and group are met first than in the other one.
        each.add(["б", "a"], to=["+80012345678", "+447400123456"], group="y")
    assert one.messages == 1
    expected = Estimate(segmenter, RateCard(CARD), group_by=["campaign"])
    expected.add(["б", "a"], to=["+80012345678", "+447400123456"], group="y")
    assert fresh == expected
    assert fresh.rows == expected.rows
    assert copied == one + expected
    assert (fresh.rates, fresh.group_by, fresh.segmenter) == (one.rates, one.group_by, one.segmenter)


def test_groups_keep_their_numbers_from_batch_to_batch(segmenter: Segmenter) -> None:
    """What was read in between, or met first in another batch, changes no group."""
    estimate = Estimate(segmenter, group_by=["x", "y"])
    estimate.add(["a", "б", "a"], to=["+12025550143", "+447400123456", "+12025550143"], group=("1", "2"))
    assert estimate.messages == 3
    estimate.add(["a" * 161] * 3, group=[("1", "2"), ("3", None), ("1", "2")])
    estimate.add(["б"], to="+447400123456", group=("3", None))
    found = {
        (*part.key.values(),): (part.messages, part.segments) for part in estimate.by("x", "y", "country")
    }
    assert found == {
        ("1", "2", "US"): (2, 2),
        ("1", "2", "GB"): (1, 1),
        ("1", "2", ""): (2, 4),
        ("3", None, ""): (1, 2),
        ("3", None, "GB"): (1, 1),
    }


@pytest.mark.parametrize("number", [1, 3])
def test_as_many_groups_as_texts(segmenter: Segmenter, number: int) -> None:
    estimate = Estimate(segmenter, group_by=["x"])
    with pytest.raises(ValueError, match=f"group: {number} groups for 2 texts; give one for each"):
        estimate.add(["a", "b"], group=["g"] * number)
    estimate.add(["a", "b"], group=["g", "h"])
    assert [part.messages for part in estimate.groups] == [1, 1]
