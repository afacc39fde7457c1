"""Finds suspected reply loops: a program sends a message for each report about its own messages."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import isnan, nan

# A loop replies at once.  People and schedules rarely do so this often in a row.
_SECONDS = 5.0
_MESSAGES = 10


@dataclass(frozen=True)
class SuspectedLoop:
    """Messages to one recipient that look like replies to reports about earlier ones.

    Args:
        recipient: The recipient.
        messages: Number of messages, each created within 5 seconds of a report about the one before; or all
            messages that went to their own sender.
        to_sender: Whether the recipient is the number that sent them.
    """

    recipient: str
    messages: int
    to_sender: bool


class ReplyLoops:
    """Collects the times of messages, which have numbers here, and finds suspected loops.

    Example:
        >>> loops = ReplyLoops()
        >>> for minute in range(10):
        ...     loops.add()
        ...     loops.note(minute, f"2026-11-23T09:0{minute}:00Z", f"2026-11-23T09:0{minute}:58Z")
        >>> loops.found(["+12025550143"] * 10)
        [SuspectedLoop(recipient='+12025550143', messages=10, to_sender=False)]
    """

    def __init__(self) -> None:
        self._created = array("d")
        self._reported = array("d")
        self._received: Counter[str] = Counter()
        self._to_sender: dict[str, set[int]] = {}

    def add(self) -> None:
        """Add a message."""
        self._created.append(nan)
        self._reported.append(nan)

    def note(self, message: int, created: str | None, reported: str | None) -> None:
        """Note when a message was created and first reported (RFC 3339)."""
        if isnan(self._created[message]):
            self._created[message] = _seconds(created)
        if isnan(self._reported[message]):
            self._reported[message] = _seconds(reported)

    def note_to_sender(self, message: int, sender: str) -> None:
        """Note that a message went to its own sender."""
        self._to_sender.setdefault(sender, set()).add(message)

    def note_received(self, sender: str | None) -> None:
        """Note that a message came from a number: a reply to it is no loop."""
        if sender is not None:
            self._received[sender] += 1

    def found(self, recipients: Sequence[str | None]) -> list[SuspectedLoop]:
        """Return the suspected loops, the longest first."""
        found = [SuspectedLoop(sender, len(each), True) for sender, each in self._to_sender.items()]
        frequent = {
            to for to, number in Counter(recipients).items() if to is not None and number >= _MESSAGES
        }
        messages: dict[str, list[int]] = {}
        for message, to in enumerate(recipients if frequent else ()):
            if to is not None and to in frequent and not isnan(self._created[message]):
                messages.setdefault(to, []).append(message)
        for to, each in messages.items():
            length = self._longest(sorted(each, key=self._created.__getitem__))
            if length >= _MESSAGES and 2 * self._received[to] < length and to not in self._to_sender:
                found.append(SuspectedLoop(to, length, False))
        return sorted(found, key=lambda loop: (-loop.messages, loop.recipient))

    def _longest(self, messages: Sequence[int]) -> int:
        """Return the longest run of messages, each created at once after a report about the one before."""
        longest = run = 1
        for before, message in pairwise(messages):
            is_reply = 0 <= self._created[message] - self._reported[before] <= _SECONDS
            run = run + 1 if is_reply else 1
            longest = max(longest, run)
        return longest


def _seconds(time: str | None) -> float:
    """Return a time in seconds, NaN if it is unknown."""
    try:
        # Python 3.10 does not read the letter Z.
        return datetime.fromisoformat((time or "").replace("Z", "+00:00")).timestamp()
    except ValueError:
        return nan
