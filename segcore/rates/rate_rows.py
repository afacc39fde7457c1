"""Rows of rate cards: from the cells of a table to one rate for each prefix and country."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from segcore._errors import unknown
from segcore.numbers.countries import (
    NAMES,
    NOT_A_COUNTRY,
    close_name,
    country_code,
    narrower,
    prefix_name,
)
from segcore.numbers.numbering_plan import CALLING_CODES, CODES_BY_REGION
from segcore.rates import ANYWHERE, Rate
from segcore.rates.rate_cells import (
    AMBIGUOUS,
    CENTS,
    CURRENCIES,
    FOOTNOTE,
    USUALLY,
    WITHOUT_HUNDREDTHS,
    WORDS,
    PriceColumn,
    RateTable,
    RowError,
    Skip,
    by_word,
    cell_text,
    currency_named,
    date_reader,
    prefixes_of,
    says,
    scaled,
    unit_of,
    words_of,
)
from segcore.rates.rate_headings import PRICE_FIELDS, RateColumns, heading_of, is_header, period_of
from segcore.sources import ReadingNote

# A number of messages, not one of customers.
_UNIT_OF_ALL = re.compile(
    r"(?:0\s?k?|\b1\s?[km]|thousand|hundred|million|mille)\s*"
    r"(?:(?:sms|mms|messages?|msgs?|texts?|segments?|in|excl|incl|net|without|[a-z]{3})\b|[).,;:(€$£]|$)",
    re.IGNORECASE,
)

# No segment costs as much in currencies that are worth dollars, hundredths of one, or less.
_MOST_FOR_ONE = {currency: int(most) for currency, most in by_word("at_most.").items()}
_MOST_FOR_OTHERS = 40


@dataclass(frozen=True)
class SkippedRow:
    """A row of a rate card that gives no rate.

    Args:
        location: The row, such as "line 7".
        text: The destination that the row names.
        reason: The reason, the same for all rows that have it in common.
    """

    location: str
    text: str
    reason: str


@dataclass
class CardContent:
    """The rates in a table by key, their currency, the rows that give none, and doubts about the reading."""

    rates: dict[str, Rate]
    currency: str | None
    skipped: list[SkippedRow]
    notes: list[ReadingNote]


class _Terms(NamedTuple):
    """The part of a row that is the same in many rows: everything but its destination and its prices."""

    is_mms: bool
    start: int
    factor: int
    since: dt.date | None
    currencies: tuple[str, ...]
    is_former: bool = False


class _Entry(NamedTuple):
    """A rate that one row gives, before the rows of its key are compared."""

    rate: Rate
    terms: _Terms
    location: str
    row: Sequence[object]


def table_of(rows: Iterable[Mapping[str, object]]) -> RateTable:
    """Return rows given in Python as a table; a name that is missing in one is an empty cell."""
    if isinstance(rows, (str, bytes, Mapping)) or not isinstance(rows, Iterable):
        raise TypeError(
            f"rates: expected an iterable of mappings, got {type(rows).__name__}; RateCard.read reads a file"
        )
    found = []
    for index, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise TypeError(f"rates[{index}]: expected a mapping such as a dict, got {type(row).__name__}")
        found.append(row)
    return records(found, is_strict=True)


def records(rows: Sequence[Mapping[str, object]], *, is_strict: bool = False) -> RateTable:
    """Return mappings as a table."""
    names = list(dict.fromkeys(str(name) for row in rows for name in row))
    cells = [[row.get(name) for name in names] for row in rows]
    return RateTable(names, cells, [f"rates[{index}]" for index in range(len(rows))], is_strict)


def read_table(
    table: RateTable, currency: str | None, duplicates: str, as_of: dt.date | None = None
) -> CardContent:
    """Return the rates in a table; the arguments are those of `RateCard`."""
    if duplicates not in ("error", "highest"):
        raise unknown("duplicates", duplicates, ("error", "highest"))
    if currency is not None and currency not in CURRENCIES:
        raise ValueError(f"currency: expected a code of ISO 4217 such as USD, got {currency!r}")
    return _Reader(table, currency, duplicates, as_of or dt.date.today()).read()  # noqa: DTZ011


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, table: RateTable, currency: str | None, duplicates: str, today: dt.date) -> None:
        self._table = table
        self._asked = currency
        self._duplicates = duplicates
        self._today = today
        self._columns = RateColumns(table, currency, today)
        self._names = [str(name).strip() for name in table.names]
        kinds = self._columns.by_field["kind"]
        # Where some rows are for SMS, those that do not say so are for something else.
        self._tells_sms = {
            index for index in kinds if any("sms" in words_of(cell) for cell in table.texts(index))
        }
        self._meanings = {replace(heading, name="") for heading in self._columns.headings}
        self._unknown: SkippedRow | None = None
        self._skipped: list[SkippedRow] = []
        self._unpriced: dict[str, None] = {}
        self._malformed = 0
        self._title_currency: str | None = None
        self._currencies: dict[str, str] = {}
        column = self._columns.first("currency")
        offered = set() if column is None else {*map(currency_named, self._table.texts(column))}
        self._is_choice = currency is not None and currency in offered
        self._factor_of_all = self._read_titles()
        former = self._columns.former
        self._prices = {
            index: PriceColumn(self._columns.headings[index], index, table)
            for index in (*self._columns.prices.values(), former)
            if index is not None
        }
        self._dates = {
            name: date_reader(table, index, today)
            for name in ("effective_from", "effective_to")
            if (index := self._columns.first(name)) is not None
        }
        self._since_title = self._read_date_of_titles()
        if former is not None:
            self._say_which_price_holds(former)
        dates = [index for name in self._dates for index in self._columns.by_field[name]]
        used = {*self._columns.prices.values(), *dates}
        networks = [index for name in ("network", "kind", "") for index in self._columns.by_field[name]]
        self._networks = [index for index in networks if index not in used]
        terms = (
            "direction kind reject blocked status withdrawn from_segments effective_from effective_to unit "
            "currency"
        )
        self._term_columns = [index for name in terms.split() for index in self._columns.by_field[name]]
        # Twilio's descriptions say what each row is for.
        described = self._columns.by_field["network"]
        self._described = [index for index in described if "description" in words_of(self._names[index])]
        self._term_columns += self._described
        self._known_terms: dict[tuple[object, ...], _Terms] = {}

    def _read_titles(self) -> int:
        """Return how many messages all prices are for, as a line above the headings says."""
        headings = [self._columns.headings[index] for index in self._columns.prices.values()]
        for title in self._table.titles:
            factor, currency, is_message = unit_of(title)
            if currency and self._asked is None and not any(each.currency for each in headings):
                self._title_currency = self._title_currency or currency
            # An amount is no unit: "prices may rise by 5 cents".
            is_amount = any(one.isdigit() and other in CENTS for one, other in pairwise(words_of(title)))
            is_unit = (factor == 100 and not is_amount) or _UNIT_OF_ALL.search(title)
            if factor > 1 and is_unit and is_message and all(each.factor == 1 for each in headings):
                note = f"All prices of the rate card are in the unit that its title names: {title[:40]!r}."
                self._table.note("rate-unit", note)
                return factor
        return 1

    def _read_date_of_titles(self) -> dt.date | None:
        """Return the day from which all prices hold, as a line above the headings or a heading says."""
        headings = (self._names[index] for index in self._columns.prices.values())
        said = ((title, period_of(title, self._today)) for title in (*self._table.titles, *headings))
        dated = [(title, period) for title, period in said if period]
        since = [start for title, (start, _) in dated if says(title, "in_force") and start > dt.date.min]
        # A day by itself is that of the list.
        ends = [end for _, (_, end) in dated if end < dt.date.max]
        is_known = self._columns.former is not None or "effective_from" in self._dates
        is_past, is_future = bool(ends and ends[0] < self._today), bool(since and since[0] > self._today)
        if (is_past or is_future) and not is_known:
            day = f"until {ends[0]}" if is_past else f"from {since[0]} on"
            note = f"A title or heading says that the prices of the rate card hold {day}."
            self._table.note("rate-dates", note)
        return next(iter(since), None)

    def _say_which_price_holds(self, former: int) -> None:
        """Say from which day on new prices replace others; an error if no date says it and they differ."""
        new = self._columns.prices["sms"]
        names = [repr(self._names[index][:40]) for index in (new, former)]
        is_old = self._columns.headings[former].field == "old_price"
        day = self._columns.first("effective_from")
        if day is not None:
            since = f"the day in {self._names[day][:40]!r}"
        elif self._since_title:
            since = str(self._since_title)
        elif is_old:
            self._columns.note_unused(former)
            return
        else:
            differ = (
                location
                for row, location in self._table.located()
                if cell_text(row[new]) != cell_text(row[former])
            )
            if location := next(differ, None):
                raise RowError(
                    location,
                    f"no date says when {names[0]} replaces {names[1]}; remove one of them, or add a column "
                    "effective_from",
                )
            return
        note = f"The rate card's column {names[0]} holds its prices from {since} on, {names[1]} before."
        self._table.note("rate-dates", note)

    def read(self) -> CardContent:
        self._fill_merged_cells()
        noted = [*self._columns.country, *self._columns.prices.values()]
        marks = (cell for index in noted for cell in self._table.texts(index) if FOOTNOTE.search(cell))
        if mark := next(marks, None):
            note = f"Footnotes of the rate card, such as that of {mark[:40]!r}, are not read."
            self._table.note("rate-footnotes", note)
        entries: dict[tuple[str, int, bool], list[_Entry]] = defaultdict(list)
        for row, location in self._table.located():
            for entry in self._row(row, location):
                entries[entry.rate.key, entry.terms.start, entry.terms.is_mms].append(entry)
        currency = self._one_currency()
        rates = self._rates(entries)
        self._check(rates)
        self._check_minor_units(currency)
        self._doubt_unit(rates, currency)
        # A destination that is listed without a price has none, whatever its country or * costs.
        for key in self._unpriced:
            if key not in rates and _is_covered(key, rates):
                rates[key] = Rate(key)
        return CardContent(rates, currency, self._skipped, self._table.notes)

    def _fill_merged_cells(self) -> None:
        """Repeat the countries of merged cells, of which only the first row has them."""
        places = [*self._columns.country, *self._columns.prefix]
        networks = [index for index in self._columns.by_field["network"] if index not in places]
        prices = [*self._columns.prices.values()]
        rows: list[Sequence[object]] = []
        for row in self._table.rows:
            is_network = any(row[index] for index in networks) and any(row[index] for index in prices)
            if rows and is_network and not any(row[index] for index in places):
                cells = [*row]
                for index in places:
                    cells[index] = rows[-1][index]
                rows.append(cells)
            else:
                rows.append(row)
        if rows != [*self._table.rows]:
            note = "Rows of the rate card with a network and no country are of the country above them."
            self._table.note("rate-rows-merged", note)
            self._table.rows = rows

    def _check_minor_units(self, currency: str | None) -> None:
        headings = [self._columns.headings[index].name for index in self._columns.prices.values()]
        words = {word for name in headings for word in words_of(name)}
        if currency in WITHOUT_HUNDREDTHS and words & {"minor", "fils"}:
            raise ValueError(f"prices are in minor units, and those of {currency} are not hundredths")
        if currency is None and "fils" in words:
            raise ValueError(
                "fils are hundredths of AED and thousandths of other currencies; name one with --currency"
            )

    def _doubt_unit(self, rates: Mapping[str, Rate], currency: str | None) -> None:
        """Note a price that is too high for one message, and prices of 0, which may be missing."""
        zero = [rate.key for rate in rates.values() if rate.sms == 0]
        if zero:
            listed = ", ".join(zero[:5]) + (f" and {len(zero) - 5:,} more" if len(zero) > 5 else "")
            note = f"{listed} cost{'s' * (len(zero) == 1)} 0 in the rate card: check that SMS are free there."
            self._table.note("rate-zero", note)
        highest = max(rates.values(), key=lambda rate: rate.sms or _ZERO, default=None)
        most = _MOST_FOR_ONE.get(currency or "USD", _MOST_FOR_OTHERS)
        if highest and (highest.sms or _ZERO) > most:
            of = currency or "(no currency is named)"
            said = f"{highest.sms:f} {of} for one SMS segment ({highest.key}) is a high price"
            self._table.note("rate-unit", f"{said}: check the unit of the rate card.")
        index = self._columns.prices.get("sms")
        words = words_of(self._names[index]) if index is not None else ()
        if words and {*words} - {*map(str.lower, CURRENCIES)} <= WORDS["may_be_spent"]:
            prices = [rate.sms for rate in rates.values() if rate.sms]
            name = repr(str(self._names[index or 0])[:40])
            if sum(price > most for price in prices) > len(prices) // 2:
                raise ValueError(
                    f"most amounts of column {name} are too high for one message: if they are what was "
                    "spent, this is no rate card; else name the column 'sms'"
                )
            note = f"Column {name} is read as the price of one segment, not as what was spent."
            self._table.note("rate-column", note)

    def _row(self, row: Sequence[object], location: str) -> list[_Entry]:
        """Return the rates that a row gives, none if it is skipped."""
        keys: tuple[str, ...] = ()
        try:
            if row[0] == self._names[0] and [str(cell).strip() for cell in row] == self._names:
                raise Skip("the header again")
            terms = self._terms(row, location)
            keys = self._keys(row)
            prices = self._priced(row, terms, location)
        except Skip as skip:
            if any(row):
                self._skip(row, location, skip)
                self._check_skipped(row, location, skip)
            self._unpriced.update(dict.fromkeys((*keys, *skip.keys)))
            return []
        except ValueError as error:
            raise RowError(location, str(error)) from None
        return [_Entry(Rate(key, *prices), terms, location, row) for key in keys]

    def _skip(self, row: Sequence[object], location: str, skip: Skip) -> None:
        if self._table.is_strict and (skip.is_malformed or skip.is_unpriced):
            raise RowError(location, str(skip)) from None
        self._malformed += skip.is_malformed
        self._skipped.append(SkippedRow(location, self._label(row), str(skip)))

    def _check_skipped(self, row: Sequence[object], location: str, skip: Skip) -> None:
        """Refuse another header; keep the first priced row whose destination is not known."""
        cells = [cell.strip() for cell in row if isinstance(cell, str)]
        prices = [cell_text(row[index]) for index in self._columns.prices.values()]
        if is_header(cells):
            found = [heading_of(cell) for cell in cells if cell]
            other = next((each for each in found if replace(each, name="") not in self._meanings), None)
            if other:
                name = other.name[:40]
                raise RowError(location, f"another header, {name!r}; keep one table in the file")
        elif str(skip) == _NO_COUNTRY and any(re.search(r"\d", price) for price in prices):
            self._unknown = self._unknown or self._skipped[-1]

    def _label(self, row: Sequence[object]) -> str:
        columns = [*self._columns.prefix, *self._columns.country[::-1], *self._networks]
        cells = (str(row[index]).strip() for index in columns if row[index] is not None)
        return next((cell for cell in cells if cell), "")[:40]

    def _check(self, rates: Mapping[str, Rate]) -> None:
        if not rates or self._malformed > len(self._table.rows) // 2:
            first = next((each for each in self._skipped), None)
            why = f"; {first.location}: {first.reason}" if first else ""
            raise ValueError(f"it has no rates{why}" if not rates else f"most rows cannot be read{why}")
        if ANYWHERE in rates and self._unknown:
            text, close = self._unknown.text, close_name(self._unknown.text)
            hint = f"did you mean {close!r}?" if close else "name its countries, or remove the row"
            raise RowError(self._unknown.location, f"unknown country {text!r}, which * would price; {hint}")

    # --- One row.

    def _terms(self, row: Sequence[object], location: str) -> _Terms:
        cells = tuple(map(row.__getitem__, self._term_columns))
        if cells not in self._known_terms:
            is_mms = self._is_mms(row)
            if self._is_rejected(row):
                # Its keys have no price: the skip comes with the prices.
                self._known_terms[cells] = _Terms(is_mms, 0, 1, None, ())
            else:
                factor, *currencies = self._factor(row)
                if self._is_choice and any(code != self._asked for code in self._currency(row)):
                    raise Skip(f"not in {self._asked}")
                since, is_former = self._since(row)
                codes = (*currencies, *self._currency(row))
                terms = _Terms(is_mms, self._start(row), factor, since, codes, is_former)
                self._known_terms[cells] = terms
                for code in terms.currencies:
                    self._currencies.setdefault(code, location)
        return self._known_terms[cells]

    def _is_rejected(self, row: Sequence[object]) -> bool:
        """Return whether a provider says that it sends no messages to the destination of a row."""
        fields = self._columns.by_field
        cells = {cell_text(row[index]).lower() for index in (*fields["reject"], *fields["blocked"])}
        states = {cell_text(row[index]).lower() for index in fields["status"]}
        states_or_notes = states | {cell_text(row[index]).lower() for index in fields["withdrawn"]}
        return bool(cells & _YES or states & WORDS["not_sent_to"] or states_or_notes & WORDS["withdrawn"])

    def _is_mms(self, row: Sequence[object]) -> bool:
        """Return whether a row is for MMS; rows for inbound messages and other services are skipped."""
        kinds = self._columns.by_field["kind"]
        directions = self._columns.by_field["direction"]
        for index in (*directions, *kinds, *self._described):
            words = {*words_of(str(row[index] or ""))}
            inbound = WORDS["direction.inbound" if index in directions else "kind.inbound"]
            if words & inbound and not words & WORDS["direction.outbound"]:
                raise Skip("inbound")
            # "Outbound SMS, carrier fees included" is none.
            is_fee = words & WORDS["kind.fee"] and (index in kinds or not words & WORDS["direction.outbound"])
            if index not in directions and is_fee:
                raise Skip("a fee, which is not added")
            is_unsaid = index in self._tells_sms and words and not words & WORDS["kind.message"]
            if index in kinds and (is_unsaid or words & WORDS["kind.other"]) and not words & {"sms", "mms"}:
                raise Skip("neither SMS nor MMS")
            if index not in directions and "mms" in words and "sms" not in words:
                return True
        return False

    def _since(self, row: Sequence[object]) -> tuple[dt.date | None, bool]:
        """Return the day from which a row's prices hold, and whether the former ones still do."""
        ends = self._columns.first("effective_to")
        # "Until further notice" ends on no day.
        is_open = ends is None or not re.search(r"\d", cell_text(row[ends]))
        start = self._dates["effective_from"](row) if "effective_from" in self._dates else None
        end = None if is_open else self._dates["effective_to"](row)
        if end and end < self._today:
            raise Skip("no longer valid")
        if self._columns.former is not None and (start or self._since_title or dt.date.min) > self._today:
            return None, True
        if start and start > self._today:
            raise Skip("not valid yet")
        return start, False

    def _keys(self, row: Sequence[object]) -> tuple[str, ...]:
        """Return the keys of the rates that a row gives: of its prefixes, or else of its countries."""
        countries, unknown_name = self._countries(row)
        for index in self._columns.prefix:
            cell = cell_text(row[index])
            if cell:
                if cell == ANYWHERE:
                    return (ANYWHERE,)
                # DIDWW: what no longer prefix begins with has the price of the calling code.
                is_exact = self._columns.first("reject") is not None
                prefixes = prefixes_of(cell)
                parts = {each for each in prefixes if each[1:] not in CALLING_CODES}
                return prefixes if is_exact else _more_exact(prefixes, countries, parts)
        if keys := self._keys_of_codes(row, countries) or countries:
            return keys
        if unknown_name and self._table.is_strict:
            country_code(unknown_name)
        if unknown_name:
            raise Skip(_NO_COUNTRY)
        if self._columns.first("reject") is not None and self._columns.prefix:
            # DIDWW: an empty prefix and no country stand for any destination.
            return (ANYWHERE,)
        raise Skip("neither a country nor a prefix", is_malformed=self._table.is_strict)

    def _keys_of_codes(self, row: Sequence[object], countries: tuple[str, ...]) -> tuple[str, ...]:
        """Return the keys that calling codes tell: of parts of a country, or of one whose name is unknown."""
        for index in self._columns.codes:
            codes = self._columns.prefixes_of_codes.get(cell_text(row[index]), ())
            if codes and countries:
                return _more_exact(codes, countries, self._columns.parts)
            # A calling code that is shared is that of another country, too; satellites have none.
            names = {prefix_name(each) for each in codes if each[1:] in CALLING_CODES}
            if codes and names <= {NAMES[NOT_A_COUNTRY]} and all(map(prefix_name, codes)):
                return codes
        return ()

    def _countries(self, row: Sequence[object]) -> tuple[tuple[str, ...], str]:
        """Return the countries that a row names, and a name that is none."""
        unknown_name = ""
        countries: tuple[str, ...] = ()
        for index in self._columns.country:
            cell = cell_text(row[index])
            found = self._columns.countries_in(cell, index)
            unknown_name = unknown_name or ("" if found else cell)
            both = (*countries, *found)
            if countries and found and not {*countries} & {*found}:
                countries = narrower(countries, found)
                if not countries:
                    problem = f"it names two countries, {', '.join(both)}"
                    raise Skip(problem, is_malformed=True, keys=both)
            countries = countries or found
        return countries, unknown_name

    def _priced(self, row: Sequence[object], terms: _Terms, location: str) -> tuple[Any, ...]:
        """Return the prices of a row, in the order of the fields of `Rate`."""
        if not terms.start:
            raise Skip("rejected by the provider: no messages are sent there")
        values: dict[str, Decimal | None] = {}
        former = self._columns.former
        for name, index in self._columns.prices.items():
            price: Decimal | None = None
            if name != "sms" or not terms.is_former:
                price, currency = self._prices[index](row[index], location)
            if name == "sms" and price is None and former is not None:
                price, currency = self._prices[former](row[former], location)
            values[name] = price if price is None or terms.factor == 1 else scaled(price, terms.factor)
            if currency and currency not in self._currencies:
                self._currencies[currency] = location
        if terms.is_mms and "mms" not in self._columns.prices:
            values = {"mms": values.get("sms"), "mms_carrier_fee": values.get("carrier_fee")}
        get = values.get
        sms, mms, lms = get("sms"), get("mms"), get("lms")
        if sms is None and (mms is lms is None or terms.start > 1):
            raise Skip("no price", is_unpriced=True)
        if terms.start > 1 and any(value is not None for name, value in values.items() if name != "sms"):
            raise ValueError(
                "a row with from_segments has no other price than sms; put others into the first row"
            )
        fees = (get(name) or _ZERO for name in ("carrier_fee", "mms_carrier_fee", "minimum"))
        return sms, mms, *fees, lms

    def _start(self, row: Sequence[object]) -> int:
        index = self._columns.first("from_segments")
        text = cell_text(row[index]) if index is not None else ""
        if not text:
            return 1
        if not re.match(r"[1-9][0-9]{0,17}\Z", text):
            raise ValueError(f"from_segments: expected a whole number from 1 on, got {text[:40]!r}")
        return int(text)

    def _factor(self, row: Sequence[object]) -> tuple[Any, ...]:
        """Return how many messages a row's unit is, and the currency that it names, if it names one."""
        texts = [text for index in self._columns.by_field["unit"] if (text := cell_text(row[index]))]
        if not texts:
            return (self._factor_of_all,)
        units = [unit_of(text if re.search(r"per|/", text) else f"per {text}") for text in texts]
        if not all(is_message for _, _, is_message in units):
            raise Skip("priced by another unit than the message")
        # "SMS" in one column and "1000" in another are one unit.
        return (max(factor for factor, _, _ in units), *(currency for _, currency, _ in units if currency))

    def _currency(self, row: Sequence[object]) -> tuple[str, ...]:
        column = self._columns.first("currency")
        text = cell_text(row[column]) if column is not None else ""
        if not text:
            return ()
        code = currency_named(text)
        if not code:
            raise ValueError(f"currency: expected a code of ISO 4217 such as USD, got {text[:40]!r}")
        return (code,)

    # --- All rows.

    def _one_currency(self) -> str | None:
        found: dict[str, str] = {}
        for code, location in self._currencies.items():
            found.setdefault(self._code_of(code, location), location)
        names = [*found]
        if len(names) > 1:
            raise RowError(
                found[names[1]],
                f"its price is in {names[1]}, that of {found[names[0]]} in {names[0]}; "
                "make one rate card for each currency, or choose one with --currency",
            )
        if names and self._asked not in (None, names[0]):
            raise RowError(found[names[0]], f"its price is in {names[0]}, but {self._asked} was asked for")
        titled = self._title_currency and self._code_of(self._title_currency, "the title")
        return next(iter(names), self._asked or titled)

    def _code_of(self, symbol: str, location: str) -> str:
        """Return the currency of a symbol that several have: the one that the card or the caller names."""
        if symbol not in AMBIGUOUS:
            return symbol
        named = [code for code in (*self._currencies, self._asked) if code in AMBIGUOUS[symbol]]
        if named:
            column = self._columns.first("currency")
            if column is None and self._asked is None and named[0] != USUALLY.get(symbol, named[0]):
                self._table.note(
                    "rate-currency", f"{symbol!r} is read as {named[0]}, which other prices have."
                )
            return str(named[0])
        if symbol in USUALLY:
            if symbol == "p":
                note = "'p' is read as pence of pounds (GBP); name another currency with --currency."
                self._table.note("rate-unit", note)
            return USUALLY[symbol]
        codes = ", ".join(sorted(AMBIGUOUS[symbol]))
        raise RowError(location, f"{symbol} may be {codes}; add a column currency with the code")

    def _rates(self, entries: Mapping[tuple[str, int, bool], list[_Entry]]) -> dict[str, Rate]:
        chosen: dict[tuple[str, int], tuple[Rate, _Entry]] = {}
        for (key, start, is_mms), rows in entries.items():
            several = len(rows) > 1
            found = self._one_of(self._to_mobiles(self._current(rows)) if several else rows)
            other = chosen.get((key, start))
            if other:
                sms, mms = (other[0], found[0]) if is_mms else (found[0], other[0])
                found = replace(sms, mms=mms.mms, mms_carrier_fee=mms.mms_carrier_fee), found[1]
            chosen[key, start] = found
        return _with_tiers(chosen)

    def _current(self, rows: list[_Entry]) -> list[_Entry]:
        """Return the rows that are valid now: of each network the last ones that came into force."""
        if all(row.terms.since is None for row in rows):
            return rows
        latest: dict[str, dt.date] = {}
        for row in rows:
            since = row.terms.since or dt.date.min
            latest[self._network(row)] = max(latest.get(self._network(row), since), since)
        current = []
        for row in rows:
            if (row.terms.since or dt.date.min) == latest[self._network(row)]:
                current.append(row)
            else:
                self._skipped.append(SkippedRow(row.location, row.rate.key, "replaced by a later price"))
        return current

    def _to_mobiles(self, rows: list[_Entry]) -> list[_Entry]:
        """Return the rows without those for landlines, where others with the same key are for mobiles."""
        described = (*self._networks, *self._columns.country)
        said = [{word for index in described for word in words_of(str(row.row[index]))} for row in rows]
        if not any(words & WORDS["mobile"] and not words & WORDS["landline"] for words in said):
            return rows
        mobiles = []
        for row, words in zip(rows, said, strict=True):
            if words & WORDS["landline"]:
                self._skipped.append(SkippedRow(row.location, row.rate.key, "for landlines"))
            else:
                mobiles.append(row)
        return mobiles

    def _network(self, entry: _Entry) -> str:
        """Return the part of a row that tells it from others with the same key, unlike the number."""
        return "/".join(str(entry.row[index]) for index in self._networks)

    def _one_of(self, rows: list[_Entry]) -> tuple[Rate, _Entry]:
        """Return the rate of rows with the same key, if they do not contradict each other."""
        first = rows[0]
        rate = first.rate
        for row in rows[1:]:
            if row.rate == rate:
                continue
            if self._duplicates == "highest":
                rate = _highest(rate, row.rate)
                continue
            what = f"a second rate for {rate.key}" + (
                f" from segment {row.terms.start} on" if row.terms.start > 1 else ""
            )
            hint = "remove one"
            if self._network(row) != self._network(first):
                hint = "keep one, or take the highest (duplicates='highest', --highest-rate)"
            raise RowError(row.location, f"{what}, after that of {first.location}; {hint}")
        return rate, first


