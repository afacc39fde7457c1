"""Headings of rate cards: which column holds what, in which unit and currency.

A heading is read by its words, because price lists agree on words and not on headings: "ISO", "Country Code"
and "countryIsoCode" are countries; "Price / msg", "Outbound SMS rate (EUR)" and "cost_per_1000" are prices.

Sources:
https://assets.cdn.prod.twilio.com/pricing-csv/SMSPricing.csv (ISO, Country, Description, Price / msg),
https://www.twilio.com/docs/messaging/api/pricing (iso_country, base_price, current_price, price_unit),
https://plivo.com/docs/account/api/pricing/the-pricing-object (country_iso, message.outbound.rate),
https://developer.vonage.com/api/pricing (countryCode, countryName, defaultPrice, currency),
https://developer.vonage.com/api/pricing.v2 (country_name, dest_network_type, price, currency),
https://docs.carrierx.com/voice/core-api/sms/sms-rate (country_code in alpha-3, mcc, mnc, operator, price),
https://melroselabs.scrollhelp.site/ssg/suppliers-routes (MCCMNC, PriceSubmit, PriceDelivered, Effective),
https://doc.didww.com/api3/2026-11-19/prices-resources/sms-prices/get-sms-out-price-file.html
(Source prefix, Destination prefix, Country, MCC, MNC, Reject SMS, Price).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import product

from segcore.numbers.countries import adds_nothing, close_name, prefix_name
from segcore.numbers.numbering_plan import CALLING_CODES, CODES_BY_REGION
from segcore.rates import ANYWHERE
from segcore.rates.rate_cells import (
    AMBIGUOUS,
    CENTS,
    CURRENCIES,
    NOTHING,
    PARTS,
    PER_MESSAGE,
    SYMBOLS,
    WORDS,
    RateTable,
    RowError,
    Skip,
    by_word,
    cell_text,
    countries_of,
    currency_named,
    date_in,
    prefixes_of,
    says,
    unit_of,
    words_of,
)

# The length of a segment: "Per message (160 chars)".
_LENGTH = re.compile(r"\b160[- ]?(?:chars?|characters?|zeichen|caract[eè]res)\b", re.IGNORECASE)

EXACT = by_word("heading.")
"""The fields of headings that their words alone do not tell, by their letters and digits in lower case."""

FIELDS = (
    *("country", "prefix", "sms", "mms", "currency", "carrier_fee", "mms_carrier_fee", "minimum"),
    *("lms", "from_segments", "direction", "effective_from", "effective_to"),
)
"""The names of fields in segcore's own rate cards."""


PRICE_FIELDS = ("sms", "mms", "carrier_fee", "mms_carrier_fee", "minimum", "lms")
"""The prices of a rate, as `Rate` names them."""
_FEES = ("carrier_fee", "mms_carrier_fee", "minimum")
_OF_EACH = frozenset(("outbound", "mt", "a2p", "10dlc", "lms", "minimum", "min")).union(
    PER_MESSAGE, SYMBOLS, map(str.lower, CURRENCIES), *(WORDS[name] for name in ("carrier", "fee", "price"))
)
"""The words of headings of fees and minimums for each message."""
_OTHER_PRICES = ("list_price", "local_price", "maximum", "average", "total", "old_price")


@dataclass(frozen=True)
class Heading:
    """The meaning of one column.

    Args:
        name: The heading as it is written.
        field: One of `FIELDS`, or a role that only other price lists have; ``""`` if it is not understood.
        factor: The number of messages that a price is for, times 100 if it is in cents.
        currency: The currency that the heading names, ``None`` if it names none.
    """

    name: str
    field: str
    factor: int = 1
    currency: str | None = None


@lru_cache(maxsize=4096)
def heading_of(name: str) -> Heading:
    """Return the meaning of a heading.

    Example:
        >>> heading_of("Price / msg").field, heading_of("Outbound MMS rate").field, heading_of("tax").field
        ('sms', 'mms', 'unused')
        >>> heading_of("cost per 1000 (EUR)")
        Heading(name='cost per 1000 (EUR)', field='sms', factor=1000, currency='EUR')
    """
    words = words_of(_LENGTH.sub("", name))
    factor, currency, is_message = unit_of(name)
    # "SMS in (SEK)" is inbound, "SMS in SEK" is not.
    outside = words_of(re.split(r"[(\[]", name)[0])
    last = outside[-1] if outside else ""
    field = _field_of(words, last, currency)
    if field in ("sms", "mms") and not is_message:
        field = "other_service"
    if field in _FEES and not (is_message and {*words} <= _OF_EACH):
        # Of months, of registration or of received messages.
        field = "unused"
    if field not in (*PRICE_FIELDS, *_OTHER_PRICES):
        return Heading(name, field)
    return Heading(name, field, factor, currency)


_TAXES = WORDS["net"] | WORDS["gross"] | WORDS["tax"] | WORDS["taxed"]


