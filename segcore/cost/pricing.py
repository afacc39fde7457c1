"""Counts of messages that add up, and what they cost under a rate card: computed at the end, exactly."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from segcore._errors import unknown
from segcore.cost import EstimatePart, EstimateRow, EstimateTotals, Offender, Replacement, Savings
from segcore.engine import GSM7_SMS, LONG_OCTETS, MMS, NULL, OCTETS, UCS2_SMS
from segcore.engine.chooser import Tally
from segcore.rates import Cost, add, subtract
from segcore.rates.card import RateCard
from segcore.rules.billing import Octets
from segcore.rules.codings import Encoding
from segcore.rules.scripts import scripts_of


class Key(NamedTuple):
    """The key that messages are counted under: country, or a reason of `segcore.cost.destinations` for none;
    the key of the rate; the values of the columns to group by.
    """

    country: str
    rate_key: str
    group: tuple[str | None, ...]


class Counts:
    """Counts of messages; adding them up in any order gives the same."""

    __slots__ = ("alone", "counts", "empty", "encoded", "occurs", "over_limit", "scripts", "unsendable")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self) -> None:
        self.counts: Counter[tuple[Key, int, int]] = Counter()
        self.encoded: Counter[tuple[Key, int, int]] = Counter()
        self.empty: Counter[Key] = Counter()
        self.over_limit: Counter[Key] = Counter()
        self.occurs: Counter[tuple[Key, int]] = Counter()
        self.alone: Counter[tuple[Key, int, int, int, int]] = Counter()
        self.scripts: Counter[tuple[Key, int]] = Counter()
        # SMS that a route for GSM-7 alone cannot send, by the code points that it lacks, and under None.
        self.unsendable: Counter[int | None] = Counter()

    def add_tally(self, tally: Tally, keys: Sequence[Key]) -> None:
        """Add the counts of a tally, whose groups are indices into `keys`."""
        for name in ("counts", "encoded", "occurs", "alone", "scripts"):
            found: Mapping[tuple[int, ...], int] = getattr(tally, name)()
            getattr(self, name).update({(keys[first], *rest): n for (first, *rest), n in found.items()})
        for name in ("empty", "over_limit"):
            getattr(self, name).update({keys[each]: n for each, n in getattr(tally, name)().items()})

    def add_unsendable(self, tally: Tally) -> None:
        """Add the code points that would force UCS-2 if a GSM-7-only route had it."""
        self.unsendable[None] += sum(n for (_, kind, _), n in tally.counts().items() if kind == UCS2_SMS)
        for (_, point), number in tally.occurs().items():
            self.unsendable[point] += number

    def merge(self, other: Counts) -> None:
        """Add other counts, which stay as they are."""
        for name in self.__slots__:
            getattr(self, name).update(getattr(other, name))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Counts):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)


_ENCODINGS = {GSM7_SMS: Encoding.GSM7, UCS2_SMS: Encoding.UCS2}

DIMENSIONS = ("country", "rate_key", "kind", "encoding", "segments")
"""The dimensions of every row; they take precedence over columns of the same name."""

Moved = dict[str, Counter[tuple[int, int]]]
"""By rate key, how many SMS would take how many segments instead of how many."""


def totals_of(counts: Counts) -> EstimateTotals:
    """Return the counts over all messages."""
    messages: Counter[int] = Counter()
    segments: Counter[int] = Counter()
    for (_, kind, each), number in counts.counts.items():
        messages[kind] += number
        segments[kind] += each * number
    return EstimateTotals(
        messages=messages.total() - messages[NULL],
        gsm7=messages[GSM7_SMS],
        ucs2=messages[UCS2_SMS],
        mms=messages[MMS],
        octets=messages[OCTETS] + messages[LONG_OCTETS],
        gsm7_segments=segments[GSM7_SMS],
        ucs2_segments=segments[UCS2_SMS],
        octets_segments=segments[OCTETS] + segments[LONG_OCTETS],
        nulls=messages[NULL],
        empty=counts.empty.total(),
        over_limit=counts.over_limit.total(),
        unsendable=counts.unsendable[None],
    )


def rows_of(counts: Counts, rates: RateCard, octets: Octets | None = None) -> list[EstimateRow]:
    """Return the rows, sorted by what they are; `octets` says how octets are counted, ``None`` if they are
    not.
    """
    found = []
    before: Counter[str] = Counter()
    for (key, kind, segments), number in sorted(counts.counts.items(), key=_order):
        if kind == NULL:
            continue
        rate = rates[key.rate_key]
        if kind == MMS:
            cost = rate.mms_cost(number)
        elif kind == LONG_OCTETS:
            cost = rate.lms_cost(number)
        else:
            cost = rate.sms_cost({segments: number}, before[key.rate_key])
            before[key.rate_key] += segments * number
        name, encoding = "MMS" if kind == MMS else "SMS", _ENCODINGS.get(kind)
        if octets is not None and kind != MMS:
            name, encoding = octets.classes[kind - OCTETS][0], octets.encoding
        found.append(EstimateRow(*key, name, encoding, segments, number, cost))
    return found


def _order(item: tuple[tuple[Key, int, int], int]) -> tuple[object, ...]:
    (key, kind, segments), _ = item
    # A missing value comes before the empty one.
    group = tuple((value is not None, value or "") for value in key.group)
    return key.country, key.rate_key, group, kind, segments


def part_of(key: Mapping[str, object], rows: Iterable[EstimateRow]) -> EstimatePart:
    """Return the sum of rows."""
    messages = sms_segments = mms = unpriced_segments = unpriced_mms = 0
    costs = []
    for row in rows:
        messages += row.messages
        is_mms = row.kind == "MMS"
        mms += row.messages * is_mms
        sms_segments += row.billed * (not is_mms)
        if row.cost is None:
            unpriced_mms += row.messages * is_mms
            unpriced_segments += row.billed * (not is_mms)
        else:
            costs.append(row.cost)
    cost = add(*costs) if costs else None
    return EstimatePart(key, messages, sms_segments, mms, cost, unpriced_segments, unpriced_mms)


def parts_of(
    rows: Iterable[EstimateRow], names: tuple[str, ...], group_by: tuple[str, ...]
) -> list[EstimatePart]:
    """Return the sums of rows that agree in what is named: `DIMENSIONS`, or names in `group_by`."""
    for name in names:
        if name not in (*DIMENSIONS, *group_by):
            raise unknown("by", name, (*DIMENSIONS, *group_by))
    found: dict[tuple[object, ...], list[EstimateRow]] = defaultdict(list)
    for row in rows:
        key = (
            getattr(row, name) if name in DIMENSIONS else row.group[group_by.index(name)] for name in names
        )
        found[tuple(key)].append(row)
    return [part_of(dict(zip(names, key, strict=True)), each) for key, each in found.items()]


def groups_of(rows: Iterable[EstimateRow], group_by: tuple[str, ...]) -> list[EstimatePart]:
    """Return the sums of rows of the same group."""
    found: dict[tuple[str | None, ...], list[EstimateRow]] = defaultdict(list)
    for row in rows:
        found[row.group].append(row)
    return [part_of(dict(zip(group_by, key, strict=True)), each) for key, each in found.items()]


def cost_of_rows(rows: list[EstimateRow], currency: str | None) -> Cost:
    """Return what rows cost."""
    sms = part_of({}, (row for row in rows if row.kind != "MMS"))
    mms = part_of({}, (row for row in rows if row.kind == "MMS"))
    known = [part.cost for part in (sms, mms) if part.cost is not None]
    complete = known and not sms.unpriced_segments and not mms.unpriced_mms
    total = add(*known) if complete else None
    return Cost(sms.cost, mms.cost, total, sms.unpriced_segments, mms.unpriced_mms, currency)


def offenders_of(counts: Counts, rates: RateCard) -> list[Offender]:
    """Return the code points that force UCS-2, those in most SMS first, then by their number."""
    occurs: Counter[int] = Counter()
    for (_, codepoint), number in counts.occurs.items():
        occurs[codepoint] += number
    moved = _moved(counts, encoded=False)
    priced = Priced(counts.counts, rates)
    found = []
    for codepoint, messages in occurs.items():
        moves = moved.get(codepoint, {})
        alone, segments = _moves(moves)
        found.append(Offender(codepoint, messages, alone, segments, priced.saved(moves)))
    return sorted(found, key=lambda each: (-each.messages, -each.alone, each.codepoint))


def scripts_in(counts: Counts) -> dict[str, int]:
    """Return the SMS in UCS-2 with letters of each script that GSM-7 cannot send, the most first."""
    found: Counter[str] = Counter()
    for (_, mask), number in counts.scripts.items():
        found.update(dict.fromkeys(scripts_of(mask), number))
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def savings_of(
    counts: Counts, rates: RateCard, cost: Decimal | None, table: str, replacements: Mapping[str, str]
) -> Savings:
    """Return the segments and the money that smart encoding would save."""
    messages: Counter[int] = Counter()
    segments = 0
    for (_, kind, each), number in counts.encoded.items():
        messages[kind] += number
        segments += each * number
    now, priced = totals_of(counts), Priced(counts.counts, rates)
    sms_now, sms_then = priced.cost(), Priced(counts.encoded, rates).cost()
    saved = None if sms_now is None or sms_then is None else subtract(sms_now, sms_then)
    found: list[Replacement] = []
    for codepoint, moves in _moved(counts, encoded=True).items():
        if chr(codepoint) in replacements:
            alone, fewer = _moves(moves)
            money = priced.saved(moves)
            found.append(Replacement(codepoint, replacements[chr(codepoint)], alone, fewer, money))
    found.sort(key=lambda each: (-(each.cost or 0), -each.segments, -each.messages, each.codepoint))
    return Savings(
        table,
        messages[GSM7_SMS],
        messages[UCS2_SMS],
        segments,
        now.sms_segments - segments,
        None if saved is None or cost is None else subtract(cost, saved),
        saved,
        tuple(found),
    )


def _moved(counts: Counts, *, encoded: bool) -> dict[int, Moved]:
    """Return, by code point that is alone, what would become of its messages without it."""
    found: dict[int, Moved] = defaultdict(lambda: defaultdict(Counter))
    for (key, codepoint, now, septet, as_encoded), number in counts.alone.items():
        found[codepoint][key.rate_key][now, as_encoded if encoded else septet] += number
    return found


def _moves(moved: Mapping[str, Counter[tuple[int, int]]]) -> tuple[int, int]:
    """Return how many messages are moved, and how many segments fewer they take."""
    every = [item for moves in moved.values() for item in moves.items()]
    return sum(n for _, n in every), sum((now - then) * n for (now, then), n in every)


class Priced:
    """The SMS at each rate, and what other numbers of segments would cost."""

    def __init__(self, counts: Mapping[tuple[Key, int, int], int], rates: RateCard) -> None:
        self._rates = rates
        self._messages: dict[str, Counter[int]] = defaultdict(Counter)
        for (key, kind, segments), number in counts.items():
            if kind in _ENCODINGS:
                self._messages[key.rate_key][segments] += number

    def cost(self) -> Decimal | None:
        """Return the cost of all SMS that have a price, ``None`` if none has."""
        return _sum(self._rates[rate_key].sms_cost(each) for rate_key, each in self._messages.items())

    def saved(self, moved: Mapping[str, Counter[tuple[int, int]]]) -> Decimal | None:
        """Return how much less the SMS that have a price would cost, ``None`` if none has one."""
        return _sum(self._saved(rate_key, moves) for rate_key, moves in moved.items())

    def _saved(self, rate_key: str, moves: Counter[tuple[int, int]]) -> Decimal | None:
        moves = Counter({key: number for key, number in moves.items() if key[0] != key[1]})
        if not moves:
            return Decimal(0)
        then = self._messages[rate_key].copy()
        for (now, instead), number in moves.items():
            then[now] -= number
            then[instead] += number
        rate = self._rates[rate_key]
        before, after = rate.sms_cost(self._messages[rate_key]), rate.sms_cost(then)
        return None if before is None or after is None else subtract(before, after)


def _sum(costs: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of the known costs; ``None`` if there are costs and none is known."""
    found = list(costs)
    known = [cost for cost in found if cost is not None]
    return add(*known) if known or not found else None
