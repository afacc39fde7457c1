"""Merge fields: how templates write them, and the fewest and the most segments that their lengths allow."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from segcore._errors import unknown
from segcore.rules.codings import Encoding

if TYPE_CHECKING:
    from segcore.writing.template import Template

_NAME = r"\w(?:[\w .\-]*\w)?"

# Specific styles first: `{{name}}` is no `{name}` in braces, and a text in a specific style may well contain
# a bracket or a per cent sign that means itself.
_PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        "{#var#}": rf"\{{#\s*(?P<name>{_NAME})\s*#\}}",
        "*|NAME|*": rf"\*\|\s*(?P<name>{_NAME})\s*\|\*",
        "{{name}}": r"\{\{\{?(?=(?:[^{}]|\$\{)*\w)(?P<expression>(?:[^{}]|\$\{[^{}]*\})*)\}\}\}?",
        "((name))": rf"\(\(\s*(?P<name>{_NAME})\s*\)\)",
        "${name}": rf"\$\{{\s*(?P<name>{_NAME})\s*\}}",
        "{name}": rf"(?<!\{{)\{{(?P<name>{_NAME})\}}(?!\}})",
        "%name%": r"(?P<sign>%%?)(?P<name>[^\W\d]\w*(?:[.\-]\w+)*)(?P=sign)",
        "[name]": rf"\[(?P<sign>\[)?(?P<name>{_NAME})(?:,\s*fallback=(?P<fallback>[^\[\]]*))?\](?(sign)\])",
    }
)
_SPECIFIC = ("{#var#}", "*|NAME|*", "{{name}}", "((name))", "${name}")

STYLES = tuple(_PATTERNS)
"""The styles of merge fields, each written as it writes a field."""

_COMPILED = {style: re.compile(pattern) for style, pattern in _PATTERNS.items()}

# The signs of a style without a name tell it: "{{}}" and "{{ first_name }}" are the same one.
_BY_SIGNS = {re.sub(r"[\w\s]", "", style): style for style in STYLES}

# More than a field, in each style that has such a thing: branches, functions and formats.
_LOGIC = {
    style: re.compile(pattern, re.DOTALL)
    for style, pattern in {
        "{{name}}": r"\{%(?:(?!\{%).)*?%\}"
        r"|\{\{\{?[~-]?\s*(?:[#/^>!&]|[\w.$]+\s*[\[(+*/<>=?:]|[\w.$]+\s[^{}|]*[\"'])(?:(?!\{\{).)*?\}\}",
        "*|NAME|*": r"\*\|\w+:[^|]*\|\*",
        "((name))": r"\(\([^()]*\?\?(?:(?!\(\().)*?\)\)",
        "${name}": r"\$\{\s*[\w.]+\s*[!?:(\[][^}]*\}",
        "{name}": r"\{[^{}]*\|[^{}]*\}|\{\w+(?:![rsa])?:[^\s{}]+\}"
        r"|\{\s*\w+\s*,\s*(?:plural|select\w*|number|date|time)\b.*?\}",
    }.items()
}
_TRIMS = ("-", "~")

_FILTER = re.compile(r"""\s*(?P<name>\w+)\s*(?P<arguments>\(.*\)|:.*)?\s*""", re.DOTALL)
_QUOTED = re.compile(
    r"""\s*(?P<quote>["'])(?P<text>(?:(?!(?P=quote)).)*)(?P=quote)\s*(?:,\s*(?:\w+\s*[:=]\s*)?(?P<flag>true|false)\s*)?""",
    re.DOTALL | re.IGNORECASE,
)

_CASES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        **dict.fromkeys(("upcase", "upper", "uppercase"), str.upper),
        **dict.fromkeys(("downcase", "lower", "lowercase"), str.lower),
        "capitalize": str.capitalize,
        "title": str.title,
        **dict.fromkeys(("strip", "trim"), str.strip),
        # These escape HTML, which no text message is.
        **dict.fromkeys(("escape", "safe", "h"), str),
    }
)