def _field_of(words: Sequence[str], last: str, currency: str | None) -> str:
    """Return the field of a heading's words: of exactly these, or of the first rule that holds."""
    spelled = "".join(word for word in words if word.upper() not in CURRENCIES and word not in SYMBOLS)
    without_unit = re.sub(
        r"(in)?(cents|cent|ct|¢|pence|per1\d*k?|cpm|(per|je|par|por|pr|za)(sms|message|segment)s?)\Z",
        "",
        spelled,
    )
    found = EXACT.get(spelled) or EXACT.get(without_unit)
    if found:
        return found
    said = set(words)
    if said & (WORDS["net"] | WORDS["gross"]) and said <= _TAXES | PER_MESSAGE | {
        *map(str.lower, CURRENCIES),
        *SYMBOLS,
    }:
        # "EUR excl. VAT".
        return "sms"
    if not without_unit:
        return "sms" if (currency and len(words[0]) > 1) or spelled else ""
    return next((field for holds, field in _rules(said, last, currency) if holds), "")


def _rules(said: set[str], last: str, currency: str | None) -> Iterator[tuple[object, str]]:
    """Yield whether each rule holds for the words of a heading, and the field that it tells."""
    is_outbound = said & WORDS["direction.outbound"]
    message = next((name for name in ("sms", "mms", "lms") if name in said), "sms")
    is_price = (
        said & WORDS["price"]
        or (currency and said & {"message", "messages", "msg"})
        or (said & {"sms", "mms", "lms", "mt"} and not said & (WORDS["network"] | WORDS["country"]))
    )
    if is_price and any(re.fullmatch(r"20\d\d", word) for word in said):
        # The day of the prices themselves: "Price valid from 2027-01-01".
        said = said - WORDS["dated"] - WORDS["ends"]
    is_fee = (said & WORDS["fee"] or {"pass", "through"} <= said) and not (
        said & WORDS["price"] and said & (WORDS["net"] | WORDS["gross"])
    )
    yield said & WORDS["first"] and said & {"segment", "part"}, "sms"
    yield (
        said & WORDS["further"] and said & WORDS["segments"] and not said & {"fee", "fees", "surcharge"},
        "sms",
    )
    yield (
        is_fee and said & WORDS["carrier"] and not said & WORDS["tax"],
        {"mms": "mms_carrier_fee"}.get(message, "carrier_fee"),
    )
    # "Free messages", not "Toll-free messages".
    is_allowance = said & WORDS["allowance"] and said & WORDS["segments"] and "toll" not in said
    yield is_fee or said & WORDS["commitment"] or (is_allowance and not said & WORDS["price"]), "unused"
    yield (
        said & WORDS["dated"] and said & WORDS["ends"] and not said & {"from", "start", "effective"},
        "effective_to",
    )
    yield said & WORDS["dated"], "effective_from"
    yield (
        is_price and said & WORDS["other_service"] and not said & {"sms", "mms"} and not is_outbound,
        "other_service",
    )
    yield is_price and (said & WORDS["inbound"] or last == "in") and not is_outbound, "other_service"
    yield said & WORDS["credits"], "credits"
    yield is_price and said & {"minimum", "min"}, "minimum"
    yield is_price and said & {"maximum", "max"}, "maximum"
    yield is_price and said & {"average", "avg", "mean"}, "average"
    has_fees = said & WORDS["gross"] and said & (WORDS["fee"] - WORDS["taxed"])
    yield is_price and (has_fees or said & {"total", "gesamt"} or {"all", "in"} <= said), "total"
    yield is_price and said >= {"local", "currency"}, "local_price"
    if said & {"long", "short"}:
        # Of senders: "Long code SMS".
        said = said - {"code"}
    is_price = is_price and not said & (WORDS["no_price"] | WORDS["harmless"] - WORDS["old"])
    yield is_price and said & {"list", "base"}, "list_price"
    yield is_price and said & WORDS["old"], "old_price"
    yield is_price, message
    yield said & WORDS["quantity"], "quantity"
    yield said & WORDS["prefix"] and not said & {"source", "imsi"}, "prefix"
    yield said & WORDS["calling_code"], "calling_code"
    yield said & (WORDS["network"] | WORDS["prefix"]), "network"
    yield said & WORDS["country"] and said & WORDS["origin"], "network"
    yield said & WORDS["country"] and last == "id", "ignored"
    yield said & WORDS["country"] and "type" not in said, "country"
    yield said & {"direction", "richtung"}, "direction"
    yield said & WORDS["harmless"], "ignored"


def tax_of(name: str) -> str:
    """Return whether a heading says that prices are without or with tax.

    Example:
        >>> tax_of("Preis netto"), tax_of("Price incl. VAT"), tax_of("Price")
        ('net', 'gross', '')
    """
    words = {*words_of(name)}
    return "net" if words & WORDS["net"] else "gross" if words & WORDS["gross"] else ""


