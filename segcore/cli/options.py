"""Options that several commands have."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from segcore._errors import unknown
from segcore.rules.profile import Profile
from segcore.rules.profiles import PROFILES, resolve

_Command = TypeVar("_Command", bound=Callable[..., Any])


class InputError(click.ClickException):
    """Files, rates or numbers that cannot be used."""

    exit_code = 2


class LimitExceededError(click.ClickException):
    """More than a limit allows: the answer of a gate, not an error."""

    exit_code = 3


class ProfileType(click.ParamType[Profile]):
    """The name of a profile, or the path of a TOML file that describes one."""

    name = "profile"

    def convert(
        self, value: str | Profile, param: click.Parameter | None, ctx: click.Context | None
    ) -> Profile:
        """Return the profile."""
        if isinstance(value, Profile):
            return value
        try:
            if value not in PROFILES and _is_path(value):
                return Profile.read(value)
            return resolve(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        except OSError as error:
            self.fail(f"{value}: {error.strerror}", param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the names that begin so; files are completed by the shell."""
        names = [CompletionItem(name) for name in PROFILES if name.startswith(incomplete)]
        return names or [CompletionItem(incomplete, type="file")]


def _is_path(value: str) -> bool:
    return value.endswith(".toml") or os.sep in value or os.path.exists(value)


class SmartTableType(click.ParamType[str]):
    """The name of a table of smart encoding."""

    name = "table"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name."""
        names = _table_names()
        if value not in names:
            self.fail(str(unknown("table", value, names)), param, ctx)
        return value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the names that begin so."""
        return [CompletionItem(name) for name in _table_names() if name.startswith(incomplete)]


def _table_names() -> tuple[str, ...]:
    # Imported here: few commands ask for a table.
    from segcore.rules.smart_encoding import TABLES

    return tuple(TABLES)


def _set_table(context: click.Context, _: click.Parameter, table: str | None) -> None:
    if table is None:
        return
    if context.params["smart_encoding"] is False:
        raise click.UsageError("--smart-table and --no-smart-encoding contradict each other; leave one out")
    context.params["smart_encoding"] = table


def counting_options(default: str = "standard") -> Callable[[_Command], _Command]:
    """Return what adds ``--profile``, ``--smart-encoding`` and ``--smart-table``, which say how to count.

    The command is called with `profile` and `smart_encoding`, as `Segmenter` takes them.

    Args:
        default: The name of the profile that is taken if none is said.
    """
    profile = click.option(
        "--profile",
        type=ProfileType(),
        metavar="NAME|FILE",
        default=default,
        show_default=True,
        help="The rules to count under: a name that 'segcore profiles' lists, or a TOML file.",
    )
    # Eager, so that it is there when the table is.
    smart = click.option(
        "--smart-encoding/--no-smart-encoding",
        "--smart-encode",
        "smart_encoding",
        default=None,
        is_eager=True,
        help="Count as if code points that force UCS-2 were replaced first, by the table that the provider "
        "documents or else the recommended one; if left out, as the profile says.",
    )
    table = click.option(
        "--smart-table",
        type=SmartTableType(),
        metavar="NAME",
        expose_value=False,
        callback=_set_table,
        help="Smart encoding by this table: twilio, telnyx, segcore or segcore_letters.",
    )
    return lambda command: profile(smart(table(command)))


def parsed_price(context: click.Context, param: click.Parameter, value: str | None) -> Decimal | None:
    """Return an amount of money as an exact decimal: the callback of options for these."""
    from segcore.rates.money import parse_price

    try:
        return None if value is None else parse_price(value)
    except ValueError as error:
        raise click.BadParameter(str(error), context, param) from None


def price_options(command: _Command) -> _Command:
    """Add ``--price``, ``--mms-price``, ``--rates`` and ``--highest-rate``."""
    for option in (
        click.option(
            "--highest-rate", is_flag=True, help="Of several rates for one place, take the highest."
        ),
        click.option(
            "--rates", metavar="FILE", help="Rate card: prices by country and prefix, in CSV or JSON."
        ),
        click.option(
            "--mms-price", metavar="PRICE", callback=parsed_price, help="Price of one MMS, such as 0.02."
        ),
        click.option(
            "--price",
            metavar="PRICE",
            callback=parsed_price,
            help="Price of one SMS segment, such as 0.0079.",
        ),
    ):
        command = option(command)
    return command


def check_prices(options: Mapping[str, Any]) -> None:
    """Raise an error if prices are said twice.

    Args:
        options: What `price_options` added.

    Raises:
        UsageError: There are a rate card and a price.
    """
    if options["rates"] is not None and not (options["price"] is options["mms_price"] is None):
        raise click.UsageError("--rates says all prices; leave out --price and --mms-price")


def _as_json(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.params["form"] = "json"


def formats(*forms: str) -> Callable[[_Command], _Command]:
    """Return what adds ``--format``, the first form being the default, and ``--json`` for short."""
    short = click.option(
        "--json", is_flag=True, expose_value=False, callback=_as_json, help="Short for --format json."
    )
    # Eager, so that it is there when the short form sets it.
    full = click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
        is_eager=True,
        help="For people or for programs.",
    )
    return lambda command: full(short(command))


format_option = formats("table", "json")


def print_json(data: Mapping[str, Any]) -> None:
    """Print what is for programs."""
    click.echo(json.dumps(data, indent=2))


def read_text(context: click.Context, _: click.Parameter, value: str) -> str:
    """Return a text that was given as an argument, or standard input for a hyphen."""
    # While a shell completes the command there may be none, and nothing is to be read.
    if context.resilient_parsing:
        return value
    if value == "-":
        try:
            return sys.stdin.buffer.read().decode()
        except UnicodeDecodeError as error:
            raise click.ClickException(f"standard input is not UTF-8 (octet {error.start + 1})") from None
    # Octets that Python could not decode are surrogates in the argument (PEP 383).
    if not any("\udc80" <= codepoint <= "\udcff" for codepoint in value):
        return value
    try:
        return os.fsencode(value).decode()
    except UnicodeDecodeError as error:
        octet = error.object[error.start]
        problem = f"TEXT is not UTF-8 (octet {octet:02X}, number {error.start + 1})"
        raise click.ClickException(problem) from None
