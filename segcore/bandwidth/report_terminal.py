"""A reconciliation as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from segcore._version import __version__
from segcore.bandwidth.api.json_objects import EVENT_TYPES
from segcore.bandwidth.reconcile import Reconciliation
from segcore.bandwidth.reconcile.comparison import Disagreement, SuspectedLoop
from segcore.bandwidth.reconcile.message_log import BILLED, Conflict, NeverSent
from segcore.bandwidth.report_router import LISTED, RESPONSE
from segcore.cost import EstimatePart
from segcore.engine.chooser import RUNNING
from segcore.rates import Cost, add
from segcore.reports import counted, plain_table, show_more, visible
from segcore.reports.report import aligned, country_name, unpriced_countries

if TYPE_CHECKING:
    from rich.console import Console

_MOST_TEXT = 40

_TITLES = {
    "delivered": "Delivered",
    "failed_billed": "Failed, billed",
    "failed_free": "Failed, not billed",
    "failed_unknown": "Failed, code unknown",
    "under_way": "Under way",
}


def show_reconciliation(console: Console, found: Reconciliation, top: int | None = None) -> None:
    """Print a reconciliation as tables of at most `top` rows, all if it is ``None``."""
    console.print(_summary_table(found))
    console.print()
    if not any(found.compared.values()):
        console.print(Text(_nothing_compared(found), "bold"))
        console.print()
    console.print(_outcomes_table(found))
    if found.confirmed_mms or found.accepted_mms:
        console.print(Text(_mms_deliveries(found)))
        console.print()
    _show_destinations(console, found, top)
    if found.failures:
        console.print(_failures_table(found))
    if found.disagreements:
        console.print(_disagreements_table(found.disagreements[:top]))
        show_more(console, len(found.disagreements), top)
        console.print(_fits_table(found))
        for line in _verdict(found):
            console.print(Text(line))
        console.print()
    _show_list(console, top, "Reports that contradict each other", map(_conflict, found.conflicts))
    _show_list(
        console,
        top,
        "Possible loops: does a program send a message for each callback?",
        map(_loop, found.loops),
    )
    _show_list(console, top, "Never reported", (each.key for each in found.never_reported))
    _show_list(console, top, "Reported, but never sent", map(_never_sent, found.never_sent))
    _show_list(console, top, "How the input was read", map(str, found.reading))
    _show_list(console, top, "Input that could not be used", map(str, found.errors))
    smart = f", smart encoding {found.smart_encoding}" if found.smart_encoding else ""
    rules = f"profile {found.profile}{smart}"
    console.print(Text(f"Predicted by segcore {__version__}, {RUNNING}, {rules}.", "dim"))


def _nothing_compared(found: Reconciliation) -> str:
    """Return a sentence that nothing was compared, with an example that should have matched."""
    sentence = "Nothing was compared: no reported message matches a sent one."
    if found.never_reported and found.never_sent:
        sent, reported = found.never_reported[0].key, found.never_sent[0].id
        sentence += (
            f" Sent messages have keys such as {visible(sent)}, reported ones such as {visible(reported)}."
        )
    return sentence


def _mms_deliveries(found: Reconciliation) -> str:
    """Return how many delivered MMS a carrier confirms, and how many only Bandwidth has accepted."""
    accepted, confirmed = len(found.accepted_mms), found.confirmed_mms
    groups = sum(each.recipients > 1 for each in found.accepted_mms)
    sentence = f"Delivered MMS: {confirmed:,} confirmed by a carrier's receipt"
    if accepted:
        sentence += f", {accepted:,} only accepted by Bandwidth's MMSC"
    return sentence + (f" ({counted(groups, 'group message')})." if groups else ".")


def _loop(each: SuspectedLoop) -> str:
    if each.to_sender:
        return f"{each.recipient}: {counted(each.messages, 'message')} to the number that sent them"
    return f"{each.recipient}: {each.messages:,} messages, each right after a callback about the one before"


def _show_destinations(console: Console, found: Reconciliation, top: int | None) -> None:
    """Print billed segments by destination, if prices depend on it, and billed messages without a price."""
    if found.rates is None:
        return
    parts = found.billed_destinations()
    if parts and not found.is_flat:
        console.print(_destinations_table(parts, found.rates.currency, top))
        show_more(console, len({(part.key["country"], part.key["rate_key"]) for part in parts}), top)
    cost = found.cost()
    for number, what, kind in (
        (cost.unpriced_segments, "SMS segment", "sms"),
        (cost.unpriced_mms, "MMS", "mms"),
    ):
        if number:
            verb = "is" if number == 1 else "are"
            billed = counted(number, what) if kind == "sms" else f"{number:,} MMS"
            console.print(
                Text(f"{billed} that {verb} billed {verb} unpriced ({_unpriced_reason(found, kind, top)}).")
            )
    if cost.unpriced_segments or cost.unpriced_mms:
        console.print()


def _unpriced_reason(found: Reconciliation, kind: str, top: int | None) -> str:
    """Return the option that would set the price, or the countries without a rate."""
    if found.is_flat:
        return "--mms-price" if kind == "mms" else "--price"
    named, more = unpriced_countries(found.unpriced, kind == "mms", top)
    return f"no rate: {named}{', ...' if more else ''}"


def _verdict(found: Reconciliation) -> list[str]:
    number, best = len(found.disagreements), found.best_fit
    lines = []
    if best is not None:
        who = (
            f" (as the profile{'s' * (len(best.profiles) > 1)} {', '.join(best.profiles)})"
            if best.profiles
            else ""
        )
        explained = f"it explains {best.explained:,} of {counted(number, 'disagreement')}"
        words = f"{best.name}{who} fits best: {explained}"
        against = f", and contradicts {best.contradicted:,} of {found.agreeing:,} correct predictions"
        lines.append(
            words + (against if best.contradicted else ", and contradicts no correct prediction") + "."
        )
    if found.unexplained:
        lines.append(f"{counted(found.unexplained, 'disagreement')} cannot be explained.")
    return lines


def _never_sent(each: NeverSent) -> str:
    segments = "segments not reported" if each.segments is None else counted(each.segments, "segment")
    return f"{each.id} ({segments}): {each.reason}"


def _conflict(each: Conflict) -> str:
    parts = []
    if len(each.reported) > 1:
        parts.append("segments " + ", ".join(map(str, each.reported)))
    if each.ends:
        parts.append(" and ".join(each.ends))
    return f"{each.id}: {'; '.join(parts)}"


def _show_list(console: Console, top: int | None, title: str, lines: Iterable[str]) -> None:
    listed = list(lines)
    if not listed:
        return
    console.print(Text(title, "bold"))
    for line in listed[:top]:
        console.print(Text(f"  {visible(line)}"))
    show_more(console, len(listed), top)
    console.print()


def _summary_table(found: Reconciliation) -> Table:
    """Return the numbers of messages and reports."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column()
    events = [counted(found.duplicates, "duplicate")] if found.duplicates else []
    events += [
        _of_type(name, number) for name, number in sorted(found.types.items()) if name not in EVENT_TYPES
    ]
    events += [f"{number:,} on {visible(name)}, not counted" for name, number in found.not_sms.items()]
    table.add_row("Sent", f"{found.sent:,}", "")
    table.add_row("Events", f"{found.events:,}", Text(", ".join(events)))
    for title, direction in (("Matched", "out"), ("Received", "in")):
        if found.compared[direction] or direction == "out":
            segments = (
                f"{found.predicted[direction]:,} segments predicted, {found.reported[direction]:,} reported"
            )
            by_tag = (
                f"; {found.matched_by_tag:,} by tag" if found.matched_by_tag and direction == "out" else ""
            )
            table.add_row(title, f"{found.compared[direction]:,}", segments + by_tag)
    table.add_row("Agreeing", f"{found.agreeing:,}", "")
    table.add_row("Disagreeing", f"{len(found.disagreements):,}", "")
    table.add_row("Never reported", f"{len(found.never_reported):,}", "")
    table.add_row("Never sent", f"{len(found.never_sent):,}", "reported, but not in the log of sent messages")
    return table


