"""The text that is billed in place of the text given: with text added, links of a fixed length, replacements.

A link is ``http://`` or ``https://``, in either case, and the printable ASCII that follows, except spaces,
quotation marks and angle brackets, and without punctuation at its end: ``! ' ( ) , . : ; ? [ ] { }``.
Something must follow.
"""

from __future__ import annotations

from collections.abc import Mapping

from segcore._errors import unknown
from segcore.rules.codings import Coding, Encoding

ENCODINGS = ("auto", "gsm7", "ucs2")
"""Encodings that a route may use: the one that the text allows, or always the same."""

PACKINGS = ("exact", "ceil", "first")
"""Ways to count segments: exact packing; units divided by the room in a segment and rounded up; or the same
beyond the first segment, which has as much room as a single one."""

UNSENDABLE = "?"
"""Counted in place of a code point that a route for GSM-7 alone cannot send."""

OCTET_ENCODINGS = {"utf8": Encoding.UTF8, "euc_kr": Encoding.EUC_KR}
"""Encodings of routes that count octets, by the names that a file gives them."""

_LINK_INSIDE = "[!#-;=?-~]"
_LINK_END = r"[#-&*+\-/0-9=@A-Z\\^_`a-z|~]"
_LINK = f"[Hh][Tt][Tt][Pp][Ss]?://{_LINK_INSIDE}*{_LINK_END}"
_FIELD = r"\{#[A-Za-z0-9_]+#\}"
_FILLER = "x"


def link_page() -> bytes:
    """Return 2 for each octet that a link may end with, 1 for one that it may only have inside, or else 0."""
    import re

    rules = re.compile(_LINK_INSIDE), re.compile(_LINK_END)
    return bytes(sum(rule.match(chr(octet)) is not None for rule in rules) for octet in range(256))


class Octets:
    """A route that counts octets, such as RCS, and that sends everything in one encoding.

    Args:
        encoding: A key of `OCTET_ENCODINGS`.
        classes: The names of the kinds of messages and the most octets in one.  One kind: a message counts 1
            for each so many octets.  Two: every message counts 1, whatever its length, and its kind has the
            price; the second has no limit if that is ``None``.

    Raises:
        ValueError: There is no such encoding, or the classes make no sense.

    Example:
        >>> rcs = Octets("utf8", {"Basic": 160, "Single": None})
        >>> rcs.count("é" * 81), rcs.segments(162), rcs.kind(162)
        (162, 1, 'Single')
        >>> Octets("utf8", {"Rich": 160}).segments(300)
        2

    Source: https://www.infobip.com/docs/rcs/billing-types
    """

    __slots__ = ("classes", "encoding", "first", "most", "name")

    def __init__(self, encoding: str, classes: Mapping[str, int | None]) -> None:
        if encoding not in OCTET_ENCODINGS:
            raise unknown("octets.encoding", encoding, OCTET_ENCODINGS)
        first, *more = classes.values() or (None,)
        second = more[0] if more else None
        is_wrong = not _is_limit(first, 4) or len(more) > 1
        if first is None or is_wrong or (second is not None and not _is_limit(second, first + 1)):
            raise ValueError(
                f"octets.classes: {dict(classes)!r}; give one or two names with the most octets of each, "
                f"from 4 to {MOST_OCTETS:,}, the smaller first"
            )
        self.name = encoding
        self.encoding = OCTET_ENCODINGS[encoding]
        self.classes = tuple(classes.items())
        self.first = first
        self.most = second

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Octets):
            return NotImplemented
        return (self.name, self.classes) == (other.name, other.classes)

    def __hash__(self) -> int:
        return hash((self.name, self.classes))

    def __repr__(self) -> str:
        return f"Octets({self.name!r}, {dict(self.classes)!r})"

    def __reduce__(self) -> tuple[type[Octets], tuple[str, dict[str, int | None]]]:
        return type(self), (self.name, dict(self.classes))

    @property
    def coding(self) -> Coding:
        """The coding, in which a segment has the octets of the first class."""
        return Coding(self.encoding, room=(self.first, self.first))

    def count(self, text: str) -> int:
        """Return the octets of a text.

        In EUC-KR whatever is not ASCII takes two, what it cannot send too.  Half a surrogate pair takes three
        in UTF-8, as the replacement character does that is sent for it.
        """
        if text.isascii():
            return len(text)
        if any("\ud800" <= point <= "\udfff" for point in text):
            # Two halves in a row are one code point.
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if self.encoding is Encoding.UTF8:
            return len(text.encode())
        return sum(1 if point < "\x80" else 2 for point in text)

    def segments(self, octets: int) -> int:
        """Return what a message of so many octets counts."""
        return 1 if len(self.classes) > 1 else max(1, -(-octets // self.first))

    def kind(self, octets: int) -> str:
        """Return the name of the class of a message of so many octets."""
        return self.classes[-1 if octets > self.first else 0][0]

    def unsendable(self, text: str) -> list[int]:
        """Return the indices of the code points that the encoding does not have."""
        if self.encoding is Encoding.UTF8:
            return []
        return [index for index, point in enumerate(text) if not point.encode(_KOREAN, "ignore")]


class Billing:
    """The text that a route adds, the length of links and of fields ``{#name#}``, ``None`` where they are
    text as it is, and how segments are counted: one of `ENCODINGS`, one of `PACKINGS`, and octets where the
    route counts those.

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
        octets: Octets | None = None,
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
        self.octets = octets

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if isinstance(other, Billing) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))

    def __bool__(self) -> bool:
        """Whether a text as it is given is not billed as such."""
        lengths = self.link_length, self.field_length
        added = self.prefix or self.suffix or self.encoding or self.octets
        return bool(added) or self.packing != "exact" or lengths != (None, None)

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


def _is_limit(value: object, least: int) -> bool:
    # A truth value is an int, too.
    return type(value) is int and least <= value <= MOST_OCTETS


MOST_FILLED = 2000
"""The greatest length of a link or a field."""

MOST_OCTETS = 1_000_000
"""The most octets that a class of messages may have."""

# Korean carriers and phones mean this by EUC-KR: all Hangul syllables, not only the 2,350 of KS X 1001.
_KOREAN = "cp949"
