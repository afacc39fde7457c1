"""What there is to say about files of messages, before it is shown in one form or another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from segcore.cost.destinations import SEVERAL, UNKNOWN, UNSAID
from segcore.cost.estimate import Estimate
from segcore.cost.results import EstimatePart, Replacement, Savings
from segcore.rules.codings import Encoding
from segcore.sources.headings import Columns


@dataclass(frozen=True)
class Report:
    """An estimate, and what it is of.

    Args:
        files: The names of the files.
        columns: The columns that were used.
        estimate: The estimate.
        flat: Whether one price for all destinations was given, and not a rate card.
    """

    files: tuple[str, ...]
    columns: Columns
    estimate: Estimate
    flat: bool = True

    @property
    def is_priced(self) -> bool:
        """Whether any price is known."""
        return self.estimate.rates is not None


def aligned(costs: Iterable[Decimal | None]) -> list[str | None]:
    """Return amounts of money with the same number of decimal places, so that they can be compared.

    Args:
        costs: The amounts; ``None`` stays what it is.

    Example:
        >>> aligned([Decimal("0.0079"), Decimal(3), None])
        ['0.0079', '3.0000', None]
    """
    found = list(costs)
    exponents = [int(cost.as_tuple().exponent) for cost in found if cost is not None]
    places = max((-exponent for exponent in exponents), default=0)
    return [None if cost is None else f"{cost:.{max(0, places)}f}" for cost in found]


LEGEND = (
    "Alone: messages in which nothing else forces UCS-2.",
    "Segments: what it costs those, against one septet in its place.",
)
"""What the numbers of a code point mean."""


def kinds_of(estimate: Estimate) -> list[tuple[str, int, int, EstimatePart | None]]:
    """Return name, messages, segments and sum of each kind of message; ``None`` where there is none."""
    totals = estimate.totals
    parts = {(part.key["kind"], part.key["encoding"]): part for part in estimate.by("kind", "encoding")}
    return [
        ("GSM-7", totals.gsm7, totals.gsm7_segments, parts.get(("SMS", Encoding.GSM7))),
        ("UCS-2", totals.ucs2, totals.ucs2_segments, parts.get(("SMS", Encoding.UCS2))),
        ("MMS", totals.mms, totals.mms, parts.get(("MMS", None))),
    ]


def dearest_first(parts: Iterable[EstimatePart]) -> list[EstimatePart]:
    """Return parts by their cost, then by their segments, most first."""
    return sorted(parts, key=lambda part: (-(part.cost or 0), -part.segments, str(part.key)))


def costs_of(parts: Iterable[EstimatePart | None], unpriced: str = "unpriced") -> list[str]:
    """Return what parts cost, in words where not all is known.

    Args:
        parts: The parts; ``None`` costs nothing that could be said.
        unpriced: What stands for that which has no price.
    """
    found, listed = [], list(parts)
    for part, money in zip(
        listed, aligned(None if part is None else part.cost for part in listed), strict=True
    ):
        is_unpriced = part is not None and (part.unpriced_segments or part.unpriced_mms)
        found.append(" + ".join(filter(None, (money, unpriced if is_unpriced else None))))
    return found


def helpful(savings: Savings) -> list[Replacement]:
    """Return the replacements that save segments."""
    return [each for each in savings.replacements if each.segments > 0]


def country_name(country: str) -> str:
    """Return the name of a country, or why there is none.

    Args:
        country: What an estimate says of where messages go.

    Example:
        >>> country_name("DE"), country_name("unknown")
        ('Germany', 'no country known')
    """
    from segcore.numbers.countries import NAMES

    reasons = {UNSAID: "recipients not given", UNKNOWN: "no country known", SEVERAL: "several destinations"}
    return reasons.get(country) or NAMES.get(country, country)


def notes_of(report: Report) -> list[str]:
    """Return what the counts alone do not say."""
    totals, cost = report.estimate.totals, report.estimate.cost
    notes = {
        f"Rows without a message (null), which are not counted: {totals.nulls:,}.": totals.nulls,
        f"SMS without text, which take 1 segment each: {totals.empty:,}.": totals.empty,
        f"SMS that are longer than the profile allows, and cannot be sent as one: {totals.over_limit:,}.": (
            totals.over_limit
        ),
    }
    if report.is_priced:
        notes[f"SMS segments without a price: {cost.unpriced_segments:,}."] = cost.unpriced_segments
        notes[f"MMS without a price: {cost.unpriced_mms:,}."] = cost.unpriced_mms
    return [note for note, number in notes.items() if number]
