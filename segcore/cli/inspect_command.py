"""``segcore inspect``: everything about one message."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
from rich.text import Text

from segcore.analysis import Analysis, NonGsmCodePoint, Segment
from segcore.cli.options import Command, counting_options, format_option, print_json, read_text, top_options
from segcore.cli.profiles_command import facts_data, show_facts
from segcore.reports import console, counted, glyph, label, plain_table, show_more, visible
from segcore.rules.codings import UNIT_NAMES, Encoding
from segcore.rules.profile import Profile
from segcore.segmenter import Segmenter

if TYPE_CHECKING:
    from rich.console import Console

_UNENCODABLE_STYLE = "bold black on yellow"


@click.command(
    cls=Command, hint="put the text in quotation marks, and -- before a text that begins with a hyphen"
)
@click.argument("text", callback=read_text)
@click.option("--mms", is_flag=True, help="Count TEXT as an MMS: with media, or sent to a group.")
@counting_options()
@format_option
@top_options(100)
@click.option("--sources", is_flag=True, help="Add the documented facts about the profile, with links.")
def inspect(
    text: str,
    mms: bool,
    sources: bool,
    profile: Profile,
    smart_encoding: bool | str | None,
    form: str,
    top: int | None,
) -> None:
    """Explain TEXT: its encoding and segments, what forces it to UCS-2, and what to write instead.

    With - as TEXT, read standard input and keep line ends.  Put -- before a TEXT that begins with -.

    \b
    Examples:
      segcore inspect "It's 5 €"
      printf "See you at 8" | segcore inspect --profile telnyx -
    """
    analysis = Segmenter(profile, smart_encoding=smart_encoding).analyze(text, mms=mms)
    if form == "json":
        print_json("inspect", inspection_data(analysis, profile if sources else None))
    else:
        show_inspection(console(), analysis, profile if sources else None, top)


def inspection_data(analysis: Analysis, profile: Profile | None = None) -> dict[str, Any]:
    """Return an analysis for JSON, with the documented facts of the profile that it was made under."""
    data = {
        **asdict(analysis),
        "tables": analysis.tables,
        "sendable": analysis.sendable,
        "limit": analysis.limit,
        "non_gsm": [{**asdict(each), "codepoint": label(each.codepoint)} for each in analysis.non_gsm],
    }
    return data if profile is None else {**data, "facts": facts_data(profile)}


def show_inspection(
    console: Console, analysis: Analysis, profile: Profile | None = None, top: int | None = None
) -> None:
    """Print an analysis, and the documented facts of its profile if there is one; `top` limits the rows of
    each table.
    """
    console.print(_summary(analysis))
    console.print(_parts(analysis, top))
    show_more(console, len(analysis.parts), top)
    if analysis.non_gsm:
        console.print(_unencodable(analysis.non_gsm[:top], analysis.encoding))
        show_more(console, len(analysis.non_gsm), top)
        if analysis.suggested != analysis.sent:
            console.print(_advice(analysis))
    if profile is not None:
        console.print(Text(f"\nDocumented facts about {profile.name}", style="bold"))
        show_facts(console, profile)


def _summary(analysis: Analysis) -> Table:
    unit = UNIT_NAMES[analysis.encoding].removesuffix("s")
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("Profile", Text(analysis.profile))
    table.add_row("Encoding", f"{analysis.encoding}{_reason(analysis)}")
    if analysis.tables:
        table.add_row("Tables", ", ".join(analysis.tables))
    if analysis.smart_encoding is not None:
        unchanged = "" if analysis.sent != analysis.text else ", changes nothing"
        table.add_row("Smart encoding", f"table {analysis.smart_encoding}{unchanged}")
    if analysis.sent != analysis.text:
        table.add_row("Sent as", Text(visible(analysis.sent)))
    table.add_row("Units", counted(analysis.units, unit))
    if analysis.message_class is not None:
        table.add_row("Class", Text(visible(analysis.message_class)))
    table.add_row("Segments", f"{analysis.segments:,}{_room(analysis)}")
    if analysis.over_by:
        table.add_row("Over by", f"{counted(analysis.over_by, unit)}: cut so many to save a segment")
    if analysis.remaining is not None:
        counts_one = analysis.message_class is not None and analysis.segments == 1
        what = "segment or class" if counts_one else "segment"
        table.add_row("Remaining", f"{counted(analysis.remaining, unit)} before another {what} is needed")
    for limit in analysis.limits:
        table.add_row("Cannot be sent", Text(limit))
    return table


def _reason(analysis: Analysis) -> str:
    if not analysis.non_gsm or analysis.encoding is Encoding.GSM7:
        return ""
    distinct = len({each.codepoint for each in analysis.non_gsm})
    characters = "one character is" if distinct == 1 else f"{distinct} characters are"
    if analysis.encoding is Encoding.EUC_KR:
        return f", in which {characters} missing"
    return f", because {characters} not in the GSM-7 alphabet"


def _room(analysis: Analysis) -> str:
    if analysis.capacity is None:
        return " (an MMS counts 1)" if analysis.mms else ""
    if analysis.message_class is not None:
        return (
            f" (holds {analysis.capacity:,})"
            if analysis.segments == 1
            else f" (each holds {analysis.capacity:,})"
        )
    if analysis.segments == 1:
        return f" (holds {analysis.single}; {analysis.concatenated} each in longer messages)"
    return f" (each holds {analysis.concatenated}; a single one holds {analysis.single})"


def _parts(analysis: Analysis, top: int | None) -> Table:
    unencodable = {each.index for each in analysis.non_gsm}
    table = plain_table(">Segment", ">From", ">To", ">Units", "~Text")
    for number, part in enumerate(analysis.parts[:top], 1):
        ends = (str(part.start), str(part.end - 1)) if part.text else ("", "")
        # Every other segment has another background, so that its end shows even between spaces.
        style = "" if number % 2 else "on grey19"
        units = _filled(part, analysis, last=number == len(analysis.parts))
        table.add_row(
            "MMS" if analysis.mms else str(number), *ends, units, _highlighted(part, unencodable, style)
        )
    return table


def _filled(part: Segment, analysis: Analysis, *, last: bool) -> Text:
    """Return how full a segment is, highlighted if it ends early to keep a pair or cluster whole."""
    if analysis.capacity is None:
        return Text(str(part.units))
    early = not last and part.units < analysis.capacity
    return Text(f"{part.units}/{analysis.capacity}", "bold yellow" if early else "")


def _highlighted(part: Segment, unencodable: set[int], style: str) -> Text:
    shown = Text(style=style)
    for index, codepoint in enumerate(part.text, part.start):
        shown.append(visible(codepoint), _UNENCODABLE_STYLE if index in unencodable else None)
    return shown


def _unencodable(non_gsm: tuple[NonGsmCodePoint, ...], encoding: Encoding) -> Table:
    title = "What forces UCS-2" if encoding is Encoding.UCS2 else f"What cannot be sent in {encoding}"
    table = plain_table(">Index", "", "Unicode", "~Name", "~Write instead", title=title)
    for each in non_gsm:
        shown = Text(glyph(each.text), _UNENCODABLE_STYLE)
        row = (str(each.index), shown, label(each.codepoint), Text(each.name))
        table.add_row(*row, _replacement(each.replacement))
    return table


def _replacement(replacement: str | None) -> Text:
    if replacement is None:
        return Text("no suggestion", "dim")
    if not replacement:
        return Text("nothing", "italic")
    # A space would not be seen.
    return Text(f"'{replacement}'" if replacement.isspace() else visible(replacement))


def _advice(analysis: Analysis) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("Suggested", Text(visible(analysis.suggested)))
    saved, after = analysis.savings, analysis.segments - analysis.savings
    if analysis.mms:
        table.add_row("Saves", "nothing (an MMS counts 1)")
    elif saved > 0:
        table.add_row("Saves", f"{saved:,} of {analysis.segments:,} segments, with every suggestion")
    elif saved == 0:
        table.add_row("Saves", f"nothing: {counted(after, 'segment')} either way")
    else:
        table.add_row("Saves", f"nothing: {after:,} segments, because the replacements are longer")
    return table
