"""Cells of rate cards: units, currencies, prices, prefixes and dates in all the ways people write them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact

from segcore.numbers.countries import country_codes
from segcore.rates import ANYWHERE, PRICE_DIGITS, exact_price
from segcore.rules import lines_of
from segcore.sources import ReadingNote
from segcore.sources.workbook import month_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from segcore.rates.rate_headings import Heading


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text, without accents."""
    return frozenset(_unaccented(text).split())


def _unaccented(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    # Hangul is decomposed, too, and is put together again.
    return unicodedata.normalize("NFC", "".join(c for c in letters if not unicodedata.combining(c)))


WORDS: dict[str, frozenset[str]] = {}
"""The words of rate_words.txt by what they tell."""

for _name, _, _words in (line.partition(" ") for line in lines_of(__package__, "rate_words.txt")):
    WORDS[_name] = WORDS.get(_name, frozenset()) | (
        frozenset(_words.split("|")) if "|" in _words else word_set(_words)
    )


def by_word(start: str) -> dict[str, str]:
    """Return the rest of the names that begin alike, by the words that stand for them."""
    return {
        word: name.removeprefix(start)
        for name, words in WORDS.items()
        if name.startswith(start)
        for word in words
    }


CURRENCIES = WORDS["currency"]
"""Codes of ISO 4217."""

AMBIGUOUS = {
    name.removeprefix("ambiguous."): words for name, words in WORDS.items() if name.startswith("ambiguous.")
}
"""Symbols of several currencies: the one that the card names, or else that of `USUALLY`."""

USUALLY = {"$": "USD", "p": "GBP"}
"""The currency of an ambiguous symbol that is nearly always the same."""

WITHOUT_HUNDREDTHS = WORDS["without_hundredths"]
"""Currencies whose minor units are not hundredths (ISO 4217)."""

SYMBOLS = {**by_word("symbol."), **{symbol: symbol for symbol in AMBIGUOUS if symbol != "p"}}
"""Currencies by symbol and name, in lower case."""

CENTS = WORDS["cents"]
"""Words for hundredths of a currency."""

_CURRENCIES_OF_CENTS = {**by_word("cents_of."), "p": "p"}

# Rupiah stand before a large number, Rappen behind a small one: "Rp 350", "6,9 Rp.".
_RAPPEN = re.compile(r"\A(\d{1,2}(?:[.,]\d+)?)\s*rp\b\.?", re.IGNORECASE)

_US_MONEY = re.compile(r"\bu\.?s\.?[- ]?(?:(d)ollars?\b|cents?\b|¢)", re.IGNORECASE)

_WORDS_OF_NUMBERS = {word: 10 ** int(digits) for word, digits in by_word("number_1e").items()}

_PER = re.compile(
    r"(?:\b(?:bundle of|pack of|package of|per|for|pro|je|par|por|pour|für|za|за|na|x)|[×/])\s*(?:each\s+)?"
    r"((?!20\d\d\b|160\b|153\b|70\b)[1-9][\d .,']*\d\s?k?|[1-9]\s?[km]"
    rf"|{'|'.join(_WORDS_OF_NUMBERS)}|tysiąc)\b(?![\d .,']*(?:[-+\u2013]|to\b|bis\b))"
    r"|\b(?:tausender|tausend)preis\b"
    r"|(?:\A|[(\[/])\s*([1-9][\d .,']*0)\s*(?:sms|messages|msgs|texts|segments)\b"
)

PARTS = {word: 10 ** int(digits) for word, digits in by_word("parts_1e").items()}
"""Words for parts of a currency, of which APIs give whole numbers."""

# A price for something else than a segment, such as a message of several.
_PER_OTHER = re.compile(
    r"(?:\bper|/)\s*(min|minute|minutes|sec|second|hour|day|month|mo|mb|gb|number|user|credits?"
    r"|char|character|dozen)\b"
    r"|\b(?:(?:up to|max\.?)\s*(?:[2-9]|\d\d+)|per\s*[2-9])\s*(?:segments|parts)\b"
    r"|\b(?:any|regardless of)\s+(?:the\s+)?(?:length|number of segments|segments)\b"
)

# A thousandth or a millionth, as of units of measurement: "mEUR".
_METRIC = re.compile(r"(?<![A-Za-z])([m\u00b5\u03bc])(?=[A-Z]{3}\b)")

# Words with a capital inside.
_ONE_WORD = re.compile("WhatsApp|MwSt")


def words_of(text: str) -> list[str]:
    """Return the words of a heading in lower case, without accents; capitals inside words begin new ones.

    Example:
        >>> words_of("countryIsoCode"), words_of("Price / msg (€)")
        (['country', 'iso', 'code'], ['price', 'msg', '€'])
    """
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", _ONE_WORD.sub(lambda found: found[0].lower(), text))
    bare = _unaccented(split.casefold().replace("ß", "ss"))
    return re.findall(r"[^\W_]+\$?|\$|[€£₹₽₺₦₩₪₫₴₱฿₵₸¥¢%]", bare)


def says(text: str, what: str) -> bool:
    """Return whether a text has one of the words for something, such as "origin"."""
    return not WORDS[what].isdisjoint(words_of(text))


def unit_of(text: str) -> tuple[int, str | None, bool]:
    """Return how many messages a price is for, times 100 for cents, its currency, and whether it is of any.

    Example:
        >>> unit_of("USD per 1,000"), unit_of("cents"), unit_of("EUR / SMS"), unit_of("per minute")
        ((1000, 'USD', True), (100, None, True), (1, 'EUR', True), (1, None, False))
        >>> unit_of("pence")
        (100, 'GBP', True)
    """
    metric = _METRIC.search(text)
    bare = _US_MONEY.sub(lambda found: " usd" if found[1] else " usc", _METRIC.sub("", text))
    words, lower = words_of(bare), text.casefold().replace("_", " ")
    factor = 100 if CENTS.intersection(words) else 1
    if metric:
        factor *= 1000 if metric[1] == "m" else 1_000_000
    factor *= next((PARTS[word] for word in words if word in PARTS), 1)
    per = _PER.search(lower)
    if per:
        number = re.sub(r"[ .,']", "", per[1] or per[2] or "thousand")
        factor *= _WORDS_OF_NUMBERS.get(_unaccented(number)) or int(
            number.replace("k", "000").replace("m", "000000")
        )
    elif "cpm" in words:
        factor *= 1000
    named = [word.upper() for word in words if word.upper() in CURRENCIES]
    named = [
        code
        for code in named
        if code not in WORDS["currency_and_word"] or re.search(rf"(\A|[(\[/]){code}\b", text)
    ]
    symbols = [SYMBOLS[word] for word in words if word in SYMBOLS]
    named = named or symbols or [_CURRENCIES_OF_CENTS[word] for word in words if word in _CURRENCIES_OF_CENTS]
    return factor, next(iter(named), None), not _PER_OTHER.search(lower)


def scaled(price: Decimal, factor: int) -> Decimal:
    """Return the price of one message from that of several, or in cents; an error if its digits have no end.

    Example:
        >>> scaled(Decimal("7.9"), 1000), scaled(Decimal("0.79"), 100)
        (Decimal('0.0079'), Decimal('0.0079'))
    """
    number = str(factor).rstrip("0")
    price = price if factor == 1 else Decimal(f"{price.scaleb(len(number) - len(str(factor))):f}")
    try:
        return price if number == "1" else _EXACT.divide(price, Decimal(number))
    except Inexact:
        raise ValueError(f"{price} for {factor} messages is no exact price for one") from None


_EXACT = Context(prec=99, traps=[Inexact])


# Nothing, dashes, or a word for a value that is missing or unknown.
NOTHING = re.compile(r"[\W_]*|\W*(?:n/?\.?a\.?|nan|none|null|tb[acd])", re.IGNORECASE)
_FREE = frozenset(("free", "gratis", "kostenlos", "gratuit"))
_PRICE = re.compile(
    r"(?P<before>[^\d.,+-]*)(?P<number>\d[\d.,'\u2019\u00a0\u202f ]*(?:[eE][+-]?\d+)?|[.,]\d+)(?P<after>.*)",
    re.DOTALL,
)
# The full stop of "Rs. 0.15" and "0,28 kr." is none of the number's.
_ABBREVIATION = re.compile(r"(?<=[^\W\d_])\.(?=\s|\d|\Z)")
# Thousands, or hundreds of thousands as in India.
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}|\d*")
_GAP = re.compile("['\u2019\u00a0\u202f ]")
_IN_THOUSANDS = re.compile("[1-9]\\d{0,2}(?:['\u2019\u00a0\u202f ]\\d{3})+(?!\\d)")
# A page is a segment in Nigeria.
PER_MESSAGE = CENTS | word_set(
    "per each je par por pr za msg message messages sms segment segments part parts unit mms text page 条 us"
    " thousand 1k k 100 1000"
)
"""Words beside a price that are its unit."""
_WITHOUT_TAX = re.compile(
    r"(?:\+|\b(?:plus|excl|ex|excluding|zzgl|without|hors|sin|senza)\b\.?)\s*(?:vat|gst|tax|mwst|ust|iva|tva|btw|moms|dph|kdv)\b\.?",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"(?:\+|00)?([1-9][0-9]{0,14})\Z")
