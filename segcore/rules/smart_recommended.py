"""The replacements that segcore recommends, by category, and the code points that it leaves alone.

A table maps code points one by one and sees no neighbours, so an entry has to be right next to anything:
in a message that turns into GSM-7, and in one that stays UCS-2 because of something else.
The sheets are in the form that `segcore.rules.billing.read_sheet` explains.
"""

from __future__ import annotations

import unicodedata

from segcore.rules.billing import code_points, full_width, read_sheet
from segcore.rules.codings import GSM7

_GSM7 = frozenset(GSM7.basic + GSM7.extended)

SPACES = read_sheet("""
    SP      9 1C-1F A0 1680 2000-200A 202F 205F 2800 3000
""")

LINE_BREAKS = read_sheet("""
    LF      B 2028 2029
""")

INVISIBLE = read_sheet("""
    --      AD 200B 2060-2064 FEFF FFFC
""")

CONTROLS = read_sheet("""
    --      0-8 E-1B 7F 81 8D 8F 90 9D
""")

WINDOWS_1252 = read_sheet("""
    €       80
    '       82 8B 91 92 9B
    "       84 93 94
    ...     85
    ^       88
    -       95-97
    ~       98
    (TM)    99
""")

QUOTES = read_sheet("""
    '       60 B4 2B9 2BB-2BF 2C8 2018-201B 2032 2035 2039 203A 275B 275C 275F 276E 276F
    "       AB BB 2BA 2EE 201C-201F 2033 2036 2E42 275D 275E 2760 301D-301F 1F676-1F678
    '''     2034 2037
    ''''    2057
""")

DASHES = read_sheet("""
    -       58A 5BE 1400 1806 2D7 2010-2015 2212 2E17 2E1A 2E3A 2E3B 2E40 2E5D 30A0 FE31 FE32 FE58
    -       10D6E 10EAD
    ~       2053 301C 3030
""")

BULLETS_AND_DOTS = read_sheet("""
    -       2022 2023 2043 204C 204D 25E6
    .       B7 2024 2027
    ..      2025
    ...     2026 22EF
""")

DOUBLED = read_sheet("""
    !!      203C
    ??      2047
    ?!      203D 2048
    !?      2049
""")

MATHEMATICS = read_sheet(r"""
    x       D7
    /       F7 2044 2215 29F8
    \       29F5 29F9
    *       2217 2219 22C5
    :       2236
    ~       223C 2248
    +/-     B1
    <=      2264
    >=      2265
    ->      2192 FFEB
    <-      2190 FFE9
    <->     2194
    =>      21D2
""")

LINES_AND_STARS = read_sheet("""
    -       2500 2501
    |       A6 2223 2502 2503 2758 FFE8
    =       2550
    _       2017
    *       204E 2055 2722-2725 2731 2732 273A-273D 2743 2749-274B
    ^       2C6
    ~       2DC
""")

BRACKETS = read_sheet("""
    (       2768 276A 27EE 2985 FF5F
    )       2769 276B 27EF 2986 FF60
    <       2329 276C 2770 27E8
    >       232A 276D 2771 27E9
    [       2772
    ]       2773
    {       2774
    }       2775
""")

CJK_PUNCTUATION = read_sheet("""
    ,       3001 FF64
    .       3002 FF61
    <       3008
    >       3009
    "       300A-300F FF62 FF63
    [       3010 3014
    ]       3011 3015
""")

SIGNS = read_sheet("""
    (C)     A9
    (R)     AE
    (TM)    2122
    (SM)    2120
    (P)     2117
    No.     2116
    c/o     2105
    Rs      20A8 20B9
""")

FRACTIONS = read_sheet("""
    SP1/4   BC
    SP1/2   BD
    SP3/4   BE
    SP1/7   2150
    SP1/9   2151
    SP1/10  2152
    SP1/3   2153
    SP2/3   2154
    SP1/5   2155
    SP2/5   2156
    SP3/5   2157
    SP4/5   2158
    SP1/6   2159
    SP5/6   215A
    SP1/8   215B
    SP3/8   215C
    SP5/8   215D
    SP7/8   215E
    SP0/3   2189
""")

LIGATURES = read_sheet("""
    IJ      132
    ij      133
    ff      FB00
    fi      FB01
    fl      FB02
    ffi     FB03
    ffl     FB04
    st      FB05 FB06
""")

FULL_WIDTH = full_width("FF01-FF3F FF41-FF5E") | read_sheet("""
    '       FF40
    |       FFE4
    £       FFE1
    ¥       FFE5
""")

SMALL_FORMS = read_sheet(r"""
    ,       FE50 FE51
    .       FE52
    ;       FE54
    :       FE55
    ?       FE56
    !       FE57
    (       FE59
    )       FE5A
    {       FE5B
    }       FE5C
    [       FE5D
    ]       FE5E
    #       FE5F
    &       FE60
    *       FE61
    +       FE62
    -       FE63
    <       FE64
    >       FE65
    =       FE66
    \       FE68
    $       FE69
    %       FE6A
    @       FE6B
""")

