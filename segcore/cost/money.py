"""Prices and costs: exact decimals, and what has no price stays visible."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, Inexact

# Sums and products of prices and counts are exact or an error, never rounded.
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])

_PRICE = re.compile(r"([0-9]+(\.[0-9]*)?|\.[0-9]+)\Z")
_PRICE_DIGITS = 40


def parse_price(text: str) -> Decimal:
    """Return a price as an exact decimal.

    Args:
        text: Decimal digits with at most one full stop, in whatever currency.

    Raises:
        ValueError: It is anything else: a sign, an exponent, a currency, a comma, "nan".

    Example:
        >>> parse_price("0.0079")
        Decimal('0.0079')
    """
    if not _PRICE.match(text) or len(text) > _PRICE_DIGITS:
        raise ValueError(
            f"expected a price such as 0.0079 (digits and a full stop, not negative), got {text!r}"
        )
    return Decimal(text)


@dataclass(frozen=True)
class Cost:
    """Money for an estimate; ``None`` is unknown, never nothing.

    Args:
        sms: Cost of all SMS segments.
        mms: Cost of all MMS.
        total: Both; ``None`` if anything is unpriced.
        unpriced_segments: SMS segments without a price.
        unpriced_mms: MMS without a price.
    """

    sms: Decimal | None
    mms: Decimal | None
    total: Decimal | None
    unpriced_segments: int
    unpriced_mms: int


def cost_of(segments: int, mms: int, price: Decimal | None, mms_price: Decimal | None) -> Cost:
    """Return what SMS segments and MMS cost.

    Args:
        segments: How many SMS segments.
        mms: How many MMS.
        price: Price of one SMS segment; ``None`` if it is not known.
        mms_price: Price of one MMS.

    Returns:
        Exact products and their sum.  What has no price is counted as unpriced.

    Example:
        >>> cost_of(3, 0, Decimal("0.1"), None).total, cost_of(3, 1, Decimal("0.1"), None).total
        (Decimal('0.3'), None)
    """
    sms_cost, mms_cost = multiply(price, segments), multiply(mms_price, mms)
    unpriced_segments = segments if price is None else 0
    unpriced_mms = mms if mms_price is None else 0
    known = [cost for cost in (sms_cost, mms_cost) if cost is not None]
    complete = known and not unpriced_segments and not unpriced_mms
    total = _EXACT.add(known[0], known[-1] if known[1:] else Decimal(0)) if complete else None
    return Cost(sms_cost, mms_cost, total, unpriced_segments, unpriced_mms)


def multiply(price: Decimal | None, count: int) -> Decimal | None:
    """Return the exact cost of a number of things, or ``None`` if their price is not known.

    Args:
        price: The price of one.
        count: How many.

    Example:
        >>> multiply(Decimal("0.1"), 3), multiply(None, 3)
        (Decimal('0.3'), None)
    """
    return None if price is None else _EXACT.multiply(price, Decimal(count))


def share(part: int, whole: int) -> Decimal:
    """Return a part of a whole in per cent, to one decimal place.

    Args:
        part: How many of them.
        whole: How many there are.

    Example:
        >>> share(1, 3), share(0, 0)
        (Decimal('33.3'), Decimal('0.0'))
    """
    return (Decimal(100 * part) / Decimal(whole or 1)).quantize(Decimal("0.1"))
