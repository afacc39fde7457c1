"""Bandwidth's JSON objects as dataclasses: callbacks, responses to requests, and lists of messages.

Each field is declared once, in its dataclass; its name and type in JSON follow from that.  Unknown fields and
nulls are kept in ``extra``, so that ``to_dict`` gives back what was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, TypeVar, get_args, get_type_hints

from segcore.sources.json_fields import EventError, InputError, kind, parsed, strings, wrong_type

RECEIVED = "message-received"
SENDING = "message-sending"
SENT = "message-sent"
DELIVERED = "message-delivered"
FAILED = "message-failed"
READ = "message-read"

EVENT_TYPES = (RECEIVED, SENDING, SENT, DELIVERED, FAILED, READ)
"""The documented types of event about a message; others are kept as they are."""

LISTED_DELIVERED, LISTED_FAILED, LISTED_UNDELIVERED = "DELIVERED", "FAILED", "UNDELIVERED"

_EVERY_EVENT = "every event about a message"
_EVERY_RESPONSE = "every response"
_EVERY_LISTED = "every listed message"

# A field that every documented object has.
_REQUIRED: dict[str, Any] = {"required": True}

_JsonObject = TypeVar("_JsonObject", bound="JsonObject")


@dataclass(frozen=True)
class JsonObject:
    """A JSON object with known fields.

    Args:
        extra: All unknown fields, and known ones that are null.
    """

    extra: Mapping[str, Any] = field(default_factory=dict, hash=False, kw_only=True)

    def to_dict(self) -> dict[str, Any]:
        """Return the object as it was in JSON."""
        found = {}
        for name, known in _schema(type(self)).fields.items():
            value = getattr(self, known.attribute)
            if value is not None:
                found[name] = _plain(value)
        return {**found, **self.extra}


@dataclass(frozen=True)
class Message(JsonObject):
    """The message of an event, or the message that a request created.

    A field that Bandwidth does not send is ``None``.

    Args:
        id: Its identifier, as in the response to the request.
        owner: Your number that it belongs to.
        application_id: The application of that number.
        time: When it was created (RFC 3339).
        segment_count: Its segments, as billed; 1 for an MMS.
        direction: ``in`` or ``out``.
        to: The recipients.
        from_: The sender; ``from`` in JSON.
        text: Its text; empty in events about messages that you sent.
        media: The addresses of its media.
        tag: The tag of the request.
        priority: ``default`` or ``high``.
        channel: ``SMS``, ``MMS`` or ``RBM``.
        expiration: When Bandwidth stops trying to send it (RFC 3339).
        extra: All other fields, and those that are null.

    Source: https://dev.bandwidth.com/docs/messaging/createMessage.
    """

    id: str | None = field(default=None, metadata=_REQUIRED)
    owner: str | None = None
    application_id: str | None = None
    time: str | None = None
    segment_count: int | None = field(default=None, metadata={**_REQUIRED, "minimum": 0})
    direction: str | None = None
    to: tuple[str, ...] | None = None
    from_: str | None = None
    text: str | None = None
    media: tuple[str, ...] | None = None
    tag: str | None = None
    priority: str | None = None
    channel: str | None = None
    expiration: str | None = None


@dataclass(frozen=True)
class Event(JsonObject):
    """An event in the life of a message, for one recipient.

    A field that Bandwidth does not send is ``None``.

    Args:
        type: The type, such as ``message-delivered``; undocumented types are kept.
        time: When it happened (RFC 3339).
        to: The recipient.
        description: The event in words.
        error_code: Why the message failed.
        message: The message.
        extra: All other fields, and those that are null.

    Example:
        >>> event = {"type": "message-seen", "message": {"id": "1", "to": ["+12025550143"]}, "by": 2}
        >>> read_events(event)[0].to_dict() == event
        True

    Source: https://dev.bandwidth.com/docs/messaging/webhooks.
    """

    type: str
    time: str | None = field(default=None, metadata=_REQUIRED)
    to: str | None = field(default=None, metadata=_REQUIRED)
    description: str | None = None
    error_code: int | None = None
    message: Message | None = field(default=None, metadata=_REQUIRED)


@dataclass(frozen=True)
class ListedMessage(JsonObject):
    """A message in a list of messages, which has no text.

    A field that Bandwidth does not send is ``None``.

    Args:
        message_id: Its identifier.
        account_id: The account.
        source_tn: The sender.
        destination_tn: The recipient.
        message_status: Its status, such as ``DELIVERED``; undocumented ones are kept.
        message_direction: ``INBOUND`` or ``OUTBOUND``.
        message_type: ``sms``, ``mms`` or ``rcs``.
        segment_count: Its segments, as billed; 1 for an MMS.
        error_code: Why it failed; 0 if it did not.
        receive_time: When it was created (ISO 8601).
        carrier_name: The carrier.
        message_size: Octets of its content and headers.
        message_length: The length of its content.
        attachment_count: Number of attachments.
        recipient_count: Number of recipients.
        campaign_class: The class of its campaign.
        campaign_id: The campaign.
        bw_latency: Seconds that it spent at Bandwidth.
        carrier_latency: Seconds that it spent at the carrier.
        calling_number_country_a3: The sender's country (ISO 3166 alpha-3).
        called_number_country_a3: The recipient's country (ISO 3166 alpha-3).
        product: The messaging product.
        location: The identifier of the location.
        extra: All other fields, and those that are null.

    Source: https://dev.bandwidth.com/docs/messaging/getMessage.
    """

    message_id: str | None = field(default=None, metadata=_REQUIRED)
    account_id: str | None = None
    source_tn: str | None = None
    destination_tn: str | None = None
    message_status: str | None = None
    message_direction: str | None = None
    message_type: str | None = None
    segment_count: int | None = field(default=None, metadata={"minimum": 0})
    error_code: int | None = None
    receive_time: str | None = None
    carrier_name: str | None = None
    message_size: int | None = None
    message_length: int | None = None
    attachment_count: int | None = None
    recipient_count: int | None = None
    campaign_class: str | None = None
    campaign_id: str | None = None
    bw_latency: int | None = None
    carrier_latency: int | None = None
    calling_number_country_a3: str | None = None
    called_number_country_a3: str | None = None
    product: str | None = None
    location: str | None = None


@dataclass(frozen=True)
class PageInfo(JsonObject):
    """The neighbours of a page of a list.

    Args:
        prev_page: The address of the page before.
        next_page: The address of the page after.
        prev_page_token: The token of the page before.
        next_page_token: The token of the page after.
        extra: All other fields, and those that are null.
    """

    prev_page: str | None = None
    next_page: str | None = None
    prev_page_token: str | None = None
    next_page_token: str | None = None


@dataclass(frozen=True)
class MessageList(JsonObject):
    """A page of a list of messages.

    Args:
        total_count: Number of messages on all pages.
        page_info: The neighbours of this page.
        messages: The messages on this page.
        extra: All other fields, and those that are null.

    Example:
        >>> page = {"totalCount": 1, "pageInfo": {}, "messages": [{"messageId": "m1", "region": "US"}]}
        >>> read_message_list(page).to_dict() == page
        True

    Source: https://dev.bandwidth.com/docs/messaging/getMessage.
    """

    total_count: int | None = None
    page_info: PageInfo | None = None
    messages: tuple[ListedMessage, ...] | None = None


def read_events(data: bytes | str | Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> list[Event]:
    """Return the events of a callback.

    Args:
        data: The body of the callback, an array of events or a single one: JSON text, or the parsed value.

    Returns:
        The events, in order.  Undocumented types and fields are kept.

    Raises:
        EventError: An event lacks a field, or a field has the wrong type; the message names both.
        ValueError: The text is not JSON.
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
        raise wrong_type("events", "", "an array of events, or its JSON", found)
    return [_built(Event, check_event(each, f"events[{index}]")) for index, each in enumerate(found)]


