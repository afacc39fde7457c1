"""Codes of countries and territories, and the names by which people and price lists call them.

They are in countries.txt; names in other languages than English are those of Unicode CLDR, in
country_names.txt, which tools/make_country_names.py writes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from functools import cache, lru_cache
from itertools import takewhile

from segcore.numbers.numbering_plan import CALLING_CODES, CODES_BY_REGION, regions_of_prefixes
from segcore.numbers.numbering_plan import NAMES as REGIONS
from segcore.rules import lines_of

_ROWS = [line.split(" ", 2) for line in lines_of(__package__, "countries.txt")]

# Codes that are not in ISO 3166-1, or no longer: Twilio's Kosovo, the European Union's Greece and the United
# Kingdom as everybody calls it; Netherlands Antilles, which was divided in 2010.
_OTHER_CODES = {"QK": ("XK",), "KV": ("XK",), "EL": ("GR",), "UK": ("GB",), "AN": ("BQ", "CW"), "FX": ("FR",)}
_OTHER_NAMES = {
    "Netherlands Antilles": ("BQ", "CW"),
    "Dutch Antilles": ("BQ", "CW"),
    "Channel Islands": ("GG", "JE"),
}

# Words that may follow a country's name in brackets without changing the country.
_ANY_NETWORK = frozenset(
    (
        *("", "all", "all networks", "any", "any network", "default"),
        *("mobile", "national", "other", "others", "sms"),
        # Kinds of senders and of traffic, which numbers of recipients do not show.
        *("toll-free", "toll free", "tollfree", "10dlc", "short code", "shortcode", "long code", "longcode"),
        *("alphanumeric", "alpha", "transactional", "promotional", "marketing", "otp"),
    )
)

_REGIONAL_A = 0x1F1E6
_EMOJI = re.compile("[\U0001f1e6-\U0001f1ff]+")

NAMES = {code: names.split("|")[0] for code, _, names in _ROWS}
"""English name by code."""

NOT_A_COUNTRY = "001"
"""The code of networks that belong to no country."""

# Territories, and the state that price lists name beside them: "Hong Kong, China" is not a list of two.
_STATES = {
    territory: state
    for state, territories in (
        ("AU", "CC CX HM NF"),
        ("CN", "HK MO TW"),
        ("DK", "FO GL"),
        ("FI", "AX"),
        ("FR", "BL GF GP MF MQ NC PF PM RE TF WF YT"),
        ("GB", "AI BM FK GG GI IM IO JE KY MS PN SH TC VG"),
        ("NL", "AW BQ CW SX"),
        ("NO", "BV SJ"),
        ("NZ", "CK NU TK"),
        ("US", "AS GU MP PR UM VI"),
    )
    for territory in territories.split()
}


def country_code(text: str) -> str:
    """Return the code (ISO 3166 alpha-2) of a country, given by a code or a name; the error about any other
    text suggests the closest name.

    Example:
        >>> country_code("us"), country_code("GBR"), country_code("Cote d'Ivoire")
        ('US', 'GB', 'CI')

    Source: ISO 3166-1; https://data.iana.org/time-zones/tzdb/iso3166.tab.
    """
    found = country_codes(text)
    if len(found) != 1:
        raise _unknown(text)
    return found[0]


@lru_cache(maxsize=4096)
def country_codes(text: str) -> tuple[str, ...]:
    """Return the codes of the countries that a cell of a price list names; none if any part of the text is
    not a country.

    Example:
        >>> country_codes("Reunion/Mayotte"), country_codes("United States (+1)"), country_codes("Satellite")
        (('RE', 'YT'), ('US',), ())
    """
    # A flag by itself is two letters of ISO 3166; beside a name it adds nothing.
    text = " ".join(_EMOJI.sub(" ", text).split()) or _EMOJI.sub(
        lambda flags: "".join(chr(ord(letter) - _REGIONAL_A + ord("A")) for letter in flags[0]), text.strip()
    )
    # "+44 (UK)" is the country in the brackets.
    text = re.sub(r"\A\+\d[\d -]*\((.+)\)\Z", r"\1", text)
    found = _one(text)
    if found:
        return found
    outside, inside = _in_brackets(text)
    if outside and (found := _one(outside)) and adds_nothing(inside, found):
        return found
    for sign in (" - ", ": ", "-"):
        first, found_sign, second = text.partition(sign)
        if found_sign:
            one, other = _one(first), _one(second)
            return narrower(one, other) if one and other else one or (other if sign != "-" else ())
    territory, _, state = text.partition(", ")
    if (one := _one(territory)) and _is_part(one, _one(state)):
        return one
    # "Bosnia and Herzegovina, Serbia" are two countries.
    names = [
        name
        for part in re.split(r"[/;,+|]", text)
        for name in ([part] if _one(part.strip()) else re.split(r"&|\band\b", part))
    ]
    # The first part that is no country decides, however long the text is.
    parts = [*takewhile(bool, (_one(name.strip()) for name in names))]
    if len(names) == len(parts) > 1:
        return tuple(dict.fromkeys(code for part in parts for code in part))
    plain = _ANY_OF_THEM.sub("", text)
    return _one(plain) if plain != text else _beside_its_code(text)


def _beside_its_code(text: str) -> tuple[str, ...]:
    """Return the country that stands beside its calling code: "Germany 49"; "France 2" is a network."""
    beside = _CALLING_CODE.match(text)
    found = _one(beside["after"] or beside["before"]) if beside else ()
    digits = re.sub(r"\D", "", text) if found else ""
    codes = set[str]().union(*(CODES_BY_REGION.get(code, ()) for code in found))
    return found if digits in codes or (len(digits) == _WITH_AREA and digits[0] in codes) else ()


@lru_cache(maxsize=4096)
def calling_code(text: str) -> str | None:
    """Return the calling code that a cell names by itself or by a country, ``None`` if it names none.

    Example:
        >>> calling_code("+49"), calling_code("DE"), calling_code("Canada"), calling_code("x")
        ('49', '49', '1', None)
    """
    digits = re.sub(r"\A(?:\+|00)|\.0\Z", "", text.strip())
    if digits in CALLING_CODES:
        return digits
    countries = country_codes(text)
    codes = CODES_BY_REGION.get(countries[0], set()) if len(countries) == 1 else set()
    return next(iter(codes)) if len(codes) == 1 else None


@cache
def _regions_by_prefix() -> tuple[dict[str, int], dict[str, list[int]]]:
    """Return the region of each prefix, and the regions of all prefixes that begin with some digits."""
    regions, _ = regions_of_prefixes()
    starts = defaultdict(list)
    for prefix, region in regions.items():
        for end in range(1, len(prefix) + 1):
            starts[prefix[:end]].append(region)
    return regions, starts


@lru_cache(maxsize=4096)
def prefix_name(prefix: str) -> str:
    """Return the name of the country of a prefix; of several, the one with most numbers, and how many others.

    Args:
        prefix: The first digits of E.164 numbers, with a plus sign.

    Example:
        >>> prefix_name("+49"), prefix_name("+1204"), prefix_name("+44"), prefix_name("+999")
        ('Germany', 'Canada', 'United Kingdom and 3 others', '')
    """
    regions, starts = _regions_by_prefix()
    ends = range(len(prefix), 1, -1)
    exact = (regions[prefix[1:end]] for end in ends if prefix[1:end] in regions)
    found = Counter(starts.get(prefix[1:]) or [*exact][:1])
    names = [NAMES[REGIONS[region]] for region, _ in found.most_common()]
    more = f" and {len(names) - 1} other{'s' * (len(names) > 2)}" if len(names) > 1 else ""
    return names[0] + more if names else ""


_ANY_OF_THEM = re.compile(r"\s+(?:mobiles?|all networks|others?)\Z", re.IGNORECASE)
# A calling code beside a name.
_CALLING_CODE = re.compile(
    r"\+?(?:1[ -]?)?\d{1,3}\s+(?P<after>\D+)|(?P<before>\D+?)\s+\+?(?:1[ -]?)?\d{1,3}\Z"
)
_WITH_AREA = len("1809")
_LONGEST_NAME = 200


def _one(text: str) -> tuple[str, ...]:
    if len(text) > _LONGEST_NAME:
        return ()
    code = text.upper()
    if code in NAMES:
        return (code,)
    names = _by_name()
    found = _OTHER_CODES.get(code) or names.get(_plain(text)) or names.get(_words(text)) or _state(text)
    if not found and text in (code, text.lower()):
        found = _by_alpha_3().get(code, ())
    return found or (_names_elsewhere().get(_letters(text)) or () if text else ())


def narrower(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Return the one of two places that is the other, too, or a territory of it; none if neither is.

    Example:
        >>> narrower(("CN",), ("HK",)), narrower(("FR",), ("DE",))
        (('HK',), ())
    """
    return one if one == other or _is_part(one, other) else other if _is_part(other, one) else ()


