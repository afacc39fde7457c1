"""Subclasses of ``str``, honest and not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Plain(str):
    """A subclass that overrides nothing."""


class Liar(str):
    """A subclass each of whose methods is wrong."""

    def __len__(self) -> int:
        return 1

    def __str__(self) -> str:
        return "б"

    def __repr__(self) -> str:
        return "б"

    def __iter__(self) -> Iterator[str]:
        return iter("б")

    def __getitem__(self, index: Any) -> str:
        return "б"

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1

    def __contains__(self, other: object) -> bool:
        return False

    def encode(self, *arguments: Any, **options: Any) -> bytes:
        return b"\xd0\xb1"

    def translate(self, table: Any) -> str:
        return ""

    def isascii(self) -> bool:
        return True

    def __class_getitem__(cls, item: Any) -> Any:
        raise AssertionError
