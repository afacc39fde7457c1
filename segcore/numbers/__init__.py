"""The region of a phone number, from libphonenumber's patterns compiled into a table of prefixes.

A calling code that one region has (+49) decides, if the number has a length that is possible there.  For a
calling code that several regions share (+1, +7, +44), the longest known prefix decides, for the lengths that
valid numbers with that prefix have.  A number that no prefix covers has no region: nothing is guessed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from segcore.bulk import chunks, speaks_arrow
from segcore.columns import Column, LabelColumn
from segcore.engine.chooser import DialPlan, PrefixTable, arrow_array
from segcore.engine.dialling import ANY_LENGTH, Rules
from segcore.numbers import region_table as table

_Rule = tuple[int, int, str]


def __dir__() -> list[str]:
    return ["RegionColumn", "region", "regions"]


def _rows(text: str, first: str | None = None) -> Iterator[list[str]]:
    """Yield the words of each line, or of those that begin with one word."""
    rows = (line.split() for line in text.splitlines())
    return (row for row in rows if first in (None, row[0]))


@cache
def mask(lengths: str, more: int = 0) -> int:
    """Return numbers of digits as a set of bits, bit n for n digits.

    Args:
        lengths: Numbers and ranges of them; nothing stands for any number.
        more: How much to add to each.

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


CALLING_CODES: frozenset[str] = frozenset(row[0] for row in _rows(table.NUMBERS))
"""The calling codes of ITU-T E.164."""

CODES_BY_REGION: dict[str, frozenset[str]] = {
    name: frozenset(row[0] for row in rows)
    for name, rows in groupby(sorted(_rows(table.NUMBERS), key=itemgetter(1)), key=itemgetter(1))
}
"""The calling codes of each region."""

NAMES: tuple[str, ...] = tuple(sorted({row[1] for row in _rows(table.NUMBERS)}))
"""The regions that numbers may have: ISO 3166 alpha-2, and "001" for those of no country, such as +800."""

DEFAULT_REGIONS: tuple[str, ...] = tuple(sorted({row[0] for row in _rows(table.NATIONAL)}))
"""The regions whose way of writing numbers is known."""

FICTIONAL_PREFIXES = {"447700900": 12}
"""E.164 prefixes, and digits, of numbers of no region because they are reserved for fiction.

Only those that libphonenumber finds invalid; other reserved numbers, such as +1 202 555 01xx, have a region.

Source: Ofcom, Telephone numbers for use in TV and radio drama programmes.
"""


def _trunks() -> Iterator[tuple[str, str, str]]:
    """Yield calling codes, their trunk prefixes, and the lengths of national numbers with these."""
    for item in table.TRUNKS.split():
        prefix, _, lengths = item.partition("/")
        code, _, trunk = prefix.partition("-")
        yield code, trunk, lengths


