"""The slow second opinion on what is billed beside a text: added text, links, fields, encodings.

Like `reference`, it shares no code and no tables with the package.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import reference
from reference import Rules

# What a link may be made of, and what it may end with, one by one.
LINK = "".join(chr(point) for point in range(0x21, 0x7F) if chr(point) not in '"<>')
LINK_END = "".join(point for point in LINK if point not in "!'(),.:;?[]{}")
WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"


@dataclass(frozen=True)
class Billed:
    """What a route adds and how it counts; as the fields of a profile."""

    prefix: str = ""
    suffix: str = ""
    link_length: int | None = None
    field_length: int | None = None
    encoding: str = "auto"
    packing: str = "exact"
    gsm7: tuple[int, int] = (160, 153)
    ucs2: tuple[int, int] = (70, 67)


def link_end(text: str, start: int) -> int | None:
    """Return where the link ends that starts at an index, if one does."""
    for scheme in ("http://", "https://"):
        if text[start : start + len(scheme)].lower() == scheme:
            end = first = start + len(scheme)
            while end < len(text) and text[end] in LINK:
                end += 1
            while end > first and text[end - 1] not in LINK_END:
                end -= 1
            return end if end > first else None
    return None


def field_end(text: str, start: int) -> int | None:
    """Return where the field ends that starts at an index, if one does."""
    if text[start : start + 2] != "{#":
        return None
    end = start + 2
    while end < len(text) and text[end] in WORD:
        end += 1
    return end + 2 if end > start + 2 and text[end : end + 2] == "#}" else None


def billed_text(text: str, rules: Billed) -> str:
    """Return the text that is billed."""
    found, index = rules.prefix, 0
    while index < len(text):
        end = link_end(text, index) if rules.link_length is not None else None
        if end is not None:
            found += "x" * (rules.link_length or 0)
            index = end
            continue
        end = field_end(text, index) if rules.field_length is not None else None
        if end is not None:
            found += "x" * (rules.field_length or 0)
            index = end
            continue
        found += text[index]
        index += 1
    return found + rules.suffix


def bill(text: str, rules: Billed) -> tuple[str, int, int]:
    """Return encoding, units and segments of a text."""
    sent = billed_text(text, rules)
    under = replace(reference.STANDARD, septets=rules.gsm7, code_units=rules.ucs2)
    if rules.encoding == "gsm7":
        sent = "".join(one if reference.encoding(one, under) == "GSM-7" else "?" for one in sent)
    if rules.encoding == "ucs2":
        under = Rules({}, {}, rules.gsm7, rules.ucs2)
    encoding = "UCS-2" if rules.encoding == "ucs2" else reference.encoding(sent, under)
    units = reference.units(sent, under)
    if rules.packing == "first":
        (single, part), segments = rules.gsm7 if encoding == "GSM-7" else rules.ucs2, 1
        while single + (segments - 1) * part < units:
            segments += 1
        return encoding, units, segments
    if rules.packing == "ceil":
        single, part = rules.gsm7 if encoding == "GSM-7" else rules.ucs2
        segments = 1
        while units > single and segments * part < units:
            segments += 1
        return encoding, units, segments
    return encoding, units, reference.segments(sent, under)
