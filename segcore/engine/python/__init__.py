"""Counting in plain Python: the readable implementation, which runs where nothing was compiled.

segcore.engine.native.binding answers the same; tests hold both against a third, slow one.
"""

from __future__ import annotations

from segcore.engine.python.arrow import arrow_array, arrow_stream, read_booleans, read_integers
from segcore.engine.python.counter import SegmentCounter
from segcore.engine.python.packing import sum_parts
from segcore.engine.python.prefixes import DialPlan, PrefixTable, number_pairs
from segcore.engine.python.quoting import cell_quotes
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
