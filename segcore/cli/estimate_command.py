"""``segcore estimate``: what the messages in files cost."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from segcore.cli.options import (
    InputError,
    LimitExceededError,
    check_prices,
    counting_options,
    formats,
    parsed_price,
    price_options,
    print_json,
)
from segcore.cost.destinations import as_series
from segcore.cost.frame_counting import Messages
from segcore.cost.run import FrameSink, Watch, run_files
from segcore.reports.display import console, plain_table, visible
from segcore.rules.profiles import Profile
from segcore.segmenter import Segmenter
from segcore.sources.files import MessageFile
from segcore.sources.opening import expand
from segcore.sources.reading import Reading

# All else is imported while the first rows are being read.
if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from segcore.cost.annotation import Annotator
    from segcore.cost.contacts import CostlyContacts
    from segcore.cost.estimate import Estimate
    from segcore.reports.html import Samples
    from segcore.reports.report import Report


@dataclass(frozen=True)
class Rules:
    """How to count and what it costs.

    Args:
        profile: The rules of the provider.
        smart_encoding: As `Segmenter` takes it.
        rates: The path of a rate card, ``None`` for none.
        highest_rate: Whether the highest of several rates for one place is taken.
        price: Price of one SMS segment to anywhere.
        mms_price: Price of one MMS to anywhere.
        default_region: The country of numbers that are not in international form.
        numbers: How numbers without a plus sign are written; ``None`` decides by the first rows.
    """

    profile: Profile
    smart_encoding: bool | str | None = None
    rates: str | None = None
    highest_rate: bool = False
    price: Decimal | None = None
    mms_price: Decimal | None = None
    default_region: str | None = None
    numbers: str | None = None

    def estimate(self, group_by: Sequence[str]) -> Estimate:
        """Return an estimate without messages.

        Args:
            group_by: Columns to group by.

        Raises:
            ValueError: The rate card, the country or a table cannot be used.
        """
        from segcore.cost.estimate import Estimate
        from segcore.rates.card import card_of

        segmenter = Segmenter(self.profile, smart_encoding=self.smart_encoding)
        duplicates = "highest" if self.highest_rate else "error"
        card = card_of(self.rates, self.price, self.mms_price, duplicates=duplicates)
        return Estimate(
            segmenter, card, default_region=self.default_region, group_by=group_by, numbers=self.numbers
        )


def estimate_files(  # noqa: PLR0913 (what the command says, by name)
    files: Sequence[str],
    rules: Rules,
    reading: Reading,
    annotate: str | None = None,
    samples: Samples | None = None,
    shown_by: str = "segcore.reports.report",
    *,
    contacts: CostlyContacts | None = None,
    escape_formulas: bool = False,
    threads: int | None = None,
) -> tuple[Report, str | None]:
    """Return what there is to say about files, and what is wrong with their recipients.

    Args:
        files: Paths, patterns, or ``-`` for standard input.
        rules: How to count and what it costs.
        reading: How to read the files.
        annotate: The file for the messages with what each takes and costs.
        samples: Keeps messages to show.
        shown_by: The module that will show the report, to be imported while the first rows are being read.
        contacts: Collects the contacts that cost a segment more, if the files hold contacts for a template.
        escape_formulas: Whether cells of an annotated CSV file that look like formulas get an apostrophe.
        threads: How many threads count; ``None`` for one per core.

    Returns:
        The report; and the problem with recipients on whom a price depends, if there is one.

    Raises:
        FileError: A file cannot be read or written, and why.
        ValueError: The rate card, the country or a table cannot be used.
    """

    def make() -> Estimate:
        import_module(shown_by)
        return rules.estimate(reading.roles.group_by)

    letters = _Letters()
    sinks: list[FrameSink] = [sink for sink in (samples, contacts) if sink is not None]
    if rules.rates is not None:
        sinks.append(letters)
    inputs = [*expand(files), *([] if rules.rates is None else [rules.rates])]
    annotating = nullcontext() if annotate is None else _annotating(annotate, inputs, escape_formulas)
    with annotating as annotator:
        if annotator is not None:
            sinks.append(annotator)
        made, columns = run_files(
            files,
            make,
            reading,
            watch=_watch(),
            sinks=sinks,
            whole=annotator is not None,
            template=None if contacts is None else contacts.template,
            threads=threads,
        )
    from segcore.reports.report import Report

    report = Report(tuple(files), columns, made, _is_flat(made))
    return report, letters.problem()


def _annotating(path: str, inputs: Sequence[str], escape_formulas: bool) -> AbstractContextManager[Annotator]:
    from segcore.cost.annotation import annotating

    return annotating(path, inputs, escape_formulas=escape_formulas)


def _watch() -> Watch | None:
    """Return what looks on where somebody looks; elsewhere its import would be lost time."""
    if not sys.stderr.isatty():
        return None
    from segcore.cli.progress import watched

    return watched


def _is_flat(estimate: Estimate) -> bool:
    """Return whether prices are the same everywhere."""
    return estimate.rates is None or estimate.rates.is_flat


def _unknown(estimate: Estimate, numbers: Iterable[int]) -> list[int]:
    """Return the numbers of destinations that are of no country."""
    from segcore.cost.destinations import UNKNOWN

    known = estimate.destinations.known
    return [number for number in numbers if known[number].country == UNKNOWN]


class _Letters:
    """Looks for recipients that are no numbers because there are letters in them."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._first: tuple[str, int, str, str] | None = None
        self._number = 0

    def __call__(
        self, estimate: Estimate, file: MessageFile, frame: pl.DataFrame, messages: Messages, /
    ) -> Callable[[], None]:
        import polars as pl

        to = file.columns.to
        numbers = as_series(messages.destinations).head(frame.height).alias("number")
        unknown = _unknown(estimate, numbers.unique())
        found = pl.DataFrame()
        if to is not None and unknown and frame[f"c{to}"].dtype == pl.String and not _is_flat(estimate):
            rows = frame.select(pl.col(f"c{to}").alias("to"), numbers).with_row_index()
            found = rows.filter(pl.col("number").is_in(unknown)).filter(pl.col("to").str.contains(r"\p{L}"))
        return partial(self._add, file, frame.height, found)

    def _add(self, file: MessageFile, rows: int, found: pl.DataFrame) -> None:
        self._number += found.height
        if self._first is None and found.height and file.columns.to is not None:
            row, cell, _ = found.row(0)
            row += self._rows[file.name] + 1
            self._first = file.name, row, cell, file.columns.names[file.columns.to]
        self._rows[file.name] += rows

    def problem(self) -> str | None:
        """Return what is wrong, if anything is."""
        if self._first is None:
            return None
        name, row, cell, column = self._first
        more = f", and {self._number - 1:,} more," if self._number > 1 else ""
        problem = f"{visible(cell)!r} in {column!r}{more} is no telephone number, because it has letters"
        return f"{name}: message {row:,}: {problem}; correct it, or leave the message out"


