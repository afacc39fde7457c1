"""What many messages take and cost: integer counts that add up, and money only at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import compress
from operator import gt, not_

from segcore.cost.money import Cost, cost_of
from segcore.messages import codepoint_name
from segcore.segmenter import Segmenter

_COUNTS = ("messages", "gsm7", "ucs2", "mms", "gsm7_segments", "ucs2_segments", "empty", "over_limit")
_TALLIES = ("_occurs", "_alone", "_wasted")


@dataclass(frozen=True)
class Offender:
    """A code point outside the alphabet, and what it does to the messages it occurs in.

    Args:
        codepoint: Its number.
        messages: SMS in which it occurs.
        alone: SMS in which no other code point forces UCS-2.
        segments: Segments that it costs where it is alone: those the message takes, less those it would
            take if each occurrence were one septet of GSM-7.
    """

    codepoint: int
    messages: int
    alone: int
    segments: int

    @property
    def text(self) -> str:
        """The code point, as a string."""
        return chr(self.codepoint)

    @property
    def name(self) -> str:
        """Its Unicode name, or its label if it has none."""
        return codepoint_name(self.codepoint)


class Estimate:
    """Counts over any number of messages, which can be added to and merged.

    Whatever the batches, their order and the order of merging, the counts are the same.

    Args:
        segmenter: The rules to count under; the standard ones if it is left out.

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

    messages: int
    gsm7: int
    ucs2: int
    mms: int
    gsm7_segments: int
    ucs2_segments: int
    empty: int
    over_limit: int

    __slots__ = ("_segmenter", *_COUNTS, *_TALLIES)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, segmenter: Segmenter | None = None) -> None:
        self._segmenter = segmenter or Segmenter()
        for name in _COUNTS:
            setattr(self, name, 0)
        self._occurs: Counter[str] = Counter()
        self._alone: Counter[str] = Counter()
        self._wasted: Counter[str] = Counter()

    def __repr__(self) -> str:
        counts = ", ".join(f"{name}={getattr(self, name)}" for name in _COUNTS)
        return f"<Estimate: {counts}>"

    @property
    def segmenter(self) -> Segmenter:
        """The rules that it counts under."""
        return self._segmenter

    @property
    def sms_segments(self) -> int:
        """Segments of all SMS."""
        return self.gsm7_segments + self.ucs2_segments

    @property
    def segments(self) -> int:
        """Segments that are billed, an MMS counting 1."""
        return self.sms_segments + self.mms

    @property
    def offenders(self) -> list[Offender]:
        """The code points that force UCS-2, those in most SMS first, then by their number."""
        found = (
            Offender(ord(text), messages, self._alone[text], self._wasted[text])
            for text, messages in self._occurs.items()
        )
        return sorted(found, key=lambda each: (-each.messages, -each.alone, each.codepoint))

    def add(self, texts: Iterable[str], *, mms: bool | Iterable[object] | None = None) -> None:
        """Add a batch of messages.

        Args:
            texts: Any iterable of ``str``, a list being the fastest.
            mms: ``None``, one ``bool`` for all, or one truth value per message; an MMS counts 1 and its
                text, which is not billed by segments, is not looked at.

        Raises:
            TypeError: A text is not a ``str``.  Nothing of the batch was added.
            ValueError: There are not as many truth values as messages.  Nothing of the batch was added.

        Example:
            >>> estimate = Estimate()
            >>> estimate.add(["a" * 161, "", "photo"], mms=[False, False, True])
            >>> estimate.segments, estimate.empty
            (4, 1)

        Source: for MMS https://dev.bandwidth.com/docs/messaging.
        """
        if not isinstance(texts, (list, tuple)):
            texts = _listed(texts)
        if mms is not None and not isinstance(mms, (bool, str, bytes)):
            mms = list(map(bool, mms))
        batch = self._segmenter.analyze_bulk(texts, mms=mms)
        totals = batch.totals
        ucs2_segments = self._add_offenders(texts, batch.segments, batch.ucs2_sms)
        self.messages += totals.messages
        self.gsm7 += totals.gsm7
        self.ucs2 += totals.ucs2
        self.mms += totals.mms
        self.ucs2_segments += ucs2_segments
        self.gsm7_segments += totals.segments - totals.mms - ucs2_segments
        self.empty += _empty(texts, mms)
        limit = self._segmenter.profile.max_segments
        if totals.messages and max(batch.segments) > limit:
            self.over_limit += sum(map(limit.__lt__, batch.segments))

    def _add_offenders(self, texts: Sequence[str], segments: Iterable[int], ucs2: bytes) -> int:
        """Tally what forces UCS-2 in the texts that are flagged, and return their segments."""
        foreign, basic, total = self._segmenter.foreign, self._segmenter.profile.gsm7.basic, 0
        for text, now in compress(zip(texts, segments, strict=True), ucs2):
            total += now
            found = {text[index] for index in foreign(text)}
            self._occurs.update(found)
            if len(found) == 1:
                only = found.pop()
                self._alone[only] += 1
                # One segment cannot become fewer; without an alphabet there are no septets.
                if now > 1 and basic:
                    as_septets = text.replace(only, basic[0])
                    self._wasted[only] += now - self._segmenter.measure(as_septets)[2]
        return total

    def __add__(self, other: object) -> Estimate:
        if not isinstance(other, Estimate):
            return NotImplemented
        if self._profile() != other._profile():
            raise ValueError(
                "cannot merge estimates that were counted under different profiles "
                f"({self._segmenter!r} and {other._segmenter!r})"
            )
        merged = Estimate(self._segmenter)
        for one in (self, other):
            for name in _COUNTS:
                setattr(merged, name, getattr(merged, name) + getattr(one, name))
            for name in _TALLIES:
                getattr(merged, name).update(getattr(one, name))
        return merged

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Estimate):
            return NotImplemented
        return list(self._content()) == list(other._content())

    def _content(self) -> Iterator[object]:
        yield self._profile()
        for name in (*_COUNTS, *_TALLIES):
            yield getattr(self, name)

    def _profile(self) -> object:
        return self._segmenter.profile

    def cost(self, price: Decimal | None = None, mms_price: Decimal | None = None) -> Cost:
        """Return what the messages cost.

        Args:
            price: Price of one SMS segment, in whatever currency; ``None`` if it is not known.
            mms_price: Price of one MMS.

        Returns:
            Exact products and sums, not rounded.  What has no price is counted as unpriced.

        Example:
            >>> estimate = Estimate()
            >>> estimate.add(["one", "two", "three", "photo"], mms=[0, 0, 0, 1])
            >>> cost = estimate.cost(Decimal("0.1"))
            >>> cost.sms, cost.total, cost.unpriced_mms
            (Decimal('0.3'), None, 1)
        """
        return cost_of(self.sms_segments, self.mms, price, mms_price)


def _listed(texts: Iterable[str]) -> Sequence[str]:
    """Return the texts as a list, or as they are if they will be refused anyway."""
    if isinstance(texts, (str, bytes)) or not hasattr(texts, "__iter__"):
        return texts  # type: ignore[return-value]
    return list(texts)


def _empty(texts: Sequence[str], mms: object) -> int:
    """Return how many SMS have no text."""
    if isinstance(mms, list):
        empty = map(not_, texts)
        return sum(map(gt, empty, mms))
    return 0 if mms else sum(map(not_, texts))
