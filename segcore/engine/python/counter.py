"""The counter in plain Python: encoding, units and segments of texts, one by one or many at once."""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from itertools import compress, repeat

from segcore._errors import resized, unknown
from segcore.engine import Choice, flags_of_rows, is_mms
from segcore.engine.python.arrow import text_chunks
from segcore.engine.python.packing import (
    code_unit_ends,
    code_unit_segments,
    code_units,
    septet_ends,
    septet_layout,
    sure_segments,
)
from segcore.engine.python.prefixes import exact_text
from segcore.rules.alphabets import ESCAPE, Alphabet
from segcore.rules.billing import UNSENDABLE, Billing, Octets
from segcore.rules.codings import Coding, Encoding
from segcore.rules.replacements import (
    ALL_OR_NOTHING,
    ALWAYS,
    WHEN_FEWER_SEGMENTS,
    checked_partly,
    translation,
)

_GSM7, _UCS2 = Encoding.GSM7, Encoding.UCS2
# Texts that are encoded at once: few enough for the memory, even long ones, and for Ctrl-C.
_BATCH = 256

_CODES = {encoding: code for code, encoding in enumerate(Encoding)}

# Units that no segment may split: a surrogate pair in halves, or a code point.
_PAIR_OR_POINT = re.compile("(?s)[\ud800-\udbff][\udc00-\udfff]|.")

# Stands for the septet that announces one of the extension table; no alphabet can send U+001B itself.
_ESCAPE = chr(ESCAPE)


