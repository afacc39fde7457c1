"""Merge fields: the styles in which templates write them, and the literal text between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from segcore._errors import unknown

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
        "%name%": r"%(?P<name>[^\W\d]\w*(?:[.\-]\w+)*)%",
        "[name]": rf"\[(?P<name>{_NAME})\]",
    }
)
_SPECIFIC = ("{#var#}", "*|NAME|*", "{{name}}", "((name))", "${name}")

STYLES = tuple(_PATTERNS)
"""The styles of merge fields, each written as it writes a field."""

_COMPILED = {style: re.compile(pattern) for style, pattern in _PATTERNS.items()}

# The signs of a style without a name tell it: "{{}}" and "{{ first_name }}" are the same one.
_BY_SIGNS = {re.sub(r"[\w\s]", "", style): style for style in STYLES}

_BLOCK = re.compile(r"\{%-?.*?-?%\}", re.DOTALL)
_FILTER = re.compile(r"""\s*(?P<name>\w+)\s*(?P<arguments>\(.*\)|:.*)?\s*""", re.DOTALL)
_QUOTED = re.compile(r"""\s*(?P<quote>["'])(?P<text>.*?)(?P=quote)\s*(?P<rest>.*)""", re.DOTALL)

_CASES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        **dict.fromkeys(("upcase", "upper", "uppercase"), str.upper),
        **dict.fromkeys(("downcase", "lower", "lowercase"), str.lower),
        "capitalize": str.capitalize,
        "title": str.title,
        **dict.fromkeys(("strip", "trim"), str.strip),
        # Of HTML, which no text message is.
        **dict.fromkeys(("escape", "safe", "h"), str),
    }
)


@dataclass(frozen=True)
class Field:
    """One merge field of a template, at one place in it.

    Args:
        name: The name of the column that fills it.
        source: The field as the template writes it.
        default: The text that replaces a missing value; ``None`` if there is none.
        replaces_empty: Whether the default replaces an empty value, too.
        filters: The functions that change a value, in their order.
    """

    name: str
    source: str
    default: str | None = None
    replaces_empty: bool = False
    filters: tuple[Callable[[str], str], ...] = field(default=(), compare=False)

    @property
    def is_plain(self) -> bool:
        """Whether a value goes into the text as it is."""
        return self.default is None and not self.filters

    def value(self, value: str | None) -> str | None:
        """Return the text that a value becomes; ``None`` if it is missing and there is no default."""
        if value is None or (self.replaces_empty and not value):
            value = self.default if self.default is not None else value
        if value is not None:
            for change in self.filters:
                value = change(value)
        return value


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
    if chosen is None:
        return None, [text], []
    if chosen == "{{name}}" and (block := _BLOCK.search(text)):
        raise ValueError(
            f"text: {block[0]!r} is logic, whose result is not known; count each branch as a template"
        )
    literals, fields, end = [], [], 0
    for match in _COMPILED[chosen].finditer(text):
        found = _field(match)
        if found is not None:
            literals.append(text[end : match.start()])
            fields.append(found)
            end = match.end()
    return chosen, [*literals, text[end:]], _told_apart(fields) if chosen == "{#var#}" else fields


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
        found.append(one if is_only else Field(f"{one.name}{seen[one.name]}", one.source))
    return found


def _field(match: re.Match[str]) -> Field | None:
    groups = match.groupdict()
    if "expression" not in groups:
        return Field(groups["name"], match[0])
    expression = groups["expression"].strip().strip("~-").strip()
    if expression[:1] in ("#", "/", "^", ">", "!", "&"):
        raise ValueError(
            f"text: {match[0]!r} is logic, whose result is not known; count each branch as a template"
        )
    name, *filters = _split_at_bars(expression)
    name = re.sub(r"\$\{\s*([^{}]*?)\s*\}", r"\1", name).strip()
    if not re.fullmatch(_NAME, name):
        return None
    default, replaces_empty, changes = None, False, []
    for one in filters:
        found = _FILTER.fullmatch(one)
        kind, arguments = (found["name"], found["arguments"] or "") if found else (one.strip(), "")
        if kind in ("default", "fallback"):
            default, replaces_empty = _default(match[0], arguments)
        elif kind in _CASES and not arguments:
            changes.append(_CASES[kind])
        else:
            raise ValueError(
                f"text: the filter {kind!r} in {match[0]!r} is not known, so its result cannot be counted; "
                f"known: default, {', '.join(_CASES)}.  Apply it to the column, and leave it out here"
            )
    return Field(name, match[0], default, replaces_empty, tuple(changes))


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
    return found["text"], not is_call or "true" in found["rest"].lower()
