"""What an estimate adds up: counts of messages under keys that mean the same in every process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

GSM7_SMS, UCS2_SMS, MMS, NULL = range(4)
"""Kinds of rows: an SMS in either encoding, an MMS, and a row without a message."""


class Key(NamedTuple):
    """What messages are counted under.

    Args:
        country: Where they go: a country, or a reason of `segcore.cost.destinations` why there is none.
        place: The place of the rate that they are priced by, empty if there is none.
        group: The values of the columns that the estimate is grouped by.
    """

    country: str
    place: str
    group: tuple[str | None, ...]


class Sums(Protocol):
    """What `segcore.engine.chooser.Tally` adds up, by the numbers of groups."""

    def counts(self) -> dict[tuple[int, int, int], int]: ...
    def encoded(self) -> dict[tuple[int, int, int], int]: ...
    def empty(self) -> dict[int, int]: ...
    def over_limit(self) -> dict[int, int]: ...
    def occurs(self) -> dict[tuple[int, int], int]: ...
    def alone(self) -> dict[tuple[int, int, int, int, int], int]: ...


class Ledger:
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

    def take(self, sums: Sums, keys: Sequence[Key]) -> None:
        """Add what a tally has summed up.

        Args:
            sums: The tally.
            keys: What the numbers of its groups mean.
        """
        for name in ("counts", "encoded", "occurs", "alone"):
            found: Mapping[tuple[int, ...], int] = getattr(sums, name)()
            _add(getattr(self, name), {(keys[first], *rest): n for (first, *rest), n in found.items()})
        for name in ("empty", "over_limit"):
            _add(getattr(self, name), {keys[each]: n for each, n in getattr(sums, name)().items()})

    def merge(self, other: Ledger) -> None:
        """Add the counts of another.

        Args:
            other: It stays as it is.
        """
        for name in self.__slots__:
            _add(getattr(self, name), getattr(other, name))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ledger):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, tuple(getattr(self, name) for name in self.__slots__)


def _add(counts: Counter[Any], more: Mapping[Any, int]) -> None:
    counts.update(more)


def _restored(*counts: Counter[Any]) -> Ledger:
    ledger = Ledger()
    for name, each in zip(Ledger.__slots__, counts, strict=True):
        setattr(ledger, name, each)
    return ledger
