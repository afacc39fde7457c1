"""The lists of messages that Bandwidth answers searches with: what became of each, without its text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from segcore.bandwidth.api.json_objects import (
    arguments,
    check_count,
    check_needed,
    check_types,
    json_of,
    unlike,
)
from segcore.sources.json_fields import EventError, parsed

_LISTED = {
    "messageId": ("message_id", str), "accountId": ("account_id", str), "sourceTn": ("source_tn", str),
    "destinationTn": ("destination_tn", str), "messageStatus": ("message_status", str),
    "messageDirection": ("message_direction", str), "messageType": ("message_type", str),
    "segmentCount": ("segment_count", int), "errorCode": ("error_code", int),
    "receiveTime": ("receive_time", str), "carrierName": ("carrier_name", str),
    "messageSize": ("message_size", int), "messageLength": ("message_length", int),
    "attachmentCount": ("attachment_count", int), "recipientCount": ("recipient_count", int),
    "campaignClass": ("campaign_class", str), "campaignId": ("campaign_id", str),
    "bwLatency": ("bw_latency", int), "carrierLatency": ("carrier_latency", int),
    "callingNumberCountryA3": ("calling_number_country_a3", str),
    "calledNumberCountryA3": ("called_number_country_a3", str),
    "product": ("product", str), "location": ("location", str),
}  # fmt: skip
_PAGE = {
    "prevPage": ("prev_page", str), "nextPage": ("next_page", str),
    "prevPageToken": ("prev_page_token", str), "nextPageToken": ("next_page_token", str),
}  # fmt: skip
# What is in the list is looked at one by one.
_LIST = {"totalCount": ("total_count", int), "pageInfo": ("page_info", dict), "messages": ("messages", tuple)}

DELIVERED, FAILED, UNDELIVERED = "DELIVERED", "FAILED", "UNDELIVERED"

STATUSES = ("RECEIVED", "QUEUED", "SENDING", "SENT", FAILED, DELIVERED, "ACCEPTED", UNDELIVERED)
"""The statuses of a listed message that are documented; others are kept as they are."""


@dataclass(frozen=True)
class ListedMessage:
    """A message in a list of messages, which has no text.

    What Bandwidth does not say is ``None``.

    Args:
        message_id: Its identifier.
        account_id: The account.
        source_tn: The number that it is from.
        destination_tn: The number that it goes to.
        message_status: What became of it: one of `STATUSES`, or one that came later.
        message_direction: ``INBOUND`` or ``OUTBOUND``.
        message_type: ``sms``, ``mms`` or ``rcs``.
        segment_count: Its segments, as billed; 1 for an MMS.
        error_code: Why it failed; 0 if it did not.
        receive_time: When it was created (ISO 8601).
        carrier_name: The carrier.
        message_size: Octets of its content and headers.
        message_length: The length of its content.
        attachment_count: How many attachments it has.
        recipient_count: How many recipients it has.
        campaign_class: The class of its campaign.
        campaign_id: The campaign.
        bw_latency: Seconds that Bandwidth took.
        carrier_latency: Seconds that the carrier took.
        calling_number_country_a3: The country of the number that it is from (ISO 3166 alpha-3).
        called_number_country_a3: The country of the number that it goes to.
        product: The messaging product.
        location: The identifier of the location.
        extra: All other fields, and those that are null.
    """

    message_id: str | None = None
    account_id: str | None = None
    source_tn: str | None = None
    destination_tn: str | None = None
    message_status: str | None = None
    message_direction: str | None = None
    message_type: str | None = None
    segment_count: int | None = None
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
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the message as it was in JSON."""
        return json_of(self, _LISTED)


@dataclass(frozen=True)
class PageInfo:
    """Where the pages before and after a list are.

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
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the object as it was in JSON."""
        return json_of(self, _PAGE)


@dataclass(frozen=True)
class MessageList:
    """A page of a list of messages.

    Args:
        total_count: How many messages there are on all pages.
        page_info: Where the other pages are.
        messages: The messages of this one.
        extra: All other fields, and those that are null.
    """

    total_count: int | None = None
    page_info: PageInfo | None = None
    messages: tuple[ListedMessage, ...] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the list as it was in JSON.

        Example:
            >>> page = {"totalCount": 1, "pageInfo": {}, "messages": [{"messageId": "m1", "region": "US"}]}
            >>> read_message_list(page).to_dict() == page
            True
        """
        return json_of(self, _LIST)


def read_message_list(data: bytes | str | Mapping[str, Any]) -> MessageList:
    """Return a list of messages, as a search for messages (``GET /messages``) answers.

    Args:
        data: The body of the answer: JSON text, or what it parses to.

    Returns:
        The list.  Statuses and fields that are not documented are kept.

    Raises:
        EventError: A field is missing or of another type; the message names it and its position.
        ValueError: It is not JSON.

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
    rows = [ListedMessage(**arguments(check_listed(*row, "list"), _LISTED)) for row in rows_of(found, "list")]
    known = arguments(found, _LIST)
    if "messages" in known:
        known["messages"] = tuple(rows)
    if "page_info" in known:
        known["page_info"] = PageInfo(**arguments(known["page_info"], _PAGE))
    return MessageList(**known)


def check_page(record: Any, place: str) -> None:
    """Raise an error unless a list of messages is one that Bandwidth documents, whatever its messages are.

    Args:
        record: What was read.
        place: What to call it in an error.

    Raises:
        EventError: It is no object, or a field of it is of another type.
    """
    # The messages are a list in JSON, a tuple in the dataclass.
    check_types(record, {name: _LIST[name] for name in ("totalCount", "pageInfo")}, "", place)
    if record.get("pageInfo") is not None:
        check_types(record["pageInfo"], _PAGE, "pageInfo.", place)


def rows_of(record: Mapping[str, Any], place: str) -> Iterator[tuple[object, str]]:
    """Return the messages of a list, which are not checked, each with its path.

    Args:
        record: The list.
        place: What to call it in an error.

    Raises:
        EventError: Its messages are no array.
    """
    rows = record.get("messages")
    if rows is not None and not isinstance(rows, (list, tuple)):
        raise EventError(place, "messages", unlike("an array of objects", rows))
    return ((row, f"messages[{index}].") for index, row in enumerate(rows or ()))


def check_listed(record: Any, path: str, place: str) -> Mapping[str, Any]:
    """Return a message of a list if it is one that Bandwidth documents.

    Args:
        record: What was read.
        path: What comes before the name of a field in an error, such as ``messages[3].``.
        place: What the error calls what it was read from.

    Raises:
        EventError: A field is missing or of another type.
    """
    check_types(record, _LISTED, path, place)
    check_needed(record, ("messageId",), path, place, "every listed message")
    check_count(record, path, place)
    return record  # type: ignore[no-any-return]
