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


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text, without accents."""
    return frozenset(_unaccented(text).split())


def _unaccented(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    # Hangul is decomposed, too, and is put together again.
    return unicodedata.normalize("NFC", "".join(c for c in letters if not unicodedata.combining(c)))


CURRENCIES = word_set(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
    GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR
    LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN
    PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB
    TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
    """
)
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

WITHOUT_HUNDREDTHS = word_set(
    "BHD BIF CLP DJF GNF IQD ISK JOD JPY KMF KRW KWD LYD OMR PYG RWF TND UGX UYI VND VUV XAF XOF XPF"
)
"""Currencies whose minor units are not hundredths (ISO 4217)."""

# Codes that are words, too: "All networks" names no currency.
_ALSO_WORDS = word_set("ALL BAM BOB CUP GEL LAK MAD MOP PEN SOS TOP TRY")

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

CENTS = word_set(
    """
    cent cents ct cts c ¢ usc usct eurocent eurocents minor pence penny p paise paisa centime centimes centavo
    centavos centimo centimos centesimo centesimi rappen kobo kopeks kopeek коп копеек копейки копейках
    копійок grosz grosze groszy groszach gr øre ore orer kurus hal haler halere haleru halier halierov
    stotinki стотинки bani lipa filler agorot snt senti sentti senttia sen santim fils halala halalas 分
    """
)
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

PRICE = word_set(
    """
    price prices pricing rate rates cost costs tariff charge charges amount preis preise kosten tarif tarife
    tarifa tarifas prix cout precio precios prezzo prezzi preco costo coste prijs prijzen pris priser fiyat
    fiyati ucret ucreti cena ceny cijena hinta hind kaina ar arak pret preturi gia harga
    stawka stawki sazba tarief ставка nettopreis bruttopreis tausenderpreis einzelpreis stuckpreis
    smspreis endpreis verkaufspreis цена цены стоимость тариф ціна τιμη 价格 单价
    資費 料金 価格 単価 価額 가격 요금 단가 ราคา السعر سعر מחיר
    """
)
"""Words for a price."""
_COUNTRY = word_set(
    """
    country countries destination dest land zielland empfangerland empfangsland pays pais paese paesi strana
    zeme krajina ulke kraj drzava orszag tara riik maa valstis salis negara destino destinazione страна країна
    държава χωρα iso 国家 国家地区 国 国名 국가 ประเทศ الدولة البلد מדינה
    """
)
_OTHER_SERVICE = word_set(
    """
    voice call calls minute whatsapp rcs viber email fax lookup hlr sip data line verify verification rental
    number numbers longcode shortcode phone monthly setup
    """
)
_INBOUND = word_set(
    "inbound incoming receive received receiving reception mo entrant entrants entrante entrantes "
    "eingehend eingehende entrata ricezione recepcion recebidas gelen przychodzace входящие входящий"
)
_FEE = word_set(
    """
    fee fees surcharge surcharges passthrough tax taxes vat gst iva tva mwst markup discount rebate
    adjustment uplift margin commission regulatory additional extra levy exchange
    """
)
_FURTHER = word_set("additional extra subsequent further")
_SEGMENTS = word_set("sms segment segments part parts message messages")
_CARRIER = word_set("carrier carriers network operator pass passthrough through")
_NETWORK = word_set(
    """
    description network networks carrier carriers operator operators mcc mnc mccmnc sender source group netz
    reseau operador оператор 运营商
    """
)
_ENDS = word_set("until end ends expiry expires expiration cease to bis hasta through")
_WITH_OR_WITHOUT = word_set("excl excluding ex without net ohne zzgl exkl hors incl including inkl ttc ht")
_DATED = word_set(
    "date effective valid validity start end expiry expires expiration cease gueltig gultig vigente vigencia "
    "effet geldig gyldig wazna wazne valida valido"
)
_IN_FORCE = _DATED - word_set("date start end expiry expires expiration cease") | word_set(
    "from ab vom desde dal"
)
_ORIGIN = word_set("origin source sender from herkunft absender")
_NET = word_set("net netto nett nettopreis excl excluding ex exkl zzgl without ohne hors ht bez sin senza")
_GROSS = word_set("gross brutto bruttopreis incl including inkl inclusive ttc with mit con com s")
_CREDITS = word_set("credit credits points punkte")
NEW = word_set(
    "new next future upcoming neu neue neuer neuen nouveau nouvel nouvelle nuevo nueva novo nova nuovo "
    "nuova yeni nowa nowy новая"
)
"""Words for a price that replaces another."""
_OLD = word_set(
    "old previous prev alt alte alter bisherig bisherige bisheriger ancien ancienne anterior precedent "
    "precedente eski stara poprzednia старая"
)
_COMMITMENT = word_set("commitment commitments commit committed")
_QUANTITY = word_set(
    """
    multiplier moq threshold bundle bundles package packages
    quantity quantities qty volume volumes menge mindestmenge volumen cantidad quantite quantita quantidade
    aantal ilosc miktar количество объем 数量
    """
)
_HARMLESS = word_set(
    """
    note notes comment comments remark remarks url link id uuid region continent capital change changes old
    previous status supported delivery success conversion zone tier population language increment timezone
    updated created index rank
    """
)
_TAX = word_set("tax vat gst discount markup")
_TAXED = word_set("tax taxes vat gst mwst ust iva tva btw moms dph kdv gross brutto bruttopreis ttc ндс")
_PREFIX = word_set("prefix prefixes breakout vorwahl prefijo prefixe")
_CALLING = word_set("dial dialing dialling calling phonecode")
_NO_PRICE = word_set("type plan name id date code")

