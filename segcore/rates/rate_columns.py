"""What providers call the columns of their rate cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

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
"""Columns that tell apart several rows for one place, which a number does not."""


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
