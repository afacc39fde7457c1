"""Fields of JSON objects, checked: an error names the field by its path."""

from __future__ import annotations

import json
from typing import Any, NoReturn

_NAMES = {
    str: "a string", int: "a whole number", float: "a number", bool: "true or false", list: "an array",
    tuple: "an array", dict: "an object", type(None): "null",
}  # fmt: skip


class InputError(ValueError):
    """A part of the input that cannot be used.  Readers of many records collect these and read on.

    Args:
        location: The file and line, or the argument and index, such as ``events[3]``; may be empty.
        field: The path of the field, such as ``message.segmentCount``; empty for the whole record.
        reason: Why it cannot be used.

    Example:
        >>> print(InputError("events[3]", "message.id", "missing"))
        events[3]: message.id: missing
    """

    def __init__(self, location: str, field: str, reason: str) -> None:
        super().__init__(": ".join(filter(None, (location, field, reason))))
        self.location = location
        self.field = field
        self.reason = reason

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str, str]]:
        return type(self), (self.location, self.field, self.reason)

    @property
    def detail(self) -> str:
        """Field and reason, without the location."""
        return ": ".join(filter(None, (self.field, self.reason)))


class InputTypeError(InputError, TypeError):
    """A field whose value has the wrong type.

    Args:
        location: The file and line, or the argument and index.
        field: The path of the field.
        reason: Why it cannot be used.
    """


class EventError(InputError):
    """An event, response or listed message that does not have the form that Bandwidth documents.

    Args:
        location: The file and line, or the argument and index, such as ``events[3]``.
        field: The path of the field.
        reason: Why it cannot be used.
    """


def kind(value: object) -> str:
    """Return what JSON calls a value, or its Python type.

    Example:
        >>> kind([]), kind(b"")
        ('an array', 'bytes')
    """
    return _NAMES.get(type(value), type(value).__name__)


def wrong_type(location: str, field: str, expected: str, value: object) -> InputTypeError:
    """Return the error for a value of the wrong type.

    Args:
        location: Where it was read.
        field: The path of the field.
        expected: What it should be.
        value: What it is.
    """
    hint = "; decode it first" if isinstance(value, (bytes, bytearray, memoryview)) else ""
    return InputTypeError(location, field, f"expected {expected}, got {kind(value)}{hint}")


def strings(location: str, field: str, value: object) -> tuple[str, ...]:
    """Return an array of strings.

    Args:
        location: Where it was read.
        field: The path of the field.
        value: What was read.

    Raises:
        InputTypeError: It is something else; the path names the entry.
    """
    if not isinstance(value, (list, tuple)):
        raise wrong_type(location, field, "an array of strings", value)
    for index, each in enumerate(value):
        if not isinstance(each, str):
            raise wrong_type(location, f"{field}[{index}]", "a string", each)
    return tuple(value)


def parsed(data: Any, location: str) -> Any:
    """Return the value of a JSON text; anything that is not text is returned as it is.

    Args:
        data: The text, in UTF-8 if it is octets; or anything else.
        location: How errors name it.

    Raises:
        InputError: It is not UTF-8, not JSON, or nested too deeply.

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
        raise InputError(location, "", f"not UTF-8 (octets {octets} at octet {error.start + 1})") from None
    try:
        return DECODER.decode(text)
    except json.JSONDecodeError as error:
        reason = f"not JSON: {syntax_error(error)} (line {error.lineno}, code point {error.colno})"
        raise InputError(location, "", reason) from None
    except RecursionError:
        raise InputError(location, "", "not read: nested too deeply") from None
    except ValueError as error:
        raise InputError(location, "", f"not JSON: {error}") from None


def syntax_error(error: json.JSONDecodeError) -> str:
    """Return why a text is not JSON, in words that a position can follow.

    Example:
        >>> syntax_error(json.JSONDecodeError("Unterminated string starting at", "", 0))
        'unterminated string'
    """
    words = error.msg.removesuffix(" at").removesuffix(" starting")
    return words[:1].lower() + words[1:]


def _reject_constant(name: str) -> NoReturn:
    # Python's parser accepts NaN and Infinity as numbers; RFC 8259 section 6 forbids them.
    raise ValueError(f"{name} is not a JSON number")


DECODER = json.JSONDecoder(parse_constant=_reject_constant)
"""The parser of every JSON text: RFC 8259, nothing more."""
