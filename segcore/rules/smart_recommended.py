"""The replacements that segcore recommends, by category, and the code points that it leaves alone.

A table maps code points one by one and sees no neighbours, so an entry has to be right next to anything:
in a message that turns into GSM-7, and in one that stays UCS-2 because of something else.
smart_recommended.txt has them, except for those that follow from Unicode's data, which are computed here.
"""

from __future__ import annotations

import unicodedata

from segcore.rules import lines_of
from segcore.rules.billing import code_points, full_width, read_sheet
from segcore.rules.codings import GSM7

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
