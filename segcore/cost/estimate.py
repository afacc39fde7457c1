"""What many messages take and cost: integer counts that add up, and money only at the end."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from segcore.bulk import speaks_arrow
from segcore.cost.counts import Key, Ledger
from segcore.cost.destinations import Destinations
from segcore.cost.findings import Findings
from segcore.cost.inputs import checked_flags, flags_at, joined, listed, octets_of, with_media
from segcore.cost.tallies import encoder_of, tally_of
from segcore.rates.card import NO_RATES, RateCard
from segcore.segmenter import Segmenter

Group = tuple["str | None", ...]


class Estimate(Findings):
    """Counts over any number of messages, which can be added to and merged.

    Whatever the batches, their order and the order of merging, the estimate is the same: it holds integers,
    and money is computed from them when it is asked for.  Threads and processes make one each, and add them.

    Args:
        segmenter: The rules to count under; the standard ones if it is left out.
        rates: What messages cost; without it everything is unpriced.
        default_region: The country (ISO 3166 alpha-2) of numbers that are not in international form; without
            it these have no country.
        group_by: Names of what messages are grouped by, such as a campaign.
        savings: The name of the table of replacements whose savings are counted, ``None`` for none.

    Raises:
        ValueError: There is no such country or table.

    Example:
        >>> first, second = Estimate(), Estimate()
        >>> first.add(["Hello", "It’s here"])
        >>> second.add(["A picture"], mms=True)
        >>> both = first + second
        >>> both.messages, both.gsm7, both.ucs2, both.mms, both.segments
        (3, 1, 1, 1, 3)
        >>> both.offenders[0].name, both.offenders[0].messages
        ('RIGHT SINGLE QUOTATION MARK', 1)
    """

    __slots__ = ("_default_region", "_destinations", "_has_more", "_ledger", "_numbers", "_tally")
    __hash__ = None  # type: ignore[assignment]

    def __init__(
        self,
        segmenter: Segmenter | None = None,
        rates: RateCard | None = None,
        *,
        default_region: str | None = None,
        group_by: Sequence[str] = (),
        savings: str | None = "segcore",
    ) -> None:
        self._segmenter = segmenter or Segmenter()
        self._rates = NO_RATES if rates is None else rates
        self._default_region = default_region
        self._group_by = tuple(group_by)
        self._savings = savings
        self._destinations = Destinations(self._rates, default_region)
        self._encoder = encoder_of(self._segmenter, savings)
        self._ledger = Ledger()
        # What has been added but is not in the ledger yet, and the numbers by which it knows groups.
        self._tally = tally_of(self._segmenter, self._encoder)
        self._numbers: dict[tuple[int, Group], int] = {}
        self._has_more = False
        self._rows = None

    def add(
        self,
        texts: Iterable[str],
        *,
        to: object = None,
        mms: bool | Iterable[object] | None = None,
        media: Iterable[object] | None = None,
        group: object = None,
        threads: int | None = None,
    ) -> None:
        """Add a batch of messages; if it fails, none of them.

        Args:
            texts: Any iterable of ``str``, a list being the fastest; or a column that speaks the Arrow
                PyCapsule protocol, whose nulls are counted as rows without a message.
            to: The recipient of all, or of each: a number, several in one string or in a list (which makes
                the message an MMS to a group), or ``None``; or an Arrow column of numbers.
            mms: ``None``, one ``bool`` for all, or one truth value per message; an MMS counts 1 and its
                text, which is not billed by segments, is not looked at.
            media: The media of each message: text, a list or a truth value; what has any is an MMS.
            group: What all messages are grouped by, or of each: a string, or a tuple of as many strings as
                `group_by` has names.
            threads: How many may count an Arrow column at once; ``None`` for as many as pay.

        Raises:
            TypeError: A text is not a ``str``, or what stands for recipients is none.
            ValueError: There are not as many truth values, recipients or groups as texts.

        Example:
            >>> estimate = Estimate()
            >>> estimate.add(["a" * 161, "", "photo"], mms=[False, False, True])
            >>> estimate.segments, estimate.empty
            (4, 1)

        Source: for MMS https://dev.bandwidth.com/docs/messaging.
        """
        if not speaks_arrow(texts) or not hasattr(texts, "__len__"):
            texts = listed(texts)
        destinations, to_groups = self._found(to, texts)
        flags = joined(octets_of(mms), None if media is None else with_media(media), "media")
        if to_groups:
            flags = joined(flags, flags_at(to_groups, len(destinations or ())), "to")
        self.add_numbered(texts, flags, self._numbered(texts, destinations, group), threads)

    def add_numbered(
        self, texts: Any, mms: bytes | bool | None, numbers: array[int], threads: int | None = None
    ) -> None:
        """Add a batch of messages whose kinds and groups are found already; if it fails, none of them.

        Args:
            texts: A list or tuple of ``str``, or a column that speaks the Arrow PyCapsule protocol.
            mms: One octet per message, not 0 for an MMS; or one truth value for all; or ``None``.
            numbers: The `number` of each message.
            threads: As for `add`.
        """
        if speaks_arrow(texts):
            self._tally.add_arrow(texts, mms, numbers, threads or 0)
        else:
            self._tally.add(texts, 0, checked_flags(mms, len(texts)), numbers)
        self._has_more = True

    def number(self, destination: int, group: Group) -> int:
        """Return the number that stands for messages of one destination and group.

        Args:
            destination: What `Destinations.find` found.
            group: The values of what messages are grouped by.
        """
        # Without groups, a destination's own number needs no look-up.
        if not self._group_by:
            return destination
        return self._numbers.setdefault((destination, group), len(self._numbers))

    @property
    def destinations(self) -> Destinations:
        """What finds destinations for its rates."""
        return self._destinations

    def _found(self, to: object, texts: Any) -> tuple[array[int] | None, list[int]]:
        """Return the destinations of texts, and which texts go to a group."""
        if to is None:
            return None, []
        if isinstance(to, str):
            found, groups = self._destinations.find([to])
            return array("i", [found[0]]) * len(texts), [*range(len(texts))] if groups else []
        if not speaks_arrow(to) and not isinstance(to, Sequence):
            to = listed(to, "to")
        found, groups = self._destinations.find(to)
        if len(found) != len(texts):
            raise ValueError(f"to: {len(found)} recipients for {len(texts)} texts; give one for each")
        return found, groups

    def _numbered(self, texts: Any, destinations: array[int] | None, group: object) -> array[int]:
        if destinations is None:
            destinations = self._destinations.unsaid(len(texts))
        if not self._group_by:
            if group is not None:
                raise ValueError("group: the estimate is grouped by nothing; say group_by when you make it")
            return destinations
        rows = len(texts)
        one = isinstance(group, (str, tuple)) or group is None
        groups = repeat(group, rows) if one else listed(group, "group")
        if not one and len(groups) != rows:  # type: ignore[arg-type]
            raise ValueError(f"group: {len(groups)} groups for {rows} texts; give one for each")  # type: ignore[arg-type]
        return array("i", map(self.number, destinations, map(self._group, groups)))

    def _group(self, group: object) -> Group:
        values = group if isinstance(group, tuple) else (group,)
        if len(values) != len(self._group_by) or not all(
            value is None or isinstance(value, str) for value in values
        ):
            names = ", ".join(self._group_by)
            raise ValueError(f"group: expected a string for each of {names}, got {group!r}")
        return values

    def _settled(self) -> Ledger:
        if not self._has_more:
            return self._ledger
        if self._group_by:
            known = self._destinations.known
            keys = [Key(*known[destination], group) for destination, group in self._numbers]
        else:
            keys = [Key(*destination, ()) for destination in self._destinations.known]
        self._ledger.take(self._tally, keys)
        self._tally = tally_of(self._segmenter, self._encoder)
        self._has_more, self._rows = False, None
        return self._ledger

    def __add__(self, other: object) -> Estimate:
        if not isinstance(other, Estimate):
            return NotImplemented
        for what, one, another in zip(_RULES, self._rules(), other._rules(), strict=True):
            if one != another:
                raise ValueError(f"cannot merge estimates with different {what} ({one!r} and {another!r})")
        merged = Estimate(*self._arguments(), **self._options())
        merged._ledger.merge(self._settled())
        merged._ledger.merge(other._settled())
        return merged

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Estimate):
            return NotImplemented
        return self._rules() == other._rules() and self._settled() == other._settled()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._arguments(), self._options(), self._settled())

    def _arguments(self) -> tuple[Segmenter, RateCard | None]:
        return self._segmenter, self.rates

    def _options(self) -> dict[str, Any]:
        return {"default_region": self._default_region, "group_by": self._group_by, "savings": self._savings}

    def _rules(self) -> tuple[object, ...]:
        # In the order of _RULES.
        return self._segmenter.profile, self._rates, self._default_region, self._group_by, self._savings


_RULES = ("profiles", "rates", "default regions", "groups", "tables of savings")


def _restored(arguments: tuple[Any, ...], options: dict[str, Any], ledger: Ledger) -> Estimate:
    estimate = Estimate(*arguments, **options)
    estimate._ledger.merge(ledger)  # noqa: SLF001 (its own)
    return estimate