_FORMULA = re.compile(r"(?:'|=\"?)(.*?)\"?\Z", re.DOTALL)
_MARKS = r"*\u2020\u2021\u00b9\u00b2\u00b3\u2070-\u2079"
FOOTNOTE = re.compile(rf"(?<=[^\s{_MARKS}])[\s{_MARKS}]*[{_MARKS}]\Z")
"""The mark of a footnote at the end of a cell."""
_AREA_CODES = re.compile(r"\+?(?:(\d{1,3}) *(?=\()|1[ -])\(?([1-9]\d*(?:[,;/] *[1-9]\d\d+)+)\)?")
_PREFIX_DIGITS = 15
_RANGE = re.compile(r"(\+?[0-9]{3,15})\s*(?:-|\u2013|to|\.\.)\s*(\+?[0-9]{3,15})\Z")
_ZERO = Decimal(0)


@dataclass
class RateTable:
    """A rate card before its columns are understood.

    Args:
        names: The headings.
        rows: The cells of each row, as many as there are headings.
        locations: The location of each row in errors.
        is_strict: Whether a malformed row is an error instead of a row to skip.
        decimal_comma: Whether commas are likely to be decimal, because semicolons separate cells.
        notes: Decisions about the file that could have gone the other way.
        titles: The lines above the headings, which may name the unit and the currency of all prices.
    """

    names: Sequence[str]
    rows: Sequence[Sequence[object]]
    locations: Sequence[str]
    is_strict: bool = False
    decimal_comma: bool = False
    notes: list[ReadingNote] = field(default_factory=list)
    titles: Sequence[str] = ()

    def texts(self, index: int) -> list[str]:
        """Return the cells of a column as texts, without those that are empty."""
        cells = (row[index] for row in self.rows)
        return [text for cell in cells if cell is not None and (text := str(cell).strip())]

    def located(self) -> Iterator[tuple[Sequence[object], str]]:
        """Yield the rows with their locations."""
        return zip(self.rows, self.locations, strict=True)

    def note(self, code: str, sentence: str) -> None:
        """Note a decision about the rate card."""
        self.notes.append(ReadingNote(code, sentence))


