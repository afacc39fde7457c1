"""What was sent and what is reported of it, joined: a text is kept until its message is settled."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from segcore.bandwidth.callbacks import DELIVERED, FAILED, READ, TYPES
from segcore.bandwidth.comparison import Comparison
from segcore.bandwidth.error_codes import ERROR_CODES
from segcore.bandwidth.sent import SentMessage
from segcore.bandwidth.sources import InputProblem, Report

# What is known of a message, one bit each.
_MMS, _UNSENT, _SETTLED, _BOUND, _DELIVERED, _FAILED, _BILLED, _UNKNOWN_CODE = (1 << bit for bit in range(8))

RESPONSE = "response"
"""The type that the response to a request is given, which is no callback."""

_BIT_OF_TYPE = {name: 1 << index for index, name in enumerate((*TYPES, RESPONSE))}
_LAST = {DELIVERED, FAILED, READ}

_NOTHING = -1
_AMBIGUOUS = -1


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
    """A message for which events say different things.

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

    def add(self, segments: int, mms: bool) -> None:
        """Add a message.

        Args:
            segments: Segments that were reported for it.
            mms: Whether it is an MMS.
        """
        self.messages += 1
        self.mms += mms
        self.segments += 0 if mms else segments


@dataclass
class Failure:
    """What failed for one reason.

    Args:
        code: Bandwidth's ``errorCode``; ``None`` if the event has none.
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


class Ledger:
    """Joins events with what was sent.

    Args:
        comparison: Gets every message that was sent and is settled, with what was reported.
        report: Gets an `InputProblem` for each row that cannot be told from another.
    """

    def __init__(self, comparison: Comparison, report: Report) -> None:
        self._comparison = comparison
        self._report = report
        self._ids: dict[str, int] = {}
        self._tags: dict[str, int] = {}
        self._keys: list[str] = []
        # Of each message: its text until it is settled, its first recipient, the types of event seen for that
        # one, what is known, and the segments reported.
        self._texts: list[str | None] = []
        self._recipients: list[str | None] = []
        self._seen = bytearray()
        self._state = bytearray()
        self._reported = array("i")
        # What does not fit into those: other recipients, and types that are not documented.
        self._also_seen: set[tuple[int, str, str | None]] = set()
        self._conflicts: dict[int, set[int]] = {}
        self._unsent: dict[int, tuple[str | None, str]] = {}
        self._groups: set[int] = set()
        self._failures: dict[int | None, Failure] = {}
        self.sent = 0
        self.duplicates = 0

    def add_sent(self, message: SentMessage) -> None:
        """Add a message that was sent.  All are added before the first event.

        Args:
            message: The message.
        """
        if message.id is not None:
            known = self._ids.get(message.id)
            if known is not None:
                self._twice(message, known)
                return
            self._ids[message.id] = len(self._keys)
        elif message.tag is not None:
            self._add_tag(message.tag, message.place)
        self.sent += 1
        self._new(message.id or message.tag or "", message.text, _MMS if message.mms else 0)

    def _add_tag(self, tag: str, place: str) -> None:
        known = self._tags.setdefault(tag, len(self._keys))
        if known not in (_AMBIGUOUS, len(self._keys)):
            self._tags[tag] = _AMBIGUOUS
            problem = f"tag {tag!r} was sent before, and without an identifier these cannot be told apart"
            self._report(InputProblem(place, problem))

    def _twice(self, message: SentMessage, slot: int) -> None:
        same = (self._texts[slot], bool(self._state[slot] & _MMS)) == (message.text, message.mms)
        problem = "the same row once more; counted once" if same else "another text; the first one is kept"
        self._report(InputProblem(message.place, f"identifier {message.id!r} was sent before: {problem}"))

    def _new(self, key: str, text: str | None, state: int) -> int:
        self._keys.append(key)
        self._texts.append(text)
        self._recipients.append(None)
        self._seen.append(0)
        self._state.append(state)
        self._reported.append(_NOTHING)
        return len(self._keys) - 1

    def add_event(self, event: Mapping[str, Any]) -> None:
        """Add a checked event about a message of yours.

        Args:
            event: The event, which has a message with an identifier.
        """
        message = event["message"]
        slot = self._slot(message)
        kind, to = event["type"], event.get("to")
        if self._is_duplicate(slot, kind, to):
            self.duplicates += 1
            return
        if len(message.get("to") or ()) > 1:
            self._groups.add(slot)
        segments = message.get("segmentCount")
        if segments is not None:
            self._note(slot, segments, kind in _LAST)
        if kind == FAILED:
            self._note_failure(slot, event.get("errorCode"), segments or 0)
        elif kind in (DELIVERED, READ):
            self._state[slot] |= _DELIVERED
        if kind in _LAST and not self._state[slot] & (_SETTLED | _UNSENT) and self._reported[slot] >= 0:
            self._settle(slot)

    def _slot(self, message: Mapping[str, Any]) -> int:
        """Return which message it is: by its identifier, else by its tag."""
        identifier = message["id"]
        slot = self._ids.get(identifier)
        if slot is not None:
            return slot
        tag = message.get("tag") or None
        slot = self._tags.get(tag) if tag is not None else None
        if slot is not None and slot != _AMBIGUOUS and not self._state[slot] & _BOUND:
            self._state[slot] |= _BOUND
            self._keys[slot] = identifier
        else:
            reason = "neither its identifier nor its tag was sent"
            if slot is not None:
                taken = slot != _AMBIGUOUS
                reason = (
                    f"message {self._keys[slot]} has its tag" if taken else "several were sent with its tag"
                )
            mms = (
                message.get("channel") == "MMS"
                or bool(message.get("media"))
                or len(message.get("to") or ()) > 1
            )
            slot = self._new(identifier, None, _UNSENT | (_MMS if mms else 0))
            self._unsent[slot] = (tag, reason)
        self._ids[identifier] = slot
        return slot

    def _is_duplicate(self, slot: int, kind: str, to: str | None) -> bool:
        """Return whether there was an event of this type for this recipient, and remember it."""
        if self._recipients[slot] is None:
            self._recipients[slot] = to
        bit = _BIT_OF_TYPE.get(kind, 0)
        if bit and to is not None and to == self._recipients[slot]:
            again = bool(self._seen[slot] & bit)
            self._seen[slot] |= bit
            return again
        before = len(self._also_seen)
        self._also_seen.add((slot, kind, to))
        return len(self._also_seen) == before

    def _note(self, slot: int, segments: int, last: bool) -> None:
        """Note what was reported; what the last event of a message says counts."""
        before = self._reported[slot]
        if before not in (_NOTHING, segments):
            self._conflicts.setdefault(slot, {before}).add(segments)
        settled = self._state[slot] & _SETTLED
        if before == _NOTHING or (not settled and (last or segments > before)):
            self._reported[slot] = segments

    def _note_failure(self, slot: int, code: int | None, segments: int) -> None:
        known = ERROR_CODES.get(code) if code is not None else None
        failure = self._failures.get(code)
        if failure is None:
            failure = Failure(code, known.name if known else None, known.billed if known else None)
            self._failures[code] = failure
        failure.recipients += 1
        failure.segments += segments
        bit = _UNKNOWN_CODE if known is None else _BILLED if known.billed else 0
        self._state[slot] |= _FAILED | bit

    def _settle(self, slot: int) -> None:
        text = self._texts[slot]
        mms = bool(self._state[slot] & _MMS)
        self._comparison.add(self._keys[slot], "out", text or "", mms, self._reported[slot])
        self._texts[slot] = None
        self._state[slot] |= _SETTLED

    def finish(self) -> None:
        """Compare what no last event came for."""
        for slot, state in enumerate(self._state):
            if not state & (_SETTLED | _UNSENT) and self._reported[slot] >= 0:
                self._settle(slot)
        self._comparison.finish()

    def never_reported(self) -> Iterator[tuple[str, str, bool]]:
        """Yield identifier (or tag), text and whether it is an MMS, for each message without an event."""
        for slot, state in enumerate(self._state):
            if not state & _UNSENT and self._reported[slot] < 0:
                yield self._keys[slot], self._texts[slot] or "", bool(state & _MMS)

    def never_sent(self) -> list[NeverSent]:
        """Return the messages that were reported and not sent."""
        return [
            NeverSent(
                self._keys[slot], tag, None if self._reported[slot] < 0 else self._reported[slot], reason
            )
            for slot, (tag, reason) in self._unsent.items()
        ]

    def conflicts(self) -> list[Conflict]:
        """Return the messages for which events say different things."""
        found = []
        for slot, state in enumerate(self._state):
            both = state & _DELIVERED and state & _FAILED and slot not in self._groups
            if both or slot in self._conflicts:
                reported = tuple(sorted(self._conflicts.get(slot, {self._reported[slot]})))
                found.append(Conflict(self._keys[slot], reported, (DELIVERED, FAILED) if both else ()))
        return found

    def failures(self) -> list[Failure]:
        """Return what failed, the reason of most first."""
        return sorted(self._failures.values(), key=lambda each: (-each.recipients, each.code or 0))

    def outcomes(self) -> dict[str, Outcome]:
        """Return how messages ended: delivered; failed and billed, free or of unknown code; under way."""
        found = {name: Outcome() for name in OUTCOMES}
        for slot, state in enumerate(self._state):
            if self._reported[slot] >= 0:
                found[_outcome(state)].add(self._reported[slot], bool(state & _MMS))
        return found


OUTCOMES = ("delivered", "failed_billed", "failed_free", "failed_unknown", "under_way")
"""How a message may have ended.  A group is delivered if one recipient got it."""


def _outcome(state: int) -> str:
    if state & _DELIVERED:
        return "delivered"
    if not state & _FAILED:
        return "under_way"
    if state & _BILLED:
        return "failed_billed"
    return "failed_unknown" if state & _UNKNOWN_CODE else "failed_free"


def other_types(types: Mapping[str, int]) -> dict[str, int]:
    """Return the types of event that are not documented.

    Args:
        types: How many events there were of each type.
    """
    return {name: count for name, count in sorted(types.items()) if name not in TYPES}
