"""The calculator page's side of segcore: every request and every answer is JSON in ASCII.

JSON keeps lone surrogates, which JavaScript's strings may hold, as they are.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import segcore
from segcore.analysis import Analysis, Segment
from segcore.reports import glyph, label, visible
from segcore.rules.smart_encoding import TABLES

# More than can be sent as one message; a longer text is shown up to here, and counted whole.
MOST_PARTS = 255

UNITS = {"GSM-7": "septets", "UCS-2": "code units"}
"""The names of the units that a message takes, where they are no octets."""

FILLERS = {"gsm7": "x", "ucs2": "ж"}
"""Letters that stand for the value of a field, by what it may hold."""


def start() -> dict[str, Any]:
    """Return what the page offers: profiles, tables of replacements, and who counts."""
    return {
        "profiles": [
            {"name": name, "title": profile.title, "prefix": profile.prefix, "suffix": profile.suffix}
            for name, profile in segcore.PROFILES.items()
        ],
        "tables": list(TABLES),
        "version": segcore.__version__,
        "implementation": segcore.implementation,
    }


def segmenter(options: dict[str, Any]) -> segcore.Segmenter:
    """Return the segmenter that the options of the page describe; an empty one is the profile's own."""
    smart = options.get("smart_encoding")
    return segcore.Segmenter(
        options.get("profile", "standard"),
        smart_encoding=False if smart == "none" else smart or None,
        prefix=options.get("prefix") or None,
        suffix=options.get("suffix") or None,
    )


