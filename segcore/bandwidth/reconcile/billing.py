"""What messages cost by how they ended and where they went, at the prices of a rate card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from segcore._errors import unknown
from segcore.bandwidth.reconcile.outcomes import OUTCOMES, Outcome
from segcore.cost.destinations import Destinations
from segcore.cost.pricing import cost_of_rows
from segcore.cost.results import EstimateRow
from segcore.rates.card import NO_RATES, RateCard
from segcore.rates.money import Cost

GROUP_BY = ("outcome",)
"""What rows are grouped by."""

_BATCH = 1 << 14


class Ending(NamedTuple):
    """How one message ended.

    Args:
        outcome: One of `OUTCOMES`.
        recipients: The number that it went to, several of a group, or ``None`` if that is not known.
        mms: Whether it is an MMS.
        segments: Segments that were reported.
    """

    outcome: str
    recipients: str | Sequence[str] | None
    mms: bool
    segments: int


def billed_rows(endings: Iterable[Ending], rates: RateCard | None) -> list[EstimateRow]:
    """Return what messages cost that are alike in outcome, destination, kind and segments.

    Args:
        endings: How each message ended.
        rates: What they cost.

    Returns:
        The rows by outcome, then by destination; volume prices are given to them in this order.  Reports say
        nothing of encodings.

    Example:
        >>> ending = Ending("delivered", "+12025550143", False, 2)
        >>> row, = billed_rows([ending, ending], RateCard([{"prefix": "+1", "sms": "0.01"}]))
        >>> row.country, row.rate_key, row.messages, row.billed, row.cost
        ('US', '+1', 2, 4, Decimal('0.04'))
    """
    card = NO_RATES if rates is None else rates
    rows = []
    before: Counter[str] = Counter()
    for (outcome, country, place, mms, segments), messages in sorted(_counted(endings, card).items()):
        if mms:
            cost = card[place].mms_cost(messages)
        else:
            cost = card[place].sms_cost({segments: messages}, before[place])
            before[place] += segments * messages
        kind = "MMS" if mms else "SMS"
        rows.append(EstimateRow(country, place, (OUTCOMES[outcome],), kind, None, segments, messages, cost))
    return rows


def _counted(endings: Iterable[Ending], card: RateCard) -> Counter[tuple[int, str, str, bool, int]]:
    """Return how many messages there are by outcome, country, place of the rate, kind and segments."""
    destinations = Destinations(card)
    counts: Counter[tuple[str, int, bool, int]] = Counter()
    rest = iter(endings)
    while batch := list(islice(rest, _BATCH)):
        numbers, _ = destinations.find([each.recipients for each in batch])
        counts.update(
            (each.outcome, number, each.mms, 1 if each.mms else each.segments)
            for each, number in zip(batch, numbers, strict=True)
        )
    found: Counter[tuple[int, str, str, bool, int]] = Counter()
    for (outcome, number, mms, segments), messages in counts.items():
        country, place = destinations.known[number]
        found[OUTCOMES.index(outcome), country, place, mms, segments] += messages
    return found


def outcomes_of(rows: Iterable[EstimateRow]) -> dict[str, Outcome]:
    """Return how many messages ended in each way.

    Args:
        rows: What `billed_rows` returned.
    """
    found = {name: Outcome() for name in OUTCOMES}
    for row in rows:
        outcome = found[row.group[0] or ""]
        outcome.messages += row.messages
        if row.kind == "MMS":
            outcome.mms += row.messages
        else:
            outcome.segments += row.billed
    return found


def cost_of_outcomes(rows: Iterable[EstimateRow], outcomes: Sequence[str], rates: RateCard | None) -> Cost:
    """Return what messages cost that ended in one of several ways.

    Args:
        rows: What `billed_rows` returned.
        outcomes: Names of `OUTCOMES`.
        rates: What they cost.

    Returns:
        Exact sums; what has no price is counted as unpriced.  Nothing costs nothing, if any price is known.

    Raises:
        ValueError: A name is none of these.
    """
    for name in outcomes:
        if name not in OUTCOMES:
            raise unknown("outcome", name, OUTCOMES)
    chosen = [row for row in rows if row.group[0] in outcomes]
    currency = None if rates is None else rates.currency
    if rates is not None and not chosen:
        return Cost(Decimal(0), Decimal(0), Decimal(0), 0, 0, currency)
    return cost_of_rows(chosen, currency)
