"""The numbering plans of all regions: what their numbers begin with, and how people write them.

regions.txt holds what tools/make_regions.py makes of libphonenumber's metadata.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import chain

from segcore.engine.chooser import DialPlan, PrefixTable
from segcore.engine.dialling import ANY_LENGTH, Rules
from segcore.rules import lines_of

_Rule = tuple[int, int, str]


def _sections() -> dict[str, list[list[str]]]:
    """Return the words of each line of regions.txt, by the names in square brackets above them."""
    found: dict[str, list[list[str]]] = {}
    for line in lines_of(__package__, "regions.txt"):
        if line.startswith("["):
            rows = found[line[1 : line.index("]")]] = []
        else:
            rows.append(line.split())
    return found


TABLE = _sections()
"""The rows of regions.txt by section."""

METADATA = TABLE["metadata"][0][0]
"""The version of libphonenumber's metadata."""


@cache
def mask(lengths: str, more: int = 0) -> int:
    """Return numbers of digits, `more` added to each, as a set of bits, bit n for n digits; no number at all
    stands for any.

    Example:
        >>> mask("7,9-10") == 1 << 7 | 1 << 9 | 1 << 10, mask("7", 2) == 1 << 9
        (True, True)
    """
    found = 0
    for ends in lengths.split(",") if lengths else ():
        first, _, last = ends.partition("-")
        for length in range(int(first) + more, int(last or first) + more + 1):
            found |= 1 << length
    return found & ANY_LENGTH if lengths else ANY_LENGTH


CODES_BY_REGION: dict[str, set[str]] = defaultdict(set)
"""The calling codes of each region."""
for _code, _region, *_ in TABLE["numbers"]:
    CODES_BY_REGION[_region].add(_code)

CALLING_CODES = frozenset().union(*CODES_BY_REGION.values())
"""The calling codes of ITU-T E.164."""

NAMES = tuple(sorted(CODES_BY_REGION))
"""The regions that numbers may have: ISO 3166 alpha-2, and "001" for those of no country, such as +800."""

DEFAULT_REGIONS = tuple(sorted({name for name, *_ in TABLE["national"]}))
"""The regions whose way of writing numbers is known."""

FICTIONAL_PREFIXES = {"447700900": 12}
"""E.164 prefixes, and digits, of numbers of no region because they are reserved for fiction.

Only those that libphonenumber finds invalid; other reserved numbers, such as +1 202 555 01xx, have a region.

Source: Ofcom, Telephone numbers for use in TV and radio drama programmes.
"""


def _trunks() -> Iterator[tuple[str, str, str]]:
    """Yield calling codes, their trunk prefixes, and the lengths of national numbers with these."""
    for item in chain(*TABLE["trunks"]):
        prefix, _, lengths = item.partition("/")
        code, _, trunk = prefix.partition("-")
        yield code, trunk, lengths


@cache
def _prefixes() -> list[tuple[str, str, str, int]]:
    """Return calling code, prefix, region, and how many digits its numbers have."""
    return [
        (code, code + digits, name, found)
        for code, name, lengths, *more in TABLE["numbers"]
        for found in [mask(lengths, len(code))]
        for digits in more or [""]
    ]


def regions_of_prefixes() -> tuple[dict[str, int], dict[str, int]]:
    """Return the index in `NAMES` of each E.164 prefix's region, and how many digits its numbers have."""
    index = {name: i for i, name in enumerate(NAMES)}
    values: dict[str, int] = {}
    lengths: dict[str, int] = {}
    for _, prefix, name, those in _prefixes():
        # Where the number of digits decides between two regions, the second has all that can follow.
        for key in [prefix + digit for digit in "0123456789"] if prefix in values else [prefix]:
            values[key], lengths[key] = index[name], those
    return values, lengths