class RowError(ValueError):
    """A row that cannot be read, and the reason."""

    def __init__(self, location: str, problem: str) -> None:
        super().__init__(f"{location}: {problem}")
        self.location = location
        self.problem = problem


class Skip(Exception):  # noqa: N818 (not an error: the row is left for a list)
    """A row without a rate, and the keys that nothing else may price, beside those that were read."""

    def __init__(
        self, reason: str, *, is_malformed: bool = False, is_unpriced: bool = False, keys: Sequence[str] = ()
    ) -> None:
        super().__init__(reason)
        self.keys = keys
        self.is_malformed = is_malformed
        self.is_unpriced = is_unpriced


def cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = cell.strip()
        # Spreadsheets keep a number a text by an apostrophe, or by a formula.
        return text if text[:1] not in ("'", "=") else _FORMULA.sub(r"\1", text)
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, (int, Decimal)):
        return str(cell)
    raise ValueError(f"expected text, got {type(cell).__name__} {cell!r}")


def prefixes_of(text: str) -> tuple[str, ...]:
    """Return the prefixes that a cell names: one, a list, or a range as few as cover it exactly.

    Example:
        >>> prefixes_of("0044"), prefixes_of("4477-4479"), prefixes_of("1787, 1939")
        (('+44',), ('+4477', '+4478', '+4479'), ('+1787', '+1939'))
        >>> prefixes_of("447700-447799")
        ('+4477',)
    """
    if text.isdecimal() and text.isascii() and text[0] != "0" and len(text) <= _PREFIX_DIGITS:
        return (f"+{text}",)
    found: list[str] = []
    # A calling code before several area codes: "+1 (809/829)".
    area_codes = _AREA_CODES.fullmatch(text)
    if area_codes:
        text = ",".join(f"{area_codes[1] or 1}{each}" for each in re.findall(r"\d+", area_codes[2]))
    for part in filter(None, map(str.strip, re.split(r"[,;/|\n]", text))):
        ends = _RANGE.match(part)
        if ends and len(ends[1]) == len(ends[2]) and ends[1] < ends[2] and ends[1][:2] == ends[2][:2]:
            found += _cover(ends[1].lstrip("+"), ends[2].lstrip("+"))
            continue
        digits = _PREFIX.match(re.sub(r"\.0\Z|[ ().-]|[*xX%]+\Z", "", part))
        if not digits or (ends and not part.startswith("+")):
            raise _no_prefix(text)
        found.append(f"+{digits[1]}")
    if not found:
        raise _no_prefix(text)
    return tuple(found)


