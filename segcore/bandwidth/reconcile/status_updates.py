"""What Bandwidth says of messages, in one form: from callbacks, from responses, from lists of messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from segcore.bandwidth.api import message_lists
from segcore.bandwidth.api.callbacks import DELIVERED, FAILED, READ, Event, Message, check_event
from segcore.bandwidth.api.message_lists import ListedMessage, MessageList, check_listed, check_page, rows_of
from segcore.bandwidth.api.responses import check_response
from segcore.sources.json_fields import EventError

RESPONSE = "response"
"""The type of a response to a request, which is no callback."""

LISTED = "listed"
"""The type of a message in a list, which is no callback."""


def listed_kind(status: str | None) -> str:
    """Return the kind of a listed message: a later status is something new.

    Args:
        status: Its ``messageStatus``.

    Example:
        >>> listed_kind("DELIVERED")
        'listed-delivered'
    """
    return f"{LISTED}-{(status or 'unknown').lower()}"


LISTED_KINDS = tuple(map(listed_kind, message_lists.STATUSES))
"""The kinds of listed messages whose status is documented."""

DELIVERED_KINDS = frozenset((DELIVERED, READ, listed_kind(message_lists.DELIVERED)))
"""The kinds that say that a message was delivered; no other one is to come."""

FAILED_KINDS = frozenset((FAILED, listed_kind(message_lists.FAILED), listed_kind(message_lists.UNDELIVERED)))
"""The kinds that say that it failed."""


class Notice(NamedTuple):
    """What one callback, response or row of a list says of a message that you sent.

    Args:
        kind: Its type; with its status if it is from a list.
        id: The identifier of the message.
        tag: Its tag, ``None`` for none.
        to: The recipient that this is about, ``None`` if that is not said.
        recipients: All of its recipients, as far as they are said.
        segments: Its segments, ``None`` if they are not said.
        error_code: Why it failed, ``None`` if it did not or that is not said.
        mms: Whether it is said to be an MMS.
        carrier: The carrier, ``None`` if that is not said.
    """

    kind: str
    id: str
    tag: str | None
    to: str | None
    recipients: Sequence[str]
    segments: int | None
    error_code: int | None
    mms: bool
    carrier: str | None = None


class Record(NamedTuple):
    """One thing that Bandwidth reported, checked.

    Args:
        type: Its type, `RESPONSE` or `LISTED`.
        channel: The channel, ``SMS`` if that is not said.
        inbound: Whether it is about a message that you received.
        notice: What it says of a message; ``None`` if it is about none that you sent.
        event: The callback that it is, ``None`` if it is none.
    """

    type: str
    channel: str
    inbound: bool
    notice: Notice | None
    event: Mapping[str, Any] | None


def records_of(thing: object, place: str) -> Iterator[Record | EventError]:
    """Yield what something that Bandwidth sent says: a list of messages says more than one thing.

    Args:
        thing: A callback event, a response, a list of messages or one of these, as JSON or as a dataclass.
        place: What to call it in an error.

    Yields:
        What it says, or what is wrong with that part of it.

    Example:
        >>> page = {"messages": [{"messageId": "m1", "segmentCount": 2}, {"segmentCount": 1}]}
        >>> record, error = records_of(page, "page.json: line 1")
        >>> record.notice.id, record.notice.segments
        ('m1', 2)
        >>> print(error)
        page.json: line 1: messages[1].messageId: missing; every listed message has it
    """
    if isinstance(thing, (Event, Message, MessageList, ListedMessage)):
        thing = thing.to_dict()
    try:
        if not isinstance(thing, Mapping) or "type" in thing:
            yield _of_event(check_event(thing, place))
        elif "messages" in thing:
            yield from _of_rows(thing, place)
        elif "messageId" in thing:
            yield _of_listed(check_listed(thing, "", place))
        elif "id" in thing and "segmentCount" in thing:
            yield _of_response(check_response(thing, place))
        else:
            problem = "neither an event (type), a response (id, segmentCount) nor a list (messages)"
            yield EventError(place, "", problem)
    except EventError as error:
        yield error


def _of_rows(page: Mapping[str, Any], place: str) -> Iterator[Record | EventError]:
    try:
        check_page(page, place)
    except EventError as error:
        yield error
    for row, path in rows_of(page, place):
        try:
            yield _of_listed(check_listed(row, path, place))
        except EventError as error:  # noqa: PERF203 (one row's fault is not the next one's)
            yield error


def _of_event(event: Mapping[str, Any]) -> Record:
    message = event.get("message") or {}
    notice = None
    inbound = message.get("direction") == "in"
    if message.get("id") is not None and not inbound:
        notice = _of_message(event["type"], message, event.get("to"), event.get("errorCode"))
    return Record(event["type"], message.get("channel") or "SMS", inbound, notice, event)


def _of_response(message: Mapping[str, Any]) -> Record:
    to = message.get("to") or ()
    notice = _of_message(RESPONSE, message, to[0] if to else None, None)
    return Record(RESPONSE, message.get("channel") or "SMS", False, notice, None)


def _of_message(kind: str, message: Mapping[str, Any], to: str | None, error_code: int | None) -> Notice:
    recipients = message.get("to") or ()
    is_mms = message.get("channel") == "MMS" or bool(message.get("media")) or len(recipients) > 1
    tag, segments = message.get("tag") or None, message.get("segmentCount")
    return Notice(kind, message["id"], tag, to, recipients, segments, error_code, is_mms)


def _of_listed(row: Mapping[str, Any]) -> Record:
    inbound = row.get("messageDirection") == "INBOUND"
    channel = (row.get("messageType") or "SMS").upper()
    to = row.get("destinationTn")
    is_mms = channel == "MMS" or (row.get("recipientCount") or 0) > 1
    kind, code = listed_kind(row.get("messageStatus")), row.get("errorCode") or None
    found = (
        kind,
        row["messageId"],
        None,
        to,
        (),
        row.get("segmentCount"),
        code,
        is_mms,
        row.get("carrierName"),
    )
    return Record(LISTED, channel, inbound, None if inbound else Notice(*found), None)
