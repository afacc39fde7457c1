"""Find a profile by its name, or read one from a TOML file."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from segcore._errors import unknown
from segcore.rules.codings import national_codings
from segcore.rules.profile import Fact, Length, Profile
from segcore.rules.profile_reader import BuiltInProfiles, ProfileReader, one_of, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from segcore.rules.smart_encoding import SmartTable

__all__ = [
    "PROFILES",
    "Fact",
    "Length",
    "Profile",
    "counting",
    "load_profile",
    "resolve",
    "with_smart_encoding",
]

PROFILES: Mapping[str, Profile] = BuiltInProfiles()
"""The profiles that segcore knows, by name.

Example:
    >>> PROFILES["us_toll_free_16bit"].gsm7.part
    152
"""


def resolve(profile: str | Profile) -> Profile:
    """Return a profile by its name, or the profile itself.

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


def with_smart_encoding(profile: str | Profile, wish: bool | str | SmartTable | None) -> Profile:
    """Return a profile with smart encoding by a table or its name; ``True`` is the table that the provider
    documents, or else the recommended one, ``False`` none, ``None`` the profile's own.

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
    if isinstance(name, str):
        from segcore.rules.smart_encoding import TABLES

        if name not in TABLES:
            raise unknown("smart_encoding", name, TABLES)
    return replace(found, smart_encoding=name)


def changed_profile(profile: str | Profile, changes: Mapping[str, Any]) -> Profile:
    """Return a profile with some fields changed.

    Example:
        >>> changed_profile("twilio", {"suffix": " STOP=end"}).suffix
        ' STOP=end'
    """
    return replace(resolve(profile), **changes)


RECOMMENDED = "segcore"
"""Name of the table of replacements that segcore recommends."""


def counting(profile: Profile) -> dict[str, Any]:
    """Return the arguments of a `SegmentCounter` that counts under a profile."""
    replacements = None
    if profile.smart_encoding is not None:
        from segcore.rules.smart_encoding import resolve as table

        replacements = table(profile.smart_encoding).replacements
    return {
        "gsm7": profile.gsm7,
        "ucs2": profile.ucs2,
        "national": national_codings(profile.languages, profile.gsm7, profile.shifts),
        "replacements": replacements,
        "partly": profile.partly,
        "clusters": profile.graphemes,
        "billing": profile.billing or None,
    }


def load_profile(path: str | Path) -> Profile:
    """Return the profile that a TOML file describes.

    Args:
        path: The file.  Its keys, none of them required: ``name``, ``title``, ``base`` (a key of `PROFILES`),
            ``source``, ``languages``, ``shifts``, ``reference``, ``alphabet``, ``smart_encoding``,
            ``partly``, ``graphemes``, ``group_mms``, ``prefix``, ``suffix``, ``countries``, ``link_length``,
            ``field_length``, ``encoding``, ``gsm7_capacity``, ``ucs2_capacity``, ``packing``, ``octets``,
            ``max_segments``, ``max_length`` and ``max_mms_length``.  Missing keys keep the
            value of the base.

    Returns:
        The profile, for `Segmenter`.

    Raises:
        ValueError: The file is not TOML in UTF-8, or a key or a value is not one of the possible ones; the
            message names the file and the key, and says what is possible.
        OSError: The file cannot be read.

    Example:
        >>> import pathlib, tempfile
        >>> file = pathlib.Path(tempfile.mkdtemp(), "ankara.toml")
        >>> _ = file.write_text('base = "twilio"\\nlanguages = ["turkish"]\\nreference = 16')
        >>> profile = load_profile(file)
        >>> profile.name, profile.languages, profile.gsm7.part, profile.graphemes
        ('ankara', (1,), 152, True)
    """
    path = Path(path)
    given = _parsed(path)
    try:
        base = PROFILES[one_of("base", given.get("base", "standard"), PROFILES)]
        source = text_of("source", given.get("source", path.name))
        defaults = {"name": path.stem, "title": f"{base.title}, changed by {path.name}"}
        found = ProfileReader({**defaults, **given}, base, source).profile()
        if found.name in PROFILES:
            problem = "is a profile that comes with segcore; choose another name"
            raise ValueError(f"name: {found.name!r} {problem}")
        return found
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _parsed(path: Path) -> dict[str, Any]:
    # Not above: Python 3.10 has no tomllib, and profiles that are known by name need none.
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        found: dict[str, Any] = tomllib.loads(path.read_bytes().decode())
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8 (octet {error.start + 1}); TOML files are") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: not TOML: {error}") from None
    return found
