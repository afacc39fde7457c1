"""The tables of a reconciliation: what there was, how it ended, what failed, what differs and why."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rich import box
from rich.table import Table
from rich.text import Text

from segcore.bandwidth.api.callbacks import TYPES
from segcore.bandwidth.reconcile.comparison import Disagreement
from segcore.bandwidth.reconcile.outcomes import BILLED
from segcore.bandwidth.reconcile.reconciliation import Reconciliation
from segcore.bandwidth.reconcile.status_updates import LISTED, RESPONSE
from segcore.cost.results import EstimatePart
from segcore.rates.money import Cost, add
from segcore.reports.display import visible
from segcore.reports.report import aligned, country_name

MOST_LISTED = 20
"""Lines of a list that are shown."""

_MOST_TEXT = 40

_OUTCOMES = {
    "delivered": "Delivered",
    "failed_billed": "Failed, billed",
    "failed_free": "Failed, not billed",
    "failed_unknown": "Failed, code unknown",
    "under_way": "Under way",
}


def _table(title: str = "") -> Table:
    return Table(
        box=box.SIMPLE, pad_edge=False, title=title or None, title_justify="left", title_style="bold"
    )


def summary_table(found: Reconciliation) -> Table:
    """Return how many messages and reports there are.

    Args:
        found: The reconciliation.
    """
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column()
    events = [count_of(found.duplicates, "duplicate")] if found.duplicates else []
    events += [_of_type(name, number) for name, number in sorted(found.types.items()) if name not in TYPES]
    events += [f"{number:,} on {visible(name)}, not counted" for name, number in found.not_sms.items()]
    table.add_row("Sent", f"{found.sent:,}", "")
    table.add_row("Events", f"{found.events:,}", Text(", ".join(events)))
    for title, direction in (("Matched", "out"), ("Received", "in")):
        if found.compared[direction] or direction == "out":
            segments = (
                f"{found.predicted[direction]:,} segments predicted, {found.reported[direction]:,} reported"
            )
            table.add_row(title, f"{found.compared[direction]:,}", segments)
    table.add_row("Agreeing", f"{found.agreeing:,}", "")
    table.add_row("Disagreeing", f"{len(found.disagreements):,}", "")
    table.add_row("Never reported", f"{len(found.never_reported):,}", "")
    table.add_row("Never sent", f"{len(found.never_sent):,}", "reported, and not among what was sent")
    return table


def _of_type(name: str, number: int) -> str:
    known = {RESPONSE: "response", LISTED: "listed message"}.get(name)
    return count_of(number, known) if known else f"{number:,} of type {visible(name)}"


def outcomes_table(found: Reconciliation) -> Table:
    """Return how messages ended and what that costs.

    Args:
        found: The reconciliation.
    """
    table = _table("How messages ended")
    table.add_column("")
    headings = ("Messages", "SMS segments", "MMS", *([_cost(found.rates.currency)] if found.rates else []))
    for heading in headings:
        table.add_column(heading, justify="right")
    for name, title in _OUTCOMES.items():
        outcome = found.outcomes[name]
        if outcome.messages:
            cells = [f"{number:,}" for number in (outcome.messages, outcome.segments, outcome.mms)]
            cost = _priced(found.cost(name)) if name in BILLED else ""
            table.add_row(title, *cells, *([cost] if found.rates else []))
    if found.rates:
        table.add_section()
        table.add_row("Billed", "", "", "", _priced(found.cost()))
    return table


def destinations_table(parts: Sequence[EstimatePart], currency: str | None) -> Table:
    """Return what is billed by destination, what costs most first.

    Args:
        parts: What is billed, by outcome, country and place of the rate.
        currency: The currency, ``None`` if it is not said.
    """
    table = _table("Billed segments, by destination")
    table.add_column("To", overflow="fold")
    table.add_column("Rate")
    for heading in ("Delivered", "Failed", "Unpriced", _cost(currency)):
        table.add_column(heading, justify="right")
    by_place: dict[tuple[str, str], list[EstimatePart]] = {}
    for part in parts:
        by_place.setdefault((str(part.key["country"]), str(part.key["rate_key"])), []).append(part)
    costs = {place: _sum(each) for place, each in by_place.items()}
    places = sorted(by_place, key=lambda place: (-(costs[place] or 0), place))[:MOST_LISTED]
    for place, cost in zip(places, aligned(costs[place] for place in places), strict=True):
        country, rate = place
        ended = {part.key["outcome"]: part for part in by_place[place]}
        numbers = [ended[name].segments if name in ended else 0 for name in BILLED]
        numbers.append(sum(part.unpriced_segments + part.unpriced_mms for part in by_place[place]))
        table.add_row(country_name(country), rate, *(f"{number:,}" for number in numbers), cost or "")
    return table


def _sum(parts: Sequence[EstimatePart]) -> Decimal | None:
    known = [part.cost for part in parts if part.cost is not None]
    return add(*known) if known else None


def failures_table(found: Reconciliation) -> Table:
    """Return what failed, by error code.

    Args:
        found: The reconciliation.
    """
    table = _table("What failed")
    table.add_column("Code", justify="right")
    table.add_column("Name", overflow="fold")
    table.add_column("Billed")
    table.add_column("Recipients", justify="right")
    table.add_column("Segments", justify="right")
    for each in found.failures:
        table.add_row(
            "" if each.code is None else str(each.code),
            each.name or "not documented",
            {True: "yes", False: "no", None: "not known"}[each.billed],
            f"{each.recipients:,}",
            f"{each.segments:,}",
        )
    return table


def disagreements_table(listed: Sequence[Disagreement]) -> Table:
    """Return messages whose number differs.

    Args:
        listed: The disagreements.
    """
    table = _table("Other numbers than predicted")
    table.add_column("Message", overflow="fold")
    table.add_column("")
    table.add_column("Predicted", justify="right")
    table.add_column("Reported", justify="right")
    table.add_column("Explained by", overflow="fold")
    table.add_column("Encoding")
    table.add_column("Units", justify="right")
    with_carrier = any(each.carrier for each in listed)
    if with_carrier:
        table.add_column("Carrier", overflow="fold")
    table.add_column("Text", overflow="fold")
    for each in listed:
        short = each.text if len(each.text) <= _MOST_TEXT else each.text[: _MOST_TEXT - 3] + "..."
        table.add_row(
            Text(visible(each.key)),
            each.direction,
            f"{each.predicted:,}",
            f"{each.reported:,}",
            ", ".join(each.explanations) or "nothing known",
            "MMS" if each.mms else each.encoding.value,
            f"{each.units:,}",
            *([Text(visible(each.carrier or ""))] if with_carrier else []),
            Text(visible(short)),
        )
    return table


def fits_table(found: Reconciliation) -> Table:
    """Return the ways of counting that explain a disagreement.

    Args:
        found: The reconciliation.
    """
    table = _table("Other ways of counting")
    table.add_column("Name")
    table.add_column("Explains", justify="right")
    table.add_column("Contradicts", justify="right")
    table.add_column("What it does", overflow="fold")
    table.add_column("Profiles", overflow="fold")
    for fit in found.fits:
        numbers = f"{fit.explained:,}", f"{fit.contradicted:,}"
        table.add_row(fit.name, *numbers, fit.title, ", ".join(fit.profiles))
    return table


def count_of(number: int, what: str) -> str:
    """Return a number of things.

    Args:
        number: How many.
        what: What one is called.

    Example:
        >>> count_of(1, "segment"), count_of(2000, "segment")
        ('1 segment', '2,000 segments')
    """
    return f"{number:,} {what}{'s' * (number != 1)}"


def _cost(currency: str | None) -> str:
    return f"Cost ({currency})" if currency else "Cost"


def _priced(cost: Cost) -> str:
    """Return what is known of a cost, in words where not all is known."""
    known = [each for each in (cost.sms, cost.mms) if each is not None]
    is_partial = cost.unpriced_segments or cost.unpriced_mms
    return " + ".join(filter(None, (f"{add(*known):f}" if known else "", "unpriced" if is_partial else "")))
