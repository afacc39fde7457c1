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

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from segcore.rules import lines_of


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

CURRENCIES = WORDS["currency"]
"""Codes of ISO 4217."""

AMBIGUOUS = {
    "$": word_set("USD CAD AUD NZD SGD HKD TWD BBD BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD BMD BND"),
    "¥": word_set("JPY CNY"),
    "kr": word_set("SEK NOK DKK ISK"),
    "rs": word_set("INR PKR LKR NPR MUR SCR"),
    "lei": word_set("RON MDL"),
    "dh": word_set("AED MAD"),
    "dhs": word_set("AED MAD"),
    "fcfa": word_set("XOF XAF"),
    "cfa": word_set("XOF XAF"),
    "p": word_set("GBP INR PKR LKR NPR"),
}
"""Symbols of several currencies: the one that the card names, or else that of `USUALLY`."""

USUALLY = {"$": "USD", "p": "GBP"}
"""The currency of an ambiguous symbol that is nearly always the same."""

WITHOUT_HUNDREDTHS = WORDS["without_hundredths"]
"""Currencies whose minor units are not hundredths (ISO 4217)."""


SYMBOLS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "₦": "NGN", "₩": "KRW", "₪": "ILS",
    "₫": "VND", "₴": "UAH", "₱": "PHP", "฿": "THB", "₵": "GHS", "₸": "KZT", "zł": "PLN", "kč": "CZK",
    "rm": "MYR", "rp": "IDR", "us$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD",
    "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "r$": "BRL", "mx$": "MXN", "euro": "EUR", "euros": "EUR",
    "rmb": "CNY", "yuan": "CNY", "元": "CNY", "yen": "JPY",
    "円": "JPY", "kc": "CZK", "руб": "RUB", "грн": "UAH", "лв": "BGN", "ft": "HUF", "tl": "TRY", "r": "ZAR",
    "원": "KRW", "ksh": "KES", "tsh": "TZS", "ush": "UGX", "usd$": "USD",
    **{symbol: symbol for symbol in AMBIGUOUS if symbol != "p"},
}  # fmt: skip
"""Currencies by symbol and name, in lower case."""

CENTS = WORDS["cents"]
"""Words for hundredths of a currency."""

_CURRENCIES_OF_CENTS = {
    **dict.fromkeys(("eurocent", "eurocents"), "EUR"),
    **dict.fromkeys(("pence", "penny"), "GBP"),
    **dict.fromkeys(("paise", "paisa"), "INR"),
    "kobo": "NGN",
    **dict.fromkeys(("kopeks", "kopeek", "коп", "копеек", "копейки", "копейках"), "RUB"),
    **dict.fromkeys(("grosz", "grosze", "groszy", "groszach"), "PLN"),
    **dict.fromkeys(("usc", "usct"), "USD"),
    "rappen": "CHF",
    "kurus": "TRY",
    **dict.fromkeys(("halala", "halalas"), "SAR"),
    "p": "p",
}
_US_MONEY = re.compile(r"\bu\.?s\.?[- ]?(?:(d)ollars?\b|cents?\b|¢)", re.IGNORECASE)
_PER = re.compile(
    r"(?:\b(?:per|for|pro|je|par|por|pour|für|za|за|na|x)|[×/])\s*(?:each\s+)?"
    r"(1[0 .,']*0\s?k?|1\s?k|1\s?m|k|thousand|hundred|million|mille|mil|mila|tusen|tausend|duizend|tysiąc"
    r"|тысячу|bin)\b"
    r"|\b(?:tausender|tausend)preis\b"
    r"|\b(1[ .,']?000)\s*(?:sms|messages|msgs|texts|segments)\b"
)
_PARTS = {
    **dict.fromkeys(("milli", "millis", "mills"), 1000),
    **dict.fromkeys(("millicent", "millicents"), 100_000),
    **dict.fromkeys(("micro", "micros", "e6"), 1_000_000),
    **dict.fromkeys(("nano", "nanos"), 1_000_000_000),
}
"""Words for parts of a currency, of which APIs give whole numbers."""

