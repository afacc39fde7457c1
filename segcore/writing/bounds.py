"""The fewest and the most segments that a template can take, from the lengths of its fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from segcore._errors import unknown
from segcore.rules.codings import Encoding

if TYPE_CHECKING:
    from segcore.writing.template import Template

Range: TypeAlias = "int | str | tuple[int, int | None] | tuple[int, int | None, str]"

ALPHABETS = ("gsm7", "ucs2")
"""What values may hold: only what GSM-7 can send, or any character."""

# Letters that take one unit: of every alphabet, and of no alphabet.
_SEPTET, _CODE_UNIT = "a", "ł"

# More units than any segment holds.
_MOST_UNITS = 161


@dataclass(frozen=True)
class Bounds:
    """The segments of a template for values of given lengths.

    Args:
        fewest: The fewest segments.
        most: The most segments.
        shortest: The length of each field that takes the fewest, in units.
        longest: The length of each field that takes the most, in units.
        encoding: The encoding of a message that takes the most.
        tipping_field: The field whose length decides between more and fewer segments; ``None`` if the number
            is always the same.
        tipping_length: The length at which that field costs another segment; ``None`` without such a field.
        open_fields: The fields whose length has no limit; `most` is then the most that can be sent.
        with_ucs2: The bounds if every field may hold characters outside GSM-7; ``None`` if each may already.

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
        raise ValueError(f"ranges: no length for the field {missing[0]!r}; give {missing[0]!r}: (0, 20), say")
    lengths = {name: _lengths(name, ranges[name]) for name in template.fields}
    wide = {name: _Lengths(each.fewest, each.most, "ucs2") for name, each in lengths.items()}
    with_ucs2 = None if wide == lengths else _Counting(template, wide).bounds(None)
    return _Counting(template, lengths).bounds(with_ucs2)


def _lengths(name: str, given: Range) -> _Lengths:
    wrong = ValueError(
        f"ranges[{name!r}]: {given!r} is no range; give a length, (shortest, longest), "
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
        most, is_wide = self._segments(longest), False
        if any(longest[name] for name in self._wide):
            is_wide = self._segments(longest, self._wide) >= most
            most = max(most, self._segments(longest, self._wide))
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

    def _exceeds(
        self, segments: int, base: Mapping[str, int], wide: Collection[str], name: str, length: int
    ) -> bool:
        """Return whether a length of a field takes more than so many segments."""
        return self._segments({**base, name: length}, wide) > segments

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


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """Return the first number from `low` on for which a condition holds that then always does, or `high`."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
