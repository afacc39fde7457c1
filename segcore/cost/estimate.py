"""An estimate of many messages: integer counts that add up, and money computed from them on request."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from itertools import compress, repeat
from threading import RLock
from typing import Any, overload

from segcore._errors import unknown
from segcore._version import __version__
from segcore.bulk import checked_threads, speaks_arrow
from segcore.cost import (
    EstimatePart,
    EstimateRow,
    EstimateTotals,
    Offender,
    Savings,
    cost_data,
    money,
    parts_data,
)
from segcore.cost.destinations import NOBODY, Destinations, Several, as_series
from segcore.cost.pricing import (
    Counts,
    Key,
    cost_of_rows,
    groups_of,
    offenders_of,
    parts_of,
    rows_of,
    savings_of,
    scripts_in,
    totals_of,
)
from segcore.engine import GSM7_SMS, NULL, UCS2_SMS, flags_of_rows, mms_flags, views
from segcore.engine.chooser import RUNNING, Tally, read_booleans, read_integers
from segcore.rates import ANYWHERE, UNPRICED, Cost
from segcore.rates.card import NO_RATES, RateCard
from segcore.rules.profiles import Profile
from segcore.segmenter import Segmenter
from segcore.sources import ReadingNote, ReadingNotes
from segcore.sources.mms_rule import cells_at, has_media
from segcore.sources.opening import replacing
from segcore.sources.rows import RowRules

Group = tuple["str | None", ...]

# Members for the readers of files, not for callers.
_INTERNAL = {
    *("add_nulls", "add_numbered", "destinations", "elsewhere", "is_elsewhere", "note", "number", "row_rules")
}


class Estimate:
    """Counts of any number of messages, which you can add to, merge, and price.

    Batches, their order and the order of merging make no difference: an estimate holds integers, and
    computes money from them when you ask for it.

    Any number of threads may add to one estimate and read it at the same time: a lock makes them take turns.
    To count in parallel, give each thread or process an estimate of its own and add them up with `sum`.

    Args:
        segmenter: The rules to count under; the standard ones by default.
        rates: The prices; without them everything is unpriced.
        default_region: The country (ISO 3166 alpha-2) of numbers that are not in international form; without
            it these have no country.
        group_by: Names of the values that messages are grouped by, such as a campaign.
        savings: The name of the replacement table whose savings are counted, ``None`` for none.
        numbers: How numbers without a plus sign are written: ``"international"``, or ``"national"`` for the
            default region; ``None`` decides by the first rows of a file or table, and is national elsewhere.

    Raises:
        ValueError: There is no such country or table, or `numbers` is not one of the possible values.

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
        *("_segmenter", "_rates", "_default_region", "_group_by", "_savings", "_encoder", "_elsewhere"),
        *("_row_rules", "_destinations", "_lock", "_reading", "_counts", "_numbers", "_has_more", "_rows"),
        *("_tally", "_elsewhere_tally", "_unsendable_tally"),
    )
    __hash__ = None  # type: ignore[assignment]

    def __init__(
        self,
        segmenter: Segmenter | None = None,
        rates: RateCard | None = None,
        *,
        default_region: str | None = None,
        group_by: str | Sequence[str] = (),
        savings: str | None = "segcore",
        numbers: str | None = None,
    ) -> None:
        if rates is not None and not isinstance(rates, RateCard):
            raise TypeError(f"rates: expected a RateCard, got {type(rates).__name__}; see RateCard.flat")
        self._segmenter = segmenter or Segmenter()
        self._rates = NO_RATES if rates is None else rates
        self._default_region = default_region
        self._group_by = (group_by,) if isinstance(group_by, str) else tuple(group_by)
        self._savings = savings
        self._destinations = Destinations(self._rates, default_region)
        profile = self._segmenter.profile
        self._row_rules = RowRules(numbers, default_region, profile.group_mms, profile.name)
        self._encoder = _encoder(self._segmenter, savings)
        self._elsewhere = _without_added_text(self._segmenter)
        self._empty()

    def _empty(self) -> None:
        # Reentrant: an iterable that is being added may read the estimate.
        self._lock = RLock()
        self._reading = ReadingNotes(self._rates.notes)
        self._counts = Counts()
        # Messages that are not in the counts yet, and the numbers of their groups.
        self._begin_tallies()
        self._numbers: dict[tuple[int, Group], int] = {}
        self._has_more = False
        # Computed once, until there are more messages.
        self._rows: list[EstimateRow] | None = None

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
        """Add a batch of messages; if that fails, none is added.

        Args:
            texts: Any iterable of ``str`` (lists are fastest); or a column that speaks the Arrow
                PyCapsule protocol, whose nulls are counted as rows without a message.
            to: The recipient of all, or of each: a number, several in one string or in a list (which makes
                the message a group MMS), or ``None``; or an Arrow column of numbers.
            mms: ``None``, one ``bool`` for all, or one truth value per message.  An MMS counts 1, and its
                text is not counted.
            media: The media of each message: text, a list or a truth value; a message with media is an MMS.
            group: The group of all messages, or of each: a string, or a tuple with a string for each name in
                `group_by`.
            threads: How many threads may count an Arrow column; ``None`` lets segcore choose.

        Raises:
            TypeError: A text is not a ``str``, or a recipient is neither text nor a list.
            ValueError: `to`, `mms`, `media` or `group` differs in length from `texts`, or `threads` is 0.

        Example:
            >>> estimate = Estimate()
            >>> estimate.add(["a" * 161, "", "photo"], mms=[False, False, True])
            >>> estimate.segments, estimate.empty
            (4, 1)

        Source: for MMS https://dev.bandwidth.com/docs/messaging.
        """
        checked_threads(threads)
        if not speaks_arrow(texts) or not hasattr(texts, "__len__"):
            texts = _listed(texts)
        flags = read_booleans(mms) if speaks_arrow(mms) else mms_flags(mms)
        flags = _either(flags, None if media is None else _media_flags(media), "media")
        group_mms = self._segmenter.profile.group_mms
        with self._lock:
            destinations, several = self._found(to, texts)
            if several.rows and group_mms:
                in_group = bytearray(len(destinations or ()))
                for row in several.rows:
                    in_group[row] = 1
                flags = _either(flags, bytes(in_group), "to")
            self.add_numbered(texts, flags, self._numbered(texts, destinations, group), threads)
            if several.rows and not group_mms:
                self._add_repeated(texts, flags, several, group)

    def _add_repeated(self, texts: Any, flags: bytes | bool | None, several: Several, group: object) -> None:
        """Add the messages to all recipients of a text but the first."""
        rows = several.rows
        others = [index for index in range(1, len(rows)) if rows[index] == rows[index - 1]]
        pairs = [
            (rows[index], text, several.numbers[index])
            for index, text in zip(others, cells_at(texts, [rows[index] for index in others]), strict=True)
            if text is not None
        ]
        one_group = group is None or isinstance(group, (str, tuple))
        groups = group if one_group else cells_at(_listed(group, "group"), [row for row, _, _ in pairs])
        more = [text for _, text, _ in pairs]
        if isinstance(flags, bytes):
            flags = bytes(flags[row] for row, _, _ in pairs)
        numbers = array("i", [number for _, _, number in pairs])
        self.add_numbered(more, flags, self._numbered(more, numbers, groups))

    def add_numbered(
        self, texts: Any, mms: bytes | bool | None, numbers: array[int], threads: int | None = None
    ) -> None:
        """Add a batch of messages whose kinds and groups are known; if it fails, none of them.

        `mms` has one octet per message, not 0 for an MMS, or is one truth value for all.  `numbers` has the
        `number` of each message.
        """
        if isinstance(mms, bytes) and len(mms) != len(numbers):
            raise ValueError(f"mms: {len(mms)} truth values for {len(numbers)} texts; give one for each")
        with self._lock:
            outside = self._numbers_elsewhere()
            if self._elsewhere_tally is None or outside.isdisjoint(numbers):
                _add(self._tally, texts, mms, numbers, threads)
            else:
                _add(self._tally, *_some(texts, mms, numbers, outside, False), threads)
                _add(self._elsewhere_tally, *_some(texts, mms, numbers, outside, True), threads)
            if self._unsendable_tally is not None:
                _add(self._unsendable_tally, texts, mms, numbers, threads)
            self._has_more = True

    def _numbers_elsewhere(self) -> set[int]:
        """Return the numbers of messages to countries where the route adds no text."""
        if self._elsewhere is None:
            return set()
        known = range(len(self._destinations.known))
        destinations = [key[0] for key in self._numbers] if self._group_by else known
        return {number for number, where in enumerate(destinations) if self.is_elsewhere(where)}

    def is_elsewhere(self, destination: int) -> bool:
        """Return whether messages to a destination go to a country where the route adds no text.

        A destination that is in no country, or in several, gets the text.
        """
        country = self._destinations.known[destination].country
        countries = self._segmenter.profile.countries
        return bool(countries) and country.isupper() and country not in countries

    @property
    def elsewhere(self) -> Segmenter | None:
        """The rules for messages to countries where the route adds no text; ``None`` if there are none."""
        return self._elsewhere

    def number(self, destination: int, group: Group) -> int:
        """Return the number that stands for a destination, as `Destinations.find` numbers it, and a group."""
        # Without groups, a destination's own number needs no look-up.
        if not self._group_by:
            return destination
        return self._numbers.setdefault((destination, group), len(self._numbers))

    @property
    def destinations(self) -> Destinations:
        """The destinations that were found so far."""
        return self._destinations

    def _begin_tallies(self) -> None:
        profile = self._segmenter.profile
        self._tally = _tally(self._segmenter, self._encoder)
        self._elsewhere_tally = self._unsendable_tally = None
        if self._elsewhere is not None:
            encoder = None if self._encoder is None else _without_added_text(self._encoder)
            self._elsewhere_tally = _tally(self._elsewhere, encoder)
        if profile.encoding == "gsm7":
            # In this one what a route for GSM-7 alone cannot send is UCS-2.
            as_given = replace(profile, encoding="auto", prefix="", suffix="", countries=())
            self._unsendable_tally = _tally(type(self._segmenter)(as_given), None)

    def _found(self, to: object, texts: Any) -> tuple[array[int] | None, Several]:
        """Return the destinations of texts, and those of each recipient of texts with several."""
        if to is None:
            return None, NOBODY
        rows = len(texts)
        if isinstance(to, str):
            one, (_, each), _ = self._destinations.find([to], self._row_rules.plan())
            of_each = array("i", [row for row in range(rows) for _ in each])
            splits = each and not self._segmenter.profile.group_mms
            first = array("i", each[:1] if splits else one)
            return first * rows, Several(of_each, array("i", each) * rows)
        if not speaks_arrow(to) and not isinstance(to, Sequence):
            to = _listed(to, "to")
        found, several, _ = self._destinations.find(to, self._row_rules.plan())
        if len(found) != rows:
            raise ValueError(f"to: {len(found)} recipients for {rows} texts; give one for each")
        if not self._segmenter.profile.group_mms:
            # The first of each row is put there last.
            for row, number in zip(reversed(several.rows), reversed(several.numbers), strict=True):
                found[row] = number
        return found, several

    def _numbered(self, texts: Any, destinations: array[int] | None, group: object) -> array[int]:
        if destinations is None:
            destinations = self._destinations.unsaid(len(texts))
        if not self._group_by:
            if group is not None:
                raise ValueError("group: the estimate has no groups; pass group_by when you make it")
            return destinations
        rows = len(texts)
        if isinstance(group, (str, tuple)) or group is None:
            groups: Iterable[object] = repeat(group, rows)
        else:
            groups = listed = _listed(group, "group")
            if len(listed) != rows:
                raise ValueError(f"group: {len(listed)} groups for {rows} texts; give one for each")
        return array("i", map(self.number, destinations, map(self._group, groups)))

    def _group(self, group: object) -> Group:
        values = group if isinstance(group, tuple) else (group,)
        if len(values) != len(self._group_by) or not all(
            value is None or isinstance(value, str) for value in values
        ):
            names = ", ".join(self._group_by)
            raise ValueError(f"group: expected a string for each of {names}, got {group!r}")
        return values

    def _settled(self) -> Counts:
        """Return the counts, with all that has been added, to a thread that has the lock."""
        if not self._has_more:
            return self._counts
        keys = self._keys()
        self._counts.add_tally(self._tally, keys)
        if self._elsewhere_tally is not None:
            self._counts.add_tally(self._elsewhere_tally, keys)
        if self._unsendable_tally is not None:
            self._counts.add_unsendable(self._unsendable_tally)
        self._begin_tallies()
        self._has_more, self._rows = False, None
        return self._counts

    def _keys(self) -> list[Key]:
        """Return what each `number` stands for."""
        known = self._destinations.known
        if self._group_by:
            return [Key(*known[destination], group) for destination, group in self._numbers]
        return [Key(*destination, ()) for destination in known]

    def add_nulls(self, numbers: Iterable[int]) -> None:
        """Add rows without a message, by the `number` of each; a column of Arrow brings its own."""
        with self._lock:
            keys = self._keys()
            for number in numbers:
                self._counts.counts[keys[number], NULL, 0] += 1

    def _snapshot(self) -> Counts:
        """Return a copy of the counts that no other thread changes."""
        counts = Counts()
        with self._lock:
            counts.merge(self._settled())
        return counts

    def fresh(self) -> Estimate:
        """Return an empty estimate with the same rules.

        Example:
            >>> estimate = Estimate(group_by=["campaign"])
            >>> estimate.add(["Hello"], group="spring")
            >>> estimate.fresh().messages, estimate.fresh() + estimate == estimate
            (0, True)
        """
        other = object.__new__(Estimate)
        for name in self.__slots__:
            setattr(other, name, getattr(self, name))
        other._destinations = self._destinations.fresh()
        other._empty()
        return other

    def update(self, other: Estimate) -> None:
        """Add the messages of another estimate, which stays as it is.

        Args:
            other: An estimate under the same rules.

        Raises:
            ValueError: Its rules differ.

        Example:
            >>> total, part = Estimate(), Estimate()
            >>> part.add(["Hello"])
            >>> total.update(part)
            >>> total == part
            True
        """
        for (what, one), another in zip(self._rules().items(), other._rules().values(), strict=True):
            if one != another:
                raise ValueError(f"cannot merge estimates with different {what} ({one!r} and {another!r})")
        # One lock at a time: two threads may update two estimates by each other.
        counts = other._snapshot()
        with self._lock:
            self._settled().merge(counts)
            self._rows = None
        self.note(other._reading)

    def __add__(self, other: object) -> Estimate:
        if not isinstance(other, Estimate):
            return NotImplemented
        total = self.fresh()
        total.update(self)
        total.update(other)
        return total

    def __radd__(self, other: object) -> Estimate:
        # The sum of a list begins with 0.
        return self.fresh() + self if other == 0 else NotImplemented

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Estimate):
            return NotImplemented
        return self._rules() == other._rules() and self._snapshot() == other._snapshot()

    def __copy__(self) -> Estimate:
        return self.fresh() + self

    def __reduce__(self) -> tuple[Any, ...]:
        counts = self._snapshot()
        return restore_estimate, (
            self._options(),
            {name: getattr(counts, name) for name in counts.__slots__},
            tuple(self._reading),
        )

    def __repr__(self) -> str:
        return f"<Estimate: {self.totals}>"

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name not in _INTERNAL]

    def _options(self) -> dict[str, Any]:
        return {
            "segmenter": self._segmenter,
            "rates": self.rates,
            "default_region": self._default_region,
            "group_by": self._group_by,
            "savings": self._savings,
            "numbers": self._row_rules.numbers,
        }

    def _rules(self) -> dict[str, object]:
        """Return the options on which estimates must agree to be merged, by name."""
        return {
            "profiles": self._segmenter.profile,
            "rates": self._rates,
            "default regions": self._default_region,
            "groups": self._group_by,
            "tables of savings": self._savings,
        }

    @property
    def row_rules(self) -> RowRules:
        """The rules by which rows are read."""
        return self._row_rules

    @property
    def reading(self) -> tuple[ReadingNote, ...]:
        """Decisions about reading files and tables that could have gone the other way.

        Example:
            >>> import segcore
            >>> found = segcore.estimate({"text": ["Hi"], "to": ["12025550143"]})
            >>> found.reading[0].sentence
            "Numbers without + in 'to' are read as international: 12025550143 as +12025550143."
        """
        return (*self._reading, *self._added_text_notes())

    def _added_text_notes(self) -> Iterator[ReadingNote]:
        """Yield a note if messages of no known country get text that the route adds in some countries."""
        if self._elsewhere is None:
            return
        with self._lock:
            unknown = sum(
                number
                for (key, kind, _), number in self._settled().counts.items()
                if kind in (GSM7_SMS, UCS2_SMS) and not key.country.isupper()
            )
        if unknown:
            countries = ", ".join(self._segmenter.profile.countries)
            are = "is" if unknown == 1 else "are"
            yield ReadingNote(
                "added_text",
                f"{unknown:,} SMS to no known country {are} counted with the text that the route adds in "
                f"messages to {countries}.",
                "--default-region",
            )

    def note(self, notes: Iterable[ReadingNote]) -> None:
        """Add notes about how messages were read; each is kept once."""
        self._reading.extend(notes)

    @property
    def segmenter(self) -> Segmenter:
        """The rules to count under."""
        return self._segmenter

    @property
    def rates(self) -> RateCard | None:
        """The prices, ``None`` without any."""
        return None if self._rates is NO_RATES else self._rates

    @property
    def group_by(self) -> tuple[str, ...]:
        """The names of the values that messages are grouped by."""
        return self._group_by

    @property
    def totals(self) -> EstimateTotals:
        """Counts over all messages."""
        with self._lock:
            return totals_of(self._settled())

    @property
    def messages(self) -> int:
        """Number of messages."""
        return self.totals.messages

    @property
    def gsm7(self) -> int:
        """Number of SMS in GSM-7."""
        return self.totals.gsm7

    @property
    def ucs2(self) -> int:
        """Number of SMS in UCS-2."""
        return self.totals.ucs2

    @property
    def mms(self) -> int:
        """Number of MMS."""
        return self.totals.mms

    @property
    def segments(self) -> int:
        """Segments that are billed; an MMS counts 1."""
        return self.totals.segments

    @property
    def sms_segments(self) -> int:
        """Segments of all SMS."""
        return self.totals.sms_segments

    @property
    def gsm7_segments(self) -> int:
        """Segments of SMS in GSM-7."""
        return self.totals.gsm7_segments

    @property
    def ucs2_segments(self) -> int:
        """Segments of SMS in UCS-2."""
        return self.totals.ucs2_segments

    @property
    def octets(self) -> int:
        """Number of messages of a route that counts octets, such as RCS."""
        return self.totals.octets

    @property
    def nulls(self) -> int:
        """Rows without a message."""
        return self.totals.nulls

    @property
    def empty(self) -> int:
        """SMS without text."""
        return self.totals.empty

    @property
    def over_limit(self) -> int:
        """SMS longer than the profile allows."""
        return self.totals.over_limit

    @property
    def unsendable(self) -> dict[str, int]:
        """Number of SMS with each character that a route for GSM-7 alone cannot send, the most first.

        Example:
            >>> from segcore import Profile, Segmenter
            >>> estimate = Estimate(Segmenter(Profile("plain", "Plain", encoding="gsm7")))
            >>> estimate.add(["Łódź", "Łomża", "Lublin"])
            >>> estimate.unsendable, estimate.totals.unsendable
            ({'Ł': 2, 'ó': 1, 'ź': 1, 'ż': 1}, 2)
        """
        with self._lock:
            found = self._settled().unsendable
        points = [(-number, point) for point, number in found.items() if point is not None and number]
        return {chr(point): -number for number, point in sorted(points)}

    def _all_rows(self) -> list[EstimateRow]:
        with self._lock:
            counts = self._settled()
            if self._rows is None:
                self._rows = rows_of(counts, self._rates, self._segmenter.profile.octets)
            return self._rows

    @property
    def rows(self) -> list[EstimateRow]:
        """Messages and their cost by country, rate, group, kind, encoding and segments, in this order."""
        return [*self._all_rows()]

    def by(self, *names: str) -> list[EstimatePart]:
        """Return counts and costs of messages by the values of one or more dimensions.

        Args:
            names: One or more of ``country``, ``rate_key``, ``kind``, ``encoding``, ``segments``,
                and the names in `group_by` that differ from these.

        Raises:
            ValueError: A name is none of these.

        Example:
            >>> import segcore
            >>> estimate = segcore.Estimate()
            >>> estimate.add(["one", "two", "б", "photo"], mms=[0, 0, 0, 1])
            >>> [(part.key["kind"], part.messages, part.segments) for part in estimate.by("kind")]
            [('SMS', 3, 3), ('MMS', 1, 1)]
        """
        return parts_of(self._all_rows(), names, self._group_by)

    @property
    def groups(self) -> list[EstimatePart]:
        """Counts and cost of each group."""
        return groups_of(self._all_rows(), self._group_by)

    @property
    def unpriced(self) -> list[EstimatePart]:
        """Messages without a price, by country."""
        return parts_of([row for row in self._all_rows() if row.cost is None], ("country",), self._group_by)

    @property
    def cost(self) -> Cost:
        """The cost of all messages: exact sums, not rounded; messages without a price count as unpriced."""
        return cost_of_rows(self._all_rows(), self._rates.currency)

    @property
    def offenders(self) -> list[Offender]:
        """The code points that force UCS-2, those in most SMS first, then by their number."""
        with self._lock:
            return offenders_of(self._settled(), self._rates)

    @property
    def scripts(self) -> dict[str, int]:
        """Number of SMS with letters of each script that GSM-7 cannot send, the most first.

        UCS-2 is right for these.  An SMS in two scripts counts in both; ideographs beside kana are Japanese.

        Example:
            >>> estimate = Estimate()
            >>> estimate.add(["Привет", "Пока", "你好", "こんにちは、漢字", "plain"])
            >>> estimate.scripts
            {'Cyrillic': 2, 'Chinese': 1, 'Japanese': 1}
        """
        with self._lock:
            return scripts_in(self._settled())

    @property
    def savings(self) -> Savings | None:
        """The savings of smart encoding; ``None`` if they are not counted, or if it is already applied."""
        if self._encoder is None or self._savings is None:
            return None
        from segcore.rules.smart_encoding import TABLES

        table = TABLES[self._savings].replacements
        with self._lock:
            return savings_of(self._settled(), self._rates, self.cost.priced, self._savings, table)

    def _repr_html_(self) -> str:
        return views.notebook(self)

    @overload
    def to_html(self) -> str: ...
    @overload
    def to_html(self, path: str | os.PathLike[str]) -> None: ...
    def to_html(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """Write the estimate as one page of HTML, which needs no other file and no network.

        It is the page of ``segcore estimate -o report.html`` without sample messages, which an estimate does
        not keep.

        Args:
            path: The file to write, completely or not at all; ``None`` to return the page.

        Returns:
            The page, ``None`` if it went to a file.

        Raises:
            FileError: The file cannot be written.
            ImportError: Jinja2, which fills the page, is not installed.

        Example:
            >>> estimate = Estimate(rates=RateCard.flat("0.0079"))
            >>> estimate.add(["Hello", "It’s here"])
            >>> page = estimate.to_html()
            >>> page[:15], "0.0158" in page
            ('<!DOCTYPE html>', True)
        """
        page = views.page(self)
        if path is None:
            return page
        with replacing(os.fspath(path)) as made, open(made, "w", encoding="utf-8", newline="\n") as file:
            file.write(page)
        return None

    def to_dict(self) -> dict[str, Any]:
        """Return the estimate for JSON, with money as strings of digits.

        Returns:
            The fields that ``segcore estimate --json`` prints, without those about files, as
            `segcore/reports/schemas/estimate.json` describes them.

        Example:
            >>> estimate = Estimate(rates=RateCard.flat("0.0079"))
            >>> estimate.add(["Hello", "It’s here"])
            >>> found = estimate.to_dict()
            >>> found["format"], found["segments"], found["cost"]["total"]
            ('segcore-estimate/1', 2, '0.0158')
        """
        with self._lock:
            totals, cost, profile, savings = self.totals, self.cost, self._segmenter.profile, self.savings
            flat = self._rates[ANYWHERE] if self._rates.is_flat else UNPRICED
            return {
                "format": "segcore-estimate/1",
                "segcore": __version__,
                "reading": [asdict(note) for note in self.reading],
                "group_by": list(self._group_by),
                "profile": profile.name,
                "smart_encoding": profile.smart_encoding_name,
                "implementation": RUNNING,
                **asdict(totals),
                "segments": totals.segments,
                "sms_segments": totals.sms_segments,
                "segment_limit": profile.max_segments,
                "price": money(flat.sms),
                "mms_price": money(flat.mms),
                "lms_price": money(flat.lms),
                "currency": cost.currency,
                "cost": cost_data(cost),
                "countries": parts_data(self.by("country")),
                "rates": parts_data(self.by("rate_key")),
                "groups": [
                    # The columns may be called like other keys.
                    {**data, "values": [*part.key.values()]}
                    for part, data in zip(self.groups, parts_data(self.groups), strict=True)
                    if self._group_by
                ],
                "segment_counts": parts_data(self.by("kind", "encoding", "segments")),
                "unpriced": parts_data(self.unpriced),
                "offenders": [each.to_dict() for each in self.offenders],
                "unsendable_characters": [
                    {"codepoint": f"U+{ord(point):04X}", "text": point, "messages": number}
                    for point, number in self.unsendable.items()
                ],
                "scripts": [{"script": name, "messages": each} for name, each in self.scripts.items()],
                "savings": None if savings is None else savings.to_dict(),
            }


def restore_estimate(
    options: dict[str, Any], counts: dict[str, Any], reading: Iterable[ReadingNote] = ()
) -> Estimate:
    """Return an estimate that was pickled, from its arguments and its counts."""
    estimate = Estimate(**options)
    for name, values in counts.items():
        getattr(estimate._counts, name).update(values)  # noqa: SLF001 (its own)
    estimate.note(reading)
    return estimate


def _tally(segmenter: Segmenter, encoder: Segmenter | None) -> Tally:
    profile = segmenter.profile
    longest = profile.max_length
    limits = profile.max_segments, *((longest.gsm7, longest.ucs2) if longest else (0, 0))
    return Tally(segmenter, encoder, limits, profile.gsm7.basic[:1])


def _add(
    tally: Tally, texts: Any, mms: bytes | bool | None, numbers: array[int], threads: int | None
) -> None:
    if speaks_arrow(texts):
        tally.add_arrow(texts, mms, numbers, threads or 0)
    else:
        tally.add(texts, 0, flags_of_rows(mms, 0, len(texts)), numbers)


def _some(
    texts: Any, mms: bytes | bool | None, numbers: array[int], among: set[int], is_among: bool
) -> tuple[Any, bytes | bool | None, array[int]]:
    """Return those messages whose numbers are among some, or are not."""
    if hasattr(texts, "gather"):
        column = as_series(numbers)
        rows = column.is_in([*among]) == is_among
        if isinstance(mms, bytes):
            mms = bytes(compress(mms, rows))
        return texts.filter(rows), mms, read_integers(column.filter(rows))
    listed = [row for row, number in enumerate(numbers) if (number in among) == is_among]
    if isinstance(mms, bytes):
        mms = bytes(mms[row] for row in listed)
    return cells_at(texts, listed), mms, array("i", [numbers[row] for row in listed])


def _without_added_text(segmenter: Segmenter) -> Segmenter | None:
    """Return the rules without the text that a route adds in some countries; ``None`` if it does in all."""
    profile = segmenter.profile
    if not profile.countries or not (profile.prefix or profile.suffix):
        return None
    return type(segmenter)(replace(profile, prefix="", suffix="", countries=()))


def _encoder(segmenter: Segmenter, table: str | None) -> Segmenter | None:
    """Return a segmenter with smart encoding; ``None`` if no table is named, or where it changes nothing."""
    profile = segmenter.profile
    if table is None or profile.smart_encoding is not None or profile.octets is not None:
        return None
    from segcore.rules.smart_encoding import TABLES

    if table not in TABLES:
        raise unknown("savings", table, TABLES)
    make: Callable[..., Segmenter] = type(segmenter)
    return _kept_encoder(make, profile, table)


# Preparing the replacements takes as long as thousands of messages.
@lru_cache(1)
def _kept_encoder(make: Callable[..., Segmenter], profile: Profile, table: str) -> Segmenter:
    return make(profile, smart_encoding=table)


def _listed(values: Any, what: str = "texts") -> list[Any] | tuple[Any, ...]:
    if isinstance(values, (list, tuple)):
        return values
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise TypeError(f"{what}: expected an iterable of str, got {type(values).__name__}")
    return list(values)


def _media_flags(media: Any) -> bytes:
    """Return one octet for each cell, 1 for one that holds media."""
    if speaks_arrow(media):
        media = next(
            (getattr(media, name)() for name in ("to_pylist", "to_list") if hasattr(media, name)), media
        )
    return bytes(map(has_media, _listed(media, "media")))


def _either(one: bytes | bool | None, other: bytes | None, what: str) -> bytes | bool | None:
    """Return flags that are set where either is."""
    if other is None or one is True:
        return one
    if not isinstance(one, bytes):
        return other
    if len(one) != len(other):
        raise ValueError(f"{what}: {len(other)} for {len(one)} messages; give one for each")
    either = int.from_bytes(one, "little") | int.from_bytes(other, "little")
    return either.to_bytes(len(one), "little")