@dataclass(frozen=True)
class Field:
    """One merge field of a template, at one place in it, with its filters; a default is one of them."""

    name: str
    filters: tuple[Callable[[str | None], str | None], ...] = field(default=(), compare=False)

    @property
    def is_plain(self) -> bool:
        """Whether a value goes into the text as it is."""
        return not self.filters

    def value(self, value: str | None) -> str | None:
        """Return the text that a value becomes; ``None`` if it is missing and there is no default."""
        for change in self.filters:
            value = change(value)
        return value


def _changed(change: Callable[[str], str], value: str | None) -> str | None:
    return None if value is None else change(value)


def _defaulted(default: str, replaces_empty: bool, value: str | None) -> str:
    return default if value is None or (replaces_empty and not value) else value


def parse(text: str, style: str | None) -> tuple[str | None, list[str], list[Field]]:
    """Return the style of a template, the texts between its fields (one more than fields), and the fields.

    Args:
        text: The template.
        style: One of `STYLES`, or ``None`` to detect it.

    Raises:
        ValueError: There is no such style; or a field has a filter, or the text a block, that cannot be
            counted.

    Example:
        >>> parse("Hi {{ name }}, 50% off [today]", None)[:2]
        ('{{name}}', ['Hi ', ', 50% off [today]'])
    """
    chosen = _detected(text) if style is None else _known(style)
    for logic in (_LOGIC[one] for one in _LOGIC if chosen in (one, None)):
        if found := logic.search(text):
            raise ValueError(
                f"text: {found[0]!r} is more than a field, and its result is not known; count each branch as "
                "a template, or put the result into a column"
            )
    if chosen is None:
        return None, [text], []
    literals, fields, end, trims = [], [], 0, False
    for match in _COMPILED[chosen].finditer(text):
        found_field = _field(match)
        if found_field is None:
            continue
        literal = text[end : match.start()]
        literal = literal.lstrip() if trims else literal
        expression = match.groupdict().get("expression", "")
        # A sign of Liquid, Jinja or Handlebars that removes the space beside a field.
        literals.append(literal.rstrip() if expression[:1] in _TRIMS else literal)
        fields.append(found_field)
        end, trims = match.end(), expression[-1:] in _TRIMS
    literals.append(text[end:].lstrip() if trims else text[end:])
    return chosen, literals, _told_apart(fields) if chosen == "{#var#}" else fields


def _known(style: str) -> str:
    signs = re.sub(r"[\w\s]", "", style)
    if signs not in _BY_SIGNS:
        raise unknown("style", style, STYLES)
    return _BY_SIGNS[signs]


def _detected(text: str) -> str | None:
    """Return the style with the most fields: of the specific ones if there are any."""
    for styles in (_SPECIFIC, [style for style in STYLES if style not in _SPECIFIC]):
        # A field of Braze is one in the other: {{${name}}}.
        rest = _COMPILED["{{name}}"].sub("", text)
        fields = {
            style: sum(1 for _ in _COMPILED[style].finditer(text if style == "{{name}}" else rest))
            for style in styles
        }
        most = max(fields, key=lambda style: fields[style])
        if fields[most]:
            return most
    return None


def _told_apart(fields: list[Field]) -> list[Field]:
    """Number fields that share a name, because each has a value of its own: var1, var2 ..."""
    names = [one.name for one in fields]
    found, seen = [], dict[str, int]()
    for one in fields:
        seen[one.name] = seen.get(one.name, 0) + 1
        is_only = names.count(one.name) == 1
        found.append(one if is_only else Field(f"{one.name}{seen[one.name]}"))
    return found


