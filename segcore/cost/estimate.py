"""What many messages take and cost: integer counts that add up, and money only at the end."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from segcore._core import Tally, read_booleans
from segcore._errors import unknown
from segcore._mms import flags_of_rows, mms_flags
from segcore.cost.accounts import (
    cost_of_rows,
    groups_of,
    offenders_of,
    parts_of,
    rows_of,
    savings_of,
    totals_of,
)
from segcore.cost.columns import has_media
from segcore.cost.destinations import Destinations
from segcore.cost.ledger import Key, Ledger
from segcore.cost.money import Cost
from segcore.cost.parts import Offender, Part, Row, Savings, Totals
from segcore.cost.rates import NO_RATES, RateCard
from segcore.profiles import Profile
from segcore.segmenter import Segmenter

Group = tuple["str | None", ...]


class Estimate:
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

    __slots__ = (
        *("_default_region", "_destinations", "_encoder", "_group_by", "_ledger", "_numbers", "_rates"),
        *("_savings", "_segmenter", "_tally"),
    )
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
        self._encoder = _encoder(self._segmenter, savings)
        self._ledger = Ledger()
        # What has been added but is not in the ledger yet, and the numbers by which it knows groups.
        self._tally = self._new_tally()
        self._numbers: dict[tuple[int, Group], int] = {}

    def __repr__(self) -> str:
        return f"<Estimate: {self.totals}>"

    @property
    def segmenter(self) -> Segmenter:
        """The rules that it counts under."""
        return self._segmenter

    @property
    def rates(self) -> RateCard | None:
        """What messages cost, ``None`` if that was not given."""
        return None if self._rates is NO_RATES else self._rates

    @property
    def group_by(self) -> tuple[str, ...]:
        """The names of what messages are grouped by."""
        return self._group_by

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
            texts = _listed(texts)
        destinations, to_groups = self._found(to, texts)
        flags = _joined(_octets(mms), None if media is None else _with_media(media), "media")
        if to_groups:
            flags = _joined(flags, _at(to_groups, len(destinations or ())), "to")
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
            self._tally.add(texts, 0, _checked(mms, len(texts)), numbers)

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
            to = _listed(to, "to")
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
        groups = repeat(group, rows) if one else _listed(group, "group")
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

    def _new_tally(self) -> Tally:
        profile = self._segmenter.profile
        return Tally(self._segmenter, self._encoder, limits_of(profile), profile.gsm7.basic[:1])

    def _settled(self) -> Ledger:
        """Return the ledger, with all that has been added."""
        if self._group_by:
            known = self._destinations.known
            keys = [Key(*known[destination], group) for destination, group in self._numbers]
        else:
            keys = [Key(*destination, ()) for destination in self._destinations.known]
        self._ledger.take(self._tally, keys)
        self._tally = self._new_tally()
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

    @property
    def totals(self) -> Totals:
        """Counts over all messages."""
        return totals_of(self._settled())

    @property
    def rows(self) -> list[Row]:
        """Messages and their cost by country, rate, group, kind, encoding and segments, in this order."""
        return rows_of(self._settled(), self._rates)

    def by(self, *names: str) -> list[Part]:
        """Return what messages take and cost that agree in something.

        Args:
            names: One or more of ``country``, ``place`` (of the rate), ``kind``, ``encoding``, ``segments``,
                and the names that the estimate is grouped by where they are others than these.

        Raises:
            ValueError: A name is none of these.

        Example:
            >>> estimate = Estimate()
            >>> estimate.add(["one", "two", "б", "photo"], mms=[0, 0, 0, 1])
            >>> [(part.key["kind"], part.messages, part.segments) for part in estimate.by("kind")]
            [('SMS', 3, 3), ('MMS', 1, 1)]
        """
        return parts_of(self.rows, names, self._group_by)

    @property
    def groups(self) -> list[Part]:
        """What the messages of each group take and cost."""
        return groups_of(self.rows, self._group_by)

    @property
    def unpriced(self) -> list[Part]:
        """Messages without a price, by country."""
        return parts_of([row for row in self.rows if row.cost is None], ("country",), self._group_by)

    @property
    def cost(self) -> Cost:
        """What the messages cost: exact sums, not rounded; what has no price is counted as unpriced."""
        return cost_of_rows(self.rows, self._rates.currency)

    @property
    def offenders(self) -> list[Offender]:
        """The code points that force UCS-2, those in most SMS first, then by their number."""
        return offenders_of(self._settled(), self._rates)

    @property
    def savings(self) -> Savings | None:
        """What smart encoding would save; ``None`` if that is not counted, or already done."""
        if self._encoder is None or self._savings is None:
            return None
        from segcore.smart_encoding import TABLES

        table = TABLES[self._savings].replacements
        return savings_of(self._settled(), self._rates, self._savings, table)

    messages = property(lambda self: self.totals.messages, doc="How many messages there are.")
    gsm7 = property(lambda self: self.totals.gsm7, doc="How many are SMS in GSM-7.")
    ucs2 = property(lambda self: self.totals.ucs2, doc="How many are SMS in UCS-2.")
    mms = property(lambda self: self.totals.mms, doc="How many are MMS.")
    segments = property(lambda self: self.totals.segments, doc="Segments that are billed.")
    sms_segments = property(lambda self: self.totals.sms_segments, doc="Segments of all SMS.")
    gsm7_segments = property(lambda self: self.totals.gsm7_segments, doc="Segments of SMS in GSM-7.")
    ucs2_segments = property(lambda self: self.totals.ucs2_segments, doc="Segments of SMS in UCS-2.")
    nulls = property(lambda self: self.totals.nulls, doc="Rows without a message.")
    empty = property(lambda self: self.totals.empty, doc="SMS without text.")
    over_limit = property(lambda self: self.totals.over_limit, doc="SMS longer than the profile allows.")


_RULES = ("profiles", "rates", "default regions", "groups", "tables of savings")


def _restored(arguments: tuple[Any, ...], options: dict[str, Any], ledger: Ledger) -> Estimate:
    estimate = Estimate(*arguments, **options)
    estimate._ledger.merge(ledger)  # noqa: SLF001 (its own)
    return estimate


def limits_of(profile: Profile) -> tuple[int, int, int]:
    """Return the most segments, and code points in either encoding, that a message may have."""
    longest = profile.max_length
    return (profile.max_segments, longest.gsm7, longest.ucs2) if longest else (profile.max_segments, 0, 0)


def _encoder(segmenter: Segmenter, table: str | None) -> Segmenter | None:
    """Return what counts messages as if smart encoded, ``None`` if they are already or that is not asked for.

    Raises:
        ValueError: There is no such table.
    """
    if table is None or segmenter.profile.smart_encoding is not None:
        return None
    from segcore.smart_encoding import TABLES

    if table not in TABLES:
        raise unknown("savings", table, TABLES)
    # Preparing the replacements takes as long as thousands of messages.
    key = type(segmenter), segmenter.profile, table
    found = _ENCODERS.get(key)
    if found is None:
        found = type(segmenter)(segmenter.profile, smart_encoding=table)
        _ENCODERS.clear()
        _ENCODERS[key] = found
    return found


_ENCODERS: dict[tuple[type[Segmenter], Profile, str], Segmenter] = {}
"""The one that was made last."""


def speaks_arrow(column: object) -> bool:
    """Return whether something is a column or table of the Arrow PyCapsule protocol."""
    return hasattr(column, "__arrow_c_stream__") or hasattr(column, "__arrow_c_array__")


def _listed(texts: Any, what: str = "texts") -> list[Any] | tuple[Any, ...]:
    """Return values as a list."""
    if isinstance(texts, (list, tuple)):
        return texts
    if isinstance(texts, (str, bytes)) or not isinstance(texts, Iterable):
        raise TypeError(f"{what}: expected an iterable of str, got {type(texts).__name__}")
    return list(texts)


def _octets(mms: object) -> bytes | bool | None:
    return read_booleans(mms) if speaks_arrow(mms) else mms_flags(mms)


def _with_media(media: Any) -> bytes:
    if speaks_arrow(media):
        media = next(
            (getattr(media, name)() for name in ("to_pylist", "to_list") if hasattr(media, name)), media
        )
    return bytes(map(has_media, _listed(media, "media")))


def _at(rows: Iterable[int], length: int) -> bytes:
    """Return one octet for each of `length` rows, 1 for some of them."""
    flags = bytearray(length)
    for row in rows:
        flags[row] = 1
    return bytes(flags)


def _joined(one: bytes | bool | None, other: bytes | None, what: str) -> bytes | bool | None:
    """Return flags that are set where either is."""
    if other is None or one is True:
        return one
    if not isinstance(one, bytes):
        return other
    if len(one) != len(other):
        raise ValueError(f"{what}: {len(other)} for {len(one)} messages; give one for each")
    either = int.from_bytes(one, "little") | int.from_bytes(other, "little")
    return either.to_bytes(len(one), "little")


def _checked(flags: bytes | bool | None, length: int) -> bytes | None:
    if isinstance(flags, bytes) and len(flags) != length:
        raise ValueError(f"mms: {len(flags)} truth values for {length} texts; give one for each")
    return flags_of_rows(flags, 0, length)
