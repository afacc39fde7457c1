"""What a reconciliation finds, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

OUTCOMES = ("delivered", "failed_billed", "failed_free", "failed_unknown", "under_way")
"""How a message may have ended.  A group is delivered if one recipient got it."""

BILLED = OUTCOMES[:2]
"""The outcomes that Bandwidth bills: https://dev.bandwidth.com/docs/messaging/errors."""


@dataclass(frozen=True)
class NeverReported:
    """A message that was sent and of which nothing was reported.

    Args:
        key: Its identifier, or its tag if it has none.
        predicted: Segments that segcore counts.
        mms: Whether it is an MMS.
    """

    key: str
    predicted: int
    mms: bool


@dataclass(frozen=True)
class NeverSent:
    """A message that Bandwidth reported and that is not among what was sent.

    Args:
        id: Its identifier.
        tag: Its tag, if it has one.
        segments: Segments that were reported.
        reason: Why it was not found.
    """

    id: str
    tag: str | None
    segments: int | None
    reason: str


@dataclass(frozen=True)
class Conflict:
    """A message for which reports say different things.

    Args:
        id: Its identifier.
        reported: The numbers of segments that were reported.
        ends: ``message-delivered`` and ``message-failed`` where there are both for a single recipient.
    """

    id: str
    reported: tuple[int, ...]
    ends: tuple[str, ...]


@dataclass
class Outcome:
    """Messages that ended in one way.

    Args:
        messages: How many.
        segments: Segments reported for those that are SMS.
        mms: How many of them are MMS.
    """

    messages: int = 0
    segments: int = 0
    mms: int = 0


@dataclass
class Failure:
    """What failed for one reason.

    Args:
        code: Bandwidth's ``errorCode``; ``None`` if none was reported.
        name: What Bandwidth calls it; ``None`` if it is not documented.
        billed: Whether Bandwidth bills it all the same; ``None`` if it is not documented.
        recipients: How many recipients it failed for.
        segments: Segments of these messages, once for each recipient.
    """

    code: int | None
    name: str | None
    billed: bool | None
    recipients: int = 0
    segments: int = 0
