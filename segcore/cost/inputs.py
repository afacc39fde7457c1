"""What callers give for many messages, as counting takes it: lists of texts, one octet for a truth value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from segcore.bulk import speaks_arrow
from segcore.engine.chooser import read_booleans
from segcore.engine.mms_flags import flags_of_rows, mms_flags
from segcore.sources.mms_rule import has_media


def listed(texts: Any, what: str = "texts") -> list[Any] | tuple[Any, ...]:
    """Return values as a list."""
    if isinstance(texts, (list, tuple)):
        return texts
    if isinstance(texts, (str, bytes)) or not isinstance(texts, Iterable):
        raise TypeError(f"{what}: expected an iterable of str, got {type(texts).__name__}")
    return list(texts)


def octets_of(mms: object) -> bytes | bool | None:
    """Return truth values as one octet each; one for all, or ``None``, as it is."""
    return read_booleans(mms) if speaks_arrow(mms) else mms_flags(mms)


def with_media(media: Any) -> bytes:
    """Return one octet for each cell, 1 where there is media in it."""
    if speaks_arrow(media):
        media = next(
            (getattr(media, name)() for name in ("to_pylist", "to_list") if hasattr(media, name)), media
        )
    return bytes(map(has_media, listed(media, "media")))


def flags_at(rows: Iterable[int], length: int) -> bytes:
    """Return one octet for each of `length` rows, 1 for some of them."""
    flags = bytearray(length)
    for row in rows:
        flags[row] = 1
    return bytes(flags)


def joined(one: bytes | bool | None, other: bytes | None, what: str) -> bytes | bool | None:
    """Return flags that are set where either is."""
    if other is None or one is True:
        return one
    if not isinstance(one, bytes):
        return other
    if len(one) != len(other):
        raise ValueError(f"{what}: {len(other)} for {len(one)} messages; give one for each")
    either = int.from_bytes(one, "little") | int.from_bytes(other, "little")
    return either.to_bytes(len(one), "little")


def checked_flags(flags: bytes | bool | None, length: int) -> bytes | None:
    """Return one octet for each of `length` messages, ``None`` if none is an MMS."""
    if isinstance(flags, bytes) and len(flags) != length:
        raise ValueError(f"mms: {len(flags)} truth values for {length} texts; give one for each")
    return flags_of_rows(flags, 0, length)
