"""The differences between a text as it is given and the text that is billed.

A link is ``http://`` or ``https://``, in either case, and the printable ASCII that follows, except spaces,
quotation marks and angle brackets, and without punctuation at its end: ``! ' ( ) , . : ; ? [ ] { }``.
Something must follow.
"""

from __future__ import annotations

from segcore._errors import unknown
from segcore.rules.codings import Coding, Encoding

ENCODINGS = ("auto", "gsm7", "ucs2")
"""Encodings that a route may use: the one that the text allows, or always the same."""

PACKINGS = ("exact", "ceil", "first")
"""Ways to count segments: exact packing; units divided by the room in a segment and rounded up; or, likewise,
what is beyond the first segment, which keeps the room of an only one."""

UNSENDABLE = "?"
"""What counts in the place of a code point that a route for GSM-7 alone cannot send."""

_LINK = r"[Hh][Tt][Tt][Pp][Ss]?://[!#-;=?-~]*[#-&*+\-/0-9=@A-Z\\^_`a-z|~]"
_FIELD = r"\{#[A-Za-z0-9_]+#\}"
_FILLER = "x"


class Billing:
    """The text that a route adds, the length of links, and how segments are counted.

    Args:
        prefix: Text in front of each message.
        suffix: Text behind each message.
        link_length: What each link counts; ``None`` if links stay as they are.
        field_length: What each field ``{#name#}`` counts; ``None`` if fields are text.
        encoding: One of `ENCODINGS`.
        packing: One of `PACKINGS`.

    Raises:
        ValueError: There is no such encoding or way to count, or a length is less than 0.

    Example:
        >>> billing = Billing(suffix=" B038", link_length=10)
        >>> billing.applied("See https://example.com/a?b=c.")
        'See xxxxxxxxxx. B038'
    """

    def __init__(
        self,
        *,
        prefix: str = "",
        suffix: str = "",
        link_length: int | None = None,
        field_length: int | None = None,
        encoding: str = "auto",
        packing: str = "exact",
    ) -> None:
        if encoding not in ENCODINGS:
            raise unknown("encoding", encoding, ENCODINGS)
        if packing not in PACKINGS:
            raise unknown("packing", packing, PACKINGS)
        for name, length in (("link_length", link_length), ("field_length", field_length)):
            if length is not None and (type(length) is not int or not 0 <= length <= MOST_FILLED):
                raise ValueError(f"{name}: {length!r}; give a number from 0 to {MOST_FILLED:,}")
        self.prefix = prefix
        self.suffix = suffix
        self.link_length = link_length
        self.field_length = field_length
        self.encoding = {"auto": None, "gsm7": Encoding.GSM7, "ucs2": Encoding.UCS2}[encoding]
        self.packing = packing

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if isinstance(other, Billing) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))

    def __bool__(self) -> bool:
        """Whether a text as it is given is not billed as such."""
        lengths = self.link_length, self.field_length
        return bool(self.prefix or self.suffix or self.encoding or self.packing != "exact") or lengths != (
            None,
            None,
        )

    def applied(self, text: str) -> str:
        """Return the text that is billed."""
        # Not above: the extension imports this module, and most routes change no text.
        import re

        if self.link_length is not None:
            text = re.sub(_LINK, _FILLER * self.link_length, text)
        if self.field_length is not None:
            text = re.sub(_FIELD, _FILLER * self.field_length, text)
        return f"{self.prefix}{text}{self.suffix}"

    def segments(self, units: int, coding: Coding) -> int:
        """Return the segments of so many units where packing does not matter."""
        if units <= coding.single:
            return 1
        if self.packing == "first":
            return 1 - (coding.single - units) // coding.part
        return -(-units // coding.part)

    def is_ucs2(self, gsm7: Coding) -> bool:
        """Return whether every message is sent as UCS-2: by its encoding, or for the text that is added."""
        if self.encoding is not None:
            return self.encoding is Encoding.UCS2
        return not set(self.prefix + self.suffix) <= set(gsm7.basic + gsm7.extended)


MOST_FILLED = 2000
"""The greatest length of a link or a field."""