def _is_part(codes: tuple[str, ...], of: tuple[str, ...]) -> bool:
    """Return whether countries are territories of a state."""
    return len(of) == 1 and all(_STATES.get(code) == of[0] for code in codes)


def _in_brackets(text: str) -> tuple[str, str]:
    """Return a text without its bracketed parts, and those parts."""
    found = re.fullmatch(r"([^()\[\]]+)[(\[]([^()\[\]]*)[)\]]", text)
    return (found[1].strip(), found[2].strip()) if found else ("", "")


def adds_nothing(text: str, codes: tuple[str, ...]) -> bool:
    """Return whether a text beside a country's name is that country again, or no part of it in particular."""
    return (
        text.casefold() in _ANY_NETWORK
        or bool(re.fullmatch(r"\+?[0-9 -]+", text))
        or narrower(_one(text), codes) == codes
    )


def _unknown(text: str) -> ValueError:
    close = close_name(text)
    hint = f"; did you mean {close!r}?" if close else ""
    return ValueError(f"unknown country {text!r}: expected a code of ISO 3166 such as US, or *{hint}")


def close_name(text: str) -> str | None:
    """Return the country whose name is closest to a misspelled one, ``None`` if none is close."""
    from difflib import get_close_matches

    names = {name.casefold(): name for name in NAMES.values()}
    # Two letters are close to too much.
    close = get_close_matches(text.casefold(), names, n=1, cutoff=0.75) if len(text) > 3 else []
    return names[close[0]] if close else None


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {_plain(name): codes for name, codes in _OTHER_NAMES.items()}
    found.update((_plain(name), (code,)) for code, _, names in _ROWS for name in names.split("|"))
    # The same words in another order, where one country alone has them.
    shuffled = {_words(name): code for code, _, names in _ROWS for name in names.split("|")}
    found.update((words, (code,)) for words, code in shuffled.items() if words not in found)
    return found


