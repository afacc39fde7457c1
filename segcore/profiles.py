"""The profiles that segcore knows, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from segcore._errors import unknown
from segcore._providers import PROVIDERS
from segcore.profile import Fact, Length, Profile

__all__ = ["PROFILES", "Fact", "Length", "Profile", "resolve"]

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