def message(text: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return the analysis of a message.

    Args:
        text: The message.
        options: ``profile``, ``smart_encoding`` (a table, or ``none``), ``prefix`` and ``suffix``.
    """
    return shown(segmenter(options).analyze(text))


def shown(analysis: Analysis) -> dict[str, Any]:
    """Return what the page shows of an analysis."""
    forcing = {each.index for each in analysis.non_gsm}
    times = Counter(each.text for each in analysis.non_gsm)
    distinct = {each.text: each for each in analysis.non_gsm}
    replacements = {text: each.replacement for text, each in distinct.items() if each.replacement is not None}
    return {
        "encoding": analysis.encoding.value,
        "units": analysis.units,
        "unit": UNITS.get(analysis.encoding.value, "octets"),
        "message_class": analysis.message_class,
        "segments": analysis.segments,
        "capacity": analysis.capacity,
        "remaining": analysis.remaining,
        "single": analysis.single,
        "concatenated": analysis.concatenated,
        "over_by": analysis.over_by,
        "added": analysis.sent != analysis.text,
        "tables": analysis.tables,
        "limits": [visible(limit) for limit in analysis.limits],
        "parts": [{"units": part.units, "runs": runs(part, forcing)} for part in analysis.parts[:MOST_PARTS]],
        "non_gsm": [
            {
                "glyph": glyph(text),
                "label": label(each.codepoint),
                "name": each.name,
                "times": times[text],
                "replacement": each.replacement,
            }
            for text, each in distinct.items()
        ],
        "suggested": "".join(replacements.get(point, point) for point in analysis.text),
        "suggests": bool(replacements),
        "savings": analysis.savings,
    }


def runs(part: Segment, forcing: set[int]) -> list[dict[str, Any]]:
    """Return the text of a segment in runs, each with whether it forces UCS-2."""
    found: list[dict[str, Any]] = []
    for index, point in enumerate(part.text, part.start):
        # A line break is shown as one.
        text, forces = point if point == "\n" else visible(point), index in forcing
        if found and found[-1]["forces"] == forces:
            found[-1]["text"] += text
        else:
            found.append({"text": text, "forces": forces})
    return found


def template(text: str, options: dict[str, Any], lengths: dict[str, Any]) -> dict[str, Any]:
    """Return the bounds of a template, and the analysis of the longest message that it makes.

    Args:
        text: The template.
        options: As for `message`.
        lengths: The least length, the greatest (``None`` for no limit) and the alphabet of each field; a
            field without an entry takes 1 to 20 septets.
    """
    found = segcore.Template(text, profile=segmenter(options))
    ranges = {name: tuple(lengths.get(name, (1, 20, "gsm7"))) for name in found.fields}
    bounds = found.bounds(ranges)
    wide = {name for name, given in ranges.items() if given[2] == "ucs2"}
    longest = found.filled(
        {name: FILLERS["ucs2" if name in wide else "gsm7"] * n for name, n in bounds.longest.items()}
    )
    # Without the values, what forces UCS-2 is in the template.
    own = shown(found.segmenter.analyze(found.filled(dict.fromkeys(found.fields, ""))))
    answer = shown(found.segmenter.analyze(longest))
    return {
        **answer,
        "style": found.style,
        "fields": [{"name": name, "range": ranges[name]} for name in found.fields],
        "fewest": bounds.fewest,
        "most": bounds.most,
        "tipping_field": bounds.tipping_field,
        "tipping_length": bounds.tipping_length,
        "open_fields": bounds.open_fields,
        "most_ucs2": bounds.with_ucs2.most if bounds.with_ucs2 else None,
        "non_gsm": own["non_gsm"],
        **advice(found, own, ranges, bounds.most),
    }


def advice(found: segcore.Template, own: dict[str, Any], ranges: dict[str, Any], most: int) -> dict[str, Any]:
    """Return the template to write instead, and the segments that its longest message then saves."""
    replaced = {each["glyph"]: each["replacement"] for each in own["non_gsm"]}
    suggested = "".join(
        point if replaced.get(glyph(point)) is None else replaced[glyph(point)] for point in found.text
    )
    if suggested == found.text:
        return {"suggested": suggested, "suggests": False, "savings": 0}
    better = segcore.Template(suggested, found.style, profile=found.segmenter)
    return {"suggested": suggested, "suggests": True, "savings": most - better.bounds(ranges).most}


def report(path: str, options: dict[str, Any], progress: Callable[[int], object]) -> dict[str, Any]:
    """Return the report of a file, as a page of HTML.

    Args:
        path: The file.  Its folder becomes the current one, so that the report shows the file's name alone.
        options: As for `message`, and ``price``, ``mms_price`` and ``default_region``.
        progress: Is called with the number of rows that have been read.
    """
    # Their packages arrive with the first file.
    from segcore.cost.estimate import Estimate
    from segcore.cost.run import run_files
    from segcore.rates.card import card_of
    from segcore.reports.html import Samples, html_page
    from segcore.reports.report import Report
    from segcore.sources import Reading

    def watch(_: object, frames: Iterator[Any]) -> Iterator[Any]:
        rows = 0
        for frame in frames:
            rows += frame.height
            progress(rows)
            yield frame

    def make() -> Estimate:
        card = card_of(None, options.get("price") or None, options.get("mms_price") or None)
        return Estimate(segmenter(options), card, default_region=options.get("default_region") or None)

    samples, name = Samples(), Path(path).name
    before = Path.cwd()
    os.chdir(Path(path).parent)
    try:
        estimate, columns = run_files([name], make, Reading(), watch=watch, sinks=[samples], threads=1)
    except ValueError as error:
        raise ValueError(
            re.sub("; install segcore.*", "; save it as CSV or as a workbook", str(error))
        ) from None
    finally:
        os.chdir(before)
    today = datetime.now(timezone.utc).date()
    page = html_page(Report((name,), columns, estimate), samples.texts, today)
    return {"html": page, "messages": estimate.messages, "segments": estimate.segments}


CALLS: dict[str, Callable[..., dict[str, Any]]] = {
    "start": start,
    "message": message,
    "template": template,
    "report": report,
}


def call(name: str, arguments: str, *more: Any) -> str:
    """Answer one request of the page.

    Args:
        name: One of `CALLS`.
        arguments: Its arguments, a list in JSON.
        more: Those that are functions of JavaScript.

    Returns:
        JSON: ``{"result": ...}``, or ``{"error": ...}`` with what is wrong with the input.
    """
    try:
        answer: dict[str, Any] = {"result": CALLS[name](*json.loads(arguments), *more)}
    except (ValueError, OSError) as error:
        answer = {"error": visible(str(error))}
    return json.dumps(answer)
