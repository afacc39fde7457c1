"""Counting under the rules of a profile: `Segmenter`, whose methods the functions of `segcore` are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from segcore.engine import is_mms
from segcore.engine.chooser import KERNEL, SegmentCounter
from segcore.rules.codings import GSM7, UCS2
from segcore.rules.replacements import ALWAYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import overload

    from segcore.analysis import Analysis
    from segcore.bulk import Batch
    from segcore.columns import Column, NullableColumn
    from segcore.pdu import UserData
    from segcore.rules.codings import Encoding
    from segcore.rules.profiles import Profile
    from segcore.rules.smart_encoding import SmartTable
else:

    def overload(function: object) -> object:
        """Stand in for what type checkers need and what takes longer to import than segcore."""
        return function


# Methods of the base class for other modules, not for callers.
_INTERNAL = {
    "coding",
    "unencodable",
    "layout",
    "measure",
    "ucs2_options",
    "measure_all",
    "measure_arrow",
    "octets",
    "sent",
}


class Segmenter(SegmentCounter):
    """Counts messages under the rules of a provider.

    Args:
        profile: A key of `PROFILES`, or a `Profile`.
        smart_encoding: Replacements to make before counting, as `smart_encode` takes them: the name of a
            table, a `SmartTable` or a mapping of code points; ``True`` for the table that the provider
            documents, or else the recommended one; ``False`` for none; ``None`` for the profile's own.
        prefix: Text that the route adds before each message; ``None`` for the profile's own.
        suffix: Text that the route adds after each message; ``None`` for the profile's own.
        link_length: The length of each link in code points: a number, or a range, whose upper end counts;
            ``None`` for the profile's own.
        encoding: ``"gsm7"`` or ``"ucs2"`` for that encoding alone, ``"auto"`` for the one that the text
            allows; ``None`` for the profile's own.

    Raises:
        ValueError: No profile or table has that name, or an option makes no sense.
        TypeError: It is neither a name nor a `Profile`.

    Example:
        >>> import segcore
        >>> segcore.Segmenter("standard").count_segments("Hello")
        1
        >>> text = "It’s " + "a" * 70
        >>> segcore.Segmenter("twilio").count_segments(text)
        2
        >>> segcore.Segmenter("twilio", smart_encoding=True).count_segments(text)
        1
        >>> segcore.Segmenter(suffix=" B038").count_segments("a" * 156)
        2
    """

    # The modules behind the methods are imported when called: they need dataclasses, which take twice
    # as long to import as all that counting needs.

    def __init__(
        self,
        profile: str | Profile = "standard",
        smart_encoding: bool | str | SmartTable | Mapping[str, str] | None = None,
        *,
        prefix: str | None = None,
        suffix: str | None = None,
        link_length: int | tuple[int, int] | None = None,
        encoding: str | None = None,
    ) -> None:
        options = {"prefix": prefix, "suffix": suffix, "link_length": link_length, "encoding": encoding}
        given = {name: value for name, value in options.items() if value is not None}
        if given:
            from segcore.rules.profiles import changed_profile

            profile = changed_profile(profile, given)
        if not isinstance(smart_encoding, (str, bool, type(None))):
            from segcore.rules.smart_encoding import resolve

            # A copy, because a mapping may change later.
            smart_encoding = resolve(smart_encoding, "smart_encoding")
        self._arguments = profile, smart_encoding
        if profile == "standard" and not smart_encoding:
            super().__init__(GSM7, UCS2, KERNEL)
        else:
            from segcore.rules.profiles import counting

            super().__init__(kernel=KERNEL, **counting(self.profile))

    def __repr__(self) -> str:
        smart = self.profile.smart_encoding_name
        return f"Segmenter({self.profile.name!r}{f', smart_encoding={smart!r}' if smart else ''})"

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name not in _INTERNAL]

    def __reduce__(self) -> tuple[type[Segmenter], tuple[str | Profile, bool | str | SmartTable | None]]:
        return type(self), self._arguments

    @property
    def profile(self) -> Profile:
        """The rules it counts under."""
        from segcore.rules.profiles import with_smart_encoding

        return with_smart_encoding(*self._arguments)

    def split(self, text: str) -> list[str]:
        """Return the text of each segment of a message.

        Args:
            text: The text of one message.

        Returns:
            One string per segment; joined, they are the text.

        Raises:
            TypeError: `text` is not a ``str``.

        Example:
            >>> import segcore
            >>> [len(part) for part in segcore.split("a" * 152 + "€" + "a" * 8)]
            [152, 9]

        Source: 3GPP TS 23.040 9.2.3.24.1.
        """
        from segcore import analysis as messages

        return messages.split(self, text)

    def analyze(self, text: str, *, mms: bool = False) -> Analysis:
        """Return the analysis of one message: encoding, segments, and what forces UCS-2.

        Args:
            text: The text of one message.
            mms: Whether it goes out as MMS (media attached, or several recipients), which counts 1.

        Returns:
            An `Analysis`: encoding, units, segments and their texts, and what forces UCS-2.

        Raises:
            TypeError: `text` is not a ``str``.

        Example:
            >>> import segcore
            >>> found = segcore.analyze("It’s 5 €")
            >>> found.encoding.value, found.units, found.segments, found.remaining
            ('UCS-2', 8, 1, 62)
            >>> found.non_gsm[0].index, found.non_gsm[0].name
            (2, 'RIGHT SINGLE QUOTATION MARK')

        Source: 3GPP TS 23.038 6.2.1, TS 23.040 9.2.3.24.1.
        """
        from segcore import analysis as messages

        return messages.analyze(self, self.profile, text, is_mms(mms))

    def encode(self, text: str, *, reference: int = 0) -> list[UserData]:
        """Return the octets of each segment of a message, as they go over the air.

        Args:
            text: The text of one message.
            reference: The number by which a receiver tells messages apart: 0 to 255, or to 65535 if the
                profile has 16 bits for it. Use another one for each message to a recipient; otherwise a phone
                may join segments of different messages.

        Returns:
            One `UserData` per segment, which is ``bytes``: the header if there is one, and packed septets
            or UTF-16 code units (big-endian).

        Raises:
            TypeError: `text` is not a ``str``, or `reference` not an ``int``.
            ValueError: There are more than 255 segments, or the reference number does not fit.

        Example:
            >>> import segcore
            >>> segcore.encode("hellohello")
            [<UserData: e8329bfd4697d9ec37, GSM-7, length 10, no header>]
            >>> [part[:6].hex(" ") for part in segcore.encode("a" * 161, reference=7)]
            ['05 00 03 07 02 01', '05 00 03 07 02 02']

        Source: 3GPP TS 23.038 6.1.2.1, TS 23.040 9.2.3.24 and below.
        """
        from segcore.pdu import encode

        return encode(self, text, reference)

    def decode(
        self,
        parts: Iterable[bytes | bytearray | memoryview],
        *,
        encoding: Encoding | str | None = None,
        has_header: bool | None = None,
    ) -> str:
        """Return the text of a message from the octets of its segments.

        Args:
            parts: The user data of every segment, in any order: `UserData`, or plain ``bytes``.
            encoding: How the plain ``bytes`` among them are encoded (TP-DCS); a `UserData` knows.
            has_header: Whether the plain ``bytes`` start with a header (TP-UDHI).

        Returns:
            The text, as a phone with the profile's alphabet and the national tables shows it.

        Raises:
            TypeError: A part is not ``bytes``.
            ValueError: A part is missing, duplicated, malformed or from another message; or plain ``bytes``
                need `encoding` or `has_header`.

        Example:
            >>> import segcore
            >>> segcore.decode(reversed(segcore.encode("Hello " * 40))) == "Hello " * 40
            True
            >>> segcore.decode([bytes.fromhex("0048 0069")], encoding="UCS-2", has_header=False)
            'Hi'

        Source: 3GPP TS 23.038 6.2.1.1 (septets that stand for nothing), TS 23.040 9.2.3.24 and below.
        """
        from segcore.pdu import decode

        return decode(self.profile, parts, encoding, has_header)

    @overload
    def count_segments_bulk(
        self,
        texts: Sequence[str] | Iterator[str],
        *,
        mms: bool | Iterable[object] | None = None,
        threads: int | None = None,
    ) -> Column: ...
    @overload
    def count_segments_bulk(
        self, texts: Iterable[str], *, mms: bool | Iterable[object] | None = None, threads: int | None = None
    ) -> Column | NullableColumn: ...
    def count_segments_bulk(
        self, texts: Iterable[str], *, mms: bool | Iterable[object] | None = None, threads: int | None = None
    ) -> Column | NullableColumn:
        """Return the number of segments of each of many messages.

        Args:
            texts: Any iterable of ``str`` (lists are fastest); or an object with the Arrow PyCapsule
                protocol (pyarrow, polars, pandas 3, DuckDB): a column of utf8, large_utf8, utf8_view or a
                dictionary of these, read in place; or a NumPy array of strings.
            mms: ``None``, one ``bool`` for all messages, or one truth value per message, such as an Arrow
                column of booleans; an MMS counts 1.
            threads: The most threads that count an Arrow column; ``None`` for as many as help.

        Returns:
            A `Column` of 32-bit integers, one per message; a `NullableColumn` if an Arrow column has nulls.

        Raises:
            TypeError: A text is not a ``str``; the message names its index.
            ValueError: `mms` and `texts` differ in length; or a row of an Arrow column is not
                UTF-8 or points outside its data.
            RuntimeError: Another thread changed the length of the list during the call.

        Example:
            >>> import segcore
            >>> segcore.count_segments_bulk(["Hello", "б" * 71], mms=[True, False]).tolist()
            [1, 2]

        Source: as `count_segments`.
        """
        from segcore import bulk

        return bulk.count_segments(self, texts, mms, threads)

    def analyze_bulk(
        self, texts: Iterable[str], *, mms: bool | Iterable[object] | None = None, threads: int | None = None
    ) -> Batch:
        """Return encoding, units and segments of each of many messages.

        Args:
            texts: Any iterable of ``str`` (lists are fastest); or an object with the Arrow PyCapsule
                protocol (pyarrow, polars, pandas 3, DuckDB): a column of utf8, large_utf8, utf8_view or a
                dictionary of these, read in place; or a NumPy array of strings.
            mms: ``None``, one ``bool`` for all messages, or one truth value per message, such as an Arrow
                column of booleans; an MMS counts 1.
            threads: The most threads that count an Arrow column; ``None`` for as many as help.

        Returns:
            A `Batch` of columns, one value per message in each.

        Raises:
            TypeError: A text is not a ``str``; the message names its index.
            ValueError: `mms` and `texts` differ in length; or a row of an Arrow column is not
                UTF-8 or points outside its data.
            RuntimeError: Another thread changed the length of the list during the call.

        Example:
            >>> import segcore
            >>> batch = segcore.analyze_bulk(["Hello", "б" * 71])
            >>> batch.units.tolist(), batch.totals.segments
            ([5, 71], 3)

        Source: as `count_segments`.
        """
        from segcore import bulk

        return bulk.analyze(self, texts, mms, threads)


# Few programs use more tables.
@lru_cache(32)
def _counter(table: SmartTable, partly: str) -> SegmentCounter:
    return SegmentCounter(GSM7, UCS2, KERNEL, replacements=table.replacements, partly=partly)


def smart_encode(
    text: str, table: str | SmartTable | Mapping[str, str] = "segcore", partly: str = ALWAYS
) -> str:
    """Return a text with GSM-7 replacements for the code points that force UCS-2.

    Args:
        text: The text of one message.
        table: A key of `TABLES`, a `SmartTable`, or a mapping of code points to replacements.  A mapping is
            checked at each call: for many texts make a `SmartTable` of it.
        partly: What to do if GSM-7 cannot send all of the result.  ``"always"``: make every replacement.
            ``"all_or_nothing"``: make none, unless the whole result is GSM-7. ``"when_fewer_segments"``: make
            none, unless the result takes fewer segments.

    Returns:
        The text as it would be sent; encoding and segments are those of the standard profile.

    Raises:
        TypeError: `text` is not a ``str``; or `table` is none of these, or a replacement is not text.
        ValueError: No table or no rule has that name; or a key of `table` is not one code point.

    Example:
        >>> import segcore
        >>> segcore.smart_encode("It’s “on”…")
        'It\\'s "on"...'
        >>> segcore.smart_encode("It’s on 🎉", partly="all_or_nothing")
        'It’s on 🎉'

    Source: https://www.twilio.com/docs/messaging/services/smart-encoding-char-list; docs/smart-encoding.md
    has the others, and which rule each provider documents.
    """
    from segcore.rules.smart_encoding import resolve

    return _counter(resolve(table), partly).sent(text)


def segmenter_of(profile: str | Profile | Segmenter) -> Segmenter:
    """Return a `Segmenter` unchanged, or make one for a profile."""
    # Not by its own class: tests load this module again for each kernel.
    if isinstance(profile, str) or not hasattr(profile, "count_segments_bulk"):
        return Segmenter(profile)
    return profile  # type: ignore[return-value]
