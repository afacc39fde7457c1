"""Smart encoding: code points that force UCS-2, replaced by ones of GSM-7 before the message is sent."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from segcore._errors import unknown
from segcore.rules import lines_of
from segcore.rules.codings import GSM7
from segcore.rules.replacements import checked, code_points, full_width, read_sheet


@dataclass(frozen=True)
class Category:
    """A group of replacements in a table, with the reason for them.

    Args:
        name: A name for the group.
        reason: Why these are replaced, and why by these replacements.
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
        # A read-only view cannot be pickled; the dict behind it can.
        return type(self), (self.name, self.reason, dict(self.replacements))


@dataclass(frozen=True)
class SmartTable:
    """A table of replacements for single code points.

    Args:
        name: The name that selects it.
        title: A title for people.
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


# Both have these.  The combining marks among them (U+0302 ...) become code points of their own.
_BOTH = read_sheet(r"""
    --      0 3 4 10-14 17 19 200B 2060 FEFF
    SPSPSPSPSPSPSP 9
    SP      2001
    '       60 B4 2B9 2BB-2BD 2C8 2CA 2CB 313 314 2018 2019 201B 275B 275C FE10 FE11
    "       AB BB 2BA 2EE 201C-201F 275D 275E 301D 301E
    -       2010 2013-2015 2022 2043 23BC 23BD FE63
    ,       326 201A 3001 FE50 FE51 FF64
    .       3002 FE52 FF61
    ...     2026
    :       2D0 2F8 2982 A789 FE13
    ;       204F FE14 FE54
    !       1C3 FE15 FE57
    !!      203C
    ?       FE16 FE56
    *       204E 2217 229B 2722-2725 2731-2733 273A-273D 2743 2749-274B 29C6 FE61
    /       F7 337 338 2044 2215 29F8
    \       20E5 29F5 29F9 FE68
    |       20D2 20D3 2223 239C 239F 23B8 23B9 23D0
    (       2768 276A 27EE 2985 FE59
    )       2769 276B 27EF 2986 FE5A
    {       2774 FE5B
    }       2775 FE5C
    <       2039 FE64
    >       203A FE65
    +       2D6 FE62
    =       347 A78A FE66
    ~       2DC 2F7 303 330 334 223C
    ^       2C6 302 1DCD
    _       332 2017
    #       FE5F
    &       FE60
    $       FE69
    %       FE6A
    @       FE6B
    1/4     BC
    1/2     BD
    3/4     BE
""")
_BOTH |= full_width("FF01-FF3F FF5B-FF5E")
# Latin letters that are small capitals by themselves.
_BOTH |= dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "ABCDEFGHIJKLMNOPRSTUVWYZ", strict=True))

# Where they differ: most spaces become two, five controls too.
TWILIO = _BOTH | read_sheet("""
    SPSP    80 8D 90 9B 9F A0 2000 2002-200A 202F 205F 3000
    SP      2028 2029
    --      200C
""")
"""Twilio's replacements: 271 code points."""

TELNYX = _BOTH | read_sheet("""
    --      80 8D 90 9B 9F 2028 2029
    SP      A0 2000 2002-200A 202F 205F 3000
""")
TELNYX |= full_width("FF41-FF5A")
# Greek capitals that look Latin; those that do not are in the GSM 7-bit default alphabet.
TELNYX |= dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))
"""Telnyx's replacements: 310 code points."""

TWILIO_SOURCES = (
    "https://www.npmjs.com/package/sms-segments-calculator/v/1.3.0",
    "https://www.twilio.com/docs/messaging/services/smart-encoding-char-list",
    "https://github.com/TwilioDevEd/message-segment-calculator/pull/49",
    "https://github.com/TwilioDevEd/message-segment-calculator/pull/58",
    "https://github.com/TwilioDevEd/message-segment-calculator/issues/66",
)

TELNYX_SOURCES = ("https://developers.telnyx.com/docs/messaging/messages/smart-encoding",)


# The recommended table maps code points one by one and sees no neighbours, so each entry has to be right next
# to anything: in a message that turns into GSM-7, and in one that stays UCS-2 because of something else.
# smart_recommended.txt has the entries, except for those that follow from Unicode's data, computed here.

