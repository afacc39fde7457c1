"""Results as tables in HTML for notebooks: no script, and the colors of the notebook, light or dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice
from typing import TYPE_CHECKING

from segcore.analysis import Analysis
from segcore.bulk import Batch
from segcore.rates import share
from segcore.reports import counted, glyph, label, visible
from segcore.reports.report import Report, costs_of, kinds_of, notes_of, savings_sentence, unpriced_messages
from segcore.rules.codings import Encoding

if TYPE_CHECKING:
    from segcore.cost.estimate import Estimate

# The most rows of a table: a notebook keeps what it shows.
_SHOWN = 10


def notebook(result: object) -> str:
    """Return an `Analysis`, a `Batch` or an `Estimate` as a small table in HTML, in which everything from
    outside is escaped.

    Example:
        >>> import segcore
        >>> "RIGHT SINGLE QUOTATION MARK" in notebook(segcore.analyze("It’s here"))
        True
    """
    if isinstance(result, Analysis):
        return _analysis(result)
    if isinstance(result, Batch):
        return _batch(result)
    return _estimate(result)  # type: ignore[arg-type]


def _analysis(found: Analysis) -> str:
    kind = "MMS" if found.mms else found.encoding.value
    units = counted(found.units, "unit")
    title = f"{kind}, {units}, {counted(found.segments, 'segment')}"
    parts = [
        _table(
            title,
            (">Segment", ">Units", "Text"),
            ((index, part.units, visible(part.text)) for index, part in enumerate(found.parts, 1)),
            len(found.parts),
        )
    ]
    distinct = {each.codepoint: each for each in found.non_gsm}
    if distinct:
        rows = (
            (glyph(each.text), label(each.codepoint), each.name, _instead(each.replacement))
            for each in distinct.values()
        )
        headings = ("", "Unicode", "Name", "Write instead")
        is_ucs2 = found.encoding is Encoding.UCS2
        title = "What forces UCS-2" if is_ucs2 else f"What cannot be sent in {found.encoding}"
        parts.append(_table(title, headings, rows, len(distinct)))
    return _wrapped([*parts, *map(_sentence, found.limits)])


def _instead(replacement: str | None) -> str:
    if replacement is None:
        return ""
    return {"": "nothing", " ": "a space"}.get(replacement) or visible(replacement)


def _batch(batch: Batch) -> str:
    totals = batch.totals
    title = f"{counted(totals.messages, 'message')}, "
    title += counted(totals.segments, "segment")
    columns = zip(batch.encodings, batch.units, batch.segments, strict=True)
    rows = (
        (index, *("null" if value is None else value for value in row)) for index, row in enumerate(columns)
    )
    table = _table(title, (">Index", "Encoding", ">Units", ">Segments"), rows, len(batch))
    kinds = f"GSM-7: {totals.gsm7:,}. UCS-2: {totals.ucs2:,}. MMS: {totals.mms:,}."
    return _wrapped([table, _sentence(kinds)])


def _estimate(estimate: Estimate) -> str:
    report = Report.of(estimate)
    totals, kinds, cost = estimate.totals, kinds_of(estimate), estimate.cost
    costs = costs_of([*(kind.part for kind in kinds), next(iter(estimate.by()), None)])
    headings = ["", ">Messages", ">Share", ">Segments"]
    numbers = [
        (each.name, each.messages, f"{share(each.messages, totals.messages)} %", each.segments)
        for each in kinds
    ]
    rows: list[tuple[object, ...]] = [*numbers, ("Total", totals.messages, "", totals.segments)]
    if report.is_priced:
        headings.append(f">Cost ({cost.currency})" if cost.currency else ">Cost")
        rows = [(*row, money) for row, money in zip(rows, costs, strict=True)]
    notes = notes_of(report)
    number = unpriced_messages(report)
    if report.is_priced and number:
        notes.append(f"{counted(number, 'message has', 'messages have')} no price.")
    table = _table(report.title, headings, rows, len(rows))
    return _wrapped([table, *map(_sentence, filter(None, (*notes, savings_sentence(report))))])


def _wrapped(parts: Iterable[str]) -> str:
    return f'<div style="overflow-x: auto">{"".join(parts)}</div>'


def _sentence(text: str) -> str:
    return f"<p>{escape(visible(text))}</p>"


def _table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]], number: int) -> str:
    """Return a table; the heading of a column of numbers begins with ``>``."""
    styles = [f"text-align: {'right' if name.startswith('>') else 'left'}" for name in headings]
    head = "".join(
        f'<th style="{style}">{escape(visible(name.lstrip(">")))}</th>'
        for name, style in zip(headings, styles, strict=True)
    )
    body = "".join(f"<tr>{''.join(map(_cell, row, styles))}</tr>" for row in islice(rows, _SHOWN))
    more = f"<p>... and {number - _SHOWN:,} more</p>" if number > _SHOWN else ""
    caption = f'<caption style="text-align: left; font-weight: bold">{escape(visible(title))}</caption>'
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(value: object, style: str) -> str:
    shown = f"{value:,}" if isinstance(value, int) else str(value)
    return f'<td style="{style}"><bdi>{escape(shown)}</bdi></td>'