def _no_prefix(text: str) -> Skip:
    problem = f"prefix {text[:40]!r}: expected the first digits of international numbers, such as +1787"
    return Skip(problem, is_malformed=True)


def _cover(low: str, high: str) -> Iterator[str]:
    """Yield the fewest prefixes that begin all numbers from one prefix to another of the same length."""
    first, last = int(low), int(high)
    while first <= last:
        size = 1
        while first % (size * 10) == 0 and first + size * 10 - 1 <= last and size * 10 <= first:
            size *= 10
        yield f"+{first // size}"
        first += size


class PriceColumn:
    """Reads the prices in one column; commas and full stops that contradict each other are an error."""

    def __init__(self, heading: Heading, index: int, table: RateTable) -> None:
        self._heading = heading
        self._is_strict = table.is_strict
        self._field = heading.name if table.is_strict else heading.field
        self._decimal = _decimal_sign(index, table)
        self._known: dict[str, tuple[Decimal | None, str | None]] = {}

    def __call__(self, cell: object, location: str) -> tuple[Decimal | None, str | None]:
        """Return the price in a cell and its currency, each ``None`` if there is none."""
        if isinstance(cell, str):
            if cell not in self._known:
                self._known[cell] = self._read(FOOTNOTE.sub("", cell_text(cell)))
            return self._known[cell]
        if cell is None:
            return None, None
        if isinstance(cell, float):
            raise TypeError(
                f"{location}: {self._field}: {cell!r} is a float, which is not exact; "
                f"give the price as a string or Decimal, such as '{cell}'"
            )
        if isinstance(cell, Decimal):
            return scaled(exact_price(cell), self._heading.factor), self._heading.currency
        return self._read(cell_text(cell))

    def _read(self, text: str) -> tuple[Decimal | None, str | None]:
        if text.casefold() in _FREE:
            return _ZERO, self._heading.currency
        # "On request" and "closed" are no prices; only in Python are they mistakes.
        if NOTHING.fullmatch(text) or not (self._is_strict or re.search(r"\d", text)):
            return None, None
        found = _PRICE.fullmatch(_ABBREVIATION.sub(" ", _RAPPEN.sub(r"\1 rappen", text)))
        beside = _WITHOUT_TAX.sub("", f"{found['before']} {found['after']}").strip() if found else ""
        factor, currency, is_message = unit_of(beside) if beside else (1, None, True)
        is_message &= {"sms": "mms", "mms": "sms"}.get(self._heading.field) not in words_of(beside)
        if not found or not is_message or (beside and not _is_unit(beside)):
            raise self._malformed(text)
        written = found["number"].strip()
        if _GAP.search(written) and not _IN_THOUSANDS.match(written):
            raise self._malformed(text)
        number = _GAP.sub("", written)
        try:
            price = exact_price(_decimal(number, _sign_of(number).replace("?", self._decimal)))
        except (ArithmeticError, ValueError):
            raise self._malformed(text) from None
        if len(number) > PRICE_DIGITS:
            raise self._malformed(text)
        return scaled(price, factor if factor > 1 else self._heading.factor), self._currency(currency, text)

    def _currency(self, found: str | None, text: str) -> str | None:
        """Return the currency of a price: of its symbol or of the heading, if these do not contradict."""
        said = self._heading.currency
        if not found or not said or found == said or said in AMBIGUOUS.get(found, ()):
            return said or found
        if found not in AMBIGUOUS.get(said, ()):
            problem = f"{text[:40]!r} is in {found}, its heading in {said}"
            raise Skip(f"{self._field}: {problem}", is_malformed=True)
        return found

    def _malformed(self, text: str) -> Skip:
        limit = f" and of at most {PRICE_DIGITS} digits" if len(text) > PRICE_DIGITS else ""
        expected = f"expected a price such as 0.0079, not negative{limit}"
        return Skip(f"{self._field}: {expected}, got {text[:PRICE_DIGITS]!r}", is_malformed=True)