_THOUSAND = "k thousand mille mil mila tusen tausend duizend tysiąc тысячу bin"
_WORDS_OF_NUMBERS = {**dict.fromkeys(word_set(_THOUSAND), 1000), "hundred": 100, "million": 1_000_000}
# A price for something else than a segment, such as a message of several.
_PER_OTHER = re.compile(
    r"(?:\bper|/)\s*(min|minute|minutes|sec|second|hour|day|month|mo|mb|gb|number|user|credits?)\b"
    r"|\b(?:(?:up to|max\.?)\s*(?:[2-9]|\d\d+)|per\s*[2-9])\s*(?:segments|parts)\b"
    r"|\b(?:any|regardless of)\s+(?:the\s+)?(?:length|number of segments|segments)\b"
)
# The length of a segment: "Per message (160 chars)".
_LENGTH = re.compile(r"\b160[- ]?(?:chars?|characters?|zeichen|caract[eè]res)\b", re.IGNORECASE)
# A thousandth or a millionth, as of units of measurement: "mEUR".
_METRIC = re.compile(r"(?<![A-Za-z])([m\u00b5\u03bc])(?=[A-Z]{3}\b)")

PRICE = WORDS["price"]
"""Words for a price."""
_IN_FORCE = WORDS["dated"] - word_set("date start end expiry expires expiration cease") | word_set(
    "from ab vom desde dal"
)
NEW = WORDS["new"]
"""Words for a price that replaces another."""

EXACT = {
    heading: name.removeprefix("heading.")
    for name, headings in WORDS.items()
    if name.startswith("heading.")
    for heading in headings
}
"""The fields of headings that their words alone do not tell, by their letters and digits in lower case."""

FIELDS = (
    *("country", "prefix", "sms", "mms", "currency", "carrier_fee", "mms_carrier_fee", "minimum"),
    *("lms", "from_segments", "direction", "effective_from", "effective_to"),
)
"""The names of fields in segcore's own rate cards."""


_PRICES = (
    *("sms", "mms", "carrier_fee", "mms_carrier_fee", "minimum", "lms"),
    *("maximum", "average", "total", "list_price", "local_price"),
)


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


# Words with a capital inside.
_ONE_WORD = re.compile("WhatsApp|MwSt")


def words_of(text: str) -> list[str]:
    """Return the words of a heading in lower case, without accents.

    Args:
        text: The heading; capitals inside words begin new ones.

    Example:
        >>> words_of("countryIsoCode"), words_of("Price / msg (€)")
        (['country', 'iso', 'code'], ['price', 'msg', '€'])
    """
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", _ONE_WORD.sub(lambda found: found[0].lower(), text))
    bare = _unaccented(split.casefold().replace("ß", "ss"))
    return re.findall(r"[^\W_]+\$?|\$|[€£₹₽₺₦₩₪₫₴₱฿₵₸¥¢%]", bare)


def unit_of(text: str) -> tuple[int, str | None, bool]:
    """Return how many messages a price is for, its currency, and whether it is for messages at all.

    Args:
        text: A heading, a unit, or what stands beside a number.

    Returns:
        The number of messages, times 100 for cents; the currency, ``None`` if it is not said; and false for
        a price of minutes or other things.

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
    factor *= next((_PARTS[word] for word in words if word in _PARTS), 1)
    per = _PER.search(lower)
    if per:
        number = re.sub(r"[ .,']", "", per[1] or per[2] or "thousand")
        factor *= _WORDS_OF_NUMBERS.get(number) or int(number.replace("k", "000").replace("m", "000000"))
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
    field = _field_of(words, currency)
    if field in ("sms", "mms") and not is_message:
        field = "other_service"
    if field not in _PRICES:
        return Heading(name, field)
    return Heading(name, field, factor, currency)


def _field_of(words: Sequence[str], currency: str | None) -> str:
    """Return the field of a heading's words: of exactly these, or of the first rule that holds."""
    spelled = "".join(word for word in words if word.upper() not in CURRENCIES and word not in SYMBOLS)
    without_unit = re.sub(r"(in)?(cents|cent|ct|pence|per1\d*k?|cpm)\Z", "", spelled)
    found = EXACT.get(spelled) or EXACT.get(without_unit)
    if found:
        return found
    if not without_unit:
        return "sms" if (currency and len(words[0]) > 1) or spelled else ""
    said = set(words)
    return next((field for holds, field in _rules(said, words[-1], currency) if holds), "")