def exceeded(report: Report, max_cost: Decimal | None, max_segments: int | None) -> str | None:
    """Return why messages are not to be sent, if a limit says so.

    Args:
        report: What there is to say about them.
        max_cost: The most that they may cost.
        max_segments: The most segments that they may take, an MMS counting 1.
    """
    totals, cost = report.estimate.totals, report.estimate.cost
    if max_segments is not None and totals.segments > max_segments:
        return f"{totals.segments:,} segments are more than --max-segments {max_segments:,}"
    if max_cost is None or not totals.messages:
        return None
    if cost.total is None:
        unpriced = f"{cost.unpriced_segments:,} SMS segments and {cost.unpriced_mms:,} MMS are unpriced"
        return f"the cost is not known to be within --max-cost {max_cost:f}: {unpriced}"
    return f"a cost of {cost.total:f} is more than --max-cost {max_cost:f}" if cost.total > max_cost else None


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=str))
@click.option("--text", metavar="COLUMN", help="Column with the texts; guessed from the header if omitted.")
@click.option(
    "--to", metavar="COLUMN", help="Column with recipients; several in one row make it a group MMS."
)
@click.option("--template", metavar="TEXT", help="Template that the rows of FILE fill in: Hi {{name}} ...")
@click.option("--template-file", metavar="FILE", help="The same, read from a file in UTF-8.")
@click.option("--template-style", metavar="STYLE", help="How it writes fields; detected by default.")
@click.option("--media", metavar="COLUMN", help="Column with media; a row with a value is an MMS.")
@click.option("--group-by", metavar="COLUMN", multiple=True, help="Column to group by; can be repeated.")
@price_options
@click.option("--default-region", metavar="CODE", help="Country of numbers without +, such as US.")
@click.option(
    "--numbers",
    type=click.Choice(["international", "national"]),
    help="How numbers without + are written; guessed from the first rows if omitted.",
)
@click.option(
    "--annotate",
    metavar="FILE",
    help="Write the input with segments and cost of each message: .csv or .parquet.",
)
@click.option(
    "--escape-formulas",
    is_flag=True,
    help="With --annotate to CSV: put an apostrophe before cells that a spreadsheet would run as a formula.",
)
@click.option(
    "--max-cost",
    metavar="COST",
    callback=parsed_price,
    help="Exit with 3 if the cost exceeds COST or cannot be computed.",
)
@click.option("--max-segments", type=click.IntRange(0), help="Exit with 3 if there are more segments.")
@click.option("--delimiter", help="Column separator, if detection gets it wrong; 'tab' for a tab.")
@click.option("--quotes/--no-quotes", default=None, help="Whether quotation marks enclose cells or are text.")
@click.option("--header/--no-header", default=None, help="Whether the first row names the columns.")
@click.option(
    "--threads", type=click.IntRange(1), metavar="N", help="Threads that count; one per core if omitted."
)
@formats("table", "json", "csv", "html")
@click.option(
    "--output", "-o", metavar="FILE", help="Write the HTML report to FILE; to standard output if omitted."
)
@counting_options()
def estimate(files: tuple[str, ...], form: str, **options: Any) -> None:
    """Estimate segments and cost of the messages in files, and what drives the cost.

    FILE is CSV, Parquet, Arrow IPC or NDJSON in UTF-8, of any size, perhaps compressed; - for standard
    input; or a pattern.  Delimiter, quotation marks, header and columns are detected.

    Exits with 0 if all is well, 2 if something cannot be used, 3 if --max-cost or --max-segments is exceeded.

    \b
    Examples:
      segcore estimate campaign.csv --price 0.0079 --mms-price 0.02
      segcore estimate campaign.csv --rates rates.csv --group-by customer --max-cost 500
    """
    if options["output"] is not None and form != "html":
        raise click.UsageError("--output is for --format html; redirect other formats with > FILE")
    if options["escape_formulas"] and not str(options["annotate"]).lower().endswith(".csv"):
        raise click.UsageError("--escape-formulas is for --annotate with a .csv file")
    samples = None
    if form == "html":
        from segcore.reports.html import Samples

        samples = Samples()
    try:
        rules, reading = _estimate_options(options)
        contacts = _contacts(options, rules)
        report, problem = estimate_files(
            files,
            rules,
            reading,
            options["annotate"],
            samples,
            _SHOWN_BY[form],
            contacts=contacts,
            escape_formulas=options["escape_formulas"],
            threads=options["threads"],
        )
    except ValueError as error:
        raise InputError(str(error)) from None
    except KeyboardInterrupt:
        if options["annotate"] is not None:
            click.echo(f"{visible(options['annotate'])} was not written.", err=True)
        raise
    if samples is not None:
        inputs = [*expand(files), *filter(None, (options["rates"], options["annotate"]))]
        _write_page(report, samples, options["output"], inputs)
    else:
        _print_report(report, form, contacts)
    if problem is not None:
        raise InputError(problem)
    refused = exceeded(report, options["max_cost"], options["max_segments"])
    if refused is not None:
        raise LimitExceededError(refused)


