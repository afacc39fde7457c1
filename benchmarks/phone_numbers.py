"""Telephone numbers to look up: as files hold them, and as people set them out."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import cache
from importlib import import_module
from random import Random
from typing import Any

from benchmarks import implementations
from segcore.numbers.numbering_plan import international, national, regions_of_prefixes

NAMES_OF_CORPORA = ("plain", "formatted", "world")

_STARTS = ("+1202", "+1212", "+1416", "+1242", "+1787", "+447400", "+447911", "+447797", "+49151", "+336")
_LENGTHS = {"+1": 12, "+4": 13, "+3": 12}


@cache
def numbers(name: str, count: int) -> list[str]:
    """Return telephone numbers, the same ones each time.

    Args:
        name: ``plain`` for E.164 of some countries; ``formatted`` for the same with spaces, or as Americans
            write them; ``world`` for E.164 with any known prefix.
        count: How many.
    """
    random = Random(20260)
    if name == "world":
        values, lengths = regions_of_prefixes()
        prefixes = [(prefix, lengths[prefix].bit_length() - 1) for prefix in values]
        drawn = random.choices(prefixes, k=count)
        return [_filled(f"+{prefix}", 1 + min(length, 15), random) for prefix, length in drawn]
    starts = random.choices(_STARTS, k=count)
    plain = [_filled(start, _LENGTHS[start[:2]], random) for start in starts]
    return plain if name == "plain" else list(map(_formatted, plain))


def _filled(start: str, length: int, random: Random) -> str:
    return start + "".join(random.choices("23456789", k=length - len(start)))


def _formatted(number: str) -> str:
    if number.startswith("+1"):
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return f"{number[:3]} {number[3:7]} {number[7:]}"


def looker(name: str) -> Callable[[Any], array[int]]:
    """Return what finds the indices of the regions of numbers, US being the default.

    Args:
        name: ``native`` or ``python``.

    Raises:
        ImportError: It was not built.
    """
    core = import_module(implementations.NAMES[name])
    plan = core.DialPlan(international(), national("US"))
    table = core.PrefixTable(*regions_of_prefixes())

    def look_up(texts: Any) -> array[int]:
        values = array("i")
        if isinstance(texts, list):
            table.lookup_all(texts, plan, 0, values)
        else:
            table.lookup_arrow(texts, plan, values)
        return values

    return look_up
