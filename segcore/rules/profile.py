"""A profile: the codings of a route, its options, its limits, and the source of each fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from segcore._errors import unknown
from segcore.rules.alphabets import LANGUAGES
from segcore.rules.billing import Billing, Octets
from segcore.rules.codings import GSM7, MAX_SEGMENTS, SHIFTS, UCS2, Coding, Encoding
from segcore.rules.replacements import ALWAYS, checked_partly

if TYPE_CHECKING:
    from pathlib import Path

    from segcore.rules.smart_encoding import SmartTable

UNKNOWN = "unknown"
"""The value of a fact when nothing is documented."""

SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "alphabet": "7-bit alphabet",
        "two_septets": "Two septets",
        "gsm7": "Septets in a segment",
        "ucs2": "Code units in a segment",
        "octets": "Octets",
        "cuts": "Where segments end",
        "added": "Text that the route adds",
        "links": "Links",
        "encoding": "Encoding",
        "max_length": "Longest text",
        "max_segments": "Most segments",
        "too_long": "Texts that are too long",
        "smart_encoding": "Smart encoding",
        "national_languages": "National language tables",
        "mms": "MMS",
        "mms_length": "Longest text of an MMS",
        "group": "Group messages",
        "billing": "Billed by",
        "count_fields": "Where the count is reported",
    }
)
"""The subjects of the facts in every profile, with their headings for people."""


_IDENTIFIERS = {name.lower(): identifier for identifier, name in LANGUAGES.items()}


def language_identifier(key: str, value: object) -> int:
    """Return the identifier of a language, by its name or as it is; `key` says in errors where it was given.

    Example:
        >>> language_identifier("languages", "Turkish"), language_identifier("languages", 1)
        (1, 1)
    """
    if type(value) is int and value in LANGUAGES:
        return value
    if isinstance(value, str) and value.lower() in _IDENTIFIERS:
        return _IDENTIFIERS[value.lower()]
    raise unknown(key, value, (f"{name} or {number}" for name, number in _IDENTIFIERS.items()))


@dataclass(frozen=True)
class Fact:
    """One fact about a provider: a documented value with its source, or unknown.

    Args:
        about: One of `SUBJECTS`.
        value: What is documented, in a few words; ``unknown`` where nothing is.
        source: The address or the clause that says so; empty where nothing is documented.
        note: Anything else worth knowing, such as how segcore decides where sources disagree.

    Raises:
        ValueError: There is no such subject; or a known value has no source, or an unknown one has.

    Example:
        >>> Fact("billing", "each segment", "https://example.com/prices").value
        'each segment'
    """

    about: str
    value: str = UNKNOWN
    source: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.about not in SUBJECTS:
            raise unknown("about", self.about, SUBJECTS)
        if (self.value == UNKNOWN) == bool(self.source):
            raise ValueError(
                f"source: {self.source!r} for the value {self.value!r} of {self.about}; "
                "give what is documented with its source, and 'unknown' without one"
            )


@dataclass(frozen=True)
class Length:
    """The longest text that a provider accepts, in code points.

    Args:
        gsm7: For a text that goes out as GSM-7.
        ucs2: For a text that goes out as UCS-2.
        source: The address or the clause that says so.

    Example:
        >>> Length(1600, 737, "https://example.com/limits").of(Encoding.UCS2)
        737
    """

    gsm7: int
    ucs2: int
    source: str

    def of(self, encoding: Encoding) -> int:
        """Return the limit for an encoding."""
        return self.gsm7 if encoding is Encoding.GSM7 else self.ucs2


@dataclass(frozen=True)
class Profile:
    """The rules of one provider or route.

    Args:
        name: The name that selects it.
        title: A title for people.
        gsm7: The coding tried first.
        ucs2: The coding of every text that no 7-bit coding can send.
        languages: National language identifiers, or names such as ``"turkish"``, whose tables may be used
            (`segcore.rules.alphabets.LANGUAGES`).
        shifts: Which national tables may be used, one of `SHIFTS`.
        smart_encoding: The smart encoding table that is applied, or its name; ``None`` for none.
        smart_table: Name of the table that the provider documents, ``None`` if none is known; it is what
            ``Segmenter(name, smart_encoding=True)`` applies.
        partly: When smart encoding applies its replacements, one of `PARTLY`.
        graphemes: Whether grapheme clusters are kept whole where segments end.
        group_mms: Whether a message to several recipients is one group MMS, which counts 1; otherwise it is
            that many messages.  The fact ``group`` says what is documented.
        prefix: Text that the route adds before each message.
        suffix: Text that the route adds after each message.
        countries: The countries (ISO 3166 alpha-2) to which the route adds prefix and suffix; all if empty.
        link_length: The length of each link in code points: a number, or a range, whose upper end counts;
            ``None`` if links stay as they are.
        field_length: What each field ``{#name#}`` of a template counts; ``None`` if it is text.
        encoding: ``"auto"``, or ``"gsm7"`` or ``"ucs2"`` if the route uses no other encoding.
        packing: ``"exact"``; ``"ceil"`` if segments are units divided by the room in each and rounded up;
            ``"first"`` if the first of several segments has as much room as a single one.
        octets: How octets are counted, as on RCS; ``None`` if the route counts septets and code units.
        max_segments: The most segments that can be sent as one message, 1 to 255.
        max_segments_source: The clause or address that says so.
        max_length: The longest text as SMS, ``None`` if no limit is documented.
        max_mms_length: The longest text as MMS, ``None`` if no limit is documented.
        documented: The documented facts with their sources; a subject that is missing here is unknown.

    Raises:
        ValueError: `languages`, `partly` or `max_segments` is not one of the possible values, or a coding has
            the wrong encoding.

    Example:
        >>> route = Profile("ours", "Our route", languages=(1,), max_segments=6, max_segments_source="offer")
        >>> route.gsm7.single, route.facts["billing"].value
        (160, 'unknown')
    """

    name: str
    title: str
    gsm7: Coding = GSM7
    ucs2: Coding = UCS2
    languages: tuple[int, ...] = ()
    shifts: str = "both"
    smart_encoding: str | SmartTable | None = None
    smart_table: str | None = None
    partly: str = ALWAYS
    graphemes: bool = False
    group_mms: bool = False
    prefix: str = ""
    suffix: str = ""
    countries: tuple[str, ...] = ()
    link_length: int | tuple[int, int] | None = None
    field_length: int | None = None
    encoding: str = "auto"
    packing: str = "exact"
    octets: Octets | None = None
    max_segments: int = MAX_SEGMENTS
    max_segments_source: str = "TS 23.040 9.2.3.24.1"
    max_length: Length | None = None
    max_mms_length: Length | None = None
    documented: tuple[Fact, ...] = ()

    def __post_init__(self) -> None:
        for name, encoding in (("gsm7", Encoding.GSM7), ("ucs2", Encoding.UCS2)):
            if getattr(self, name).encoding is not encoding:
                raise ValueError(f"{name}: expected a coding of {encoding}, got {getattr(self, name)!r}")
        given: Any = self.languages
        languages = (given,) if isinstance(given, (int, str)) else given
        found = (language_identifier("languages", language) for language in languages)
        object.__setattr__(self, "languages", tuple(found))
        if self.shifts not in SHIFTS:
            raise unknown("shifts", self.shifts, SHIFTS)
        checked_partly(self.partly)
        self._check_billing()
        if not 1 <= self.max_segments <= MAX_SEGMENTS:
            raise ValueError(
                f"max_segments: {self.max_segments}; a message has 1 to {MAX_SEGMENTS} segments "
                "(TS 23.040 9.2.3.24.1)"
            )

    def _check_billing(self) -> None:
        for name in ("prefix", "suffix"):
            if not isinstance(getattr(self, name), str):
                raise TypeError(f"{name}: expected str, got {type(getattr(self, name)).__name__}")
        _ = self.billing
        if isinstance(self.link_length, tuple) and self.link_length[0] > self.link_length[1]:
            raise ValueError(f"link_length: {list(self.link_length)}; give the least length first")
        if self.packing != "exact" and self.languages:
            raise ValueError(f"packing: {self.packing!r} is not defined for national language tables")
        if self.octets is not None:
            self._check_octets(self.octets)

    def _check_octets(self, octets: Octets) -> None:
        """Refuse the options of septets and code units on a route that counts octets."""
        nothing = {
            "encoding": "auto",
            "packing": "exact",
            "languages": (),
            "smart_encoding": None,
            "graphemes": False,
        }
        for name, value in nothing.items():
            if getattr(self, name) != value:
                raise ValueError(
                    f"{name}: {getattr(self, name)!r} is not defined for the profile {self.name}, "
                    f"which counts octets of {octets.encoding}"
                )

    @property
    def billing(self) -> Billing:
        """The rules for text that is billed in addition to the text given."""
        link = max(self.link_length) if isinstance(self.link_length, tuple) else self.link_length
        return Billing(
            prefix=self.prefix,
            suffix=self.suffix,
            link_length=link,
            field_length=self.field_length,
            encoding=self.encoding,
            packing=self.packing,
            octets=self.octets,
        )

    @classmethod
    def read(cls, path: str | Path) -> Profile:
        """Return the profile in a TOML file, as `segcore.rules.profiles.load_profile` reads it."""
        from segcore.rules.profiles import load_profile

        return load_profile(path)

    @property
    def smart_encoding_name(self) -> str | None:
        """The name of the smart encoding table that is applied, ``None`` for none."""
        table = self.smart_encoding
        return table if table is None or isinstance(table, str) else table.name

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The fact about each of `SUBJECTS`, in their order; ``unknown`` where nothing is documented."""
        known = {fact.about: fact for fact in self.documented}
        return MappingProxyType({about: known.get(about, Fact(about)) for about in SUBJECTS})

    @property
    def sources(self) -> tuple[str, ...]:
        """The addresses and clauses behind the facts, without repetition."""
        return tuple(dict.fromkeys(fact.source for fact in self.facts.values() if fact.source))
