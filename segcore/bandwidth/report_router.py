"""Reads what Bandwidth reported, translates it into status updates, and reconciles it with what was sent."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any, BinaryIO, NamedTuple

from segcore.bandwidth.api import ERROR_CODES
from segcore.bandwidth.api.json_objects import (
    DELIVERED,
    FAILED,
    LISTED_DELIVERED,
    LISTED_FAILED,
    LISTED_UNDELIVERED,
    READ,
    RECEIVED,
    SENDING,
    Event,
    ListedMessage,
    Message,
    MessageList,
    check_event,
    check_listed,
    check_page,
    check_response,
    rows_of,
)
from segcore.bandwidth.reconcile import NeverReported, Reconciliation, billed_rows, outcomes_of
from segcore.bandwidth.reconcile.comparison import Comparison
from segcore.bandwidth.reconcile.message_log import FailureReason, MessageLog, Status, StatusUpdate
from segcore.bandwidth.reconcile.sent_messages import Sent, read_sent
from segcore.rates.card import RateCard, card_of
from segcore.rules.profiles import Profile, resolve
from segcore.segmenter import Segmenter
from segcore.sources import Reading, ReadingNotes
from segcore.sources.files import OnError, Progress, is_source, open_files
from segcore.sources.json_fields import EventError, InputError
from segcore.sources.json_stream import json_objects
from segcore.sources.mms_rule import is_mms

BandwidthObject = Mapping[str, Any] | Event | Message | MessageList | ListedMessage
EventSource = str | os.PathLike[str] | BinaryIO | BandwidthObject
Body = Sequence[BandwidthObject]
Events = EventSource | Iterable[EventSource | Body]

RESPONSE = "response"
"""The type of a response to a request, which is not a callback."""

LISTED = "listed"
"""The type of a message in a list, which is not a callback."""

# The fields of an event, a listed message, a response and a list.
_WANTED = (("type", "message"), ("messageId",), ("id", "segmentCount"), ("messages",))

_STATUS: Mapping[str, Status] = {
    DELIVERED: "delivered",
    READ: "delivered",
    FAILED: "failed",
    LISTED_DELIVERED: "delivered",
    LISTED_FAILED: "failed",
    LISTED_UNDELIVERED: "failed",
}

# Bandwidth sends these for MMS only if it asked the carrier for a delivery receipt:
# https://dev.bandwidth.com/messaging/callbacks/messageSending.html.  Early documentation had the second name.
_BEFORE_RECEIPTS = (SENDING, "message-queued")

_WITH_SEGMENTS = ("SMS", "MMS")


def reconcile(  # noqa: PLR0913 (all options of both inputs, by name)
    sent: Sent,
    events: Events,
    *,
    profile: str | Profile = "bandwidth",
    price: Decimal | None = None,
    mms_price: Decimal | None = None,
    rates: RateCard | str | os.PathLike[str] | None = None,
    columns: Mapping[str, str | None] | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    delimiter: str | None = None,
    progress: Progress | None = None,
) -> Reconciliation:
    """Compare the messages that you sent with Bandwidth's reports about them.

    Messages are matched by identifier, and by tag if the log has no identifier.  Inbound messages carry their
    text and need no match.  Events may come in any order and more than once.  Memory does not grow with the
    events: it holds a few hundred octets per message, and its text until it is delivered or has failed.

    Args:
        sent: A CSV, Parquet, Arrow or JSON file or a workbook, a folder of JSON files, an open file, or any
            iterable of ``dict``: ``text``, ``to``, ``media``, and the ``id`` of the response or a ``tag``.
        events: Bandwidth's reports, in one or several of these: a file of callbacks, of responses to
            requests or of lists of messages, one a line or in arrays, compressed or not; a folder of such
            files; an open file; an event, a response or a list; the body of a
            callback, which is an array of events.
        profile: The rules to count under: a key of `segcore.PROFILES`, or a `Profile`.
        price: Price of one SMS segment; ``None`` if unknown.
        mms_price: Price of one MMS; ``None`` if unknown.
        rates: Prices by the prefix or country of the recipient: a rate card or its path, instead of `price`
            and `mms_price`.
        columns: The names of the columns ``id``, ``tag``, ``text``, ``to`` and ``media``, where they have
            other names.
        encoding: The encoding of a CSV file; ``None`` to detect it.
        sheet: The sheet of a workbook; ``None`` for the first with messages.
        delimiter: The delimiter of a CSV file; ``None`` to detect it.
        progress: Receives the number of octets read.

    Returns:
        A `Reconciliation`.  Input that cannot be used is listed in its ``errors``; the rest is read.

    Raises:
        ValueError: A table has no column for the text, or neither for an identifier nor for a tag; no
            profile has that name; or the rate card or a price cannot be used.
        TypeError: `sent` or `events` has the wrong type, or a price is a ``float``.
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
    errors: list[InputError] = []
    notes = ReadingNotes()
    card = card_of(rates, price, mms_price)
    rules = resolve(profile)
    comparison = Comparison(rules)
    log = MessageLog(comparison, errors.append)
    reading = Reading(encoding=encoding, sheet=sheet, delimiter=delimiter)
    for message in read_sent(
        sent, errors.append, columns=columns, progress=progress, notes=notes, reading=reading
    ):
        log.add_sent(message)
    router = ReportRouter(log, comparison, errors.append)
    for location, value in iter_reports(events, errors.append, progress):
        router.route(location, value)
    log.finish()
    rows = billed_rows(log.endings(), card)
    carriers = log.carriers()
    confirmed, accepted = log.mms_deliveries()
    return Reconciliation(
        profile=rules.name,
        smart_encoding=rules.smart_encoding_name,
        sent=log.sent,
        events=router.events,
        duplicates=log.duplicates + router.duplicates,
        types=dict(sorted(router.types.items())),
        matched_by_tag=log.matched_by_tag,
        compared=comparison.compared,
        predicted=comparison.predicted,
        reported=comparison.reported,
        disagreements=[replace(each, carrier=carriers.get(each.key)) for each in comparison.disagreements],
        fits=comparison.fits,
        never_reported=list(_never_reported(log, Segmenter(rules))),
        never_sent=log.never_sent(),
        conflicts=log.conflicts(),
        outcomes=outcomes_of(rows),
        confirmed_mms=confirmed,
        accepted_mms=accepted,
        loops=log.suspected_loops(),
        failures=log.failures(),
        not_sms=dict(sorted(router.not_sms.items())),
        rows=rows,
        rates=card,
        reading=(*notes, *(card.notes if card else ())),
        errors=errors,
    )


