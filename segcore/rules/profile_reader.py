"""Read descriptions of profiles: of those that come with segcore, and of your own in TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from segcore._errors import unknown
from segcore.rules import lines_of
from segcore.rules.alphabets import LANGUAGES
from segcore.rules.billing import ENCODINGS, OCTET_ENCODINGS, PACKINGS, Octets
from segcore.rules.codings import (
    CONCATENATION_8BIT_OCTETS,
    CONCATENATION_16BIT_OCTETS,
    MAX_SEGMENTS,
    SHIFTS,
    Coding,
)
from segcore.rules.profile import Fact, Length, Profile, language_identifier
from segcore.rules.provider_alphabets import ALPHABETS, CHANGES, changed
from segcore.rules.replacements import PARTLY

_FACT = re.compile(r"(\w+): (.*?) <(.+?)>(?: (.*))?")

_REFERENCES = {8: CONCATENATION_8BIT_OCTETS, 16: CONCATENATION_16BIT_OCTETS}

_ENDS = ("before", "after")

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


class BuiltInProfiles(Mapping[str, Profile]):
    """The profiles that providers.txt describes, by name; each is made when it is first asked for."""

    def __init__(self) -> None:
        text = "\n".join(lines_of(__package__, "providers.txt")).replace("\n    ", " ")
        self._addresses = dict(re.findall(r"^@(\S+) (.+)", text, re.MULTILINE))
        sections = (section.split("\n") for section in text.removeprefix("[").split("\n["))
        self._sections = {heading.partition("]")[0]: (heading, lines) for heading, *lines in sections}
        self._made: dict[str, Profile] = {}

    def __len__(self) -> int:
        return len(self._sections)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sections)

    def __getitem__(self, name: str) -> Profile:
        return self._made.get(name) or self._made.setdefault(name, self._make(*self._sections[name]))

    def _make(self, heading: str, lines: list[str]) -> Profile:
        name, _, title = heading.partition("] ")
        given: dict[str, Any] = {}
        facts = []
        for line in lines:
            key, _, value = line.partition(" ")
            if value.startswith("= "):
                given[key] = json.loads(value[2:])
            elif fact := _FACT.fullmatch(line):
                about, said, source, note = fact.groups("")
                facts.append(Fact(about, said, self._addresses.get(source, source), note))
            elif not key.startswith("@"):
                raise ValueError(f"providers.txt: {line!r} is neither a key nor a fact with its source")
        base = Profile(name, title, smart_table=given.pop("smart_table", None))
        return ProfileReader(given, base, "", facts).profile()


def _kind(value: object) -> str:
    names = {bool: "a truth value", int: "a whole number", str: "a string", list: "a list", dict: "a table"}
    return names.get(type(value), type(value).__name__)


def _expected(key: str, what: str, value: object) -> ValueError:
    return ValueError(f"{key}: expected {what}, got {_kind(value)} ({value!r})")


def text_of(key: str, value: object) -> str:
    """Return a value that has to be a string that is not empty."""
    if not isinstance(value, str) or not value:
        raise _expected(key, "a string that is not empty", value)
    return value


def one_of(key: str, value: object, known: Mapping[Any, Any] | tuple[Any, ...]) -> Any:
    """Return a value that has to be one of those known."""
    # True is not 1 here: type() decides.
    if not any(type(value) is type(each) and value == each for each in known):
        raise unknown(key, value, map(str, known))
    return value


def _positive(key: str, value: object) -> int:
    if type(value) is not int or value < 1:
        raise _expected(key, "a whole number from 1", value)
    return value


class ProfileReader:
    """Turns keys into the fields of a profile, and into facts unless facts are `documented` beside them."""

    def __init__(
        self, given: Mapping[str, Any], base: Profile, source: str, documented: Iterable[Fact] = ()
    ) -> None:
        self._given = given
        self._base = base
        self._source = source
        self._fields: dict[str, Any] = {}
        self._documented = {fact.about: fact for fact in documented}
        self._facts = self._documented or {fact.about: fact for fact in base.documented}

    def profile(self) -> Profile:
        """Return the base with what the keys change."""
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
        return replace(self._base, documented=tuple(self._facts.values()), **self._fields)

    def _document(self, about: str, value: str) -> None:
        """Add a fact about a key."""
        if not self._documented:
            self._facts[about] = Fact(about, value, self._source)

    def _document_room(self, about: str, single: int, part: int) -> None:
        self._document(about, f"{single} in a single segment, {part} each in longer messages")

    def _source_of(self, about: str) -> str:
        return self._documented[about].source if about in self._documented else self._source

    def _read_nothing(self, key: str, value: object) -> None:
        """Skip a key that is read together with others."""

    def _read_text(self, key: str, value: object) -> None:
        self._fields[key] = text_of(key, value)

    def _read_languages(self, key: str, value: object) -> None:
        if not isinstance(value, list):
            raise _expected(key, 'a list such as ["turkish", 2]', value)
        found = [language_identifier(f"{key}[{index}]", each) for index, each in enumerate(value)]
        self._fields[key] = tuple(sorted(set(found)))
        names = ", ".join(LANGUAGES[identifier] for identifier in self._fields[key])
        self._document("national_languages", names or "none")

    def _read_smart_encoding(self, key: str, value: object) -> None:
        from segcore.rules.smart_encoding import TABLES

        if isinstance(value, bool):
            table = (self._base.smart_table or "segcore") if value else None
        elif isinstance(value, str):
            table = one_of(key, value, tuple(TABLES))
        else:
            raise _expected(key, f"true, false or one of {', '.join(TABLES)}", value)
        self._fields[key] = table
        self._document(key, f"table {table}" if table else "none")

    def _read_flag(self, key: str, value: object) -> None:
        if not isinstance(value, bool):
            raise _expected(key, "true or false", value)
        self._fields[key] = value
        about, *said = _FLAGS[key]
        self._document(about, said[value])

    def _read_added(self, key: str, value: object) -> None:
        if not isinstance(value, str):
            raise _expected(key, "a string", value)
        self._fields[key] = value
        ends = {end: self._fields.get(end, getattr(self._base, end)) for end in ("prefix", "suffix")}
        said = ", ".join(
            f"{text!r} {where}" for text, where in zip(ends.values(), _ENDS, strict=True) if text
        )
        self._document("added", said or "none")

    def _read_countries(self, key: str, value: object) -> None:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise _expected(key, 'a list of ISO 3166 alpha-2 codes such as ["TR"]', value)
        self._fields[key] = tuple(one.upper() for one in value)

    def _read_link_length(self, key: str, value: object) -> None:
        if isinstance(value, list) and len(value) == 2:
            self._fields[key] = tuple(_positive(f"{key}[{index}]", each) for index, each in enumerate(value))
        else:
            self._fields[key] = None if value is False else _positive(key, value)
        self._document("links", "as they are" if value is False else f"count {value}")

    def _read_field_length(self, key: str, value: object) -> None:
        self._fields[key] = None if value is False else _positive(key, value)

    def _read_choice(self, key: str, value: object) -> None:
        self._fields[key] = one_of(key, value, _CHOICES[key])
        if key == "encoding":
            always = {"auto": "as the text allows", "gsm7": "always GSM-7", "ucs2": "always UCS-2"}
            self._document(key, always[str(value)])

    def _read_octets(self, key: str, value: object) -> None:
        if value is False:
            self._fields[key] = None
            return
        if not isinstance(value, dict):
            raise _expected(key, 'false, or a table: { encoding = "utf8", classes = { Rich = 160 } }', value)
        for name in value:
            one_of(f"{key}.{name}", name, ("encoding", "classes"))
        encoding = one_of(f"{key}.encoding", value.get("encoding", "utf8"), tuple(OCTET_ENCODINGS))
        classes = value.get("classes")
        if not isinstance(classes, dict):
            raise _expected(f"{key}.classes", "a table such as { Basic = 160, Single = false }", classes)
        found = Octets(encoding, {name: None if most is False else most for name, most in classes.items()})
        self._fields[key] = found
        self._document(key, "; ".join(f"{name}: {most or 'more'}" for name, most in found.classes))

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
        self._document(
            key.removesuffix("_capacity"), f"{single} in a single segment, {part} each in longer messages"
        )
        return single, part

    def _read_max_segments(self, key: str, value: object) -> None:
        number = _positive(key, value)
        if number > MAX_SEGMENTS:
            raise ValueError(f"{key}: {number} is more than {MAX_SEGMENTS} (TS 23.040 9.2.3.24.1)")
        self._fields.update(max_segments=number, max_segments_source=self._source_of(key))
        self._document(key, str(number))

    def _read_length(self, key: str, value: object) -> None:
        about = key.removeprefix("max_") if "mms" in key else key
        if value is False:
            self._fields[key] = None
            self._document(about, "no limit")
            return
        if isinstance(value, dict):
            for name in value:
                one_of(f"{key}.{name}", name, ("gsm7", "ucs2"))
            for name in ("gsm7", "ucs2"):
                if name not in value:
                    raise ValueError(f"{key}: {name} is missing; give both gsm7 and ucs2, or one number")
            gsm7, ucs2 = (_positive(f"{key}.{name}", value[name]) for name in ("gsm7", "ucs2"))
        elif type(value) is int:
            gsm7 = ucs2 = _positive(key, value)
        else:
            raise _expected(key, "a whole number, { gsm7 = ..., ucs2 = ... } or false", value)
        self._fields[key] = Length(gsm7, ucs2, self._source_of(about))
        self._document(about, f"{gsm7} code points of GSM-7, {ucs2} of UCS-2")

    def _read_codings(self) -> None:
        """Build the codings anew if a key is about them."""
        if not self._given.keys() & {"reference", "alphabet", "gsm7_capacity", "ucs2_capacity"}:
            return
        gsm7, ucs2 = self._base.gsm7, self._base.ucs2
        alphabet, extension = gsm7.alphabet, gsm7.extension
        reference = gsm7.reference
        if "reference" in self._given:
            reference = _REFERENCES[one_of("reference", self._given["reference"], _REFERENCES)]
        if "alphabet" in self._given:
            source = self._source_of("alphabet")
            alphabet, extension = changed((alphabet, extension), *self._alphabet_changes(), source)
            self._document("alphabet", alphabet.name)
            self._document("two_septets", extension.text.encode("unicode_escape").decode() or "none")
        rooms = self._room("gsm7_capacity"), self._room("ucs2_capacity")
        gsm7 = Coding(gsm7.encoding, alphabet, extension, reference=reference, room=rooms[0])
        ucs2 = Coding(ucs2.encoding, reference=reference, room=rooms[1])
        if reference != self._base.gsm7.reference:
            self._document_room("gsm7", gsm7.single, gsm7.part)
            self._document_room("ucs2", ucs2.single, ucs2.part)
        self._fields.update(gsm7=gsm7, ucs2=ucs2)

    def _alphabet_changes(self) -> tuple[str | None, dict[str, str]]:
        value = self._given["alphabet"]
        if isinstance(value, str):
            value = {"base": value}
        if not isinstance(value, dict):
            raise _expected("alphabet", f"one of {', '.join(ALPHABETS)}, or a table", value)
        for key in value:
            one_of(f"alphabet.{key}", key, ("base", *CHANGES))
        base = one_of("alphabet.base", value["base"], ALPHABETS) if "base" in value else None
        return base, {key: text_of(f"alphabet.{key}", value[key]) for key in CHANGES if key in value}
