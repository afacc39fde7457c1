"""Create-message requests: how many segments Bandwidth will report for them, and why it might refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from segcore.analysis import Analysis
from segcore.bandwidth.api import limits
from segcore.rules.profiles import Profile
from segcore.segmenter import Segmenter
from segcore.sources.json_fields import FieldError, parsed, strings, wrong


@dataclass(frozen=True)
class Request:
    """What a create-message request says about counting.

    Args:
        text: The text; empty if there is none.
        recipients: The numbers that it goes to.
        media: The addresses of its media.
        tag: The tag, which comes back in every callback; ``None`` if there is none.
    """

    text: str
    recipients: tuple[str, ...]
    media: tuple[str, ...]
    tag: str | None

    @property
    def mms(self) -> bool:
        """Whether it goes out as MMS: with media, or to several recipients as a group."""
        return bool(self.media) or len(self.recipients) > 1

    @property
    def kind(self) -> str:
        """``SMS``, ``MMS``, or ``group MMS`` for several recipients."""
        if len(self.recipients) > 1:
            return "group MMS"
        return "MMS" if self.media else "SMS"


@dataclass(frozen=True)
class RequestAnalysis:
    """What segcore knows about a request.

    Args:
        request: The request.
        message: The `Analysis` of its text.
        problems: Why Bandwidth would refuse it.
    """

    request: Request
    message: Analysis
    problems: tuple[limits.Problem, ...]

    @property
    def segments(self) -> int:
        """The ``segmentCount`` to expect; 1 for an MMS."""
        return self.message.segments

    @property
    def sendable(self) -> bool:
        """Whether no limit forbids it."""
        return self.message.sendable and not self.problems


def read_request(data: Mapping[str, Any] | str | bytes, place: str = "request") -> Request:
    """Return what a create-message payload says about counting.

    Args:
        data: The payload: a ``dict``, or JSON text.  ``to`` is a number or an array of numbers, ``text`` a
            string, ``media`` an array of addresses, ``tag`` a string; null is as good as absent.
        place: What to call it in an error.

    Raises:
        ValueError: It is not JSON, or it has no recipient.
        TypeError: A field is of another type; the message names it.

    Example:
        >>> read_request('{"to": "+12025550143", "text": "See you at 8"}').kind
        'SMS'

    Source: https://dev.bandwidth.com/docs/messaging/createMessage.
    """
    fields = parsed(data, place)
    if not isinstance(fields, Mapping):
        raise wrong(place, "", "an object, or its JSON", fields)
    return Request(
        _string(place, "text", fields) or "",
        _recipients(place, fields.get("to")),
        _media(place, fields.get("media")),
        _string(place, "tag", fields),
    )


def count_segments(request: Mapping[str, Any] | str | bytes, *, profile: str | Profile = "bandwidth") -> int:
    """Return the ``segmentCount`` that Bandwidth will report for a create-message request.

    Args:
        request: The payload: a ``dict``, or JSON text.
        profile: The rules to count under: a key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        Segments; 1 if it has media or several recipients, because that makes it an MMS.

    Raises:
        ValueError: It is not JSON, or it has no recipient; or no profile has that name.
        TypeError: A field is of another type; the message names it.

    Example:
        >>> count_segments({"to": ["+12025550143"], "text": "a" * 161})
        2
        >>> count_segments({"to": ["+12025550143", "+12025550144"], "text": "a" * 161})
        1

    Source: https://dev.bandwidth.com/docs/messaging (segment counts).
    """
    found = read_request(request)
    return Segmenter(profile).count_segments(found.text, mms=found.mms)


def analyze(
    request: Mapping[str, Any] | str | bytes, *, profile: str | Profile = "bandwidth"
) -> RequestAnalysis:
    """Return everything about a create-message request: segments, text, and what would be refused.

    Args:
        request: The payload: a ``dict``, or JSON text.
        profile: The rules to count under: a key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        A `RequestAnalysis`.  What Bandwidth would answer with 4xx makes it not sendable, with a `Problem`
        for each limit; only what cannot be read raises.

    Raises:
        ValueError: It is not JSON, or it has no recipient; or no profile has that name.
        TypeError: A field is of another type; the message names it.

    Example:
        >>> found = analyze({"to": "+12025550143", "text": "It’s ready", "media": []})
        >>> found.segments, found.sendable, found.message.encoding.value
        (1, True, 'UCS-2')

    Source: https://dev.bandwidth.com/docs/messaging/createMessage.
    """
    found = read_request(request)
    return RequestAnalysis(
        found,
        Segmenter(profile).analyze(found.text, mms=found.mms),
        limits.problems(found.text, found.recipients, found.media, found.tag),
    )


def _string(place: str, name: str, fields: Mapping[str, Any]) -> str | None:
    value = fields.get(name)
    if value is None or isinstance(value, str):
        return value
    raise wrong(place, name, "a string", value)


def _recipients(place: str, to: object) -> tuple[str, ...]:
    numbers = (to,) if isinstance(to, str) else () if to is None else strings(place, "to", to)
    if not numbers or "" in numbers:
        raise FieldError(place, "to", "no recipient; give a number such as +12025550143, or an array of them")
    return numbers


def _media(place: str, media: object) -> tuple[str, ...]:
    if media is None:
        return ()
    if isinstance(media, str):
        raise wrong(place, "media", "an array of addresses", media)
    addresses = strings(place, "media", media)
    if "" in addresses:
        raise FieldError(place, "media", "an address is empty; leave it out")
    return addresses
