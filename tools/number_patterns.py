"""libphonenumber's patterns as automata over digits: what can follow a prefix, exactly and for every length.

A partial match of a pattern tells whether some number begins with a prefix.  Which of two overlapping
patterns *every* such number matches, and with how many digits, takes the set of all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from phonenumbers import PhoneMetadata

# The types of numbers; a number is valid if it matches the general pattern and one of these.
TYPES = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number"),
    *("voip", "pager", "uan", "voicemail"),
)

_TOKEN = re.compile(r"\\d|\[[0-9-]+\]|\(\?:|\{\d+(?:,\d+)?\}|[0-9()|?]")


class Automaton:
    """An automaton for full matches of a pattern; its states are the sets of places where a match may stand.

    Args:
        pattern: Digits, ``\\d``, classes of digits, groups, ``|``, ``?``, ``{m}`` and ``{m,n}``.

    Raises:
        ValueError: There is something else in it.
    """

    def __init__(self, pattern: str) -> None:
        self._skips: list[list[int]] = []
        self._steps: list[tuple[frozenset[str], int] | None] = []
        self._end = self._place()
        self._tokens = _TOKEN.findall(pattern)
        if "".join(self._tokens) != pattern:
            raise ValueError(f"{pattern}: more than this parser knows")
        tree = self._alternatives()
        if self._tokens:
            raise ValueError(f"{pattern}: unbalanced")
        self._after: dict[tuple[frozenset[int], str], frozenset[int]] = {}
        self.start = self._closure({self._build(tree, self._end)})

    def after(self, state: frozenset[int], digit: str) -> frozenset[int]:
        """Return the state after one more digit; the empty one is that nothing can match any more."""
        key = (state, digit)
        if key not in self._after:
            steps = (self._steps[place] for place in state)
            found = {step[1] for step in steps if step is not None and digit in step[0]}
            self._after[key] = self._closure(found)
        return self._after[key]

    def is_match(self, state: frozenset[int]) -> bool:
        """Return whether the digits so far are a full match."""
        return self._end in state

    # --- Parsing: nested tuples ("|", alternatives), ("&", parts), ("{}", least, most, part), or a class.

    def _alternatives(self) -> tuple[object, ...]:
        options = [self._sequence()]
        while self._tokens and self._tokens[0] == "|":
            self._tokens.pop(0)
            options.append(self._sequence())
        return ("|", *options)

    def _sequence(self) -> tuple[object, ...]:
        parts: list[object] = []
        while self._tokens and self._tokens[0] not in "|)":
            part: object = self._item(self._tokens.pop(0))
            while self._tokens and self._tokens[0][0] in "?{":
                repeat = self._tokens.pop(0)
                least, _, most = ("0,1" if repeat == "?" else repeat[1:-1]).partition(",")
                part = ("{}", int(least), int(most or least), part)
            parts.append(part)
        return ("&", *parts)

    def _item(self, token: str) -> object:
        if token in ("(", "(?:"):
            inner = self._alternatives()
            if not self._tokens or self._tokens.pop(0) != ")":
                raise ValueError("unbalanced")
            return inner
        return frozenset(digit for digit in "0123456789" if re.fullmatch(token, digit))

    # --- Building, from the end to the start.

    def _place(self, step: tuple[frozenset[str], int] | None = None, skips: list[int] | None = None) -> int:
        self._steps.append(step)
        self._skips.append(skips or [])
        return len(self._steps) - 1

    def _build(self, part: object, end: int) -> int:
        """Return the place from which a match of `part` leads to `end`."""
        if isinstance(part, frozenset):
            return self._place(step=(part, end))
        assert isinstance(part, tuple)
        if part[0] == "|":
            return self._place(skips=[self._build(option, end) for option in part[1:]])
        if part[0] == "&":
            for inner in reversed(part[1:]):
                end = self._build(inner, end)
            return end
        _, least, most, inner = part
        last = end
        for count in range(most, 0, -1):
            begin = self._build(inner, end)
            end = self._place(skips=[begin, last]) if count > least else begin
        return end

    def _closure(self, places: set[int]) -> frozenset[int]:
        found: set[int] = set()
        while places:
            place = places.pop()
            if place not in found:
                found.add(place)
                places.update(self._skips[place])
        return frozenset(place for place in found if self._steps[place] is not None or place == self._end)


@cache
def _automaton(pattern: str) -> Automaton:
    return Automaton(pattern)


def words(pattern: str) -> list[str]:
    """Return all digits that a pattern matches, which must be finitely many."""
    automaton, found = _automaton(pattern), []
    stack = [("", automaton.start)]
    while stack:
        word, state = stack.pop()
        if automaton.is_match(state):
            found.append(word)
        steps = ((word + digit, automaton.after(state, digit)) for digit in "0123456789")
        stack += [(longer, after) for longer, after in steps if after]
    return sorted(found)


@dataclass(frozen=True)
class Desc:
    """A pattern with the lengths that it is for."""

    pattern: str
    lengths: frozenset[int]

    def is_match(self, state: frozenset[int], length: int) -> bool:
        return length in self.lengths and _automaton(self.pattern).is_match(state)


# The state of a region: that of its general pattern, then of each type; or of its leading digits alone.
State = tuple[frozenset[int], ...]

_DONE: State = (frozenset((-1,)),)
_DEAD: State = ()


class Region:
    """The national numbers of a region.

    Args:
        region: ISO 3166 alpha-2, or "001" for numbers of no region.
        code: Its calling code.
        types: The types of numbers that count.
        by_leading_digits: Whether leading digits, where the metadata have them, stand for the region alone,
            as libphonenumber takes them when it looks for the region of a number (`region_code_for_number`).
    """

    def __init__(
        self, region: str, code: int, types: tuple[str, ...] = TYPES, *, by_leading_digits: bool = False
    ) -> None:
        metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
        assert metadata is not None, region
        self.region = region
        self.metadata = metadata
        self.general, *self.types = [
            Desc(desc.national_number_pattern, frozenset(desc.possible_length))
            for desc in (metadata.general_desc, *(getattr(metadata, name) for name in types))
            if desc is not None and desc.national_number_pattern
        ]
        self.leading = metadata.leading_digits if by_leading_digits else None
        descs = [self.leading] if self.leading else [desc.pattern for desc in (self.general, *self.types)]
        self._automata = [_automaton(pattern) for pattern in descs]
        self.start: State = tuple(automaton.start for automaton in self._automata)

    def after(self, state: State, digit: str) -> State:
        """Return the state after one more digit, `_DEAD` if no number of the region can follow."""
        if state in (_DEAD, _DONE):
            return state
        found = tuple(
            automaton.after(places, digit) for automaton, places in zip(self._automata, state, strict=True)
        )
        if self.leading:
            return _DONE if self._automata[0].is_match(found[0]) else found if found[0] else _DEAD
        return found if found[0] and any(found[1:]) else _DEAD

    def is_match(self, state: State, length: int) -> bool:
        """Return whether the digits so far are a number of the region."""
        if self.leading or state == _DEAD:
            return state == _DONE and length in self.general.lengths
        return self.general.is_match(state[0], length) and any(
            desc.is_match(places, length) for desc, places in zip(self.types, state[1:], strict=True)
        )


Outcomes = frozenset[tuple[str, int]]


class Regions:
    """The regions that share a calling code, in libphonenumber's order of preference.

    Args:
        code: The calling code.
        regions: The regions.
        types: The types of numbers that count.
    """

    def __init__(self, code: int, regions: tuple[str, ...], types: tuple[str, ...] = TYPES) -> None:
        by_leading_digits = len(regions) > 1 and types == TYPES
        self.regions = [
            Region(region, code, types, by_leading_digits=by_leading_digits) for region in regions
        ]
        self.start = tuple(region.start for region in self.regions)
        self.most = max(max(region.general.lengths) for region in self.regions)
        self._outcomes: dict[tuple[tuple[State, ...], int], Outcomes] = {}
        self._steps: dict[tuple[tuple[State, ...], int], list[tuple[str, tuple[State, ...]]]] = {}

    def after(self, state: tuple[State, ...], digit: str) -> tuple[State, ...]:
        return tuple(region.after(one, digit) for region, one in zip(self.regions, state, strict=True))

    def match(self, state: tuple[State, ...], length: int) -> str | None:
        """Return the region of the digits so far, the first whose number they are."""
        for region, one in zip(self.regions, state, strict=True):
            if region.is_match(one, length):
                return region.region
        return None

    def outcomes(self, state: tuple[State, ...], length: int) -> Outcomes:
        """Return the regions of all numbers that begin with the digits so far, and their lengths."""
        key = (state, length)
        if key not in self._outcomes:
            here = self.match(state, length)
            found = {(here, length)} if here else set()
            if length < self.most and any(state):
                found.update(*(self.outcomes(self.after(state, digit), length + 1) for digit in "0123456789"))
            self._outcomes[key] = frozenset(found)
        return self._outcomes[key]

    def steps(self, state: tuple[State, ...], length: int) -> list[tuple[str, tuple[State, ...]]]:
        """Return the digits that can come next in a number, and the states after them."""
        key = (state, length)
        if key not in self._steps:
            steps = [(digit, self.after(state, digit)) for digit in "0123456789"]
            self._steps[key] = [step for step in steps if self.outcomes(step[1], length + 1)]
        return self._steps[key]

    def lengths_after(self, prefix: str) -> set[int]:
        """Return the lengths of all numbers that begin with some digits."""
        state = self.start
        for digit in prefix:
            state = self.after(state, digit)
        return {length for _, length in self.outcomes(state, len(prefix))}

    def prefixes(self, least: int = 0) -> Iterator[tuple[str, dict[str, frozenset[int]]]]:
        """Yield the shortest prefixes that determine the region of numbers of any length.

        Args:
            least: The fewest digits of a prefix.

        Yields:
            A prefix, and the lengths of the numbers of each region that begin with it.
        """
        stack = [("", self.start)]
        while stack:
            prefix, state = stack.pop()
            found = self.outcomes(state, len(prefix))
            lengths = {
                code: frozenset(length for other, length in found if other == code) for code, _ in found
            }
            if len(prefix) >= least and sum(map(len, lengths.values())) == len(
                set().union(*lengths.values())
            ):
                if found:
                    yield prefix, lengths
            else:
                stack += [(prefix + digit, self.after(state, digit)) for digit in "0123456789"]


# Several regions ask about the numbers of the code that they share, whose states take time to find.
regions_of = cache(Regions)
