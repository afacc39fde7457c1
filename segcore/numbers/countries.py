"""Codes of countries and territories, and the names by which people and price lists call them.

Codes and most names are those of the time zone database (iso3166.tab, public domain); other names are those
of libphonenumber and of price lists.  Names in other languages than English are those of Unicode CLDR, in
country_names.txt, which tools/make_country_names.py writes.  AC, TA and XK are not codes of ISO 3166-1, but
they are reserved or in common use, and E.164 tells their numbers apart.  001 stands for codes of no country,
such as +881 (as in the UN M49 standard and in CLDR).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from segcore.numbers.numbering_plan import CALLING_CODES, CODES_BY_REGION

TABLE = """\
001=non-geographic|satellite and other international networks
AC=Ascension Island|Ascension
AD=Andorra
AE=United Arab Emirates|UAE|Emirates
AF=Afghanistan
AG=Antigua and Barbuda|Antigua
AI=Anguilla
AL=Albania
AM=Armenia
AO=Angola
AQ=Antarctica
AR=Argentina
AS=American Samoa
AT=Austria
AU=Australia
AW=Aruba
AX=Åland Islands
AZ=Azerbaijan
BA=Bosnia and Herzegovina|Bosnia|Bosnia and Herzegowina
BB=Barbados
BD=Bangladesh
BE=Belgium
BF=Burkina Faso
BG=Bulgaria
BH=Bahrain
BI=Burundi
BJ=Benin
BL=Saint Barthélemy|St Barts|St Barth
BM=Bermuda
BN=Brunei|Brunei Darussalam
BO=Bolivia|Bolivia, Plurinational State of
BQ=Caribbean Netherlands|Bonaire, Sint Eustatius and Saba|Bonaire|Bonaire, Saint Eustatius and Saba
BR=Brazil
BS=Bahamas
BT=Bhutan
BV=Bouvet Island
BW=Botswana
BY=Belarus
BZ=Belize
CA=Canada
CC=Cocos (Keeling) Islands|Cocos Islands
CD=DR Congo|Democratic Republic of the Congo|DRC|Congo (DRC)|Congo - Kinshasa|Congo (Zaire)|Zaire
CF=Central African Republic|Central Africa
CG=Congo|Republic of the Congo|Congo - Brazzaville
CH=Switzerland
CI=Côte d'Ivoire|Ivory Coast
CK=Cook Islands
CL=Chile
CM=Cameroon
CN=China|Mainland China
CO=Colombia
CR=Costa Rica
CU=Cuba
CV=Cape Verde|Cabo Verde
CW=Curaçao
CX=Christmas Island
CY=Cyprus
CZ=Czech Republic|Czechia
DE=Germany
DJ=Djibouti
DK=Denmark
DM=Dominica
DO=Dominican Republic
DZ=Algeria
EC=Ecuador
EE=Estonia
EG=Egypt
EH=Western Sahara
ER=Eritrea
ES=Spain
ET=Ethiopia
FI=Finland
FJ=Fiji
FK=Falkland Islands|Falkland Islands (Malvinas)|Falklands|Falkland Islands (Islas Malvinas)
FM=Micronesia|Federated States of Micronesia|Micronesia, Fed. States
FO=Faroe Islands|Faeroe Islands
FR=France
GA=Gabon
GB=United Kingdom|Great Britain|United Kingdom of Great Britain and Northern Ireland|Britain|England
GD=Grenada
GE=Georgia
GF=French Guiana|French Guyana|Guyane Française
GG=Guernsey
GH=Ghana
GI=Gibraltar
GL=Greenland
GM=Gambia
GN=Guinea
GP=Guadeloupe
GQ=Equatorial Guinea|Eq Guinea|Guinea Ecuatorial
GR=Greece
GS=South Georgia and the South Sandwich Islands
GT=Guatemala
GU=Guam
GW=Guinea-Bissau
GY=Guyana
HK=Hong Kong|Hong Kong SAR China|Hongkong|Hong Kong SAR
HM=Heard Island and McDonald Islands
HN=Honduras
HR=Croatia
HT=Haiti
HU=Hungary
ID=Indonesia
IE=Ireland
IL=Israel
IM=Isle of Man
IN=India
IO=British Indian Ocean Territory|Diego Garcia
IQ=Iraq
IR=Iran|Iran, Islamic Republic of
IS=Iceland
IT=Italy
JE=Jersey
JM=Jamaica
JO=Jordan
JP=Japan
KE=Kenya
KG=Kyrgyzstan|Kyrgyz Republic|Kirgizstan|Kirghizistan
KH=Cambodia
KI=Kiribati
KM=Comoros|Comoros Islands
KN=Saint Kitts and Nevis|St Kitts
KP=North Korea|Korea, Democratic People's Republic of|DPR Korea|Korea (North Korea)|North Korea (DPRK)
KR=South Korea|Korea, Republic of|South Korea (ROK)|Korea
KW=Kuwait
KY=Cayman Islands
KZ=Kazakhstan
LA=Laos|Lao People's Democratic Republic|Lao PDR|Laos PDR
LB=Lebanon
LC=Saint Lucia
LI=Liechtenstein
LK=Sri Lanka
LR=Liberia
LS=Lesotho
LT=Lithuania
LU=Luxembourg
LV=Latvia
LY=Libya|Libyan Arab Jamahiriya
MA=Morocco
MC=Monaco
MD=Moldova|Republic of Moldova
ME=Montenegro
MF=Saint Martin|Saint Martin (French part)|St Martin (French)
MG=Madagascar
MH=Marshall Islands
MK=North Macedonia|Macedonia|FYROM|Macedonia FYR|Macedonia, The Former Yugoslav Republic of
ML=Mali
MM=Myanmar|Burma
MN=Mongolia
MO=Macao|Macau|Macao SAR China|Macao SAR|Macau SAR
MP=Northern Mariana Islands
MQ=Martinique
MR=Mauritania
MS=Montserrat
MT=Malta
MU=Mauritius
MV=Maldives
MW=Malawi
MX=Mexico
MY=Malaysia
MZ=Mozambique
NA=Namibia
NC=New Caledonia
NE=Niger
NF=Norfolk Island
NG=Nigeria
NI=Nicaragua
NL=Netherlands|Holland
NO=Norway
NP=Nepal
NR=Nauru
NU=Niue
NZ=New Zealand
OM=Oman
PA=Panama
PE=Peru
PF=French Polynesia|Tahiti
PG=Papua New Guinea
PH=Philippines
PK=Pakistan
PL=Poland
PM=Saint Pierre and Miquelon|St Pierre
PN=Pitcairn|Pitcairn Islands
PR=Puerto Rico
PS=Palestine|Palestinian Territory|Palestinian Territories|State of Palestine|Palestinian Authority
PT=Portugal
PW=Palau
PY=Paraguay
QA=Qatar
RE=Réunion
RO=Romania
RS=Serbia
RU=Russia|Russian Federation
RW=Rwanda
SA=Saudi Arabia|KSA
SB=Solomon Islands
SC=Seychelles
SD=Sudan
SE=Sweden
SG=Singapore
SH=Saint Helena|Saint Helena, Ascension and Tristan da Cunha
SI=Slovenia
SJ=Svalbard and Jan Mayen|Svalbard
SK=Slovakia|Slovak Republic
SL=Sierra Leone
SM=San Marino
SN=Senegal
SO=Somalia
SR=Suriname
SS=South Sudan
ST=Sao Tome and Principe|Sao Tome
SV=El Salvador
SX=Sint Maarten|Sint Maarten (Dutch part)|St Maarten (Dutch)|Saint Maarten|Saint Maarten (Dutch part)
SY=Syria|Syrian Arab Republic
SZ=Eswatini|Swaziland
TA=Tristan da Cunha
TC=Turks and Caicos Islands|Turks & Caicos
TD=Chad
TF=French Southern Territories
TG=Togo
TH=Thailand
TJ=Tajikistan
TK=Tokelau
TL=Timor-Leste|East Timor|Timor
TM=Turkmenistan
TN=Tunisia
TO=Tonga
TR=Türkiye|Turkey
TT=Trinidad and Tobago|Trinidad
TV=Tuvalu
TW=Taiwan|Taiwan, Province of China|Taiwan ROC
TZ=Tanzania|United Republic of Tanzania
UA=Ukraine
UG=Uganda
UM=US minor outlying islands|United States Minor Outlying Islands
US=United States|United States of America
UY=Uruguay
UZ=Uzbekistan
VA=Vatican City|Vatican|Holy See|Vatican City State
VC=Saint Vincent and the Grenadines|St Vincent
VE=Venezuela|Bolivarian Republic of Venezuela
VG=British Virgin Islands|Virgin Islands (UK)
VI=U.S. Virgin Islands|Virgin Islands (American)
VN=Vietnam|Viet Nam
VU=Vanuatu
WF=Wallis and Futuna
WS=Samoa|Western Samoa
XK=Kosovo
YE=Yemen
YT=Mayotte
ZA=South Africa
ZM=Zambia
ZW=Zimbabwe
"""
"""A code, and the names that are understood; the first is displayed."""

_ALPHA_3 = """
AC=ASC AD=AND AE=ARE AF=AFG AG=ATG AI=AIA AL=ALB AM=ARM AO=AGO AQ=ATA AR=ARG AS=ASM AT=AUT AU=AUS AW=ABW
AX=ALA AZ=AZE BA=BIH BB=BRB BD=BGD BE=BEL BF=BFA BG=BGR BH=BHR BI=BDI BJ=BEN BL=BLM BM=BMU BN=BRN BO=BOL
BQ=BES BR=BRA BS=BHS BT=BTN BV=BVT BW=BWA BY=BLR BZ=BLZ CA=CAN CC=CCK CD=COD CF=CAF CG=COG CH=CHE CI=CIV
CK=COK CL=CHL CM=CMR CN=CHN CO=COL CR=CRI CU=CUB CV=CPV CW=CUW CX=CXR CY=CYP CZ=CZE DE=DEU DJ=DJI DK=DNK
DM=DMA DO=DOM DZ=DZA EC=ECU EE=EST EG=EGY EH=ESH ER=ERI ES=ESP ET=ETH FI=FIN FJ=FJI FK=FLK FM=FSM FO=FRO
FR=FRA GA=GAB GB=GBR GD=GRD GE=GEO GF=GUF GG=GGY GH=GHA GI=GIB GL=GRL GM=GMB GN=GIN GP=GLP GQ=GNQ GR=GRC
GS=SGS GT=GTM GU=GUM GW=GNB GY=GUY HK=HKG HM=HMD HN=HND HR=HRV HT=HTI HU=HUN ID=IDN IE=IRL IL=ISR IM=IMN
IN=IND IO=IOT IQ=IRQ IR=IRN IS=ISL IT=ITA JE=JEY JM=JAM JO=JOR JP=JPN KE=KEN KG=KGZ KH=KHM KI=KIR KM=COM
KN=KNA KP=PRK KR=KOR KW=KWT KY=CYM KZ=KAZ LA=LAO LB=LBN LC=LCA LI=LIE LK=LKA LR=LBR LS=LSO LT=LTU LU=LUX
LV=LVA LY=LBY MA=MAR MC=MCO MD=MDA ME=MNE MF=MAF MG=MDG MH=MHL MK=MKD ML=MLI MM=MMR MN=MNG MO=MAC MP=MNP
MQ=MTQ MR=MRT MS=MSR MT=MLT MU=MUS MV=MDV MW=MWI MX=MEX MY=MYS MZ=MOZ NA=NAM NC=NCL NE=NER NF=NFK NG=NGA
NI=NIC NL=NLD NO=NOR NP=NPL NR=NRU NU=NIU NZ=NZL OM=OMN PA=PAN PE=PER PF=PYF PG=PNG PH=PHL PK=PAK PL=POL
PM=SPM PN=PCN PR=PRI PS=PSE PT=PRT PW=PLW PY=PRY QA=QAT RE=REU RO=ROU RS=SRB RU=RUS RW=RWA SA=SAU SB=SLB
SC=SYC SD=SDN SE=SWE SG=SGP SH=SHN SI=SVN SJ=SJM SK=SVK SL=SLE SM=SMR SN=SEN SO=SOM SR=SUR SS=SSD ST=STP
SV=SLV SX=SXM SY=SYR SZ=SWZ TA=TAA TC=TCA TD=TCD TF=ATF TG=TGO TH=THA TJ=TJK TK=TKL TL=TLS TM=TKM TN=TUN
TO=TON TR=TUR TT=TTO TV=TUV TW=TWN TZ=TZA UA=UKR UG=UGA UM=UMI US=USA UY=URY UZ=UZB VA=VAT VC=VCT VE=VEN
VG=VGB VI=VIR VN=VNM VU=VUT WF=WLF WS=WSM XK=XKK XK=XKX YE=YEM YT=MYT ZA=ZAF ZM=ZMB ZW=ZWE
"""
# ISO 3166-1 alpha-3, and those in common use for Kosovo.

# Codes that are not in ISO 3166-1, or no longer: Twilio's Kosovo, the European Union's Greece and the United
# Kingdom as everybody calls it; Netherlands Antilles, which was divided in 2010.
_OTHER_CODES = {"QK": ("XK",), "KV": ("XK",), "EL": ("GR",), "UK": ("GB",), "AN": ("BQ", "CW"), "FX": ("FR",)}
_OTHER_NAMES = {"Netherlands Antilles": ("BQ", "CW"), "Dutch Antilles": ("BQ", "CW")}

# What may follow a country's name in brackets without changing the country.
_ANY_NETWORK = frozenset(
    (
        "",
        "all",
        "all networks",
        "any",
        "any network",
        "default",
        "mobile",
        "national",
        "other",
        "others",
        "sms",
    )
)

_EMOJI = re.compile("[\U0001f1e6-\U0001f1ff]+")

NAMES = {code: names.split("|")[0] for code, _, names in (row.partition("=") for row in TABLE.splitlines())}
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
    """Return the code of a country.

    Args:
        text: A code (ISO 3166 alpha-2 or alpha-3), or a name.

    Returns:
        The code (ISO 3166 alpha-2).

    Raises:
        ValueError: It is neither; the message suggests the closest name.

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
    """Return the codes of the countries that a cell of a price list names.

    Args:
        text: A code or a name; or several, separated by slashes, semicolons or ampersands.

    Returns:
        The codes (ISO 3166 alpha-2); none if any part of the text is not a country.

    Example:
        >>> country_codes("Reunion/Mayotte"), country_codes("United States (+1)"), country_codes("Satellite")
        (('RE', 'YT'), ('US',), ())
    """
    text = _EMOJI.sub(" ", text).strip()
    found = _one(text)
    if found:
        return found
    outside, inside = _in_brackets(text)
    if outside and (found := _one(outside)) and _adds_nothing(inside, found):
        return found
    for sign in (" - ", ": "):
        first, found_sign, second = text.partition(sign)
        if found_sign:
            one, other = _one(first), _one(second)
            return narrower(one, other) if one and other else one or other
    territory, _, state = text.partition(", ")
    if (one := _one(territory)) and _is_part(one, _one(state)):
        return one
    parts = [_one(part.strip()) for part in re.split(r"[/;,&+]|\band\b", text)]
    if len(parts) > 1 and all(parts):
        return tuple(dict.fromkeys(code for part in parts for code in part))
    plain = _BESIDE_A_NAME.sub("", text)
    return _one(plain) if plain != text else ()


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


