"""Pieces of the page of a report: tables, and messages with their segments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from segcore.analysis import Analysis
from segcore.cost.results import EstimatePart, Offender, Replacement, Savings
from segcore.rates.money import share
from segcore.reports.display import glyph, label, visible
from segcore.reports.html_charts import bar, safe
from segcore.reports.report import Report, aligned, costs_of, country_name, dearest_first, helpful
from segcore.reports.samples import Kind
from segcore.rules.codings import Encoding

MOST_COUNTRIES = 250
MOST_GROUPS = 100
MOST_POINTS = 15
MOST_SAMPLES = 6

_UNITS = {Encoding.GSM7: "septets", Encoding.UCS2: "code units"}
_UNPRICED = '<span class="unpriced">unpriced</span>'
_ODD = ' class="odd"'
_CLASSES = {"GSM-7": "gsm7", "UCS-2": "ucs2", "MMS": "mms"}


def kind_class(name: str) -> str:
    """Return the class of the colour of a kind of message."""
    return _CLASSES[name]


def table(caption: str, headings: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, whose first cells name the rows.

    Args:
        caption: What it is about, for those who hear it.
        headings: The name and the class of each column.
        rows: Cells, in HTML.
    """
    head = "".join(f'<th scope="col" class="{kind}">{safe(name)}</th>' for name, kind in headings)
    body = []
    for first, *rest in rows:
        cells = "".join(
            f'<td class="{kind}">{cell}</td>' for (_, kind), cell in zip(headings[1:], rest, strict=True)
        )
        body.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    return (
        f'<div class="scroll"><table aria-label="{safe(caption)}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def section(title: str, *content: str) -> str:
    """Return a section with a heading."""
    return f"<section><h2>{safe(title)}</h2>{''.join(content)}</section>"


def more(number: int, most: int, what: str) -> str:
    """Return what is said of rows that are left out."""
    left = f"… and {number - most:,} more {what}, which --format json lists."
    return f'<p class="more">{safe(left)}</p>' if number > most else ""


def costs(parts: Iterable[EstimatePart | None]) -> list[str]:
    """Return what parts cost, in HTML."""
    return costs_of(parts, _UNPRICED)


def parts_table(title: str, parts: Sequence[EstimatePart], report: Report, most: int) -> str:
    """Return a table of parts, the dearest first.

    Args:
        title: What they agree in.
        parts: The parts.
        report: What they are of.
        most: How many are listed at most.
    """
    parts = dearest_first(parts)
    listed, rows = parts[:most], []
    by_cost = report.is_priced and all(part.cost is not None for part in parts)
    sizes = [float(part.cost or 0) if by_cost else float(part.segments) for part in parts]
    whole, what = sum(sizes), "cost" if by_cost else "segments"
    for part, money, size in zip(listed, costs(listed), sizes, strict=False):
        drawn = bar(size, whole, f"{100 * size / whole if whole else 0:.1f} % of the {what}")
        row = [f"<bdi>{_name(part)}</bdi>", drawn, f"{part.messages:,}"]
        row += [f"{share(part.messages, report.estimate.messages)} %", f"{part.segments:,}"]
        rows.append([*row, *([money] if report.is_priced else [])])
    headings = [(title, ""), (f"Share of {what}", "bars")]
    headings += [("Messages", "number"), ("Of messages", "number wide")]
    headings += [(name, "number") for name in ("Segments", *_cost_heading(report))]
    return table(title, headings, rows) + more(len(parts), most, "rows")


def offenders_table(offenders: Sequence[Offender], report: Report) -> str:
    """Return a table of code points that force UCS-2."""
    listed = offenders[:MOST_POINTS]
    headings = [("Code point", "")]
    headings += [(name, "number") for name in ("Messages", "Alone", "Segments", *_cost_heading(report))]
    rows = []
    for each, money in zip(listed, aligned(each.cost for each in listed), strict=True):
        row = [_point(each), f"{each.messages:,}", f"{each.alone:,}", f"{each.segments:,}"]
        rows.append([*row, *([_money(money)] if report.is_priced else [])])
    return table("Code points that force UCS-2", headings, rows) + more(
        len(offenders), MOST_POINTS, "code points"
    )


def replacements_table(savings: Savings, report: Report) -> str:
    """Return a table of what to write instead, what saves most first."""
    replacements = helpful(savings)
    listed = replacements[:MOST_POINTS]
    if not listed:
        return '<p class="soft">No single replacement saves a segment.</p>'
    money_heading = ["Saved"] if report.is_priced else []
    headings = [("Code point", ""), ("Write", "write")]
    headings += [(name, "number") for name in ("Messages", "Segments saved", *money_heading)]
    rows = []
    for each, money in zip(listed, aligned(each.cost for each in listed), strict=True):
        words = {"": "nothing", " ": "a space"}
        instead = words.get(each.replacement) or visible(each.replacement)
        row = [_point(each), f"<bdi>{safe(instead)}</bdi>", f"{each.messages:,}", f"{each.segments:,}"]
        rows.append([*row, *([_money(money)] if report.is_priced else [])])
    return table("Replacements", headings, rows) + more(len(replacements), MOST_POINTS, "replacements")


def samples(report: Report, texts: Mapping[Kind, str]) -> str:
    """Return messages of the dearest kinds of which there is one, with their segments.

    Args:
        report: The report.
        texts: One text by encoding and segments.
    """
    found = []
    for part in dearest_first(report.estimate.by("kind", "encoding", "segments")):
        encoding = part.key["encoding"]
        kind = str(getattr(encoding, "value", encoding)), int(str(part.key["segments"]))
        if part.key["kind"] == "SMS" and kind in texts:
            found.append(_sample(part, kind, report.estimate.segmenter.analyze(texts[kind])))
    return "".join(found[:MOST_SAMPLES])


def _sample(part: EstimatePart, kind: Kind, message: Analysis) -> str:
    name, segments = kind
    numbers = f"{segments:,} segment{'s' * (segments != 1)}, {message.units:,} {_UNITS[message.encoding]}"
    plural = "s" * (part.messages != 1)
    alike = f"{part.messages:,} such message{plural}, {part.segments:,} segments in all"
    foreign = {each.index for each in message.non_gsm}
    body = "".join(
        f"<bdi{_ODD * (index % 2)}>{_marked(each.text, each.start, foreign) or '(no text)'}</bdi>"
        + (f"<sup>{index + 1}</sup>" if segments > 1 else "")
        for index, each in enumerate(message.parts)
    )
    return (
        f'<div class="sample"><p><span class="key {kind_class(name)}"></span><strong>{name}</strong> · '
        f'{numbers} <span class="soft">· {alike}</span></p><div class="message">'
        f"{body}</div></div>"
    )


def _marked(text: str, start: int, foreign: set[int]) -> str:
    found = []
    for is_foreign, run in groupby(enumerate(text, start), lambda each: each[0] in foreign):
        points = [point for _, point in run]
        shown = "".join("↵\n" if point == "\n" else safe(point) for point in points)
        labels = ", ".join(label(ord(point)) for point in points[:8])
        found.append(f'<mark title="{labels}">{shown}</mark>' if is_foreign else shown)
    return "".join(found)


def _cost_heading(report: Report) -> list[str]:
    return ["Cost"] if report.is_priced else []


def _money(amount: str | None) -> str:
    return amount or _UNPRICED


def _point(each: Offender | Replacement) -> str:
    # What would show nothing has its number and name.
    shown = glyph(each.text) if visible(each.text) == each.text else ""
    return (
        f'<bdi class="glyph">{safe(shown)}</bdi><span class="code">{label(each.codepoint)}</span>'
        f'<span class="name">{safe(each.name)}</span>'
    )


def _name(part: EstimatePart) -> str:
    if tuple(part.key) == ("country",):
        return safe(country_name(str(part.key["country"])))
    return ", ".join("<em>null</em>" if value is None else safe(value) for value in part.key.values())
