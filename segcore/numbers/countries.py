"""Countries and territories that numbers and rates name: ISO 3166 alpha-2 codes and English names."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from segcore.numbers.country_table import TABLE

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
