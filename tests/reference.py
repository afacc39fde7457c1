"""A slow second opinion: counts by writing out the units one after the other.

It shares no code and no tables with the package.  Everything here follows the wording of the
specification as literally as possible; speed does not matter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeVar

VECTORS = Path(__file__).parent / "vectors"

ESCAPE = 0x1B

Runs = list[tuple[int, "str | int"]]


def read_text(runs: Iterable[Any]) -> str:
    """Return the text that a vector file writes as runs of ``[times, string or lone surrogate]``."""
    return "".join((chr(what) if isinstance(what, int) else what) * times for times, what in runs)


def load(subject: str) -> dict[str, Any]:
    """Return a vector file by the name of its subject."""
    content: dict[str, Any] = json.loads((VECTORS / f"{subject}.json").read_text(encoding="ascii"))
    return content


def _encoder(cells: Mapping[str, str]) -> dict[int, int]:
    """Return septet by code point; a code point that stands twice is sent as its lowest septet."""
    encoder: dict[int, int] = {}
    for septet, codepoint in sorted((int(s, 16), int(c, 16)) for s, c in cells.items()):
        encoder.setdefault(codepoint, septet)
    return encoder


@dataclass(frozen=True, eq=False)
class Rules:
    """The parts of one way of sending.  It equals only itself, so that answers can be kept for it.

    Args:
        alphabet: Septet by code point.
        extension: Septet after the escape, by code point.
        septets: Room for septets in a short message on its own, and in one of several.
        code_units: The same for UTF-16 code units.
    """

    alphabet: Mapping[int, int]
    extension: Mapping[int, int]
    septets: tuple[int, int]
    code_units: tuple[int, int]


@cache
def rules(locking: int | None = None, single: int | None = None, reference: str = "8bit") -> Rules:
    """Return the rules with national language tables and a width of the reference number.

    Args:
        locking: Language of the locking shift table, ``None`` for the default alphabet.
        single: Language of the single shift table, ``None`` for the default extension table.
        reference: ``8bit`` or ``16bit``.
    """
    tables = load("alphabets")["tables"]
    alphabet = tables["default"] if locking is None else tables["locking"][str(locking)]
    extension = tables["extension"] if single is None else tables["single"][str(single)]
    elements = (locking is not None) + (single is not None)

    def room(unit: str, concatenation: str, national: int) -> int:
        found = [
            row["expected"][unit]
            for row in load("capacity")["rows"]
            if row["input"] == {"reference": concatenation, "national_elements": national}
        ]
        assert len(found) == 1
        return int(found[0])

    return Rules(
        _encoder(alphabet["cells"]),
        _encoder(extension["cells"]),
        (room("septets", "none", elements), room("septets", reference, elements)),
        # No national language has a meaning for UCS-2, so no element for one is sent (6.2.1.2).
        (room("code_units", "none", 0), room("code_units", reference, 0)),
    )


STANDARD = rules()

Answer = TypeVar("Answer")


def remembered(answer: Callable[[str, Rules], Answer]) -> Callable[..., Answer]:
    """Keep the answers about texts, which all implementations and kernels share."""
    kept = lru_cache(maxsize=1 << 17)(answer)

    def ask(text: str, under: Rules = STANDARD) -> Answer:
        # A subclass of str may lie about its hash.
        return kept(text, under) if type(text) is str else answer(text, under)

    return ask


@dataclass(frozen=True)
class Part:
    """One segment: the indices of its code points from `start` to before `end`, and its units."""

    start: int
    end: int
    units: int


@remembered
def encoding(text: str, under: Rules = STANDARD) -> str:
    """Return ``GSM-7`` or ``UCS-2``."""
    for one in set(text):
        if ord(one) not in under.alphabet and ord(one) not in under.extension:
            return "UCS-2"
    return "GSM-7"


Item = tuple[int, tuple[int, ...]]

# Two halves in a row are a pair on the wire, however the text was put together.
_PAIR_OR_ONE = re.compile("[\ud800-\udbff][\udc00-\udfff]|.", re.DOTALL)


@lru_cache(maxsize=1 << 16)
def _septets(one: str, under: Rules) -> Item:
    point = ord(one)
    return 1, (under.alphabet[point],) if point in under.alphabet else (ESCAPE, under.extension[point])


@lru_cache(maxsize=1 << 16)
def _code_units(whole: str) -> Item:
    points = [*map(ord, whole)]
    if points[0] >= 0x10000:
        high, low = divmod(points[0] - 0x10000, 0x400)
        points = [0xD800 + high, 0xDC00 + low]
    return len(whole), tuple(points)


def items(text: str, under: Rules = STANDARD) -> list[Item]:
    """Return what may not be parted: how many code points it is, and its septets or code units."""
    if encoding(text, under) == "GSM-7":
        return [_septets(one, under) for one in text]
    return [_code_units(whole) for whole in _PAIR_OR_ONE.findall(text)]


def units(text: str, under: Rules = STANDARD) -> int:
    """Return the septets or code units of a text."""
    return sum(part.units for part in parts(text, under))


@remembered
def parts(text: str, under: Rules = STANDARD) -> list[Part]:
    """Return the segments of a text, filled greedily, item by item."""
    alone, together = under.septets if encoding(text, under) == "GSM-7" else under.code_units
    whole = [(points, len(codes)) for points, codes in items(text, under)]
    total = sum(taken for _, taken in whole)
    if total <= alone:
        return [Part(0, len(text), total)]
    found: list[Part] = []
    start = end = used = 0
    for points, taken in whole:
        if used + taken > together:
            found.append(Part(start, end, used))
            start, used = end, 0
        end += points
        used += taken
    found.append(Part(start, end, used))
    return found


def segments(text: str, under: Rules = STANDARD, mms: bool = False) -> int:
    """Return the segments that are billed."""
    return 1 if mms else len(parts(text, under))


@remembered
def foreign(text: str, under: Rules = STANDARD) -> list[int]:
    """Return the indices of the code points that force UCS-2."""
    return [
        index
        for index, one in enumerate(text)
        if ord(one) not in under.alphabet and ord(one) not in under.extension
    ]


def octets(text: str, encoding: str) -> int:
    """Return the octets of a text in UTF-8 or EUC-KR, code point by code point.

    Half a surrogate pair goes out as U+FFFD; what EUC-KR lacks counts two.
    """
    found = index = 0
    while index < len(text):
        point = ord(text[index])
        following = ord(text[index + 1]) if index + 1 < len(text) else 0
        if 0xD800 <= point <= 0xDBFF and 0xDC00 <= following <= 0xDFFF:
            point = 0x10000
            index += 1
        if encoding == "UTF-8":
            found += 1 if point < 0x80 else 2 if point < 0x800 else 3 if point < 0x10000 else 4
        else:
            found += 1 if point < 0x80 else 2
        index += 1
    return found


def utf16_indices(text: str) -> list[int]:
    """Return the index in UTF-16 code units of each index in code points, the end included."""
    return [*accumulate((2 if ord(one) >= 0x10000 else 1 for one in text), initial=0)]


def smart_encoded(text: str, replacements: Mapping[str, str], partly: str) -> str:
    """Return a text as it is sent: its code points replaced one by one, under a rule for what is left over.

    Args:
        text: The text.
        replacements: Text by code point, both as strings.
        partly: ``always``, ``all_or_nothing`` or ``when_fewer_segments``.
    """
    replaced = ""
    for one in text:
        replaced += replacements.get(one, one)
    use = {
        "always": True,
        "all_or_nothing": encoding(replaced) == "GSM-7",
        "when_fewer_segments": segments(replaced) < segments(text),
    }
    return replaced if use[partly] else text


def smart_tables() -> dict[str, dict[str, str]]:
    """Return the published replacements by table, code points as strings."""
    found = {
        name: {chr(int(codepoint, 16)): replacement for codepoint, replacement in cells.items()}
        for name, cells in load("smart_encoding")["tables"].items()
    }
    found["segcore_letters"] = {**found["segcore"], **found["segcore_letters"]}
    return found


def rate_of(number: str, country: str, rates: Iterable[Mapping[str, str]]) -> Mapping[str, str] | None:
    """Return the first row of a rate card that is for a number: longest prefix, then country, then ``*``.

    Args:
        number: The number with a plus sign, empty if there is none.
        country: The country that it is in, empty if it is in none.
        rates: The rows, with the prices of first segments only.
    """
    first = [row for row in rates if row.get("from_segments", "1") == "1"]
    for end in range(len(number), 1, -1):
        for row in first:
            if row.get("prefix", "") == number[:end]:
                return row
    for wanted in (country, "*"):
        for row in first:
            if wanted and row.get("country", "") == wanted and not row.get("prefix"):
                return row
    return None


def cost(
    messages: Iterable[tuple[int, str, str, bool]], rates: Iterable[Mapping[str, str]]
) -> tuple[Decimal, int, int]:
    """Return what messages cost, and how many segments of SMS and how many MMS have no price.

    Every segment is priced by itself, in the order of the messages.

    Args:
        messages: Segments, number, country and whether it is an MMS, of each.
        rates: The rows of a rate card.
    """
    with localcontext() as context:
        context.prec = 200
        total, sent = Decimal(0), dict[int, int]()
        unpriced_segments = unpriced_mms = 0
        rows = [*rates]
        for count, number, country, is_mms in messages:
            rate = rate_of(number, country, rows)
            price = "" if rate is None else rate.get("mms" if is_mms else "sms", "")
            if rate is None or not price:
                unpriced_mms += is_mms
                unpriced_segments += 0 if is_mms else count
            elif is_mms:
                total += Decimal(price) + Decimal(rate.get("mms_carrier_fee") or "0")
            else:
                paid = Decimal(0)
                for _ in range(count):
                    sent[id(rate)] = sent.get(id(rate), 0) + 1
                    paid += _tier(rate, sent[id(rate)], rows)
                paid = max(paid, Decimal(rate.get("minimum") or "0"))
                total += paid + Decimal(rate.get("carrier_fee") or "0") * count
        return total, unpriced_segments, unpriced_mms


def _tier(rate: Mapping[str, str], nth: int, rates: list[Mapping[str, str]]) -> Decimal:
    """Return the price of the nth segment under a rate."""
    place = rate.get("prefix", ""), rate.get("country", "")
    reached = [
        row
        for row in rates
        if (row.get("prefix", ""), row.get("country", "")) == place
        and int(row.get("from_segments") or "1") <= nth
    ]
    return Decimal(max(reached, key=lambda row: int(row.get("from_segments") or "1"))["sms"])
