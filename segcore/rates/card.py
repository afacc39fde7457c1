"""A rate card: what messages cost, by destination."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from decimal import Decimal

from segcore.rates.rate import ANYWHERE, UNPRICED, Rate
from segcore.rates.rate_files import read_rates
from segcore.rates.rate_sets import rates_of


class RateCard:
    """What messages cost, by destination.

    The rate of the longest prefix of a number wins, then that of its country, then ``*``.  That one row
    decides: if it has no price for MMS, an MMS there is unpriced.

    Args:
        rows: Mappings with the keys ``country``, ``prefix``, ``sms``, ``mms``, ``currency``,
            ``carrier_fee``, ``mms_carrier_fee``, ``minimum`` and ``from_segments``, or names by which
            providers call these.  Prices are strings, ``Decimal`` or ``int``.
        currency: The currency where rows do not say one.
        duplicates: ``"error"``; or ``"highest"`` takes the highest of several prices for one place, such
            as those of its networks.

    Raises:
        ValueError: A row cannot be used; the message says which and why.
        TypeError: A price is a ``float``, which is not exact.

    Example:
        >>> card = RateCard([
        ...     {"country": "US", "sms": "0.0079", "mms": "0.02", "currency": "USD"},
        ...     {"prefix": "+1787", "sms": "0.0450"},
        ... ])
        >>> [card.find("12025550143", "US").place, card.find("17875550143", "PR").place]
        ['US', '+1787']
        >>> card.find("4420", "GB").place, card.currency
        ('', 'USD')
    """

    __slots__ = ("_currency", "_lengths", "_rates")

    def __init__(
        self, rows: Iterable[Mapping[str, object]], *, currency: str | None = None, duplicates: str = "error"
    ) -> None:
        self._set(*rates_of(rows, currency, duplicates))

    def _set(self, rates: Mapping[str, Rate], currency: str | None) -> None:
        self._rates = dict(sorted(rates.items()))
        self._currency = currency
        prefixes = (place for place in self._rates if place.startswith("+"))
        self._lengths = sorted({len(place) - 1 for place in prefixes}, reverse=True)

    @classmethod
    def read(
        cls, path: str | os.PathLike[str], *, currency: str | None = None, duplicates: str = "error"
    ) -> RateCard:
        """Return the rate card in a file.

        Args:
            path: A CSV file with a header (comma, semicolon, tabulator or bar), or a JSON file whose name
                ends in ``.json``; either may be compressed with gzip.
            currency: The currency where the file does not say one.
            duplicates: As for the class.

        Raises:
            FileError: It cannot be used; the message names file, line and reason.

        Example:
            >>> import pathlib, tempfile
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "rates.csv")
            ...     _ = path.write_text("ISO,Country,Price / msg\\nUS,United States,0.0083\\n")
            ...     [(rate.place, rate.sms) for rate in RateCard.read(path).rates]
            [('US', Decimal('0.0083'))]
        """
        card = cls.__new__(cls)
        card._set(*read_rates(os.fspath(path), currency, duplicates))  # noqa: SLF001 (its own)
        return card

    @classmethod
    def flat(
        cls,
        sms: str | Decimal | None = None,
        mms: str | Decimal | None = None,
        *,
        currency: str | None = None,
    ) -> RateCard:
        """Return the card with one price for all destinations.

        Args:
            sms: Price of one SMS segment.
            mms: Price of one MMS.
            currency: The currency.

        Example:
            >>> RateCard.flat("0.0079").find("12025550143", "US").sms
            Decimal('0.0079')
        """
        return cls([{"country": ANYWHERE, "sms": sms, "mms": mms}], currency=currency)

    @property
    def rates(self) -> tuple[Rate, ...]:
        """The rates, by place."""
        return tuple(self._rates.values())

    @property
    def currency(self) -> str | None:
        """The currency of all prices, ``None`` if it is not said."""
        return self._currency

    @property
    def is_flat(self) -> bool:
        """Whether prices are the same everywhere."""
        return list(self._rates) == [ANYWHERE]

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The digits of the prefixes that have a rate."""
        return tuple(place[1:] for place in self._rates if place.startswith("+"))

    def __getitem__(self, place: str) -> Rate:
        return self._rates.get(place, UNPRICED)

    def find(self, digits: str, country: str) -> Rate:
        """Return the rate for a number.

        Args:
            digits: Its digits in international form, without plus sign; empty if there is none.
            country: Its country, empty if it has none.

        Returns:
            The rate; `UNPRICED`, whose place is empty, if there is none for it.
        """
        for length in self._lengths:
            found = self._rates.get(f"+{digits[:length]}") if len(digits) >= length else None
            if found is not None:
                return found
        return self._rates.get(country) or self[ANYWHERE]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RateCard):
            return NotImplemented
        return (self._currency, self._rates) == (other._currency, other._rates)

    def __hash__(self) -> int:
        return hash((self._currency, self.rates))

    def __repr__(self) -> str:
        return f"<RateCard: {len(self._rates)} rates{f' in {self._currency}' if self._currency else ''}>"


def _no_rates() -> RateCard:
    card = RateCard.__new__(RateCard)
    card._set({}, None)  # noqa: SLF001 (its own)
    return card


NO_RATES = _no_rates()
"""The card without a rate: everything is unpriced."""


def card_of(
    rates: RateCard | str | os.PathLike[str] | None,
    price: Decimal | None = None,
    mms_price: Decimal | None = None,
    *,
    duplicates: str = "error",
) -> RateCard | None:
    """Return the rate card that is meant.

    Args:
        rates: A rate card, or the path of one.
        price: Price of one SMS segment to anywhere.
        mms_price: Price of one MMS to anywhere.
        duplicates: As `RateCard.read` takes it.

    Returns:
        The card, ``None`` if no price is known.

    Raises:
        ValueError: There are both a card and a price, or one of them cannot be used.

    Example:
        >>> card_of(None, Decimal("0.004")).find("12025550143", "US").sms
        Decimal('0.004')
    """
    if rates is not None and not (price is mms_price is None):
        raise ValueError("rates: a rate card says all prices; leave out price and mms_price")
    if isinstance(rates, (str, os.PathLike)):
        return RateCard.read(rates, duplicates=duplicates)
    if rates is not None:
        return rates
    return None if price is mms_price is None else RateCard.flat(price, mms_price)