def international() -> Rules:
    """Return the rules for digits after a plus sign: how many there may be, and which do not belong there."""
    by_prefix: dict[str, int] = defaultdict(int)
    by_code: dict[str, Counter[int]] = defaultdict(Counter)
    for code, prefix, _, lengths in _prefixes():
        by_prefix[prefix] |= lengths
        by_code[code][lengths] += 1
    # A number without a known prefix is as long as most numbers are.
    usual = {code: counts.most_common(1)[0][0] for code, counts in by_code.items()}
    rules: dict[str, _Rule] = {code: (lengths, 0, "") for code, lengths in usual.items()}
    for code, prefix, _, _ in _prefixes():
        if by_prefix[prefix] != usual[code]:
            rules[prefix] = (by_prefix[prefix], 0, "")
    for code, trunk, with_trunk in _trunks():
        rules[code + trunk] = (mask(with_trunk, len(code)), len(code + trunk), code)
    # No calling code begins with 0: what follows "+00" is an international number once more.
    for digits, (possible, drop, put) in [*rules.items()]:
        rules[f"00{digits}"] = (possible << 2 & ANY_LENGTH, drop + 2, put)
    return rules


def national(name: str) -> Rules:
    """Return the rules for digits without a plus sign in one of `DEFAULT_REGIONS`."""
    # The international prefix that ITU-T E.164 recommends.
    rules: dict[str, _Rule] = {"00": (ANY_LENGTH, 2, "")}
    for region, code, *items in TABLE["national"]:
        for item in items if region == name else ():
            prefix, _, rest = item.partition("/")
            lengths, is_put, put = rest.partition("=")
            drop = 0 if is_put else len(prefix)
            rules[prefix] = (mask(lengths), drop, put if is_put or not lengths else code)
    for region, code, infix, put, *areas in TABLE["infixes"]:
        for area in areas if region == name else ():
            rules.update(_infix_rules(code, infix, put, area, rules))
    return rules


def _infix_rules(
    code: str, infix: str, put: str, area: str, rules: dict[str, _Rule]
) -> Iterator[tuple[str, _Rule]]:
    """Yield the rules for mobile numbers with something between area code and number, which is dropped."""
    written = ["", *(trunk for each, trunk, _ in _trunks() if each == code)]
    for prefix in (trunk + area + infix for trunk in written):
        lengths, _, _ = rules[prefix[: -len(area + infix)]]
        shortest = lengths & -lengths
        yield prefix, (shortest << len(infix), len(prefix), code + put + area)


# Common names of regions that ISO 3166 names differently.
_OTHERWISE = {"UK": "GB", "EL": "GR"}


@cache
def prefix_table() -> PrefixTable:
    """Return the table from E.164 prefixes to indices in `NAMES`."""
    return PrefixTable(*regions_of_prefixes())


def dial_plan(default_region: str | None = None) -> DialPlan:
    """Return the rules that read phone numbers: without a region, those with a plus sign only.

    Example:
        >>> dial_plan("GB").e164("(020) 7946 0018"), dial_plan("DE").e164("00 44 20 7946 0018")
        ('+442079460018', '+442079460018')
    """
    if default_region is not None and not isinstance(default_region, str):
        raise TypeError(f"default_region: expected str or None, got {type(default_region).__name__}")
    if default_region is not None and default_region.upper() not in DEFAULT_REGIONS:
        raise _unknown(default_region)
    return _dial_plan(default_region and default_region.upper())


@cache
def _dial_plan(name: str | None) -> DialPlan:
    return DialPlan(international(), None if name is None else national(name))


def _unknown(name: str) -> ValueError:
    # Imported here: errors are rare.
    from difflib import get_close_matches

    other = _OTHERWISE.get(name.upper())
    close = [other] if other else get_close_matches(name.upper(), DEFAULT_REGIONS, n=3)
    meant = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
    return ValueError(
        f"default_region: unknown region {name!r}; expected ISO 3166 alpha-2, such as 'US' or 'DE'{meant}"
    )