def _never_reported(log: MessageLog, segmenter: Segmenter) -> Iterator[NeverReported]:
    found = list(log.never_reported())
    if found:
        keys, texts, mms = zip(*found, strict=True)
        counts = segmenter.count_segments_bulk(texts, mms=mms)
        yield from map(NeverReported, keys, counts, mms)


def iter_reports(events: Any, on_error: OnError, progress: Progress | None) -> Iterator[tuple[str, object]]:
    """Yield each reported object, not yet checked, with its location."""
    if is_source(events):
        for file, name in open_files(events, "events", on_error):
            yield from json_objects(file, name, on_error, wanted=_WANTED, progress=progress)
    elif isinstance(events, (Mapping, Event, Message, MessageList, ListedMessage)):
        yield "events", events
    elif isinstance(events, (bytes, bytearray)) or not isinstance(events, Iterable):
        raise TypeError(
            f"events: expected paths, files or events, got {type(events).__name__}; "
            "read_events reads the body of a callback"
        )
    else:
        for index, each in enumerate(events):
            if is_source(each):
                yield from iter_reports(each, on_error, progress)
            elif isinstance(each, (list, tuple)):
                # The body of a callback is an array of events.
                for entry, event in enumerate(each):
                    yield f"events[{index}][{entry}]", event
            else:
                yield f"events[{index}]", each


class CheckedReport(NamedTuple):
    """A checked report: the type of the event, `RESPONSE` or `LISTED`; its channel; its status update, unless
    it is about a message that you received; and the event, if it is one.
    """

    type: str
    channel: str
    update: StatusUpdate | None
    event: Mapping[str, Any] | None


class ReportRouter:
    """Passes reports on: those about sent messages to the log, received messages to the comparison.

    `on_error` receives an `InputError` for each report that cannot be used.
    """

    def __init__(self, log: MessageLog, comparison: Comparison, on_error: OnError) -> None:
        self._log = log
        self._comparison = comparison
        self._on_error = on_error
        self._received: set[tuple[str, str]] = set()
        self.events = 0
        self.duplicates = 0
        self.types: Counter[str] = Counter()
        self.not_sms: Counter[str] = Counter()

    def route(self, location: str, value: object) -> None:
        """Check and pass on an event, a response, a list of messages or a row of one."""
        for report in reports_in(value, location):
            self.events += 1
            if isinstance(report, EventError):
                self._on_error(report.with_traceback(None))
                continue
            self.types[report.type] += 1
            if report.channel not in _WITH_SEGMENTS:
                self.not_sms[report.channel] += 1
            elif report.type == RECEIVED and report.event is not None:
                self._receive(report.event)
            elif report.update is not None:
                self._log.add(report.update)

    def _receive(self, event: Mapping[str, Any]) -> None:
        message = event["message"]
        key = (message["id"], event["to"])
        if key in self._received:
            self.duplicates += 1
            return
        self._received.add(key)
        self._log.loops.note_received(message.get("from"))
        text, segments = message.get("text") or "", message["segmentCount"]
        self._comparison.add(message["id"], "in", text, _is_mms(message), segments)


