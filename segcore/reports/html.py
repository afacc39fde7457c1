"""An estimate as one page of HTML that needs nothing else: no script, no font, no network."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from datetime import date

from segcore._version import __version__
from segcore.engine.chooser import RUNNING
from segcore.rates.money import add, share
from segcore.reports.html_charts import histogram, safe, shares
from segcore.reports.html_parts import (
    MOST_COUNTRIES,
    MOST_GROUPS,
    costs,
    kind_class,
    offenders_table,
    parts_table,
    replacements_table,
    samples,
    section,
    table,
)
from segcore.reports.html_style import STYLE
from segcore.reports.report import LEGEND, Report, aligned, kinds_of
from segcore.reports.samples import MOST_SEGMENTS, Kind
from segcore.rules.codings import Encoding
from segcore.sources.file_errors import FileError

_MOST_COLUMNS = 12


def html_page(report: Report, texts: Mapping[Kind, str], day: date) -> str:
    """Return a report as a page of HTML.

    Args:
        report: The report.
        texts: Messages to show, by encoding and number of segments.
        day: When it was made.

    Returns:
        The page; every code point of it can be encoded in UTF-8, whatever the data.
    """
    files = safe(", ".join(report.files))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="segcore {safe(__version__)}">\n'
        f"<title>Estimate of {files}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>Estimate of <bdi>{files}</bdi></h1>{_headline(report)}{_totals(report)}{_notes(report)}"
        f"</header>\n<main>\n{_body(report, texts)}</main>\n<footer>{_how(report, day)}</footer>\n"
        "</body>\n</html>\n"
    )


def write_page(path: str, page: str) -> None:
    """Write a page to a file, which is there whole or not at all.

    Args:
        path: The file.
        page: The page.

    Raises:
        FileError: It cannot be written.
    """
    folder, name = os.path.split(os.path.abspath(path))
    try:
        # In the same folder, so that it can take its name in one step.
        with tempfile.TemporaryDirectory(prefix=f".{name}.", dir=folder) as temporary:
            made = os.path.join(temporary, "page")
            with open(made, "w", encoding="utf-8", newline="\n") as file:
                file.write(page)
            os.replace(made, path)
    except OSError as error:
        raise FileError(path, f"cannot be written: {(error.strerror or str(error)).lower()}") from None


def _body(report: Report, texts: Mapping[Kind, str]) -> str:
    estimate = report.estimate
    found = [f'<div class="pair">{_kinds(report)}{_histogram(report)}</div>']
    found.append(
        section("By country", parts_table("Country", estimate.by("country"), report, MOST_COUNTRIES))
    )
    if estimate.group_by:
        title = " and ".join(estimate.group_by)
        found.append(section(f"By {title}", parts_table(title, estimate.groups, report, MOST_GROUPS)))
    found.append(_offenders(report))
    found.append(_savings(report))
    shown = samples(report, texts)
    if shown:
        legend = (
            '<p class="soft">The first message of each of the dearest kinds, of at most '
            f"{MOST_SEGMENTS} segments. Shades and small numbers show where segments end; "
            "<mark>marked</mark> code points force UCS-2; what is invisible is escaped.</p>"
        )
        found.append(section("Sample messages", legend, shown))
    return "\n".join(found) + "\n"


def _headline(report: Report) -> str:
    totals, cost = report.estimate.totals, report.estimate.cost
    currency = f" <small>{safe(cost.currency)}</small>" if cost.currency else ""
    if cost.total is not None:
        return f'<p class="cost">{cost.total:f}{currency}</p>'
    known = [each for each in (cost.sms, cost.mms) if each is not None]
    if known:
        return f'<p class="cost">{add(*known):f}{currency} <small>+ what is unpriced</small></p>'
    return f'<p class="cost">{totals.segments:,} <small>segments, no cost known</small></p>'


def _totals(report: Report) -> str:
    totals, savings = report.estimate.totals, report.estimate.savings
    average = f"{totals.segments / totals.messages:.2f}" if totals.messages else "–"
    cells = [
        ("Messages", f"{totals.messages:,}", ""),
        ("Segments", f"{totals.segments:,}", ""),
        ("Segments per message", average, ""),
        ("UCS-2", f"{share(totals.ucs2, totals.messages)} %", ""),
    ]
    if savings is not None and savings.saved_segments > 0:
        if savings.saved_cost:
            cells.append(("Could be saved", f"{savings.saved_cost:f}", "good"))
        else:
            cells.append(("Segments to save", f"{savings.saved_segments:,}", "good"))
    shown = (f'<div><dt>{name}</dt><dd class="{kind}">{value}</dd></div>' for name, value, kind in cells)
    return f'<dl class="totals">{"".join(shown)}</dl>'


def _notes(report: Report) -> str:
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
    said = "".join(f"<li>{note}</li>" for note, number in notes.items() if number)
    return f'<ul class="notes">{said}</ul>' if said else ""


def _kinds(report: Report) -> str:
    estimate, totals = report.estimate, report.estimate.totals
    kinds = kinds_of(estimate)
    rows = []
    for (name, messages, segments, _), money in zip(kinds, costs([each[-1] for each in kinds]), strict=True):
        row = [f'<span class="key {kind_class(name)}"></span>{name}', f"{messages:,}"]
        row += [f"{share(messages, totals.messages)} %", f"{segments:,}"]
        rows.append([*row, *([money or "–"] if report.is_priced else [])])
    headings = [("Kind", "")]
    names = ["Messages", "Share", "Segments", *(["Cost"] if report.is_priced else [])]
    headings += [(name, "number") for name in names]
    drawn = shares([(name, kind_class(name), messages) for name, messages, *_ in kinds])
    return section("Encodings", drawn, table("Encodings", headings, rows))


def _histogram(report: Report) -> str:
    counts: dict[int, list[int]] = {}
    for part in report.estimate.by("kind", "encoding", "segments"):
        if part.key["kind"] == "SMS":
            column = counts.setdefault(min(int(str(part.key["segments"])), _MOST_COLUMNS), [0, 0])
            column[part.key["encoding"] is Encoding.UCS2] += part.messages
    columns = []
    for segments in range(1, max(counts, default=0) + 1):
        gsm7, ucs2 = counts.get(segments, (0, 0))
        columns.append((f"{segments}{'+' * (segments == _MOST_COLUMNS)}", gsm7, ucs2))
    if not columns:
        return section("Segments per SMS", '<p class="soft">There are no SMS.</p>')
    key = '<span class="key gsm7"></span>GSM-7 &nbsp; <span class="key ucs2"></span>UCS-2'
    drawn = f"<figure>{histogram(columns)}<figcaption>SMS by how many segments each takes &nbsp; {key}"
    return section("Segments per SMS", f"{drawn}</figcaption></figure>")


def _offenders(report: Report) -> str:
    offenders = report.estimate.offenders
    if not offenders:
        return section("What forces UCS-2", '<p class="soft">Nothing: all SMS can be sent as GSM-7.</p>')
    legend = f'<p class="soft">{" ".join(LEGEND)}</p>'
    return section("What forces UCS-2", offenders_table(offenders, report), legend)


def _savings(report: Report) -> str:
    savings, totals, cost = report.estimate.savings, report.estimate.totals, report.estimate.cost
    if savings is None:
        return ""
    said = f"As if all were smart encoded with the table {safe(savings.table)}: "
    said += f"<strong>{savings.sms_segments:,}</strong> SMS segments instead of {totals.sms_segments:,}"
    if savings.cost is not None and cost.total is not None:
        now, then, saved = aligned([cost.total, savings.cost, savings.saved_cost])
        said += f", cost <strong>{then}</strong> instead of {now}: {saved} saved"
    return section("What to write instead", f"<p>{said}.</p>", replacements_table(savings, report))


def _how(report: Report, day: date) -> str:
    profile = report.estimate.segmenter.profile
    used = [f"{role}: {name}" for role, name in report.columns.used().items() if name is not None]
    smart = f", smart encoded with {profile.smart_encoding}" if profile.smart_encoding else ""
    rows = [
        ("Files", ", ".join(report.files)),
        ("Columns", "; ".join(used)),
        ("Profile", f"{profile.name} ({profile.title}){smart}"),
        ("Counted by", f"segcore {__version__}, {RUNNING}"),
        ("Date", day.isoformat()),
    ]
    shown = "".join(f"<dt>{name}</dt><dd><bdi>{safe(value)}</bdi></dd>" for name, value in rows)
    return section("How it was counted", f'<dl class="how">{shown}</dl>')
