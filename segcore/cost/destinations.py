"""The destinations of messages: from telephone numbers to countries and rates."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from copy import copy
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from segcore.bulk import speaks_arrow
from segcore.columns import Column, NullableColumn
from segcore.engine.chooser import DialPlan, PrefixTable, number_pairs, read_integers
from segcore.numbers.numbering_plan import FICTIONAL_PREFIXES, NAMES, dial_plan, mask, regions_of_prefixes
from segcore.rates.card import RateCard
from segcore.sources.mms_rule import is_rounded, recipients_at, recipients_in_column

if TYPE_CHECKING:
    import polars as pl

UNSAID = ""
"""The country of messages whose recipients were not given."""

UNKNOWN = "unknown"
"""The country of what is no number, or one of no country."""

SEVERAL = "several"
"""The country of messages to recipients in several countries, or at several rates."""

FICTIONAL = "fictional"
"""The country of numbers that belong to no subscriber because they are reserved for films and examples."""

_COUNTRIES = (*NAMES, UNSAID, UNKNOWN, SEVERAL, FICTIONAL)
_UNSAID, _UNKNOWN, _SEVERAL, _FICTIONAL = range(len(NAMES), len(_COUNTRIES))
_NONE = -1


class Destination(NamedTuple):
    """A country, or one of the reasons above, and the key of the rate, empty if there is none."""

    country: str
    rate_key: str


class Several(NamedTuple):
    """The recipients of messages to several: the index of each one's message, ascending, and the number of
    each one's destination.
    """

    rows: array[int]
    numbers: array[int]


class Found(NamedTuple):
    """The number of each message's destination, the recipients of messages to several, and the indices of the
    messages to a number that a spreadsheet has rounded.
    """

    numbers: array[int]
    several: Several
    rounded: Sequence[int] | pl.Series


NOBODY = Several(array("i"), array("i"))


class Destinations:
    """Finds destinations under a rate card, each of which has a number."""

    def __init__(self, rates: RateCard, default_region: str | None = None) -> None:
        self._plan = dial_plan(default_region)
        self._countries = _country_table()
        self._prefixes = [f"+{digits}" for digits in rates.prefixes]
        self._rates = PrefixTable({digits: index for index, digits in enumerate(rates.prefixes)})
        # Countries have the first numbers; destinations with a rate of their own come after them.
        self.known = [Destination(country, rates.find("", country).key) for country in _COUNTRIES]
        # A number without its last digits may be any: no rate for all other destinations is for it.
        self._unpriced = _UNKNOWN
        if not rates.is_flat and self.known[_UNKNOWN].rate_key:
            self._unpriced = len(self.known)
            self.known.append(Destination(UNKNOWN, ""))
        self._fixed = len(self.known)
        self._numbers: dict[Destination, int] = {}

    def fresh(self) -> Destinations:
        """Return another object with the same tables that has not found anything yet."""
        other = copy(self)
        other.known = self.known[: self._fixed]
        other._numbers = {}  # noqa: SLF001 (its own)
        return other

    def unsaid(self, rows: int) -> array[int]:
        """Return the numbers of the destinations of messages whose recipients are not known."""
        return Column("i", array("i", [_UNSAID]) * rows)

    def find(self, cells: Any, plan: DialPlan | None = None) -> Found:
        """Return the destinations of messages, whose recipients are an Arrow column of strings, or a sequence
        of strings, sequences of numbers and ``None``.
        """
        plan = plan or self._plan
        found = self._looked_up(cells, plan)
        if hasattr(cells, "gather"):
            return self._find_in_column(cells, found, plan)
        several, rounded = Several(array("i"), array("i")), []
        rows = [row for row, number in enumerate(found) if number == _NONE]
        for row in rows:
            found[row] = _UNKNOWN
        # Only what may be more than one plain number needs a closer look.
        for row, numbers in recipients_at(cells, rows) if rows else ():
            each = [_UNKNOWN if one == _NONE else one for one in self._looked_up(numbers, plan)] or [_UNKNOWN]
            if len(numbers) > 1:
                several.rows.extend([row] * len(each))
                several.numbers.extend(each)
            elif is_rounded("".join(numbers)):
                rounded.append(row)
                each = [self._unpriced]
            found[row] = each[0] if len({*each}) == 1 else _SEVERAL
        return Found(found, several, rounded)

    def _find_in_column(self, cells: pl.Series, found: array[int], plan: DialPlan) -> Found:
        """Return the destinations of the messages of a column, without a look at each in Python; `found` is
        -1 for those that are not one plain number.
        """
        import polars as pl

        numbers = as_series(found)
        is_none = numbers == _NONE
        if not is_none.any():
            return Found(found, NOBODY, ())
        numbers = numbers.set(is_none, _UNKNOWN)
        each = recipients_in_column(cells, is_none.arg_true())
        if each.is_empty():
            return Found(read_integers(numbers), NOBODY, ())
        of_each = as_series(self._looked_up(each["recipient"], plan))
        of_each = of_each.set(of_each == _NONE, _UNKNOWN).set(each["is_rounded"], self._unpriced)
        # Those of a message stand side by side; groups of polars would take ten times as long.
        rows = each["row"]
        is_first = rows.ne_missing(rows.shift())
        numbers = numbers.scatter(rows.filter(is_first), of_each.filter(is_first))
        numbers = numbers.scatter(rows.filter(~is_first & (of_each != of_each.shift())), _SEVERAL)
        is_several = ~(is_first & is_first.shift(-1, fill_value=True))
        several = pl.DataFrame({"row": rows, "number": of_each}).filter(is_several)
        return Found(
            read_integers(numbers),
            Several(*(read_integers(several[name].cast(pl.Int32)) for name in ("row", "number"))),
            each["row"].filter(each["is_rounded"]),
        )

    def _looked_up(self, cells: Any, plan: DialPlan) -> array[int]:
        """Return the index of each destination, -1 if a cell is not one number with a country or a rate."""
        found = self._look_up(self._countries, cells, plan)
        if self._prefixes:
            number_pairs(found, self._look_up(self._rates, cells, plan), self._number)
        return found

    def _number(self, country: int, rate: int) -> int:
        """Return the number of the destination of a country and a prefix with a rate."""
        if rate == _NONE:
            return country
        name = UNKNOWN if country == _NONE else _COUNTRIES[country]
        destination = Destination(name, self._prefixes[rate])
        if destination not in self._numbers:
            self._numbers[destination] = len(self.known)
            self.known.append(destination)
        return self._numbers[destination]

    def _look_up(self, table: PrefixTable, cells: Any, plan: DialPlan) -> array[int]:
        found = Column("i")
        if speaks_arrow(cells):
            table.lookup_arrow(cells, plan, found)
        else:
            table.lookup_all([cell if isinstance(cell, str) else "" for cell in cells], plan, 0, found)
        return found


@cache
def _country_table() -> PrefixTable:
    """Return the table from E.164 prefixes to indices in `_COUNTRIES`."""
    values, lengths = regions_of_prefixes()
    for prefix, digits in FICTIONAL_PREFIXES.items():
        values[prefix], lengths[prefix] = _FICTIONAL, mask(str(digits))
    return PrefixTable(values, lengths)


def as_series(column: array[int] | NullableColumn) -> pl.Series:
    """Return a `Column`, a `NullableColumn` or an array of type ``i`` as a column of polars."""
    import polars as pl

    if not isinstance(column, (Column, NullableColumn)):
        column = Column(column.typecode, column.tobytes())
    try:
        # polars reads a sequence item by item, even if it speaks Arrow.
        return pl.Series(SimpleNamespace(__arrow_c_array__=column.__arrow_c_array__))
    except ImportError:
        # The implementation without C exports Arrow columns by way of pyarrow.
        dtype = pl.Int32 if getattr(column, "typecode", "") == "i" else None
        return pl.Series(column.tolist(), dtype=dtype)
