"""What is billed, at rate cards: by the longest prefix or the country of each recipient, exactly."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import bandwidth_day
import pytest
from bandwidth_day import event
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import segcore
from segcore import RateCard, bandwidth

pytestmark = pytest.mark.kernel_independent

US, DC, UK, DE, NOWHERE = "+13105550143", "+12025550143", "+442079460123", "+4915112345678", "+99912345"
CARD = RateCard(
    [
        {"country": "US", "sms": "0.004", "mms": "0.015", "currency": "USD"},
        {"prefix": "+1202", "sms": "0.0051", "carrier_fee": "0.0009"},
        {"country": "GB", "sms": "0.041", "minimum": "0.1"},
    ]
)
FILE = """country,prefix,sms,mms,currency,carrier_fee,minimum
US,,0.004,0.015,USD,,
,+1202,0.0051,,USD,0.0009,
GB,,0.041,,USD,,0.1
"""


def text_of(segments: int) -> str:
    return "a" * (160 if segments == 1 else 153 * segments)


def delivered(identifier: str, to: list[str], segments: int = 1, **more: Any) -> dict[str, Any]:
    return event("message-delivered", identifier, to, segments, **more)


def failed(identifier: str, to: list[str], segments: int, code: int) -> dict[str, Any]:
    return event("message-failed", identifier, to, segments, errorCode=code)


EVENTS = [
    delivered("m0", [US], 2),
    delivered("m1", [DC], 3),
    delivered("m2", [UK], 1),
    delivered("m3", [DE], 2),
    failed("m4", [US], 1, 4720),
    failed("m5", [DC], 1, 4432),
    failed("m6", [NOWHERE], 4, 4720),
    delivered("m7", [US], 1, message={"media": ["https://media.example/1.png"]}),
    delivered("m8", [DC], 1, message={"media": ["https://media.example/1.png"]}),
    event("message-sending", "m9", [US], 1),
    failed("m10", [DE], 9, 4432),
]


def test_prices_by_destination() -> None:
    found = bandwidth.reconcile([], EVENTS, rates=CARD)
    parts = {
        (part.key["outcome"], part.key["country"], part.key["rate_key"]): (
            part.messages, part.sms_segments, part.mms, part.cost, part.unpriced_segments, part.unpriced_mms
        )
        for part in found.by("outcome", "country", "rate_key")
    }  # fmt: skip
    assert parts == {
        ("delivered", "US", "US"): (2, 2, 1, Decimal("0.023"), 0, 0),
        ("delivered", "US", "+1202"): (2, 3, 1, Decimal("0.0180"), 0, 1),
        ("delivered", "GB", "GB"): (1, 1, 0, Decimal("0.1"), 0, 0),
        ("delivered", "DE", ""): (1, 2, 0, None, 2, 0),
        ("failed_billed", "US", "US"): (1, 1, 0, Decimal("0.004"), 0, 0),
        ("failed_billed", "unknown", ""): (1, 4, 0, None, 4, 0),
        ("failed_free", "US", "+1202"): (1, 1, 0, Decimal("0.0060"), 0, 0),
        ("failed_free", "DE", ""): (1, 9, 0, None, 9, 0),
        ("under_way", "US", "US"): (1, 1, 0, Decimal("0.004"), 0, 0),
    }
    cost = found.cost()
    assert (cost.sms, cost.mms, cost.total) == (Decimal("0.1300"), Decimal("0.015"), None)
    assert (cost.unpriced_segments, cost.unpriced_mms, cost.currency) == (6, 1, "USD")
    assert {part.key["country"]: (part.unpriced_segments, part.unpriced_mms) for part in found.unpriced} == {
        "DE": (2, 0),
        "US": (0, 1),
        "unknown": (4, 0),
    }
    assert found.cost("failed_billed").unpriced_segments == 4
    assert found.cost("failed_free").sms == Decimal("0.0060")
    assert found.cost("under_way").total == Decimal("0.004")
    with pytest.raises(ValueError, match=r"outcome: unknown value 'deliverd'.*did you mean 'delivered'"):
        found.cost("deliverd")
    with pytest.raises(ValueError, match="by: unknown value 'region'"):
        found.by("region")


def test_a_file_of_rates_is_a_card(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(FILE)
    for rates in (path, str(path), RateCard.read(path)):
        assert bandwidth.reconcile([], EVENTS, rates=rates) == bandwidth.reconcile([], EVENTS, rates=CARD)
    path.write_text("country,sms\nUS,x\n")
    with pytest.raises(ValueError, match=r"rates\.csv: it has no rates; line 2: "):
        bandwidth.reconcile([], EVENTS, rates=path)


def test_flat_prices_are_a_card_of_one_rate() -> None:
    flat = bandwidth.reconcile([], EVENTS, price=Decimal("0.01"), mms_price=Decimal("0.1"))
    assert flat.is_flat
    assert flat == bandwidth.reconcile([], EVENTS, rates=RateCard.flat("0.01", "0.1"))
    assert flat.cost().total == Decimal("0.01") * 13 + Decimal("0.1") * 2
    free = bandwidth.reconcile([], [])
    assert (free.is_flat, free.cost().total) == (False, None)
    nothing = bandwidth.reconcile([], [], price=Decimal(1)).cost()
    assert [nothing.total, nothing.sms, nothing.mms] == [Decimal(0)] * 3
    with pytest.raises(ValueError, match=r"omit price$"):
        bandwidth.reconcile([], [], price=Decimal(1), rates=CARD)
    with pytest.raises(TypeError, match="float"):
        bandwidth.reconcile([], [], price=0.01)  # type: ignore[arg-type]


def test_groups_have_the_rate_that_all_of_their_recipients_have() -> None:
    card = RateCard([{"country": "US", "sms": "1", "mms": "2"}, {"country": "GB", "sms": "1", "mms": "3"}])
    alike, unlike = [US, DC], [US, UK]
    events = [delivered("m0", alike), {**delivered("m0", alike), "to": DC}, delivered("m1", unlike)]
    found = bandwidth.reconcile([], events, rates=card)
    assert [(row.country, row.messages, row.cost) for row in found.rows] == [
        ("US", 1, Decimal(2)),
        ("several", 1, None),
    ]
    # Where an event does not say all recipients, those that it is about make up the group.
    apart = [
        {**each, "message": {"id": "m", "segmentCount": 1}}
        for each in (delivered("m", [US]), delivered("m", [UK]))
    ]
    assert [row.country for row in bandwidth.reconcile([], apart, rates=card).rows] == ["several"]


def test_an_mms_is_billed_as_one_whatever_is_reported() -> None:
    """An MMS reported by its text is a disagreement; its cost is that of one MMS."""
    picture = delivered("m", [US], 4, message={"media": ["https://media.example/1.png"]})
    (row,) = bandwidth.reconcile([], picture, rates=CARD).rows
    assert (row.kind, row.segments, row.messages, row.billed, row.cost) == ("MMS", 1, 1, 1, Decimal("0.015"))


def test_volume_prices_count_billed_messages_first() -> None:
    card = RateCard(
        [
            {"country": "US", "sms": "0.10", "from_segments": 1},
            {"country": "US", "sms": "0.05", "from_segments": 4},
        ]
    )
    events = [
        event("message-sending", "m0", [US], 3),
        failed("m1", [US], 2, 4432),
        delivered("m2", [US], 3),
        failed("m3", [US], 2, 4720),
    ]
    found = bandwidth.reconcile([], events, rates=card)
    assert found.cost("delivered").total == Decimal("0.30")
    assert found.cost("failed_billed").total == Decimal("0.10")
    assert found.cost().total == Decimal("0.40")


def test_each_segment_of_each_message_counts_towards_a_volume() -> None:
    card = RateCard(
        [
            {"country": "US", "sms": "0.10", "from_segments": 1},
            {"country": "US", "sms": "0.05", "from_segments": 8},
        ]
    )
    events = [delivered("m0", [US], 3), delivered("m1", [US], 3), failed("m2", [US], 2, 4720)]
    found = bandwidth.reconcile([], events, rates=card)
    assert found.cost("delivered").total == Decimal("0.60")
    # The seventh segment is the last at the first price.
    assert found.cost("failed_billed").total == Decimal("0.15")


@settings(max_examples=examples(50))
@given(
    st.lists(
        st.tuples(
            st.sampled_from([US, DC, UK, DE, NOWHERE]), st.integers(1, 4), st.booleans(), st.booleans()
        ),
        max_size=20,
    )
)
def test_the_estimate_says_the_same(messages: list[tuple[str, int, bool, bool]]) -> None:
    """If all messages are delivered, they cost what was estimated."""
    estimate = segcore.Estimate(rates=CARD)
    events = []
    for index, (to, sms_segments, mms, is_billed) in enumerate(messages):
        segments = 1 if mms else sms_segments
        estimate.add([text_of(segments)], to=to, mms=mms)
        media = {"message": {"media": ["https://media.example/1.png"]}} if mms else {}
        kind, code = ("message-delivered", None) if is_billed else ("message-failed", 4720)
        events.append(event(kind, f"m{index}", [to], segments, errorCode=code, **media))
    found = bandwidth.reconcile([], events, rates=CARD)
    if messages:
        assert found.cost() == estimate.cost
    ours = {
        tuple(part.key.values()): (part.segments, part.cost)
        for part in found.by("country", "rate_key", "kind")
    }
    assert ours == {
        tuple(part.key.values()): (part.segments, part.cost)
        for part in estimate.by("country", "rate_key", "kind")
    }


def test_a_day_at_a_rate_card(tmp_path: Path) -> None:
    """Sums by destination equal sums that are computed in another way."""
    from segcore.bandwidth.reconcile.comparison import methods_for
    from segcore.rules.profiles import resolve

    day = bandwidth_day.write_day(
        tmp_path, 1_000, {method.name for method in methods_for(resolve("bandwidth"))}
    )
    card = RateCard([{"prefix": f"+120255501{n:02}", "sms": f"0.0{n + 1}"} for n in range(0, 100, 2)])
    found = bandwidth.reconcile(day.sent, day.events, rates=card)
    sums: Counter[str] = Counter()
    for part in found.by("rate_key"):
        sums[str(part.key["rate_key"])] += part.sms_segments
        if part.key["rate_key"] and part.sms_segments:
            number = int(str(part.key["rate_key"])[-2:])
            assert part.cost == Decimal(f"0.0{number + 1}") * part.sms_segments
    assert sum(sums.values()) == sum(each.segments for each in found.outcomes.values())
    others = found.cost("failed_free", "failed_unknown", "under_way")
    assert sums[""] == found.cost().unpriced_segments + others.unpriced_segments > 0