def _field(match: re.Match[str]) -> Field | None:
    groups = match.groupdict()
    if "expression" not in groups:
        fallback = groups.get("fallback")
        return Field(groups["name"], () if fallback is None else (partial(_defaulted, fallback, True),))
    name, *filters = _split_at_bars(groups["expression"].strip("~-").strip())
    name = re.sub(r"\$\{\s*([^{}]*?)\s*\}", r"\1", name).strip()
    if not re.fullmatch(_NAME, name):
        return None
    changes: list[Callable[[str | None], str | None]] = []
    for one in filters:
        found = _FILTER.fullmatch(one)
        kind, arguments = (found["name"], found["arguments"] or "") if found else (one.strip(), "")
        if kind in ("default", "fallback"):
            changes.append(partial(_defaulted, *_default(match[0], arguments)))
        elif kind in _CASES and not arguments:
            changes.append(partial(_changed, _CASES[kind]))
        else:
            raise ValueError(
                f"text: the filter {kind!r} in {match[0]!r} is not known, so its result cannot be counted; "
                f"known: default, {', '.join(_CASES)}.  Apply it to the column, and leave it out here"
            )
    return Field(name, tuple(changes))


def _split_at_bars(expression: str) -> list[str]:
    """Return the parts of an expression between bars that are not quoted."""
    return re.findall(r"""((?:"[^"]*"|'[^']*'|[^|"'])+)""", expression) or [""]


def _default(source: str, arguments: str) -> tuple[str, bool]:
    """Return a default, and whether it replaces an empty value as well.

    Liquid and Django write ``default: "x"`` and replace both; Jinja writes ``default("x")`` and replaces an
    empty value only with ``default("x", true)``.
    """
    is_call = arguments.startswith("(")
    found = _QUOTED.fullmatch(arguments[1:-1] if is_call else arguments[1:])
    if found is None:
        raise ValueError(f'text: the default in {source!r} is not a quoted text; write default: "..."')
    return found["text"], not is_call or (found["flag"] or "").lower() == "true"


Range: TypeAlias = "int | str | tuple[int, int | None] | tuple[int, int | None, str]"

ALPHABETS = ("gsm7", "ucs2")
"""The values a field may have: only characters of GSM-7, or any."""

# Letters that take one unit: of every alphabet, and of no alphabet.
_SEPTET, _CODE_UNIT = "a", "ł"

# Ways to fill a field that stands at several places, before it counts as if its value could differ.
_MOST_SEARCHES = 1000

# More units than any segment holds.
_MOST_UNITS = 161


@dataclass(frozen=True)
class Bounds:
    """The segments of a template for values of given lengths.

    Args:
        fewest: The fewest segments.
        most: The most segments.
        shortest: A length of each field, in units, that gives the fewest segments.
        longest: A length of each field, in units, that gives the most segments.
        encoding: The encoding of a message with the most segments.
        tipping_field: The field whose length decides between more and fewer segments; ``None`` if the number
            is always the same.
        tipping_length: The length at which that field costs another segment; ``None`` without such a field.
        open_fields: The fields whose length has no limit; `most` is then the most that can be sent.
        with_ucs2: The bounds if every field could hold characters outside GSM-7; ``None`` if all may anyway.

    Example:
        >>> from segcore.writing.template import Template
        >>> found = Template("Hi {{n}}" + "a" * 150).bounds({"n": (1, 20)})
        >>> found.fewest, found.most, found.with_ucs2.most, found.with_ucs2.encoding.value
        (1, 2, 3, 'UCS-2')
    """

    fewest: int
    most: int
    shortest: Mapping[str, int]
    longest: Mapping[str, int]
    encoding: Encoding
    tipping_field: str | None
    tipping_length: int | None
    open_fields: tuple[str, ...]
    with_ucs2: Bounds | None


class _Start(NamedTuple):
    """A place among pieces, and at which units of fields characters of two units begin, or do not."""

    place: int = 0
    offset: int = 0
    used: int = 0
    segments: int = 1
    twos: frozenset[tuple[Hashable, int]] = frozenset()
    ones: frozenset[tuple[Hashable, int]] = frozenset()


@dataclass(frozen=True)
class _Lengths:
    """The lengths that the values of a field may have, ``None`` for no limit, and what they hold."""

    fewest: int
    most: int | None
    alphabet: str