_YES = frozenset(("true", "1", "yes", "y"))
_NO_COUNTRY = "not the name or code of one country"
_ZERO = Decimal(0)


# No number of a country begins like this: Greece in ISO 3166, and Mexico's mobile numbers until 2019.
_NO_NUMBERS = {("+300", "GR"), ("+521", "MX")}


def _more_exact(
    prefixes: tuple[str, ...], countries: tuple[str, ...], parts: AbstractSet[str]
) -> tuple[str, ...]:
    """Return prefixes of parts of countries, and for others the countries beside them: +1 has many."""
    codes = tuple(code for country in countries for code in CODES_BY_REGION.get(country, ()))
    keys: list[str] = []
    for prefix in prefixes:
        if codes and not prefix.startswith(codes, 1):
            problem = f"{prefix} is not a prefix of {', '.join(countries)}"
            raise Skip(problem, is_malformed=True, keys=countries)
        is_part = prefix in parts and (prefix, *countries) not in _NO_NUMBERS
        keys += countries if codes and not is_part else [prefix]
    return tuple(dict.fromkeys(keys))


def _is_covered(key: str, rates: Mapping[str, Rate]) -> bool:
    """Return whether a broader rate would price the destinations of a key that has none."""
    return ANYWHERE in rates or key.startswith("+")


def _highest(one: Rate, other: Rate) -> Rate:
    highest: dict[str, Any] = {}
    for name in PRICE_FIELDS:
        known = (each for each in (getattr(one, name), getattr(other, name)) if each is not None)
        highest[name] = max(known, default=None)
    return replace(one, **highest)


def _with_tiers(found: Mapping[tuple[str, int], tuple[Rate, _Entry]]) -> dict[str, Rate]:
    """Return the rates by key, with the volume prices in the rate that they belong to."""
    rates = {key: rate for (key, start), (rate, _) in found.items() if start == 1}
    if len(rates) == len(found):
        return rates
    for (key, start), (rate, row) in sorted(found.items(), key=lambda item: item[0]):
        if start == 1:
            continue
        base = rates.get(key)
        if base is None or base.sms is None:
            raise RowError(
                row.location, f"no price for the first segments to {key}; add a row from segment 1"
            )
        if base.minimum:
            raise RowError(row.location, f"{key} has a minimum for each message, so no volume prices")
        tiers = base.tiers or ((1, base.sms),)
        rates[key] = replace(base, tiers=(*tiers, (start, rate.sms or _ZERO)))
    return rates
