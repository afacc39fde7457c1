"""What Bandwidth's API refuses, as numbers with their sources."""

from __future__ import annotations

import re
from dataclasses import dataclass

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

# A plus sign and at most 15 digits, the first of a country code not being 0 (ITU-T E.164 6.2).
_E164 = re.compile(r"\+[1-9][0-9]{1,14}\Z")


@dataclass(frozen=True)
class Problem:
    """One reason why Bandwidth would refuse a request.

    Args:
        name: What it is: ``text-too-long``, ``too-many-recipients``, ``recipient-not-e164``,
            ``too-many-media``, ``media-address-too-long`` or ``tag-too-long``.
        field: The field of the request, such as ``to[2]``.
        found: How many code points or entries there are; ``None`` where that is not the point.
        allowed: How many there may be; likewise.
        source: The address that says so.

    Example:
        >>> print(Problem("text-too-long", "text", 2049, 2048, "https://dev.bandwidth.com"))
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
        what = entries.get(self.name, "code points")
        return f"{self.field}: {self.found} {what}, at most {self.allowed} are allowed ({self.source})"


def problems(
    text: str, recipients: tuple[str, ...], media: tuple[str, ...], tag: str | None
) -> tuple[Problem, ...]:
    """Return why Bandwidth would refuse a message, in the order of the arguments.

    Args:
        text: Its text.
        recipients: The numbers that it goes to.
        media: The addresses of its media.
        tag: Its tag, if any.

    Example:
        >>> [each.name for each in problems("a" * 2049, ("+12025550143", "2025550144"), (), None)]
        ['text-too-long', 'recipient-not-e164']

    Source: https://dev.bandwidth.com/docs/messaging/createMessage and the addresses in each `Problem`.
    """
    found = [
        *_over("text-too-long", "text", len(text), TEXT_CODE_POINTS, _API),
        *_over("too-many-recipients", "to", len(recipients), RECIPIENTS, _ERRORS),
    ]
    found += [
        Problem("recipient-not-e164", f"to[{index}]", None, None, _API)
        for index, number in enumerate(recipients)
        if not _E164.match(number)
    ]
    found += _over("too-many-media", "media", len(media), MEDIA_ADDRESSES, _SUPPORT)
    for index, address in enumerate(media):
        found += _over("media-address-too-long", f"media[{index}]", len(address), ADDRESS_CODE_POINTS, _API)
    found += _over("tag-too-long", "tag", len(tag or ""), TAG_CODE_POINTS, _API)
    return tuple(found)


def _over(name: str, field: str, found: int, allowed: int, source: str) -> list[Problem]:
    return [Problem(name, field, found, allowed, source)] if found > allowed else []
