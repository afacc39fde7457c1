"""What does the counting behind an estimate."""

from __future__ import annotations

from segcore._errors import unknown
from segcore.engine.chooser import Tally
from segcore.rules.profiles import Profile
from segcore.segmenter import Segmenter


def tally_of(segmenter: Segmenter, encoder: Segmenter | None) -> Tally:
    """Return a tally without messages.

    Args:
        segmenter: Counts messages as they are sent.
        encoder: Counts them as if smart encoded, ``None`` if that is not asked for.
    """
    profile = segmenter.profile
    return Tally(segmenter, encoder, limits_of(profile), profile.gsm7.basic[:1])


def limits_of(profile: Profile) -> tuple[int, int, int]:
    """Return the most segments, and code points in either encoding, that a message may have."""
    longest = profile.max_length
    return (profile.max_segments, longest.gsm7, longest.ucs2) if longest else (profile.max_segments, 0, 0)


def encoder_of(segmenter: Segmenter, table: str | None) -> Segmenter | None:
    """Return what counts messages as if smart encoded, ``None`` if they are already or that is not asked for.

    Raises:
        ValueError: There is no such table.
    """
    if table is None or segmenter.profile.smart_encoding is not None:
        return None
    from segcore.rules.smart_encoding import TABLES

    if table not in TABLES:
        raise unknown("savings", table, TABLES)
    # Preparing the replacements takes as long as thousands of messages.
    key = type(segmenter), segmenter.profile, table
    found = _ENCODERS.get(key)
    if found is None:
        found = type(segmenter)(segmenter.profile, smart_encoding=table)
        _ENCODERS.clear()
        _ENCODERS[key] = found
    return found


_ENCODERS: dict[tuple[type[Segmenter], Profile, str], Segmenter] = {}
"""The one that was made last."""
