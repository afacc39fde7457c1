"""One message, shown: ``segcore inspect``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from segcore.codings import Encoding
from segcore.display import glyph, label, visible
from segcore.messages import Analysis, NonGsm, Part

if TYPE_CHECKING:
    from rich.console import Console

_FOREIGN_STYLE = "bold black on yellow"
_MOST_LISTED = 100
_UNIT_NAMES = {Encoding.GSM7: "septets", Encoding.UCS2: "code units"}


def inspection_data(analysis: Analysis, profile: str) -> dict[str, Any]:
    """Return what is known about a message, for JSON.

    Args:
        analysis: The message.
        profile: The name of the profile that it was counted under.
    """
    return {
        "text": analysis.text,
        "profile": profile,
        "mms": analysis.mms,
        "encoding": analysis.encoding.value,
        "units": analysis.units,
        "segments": analysis.segments,
        "capacity": analysis.capacity,
        "remaining": analysis.remaining,
        "sendable": analysis.sendable,
        "limit": analysis.limit,
        "parts": [
            {"start": part.start, "end": part.end, "units": part.units, "text": part.text}
            for part in analysis.parts
        ],
        "non_gsm": [
            {"index": each.index, "codepoint": label(each.codepoint), "text": each.text, "name": each.name}
            for each in analysis.non_gsm
        ],
    }


def show_inspection(console: Console, analysis: Analysis) -> None:
    """Print what is known about a message.

    Args:
        console: Where to.
        analysis: The message.
    """
    console.print(_summary(analysis))
    console.print(_parts(analysis))
    if analysis.non_gsm:
        console.print(_foreign(analysis.non_gsm))
        more = len(analysis.non_gsm) - _MOST_LISTED
        if more > 0:
            console.print(f"... and {more:,} more, which --format json lists")


def _summary(analysis: Analysis) -> Table:
    unit = _UNIT_NAMES[analysis.encoding]
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row("Encoding", f"{analysis.encoding}{_reason(analysis)}")
    table.add_row("Units", f"{analysis.units:,} {unit}")
    table.add_row("Segments", f"{analysis.segments:,}{' (an MMS counts 1)' if analysis.mms else ''}")
    if analysis.remaining is not None:
        table.add_row("Remaining", f"{analysis.remaining} {unit} before another segment is needed")
    if analysis.limit is not None:
        table.add_row("Not sendable", Text(analysis.limit))
    return table


def _reason(analysis: Analysis) -> str:
    if not analysis.non_gsm:
        return ""
    distinct = len({each.codepoint for each in analysis.non_gsm})
    points = "one code point is" if distinct == 1 else f"{distinct} code points are"
    return f" (because {points} not in the GSM-7 alphabet)"


def _parts(analysis: Analysis) -> Table:
    foreign = {each.index for each in analysis.non_gsm}
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("Segment", justify="right")
    table.add_column("From", justify="right")
    table.add_column("To", justify="right")
    table.add_column("Units", justify="right")
    table.add_column("Text", overflow="fold")
    for number, part in enumerate(analysis.parts, 1):
        units = f"{part.units}" if analysis.capacity is None else f"{part.units}/{analysis.capacity}"
        ends = (str(part.start), str(part.end - 1)) if part.text else ("", "")
        table.add_row("MMS" if analysis.mms else str(number), *ends, units, _highlighted(part, foreign))
    return table


def _highlighted(part: Part, foreign: set[int]) -> Text:
    shown = Text()
    for index, codepoint in enumerate(part.text, part.start):
        shown.append(visible(codepoint), _FOREIGN_STYLE if index in foreign else None)
    return shown


def _foreign(non_gsm: tuple[NonGsm, ...]) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False, title="What forces UCS-2", title_justify="left")
    table.add_column("Index", justify="right")
    table.add_column("")
    table.add_column("Code point")
    table.add_column("Name", overflow="fold")
    for each in non_gsm[:_MOST_LISTED]:
        shown = Text(glyph(each.text), _FOREIGN_STYLE)
        table.add_row(str(each.index), shown, label(each.codepoint), Text(each.name))
    return table