def bounds(template: Template, ranges: Mapping[str, Range]) -> Bounds:
    """Return the bounds of a template; `Template.bounds` explains the arguments."""
    for name in ranges:
        if name not in template.fields:
            raise unknown("ranges: field", name, template.fields)
    missing = [name for name in template.fields if name not in ranges]
    if missing:
        raise ValueError(f"ranges: no length for the field {missing[0]!r}; add {missing[0]!r}: (0, 20)")
    lengths = {name: _lengths(name, ranges[name]) for name in template.fields}
    wide = {name: _Lengths(each.fewest, each.most, "ucs2") for name, each in lengths.items()}
    with_ucs2 = None if wide == lengths else _Counting(template, wide).bounds(None)
    return _Counting(template, lengths).bounds(with_ucs2)


def _lengths(name: str, given: Range) -> _Lengths:
    wrong = ValueError(
        f"ranges[{name!r}]: {given!r} is not a range; give a length, (shortest, longest), "
        '(shortest, longest, "ucs2"), or "gsm7" or "ucs2" alone'
    )
    items: tuple[object, ...]
    if isinstance(given, str):
        items = (0, None, given)
    else:
        items = (given, given) if isinstance(given, int) else tuple(given)
    if len(items) not in (2, 3):
        raise wrong
    fewest, most, alphabet = (*items, "gsm7")[:3]
    if alphabet not in ALPHABETS:
        raise unknown(f"ranges[{name!r}]", alphabet, ALPHABETS)
    # A truth value is an int, too, but no length.
    if type(fewest) is not int or not (most is None or type(most) is int) or fewest < 0:
        raise wrong
    if isinstance(most, int) and most < fewest:
        raise wrong
    return _Lengths(fewest, most if isinstance(most, int) else None, str(alphabet))


class _Counting:
    """Counts a template whose fields have given lengths."""

    def __init__(self, template: Template, lengths: Mapping[str, _Lengths]) -> None:
        self._template = template
        self._lengths = lengths
        self._wide = [name for name, each in lengths.items() if each.alphabet == "ucs2"]

    def bounds(self, with_ucs2: Bounds | None) -> Bounds:
        shortest = {name: each.fewest for name, each in self._lengths.items()}
        open_fields = tuple(name for name, each in self._lengths.items() if each.most is None)
        longest = {
            name: each.fewest if each.most is None else each.most for name, each in self._lengths.items()
        }
        for name in open_fields:
            longest[name] = self._longest(name, longest)
        fewest = self._segments(shortest)
        most, is_wide = self._most(longest), False
        if any(longest[name] for name in self._wide):
            is_wide = self._most(longest, self._wide) >= most
            most = max(most, self._most(longest, self._wide))
        text = self._text(longest, self._wide if is_wide else ())
        encoding = self._template.segmenter.detect_encoding(text)
        field, length = self._tipping(shortest, longest, fewest) if most > fewest else (None, None)
        return Bounds(fewest, most, shortest, longest, encoding, field, length, open_fields, with_ucs2)

    def _text(self, lengths: Mapping[str, int], wide: Collection[str]) -> str:
        """Return the template with values of given lengths, those of some fields outside GSM-7."""
        return self._template.filled(
            {name: (_CODE_UNIT if name in wide else _SEPTET) * length for name, length in lengths.items()}
        )

    def _segments(self, lengths: Mapping[str, int], wide: Collection[str] = ()) -> int:
        return self._template.segmenter.count_segments(self._text(lengths, wide))

    def _most(self, lengths: Mapping[str, int], wide: Collection[str] = ()) -> int:
        """Return the most segments that values of given lengths can take.

        Characters of two units may fall on the end of a segment wherever a value does, and leave a unit free.
        A field that stands at several places has the same value at each.
        """
        segmenter, profile = self._template.segmenter, self._template.segmenter.profile
        plain, text = self._segments(lengths, wide), self._text(lengths, wide)
        billing = profile.billing
        is_cut = billing.link_length is not None or billing.field_length is not None
        if plain == 1 or profile.octets or profile.languages or profile.smart_encoding or is_cut:
            return plain
        coding, is_ucs2 = profile.gsm7, segmenter.detect_encoding(text) is Encoding.UCS2
        if is_ucs2:
            coding = profile.ucs2
        if billing.packing != "exact" or not (is_ucs2 or coding.extended):
            return plain
        pieces: list[int | tuple[Hashable, int]] = []
        for literal, name in [(billing.prefix, None), *self._template.pieces(), (billing.suffix, None)]:
            pieces += [1 + (point > "\uffff" or point in coding.extended) for point in literal]
            if name is not None:
                is_plain = is_ucs2 and name not in wide
                pieces += [1] * lengths[name] if is_plain else [(name, lengths[name])]
        return max(plain, _most_packed(pieces, coding.part))

    def _exceeds(
        self, segments: int, base: Mapping[str, int], wide: Collection[str], name: str, length: int
    ) -> bool:
        """Return whether a length of a field takes more than so many segments."""
        return self._most({**base, name: length}, wide) > segments

    def _longest(self, name: str, base: Mapping[str, int]) -> int:
        """Return the greatest length with which a message can be sent."""
        most = self._template.segmenter.profile.max_segments
        exceeds = partial(self._exceeds, most, base, self._wide, name)
        return max(base[name], _first(base[name], most * _MOST_UNITS, exceeds) - 1)

    def _tipping(
        self, shortest: Mapping[str, int], longest: Mapping[str, int], fewest: int
    ) -> tuple[str | None, int | None]:
        """Return the field that needs the fewest units to cost another segment, alone if it can."""
        found: list[tuple[int, str, int]] = []
        for alone in (True, False):
            base, wide = dict(shortest), set[str]()
            for name in shortest:
                wide = wide if not alone else set()
                wide |= {name} & {*self._wide}
                exceeds = partial(self._exceeds, fewest, base, wide, name)
                tip = _first(shortest[name], longest[name] + 1, exceeds)
                if tip <= longest[name]:
                    found.append((tip - shortest[name], name, tip))
                if not alone:
                    base[name] = longest[name]
            if found:
                _, field, length = min(found, key=lambda each: each[0])
                return field, length
        return None, None


