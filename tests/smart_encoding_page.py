"""Writes the tables of docs/smart-encoding.md: ``python tests/smart_encoding_page.py``."""

from __future__ import annotations

import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "smart-encoding.md"

# Beyond this many, code points that get the same replacement share a row.
_ONE_BY_ONE = 50

# Names that not every Python's version of Unicode knows.
_NEWER = {"\u2e5d": "OBLIQUE HYPHEN", "\U00010d6e": "GARAY HYPHEN"}


def _hex(point: str) -> str:
    return f"U+{ord(point):04X}"


def _name(point: str) -> str:
    return (unicodedata.name(point, "") or _NEWER.get(point, "") or "control").lower()


def _shown(replacement: str) -> str:
    named = {"": "removed", "\n": "line feed", " ": "space"}
    if replacement in named:
        return named[replacement]
    # A code span does not show a space at its beginning.
    spaces = len(replacement) - len(replacement.lstrip(" "))
    if not replacement.strip():
        return f"{spaces} spaces"
    visible = replacement.strip().replace("|", "\\|")
    return f"{'space and ' if spaces else ''}`{visible}`"


def _runs(points: list[str]) -> Iterator[str]:
    """Yield each run of three or more consecutive code points as a range, others as they are."""
    start = 0
    while start < len(points):
        end = start
        while end + 1 < len(points) and ord(points[end + 1]) == ord(points[end]) + 1:
            end += 1
        run = points[start : end + 1]
        yield from [f"{_hex(run[0])}-{_hex(run[-1])[2:]}"] if len(run) > 2 else map(_hex, run)
        start = end + 1


def _by_replacement(replacements: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for point in sorted(replacements):
        found[replacements[point]].append(point)
    return found


def _rows(replacements: Mapping[str, str]) -> Iterator[str]:
    if len(replacements) > _ONE_BY_ONE:
        yield "| Replacement | Code points |"
        yield "| --- | --- |"
        for replacement, points in _by_replacement(replacements).items():
            yield f"| {_shown(replacement)} | {', '.join(_runs(points))} |"
        return
    yield "| Code point | | Name | Replacement |"
    yield "| --- | --- | --- | --- |"
    for point in sorted(replacements):
        look = point if replacements[point].strip() and _name(point) != "control" else ""
        yield f"| {_hex(point)} | {look} | {_name(point)} | {_shown(replacements[point])} |"


def _recommended() -> Iterator[str]:
    from segcore.rules.smart_encoding import TABLES

    for category in TABLES["segcore_letters"].categories:
        own = category in TABLES["segcore"].categories
        yield f"### {category.name[0].upper()}{category.name[1:]}{'' if own else ' (`segcore_letters` only)'}"
        yield ""
        yield f"{category.reason} {len(category.replacements)} code points."
        yield ""
        yield from _rows(category.replacements)
        yield ""


def _left_out() -> Iterator[str]:
    from segcore.rules.smart_encoding import NOT_REPLACED

    yield "| What | Code points | Why |"
    yield "| --- | --- | --- |"
    for name, (ranges, reason) in NOT_REPLACED.items():
        points = ", ".join(
            "U+" + "-".join(end.zfill(4) for end in word.split("-")) for word in ranges.split()
        )
        yield f"| {name} | {points} | {reason} |"


def _conflicts() -> Iterator[str]:
    from segcore.rules.smart_encoding import TABLES

    twilio, telnyx = TABLES["twilio"].replacements, TABLES["telnyx"].replacements
    pairs = defaultdict(list)
    for point in sorted({*twilio, *telnyx}):
        if twilio.get(point) != telnyx.get(point):
            pairs[twilio.get(point), telnyx.get(point)].append(point)
    yield "| Code points | Twilio | Telnyx |"
    yield "| --- | --- | --- |"
    for sides, points in pairs.items():
        if sides[0] is None:
            # Each has a replacement of its own.
            continue
        shown = ("left alone" if side is None else _shown(side) for side in sides)
        yield f"| {', '.join(_runs(points))} | {' | '.join(shown)} |"
    rest = [point for (side, _), points in pairs.items() if side is None for point in points]
    yield f"| {', '.join(_runs(sorted(rest)))} | left alone | the letter of ASCII that it looks like |"


PARTS = {"recommended": _recommended, "left out": _left_out, "conflicts": _conflicts}
"""What stands between the markers of each name."""


def rewritten(page: str) -> str:
    """Return the page with every part between its markers written anew."""
    for name, lines in PARTS.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        if page.count(begin) != 1 or page.count(end) != 1:
            raise ValueError(f"docs/smart-encoding.md: needs {begin} and {end} once each")
        text = "\n".join(lines()).strip()
        before, after = page.split(begin, maxsplit=1)[0], page.split(end)[1]
        page = f"{before}{begin}\n{text}\n{end}{after}"
    return page


if __name__ == "__main__":
    sys.path.insert(0, str(PAGE.parents[1]))
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