class SegmentCounter:
    """Counts under GSM-7 codings and one UCS-2 coding.

    The GSM-7 codings are `gsm7` first and then `national`.
    A text goes out in the 7-bit coding that takes the fewest segments, or in UCS-2 if none can send it.
    `replacements` of single code points are made as one of `PARTLY` says; `billing` is what is billed beside
    the text. There are no kernels here, so `kernel` is empty.
    """

    octets: Octets | None = None
    """The rules for counting octets, ``None`` where septets and code units are counted."""

    def __init__(  # noqa: PLR0913, PLR0917 (the rules of a route, in the order of the binding)
        self,
        gsm7: Coding,
        ucs2: Coding,
        kernel: str = "",
        national: Sequence[Coding] = (),
        replacements: Mapping[str, str] | None = None,
        partly: str = ALWAYS,
        clusters: bool = False,
        billing: Billing | None = None,
    ) -> None:
        if kernel:
            raise unknown("kernel", kernel, ())
        self._gsm7 = gsm7
        self._ucs2 = ucs2
        self._choice = Choice((gsm7, *national)) if national else None
        self._translation = translation(replacements)
        self._replaced = frozenset(map(chr, self._translation))
        # One after the other is much faster than str.translate(), which looks each code point up.
        self._is_sequential = self._replaced.isdisjoint("".join(self._translation.values()))
        self._is_ascii_kept = not any(map(str.isascii, self._replaced))
        self._partly = checked_partly(partly)
        self._clusters = clusters
        self._billing = billing or None
        self.octets = billing.octets if billing else None
        self._octet_coding = self.octets.coding if self.octets else None
        is_added = billing is not None and billing.is_ucs2(gsm7) and not (national or self._translation)
        # By the encoding of the route, or for the text that it adds.
        self._is_always_ucs2 = is_added or (billing is not None and billing.encoding is _UCS2)
        self._is_simple = not (national or self._translation or clusters or billing)
        self.ucs2_options = ((), replacements, partly, clusters)
        self._only_ucs2: SegmentCounter | None = None
        if billing and billing.encoding is _UCS2:
            self._only_ucs2 = SegmentCounter(self._no_septets, ucs2, "", *self.ucs2_options)
        # By code point up to U+00FF: 0 for one septet, 1 for two, no ASCII for what is unencodable.
        # Translating bytes is the fastest look that Python can take.
        self._escapes = bytes(
            0 if point in gsm7.basic else 1 if point in gsm7.extended else 0x80
            for point in map(chr, range(256))
        )
        self._one_septet = bytes(ord(point) for point in gsm7.basic if point <= "\xff")
        known = re.escape(gsm7.basic + gsm7.extended)
        self._unencodable = re.compile(f"[^{known}]" if known else "(?s:.)")
        self._extended_beyond_latin1 = [point for point in gsm7.extended if point > "\xff"]
        # By the identity of a coding of this counter: its hash takes longer than the look.
        self._septets_of: dict[int, dict[str, str]] = {}
        if clusters:
            # Not at the first text, where its absence would be found in the middle of a column.
            import segcore.rules.graphemes  # noqa: F401

    _no_septets = Coding(Encoding.GSM7, Alphabet("no alphabet", "", ""))
    """A coding that sends nothing but the empty text."""

    def detect_encoding(self, text: str) -> Encoding:
        """Return the encoding that a message gets.

        Args:
            text: The text of one message.

        Returns:
            ``Encoding.GSM7`` if every code point is in the alphabet or its extension table, otherwise
            ``Encoding.UCS2``, for the whole message.

        Raises:
            TypeError: `text` is not a ``str``.

        Example:
            >>> import segcore
            >>> segcore.detect_encoding("It's 5 €").value, segcore.detect_encoding("It’s 5 €").value
            ('GSM-7', 'UCS-2')

        Source: 3GPP TS 23.038 6.2.1 and 6.2.1.1.
        """
        return self._measure(exact_text(text, "text"))[0]

    def count_segments(self, text: str, *, mms: bool = False) -> int:
        """Return the number of segments that a message takes.

        Args:
            text: The text of one message.
            mms: Whether it goes out as MMS (media attached, or several recipients), which counts 1.

        Returns:
            Segments, at least 1: the empty text is one short message with empty user data.

        Raises:
            TypeError: `text` is not a ``str``, or `mms` neither a ``bool`` nor an integer.

        Example:
            >>> import segcore
            >>> segcore.count_segments("a" * 160), segcore.count_segments("a" * 161)
            (1, 2)
            >>> segcore.count_segments("a" * 161, mms=True)
            1

        Source: 3GPP TS 23.040 9.2.3.24.1; for MMS https://dev.bandwidth.com/docs/messaging.
        """
        exact = exact_text(text, "text")
        return 1 if is_mms(mms) else self._measure(exact)[2]

    def measure(self, text: str) -> tuple[Encoding, int, int]:
        """Return encoding, units (septets or UTF-16 code units) and segments of a text."""
        return self._measure(exact_text(text, "text"))

    def sent(self, text: str) -> str:
        """Return the text as it goes out, after smart encoding."""
        text = exact_text(text, "text")
        if self._is_simple:
            return text
        if self.octets is not None:
            return self._send(text)[0]
        if self._billing is not None:
            # As it was before what cannot be sent was counted as something else.
            return self._send_given(self._billing.applied(text))[0]
        return self._send_given(text)[0]

    def coding(self, text: str) -> Coding:
        """Return the coding that a text goes out in."""
        return self._send(exact_text(text, "text"))[1]

    def layout(self, text: str) -> list[tuple[int, int]]:
        """Return, for each segment, the index of the code point after its last one and its units.

        Indices are into the text as it goes out.
        """
        sent, coding, units, segments = self._send(exact_text(text, "text"))
        if segments == 1:
            return [(len(sent), units)]
        if self.octets is not None or (self._billing is not None and self._billing.packing != "exact"):
            return self._divided_layout(sent, coding)
        if self._clusters:
            return self._cluster_layout(sent, coding)
        if coding is not self._ucs2:
            return septet_layout(self._septets(sent, coding), coding.part)
        ends = self._code_unit_layout(sent)
        return [(index, end - start) for (index, end), (_, start) in zip(ends, [(0, 0), *ends], strict=False)]

    def unencodable(self, text: str) -> list[int]:
        """Return the indices, in the text as it goes out, of the code points that force UCS-2.

        They are in no table; where each is in some table, but no coding has all, those that the first coding
        lacks.
        """
        text = exact_text(text, "text")
        if self._is_simple:
            return [match.start() for match in self._unencodable.finditer(text)]
        if self.octets is not None:
            return self.octets.unsendable(self.sent(text))
        if self._billing is not None and self._billing.encoding is not None:
            return self._unsendable(text) if self._billing.encoding is _GSM7 else []
        sent, coding, _, _ = self._send(text)
        if coding is not self._ucs2:
            return []
        found = self._choice and [i for i, point in enumerate(sent) if point not in self._choice.masks]
        return found or [match.start() for match in self._unencodable.finditer(sent)]

    def _unencodable_points(self, text: str) -> set[str]:
        """Return the distinct code points that force UCS-2."""
        if self._is_simple:
            return {*self._unencodable.findall(text)}
        sent = self.sent(text)
        return {sent[index] for index in self.unencodable(text)}

    def measure_all(
        self,
        texts: Sequence[str],
        first: int,
        mms: bytes | None,
        segments: array[int],
        units: array[int] | None = None,
        encodings: array[int] | None = None,
        code_units: array[int] | None = None,
    ) -> None:
        """Measure many texts, `first` being the index of the first one in errors, and append the results to
        arrays.

        `mms` has one octet per text, not 0 for an MMS, whose count is 1. Arrays: segments of type ``i``;
        units of type ``q``; encodings of type ``B``, the indices of `Encoding`; code units of type ``q``,
        those of UTF-16 in whatever encoding, of a counter of two codings and nothing else. Another thread may
        not change the number of texts.
        """
        expected = len(texts)
        if self._is_simple and {*map(type, texts)} == {str}:
            strings = [*texts]
            for start in range(0, expected, _BATCH):
                flags = mms and mms[start : start + _BATCH]
                self._measure_strings(
                    strings[start : start + _BATCH], flags, segments, units, encodings, code_units
                )
            if len(texts) != expected:
                raise resized(expected, len(texts))
            return
        measure = self._measure_simple if self._is_simple else self._measure
        for index, text in enumerate(texts):
            exact = text if type(text) is str else exact_text(text, f"texts[{first + index}]")
            encoding, size, count = measure(exact)
            is_mms = mms is not None and index < expected and mms[index]
            segments.append(1 if is_mms else count)
            if units is not None:
                units.append(size)
            if encodings is not None:
                encodings.append(_CODES[encoding])
            if code_units is not None:
                code_units.append(size if encoding is _UCS2 else len(exact))
        if len(texts) != expected:
            raise resized(expected, len(texts))

    def measure_arrow(
        self,
        source: object,
        mms: bytes | bool | None,
        threads: int,
        segments: array[int],
        units: array[int] | None = None,
        encodings: array[int] | None = None,
        code_units: array[int] | None = None,
    ) -> bytes | None:
        """Measure a column of texts that speaks the Arrow PyCapsule protocol and append the results, as
        `measure_all` does.

        `mms` has one octet per text, or is one truth value for all.  `threads` is how many may count at once,
        0 for as many as help.  Return one octet per row, 0 for a null, whose results are 0; ``None`` if there
        is no null.
        """
        valid = bytearray()
        for chunk in text_chunks(source):
            first = len(segments)
            flags = flags_of_rows(mms, first, len(chunk))
            self.measure_all(
                [text or "" for text in chunk], first, flags, segments, units, encodings, code_units
            )
            nulls = [first + i for i, text in enumerate(chunk) if text is None]
            for column in (segments, units, encodings, code_units):
                if column is not None and nulls:
                    # The number, whatever the items of the column are.
                    with memoryview(column) as items:
                        for row in nulls:
                            items[row] = 0
            valid += bytes(text is not None for text in chunk)
        return bytes(valid) if 0 in valid else None

    def _measure_strings(
        self,
        texts: list[str],
        mms: bytes | None,
        segments: array[int],
        units: array[int] | None,
        encodings: array[int] | None,
        code_units: array[int] | None,
    ) -> None:
        """Measure texts in the first coding or as UCS-2, those of one septet a code point all at once."""
        start, sizes = len(segments), [*map(len, texts)]
        octets = [*map(str.encode, texts, repeat("latin-1"), repeat("ignore"))]
        # The octets that are no code point of one septet.
        others = map(bytes.translate, octets, repeat(None), repeat(self._one_septet))
        found = zip(map(len, octets), sizes, others, strict=True)
        rest = [index for index, (kept, size, other) in enumerate(found) if other or kept < size]
        single, part = self._gsm7.single, self._gsm7.part
        segments.extend([1 if size <= single else -(-size // part) for size in sizes])
        if units is not None:
            units.extend(sizes)
        if code_units is not None:
            code_units.extend(sizes)
        codes = bytearray(len(texts))
        for index in rest:
            encoding, size, segments[start + index] = self._measure_simple(texts[index])
            codes[index] = _CODES[encoding]
            if units is not None:
                units[start + index] = size
            if code_units is not None and encoding is _UCS2:
                code_units[start + index] = size
        if encodings is not None:
            encodings.frombytes(codes)
        for index in compress(range(len(texts)), mms or ()):
            segments[start + index] = 1

    def _measure(self, text: str) -> tuple[Encoding, int, int]:
        if self._is_simple:
            return self._measure_simple(text)
        _, coding, units, segments = self._send(text)
        return coding.encoding, units, segments

    def _measure_simple(self, text: str) -> tuple[Encoding, int, int]:
        """Measure a text in the first coding if that can send it, else as UCS-2."""
        if text.isascii():
            return self._measure_latin1(text, text.encode(), 0)
        # As in code_units(), without the call.
        size, units = len(text), (len(text.encode("utf-16", "surrogatepass")) >> 1) - 1
        # No alphabet has a code point above U+FFFF.
        if units > size:
            return self._measure_ucs2(text, units)
        octets = text.encode("latin-1", "ignore")
        escapes = 0
        if len(octets) < size:
            for point in self._extended_beyond_latin1:
                escapes += text.count(point)
            if len(octets) + escapes < size and self._unencodable.search(text):
                return self._measure_ucs2(text, size)
        return self._measure_latin1(text, octets, escapes)

    def _measure_latin1(self, text: str, octets: bytes, escapes: int) -> tuple[Encoding, int, int]:
        """Measure a text by its code points up to U+00FF; the others are known and take `escapes` more."""
        found = octets.translate(self._escapes)
        if not found.isascii():
            return self._measure_ucs2(text, len(text))
        if 1 in found:
            # All of them as one long integer.
            escapes += int.from_bytes(found, "little").bit_count()
        units, gsm7 = len(text) + escapes, self._gsm7
        return _GSM7, units, 1 if units <= gsm7.single else self._septet_segments(text, gsm7, units)

    def _measure_ucs2(self, text: str, units: int) -> tuple[Encoding, int, int]:
        single, part = self._ucs2.single, self._ucs2.part
        return _UCS2, units, 1 if units <= single else code_unit_segments(text, units, single, part)

    def _send(self, text: str) -> tuple[str, Coding, int, int]:
        """Return a text as it is billed, its coding, units and segments."""
        billing = self._billing
        if billing is None:
            return self._send_given(text)
        text = billing.applied(text)
        if self.octets is not None and self._octet_coding is not None:
            octets = self.octets.count(text)
            return text, self._octet_coding, octets, self.octets.segments(octets)
        if self._only_ucs2 is not None:
            sent, _, units, segments = self._only_ucs2._send_given(text)  # noqa: SLF001 (of the same class)
            coding = self._ucs2
        else:
            sent, coding, units, segments = self._send_given(text)
            if billing.encoding is _GSM7 and coding is self._ucs2:
                sent, coding, units, segments = self._send_given(self._without_unsendable(text))
        if billing.packing != "exact":
            segments = billing.segments(units, self._ucs2 if coding is self._ucs2 else self._gsm7)
        return sent, coding, units, segments

    def _without_unsendable(self, text: str) -> str:
        """Return a text whose unsendable code points count as one septet each."""
        return "".join(point if self._is_sendable(point) else UNSENDABLE for point in text)

    def _is_sendable(self, point: str) -> bool:
        known = self._choice.masks if self._choice else self._gsm7.basic + self._gsm7.extended
        return point in known or ord(point) in self._translation

    def _unsendable(self, text: str) -> list[int]:
        """Return the indices of the code points that a route for GSM-7 alone cannot send."""
        sent = self.sent(text)
        if self._send_given(sent)[1] is not self._ucs2:
            return []
        return [index for index, point in enumerate(sent) if not self._is_sendable(point)]

    def _divided_layout(self, sent: str, coding: Coding) -> list[tuple[int, int]]:
        """Return the layout of a text whose segments are all full, whatever falls at their ends."""
        ends: list[tuple[int, int]] = []
        units = last = 0
        more = coding.single - coding.part if self._billing and self._billing.packing == "first" else 0
        for index, point in enumerate(sent):
            if self.octets is not None:
                taken = self.octets.count(point)
            else:
                taken = 1 + (point > "\uffff") if coding is self._ucs2 else len(self._septets(point, coding))
            if units + taken > coding.part * (len(ends) + 1) + more:
                ends.append((index, units - last))
                last = units
            units += taken
        return [*ends, (len(sent), units - last)]

    def _send_given(self, text: str) -> tuple[str, Coding, int, int]:
        """Return a text as it goes out, its coding, units and segments."""
        changed = self._translated(text)
        found = self._choose_coding(changed)
        if self._partly == ALWAYS or changed == text:
            return changed, *found
        if self._partly == ALL_OR_NOTHING and found[0] is not self._ucs2:
            return changed, *found
        unchanged = self._choose_coding(text)
        if self._partly == WHEN_FEWER_SEGMENTS and found[2] < unchanged[2]:
            return changed, *found
        return text, *unchanged

    def _keeps_gsm7_of(self, other: SegmentCounter) -> bool:
        """Return whether each text that another counter sends as GSM-7 is counted alike here."""
        codings = (self._gsm7, self._ucs2) == (other._gsm7, other._ucs2)
        is_plain = not (self._choice or self._clusters or self._billing)
        is_kept = self._replaced.isdisjoint(self._gsm7.basic + self._gsm7.extended)
        return codings and is_plain and is_kept and other._is_simple

    def _translated(self, text: str) -> str:
        """Return a text with every replacement made."""
        if self._is_ascii_kept and text.isascii():
            return text
        if not self._is_sequential:
            return text.translate(self._translation)
        for point in self._replaced.intersection(text):
            text = text.replace(point, self._translation[ord(point)])
        return text

    def _choose_coding(self, text: str) -> tuple[Coding, int, int]:
        """Return the coding that takes the fewest segments, its units and segments."""
        encoding, units, segments = self._measure_simple(text)
        coding = self._ucs2 if encoding is self._ucs2.encoding else self._gsm7
        if self._clusters and segments > 1:
            segments = len(self._cluster_layout(text, coding))
        # One septet a code point and the most room: no other coding takes less.
        is_best = coding is self._gsm7 and (segments == 1 or units == len(text))
        if self._choice is None or is_best:
            return coding, units, segments
        best: tuple[Coding, int, int] | None = None
        for able, size in self._choice.able(text):
            # Were all segments full to the last septet, there would be this many.
            fewest = 1 if size <= able.single else -(-size // able.part)
            if best is None or fewest < best[2]:
                found = able, size, self._segments(text, able, size)
                best = found if best is None or found[2] < best[2] else best
        return best or (coding, units, segments)

    def _segments(self, text: str, coding: Coding, units: int) -> int:
        if self._clusters and units > coding.single:
            return len(self._cluster_layout(text, coding))
        return self._septet_segments(text, coding, units)

    def _septet_segments(self, text: str, coding: Coding, units: int) -> int:
        if segments := sure_segments(units, coding.single, coding.part):
            return segments
        # Only an escape with its septet can leave room at the end of a segment.
        if units == len(text):
            return -(-units // coding.part)
        return len(septet_ends(self._septets(text, coding), coding.part))

    def _septets(self, text: str, coding: Coding) -> str:
        """Return `text` with one code point per septet, escapes included."""
        septets = self._septets_of.get(id(coding))
        if septets is None:
            septets = {point: point for point in coding.basic}
            septets.update({point: _ESCAPE + point for point in coding.extended})
            self._septets_of[id(coding)] = septets
        return "".join(map(septets.__getitem__, text))

    def _code_unit_layout(self, text: str) -> list[tuple[int, int]]:
        ends = code_unit_ends(text, self._ucs2.part)
        # The index of each code unit's code point, and the length of the text for the end.
        index = [i for i, point in enumerate(text) for _ in range(1 + (point > "\uffff"))] + [len(text)]
        return [(index[end], end) for end in ends]

    def _cluster_layout(self, text: str, coding: Coding) -> list[tuple[int, int]]:
        from segcore.rules import graphemes as _clusters

        if coding is self._ucs2:
            return _clusters.pack(text, code_units, _PAIR_OR_POINT.findall, coding.part)
        return _clusters.pack(text, lambda cluster: len(self._septets(cluster, coding)), iter, coding.part)
