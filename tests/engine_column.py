"""One random column for every engine, and what the reference says of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from importlib import import_module
from types import ModuleType

import pytest
import reference
from arrow_abi import bulk_segmenter
from conftest import SEED

from segcore import Profile, Segmenter

__all__ = ["ENCODINGS", "MMS", "SEGMENTS", "SEGMENTS_WITH_MMS", "TEXTS", "UNITS", "bulk_segmenter"]

_KINDS: Sequence[Callable[[random.Random], str]] = (
    lambda rng: "",
    lambda rng: "word " * rng.randrange(70),
    lambda rng: "é" * rng.randrange(400) + "Ç",
    lambda rng: "a" * rng.randrange(150, 156) + "€" + "a" * rng.randrange(150, 156),
    lambda rng: "[" * rng.randrange(400),
    lambda rng: "б" * rng.randrange(220),
    lambda rng: "a" * rng.randrange(64, 69) + "\U0001f600" * rng.randrange(1, 90),
    lambda rng: "a" * rng.randrange(64, 72) + "’",
    lambda rng: "a" * rng.choice((159, 160, 161, 306, 307)),
    lambda rng: "\x1b\f\r\n\0"[: rng.randrange(6)],
)


def _texts(rows: int) -> list[str | None]:
    rng = random.Random(f"{SEED} engines")
    return [None if rng.random() < 0.1 else rng.choice(_KINDS)(rng) for _ in range(rows)]


TEXTS = _texts(997)
MMS = [bool(random.Random(f"{SEED} {row}").randrange(2)) for row in range(len(TEXTS))]
SEGMENTS = [None if text is None else reference.segments(text) for text in TEXTS]
UNITS = [None if text is None else reference.units(text) for text in TEXTS]
ENCODINGS = [None if text is None else reference.encoding(text) for text in TEXTS]
SEGMENTS_WITH_MMS = [
    None if count is None else 1 if mms else count for count, mms in zip(SEGMENTS, MMS, strict=True)
]


def total(counts: Sequence[int | None]) -> int:
    """Return the sum, a null counting nothing."""
    return sum(count or 0 for count in counts)


def adapter(name: str, segmenter: Segmenter, patch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module for an engine, counting with one implementation and kernel, or skip."""
    pytest.importorskip(name)
    module = import_module(f"segcore.integrations.{name}")
    patch.setattr(module, "segmenter", type(segmenter))
    return module


# Texts in which tables of replacements find something, some of it side by side.
REPLACEABLE = ["It’s “on”…", "½ cup – 1\u00a0½", "\u200b\u200bzero", "ﬁﬂ œuvre «Ç»", "’" * 71, "→’🎉’"]

# A text that takes more segments under one profile than under another, and one that takes fewer.
UNDER_PROFILES = ["a" * 305, "It’s" + "a" * 67]


def profiles() -> list[tuple[str | Profile, list[int]]]:
    """Return profiles, by name and by value, with the segments of `UNDER_PROFILES`."""
    import segcore

    wide = segcore.PROFILES["us_toll_free_16bit"]
    encoded = segcore.Segmenter("standard", smart_encoding=True).profile
    return [("standard", [2, 2]), (wide.name, [3, 2]), (wide, [3, 2]), (encoded, [2, 1])]


_NUMBERS = {
    "+12025550143": ("US", "US"),
    "+1 (242) 365-0143": ("BS", "BS"),
    "+447400123456": ("GB", "GB"),
    "+447911123456": ("GG", "GG"),
    "07911 123456": (None, "GG"),
    "+80012345678": ("001", "001"),
    "12345": (None, None),
    "ACME": (None, None),
    "": (None, None),
}

# Telephone numbers, nulls among them, and their regions by the default region.
NUMBERS: list[str | None] = [None, *_NUMBERS, None]
REGIONS = {
    default: [None, *(regions[place] for regions in _NUMBERS.values()), None]
    for place, default in enumerate((None, "GB"))
}
