"""Options that several commands have."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from segcore._errors import unknown
from segcore.reports import head
from segcore.rules.profile import Profile
from segcore.rules.profiles import PROFILES, changed_profile, resolve

if TYPE_CHECKING:
    from segcore.rates.card import RateCard

_Command = TypeVar("_Command", bound=Callable[..., Any])


SECTIONS = {
    "Prices": ("price", "mms_price", "lms_price", "rates", "highest_rate", "currency", "as_of"),
    "Columns": ("text", "to", "media", "group_by", "id", "tag"),
    "Template": ("template", "template_file", "template_style", "ranges", "style"),
    "How to read the file": (
        *("encoding", "sheet", "delimiter", "quotes", "header", "numbers", "default_region"),
    ),
    "How to count": (
        *("profile", "smart_encoding", "smart_table", "prefix", "suffix", "link_length", "mms", "threads"),
    ),
    "Limits": ("max_cost", "max_segments", "max_segments_per_message"),
    "Output": ("form", "json", "output", "annotate", "top", "all", "sources", "escape_formulas"),
}
"""The groups of options in the help, by the names of parameters."""


class Command(click.Command):
    """A command whose help shows its options in groups; `hint` says what to do about an option or argument
    that is not known.
    """

    def __init__(self, *arguments: Any, hint: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._hint = hint

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line; an error about arguments ends with the command's hint."""
        try:
            return super().parse_args(ctx, args)
        except (click.MissingParameter, click.BadParameter):
            raise
        except click.UsageError as error:
            if not self._hint:
                raise
            raise click.UsageError(f"{error.format_message().rstrip('.')}; {self._hint}", ctx) from None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the groups of options; what belongs to none comes last."""
        records = {
            str(param.name): record
            for param in self.get_params(ctx)
            if isinstance(param, click.Option) and (record := param.get_help_record(ctx)) is not None
        }
        for title, names in SECTIONS.items():
            rows = [records.pop(name) for name in names if name in records]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
        with formatter.section("Other options"):
            formatter.write_dl(list(records.values()))


_ARGUMENT = re.compile(r"(^|: )(default_region|delimiter|encoding|numbers|sheet|smart_encoding|style):")


class NumberType(click.ParamType[int]):
    """A whole number, at least `least`."""

    name = "number"

    def __init__(self, least: int) -> None:
        self._least = least

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        try:
            number = int(value)
        except ValueError:
            number = self._least - 1
        if number < self._least:
            self.fail(f"expected a whole number, {self._least} or more, got {value!r}", param, ctx)
        return number


class UnusableInputError(click.ClickException):
    """A file, rate card or number that cannot be used; where it names an argument, it names the option."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(_ARGUMENT.sub(lambda found: f"{found[1]}--{found[2].replace('_', '-')}:", message))


