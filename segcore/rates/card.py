"""Rate cards: the prices of messages by destination."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from segcore.rates import ANYWHERE, UNPRICED, Rate, exact_price, parse_price
from segcore.sources import ReadingNote

# The readers are imported when a card is read: a price for all destinations needs none.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime as dt

    from segcore.rates.rate_rows import CardContent, SkippedRow


class RateCard:
    """The prices of messages by destination.

    The rate of the longest matching prefix applies, else the rate of the country, else ``*``.  That rate
    alone decides: if it has no price for MMS, an MMS to its destinations is unpriced.  A card never changes,
    so threads can share it.

    Args:
        rows: Mappings with the keys ``country``, ``prefix``, ``sms``, ``mms``, ``currency``,
            ``carrier_fee``, ``mms_carrier_fee``, ``minimum`` and ``from_segments``, or the names that
            providers give to these.  Prices are strings, ``Decimal`` or ``int``.
        currency: The currency (ISO 4217) of prices that do not name one.
        duplicates: ``"error"`` refuses different prices for the same destinations; ``"highest"`` uses the
            highest of them, for cards with a price for each carrier.
        as_of: The day whose prices apply, for cards with dates; today if ``None``.

    Raises:
        ValueError: A row is malformed; the message names the row and the reason.
        TypeError: A price is a ``float``, which is not exact.

    Example:
        >>> card = RateCard([
        ...     {"country": "US", "sms": "0.0079", "mms": "0.02", "currency": "USD"},
        ...     {"prefix": "+1787", "sms": "0.0450"},
        ... ])
        >>> [card.find("12025550143", "US").key, card.find("17875550143", "PR").key]
        ['US', '+1787']
        >>> card.find("4420", "GB").key, card.currency
        ('', 'USD')
    """

    __slots__ = ("_currency", "_lengths", "_notes", "_rates", "_skipped")

    def __init__(
        self,
        rows: Iterable[Mapping[str, object]],
        *,
        currency: str | None = None,
        duplicates: str = "error",
        as_of: dt.date | None = None,
    ) -> None:
        from segcore.rates.rate_rows import read_table, table_of

        self._take(read_table(table_of(rows), currency, duplicates, as_of))

    def _take(self, content: CardContent) -> None:
        self._set(content.rates, content.currency, content.skipped, content.notes)

    def _set(
        self,
        rates: Mapping[str, Rate],
        currency: str | None = None,
        skipped: Iterable[SkippedRow] = (),
        notes: Iterable[ReadingNote] = (),
    ) -> None:
        self._rates = dict(sorted(rates.items()))
        self._currency = currency
        self._skipped = tuple(skipped)
        self._notes = tuple(notes)
        self._lengths = sorted(set(map(len, self.prefixes)), reverse=True)

    @classmethod
    def read(
        cls,
        path: str | os.PathLike[str],
        *,
        currency: str | None = None,
        duplicates: str = "error",
        as_of: dt.date | None = None,
        encoding: str | None = None,
        sheet: str | None = None,
    ) -> RateCard:
        """Return the rate card in a file.

        Args:
            path: A CSV file (comma, semicolon, tab or bar), a JSON file, a workbook, a Parquet or an
                Arrow file, perhaps compressed, or the address of one (``https://``, ``s3://``, ``gs://``, ``az://``).
            currency: The currency (ISO 4217) of prices that do not name one.
            duplicates: As for the class.
            as_of: As for the class.
            encoding: The encoding of a text that is not UTF-8, ``None`` to detect it.
            sheet: The name of the sheet of a workbook, ``None`` for the first with rates.

        Raises:
            FileError: The file is malformed; the message names the file, the line and the reason.

        Example:
            >>> import pathlib, tempfile
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "rates.csv")
            ...     _ = path.write_text("ISO,Country,Price / msg\\nUS,United States,0.0083\\n")
            ...     [(rate.key, rate.sms) for rate in RateCard.read(path).rates]
            [('US', Decimal('0.0083'))]
        """
        from segcore.rates.rate_files import read_rates

        card = cls.__new__(cls)
        content = read_rates(os.fspath(path), currency, duplicates, as_of, encoding=encoding, sheet=sheet)
        card._take(content)  # noqa: SLF001 (its own)
        return card

    @classmethod
    def flat(
        cls,
        sms: str | Decimal | None = None,
        mms: str | Decimal | None = None,
        *,
        lms: str | Decimal | None = None,
        currency: str | None = None,
    ) -> RateCard:
        """Return a card with one price for all destinations.

        Args:
            sms: Price of one SMS segment.
            mms: Price of one MMS.
            lms: Price of one message of the longer class where octets are counted, as in `Rate`.
            currency: The currency (ISO 4217).

        Raises:
            ValueError: A price is malformed, or there is none.

        Example:
            >>> RateCard.flat("0.0079").find("12025550143", "US").sms
            Decimal('0.0079')
        """
        return cls([{"country": ANYWHERE, "sms": sms, "mms": mms, "lms": lms}], currency=currency)

    @property
    def rates(self) -> tuple[Rate, ...]:
        """The rates, sorted by key."""
        return tuple(self._rates.values())

    @property
    def currency(self) -> str | None:
        """The currency of all prices (ISO 4217), ``None`` if unknown."""
        return self._currency

    @property
    def skipped(self) -> tuple[SkippedRow, ...]:
        """The rows that give no rate, with the reason: no price, no destination, inbound, not valid yet."""
        return self._skipped

    @property
    def notes(self) -> tuple[ReadingNote, ...]:
        """Doubts about the reading: columns that are not used though they may change prices, skipped rows."""
        if not self._skipped:
            return self._notes
        reasons = Counter(row.reason for row in self._skipped).most_common(3)
        listed = ", ".join(f"{number:,} {reason}" for reason, number in reasons)
        rows = (
            "1 row of the rate card gives"
            if len(self._skipped) == 1
            else f"{len(self._skipped):,} rows of the rate card give"
        )
        note = ReadingNote("rate-rows", f"{rows} no rate ({listed}); segcore rates lists them.")
        return (*self._notes, note)

    @property
    def is_flat(self) -> bool:
        """Whether one rate covers all destinations."""
        return list(self._rates) == [ANYWHERE]

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The digits of the prefixes that have a rate."""
        return tuple(key[1:] for key in self._rates if key.startswith("+"))

    def __getitem__(self, key: str) -> Rate:
        return self._rates.get(key, UNPRICED)

    def find(self, digits: str, country: str) -> Rate:
        """Return the rate for a number.

        Args:
            digits: The number's digits in international form, without the plus sign; empty if unknown.
            country: The number's country (ISO 3166 alpha-2), empty if unknown.

        Returns:
            The rate; one with an empty key and no price if none covers the number.

        Example:
            >>> card = RateCard([{"country": "US", "sms": "0.0079"}, {"prefix": "+1787", "sms": "0.045"}])
            >>> card.find("17875550143", "PR").sms, card.find("442079460018", "GB").sms
            (Decimal('0.045'), None)
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
        number = f"{len(self._rates)} rate{'' if len(self._rates) == 1 else 's'}"
        return f"<RateCard: {number}{f' in {self._currency}' if self._currency else ''}>"


def _card(rates: Mapping[str, Rate]) -> RateCard:
    """Return a card with rates that have been checked."""
    card = RateCard.__new__(RateCard)
    card._set(rates)  # noqa: SLF001 (its own)
    return card


NO_RATES = _card({})
"""The card without rates: everything is unpriced."""


_PRICE = re.compile(r"\d*[.,]?\d+")


def card_of(
    rates: RateCard | str | os.PathLike[str] | None,
    price: str | Decimal | None = None,
    mms_price: str | Decimal | None = None,
    *,
    lms_price: str | Decimal | None = None,
    currency: str | None = None,
    duplicates: str = "error",
    as_of: dt.date | None = None,
) -> RateCard | None:
    """Return the rate card that the arguments of an estimate describe.

    Args:
        rates: A rate card, or the path of one.
        price: Price of one SMS segment to all destinations.
        mms_price: Price of one MMS to all destinations.
        lms_price: Price of one message of the longer class to all destinations.
        currency: The currency (ISO 4217) of prices that do not name one.
        duplicates: As for `RateCard.read`.
        as_of: Likewise.

    Returns:
        The card, ``None`` if no price is known.

    Raises:
        ValueError: Both a card and a price are given, or one of them is malformed.
        TypeError: A price is neither text nor a ``Decimal``, or `rates` is neither a rate card nor a path.

    Example:
        >>> card_of(None, Decimal("0.004")).find("12025550143", "US").sms
        Decimal('0.004')
    """
    prices = {"price": price, "mms_price": mms_price, "lms_price": lms_price}
    given_prices = [name for name, value in prices.items() if value is not None]
    if rates is not None and given_prices:
        raise ValueError(f"rates: a rate card already sets all prices; omit {' and '.join(given_prices)}")
    if isinstance(rates, str) and _PRICE.fullmatch(rates) and not os.path.exists(rates):
        raise ValueError(f"rates: {rates!r} is a price, not the path of a rate card; give it as price")
    if isinstance(rates, (str, os.PathLike)):
        return RateCard.read(rates, currency=currency, duplicates=duplicates, as_of=as_of)
    given: object = rates
    if given is not None and not isinstance(given, RateCard):
        hint = "a price for all destinations is price='0.0079'; RateCard(rows) makes a card of rows"
        raise TypeError(f"rates: expected a RateCard or the path of one, got {type(given).__name__}; {hint}")
    if rates is not None:
        return rates
    if not given_prices:
        return None
    sms, mms, lms = (_price(name, value) for name, value in prices.items())
    if currency is not None:
        return RateCard.flat(sms, mms, lms=lms, currency=currency)
    return _card({ANYWHERE: Rate(ANYWHERE, sms, mms, lms=lms)})


def _price(name: str, value: object) -> Decimal | None:
    """Return the price that an argument gives, and name the argument in errors."""
    if value is None:
        return None
    if not isinstance(value, (str, Decimal)):
        problem = f"expected text such as '0.0079' or a Decimal, which are exact, got {type(value).__name__}"
        raise TypeError(f"{name}: {problem}")
    try:
        return parse_price(value) if isinstance(value, str) else exact_price(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