@cache
def _prefixes() -> list[tuple[str, str, str, int]]:
    """Return calling code, prefix, region, and how many digits its numbers have."""
    return [
        (code, code + digits, name, found)
        for code, name, lengths, *more in _rows(table.NUMBERS)
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
    # What no prefix is known for is as long as most numbers are.
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
    """Return the rules for digits without a plus sign.

    Args:
        name: One of `DEFAULT_REGIONS`.
    """
    # The international prefix that ITU-T E.164 recommends.
    rules: dict[str, _Rule] = {"00": (ANY_LENGTH, 2, "")}
    for _, code, *items in _rows(table.NATIONAL, name):
        for item in items:
            prefix, _, rest = item.partition("/")
            lengths, is_put, put = rest.partition("=")
            drop = 0 if is_put else len(prefix)
            rules[prefix] = (mask(lengths), drop, put if is_put or not lengths else code)
    for _, code, infix, put, *areas in _rows(table.INFIXES, name):
        for area in areas:
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


_HINT = "use region() for one number"

# Common names of regions that ISO 3166 names differently.
_OTHERWISE = {"UK": "GB", "EL": "GR"}


class RegionColumn(LabelColumn):
    """A column of regions, ``None`` where there is none; its buffer holds indices of `labels`, or -1.

    Example:
        >>> column = regions(["+12025550143", "+442079460018", "12345"])
        >>> column, column.count(None), memoryview(column).format
        (RegionColumn([US, GB, None]), 1, 'i')
    """

    __slots__ = ()

    labels = (*NAMES, None)

    @classmethod
    def _code(cls, value: object) -> int:
        # The index of None is -1.
        code = super()._code(value)
        return -1 if value is None else code

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        return arrow_array(memoryview(self), None, NAMES)


def region(number: str, default_region: str | None = None) -> str | None:
    """Return the region of a phone number.

    Args:
        number: An international number with a plus sign, formatted in any way; with a default region also a
            number as it is written in that region.
        default_region: The region (ISO 3166 alpha-2) whose conventions apply to numbers without a plus sign.

    Returns:
        The region (ISO 3166 alpha-2), "001" for a calling code that belongs to no country; ``None`` if the
        text is not a number or its region is unknown.

    Raises:
        TypeError: `number` is not a ``str``.
        ValueError: The default region is unknown.

    Example:
        >>> region("+1 (202) 555-0143"), region("+1 242 365 0143"), region("+800 1234 5678")
        ('US', 'BS', '001')
        >>> region("07911 123456"), region("07911 123456", "GB"), region("12345", "GB")
        (None, 'GG', None)

    Source: ITU-T E.164 and E.123; the metadata of https://github.com/google/libphonenumber.
    """
    index = prefix_table().lookup(number, dial_plan(default_region))
    return NAMES[index] if index >= 0 else None


def regions(numbers: Iterable[str], default_region: str | None = None) -> RegionColumn:
    """Return the region of each of many phone numbers.

    A text that holds several numbers has no region.

    Args:
        numbers: An iterable of ``str``, or an Arrow column of strings, where a null has no region.
        default_region: The region (ISO 3166 alpha-2) whose conventions apply to numbers without a plus sign.

    Returns:
        A column of regions: integers in its buffer, a dictionary in Arrow.

    Raises:
        TypeError: A number is not a ``str``, or `numbers` is not iterable.
        ValueError: The default region is unknown, or the Arrow column is malformed or not UTF-8.

    Example:
        >>> regions(["(202) 555-0143", "011 44 20 7946 0018", "ACME"], default_region="US").tolist()
        ['US', 'GB', None]

    Source: ITU-T E.164 and E.123; the metadata of https://github.com/google/libphonenumber.
    """
    return look_up(prefix_table(), numbers, default_region, RegionColumn("i"))


_ColumnT = TypeVar("_ColumnT", bound=Column)


def look_up(
    prefixes: PrefixTable, numbers: Iterable[str], default_region: str | None, column: _ColumnT
) -> _ColumnT:
    """Append the value of each number's longest prefix to a column, and return the column.

    Args:
        prefixes: The values of prefixes of E.164 digits.
        numbers: An iterable of ``str``, or an Arrow column of strings.
        default_region: The region (ISO 3166 alpha-2) whose conventions apply to numbers without a plus sign.
        column: A column of type ``i``, which gets -1 for a text that is not a number or has no known prefix.

    Raises:
        TypeError: A number is not a ``str``, or `numbers` is not iterable.
        ValueError: The default region is unknown, or the Arrow column is malformed or not UTF-8.

    Example:
        >>> prefixes = PrefixTable({"44": 0, "447": 1})
        >>> look_up(prefixes, ["+447911123456", "+441481960194", ""], None, Column("i"))
        Column([1, 0, -1])
    """
    plan = dial_plan(default_region)
    if speaks_arrow(numbers):
        prefixes.lookup_arrow(numbers, plan, column)
        return column
    for first, chunk in chunks(numbers, "numbers", _HINT):
        prefixes.lookup_all(chunk, plan, first, column)
    return column


@cache
def prefix_table() -> PrefixTable:
    """Return the table from E.164 prefixes to indices in `NAMES`."""
    return PrefixTable(*regions_of_prefixes())


def dial_plan(default_region: str | None = None) -> DialPlan:
    """Return the rules that read phone numbers.

    Args:
        default_region: The region (ISO 3166 alpha-2) whose conventions apply to numbers without a plus sign;
            ``None`` takes these for no numbers.

    Raises:
        TypeError: `default_region` is neither a ``str`` nor ``None``.
        ValueError: The region is unknown.

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
