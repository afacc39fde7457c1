"""MMS flags as callers give them, checked, as one octet a message."""

from __future__ import annotations

from collections.abc import Iterable

from segcore._errors import too_few_flags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def mms_flags(mms: object) -> bytes | bool | None:
    """Return one octet, 0 or 1, per message; or one ``bool`` for all, or ``None``.

    Raises:
        TypeError: It is neither of these nor an iterable of truth values.
    """
    if mms is None or isinstance(mms, bool):
        return mms
    # NumPy's own bool, by its names in NumPy 1 and 2.
    if type(mms).__module__ == "numpy" and type(mms).__name__ in ("bool", "bool_"):
        return bool(mms)
    if isinstance(mms, (str, bytes)) or not isinstance(mms, Iterable):
        raise TypeError(f"mms: expected None, a bool or one truth value per text, got {type(mms).__name__}")
    return _array_flags(mms) or _listed_flags(list(mms))


def is_mms(mms: object) -> bool:
    """Return whether one message is an MMS.

    Raises:
        TypeError: `mms` is neither ``None``, a ``bool`` nor an integer.
    """
    if mms is None or _is_truth(type(mms)):
        return bool(mms)
    raise TypeError(f"mms: expected a bool, got {type(mms).__name__}{_HINT if isinstance(mms, str) else ''}")


_HINT = ", of which every one that is not empty would be true"


def _is_truth(kind: type) -> bool:
    """Return whether a type is a bool or an integer: text and NaN would all be true."""
    return hasattr(kind, "__index__") or (kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_"))


def _listed_flags(values: list[object]) -> bytes:
    wrong = {kind for kind in set(map(type, values)) if not _is_truth(kind)}
    if wrong:
        index = next(index for index, value in enumerate(values) if type(value) in wrong)
        raise TypeError(f"mms[{index}]: expected a bool, got {type(values[index]).__name__}")
    return bytes(map(bool, values))


def _array_flags(mms: Any) -> bytes:
    """Return the octets of an array of NumPy's bool, which need no look at each; of anything else, none."""
    if type(mms).__module__ != "numpy" or getattr(mms, "ndim", 0) != 1 or mms.dtype.char != "?":
        return b""
    # What NumPy took from elsewhere may hold other octets than 1 for true.
    flags: bytes = mms.tobytes().translate(_TRUTH)
    return flags


_TRUTH = bytes(map(bool, range(256)))


def flags_of_rows(flags: bytes | bool | None, first: int, length: int) -> bytes | None:
    """Return the octets of some messages, ``None`` if no message is an MMS.

    Raises:
        ValueError: There are fewer octets than messages.
    """
    if isinstance(flags, bytes):
        if len(flags) < first + length:
            raise too_few_flags(len(flags), first + length)
        return flags[first : first + length]
    return b"\x01" * length if flags else None
