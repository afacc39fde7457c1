"""What an estimate says: counts, and money that is computed from them when it is asked for."""

from __future__ import annotations

from segcore.cost.counts import Ledger
from segcore.cost.pricing import (
    cost_of_rows,
    groups_of,
    offenders_of,
    parts_of,
    rows_of,
    savings_of,
    totals_of,
)
from segcore.cost.results import Offender, Part, Row, Savings, Totals
from segcore.rates.card import NO_RATES, RateCard
from segcore.rates.money import Cost
from segcore.segmenter import Segmenter


class Findings:
    """What is found out about messages; the estimate that holds the counts is made of it."""

    __slots__ = ("_encoder", "_group_by", "_rates", "_rows", "_savings", "_segmenter")

    _encoder: Segmenter | None
    _group_by: tuple[str, ...]
    _rates: RateCard
    # Computed once, until there is more.
    _rows: list[Row] | None
    _savings: str | None
    _segmenter: Segmenter

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.totals}>"

    def _settled(self) -> Ledger:
        """Return the ledger, with all that has been added."""
        raise NotImplementedError

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

    @property
    def totals(self) -> Totals:
        """Counts over all messages."""
        return totals_of(self._settled())

    def _all_rows(self) -> list[Row]:
        ledger = self._settled()
        if self._rows is None:
            self._rows = rows_of(ledger, self._rates)
        return self._rows

    @property
    def rows(self) -> list[Row]:
        """Messages and their cost by country, rate, group, kind, encoding and segments, in this order."""
        return [*self._all_rows()]

    def by(self, *names: str) -> list[Part]:
        """Return what messages take and cost that agree in something.

        Args:
            names: One or more of ``country``, ``place`` (of the rate), ``kind``, ``encoding``, ``segments``,
                and the names that the estimate is grouped by where they are others than these.

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
    def groups(self) -> list[Part]:
        """What the messages of each group take and cost."""
        return groups_of(self._all_rows(), self._group_by)

    @property
    def unpriced(self) -> list[Part]:
        """Messages without a price, by country."""
        return parts_of([row for row in self._all_rows() if row.cost is None], ("country",), self._group_by)

    @property
    def cost(self) -> Cost:
        """What the messages cost: exact sums, not rounded; what has no price is counted as unpriced."""
        return cost_of_rows(self._all_rows(), self._rates.currency)

    @property
    def offenders(self) -> list[Offender]:
        """The code points that force UCS-2, those in most SMS first, then by their number."""
        return offenders_of(self._settled(), self._rates)

    @property
    def savings(self) -> Savings | None:
        """What smart encoding would save; ``None`` if that is not counted, or already done."""
        if self._encoder is None or self._savings is None:
            return None
        from segcore.rules.smart_encoding import TABLES

        table = TABLES[self._savings].replacements
        return savings_of(self._settled(), self._rates, self.cost.total, self._savings, table)

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
