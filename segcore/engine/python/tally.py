"""Tallying in plain Python: segments, and the code points that cost extra, summed by group.

The innermost loop of an estimate, and the one to read; the extension answers the same.  Everything is a
count of messages, so that sums do not depend on batches or their order, and nothing here knows money.
"""

from __future__ import annotations

from _thread import allocate_lock
from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import compress

from segcore._errors import group_numbers, too_few_flags
from segcore.engine import GSM7_SMS, LONG_OCTETS, MMS, NULL, OCTETS, UCS2_SMS, flags_of_rows
from segcore.engine.python.arrow import text_chunks
from segcore.rules.codings import Encoding
from segcore.rules.scripts import BLOCK, script_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from segcore.engine.python.counter import SegmentCounter

_SCRIPTS = script_table()


class Tally:
    """Sums over messages, by group.

    `counter` counts the messages as they are sent, `encoded` as if smart encoded. `limits` are the most
    segments, code points of a GSM-7 text and code points of a UCS-2 text, 0 for no limit. `septet` is a code
    point of one septet, if there is one.

    Example:
        >>> from array import array
        >>> from segcore.engine.chooser import SegmentCounter, Tally
        >>> from segcore.rules.codings import GSM7, UCS2
        >>> tally = Tally(SegmentCounter(GSM7, UCS2), septet="@")
        >>> tally.add(["Hello", "’" + "a" * 70, "photo"], 0, b"\\0\\0\\1", array("i", [7, 7, 8]))
        >>> sorted(tally.counts().items())
        [((7, 0, 1), 1), ((7, 1, 2), 1), ((8, 2, 1), 1)]
        >>> tally.occurs(), tally.alone()
        ({(7, 8217): 1}, {(7, 8217, 2, 1, 0): 1})
    """

    def __init__(
        self,
        counter: SegmentCounter,
        encoded: SegmentCounter | None = None,
        limits: tuple[int, int, int] = (0, 0, 0),
        septet: str = "",
    ) -> None:
        self._counter = counter
        self._encoded = encoded
        self._limits = limits
        self._septet = septet
        self._keeps_gsm7 = encoded is not None and encoded._keeps_gsm7_of(counter)  # noqa: SLF001 (of this implementation)
        self._sums = _Sums()
        self._lock = allocate_lock()

    def add(self, texts: Sequence[str], first: int, mms: bytes | None, groups: array[int] | None) -> None:
        """Add messages, `first` being the index of the first one in errors; if it fails, none of them.

        `mms` has one octet per text, not 0 for an MMS, whose text is not looked at; `groups` (type ``i``) the
        group of each, 0 without them. Another thread may not change the number of texts meanwhile.
        """
        if groups is not None and len(groups) != len(texts):
            raise group_numbers(len(groups), len(texts))
        if mms is not None and len(mms) != len(texts):
            raise too_few_flags(len(mms), len(texts))
        self._merge(self._measured(texts, first, mms, groups))

    def add_arrow(
        self, source: object, mms: bytes | bool | None, groups: array[int] | None, threads: int
    ) -> int:
        """Add the messages of a column that speaks the Arrow PyCapsule protocol; if it fails, none of them.

        `mms` and `groups` are as for `add`, or `mms` is one truth value for all.  `threads` is how many may
        count at once, 0 for as many as help.  Return how many rows there are.  A null is counted as one,
        whatever `mms` says of it.
        """
        sums, first = _Sums(), 0
        for chunk in text_chunks(source):
            end = first + len(chunk)
            if groups is not None and len(groups) < end:
                raise group_numbers(len(groups), end)
            own = array("i", bytes(4 * len(chunk))) if groups is None else groups[first:end]
            flags = flags_of_rows(mms, first, len(chunk))
            present = [text is not None for text in chunk]
            texts = [text for text in chunk if text is not None]
            kept = array("i", compress(own, present))
            sums.update(self._measured(texts, first, flags and bytes(compress(flags, present)), kept))
            sums.counts.update((group, NULL, 0) for group, has in zip(own, present, strict=True) if not has)
            first = end
        if groups is not None and len(groups) != first:
            raise group_numbers(len(groups), first)
        if isinstance(mms, bytes) and len(mms) != first:
            raise too_few_flags(len(mms), first)
        self._merge(sums)
        return first

    def _merge(self, sums: _Sums) -> None:
        with self._lock:
            self._sums.update(sums)

    def counts(self) -> dict[tuple[int, int, int], int]:
        """Return messages by group, kind and segments: 1 for an MMS, 0 for a null."""
        return dict(self._sums.counts)

    def empty(self) -> dict[int, int]:
        """Return SMS without text, by group."""
        return dict(self._sums.empty)

    def over_limit(self) -> dict[int, int]:
        """Return SMS that are longer than a limit allows, by group."""
        return dict(self._sums.over_limit)

    def occurs(self) -> dict[tuple[int, int], int]:
        """Return SMS in UCS-2 by group and each unencodable code point that occurs in them."""
        return dict(self._sums.occurs)

    def alone(self) -> dict[tuple[int, int, int, int, int], int]:
        """Return SMS in UCS-2 with only one distinct unencodable code point, by group, code point, segments
        as sent, segments with one septet in place of each occurrence, and segments as if smart encoded (0
        without `encoded`).
        """
        return dict(self._sums.alone)

    def scripts(self) -> dict[tuple[int, int], int]:
        """Return SMS in UCS-2 by group and the bits of the scripts of their unencodable code points."""
        return dict(self._sums.scripts)

    def encoded(self) -> dict[tuple[int, int, int], int]:
        """Return SMS as if smart encoded, by group, kind and segments; empty without `encoded`."""
        return dict(self._sums.encoded)

    def _measured(
        self, texts: Sequence[str], first: int, mms: bytes | None, groups: array[int] | None
    ) -> _Sums:
        segments, kinds = array("i"), array("B")
        units = array("q") if self._counter.octets else None
        self._counter.measure_all(texts, first, mms, segments, units, kinds)
        if units is not None:
            kinds = array("B", map(self._kind_of_octets, units))
        if {*map(type, texts)} != {str}:
            # Without what a subclass may have overridden: the counts are of what it holds.
            texts = [str.__str__(text) for text in texts]
        numbers: Sequence[int] = bytes(len(texts)) if groups is None else groups
        sums = _Sums()
        if mms is not None:
            sums.counts.update((group, MMS, 1) for group in compress(numbers, mms))
            # The text of an MMS is not billed by segments.
            is_sms = [not flag for flag in mms]
            texts, numbers = [*compress(texts, is_sms)], [*compress(numbers, is_sms)]
            kinds, segments = array("B", compress(kinds, is_sms)), array("i", compress(segments, is_sms))
        sums.counts.update(zip(numbers, kinds, segments, strict=True))
        if "" in texts:
            sums.empty.update(group for text, group in zip(texts, numbers, strict=True) if not text)
        most, *lengths = self._limits
        if self._counter.octets or any(lengths) or 0 < most < max(segments, default=0):
            rows = zip(texts, numbers, kinds, segments, strict=True)
            sums.over_limit.update(group for text, group, *taken in rows if self._is_over(text, *taken))
        if self._counter.octets:
            return sums
        encoded = self._add_encoded(sums, texts, numbers, kinds, segments)
        measured = zip(texts, numbers, kinds, segments, encoded, strict=True)
        for text, group, kind, count, instead in measured:
            if kind == UCS2_SMS and not self._counter._is_always_ucs2:  # noqa: SLF001 (of this implementation)
                self._add_unencodable(sums, text, group, count, instead)
        return sums

    def _add_encoded(
        self,
        sums: _Sums,
        texts: Sequence[str],
        numbers: Sequence[int],
        kinds: Sequence[int],
        segments: Sequence[int],
    ) -> Sequence[int]:
        """Add SMS as if smart encoded, and return the segments of each; 0 if that is not asked for."""
        if self._encoded is None:
            return bytes(len(texts))
        encoded, encodings = array("i"), array("B")
        if not self._keeps_gsm7:
            self._encoded.measure_all(texts, 0, None, encoded, None, encodings)
        else:
            encoded.extend(segments)
            encodings.extend(kinds)
            for row in [row for row, kind in enumerate(kinds) if kind == UCS2_SMS]:
                encoding, _, encoded[row] = self._encoded.measure(texts[row])
                encodings[row] = GSM7_SMS if encoding is Encoding.GSM7 else UCS2_SMS
        sums.encoded.update(zip(numbers, encodings, encoded, strict=True))
        return encoded

    def _is_over(self, text: str, kind: int, segments: int) -> bool:
        most, *lengths = self._limits
        octets = self._counter.octets
        if octets:
            # In one encoding, and a class may have a limit too.
            kind = GSM7_SMS
            if octets.most is not None and self._counter.measure(text)[1] > octets.most:
                return True
        return 0 < most < segments or 0 < lengths[kind] < len(text)

    def _kind_of_octets(self, units: int) -> int:
        octets = self._counter.octets
        return LONG_OCTETS if octets and len(octets.classes) > 1 and units > octets.first else OCTETS

    def _add_unencodable(self, sums: _Sums, text: str, group: int, now: int, as_encoded: int) -> None:
        found = self._counter._unencodable_points(text)  # noqa: SLF001 (of this implementation)
        sums.occurs.update((group, ord(point)) for point in found)
        scripts = sum(1 << number for number in {_SCRIPTS[ord(point) // BLOCK] for point in found} if number)
        if scripts:
            sums.scripts[group, scripts] += 1
        if len(found) != 1:
            return
        only = found.pop()
        septet = self._septet
        # A route adds its text to the message as given.
        given = text if self._counter._billing else self._counter.sent(text)  # noqa: SLF001
        as_septets = self._counter.measure(given.replace(only, septet))[2] if septet else now
        sums.alone[group, ord(only), now, as_septets, as_encoded] += 1


class _Sums:
    """The sums, each a count of messages."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[int, int, int]] = Counter()
        self.encoded: Counter[tuple[int, int, int]] = Counter()
        self.empty: Counter[int] = Counter()
        self.over_limit: Counter[int] = Counter()
        self.occurs: Counter[tuple[int, int]] = Counter()
        self.alone: Counter[tuple[int, int, int, int, int]] = Counter()
        self.scripts: Counter[tuple[int, int]] = Counter()

    def update(self, other: _Sums) -> None:
        for name, sums in vars(self).items():
            sums.update(getattr(other, name))