def _of_type(name: str, number: int) -> str:
    known = {RESPONSE: "response", LISTED: "listed message"}.get(name)
    return counted(number, known) if known else f"{number:,} of type {visible(name)}"


def _outcomes_table(found: Reconciliation) -> Table:
    """Return the outcomes of messages and their cost."""
    cost_column = [f">{_cost(found.rates.currency)}"] if found.rates else []
    headings = ("", ">Messages", ">SMS segments", ">MMS", *cost_column)
    table = plain_table(*headings, title="How messages ended")
    for name, title in _TITLES.items():
        outcome = found.outcomes[name]
        if outcome.messages:
            cells = [f"{number:,}" for number in (outcome.messages, outcome.segments, outcome.mms)]
            cost = _priced(found.cost(name)) if name in BILLED else ""
            table.add_row(title, *cells, *([cost] if found.rates else []))
    if found.rates:
        table.add_section()
        table.add_row("Billed", "", "", "", _priced(found.cost()))
    return table


def _destinations_table(parts: Sequence[EstimatePart], currency: str | None, top: int | None) -> Table:
    """Return billed segments by destination, the most expensive first."""
    headings = ("~To", "Rate", ">Delivered", ">Failed", ">Unpriced", f">{_cost(currency)}")
    table = plain_table(*headings, title="Billed segments, by destination")
    by_rate: dict[tuple[str, str], list[EstimatePart]] = {}
    for part in parts:
        by_rate.setdefault((str(part.key["country"]), str(part.key["rate_key"])), []).append(part)
    costs = {key: _sum(each) for key, each in by_rate.items()}
    keys = sorted(by_rate, key=lambda key: (-(costs[key] or 0), key))[:top]
    for (country, rate), cost in zip(keys, aligned(costs[key] for key in keys), strict=True):
        ended = {part.key["outcome"]: part for part in by_rate[country, rate]}
        numbers = [ended[name].segments if name in ended else 0 for name in BILLED]
        numbers.append(sum(part.unpriced_segments + part.unpriced_mms for part in by_rate[country, rate]))
        table.add_row(country_name(country), rate, *(f"{number:,}" for number in numbers), cost or "")
    return table


