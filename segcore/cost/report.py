"""An estimate, shown: ``segcore estimate``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

import segcore
from segcore.cost.estimate import Estimate, Offender
from segcore.cost.money import Cost, multiply, share
from segcore.display import glyph, label, visible

if TYPE_CHECKING:
    from rich.console import Console

_MOST_LISTED = 10
_LEGEND = (
    "Alone: messages in which nothing else forces UCS-2.  "
    "Segments: what it costs those, against one septet in its place."
)


@dataclass(frozen=True)
class Report:
    """What there is to say about a file.

    Args:
        file: Its name.
        columns: The name of the column in each role, or ``None``.
        estimate: The counts.
        price: Price of one SMS segment, if it is known.
        mms_price: Price of one MMS, if it is known.
    """

    file: str
    columns: Mapping[str, str | None]
    estimate: Estimate
    price: Decimal | None = None
    mms_price: Decimal | None = None

    @property
    def cost(self) -> Cost:
        """What it costs."""
        return self.estimate.cost(self.price, self.mms_price)


def report_data(report: Report) -> dict[str, Any]:
    """Return a report for JSON, every price and cost as a string.

    Args:
        report: The report.
    """
    estimate, cost = report.estimate, report.cost
    profile = estimate.segmenter.profile
    return {
        "file": report.file,
        "columns": dict(report.columns),
        "profile": profile.name,
        "implementation": segcore.implementation,
        "messages": estimate.messages,
        "gsm7": estimate.gsm7,
        "ucs2": estimate.ucs2,
        "mms": estimate.mms,
        "segments": estimate.segments,
        "sms_segments": estimate.sms_segments,
        "gsm7_segments": estimate.gsm7_segments,
        "ucs2_segments": estimate.ucs2_segments,
        "empty": estimate.empty,
        "over_limit": estimate.over_limit,
        "segment_limit": profile.max_segments,
        "price": _money(report.price),
        "mms_price": _money(report.mms_price),
        "cost": {
            "sms": _money(cost.sms),
            "mms": _money(cost.mms),
            "total": _money(cost.total),
            "unpriced": {"sms_segments": cost.unpriced_segments, "mms": cost.unpriced_mms},
        },
        "offenders": [
            {
                "codepoint": label(each.codepoint),
                "text": each.text,
                "name": each.name,
                "messages": each.messages,
                "alone": each.alone,
                "segments": each.segments,
                "cost": _money(multiply(report.price, each.segments)),
            }
            for each in estimate.offenders
        ],
    }


def show_report(console: Console, report: Report) -> None:
    """Print a report as tables.

    Args:
        console: Where to.
        report: The report.
    """
    console.print(Text(visible(report.file), "bold"))
    console.print(_counts(report))
    for note in _notes(report):
        console.print(Text(note))
    offenders = report.estimate.offenders
    if offenders:
        console.print()
        console.print(_offenders(offenders[:_MOST_LISTED], report.price))
        if len(offenders) > _MOST_LISTED:
            console.print(f"... and {len(offenders) - _MOST_LISTED:,} more, which --format json lists")
        console.print(_LEGEND)
        console.print()
    for line in _footer(report):
        console.print(Text(line, "dim"))


def _counts(report: Report) -> Table:
    estimate, cost = report.estimate, report.cost
    priced = report.price is not None or report.mms_price is not None
    gsm7_cost, ucs2_cost = (
        multiply(report.price, each) for each in (estimate.gsm7_segments, estimate.ucs2_segments)
    )
    table = Table(box=box.SIMPLE, pad_edge=False, show_footer=True)
    table.add_column("", "Total")
    table.add_column("Messages", f"{estimate.messages:,}", justify="right")
    table.add_column("Share", "", justify="right")
    table.add_column("Segments", f"{estimate.segments:,}", justify="right")
    if priced:
        table.add_column("Cost", _cost(cost.total, estimate.segments), justify="right")
    for name, messages, segments, money in (
        ("GSM-7", estimate.gsm7, estimate.gsm7_segments, gsm7_cost),
        ("UCS-2", estimate.ucs2, estimate.ucs2_segments, ucs2_cost),
        ("MMS", estimate.mms, estimate.mms, cost.mms),
    ):
        row = [name, f"{messages:,}", f"{share(messages, estimate.messages)} %", f"{segments:,}"]
        table.add_row(*row, *([_cost(money, segments)] if priced else []))
    return table


def _notes(report: Report) -> list[str]:
    """Return what the counts alone do not say."""
    estimate, cost = report.estimate, report.cost
    limit = estimate.segmenter.profile.max_segments
    notes = {
        f"{estimate.empty:,} SMS without text: 1 segment each.": estimate.empty,
        f"{estimate.over_limit:,} messages take more than {limit} segments and cannot be sent as one.": (
            estimate.over_limit
        ),
    }
    if report.price is None and report.mms_price is None:
        return [*_true(notes), "No cost, because no price is given (--price 0.0079 --mms-price 0.02)."]
    notes[f"{cost.unpriced_segments:,} SMS segments are unpriced (--price)."] = cost.unpriced_segments
    notes[f"{cost.unpriced_mms:,} MMS are unpriced (--mms-price)."] = cost.unpriced_mms
    if cost.total is None:
        priced = (("SMS", cost.sms), ("MMS", cost.mms))
        known = [f"{name} {money:f}" for name, money in priced if money is not None]
        return [*_true(notes), f"Cost of what is priced: {', '.join(known)}."]
    return _true(notes)


def _true(notes: Mapping[str, int]) -> list[str]:
    return [note for note, number in notes.items() if number]


def _offenders(offenders: list[Offender], price: Decimal | None) -> Table:
    title = "Code points that force most messages to UCS-2"
    table = Table(box=box.SIMPLE, pad_edge=False, title=title, title_justify="left", title_style="bold")
    table.add_column("")
    table.add_column("Code point", no_wrap=True)
    table.add_column("Name", overflow="fold")
    for heading in ("Messages", "Alone", "Segments", *(["Cost"] if price is not None else [])):
        table.add_column(heading, justify="right")
    for each in offenders:
        numbers = [f"{number:,}" for number in (each.messages, each.alone, each.segments)]
        money = multiply(price, each.segments)
        table.add_row(
            Text(glyph(each.text)),
            label(each.codepoint),
            Text(each.name),
            *numbers,
            *([] if money is None else [f"{money:f}"]),
        )
    return table


def _footer(report: Report) -> list[str]:
    used = [f"{role} from {visible(name)!r}" for role, name in report.columns.items() if name is not None]
    profile = report.estimate.segmenter.profile.name
    lines = [
        f"Columns: {', '.join(used)}.",
        f"Counted by segcore {segcore.__version__}, {segcore.implementation}, profile {profile}.",
    ]
    if segcore.implementation == "python":
        lines.append(
            "The compiled extension is not installed or was switched off: "
            "counting in plain Python is slower, the numbers are the same."
        )
    return lines


def _money(money: Decimal | None) -> str | None:
    return None if money is None else f"{money:f}"


def _cost(money: Decimal | None, number: int) -> str:
    if money is not None:
        return f"{money:f}"
    return "unpriced" if number else ""
