"""Bandwidth's API; here its error codes, and which failed messages are billed."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from segcore.rules import lines_of


@dataclass(frozen=True)
class ErrorCode:
    """An error code: why a message failed.

    Args:
        code: The value of ``errorCode``.
        name: Bandwidth's name for it.
        billed: Whether Bandwidth bills messages that fail with it.
    """

    code: int
    name: str
    billed: bool


ERROR_CODES = MappingProxyType(
    {
        int(code): ErrorCode(int(code), name, billed == "billed")
        for code, billed, name in map(str.split, lines_of(__package__, "error_codes.txt"))
    }
)
"""The documented error codes, by number.

Source: https://dev.bandwidth.com/docs/messaging/errors (column "Billable").
"""
