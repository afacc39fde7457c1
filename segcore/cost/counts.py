"""Counts of messages that add up, under keys that mean the same in every process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from segcore.engine.chooser import Tally

GSM7_SMS, UCS2_SMS, MMS, NULL = range(4)
"""Kinds of rows: an SMS in either encoding, an MMS, and a row without a message."""


class Key(NamedTuple):
    """The key that messages are counted under.

    Args:
        country: Their destination: a country, or a reason of `segcore.cost.destinations` why there is none.
        rate_key: The key of the rate that prices them, empty if there is none.
        group: The values of the columns that the estimate is grouped by.
    """

    country: str
    rate_key: str
    group: tuple[str | None, ...]


class Counts:
    """Counts of messages; adding them up in any order gives the same."""

    __slots__ = ("alone", "counts", "empty", "encoded", "occurs", "over_limit")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self) -> None:
        self.counts: Counter[tuple[Key, int, int]] = Counter()
        self.encoded: Counter[tuple[Key, int, int]] = Counter()
        self.empty: Counter[Key] = Counter()
        self.over_limit: Counter[Key] = Counter()
        self.occurs: Counter[tuple[Key, int]] = Counter()
        self.alone: Counter[tuple[Key, int, int, int, int]] = Counter()

    def add_tally(self, tally: Tally, keys: Sequence[Key]) -> None:
        """Add the counts of a tally, whose groups are indices into `keys`."""
        for name in ("counts", "encoded", "occurs", "alone"):
            found: Mapping[tuple[int, ...], int] = getattr(tally, name)()
            getattr(self, name).update({(keys[first], *rest): n for (first, *rest), n in found.items()})
        for name in ("empty", "over_limit"):
            getattr(self, name).update({keys[each]: n for each, n in getattr(tally, name)().items()})

    def merge(self, other: Counts) -> None:
        """Add other counts, which stay as they are."""
        for name in self.__slots__:
            getattr(self, name).update(getattr(other, name))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Counts):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)
