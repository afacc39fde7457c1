"""Prices by destination; here rates, and exact costs that also count the messages without a price."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, Inexact
from functools import reduce

# Sums and products of prices and counts are exact or an error, never rounded.
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])

_PRICE = re.compile(r"([0-9]+(\.[0-9]*)?|\.[0-9]+)\Z")
PRICE_DIGITS = 40
"""The most digits of a price."""


def parse_price(text: str) -> Decimal:
    """Return a price as an exact decimal.

    Args:
        text: Decimal digits with at most one full stop, in whatever currency.

    Raises:
        ValueError: It is longer than any price, or has a sign, an exponent, a currency or a comma.

    Example:
        >>> parse_price("0.0079")
        Decimal('0.0079')
    """
    if _PRICE.match(text) and len(text) > PRICE_DIGITS:
        raise ValueError(f"expected a price of at most {PRICE_DIGITS} digits, got {len(text)}: {text[:9]}...")
    if not _PRICE.match(text):
        raise ValueError(
            f"expected a price such as 0.0079 (digits and a decimal point, no sign or currency), got {text!r}"
        )
    return Decimal(text)


def exact_price(price: Decimal) -> Decimal:
    """Return a decimal that can be a price.

    Args:
        price: Any decimal.

    Raises:
        ValueError: It is negative, not a number, or larger or finer than any price.

    Example:
        >>> exact_price(Decimal("7.9e-3"))
        Decimal('0.0079')
    """
    finite = price.is_finite() and price >= 0
    if not finite or price.adjusted() > PRICE_DIGITS or int(price.as_tuple().exponent) < -PRICE_DIGITS:
        raise ValueError(
            f"expected a price such as 0.0079, not negative and of at most {PRICE_DIGITS} digits, got {price}"
        )
    return Decimal(f"{price:f}")


@dataclass(frozen=True)
class Cost:
    """Sums of money, in which ``None`` is unknown and never 0.

    Args:
        sms: Cost of all SMS that have a price, fees included; ``None`` if none has.
        mms: Cost of all MMS that have a price, fees included; ``None`` if none has.
        total: The sum of both; ``None`` if anything is unpriced.
        unpriced_segments: SMS segments without a price.
        unpriced_mms: MMS without a price.
        currency: The currency (ISO 4217), ``None`` if unknown.
    """

    sms: Decimal | None
    mms: Decimal | None
    total: Decimal | None
    unpriced_segments: int
    unpriced_mms: int
    currency: str | None = None

    @property
    def priced(self) -> Decimal | None:
        """The cost of everything that has a price; ``None`` if nothing has.

        Example:
            >>> Cost(Decimal("7.90"), None, None, 1, 0).priced
            Decimal('7.90')
        """
        known = [cost for cost in (self.sms, self.mms) if cost is not None]
        return add(*known) if known else None


def multiply(price: Decimal, count: int) -> Decimal:
    """Return the exact cost of a number of things.

    Args:
        price: The price of one.
        count: How many.

    Example:
        >>> multiply(Decimal("0.1"), 3)
        Decimal('0.3')
    """
    return _EXACT.multiply(price, Decimal(count))


def add(*costs: Decimal) -> Decimal:
    """Return the exact sum of costs.

    Args:
        costs: Any number of them.

    Example:
        >>> add(Decimal("0.1"), Decimal("0.2"))
        Decimal('0.3')
    """
    return reduce(_EXACT.add, costs, Decimal(0))


def subtract(cost: Decimal, other: Decimal) -> Decimal:
    """Return the exact difference of two costs.

    Args:
        cost: The one.
        other: What is taken from it.

    Example:
        >>> subtract(Decimal("0.3"), Decimal("0.1"))
        Decimal('0.2')
    """
    return _EXACT.subtract(cost, other)


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


ANYWHERE = "*"
"""The key of the rate that covers every destination without a rate of its own."""


@dataclass(frozen=True)
class Rate:
    """The prices of messages to the destinations that share a rate.

    Args:
        key: The destinations: a prefix of E.164 numbers with a plus sign, a country (ISO 3166 alpha-2), or
            ``*`` for all others.
        sms: Price of one SMS segment, ``None`` if unknown.
        mms: Price of one MMS, ``None`` if unknown.
        carrier_fee: Fee that carriers add to each SMS segment.
        mms_carrier_fee: Fee that carriers add to each MMS.
        minimum: Minimum charge per SMS, before carrier fees; 0 for none.
        lms: Price of one message of the longer class where octets are counted, such as Korea's LMS and RCS's
            Single; ``None`` if unknown.
        tiers: Volume prices, as pairs of the first segment and the price from there on.  Segments are counted
            from 1 over the whole estimate; the first pair is segment 1 at the price `sms`.

    Example:
        >>> rate = Rate("US", Decimal("0.0079"), Decimal("0.02"))
        >>> rate.sms_cost({2: 10}), rate.mms_cost(3)
        (Decimal('0.1580'), Decimal('0.06'))
    """

    key: str
    sms: Decimal | None = None
    mms: Decimal | None = None
    carrier_fee: Decimal = Decimal(0)
    mms_carrier_fee: Decimal = Decimal(0)
    minimum: Decimal = Decimal(0)
    lms: Decimal | None = None
    tiers: tuple[tuple[int, Decimal], ...] = ()

    def sms_cost(self, messages: Mapping[int, int], before: int = 0) -> Decimal | None:
        """Return the cost of SMS, fees included.

        Args:
            messages: The number of SMS by number of segments.
            before: Segments sent at this rate earlier, for volume prices.

        Returns:
            The exact sum; ``None`` if there are any SMS and the price is unknown.

        Example:
            >>> Rate("US", Decimal("0.1"), carrier_fee=Decimal("0.01")).sms_cost({1: 2, 3: 1})
            Decimal('0.55')
            >>> tiers = ((1, Decimal("0.1")), (4, Decimal("0.05")))
            >>> Rate("US", Decimal("0.1"), tiers=tiers).sms_cost({1: 2, 3: 1})
            Decimal('0.40')
        """
        segments = sum(each * number for each, number in messages.items())
        if not segments:
            return Decimal(0)
        if self.sms is None:
            return None
        fees = multiply(self.carrier_fee, segments)
        if self.minimum:
            costs = (
                multiply(max(self.minimum, multiply(self.sms, each)), number)
                for each, number in messages.items()
            )
            return add(fees, *costs)
        return add(fees, *self._tiered(before, before + segments))

    def mms_cost(self, messages: int) -> Decimal | None:
        """Return the cost of MMS, fees included.

        Args:
            messages: The number of MMS.

        Returns:
            The exact sum; ``None`` if there are any MMS and the price is unknown.

        Example:
            >>> Rate("US", mms=Decimal("0.02")).mms_cost(2), Rate("US").mms_cost(2), Rate("US").mms_cost(0)
            (Decimal('0.04'), None, Decimal('0'))
        """
        if not messages:
            return Decimal(0)
        return None if self.mms is None else multiply(add(self.mms, self.mms_carrier_fee), messages)

    def lms_cost(self, messages: int) -> Decimal | None:
        """Return the cost of messages of the longer class.

        Args:
            messages: The number of messages.

        Returns:
            The exact sum; ``None`` if there are any and the price is unknown.

        Example:
            >>> Rate("KR", lms=Decimal("25.9")).lms_cost(2), Rate("KR").lms_cost(2)
            (Decimal('51.8'), None)
        """
        if not messages:
            return Decimal(0)
        return None if self.lms is None else multiply(self.lms, messages)

    def _tiered(self, first: int, last: int) -> Iterable[Decimal]:
        """Yield the cost of the segments after `first` up to `last` in each tier."""
        tiers = self.tiers or ((1, self.sms or Decimal(0)),)
        ends = [start - 1 for start, _ in tiers[1:]] + [last]
        for (start, price), end in zip(tiers, ends, strict=True):
            number = min(end, last) - max(start - 1, first)
            if number > 0:
                yield multiply(price, number)


UNPRICED = Rate("")
"""The rate of destinations that no rate covers: its key is empty and it has no price."""
