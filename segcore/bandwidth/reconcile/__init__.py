"""The result of a reconciliation: which numbers differ and why, how messages ended, and what is billed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from segcore._errors import unknown
from segcore.bandwidth.reconcile.comparison import Disagreement, MethodFit, SuspectedLoop
from segcore.bandwidth.reconcile.message_log import (
    BILLED,
    OUTCOMES,
    AcceptedMms,
    Conflict,
    Ending,
    Failure,
    NeverSent,
)
from segcore.cost import EstimatePart, EstimateRow, cost_data, money, parts_data
from segcore.cost.destinations import Destinations
from segcore.cost.pricing import cost_of_rows, parts_of
from segcore.rates import Cost
from segcore.rates.card import NO_RATES, RateCard
from segcore.reports import head
from segcore.sources import ReadingNote
from segcore.sources.json_fields import InputError

GROUP_BY = ("outcome",)
"""The columns that rows are grouped by."""

_BATCH = 1 << 14


@dataclass
class Outcome:
    """All messages that ended in one way.

    Args:
        messages: Number of messages.
        segments: Segments reported for the SMS among them.
        mms: Number of MMS among them.
    """

    messages: int = 0
    segments: int = 0
    mms: int = 0


@dataclass(frozen=True)
class NeverReported:
    """A message that was sent and of which nothing was reported.

    Args:
        key: Its identifier, or its tag if it has none.
        predicted: Segments that segcore counts.
        mms: Whether it is an MMS.
    """

    key: str
    predicted: int
    mms: bool


@dataclass(frozen=True)
class Reconciliation:
    """Sent messages compared with reported ones.

    Args:
        profile: The name of the profile that the predictions follow.
        smart_encoding: The name of the smart encoding table; ``None`` for none.
        sent: Number of messages that were sent.
        events: Number of reports, duplicates included: callback events, responses, listed messages.
        duplicates: Reports that repeat an earlier one: same message, type and recipient.
        types: Number of reports of each type, duplicates included.
        matched_by_tag: Number of sent messages that were found by their tag, not by an identifier.
        compared: Messages that were compared, by direction: ``out`` and ``in``.
        predicted: Segments predicted for them, by direction.
        reported: Segments reported for them, by direction.
        disagreements: Compared messages whose numbers differ.
        fits: The counting methods that explain at least one disagreement, best first.
        never_reported: Sent messages without a report.
        never_sent: Messages that were reported and not sent.
        conflicts: Messages whose reports contradict each other.
        outcomes: Totals by outcome: ``delivered``, ``failed_billed``, ``failed_free``, ``failed_unknown``
            (an undocumented error code), ``under_way``.
        confirmed_mms: Number of delivered MMS whose delivery a carrier's receipt confirms.
        accepted_mms: Delivered MMS without a receipt: the provider accepted them, no carrier confirms them.
        loops: Suspected reply loops: messages that reply to reports about earlier ones.
        failures: Failures by error code.
        not_sms: Reports on other channels, which have no segments, by channel.
        rows: Messages and cost by outcome, country, rate, kind and segments.
        rates: The rate card; ``None`` if no price is known.
        reading: Decisions about how the log was read that could have gone the other way.
        errors: Parts of the input that could not be used.
    """

    profile: str
    smart_encoding: str | None
    sent: int
    events: int
    duplicates: int
    types: Mapping[str, int]
    matched_by_tag: int
    compared: Mapping[str, int]
    predicted: Mapping[str, int]
    reported: Mapping[str, int]
    disagreements: Sequence[Disagreement]
    fits: Sequence[MethodFit]
    never_reported: Sequence[NeverReported]
    never_sent: Sequence[NeverSent]
    conflicts: Sequence[Conflict]
    outcomes: Mapping[str, Outcome]
    confirmed_mms: int
    accepted_mms: Sequence[AcceptedMms]
    loops: Sequence[SuspectedLoop]
    failures: Sequence[Failure]
    not_sms: Mapping[str, int]
    rows: Sequence[EstimateRow]
    rates: RateCard | None
    reading: Sequence[ReadingNote]
    errors: Sequence[InputError]

    @property
    def is_flat(self) -> bool:
        """Whether the price is the same for all destinations."""
        return self.rates is not None and self.rates.is_flat

    @property
    def matched(self) -> int:
        """Number of messages that were sent and reported."""
        return self.compared["out"]

    @property
    def agreeing(self) -> int:
        """Number of messages whose prediction equals the reported number, in both directions."""
        return sum(self.compared.values()) - len(self.disagreements)

    @property
    def agrees(self) -> bool:
        """Whether numbers were compared, and none differs from its prediction or from another report."""
        return any(self.compared.values()) and not self.disagreements and not self.conflicts

    @property
    def unexplained(self) -> int:
        """Number of disagreements that no counting method explains."""
        return sum(not each.explanations for each in self.disagreements)

    @property
    def best_fit(self) -> MethodFit | None:
        """The counting method that explains most disagreements, then contradicts fewest predictions."""
        return self.fits[0] if self.fits else None

    def cost(self, *outcomes: str) -> Cost:
        """Return the cost of messages, by their reported segments.

        Args:
            outcomes: Their outcomes; if omitted, all that are billed: ``delivered`` and ``failed_billed``.

        Returns:
            Exact sums; messages without a price are counted as unpriced.

        Raises:
            ValueError: An outcome is unknown.

        Source: https://dev.bandwidth.com/docs/messaging/errors.
        """
        return cost_of_outcomes(self.rows, outcomes or BILLED, self.rates)

    def by(self, *names: str) -> list[EstimatePart]:
        """Return messages, segments and cost, grouped.

        Args:
            names: One or more of ``outcome``, ``country``, ``rate_key``, ``kind``, ``segments``.

        Returns:
            One `EstimatePart` for each combination that occurs.

        Raises:
            ValueError: A name is unknown.
        """
        return parts_of(self.rows, names, GROUP_BY)

    @property
    def unpriced(self) -> list[EstimatePart]:
        """Billed messages without a known price, by country."""
        rows = [row for row in self.rows if row.cost is None and row.group[0] in BILLED]
        return parts_of(rows, ("country",), GROUP_BY)

    def to_dict(self) -> dict[str, Any]:
        """Return the reconciliation for JSON, as `segcore/reports/schemas/reconcile.json` describes it.

        Returns:
            Strings, integers, truth values, lists and dictionaries of these; money as strings of digits.
        """
        return {
            **head("reconcile"),
            "profile": self.profile,
            "smart_encoding": self.smart_encoding,
            "agrees": self.agrees,
            "sent": self.sent,
            "events": self.events,
            "duplicates": self.duplicates,
            "types": dict(self.types),
            "matched_by_tag": self.matched_by_tag,
            "compared": dict(self.compared),
            "predicted_segments": dict(self.predicted),
            "reported_segments": dict(self.reported),
            "agreeing": self.agreeing,
            "disagreements": [
                {**asdict(each), "encoding": each.encoding.value, "explanations": list(each.explanations)}
                for each in self.disagreements
            ],
            "unexplained": self.unexplained,
            "fits": [{**asdict(fit), "profiles": list(fit.profiles)} for fit in self.fits],
            "best_fit": self.best_fit.name if self.best_fit else None,
            "never_reported": [asdict(each) for each in self.never_reported],
            "never_sent": [asdict(each) for each in self.never_sent],
            "conflicts": [
                {"id": each.id, "reported": list(each.reported), "ends": list(each.ends)}
                for each in self.conflicts
            ],
            "outcomes": {name: self._outcome_data(name) for name in OUTCOMES},
            "confirmed_mms": self.confirmed_mms,
            "accepted_mms": [asdict(each) for each in self.accepted_mms],
            "loops": [asdict(each) for each in self.loops],
            "failures": [asdict(each) for each in self.failures],
            "currency": self.rates.currency if self.rates else None,
            "billed": cost_data(self.cost()),
            "destinations": parts_data(self.billed_destinations()),
            "unpriced": parts_data(self.unpriced),
            "not_sms": dict(self.not_sms),
            "reading": [asdict(note) for note in self.reading],
            "errors": [{"location": each.location, "reason": each.detail} for each in self.errors],
        }

    def _outcome_data(self, name: str) -> dict[str, Any]:
        outcome = self.outcomes[name]
        return {
            "messages": outcome.messages,
            "sms_segments": outcome.segments,
            "mms": outcome.mms,
            "cost": money(self.cost(name).total),
        }

    def billed_destinations(self) -> list[EstimatePart]:
        """Return billed messages by outcome, country and rate.

        Returns:
            One `EstimatePart` for each combination that occurs.
        """
        parts = self.by("outcome", "country", "rate_key")
        return [part for part in parts if part.key["outcome"] in BILLED]


def billed_rows(endings: Iterable[Ending], rates: RateCard | None) -> list[EstimateRow]:
    """Return the cost of messages by outcome, destination, kind and segments; volume prices apply in order.

    Example:
        >>> ending = Ending("delivered", "+12025550143", False, 2)
        >>> row, = billed_rows([ending, ending], RateCard([{"prefix": "+1", "sms": "0.01"}]))
        >>> row.country, row.rate_key, row.messages, row.billed, row.cost
        ('US', '+1', 2, 4, Decimal('0.04'))
    """
    card = NO_RATES if rates is None else rates
    rows = []
    before: Counter[str] = Counter()
    for (outcome, country, rate_key, mms, segments), messages in sorted(_counted(endings, card).items()):
        if mms:
            cost = card[rate_key].mms_cost(messages)
        else:
            cost = card[rate_key].sms_cost({segments: messages}, before[rate_key])
            before[rate_key] += segments * messages
        kind = "MMS" if mms else "SMS"
        rows.append(
            EstimateRow(country, rate_key, (OUTCOMES[outcome],), kind, None, segments, messages, cost)
        )
    return rows


def _counted(endings: Iterable[Ending], card: RateCard) -> Counter[tuple[int, str, str, bool, int]]:
    """Return the number of messages by outcome, country, rate, kind and segments."""
    destinations = Destinations(card)
    counts: Counter[tuple[str, int, bool, int]] = Counter()
    rest = iter(endings)
    while batch := list(islice(rest, _BATCH)):
        numbers = destinations.find([each.recipients for each in batch]).numbers
        counts.update(
            (each.outcome, number, each.mms, 1 if each.mms else each.segments)
            for each, number in zip(batch, numbers, strict=True)
        )
    found: Counter[tuple[int, str, str, bool, int]] = Counter()
    for (outcome, number, mms, segments), messages in counts.items():
        country, rate_key = destinations.known[number]
        found[OUTCOMES.index(outcome), country, rate_key, mms, segments] += messages
    return found


def outcomes_of(rows: Iterable[EstimateRow]) -> dict[str, Outcome]:
    """Return the totals of each outcome."""
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
    """Return the cost of messages with any of several outcomes; no message costs 0 if a price is known."""
    for name in outcomes:
        if name not in OUTCOMES:
            raise unknown("outcome", name, OUTCOMES)
    chosen = [row for row in rows if row.group[0] in outcomes]
    currency = None if rates is None else rates.currency
    if rates is not None and not chosen:
        return Cost(Decimal(0), Decimal(0), Decimal(0), 0, 0, currency)
    return cost_of_rows(chosen, currency)
