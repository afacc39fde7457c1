"""Find a profile by its name, or read one from a TOML file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from segcore._errors import unknown
from segcore.rules.alphabets import LANGUAGES
from segcore.rules.billing import ENCODINGS, OCTET_ENCODINGS, PACKINGS, PARTLY, Octets
from segcore.rules.codings import (
    CONCATENATION_8BIT_OCTETS,
    CONCATENATION_16BIT_OCTETS,
    MAX_SEGMENTS,
    SHIFTS,
    Coding,
    national_codings,
)
from segcore.rules.profile import Fact, Length, Profile, language_identifier
from segcore.rules.provider_alphabets import ALPHABETS, CHANGES, changed
from segcore.rules.providers import PROVIDERS

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


def with_smart_encoding(profile: str | Profile, wish: bool | str | SmartTable | None) -> Profile:
    """Return a profile with smart encoding turned on, off, or left as it is.

    Args:
        profile: A key of `PROFILES`, or a `Profile`.
        wish: A table or its name; ``True`` for the one that the provider documents, or else the recommended
            one; ``False`` for none; ``None`` for the profile's own.

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
    """Return the arguments of a `SegmentCounter` that counts under a profile.

    Args:
        profile: The rules.

    Example:
        >>> sorted(counting(PROFILES["standard"]))
        ['billing', 'clusters', 'gsm7', 'national', 'partly', 'replacements', 'ucs2']
    """
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


_REFERENCES = {8: CONCATENATION_8BIT_OCTETS, 16: CONCATENATION_16BIT_OCTETS}

_ENDS = ("in front", "behind")

_CHOICES = {"encoding": ENCODINGS, "packing": PACKINGS, "shifts": SHIFTS, "partly": PARTLY}

