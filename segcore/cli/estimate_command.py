"""``segcore estimate``: segments and cost of the messages in files."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import asdict
from decimal import Decimal
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from segcore.cli.options import (
    Command,
    LimitExceededError,
    NumberType,
    UnusableInputError,
    check_prices,
    counting_options,
    file_options,
    formats,
    price_option,
    price_options,
    read_card,
    top_options,
)
from segcore.cost.run import FrameSink, run_files
from segcore.reports import console, counted, plain_table, visible, watched
from segcore.segmenter import Segmenter
from segcore.sources import Reading
from segcore.sources.mms_rule import is_rounded, recipients
from segcore.sources.opening import end_if_an_input_shrinks, expand, name_of, replacing

# All else is imported while the first rows are being read.
if TYPE_CHECKING:
    from rich.console import Console

    from segcore.cost.contacts import CostlyContacts
    from segcore.cost.estimate import Estimate
    from segcore.cost.frame_counting import Messages
    from segcore.reports.html import Samples
    from segcore.reports.report import Report
    from segcore.sources.files import MessageFile
    from segcore.sources.frames import Frame


def estimate_files(
    files: Sequence[str],
    options: Mapping[str, Any],
    reading: Reading,
    shown_by: str,
    samples: Samples | None,
    contacts: CostlyContacts | None,
) -> tuple[Report, str | None]:
    """Return what there is to say about files, and what is wrong with recipients on whom a price depends.

    `shown_by` is the module that will show the report, to be imported while the first rows are being read.
    """

    def make() -> Estimate:
        from segcore.cost.estimate import Estimate

        import_module(shown_by)
        return Estimate(
            Segmenter(options["profile"], smart_encoding=options["smart_encoding"]),
            read_card(options),
            default_region=options["default_region"],
            group_by=reading.roles.group_by,
            numbers=options["numbers"],
        )

    end_if_an_input_shrinks()
    letters = _Letters()
    sinks: list[FrameSink] = [sink for sink in (samples, contacts) if sink is not None]
    if options["rates"] is not None:
        sinks.append(letters)
    with ExitStack() as stack:
        if options["annotate"] is not None:
            from segcore.cost.annotation import annotating

            inputs = [*expand(files), *filter(None, (options["rates"],))]
            annotated = annotating(options["annotate"], inputs, escape_formulas=options["escape_formulas"])
            sinks.append(stack.enter_context(annotated))
        made, columns = run_files(
            files,
            make,
            reading,
            watch=watched if sys.stderr.isatty() else None,
            sinks=sinks,
            whole=options["annotate"] is not None,
            template=None if contacts is None else contacts.template,
            threads=options["threads"],
        )
    from segcore.reports.report import Report

    report = Report(tuple(map(name_of, files)), columns, made, _is_flat(made))
    return report, letters.problem()


def _is_flat(estimate: Estimate) -> bool:
    """Return whether prices are the same everywhere."""
    return estimate.rates is None or estimate.rates.is_flat


def _of_no_country(estimate: Estimate, cells: Any, messages: Messages) -> Iterable[tuple[int, str]]:
    """Return the rows of messages to no country whose recipients are text with a letter, and that text."""
    from segcore.cost.destinations import UNKNOWN, as_series

    known = enumerate(estimate.destinations.known)
    unknown = [number for number, each in known if each.country == UNKNOWN]
    if not hasattr(cells, "gather"):
        rows = zip(cells, messages.destinations, strict=False)
        return [(row, cell) for row, (cell, number) in enumerate(rows) if number in unknown]
    import polars as pl

    if cells.dtype not in (pl.String, pl.Categorical, pl.Enum):
        return ()
    found = cells.cast(pl.String).to_frame("cell").with_row_index("row")
    is_unknown = as_series(messages.destinations).head(len(cells)).is_in(unknown)
    with_letters: list[tuple[int, str]] = (
        found.filter(is_unknown).filter(pl.col("cell").str.contains(r"\p{L}")).rows()
    )
    return with_letters


class _Letters:
    """Finds recipients that are not phone numbers because they contain letters."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._first: tuple[str, int, str, str] | None = None
        self._number = 0

    def __call__(
        self, estimate: Estimate, file: MessageFile, frame: Frame, messages: Messages, /
    ) -> Callable[[], None]:
        from segcore.sources.frames import column_of

        found: list[tuple[int, str]] = []
        if file.columns.to is not None and not _is_flat(estimate):
            cells = _of_no_country(estimate, column_of(frame, file.columns.to), messages)
            texts = messages.texts
            found = [(row, cell) for row, cell in cells if any(map(_has_letters, recipients(cell)))]
            # A row with a total has no text.
            found = [(row, cell) for row, cell in found if texts[row] is not None]
        return partial(self._add, file, frame.height, found)

    def _add(self, file: MessageFile, rows: int, found: list[tuple[int, str]]) -> None:
        self._number += len(found)
        if self._first is None and found and file.columns.to is not None:
            row, cell = found[0]
            row += self._rows[file.name] + 1
            self._first = file.name, row, cell, file.columns.names[file.columns.to]
        self._rows[file.name] += rows

    def problem(self) -> str | None:
        """Return what is wrong, if anything is."""
        if self._first is None:
            return None
        name, row, cell, column = self._first
        more = f", and {self._number - 1:,} more," if self._number > 1 else ""
        problem = f"{visible(cell)!r} in {column!r}{more} is not a phone number: it contains letters"
        return f"{name}: message {row:,}: {problem}; correct it, or remove the message"


