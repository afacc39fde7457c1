"""What Twilio and Telnyx document that they replace, and the form in which such tables are written down.

How to read a sheet: each line is a replacement, followed by the code points that it replaces, hexadecimal,
two with a hyphen between them for all from the first to the last.  In a replacement ``SP`` is a space;
``LF`` alone is a line feed, ``--`` alone means that the code point is removed.
"""

from __future__ import annotations

from collections.abc import Iterator

_NAMED = {"--": "", "LF": "\n"}

_FULL_WIDTH = 0xFEE0
"""How far the full-width forms U+FF01 to U+FF5E are from the ASCII that they are wide forms of."""


def code_points(ranges: str) -> Iterator[str]:
    """Return the code points of hexadecimal numbers and ranges, in their order.

    Args:
        ranges: Numbers as ``60`` and ranges as ``2018-201B``, with white space between them.

    Example:
        >>> "".join(code_points("61-63 7A"))
        'abcz'
    """
    for word in ranges.split():
        first, _, last = word.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


def read_sheet(sheet: str) -> dict[str, str]:
    """Return the replacement of each code point of a sheet.

    Args:
        sheet: Replacements and code points, in the form this module's docstring explains.

    Example:
        >>> read_sheet("SP1/2 BD")
        {'½': ' 1/2'}
    """
    found = {}
    for line in filter(None, map(str.strip, sheet.splitlines())):
        word, ranges = line.split(None, 1)
        replacement = _NAMED.get(word, word.replace("SP", " "))
        found.update(dict.fromkeys(code_points(ranges), replacement))
    return found


def full_width(ranges: str) -> dict[str, str]:
    """Return the ASCII of each full-width form.

    Args:
        ranges: Ranges within ``FF01-FF5E``.

    Example:
        >>> full_width("FF21-FF23")
        {'Ａ': 'A', 'Ｂ': 'B', 'Ｃ': 'C'}

    Source: The Unicode Standard, Halfwidth and Fullwidth Forms, decompositions marked ``<wide>``.
    """
    return {point: chr(ord(point) - _FULL_WIDTH) for point in code_points(ranges)}


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
