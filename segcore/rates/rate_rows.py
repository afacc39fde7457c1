"""Rows of rate cards: the headings that providers use, the cells, and the rates that rows make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from segcore._errors import unknown
from segcore.numbers.countries import country_code
from segcore.rates.money import exact_price, parse_price
from segcore.rates.rate import ANYWHERE, Rate

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "country": (
            *("iso", "iso_country", "country_iso", "iso_code", "country_iso_code", "iso_country_code"),
            *("alpha_2", "iso2", "country", "country_code", "country_name", "country_display_name"),
            *("destination_country", "destination"),
        ),
        "prefix": ("prefix", "destination_prefix", "e164_prefix", "number_prefix"),
        "sms": (
            *(
                "sms",
                "sms_price",
                "price_sms",
                "price / msg",
                "price per msg",
                "price per message",
                "per_sms",
            ),
            *("price per message part", "price per sms", "price per segment", "sms_rate", "outbound_sms"),
            *("sms_outbound", "outbound_rate", "current_price", "default_price", "mt_price", "mt"),
            *("price", "rate"),
        ),
        "mms": ("mms", "mms_price", "price_mms", "price per mms", "per_mms", "mms_rate", "outbound_mms"),
        "currency": ("currency", "price_unit", "currency_code"),
        "carrier_fee": (
            *("carrier_fee", "carrier_fees", "sms_carrier_fee", "carrier_surcharge", "surcharge"),
            "pass_through_fee",
        ),
        "mms_carrier_fee": ("mms_carrier_fee", "mms_carrier_surcharge"),
        "minimum": ("minimum", "minimum_per_message", "minimum per message", "message_minimum"),
        "from_segments": ("from_segments", "from_segment"),
        "reject": ("reject_sms",),
    }
)
"""Names by which a column is found, those that come first being preferred.

Sources:
https://assets.cdn.prod.twilio.com/pricing-csv/SMSPricing.csv (ISO, Country, Description, Price / msg),
https://www.twilio.com/docs/messaging/api/pricing (iso_country, current_price, price_unit),
https://plivo.com/docs/account/api/pricing/the-pricing-object (country_iso, message.outbound.rate),
https://developer.vonage.com/api/pricing (countryCode, countryName, defaultPrice, currency),
https://developer.vonage.com/api/pricing.v2 (country_name, dest_network_type, price, currency),
https://doc.didww.com/api3/2026-11-19/prices-resources/sms-prices/get-sms-out-price-file.html
(Destination prefix, Country, MCC, MNC, Reject SMS, Price).

