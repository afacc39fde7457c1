"""Where messages go and which rate that is: from numbers to countries and rates."""

from __future__ import annotations

from array import array
from typing import Any, NamedTuple

from segcore.columns import Column
from segcore.engine.chooser import PrefixTable, number_pairs
from segcore.numbers import dial_plan, prefix_table
from segcore.numbers.numbering_plan import NAMES
from segcore.rates.card import RateCard
from segcore.sources.mms_rule import several_recipients_at

UNSAID = ""
"""The country of messages whose recipients were not given."""

UNKNOWN = "unknown"
"""The country of what is no number, or one of no country."""

SEVERAL = "several"
"""The country of messages to recipients in several countries, or at several rates."""

_COUNTRIES = (*NAMES, UNSAID, UNKNOWN, SEVERAL)
_UNSAID, _UNKNOWN, _SEVERAL = range(len(NAMES), len(_COUNTRIES))
_NONE = -1


class Destination(NamedTuple):
    """Where a message goes.

    Args:
        country: A code of ISO 3166, or one of the reasons above.
        rate_key: The key of the rate that prices it, empty if there is none.
    """

    country: str
    rate_key: str


class Destinations:
    """Finds destinations under a rate card, each of which has a number.

    Args:
        rates: The rate card.
        default_region: The country of numbers that are not written in international form; ``None`` if these
            are to be of no country.

    Raises:
        ValueError: There is no such country.
    """

    def __init__(self, rates: RateCard, default_region: str | None = None) -> None:
        self._plan = dial_plan(default_region)
        self._countries = prefix_table()
        # The first numbers are those of countries; what has a rate of its own comes after them.
        self.known = [Destination(country, rates.find("", country).key) for country in _COUNTRIES]
        self._prefixes = [f"+{digits}" for digits in rates.prefixes]
        self._rates = PrefixTable({digits: index for index, digits in enumerate(rates.prefixes)})
        self._numbers: dict[Destination, int] = {}

    def unsaid(self, rows: int) -> array[int]:
        """Return the numbers of the destinations of messages whose recipients are not known.

        Args:
            rows: How many messages.
        """
        return Column("i", [_UNSAID]) * rows

    def find(self, cells: Any) -> tuple[array[int], list[int]]:
        """Return the numbers of the destinations of messages, and which messages go to a group.

        Args:
            cells: The recipients of each message: a column of strings that speaks the Arrow PyCapsule
                protocol, one number or several in each; or a sequence of such strings, sequences of numbers
                and ``None``.

        Returns:
            A number for each message; and the indices of those with several recipients.

        Raises:
            TypeError: What stands for recipients is none of these.
        """
        found = self._looked_up(cells)
        groups: list[int] = []
        rows = _rows_of(_NONE, found)
        for row in rows:
            found[row] = _UNKNOWN
        # Only what may be several numbers needs a closer look.
        for row, numbers in several_recipients_at(cells, rows) if rows else ():
            found[row] = self._of_all(numbers)
            if len(numbers) > 1:
                groups.append(row)
        return found, groups

    def _looked_up(self, cells: Any) -> array[int]:
        """Return the numbers of destinations, -1 for what is not one number of a country or with a rate."""
        found = self._look_up(self._countries, cells)
        if self._prefixes:
            number_pairs(found, self._look_up(self._rates, cells), self._number)
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

    def _look_up(self, table: PrefixTable, cells: Any) -> array[int]:
        found = Column("i")
        if hasattr(cells, "__arrow_c_stream__") or hasattr(cells, "__arrow_c_array__"):
            table.lookup_arrow(cells, self._plan, found)
        else:
            table.lookup_all([cell if isinstance(cell, str) else "" for cell in cells], self._plan, 0, found)
        return found

    def _of_all(self, numbers: list[str]) -> int:
        found = set(self._looked_up(numbers))
        if len(found) > 1:
            return _SEVERAL
        only = found.pop() if found else _NONE
        return _UNKNOWN if only == _NONE else only


def _rows_of(number: int, found: array[int]) -> list[int]:
    """Return where a number is, which searching its octets shows faster than looking at each."""
    octets, wanted = found.tobytes(), array("i", [number]).tobytes()
    rows: list[int] = []
    place = octets.find(wanted)
    while place >= 0:
        row = place // len(wanted)
        # Else it is the end of one number and the beginning of the next.
        if place == row * len(wanted):
            rows.append(row)
        place = octets.find(wanted, (row + 1) * len(wanted))
    return rows
