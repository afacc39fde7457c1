"""``segcore template``: the fewest and the most segments that a template can take."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from segcore._errors import unknown
from segcore.cli.options import (
    Command,
    UnusableInputError,
    counting_options,
    format_option,
    print_json,
    read_text,
)
from segcore.reports import console, counted, plain_table, visible
from segcore.rules.profile import Profile
from segcore.segmenter import Segmenter
from segcore.writing.fields import STYLES, Bounds
from segcore.writing.template import Template

if TYPE_CHECKING:
    from rich.console import Console

    from segcore.writing.fields import Range

_RANGE = re.compile(r"(?P<fewest>\d+)(?:(?:\.\.|-)(?P<most>\d+))?(?::(?P<alphabet>\w+))?|(?P<open>gsm7|ucs2)")


def _read_template(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Return the template; the line end at the end of standard input is not part of the message."""
    text = read_text(context, parameter, value)
    return text.removesuffix("\n").removesuffix("\r") if value == "-" else text


@click.command(cls=Command)
@click.argument("text", callback=_read_template)
@click.option(
    "--field",
    "ranges",
    metavar="NAME=RANGE",
    multiple=True,
    help="Length of a field: name=6, name=1..20, name=1..20:ucs2 if it may hold any character, or "
    "name=gsm7 for any length; repeat it for each field.",
)
@click.option("--style", metavar="STYLE", help=f"How the template writes fields: {' '.join(STYLES)}.")
@counting_options()
@format_option
def template(
    text: str,
    ranges: tuple[str, ...],
    style: str | None,
    profile: Profile,
    smart_encoding: bool | str | None,
    form: str,
) -> None:
    """Show the fewest and the most segments that the template TEXT can need, and the field that decides.

    With - as TEXT, read standard input.  Without --field, list the fields.

    \b
    Examples:
      segcore template "Hi {{name}}, your code is {{code}}" --field name=1..20 --field code=6
      segcore template "Hi *|NAME|*" --field "NAME=0..30:ucs2" --json
    """
    try:
        found = Template(text, style, profile=Segmenter(profile, smart_encoding=smart_encoding))
        bounds = found.bounds(_ranges(ranges, found.fields)) if ranges or not found.fields else None
    except ValueError as error:
        raise UnusableInputError(re.sub("^style:", "--style:", str(error))) from None
    if form == "json":
        print_json("template", template_data(found, bounds))
    else:
        show_template(console(), found, bounds)


def _ranges(options: Sequence[str], fields: Sequence[str]) -> dict[str, Range]:
    """Return the lengths of all fields."""
    found = dict(map(_range, options))
    for name in found:
        if name not in fields:
            raise unknown("--field", name, fields)
    for name in fields:
        if name not in found:
            raise ValueError(f"--field: no length for the field {name!r}; add --field {name}=1..20")
    return found


def _range(option: str) -> tuple[str, Range]:
    name, separator, given = option.partition("=")
    match = _RANGE.fullmatch(given.strip())
    if not separator or match is None:
        raise ValueError(f"--field: {option!r} is not NAME=RANGE; write name=1..20, name=6 or name=gsm7")
    if match["open"]:
        return name.strip(), match["open"]
    fewest, most = int(match["fewest"]), int(match["most"] or match["fewest"])
    if most < fewest:
        raise ValueError(
            f"--field: {option!r} ends below its beginning; write {name.strip()}={most}..{fewest}"
        )
    return name.strip(), (fewest, most, match["alphabet"] or "gsm7")


def template_data(template: Template, bounds: Bounds | None) -> dict[str, Any]:
    """Return a template for JSON, with its bounds if the lengths of the fields are known."""
    return {
        "text": template.text,
        "style": template.style,
        "fields": list(template.fields),
        "profile": template.segmenter.profile.name,
        "bounds": None if bounds is None else asdict(bounds),
    }


def show_template(console: Console, template: Template, bounds: Bounds | None) -> None:
    """Print a template, with its bounds if the lengths of the fields are known."""
    fields = ", ".join(map(visible, template.fields)) or "none"
    console.print(Text(f"Fields: {fields}" + (f" (written as {template.style})" if template.style else "")))
    if bounds is None:
        example = f"{template.fields[0]}=1..20"
        console.print(Text(f"Add the length of each field to see the number of segments: --field {example}"))
        return
    table = plain_table("Segments", ">", "~Lengths")
    for name, one in (("", bounds), (", if values need UCS-2", bounds.with_ucs2)):
        if one is not None:
            table.add_row(f"Fewest{name}", str(one.fewest), _lengths(one, one.shortest))
            table.add_row(f"Most{name}", f"{one.most} ({one.encoding})", _lengths(one, one.longest))
    console.print(table)
    console.print(Text(_tipping(bounds)))


def _lengths(bounds: Bounds, lengths: Any) -> Text:
    shown = [
        f"{visible(name)} {length:,}{' (no limit given)' if name in bounds.open_fields else ''}"
        for name, length in lengths.items()
    ]
    return Text(", ".join(shown))


def _tipping(bounds: Bounds) -> str:
    if bounds.tipping_field is None:
        more = bounds.with_ucs2 is not None and bounds.with_ucs2.most > bounds.most
        unless = ", unless a value has a character that GSM-7 lacks" if more else ""
        return f"The number of segments is the same for all lengths{unless}."
    return (
        f"If {visible(bounds.tipping_field)} has {bounds.tipping_length} or more units, "
        f"the message needs more than {counted(bounds.fewest, 'segment')}."
    )
