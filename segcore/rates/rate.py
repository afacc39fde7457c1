"""The rate for one prefix or country, and the exact cost of messages at that rate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from segcore.rates.money import add, multiply

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