# A calling code beside a name, or a word for all networks.
_BESIDE_A_NAME = re.compile(
    r"\A\+(?:\d{1,3}|1[ -]?\d{3})\s+|\s+\+(?:\d{1,3}|1[ -]?\d{3})\Z|\s+(?:mobiles?|all networks|others?)\Z",
    re.IGNORECASE,
)


def _one(text: str) -> tuple[str, ...]:
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

    Args:
        one: The codes of countries.
        other: Likewise.

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


def _adds_nothing(text: str, codes: tuple[str, ...]) -> bool:
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
    rows = [row.partition("=") for row in TABLE.splitlines()]
    found.update((_plain(name), (code,)) for code, _, names in rows for name in names.split("|"))
    # The same words in another order, where one country alone has them.
    shuffled = {_words(name): code for code, _, names in rows for name in names.split("|")}
    found.update((words, (code,)) for words, code in shuffled.items() if words not in found)
    return found


@cache
def _by_alpha_3() -> dict[str, tuple[str, ...]]:
    return {alpha_3: (code,) for code, alpha_3 in (pair.split("=") for pair in _ALPHA_3.split())}


@cache
def _names_elsewhere() -> dict[str, tuple[str, ...]]:
    """Return countries by their names in other languages; a name that is one of several is none of them."""
    # Imported here: only rate cards hold names.
    from importlib.resources import files

    found: dict[str, set[str]] = {}
    for line in files("segcore.numbers").joinpath("country_names.txt").read_text("utf-8").splitlines():
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
