"""Create-message requests: the segments that Bandwidth will report, and the API limits that they violate."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from segcore.analysis import Analysis
from segcore.columns import Column, NullableColumn
from segcore.rules.profiles import Profile
from segcore.segmenter import Segmenter
from segcore.sources.files import is_source, open_files
from segcore.sources.json_fields import InputError, parsed, strings, wrong_type
from segcore.sources.json_stream import json_objects
from segcore.sources.mms_rule import is_mms, mms_flags

TEXT_CODE_POINTS = 2_048
"""Code points of text in one request."""

RECIPIENTS = 10
"""Recipients of one group message."""

MEDIA_ADDRESSES = 10
"""Media of one message."""

ADDRESS_CODE_POINTS = 4_096
"""Code points of one media address."""

TAG_CODE_POINTS = 1_024
"""Code points of a tag."""

_API = "https://dev.bandwidth.com/apis/messaging-apis/messaging"
_ERRORS = "https://dev.bandwidth.com/docs/messaging/errors"
_SUPPORT = "https://www.bandwidth.com/support/en/articles/12823216"

_CHUNK = 1 << 12

# A plus sign and at most 15 digits; country codes do not begin with 0 (ITU-T E.164 section 6.2).
_E164 = re.compile(r"\+[1-9][0-9]{1,14}\Z")


@dataclass(frozen=True)
class Violation:
    """A limit of Bandwidth's API that a request violates, so that the API would answer with 4xx.

    Args:
        name: ``text-too-long``, ``too-many-recipients``, ``recipient-not-e164``, ``too-many-media``,
            ``media-address-too-long`` or ``tag-too-long``.
        field: The field of the request, such as ``to[2]``.
        found: The number of code points or entries; ``None`` for ``recipient-not-e164``.
        allowed: The greatest number that the API accepts; ``None`` for ``recipient-not-e164``.
        source: The address of the page that documents the limit.

    Example:
        >>> print(Violation("text-too-long", "text", 2049, 2048, "https://dev.bandwidth.com"))
        text: 2049 code points, at most 2048 are allowed (https://dev.bandwidth.com)
    """

    name: str
    field: str
    found: int | None
    allowed: int | None
    source: str

    def __str__(self) -> str:
        if self.found is None:
            return f"{self.field}: not an E.164 number, such as +12025550143 ({self.source})"
        entries = {"too-many-recipients": "recipients", "too-many-media": "media addresses"}
        unit = entries.get(self.name, "code points")
        return f"{self.field}: {self.found} {unit}, at most {self.allowed} are allowed ({self.source})"


@dataclass(frozen=True)
class Request:
    """The fields of a create-message request that affect counting.

    Args:
        text: The text; empty if there is none.
        recipients: The recipients.
        media: The addresses of its media.
        tag: The tag, which Bandwidth repeats in every callback; ``None`` if there is none.
    """

    text: str
    recipients: tuple[str, ...]
    media: tuple[str, ...]
    tag: str | None

    @property
    def mms(self) -> bool:
        """Whether it is sent as MMS: it has media, or several recipients, which make it a group message."""
        return is_mms(self.recipients, self.media)

    @property
    def kind(self) -> str:
        """``SMS``, ``MMS``, or ``group MMS`` for several recipients."""
        if len(self.recipients) > 1:
            return "group MMS"
        return "MMS" if self.mms else "SMS"


@dataclass(frozen=True)
class RequestAnalysis:
    """The segments of a request, and the limits that it violates.

    Args:
        request: The request.
        message: The `Analysis` of its text.
        violations: The limits of Bandwidth's API that it violates.
    """

    request: Request
    message: Analysis
    violations: tuple[Violation, ...]

    @property
    def segments(self) -> int:
        """The ``segmentCount`` to expect; 1 for an MMS."""
        return self.message.segments

    @property
    def sendable(self) -> bool:
        """Whether Bandwidth would accept it."""
        return self.message.sendable and not self.violations


def read_request(data: Mapping[str, Any] | str | bytes, location: str = "request") -> Request:
    """Return the fields of a create-message request that affect counting.

    Args:
        data: The request: a ``dict``, or JSON text.  ``to`` is a number or an array of numbers, ``text`` a
            string, ``media`` an array of addresses, ``tag`` a string; null counts as absent.
        location: How errors name the request.

    Returns:
        The request.

    Raises:
        ValueError: It is not JSON, or it has no recipient.
        TypeError: A field has the wrong type; the message names it.

    Example:
        >>> read_request('{"to": "+12025550143", "text": "See you at 8"}').kind
        'SMS'

    Source: https://dev.bandwidth.com/docs/messaging/createMessage.
    """
    fields = parsed(data, location)
    if not isinstance(fields, Mapping):
        raise wrong_type(location, "", "an object, or its JSON", fields)
    return Request(
        _string(location, "text", fields) or "",
        _recipients(location, fields.get("to")),
        _media(location, fields.get("media")),
        _string(location, "tag", fields),
    )


def count_segments(request: Mapping[str, Any] | str | bytes, *, profile: str | Profile = "bandwidth") -> int:
    """Return the ``segmentCount`` that Bandwidth will report for a create-message request.

    Args:
        request: The request: a ``dict``, or JSON text.
        profile: The rules to count under: a key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        Segments; 1 if the request has media or several recipients, which make it an MMS.

    Raises:
        ValueError: It is not JSON, it has no recipient, or no profile has that name.
        TypeError: A field has the wrong type; the message names it.

    Example:
        >>> count_segments({"to": ["+12025550143"], "text": "a" * 161})
        2
        >>> count_segments({"to": ["+12025550143", "+12025550144"], "text": "a" * 161})
        1

    Source: https://dev.bandwidth.com/docs/messaging (segment counts).
    """
    found = read_request(request)
    return Segmenter(profile).count_segments(found.text, mms=found.mms)


def count_segments_bulk(
    requests: Iterable[Mapping[str, Any]] | str | os.PathLike[str] | BinaryIO,
    *,
    profile: str | Profile = "bandwidth",
) -> Column:
    """Return the ``segmentCount`` that Bandwidth will report for each of many create-message requests.

    Args:
        requests: Any iterable of ``dict``; or a file of JSON (a path, or a file open for reading octets), one
            request a line or all in an array, compressed or not; or an Arrow table (pyarrow, polars, pandas,
            DuckDB) with a column ``text`` and optionally ``to`` and ``media``, which hold lists of strings,
            or strings with values separated by comma, semicolon or bar.
        profile: The rules to count under: a key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        A `Column` of 32-bit integers, one per request; 1 for an MMS.  A null text counts as empty: 1.

    Raises:
        ValueError: A request is malformed; the message names it and the field.  Or the table has no column
            ``text``, or no profile has that name.
        TypeError: A field has the wrong type; the message names it.
        ModuleNotFoundError: It is an Arrow table, and pyarrow is not installed.
        OSError: The file cannot be read.

    Example:
        >>> to = ["+12025550143"]
        >>> count_segments_bulk([{"to": to, "text": "a" * 161}, {"to": to, "media": ["https://a.example/1"]}])
        Column([2, 1])

    Source: https://dev.bandwidth.com/docs/messaging (segment counts).
    """
    segmenter = Segmenter(profile)
    if hasattr(requests, "__arrow_c_stream__") or hasattr(requests, "__arrow_c_array__"):
        return _count_table(segmenter, requests)
    if is_source(requests):
        return _count(segmenter, _read(requests))
    if isinstance(requests, (bytes, Mapping)) or not isinstance(requests, Iterable):
        kind = type(requests).__name__
        raise TypeError(f"requests: expected an iterable of dict, a path, a file or a table, got {kind}")
    records: Iterable[Any] = requests
    return _count(segmenter, (read_request(each, f"requests[{i}]") for i, each in enumerate(records)))


def analyze(
    request: Mapping[str, Any] | str | bytes, *, profile: str | Profile = "bandwidth"
) -> RequestAnalysis:
    """Analyze a create-message request: its segments, its text, and the API limits that it violates.

    Args:
        request: The request: a ``dict``, or JSON text.
        profile: The rules to count under: a key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        A `RequestAnalysis`.  A request that Bandwidth would answer with 4xx is not sendable and has a
        `Violation` for each limit.

    Raises:
        ValueError: It is not JSON, it has no recipient, or no profile has that name.
        TypeError: A field has the wrong type; the message names it.

    Example:
        >>> found = analyze({"to": "+12025550143", "text": "It’s ready", "media": []})
        >>> found.segments, found.sendable, found.message.encoding.value
        (1, True, 'UCS-2')

    Source: https://dev.bandwidth.com/docs/messaging/createMessage.
    """
    found = read_request(request)
    return RequestAnalysis(
        found, Segmenter(profile).analyze(found.text, mms=found.mms), tuple(_violations(found))
    )


def _violations(request: Request) -> list[Violation]:
    """Return the limits that a request violates, in the order of its fields."""
    found = [
        *_over("text-too-long", "text", len(request.text), TEXT_CODE_POINTS, _API),
        *_over("too-many-recipients", "to", len(request.recipients), RECIPIENTS, _ERRORS),
    ]
    found += [
        Violation("recipient-not-e164", f"to[{index}]", None, None, _API)
        for index, number in enumerate(request.recipients)
        if not _E164.match(number)
    ]
    found += _over("too-many-media", "media", len(request.media), MEDIA_ADDRESSES, _SUPPORT)
    for index, address in enumerate(request.media):
        found += _over("media-address-too-long", f"media[{index}]", len(address), ADDRESS_CODE_POINTS, _API)
    found += _over("tag-too-long", "tag", len(request.tag or ""), TAG_CODE_POINTS, _API)
    return found


def _over(name: str, field: str, found: int, allowed: int, source: str) -> list[Violation]:
    return [Violation(name, field, found, allowed, source)] if found > allowed else []


def _string(location: str, name: str, fields: Mapping[str, Any]) -> str | None:
    value = fields.get(name)
    if value is None or isinstance(value, str):
        return value
    raise wrong_type(location, name, "a string", value)


def _recipients(location: str, to: object) -> tuple[str, ...]:
    numbers = (to,) if isinstance(to, str) else () if to is None else strings(location, "to", to)
    if not numbers or "" in numbers:
        reason = "no recipient; give a number such as +12025550143, or an array of them"
        raise InputError(location, "to", reason)
    return numbers


def _media(location: str, media: object) -> tuple[str, ...]:
    if media is None:
        return ()
    if isinstance(media, str):
        raise wrong_type(location, "media", "an array of addresses", media)
    addresses = strings(location, "media", media)
    if "" in addresses:
        raise InputError(location, "media", "an address is empty; remove it")
    return addresses


def _read(source: Any) -> Iterator[Request]:
    """Yield the requests in a file; raise the first error in it."""
    for file, name in open_files(source, "requests", _raise):
        for location, fields in json_objects(file, name, _raise, wanted=(("to",),)):
            yield read_request(fields, location)


def _raise(error: InputError) -> None:
    raise error


def _count(segmenter: Segmenter, requests: Iterator[Request]) -> Column:
    counts = Column("i")
    while chunk := list(islice(requests, _CHUNK)):
        mms = [each.mms for each in chunk]
        counts.extend(segmenter.count_segments_bulk([each.text for each in chunk], mms=mms))
    return counts


def _count_table(segmenter: Segmenter, source: Any) -> Column:
    try:
        import pyarrow as pa
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "requests: an Arrow table needs pyarrow: pip install pyarrow", name="pyarrow"
        ) from error
    table = pa.table(source)
    if "text" not in table.column_names:
        known = ", ".join(map(repr, table.column_names))
        raise ValueError(f"requests: the table has no column 'text'; its columns: {known}")
    counts: Column | NullableColumn = segmenter.count_segments_bulk(table["text"], mms=_mms_flags(table))
    if not isinstance(counts, NullableColumn):
        return counts
    for index, valid in enumerate(counts.valid):
        if not valid:
            # A null text is an empty one, such as that of an MMS: one segment.
            counts.values[index] = 1
    return counts.values


def _mms_flags(table: Any) -> list[bool]:
    """Return which rows of a table are MMS."""
    names = [name for name in ("to", "media") if name in table.column_names]
    for name in names:
        _check_strings(name, table[name].type)
    flags: list[bool] = []
    for batch in table.select(names).to_batches(max_chunksize=_CHUNK):
        cells = batch.to_pydict()
        flags += mms_flags(cells.get("to"), cells.get("media")) or [False] * batch.num_rows
    return flags or [False] * table.num_rows


def _check_strings(name: str, kind: Any) -> None:
    from pyarrow import types

    value = getattr(kind, "value_type", kind)
    known = (types.is_string, types.is_large_string, types.is_string_view, types.is_null)
    if not any(is_kind(value) for is_kind in known):
        raise TypeError(f"requests: column {name!r}: expected strings or lists of strings, got {kind}")
