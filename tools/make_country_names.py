"""Writes ``segcore/numbers/country_names.txt``: countries by their names in other languages than English.

Run from the root of the repository after an update of ``babel``, which has the names of Unicode CLDR::

    python -m tools.make_country_names

A test fails while what it would write is not what is there.
"""

from __future__ import annotations

from pathlib import Path

import babel
from babel.core import get_cldr_version

from segcore.numbers.countries import NAMES, NOT_A_COUNTRY

PATH = Path(__file__).parents[1] / "segcore" / "numbers" / "country_names.txt"

LANGUAGES = (
    *(
        "ar",
        "bg",
        "ca",
        "cs",
        "da",
        "de",
        "el",
        "es",
        "et",
        "eu",
        "fa",
        "fi",
        "fr",
        "gl",
        "he",
        "hi",
        "hr",
        "hu",
    ),
    *(
        "hy",
        "id",
        "is",
        "it",
        "ja",
        "ka",
        "ko",
        "lt",
        "lv",
        "mk",
        "ms",
        "nb",
        "nl",
        "pl",
        "pt",
        "pt_PT",
        "ro",
    ),
    *("ru", "sk", "sl", "sq", "sr", "sr_Latn", "sv", "sw", "th", "tr", "uk", "vi", "zh", "zh_Hant"),
)

# Former and everyday names, and abbreviations, that CLDR does not have.
MORE = {
    "AE": "الإمارات|VAE|EAU|E.A.U.|Emiratos Árabes|Emirats arabes unis",
    "BY": "Weißrussland|Bielorrusia|Biélorussie|Bielorrússia|Bielorussia|Wit-Rusland|Vitryssland",
    "CD": "DR Kongo|Demokratische Republik Kongo|RD Congo|République démocratique du Congo"
    "|República Democrática del Congo|República Democrática do Congo",
    "CG": "Republik Kongo|République du Congo|República del Congo|República do Congo",
    "CI": "Elfenbeinküste|Costa de Marfil|Costa d'Avorio|Ivoorkust",
    "CN": "VR China|RP China|RPC",
    "CZ": "Tschechische Republik|République tchèque|República Checa|Repubblica Ceca|Tsjechische Republiek",
    "FR": "France métropolitaine|Metropolitan France|Francia metropolitana",
    "GB": "بريطانيا"
    "|Großbritannien|Grande-Bretagne|Gran Bretaña|Grã-Bretanha|Gran Bretagna|Groot-Brittannië|England"
    "|Angleterre|Inglaterra|Inghilterra|Engeland|Anglia|İngiltere|Storbritannien|R.-U.|Англия|英国",
    "HK": "香港|홍콩|Гонконг|هونغ كونغ",
    "KR": "Republik Korea|République de Corée|República de Corea|República da Coreia|Sydkorea",
    "MD": "Moldawien|Moldau|Moldavie|Moldavia|Moldávia|Молдавия",
    "MK": "Mazedonien|Macédoine|Macedónia|Makedonien|Macedonië",
    "MM": "Birma|Birmanie|Birmania|Birmânia",
    "MO": "澳门|澳門|マカオ|마카오|Макао",
    "NL": "Hollande|Holanda|Olanda|Holandia|Hollanda|Голландия",
    "RU": "Russische Föderation|Fédération de Russie|Federación Rusa|Federação Russa|Federazione Russa"
    "|Российская Федерация",
    "SA": "السعودية|Saudi Arabien|Arabie Saoudite",
    "SZ": "Swasiland|Suazilandia|Suazilândia",
    "TH": "ประเทศไทย",
    "US": "الولايات المتحدة الأمريكية|أمريكا"
    "|Vereinigte Staaten von Amerika|Estados Unidos de América|Estados Unidos da América"
    "|États-Unis d'Amérique|Stati Uniti d'America|Verenigde Staten van Amerika|Stany Zjednoczone Ameryki"
    "|EE. UU.|EE.UU.|EEUU|EUA|E.U.A.|É.-U.|ABD|США|米国|アメリカ|美国",
    "VA": "Vatikan|Vatican|Vaticano",
}


def text() -> str:
    """Return the text of the file: the notice that CLDR's licence asks for, and a line for each country."""
    notice = Path(babel.__file__).with_name("locale-data") / "LICENSE.unicode"
    title = (
        f"Names of countries, written by tools/make_country_names.py from Unicode CLDR {get_cldr_version()}."
    )
    lines = [f"# {line}".rstrip() for line in (title, "", *notice.read_text("utf-8").splitlines())]
    territories = [babel.Locale.parse(language).territories for language in LANGUAGES]
    for code in sorted({*NAMES} - {NOT_A_COUNTRY}):
        found = dict.fromkeys(each[code] for each in territories if each.get(code, code) != code)
        names = dict.fromkeys([*found, *filter(None, MORE.get(code, "").split("|"))])
        lines.append(f"{code}={'|'.join(names)}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the file."""
    PATH.write_text(text(), "utf-8")


if __name__ == "__main__":
    main()
