"""JSON objects as dataclasses, and back: known fields are checked, unknown ones and nulls are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from segcore.sources.json_fields import EventError, FieldError, strings, wrong

Fields = Mapping[str, tuple[str, type]]
"""What each field is called in JSON, its name here, and its type."""

_WANTED = MappingProxyType({str: "a string", int: "a whole number", dict: "an object"})


def check_types(record: object, known: Fields, path: str, place: str) -> None:
    """Raise an error unless a record is an object whose known fields are null or of their types.

    Args:
        record: What was read.
        known: Its fields.
        path: What comes before the name of a field in an error, such as ``message.``.
        place: What the error calls what it was read from.

    Raises:
        EventError: It is not; the error names the field.
    """
    if type(record) is not dict and not isinstance(record, Mapping):
        raise EventError(place, path.removesuffix("."), unlike("an object", record))
    for name, value in record.items():
        wanted = known.get(name)
        # JSON gives exact types, so that this is all that is done for most fields; bool is no number here.
        if wanted is None or value is None or type(value) is wanted[1] is not list:
            continue
        if wanted[1] is list:
            _check_strings(place, path + name, value)
        elif type(value) is bool or not isinstance(value, Mapping if wanted[1] is dict else wanted[1]):
            raise EventError(place, path + name, unlike(_WANTED[wanted[1]], value))


def check_needed(record: Mapping[str, Any], needed: Sequence[str], path: str, place: str, who: str) -> None:
    """Raise an error unless fields are there.

    Args:
        record: What was read.
        needed: The names of the fields.
        path: What comes before the name of a field in an error.
        place: What the error calls what it was read from.
        who: What has these fields, such as ``every event about a message``.

    Raises:
        EventError: One is missing or null.
    """
    for name in needed:
        if record.get(name) is None:
            raise EventError(place, path + name, f"missing; {who} has it")


def check_count(record: Mapping[str, Any], path: str, place: str) -> None:
    """Raise an error if a record has a number of segments that is negative.

    Args:
        record: What was read, whose types are checked.
        path: What comes before the name of a field in an error.
        place: What the error calls what it was read from.

    Raises:
        EventError: It has.
    """
    count = record.get("segmentCount") or 0
    if count < 0:
        raise EventError(place, f"{path}segmentCount", f"expected 0 or more, got {count}")


def unlike(wanted: str, value: object) -> str:
    """Return what is wrong with a value of another type.

    Args:
        wanted: What it should be.
        value: What it is.

    Example:
        >>> unlike("an object", [])
        'expected an object, got an array'
    """
    return wrong("", "", wanted, value).problem


def arguments(record: Mapping[str, Any], known: Fields) -> dict[str, Any]:
    """Return the arguments of a dataclass; what is null goes with the unknown, so that it comes back.

    Args:
        record: A checked object.
        known: Its fields.
    """
    found: dict[str, Any] = {}
    extra = {}
    for name, value in record.items():
        if name in known and value is not None:
            found[known[name][0]] = tuple(value) if known[name][1] is list else value
        else:
            extra[name] = value
    return {**found, "extra": extra}


def json_of(record: Any, known: Fields) -> dict[str, Any]:
    """Return a dataclass as it was in JSON.

    Args:
        record: What was made of `arguments`.
        known: Its fields.
    """
    found: dict[str, Any] = {}
    for name, (attribute, _) in known.items():
        value = getattr(record, attribute)
        if value is not None:
            found[name] = _plain(value)
    return {**found, **record.extra}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


def _check_strings(place: str, path: str, value: object) -> None:
    try:
        strings(place, path, value)
    except FieldError as error:
        raise EventError(place, error.field, error.problem) from None