def _sum(parts: Sequence[EstimatePart]) -> Decimal | None:
    known = [part.cost for part in parts if part.cost is not None]
    return add(*known) if known else None


def _failures_table(found: Reconciliation) -> Table:
    """Return failures by error code."""
    table = plain_table(">Code", "~Name", "Billed", ">Recipients", ">Segments", title="Failures")
    for each in found.failures:
        table.add_row(
            "" if each.code is None else str(each.code),
            each.name or "not documented",
            {True: "yes", False: "no", None: "not known"}[each.billed],
            f"{each.recipients:,}",
            f"{each.segments:,}",
        )
    return table


def _disagreements_table(listed: Sequence[Disagreement]) -> Table:
    """Return messages whose reported number differs from the prediction."""
    with_carrier = any(each.carrier for each in listed)
    headings = ("~Message", "", ">Predicted", ">Reported", "~Explained by", "Encoding", ">Units")
    table = plain_table(
        *headings,
        *(["~Carrier"] if with_carrier else []),
        "~Text",
        title="Reported numbers that differ from the prediction",
    )
    for each in listed:
        short = each.text if len(each.text) <= _MOST_TEXT else each.text[: _MOST_TEXT - 3] + "..."
        table.add_row(
            Text(visible(each.key)),
            each.direction,
            f"{each.predicted:,}",
            f"{each.reported:,}",
            ", ".join(each.explanations) or "nothing",
            "MMS" if each.mms else each.encoding.value,
            f"{each.units:,}",
            *([Text(visible(each.carrier or ""))] if with_carrier else []),
            Text(visible(short)),
        )
    return table


def _fits_table(found: Reconciliation) -> Table:
    """Return the counting methods that explain a disagreement."""
    headings = ("Name", ">Explains", ">Contradicts", "~Method", "~Profiles")
    table = plain_table(*headings, title="Counting methods that explain them")
    for fit in found.fits:
        numbers = f"{fit.explained:,}", f"{fit.contradicted:,}"
        table.add_row(fit.name, *numbers, fit.title, ", ".join(fit.profiles))
    return table


def _cost(currency: str | None) -> str:
    return f"Cost ({currency})" if currency else "Cost"


def _priced(cost: Cost) -> str:
    """Return the known part of a cost, and a remark if a part is unpriced."""
    known = [each for each in (cost.sms, cost.mms) if each is not None]
    is_partial = cost.unpriced_segments or cost.unpriced_mms
    return " + ".join(filter(None, (f"{add(*known):f}" if known else "", "unpriced" if is_partial else "")))
