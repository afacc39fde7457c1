"""Grapheme clusters: sequences of code points that a reader sees as one symbol.

They are the extended grapheme clusters of Unicode, with one exception: CR LF is two symbols, each a septet
of its own.  The C kernel finds the same ones from the same data, whatever version of Unicode Python has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from segcore.rules import lines_of

UNICODE_VERSION = ""
"""The version of Unicode that the classes are of."""

RANGES: dict[str, list[str]] = {}
"""Code points that clusters are made of, in hexadecimal, as runs by class.  Syllables of Hangul are missing:
those of the form LV are U+AC00 and every 28th up to U+D7A3, and between them are those of the form LVT."""

for _line in lines_of(__package__, "graphemes.txt"):
    _name, *_runs = _line.split()
    if _name == "UNICODE":
        (UNICODE_VERSION,) = _runs
    else:
        RANGES.setdefault(_name, []).extend(_runs)

# Syllables of Hangul that end in a vowel, which another may follow, and those that end in a consonant.
_HANGUL_FIRST, _HANGUL_LAST, _HANGUL_STEP = 0xAC00, 0xD7A3, 28

# In UTF-16 two halves of a surrogate pair side by side are the pair, however the text was put together.
_HALVES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def classes() -> Iterator[tuple[str, int]]:
    """Yield the class and the number of each code point that may be joined to another.

    Example:
        >>> dict(classes()).get("ZWJ") == 0x200D
        True
    """
    for name, runs in RANGES.items():
        for run in runs:
            first, _, last = run.partition("-")
            yield from ((name, point) for point in range(int(first, 16), int(last or first, 16) + 1))
    for point in range(_HANGUL_FIRST, _HANGUL_LAST + 1):
        yield ("HANGUL_LVT" if (point - _HANGUL_FIRST) % _HANGUL_STEP else "HANGUL_LV"), point


def _set(*names: str) -> str:
    """Return the inside of a set in a regular expression."""
    runs = (run for name in names for run in RANGES[name])
    return "".join("-".join(rf"\U{int(end, 16):08x}" for end in run.split("-")) for run in runs)


def _cluster() -> re.Pattern[str]:
    """Return the pattern of a cluster (UAX #29, table 1c, and rule GB9c of Unicode 18)."""
    extend = _set("EXTEND", "EXTEND_CONJUNCT", "LINKER")
    conjunct = _set("EXTEND_CONJUNCT", "LINKER", "ZWJ")
    conjoined = rf"[{conjunct}]*[{_set('CONSONANT')}]"
    lv = "".join(map(chr, range(_HANGUL_FIRST, _HANGUL_LAST + 1, _HANGUL_STEP)))
    syllables = f"{chr(_HANGUL_FIRST)}-{chr(_HANGUL_LAST)}"
    hangul_l, hangul_v, hangul_t = (f"[{_set(f'HANGUL_{end}')}]" for end in "LVT")
    syllable = rf"(?:[{lv}]{hangul_v}*|{hangul_v}+|(?![{lv}])[{syllables}]){hangul_t}*"
    cores = (
        rf"{hangul_l}*{syllable}|{hangul_l}+|{hangul_t}+",
        rf"[{_set('REGIONAL_INDICATOR')}]{{2}}",
        rf"[{_set('PICTOGRAPHIC')}](?:[{extend}]*[{_set('ZWJ')}][{_set('PICTOGRAPHIC')}])*",
        rf"[{_set('LINKER', 'LINKER_ALONE')}]{conjoined}",
        rf"[^{_set('CONTROL')}]",
    )
    # Each alternative takes all that it can and never gives it back: no text takes quadratic time.
    others = _set("EXTEND", "SPACING_MARK", "EXTEND_CONJUNCT", "ZWJ")
    after = rf"(?:[{others}]+|[{_set('LINKER')}][{conjunct}]*[{_set('CONSONANT')}]?)*"
    return re.compile(rf"[{_set('PREPEND')}]*(?:{'|'.join(cores)}){after}|(?s:.)")


_CLUSTER = _cluster()


def clusters(text: str) -> list[str]:
    """Return the grapheme clusters of a text, which joined are the text.

    Example:
        >>> [len(cluster) for cluster in clusters("e\\u0301\\r\\n")]
        [2, 1, 1]

    Source: Unicode Standard Annex 29.
    """
    if not _HALVES.search(text):
        return _CLUSTER.findall(text)
    found, start = [], 0
    for cluster in _CLUSTER.findall(
        text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    ):
        end = start
        for point in cluster:
            end += 1 if text[end] == point else 2
        found.append(text[start:end])
        start = end
    return found


def has_clusters(points: Iterable[str]) -> bool:
    """Return whether any of some code points may be joined to another of them.

    Example:
        >>> has_clusters("abc\\r\\n"), has_clusters("\u0915\u0940")
        (False, True)
    """
    joining = {point for name, point in classes() if name not in ("CONTROL", "CONSONANT", "PICTOGRAPHIC")}
    return any(ord(point) in joining for point in points)


def pack(
    text: str, units_of: Callable[[str], int], items: Callable[[str], Iterable[str]], part: int
) -> list[tuple[int, int]]:
    """Return where the segments of a text end, and their units.

    A cluster that does not fit into the rest of a segment begins the next one.  One that fits into no segment
    is cut where segments are full, between its `items`.
    """
    ends: list[tuple[int, int]] = []
    at = used = 0
    for cluster in clusters(text):
        units = units_of(cluster)
        pieces: Iterable[tuple[str, int]] = [(cluster, units)]
        if units > part:
            pieces = ((item, units_of(item)) for item in items(cluster))
        for piece, taken in pieces:
            if used + taken > part:
                ends.append((at, used))
                used = 0
            at += len(piece)
            used += taken
    return [*ends, (at, used)]
