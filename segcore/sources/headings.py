"""Find the columns that hold text, recipients and media by their headings."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
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
        group: Indices of the columns that messages are grouped by, and then of those that fill in a template.
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
        fields: The columns that fill in a template, which takes the place of a column of texts.
    """

    text: str | None = None
    to: str | None = None
    media: str | None = None
    group_by: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def said(self) -> tuple[str, ...]:
        """The names that the caller said."""
        names = (self.text, self.to, self.media, *self.group_by, *self.fields)
        return tuple(name for name in names if name is not None)


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
    fields = tuple(find_named("field of the template", name, names) for name in roles.fields)
    text = fields[0] if fields else _index("text", roles.text, names)
    if text is None and len(names) == 1 and not header:
        text = 0
    if text is None:
        raise ValueError(_no_text(names, header))
    group = (*(find_named("--group-by", name, names) for name in roles.group_by), *fields)
    to, media = _index("to", roles.to, names), _index("media", roles.media, names)
    return Columns(text, to, media, group, tuple(names))


def _index(role: str, wanted: str | None, names: Sequence[str]) -> int | None:
    return find_role(role, names) if wanted is None else find_named(f"--{role}", wanted, names)


def _no_text(names: Sequence[str], header: bool) -> str:
    listed = ", ".join(map(repr, names))
    if not header:
        return f"there is no header to tell which column has the texts; name it with --text: {listed}"
    return (
        f"no column is named like texts ({', '.join(ROLES['text'][:6])}); name it with --text: {listed}; "
        "or say --no-header if this is a message already"
    )


def normalized(heading: str) -> str:
    """Return a heading without what only its spelling changes: case, spaces and punctuation.

    Args:
        heading: The name of a column or field.

    Example:
        >>> normalized("Message Text"), normalized(" phone-number"), normalized("messageId")
        ('messagetext', 'phonenumber', 'messageid')
    """
    # Combining marks belong to the letters of some scripts.
    return "".join(
        each
        for each in unicodedata.normalize("NFKC", heading).casefold()
        if each.isalnum() or unicodedata.category(each) in ("Mn", "Mc")
    )


_NORMALIZED = {role: [normalized(name) for name in names] for role, names in ROLES.items()}


def find_heading(known: Iterable[str], names: Sequence[str]) -> int | None:
    """Return the index of the first column whose heading is one of several.

    Args:
        known: Headings, those to be preferred first, spelled in any way.
        names: The names of the columns.

    Returns:
        The index for the heading that comes first in `known`; ``None`` if there is none.

    Example:
        >>> find_heading(["id", "message_id"], ["Text", "Message ID"]), find_heading(["id"], ["Text"])
        (1, None)
    """
    headings = [normalized(name) for name in names]
    return next((headings.index(each) for each in map(normalized, known) if each in headings), None)


def find_role(role: str, names: Sequence[str]) -> int | None:
    """Return the index of the column that has one of a role's headings.

    Args:
        role: A key of `ROLES`.
        names: The names of the columns.

    Returns:
        The index for the heading that comes first in the role, or ``None``.

    Example:
        >>> find_role("text", ["id", "Body", "SMS Text"]), find_role("media", ["id"])
        (1, None)
    """
    return find_heading(_NORMALIZED[role], names)


def find_named(option: str, wanted: str, names: Sequence[str]) -> int:
    """Return the index of the column that the caller named.

    Args:
        option: What to call the name in an error.
        wanted: The name; its case, spaces and punctuation matter only if two columns share the rest.
        names: The names of the columns.

    Raises:
        ValueError: No column has that name; the message lists those that there are.

    Example:
        >>> find_named("--text", "message text", ["id", "Message_Text"])
        1
    """
    if wanted in names:
        return names.index(wanted)
    headings = [normalized(name) for name in names]
    if headings.count(normalized(wanted)) == 1:
        return headings.index(normalized(wanted))
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
    known = {normalized(name) for name in wanted if name}.union(*_NORMALIZED.values())
    return any(normalized(name) in known for name in names)
