"""The slow second opinion on what profiles add: national languages, smart encoding, whole grapheme clusters.

Like `reference`, it shares no code and no tables with the package.  Clusters are those of ``regex``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

import reference
import regex
from reference import Part, Rules


@dataclass(frozen=True)
class Options:
    """What a profile says beside its alphabets.

    Args:
        languages: National languages allowed, by their identifiers.
        width: ``8bit`` or ``16bit``, of the reference number.
        replacements: What smart encoding replaces.
        partly: ``always``, ``all_or_nothing`` or ``when_fewer_segments``.
        clusters: Whether grapheme clusters are kept whole.
    """

    languages: tuple[int, ...] = ()
    width: str = "8bit"
    replacements: Mapping[str, str] | None = None
    partly: str = "always"
    clusters: bool = False


@dataclass(frozen=True)
class Sent:
    """How a message goes out: its text, its tables (``None`` for UCS-2) and its segments."""

    text: str
    tables: tuple[int, int] | None
    units: int
    parts: tuple[Part, ...]


# Those without a locking shift table of their own.
_ONLY_SINGLE = (2,)


@cache
def candidates(languages: tuple[int, ...], width: str) -> list[tuple[tuple[int, int], Rules]]:
    """Return the pairs of tables that may be used, the simplest first."""
    locking = [0, *(each for each in languages if each not in _ONLY_SINGLE)]
    pairs = list(product(locking, [0, *languages]))
    pairs.sort(key=lambda pair: ((pair[0] > 0) + (pair[1] > 0), pair))
    return [(pair, reference.rules(pair[0] or None, pair[1] or None, width)) for pair in pairs]


def send(text: str, options: Options) -> Sent:
    """Return how a message goes out."""
    replaced = "".join((options.replacements or {}).get(one, one) for one in text)
    before, after = send_as_is(text, options), send_as_is(replaced, options)
    if options.partly == "always":
        return after
    if options.partly == "all_or_nothing":
        return after if after.tables is not None else before
    assert options.partly == "when_fewer_segments"
    return after if len(after.parts) < len(before.parts) else before


def send_as_is(text: str, options: Options) -> Sent:
    """Return how a text goes out that nothing is replaced in."""
    best: Sent | None = None
    points = Counter(map(ord, text))
    for pair, under in candidates(options.languages, options.width):
        if any(point not in under.alphabet and point not in under.extension for point in points):
            continue
        units = sum(times if point in under.alphabet else 2 * times for point, times in points.items())
        alone, together = under.septets
        # Were all segments full to the last septet, there would be this many.
        fewest = 1 if units <= alone else -(-units // together)
        if best is None or fewest < len(best.parts):
            found = _sent(text, pair, under, options.clusters)
            if best is None or len(found.parts) < len(best.parts):
                best = found
    if best is not None:
        return best
    return _sent(text, None, reference.rules(None, None, options.width), options.clusters)


def _sent(text: str, pair: tuple[int, int] | None, under: Rules, clusters: bool) -> Sent:
    items = [(points, len(codes)) for points, codes in reference.items(text, under)]
    units = sum(taken for _, taken in items)
    alone, together = under.code_units if pair is None else under.septets
    if units <= alone:
        return Sent(text, pair, units, (Part(0, len(text), units),))
    groups = _grouped(text, items) if clusters else [[item] for item in items]
    return Sent(text, pair, units, tuple(_filled(groups, together)))


def _grouped(text: str, items: Iterable[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Return the items of each cluster."""
    groups: list[list[tuple[int, int]]] = []
    starts = _cluster_starts(text)
    index = 0
    for item in items:
        if index in starts:
            groups.append([])
        groups[-1].append(item)
        index += item[0]
    return groups


def _cluster_starts(text: str) -> set[int]:
    """Return the indices at which a cluster begins; halves of a pair are the pair's code point."""
    whole, indices = "", []
    index = 0
    while index < len(text):
        high, low = ord(text[index]), ord(text[index + 1]) if index + 1 < len(text) else 0
        is_pair = 0xD800 <= high < 0xDC00 <= low < 0xE000
        whole += chr(0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00) if is_pair else text[index]
        indices.append(index)
        index += 1 + is_pair
    found = {0}
    at = 0
    for cluster in regex.findall(r"\X", whole):
        found.add(indices[at])
        if cluster == "\r\n":
            found.add(indices[at + 1])
        at += len(cluster)
    return found


def _filled(groups: Iterable[list[tuple[int, int]]], room: int) -> Iterable[Part]:
    """Yield segments, each group in one of them unless it is larger than that."""
    start = end = used = 0
    for group in groups:
        whole = sum(taken for _, taken in group)
        for points, taken in group if whole > room else [(sum(points for points, _ in group), whole)]:
            if used + taken > room:
                yield Part(start, end, used)
                start, used = end, 0
            end += points
            used += taken
    yield Part(start, end, used)
