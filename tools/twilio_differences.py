"""Why segcore and Twilio's calculator differ on a text: reasons that can be proved, or none.

A difference is explained if one of the calculator's own segments holds more than a short message can, or if
its grapheme clusters are not those of Unicode.  The latter is not taken on trust: packing *its* clusters has
to give its count, and packing those of the package `regex` to give segcore's.  ICU, which Node has, must see
the same clusters as `regex`, conjuncts excepted: their rule is newer than the Unicode of today's Node.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import regex

from segcore.rules.codings import GSM7, UCS2, USER_DATA_OCTETS, Encoding

LARGER = "a cluster larger than a segment"
MOVED = "a large cluster after another one"
CONJUNCTS = "conjuncts"
JOINED = "emoji joined by U+200D"
TONES = "skin tones"
FLAGS = "flags after a prepended sign"
NEWER = "newer code points"

EXPLANATIONS = {
    LARGER: "It is put into one segment whole, which then holds more than 140 octets.",
    MOVED: "The text that the header pushes out of the first segment goes into the second together with the "
    "next cluster, even if there is no room: more than 140 octets again.",
    CONJUNCTS: "Consonants of Indic scripts that a virama joins are one cluster (GB9c, since Unicode 15.1, "
    "and in more scripts since).",
    JOINED: "Any two pictographs can be joined (GB11, since Unicode 11). It has a list of those that may "
    "follow a joiner, and requires none before it.",
    TONES: "They join whatever is before them (since Unicode 11). It has a list of what can take one.",
    FLAGS: "After a sign that belongs to what follows, such as U+0600, it pairs regional indicators wrongly.",
    NEWER: "They did not exist in Unicode 10, or had another class, as unpaired surrogates had.",
}
"""Reason: what the calculator does."""


@dataclass(frozen=True)
class Answer:
    """The answer of one side about a text.

    Args:
        encoding: ``GSM-7`` or ``UCS-2``.
        units: Septets or code units.
        segments: Segments.
        digest: A digest of the text as sent.
    """

    encoding: str
    units: int
    segments: int
    digest: str


def packed(clusters: Sequence[Sequence[int]], encoding: str) -> int:
    """Return how many segments clusters take that are kept whole, unless they fit into none.

    Args:
        clusters: The units of each code point of each cluster.
        encoding: ``GSM-7`` or ``UCS-2``.
    """
    coding = GSM7 if encoding == Encoding.GSM7 else UCS2
    if sum(map(sum, clusters)) <= coding.single:
        return 1
    segments, used = 1, 0
    for cluster in clusters:
        for taken in cluster if sum(cluster) > coding.part else [sum(cluster)]:
            if used + taken > coding.part:
                segments, used = segments + 1, 0
            used += taken
    return segments


def _units(point: str, encoding: str) -> int:
    if encoding == Encoding.GSM7:
        return 2 if point in GSM7.extended else 1
    return 2 if point > "\uffff" else 1


def units_of(clusters: Sequence[str], encoding: str) -> list[list[int]]:
    """Return the units of each code point of each cluster; CR LF is two clusters here."""
    apart = [one for each in clusters for one in (each if each == "\r\n" else [each])]
    return [[_units(point, encoding) for point in cluster] for cluster in apart]


def _slices(utf16: bytes, sizes: Sequence[int]) -> Iterator[str]:
    """Yield pieces of so many code units each."""
    at = 0
    for size in sizes:
        yield utf16[2 * at : 2 * (at + size)].decode("utf-16-le", "surrogatepass")
        at += size


_PREPENDED_FLAGS = regex.compile(r"\p{GCB=Prepend}\p{Regional_Indicator}+$")
_LINKED = regex.compile(r"\p{InCB=Linker}[\p{InCB=Linker}\p{InCB=Extend}]*$")


def _reason(before: str, after: str, strangers: set[str]) -> str | None:
    """Return why one side alone sees a boundary between two pieces of text."""
    if regex.match(r"\p{InCB=Consonant}", after) and _LINKED.search(before):
        return CONJUNCTS
    if before[-1] == "\u200d" and regex.match(r"\p{Extended_Pictographic}", after):
        return JOINED
    if regex.match(r"\p{Emoji_Modifier}", after):
        return TONES
    if _PREPENDED_FLAGS.search(before) and regex.match(r"\p{Regional_Indicator}", after):
        return FLAGS
    if strangers & {before[-1], after[0]}:
        return NEWER
    return None


def _ends(sizes: Sequence[int]) -> set[int]:
    return set(accumulate(sizes))


def _causes(text: str, sizes: Sequence[int], others: Sequence[int], strangers: set[str]) -> set[str | None]:
    """Return why two ways of finding clusters differ; ``None`` is among it where there is no known cause."""
    utf16 = text.encode("utf-16-le", "surrogatepass")
    found = set()
    for at in _ends(sizes) ^ _ends(others):
        before, after = _slices(utf16, [at, len(utf16)])
        found.add(_reason(before, after, strangers))
    return found


def reasons(segcore: Answer, calculator: Answer, fullest: float, detail: dict[str, Any]) -> frozenset[str]:
    """Return why the two sides differ, as keys of `EXPLANATIONS`; none if nothing can be proved.

    Args:
        segcore: What segcore says.
        calculator: What the calculator says.
        fullest: Octets of the calculator's fullest segment.
        detail: What ``node/segments.js explain`` answers: the text as sent, the sizes of the calculator's
            clusters and of ICU's, and the code points that the two take for different kinds.
    """
    text = "".join(map(chr, detail["sent"]))
    same = (segcore.encoding, segcore.units, segcore.digest)
    if same != (calculator.encoding, calculator.units, calculator.digest):
        return frozenset()
    standard = regex.findall(r"\X", text)
    newest = [len(each.encode("utf-16-le", "surrogatepass")) // 2 for each in standard]
    strangers = set(map(chr, detail["strangers"]))
    if not _causes(text, newest, detail["standard"], strangers) <= {CONJUNCTS}:
        return frozenset()
    if packed(units_of(standard, segcore.encoding), segcore.encoding) != segcore.segments:
        return frozenset()
    if fullest > USER_DATA_OCTETS:
        return frozenset([LARGER if max(detail["its"]) > UCS2.part else MOVED])
    its = list(_slices(text.encode("utf-16-le", "surrogatepass"), detail["its"]))
    if packed(units_of(its, segcore.encoding), segcore.encoding) != calculator.segments:
        return frozenset()
    causes = _causes(text, newest, detail["its"], strangers)
    return frozenset() if None in causes else frozenset(filter(None, causes))