def _most_packed(pieces: Sequence[int | tuple[Hashable, int]], part: int) -> int:
    """Return the most segments of characters of known units and of values of known lengths.

    A value is the name of its field and its units.  It has a character of two units wherever that leaves a
    unit free, except where it would overlap another in the same field.
    """
    apart = [piece if isinstance(piece, int) else (place, piece[1]) for place, piece in enumerate(pieces)]
    bound, _ = _packed(apart, part, _Start())
    found, waiting = 0, [_Start()]
    for _ in range(_MOST_SEARCHES):
        if found == bound or not waiting:
            return found
        segments, others = _packed(pieces, part, waiting.pop())
        found = max(found, segments)
        waiting += others
    return bound


def _packed(
    pieces: Sequence[int | tuple[Hashable, int]], part: int, start: _Start
) -> tuple[int, list[_Start]]:
    """Return the segments from a start on, and where else to start to see if they become more."""
    place, offset, used, segments, twos, ones = start
    others: list[_Start] = []
    while place < len(pieces):
        piece = pieces[place]
        name, units = (None, piece) if isinstance(piece, int) else piece
        room = part - used
        if units - offset <= room:
            place, offset, used = place + 1, 0, used + units - offset
            continue
        segments, used = segments + 1, 0
        if name is None or not room:
            continue
        # The segment ends behind this unit of the value.
        last = offset + room - 1
        is_free = not twos & {(name, last - 1), (name, last + 1)} and (name, last) not in ones
        if is_free and (name, last) not in twos:
            others.append(_Start(place, last + 1, 0, segments, twos, ones | {(name, last)}))
            twos |= {(name, last)}
        offset, used = (last + 2, 2) if (name, last) in twos else (last + 1, 0)
    return segments, others


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """Return the first number from `low` on for which a condition holds that then always does, or `high`."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