_EXACT_BY_FIELD = {
    "country": "alpha2 iso2 iso3 alpha3 displayname quocgia",
    "prefix": "prefix e164prefix numberprefix destinationprefix",
    "sms": (
        "sms mt smsoutbound outboundsms persms persegment permessage permsg currentprice newprice outbound "
        "outgoing send sending sent"
    ),
    "other_service": "inbound incoming receive receiving received",
    "mms": "permms mms outboundmms mmsoutbound",
    "lms": "lms lmsprice pricelms rcssingle singlemessage",
    "currency": "currency currencycode curr ccy cur waehrung wahrung devise moneda moeda valuta валюта",
    "unit": "priceunit unit units billingunit per permessages",
    "quantity": (
        "numberofmessages numberofsms messages msgs smssent messagessent sentmessages smscount messagecount "
        "segments numberofsegments segmentcount parts"
    ),
    "carrier_fee": "carrierfee carrierfees smscarrierfee surcharge smssurcharge",
    "mms_carrier_fee": "mmscarrierfee mmscarriersurcharge mmssurcharge",
    "minimum": "minimum minimumpermessage messageminimum",
    "from_segments": "fromsegments fromsegment",
    "reject": "rejectsms",
    "blocked": "blocked isblocked disabled isdisabled",
    "status": "status state active isactive enabled isenabled supported smssupported available smsavailable",
    "direction": "direction traffictype",
    "list_price": "baseprice listprice",
    "old_price": "oldprice previousprice",
    "kind": "kind type product producttype service channel messagetype",
    "network": "numbertype sendertype destnetworktype groupinternalstart",
    "calling_code": (
        "dialingprefix diallingprefix dialcode dialingcode callingcode phonecode countrycallingcode "
        "countryprefix"
    ),
}
EXACT = {spelled: field for field, names in _EXACT_BY_FIELD.items() for spelled in word_set(names)}
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
    named = [code for code in named if code not in _ALSO_WORDS or re.search(rf"(\A|[(\[/]){code}\b", text)]
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
        or (said & {"sms", "mms", "lms", "mt"} and not said & (_NETWORK | _COUNTRY))
    )
    is_fee = said & _FEE and not (said & PRICE and said & _WITH_OR_WITHOUT)
    yield said & _FURTHER and said & _SEGMENTS and not said & {"fee", "fees", "surcharge"}, "sms"
    yield (
        is_fee and said & _CARRIER and not said & _TAX,
        {"mms": "mms_carrier_fee"}.get(message, "carrier_fee"),
    )
    yield is_fee or said & _COMMITMENT, "unused"
    yield said & _DATED and said & _ENDS and not said & {"from", "start", "effective"}, "effective_to"
    yield said & _DATED, "effective_from"
    yield (
        is_price and said & _OTHER_SERVICE and not said & {"sms", "mms"} and not is_outbound,
        "other_service",
    )
    yield is_price and (said & _INBOUND or last == "in") and not is_outbound, "other_service"
    yield said & _CREDITS, "credits"
    yield is_price and said & {"minimum", "min"}, "minimum"
    yield is_price and said & {"maximum", "max"}, "maximum"
    yield is_price and said & {"average", "avg", "mean"}, "average"
    yield is_price and (said & {"total", "gesamt"} or {"all", "in"} <= said), "total"
    yield is_price and said >= {"local", "currency"}, "local_price"
    if said & {"long", "short"}:
        # Of senders: "Long code SMS".
        said = said - {"code"}
    is_price = is_price and not said & (_NO_PRICE | _HARMLESS - _OLD)
    yield is_price and said & {"list", "base"}, "list_price"
    yield is_price and said & _OLD, "old_price"
    yield is_price, message
    yield said & _QUANTITY, "quantity"
    yield said & _PREFIX and "source" not in said, "prefix"
    yield said & _CALLING, "calling_code"
    yield said & (_NETWORK | _PREFIX), "network"
    yield said & _COUNTRY and said & _ORIGIN, "network"
    yield said & _COUNTRY and last == "id", "ignored"
    yield said & _COUNTRY and "type" not in said, "country"
    yield said & {"direction", "richtung"}, "direction"
    yield said & _HARMLESS, "ignored"


def tax_of(name: str) -> str:
    """Return whether a heading says that prices are without or with tax.

    Example:
        >>> tax_of("Preis netto"), tax_of("Price incl. VAT"), tax_of("Price")
        ('net', 'gross', '')
    """
    words = {*words_of(name)}
    return "net" if words & _NET else "gross" if words & _GROSS else ""


def is_in_force(title: str) -> bool:
    """Return whether a title says from which day prices hold, not until which."""
    words = {*words_of(title)}
    return bool(words & _IN_FORCE and not words & _ENDS - {"to"})


def is_taxed(name: str) -> bool:
    """Return whether a heading says that its prices include a tax."""
    return tax_of(name) == "gross" and bool(_TAXED.intersection(words_of(name)))


def is_origin(name: str) -> bool:
    """Return whether a heading is about where messages come from."""
    return bool(_ORIGIN.intersection(words_of(name)))


def service_of(text: str) -> str:
    """Return the messages that a title is about, if they are not SMS to send: "inbound", "MMS" or "other".

    Example:
        >>> service_of("SMS inbound"), service_of("MMS prices"), service_of("SMS and MMS"), service_of("SMS")
        ('inbound', 'MMS', '', '')
    """
    words = {*words_of(text)}
    if words & {"sms", "outbound", "mt"} and not words & _INBOUND:
        return ""
    if words & _INBOUND:
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