_SHOWN_BY = {
    "table": "segcore.reports.terminal",
    "html": "segcore.reports.html",
    "json": "segcore.reports.exports",
    "csv": "segcore.reports.exports",
}


def _estimate_options(options: dict[str, Any]) -> tuple[Rules, Reading]:
    """Return how to count and how to read."""
    from segcore.sources.headings import Roles

    check_prices(options)
    delimiter = "\t" if options["delimiter"] in ("tab", r"\t") else options["delimiter"]
    roles = Roles(options["text"], options["to"], options["media"], options["group_by"])
    names = (
        "profile",
        "smart_encoding",
        "rates",
        "highest_rate",
        "price",
        "mms_price",
        "default_region",
        "numbers",
    )
    rules = Rules(**{name: options[name] for name in (*names, "numbers")})
    return rules, Reading(roles, delimiter, options["quotes"], options["header"])


def _write_page(report: Report, samples: Samples, output: str | None, inputs: Sequence[str]) -> None:
    from datetime import datetime, timezone

    from segcore.reports.html import html_page, write_page

    page = html_page(report, samples.texts, datetime.now(timezone.utc).date())
    if output is None:
        click.echo(page.encode(), nl=False)
        return
    try:
        write_page(output, page, inputs)
    except ValueError as error:
        raise InputError(str(error)) from None


