"""Which columns of a file hold text, recipients and media."""

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


@dataclass(frozen=True)
class Columns:
    """The columns that are used.

    Args:
        text: Index of the column with the texts.
        to: Index of the column with the recipients, or ``None``.
        media: Index of the column with the media, or ``None``.
        group: Indices of the columns that messages are grouped by.
        names: The names of all columns.
    """

    text: int
    to: int | None
    media: int | None
    group: tuple[int, ...]
    names: tuple[str, ...]

    def used(self) -> dict[str, str | None]:
        """Return the name of the column in each role."""
        indices = {"text": self.text, "to": self.to, "media": self.media}
        return {role: None if index is None else self.names[index] for role, index in indices.items()}


@dataclass(frozen=True)
class Roles:
    """The names of the columns to use, as the caller says them; ``None`` is to be found by its name.

    Args:
        text: The column with the texts.
        to: The column with the recipients.
        media: The column with the media.
        group_by: The columns that messages are grouped by.
    """

    text: str | None = None
    to: str | None = None
    media: str | None = None
    group_by: tuple[str, ...] = ()

    @property
    def said(self) -> tuple[str, ...]:
        """The names that the caller said."""
        return tuple(name for name in (self.text, self.to, self.media, *self.group_by) if name is not None)


NO_ROLES = Roles()


def choose(names: Sequence[str], roles: Roles, *, header: bool = True) -> Columns:
    """Return the columns to use.

    Args:
        names: The names of all columns.
        roles: What the caller says.
        header: Whether the names are those in the data, not numbers given to them.

    Raises:
        ValueError: There is no column of that name, or none with a name that texts have.

    Example:
        >>> choose(["id", "Body", "Phone"], Roles()).used()
        {'text': 'Body', 'to': 'Phone', 'media': None}
    """
    text = _place("text", roles.text, names)
    if text is None and len(names) == 1 and not header:
        text = 0
    if text is None:
        raise ValueError(_no_text(names, header))
    group = tuple(find_named("--group-by", name, names) for name in roles.group_by)
    to, media = _place("to", roles.to, names), _place("media", roles.media, names)
    return Columns(text, to, media, group, tuple(names))


def _place(role: str, wanted: str | None, names: Sequence[str]) -> int | None:
    return find_role(role, names) if wanted is None else find_named(f"--{role}", wanted, names)


def _no_text(names: Sequence[str], header: bool) -> str:
    listed = ", ".join(map(repr, names))
    if not header:
        return f"there is no header to tell which column has the texts; name it with --text: {listed}"
    return (
        f"no column is named like texts ({', '.join(ROLES['text'][:6])}); name it with --text: {listed}; "
        "or say --no-header if this is a message already"
    )


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
