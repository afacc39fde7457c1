"""Smart encoding: code points that force UCS-2, replaced by ones of GSM-7 before the message is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from segcore._errors import unknown
from segcore.engine.chooser import KERNEL, SegmentCounter
from segcore.rules import smart_recommended as _smart_recommended
from segcore.rules import smart_tables as _smart_tables
from segcore.rules.codings import GSM7, UCS2
from segcore.rules.replacements import ALWAYS, checked


@dataclass(frozen=True)
class Category:
    """Some replacements of a table, with the reason for them.

    Args:
        name: What they are.
        reason: Why they are replaced, and why by this.
        replacements: Code point to the text in its place, empty if it is removed.

    Example:
        >>> [category.name for category in TABLES["segcore"].categories][:3]
        ['spaces', 'line breaks', 'invisible']
    """

    name: str
    reason: str
    replacements: Mapping[str, str] = field(hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "replacements", checked(self.replacements))

    def __reduce__(self) -> tuple[type[Category], tuple[object, ...]]:
        # A read-only view cannot be pickled, what it shows can.
        return type(self), (self.name, self.reason, dict(self.replacements))


@dataclass(frozen=True)
class SmartTable:
    """What is replaced by what, code point by code point.

    Args:
        name: The name to ask for it by.
        title: What it is, for people.
        replacements: Code point to the text in its place, empty if it is removed.
        sources: Addresses that say so.
        categories: The same replacements in groups, each with its reason, where they are segcore's own.

    Raises:
        TypeError: `replacements` is not a mapping, or a replacement is not a ``str``.
        ValueError: A key of `replacements` is not one code point, or a surrogate is in it.

    Example:
        >>> TABLES["twilio"].replacements["…"], len(TABLES["twilio"].replacements)
        ('...', 271)
    """

    name: str
    title: str
    replacements: Mapping[str, str] = field(hash=False)
    sources: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "replacements", checked(self.replacements))

    def __reduce__(self) -> tuple[type[SmartTable], tuple[object, ...]]:
        contents = (self.name, self.title, dict(self.replacements), self.sources, self.categories)
        return type(self), contents


def _own(name: str, title: str, categories: Mapping[str, tuple[Mapping[str, str], str]]) -> SmartTable:
    grouped = tuple(Category(of, reason, entries) for of, (entries, reason) in categories.items())
    together = {point: to for category in grouped for point, to in category.replacements.items()}
    return SmartTable(name, title, together, _OWN_SOURCES, grouped)


_OWN_SOURCES = (
    "https://www.unicode.org/reports/tr44/",
    "https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT",
)

TABLES: Mapping[str, SmartTable] = MappingProxyType(
    {
        table.name: table
        for table in (
            SmartTable(
                "twilio",
                "Twilio's Smart Encoding, as of its calculator 1.3.0",
                _smart_tables.TWILIO,
                _smart_tables.TWILIO_SOURCES,
            ),
            SmartTable(
                "telnyx",
                "Telnyx's smart encoding",
                _smart_tables.TELNYX,
                _smart_tables.TELNYX_SOURCES,
            ),
            _own(
                "segcore",
                "Recommended: punctuation, spaces and signs; every replacement keeps the meaning",
                _smart_recommended.RECOMMENDED,
            ),
            _own(
                "segcore_letters",
                "Recommended, and Latin letters without the marks that GSM-7 lacks",
                _smart_recommended.RECOMMENDED | _smart_recommended.LETTERS,
            ),
        )
    }
)
"""The tables that segcore knows, by name."""


def resolve(table: str | SmartTable | Mapping[str, str]) -> SmartTable:
    """Return a table by its name, the table itself, or one made of a mapping.

    Args:
        table: A key of `TABLES`, a `SmartTable`, or a mapping of code points to replacements.

    Raises:
        ValueError: No table has that name, the message lists those that there are; or a key of the mapping
            is not one code point.
        TypeError: It is none of these, or a replacement is not a ``str``.

    Example:
        >>> resolve("telnyx").name, resolve({"→": "->"}).name
        ('telnyx', 'custom')
    """
    if isinstance(table, SmartTable):
        return table
    if isinstance(table, str):
        if table not in TABLES:
            raise unknown("table", table, TABLES)
        return TABLES[table]
    if isinstance(table, Mapping):
        return SmartTable("custom", "Replacements of your own", table)
    raise TypeError(
        f"table: expected a name, a SmartTable or a mapping of code points, got {type(table).__name__}"
    )


# Of tables of one's own only the last few.
@lru_cache(32)
def _counter(table: SmartTable, partly: str) -> SegmentCounter:
    return SegmentCounter(GSM7, UCS2, KERNEL, replacements=table.replacements, partly=partly)


def smart_encode(
    text: str, table: str | SmartTable | Mapping[str, str] = "twilio", partly: str = ALWAYS
) -> str:
    """Return a text with code points that force UCS-2 replaced by ones of GSM-7.

    Args:
        text: The text of one message.
        table: A key of `TABLES`, a `SmartTable`, or a mapping of code points to replacements.  A mapping is
            checked at each call: for many texts make a `SmartTable` of it.
        partly: What happens where something is left that GSM-7 cannot send.  ``"always"``: every replacement
            is made all the same.  ``"all_or_nothing"``: none is, unless the whole result is GSM-7.
            ``"when_fewer_segments"``: none is, unless the result takes fewer segments.

    Returns:
        The text as it would be sent; encoding and segments are those of the standard profile.

    Raises:
        TypeError: `text` is not a ``str``; or `table` is none of these, or has a replacement that is none.
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
    return _counter(resolve(table), partly).sent(text)