def _rules(said: set[str], last: str, currency: str | None) -> Iterator[tuple[object, str]]:
    """Yield whether each rule holds for the words of a heading, and the field that it tells."""
    is_outbound = said & {"outbound", "mt"}
    message = next((name for name in ("sms", "mms", "lms") if name in said), "sms")
    is_price = (
        said & PRICE
        or (currency and said & {"message", "messages", "msg"})
        or (said & {"sms", "mms", "lms", "mt"} and not said & (WORDS["network"] | WORDS["country"]))
    )
    is_fee = said & WORDS["fee"] and not (said & PRICE and said & WORDS["with_or_without"])
    yield (
        said & WORDS["further"] and said & WORDS["segments"] and not said & {"fee", "fees", "surcharge"},
        "sms",
    )
    yield (
        is_fee and said & WORDS["carrier"] and not said & WORDS["tax"],
        {"mms": "mms_carrier_fee"}.get(message, "carrier_fee"),
    )
    yield is_fee or said & WORDS["commitment"], "unused"
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
    yield is_price and (said & {"total", "gesamt"} or {"all", "in"} <= said), "total"
    yield is_price and said >= {"local", "currency"}, "local_price"
    if said & {"long", "short"}:
        # Of senders: "Long code SMS".
        said = said - {"code"}
    is_price = is_price and not said & (WORDS["no_price"] | WORDS["harmless"] - WORDS["old"])
    yield is_price and said & {"list", "base"}, "list_price"
    yield is_price and said & WORDS["old"], "old_price"
    yield is_price, message
    yield said & WORDS["quantity"], "quantity"
    yield said & WORDS["prefix"] and "source" not in said, "prefix"
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


def is_in_force(title: str) -> bool:
    """Return whether a title says from which day prices hold, not until which."""
    words = {*words_of(title)}
    return bool(words & _IN_FORCE and not words & WORDS["ends"] - {"to"})


def is_taxed(name: str) -> bool:
    """Return whether a heading says that its prices include a tax."""
    return tax_of(name) == "gross" and bool(WORDS["taxed"].intersection(words_of(name)))


def is_origin(name: str) -> bool:
    """Return whether a heading is about where messages come from."""
    return bool(WORDS["origin"].intersection(words_of(name)))


def service_of(text: str) -> str:
    """Return the messages that a title is about, if they are not SMS to send: "inbound", "MMS" or "other".

    Example:
        >>> service_of("SMS inbound"), service_of("MMS prices"), service_of("SMS and MMS"), service_of("SMS")
        ('inbound', 'MMS', '', '')
    """
    words = {*words_of(text)}
    if words & {"sms", "outbound", "mt"} and not words & WORDS["inbound"]:
        return ""
    if words & WORDS["inbound"]:
        return "" if words & {"outbound", "mt"} else "inbound"
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


def scaled(price: Decimal, factor: int) -> Decimal:
    """Return the price of one message from that of several, or in cents.

    Args:
        price: The price.
        factor: As in `Heading`; a power of ten.

    Example:
        >>> scaled(Decimal("7.9"), 1000), scaled(Decimal("0.79"), 100)
        (Decimal('0.0079'), Decimal('0.0079'))
    """
    return price if factor == 1 else Decimal(f"{price.scaleb(1 - len(str(factor))):f}")
