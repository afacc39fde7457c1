"""Counting in plain Python: the readable implementation, which runs where nothing was compiled.

segcore.engine.native.binding answers the same; tests hold both against a third, slow one.
"""

from __future__ import annotations

from segcore.engine.python.arrow import arrow_array, arrow_stream, read_booleans, read_integers
from segcore.engine.python.counter import SegmentCounter
from segcore.engine.python.packing import sum_parts
from segcore.engine.python.prefixes import DialPlan, PrefixTable, number_pairs
from segcore.engine.python.tally import Tally

__all__ = [
    "IMPLEMENTATION",
    "KERNELS",
    "DialPlan",
    "PrefixTable",
    "SegmentCounter",
    "Tally",
    "arrow_array",
    "arrow_stream",
    "cell_quotes",
    "number_pairs",
    "read_booleans",
    "read_integers",
    "sum_parts",
]

IMPLEMENTATION = "python"
KERNELS: tuple[str, ...] = ()


def cell_quotes(octets: bytes, start: int, stop: int, delimiter: bytes, inside: bool) -> bool | None:
    """Return whether a quoted cell is open behind some rows, or ``None`` if a quotation mark is neither at an
    end of a cell nor doubled inside one.

    The rows are whole lines, from `start` to before `stop`; `inside` says whether a quoted cell is open
    before them. One space may stand between a mark and a delimiter.

    Source: RFC 4180, section 2.
    """
    parts = (b"\n" + octets[start:stop] + b"\n").split(b'"')
    # Each begins behind a mark that closes a cell and ends before one that opens one, or is empty between two
    # marks that stand for one.
    outside = parts[inside::2]
    width = len(delimiter) + 1
    starts = {part[:width] for part in outside} - {b""}
    ends = {part[-width:] for part in outside} - {b""}
    if not all(each.startswith((delimiter, b"\n", b"\r", b" " + delimiter)) for each in starts):
        return None
    if not all(each.endswith((delimiter, b"\n", delimiter + b" ")) for each in ends):
        return None
    return inside ^ (len(parts) % 2 == 0)