def read_response(data: bytes | str | Mapping[str, Any]) -> Message:
    """Return the message that the response to a create-message request describes.

    Args:
        data: The body of the response: JSON text, or the parsed value.

    Returns:
        The message.  Undocumented fields are kept.

    Raises:
        EventError: A field is missing or has the wrong type; the message names it.
        ValueError: The text is not JSON.

    Example:
        >>> read_response('{"id": "17638848000abc", "segmentCount": 2, "to": ["+12025550143"]}').segment_count
        2

    Source: https://dev.bandwidth.com/docs/messaging/createMessage.
    """
    return _built(Message, check_response(parsed(data, "response"), "response"))


def read_message_list(data: bytes | str | Mapping[str, Any]) -> MessageList:
    """Return a list of messages: the response to a search (``GET /messages``).

    Args:
        data: The body of the response: JSON text, or the parsed value.

    Returns:
        The list.  Undocumented statuses and fields are kept.

    Raises:
        EventError: A field is missing or has the wrong type; the message names it and its position.
        ValueError: The text is not JSON.

    Example:
        >>> page = read_message_list('''{"totalCount": 1, "pageInfo": {}, "messages": [
        ...     {"messageId": "m1", "messageStatus": "DELIVERED", "segmentCount": 2}]}''')
        >>> page.messages[0].message_status, page.messages[0].segment_count
        ('DELIVERED', 2)
        >>> read_message_list({"messages": [{"messageId": "m1"}, "m2"]})
        Traceback (most recent call last):
        ...
        segcore.sources.json_fields.EventError: list: messages[1]: expected an object, got a string

    Source: https://dev.bandwidth.com/docs/messaging/getMessage.
    """
    found = parsed(data, "list")
    check_page(found, "list")
    for row, path in rows_of(found, "list"):
        check_listed(row, path, "list")
    return _built(MessageList, found)


def check_event(event: Any, location: str) -> Mapping[str, Any]:
    """Return an event if it has the documented form, or an undocumented type; raise `EventError` if not."""
    _check_types(Event, event, "", location)
    if event.get("type") is None:
        raise EventError(location, "type", "missing; every event has one")
    if event["type"] in EVENT_TYPES:
        _check_required(Event, event, "", location, _EVERY_EVENT)
        _check_required(Message, event["message"], "message.", location, _EVERY_EVENT)
    return event  # type: ignore[no-any-return]


