"""Counting in plain Python: the implementation without a compiler, and the one to read.

`_core_c` answers the same, docstrings included; tests hold both against a third, slow one.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence

from segcore._arrow_py import arrow_array, read_booleans, text_chunks
from segcore._errors import not_text, resized, unknown
from segcore._mms import flags_of_rows
from segcore.alphabets import ESCAPE
from segcore.codings import Coding, Encoding

__all__ = ["IMPLEMENTATION", "KERNELS", "SegmentCounter", "arrow_array", "read_booleans"]

IMPLEMENTATION = "python"
KERNELS: tuple[str, ...] = ()

# What begins a surrogate pair in UTF-16.  A pair may be one code point of a Python string, or two if it was
# put together from halves, which go over the air as the same two code units.
_BEGINS_PAIR = re.compile("[\ud800-\udbff\U00010000-\U0010ffff]")

# Stands for the septet that announces one of the extension table; no alphabet can send U+001B itself.
_ESCAPE = chr(ESCAPE)


def _exact(text: object, place: str) -> str:
    """Return `text` without what a subclass of ``str`` may have overridden."""
    # Not isinstance(), which believes what an object says of itself.
    if issubclass(type(text), str):
        return str.__str__(text)
    raise not_text(place, text)


def _septet_ends(septets: str, part: int) -> list[int]:
    """Return where segments end; one that would end with an escape ends before it (TS 23.040 9.2.3.24.1)."""
    ends = []
    end = part
    while end < len(septets):
        end -= septets[end - 1] == _ESCAPE
        ends.append(end)
        end += part
    return [*ends, len(septets)]


def _code_unit_ends(utf16: bytes, part: int) -> list[int]:
    """Return where segments end; one that would end within a surrogate pair ends before it."""
    ends = []
    end = part
    high_octets = utf16[1::2]
    while end < len(high_octets):
        end -= 0xD8 <= high_octets[end - 1] < 0xDC <= high_octets[end] < 0xE0
        ends.append(end)
        end += part
    return [*ends, len(high_octets)]


class SegmentCounter:
    """Counts under one GSM-7 and one UCS-2 coding.

    Args:
        gsm7: The coding tried first.
        ucs2: The coding of every text that the first cannot send.
        kernel: One of `KERNELS`, or empty for the first of them.

    Raises:
        ValueError: There is no such kernel on this machine.
    """

    def __init__(self, gsm7: Coding, ucs2: Coding, kernel: str = "") -> None:
        if kernel:
            raise unknown("kernel", kernel, KERNELS)
        self._gsm7 = gsm7
        self._ucs2 = ucs2
        # The code points up to U+00FF as bytes: deleting bytes is the fastest look Python can take.
        self._basic_octets = gsm7.basic.encode("latin-1", "ignore")
        self._known_octets = (gsm7.basic + gsm7.extended).encode("latin-1", "ignore")
        known = re.escape(gsm7.basic + gsm7.extended)
        self._foreign = re.compile(f"[^{known}]" if known else "(?s:.)")
        self._extended_beyond_latin1 = [point for point in gsm7.extended if point > "\xff"]
        self._septets_of = {point: point for point in gsm7.basic}
        self._septets_of.update({point: _ESCAPE + point for point in gsm7.extended})

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
        return self._measure(_exact(text, "text"))[0]

    def count_segments(self, text: str, *, mms: bool = False) -> int:
        """Return the number of segments that a message takes.

        Args:
            text: The text of one message.
            mms: Whether it goes out as MMS (media attached, or several recipients), which counts 1.

        Returns:
            Segments, at least 1: the empty text is one short message with empty user data.

        Raises:
            TypeError: `text` is not a ``str``.

        Example:
            >>> import segcore
            >>> segcore.count_segments("a" * 160), segcore.count_segments("a" * 161)
            (1, 2)
            >>> segcore.count_segments("a" * 161, mms=True)
            1

        Source: 3GPP TS 23.040 9.2.3.24.1; for MMS https://dev.bandwidth.com/docs/messaging.
        """
        exact = _exact(text, "text")
        return 1 if mms else self._measure(exact)[2]

    def measure(self, text: str) -> tuple[Encoding, int, int]:
        """Return encoding, units (septets or UTF-16 code units) and segments of a text.

        Args:
            text: The text of one message.

        Raises:
            TypeError: `text` is not a ``str``.
        """
        return self._measure(_exact(text, "text"))

    def layout(self, text: str) -> list[tuple[int, int]]:
        """Return, for each segment, the index of the code point after its last one and its units.

        Args:
            text: The text of one message.

        Raises:
            TypeError: `text` is not a ``str``.
        """
        exact = _exact(text, "text")
        encoding, units, segments = self._measure(exact)
        if segments == 1:
            return [(len(exact), units)]
        ends = self._septet_layout(exact) if encoding is Encoding.GSM7 else self._code_unit_layout(exact)
        return [(index, end - start) for (index, end), (_, start) in zip(ends, [(0, 0), *ends], strict=False)]

    def foreign(self, text: str) -> list[int]:
        """Return the indices of the code points that are not in the alphabet or its extension table.

        Args:
            text: The text of one message.

        Raises:
            TypeError: `text` is not a ``str``.
        """
        return [found.start() for found in self._foreign.finditer(_exact(text, "text"))]

    def measure_all(
        self,
        texts: Sequence[str],
        first: int,
        mms: bytes | None,
        segments: array[int],
        units: array[int] | None = None,
        encodings: array[int] | None = None,
    ) -> None:
        """Measure many texts and append the results to arrays.

        Args:
            texts: A list or tuple; another thread may not change its length meanwhile.
            first: The index to name in an error for the first text.
            mms: One octet per text, not 0 for an MMS, whose count is 1; ``None`` if there is none.
            segments: Array of type ``i``.
            units: Array of type ``q``, or ``None`` if not wanted.
            encodings: Array of type ``B`` for 0 (GSM-7) or 1 (UCS-2), or ``None`` if not wanted.

        Raises:
            TypeError: A text is not a ``str``.
            RuntimeError: The number of texts changed.
        """
        expected = len(texts)
        for index, text in enumerate(texts):
            exact = text if type(text) is str else _exact(text, f"texts[{first + index}]")
            encoding, size, count = self._measure(exact)
            is_mms = mms is not None and index < expected and mms[index]
            segments.append(1 if is_mms else count)
            if units is not None:
                units.append(size)
            if encodings is not None:
                encodings.append(encoding is Encoding.UCS2)
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
    ) -> bytes | None:
        """Measure a column of texts that speaks the Arrow PyCapsule protocol and append the results.

        Args:
            source: An object with ``__arrow_c_stream__`` or ``__arrow_c_array__``.
            mms: One octet per text, not 0 for an MMS; or one truth value for all; or ``None``.
            threads: How many may count at once, 0 for as many as pay.
            segments: Array of type ``i``.
            units: Array of type ``q``, or ``None`` if not wanted.
            encodings: Array of type ``B`` for 0 (GSM-7) or 1 (UCS-2), or ``None`` if not wanted.

        Returns:
            One octet per row, 0 for a null, whose results are 0; ``None`` if there is no null.

        Raises:
            TypeError: It is not a column of strings.
            ValueError: A row is not UTF-8 or the column is malformed.
        """
        valid = bytearray()
        for chunk in text_chunks(source):
            first = len(segments)
            flags = flags_of_rows(mms, first, len(chunk))
            self.measure_all([text or "" for text in chunk], first, flags, segments, units, encodings)
            for row in (first + i for i, text in enumerate(chunk) if text is None):
                for column in (segments, units, encodings):
                    if column is not None:
                        column[row] = 0
            valid += bytes(text is not None for text in chunk)
        return bytes(valid) if 0 in valid else None

    def _measure(self, text: str) -> tuple[Encoding, int, int]:
        size = len(text)
        octets = text.encode("latin-1", "ignore")
        rest = octets.translate(None, self._basic_octets)
        if not rest and len(octets) == size:
            return Encoding.GSM7, size, 1 if size <= self._gsm7.single else -(-size // self._gsm7.part)
        if rest.translate(None, self._known_octets) or (len(octets) < size and self._foreign.search(text)):
            return self._measure_ucs2(text)
        return self._measure_escaped(text, len(rest) + sum(map(text.count, self._extended_beyond_latin1)))

    def _measure_escaped(self, text: str, escapes: int) -> tuple[Encoding, int, int]:
        size = len(text) + escapes
        if size <= self._gsm7.single:
            return Encoding.GSM7, size, 1
        return Encoding.GSM7, size, len(_septet_ends(self._septets(text), self._gsm7.part))

    def _measure_ucs2(self, text: str) -> tuple[Encoding, int, int]:
        size, single, part = len(text), self._ucs2.single, self._ucs2.part
        if not _BEGINS_PAIR.search(text):
            return Encoding.UCS2, size, 1 if size <= single else -(-size // part)
        utf16 = text.encode("utf-16-le", "surrogatepass")
        size = len(utf16) // 2
        return Encoding.UCS2, size, 1 if size <= single else len(_code_unit_ends(utf16, part))

    def _septets(self, text: str) -> str:
        """Return `text` with one code point per septet, escapes included."""
        return "".join(map(self._septets_of.__getitem__, text))

    def _septet_layout(self, text: str) -> list[tuple[int, int]]:
        septets = self._septets(text)
        ends = _septet_ends(septets, self._gsm7.part)
        return [(end - septets.count(_ESCAPE, 0, end), end) for end in ends]

    def _code_unit_layout(self, text: str) -> list[tuple[int, int]]:
        ends = _code_unit_ends(text.encode("utf-16-le", "surrogatepass"), self._ucs2.part)
        # The index of each code unit's code point, and the length of the text for the end.
        index = [i for i, point in enumerate(text) for _ in range(1 + (point > "\uffff"))] + [len(text)]
        return [(index[end], end) for end in ends]
