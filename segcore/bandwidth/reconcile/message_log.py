"""What was sent and what is reported of it, joined: a text is kept until its message is settled."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from sys import intern

from segcore.bandwidth.api.callbacks import DELIVERED, FAILED, TYPES
from segcore.bandwidth.reconcile.billing import Ending
from segcore.bandwidth.reconcile.comparison import Comparison
from segcore.bandwidth.reconcile.failures import Failures
from segcore.bandwidth.reconcile.outcomes import Conflict, Failure, NeverSent
from segcore.bandwidth.reconcile.sent_messages import SentMessage
from segcore.bandwidth.reconcile.status_updates import (
    DELIVERED_KINDS,
    FAILED_KINDS,
    LISTED_KINDS,
    RESPONSE,
    Notice,
)
from segcore.sources.streams import InputProblem, Report

# What is known of a message, one bit each.
_MMS, _UNSENT, _SETTLED, _BOUND, _DELIVERED, _FAILED = (1 << bit for bit in range(6))

_BIT_OF_KIND = {name: 1 << index for index, name in enumerate((*TYPES, RESPONSE, *LISTED_KINDS))}
_LAST = DELIVERED_KINDS | FAILED_KINDS

_NOTHING = -1
_AMBIGUOUS = -1


class Ledger:
    """Joins what is reported with what was sent.

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
        # Of each message: its text until it is settled, its first recipient, the kinds seen for that one,
        # what is known, and the segments reported.
        self._texts: list[str | None] = []
        self._recipients: list[str | None] = []
        self._seen = array("H")
        self._state = bytearray()
        self._reported = array("i")
        # What does not fit into those: other recipients, and kinds that are not documented.
        self._also_seen: set[tuple[int, str, str | None]] = set()
        self._conflicts: dict[int, set[int]] = {}
        self._unsent: dict[int, tuple[str | None, str]] = {}
        self._groups: dict[int, set[str]] = {}
        self._carriers: dict[int, str] = {}
        self._failures = Failures()
        self._waiting: list[Notice] = []
        self.sent = 0
        self.duplicates = 0

    def add_sent(self, message: SentMessage) -> None:
        """Add a message that was sent.  All are added before the first report.

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

    def add(self, notice: Notice) -> None:
        """Add what is said of a message of yours.

        Args:
            notice: What is said of it.
        """
        if notice.tag is None and self._tags and notice.id not in self._ids:
            # What is still to come may have its tag, by which it is known.
            self._waiting.append(notice)
        else:
            self._add(notice)

    def _add(self, notice: Notice) -> None:
        slot = self._slot(notice)
        kind, to = notice.kind, notice.to
        self._note_recipients(slot, notice)
        if self._is_duplicate(slot, kind, to):
            self.duplicates += 1
            return
        if notice.carrier is not None:
            self._carriers[slot] = intern(notice.carrier)
        if notice.segments is not None:
            self._note(slot, notice.segments, kind in _LAST)
        if kind in FAILED_KINDS:
            self._failures.add(slot, to, notice.error_code)
            self._state[slot] |= _FAILED
        elif kind in DELIVERED_KINDS:
            self._state[slot] |= _DELIVERED
        if kind in _LAST and not self._state[slot] & (_SETTLED | _UNSENT) and self._reported[slot] >= 0:
            self._settle(slot)

    def _slot(self, notice: Notice) -> int:
        """Return which message it is: by its identifier, else by its tag."""
        slot = self._ids.get(notice.id)
        if slot is not None:
            return slot
        tag = notice.tag
        slot = self._tags.get(tag) if tag is not None else None
        if slot is not None and slot != _AMBIGUOUS and not self._state[slot] & _BOUND:
            self._state[slot] |= _BOUND
            self._keys[slot] = notice.id
        else:
            reason = "neither its identifier nor its tag was sent"
            if slot is not None:
                taken = slot != _AMBIGUOUS
                reason = (
                    f"message {self._keys[slot]} has its tag" if taken else "several were sent with its tag"
                )
            slot = self._new(notice.id, None, _UNSENT | (_MMS if notice.mms else 0))
            self._unsent[slot] = (tag, reason)
        self._ids[notice.id] = slot
        return slot

    def _note_recipients(self, slot: int, notice: Notice) -> None:
        """Note whom a message goes to: one number, or all of a group."""
        first, to = self._recipients[slot], notice.to
        if first is None:
            self._recipients[slot] = to
        elif to is not None and to != first:
            self._groups.setdefault(slot, {first}).add(to)
        if len(notice.recipients) > 1:
            self._groups.setdefault(slot, set()).update(notice.recipients)

    def _is_duplicate(self, slot: int, kind: str, to: str | None) -> bool:
        """Return whether there was one of this kind for this recipient, and remember it."""
        bit = _BIT_OF_KIND.get(kind, 0)
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

    def _settle(self, slot: int) -> None:
        text = self._texts[slot]
        mms = bool(self._state[slot] & _MMS)
        self._comparison.add(self._keys[slot], "out", text or "", mms, self._reported[slot])
        self._texts[slot] = None
        self._state[slot] |= _SETTLED

    def finish(self) -> None:
        """Add what waits for others, and compare what no last report came for."""
        for notice in self._waiting:
            self._add(notice)
        self._waiting.clear()
        for slot, state in enumerate(self._state):
            if not state & (_SETTLED | _UNSENT) and self._reported[slot] >= 0:
                self._settle(slot)
        self._comparison.finish()

    def never_reported(self) -> Iterator[tuple[str, str, bool]]:
        """Yield identifier (or tag), text and whether it is an MMS, for each message without a report."""
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
        """Return the messages for which reports say different things."""
        found = []
        for slot, state in enumerate(self._state):
            both = state & _DELIVERED and state & _FAILED and len(self._groups.get(slot, ())) < 2
            if both or slot in self._conflicts:
                reported = tuple(sorted(self._conflicts.get(slot, {self._reported[slot]})))
                found.append(Conflict(self._keys[slot], reported, (DELIVERED, FAILED) if both else ()))
        return found

    def failures(self) -> list[Failure]:
        """Return what failed, the reason of most first."""
        return self._failures.by_code(self._reported)

    def endings(self) -> Iterator[Ending]:
        """Yield how each message ended that was reported."""
        for slot, state in enumerate(self._state):
            if self._reported[slot] >= 0:
                group = self._groups.get(slot, ())
                to = sorted(group) if len(group) > 1 else self._recipients[slot]
                yield Ending(self._outcome(slot, state), to, bool(state & _MMS), self._reported[slot])

    def _outcome(self, slot: int, state: int) -> str:
        if state & _DELIVERED:
            return "delivered"
        return self._failures.outcome(slot) if state & _FAILED else "under_way"

    def carriers(self) -> dict[str, str]:
        """Return the carriers of messages by their identifiers, as far as lists of messages say."""
        return {self._keys[slot]: carrier for slot, carrier in self._carriers.items()}