class LimitExceededError(click.ClickException):
    """A limit is exceeded: the answer of a gate, not an error."""

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
            self.fail(str(error).removeprefix("profile: "), param, ctx)
        except OSError as error:
            self.fail(f"{value}: {error.strerror}", param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the names that begin like this; the shell completes files."""
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
            self.fail(str(unknown("table", value, names)).removeprefix("table: "), param, ctx)
        return value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the names that begin like this."""
        return [CompletionItem(name) for name in _table_names() if name.startswith(incomplete)]


def _table_names() -> tuple[str, ...]:
    # Imported here: few commands ask for a table.
    from segcore.rules.smart_encoding import TABLES

    return tuple(TABLES)


def _set_table(context: click.Context, _: click.Parameter, table: str | None) -> None:
    if table is None:
        return
    if context.params["smart_encoding"] is False:
        raise click.UsageError("--smart-table and --no-smart-encoding contradict each other; remove one")
    context.params["smart_encoding"] = table


def _together(*options: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    """Return a decorator that adds several options, in their order."""

    def decorated(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorated


def counting_options(default: str = "standard") -> Callable[[_Command], _Command]:
    """Return a decorator that adds ``--profile``, smart encoding and what a route adds.

    The command is called with `profile` and `smart_encoding`, as `Segmenter` accepts them.
    """
    return _together(
        click.option(
            "--profile",
            type=ProfileType(),
            metavar="NAME|FILE",
            default=default,
            show_default=True,
            is_eager=True,
            help="Count by a provider's rules: a name that 'segcore profiles' lists, or a TOML file.",
        ),
        # Eager, so that it is there when the table is.
        click.option(
            "--smart-encoding/--no-smart-encoding",
            "--smart-encode",
            "smart_encoding",
            default=None,
            is_eager=True,
            help="Before counting, replace characters that force UCS-2, by the provider's table or else the "
            "recommended one; if omitted, do what the profile does.",
        ),
        click.option(
            "--smart-table",
            type=SmartTableType(),
            metavar="NAME",
            expose_value=False,
            callback=_set_table,
            help="Use this table of replacements: twilio, telnyx, segcore or segcore_letters.",
        ),
        _route_option("--prefix", "TEXT", "Text that the route adds before each message."),
        _route_option("--suffix", "TEXT", "Text that the route adds after each message, such as ' B038'."),
        _route_option(
            "--link-length", "N|N..M", "Count each link as N characters, or as M for a range N..M."
        ),
    )


def _route_option(name: str, metavar: str, text: str) -> Callable[[_Command], _Command]:
    return click.option(name, metavar=metavar, expose_value=False, callback=_change_profile, help=text)


def _change_profile(context: click.Context, param: click.Parameter, value: str | None) -> None:
    """Put the text that the route adds into the profile, which is eager and therefore parsed."""

    def changed(value: str) -> Profile:
        new = _link_length(value) if param.name == "link_length" else value
        return changed_profile(context.params["profile"], {str(param.name): new})

    context.params["profile"] = _converted(changed)(context, param, value) or context.params["profile"]


def _link_length(value: str) -> int | tuple[int, int]:
    least, separator, most = value.partition("..")
    if not (least.isdecimal() and (most.isdecimal() or not separator)):
        raise ValueError(f"{value!r} is not a number or range; write 23 or 17..33")
    return (int(least), int(most)) if separator else int(least)


def _converted(convert: Callable[[str], Any]) -> Callable[..., Any]:
    """Return a callback that converts the value of an option, whose ``ValueError`` is a wrong value."""

    def callback(context: click.Context, param: click.Parameter, value: str | None) -> Any:
        try:
            return None if value is None else convert(value)
        except ValueError as error:
            raise click.BadParameter(str(error), context, param) from None

    return callback


def _price(value: str) -> Decimal:
    from segcore.rates import parse_price

    return parse_price(value)


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"expected a day such as 2026-12-31, got {value!r}") from None


def _currency(value: str) -> str:
    from segcore.rates.rate_cells import CURRENCIES

    if value not in CURRENCIES:
        hint = f"; did you mean {value.upper()!r}?" if value.upper() in CURRENCIES else ""
        raise ValueError(f"expected a code of ISO 4217 such as USD, got {value!r}{hint}")
    return value


def price_option(name: str, text: str, metavar: str = "PRICE") -> Callable[[_Command], _Command]:
    """Return an option that takes an amount of money, an exact decimal."""
    return click.option(name, metavar=metavar, callback=_converted(_price), help=text)


card_options = _together(
    click.option(
        "--highest-rate",
        is_flag=True,
        help="If the rate card has several rates for a destination, use the highest.",
    ),
    click.option(
        "--currency",
        metavar="CODE",
        callback=_converted(_currency),
        help="Currency of prices that do not name one, such as USD.",
    ),
    click.option(
        "--as-of",
        metavar="DATE",
        callback=_converted(_day),
        help="Day whose prices apply, in rate cards with dates; today if omitted.",
    ),
)
"""The options for reading a rate card."""


price_options = _together(
    price_option("--price", "Price of one SMS segment, such as 0.0079."),
    price_option("--mms-price", "Price of one MMS, such as 0.02."),
    click.option(
        "--rates",
        metavar="FILE",
        type=click.Path(path_type=str),
        help="Rate card with prices by country or prefix: CSV, JSON, Parquet or a workbook.",
    ),
    card_options,
)
"""Prices for all, or a rate card, and how that is read."""


def read_card(options: Mapping[str, Any]) -> RateCard | None:
    """Return the rate card that the options of `price_options` name or are, ``None`` without prices."""
    from segcore.rates.card import card_of

    return card_of(
        options["rates"],
        options["price"],
        options["mms_price"],
        lms_price=options.get("lms_price"),
        currency=options["currency"],
        duplicates="highest" if options["highest_rate"] else "error",
        as_of=options["as_of"],
    )


def check_prices(options: Mapping[str, Any]) -> None:
    """Raise an error if prices are set twice, or if an option of `price_options` is about prices that are not
    there.
    """
    names = ("price", "mms_price", "lms_price")
    given = ["--" + name.replace("_", "-") for name in names if options.get(name) is not None]
    if options["rates"] is not None and given:
        raise click.UsageError(f"--rates already sets all prices; remove {' and '.join(given)}")
    if options["as_of"] is not None and options["rates"] is None:
        raise click.UsageError("--as-of is for rate cards with dates; add --rates FILE")
    if options["currency"] is not None and options["rates"] is None and not given:
        raise click.UsageError("--currency is for prices; add --price or --rates FILE")


file_options = _together(
    click.option("--encoding", metavar="NAME", help="Text encoding, such as cp1252; detected if omitted."),
    click.option("--sheet", metavar="NAME", help="Sheet of a workbook; the first with messages if omitted."),
    click.option(
        "--delimiter",
        callback=lambda _context, _param, value: "\t" if value in ("tab", r"\t") else value,
        help="Column separator, if detection gets it wrong; 'tab' for a tab.",
    ),
)
"""The options for reading a file of messages."""


def _as_json(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.params["form"] = "json"


def formats(*forms: str) -> Callable[[_Command], _Command]:
    """Return a decorator that adds ``--format``, whose default is the first form, and ``--json``."""
    readable = " and ".join(form for form in forms if form in ("json", "csv"))
    return _together(
        # Eager, so that it is there when the short form sets it.
        click.option(
            "--format",
            "form",
            type=click.Choice(forms),
            default=forms[0],
            show_default=True,
            is_eager=True,
            help=f"Output format; programs can read {readable}.",
        ),
        click.option(
            "--json", is_flag=True, expose_value=False, callback=_as_json, help="Same as --format json."
        ),
    )


format_option = formats("table", "json")


def _show_all(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.params["top"] = None


def top_options(default: int) -> Callable[[_Command], _Command]:
    """Return a decorator that adds ``--top`` and ``--all``: how many rows of a table are shown.

    The command is called with `top`, ``None`` for all.
    """
    return _together(
        # Eager, so that it is there when --all changes it.
        click.option(
            "--top",
            metavar="N",
            type=NumberType(1),
            default=default,
            show_default=True,
            is_eager=True,
            help="Show at most N rows of each table.",
        ),
        click.option(
            "--all",
            is_flag=True,
            expose_value=False,
            callback=_show_all,
            help="Show every row of every table.",
        ),
    )


def print_json(command: str, data: Mapping[str, Any], indent: int | None = 2) -> None:
    """Print data for programs, after the format, named after the command, and the version that made it."""
    click.echo(json.dumps({**head(command), **data}, indent=indent))


def read_text(context: click.Context, _: click.Parameter, value: str) -> str:
    """Return a text that was given as an argument, or standard input for a hyphen."""
    # While a shell completes the command there may be none, and nothing is to be read.
    if context.resilient_parsing:
        return value
    if value == "-":
        try:
            return sys.stdin.buffer.read().decode()
        except UnicodeDecodeError as error:
            raise click.ClickException(f"standard input is not UTF-8 (byte {error.start + 1})") from None
    # Octets that Python could not decode are surrogates in the argument (PEP 383).
    if not any("\udc80" <= codepoint <= "\udcff" for codepoint in value):
        return value
    try:
        return os.fsencode(value).decode()
    except UnicodeDecodeError as error:
        octet = error.object[error.start]
        problem = f"TEXT is not UTF-8 (byte {error.start + 1} is {octet:02X})"
        raise click.ClickException(problem) from None
