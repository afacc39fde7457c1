"""The responses to create-message requests, which have the identifier and the number of segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segcore.bandwidth.api.callbacks import MESSAGE_FIELDS, Message
from segcore.bandwidth.api.json_objects import arguments, check_count, check_needed, check_types
from segcore.sources.json_fields import parsed


def read_response(data: bytes | str | Mapping[str, Any]) -> Message:
    """Return the message that the response to a create-message request describes.

    Args:
        data: The body of the response: JSON text, or what it parses to.

    Raises:
        EventError: A field is missing or of another type; the message names it.
        ValueError: It is not JSON.

    Example:
        >>> read_response('{"id": "17638848000abc", "segmentCount": 2, "to": ["+12025550143"]}').segment_count
        2

    Source: https://dev.bandwidth.com/docs/messaging/createMessage.
    """
    return Message(**arguments(check_response(parsed(data, "response"), "response"), MESSAGE_FIELDS))


def check_response(record: Any, place: str) -> Mapping[str, Any]:
    """Return a response if it is one that Bandwidth documents.

    Args:
        record: What was read.
        place: What to call it in an error.

    Raises:
        EventError: A field is missing or of another type.
    """
    check_types(record, MESSAGE_FIELDS, "", place)
    check_needed(record, ("id", "segmentCount"), "", place, "every response")
    check_count(record, "", place)
    return record  # type: ignore[no-any-return]
