"""Reconciles what was sent with what Bandwidth reports: which numbers differ, why, and what it costs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from segcore.bandwidth.reconcile.billing import GROUP_BY, billed_rows, cost_of_outcomes, outcomes_of
from segcore.bandwidth.reconcile.comparison import Comparison, Disagreement, Fit
from segcore.bandwidth.reconcile.event_sources import Events, things_of
from segcore.bandwidth.reconcile.message_log import Ledger
from segcore.bandwidth.reconcile.outcomes import BILLED, Conflict, Failure, NeverReported, NeverSent, Outcome
from segcore.bandwidth.reconcile.report_router import Desk
from segcore.bandwidth.reconcile.sent_messages import Sent, read_sent
from segcore.cost.pricing import parts_of
from segcore.cost.results import EstimatePart, EstimateRow
from segcore.rates.card import RateCard, card_of
from segcore.rates.money import Cost
from segcore.rules.profiles import Profile, resolve
from segcore.segmenter import Segmenter
from segcore.sources.streams import InputProblem, Progress


@dataclass(frozen=True)
class Reconciliation:
    """What was sent beside what was reported.

    Args:
        profile: The name of the rules that the predictions were made under.
        smart_encoding: The name of the table by which texts are smart encoded; ``None`` for none.
        sent: Messages that were sent.
        events: Reports that were read, duplicates included: callback events, responses, listed messages.
        duplicates: Reports that had come before, for the same message, type and recipient.
        types: How many reports of each type there were, duplicates included.
        compared: Messages that were compared, by direction: ``out`` and ``in``.
        predicted: Segments predicted for those, by direction.
        reported: Segments reported for those, by direction.
        disagreements: Those of them whose numbers differ.
        fits: The ways of counting that explain any disagreement, the one that explains most first.
        never_reported: Messages without a report.
        never_sent: Messages that were reported and not sent.
        conflicts: Messages for which reports say different things.
        outcomes: How messages ended: ``delivered``, ``failed_billed``, ``failed_free``, ``failed_unknown``
            (a code that is not documented), ``under_way``.
        failures: What failed, by error code.
        not_sms: Reports on other channels, which have no segments, by channel.
        rows: The same by country, rate, kind and segments, with the cost of each; what they
            are grouped by is the outcome.
        rates: What messages cost; ``None`` if that is not known.
        problems: Parts of the input that could not be used.
    """

    profile: str
    smart_encoding: str | None
    sent: int
    events: int
    duplicates: int
    types: Mapping[str, int]
    compared: Mapping[str, int]
    predicted: Mapping[str, int]
    reported: Mapping[str, int]
    disagreements: Sequence[Disagreement]
    fits: Sequence[Fit]
    never_reported: Sequence[NeverReported]
    never_sent: Sequence[NeverSent]
    conflicts: Sequence[Conflict]
    outcomes: Mapping[str, Outcome]
    failures: Sequence[Failure]
    not_sms: Mapping[str, int]
    rows: Sequence[EstimateRow]
    rates: RateCard | None
    problems: Sequence[InputProblem]

    @property
    def is_flat(self) -> bool:
        """Whether prices are the same everywhere."""
        return self.rates is not None and self.rates.is_flat

    @property
    def matched(self) -> int:
        """Messages that were sent and reported."""
        return self.compared["out"]

    @property
    def agreeing(self) -> int:
        """Messages whose prediction is what was reported, in both directions."""
        return sum(self.compared.values()) - len(self.disagreements)

    @property
    def agrees(self) -> bool:
        """Whether no reported number differs, neither from the prediction nor from another report."""
        return not self.disagreements and not self.conflicts

    @property
    def unexplained(self) -> int:
        """Disagreements that no way of counting explains."""
        return sum(not each.explanations for each in self.disagreements)

    @property
    def best_fit(self) -> Fit | None:
        """The way of counting that explains most disagreements and contradicts fewest other messages."""
        return self.fits[0] if self.fits else None

    def cost(self, *outcomes: str) -> Cost:
        """Return what messages cost, by the segments that were reported.

        Args:
            outcomes: How they ended; if left out, all that Bandwidth bills, which is what was delivered or
                failed with an error code that is billed.

        Returns:
            Exact sums; what has no price is counted as unpriced.

        Raises:
            ValueError: Messages do not end so.

        Source: https://dev.bandwidth.com/docs/messaging/errors.
        """
        return cost_of_outcomes(self.rows, outcomes or BILLED, self.rates)

    def by(self, *names: str) -> list[EstimatePart]:
        """Return what messages took and cost that agree in something.

        Args:
            names: One or more of ``outcome``, ``country``, ``rate_key``, ``kind``, ``segments``.

        Raises:
            ValueError: A name is none of these.
        """
        return parts_of(self.rows, names, GROUP_BY)

    @property
    def unpriced(self) -> list[EstimatePart]:
        """What Bandwidth bills and no price is known for, by country."""
        rows = [row for row in self.rows if row.cost is None and row.group[0] in BILLED]
        return parts_of(rows, ("country",), GROUP_BY)


def reconcile(  # noqa: PLR0913 (everything that can be said about both, by name)
    sent: Sent,
    events: Events,
    *,
    profile: str | Profile = "bandwidth",
    price: Decimal | None = None,
    mms_price: Decimal | None = None,
    rates: RateCard | str | os.PathLike[str] | None = None,
    columns: Mapping[str, str | None] | None = None,
    progress: Progress | None = None,
) -> Reconciliation:
    """Return what was sent beside what Bandwidth reports of it.

    Messages are joined by their identifier, those logged without one by their tag.  Inbound messages carry
    their text and are compared without any join.  Events may come in any order and more than once.  Memory
    does not grow with the events: it takes some hundred octets a message, and its text until it is delivered
    or has failed.

    Args:
        sent: A CSV, Parquet, Arrow or JSON file, a folder of JSON files, an open file, or any iterable of
            ``dict``: ``text``, ``to``, ``media``, and the ``id`` of the response or a ``tag``.
        events: What came back, in one or several of these: a file of callbacks, of responses to requests or
            of lists of messages, one a line or in arrays, gzip or not; a folder of such files; an open file;
            an event, a response or a list.
        profile: The rules to count under: a key of `segcore.PROFILES`, or a `Profile`.
        price: Price of one SMS segment; ``None`` if it is not known.
        mms_price: Price of one MMS; likewise.
        rates: What messages cost by the prefix or country of their recipient, a rate card or the path of
            one, instead of these prices.
        columns: The names of the columns ``id``, ``tag``, ``text``, ``to`` and ``media``, where they have
            others.
        progress: Is told how many octets were read.

    Returns:
        A `Reconciliation`.  What cannot be read is among its problems; the rest is read all the same.

    Raises:
        ValueError: A table has no column for the text, or neither for an identifier nor for a tag; no
            profile has that name; or the rate card or a price cannot be used.
        TypeError: `sent` or `events` is none of these, or a price is a ``float``.
        OSError: A file cannot be read.

    Example:
        >>> sent = [{"id": "m1", "to": "+12025550143", "text": "See you at 8"}]
        >>> event = {"type": "message-delivered", "time": "2026-11-23T09:00:00Z", "to": "+12025550143",
        ...     "message": {"id": "m1", "segmentCount": 1}}
        >>> found = reconcile(sent, [event, event], price=Decimal("0.004"))
        >>> found.matched, found.agrees, found.duplicates, found.cost().total
        (1, True, 1, Decimal('0.004'))

    Source: https://dev.bandwidth.com/docs/messaging/webhooks.
    """
    problems: list[InputProblem] = []
    card = card_of(rates, price, mms_price)
    rules = resolve(profile)
    comparison = Comparison(rules)
    ledger = Ledger(comparison, problems.append)
    for message in read_sent(sent, problems.append, columns=columns, progress=progress):
        ledger.add_sent(message)
    desk = Desk(ledger, comparison, problems.append)
    for place, thing in things_of(events, problems.append, progress):
        desk.take(place, thing)
    ledger.finish()
    rows = billed_rows(ledger.endings(), card)
    return Reconciliation(
        profile=rules.name,
        smart_encoding=rules.smart_encoding,
        sent=ledger.sent,
        events=desk.events,
        duplicates=ledger.duplicates + desk.duplicates,
        types=dict(sorted(desk.types.items())),
        compared=comparison.compared,
        predicted=comparison.predicted,
        reported=comparison.reported,
        disagreements=_with_carriers(comparison.disagreements, ledger.carriers()),
        fits=comparison.fits,
        never_reported=list(_never_reported(ledger, Segmenter(rules))),
        never_sent=ledger.never_sent(),
        conflicts=ledger.conflicts(),
        outcomes=outcomes_of(rows),
        failures=ledger.failures(),
        not_sms=dict(sorted(desk.not_sms.items())),
        rows=rows,
        rates=card,
        problems=problems,
    )


def _with_carriers(disagreements: list[Disagreement], carriers: Mapping[str, str]) -> list[Disagreement]:
    if not carriers:
        return disagreements
    return [replace(each, carrier=carriers.get(each.key)) for each in disagreements]


def _never_reported(ledger: Ledger, segmenter: Segmenter) -> Iterator[NeverReported]:
    found = list(ledger.never_reported())
    if found:
        keys, texts, mms = zip(*found, strict=True)
        counts = segmenter.count_segments_bulk(texts, mms=mms)
        yield from map(NeverReported, keys, counts, mms)