def _is_unit(text: str) -> bool:
    """Return whether all words beside a number are a currency or a unit."""
    factor = unit_of(text)[0]
    known = {word for word in words_of(text) if word.upper() in CURRENCIES or word in SYMBOLS}
    words = {*words_of(text)} - {"1", "000"}
    return (factor > 1 or bool(words)) and words <= known | PER_MESSAGE


def _decimal_sign(index: int, table: RateTable) -> str:
    """Return the decimal sign of prices such as 1,250; an error if no other price shows which it is."""
    seen: dict[str, str] = {}
    for row, location in table.located():
        cell = row[index]
        found = _PRICE.fullmatch(cell.strip()) if isinstance(cell, str) else None
        number = _GAP.sub("", found["number"].strip()) if found else ""
        sign = _sign_of(number)
        seen.setdefault(f"?{number.strip('0123456789')}" if sign == "?" else sign, location)
    signs = [sign for sign in ",." if sign in seen]
    doubtful = [sign for sign in ",." if f"?{sign}" in seen]
    usual = "," if table.decimal_comma else "."
    if len(signs) == 2:
        said = "Some prices have a decimal comma and others a decimal point: each is read by itself."
        table.note("rate-decimals", said)
    elif signs or not doubtful:
        return (signs or ["."])[0]
    elif doubtful == [usual]:
        return usual
    for sign in doubtful:
        if signs or sign != usual:
            problem = f"its {'comma' if sign == ',' else 'full stop'} may be decimal or separate thousands"
            raise RowError(seen[f"?{sign}"], f"{problem}; write the price without thousands")
    return usual


def _decimal(number: str, sign: str) -> Decimal:
    """Return a number with a decimal sign; an error if other signs in it do not separate thousands."""
    digits, power, exponent = number.casefold().partition("e")
    whole, _, rest = digits.partition(sign or ".")
    if not _GROUPED.fullmatch(whole):
        raise ValueError(number)
    return Decimal(f"{re.sub('[.,]', '', whole)}.{rest}{power}{exponent}")


def _sign_of(number: str) -> str:
    """Return the decimal sign of a number without gaps, "" if it has none, "?" if it may be either."""
    last = max(number.rfind(","), number.rfind("."))
    if last < 0:
        return ""
    sign, other = (",", ".") if number[last] == "," else (".", ",")
    if other in number:
        return sign
    if number.count(sign) > 1:
        return other
    return "?" if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", number) else sign


def currency_named(text: str) -> str | None:
    """Return the currency that a cell names, ``None`` if it names none, or hundredths such as GBp and USc."""
    if re.fullmatch(r"\s*[A-Z]{2}[a-z]\s*", text):
        return None
    code = text.strip().upper()
    return code if code in CURRENCIES else SYMBOLS.get(_unaccented(text.strip().casefold()))