_GSM7 = frozenset(GSM7.basic + GSM7.extended)


def _decomposed(ranges: str, kind: str) -> dict[str, str]:
    """Return the compatibility decompositions of one kind that are wholly GSM-7.

    The ranges have long been full, and a decomposition never changes once it is published, so that the
    answer does not depend on the version of Unicode that this Python knows.
    """
    found = {}
    for point in code_points(ranges):
        if unicodedata.decomposition(point).startswith(kind):
            plain = unicodedata.normalize("NFKC", point)
            if _GSM7.issuperset(plain):
                found[point] = plain
    return found


def _without_marks(point: str) -> str | None:
    """Return a letter without the marks that GSM-7 lacks, removed one after the other."""
    while point not in _GSM7:
        parts = unicodedata.decomposition(point).split()
        if not parts or parts[0].startswith("<"):
            return None
        point = chr(int(parts[0], 16))
    return point


_COMPUTED = {
    "full-width forms": full_width("FF01-FF3F FF41-FF5E"),
    "Roman numerals": _decomposed("2160-217F", "<compat>"),
    "styled letters": {
        # Without U+2139, which is an emoji with the selector that asks for a picture.
        **_decomposed("2100-2138 213A-214F FB29 1D400-1D7FF", "<font>"),
        # Not known to every Python's version of Unicode: segmented digits, outlined letters and digits.
        **dict(zip(code_points("1FBF0-1FBF9"), "0123456789", strict=True)),
        **dict(zip(code_points("1CCD6-1CCF9"), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", strict=True)),
    },
    "letters with marks": {
        point: plain
        for point in code_points("C0-24F 1E00-1EFF")
        if (plain := _without_marks(point)) not in (None, point)
    },
}


def _read() -> dict[str, dict[str, tuple[str, str]]]:
    """Return sheet and reason of each category in the text file, by the word in brackets before its name."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for line in lines_of(__package__, "smart_recommended.txt"):
        if line.startswith("["):
            table, _, name = line[1:].partition("] ")
            sheet = reason = ""
        elif line.startswith(" "):
            sheet += line + "\n"
        else:
            reason = f"{reason} {line}".lstrip()
        found.setdefault(table, {})[name] = sheet, reason
    return found


def _replacements(categories: dict[str, tuple[str, str]]) -> dict[str, tuple[dict[str, str], str]]:
    return {
        name: (_COMPUTED.get(name, {}) | read_sheet(sheet), reason)
        for name, (sheet, reason) in categories.items()
    }


_FILE = _read()

RECOMMENDED = _replacements(_FILE["recommended"])
"""Category: its replacements, and the reason for them."""

LETTERS = _replacements(_FILE["letters"])
"""The categories that the table of letters adds to the recommended one."""

NOT_REPLACED = _FILE["left alone"]
"""Code points that the recommended table leaves alone, with the reason."""


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
                "twilio", "Twilio's Smart Encoding, as of its calculator 1.3.0", TWILIO, TWILIO_SOURCES
            ),
            SmartTable("telnyx", "Telnyx's smart encoding", TELNYX, TELNYX_SOURCES),
            _own(
                "segcore",
                "Recommended: punctuation, spaces and signs; every replacement keeps the meaning",
                RECOMMENDED,
            ),
            _own(
                "segcore_letters",
                "Recommended, and Latin letters without the marks that GSM-7 lacks",
                RECOMMENDED | LETTERS,
            ),
        )
    }
)
"""The tables that segcore knows, by name."""


def resolve(table: object, what: str = "table") -> SmartTable:
    """Return a table by its name, the table itself, or one made of a mapping; `what` is the argument to name
    in an error.

    Example:
        >>> resolve("telnyx").name, resolve({"→": "->"}).name
        ('telnyx', 'custom')
    """
    if isinstance(table, SmartTable):
        return table
    if isinstance(table, str):
        if table not in TABLES:
            raise unknown(what, table, TABLES)
        return TABLES[table]
    if isinstance(table, Mapping):
        return SmartTable("custom", "Replacements of your own", table)
    raise TypeError(
        f"{what}: expected a name, a SmartTable or a mapping of code points, got {type(table).__name__}"
    )
