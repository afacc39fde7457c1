"""Rows made into a rate card: one rate for each place, in one currency, with its volume prices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from segcore._errors import unknown
from segcore.rates.rate import Rate
from segcore.rates.rate_rows import CURRENCY, Row, RowError, rate_of, row_of


def rates_of(
    rows: Iterable[Mapping[str, object]], currency: str | None, duplicates: str
) -> tuple[dict[str, Rate], str | None]:
    """Return the rates by place, and their currency, of rows given in Python.

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
    """Return the rates by place, and their currency.

    Args:
        rows: The rows.
        currency: The currency where rows do not say one.
        duplicates: What to do about several rows for one place.

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
        key = rate.place, start
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
    what = f"a second rate for {one.place}" + (f" from segment {start} on" if start > 1 else "")
    hint = "remove one"
    if earlier.network != row.network:
        hint = "keep one, or take the highest (duplicates='highest', --highest-rate)"
    raise RowError(row.where, f"{what}, after that of {earlier.where}; {hint}")


def _higher(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _with_tiers(found: Mapping[tuple[str, int], tuple[Rate, Row]]) -> dict[str, Rate]:
    """Return the rates by place, volume prices put into the rate that they belong to."""
    rates = {place: rate for (place, start), (rate, _) in found.items() if start == 1}
    for (place, start), (rate, row) in sorted(found.items(), key=lambda item: item[0]):
        if start == 1:
            continue
        base = rates.get(place)
        if base is None or base.sms is None:
            raise RowError(row.where, f"no price for the first segments to {place}; add a row from segment 1")
        if base.minimum:
            raise RowError(row.where, f"{place} has a minimum for each message, so no volume prices")
        tiers = base.tiers or ((1, base.sms),)
        rates[place] = replace(base, tiers=(*tiers, (start, rate.sms or Decimal(0))))
    return rates