def _contacts(options: Mapping[str, Any], rules: Rules) -> CostlyContacts | None:
    """Return what collects contacts, if there is a template."""
    text, path = options["template"], options["template_file"]
    if text is None and path is None:
        return None
    if text is not None and path is not None:
        raise click.UsageError("--template and --template-file are both given; leave one out")
    from segcore.cost.contacts import CostlyContacts
    from segcore.writing.template import Template

    if path is not None:
        try:
            # A line end at the end of a file is not part of the message.
            text = Path(path).read_text(encoding="utf-8-sig").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError as error:
            problem = f"{path}: not UTF-8 (octet {error.start + 1}); save the template as UTF-8"
            raise ValueError(problem) from None
    segmenter = Segmenter(rules.profile, smart_encoding=rules.smart_encoding)
    return CostlyContacts(Template(text, options["template_style"], profile=segmenter))


def _print_report(report: Report, form: str, contacts: CostlyContacts | None) -> None:
    from segcore.reports.exports import report_data, rows_as_csv

    if form == "json":
        extra = {} if contacts is None else {"template": contacts_data(contacts)}
        print_json({**report_data(report), **extra})
    elif form == "csv":
        click.echo(rows_as_csv(report), nl=False)
    else:
        from segcore.reports.terminal import show_report

        show_report(console(), report)
        if contacts is not None:
            show_contacts(console(), contacts)


def contacts_data(contacts: CostlyContacts) -> dict[str, Any]:
    """Return the contacts that cost a segment more, for JSON.

    Args:
        contacts: The contacts.
    """
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
    """Print the contacts that cost a segment more.

    Args:
        console: Where to print.
        contacts: The contacts.
    """
    from rich.text import Text

    from segcore.cost.contacts import LISTED

    one = "1 segment" if contacts.fewest == 1 else f"{contacts.fewest} segments"
    if not contacts.number:
        console.print(f"Every contact takes {one}.", markup=False)
        return
    table = plain_table(">Contact", ">Segments", "~Reason", title=f"Contacts that take more than {one}")
    for contact in contacts.listed():
        table.add_row(f"{contact.row:,}", str(contact.segments), Text(visible(contact.reason)))
    console.print(table)
    if contacts.number > LISTED:
        console.print(f"... and {contacts.number - LISTED:,} more", markup=False)
    people = "1 contact costs" if contacts.number == 1 else f"{contacts.number:,} contacts cost"
    console.print(f"{people} {contacts.extra_segments:,} extra segments.", markup=False)
