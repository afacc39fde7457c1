"""What was sent, as it was logged: rows with text, recipients and media, and an identifier or a tag."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

from segcore.sources.headings import find_named, find_role
from segcore.sources.json_fields import FieldError, kind, strings
from segcore.sources.json_stream import Documents
from segcore.sources.mms_rule import mms_flags
from segcore.sources.streams import Progress, Report, files_at, is_source, octets_of, problem_of

Sent = str | os.PathLike[str] | BinaryIO | Iterable[Mapping[str, Any]]

ROLES = ("id", "tag", "text", "to", "media")
"""What a row says about a message."""

# What Bandwidth's API and its message list call the identifier, and what people do.
_NAMES = {"id": ("id", "messageId", "message_id", "bandwidth_id", "bandwidth_message_id")}

# All others are JSON.
_TABLES = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".arrow", ".ipc", ".feather")
_PACKED = (".gz", ".zst")


class SentMessage(NamedTuple):
    """One message that was sent.

    Args:
        place: Where it was read.
        id: The identifier that Bandwidth gave it, or ``None``.
        tag: Its tag, or ``None``.
        text: Its text.
        mms: Whether it went out as MMS.
    """

    place: str
    id: str | None
    tag: str | None
    text: str
    mms: bool


def read_sent(
    sent: Sent,
    report: Report,
    *,
    columns: Mapping[str, str | None] | None = None,
    progress: Progress | None = None,
) -> Iterator[SentMessage]:
    """Yield what was sent.

    Args:
        sent: A file (CSV or Parquet by its name, else JSON, one object a line or in arrays, gzip or not), a
            folder of JSON files, a file open for reading octets, or any iterable of ``dict``.
        report: Gets an `InputProblem` for each part that cannot be used; the rest is yielded.
        columns: The name of the column or field in each of `ROLES`, where it has another.
        progress: Is told how many octets were read.

    Raises:
        ValueError: A table has no column for the text, or neither for an identifier nor for a tag.
        OSError: A file cannot be read.

    Example:
        >>> rows = [{"id": "1732352400000abc", "text": "See you at 8", "to": "+12025550143"}, {"text": 8}]
        >>> problems = []
        >>> [each.text for each in read_sent(rows, problems.append)]
        ['See you at 8']
        >>> print(problems[0])
        sent[1]: text: expected a string, got a whole number
    """
    named = columns or {}
    names = [_NAMES.get(role, (role,)) if named.get(role) is None else (str(named[role]),) for role in ROLES]
    if isinstance(sent, (str, os.PathLike)):
        path = os.fspath(sent)
        if _is_table(path):
            yield from _from_table(path, named, report, progress)
            return
    for place, fields in _records(sent, report, progress):
        try:
            yield _message(place, _field_values(place, fields, names))
        except FieldError as error:  # noqa: PERF203 (one row's fault is not the next one's)
            report(problem_of(error))


def _is_table(path: str) -> bool:
    name, suffix = os.path.splitext(path.lower())
    return (os.path.splitext(name)[1] if suffix in _PACKED else suffix) in _TABLES


def _records(sent: Any, report: Report, progress: Progress | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if is_source(sent):
        for file, name in files_at(sent, "sent", report):
            yield from _documents(file, name, report, progress)
    elif isinstance(sent, (bytes, Mapping)) or not isinstance(sent, Iterable):
        raise TypeError(f"sent: expected a path, a file or an iterable of dict, got {type(sent).__name__}")
    else:
        for index, each in enumerate(sent):
            yield f"sent[{index}]", each


def _documents(
    file: Any, name: str, report: Report, progress: Progress | None
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    documents = Documents(octets_of(file, name, report, progress), name, report, (("text",),))
    for fields in documents:
        yield documents.place, fields


def _field_values(place: str, fields: object, names: Sequence[tuple[str, ...]]) -> list[Any]:
    if not isinstance(fields, Mapping):
        raise FieldError(place, "", f"expected an object, got {kind(fields)}")
    values = []
    for known in names:
        value = fields.get(known[0])
        if value is None and len(known) > 1:
            value = next((fields[name] for name in known if fields.get(name) is not None), None)
        values.append(value)
    text = names[2][0]
    if text not in fields and not values[-1]:
        raise FieldError(place, text, "missing; without the text there is nothing to predict")
    return values


def _message(place: str, values: Sequence[Any]) -> SentMessage:
    """Return a row as a message.

    Raises:
        FieldError: A value is of another type, or there is neither an identifier nor a tag.
    """
    for role, value in zip(ROLES[:3], values, strict=False):
        if value is not None and not isinstance(value, str):
            raise FieldError(place, role, f"expected a string, got {kind(value)}")
    identifier, tag, text, to, media = values
    if not identifier and not tag:
        raise FieldError(place, "id", "neither an identifier nor a tag; it cannot be found among the events")
    mms = _is_list_of(place, "to", to, 2) or _is_list_of(place, "media", media, 1)
    return SentMessage(place, identifier or None, tag or None, text or "", mms)


def _is_list_of(place: str, role: str, value: object, least: int) -> bool:
    """Return whether there are several recipients, or any media; in one string or in a list."""
    if not value:
        return False
    if isinstance(value, str):
        cell = [value]
        return bool(any(mms_flags(cell, None) or ()) if role == "to" else any(mms_flags(None, cell) or ()))
    return len(strings(place, role, value)) >= least


def _from_table(
    path: str, named: Mapping[str, str | None], report: Report, progress: Progress | None
) -> Iterator[SentMessage]:
    from segcore.bandwidth.reconcile.sent_tables import table
    from segcore.sources.headings import Roles

    roles = Roles(named.get("text"), named.get("to"), named.get("media"))
    with table(path, roles, report) as file:
        for place, values in file.rows(_places(path, file.names, named), progress):
            try:
                yield _message(place, values)
            except FieldError as error:  # noqa: PERF203 (one row's fault is not the next one's)
                report(problem_of(error))


def _places(path: str, names: Sequence[str], named: Mapping[str, str | None]) -> list[int | None]:
    """Return the index of the column in each role.

    Raises:
        ValueError: There is no text, or neither an identifier nor a tag.
    """
    found: list[int | None] = []
    for role in ROLES:
        wanted = named.get(role)
        if wanted is not None:
            found.append(find_named(f"--{role}", wanted, names))
        elif role in ("id", "tag"):
            spelled = [name.replace("_", "").casefold() for name in names]
            known = [name.replace("_", "").casefold() for name in _NAMES.get(role, (role,))]
            found.append(next((spelled.index(name) for name in known if name in spelled), None))
        else:
            found.append(find_role(role, names))
    listed = ", ".join(map(repr, names))
    if found[2] is None:
        raise ValueError(f"{path}: no column is named like texts; name it with --text: {listed}")
    if found[0] is None and found[1] is None:
        raise ValueError(
            f"{path}: no column is named like identifiers or tags; name one with --id or --tag: {listed}"
        )
    return found
