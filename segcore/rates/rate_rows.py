"""The rows of a rate card: what a row may say, and the rate that it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from segcore.numbers.countries import country_code
from segcore.rates.money import exact_price, parse_price
from segcore.rates.rate import ANYWHERE, Rate
from segcore.rates.rate_columns import NETWORKS, fields_of, spelled

_OTHERS = frozenset(("*", "any", "default", "other", "others", "rest", "all"))
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP"}
_PREFIX = re.compile(r"\+?([1-9][0-9]{0,14})\Z")
CURRENCY = re.compile(r"[A-Z]{3}\Z")
"""A code of ISO 4217."""


@dataclass(frozen=True)
class Row:
    """A row before it is understood.

    Args:
        cells: What it says, by field.
        where: What to call it in errors.
        network: What else tells it from other rows for the same place.
    """

    cells: Mapping[str, object]
    where: str
    network: str = ""


class RowError(ValueError):
    """A row that cannot be used.

    Args:
        where: Which row.
        problem: Why not.
    """

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


def row_of(row: Mapping[str, object], where: str) -> Row:
    """Return a mapping as a row, its fields by their own names.

    Args:
        row: A mapping with any names of fields.
        where: What to call it in errors.

    Raises:
        RowError: Its names are not those of a rate.
    """
    try:
        fields = fields_of(map(str, row))
    except ValueError as error:
        raise RowError(where, str(error)) from None
    networks = {spelled(name) for name in NETWORKS}
    network = "/".join(f"{value}" for name, value in row.items() if spelled(str(name)) in networks)
    return Row({field: row[name] for field, name in fields.items()}, where, network)


def rate_of(row: Row, currencies: dict[str, str]) -> tuple[Rate | None, int]:
    """Return the rate that a row says and from which segment on; ``None`` if it says there is none.

    Args:
        row: The row.
        currencies: By currency, the first row that says it; what the row says is put in.

    Raises:
        RowError: The row cannot be used, and why.
        TypeError: A price is a ``float``.
    """
    try:
        if _text(row.cells.get("reject")).lower() in ("true", "1", "yes"):
            return None, 1
        start = _start(row.cells.get("from_segments"))
        prices = {
            field: _price(field, row.cells.get(field), row.where, currencies)
            for field in ("sms", "mms", "carrier_fee", "mms_carrier_fee", "minimum")
        }
        place = _place(row.cells)
        _note_currency(_text(row.cells.get("currency")).upper(), row.where, currencies)
    except ValueError as error:
        raise RowError(row.where, str(error)) from None
    if prices["sms"] is None and (prices["mms"] is None or start > 1):
        raise RowError(row.where, f"no price for {place}; fill in sms or mms, or leave the row out")
    if start > 1 and any(value is not None for field, value in prices.items() if field != "sms"):
        raise RowError(
            row.where, "a row with from_segments has no other price than sms; put others into the first"
        )
    fee, mms_fee, minimum = (
        prices[each] or Decimal(0) for each in ("carrier_fee", "mms_carrier_fee", "minimum")
    )
    return Rate(place, prices["sms"], prices["mms"], fee, mms_fee, minimum), start


def _place(cells: Mapping[str, object]) -> str:
    prefix, country = _text(cells.get("prefix")), _text(cells.get("country"))
    if prefix and prefix != ANYWHERE:
        digits = _PREFIX.match(re.sub(r"[ ().-]", "", prefix))
        if not digits:
            raise ValueError(
                f"prefix {prefix!r}: expected the first digits of international numbers, such as +1787"
            )
        return f"+{digits[1]}"
    if prefix == ANYWHERE or country.lower() in _OTHERS:
        return ANYWHERE
    if not country:
        raise ValueError("neither a country nor a prefix; say * for all other destinations")
    return country_code(country)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, (str, int)):
        return str(cell).strip()
    raise ValueError(f"expected text, got {type(cell).__name__} {cell!r}")


def _price(field: str, cell: object, where: str, currencies: dict[str, str]) -> Decimal | None:
    if isinstance(cell, float):
        raise TypeError(
            f"{where}: {field}: {cell!r} is a float, which is not exact; "
            f"give the price as a string or Decimal, such as '{cell}'"
        )
    if isinstance(cell, Decimal):
        return exact_price(cell)
    text = _text(cell)
    if text[:1] in _SYMBOLS:
        _note_currency(_SYMBOLS[text[0]], where, currencies)
        text = text[1:].strip()
    if not text:
        return None
    try:
        return parse_price(text)
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from None


def _start(cell: object) -> int:
    text = _text(cell)
    if not text:
        return 1
    if not re.match(r"[1-9][0-9]{0,17}\Z", text):
        raise ValueError(f"from_segments: expected a whole number from 1 on, got {text!r}")
    return int(text)


def _note_currency(code: str, where: str, currencies: dict[str, str]) -> None:
    if code:
        if not CURRENCY.match(code):
            raise ValueError(f"currency: expected a code of ISO 4217 such as USD, got {code!r}")
        currencies.setdefault(code, where)