@cache
def _by_alpha_3() -> dict[str, tuple[str, ...]]:
    return {alpha_3: (code,) for code, alpha_3s, _ in _ROWS for alpha_3 in alpha_3s.split(",")}


@cache
def _names_elsewhere() -> dict[str, tuple[str, ...]]:
    """Return countries by their names in other languages; a name that is one of several is none of them."""
    found: dict[str, set[str]] = {}
    for line in lines_of(__package__, "country_names.txt"):
        code, _, names = line.partition("=")
        for name in names.split("|") if code in NAMES else ():
            found.setdefault(_letters(name), set()).add(code)
            # Nobody types all accents; of short names they make others.
            if len(_letters(name)) > _SHORT_NAME:
                found.setdefault(_letters(unaccented(name)), set()).add(code)
    return {name: tuple(codes) for name, codes in found.items() if len(codes) == 1}


_SHORT_NAME = 4


def _letters(name: str) -> str:
    """Return the letters of a name, and their marks, without spaces and punctuation."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in text if unicodedata.category(letter)[0] in "LMN")


def _state(text: str) -> tuple[str, ...]:
    """Return the country of a formal name: "Egypt, Arab Rep.", "Kingdom of Norway"."""
    words = _words(text).split()
    name = " ".join(word for word in words if word not in _FORMS_OF_STATES)
    # There are two republics of each of these.
    is_clear = name not in ("china", "congo", "korea") and 0 < len(name.split()) < len(words)
    return _by_name().get(name, ()) if is_clear else ()


_FORMS_OF_STATES = frozenset(
    (
        *("arab", "bolivarian", "commonwealth", "democratic", "duchy", "federal", "federative", "grand"),
        *("hashemite", "independent", "islamic", "kingdom", "occupied", "peoples", "plurinational"),
        *("principality", "rb", "republic", "socialist", "state", "sultanate", "union"),
    )
)


def unaccented(text: str) -> str:
    """Return a text without the accents of its letters."""
    letters = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


# Letters whose marks Unicode does not decompose.
_LETTERS = str.maketrans("ıłŁøØđĐ", "ilLoOdD")


def _words(name: str) -> str:
    """Return the words of a name in alphabetical order, without those that price lists leave out."""
    return " ".join(sorted(word for word in _plain(name).split() if word not in ("and", "of")))


def _plain(name: str) -> str:
    """Return a name without accents and punctuation, abbreviations written out."""
    letters = unaccented(name.replace("&", " and ")).casefold()
    words = re.sub(r"[^\w ]+|_", "", re.sub(r"[-/,()]", " ", letters)).split()
    return " ".join(_WRITTEN_OUT.get(word, word) for word in words if word != "the")


_WRITTEN_OUT = {"st": "saint", "ste": "saint", "rep": "republic", "dem": "democratic", "is": "islands"}
