"""What a provider does, as data: the codings it sends text in, and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from segcore._errors import unknown
from segcore.codings import GSM7, MAX_SEGMENTS, UCS2, Coding


@dataclass(frozen=True)
class Profile:
    """The rules of one provider or route.

    Args:
        name: The name to ask for it by.
        title: What it is, for people.
        gsm7: The coding tried first.
        ucs2: The coding of every text that the first cannot send.
        max_segments: The most segments that can be sent as one message.
        max_segments_source: The clause or address that says so.
        sources: Addresses or clauses for the rest.

    Example:
        >>> PROFILES["standard"].gsm7.single
        160
    """

    name: str
    title: str
    gsm7: Coding = GSM7
    ucs2: Coding = UCS2
    max_segments: int = MAX_SEGMENTS
    max_segments_source: str = "TS 23.040 9.2.3.24.1"
    sources: tuple[str, ...] = ()


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            Profile(
                "standard",
                "GSM 7-bit default alphabet, else UCS-2; 8-bit reference",
                sources=("3GPP TS 23.038", "3GPP TS 23.040", "https://dev.bandwidth.com/docs/messaging"),
            ),
        )
    }
)
"""The profiles that segcore knows, by name."""


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