# The fact that a flag documents, and what it says of false and of true.
_FLAGS = {
    "graphemes": ("cuts", "where the segment is full", "between grapheme clusters"),
    "group_mms": (
        "group",
        "several recipients make as many messages",
        "several recipients make one group MMS",
    ),
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
        return _Reader(path, given).profile()
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


def _kind(value: object) -> str:
    names = {bool: "a truth value", int: "a whole number", str: "a string", list: "a list", dict: "a table"}
    return names.get(type(value), type(value).__name__)


def _expected(key: str, what: str, value: object) -> ValueError:
    return ValueError(f"{key}: expected {what}, got {_kind(value)} ({value!r})")


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _expected(key, "a string that is not empty", value)
    return value


def _one_of(key: str, value: object, known: Mapping[Any, Any] | tuple[Any, ...]) -> Any:
    # True is not 1 here: type() decides.
    if not any(type(value) is type(each) and value == each for each in known):
        raise unknown(key, value, map(str, known))
    return value


def _positive(key: str, value: object) -> int:
    if type(value) is not int or value < 1:
        raise _expected(key, "a whole number from 1", value)
    return value


class _Reader:
    """Turns the keys of one file into the fields of a profile and the facts behind them."""

    def __init__(self, path: Path, given: dict[str, Any]) -> None:
        self._path = path
        self._given = given
        self._base = PROFILES[_one_of("base", given.get("base", "standard"), PROFILES)]
        self._source = _text("source", given.get("source", path.name))
        self._fields: dict[str, Any] = {}
        self._facts = {fact.about: fact for fact in self._base.documented}

    def profile(self) -> Profile:
        readers: dict[str, Callable[[str, Any], None]] = {
            "name": self._read_text,
            "title": self._read_text,
            "base": self._read_nothing,
            "source": self._read_nothing,
            "languages": self._read_languages,
            "reference": self._read_nothing,
            "alphabet": self._read_nothing,
            "smart_encoding": self._read_smart_encoding,
            "partly": self._read_choice,
            "shifts": self._read_choice,
            "graphemes": self._read_flag,
            "group_mms": self._read_flag,
            "prefix": self._read_added,
            "suffix": self._read_added,
            "countries": self._read_countries,
            "link_length": self._read_link_length,
            "field_length": self._read_field_length,
            "encoding": self._read_choice,
            "packing": self._read_choice,
            "octets": self._read_octets,
            "gsm7_capacity": self._read_nothing,
            "ucs2_capacity": self._read_nothing,
            "max_segments": self._read_max_segments,
            "max_length": self._read_length,
            "max_mms_length": self._read_length,
        }
        for key in self._given:
            if key not in readers:
                raise unknown("key", key, readers)
        for key, value in self._given.items():
            readers[key](key, value)
        self._read_codings()
        name = self._fields.pop("name", self._path.stem)
        if name in PROFILES:
            raise ValueError(f"name: {name!r} is a profile that comes with segcore; choose another name")
        title = self._fields.pop("title", f"{self._base.title}, changed by {self._path.name}")
        facts = tuple(self._facts.values())
        return replace(self._base, name=name, title=title, documented=facts, **self._fields)

    def _say(self, about: str, value: str) -> None:
        self._facts[about] = Fact(about, value, self._source)

    def _read_nothing(self, key: str, value: object) -> None:
        """Skip a key that is read together with others."""

    def _read_text(self, key: str, value: object) -> None:
        self._fields[key] = _text(key, value)

    def _read_languages(self, key: str, value: object) -> None:
        if not isinstance(value, list):
            raise _expected(key, 'a list such as ["turkish", 2]', value)
        found = [language_identifier(f"{key}[{index}]", each) for index, each in enumerate(value)]
        self._fields[key] = tuple(sorted(set(found)))
        names = ", ".join(LANGUAGES[identifier] for identifier in self._fields[key])
        self._say("national_languages", names or "none")

    def _read_smart_encoding(self, key: str, value: object) -> None:
        from segcore.rules.smart_encoding import TABLES

        if isinstance(value, bool):
            table = (self._base.smart_table or "segcore") if value else None
        elif isinstance(value, str):
            table = _one_of(key, value, tuple(TABLES))
        else:
            raise _expected(key, f"true, false or one of {', '.join(TABLES)}", value)
        self._fields[key] = table
        self._say(key, f"table {table}" if table else "none")

    def _read_flag(self, key: str, value: object) -> None:
        if not isinstance(value, bool):
            raise _expected(key, "true or false", value)
        self._fields[key] = value
        about, *said = _FLAGS[key]
        self._say(about, said[value])

    def _read_added(self, key: str, value: object) -> None:
        if not isinstance(value, str):
            raise _expected(key, "a string", value)
        self._fields[key] = value
        ends = {end: self._fields.get(end, getattr(self._base, end)) for end in ("prefix", "suffix")}
        said = ", ".join(
            f"{text!r} {where}" for text, where in zip(ends.values(), _ENDS, strict=True) if text
        )
        self._say("added", said or "none")

    def _read_countries(self, key: str, value: object) -> None:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise _expected(key, 'a list of ISO 3166 alpha-2 codes such as ["TR"]', value)
        self._fields[key] = tuple(one.upper() for one in value)

    def _read_link_length(self, key: str, value: object) -> None:
        if isinstance(value, list) and len(value) == 2:
            least, most = (_positive(f"{key}[{index}]", each) for index, each in enumerate(value))
            if least > most:
                raise ValueError(f"{key}: {value}; give the least length first")
            self._fields[key] = (least, most)
        else:
            self._fields[key] = None if value is False else _positive(key, value)
        self._say("links", "as they are" if value is False else f"count {value}")

    def _read_field_length(self, key: str, value: object) -> None:
        self._fields[key] = None if value is False else _positive(key, value)

    def _read_choice(self, key: str, value: object) -> None:
        self._fields[key] = _one_of(key, value, _CHOICES[key])
        if key == "encoding":
            self._say(
                key,
                {"auto": "as the text allows", "gsm7": "always GSM-7", "ucs2": "always UCS-2"}[str(value)],
            )

    def _read_octets(self, key: str, value: object) -> None:
        if value is False:
            self._fields[key] = None
            return
        if not isinstance(value, dict):
            raise _expected(key, 'false, or a table: { encoding = "utf8", classes = { Rich = 160 } }', value)
        for name in value:
            _one_of(f"{key}.{name}", name, ("encoding", "classes"))
        encoding = _one_of(f"{key}.encoding", value.get("encoding", "utf8"), tuple(OCTET_ENCODINGS))
        classes = value.get("classes")
        if not isinstance(classes, dict):
            raise _expected(f"{key}.classes", "a table such as { Basic = 160, Single = false }", classes)
        found = Octets(encoding, {name: None if most is False else most for name, most in classes.items()})
        self._fields[key] = found
        self._say(key, "; ".join(f"{name}: {most or 'more'}" for name, most in found.classes))

    def _room(self, key: str) -> tuple[int, int] | None:
        """Return the units in the only segment and in each of several, if the file gives them."""
        if key not in self._given:
            return getattr(self._base, key.removesuffix("_capacity")).room  # type: ignore[no-any-return]
        value = self._given[key]
        if not isinstance(value, list) or len(value) != 2:
            raise _expected(key, "two whole numbers such as [160, 150]", value)
        single, part = (_positive(f"{key}[{index}]", each) for index, each in enumerate(value))
        if not 2 <= part <= single:
            raise ValueError(
                f"{key}: {value}; give the room in the only segment, and then that in each of several"
            )
        self._say(key.removesuffix("_capacity"), f"{single} alone, {part} of several")
        return single, part

    def _read_max_segments(self, key: str, value: object) -> None:
        number = _positive(key, value)
        if number > MAX_SEGMENTS:
            raise ValueError(f"{key}: {number} is more than {MAX_SEGMENTS} (TS 23.040 9.2.3.24.1)")
        self._fields.update(max_segments=number, max_segments_source=self._source)
        self._say(key, str(number))

    def _read_length(self, key: str, value: object) -> None:
        about = key.removeprefix("max_") if "mms" in key else key
        if value is False:
            self._fields[key] = None
            self._say(about, "no limit")
            return
        if isinstance(value, dict):
            for name in value:
                _one_of(f"{key}.{name}", name, ("gsm7", "ucs2"))
            for name in ("gsm7", "ucs2"):
                if name not in value:
                    raise ValueError(f"{key}: {name} is missing; give both gsm7 and ucs2, or one number")
            gsm7, ucs2 = (_positive(f"{key}.{name}", value[name]) for name in ("gsm7", "ucs2"))
        elif type(value) is int:
            gsm7 = ucs2 = _positive(key, value)
        else:
            raise _expected(key, "a whole number, { gsm7 = ..., ucs2 = ... } or false", value)
        self._fields[key] = Length(gsm7, ucs2, self._source)
        self._say(about, f"{gsm7} code points of GSM-7, {ucs2} of UCS-2")

    def _read_codings(self) -> None:
        """Rebuild the codings if the file gives a reference or an alphabet."""
        gsm7, ucs2 = self._base.gsm7, self._base.ucs2
        alphabet, extension = gsm7.alphabet, gsm7.extension
        reference = gsm7.reference
        if "reference" in self._given:
            reference = _REFERENCES[_one_of("reference", self._given["reference"], _REFERENCES)]
        if "alphabet" in self._given:
            alphabet, extension = changed((alphabet, extension), *self._alphabet_changes(), self._source)
            self._say("alphabet", alphabet.name)
            self._say("two_septets", extension.text.encode("unicode_escape").decode() or "none")
        rooms = self._room("gsm7_capacity"), self._room("ucs2_capacity")
        gsm7 = Coding(gsm7.encoding, alphabet, extension, reference=reference, room=rooms[0])
        ucs2 = Coding(ucs2.encoding, reference=reference, room=rooms[1])
        if reference != self._base.gsm7.reference:
            self._say("gsm7", f"{gsm7.single} alone, {gsm7.part} of several")
            self._say("ucs2", f"{ucs2.single} alone, {ucs2.part} of several")
        self._fields.update(gsm7=gsm7, ucs2=ucs2)

    def _alphabet_changes(self) -> tuple[str | None, dict[str, str]]:
        value = self._given["alphabet"]
        if isinstance(value, str):
            value = {"base": value}
        if not isinstance(value, dict):
            raise _expected("alphabet", f"one of {', '.join(ALPHABETS)}, or a table", value)
        for key in value:
            _one_of(f"alphabet.{key}", key, ("base", *CHANGES))
        base = _one_of("alphabet.base", value["base"], ALPHABETS) if "base" in value else None
        return base, {key: _text(f"alphabet.{key}", value[key]) for key in CHANGES if key in value}
