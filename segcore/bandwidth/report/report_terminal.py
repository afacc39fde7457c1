"""A reconciliation, shown to people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from segcore._version import __version__
from segcore.bandwidth.reconcile.outcomes import BILLED, Conflict, NeverSent
from segcore.bandwidth.reconcile.reconciliation import Reconciliation
from segcore.bandwidth.report.report_tables import (
    MOST_LISTED,
    count_of,
    destinations_table,
    disagreements_table,
    failures_table,
    fits_table,
    outcomes_table,
    summary_table,
)
from segcore.engine.chooser import RUNNING
from segcore.reports.display import visible
from segcore.reports.report import country_name

if TYPE_CHECKING:
    from rich.console import Console


def show_reconciliation(console: Console, found: Reconciliation) -> None:
    """Print a reconciliation as tables.

    Args:
        console: Where to.
        found: The reconciliation.
    """
    console.print(summary_table(found))
    console.print()
    console.print(outcomes_table(found))
    _show_destinations(console, found)
    if found.failures:
        console.print(failures_table(found))
    if found.disagreements:
        console.print(disagreements_table(found.disagreements[:MOST_LISTED]))
        _show_more(console, len(found.disagreements))
        console.print(fits_table(found))
        for line in _verdict(found):
            console.print(Text(line))
        console.print()
    _show_list(console, "Reports of one message that say different things", map(_conflict, found.conflicts))
    _show_list(console, "Never reported", (each.key for each in found.never_reported))
    _show_list(console, "Reported, and never sent", map(_never_sent, found.never_sent))
    _show_list(console, "Could not be used", map(str, found.problems))
    smart = f", smart encoding {found.smart_encoding}" if found.smart_encoding else ""
    rules = f"profile {found.profile}{smart}"
    console.print(Text(f"Predicted by segcore {__version__}, {RUNNING}, {rules}.", "dim"))


def _show_destinations(console: Console, found: Reconciliation) -> None:
    """Print what is billed by destination, if prices depend on that, and what has no price."""
    if found.rates is None:
        return
    parts = [part for part in found.by("outcome", "country", "rate_key") if part.key["outcome"] in BILLED]
    if parts and not found.is_flat:
        places = len({(part.key["country"], part.key["rate_key"]) for part in parts})
        console.print(destinations_table(parts, found.rates.currency))
        _show_more(console, places)
    cost = found.cost()
    for number, what, kind in (
        (cost.unpriced_segments, "SMS segment", "sms"),
        (cost.unpriced_mms, "MMS", "mms"),
    ):
        if number:
            verb = "is" if number == 1 else "are"
            said = count_of(number, what) if kind == "sms" else f"{number:,} MMS"
            console.print(Text(f"{said} that {verb} billed {verb} unpriced ({_where(found, kind)})."))
    if cost.unpriced_segments or cost.unpriced_mms:
        console.print()


def _where(found: Reconciliation, kind: str) -> str:
    """Return which option would price it, or for which countries there is no rate."""
    if found.is_flat:
        return "--mms-price" if kind == "mms" else "--price"
    numbers = {
        str(part.key["country"]): part.unpriced_mms if kind == "mms" else part.unpriced_segments
        for part in found.unpriced
    }
    listed = sorted(((number, name) for name, number in numbers.items() if number), reverse=True)
    said = ", ".join(f"{country_name(name)} {number:,}" for number, name in listed[:MOST_LISTED])
    return f"no rate: {said}{', ...' if len(listed) > MOST_LISTED else ''}"


def _verdict(found: Reconciliation) -> list[str]:
    number, best = len(found.disagreements), found.best_fit
    lines = []
    if best is not None:
        who = (
            f" (as the profile{'s' * (len(best.profiles) > 1)} {', '.join(best.profiles)})"
            if best.profiles
            else ""
        )
        explained = f"it explains {best.explained:,} of {count_of(number, 'disagreement')}"
        words = f"{best.name}{who} fits best: {explained}"
        against = f", and contradicts {best.contradicted:,} of {found.agreeing:,} predictions that were right"
        lines.append(
            words + (against if best.contradicted else ", and contradicts no prediction that was right") + "."
        )
    if found.unexplained:
        lines.append(f"{count_of(found.unexplained, 'disagreement')} cannot be explained.")
    return lines


def _never_sent(each: NeverSent) -> str:
    said = "segments not reported" if each.segments is None else count_of(each.segments, "segment")
    return f"{each.id} ({said}): {each.reason}"


def _conflict(each: Conflict) -> str:
    what = []
    if len(each.reported) > 1:
        what.append("segments " + ", ".join(map(str, each.reported)))
    if each.ends:
        what.append(" and ".join(each.ends))
    return f"{each.id}: {'; '.join(what)}"


def _show_list(console: Console, title: str, lines: Iterable[str]) -> None:
    listed = list(lines)
    if not listed:
        return
    console.print(Text(title, "bold"))
    for line in listed[:MOST_LISTED]:
        console.print(Text(f"  {visible(line)}"))
    _show_more(console, len(listed))
    console.print()


def _show_more(console: Console, number: int) -> None:
    if number > MOST_LISTED:
        console.print(f"... and {number - MOST_LISTED:,} more, which --format json lists")
