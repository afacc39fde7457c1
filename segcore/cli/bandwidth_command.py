"""The command ``segcore bandwidth``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from segcore.cli.options import (
    Command,
    check_prices,
    counting_options,
    file_options,
    format_option,
    price_options,
    print_json,
    read_card,
    top_options,
)
from segcore.reports import console
from segcore.rules.profile import Profile

# Exit statuses; 1 and 2 are errors and wrong usage in every command.
_DISAGREES = 3
_INCOMPLETE = 4

# Smaller inputs are read before anybody could look at a bar.
_LONG_OCTETS = 8 << 20


@click.group()
def bandwidth() -> None:
    """Predict the segments that Bandwidth's messaging API reports, and check its reports."""


@bandwidth.command(cls=Command, short_help="Compare sent messages with Bandwidth's reports.")
@click.argument("sent", type=click.Path(exists=True, path_type=str))
@click.argument(
    "events", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True, path_type=str)
)
@click.option("--id", metavar="COLUMN", help="Column with the identifiers from Bandwidth's responses.")
@click.option("--tag", metavar="COLUMN", help="Column with the tags, for rows without an identifier.")
@click.option("--text", metavar="COLUMN", help="Column with the text; guessed from the header if omitted.")
@click.option("--to", metavar="COLUMN", help="Column with recipients; a row with several is a group MMS.")
@click.option("--media", metavar="COLUMN", help="Column with media; a row with a value is an MMS.")
@file_options
@price_options
@counting_options("bandwidth")
@format_option
@top_options(20)
@click.pass_context
def reconcile(
    context: click.Context,
    /,
    sent: str,
    events: tuple[str, ...],
    profile: Profile,
    smart_encoding: bool | str | None,
    form: str,
    top: int | None,
    **options: Any,
) -> None:
    """Compare the segments of the messages in SENT with those that Bandwidth reports in EVENTS.

    SENT is a CSV, Parquet, Arrow or JSON file or a workbook with text, recipients, media, and the id from the
    response or a tag.
    EVENTS are files of callbacks, responses and lists of messages (JSON, compressed or not), folders of such
    files, or - for standard input.

    The exit status is 0 if every number agrees, 3 if a number differs, and 4 if none differs but nothing was
    compared or part of the input could not be used.

    \b
    Examples:
      segcore bandwidth reconcile sent.csv callbacks/ --price 0.004 --mms-price 0.015
      segcore bandwidth reconcile sent.csv callbacks/ --rates rates.csv
    """
    from segcore.bandwidth.reconcile.sent_messages import SENT_ROLES
    from segcore.bandwidth.report_router import reconcile as run
    from segcore.rules.profiles import with_smart_encoding

    check_prices(options)
    sources = [sys.stdin.buffer if path == "-" else path for path in events]
    try:
        with _progress((sent, *events)) as progress:
            found = run(
                sent,
                sources,
                profile=with_smart_encoding(profile, smart_encoding),
                rates=read_card(options),
                columns={role: options[role] for role in SENT_ROLES},
                encoding=options["encoding"],
                sheet=options["sheet"],
                delimiter=options["delimiter"],
                progress=progress,
            )
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if form == "json":
        print_json("reconcile", found.to_dict())
    else:
        from segcore.bandwidth.report_terminal import show_reconciliation

        show_reconciliation(console(), found, top)
    if found.disagreements or found.conflicts:
        context.exit(_DISAGREES)
    if not found.agrees or found.errors:
        context.exit(_INCOMPLETE)


@contextmanager
def _progress(paths: tuple[str, ...]) -> Iterator[Callable[[int], None] | None]:
    """Show a bar if the input is long."""
    from segcore.reports import progress_bar
    from segcore.sources.files import size_of

    octets = sum(size_of(path) for path in paths if path != "-")
    if octets < _LONG_OCTETS:
        yield None
        return
    with progress_bar(paths[0], octets / 1e6, "MB") as advance:
        yield None if advance is None else lambda read: advance(read / 1e6)
