"""Counting, and what both implementations share: MMS flags, choices of 7-bit codings, the way to reports."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from segcore._errors import too_few_flags
from segcore.rules.codings import Coding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


GSM7_SMS, UCS2_SMS, MMS, NULL, OCTETS, LONG_OCTETS = range(6)
"""Kinds of rows: an SMS in either encoding, an MMS, a row without a message, and a message of the first and
of the second class of a route that counts octets."""


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def mms_flags(mms: object) -> bytes | bool | None:
    """Return one octet, 0 or 1, per message; or one ``bool`` for all, or ``None``."""
    if mms is None or isinstance(mms, bool):
        return mms
    if _is_numpy_bool(type(mms)):
        return bool(mms)
    if isinstance(mms, (str, bytes)) or not isinstance(mms, Iterable):
        raise TypeError(f"mms: expected None, a bool or one truth value per text, got {type(mms).__name__}")
    return _array_flags(mms) or _listed_flags(list(mms))


def is_mms(mms: object) -> bool:
    """Return whether one message is an MMS."""
    if mms is None or _is_truth(type(mms)):
        return bool(mms)
    raise TypeError(f"mms: expected a bool, got {type(mms).__name__}{_HINT if isinstance(mms, str) else ''}")


_HINT = "; any non-empty string would be true"


def _is_truth(kind: type) -> bool:
    """Return whether a type is a bool or an integer: text and NaN would all be true."""
    return hasattr(kind, "__index__") or _is_numpy_bool(kind)


def _is_numpy_bool(kind: type) -> bool:
    """Return whether a type is NumPy's own bool, by its names in NumPy 1 and 2."""
    return kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_")


def _listed_flags(values: list[object]) -> bytes:
    wrong = {kind for kind in set(map(type, values)) if not _is_truth(kind)}
    if wrong:
        index = next(index for index, value in enumerate(values) if type(value) in wrong)
        raise TypeError(f"mms[{index}]: expected a bool, got {type(values[index]).__name__}")
    return bytes(map(bool, values))


def _array_flags(mms: Any) -> bytes:
    """Return the octets of a NumPy bool array without checking each; ``None`` for anything else."""
    if type(mms).__module__ != "numpy" or getattr(mms, "ndim", 0) != 1 or mms.dtype.char != "?":
        return b""
    # An array that NumPy took from elsewhere may hold other octets than 1 for true.
    flags: bytes = mms.tobytes().translate(_TRUTH)
    return flags


_TRUTH = bytes(map(bool, range(256)))


def flags_of_rows(flags: bytes | bool | None, first: int, length: int) -> bytes | None:
    """Return the octets of some messages, ``None`` if no message is an MMS."""
    if isinstance(flags, bytes):
        if len(flags) < first + length:
            raise too_few_flags(len(flags), first + length)
        return flags[first : first + length]
    return b"\x01" * length if flags else None


MOST_TABLES = 32
"""Alphabets, and extension tables, that may be chosen from: the bits of a set in C."""


class Choice:
    """Several 7-bit codings, in order of preference; those that can send a text are found in one pass.

    Every alphabet and every extension table has a bit. A code point has two sets of them: the alphabets that
    send it in one septet, and the extension tables that send it in two. No coding may hold more than the
    first does: a text that the first can send in one septet a code point is sent by the first.
    """

    def __init__(self, codings: Sequence[Coding]) -> None:
        first = codings[0]
        for coding in codings:
            if coding.encoding is not first.encoding:
                raise ValueError(f"national: expected codings of {first.encoding}, got {coding!r}")
            if coding.single > first.single or coding.part > first.part:
                raise ValueError(f"national: {coding!r} has more room than the first coding, {first!r}")
        self.codings = tuple(codings)
        self.alphabets = list(dict.fromkeys(coding.basic for coding in codings))
        self.extensions = list(dict.fromkeys(_extension(coding) for coding in codings))
        if max(len(self.alphabets), len(self.extensions)) > MOST_TABLES:
            raise ValueError(f"national: more than {MOST_TABLES} alphabets or extension tables")
        self.tables = [
            (self.alphabets.index(coding.basic), self.extensions.index(_extension(coding)))
            for coding in codings
        ]
        """The alphabet and the extension table of each coding, by their bits."""
        points = set("".join((*self.alphabets, *self.extensions)))
        self.masks = {
            point: (_bits(point, self.alphabets), _bits(point, self.extensions)) for point in points
        }
        """The alphabets and the extension tables that have each code point, as sets of bits."""

    def able(self, text: str) -> Iterator[tuple[Coding, int]]:
        """Yield each coding that can send a text, and the septets that it takes."""
        points = set(text)
        if not self.masks.keys() >= points:
            return
        every = (1 << len(self.extensions)) - 1
        escaped = [every] * len(self.alphabets)
        septets = [len(text)] * len(self.alphabets)
        for point in points:
            alphabets, extensions = self.masks[point]
            times = text.count(point)
            for bit in range(len(self.alphabets)):
                if not alphabets >> bit & 1:
                    escaped[bit] &= extensions
                    septets[bit] += times
        for coding, (alphabet, extension) in zip(self.codings, self.tables, strict=True):
            if septets[alphabet] == len(text) or escaped[alphabet] >> extension & 1:
                yield coding, septets[alphabet]


def _extension(coding: Coding) -> str:
    return coding.extension.text if coding.extension else ""


def _bits(point: str, tables: Sequence[str]) -> int:
    return sum((point in table) << bit for bit, table in enumerate(tables))


class Views:
    """Functions that show results as HTML.

    Reports are made of results, so no result may import them.  The root of the package sets these.
    """

    notebook: Callable[[object], str]
    """Returns a result as a table for a notebook."""
    page: Callable[[Any], str]
    """Returns an estimate as a page."""


views = Views()