SAME = read_sheet("""
    ;       37E
    Ω       2126
    K       212A
    Å       212B
""")


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


ROMAN_NUMERALS = _decomposed("2160-217F", "<compat>")

# Without U+2139, which is an emoji with the selector that asks for a picture.
STYLED_LETTERS = _decomposed("2100-2138 213A-214F FB29 1D400-1D7FF", "<font>")
# Not known to every Python's version of Unicode: segmented digits, outlined letters and digits.
STYLED_LETTERS |= dict(zip(code_points("1FBF0-1FBF9"), "0123456789", strict=True))
STYLED_LETTERS |= dict(zip(code_points("1CCD6-1CCF9"), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", strict=True))


def _without_marks(point: str) -> str | None:
    """Return a letter without the marks that GSM-7 lacks, removed one after the other."""
    while point not in _GSM7:
        parts = unicodedata.decomposition(point).split()
        if not parts or parts[0].startswith("<"):
            return None
        point = chr(int(parts[0], 16))
    return point


LETTERS_WITH_MARKS = {
    point: plain
    for point in code_points("C0-24F 1E00-1EFF")
    if (plain := _without_marks(point)) not in (None, point)
}

OTHER_LETTERS = read_sheet("""
    D       110
    d       111
    H       126
    h       127
    i       131
    L       141
    l       142
    T       166
    t       167
    s       17F
    'n      149
    L.      13F
    l.      140
    OE      152 8C
    oe      153 9C
    SS      1E9E
    S       8A
    s       9A
    Z       8E
    z       9E
    Y       9F
    a       AA
    o       BA
""")

RECOMMENDED = {
    "spaces": (
        SPACES,
        (
            "One space for each space, whatever its width and whether a line may break there: every code "
            "point of Unicode's category Zs, the tab, the blank Braille pattern, and the four information "
            "separators, which separate words where they turn up at all."
        ),
    ),
    "line breaks": (
        LINE_BREAKS,
        (
            "A line feed for Unicode's own separators of lines and paragraphs, and for the vertical tab, "
            "which is how word processors write a line break within a paragraph."
        ),
    ),
    "invisible": (
        INVISIBLE,
        (
            "Removed: hints where a line or a word may or may not break, the byte order mark, invisible "
            "operators, and the stand-in for a picture that was not copied along. No reader misses them in "
            "any script."
        ),
    ),
    "controls": (
        CONTROLS,
        (
            "Removed: control codes with no meaning in a message. Line feed, carriage return and form feed "
            "are in GSM-7 and stay."
        ),
    ),
    "Windows-1252": (
        WINDOWS_1252,
        (
            "The controls U+0080 to U+009F are never meant: they are Windows-1252 that was decoded as ISO "
            "8859-1. U+0092 is an apostrophe, U+0085 an ellipsis (and not the next line of a mainframe). "
            "They get what the code point that was meant gets."
        ),
    ),
    "quotation marks": (
        QUOTES,
        (
            "Double ones become a straight double quote, single ones, apostrophes, primes and the accents "
            "that are typed for apostrophes a straight single one; angle quotes are quotes, not less-than "
            "signs. Triple and quadruple primes count what they measure."
        ),
    ),
    "dashes": (
        DASHES,
        "Every code point of category Pd and the minus sign become a hyphen, the wavy ones a tilde.",
    ),
    "bullets and dots": (
        BULLETS_AND_DOTS,
        (
            "A bullet of a list becomes a hyphen, a middle dot a dot. Leaders and ellipses become as many "
            "dots as they stand for, because a single one would end the sentence."
        ),
    ),
    "doubled marks": (
        DOUBLED,
        "Two marks in one code point become two.",
    ),
    "mathematics": (
        MATHEMATICS,
        (
            "Operators with a plain form that everybody reads. Those that need two or three code points do "
            "so because one would say something else."
        ),
    ),
    "lines and stars": (
        LINES_AND_STARS,
        (
            "Drawn lines, typographic asterisks and free-standing accents become the ASCII that they are "
            "drawn like."
        ),
    ),
    "brackets": (
        BRACKETS,
        "Ornamental and mathematical brackets become plain ones.",
    ),
    "CJK punctuation": (
        CJK_PUNCTUATION,
        (
            "Punctuation of Chinese and Japanese keyboards that ends up in other languages: commas, full "
            "stops, corner brackets (which are quotation marks), and the brackets that senders put around "
            "their name."
        ),
    ),
    "signs": (
        SIGNS,
        (
            "Signs with an abbreviation that is as good as they are: longer, because one letter would not "
            "say it."
        ),
    ),
    "fractions": (
        FRACTIONS,
        (
            "Written out, with a space in front: without it, one and a half (1½) would become eleven halves"
            " (11/2)."
        ),
    ),
    "ligatures": (
        LIGATURES,
        "The letters that the typesetter joined.",
    ),
    "full-width forms": (
        FULL_WIDTH,
        "The same code points in the width of an ideograph.",
    ),
    "small forms": (
        SMALL_FORMS,
        "The same punctuation in small.",
    ),
    "the same code point": (
        SAME,
        (
            "By Unicode's canonical equivalence the very same: Greek question mark, ohm, kelvin and "
            "angstrom sign."
        ),
    ),
    "Roman numerals": (
        ROMAN_NUMERALS,
        "The letters that they are written with.",
    ),
    "styled letters": (
        STYLED_LETTERS,
        ("Letters and digits in bold, italic, script, double-struck and so on, which take four octets each."),
    ),
}
"""Category: its replacements, and the reason for them."""

LETTERS = {
    "letters with marks": (
        LETTERS_WITH_MARKS,
        (
            "Latin letters without the marks that GSM-7 lacks, following Unicode's canonical decompositions"
            " one mark at a time: U+01FB loses its acute and keeps its ring."
        ),
    ),
    "other Latin letters": (
        OTHER_LETTERS,
        (
            "Latin letters whose stroke or missing dot Unicode does not decompose, ligatures that count as "
            "letters, ordinal indicators, and the same out of Windows-1252."
        ),
    ),
}
"""The categories that the table of letters adds to the recommended one."""

NOT_REPLACED = {
    "joiners": (
        "200C 200D",
        "They shape letters of Persian and of Indic scripts and hold emoji together.",
    ),
    "variation selectors": (
        "FE00-FE0F E0100-E01EF",
        "They decide whether a sign is a picture or text, and which form an ideograph has.",
    ),
    "tags": (
        "E0020-E007F",
        "They spell out the flags of regions.",
    ),
    "direction marks": (
        "61C 200E 200F 202A-202E 2066-206F",
        (
            "In a message with Hebrew or Arabic they keep telephone numbers in order. Without any they do "
            "nothing: a mapping of your own that removes them is right under `all_or_nothing`."
        ),
    ),
    "combining marks": (
        "300-36F 1AB0-1ACE 1DC0-1DFF 20D0-20F0 FE20-FE2F",
        (
            "They belong to the letter in front of them. Compose the text first "
            "(`unicodedata.normalize('NFC', text)`): e with an acute is in GSM-7."
        ),
    ),
    "superscripts and subscripts": (
        "B2 B3 B9 2070 2071 2074-208E 2090-209C",
        "A raised two is not a two: 10² is not 102.",
    ),
    "enclosed": (
        "2460-24FF 2776-2793",
        "Out of their circles, one and two in a row read as twelve.",
    ),
    "units": (
        "B0 B5 3BC 2030 2031 2103 2109",
        "Degrees, micro, per mille: no plain sign, and what looks similar means something else.",
    ),
    "currencies": (
        "A2 192 20A0-20A7 20A9-20AB 20AD-20B8 20BA-20C0 FFE0 FFE6",
        "No abbreviation that fits in place of the sign, in front of the amount or behind it.",
    ),
    "marks without a plain form": (
        "83 86 87 89 A8 AC AF B6 B8 2016 2020 2021 203B 203E 2052 221A 221E 2260 FFE2 FFE3",
        (
            "Daggers, not equal, infinity: whatever stood there instead would be read as something else. "
            "U+0083, U+0086, U+0087 and U+0089 are four of them in Windows-1252."
        ),
    ),
    "shapes": (
        "2191 2193 25A0-25A1 25CB 25CF 2605 2606 2713-2718 2733 FFEA FFEC-FFEE",
        "A filled and an empty star are a rating, and nothing plain points up or down. Some are emoji.",
    ),
    "editorial marks": (
        "2038 203F-2042 2045 2046 204A 204B 204F-2051 2054 2056 2058-205E 2E00-2E0D 2E1C 2E1D 2E20-2E29",
        "Signs of proof readers and of textual criticism, quotation marks to Unicode among them.",
    ),
    "look-alikes": (
        "391 392 395-397 399 39A 39C 39D 39F 3A1 3A4 3A5 3A7 410-44F 1C3 2D0",
        (
            "A Cyrillic or Greek letter is never replaced by the Latin one that it looks like: it is "
            "another letter, and swapping them is what fraud does. Nor is a letter of Latin that looks like"
            " punctuation."
        ),
    ),
    "letters in Windows-1252": (
        "8A 8C 8E 9A 9C 9E 9F",
        "They have marks like the letters that they stand for; `segcore_letters` has both.",
    ),
    "other letters": (
        "D0 DE F0 FE 138 14A 14B",
        "Eth, thorn, eng: letters of their own, and not another letter with a mark.",
    ),
    "phonetic letters": (
        "250-2AF 1D00-1D2B A730 A731",
        "Small capitals and their like are letters of their own, in phonetics.",
    ),
    "tone marks": (
        "2C7 2C9-2CB 2D9",
        "They are the tones of Bopomofo, and only there.",
    ),
    "middle dots of Japanese": (
        "30FB FF65",
        "They part words of Japanese, which cannot do without UCS-2.",
    ),
    "vertical forms": (
        "FE10-FE19 FE30 FE33-FE4F",
        "They occur in vertical text, which no message is.",
    ),
    "damage": (
        "FFFD",
        "Something was lost here already. Find out where, rather than hide it.",
    ),
}
"""Code points that the recommended table leaves alone, with the reason."""
