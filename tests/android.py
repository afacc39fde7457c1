"""Android's choice of national language tables, restated from reading its ``GsmAlphabet`` and ``SmsMessage``.

Nothing of Android was run.  Tables are those of the vectors; code units are UTF-16, references 8 bits wide.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import reference

_rules = cache(reference.rules)

# Never tried by Android: what the single shift table adds, the locking shift table has.
_LEFT_OUT = ((1, 1), (3, 2))


def choice(text: str, languages: tuple[int, ...]) -> dict[str, Any]:
    """Return what Android does with every table of some languages enabled.

    Returns:
        ``encoding``, ``tables`` (``None`` for UCS-2), ``units``, ``counted`` (the messages that it announces,
        units over room rounded up) and ``segments`` (those that it makes).
    """
    # It counts and sends as if escapes were not there.
    sent = text.replace("\x1b", "")
    best: tuple[tuple[int, int], dict[str, Any]] | None = None
    for locking in (0, *(each for each in languages if each != 2)):
        for single in (0, *languages):
            under = _rules(locking or None, single or None)
            if (locking, single) in _LEFT_OUT or reference.encoding(sent, under) != "GSM-7":
                continue
            units = reference.units(sent, under)
            alone, together = under.septets
            counted = 1 if units <= alone else -(-units // together)
            free = (alone if units <= alone else counted * together) - units
            if best is None or (counted, -free) < best[0]:
                found = {"tables": {"locking": locking, "single": single}, "units": units, "counted": counted}
                segments = reference.segments(sent, under)
                best = (counted, -free), {"encoding": "GSM-7", **found, "segments": segments}
    if best is not None:
        return best[1]
    units, segments = reference.units(text), reference.segments(text)
    return {"encoding": "UCS-2", "tables": None, "units": units, "counted": segments, "segments": segments}


def differences(row: dict[str, Any]) -> dict[str, Any]:
    """Return what Android says otherwise than a row of ``national.json`` expects, by field."""
    expected = row["expected"]
    found = choice(reference.read_text(row["input"]["text"]), tuple(row["input"]["languages"]))
    wanted = {**expected, "counted": expected["segments"]}
    return {key: said for key, said in found.items() if wanted[key] != said}
