"""The rules that adapters count by, made once: a profile takes a while to prepare."""

from __future__ import annotations

from functools import lru_cache

from segcore.rules.profiles import Profile
from segcore.segmenter import Segmenter


def segmenter(profile: str | Profile) -> Segmenter:
    """Return the `Segmenter` of a profile, the same one if it was asked for lately.

    Args:
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Raises:
        ValueError: No profile has that name.
        TypeError: It is neither a name nor a `Profile`.

    Example:
        >>> segmenter("twilio") is segmenter("twilio")
        True
    """
    try:
        return _kept(profile)
    except TypeError:
        # It has no hash: it is refused in words of its own, or is a profile with something like a list in it.
        return Segmenter(profile)


@lru_cache(32)
def _kept(profile: str | Profile) -> Segmenter:
    return Segmenter(profile)
