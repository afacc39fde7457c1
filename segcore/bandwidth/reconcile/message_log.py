"""Matches status updates with the messages that were sent.  A text is kept until its message has ended."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Literal, NamedTuple

from segcore.bandwidth.reconcile.comparison import Comparison, ReplyLoops, SuspectedLoop
from segcore.sources.files import OnError
from segcore.sources.json_fields import InputError

OUTCOMES = ("delivered", "failed_billed", "failed_free", "failed_unknown", "under_way")
"""The outcomes of messages.  A group message is delivered if one recipient got it."""

BILLED = OUTCOMES[:2]
"""The outcomes that are billed."""

# Facts about a message, one bit each.
_MMS, _UNSENT, _SETTLED, _MATCHED, _DELIVERED, _FAILED, _FINAL, _RECEIPT = (1 << bit for bit in range(8))

_NO_SEGMENTS = -1
_AMBIGUOUS = -1

Status = Literal["delivered", "failed", "under_way"]


class SentMessage(NamedTuple):
    """A message that was sent, read at `location`, with an identifier from the provider, a tag, or both."""

    location: str
    id: str | None
    tag: str | None
    text: str
    mms: bool


class FailureReason(NamedTuple):
    """Why a message failed: the provider's error code and its name, and whether the provider bills such
    messages; ``None`` for what was not reported or is not documented.
    """

    code: int | None
    name: str | None = None
    billed: bool | None = None


class StatusUpdate(NamedTuple):
    """A report about a message that was sent.

    Args:
        kind: The type of the report.  Reports of the same kind, message and recipient are duplicates.
        status: The status of the message according to the report.
        id: The identifier of the message.
        tag: Its tag, ``None`` for none.
        to: The recipient that the report is about, ``None`` if unknown.
        recipients: All recipients, as far as the report lists them.
        segments: Its segments, ``None`` if not reported.
        reason: Why it failed, ``None`` if it did not.
        mms: Whether it is an MMS according to the report.
        carrier: The carrier, ``None`` if not reported.
        awaits_receipt: Whether it says that a carrier is to confirm the delivery.
        sender: The number that sent it, ``None`` if not reported.
        created: When the message was created (RFC 3339), ``None`` if not reported.
        reported: When the report was made (RFC 3339), ``None`` if not reported.
    """

    kind: str
    status: Status
    id: str
    tag: str | None
    to: str | None
    recipients: Sequence[str]
    segments: int | None
    reason: FailureReason | None
    mms: bool
    carrier: str | None = None
    awaits_receipt: bool = False
    sender: str | None = None
    created: str | None = None
    reported: str | None = None


class Ending(NamedTuple):
    """The final state of a message: one of `OUTCOMES`, its recipient or all of a group, if known, and the
    segments that were reported.
    """

    outcome: str
    recipients: str | Sequence[str] | None
    mms: bool
    segments: int


@dataclass(frozen=True)
class NeverSent:
    """A message that was reported and is not among the sent ones.

    Args:
        id: Its identifier.
        tag: Its tag, if it has one.
        segments: Segments that were reported.
        reason: Why it matches no sent message.
    """

    id: str
    tag: str | None
    segments: int | None
    reason: str


@dataclass(frozen=True)
class Conflict:
    """A message whose reports contradict each other.

    Args:
        id: Its identifier.
        reported: The numbers of segments that were reported.
        ends: ``delivered`` and ``failed`` if both were reported for a single recipient.
    """

    id: str
    reported: tuple[int, ...]
    ends: tuple[str, ...]


@dataclass(frozen=True)
class AcceptedMms:
    """A delivered MMS without a delivery receipt: the provider has it, and no carrier confirms the delivery.

    Args:
        id: Its identifier.
        recipients: Number of recipients; more than 1 for a group message.
    """

    id: str
    recipients: int


@dataclass
class Failure:
    """All failures with one error code.

    Args:
        code: The provider's error code; ``None`` if none was reported.
        name: The provider's name for it; ``None`` if it is not documented.
        billed: Whether the provider bills it; ``None`` if it is not documented.
        recipients: Number of recipients that it affected.
        segments: Segments of these messages, once for each recipient.
    """

    code: int | None
    name: str | None
    billed: bool | None
    recipients: int = 0
    segments: int = 0


class MessageLog:
    """Matches status updates with sent messages, and passes each matched message on when it has ended.

    `on_error` receives an `InputError` for each sent message that cannot be told from another.
    """

    def __init__(self, comparison: Comparison, on_error: OnError) -> None:
        self._comparison = comparison
        self._on_error = on_error
        self._ids: dict[str, int] = {}
        self._tags: dict[str, int] = {}
        # Tags of messages that have an identifier, too.
        self._other_tags: dict[str, int] = {}
        self._keys: list[str] = []
        # For each message: its text until it is settled, its first recipient, the kinds of report seen for
        # that recipient, its facts, and the segments reported.
        self._texts: list[str | None] = []
        self._recipients: list[str | None] = []
        self._seen = array("H")
        self._facts = bytearray()
        self._reported = array("i")
        # Rare cases: further recipients, more kinds than there are bits, contradictions, groups.
        self._bits: dict[str, int] = {}
        self._also_seen: set[tuple[int, str, str | None]] = set()
        self._conflicts: dict[int, set[int]] = {}
        self._unsent: dict[int, tuple[str | None, str]] = {}
        self._groups: dict[int, set[str]] = {}
        self._carriers: dict[int, str] = {}
        self._failures: dict[int, dict[str | None, FailureReason]] = {}
        self._waiting: list[StatusUpdate] = []
        self.loops = ReplyLoops()
        self.sent = 0
        self.duplicates = 0
        self.matched_by_tag = 0

    def add_sent(self, message: SentMessage) -> None:
        """Add a message that was sent.  Add all of them before the first status update."""
        if message.id is not None:
            known = self._ids.get(message.id)
            if known is not None:
                self._report_repeated(message, known)
                return
            self._ids[message.id] = len(self._keys)
            if message.tag is not None:
                known = self._other_tags.setdefault(message.tag, len(self._keys))
                if known != len(self._keys):
                    self._other_tags[message.tag] = _AMBIGUOUS
        elif message.tag is not None:
            self._add_tag(message.tag, message.location)
        self.sent += 1
        self._new(message.id or message.tag or "", message.text, _MMS if message.mms else 0)

    def _add_tag(self, tag: str, location: str) -> None:
        known = self._tags.setdefault(tag, len(self._keys))
        if known not in (_AMBIGUOUS, len(self._keys)):
            self._tags[tag] = _AMBIGUOUS
            reason = f"tag {tag!r} was sent before; without an identifier these messages cannot be told apart"
            self._on_error(InputError(location, "", reason))

    def _report_repeated(self, message: SentMessage, slot: int) -> None:
        if self._texts[slot] != message.text:
            difference = "another text; the first one is kept"
        elif bool(self._facts[slot] & _MMS) != message.mms:
            difference = "once as SMS and once as MMS; the first one is kept"
        else:
            difference = "the same row again; counted once"
        reason = f"identifier {message.id!r} was sent before: {difference}"
        self._on_error(InputError(message.location, "", reason))

    def _new(self, key: str, text: str | None, facts: int) -> int:
        self._keys.append(key)
        self._texts.append(text)
        self._recipients.append(None)
        self._seen.append(0)
        self._facts.append(facts)
        self._reported.append(_NO_SEGMENTS)
        self.loops.add()
        return len(self._keys) - 1

    def add(self, update: StatusUpdate) -> None:
        """Add a status update."""
        if update.tag is None and self._tags and update.id not in self._ids:
            # A later report may have the tag that identifies the message.
            self._waiting.append(update)
        else:
            self._add(update)

    def _add(self, update: StatusUpdate) -> None:
        slot = self._match(update)
        self._note_recipients(slot, update)
        self.loops.note(slot, update.created, update.reported)
        if update.sender is not None and update.sender in (update.to, *update.recipients):
            self.loops.note_to_sender(slot, update.sender)
        if update.awaits_receipt:
            self._facts[slot] |= _RECEIPT
        if self._is_duplicate(slot, update.kind, update.to):
            self.duplicates += 1
            return
        if update.carrier is not None:
            self._carriers[slot] = intern(update.carrier)
        has_ended = update.status != "under_way"
        if update.segments is not None:
            self._note_segments(slot, update.segments, has_ended)
        if update.status == "failed":
            self._note_failure(slot, update.to, update.reason or FailureReason(None))
            self._facts[slot] |= _FAILED
        elif update.status == "delivered":
            self._facts[slot] |= _DELIVERED
        if has_ended and not self._facts[slot] & (_SETTLED | _UNSENT) and self._reported[slot] >= 0:
            self._settle(slot)

    def _match(self, update: StatusUpdate) -> int:
        """Return the message of an update: by its identifier, else by its tag, else a new one."""
        slot = self._ids.get(update.id)
        if slot is not None:
            self._facts[slot] |= _MATCHED
            if self._facts[slot] & _UNSENT and update.tag is not None:
                self._unsent[slot] = (update.tag, self._unsent[slot][1])
            return slot
        tag = update.tag
        slot = self._tags.get(tag) if tag is not None else None
        if slot is not None and slot != _AMBIGUOUS and not self._facts[slot] & _MATCHED:
            self._facts[slot] |= _MATCHED
            self._keys[slot] = update.id
            self.matched_by_tag += 1
        else:
            reason = "neither its identifier nor its tag was sent" if slot is None else self._taken(slot)
            slot = self._new(update.id, None, _UNSENT | (_MMS if update.mms else 0))
            self._unsent[slot] = (tag, reason)
        self._ids[update.id] = slot
        return slot

    def _taken(self, slot: int) -> str:
        """Return why a tag does not identify a message."""
        if slot == _AMBIGUOUS:
            return "several messages were sent with its tag"
        return f"message {self._keys[slot]} has its tag"

    def _note_recipients(self, slot: int, update: StatusUpdate) -> None:
        """Remember the recipient of a message, or all recipients of a group."""
        first, to = self._recipients[slot], update.to
        if first is None:
            self._recipients[slot] = to
        elif to is not None and to != first:
            self._groups.setdefault(slot, {first}).add(to)
        if len(update.recipients) > 1:
            self._groups.setdefault(slot, set()).update(update.recipients)

    def _is_duplicate(self, slot: int, kind: str, to: str | None) -> bool:
        """Return whether a report of this kind was seen for this recipient, and remember it."""
        if kind not in self._bits:
            self._bits[kind] = 1 << len(self._bits) if len(self._bits) < 8 * self._seen.itemsize else 0
        bit = self._bits[kind]
        if bit and to is not None and to == self._recipients[slot]:
            was_seen = bool(self._seen[slot] & bit)
            self._seen[slot] |= bit
            return was_seen
        before = len(self._also_seen)
        self._also_seen.add((slot, kind, to))
        return len(self._also_seen) == before

    def _note_segments(self, slot: int, segments: int, has_ended: bool) -> None:
        """Remember the reported segments; the final report of a message decides."""
        before = self._reported[slot]
        if before not in (_NO_SEGMENTS, segments):
            self._conflicts.setdefault(slot, {before}).add(segments)
        if before == _NO_SEGMENTS or (not self._facts[slot] & _FINAL and (has_ended or segments > before)):
            self._reported[slot] = segments
        if has_ended:
            self._facts[slot] |= _FINAL

    def _note_failure(self, slot: int, to: str | None, reason: FailureReason) -> None:
        """Remember why a message failed for a recipient, whatever the order of its reports."""
        reasons = self._failures.setdefault(slot, {})
        before = reasons.get(to)
        if before is None or before.code is None or (reason.code is not None and reason.code < before.code):
            reasons[to] = reason

    def _settle(self, slot: int) -> None:
        text = self._texts[slot]
        mms = bool(self._facts[slot] & _MMS)
        self._comparison.add(self._keys[slot], "out", text or "", mms, self._reported[slot])
        self._texts[slot] = None
        self._facts[slot] |= _SETTLED

    def finish(self) -> None:
        """Match the updates that wait for a tag, and compare messages without a final report."""
        for update in self._waiting:
            self._add(update)
        self._waiting.clear()
        self._match_other_tags()
        for slot, facts in enumerate(self._facts):
            if not facts & (_SETTLED | _UNSENT) and self._reported[slot] >= 0:
                self._settle(slot)
        self._comparison.finish()

    def _match_other_tags(self) -> None:
        """Match reported messages by tag with sent ones whose own identifier was never reported.

        Only now: until the last report, the identifier may still come.
        """
        for slot, (tag, _) in list(self._unsent.items()):
            sent = self._other_tags.get(tag) if tag is not None else None
            if sent is None:
                continue
            if sent == _AMBIGUOUS or self._facts[sent] & _MATCHED:
                self._unsent[slot] = (tag, self._taken(sent))
            else:
                del self._unsent[slot]
                self._texts[slot], self._texts[sent] = self._texts[sent], None
                self._facts[slot] = self._facts[slot] & ~(_UNSENT | _MMS) | (self._facts[sent] & _MMS)
                self._facts[sent] |= _MATCHED | _UNSENT
                self._keys[sent] = self._keys[slot]
                self.matched_by_tag += 1

    def never_reported(self) -> Iterator[tuple[str, str, bool]]:
        """Yield identifier (or tag), text and whether it is an MMS, for each message without a report."""
        for slot, facts in enumerate(self._facts):
            if not facts & _UNSENT and self._reported[slot] < 0:
                yield self._keys[slot], self._texts[slot] or "", bool(facts & _MMS)

    def never_sent(self) -> list[NeverSent]:
        """Return the messages that were reported and not sent."""
        return [
            NeverSent(
                self._keys[slot], tag, None if self._reported[slot] < 0 else self._reported[slot], reason
            )
            for slot, (tag, reason) in self._unsent.items()
        ]

    def conflicts(self) -> list[Conflict]:
        """Return the messages whose reports contradict each other."""
        found = []
        for slot, facts in enumerate(self._facts):
            both = facts & _DELIVERED and facts & _FAILED and len(self._groups.get(slot, ())) < 2
            if both or slot in self._conflicts:
                reported = tuple(sorted(self._conflicts.get(slot, {self._reported[slot]})))
                found.append(Conflict(self._keys[slot], reported, ("delivered", "failed") if both else ()))
        return found

    def mms_deliveries(self) -> tuple[int, list[AcceptedMms]]:
        """Return the number of delivered MMS that a receipt confirms, and those without a receipt."""
        confirmed = 0
        accepted = []
        for slot, facts in enumerate(self._facts):
            if facts & _MMS and facts & _DELIVERED:
                if facts & _RECEIPT:
                    confirmed += 1
                else:
                    accepted.append(AcceptedMms(self._keys[slot], max(1, len(self._groups.get(slot, ())))))
        return confirmed, accepted

    def suspected_loops(self) -> list[SuspectedLoop]:
        """Return the suspected reply loops, the longest first."""
        return self.loops.found(self._recipients)

    def failures(self) -> list[Failure]:
        """Return the failures by error code, the most frequent first."""
        found: dict[FailureReason, Failure] = {}
        for slot, reasons in self._failures.items():
            for reason in reasons.values():
                failure = found.setdefault(reason, Failure(*reason))
                failure.recipients += 1
                failure.segments += max(self._reported[slot], 0)
        return sorted(found.values(), key=lambda each: (-each.recipients, each.code or 0))

    def endings(self) -> Iterator[Ending]:
        """Yield how each reported message ended."""
        for slot, facts in enumerate(self._facts):
            if self._reported[slot] >= 0:
                group = self._groups.get(slot, ())
                to = sorted(group) if len(group) > 1 else self._recipients[slot]
                yield Ending(self._outcome(slot, facts), to, bool(facts & _MMS), self._reported[slot])

    def _outcome(self, slot: int, facts: int) -> str:
        if facts & _DELIVERED:
            return "delivered"
        if not facts & _FAILED:
            return "under_way"
        billed = [reason.billed for reason in self._failures[slot].values()]
        if any(billed):
            return "failed_billed"
        return "failed_unknown" if None in billed else "failed_free"

    def carriers(self) -> dict[str, str]:
        """Return the carriers of messages by their identifiers, as far as they were reported."""
        return {self._keys[slot]: carrier for slot, carrier in self._carriers.items()}
