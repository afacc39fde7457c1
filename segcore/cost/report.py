"""What there is to say about files of messages, before it is shown in one form or another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from segcore.cost.columns import Columns
from segcore.cost.destinations import SEVERAL, UNKNOWN, UNSAID
from segcore.cost.estimate import Estimate


@dataclass(frozen=True)
class Report:
    """An estimate, and what it is of.

    Args:
        files: The names of the files.
        columns: The columns that were used.
        estimate: The estimate.
        flat: Whether one price for all destinations was given, and not a rate card.
    """

    files: tuple[str, ...]
    columns: Columns
    estimate: Estimate
    flat: bool = True

    @property
    def is_priced(self) -> bool:
        """Whether any price is known."""
        return self.estimate.rates is not None


def aligned(costs: Iterable[Decimal | None]) -> list[str | None]:
    """Return amounts of money with the same number of decimal places, so that they can be compared.

    Args:
        costs: The amounts; ``None`` stays what it is.

    Example:
        >>> aligned([Decimal("0.0079"), Decimal(3), None])
        ['0.0079', '3.0000', None]
    """
    found = list(costs)
    exponents = [int(cost.as_tuple().exponent) for cost in found if cost is not None]
    places = max((-exponent for exponent in exponents), default=0)
    return [None if cost is None else f"{cost:.{max(0, places)}f}" for cost in found]


def country_name(country: str) -> str:
    """Return the name of a country, or why there is none.

    Args:
        country: What an estimate says of where messages go.

    Example:
        >>> country_name("DE"), country_name("unknown")
        ('Germany', 'no country known')
    """
    from segcore.cost.countries import NAMES

    reasons = {UNSAID: "recipients not given", UNKNOWN: "no country known", SEVERAL: "several destinations"}
    return reasons.get(country) or NAMES.get(country, country)
