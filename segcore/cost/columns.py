"""Which columns of a file hold text, recipients and media, and what their cells mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from segcore._errors import unknown

ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "text": (
            *("text", "message", "body", "sms", "content", "msg"),
            *("message_text", "message_body", "message_content", "sms_text", "sms_body", "sms_message"),
            *("text_message", "text_body", "messages", "texts"),
        ),
        "to": (
            *("to", "recipient", "recipients", "phone", "phone_number", "number", "destination"),
            *("msisdn", "mobile", "mobile_number", "phone_numbers", "numbers", "to_number", "destinations"),
        ),
        "media": (
            *("media", "media_url", "media_urls", "attachment", "attachments", "mms"),
            *("media_link", "media_links", "attachment_url", "attachment_urls"),
        ),
    }
)
"""Names by which a column is found, those that come first being preferred."""

NO_MEDIA = frozenset(("", "false", "0", "no", "none", "null", "[]", "{}"))
"""What a media cell holds when there is no media, in lower case."""

_SEPARATOR = re.compile("[,;|]")


@dataclass(frozen=True)
class Columns:
    """The columns that are used.

    Args:
        text: Index of the column with the texts.
        to: Index of the column with the recipients, or ``None``.
        media: Index of the column with the media, or ``None``.
        names: The names of all columns.
    """

    text: int
    to: int | None
    media: int | None
    names: tuple[str, ...]

    def used(self) -> dict[str, str | None]:
        """Return the name of the column in each role."""
        indices = {"text": self.text, "to": self.to, "media": self.media}
        return {role: None if index is None else self.names[index] for role, index in indices.items()}


def canonical(name: str) -> str:
    """Return a column's name without what spelling it differently changes.

    Args:
        name: The name of a column.

    Example:
        >>> canonical("Message Text"), canonical(" phone-number"), canonical("SMS")
        ('messagetext', 'phonenumber', 'sms')
    """
    return re.sub(r"[\s_\-]+", "", name).casefold()


_BY_ROLE = {role: [canonical(name) for name in names] for role, names in ROLES.items()}


def find_role(role: str, names: Sequence[str]) -> int | None:
    """Return the index of the column that has one of a role's names.

    Args:
        role: A key of `ROLES`.
        names: The names of the columns.

    Returns:
        The index for the name that comes first in the role, or ``None``.

    Example:
        >>> find_role("text", ["id", "Body", "SMS Text"]), find_role("media", ["id"])
        (1, None)
    """
    spelled = [canonical(name) for name in names]
    return next((spelled.index(name) for name in _BY_ROLE[role] if name in spelled), None)


def find_named(option: str, wanted: str, names: Sequence[str]) -> int:
    """Return the index of the column that the caller named.

    Args:
        option: What to call the name in an error.
        wanted: The name; its case, spaces, underscores and hyphens matter only if two columns share the rest.
        names: The names of the columns.

    Raises:
        ValueError: No column has that name; the message lists those that there are.

    Example:
        >>> find_named("--text", "message text", ["id", "Message_Text"])
        1
    """
    if wanted in names:
        return names.index(wanted)
    spelled = [canonical(name) for name in names]
    if spelled.count(canonical(wanted)) == 1:
        return spelled.index(canonical(wanted))
    raise unknown(option, wanted, names)


def is_header(names: Sequence[str], wanted: Sequence[str | None] = ()) -> bool:
    """Return whether cells are the names of columns, one of them known or wanted.

    Args:
        names: The cells of the first row.
        wanted: Names that the caller asked for.

    Example:
        >>> is_header(["Label", "SMS"]), is_header(["+12025550143", "See you at 8"])
        (True, False)
    """
    known = {canonical(name) for name in wanted if name}.union(*_BY_ROLE.values())
    return any(canonical(name) in known for name in names)


def mms_flags(to: Sequence[str] | None, media: Sequence[str] | None) -> list[bool] | None:
    """Return which messages go out as MMS: those with media, and those to several recipients.

    Args:
        to: The cell with the recipients of each message, or ``None`` if there is no such column.
        media: The cell with the media of each message, or ``None`` if there is no such column.

    Returns:
        One truth value per message, or ``None`` if none is an MMS.

    Example:
        >>> mms_flags(["+12025550143", "+12025550143;+12025550144"], ["", "none"])
        [False, True]

    Source: https://dev.bandwidth.com/docs/messaging (group messages are MMS, and count 1).
    """
    # Most batches have neither, which is seen for a whole column at a time.
    has_media = [bool(cell) and _is_media(cell) for cell in media] if media and any(media) else None
    is_group = [_is_group(cell) for cell in to] if to and _SEPARATOR.search("\n".join(to)) else None
    if has_media and is_group:
        return [one or other for one, other in zip(has_media, is_group, strict=True)]
    return has_media or is_group


def _is_media(cell: str) -> bool:
    return cell.strip().lower() not in NO_MEDIA


def _is_group(cell: str) -> bool:
    return sum(1 for piece in _SEPARATOR.split(cell) if piece.strip()) > 1
