"""Reconciles what was sent with what Bandwidth reports: which numbers differ, why, and what it costs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from segcore.bandwidth.callbacks import RECEIVED, Event, EventError, check_event
from segcore.bandwidth.comparison import Comparison, Disagreement, Fit
from segcore.bandwidth.documents import Documents
from segcore.bandwidth.ledger import RESPONSE, Conflict, Failure, Ledger, NeverSent, Outcome
from segcore.bandwidth.sent import Sent, read_sent
from segcore.bandwidth.sources import InputProblem, Progress, files_of, octets_of, problem_of
from segcore.cost.money import Cost, cost_of
from segcore.profiles import Profile, resolve
from segcore.segmenter import Segmenter

EventSource = str | os.PathLike[str] | BinaryIO | Mapping[str, Any] | Event
Events = EventSource | Iterable[EventSource]

_BATCH = 1 << 12


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
class Reconciliation:
    """What was sent beside what was reported.

    Args:
        profile: The name of the rules that the predictions were made under.
        sent: Messages that were sent.
        events: Events that were read, duplicates included.
        duplicates: Events that had come before, for the same message, type and recipient.
        types: How many events of each type there were, duplicates included.
        compared: Messages that were compared, by direction: ``out`` and ``in``.
        predicted: Segments predicted for those, by direction.
        reported: Segments reported for those, by direction.
        disagreements: Those of them whose numbers differ.
        fits: The ways of counting that explain any disagreement, the one that explains most first.
        never_reported: Messages without an event.
        never_sent: Messages that were reported and not sent.
        conflicts: Messages for which events say different things.
        outcomes: How messages ended: ``delivered``, ``failed_billed``, ``failed_free``, ``failed_unknown``
            (a code that is not documented), ``under_way``.
        failures: What failed, by error code.
        not_sms: Events on other channels, which have no segments, by channel.
        price: Price of one SMS segment; ``None`` if it is not known.
        mms_price: Price of one MMS; likewise.
        problems: Parts of the input that could not be used.
    """

    profile: str
    sent: int
    events: int
    duplicates: int
    types: Mapping[str, int]
    compared: Mapping[str, int]
    predicted: Mapping[str, int]
    reported: Mapping[str, int]
    disagreements: Sequence[Disagreement]
    fits: Sequence[Fit]
    never_reported: Sequence[NeverReported]
    never_sent: Sequence[NeverSent]
    conflicts: Sequence[Conflict]
    outcomes: Mapping[str, Outcome]
    failures: Sequence[Failure]
    not_sms: Mapping[str, int]
    price: Decimal | None
    mms_price: Decimal | None
    problems: Sequence[InputProblem]

    @property
    def matched(self) -> int:
        """Messages that were sent and reported."""
        return self.compared["out"]

    @property
    def agreeing(self) -> int:
        """Messages whose prediction is what was reported, in both directions."""
        return sum(self.compared.values()) - len(self.disagreements)

    @property
    def agrees(self) -> bool:
        """Whether no reported number differs, neither from the prediction nor from another event."""
        return not self.disagreements and not self.conflicts

    @property
    def unexplained(self) -> int:
        """Disagreements that no way of counting explains."""
        return sum(not each.explanations for each in self.disagreements)

    @property
    def best_fit(self) -> Fit | None:
        """The way of counting that explains most disagreements and contradicts fewest other messages."""
        return self.fits[0] if self.fits else None

    def cost(self, *outcomes: str) -> Cost:
        """Return what messages cost, by the segments that were reported.

        Args:
            outcomes: How they ended; if left out, all that Bandwidth bills, which is what was delivered or
                failed with an error code that is billed.

        Source: https://dev.bandwidth.com/docs/messaging/errors.
        """
        chosen = [self.outcomes[name] for name in outcomes or ("delivered", "failed_billed")]
        segments, mms = sum(each.segments for each in chosen), sum(each.mms for each in chosen)
        return cost_of(segments, mms, self.price, self.mms_price)


def reconcile(
    sent: Sent,
    events: Events,
    *,
    profile: str | Profile = "bandwidth",
    price: Decimal | None = None,
    mms_price: Decimal | None = None,
    columns: Mapping[str, str | None] | None = None,
    progress: Progress | None = None,
) -> Reconciliation:
    """Return what was sent beside what Bandwidth reports of it.

    Messages are joined by their identifier, those logged without one by their tag.  Inbound messages carry
    their text and are compared without any join.  Events may come in any order and more than once.  Memory
    does not grow with the events: it takes some hundred octets a message, and its text until it is delivered
    or has failed.

    Args:
        sent: A CSV, Parquet or JSON file, a folder of JSON files, an open file, or any iterable of ``dict``:
            ``text``, ``to``, ``media``, and the ``id`` of the response or a ``tag``.
        events: What came back, in one or several of these: a file of callbacks, one event or body a line or
            in arrays, gzip or not; a folder of such files; an open file; an event.  Responses to requests
            are read as well.
        profile: The rules to count under: a key of `segcore.PROFILES`, or a `Profile`.
        price: Price of one SMS segment; ``None`` if it is not known.
        mms_price: Price of one MMS; likewise.
        columns: The names of the columns ``id``, ``tag``, ``text``, ``to`` and ``media``, where they have
            others.
        progress: Is told how many octets were read.

    Returns:
        A `Reconciliation`.  What cannot be read is among its problems; the rest is read all the same.

    Raises:
        ValueError: A table has no column for the text, or neither for an identifier nor for a tag; or no
            profile has that name.
        TypeError: `sent` or `events` is none of these.
        OSError: A file cannot be read.

    Example:
        >>> sent = [{"id": "m1", "to": "+12025550143", "text": "See you at 8"}]
        >>> event = {"type": "message-delivered", "time": "2026-11-23T09:00:00Z", "to": "+12025550143",
        ...     "message": {"id": "m1", "segmentCount": 1}}
        >>> found = reconcile(sent, [event, event], price=Decimal("0.004"))
        >>> found.matched, found.agrees, found.duplicates, found.cost().total
        (1, True, 1, Decimal('0.004'))

    Source: https://dev.bandwidth.com/docs/messaging/webhooks.
    """
    problems: list[InputProblem] = []
    comparison = Comparison(resolve(profile))
    ledger = Ledger(comparison, problems.append)
    for message in read_sent(sent, problems.append, columns=columns, progress=progress):
        ledger.add_sent(message)
    desk = _Desk(ledger, comparison, problems)
    for place, event in _events(events, problems, progress):
        desk.take(place, event)
    ledger.finish()
    return Reconciliation(
        profile=resolve(profile).name,
        sent=ledger.sent,
        events=desk.events,
        duplicates=ledger.duplicates + desk.duplicates,
        types=dict(sorted(desk.types.items())),
        compared=comparison.compared,
        predicted=comparison.predicted,
        reported=comparison.reported,
        disagreements=comparison.disagreements,
        fits=comparison.fits,
        never_reported=list(_never_reported(ledger, Segmenter(profile))),
        never_sent=ledger.never_sent(),
        conflicts=ledger.conflicts(),
        outcomes=ledger.outcomes(),
        failures=ledger.failures(),
        not_sms=dict(sorted(desk.not_sms.items())),
        price=price,
        mms_price=mms_price,
        problems=problems,
    )


class _Desk:
    """Sorts events: those about what you sent, those you received, and those that say nothing of segments."""

    def __init__(self, ledger: Ledger, comparison: Comparison, problems: list[InputProblem]) -> None:
        self._ledger = ledger
        self._comparison = comparison
        self._problems = problems
        self._received: set[tuple[str, str]] = set()
        self.events = 0
        self.duplicates = 0
        self.types: Counter[str] = Counter()
        self.not_sms: Counter[str] = Counter()

    def take(self, place: str, event: object) -> None:
        """Take an event, whatever it is."""
        self.events += 1
        try:
            checked = check_event(_as_event(event), place)
        except EventError as error:
            self._problems.append(problem_of(error))
            return
        self.types[checked["type"]] += 1
        message = checked.get("message") or {}
        channel = message.get("channel")
        if channel not in (None, "SMS", "MMS"):
            self.not_sms[channel] += 1
        elif checked["type"] == RECEIVED:
            self._receive(checked, message)
        elif message.get("id") is not None and message.get("direction") != "in":
            self._ledger.add_event(checked)

    def _receive(self, event: Mapping[str, Any], message: Mapping[str, Any]) -> None:
        key = (message["id"], event["to"])
        if key in self._received:
            self.duplicates += 1
            return
        self._received.add(key)
        mms = (
            message.get("channel") == "MMS" or bool(message.get("media")) or len(message.get("to") or ()) > 1
        )
        self._comparison.add(message["id"], "in", message.get("text") or "", mms, message["segmentCount"])


def _as_event(record: object) -> object:
    """Return the response to a request as an event, and everything else as it is."""
    if isinstance(record, Event):
        return record.to_dict()
    if isinstance(record, Mapping) and "type" not in record and {"id", "segmentCount"} <= record.keys():
        to = record.get("to")
        first = to[0] if isinstance(to, list) and to else to
        return {"type": RESPONSE, "to": first, "message": record}
    return record


def _events(
    events: Any, problems: list[InputProblem], progress: Progress | None
) -> Iterator[tuple[str, object]]:
    if isinstance(events, (str, os.PathLike)):
        for path in files_of(os.fspath(events), problems.append):
            with open(path, "rb") as file:
                yield from _documents(file, path, problems, progress)
    elif hasattr(events, "read"):
        yield from _documents(events, getattr(events, "name", "events"), problems, progress)
    elif isinstance(events, (Mapping, Event)):
        yield "events", events
    elif isinstance(events, (bytes, bytearray)) or not isinstance(events, Iterable):
        raise TypeError(
            f"events: expected paths, files or events, got {type(events).__name__}; read_events takes a body"
        )
    else:
        for index, each in enumerate(events):
            # Not by itself: what is no source may still be reported as an event that is none.
            if isinstance(each, (str, os.PathLike)) or hasattr(each, "read"):
                yield from _events(each, problems, progress)
            else:
                yield f"events[{index}]", each


def _documents(
    file: Any, name: str, problems: list[InputProblem], progress: Progress | None
) -> Iterator[tuple[str, object]]:
    octets = octets_of(file, name, problems.append, progress)
    documents = Documents(octets, name, problems.append, ("type", "message"))
    for event in documents:
        yield documents.place, event


def _never_reported(ledger: Ledger, segmenter: Segmenter) -> Iterator[NeverReported]:
    found = list(ledger.never_reported())
    if found:
        keys, texts, mms = zip(*found, strict=True)
        counts = segmenter.count_segments_bulk(texts, mms=mms)
        yield from map(NeverReported, keys, counts, mms)
