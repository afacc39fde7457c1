"""A slow second opinion on octets: user data written down bit by bit.

Like `reference`, on which it stands, it shares no code and no tables with the package.  A header is put
together as the figures of TS 23.040 9.2.3.24 show it, and septets are packed as strings of ``0`` and ``1``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import reference
from reference import Part, Rules


@dataclass(frozen=True)
class Octets:
    """User data of one segment: its octets as hexadecimal digits, TP-UDL and TP-UDHI."""

    octets: str
    length: int
    header: bool


def header(languages: tuple[int, int], width: str, number: int, total: int, sequence: int) -> str:
    """Return a header as hexadecimal digits: its length, which part of which message, and the tables."""
    locking, single = languages
    elements = ""
    if total > 1 and width == "8bit":
        elements += f"0003{number:02X}{total:02X}{sequence:02X}"
    if total > 1 and width == "16bit":
        elements += f"0804{number:04X}{total:02X}{sequence:02X}"
    if single:
        elements += f"2401{single:02X}"
    if locking:
        elements += f"2501{locking:02X}"
    return f"{len(elements) // 2:02X}" + elements if elements else ""


def pack(before: str, septets: Sequence[int]) -> tuple[str, int]:
    """Return octets and TP-UDL of a header, given as hexadecimal digits, and septets.

    Bits are written in the order in which they are filled, the lowest of each octet and septet first.
    """
    bits = "".join(f"{octet:08b}"[::-1] for octet in bytes.fromhex(before))
    while len(bits) % 7:
        bits += "0"
    bits += "".join(f"{septet:07b}"[::-1] for septet in septets)
    length = len(bits) // 7
    while len(bits) % 8:
        bits += "0"
    octets = [bits[start : start + 8][::-1] for start in range(0, len(bits), 8)]
    return "".join(f"{int(octet, 2):02X}" for octet in octets), length


def message(
    text: str, under: Rules, languages: tuple[int, int] = (0, 0), width: str = "8bit", number: int = 0
) -> list[Octets]:
    """Return the user data of each segment of a text."""
    tables = languages if reference.encoding(text, under) == "GSM-7" else None
    return segments(text, reference.parts(text, under), under, tables, width, number)


def segments(
    text: str,
    parts: Sequence[Part],
    under: Rules,
    tables: tuple[int, int] | None,
    width: str = "8bit",
    number: int = 0,
) -> list[Octets]:
    """Return the user data of each segment of a text, given its segments and tables (``None`` for UCS-2)."""
    items = iter(reference.items(text, under))
    found = []
    for sequence, part in enumerate(parts, 1):
        codes: list[int] = []
        points = 0
        while points < part.end - part.start:
            size, item = next(items)
            points += size
            codes += item
        before = header(tables or (0, 0), width, number, len(parts), sequence)
        if tables is not None:
            found.append(Octets(*pack(before, codes), bool(before)))
        else:
            octets = before + "".join(f"{code:04X}" for code in codes)
            found.append(Octets(octets, len(octets) // 2, bool(before)))
    assert not list(items)
    return found


def read_runs(runs: Iterable[Any]) -> str:
    """Return the hexadecimal digits that a vector file writes as runs of ``[times, digits]``."""
    return "".join(digits * times for times, digits in runs)