def check_response(record: Any, location: str) -> Mapping[str, Any]:
    """Return a response if it has the documented form; raise `EventError` if not."""
    _check_types(Message, record, "", location)
    _check_required(Message, record, "", location, _EVERY_RESPONSE)
    return record  # type: ignore[no-any-return]


def check_page(record: Any, location: str) -> None:
    """Raise `EventError` if a list of messages lacks the documented form; its rows are not checked."""
    _check_types(MessageList, record, "", location)


def rows_of(record: Mapping[str, Any], location: str) -> Iterator[tuple[object, str]]:
    """Return the rows of a list of messages, unchecked, each with its path; they must be an array."""
    rows = record.get("messages")
    if rows is not None and not isinstance(rows, (list, tuple)):
        raise _wrong(location, "messages", "an array of objects", rows)
    return ((row, f"messages[{index}].") for index, row in enumerate(rows or ()))


def check_listed(record: Any, path: str, location: str) -> Mapping[str, Any]:
    """Return a row of a list of messages if it has the documented form; raise `EventError` if not."""
    _check_types(ListedMessage, record, path, location)
    _check_required(ListedMessage, record, path, location, _EVERY_LISTED)
    return record  # type: ignore[no-any-return]


class _Known(NamedTuple):
    """A field that a dataclass declares: ``type`` is that of the value in JSON or, nested, a dataclass."""

    attribute: str
    type: type[Any]
    is_array: bool
    minimum: int | None


class _Schema(NamedTuple):
    """The fields of a dataclass by their names in JSON, and the names of required ones."""

    fields: dict[str, _Known]
    required: tuple[str, ...]


_schemas: dict[type[JsonObject], _Schema] = {}


def _schema(cls: type[JsonObject]) -> _Schema:
    if cls not in _schemas:
        _schemas[cls] = _declared(cls)
    return _schemas[cls]


def _declared(cls: type[JsonObject]) -> _Schema:
    """Return the schema that follows from the fields of a dataclass, their types and metadata."""
    hints = get_type_hints(cls)
    found = {}
    required = []
    for each in fields(cls):
        if each.name == "extra":
            continue
        hint = next(iter(get_args(hints[each.name])), hints[each.name])
        is_array = bool(get_args(hint))
        value_type = get_args(hint)[0] if is_array else hint
        first, *rest = each.name.rstrip("_").split("_")
        name = "".join((first, *map(str.capitalize, rest)))
        found[name] = _Known(each.name, value_type, is_array, each.metadata.get("minimum"))
        required += [name] * ("required" in each.metadata)
    return _Schema(found, tuple(required))


def _check_types(cls: type[JsonObject], record: object, path: str, location: str) -> None:
    """Raise `EventError` unless a record is an object whose known fields are null or of their types."""
    if type(record) is not dict and not isinstance(record, Mapping):
        raise _wrong(location, path.removesuffix("."), "an object", record)
    fields_of_record: Mapping[str, Any] = record
    known_fields = _schema(cls).fields
    for name, value in fields_of_record.items():
        known = known_fields.get(name)
        # Most values are strings, and done here.
        if known is None or value is None or (type(value) is known.type is str and not known.is_array):
            continue
        if known.is_array:
            # The rows of a list are checked one by one.
            if known.type is str:
                _check_strings(location, path + name, value)
        elif issubclass(known.type, JsonObject):
            _check_types(known.type, value, f"{path}{name}.", location)
        elif type(value) is bool or not isinstance(value, known.type):
            raise _wrong(location, path + name, "a string" if known.type is str else "a whole number", value)
        elif known.minimum is not None and value < known.minimum:
            raise EventError(location, path + name, f"expected {known.minimum} or more, got {value}")


def _check_strings(location: str, path: str, value: object) -> None:
    try:
        strings(location, path, value)
    except InputError as error:
        raise EventError(location, error.field, error.reason) from None


def _check_required(
    cls: type[JsonObject], record: Mapping[str, Any], path: str, location: str, owner: str
) -> None:
    """Raise `EventError` if a required field is missing or null."""
    for name in _schema(cls).required:
        if record.get(name) is None:
            raise EventError(location, path + name, f"missing; {owner} has it")


def _wrong(location: str, path: str, expected: str, value: object) -> EventError:
    return EventError(location, path, f"expected {expected}, got {kind(value)}")


def _built(cls: type[_JsonObject], record: Mapping[str, Any]) -> _JsonObject:
    """Return a checked object as a dataclass."""
    known_fields = _schema(cls).fields
    arguments: dict[str, Any] = {}
    extra = {}
    for name, value in record.items():
        known = known_fields.get(name)
        if known is None or value is None:
            extra[name] = value
        elif issubclass(known.type, JsonObject):
            arguments[known.attribute] = (
                tuple(_built(known.type, each) for each in value)
                if known.is_array
                else _built(known.type, value)
            )
        else:
            arguments[known.attribute] = tuple(value) if known.is_array else value
    return cls(**arguments, extra=extra)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.to_dict() if isinstance(value, JsonObject) else value