def _has_letters(recipient: str) -> bool:
    return any(map(str.isalpha, recipient)) and not is_rounded(recipient)


def exceeded(
    report: Report, max_cost: Decimal | None, max_segments: int | None, max_per_message: int | None
) -> str | None:
    """Return why the messages must not be sent, ``None`` if no limit is exceeded."""
    totals, cost = report.estimate.totals, report.estimate.cost
    if max_segments is not None and totals.segments > max_segments:
        return f"{totals.segments:,} segments exceed --max-segments {max_segments:,}"
    longest = max((int(str(part.key["segments"])) for part in report.estimate.by("segments")), default=0)
    if max_per_message is not None and longest > max_per_message:
        said = f"a message of {longest:,} segments exceeds --max-segments-per-message {max_per_message:,}"
        return f"{said}; --annotate FILE shows which"
    if max_cost is None or not totals.messages:
        return None
    if cost.total is None:
        unpriced = f"{cost.unpriced_segments:,} SMS segments and {cost.unpriced_mms:,} MMS have no price"
        return f"the cost cannot be compared with --max-cost {max_cost:f}: {unpriced}"
    return f"a cost of {cost.total:f} exceeds --max-cost {max_cost:f}" if cost.total > max_cost else None


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=str))
@click.option("--text", metavar="COLUMN", help="Message text; guessed from the header if omitted.")
@click.option("--to", metavar="COLUMN", help="Recipients; guessed from the header if omitted.")
@click.option("--media", metavar="COLUMN", help="Media; a row with a value is an MMS.")
@click.option("--group-by", metavar="COLUMN", multiple=True, help="Add a table by this column; repeatable.")
@click.option("--template", metavar="TEXT", help="Template that the rows of FILE fill in: Hi {{name}} ...")
@click.option(
    "--template-file",
    metavar="FILE",
    type=click.Path(path_type=str),
    help="Read the template from a UTF-8 file.",
)
@click.option(
    "--template-style", metavar="STYLE", help="How the template writes fields; detected if omitted."
)
@price_option("--lms-price", "Price of one message of the longer class: Korea's LMS, RCS's Single.")
@price_options
@click.option("--default-region", metavar="CODE", help="Country of numbers without +, such as US.")
@file_options
@click.option("--quotes/--no-quotes", default=None, help="Whether quotation marks enclose cells or are text.")
@click.option(
    "--header/--no-header", default=None, help="Whether the first row names the columns or is a message."
)
@click.option(
    "--max-value-size",
    type=NumberType(1),
    metavar="MIB",
    default=1,
    show_default=True,
    help="Size limit for a line, cell or JSON value.",
)
@click.option("--force", is_flag=True, help="Unpack files whose content is suspiciously large.")
@click.option(
    "--threads", type=NumberType(1), metavar="N", help="Number of threads; one per core if omitted."
)
@counting_options()
@price_option("--max-cost", "Exit with 3 if the cost is higher or unknown.", "COST")
@click.option(
    "--max-segments", metavar="N", type=NumberType(0), help="Exit with 3 if there are more segments."
)
@click.option(
    "--max-segments-per-message", metavar="N", type=NumberType(1), help="Exit with 3 if a message has more."
)
@formats("table", "json", "csv", "html")
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    type=click.Path(path_type=str),
    help="Write to FILE; .html, .json or .csv sets the format.",
)
@click.option(
    "--numbers",
    type=click.Choice(["international", "national"]),
    help="How numbers without + are written; guessed from the first rows if omitted.",
)
@click.option(
    "--annotate",
    metavar="FILE",
    type=click.Path(path_type=str),
    help="Also write every message with its encoding, segments and cost to FILE (.csv or .parquet).",
)
@click.option(
    "--escape-formulas",
    is_flag=True,
    help="With --annotate to CSV: put an apostrophe before cells that a spreadsheet would run as a formula.",
)
@top_options(10)
def estimate(files: tuple[str, ...], form: str, **options: Any) -> None:
    """Estimate the segments and cost of the messages in files, and show what drives the cost.

    FILE is CSV, JSON, Parquet, Arrow, Excel or OpenDocument, compressed or not; a pattern such as
    'sent/*.csv'; or - for standard input.

    The exit status is 0 on success, 2 if an input cannot be used, 3 if a limit is exceeded.

    \b
    Examples:
      segcore estimate campaign.csv --price 0.0079 --mms-price 0.02
      segcore estimate campaign.csv --rates rates.csv --group-by customer
      segcore estimate campaign.csv --price 0.0079 --max-cost 500 -o report.html
    """
    if options["escape_formulas"] and not str(options["annotate"]).lower().endswith(".csv"):
        raise click.UsageError("--escape-formulas is for --annotate with a .csv file")
    form = _format(form, options["output"])
    samples = None
    if form == "html":
        from segcore.reports.html import Samples

        samples = Samples()
    output, annotate = options["output"], options["annotate"]
    try:
        check_prices(options)
        reading, contacts = _reading(options), _contacts(options)
        others = filter(None, (options["rates"], options["template_file"], annotate))
        with nullcontext() if output is None else replacing(output, [*expand(files), *others]) as made:
            report, problem = estimate_files(files, options, reading, _SHOWN_BY[form], samples, contacts)
            if made is not None:
                with open(made, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
                    _show(report, form, options["top"], samples, contacts, file)
            else:
                _show(report, form, options["top"], samples, contacts)
    except ValueError as error:
        raise UnusableInputError(str(error)) from None
    except KeyboardInterrupt:
        if annotate is not None:
            click.echo(f"{visible(annotate)} was not written.", err=True)
        raise
    if problem is not None:
        raise UnusableInputError(problem)
    limits = (options[name] for name in ("max_cost", "max_segments", "max_segments_per_message"))
    refused = exceeded(report, *limits)
    if refused is not None:
        raise LimitExceededError(refused)


_SHOWN_BY = {
    "table": "segcore.reports.terminal",
    "html": "segcore.reports.html",
    "json": "segcore.reports.report",
    "csv": "segcore.reports.report",
}


def _format(form: str, output: str | None) -> str:
    """Return the format of the output, which the name of its file implies if no option sets it."""
    source = click.get_current_context().get_parameter_source("form")
    if output is None or form != "table" or source is not ParameterSource.DEFAULT:
        return form
    ending = os.path.splitext(output)[1].lower()
    implied = {".html": "html", ".htm": "html", ".json": "json", ".csv": "csv", ".txt": "table"}.get(ending)
    if implied is None:
        raise click.UsageError(f"--output {visible(output)}: name it .html, .json or .csv, or add --format")
    return implied


def _reading(options: Mapping[str, Any]) -> Reading:
    from segcore.sources import Roles

    return Reading(
        Roles(options["text"], options["to"], options["media"], options["group_by"]),
        options["delimiter"],
        options["quotes"],
        options["header"],
        options["encoding"],
        options["sheet"],
        options["max_value_size"] << 20,
        options["force"],
    )


def _contacts(options: Mapping[str, Any]) -> CostlyContacts | None:
    """Return what collects contacts, if there is a template."""
    text, path = options["template"], options["template_file"]
    if text is None and path is None:
        return None
    if text is not None and path is not None:
        raise click.UsageError("--template and --template-file are both given; remove one")
    from segcore.cost.contacts import CostlyContacts
    from segcore.writing.template import Template

    if path is not None:
        try:
            # A line end at the end of a file is not part of the message.
            text = Path(path).read_text(encoding="utf-8-sig").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError as error:
            problem = f"{path}: not UTF-8 (octet {error.start + 1}); save the template as UTF-8"
            raise ValueError(problem) from None
    segmenter = Segmenter(options["profile"], smart_encoding=options["smart_encoding"])
    return CostlyContacts(Template(text, options["template_style"], profile=segmenter))


def _show(
    report: Report,
    form: str,
    top: int | None,
    samples: Samples | None,
    contacts: CostlyContacts | None,
    file: IO[str] | None = None,
) -> None:
    """Write a report to a file or to standard output."""
    if form == "table":
        from segcore.reports.terminal import show_report

        show_report(console(file), report, top)
        if contacts is not None:
            show_contacts(console(file), contacts)
        return
    if form == "html":
        from datetime import datetime, timezone

        from segcore.reports.html import html_page

        texts = {} if samples is None else samples.texts
        text = html_page(report, texts, datetime.now(timezone.utc).date())
    else:
        from segcore.reports.report import report_data, rows_as_csv

        extra = {} if contacts is None else {"template": contacts_data(contacts)}
        data = {**report_data(report), **extra}
        text = rows_as_csv(report) if form == "csv" else json.dumps(data, indent=2) + "\n"
    click.echo(text if file is not None else text.encode(), file=file, nl=False)


def contacts_data(contacts: CostlyContacts) -> dict[str, Any]:
    """Return the contacts that cost a segment more, for JSON."""
    template = contacts.template
    return {
        "text": template.text,
        "style": template.style,
        "fields": list(template.fields),
        "fewest_segments": contacts.fewest,
        "costly_contacts": contacts.number,
        "extra_segments": contacts.extra_segments,
        "contacts": [asdict(contact) for contact in contacts.listed()],
    }


def show_contacts(console: Console, contacts: CostlyContacts) -> None:
    """Print the contacts that cost a segment more."""
    from rich.text import Text

    from segcore.cost.contacts import LISTED

    if not contacts.fewest:
        return  # each of them gets an MMS
    one = counted(contacts.fewest, "segment")
    if not contacts.number:
        console.print(f"Every contact takes {one}.", markup=False)
        return
    table = plain_table(">Contact", ">Segments", "~Reason", title=f"Contacts that take more than {one}")
    for contact in contacts.listed():
        table.add_row(f"{contact.row:,}", str(contact.segments), Text(visible(contact.reason)))
    console.print(table)
    if contacts.number > LISTED:
        console.print(f"... and {contacts.number - LISTED:,} more", markup=False)
    people = counted(contacts.number, "contact costs", "contacts cost")
    console.print(f"{people} {contacts.extra_segments:,} extra segments.", markup=False)