def reports_in(value: object, location: str) -> Iterator[CheckedReport | EventError]:
    """Yield the reports in an object that Bandwidth sent, or the errors in them; a list has several reports.

    Example:
        >>> page = {"messages": [{"messageId": "m1", "segmentCount": 2}, {"segmentCount": 1}]}
        >>> report, error = reports_in(page, "page.json: line 1")
        >>> report.update.id, report.update.segments
        ('m1', 2)
        >>> print(error)
        page.json: line 1: messages[1].messageId: missing; every listed message has it
    """
    if isinstance(value, (Event, Message, MessageList, ListedMessage)):
        value = value.to_dict()
    try:
        if not isinstance(value, Mapping) or "type" in value:
            yield _of_event(check_event(value, location))
        elif "messages" in value:
            yield from _of_rows(value, location)
        elif "messageId" in value:
            yield _of_listed(check_listed(value, "", location))
        elif "id" in value and "segmentCount" in value:
            yield _of_response(check_response(value, location))
        elif inside := _enveloped(value):
            for each in inside:
                yield from reports_in(each, location)
        else:
            reason = "neither an event (type), a response (id, segmentCount) nor a list (messages)"
            yield EventError(location, "", reason)
    except EventError as error:
        yield error


def _enveloped(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the objects that queues and request logs wrap: in a list, in an object, or as text in JSON."""
    for inner in value.values():
        inside = _parsed(inner) if isinstance(inner, str) and inner.lstrip()[:1] in ("[", "{") else inner
        found = [inside] if isinstance(inside, Mapping) else inside
        if isinstance(found, list) and found and all(isinstance(each, Mapping) for each in found):
            entries = [entry for each in found for entry in _unwrapped(each)]
            if entries:
                return entries
    return []


def _unwrapped(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    is_report = any(all(name in value for name in names) for names in _WANTED)
    # Records of Amazon SQS have a messageId, too.
    is_listed = "messageId" in value and "message" not in value
    return (_enveloped(value) if is_listed or not is_report else []) or [value] * is_report


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _of_rows(page: Mapping[str, Any], location: str) -> Iterator[CheckedReport | EventError]:
    try:
        check_page(page, location)
    except EventError as error:
        yield error
    for row, path in rows_of(page, location):
        try:
            yield _of_listed(check_listed(row, path, location))
        except EventError as error:  # noqa: PERF203 (one bad row must not hide the others)
            yield error


def _of_event(event: Mapping[str, Any]) -> CheckedReport:
    message = event.get("message") or {}
    update = None
    if message.get("id") is not None and message.get("direction") != "in":
        to, code, time = event.get("to"), event.get("errorCode"), event.get("time")
        update = _update(event["type"], message, to, code, time)
    return CheckedReport(event["type"], message.get("channel") or "SMS", update, event)


def _of_response(message: Mapping[str, Any]) -> CheckedReport:
    to = message.get("to") or ()
    update = _update(RESPONSE, message, to[0] if to else None, None)
    return CheckedReport(RESPONSE, message.get("channel") or "SMS", update, None)


def _update(
    kind: str, message: Mapping[str, Any], to: str | None, code: int | None, time: str | None = None
) -> StatusUpdate:
    return StatusUpdate(
        kind=kind,
        status=_STATUS.get(kind, "under_way"),
        id=message["id"],
        tag=message.get("tag") or None,
        to=to,
        recipients=message.get("to") or (),
        segments=message.get("segmentCount"),
        reason=_failure_reason(code),
        mms=_is_mms(message),
        awaits_receipt=kind in _BEFORE_RECEIPTS,
        sender=message.get("from"),
        created=message.get("time"),
        reported=time,
    )


def _of_listed(row: Mapping[str, Any]) -> CheckedReport:
    channel = (row.get("messageType") or "SMS").upper()
    if row.get("messageDirection") == "INBOUND":
        return CheckedReport(LISTED, channel, None, None)
    status = row.get("messageStatus") or "unknown"
    update = StatusUpdate(
        # A later status of the same message is not a duplicate.
        kind=f"{LISTED}-{status.lower()}",
        status=_STATUS.get(status, "under_way"),
        id=row["messageId"],
        tag=None,
        to=row.get("destinationTn"),
        recipients=(),
        segments=row.get("segmentCount"),
        reason=_failure_reason(row.get("errorCode") or None),
        mms=channel == "MMS" or (row.get("recipientCount") or 0) > 1,
        carrier=row.get("carrierName"),
        sender=row.get("sourceTn"),
        created=row.get("receiveTime"),
    )
    return CheckedReport(LISTED, channel, update, None)


def _is_mms(message: Mapping[str, Any]) -> bool:
    """Return whether a message is an MMS: it says so, or it has media or several recipients."""
    return message.get("channel") == "MMS" or is_mms(message.get("to"), message.get("media"))


@cache
def _failure_reason(code: int | None) -> FailureReason:
    known = ERROR_CODES.get(code) if code is not None else None
    return FailureReason(code, known.name, known.billed) if known else FailureReason(code)
