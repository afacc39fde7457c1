"""The profiles that segcore knows, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from segcore._errors import unknown
from segcore.rules.codings import national_codings
from segcore.rules.profile import Fact, Length, Profile
from segcore.rules.providers import PROVIDERS

__all__ = ["PROFILES", "Fact", "Length", "Profile", "counting", "resolve", "with_smart_encoding"]

PROFILES: Mapping[str, Profile] = MappingProxyType({profile.name: profile for profile in PROVIDERS})
"""The profiles that segcore knows, by name.

Example:
    >>> PROFILES["us_toll_free_16bit"].gsm7.part
    152
"""


def resolve(profile: str | Profile) -> Profile:
    """Return a profile by its name, or the profile itself.

    Args:
        profile: A key of `PROFILES`, or a `Profile`.

    Raises:
        ValueError: No profile has that name; the message lists those that there are.
        TypeError: It is neither a name nor a `Profile`.

    Example:
        >>> resolve("standard").name
        'standard'
    """
    if isinstance(profile, Profile):
        return profile
    if not isinstance(profile, str):
        raise TypeError(f"profile: expected a name or a Profile, got {type(profile).__name__}")
    if profile not in PROFILES:
        raise unknown("profile", profile, PROFILES)
    return PROFILES[profile]


def with_smart_encoding(profile: str | Profile, wish: bool | str | None) -> Profile:
    """Return a profile with smart encoding as it is wished.

    Args:
        profile: A key of `PROFILES`, or a `Profile`.
        wish: Name of a table; ``True`` for the one that the provider documents, or else the recommended one;
            ``False`` for none; ``None`` for what the profile says.

    Raises:
        ValueError: No profile or table has that name.
        TypeError: It is neither a name nor a `Profile`.

    Example:
        >>> with_smart_encoding("twilio", True).smart_encoding
        'twilio'
        >>> with_smart_encoding("standard", True).smart_encoding
        'segcore'
    """
    found = resolve(profile)
    if wish is None:
        return found
    if wish is False:
        return replace(found, smart_encoding=None)
    name = (found.smart_table or RECOMMENDED) if wish is True else wish
    from segcore.rules.smart_encoding import TABLES

    if name not in TABLES:
        raise unknown("smart_encoding", name, TABLES)
    return replace(found, smart_encoding=name)


RECOMMENDED = "segcore"
"""Name of the table of replacements that segcore recommends."""


def counting(profile: Profile) -> dict[str, Any]:
    """Return what a `SegmentCounter` needs to count under a profile, by the names of its arguments.

    Args:
        profile: The rules.

    Example:
        >>> sorted(counting(PROFILES["standard"]))
        ['clusters', 'gsm7', 'national', 'partly', 'replacements', 'ucs2']
    """
    replacements = None
    if profile.smart_encoding is not None:
        from segcore.rules.smart_encoding import resolve as table

        replacements = table(profile.smart_encoding).replacements
    return {
        "gsm7": profile.gsm7,
        "ucs2": profile.ucs2,
        "national": national_codings(profile.languages, profile.gsm7),
        "replacements": replacements,
        "partly": profile.partly,
        "clusters": profile.graphemes,
    }
