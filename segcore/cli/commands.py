"""What the ``segcore`` command does."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

import segcore
from segcore.cli.bandwidth_command import bandwidth
from segcore.cli.options import (
    ProfileType,
    check_prices,
    counting_options,
    format_option,
    formats,
    parsed_price,
    price_options,
    read_text,
)
from segcore.reports.display import console
from segcore.rules.profile import Profile
from segcore.segmenter import Segmenter

if TYPE_CHECKING:
    from segcore.cli.estimate_command import Rules
    from segcore.reports.report import Report
    from segcore.reports.samples import Samples
    from segcore.sources.csv_file import Reading


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(segcore.__version__, message=f"segcore %(version)s, {segcore.implementation}")
def cli() -> None:
    """Count SMS segments before sending: GSM-7 or UCS-2, how many segments, what it costs and why."""


cli.add_command(bandwidth)


class _InputError(click.ClickException):
    """Files, rates or numbers that cannot be used."""

    exit_code = 2


class _Refused(click.ClickException):
    """More than a limit allows: the answer of a gate, not an error."""

    exit_code = 3


@cli.command(short_help="What the messages in files take and cost.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=str))
@click.option("--text", metavar="COLUMN", help="Column with the texts; found by its name if left out.")
@click.option("--to", metavar="COLUMN", help="Column with recipients; several in a cell make it an MMS.")
@click.option("--media", metavar="COLUMN", help="Column with media; what is in it makes it an MMS.")
@click.option("--group-by", metavar="COLUMN", multiple=True, help="Column to group by; may be given again.")
@price_options
@click.option("--default-region", metavar="CODE", help="Country of numbers without +, such as US.")
@click.option("--annotate", metavar="FILE", help="Write the messages with what each takes: .csv or .parquet.")
@click.option(
    "--max-cost", metavar="COST", callback=parsed_price, help="Exit with 3 if the cost is more or unknown."
)
@click.option("--max-segments", type=click.IntRange(0), help="Exit with 3 if there are more segments.")
@click.option("--delimiter", help="What parts cells, if detection is wrong; 'tab' for a tabulator.")
@click.option("--quotes/--no-quotes", default=None, help="Whether quotation marks enclose cells or are text.")
@click.option("--header/--no-header", default=None, help="Whether the first row names the columns.")
@formats("table", "json", "csv", "html")
@click.option("--output", "-o", metavar="FILE", help="Where the page goes; standard output if left out.")
@counting_options()
def estimate(files: tuple[str, ...], form: str, **options: Any) -> None:
    """Show what the messages in files take and cost, what makes them dear, and what to write instead.

    FILE is CSV, Parquet, Arrow IPC or NDJSON in UTF-8, of any size, perhaps compressed; - for standard
    input; or a pattern.  Delimiter, quotation marks, header and columns are detected.

    Exits with 0 if all is well, 2 if something cannot be used, 3 if --max-cost or --max-segments is exceeded.

    \b
    Examples:
      segcore estimate campaign.csv --price 0.0079 --mms-price 0.02
      segcore estimate campaign.csv --rates rates.csv --group-by customer --max-cost 500
    """
    from segcore.cli.estimate_command import estimate_files, exceeded
    from segcore.reports.samples import Samples

    if options["output"] is not None and form != "html":
        raise click.UsageError("--output is for --format html; send other formats on with > FILE")
    samples = Samples()
    also = [samples] if form == "html" else []
    try:
        rules, reading = _estimate_options(options)
        report, problem = estimate_files(files, rules, reading, options["annotate"], also, _SHOWN_BY[form])
    except ValueError as error:
        raise _InputError(str(error)) from None
    except KeyboardInterrupt:
        if options["annotate"] is not None:
            click.echo(f"{options['annotate']} was not written.", err=True)
        raise
    if form == "html":
        _write_page(report, samples, options["output"])
    else:
        _print_report(report, form)
    if problem is not None:
        raise _InputError(problem)
    refused = exceeded(report, options["max_cost"], options["max_segments"])
    if refused is not None:
        raise _Refused(refused)


_SHOWN_BY = {
    "table": "segcore.reports.terminal",
    "html": "segcore.reports.html",
    "json": "segcore.reports.exports",
    "csv": "segcore.reports.exports",
}


def _estimate_options(options: dict[str, Any]) -> tuple[Rules, Reading]:
    """Return how to count and how to read."""
    from segcore.cli.estimate_command import Rules
    from segcore.sources.csv_file import Reading
    from segcore.sources.headings import Roles

    check_prices(options)
    delimiter = "\t" if options["delimiter"] in ("tab", r"\t") else options["delimiter"]
    roles = Roles(options["text"], options["to"], options["media"], options["group_by"])
    names = ("profile", "smart_encoding", "rates", "highest_rate", "price", "mms_price", "default_region")
    rules = Rules(**{name: options[name] for name in names})
    return rules, Reading(roles, delimiter, options["quotes"], options["header"])


def _write_page(report: Report, samples: Samples, output: str | None) -> None:
    from datetime import datetime, timezone

    from segcore.reports.html import html_page, write_page

    page = html_page(report, samples.texts, datetime.now(timezone.utc).date())
    if output is None:
        click.echo(page.encode(), nl=False)
        return
    try:
        write_page(output, page)
    except ValueError as error:
        raise _InputError(str(error)) from None


def _print_report(report: Report, form: str) -> None:
    from segcore.reports.exports import report_data, rows_as_csv

    if form == "json":
        _print_json(report_data(report))
    elif form == "csv":
        click.echo(rows_as_csv(report), nl=False)
    else:
        from segcore.reports.terminal import show_report

        show_report(console(), report)


@cli.command(short_help="Everything about one message.")
@click.argument("text", callback=read_text)
@click.option("--mms", is_flag=True, help="It goes out as MMS: with media, or to several recipients.")
@click.option("--sources", is_flag=True, help="Add what is documented about the profile, with addresses.")
@counting_options()
@format_option
def inspect(
    text: str, mms: bool, sources: bool, profile: Profile, smart_encoding: bool | str | None, form: str
) -> None:
    """Show the encoding and segments of TEXT, what forces it to UCS-2, and what to write instead.

    TEXT is - for all of standard input, line ends included.  Put -- before a TEXT that begins with a hyphen.

    \b
    Examples:
      segcore inspect "It's 5 €"
      printf "See you at 8" | segcore inspect --profile telnyx -
    """
    from segcore.cli.inspect_command import inspection_data, show_inspection

    analysis = Segmenter(profile, smart_encoding=smart_encoding).analyze(text, mms=mms)
    if form == "json":
        _print_json(inspection_data(analysis, profile if sources else None))
    else:
        show_inspection(console(), analysis, profile if sources else None)


@cli.command(short_help="The rules of each provider, and where they are documented.")
@click.argument("profile", metavar="[NAME|FILE]", type=ProfileType(), required=False)
@format_option
def profiles(profile: Profile | None, form: str) -> None:
    """List the profiles to count under, or show everything about one, each fact with its source.

    FILE is a TOML file that describes a profile of your own.

    \b
    Examples:
      segcore profiles
      segcore profiles twilio
    """
    from segcore.cli.profiles_command import profile_data, show_profile, show_profiles
    from segcore.rules.profiles import PROFILES

    if form == "json":
        found = profile_data(profile) if profile else {"profiles": [*map(profile_data, PROFILES.values())]}
        _print_json(found)
    elif profile:
        show_profile(console(), profile)
    else:
        show_profiles(console(), PROFILES.values(), "standard")


@cli.command(short_help="The number of segments of each line of standard input.")
@counting_options()
def count(profile: Profile, smart_encoding: bool | str | None) -> None:
    """Read messages from standard input, one a line, and write the number of segments of each.

    Lines are UTF-8 and end in LF or CR LF.  An empty line is a message without text: 1 segment.

    \b
    Example:
      printf "Hello\\nSee you at 8\\n" | segcore count
    """
    from segcore.cli.count_command import NotUtf8Error, count_lines

    try:
        count_lines(Segmenter(profile, smart_encoding=smart_encoding), sys.stdin.buffer, sys.stdout.buffer)
    except NotUtf8Error as error:
        raise click.ClickException(str(error)) from None


def _print_json(data: dict[str, Any]) -> None:
    click.echo(json.dumps(data, indent=2))