def period_of(name: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last day on which prices hold, ``None`` if a heading or title does not say it.

    Example:
        >>> period_of("Price 2026", dt.date(2026, 11, 1)), period_of("Price", dt.date(2026, 11, 1))
        ((datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)), None)
    """
    before, *after = re.split(
        r"\b(?:until|till|to|bis|hasta|through|ends?|expir\w+)\b", name.casefold(), maxsplit=1
    )
    start, end = date_in(before, today), date_in("".join(after), today)
    year = re.search(r"\b20\d\d\b", name)
    if start or end:
        return start or dt.date.min, end or dt.date.max
    return (dt.date(int(year[0]), 1, 1), dt.date(int(year[0]), 12, 31)) if year else None


_ALWAYS = (dt.date.min, dt.date.max)


def service_of(text: str) -> str:
    """Return the messages that a title is about, if they are not SMS to send: "inbound", "MMS" or "other".

    Example:
        >>> service_of("SMS inbound"), service_of("MMS prices"), service_of("SMS and MMS"), service_of("SMS")
        ('inbound', 'MMS', '', '')
    """
    words = {*words_of(text)}
    if words & ({"sms"} | WORDS["direction.outbound"]) and not words & WORDS["inbound"]:
        return ""
    if words & WORDS["inbound"]:
        return "" if words & WORDS["direction.outbound"] else "inbound"
    return (
        "MMS"
        if "mms" in words
        else "other"
        if words & {"voice", "whatsapp", "rcs", "viber", "rental"}
        else ""
    )


def misspelled(name: str) -> str | None:
    """Return the field of segcore's own that a heading which means nothing seems to misspell.

    Example:
        >>> misspelled("mss"), misspelled("carier_fee"), misspelled("notes")
        ('sms', 'carrier_fee', None)
    """
    from difflib import get_close_matches

    spelled = "".join(words_of(name))
    plain = {field.replace("_", ""): field for field in FIELDS}
    for short in ("sms", "mms"):
        if (
            spelled not in plain
            and len(spelled) <= len(short) + 1
            and sorted(set(spelled)) == sorted(set(short))
        ):
            return short
    close = get_close_matches(spelled, plain, n=1, cutoff=0.8)
    return plain[close[0]] if close else None


def is_header(cells: Sequence[str]) -> bool:
    """Return whether cells are the headings of a rate card: destinations and prices are among them.

    Example:
        >>> is_header(["ISO", "Country", "Price / msg"]), is_header(["SMS prices of March", "", ""])
        (True, False)
    """
    fields = {heading_of(cell).field for cell in cells if len(cell) < 100}
    return bool(fields & {"country", "prefix", "calling_code"}) and bool(fields & {"sms", "mms"})


# A telephone number, or an identifier that Twilio gives to a message.
_OF_A_MESSAGE = re.compile(r"\+\d{9,15}|(?:SM|MM)[0-9a-f]{32}")


class RateColumns:
    """The columns of a table by what they hold."""

    def __init__(self, table: RateTable, currency: str | None, today: dt.date) -> None:
        headings = [heading_of(str(name)) for name in table.names]
        self._table = table
        by_field: dict[str, list[int]] = defaultdict(list)
        for index, heading in enumerate(headings):
            by_field[heading.field].append(index)
        self.headings = headings
        self.by_field = by_field
        self.former: int | None = None
        self._with_networks: set[int] = set()
        self._rows_of: dict[int, Counter[tuple[str, ...]]] = {}
        self.prefixes_of_codes: dict[str, tuple[str, ...]] = {}
        self.parts: set[str] = set()
        self._tell_units()
        self._tell_kinds()
        self._tell_withdrawals()
        self._leave_out_totals()
        self._tell_calling_codes()
        self._look_for_countries()
        self._look_for_codes()
        # Codes before names: they have one spelling.
        self.country = sorted(
            by_field["country"], key=lambda index: "iso" not in words_of(headings[index].name)
        )
        self.prefix = by_field["prefix"] or ([] if self.country else by_field["calling_code"])
        # Greece is 300 in ISO 3166, and its calling code is 30.
        codes = [index for index in by_field["calling_code"] if "iso" not in words_of(self._name(index))]
        self.codes = [index for index in codes if self._fit_countries(index)]
        listed = _listed(headings)
        self._check_prefixes()
        self._check_quantities()
        if not self.country and not self.prefix:
            has_mcc = any({"mcc", "mccmnc"}.intersection(words_of(heading.name)) for heading in headings)
            hint = "; add the countries of its MCC, which numbers do not show" if has_mcc else ""
            problem = f"no column has destinations (country or prefix); the columns are: {listed}{hint}"
            raise ValueError(problem)
        self._check_calling_codes()
        self._refuse_messages()
        self._refuse_misspellings()
        self._refuse_price_ranges()
        self._choose_by_date(today)
        self._find_other_prices(currency)
        if not by_field["sms"] and not by_field["mms"]:
            raise ValueError(f"no column has prices (sms or mms); the columns are: {listed}")
        self.prices = {name: self._one_price(name, currency) for name in PRICE_FIELDS if by_field[name]}
        self._leave_out_fees()
        self._remark_unused()

    def first(self, name: str) -> int | None:
        return next(iter(self.by_field[name]), None)

    def _move(self, index: int, field: str) -> None:
        """Take a column for one of another field than its heading says."""
        self.by_field[self.headings[index].field].remove(index)
        self.by_field[field].append(index)
        self.headings[index] = Heading(self._name(index), field, *unit_of(self._name(index))[:2])

    def _tell_calling_codes(self) -> None:
        """Tell columns of digits, which are prefixes or calling codes, from those of codes and names."""
        for index in [*self.by_field["prefix"]]:
            if not any(re.search(r"[\d*]", cell) for cell in self._table.texts(index)):
                self._move(index, "network")
        for index in [*self.by_field["country"], *self.by_field[""]]:
            cells = self._table.texts(index)
            is_code = {"country", "iso", "code", "codes"}.intersection(words_of(self._name(index)))
            is_known = is_code or self.headings[index].field
            if is_known and cells and all(map(_CALLING_CODES.fullmatch, cells)):
                self._move(index, "calling_code" if is_code else "prefix")

    def _tell_withdrawals(self) -> None:
        """Find columns that say of some destinations that nothing is sent there any more."""
        for index in [*self.by_field[""], *self.by_field["ignored"], *self.by_field["network"]]:
            if not WORDS["withdrawn"].isdisjoint(cell.lower() for cell in self._table.texts(index)):
                self.by_field["withdrawn"].append(index)

    def _tell_kinds(self) -> None:
        """Find columns of directions, kinds of messages and days by their cells; words are no prices."""
        for index in [*self.by_field[""]]:
            cells = self._table.texts(index)
            if cells and all(map(_DAY.match, cells)):
                for what, field in (("ends", "effective_to"), ("in_force", "effective_from")):
                    if says(self._name(index), what) and not self.by_field[field]:
                        self._move(index, field)
                        break
        for index in [*self.by_field["sms"], *self.by_field[""], *self.by_field["country"]]:
            words = [{*words_of(cell)} for cell in self._table.texts(index)]
            is_other = self.headings[index].field == "sms" and len(self.by_field["sms"]) > 1
            # "Net" is a network where its cells are MCC and MNC.
            codes = r"\D*|\d{5,6}" if self._name(index).casefold() == "net" else r"\D*"
            if is_other and all(re.fullmatch(codes, cell) for cell in self._table.texts(index)):
                self._move(index, "network")
            for field, (telling, known) in _TELLING.items():
                is_told = any(each & telling for each in words) and all(
                    each and each <= known for each in words
                )
                if is_told and not self.by_field[field]:
                    self._move(index, field)
                    break

    def _tell_units(self) -> None:
        """Find the column that says in each row how many messages a price is for, and that of currencies."""
        for index in () if self.by_field["currency"] else self.by_field["unit"][:1]:
            if (cells := self._table.texts(index)) and all(map(currency_named, cells)):
                self._move(index, "currency")
        for index in () if self.by_field["unit"] else [*self.by_field[""], *self.by_field["quantity"]]:
            cells = self._table.texts(index)
            if cells and all(unit_of(cell)[0] > 1 and not _DAY.match(cell) for cell in cells):
                self._move(index, "unit")
                return

    def _leave_out_totals(self) -> None:
        """Leave out numbers of messages and what they cost together: the price of one times the number."""
        every = range(len(self.headings))
        for quantity, price in product(
            self.by_field["quantity"], [*self.by_field["sms"], *self.by_field["average"]]
        ):
            total = next((each for each in every if self._is_product(each, quantity, price)), None)
            if total is not None:
                for index in (quantity, total):
                    self._move(index, "named")
                names = [repr(self.headings[index].name[:40]) for index in (quantity, price)]
                self._note(total, f" is {names[0]} times {names[1]}: it is not used")
                return

    def _is_product(self, total: int, quantity: int, price: int) -> bool:
        """Return whether a column has the products of two others, rounded to hundredths."""
        found = 0
        for row in self._table.rows if total not in (quantity, price) else ():
            one, many, all_of_them = (_number(row[index]) for index in (price, quantity, total))
            if one and many and all_of_them:
                if abs(one * many - all_of_them) > Decimal("0.0051") + all_of_them / 1000:
                    return False
                found += 1
        return found > 0

    def _leave_out_fees(self) -> None:
        """Leave out fees that are in the prices: those of another column are the prices without them."""
        price, fee = self.prices.get("sms"), self.prices.get("carrier_fee")
        if price is None or fee is None:
            return
        for index in [*self.by_field["list_price"]]:
            rows = ([_number(row[each]) for each in (index, fee, price)] for row in self._table.rows)
            known = [(base, added or 0, of_all) for base, added, of_all in rows if base and of_all]
            if any(added for _, added, _ in known) and all(one + two == both for one, two, both in known):
                self._note(fee, f" is in the prices of {self._name(price)[:40]!r}, and not added again")
                del self.prices["carrier_fee"]
                self._move(fee, "named")
                self._move(index, "named")
                return

    def _fit_countries(self, index: int) -> bool:
        """Return whether most codes of a column are of the countries beside them; keep those of parts."""
        fits: list[bool] = []
        is_said = heading_of(self._name(index)).field in ("calling_code", "prefix")
        cells: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
        for row in self._table.rows if self.country else ():
            countries = self.countries_in(cell_text(row[self.country[0]]), self.country[0])
            codes = tuple(code for key in countries for code in CODES_BY_REGION.get(key, ()))
            with suppress(Skip):
                cell = cell_text(row[index])
                if not is_said and re.fullmatch(r"\d{3}", cell) and cell not in CALLING_CODES:
                    # Greece is 300 in ISO 3166, and Canada 124.
                    continue
                prefixes = self.prefixes_of_codes[cell] = prefixes_of(cell)
                if codes:
                    fits.append(all(each.startswith(codes, 1) and prefix_name(each) for each in prefixes))
                    cells[countries].add(prefixes)
        if sum(fits) <= len(fits) / 2:
            return False
        for found in cells.values():
            longer = {each for prefixes in found for each in prefixes if each[1:] not in CALLING_CODES}
            self.parts |= longer if len(found) > 1 else {*filter(_is_part, longer)}
        return True

    def _check_quantities(self) -> None:
        """Refuse numbers of messages, which may be the unit of a price or the volume from which it holds."""
        for index in self.by_field["quantity"]:
            cells = {*self._table.texts(index)} - {"0", "1"}
            if any(re.search(r"\d", cell) for cell in cells):
                name = self.headings[index].name[:40]
                problem = "may be the unit of prices or the volume from which they hold"
                raise ValueError(f"column {name!r} {problem}; name it 'unit' or 'from_segments'")

    def _check_prefixes(self) -> None:
        """Refuse ranges whose ends are in two columns, of which only one would be used."""
        for row, location in self._table.located():
            cells = {index: cell_text(row[index]) for index in (*self.prefix, *self.codes)}
            told = [
                index
                for index, cell in cells.items()
                if (cell if index in self.prefix else self.parts & {*self.prefixes_of_codes.get(cell, ())})
            ]
            if len({cells[index] for index in told}) > 1:
                names = " and ".join(repr(self._name(index)[:40]) for index in told[:2])
                raise RowError(
                    location,
                    f"two columns have prefixes, {names}; write ranges in one, such as 447700-447799",
                )

    def _check_calling_codes(self) -> None:
        """Refuse codes that are not calling codes: those of ISO 3166 and of networks are numbers, too."""
        for index in self.prefix if self.prefix is self.by_field["calling_code"] else ():
            for row, location in self._table.located():
                cell = cell_text(row[index])
                if re.fullmatch(r"[1-9]\d*", cell) and not (
                    cell in CALLING_CODES or re.match(r"1\d{3}", cell)
                ):
                    problem = f"{self.headings[index].name[:40]!r}: {cell[:40]} is not a calling code"
                    raise RowError(
                        location, f"{problem}; name countries by alpha-2 codes, or prefixes with +"
                    )

    def _look_for_countries(self) -> None:
        """Find countries by their names where no heading says where a price holds."""
        if self.by_field["country"] or self.by_field["prefix"]:
            return
        for index in [*self.by_field[""], *self.by_field["network"], *self.by_field["ignored"]]:
            if says(self._name(index), "origin"):
                continue
            cells = self._table.texts(index)
            # "All" beside networks is no destination.
            known = sum(self.countries_in(cell, index) not in ((), (ANYWHERE,)) for cell in cells)
            if known > 0.8 * len(cells):
                self._move(index, "country")
                self._note(index, " holds its countries")

    def _look_for_codes(self) -> None:
        """Find codes of countries beside their names: "Code" may be of anything, and its cells tell."""
        for index in [*self.by_field[""]] if self.by_field["country"] else ():
            cells = self._table.texts(index)
            are_codes = all(re.fullmatch(r"[A-Z]{2,3}", cell) and countries_of(cell) for cell in cells)
            if cells and are_codes and {*words_of(self._name(index))} <= WORDS["code"]:
                self._move(index, "country")

    def countries_in(self, cell: str, index: int) -> tuple[str, ...]:
        """Return the keys of a country cell, which may name a network behind the country."""
        found = countries_of(cell)
        if found or not (parts := _WITH_NETWORK.fullmatch(cell)):
            behind = cell.partition(" - ")[2].strip()
            if behind and not adds_nothing(behind, found) and self._is_only_row(index, found):
                self._note_network(index, behind)
            return found
        found, network = countries_of(parts[1].strip()), parts[2].strip()
        included = _INCLUDED.sub("", network)
        if found and included != network and (others := countries_of(included)):
            return tuple(dict.fromkeys((*found, *others)))
        if close_name(network) or countries_of(network) or says(network, "of_a_part"):
            return ()
        if found:
            self._note_network(index, network)
        return found

    def _is_only_row(self, index: int, countries: tuple[str, ...]) -> bool:
        """Return whether one network alone gives a country its price, and no code tells a part of it."""
        if self.by_field["prefix"] or self.by_field["calling_code"]:
            return False
        if index not in self._rows_of:
            self._rows_of[index] = Counter(map(countries_of, self._table.texts(index)))
        return self._rows_of[index][countries] == 1

    def _note_network(self, index: int, network: str) -> None:
        if index not in self._with_networks:
            self._with_networks.add(index)
            self._note(index, f" has networks behind countries, such as {network[:40]!r}")

    def _refuse_misspellings(self) -> None:
        for index in [*self.by_field[""], *self.by_field["unused"]]:
            heading = self.headings[index]
            meant = misspelled(heading.name)
            if meant and not (meant in self.by_field and self.by_field[meant] and heading.field == "unused"):
                raise ValueError(f"unknown column {heading.name[:40]!r}; did you mean {meant!r}?")

    def _refuse_messages(self) -> None:
        """Refuse a list of messages and their costs, whose rows have telephone numbers or identifiers."""
        for index in self.by_field[""]:
            cells = self._table.texts(index)
            if cells and all(map(_OF_A_MESSAGE.fullmatch, cells)):
                raise ValueError(
                    f"column {self.headings[index].name[:40]!r} tells a message in each row: "
                    "this is a list of messages, not a rate card"
                )

    def _refuse_price_ranges(self) -> None:
        """Refuse a lowest and a highest price, of which only one would be used."""
        low, high = self.by_field["minimum"], self.by_field["maximum"]
        if low and high:
            names = [repr(self.headings[each].name[:40]) for each in (low[0], high[0])]
            if not self.by_field["sms"] and not self.by_field["mms"]:
                raise ValueError(
                    f"prices are ranges, from {names[0]} to {names[1]}; keep one of them and name it 'sms'"
                )
            # A lowest price beside a highest is not a minimum for each message.
            self.by_field["minimum"] = []

    def _find_other_prices(self, currency: str | None) -> None:
        """Take other prices where no column has those of SMS or MMS."""
        by_field = self.by_field
        if by_field["sms"] or by_field["mms"]:
            return
        for name, said in _INSTEAD.items():
            if by_field[name] and not by_field["sms"]:
                by_field["sms"] = by_field[name][:1]
                if said:
                    self._note(by_field[name][0], f", {said}, holds its prices")
        if by_field["total"]:
            # Its fees are not added again.
            by_field["carrier_fee"] = []
        local = by_field["local_price"][:1]
        if local and by_field["sms"] == local and not (currency or by_field["currency"]):
            raise ValueError(
                f"column {self.headings[local[0]].name[:40]!r} does not say which currency it is in; "
                "add a column 'currency', or name the currency of all prices with --currency"
            )
        if not by_field["sms"]:
            found = [index for index in by_field[""] if self._are_prices(index)]
            for index in found:
                self._move(index, "sms")
            for index in by_field["sms"][:1]:
                self._note(index, ", whose heading says no price, holds its prices")

    def _choose_by_date(self, today: dt.date) -> None:
        """Leave out the prices of other days, where headings say from or until which day they hold."""
        found = [*self.by_field["sms"], *self.by_field["old_price"]]
        found = found or [index for index in self.by_field[""] if period_of(self._name(index), today)]
        periods = {index: period_of(self._name(index), today) for index in found}
        if len(found) < 2 or not any(periods.values()):
            return
        spans = [(*(period or _ALWAYS), index) for index, period in periods.items()]
        valid = [(start, index) for start, end, index in spans if start <= today <= end]
        newest = [index for start, index in valid if start == max(valid)[0]]
        if len(newest) == 1:
            self._move(newest[0], "sms")
            others = [index for index in found if index not in newest]
            for index in others:
                self._move(index, "named")
            listed = " and ".join(repr(self._name(index)[:40]) for index in others)
            self._note(newest[0], f" holds its prices on {today}, not {listed}")

    def _are_prices(self, index: int) -> bool:
        """Return whether all cells of a column look like prices."""
        factor, currency, is_message = unit_of(self.headings[index].name)
        cells = {*self._table.texts(index)}
        has_unit = factor > 1 or currency or any(map(_DECIMAL.fullmatch, cells))
        return bool(cells and is_message and has_unit) and all(re.search(r"\d", cell) for cell in cells)

    def _name(self, index: int) -> str:
        return self.headings[index].name

    def _note(self, index: int, said: str) -> None:
        note = f"The rate card's column {self._name(index)[:40]!r}{said}."
        self._table.note("rate-column", note)

    def _one_price(self, name: str, currency: str | None) -> int:
        """Return the column of a price; several have to agree, or one has the name that segcore gives it."""
        found = self.by_field[name]
        if len(found) > 1 and currency:
            found = [index for index in found if self.headings[index].currency == currency] or found
        if name == "sms":
            found = self._newest(found)
        exact = [index for index in found if self.headings[index].name.strip().casefold() == name]
        taxes = [tax_of(self.headings[index].name) for index in found]
        if len(found) > 1 and taxes.count("gross") == len(found) - 1:
            exact = exact or [index for index, tax in zip(found, taxes, strict=True) if tax != "gross"]
            self._note(exact[0], ", prices without tax, holds its prices")
        if len(found) > 1 and not exact:
            self._compare(found)
        return (exact or found)[0]

    def _newest(self, found: list[int]) -> list[int]:
        """Return the column of new prices where another has those until they hold, which becomes `former`."""
        new = [index for index in found if says(self._name(index), "new")]
        others = [index for index in found if index not in new]
        if len(new) == 1 and len(others) == 1:
            self.former = others[0]
            return new
        if len(found) == 1:
            self.former = self.first("old_price")
        return found

    def _compare(self, indices: Sequence[int]) -> None:
        one, other = (self.headings[index] for index in indices[:2])
        currencies = {one.currency, other.currency} - {None}
        for row, location in self._table.located():
            cells = [str(row[index]).strip() for index in indices]
            if len({*cells}) > 1 or one.factor != other.factor or len(currencies) > 1:
                choice = ", or choose a currency with --currency" if len(currencies) > 1 else ""
                names = f"{one.name[:40]!r} and {other.name[:40]!r}"
                raise RowError(location, f"two columns have prices, {names}; remove one of them{choice}")

    def _remark_unused(self) -> None:
        """Name the columns that may change prices but are not used, and the headings that are doubtful."""
        self._remark_used()
        used = {*self.prices.values(), self.former, *self.codes, *self.prefix}
        for index in range(len(self.headings)):
            cells = {*self._table.texts(index)} - {"0", "0.0"}
            if index not in used and self._may_change_prices(index, cells):
                self.note_unused(index)

    def note_unused(self, index: int) -> None:
        self._note(index, " may change prices, but is not used")

    def _may_change_prices(self, index: int, cells: set[str]) -> bool:
        """Return whether a column that is not used has prices, fees, origins or unknown numbers."""
        heading = self.headings[index]
        if heading.field in ("", "network") and says(heading.name, "origin"):
            return len(cells) > 1
        if heading.field == "calling_code":
            return says(heading.name, "area")
        if heading.field == "carrier_fee" and self.by_field["total"]:
            return bool(self.by_field["carrier_fee"])
        if heading.field in ("", "network", "kind"):
            # Prices of minutes or months are not those of messages.
            is_number = cells and not heading.field and all(map(_NUMBER.fullmatch, cells))
            is_number = is_number and not (
                {cell.lstrip("+") for cell in cells} <= CALLING_CODES and self._fit_countries(index)
            )
            return unit_of(heading.name)[2] and bool(is_number or any(map(_DECIMAL.fullmatch, cells)))
        if heading.field == "ignored":
            is_amount = _AMOUNT_IN_WORDS.search if says(heading.name, "no_amount") else _DECIMAL.fullmatch
            return any(is_amount(cell) or _AMOUNT_IN_WORDS.search(cell) for cell in cells)
        # Of messages from such a number, or of the number.
        is_of_number = heading.field == "other_service" and says(heading.name, "own_number")
        is_price = heading.field in (*PRICE_FIELDS, *_OTHER_PRICES, "unused", "credits")
        return bool(cells and (is_price or is_of_number))

    def _remark_used(self) -> None:
        if "lms" in self.prices and "carrier_fee" in self.prices:
            self._note(self.prices["carrier_fee"], " is not added to prices of LMS")
        for field, index in self.prices.items():
            name = self._name(index)
            if self.headings[index].factor < _THOUSAND and _THOUSANDS.search(name):
                raise ValueError(
                    f"prices of column {name[:40]!r} may be of thousands of messages or in thousands of a "
                    "currency; write 'per 1000 SMS', or whole units of the currency"
                )
            unread = (
                cell
                for cell in self._table.texts(index)
                if not (re.search(r"\d", cell) or NOTHING.fullmatch(cell))
            )
            if field in _FEES and (cell := next(unread, "")):
                self._note(index, f" has {cell[:40]!r}, which is not added")
            if doubtful := _not_understood(self.headings[index]):
                self._note(index, f" holds its prices; {doubtful[:40]!r} in its heading is not understood")
            words = {*words_of(self._name(index))} - {*map(str.lower, WORDS["currency_and_word"])}
            named = {SYMBOLS.get(word, word.upper()) for word in words} & {*CURRENCIES, *AMBIGUOUS}
            named -= {sign for sign in named if not named.isdisjoint(AMBIGUOUS.get(sign, ()))}
            if len(named) > 1:
                self._note(index, f" holds its prices; its heading names {' and '.join(sorted(named))}")
            fees = WORDS["fee"] - WORDS["tax"] - WORDS["taxed"]
            is_price, tax = self.headings[index].field in ("sms", "mms"), tax_of(self._name(index))
            if is_price and tax == "net" and not fees.isdisjoint(words_of(self._name(index))):
                self._note(index, " holds its prices, to which its heading says that fees are added")
            if tax == "gross" and says(self._name(index), "taxed"):
                self._note(index, ", prices with tax, holds its prices")


def _is_part(prefix: str) -> bool:
    """Return whether a prefix is of a part of a country: +25470, not +1876, which is Jamaica."""
    code = next(prefix[:end] for end in range(2, len(prefix)) if prefix[1:end] in CALLING_CODES)
    return prefix_name(code).startswith(prefix_name(prefix))


# The words of which one tells, and those of which all cells of a column of directions or kinds are.
_OUTBOUND = WORDS["direction.outbound"]
_TELLING = {
    "direction": (_OUTBOUND, _OUTBOUND | WORDS["direction.inbound"] | {"a2p", "p2p", "sms"}),
    "kind": (
        frozenset(("sms", "mms")),
        _OUTBOUND.union(*(WORDS[f"kind.{name}"] for name in ("message", "other", "fee", "inbound"))),
    ),
}

# Prices that are used where there are no others, and how they are called.
_INSTEAD = {
    "total": "prices with all fees",
    "list_price": "",
    "local_price": "",
    "average": "the average prices",
    "maximum": "the highest prices",
}

_THOUSAND = 1000
_THOUSANDS = re.compile(r"\b(?:k|thousands?)\b|'000\b", re.IGNORECASE)
_WITH_NETWORK = re.compile(r"([^/(,]+)[/(,]([^/(),]+)\)?")
_INCLUDED = re.compile(r"\A(?:incl\w*|inkl\w*|plus|with)\b\.?\s*", re.IGNORECASE)
_CALLING_CODES = re.compile(r"(?:\+|00)?[\d ,;/()-]+(?:\.0)?")
_DAY = re.compile(
    r"\d{4}-\d\d-\d\d(?!\d)|\d{1,2}\.? [^\W\d_]{3,9} 20\d\d|\d{1,2}([./-])\d{1,2}\1\d{2,4}(?!\d)"
)
_DECIMAL = re.compile(r"\D{0,4}\d+[.,](?!0\Z)\d+\D{0,4}")
# An amount, not a date, in a remark.
_AMOUNT_IN_WORDS = re.compile(r"[^\W\d]+.*(?<![\d.])\d+[.,]\d{2,}(?![\d.])")
_NUMBER = re.compile(r"[^\d\w]{0,4}\d[\d.,]*\D{0,4}")


# The parts of a heading that qualify a price: brackets, and the unit that it is for.
_QUALIFIER = re.compile(r"[(\[][^()\[\]]*[)\]]|(?:\bper\b|/).*", re.IGNORECASE)
_KNOWN = frozenset().union(*WORDS.values(), SYMBOLS, map(str.lower, CURRENCIES), PARTS, PER_MESSAGE)
_UNDERSTOOD = re.compile(
    rf"{_LENGTH.pattern}|(?<!\d)\d+ ?%|(?-i:\b[m\u00b5\u03bc](?=[A-Z]{{3}}\b))", re.IGNORECASE
)


def _not_understood(heading: Heading) -> str:
    """Return the words that may change what the price under a heading is for, and mean nothing."""
    name = _UNDERSTOOD.sub("", heading.name)
    words = [word for part in _QUALIFIER.findall(name) for word in words_of(part)]
    is_counted = heading.factor != (100 if CENTS.intersection(words) else 1) or re.search(r"\b20\d\d\b", name)
    numbers = [] if is_counted else [word for word in words_of(name) if word.isdigit() and word != "1"]
    unknown = [word for word in words if word not in _KNOWN and not word.isdigit()]
    return " ".join(dict.fromkeys(unknown + numbers))


def _listed(headings: Sequence[Heading]) -> str:
    names = [repr(heading.name[:40]) for heading in headings[:8]]
    return ", ".join(names) + (f" ... and {len(headings) - 8} more" if len(headings) > 8 else "")


def _number(cell: object) -> Decimal | None:
    """Return the number in a cell, without its currency; ``None`` if it has none or it may be several."""
    digits = re.sub(r"[^\d.,]", "", str(cell or ""))
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+\.\d+|\d+", digits):
        return Decimal(digits.replace(",", ""))
    german = digits.replace(".", "").replace(",", ".")
    return Decimal(german) if re.fullmatch(r"\d+(\.\d+)?", german) else None
