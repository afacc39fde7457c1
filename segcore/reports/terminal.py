"""An estimate, shown to people: the tables of ``segcore estimate``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from segcore._version import __version__
from segcore.cost.results import EstimatePart, Offender, Replacement, Savings
from segcore.engine.chooser import RUNNING
from segcore.rates.money import share
from segcore.reports.display import glyph, label, plain_table, show_more, visible
from segcore.reports.report import (
    LEGEND,
    Report,
    aligned,
    costs_of,
    country_name,
    dearest_first,
    helpful,
    kinds_of,
)

if TYPE_CHECKING:
    from rich.console import Console

_MOST_LISTED = 10


def show_report(console: Console, report: Report) -> None:
    """Print a report as tables.

    Args:
        console: Where to.
        report: The report.
    """
    estimate = report.estimate
    console.print(Text(", ".join(map(visible, report.files)), "bold"))
    console.print(_counts(report))
    for note in _notes(report):
        console.print(Text(note))
    if not report.flat or any(part.key["country"] for part in estimate.unpriced):
        _show_parts(console, report, "Countries", "Country", estimate.by("country"))
    if estimate.group_by:
        title = " and ".join(map(visible, estimate.group_by))
        _show_parts(console, report, f"By {title}", title, estimate.groups)
    offenders = estimate.offenders
    if offenders:
        console.print()
        console.print(_offenders(offenders[:_MOST_LISTED], report.is_priced))
        show_more(console, len(offenders), _MOST_LISTED)
        console.print("  ".join(LEGEND))
    _show_savings(console, report)
    console.print()
    for line in _footer(report):
        console.print(Text(line, "dim"))


def _show_savings(console: Console, report: Report) -> None:
    savings = report.estimate.savings
    if savings is None or not savings.saved_segments:
        return
    replacements = helpful(savings)
    if replacements:
        console.print()
        console.print(_replacements(replacements[:_MOST_LISTED], report.is_priced))
        show_more(console, len(replacements), _MOST_LISTED)
    console.print(Text(_saved(savings, report)))


def _saved(savings: Savings, report: Report) -> str:
    totals, cost = report.estimate.totals, report.estimate.cost
    said = f"All replacements of the table {savings.table!r}: {savings.sms_segments:,} SMS segments"
    said += f" instead of {totals.sms_segments:,}"
    if savings.cost is not None and cost.total is not None:
        now, then, saved = aligned([cost.total, savings.cost, savings.saved_cost])
        said += f", cost {then} instead of {now}, {saved} saved"
    return f"{said}."


def _counts(report: Report) -> Table:
    estimate = report.estimate
    totals = estimate.totals
    kinds = kinds_of(estimate)
    costs = costs_of([*(part for *_, part in kinds), next(iter(estimate.by()), None)])
    table = Table(box=box.SIMPLE, pad_edge=False, show_footer=True)
    table.add_column("", "Total")
    table.add_column("Messages", f"{totals.messages:,}", justify="right")
    table.add_column("Share", "", justify="right")
    table.add_column("Segments", f"{totals.segments:,}", justify="right")
    if report.is_priced:
        currency = f" ({estimate.cost.currency})" if estimate.cost.currency else ""
        table.add_column(f"Cost{currency}", costs[-1], justify="right")
    for (name, messages, segments, _), money in zip(kinds, costs, strict=False):
        row = [name, f"{messages:,}", f"{share(messages, totals.messages)} %", f"{segments:,}"]
        table.add_row(*row, *([money] if report.is_priced else []))
    return table


def _notes(report: Report) -> list[str]:
    """Return what the counts alone do not say."""
    totals, cost = report.estimate.totals, report.estimate.cost
    notes = {
        f"{totals.nulls:,} rows without a message (null), which are not counted.": totals.nulls,
        f"{totals.empty:,} SMS without text: 1 segment each.": totals.empty,
        f"{totals.over_limit:,} SMS are longer than the profile allows: they cannot be sent as one.": (
            totals.over_limit
        ),
    }
    if not report.is_priced:
        hint = "--price 0.0079 --mms-price 0.02, or --rates FILE"
        return [*_true(notes), f"No cost, because no price is given ({hint})."]
    hints = (
        ("--price", "--mms-price") if report.flat else (_unpriced(report, "sms"), _unpriced(report, "mms"))
    )
    notes[f"{cost.unpriced_segments:,} SMS segments are unpriced ({hints[0]})."] = cost.unpriced_segments
    notes[f"{cost.unpriced_mms:,} MMS are unpriced ({hints[1]})."] = cost.unpriced_mms
    if cost.total is None:
        known = [
            f"{name} {each:f}" for name, each in (("SMS", cost.sms), ("MMS", cost.mms)) if each is not None
        ]
        return [*_true(notes), f"Cost of what is priced: {', '.join(known) or 'none'}."]
    return _true(notes)


def _unpriced(report: Report, kind: str) -> str:
    numbers = {
        str(part.key["country"]): part.unpriced_mms if kind == "mms" else part.unpriced_segments
        for part in report.estimate.unpriced
    }
    listed = sorted(((number, name) for name, number in numbers.items() if number), reverse=True)
    said = ", ".join(f"{country_name(name)} {number:,}" for number, name in listed[:_MOST_LISTED])
    return f"no rate: {said}{', ...' if len(listed) > _MOST_LISTED else ''}"


def _true(notes: Mapping[str, int]) -> list[str]:
    return [note for note, number in notes.items() if number]


def _show_parts(
    console: Console, report: Report, title: str, name: str, parts: Sequence[EstimatePart]
) -> None:
    listed = dearest_first(parts)[:_MOST_LISTED]
    headings = (">Messages", ">Share", ">Segments", *([">Cost"] if report.is_priced else []))
    table = plain_table(f"~{name}", *headings, title=title)
    messages = report.estimate.messages
    for part, money in zip(listed, costs_of(listed), strict=True):
        row = [f"{part.messages:,}", f"{share(part.messages, messages)} %", f"{part.segments:,}"]
        table.add_row(Text(_name(part)), *row, *([money] if report.is_priced else []))
    console.print()
    console.print(table)
    show_more(console, len(parts), _MOST_LISTED)


def _name(part: EstimatePart) -> str:
    if "country" in part.key and len(part.key) == 1:
        return country_name(str(part.key["country"]))
    return ", ".join("(null)" if value is None else visible(str(value)) for value in part.key.values())


def _offenders(offenders: Sequence[Offender], priced: bool) -> Table:
    headings = (">Messages", ">Alone", ">Segments", *([">Cost"] if priced else []))
    title = "Code points that force most messages to UCS-2"
    table = plain_table("", "Code point", "~Name", *headings, title=title)
    for each, money in zip(offenders, aligned(each.cost for each in offenders), strict=True):
        numbers = [f"{number:,}" for number in (each.messages, each.alone, each.segments)]
        table.add_row(*_point(each), *numbers, *([money or "unpriced"] if priced else []))
    return table


def _replacements(replacements: Sequence[Replacement], priced: bool) -> Table:
    headings = (">Write", ">Messages", ">Segments saved", *([">Saved"] if priced else []))
    title = "What to write instead, and what that alone would save"
    table = plain_table("", "Code point", "~Name", *headings, title=title)
    for each, money in zip(replacements, aligned(each.cost for each in replacements), strict=True):
        words = {"": "nothing", " ": "space"}
        instead = Text(words.get(each.replacement) or visible(each.replacement))
        row = (instead, f"{each.messages:,}", f"{each.segments:,}")
        table.add_row(*_point(each), *row, *([money or "unpriced"] if priced else []))
    return table


def _point(each: Offender | Replacement) -> tuple[Text, str, Text]:
    return Text(glyph(each.text)), label(each.codepoint), Text(each.name)


def _footer(report: Report) -> list[str]:
    used = report.columns.used().items()
    said = [f"{role} from {visible(name)!r}" for role, name in used if name is not None]
    profile = report.estimate.segmenter.profile.name
    lines = [
        f"Columns: {', '.join(said)}.",
        f"Counted by segcore {__version__}, {RUNNING}, profile {profile}.",
    ]
    if RUNNING == "python":
        lines.append(
            "The compiled extension is not installed or was switched off: "
            "counting in plain Python is slower, the numbers are the same."
        )
    return lines
