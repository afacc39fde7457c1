"""Fields of JSON objects, checked: what is wrong is named by its path."""

from __future__ import annotations

import json
from typing import Any, NoReturn

_NAMES = {
    str: "a string", int: "a whole number", float: "a number", bool: "true or false", list: "an array",
    tuple: "an array", dict: "an object", type(None): "null",
}  # fmt: skip


class FieldError(ValueError):
    """A field that is missing or not of its type.

    Args:
        place: What it was read from, such as ``events[3]``; may be empty.
        field: The path of the field, such as ``message.segmentCount``; empty for all of it.
        problem: What is wrong.

    Example:
        >>> print(FieldError("events[3]", "message.id", "missing"))
        events[3]: message.id: missing
    """

    def __init__(self, place: str, field: str, problem: str) -> None:
        super().__init__(": ".join(filter(None, (place, field, problem))))
        self.place = place
        self.field = field
        self.problem = problem


class FieldTypeError(FieldError, TypeError):
    """A field whose value is of another type."""


class EventError(FieldError):
    """An event, a response or a message in a list that is not what Bandwidth documents.

    Args:
        place: Which one, such as ``events[3]``.
        field: The path of the field in it.
        problem: What is wrong with it.
    """


def kind(value: object) -> str:
    """Return what a value is called in JSON, or its Python type.

    Args:
        value: Any value.

    Example:
        >>> kind([]), kind(b"")
        ('an array', 'bytes')
    """
    return _NAMES.get(type(value), type(value).__name__)


def wrong(place: str, field: str, wanted: str, value: object) -> FieldTypeError:
    """Return the error for a value of another type.

    Args:
        place: What it was read from.
        field: The path of the field.
        wanted: What it should be.
        value: What it is.
    """
    hint = "; decode it first" if isinstance(value, (bytes, bytearray, memoryview)) else ""
    return FieldTypeError(place, field, f"expected {wanted}, got {kind(value)}{hint}")


def strings(place: str, field: str, value: object) -> tuple[str, ...]:
    """Return an array of strings.

    Args:
        place: What it was read from.
        field: The path of the field.
        value: What was read.

    Raises:
        FieldTypeError: It is something else; the path names the entry.
    """
    if not isinstance(value, (list, tuple)):
        raise wrong(place, field, "an array of strings", value)
    for index, each in enumerate(value):
        if not isinstance(each, str):
            raise wrong(place, f"{field}[{index}]", "a string", each)
    return tuple(value)


def parsed(data: Any, place: str) -> Any:
    """Return the value of a JSON text, and what is no text as it is.

    Args:
        data: The text, in UTF-8 if it is octets; or anything else.
        place: What to call it in an error.

    Raises:
        FieldError: It is not UTF-8, not JSON, or nested too deeply.

    Example:
        >>> parsed(b'{"to": ["+12025550143"]}', "request")
        {'to': ['+12025550143']}
    """
    if not isinstance(data, (str, bytes, bytearray)):
        return data
    try:
        text = data if isinstance(data, str) else bytes(data).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        octets = error.object[error.start : error.end].hex(" ").upper()
        problem = f"not UTF-8 (octets {octets} at octet {error.start + 1})"
        raise FieldError(place, "", problem) from None
    try:
        return DECODER.decode(text)
    except json.JSONDecodeError as error:
        problem = f"not JSON: {reason(error)} (line {error.lineno}, code point {error.colno})"
        raise FieldError(place, "", problem) from None
    except RecursionError:
        raise FieldError(place, "", "not read: nested too deeply") from None
    except ValueError as error:
        raise FieldError(place, "", f"not JSON: {error}") from None


def reason(error: json.JSONDecodeError) -> str:
    """Return why a text is not JSON, in words that can end a sentence and be followed by a position.

    Args:
        error: What Python's parser says.

    Example:
        >>> reason(json.JSONDecodeError("Unterminated string starting at", "", 0))
        'unterminated string'
    """
    words = error.msg.removesuffix(" at").removesuffix(" starting")
    return words[:1].lower() + words[1:]


def _refused(name: str) -> NoReturn:
    # Python's own parser takes NaN and Infinity for numbers (RFC 8259 6 forbids them).
    raise ValueError(f"{name} is no JSON number")


DECODER = json.JSONDecoder(parse_constant=_refused)
"""The parser of every JSON text: RFC 8259, nothing more."""
