"""An estimate, shown in a terminal: the tables of ``segcore estimate``."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from segcore._version import __version__
from segcore.cost import EstimatePart, Offender, Replacement
from segcore.engine.chooser import RUNNING
from segcore.rates import ANYWHERE, share
from segcore.reports import counted, glyph, label, plain_table, show_more, visible
from segcore.reports.report import (
    Report,
    aligned,
    costs_of,
    country_name,
    glossary,
    helpful,
    kinds_of,
    most_expensive_first,
    notes_of,
    savings_sentence,
    scripts_sentences,
    unpriced_countries,
    with_currency,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

# Sentences are wrapped for a terminal of 80 columns, in pipes and files too.
_COLUMNS = 80


def show_report(console: Console, report: Report, top: int | None) -> None:
    """Print a report as tables of at most `top` rows each."""
    _Tables(console, report, top).show()


class _Tables:
    """Prints the tables of a report."""

    def __init__(self, console: Console, report: Report, top: int | None) -> None:
        self._console = console
        self._report = report
        self._top = top
        self._cost_heading = [">Cost"] if report.is_priced else []

    def show(self) -> None:
        report, estimate = self._report, self._report.estimate
        self._console.print(Text(", ".join(map(visible, report.files)), "bold"))
        self._console.print(self._totals())
        for term, sentence in glossary(report).items():
            self._say(f"{term}: {sentence}", indent="  ")
        self._notes()
        self._reading()
        self._replacements()
        self._characters()
        if not report.flat or any(part.key["country"] for part in estimate.unpriced):
            self._parts("Countries", "Country", estimate.by("country"))
        if estimate.group_by:
            title = " and ".join(map(visible, estimate.group_by))
            self._parts(f"By {title}", title, estimate.groups)
        self._console.print()
        for line in _footer(report):
            self._say(line, style="dim")

    def _say(self, sentence: str, *, indent: str = "", style: str = "") -> None:
        for line in textwrap.wrap(sentence, _COLUMNS, subsequent_indent=indent, break_on_hyphens=False):
            self._console.print(Text(line, style))

    def _totals(self) -> Table:
        estimate = self._report.estimate
        totals = estimate.totals
        kinds = kinds_of(estimate)
        costs = costs_of([*(kind.part for kind in kinds), next(iter(estimate.by()), None)])
        currency = f" ({estimate.cost.currency})" if estimate.cost.currency else ""
        headings = ("", ">Messages", ">Share", ">Segments", *(f"{e}{currency}" for e in self._cost_heading))
        table = plain_table(*headings)
        for kind, money in zip(kinds, costs, strict=False):
            row = [kind.name, f"{kind.messages:,}", f"{share(kind.messages, totals.messages)} %"]
            table.add_row(*row, f"{kind.segments:,}", *self._money(money))
        table.show_footer = True
        total = ("Total", f"{totals.messages:,}", "", f"{totals.segments:,}", *self._money(costs[-1]))
        for column, footer in zip(table.columns, total, strict=True):
            column.footer = footer
        return table

    def _money(self, amount: str | None) -> list[str]:
        """Return the cell of a cost, if the table has one."""
        return [amount or ""] if self._report.is_priced else []

    def _notes(self) -> None:
        report, cost = self._report, self._report.estimate.cost
        notes = notes_of(report)
        if not report.is_priced:
            notes.append(
                "No cost, because no price is given: add --price 0.0079 --mms-price 0.02, or --rates FILE."
            )
        elif cost.total is None:
            for number, kind, option in (
                (counted(cost.unpriced_segments, "SMS segment"), "sms", "--price"),
                (f"{cost.unpriced_mms:,} MMS", "mms", "--mms-price"),
            ):
                # With a price for all, a class of messages without one is left, which its own note names.
                rates = report.estimate.rates if report.flat else None
                has_price = rates is not None and getattr(rates[ANYWHERE], kind) is not None
                if not number.startswith("0 ") and not has_price:
                    why = f"add {option}" if report.flat else self._without_rate(kind)
                    notes.append(f"Without a price: {number} ({why}).")
            known = report.estimate.cost.priced
            if known is None:
                notes.append("No message could be priced.")
            else:
                notes.append(f"Cost without them: {with_currency(f'{known:,f}', cost.currency)}.")
        if notes:
            self._console.print()
        for note in notes:
            self._say(note, indent="  ")

    def _without_rate(self, kind: str) -> str:
        """Return the destinations for which the rate card has no price."""
        named, more = unpriced_countries(self._report.estimate.unpriced, kind == "mms", self._top)
        return f"no rate for: {named}" + (f", and {more:,} more" if more else "")

    def _reading(self) -> None:
        if self._report.reading:
            self._console.print()
            self._console.print(Text("How this file was read", "bold"))
        for note in self._report.reading:
            self._say(visible(str(note)), indent="  ")

    def _replacements(self) -> None:
        sentence = savings_sentence(self._report)
        if not sentence:
            return
        replacements = helpful(self._report.savings)
        if replacements:
            saved = [">Saves"] if self._report.is_priced else []
            headings = ("", "Unicode", "~Name", "Write", ">Messages", ">Segments saved", *saved)
            table = plain_table(*headings, title="What to change: replace these characters")
            listed = replacements[: self._top]
            for each, money in zip(listed, aligned(each.cost for each in listed), strict=True):
                words = {"": "nothing", " ": "a space"}
                instead = Text(words.get(each.replacement) or visible(each.replacement))
                row = (instead, f"{each.messages:,}", f"{each.segments:,}")
                table.add_row(*_character(each), *row, *self._money(money or "unpriced"))
            self._console.print()
            self._console.print(table)
            show_more(self._console, len(replacements), self._top)
        self._say(sentence)

    def _characters(self) -> None:
        listed, scripts = self._report.characters
        if listed:
            headings = ("", "Unicode", "~Name", ">Messages", ">Alone", ">Extra segments", *self._cost_heading)
            table = plain_table(*headings, title="Characters that force UCS-2, most expensive first")
            shown = listed[: self._top]
            for each, money in zip(shown, aligned(each.cost for each in shown), strict=True):
                numbers = [f"{number:,}" for number in (each.messages, each.alone, each.segments)]
                table.add_row(*_character(each), *numbers, *self._money(money or "unpriced"))
            self._console.print()
            self._console.print(table)
            show_more(self._console, len(listed), self._top)
            self._say("Alone: messages where nothing else forces UCS-2.")
            self._say("Extra segments: what the character adds to those messages.")
        if scripts:
            self._console.print()
        for sentence in scripts_sentences(self._report)[: self._top]:
            self._say(sentence)
        show_more(self._console, len(scripts), self._top)

    def _parts(self, title: str, name: str, parts: Sequence[EstimatePart]) -> None:
        listed = most_expensive_first(parts)[: self._top]
        table = plain_table(f"~{name}", ">Messages", ">Share", ">Segments", *self._cost_heading, title=title)
        messages = self._report.estimate.messages
        for part, money in zip(listed, costs_of(listed), strict=True):
            row = [f"{part.messages:,}", f"{share(part.messages, messages)} %", f"{part.segments:,}"]
            table.add_row(Text(_name(part)), *row, *self._money(money))
        self._console.print()
        self._console.print(table)
        show_more(self._console, len(parts), self._top)


def _name(part: EstimatePart) -> str:
    if "country" in part.key and len(part.key) == 1:
        return country_name(str(part.key["country"]))
    return ", ".join("(null)" if value is None else visible(str(value)) for value in part.key.values())


def _character(each: Offender | Replacement) -> tuple[Text, str, Text]:
    return Text(glyph(each.text)), label(each.codepoint), Text(each.name)


def _footer(report: Report) -> list[str]:
    said = [f"{role} from {visible(name)!r}" for role, name in report.used_columns.items()]
    profile = report.estimate.segmenter.profile.name
    lines = [
        f"Columns: {', '.join(said)}.",
        f"Counted by segcore {__version__}, {RUNNING}, profile {profile}.",
    ]
    if RUNNING == "python":
        lines.append(
            "Counted in plain Python, because the compiled extension is not installed or is switched off: "
            "slower, with the same numbers."
        )
    return lines
