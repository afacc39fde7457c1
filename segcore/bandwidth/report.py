"""A reconciliation, shown: tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

import segcore
from segcore.bandwidth.comparison import Disagreement
from segcore.bandwidth.ledger import OUTCOMES, other_types
from segcore.bandwidth.reconciliation import Reconciliation
from segcore.display import visible

if TYPE_CHECKING:
    from rich.console import Console

_MOST_LISTED = 20
_MOST_TEXT = 40

_OUTCOMES = {
    "delivered": "Delivered",
    "failed_billed": "Failed, billed",
    "failed_free": "Failed, not billed",
    "failed_unknown": "Failed, code unknown",
    "under_way": "Under way",
}


def reconciliation_data(found: Reconciliation) -> dict[str, Any]:
    """Return a reconciliation for JSON.

    Args:
        found: The reconciliation.
    """
    total = found.cost()
    return {
        "profile": found.profile,
        "agrees": found.agrees,
        "sent": found.sent,
        "events": found.events,
        "duplicates": found.duplicates,
        "types": dict(found.types),
        "compared": dict(found.compared),
        "predicted_segments": dict(found.predicted),
        "reported_segments": dict(found.reported),
        "agreeing": found.agreeing,
        "disagreements": [_disagreement(each) for each in found.disagreements],
        "unexplained": found.unexplained,
        "fits": [
            {
                "name": fit.name,
                "profiles": list(fit.profiles),
                "title": fit.title,
                "explained": fit.explained,
                "contradicted": fit.contradicted,
            }
            for fit in found.fits
        ],
        "best_fit": found.best_fit.name if found.best_fit else None,
        "never_reported": [
            {"key": each.key, "predicted": each.predicted, "mms": each.mms} for each in found.never_reported
        ],
        "never_sent": [
            {"id": each.id, "tag": each.tag, "segments": each.segments, "reason": each.reason}
            for each in found.never_sent
        ],
        "conflicts": [
            {"id": each.id, "reported": list(each.reported), "ends": list(each.ends)}
            for each in found.conflicts
        ],
        "outcomes": {name: _outcome(found, name) for name in OUTCOMES},
        "failures": [
            {
                "code": each.code,
                "name": each.name,
                "billed": each.billed,
                "recipients": each.recipients,
                "segments": each.segments,
            }
            for each in found.failures
        ],
        "billed": {
            "sms": _money(total.sms),
            "mms": _money(total.mms),
            "total": _money(total.total),
            "unpriced": {"sms_segments": total.unpriced_segments, "mms": total.unpriced_mms},
        },
        "not_sms": dict(found.not_sms),
        "problems": [{"place": each.place, "problem": each.problem} for each in found.problems],
    }


def _disagreement(each: Disagreement) -> dict[str, Any]:
    return {
        "key": each.key,
        "direction": each.direction,
        "predicted": each.predicted,
        "reported": each.reported,
        "explanations": list(each.explanations),
        "encoding": each.encoding.value,
        "units": each.units,
        "mms": each.mms,
        "text": each.text,
    }


def _outcome(found: Reconciliation, name: str) -> dict[str, Any]:
    outcome = found.outcomes[name]
    return {
        "messages": outcome.messages,
        "sms_segments": outcome.segments,
        "mms": outcome.mms,
        "cost": _money(found.cost(name).total),
    }


def show_reconciliation(console: Console, found: Reconciliation) -> None:
    """Print a reconciliation as tables.

    Args:
        console: Where to.
        found: The reconciliation.
    """
    console.print(_summary(found))
    console.print()
    console.print(_outcomes(found))
    if found.failures:
        console.print(_failures(found))
    if found.disagreements:
        console.print(_disagreements(found.disagreements[:_MOST_LISTED]))
        _show_more(console, len(found.disagreements))
        console.print(_fits(found))
        for line in _verdict(found):
            console.print(Text(line))
        console.print()
    _show_list(console, "Events of one message that say different things", map(_conflict, found.conflicts))
    _show_list(console, "Never reported", (each.key for each in found.never_reported))
    _show_list(
        console,
        "Reported, and never sent",
        (f"{each.id} ({_count(each.segments or 0, 'segment')}): {each.reason}" for each in found.never_sent),
    )
    _show_list(console, "Could not be used", map(str, found.problems))
    console.print(
        Text(
            f"Predicted by segcore {segcore.__version__}, {segcore.implementation}, profile {found.profile}.",
            "dim",
        )
    )


def _table(title: str = "") -> Table:
    return Table(
        box=box.SIMPLE, pad_edge=False, title=title or None, title_justify="left", title_style="bold"
    )


def _summary(found: Reconciliation) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column()
    events = [_count(found.duplicates, "duplicate")] if found.duplicates else []
    events += [f"{number:,} of type {visible(name)}" for name, number in _other_types(found).items()]
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


def _other_types(found: Reconciliation) -> dict[str, int]:
    return other_types(dict(found.types))


def _outcomes(found: Reconciliation) -> Table:
    priced = found.price is not None or found.mms_price is not None
    table = _table("How messages ended")
    table.add_column("")
    for heading in ("Messages", "SMS segments", "MMS", *(["Cost"] if priced else [])):
        table.add_column(heading, justify="right")
    for name, title in _OUTCOMES.items():
        outcome = found.outcomes[name]
        if outcome.messages:
            cells = [f"{number:,}" for number in (outcome.messages, outcome.segments, outcome.mms)]
            billed = name in ("delivered", "failed_billed")
            cost = _shown(found.cost(name).total) if billed else ""
            table.add_row(title, *cells, *([cost] if priced else []))
    if priced:
        table.add_section()
        table.add_row("Billed", "", "", "", _shown(found.cost().total))
    return table


def _failures(found: Reconciliation) -> Table:
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


def _disagreements(listed: Sequence[Disagreement]) -> Table:
    table = _table("Other numbers than predicted")
    table.add_column("Message", overflow="fold")
    table.add_column("")
    table.add_column("Predicted", justify="right")
    table.add_column("Reported", justify="right")
    table.add_column("Explained by", overflow="fold")
    table.add_column("Encoding")
    table.add_column("Units", justify="right")
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
            Text(visible(short)),
        )
    return table


def _fits(found: Reconciliation) -> Table:
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


def _verdict(found: Reconciliation) -> list[str]:
    number, best = len(found.disagreements), found.best_fit
    lines = []
    if best is not None:
        who = (
            f" (as the profile{'s' * (len(best.profiles) > 1)} {', '.join(best.profiles)})"
            if best.profiles
            else ""
        )
        words = (
            f"{best.name}{who} fits best: it explains {best.explained:,} of {_count(number, 'disagreement')}"
        )
        against = f", and contradicts {best.contradicted:,} of {found.agreeing:,} predictions that were right"
        lines.append(
            words + (against if best.contradicted else ", and contradicts no prediction that was right") + "."
        )
    if found.unexplained:
        lines.append(f"{_count(found.unexplained, 'disagreement')} cannot be explained.")
    return lines


def _conflict(each: Any) -> str:
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
    for line in listed[:_MOST_LISTED]:
        console.print(Text(f"  {visible(line)}"))
    _show_more(console, len(listed))
    console.print()


def _show_more(console: Console, number: int) -> None:
    if number > _MOST_LISTED:
        console.print(f"... and {number - _MOST_LISTED:,} more, which --format json lists")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _money(money: Decimal | None) -> str | None:
    return None if money is None else f"{money:f}"


def _shown(money: Decimal | None) -> str:
    return "unpriced" if money is None else f"{money:f}"
