"""``segcore rates``: how a rate card is read."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from segcore.cli.options import (
    Command,
    UnusableInputError,
    card_options,
    format_option,
    print_json,
    top_options,
)
from segcore.cost import money
from segcore.numbers.countries import NAMES, prefix_name
from segcore.rates import ANYWHERE, Rate
from segcore.rates.card import RateCard
from segcore.reports import console, counted, plain_table, show_more, visible
from segcore.sources.opening import name_of

if TYPE_CHECKING:
    from rich.console import Console

_EXTREMES = 3


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=str))
@card_options
@click.option("--encoding", metavar="NAME", help="Encoding of FILE, if detection gets it wrong.")
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook; the first with rates if omitted.")
@format_option
@top_options(10)
def rates(file: str, form: str, top: int | None, **options: Any) -> None:
    """Show how a rate card is read: destinations, currency, and the rows and columns that are not used.

    FILE is CSV, JSON, Parquet or a workbook, as you keep it or as your provider publishes it.

    \b
    Examples:
      segcore rates rates.csv
      segcore rates prices.xlsx --currency EUR --as-of 2026-12-01
    """
    try:
        options["duplicates"] = "highest" if options.pop("highest_rate") else "error"
        card = RateCard.read(file, **options)
    except ValueError as error:
        raise UnusableInputError(str(error)) from None
    if form == "json":
        print_json("rates", card_data(file, card))
    else:
        show_card(console(), card, top)


def card_data(file: str, card: RateCard) -> dict[str, Any]:
    """Return how a rate card is read, for JSON; prices are strings, because they are exact."""
    return {
        "file": name_of(file),
        "currency": card.currency,
        "destinations": len(_priced(card)),
        "rates": [_rate_data(rate) for rate in card.rates],
        "skipped": [
            {"location": row.location, "text": row.text, "reason": row.reason} for row in card.skipped
        ],
        "notes": [{"code": note.code, "sentence": note.sentence} for note in card.notes],
    }


def _rate_data(rate: Rate) -> dict[str, Any]:
    return {
        "key": rate.key,
        "name": _name(rate.key),
        "sms": money(rate.sms),
        "mms": money(rate.mms),
        "carrier_fee": money(rate.carrier_fee),
        "mms_carrier_fee": money(rate.mms_carrier_fee),
        "minimum": money(rate.minimum),
        "lms": money(rate.lms),
        "tiers": [{"from_segments": start, "sms": money(price)} for start, price in rate.tiers],
    }


def _priced(card: RateCard) -> list[Rate]:
    return [rate for rate in card.rates if {rate.sms, rate.mms, rate.lms} != {None}]


def _name(key: str) -> str:
    if key == ANYWHERE:
        return "all other destinations"
    return (prefix_name(key) if key.startswith("+") else NAMES.get(key)) or key


def show_card(console: Console, card: RateCard, top: int | None = None) -> None:
    """Print how a rate card is read, with at most `top` rows without a rate."""
    priced = _priced(card)
    prefixes = sum(rate.key.startswith("+") for rate in priced)
    countries = sum(rate.key in NAMES for rate in priced)
    parts = [counted(countries, "country", "countries")] * bool(countries)
    parts += [counted(prefixes, "prefix", "prefixes")] * bool(prefixes)
    parts += ["all other destinations"] * (card[ANYWHERE].key == ANYWHERE)
    console.print(f"{counted(len(priced), 'destination')}: {', '.join(parts)}", highlight=False)
    console.print(f"Currency: {card.currency or 'not named; set it with --currency'}", highlight=False)
    _show_extremes(console, [rate for rate in priced if rate.sms is not None])
    for note in card.notes:
        # The rows are listed below.
        if note.code != "rate-rows":
            console.print(visible(str(note)), markup=False)
    if card.skipped:
        title = counted(len(card.skipped), "row without a rate", "rows without a rate")
        table = plain_table("Row", "Destination", "~Reason", title=title)
        for row in card.skipped[:top]:
            table.add_row(visible(row.location), visible(row.text), visible(row.reason))
        console.print(table, markup=False)
        show_more(console, len(card.skipped), top)


def _prices(rate: Rate) -> tuple[Decimal | None, ...]:
    return rate.sms, rate.lms, rate.mms, rate.carrier_fee or None, rate.minimum or None


def _show_extremes(console: Console, priced: list[Rate]) -> None:
    """Print the cheapest and the most expensive rates of SMS."""
    ordered = sorted(priced, key=lambda rate: (rate.sms or Decimal(0), rate.key))
    shown = ordered if len(ordered) <= 2 * _EXTREMES else [*ordered[:_EXTREMES], *ordered[-_EXTREMES:]]
    prices = [_prices(rate) for rate in priced]
    headings = (">SMS", ">LMS", ">MMS", ">Fee", ">Minimum")
    columns = [index for index in range(5) if index == 0 or any(row[index] is not None for row in prices)]
    shown_headings = (headings[index] for index in columns)
    table = plain_table("Destination", "Key", *shown_headings, title="Cheapest and most expensive")
    for rate in shown:
        cells = _prices(rate)
        table.add_row(_name(rate.key), rate.key, *(money(cells[index]) or "" for index in columns))
    console.print(table, markup=False)
    tiered = sum(bool(rate.tiers) for rate in priced)
    if tiered:
        have = counted(tiered, "destination has", "destinations have")
        console.print(f"{have} volume prices", highlight=False)