def date_reader(table: RateTable, index: int, today: dt.date) -> Callable[[Sequence[object]], dt.date | None]:
    """Return the function that reads the dates of a column; an error if days and months look alike."""
    cells = {cell_text(row[index]): place for place, row in enumerate(table.rows)}
    numbers = [re.fullmatch(rf"{_DAY_AND_MONTH}(?:[ T].*)?", cell) for cell in cells]
    found = [each for each in numbers if each]
    day_first = any(int(each[1]) > 12 or each[2] == "." for each in found)
    month_first = any(int(each[3]) > 12 for each in found)
    if found and day_first == month_first and not _is_same_in_both_orders(found, today):
        raise RowError(
            table.locations[min(cells[each[0]] for each in found)],
            "it is not clear which is the day and which the month; write dates as 2026-03-31",
        )
    known: dict[str, dt.date | None] = {}
    serials = [cell for cell in cells if _EXCEL_DAY.fullmatch(cell)]

    def read(row: Sequence[object]) -> dt.date | None:
        text = cell_text(row[index])
        if text not in known:
            known[text] = day = _date(text, month_first=month_first)
            if serials and text == serials[0]:
                name = f"column {str(table.names[index])[:40]!r}"
                table.note("rate-dates", f"{text} in {name} is read as Excel's number of {day}.")
        return known[text]

    return read


_LONGEST_DATE = 80
# Days since 1899-12-30, as workbooks hold dates: those from 1982 to 2064.
_EXCEL_DAY = re.compile(r"([3-5]\d{4})(?:\.\d*)?")
_DAY_AND_MONTH = r"(\d{1,2})([./-])(\d{1,2})[./-](\d{4})"


def _is_same_in_both_orders(found: Sequence[re.Match[str]], today: dt.date) -> bool:
    """Return whether dates follow each other, and today, alike with days first and with months first."""
    if any(int(each[1]) > 12 or int(each[3]) > 12 for each in found):
        return False
    orders = [
        [dt.date(int(each[4]), int(each[month]), int(each[day])) for each in found] + [today]
        for day, month in ((1, 3), (3, 1))
    ]
    one, other = ([(left > right) - (left < right) for left in order for right in order] for order in orders)
    return one == other


def date_in(title: str, today: dt.date) -> dt.date | None:
    """Return the day that a title names, ``None`` if it names none or that is not clear.

    Example:
        >>> date_in("Effective from 01.12.2026", dt.date(2026, 11, 1))
        datetime.date(2026, 12, 1)
    """
    numbers = re.search(_DAY_AND_MONTH, title)
    if numbers and int(numbers[1]) <= 12 and int(numbers[3]) > 12:
        return dt.date(int(numbers[4]), int(numbers[1]), int(numbers[3]))
    if (
        numbers
        and numbers[2] != "."
        and int(numbers[1]) <= 12
        and not _is_same_in_both_orders([numbers], today)
    ):
        return None
    found = numbers or re.search(
        r"\d{4}-\d{2}-\d{2}|\d{1,2}\.? [^\W\d_]{3,9},? \d{4}|[^\W\d_]{3,9} \d{1,2},? \d{4}", title
    )
    try:
        return _date(found[0], month_first=False) if found else None
    except ValueError:
        return None


def _date(text: str, *, month_first: bool) -> dt.date | None:
    if NOTHING.fullmatch(text):
        return None
    try:
        if len(text) > _LONGEST_DATE:
            raise ValueError(text)
        if found := _EXCEL_DAY.fullmatch(text):
            return dt.date(1899, 12, 30) + dt.timedelta(int(found[1]))
        if found := re.fullmatch(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[ T].*)?", text):
            return dt.date(int(found[1]), int(found[2]), int(found[3]))
        if found := re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ T].*)?", text):
            first, second = int(found[1]), int(found[2])
            day, month = (second, first) if month_first else (first, second)
            return dt.date(int(found[3]), month, day)
        numbers = map(int, re.findall(r"\d+", re.sub(r"\d+:.*", "", text)))
        day, year = sorted(numbers, key=lambda number: number > 31)
        return dt.date(year, month_of(text), day)
    except ValueError:
        raise ValueError(f"expected a date such as 2026-03-31, got {text[:40]!r}") from None


def countries_of(cell: str) -> tuple[str, ...]:
    """Return the keys of a country cell."""
    if cell.casefold() in WORDS["everywhere_else"]:
        return (ANYWHERE,)
    return country_codes(cell) or country_codes(FOOTNOTE.sub("", cell))
