"""The callbacks that Bandwidth sends: an array of events, each about one message and one recipient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from segcore.bandwidth.api.json_objects import arguments, check_count, check_needed, check_types, json_of
from segcore.sources.json_fields import EventError, parsed, wrong

RECEIVED = "message-received"
SENDING = "message-sending"
SENT = "message-sent"
DELIVERED = "message-delivered"
FAILED = "message-failed"
READ = "message-read"

TYPES = (RECEIVED, SENDING, SENT, DELIVERED, FAILED, READ)
"""The types of event about a message that are documented; others are kept as they are."""

_EVENT = {
    "time": ("time", str), "type": ("type", str), "to": ("to", str), "description": ("description", str),
    "errorCode": ("error_code", int), "message": ("message", dict),
}  # fmt: skip
MESSAGE_FIELDS = {
    "id": ("id", str), "owner": ("owner", str), "applicationId": ("application_id", str),
    "time": ("time", str), "segmentCount": ("segment_count", int), "direction": ("direction", str),
    "to": ("to", list), "from": ("from_", str), "text": ("text", str), "media": ("media", list),
    "tag": ("tag", str), "priority": ("priority", str), "channel": ("channel", str),
    "expiration": ("expiration", str),
}  # fmt: skip
"""The fields of a message, which responses have too."""

# Of the fields that the API description requires, those that nothing can be said without.
_NEEDED = ("time", "to", "message")
_NEEDED_OF_MESSAGE = ("id", "segmentCount")
_WHO = "every event about a message"


@dataclass(frozen=True)
class Message:
    """The message that an event is about, or that a request made.

    What Bandwidth does not say is ``None``.

    Args:
        id: Its identifier, which the response to the request had too.
        owner: The number of yours that it belongs to.
        application_id: The application of that number.
        time: When it was created (RFC 3339).
        segment_count: Its segments, as billed; 1 for an MMS.
        direction: ``in`` or ``out``.
        to: The numbers that it goes to.
        from_: The number that it is from; ``from`` in JSON.
        text: Its text; empty in events about what you sent.
        media: The addresses of its media.
        tag: The tag of the request.
        priority: ``default`` or ``high``.
        channel: ``SMS``, ``MMS`` or ``RBM``.
        expiration: When it is no longer to be sent (RFC 3339).
        extra: All other fields, and those that are null.
    """

    id: str | None = None
    owner: str | None = None
    application_id: str | None = None
    time: str | None = None
    segment_count: int | None = None
    direction: str | None = None
    to: tuple[str, ...] | None = None
    from_: str | None = None
    text: str | None = None
    media: tuple[str, ...] | None = None
    tag: str | None = None
    priority: str | None = None
    channel: str | None = None
    expiration: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the message as it was in JSON."""
        return json_of(self, MESSAGE_FIELDS)


@dataclass(frozen=True)
class Event:
    """One thing that happened to a message, for one recipient.

    What Bandwidth does not say is ``None``.

    Args:
        type: What happened: one of `TYPES`, or a type that came later.
        time: When (RFC 3339).
        to: The recipient.
        description: What happened, in words.
        error_code: Why it failed.
        message: The message.
        extra: All other fields, and those that are null.
    """

    type: str
    time: str | None = None
    to: str | None = None
    description: str | None = None
    error_code: int | None = None
    message: Message | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the event as it was in JSON.

        Example:
            >>> event = {"type": "message-seen", "message": {"id": "1", "to": ["+12025550143"]}, "by": 2}
            >>> read_events(event)[0].to_dict() == event
            True
        """
        return json_of(self, _EVENT)


def read_events(data: bytes | str | Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> list[Event]:
    """Return the events of a callback.

    Args:
        data: The body of the callback, an array of events or a single one: JSON text, or what it parses to.

    Returns:
        The events, in their order.  Types that are not documented are kept, and so are other fields.

    Raises:
        EventError: An event lacks a field or has one of another type; the message names both.
        ValueError: It is not JSON.
        TypeError: It is neither text nor an array or object.

    Example:
        >>> body = b'''[{"type": "message-delivered", "time": "2026-11-23T09:00:00Z", "to": "+12025550143",
        ...     "description": "ok", "message": {"id": "1732352400000abc", "segmentCount": 2}}]'''
        >>> event, = read_events(body)
        >>> event.type, event.to, event.message.segment_count
        ('message-delivered', '+12025550143', 2)

    Source: https://dev.bandwidth.com/docs/messaging/webhooks.
    """
    found: Any = parsed(data, "events")
    if isinstance(found, Mapping):
        found = [found]
    if not isinstance(found, (list, tuple)):
        raise wrong("events", "", "an array of events, or its JSON", found)
    return [event_of(check_event(each, f"events[{index}]")) for index, each in enumerate(found)]


def check_event(event: Any, place: str) -> Mapping[str, Any]:
    """Return an event if it is one that Bandwidth documents, or one of a type that came later.

    Args:
        event: What was read.
        place: What to call it in an error.

    Raises:
        EventError: A field is missing or of another type.
    """
    check_types(event, _EVENT, "", place)
    if event.get("type") is None:
        raise EventError(place, "type", "missing; every event has one")
    message = event.get("message")
    if message is not None:
        check_types(message, MESSAGE_FIELDS, "message.", place)
        check_count(message, "message.", place)
    if event["type"] in TYPES:
        check_needed(event, _NEEDED, "", place, _WHO)
        check_needed(event["message"], _NEEDED_OF_MESSAGE, "message.", place, _WHO)
    return event  # type: ignore[no-any-return]


def event_of(event: Mapping[str, Any]) -> Event:
    """Return a checked event as dataclasses.

    Args:
        event: What `check_event` returned.
    """
    known = arguments(event, _EVENT)
    message = known.get("message")
    if message is not None:
        known["message"] = Message(**arguments(message, MESSAGE_FIELDS))
    return Event(**known)
