"""Countries by code and by the names that libphonenumber and price lists give them."""

from __future__ import annotations

import pytest

from segcore.numbers.countries import NAMES, NOT_A_COUNTRY, country_code, country_codes

pytestmark = pytest.mark.kernel_independent


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("us", "US"),
        ("GBR", "GB"),
        ("gbr", "GB"),
        ("QK", "XK"),
        ("XKX", "XK"),
        ("UK", "GB"),
        ("EL", "GR"),
        ("Laos PDR", "LA"),
        ("Lao P.D.R.", "LA"),
        ("Reunion/Mayotte", "RE YT"),
        ("Réunion", "RE"),
        ("St Vincent Grenadines", "VC"),
        ("St. Vincent & The Grenadines", "VC"),
        ("Central Africa", "CF"),
        ("Netherlands Antilles", "BQ CW"),
        ("Korea, Republic of", "KR"),
        ("Republic of Korea", "KR"),
        ("Korea (North)", "KP"),
        ("Congo (Dem. Rep.)", "CD"),
        ("Congo - Kinshasa", "CD"),
        ("Congo", "CG"),
        ("Guinea - Bissau", "GW"),
        ("Guinea (Bissau)", "GW"),
        ("Guinea", "GN"),
        ("Cote d’Ivoire", "CI"),
        ("Macedonia, The Former Yugoslav Republic of", "MK"),
        ("Samoa (American)", "AS"),
        ("Virgin Islands, British", "VG"),
        ("United States (US)", "US"),
        ("United States (+1)", "US"),
        ("United States - Verizon", "US"),
        ("US - United States", "US"),
        ("+44 (UK)", "GB"),
        ("+1 (USA/Canada)", "US CA"),
        ("Reunion Island", "RE"),
        ("Bosnia & Herz.", "BA"),
        ("S. Africa", "ZA"),
        ("Albania-Vodafone", "AL"),
        ("United States (Toll-Free)", "US"),
        ("\U0001f1fa\U0001f1f8 United States", "US"),
        ("USA/Canada", "US CA"),
        ("USA & Canada", "US CA"),
        ("France; Monaco", "FR MC"),
        ("Trinidad & Tobago", "TT"),
        ("Bosnia-Herzegovina", "BA"),
        ("Hong Kong, China", "HK"),
        ("China - Hong Kong", "HK"),
        ("Hong Kong, Macau, China", "HK MO CN"),
        ("Denmark, Greenland", "DK GL"),
        ("UK and Ireland", "GB IE"),
        ("Trinidad and Tobago", "TT"),
        ("Egypt, Arab Rep.", "EG"),
        ("Kingdom of Norway", "NO"),
        ("Germany Mobile", "DE"),
        ("Germany: Vodafone", "DE"),
        ("+44 United Kingdom", "GB"),
        ("United Kingdom +44", "GB"),
        ("M\u0131s\u0131r", "EG"),
        ("Misir", "EG"),
        ("Nga", "RU"),
        ("NGA", "NG"),
        ("EE. UU.", "US"),
        ("Etats Unis", "US"),
        ("السعودية", "SA"),
        ("الامارات", "AE"),
        ("KSA", "SA"),
        ("Micronesia, Fed. States", "FM"),
        # Nobody can tell, or no country.
        ("Kongo", ""),
        ("Republic of China", ""),
        ("China (Hong Kong)", ""),
        ("Korea (N.)", ""),
        ("Virgin Islands", ""),
        ("France - Germany", ""),
        ("France-Germany", ""),
        ("America-Samoa", ""),
        ("France/Atlantis", ""),
        ("Satellite", ""),
        ("EU", ""),
        ("EU (other)", ""),
        ("Unknown", ""),
        ("Total", ""),
        ("", ""),
        ("*", ""),
    ],
)
def test_names(text: str, codes: str) -> None:
    assert country_codes(text) == tuple(codes.split())


def test_one_country() -> None:
    assert country_code("Germany") == "DE"
    for text in ("Reunion/Mayotte", "Satellite"):
        with pytest.raises(ValueError, match="unknown country"):
            country_code(text)
    with pytest.raises(ValueError, match=r"unknown country 'Germny': .*; did you mean 'Germany'\?"):
        country_code("Germny")


def test_each_name_is_its_own() -> None:
    for code, name in NAMES.items():
        assert country_codes(code) == country_codes(name) == (code,)


def test_names_of_libphonenumber() -> None:
    pytest.importorskip("phonenumbers")
    from phonenumbers import SUPPORTED_REGIONS, geocoder

    for region in SUPPORTED_REGIONS:
        name = geocoder._region_display_name(region, "en")
        assert not name or country_codes(name) == (region,)


def test_names_in_other_languages() -> None:
    """Each name that CLDR has is that country, or of no country where two have it."""
    babel = pytest.importorskip("babel")
    unknown = set()
    for language in ("de", "fr", "es", "it", "pl", "tr", "ru", "ar", "ja", "vi", "zh"):
        for code, name in babel.Locale.parse(language).territories.items():
            if code in NAMES and code != NOT_A_COUNTRY and country_codes(name) != (code,):
                unknown.add((language, code, name, country_codes(name)))
    assert unknown == {("pl", "CG", "Kongo", ())}


def test_the_table_of_names_is_the_one_that_is_generated() -> None:
    core = pytest.importorskip("babel.core")
    from tools import make_country_names

    written = make_country_names.PATH.read_text("utf-8")
    if f"CLDR {core.get_cldr_version()}." not in written.splitlines()[0]:
        pytest.skip("babel has another version of CLDR")
    assert make_country_names.text() == written


def test_official_names() -> None:
    """Those of ISO 3166, in which no name may be another country's."""
    pycountry = pytest.importorskip("pycountry")
    for country in pycountry.countries:
        for name in (country.name, getattr(country, "official_name", country.name)):
            assert country_codes(name) in ((), (country.alpha_2,))
        assert country_codes(country.name) == (country.alpha_2,)


def test_alpha_3() -> None:
    """As CLDR has them."""
    core = pytest.importorskip("babel.core")
    aliases = core.get_global("territory_aliases")
    codes = {code: found[0] for code, found in aliases.items() if len(code) == 3 and len(found) == 1}
    # Those of countries that have another name today.
    former = {"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"}
    checked = {code for code, found in codes.items() if code.isalpha() and found in NAMES} - former
    assert len(checked) > 250
    for code in checked:
        assert country_codes(code) == (codes[code],)
