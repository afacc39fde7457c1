"""The region of a phone number, from libphonenumber's patterns compiled into a table of prefixes.

A calling code that one region has (+49) decides, if the number has a length that is possible there.  For a
calling code that several regions share (+1, +7, +44), the longest known prefix decides, for the lengths that
valid numbers with that prefix have.  A number that no prefix covers has no region: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from segcore.bulk import chunks, speaks_arrow
from segcore.columns import Column, LabelColumn
from segcore.engine.chooser import PrefixTable, arrow_array
from segcore.numbers.numbering_plan import NAMES, dial_plan, prefix_table


def __dir__() -> list[str]:
    return ["RegionColumn", "region", "regions"]


_HINT = "use region() for one number"


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
    """Append the value of each number's longest prefix to a column of type ``i``, -1 where there is none, and
    return the column.

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