Calling codes, such as Vonage's ``dialingPrefix`` and Plivo's ``country_code``, are no prefixes here: several
countries share one.  docs/rate-cards.md says which files could not be checked.
"""

NETWORKS = (
    *(
        "description",
        "network",
        "network_name",
        "network_code",
        "networks",
        "carrier",
        "operator",
        "mcc",
        "mnc",
    ),
    *("mcc_name", "mnc_name", "number_type", "group_name", "source_prefix"),
    *("dest_network_type", "group_internal_start"),
)
"""Columns that tell apart several rows with the same key, which a number does not."""


def spelled(name: str) -> str:
    """Return a column's name without what spelling it differently changes.

    Args:
        name: The name of a column.

    Example:
        >>> spelled("Price / msg"), spelled("countryCode"), spelled("Price (EUR)")
        ('pricemsg', 'countrycode', 'price')
    """
    return re.sub(r"[^a-z0-9*]+", "", re.sub(r"\(.*?\)", "", name).casefold())


def fields_of(names: Iterable[str]) -> dict[str, str]:
    """Return the name of the column for each field that there is.

    Args:
        names: The names of the columns.

    Raises:
        ValueError: Neither a place nor a price is among them, or one is a misspelled field.

    Example:
        >>> fields_of(["ISO", "Country", "Description", "Price / msg"])
        {'country': 'ISO', 'sms': 'Price / msg'}
    """
    columns = {spelled(name): name for name in names}
    aliases = {field: [spelled(alias) for alias in known] for field, known in FIELDS.items()}
    found = {
        field: next(columns[alias] for alias in known if alias in columns)
        for field, known in aliases.items()
        if any(alias in columns for alias in known)
    }
    listed = ", ".join(map(repr, columns.values()))
    if "country" not in found and "prefix" not in found:
        raise ValueError(f"no column says where a price holds (country or prefix); there are: {listed}")
    if "sms" not in found and "mms" not in found:
        raise ValueError(f"no column has prices (sms or mms); there are: {listed}")
    _check_spelling(columns, {*map(spelled, NETWORKS)}.union(*aliases.values()))
    return found


def _check_spelling(columns: Mapping[str, str], known: set[str]) -> None:
    """Refuse a column that is a field but for its spelling: what it says would be lost."""
    from difflib import get_close_matches

    for column in columns.keys() - known:
        close = get_close_matches(column, [spelled(field) for field in FIELDS], n=1, cutoff=0.8)
        if close:
            field = next(each for each in FIELDS if spelled(each) == close[0])
            raise ValueError(f"unknown column {columns[column]!r}; did you mean {field!r}?")


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
        key = _rate_key(row.cells)
        _note_currency(_text(row.cells.get("currency")).upper(), row.where, currencies)
    except ValueError as error:
        raise RowError(row.where, str(error)) from None
    if prices["sms"] is None and (prices["mms"] is None or start > 1):
        raise RowError(row.where, f"no price for {key}; fill in sms or mms, or leave the row out")
    if start > 1 and any(value is not None for field, value in prices.items() if field != "sms"):
        raise RowError(
            row.where, "a row with from_segments has no other price than sms; put others into the first"
        )
    fee, mms_fee, minimum = (
        prices[each] or Decimal(0) for each in ("carrier_fee", "mms_carrier_fee", "minimum")
    )
    return Rate(key, prices["sms"], prices["mms"], fee, mms_fee, minimum), start


def _rate_key(cells: Mapping[str, object]) -> str:
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


def rates_of(
    rows: Iterable[Mapping[str, object]], currency: str | None, duplicates: str
) -> tuple[dict[str, Rate], str | None]:
    """Return the rates by key, and their currency, of rows given in Python.

    Raises:
        ValueError: A row cannot be used.
        TypeError: A price is a ``float``, or a row is no mapping.
    """
    return understood(_given(rows), currency, duplicates)


def _given(rows: Iterable[Mapping[str, object]]) -> Iterator[Row]:
    if isinstance(rows, (str, bytes, Mapping)) or not isinstance(rows, Iterable):
        raise TypeError(
            f"rates: expected an iterable of mappings, got {type(rows).__name__}; "
            "a file is read by RateCard.read"
        )
    for index, row in enumerate(rows):
        where = f"rates[{index}]"
        if not isinstance(row, Mapping):
            raise TypeError(f"{where}: expected a mapping such as a dict, got {type(row).__name__}")
        yield row_of(row, where)


def understood(
    rows: Iterable[Row], currency: str | None, duplicates: str
) -> tuple[dict[str, Rate], str | None]:
    """Return the rates by key, and their currency.

    Args:
        rows: The rows.
        currency: The currency where rows do not say one.
        duplicates: What to do about several rows with the same key.

    Raises:
        RowError: A row cannot be used, and why.
        ValueError: There is no row; `duplicates` or `currency` is none.
    """
    if duplicates not in ("error", "highest"):
        raise unknown("duplicates", duplicates, ("error", "highest"))
    if currency is not None and not CURRENCY.match(currency):
        raise ValueError(f"currency: expected a code of ISO 4217 such as USD, got {currency!r}")
    found: dict[tuple[str, int], tuple[Rate, Row]] = {}
    currencies: dict[str, str] = {}
    for row in rows:
        rate, start = rate_of(row, currencies)
        if rate is None:
            continue
        key = rate.key, start
        if key in found:
            rate = _one_of(found[key], (rate, row), start, duplicates)
        found[key] = rate, row
    if not found:
        raise ValueError("there is no rate in it")
    _check_currencies(currencies, currency)
    return _with_tiers(found), next(iter(currencies), currency)


def _check_currencies(currencies: Mapping[str, str], currency: str | None) -> None:
    names = [*currencies]
    if len(names) > 1:
        raise RowError(
            currencies[names[1]],
            f"its price is in {names[1]}, that of {currencies[names[0]]} in {names[0]}; "
            "make one rate card for each currency",
        )
    if names and currency not in (None, names[0]):
        raise RowError(currencies[names[0]], f"its price is in {names[0]}, but {currency} was asked for")


def _one_of(first: tuple[Rate, Row], second: tuple[Rate, Row], start: int, duplicates: str) -> Rate:
    """Return the rate for a place that two rows are for, if that is no contradiction."""
    (one, earlier), (other, row) = first, second
    if one == other and earlier.network != row.network:
        return one
    if duplicates == "highest":
        return replace(
            one,
            sms=_higher(one.sms, other.sms),
            mms=_higher(one.mms, other.mms),
            carrier_fee=max(one.carrier_fee, other.carrier_fee),
            mms_carrier_fee=max(one.mms_carrier_fee, other.mms_carrier_fee),
            minimum=max(one.minimum, other.minimum),
        )
    what = f"a second rate for {one.key}" + (f" from segment {start} on" if start > 1 else "")
    hint = "remove one"
    if earlier.network != row.network:
        hint = "keep one, or take the highest (duplicates='highest', --highest-rate)"
    raise RowError(row.where, f"{what}, after that of {earlier.where}; {hint}")


def _higher(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _with_tiers(found: Mapping[tuple[str, int], tuple[Rate, Row]]) -> dict[str, Rate]:
    """Return the rates by key, volume prices put into the rate that they belong to."""
    rates = {key: rate for (key, start), (rate, _) in found.items() if start == 1}
    for (key, start), (rate, row) in sorted(found.items(), key=lambda item: item[0]):
        if start == 1:
            continue
        base = rates.get(key)
        if base is None or base.sms is None:
            raise RowError(row.where, f"no price for the first segments to {key}; add a row from segment 1")
        if base.minimum:
            raise RowError(row.where, f"{key} has a minimum for each message, so no volume prices")
        tiers = base.tiers or ((1, base.sms),)
        rates[key] = replace(base, tiers=(*tiers, (start, rate.sms or Decimal(0))))
    return rates
