"""Countries and territories that numbers and rates name: ISO 3166 alpha-2 codes and English names.

Codes and most names are those of the time zone database (iso3166.tab, public domain); the other names are
those under which providers list prices.  AC, TA and XK are no codes of ISO 3166-1 but reserved or in common
use, and E.164 tells their numbers apart; 001 stands for codes of no country, such as +881 (as in the UN M49
standard and in CLDR).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

TABLE = """\
001=non-geographic|satellite and other international networks
AC=Ascension Island|Ascension
AD=Andorra
AE=United Arab Emirates|UAE
AF=Afghanistan
AG=Antigua and Barbuda
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
BA=Bosnia and Herzegovina|Bosnia
BB=Barbados
BD=Bangladesh
BE=Belgium
BF=Burkina Faso
BG=Bulgaria
BH=Bahrain
BI=Burundi
BJ=Benin
BL=Saint Barthélemy
BM=Bermuda
BN=Brunei|Brunei Darussalam
BO=Bolivia|Bolivia, Plurinational State of|Plurinational State of Bolivia
BQ=Caribbean Netherlands|Bonaire, Sint Eustatius and Saba|Bonaire
BR=Brazil
BS=Bahamas|The Bahamas
BT=Bhutan
BV=Bouvet Island
BW=Botswana
BY=Belarus
BZ=Belize
CA=Canada
CC=Cocos (Keeling) Islands
CD=DR Congo|Democratic Republic of the Congo|Congo (Dem. Rep.)|Congo, Democratic Republic of the|DRC
CF=Central African Republic
CG=Congo|Republic of the Congo|Congo (Rep.)|Congo - Brazzaville
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
FK=Falkland Islands|Falkland Islands (Malvinas)|Falklands
FM=Micronesia|Federated States of Micronesia|Micronesia, Federated States of
FO=Faroe Islands|Faeroe Islands
FR=France
GA=Gabon
GB=United Kingdom|Great Britain|Britain (UK)|UK|United Kingdom of Great Britain and Northern Ireland
GD=Grenada
GE=Georgia
GF=French Guiana
GG=Guernsey
GH=Ghana
GI=Gibraltar
GL=Greenland
GM=Gambia|The Gambia
GN=Guinea
GP=Guadeloupe
GQ=Equatorial Guinea
GR=Greece
GS=South Georgia and the South Sandwich Islands
GT=Guatemala
GU=Guam
GW=Guinea-Bissau
GY=Guyana
HK=Hong Kong|Hong Kong SAR China
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
IO=British Indian Ocean Territory
IQ=Iraq
IR=Iran|Iran, Islamic Republic of
IS=Iceland
IT=Italy
JE=Jersey
JM=Jamaica
JO=Jordan
JP=Japan
KE=Kenya
KG=Kyrgyzstan|Kyrgyz Republic
KH=Cambodia
KI=Kiribati
KM=Comoros
KN=Saint Kitts and Nevis
KP=North Korea|Korea (North)|Korea, Democratic People's Republic of
KR=South Korea|Korea (South)|Korea, Republic of|Republic of Korea
KW=Kuwait
KY=Cayman Islands
KZ=Kazakhstan
LA=Laos|Lao People's Democratic Republic|Lao PDR
LB=Lebanon
LC=Saint Lucia
LI=Liechtenstein
LK=Sri Lanka
LR=Liberia
LS=Lesotho
LT=Lithuania
LU=Luxembourg
LV=Latvia
LY=Libya
MA=Morocco
MC=Monaco
MD=Moldova|Republic of Moldova|Moldova, Republic of
ME=Montenegro
MF=Saint Martin|Saint Martin (French part)|St Martin (French)
MG=Madagascar
MH=Marshall Islands
MK=North Macedonia|Macedonia
ML=Mali
MM=Myanmar|Burma|Myanmar (Burma)
MN=Mongolia
MO=Macao|Macau|Macao SAR China
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
NL=Netherlands|The Netherlands|Holland
NO=Norway
NP=Nepal
NR=Nauru
NU=Niue
NZ=New Zealand
OM=Oman
PA=Panama
PE=Peru
PF=French Polynesia
PG=Papua New Guinea
PH=Philippines
PK=Pakistan
PL=Poland
PM=Saint Pierre and Miquelon
PN=Pitcairn|Pitcairn Islands
PR=Puerto Rico
PS=Palestine|Palestinian Territory|Palestinian Territories|Palestine, State of|State of Palestine
PT=Portugal
PW=Palau
PY=Paraguay
QA=Qatar
RE=Réunion
RO=Romania
RS=Serbia
RU=Russia|Russian Federation
RW=Rwanda
SA=Saudi Arabia
SB=Solomon Islands
SC=Seychelles
SD=Sudan
SE=Sweden
SG=Singapore
SH=Saint Helena|Saint Helena, Ascension and Tristan da Cunha
SI=Slovenia
SJ=Svalbard and Jan Mayen
SK=Slovakia|Slovak Republic
SL=Sierra Leone
SM=San Marino
SN=Senegal
SO=Somalia
SR=Suriname
SS=South Sudan
ST=Sao Tome and Principe
SV=El Salvador
SX=Sint Maarten|Sint Maarten (Dutch part)|St Maarten (Dutch)|Saint Maarten
SY=Syria|Syrian Arab Republic
SZ=Eswatini|Swaziland|Eswatini (Swaziland)
TA=Tristan da Cunha
TC=Turks and Caicos Islands|Turks & Caicos
TD=Chad
TF=French Southern Territories
TG=Togo
TH=Thailand
TJ=Tajikistan
TK=Tokelau
TL=Timor-Leste|East Timor
TM=Turkmenistan
TN=Tunisia
TO=Tonga
TR=Türkiye|Turkey
TT=Trinidad and Tobago|Trinidad
TV=Tuvalu
TW=Taiwan|Taiwan, Province of China
TZ=Tanzania|United Republic of Tanzania|Tanzania, United Republic of
UA=Ukraine
UG=Uganda
UM=US minor outlying islands|United States Minor Outlying Islands
US=United States|United States of America|USA
UY=Uruguay
UZ=Uzbekistan
VA=Vatican City|Vatican|Holy See|Holy See (Vatican City State)|Vatican City State
VC=Saint Vincent and the Grenadines|St Vincent
VE=Venezuela|Bolivarian Republic of Venezuela|Venezuela, Bolivarian Republic of
VG=British Virgin Islands|Virgin Islands, British|Virgin Islands (UK)
VI=U.S. Virgin Islands|Virgin Islands, U.S.|Virgin Islands (US)|US Virgin Islands
VN=Vietnam|Viet Nam
VU=Vanuatu
WF=Wallis and Futuna
WS=Samoa|Western Samoa|Samoa (western)
XK=Kosovo
YE=Yemen
YT=Mayotte
ZA=South Africa
ZM=Zambia
ZW=Zimbabwe
"""
"""A code, and the names that are understood, the first one being shown."""

NAMES = {code: names.split("|")[0] for code, _, names in (row.partition("=") for row in TABLE.splitlines())}
"""English name by code."""


def country_code(text: str) -> str:
    """Return the code of a country.

    Args:
        text: A code in any case, or an English name.

    Returns:
        The code in capitals.

    Raises:
        ValueError: It is neither; the message suggests the closest name.

    Example:
        >>> country_code("us"), country_code("United States"), country_code("Cote d'Ivoire")
        ('US', 'US', 'CI')

    Source: ISO 3166-1; https://data.iana.org/time-zones/tzdb/iso3166.tab.
    """
    code = text.strip().upper()
    if code in NAMES:
        return code
    found = _by_name().get(_plain(text))
    if found is None:
        raise _unknown(text)
    return found


def _unknown(text: str) -> ValueError:
    from difflib import get_close_matches

    names = {name.casefold(): name for name in NAMES.values()}
    # Two letters are close to too much.
    close = get_close_matches(text.casefold(), names, n=1) if len(text) > 3 else []
    hint = f"; did you mean {names[close[0]]!r}?" if close else ""
    return ValueError(f"unknown country {text!r}: expected a code of ISO 3166 such as US, or *{hint}")


@cache
def _by_name() -> dict[str, str]:
    rows = (row.partition("=") for row in TABLE.splitlines())
    return {_plain(name): code for code, _, names in rows for name in names.split("|")}


def _plain(name: str) -> str:
    """Return a name without accents, punctuation and what is spelled in several ways."""
    letters = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold()
    words = re.sub(r"[^a-z0-9 ]+", "", letters.replace("-", " ")).split()
    return " ".join({"st": "saint"}.get(word, word) for word in words if word != "the")
