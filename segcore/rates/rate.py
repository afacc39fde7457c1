"""The price of counts: what messages to one place cost, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from segcore.rates.money import add, multiply

ANYWHERE = "*"
"""The place of the rate for all destinations that no other rate is for."""


@dataclass(frozen=True)
class Rate:
    """What messages to one place cost.

    Args:
        place: A prefix of E.164 numbers with a plus sign, a country (ISO 3166 alpha-2), or ``*``.
        sms: Price of one SMS segment, ``None`` if it is not known.
        mms: Price of one MMS, ``None`` if it is not known.
        carrier_fee: What carriers take for each SMS segment on top.
        mms_carrier_fee: What carriers take for each MMS on top.
        minimum: The least that one SMS costs, carrier fees not counted; 0 for none.
        tiers: Volume prices: from which segment to this place on, counted from 1 over the whole estimate,
            what price of a segment.  The first is from segment 1 and is `sms`.
    """

    place: str
    sms: Decimal | None = None
    mms: Decimal | None = None
    carrier_fee: Decimal = Decimal(0)
    mms_carrier_fee: Decimal = Decimal(0)
    minimum: Decimal = Decimal(0)
    tiers: tuple[tuple[int, Decimal], ...] = ()

    def sms_cost(self, messages: Mapping[int, int], before: int = 0) -> Decimal | None:
        """Return what SMS cost.

        Args:
            messages: How many SMS there are of each number of segments.
            before: How many segments were sent to this place before these, for volume prices.

        Returns:
            An exact sum, or ``None`` if the price is not known and there are any.

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
        """Return what MMS cost, or ``None`` if the price is not known and there are any.

        Args:
            messages: How many.
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
"""The rate of destinations that no rate is for: no price is known."""
